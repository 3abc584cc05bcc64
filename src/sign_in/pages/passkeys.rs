//! The steps of a passkey: as the only proof, as the second one, and the addition of a new one. Each begins with a
//! challenge for a script and ends with a form that brings the answer.

use axum::response::{IntoResponse, Response};
use http::StatusCode;

use super::factors::{prove, prove_with};
use super::remembering::{self, RememberToken};
use super::show::{self, StepMessage};
use super::{Facts, SignInVisit};
use crate::directory::people::{self, Person, PersonId};
use crate::directory::users;
use crate::event::Event;
use crate::platform::clock::Timestamp;
use crate::platform::core::Core;
use crate::platform::db::{self, Source, Tx};
use crate::platform::history;
use crate::platform::web::early::EarlyAnswer;
use crate::platform::web::fault::Fault;
use crate::platform::web::parameters::Form;
use crate::platform::web::translations::Texts;
use crate::proofs::passkeys::{
    self, Assertion, Attestation, Authorities, ChallengePurpose, NewPasskey, PasskeyChallenge, PasskeyError,
    PasskeyRefusal, RelyingParty, SpentChallenge, Verified,
};
use crate::proofs::{self, Factor, Occasion};
use crate::sign_in::decide::{Chosen, Step, decide};
use crate::sign_in::finish::NextPage;
use crate::sign_in::notices::{Notice, tell};
use crate::sign_in::{SignInState, factors_changed, situation, store};

/// Makes a challenge for the current step, as JSON for the page's script.
pub(crate) async fn passkey_challenge(visitor: SignInVisit) -> Result<Response, EarlyAnswer> {
    let (facts, step) = visitor.step().await?;
    let asks = takes_passkey(&step) || matches!(step, Step::SetUp(Factor::Passkey, _));
    let Some(party) = RelyingParty::of(&visitor.app.settings).filter(|_| visitor.is_open() && asks) else {
        return Ok(StatusCode::CONFLICT.into_response());
    };
    visitor.app.flood.admit(&visitor.visit.network, visitor.visit.now)?;
    let asked = match (&step, &facts.person) {
        // Only a person with a first proof may learn which keys are theirs.
        (Step::Prove(Factor::Passkey, _), Some(person)) => {
            party.ask_for_proof(&passkeys::of_person(&visitor.app.db, person.id).await?)?
        }
        (Step::SetUp(Factor::Passkey, _), Some(person)) => challenge_for_new(&visitor.app, &party, person).await?,
        _ => party.ask_for_proof(&[])?,
    };
    Ok(give_challenge(&visitor.app, asked, visitor.occasion(), visitor.visit.now).await?)
}

/// The challenge for a new passkey of a person, of a kind that all their companies accept.
pub(crate) async fn challenge_for_new(
    app: &Core,
    party: &RelyingParty,
    person: &Person,
) -> Result<PasskeyChallenge, Fault> {
    let existing = passkeys::of_person(&app.db, person.id).await?;
    let mut reader = app.db.reader().await?;
    let authorities = attested_keys_of(&mut Source::Reader(&mut reader), person.id).await?;
    party.ask_for_new(person, &existing, authorities.as_ref())
}

/// Stores a challenge, and gives its options as JSON to the page's script.
pub(crate) async fn give_challenge(
    app: &Core,
    challenge: PasskeyChallenge,
    occasion: Occasion,
    now: Timestamp,
) -> Result<Response, db::Error> {
    let options = challenge.options.clone();
    app.db
        .write::<_, db::Error, _>(move |tx| {
            Box::pin(async move { passkeys::ask(tx, &challenge, &occasion, now).await })
        })
        .await?;
    Ok(axum::Json(options).into_response())
}

/// Whether a passkey may answer this step; the first step as well.
fn takes_passkey(step: &Step) -> bool {
    matches!(step, Step::Identify | Step::Prove(Factor::Password | Factor::Passkey, _))
}

/// The authorities that all companies of a person accept; `None` if no company requires any.
async fn attested_keys_of(source: &mut Source<'_, '_>, person: PersonId) -> Result<Option<Authorities>, db::Error> {
    let mut asked = Vec::new();
    for user in users::of_person(&mut *source, person).await? {
        if let Some(required) = passkeys::required_of(&mut *source, user.company).await? {
            asked.push(required.authorities);
        }
    }
    Ok(Authorities::common(&asked))
}

/// Checks the answer of a passkey.
pub(crate) async fn passkey(visitor: SignInVisit, Form(fields): Form) -> Result<Response, EarlyAnswer> {
    let (facts, step) = visitor.step_that(takes_passkey).await?;
    let party = visitor.relying_party()?;
    let answered = match Assertion::read(fields.field("credential")) {
        None => PasskeyResult::Refused(PasskeyRefusal::Unreadable),
        Some(assertion) => verify(&visitor, &party, &facts, &assertion).await?,
    };
    let verified = match answered {
        PasskeyResult::Verified(verified) => verified,
        PasskeyResult::Refused(refused) => return visitor.passkey_refused(&facts, &step, refused, None).await,
        PasskeyResult::Unknown { credential_id } => {
            return visitor.passkey_refused(&facts, &step, PasskeyRefusal::Unknown, Some(credential_id)).await;
        }
    };
    let work = visitor.clone();
    let wished_at = remembering::wished_at(&facts, &step, &fields);
    let taken: Result<Option<(NextPage, Option<RememberToken>)>, Fault> = visitor
        .app
        .db
        .write(move |tx| {
            Box::pin(async move {
                let Some(next) = take(tx, &work, &verified).await? else { return Ok(None) };
                let remembered = work.remember(tx, verified.person(), wished_at).await?;
                Ok(Some((next, remembered)))
            })
        })
        .await;
    match taken? {
        Some((next, remembered)) => Ok(visitor.go_remembered(&next, remembered.as_ref())),
        None => visitor.passkey_refused(&facts, &step, PasskeyRefusal::Unknown, None).await,
    }
}

/// The result of the answer of a browser.
enum PasskeyResult {
    /// The answer is valid.
    Verified(Verified),
    /// It proves nothing.
    Refused(PasskeyRefusal),
    /// Nobody has the passkey. Its identifier in the browser.
    Unknown { credential_id: String },
}

async fn verify(
    visitor: &SignInVisit,
    party: &RelyingParty,
    facts: &Facts,
    assertion: &Assertion,
) -> Result<PasskeyResult, Fault> {
    let Some(taken) = visitor.take_challenge(assertion.challenge_hash(), ChallengePurpose::Prove).await? else {
        return Ok(PasskeyResult::Refused(PasskeyRefusal::ChallengeIsOver));
    };
    let Some(passkey) = passkeys::of_credential(visitor.app.db.gathered(), assertion.credential_id()).await? else {
        let credential_id = data_encoding::BASE64URL_NOPAD.encode(assertion.credential_id());
        return Ok(PasskeyResult::Unknown { credential_id });
    };
    // The passkey must belong to the person of the email; a stranger has none. The comparison comes before the
    // verification, with the same message, so that nobody learns whose the email is.
    let is_expected = match (&visitor.sign_in.state, &facts.person) {
        (SignInState::Identified { .. }, None) => false,
        (_, Some(person)) => person.id == passkey.person,
        (_, None) => true,
    };
    if !is_expected {
        return Ok(PasskeyResult::Refused(PasskeyRefusal::AnotherPerson));
    }
    Ok(party.verify(taken, assertion, &passkey).map_or_else(PasskeyResult::Refused, PasskeyResult::Verified))
}

/// Records the proof of a valid answer; `None` if the passkey was removed meanwhile.
async fn take(tx: &mut Tx<'_>, visitor: &SignInVisit, verified: &Verified) -> Result<Option<NextPage>, Fault> {
    let SignInVisit { app, visit, .. } = visitor;
    let Some(person) = people::find_in_turn(tx, verified.person()).await? else { return Ok(None) };
    let Some(used) = passkeys::use_up(tx, verified, visitor.occasion(), visit.now).await? else { return Ok(None) };
    let mut entries = Vec::new();
    let mut visitor = visitor.clone();
    if matches!(visitor.sign_in.state, SignInState::Asking { .. }) {
        // From here on the sign-in names the person of the passkey.
        let named =
            SignInState::Identified { email: person.email.clone(), person: Some(person.id), chosen: Chosen::Nothing };
        if !store::change(tx, visitor.sign_in.id, &visitor.sign_in.state, &named).await? {
            return Ok(Some(NextPage::Page));
        }
        visitor.sign_in.state = named;
        entries.push(visitor.sign_in.entry(visit, Event::SignInIdentified));
    }
    if used.may_be_copied {
        entries.push(visitor.sign_in.entry(visit, Event::SignInPasskeyMayBeCopied).detail("name", &used.name));
        tell(tx, app, visit, person.id, &Notice::PasskeyMayBeCopied { name: used.name.clone() }).await?;
    }
    // A passkey cannot be guessed: no try was counted, so none is taken back.
    prove_with(tx, &visitor, (Factor::Passkey, &[]), &used.proven, entries).await.map(Some)
}

/// Adds a new passkey on the way in.
pub(crate) async fn add_passkey(visitor: SignInVisit, Form(fields): Form) -> Result<Response, EarlyAnswer> {
    let (facts, step) = visitor.step_that(|step| matches!(step, Step::SetUp(Factor::Passkey, _))).await?;
    let person = visitor.person_of(&facts)?.id;
    match add(&visitor, person, fields.field("credential")).await {
        Ok(next) => Ok(visitor.go(&next)),
        Err(PasskeyError::Refused(refused)) => visitor.passkey_refused(&facts, &step, refused, None).await,
        Err(PasskeyError::Fault(fault)) => Err(fault.into()),
    }
}

async fn add(visitor: &SignInVisit, person: PersonId, answer: &str) -> Result<NextPage, PasskeyError> {
    let attestation = Attestation::read(answer).ok_or(PasskeyRefusal::Unreadable)?;
    let taken = visitor.take_challenge(attestation.challenge_hash(), ChallengePurpose::Add).await?;
    let party = RelyingParty::of(&visitor.app.settings).ok_or(PasskeyRefusal::Unreadable)?;
    let new = party.verify_new(taken.ok_or(PasskeyRefusal::ChallengeIsOver)?, &attestation)?;
    let work = visitor.clone();
    visitor.app.db.write(move |tx| Box::pin(async move { keep(tx, &work, person, new).await })).await
}

async fn keep(
    tx: &mut Tx<'_>,
    visitor: &SignInVisit,
    person: PersonId,
    new: NewPasskey,
) -> Result<NextPage, PasskeyError> {
    let SignInVisit { app, visit, sign_in, .. } = visitor;
    // Browsers take turns, and each adds one only while that is still the step.
    people::take_turns(tx, person).await?;
    let facts = situation::of_sign_in(app, visit, sign_in, &mut Source::Transaction(tx)).await?;
    if !matches!(decide(&facts.situation), Step::SetUp(Factor::Passkey, _)) {
        return Ok(NextPage::Page);
    }
    if new.person() != person {
        return Err(PasskeyRefusal::AnotherPerson.into());
    }
    // A person who came in by the recovery code has lost the former factors, which no longer count.
    if facts.gave_recovery_code() {
        proofs::remove_second_steps(tx, person, visit.now).await?;
    }
    // Until the person gives it one of their own.
    let first_name = Texts::new(visit.language).text("passkey");
    let added = passkeys::add(tx, &app.random, new, (&first_name, visitor.occasion()), visit.now).await?;
    let method = added.proven.method().as_str();
    let entry = sign_in.entry(visit, Event::SignInSecondStepSetUp).person(person).detail("method", method);
    history::write(tx, &app.random, &entry).await?;
    tell(tx, app, visit, person, &Notice::PasskeyAdded { name: first_name }).await?;
    let kept = facts.session.as_ref().map(|session| session.id);
    factors_changed(tx, app, visit, person, kept).await?;
    Ok(prove(tx, visitor, (Factor::Passkey, &[]), &added.proven).await?)
}

impl SignInVisit {
    /// This service as the relying party of passkeys.
    ///
    /// # Errors
    /// The redirect to the page of the current step, if passkeys are not possible.
    fn relying_party(&self) -> Result<RelyingParty, EarlyAnswer> {
        RelyingParty::of(&self.app.settings).ok_or_else(|| self.to_current_step().into())
    }

    /// Uses a challenge of this sign-in up, whatever its answer.
    async fn take_challenge(
        &self,
        hash: [u8; 32],
        purpose: ChallengePurpose,
    ) -> Result<Option<SpentChallenge>, db::Error> {
        passkeys::take(&self.app.db, hash, purpose, &self.occasion(), self.visit.now).await
    }

    /// The step again, with the error of the passkey.
    async fn passkey_refused(
        &self,
        facts: &Facts,
        step: &Step,
        refused: PasskeyRefusal,
        unknown: Option<String>,
    ) -> Result<Response, EarlyAnswer> {
        // Nothing is guessed here and nobody is held back, so the lines in the history are limited instead.
        if self.app.flood.admit(&self.visit.network, self.visit.now).is_ok() {
            let mut entry = self.sign_in.entry(&self.visit, Event::SignInNotProven).detail("method", Factor::Passkey);
            entry = entry.detail("why", refused.as_str());
            entry.person = facts.person.as_ref().map(|person| person.id.to_string());
            let random = self.app.random.clone();
            let written: Result<(), db::Error> =
                self.app.db.write(move |tx| Box::pin(async move { history::write(tx, &random, &entry).await })).await;
            written?;
        }
        show::step(self, facts, step, StepMessage::PasskeyRefused { refused, unknown }).await
    }
}
