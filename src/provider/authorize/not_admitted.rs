//! Telling a person that an application is not open to them, or that they cannot sign in at all. The request is
//! kept, so that they can try again, come as somebody else, or go back to the application.

use axum::extract::{Path, State};
use axum::response::Response;

use http::StatusCode;

use super::consent::keep;
use super::pages::{self, Held};
use super::{Asked, turning_back};
use crate::app::App;
use crate::platform::web::fault::Fault;
use crate::platform::web::refusal::{RefusalPage, refuse};
use crate::platform::web::visit::Visit;
use crate::provider::applications::Application;
use crate::provider::authorize::refusals;
use crate::sign_in::Refusal;

/// Shows the refusal, with who can help. A request that was not kept yet is kept first.
pub(super) async fn show(
    app: &App,
    visit: &Visit,
    application: &Application,
    asked: Asked,
    refusal: Refusal,
    kept: Option<Held>,
) -> Result<Response, Fault> {
    let id = match kept {
        Some(Held::For(kept)) => kept.id,
        Some(Held::Pushed(key)) => return keep(app, visit, application, asked, Some(key)).await,
        None => return keep(app, visit, application, asked, None).await,
    };
    let way_back = turning_back::way_back(id, &asked);
    let mut refused = match refusal {
        Refusal::ProfileClosed => RefusalPage::new(StatusCode::FORBIDDEN, "closed").at(&application.name),
        Refusal::NoMethodCounts => RefusalPage::new(StatusCode::FORBIDDEN, "methods").at(&application.name),
        refusal => refusals::not_admitted(app, visit, application, refusal).await?,
    };
    match &mut refused.help {
        Some(help) => {
            help.try_again = Some(format!("/oauth/authorize/{id}"));
            help.someone_else = Some(format!("/oauth/authorize/{id}/someone-else"));
            help.way_back = Some(way_back);
        }
        help => *help = Some(Box::new(way_back.into())),
    }
    Ok(refuse(app, visit, refused).await)
}

/// `GET /oauth/authorize/{id}/someone-else`: the person says to be somebody else than the session does.
pub async fn as_someone_else(State(app): State<App>, visit: Visit, Path(id): Path<String>) -> Result<Response, Fault> {
    Box::pin(pages::come_back(&app, &visit, &id, true)).await
}
