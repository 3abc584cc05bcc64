//! The look ahead at people who are to be added together: the outcome for each, before anything happens. It tells which
//! emails have a profile, so it wants a fresh proof, is counted, and is recorded.

use std::time::Duration;

use super::users::{RoleWish, WayOfJoining, foresee};
use super::{ActContext, Stop};
use crate::directory::people::Email;
use crate::event::Event;
use crate::platform::allowances::{self, Allowance, AllowanceAnswer};
use crate::platform::db::Tx;

/// The people that one administrator looks up in a day: three looks at as many as can be added.
pub(crate) const LOOKED_UP: Allowance =
    Allowance { purpose: "admin.people-looked-up", most: 600, within: Duration::from_hours(24) };

/// A person who is to be added.
#[derive(Clone, Debug)]
pub(crate) struct Candidate {
    /// Their email.
    pub(crate) email: Email,
    /// The roles that they are to have.
    pub(crate) roles: RoleWish,
}

/// The outcome of adding somebody, before it is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outlook {
    /// They join in this way.
    Joins(WayOfJoining),
    /// They are a user already: nothing changes.
    Unchanged,
    /// They had a role that is not the actor's to give or take away.
    BeyondReach,
    /// The actor has no addition left for them today.
    TooMany,
}

/// The outcome for each of several people, if they were added now, one after the other. Those who are no users of the
/// company yet count against [`LOOKED_UP`].
///
/// # Errors
/// [`Stop::StaleProof`], [`Stop::TooMany`].
pub(crate) async fn look_ahead(
    tx: &mut Tx<'_>,
    context: &ActContext,
    candidates: &[Candidate],
) -> Result<Vec<Outlook>, Stop> {
    context.demand_fresh_proof()?;
    let mut left = context.additions_left(tx).await?;
    let mut outlooks = Vec::new();
    for candidate in candidates {
        outlooks.push(match foresee(tx, context, &candidate.email, &candidate.roles).await {
            Ok(_) if left == 0 => Outlook::TooMany,
            Ok(joining) => {
                left = left.saturating_sub(1);
                Outlook::Joins(joining)
            }
            Err(Stop::AlreadyUser) => Outlook::Unchanged,
            Err(Stop::BeyondReach | Stop::RoleNotTheirs(_)) => Outlook::BeyondReach,
            Err(stop) => return Err(stop),
        });
    }
    let looked_up = outlooks.iter().filter(|outlook| **outlook != Outlook::Unchanged).count();
    let count = i64::try_from(looked_up).unwrap_or(i64::MAX);
    if let Some(subject) = context.adder().filter(|_| looked_up > 0)
        && let AllowanceAnswer::Exhausted(exhausted) =
            allowances::take_many(tx, &LOOKED_UP, count, &subject, context.now).await?
    {
        return Err(Stop::TooMany { wait: exhausted.wait });
    }
    if looked_up > 0 {
        let entry = context.entry(Event::CompanyImportLookedAt).detail("count", looked_up.to_string());
        context.record(tx, &entry).await?;
    }
    Ok(outlooks)
}
