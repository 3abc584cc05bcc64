//! The signing keys: kept sealed in the database, published before they sign, and still published
//! until what they signed has died. Every node reads the same ones.

mod store;

use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use data_encoding::BASE64URL_NOPAD;
use jsonwebtoken::DecodingKey;
use serde::Serialize;

use crate::app::App;
use crate::event::Event;
use crate::platform::clock::Timestamp;
use crate::platform::db;
use crate::platform::history::{self, Entry};
use crate::platform::jose::pair::{self, Pair};
use crate::platform::jose::{Algorithm, Compact, PublicKey};
use crate::platform::web::fault::Fault;

/// How old the keys in memory may be. A withdrawn key is refused after this at the latest.
const FRESH: Duration = Duration::from_secs(5);
/// How long a new key is published before it signs, so that whoever keeps the key set has it.
const PUBLISHED_BEFORE: Duration = Duration::from_mins(10);
/// How long a key is published after its successor signs. Tokens live ten minutes; clocks differ.
const PUBLISHED_AFTER: Duration = Duration::from_hours(1);
/// The age at which a key gets a successor.
const ROTATE_AFTER: Duration = Duration::from_hours(90 * 24);
/// How long the public half of a withdrawn key still proves that an old ID token was ours
/// (`id_token_hint`).
const REMEMBERED: Duration = Duration::from_hours(90 * 24);
/// The purpose that the private half of a key is sealed for: that key and no other.
fn purpose(id: &str) -> String {
    format!("signing key {id}")
}

/// The kind of a token (`typ`, RFC 8725 §3.11). One kind is never taken for another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TokenType {
    /// An access token (RFC 9068 §2.1).
    AccessToken,
    /// An access token for APIs whose libraries know no type of their own for it.
    PlainAccessToken,
    /// An ID token.
    IdToken,
    /// An answer to an authorization request (JARM §4.1).
    AuthorizationAnswer,
    /// An answer of userinfo (OpenID Connect Core §5.3.2).
    UserInfo,
    /// An answer about a token (RFC 9701 §5).
    Introspection,
    /// A logout token (OpenID Connect Back-Channel Logout §2.4).
    LogoutToken,
}

impl TokenType {
    /// Every type.
    pub(crate) const ALL: [Self; 7] = [
        Self::AccessToken,
        Self::PlainAccessToken,
        Self::IdToken,
        Self::AuthorizationAnswer,
        Self::UserInfo,
        Self::Introspection,
        Self::LogoutToken,
    ];

    /// The value of `typ`.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::AccessToken => "at+jwt",
            Self::PlainAccessToken | Self::IdToken | Self::AuthorizationAnswer | Self::UserInfo => "JWT",
            Self::Introspection => "token-introspection+jwt",
            Self::LogoutToken => "logout+jwt",
        }
    }
}

/// One key, ready to sign and to verify.
pub(crate) struct SigningKey {
    /// Its name: the thumbprint of RFC 7638.
    pub(crate) id: String,
    /// Its algorithm.
    pub(crate) algorithm: Algorithm,
    /// When it was made.
    pub(crate) created_at: Timestamp,
    /// When it begins to sign.
    pub(crate) signs_from: Timestamp,
    /// When it leaves the key set.
    pub(crate) withdrawn_at: Option<Timestamp>,
    generation: i64,
    public: PublicKey,
    pair: Option<Pair>,
    verifying: DecodingKey,
    headers: [(TokenType, String); 7],
}

impl SigningKey {
    fn is_published(&self, now: Timestamp) -> bool {
        self.withdrawn_at.is_none_or(|at| now < at)
    }
}

/// A key on its way into the database.
pub(crate) struct NewKey {
    id: String,
    algorithm: Algorithm,
    sealed: Vec<u8>,
    public_jwk: String,
    generation: i64,
    created_at: Timestamp,
    signs_from: Timestamp,
}

/// The keys as they were at one instant, the newest first.
pub struct Keys {
    read_at: Timestamp,
    keys: Vec<Arc<SigningKey>>,
}

/// A key of the key set, as `GET /oauth/jwks` shows it.
#[derive(Serialize)]
pub struct PublishedKey<'k> {
    #[serde(flatten)]
    key: &'k PublicKey,
    #[serde(rename = "use")]
    usage: &'static str,
    alg: &'static str,
    kid: &'k str,
}

/// The keys that count when a token is verified.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Published {
    /// Only those that are in the key set.
    Now,
    /// Also those that left it: for an `id_token_hint`, which may be long expired.
    NowOrBefore,
}

impl Keys {
    /// The key set.
    pub fn published(&self, now: Timestamp) -> Vec<PublishedKey<'_>> {
        self.keys
            .iter()
            .filter(|key| key.is_published(now))
            .map(|key| PublishedKey { key: &key.public, usage: "sig", alg: key.algorithm.as_str(), kid: &key.id })
            .collect()
    }

    /// Every key, for the operator.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &SigningKey> {
        self.keys.iter().map(AsRef::as_ref)
    }

    /// Signs claims as a compact token.
    ///
    /// # Errors
    /// There is no key of that algorithm.
    pub(crate) fn sign(
        &self,
        algorithm: Algorithm,
        kind: TokenType,
        claims: &impl Serialize,
        now: Timestamp,
    ) -> Result<String, Fault> {
        let key = self.signer(algorithm, now).ok_or_else(|| Fault::new("there is no key to sign with"))?;
        let private = key.pair.as_ref().ok_or_else(|| Fault::new("the signing key has no private half"))?;
        let claims = serde_json::to_vec(claims).map_err(Fault::new)?;
        let header = key.headers.iter().find(|(of, _)| *of == kind).map_or("", |(_, header)| header.as_str());
        let mut token = String::with_capacity(header.len() + claims.len() * 4 / 3 + 352);
        token.push_str(header);
        token.push('.');
        BASE64URL_NOPAD.encode_append(&claims, &mut token);
        let signature = private.sign(token.as_bytes()).map_err(Fault::new)?;
        token.push('.');
        BASE64URL_NOPAD.encode_append(&signature, &mut token);
        Ok(token)
    }

    /// The newest key that signs already.
    fn signer(&self, algorithm: Algorithm, now: Timestamp) -> Option<&SigningKey> {
        self.iter().find(|key| key.algorithm == algorithm && key.signs_from <= now && key.is_published(now))
    }

    /// Whether a token is of this type and signed by one of these keys. The key that it names
    /// decides the algorithm (RFC 8725 §3.1).
    pub(crate) fn verify(&self, token: &Compact<'_>, kind: TokenType, which: Published, now: Timestamp) -> bool {
        let Some(key) = token.header.kid.as_deref().and_then(|name| self.find(name)) else { return false };
        let counts = which == Published::NowOrBefore || key.is_published(now);
        let typ = token.header.typ.as_deref().unwrap_or_default();
        if !counts || token.header.alg != key.algorithm.as_str() || !typ.eq_ignore_ascii_case(kind.as_str()) {
            return false;
        }
        let algorithm = match key.algorithm {
            Algorithm::Es256 => jsonwebtoken::Algorithm::ES256,
            Algorithm::Rs256 => jsonwebtoken::Algorithm::RS256,
        };
        jsonwebtoken::crypto::verify(token.signature, token.signed.as_bytes(), &key.verifying, algorithm)
            .unwrap_or(false)
    }

    fn find(&self, kid: &str) -> Option<&SigningKey> {
        self.iter().find(|key| key.id == kid)
    }

    fn newest(&self, algorithm: Algorithm) -> Option<&SigningKey> {
        self.iter().find(|key| key.algorithm == algorithm)
    }
}

/// The keys in memory, read anew from the database when they are older than five seconds.
#[derive(Default)]
pub(crate) struct KeyRing {
    keys: RwLock<Option<Arc<Keys>>>,
    reading: tokio::sync::Mutex<()>,
}

impl KeyRing {
    /// A ring without keys: they are read when they are first asked for.
    pub(crate) fn new() -> Self {
        Self::default()
    }

    fn in_memory(&self) -> Option<Arc<Keys>> {
        self.keys.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn put(&self, keys: Arc<Keys>) {
        *self.keys.write().unwrap_or_else(PoisonError::into_inner) = Some(keys);
    }
}

/// The keys, at most five seconds old; where there are none yet, the first ones are made.
///
/// # Errors
/// The database does not answer, or the secret key of the settings does not open them.
pub async fn current(app: &App, now: Timestamp) -> Result<Arc<Keys>, Fault> {
    let fresh = |keys: &Arc<Keys>| keys.read_at <= now && now.since(keys.read_at) < FRESH;
    let known = app.signing.in_memory();
    if let Some(keys) = known.as_ref().filter(|keys| fresh(keys)) {
        return Ok(keys.clone());
    }
    let _turn = match (known, app.signing.reading.try_lock()) {
        // Somebody reads them anew already; until then the ones at hand will do.
        (Some(keys), Err(_)) => return Ok(keys),
        (_, Ok(turn)) => turn,
        (None, Err(_)) => app.signing.reading.lock().await,
    };
    if let Some(keys) = app.signing.in_memory().filter(|keys| fresh(keys)) {
        return Ok(keys);
    }
    let mut keys = read(app, now).await?;
    for algorithm in Algorithm::ALL {
        if keys.signer(algorithm, now).is_none() {
            make(app, algorithm, keys.newest(algorithm).map_or(0, |key| key.generation), now, Why::Missing).await?;
            keys = read(app, now).await?;
        }
    }
    let keys = Arc::new(keys);
    app.signing.put(keys.clone());
    Ok(keys)
}

/// The keys with the one of this name among them, if it exists at all: a token may be signed by a
/// key that another node made a moment ago.
///
/// # Errors
/// As [`current`].
pub(crate) async fn current_with(app: &App, kid: Option<&str>, now: Timestamp) -> Result<Arc<Keys>, Fault> {
    let keys = current(app, now).await?;
    let is_there = kid.is_none_or(|kid| keys.find(kid).is_some());
    // Names that nobody has must not make the database busy: at most one look a second.
    if is_there || now.since(keys.read_at) < Duration::from_secs(1) {
        return Ok(keys);
    }
    let keys = Arc::new(read(app, now).await?);
    app.signing.put(keys.clone());
    Ok(keys)
}

/// Gives both kinds of keys a successor. It is published at once, signs after ten minutes, and its
/// predecessor leaves the key set an hour after that.
///
/// # Errors
/// As [`current`].
pub async fn rotate(app: &App, now: Timestamp) -> Result<Vec<String>, Fault> {
    let keys = current(app, now).await?;
    let mut made = Vec::new();
    for algorithm in Algorithm::ALL {
        let generation = keys.newest(algorithm).map_or(0, |key| key.generation);
        made.extend(make(app, algorithm, generation, now, Why::Rotation).await?);
    }
    app.signing.put(Arc::new(read(app, now).await?));
    Ok(made)
}

/// Gives keys of ninety days a successor, and forgets the private halves of withdrawn ones. Called
/// every few minutes on every node; of nodes that do so at once, one makes the key.
///
/// # Errors
/// As [`current`].
pub async fn rotate_by_age(app: &App, now: Timestamp) -> Result<Vec<String>, Fault> {
    let keys = current(app, now).await?;
    let mut made = Vec::new();
    for algorithm in Algorithm::ALL {
        let old = keys.newest(algorithm).filter(|key| now.since(key.created_at) >= ROTATE_AFTER);
        if let Some(key) = old {
            made.extend(make(app, algorithm, key.generation, now, Why::Rotation).await?);
        }
    }
    app.db
        .write::<_, db::Error, _>(move |tx| Box::pin(async move { store::forget_private_halves(tx, now).await }))
        .await?;
    app.signing.put(Arc::new(read(app, now).await?));
    Ok(made)
}

/// Why a key is made.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Why {
    /// Nothing can be signed without it: it signs at once.
    Missing,
    /// It follows another one.
    Rotation,
}

/// Makes the key after `generation`; `None` where another node was first.
async fn make(
    app: &App,
    algorithm: Algorithm,
    generation: i64,
    now: Timestamp,
    why: Why,
) -> Result<Option<String>, Fault> {
    let pair = tokio::task::spawn_blocking(move || pair::generate(algorithm)).await.map_err(Fault::new)?;
    let pair = pair.map_err(Fault::new)?;
    let id = pair.public.thumbprint();
    let signs_from = match why {
        Why::Missing => now,
        Why::Rotation => now.plus(PUBLISHED_BEFORE),
    };
    let key = Arc::new(NewKey {
        id: id.clone(),
        algorithm,
        sealed: app.master_keys.seal(&app.random, &purpose(&id), pair.private.reveal())?,
        public_jwk: serde_json::to_string(&pair.public).map_err(Fault::new)?,
        generation: generation.saturating_add(1),
        created_at: now,
        signs_from,
    });
    let random = app.random.clone();
    let is_first = app
        .db
        .write::<_, db::Error, _>(move |tx| {
            Box::pin(async move {
                if !store::add(tx, &key).await? {
                    return Ok(false);
                }
                store::withdraw_before(tx, algorithm, key.generation, key.signs_from.plus(PUBLISHED_AFTER)).await?;
                let entry =
                    Entry::new(now, Event::ProviderKeyMade).detail("algorithm", algorithm).detail("kid", &key.id);
                history::write(tx, &random, &entry).await?;
                Ok(true)
            })
        })
        .await?;
    Ok(is_first.then_some(id))
}

async fn read(app: &App, now: Timestamp) -> Result<Keys, Fault> {
    let known = app.signing.in_memory();
    let rows = store::all(&app.db, now.minus(REMEMBERED)).await?;
    let mut keys = Vec::with_capacity(rows.len());
    for row in rows {
        let same = known.as_ref().and_then(|known| {
            let is_same = |key: &&Arc<SigningKey>| {
                key.id == row.id && key.withdrawn_at == row.withdrawn_at && key.signs_from == row.signs_from
            };
            known.keys.iter().find(is_same).cloned()
        });
        keys.push(match same {
            Some(key) => key,
            None => Arc::new(open(app, row)?),
        });
    }
    Ok(Keys { read_at: now, keys })
}

fn open(app: &App, row: store::KeyRow) -> Result<SigningKey, Fault> {
    let pair = if row.private_key.is_empty() {
        None
    } else {
        let private = app.master_keys.open(&purpose(&row.id), &row.private_key)?;
        Some(Pair::read(row.algorithm, private.reveal()).map_err(Fault::new)?)
    };
    let headers = TokenType::ALL.map(|kind| {
        let header = format!(r#"{{"alg":"{}","typ":"{}","kid":"{}"}}"#, row.algorithm.as_str(), kind.as_str(), row.id);
        (kind, BASE64URL_NOPAD.encode(header.as_bytes()))
    });
    Ok(SigningKey {
        verifying: pair::verifying_key(&row.public_key).map_err(Fault::new)?,
        id: row.id,
        algorithm: row.algorithm,
        created_at: row.created_at,
        signs_from: row.signs_from,
        withdrawn_at: row.withdrawn_at,
        generation: row.generation,
        public: row.public_key,
        pair,
        headers,
    })
}
