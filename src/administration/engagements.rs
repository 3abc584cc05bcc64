//! Acts on engagements: an accounting office manages the company of the act as its client. The operator alone decides it.

use super::{ActContext, ActEffect, Standing, Stop};
use crate::directory::companies::{self, CompanyId, CompanyKind};
use crate::directory::users;
use crate::event::Event;
use crate::platform::db::Tx;

/// Lets an accounting office manage the company.
///
/// # Errors
/// [`Stop::StaleProof`]; [`Stop::NotFound`] also for an actor who is not the operator; [`Stop::NotAnOffice`].
pub(crate) async fn engage(tx: &mut Tx<'_>, context: &ActContext, office: CompanyId) -> Result<ActEffect, Stop> {
    demand_operator(context)?;
    let client = context.company.id;
    let found = companies::find(&mut *tx, office).await?.ok_or(Stop::NotFound)?;
    if found.kind != CompanyKind::AccountingOffice || office == client {
        return Err(Stop::NotAnOffice);
    }
    if !companies::engage(tx, office, client, context.now).await? {
        return Ok(ActEffect::Unchanged);
    }
    context.record(tx, &context.entry(Event::CompanyEngaged).detail("office", office)).await?;
    Ok(ActEffect::Changed)
}

/// Ends that an accounting office manages the company.
///
/// # Errors
/// [`Stop::StaleProof`]; [`Stop::NotFound`] for an actor who is not the operator; [`Stop::LastAdministrator`].
pub async fn disengage(tx: &mut Tx<'_>, context: &ActContext, office: CompanyId) -> Result<ActEffect, Stop> {
    demand_operator(context)?;
    if !users::disengage(tx, office, context.company.id).await? {
        return Ok(ActEffect::Unchanged);
    }
    context.record(tx, &context.entry(Event::CompanyDisengaged).detail("office", office)).await?;
    Ok(ActEffect::Changed)
}

fn demand_operator(context: &ActContext) -> Result<(), Stop> {
    context.demand_fresh_proof()?;
    if context.standing() == Standing::Operator { Ok(()) } else { Err(Stop::NotFound) }
}
