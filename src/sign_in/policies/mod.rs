//! Policies: how much proof an application wants of everybody, and a company of whoever enters it, of those
//! who have it as their basic company, and of everybody in its applications (FLOWS.md 3). Of several that
//! apply, the stricter wins in each setting. A company that somebody is a user of besides asks for nothing
//! but at its own gate: or else whoever adds them would decide how they sign in everywhere.
//!
//! A policy says of each setting what it wants, or nothing. The decision gets one policy, into which all
//! that apply have been joined: [`Policy::stricter`]. It never asks for less than each of them.

mod store;

use std::collections::BTreeSet;
use std::ops::RangeInclusive;
use std::str::FromStr;
use std::time::Duration;

use serde::{Deserialize, Serialize};

pub(in crate::sign_in) use store::joined;
pub(crate) use store::of_the_account_pages;
pub use store::{in_force, of_application, of_company, of_company_in, remove, set, set_of_company, set_of_company_in};

use super::adaptive::Sign;
use super::sessions;
use crate::directory::companies::CompanyId;
use crate::proofs::Method;
use crate::proofs::approvals::{LONGEST_NUMBER, SHORTEST_NUMBER};

crate::identifier! {
    /// The identifier of an application, defined below the provider because policies belong to applications.
    ApplicationId
}

impl crate::platform::history::IdentifiesApplication for ApplicationId {}

/// The entrance to an application or a company, which determines the policies that apply.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Gate {
    /// The application; `None` at the account pages and the console.
    pub application: Option<ApplicationId>,
    /// The company that is entered: chosen, named, or the only one.
    pub company: Option<CompanyId>,
    /// Whether every company of the person is entered at once; for a main user of an office, every client as well.
    pub every_company: bool,
}

impl Gate {
    /// The gate of the account pages, without a company.
    pub const ACCOUNT: Self = Self { application: None, company: None, every_company: false };
}

/// The proof that is wanted. An absent setting is left to another policy, or to the default.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Policy {
    /// The need of a second factor; by default always.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub second_factor: Option<SecondFactor>,
    /// The accepted methods; by default all. Proofs by others do not count.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub methods: Option<BTreeSet<Method>>,
    /// The time for which a session may be unused before it asks for one proof, in seconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub idle_seconds: Option<u32>,
    /// The time for which a proof of a session counts in all, in seconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lifetime_seconds: Option<u32>,
    /// The time for which a proof is fresh enough, in seconds: for the sensitive acts of the account pages and, in the
    /// policy of an application, for its `max_age`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fresh_seconds: Option<u32>,
    /// The days for which a browser may be remembered; by default 0, not at all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub remember_days: Option<u32>,
    /// The signs that count as odd.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signs: Option<BTreeSet<Sign>>,
    /// The days after which an absence is long.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub absence_days: Option<u32>,
    /// The people who need a confirmation code in a network that they have not confirmed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub new_network_code: Option<NewNetworkCode>,
    /// How many digits the number has that is typed on the phone to approve.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub approval_digits: Option<u32>,
}

/// The range of [`Policy::idle_seconds`]: a policy shortens a session and never prolongs it.
pub(crate) const IDLE_SECONDS: RangeInclusive<u32> = 60..=3600;
/// The range of [`Policy::lifetime_seconds`] (NIST SP 800-63B-4 §2.2.3: at most 24 hours at AAL2).
pub(crate) const LIFETIME_SECONDS: RangeInclusive<u32> = 15 * 60..=24 * 3600;
/// The range of [`Policy::fresh_seconds`].
pub(crate) const FRESH_SECONDS: RangeInclusive<u32> = 60..=3600;
/// The range of [`Policy::remember_days`].
pub(crate) const REMEMBER_DAYS: RangeInclusive<u32> = 0..=90;
/// The longest that a browser may be remembered.
pub(crate) const LONGEST_REMEMBERED: Duration = Duration::from_hours(24 * 90);
/// The range of [`Policy::absence_days`].
pub(crate) const ABSENCE_DAYS: RangeInclusive<u32> = 1..=365;

/// The range of [`Policy::approval_digits`] (NIST SP 800-63B-4 §3.1.3.2: six).
pub const APPROVAL_DIGITS: RangeInclusive<u32> = SHORTEST_NUMBER..=LONGEST_NUMBER;

/// The days after which an absence is long, by default.
const LONG_ABSENCE_DAYS: u32 = 90;

const DAY: Duration = Duration::from_hours(24);

impl Policy {
    /// A policy without any setting. Joined with another, it changes nothing.
    pub const SILENT: Self = Self {
        second_factor: None,
        methods: None,
        idle_seconds: None,
        lifetime_seconds: None,
        fresh_seconds: None,
        remember_days: None,
        signs: None,
        absence_days: None,
        new_network_code: None,
        approval_digits: None,
    };

    /// A policy with a second factor and no other setting.
    pub const fn of(second_factor: SecondFactor) -> Self {
        Self { second_factor: Some(second_factor), ..Self::SILENT }
    }

    /// The policy of an application with its defaults filled in, so that a company cannot allow more.
    #[must_use]
    pub(crate) fn of_an_application(self) -> Self {
        Self {
            second_factor: self.second_factor.or(Some(SecondFactor::Required)),
            remember_days: self.remember_days.or(Some(0)),
            signs: self.signs.or_else(|| Some(Sign::ALL.into())),
            absence_days: self.absence_days.or(Some(LONG_ABSENCE_DAYS)),
            new_network_code: self.new_network_code.or(Some(NewNetworkCode::External)),
            ..self
        }
    }

    /// The stricter value of each setting. Neither the order nor repetition makes a difference.
    #[must_use]
    pub(crate) fn stricter(&self, other: &Self) -> Self {
        fn of<T: Clone>(one: Option<&T>, other: Option<&T>, stricter: impl FnOnce(&T, &T) -> T) -> Option<T> {
            match (one, other) {
                (Some(one), Some(other)) => Some(stricter(one, other)),
                (one, other) => one.or(other).cloned(),
            }
        }
        let least = |one: &u32, other: &u32| *one.min(other);
        Self {
            second_factor: of(self.second_factor.as_ref(), other.second_factor.as_ref(), |one, other| {
                one.stricter(*other)
            }),
            methods: of(self.methods.as_ref(), other.methods.as_ref(), |one, other| one & other),
            idle_seconds: of(self.idle_seconds.as_ref(), other.idle_seconds.as_ref(), least),
            lifetime_seconds: of(self.lifetime_seconds.as_ref(), other.lifetime_seconds.as_ref(), least),
            fresh_seconds: of(self.fresh_seconds.as_ref(), other.fresh_seconds.as_ref(), least),
            remember_days: of(self.remember_days.as_ref(), other.remember_days.as_ref(), least),
            signs: of(self.signs.as_ref(), other.signs.as_ref(), |one, other| one | other),
            absence_days: of(self.absence_days.as_ref(), other.absence_days.as_ref(), least),
            new_network_code: self.new_network_code.max(other.new_network_code),
            approval_digits: self.approval_digits.max(other.approval_digits),
        }
    }

    /// Whether every number is in its range. A policy with another number counts as unreadable.
    pub(crate) fn is_sound(&self) -> bool {
        let within = |number: Option<u32>, range: RangeInclusive<u32>| number.is_none_or(|it| range.contains(&it));
        within(self.idle_seconds, IDLE_SECONDS)
            && within(self.lifetime_seconds, LIFETIME_SECONDS)
            && within(self.fresh_seconds, FRESH_SECONDS)
            && within(self.remember_days, REMEMBER_DAYS)
            && within(self.absence_days, ABSENCE_DAYS)
            && within(self.approval_digits, APPROVAL_DIGITS)
    }

    /// When a second factor is asked for.
    pub fn second_factor(&self) -> SecondFactor {
        self.second_factor.unwrap_or(SecondFactor::Required)
    }

    /// Whether proofs by a method count. A method that is no factor always does, because it lets nobody in.
    pub(crate) fn counts(&self, method: Method) -> bool {
        let is_among = |methods: &BTreeSet<Method>| methods.contains(&method.weakened(false));
        !method.factor().proves_person() || self.methods.as_ref().is_none_or(is_among)
    }

    /// The time for which a session may be unused.
    pub(crate) fn idle(&self) -> Duration {
        seconds(self.idle_seconds).map_or(sessions::IDLE, |idle| idle.min(sessions::IDLE))
    }

    /// The time for which a proof of a session counts.
    pub(crate) fn lifetime(&self) -> Duration {
        seconds(self.lifetime_seconds).map_or(sessions::LIFETIME, |lifetime| lifetime.min(sessions::LIFETIME))
    }

    /// The time for which a proof is fresh enough for a sensitive act, if set.
    pub(crate) fn fresh(&self) -> Option<Duration> {
        seconds(self.fresh_seconds)
    }

    /// The time for which a browser may be remembered; zero for not at all.
    pub fn remember(&self) -> Duration {
        DAY * self.remember_days.unwrap_or(0)
    }

    /// The days for which the person may be offered to have a browser remembered. If a second factor is asked for only
    /// when something is odd, a remembered browser spares nothing.
    pub(crate) fn days_to_remember(&self) -> Option<u32> {
        self.remember_days.filter(|days| *days > 0 && self.second_factor().asks_who_has_one())
    }

    /// Whether a sign counts as odd.
    pub(crate) fn heeds(&self, sign: Sign) -> bool {
        self.signs.as_ref().is_none_or(|signs| signs.contains(&sign))
    }

    /// The people who need a confirmation code in a new network.
    pub(crate) fn new_network_code(&self) -> NewNetworkCode {
        self.new_network_code.unwrap_or(NewNetworkCode::External)
    }

    /// How many digits are typed on the phone to approve.
    pub fn approval_digits(&self) -> u32 {
        self.approval_digits.unwrap_or(SHORTEST_NUMBER)
    }

    /// The time after which an absence is long.
    pub(crate) fn long_absence(&self) -> Duration {
        DAY * self.absence_days.unwrap_or(LONG_ABSENCE_DAYS)
    }
}

fn seconds(number: Option<u32>) -> Option<Duration> {
    number.map(|seconds| Duration::from_secs(u64::from(seconds)))
}

/// When a second factor is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SecondFactor {
    /// Always, at every new sign-in; people without one set one up.
    Required,
    /// When something is new or odd.
    Adaptive,
    /// For people who have set one up.
    Optional,
    /// For people who have set one up, and for everybody when something is new or odd: the join of an adaptive policy
    /// and an optional one.
    AdaptiveAndOptional,
    /// At every new sign-in, and again within a session when something is new or odd: the join of a required and an
    /// adaptive one.
    RequiredAndAdaptive,
}

impl SecondFactor {
    /// Every value.
    pub(crate) const ALL: [Self; 5] =
        [Self::Required, Self::Adaptive, Self::Optional, Self::AdaptiveAndOptional, Self::RequiredAndAdaptive];

    /// The word in commands and in the database.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Required => "required",
            Self::Adaptive => "adaptive",
            Self::Optional => "optional",
            Self::AdaptiveAndOptional => "adaptive_and_optional",
            Self::RequiredAndAdaptive => "required_and_adaptive",
        }
    }

    /// The setting that asks whenever one of the two does.
    #[must_use]
    pub(crate) fn stricter(self, other: Self) -> Self {
        let (always, odd) = (self.asks_always() || other.asks_always(), self.asks_when_odd() || other.asks_when_odd());
        match (always, odd, self.asks_who_has_one() || other.asks_who_has_one()) {
            (true, true, _) => Self::RequiredAndAdaptive,
            (false, true, true) => Self::AdaptiveAndOptional,
            (false, true, false) => Self::Adaptive,
            (false, false, true) => Self::Optional,
            (true, false, _) | (false, false, false) => Self::Required,
        }
    }

    /// Whether everybody is asked at every new sign-in.
    pub fn asks_always(self) -> bool {
        matches!(self, Self::Required | Self::RequiredAndAdaptive)
    }

    /// Whether everybody is asked when something is new or odd, within a session, too.
    pub(crate) fn asks_when_odd(self) -> bool {
        matches!(self, Self::Adaptive | Self::AdaptiveAndOptional | Self::RequiredAndAdaptive)
    }

    /// Whether people with a second factor are asked for it.
    pub(crate) fn asks_who_has_one(self) -> bool {
        self.asks_always() || matches!(self, Self::Optional | Self::AdaptiveAndOptional)
    }
}

impl FromStr for SecondFactor {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL
            .into_iter()
            .find(|second_factor| second_factor.as_str() == text)
            .ok_or("must be required, adaptive, optional, adaptive_and_optional or required_and_adaptive")
    }
}

/// The people who need a confirmation code in a network that they have not confirmed, from the mildest setting on. A
/// better factor that they show there takes its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NewNetworkCode {
    /// Of nobody.
    Nobody,
    /// People who sign in with a bank, a national eID or another outside sign-in (FLOWS.md 4: the default for these).
    External,
    /// Of everybody.
    Everyone,
}

impl NewNetworkCode {
    /// Every value.
    pub(crate) const ALL: [Self; 3] = [Self::Nobody, Self::External, Self::Everyone];

    /// The word in commands and in the database.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Nobody => "nobody",
            Self::External => "external",
            Self::Everyone => "everyone",
        }
    }
}

impl FromStr for NewNetworkCode {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL.into_iter().find(|code| code.as_str() == text).ok_or("must be nobody, external or everyone")
    }
}

#[cfg(test)]
pub(crate) mod tests;
