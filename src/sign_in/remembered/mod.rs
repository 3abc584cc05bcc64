//! Remembered browsers: if the policy allows it, a person who has shown a second factor need not show it in this
//! browser for some days. A remembered browser is no proof: `acr` and `amr` name only proofs, and a demand for more, or
//! for a fresh proof, is met by asking (NIST SP 800-63B-4 §5.1.1).
//!
//! The record is in the database, its token in a cookie of its own, and both belong to one person in one browser. It
//! ends by itself, at the person's wish, and with every change of the person's factors: [`forget_all`].

mod store;

pub use store::{expire, forget, forget_all, of_person};
pub(in crate::sign_in) use store::{remember, since, used};

use crate::platform::clock::Timestamp;

crate::identifier! {
    /// The identifier of a remembered browser.
    RememberedId
}

/// A remembered browser as shown to its person.
#[derive(Clone, Debug)]
pub struct Remembered {
    /// Its identifier.
    pub(crate) id: RememberedId,
    /// The time from which it is remembered.
    pub(crate) made_at: Timestamp,
    /// The last time that it spared a second factor.
    pub(crate) last_used_at: Timestamp,
    /// The time of its end.
    pub(crate) expires_at: Timestamp,
    /// The browser's `User-Agent`.
    pub(crate) user_agent: String,
    /// The SHA-256 of the browser's own token.
    pub(crate) browser: [u8; 32],
}
