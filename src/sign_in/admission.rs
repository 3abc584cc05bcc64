//! The admission to an application that is open to users of companies, or to them and to employees.

use super::assurance::{CompanyWish, Demand, Proof};
use super::decide::Admission;
use super::policies::ApplicationId;
use super::sessions::Session;
use crate::directory::companies::CompanyId;
use crate::directory::entrance;
use crate::directory::people::PersonId;
use crate::platform::db::{self, Source};

/// The admission to an application. It costs a statement only for such an application, and only after a first proof,
/// before which nobody enters and nothing is shown.
pub(super) async fn of(
    source: &mut Source<'_, '_>,
    (application, demand): (Option<ApplicationId>, &Demand),
    (person, proofs): (PersonId, &[Proof]),
    (session, chosen_here): (Option<&Session>, Option<CompanyId>),
) -> Result<Admission, db::Error> {
    let Some(application) = application.filter(|_| demand.users_alone) else { return Ok(Admission::Everybody) };
    let wish = demand.company.clone();
    let chosen_before = session.and_then(|session| session.company);
    let asked = match &wish {
        CompanyWish::This(wanted) => [Some(*wanted), None],
        _ => [chosen_here, chosen_before],
    };
    let standing = if proofs.is_empty() {
        entrance::Entrances::default()
    } else if demand.employees_too {
        entrance::standing_of_employee(&mut *source, person, &application.to_string()).await?
    } else {
        entrance::standing(&mut *source, person, &application.to_string(), asked).await?
    };
    Ok(Admission::Users { standing, wish, chosen_here, chosen_before })
}
