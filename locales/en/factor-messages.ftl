message-passkey-added-subject = A passkey was added to your sign-in
message-passkey-added-text =
    Hello { $name },

    a passkey or security key, "{ $factor }", was added to your sign-in at { $organisation }, from the network { $network }. It counts in every application.

    If it was you, there is nothing to do. If it was not, sign in at { $address }/account, remove it, end the sessions that you do not know, and tell those who look after the service.

message-passkey-removed-subject = A passkey was removed from your sign-in
message-passkey-removed-text =
    Hello { $name },

    the passkey or security key "{ $factor }" was removed from your sign-in at { $organisation }, from the network { $network }. It opens nothing any more.

    If it was you, there is nothing to do. If it was not, sign in at { $address }/account, end the sessions that you do not know, and tell those who look after the service.

message-passkey-copied-subject = Your passkey behaved oddly
message-passkey-copied-text =
    Hello { $name },

    the passkey or security key "{ $factor }" was used at { $organisation } from the network { $network }, and its counter did not go forward. This can be a fault of the key, or a sign that there is a copy of it.

    If it happens again, sign in at { $address }/account, remove it and add another one. If it was not you, do so now, and tell those who look after the service.

message-authenticator-removed-subject = An authenticator app was removed from your sign-in
message-authenticator-removed-text =
    Hello { $name },

    the authenticator app "{ $factor }" was removed from your sign-in at { $organisation }, from the network { $network }. Its codes open nothing any more.

    If it was you, there is nothing to do. If it was not, sign in at { $address }/account, end the sessions that you do not know, and tell those who look after the service.

message-recovery-code-made-subject = You have a new recovery code
message-recovery-code-made-text =
    Hello { $name },

    a new recovery code was made for your sign-in at { $organisation }, from the network { $network }. The old one opens nothing any more.

    If it was you, there is nothing to do. If it was not, sign in at { $address }/account, make another one, end the sessions that you do not know, and tell those who look after the service.
