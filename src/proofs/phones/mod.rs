//! Phones: installations of the phone app, each with a key of its own.
//!
//! The key is made anew at each use, in the phone, of its PIN and of a secret that its browser does not give out; the
//! server has the public half alone and counts. So a wrong PIN is a signature that does not hold, a copy of the
//! database tests no PIN, and a copy of the phone's storage tests one only here, five times in all
//! (docs/decisions/phone-app.md). No PIN ever comes to the server.
//!
//! A passkey of the person can take the place of the PIN on a phone: it signs the hash of the same text
//! (docs/decisions/biometrics.md).

mod biometrics;
mod store;
mod telling;
mod text;

use std::time::Duration;

use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED, UnparsedPublicKey};

pub(crate) use store::PhoneConnection;
pub(super) use store::answers_still;
pub use store::{add, expire, find, of_person, remove};
pub(crate) use store::{
    add_made, ask, ask_for_new, bring_back, close, count, expire_removed, keep_out_passkey, link_passkey, lock,
    log_out, log_out_all, of_token, proven, remove_since, rename, replace, stay_unlocked, take_new, take_over, unlock,
    was_right,
};
pub(crate) use telling::{PhoneCall, call, call_or_nobody};
pub use text::{SignedText, SigningPurpose};

use super::passkeys::{Assertion, PasskeyRefusal};
use super::{Method, Occasion, Proven};
use crate::directory::people::PersonId;
use crate::platform::clock::Timestamp;
use crate::platform::core::Core;
use crate::platform::db;
use crate::platform::secret::hash_token;
use crate::platform::web::fault::Fault;

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
    /// When it opened or answered last.
    pub(crate) last_used_at: Option<Timestamp>,
    /// The passkey that takes the place of its PIN, as browsers know it.
    pub(crate) passkey: Option<Vec<u8>>,
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

/// A phone that has made its key, and knows its cookie, before it is added.
#[derive(Clone, Debug)]
pub(crate) struct MadePhone {
    /// Its identifier.
    pub(crate) id: PhoneId,
    /// The SHA-256 of its cookie.
    pub(crate) token_hash: [u8; 32],
    /// The name that it begins with.
    pub(crate) name: String,
    /// Its own words about itself.
    pub(crate) facts: DeviceFacts,
    /// The public half of its key.
    pub(crate) key: PhoneKey,
}

/// A signature that holds, of the key or of the passkey of a phone. Only [`check`] makes it.
#[derive(Debug)]
pub struct PhoneProof {
    phone: PhoneId,
    person: PersonId,
    by_passkey: bool,
}

impl PhoneProof {
    /// The phone.
    pub(crate) fn phone(&self) -> PhoneId {
        self.phone
    }

    /// The person.
    pub(crate) fn person(&self) -> PersonId {
        self.person
    }

    /// Whether a passkey took the place of the PIN.
    pub(crate) fn by_passkey(&self) -> bool {
        self.by_passkey
    }

    fn proof(&self, occasion: Occasion, now: Timestamp) -> Proven {
        Proven::new(self.person, Method::phone(self.by_passkey), now, occasion)
    }
}

/// The result of a signature.
#[derive(Debug)]
pub enum PhoneCheck {
    /// It holds. It counts as wrong until [`proven`] takes it.
    Right(PhoneProof),
    /// It is no signature of the PIN's key, and so many tries are left.
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
    /// The answer of a passkey is refused. Nothing was counted: the PIN can be tried.
    PasskeyRefused(PasskeyRefusal),
}

/// The answer of a phone to a text.
#[derive(Clone, Copy, Debug)]
pub enum PhoneAnswer<'a> {
    /// A signature by the key that a PIN has made.
    Pin(&'a [u8]),
    /// The answer of its passkey to the hash of the text.
    Passkey(&'a Assertion),
}

/// The challenge that a signature answers.
#[derive(Clone, Copy, Debug)]
pub enum Answered<'c> {
    /// The one that the phone was given. It is used up, whatever the signature.
    Challenge(&'c str),
    /// None: the text names a question that its own room uses up.
    Question,
}

/// Looks at the answer of a phone. A try of the PIN is counted before, in a transaction of its own, so that nothing takes
/// the count back but a right PIN.
///
/// # Errors
/// The program failed.
pub async fn check(
    app: &Core,
    phone: &AppPhone,
    text: &SignedText,
    (answered, answer): (Answered<'_>, PhoneAnswer<'_>),
    now: Timestamp,
) -> Result<PhoneCheck, Fault> {
    let id = phone.id;
    let challenge = match answered {
        Answered::Challenge(challenge) => Some(hash_token(challenge)),
        Answered::Question => None,
    };
    let signature = match answer {
        PhoneAnswer::Pin(signature) => signature,
        PhoneAnswer::Passkey(assertion) => {
            return biometrics::check(app, phone, text, (challenge, assertion), now).await;
        }
    };
    let counted: Result<Option<i64>, db::Error> =
        app.db.write(move |tx| Box::pin(async move { count(tx, id, challenge.as_ref(), now).await })).await;
    let Some(wrong) = counted? else {
        return not_taken(app, phone).await;
    };
    Ok(if phone.key.verifies(text, signature) {
        PhoneCheck::Right(PhoneProof { phone: id, person: phone.person, by_passkey: false })
    } else if wrong >= MOST_WRONG_PINS {
        PhoneCheck::Last
    } else {
        PhoneCheck::Wrong { left: MOST_WRONG_PINS - wrong }
    })
}

/// The reason why no answer of a phone is taken.
async fn not_taken(app: &Core, phone: &AppPhone) -> Result<PhoneCheck, Fault> {
    let is_open = find(&app.db, phone.person, phone.id).await?.is_some_and(|phone| !phone.is_closed());
    Ok(if is_open { PhoneCheck::Stale } else { PhoneCheck::Closed })
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
