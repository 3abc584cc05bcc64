//! The applications that are open to the person on the phone. The session of the app signs them in.

use std::collections::BTreeSet;

use axum::extract::State;
use axum::response::Response;
use http::StatusCode;

use super::pages::{frame, page};
use super::views::{AppApplicationsPage, ApplicationTile};
use super::who::{self, OpenApp};
use crate::app::App;
use crate::directory::entrance::{self, EnteredApplication};
use crate::platform::db;
use crate::platform::web::early::EarlyAnswer;
use crate::platform::web::refusal;
use crate::platform::web::visit::Visit;
use crate::provider::applications;

/// The most applications that are looked at.
const MOST: i64 = 500;

/// `GET /app/applications`.
pub(crate) async fn show(State(app): State<App>, visit: Visit) -> Result<Response, EarlyAnswer> {
    let open = who::open(&app, &visit).await?;
    let view = AppApplicationsPage {
        page: page(&app, &visit, "/app/applications"),
        frame: frame(&app, Some(&open.phone)),
        applications: open_to(&app, &open).await?,
    };
    Ok(refusal::show(StatusCode::OK, &view))
}

/// The applications that the person may enter and that have an address to open, by name: those in which they have a
/// right, those for employees and, of the operator's and their company's own, those that are open to everybody.
pub(super) async fn open_to(app: &App, open: &OpenApp) -> Result<Vec<ApplicationTile>, db::Error> {
    let mut reader = app.db.reader().await?;
    let reach = entrance::reach_of(&mut reader, open.who.person).await?;
    let names = |reached: Vec<EnteredApplication>| -> BTreeSet<String> {
        reached.into_iter().map(|entered| entered.application).collect()
    };
    let (with_right, as_employee) = (names(reach.applications), names(reach.as_employee));
    let all = applications::list(&mut reader, None, MOST).await?;
    drop(reader);
    let company = open.standing.company();
    let is_open = |application: &applications::Application| {
        if application.takes_employees() {
            as_employee.contains(&application.id.to_string())
        } else if application.is_entered_for_a_company() {
            with_right.contains(&application.id.to_string())
        } else {
            !application.profile.third_party && (application.company.is_none() || application.company == company)
        }
    };
    let mut found: Vec<ApplicationTile> = all
        .into_iter()
        .filter(is_open)
        .filter_map(|application| Some(ApplicationTile { name: application.name, url: application.home_url? }))
        .collect();
    found.sort_by(|one, other| one.name.cmp(&other.name));
    Ok(found)
}
