//! The keys of this service at a provider: one pair that signs, one that is encrypted to. They are of their own for each
//! provider, because brokers register them by hand and rotate by their own calendar. A new signing key is published before
//! it signs; an old encryption key opens tokens for a while after its successor is there.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{IdentityProvider, IdentityProviderId, ProviderSettings, entry_about, store};
use crate::event::Event;
use crate::platform::clock::Timestamp;
use crate::platform::core::Core;
use crate::platform::db::{self, Tx};
use crate::platform::history::{self, Entry};
use crate::platform::jose::decrypting::DecryptingKey;
use crate::platform::jose::pair::{self, Pair};
use crate::platform::jose::{Algorithm, PublicKey};
use crate::platform::random::Random;
use crate::platform::secret::Secret;
use crate::platform::web::fault::Fault;

/// How long a key is published after its successor is in use: requests last minutes, and clocks differ.
const PUBLISHED_AFTER: Duration = Duration::from_hours(24 * 7);

/// The use of a key, by its algorithm.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ProviderKeyKind {
    /// Signs with ES256.
    #[serde(rename = "ES256")]
    Es256,
    /// Signs with RS256.
    #[serde(rename = "RS256")]
    Rs256,
    /// Is encrypted to with RSA-OAEP.
    #[serde(rename = "RSA-OAEP")]
    RsaOaep,
    /// Is encrypted to by an agreement on P-256.
    #[serde(rename = "ECDH-ES")]
    EcdhEs,
    /// Signs the set of the others with ES256.
    #[serde(rename = "entity-ES256")]
    EntityEs256,
    /// Signs the set of the others with RS256.
    #[serde(rename = "entity-RS256")]
    EntityRs256,
}

impl ProviderKeyKind {
    /// Every kind.
    const ALL: [Self; 6] =
        [Self::Es256, Self::Rs256, Self::RsaOaep, Self::EcdhEs, Self::EntityEs256, Self::EntityRs256];

    /// The stored word.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Es256 => "ES256",
            Self::Rs256 => "RS256",
            Self::RsaOaep => "RSA-OAEP",
            Self::EcdhEs => "ECDH-ES",
            Self::EntityEs256 => "entity-ES256",
            Self::EntityRs256 => "entity-RS256",
        }
    }

    /// The name of RFC 7518.
    fn algorithm(self) -> &'static str {
        match self {
            Self::RsaOaep | Self::EcdhEs => self.as_str(),
            Self::Es256 | Self::Rs256 | Self::EntityEs256 | Self::EntityRs256 => self.pair().as_str(),
        }
    }

    /// Whether it signs the set of the others, and stands in none itself.
    fn is_of_entity(self) -> bool {
        matches!(self, Self::EntityEs256 | Self::EntityRs256)
    }

    /// `use` of RFC 7517 §4.2.
    fn usage(self) -> &'static str {
        if self.is_for_encryption() { "enc" } else { "sig" }
    }

    /// Whether it is encrypted to.
    pub(super) fn is_for_encryption(self) -> bool {
        matches!(self, Self::RsaOaep | Self::EcdhEs)
    }

    /// The algorithm of the pair.
    fn pair(self) -> Algorithm {
        match self {
            Self::Es256 | Self::EcdhEs | Self::EntityEs256 => Algorithm::Es256,
            Self::Rs256 | Self::RsaOaep | Self::EntityRs256 => Algorithm::Rs256,
        }
    }

    fn of_signatures(algorithm: Algorithm) -> Self {
        match algorithm {
            Algorithm::Es256 => Self::Es256,
            Algorithm::Rs256 => Self::Rs256,
        }
    }

    /// The kinds of keys that a provider needs.
    fn needed(settings: &ProviderSettings) -> Vec<Self> {
        let kinds = [Self::of_signatures(settings.signs_with()), settings.encrypts_with()];
        kinds.into_iter().filter(|_| settings.kind.is_openid()).collect()
    }
}

impl FromStr for ProviderKeyKind {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text).ok_or(())
    }
}

impl fmt::Display for ProviderKeyKind {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

/// A key as it is stored.
pub struct ProviderKeyRecord {
    /// Its name: the thumbprint of RFC 7638.
    pub id: String,
    /// Its use.
    pub kind: ProviderKeyKind,
    pub(super) generation: i64,
    /// Sealed.
    pub(super) private_key: Vec<u8>,
    /// The public half.
    pub(super) public_key: PublicKey,
    /// When it begins to be used.
    pub used_from: Timestamp,
    /// When it leaves the key set.
    pub withdrawn_at: Option<Timestamp>,
}

impl ProviderKeyRecord {
    fn private_half(&self, app: &Core) -> Result<Secret<Vec<u8>>, Fault> {
        Ok(app.master_keys.open(&purpose(&self.id), &self.private_key)?)
    }

    /// The key as one that is encrypted to.
    fn decrypting(&self, app: &Core) -> Result<DecryptingKey, Fault> {
        let private = self.private_half(app)?;
        let read = match self.kind {
            ProviderKeyKind::EcdhEs => DecryptingKey::ec(private.reveal()),
            _ => DecryptingKey::rsa(private.reveal()),
        };
        read.ok_or_else(|| Fault::new("a key of an identity provider cannot be read"))
    }
}

/// A key on its way into the database.
pub struct NewProviderKey {
    /// Its name: the thumbprint of RFC 7638.
    pub id: String,
    pub(super) provider: IdentityProviderId,
    pub(super) kind: ProviderKeyKind,
    pub(super) generation: i64,
    pub(super) sealed: Vec<u8>,
    pub(super) public_jwk: String,
    pub(super) created_at: Timestamp,
    pub(super) used_from: Timestamp,
}

fn purpose(id: &str) -> String {
    format!("key of an identity provider {id}")
}

/// The keys at a provider that are published. Where there are none of a kind that it needs, they are made.
async fn current(app: &Core, provider: &IdentityProvider, now: Timestamp) -> Result<Vec<ProviderKeyRecord>, Fault> {
    let mut keys = store::keys(&app.db, provider.id, now).await?;
    for kind in ProviderKeyKind::needed(&provider.settings) {
        if !keys.iter().any(|key| key.kind == kind && key.used_from <= now) {
            let newest = keys.iter().filter(|key| key.kind == kind).map(|key| key.generation).max();
            make_first(app, (provider, kind), newest.unwrap_or(0), now).await?;
            keys = store::keys(&app.db, provider.id, now).await?;
        }
    }
    Ok(keys)
}

/// The set of keys that is published for a provider.
///
/// # Errors
/// The database does not answer.
pub async fn published(app: &Core, provider: &IdentityProvider, now: Timestamp) -> Result<Value, Fault> {
    let keys = current(app, provider, now).await?;
    let keys: Vec<Value> = keys.iter().filter(|key| !key.kind.is_of_entity()).map(jwk).collect();
    Ok(json!({ "keys": keys }))
}

fn jwk(key: &ProviderKeyRecord) -> Value {
    let mut jwk = serde_json::to_value(&key.public_key).unwrap_or_default();
    if let Some(members) = jwk.as_object_mut() {
        members.insert("use".to_owned(), Value::from(key.kind.usage()));
        members.insert("alg".to_owned(), Value::from(key.kind.algorithm()));
        members.insert("kid".to_owned(), Value::from(key.id.as_str()));
    }
    jwk
}

/// Successors of the keys at a provider, to be used from an instant on. They are not kept yet: making them takes too long
/// for a transaction.
///
/// # Errors
/// The database does not answer.
pub async fn successors(
    app: &Core,
    provider: &IdentityProvider,
    (now, used_from): (Timestamp, Timestamp),
) -> Result<Vec<NewProviderKey>, Fault> {
    let keys = current(app, provider, now).await?;
    let mut made = Vec::new();
    for kind in ProviderKeyKind::needed(&provider.settings) {
        let newest = keys.iter().filter(|key| key.kind == kind).map(|key| key.generation).max().unwrap_or(0);
        made.push(generate(app, (provider.id, kind), newest, (now, used_from)).await?);
    }
    Ok(made)
}

/// Makes the key after `generation` of the service's own accord, unless another node is first.
async fn make_first(
    app: &Core,
    (provider, kind): (&IdentityProvider, ProviderKeyKind),
    generation: i64,
    now: Timestamp,
) -> Result<(), Fault> {
    let key = Arc::new(generate(app, (provider.id, kind), generation, (now, now)).await?);
    let (random, company) = (app.random.clone(), provider.settings.company);
    app.db
        .write::<_, db::Error, _>(move |tx| {
            Box::pin(async move {
                let entry = Entry::new(now, Event::IdentityProviderKeyMade);
                let entry = entry_about(entry, (key.provider, company));
                publish(tx, &random, (&key, entry)).await
            })
        })
        .await?;
    Ok(())
}

/// Keeps a key, from when on it is published, with the entry of the history about it. Those before it are withdrawn some
/// time after it begins to be used. Returns whether it is the first of its generation.
///
/// # Errors
/// The database does not answer.
pub async fn publish(
    tx: &mut Tx<'_>,
    random: &Random,
    (key, entry): (&NewProviderKey, Entry),
) -> Result<bool, db::Error> {
    if !store::add_key(tx, key).await? {
        return Ok(false);
    }
    let withdrawn_at = key.used_from.plus(PUBLISHED_AFTER);
    store::withdraw_keys_before(tx, (key.provider, key.kind), key.generation, withdrawn_at).await?;
    history::write(tx, random, &entry.detail("algorithm", key.kind.as_str()).detail("kid", &key.id)).await?;
    Ok(true)
}

/// A new key after `generation`.
async fn generate(
    app: &Core,
    (provider, kind): (IdentityProviderId, ProviderKeyKind),
    generation: i64,
    (now, used_from): (Timestamp, Timestamp),
) -> Result<NewProviderKey, Fault> {
    let pair = tokio::task::spawn_blocking(move || pair::generate(kind.pair())).await.map_err(Fault::new)?;
    let pair = pair.map_err(Fault::new)?;
    let id = pair.public.thumbprint();
    Ok(NewProviderKey {
        provider,
        kind,
        generation: generation.saturating_add(1),
        sealed: app.master_keys.seal(&app.random, &purpose(&id), pair.private.reveal())?,
        public_jwk: serde_json::to_string(&pair.public).map_err(Fault::new)?,
        created_at: now,
        used_from,
        id,
    })
}

/// The keys of this service at a provider, ready to be used.
pub(super) struct OwnKeys {
    signing: Option<OwnSigner>,
    decrypting: Vec<(String, Arc<DecryptingKey>)>,
}

/// The key that signs.
struct OwnSigner {
    kid: String,
    algorithm: Algorithm,
    pair: Arc<Pair>,
}

impl OwnSigner {
    /// Reads the private half, unless it is in memory.
    fn of(app: &Core, key: &ProviderKeyRecord) -> Result<Self, Fault> {
        let algorithm = key.kind.pair();
        let pair = app
            .ready_keys
            .signing
            .get_or_read(&key.id, || Pair::read(algorithm, key.private_half(app)?.reveal()).map_err(Fault::new))?;
        Ok(Self { kid: key.id.clone(), algorithm, pair })
    }

    /// Signs claims as a compact token of a type.
    fn sign(&self, typ: &str, claims: &Value) -> Result<String, Fault> {
        let header = json!({ "alg": self.algorithm.as_str(), "typ": typ, "kid": self.kid });
        let part = |value: &Value| data_encoding::BASE64URL_NOPAD.encode(value.to_string().as_bytes());
        let signed = format!("{}.{}", part(&header), part(claims));
        let signature = self.pair.sign(signed.as_bytes()).map_err(Fault::new)?;
        Ok(format!("{signed}.{}", data_encoding::BASE64URL_NOPAD.encode(&signature)))
    }
}

/// The key of this service as an entity at a provider. It lives as long as the contract, signs the set of the others, and is
/// shown to the provider by the operator.
pub struct Entity(ProviderKeyRecord);

impl Entity {
    /// The key; the first who needs it makes it.
    ///
    /// # Errors
    /// The database does not answer.
    pub async fn of(app: &Core, provider: &IdentityProvider, now: Timestamp) -> Result<Self, Fault> {
        let kind = Self::kind(provider);
        let mut keys = store::keys(&app.db, provider.id, now).await?;
        if !keys.iter().any(|key| key.kind == kind) {
            make_first(app, (provider, kind), 0, now).await?;
            keys = store::keys(&app.db, provider.id, now).await?;
        }
        let found = keys.into_iter().find(|key| key.kind == kind);
        found.map(Self).ok_or_else(|| Fault::new("the key of the entity was not kept"))
    }

    /// A new key to be used in its place at once: the provider believes no set before it knows the key. It is not kept yet.
    ///
    /// # Errors
    /// The database does not answer.
    pub async fn successor(app: &Core, provider: &IdentityProvider, now: Timestamp) -> Result<NewProviderKey, Fault> {
        let before = Self::of(app, provider, now).await?;
        generate(app, (provider.id, Self::kind(provider)), before.0.generation, (now, now)).await
    }

    fn kind(provider: &IdentityProvider) -> ProviderKeyKind {
        match provider.settings.signs_with() {
            Algorithm::Es256 => ProviderKeyKind::EntityEs256,
            Algorithm::Rs256 => ProviderKeyKind::EntityRs256,
        }
    }

    /// Its public half, as the operator shows it to the provider.
    pub fn jwk(&self) -> Value {
        jwk(&self.0)
    }

    /// Signs claims as a compact token of a type.
    pub(super) fn sign(&self, app: &Core, typ: &str, claims: &Value) -> Result<String, Fault> {
        OwnSigner::of(app, &self.0)?.sign(typ, claims)
    }
}

impl OwnKeys {
    /// Opens the keys that are in use.
    pub(super) async fn open(app: &Core, provider: &IdentityProvider, now: Timestamp) -> Result<Self, Fault> {
        let algorithm = provider.settings.signs_with();
        let mut own = Self { signing: None, decrypting: Vec::new() };
        for key in current(app, provider, now).await? {
            match key.kind {
                // The newest of those that are in use: they come in that order.
                kind if kind == ProviderKeyKind::of_signatures(algorithm)
                    && own.signing.is_none()
                    && key.used_from <= now =>
                {
                    own.signing = Some(OwnSigner::of(app, &key)?);
                }
                // One that is published is encrypted to.
                kind if kind.is_for_encryption() => {
                    let opened = app.ready_keys.decrypting.get_or_read(&key.id, || key.decrypting(app))?;
                    own.decrypting.push((key.id, opened));
                }
                // One of an algorithm that was given up.
                _ => {}
            }
        }
        Ok(own)
    }

    /// Signs claims as a compact token of a type.
    pub(super) fn sign(&self, typ: &str, claims: &Value) -> Result<String, Fault> {
        let signer = self.signing.as_ref().ok_or_else(|| Fault::new("there is no key to sign with"))?;
        signer.sign(typ, claims)
    }

    /// The keys that a token of this name may be encrypted to: that one, or each where it names none.
    pub(super) fn decrypting<'k>(&'k self, named: Option<&'k str>) -> impl Iterator<Item = &'k DecryptingKey> {
        self.decrypting.iter().filter(move |(id, _)| named.is_none_or(|named| named == id)).map(|(_, key)| &**key)
    }
}
