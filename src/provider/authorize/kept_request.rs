//! A request that was kept for the browser that brought it, when that browser comes back.

use axum::extract::FromRequestParts;
use axum::response::Response;
use http::StatusCode;
use http::request::Parts;

use super::answer::{AuthorizationResponse, send};
use super::request::OAuthError;
use super::{PendingAuthorization, RequestId, pages, store};
use crate::app::App;
use crate::platform::history::Entry;
use crate::platform::web::early::{EarlyAnswer, parameter};
use crate::platform::web::refusal::RefusalPage;
use crate::platform::web::visit::Visit;
use crate::provider::applications::{self, Application};
use crate::provider::endpoint::turning_back::{TurningBack, WaitingRequest};
use crate::sign_in::SignInId;

/// The key of a kept request: its identifier, and the browser that it was kept for.
#[derive(Clone, Copy)]
pub(super) struct KeptKey {
    pub(super) id: RequestId,
    pub(super) browser: [u8; 32],
}

impl KeptKey {
    /// The request, as one that can be refused.
    pub(super) fn waiting(self) -> WaitingRequest {
        WaitingRequest::Authorization(self.id)
    }
}

/// A kept request that waits for an answer, in its browser.
pub struct KeptRequest {
    pub(super) app: App,
    pub(super) visit: Visit,
    pub(super) application: Application,
    pub(super) pending: PendingAuthorization,
    pub(super) key: KeptKey,
}

impl FromRequestParts<App> for KeptRequest {
    type Rejection = EarlyAnswer;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, EarlyAnswer> {
        let visit = Visit::from_request_parts(parts, app).await?;
        let id = parameter::<String>(parts, "id").await?.parse().ok();
        Self::find(app.clone(), visit, id).await
    }
}

impl KeptRequest {
    /// The request with this identifier.
    ///
    /// # Errors
    /// The page for a request that is not there, is over, or belongs to another browser.
    pub(super) async fn find(app: App, visit: Visit, id: Option<RequestId>) -> Result<Self, EarlyAnswer> {
        let expired = || RefusalPage::new(StatusCode::NOT_FOUND, "expired");
        let id = id.ok_or_else(expired)?;
        let kept = store::find(app.db.gathered(), id).await?.ok_or_else(expired)?;
        let application = applications::find(app.db.gathered(), kept.application)
            .await?
            .ok_or_else(|| RefusalPage::new(StatusCode::BAD_REQUEST, "application"))?;
        let refused = |status, key| Err(pages::refused(&application, status, key).into());
        let Some(browser) = visit.browser else { return refused(StatusCode::BAD_REQUEST, "cookies") };
        if kept.browser != browser {
            return refused(StatusCode::FORBIDDEN, "other-browser");
        }
        if kept.is_answered {
            return refused(StatusCode::GONE, "answered");
        }
        if visit.now >= kept.expires_at {
            return refused(StatusCode::GONE, "expired");
        }
        let mut pending = kept.pending;
        // The application may have moved while the person signed in: nothing goes to where it was.
        if !application.may_redirect_to(&pending.destination.redirect_uri) {
            return refused(StatusCode::BAD_REQUEST, "redirect");
        }
        // As it stands now: it may have been opened or closed while the person signed in.
        pending.demand.users_alone = application.is_entered_for_a_company();
        pending.demand.employees_too = application.takes_employees();
        Ok(Self { app, visit, application, pending, key: KeptKey { id, browser } })
    }

    /// Ends the request by the person's no, and tells the application.
    ///
    /// # Errors
    /// The page for a request that was answered before, and faults.
    pub(super) async fn refuse(
        self,
        error: OAuthError,
        sign_in: Option<SignInId>,
        entry: Entry,
    ) -> Result<Response, EarlyAnswer> {
        let Self { app, visit, application, pending, key } = self;
        let no = TurningBack { request: key.waiting(), browser: key.browser, sign_in, entry };
        if !no.perform(&app, &visit).await? {
            return Err(pages::answered(&application));
        }
        let answer = AuthorizationResponse::Error(error);
        Ok(send(&app, &visit, &application, &pending.destination, &answer).await?)
    }
}
