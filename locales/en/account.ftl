account-title = My sign-in
account-two-factor-on = Two-factor sign-in is on. It covers every application.
account-two-factor-off = Two-factor sign-in is not set up.
account-ways = Ways to sign in
account-ways-text = What proves that it is you. The same in every application.
account-changed = Changed { $date }
account-added = added { $date }
account-used = used { $time }
account-not-set-up = Not set up
account-sessions = Sessions
account-sessions-text = Where you are signed in now. End any you do not know.
account-this-session = This session
account-new-network = New network
account-since = since { $time }
account-browser-on = { $browser } on { $system }
account-browser-unknown = Unknown browser
account-end-session = End session
account-end-others = End all other sessions
account-recovery = Recovery code
account-recovery-text = Your way in if you lose your phone.
account-recovery-made = Created { $date }, not used
account-recovery-once = It works once. You get a new one after using it.
account-recovery-none = No recovery code
account-recovery-none-text = You get one when you set up a second step.
account-recent = Recent sign-ins
account-recent-text = What happened lately. Tell your user administrator about any you do not know.
account-recent-none = Nothing yet.
account-result-signed-in = Signed in
account-result-signed-out = Signed out
account-result-refused-wait = Refused: too many tries
account-result-refused-access = Refused: no access to the application
account-result-recovery-used = Signed in with the recovery code
account-result-second-step = Second step set up
account-status-ended = The session has ended.
account-status-others-ended = { $count ->
    [0] There were no other sessions.
    [one] One other session has ended.
   *[other] { $count } other sessions have ended.
}
account-result-passkey-added = Passkey added
account-result-passkey-removed = Passkey removed
account-result-passkey-copied = A passkey's counter did not go forward
account-result-authenticator-added = Authenticator app connected
account-result-authenticator-removed = Authenticator app removed
account-result-recovery-made = New recovery code made
