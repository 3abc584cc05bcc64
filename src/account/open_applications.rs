//! *My applications*: everything that is open to the person as a user of a company.

use super::views::MyApplication;
use crate::app::App;
use crate::directory::entrance;
use crate::directory::people::PersonId;
use crate::directory::search::sort_key;
use crate::platform::db;
use crate::platform::web::translations::Texts;
use crate::provider::applications;

/// The applications that the person may enter, by name, and whether the console is open to them.
pub(super) async fn list(app: &App, texts: Texts, person: PersonId) -> Result<(Vec<MyApplication>, bool), db::Error> {
    let reach = entrance::reach_of(&app.db, person).await?;
    let mut open = Vec::new();
    let with_right = reach.applications.into_iter().map(|entered| (entered, false));
    for (entered, as_employee) in with_right.chain(reach.as_employee.into_iter().map(|entered| (entered, true))) {
        let Ok(id) = entered.application.parse() else { continue };
        let Some(application) = applications::find(&app.db, id).await? else { continue };
        // One for employees is entered without a right, and with one no differently.
        if application.takes_employees() != as_employee {
            continue;
        }
        let company = match entered.companies {
            1 => entered.company,
            many => texts.count("my-applications-companies", "count", many),
        };
        open.push(MyApplication { name: application.name, home_url: application.home_url, company });
    }
    open.sort_by_cached_key(|application| sort_key(&application.name));
    Ok((open, reach.manages))
}
