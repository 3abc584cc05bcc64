# Invitations to the phone app: the console, the phone, the messages.

close = Close
admin-standing-invited = Invited
admin-tomorrow-within = tomorrow

invitation-card = Sign-in
invitation-card-text = { $name } can sign in with the phone app: on the phone, and with its QR code in a browser.
invitation-card-open = { $name } is invited. The invitation works until { $time }.
invitation-invite = Invite user to sign in with the phone app
invitation-see = See the invitation
invitation-former = The last invitation
invitation-identity = Identity
invitation-identity-none = Not verified yet. You confirm it when you send the invitation.
invitation-identity-by = Verified by { $name } on { $date }: { $how }.
invitation-identity-document = identity document seen
invitation-identity-known = known personally
invitation-identity-directory = by the directory of the company
invitation-identity-video-call = in a video call

invitation-ask-title = Invite { $name } to sign in with the phone app
invitation-ask-lead = Check these first. To correct something, close this and edit the user.
invitation-phone = Phone
invitation-lacks-phone = There is no phone for an SMS.
invitation-lacks-phone-text = You hand the verification code to { $name } yourself. To have it sent, close this and set the phone first.
invitation-verified-box = I have verified { $name }'s identity
invitation-verified-hint = Your name and the time are saved with this.
invitation-how = How
invitation-mail-english = { $name } gets an email in English with a 16-character sign-up code. The code works for 24 hours.
invitation-mail-both = { $name } gets an email in English, and below it in their own language ({ $language }), with a 16-character sign-up code. The code works for 24 hours.
invitation-send = Send invitation
invitation-error-not-verified = First verify { $name }'s identity, and tick the box.
invitation-error-how = Choose how you verified { $name }'s identity.

invitation-blocked-title = { $name }'s invitation must be released first
invitation-blocked-text = The data of { $name } have changed since the first invitation:
invitation-blocked-change = { $is }, before { $was }
invitation-blocked-ask = Ask { $operator } to release it.
invitation-blocked-why = Someone who wants to take over a sign-in would change exactly these. Nothing has been sent to { $name }.

invitation-title = { $name }'s invitation
invitation-until = Works until { $time }
invitation-ended-done = Used: the phone app is set up.
invitation-ended-cancelled = Cancelled
invitation-ended-replaced = A newer invitation was sent
invitation-ended-expired = Not used in time
invitation-done-sent = The invitation has been sent.
invitation-done-cancelled = The invitation has been cancelled. Its code no longer works.
invitation-refused-early = A verification code can be made once the sign-up code has been entered, and until it is verified.
invitation-sent-by = { $time }, by { $inviter }
invitation-sent-to = To { $email }
invitation-step-sent = Invitation sent
invitation-step-opened = Email opened
invitation-step-enter = Waiting for the sign-up code
invitation-enter-text = It is in the email. { $name } enters it in the phone app.
invitation-step-entered = Sign-up code entered
invitation-elsewhere = Entered in another browser as well, and refused there: { $where }
invitation-step-verify = Waiting for the verification code
invitation-verify-later = { $name } types the six digits from the SMS
invitation-step-verified = Verified
invitation-verified-sms = With the code from the SMS
invitation-verified-administrator = With the code that an administrator handed over
invitation-sms-sent = { $time }: SMS sent to { $phone }
invitation-sms-leaves = { $time }: SMS to { $phone } is on its way
invitation-sms-waits = { $time }: SMS to { $phone } is waiting, because the SMS service does not answer
invitation-sms-given-up = { $time }: SMS to { $phone } could not be delivered
invitation-sms-no-phone = There is no phone for an SMS. Hand over a code yourself.
invitation-sms-no-gateway = No SMS can be sent here. Hand over a code yourself.
invitation-sms-country = No SMS can be sent to { $phone }. Hand over a code yourself.
invitation-sms-limit = { $time }: no SMS was sent to { $phone }, because too many were asked for. Hand over a code yourself.
invitation-sms-left = { $left ->
    [0] No more SMS can be sent.
    [one] It can be sent once more.
   *[other] It can be sent { $left } more times.
}
invitation-no-code = Didn't the invitee receive the verification code?
invitation-code-made = { $time }: code for { $administrator } to hand over, works until { $until }
invitation-step-make = Waiting for the password
invitation-step-made = Password created
invitation-link-sent = { $time }: email sent with the link to create a password
invitation-step-do = Phone app set up
invitation-do-text = { $name } sets up a second factor and a PIN
invitation-step-done = Phone app set up
invitation-step-cancelled = Cancelled
invitation-step-replaced = A newer invitation was sent
invitation-step-expired = Not used in time
invitation-cancelled-by-itself = { $time }, because its sender may no longer invite, or the user can no longer enter the company or has another email
invitation-cancelled-by-log-out = { $time }, because { $name } was logged out from all devices
invitation-expired-next = Ask { $name } whether the email arrived, and send a new one.
invitation-cancelled-next = To invite { $name } after all, send a new one.
invitation-changed-note = Has the name, email or phone changed since the first invitation? Then the service's operator must release a new one.
invitation-send-new = Send a new invitation
invitation-cancel = Cancel invitation

invitation-code-title = Give { $name } the code yourself
invitation-code-lead = Tell it in a call or face to face. Do not send it to the number that did not work.
invitation-code-label = Verification code
invitation-code-copy = Copy code
invitation-code-works = Works until
invitation-code-until = { $time } (12 hours)
invitation-code-invitation = Invitation
invitation-code-open-until = Stays open until { $time }
invitation-code-save = Save the code before you leave this page.
invitation-code-once = It is not shown again, but you can make a new one.
invitation-code-saved = I have saved the code

sign-up-have-code = I have a sign-up code
sign-up-have-code-text = 16 characters, in the invitation email from your company.
sign-up-no-invitation = No invitation yet? Ask your company's user administrator to send you one. It works for 24 hours.
sign-up-title = Enter your sign-up code
sign-up-lead = It is in the invitation email. Capital or small letters do not matter.
sign-up-label = Sign-up code, 16 characters
sign-up-hint = 16 characters. You can paste the whole code.
sign-up-count = { $count } of 16. You can paste the whole code.
sign-up-error-length = A sign-up code has 16 letters and digits. Check it in the email.
sign-up-error-code = This is not a sign-up code of an invitation. Check it in the email.

sign-up-digits-title = Enter the code from the SMS
sign-up-digits-title-no-sms = Enter your verification code
sign-up-digits-lead = We sent six digits to
sign-up-digits-lead-no-sms = No SMS could be sent to you. Ask { $inviter } of { $company } for a verification code of six digits.
sign-up-digits-help = If none arrives, ask { $inviter } of { $company } for a code. You can leave this page and come back with the same sign-up code.
sign-up-error-digits = { $tries ->
    [0] This code does not match. It can no longer be tried: ask for a new one.
    [one] This code does not match. You have one try left.
   *[other] This code does not match. You have { $tries } tries left.
}
sign-up-error-digits-empty = Type the six digits.
sign-up-error-digits-over = There is no code to try now: it is too old, or was tried too often. Ask for a new one.
sign-up-error-digits-closed = Too many wrong codes. Ask the person who invited you for help.
sign-up-sms-left = { $left ->
    [0] No SMS? No resends left.
    [one] No SMS? 1 resend left.
   *[other] No SMS? { $left } resends left.
}
sign-up-resend = Resend code
sign-up-told-sms = A new code is on its way. The earlier one no longer works.
sign-up-inviter = Invited by { $inviter }

sign-up-mail-title = Check your email
sign-up-mail-text = We sent a link to { $email }. Open it, create your password there and set up your second step.
sign-up-mail-elsewhere = If you open it in another browser, type these digits there. They work for 10 minutes.
sign-up-mail-back = Then come back to this page.
sign-up-mail-done = I have created my password
sign-up-mail-again = Send the email again
sign-up-told-link = The email has been sent again. The link in the earlier one no longer works.
sign-up-told-no-link = The email was not sent again: it was sent often enough today.
sign-up-profile-title = Sign in with your profile
sign-up-profile-text = Sign in with your email, your password and your second step. Then you create the PIN of the app.
sign-up-with-profile = Sign in with my profile

sign-up-link-title = Create your password
sign-up-link-lead = This is how you set up your sign-in. It takes a few minutes.
sign-up-link-lead-elsewhere = You are opening the link in another browser than the phone app. Type the six digits that the app shows on your phone.
sign-up-link-hint = They are on the page “Check your email”. If they are older than 10 minutes, open that page again.
sign-up-link-error-over = These digits are too old, or were tried too often. Open the page on your phone again: it shows new ones.
sign-up-link-pin = A PIN for the phone app

error-sign-up-link-title = This link no longer works
error-sign-up-link-text = The link of an invitation works once, while the invitation is open, and only until you have a password. If you have one, sign in on your phone. Otherwise ask the person who invited you.
error-sign-up-unknown-title = Enter your sign-up code again
error-sign-up-unknown-text = This browser does not know the invitation. Open the phone app and choose “I have a sign-up code”. If the code was entered in another browser, go on there.
error-sign-up-expired-title = This invitation was not used in time
error-sign-up-expired-text = An invitation works for 24 hours. Ask { $company } for a new one.
error-sign-up-cancelled-title = This invitation was cancelled
error-sign-up-cancelled-text = Its code no longer works. Ask { $company } for a new one.
error-sign-up-replaced-title = A newer invitation was sent to you
error-sign-up-replaced-text = This code no longer works. Use the code in the newest email from { $company }.
error-sign-up-used-title = This invitation has been used
error-sign-up-used-text = The phone app was set up with it. If that was you, sign in with your profile. If it was not, tell { $company } at once.
error-sign-up-elsewhere-title = This code was entered in another browser
error-sign-up-elsewhere-text = An invitation works in one browser only, and its sender has been told of this try. If you entered it yourself, go on there. If not, ask { $company } to cancel the invitation and send a new one.
error-sign-up-other-person-title = The app on this phone is someone else's
error-sign-up-other-person-text = Another person uses the phone app here. They log out first, or you use your own phone. Your sign-up code has not been used.

message-invitation-subject = { $inviter } invites you to { $company }
message-invitation-text =
    Hello { $name },

    { $inviter } of { $company } invites you to sign in with your phone. Setting it up takes about five minutes.
message-invitation-code = Your sign-up code
message-invitation-lives = Valid for 24 hours, until { $until }
message-invitation-step-1 = On your phone, open { $address }/app. It costs nothing.
message-invitation-step-2 = Choose “I have a sign-up code” and enter the code above.
message-invitation-step-3 = Enter the six digits that come by SMS, and follow the app.
message-invitation-link = Open the phone app
message-invitation-note = Nobody will ask you for this code by phone or email, not even { $inviter }. If you did not expect this invitation, you can leave it: the code stops working by itself.
message-sign-up-sms = { $code } is your verification code for signing up at { $organisation }. It works for 10 minutes. Do not give it to anyone.
message-sign-up-link-subject = Create your password
message-sign-up-link-text =
    Hello { $name },

    the code from your phone was right. Now create the password of your sign-in at { $organisation }, best on the same phone.
message-sign-up-link-link = Create a password
message-sign-up-link-note = The link works once, until { $until }. In another browser than the phone app it asks for the six digits on your phone. If you are not setting up a sign-in, tell your company: someone else may have your phone.

message-inviter-link = See the invitation
message-inviter-elsewhere-subject = { $invitee }'s sign-up code was entered twice
message-inviter-elsewhere-text =
    Hello { $name },

    the sign-up code that you sent to { $invitee } of { $company } was entered in a second browser, and refused there. It may be { $invitee } on another phone. It may also be someone who reads their mail.

    Ask { $invitee }. If it was not them, cancel the invitation.
message-inviter-waits-subject = { $invitee } has not used your invitation yet
message-inviter-waits-text =
    Hello { $name },

    your invitation to { $invitee } of { $company } works until { $until }, and has not been used yet. Ask whether the email arrived.
message-inviter-expired-subject = { $invitee } did not use your invitation in time
message-inviter-expired-text =
    Hello { $name },

    your invitation to { $invitee } of { $company } was not used within its time, and its code no longer works. You can send a new one.
message-administrator-code-subject = A verification code was made for you
message-administrator-code =
    Hello { $name },

    { $administrator } of { $company } had a verification code shown, to hand over to you for your invitation. If you have not asked for it, do not use your sign-up code, and tell your company.

event-invitation-sent = Invited to the phone app
event-invitation-cancelled = Invitation cancelled
event-invitation-code-made = Verification code shown to an administrator
event-invitation-entered = Sign-up code entered
event-invitation-tried-elsewhere = Sign-up code entered in a second browser
event-invitation-sms-sent = Verification code sent by SMS
event-invitation-not-verified = Wrong verification code of an invitation
event-invitation-verified = Verification code of an invitation was right
event-invitation-done = Phone app set up by an invitation
event-invitation-expired = Invitation not used in time
event-invitation-released = Changed data released for an invitation
event-invitation-guessing = Many wrong sign-up codes
