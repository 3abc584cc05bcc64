//! The question of a sign-in to the person's phones, and the sign-in's end where they refuse it.

use super::decide::{Step, decide};
use super::notices::{Notice, browser_in_words, tell};
use super::situation::{self, Facts};
use super::{SignIn, SignInId, store};
use crate::directory::people::{Person, PersonId};
use crate::event::Event;
use crate::platform::core::Core;
use crate::platform::db::{Source, Tx};
use crate::platform::history;
use crate::platform::web::fault::Fault;
use crate::platform::web::translations::{Language, Texts};
use crate::platform::web::visit::Visit;
use crate::proofs::approvals::{
    self, ApprovalId, ApprovalNumber, ApprovalOutcome, ApprovalQuestion, ApprovalRequest, Asking, ForgottenQuestion,
    LONGEST_NUMBER, QuestionKind,
};
use crate::proofs::phone_set_up;
use crate::proofs::phones::{self, PhoneCall, PhoneId, PhoneProof};
use crate::proofs::{Factor, Method};

/// Asks the phones, if the sign-in still asks for an approval.
pub(super) async fn ask_phones(
    tx: &mut Tx<'_>,
    app: &Core,
    visit: &Visit,
    sign_in: &SignIn,
) -> Result<Option<Asking>, Fault> {
    let facts = situation::of_sign_in(app, visit, sign_in, &mut Source::Transaction(tx)).await?;
    if !matches!(decide(&facts.situation), Step::Prove(Factor::Phone, _)) {
        // Another tab was faster: its page shows what comes next.
        return Ok(None);
    }
    ask(tx, app, visit, sign_in, &facts).await.map(Some)
}

/// Asks the phones as the step is reached; a sign-in that has asked before is asked again only by a button.
pub(super) async fn ask_first(
    tx: &mut Tx<'_>,
    app: &Core,
    visit: &Visit,
    sign_in: &SignIn,
    facts: &Facts,
) -> Result<(), Fault> {
    let Some(person) = &facts.person else { return Err(Fault::new("nobody's phones are asked")) };
    if approvals::of_occasion(&mut *tx, person.id, &sign_in.occasion()).await?.is_none() {
        ask(tx, app, visit, sign_in, facts).await?;
    }
    Ok(())
}

async fn ask(tx: &mut Tx<'_>, app: &Core, visit: &Visit, sign_in: &SignIn, facts: &Facts) -> Result<Asking, Fault> {
    let Some(person) = &facts.person else { return Err(Fault::new("nobody's phones are asked")) };
    let language = Language::parse_tag(&person.language).unwrap_or(Language::English);
    let wish = ApprovalRequest {
        person: person.id,
        occasion: sign_in.occasion(),
        question: ApprovalQuestion {
            is_new_network: !facts.situation.place.network_is_known,
            digits: facts.situation.policy.approval_digits(),
            ..question(app, visit, sign_in, language)
        },
        user_agent: visit.user_agent.clone(),
    };
    let asking = approvals::ask(tx, app, &wish, visit.now).await?;
    let event = match asking {
        Asking::Asked { question, until } => {
            let call = PhoneCall { language, path: &format!("/app/approvals/{question}"), until };
            phones::call(tx, app, person.id, call, visit.now).await?;
            Event::SignInPhonesAsked
        }
        Asking::HeldBack => Event::SignInHeldBack,
        Asking::AsksAlready | Asking::OtherAsks { .. } => return Ok(asking),
    };
    let entry = sign_in.entry(visit, event).person(person.id).detail("method", Factor::Phone.word());
    history::write(tx, &app.random, &entry).await?;
    Ok(asking)
}

/// Asks the phones of a person whose password is forgotten, before any proof. Strangers ask as well, so they hold back
/// nothing of the person, and the work is the same for a person with a phone, one without, and nobody.
pub(super) async fn ask_for_new_password(
    tx: &mut Tx<'_>,
    app: &Core,
    visit: &Visit,
    sign_in: &SignIn,
    person: Option<&Person>,
) -> Result<ForgottenQuestion, Fault> {
    let whose = person.map_or(PersonId::NOBODY, |person| person.id);
    let language = person.and_then(|person| Language::parse_tag(&person.language)).unwrap_or(visit.language);
    let has_phone = !phones::of_person(&mut *tx, whose).await?.is_empty();
    let wish = ApprovalRequest {
        person: whose,
        occasion: sign_in.occasion(),
        question: ApprovalQuestion {
            asks: QuestionKind::NewPassword,
            digits: LONGEST_NUMBER,
            ..question(app, visit, sign_in, language)
        },
        user_agent: visit.user_agent.clone(),
    };
    let asked = approvals::ask_for_password(tx, app, &wish, has_phone, visit.now).await?;
    let call = PhoneCall { language, path: &format!("/app/approvals/{}", asked.id), until: asked.until };
    let called = if asked.waits { whose } else { PersonId::NOBODY };
    phones::call_or_nobody(tx, app, called, call, visit.now).await?;
    Ok(asked)
}

/// The question about a sign-in in this browser, before anything is known of the person.
pub(super) fn question(app: &Core, visit: &Visit, sign_in: &SignIn, language: Language) -> ApprovalQuestion {
    ApprovalQuestion {
        application: sign_in.names.application.clone().unwrap_or_else(|| app.settings.organisation.clone()),
        company: sign_in.names.company.clone().unwrap_or_default(),
        address: app.settings.public_url.host().to_owned(),
        place: app.places.name(&visit.network, language).unwrap_or_default(),
        network: visit.network.to_string(),
        is_new_network: false,
        browser: browser_in_words(Texts::new(language), &visit.user_agent),
        at: visit.now,
        digits: 0,
        asks: QuestionKind::SignIn,
    }
}

/// Takes the answer of a phone to a question.
pub(crate) async fn approve_on_phone(
    tx: &mut Tx<'_>,
    app: &Core,
    visit: &Visit,
    proof: &PhoneProof,
    (question, typed): (ApprovalId, &ApprovalNumber),
) -> Result<ApprovalOutcome, Fault> {
    let outcome = approvals::approve(tx, app, proof, (question, typed), visit.now).await?;
    if let Some(found) = approvals::find(&mut *tx, proof.person(), question).await? {
        let answer = PhoneOutcome { person: proof.person(), method: Method::phone(proof.by_passkey()), outcome };
        write_outcome(tx, app, visit, SignInId::from(found.occasion), &answer).await?;
    }
    Ok(outcome)
}

/// The outcome of a phone's answer about a sign-in, for the history.
pub(super) struct PhoneOutcome {
    /// The person of the phone.
    pub(super) person: PersonId,
    /// The way in which the phone proves them.
    pub(super) method: Method,
    /// The outcome.
    pub(super) outcome: ApprovalOutcome,
}

/// Writes the outcome of a phone's answer into the history of its sign-in. An answer that came too late is not written.
pub(super) async fn write_outcome(
    tx: &mut Tx<'_>,
    app: &Core,
    visit: &Visit,
    id: SignInId,
    answer: &PhoneOutcome,
) -> Result<(), Fault> {
    let (event, why) = match answer.outcome {
        ApprovalOutcome::Approved => (Event::SignInApprovedOnPhone, None),
        ApprovalOutcome::WrongNumber => (Event::SignInNotProven, Some("another number")),
        ApprovalOutcome::LastWrongNumber => (Event::SignInNotProven, Some("another number, the last")),
        ApprovalOutcome::Over => return Ok(()),
    };
    let Some(sign_in) = store::find(&mut *tx, id).await? else { return Ok(()) };
    let mut entry = sign_in.entry(visit, event).person(answer.person).detail("method", answer.method);
    if let Some(why) = why {
        entry = entry.detail("why", why);
    }
    Ok(history::write(tx, &app.random, &entry).await?)
}

/// Refuses a question at a person's wish: "This wasn't me". The sign-in ends, and the person is told what to do.
/// `None` where the question has ended or was answered. The caller has the turn of the person.
pub(crate) async fn refuse_on_phone(
    tx: &mut Tx<'_>,
    app: &Core,
    visit: &Visit,
    (phone, person): (PhoneId, PersonId),
    question: ApprovalId,
) -> Result<Option<ApprovalQuestion>, Fault> {
    let Some(refused) = approvals::refuse(tx, (phone, person), question, visit.now).await? else { return Ok(None) };
    let there = visit.elsewhere(&refused.question.network, &refused.user_agent);
    end_refused(tx, app, &there, person, SignInId::from(refused.occasion)).await?;
    Ok(Some(refused.question))
}

/// Ends a sign-in that a person said not to be theirs. `there` is the visit of the browser that asked, because the
/// message tells of it and not of the phone that answered.
pub(super) async fn end_refused(
    tx: &mut Tx<'_>,
    app: &Core,
    there: &Visit,
    person: PersonId,
    id: SignInId,
) -> Result<(), Fault> {
    let Some(sign_in) = store::find(&mut *tx, id).await? else { return Ok(()) };
    if store::give_up(tx, id, there.now).await? {
        store::forget_set_up(tx, (id, store::SetUp::Authenticator)).await?;
        store::forget_set_up(tx, (id, store::SetUp::RecoveryCode)).await?;
        phone_set_up::withdraw(tx, id.into()).await?;
        store::forget_proofs(tx, id).await?;
    }
    let entry = sign_in.entry(there, Event::SignInRefusedOnPhone).person(person);
    history::write(tx, &app.random, &entry).await?;
    tell(tx, app, there, person, &Notice::SignInRefused).await
}
