//! The notices to people by message, in their own language and at every address of theirs, so that
//! a person who did not do it is warned and can stop it. The one place that tells a person.
//!
//! Each message has a link. It leads to a page that says what happened, with a button; nothing happens before
//! that is pressed, because programs that read mail open every link in it. The act of the button is in
//! `stopping.rs`.

mod by_administrator;
mod stopping;
mod store;

use std::time::Duration;

use serde::{Deserialize, Serialize};

pub(crate) use by_administrator::{Act, tell_by_administrator};
pub use stopping::{Extent, Recourse, Stopped, extent, stop};
pub use store::{NoticeRecord, expire, find};

use crate::directory::contacts::{self, Origin, Phone, PhoneRecord};
use crate::directory::people::{self, Email, Person, PersonId};
use crate::platform::clock::Timestamp;
use crate::platform::core::Core;
use crate::platform::db::Tx;
use crate::platform::id::new_uuid;
use crate::platform::messages::{self, Message, Tone, sms};
use crate::platform::phone_number::PhoneNumber;
use crate::platform::web::browsers;
use crate::platform::web::fault::Fault;
use crate::platform::web::translations::{Language, Texts};
use crate::platform::web::visit::Visit;
use crate::proofs::resets;

/// The time in which "this wasn't me" works.
pub const LIFETIME: Duration = Duration::from_hours(7 * 24);

/// The event.
#[derive(Clone, Debug)]
pub enum Notice {
    /// An authenticator app was connected.
    SecondStepSetUp,
    /// The recovery code was used.
    RecoveryCodeUsed,
    /// A new recovery code was made, and the old one opens nothing any more.
    RecoveryCodeMade,
    /// The operator removed the recovery code.
    RecoveryCodeRemoved,
    /// A recovery code is in force where there was none.
    RecoveryCodeSaved,
    /// An authenticator app was removed.
    AuthenticatorRemoved {
        /// The name that the person gave it.
        name: String,
    },
    /// A passkey or security key was added.
    PasskeyAdded {
        /// The name that the person gave it.
        name: String,
    },
    /// A passkey or security key was removed.
    PasskeyRemoved {
        /// The name that the person gave it.
        name: String,
    },
    /// A passkey was used whose counter did not increase.
    PasskeyMayBeCopied {
        /// The name that the person gave it.
        name: String,
    },
    /// A bank or eID was linked.
    IdentityLinked {
        /// Its name.
        name: String,
    },
    /// A linked bank or eID was removed.
    IdentityRemoved {
        /// Its name.
        name: String,
    },
    /// A phone was added.
    PhoneAdded {
        /// Its name.
        name: String,
    },
    /// A phone got another PIN.
    PhonePinChanged {
        /// Its name.
        name: String,
    },
    /// A phone was removed.
    PhoneRemoved {
        /// Its name.
        name: String,
    },
    /// A phone was closed after five wrong PINs.
    PhoneClosed {
        /// Its name.
        name: String,
    },
    /// The person logged out from all devices.
    LoggedOutEverywhere,
    /// The person changed the password.
    PasswordChanged,
    /// A new password was set in place of a forgotten one.
    PasswordReset,
    /// The operator set a password.
    PasswordSetByOperator,
    /// The operator removed the second step.
    SecondStepResetByOperator,
    /// A temporary access pass was used.
    AccessPassUsed,
    /// A sign-in was refused on a phone, and has ended.
    SignInRefused,
    /// The sign-in email was changed.
    EmailChanged {
        /// The former email.
        old: String,
    },
    /// The communication email was changed or removed.
    CommunicationEmailChanged {
        /// The former email.
        old: Option<String>,
    },
    /// The communication phone was changed or removed.
    PhoneChanged {
        /// The former phone.
        old: Option<Phone>,
    },
    /// A user administrator set the communication phone. Sent by [`tell_of_phone_set`].
    PhoneSetByAdministrator {
        /// The name of the administrator.
        administrator: String,
        /// The former phone.
        old: Option<Phone>,
    },
    /// An administrator of a company acted. Sent by [`tell_by_administrator`].
    ByAdministrator {
        /// The administrator's act.
        act: Act,
        /// The name of the administrator.
        administrator: String,
        /// The name of the company.
        company: String,
    },
    /// The person said that an event was not theirs, and it was stopped.
    Stopped {
        /// The person's way in afterwards.
        recourse: Recourse,
        /// The addresses that were the person's before the stop.
        former: Vec<String>,
    },
}

/// The changes that "this wasn't me" takes back, beside its constant effects.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Undo {
    /// Nothing beside the constant effects.
    #[default]
    Nothing,
    /// The former sign-in email.
    Email(String),
    /// The former communication email.
    CommunicationEmail(Option<String>),
    /// The former communication phone.
    Phone(Option<String>),
}

impl Undo {
    /// Whether it restores the same thing.
    fn is_like(&self, other: &Self) -> bool {
        std::mem::discriminant(self) == std::mem::discriminant(other)
    }
}

impl Notice {
    /// The translation keys of the subject and the text in `locales/*/messages.ftl`.
    fn keys(&self) -> (&'static str, &'static str) {
        match self {
            Self::SecondStepSetUp => ("message-second-step-subject", "message-second-step-text"),
            Self::RecoveryCodeUsed => ("message-recovery-code-subject", "message-recovery-code-text"),
            Self::RecoveryCodeMade => ("message-recovery-code-made-subject", "message-recovery-code-made-text"),
            Self::RecoveryCodeSaved => ("message-recovery-code-saved-subject", "message-recovery-code-saved-text"),
            Self::RecoveryCodeRemoved => {
                ("message-recovery-code-removed-subject", "message-recovery-code-removed-text")
            }
            Self::AuthenticatorRemoved { .. } => {
                ("message-authenticator-removed-subject", "message-authenticator-removed-text")
            }
            Self::PasskeyAdded { .. } => ("message-passkey-added-subject", "message-passkey-added-text"),
            Self::PasskeyRemoved { .. } => ("message-passkey-removed-subject", "message-passkey-removed-text"),
            Self::PasskeyMayBeCopied { .. } => ("message-passkey-copied-subject", "message-passkey-copied-text"),
            Self::IdentityLinked { .. } => ("message-identity-linked-subject", "message-identity-linked-text"),
            Self::IdentityRemoved { .. } => ("message-identity-removed-subject", "message-identity-removed-text"),
            Self::PhoneAdded { .. } => ("message-phone-added-subject", "message-phone-added-text"),
            Self::PhonePinChanged { .. } => ("message-phone-pin-subject", "message-phone-pin-text"),
            Self::PhoneRemoved { .. } => ("message-phone-removed-subject", "message-phone-removed-text"),
            Self::PhoneClosed { .. } => ("message-phone-closed-subject", "message-phone-closed-text"),
            Self::LoggedOutEverywhere => {
                ("message-logged-out-everywhere-subject", "message-logged-out-everywhere-text")
            }
            Self::PasswordChanged => ("message-password-changed-subject", "message-password-changed-text"),
            Self::PasswordReset => ("message-password-reset-subject", "message-password-reset-text"),
            Self::PasswordSetByOperator => ("message-password-set-subject", "message-password-set-text"),
            Self::SecondStepResetByOperator => ("message-second-step-reset-subject", "message-second-step-reset-text"),
            Self::AccessPassUsed => ("message-access-pass-used-subject", "message-access-pass-used-text"),
            Self::SignInRefused => ("message-refused-subject", "message-refused-text"),
            Self::EmailChanged { .. } => ("message-email-changed-subject", "message-email-changed-text"),
            Self::CommunicationEmailChanged { .. } => {
                ("message-communication-email-subject", "message-communication-email-text")
            }
            Self::PhoneChanged { .. } => ("message-phone-subject", "message-phone-text"),
            Self::PhoneSetByAdministrator { .. } => ("message-phone-set-subject", "message-phone-set-text"),
            Self::ByAdministrator { act, .. } => act.keys(),
            Self::Stopped { recourse, .. } => ("message-stopped-subject", recourse.message_key()),
        }
    }

    /// The name that the person gave the factor.
    fn factor(&self) -> &str {
        match self {
            Self::AuthenticatorRemoved { name }
            | Self::PasskeyAdded { name }
            | Self::PasskeyRemoved { name }
            | Self::PasskeyMayBeCopied { name }
            | Self::IdentityLinked { name }
            | Self::IdentityRemoved { name }
            | Self::PhoneAdded { name }
            | Self::PhonePinChanged { name }
            | Self::PhoneRemoved { name }
            | Self::PhoneClosed { name } => name,
            _ => "",
        }
    }

    /// The name of the acting administrator.
    fn administrator(&self) -> &str {
        match self {
            Self::PhoneSetByAdministrator { administrator, .. } | Self::ByAdministrator { administrator, .. } => {
                administrator
            }
            _ => "",
        }
    }

    /// The company of the acting administrator.
    fn company(&self) -> &str {
        match self {
            Self::ByAdministrator { company, .. } => company,
            _ => "",
        }
    }

    fn undo(&self) -> Undo {
        match self {
            Self::EmailChanged { old } => Undo::Email(old.clone()),
            Self::CommunicationEmailChanged { old } => Undo::CommunicationEmail(old.clone()),
            Self::PhoneChanged { old } | Self::PhoneSetByAdministrator { old, .. } => {
                // Only a confirmed phone is restored, and counts as confirmed again.
                let confirmed = old.as_ref().filter(|old| old.origin == Origin::Confirmed);
                Undo::Phone(confirmed.map(|old| old.number.as_str().to_owned()))
            }
            _ => Undo::Nothing,
        }
    }

    /// The addresses that were the person's until now, whose readers must be told, too.
    fn former_addresses(&self) -> Vec<String> {
        match self {
            Self::EmailChanged { old } => vec![old.clone()],
            Self::CommunicationEmailChanged { old } => old.iter().cloned().collect(),
            Self::Stopped { former, .. } => former.clone(),
            _ => Vec::new(),
        }
    }

    /// The phone that was the person's until now.
    fn former_phone(&self) -> Option<&PhoneNumber> {
        match self {
            Self::PhoneChanged { old } | Self::PhoneSetByAdministrator { old, .. } => {
                old.as_ref().map(|old| &old.number)
            }
            _ => None,
        }
    }

    fn has_set_up_link(&self) -> bool {
        matches!(self, Self::ByAdministrator { act, .. } if act.has_set_up_link())
    }

    /// Whether a link can stop it. A stop itself cannot be stopped, or the thief would go on.
    fn can_be_stopped(&self) -> bool {
        match self {
            Self::ByAdministrator { act, .. } => act.can_be_stopped(),
            // Nothing was changed that could be taken back.
            Self::Stopped { .. } | Self::PhoneClosed { .. } | Self::LoggedOutEverywhere | Self::SignInRefused => false,
            _ => true,
        }
    }
}

/// Tells a person of an event of their profile, in the transaction of the event.
pub async fn tell(tx: &mut Tx<'_>, app: &Core, visit: &Visit, person: PersonId, notice: &Notice) -> Result<(), Fault> {
    let from = From { at: visit.now, network: visit.network.as_str(), user_agent: &visit.user_agent };
    tell_from(tx, app, &from, person, notice).await
}

/// Tells a person of an act of the operator.
pub(crate) async fn tell_by_operator(
    tx: &mut Tx<'_>,
    app: &Core,
    person: PersonId,
    notice: &Notice,
    now: Timestamp,
) -> Result<(), Fault> {
    tell_from(tx, app, &From { at: now, network: "", user_agent: "" }, person, notice).await
}

/// Tells a person by email that a user administrator set their phone, and the former phone by SMS.
pub async fn tell_of_phone_set(tx: &mut Tx<'_>, app: &Core, now: Timestamp, set: PhoneRecord) -> Result<(), Fault> {
    let administrator = people::find(&mut *tx, set.administrator()).await?;
    let notice = Notice::PhoneSetByAdministrator {
        administrator: administrator.map(|administrator| administrator.name()).unwrap_or_default(),
        old: set.former().cloned(),
    };
    // The network of an administrator does not concern the person.
    let from = From { at: now, network: "", user_agent: "" };
    tell_from(tx, app, &from, set.person(), &notice).await
}

/// The time and origin of an event.
struct From<'f> {
    at: Timestamp,
    network: &'f str,
    user_agent: &'f str,
}

async fn tell_from(
    tx: &mut Tx<'_>,
    app: &Core,
    from: &From<'_>,
    person: PersonId,
    notice: &Notice,
) -> Result<(), Fault> {
    let Some(person) = people::find(&mut *tx, person).await? else { return Ok(()) };
    let language = Language::parse_tag(&person.language).unwrap_or(Language::English);
    let texts = Texts::new(language);
    let (subject, text) = notice.keys();
    let words = [
        ("name", person.given_name.as_str()),
        ("organisation", app.settings.organisation.as_str()),
        ("factor", notice.factor()),
        ("administrator", notice.administrator()),
        ("company", notice.company()),
        ("address", app.settings.public_url.origin()),
    ];
    let mut details = details(app, texts, from);
    if notice.has_set_up_link()
        && let Some(phone) = contacts::of_person(&mut *tx, person.id).await?.phone
    {
        details.push((texts.text("admin-phone"), phone.number.readable()));
    }
    let details: Vec<(&str, &str)> = details.iter().map(|(label, value)| (label.as_str(), value.as_str())).collect();
    let what = store::What {
        told: new_uuid(from.at, &app.random).to_string(),
        person: person.id,
        subject,
        undo: notice.undo(),
    };
    for to in addresses(tx, &person, notice).await? {
        // Each address has a link of its own, because one in a mailbox that is no longer the person's can do less.
        let stopping = if notice.can_be_stopped() {
            let token = app.random.token();
            store::add(tx, &app.random, &what, (&to, token.reveal()), from).await?;
            Some(token)
        } else {
            None
        };
        let (subject, text) = (texts.text_with(subject, &words), texts.text_with(text, &words));
        let mut message = Message::plain(language, &to, &subject, &text, from.at)
            .facts(&details)
            .name(&person.name())
            .person(person.id);
        if let Some(token) = &stopping {
            let host = [("host", app.settings.public_url.host())];
            message = message
                .lead(&texts.text("message-not-me-lead"), &texts.text("message-not-me-text"))
                .link(&texts.text("not-me-button"), &format!("/account/not-me/{}", token.reveal()), Tone::Stop)
                .note(&texts.text_with("message-not-me-note", &host));
        }
        if notice.has_set_up_link() {
            let token = resets::make_for_set_up(tx, &app.random, person.id, from.at).await?;
            message = message
                .link(&texts.text("set-up-link-title"), &format!("/set-up/{}", token.reveal()), Tone::Usual)
                .note(&texts.text("message-administrator-welcome-note"))
                .useful_until(from.at.plus(resets::SET_UP_LIFETIME));
        }
        messages::write(tx, app, &message).await?;
    }
    if let Some(number) = notice.former_phone() {
        // The emails are enough if no SMS may be sent.
        let request = sms::SmsRequest { person: Some(person.id.to_string()), number: number.clone(), network: None };
        if let Some(permit) = sms::may_send(tx, app, request, from.at).await?.permit() {
            let text = texts.text_with("message-phone-sms", &words);
            messages::write(tx, app, &Message::sms(language, permit, &text, from.at).person(person.id)).await?;
        }
    }
    Ok(())
}

/// The person's addresses for a notice, each once, however it is written.
async fn addresses(tx: &mut Tx<'_>, person: &Person, notice: &Notice) -> Result<Vec<String>, Fault> {
    let contacts = contacts::of_person(&mut *tx, person.id).await?;
    let own = [Some(person.email.clone()), contacts.email].into_iter().flatten();
    let mut found: Vec<Email> = Vec::new();
    for address in own.chain(notice.former_addresses()) {
        if let Some(email) = Email::parse(&address)
            && !found.iter().any(|known| known.key() == email.key())
        {
            found.push(email);
        }
    }
    Ok(found.into_iter().map(|email| email.as_written().to_owned()).collect())
}

/// The details of an event: the time and, for one in a browser, the network and browser.
fn details(app: &Core, texts: Texts, from: &From<'_>) -> Vec<(String, String)> {
    let time = from.at.in_zone(&app.settings.time_zone).map(|at| texts.date_time(at.datetime())).unwrap_or_default();
    let mut details = vec![(texts.text("mail-time"), time)];
    if !from.network.is_empty() {
        details.push((texts.text("mail-network"), from.network.to_owned()));
        details.push((texts.text("mail-browser"), browser_in_words(texts, from.user_agent)));
    }
    details
}

/// A browser in words: "Safari on Mac".
pub(crate) fn browser_in_words(texts: Texts, user_agent: &str) -> String {
    match browsers::name(user_agent) {
        Some(named) => texts.text_with("account-browser-on", &[("browser", named.browser), ("system", named.system)]),
        None => texts.text("account-browser-unknown"),
    }
}
