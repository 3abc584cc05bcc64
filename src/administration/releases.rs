//! Acts on the release of an invitation whose data differ from those of the first one. An administrator asks for it; the
//! operator alone releases, because within the company the one who changed the data would. Where the operator wants two
//! people's consent, the first one proposes and another one confirms.

use super::invitations::data_now;
use super::{ActContext, ActEffect, Actor, Standing, Stop};
use crate::directory::companies;
use crate::directory::invitations::releases::{self, ReleaseProposal, ReleaseRequest};
use crate::directory::invitations::{self, InvitedData};
use crate::directory::people::{self, PersonId};
use crate::event::Event;
use crate::platform::allowances::{self, Allowance, AllowanceAnswer};
use crate::platform::db::Tx;
use crate::sign_in::signing_up::{InviterNews, NewsOfInvitation, tell_inviter};

/// Requests about one person in a day.
const ASKED: Allowance =
    Allowance { purpose: "invitation.release", most: 5, within: std::time::Duration::from_hours(24) };

/// The result of an operator's consent to a release.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Release {
    /// The person can be invited with these data.
    Done,
    /// Another one of the operator's people has to consent as well.
    Proposed,
    /// The actor has proposed it before: another one has to consent.
    ProposedBefore,
    /// The actor asked for it, or is the person: others look at it.
    OwnRequest,
    /// The data are those of the first invitation, or there was none.
    Needless,
    /// The data are others than those that were looked at. A proposal of former data has ended.
    ChangedMeanwhile,
}

/// Asks the operator to release the data of a user as they are now. A request for the same data stays as it is.
///
/// # Errors
/// [`Stop::StaleProof`], [`Stop::NotFound`], [`Stop::ForeignProfile`], [`Stop::ProfileBeyondReach`], [`Stop::TooMany`].
pub(crate) async fn ask(tx: &mut Tx<'_>, context: &ActContext, person: PersonId) -> Result<ActEffect, Stop> {
    context.demand_fresh_proof()?;
    context.present_user(tx, person).await?.within_protection()?;
    let found = people::find_in_turn(tx, person).await?.ok_or(Stop::NotFound)?;
    let data = data_now(&mut *tx, &found).await?;
    let first = invitations::first_data(&mut *tx, person).await?;
    let Some(changes) = first.map(|first| data.changes_since(&first.data)).filter(|changes| !changes.is_empty()) else {
        return Ok(ActEffect::Unchanged);
    };
    let before = releases::of_person(&mut *tx, person).await?;
    if before.is_some_and(|before| before.data == data && before.company == context.company.id) {
        return Ok(ActEffect::Unchanged);
    }
    if let AllowanceAnswer::Exhausted(exhausted) =
        allowances::take(tx, &ASKED, &person.to_string(), context.now).await?
    {
        return Err(Stop::TooMany { wait: exhausted.wait });
    }
    let asker = context.standing().person();
    releases::ask(tx, &request(context, (person, data), asker)).await?;
    let entry = context.entry(Event::InvitationReleaseAsked).person(person);
    context.record(tx, &entry.detail("changed", changes.join(", "))).await?;
    Ok(ActEffect::Changed)
}

/// A request of the actor, for data as they are now.
fn request(context: &ActContext, (person, data): (PersonId, InvitedData), asker: Option<PersonId>) -> ReleaseRequest {
    let name = context.actor.name_for(&context.core).unwrap_or(&context.core.settings.organisation);
    ReleaseRequest {
        person,
        company: context.company.id,
        asker,
        asker_name: name.to_owned(),
        network: context.network.clone(),
        asked_at: context.now,
        data,
        proposed: None,
    }
}

/// Consents to invite a person with data that changed since the first invitation, as the actor has looked at them. Where
/// two people consent, the first consent is a proposal, and the second one by another person releases.
///
/// # Errors
/// [`Stop::StaleProof`], [`Stop::NotFound`], [`Stop::BeyondReach`].
pub(crate) async fn release(
    tx: &mut Tx<'_>,
    context: &ActContext,
    person: PersonId,
    seen: &InvitedData,
) -> Result<Release, Stop> {
    demand_operator(context)?;
    context.demand_fresh_proof()?;
    context.present_user(tx, person).await?;
    let found = people::find_in_turn(tx, person).await?.ok_or(Stop::NotFound)?;
    let data = data_now(&mut *tx, &found).await?;
    let asked = releases::of_person(&mut *tx, person).await?;
    if data != *seen {
        releases::withdraw_proposal(tx, person).await?;
        return Ok(Release::ChangedMeanwhile);
    }
    let first = invitations::first_data(&mut *tx, person).await?;
    let Some(changes) = first.map(|first| data.changes_since(&first.data)).filter(|changes| !changes.is_empty()) else {
        releases::end(tx, person).await?;
        return Ok(Release::Needless);
    };
    let by = by(context);
    if by.is_some() && (by == Some(person) || asked.as_ref().is_some_and(|asked| asked.asker == by)) {
        return Ok(Release::OwnRequest);
    }
    let entry = |event| context.entry(event).person(person).detail("changed", changes.join(", "));
    let asks_two = companies::operator(&mut *tx).await?.is_some_and(|operator| operator.asks_two);
    let mut released = entry(Event::InvitationReleased);
    if asks_two {
        match asked.as_ref().and_then(|asked| asked.proposal(&data, context.now)) {
            None => {
                propose(tx, context, (person, data), asked.is_some()).await?;
                context.record(tx, &entry(Event::InvitationReleaseProposed)).await?;
                return Ok(Release::Proposed);
            }
            Some(proposal) if proposal.by == by => return Ok(Release::ProposedBefore),
            Some(proposal) => released = released.detail("proposed_by", &proposal.name),
        }
    }
    invitations::release(tx, person, &data, context.now).await?;
    releases::end(tx, person).await?;
    context.record(tx, &released).await?;
    if let Some(asked) = asked {
        tell_asker(tx, context, &asked, InviterNews::Released).await?;
    }
    Ok(Release::Done)
}

/// Declines a request. It wants no fresh proof: it opens nothing, and an administrator can ask again.
///
/// # Errors
/// [`Stop::NotFound`], [`Stop::BeyondReach`].
pub(crate) async fn decline(tx: &mut Tx<'_>, context: &ActContext, person: PersonId) -> Result<ActEffect, Stop> {
    demand_operator(context)?;
    people::take_turns(tx, person).await?;
    let Some(asked) = releases::of_person(&mut *tx, person).await? else { return Ok(ActEffect::Unchanged) };
    if !releases::end(tx, person).await? {
        return Ok(ActEffect::Unchanged);
    }
    context.record(tx, &context.entry(Event::InvitationReleaseDeclined).person(person)).await?;
    tell_asker(tx, context, &asked, InviterNews::Declined).await?;
    Ok(ActEffect::Changed)
}

async fn propose(
    tx: &mut Tx<'_>,
    context: &ActContext,
    (person, data): (PersonId, InvitedData),
    is_asked: bool,
) -> Result<(), Stop> {
    if !is_asked {
        releases::ask(tx, &request(context, (person, data.clone()), None)).await?;
    }
    let name = match &context.actor {
        Actor::OperatorPerson { name, .. } => name,
        _ => &context.core.settings.organisation,
    };
    let proposal = ReleaseProposal { by: by(context), name: name.clone(), at: context.now };
    releases::propose(tx, person, &data, &proposal).await?;
    Ok(())
}

/// Tells the one who asked, if it is a person.
async fn tell_asker(
    tx: &mut Tx<'_>,
    context: &ActContext,
    asked: &ReleaseRequest,
    news: InviterNews,
) -> Result<(), Stop> {
    let about = NewsOfInvitation {
        company: asked.company,
        person: asked.person,
        inviter: asked.asker,
        invitee: asked.data.name(),
        until: None,
    };
    Ok(tell_inviter(tx, &context.core, about, news, context.now).await?)
}

/// The person who consents; `None` for the operator's command, which counts as one person.
fn by(context: &ActContext) -> Option<PersonId> {
    match &context.actor {
        Actor::OperatorPerson { person, .. } => Some(*person),
        _ => None,
    }
}

fn demand_operator(context: &ActContext) -> Result<(), Stop> {
    if context.standing() == Standing::Operator { Ok(()) } else { Err(Stop::BeyondReach) }
}
