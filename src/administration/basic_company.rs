//! The basic company of a user: the one that they belong to first.

use super::{ActContext, Stop};
use crate::directory::companies::CompanyId;
use crate::directory::people::PersonId;
use crate::directory::users::{self, MembershipState};
use crate::event::Event;
use crate::platform::db::{self, Source, Tx};

/// The most other companies that are offered as the basic company of a removed user.
const MOST_OTHERS: usize = 50;

/// Makes another company the basic company of a person, who is active there.
///
/// # Errors
/// [`Stop::NotFound`], [`Stop::NotActive`].
pub(crate) async fn set(
    tx: &mut Tx<'_>,
    context: &ActContext,
    person: PersonId,
    company: CompanyId,
) -> Result<(), Stop> {
    users::set_basic(tx, person, company, context.now).await?;
    let entry = context.entry(Event::UserBasicCompanySet).person(person).detail("to", company);
    context.record(tx, &entry).await
}

/// The companies that can become the basic company of a user in the place of this one: those where they are active and
/// that the actor manages, too. Other memberships are not disclosed.
pub(crate) async fn other_companies(
    source: &mut Source<'_, '_>,
    context: &ActContext,
    person: PersonId,
) -> Result<Vec<(CompanyId, String)>, db::Error> {
    let Some(actor) = context.standing().person() else { return Ok(Vec::new()) };
    let mut others = Vec::new();
    for user in users::of_person(&mut *source, person).await? {
        if others.len() == MOST_OTHERS {
            break;
        }
        if user.state == MembershipState::Active
            && user.company != context.company.id
            && users::authority(&mut *source, user.company, actor).await?.is_some()
        {
            others.push((user.company, user.company_name));
        }
    }
    Ok(others)
}
