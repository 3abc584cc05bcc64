//! The confirmation code of a new network: sent when its step is reached and on request, never because a page is
//! opened.

use axum::response::Response;
use http::StatusCode;
use http::header::RETRY_AFTER;

use super::factors::prove;
use super::show::{self, StepMessage};
use super::{Facts, SignInVisit};
use crate::directory::people::{self, Person};
use crate::directory::{companies, users};
use crate::event::Event;
use crate::platform::clock::Timestamp;
use crate::platform::messages;
use crate::platform::phone_number::PhoneNumber;
use crate::platform::web::early::EarlyAnswer;
use crate::platform::web::fault::Fault;
use crate::platform::web::page::Page;
use crate::platform::web::parameters::Form;
use crate::platform::web::refusal;
use crate::platform::web::views::Contact;
use crate::proofs::codes::{self, CodeCheck, CodeContacts, NotSent};
use crate::proofs::{Factor, SixDigits};
use crate::sign_in::captions::Caption;
use crate::sign_in::code_views::{CodeStands, ConfirmationCodePage, SentTo};
use crate::sign_in::decide::{Need, Step};
use crate::sign_in::finish::{NextPage, send_code};

/// Checks the code.
pub(crate) async fn confirmation_code(visitor: SignInVisit, Form(fields): Form) -> Result<Response, EarlyAnswer> {
    let (facts, step) =
        visitor.step_that(|step| *step == Step::Prove(Factor::ConfirmationCode, Need::Required)).await?;
    let person = visitor.person_of(&facts)?.id;
    let Ok(code) = fields.field("code").parse::<SixDigits>() else {
        return show::step(&visitor, &facts, &step, StepMessage::ConfirmationCodeIsNone).await;
    };
    let (network, now) = (&visitor.visit.network, visitor.visit.now);
    let matched = match codes::check(&visitor.app, (person, visitor.occasion()), &code, network, now).await? {
        CodeCheck::Right(matched) => matched,
        CodeCheck::Wrong { tries_left } => {
            let said = StepMessage::ConfirmationCodeIsWrong { tries_left };
            return visitor.wrong(&facts, &step, Factor::ConfirmationCode, said).await;
        }
        CodeCheck::Over => return show::step(&visitor, &facts, &step, StepMessage::ConfirmationCodeIsOver).await,
        CodeCheck::TooEarly(early) => {
            if visitor.app.flood.admit(network, now).is_ok() {
                visitor.write(Event::SignInHeldBack, &facts, Factor::ConfirmationCode).await?;
            }
            let said = if early.is_for_good() { StepMessage::Closed } else { StepMessage::TooEarly(early.until) };
            return too_early(&visitor, &facts, &step, said).await;
        }
    };
    let subjects = codes::subjects(person, network);
    let work = visitor.clone();
    let next: Result<NextPage, Fault> = visitor
        .app
        .db
        .write(move |tx| {
            Box::pin(async move {
                people::take_turns(tx, person).await?;
                // Of simultaneous right answers, one uses the code up; the others see the current step.
                let Some(proven) = codes::use_up(tx, &matched, work.visit.now).await? else {
                    return Ok(NextPage::Page);
                };
                prove(tx, &work, (Factor::ConfirmationCode, &subjects), &proven).await
            })
        })
        .await;
    Ok(visitor.go(&next?))
}

/// Sends a new code.
pub(crate) async fn send_confirmation_code(visitor: SignInVisit) -> Result<Response, EarlyAnswer> {
    let (facts, step) =
        visitor.step_that(|step| *step == Step::Prove(Factor::ConfirmationCode, Need::Required)).await?;
    let person = visitor.person_of(&facts)?.clone();
    let work = visitor.clone();
    let not_sent: Result<Option<NotSent>, Fault> = visitor
        .app
        .db
        .write(move |tx| {
            Box::pin(async move {
                people::take_turns(tx, person.id).await?;
                let SignInVisit { app, visit, sign_in, .. } = &work;
                send_code(tx, app, visit, sign_in).await
            })
        })
        .await;
    match not_sent? {
        None => Ok(visitor.to_current_step()),
        Some(NotSent::Closed) => too_early(&visitor, &facts, &step, StepMessage::Closed).await,
        Some(NotSent::Until(until)) => too_early(&visitor, &facts, &step, StepMessage::NoCodeUntil(until)).await,
        Some(NotSent::NoWay) => too_early(&visitor, &facts, &step, StepMessage::NoCodeNow).await,
    }
}

async fn too_early(
    visitor: &SignInVisit,
    facts: &Facts,
    step: &Step,
    said: StepMessage,
) -> Result<Response, EarlyAnswer> {
    let wait = said.wait_seconds(visitor.visit.now);
    let mut response = show::step(visitor, facts, step, said).await?;
    *response.status_mut() = StatusCode::TOO_MANY_REQUESTS;
    if let Some(seconds) = wait {
        response.headers_mut().insert(RETRY_AFTER, seconds.into());
    }
    Ok(response)
}

/// The page of the code.
pub(super) async fn page(
    visitor: &SignInVisit,
    facts: &Facts,
    status: StatusCode,
    said: &StepMessage,
) -> Result<Response, EarlyAnswer> {
    let Some(person) = &facts.person else { return Err(Fault::new("a code is asked of nobody").into()) };
    let page = show::page(visitor);
    let mut door = show::door(visitor, Caption::SigningIn, Some(person));
    door.network = Some(show::network(visitor, facts, &page));
    let code = match codes::waiting(&visitor.app.db, person.id, &visitor.occasion()).await? {
        None => CodeStands::NotSent { to: would_go_to(&facts.code_contacts, &page) },
        Some(code) if code.is_open(visitor.visit.now) => CodeStands::Open {
            to: went_to(visitor, &page, &code).await?,
            seconds_left: seconds(visitor.visit.now, code.expires_at),
            lives: i64::try_from(codes::LIVES.as_secs()).unwrap_or(i64::MAX),
            until: exact_time(visitor, &page, code.expires_at),
        },
        Some(_) => CodeStands::Over { to: would_go_to(&facts.code_contacts, &page) },
    };
    // The page itself says that the code is over, and has no field for an error.
    let is_open = matches!(code, CodeStands::Open { .. });
    let error = match said {
        StepMessage::ConfirmationCodeIsWrong { tries_left } if is_open => {
            Some(page.texts.count("new-network-error-no-match", "tries", *tries_left))
        }
        StepMessage::ConfirmationCodeIsNone if is_open => Some(page.t("new-network-error-empty")),
        _ => None,
    };
    let refused = match said {
        StepMessage::Closed | StepMessage::NoCodeNow => said.key().map(|key| page.t(key)),
        _ => None,
    };
    let view = ConfirmationCodePage {
        door,
        sign_in: visitor.sign_in.id.to_string(),
        code,
        error,
        refused,
        wait_seconds: said.wait_seconds(visitor.visit.now),
        wait_title: page.t(if matches!(said, StepMessage::NoCodeUntil(_)) {
            "new-network-too-many"
        } else {
            "wait-title"
        }),
        other_ways: facts.situation.usable(),
        administrator: administrator(visitor, person, &page).await?,
        page,
    };
    Ok(show::answer(visitor, status, &view))
}

pub(super) fn seconds(now: Timestamp, until: Timestamp) -> i64 {
    i64::try_from(until.since(now).as_millis().div_ceil(1000)).unwrap_or(i64::MAX)
}

pub(super) fn exact_time(visitor: &SignInVisit, page: &Page, at: Timestamp) -> String {
    let zoned = at.in_zone(&visitor.app.settings.time_zone);
    zoned.map(|at| page.texts.time_exact(at.datetime())).unwrap_or_default()
}

/// The messages of a code, with their state of delivery.
async fn went_to(visitor: &SignInVisit, page: &Page, code: &codes::Waiting) -> Result<Vec<SentTo>, Fault> {
    let zoned = code.sent_at.in_zone(&visitor.app.settings.time_zone);
    let time = zoned.map(|at| page.texts.time(at.datetime())).unwrap_or_default();
    let mut messages = Vec::new();
    for (is_phone, id) in [(true, &code.sms), (false, &code.email)] {
        let Some(id) = id else { continue };
        messages.extend(messages::find(&visitor.app.db, id).await?.map(|message| (is_phone, message)));
    }
    let is_any_there = messages.iter().any(|(_, message)| message.problem.is_none());
    let shown = messages.into_iter().map(|(is_phone, message)| {
        // A channel that failed or refused: the note leads to the other message, if there is one.
        let has_problem = message.problem.is_some();
        let key = match (is_phone, has_problem, is_any_there) {
            (true, false, _) => "new-network-sms-sent",
            (false, false, _) => "new-network-email-sent",
            (true, true, true) => "new-network-sms-late",
            (false, true, true) => "new-network-email-late",
            (true, true, false) => "new-network-sms-waits",
            (false, true, false) => "new-network-email-waits",
        };
        shown(page, is_phone, &message.to, page.t1(key, "time", &time), has_problem && is_any_there)
    });
    Ok(shown.collect())
}

fn would_go_to(code_contacts: &CodeContacts, page: &Page) -> Vec<SentTo> {
    let phone = code_contacts.phone.as_ref().map(|phone| shown(page, true, phone.as_str(), String::new(), false));
    let email = code_contacts.email.as_ref().map(|email| shown(page, false, email, String::new(), false));
    phone.into_iter().chain(email).collect()
}

fn shown(page: &Page, is_phone: bool, to: &str, note: String, is_late: bool) -> SentTo {
    let phone = PhoneNumber::parse(to).ok().filter(|_| is_phone);
    let (masked, spoken) = if let Some(phone) = phone {
        let (one, two) = codes::last_digits(&phone);
        (codes::masked_phone(&phone), page.t1("new-network-phone-ends", "digits", &format!("{one} {two}")))
    } else {
        let domain = to.rsplit_once('@').map_or("", |(_, domain)| domain);
        (codes::masked_email(to), page.t1("new-network-email-at", "domain", domain))
    };
    SentTo { is_phone, masked, spoken, note, is_late }
}

/// The contact who can correct the person's phone: their basic company or, without one, the operator.
pub(super) async fn administrator(
    visitor: &SignInVisit,
    person: &Person,
    page: &Page,
) -> Result<Option<Contact>, Fault> {
    let companies = users::of_person(&visitor.app.db, person.id).await?;
    let Some(basic) = companies.into_iter().find(|user| user.basic) else { return Ok(refusal::contact(&visitor.app)) };
    let Some(company) = companies::find(&visitor.app.db, basic.company).await? else {
        return Ok(refusal::contact(&visitor.app));
    };
    Ok(Some(Contact {
        role: Some(page.t("new-network-administrator-role")),
        name: company.name,
        phone: company.contact_phone,
        email: company.contact_email,
    }))
}
