//! What a person must do next. This function alone decides it, of values alone: it touches neither
//! clock nor database, and every page of a sign-in is a view of its answer.

use super::assurance::{Acr, Demand, Outcome, Proof, outcome};
use super::policies::{Policy, SecondFactor};
use crate::directory::people::PersonId;
use crate::platform::clock::Timestamp;
use crate::proofs::{Kind, Method};

/// Everything that the decision depends on.
#[derive(Clone, Debug)]
pub struct Situation<'a> {
    /// The application's policy, as it is now.
    pub policy: &'a Policy,
    /// What the application asked for.
    pub demand: &'a Demand,
    /// Who is signing in, as far as is known.
    pub identity: Identity<'a>,
    /// The proofs given in this sign-in and, where a session goes on, in that session.
    pub proofs: &'a [Proof],
    /// The session that goes on, if there is one.
    pub session: SessionStanding,
    /// Whether the person was here before.
    pub place: Place,
    /// What the person chose on the way.
    pub chosen: Chosen,
    /// Whether the terms and conditions in force are accepted, or there are none.
    pub terms_accepted: bool,
    /// Whether passkeys can be used here at all.
    pub passkeys_are_possible: bool,
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

/// Whether this network and this browser were seen with this person before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// A sign-in succeeded from this network before.
    pub network_is_known: bool,
    /// A sign-in succeeded in this browser before.
    pub browser_is_known: bool,
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
    /// The policy is content.
    Done(Outcome),
    /// It cannot go on.
    Refused(Refusal),
}

/// Why a sign-in cannot go on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// The profile is closed.
    ProfileClosed,
    /// The application asked for somebody else.
    SomeoneElse,
    /// The application insists on a strength that cannot be reached.
    StrengthUnreachable,
}

/// Decides what comes next.
pub fn decide(situation: &Situation<'_>) -> Step {
    let person = match situation.identity {
        Identity::Unknown => return Step::Identify,
        Identity::Stranger => return Step::Password,
        Identity::Person(person) => person,
    };
    let counted = counted(situation);
    if counted.is_empty() {
        return Step::Password;
    }
    // From here on the person has proven something, and may be told about themselves.
    if !person.active {
        return Step::Refused(Refusal::ProfileClosed);
    }
    if situation.demand.person.is_some_and(|wanted| wanted != person.id) {
        return Step::Refused(Refusal::SomeoneElse);
    }
    let Some(reached) = outcome(&counted) else { return Step::Password };
    if let Some(here) = forgot_password(&counted) {
        // A reset never goes around the second factor (ASVS 6.4.3), and an old session does not speak for it.
        let reached = outcome(&here).map(|outcome| outcome.acr);
        return if person.has_second_step() && reached < Some(Acr::Aal2) {
            missing_proof(situation, person, &here, Acr::Aal2)
        } else {
            Step::NewPassword
        };
    }
    let required = required(situation, person, &counted);
    let is_out_of_reach = required > reached.acr.max(Acr::Aal2) && goes_without_passkey(situation);
    if is_out_of_reach && situation.demand.acr_is_essential {
        return Step::Refused(Refusal::StrengthUnreachable);
    }
    if required >= Acr::Aal2 && reached.acr < Acr::Aal2 {
        return missing_proof(situation, person, &counted, required);
    }
    // A recovery code stands for a factor that is lost: a new one is set up before going on.
    if gave_recovery_code(&counted) {
        return set_up(situation, &counted);
    }
    if required > reached.acr && !goes_without_passkey(situation) {
        return resistance_to_phishing(person, &counted);
    }
    // Whoever has a second factor has a way in without it, too. It is given only to who has both.
    if reached.acr >= Acr::Aal2 && person.has_second_step() && !person.has_saved_recovery_code {
        return Step::SaveRecoveryCode;
    }
    if !situation.terms_accepted {
        return Step::AcceptTerms;
    }
    Step::Done(reached)
}

/// The proofs that count: fresh enough for the demand, and of the session only while that lives.
fn counted(situation: &Situation<'_>) -> Vec<Proof> {
    let session_counts = match situation.session {
        SessionStanding::None => false,
        SessionStanding::Live => true,
        SessionStanding::Idle => proven_here(situation.proofs),
    };
    // A session that is carried to an unknown place brings what the person knows, but not what they
    // have: that is to be shown again.
    let possession_must_be_shown = is_unfamiliar(situation);
    let fresh = |proof: &&Proof| situation.demand.not_before.is_none_or(|limit| proof.proven_at >= limit);
    let not_ahead = |proof: &&Proof| proof.proven_at <= situation.now;
    situation
        .proofs
        .iter()
        .filter(|proof| proof.in_this_sign_in || session_counts)
        // What stood in for a forgotten password is good for the sign-in that it was given in.
        .filter(|proof| proof.in_this_sign_in || proof.method != Method::PasswordReset)
        .filter(|proof| proof.in_this_sign_in || !proof.shows(Kind::Have) || !possession_must_be_shown)
        .filter(fresh)
        .filter(not_ahead)
        .copied()
        .collect()
}

fn proven_here(proofs: &[Proof]) -> bool {
    proofs.iter().any(|proof| proof.in_this_sign_in)
}

/// Whether the adaptive policy finds something new.
fn is_unfamiliar(situation: &Situation<'_>) -> bool {
    situation.policy.second_factor == SecondFactor::Adaptive
        && !(situation.place.network_is_known && situation.place.browser_is_known)
}

/// The strength that is wanted: the most of what the policy, the password and the application want.
fn required(situation: &Situation<'_>, person: &Standing, counted: &[Proof]) -> Acr {
    let by_policy = match situation.policy.second_factor {
        SecondFactor::Required => Acr::Aal2,
        SecondFactor::Adaptive if is_unfamiliar(situation) => Acr::Aal2,
        SecondFactor::Optional if person.has_second_step() => Acr::Aal2,
        SecondFactor::Adaptive | SecondFactor::Optional => Acr::Aal1,
    };
    // NIST SP 800-63B-4 §3.1.1.2: a short password is taken only beside a second factor; and so is a
    // passkey of which there may be a copy.
    let stands_alone = |proof: &Proof| proof.method.stands_alone();
    let by_proof = if counted.iter().all(stands_alone) { Acr::Aal1 } else { Acr::Aal2 };
    by_policy.max(by_proof).max(situation.demand.acr.unwrap_or(Acr::Aal1))
}

/// Whether a wish for a passkey cannot be met: the person has none at hand, or nobody can have one here.
fn goes_without_passkey(situation: &Situation<'_>) -> bool {
    !situation.passkeys_are_possible || situation.chosen == Chosen::WithoutPasskey
}

/// The step that brings the proof of the kind that is missing.
fn missing_proof(situation: &Situation<'_>, person: &Standing, counted: &[Proof], required: Acr) -> Step {
    if !counted.iter().any(|proof| proof.shows(Kind::Know)) {
        return Step::Password;
    }
    let is_wished = required > Acr::Aal2 && !goes_without_passkey(situation);
    let second_step = match situation.chosen {
        Chosen::RecoveryCode if person.has_second_step() && person.has_saved_recovery_code => {
            return Step::RecoveryCode;
        }
        Chosen::Use(second_step) => Some(second_step),
        _ if is_wished => Some(SecondStep::Passkey),
        _ => person.used_last,
    };
    let usable = |second_step: &SecondStep| {
        person.has(*second_step) && (*second_step != SecondStep::Passkey || situation.passkeys_are_possible)
    };
    let others = [SecondStep::Authenticator, SecondStep::Passkey];
    match second_step.into_iter().chain(others).find(usable) {
        Some(SecondStep::Authenticator) => Step::AuthenticatorCode,
        Some(SecondStep::Passkey) => Step::Passkey { is_wished: false },
        // Its passkey cannot be shown here: nobody sets up another beside it without having shown it.
        None if person.has_second_step() => Step::RecoveryCode,
        None => set_up(situation, counted),
    }
}

/// The step that makes two proofs phishing-resistant, as an application wishes: a passkey, or setting one
/// up, which only who has just given both proofs may do.
fn resistance_to_phishing(person: &Standing, counted: &[Proof]) -> Step {
    if person.has_passkey {
        return Step::Passkey { is_wished: true };
    }
    let just_given: Vec<Proof> = counted.iter().filter(|proof| proof.in_this_sign_in).copied().collect();
    let shows = |kind| just_given.iter().any(|proof| proof.shows(kind));
    match (shows(Kind::Know), shows(Kind::Have)) {
        (true, true) => Step::AddPasskey { is_wished: true },
        (true, false) if person.has_authenticator => Step::AuthenticatorCode,
        // Only a recovery code is left to show: another way in is set up with it at the next sign-in.
        (true, false) => Step::RecoveryCode,
        (false, _) => Step::Password,
    }
}

/// The proofs of this very sign-in, where one of them stands for a forgotten password.
fn forgot_password(counted: &[Proof]) -> Option<Vec<Proof>> {
    let here: Vec<Proof> = counted.iter().filter(|proof| proof.in_this_sign_in).copied().collect();
    here.iter().any(|proof| proof.method == Method::PasswordReset).then_some(here)
}

/// Whether the recovery code was given here, and no factor has been set up in its place yet.
fn gave_recovery_code(counted: &[Proof]) -> bool {
    let gave = |is: fn(Method) -> bool| counted.iter().any(|proof| proof.in_this_sign_in && is(proof.method));
    gave(|method| method == Method::RecoveryCode) && !gave(|method| method == Method::Totp || method.resists_phishing())
}

/// The step that sets up a second factor.
fn set_up(situation: &Situation<'_>, counted: &[Proof]) -> Step {
    // A factor is bound only to who has just proven to be the person, not to whoever sits before an
    // old session (ASVS 7.5.1).
    let just_proven = counted.iter().any(|proof| proof.shows(Kind::Know) && proof.in_this_sign_in);
    match situation.chosen {
        _ if !just_proven => Step::Password,
        Chosen::SetUp(SecondStep::Authenticator) => Step::ConnectAuthenticator,
        Chosen::SetUp(SecondStep::Passkey) if situation.passkeys_are_possible => Step::AddPasskey { is_wished: false },
        _ => Step::ChooseSecondStep,
    }
}

#[cfg(test)]
mod tests;
