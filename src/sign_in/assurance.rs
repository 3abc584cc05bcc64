//! Assurance: the value of a set of proofs (FLOWS.md 1), and the demands on it.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::directory::companies::CompanyId;
use crate::directory::people::PersonId;
use crate::platform::clock::Timestamp;
use crate::proofs::{FactorKind, Method};

/// The strength of a person's proofs, the `acr` of tokens. The order is the order of strength.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Acr {
    /// One proof.
    Aal1,
    /// Two proofs of different kinds, or one that is both.
    Aal2,
    /// Phishing-resistant: a passkey or security key with user verification.
    Phr,
}

impl Acr {
    /// Every value, weakest first.
    pub(crate) const ALL: [Self; 3] = [Self::Aal1, Self::Aal2, Self::Phr];

    /// The value in tokens.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Aal1 => "aal1",
            Self::Aal2 => "aal2",
            Self::Phr => "phr",
        }
    }
}

impl fmt::Display for Acr {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

impl FromStr for Acr {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        Self::ALL.into_iter().find(|acr| acr.as_str() == text).ok_or(())
    }
}

/// A proof with its method, time and sign-in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Proof {
    /// The method of the proof.
    pub(crate) method: Method,
    /// The time.
    pub(crate) proven_at: Timestamp,
    /// Whether it was given in this very sign-in; otherwise in an earlier one of the same session.
    pub(crate) in_this_sign_in: bool,
}

impl Proof {
    /// Whether it shows this kind.
    pub(crate) fn shows(&self, kind: FactorKind) -> bool {
        self.method.shows(kind)
    }
}

/// The wishes of an application beyond its policy.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[expect(clippy::struct_excessive_bools, reason = "each is a wish of its own")]
pub struct Demand {
    /// The wished strength.
    pub(crate) acr: Option<Acr>,
    /// Whether nothing weaker is accepted (the `claims` parameter's `essential`).
    pub(crate) acr_is_essential: bool,
    /// The instant before which proofs do not count. `max_age` and `prompt=login` give it, computed once from the time
    /// of the request, so that it does not move while the person types.
    pub(crate) not_before: Option<Timestamp>,
    /// The instant from which one proof must be, of a possession where the person has one: for sensitive acts of our own
    /// pages within a session that is strong enough already. The others may be older.
    #[serde(default)]
    pub(crate) one_since: Option<Timestamp>,
    /// The translation key of the act of our own pages for which a fresh proof is asked.
    #[serde(default)]
    pub(crate) act: Option<String>,
    /// The person who must sign in (`id_token_hint`).
    pub(crate) person: Option<PersonId>,
    /// The initial text of the email field (`login_hint`).
    pub(crate) login_hint: Option<String>,
    /// Whether the person chooses an account even if it is known (`prompt=select_account`).
    pub(crate) choose_person: bool,
    /// The wished languages (`ui_locales`), as they came.
    pub(crate) language: Option<String>,
    /// Whether the application is entered for a company: by its users alone, unless it is for employees.
    #[serde(default)]
    pub(crate) users_alone: bool,
    /// Whether an application that is entered for a company is for employees as well, and asks for no right.
    #[serde(default)]
    pub(crate) employees_too: bool,
    /// The wished company (`company`); without an application, the company that is entered.
    #[serde(default)]
    pub(crate) company: CompanyWish,
    /// Whether the grant is for every company of the person (scopes of the administration API).
    #[serde(default)]
    pub(crate) every_company: bool,
    /// Whether an identity of a bank or eID waits to be linked to the profile. Only proofs of this very sign-in count then,
    /// and two where the person has two.
    #[serde(default)]
    pub(crate) links_identity: bool,
}

/// The company for which an application wishes the person to sign in.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum CompanyWish {
    /// Any that the person has chosen.
    #[default]
    Any,
    /// One that the person chooses now.
    Choose,
    /// This one alone.
    This(CompanyId),
}

impl CompanyWish {
    /// The remaining wish once the person has chosen.
    #[must_use]
    pub(crate) fn once_chosen(self) -> Self {
        if self == Self::Choose { Self::Any } else { self }
    }
}

/// The assurance that a sign-in reached.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Assurance {
    /// The strength.
    pub(crate) acr: Acr,
    /// The names of the methods in RFC 8176.
    pub(crate) amr: Vec<&'static str>,
    /// The time of the oldest counted proof, so that nobody takes an old proof for a fresh one.
    pub(crate) auth_time: Timestamp,
}

/// The assurance of the counted proofs together; `None` if there are none.
pub(crate) fn outcome(counted: &[Proof]) -> Option<Assurance> {
    // A confirmation code is named in `amr` and changes nothing else, because it proves nobody.
    let auth_time =
        counted.iter().filter(|proof| proof.method.factor().proves_person()).map(|proof| proof.proven_at).min()?;
    let has = |kind| counted.iter().any(|proof| proof.shows(kind));
    let acr = if counted.iter().any(|proof| proof.method.resists_phishing()) {
        Acr::Phr
    } else if has(FactorKind::Know) && has(FactorKind::Have) {
        Acr::Aal2
    } else {
        Acr::Aal1
    };
    let mut amr: Vec<_> = counted.iter().flat_map(|proof| proof.method.amr()).copied().collect();
    if acr >= Acr::Aal2 {
        amr.push("mfa");
    }
    amr.sort_unstable();
    amr.dedup();
    Some(Assurance { acr, amr, auth_time })
}
