//! The facts of a decision, read by one statement: the sign-in, the session of the browser, the person, what
//! they have and have proven, whether they were here before, and the policies that apply.

mod store;

pub(in crate::sign_in) use store::read;

use super::assurance::Proof;
use super::policies::{ApplicationId, Policy};
use super::sessions::Session;
use super::{SignIn, SignInId};
use crate::directory::people::{Person, PersonId};
use crate::proofs::Holdings;
use crate::proofs::networks::Familiarity;

/// The subject of the facts.
#[derive(Clone, Copy, Debug, Default)]
pub(in crate::sign_in) struct FactQuery {
    /// The sign-in; `None` for a session alone.
    pub sign_in: Option<SignInId>,
    /// The person. `None` leaves it to the sign-in and, where that names nobody either, to the session.
    pub person: Option<PersonId>,
    /// The application, where there is no sign-in that names it; `None` for the account pages.
    pub application: Option<ApplicationId>,
}

/// The rows that one statement found. Fields that it leaves out because nothing is proven yet are empty.
#[derive(Clone, Debug)]
pub(in crate::sign_in) struct FactSheet {
    /// The sign-in, if there is one of that identifier.
    pub sign_in: Option<SignIn>,
    /// The session of the browser that came, if it has not ended or expired.
    pub session: Option<Session>,
    /// The person whose facts these are; `None` for a stranger.
    pub person: Option<Person>,
    /// The proofs of this person in the sign-in.
    pub given_here: Vec<Proof>,
    /// The proofs of the session that count.
    pub given_in_session: Vec<Proof>,
    /// The policies at the gate of the application where no company is entered, joined.
    pub policy: Policy,
    /// The person's factors.
    pub holdings: Holdings,
    /// Where the person was before. Whether the browser is known is read before anything is proven, too.
    pub familiarity: Familiarity,
    /// Whether the person has signed in before, at any time.
    pub has_signed_in: bool,
    /// Whether a company waits for the person to accept; `false` before anything is proven.
    pub is_waited_for: bool,
}

impl FactSheet {
    /// Whether these are the facts about a person; of nobody, where that is a stranger or nobody at all.
    pub(in crate::sign_in) fn is_of(&self, person: Option<PersonId>) -> bool {
        let wanted = person.filter(|id| *id != PersonId::NOBODY);
        self.person.as_ref().map(|person| person.id) == wanted
    }
}
