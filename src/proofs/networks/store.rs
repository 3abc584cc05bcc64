//! The tables of known networks and browsers.

use std::time::Duration;

use super::StoredNetwork;
use crate::directory::people::PersonId;
use crate::platform::clock::Timestamp;
use crate::platform::db::{self, Reads, Tx};
use crate::platform::web::network::Network;
use crate::values;

/// The time after which an unused network is new again (FLOWS.md 4).
const NETWORKS_AGE_OUT_AFTER: Duration = Duration::from_hours(4320);

/// The instant before which uses of networks no longer count.
pub fn oldest_known(now: Timestamp) -> Timestamp {
    now.minus(NETWORKS_AGE_OUT_AFTER)
}

/// Records a network and browser of a sign-in and, if `is_confirmed`, the confirmation of the network. A network that
/// was unused for too long has to be confirmed again.
pub async fn remember(
    tx: &mut Tx<'_>,
    person: PersonId,
    (network, is_confirmed): (&Network, bool),
    browser: &[u8; 32],
    now: Timestamp,
) -> Result<(), db::Error> {
    tx.queue(
        "INSERT INTO known_networks (person_id, network, first_seen_at, last_seen_at, confirmed_at)
         VALUES (?1, ?2, ?3, ?3, ?4)
         ON CONFLICT (person_id, network) DO UPDATE
         SET last_seen_at = excluded.last_seen_at,
             confirmed_at = CASE WHEN excluded.confirmed_at IS NOT NULL THEN excluded.confirmed_at
                                 WHEN known_networks.last_seen_at < ?5 THEN NULL
                                 ELSE known_networks.confirmed_at END",
        values![person, network.as_str(), now, is_confirmed.then_some(now), oldest_known(now)],
    )
    .await?;
    tx.queue(
        "INSERT INTO known_browsers (person_id, browser_hash, first_seen_at, last_seen_at) VALUES (?1, ?2, ?3, ?3)
         ON CONFLICT (person_id, browser_hash) DO UPDATE SET last_seen_at = excluded.last_seen_at",
        values![person, browser, now],
    )
    .await?;
    Ok(())
}

/// The known networks of a person, a hundred at most. Beyond that, the oldest ones by name are left out.
pub async fn list(db: impl Reads, person: PersonId, now: Timestamp) -> Result<Vec<StoredNetwork>, db::Error> {
    let mut known = db
        .all(
            "SELECT network, first_seen_at, last_seen_at, confirmed_at IS NOT NULL FROM known_networks
             WHERE person_id = ?1 AND last_seen_at >= ?2 ORDER BY network LIMIT 100",
            values![person, oldest_known(now)],
            |row| {
                Ok(StoredNetwork {
                    network: row.get(0)?,
                    first_seen_at: row.get(1)?,
                    last_seen_at: row.get(2)?,
                    is_confirmed: row.get(3)?,
                })
            },
        )
        .await?;
    known.sort_by_key(|known| std::cmp::Reverse(known.last_seen_at));
    Ok(known)
}

/// Removes a network of a person, so that it is new again. Returns whether it was known.
pub async fn forget(tx: &mut Tx<'_>, person: PersonId, network: &str) -> Result<bool, db::Error> {
    tx.use_once("DELETE FROM known_networks WHERE person_id = ?1 AND network = ?2", values![person, network]).await
}

/// Makes every network of a person unconfirmed, because somebody else may have been in some of them.
pub async fn doubt(tx: &mut Tx<'_>, person: PersonId) -> Result<u64, db::Error> {
    tx.execute("UPDATE known_networks SET confirmed_at = NULL WHERE person_id = ?1", values![person]).await
}

/// Removes the browsers of a person except `kept`, so that they are new again.
pub async fn forget_browsers(tx: &mut Tx<'_>, person: PersonId, kept: Option<&[u8; 32]>) -> Result<u64, db::Error> {
    let nobody = [0_u8; 32];
    tx.execute(
        "DELETE FROM known_browsers WHERE person_id = ?1 AND browser_hash <> ?2",
        values![person, kept.unwrap_or(&nobody)],
    )
    .await
}

/// Removes a batch of networks that were unused for too long.
pub async fn expire(tx: &mut Tx<'_>, now: Timestamp) -> Result<u64, db::Error> {
    tx.execute("DELETE FROM known_networks WHERE last_seen_at < ?1", values![oldest_known(now)]).await
}
