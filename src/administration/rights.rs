//! Acts on the access rights of a user. Nobody gives more than they have (FLOWS.md 11).

use super::giving::{Giving, rights_after};
use super::{ActContext, ActEffect, Stop};
use crate::directory::people::PersonId;
use crate::directory::rights::{self, MOST_RIGHTS, ProfileId, ReadyMadeProfile, Right};
use crate::event::Event;
use crate::platform::db::{Source, Tx};
use crate::provider::applications::ApplicationId;
use crate::sign_in::notices::Act;

/// Gives a user exactly these rights. Each that changes must be the actor's to give.
///
/// # Errors
/// [`Stop::StaleProof`], [`Stop::NotFound`], [`Stop::BeyondReach`], [`Stop::UnknownRight`], [`Stop::RightNotTheirs`],
/// [`Stop::TooManyRights`].
pub(crate) async fn set_rights(
    tx: &mut Tx<'_>,
    context: &ActContext,
    person: PersonId,
    wanted: &[Right],
) -> Result<ActEffect, Stop> {
    context.demand_fresh_proof()?;
    let (giving, had) = begin(tx, context, person).await?;
    if let Some(unknown) = wanted.iter().find(|right| !had.contains(right) && !giving.knows(right)) {
        return Err(Stop::UnknownRight(unknown.clone()));
    }
    if let Some(right) = giving.refused_right(&had, wanted) {
        return Err(Stop::RightNotTheirs(right.clone()));
    }
    keep(tx, context, RightsChange { person, had: &had, after: wanted }).await
}

/// Gives a user, of the rights that the actor may give, exactly these. Every other right stays. This is the wish of a
/// form, which shows the rights in the applications that are open to the company.
///
/// # Errors
/// Those of [`set_rights`].
pub(crate) async fn choose_rights(
    tx: &mut Tx<'_>,
    context: &ActContext,
    person: PersonId,
    chosen: &[Right],
) -> Result<ActEffect, Stop> {
    context.demand_fresh_proof()?;
    let (giving, had) = begin(tx, context, person).await?;
    if let Some(unknown) = chosen.iter().find(|right| !had.contains(right) && !giving.knows(right)) {
        return Err(Stop::UnknownRight(unknown.clone()));
    }
    if let Some(right) = chosen.iter().find(|right| !giving.may(right) && !had.contains(right)) {
        return Err(Stop::RightNotTheirs(right.clone()));
    }
    let after = rights_after(&giving, &had, chosen);
    keep(tx, context, RightsChange { person, had: &had, after: &after }).await
}

/// Gives a user a ready-made profile of rights, in place of the rights that are the actor's to give.
///
/// # Errors
/// [`Stop::StaleProof`], [`Stop::NotFound`], [`Stop::BeyondReach`], [`Stop::UnknownProfile`],
/// [`Stop::RightNotTheirs`], [`Stop::TooManyRights`].
pub async fn give_profile(
    tx: &mut Tx<'_>,
    context: &ActContext,
    person: PersonId,
    profile: ProfileId,
) -> Result<ActEffect, Stop> {
    context.demand_fresh_proof()?;
    give(tx, context, person, profile).await?;
    context.tell(tx, person, Act::RightsChanged).await?;
    Ok(ActEffect::Changed)
}

/// Gives a ready-made profile without a message about it, as a part of an act that has one.
pub(super) async fn give(
    tx: &mut Tx<'_>,
    context: &ActContext,
    person: PersonId,
    profile: ProfileId,
) -> Result<(), Stop> {
    let company = context.company.id;
    let found = rights::find_profile(&mut *tx, company, profile).await?.ok_or(Stop::UnknownProfile)?;
    let (giving, had) = begin(tx, context, person).await?;
    if let Some(right) = found.rights.iter().find(|right| !giving.may(right)) {
        return Err(Stop::RightNotTheirs(right.clone()));
    }
    let after = rights_after(&giving, &had, &found.rights);
    if after.len() > MOST_RIGHTS {
        return Err(Stop::TooManyRights);
    }
    let given = ReadyMadeProfile { rights: after, ..found };
    rights::give_profile(tx, company, person, &given, context.now).await?;
    let entry = context.entry(Event::UserProfileGiven).person(person).detail("profile", &given.name);
    context.record(tx, &entry).await
}

/// Takes from a user the ready-made profile that was given last, with the rights that are the actor's to take away.
///
/// # Errors
/// Those of [`set_rights`].
pub(crate) async fn take_profile(tx: &mut Tx<'_>, context: &ActContext, person: PersonId) -> Result<ActEffect, Stop> {
    context.demand_fresh_proof()?;
    let (giving, had) = begin(tx, context, person).await?;
    let after = rights_after(&giving, &had, &[]);
    rights::clear_profile_name(tx, context.company.id, person).await?;
    keep(tx, context, RightsChange { person, had: &had, after: &after }).await
}

/// The rights that the actor may give and those that the user has, where the actor may change them.
async fn begin(tx: &mut Tx<'_>, context: &ActContext, person: PersonId) -> Result<(Giving, Vec<Right>), Stop> {
    let user = context.present_user(tx, person).await?;
    if !user.may_change {
        return Err(Stop::BeyondReach);
    }
    let giving = Giving::of(&mut Source::Transaction(tx), context.company_standing()).await?;
    let had = rights::of_user(tx, context.company.id, person).await?;
    Ok((giving, had))
}

/// A change of the rights of a user.
struct RightsChange<'r> {
    person: PersonId,
    had: &'r [Right],
    after: &'r [Right],
}

/// Keeps the rights of a user, and records and tells the difference.
async fn keep(tx: &mut Tx<'_>, context: &ActContext, change: RightsChange<'_>) -> Result<ActEffect, Stop> {
    let RightsChange { person, had, after } = change;
    if after.len() > MOST_RIGHTS {
        return Err(Stop::TooManyRights);
    }
    let given: Vec<&Right> = after.iter().filter(|right| !had.contains(right)).collect();
    let taken: Vec<&Right> = had.iter().filter(|right| !after.contains(right)).collect();
    if given.is_empty() && taken.is_empty() {
        return Ok(ActEffect::Unchanged);
    }
    rights::set_of_user(tx, context.company.id, person, after).await?;
    let mut entry = context.entry(Event::UserRightsSet);
    if let Some(application) = only_application(given.iter().chain(&taken)) {
        entry = entry.application(application);
    }
    let entry = entry.person(person).detail("given", names(&given)).detail("taken", names(&taken));
    context.record(tx, &entry).await?;
    context.tell(tx, person, Act::RightsChanged).await?;
    Ok(ActEffect::Changed)
}

/// The application of all the rights, where there is one.
fn only_application<'r>(mut rights: impl Iterator<Item = &'r &'r Right>) -> Option<ApplicationId> {
    let first = &rights.next()?.application;
    if rights.all(|right| right.application == *first) { first.parse().ok() } else { None }
}

fn names(rights: &[&Right]) -> String {
    rights.iter().map(|right| right.name.as_str()).collect::<Vec<_>>().join(", ")
}
