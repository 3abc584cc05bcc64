//! Policies in the commands: an argument for each setting, and the policy in plain words.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::ops::RangeInclusive;
use std::time::Duration;

use super::output::Failed;
use crate::proofs::Method;
use crate::sign_in::adaptive::{MANY_FAILURES, Sign};
use crate::sign_in::policies::{
    ABSENCE_DAYS, APPROVAL_DIGITS, FRESH_SECONDS, IDLE_SECONDS, LIFETIME_SECONDS, NewNetworkCode, Policy,
    REMEMBER_DAYS, SecondFactor,
};

/// The value of an argument that removes the setting.
const DEFAULT: &str = "default";

/// The settings to change. The others stay.
#[derive(clap::Args, Debug, Default)]
pub(super) struct Changes {
    /// The demand for a second factor: required, adaptive, optional, adaptive_and_optional or required_and_adaptive. Each
    /// setting takes "default", too, and is then removed.
    #[arg(long)]
    second_factor: Option<String>,
    /// The methods that count, separated by commas, such as password,totp; a proof by another is not counted.
    #[arg(long)]
    methods: Option<String>,
    /// The longest time that a session may be without use, such as 15m; at most 1h.
    #[arg(long)]
    idle: Option<String>,
    /// The time that a proof of a session counts in all, such as 8h; from 15m to 24h.
    #[arg(long)]
    lifetime: Option<String>,
    /// The time that a proof is fresh enough for a sensitive act, such as 5m; at most 1h.
    #[arg(long)]
    fresh: Option<String>,
    /// The time that a browser may be remembered, such as 30d; at most 90d. "never" for not at all.
    #[arg(long)]
    remember: Option<String>,
    /// The signs that make the adaptive policy ask, separated by commas: new_network, new_browser, many_failures,
    /// long_absence, impossible_travel. "none" for nothing.
    #[arg(long)]
    signs: Option<String>,
    /// The days after which an absence is long, such as 90d.
    #[arg(long)]
    absence: Option<String>,
    /// The people who are asked for a code by SMS and email in a network that they have not confirmed before: nobody,
    /// external (those who sign in with a bank or national eID) or everyone who shows no second factor there.
    #[arg(long)]
    new_network_code: Option<String>,
    /// How many digits the number has that is typed on the phone to approve: from 2 to 6 (NIST SP 800-63B-4).
    #[arg(long)]
    approval_digits: Option<String>,
}

impl Changes {
    /// The policy with the changes; `None` where there are none.
    pub(super) fn applied_to(&self, policy: &Policy) -> Result<Option<Policy>, Failed> {
        let mut changed = policy.clone();
        let seconds = |range: RangeInclusive<u32>| move |text: &str| number(text, 1, &range, words_of_seconds);
        let days = |range: RangeInclusive<u32>| move |text: &str| number(text, DAY, &range, words_of_days);
        apply(&mut changed.second_factor, "second-factor", self.second_factor.as_deref(), |text| {
            text.parse::<SecondFactor>().map_err(str::to_owned)
        })?;
        apply(&mut changed.methods, "methods", self.methods.as_deref(), methods)?;
        apply(&mut changed.idle_seconds, "idle", self.idle.as_deref(), seconds(IDLE_SECONDS))?;
        apply(&mut changed.lifetime_seconds, "lifetime", self.lifetime.as_deref(), seconds(LIFETIME_SECONDS))?;
        apply(&mut changed.fresh_seconds, "fresh", self.fresh.as_deref(), seconds(FRESH_SECONDS))?;
        let remember = self.remember.as_deref().map(|text| if text == "never" { "0d" } else { text });
        apply(&mut changed.remember_days, "remember", remember, days(REMEMBER_DAYS))?;
        apply(&mut changed.signs, "signs", self.signs.as_deref(), signs)?;
        apply(&mut changed.absence_days, "absence", self.absence.as_deref(), days(ABSENCE_DAYS))?;
        apply(&mut changed.new_network_code, "new-network-code", self.new_network_code.as_deref(), |text| {
            text.parse::<NewNetworkCode>().map_err(str::to_owned)
        })?;
        apply(&mut changed.approval_digits, "approval-digits", self.approval_digits.as_deref(), |text| {
            let digits = text.parse().ok().filter(|digits| APPROVAL_DIGITS.contains(digits));
            digits.ok_or_else(|| "must be from 2 to 6".to_owned())
        })?;
        Ok((changed != *policy).then_some(changed))
    }
}

fn apply<T>(
    setting: &mut Option<T>,
    name: &str,
    given: Option<&str>,
    read: impl FnOnce(&str) -> Result<T, String>,
) -> Result<(), Failed> {
    match given {
        None => {}
        Some(DEFAULT) => *setting = None,
        Some(text) => *setting = Some(read(text).map_err(|why| Failed::because(format!("--{name} {why}")))?),
    }
    Ok(())
}

fn list(text: &str) -> impl Iterator<Item = &str> {
    text.split(',').map(str::trim).filter(|word| !word.is_empty())
}

fn methods(text: &str) -> Result<BTreeSet<Method>, String> {
    let method = |word: &str| {
        let known = word.parse::<Method>().ok().filter(|method| method.factor().proves_person());
        known.ok_or_else(|| format!("names no method by {word:?}; password, totp and recovery_code are some"))
    };
    let methods = list(text).map(method).collect::<Result<BTreeSet<_>, _>>()?;
    // Nobody could sign in, not even whoever would have to change it back.
    if methods.is_empty() { Err("must name at least one method".to_owned()) } else { Ok(methods) }
}

fn signs(text: &str) -> Result<BTreeSet<Sign>, String> {
    if text == "none" {
        return Ok(BTreeSet::new());
    }
    list(text).map(|word| word.parse::<Sign>().map_err(str::to_owned)).collect()
}

const DAY: u64 = 24 * 60 * 60;

/// Reads a time such as 15m, in whole units of so many seconds.
fn number(text: &str, unit: u64, range: &RangeInclusive<u32>, words: fn(u32) -> String) -> Result<u32, String> {
    let wrong = || format!("must be from {} to {}, such as 15m, 8h or 30d", words(*range.start()), words(*range.end()));
    let digits = text.trim_end_matches(|character: char| !character.is_ascii_digit());
    let factor = match text.get(digits.len()..) {
        Some("s") => 1,
        Some("m") => 60,
        Some("h") => 60 * 60,
        Some("d") => DAY,
        _ => return Err(wrong()),
    };
    let seconds = digits.parse::<u64>().ok().and_then(|number| number.checked_mul(factor)).ok_or_else(wrong)?;
    let is_whole = seconds.is_multiple_of(unit);
    let number = u32::try_from(seconds / unit).ok().filter(|number| is_whole && range.contains(number));
    number.ok_or_else(wrong)
}

fn words_of_seconds(seconds: u32) -> String {
    let minutes = Duration::from_secs(u64::from(seconds)).as_secs() / 60;
    match (seconds, minutes) {
        (60, _) => "1 minute".to_owned(),
        (3600, _) => "1 hour".to_owned(),
        (seconds, _) if seconds % 3600 == 0 => format!("{} hours", seconds / 3600),
        (seconds, minutes) if seconds % 60 == 0 => format!("{minutes} minutes"),
        (seconds, _) => format!("{seconds} seconds"),
    }
}

fn words_of_days(days: u32) -> String {
    if days == 1 { "1 day".to_owned() } else { format!("{days} days") }
}

/// A policy in plain words, a line for each setting.
pub(super) fn words(policy: &Policy) -> String {
    let mut lines = Vec::new();
    if let Some(second_factor) = policy.second_factor {
        lines.push(of_second_factor(second_factor).to_owned());
    }
    if let Some(methods) = &policy.methods {
        lines.push(match methods.iter().map(|method| method.as_str()).collect::<Vec<_>>().as_slice() {
            [] => "No method counts: nobody can sign in.".to_owned(),
            methods => format!("Only these methods count: {}.", methods.join(", ")),
        });
    }
    let mut said = |setting: Option<u32>, words: &dyn Fn(u32) -> String| lines.extend(setting.map(words));
    said(policy.idle_seconds, &|idle| {
        format!("A session without use for {} asks for one proof.", words_of_seconds(idle))
    });
    said(policy.lifetime_seconds, &|lifetime| {
        format!("A proof counts for {} in all, and is then asked for again.", words_of_seconds(lifetime))
    });
    said(policy.fresh_seconds, &|fresh| {
        format!("A sensitive act wants proofs of the last {}.", words_of_seconds(fresh))
    });
    said(policy.remember_days, &|days| match days {
        0 => "No browser may be remembered.".to_owned(),
        days => format!("A browser may be remembered for {}.", words_of_days(days)),
    });
    if let Some(signs) = &policy.signs {
        lines.push(of_signs(signs, policy.absence_days));
    } else if let Some(days) = policy.absence_days {
        lines.push(format!("An absence is long after {}.", words_of_days(days)));
    }
    lines.extend(
        policy
            .approval_digits
            .map(|digits| format!("To approve on the phone, a number of {digits} digits is typed there.")),
    );
    lines.extend(policy.new_network_code.map(|code| of_new_network_code(code).to_owned()));
    if lines.is_empty() {
        "It says nothing: the policies of the applications hold.".to_owned()
    } else {
        lines.join("\n")
    }
}

fn of_second_factor(second_factor: SecondFactor) -> &'static str {
    match second_factor {
        SecondFactor::Required => {
            "Two factors at every new sign-in; who has no second factor sets one up before going on."
        }
        SecondFactor::RequiredAndAdaptive => {
            "Two factors at every new sign-in, and the second again when something is new or odd; who has no second \
             factor sets one up before going on."
        }
        SecondFactor::Adaptive => "A second factor when something is new or odd.",
        SecondFactor::Optional => "A second factor of those who have set one up.",
        SecondFactor::AdaptiveAndOptional => {
            "A second factor of those who have set one up, and of everybody when something is new or odd."
        }
    }
}

fn of_new_network_code(code: NewNetworkCode) -> &'static str {
    match code {
        NewNetworkCode::Nobody => "Nobody is asked for a code in a new network.",
        NewNetworkCode::External => {
            "In a new network, who signs in with a bank or national eID is asked for a code that goes out by SMS and \
             email."
        }
        NewNetworkCode::Everyone => {
            "In a new network, everybody who shows no second factor there is asked for a code that goes out by SMS and \
             email."
        }
    }
}

fn of_signs(signs: &BTreeSet<Sign>, absence_days: Option<u32>) -> String {
    let name = |sign: &Sign| match sign {
        Sign::NewNetwork => "a new network".to_owned(),
        Sign::NewBrowser => "a new browser".to_owned(),
        Sign::ManyFailures => format!("{MANY_FAILURES} or more failures lately"),
        Sign::LongAbsence => match absence_days {
            Some(days) => format!("an absence of {}", words_of_days(days)),
            None => "a long absence".to_owned(),
        },
        Sign::ImpossibleTravel => "impossible travel, where a place database is configured".to_owned(),
    };
    if signs.is_empty() {
        return "Nothing counts as new or odd.".to_owned();
    }
    let mut text = "New or odd is: ".to_owned();
    let names: Vec<_> = signs.iter().map(name).collect();
    let _ = write!(text, "{}.", names.join("; "));
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn changed(changes: &Changes) -> Result<Option<Policy>, String> {
        changes.applied_to(&Policy::of(SecondFactor::Required)).map_err(|failed| failed.to_string())
    }

    #[test]
    fn each_setting_is_read_and_told() {
        let changes = Changes {
            second_factor: Some("adaptive".into()),
            methods: Some("password, totp".into()),
            idle: Some("15m".into()),
            lifetime: Some("8h".into()),
            fresh: Some("60s".into()),
            remember: Some("30d".into()),
            signs: Some("new_network,long_absence".into()),
            absence: Some("1d".into()),
            new_network_code: Some("everyone".into()),
            approval_digits: Some("6".into()),
        };
        let told = words(&changed(&changes).unwrap().unwrap());
        assert_eq!(
            told.lines().collect::<Vec<_>>(),
            [
                "A second factor when something is new or odd.",
                "Only these methods count: password, totp.",
                "A session without use for 15 minutes asks for one proof.",
                "A proof counts for 8 hours in all, and is then asked for again.",
                "A sensitive act wants proofs of the last 1 minute.",
                "A browser may be remembered for 30 days.",
                "New or odd is: a new network; an absence of 1 day.",
                "To approve on the phone, a number of 6 digits is typed there.",
                "In a new network, everybody who shows no second factor there is asked for a code that goes out by SMS \
                 and email.",
            ]
        );
    }

    #[test]
    fn an_impossible_policy_is_refused_with_the_possible_values() {
        let wrong = [
            Changes { idle: Some("2h".into()), ..Changes::default() },
            Changes { idle: Some("15".into()), ..Changes::default() },
            Changes { idle: Some("m".into()), ..Changes::default() },
            Changes { lifetime: Some("25h".into()), ..Changes::default() },
            Changes { lifetime: Some("99999999999999999999h".into()), ..Changes::default() },
            Changes { fresh: Some("0s".into()), ..Changes::default() },
            Changes { remember: Some("36h".into()), ..Changes::default() },
            Changes { remember: Some("91d".into()), ..Changes::default() },
            Changes { methods: Some("password,palm".into()), ..Changes::default() },
            Changes { methods: Some(",".into()), ..Changes::default() },
            Changes { methods: Some("password,confirmation_code".into()), ..Changes::default() },
            Changes { new_network_code: Some("always".into()), ..Changes::default() },
            Changes { signs: Some("full_moon".into()), ..Changes::default() },
            Changes { approval_digits: Some("1".into()), ..Changes::default() },
            Changes { approval_digits: Some("7".into()), ..Changes::default() },
            Changes { second_factor: Some("sometimes".into()), ..Changes::default() },
        ];
        for changes in wrong {
            let refused = changed(&changes).unwrap_err();
            assert!(refused.starts_with("--"), "{changes:?}: {refused}");
        }
        let idle = changed(&Changes { idle: Some("2h".into()), ..Changes::default() }).unwrap_err();
        assert_eq!(idle, "--idle must be from 1 minute to 1 hour, such as 15m, 8h or 30d");
    }

    #[test]
    fn an_option_that_is_not_given_stays_and_default_clears_it() {
        assert_eq!(changed(&Changes::default()), Ok(None));
        let silent = Changes { second_factor: Some("default".into()), ..Changes::default() };
        assert_eq!(changed(&silent), Ok(Some(Policy::SILENT)));
        let never = Changes { remember: Some("never".into()), ..Changes::default() };
        assert_eq!(changed(&never).unwrap().unwrap().remember_days, Some(0));
        assert!(words(&Policy::SILENT).contains("says nothing"));
    }
}
