//! The table of the authenticator app that a session is connecting.

use std::time::Duration;

use crate::app::App;
use crate::platform::clock::Timestamp;
use crate::platform::db::{self, Reads, Tx};
use crate::platform::secret::Secret;
use crate::platform::web::fault::Fault;
use crate::proofs::totp::Seed;
use crate::sign_in::sessions::SessionId;
use crate::values;

/// The time that a seed waits for its first code (NIST SP 800-63B-4 §4.1.2.2: at most ten minutes).
const LIFETIME: Duration = Duration::from_mins(10);

fn purpose(session: SessionId) -> String {
    format!("authenticator being connected in session {session}")
}

/// The seed that a session is connecting, unless it has waited too long.
pub(super) async fn seed(db: impl Reads, app: &App, session: SessionId, now: Timestamp) -> Result<Option<Seed>, Fault> {
    let sealed: Option<Vec<u8>> = db
        .optional(
            "SELECT seed FROM session_set_ups WHERE session_id = ?1 AND made_at > ?2",
            values![session, now.minus(LIFETIME)],
            |row| row.get(0),
        )
        .await?;
    let opened: Option<Secret<Vec<u8>>> =
        sealed.map(|sealed| app.master_keys.open(&purpose(session), &sealed)).transpose()?;
    Ok(opened.map(Seed::from_bytes))
}

/// Stores a seed in place of one that has waited too long.
pub(super) async fn keep_seed(
    tx: &mut Tx<'_>,
    app: &App,
    (session, seed): (SessionId, &Seed),
    now: Timestamp,
) -> Result<(), Fault> {
    let sealed = app.master_keys.seal(&app.random, &purpose(session), &seed.to_bytes())?;
    tx.execute(
        "INSERT INTO session_set_ups (session_id, seed, made_at) VALUES (?1, ?2, ?3)
         ON CONFLICT (session_id) DO UPDATE SET seed = excluded.seed, made_at = excluded.made_at
         WHERE session_set_ups.made_at <= ?4",
        values![session, &sealed, now, now.minus(LIFETIME)],
    )
    .await?;
    Ok(())
}

/// Removes the seed, because it is connected now. Returns whether there was one, so that it is connected once.
pub(super) async fn forget_seed(tx: &mut Tx<'_>, session: SessionId) -> Result<bool, db::Error> {
    tx.use_once("DELETE FROM session_set_ups WHERE session_id = ?1", values![session]).await
}
