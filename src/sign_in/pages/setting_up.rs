//! Setting up a second step on the way in: the choice, the connection, the recovery code; and the acceptance of the
//! terms and conditions.

use axum::response::Response;

use super::factors::prove;
use super::show::{self, StepMessage};
use super::{SignInVisit, change};
use crate::directory::people;
use crate::event::Event;
use crate::platform::db::{Source, Tx};
use crate::platform::history;
use crate::platform::secret::Secret;
use crate::platform::web::early::EarlyAnswer;
use crate::platform::web::fault::Fault;
use crate::platform::web::parameters::Form;
use crate::platform::web::translations::Texts;
use crate::proofs::totp::{self, NewAuthenticator, Seed};
use crate::proofs::{self, Factor, SixDigits, recovery};
use crate::sign_in::decide::{Chosen, Need, Step, decide};
use crate::sign_in::finish::NextPage;
use crate::sign_in::notices::{Notice, tell};
use crate::sign_in::situation;
use crate::sign_in::store::{self, SetUp};
use crate::sign_in::{SignInState, factors_changed};

/// The step in which an authenticator app is connected.
const CONNECT: Step = Step::SetUp(Factor::AuthenticatorApp, Need::Required);

/// Records the choice of a second step.
pub(crate) async fn second_step(visitor: SignInVisit, Form(fields): Form) -> Result<Response, EarlyAnswer> {
    let (facts, step) = visitor.step_that(|step| *step == Step::ChooseSecondStep).await?;
    let possible = facts.situation.to_set_up();
    let Some(chosen) = fields.field("method").parse().ok().filter(|factor| possible.contains(factor)) else {
        return show::step(&visitor, &facts, &step, StepMessage::NothingIsChosen).await;
    };
    // If only the session named the person, the sign-in names them from here on.
    if let Some(person) = &facts.person {
        let chosen = SignInState::Identified {
            email: person.email.clone(),
            person: Some(person.id),
            chosen: Chosen::SetUp(chosen),
        };
        change(&visitor, chosen).await?;
    }
    if chosen == Factor::Phone {
        visitor.draw_set_up().await?;
    }
    Ok(visitor.to_current_step())
}

impl SignInVisit {
    /// The seed of the app that is being connected: made at its first showing, and the same until it is confirmed.
    pub(super) async fn seed(&self) -> Result<Seed, Fault> {
        let made = Seed::new(&self.app.random);
        self.being_set_up(SetUp::Authenticator, Secret::new(made.to_bytes().to_vec())).await.map(Seed::from_bytes)
    }

    /// The recovery code on the page: made at its first showing, and the same until the person says that it is kept
    /// safe. Until then it opens nothing, because another browser may show another one.
    pub(super) async fn recovery_code(&self) -> Result<Secret<String>, Fault> {
        let made = recovery::new_code(&self.app.random);
        let kept = self.being_set_up(SetUp::RecoveryCode, Secret::new(made.reveal().as_bytes().to_vec())).await?;
        readable(&kept)
    }

    async fn being_set_up(&self, kind: SetUp, made: Secret<Vec<u8>>) -> Result<Secret<Vec<u8>>, Fault> {
        let key = (self.sign_in.id, kind);
        if let Some(kept) = store::set_up(&self.app.db, &self.app.master_keys, key).await? {
            return Ok(kept);
        }
        let work = self.clone();
        self.app
            .db
            .write(move |tx| {
                Box::pin(async move {
                    // Of two tabs, one makes the secret and both show it.
                    let sealing = (&work.app.random, &work.app.master_keys);
                    store::keep_set_up(tx, sealing, key, made.reveal()).await?;
                    store::set_up(tx, &work.app.master_keys, key).await?.ok_or_else(|| Fault::new("nothing was kept"))
                })
            })
            .await
    }
}

fn readable(code: &Secret<Vec<u8>>) -> Result<Secret<String>, Fault> {
    String::from_utf8(code.reveal().clone()).map(Secret::new).map_err(Fault::new)
}

/// Connects an authenticator app by its first code.
pub(crate) async fn authenticator(visitor: SignInVisit, Form(fields): Form) -> Result<Response, EarlyAnswer> {
    let (facts, step) = visitor.step_that(|step| *step == CONNECT).await?;
    let person = visitor.person_of(&facts)?.id;
    let Ok(code) = fields.field("code").parse::<SixDigits>() else {
        return show::step(&visitor, &facts, &step, StepMessage::CodeIsNone).await;
    };
    let work = visitor.clone();
    let connected: Option<NextPage> =
        visitor.app.db.write(move |tx| Box::pin(async move { connect(tx, &work, person, &code).await })).await?;
    match connected {
        Some(next) => Ok(visitor.go(&next)),
        None => show::step(&visitor, &facts, &step, StepMessage::CodeIsWrong).await,
    }
}

/// No failure is counted, because the person sees the seed of the code.
async fn connect(
    tx: &mut Tx<'_>,
    visitor: &SignInVisit,
    person: people::PersonId,
    code: &SixDigits,
) -> Result<Option<NextPage>, Fault> {
    let SignInVisit { app, visit, sign_in, .. } = visitor;
    let key = (sign_in.id, SetUp::Authenticator);
    // Browsers take turns, and each connects an app only while that is still the step, so that nobody adds a second one
    // beside it.
    people::take_turns(tx, person).await?;
    let facts = situation::of_sign_in(app, visit, sign_in, &mut Source::Transaction(tx)).await?;
    if decide(&facts.situation) != CONNECT {
        return Ok(Some(NextPage::Page));
    }
    let Some(seed) = store::set_up(&mut *tx, &app.master_keys, key).await? else { return Ok(Some(NextPage::Page)) };
    let seed = Seed::from_bytes(seed);
    // Nothing changes by a wrong code.
    if seed.step_of(&code.clone().into(), visit.now).is_none() {
        return Ok(None);
    }
    let sealing = (&app.random, &app.master_keys);
    let occasion = (visitor.occasion(), visit.now);
    // A person who came in by the recovery code has lost the phone, whose authenticator app no longer counts.
    if facts.gave_recovery_code() {
        proofs::remove_second_steps(tx, person, visit.now).await?;
    }
    // Until the person gives it one of their own.
    let first_name = Texts::new(visit.language).text("authenticator-first-name");
    let new = NewAuthenticator { name: &first_name, seed: &seed };
    let Some(proven) = totp::connect(tx, sealing, person, &new, code, occasion).await? else { return Ok(None) };
    store::forget_set_up(tx, key).await?;
    let entry =
        sign_in.entry(visit, Event::SignInSecondStepSetUp).person(person).detail("method", Factor::AuthenticatorApp);
    history::write(tx, &app.random, &entry).await?;
    factors_changed(tx, app, visit, person, facts.session.as_ref().map(|session| session.id)).await?;
    tell(tx, app, visit, person, &Notice::SecondStepSetUp).await?;
    prove(tx, visitor, (Factor::AuthenticatorApp, &[]), &proven).await.map(Some)
}

/// Records that the recovery code is kept safe.
pub(crate) async fn recovery_saved(visitor: SignInVisit, Form(fields): Form) -> Result<Response, EarlyAnswer> {
    let (facts, step) = visitor.step_that(|step| *step == Step::SaveRecoveryCode).await?;
    let person = visitor.person_of(&facts)?.id;
    if fields.field("saved").is_empty() {
        return show::step(&visitor, &facts, &step, StepMessage::NotSaved).await;
    }
    // Only a person who was shown a code can have kept it.
    let shown =
        store::set_up(&visitor.app.db, &visitor.app.master_keys, (visitor.sign_in.id, SetUp::RecoveryCode)).await?;
    let Some(shown) = shown else { return Ok(visitor.to_current_step()) };
    let hash = visitor.app.hashing.make(readable(&shown)?).await?;
    visitor
        .advance_after(Some(person), move |tx, visitor| {
            Box::pin(async move {
                let SignInVisit { app, visit, sign_in, .. } = visitor;
                if store::forget_set_up(tx, (sign_in.id, SetUp::RecoveryCode)).await?
                    && recovery::keep(tx, person, &hash, visit.now).await?
                {
                    let entry = sign_in.entry(visit, Event::SignInRecoveryCodeSaved).person(person);
                    history::write(tx, &app.random, &entry).await?;
                    tell(tx, app, visit, person, &Notice::RecoveryCodeSaved).await?;
                }
                Ok(())
            })
        })
        .await
}

/// Records the acceptance of the terms and conditions.
pub(crate) async fn terms(visitor: SignInVisit, Form(fields): Form) -> Result<Response, EarlyAnswer> {
    let (facts, step) = visitor.step_that(|step| *step == Step::AcceptTerms).await?;
    let person = visitor.person_of(&facts)?.id;
    let Some(terms) = visitor.app.settings.terms.clone() else { return Ok(visitor.to_current_step()) };
    if fields.field("accepted").is_empty() {
        return show::step(&visitor, &facts, &step, StepMessage::NotAccepted).await;
    }
    visitor
        .advance_after(Some(person), move |tx, visitor| {
            Box::pin(async move {
                let SignInVisit { app, visit, sign_in, .. } = visitor;
                people::accept_terms(tx, person, &terms.version).await?;
                let entry = sign_in.entry(visit, Event::SignInTermsAccepted).person(person);
                Ok(history::write(tx, &app.random, &entry.detail("version", &terms.version)).await?)
            })
        })
        .await
}
