//! What a change of somebody's factors does elsewhere: it counts everywhere at once (FLOWS.md 2).

use super::sessions::{self, SessionId};
use crate::app::App;
use crate::directory::people::PersonId;
use crate::platform::db::Tx;
use crate::platform::web::fault::Fault;
use crate::platform::web::visit::Visit;

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
