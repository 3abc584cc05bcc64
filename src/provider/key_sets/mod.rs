//! The keys that an application publishes at an address of its own (`jwks_uri`), instead of registering them by value.
//! The last good set stands with the application, and is judged like one by value; this room fetches it anew where it
//! is no longer fresh, or where somebody names a key that is not in it.

mod store;

use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;

pub use store::{Failing, count_failing, failing};

use crate::app::App;
use crate::event::Event;
use crate::platform::clock::Timestamp;
use crate::platform::db::{self, Tx};
use crate::platform::history::{self, Entry};
use crate::platform::jose::Compact;
use crate::platform::key_sets::{EVERY, GRACE};
pub(crate) use crate::platform::key_sets::{KeySet, fetch};
use crate::provider::applications::{self, Application, ApplicationId, ClientAuthentication, RegistrationMistake};
use crate::provider::applications::{RegistrationError, client_keys};
use crate::provider::claims::encryption::IdTokenEncryption;

/// The name of the key that a token says it is signed with.
pub(in crate::provider) fn named_by(token: &str) -> Option<String> {
    Compact::parse(token).and_then(|token| token.header.kid)
}

/// The application with the keys that count now. `None` where it publishes them, and there has been no good set for
/// too long: then nothing is proven by them or encrypted to them.
pub(in crate::provider) async fn with_current_keys(
    app: &App,
    application: Application,
    named: Option<&str>,
    now: Timestamp,
) -> Result<Option<Application>, db::Error> {
    let Some(address) = application.profile.jwks_uri.clone() else { return Ok(Some(application)) };
    let kept = store::find(&app.db, application.id).await?;
    let is_fresh = kept.as_ref().is_some_and(|kept| now < kept.fresh_until);
    if is_fresh && named.is_none_or(|name| client_keys::are_named(&application, name)) {
        return Ok(Some(application));
    }
    let counts = kept.as_ref().is_some_and(|kept| now < kept.fresh_until.plus(GRACE));
    let may_try = kept.is_none_or(|kept| kept.tried_at <= now.minus(EVERY));
    if may_try && claim(app, application.id, now).await? {
        match renew(app, application.id, address, now).await {
            Ok(renewed) => return Ok(renewed),
            Err(RenewalError::Unusable(cause)) => tell(app, &application, &cause, now).await?,
            Err(RenewalError::Database(error)) => return Err(error),
        }
    }
    Ok(counts.then_some(application))
}

/// Of many who want to fetch at once, on whatever node, one does.
async fn claim(app: &App, id: ApplicationId, now: Timestamp) -> Result<bool, db::Error> {
    app.db.write(move |tx| Box::pin(async move { store::claim(tx, id, now, now.minus(EVERY)).await })).await
}

/// Why a set does not take the place of the one before.
enum RenewalError {
    /// It cannot be had, or does not hold: the cause for the log.
    Unusable(String),
    /// The database failed.
    Database(db::Error),
}

impl From<db::Error> for RenewalError {
    fn from(error: db::Error) -> Self {
        Self::Database(error)
    }
}

/// Fetches the set at an address and puts it in the place of the one before, if it holds; `None` if the application
/// has gone or publishes elsewhere by now.
async fn renew(
    app: &App,
    id: ApplicationId,
    address: String,
    now: Timestamp,
) -> Result<Option<Application>, RenewalError> {
    let set = fetch(&app.egress, &address).await.map_err(|error| RenewalError::Unusable(error.to_string()))?;
    let (random, set) = (app.random.clone(), Arc::new(set));
    app.db
        .write(move |tx| {
            Box::pin(async move {
                let Some(before) = applications::find(&mut *tx, id).await? else { return Ok(None) };
                if before.profile.jwks_uri.as_deref() != Some(address.as_str()) {
                    return Ok(None);
                }
                let after = judged(&before, &set.keys).map_err(RenewalError::Unusable)?;
                keep(tx, id, set.fresh_for, now).await?;
                let is_changed = after.authentication != before.authentication || after.profile != before.profile;
                if is_changed && applications::change_keys(tx, &after).await? {
                    let entry = Entry::new(now, Event::ProviderKeysFetched).application(id);
                    history::write(tx, &random, &entry).await?;
                }
                Ok(Some(after))
            })
        })
        .await
}

/// The application with the keys of a set, where it could be registered with them by value.
fn judged(application: &Application, set: &Value) -> Result<Application, String> {
    let mut application = application.clone();
    if let ClientAuthentication::PrivateKeyJwt { jwks } | ClientAuthentication::SelfSignedTlsClient { jwks } =
        &mut application.authentication
    {
        *jwks = client_keys::for_signatures(set)?;
    }
    let profile = &mut application.profile;
    for encryption in profile.id_token_encryption.iter_mut().chain(&mut profile.userinfo_encryption) {
        *encryption =
            IdTokenEncryption::from_jwks(set, encryption.alg, encryption.enc).map_err(|words| format!("it {words}"))?;
    }
    match applications::check(&application) {
        Ok(()) => Ok(application),
        Err(RegistrationError::Mistakes(mistakes)) => {
            Err(mistakes.iter().map(RegistrationMistake::to_string).collect::<Vec<_>>().join("; "))
        }
        Err(error) => Err(error.to_string()),
    }
}

/// Remembers that a set is there, and until when it is fresh.
pub async fn keep(tx: &mut Tx<'_>, id: ApplicationId, fresh_for: Duration, now: Timestamp) -> Result<(), db::Error> {
    store::keep(tx, id, now, now.plus(fresh_for)).await
}

/// Remembers the set that an application was just registered with, or that it publishes none.
///
/// # Errors
/// A fault of the database.
pub(crate) async fn settle(
    app: &App,
    id: ApplicationId,
    fresh_for: Option<Duration>,
    now: Timestamp,
) -> Result<(), db::Error> {
    app.db
        .write(move |tx| {
            Box::pin(async move {
                match fresh_for {
                    Some(fresh_for) => keep(tx, id, fresh_for, now).await,
                    None => store::forget(tx, id).await,
                }
            })
        })
        .await
}

/// Tells that a set cannot be had: in the log each time, in the history when it begins.
async fn tell(app: &App, application: &Application, cause: &str, now: Timestamp) -> Result<(), db::Error> {
    tracing::warn!(client_id = application.client_id, cause, "the keys that an application publishes cannot be had");
    let (id, random) = (application.id, app.random.clone());
    let entry = Entry::new(now, Event::ProviderKeysNotFetched).application(id).detail("cause", cause);
    app.db
        .write(move |tx| {
            Box::pin(async move {
                if store::fail(tx, id, now).await? {
                    history::write(tx, &random, &entry).await?;
                }
                Ok(())
            })
        })
        .await
}

/// Until when the last good set of an application counts whose keys cannot be had.
pub(crate) fn counts_until(failing: &Failing) -> Timestamp {
    failing.fresh_until.plus(GRACE)
}
