//! Notifications: allowed by a press, once the PIN is made or later in the settings, and turned off there.

use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use http::StatusCode;
use serde_json::json;

use super::answers;
use super::body::SubscriptionBody;
use super::pages::{frame, page};
use super::system::PhoneSystem;
use super::views::{AppNotificationsPage, PushKeyView};
use super::who;
use crate::app::App;
use crate::platform::push::{self, PushWish};
use crate::platform::web::early::EarlyAnswer;
use crate::platform::web::parameters::UrlQuery;
use crate::platform::web::refusal;
use crate::platform::web::visit::Visit;
use crate::sign_in::phone_notifications::{self, NotificationsRefusal};

const NOTIFICATIONS: &str = "/app/notifications";
/// The same page as the last step of setting the app up.
pub(crate) const FIRST: &str = "/app/notifications?first=1";

/// `GET /app/notifications`: says what they are, and asks.
pub(crate) async fn show(
    State(app): State<App>,
    visit: Visit,
    UrlQuery(query): UrlQuery,
) -> Result<Response, EarlyAnswer> {
    let open = who::open(&app, &visit).await?;
    let standing = push::standing(&app.db, open.phone.id.into()).await?;
    let key = push::current(&app, visit.now).await?;
    let view = AppNotificationsPage {
        page: page(&app, &visit, NOTIFICATIONS),
        frame: frame(&app, Some(&open.phone)),
        key: PushKeyView::of(&key),
        is_on: matches!(standing.wish, PushWish::On | PushWish::Gone),
        is_first: !query.field("first").is_empty(),
        denied_key: PhoneSystem::of_browser(&visit.user_agent).notifications_key(),
    };
    Ok(refusal::show(StatusCode::OK, &view))
}

/// `POST /app/notifications`: takes the subscription of the browser.
pub(crate) async fn turn_on(
    State(app): State<App>,
    visit: Visit,
    body: SubscriptionBody,
) -> Result<Response, EarlyAnswer> {
    let open = who::open_for_script(&app, &visit).await?;
    app.flood.admit(&visit.network, visit.now)?;
    let page = page(&app, &visit, NOTIFICATIONS);
    let subscription = (body.subscription, body.key);
    match phone_notifications::turn_on(&app, &visit, &open.phone, subscription).await {
        Ok(()) => Ok(axum::Json(json!({ "on": true })).into_response()),
        Err(NotificationsRefusal::OldKey) => Ok(answers::update()),
        Err(NotificationsRefusal::Unreachable) => {
            Ok(answers::refused(StatusCode::UNPROCESSABLE_ENTITY, &page.t("app-notifications-unreachable")))
        }
        Err(NotificationsRefusal::Fault(fault)) => Err(fault.into()),
    }
}

/// `POST /app/notifications/off`.
pub(crate) async fn turn_off(State(app): State<App>, visit: Visit) -> Result<Response, EarlyAnswer> {
    let open = who::open(&app, &visit).await?;
    phone_notifications::turn_off(&app, &visit, &open.phone).await?;
    Ok(Redirect::to("/app/settings").into_response())
}
