//! What is over is removed in small batches, so that nobody waits for it. Never the history.

use std::time::Duration;

use super::{authorize, grants, keys, token};
use crate::app::App;
use crate::platform::clock::Timestamp;
use crate::platform::db;
use crate::platform::web::fault::Fault;

/// Rows of a table that are removed in one transaction.
const BATCH: i64 = 500;
/// Transactions of one round.
const ROUNDS: usize = 200;
/// How long what is over is kept, so that a late comer still gets the right words.
const KEEP: Duration = Duration::from_secs(24 * 60 * 60);
/// How often the age of the signing keys is looked at.
const LOOK_AT_KEYS_EVERY: Duration = Duration::from_secs(60 * 60);

/// Removes what is over, and tells how many rows that were.
///
/// # Errors
/// Every fault of the database.
pub async fn expire(app: &App, now: Timestamp) -> Result<u64, db::Error> {
    let before = now.minus(KEEP);
    let mut all = 0;
    for _ in 0..ROUNDS {
        let removed = app
            .db
            .write::<_, db::Error, _>(move |tx| {
                Box::pin(async move {
                    let requests = authorize::expire(tx, before, BATCH).await?;
                    let assertions = token::expire(tx, before, BATCH).await?;
                    let grants = grants::expire(tx, before, BATCH).await?;
                    Ok(requests + assertions + grants)
                })
            })
            .await?;
        all += removed;
        if removed == 0 {
            break;
        }
    }
    Ok(all)
}

/// Makes sure that there are keys to sign with. At the start, so that nobody waits for the first.
///
/// # Errors
/// Where the database does not answer, or the secret key does not open the keys.
pub async fn prepare(app: &App, now: Timestamp) -> Result<(), Fault> {
    keys::current(app, now).await.map(|_| ())
}

/// Gives old signing keys a successor, for as long as the program runs.
pub async fn key_worker(app: App) {
    loop {
        match keys::rotate_by_age(&app, app.clock.now()).await {
            Ok(made) if made.is_empty() => {}
            Ok(made) => tracing::info!(kids = made.join(" "), "signing keys have successors"),
            Err(fault) => tracing::error!(cause = fault.cause(), "the age of the signing keys cannot be looked at"),
        }
        tokio::time::sleep(LOOK_AT_KEYS_EVERY).await;
    }
}
