# Approve on the phone: the page in the browser
approval-title = Approve on your phone
approval-lead = We sent a request to your phone app. This page continues by itself.
approval-lead-not-asked = Send a request to your phone app, then approve it there.
approval-lead-over = The request was not answered in time. Send a new one when your phone is at hand.
approval-lead-mismatched = Another number was typed on the phone, so the request ended. Send a new one.
approval-lead-held-back = Three requests in a row were not approved, so no more are sent. Use another way to sign in: after that, requests are sent again.
approval-type-this = Type this number on your phone
approval-step-1 = Open the request in Salpa.
approval-step-2 = Type { $number }.
approval-step-3 = Tap { approval-approve }.
approval-waiting = Waiting for your phone
approval-waits-until = The request waits until { $time }.
approval-left = The request waits for { $time }.
approval-have-approved = I have approved
approval-not-yet = Your phone has not answered yet.
approval-where = No notification? Open Salpa on your phone: the request is at the top.
approval-send-again = Send again
approval-send-again-in = Send again in { $time }
approval-another-way = Use another method
approval-ask = Send a request
approval-other-asks = Another sign-in of yours waits for your phone.
error-refused-on-phone-title = The sign-in was stopped on the phone
error-refused-on-phone-text = It was refused there as not being yours, so it has ended. If you did not refuse it yourself, tell your company's user administrator, and give them the error identifier. To sign in, start again from the application.

# Approve on the phone: the app
approval-waits-for-you = Waiting for you
approval-time-left = { $time } left
approval-question = Are you signing in?
approval-question-password = Are you setting a new password?
approval-password-warning = Whoever shows you the number sets your new password. Approve only if you pressed Forgot your password yourself just now.
request-question = Is this you with { $application }?
request-message = Message
request-check = Approve only if you are in contact with { $application } at this moment, and the message fits.
request-approved = Approved. Go on with { $application }.
request-refused = Refused
request-refused-text = { $application } has been told. It gets nothing.
request-over-text = It was not answered in time. { $application } can ask again.
request-not-here = Sign in in a browser first
request-not-here-text = Something else is asked of you before { $application } is open to you. Sign in to it in a browser, then let it ask again.
approval-address = Address
approval-place = Place
approval-network = Network
approval-new-network = New network
approval-browser = Browser
approval-time = Time
approval-today = Today { $time }
approval-number = Type the number on the web page
approval-number-hint = { $digits ->
    [one] One more digit, then you can approve.
   *[other] { $digits } more digits, then you can approve.
}
approval-number-ready = Approve if everything above is yours.
approval-approve = Approve
approval-not-me = This wasn't me
approval-number-wrong = This number does not match. Type the one on the web page. You can try once more.
approval-number-ended = This number does not match, so the request has ended. Ask for a new one on the web page.
approval-over = This request has ended
approval-over-text = It was answered, or its minute was over. If you are signing in, ask for a new one on the web page.
approval-approved = Approved. Go on in the browser.
approval-none = Nothing waits for you.
approval-close = Close
approval-stopped = The sign-in was stopped
approval-stopped-text = This request is refused and the sign-in attempt is ended. Your user administrator sees it in the history.
approval-happened = What happened
approval-next = What to do next
approval-change-password = Change your password
approval-change-password-text = Someone else may know it.
approval-check-history = Check your recent sign-ins
approval-check-history-text = Look for places you do not know.
approval-end-sessions = End all web sessions
approval-end-sessions-text = This phone stays signed in.
approval-sessions-ended = All web sessions have ended.
approval-call = Call your user administrator
approval-done = Done
message-refused-subject = A sign-in was refused on your phone
message-refused-text =
    Hello { $name },

    a sign-in at { $organisation } was refused on your phone as not being yours, and has ended. It came as far as your phone, so someone may know your password.

    Change your password at { $address }/account/password, and look for sign-ins that you do not know at { $address }/account/history.
