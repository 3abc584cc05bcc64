//! What people are told of by message, in their own language, so that whoever did not do it is warned.

use crate::app::App;
use crate::directory::people::{self, PersonId};
use crate::platform::db::Tx;
use crate::platform::messages::{self, Message, Tone};
use crate::platform::web::fault::Fault;
use crate::platform::web::translations::{Language, Texts};
use crate::platform::web::visit::Visit;

/// What happened.
#[derive(Clone, Debug)]
pub enum Notice {
    /// An authenticator app was connected.
    SecondStepSetUp,
    /// The recovery code was used.
    RecoveryCodeUsed,
    /// A new recovery code was made: the old one opens nothing any more.
    RecoveryCodeMade,
    /// An authenticator app was removed.
    AuthenticatorRemoved {
        /// What the person called it.
        name: String,
    },
    /// A passkey or security key was added.
    PasskeyAdded {
        /// What the person calls it.
        name: String,
    },
    /// A passkey or security key was removed.
    PasskeyRemoved {
        /// What the person called it.
        name: String,
    },
    /// A passkey was used whose counter did not go forward.
    PasskeyMayBeCopied {
        /// What the person calls it.
        name: String,
    },
}

impl Notice {
    /// The keys of the subject and of the text in `locales/*/messages.ftl`.
    fn keys(&self) -> (&'static str, &'static str) {
        match self {
            Self::SecondStepSetUp => ("message-second-step-subject", "message-second-step-text"),
            Self::RecoveryCodeUsed => ("message-recovery-code-subject", "message-recovery-code-text"),
            Self::RecoveryCodeMade => ("message-recovery-code-made-subject", "message-recovery-code-made-text"),
            Self::AuthenticatorRemoved { .. } => {
                ("message-authenticator-removed-subject", "message-authenticator-removed-text")
            }
            Self::PasskeyAdded { .. } => ("message-passkey-added-subject", "message-passkey-added-text"),
            Self::PasskeyRemoved { .. } => ("message-passkey-removed-subject", "message-passkey-removed-text"),
            Self::PasskeyMayBeCopied { .. } => ("message-passkey-copied-subject", "message-passkey-copied-text"),
        }
    }

    /// What the person calls the factor that it is about.
    fn factor(&self) -> &str {
        match self {
            Self::SecondStepSetUp | Self::RecoveryCodeUsed | Self::RecoveryCodeMade => "",
            Self::AuthenticatorRemoved { name }
            | Self::PasskeyAdded { name }
            | Self::PasskeyRemoved { name }
            | Self::PasskeyMayBeCopied { name } => name,
        }
    }
}

/// Tells a person of something that was done with their profile, in the transaction of what it tells of.
///
/// # Errors
/// Every fault of the database.
pub async fn tell(tx: &mut Tx<'_>, app: &App, visit: &Visit, person: PersonId, notice: &Notice) -> Result<(), Fault> {
    let Some(person) = people::find(&mut *tx, person).await? else { return Ok(()) };
    let language = Language::parse_tag(&person.language).unwrap_or(visit.language);
    let texts = Texts::new(language);
    let words = [
        ("name", person.given_name.as_str()),
        ("organisation", app.settings.organisation.as_str()),
        ("network", visit.network.as_str()),
        ("factor", notice.factor()),
        ("address", app.settings.public_url.origin()),
    ];
    let (subject, text) = notice.keys();
    let (subject, text) = (texts.text_with(subject, &words), texts.text_with(text, &words));
    let time = visit.now.in_zone(&app.settings.time_zone).map(|at| texts.date_time(at.datetime())).unwrap_or_default();
    let (when, whence) = (texts.text("mail-time"), texts.text("mail-network"));
    let message = Message::plain(language, &person.email, &subject, &text, visit.now)
        .facts(&[(&when, &time), (&whence, visit.network.as_str())])
        .link(&texts.text("open-account"), "/account", Tone::Usual)
        .name(&person.name())
        .person(person.id);
    Ok(messages::write(tx, app, &message).await?)
}
