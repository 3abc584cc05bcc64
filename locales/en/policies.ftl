# Why a second step is asked for now
asked-new-network = Asked because this network is new.
asked-new-browser = Asked because this browser is new.
asked-many-failures = Asked because there were several failed tries to sign in as you.
asked-long-absence = Asked because you have not signed in for a long time.
asked-impossible-travel = Asked because you signed in far from here a short time ago.

# Remembered browsers
remember-browser = { $days ->
    [one] Remember this browser for one day
   *[other] Remember this browser for { $days } days
}
remember-browser-text = Only on a computer or phone of your own. The second step is still asked for when something is new, and before sensitive acts.
account-remembered = Remembered browsers
account-remembered-text = Browsers in which the second step is not asked for each time. Forget any you do not use.
account-remembered-none = No browser is remembered.
account-remembered-since = Since { $date }
account-remembered-until = until { $date }
account-remembered-used = last used { $date }
account-remembered-this = This browser
account-remembered-forget = Forget
account-remembered-forget-all = Forget all browsers
account-status-forgotten = { $count ->
    [0] No browser was remembered.
    [one] The browser is forgotten. Its next sign-in asks for the second step.
   *[other] { $count } browsers are forgotten. Their next sign-ins ask for the second step.
}

# A policy that counts none of the methods
error-methods-title = Your ways to sign in are not accepted here
error-methods-text = Your sign-in was right, but the policy of { $application } or of your company accepts only other ways to sign in. Ask your user administrator which one to set up, and send them the error identifier.
