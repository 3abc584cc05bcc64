//! Identities of people elsewhere: at a bank, in a national eID, in the directory of a company. A person is found by the
//! country and national identifier, or by the provider and its own identifier, and never by name or email.
//!
//! Identifiers are found by a keyed hash, and sealed beside it. The key of the hash is kept in the database, sealed: it has
//! to outlive the master keys.

pub mod evidence;
mod linking;
mod national;
mod store;

use std::fmt;
use std::str::FromStr;

use aws_lc_rs::hmac;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

pub(in crate::proofs) use linking::remove_since;
pub(crate) use linking::{LinkOutcome, link_waiting, recognise, wish_link};
pub use linking::{expect, find, of_person, remove, unexpect};
pub use national::{CountryCode, national_identifier};
pub use store::expire;
pub(crate) use store::{ask, asked_in, by_state, find_question, secrets_of, take, unmatched, withdraw};

use crate::directory::people::PersonId;
use crate::platform::clock::Timestamp;
use crate::platform::core::Core;
use crate::platform::db;
use crate::platform::secret::Secret;
use crate::platform::web::fault::Fault;
use crate::proofs::identity_providers::{IdentityProviderId, IdentityWorth};
use crate::proofs::{Factor, Method, Occasion};

crate::identifier! {
    /// The identifier of a question to a provider.
    IdentityQuestionId
}

crate::identifier! {
    /// The identifier of a linked identity.
    LinkedIdentityId
}

/// How long a person may take at a provider.
pub(crate) const LIVES: std::time::Duration = std::time::Duration::from_mins(15);
/// How long an identity that nobody is known by waits to be linked.
pub(crate) const WAITS: std::time::Duration = std::time::Duration::from_mins(30);
/// The purpose that the key of the hashes is sealed for.
const PURPOSE: &str = "key of identifiers";

/// The giver of an identifier, within which it names one person.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum IdentitySource {
    /// A country, of a national identifier.
    Country(CountryCode),
    /// A provider, of an identifier of its own.
    Provider(IdentityProviderId),
}

impl fmt::Display for IdentitySource {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Country(country) => country.fmt(formatter),
            Self::Provider(provider) => provider.fmt(formatter),
        }
    }
}

impl FromStr for IdentitySource {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        if let Ok(country) = text.parse() {
            return Ok(Self::Country(country));
        }
        text.parse().map(Self::Provider).map_err(|_| ())
    }
}

impl Serialize for IdentitySource {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for IdentitySource {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(|()| serde::de::Error::custom("no source of identities"))
    }
}

/// An identifier with its source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PersonalIdentifier {
    /// The source.
    pub source: IdentitySource,
    /// The identifier in its one form.
    pub identifier: Secret<String>,
}

/// An identity that a provider has vouched for, on one question. Its fields are private, so that only the validation of
/// its answer makes it.
#[derive(Clone, Debug)]
pub(crate) struct VouchedIdentity {
    identifier: PersonalIdentifier,
    worth: IdentityWorth,
    /// The bank or eID, as people know it.
    name: String,
    /// When the person proved it there.
    proven_at: Timestamp,
}

impl VouchedIdentity {
    /// An identity from a validated answer.
    pub(in crate::proofs) fn new(
        identifier: PersonalIdentifier,
        (worth, name): (IdentityWorth, &str),
        proven_at: Timestamp,
    ) -> Self {
        Self { identifier, worth, name: name.to_owned(), proven_at }
    }

    /// The name of the bank or eID.
    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// The method that it proves a person by, if it is worth this at most.
    pub(crate) fn method_of_at_most(&self, most: IdentityWorth) -> Method {
        self.worth.min(most).method()
    }
}

/// A vouched identity as it waits, sealed.
#[derive(Serialize, Deserialize)]
struct StoredIdentity {
    source: IdentitySource,
    identifier: String,
    worth: IdentityWorth,
    name: String,
    proven_at: i64,
}

/// An identity that somebody has linked to their profile.
#[derive(Clone, Debug)]
pub struct LinkedIdentity {
    /// Its identifier here.
    pub id: LinkedIdentityId,
    /// The person.
    pub(crate) person: PersonId,
    /// The source.
    pub source: IdentitySource,
    /// The bank or eID that it was linked by.
    pub name: String,
}

/// An identity that is being linked to a profile.
struct IdentityLink<'a> {
    /// The identifier.
    wanted: &'a PersonalIdentifier,
    /// The hash that it is found by.
    hash: &'a [u8; 32],
    /// The bank or eID.
    name: &'a str,
}

/// A question on its way to a provider.
#[derive(Clone, Debug)]
pub(crate) struct IdentityQuestion {
    /// Its identifier.
    pub(crate) id: IdentityQuestionId,
    /// The sign-in and the browser that began.
    pub(crate) occasion: Occasion,
    /// The provider.
    pub(crate) provider: IdentityProviderId,
    /// The bank or eID, by its word among the provider's.
    pub(crate) method: String,
    /// Whether an earlier sign-in at the provider does not count.
    pub(crate) is_fresh: bool,
    /// Whether its answer is still to come.
    pub(crate) is_open: bool,
    /// When it was asked.
    pub(crate) asked_at: Timestamp,
    secrets: Vec<u8>,
}

/// A question before it is stored.
#[derive(Clone, Debug)]
pub(crate) struct NewIdentityQuestion {
    /// The sign-in and the browser.
    pub(crate) occasion: Occasion,
    /// The provider.
    pub(crate) provider: IdentityProviderId,
    /// The bank or eID.
    pub(crate) method: String,
    /// Whether an earlier sign-in at the provider does not count.
    pub(crate) is_fresh: bool,
    /// The value that comes back with the browser.
    pub(crate) state: Secret<String>,
    /// The values that bind the answer.
    pub(crate) secrets: QuestionSecrets,
}

/// The values that bind an answer to its question. Neither is seen by the browser before the answer.
#[derive(Clone, Debug)]
pub(crate) struct QuestionSecrets {
    /// The value that the ID token repeats.
    pub(crate) nonce: Secret<String>,
    /// The verifier of the code (RFC 7636 §4.1).
    pub(crate) verifier: Secret<String>,
}

/// The person of an identity.
#[derive(Clone, Debug)]
pub(crate) enum Recognition {
    /// Somebody is known by it. Whether it was linked just now, because a company expected it.
    Known {
        /// The proof.
        proven: Box<super::Proven>,
        /// Whether it was linked just now.
        is_new: bool,
    },
    /// Somebody was, who is no longer one of the people of the company whose directory it is.
    LeftCompany(PersonId),
    /// Nobody is.
    Unknown,
}

impl Recognition {
    /// The person, if anybody is known.
    pub(crate) fn person(&self) -> Option<PersonId> {
        match self {
            Self::Known { proven, .. } => Some(proven.person()),
            Self::LeftCompany(person) => Some(*person),
            Self::Unknown => None,
        }
    }
}

/// An identity that waits for the proof of a profile.
#[derive(Clone, Debug)]
pub(crate) struct UnmatchedIdentity {
    /// The bank or eID.
    pub(crate) name: String,
    /// The end of the identifier without most of its characters.
    pub(crate) masked: String,
    /// The provider, of an identifier of its own.
    pub(crate) provider: Option<IdentityProviderId>,
}

/// The hash that an identifier is found by.
///
/// # Errors
/// The database does not answer, or the secret key of the settings does not open the key of the hashes.
pub async fn hash_of(app: &Core, wanted: &PersonalIdentifier) -> Result<[u8; 32], Fault> {
    Ok(hash_with(&hash_key(app).await?, wanted))
}

fn hash_with(key: &Secret<Vec<u8>>, wanted: &PersonalIdentifier) -> [u8; 32] {
    let mut context = hmac::Context::with_key(&hmac::Key::new(hmac::HMAC_SHA256, key.reveal()));
    context.update(wanted.source.to_string().as_bytes());
    // No source has such a byte: no two pairs are hashed alike.
    context.update(&[0]);
    context.update(wanted.identifier.reveal().as_bytes());
    let mut hash = [0; 32];
    for (byte, hashed) in hash.iter_mut().zip(context.sign().as_ref()) {
        *byte = *hashed;
    }
    hash
}

fn opened_key(app: &Core, sealed: &[u8]) -> Result<Secret<Vec<u8>>, Fault> {
    Ok(app.master_keys.open(PURPOSE, sealed)?)
}

/// The key of the hashes; the first who needs it makes it.
async fn hash_key(app: &Core) -> Result<Secret<Vec<u8>>, Fault> {
    let sealed = if let Some(sealed) = store::hash_key(&app.db).await? {
        sealed
    } else {
        let made = app.master_keys.seal(&app.random, PURPOSE, &app.random.bytes::<32>())?;
        app.db
            .write::<_, db::Error, _>(move |tx| Box::pin(async move { store::add_hash_key(tx, &made).await }))
            .await?;
        // Of several nodes that made one, one was first.
        store::hash_key(&app.db).await?.ok_or_else(|| Fault::new("the key of identifiers was not kept"))?
    };
    let key = opened_key(app, &sealed)?;
    if !app.master_keys.is_sealed_by_current(&sealed) {
        let renewed = app.master_keys.seal(&app.random, PURPOSE, key.reveal())?;
        app.db
            .write::<_, db::Error, _>(move |tx| {
                Box::pin(async move { store::seal_hash_key_anew(tx, &sealed, &renewed).await })
            })
            .await?;
    }
    Ok(key)
}

impl IdentityWorth {
    /// The worth of a proof by a method; `None` for one of another factor.
    pub(crate) fn of(method: &Method) -> Option<Self> {
        [Self::OneProof, Self::Substantial, Self::High].into_iter().find(|worth| worth.method() == *method)
    }

    /// The method of the factor.
    pub(crate) fn method(self) -> Method {
        match self {
            Self::OneProof => Method::identity_of_one_proof(),
            Self::Substantial => Method::of(Factor::Identity),
            Self::High => Method::identity_of_high_level(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_source_is_read_back_as_it_was_written() {
        let provider = IdentitySource::Provider(uuid::Uuid::from_u128(7).into());
        for source in [IdentitySource::Country("FI".parse().unwrap()), provider] {
            assert_eq!(source.to_string().parse(), Ok(source));
        }
        assert!("fi".parse::<IdentitySource>().is_err() && "FIN".parse::<IdentitySource>().is_err());
    }
}
