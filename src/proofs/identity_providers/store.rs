//! The tables of providers and of the keys of this service at each.

use super::keys::{NewProviderKey, ProviderKeyKind, ProviderKeyRecord};
use super::{
    IdentityProvider, IdentityProviderId, NewIdentityProvider, ProviderSettings, ProviderState, secret_purpose,
};
use crate::directory::companies::CompanyId;
use crate::platform::clock::Timestamp;
use crate::platform::core::Core;
use crate::platform::db::{self, Reads, Row, Tx, parsed};
use crate::platform::web::fault::Fault;
use crate::values;

/// The provider with an identifier.
pub async fn find(db: impl Reads, id: IdentityProviderId) -> Result<Option<IdentityProvider>, db::Error> {
    db.optional(
        "SELECT id, settings, client_secret, state, key_set, key_set_tried_at, key_set_fresh_until,
                key_set_issued_at, key_set_ends_at
         FROM identity_providers WHERE id = ?1",
        values![id],
        provider,
    )
    .await
}

/// The provider with a name.
pub async fn find_by_name(db: impl Reads, name: &str) -> Result<Option<IdentityProvider>, db::Error> {
    db.optional(
        "SELECT id, settings, client_secret, state, key_set, key_set_tried_at, key_set_fresh_until,
                key_set_issued_at, key_set_ends_at
         FROM identity_providers WHERE name = ?1",
        values![name],
        provider,
    )
    .await
}

/// Every provider, the oldest first. There are a handful.
pub async fn all(db: impl Reads) -> Result<Vec<IdentityProvider>, db::Error> {
    db.all(
        "SELECT id, settings, client_secret, state, key_set, key_set_tried_at, key_set_fresh_until,
                key_set_issued_at, key_set_ends_at
         FROM identity_providers ORDER BY id LIMIT 100",
        &[],
        provider,
    )
    .await
}

/// The providers that are offered.
pub async fn in_use(db: impl Reads) -> Result<Vec<IdentityProvider>, db::Error> {
    let mut providers = all(db).await?;
    providers.retain(|provider| provider.state == ProviderState::On);
    Ok(providers)
}

/// The directories of a company that are offered, the oldest first.
pub async fn of_company(db: impl Reads, company: CompanyId) -> Result<Vec<IdentityProvider>, db::Error> {
    db.all(
        "SELECT id, settings, client_secret, state, key_set, key_set_tried_at, key_set_fresh_until,
                key_set_issued_at, key_set_ends_at
         FROM identity_providers WHERE company_id = ?1 AND state = 'on' ORDER BY id LIMIT 100",
        values![company],
        provider,
    )
    .await
}

/// Adds a provider, which is off until its keys are registered there.
///
/// # Errors
/// [`db::Error::Conflict`] for a name that is taken.
pub async fn add(
    tx: &mut Tx<'_>,
    app: &Core,
    (id, new): (IdentityProviderId, &NewIdentityProvider),
    now: Timestamp,
) -> Result<(), Fault> {
    let secret = sealed_secret(app, id, new)?;
    tx.execute(
        "INSERT INTO identity_providers (id, name, settings, client_secret, state, key_set_tried_at,
                                         key_set_fresh_until, created_at, changed_at, company_id)
         VALUES (?1, ?2, ?3, ?4, 'off', 0, 0, ?5, ?5, ?6)",
        values![id, &new.settings.name, written(&new.settings)?, secret.as_deref(), now, new.settings.company],
    )
    .await?;
    Ok(())
}

/// Changes the settings of a provider; its secret only where a new one is given. Its fetched keys count no more.
pub async fn change(
    tx: &mut Tx<'_>,
    app: &Core,
    (id, new): (IdentityProviderId, &NewIdentityProvider),
    now: Timestamp,
) -> Result<bool, Fault> {
    let secret = sealed_secret(app, id, new)?;
    Ok(tx
        .use_once(
            "UPDATE identity_providers
             SET name = ?2, settings = ?3, client_secret = COALESCE(?4, client_secret), key_set = NULL,
                 key_set_tried_at = 0, key_set_fresh_until = 0, key_set_issued_at = 0, key_set_ends_at = NULL,
                 changed_at = ?5, company_id = ?6
             WHERE id = ?1",
            values![id, &new.settings.name, written(&new.settings)?, secret.as_deref(), now, new.settings.company],
        )
        .await?)
}

fn sealed_secret(app: &Core, id: IdentityProviderId, new: &NewIdentityProvider) -> Result<Option<Vec<u8>>, Fault> {
    let seal = |secret: &crate::platform::secret::Secret<String>| {
        app.master_keys.seal(&app.random, &secret_purpose(id), secret.reveal().as_bytes())
    };
    Ok(new.client_secret.as_ref().map(seal).transpose()?)
}

/// Offers a provider, or no longer. Returns whether it changed.
pub async fn set_state(
    tx: &mut Tx<'_>,
    id: IdentityProviderId,
    state: ProviderState,
    now: Timestamp,
) -> Result<bool, db::Error> {
    tx.use_once(
        "UPDATE identity_providers SET state = ?2, changed_at = ?3 WHERE id = ?1 AND state <> ?2",
        values![id, state.as_str(), now],
    )
    .await
}

/// Whether it is this one's turn to look for the keys of a provider. Of many at once, one is told so.
pub(super) async fn claim_key_set(
    tx: &mut Tx<'_>,
    id: IdentityProviderId,
    now: Timestamp,
    not_since: Timestamp,
) -> Result<bool, db::Error> {
    tx.use_once(
        "UPDATE identity_providers SET key_set_tried_at = ?2 WHERE id = ?1 AND key_set_tried_at <= ?3",
        values![id, now, not_since],
    )
    .await
}

/// Keeps a good set of keys. Returns whether it was kept: a signed set that is older than the kept one is not.
pub(super) async fn keep_key_set(
    tx: &mut Tx<'_>,
    id: IdentityProviderId,
    kept: &KeptKeySet,
) -> Result<bool, db::Error> {
    tx.use_once(
        "UPDATE identity_providers
         SET key_set = ?2, key_set_fresh_until = ?3, key_set_issued_at = ?4, key_set_ends_at = ?5
         WHERE id = ?1 AND key_set_issued_at <= ?4",
        values![id, &kept.text, kept.fresh_until, kept.issued_at, kept.ends_at],
    )
    .await
}

/// A good set of keys as it is kept.
pub(super) struct KeptKeySet {
    /// The set, in JSON.
    pub(super) text: String,
    /// How long it is fresh.
    pub(super) fresh_until: Timestamp,
    /// When it was signed; the beginning of time for a plain one.
    pub(super) issued_at: Timestamp,
    /// When it ends; a plain one does not.
    pub(super) ends_at: Option<Timestamp>,
}

/// The keys of this service at a provider, the newest first, that were not withdrawn before `since`.
pub(super) async fn keys(
    db: impl Reads,
    id: IdentityProviderId,
    since: Timestamp,
) -> Result<Vec<ProviderKeyRecord>, db::Error> {
    db.all(
        "SELECT id, algorithm, generation, private_key, public_jwk, used_from, withdrawn_at
         FROM identity_provider_keys WHERE provider_id = ?1 AND (withdrawn_at IS NULL OR withdrawn_at > ?2)
         ORDER BY provider_id DESC, algorithm DESC, generation DESC LIMIT 50",
        values![id, since],
        |row| {
            Ok(ProviderKeyRecord {
                id: row.get(0)?,
                kind: parsed::<ProviderKeyKind>(row, 1)?,
                generation: row.get(2)?,
                private_key: row.get(3)?,
                public_key: row.get_json(4)?,
                used_from: row.get(5)?,
                withdrawn_at: row.get(6)?,
            })
        },
    )
    .await
}

/// Adds a key as the next generation, and tells whether it was this one that came first.
pub(super) async fn add_key(tx: &mut Tx<'_>, key: &NewProviderKey) -> Result<bool, db::Error> {
    tx.use_once(
        "INSERT INTO identity_provider_keys (id, provider_id, algorithm, generation, private_key, public_jwk,
                                             created_at, used_from)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) ON CONFLICT (provider_id, algorithm, generation) DO NOTHING",
        values![
            &key.id,
            key.provider,
            key.kind.as_str(),
            key.generation,
            &key.sealed,
            &key.public_jwk,
            key.created_at,
            key.used_from,
        ],
    )
    .await
}

/// Says when the keys before a generation are withdrawn, where that is not said yet.
pub(super) async fn withdraw_keys_before(
    tx: &mut Tx<'_>,
    (id, kind): (IdentityProviderId, ProviderKeyKind),
    generation: i64,
    at: Timestamp,
) -> Result<(), db::Error> {
    tx.execute(
        "UPDATE identity_provider_keys SET withdrawn_at = ?4
         WHERE provider_id = ?1 AND algorithm = ?2 AND generation < ?3 AND withdrawn_at IS NULL",
        values![id, kind.as_str(), generation, at],
    )
    .await?;
    Ok(())
}

fn written(settings: &ProviderSettings) -> Result<String, Fault> {
    serde_json::to_string(settings).map_err(Fault::new)
}

fn provider(row: &Row<'_>) -> Result<IdentityProvider, db::Error> {
    let key_set: Option<String> = row.get(4)?;
    let key_set = key_set.map(|text| serde_json::from_str(&text)).transpose();
    Ok(IdentityProvider {
        id: row.get(0)?,
        settings: row.get_json(1)?,
        client_secret: row.get(2)?,
        state: parsed(row, 3)?,
        key_set: key_set.map_err(|_| db::Error::Fault("a provider's keys cannot be read".to_owned()))?,
        key_set_tried_at: row.get(5)?,
        key_set_fresh_until: row.get(6)?,
        key_set_issued_at: row.get(7)?,
        key_set_ends_at: row.get(8)?,
    })
}
