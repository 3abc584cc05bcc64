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
applications-profiles-text = Rights that are given together, under a name that stands as the role.
applications-profiles-none = There is no ready-made profile yet.
applications-profile-new = Make a profile
applications-profile-change = Change the profile
applications-profile-name = Name
applications-profile-name-taken = A profile of this name is there already.
applications-profile-name-error = Give the profile a name of 1 to 80 characters.
applications-profile-empty = Choose at least one right.
applications-profile-everybody = For every company
applications-profile-remove = Remove the profile
applications-use = Use the application
applications-rights-title = Rights, and who has them
applications-nobody = Nobody has it.
applications-and-more = and others
applications-open-title = Open to your users
applications-open = Open to our users
applications-open-text = Nobody of the company can use it now. Rights that were given count again once it is open.
applications-close = Close to our users
applications-close-text = Whoever has a right to it can use it. Closing keeps the rights for when it is opened again.
applications-end-title = Access that was given
applications-end-text = Ends what people whose basic company this is have let the application have: its tokens are good for nothing, and they sign in again.
applications-end = End access for everybody
applications-done-opened = The application is open to your users.
applications-done-closed = The application is closed to your users.
applications-done-ended = The access of your people has ended. They sign in again.
applications-done-profile-made = The profile is made.
applications-done-profile-changed = The profile is changed. Who was given it before keeps what they have.
applications-done-profile-removed = The profile is removed. Who was given it keeps the rights.

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
    [one] It touches one person.
   *[other] It touches { $count } people.
}
policy-effect-out = { $count ->
    [one] One person has no method that counts and could not sign in.
   *[other] { $count } people have no method that counts and could not sign in.
}
policy-effect-none-out = Everybody can still sign in.
policy-stricter-text = The stricter wins: what an application or a person’s basic company asks for stays. A choice that would ask for less is not available.
policy-change-title = Change the policy
policy-change-text = It counts at the next step of every sign-in, and in sessions that are open. Users whose basic company is another one, and main users of the accounting office, are asked when they enter this company.
policy-not-milder = The application asks for more already. A company can ask for more, not for less.
policy-locks-out-everybody = By these methods nobody could sign in. Choose passkeys, or passwords together with an authenticator app or passkeys.
policy-locks-out-you = You could not sign in any more: you have none of these methods. Set one up in My sign-in first.
policy-locks-out-all = Nobody of these people has a method that would count. They have to set one up first.
policy-ask-before = Always ask before
policy-ask-before-text = Even when a person is already signed in, ask again before these.
policy-ask-before-add = Add
policy-ask-before-how = The application asks: it learns with the sign-in before which of a person’s rights it has to.
policy-ask-before-unknown = None of the company’s applications knows a right of its own.
policy-ask-before-save = Save
policy-done-asked = Saved. Applications know at the next refresh of their tokens.
policy-details = Methods and lifetimes
policy-details-text = Which methods count, how long sessions and proofs last, and what is odd. In every application, for the company’s people.
policy-details-open = Change
policy-methods = Methods that count
policy-idle = Minutes without use after which a session asks for a proof
policy-idle-hint = From { $least } to { $most }. Empty: as the application wants.
policy-lifetime = Minutes that a proof counts in all
policy-lifetime-hint = From { $least } to { $most }. Empty: as the application wants.
policy-fresh = Minutes that a proof is fresh enough for sensitive acts
policy-fresh-hint = From { $least } to { $most }. Empty: as the application wants, 5 by default.
policy-remember = Days that a browser may be remembered
policy-remember-hint = From { $least } (never) to { $most }. Empty: as the application wants.
policy-absence = Days after which an absence is long
policy-absence-hint = From { $least } to { $most }. Empty: as the application wants, 90 by default.
policy-signs = What the adaptive policy asks for, in any case
policy-signs-hint = What an application heeds by itself is heeded, too.
policy-sign-new-network = A new network
policy-sign-new-browser = A new browser
policy-sign-many-failures = Too many failures lately
policy-sign-long-absence = A long absence
policy-sign-impossible-travel = Impossible travel
policy-number-error = One of the numbers is outside of its limits.
policy-preview = See whom it touches
policy-done-saved = The policy is saved.

# The audit history
history-download = Download as CSV
history-search = Person or error identifier
history-from = From
history-until = Until
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
history-none = Nothing is found
history-none-text = Nothing of the company’s history matches what was typed and chosen.
history-time = Time
history-person = Person
history-place = Place
history-actor = Done by
history-method = Method
history-network = Network
history-browser = Browser
history-advice = What to do
history-id = Entry
history-newest = Newest
history-older = Older
history-further = Look further back
history-day = { $day } { $month }
history-today = Today, { $day }
history-yesterday = Yesterday, { $day }
history-group-sign-ins = Sign-ins
history-group-profiles = Profiles and methods
history-group-administration = Administration
history-group-applications = Applications
history-group-messages = Messages
history-advice-wait = The wait ends by itself. If it was not the person, ask for a new password.
history-advice-copied = Have the passkey removed and added anew.
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
look-colour-too-light = Text is hard to read with this colour, { $contrast } on white. { $suggestion } would do.
look-logo-too-large = The logo is too large. At most 64 kB are taken.
look-logo-no-picture = The logo is no PNG that can be read.
look-logo-too-low = The logo is too low. It takes at least 64 px.
look-logo-too-high = The logo has too many points. At most 1536 by 512 px are taken.
look-publish = Publish
look-try = Show in the preview
look-remove = Back to the usual green
look-draft = What you see here is not published yet.
look-preview = Preview
look-preview-page = Sign-in page
look-preview-email = Email
look-preview-dark = Dark
look-preview-choose = What the preview shows
look-preview-application = Your application
look-preview-link = Use your sign-up code
look-preview-subject = Make a new password
look-preview-words = Somebody asked for a link to make a new password.
look-done-published = The look is published.
look-done-removed = The company has its usual look again.

# Service status
status-lead = What people see on top of the sign-in page and of their own pages.
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
status-text-hint = Plain text on one line, at most 240 characters. The first sentence stands in bold.
status-begins = From
status-ends = Until
status-time-hint = Times are of { $zone }. At most 90 days.
status-error-text = Both texts are needed, on one line and at most 240 characters long.
status-error-time = It must end after it begins, and within 90 days.
status-done-added = The disruption is announced.
status-done-changed = The announcement is changed.
status-done-ended = The announcement has ended.
