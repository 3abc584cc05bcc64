# Settings of a company
admin-applications = Applications
admin-policies = Sign-in policy
admin-history = Audit history
admin-look = Company look
admin-status = Service status

# Applications, their rights, and ready-made profiles
applications-lead = What is open to the company, and who may use it.
applications-people = { $count ->
    [one] One person
   *[other] { $count } people
}
applications-people-more = 1,000 people or more
applications-rights = { $count ->
    [one] One right
   *[other] { $count } rights
}
applications-own = Your own
applications-closed = Closed
applications-none = No application is open to the company. The operator of the service opens them.
applications-profiles = Ready-made profiles
applications-profiles-text = Rights that are given together. The name of the profile is shown as the role.
applications-profiles-none = There are no ready-made profiles yet.
applications-profile-new = Make a profile
applications-profile-change = Change the profile
applications-profile-name = Name
applications-profile-name-taken = There is already a profile with this name.
applications-profile-name-error = Give the profile a name of 1 to 80 characters.
applications-profile-empty = Choose at least one right.
applications-profile-everybody = For every company
applications-profile-remove = Remove the profile
applications-use = Use the application
applications-rights-title = Rights, and who has them
applications-nobody = Nobody has it.
applications-and-more = and others
applications-open-title = Closed to your users
applications-open = Open to your users
applications-open-text = Nobody in the company can use it now. Rights that were given work again when it is opened.
applications-close = Close to your users
applications-close-title = Open to your users
applications-close-sure = Everybody in the company is kept out from the next page on.
applications-close-yes = Yes, close it
applications-close-text = Everybody who has a right to it can use it. Closing it keeps the rights for when it is opened again.
applications-end-title = Access that people have given
applications-end-text = Ends the access that people whose basic company this is have given to the application. Its tokens stop working, and people sign in again.
applications-end = End access for everybody
applications-end-sure = Everybody has to sign in to the application again.
applications-end-yes = Yes, end access for everybody
applications-addresses = Return addresses
applications-addresses-text = Browsers come back to these addresses after a sign-in, and to no others.
applications-addresses-none = The application signs nobody in.
applications-addresses-change = Change the addresses
applications-addresses-lead = Add the new address first, and remove the old one once nobody uses it. A sign-in on its way to a removed address is refused. To remove an address, empty its field.
applications-addresses-wrong = An address begins with https:// (http:// only on this machine itself), has no #, * or user name, and at most 2,048 characters. An application that signs people in has at least one return address, and at most 20.
applications-addresses-not-listed = The list of addresses that this application publishes for its sector could not be fetched, or does not name each return address.
applications-address-redirect-uris = Return addresses
applications-address-post-logout-redirect-uris = Addresses after signing out
applications-address-home-url = Home page
applications-address-initiate-login-uri = Address that begins a sign-in
applications-address-back-channel-logout-uri = Address for ended sessions
applications-done-addresses = The addresses have been changed.
applications-done-opened = The application is open to your users.
applications-done-closed = The application is closed to your users.
applications-done-ended = The access has ended for everybody. People sign in again.
applications-done-profile-made = The profile has been created.
applications-done-profile-changed = The profile has been changed. People who already have it keep the rights that they were given.
applications-done-profile-removed = The profile has been removed. People who have it keep the rights that they were given.

# The sign-in policy
policy-lead = How often people are asked for a second step, in each application.
policy-required = Required
policy-required-text = Asked at every sign-in. A person without a second step sets one up before going on.
policy-adaptive = Adaptive
policy-adaptive-text = Asked when something is new: the network, the browser or the country. Otherwise not.
policy-optional = Optional
policy-optional-text = Asked only if the person has turned it on.
policy-everywhere = All applications
policy-people-more = 2,000 people or more
policy-effect-required = { $count ->
    [0] Nobody uses it yet.
    [one] One person is asked every time.
   *[other] All { $count } are asked every time.
}
policy-effect-adaptive = Asked when something is new.
policy-effect-optional = { $with } of { $count } have turned it on.
policy-effect-set-up = { $count ->
    [one] One person has no second factor and will set one up at the next sign-in here.
   *[other] { $count } people have no second factor and will set one up at the next sign-in here.
}
policy-effect-everybody = { $count ->
    [one] It affects one person.
   *[other] It affects { $count } people.
}
policy-effect-out = { $count ->
    [one] One person has no accepted method and could not sign in.
   *[other] { $count } people have no accepted method and could not sign in.
}
policy-effect-none-out = Everybody can still sign in.
policy-stricter-text = The stricter policy wins: what an application or a person's basic company requires stays. A choice that would require less is not available.
policy-change-title = Change the policy
policy-change-text = It applies from the next step of every sign-in, and in open sessions. Users whose basic company is another one, and main users of the accounting office, are asked when they enter this company.
policy-not-milder = The application already requires more. A company can require more, not less.
policy-locks-out-everybody = With these methods nobody could sign in. Choose passkeys, or passwords together with an authenticator app or passkeys.
policy-locks-out-you = You could no longer sign in: you have none of these methods. Set one up in My sign-in first.
policy-locks-out-all = None of these people has an accepted method. They have to set one up first.
policy-ask-before = Always ask before
policy-ask-before-text = Ask again before these, even when a person is already signed in.
policy-ask-before-add = Add
policy-ask-before-how = The application does the asking: at sign-in it learns which of the person's rights need it.
policy-ask-before-unknown = None of the company's applications has declared rights of its own.
policy-ask-before-save = Save
policy-done-asked = Saved. Applications learn of it when their tokens are next renewed.
policy-details = Methods and lifetimes
policy-details-text = Which methods are accepted, how long people stay signed in, and what counts as unusual. For the company's people, in every application.
policy-details-open = Change
policy-methods = Accepted methods
policy-idle = Minutes without use before people are asked to sign in again
policy-lifetime = Minutes in all before people are asked to sign in again
policy-fresh = Minutes after a sign-in before sensitive acts ask for it again
policy-remember = Days that people may have a browser remembered
policy-absence = Days without signing in that count as a long time
policy-number-hint = Now { $now }. From { $least } to { $most }. If empty: { $usual }. If an application asks for less, that applies.
policy-minutes = { $count ->
    [one] 1 minute
   *[other] { $count } minutes
}
policy-hours = { $count ->
    [one] 1 hour
   *[other] { $count } hours
}
policy-days = { $count ->
    [one] 1 day
   *[other] { $count } days
}
policy-never = not at all
policy-of-applications = as each application allows
policy-signs = When the adaptive policy asks for a second step
policy-signs-hint = Also when the application itself asks for it.
policy-sign-new-network = A new network
policy-sign-new-browser = A new browser
policy-sign-many-failures = Several wrong tries lately
policy-sign-long-absence = A long time since the last sign-in
policy-sign-impossible-travel = A sign-in far from the previous one, too soon to travel
policy-number-error = One of the numbers is outside its limits. Nothing has been saved.
policy-preview = See who is affected
policy-who-without = See who has no second factor
policy-done-saved = The policy is saved.

# The audit history
history-download = Download as CSV
history-search = Person or error identifier
history-from = From
history-until = To
history-event = Event
history-event-any = Any event
history-application = Application
history-application-any = Any application
history-stopped = Stopped or failed
history-clear = Clear filters
history-found = { $count ->
    [one] One event
   *[other] { $count } events
}
history-which = Which person?
history-none = Nothing was found
history-none-text = Nothing in the company's history matches your search and filters.
history-time = Time
history-person = Person
history-place = Place
history-actor = Done by
history-method = Method
history-accepted = { $method } accepted
history-change = Change
history-was-is = { $was } → { $is }
history-nothing = nothing
history-was = Before
history-is = Now
history-given = Given
history-taken = Taken away
history-rights = Rights
history-network = Network
history-browser = Browser
history-advice = What to do
history-id = Entry
history-newest = Newest
history-older = Older
history-further = Search further back
history-day = { $day } { $month }
history-today = Today, { $day }
history-yesterday = Yesterday, { $day }
history-group-sign-ins = Sign-ins
history-group-profiles = Profiles and methods
history-group-administration = Administration
history-group-applications = Applications
history-group-messages = Messages
history-advice-wait = The wait ends by itself. If it was not the person, have them set a new password.
history-advice-copied = Have the person remove the passkey and add it again.
history-advice-not-me = Ask the person, and end their sessions.
history-advice-contact = Check the email or phone of the person.
history-advice-replayed = Ask the person whether it was them.
history-advice-client = Check the secret or key of the application.

# The company look
look-lead = Your logo and one colour, on the sign-in pages and in the console.
look-light-logo = Logo on light pages
look-dark-logo = Logo on dark pages
look-logo-hint = PNG, at least 64 px high, at most 64 kB.
look-colour = Accent colour
look-contrast = White text on this colour is easy to read, { $contrast }
look-lighter = Dark pages use a lighter shade, { $colour }
look-colour-none = Type a colour such as #23408E.
look-colour-too-light = White text is hard to read on this colour: { $contrast }. Try { $suggestion }.
look-use = Use { $colour }
look-logo-too-large = The logo is too large. It may be at most 64 kB.
look-logo-no-picture = The logo is not a readable PNG.
look-logo-too-low = The logo is too low. It must be at least 64 px high.
look-logo-too-high = The logo has too many pixels. It may be at most 1536 by 512 px.
look-publish = Publish
look-try = Show in the preview
look-remove = Back to the usual green
look-draft = This is not published yet.
look-preview = Preview
look-preview-page = Sign-in page
look-preview-email = Email
look-preview-dark = Dark
look-preview-choose = What the preview shows
look-preview-application = Your application
look-preview-subject = Reset your password
look-preview-words = Someone asked for a link to reset the password.
look-done-published = The look is published.
look-done-removed = The company has the usual look again.

# Service status
status-lead = What people see at the top of the sign-in page and of My sign-in.
status-add = Announce a disruption
status-change = Change the announcement
status-announce = Announce
status-save = Save
status-end = End now
status-of-operator = Announced by { $organisation } to everybody
status-none = Nothing is announced.
status-own = Announced by your company
status-own-none = Your company has announced nothing.
status-shown = Shown now
status-planned = Planned
status-ended = Ended
status-from-until = { $from } – { $until }
status-english = In English
status-finnish = In Finnish
status-text-hint = Plain text on one line, at most 240 characters. The first sentence is shown in bold. A text in one language alone is shown in both.
status-begins = From
status-ends = Until
status-time-hint = Times are in { $zone }. At most 90 days.
status-error-text = Write the text in at least one language, on one line and at most 240 characters long.
status-error-time = The end must be after the beginning, and within 90 days.
status-done-added = The disruption is announced.
status-done-changed = The announcement is changed.
status-done-ended = The announcement has ended.
applications-profile-not-yours = You do not have this right yourself, so you cannot give a profile with it
applications-profile-others = It also has rights in applications that are not open to your company.
applications-profile-everybody-text = The operator made this profile for every company. You can give it, and not change it.
