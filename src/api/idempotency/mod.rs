//! Asking again under the same key does nothing twice: what was answered is answered again. The key is
//! taken in the transaction of the act, so that of many at once one acts, and the others wait for it and
//! are told the same. A request that was refused leaves no key behind.

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

/// How long an answer is kept.
pub const KEPT: Duration = Duration::from_hours(24);
/// The header that brings a key.
pub const HEADER: HeaderName = HeaderName::from_static("idempotency-key");
/// The longest key, in bytes.
const LONGEST: usize = 255;

/// The key of a request, with what was asked.
#[derive(Clone, Debug)]
pub struct Key {
    text: String,
    fingerprint: [u8; 32],
}

impl Key {
    /// The key of a request, if it brings one.
    ///
    /// # Errors
    /// Where it comes twice, is empty or too long, or is no visible ASCII.
    pub fn of(headers: &HeaderMap, asked: &str) -> Result<Option<Self>, Problem> {
        let refused =
            || Problem::new(Kind::Malformed).detail("Idempotency-Key must be 1 to 255 visible characters, once");
        let mut values = headers.get_all(HEADER).iter();
        let Some(first) = values.next() else { return Ok(None) };
        let text = first.to_str().map_err(|_| refused())?;
        let is_fine = (1..=LONGEST).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_graphic());
        if !is_fine || values.next().is_some() {
            return Err(refused());
        }
        Ok(Some(Self { text: text.to_owned(), fingerprint: hash_token(asked) }))
    }
}

/// Takes a key for what is done now; gives the earlier answer where it was done before.
///
/// # Errors
/// [`Kind::KeyReused`] where the key stood for another request.
pub async fn begin(tx: &mut Tx<'_>, caller: &str, key: &Key, now: Timestamp) -> Result<Option<Reply>, Problem> {
    store::forget(tx, caller, &key.text, now.minus(KEPT)).await?;
    if store::take(tx, caller, key, now).await? {
        return Ok(None);
    }
    match store::find(tx, caller, &key.text).await? {
        Some((fingerprint, _)) if fingerprint != key.fingerprint => Err(Problem::new(Kind::KeyReused)),
        Some((_, Some(answer))) => Ok(Some(answer.replayed())),
        // Nothing commits a key without an answer; were it there, nothing is done twice.
        _ => Err(Problem::new(Kind::InProgress)),
    }
}

/// Keeps what was answered.
pub async fn keep(tx: &mut Tx<'_>, caller: &str, key: &Key, answer: &Reply) -> Result<(), Problem> {
    Ok(store::keep(tx, caller, &key.text, answer).await?)
}
