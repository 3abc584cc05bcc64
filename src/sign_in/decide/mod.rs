//! What a person must do next. This function alone decides it, of values alone: it touches neither
//! clock nor database, and every page of a sign-in is a view of its answer.

mod company;
pub mod new_network;
mod refusal;

use super::adaptive::{self, Sign, Travel};
use super::assurance::{Acr, Demand, Outcome, Proof, outcome};
use super::policies::Policy;
use crate::directory::people::PersonId;
use crate::platform::clock::Timestamp;
use crate::proofs::{Kind, Method};

pub use company::{Admission, Entrance, entered, entrance};
pub use refusal::Refusal;

/// Everything that the decision depends on.
#[derive(Clone, Debug)]
pub struct Situation<'a> {
    /// The policy that all which apply are joined into, as it is now.
    pub policy: &'a Policy,
    /// What the application asked for.
    pub demand: &'a Demand,
    /// Who is signing in, as far as is known.
    pub identity: Identity<'a>,
    /// The proofs given in this sign-in and, where a session goes on, in that session.
    pub proofs: &'a [Proof],
    /// The session that goes on, if there is one.
    pub session: SessionStanding,
    /// Where, when and with which browser the person is here.
    pub place: Place,
    /// What the person chose on the way.
    pub chosen: Chosen,
    /// Whether the terms and conditions in force are accepted, or there are none.
    pub terms_accepted: bool,
    /// Whether passkeys can be used here at all.
    pub passkeys_are_possible: bool,
    /// Whom the application is open to.
    pub admission: &'a Admission,
    /// The instant of the decision.
    pub now: Timestamp,
}

/// Who is signing in.
#[derive(Clone, Copy, Debug)]
pub enum Identity<'a> {
    /// Nobody has said.
    Unknown,
    /// An email was typed that nobody has. Nothing tells this apart from somebody's email.
    Stranger,
    /// This person, by the email typed or by a session.
    Person(&'a Standing),
}

/// What a person has, as far as it matters here.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own")]
pub struct Standing {
    /// Who it is.
    pub id: PersonId,
    /// Whether the profile is open.
    pub active: bool,
    /// Whether an authenticator app is connected.
    pub has_authenticator: bool,
    /// Whether there is a passkey or security key.
    pub has_passkey: bool,
    /// Which of the two was used last.
    pub used_last: Option<SecondStep>,
    /// Whether a recovery code is kept safe.
    pub has_saved_recovery_code: bool,
    /// Whether there is a contact that a confirmation code can go to.
    pub can_be_sent_a_code: bool,
    /// Whether they are an employee of a company and a user of none: only the phone app is open to them.
    pub is_only_an_employee: bool,
}

impl Standing {
    /// Whether this second step is set up.
    pub fn has(&self, second_step: SecondStep) -> bool {
        match second_step {
            SecondStep::Authenticator => self.has_authenticator,
            SecondStep::Passkey => self.has_passkey,
        }
    }

    /// Whether any second step is set up: something to prove oneself with beside the password.
    pub fn has_second_step(&self) -> bool {
        self.has_authenticator || self.has_passkey
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

/// The ways to take a second step that can be set up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SecondStep {
    /// Six digits from an authenticator app.
    Authenticator,
    /// A passkey or security key.
    Passkey,
}

impl SecondStep {
    /// Every one, the one that most have first.
    pub const ALL: [Self; 2] = [Self::Authenticator, Self::Passkey];
}

/// What the person chose where there was a choice.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Chosen {
    /// Nothing.
    #[default]
    Nothing,
    /// This second step is to be set up.
    SetUp(SecondStep),
    /// This second step is to be used.
    Use(SecondStep),
    /// The recovery code is to be used, because the phone is lost.
    RecoveryCode,
    /// The person goes on without the passkey that an application wishes for.
    WithoutPasskey,
}

/// What comes next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// Ask for the email.
    Identify,
    /// Ask for the password.
    Password,
    /// Ask for the code of the authenticator app.
    AuthenticatorCode,
    /// Ask for the confirmation code of a new network.
    ConfirmationCode,
    /// Ask for a passkey or security key.
    Passkey {
        /// Whether it is asked for only because the application wishes for it, so that one may go on
        /// without it.
        is_wished: bool,
    },
    /// Ask for the recovery code.
    RecoveryCode,
    /// Ask which second step to set up.
    ChooseSecondStep,
    /// Show how to connect the authenticator app, and ask for its first code.
    ConnectAuthenticator,
    /// Ask for a new passkey or security key.
    AddPasskey {
        /// As in [`Step::Passkey`].
        is_wished: bool,
    },
    /// Show the recovery code until it is said to be kept safe.
    SaveRecoveryCode,
    /// Ask for a new password in the place of the forgotten one.
    NewPassword,
    /// Ask to accept the terms and conditions.
    AcceptTerms,
    /// Ask for which company the application is entered.
    ChooseCompany,
    /// The policy is content.
    Done(Outcome),
    /// The policy is content, but the application is not open to the person.
    NotAdmitted(Outcome, Refusal),
    /// It cannot go on.
    Refused(Refusal),
}

/// Decides what comes next.
pub fn decide(situation: &Situation<'_>) -> Step {
    let person = match situation.identity {
        Identity::Unknown => return Step::Identify,
        Identity::Stranger => return Step::Password,
        Identity::Person(person) => person,
    };
    let proven = proven(situation);
    if !proven.iter().any(|proof| proof.method.is_factor()) {
        return Step::Password;
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
    let is_met = |reached: &Outcome| required < Acr::Aal2 || reached.acr >= Acr::Aal2;
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
    // Whoever has a second factor has a way in without it, too. It is given only to who has both.
    if reached.acr >= Acr::Aal2 && person.has_second_step() && !person.has_saved_recovery_code {
        return Step::SaveRecoveryCode;
    }
    if !situation.terms_accepted {
        return Step::AcceptTerms;
    }
    match entrance(situation.admission) {
        Entrance::NotAsked | Entrance::For(_) => Step::Done(reached),
        Entrance::Choose => Step::ChooseCompany,
        Entrance::Refused(refusal) => Step::NotAdmitted(reached, refusal),
    }
}

/// Why a second proof is asked for here and not at every sign-in: the signs that fired, where they have a
/// say.
pub fn asked_because(situation: &Situation<'_>) -> Vec<Sign> {
    let second_factor = situation.policy.second_factor();
    if second_factor.asks_when_odd() || may_be_remembered(situation) { signs(situation) } else { Vec::new() }
}

/// Whether the remembered browser is why no second factor is asked for.
pub fn is_spared(situation: &Situation<'_>, outcome: &Outcome) -> bool {
    let asks = matches!(situation.identity, Identity::Person(person) if asks_for_a_second_factor(situation, person));
    outcome.acr < Acr::Aal2 && asks && is_remembered(situation)
}

/// The proofs that hold: fresh enough for the demand and, of a session, only while that lives and no
/// longer than the policy says.
fn proven(situation: &Situation<'_>) -> Vec<Proof> {
    let session_counts = match situation.session {
        SessionStanding::None => false,
        SessionStanding::Live => true,
        SessionStanding::Idle => proven_here(situation.proofs),
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
        // What stood in for a forgotten password is good for the sign-in that it was given in.
        .filter(|proof| proof.in_this_sign_in || proof.method != Method::PasswordReset)
        .filter(|proof| proof.in_this_sign_in || !proof.shows(Kind::Have) || !possession_must_be_shown)
        .filter(fresh)
        .filter(not_ahead)
        .copied()
        .collect()
}

fn proven_here(proofs: &[Proof]) -> bool {
    proofs.iter().any(|proof| proof.in_this_sign_in && proof.method.is_factor())
}

fn signs(situation: &Situation<'_>) -> Vec<Sign> {
    adaptive::signs(situation.policy, &situation.place, situation.now)
}

/// Whether an adaptive policy finds something new or odd.
fn is_odd(situation: &Situation<'_>) -> bool {
    situation.policy.second_factor().asks_when_odd() && !signs(situation).is_empty()
}

/// Whether the person has this browser remembered, and the policy still allows that. It never counts for
/// who asks for fresh proofs: a remembered browser proves nothing.
fn may_be_remembered(situation: &Situation<'_>) -> bool {
    let counts = |at: Timestamp| at <= situation.now && situation.now.since(at) < situation.policy.remember();
    situation.place.remembered_at.is_some_and(counts) && situation.demand.not_before.is_none()
}

/// Whether the browser is remembered for the usual. Where anything is odd, it may be in other hands.
fn is_remembered(situation: &Situation<'_>) -> bool {
    may_be_remembered(situation) && signs(situation).is_empty()
}

/// Whether the policy asks this person for a second factor, but for a browser that is remembered.
fn asks_for_a_second_factor(situation: &Situation<'_>, person: &Standing) -> bool {
    let second_factor = situation.policy.second_factor();
    second_factor.asks_always() || is_odd(situation) || (second_factor.asks_who_has_one() && person.has_second_step())
}

/// The strength that is wanted: the most of what the policy, the password and the application want.
fn required(situation: &Situation<'_>, person: &Standing, counted: &[Proof]) -> Acr {
    let asks = asks_for_a_second_factor(situation, person);
    let by_policy = if asks && !is_remembered(situation) { Acr::Aal2 } else { Acr::Aal1 };
    // NIST SP 800-63B-4 §3.1.1.2: a short password is taken only beside a second factor; and so is a
    // passkey of which there may be a copy.
    let mut factors = counted.iter().filter(|proof| proof.method.is_factor()).peekable();
    let may_stand_alone = factors.peek().is_none() || factors.any(|proof| proof.method.stands_alone());
    let by_proof = if may_stand_alone { Acr::Aal1 } else { Acr::Aal2 };
    by_policy.max(by_proof).max(situation.demand.acr.unwrap_or(Acr::Aal1))
}

/// Whether a wish for a passkey cannot be met: the person has none at hand, or nobody can have one here.
fn goes_without_passkey(situation: &Situation<'_>) -> bool {
    !is_possible(situation, SecondStep::Passkey) || situation.chosen == Chosen::WithoutPasskey
}

/// Any password, and any passkey, where only the method matters.
const PASSWORD: Method = Method::Password { stands_alone: true };
const PASSKEY: Method = Method::Passkey { synced: false, stands_alone: true };

/// Whether this second step could be shown or set up here: it counts and, of a passkey, it can be asked for.
fn is_possible(situation: &Situation<'_>, second_step: SecondStep) -> bool {
    match second_step {
        SecondStep::Authenticator => situation.policy.counts(Method::Totp),
        SecondStep::Passkey => situation.policy.counts(PASSKEY) && situation.passkeys_are_possible,
    }
}

/// The second steps that can be shown or set up here, whatever the person has.
pub fn possible(situation: &Situation<'_>) -> Vec<SecondStep> {
    SecondStep::ALL.into_iter().filter(|second_step| is_possible(situation, *second_step)).collect()
}

/// The step that brings the proof that is missing, by a method that counts.
fn missing_proof(
    situation: &Situation<'_>,
    person: &Standing,
    required: Acr,
    (proven, counted): (&[Proof], &[Proof]),
) -> Step {
    let counts = |method| situation.policy.counts(method);
    let usable = |second_step: &SecondStep| person.has(*second_step) && is_possible(situation, *second_step);
    if !counted.iter().any(|proof| proof.shows(Kind::Know)) {
        if counts(PASSWORD) {
            return Step::Password;
        }
        // A passkey shows both. Without one, there is no way to what is wanted.
        if usable(&SecondStep::Passkey) {
            return Step::Passkey { is_wished: false };
        }
        if required >= Acr::Aal2 {
            return Step::Refused(Refusal::NoMethodCounts);
        }
    }
    let is_wished = required > Acr::Aal2 && !goes_without_passkey(situation);
    let second_step = match situation.chosen {
        Chosen::RecoveryCode
            if SecondStep::ALL.iter().any(usable) && person.has_saved_recovery_code && counts(Method::RecoveryCode) =>
        {
            return Step::RecoveryCode;
        }
        Chosen::Use(second_step) => Some(second_step),
        _ if is_wished => Some(SecondStep::Passkey),
        _ => person.used_last,
    };
    match second_step.into_iter().chain(SecondStep::ALL).find(usable) {
        Some(SecondStep::Authenticator) => Step::AuthenticatorCode,
        Some(SecondStep::Passkey) => Step::Passkey { is_wished: false },
        // What the person has cannot be shown here, or does not count: nobody sets up another beside it
        // without having shown it.
        None if person.has_second_step() => {
            let only_at_another_place = person.has_passkey && counts(PASSKEY) && !situation.passkeys_are_possible;
            if only_at_another_place && counts(Method::RecoveryCode) {
                Step::RecoveryCode
            } else {
                Step::Refused(Refusal::NoMethodCounts)
            }
        }
        None => set_up(situation, person, proven),
    }
}

/// The step that makes two proofs phishing-resistant, as an application wishes: a passkey, or setting one
/// up, which only who has just given both proofs may do.
fn resistance_to_phishing(situation: &Situation<'_>, person: &Standing, counted: &[Proof]) -> Step {
    if person.has_passkey {
        return Step::Passkey { is_wished: true };
    }
    let just_given: Vec<Proof> = counted.iter().filter(|proof| proof.in_this_sign_in).copied().collect();
    let shows = |kind| just_given.iter().any(|proof| proof.shows(kind));
    match (shows(Kind::Know), shows(Kind::Have)) {
        (true, true) => Step::AddPasskey { is_wished: true },
        (true, false) if person.has_authenticator && is_possible(situation, SecondStep::Authenticator) => {
            Step::AuthenticatorCode
        }
        // Only a recovery code is left to show: another way in is set up with it at the next sign-in.
        (true, false) => Step::RecoveryCode,
        (false, _) => Step::Password,
    }
}

/// The proofs of this very sign-in, where one of them stands for a forgotten password.
fn forgot_password(proven: &[Proof]) -> Option<Vec<Proof>> {
    let here: Vec<Proof> = proven.iter().filter(|proof| proof.in_this_sign_in).copied().collect();
    here.iter().any(|proof| proof.method == Method::PasswordReset).then_some(here)
}

/// Whether the recovery code was given here, and no factor has been set up in its place yet.
fn gave_recovery_code(proven: &[Proof]) -> bool {
    let gave = |is: fn(Method) -> bool| proven.iter().any(|proof| proof.in_this_sign_in && is(proof.method));
    gave(|method| method == Method::RecoveryCode) && !gave(|method| method == Method::Totp || method.resists_phishing())
}

/// The step that sets up a second factor.
fn set_up(situation: &Situation<'_>, person: &Standing, proven: &[Proof]) -> Step {
    // A factor is bound only to who has just proven to be the person, not to whoever sits before an
    // old session (ASVS 7.5.1).
    let just_proven = proven.iter().any(|proof| proof.shows(Kind::Know) && proof.in_this_sign_in);
    let possible = possible(situation);
    match situation.chosen {
        _ if possible.is_empty() => Step::Refused(Refusal::NoMethodCounts),
        _ if !just_proven => Step::Password,
        // Or else whoever knows the password would confirm the network with a factor of their own.
        _ if new_network::is_to_be_confirmed(situation, person, proven) => new_network::step(situation, person),
        Chosen::SetUp(second_step) if possible.contains(&second_step) => match second_step {
            SecondStep::Authenticator => Step::ConnectAuthenticator,
            SecondStep::Passkey => Step::AddPasskey { is_wished: false },
        },
        _ => Step::ChooseSecondStep,
    }
}

#[cfg(test)]
mod tests;
