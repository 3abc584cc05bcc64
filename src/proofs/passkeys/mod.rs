//! Passkeys and security keys (WebAuthn Level 3). A key signs a challenge that we made for one occasion,
//! after it has verified its user; the browser puts the origin into what is signed, so that nothing
//! can be passed on by another site. That is why one passkey is both something had and something known.
//!
//! The library verifies signatures and attestations. The rest is checked here: the
//! origin to the letter, frames of other origins, user verification, and that a challenge counts once,
//! on its occasion, for five minutes.

mod answers;
mod attested;
mod boot;
mod relying_party;
mod store;

use std::time::Duration;

pub use answers::{Assertion, Attestation};
pub use attested::{AttestationAuthority, Authorities};
pub use relying_party::{NewPasskey, PasskeyChallenge, RelyingParty, SpentChallenge, Verified};
pub use store::{Passkey, add, of_person, remove, require_attested};
pub(crate) use store::{
    ask, bring_back, count_use, expire, expire_removed, find, of_credential, remove_since, rename, required_of, take,
    use_up,
};

use crate::platform::db;
use crate::platform::one_line::is_line;
use crate::platform::web::fault::Fault;

/// The time that a challenge waits for its answer (WebAuthn §15.1).
pub(crate) const CHALLENGE_LIFETIME: Duration = Duration::from_mins(5);
/// The longest identifier of a credential, in bytes (WebAuthn §7.1).
const LONGEST_CREDENTIAL_ID: usize = 1023;
/// The most passkeys of one person.
pub(crate) const MOST: usize = 20;
/// The longest name of a passkey or an authenticator app, in characters.
pub(crate) const LONGEST_NAME: usize = 60;

/// The purpose of a challenge. An answer to one purpose is not accepted for another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ChallengePurpose {
    /// A proof of a person.
    Prove,
    /// A new passkey of a person.
    Add,
}

impl ChallengePurpose {
    fn as_str(self) -> &'static str {
        match self {
            Self::Prove => "prove",
            Self::Add => "add",
        }
    }
}

/// The reason for which an answer of a browser is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PasskeyRefusal {
    /// The answer is not of the form that browsers send.
    Unreadable,
    /// The challenge was answered before, has expired, or was made for another purpose.
    ChallengeIsOver,
    /// The answer comes from a page of another origin.
    AnotherOrigin,
    /// The user was not verified.
    UserNotVerified,
    /// The passkey is unknown or was removed.
    Unknown,
    /// The passkey is another person's.
    AnotherPerson,
    /// It says to be kept on one device where it was on several, or the other way round: that never changes
    /// (WebAuthn L3 §6.1.3), so it is another key, and trying again does not help.
    BackupChanged,
    /// A signature or another signed value is wrong.
    DoesNotHold,
    /// Its counter did not increase, which may mean a copy, and nothing else stands beside it.
    MayBeCopied,
    /// The passkey exists already.
    Taken,
    /// A company of the person accepts only attested keys, and no authority vouches for this one.
    NotAttested,
    /// It is attested by a phone whose system was changed, or whose bootloader is open.
    ChangedSystem,
    /// The person has the most passkeys already.
    TooMany,
}

impl PasskeyRefusal {
    /// The word in the history.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Unreadable => "unreadable",
            Self::ChallengeIsOver => "challenge is over",
            Self::AnotherOrigin => "another origin",
            Self::UserNotVerified => "user not verified",
            Self::Unknown => "unknown",
            Self::AnotherPerson => "another person's",
            Self::BackupChanged => "another kind of backup",
            Self::DoesNotHold => "does not hold",
            Self::MayBeCopied => "may be copied",
            Self::Taken => "taken",
            Self::NotAttested => "not attested",
            Self::ChangedSystem => "changed system",
            Self::TooMany => "too many",
        }
    }
}

/// The reason for which a passkey is not added.
#[derive(Debug)]
pub enum PasskeyError {
    /// The answer of the browser is refused.
    Refused(PasskeyRefusal),
    /// The program failed.
    Fault(Fault),
}

impl From<PasskeyRefusal> for PasskeyError {
    fn from(refused: PasskeyRefusal) -> Self {
        Self::Refused(refused)
    }
}

impl From<Fault> for PasskeyError {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}

impl From<db::Error> for PasskeyError {
    fn from(error: db::Error) -> Self {
        Self::Fault(error.into())
    }
}

/// The typed name in its stored form; `None` for one that is empty or longer than a line may be.
pub fn name(typed: &str) -> Option<String> {
    let name = typed.trim();
    let fits = is_line(name, LONGEST_NAME);
    fits.then(|| name.to_owned())
}

#[cfg(test)]
mod vectors;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_one_line_of_up_to_sixty_characters() {
        assert_eq!(name("  Aino's laptop ").as_deref(), Some("Aino's laptop"));
        for wrong in ["", "   ", "two\nlines", &"a".repeat(61)] {
            assert_eq!(name(wrong), None, "{wrong:?}");
        }
    }
}
