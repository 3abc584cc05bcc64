//! Whether a company may set a policy for itself: not one that would lock everybody out, or its setter.

use super::CompanyStanding;
use crate::platform::db::{self, Source};
use crate::provider::applications;
use crate::sign_in::ApplicationId;
use crate::sign_in::policies::{self, Policy, SecondFactor};
use crate::sign_in::policy_effects::{self, Has, LocksOut};

/// The reason why a company's policy for everything, or for one application, is refused; `None` where it may be set. A
/// policy for everything has to leave a way in to the account pages and to every application of the company, for somebody
/// of those who have one today. An actor without factors of its own has none to lose.
pub(crate) async fn refusal(
    source: &mut Source<'_, '_>,
    at: CompanyStanding<'_>,
    application: Option<ApplicationId>,
    policy: &Policy,
) -> Result<Option<LocksOut>, db::Error> {
    let company = at.company.id;
    let setter = match at.standing.person() {
        Some(person) => policy_effects::of_person(&mut *source, person).await?,
        None => everybody(),
    };
    let now = policies::of_company(&mut *source, company).await?;
    if let Some(application) = application {
        return in_application(source, at, application, (&now, &now), Some(policy), &setter).await;
    }
    // The account pages and the console ask everybody with a second factor for it.
    let asked = Policy::of(SecondFactor::Optional);
    let mut people = policy_effects::of_company(source, company).await?;
    people.retain(|has| policy_effects::can_come_in(&asked.stricter(&now), has));
    if let Err(locks_out) = policy_effects::check(&asked.stricter(policy), &setter, &people) {
        return Ok(Some(locks_out));
    }
    for (application, _) in applications::open_to_company(&mut *source, company).await? {
        let refusal = in_application(source, at, application, (&now, policy), None, &everybody()).await?;
        if refusal.is_some() {
            return Ok(refusal);
        }
    }
    Ok(None)
}

/// The same for the users of one application, where the company asks for something else everywhere than before, or for
/// `policy` in the application.
async fn in_application(
    source: &mut Source<'_, '_>,
    at: CompanyStanding<'_>,
    application: ApplicationId,
    (everywhere_before, everywhere): (&Policy, &Policy),
    policy: Option<&Policy>,
    setter: &Has,
) -> Result<Option<LocksOut>, db::Error> {
    let base = policies::of_application(&mut *source, application).await?.of_an_application();
    let own = policies::of_company_in(&mut *source, at.company.id, application).await?;
    let before = base.stricter(everywhere_before).stricter(&own);
    let mut people = policy_effects::of_users(source, at.company.id, application).await?;
    people.retain(|has| policy_effects::can_come_in(&before, has));
    let joined = base.stricter(everywhere).stricter(policy.unwrap_or(&own));
    Ok(policy_effects::check(&joined, setter, &people).err())
}

fn everybody() -> Has {
    Has::from(crate::proofs::Factor::ALL)
}
