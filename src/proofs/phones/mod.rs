//! Phones: installations of the phone app, each with a key of its own.
//!
//! The key is made anew at each use, in the phone, of its PIN and of a secret that its browser does not give out; the
//! server has the public half alone and counts. So a wrong PIN is a signature that does not hold, a copy of the
//! database tests no PIN, and a copy of the phone's storage tests one only here, five times in all
//! (docs/decisions/phone-app.md). No PIN ever comes to the server.

mod store;
mod text;

use std::time::Duration;

use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED, UnparsedPublicKey};

pub(crate) use store::PhoneConnection;
pub use store::{add, expire, find};
pub(crate) use store::{
    ask, ask_for_new, bring_back, close, count, expire_removed, lock, log_out, log_out_all, of_person, of_token,
    pin_was_right, proven, remove, remove_since, rename, replace, stay_unlocked, take_new, unlock,
};
pub use text::{SignedText, SigningPurpose};

use super::{Method, Occasion, Proven};
use crate::directory::people::PersonId;
use crate::platform::clock::Timestamp;
use crate::platform::core::Core;
use crate::platform::db;
use crate::platform::secret::hash_token;

crate::identifier! {
    /// Identifies a phone.
    PhoneId
}

/// The wrong PINs in a row that close a phone.
pub const MOST_WRONG_PINS: i64 = 5;
/// The most phones of one person.
pub(crate) const MOST: usize = 10;
/// How long a challenge may wait for its signature.
pub(crate) const CHALLENGE_LIFETIME: Duration = Duration::from_mins(10);
/// How long the app stays unlocked without use.
pub(crate) const IDLE: Duration = Duration::from_mins(5);

/// The bytes of a public key: an uncompressed point of P-256.
const KEY_LENGTH: usize = 65;

/// The public half of a phone's key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PhoneKey([u8; KEY_LENGTH]);

impl PhoneKey {
    /// Reads an uncompressed point. Whether it is on the curve is found when a signature is verified: none holds by a
    /// point that is not.
    pub fn parse(bytes: &[u8]) -> Option<Self> {
        let point: [u8; KEY_LENGTH] = bytes.try_into().ok()?;
        (point.first() == Some(&4)).then_some(Self(point))
    }

    /// The bytes, as they are stored.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// Whether a signature over a text is of this key: ECDSA with SHA-256, `r` and `s` of 32 bytes each.
    pub(crate) fn verifies(&self, text: &SignedText, signature: &[u8]) -> bool {
        UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, &self.0).verify(text.as_bytes(), signature).is_ok()
    }
}

/// The device of a phone, as it told of itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DeviceFacts {
    /// Make and model; empty where the browser does not tell.
    pub(crate) device: String,
    /// The system with its version.
    pub(crate) system: String,
    /// The version of the app.
    pub(crate) app_version: String,
    /// The browser, as it calls itself.
    pub(crate) user_agent: String,
}

/// A phone of a person.
#[derive(Clone, Debug)]
pub struct AppPhone {
    /// Its identifier.
    pub id: PhoneId,
    /// Its person.
    pub(crate) person: PersonId,
    /// The name that the person gave it.
    pub(crate) name: String,
    /// Its own words about itself.
    pub(crate) facts: DeviceFacts,
    /// The public half of its key.
    pub key: PhoneKey,
    /// The wrong PINs in a row.
    pub(crate) wrong_pins: i64,
    /// Until when it is unlocked.
    pub(crate) unlocked_until: Timestamp,
    /// When it was added.
    pub(crate) created_at: Timestamp,
    /// When its PIN was right last.
    pub(crate) last_used_at: Option<Timestamp>,
}

impl AppPhone {
    /// Whether its PIN was typed, and not longer ago than the app may lie unused.
    pub(crate) fn is_unlocked(&self, now: Timestamp) -> bool {
        self.unlocked_until > now && !self.is_closed()
    }

    /// Whether wrong PINs have closed it.
    pub(crate) fn is_closed(&self) -> bool {
        self.wrong_pins >= MOST_WRONG_PINS
    }

    /// The tries that are left.
    pub(crate) fn tries_left(&self) -> i64 {
        MOST_WRONG_PINS.saturating_sub(self.wrong_pins).max(0)
    }
}

/// A phone that is being added.
#[derive(Clone, Debug)]
pub struct PhoneAddition {
    /// Its person.
    pub person: PersonId,
    /// The name that it begins with.
    pub name: String,
    /// Its own words about itself.
    pub facts: DeviceFacts,
    /// The public half of its key.
    pub key: PhoneKey,
}

/// A right PIN: a signature that holds. Only [`check`] makes it.
#[derive(Debug)]
pub struct PinProof {
    phone: PhoneId,
    person: PersonId,
}

impl PinProof {
    /// The phone.
    pub(crate) fn phone(&self) -> PhoneId {
        self.phone
    }

    /// The person.
    pub(crate) fn person(&self) -> PersonId {
        self.person
    }

    fn proof(&self, occasion: Occasion, now: Timestamp) -> Proven {
        Proven::new(self.person, Method::of(super::Factor::Phone), now, occasion)
    }
}

/// The result of a signature.
#[derive(Debug)]
pub enum PinCheck {
    /// It holds. It counts as wrong until [`proven`] takes it.
    Right(PinProof),
    /// It does not hold, and so many tries are left.
    Wrong {
        /// How many.
        left: i64,
    },
    /// It was the last wrong one: the phone is to be closed ([`close`]).
    Last,
    /// The phone is closed or removed.
    Closed,
    /// Its challenge was answered before, or is too old. Nothing was looked at, or counted.
    Stale,
}

/// The challenge that a signature answers.
#[derive(Clone, Copy, Debug)]
pub enum Answered<'c> {
    /// The one that the phone was given. It is used up, whatever the signature.
    Challenge(&'c str),
    /// None: the text names a question that its own room uses up.
    Question,
}

/// Looks at a signature of a phone. The try is counted before, in a transaction of its own, so that nothing takes the
/// count back but a right PIN.
///
/// # Errors
/// The database failed.
pub async fn check(
    app: &Core,
    phone: &AppPhone,
    text: &SignedText,
    (answered, signature): (Answered<'_>, &[u8]),
    now: Timestamp,
) -> Result<PinCheck, db::Error> {
    let id = phone.id;
    let challenge = match answered {
        Answered::Challenge(challenge) => Some(hash_token(challenge)),
        Answered::Question => None,
    };
    let counted: Result<Option<i64>, db::Error> =
        app.db.write(move |tx| Box::pin(async move { count(tx, id, challenge.as_ref(), now).await })).await;
    let Some(wrong) = counted? else {
        let is_open = find(&app.db, phone.person, id).await?.is_some_and(|phone| !phone.is_closed());
        return Ok(if is_open { PinCheck::Stale } else { PinCheck::Closed });
    };
    Ok(if phone.key.verifies(text, signature) {
        PinCheck::Right(PinProof { phone: id, person: phone.person })
    } else if wrong >= MOST_WRONG_PINS {
        PinCheck::Last
    } else {
        PinCheck::Wrong { left: MOST_WRONG_PINS - wrong }
    })
}

#[cfg(test)]
mod tests {
    use aws_lc_rs::rand::SystemRandom;
    use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair};

    use super::*;

    fn pair() -> EcdsaKeyPair {
        EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).unwrap()
    }

    #[test]
    fn a_signature_holds_for_its_key_and_its_text_alone() {
        let (own, other) = (pair(), pair());
        let key = |pair: &EcdsaKeyPair| PhoneKey::parse(pair.public_key().as_ref()).unwrap();
        let text =
            |challenge: &str| SignedText::new("https://id.example", SigningPurpose::Unlock, "phone", challenge, &[]);
        let signature = own.sign(&SystemRandom::default(), text("one").as_bytes()).unwrap();
        assert!(key(&own).verifies(&text("one"), signature.as_ref()));
        assert!(!key(&own).verifies(&text("two"), signature.as_ref()));
        assert!(!key(&other).verifies(&text("one"), signature.as_ref()));
        for wrong in [&[][..], &[0; 64], &signature.as_ref()[..63]] {
            assert!(!key(&own).verifies(&text("one"), wrong));
        }
    }

    #[test]
    fn a_key_is_an_uncompressed_point() {
        let own = pair();
        let point = own.public_key().as_ref();
        assert_eq!(PhoneKey::parse(point).unwrap().as_bytes(), point);
        let compressed = [&[2], &point[1..33]].concat();
        let elsewhere = [&[4], [1_u8; 64].as_slice()].concat();
        assert_eq!(PhoneKey::parse(&compressed), None);
        assert_eq!(PhoneKey::parse(&[]), None);
        let text = SignedText::new("https://id.example", SigningPurpose::Unlock, "phone", "one", &[]);
        assert!(!PhoneKey::parse(&elsewhere).unwrap().verifies(&text, &[1; 64]));
    }
}
