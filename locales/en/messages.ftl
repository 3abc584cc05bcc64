message-second-step-subject = A second step was set up for your sign-in
message-second-step-text =
    Hello { $name },

    an authenticator app was connected to your sign-in at { $organisation }, from the network { $network }. It counts in every application.

    If it was you, there is nothing to do. If it was not, sign in at { $address }/account, end the sessions that you do not know, and tell those who look after the service.

message-recovery-code-subject = Your recovery code was used
message-recovery-code-text =
    Hello { $name },

    your recovery code at { $organisation } was used to sign in, from the network { $network }. It works no more, and all your other sessions have ended.

    If it was you, there is nothing to do. If it was not, somebody knows your password, too: tell those who look after the service at once.

message-second-step-reset-subject = Your second step was removed
message-second-step-reset-text =
    Hello { $name },

    those who look after { $organisation } have removed your second step and your recovery code, and ended all your sessions. At your next sign-in at { $address } you set up a new one.

    If you did not ask for this, tell them at once.

message-password-set-subject = Your password was changed
message-password-set-text =
    Hello { $name },

    those who look after { $organisation } have set a new password for you, and ended all your sessions. It counts in every application.

    If you did not ask for this, tell them at once.
