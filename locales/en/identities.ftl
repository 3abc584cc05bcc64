# Sign in by a bank, a national eID or the directory of a company.
factor-identity = Bank or national eID
factor-identity-refused = Bank or eID not accepted

identity-way = Bank or national eID
identity-way-text = Finnish banks, Hightrust.id, or an ID card
identity-title = Choose your bank or eID
identity-lead = You sign in on your bank's own page, then come straight back here.
identity-finnish-banks = Finnish banks
identity-other = Other electronic identity
identity-companies = Your company's own sign-in
identity-slow = Slow now
identity-none = I have none of these
identity-none-text = Your company can invite you instead. You will get a sign-up code by email.
identity-cancelled = You came back without signing in there. Choose again, or use another way to sign in.
directory-title = Sign in at { $company }
directory-lead = People of { $company } can sign in with the account that they have there.
directory-go = Continue with { $name }
directory-other-way = Another way to sign in
directory-or-password = Or enter your password here.
directory-alone = { $company } lets its people in by its own sign-in alone.
identity-unmatched-title = Link this to your profile
identity-unmatched-lead = { $name } has confirmed who you are, but no profile is linked to it here yet.
identity-unmatched-text = Sign in once with your email and the rest of your sign-in. From then on, { $name } is enough.
identity-unmatched-company = Only people of { $company } can link it.
identity-identifier = Personal identifier
identity-link = Sign in and link
identity-have-no-profile = I have no profile
identity-linking = Sign in with your profile once. Then { $name } is linked to it.

error-identity-over-title = This answer from your bank is no longer of use
error-identity-over-text = It was used before, came too late, or belongs to another sign-in. Nothing was signed in. Try again.
error-identity-answer-title = Your bank's answer could not be accepted
error-identity-answer-text = Something in it was not as it has to be, so nobody was signed in. Try again, or use another way. If it happens again, send the error identifier to support.
error-identity-down-title = Your bank does not answer
error-identity-down-text = The service that signs you in with a bank or eID cannot be reached now. The other ways to sign in work. Try again in a moment.
error-identity-timed-out-title = The time at your bank ran out
error-identity-timed-out-text = Nothing was signed in. Try again when you are ready.
error-identity-another-person-title = This bank or eID belongs to another profile
error-identity-another-person-text = The sign-in is about another profile, or one that is not linked to it. Start again from { $application } as yourself.
error-identity-left-company-title = You are no longer with that company here
error-identity-left-company-text = You signed in at a company whose access you no longer have, or which has locked it, so its directory signs you in no more. Use another way to sign in, or ask that company's user administrator.
error-identity-directory-alone-title = Your company has a sign-in of its own
error-identity-directory-alone-text = It lets its people in by that alone. Start again with your email, and go on with your company's sign-in.
error-identity-no-profile-title = You are not known here yet
error-identity-no-profile-text = Your bank has confirmed who you are, but no company has entered you. Ask your company's user administrator for access, and tell them the error identifier.

message-identity-linked-subject = A bank or eID was linked to your sign-in
message-identity-linked-text = { $factor } was linked to your profile at { $organisation }. From now on it signs you in.
message-identity-removed-subject = A bank or eID was removed from your sign-in
message-identity-removed-text = { $factor } was removed from your profile at { $organisation }. It signs you in no longer.

account-identity = Bank or eID
account-status-identity-removed = The bank or eID has been removed.
identity-remove-text = It signs you in no longer. You can link it again at a sign-in.
identity-is-last = It is your only way to sign in. Set a password or add a passkey first.

app-bank = Sign in with bank or eID
app-no-bank = No Finnish bank credentials?
app-no-bank-lead = You can still sign in. Choose what you have.
