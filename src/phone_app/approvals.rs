//! The questions of sign-ins elsewhere: what waits, the question itself, and its answer.

use std::sync::Arc;

use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use http::StatusCode;

use super::answers;
use super::body::SignatureBody;
use super::pages::{frame, page};
use super::question_views::{AnswerForm, QuestionOverPage, QuestionPage, ShownQuestion, StoppedPage};
use super::who::{self, HOME, OpenApp};
use crate::app::App;
use crate::directory::{companies, people};
use crate::platform::clock::Timestamp;
use crate::platform::core::Core;
use crate::platform::db;
use crate::platform::web::early::{EarlyAnswer, PathEnd};
use crate::platform::web::fault::Fault;
use crate::platform::web::page::Page;
use crate::platform::web::refusal;
use crate::platform::web::views::Contact;
use crate::platform::web::visit::Visit;
use crate::proofs::approvals::{
    self, ApprovalId, ApprovalNumber, ApprovalOutcome, ApprovalQuestion, ApprovalStanding, QuestionKind,
};
use crate::proofs::phones::{
    self, Answered, AppPhone, PhoneAnswer, PhoneCheck, PhoneProof, SignedText, SigningPurpose,
};
use crate::sign_in::{approve_on_phone, on_phone, refuse_on_phone, sessions};

pub(super) fn path(id: ApprovalId) -> String {
    format!("/app/approvals/{id}")
}

pub(super) fn seconds(now: Timestamp, until: Timestamp) -> i64 {
    i64::try_from(until.since(now).as_millis().div_ceil(1000)).unwrap_or(i64::MAX)
}

/// A time of the day.
pub(super) fn time(app: &Core, page: &Page, at: Timestamp) -> String {
    at.in_zone(&app.settings.time_zone).map(|at| page.texts.time(at.datetime())).unwrap_or_default()
}

/// `GET /app/approvals/{id}`: the question, or what became of it.
pub(crate) async fn show(
    State(app): State<App>,
    visit: Visit,
    PathEnd(id): PathEnd<ApprovalId>,
) -> Result<Response, EarlyAnswer> {
    let open = who::open(&app, &visit).await?;
    let found = approvals::find(&app.db, open.phone.person, id).await?.ok_or_else(EarlyAnswer::not_found)?;
    let (page, frame) = (page(&app, &visit, &path(id)), frame(&app, Some(&open.phone)));
    let view = match found.standing(visit.now) {
        ApprovalStanding::Open => QuestionPage {
            title: page.t(title_key(found.question.asks)),
            asked: shown(&app, &page, &found.question, visit.now),
            form: AnswerForm {
                action: format!("{}/approve", path(id)),
                refuse: format!("{}/refuse", path(id)),
                purpose: SigningPurpose::Approve.as_str(),
                subject: id.to_string(),
                fields: fields(&found.question.signed(&found.question.time())),
                digits: found.question.digits,
                number_label: page.t("approval-number"),
                button: page.t("approval-approve"),
            },
            seconds_left: seconds(visit.now, found.expires_at),
            until: time(&app, &page, found.expires_at),
            warnings: warning_key(found.question.asks).map(|key| page.t(key)).into_iter().collect(),
            check: None,
            frame,
            page,
        },
        ApprovalStanding::Refused => return stopped(&app, page, &open, &found.question).await,
        standing => {
            let is_approved = standing == ApprovalStanding::Approved || found.is_used();
            let (title, text) = match (is_approved, standing) {
                (true, _) => ("approval-approved", None),
                (_, ApprovalStanding::Mismatched) => ("approval-over", Some("approval-number-ended")),
                _ => ("approval-over", Some("approval-over-text")),
            };
            let (title, text) = (page.t(title), text.map(|text| page.t(text)).unwrap_or_default());
            let view = QuestionOverPage { page, frame, title, text };
            return Ok(refusal::show(StatusCode::OK, &view));
        }
    };
    Ok(refusal::show(StatusCode::OK, &view))
}

/// The key of the question in words.
fn title_key(asks: QuestionKind) -> &'static str {
    match asks {
        QuestionKind::SignIn => "approval-question",
        QuestionKind::NewPassword => "approval-question-password",
    }
}

/// The key of a warning beside it.
fn warning_key(asks: QuestionKind) -> Option<&'static str> {
    (asks == QuestionKind::NewPassword).then_some("approval-password-warning")
}

/// The facts of a question, as a phone shows them.
pub(super) fn shown(app: &Core, page: &Page, asked: &ApprovalQuestion, now: Timestamp) -> ShownQuestion {
    ShownQuestion {
        application: asked.application.clone(),
        company: asked.company.clone(),
        address: None,
        place: asked.place.clone(),
        network: asked.network.clone(),
        is_new_network: asked.is_new_network,
        browser: asked.browser.clone(),
        time: moment(app, page, asked.at, now),
    }
}

/// A moment of today by its time, and an earlier one by its date and time.
pub(super) fn moment(app: &Core, page: &Page, at: Timestamp, now: Timestamp) -> String {
    let here = |at: Timestamp| at.in_zone(&app.settings.time_zone);
    match (here(at), here(now)) {
        (Some(at), Some(now)) if at.date() == now.date() => {
            page.t1("approval-today", "time", &page.texts.time(at.datetime()))
        }
        (Some(at), _) => page.texts.date_time(at.datetime()),
        (None, _) => String::new(),
    }
}

/// The fields that are signed, as the script reads them.
pub(super) fn fields(signed: &[(&str, &str)]) -> String {
    serde_json::json!(signed).to_string()
}

/// `POST /app/approvals/{id}/approve`: takes the signature over the question and the number.
pub(crate) async fn approve(
    State(app): State<App>,
    visit: Visit,
    id: QuestionPath<ApprovalId>,
    body: SignatureBody,
) -> Result<Response, EarlyAnswer> {
    let open = who::open_for_script(&app, &visit).await?;
    let (QuestionPath(id), page, person) = (id, page(&app, &visit, HOME), open.phone.person);
    let found = approvals::find(&app.db, person, id).await?;
    let Some(found) = found.filter(|found| found.standing(visit.now) == ApprovalStanding::Open) else {
        return Ok(answers::next(&path(id)));
    };
    let Some(number) = ApprovalNumber::typed(&body.number) else {
        return Ok(answer(&page, ApprovalOutcome::WrongNumber, &path(id)));
    };
    let time = found.question.time();
    let fields = [&found.question.signed(&time)[..], &[("number", number.as_str())]].concat();
    let asked = AskedText { purpose: SigningPurpose::Approve, subject: id.to_string(), fields: &fields };
    let proof = Arc::new(signed(&app, &visit, &open.phone, asked, &body).await?);
    let (work, own) = (app.core.clone(), visit.clone());
    let outcome: Result<ApprovalOutcome, Fault> = app
        .db
        .write(move |tx| Box::pin(async move { approve_on_phone(tx, &work, &own, &proof, (id, &number)).await }))
        .await;
    Ok(answer(&page, outcome?, &path(id)))
}

/// The answer to a signature that holds.
pub(super) fn answer(page: &Page, outcome: ApprovalOutcome, path: &str) -> Response {
    match outcome {
        ApprovalOutcome::WrongNumber => answers::wrong_number(page),
        ApprovalOutcome::LastWrongNumber => answers::last_wrong_number(page, path),
        ApprovalOutcome::Approved | ApprovalOutcome::Over => answers::next(path),
    }
}

/// The text of a question that a phone has signed.
pub(super) struct AskedText<'a> {
    /// The purpose.
    pub(super) purpose: SigningPurpose,
    /// The question.
    pub(super) subject: String,
    /// The fields that the phone showed, and the number that was typed.
    pub(super) fields: &'a [(&'a str, &'a str)],
}

/// The right PIN or passkey behind the answer to a question.
///
/// # Errors
/// The answer to a wrong one.
pub(super) async fn signed(
    app: &App,
    visit: &Visit,
    phone: &AppPhone,
    asked: AskedText<'_>,
    body: &SignatureBody,
) -> Result<PhoneProof, EarlyAnswer> {
    holding(app, visit, phone, asked, body.answer()).await
}

/// The right PIN behind a signature.
///
/// # Errors
/// The answer to a wrong one.
pub(super) async fn signed_by_pin(
    app: &App,
    visit: &Visit,
    phone: &AppPhone,
    asked: AskedText<'_>,
    signature: &[u8],
) -> Result<PhoneProof, EarlyAnswer> {
    holding(app, visit, phone, asked, PhoneAnswer::Pin(signature)).await
}

async fn holding(
    app: &App,
    visit: &Visit,
    phone: &AppPhone,
    asked: AskedText<'_>,
    answer: PhoneAnswer<'_>,
) -> Result<PhoneProof, EarlyAnswer> {
    let AskedText { purpose, subject, fields } = asked;
    let text = SignedText::new(app.settings.public_url.origin(), purpose, &phone.id.to_string(), &subject, fields);
    let check = phones::check(app, phone, &text, (Answered::Question, answer), visit.now).await?;
    match check {
        PhoneCheck::Right(proof) => Ok(proof),
        wrong => {
            let wrong = on_phone::refuse(app, visit, phone, &wrong).await?;
            Err(answers::wrong_pin(&page(app, visit, HOME), wrong, None).into())
        }
    }
}

/// `POST /app/approvals/{id}/refuse`: "This wasn't me". It needs no PIN: it opens nothing.
pub(crate) async fn refuse(
    State(app): State<App>,
    visit: Visit,
    QuestionPath(id): QuestionPath<ApprovalId>,
) -> Result<Response, EarlyAnswer> {
    let open = who::open(&app, &visit).await?;
    let (work, own, whose) = (app.core.clone(), visit.clone(), (open.phone.id, open.phone.person));
    let refused: Result<Option<ApprovalQuestion>, Fault> = app
        .db
        .write(move |tx| {
            Box::pin(async move {
                people::take_turns(tx, whose.1).await?;
                refuse_on_phone(tx, &work, &own, whose, id).await
            })
        })
        .await;
    refused?;
    Ok(Redirect::to(&path(id)).into_response())
}

/// The page after "This wasn't me".
pub(super) async fn stopped(
    app: &App,
    page: Page,
    open: &OpenApp,
    asked: &ApprovalQuestion,
) -> Result<Response, EarlyAnswer> {
    let administrator = administrator(app, open).await?;
    let place = if asked.place.is_empty() { &asked.network } else { &asked.place };
    let view = StoppedPage {
        happened: format!("{place} · {} · {}", asked.browser, time(app, &page, asked.at)),
        application: asked.application.clone(),
        administrator,
        frame: frame(app, Some(&open.phone)),
        page,
    };
    Ok(refusal::show(StatusCode::OK, &view))
}

/// The contact of the company that looks after the person; without one, the operator's.
async fn administrator(app: &App, open: &OpenApp) -> Result<Option<Contact>, Fault> {
    let company = match open.standing.company() {
        Some(company) => companies::find(&app.db, company).await?,
        None => None,
    };
    Ok(company.map_or_else(
        || refusal::contact(app),
        |company| {
            Some(Contact { role: None, name: company.name, phone: company.contact_phone, email: company.contact_email })
        },
    ))
}

/// `POST /app/web-sessions/end`: ends every session of the person but that of this phone.
pub(crate) async fn end_web_sessions(State(app): State<App>, visit: Visit) -> Result<Response, EarlyAnswer> {
    let open = who::open(&app, &visit).await?;
    let (work, own, person, session) = (app.core.clone(), visit.clone(), open.phone.person, open.who.session);
    let ended: Result<(), db::Error> = app
        .db
        .write(move |tx| {
            Box::pin(async move {
                people::take_turns(tx, person).await?;
                let kept = (person, Some(session));
                sessions::end_others(tx, &work.random, kept, own.now, "ended on the phone").await?;
                Ok(())
            })
        })
        .await;
    ended?;
    Ok(Redirect::to("/app?sessions-ended=1").into_response())
}

/// The identifier of the question in the middle of a path.
#[derive(Clone, Copy, Debug)]
pub(crate) struct QuestionPath<T>(pub(crate) T);

impl<T, S> axum::extract::FromRequestParts<S> for QuestionPath<T>
where
    T: std::str::FromStr,
    S: Send + Sync,
{
    type Rejection = EarlyAnswer;

    async fn from_request_parts(parts: &mut http::request::Parts, _: &S) -> Result<Self, EarlyAnswer> {
        crate::platform::web::early::parameter(parts, "id").await.map(Self)
    }
}
