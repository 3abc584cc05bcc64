//! The passwords that a person may choose, and the reasons against others.

use crate::directory::people::Person;
use crate::platform::core::Core;
use crate::proofs::passwords::{Password, PasswordRefusal};

/// The reason for which a password is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reason {
    /// It is empty.
    Empty,
    /// It has fewer than 8 characters.
    TooShort,
    /// It has fewer than 15 characters, without a second factor (NIST SP 800-63B-4 §3.1.1.2).
    TooShortAlone,
    /// It is longer than any password.
    TooLong,
    /// It is common, leaked, a pattern, or made of names that others know.
    EasyToGuess,
}

impl Reason {
    /// The translation key of its text.
    pub(crate) fn key(self) -> &'static str {
        match self {
            Self::Empty => "new-password-error-empty",
            Self::TooShort => "new-password-error-short",
            Self::TooShortAlone => "new-password-error-short-alone",
            Self::TooLong => "new-password-error-long",
            Self::EasyToGuess => "new-password-error-easy",
        }
    }
}

/// The password that a person chose.
///
/// # Errors
/// The reason of a refusal.
pub(crate) fn chosen(app: &Core, person: &Person, typed: &str, has_second_factor: bool) -> Result<Password, Reason> {
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
