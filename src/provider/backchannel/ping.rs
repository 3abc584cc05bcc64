//! Telling an application that its request was answered (CIBA Core §10.2, ping): at least once, until it has fetched the
//! answer or that is over, by whichever node is alive. Where it goes was registered, and is called under the same rules as
//! every address of an application.

use std::time::Duration;

use futures_util::future::join_all;
use http::header::{AUTHORIZATION, CONTENT_TYPE};
use http::{HeaderMap, HeaderValue};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::BackchannelId;
use super::store::{self, DuePing};
use crate::app::App;
use crate::platform::bus::Topic;
use crate::platform::clock::Timestamp;
use crate::platform::db;
use crate::platform::web::fault::Fault;
use crate::provider::applications;

/// The wait after the first failure; it grows threefold with each.
const FIRST_WAIT: Duration = Duration::from_secs(2);
/// How many are told at once.
const AT_ONCE: i64 = 32;

/// How an application is told, as it is sealed.
#[derive(Serialize, Deserialize)]
struct Notification {
    token: String,
    auth_req_id: String,
}

fn purpose(id: BackchannelId) -> String {
    format!("notification of backchannel request {id}")
}

/// How an application is told of a request, sealed.
pub(super) fn sealed(app: &App, id: BackchannelId, token: &str, auth_req_id: &str) -> Result<Vec<u8>, Fault> {
    let notification = Notification { token: token.to_owned(), auth_req_id: auth_req_id.to_owned() };
    let text = serde_json::to_vec(&notification).map_err(|error| Fault::new(error.to_string()))?;
    Ok(app.master_keys.seal(&app.random, &purpose(id), &text)?)
}

/// Delivers what is due, for as long as the program runs.
pub async fn worker(app: App) {
    let due = app.bus.subscribe(Topic::Ping);
    loop {
        match deliver_due(&app, app.clock.now()).await {
            // There may be more.
            Ok(told) if told > 0 => continue,
            Ok(_) => {}
            Err(fault) => tracing::error!(cause = fault.cause(), "applications cannot be told of answers"),
        }
        due.next_look().await;
    }
}

/// Tells a batch of applications that are due, and says how many were tried by this node.
///
/// # Errors
/// The program failed.
pub async fn deliver_due(app: &App, now: Timestamp) -> Result<usize, Fault> {
    let due = store::due(&app.db, now, AT_ONCE).await?;
    let tried = join_all(due.into_iter().map(|due| deliver(app, due, now))).await;
    let tried = tried.into_iter().collect::<Result<Vec<_>, Fault>>()?;
    Ok(tried.into_iter().filter(|tried| *tried).count())
}

/// Tells one application; `false` where another node does.
async fn deliver(app: &App, due: DuePing, now: Timestamp) -> Result<bool, Fault> {
    // The node that moves the due time has the delivery. If it dies now, the delivery is due again then.
    let wait = wait_after(due.attempts);
    let next = Some(now.plus(wait)).filter(|next| *next < due.expires_at);
    if !settle(app, due.clone(), next).await? {
        return Ok(false);
    }
    let application = applications::find(&app.db, due.application).await?;
    let Some(address) = application.as_ref().and_then(|it| it.profile.backchannel_notification_uri.clone()) else {
        return Ok(true);
    };
    let taken = DuePing { attempts: due.attempts.saturating_add(1), ..due };
    let client_id = application.map(|application| application.client_id).unwrap_or_default();
    match post(app, &address, &taken).await {
        Ok(()) => {
            settle(app, taken, None).await?;
        }
        Err(cause) if next.is_none() => {
            tracing::error!(client_id, cause, "an application was not told of an answer, and is given up");
        }
        Err(cause) => {
            tracing::warn!(client_id, cause, wait = wait.as_secs(), "an application was not told of an answer");
        }
    }
    Ok(true)
}

async fn settle(app: &App, due: DuePing, next: Option<Timestamp>) -> Result<bool, db::Error> {
    app.db.write(move |tx| Box::pin(async move { store::retry(tx, &due, next).await })).await
}

/// Posts the name of the request.
///
/// # Errors
/// The reason why it did not arrive, for the log.
async fn post(app: &App, address: &str, due: &DuePing) -> Result<(), String> {
    let opened =
        app.master_keys.open(&purpose(due.id), &due.notification).map_err(|_| "it does not open".to_owned())?;
    let notification: Notification = serde_json::from_slice(opened.reveal()).map_err(|error| error.to_string())?;
    let bearer = HeaderValue::from_str(&format!("Bearer {}", notification.token));
    let mut bearer = bearer.map_err(|error| error.to_string())?;
    bearer.set_sensitive(true);
    let headers =
        HeaderMap::from_iter([(AUTHORIZATION, bearer), (CONTENT_TYPE, HeaderValue::from_static("application/json"))]);
    let body = json!({ "auth_req_id": notification.auth_req_id }).to_string();
    match app.egress.post(address, headers, body.into_bytes()).await {
        Ok(status) if status.is_success() => Ok(()),
        Ok(status) => Err(format!("it answered with {status}")),
        Err(error) => Err(error.to_string()),
    }
}

fn wait_after(attempts: i64) -> Duration {
    let exponent = u32::try_from(attempts.clamp(0, 10)).unwrap_or(10);
    FIRST_WAIT.saturating_mul(3_u32.saturating_pow(exponent))
}
