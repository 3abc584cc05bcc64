# The words of each factor, wherever it is named. The rows are in src/proofs/factor.rs.

factor-password = Password
factor-password-refused = Wrong password

factor-phone = Phone app
factor-phone-short = Phone app
factor-phone-step = Approve in the phone app
factor-phone-effort = Open Salpa on your phone, type the number from the web page and tap Approve.
factor-phone-use = Approve in the phone app
factor-phone-set-up = Two-factor sign-in is on. Next time, you approve in the phone app.
factor-phone-refused = Refused: wrong PIN

factor-totp = Authenticator app
factor-totp-short = Authenticator app
factor-totp-step = Authenticator app code
factor-totp-effort = Type a six-digit code from an app on your phone.
factor-totp-use = Type a code from your authenticator app
factor-totp-set-up = Two-factor sign-in is on. Next time, you type a code from your authenticator app.
factor-totp-refused = Wrong authenticator app code

factor-passkey = Passkey or security key
factor-passkey-short = Passkey
factor-passkey-step = Passkey or security key
factor-passkey-effort = Use your fingerprint or face, or plug in a USB key.
factor-passkey-use = Use a passkey or security key
factor-passkey-set-up = Two-factor sign-in is on. Next time, you can sign in with your passkey alone.
factor-passkey-refused = Passkey not accepted

factor-recovery-code = Recovery code
factor-recovery-code-use = Use your recovery code
factor-recovery-code-refused = Wrong recovery code

factor-password-reset = Link to a new password

factor-confirmation-code = Confirmation code
factor-confirmation-code-use = Be sent a code by text message and email
factor-confirmation-code-refused = Wrong confirmation code
