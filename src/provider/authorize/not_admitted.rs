//! Telling a person that an application is not open to them, or that they cannot sign in at all. The request is
//! kept, so that they can try again, come as somebody else, or go back to the application.

use axum::response::Response;
use http::StatusCode;

use super::PendingAuthorization;
use super::consent::keep;
use super::kept_request::KeptRequest;
use super::pages::{self, StoredRequest};
use crate::app::App;
use crate::platform::web::early::EarlyAnswer;
use crate::platform::web::refusal::RefusalPage;
use crate::platform::web::visit::Visit;
use crate::provider::applications::{Application, origin_or_scheme};
use crate::provider::authorize::refusals;
use crate::sign_in::Refusal;

/// Shows the refusal, with who can help. A request that was not kept yet is kept first.
pub(super) async fn show(
    app: &App,
    visit: &Visit,
    application: &Application,
    pending: PendingAuthorization,
    refusal: Refusal,
    stored: Option<StoredRequest>,
) -> Result<Response, EarlyAnswer> {
    let waiting = match stored {
        Some(StoredRequest::Kept(key)) => key.waiting(),
        Some(StoredRequest::Pushed(key)) => return keep(app, visit, application, pending, Some(key)).await,
        None => return keep(app, visit, application, pending, None).await,
    };
    let way_back = waiting.way_back(origin_or_scheme(&pending.destination.redirect_uri));
    let mut refused = match refusal {
        Refusal::ProfileClosed => RefusalPage::new(StatusCode::FORBIDDEN, "closed").at(&application.name),
        Refusal::NoMethodCounts => RefusalPage::new(StatusCode::FORBIDDEN, "methods").at(&application.name),
        refusal => refusals::not_admitted(app, visit, application, refusal).await?,
    };
    match &mut refused.help {
        Some(help) => {
            help.try_again = Some(waiting.path());
            help.someone_else = Some(format!("{}/someone-else", waiting.path()));
            help.way_back = Some(way_back);
        }
        help => *help = Some(Box::new(way_back.into())),
    }
    Err(refused.into())
}

/// `GET /oauth/authorize/{id}/someone-else`: the person says to be somebody else than the session does.
pub(crate) async fn as_someone_else(request: KeptRequest) -> Result<Response, EarlyAnswer> {
    Box::pin(pages::come_back(request, true)).await
}
