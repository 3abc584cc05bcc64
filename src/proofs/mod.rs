//! The proofs of a person. Each room verifies one method and returns [`Proven`], which nobody else can make. No room
//! knows about sign-ins.

pub(crate) mod access_passes;
pub(crate) mod approvals;
pub(crate) mod codes;
mod factor;
pub mod failures;
pub mod identities;
pub mod identity_providers;
pub(crate) mod networks;
pub mod passkeys;
pub mod passwords;
pub(crate) mod phone_set_up;
pub mod phones;
pub(crate) mod qr;
pub mod recovery;
mod removal;
pub mod resets;
pub(crate) mod sign_up;
mod store;
pub mod totp;

use std::collections::BTreeSet;
use std::str::FromStr;

pub use factor::{Factor, FactorForm, FactorIcon, FactorKind, FactorTraits, Method};
pub(crate) use store::{factor, held_by, holdings, kept_by};

use uuid::Uuid;

use crate::directory::people::{self, PersonId};
use crate::platform::clock::Timestamp;
use crate::platform::db::{self, Tx};
use crate::platform::typed::plain;

/// The sign-in or session of a proof. `browser` is the SHA-256 of the token of its browser.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Occasion {
    /// A sign-in.
    SignIn {
        /// Its identifier.
        id: Uuid,
        /// The browser in which it began.
        browser: [u8; 32],
    },
    /// A change in the account pages, within a session.
    Session {
        /// The session's identifier.
        id: Uuid,
        /// The browser in which it is used.
        browser: [u8; 32],
    },
}

impl Occasion {
    /// The identifier of the sign-in or session.
    pub(crate) fn id(&self) -> Uuid {
        let (Self::SignIn { id, .. } | Self::Session { id, .. }) = self;
        *id
    }

    /// The browser.
    pub(crate) fn browser(&self) -> &[u8; 32] {
        let (Self::SignIn { browser, .. } | Self::Session { browser, .. }) = self;
        browser
    }
}

/// A proof of a person on one occasion. Its fields are private, so that only the verifiers of this floor make it.
#[derive(Clone, Debug)]
pub struct Proven {
    person: PersonId,
    method: Method,
    at: Timestamp,
    occasion: Occasion,
}

impl Proven {
    fn new(person: PersonId, method: Method, at: Timestamp, occasion: Occasion) -> Self {
        Self { person, method, at, occasion }
    }

    /// The proven person.
    pub(crate) fn person(&self) -> PersonId {
        self.person
    }

    /// The method.
    pub(crate) fn method(&self) -> Method {
        self.method
    }

    /// The time.
    pub(crate) fn at(&self) -> Timestamp {
        self.at
    }

    /// The occasion, outside which it does not count.
    pub(crate) fn occasion(&self) -> &Occasion {
        &self.occasion
    }
}

/// The factors of a person.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Holdings {
    /// The factors that are set up; the recovery code only while it is unused.
    pub(crate) has: BTreeSet<Factor>,
    /// The second step of the last use.
    pub used_last: Option<Factor>,
}

/// A factor that a person has set up, without its secret.
#[derive(Clone, Debug)]
pub(crate) struct KeptFactor {
    /// The factor.
    pub(crate) factor: Factor,
    /// Its identifier; empty for a factor of which a person has one at most.
    pub(crate) id: String,
    /// The person's name for it.
    pub(crate) name: String,
    /// The time at which it was set up or, for a password, changed.
    pub(crate) made_at: Timestamp,
    /// The last use, if that is stored.
    pub(crate) used_at: Option<Timestamp>,
    /// The name by which browsers know a passkey.
    pub(crate) credential_id: Option<Vec<u8>>,
}

/// Removes every second step of a person who lost them. Returns their number.
pub async fn remove_second_steps(tx: &mut Tx<'_>, person: PersonId, now: Timestamp) -> Result<u64, db::Error> {
    remove_second_steps_since(tx, person, Timestamp::from_milliseconds(0), now).await
}

async fn remove_second_steps_since(
    tx: &mut Tx<'_>,
    person: PersonId,
    since: Timestamp,
    now: Timestamp,
) -> Result<u64, db::Error> {
    let mut removed = 0;
    for factor in Factor::ALL {
        removed += match factor {
            Factor::AuthenticatorApp => totp::remove_since(tx, person, since, now).await?,
            Factor::Passkey => passkeys::remove_since(tx, person, since, now).await?,
            Factor::Phone => phones::remove_since(tx, person, since, now).await?,
            // These are no second steps. The recovery code is removed by the caller if that is meant.
            Factor::Password
            | Factor::Identity
            | Factor::RecoveryCode
            | Factor::ConfirmationCode
            | Factor::PasswordReset => 0,
        };
    }
    Ok(removed)
}

/// Removes every second step and the recovery code of a person for whom an administrator of their basic company or the
/// operator vouches, and opens resets by email again. Returns the number of second steps.
pub async fn reset_second_steps(tx: &mut Tx<'_>, person: PersonId, now: Timestamp) -> Result<u64, db::Error> {
    let removed = remove_second_steps(tx, person, now).await?;
    recovery::remove(tx, person, now).await?;
    people::open_to_resets(tx, person).await?;
    Ok(removed)
}

/// Restores the second steps and the recovery code that a person had at an instant: later ones are removed, and those
/// removed since are brought back. A person without a second step at that instant is left without one, and closed to
/// resets by email.
pub async fn take_back(tx: &mut Tx<'_>, person: PersonId, since: Timestamp, now: Timestamp) -> Result<(), db::Error> {
    remove_second_steps_since(tx, person, since, now).await?;
    recovery::remove_since(tx, person, since, now).await?;
    identities::remove_since(tx, person, since).await?;
    totp::bring_back(tx, person, since).await?;
    passkeys::bring_back(tx, person, since).await?;
    phones::bring_back(tx, person, since).await?;
    recovery::bring_back(tx, person, since).await?;
    Ok(())
}

/// Deletes removed factors for good that were removed before an instant.
pub async fn expire_removed(tx: &mut Tx<'_>, before: Timestamp) -> Result<u64, db::Error> {
    let second_steps = totp::expire(tx, before).await? + passkeys::expire_removed(tx, before).await?;
    let second_steps = second_steps + phones::expire_removed(tx, before).await?;
    Ok(second_steps + recovery::expire(tx, before).await?)
}

/// A code of six digits as a person typed it: spaces, dashes and invisible characters are dropped.
#[derive(Clone, PartialEq, Eq)]
pub struct SixDigits(String);

impl FromStr for SixDigits {
    type Err = ();

    fn from_str(typed: &str) -> Result<Self, ()> {
        typed_digits(typed).filter(|digits| digits.len() == 6).map(Self).ok_or(())
    }
}

/// A code of an authenticator app as a person typed it. Ours have six digits, imported ones up to eight.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct AppCode(String);

impl FromStr for AppCode {
    type Err = ();

    fn from_str(typed: &str) -> Result<Self, ()> {
        typed_digits(typed).filter(|digits| (6..=8).contains(&digits.len())).map(Self).ok_or(())
    }
}

impl AppCode {
    /// The digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<SixDigits> for AppCode {
    fn from(SixDigits(digits): SixDigits) -> Self {
        Self(digits)
    }
}

fn typed_digits(typed: &str) -> Option<String> {
    let digits = plain(typed).replace(['-', '.'], "");
    digits.bytes().all(|byte| byte.is_ascii_digit()).then_some(digits)
}

impl SixDigits {
    /// The six digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}
