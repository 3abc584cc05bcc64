//! The question of a sign-in to the person's phones, and the sign-in's end where they refuse it.

use super::decide::{Step, decide};
use super::notices::{Notice, browser_in_words, tell};
use super::situation::{self, Facts};
use super::{SignIn, SignInId, store};
use crate::directory::people::PersonId;
use crate::event::Event;
use crate::platform::core::Core;
use crate::platform::db::{Source, Tx};
use crate::platform::history;
use crate::platform::web::fault::Fault;
use crate::platform::web::network::Network;
use crate::platform::web::translations::{Language, Texts};
use crate::platform::web::visit::Visit;
use crate::proofs::Factor;
use crate::proofs::approvals::{
    self, ApprovalId, ApprovalNumber, ApprovalOutcome, ApprovalQuestion, ApprovalRequest, Asking,
};
use crate::proofs::phones::{PhoneId, PinProof};

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
        Asking::Asked => Event::SignInPhonesAsked,
        Asking::HeldBack => Event::SignInHeldBack,
        Asking::AsksAlready | Asking::OtherAsks { .. } => return Ok(asking),
    };
    let entry = sign_in.entry(visit, event).person(person.id).detail("method", Factor::Phone.word());
    history::write(tx, &app.random, &entry).await?;
    Ok(asking)
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
    }
}

/// Takes the answer of a phone to a question.
pub(crate) async fn approve_on_phone(
    tx: &mut Tx<'_>,
    app: &Core,
    visit: &Visit,
    proof: &PinProof,
    (question, typed): (ApprovalId, &ApprovalNumber),
) -> Result<ApprovalOutcome, Fault> {
    let outcome = approvals::approve(tx, app, proof, (question, typed), visit.now).await?;
    let (event, why) = match outcome {
        ApprovalOutcome::Approved => (Event::SignInApprovedOnPhone, None),
        ApprovalOutcome::WrongNumber => (Event::SignInNotProven, Some("another number")),
        ApprovalOutcome::LastWrongNumber => (Event::SignInNotProven, Some("another number, the last")),
        ApprovalOutcome::Over => return Ok(outcome),
    };
    if let Some(found) = approvals::find(&mut *tx, proof.person(), question).await?
        && let Some(sign_in) = store::find(&mut *tx, SignInId::from(found.occasion)).await?
    {
        let mut entry = sign_in.entry(visit, event).person(proof.person()).detail("method", Factor::Phone.word());
        if let Some(why) = why {
            entry = entry.detail("why", why);
        }
        history::write(tx, &app.random, &entry).await?;
    }
    Ok(outcome)
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
    let asked_from = (refused.question.network.as_str(), refused.user_agent.as_str());
    end_refused(tx, app, visit, person, (refused.occasion, asked_from)).await?;
    Ok(Some(refused.question))
}

/// Ends a sign-in that a person said not to be theirs. The message tells of the browser that asked, and not of the
/// phone that answered.
pub(super) async fn end_refused(
    tx: &mut Tx<'_>,
    app: &Core,
    visit: &Visit,
    person: PersonId,
    (occasion, (network, user_agent)): (uuid::Uuid, (&str, &str)),
) -> Result<(), Fault> {
    let id = SignInId::from(occasion);
    let there =
        Visit { network: Network::from_stored(network.to_owned()), user_agent: user_agent.to_owned(), ..visit.clone() };
    let Some(sign_in) = store::find(&mut *tx, id).await? else { return Ok(()) };
    if store::give_up(tx, id, visit.now).await? {
        store::forget_set_up(tx, (id, store::SetUp::Authenticator)).await?;
        store::forget_set_up(tx, (id, store::SetUp::RecoveryCode)).await?;
        store::forget_proofs(tx, id).await?;
    }
    let entry = sign_in.entry(&there, Event::SignInRefusedOnPhone).person(person);
    history::write(tx, &app.random, &entry).await?;
    tell(tx, app, &there, person, &Notice::SignInRefused).await
}
