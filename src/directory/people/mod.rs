//! People. Each person is one profile, for every application and every company.

mod store;

use std::fmt;
use std::str::FromStr;

pub(crate) use store::{
    accept_terms, close_to_resets, confirm_email, doubt_email, find_in_turn, keep_sign_in, last_sign_in_at, list,
    open_phone_app, open_to_resets, phone_app_is_closed, set_language, set_name, stored_person, take_turns,
};
pub use store::{add, close_phone_app, find, find_by_email, set_email, set_state};

use unicode_normalization::UnicodeNormalization as _;

use crate::platform::clock::Timestamp;
use crate::platform::db;
use crate::platform::one_line::{is_readable, is_unseen, is_visible};

crate::identifier! {
    /// Identifies a person. It is the `sub` of every token about them.
    PersonId
}

impl crate::platform::history::IdentifiesPerson for PersonId {}

impl PersonId {
    /// The identifier of nobody, looked up in place of a person's so that the response takes as long.
    pub const NOBODY: Self = Self(uuid::Uuid::nil());
}

/// The longest local part of a new address, in bytes (RFC 5321 §4.5.3.1.1).
const LONGEST_LOCAL_PART: usize = 64;
/// The longest accepted email address, in characters (RFC 5321 §4.5.3.1.3).
pub(crate) const LONGEST_EMAIL: usize = 254;
/// The longest accepted given or family name, in characters.
pub(crate) const LONGEST_NAME: usize = 100;

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
    pub state: PersonState,
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
pub enum PersonState {
    /// It can.
    Active,
    /// The operator has closed it: no sign-in, no refresh.
    Disabled,
}

impl PersonState {
    /// The stored word.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Disabled => "disabled",
        }
    }
}

impl FromStr for PersonState {
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
    unicode_key: String,
}

impl Email {
    /// Reads a typed address, without surrounding spaces. Whether anybody reads mail there is unknown until it is
    /// confirmed. For looking up and for stored addresses; [`Email::parse_new`] is for those that are to be stored.
    pub fn parse(typed: &str) -> Option<Self> {
        let written = typed.trim_matches(|character: char| !is_visible(character));
        let (local, domain) = written.rsplit_once('@')?;
        let is_plausible = !local.is_empty()
            && written.chars().count() <= LONGEST_EMAIL
            && !written.chars().any(|character| character.is_whitespace() || is_unseen(character));
        // One address is one person, however it is written.
        let ascii = idna::domain_to_ascii_strict(domain).ok().filter(|_| is_plausible)?;
        let (unicode, _) = idna::domain_to_unicode(&ascii);
        let local = local.nfkc().collect::<String>().to_lowercase();
        Some(Self {
            written: written.to_owned(),
            key: format!("{local}@{ascii}"),
            unicode_key: format!("{local}@{unicode}"),
        })
    }

    /// Reads an address that is to be stored: every mail server can write to it, so its local part is a dot-atom of
    /// ASCII (RFC 5322 §3.4.1) of at most 64 characters. The domain may be an international one.
    ///
    /// # Errors
    /// The reason for refusing it.
    pub(crate) fn parse_new(typed: &str) -> Result<Self, NotAnEmail> {
        let email = Self::parse(typed).ok_or(NotAnEmail::Shape)?;
        let local = email.written.rsplit_once('@').map_or("", |(local, _)| local);
        let is_atom = |part: &str| {
            let is_text = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+/=?^_`{|}~-".contains(&byte);
            !part.is_empty() && part.bytes().all(is_text)
        };
        if local.len() > LONGEST_LOCAL_PART || !local.split('.').all(is_atom) {
            return Err(NotAnEmail::LocalPart);
        }
        Ok(email)
    }

    /// The address as written.
    pub fn as_written(&self) -> &str {
        &self.written
    }

    /// The form for comparison: normalised and in lower case, the domain in ASCII (A-labels, UTS 46), because browsers
    /// write an international domain either way.
    pub fn key(&self) -> &str {
        &self.key
    }

    /// The same with the domain in Unicode, as people were stored before [`Email::key`] was in ASCII. It differs from the
    /// key for international domains alone.
    pub(crate) fn unicode_key(&self) -> &str {
        &self.unicode_key
    }
}

/// The reason why a text is no email address that can be stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NotAnEmail {
    /// It has not the form of one.
    Shape,
    /// Many mail servers and browsers know no such local part.
    LocalPart,
}

impl NotAnEmail {
    /// The translation key of what a person can do.
    pub(crate) fn key(self) -> &'static str {
        match self {
            Self::Shape => "sign-in-error-email-shape",
            Self::LocalPart => "error-email-local-part",
        }
    }
}

impl fmt::Display for NotAnEmail {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Shape => "is no email address",
            Self::LocalPart => {
                "is no email address that every mail server knows: before the @ are letters from a to z, digits, full \
                 stops between them, and signs such as + - _"
            }
        })
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

/// The reason for which a person is not added.
#[derive(Debug, PartialEq, Eq)]
pub enum AdditionError {
    /// Another person has that email.
    EmailTaken,
    /// A name is empty or too long.
    BadName,
    /// The database failed.
    Fault(db::Error),
}

impl From<db::Error> for AdditionError {
    fn from(error: db::Error) -> Self {
        Self::Fault(error)
    }
}

/// Whether a given and a family name have an accepted length.
pub(crate) fn names_are_fine(given_name: &str, family_name: &str) -> bool {
    let fits = |name: &str| name.chars().count() <= LONGEST_NAME && !name.chars().any(is_unseen);
    is_readable(given_name) && fits(given_name) && fits(family_name)
}

impl NewPerson {
    /// Whether the names have an accepted length.
    pub(crate) fn names_are_fine(&self) -> bool {
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
    fn text_that_cannot_be_an_email_is_refused() {
        let long = format!("{}@a.example", "a".repeat(250));
        for wrong in ["", "aino", "@a.example", "a@", "a b@c.example", "a@b..c", "a@-b.c", "a\0@b.c", long.as_str()] {
            assert_eq!(Email::parse(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn an_international_domain_is_one_address_in_both_spellings() {
        for (one, other, key) in [
            ("eva@köln.example", "eva@xn--kln-sna.example", "eva@xn--kln-sna.example"),
            ("Max@MÜLLER.example", "max@xn--mller-kva.EXAMPLE", "max@xn--mller-kva.example"),
            ("a@例え.example", "a@xn--r8jz45g.example", "a@xn--r8jz45g.example"),
            ("a@ko\u{308}ln.example", "a@ｋöln.example", "a@xn--kln-sna.example"),
            ("a@kallio。example", "\u{200b}a@kallio.example\u{feff}", "a@kallio.example"),
        ] {
            assert_eq!((Email::parse(one).unwrap().key(), Email::parse(other).unwrap().key()), (key, key), "{one}");
        }
        assert_eq!(Email::parse("eva@xn--kln-sna.example").unwrap().unicode_key(), "eva@köln.example");
        assert_eq!(Email::parse("aino@kallio.example").unwrap().unicode_key(), "aino@kallio.example");
        assert_eq!(Email::parse("aino@xn--a.example"), None, "no label of that form");
    }

    #[test]
    fn a_new_address_is_one_that_every_mail_server_knows() {
        for right in ["aino.virtanen+salpa@kallio.example", "o'brien@kallio.example", "eva@köln.example"] {
            assert!(Email::parse_new(right).is_ok(), "{right}");
        }
        let long = format!("{}@a.example", "a".repeat(65));
        for wrong in ["käthe@a.example", "a..b@a.example", ".a@a.example", "a.@a.example", "mailto:a@a.example", &long]
        {
            assert_eq!(Email::parse_new(wrong), Err(NotAnEmail::LocalPart), "{wrong}");
        }
        assert_eq!(Email::parse_new("aino"), Err(NotAnEmail::Shape));
    }
}
