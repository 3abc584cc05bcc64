message-second-step-subject = A second step was set up for your sign-in
message-second-step-text =
    Hello { $name },

    an authenticator app was connected to your sign-in at { $organisation }. It counts in every application.

message-recovery-code-subject = Your recovery code was used
message-recovery-code-text =
    Hello { $name },

    your recovery code at { $organisation } was used. It works no more.

message-second-step-reset-subject = Your second step was removed
message-second-step-reset-text =
    Hello { $name },

    those who look after { $organisation } have removed your second step and your recovery code, and ended all your sessions. At your next sign-in at { $address } you set up a new one.

message-password-set-subject = Your password was changed
message-password-set-text =
    Hello { $name },

    those who look after { $organisation } have set a new password for you, and ended all your sessions. It counts in every application.

message-password-changed-subject = You have a new password
message-password-changed-text =
    Hello { $name },

    your password at { $organisation } was changed in My sign-in. It counts in every application, and all your other sessions have ended.

message-password-reset-subject = A new password was set for you
message-password-reset-text =
    Hello { $name },

    your forgotten password at { $organisation } was replaced by a new one. It counts in every application, and all your other sessions have ended.

message-email-changed-subject = Your sign-in email was changed
message-email-changed-text =
    Hello { $name },

    your sign-in email at { $organisation } was changed. From now on another email opens your sign-in in every application. This message goes to the one before, too.

message-communication-email-subject = Your communication email was changed
message-communication-email-text =
    Hello { $name },

    your communication email at { $organisation } was changed. Codes and notices go there from now on.

message-phone-subject = Your communication phone was changed
message-phone-text =
    Hello { $name },

    your communication phone at { $organisation } was changed. Codes go there from now on.

message-phone-sms = { $organisation }: codes do not go to this phone any more. If you did not change that, see the message in your email.
message-phone-code = { $code } is your code to confirm this phone at { $organisation }. It works for 10 minutes. Give it to nobody.

message-stopped-subject = What was not you has been stopped
message-stopped-text =
    Hello { $name },

    somebody who reads your messages from { $organisation } said that something was not your doing. All your sessions have ended, and your password opens nothing any more.

    Set a new one: open { $address }/account, type your email and choose "Forgot your password?".
message-stopped-second-step-text =
    Hello { $name },

    somebody who reads your messages from { $organisation } said that something was not your doing. All your sessions have ended, your password opens nothing any more, and your second step is the one from before.

    Set a new password: open { $address }/account, type your email and choose "Forgot your password?". You confirm with your second step. If you no longer have it, ask your company's user administrator to reset it.
message-stopped-recovery-code-text =
    Hello { $name },

    somebody who reads your messages from { $organisation } said that something was not your doing. All your sessions have ended, your password opens nothing any more, and you have no second step any more.

    Set a new password: open { $address }/account, type your email and choose "Forgot your password?". You confirm with the recovery code that you had before. Without it, ask your company's user administrator to reset your second step.
message-stopped-vouched-text =
    Hello { $name },

    somebody who reads your messages from { $organisation } said that something was not your doing. All your sessions have ended, and your password and your second step open nothing any more.

    A link to your email alone sets no new password here, because somebody else may read your mail. Ask your company's user administrator to reset your second step. Change the password of your mailbox first.
message-stopped-as-before-text =
    Hello { $name },

    somebody who reads mail at your former address said that the change of your email at { $organisation } was not your doing. The former address counts again, and all your sessions have ended. Your password and your second step stay as they are.

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

message-reset-link-subject = Your link to a new password
message-reset-link-text =
    Hello { $name },

    somebody at the network { $network } forgot the password of your sign-in at { $organisation }. If it was you, choose a new one.
message-reset-link-link = Choose a new password
message-reset-link-note = The link works once, for 30 minutes, in any browser. If it was not you, do nothing: nothing changes.
