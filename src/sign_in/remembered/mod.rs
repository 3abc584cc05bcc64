//! Remembered browsers: where the policy allows it, a person who has shown a second factor need not show it
//! in this browser for some days. It is no proof and raises nothing: `acr` and `amr` tell of what was
//! proven, and whoever demands more, or something fresh, is answered by asking (NIST SP 800-63B-4 §5.1.1).
//!
//! The record is here, its token in a cookie of its own, and both belong to one person in one browser. It ends
//! by itself, at the person's wish, and with every change of what proves the person: [`forget_all`].

mod store;

pub use store::{expire, forget, forget_all, of_person};
pub(in crate::sign_in) use store::{remember, since, used};

use crate::platform::clock::Timestamp;

crate::identifier! {
    /// Identifies a remembered browser.
    RememberedId
}

/// A remembered browser, as its person sees it.
#[derive(Clone, Debug)]
pub struct Remembered {
    /// Its identifier.
    pub id: RememberedId,
    /// Since when.
    pub made_at: Timestamp,
    /// When it last spared the person the second factor.
    pub last_used_at: Timestamp,
    /// When it ends.
    pub expires_at: Timestamp,
    /// The browser, as it called itself.
    pub user_agent: String,
    /// The SHA-256 of the browser's own token.
    pub browser: [u8; 32],
}
