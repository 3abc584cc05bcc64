//! Domains of companies, each proved by a record in DNS that its owner alone can set. People whose email ends with a proved
//! domain are led to the directory of its company. One company proves a domain, and loses it some days after the record is
//! gone.

mod store;

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

pub use store::owner;
pub(crate) use store::{
    add, due, find, has_turn, lapse, mark_missing, of_company, prove, realm, realm_of_company, remove, seen_again,
};

use super::companies::{CompanyId, DirectoryUse};
use super::people::Email;
use crate::platform::clock::Timestamp;

/// The time between two looks at the record of a proved domain.
const LOOKED_AT_EVERY: Duration = Duration::from_hours(24);
/// The same while the record is missing.
const LOOKED_FOR_EVERY: Duration = Duration::from_hours(6);
/// The time for which a proved domain counts without its record.
pub const GRACE: Duration = Duration::from_hours(7 * 24);
/// The most domains of a company.
pub(crate) const MOST_DOMAINS: usize = 20;
/// The label before a domain at which its record stands.
const LABEL: &str = "_salpa-challenge";
/// The longest name in DNS, in bytes (RFC 1035 §2.3.4).
const LONGEST_NAME: usize = 253;

/// Domains at which everybody may have a mailbox. A record there would prove nothing about the others' mail, and a company
/// that could set one would lead strangers to its directory.
const PUBLIC_MAIL: [&str; 48] = [
    "aol.com",
    "bluewin.ch",
    "elisanet.fi",
    "fastmail.com",
    "free.fr",
    "gmail.com",
    "gmx.at",
    "gmx.ch",
    "gmx.com",
    "gmx.de",
    "gmx.net",
    "googlemail.com",
    "hey.com",
    "hotmail.co.uk",
    "hotmail.com",
    "hotmail.fi",
    "hotmail.se",
    "icloud.com",
    "kolumbus.fi",
    "laposte.net",
    "libero.it",
    "live.com",
    "live.fi",
    "live.se",
    "luukku.com",
    "mac.com",
    "mail.com",
    "mail.ee",
    "mail.ru",
    "me.com",
    "msn.com",
    "online.no",
    "orange.fr",
    "outlook.com",
    "outlook.fi",
    "pm.me",
    "pp.inet.fi",
    "proton.me",
    "protonmail.com",
    "qq.com",
    "saunalahti.fi",
    "suomi24.fi",
    "t-online.de",
    "telia.com",
    "web.de",
    "yahoo.co.uk",
    "yahoo.com",
    "yandex.ru",
];

/// A domain in its one form: A-labels in small letters (UTS 46), without a dot at the end.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct DomainName(String);

/// The reason why a domain is not claimed or proved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DomainRefusal {
    /// It is no domain that can have mail.
    Shape,
    /// Everybody may have a mailbox there.
    PublicMail,
    /// The company has as many as it may.
    TooMany,
    /// Another company has proved it.
    OfAnotherCompany,
    /// The company has not claimed it.
    NotClaimed,
    /// The record is not there, or not with the value.
    NoRecord,
    /// DNS does not answer.
    NoAnswer,
}

impl DomainName {
    /// Reads a typed domain.
    ///
    /// # Errors
    /// [`DomainRefusal::Shape`], [`DomainRefusal::PublicMail`].
    pub fn parse(typed: &str) -> Result<Self, DomainRefusal> {
        let typed = typed.trim().trim_start_matches('@');
        let typed = typed.strip_suffix('.').unwrap_or(typed);
        let ascii = idna::domain_to_ascii_strict(typed).map_err(|_| DomainRefusal::Shape)?;
        let last = ascii.rsplit('.').next().unwrap_or_default();
        // An address of IPv4 is no domain, and a single label has no owner.
        let is_named = !last.is_empty() && !last.bytes().all(|byte| byte.is_ascii_digit());
        let is_short = LABEL.len() + 1 + ascii.len() <= LONGEST_NAME;
        if !ascii.contains('.') || !is_named || !is_short {
            return Err(DomainRefusal::Shape);
        }
        if PUBLIC_MAIL.contains(&ascii.as_str()) {
            return Err(DomainRefusal::PublicMail);
        }
        Ok(Self(ascii))
    }

    /// The domain of an email.
    pub(crate) fn of_email(email: &Email) -> Self {
        Self(email.key().rsplit_once('@').map_or("", |(_, domain)| domain).to_owned())
    }

    /// Its stored form.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The domain for people, in their own letters.
    pub(crate) fn in_letters(&self) -> String {
        idna::domain_to_unicode(&self.0).0
    }

    /// The name at which its record stands.
    pub fn record_name(&self) -> String {
        format!("{LABEL}.{}", self.0)
    }
}

impl FromStr for DomainName {
    type Err = DomainRefusal;

    fn from_str(typed: &str) -> Result<Self, DomainRefusal> {
        Self::parse(typed)
    }
}

impl fmt::Display for DomainName {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

/// The state of a domain of a company.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DomainState {
    /// The company says that it is its own.
    Claimed,
    /// It is.
    Proved {
        /// The instant since which its record has not been found.
        missing_since: Option<Timestamp>,
    },
}

impl DomainState {
    /// The stored word, also that of the API.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Claimed => "claimed",
            Self::Proved { .. } => "proved",
        }
    }

    /// The instant at which it is proved no longer, while its record is missing.
    pub(crate) fn lapses_at(self) -> Option<Timestamp> {
        match self {
            Self::Proved { missing_since: Some(since) } => Some(since.plus(GRACE)),
            Self::Claimed | Self::Proved { missing_since: None } => None,
        }
    }

    /// The instant of the next look.
    fn looked_at_next(self, now: Timestamp) -> Timestamp {
        match self {
            Self::Proved { missing_since: Some(_) } => now.plus(LOOKED_FOR_EVERY),
            Self::Claimed | Self::Proved { missing_since: None } => now.plus(LOOKED_AT_EVERY),
        }
    }
}

/// A domain of a company.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CompanyDomain {
    /// The company.
    pub(crate) company: CompanyId,
    /// The domain.
    pub name: DomainName,
    /// The value of the record, of this company alone: 256 random bits. Everybody may read it.
    pub value: String,
    /// Its state.
    pub state: DomainState,
}

/// A company to whose directory people are led.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct DomainRealm {
    /// The company.
    pub(crate) company: CompanyId,
    /// Its name.
    pub(crate) name: String,
    /// How they are led.
    pub(crate) directory_use: DirectoryUse,
}

impl CompanyDomain {
    /// Whether one of the texts at the name of the record proves the domain.
    pub(crate) fn is_proved_by(&self, texts: &[String]) -> bool {
        texts.iter().any(|text| text.trim() == self.value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_domain_has_one_form() {
        for typed in ["Työ.example", "TYÖ.example.", " @työ.example ", "xn--ty-gka.example", "XN--TY-GKA.EXAMPLE"] {
            let name = DomainName::parse(typed).unwrap();
            assert_eq!((name.as_str(), name.in_letters().as_str()), ("xn--ty-gka.example", "työ.example"), "{typed}");
        }
        let email = Email::parse("aino@TYÖ.example").unwrap();
        assert_eq!(DomainName::of_email(&email), DomainName::parse("työ.example").unwrap());
    }

    #[test]
    fn a_text_that_is_no_domain_of_a_company_is_refused() {
        let long = format!("{}.example", "a".repeat(64));
        for typed in ["", ".", "localhost", "kallio", "10.0.0.7", "kallio..example", "a b.example", "-a.example", &long]
        {
            assert_eq!(DomainName::parse(typed), Err(DomainRefusal::Shape), "{typed}");
        }
        for typed in ["gmail.com", "Outlook.COM.", "hotmail.fi"] {
            assert_eq!(DomainName::parse(typed), Err(DomainRefusal::PublicMail), "{typed}");
        }
        assert!(DomainName::parse("gmail.com.kallio.example").is_ok());
    }

    #[test]
    fn the_value_stands_alone_in_its_text() {
        let domain = CompanyDomain {
            company: uuid::Uuid::from_u128(7).into(),
            name: DomainName::parse("kallio.example").unwrap(),
            value: "abc".to_owned(),
            state: DomainState::Claimed,
        };
        let texts = |all: &[&str]| all.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>();
        assert!(domain.is_proved_by(&texts(&["v=spf1 -all", " abc "])));
        assert!(!domain.is_proved_by(&texts(&["", "ab", "abcd", "ABC", "x abc"])));
        assert!(!domain.is_proved_by(&[]));
    }
}
