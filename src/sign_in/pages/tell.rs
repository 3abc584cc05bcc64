//! What people are told of by message, in their own language, so that whoever did not do it is warned.

use super::Here;
use crate::directory::people::{self, PersonId};
use crate::platform::db::Tx;
use crate::platform::messages::{self, Channel, Message};
use crate::platform::web::fault::Fault;
use crate::platform::web::translations::{Language, Texts};

/// What happened.
#[derive(Clone, Copy, Debug)]
pub(super) enum Told {
    /// A second step was set up.
    SecondStep,
    /// The recovery code was used.
    RecoveryCode,
}

impl Told {
    fn keys(self) -> (&'static str, &'static str) {
        match self {
            Self::SecondStep => ("message-second-step-subject", "message-second-step-text"),
            Self::RecoveryCode => ("message-recovery-code-subject", "message-recovery-code-text"),
        }
    }
}

/// Writes the message, in the transaction of what it tells of.
pub(super) async fn tell(tx: &mut Tx<'_>, here: &Here, person: PersonId, told: Told) -> Result<(), Fault> {
    let Here { app, visit, .. } = here;
    let Some(person) = people::find(&mut *tx, person).await? else { return Ok(()) };
    let texts = Texts::new(Language::parse_tag(&person.language).unwrap_or(visit.language));
    let words = [
        ("name", person.given_name.as_str()),
        ("organisation", app.settings.organisation.as_str()),
        ("network", visit.network.as_str()),
        ("address", app.settings.public_url.origin()),
    ];
    let (subject, text) = told.keys();
    let message = Message {
        channel: Channel::Email,
        to: person.email.clone(),
        subject: texts.text_with(subject, &words),
        text: texts.text_with(text, &words),
        at: visit.now,
    };
    Ok(messages::write(tx, &app.random, &message).await?)
}
