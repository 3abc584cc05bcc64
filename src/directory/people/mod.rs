//! People. Each person is one profile, for every application and every company.

mod store;

use std::fmt;
use std::str::FromStr;

pub use store::{
    accept_terms, add, close_to_resets, confirm_email, doubt_email, find, find_by_email, find_in_turn, keep_sign_in,
    list, open_to_resets, set_email, set_language, set_name, set_state, stored_person, take_turns,
};

use crate::platform::clock::Timestamp;
use crate::platform::one_line::is_unseen;

crate::identifier! {
    /// Identifies a person. It is the `sub` of every token about them.
    PersonId
}

impl crate::platform::history::IdentifiesPerson for PersonId {}

impl PersonId {
    /// The identifier of nobody, looked up in place of a person's so that the response takes as long.
    pub const NOBODY: Self = Self(uuid::Uuid::nil());
}

/// The longest accepted email address, in characters (RFC 5321 §4.5.3.1.3).
pub const LONGEST_EMAIL: usize = 254;
/// The longest accepted given or family name, in characters.
const LONGEST_NAME: usize = 100;

/// One human being.
#[derive(Clone, Debug)]
pub struct Person {
    /// The identifier; it never changes.
    pub id: PersonId,
    /// The sign-in email, in the person's spelling.
    pub email: String,
    /// The given name.
    pub given_name: String,
    /// The family name.
    pub family_name: String,
    /// The language tag of messages to this person.
    pub language: String,
    /// Whether the profile can be used.
    pub state: State,
    /// The latest accepted version of the terms and conditions.
    pub terms_version: Option<String>,
    /// When the profile was made.
    pub created_at: Timestamp,
    /// When the claims about the person last changed.
    pub changed_at: Timestamp,
    /// When the email was confirmed by a link, or vouched for by the person who added the profile.
    pub email_confirmed_at: Option<Timestamp>,
    /// Whether a second step was removed without anybody vouching for the person: while they have none, no link by email
    /// alone sets a new password.
    pub closed_to_resets: bool,
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
    /// The operator has closed it: no sign-in, no refresh.
    Disabled,
}

impl State {
    /// The stored word.
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

/// A well-formed email address, as written and as compared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Email {
    written: String,
    key: String,
}

impl Email {
    /// Reads a typed address, without surrounding spaces. Whether anybody reads mail there is unknown until it is
    /// confirmed.
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
            && !written.chars().any(|character| character.is_whitespace() || is_unseen(character));
        // One address is one person, however it is written.
        let key = || unicode_normalization::UnicodeNormalization::nfkc(written).collect::<String>().to_lowercase();
        is_plausible.then(|| Self { written: written.to_owned(), key: key() })
    }

    /// The address as written.
    pub fn as_written(&self) -> &str {
        &self.written
    }

    /// The form for comparison: normalised and in lower case.
    pub fn key(&self) -> &str {
        &self.key
    }
}

impl fmt::Display for Email {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.written)
    }
}

/// A person to be added.
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

/// The reason for not adding a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CannotAdd {
    /// Another person has that email.
    EmailTaken,
    /// A name is empty or too long.
    BadName,
}

/// Whether a given and a family name have an accepted length.
pub fn names_are_fine(given_name: &str, family_name: &str) -> bool {
    let fits = |name: &str| name.chars().count() <= LONGEST_NAME && !name.chars().any(is_unseen);
    !given_name.trim().is_empty() && fits(given_name) && fits(family_name)
}

impl NewPerson {
    /// Whether the names have an accepted length.
    pub fn names_are_fine(&self) -> bool {
        names_are_fine(&self.given_name, &self.family_name)
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
