//! Signing up by an invitation (FLOWS.md 8): the sign-up code, the six digits, and the way to a password or to the
//! profile that is there already. The PIN follows as for everybody (`connecting.rs`).
//!
//! The address of a sign-up opens nothing without the cookie of the browser that entered its code.

use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use http::StatusCode;
use http::header::RETRY_AFTER;

use super::approvals::QuestionPath;
use super::pages::{frame, page};
use super::sign_up_views::{LinkOnItsWay, SignUpDigitsPage, SignUpPage, SignUpVerifiedPage};
use crate::app::App;
use crate::directory::companies;
use crate::directory::invitations::{self, BrowserHash, Invitation, InvitationId, InvitationStep, StepTaken};
use crate::event::Event;
use crate::platform::clock::Timestamp;
use crate::platform::history::Entry;
use crate::platform::web::browser::Browser;
use crate::platform::web::early::EarlyAnswer;
use crate::platform::web::fault::Fault;
use crate::platform::web::parameters::{Form, UrlQuery};
use crate::platform::web::refusal::{self, Help, RefusalPage};
use crate::platform::web::views::Contact;
use crate::platform::web::visit::Visit;
use crate::proofs::SixDigits;
use crate::proofs::codes::{last_digits, masked_email, masked_phone};
use crate::proofs::failures::TooEarly;
use crate::proofs::sign_up::SignUpCode;
use crate::sign_in::signing_up::{self, CodeEntered, DigitsEntered, SignUpRefusal, SignUpStep};

const SIGN_UP: &str = "/app/sign-up";

fn path(id: InvitationId) -> String {
    format!("{SIGN_UP}/{id}")
}

/// The error beside a field, and the wait before the next try.
#[derive(Clone, Debug, Default)]
struct TryOutcome {
    error: Option<String>,
    until: Option<Timestamp>,
}

impl TryOutcome {
    fn error(text: String) -> Self {
        Self { error: Some(text), until: None }
    }

    fn wait(until: Timestamp) -> Self {
        Self { error: None, until: Some(until) }
    }

    fn seconds(&self, now: Timestamp) -> Option<i64> {
        let until = self.until?;
        i64::try_from(until.since(now).as_millis().div_ceil(1000)).ok()
    }

    fn status(&self) -> StatusCode {
        match (&self.error, self.until) {
            (None, None) => StatusCode::OK,
            (_, Some(_)) => StatusCode::TOO_MANY_REQUESTS,
            (Some(_), None) => StatusCode::UNPROCESSABLE_ENTITY,
        }
    }
}

fn with_wait(mut response: Response, seconds: Option<i64>) -> Response {
    if let Some(seconds) = seconds {
        response.headers_mut().insert(RETRY_AFTER, seconds.into());
    }
    response
}

/// `GET /app/sign-up`: asks for the sign-up code. The browser gets its cookie here, so that it is still the one that
/// entered the code where the answer to that is lost.
pub(crate) async fn show(State(app): State<App>, visit: Visit, UrlQuery(query): UrlQuery) -> Response {
    let opened = query.field("invitation").parse::<InvitationId>().map(|id| id.to_string()).unwrap_or_default();
    let mut response = ask(&app, &visit, (String::new(), opened), &TryOutcome::default());
    Browser::of(&visit, &app.random).remember(response.headers_mut(), app.settings.public_url.is_secure());
    response
}

fn ask(app: &App, visit: &Visit, (typed, opened): (String, String), said: &TryOutcome) -> Response {
    let wait_seconds = said.seconds(visit.now);
    let view = SignUpPage {
        page: page(app, visit, SIGN_UP),
        frame: frame(app, None),
        typed,
        error: said.error.clone(),
        wait_seconds,
        opened,
    };
    with_wait(refusal::show(said.status(), &view), wait_seconds)
}

/// `POST /app/sign-up/{id}/opened`: notes that the page of the mail was opened. It tells nothing back, whatever the
/// identifier.
pub(crate) async fn opened(
    State(app): State<App>,
    visit: Visit,
    QuestionPath(id): QuestionPath<InvitationId>,
) -> Result<Response, EarlyAnswer> {
    app.flood.admit(&visit.network, visit.now)?;
    signing_up::opened(&app, &visit, id).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// `POST /app/sign-up`: takes the sign-up code.
pub(crate) async fn enter(State(app): State<App>, visit: Visit, Form(fields): Form) -> Result<Response, EarlyAnswer> {
    let typed = fields.field("sign_up_code").chars().take(64).collect::<String>();
    let texts = page(&app, &visit, SIGN_UP);
    let again = |said: TryOutcome| Ok(ask(&app, &visit, (typed.clone(), String::new()), &said));
    let Some(code) = SignUpCode::typed(&typed) else {
        return again(TryOutcome::error(texts.t("sign-up-error-length")));
    };
    let browser = Browser::of(&visit, &app.random);
    match signing_up::enter_code(&app, &visit, &browser, code).await? {
        CodeEntered::Taken(id) => {
            let mut response = Redirect::to(&path(id)).into_response();
            browser.remember(response.headers_mut(), app.settings.public_url.is_secure());
            Ok(response)
        }
        CodeEntered::Wrong => again(TryOutcome::error(texts.t("sign-up-error-code"))),
        CodeEntered::TooEarly(early) => again(TryOutcome::wait(early.until)),
        CodeEntered::TooBusy(wait) => again(TryOutcome::wait(visit.now.plus(wait))),
        CodeEntered::Refused(invitation, why) => Err(refuse(&app, &visit, &invitation, why).await?.into()),
    }
}

/// The invitation of an address, in the browser that entered its code.
async fn found(app: &App, visit: &Visit, id: InvitationId) -> Result<(Invitation, BrowserHash), EarlyAnswer> {
    let unknown = || RefusalPage::new(StatusCode::NOT_FOUND, "sign-up-unknown");
    let browser = visit.browser.ok_or_else(unknown)?;
    let found = invitations::find(&app.db, id).await?.ok_or_else(unknown)?;
    if found.is_bound_to(&browser) { Ok((found, browser)) } else { Err(unknown().into()) }
}

/// `GET /app/sign-up/{id}`: the current step.
pub(crate) async fn step(
    State(app): State<App>,
    visit: Visit,
    QuestionPath(id): QuestionPath<InvitationId>,
    UrlQuery(query): UrlQuery,
) -> Result<Response, EarlyAnswer> {
    let (invitation, browser) = found(&app, &visit, id).await?;
    let word = query.field("told").to_owned();
    match signing_up::step(&app, &invitation, &browser, visit.now).await? {
        SignUpStep::Refused(why) => Err(refuse(&app, &visit, &invitation, why).await?.into()),
        SignUpStep::Digits => ask_digits(&app, &visit, (&invitation, &word), &TryOutcome::default()).await,
        SignUpStep::MakePassword => verified(&app, &visit, (&invitation, &word), true).await,
        SignUpStep::SignIn => verified(&app, &visit, (&invitation, &word), false).await,
    }
}

async fn ask_digits(
    app: &App,
    visit: &Visit,
    (invitation, word): (&Invitation, &str),
    said: &TryOutcome,
) -> Result<Response, EarlyAnswer> {
    let page = page(app, visit, &path(invitation.id));
    let steps = invitations::steps(&app.db, invitation.id).await?;
    let is_of_sms = |taken: &&StepTaken| matches!(taken.step, InvitationStep::SmsSent | InvitationStep::SmsNotSent);
    let is_sent = steps.iter().rfind(is_of_sms).is_some_and(|taken| taken.step == InvitationStep::SmsSent);
    let phone = invitation.phone().filter(|_| is_sent);
    let (one, two) = phone.as_ref().map(last_digits).unwrap_or_default();
    let left = invitation.sms_left();
    let wait_seconds = said.seconds(visit.now);
    let view = SignUpDigitsPage {
        path: path(invitation.id),
        spoken: page.t1("new-network-phone-ends", "digits", &format!("{one} {two}")),
        left: invitation.phone().map(|_| page.texts.count("sign-up-sms-left", "left", left)),
        may_resend: left > 0 && invitation.phone().is_some(),
        phone: phone.as_ref().map(masked_phone),
        inviter: invitation.inviter_name.clone(),
        company: company_name(app, invitation).await?,
        told: (word == "sms").then(|| page.t("sign-up-told-sms")),
        error: said.error.clone(),
        wait_seconds,
        frame: frame(app, None),
        page,
    };
    Ok(with_wait(refusal::show(said.status(), &view), wait_seconds))
}

async fn company_name(app: &App, invitation: &Invitation) -> Result<String, Fault> {
    let company = companies::find(&app.db, invitation.company).await?;
    Ok(company.map(|company| company.name).unwrap_or_default())
}

/// `POST /app/sign-up/{id}/code`: takes the six digits.
pub(crate) async fn enter_digits(
    State(app): State<App>,
    visit: Visit,
    QuestionPath(id): QuestionPath<InvitationId>,
    Form(fields): Form,
) -> Result<Response, EarlyAnswer> {
    let (invitation, browser) = found(&app, &visit, id).await?;
    let page = page(&app, &visit, &path(id));
    let again = async |said: TryOutcome| ask_digits(&app, &visit, (&invitation, ""), &said).await;
    let Ok(typed) = fields.field("code").parse::<SixDigits>() else {
        return again(TryOutcome::error(page.t("sign-up-error-digits-empty"))).await;
    };
    match signing_up::enter_digits(&app, &visit, &invitation, (browser, &typed)).await? {
        DigitsEntered::Right => Ok(Redirect::to(&path(id)).into_response()),
        DigitsEntered::Wrong { tries_left } => {
            again(TryOutcome::error(page.texts.count("sign-up-error-digits", "tries", tries_left))).await
        }
        DigitsEntered::Over => again(TryOutcome::error(page.t("sign-up-error-digits-over"))).await,
        DigitsEntered::TooEarly(early) => again(held_back(early, &page.t("sign-up-error-digits-closed"))).await,
        DigitsEntered::Refused(why) => Err(refuse(&app, &visit, &invitation, why).await?.into()),
    }
}

fn held_back(early: TooEarly, closed: &str) -> TryOutcome {
    if early.is_for_good() { TryOutcome::error(closed.to_owned()) } else { TryOutcome::wait(early.until) }
}

/// `POST /app/sign-up/{id}/sms`: sends another SMS, if there is one left.
pub(crate) async fn send_sms_again(
    State(app): State<App>,
    visit: Visit,
    QuestionPath(id): QuestionPath<InvitationId>,
) -> Result<Response, EarlyAnswer> {
    let (invitation, browser) = found(&app, &visit, id).await?;
    app.flood.admit(&visit.network, visit.now)?;
    match signing_up::send_again(&app, &visit, &invitation, browser).await? {
        None => Ok(Redirect::to(&format!("{}?told=sms", path(id))).into_response()),
        Some(why) => Err(refuse(&app, &visit, &invitation, why).await?.into()),
    }
}

/// `POST /app/sign-up/{id}/link`: sends the mail with the link to make a password once more.
pub(crate) async fn send_link_again(
    State(app): State<App>,
    visit: Visit,
    QuestionPath(id): QuestionPath<InvitationId>,
) -> Result<Response, EarlyAnswer> {
    let (invitation, browser) = found(&app, &visit, id).await?;
    app.flood.admit(&visit.network, visit.now)?;
    let is_sent = signing_up::send_link_again(&app, &visit, &invitation, browser).await?;
    let word = if is_sent { "link" } else { "no-link" };
    Ok(Redirect::to(&format!("{}?told={word}", path(id))).into_response())
}

async fn verified(
    app: &App,
    visit: &Visit,
    (invitation, word): (&Invitation, &str),
    makes_password: bool,
) -> Result<Response, EarlyAnswer> {
    let page = page(app, visit, &path(invitation.id));
    let link = if makes_password {
        let digits = signing_up::show_digits(app, invitation.id, visit.now).await?;
        let (front, back) = digits.split_at(3);
        Some(LinkOnItsWay { email: masked_email(&invitation.data.email), digits: format!("{front} {back}") })
    } else {
        None
    };
    let view = SignUpVerifiedPage {
        path: path(invitation.id),
        name: invitation.data.name(),
        company: company_name(app, invitation).await?,
        link,
        told: (word == "link").then(|| page.t("sign-up-told-link")),
        refused: (word == "no-link").then(|| page.t("sign-up-told-no-link")),
        frame: frame(app, None),
        page,
    };
    Ok(refusal::show(StatusCode::OK, &view))
}

/// The page of a refusal, with the person and the company to ask.
async fn refuse(app: &App, visit: &Visit, of: &Invitation, why: SignUpRefusal) -> Result<RefusalPage, Fault> {
    let (status, key) = match why {
        SignUpRefusal::Expired => (StatusCode::GONE, "sign-up-expired"),
        SignUpRefusal::Cancelled => (StatusCode::GONE, "sign-up-cancelled"),
        SignUpRefusal::Replaced => (StatusCode::GONE, "sign-up-replaced"),
        SignUpRefusal::Used => (StatusCode::GONE, "sign-up-used"),
        SignUpRefusal::Elsewhere => (StatusCode::CONFLICT, "sign-up-elsewhere"),
        SignUpRefusal::OtherPerson => (StatusCode::CONFLICT, "sign-up-other-person"),
    };
    let company = companies::find(&app.db, of.company).await?;
    let contact = company.as_ref().map(|company| Contact {
        role: Some(page(app, visit, SIGN_UP).t1("sign-up-inviter", "inviter", &of.inviter_name)),
        name: company.name.clone(),
        phone: company.contact_phone.clone(),
        email: company.contact_email.clone(),
    });
    let can_be_reached = |contact: &Contact| contact.phone.is_some() || contact.email.is_some();
    let help = Help {
        company: company.as_ref().map(|company| company.name.clone()),
        contact: contact.filter(can_be_reached),
        ..Help::default()
    };
    let entry = Entry::new(visit.now, Event::Refused).person(of.person).company(of.company);
    Ok(RefusalPage { entry: Some(Box::new(entry)), help: Some(Box::new(help)), ..RefusalPage::new(status, key) })
}
