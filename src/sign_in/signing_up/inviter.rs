//! The mails to the person who sent an invitation.

use crate::directory::companies::{self, CompanyId};
use crate::directory::invitations::Invitation;
use crate::directory::people::{self, PersonId};
use crate::directory::users;
use crate::platform::clock::Timestamp;
use crate::platform::core::Core;
use crate::platform::db::Tx;
use crate::platform::messages::{self, Message, Tone};
use crate::platform::web::fault::Fault;
use crate::platform::web::translations::{Language, Texts};

/// News of an invitation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum InviterNews {
    /// Its code was entered in a second browser, and refused there.
    TriedElsewhere,
    /// It still waits, and ends soon.
    Waits,
    /// It was not used in time.
    Expired,
    /// The operator released its changed data.
    Released,
    /// The operator did not release them.
    Declined,
}

/// The invitation that news are about, or the one that is to be sent.
#[derive(Clone, Debug)]
pub(crate) struct NewsOfInvitation {
    /// The company that invites.
    pub(crate) company: CompanyId,
    /// The invited person.
    pub(crate) person: PersonId,
    /// The person who sent it, or wants to.
    pub(crate) inviter: Option<PersonId>,
    /// The name of the invited person.
    pub(crate) invitee: String,
    /// Its end, once it was sent.
    pub(crate) until: Option<Timestamp>,
}

impl From<&Invitation> for NewsOfInvitation {
    fn from(of: &Invitation) -> Self {
        Self {
            company: of.company,
            person: of.person,
            inviter: of.inviter,
            invitee: of.data.name(),
            until: Some(of.expires_at),
        }
    }
}

impl InviterNews {
    fn keys(self) -> (&'static str, &'static str) {
        match self {
            Self::TriedElsewhere => ("message-inviter-elsewhere-subject", "message-inviter-elsewhere-text"),
            Self::Waits => ("message-inviter-waits-subject", "message-inviter-waits-text"),
            Self::Expired => ("message-inviter-expired-subject", "message-inviter-expired-text"),
            Self::Released => ("message-inviter-released-subject", "message-inviter-released-text"),
            Self::Declined => ("message-inviter-declined-subject", "message-inviter-declined-text"),
        }
    }
}

/// Tells the inviter, if it is a person who still manages the company.
pub(crate) async fn tell_inviter(
    tx: &mut Tx<'_>,
    app: &Core,
    of: impl Into<NewsOfInvitation> + Send,
    news: InviterNews,
    now: Timestamp,
) -> Result<(), Fault> {
    let of = of.into();
    let Some(inviter) = of.inviter else { return Ok(()) };
    if users::authority(&mut *tx, of.company, inviter).await?.is_none() {
        return Ok(());
    }
    let Some(inviter) = people::find(&mut *tx, inviter).await? else { return Ok(()) };
    let Some(company) = companies::find(&mut *tx, of.company).await? else { return Ok(()) };
    let language = Language::parse_tag(&inviter.language).unwrap_or(Language::English);
    let texts = Texts::new(language);
    let until = of.until.and_then(|until| until.in_zone(&app.settings.time_zone));
    let until = until.map(|at| texts.date_time(at.datetime())).unwrap_or_default();
    let words = [
        ("name", inviter.given_name.as_str()),
        ("invitee", of.invitee.as_str()),
        ("company", company.name.as_str()),
        ("until", until.as_str()),
        ("organisation", app.settings.organisation.as_str()),
    ];
    let (subject, text) = news.keys();
    let (subject, text) = (texts.text_with(subject, &words), texts.text_with(text, &words));
    let path = format!("/admin/{}/users/{}/invitation", of.company, of.person);
    let message = Message::plain(language, &inviter.email, &subject, &text, now)
        .link(&texts.text("message-inviter-link"), &path, Tone::Usual)
        .name(&inviter.name())
        .person(inviter.id);
    Ok(messages::write(tx, app, &message).await?)
}
