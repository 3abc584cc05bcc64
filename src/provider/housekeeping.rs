//! What is over is removed in small batches, so that nobody waits for it. Never the history.

use std::time::Duration;

use super::{authorize, device, grants, token};
use crate::app::App;
use crate::platform::clock::Timestamp;
use crate::platform::db;
use crate::provider::authorize::pushed;
use crate::provider::token::dpop;

/// Rows of a table that are removed in one transaction.
const BATCH: i64 = 500;
/// Proofs that are removed in one transaction: there is one for every use of a bound token.
const PROOFS: i64 = 5_000;
/// Transactions of one round.
const ROUNDS: usize = 200;
/// How long what is over is kept, so that a late comer still gets the right words.
const KEEP: Duration = Duration::from_hours(24);

/// Removes what is over, and tells how many rows that were.
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
                    let devices = device::expire(tx, before, BATCH).await?;
                    let grants = grants::expire(tx, before, BATCH).await?;
                    let pushed = pushed::expire(tx, now.minus(pushed::KEPT_AFTER), BATCH).await?;
                    let proofs = dpop::expire(tx, now, PROOFS).await?;
                    Ok(requests + assertions + devices + grants + pushed + proofs)
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
