//! Companies that added a person with a profile: *My sign-in* asks whether the person wants to be a user there.

use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};

use super::views::Joining;
use super::who::signed_in;
use crate::administration;
use crate::administration::Stop;
use crate::app::App;
use crate::directory::companies::CompanyId;
use crate::directory::users::{self, PendingMembership};
use crate::platform::db;
use crate::platform::web::early::EarlyAnswer;
use crate::platform::web::translations::Texts;
use crate::platform::web::visit::Visit;
use crate::sign_in::SignedIn;

/// The companies that wait for an answer of the person.
pub(super) async fn list(app: &App, texts: Texts, signed_in: &SignedIn) -> Result<Vec<Joining>, db::Error> {
    if !signed_in.is_waited_for {
        return Ok(Vec::new());
    }
    let waiting = users::waiting_for(&app.db, signed_in.person).await?;
    let joining = |pending: PendingMembership| Joining {
        company: pending.company.to_string(),
        name: pending.company_name,
        manages: pending.roles.iter().any(|role| role.manages()).then(|| texts.text("account-joining-manages")),
    };
    Ok(waiting.into_iter().map(joining).collect())
}

/// Makes the person a user of the company.
pub(crate) async fn accept(
    State(app): State<App>,
    visit: Visit,
    Path(company): Path<String>,
) -> Result<Response, EarlyAnswer> {
    answer(&app, &visit, &company, true).await
}

/// Refuses to be a user of the company.
pub(crate) async fn decline(
    State(app): State<App>,
    visit: Visit,
    Path(company): Path<String>,
) -> Result<Response, EarlyAnswer> {
    answer(&app, &visit, &company, false).await
}

async fn answer(app: &App, visit: &Visit, company: &str, accepts: bool) -> Result<Response, EarlyAnswer> {
    let person = signed_in(app, visit, "/account").await?.profile;
    let company = company.parse::<CompanyId>().map_err(|_| EarlyAnswer::not_found())?;
    let (core, now) = (app.core.clone(), visit.now);
    let answered = app.db.write(move |tx| {
        Box::pin(async move { administration::users::answer(tx, &core, (person.id, company), accepts, now).await })
    });
    match answered.await {
        Ok(()) => {
            let done = if accepts { "joined" } else { "not-joined" };
            Ok(Redirect::to(&format!("/account?done={done}")).into_response())
        }
        Err(Stop::Fault(fault)) => Err(fault.into()),
        Err(_) => Err(EarlyAnswer::not_found()),
    }
}
