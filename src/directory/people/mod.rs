//! People: each is one profile, for every application and every company.

mod store;

use std::fmt;
use std::str::FromStr;

pub use store::{
    accept_terms, add, confirm_email, doubt_email, find, find_by_email, keep_sign_in, list, rename, set_email,
    set_language, set_state, take_turns,
};

use crate::platform::clock::Timestamp;

crate::identifier! {
    /// Identifies a person. It is the `sub` of every token about them.
    PersonId
}

impl PersonId {
    /// Nobody's: looked up in the place of a person's, so that the answer takes as long.
    pub const NOBODY: Self = Self(uuid::Uuid::nil());
}

/// The longest email address that is taken, in characters (RFC 5321 §4.5.3.1.3).
pub const LONGEST_EMAIL: usize = 254;
/// The longest given or family name that is taken, in characters.
const LONGEST_NAME: usize = 100;

/// One human being.
#[derive(Clone, Debug)]
pub struct Person {
    /// Never changes.
    pub id: PersonId,
    /// The sign-in email, as the person writes it.
    pub email: String,
    /// The given name.
    pub given_name: String,
    /// The family name.
    pub family_name: String,
    /// The language tag of messages to this person.
    pub language: String,
    /// Whether the profile can be used.
    pub state: State,
    /// The version of the terms and conditions that was accepted last.
    pub terms_version: Option<String>,
    /// When the profile was made.
    pub created_at: Timestamp,
    /// When what applications are told about the person changed last.
    pub changed_at: Timestamp,
    /// When the email was confirmed by a link, or vouched for by who added the person.
    pub email_confirmed_at: Option<Timestamp>,
}

impl Person {
    /// Given and family name.
    pub fn name(&self) -> String {
        format!("{} {}", self.given_name, self.family_name).trim().to_owned()
    }
}

/// Whether a profile can be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// It can.
    Active,
    /// The operator has closed it: nothing opens, no token is renewed.
    Disabled,
}

impl State {
    /// The word that is stored.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Disabled => "disabled",
        }
    }
}

impl FromStr for State {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        match text {
            "active" => Ok(Self::Active),
            "disabled" => Ok(Self::Disabled),
            _ => Err(()),
        }
    }
}

/// An email address that can be one: as it was written, and as it is compared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Email {
    written: String,
    key: String,
}

impl Email {
    /// Takes what a person typed. Spaces around it are dropped; whether anybody reads mail there is
    /// not known until a message has come back.
    pub fn parse(typed: &str) -> Option<Self> {
        let written = typed.trim();
        let (local, domain) = written.rsplit_once('@')?;
        let domain_is_plausible = !domain.is_empty()
            && domain.split('.').all(|label| {
                !label.is_empty()
                    && !label.starts_with('-')
                    && !label.ends_with('-')
                    && label.chars().all(|character| character.is_alphanumeric() || character == '-')
            });
        let is_plausible = !local.is_empty()
            && domain_is_plausible
            && written.chars().count() <= LONGEST_EMAIL
            && !written.chars().any(|character| character.is_whitespace() || character.is_control());
        // One address counts as one person, however it is written.
        let key = || unicode_normalization::UnicodeNormalization::nfkc(written).collect::<String>().to_lowercase();
        is_plausible.then(|| Self { written: written.to_owned(), key: key() })
    }

    /// As it was written.
    pub fn as_written(&self) -> &str {
        &self.written
    }

    /// As it is compared: normalised and in lower case.
    pub fn key(&self) -> &str {
        &self.key
    }
}

impl fmt::Display for Email {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.written)
    }
}

/// A person who is to be added.
#[derive(Clone, Debug)]
pub struct NewPerson {
    /// The sign-in email.
    pub email: Email,
    /// The given name, 1 to 100 characters.
    pub given_name: String,
    /// The family name, up to 100 characters.
    pub family_name: String,
    /// The language tag of messages.
    pub language: String,
}

/// Why a person cannot be added.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CannotAdd {
    /// Somebody has that email already.
    EmailTaken,
    /// A name is empty or too long.
    BadName,
}

impl NewPerson {
    /// Whether the names are of a length that can be stored and shown.
    pub fn names_are_fine(&self) -> bool {
        let fits = |name: &str| name.chars().count() <= LONGEST_NAME && !name.chars().any(char::is_control);
        !self.given_name.trim().is_empty() && fits(&self.given_name) && fits(&self.family_name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_email_is_compared_without_case_and_kept_as_written() {
        let email = Email::parse("  Aino.Virtanen@Kallio.Example ").unwrap();
        assert_eq!((email.as_written(), email.key()), ("Aino.Virtanen@Kallio.Example", "aino.virtanen@kallio.example"));
    }

    #[test]
    fn what_cannot_be_an_email_is_not_taken() {
        let long = format!("{}@a.example", "a".repeat(250));
        for wrong in ["", "aino", "@a.example", "a@", "a b@c.example", "a@b..c", "a@-b.c", "a\0@b.c", long.as_str()] {
            assert_eq!(Email::parse(wrong), None, "{wrong}");
        }
    }
}
