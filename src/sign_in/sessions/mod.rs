//! Sessions: the signed-in person, browser and proofs (FLOWS.md 1). A session lives 24 hours in all; after an hour
//! without use, one proof brings it back. The policy of an application or a company may shorten both times for itself,
//! and leaves the session as it is for everybody else.

mod store;

use std::time::Duration;

pub(crate) use store::{
    DueLogout, choose_company, count_open, due_logouts, end, end_others, entered, expire, find_of_person,
    list_of_person, logout_retry, of_visit, touch,
};
pub(in crate::sign_in) use store::{
    Renewal, Start, ask_again, by_secret, companies_of_secret, go_without_passkey, goes_without_passkey, keep_proof,
    keep_proofs_of_sign_in, possession_shown_at, renew, shows_identity_since, start, stored_method, stored_session,
};

use super::assurance::Proof;
use super::decide::SessionStanding;
use crate::directory::companies::CompanyId;
use crate::directory::people::PersonId;
use crate::platform::clock::Timestamp;

crate::identifier! {
    /// The identifier of a session. It is the `sid` of tokens and is never reused.
    SessionId
}

impl crate::platform::history::IdentifiesSession for SessionId {}

/// The lifetime of a session (NIST SP 800-63B-4 §2.2.3: at most 24 hours at AAL2).
pub(crate) const LIFETIME: Duration = Duration::from_hours(24);
/// The time without use after which a session asks for one proof.
pub(crate) const IDLE: Duration = Duration::from_hours(1);

/// A session that has not ended.
#[derive(Clone, Debug)]
pub(crate) struct Session {
    /// Its identifier.
    pub(crate) id: SessionId,
    /// The person who is signed in.
    pub(crate) person: PersonId,
    /// Its beginning.
    pub(crate) started_at: Timestamp,
    /// Its last use, to the minute.
    pub(crate) last_seen_at: Timestamp,
    /// Its latest end.
    pub(crate) expires_at: Timestamp,
    /// The network in which it began.
    pub(crate) network: String,
    /// Whether that network was new to the person.
    pub(crate) network_was_new: bool,
    /// The browser's `User-Agent`.
    pub(crate) user_agent: String,
    /// The company of the person's last choice.
    pub(crate) company: Option<CompanyId>,
}

impl Session {
    /// Its standing at an instant, if it may be unused for `idle`.
    pub(crate) fn standing(&self, now: Timestamp, idle: Duration) -> SessionStanding {
        if now >= self.expires_at {
            SessionStanding::None
        } else if now.since(self.last_seen_at) >= idle.min(IDLE) {
            SessionStanding::Idle
        } else {
            SessionStanding::Live
        }
    }
}

/// A session with its applications, for the account page.
#[derive(Clone, Debug)]
pub(crate) struct SessionListing {
    /// The session.
    pub(crate) session: Session,
    /// The names of the applications that were entered in it.
    pub(crate) applications: Vec<String>,
}

/// A proof of a session, which counts in a later sign-in as an earlier one.
pub(in crate::sign_in) fn earlier(proof: Proof) -> Proof {
    Proof { in_this_sign_in: false, ..proof }
}
