# The way in by a passkey
without-typing = Or sign in without typing
passkey = Passkey
passkey-text = Fingerprint, face or security key
passkey-title = Use your passkey or security key
passkey-lead = Your browser asks for your fingerprint, your face or the PIN of your device or key.
passkey-use = Use a passkey
passkey-wished = { $application } asks for a passkey.
passkey-not-at-hand = No passkey at hand?
passkey-go-without = Continue without a passkey
passkey-no-browser = This browser cannot use passkeys. Turn on JavaScript, or use another browser or another way.
passkey-cancelled = No passkey was used. Try again when you are ready.
passkey-error-over = This took too long or was already answered. Try again.
passkey-error-not-verified = The device did not check who you are. Use one with a fingerprint, a face or a PIN.
passkey-error-unknown = This passkey does not belong to this sign-in. Choose another one, or another way.
passkey-error-changed = This passkey has changed and can no longer be used. Choose another way. Then remove it in My sign-in and add it again.
passkey-error-failed = The passkey could not be used. Try again, or choose another way.
passkey-error-taken = This passkey has already been added. Use another device or security key.
passkey-error-changed-system = The system of this phone was changed, and your company accepts only phones as their makers made them. Use another phone or a security key.
passkey-error-not-attested = Your company accepts only keys of certain makers. Use one of those.
passkey-error-too-many = You have the most passkeys that are allowed. Remove one first.
another-way = Try another way

# Setting one up
add-passkey = Add a passkey
add-passkey-title = Add a passkey or security key
add-passkey-lead = Your browser asks where to keep it: on this device, on your phone or on a USB key.
