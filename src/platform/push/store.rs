//! The tables of subscriptions, and of the keys that sign what is sent to them.

use uuid::Uuid;

use super::keys::{MadeKey, PublicPushKey, StoredKey};
use super::{PushKeyId, PushSubscription};
use crate::platform::clock::Timestamp;
use crate::platform::core::Core;
use crate::platform::db::{Error, Reads, Tx};
use crate::platform::secret::MasterKeys;
use crate::values;

/// The wish of a recipient for push messages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum PushWish {
    /// It was never asked.
    Unasked,
    /// It wants them, and has a subscription.
    On,
    /// It wants them, and its subscription is gone.
    Gone,
    /// It wants none.
    Off,
}

impl PushWish {
    const KEPT: [Self; 3] = [Self::On, Self::Gone, Self::Off];

    fn as_str(self) -> &'static str {
        match self {
            Self::Unasked => "",
            Self::On => "on",
            Self::Gone => "gone",
            Self::Off => "off",
        }
    }
}

/// The wish of a recipient, with the key that a browser subscribes with.
#[derive(Clone, Debug)]
pub(crate) struct PushStanding {
    /// The wish.
    pub(crate) wish: PushWish,
    /// The newest key; `None` as long as there is none.
    pub(crate) key: Option<PublicPushKey>,
    /// Whether there is a subscription with that key.
    is_current: bool,
}

impl PushStanding {
    /// The key to subscribe with anew, of a browser whose person permits notifications: it has no subscription, or one
    /// with an old key, and was not told that none is wanted.
    pub(crate) fn subscribes_with(&self) -> Option<&PublicPushKey> {
        self.key.as_ref().filter(|_| self.wish != PushWish::Off && !self.is_current)
    }
}

/// A subscription with the key that signs for it, both sealed.
#[derive(Debug)]
pub(in crate::platform) struct StoredSubscription {
    recipient: Uuid,
    sealed: Vec<u8>,
    changed_at: Timestamp,
    pub(super) key: PublicPushKey,
    pub(super) private_key: Vec<u8>,
}

impl StoredSubscription {
    /// The subscription; `None` where it does not open under the secret keys of the settings.
    pub(super) fn open(&self, keys: &MasterKeys) -> Option<PushSubscription> {
        let text = keys.open(&purpose(self.recipient), &self.sealed).ok()?;
        PushSubscription::read(text.reveal())
    }
}

fn purpose(recipient: Uuid) -> String {
    format!("push subscription of {recipient}")
}

/// The wish of a recipient.
pub(crate) async fn standing(db: impl Reads, recipient: Uuid) -> Result<PushStanding, Error> {
    let found = db
        .optional(
            "SELECT k.id, k.public_key, s.state, s.key_id
             FROM push_keys k LEFT JOIN push_subscriptions s ON s.recipient_id = ?1
             ORDER BY k.generation DESC LIMIT 1",
            values![recipient.to_string()],
            |row| {
                let key = PublicPushKey { id: row.get(0)?, point: row.get(1)? };
                let state: Option<String> = row.get(2)?;
                let used: Option<PushKeyId> = row.get_parsed(3)?;
                let wish = PushWish::KEPT.into_iter().find(|wish| Some(wish.as_str()) == state.as_deref());
                let is_current = wish == Some(PushWish::On) && used == Some(key.id);
                Ok(PushStanding { wish: wish.unwrap_or(PushWish::Unasked), key: Some(key), is_current })
            },
        )
        .await?;
    Ok(found.unwrap_or(PushStanding { wish: PushWish::Unasked, key: None, is_current: false }))
}

/// Keeps the subscription of a recipient, in the place of whatever it had before. Tells whether the key that it was made
/// with is still one of ours.
pub(crate) async fn subscribe(
    tx: &mut Tx<'_>,
    app: &Core,
    (recipient, subscription): (Uuid, &PushSubscription),
    key: PushKeyId,
    now: Timestamp,
) -> Result<bool, Error> {
    let fault = |error: &dyn std::fmt::Display| Error::Fault(error.to_string());
    let text = serde_json::to_vec(subscription).map_err(|error| fault(&error))?;
    let sealed = app.master_keys.seal(&app.random, &purpose(recipient), &text).map_err(|error| fault(&error))?;
    tx.use_once(
        "INSERT INTO push_subscriptions (recipient_id, state, subscription, key_id, changed_at)
         SELECT ?1, 'on', ?2, id, ?4 FROM push_keys WHERE id = ?3
         ON CONFLICT (recipient_id) DO UPDATE SET state = excluded.state, subscription = excluded.subscription,
           key_id = excluded.key_id, changed_at = excluded.changed_at",
        values![recipient.to_string(), &sealed, key, now],
    )
    .await
}

/// Gives what a recipient wishes, and its subscription, to another that takes its place.
pub(crate) async fn hand_over(
    tx: &mut Tx<'_>,
    app: &Core,
    (from, to): (Uuid, Uuid),
    now: Timestamp,
) -> Result<(), Error> {
    let subscribed = find(&mut *tx, &from.to_string()).await?;
    if let Some(stored) = subscribed
        && let Some(subscription) = stored.open(&app.master_keys)
    {
        subscribe(tx, app, (to, &subscription), stored.key.id, now).await?;
    } else if standing(&mut *tx, from).await?.wish == PushWish::Off {
        turn_off(tx, to, now).await?;
    }
    Ok(())
}

/// Forgets the subscription of a recipient that wants no push messages.
pub(crate) async fn turn_off(tx: &mut Tx<'_>, recipient: Uuid, now: Timestamp) -> Result<(), Error> {
    tx.execute(
        "INSERT INTO push_subscriptions (recipient_id, state, changed_at) VALUES (?1, 'off', ?2)
         ON CONFLICT (recipient_id) DO UPDATE SET state = excluded.state, subscription = NULL, key_id = NULL,
           changed_at = excluded.changed_at",
        values![recipient.to_string(), now],
    )
    .await?;
    Ok(())
}

/// The subscription of a recipient, as the outbox names it; `None` where there is none.
pub(in crate::platform) async fn find(db: impl Reads, recipient: &str) -> Result<Option<StoredSubscription>, Error> {
    db.optional(
        "SELECT s.recipient_id, s.subscription, s.changed_at, k.id, k.public_key, k.private_key
         FROM push_subscriptions s JOIN push_keys k ON k.id = s.key_id
         WHERE s.recipient_id = ?1 AND s.state = 'on'",
        values![recipient],
        |row| {
            let unreadable = || Error::Fault("a push subscription of nobody".to_owned());
            Ok(StoredSubscription {
                recipient: row.get_parsed(0)?.ok_or_else(unreadable)?,
                sealed: row.get(1)?,
                changed_at: row.get(2)?,
                key: PublicPushKey { id: row.get(3)?, point: row.get(4)? },
                private_key: row.get(5)?,
            })
        },
    )
    .await
}

/// Forgets a subscription that its push service knows no longer, unless there is another one by now.
pub(in crate::platform) async fn forget(app: &Core, gone: &StoredSubscription, now: Timestamp) -> Result<(), Error> {
    let (recipient, changed_at) = (gone.recipient.to_string(), gone.changed_at);
    app.db
        .write(move |tx| {
            Box::pin(async move {
                tx.execute(
                    "UPDATE push_subscriptions SET state = 'gone', subscription = NULL, key_id = NULL, changed_at = ?3
                     WHERE recipient_id = ?1 AND state = 'on' AND changed_at = ?2",
                    values![&recipient, changed_at, now],
                )
                .await?;
                Ok(())
            })
        })
        .await
}

/// The newest key.
pub(super) async fn newest_key(db: impl Reads) -> Result<Option<StoredKey>, Error> {
    db.optional(
        "SELECT id, public_key, generation, created_at FROM push_keys ORDER BY generation DESC LIMIT 1",
        values![],
        |row| {
            let key = PublicPushKey { id: row.get(0)?, point: row.get(1)? };
            Ok(StoredKey { key, generation: row.get(2)?, created_at: row.get(3)? })
        },
    )
    .await
}

/// Adds a key as the next generation, and tells whether it was this one that came first.
pub(super) async fn add_key(tx: &mut Tx<'_>, key: &MadeKey) -> Result<bool, Error> {
    tx.use_once(
        "INSERT INTO push_keys (id, generation, private_key, public_key, created_at) VALUES (?1, ?2, ?3, ?4, ?5)
         ON CONFLICT (generation) DO NOTHING",
        values![key.id, key.generation, &key.sealed, &key.point, key.created_at],
    )
    .await
}

/// Forgets subscriptions with a key whose successor is from before an instant, and keys that are neither the newest nor
/// used.
pub(super) async fn forget_unused(tx: &mut Tx<'_>, before: Timestamp, now: Timestamp) -> Result<(), Error> {
    tx.execute(
        "UPDATE push_subscriptions SET state = 'gone', subscription = NULL, key_id = NULL, changed_at = ?2
         WHERE key_id IN (SELECT former.id FROM push_keys former
                          JOIN push_keys next ON next.generation = former.generation + 1
                          WHERE next.created_at <= ?1)",
        values![before, now],
    )
    .await?;
    tx.execute(
        "DELETE FROM push_keys
         WHERE generation < (SELECT MAX(generation) FROM push_keys)
           AND NOT EXISTS (SELECT 1 FROM push_subscriptions WHERE key_id = push_keys.id)",
        values![],
    )
    .await?;
    Ok(())
}
