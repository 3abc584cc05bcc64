//! The request of an application that asks for an approval by itself (OpenID Connect CIBA), and its answer.

use std::sync::Arc;

use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use http::StatusCode;

use super::answers;
use super::approvals::{AskedText, QuestionPath, fields, seconds, signed, time};
use super::body::SignatureBody;
use super::pages::{frame, page};
use super::question_views::{AnswerForm, ApplicationRequestPage, QuestionOverPage};
use super::who;
use crate::app::App;
use crate::platform::web::early::{EarlyAnswer, PathEnd};
use crate::platform::web::fault::Fault;
use crate::platform::web::refusal;
use crate::platform::web::visit::Visit;
use crate::proofs::phones::SigningPurpose;
use crate::provider::backchannel::{self, BackchannelId, BackchannelOutcome, BackchannelState};

pub(super) fn path(id: BackchannelId) -> String {
    format!("/app/requests/{id}")
}

/// `GET /app/requests/{id}`: the request, or what became of it.
pub(crate) async fn show(
    State(app): State<App>,
    visit: Visit,
    PathEnd(id): PathEnd<BackchannelId>,
) -> Result<Response, EarlyAnswer> {
    let open = who::open(&app, &visit).await?;
    let found = backchannel::find(&app.db, open.phone.person, id).await?.ok_or_else(EarlyAnswer::not_found)?;
    let (page, frame) = (page(&app, &visit, &path(id)), frame(&app, Some(&open.phone)));
    if !found.is_open(visit.now) {
        let (title, text) = match found.state {
            BackchannelState::Allowed(_) | BackchannelState::Redeemed(_) => ("request-approved", None),
            BackchannelState::Refused => ("request-refused", Some("request-refused-text")),
            BackchannelState::Waiting => ("approval-over", Some("request-over-text")),
        };
        let text = text.map(|key| page.t1(key, "application", &found.question.application)).unwrap_or_default();
        let title = page.t1(title, "application", &found.question.application);
        return Ok(refusal::show(StatusCode::OK, &QuestionOverPage { page, frame, title, text }));
    }
    let question = &found.question;
    let view = ApplicationRequestPage {
        form: AnswerForm {
            action: format!("{}/approve", path(id)),
            refuse: format!("{}/refuse", path(id)),
            purpose: SigningPurpose::Approve.as_str(),
            subject: id.to_string(),
            fields: fields(&question.signed(&question.time())),
            digits: 0,
            number_label: String::new(),
            button: page.t("approval-approve"),
        },
        application: question.application.clone(),
        company: question.company.clone(),
        message: question.message.clone(),
        time: time(&app, &page, question.at),
        seconds_left: seconds(visit.now, found.expires_at),
        until: time(&app, &page, found.expires_at),
        frame,
        page,
    };
    Ok(refusal::show(StatusCode::OK, &view))
}

/// `POST /app/requests/{id}/approve`: takes the signature over what was shown.
pub(crate) async fn approve(
    State(app): State<App>,
    visit: Visit,
    QuestionPath(id): QuestionPath<BackchannelId>,
    body: SignatureBody,
) -> Result<Response, EarlyAnswer> {
    let open = who::open_for_script(&app, &visit).await?;
    let found = backchannel::find(&app.db, open.phone.person, id).await?;
    let Some(found) = found.filter(|found| found.is_open(visit.now)) else { return Ok(answers::next(&path(id))) };
    let time = found.question.time();
    // As every question is signed: with the number, of which none is asked for.
    let fields = [&found.question.signed(&time)[..], &[("number", "")]].concat();
    let text = AskedText { purpose: SigningPurpose::Approve, subject: id.to_string(), fields: &fields };
    let proof = Arc::new(signed(&app, &visit, &open.phone, text, &body).await?);
    let (work, own) = (app.clone(), visit.clone());
    let outcome: Result<BackchannelOutcome, Fault> =
        app.db.write(move |tx| Box::pin(async move { backchannel::approve(tx, &work, &own, &proof, id).await })).await;
    Ok(match outcome? {
        BackchannelOutcome::NotHere => answers::next(&format!("{}/not-here", path(id))),
        BackchannelOutcome::Approved | BackchannelOutcome::Over => answers::next(&path(id)),
    })
}

/// `GET /app/requests/{id}/not-here`: says that something else is asked of the person, in a browser.
pub(crate) async fn not_here(
    State(app): State<App>,
    visit: Visit,
    QuestionPath(id): QuestionPath<BackchannelId>,
) -> Result<Response, EarlyAnswer> {
    let open = who::open(&app, &visit).await?;
    let found = backchannel::find(&app.db, open.phone.person, id).await?.ok_or_else(EarlyAnswer::not_found)?;
    let (page, frame) = (page(&app, &visit, &path(id)), frame(&app, Some(&open.phone)));
    let title = page.t("request-not-here");
    let text = page.t1("request-not-here-text", "application", &found.question.application);
    Ok(refusal::show(StatusCode::OK, &QuestionOverPage { page, frame, title, text }))
}

/// `POST /app/requests/{id}/refuse`: "This wasn't me". It needs no PIN: it opens nothing.
pub(crate) async fn refuse(
    State(app): State<App>,
    visit: Visit,
    QuestionPath(id): QuestionPath<BackchannelId>,
) -> Result<Response, EarlyAnswer> {
    let open = who::open(&app, &visit).await?;
    let (work, own, person) = (app.clone(), visit.clone(), open.phone.person);
    let refused: Result<bool, Fault> = app
        .db
        .write(move |tx| Box::pin(async move { backchannel::refuse_request(tx, &work, &own, person, id).await }))
        .await;
    refused?;
    Ok(Redirect::to(&path(id)).into_response())
}
