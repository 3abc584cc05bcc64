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
    /// It was stopped, and the person comes in again like this.
    Now(Recourse),
    /// The link is used up, ended or none of ours, or lies in a mailbox that is no longer the person's.
    NoLink,
}

/// How far a link reaches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Extent {
    /// It takes back everything from its instant on: the address is the person's.
    Everything,
    /// It takes back the change that made its address a former one, and nothing else.
    ChangeOfAddress,
}

/// How a person comes in again after something was stopped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Recourse {
    /// As before: only an address was changed back.
    AsBefore,
    /// By a link to their email and a new password.
    Email,
    /// By a link to their email and the second step that they had before, or the recovery code for it.
    SecondStep,
    /// By a link to their email and the recovery code that they had before.
    RecoveryCode,
    /// By nothing that they have: an administrator of their basic company or the operator vouches for them.
    Vouched,
}

impl Recourse {
    /// The key of the text of the message.
    pub(super) fn message_key(self) -> &'static str {
        match self {
            Self::AsBefore => "message-stopped-as-before-text",
            Self::Email => "message-stopped-text",
            Self::SecondStep => "message-stopped-second-step-text",
            Self::RecoveryCode => "message-stopped-recovery-code-text",
            Self::Vouched => "message-stopped-vouched-text",
        }
    }

    /// The key of the text of the page.
    pub fn page_key(self) -> &'static str {
        match self {
            Self::AsBefore => "not-me-done-as-before-text",
            Self::Email => "not-me-done-text",
            Self::SecondStep => "not-me-done-second-step-text",
            Self::RecoveryCode => "not-me-done-recovery-code-text",
            Self::Vouched => "not-me-done-vouched-text",
        }
    }

    /// The key of the label of the button that leads on, where there is a way on.
    pub fn page_label(self) -> Option<&'static str> {
        match self {
            Self::AsBefore => Some("not-me-done-as-before-next"),
            Self::Email | Self::SecondStep | Self::RecoveryCode => Some("not-me-done-next"),
            Self::Vouched => None,
        }
    }
}

/// How far a link reaches now; `None` where it does nothing any more.
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

/// Stops what a person says was not their doing. Of any number of tries with one link, exactly one does it.
///
/// Every session and every grant ends, other browsers are known no more, and what was changed is changed back. From
/// a mailbox of the person, the factors are those from before, too, and the password opens nothing: a new one is set
/// by the way of the forgotten one. Links about what is taken back end, so that nobody who is stopped here takes it
/// back by their own.
pub async fn stop(tx: &mut Tx<'_>, app: &Core, visit: &Visit, token: &str) -> Result<Stopped, Fault> {
    let Some(told) = store::find(&mut *tx, token, visit.now).await? else { return Ok(Stopped::NoLink) };
    people::take_turns(tx, told.person).await?;
    let Some(person) = people::find(&mut *tx, told.person).await? else { return Ok(Stopped::NoLink) };
    let before = contacts::of_person(&mut *tx, person.id).await?;
    let Some(extent) = extent(&told, &person, &before) else { return Ok(Stopped::NoLink) };
    if !store::use_up(tx, token, visit.now).await? {
        return Ok(Stopped::NoLink);
    }
    // The last change first, so that what stood before the first of them stands in the end.
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
    // Readers of an address that was the person's until this instant hear of it, too.
    let former = [Some(person.email), before.email].into_iter().flatten().collect();
    tell(tx, app, visit, told.person, &Notice::Stopped { recourse, former }).await?;
    Ok(Stopped::Now(recourse))
}

/// How a person without a password comes in, by the rules of `decide`.
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
