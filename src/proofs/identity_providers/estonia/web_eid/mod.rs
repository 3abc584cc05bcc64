//! The ID card in a reader, by Web eID: the extension of the browser has the card sign the origin of the page together with a
//! challenge that this service made for this sign-in. The card signs no other origin than that of the page, so that a page
//! that looks like this one gets nothing that would be of use here.
//!
//! A challenge is used once, in the browser that it was made for, within five minutes.

mod answer;
mod settings;
mod token;

use std::time::Duration;

use data_encoding::BASE64;

pub(crate) use answer::identity_of;
pub(in crate::proofs::identity_providers) use answer::try_authorities;
pub(in crate::proofs::identity_providers) use settings::{faults, filled};
pub use token::WebEidToken;

use crate::platform::random::Random;
use crate::platform::secret::Secret;

/// How long a challenge holds.
pub(crate) const HOLDS: Duration = Duration::from_mins(5);

/// A new challenge: 256 bits in 44 characters, the fewest that the extension takes.
pub(crate) fn challenge(random: &Random) -> Secret<String> {
    Secret::new(BASE64.encode(&random.bytes::<32>()))
}
