message-passkey-added-subject = A passkey was added to your sign-in
message-passkey-added-text =
    Hello { $name },

    a passkey or security key, "{ $factor }", was added to your sign-in at { $organisation }. It works in every application.

message-passkey-removed-subject = A passkey was removed from your sign-in
message-passkey-removed-text =
    Hello { $name },

    the passkey or security key "{ $factor }" was removed from your sign-in at { $organisation }. It no longer works.

message-passkey-copied-subject = Your passkey may have been copied
message-passkey-copied-text =
    Hello { $name },

    the passkey or security key "{ $factor }" was used at { $organisation }, and its counter did not go forward. The key may be faulty, or there may be a copy of it.

    If this happens again, sign in at { $address }/account, remove the key and add another one.

message-authenticator-removed-subject = An authenticator app was removed from your sign-in
message-authenticator-removed-text =
    Hello { $name },

    the authenticator app "{ $factor }" was removed from your sign-in at { $organisation }. Its codes no longer work.

message-recovery-code-made-subject = You have a new recovery code
message-recovery-code-made-text =
    Hello { $name },

    a new recovery code was made for your sign-in at { $organisation }. The old one no longer works.

message-recovery-code-saved-subject = A recovery code was saved for your sign-in
message-recovery-code-saved-text =
    Hello { $name },

    a recovery code was made for your sign-in at { $organisation }, and confirmed as saved. It replaces your second step once.

message-recovery-code-removed-subject = Your recovery code was removed
message-recovery-code-removed-text =
    Hello { $name },

    your recovery code at { $organisation } was removed. It no longer works. Make a new one at { $address }/account.
