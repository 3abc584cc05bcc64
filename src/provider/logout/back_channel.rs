//! Telling applications that a session has ended (OpenID Connect Back-Channel Logout §2.5): each that
//! was entered in it is told, at least once, again and again for a day, by whichever node is alive.

use std::time::Duration;

use futures_util::future::join_all;
use serde::Serialize;
use serde_json::json;

use crate::app::App;
use crate::event::Event;
use crate::platform::bus::Topic;
use crate::platform::clock::Timestamp;
use crate::platform::db;
use crate::platform::history::{self, Entry};
use crate::platform::web::fault::Fault;
use crate::provider::applications::{self, Application};
use crate::provider::claims::subjects;
use crate::provider::keys::{self, TokenType};
use crate::sign_in::sessions::{self, DueLogout, SessionId};

/// How long a logout token lives (§2.4 recommends at most two minutes).
const LIFETIME: Duration = Duration::from_mins(2);
/// How long an application is tried.
const PATIENCE: Duration = Duration::from_hours(24);
/// The wait after the first failure; it grows threefold with each.
const FIRST_WAIT: Duration = Duration::from_secs(10);
/// The longest wait between two tries.
const LONGEST_WAIT: Duration = Duration::from_hours(2);
/// How many are told at once.
const AT_ONCE: i64 = 32;

#[derive(Serialize)]
struct LogoutToken<'t> {
    iss: &'t str,
    sub: String,
    aud: &'t str,
    iat: i64,
    exp: i64,
    jti: String,
    sid: SessionId,
    events: serde_json::Value,
}

/// Delivers what is due, for as long as the program runs.
pub async fn worker(app: App) {
    let due = app.bus.subscribe(Topic::Logout);
    loop {
        match deliver_due(&app, app.clock.now()).await {
            // There may be more.
            Ok(told) if told > 0 => continue,
            Ok(_) => {}
            Err(fault) => tracing::error!(cause = fault.cause(), "logouts cannot be delivered"),
        }
        due.next_look().await;
    }
}

/// Tells a batch of applications that are due, and says how many were tried by this node.
pub async fn deliver_due(app: &App, now: Timestamp) -> Result<usize, Fault> {
    let due = sessions::due_logouts(&app.db, now, AT_ONCE).await?;
    let tried = join_all(due.into_iter().map(|due| deliver(app, due, now))).await;
    let tried = tried.into_iter().collect::<Result<Vec<_>, Fault>>()?;
    Ok(tried.into_iter().filter(|tried| *tried).count())
}

/// Tells one application; `false` where another node does.
async fn deliver(app: &App, due: DueLogout, now: Timestamp) -> Result<bool, Fault> {
    let application = applications::find(&app.db, due.application).await?;
    let called = application.and_then(|application| {
        let address = application.back_channel_logout_uri.clone()?;
        Some((application, address))
    });
    let Some((application, address)) = called else {
        return settle(app, due, None, None).await;
    };
    // The node that moves the due time has the delivery. If it dies now, the delivery is due again then.
    let wait = wait_after(due.attempts);
    let next = now.plus(wait);
    if !settle(app, due.clone(), Some(next), None).await? {
        return Ok(false);
    }
    let taken = DueLogout { attempts: due.attempts.saturating_add(1), ..due };
    let token = logout_token(app, &application, &taken, now).await?;
    let client_id = application.client_id.as_str();
    match post(app, &address, &token).await {
        Ok(()) => {
            settle(app, taken, None, Some((Event::ProviderLogoutTold, now))).await?;
        }
        Err(cause) if now.since(taken.ended_at) >= PATIENCE => {
            tracing::error!(client_id, cause, "an application was not told of a sign-out, and is given up");
            settle(app, taken, None, Some((Event::ProviderLogoutGivenUp, now))).await?;
        }
        Err(cause) => {
            tracing::warn!(client_id, cause, wait = wait.as_secs(), "an application was not told of a sign-out");
        }
    }
    Ok(true)
}

/// Moves a delivery, or takes it off the list; with an entry in the history, where that ends it.
async fn settle(
    app: &App,
    due: DueLogout,
    next: Option<Timestamp>,
    end: Option<(Event, Timestamp)>,
) -> Result<bool, Fault> {
    let random = app.random.clone();
    let moved = app
        .db
        .write::<_, db::Error, _>(move |tx| {
            Box::pin(async move {
                let moved = sessions::logout_retry(tx, &due, next).await?;
                if let Some((event, now)) = end.filter(|_| moved) {
                    let entry = Entry::new(now, event)
                        .person(due.person)
                        .application(due.application)
                        .session(due.session)
                        .detail("attempts", due.attempts);
                    history::write(tx, &random, &entry).await?;
                }
                Ok(moved)
            })
        })
        .await?;
    Ok(moved)
}

/// Posts a logout token.
///
/// # Errors
/// The reason why it did not arrive, for the log.
async fn post(app: &App, address: &str, token: &str) -> Result<(), String> {
    match app.egress.post_form(address, &[("logout_token", token)]).await {
        Ok(status) if status.is_success() => Ok(()),
        Ok(status) => Err(format!("it answered with {status}")),
        Err(error) => Err(error.to_string()),
    }
}

/// The logout token of a session for an application, encrypted if its ID tokens are.
async fn logout_token(app: &App, application: &Application, due: &DueLogout, now: Timestamp) -> Result<String, Fault> {
    let claims = LogoutToken {
        iss: app.settings.public_url.origin(),
        sub: subjects::of(app, application, due.person).await?,
        aud: &application.client_id,
        iat: now.seconds(),
        exp: now.plus(LIFETIME).seconds(),
        jti: data_encoding::BASE64URL_NOPAD.encode(&app.random.bytes::<16>()),
        sid: subjects::session(app, application, due.session).await?,
        events: json!({ "http://schemas.openid.net/event/backchannel-logout": {} }),
    };
    let keys = keys::current(app, now).await?;
    let token = keys.sign(application.id_token_algorithm, TokenType::LogoutToken, &claims, now)?;
    match &application.profile.id_token_encryption {
        Some(encryption) => encryption.encrypt(&app.random, &token),
        None => Ok(token),
    }
}

fn wait_after(attempts: i64) -> Duration {
    let exponent = u32::try_from(attempts.clamp(0, 20)).unwrap_or(20);
    FIRST_WAIT.saturating_mul(3_u32.saturating_pow(exponent)).min(LONGEST_WAIT)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_grow_and_end_at_two_hours() {
        assert_eq!(wait_after(0), Duration::from_secs(10));
        assert_eq!(wait_after(2), Duration::from_secs(90));
        assert_eq!(wait_after(i64::MAX), LONGEST_WAIT);
    }
}
