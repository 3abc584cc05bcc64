//! The forgotten password (FLOWS.md 9): a link by email or the recovery code replaces it, or an approval on the phone
//! ([`mod@super::forgotten_phone`]). Neither of the first two replaces a second factor: their proofs go to the decision like all others. The answer and its time are the same whether or not anybody
//! has the email.

use std::time::Duration;

use axum::extract::{Path, State as AppState};
use axum::response::{IntoResponse, Redirect, Response};
use http::StatusCode;
use http::header::RETRY_AFTER;

use super::factors::RoomToHash;
use super::show::{self, StepMessage};
use super::{Facts, SignInVisit, forgotten_phone};
use crate::directory::people::{self, Email, Person, PersonId, PersonState};
use crate::event::Event;
use crate::platform::allowances::{self, Allowance, AllowanceAnswer};
use crate::platform::core::Core;
use crate::platform::db::{self, Source, Tx};
use crate::platform::history;
use crate::platform::messages::{self, Message, Tone};
use crate::platform::web::browser::Browser;
use crate::platform::web::early::EarlyAnswer;
use crate::platform::web::fault::Fault;
use crate::platform::web::flood::TooMuch;
use crate::platform::web::page::Page;
use crate::platform::web::parameters::Form;
use crate::platform::web::refusal::{self, RefusalPage};
use crate::platform::web::translations::{Language, Texts};
use crate::platform::web::views::Door;
use crate::platform::web::visit::Visit;
use crate::proofs::failures::{self, TryError};
use crate::proofs::passwords::TooBusy;
use crate::proofs::recovery::{self, RecoveryCodeCheck, RecoveryCodeMatch};
use crate::proofs::{Factor, Proven, resets};
use crate::sign_in::captions::Caption;
use crate::sign_in::decide::{Chosen, Need, Step};
use crate::sign_in::finish::{NextPage, advance, send_code};
use crate::sign_in::forgotten_views::{
    ForgottenPasswordPage, ForgottenRecoveryCodePage, ForgottenSentPage, ResetLinkPage,
};
use crate::sign_in::notices::{Notice, tell};
use crate::sign_in::{Demand, DoorNames, LIFETIME, SignIn, SignInId, SignInState, has_second_factor, store};

/// Links for one email. Beyond the limit the answer is the same and nothing is sent.
const PER_EMAIL: Allowance = Allowance { purpose: "reset of email", most: 3, within: Duration::from_hours(1) };
/// Links and questions from one network: enough for an office after the holidays.
const PER_NETWORK: Allowance = Allowance { purpose: "reset from network", most: 30, within: Duration::from_hours(1) };

/// The page at the end of a sign-in that a link began and for which no application waits.
const AFTERWARDS: &str = "/account/new-password";

impl SignInVisit {
    /// The facts and the email, if the current step asks for the password; only then can it be forgotten.
    ///
    /// # Errors
    /// The redirect to the page of the current step.
    pub(super) async fn without_password(&self) -> Result<(Facts, String), EarlyAnswer> {
        let (facts, _) = self.step_that(|step| *step == Step::Prove(Factor::Password, Need::Required)).await?;
        let email = match &self.sign_in.state {
            SignInState::Identified { email, .. } => email.clone(),
            _ => self.person_of(&facts)?.email.clone(),
        };
        Ok((facts, email))
    }

    pub(super) fn sub_page(&self, name: &str) -> String {
        format!("/sign-in/{}/forgotten-password{name}", self.sign_in.id)
    }
}

/// Shows the choice of a way.
pub(crate) async fn forgotten(visitor: SignInVisit) -> Result<Response, EarlyAnswer> {
    let (_, email) = visitor.without_password().await?;
    Ok(ways(&visitor, email, StatusCode::OK, None))
}

fn ways(visitor: &SignInVisit, email: String, status: StatusCode, error: Option<&str>) -> Response {
    let mut page = show::page(visitor);
    page.path = visitor.sub_page("");
    let error = error.map(|key| page.t(key));
    let sign_in = visitor.sign_in.id.to_string();
    show::answer(visitor, status, &ForgottenPasswordPage { door: show::unproven(visitor), page, sign_in, email, error })
}

/// Takes the chosen way.
pub(crate) async fn choose_way(visitor: SignInVisit, Form(fields): Form) -> Result<Response, EarlyAnswer> {
    let (facts, email) = visitor.without_password().await?;
    match fields.field("method") {
        "link" => send_link(&visitor, &facts, &email).await,
        "phone" => forgotten_phone::ask(&visitor, &facts, &email).await,
        "recovery_code" => Ok(Redirect::to(&visitor.sub_page("/recovery-code")).into_response()),
        _ => Ok(ways(&visitor, email, StatusCode::UNPROCESSABLE_ENTITY, Some("forgotten-error-unchosen"))),
    }
}

async fn send_link(visitor: &SignInVisit, facts: &Facts, email: &str) -> Result<Response, EarlyAnswer> {
    let Some(email) = Email::parse(email) else { return Ok(visitor.to_current_step()) };
    let (work, person) = (visitor.clone(), facts.person.clone());
    visitor
        .app
        .db
        .write(move |tx| Box::pin(async move { write_link(tx, &work, person.as_ref(), &email).await }))
        .await?;
    Ok(Redirect::to(&visitor.sub_page("/sent")).into_response())
}

async fn write_link(
    tx: &mut Tx<'_>,
    visitor: &SignInVisit,
    person: Option<&Person>,
    email: &Email,
) -> Result<(), EarlyAnswer> {
    let SignInVisit { app, visit, sign_in, look, .. } = visitor;
    let is_allowed = may_ask(tx, app, visit, (email, &PER_EMAIL)).await?;
    let person = person.filter(|person| person.state == PersonState::Active && is_allowed);
    let id = person.map(|person| person.id);
    let token = resets::make(tx, &app.random, id, &sign_in.id.to_string(), visit.now).await?;
    let mut message = letter(app, visit, person, token.reveal());
    if let Some(look) = look {
        message = message.worn_for(&look.name, &look.accent);
    }
    if let Some(person) = person {
        message = message.person(person.id);
    }
    messages::write(tx, app, &message).await?;
    let mut entry = sign_in.entry(visit, Event::SignInResetAsked).detail("method", "link");
    entry.person = id.map(|id| id.to_string());
    Ok(history::write(tx, &app.random, &entry).await?)
}

/// Counts a way in place of the password, for the network and for the email. Tells whether the email may have one more.
///
/// # Errors
/// The refusal of too much from one network.
pub(super) async fn may_ask(
    tx: &mut Tx<'_>,
    app: &Core,
    visit: &Visit,
    (email, per_email): (&Email, &Allowance),
) -> Result<bool, EarlyAnswer> {
    let taken = allowances::take(tx, &PER_NETWORK, visit.network.as_str(), visit.now).await?;
    if let AllowanceAnswer::Exhausted(exhausted) = taken {
        return Err(TooMuch { wait: exhausted.wait }.into());
    }
    // Counted alike for every email, under a keyed hash that does not show whose.
    let key = app.master_keys.keyed_hash("forgotten password of", email.key());
    let key = data_encoding::HEXLOWER.encode(&key);
    Ok(allowances::take(tx, per_email, &key, visit.now).await? == AllowanceAnswer::Granted)
}

/// The message with the link. A stranger's is sealed, stored and taken from the outbox like a person's, and is sent to
/// nobody.
fn letter(app: &Core, visit: &Visit, person: Option<&Person>, token: &str) -> Message {
    let language = person.and_then(|person| Language::parse_tag(&person.language)).unwrap_or(visit.language);
    let texts = Texts::new(language);
    let words = [
        ("name", person.map_or("", |person| person.given_name.as_str())),
        ("organisation", app.settings.organisation.as_str()),
        ("network", visit.network.as_str()),
    ];
    let to = person.map_or(messages::NOBODY, |person| person.email.as_str());
    let name = person.map(Person::name).unwrap_or_default();
    let subject = texts.text("message-reset-link-subject");
    let text = texts.text_with("message-reset-link-text", &words);
    Message::plain(language, to, &subject, &text, visit.now)
        .link(&texts.text("message-reset-link-link"), &format!("/forgotten-password/{token}"), Tone::Usual)
        .note(&texts.text("message-reset-link-note"))
        .name(&name)
        .useful_until(visit.now.plus(resets::LIFETIME))
}

/// Shows that a link is on its way, whether or not anybody has the email.
pub(crate) async fn sent(visitor: SignInVisit) -> Result<Response, EarlyAnswer> {
    let (_, email) = visitor.without_password().await?;
    let mut page = show::page(&visitor);
    page.path = visitor.sub_page("/sent");
    let sign_in = visitor.sign_in.id.to_string();
    let view = ForgottenSentPage { door: show::unproven(&visitor), page, sign_in, email };
    Ok(show::answer(&visitor, StatusCode::OK, &view))
}

/// Shows the form of the recovery code in place of the password.
pub(crate) async fn recovery_code_page(visitor: SignInVisit) -> Result<Response, EarlyAnswer> {
    visitor.without_password().await?;
    Ok(ask_recovery_code(&visitor, &StepMessage::Nothing))
}

fn ask_recovery_code(visitor: &SignInVisit, said: &StepMessage) -> Response {
    let mut page = show::page(visitor);
    page.path = visitor.sub_page("/recovery-code");
    let wait_seconds = said.wait_seconds(visitor.visit.now);
    let status = match (said, wait_seconds) {
        (StepMessage::Nothing, _) => StatusCode::OK,
        (StepMessage::Closed, _) | (_, Some(_)) => StatusCode::TOO_MANY_REQUESTS,
        _ => StatusCode::UNPROCESSABLE_ENTITY,
    };
    let view = ForgottenRecoveryCodePage {
        door: show::unproven(visitor),
        sign_in: visitor.sign_in.id.to_string(),
        typed: said.typed_recovery_code(),
        error: said.key().map(|key| page.t(key)),
        wait_seconds,
        page,
    };
    let mut response = show::answer(visitor, status, &view);
    if let Some(seconds) = wait_seconds {
        response.headers_mut().insert(RETRY_AFTER, seconds.into());
    }
    response
}

/// Checks the recovery code in place of the password. Without a first proof, a try is counted for the network, or for a
/// known browser, and never for the person, so that nobody closes another's code.
///
/// # Errors
/// The hashing room is full, or the database fails.
pub(crate) async fn recovery_code_for_password(
    _: RoomToHash,
    visitor: SignInVisit,
    Form(fields): Form,
) -> Result<Response, EarlyAnswer> {
    let (facts, _) = visitor.without_password().await?;
    let typed = fields.field("recovery_code");
    if typed.trim().is_empty() {
        return Ok(ask_recovery_code(&visitor, &StepMessage::RecoveryCodeIsEmpty));
    }
    let subjects = visitor.subjects_without_proof(&facts);
    if let Err(error) =
        failures::begin(&visitor.app.db, Factor::RecoveryCode.into(), subjects.clone(), visitor.visit.now).await
    {
        let early = match error {
            TryError::TooEarly(early) => early,
            TryError::Database(error) => return Err(error.into()),
        };
        if visitor.app.flood.admit(&visitor.visit.network, visitor.visit.now).is_ok() {
            visitor.write(Event::SignInHeldBack, &facts, Factor::RecoveryCode).await?;
        }
        let said = if early.is_for_good() { StepMessage::Closed } else { StepMessage::TooEarly(early.until) };
        return Ok(ask_recovery_code(&visitor, &said));
    }
    let person = facts.person.as_ref().map_or(PersonId::NOBODY, |person| person.id);
    let matched = match recovery::check(&visitor.app.db, &visitor.app.hashing, person, typed).await? {
        RecoveryCodeCheck::Right(matched) => matched,
        RecoveryCodeCheck::TooBusy => return Err(TooBusy.into()),
        RecoveryCodeCheck::Wrong => {
            visitor.write(Event::SignInNotProven, &facts, Factor::RecoveryCode).await?;
            return Ok(ask_recovery_code(&visitor, &StepMessage::RecoveryCodeIsWrong(typed.to_owned())));
        }
    };
    // A person without a second step needs the link first; otherwise the code would be wasted.
    let mut reader = visitor.app.db.reader().await?;
    let is_closed = facts.person.as_ref().is_some_and(|person| person.closed_to_resets);
    if is_closed && !has_second_factor(&mut Source::Reader(&mut reader), person).await? {
        return Ok(ask_recovery_code(&visitor, &StepMessage::RecoveryCodeComesSecond));
    }
    drop(reader);
    let work = visitor.clone();
    let next: NextPage = visitor
        .app
        .db
        .write(move |tx| Box::pin(async move { take_recovery_code(tx, &work, &matched, &subjects).await }))
        .await?;
    Ok(visitor.go(&next))
}

async fn take_recovery_code(
    tx: &mut Tx<'_>,
    visitor: &SignInVisit,
    matched: &RecoveryCodeMatch,
    subjects: &[failures::Subject],
) -> Result<NextPage, Fault> {
    let SignInVisit { app, visit, sign_in, .. } = visitor;
    // Of simultaneous tries one uses the code up; the others see the current step.
    let Some(proven) = recovery::use_up_for_password(tx, matched, visitor.occasion(), visit.now).await? else {
        return Ok(NextPage::Page);
    };
    people::take_turns(tx, proven.person()).await?;
    if !store::record(tx, &proven).await? {
        return Ok(NextPage::Page);
    }
    failures::succeeded(tx, Factor::RecoveryCode.into(), subjects).await?;
    let entry = sign_in.entry(visit, Event::SignInResetAsked).person(proven.person()).detail("method", "recovery_code");
    history::write(tx, &app.random, &entry).await?;
    tell(tx, app, visit, proven.person(), &Notice::RecoveryCodeUsed).await?;
    advance(tx, app, visit, sign_in).await
}

/// Shows the page of the emailed link. Opening it does not use the link up.
pub(crate) async fn link(
    AppState(app): AppState<Core>,
    visit: Visit,
    Path(token): Path<String>,
) -> Result<Response, EarlyAnswer> {
    let found = resets::find(&app.db, &token, visit.now).await?;
    if !found.is_some_and(|link| link.is_for_forgotten_password()) {
        return Err(RefusalPage::new(StatusCode::GONE, "reset-link").into());
    }
    let path = format!("/forgotten-password/{token}");
    let page = Page::new(visit.language, app.settings.organisation.clone(), path);
    let mut door = Door::new(Caption::SigningIn, Some(page.t("account-title")));
    door.address = Some(app.settings.public_url.host().to_owned());
    Ok(refusal::show(StatusCode::OK, &ResetLinkPage { page, door, token }))
}

/// Uses the link up: in this browser it replaces the password from now on. The sign-in that asked for it goes on if
/// this is its browser; otherwise one begins for which no application waits.
pub(crate) async fn use_link(
    AppState(app): AppState<Core>,
    visit: Visit,
    Path(token): Path<String>,
) -> Result<Response, EarlyAnswer> {
    let link = resets::find(&app.db, &token, visit.now).await?.filter(resets::Link::is_for_forgotten_password);
    let person = match &link {
        Some(link) => people::find(&app.db, link.person).await?,
        None => None,
    };
    let (Some(link), Some(person)) = (link, person) else {
        return Err(RefusalPage::new(StatusCode::GONE, "reset-link").into());
    };
    app.flood.admit(&visit.network, visit.now)?;
    let browser = Browser::of(&visit, &app.random);
    let waiting = waiting(&app, &visit, &link).await?;
    let is_new = waiting.is_none();
    let sign_in = waiting.unwrap_or_else(|| begun(&app, &visit, &browser, AFTERWARDS));
    let path = format!("/sign-in/{}", sign_in.id);
    let work = (app.clone(), visit.clone());
    let used: Result<bool, Fault> = app
        .db
        .write(move |tx| {
            Box::pin(async move {
                let (app, visit) = work;
                take_link(tx, (&app, &visit), (&sign_in, is_new), &person, &token).await
            })
        })
        .await;
    if !used? {
        return Err(RefusalPage::new(StatusCode::GONE, "reset-link").into());
    }
    let mut response = Redirect::to(&path).into_response();
    browser.remember(response.headers_mut(), app.settings.public_url.is_secure());
    Ok(response)
}

pub(super) async fn take_link(
    tx: &mut Tx<'_>,
    (app, visit): (&Core, &Visit),
    (sign_in, is_new): (&SignIn, bool),
    person: &Person,
    token: &str,
) -> Result<bool, Fault> {
    let Some(proven) = resets::use_up(tx, token, sign_in.occasion(), visit.now).await? else { return Ok(false) };
    people::take_turns(tx, person.id).await?;
    // The reader of the link has the mailbox.
    people::confirm_email(tx, person.id, &person.email, visit.now).await?;
    go_on_with(tx, (app, visit), (sign_in, is_new), person, &proven).await?;
    Ok(true)
}

/// Lets a sign-in go on with the proof of a link.
pub(super) async fn go_on_with(
    tx: &mut Tx<'_>,
    (app, visit): (&Core, &Visit),
    (sign_in, is_new): (&SignIn, bool),
    person: &Person,
    proven: &Proven,
) -> Result<(), Fault> {
    let identified =
        SignInState::Identified { email: person.email.clone(), person: Some(person.id), chosen: Chosen::Nothing };
    let identified = SignIn { state: identified, ..sign_in.clone() };
    if is_new {
        store::add(tx, &identified, visit).await?;
    } else {
        if !store::change(tx, sign_in.id, &sign_in.state, &identified.state).await? {
            return Err(Fault::unavailable("the sign-in moved on at this moment"));
        }
        // Earlier proofs of the sign-in may be another's.
        store::forget_proofs(tx, sign_in.id).await?;
    }
    if !store::record(tx, proven).await? {
        return Err(Fault::unavailable("what proves the person changed at this moment"));
    }
    let entry = sign_in.entry(visit, Event::SignInProven).person(person.id).detail("method", proven.method().as_str());
    history::write(tx, &app.random, &entry).await?;
    // In a new network the code is sent at once. If that is not possible, the page says so.
    send_code(tx, app, visit, &identified).await?;
    Ok(())
}

/// The sign-in that asked for a link, if it waits in this browser.
async fn waiting(app: &Core, visit: &Visit, link: &resets::Link) -> Result<Option<SignIn>, db::Error> {
    let Some(id) = link.sign_in.as_deref().and_then(|id| id.parse::<SignInId>().ok()) else { return Ok(None) };
    let found = store::find(&app.db, id).await?;
    Ok(found.filter(|sign_in| {
        Some(sign_in.browser) == visit.browser
            && !sign_in.ended
            && visit.now < sign_in.expires_at
            && !matches!(sign_in.state, SignInState::Entered { .. })
    }))
}

/// The sign-in that a link begins in a browser; it ends in My sign-in, at `return_to`.
pub(super) fn begun(app: &Core, visit: &Visit, browser: &Browser, return_to: &str) -> SignIn {
    let texts = Texts::new(visit.language);
    SignIn {
        id: SignInId::new(visit.now, &app.random),
        browser: browser.hash,
        state: SignInState::Asking { not_of_session: true },
        application: None,
        names: DoorNames {
            application: Some(texts.text("account-title")),
            company: None,
            application_url: Some("/account".to_owned()),
        },
        demand: Demand::default(),
        return_to: return_to.to_owned(),
        leaves_for: None,
        company: None,
        started_at: visit.now,
        expires_at: visit.now.plus(LIFETIME),
        ended: false,
    }
}
