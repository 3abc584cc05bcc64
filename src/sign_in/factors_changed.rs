//! What a change of somebody's factors does elsewhere: it counts everywhere at once (FLOWS.md 2).

use super::assurance::Proof;
use super::sessions::{self, SessionId};
use crate::app::App;
use crate::directory::people::PersonId;
use crate::platform::db::Tx;
use crate::platform::web::fault::Fault;
use crate::platform::web::visit::Visit;
use crate::proofs::Proven;

/// Keeps the proof that somebody gave in the account pages by setting up a factor, with the session that
/// it was given in. A proof of another occasion is not kept.
///
/// # Errors
/// Every fault of the database.
pub async fn proven_in_session(tx: &mut Tx<'_>, session: SessionId, proven: &Proven) -> Result<(), Fault> {
    if proven.occasion().sign_in != session.uuid() {
        return Err(Fault::new("a proof of another occasion"));
    }
    let proof = Proof { method: proven.method(), proven_at: proven.at(), in_this_sign_in: true };
    Ok(sessions::keep_proof(tx, session, proof).await?)
}

/// To be called in the transaction of every change of a person's factors: added, removed, or made anew.
/// What was proven in other sessions counts no more there: each asks anew when it is used next.
/// `kept_session` is the one in which the person has just proven to be themselves.
///
/// # Errors
/// Every fault of the database.
pub async fn factors_changed(
    tx: &mut Tx<'_>,
    _app: &App,
    _visit: &Visit,
    person: PersonId,
    kept_session: Option<SessionId>,
) -> Result<(), Fault> {
    sessions::forget_proofs_of_others(tx, person, kept_session).await?;
    Ok(())
}
