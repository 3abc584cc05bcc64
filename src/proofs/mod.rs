//! What proves a person. Each room verifies one method and answers with [`Proven`], which nobody
//! else can make. No room knows what a sign-in is.

pub mod codes;
pub mod failures;
pub mod networks;
pub mod passkeys;
pub mod passwords;
pub mod recovery;
pub mod resets;
pub mod totp;

use std::str::FromStr;

use crate::directory::people::PersonId;
use crate::platform::clock::Timestamp;

/// How a person was proven.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Method {
    /// A password.
    Password {
        /// Whether it is long enough to be the only proof (NIST SP 800-63B-4 §3.1.1.2: 15).
        stands_alone: bool,
    },
    /// A code of an authenticator app.
    Totp,
    /// A passkey or security key that has verified its user.
    Passkey {
        /// Whether it may be on several devices (backup eligible).
        synced: bool,
        /// Whether it may be the only proof: not where its counter says that there may be a copy of it.
        stands_alone: bool,
    },
    /// The recovery code.
    RecoveryCode,
    /// The confirmation code of a new network. It shows that whoever is proven already also reads what is sent
    /// to the person, and is no factor: a code by email is none (NIST SP 800-63B-4 §3.1.3.1), one by SMS is a
    /// restricted one, and the same code goes out by both.
    ConfirmationCode {
        /// Whether it went out by SMS, too.
        by_sms: bool,
    },
    /// A link by email or the recovery code, in the place of a forgotten password. It is good for setting a
    /// new one, beside every other proof that is wanted, and for nothing else.
    PasswordReset,
}

/// What kind of thing a proof shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Something the person knows.
    Know,
    /// Something the person has.
    Have,
}

impl Method {
    /// Whether it shows a thing of this kind. A passkey shows both: whoever has it has shown it a PIN, a
    /// finger or a face. One that may be a copy shows only that somebody has it.
    pub fn shows(self, kind: Kind) -> bool {
        match self {
            Self::Password { .. } | Self::PasswordReset => kind == Kind::Know,
            Self::ConfirmationCode { .. } => false,
            Self::Totp | Self::RecoveryCode | Self::Passkey { stands_alone: false, .. } => kind == Kind::Have,
            Self::Passkey { stands_alone: true, .. } => true,
        }
    }

    /// Whether it proves the person, alone or with another. A proof that is no factor stands beside one, and
    /// changes neither how strongly the person is proven nor when.
    pub fn is_factor(self) -> bool {
        self.shows(Kind::Know) || self.shows(Kind::Have)
    }

    /// Whether it is a sign-in of somebody else's that we rely on: a bank, a national eID. None of the methods
    /// here is; one that is added answers for itself.
    pub fn is_external(self) -> bool {
        match self {
            Self::Password { .. }
            | Self::Totp
            | Self::Passkey { .. }
            | Self::RecoveryCode
            | Self::ConfirmationCode { .. }
            | Self::PasswordReset => false,
        }
    }

    /// Whether it shows that the network in which it is given is the person's: the code that is made for this,
    /// or something that the person has and that is better than a code by SMS. A passkey of which there may be a
    /// copy is not.
    pub fn confirms_network(self) -> bool {
        match self {
            Self::Password { .. } | Self::PasswordReset => false,
            Self::Totp | Self::RecoveryCode | Self::ConfirmationCode { .. } => true,
            Self::Passkey { stands_alone, .. } => stands_alone,
        }
    }

    /// Whether it cannot be passed on by a page of somebody else.
    pub fn resists_phishing(self) -> bool {
        matches!(self, Self::Passkey { stands_alone: true, .. })
    }

    /// The method's names in tokens (RFC 8176 §2).
    pub fn amr(self) -> &'static [&'static str] {
        match self {
            Self::Password { .. } => &["pwd"],
            // A look-up secret that is used once: RFC 8176 has no nearer word.
            // RFC 8176 has no nearer word for what came by email, either.
            Self::Totp | Self::RecoveryCode | Self::PasswordReset | Self::ConfirmationCode { by_sms: false } => {
                &["otp"]
            }
            // What came by SMS is to be known for it.
            Self::ConfirmationCode { by_sms: true } => &["sms"],
            // What may be on several devices is not bound to hardware.
            Self::Passkey { synced: false, .. } => &["hwk", "user"],
            Self::Passkey { synced: true, .. } => &["swk", "user"],
        }
    }

    /// The word that is stored.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Password { .. } => "password",
            Self::Totp => "totp",
            Self::Passkey { synced: false, .. } => "passkey",
            Self::Passkey { synced: true, .. } => "synced_passkey",
            Self::RecoveryCode => "recovery_code",
            Self::ConfirmationCode { by_sms: true } => "confirmation_code",
            Self::ConfirmationCode { by_sms: false } => "emailed_confirmation_code",
            Self::PasswordReset => "password_reset",
        }
    }

    /// Reads what [`Method::as_str`] wrote.
    pub fn from_stored(word: &str, stands_alone: bool) -> Option<Self> {
        match word {
            "password" => Some(Self::Password { stands_alone }),
            "totp" => Some(Self::Totp),
            "passkey" => Some(Self::Passkey { synced: false, stands_alone }),
            "synced_passkey" => Some(Self::Passkey { synced: true, stands_alone }),
            "recovery_code" => Some(Self::RecoveryCode),
            "confirmation_code" => Some(Self::ConfirmationCode { by_sms: true }),
            "emailed_confirmation_code" => Some(Self::ConfirmationCode { by_sms: false }),
            "password_reset" => Some(Self::PasswordReset),
            _ => None,
        }
    }

    /// Whether it may be the only proof.
    pub fn stands_alone(self) -> bool {
        match self {
            Self::Password { stands_alone } | Self::Passkey { stands_alone, .. } => stands_alone,
            // Never: the decision asks for a new password first; and a code is no factor.
            Self::PasswordReset | Self::ConfirmationCode { .. } => false,
            Self::Totp | Self::RecoveryCode => true,
        }
    }
}

/// The attempt that a proof is asked for: one sign-in in one browser.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Occasion {
    /// The sign-in's identifier.
    pub sign_in: uuid::Uuid,
    /// The SHA-256 of the browser's token.
    pub browser: [u8; 32],
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

    /// Who is proven.
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

/// A code of digits as a person typed it: spaces dropped, nothing else taken.
#[derive(Clone, PartialEq, Eq)]
pub struct SixDigits(String);

impl FromStr for SixDigits {
    type Err = ();

    fn from_str(typed: &str) -> Result<Self, ()> {
        let digits: String = typed.chars().filter(|character| !character.is_whitespace()).take(7).collect();
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
