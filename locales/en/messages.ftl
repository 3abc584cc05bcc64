message-second-step-subject = A second step was set up for your sign-in
message-second-step-text =
    Hello { $name },

    an authenticator app was connected to your sign-in at { $organisation }. It works in every application.

message-recovery-code-subject = Your recovery code was used
message-recovery-code-text =
    Hello { $name },

    your recovery code at { $organisation } was used. It no longer works.

message-second-step-reset-subject = Your second step was removed
message-second-step-reset-text =
    Hello { $name },

    the support of { $organisation } removed your second step and your recovery code, and ended all your sessions. You set up a new one at your next sign-in at { $address }.

message-password-set-subject = Your password was changed
message-password-set-text =
    Hello { $name },

    the support of { $organisation } set a new password for you, and ended all your sessions. It works in every application.

message-password-changed-subject = You have a new password
message-password-changed-text =
    Hello { $name },

    your password at { $organisation } was changed in My sign-in. The new one works in every application, and all your other sessions have ended.

message-password-reset-subject = A new password was set for you
message-password-reset-text =
    Hello { $name },

    your forgotten password at { $organisation } was replaced with a new one. It works in every application, and all your other sessions have ended.

message-email-changed-subject = Your sign-in email was changed
message-email-changed-text =
    Hello { $name },

    your sign-in email at { $organisation } was changed. From now on you sign in with the new email in every application. We also send this message to the previous one.

message-communication-email-subject = Your communication email was changed
message-communication-email-text =
    Hello { $name },

    your communication email at { $organisation } was changed. Codes and notices go there from now on.

message-phone-subject = Your communication phone was changed
message-phone-text =
    Hello { $name },

    your communication phone at { $organisation } was changed. Codes go there from now on.

message-phone-sms = { $organisation }: codes no longer go to this phone. If you did not change that, see the message in your email.
message-phone-code = { $code } is your code to confirm this phone at { $organisation }. It works for 10 minutes. Do not give it to anyone.

message-stopped-subject = We stopped what was not you
message-stopped-text =
    Hello { $name },

    someone who reads your messages from { $organisation } reported that you did not do something yourself. All your sessions have ended, and your password no longer works.

    Set a new one: open { $address }/account, type your email and choose "Forgot your password?".
message-stopped-second-step-text =
    Hello { $name },

    someone who reads your messages from { $organisation } reported that you did not do something yourself. All your sessions have ended, your password no longer works, and your second step is the previous one again.

    Set a new password: open { $address }/account, type your email and choose "Forgot your password?". You confirm with your second step. If you no longer have it, ask your company's user administrator to reset it.
message-stopped-recovery-code-text =
    Hello { $name },

    someone who reads your messages from { $organisation } reported that you did not do something yourself. All your sessions have ended, your password no longer works, and you no longer have a second step.

    Set a new password: open { $address }/account, type your email and choose "Forgot your password?". You confirm with the recovery code that you had before. Without it, ask your company's user administrator to reset your second step.
message-stopped-vouched-text =
    Hello { $name },

    someone who reads your messages from { $organisation } reported that you did not do something yourself. All your sessions have ended, and your password and your second step no longer work.

    Because someone else may be reading your mail, a link to your email is not enough to set a new password. Ask your company's user administrator to reset your second step. Change the password of your mailbox first.
message-stopped-as-before-text =
    Hello { $name },

    someone who reads mail at your previous address reported that you did not change your email at { $organisation } yourself. The previous address is in use again, and all your sessions have ended. Your password and your second step stay as they are.

    If you changed it yourself, sign in at { $address }/account and change it again.

message-not-me-lead = Was this you?
message-not-me-text = Then there is nothing to do. If not, stop it now.
message-not-me-note = The page says what happens. Nothing changes before you press its button. The link works for 7 days. Or type { $host } in your browser and open My sign-in, then Sessions.

message-confirm-email-subject = Confirm your email
message-confirm-email-text =
    Hello { $name },

    confirm this email for your sign-in at { $organisation }.
message-confirm-email-link = Confirm this email
message-confirm-email-note = The link works once, for 24 hours. If you did not ask for it, do nothing: nothing changes.

message-reset-link-subject = Reset your password
message-reset-link-text =
    Hello { $name },

    someone at the network { $network } asked to reset the password of your sign-in at { $organisation }. If it was you, choose a new one.
message-reset-link-link = Choose a new password
message-reset-link-note = The link works once, for 30 minutes, in any browser. If it was not you, do nothing: nothing changes.
