# Messages about acts of an administrator
message-administrator-subject = Your access to { $company } has changed
message-administrator-welcome-subject = Set up your sign-in to { $company }
message-administrator-welcome-note = The link works once, for 7 days. If you did not expect this message, do nothing.
message-administrator-welcome =
    Hello { $name },

    { $administrator } made you a user of { $company }. Set up your sign-in to get started: you choose a password, set up a second step and save a recovery code.
message-administrator-asked-subject = { $company } has invited you
message-administrator-asked =
    Hello { $name },

    { $administrator } invites you to be a user of { $company }. Accept or decline in My sign-in at { $address }/account. Until you accept, { $company } sees nothing about you, and you have no access there.
message-administrator-added =
    Hello { $name },

    { $administrator } made you a user of { $company }. Sign in as before.
message-administrator-locked =
    Hello { $name },

    { $administrator } locked your access to { $company }. If you do not know why, ask there.
message-administrator-unlocked =
    Hello { $name },

    { $administrator } unlocked your access to { $company }.
message-administrator-removed =
    Hello { $name },

    { $administrator } removed your access to { $company }. If you do not know why, ask there.
message-administrator-taken-back =
    Hello { $name },

    { $administrator } restored your access to { $company }.
message-administrator-roles =
    Hello { $name },

    { $administrator } changed your roles in { $company }.
message-administrator-rights =
    Hello { $name },

    { $administrator } changed what you may do in the applications of { $company }.
message-administrator-name =
    Hello { $name },

    { $administrator } of { $company } corrected your name. It is the same in every application.
message-administrator-sessions =
    Hello { $name },

    { $administrator } of { $company } signed you out. Sign in again when you need to.
message-administrator-factor =
    Hello { $name },

    { $administrator } of { $company } removed your second step and your recovery code, and ended all your sessions. You set up a new one at your next sign-in at { $address }.
message-administrator-employee-added =
    Hello { $name },

    { $administrator } put you on the employee listing of { $company }.
message-administrator-employee-removed =
    Hello { $name },

    { $administrator } took you off the employee listing of { $company }.
message-administrator-passkey-removed =
    Hello { $name },

    { $administrator } of { $company } removed a passkey or security key from your sign-in, and ended all your sessions. Your other ways to sign in stay as they are.
message-administrator-authenticator-removed =
    Hello { $name },

    { $administrator } of { $company } removed an authenticator app from your sign-in, and ended all your sessions. Your other ways to sign in stay as they are.
message-administrator-recovery-code-removed =
    Hello { $name },

    { $administrator } of { $company } removed your recovery code, and ended all your sessions. Make a new one at { $address }/account.
