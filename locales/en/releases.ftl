# Invitations whose data changed since the first one: asking for a release, and the operator's page.

invitation-ask-release = Ask for the release
invitation-blocked-asked = { $name } asked for the release { $time }.
invitation-blocked-told = You get an email as soon as it is decided.

admin-releases = Releases
releases-lead = Invitations whose name, email or phone changed since the first one. Nothing is sent before you release them.
releases-none = No invitation waits for a release
releases-none-text = An administrator asks for a release when a person's data changed since their first invitation.
releases-proposed = Waits for a second person
release-asked-by = { $name } asked { $time }, from { $place }
release-by-command = a command of the operator

release-title = Release { $name }'s invitation
release-lead = With these data the person can be invited again.
release-asked = Asked by
release-when = When
release-where = From
release-compared = Former and present data
release-was-first = First invitation, { $date }
release-was-released = Released { $date }
release-is = Now
release-changed = Changed
release-warning = Ask the company first, by a way that you know.
release-warning-text = Do not use the changed phone or email. Someone who wants to take over a sign-in from inside changes exactly these.
release-do = Release
release-propose = Propose the release
release-confirm = Confirm and release
release-decline = Decline
release-propose-text = Two people release. After you, another administrator of this company confirms.
release-proposed-by = { $name } proposed the release { $at }. A second person confirms it until { $until }. If the data change, the proposal ends.
release-proposed-before = You have proposed this release. Another administrator of this company confirms it.
release-own-request = This is about you, or you asked for it yourself. Another administrator of this company decides.
release-needless = The data are those of the first invitation again. No release is needed.
release-done-released = The invitation is released. The company can send it now.
release-done-proposed = The release is proposed. Another administrator of this company confirms it.
release-done-declined = The release is declined. The company has been told.
release-refused-changed = The data changed in the meantime, and a proposal has ended. Look at them again.

step-up-release = To release an invitation, confirm that it is you.

message-inviter-released-subject = You can invite { $invitee } now
message-inviter-released-text =
    Hello { $name },

    { $organisation } has released the changed data of { $invitee } of { $company }. You can send the invitation now.
message-inviter-declined-subject = { $invitee }'s invitation was not released
message-inviter-declined-text =
    Hello { $name },

    { $organisation } has not released the changed data of { $invitee } of { $company }. If the data are right, ask { $organisation } what to do next.

event-invitation-release-asked = Release of an invitation asked for
event-invitation-release-proposed = Release of an invitation proposed
event-invitation-release-declined = Release of an invitation declined
event-company-operator-chosen = Made the operator's company
event-company-operator-ended = No longer the operator's company
