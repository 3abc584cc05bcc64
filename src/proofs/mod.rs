//! The proofs of a person. Each room verifies one method and returns [`Proven`], which nobody
//! else can make. No room knows what a sign-in is.

pub mod codes;
mod factor;
pub mod failures;
pub mod networks;
pub mod passkeys;
pub mod passwords;
pub mod recovery;
pub mod resets;
mod store;
pub mod totp;

use std::collections::BTreeSet;
use std::str::FromStr;

pub use factor::{Factor, FactorForm, FactorIcon, FactorKind, FactorTraits, Method};
pub use store::{factor, held_by, holdings, kept_by};

use uuid::Uuid;

use crate::directory::people::{self, PersonId};
use crate::platform::clock::Timestamp;
use crate::platform::db::{self, Tx};
use crate::platform::typed::plain;

/// The sign-in or session that a proof is for. `browser` is the SHA-256 of the token of its browser.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Occasion {
    /// A sign-in.
    SignIn {
        /// Its identifier.
        id: Uuid,
        /// Where it began.
        browser: [u8; 32],
    },
    /// A change in the account pages, within a session.
    Session {
        /// The session's identifier.
        id: Uuid,
        /// Where it is used.
        browser: [u8; 32],
    },
}

impl Occasion {
    /// The identifier of the sign-in or session.
    pub fn id(&self) -> Uuid {
        let (Self::SignIn { id, .. } | Self::Session { id, .. }) = self;
        *id
    }

    /// The browser.
    pub fn browser(&self) -> &[u8; 32] {
        let (Self::SignIn { browser, .. } | Self::Session { browser, .. }) = self;
        browser
    }
}

/// A person is proven, on one occasion. Only the verifiers of this floor make it: its fields are
/// private, and there is no other way to come by one.
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
    pub fn person(&self) -> PersonId {
        self.person
    }

    /// By what.
    pub fn method(&self) -> Method {
        self.method
    }

    /// When.
    pub fn at(&self) -> Timestamp {
        self.at
    }

    /// On which occasion: it counts there and nowhere else.
    pub fn occasion(&self) -> &Occasion {
        &self.occasion
    }
}

/// The factors of a person.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Holdings {
    /// The factors that are set up; the recovery code only while it is in force.
    pub has: BTreeSet<Factor>,
    /// The second step that was used last.
    pub used_last: Option<Factor>,
}

/// One thing that a person has set up, without its secret.
#[derive(Clone, Debug)]
pub struct KeptFactor {
    /// The factor.
    pub factor: Factor,
    /// Its identifier; empty, where a person has one at most.
    pub id: String,
    /// The person's name for it.
    pub name: String,
    /// When it was set up or, of a password, changed.
    pub made_at: Timestamp,
    /// When it proved the person last, where that is kept.
    pub used_at: Option<Timestamp>,
    /// The name by which browsers know a passkey.
    pub credential_id: Option<Vec<u8>>,
}

/// Removes every second step of a person: what they had is lost. Tells how many there were.
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
            // These are no second steps: what resets these removes the recovery code, too, where that is meant.
            Factor::Password | Factor::RecoveryCode | Factor::ConfirmationCode | Factor::PasswordReset => 0,
        };
    }
    Ok(removed)
}

/// Removes every second step and the recovery code of a person for whom an administrator of their basic company or the
/// operator vouches: a link by email sets a new password again. Tells how many second steps there were.
pub async fn reset_second_steps(tx: &mut Tx<'_>, person: PersonId, now: Timestamp) -> Result<u64, db::Error> {
    let removed = remove_second_steps(tx, person, now).await?;
    recovery::remove(tx, person, now).await?;
    people::open_to_resets(tx, person).await?;
    Ok(removed)
}

/// Makes the second steps and the recovery code of a person those that they had before an instant: what was added since
/// is removed, and what was removed since is there again. It leaves a person without a second step only where they had
/// none at that instant, and then closed to resets by email.
pub async fn take_back(tx: &mut Tx<'_>, person: PersonId, since: Timestamp, now: Timestamp) -> Result<(), db::Error> {
    remove_second_steps_since(tx, person, since, now).await?;
    recovery::remove_since(tx, person, since, now).await?;
    totp::bring_back(tx, person, since).await?;
    passkeys::bring_back(tx, person, since).await?;
    recovery::bring_back(tx, person, since).await?;
    Ok(())
}

/// Forgets what was removed before an instant: nothing brings it back any more.
pub async fn expire_removed(tx: &mut Tx<'_>, before: Timestamp) -> Result<u64, db::Error> {
    let second_steps = totp::expire(tx, before).await? + passkeys::expire_removed(tx, before).await?;
    Ok(second_steps + recovery::expire(tx, before).await?)
}

/// A code of six digits as a person typed it, on any keyboard: spaces, dashes and invisible characters are dropped.
#[derive(Clone, PartialEq, Eq)]
pub struct SixDigits(String);

impl FromStr for SixDigits {
    type Err = ();

    fn from_str(typed: &str) -> Result<Self, ()> {
        let digits = plain(typed).replace(['-', '.'], "");
        let is_code = digits.len() == 6 && digits.bytes().all(|byte| byte.is_ascii_digit());
        if is_code { Ok(Self(digits)) } else { Err(()) }
    }
}

impl SixDigits {
    /// The six digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}
