//! The passwords that a person may choose, and the reasons against others.

use crate::directory::people::Person;
use crate::platform::core::Core;
use crate::proofs::passwords::{Password, PasswordRefusal};

/// Why a password is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    /// Nothing was typed.
    Empty,
    /// Fewer than 8 characters.
    TooShort,
    /// Fewer than 15, and there is no second factor beside it (NIST SP 800-63B-4 §3.1.1.2).
    TooShortAlone,
    /// More than any password has.
    TooLong,
    /// Common, leaked, a pattern, or made of names that everybody knows.
    EasyToGuess,
}

impl Reason {
    /// The key of its words.
    pub fn key(self) -> &'static str {
        match self {
            Self::Empty => "new-password-error-empty",
            Self::TooShort => "new-password-error-short",
            Self::TooShortAlone => "new-password-error-short-alone",
            Self::TooLong => "new-password-error-long",
            Self::EasyToGuess => "new-password-error-easy",
        }
    }
}

/// Takes a password that a person chose.
///
/// # Errors
/// Why it is not taken.
pub fn chosen(app: &Core, person: &Person, typed: &str, has_second_factor: bool) -> Result<Password, Reason> {
    if typed.is_empty() {
        return Err(Reason::Empty);
    }
    let names = [
        person.email.as_str(),
        person.given_name.as_str(),
        person.family_name.as_str(),
        app.settings.organisation.as_str(),
    ];
    let password = Password::chosen(typed, &names).map_err(|unfit| match unfit {
        PasswordRefusal::TooShort => Reason::TooShort,
        PasswordRefusal::TooLong => Reason::TooLong,
        PasswordRefusal::EasyToGuess => Reason::EasyToGuess,
    })?;
    if password.stands_alone() || has_second_factor { Ok(password) } else { Err(Reason::TooShortAlone) }
}
