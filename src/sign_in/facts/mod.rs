//! The facts of a decision, read by one statement: the sign-in, the session of the browser, the person with factors and
//! proofs, their history with the network and browser, and the policies that apply.

mod store;

pub(in crate::sign_in) use store::{directory_alone, read};

use super::assurance::Proof;
use super::decide::DirectoryRule;
use super::policies::{ApplicationId, Policy};
use super::sessions::Session;
use super::{SignIn, SignInId};
use crate::directory::companies::CompanyId;
use crate::directory::domains::DomainRealm;
use crate::directory::people::{Person, PersonId};
use crate::proofs::Holdings;
use crate::proofs::networks::Familiarity;

/// The sign-in or session to read the facts about.
#[derive(Clone, Copy, Debug, Default)]
pub(in crate::sign_in) struct FactQuery {
    /// The sign-in; `None` for a session alone.
    pub(crate) sign_in: Option<SignInId>,
    /// The person. `None` for the one of the sign-in or, without any, of the session.
    pub(crate) person: Option<PersonId>,
    /// The application if no sign-in names it; `None` for the account pages.
    pub(crate) application: Option<ApplicationId>,
}

/// The rows of that statement. Fields that it omits before a first proof are empty.
#[derive(Clone, Debug)]
pub(in crate::sign_in) struct FactSheet {
    /// The sign-in, if it exists.
    pub(crate) sign_in: Option<SignIn>,
    /// The session of the request's browser, if it has not ended or expired.
    pub(crate) session: Option<Session>,
    /// The person; `None` for a stranger.
    pub(crate) person: Option<Person>,
    /// The person's proofs in the sign-in.
    pub(crate) given_here: Vec<Proof>,
    /// The counted proofs of the session.
    pub(crate) given_in_session: Vec<Proof>,
    /// The policies at the gate of the application without a company, joined.
    pub(crate) policy: Policy,
    /// The person's factors.
    pub(crate) holdings: Holdings,
    /// The person's history with the network and browser. Whether the browser is known is read before a first proof as
    /// well.
    pub(crate) familiarity: Familiarity,
    /// Whether a company waits for the person to accept; `false` before a first proof.
    pub(crate) is_waited_for: bool,
    /// Whether the phone app is open to the person (`directory::entrance`); `false` before a first proof.
    pub(crate) phone_app_is_open: bool,
    /// Whether any bank, eID or directory is offered in this sign-in, to whomever.
    pub(crate) offers_identities: bool,
    /// The rule of the person's basic company about its directory; none before a first proof.
    pub(crate) directory: DirectoryRule,
    /// The company that has proved the domain of the typed email.
    pub(crate) realm: Option<DomainRealm>,
    /// The company that the application belongs to: its people are meant, and its directory is offered to everybody.
    pub(crate) application_company: Option<CompanyId>,
}

impl FactSheet {
    /// Whether these are the facts about this person, or about nobody for `None`.
    pub(in crate::sign_in) fn is_of(&self, person: Option<PersonId>) -> bool {
        let wanted = person.filter(|id| *id != PersonId::NOBODY);
        self.person.as_ref().map(|person| person.id) == wanted
    }
}
