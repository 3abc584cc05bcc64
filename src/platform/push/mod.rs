//! Web Push (RFC 8030): a message that reaches a phone whose app is closed. The outbox carries it (`messages`), this room
//! keeps where it goes, encrypts it for the browser ([`encryption`]) and signs it ([`keys`]).
//!
//! The address of a subscription is chosen by strangers, and what is sent there passes through a company's servers: it
//! leads only where calls may lead (`egress`), and a message must never carry a secret, nor a word about what is asked.

mod encryption;
mod keys;
mod sending;
mod store;
mod subscription;

pub use keys::{PublicPushKey, current, rotate, rotate_by_age};
pub(super) use sending::{PushFailure, send};
pub(crate) use store::{PushWish, hand_over, standing, subscribe, turn_off};
pub(super) use store::{find, forget};
pub use subscription::PushSubscription;

crate::identifier! {
    /// Identifies a key that signs push messages.
    PushKeyId
}

/// The text of a push message, as the service worker of the app reads it.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub(super) struct PushText {
    /// The title.
    pub(super) title: String,
    /// The sentence below it.
    pub(super) text: String,
    /// The page that a press opens, a local path.
    pub(super) path: String,
}
