//! The act of giving a temporary access pass to a person who has lost everything.

use std::time::Duration;

use super::{ActContext, Stop};
use crate::directory::people::{self, PersonId, PersonState};
use crate::directory::users::MembershipState;
use crate::event::Event;
use crate::platform::allowances::{self, Allowance, AllowanceAnswer};
use crate::platform::clock::Timestamp;
use crate::platform::db::Tx;
use crate::platform::secret::Secret;
use crate::proofs::access_passes::AccessPass;
use crate::proofs::resets::{self, PassOrigin};
use crate::sign_in::notices::Act;

/// Passes that are given to one person in a day.
const TO_PERSON: Allowance = Allowance { purpose: "access pass", most: 5, within: Duration::from_hours(24) };

/// A pass for an administrator to hand over.
#[derive(Debug)]
pub(crate) struct GivenPass {
    /// The pass in its groups. It is shown once.
    pub(crate) pass: Secret<String>,
    /// Until when it works.
    pub(crate) until: Timestamp,
}

/// Gives a person a temporary access pass, in place of an earlier one. Nothing of theirs changes before it is used: then
/// their former factors open nothing, and they set up new ones. The person is told at all their addresses, and can stop
/// it there.
///
/// # Errors
/// [`Stop::StaleProof`], [`Stop::NotFound`], [`Stop::ForeignProfile`], [`Stop::ProfileBeyondReach`], [`Stop::NotActive`],
/// [`Stop::TooMany`].
pub(crate) async fn give(tx: &mut Tx<'_>, context: &ActContext, person: PersonId) -> Result<GivenPass, Stop> {
    context.demand_fresh_proof()?;
    let user = context.present_user(tx, person).await?;
    // More than a reset: with the pass alone somebody becomes the person, also where another company gives them power.
    user.within_profile()?;
    let found = people::find_in_turn(tx, person).await?.ok_or(Stop::NotFound)?;
    if user.member.state != MembershipState::Active || found.state != PersonState::Active {
        return Err(Stop::NotActive);
    }
    if let AllowanceAnswer::Exhausted(exhausted) =
        allowances::take(tx, &TO_PERSON, &person.to_string(), context.now).await?
    {
        return Err(Stop::TooMany { wait: exhausted.wait });
    }
    let pass = AccessPass::new(&context.core.random);
    let token = pass.token(&context.core.master_keys);
    let origin = PassOrigin { company: context.company.id, giver: context.standing().person() };
    let until = context.now.plus(context.core.settings.access_pass_lifetime);
    resets::make_pass(tx, &context.core.random, (person, &token), origin, (context.now, until)).await?;
    context.record(tx, &context.entry(Event::AccessPassGiven).person(person)).await?;
    context.tell(tx, person, Act::AccessPassGiven).await?;
    Ok(GivenPass { pass: pass.shown(), until })
}
