//! The claims about the company that an application is entered for, if the person may still be there.

use serde_json::{Map, Value, json};

use crate::app::App;
use crate::directory::entrance::{self, CompanyAccess};
use crate::platform::db;
use crate::provider::applications::scopes::Scopes;
use crate::provider::applications::{self, Application};
use crate::provider::grants::Grant;

/// The claims of the scope `company`.
pub(crate) const KNOWN: [&str; 4] = ["company", "roles", "rights", "ask_before"];

/// Reads anew as what the person of a grant is in its company. Tells whether the grant still holds: the person
/// may enter the application for that company and, where the application is for users (asked where it is
/// at hand), there is a company. It costs a statement only where there is one.
pub async fn read(app: &App, application: Option<&Application>, grant: &mut Grant) -> Result<bool, db::Error> {
    let Some(company) = grant.details.company else {
        return Ok(!application.is_some_and(Application::is_entered_for_a_company));
    };
    let id = grant.application.to_string();
    grant.entered = entrance::entered(&app.db, company, grant.person, &id).await?;
    if grant.entered.is_none() {
        // An employee has no right in it, and enters an application that is for employees without one.
        let takes_employees = match application {
            Some(application) => application.takes_employees(),
            None => applications::find(&app.db, grant.application).await?.is_some_and(|it| it.takes_employees()),
        };
        if takes_employees {
            grant.entered = entrance::entered_as_employee(&app.db, company, grant.person, &id).await?;
        }
    }
    Ok(grant.entered.is_some())
}

/// The claims, where the scope gives them.
pub(crate) fn of(entered: Option<&CompanyAccess>, scope: &Scopes) -> Map<String, Value> {
    let mut claims = Map::new();
    if let Some(entered) = entered.filter(|_| scope.has("company")) {
        claims.insert("company".to_owned(), json!(entered.claim()));
        claims.insert("roles".to_owned(), json!(entered.roles));
        claims.insert("rights".to_owned(), json!(entered.rights));
        if !entered.ask_before.is_empty() {
            claims.insert("ask_before".to_owned(), json!(entered.ask_before));
        }
    }
    claims
}
