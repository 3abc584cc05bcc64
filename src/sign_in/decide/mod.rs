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
pub struct Standing {
    /// Who it is.
    pub id: PersonId,
    /// Whether the profile is open.
    pub active: bool,
    /// Whether an authenticator app is connected.
    pub has_authenticator: bool,
    /// Whether a recovery code is kept safe.
    pub has_saved_recovery_code: bool,
}

impl Standing {
    /// Whether the person has something to prove themselves with beside the password.
    pub fn has_second_factor(&self) -> bool {
        self.has_authenticator
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
    /// The recovery code is to be used, because the phone is lost.
    RecoveryCode,
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
    /// Ask for the recovery code.
    RecoveryCode,
    /// Ask which second step to set up.
    ChooseSecondStep,
    /// Show how to connect the authenticator app, and ask for its first code.
    ConnectAuthenticator,
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
        return if person.has_second_factor() && reached < Some(Acr::Aal2) {
            missing_proof(situation, person, &here)
        } else {
            Step::NewPassword
        };
    }
    let required = required(situation, person, &counted);
    if required > Acr::Aal2 && situation.demand.acr_is_essential {
        return Step::Refused(Refusal::StrengthUnreachable);
    }
    if required >= Acr::Aal2 && reached.acr < Acr::Aal2 {
        return missing_proof(situation, person, &counted);
    }
    // A recovery code stands for a factor that is lost: a new one is set up before going on.
    if gave_recovery_code(&counted) {
        return set_up(situation, &counted);
    }
    // Whoever has a second factor has a way in without it, too. It is given only to who has both.
    if reached.acr >= Acr::Aal2 && person.has_authenticator && !person.has_saved_recovery_code {
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
        .filter(|proof| proof.in_this_sign_in || proof.kind() != Kind::Have || !possession_must_be_shown)
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
        SecondFactor::Optional if person.has_authenticator => Acr::Aal2,
        SecondFactor::Adaptive | SecondFactor::Optional => Acr::Aal1,
    };
    // NIST SP 800-63B-4 §3.1.1.2: a short password is taken only beside a second factor.
    let by_password = if counted.iter().any(is_short_password) { Acr::Aal2 } else { Acr::Aal1 };
    by_policy.max(by_password).max(situation.demand.acr.unwrap_or(Acr::Aal1))
}

fn is_short_password(proof: &Proof) -> bool {
    matches!(proof.method, Method::Password { stands_alone: false })
}

/// The step that brings the proof of the kind that is missing.
fn missing_proof(situation: &Situation<'_>, person: &Standing, counted: &[Proof]) -> Step {
    if !counted.iter().any(|proof| proof.kind() == Kind::Know) {
        return Step::Password;
    }
    if person.has_authenticator {
        return match situation.chosen {
            Chosen::RecoveryCode if person.has_saved_recovery_code => Step::RecoveryCode,
            _ => Step::AuthenticatorCode,
        };
    }
    set_up(situation, counted)
}

/// The proofs of this very sign-in, where one of them stands for a forgotten password.
fn forgot_password(counted: &[Proof]) -> Option<Vec<Proof>> {
    let here: Vec<Proof> = counted.iter().filter(|proof| proof.in_this_sign_in).copied().collect();
    here.iter().any(|proof| proof.method == Method::PasswordReset).then_some(here)
}

/// Whether the recovery code was given here, and no factor has been set up in its place yet.
fn gave_recovery_code(counted: &[Proof]) -> bool {
    let gave = |method| counted.iter().any(|proof| proof.in_this_sign_in && proof.method == method);
    gave(Method::RecoveryCode) && !gave(Method::Totp)
}

/// The step that sets up a second factor.
fn set_up(situation: &Situation<'_>, counted: &[Proof]) -> Step {
    // A factor is bound only to who has just proven to be the person, not to whoever sits before an
    // old session (ASVS 7.5.1).
    let just_proven = counted.iter().any(|proof| proof.kind() == Kind::Know && proof.in_this_sign_in);
    match situation.chosen {
        _ if !just_proven => Step::Password,
        Chosen::Nothing | Chosen::RecoveryCode => Step::ChooseSecondStep,
        Chosen::SetUp(SecondStep::Authenticator) => Step::ConnectAuthenticator,
    }
}

#[cfg(test)]
mod tests;
