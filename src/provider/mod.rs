//! OpenID Connect: applications send browsers here and get them back with who signed in.
//!
//! One sign-in, followed: [`authorize`] reads the request (pushed before, or a signed request object)
//! and asks floor 4 for the person; its code begins a grant ([`grants`]); [`token`] gives an access token
//! and an ID token for it ([`claims`]), signed by [`keys`]; userinfo, introspection and revocation look at
//! the grant each time; [`logout`] ends the session, and with it the grant.

pub mod applications;
pub mod authorize;
pub mod backchannel;
pub mod claims;
pub(crate) mod consent;
pub(crate) mod device;
pub(crate) mod endpoint;
pub(crate) mod grants;
pub mod key_sets;
pub mod keys;
pub mod logout;
pub mod registration;
pub mod token;
pub mod views;

use std::time::Duration;

pub use backchannel::worker as ping_worker;
pub use logout::worker as logout_worker;

use self::authorize::pushed;
use self::token::dpop;
use crate::app::App;
use crate::platform::clock::Timestamp;
use crate::platform::db;

/// Rows of a table that are removed in one transaction.
const BATCH: i64 = 500;
/// Proofs that are removed in one transaction: there is one for every use of a bound token.
const PROOFS: i64 = 5_000;
/// Transactions of one round.
const ROUNDS: usize = 200;
/// How long what is over is kept, so that a late comer still gets the right words.
const KEEP: Duration = Duration::from_hours(24);

/// Removes what is over, in small batches, so that nobody waits for it, and returns the number of rows. Never the
/// history.
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
                    let asked = backchannel::expire(tx, before, BATCH).await?;
                    let grants = grants::expire(tx, before, BATCH).await?;
                    let pushed = pushed::expire(tx, now.minus(pushed::KEPT_AFTER), BATCH).await?;
                    let proofs = dpop::expire(tx, now, PROOFS).await?;
                    Ok(requests + assertions + devices + asked + grants + pushed + proofs)
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
