//! The decision about a person's next step. This function alone makes it, from values: it touches neither clock nor
//! database, and every page of a sign-in is a view of its result.

mod company;
mod directory;
pub(crate) mod new_network;
mod place;
mod recovery_code;
mod refusal;
mod step;

use std::collections::BTreeSet;

use super::adaptive::{self, Sign};
use super::assurance::{Acr, Assurance, Demand, Proof, outcome};
use super::policies::Policy;
use crate::directory::people::PersonId;
use crate::platform::clock::Timestamp;
use crate::proofs::{Factor, FactorKind, Method};

pub(crate) use company::{Admission, Entrance, entered, entrance};
pub(crate) use directory::DirectoryRule;
pub(crate) use place::Place;
pub(crate) use refusal::Refusal;
pub(crate) use step::{Chosen, Need, Step};

/// The facts about one sign-in at one instant, on which the decision depends.
#[derive(Clone, Debug)]
pub(crate) struct Situation {
    /// All policies that apply at this moment, joined.
    pub(crate) policy: Policy,
    /// The demand of the application.
    pub(crate) demand: Demand,
    /// The person, as far as known.
    pub(crate) identity: Identity,
    /// The proofs of this sign-in and of the session that it continues.
    pub(crate) proofs: Vec<Proof>,
    /// The session that it continues.
    pub(crate) session: SessionStanding,
    /// The network, browser and time, compared with earlier ones.
    pub(crate) place: Place,
    /// The person's choice on the way.
    pub(crate) chosen: Chosen,
    /// Whether the present terms and conditions are accepted, or there are none.
    pub(crate) terms_accepted: bool,
    /// The second steps that cannot be used with this service: passkeys, if it has no host name.
    pub(crate) unusable: BTreeSet<Factor>,
    /// The people to whom the application is open.
    pub(crate) admission: Admission,
    /// The time of the decision.
    pub(crate) now: Timestamp,
}

impl Situation {
    /// The situation before anything is known of the person, and the only way to make one: a fact that is not looked up
    /// stays unknown, and leads to more questions, not to fewer.
    pub(crate) fn new(policy: Policy, demand: Demand, now: Timestamp) -> Self {
        Self {
            policy,
            demand,
            identity: Identity::Unknown,
            proofs: Vec::new(),
            session: SessionStanding::None,
            place: Place::UNKNOWN,
            chosen: Chosen::Nothing,
            terms_accepted: false,
            unusable: BTreeSet::new(),
            admission: Admission::Everybody,
            now,
        }
    }

    /// The person, if known and proven to some degree.
    pub(crate) fn claimant(&self) -> Option<&Claimant> {
        match &self.identity {
            Identity::Person(claimant) => Some(claimant),
            Identity::Unknown | Identity::Stranger => None,
        }
    }

    /// The second steps that can be used or set up here by anybody: the policy accepts them and the service supports
    /// them.
    pub(crate) fn possible(&self) -> Vec<Factor> {
        Factor::second_steps().filter(|factor| self.is_possible(*factor)).collect()
    }

    /// The second steps that the person has and that can be used here.
    pub(crate) fn usable(&self) -> Vec<Factor> {
        let has = |factor: &Factor| self.claimant().is_some_and(|person| person.has(*factor));
        self.possible().into_iter().filter(has).collect()
    }

    /// The second steps that can be set up here.
    pub(crate) fn to_set_up(&self) -> Vec<Factor> {
        let is_barred = |factor: &Factor| self.claimant().is_some_and(|person| person.barred.contains(factor));
        let is_offered = |factor: &Factor| factor.traits().is_set_up_on_the_way && !is_barred(factor);
        self.possible().into_iter().filter(is_offered).collect()
    }

    fn is_possible(&self, factor: Factor) -> bool {
        self.policy.counts(Method::of(factor)) && !self.unusable.contains(&factor)
    }

    /// Whether the recovery code can replace a second step that the person has here.
    fn can_recover(&self, person: &Claimant) -> bool {
        !self.usable().is_empty()
            && person.has(Factor::RecoveryCode)
            && self.policy.counts(Method::of(Factor::RecoveryCode))
    }
}

/// The person who is signing in.
#[derive(Clone, Debug)]
pub(crate) enum Identity {
    /// Neither a typed email nor a session names anybody.
    Unknown,
    /// Nobody has the typed email. No answer tells this case apart from a person's email.
    Stranger,
    /// A person, by the typed email or by a session.
    Person(Claimant),
}

/// The facts about the person that the decision needs.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own, and none excludes another")]
pub(crate) struct Claimant {
    /// The person.
    pub(crate) id: PersonId,
    /// Whether the profile is open.
    pub(crate) active: bool,
    /// The factors that are set up; the recovery code only while it is unused.
    pub(crate) has: BTreeSet<Factor>,
    /// The second steps that are not open to the person to be set up: a phone, where the phone app is not.
    pub(crate) barred: BTreeSet<Factor>,
    /// The second step of the last use.
    pub used_last: Option<Factor>,
    /// Whether a confirmation code can reach the person.
    pub(crate) can_be_sent_a_code: bool,
    /// Whether the person is an employee of a company and a user of none, to whom only the phone app is open.
    pub(crate) is_only_an_employee: bool,
    /// The rule of the person's basic company about its directory.
    pub(crate) directory: DirectoryRule,
    /// Whether a second step was removed without anybody vouching for the person: until they have one again, their
    /// mailbox alone sets no new password.
    pub(crate) closed_to_resets: bool,
}

impl Claimant {
    /// Whether this factor is set up.
    pub(crate) fn has(&self, factor: Factor) -> bool {
        self.has.contains(&factor)
    }

    /// Whether any second step is set up.
    pub(crate) fn has_second_step(&self) -> bool {
        Factor::second_steps().any(|factor| self.has(factor))
    }
}

/// The session that a sign-in continues.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SessionStanding {
    /// There is none, or it has ended.
    None,
    /// It is in use.
    Live,
    /// It was unused for too long: one proof brings it back.
    Idle,
}

/// The step that asks for a required proof.
const fn prove(factor: Factor) -> Step {
    Step::Prove(factor, Need::Required)
}

/// Decides what comes next.
pub(crate) fn decide(situation: &Situation) -> Step {
    let person = match &situation.identity {
        Identity::Unknown => return Step::Identify,
        Identity::Stranger => return prove(Factor::Password),
        Identity::Person(person) => person,
    };
    let proven = proven(situation);
    if !proven.iter().any(|proof| proof.method.factor().proves_person()) {
        return prove(Factor::Password);
    }
    // The person has given a proof: from here on, pages may show their data.
    if !person.active {
        return Step::Refused(Refusal::ProfileClosed);
    }
    if situation.demand.person.is_some_and(|wanted| wanted != person.id) {
        return Step::Refused(Refusal::SomeoneElse);
    }
    if let Some(step) = directory::step(person, &proven) {
        return step;
    }
    if let Some(here) = forgot_password(&proven) {
        // A reset never replaces the second factor (ASVS 6.4.3), and proofs of an old session do not count for it.
        let reached = outcome(&here).map(|outcome| outcome.acr);
        return if person.has_second_step() && reached < Some(Acr::Aal2) {
            missing_proof(situation, person, Acr::Aal2, (&here, &here))
        } else if person.closed_to_resets && reached < Some(Acr::Aal2) {
            beyond_the_mailbox(situation, person)
        } else if new_network::is_to_be_confirmed(situation, person, &here) {
            new_network::step(situation, person)
        } else {
            Step::NewPassword
        };
    }
    let counted: Vec<Proof> = proven.iter().filter(|proof| situation.policy.counts(proof.method)).copied().collect();
    let required = required(situation, person, &counted);
    let reached = outcome(&counted);
    let strength = reached.as_ref().map_or(Acr::Aal1, |reached| reached.acr);
    let is_out_of_reach = required > strength.max(Acr::Aal2) && goes_without_passkey(situation);
    if is_out_of_reach && situation.demand.acr_is_essential {
        return Step::Refused(Refusal::StrengthUnreachable);
    }
    let is_met = |reached: &Assurance| required < Acr::Aal2 || reached.acr >= Acr::Aal2;
    let Some(reached) = reached.filter(is_met) else {
        return missing_proof(situation, person, required, (&proven, &counted));
    };
    // A recovery code replaces a lost factor: a new one is set up before the sign-in goes on.
    if recovery_code::was_given(&proven) {
        return set_up(situation, person, &proven);
    }
    if required > reached.acr && !goes_without_passkey(situation) {
        return resistance_to_phishing(situation, person, &counted);
    }
    if new_network::is_to_be_confirmed(situation, person, &counted) {
        return new_network::step(situation, person);
    }
    if let Some(step) = fresh_proof(situation, person, &counted) {
        return step;
    }
    if reached.acr >= Acr::Aal2 && recovery_code::is_to_be_saved(person, &counted) {
        let fresh = fresh(situation, &counted);
        return if outcome(&fresh).is_some_and(|outcome| outcome.acr >= Acr::Aal2) {
            Step::SaveRecoveryCode
        } else {
            // A code that is shown to the holder of an old session is a factor in their hands (ASVS 7.5.1).
            missing_proof(situation, person, Acr::Aal2, (&proven, &fresh))
        };
    }
    if !situation.terms_accepted {
        return Step::AcceptTerms;
    }
    match entrance(&situation.admission) {
        Entrance::NotAsked | Entrance::For(_) => Step::Done(reached),
        Entrance::Choose => Step::ChooseCompany,
        Entrance::Refused(refusal) => Step::NotAdmitted(reached, refusal),
    }
}

/// The signs for which a second proof is needed now and not at every sign-in; empty if they make no difference.
pub(crate) fn asked_because(situation: &Situation) -> Vec<Sign> {
    let second_factor = situation.policy.second_factor();
    if second_factor.asks_when_odd() || may_be_remembered(situation) { signs(situation) } else { Vec::new() }
}

/// Whether only the remembered browser spares the second factor.
pub(crate) fn is_spared(situation: &Situation, outcome: &Assurance) -> bool {
    let asks = situation.claimant().is_some_and(|person| asks_for_a_second_factor(situation, person));
    outcome.acr < Acr::Aal2 && asks && is_remembered(situation)
}

/// The proofs that count: fresh enough for the demand and, for proofs of a session, within its life and the policy's
/// lifetime.
fn proven(situation: &Situation) -> Vec<Proof> {
    let session_counts = match situation.session {
        SessionStanding::None => false,
        SessionStanding::Live => true,
        SessionStanding::Idle => proven_here(&situation.proofs),
    };
    // A session in an odd place keeps the proofs of knowledge, but possession has to be shown again.
    let possession_must_be_shown = is_odd(situation);
    let lives = |proof: &Proof| situation.now.since(proof.proven_at) < situation.policy.lifetime();
    let fresh = |proof: &&Proof| situation.demand.not_before.is_none_or(|limit| proof.proven_at >= limit);
    let not_ahead = |proof: &&Proof| proof.proven_at <= situation.now;
    situation
        .proofs
        .iter()
        .filter(|proof| proof.in_this_sign_in || (session_counts && lives(proof)))
        // An identity is linked with a proof of the profile, not by the holder of an old session.
        .filter(|proof| proof.in_this_sign_in || !situation.demand.links_identity)
        // A proof in place of a forgotten password is good only in its own sign-in.
        .filter(|proof| proof.in_this_sign_in || proof.method.factor() != Factor::PasswordReset)
        .filter(|proof| proof.in_this_sign_in || !proof.shows(FactorKind::Have) || !possession_must_be_shown)
        .filter(fresh)
        .filter(not_ahead)
        .copied()
        .collect()
}

/// The proofs that are fresh enough for a sensitive act: those of this sign-in, and recent ones of the session.
fn fresh(situation: &Situation, counted: &[Proof]) -> Vec<Proof> {
    let fresh = situation.policy.fresh().unwrap_or_default();
    let is_fresh = |proof: &&Proof| proof.in_this_sign_in || situation.now.since(proof.proven_at) < fresh;
    counted.iter().filter(is_fresh).copied().collect()
}

fn proven_here(proofs: &[Proof]) -> bool {
    proofs.iter().any(|proof| proof.in_this_sign_in && proof.method.factor().proves_person())
}

fn signs(situation: &Situation) -> Vec<Sign> {
    adaptive::signs(&situation.policy, &situation.place, situation.now)
}

/// Whether an adaptive policy notices a sign.
fn is_odd(situation: &Situation) -> bool {
    situation.policy.second_factor().asks_when_odd() && !signs(situation).is_empty()
}

/// Whether the browser is remembered and the policy still allows it. A remembered browser proves nothing, so it never
/// answers a demand for fresh proofs.
fn may_be_remembered(situation: &Situation) -> bool {
    let counts = |at: Timestamp| at <= situation.now && situation.now.since(at) < situation.policy.remember();
    let asks_afresh = situation.demand.not_before.is_some()
        || situation.demand.one_since.is_some()
        || situation.demand.links_identity;
    situation.place.remembered_at.is_some_and(counts) && !asks_afresh
}

/// Whether the browser is remembered and nothing is odd. Otherwise it may be in other hands.
fn is_remembered(situation: &Situation) -> bool {
    may_be_remembered(situation) && signs(situation).is_empty()
}

/// Whether the policy asks this person for a second factor, apart from remembered browsers.
fn asks_for_a_second_factor(situation: &Situation, person: &Claimant) -> bool {
    let second_factor = situation.policy.second_factor();
    second_factor.asks_always() || is_odd(situation) || (second_factor.asks_who_has_one() && person.has_second_step())
}

/// The required strength: the greatest that the policy, the password and the application want.
fn required(situation: &Situation, person: &Claimant, counted: &[Proof]) -> Acr {
    let asks = asks_for_a_second_factor(situation, person);
    let by_policy = if asks && !is_remembered(situation) { Acr::Aal2 } else { Acr::Aal1 };
    // NIST SP 800-63B-4 §3.1.1.2: a short password needs a second factor, and so does a passkey that may have been
    // copied.
    let mut factors = counted.iter().filter(|proof| proof.method.factor().proves_person()).peekable();
    let may_stand_alone = factors.peek().is_none() || factors.any(|proof| proof.method.stands_alone());
    let by_proof = if may_stand_alone { Acr::Aal1 } else { Acr::Aal2 };
    // An identity is worth two proofs from then on: to link it takes as many, where the person has them.
    let by_link = if situation.demand.links_identity && person.has_second_step() { Acr::Aal2 } else { Acr::Aal1 };
    let by_directory = directory::required(person, counted);
    by_policy.max(by_proof).max(by_link).max(by_directory).max(situation.demand.acr.unwrap_or(Acr::Aal1))
}

/// Whether a wish for a phishing-resistant factor cannot be met: the person has none at hand, or nobody can have one.
fn goes_without_passkey(situation: &Situation) -> bool {
    situation.chosen == Chosen::WithoutPasskey || !situation.possible().into_iter().any(resists_phishing)
}

fn resists_phishing(factor: Factor) -> bool {
    factor.traits().resists_phishing
}

/// The step that asks for the missing proof, by an accepted method.
fn missing_proof(
    situation: &Situation,
    person: &Claimant,
    required: Acr,
    (proven, counted): (&[Proof], &[Proof]),
) -> Step {
    let usable = situation.usable();
    if !counted.iter().any(|proof| proof.shows(FactorKind::Know)) {
        if situation.policy.counts(Method::of(Factor::Password)) {
            return prove(Factor::Password);
        }
        // A factor that shows both kinds replaces the missing proof. Without one, the demand cannot be met.
        if let Some(both) = usable.iter().find(|factor| factor.shows_both()) {
            return prove(*both);
        }
        if required >= Acr::Aal2 {
            return Step::Refused(Refusal::NoMethodCounts);
        }
    }
    let is_wished = required > Acr::Aal2 && !goes_without_passkey(situation);
    let wished = || usable.iter().copied().find(|factor| resists_phishing(*factor));
    let preferred = match situation.chosen {
        Chosen::Use(Factor::RecoveryCode) if situation.can_recover(person) => return prove(Factor::RecoveryCode),
        Chosen::Use(factor) if factor != Factor::RecoveryCode => Some(factor),
        _ if is_wished => wished(),
        _ => person.used_last,
    };
    match preferred.into_iter().chain(usable.iter().copied()).find(|factor| usable.contains(factor)) {
        Some(factor) => prove(factor),
        None if !person.has_second_step() => set_up(situation, person, proven),
        // The person's factor cannot be used here or is not accepted: nobody sets up another without having shown it.
        None => {
            let counts = |factor| situation.policy.counts(Method::of(factor));
            let mut elsewhere = situation.unusable.iter().filter(|factor| person.has(**factor) && counts(**factor));
            if elsewhere.next().is_some() && counts(Factor::RecoveryCode) {
                prove(Factor::RecoveryCode)
            } else {
                Step::Refused(Refusal::NoMethodCounts)
            }
        }
    }
}

/// The step that asks for the one fresh proof that a sensitive act of our own pages wants; `None` if there is one. The
/// session has shown everything else, and a possession is what its thief lacks (NIST SP 800-63B-4 §2.2.3).
fn fresh_proof(situation: &Situation, person: &Claimant, counted: &[Proof]) -> Option<Step> {
    let limit = situation.demand.one_since?;
    let usable = situation.usable();
    let is_enough = |proof: &&Proof| {
        proof.proven_at >= limit
            && proof.method.factor().proves_person()
            && (usable.is_empty() || proof.shows(FactorKind::Have))
    };
    if counted.iter().any(|proof| is_enough(&proof)) {
        return None;
    }
    let preferred = match situation.chosen {
        Chosen::Use(Factor::RecoveryCode) if situation.can_recover(person) => return Some(prove(Factor::RecoveryCode)),
        Chosen::Use(factor) if factor != Factor::RecoveryCode => Some(factor),
        _ => person.used_last,
    };
    let mut possible = preferred.into_iter().chain(usable.iter().copied());
    Some(prove(possible.find(|factor| usable.contains(factor)).unwrap_or(Factor::Password)))
}

/// The step that proves more than a mailbox does, for a person without second steps: the recovery code from before.
/// Without it, somebody else has to vouch for them.
fn beyond_the_mailbox(situation: &Situation, person: &Claimant) -> Step {
    if person.has(Factor::RecoveryCode) && situation.policy.counts(Method::of(Factor::RecoveryCode)) {
        prove(Factor::RecoveryCode)
    } else {
        Step::Refused(Refusal::ClosedToResets)
    }
}

/// The step that makes two proofs phishing-resistant, as an application wishes: a passkey, or setting one up, which
/// needs both proofs in this sign-in.
fn resistance_to_phishing(situation: &Situation, person: &Claimant, counted: &[Proof]) -> Step {
    let possible = situation.possible();
    let mut resistant = possible.iter().copied().filter(|factor| resists_phishing(*factor));
    if let Some(factor) = resistant.clone().find(|factor| person.has(*factor)) {
        return Step::Prove(factor, Need::Wished);
    }
    let just_given: Vec<Proof> = counted.iter().filter(|proof| proof.in_this_sign_in).copied().collect();
    let shows = |kind| just_given.iter().any(|proof| proof.shows(kind));
    match (shows(FactorKind::Know), shows(FactorKind::Have), resistant.next()) {
        (true, true, Some(factor)) => Step::SetUp(factor, Need::Wished),
        // Only a recovery code is left: another factor is set up with it at the next sign-in.
        (true, _, _) => prove(situation.usable().first().copied().unwrap_or(Factor::RecoveryCode)),
        (false, ..) => prove(Factor::Password),
    }
}

/// The proofs of this very sign-in, if one of them replaces a forgotten password.
fn forgot_password(proven: &[Proof]) -> Option<Vec<Proof>> {
    let here: Vec<Proof> = proven.iter().filter(|proof| proof.in_this_sign_in).copied().collect();
    here.iter().any(|proof| proof.method.factor() == Factor::PasswordReset).then_some(here)
}

/// The step that sets up a second factor.
fn set_up(situation: &Situation, person: &Claimant, proven: &[Proof]) -> Step {
    // A factor is bound only to a person with a proof in this sign-in, not to the holder of an old session (ASVS
    // 7.5.1).
    let just_proven = proven.iter().any(|proof| proof.shows(FactorKind::Know) && proof.in_this_sign_in);
    let possible = situation.to_set_up();
    match situation.chosen {
        _ if possible.is_empty() => Step::Refused(Refusal::NoMethodCounts),
        _ if !just_proven => prove(Factor::Password),
        // Otherwise a thief of the password would confirm the network with a factor of their own.
        _ if new_network::is_to_be_confirmed(situation, person, proven) => new_network::step(situation, person),
        Chosen::SetUp(factor) if possible.contains(&factor) => Step::SetUp(factor, Need::Required),
        _ => Step::ChooseSecondStep,
    }
}

#[cfg(test)]
mod tests;
