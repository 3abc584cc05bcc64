//! Acts that give out the data of many people as a file. The act comes first: no line of a file leaves before the
//! history says so.

use super::{ActContext, Stop};
use crate::event::Event;
use crate::platform::db::Tx;

/// Lets the users of the company be downloaded.
///
/// # Errors
/// [`Stop::StaleProof`].
pub(crate) async fn users(tx: &mut Tx<'_>, context: &ActContext) -> Result<(), Stop> {
    context.demand_fresh_proof()?;
    context.record(tx, &context.entry(Event::CompanyUsersExported)).await
}

/// Lets the history of the company be downloaded, as far as the filters let it through.
///
/// # Errors
/// [`Stop::StaleProof`].
pub(crate) async fn history(tx: &mut Tx<'_>, context: &ActContext, filters: &str) -> Result<(), Stop> {
    context.demand_fresh_proof()?;
    context.record(tx, &context.entry(Event::CompanyHistoryExported).detail("filters", filters)).await
}
