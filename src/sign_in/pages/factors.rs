//! The steps that prove a person: the password, and the code of an authenticator app. A try is counted
//! as a failure before it is verified, in a transaction of its own.

use axum::extract::{FromRef, FromRequestParts};
use axum::response::Response;
use http::StatusCode;
use http::header::RETRY_AFTER;
use http::request::Parts;

use super::remembering::{self, RememberToken};
use super::show::{self, StepMessage};
use super::{Facts, SignInVisit};
use crate::directory::people::{self, Email, PersonId};
use crate::event::Event;
use crate::platform::core::Core;
use crate::platform::db::Tx;
use crate::platform::history::{self, Entry};
use crate::platform::web::early::EarlyAnswer;
use crate::platform::web::fault::Fault;
use crate::platform::web::parameters::Form;
use crate::proofs::failures::{self, Subject, TryError};
use crate::proofs::passwords::{self, Lot, Password, PasswordCheck, TooBusy};
use crate::proofs::{AppCode, Factor, Occasion, Proven, totp};
use crate::sign_in::decide::{Need, Step};
use crate::sign_in::finish::{NextPage, advance_with};
use crate::sign_in::policies::Gate;
use crate::sign_in::{SignInState, store};

impl SignInVisit {
    /// The occasion to which proofs of this sign-in are bound.
    pub(super) fn occasion(&self) -> Occasion {
        self.sign_in.occasion()
    }

    /// The lot that chooses the hash's form for a stranger's email.
    fn lot(&self) -> Lot {
        let email = match &self.sign_in.state {
            SignInState::Identified { email, .. } => Email::parse(email),
            _ => None,
        };
        Lot::of(&self.app.master_keys, email.as_ref().map_or("", Email::key))
    }

    /// The counters of a failure. A known browser has a budget of its own and no other, so that failures elsewhere in
    /// its network do not lock the person out (FLOWS.md 1).
    pub(super) fn subjects(&self, facts: &Facts) -> Vec<Subject> {
        let person = match (&facts.person, &self.sign_in.state) {
            // Failures of others in the same network must not hold back a known browser.
            (Some(person), _) if facts.situation.place.browser_is_known => {
                return vec![Subject::KnownBrowser(person.id, self.sign_in.browser)];
            }
            (Some(person), _) => Some(Subject::Elsewhere(person.id)),
            (None, SignInState::Identified { email, .. }) => {
                Email::parse(email).map(|email| Subject::stranger(&self.app.master_keys, &email))
            }
            (None, _) => None,
        };
        person.into_iter().chain([Subject::Network(self.visit.network.clone())]).collect()
    }

    /// The counters of a failure without a first proof, for a secret that cannot be guessed with the tries that a
    /// network has.
    pub(super) fn subjects_without_proof(&self, facts: &Facts) -> Vec<Subject> {
        match &facts.person {
            Some(person) if facts.situation.place.browser_is_known => {
                vec![Subject::KnownBrowser(person.id, self.sign_in.browser)]
            }
            _ => vec![Subject::TypingIn(self.visit.network.clone())],
        }
    }

    /// Counts a try before it is verified.
    ///
    /// # Errors
    /// The page that asks to wait.
    pub(super) async fn count(&self, facts: &Facts, step: &Step, guessed: Factor) -> Result<Vec<Subject>, EarlyAnswer> {
        let subjects = self.subjects(facts);
        match failures::begin(&self.app.db, guessed.into(), subjects.clone(), self.visit.now).await {
            Ok(()) => Ok(subjects),
            Err(TryError::Database(error)) => Err(error.into()),
            Err(TryError::TooEarly(early)) => {
                if self.app.flood.admit(&self.visit.network, self.visit.now).is_ok() {
                    self.write(Event::SignInHeldBack, facts, guessed).await?;
                }
                let said = if early.is_for_good() { StepMessage::Closed } else { StepMessage::TooEarly(early.until) };
                let wait = said.wait_seconds(self.visit.now);
                let mut response = show::step(self, facts, step, said).await?;
                *response.status_mut() = StatusCode::TOO_MANY_REQUESTS;
                if let Some(seconds) = wait {
                    response.headers_mut().insert(RETRY_AFTER, seconds.into());
                }
                Err(response.into())
            }
        }
    }

    pub(super) async fn write(&self, event: Event, facts: &Facts, guessed: Factor) -> Result<(), Fault> {
        let mut entry = self.sign_in.entry(&self.visit, event).detail("method", guessed.word());
        entry.person = facts.person.as_ref().map(|person| person.id.to_string());
        let random = self.app.random.clone();
        self.app.db.write(move |tx| Box::pin(async move { history::write(tx, &random, &entry).await })).await?;
        Ok(())
    }

    pub(super) async fn wrong(
        &self,
        facts: &Facts,
        step: &Step,
        guessed: Factor,
        said: StepMessage,
    ) -> Result<Response, EarlyAnswer> {
        self.write(Event::SignInNotProven, facts, guessed).await?;
        show::step(self, facts, step, said).await
    }
}

/// Records a proof, takes back its count, and decides the next step, in the transaction `tx`. That has taken the
/// person's turn (`people::take_turns`), so that changes of their factors come before or after it, never in between.
pub(super) async fn prove(
    tx: &mut Tx<'_>,
    visitor: &SignInVisit,
    (guessed, subjects): (Factor, &[Subject]),
    proven: &Proven,
) -> Result<NextPage, Fault> {
    prove_with(tx, visitor, (guessed, subjects), proven, Vec::new()).await
}

/// The same, with history entries to write before that of the proof.
pub(super) async fn prove_with(
    tx: &mut Tx<'_>,
    visitor: &SignInVisit,
    (guessed, subjects): (Factor, &[Subject]),
    proven: &Proven,
    mut entries: Vec<Entry>,
) -> Result<NextPage, Fault> {
    let SignInVisit { app, visit, sign_in, .. } = visitor;
    if !store::record(tx, proven).await? {
        // The sign-in ended meanwhile, and the page of the current step says so.
        history::write_each(tx, &app.random, &entries).await?;
        return Ok(NextPage::Page);
    }
    failures::succeeded(tx, guessed.into(), subjects).await?;
    if guessed != Factor::ConfirmationCode && proven.method().confirms_network() {
        // Something better was shown: codes that failed before are settled, and the method opens again. So are questions
        // to phones that brought nothing.
        let settled = [Factor::ConfirmationCode.into(), Factor::Phone.into()];
        failures::forget_guesses(tx, proven.person(), settled).await?;
    }
    let entry =
        sign_in.entry(visit, Event::SignInProven).person(proven.person()).detail("method", proven.method().as_str());
    entries.push(entry);
    advance_with(tx, app, visit, sign_in, entries).await
}

/// Checks the password.
///
/// # Errors
/// The hashing room is full, or the database fails.
pub(crate) async fn password(_: RoomToHash, visitor: SignInVisit, Form(fields): Form) -> Result<Response, EarlyAnswer> {
    let (facts, step) = visitor.step_that(|step| *step == Step::Prove(Factor::Password, Need::Required)).await?;
    let Some(typed) = Password::typed(fields.field("password")) else {
        let said = if fields.field("password").is_empty() {
            StepMessage::PasswordIsEmpty
        } else {
            StepMessage::PasswordIsWrong
        };
        return show::step(&visitor, &facts, &step, said).await;
    };
    let subjects = visitor.count(&facts, &step, Factor::Password).await?;
    let whose = (facts.person.as_ref().map(|person| person.id), visitor.lot());
    let checked =
        passwords::check(&visitor.app.db, &visitor.app.hashing, whose, typed, visitor.occasion(), visitor.visit.now)
            .await?;
    let (proven, renewed, compared) = match checked {
        PasswordCheck::TooBusy => return Err(TooBusy.into()),
        PasswordCheck::Wrong => {
            return visitor.wrong(&facts, &step, Factor::Password, StepMessage::PasswordIsWrong).await;
        }
        PasswordCheck::Right { proven, renewed, compared } => (proven, renewed, compared),
    };
    let work = visitor.clone();
    let next: Option<NextPage> = visitor
        .app
        .db
        .write(move |tx| {
            Box::pin(async move {
                people::take_turns(tx, proven.person()).await?;
                if !passwords::is_unchanged(tx, &compared).await? {
                    return Ok::<_, Fault>(None);
                }
                if let Some(renewed) = renewed {
                    passwords::renew(tx, &renewed).await?;
                }
                prove(tx, &work, (Factor::Password, &subjects), &proven).await.map(Some)
            })
        })
        .await?;
    match next {
        Some(next) => Ok(visitor.go(&next)),
        None => visitor.wrong(&facts, &step, Factor::Password, StepMessage::PasswordIsWrong).await,
    }
}

/// Checks the code of an authenticator app.
pub(crate) async fn code(visitor: SignInVisit, Form(fields): Form) -> Result<Response, EarlyAnswer> {
    let (facts, step) =
        visitor.step_that(|step| *step == Step::Prove(Factor::AuthenticatorApp, Need::Required)).await?;
    let person = visitor.person_of(&facts)?.id;
    let Ok(code) = fields.field("code").parse::<AppCode>() else {
        return show::step(&visitor, &facts, &step, StepMessage::CodeIsNone).await;
    };
    let subjects = visitor.count(&facts, &step, Factor::AuthenticatorApp).await?;
    let wished_at = remembering::wished_at(&facts, &step, &fields);
    match take_code(&visitor, person, code, subjects, wished_at).await? {
        CodeResult::Right(next, remembered) => Ok(visitor.go_remembered(&next, remembered.as_ref())),
        CodeResult::Wrong(said) => visitor.wrong(&facts, &step, Factor::AuthenticatorApp, said).await,
    }
}

/// The result of a code of an authenticator app.
enum CodeResult {
    /// The code proves the person. The token is for the browser, if it is to be remembered.
    Right(NextPage, Option<RememberToken>),
    /// The code proves nothing.
    Wrong(StepMessage),
}

async fn take_code(
    visitor: &SignInVisit,
    person: PersonId,
    code: AppCode,
    subjects: Vec<Subject>,
    wished_at: Option<Gate>,
) -> Result<CodeResult, Fault> {
    let work = visitor.clone();
    visitor
        .app
        .db
        .write(move |tx| {
            Box::pin(async move {
                let now = work.visit.now;
                let keys = &work.app.master_keys;
                people::take_turns(tx, person).await?;
                match totp::check(tx, keys, person, &code, work.occasion(), now).await? {
                    totp::TotpCheck::Wrong => Ok(CodeResult::Wrong(StepMessage::CodeIsWrong)),
                    totp::TotpCheck::UsedBefore => Ok(CodeResult::Wrong(StepMessage::CodeWasUsed)),
                    totp::TotpCheck::Right(proven) => {
                        let next = prove(tx, &work, (Factor::AuthenticatorApp, &subjects), &proven).await?;
                        let remembered = work.remember(tx, proven.person(), wished_at).await?;
                        Ok(CodeResult::Right(next, remembered))
                    }
                }
            })
        })
        .await
}

/// The room for one more hash. It is checked before anything is read: in a storm of passwords most get a refusal, which
/// must cost next to nothing.
#[derive(Clone, Copy, Debug)]
pub(crate) struct RoomToHash;

impl<S: Send + Sync> FromRequestParts<S> for RoomToHash
where
    Core: FromRef<S>,
{
    type Rejection = Fault;

    async fn from_request_parts(_: &mut Parts, state: &S) -> Result<Self, Fault> {
        if Core::from_ref(state).hashing.is_full() { Err(TooBusy.into()) } else { Ok(Self) }
    }
}
