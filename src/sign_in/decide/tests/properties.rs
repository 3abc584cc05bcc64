//! The decision, checked as properties. They are written anew from FLOWS.md, not from the code: what *done*
//! promises is said here a second time.

use std::time::Duration;

use proptest::prelude::*;

use super::super::*;
use super::{CONFIRMATION_CODE, NOW, PASSWORD, of, person};
use crate::directory::companies::CompanyId;
use crate::directory::entrance;
use crate::directory::users::MembershipState;
use crate::sign_in::assurance::CompanyWish;
use crate::sign_in::policies::{NewNetworkCode, SecondFactor, tests::any_policy};

/// Every method in every form, weakened or not, the usual ones more often: of a new factor, too.
fn any_proof() -> impl Strategy<Value = Proof> {
    let all: Vec<Method> = Factor::ALL.into_iter().flat_map(Factor::methods).collect();
    let usual = vec![Method::of(Factor::Password), Method::of(Factor::AuthenticatorApp), Method::passkey(false)];
    let method = prop_oneof![prop::sample::select(usual), prop::sample::select(all)];
    (method, any::<bool>(), -600_i64..100_000, any::<bool>()).prop_map(|(method, is_weakened, age, in_this_sign_in)| {
        let proven_at = Timestamp::from_seconds(NOW.seconds() - age);
        // An identity of one proof takes the place of a password, and is nothing else to be weakened to.
        let method = method.weakened(is_weakened && !method.is_one_proof());
        Proof { method, proven_at, in_this_sign_in }
    })
}

fn company(at: usize) -> CompanyId {
    uuid::Uuid::from_u128(at as u128).to_string().parse().unwrap()
}

fn any_demand() -> impl Strategy<Value = (Option<Acr>, bool, Option<i64>, bool)> {
    let acr = prop::option::of(prop::sample::select(Acr::ALL.to_vec()));
    (acr, any::<bool>(), prop::option::of(0_i64..100_000), prop::bool::weighted(0.1))
}

fn any_session() -> impl Strategy<Value = SessionStanding> {
    prop::sample::select(vec![SessionStanding::None, SessionStanding::Live, SessionStanding::Idle])
}

/// The policies of one sign-in: the policy of an application, and those of some companies.
fn any_policies() -> impl Strategy<Value = (Policy, Vec<Policy>)> {
    let own = any_policy().prop_map(Policy::of_an_application);
    (own, prop::collection::vec(any_policy(), 0..3))
}

fn joined((own, companies): &(Policy, Vec<Policy>)) -> Policy {
    companies.iter().fold(own.clone(), |joined, company| joined.stricter(company))
}

prop_compose! {
    fn any_place()(
        (network_is_known, browser_is_known) in (prop::bool::weighted(0.7), prop::bool::weighted(0.7)),
        network_is_confirmed in prop::bool::weighted(0.6),
        failures_lately in 0_u32..7,
        absent_days in prop::option::of(0_i64..120),
        remembered_days in prop::option::weighted(0.6, -2_i64..100),
    ) -> Place {
        let ago = |days: i64| Timestamp::from_seconds(NOW.seconds() - days * 86_400);
        let last_here_at = absent_days.map(ago);
        let remembered_at = remembered_days.map(ago);
        Place {
            network_is_known,
            network_is_confirmed,
            browser_is_known,
            failures_lately,
            last_here_at,
            remembered_at,
            travel: None,
        }
    }
}

prop_compose! {
    fn anybody()(
        active in prop::bool::weighted(0.9),
        has in prop::sample::subsequence(Factor::ALL.to_vec(), 0..=Factor::ALL.len()),
        used_last in prop::option::of(prop::sample::select(Factor::second_steps().collect::<Vec<_>>())),
        (can_be_sent_a_code, is_only_an_employee) in (prop::bool::weighted(0.8), prop::bool::weighted(0.1)),
        closed_to_resets in prop::bool::weighted(0.4),
        directory in any_directory(),
    ) -> Claimant {
        let has = has.into_iter().collect();
        Claimant { active, has, used_last, can_be_sent_a_code, is_only_an_employee, closed_to_resets, directory, ..person() }
    }
}

fn any_directory() -> impl Strategy<Value = DirectoryRule> {
    let alone = DirectoryRule::Alone { company: company(1) };
    prop::sample::select(vec![
        DirectoryRule::Free,
        DirectoryRule::Free,
        DirectoryRule::Free,
        alone,
        DirectoryRule::BreakGlass,
    ])
}

fn any_choice() -> impl Strategy<Value = Chosen> {
    let set_up = Factor::ALL.map(Chosen::SetUp);
    let used = Factor::ALL.map(Chosen::Use);
    let choices = [Chosen::Nothing, Chosen::WithoutPasskey].into_iter().chain(set_up).chain(used);
    prop::sample::select(choices.collect::<Vec<_>>())
}

fn seconds(age: Option<u32>) -> Option<Timestamp> {
    age.map(|age| Timestamp::from_seconds(NOW.seconds() - i64::from(age)))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(20_000))]

    /// In any order of events, *done* is not reached without the proofs that each policy wants.
    #[test]
    fn done_keeps_its_promises(
        policies in any_policies(),
        (acr, acr_is_essential, max_age, for_another) in any_demand(),
        proofs in prop::collection::vec(any_proof(), 0..6),
        session in any_session(),
        place in any_place(),
        person in anybody(),
        (terms_accepted, passkeys_are_possible) in (prop::bool::weighted(0.9), prop::bool::weighted(0.9)),
        chosen in any_choice(),
        one_within in prop::option::weighted(0.3, 0_u32..100_000),
    ) {
        let active = person.active;
        let one_since = seconds(one_within);
        let [has_passkey, has_saved_recovery_code] =
            [Factor::Passkey, Factor::RecoveryCode].map(|factor| person.has(factor));
        let (has_second_step, closed_to_resets) = (person.has_second_step(), person.closed_to_resets);
        let directory = person.directory;
        let not_before = max_age.map(|age| Timestamp::from_seconds(NOW.seconds() - age));
        let somebody_else = for_another.then(|| "019e0000-0000-7000-8000-000000000002".parse::<PersonId>().unwrap());
        let demand = Demand { acr, acr_is_essential, not_before, one_since, person: somebody_else, ..Demand::default() };
        let step = decide(&Situation {
            policy: joined(&policies),
            demand: demand.clone(),
            session,
            place,
            chosen,
            terms_accepted,
            unusable: if passkeys_are_possible { BTreeSet::new() } else { BTreeSet::from([Factor::Passkey]) },
            ..of(&person, &proofs)
        });

        let proven_now = proofs.iter().any(|proof| proof.in_this_sign_in && proof.method.factor().proves_person());
        let valid = |proof: &&Proof| {
            let of_session = session == SessionStanding::Live || (session == SessionStanding::Idle && proven_now);
            (proof.in_this_sign_in || of_session)
                && proof.proven_at <= NOW
                && (proof.in_this_sign_in || proof.method.factor() != Factor::PasswordReset)
                && not_before.is_none_or(|limit| proof.proven_at >= limit)
        };
        let is_passkey = |proof: &Proof| proof.method.factor() == Factor::Passkey && proof.method.stands_alone();
        // A directory that vouches for one proof takes the place of the password.
        let is_of_memory = |proof: &Proof| {
            matches!(proof.method.factor(), Factor::Password | Factor::PasswordReset)
                || proof.method.is_one_proof()
        };
        let is_both = |proof: &Proof| matches!(proof.method.factor(), Factor::Passkey | Factor::Phone | Factor::Identity);
        let is_known = |proof: &Proof| is_of_memory(proof) || (is_both(proof) && proof.method.stands_alone());
        let is_code = |proof: &Proof| proof.method.factor() == Factor::ConfirmationCode;
        let is_had = |proof: &Proof| !is_of_memory(proof) && !is_code(proof);
        let knows = proofs.iter().filter(valid).any(is_known);
        let has = proofs.iter().filter(valid).any(is_had);
        let here =
            |factor| proofs.iter().filter(valid).any(|proof| proof.method.factor() == factor && proof.in_this_sign_in);
        let recovered = here(Factor::RecoveryCode);
        let is_phone = |proof: &Proof| proof.method.factor() == Factor::Phone && proof.method.stands_alone();
        let phone_here = proofs.iter().filter(valid).any(|proof| is_phone(proof) && proof.in_this_sign_in);
        let resists_here = proofs.iter().filter(valid).any(|proof| is_passkey(proof) && proof.in_this_sign_in);

        if let Step::Done(outcome) = &step {
            let is_replaced = here(Factor::AuthenticatorApp) || phone_here || resists_here;
            prop_assert!(!recovered || is_replaced, "a lost factor was not replaced");
            prop_assert!(!here(Factor::PasswordReset), "a forgotten password was not replaced");
            prop_assert!(active && terms_accepted && somebody_else.is_none());
            prop_assert!(not_before.is_none_or(|limit| outcome.auth_time >= limit));
            // A sensitive act of our own pages has one fresh proof, of a possession where there is one.
            let is_usable = |factor: &Factor| {
                let counts = std::iter::once(&policies.0).chain(&policies.1).all(|policy| policy.counts(Method::of(*factor)));
                person.has(*factor) && counts && (passkeys_are_possible || *factor != Factor::Passkey)
            };
            let must_be_had = Factor::second_steps().any(|factor| is_usable(&factor));
            let is_fresh = |proof: &Proof, limit| {
                proof.proven_at >= limit && proof.method.factor().proves_person() && (is_had(proof) || !must_be_had)
            };
            prop_assert!(one_since.is_none_or(|limit| proofs.iter().filter(valid).any(|proof| is_fresh(proof, limit))));
            // The proofs that each policy wants, of those that it counts.
            let applying = || std::iter::once(&policies.0).chain(&policies.1);
            let all_count = |proof: &&Proof| applying().all(|policy| policy.counts(proof.method));
            let lasts = |proof: &&Proof| {
                proof.in_this_sign_in || applying().all(|policy| NOW.since(proof.proven_at) < policy.lifetime())
            };
            let counted: Vec<&Proof> = proofs.iter().filter(valid).filter(all_count).filter(lasts).collect();
            let knows = counted.iter().any(|proof| is_known(proof));
            let long = counted.iter().any(|proof| proof.method == Method::of(Factor::Password));
            let short = counted.iter().any(|proof| proof.method == Method::of(Factor::Password).weakened(true));
            let has = counted.iter().any(|proof| is_had(proof));
            let has_now = counted.iter().any(|proof| is_had(proof) && proof.in_this_sign_in);
            let resists = counted.iter().any(|proof| is_passkey(proof));
            let is_doubted = |proof: &Proof| proof.method == proof.method.weakened(true) && is_both(proof);
            prop_assert!(
                !counted.iter().all(|proof| is_doubted(proof) || is_code(proof)),
                "a copy of a passkey is let in alone"
            );
            let wants_code = |policy: &Policy| policy.new_network_code == Some(NewNetworkCode::Everyone);
            if applying().any(wants_code) && !place.network_is_confirmed && !person.is_only_an_employee {
                let confirms = |proof: &&&Proof| {
                    let is_better = is_had(proof) && !is_doubted(proof);
                    proof.in_this_sign_in && (is_code(proof) || is_better)
                };
                prop_assert!(counted.iter().any(|proof| confirms(&proof)), "a network was not confirmed");
            }
            let is_of_directory = |proof: &Proof| proof.method.factor() == Factor::Identity;
            let vouches = proofs.iter().filter(valid).any(is_of_directory);
            match directory {
                DirectoryRule::Free => {}
                DirectoryRule::Alone { .. } => prop_assert!(vouches, "somebody is in without the directory"),
                DirectoryRule::BreakGlass => prop_assert!(vouches || (knows && has), "one proof breaks the glass"),
            }
            prop_assert!(outcome.acr < Acr::Phr || resists, "a proof that can be passed on is taken for one that cannot");
            prop_assert!(knows || has, "somebody is in without any proof that counts");
            prop_assert!(!short || has || long, "a short password stands alone");
            prop_assert!((outcome.acr >= Acr::Aal2) == (knows && has), "a browser raises nothing");
            if acr >= Some(Acr::Aal2) {
                prop_assert!(knows && has);
            }
            let heeded = |sign| applying().any(|policy| policy.signs.as_ref().is_some_and(|signs| signs.contains(&sign)));
            let absent = |policy: &Policy| {
                let over = |days, at| NOW.since(at) >= Duration::from_hours(24 * u64::from(days));
                policy.absence_days.zip(place.last_here_at).is_some_and(|(days, at): (u32, Timestamp)| over(days, at))
            };
            let is_odd = (heeded(Sign::NewNetwork) && !place.network_is_known)
                || (heeded(Sign::NewBrowser) && !place.browser_is_known)
                || (heeded(Sign::ManyFailures) && place.failures_lately >= 5)
                || (heeded(Sign::LongAbsence) && applying().any(absent));
            let may_remember = |policy: &Policy, age: Duration| policy.remember_days.is_none_or(|days| age < Duration::from_hours(24 * u64::from(days)));
            let is_remembered = !is_odd
                && not_before.is_none()
                && place.remembered_at.is_some_and(|at| at <= NOW && applying().all(|policy| may_remember(policy, NOW.since(at))));
            for policy in applying().filter(|_| !is_remembered) {
                match policy.second_factor {
                    None => {}
                    Some(SecondFactor::Required) => prop_assert!(knows && has),
                    Some(second_factor) => {
                        if second_factor != SecondFactor::Optional && is_odd {
                            prop_assert!(knows && has_now, "what is odd wants the second factor there");
                        }
                        if second_factor != SecondFactor::Adaptive && has_second_step {
                            prop_assert!(knows && has);
                        }
                        prop_assert!(second_factor != SecondFactor::RequiredAndAdaptive || (knows && has));
                    }
                }
            }
            if acr == Some(Acr::Phr) {
                prop_assert!(resists || !acr_is_essential, "what is essential was left out");
                let counts = applying().all(|policy| policy.counts(Method::passkey(false)));
                let went_without = chosen == Chosen::WithoutPasskey || !passkeys_are_possible || !counts;
                prop_assert!(resists || went_without, "a wish was passed over");
            }
            let of_phone = [false, true].map(|by_passkey| Method::phone(by_passkey).as_str());
            // In an odd place the possessions of an earlier sign-in are not looked at.
            let is_looked_at = |proof: &Proof| proof.in_this_sign_in || !is_odd || !is_had(proof);
            let is_other = |proof: &Proof| !is_code(proof) && !of_phone.contains(&proof.method.as_str());
            let is_of_browser = |proof: &Proof| is_looked_at(proof) && is_other(proof);
            let is_in_browser = counted.iter().any(|proof| is_of_browser(proof));
            if outcome.acr >= Acr::Aal2 && is_in_browser {
                prop_assert!(!has_second_step || has_saved_recovery_code);
            }
        }
        // Nothing about the person is told, and nothing of theirs is set up, before a proof.
        if !knows && !has {
            prop_assert_eq!(&step, &PASSWORD);
        }
        if matches!(step, Step::ChooseSecondStep | Step::SetUp(_, Need::Required)) {
            let knows_here = proofs.iter().filter(valid).any(|proof| is_known(proof) && proof.in_this_sign_in);
            prop_assert!(knows_here, "a second step is set up by whoever sits before an old session");
            prop_assert!(!has_second_step || recovered, "a second step is set up beside one that was not proven");
        }
        if step == (Step::SetUp(Factor::Passkey, Need::Wished)) {
            let has_here = proofs.iter().filter(valid).any(|proof| is_had(proof) && proof.in_this_sign_in);
            prop_assert!(!has_passkey && acr == Some(Acr::Phr) && knows && has_here);
        }
        if let Step::Prove(factor, need) = step {
            if Factor::second_steps().any(|second_step| second_step == factor) {
                prop_assert!(person.has(factor), "{factor:?} is asked of who has none");
            }
            prop_assert!(factor != Factor::Passkey || passkeys_are_possible);
            prop_assert!(need == Need::Required || (factor == Factor::Passkey && knows && has));
        }
        if step == Step::NewPassword {
            prop_assert!(here(Factor::PasswordReset), "a new password is asked of who has forgotten none");
            let has_here = proofs.iter().filter(valid).any(|proof| is_had(proof) && proof.in_this_sign_in);
            prop_assert!(!has_second_step || has_here, "a reset goes around the second factor");
            prop_assert!(!closed_to_resets || has_here, "a mailbox alone sets the password of who had a second factor");
        }
        if step == CONFIRMATION_CODE {
            prop_assert!(knows || has, "a code is sent for whoever has proven nothing");
            prop_assert!(person.can_be_sent_a_code && !place.network_is_confirmed && !person.is_only_an_employee);
        }
        if step == Step::SaveRecoveryCode {
            prop_assert!(knows && has, "a recovery code is shown to whoever has one factor");
            let fresh_for = joined(&policies).fresh().unwrap_or_default();
            let is_fresh = |proof: &&Proof| proof.in_this_sign_in || NOW.since(proof.proven_at) < fresh_for;
            let fresh = || proofs.iter().filter(valid).filter(is_fresh);
            prop_assert!(fresh().any(is_known) && fresh().any(is_had), "a recovery code is shown to an old session");
        }
    }

    /// A confirmation code takes nobody further than their factors, and raises nothing.
    #[test]
    fn a_confirmation_code_is_no_factor(
        policies in any_policies(),
        (acr, acr_is_essential, max_age, _) in any_demand(),
        proofs in prop::collection::vec(any_proof(), 0..6),
        (session, place, person, chosen) in (any_session(), any_place(), anybody(), any_choice()),
        by_sms in any::<bool>(),
    ) {
        let demand = Demand { acr, acr_is_essential, not_before: seconds(max_age.and_then(|age| u32::try_from(age).ok())), ..Demand::default() };
        let code = Proof { method: Method::confirmation_code(by_sms), proven_at: NOW, in_this_sign_in: true };
        let after = |proofs: &[Proof], place: Place| decide(&Situation {
            policy: joined(&policies),
            demand: demand.clone(),
            session,
            place,
            chosen,
            ..of(&person, proofs)
        });
        let factors: Vec<Proof> = proofs.into_iter().filter(|proof| proof.method.factor().proves_person()).collect();
        let with_code: Vec<Proof> = factors.iter().copied().chain([code]).collect();
        let confirmed = Place { network_is_confirmed: true, ..place };
        let (without, with) = (after(&factors, confirmed), after(&with_code, place));
        match (without, with) {
            (Step::Done(one), Step::Done(other)) => {
                prop_assert_eq!((one.acr, one.auth_time), (other.acr, other.auth_time));
            }
            (one, other) => prop_assert_eq!(one, other, "it stands for a confirmed network, and for nothing else"),
        }
    }

    /// A person who gets in by several policies gets in by each of them: joined, they are never weaker.
    #[test]
    fn a_stricter_policy_lets_in_nobody_whom_a_milder_one_does_not(
        policies in any_policies(),
        further in any_policy(),
        proofs in prop::collection::vec(any_proof(), 0..6),
        session in any_session(),
        place in any_place(),
        has_authenticator in any::<bool>(),
        max_age in prop::option::weighted(0.2, 0_u32..100_000),
    ) {
        let person = if has_authenticator { person() } else { person().without(Factor::AuthenticatorApp) };
        let demand = Demand { not_before: seconds(max_age), ..Demand::default() };
        let under = |policy: &Policy| decide(&Situation {
            policy: policy.clone(),
            demand: demand.clone(),
            session,
            place,
            ..of(&person, &proofs)
        });
        let mild = joined(&policies);
        if matches!(under(&mild.stricter(&further)), Step::Done(_)) {
            prop_assert!(matches!(under(&mild), Step::Done(_)), "{:?}", under(&mild));
        }
    }

    /// A person who enters a company has shown the proofs that its policy alone would have asked for, and so with the
    /// basic company: however they came to it, and whatever a third one wants.
    #[test]
    fn entering_a_company_is_never_weaker_than_its_policy(
        own in any_policy(),
        of_companies in prop::collection::vec(any_policy(), 3),
        (basic, may_enter) in (0..3_usize, prop::sample::subsequence(vec![0_usize, 1, 2], 0..=3)),
        (chosen_here, chosen_before) in (prop::option::of(0..3_usize), prop::option::of(0..3_usize)),
        wish in prop_oneof![
            3 => Just(CompanyWish::Any),
            1 => Just(CompanyWish::Choose),
            1 => (0..3_usize).prop_map(|at| CompanyWish::This(company(at))),
        ],
        proofs in prop::collection::vec(any_proof(), 0..6),
        (session, place, has_authenticator) in (any_session(), any_place(), any::<bool>()),
    ) {
        let person = if has_authenticator { person() } else { person().without(Factor::AuthenticatorApp) };
        let standing = entrance::Entrances {
            basic: Some((company(basic), MembershipState::Active)),
            is_employee: false,
            takes_employees: false,
            companies: may_enter.into_iter().map(company).collect(),
        };
        let (chosen_here, chosen_before) = (chosen_here.map(company), chosen_before.map(company));
        let admission = Admission::Users { standing, wish: wish.clone(), chosen_here, chosen_before };
        let under = |policy: &Policy| decide(&Situation {
            policy: policy.clone(),
            session,
            place,
            admission: admission.clone(),
            ..of(&person, &proofs)
        });
        let of = |id: CompanyId| of_companies.iter().enumerate().find(|(at, _)| company(*at) == id).unwrap().1;
        let own = own.of_an_application();
        let basic = own.stricter(of(company(basic)));
        let applies = entered(&admission, true, &wish).map_or(basic.clone(), |company| basic.stricter(of(company)));
        if let Step::Done(_) = under(&applies) {
            let Entrance::For(company) = super::super::entrance(&admission) else {
                return Err(TestCaseError::fail("nobody entered"));
            };
            prop_assert!(matches!(under(&own.stricter(of(company))), Step::Done(_)), "weaker than the company");
            prop_assert!(matches!(under(&basic), Step::Done(_)), "weaker than the basic company");
        }
    }

    /// A browser is remembered to spare a second factor, and changes nothing for who demands one or wants
    /// something fresh.
    #[test]
    fn a_remembered_browser_answers_no_demand(
        policies in any_policies(),
        proofs in prop::collection::vec(any_proof(), 0..6),
        session in any_session(),
        place in any_place(),
        has_authenticator in any::<bool>(),
        (acr, max_age) in prop_oneof![
            (Just(Some(Acr::Aal2)), Just(None)),
            (Just(Some(Acr::Phr)), Just(None)),
            (Just(None), (0_u32..100_000).prop_map(Some)),
        ],
    ) {
        let person = if has_authenticator { person() } else { person().without(Factor::AuthenticatorApp) };
        let demand = Demand { acr, not_before: seconds(max_age), ..Demand::default() };
        let at = |place: Place| decide(&Situation {
            policy: joined(&policies),
            demand: demand.clone(),
            session,
            place,
            ..of(&person, &proofs)
        });
        prop_assert_eq!(at(place), at(Place { remembered_at: None, ..place }));
    }
}
