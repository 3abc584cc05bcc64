//! The mails to an invitee: the invitation, in English and in the person's language below it, and the link to make a
//! password.

use crate::directory::invitations::Invitation;
use crate::directory::people::Person;
use crate::platform::clock::Timestamp;
use crate::platform::core::Core;
use crate::platform::messages::{Message, Tone};
use crate::platform::web::translations::{Language, Texts};

/// The mail of an invitation.
#[derive(Clone, Copy, Debug)]
pub(crate) struct InvitationLetter<'l> {
    /// The invitation.
    pub(crate) invitation: &'l Invitation,
    /// The name of the company that invites.
    pub(crate) company: &'l str,
    /// The language of messages to the person.
    pub(crate) language: Language,
    /// The sign-up code in its groups.
    pub(crate) code: &'l str,
}

impl InvitationLetter<'_> {
    /// The mail, at the instant at which the invitation is sent.
    pub(crate) fn message(&self, app: &Core, now: Timestamp) -> Message {
        let english = self.in_language(app, Language::English, now);
        if self.language == Language::English {
            return english;
        }
        english.below(self.in_language(app, self.language, now))
    }

    fn in_language(&self, app: &Core, language: Language, now: Timestamp) -> Message {
        let texts = Texts::new(language);
        let Invitation { data, inviter_name, id, person, expires_at, .. } = self.invitation;
        let until = moment(app, texts, *expires_at);
        let words = [
            ("name", data.given_name.as_str()),
            ("inviter", inviter_name.as_str()),
            ("company", self.company),
            ("address", app.settings.public_url.host()),
            ("until", until.as_str()),
        ];
        let say = |key: &str| texts.text_with(key, &words);
        Message::plain(language, &data.email, &say("message-invitation-subject"), &say("message-invitation-text"), now)
            .code(&say("message-invitation-code"), self.code, &say("message-invitation-lives"))
            .steps(&["message-invitation-step-1", "message-invitation-step-2", "message-invitation-step-3"].map(say))
            .link(&say("message-invitation-link"), &format!("/app/sign-up?invitation={id}"), Tone::Usual)
            .note(&say("message-invitation-note"))
            .name(&data.name())
            .person(*person)
            .useful_until(*expires_at)
    }
}

/// The mail with the link to make a password.
pub(crate) fn link_letter(app: &Core, of: &Invitation, person: &Person, token: &str, now: Timestamp) -> Message {
    let language = Language::parse_tag(&person.language).unwrap_or(Language::English);
    let texts = Texts::new(language);
    let until = moment(app, texts, of.expires_at);
    let words = [
        ("name", of.data.given_name.as_str()),
        ("organisation", app.settings.organisation.as_str()),
        ("until", until.as_str()),
    ];
    let say = |key: &str| texts.text_with(key, &words);
    Message::plain(
        language,
        &of.data.email,
        &say("message-sign-up-link-subject"),
        &say("message-sign-up-link-text"),
        now,
    )
    .link(&say("message-sign-up-link-link"), &format!("/sign-up/{token}"), Tone::Usual)
    .note(&say("message-sign-up-link-note"))
    .name(&of.data.name())
    .person(of.person)
    .useful_until(of.expires_at)
}

fn moment(app: &Core, texts: Texts, at: Timestamp) -> String {
    at.in_zone(&app.settings.time_zone).map(|at| texts.date_time(at.datetime())).unwrap_or_default()
}
