message-passkey-added-subject = A passkey was added to your sign-in
message-passkey-added-text =
    Hello { $name },

    a passkey or security key, "{ $factor }", was added to your sign-in at { $organisation }. It counts in every application.

message-passkey-removed-subject = A passkey was removed from your sign-in
message-passkey-removed-text =
    Hello { $name },

    the passkey or security key "{ $factor }" was removed from your sign-in at { $organisation }. It opens nothing any more.

message-passkey-copied-subject = Your passkey behaved oddly
message-passkey-copied-text =
    Hello { $name },

    the passkey or security key "{ $factor }" was used at { $organisation }, and its counter did not go forward. This can be a fault of the key, or a sign that there is a copy of it.

    If it happens again, sign in at { $address }/account, remove it and add another one.

message-authenticator-removed-subject = An authenticator app was removed from your sign-in
message-authenticator-removed-text =
    Hello { $name },

    the authenticator app "{ $factor }" was removed from your sign-in at { $organisation }. Its codes open nothing any more.

message-recovery-code-made-subject = You have a new recovery code
message-recovery-code-made-text =
    Hello { $name },

    a new recovery code was made for your sign-in at { $organisation }. The old one opens nothing any more.

message-recovery-code-saved-subject = A recovery code was saved for your sign-in
message-recovery-code-saved-text =
    Hello { $name },

    a recovery code was made for your sign-in at { $organisation }, and somebody said that it is kept safe. It stands in for your second step, once.
