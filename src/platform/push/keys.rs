//! The keys that sign push messages (VAPID, RFC 8292), and their signature. A push service takes for a subscription only
//! what is signed by the key that the browser has subscribed with, so a key signs for as long as there is a subscription
//! with it. A new one is used for subscriptions from then on; the app subscribes anew when it is opened.

use std::time::Duration;

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _};
use data_encoding::BASE64URL_NOPAD;
use serde_json::json;

use super::{PushKeyId, store};
use crate::event::Event;
use crate::platform::clock::Timestamp;
use crate::platform::core::Core;
use crate::platform::db;
use crate::platform::history::{self, Entry};
use crate::platform::web::fault::Fault;

/// The age at which a key gets a successor, and the time within which a phone that is in use subscribes with that.
const ROTATE_AFTER: Duration = Duration::from_hours(90 * 24);
/// The lifetime of a signature. RFC 8292 §2 allows twice as much.
const LIFETIME: Duration = Duration::from_hours(12);

/// The public half of a key, as a browser subscribes with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicPushKey {
    /// Its identifier.
    pub id: PushKeyId,
    /// An uncompressed point of P-256.
    pub(super) point: Vec<u8>,
}

impl PublicPushKey {
    /// The point in base64url: `applicationServerKey`.
    pub fn text(&self) -> String {
        BASE64URL_NOPAD.encode(&self.point)
    }
}

/// A key on its way into the database.
#[derive(Clone)]
pub(super) struct MadeKey {
    pub(super) id: PushKeyId,
    pub(super) generation: i64,
    pub(super) sealed: Vec<u8>,
    pub(super) point: Vec<u8>,
    pub(super) created_at: Timestamp,
}

fn purpose(id: PushKeyId) -> String {
    format!("push key {id}")
}

/// A key as it is stored, without its private half.
pub(super) struct StoredKey {
    pub(super) key: PublicPushKey,
    pub(super) generation: i64,
    pub(super) created_at: Timestamp,
}

/// The key to subscribe with. The first one is made where there is none.
///
/// # Errors
/// A fault of the database.
pub async fn current(app: &Core, now: Timestamp) -> Result<PublicPushKey, Fault> {
    if let Some(newest) = store::newest_key(&app.db).await? {
        return Ok(newest.key);
    }
    make(app, None, now).await?;
    let made = store::newest_key(&app.db).await?;
    made.map(|made| made.key).ok_or_else(|| Fault::new("a push key that was made is not there"))
}

/// Gives the key a successor, whatever its age. `None` where another node was first.
///
/// # Errors
/// As for [`current`].
pub async fn rotate(app: &Core, now: Timestamp) -> Result<Option<PushKeyId>, Fault> {
    let newest = store::newest_key(&app.db).await?;
    make(app, newest, now).await
}

/// Makes the first key, gives one of ninety days a successor, and forgets what nobody uses: subscriptions of phones whose
/// app was not opened in the ninety days after that, and keys without any subscription. Of nodes that do so at once, one
/// makes the key.
///
/// # Errors
/// As for [`current`].
pub async fn rotate_by_age(app: &Core, now: Timestamp) -> Result<Option<PushKeyId>, Fault> {
    let before = now.minus(ROTATE_AFTER);
    let newest = store::newest_key(&app.db).await?;
    let is_due = newest.as_ref().is_none_or(|newest| newest.created_at <= before);
    let made = if is_due { make(app, newest, now).await? } else { None };
    let forgotten: Result<(), db::Error> =
        app.db.write(move |tx| Box::pin(async move { store::forget_unused(tx, before, now).await })).await;
    forgotten?;
    Ok(made)
}

/// Makes the key after another one.
async fn make(app: &Core, after: Option<StoredKey>, now: Timestamp) -> Result<Option<PushKeyId>, Fault> {
    let pair = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).map_err(Fault::new)?;
    let private = pair.to_pkcs8v1().map_err(Fault::new)?;
    let id = PushKeyId::new(now, &app.random);
    let key = MadeKey {
        id,
        generation: after.map_or(0, |after| after.generation).saturating_add(1),
        sealed: app.master_keys.seal(&app.random, &purpose(id), private.as_ref())?,
        point: pair.public_key().as_ref().to_vec(),
        created_at: now,
    };
    let random = app.random.clone();
    let is_first: Result<bool, db::Error> = app
        .db
        .write(move |tx| {
            Box::pin(async move {
                let is_first = store::add_key(tx, &key).await?;
                if is_first {
                    let entry = Entry::new(now, Event::PushKeyMade).detail("key", key.id);
                    history::write(tx, &random, &entry).await?;
                }
                Ok(is_first)
            })
        })
        .await;
    Ok(is_first?.then_some(id))
}

/// The value of `Authorization` for a push service (RFC 8292 §3): this service says who it is, and until when.
///
/// # Errors
/// The key does not open under the secret keys of the settings.
pub(super) fn authorization(
    app: &Core,
    (key, sealed): (&PublicPushKey, &[u8]),
    origin: &str,
    now: Timestamp,
) -> Result<String, Fault> {
    let private = app.master_keys.open(&purpose(key.id), sealed)?;
    let pair = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, private.reveal()).map_err(Fault::new)?;
    let claims = json!({
        "aud": origin,
        "exp": now.plus(LIFETIME).seconds(),
        "sub": app.settings.public_url.origin(),
    });
    let header = BASE64URL_NOPAD.encode(br#"{"typ":"JWT","alg":"ES256"}"#);
    let signed = format!("{header}.{}", BASE64URL_NOPAD.encode(claims.to_string().as_bytes()));
    // The generator that the library asks for is not used by it: it draws from its own.
    let signature = pair.sign(&SystemRandom::default(), signed.as_bytes()).map_err(Fault::new)?;
    Ok(format!("vapid t={signed}.{}, k={}", BASE64URL_NOPAD.encode(signature.as_ref()), key.text()))
}
