//! The table of devices' requests.

use super::{
    DeviceAuthorization, DeviceId, DeviceState, INTERVAL_SECONDS, LIFETIME, RequestedAccess, SLOWER_BY_SECONDS,
};
use crate::platform::clock::Timestamp;
use crate::platform::db::{Error, Reads, Row, Tx};
use crate::platform::id::earliest_of;
use crate::provider::applications::ApplicationId;
use crate::provider::grants::GrantId;
use crate::values;

/// A request that begins.
pub(super) struct NewDeviceAuthorization {
    pub(super) id: DeviceId,
    pub(super) application: ApplicationId,
    pub(super) device_code_hash: [u8; 32],
    pub(super) user_code_hash: [u8; 32],
    pub(super) user_code: Vec<u8>,
    pub(super) asked: RequestedAccess,
    pub(super) network: String,
    pub(super) user_agent: String,
}

/// Keeps a request; `false` where its code is another one's.
pub(super) async fn add(tx: &mut Tx<'_>, new: &NewDeviceAuthorization, now: Timestamp) -> Result<bool, Error> {
    let asked = serde_json::to_string(&new.asked).map_err(|error| Error::Fault(error.to_string()))?;
    tx.use_once(
        "INSERT INTO device_authorizations (id, application_id, device_code_hash, user_code_hash, user_code, asked,
                network, user_agent, state, interval_seconds, requested_at, expires_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, 'waiting', ?9, ?10, ?11) ON CONFLICT (user_code_hash) DO NOTHING",
        values![
            new.id,
            new.application,
            &new.device_code_hash,
            &new.user_code_hash,
            &new.user_code,
            asked,
            &new.network,
            &new.user_agent,
            INTERVAL_SECONDS,
            now,
            now.plus(LIFETIME),
        ],
    )
    .await
}

pub(super) async fn find(db: impl Reads, id: DeviceId) -> Result<Option<DeviceAuthorization>, Error> {
    db.optional(
        "SELECT id, application_id, asked, network, user_agent, state, grant_id, browser_hash, user_code,
                requested_at, expires_at
         FROM device_authorizations WHERE id = ?1",
        values![id],
        read,
    )
    .await
}

/// The request of a device, by the code that the device alone has.
pub(in crate::provider) async fn find_by_device_code(
    db: impl Reads,
    device_code_hash: &[u8; 32],
) -> Result<Option<DeviceAuthorization>, Error> {
    db.optional(
        "SELECT id, application_id, asked, network, user_agent, state, grant_id, browser_hash, user_code,
                requested_at, expires_at
         FROM device_authorizations WHERE device_code_hash = ?1",
        values![device_code_hash],
        read,
    )
    .await
}

/// Gives a request that waits to the browser that typed its code. `None` where no request waits with it.
pub(super) async fn take_up(
    tx: &mut Tx<'_>,
    user_code_hash: &[u8; 32],
    browser: &[u8; 32],
    now: Timestamp,
) -> Result<Option<DeviceId>, Error> {
    tx.optional(
        "UPDATE device_authorizations SET browser_hash = ?2
         WHERE user_code_hash = ?1 AND state = 'waiting' AND expires_at > ?3 RETURNING id",
        values![user_code_hash, browser, now],
        |row| row.get(0),
    )
    .await
}

/// Allows a device what this grant gives. Of many answers, one is told that it was theirs.
pub(super) async fn allow(
    tx: &mut Tx<'_>,
    (id, browser): (DeviceId, &[u8; 32]),
    grant: GrantId,
    now: Timestamp,
) -> Result<bool, Error> {
    tx.use_once(
        "UPDATE device_authorizations SET state = 'allowed', grant_id = ?3
         WHERE id = ?1 AND browser_hash = ?2 AND state = 'waiting' AND expires_at > ?4",
        values![id, browser, grant, now],
    )
    .await
}

/// Refuses a device. Of many answers, one is told that it was theirs.
pub(in crate::provider) async fn refuse(
    tx: &mut Tx<'_>,
    (id, browser): (DeviceId, &[u8; 32]),
    now: Timestamp,
) -> Result<bool, Error> {
    tx.use_once(
        "UPDATE device_authorizations SET state = 'refused'
         WHERE id = ?1 AND browser_hash = ?2 AND state = 'waiting' AND expires_at > ?3",
        values![id, browser, now],
    )
    .await
}

/// Keeps that a device asked. `false` where it was too early: then it has to wait longer from now on.
pub(in crate::provider) async fn poll(tx: &mut Tx<'_>, id: DeviceId, now: Timestamp) -> Result<bool, Error> {
    let in_time = tx
        .use_once(
            "UPDATE device_authorizations SET polled_at = ?2
             WHERE id = ?1 AND (polled_at IS NULL OR polled_at + interval_seconds * 1000 <= ?2)",
            values![id, now],
        )
        .await?;
    if !in_time {
        tx.execute(
            "UPDATE device_authorizations SET polled_at = ?2, interval_seconds = interval_seconds + ?3 WHERE id = ?1",
            values![id, now, SLOWER_BY_SECONDS],
        )
        .await?;
    }
    Ok(in_time)
}

/// Uses an allowed request up. Of many who try at once, one is told that it was theirs.
pub(in crate::provider) async fn redeem(tx: &mut Tx<'_>, id: DeviceId, now: Timestamp) -> Result<bool, Error> {
    tx.use_once(
        "UPDATE device_authorizations SET state = 'redeemed'
         WHERE id = ?1 AND state = 'allowed' AND expires_at > ?2",
        values![id, now],
    )
    .await
}

/// Removes a batch of requests that are over, and tells how many.
pub(in crate::provider) async fn expire(tx: &mut Tx<'_>, before: Timestamp, batch: i64) -> Result<u64, Error> {
    tx.execute(
        "DELETE FROM device_authorizations WHERE id IN
         (SELECT id FROM device_authorizations WHERE id < ?1 ORDER BY id LIMIT ?2)",
        values![earliest_of(before.minus(LIFETIME)), batch],
    )
    .await
}

fn read(row: &Row<'_>) -> Result<DeviceAuthorization, Error> {
    let state = match (row.get::<String>(5)?.as_str(), row.get_parsed::<GrantId>(6)?) {
        ("waiting", _) => DeviceState::Waiting,
        ("refused", _) => DeviceState::Refused,
        ("allowed", Some(grant)) => DeviceState::Allowed(grant),
        ("redeemed", Some(grant)) => DeviceState::Redeemed(grant),
        _ => return Err(Error::Fault("a device's request stands nowhere".to_owned())),
    };
    Ok(DeviceAuthorization {
        id: row.get(0)?,
        application: row.get(1)?,
        asked: row.get_json(2)?,
        network: row.get(3)?,
        user_agent: row.get(4)?,
        state,
        browser: row.get(7)?,
        user_code: row.get(8)?,
        requested_at: row.get(9)?,
        expires_at: row.get(10)?,
    })
}
