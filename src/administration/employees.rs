//! Acts on the employee listing of a company: people whom it pays, with the chargeable services that open the phone app
//! to them.

use super::people::find_or_add;
use super::{ActContext, ActEffect, Standing, Stop};
use crate::directory::employees::{self, ChargeableService};
use crate::directory::people::{NewPerson, PersonId};
use crate::directory::users;
use crate::event::Event;
use crate::platform::db::Tx;
use crate::sign_in::notices::Act;

/// Puts a person on the employee listing, with a new profile where nobody has the email. Of somebody who has a profile
/// that the company doesn't know it sees what was typed.
///
/// # Errors
/// [`Stop::StaleProof`], [`Stop::TooMany`], [`Stop::BadName`], [`Stop::AlreadyEmployee`].
pub async fn add(
    tx: &mut Tx<'_>,
    context: &ActContext,
    person: &NewPerson,
    services: &[ChargeableService],
) -> Result<PersonId, Stop> {
    context.demand_fresh_proof()?;
    let typed = person;
    let (person, is_new) = find_or_add(tx, context, typed).await?;
    put(tx, context, person, services).await?;
    let user = users::find(&mut *tx, context.company.id, person).await?;
    let is_known = is_new || user.is_some_and(|user| !user.is_waited_for);
    if !is_known && context.standing() != Standing::Operator {
        employees::keep_typed(tx, context.company.id, person, typed).await?;
    }
    Ok(person)
}

/// Puts a person who has a profile on the employee listing.
///
/// # Errors
/// [`Stop::AlreadyEmployee`].
pub(crate) async fn put(
    tx: &mut Tx<'_>,
    context: &ActContext,
    person: PersonId,
    services: &[ChargeableService],
) -> Result<(), Stop> {
    if !employees::add(tx, context.company.id, person, services, context.now).await? {
        return Err(Stop::AlreadyEmployee);
    }
    let entry = context.entry(Event::EmployeeAdded).person(person).detail("to", in_words(services));
    context.record(tx, &entry).await?;
    context.tell(tx, person, Act::EmployeeAdded).await
}

/// Sets the chargeable services of an employee.
///
/// # Errors
/// [`Stop::StaleProof`], [`Stop::NotFound`].
pub async fn set_services(
    tx: &mut Tx<'_>,
    context: &ActContext,
    person: PersonId,
    services: &[ChargeableService],
) -> Result<ActEffect, Stop> {
    context.demand_fresh_proof()?;
    let had = employees::find(&mut *tx, context.company.id, person).await?.ok_or(Stop::NotFound)?.services;
    if had == services {
        return Ok(ActEffect::Unchanged);
    }
    employees::set_services(tx, context.company.id, person, services).await?;
    let entry = context.entry(Event::EmployeeServicesSet).person(person);
    let entry = entry.detail("from", in_words(&had)).detail("to", in_words(services));
    context.record(tx, &entry).await?;
    Ok(ActEffect::Changed)
}

/// Takes a person off the employee listing.
///
/// # Errors
/// [`Stop::StaleProof`], [`Stop::NotFound`].
pub async fn remove(tx: &mut Tx<'_>, context: &ActContext, person: PersonId) -> Result<(), Stop> {
    context.demand_fresh_proof()?;
    if !employees::remove(tx, context.company.id, person).await? {
        return Err(Stop::NotFound);
    }
    context.record(tx, &context.entry(Event::EmployeeRemoved).person(person)).await?;
    context.tell(tx, person, Act::EmployeeRemoved).await
}

/// Services as the history names them.
fn in_words(services: &[ChargeableService]) -> String {
    services.iter().map(|service| service.as_str()).collect::<Vec<_>>().join(", ")
}
