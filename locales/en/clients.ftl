# Consent to third-party applications
allow = Allow
refuse = Refuse
consent-title = { $application } asks for access
consent-lead = It does not belong to { $organisation }. Choose whether to give it this access.
consent-gets = It gets
consent-who = To know who you are, each time you sign in
consent-profile = Your name and language
consent-email = Your email
consent-scope = The permission “{ $scope }”
consent-resource = To act for you at { $resource }
consent-offline = To keep its access when you are signed out
consent-goes-to = You continue to
consent-known-since = Registered
consent-policy = Privacy policy
consent-tos = Terms of service
consent-later = You can take this away at any time in My sign-in.

# Devices
device-title = Connect a device
device-lead = Type the code that the device shows.
device-lead-compare = Check that the device in front of you shows this same code, then continue.
device-code-label = Code on the device
device-code-hint = Eight letters, such as BCDF-GHJK. The dash and case do not matter.
device-code-no-match = No device is waiting with this code. Check every letter, or start again on the device.
device-beware = Did someone send you the code or a link to this page?
device-beware-text = Then close this page. It would let them in as you.
device-question-title = Let { $application } on a device act for you?
device-question-lead = Allow it only if you started this yourself, and the device is in front of you.
device-shows = The device shows
device-asked-from = It asked from
device-same-network = the network that you are in now
device-other-network = a network other than the one that you are in now
device-calls-itself = It calls itself
device-asked-at = Time
device-question-beware = Then choose Refuse. It would let them in as you.
device-allowed-title = The device is connected
device-allowed-text = Go back to it: { $application } continues there by itself. You can close this page.
device-refused-title = The device was refused
device-refused-text = { $application } on the device gets no access. If someone sent you the code, tell support.

error-device-expired-title = This code has expired
error-device-expired-text = A device waits for ten minutes. Start again on the device, and type the new code.
error-device-answered-title = This device has already been answered
error-device-answered-text = A code works once. Go back to the device; if it does not continue, start again there.

# The applications of others in My sign-in
account-applications = Applications
account-applications-allowed = Applications with access
account-applications-text = Applications that do not belong to { $organisation }, and the access that you gave them.
account-applications-given = allowed { $date }
account-applications-open = Open
account-applications-remove = Remove access
account-applications-none = You have not given access to any application.
account-applications-removed = The access has been removed. You are asked again when you next sign in to the application.
