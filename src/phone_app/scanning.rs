//! The scanner, and the question of a sign-in whose code was scanned.

use std::sync::Arc;

use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use http::StatusCode;

use super::answers;
use super::approvals::{AskedText, QuestionPath, answer, fields, seconds, shown, signed, stopped, time};
use super::body::{ScanBody, SignatureBody};
use super::pages::{frame, page};
use super::question_views::{AnswerForm, QuestionOverPage, QuestionPage, ScanPage, ShownQuestion};
use super::system::PhoneSystem;
use super::who::{self, HOME};
use crate::app::App;
use crate::directory::people;
use crate::platform::web::early::{EarlyAnswer, PathEnd};
use crate::platform::web::fault::Fault;
use crate::platform::web::network::Network;
use crate::platform::web::page::Page;
use crate::platform::web::refusal;
use crate::platform::web::security::allow_camera;
use crate::platform::web::translations::Language;
use crate::platform::web::visit::Visit;
use crate::proofs::approvals::{ApprovalNumber, ApprovalOutcome, ApprovalQuestion};
use crate::proofs::phones::SigningPurpose;
use crate::proofs::qr::{self, FAR, QrCode, QrSignInId, QrStanding, ScanRefusal};
use crate::sign_in::scanning::{confirm_scanned, refuse_scanned, scan as take_code};

const SCAN: &str = "/app/scan";

fn path(id: QrSignInId) -> String {
    format!("{SCAN}/{id}")
}

/// `GET /app/scan`: the camera, which reads the code of a sign-in page.
pub(crate) async fn show(State(app): State<App>, visit: Visit) -> Result<Response, EarlyAnswer> {
    let open = who::open(&app, &visit).await?;
    let page = page(&app, &visit, SCAN);
    let camera_key = PhoneSystem::of_browser(&visit.user_agent).camera_key();
    let lead = page.t("qr-scan-lead");
    let view = ScanPage { action: SCAN, lead, camera_key, frame: frame(&app, Some(&open.phone)), page };
    let mut response = refusal::show(StatusCode::OK, &view);
    allow_camera(&mut response);
    Ok(response)
}

/// `POST /app/scan`: takes what the camera has read.
pub(crate) async fn scan(State(app): State<App>, visit: Visit, body: ScanBody) -> Result<Response, EarlyAnswer> {
    let open = who::open_for_script(&app, &visit).await?;
    app.flood.admit(&visit.network, visit.now)?;
    let page = page(&app, &visit, SCAN);
    let refused = |key: &str| Ok(answers::refused(StatusCode::UNPROCESSABLE_ENTITY, &page.t(key)));
    let code =
        body.code.strip_prefix(app.settings.public_url.origin()).and_then(|rest| rest.strip_prefix("/app/scan#"));
    let Some(code) = code.and_then(|code| code.parse::<QrCode>().ok()) else { return refused("qr-scan-foreign") };
    let language = Language::parse_tag(&open.who.profile.language).unwrap_or(visit.language);
    let (work, own, phone) = (app.core.clone(), visit.clone(), open.phone.clone());
    let taken: Result<QrSignInId, ScanRefusal> = app
        .db
        .write(move |tx| Box::pin(async move { take_code(tx, &work, &own, (&phone, language), &code).await }))
        .await;
    match taken {
        Ok(id) => Ok(answers::next(&path(id))),
        Err(ScanRefusal::Old) => refused("qr-scan-old"),
        Err(ScanRefusal::Scanned) => refused("qr-scan-twice"),
        Err(ScanRefusal::Fault(fault)) => Err(fault.into()),
    }
}

/// `GET /app/scan/{id}`: the question, or what became of it.
pub(crate) async fn question(
    State(app): State<App>,
    visit: Visit,
    PathEnd(id): PathEnd<QrSignInId>,
) -> Result<Response, EarlyAnswer> {
    let open = who::open(&app, &visit).await?;
    let found = qr::find(&app.db, (open.phone.id, open.phone.person), id).await?.ok_or_else(EarlyAnswer::not_found)?;
    let Some(asked) = &found.question else { return Err(EarlyAnswer::not_found()) };
    let (page, frame) = (page(&app, &visit, &path(id)), frame(&app, Some(&open.phone)));
    let standing = found.standing(visit.now);
    match standing {
        QrStanding::Scanned => {}
        QrStanding::Refused => return stopped(&app, page, &open, asked).await,
        QrStanding::Drawn | QrStanding::Approved | QrStanding::Mismatched | QrStanding::Over => {
            let is_approved = standing == QrStanding::Approved || found.is_used();
            let (title, text) = match (is_approved, standing) {
                (true, _) => ("qr-confirmed", None),
                (_, QrStanding::Mismatched) => ("qr-ended", Some("approval-number-ended")),
                _ => ("qr-ended", Some("qr-ended-text")),
            };
            let (title, text) = (page.t(title), text.map(|text| page.t(text)).unwrap_or_default());
            let view = QuestionOverPage { page, frame, title, text };
            return Ok(refusal::show(StatusCode::OK, &view));
        }
    }
    let view = QuestionPage {
        title: page.t("qr-question"),
        asked: ShownQuestion { address: Some(asked.address.clone()), ..shown(&app, &page, asked, visit.now) },
        form: AnswerForm {
            action: format!("{}/confirm", path(id)),
            refuse: format!("{}/refuse", path(id)),
            purpose: SigningPurpose::SignIn.as_str(),
            subject: id.to_string(),
            fields: fields(&asked.signed_of_code(&asked.time())),
            digits: asked.digits,
            number_label: page.t("qr-number"),
            button: page.t("qr-confirm"),
        },
        seconds_left: seconds(visit.now, found.expires_at),
        until: time(&app, &page, found.expires_at),
        warnings: warnings(&app, &visit, &page, (&found.network, asked)),
        check: Some(page.t("qr-check")),
        frame,
        page,
    };
    Ok(refusal::show(StatusCode::OK, &view))
}

/// The reasons to doubt that the browser is in front of the person.
fn warnings(app: &App, visit: &Visit, page: &Page, (browser, asked): (&Network, &ApprovalQuestion)) -> Vec<String> {
    let apart = (asked.digits > 0).then(|| page.t("qr-apart"));
    let kilometres = app.places.kilometres_between(browser, &visit.network).filter(|kilometres| *kilometres > FAR);
    let far = kilometres.map(|kilometres| page.t1("qr-far", "kilometres", &kilometres.to_string()));
    far.into_iter().chain(apart).collect()
}

/// `POST /app/scan/{id}/confirm`: takes the signature over what was shown and, where one is asked for, the number.
pub(crate) async fn confirm(
    State(app): State<App>,
    visit: Visit,
    QuestionPath(id): QuestionPath<QrSignInId>,
    body: SignatureBody,
) -> Result<Response, EarlyAnswer> {
    let open = who::open_for_script(&app, &visit).await?;
    let page = page(&app, &visit, HOME);
    let found = qr::find(&app.db, (open.phone.id, open.phone.person), id).await?;
    let found = found.filter(|found| found.standing(visit.now) == QrStanding::Scanned);
    let Some(asked) = found.and_then(|found| found.question) else { return Ok(answers::next(&path(id))) };
    let number = ApprovalNumber::typed(&body.number).filter(|_| asked.digits > 0);
    if asked.digits > 0 && number.is_none() {
        return Ok(answer(&page, ApprovalOutcome::WrongNumber, &path(id)));
    }
    let (time, typed) = (asked.time(), number.as_ref().map_or("", ApprovalNumber::as_str));
    let fields = [&asked.signed_of_code(&time)[..], &[("number", typed)]].concat();
    let text = AskedText { purpose: SigningPurpose::SignIn, subject: id.to_string(), fields: &fields };
    let proof = Arc::new(signed(&app, &visit, &open.phone, text, &body).await?);
    let (work, own) = (app.core.clone(), visit.clone());
    let outcome: Result<ApprovalOutcome, Fault> = app
        .db
        .write(move |tx| Box::pin(async move { confirm_scanned(tx, &work, &own, &proof, (id, number.as_ref())).await }))
        .await;
    Ok(answer(&page, outcome?, &path(id)))
}

/// `POST /app/scan/{id}/refuse`: "This wasn't me". It needs no PIN: it opens nothing.
pub(crate) async fn refuse(
    State(app): State<App>,
    visit: Visit,
    QuestionPath(id): QuestionPath<QrSignInId>,
) -> Result<Response, EarlyAnswer> {
    let open = who::open(&app, &visit).await?;
    let (work, own, whose) = (app.core.clone(), visit.clone(), (open.phone.id, open.phone.person));
    let refused: Result<Option<ApprovalQuestion>, Fault> = app
        .db
        .write(move |tx| {
            Box::pin(async move {
                people::take_turns(tx, whose.1).await?;
                refuse_scanned(tx, &work, &own, whose, id).await
            })
        })
        .await;
    refused?;
    Ok(Redirect::to(&path(id)).into_response())
}
