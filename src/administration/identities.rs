//! Acts on the national identifier of a person whom a company has entered, and on what a bank opens. The identifier opens a profile that nobody has used yet, and
//! no other: whoever uses a profile links their bank or eID to it themselves, with a proof of it.

use super::{ActContext, ActEffect, Stop};
use crate::directory::companies::DirectoryUse;
use crate::directory::people::PersonId;
use crate::directory::{companies, employees, users};
use crate::event::Event;
use crate::platform::db::Tx;
use crate::proofs::identities::{self, IdentitySource};
use crate::proofs::identity_providers;

/// Enters the identifier of a user of the company, or of an employee who is a user nowhere, by its hash. Returns
/// [`ActEffect::Unchanged`] for a profile that is in use.
///
/// # Errors
/// [`Stop::StaleProof`], [`Stop::NotFound`], [`Stop::ForeignProfile`], [`Stop::ProfileBeyondReach`].
pub async fn expect(
    tx: &mut Tx<'_>,
    context: &ActContext,
    person: PersonId,
    by: (IdentitySource, &[u8; 32]),
) -> Result<ActEffect, Stop> {
    context.demand_fresh_proof()?;
    within_reach(tx, context, person).await?;
    if !identities::expect(tx, (context.company.id, person), by, context.now).await? {
        return Ok(ActEffect::Unchanged);
    }
    let entry = context.entry(Event::PersonIdentifierExpected).person(person).detail("source", by.0.to_string());
    context.record(tx, &entry).await?;
    Ok(ActEffect::Changed)
}

/// Removes the identifier that the company has entered for a person.
///
/// # Errors
/// As [`expect`].
pub async fn unexpect(tx: &mut Tx<'_>, context: &ActContext, person: PersonId) -> Result<ActEffect, Stop> {
    context.demand_fresh_proof()?;
    within_reach(tx, context, person).await?;
    if !identities::unexpect(tx, context.company.id, person).await? {
        return Ok(ActEffect::Unchanged);
    }
    let entry = context.entry(Event::PersonIdentifierExpected).person(person).detail("source", "");
    context.record(tx, &entry).await?;
    Ok(ActEffect::Changed)
}

/// Lets a bank or eID open the phone app again to the people of the company who have logged out from all devices, or an
/// invitation alone.
///
/// # Errors
/// [`Stop::StaleProof`].
pub async fn let_identity_open_phone_app(
    tx: &mut Tx<'_>,
    context: &ActContext,
    is_allowed: bool,
) -> Result<ActEffect, Stop> {
    context.demand_fresh_proof()?;
    if !companies::open_phone_app_by_identity(tx, context.company.id, is_allowed).await? {
        return Ok(ActEffect::Unchanged);
    }
    let entry = context.entry(Event::CompanyPhoneAppByIdentitySet).detail("allowed", is_allowed.to_string());
    context.record(tx, &entry).await?;
    Ok(ActEffect::Changed)
}

/// Sets how the people of the company are led to its directory. Alone, it leaves those who manage the company a way in by two
/// factors of their own, for when it is down.
///
/// # Errors
/// [`Stop::StaleProof`]; [`Stop::NoDirectory`] where the operator offers none that they could be led to.
pub async fn use_directory(tx: &mut Tx<'_>, context: &ActContext, wanted: DirectoryUse) -> Result<ActEffect, Stop> {
    context.demand_fresh_proof()?;
    let company = context.company.id;
    if wanted != DirectoryUse::Offered && identity_providers::of_company(&mut *tx, company).await?.is_empty() {
        return Err(Stop::NoDirectory);
    }
    let before = companies::directory_use(&mut *tx, company).await?;
    if !companies::set_directory_use(tx, company, wanted).await? {
        return Ok(ActEffect::Unchanged);
    }
    let entry = context.entry(Event::CompanyDirectoryUseSet).detail("from", before).detail("to", wanted);
    context.record(tx, &entry).await?;
    Ok(ActEffect::Changed)
}

async fn within_reach(tx: &mut Tx<'_>, context: &ActContext, person: PersonId) -> Result<(), Stop> {
    let is_user = !users::of_person(&mut *tx, person).await?.is_empty();
    if is_user {
        return context.present_user(tx, person).await?.within_profile();
    }
    let employee = employees::find(&mut *tx, context.company.id, person).await?;
    employee.map(|_| ()).ok_or(Stop::NotFound)
}
