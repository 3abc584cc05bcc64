//! The keys of a provider, published at an address of its own. The last good set counts; it is fetched anew where it is no
//! longer fresh, or where a token names a key that is not in it, at most once a minute. A provider whose keys cannot be had
//! is believed for a day more by the last good set. A signed set counts in place of the plain one where the operator pinned a
//! key for it, and never beyond its own end.

use std::sync::Arc;

use jsonwebtoken::jwk::JwkSet;

use super::signed_key_sets::{self, SignedKeySet};
use super::store::KeptKeySet;
use super::{IdentityProvider, store};
use crate::platform::clock::Timestamp;
use crate::platform::core::Core;
use crate::platform::db;
use crate::platform::jose::key_set::known_for_signatures;
use crate::platform::key_sets::{self, EVERY, GRACE};
use crate::platform::web::fault::Fault;

/// The keys that count for a token which names one of them; `None` where none can be had.
pub(super) async fn current(
    app: &Core,
    provider: &IdentityProvider,
    named: Option<&str>,
    now: Timestamp,
) -> Result<Option<JwkSet>, Fault> {
    let has_ended = provider.key_set_ends_at.is_some_and(|end| end <= now);
    let kept = provider.key_set.as_ref().filter(|_| !has_ended).map(known_for_signatures);
    let is_fresh = now < provider.key_set_fresh_until;
    let has_it = |set: &JwkSet| named.is_none_or(|name| set.find(name).is_some());
    if is_fresh && let Some(kept) = kept.as_ref().filter(|kept| has_it(kept)) {
        return Ok(Some(kept.clone()));
    }
    // A set that has expired is looked for at once; one that lacks a name, once a minute.
    let not_since = if is_fresh { now.minus(EVERY) } else { now };
    if provider.key_set_tried_at <= not_since && claim(app, provider, now, not_since).await? {
        match look(app, provider, now).await {
            Ok(set) => return Ok(Some(set)),
            Err(cause) => {
                tracing::warn!(
                    provider = provider.settings.name,
                    cause,
                    "the keys of an identity provider cannot be had"
                );
            }
        }
    }
    let counts = now < provider.key_set_fresh_until.plus(GRACE);
    Ok(kept.filter(|_| counts))
}

/// Of many who want to fetch at once, on whatever node, one does.
async fn claim(
    app: &Core,
    provider: &IdentityProvider,
    now: Timestamp,
    not_since: Timestamp,
) -> Result<bool, db::Error> {
    let id = provider.id;
    app.db.write(move |tx| Box::pin(async move { store::claim_key_set(tx, id, now, not_since).await })).await
}

/// Fetches the keys of a provider, and keeps them if there is one to verify with.
///
/// # Errors
/// In words for the operator.
pub(crate) async fn look(app: &Core, provider: &IdentityProvider, now: Timestamp) -> Result<JwkSet, String> {
    let fetched = match &provider.settings.signed_keys {
        Some(signed) => signed_set(app, provider, signed, now).await?,
        None => plain_set(app, provider, now).await?,
    };
    let set = known_for_signatures(&serde_json::from_str(&fetched.text).unwrap_or_default());
    if set.keys.is_empty() {
        return Err("it publishes no key for signatures that is known here".to_owned());
    }
    let (id, fetched) = (provider.id, Arc::new(fetched));
    let kept: Result<bool, db::Error> =
        app.db.write(move |tx| Box::pin(async move { store::keep_key_set(tx, id, &fetched).await })).await;
    // Another node may have kept a later one meanwhile.
    if !kept.map_err(|error| error.to_string())? {
        return Err("it is older than the one before".to_owned());
    }
    Ok(set)
}

async fn plain_set(app: &Core, provider: &IdentityProvider, now: Timestamp) -> Result<KeptKeySet, String> {
    let endpoints = provider.settings.endpoints.as_ref().ok_or("it has no endpoints")?;
    let fetched = key_sets::fetch(&app.egress, &endpoints.jwks).await.map_err(|error| error.to_string())?;
    Ok(KeptKeySet {
        text: fetched.keys.to_string(),
        fresh_until: now.plus(fetched.fresh_for),
        issued_at: Timestamp::from_milliseconds(0),
        ends_at: None,
    })
}

async fn signed_set(
    app: &Core,
    provider: &IdentityProvider,
    signed: &SignedKeySet,
    now: Timestamp,
) -> Result<KeptKeySet, String> {
    let fetched = key_sets::fetch_signed(&app.egress, &signed.address).await.map_err(|error| error.to_string())?;
    let last = provider.key_set_issued_at;
    let opened = signed_key_sets::opened(&provider.settings, signed, (&fetched.token, last), now)?;
    Ok(KeptKeySet {
        text: opened.keys.to_string(),
        fresh_until: now.plus(fetched.fresh_for).min(opened.ends_at),
        issued_at: opened.issued_at,
        ends_at: Some(opened.ends_at),
    })
}
