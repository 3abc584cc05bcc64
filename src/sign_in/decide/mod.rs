//! The next step of a person. This function alone decides it, of values alone: it touches neither
//! clock nor database, and every page of a sign-in is a view of its answer.

mod company;
pub mod new_network;
mod refusal;
mod step;

use std::collections::BTreeSet;

use super::adaptive::{self, Sign, Travel};
use super::assurance::{Acr, Assurance, Demand, Proof, outcome};
use super::policies::Policy;
use crate::directory::people::PersonId;
use crate::platform::clock::Timestamp;
use crate::proofs::{Factor, FactorKind, Method};

pub use company::{Admission, Entrance, entered, entrance};
pub use refusal::Refusal;
pub use step::{Chosen, Need, Step};

/// Everything that the decision depends on: the facts about one sign-in at one instant.
#[derive(Clone, Debug)]
pub struct Situation {
    /// The policy that all which apply are joined into, as it is now.
    pub policy: Policy,
    /// The demand of the application.
    pub demand: Demand,
    /// The person who is signing in, as far as is known.
    pub identity: Identity,
    /// The proofs given in this sign-in and, where a session goes on, in that session.
    pub proofs: Vec<Proof>,
    /// The session that goes on, if there is one.
    pub session: SessionStanding,
    /// Where, when and with which browser the person is here.
    pub place: Place,
    /// The choice of the person on the way.
    pub chosen: Chosen,
    /// Whether the terms and conditions in force are accepted, or there are none.
    pub terms_accepted: bool,
    /// The second steps that cannot be used here at all: where the service has no name of its own, passkeys.
    pub unusable: BTreeSet<Factor>,
    /// The persons that the application is open to.
    pub admission: Admission,
    /// The instant of the decision.
    pub now: Timestamp,
}

impl Situation {
    /// The situation before anything is known of the person. It is the only way to make a situation: a fact that is not
    /// looked up stays unknown, and leads to more questions, not to fewer.
    pub fn new(policy: Policy, demand: Demand, now: Timestamp) -> Self {
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

    /// The person, where one is known who has proven something.
    pub fn claimant(&self) -> Option<&Claimant> {
        match &self.identity {
            Identity::Person(claimant) => Some(claimant),
            Identity::Unknown | Identity::Stranger => None,
        }
    }

    /// The second steps that can be shown or set up here, whatever the person has: they count, and are no
    /// stranger to this service.
    pub fn possible(&self) -> Vec<Factor> {
        Factor::second_steps().filter(|factor| self.is_possible(*factor)).collect()
    }

    /// The second steps that the person has and that can be shown here.
    pub fn usable(&self) -> Vec<Factor> {
        let has = |factor: &Factor| self.claimant().is_some_and(|person| person.has(*factor));
        self.possible().into_iter().filter(has).collect()
    }

    fn is_possible(&self, factor: Factor) -> bool {
        self.policy.counts(Method::of(factor)) && !self.unusable.contains(&factor)
    }

    /// Whether the recovery code can stand in for a second step that the person has here.
    fn can_recover(&self, person: &Claimant) -> bool {
        !self.usable().is_empty()
            && person.has(Factor::RecoveryCode)
            && self.policy.counts(Method::of(Factor::RecoveryCode))
    }
}

/// The person who is signing in.
#[derive(Clone, Debug)]
pub enum Identity {
    /// Nobody has said.
    Unknown,
    /// An email was typed that nobody has. Nothing tells this apart from somebody's email.
    Stranger,
    /// This person, by the email typed or by a session.
    Person(Claimant),
}

/// A person who signs in, as far as it matters here.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own, and none excludes another")]
pub struct Claimant {
    /// The person.
    pub id: PersonId,
    /// Whether the profile is open.
    pub active: bool,
    /// The factors that are set up; the recovery code only while it is in force.
    pub has: BTreeSet<Factor>,
    /// The second step that was used last.
    pub used_last: Option<Factor>,
    /// Whether there is a contact that a confirmation code can go to.
    pub can_be_sent_a_code: bool,
    /// Whether they are an employee of a company and a user of none: only the phone app is open to them.
    pub is_only_an_employee: bool,
    /// Whether a second step of theirs was removed without anybody vouching for them: while they have none, their
    /// mailbox alone sets no new password.
    pub closed_to_resets: bool,
}

impl Claimant {
    /// Whether this factor is set up.
    pub fn has(&self, factor: Factor) -> bool {
        self.has.contains(&factor)
    }

    /// Whether any second step is set up: something to prove oneself with beside the password.
    pub fn has_second_step(&self) -> bool {
        Factor::second_steps().any(|factor| self.has(factor))
    }
}

/// The session that a sign-in goes on from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SessionStanding {
    /// There is none, or it is over.
    None,
    /// It is in use.
    Live,
    /// It was idle for too long: one proof brings it back.
    Idle,
}

/// Where, when and with which browser the person is here, beside where they were before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// A sign-in succeeded from this network before.
    pub network_is_known: bool,
    /// The person has shown that this network is theirs, and not longer ago than it ages out.
    pub network_is_confirmed: bool,
    /// A sign-in succeeded in this browser before.
    pub browser_is_known: bool,
    /// How many tries of the person failed since they last showed something that they have.
    pub failures_lately: u32,
    /// When a sign-in of the person last succeeded, wherever.
    pub last_here_at: Option<Timestamp>,
    /// The way from where that was, as far as both places are known.
    pub travel: Option<Travel>,
    /// Since when the person has this browser remembered, where they have.
    pub remembered_at: Option<Timestamp>,
}

impl Place {
    /// Nobody was ever here.
    pub const UNKNOWN: Self = Self {
        network_is_known: false,
        network_is_confirmed: false,
        browser_is_known: false,
        failures_lately: 0,
        last_here_at: None,
        travel: None,
        remembered_at: None,
    };
}

/// The step that asks for a proof that nobody goes on without.
const fn prove(factor: Factor) -> Step {
    Step::Prove(factor, Need::Required)
}

/// Decides what comes next.
pub fn decide(situation: &Situation) -> Step {
    let person = match &situation.identity {
        Identity::Unknown => return Step::Identify,
        Identity::Stranger => return prove(Factor::Password),
        Identity::Person(person) => person,
    };
    let proven = proven(situation);
    if !proven.iter().any(|proof| proof.method.factor().proves_person()) {
        return prove(Factor::Password);
    }
    // From here on the person has proven something, and may be told about themselves.
    if !person.active {
        return Step::Refused(Refusal::ProfileClosed);
    }
    if situation.demand.person.is_some_and(|wanted| wanted != person.id) {
        return Step::Refused(Refusal::SomeoneElse);
    }
    if let Some(here) = forgot_password(&proven) {
        // A reset never goes around the second factor (ASVS 6.4.3), and an old session does not speak for it.
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
    // A recovery code stands for a factor that is lost: a new one is set up before going on.
    if gave_recovery_code(&proven) {
        return set_up(situation, person, &proven);
    }
    if required > reached.acr && !goes_without_passkey(situation) {
        return resistance_to_phishing(situation, person, &counted);
    }
    if new_network::is_to_be_confirmed(situation, person, &counted) {
        return new_network::step(situation, person);
    }
    // Somebody with a second factor has a way in without it, too. It is given only to those who have both.
    if reached.acr >= Acr::Aal2 && person.has_second_step() && !person.has(Factor::RecoveryCode) {
        let fresh = fresh(situation, &counted);
        let is_fresh = outcome(&fresh).is_some_and(|outcome| outcome.acr >= Acr::Aal2);
        return if is_fresh {
            Step::SaveRecoveryCode
        } else {
            // A code that is shown to whoever holds an old session is a factor in their hands (ASVS 7.5.1).
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

/// Why a second proof is asked for here and not at every sign-in: the signs that fired, where they have a
/// say.
pub fn asked_because(situation: &Situation) -> Vec<Sign> {
    let second_factor = situation.policy.second_factor();
    if second_factor.asks_when_odd() || may_be_remembered(situation) { signs(situation) } else { Vec::new() }
}

/// Whether the remembered browser is why no second factor is asked for.
pub fn is_spared(situation: &Situation, outcome: &Assurance) -> bool {
    let asks = situation.claimant().is_some_and(|person| asks_for_a_second_factor(situation, person));
    outcome.acr < Acr::Aal2 && asks && is_remembered(situation)
}

/// The proofs that hold: fresh enough for the demand and, of a session, only while that lives and no
/// longer than the policy says.
fn proven(situation: &Situation) -> Vec<Proof> {
    let session_counts = match situation.session {
        SessionStanding::None => false,
        SessionStanding::Live => true,
        SessionStanding::Idle => proven_here(&situation.proofs),
    };
    // A session that is carried to an odd place brings what the person knows, but not what they have:
    // that is to be shown again.
    let possession_must_be_shown = is_odd(situation);
    let lives = |proof: &Proof| situation.now.since(proof.proven_at) < situation.policy.lifetime();
    let fresh = |proof: &&Proof| situation.demand.not_before.is_none_or(|limit| proof.proven_at >= limit);
    let not_ahead = |proof: &&Proof| proof.proven_at <= situation.now;
    situation
        .proofs
        .iter()
        .filter(|proof| proof.in_this_sign_in || (session_counts && lives(proof)))
        // A proof in place of a forgotten password is good only for the sign-in that it was given in.
        .filter(|proof| proof.in_this_sign_in || proof.method.factor() != Factor::PasswordReset)
        .filter(|proof| proof.in_this_sign_in || !proof.shows(FactorKind::Have) || !possession_must_be_shown)
        .filter(fresh)
        .filter(not_ahead)
        .copied()
        .collect()
}

/// The proofs that are fresh enough for a sensitive act: those of this sign-in, and those of a session that were given
/// a moment ago.
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

/// Whether an adaptive policy finds something new or odd.
fn is_odd(situation: &Situation) -> bool {
    situation.policy.second_factor().asks_when_odd() && !signs(situation).is_empty()
}

/// Whether the person has this browser remembered, and the policy still allows that. It never counts for
/// who asks for fresh proofs: a remembered browser proves nothing.
fn may_be_remembered(situation: &Situation) -> bool {
    let counts = |at: Timestamp| at <= situation.now && situation.now.since(at) < situation.policy.remember();
    situation.place.remembered_at.is_some_and(counts) && situation.demand.not_before.is_none()
}

/// Whether the browser is remembered for the usual. Where anything is odd, it may be in other hands.
fn is_remembered(situation: &Situation) -> bool {
    may_be_remembered(situation) && signs(situation).is_empty()
}

/// Whether the policy asks this person for a second factor, but for a browser that is remembered.
fn asks_for_a_second_factor(situation: &Situation, person: &Claimant) -> bool {
    let second_factor = situation.policy.second_factor();
    second_factor.asks_always() || is_odd(situation) || (second_factor.asks_who_has_one() && person.has_second_step())
}

/// The strength that is wanted: the most of what the policy, the password and the application want.
fn required(situation: &Situation, person: &Claimant, counted: &[Proof]) -> Acr {
    let asks = asks_for_a_second_factor(situation, person);
    let by_policy = if asks && !is_remembered(situation) { Acr::Aal2 } else { Acr::Aal1 };
    // NIST SP 800-63B-4 §3.1.1.2: a short password is taken only beside a second factor; and so is a
    // passkey of which there may be a copy.
    let mut factors = counted.iter().filter(|proof| proof.method.factor().proves_person()).peekable();
    let may_stand_alone = factors.peek().is_none() || factors.any(|proof| proof.method.stands_alone());
    let by_proof = if may_stand_alone { Acr::Aal1 } else { Acr::Aal2 };
    by_policy.max(by_proof).max(situation.demand.acr.unwrap_or(Acr::Aal1))
}

/// Whether a wish for a factor that resists phishing cannot be met: the person has none at hand, or nobody can
/// have one here.
fn goes_without_passkey(situation: &Situation) -> bool {
    situation.chosen == Chosen::WithoutPasskey || !situation.possible().into_iter().any(resists_phishing)
}

fn resists_phishing(factor: Factor) -> bool {
    factor.traits().resists_phishing
}

/// The step that brings the proof that is missing, by a method that counts.
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
        // A factor that shows both takes its place. Without one, the demand cannot be met.
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
        // The factor that the person has cannot be shown here, or does not count: nobody sets up another beside it
        // without having shown it.
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

/// The step that shows what a mailbox cannot, of somebody whose second steps are gone: the recovery code that they had
/// beside them. Without it, somebody else has to vouch for them.
fn beyond_the_mailbox(situation: &Situation, person: &Claimant) -> Step {
    if person.has(Factor::RecoveryCode) && situation.policy.counts(Method::of(Factor::RecoveryCode)) {
        prove(Factor::RecoveryCode)
    } else {
        Step::Refused(Refusal::ClosedToResets)
    }
}

/// The step that makes two proofs phishing-resistant, as an application wishes: a passkey, or setting one
/// up, which only who has just given both proofs may do.
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
        // Only a recovery code is left to show: another way in is set up with it at the next sign-in.
        (true, _, _) => prove(situation.usable().first().copied().unwrap_or(Factor::RecoveryCode)),
        (false, ..) => prove(Factor::Password),
    }
}

/// The proofs of this very sign-in, where one of them stands for a forgotten password.
fn forgot_password(proven: &[Proof]) -> Option<Vec<Proof>> {
    let here: Vec<Proof> = proven.iter().filter(|proof| proof.in_this_sign_in).copied().collect();
    here.iter().any(|proof| proof.method.factor() == Factor::PasswordReset).then_some(here)
}

/// Whether the recovery code was given here, and no second step has been set up in its place yet.
fn gave_recovery_code(proven: &[Proof]) -> bool {
    let here = || proven.iter().filter(|proof| proof.in_this_sign_in).map(|proof| proof.method);
    let stands_in = |method: Method| method.factor().traits().second_step.is_some() && method.stands_alone();
    here().any(|method| method.factor() == Factor::RecoveryCode) && !here().any(stands_in)
}

/// The step that sets up a second factor.
fn set_up(situation: &Situation, person: &Claimant, proven: &[Proof]) -> Step {
    // A factor is bound only to who has just proven to be the person, not to whoever sits before an
    // old session (ASVS 7.5.1).
    let just_proven = proven.iter().any(|proof| proof.shows(FactorKind::Know) && proof.in_this_sign_in);
    let possible = situation.possible();
    match situation.chosen {
        _ if possible.is_empty() => Step::Refused(Refusal::NoMethodCounts),
        _ if !just_proven => prove(Factor::Password),
        // Or else whoever knows the password would confirm the network with a factor of their own.
        _ if new_network::is_to_be_confirmed(situation, person, proven) => new_network::step(situation, person),
        Chosen::SetUp(factor) if possible.contains(&factor) => Step::SetUp(factor, Need::Required),
        _ => Step::ChooseSecondStep,
    }
}

#[cfg(test)]
mod tests;
