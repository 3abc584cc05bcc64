//! Sessions: who is signed in, in which browser, proven by what (FLOWS.md 1). A session lives 24 hours
//! in all; after an hour without use, one proof brings it back. An application or a company may want less: its
//! policy shortens how long the session may be idle and how long its proofs count there, and leaves the
//! session itself as it is for everybody else.

mod store;

use std::time::Duration;

pub use store::{
    DueLogout, choose_company, count_open, due_logouts, end, end_others, entered, expire, find_of_person,
    list_of_person, logout_retry, of_visit, touch,
};
pub(in crate::sign_in) use store::{
    Renewal, Start, ask_again, by_secret, companies_of_secret, go_without_passkey, goes_without_passkey, keep_proof,
    keep_proofs_of_sign_in, possession_shown_at, renew, start, stored_method, stored_session,
};

use super::assurance::Proof;
use super::decide::SessionStanding;
use crate::directory::companies::CompanyId;
use crate::directory::people::PersonId;
use crate::platform::clock::Timestamp;

crate::identifier! {
    /// Identifies a session. It is the `sid` of tokens and is never used again.
    SessionId
}

impl crate::platform::history::IdentifiesSession for SessionId {}

/// How long a session lives in all (NIST SP 800-63B-4 §2.2.3: at most 24 hours at AAL2).
pub const LIFETIME: Duration = Duration::from_hours(24);
/// How long a session may be idle before it asks for one proof.
pub const IDLE: Duration = Duration::from_hours(1);

/// A session that has not ended.
#[derive(Clone, Debug)]
pub struct Session {
    /// Its identifier.
    pub id: SessionId,
    /// The person who is signed in.
    pub person: PersonId,
    /// When it began.
    pub started_at: Timestamp,
    /// When it was used last, to the minute.
    pub last_seen_at: Timestamp,
    /// When it ends at the latest.
    pub expires_at: Timestamp,
    /// The network that it began in.
    pub network: String,
    /// Whether that network was new then.
    pub network_was_new: bool,
    /// The browser, as it called itself.
    pub user_agent: String,
    /// The company that the person chose last.
    pub company: Option<CompanyId>,
}

impl Session {
    /// How it stands at an instant, where it may be idle for so long.
    pub fn standing(&self, now: Timestamp, idle: Duration) -> SessionStanding {
        if now >= self.expires_at {
            SessionStanding::None
        } else if now.since(self.last_seen_at) >= idle.min(IDLE) {
            SessionStanding::Idle
        } else {
            SessionStanding::Live
        }
    }
}

/// A session with what it holds, as the account page lists it.
#[derive(Clone, Debug)]
pub struct SessionListing {
    /// The session.
    pub session: Session,
    /// The names of the applications that were entered in it.
    pub applications: Vec<String>,
}

/// Proofs of a session count in a sign-in as given earlier.
pub(in crate::sign_in) fn earlier(proof: Proof) -> Proof {
    Proof { in_this_sign_in: false, ..proof }
}
