//! Whether a company may set a policy for itself: not one that would lock everybody out, or its setter.

use super::Place;
use crate::platform::db::{self, Reader};
use crate::sign_in::policies::{Policy, SecondFactor};
use crate::sign_in::policy_effects::{self, Has, LocksOut};

/// The reason why a company's policy for everything is refused; `None` where it may be set. A program has no factors
/// of its own to lose.
pub async fn refusal(reader: &mut Reader, place: Place<'_>, policy: &Policy) -> Result<Option<LocksOut>, db::Error> {
    let mut people = policy_effects::of_company(reader, place.company.id).await?;
    // People who have set up nothing yet lose nothing: their first link lets them set up what the policy wants.
    people.retain(|has| !has.is_empty());
    let setter = match place.standing.person() {
        Some(person) => policy_effects::of_person(&mut *reader, person).await?,
        None => Has::from(crate::proofs::Factor::ALL),
    };
    // The account pages and the console ask everybody with a second factor for it.
    let joined = Policy::of(SecondFactor::Optional).stricter(policy);
    Ok(policy_effects::check(&joined, &setter, &people).err())
}
