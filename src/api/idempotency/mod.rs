//! Idempotency keys: a repeated request with the same key gets the first answer and does nothing again. The key is
//! taken in the transaction of the act, so that of simultaneous requests one acts and the others wait for its answer. A
//! refused request leaves no key behind.

mod store;

use std::time::Duration;

use http::HeaderMap;
use http::header::HeaderName;

pub use store::expire;

use super::problem::{Kind, Problem};
use super::reply::Reply;
use crate::platform::clock::Timestamp;
use crate::platform::db::Tx;
use crate::platform::secret::hash_token;

/// The time for which an answer is kept.
pub(crate) const KEPT: Duration = Duration::from_hours(24);
/// The header with the key.
pub(crate) const HEADER: HeaderName = HeaderName::from_static("idempotency-key");
/// The longest key, in bytes.
const LONGEST: usize = 255;

/// The key of a request, with a hash of the request.
#[derive(Clone, Debug)]
pub(crate) struct Key {
    text: String,
    fingerprint: [u8; 32],
}

impl Key {
    /// The key of a request, if it has one; `request` is the method, address and body.
    ///
    /// # Errors
    /// [`Kind::Malformed`] if the key is repeated, empty, too long or not visible ASCII.
    pub(crate) fn of(headers: &HeaderMap, request: &str) -> Result<Option<Self>, Problem> {
        let refused =
            || Problem::new(Kind::Malformed).detail("Idempotency-Key must be 1 to 255 visible characters, once");
        let mut values = headers.get_all(HEADER).iter();
        let Some(first) = values.next() else { return Ok(None) };
        let text = first.to_str().map_err(|_| refused())?;
        let is_fine = (1..=LONGEST).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_graphic());
        if !is_fine || values.next().is_some() {
            return Err(refused());
        }
        Ok(Some(Self { text: text.to_owned(), fingerprint: hash_token(request) }))
    }
}

/// Takes a key, or returns the answer of the first request with it.
///
/// # Errors
/// [`Kind::KeyReused`] if the key was used for another request.
pub async fn begin(tx: &mut Tx<'_>, caller: &str, key: &Key, now: Timestamp) -> Result<Option<Reply>, Problem> {
    store::forget(tx, caller, &key.text, now.minus(KEPT)).await?;
    if store::take(tx, caller, key, now).await? {
        return Ok(None);
    }
    match store::find(tx, caller, &key.text).await? {
        Some((fingerprint, _)) if fingerprint != key.fingerprint => Err(Problem::new(Kind::KeyReused)),
        Some((_, Some(answer))) => Ok(Some(answer.replayed())),
        // No key is committed without an answer. If one were, the act must still not be repeated.
        _ => Err(Problem::new(Kind::InProgress)),
    }
}

/// Stores the answer for later requests with the key.
pub async fn keep(tx: &mut Tx<'_>, caller: &str, key: &Key, answer: &Reply) -> Result<(), Problem> {
    Ok(store::keep(tx, caller, &key.text, answer).await?)
}
