//! "This wasn't me": takes back what a person was told of, and everything of its kind that came after it.
//!
//! The person who presses the button has shown one thing: a mailbox. So what stood before stands again, a second step
//! that was removed since as well, and nothing becomes weaker than it was; a person who is left without the
//! second step that they had is closed to resets by email, until somebody vouches for them. A link in a mailbox
//! that is no longer the person's stops the change of the email, and nothing else.

use super::store::{self, NoticeRecord};
use super::{Notice, Undo, tell};
use crate::directory::contacts::{self, Contacts};
use crate::directory::people::{self, Email, Person, PersonId};
use crate::event::Event;
use crate::platform::clock::Timestamp;
use crate::platform::core::Core;
use crate::platform::db::{self, Tx};
use crate::platform::history::{self, Entry};
use crate::platform::web::fault::Fault;
use crate::platform::web::visit::Visit;
use crate::proofs::{self, Factor, networks, passwords};
use crate::sign_in::factors_changed;

/// The result of "this wasn't me".
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stopped {
    /// The event was stopped. The person's way in afterwards.
    Now(Recourse),
    /// The link is used, expired or unknown, or it is in a mailbox that is no longer the person's.
    NoLink,
}

/// The extent of a link.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Extent {
    /// Everything from its event on: the address is the person's.
    Everything,
    /// Only the change that made its address a former one.
    ChangeOfAddress,
}

/// The person's way in after a stop.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Recourse {
    /// As before, because only an address was restored.
    AsBefore,
    /// A link to their email and a new password.
    Email,
    /// A link to their email and the second step from before, or the recovery code for it.
    SecondStep,
    /// A link to their email and the recovery code from before.
    RecoveryCode,
    /// An administrator of their basic company or the operator, who vouches for them.
    Vouched,
}

impl Recourse {
    /// The translation key of the message's text.
    pub(super) fn message_key(self) -> &'static str {
        match self {
            Self::AsBefore => "message-stopped-as-before-text",
            Self::Email => "message-stopped-text",
            Self::SecondStep => "message-stopped-second-step-text",
            Self::RecoveryCode => "message-stopped-recovery-code-text",
            Self::Vouched => "message-stopped-vouched-text",
        }
    }

    /// The translation key of the page's text.
    pub fn page_key(self) -> &'static str {
        match self {
            Self::AsBefore => "not-me-done-as-before-text",
            Self::Email => "not-me-done-text",
            Self::SecondStep => "not-me-done-second-step-text",
            Self::RecoveryCode => "not-me-done-recovery-code-text",
            Self::Vouched => "not-me-done-vouched-text",
        }
    }

    /// The translation key of the button's label; `None` without a next page.
    pub fn page_label(self) -> Option<&'static str> {
        match self {
            Self::AsBefore => Some("not-me-done-as-before-next"),
            Self::Email | Self::SecondStep | Self::RecoveryCode => Some("not-me-done-next"),
            Self::Vouched => None,
        }
    }
}

/// The present extent of a link; `None` if it does nothing any more.
pub fn extent(told: &NoticeRecord, person: &Person, contacts: &Contacts) -> Option<Extent> {
    let same = |one: &str, other: &str| {
        let (one, other) = (Email::parse(one), Email::parse(other));
        one.zip(other).is_some_and(|(one, other)| one.key() == other.key())
    };
    let is_own = |address: &str| same(address, &told.address);
    if is_own(&person.email) || contacts.email.as_deref().is_some_and(is_own) {
        return Some(Extent::Everything);
    }
    let former = match &told.undo {
        Undo::Email(old) => Some(old),
        Undo::CommunicationEmail(old) => old.as_ref(),
        Undo::Nothing | Undo::Phone(_) => None,
    };
    let was_sent_there = |former: &String| told.address.is_empty() || same(former, &told.address);
    former.is_some_and(was_sent_there).then_some(Extent::ChangeOfAddress)
}

/// Stops an event that a person says was not theirs. Of simultaneous tries with one link exactly one succeeds.
///
/// Every session and every grant ends, other browsers become unknown, and the changes are undone. From a mailbox of the
/// person, the factors from before are restored, too, and the password is removed: a new one is set as if it were
/// forgotten. The links about undone events end, so that a thief cannot undo the stop.
pub async fn stop(tx: &mut Tx<'_>, app: &Core, visit: &Visit, token: &str) -> Result<Stopped, Fault> {
    let Some(told) = store::find(&mut *tx, token, visit.now).await? else { return Ok(Stopped::NoLink) };
    people::take_turns(tx, told.person).await?;
    let Some(person) = people::find(&mut *tx, told.person).await? else { return Ok(Stopped::NoLink) };
    let before = contacts::of_person(&mut *tx, person.id).await?;
    let Some(extent) = extent(&told, &person, &before) else { return Ok(Stopped::NoLink) };
    if !store::use_up(tx, token, visit.now).await? {
        return Ok(Stopped::NoLink);
    }
    // The last change first, so that the state before the first one remains.
    for later in store::since(tx, &told).await? {
        if extent == Extent::Everything || later.undo.is_like(&told.undo) {
            store::void(tx, (person.id, &later.told), visit.now).await?;
            change_back(tx, person.id, &later.undo, visit.now).await?;
        }
    }
    for purpose in [contacts::EmailPurpose::SignIn, contacts::EmailPurpose::Communication] {
        contacts::forget_email_asked(tx, person.id, purpose, visit.now).await?;
    }
    if extent == Extent::Everything {
        contacts::forget_phone_asked(tx, person.id).await?;
        networks::doubt(tx, person.id).await?;
        passwords::remove(tx, person.id).await?;
        proofs::take_back(tx, person.id, told.at, visit.now).await?;
    }
    let why = "the person did not do what they were told of";
    factors_changed::start_over(tx, app, visit, (person.id, None), why).await?;
    let mut entry = Entry::new(visit.now, Event::PersonNotMe).person(person.id).detail("what", &told.subject);
    entry.network = Some(visit.network.to_string());
    entry.user_agent = Some(visit.user_agent.clone());
    history::write(tx, &app.random, &entry).await?;
    let recourse = match extent {
        Extent::Everything => recourse(tx, person.id).await?,
        Extent::ChangeOfAddress => Recourse::AsBefore,
    };
    // Readers of an address that was the person's until now are told, too.
    let former = [Some(person.email), before.email].into_iter().flatten().collect();
    tell(tx, app, visit, told.person, &Notice::Stopped { recourse, former }).await?;
    Ok(Stopped::Now(recourse))
}

/// The way in of a person without a password, by the rules of `decide`.
async fn recourse(tx: &mut Tx<'_>, person: PersonId) -> Result<Recourse, db::Error> {
    let has = proofs::holdings(&mut *tx, person).await?.has;
    let is_closed = people::find(&mut *tx, person).await?.is_some_and(|person| person.closed_to_resets);
    Ok(if Factor::second_steps().any(|factor| has.contains(&factor)) {
        Recourse::SecondStep
    } else if !is_closed {
        Recourse::Email
    } else if has.contains(&Factor::RecoveryCode) {
        Recourse::RecoveryCode
    } else {
        Recourse::Vouched
    })
}

async fn change_back(tx: &mut Tx<'_>, person: PersonId, undo: &Undo, now: Timestamp) -> Result<(), Fault> {
    match undo {
        Undo::Nothing => {}
        Undo::Email(old) => {
            if let Some(old) = Email::parse(old) {
                people::set_email(tx, person, &old, now).await?;
            }
        }
        Undo::CommunicationEmail(old) => contacts::set_email(tx, person, old.as_deref(), now).await?,
        Undo::Phone(old) => contacts::set_phone(tx, person, old.as_deref(), now).await?,
    }
    Ok(())
}
