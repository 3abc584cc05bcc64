//! That joining policies is what it says: nothing gets weaker, whatever is joined in whatever order.

use proptest::prelude::*;

use super::*;
use crate::proofs::Factor;

pub(crate) fn any_policy() -> impl Strategy<Value = Policy> {
    let all: Vec<Method> = Factor::ALL.into_iter().flat_map(Factor::methods).collect();
    let methods = prop::sample::subsequence(all.clone(), 0..=all.len()).prop_map(BTreeSet::from_iter);
    let signs = prop::sample::subsequence(Sign::ALL.to_vec(), 0..=Sign::ALL.len())
        .prop_map(|signs| signs.into_iter().collect::<BTreeSet<_>>());
    (
        prop::option::of(prop::sample::select(SecondFactor::ALL.to_vec())),
        prop::option::weighted(0.3, methods),
        prop::option::of(IDLE_SECONDS),
        prop::option::of(LIFETIME_SECONDS),
        prop::option::of(FRESH_SECONDS),
        prop::option::of(REMEMBER_DAYS),
        prop::option::of(signs),
        (
            prop::option::of(ABSENCE_DAYS),
            prop::option::of(prop::sample::select(NewNetworkCode::ALL.to_vec())),
            prop::option::of(APPROVAL_DIGITS),
        ),
    )
        .prop_map(
            |(second_factor, methods, idle, lifetime, fresh, remember_days, signs, (absence_days, code, digits))| {
                Policy {
                    second_factor,
                    methods,
                    idle_seconds: idle,
                    lifetime_seconds: lifetime,
                    fresh_seconds: fresh,
                    remember_days,
                    signs,
                    absence_days,
                    new_network_code: code,
                    approval_digits: digits,
                }
            },
        )
}

/// Whether `strict` asks at least for what `mild` does.
fn holds(strict: &Policy, mild: &Policy) -> bool {
    strict.stricter(mild) == *strict
}

proptest! {
    #[test]
    fn joining_has_no_order(a in any_policy(), b in any_policy(), c in any_policy()) {
        prop_assert_eq!(a.stricter(&b), b.stricter(&a));
        prop_assert_eq!(a.stricter(&b).stricter(&c), a.stricter(&b.stricter(&c)));
        prop_assert_eq!(a.stricter(&a), a.clone());
        prop_assert_eq!(a.stricter(&Policy::SILENT), a);
    }

    #[test]
    fn joining_only_makes_stricter(a in any_policy(), b in any_policy(), c in any_policy()) {
        let joined = a.stricter(&b);
        prop_assert!(holds(&joined, &a) && holds(&joined, &b));
        prop_assert!(holds(&joined.stricter(&c), &a.stricter(&c)), "what is joined to both keeps their order");
    }

    /// Said a second time, setting by setting, in the words of FLOWS.md.
    #[test]
    fn of_each_setting_the_stricter_wins(a in any_policy(), b in any_policy()) {
        let (a, b) = (a.of_an_application(), b.of_an_application());
        let joined = a.stricter(&b);
        for policy in [&a, &b] {
            let (strict, mild) = (joined.second_factor(), policy.second_factor());
            prop_assert!(strict.asks_always() || !mild.asks_always());
            prop_assert!(strict.asks_when_odd() || !mild.asks_when_odd());
            prop_assert!(strict.asks_who_has_one() || !mild.asks_who_has_one());
            prop_assert!(joined.idle() <= policy.idle() && joined.lifetime() <= policy.lifetime());
            prop_assert!(joined.fresh().is_some() || policy.fresh().is_none());
            prop_assert!(policy.fresh().is_none_or(|fresh| joined.fresh() <= Some(fresh)));
            prop_assert!(joined.remember() <= policy.remember());
            prop_assert!(joined.long_absence() <= policy.long_absence());
            prop_assert!(joined.new_network_code() >= policy.new_network_code());
            prop_assert!(Sign::ALL.into_iter().all(|sign| joined.heeds(sign) || !policy.heeds(sign)));
            for method in Factor::ALL.into_iter().flat_map(Factor::methods) {
                prop_assert!(policy.counts(method) || !joined.counts(method));
            }
        }
    }

    #[test]
    fn stored_words_are_read_back(policy in any_policy()) {
        let text = serde_json::to_string(&policy).unwrap();
        prop_assert!(policy.is_sound());
        prop_assert_eq!(serde_json::from_str::<Policy>(&text).unwrap(), policy);
    }
}

#[test]
fn no_policy_prolongs_a_session_beyond_the_standards() {
    let long = Policy { idle_seconds: Some(u32::MAX), lifetime_seconds: Some(u32::MAX), ..Policy::SILENT };
    assert_eq!((long.idle(), long.lifetime()), (sessions::IDLE, sessions::LIFETIME));
    assert!(!long.is_sound());
}

#[test]
fn policies_of_the_first_version_are_read_on() {
    let read = |text: &str| serde_json::from_str::<Policy>(text);
    for second_factor in [SecondFactor::Required, SecondFactor::Adaptive, SecondFactor::Optional] {
        let text = format!("{{\"second_factor\":\"{}\"}}", second_factor.as_str());
        assert_eq!(read(&text).unwrap(), Policy::of(second_factor));
    }
    assert!(read(r#"{"second_factor":"sometimes"}"#).is_err());
    assert!(read(r#"{"second_factor":"optional","third_factor":"required"}"#).is_err(), "a newer version's");
    assert!(read(r#"{"signs":["full_moon"]}"#).is_err());
}

#[test]
fn settings_that_an_application_leaves_open_are_strict() {
    let open = Policy::SILENT.of_an_application();
    assert_eq!(open.second_factor(), SecondFactor::Required);
    assert_eq!(open.remember(), Duration::ZERO);
    let company = Policy {
        remember_days: Some(90),
        signs: Some(BTreeSet::new()),
        new_network_code: Some(NewNetworkCode::Nobody),
        ..Policy::SILENT
    };
    let joined = open.stricter(&company);
    assert_eq!(joined.new_network_code(), NewNetworkCode::External);
    assert_eq!(joined.remember(), Duration::ZERO, "a company allows nothing that the application does not");
    assert!(Sign::ALL.into_iter().all(|sign| joined.heeds(sign)));
}
