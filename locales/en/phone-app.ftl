# The phone app.

app-title = Salpa phone app
app-lead = Sign in to your company’s applications with your phone.
app-already-two-step = Already completed two-step authentication
app-already-two-step-text = Sign in with your email, your password and your second step.
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
app-applications-none = No application is open to you here yet. Ask your company’s user administrator.

app-settings = Settings
app-devices = Devices with Salpa
app-this-phone = This phone
app-opening = Opening Salpa
app-change-pin = Change PIN
app-leaving = Leaving
app-lock = Lock
app-lock-text = Open again with your PIN.
app-log-out = Log out
app-log-out-text = Needs a full sign-in again.
app-everywhere = Log out from all devices
app-everywhere-text = All devices stop. Your user administrator opens the app to you again.
app-everywhere-title = Log out from all devices?
app-everywhere-lead = Do this when a phone is lost or in other hands.
app-everywhere-phones = The app is signed out on every phone of yours.
app-everywhere-sessions = You are signed out in every browser and application.
app-everywhere-again = To use the app again, ask your company’s user administrator to open it to you.
app-left = You are logged out. Sign in to use the app again.
app-left-everywhere = You are logged out from all devices. Ask your company’s user administrator to open the app to you again.

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

app-too-old-title = This phone is too old for the app
app-too-old-text = The app needs Android 12 or iOS 16, or newer. Update the system of your phone, or use another one.
app-too-old-instead = In a browser you can continue without the app:

error-phone-app-service-title = The phone app is not open to you yet
error-phone-app-service-text = Your sign-in worked. You are on the employee listing of { $company }, but without travel or salaries, which open the phone app. Ask your company’s user administrator to turn on one of them.
error-phone-app-nobody-title = The phone app is not open to you
error-phone-app-nobody-text = Your sign-in worked, but the phone app is for users and employees of a company. Ask your company’s user administrator to add you.
error-phone-app-closed-title = You have logged out from all devices
error-phone-app-closed-text = The phone app stays closed until your company’s user administrator opens it to you again. Ask them, and then sign in here.

phones = Phones
phone = Phone
account-phones-text = Phones with the Salpa phone app. Each opens with a PIN of its own.
account-phones-none = Open { $address } on your phone to add the phone app.
phone-remove-text = The app on it is signed out and no longer works. Your other browsers ask you to sign in again.
phone-facts = { $system } · Salpa { $version }
account-status-phone-removed = The phone has been removed.

message-phone-added-subject = A phone was added to your sign-in
message-phone-added-text =
    Hello { $name },

    the phone app was set up on a phone, "{ $factor }", for your sign-in at { $organisation }. It works in every application.

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

    someone with your unlocked phone app chose "Log out from all devices" at { $organisation }. Every phone and browser is signed out. To use the phone app again, ask your company's user administrator to open it to you.

message-administrator-phone-removed =
    Hello { $name },

    { $administrator } of { $company } removed one of your phones. The phone app on it is signed out.
message-administrator-everywhere =
    Hello { $name },

    { $administrator } of { $company } logged you out from all devices. To use the phone app again, ask them to open it to you.
message-administrator-phone-app =
    Hello { $name },

    { $administrator } of { $company } opened the phone app to you again. Sign in on your phone at { $address }/app.

admin-devices = Devices
admin-devices-none = No phones
admin-devices-none-text = Nobody has set up the phone app for this profile.
admin-devices-closed = The phone app is closed
admin-devices-closed-text = { $name } was logged out from all devices. The app opens again when you open it.
admin-phone-remove = Remove
admin-phone-app-open = Open the phone app
admin-everywhere = Log out
admin-everywhere-text = Logs { $name } out of Salpa on every device. The phone app stays closed until you open it again.
admin-everywhere-button = Log out from all devices
admin-done-phone = The phone is removed.
admin-done-everywhere = { $name } is logged out from all devices.
admin-done-phone-app = The phone app is open again.
admin-phone-remove-title = Remove { $phone }?
admin-phone-remove-text = The phone app on it is signed out and no longer works. All sessions of { $name } end.
admin-phone-remove-button = Remove the phone
admin-everywhere-title = Log { $name } out from all devices?
