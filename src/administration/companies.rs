//! Acts on a company: its data, its policies, its applications and its ready-made profiles of rights.

use super::{ActContext, Stop, lockouts};
use crate::directory::companies::{self, NewCompany};
use crate::directory::rights::{self, MOST_RIGHTS, ProfileId, Right};
use crate::event::Event;
use crate::platform::db::{self, Source, Tx};
use crate::platform::one_line::is_line;
use crate::provider::applications;
use crate::provider::grants;
use crate::sign_in::ApplicationId;
use crate::sign_in::policies::{self, Policy};

/// The longest name of a ready-made profile, in characters.
const LONGEST_PROFILE_NAME: usize = 80;

/// Sets what the company asks of its people everywhere, or in one application.
///
/// # Errors
/// [`Stop::StaleProof`]; [`Stop::LocksOut`] for a policy that would leave nobody a way in, or not the actor.
pub(crate) async fn set_policy(
    tx: &mut Tx<'_>,
    context: &ActContext,
    application: Option<ApplicationId>,
    policy: &Policy,
) -> Result<(), Stop> {
    context.demand_fresh_proof()?;
    let source = &mut Source::Transaction(&mut *tx);
    if let Some(locks_out) = lockouts::refusal(source, context.company_standing(), application, policy).await? {
        return Err(Stop::LocksOut(locks_out));
    }
    let company = context.company.id;
    let (entry, before) = match application {
        None => {
            let before = policies::of_company(&mut *tx, company).await?;
            policies::set_of_company(tx, company, policy).await?;
            (context.entry(Event::PolicySet), before)
        }
        Some(application) => {
            let before = policies::of_company_in(&mut *tx, company, application).await?;
            policies::set_of_company_in(tx, company, application, policy).await?;
            (context.entry_about(Event::PolicySet, application), before)
        }
    };
    context.record(tx, &entry.detail("from", before).detail("policy", policy)).await
}

/// Chooses the rights before whose use people are always asked for a fresh proof, in place of those before. A right
/// that no application of the company knows is left out.
///
/// # Errors
/// [`Stop::StaleProof`].
pub(crate) async fn ask_before(
    tx: &mut Tx<'_>,
    context: &ActContext,
    is_chosen: impl Fn(&str, &str) -> bool + Send,
) -> Result<(), Stop> {
    context.demand_fresh_proof()?;
    let declared = rights::declared_of_company(&mut *tx, context.company.id).await?;
    let chosen: Vec<Right> = declared
        .into_iter()
        .filter(|(application, right)| is_chosen(application, &right.name))
        .map(|(application, right)| Right { application, name: right.name })
        .collect();
    rights::ask_before(tx, context.company.id, &chosen).await?;
    context.record(tx, &context.entry(Event::PolicyAskedBefore).detail("rights", chosen)).await
}

/// Adds a ready-made profile of rights for the users of the company. It gives nobody anything: who gives it must have
/// its rights.
///
/// # Errors
/// [`Stop::StaleProof`], [`Stop::BadName`], [`Stop::UnknownRight`], [`Stop::TooManyRights`], [`Stop::AlreadyThere`] for a name that stands in
/// the company already.
pub(crate) async fn add_profile(
    tx: &mut Tx<'_>,
    context: &ActContext,
    name: &str,
    given: &[Right],
) -> Result<ProfileId, Stop> {
    context.demand_fresh_proof()?;
    let name = name.trim();
    check_profile(tx, context, name, given).await?;
    if rights::profiles(&mut *tx, context.company.id).await?.iter().any(|profile| profile.name == name) {
        return Err(Stop::AlreadyThere);
    }
    let random = &context.core.random;
    let id = rights::add_profile(tx, random, Some(context.company.id), (name, given), context.now).await?;
    let entry = context.entry(Event::ProfileAdded).detail("profile", id).detail("name", name);
    context.record(tx, &entry.detail("rights", given)).await?;
    Ok(id)
}

/// Writes a ready-made profile of the company anew. Users to whom it was given before keep what they have.
///
/// # Errors
/// Those of [`add_profile`]; [`Stop::NotFound`] also for a profile of every company.
pub(crate) async fn change_profile(
    tx: &mut Tx<'_>,
    context: &ActContext,
    id: ProfileId,
    name: &str,
    given: &[Right],
) -> Result<(), Stop> {
    context.demand_fresh_proof()?;
    let name = name.trim();
    check_profile(tx, context, name, given).await?;
    let company = context.company.id;
    let is_taken = |profile: &rights::ReadyMadeProfile| profile.name == name && profile.id != id;
    if rights::profiles(&mut *tx, company).await?.iter().any(is_taken) {
        return Err(Stop::AlreadyThere);
    }
    if !rights::change_profile(tx, company, id, (name, given)).await? {
        return Err(Stop::NotFound);
    }
    let entry = context.entry(Event::ProfileChanged).detail("profile", id).detail("name", name);
    context.record(tx, &entry.detail("rights", given)).await
}

/// Removes a ready-made profile of the company. Users to whom it was given keep the rights.
///
/// # Errors
/// [`Stop::StaleProof`], [`Stop::NotFound`] also for a profile of every company.
pub(crate) async fn remove_profile(tx: &mut Tx<'_>, context: &ActContext, id: ProfileId) -> Result<(), Stop> {
    context.demand_fresh_proof()?;
    let company = context.company.id;
    let found = rights::find_profile(&mut *tx, company, id).await?.ok_or(Stop::NotFound)?;
    if !rights::remove_profile(tx, Some(company), id).await? {
        return Err(Stop::NotFound);
    }
    let entry = context.entry(Event::ProfileRemoved).detail("profile", id).detail("name", &found.name);
    context.record(tx, &entry).await
}

async fn check_profile(tx: &mut Tx<'_>, context: &ActContext, name: &str, given: &[Right]) -> Result<(), Stop> {
    if !is_line(name, LONGEST_PROFILE_NAME) {
        return Err(Stop::BadName);
    }
    if given.len() > MOST_RIGHTS {
        return Err(Stop::TooManyRights);
    }
    let giving = super::giving::Giving::of(&mut Source::Transaction(tx), context.company_standing()).await?;
    match given.iter().find(|right| !giving.knows(right)) {
        Some(unknown) => Err(Stop::UnknownRight(unknown.clone())),
        None => Ok(()),
    }
}

/// Opens an application to the users of the company, or closes it. The rights of users stay. The operator opens and
/// closes every application, a company its own.
///
/// # Errors
/// [`Stop::StaleProof`], [`Stop::NotFound`].
pub(crate) async fn set_open(
    tx: &mut Tx<'_>,
    context: &ActContext,
    application: ApplicationId,
    opens: bool,
) -> Result<bool, Stop> {
    context.demand_fresh_proof()?;
    let company = context.company.id;
    let found = applications::find(&mut *tx, application).await?.ok_or(Stop::NotFound)?;
    if context.standing() != super::Standing::Operator && found.company != Some(company) {
        return Err(Stop::NotFound);
    }
    let id = application.to_string();
    let (changed, event) = if opens {
        (rights::open_to(tx, company, &id, context.now).await?, Event::CompanyApplicationOpened)
    } else {
        (rights::close_to(tx, company, &id).await?, Event::CompanyApplicationClosed)
    };
    if changed {
        context.record(tx, &context.entry_about(event, application)).await?;
    }
    Ok(changed)
}

/// Ends all that the people of the company granted an application: its tokens are good for nothing any more.
///
/// # Errors
/// [`Stop::StaleProof`].
pub(crate) async fn end_access(tx: &mut Tx<'_>, context: &ActContext, application: ApplicationId) -> Result<(), Stop> {
    context.demand_fresh_proof()?;
    let ended = grants::revoke_of_company(tx, context.company.id, application, context.now).await?;
    let entry = context.entry_about(Event::ApplicationAccessEnded, application).detail("count", ended);
    context.record(tx, &entry).await
}

/// Writes the data of the company anew. Its kind stays.
///
/// # Errors
/// [`Stop::StaleProof`], [`Stop::BadName`], [`Stop::AlreadyThere`] for a business identifier of another company.
pub async fn change(tx: &mut Tx<'_>, context: &ActContext, new: &NewCompany) -> Result<(), Stop> {
    context.demand_fresh_proof()?;
    if !new.is_fine() {
        return Err(Stop::BadName);
    }
    match companies::update(tx, context.company.id, new).await {
        Err(db::Error::Conflict(_)) => return Err(Stop::AlreadyThere),
        updated => {
            updated?;
        }
    }
    let before = &context.company;
    let changed: Vec<(Option<&str>, Option<&str>)> = [
        (Some(before.name.as_str()), Some(new.name.trim())),
        (before.business_id.as_deref(), new.business_id.as_deref()),
        (before.contact_email.as_deref(), new.contact_email.as_deref()),
        (before.contact_phone.as_deref(), new.contact_phone.as_deref()),
    ]
    .into_iter()
    .filter(|(was, is)| was != is)
    .collect();
    let mut entry = context.entry(Event::CompanyChanged);
    if !changed.is_empty() {
        let was = changed.iter().filter_map(|(was, _)| *was).collect::<Vec<_>>().join(", ");
        let is = changed.iter().filter_map(|(_, is)| *is).collect::<Vec<_>>().join(", ");
        entry = entry.detail("from", was).detail("to", is);
    }
    context.record(tx, &entry).await
}
