//! The page that makes a new recovery code.

use axum::extract::State;
use axum::response::Response;
use http::StatusCode;

use super::views::NewRecoveryCodePage;
use super::{MethodsVisit, changed};
use crate::account::tab_views::Tab;
use crate::app::App;
use crate::directory::people;
use crate::event::Event;
use crate::platform::web::early::EarlyAnswer;
use crate::platform::web::fault::Fault;
use crate::platform::web::refusal;
use crate::platform::web::visit::Visit;
use crate::proofs::recovery;
use crate::sign_in::notices::Notice;

const PATH: &str = "/account/recovery-code";

/// Shows the consequences of a new recovery code.
pub(crate) async fn recovery_code(State(app): State<App>, visit: Visit) -> Result<Response, EarlyAnswer> {
    let here = MethodsVisit::of(app, visit, PATH).await?;
    Ok(show(&here, Vec::new()))
}

fn show(here: &MethodsVisit, groups: Vec<String>) -> Response {
    refusal::show(
        StatusCode::OK,
        &NewRecoveryCodePage { page: here.page(PATH), person: here.person(), tab: Tab::MySignIn, groups },
    )
}

/// Makes a new recovery code and shows it once. The old one ends at once.
///
/// # Errors
/// The hashing room is full, or the database fails.
pub(crate) async fn make_recovery_code(State(app): State<App>, visit: Visit) -> Result<Response, EarlyAnswer> {
    let here = MethodsVisit::of(app, visit, PATH).await?;
    let code = recovery::new_code(&here.app.random);
    let groups = recovery::groups(code.reveal());
    let hash = here.app.hashing.make(code).await?;
    let (app, visit, person, session) = (here.app.clone(), here.visit.clone(), here.person.id, here.session);
    let made: Result<(), Fault> = here
        .app
        .db
        .write(move |tx| {
            Box::pin(async move {
                people::take_turns(tx, person).await?;
                recovery::replace(tx, person, &hash, visit.now).await?;
                let what = (Event::AccountRecoveryCodeMade, "");
                changed(tx, (&app, &visit), (person, session), what, &Notice::RecoveryCodeMade).await
            })
        })
        .await;
    made?;
    Ok(show(&here, groups))
}
