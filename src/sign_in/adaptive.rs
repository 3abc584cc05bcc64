//! The adaptive policy: a few rules that fit into a sentence each, and that a policy may switch off. They read facts
//! and return the signs that fire; the consequences are decided elsewhere.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::decide::Place;
use super::policies::Policy;
use crate::platform::clock::Timestamp;

/// Something new or odd about the network, browser, time or manner of a sign-in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Sign {
    /// The person has not signed in from this network before, or not for half a year.
    NewNetwork,
    /// The person has not signed in with this browser before.
    NewBrowser,
    /// There were many failures since the person last showed a possession.
    ManyFailures,
    /// The person has not signed in for a long time.
    LongAbsence,
    /// Nobody travels so fast from the place of the last sign-in.
    ImpossibleTravel,
}

impl Sign {
    /// Every sign, in the order of the sentences about them.
    pub const ALL: [Self; 5] =
        [Self::NewNetwork, Self::NewBrowser, Self::ManyFailures, Self::LongAbsence, Self::ImpossibleTravel];

    /// The word in commands and in the database.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::NewNetwork => "new_network",
            Self::NewBrowser => "new_browser",
            Self::ManyFailures => "many_failures",
            Self::LongAbsence => "long_absence",
            Self::ImpossibleTravel => "impossible_travel",
        }
    }

    /// The key of its name for administrators.
    pub(crate) fn words(self) -> &'static str {
        match self {
            Self::NewNetwork => "policy-sign-new-network",
            Self::NewBrowser => "policy-sign-new-browser",
            Self::ManyFailures => "policy-sign-many-failures",
            Self::LongAbsence => "policy-sign-long-absence",
            Self::ImpossibleTravel => "policy-sign-impossible-travel",
        }
    }

    /// The translation key of the sentence about it.
    pub(crate) fn key(self) -> &'static str {
        match self {
            Self::NewNetwork => "asked-new-network",
            Self::NewBrowser => "asked-new-browser",
            Self::ManyFailures => "asked-many-failures",
            Self::LongAbsence => "asked-long-absence",
            Self::ImpossibleTravel => "asked-impossible-travel",
        }
    }
}

impl std::str::FromStr for Sign {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL
            .into_iter()
            .find(|sign| sign.as_str() == text)
            .ok_or("must be new_network, new_browser, many_failures, long_absence or impossible_travel")
    }
}

/// The failures that are many: as many as make a person wait.
pub(crate) const MANY_FAILURES: u32 = 5;
/// The age after which failures no longer count.
pub(crate) const FAILURES_COUNT_FOR: Duration = Duration::from_hours(24);
/// A speed above that of airliners, in kilometres an hour.
const FASTEST: u64 = 900;
/// A distance above the error of a place database, in kilometres.
const NEAR: u32 = 500;

/// The way from the place of the last sign-in to the present one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Travel {
    /// The distance as the crow flies.
    pub(crate) kilometres: u32,
    /// The time.
    pub(crate) took: Duration,
}

impl Travel {
    fn is_impossible(self) -> bool {
        let fastest_in_milliseconds = u128::from(self.kilometres) * 3_600_000 / u128::from(FASTEST);
        self.kilometres > NEAR && self.took.as_millis() < fastest_in_milliseconds
    }
}

/// The signs that fire and that the policy notices.
pub(crate) fn signs(policy: &Policy, place: &Place, now: Timestamp) -> Vec<Sign> {
    let fires = |sign: &Sign| match sign {
        Sign::NewNetwork => !place.network_is_known,
        Sign::NewBrowser => !place.browser_is_known,
        Sign::ManyFailures => place.failures_lately >= MANY_FAILURES,
        Sign::LongAbsence => place.last_here_at.is_some_and(|at| now.since(at) >= policy.long_absence()),
        Sign::ImpossibleTravel => place.travel.is_some_and(Travel::is_impossible),
    };
    Sign::ALL.into_iter().filter(|sign| policy.heeds(*sign)).filter(fires).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sign_in::policies::SecondFactor;

    const NOW: Timestamp = Timestamp::from_seconds(1_800_000_000);
    const USUAL: Place = Place { network_is_known: true, browser_is_known: true, ..Place::UNKNOWN };

    fn adaptive() -> Policy {
        Policy::of(SecondFactor::Adaptive).of_an_application()
    }

    fn after(days: u64) -> Place {
        Place { last_here_at: Some(NOW.minus(Duration::from_hours(24 * days))), ..USUAL }
    }

    fn travelled(kilometres: u32, minutes: u64) -> Place {
        Place { travel: Some(Travel { kilometres, took: Duration::from_mins(minutes) }), ..USUAL }
    }

    #[test]
    fn each_sign_fires_by_its_own_fact_alone() {
        let told = |place: &Place| signs(&adaptive(), place, NOW);
        assert_eq!(told(&USUAL), []);
        assert_eq!(told(&Place { network_is_known: false, ..USUAL }), [Sign::NewNetwork]);
        assert_eq!(told(&Place { browser_is_known: false, ..USUAL }), [Sign::NewBrowser]);
        assert_eq!(told(&Place { failures_lately: 5, ..USUAL }), [Sign::ManyFailures]);
        assert_eq!(told(&Place { failures_lately: 4, ..USUAL }), []);
        assert_eq!(told(&after(90)), [Sign::LongAbsence]);
        assert_eq!(told(&after(89)), []);
        assert_eq!(told(&travelled(7_800, 8 * 60)), [Sign::ImpossibleTravel]);
        assert_eq!(told(&travelled(7_800, 9 * 60)), [], "by an airliner");
        assert_eq!(told(&travelled(500, 1)), [], "so far a place database may be wrong");
        assert_eq!(told(&travelled(501, 0)), [Sign::ImpossibleTravel], "at the same moment");
    }

    #[test]
    fn a_policy_switches_each_of_them_off() {
        let everything = Place {
            failures_lately: 50,
            travel: Some(Travel { kilometres: 9_000, took: Duration::ZERO }),
            last_here_at: after(400).last_here_at,
            ..Place::UNKNOWN
        };
        assert_eq!(signs(&adaptive(), &everything, NOW), Sign::ALL);
        for off in Sign::ALL {
            let rest: Vec<_> = Sign::ALL.into_iter().filter(|sign| *sign != off).collect();
            let policy = Policy { signs: Some(rest.iter().copied().collect()), ..adaptive() };
            assert_eq!(signs(&policy, &everything, NOW), rest);
        }
        let short = Policy { absence_days: Some(7), ..adaptive() };
        assert_eq!(signs(&short, &after(7), NOW), [Sign::LongAbsence]);
    }

    #[test]
    fn a_clock_that_was_set_back_does_not_make_an_absence_long() {
        let ahead = Place { last_here_at: Some(NOW.plus(Duration::from_hours(24 * 365))), ..USUAL };
        assert_eq!(signs(&adaptive(), &ahead, NOW), []);
    }

    #[test]
    fn words_come_back_as_the_signs_they_stand_for() {
        for sign in Sign::ALL {
            assert_eq!(sign.as_str().parse(), Ok(sign));
            assert_eq!(serde_json::to_string(&sign).unwrap(), format!("\"{}\"", sign.as_str()));
        }
    }
}
