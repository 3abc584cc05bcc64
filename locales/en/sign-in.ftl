# Email
email-title = Sign in
email-label = Email
sign-in-error-email-empty = Type your email to continue.
sign-in-error-email-shape = This is not a complete email address. Check it: it looks like name@company.example.
error-email-local-part = The part before the @ can have the letters a to z, digits, and signs such as . + - _, because not every mail server accepts others.

# Password
password-title = Enter your password
password-title-known = Sign in to continue
password-lead-known = Enter your password, and you continue where you left off.
password-label = Password
password-show = Show
password-hide = Hide
password-not-you = Not you?
password-someone-else = Sign in as someone else
sign-in-error-password-empty = Type your password to sign in.
sign-in-error-password-no-match = The email and password do not match. Check both, then try again.

# Waits
wait-title = Too many tries.
wait-text = Try again in { $time }.
wait-button = Available in { $time }
wait-left = You can try again in { $time }.
wait-over = You can try again now.
sign-in-error-closed = There were too many wrong tries, so this way to sign in is closed. Ask support to open it again.

# Code from the authenticator app
code-title = Enter the code from your authenticator app
code-lead = Open the app on your phone and type the digits that it shows now.
code-label = Code
sign-in-error-code-empty = Type the digits that your authenticator app shows.
sign-in-error-code-no-match = This code does not match. Type the one that the app shows now.
sign-in-error-code-used = This code has been used already. Wait for the next one in the app, then type it.

# Recovery code
recovery-entry-title = Use your recovery code
recovery-entry-lead = The code works once. After that you set up a new second step and get a new recovery code.
recovery-entry-label = Recovery code
recovery-entry-hint = 20 letters and digits. Spaces, dashes and case do not matter.
sign-in-error-recovery-empty = Type your recovery code to continue.
sign-in-error-recovery-no-match = This recovery code does not match. Check every letter and digit, then try again.
sign-in-error-recovery-second = This is your recovery code, but it is needed later. Go back and choose the link by email: you are then asked for the code. It has not been used.

# Setting up the second step
step-of-three = Step { $step } of 3
choose-title = Choose your second step
choose-lead = You need a second step to sign in. You set it up once, and it works in every application.
choose-easiest = Easiest
choose-next = Next: set it up. You can add more methods later.
sign-in-error-method-unchosen = Choose one of the methods to continue.
connect-title = Connect your authenticator app
connect-lead = Use any app that makes six-digit codes. You need it whenever a second step is asked for.
connect-qr = QR picture to scan with your authenticator app
connect-open-app = Open in an app on this phone
connect-step-1 = Get an authenticator app from your app store, if you do not have one.
connect-step-2 = Add an account in it and scan this code.
connect-step-3 = Type the six digits that the app shows.
connect-other = Choose another method
connect-cannot-scan = I cannot scan the code
connect-secret-text = In the app, choose to enter a key, then type this one. Spaces do not matter.
recovery-title = Save your recovery code
recovery-lead = This is your way in if you lose your phone. It is shown only once, so save it before you continue.
recovery-places-title = Good places to keep it
recovery-places-text = A password manager, or on paper where you keep your passport. Not in your email.
recovery-saved = I have saved the code somewhere safe
recovery-finish = Finish and sign in
sign-in-error-saved-unticked = Save the code, then tick the box to finish.

# Terms
terms-title = Accept the terms and conditions
terms-lead = Before you go on, { $organisation } asks you to accept its terms and conditions. You are asked again only when they change.
terms-version = Version
terms-read = Read the terms (new tab)
terms-accept = I accept the terms and conditions
sign-in-error-terms-unticked = Tick the box to accept the terms and conditions and continue.

# The end
signed-in-title = You are signed in
signed-in-opens = { $application } opens now.
finished-title = This sign-in is finished
finished-text = Each sign-in works once. Start from the application that you want to use.
finished-text-application = Each sign-in works once. Open { $application } to continue.
