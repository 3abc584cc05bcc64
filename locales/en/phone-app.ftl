# The phone app.

app-title = Salpa phone app
app-lead = Sign in to your company's applications with your phone.
app-already-two-step = Already completed two-step authentication
app-already-two-step-text = Use your email and your second step to connect this phone.
app-needs-scripts = The app makes its key on this phone, and needs scripts for that. Allow scripts for this address.
app-needs-https = This browser keeps no keys for an address without HTTPS. Open the app at an address that begins with https://.
app-new-version = A new version of the app is ready.
app-new-version-take = Update now

app-pin-title = Create your PIN
app-pin-lead = Six digits. You use it to open Salpa and to confirm sign-ins on this phone.
app-pin-step-1 = Step 1 of 2. Next you type it again.
app-pin-confirm-title = Confirm your PIN
app-pin-confirm-lead = Type the same six digits once more.
app-pin-step-2 = Step 2 of 2.
app-pin-keys = PIN keys
app-pin-delete = Delete the last digit
app-pin-count = { $count } of 6 digits
app-pin-differs = The two PINs are not the same. Choose your PIN again.
app-pin-trivial-same = Six times the same digit is guessed first. Choose another PIN.
app-pin-trivial-row = Digits in a row are guessed first. Choose another PIN.
app-pin-trivial-pattern = This pattern is guessed early. Choose another PIN.
app-pin-trivial-date = This looks like a date, and birthdays are guessed early. Choose another PIN.
app-pin-failed = This did not work. Nothing was changed. Try again.
app-pin-offline = You are offline. Nothing is lost: try again when there is a network.
app-too-many-phones = You have as many phones as there may be. Remove one in My sign-in first.

app-unlock-title = Enter your PIN
app-pin-wrong = { $tries ->
    [one] Incorrect PIN code. You have one try left.
   *[other] Incorrect PIN code. You have { $tries } tries left.
}
app-pin-tries-left = { $tries ->
    [one] You have one try left.
   *[other] You have { $tries } tries left.
}
app-pin-closed = Incorrect PIN code. You entered the wrong PIN code too many times. Sign in again.
app-pin-forgot = Forgot your PIN?
app-pin-forgot-text = Nobody can tell you your PIN: it is stored nowhere. Sign in again and make a new one.
app-sign-in-again = Sign in again

app-home-title = Home
app-account = Account
app-company-switch = Switch company
app-recent = Recent sign-ins
app-applications = Applications
app-applications-lead = They open without another sign-in.
app-applications-none = No application is open to you here yet. Ask your company's user administrator.

app-settings = Settings
app-devices = Devices with Salpa
app-this-phone = This phone
app-phone-added = Added { $date }
app-phone-used = Last used { $time }
app-opening = Opening Salpa
app-change-pin = Change PIN
app-leaving = Leaving
app-lock = Lock
app-lock-text = Open again with your PIN.
app-lock-text-biometrics = Open again with fingerprint, face or PIN.
app-log-out = Log out
app-log-out-text = Needs a full sign-in again.
app-everywhere = Log out from all devices
app-everywhere-text = All devices stop. Needs a new invitation.
app-everywhere-title = Log out from all devices?
app-everywhere-lead = Do this when a phone is lost or in other hands.
app-everywhere-phones = The app is signed out on every phone of yours.
app-everywhere-sessions = You are signed out in every browser and application.
app-left = You are logged out. Sign in to use the app again.
app-everywhere-again = To use the app again, ask your company's user administrator for a new invitation.
app-left-everywhere = You are logged out from all devices. Ask your company's user administrator for a new invitation.

app-on = On
app-off = Off
app-notifications = Notifications
app-notifications-allow-title = Allow notifications
app-notifications-lead = A notification tells you when a request waits, also while the app is closed. It does not say what is asked.
app-notifications-without = Without them everything works too: open the app to see what waits.
app-notifications-allow = Allow notifications
app-notifications-later = Not now
app-notifications-on = Notifications are on.
app-notifications-turn-off = Turn off notifications
app-notifications-denied = Notifications are blocked for Salpa.
app-notifications-denied-android = Tap the icon beside the address, then Permissions, Notifications. Where Salpa is installed: Settings, Apps, Salpa, Notifications.
app-notifications-denied-iphone = Open Settings, Apps, Salpa, Notifications, and allow them.
app-notifications-denied-other = Allow them for this address in the settings of your browser.
app-notifications-none = This browser does not show notifications.
app-notifications-failed = Notifications could not be turned on. Try again when there is a network.
app-notifications-unreachable = Your browser's notification service cannot be reached from here. The app works without it.

app-biometrics = Fingerprint or face
app-biometrics-lead = Open Salpa and answer requests with your fingerprint or face in place of the PIN.
app-biometrics-passkey = Your phone makes a passkey for this. You can sign in with it elsewhere too, and see it in My sign-in. Your PIN keeps working.
app-biometrics-allow = Use fingerprint or face
app-biometrics-found = This phone has a passkey of yours already.
app-biometrics-use-own = Use this passkey
app-biometrics-on = Your fingerprint or face opens Salpa on this phone.
app-biometrics-turn-off = Use only the PIN
app-biometrics-open = Use fingerprint or face
app-biometrics-not-used = Not confirmed. Try again, or type your PIN.
app-biometrics-refused = This passkey was not accepted. Type your PIN.
app-biometrics-cancelled = No passkey was made. Try again when you are ready.
app-biometrics-failed = This did not work. Try again, or keep using your PIN.
app-biometrics-none = This browser cannot use fingerprint or face here.

app-home-screen-title = Put Salpa on the home screen
app-home-screen-text = On this phone only an app on the home screen can notify you. Do this before you sign in, and sign in there.
app-home-screen-share = Tap Share at the bottom of the page.
app-home-screen-add = Tap Add to Home Screen, then open Salpa there.

push-title = A request waits for you
push-text = Open Salpa to see it and to answer.
push-open = Open the request

set-up-phone-title = Connect your phone
set-up-phone-lead = Your phone needs Android 12 or iOS 16, or newer.
set-up-phone-1 = Open { $address } on your phone. On an iPhone, put it on the home screen first.
set-up-phone-2 = Tap { set-up-phone-read } there and point the camera here.
set-up-phone-3 = Type the number that this page then shows, and create your PIN.
set-up-phone-1-done = Salpa is open on your phone.
set-up-phone-3-number = Type { $number } on your phone, then create your PIN there.
set-up-phone-3-pin = Create your PIN.
set-up-phone-look = Create your PIN in Salpa
set-up-phone-over = This page was open for ten minutes. Show a new code when your phone is at hand.
set-up-phone-show = Show the code
set-up-phone-open = Set up Salpa on this phone
set-up-phone-done = I have created my PIN
set-up-phone-not-yet = Your phone is not ready yet. Create your PIN there first.
set-up-phone-cannot-scan = Allow the camera for Salpa in your phone's settings, or scan the code with your phone's own camera. If you read this page on the phone itself, no code is needed: press Set up Salpa on this phone.
set-up-phone-read = Read QR code
set-up-phone-read-text = A sign-in page or My sign-in shows it when you connect your phone.
set-up-phone-scan = Point the camera at the code on the page that connects your phone.
set-up-phone-foreign = This is not a code that connects a phone here. Point the camera at the code on the page that connects your phone.
set-up-phone-old = This code is too old. Scan the one that the page shows now.
set-up-phone-twice = This code has been scanned already. Show a new code on the page.
set-up-phone-again = Salpa is set up on this phone already
set-up-phone-again-text = Salpa is set up on this phone already. To connect it anew, log out in its settings first.
set-up-phone-question = Connect this phone?
set-up-phone-question-text = It will open Salpa and approve sign-ins for this person. Go on only if that is you, and the page below is in front of you.
set-up-phone-number = Type the number on the web page
set-up-phone-continue = Continue
set-up-phone-ended = It was used, or its ten minutes were over. Show a new code on the page that connects your phone.
set-up-phone-made = Your PIN is ready
set-up-phone-made-text = The web page goes on by itself, and so does this app.
set-up-phone-made-here = Go back to the page where you began: it goes on with this phone.
set-up-phone-go-on = Go on
app-phone-number = Give your phone number?
app-phone-number-text = Then a code can reach you by text message as well when you sign in from a new network. You can do this later in My sign-in, too.
app-phone-number-give = Give my number
app-phone-number-skip = Skip
another-phone = Another phone
add-phone = Add a phone
account-status-phone-added = The phone has been added.

app-support = Support details
app-support-device = Device
app-support-system = System
app-support-version = App version
app-support-browser = Browser
app-support-phone = Phone identifier
app-support-copy = Copy support details

app-offline-title = You are offline
app-offline-lead = The app goes on by itself when there is a network. Nothing is lost.
app-offline-again = Try again

error-app-too-old-title = This phone is too old for the app
error-app-too-old-text = The app needs Android 12 or iOS 16, or newer. Update the system of your phone, or use another one. In a browser you can sign in without the app.
error-app-version-too-old-title = This version of the app is no longer used
error-app-version-too-old-text = A newer one is being put into place. Try again in a few minutes.

error-phone-app-service-title = The phone app is not open to you yet
error-phone-app-service-text = Your sign-in worked. You are on the employee listing of { $company }, but without travel or salaries, which open the phone app. Ask your company's user administrator to turn on one of them.
error-phone-app-nobody-title = The phone app is not open to you
error-phone-app-nobody-text = Your sign-in worked, but the phone app is for users and employees of a company. Ask your company's user administrator to add you.
error-phone-app-closed-title = You have logged out from all devices
error-phone-app-closed-text = The phone app stays closed until your company's user administrator invites you again. Ask them for an invitation, and enter its sign-up code on this phone.

phones = Phones
phone = Phone
account-phones-text = Phones with the Salpa phone app. Each opens with a PIN of its own.
phone-remove-text = The app on it is signed out and no longer works. Your other browsers ask you to sign in again.
phone-facts = { $system } · Salpa { $version }
account-status-phone-removed = The phone has been removed.

message-phone-added-subject = A phone was added to your sign-in
message-phone-added-text =
    Hello { $name },

    the phone app was set up on a phone, "{ $factor }", for your sign-in at { $organisation }. It works in every application.

message-phone-pin-subject = The PIN of a phone was changed
message-phone-pin-text =
    Hello { $name },

    a new PIN was made for the phone app on your phone "{ $factor }" at { $organisation }, after a full sign-in.

message-phone-removed-subject = A phone was removed from your sign-in
message-phone-removed-text =
    Hello { $name },

    the phone "{ $factor }" was removed from your sign-in at { $organisation }. The app on it no longer works.

message-phone-closed-subject = The phone app was closed after five wrong PINs
message-phone-closed-text =
    Hello { $name },

    on the phone "{ $factor }" a wrong PIN was entered five times, so the phone app of { $organisation } is signed out there. Only a full sign-in opens it again.

    If this was you, sign in again and make a new PIN. If someone else has the phone, remove what they might know: change your password at { $address }/account.

message-logged-out-everywhere-subject = You were logged out from all devices
message-logged-out-everywhere-text =
    Hello { $name },

    someone with your unlocked phone app chose "Log out from all devices" at { $organisation }. Every phone and browser is signed out. To use the phone app again, ask your company's user administrator for a new invitation.

message-administrator-phone-removed =
    Hello { $name },

    { $administrator } of { $company } removed one of your phones. The phone app on it is signed out.
message-administrator-everywhere =
    Hello { $name },

    { $administrator } of { $company } logged you out from all devices. To use the phone app again, ask them for a new invitation.

admin-devices = Devices
admin-devices-none = No phones
admin-devices-none-text = Nobody has set up the phone app for this profile.
admin-devices-closed = The phone app is closed
admin-devices-closed-text = { $name } was logged out from all devices. A new invitation opens it again.
admin-phone-remove = Remove
admin-phone-app-invite = Invite
admin-everywhere = Log out
admin-everywhere-text = Logs { $name } out of Salpa on every device. The phone app opens again by a new invitation.
admin-everywhere-button = Log out from all devices
admin-done-phone = The phone is removed.
admin-done-everywhere = { $name } is logged out from all devices.
admin-phone-remove-title = Remove { $phone }?
admin-phone-remove-text = The phone app on it is signed out and no longer works. All sessions of { $name } end.
admin-phone-remove-button = Remove the phone
admin-everywhere-title = Log { $name } out from all devices?
