//! The communication phone: confirmed by a code before it counts (FLOWS.md 4 and 5).

use std::time::Duration;

use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use http::StatusCode;
use http::header::RETRY_AFTER;

use super::tab_views::{PhoneCodePage, PhonePage, Tab};
use super::who::{proven_afresh, proven_for_form, signed_in};
use super::{events, frame};
use crate::app::App;
use crate::directory::contacts::{self, PHONE_TRIES, PHONE_WITHIN, Phone, PhoneConfirmation};
use crate::directory::people::{Person, PersonId};
use crate::event::Event;
use crate::platform::db::{self, Tx};
use crate::platform::history::{self, Entry};
use crate::platform::messages::sms::{self, SmsAnswer, SmsRefusal, SmsRequest};
use crate::platform::messages::{self, Message};
use crate::platform::phone_number::{NotANumber, PhoneNumber};
use crate::platform::web::early::EarlyAnswer;
use crate::platform::web::fault::Fault;
use crate::platform::web::flood::TooMuch;
use crate::platform::web::parameters::{Form, UrlQuery};
use crate::platform::web::refusal;
use crate::platform::web::translations::{Language, Texts};
use crate::platform::web::visit::Visit;
use crate::proofs::failures::{self, Guess, TooEarly, TryError};
use crate::proofs::{SixDigits, codes};
use crate::sign_in::SignedIn;
use crate::sign_in::notices::{Notice, tell};

const PATH: &str = "/account/communication-phone";
const CODE_PATH: &str = "/account/communication-phone/code";

/// The wait that a person is told after too many codes: the shorter of the two periods in which they are counted.
const WAIT: Duration = Duration::from_hours(1);

/// Shows the form of the number.
pub async fn show(State(app): State<App>, visit: Visit, UrlQuery(query): UrlQuery) -> Result<Response, EarlyAnswer> {
    let kept = query.field("phone").to_owned();
    let person = proven_for_form(&app, &visit, PATH, ("phone", &kept)).await?.profile;
    page(&app, &visit, &person, kept, None).await
}

/// Sends a code to the new number.
pub async fn change(State(app): State<App>, visit: Visit, Form(fields): Form) -> Result<Response, EarlyAnswer> {
    let typed = fields.field("phone").to_owned();
    let who = proven_for_form(&app, &visit, PATH, ("phone", &typed)).await?;
    let person = who.profile.clone();
    match PhoneNumber::parse_in(&typed, &visit.phone_countries(&app)) {
        Ok(phone) => send(&app, &visit, (&who, &person), phone).await,
        Err(bad) => page(&app, &visit, &person, typed, Some(bad.into())).await,
    }
}

/// Sends another code to the number that waits for one.
pub(crate) async fn send_again(State(app): State<App>, visit: Visit) -> Result<Response, EarlyAnswer> {
    let who = proven_afresh(&app, &visit, PATH).await?;
    let person = who.profile.clone();
    let asked = asked(&app, &who).await?;
    send(&app, &visit, (&who, &person), asked.phone).await
}

async fn send(
    app: &App,
    visit: &Visit,
    (who, person): (&SignedIn, &Person),
    phone: PhoneNumber,
) -> Result<Response, EarlyAnswer> {
    let entry = events::entry(visit, who, Event::PersonCommunicationPhoneAsked);
    let typed = phone.readable();
    let (work, own, who, whose) = (app.clone(), visit.clone(), who.clone(), person.clone());
    let refused: Result<Option<SmsRefusal>, db::Error> = app
        .db
        .write(move |tx| Box::pin(async move { write_code(tx, (&work, &own), (&who, &whose), phone, &entry).await }))
        .await;
    match refused? {
        None => Ok(Redirect::to(CODE_PATH).into_response()),
        Some(SmsRefusal::Limit(_)) => Err(TooMuch { wait: WAIT }.into()),
        Some(refused) => page(app, visit, person, typed, Some(refused.into())).await,
    }
}

/// Writes a code and its message. Returns the reason if none may be sent.
async fn write_code(
    tx: &mut Tx<'_>,
    (app, visit): (&App, &Visit),
    (who, person): (&SignedIn, &Person),
    phone: PhoneNumber,
    entry: &Entry,
) -> Result<Option<SmsRefusal>, db::Error> {
    // Codes cost money, and some numbers are made to earn by them.
    let request =
        SmsRequest { person: Some(person.id.to_string()), number: phone.clone(), network: Some(visit.network.clone()) };
    let permit = match sms::may_send(tx, app, request, visit.now).await? {
        SmsAnswer::Permitted(permit) => permit,
        SmsAnswer::Refused(refusal) => return Ok(Some(refusal)),
    };
    let code = app.random.six_digits();
    let session = who.session.to_string();
    let hash = code_hash(app, person.id, &phone, code.reveal());
    contacts::ask_phone(tx, person.id, &session, (&phone, &hash), visit.now).await?;
    let language = Language::parse_tag(&person.language).unwrap_or(visit.language);
    let words = [("code", code.reveal().as_str()), ("organisation", app.settings.organisation.as_str())];
    let text = Texts::new(language).text_with("message-phone-code", &words);
    let message =
        Message::sms(language, permit, &text, visit.now).person(person.id).useful_until(visit.now.plus(PHONE_WITHIN));
    messages::write(tx, app, &message).await?;
    history::write(tx, &app.random, entry).await?;
    Ok(None)
}

/// The keyed hash that the database has in place of a code: plainly hashed, six digits would be guessed at once.
fn code_hash(app: &App, person: PersonId, phone: &PhoneNumber, code: &str) -> [u8; 32] {
    app.master_keys.keyed_hash("code to confirm a phone", &format!("{person}:{}:{code}", phone.as_str()))
}

/// The number that waits for a code in this session.
///
/// # Errors
/// The redirect to the page where a number is asked for.
async fn asked(app: &App, who: &SignedIn) -> Result<PhoneConfirmation, EarlyAnswer> {
    let asked = contacts::phone_asked(&app.db, who.person).await?;
    let of_session = asked.filter(|asked| asked.session == who.session.to_string());
    of_session.ok_or_else(|| Redirect::to(PATH).into())
}

/// Shows the form of the code.
pub(crate) async fn show_code(State(app): State<App>, visit: Visit) -> Result<Response, EarlyAnswer> {
    let who = signed_in(&app, &visit, CODE_PATH).await?;
    let person = who.profile.clone();
    let asked = asked(&app, &who).await?;
    Ok(code_page(&app, &visit, &person, &asked, None))
}

/// Counts a try of the code, the person and the network. The tries of a person outlive the code, so that a new code
/// brings no new tries (NIST SP 800-63B-4 §3.1.3.2). `false` if the code has ended or was tried too often.
async fn count(app: &App, visit: &Visit, who: &SignedIn) -> Result<bool, TryError> {
    let (person, session, now) = (who.person, who.session.to_string(), visit.now);
    let subjects = codes::subjects(person, &visit.network);
    app.db
        .write(move |tx| {
            Box::pin(async move {
                if let Some(early) = failures::holds_back(tx, Guess::PhoneCode, &subjects, now).await? {
                    return Err(TryError::TooEarly(early));
                }
                let is_open = contacts::try_phone(tx, person, &session, now).await?;
                if is_open {
                    failures::count_within(tx, Guess::PhoneCode, &subjects, now).await?;
                }
                Ok(is_open)
            })
        })
        .await
}

/// Checks the code. Each try is counted before it is compared.
pub async fn confirm(State(app): State<App>, visit: Visit, Form(fields): Form) -> Result<Response, EarlyAnswer> {
    let who = signed_in(&app, &visit, CODE_PATH).await?;
    let person = who.profile.clone();
    let mut waiting = asked(&app, &who).await?;
    let code: SixDigits = fields
        .field("code")
        .parse()
        .map_err(|()| code_page(&app, &visit, &person, &waiting, Some("account-error-code-empty")))?;
    let is_open = count(&app, &visit, &who).await.map_err(|error| match error {
        TryError::TooEarly(early) => too_early(&app, &visit, &person, &waiting, early).into(),
        TryError::Database(error) => EarlyAnswer::from(error),
    })?;
    if !is_open {
        waiting.tries = PHONE_TRIES;
        return Ok(code_page(&app, &visit, &person, &waiting, None));
    }
    waiting.tries += 1;
    let hash = code_hash(&app, person.id, &waiting.phone, code.as_str());
    let (work, own, phone, who) = (app.clone(), visit.clone(), waiting.phone.clone(), who.clone());
    let taken: Result<Option<PhoneCodeEffect>, Fault> =
        app.db.write(move |tx| Box::pin(async move { take(tx, (&work, &own), &who, (&phone, &hash)).await })).await;
    Ok(match taken? {
        Some(PhoneCodeEffect::Changed) => Redirect::to("/account/communication?done=phone").into_response(),
        Some(PhoneCodeEffect::Confirmed) => Redirect::to("/account/communication?done=phone-confirmed").into_response(),
        None => code_page(&app, &visit, &person, &waiting, Some("account-error-code-no-match")),
    })
}

/// The page after too many wrong codes.
fn too_early(app: &App, visit: &Visit, person: &Person, asked: &PhoneConfirmation, early: TooEarly) -> Response {
    let ended = PhoneConfirmation { tries: PHONE_TRIES, ..asked.clone() };
    let key = if early.is_for_good() { "account-error-code-closed" } else { "account-error-code-too-many" };
    let mut page = code_page(app, visit, person, &ended, Some(key));
    *page.status_mut() = StatusCode::TOO_MANY_REQUESTS;
    if !early.is_for_good() {
        let seconds = early.until.since(visit.now).as_millis().div_ceil(1000);
        page.headers_mut().insert(RETRY_AFTER, i64::try_from(seconds).unwrap_or(i64::MAX).into());
    }
    page
}

/// The effect of a right code.
enum PhoneCodeEffect {
    /// The phone has changed.
    Changed,
    /// The phone is the same, set by an administrator or by the person, and now confirmed.
    Confirmed,
}

async fn take(
    tx: &mut Tx<'_>,
    (app, visit): (&App, &Visit),
    who: &SignedIn,
    (phone, hash): (&PhoneNumber, &[u8; 32]),
) -> Result<Option<PhoneCodeEffect>, Fault> {
    let session = who.session.to_string();
    if !contacts::phone_matches(tx, who.person, &session, (phone, hash), visit.now).await? {
        history::write(tx, &app.random, &events::entry(visit, who, Event::PersonCommunicationPhoneNotProven)).await?;
        return Ok(None);
    }
    failures::succeeded(tx, Guess::PhoneCode, &codes::subjects(who.person, &visit.network)).await?;
    let old = contacts::of_person(&mut *tx, who.person).await?.phone;
    contacts::set_phone(tx, who.person, Some(phone.as_str()), visit.now).await?;
    if old.as_ref().is_some_and(|old| old.number == *phone) {
        history::write(tx, &app.random, &events::entry(visit, who, Event::PersonCommunicationPhoneConfirmed)).await?;
        return Ok(Some(PhoneCodeEffect::Confirmed));
    }
    changed(tx, app, visit, who, old).await?;
    Ok(Some(PhoneCodeEffect::Changed))
}

async fn changed(tx: &mut Tx<'_>, app: &App, visit: &Visit, who: &SignedIn, old: Option<Phone>) -> Result<(), Fault> {
    history::write(tx, &app.random, &events::entry(visit, who, Event::PersonCommunicationPhoneChanged)).await?;
    tell(tx, app, visit, who.person, &Notice::PhoneChanged { old }).await
}

/// Removes the phone, so that it gets no more codes.
pub async fn remove(State(app): State<App>, visit: Visit) -> Result<Response, EarlyAnswer> {
    let who = proven_afresh(&app, &visit, PATH).await?;
    let person = who.profile.clone();
    let (work, own) = (app.clone(), visit.clone());
    let removed: Result<(), Fault> = app
        .db
        .write(move |tx| {
            Box::pin(async move {
                contacts::forget_phone_asked(tx, person.id).await?;
                let old = contacts::of_person(&mut *tx, person.id).await?.phone;
                if old.is_some() {
                    contacts::set_phone(tx, person.id, None, own.now).await?;
                    changed(tx, &work, &own, &who, old).await?;
                }
                Ok(())
            })
        })
        .await;
    removed?;
    Ok(Redirect::to("/account/communication?done=phone-removed").into_response())
}

/// The reason for which a number gets no code.
enum NoCode {
    /// The typed text is no number.
    NotANumber(NotANumber),
    /// The number gets no SMS.
    SmsRefusal(SmsRefusal),
}

impl From<NotANumber> for NoCode {
    fn from(bad: NotANumber) -> Self {
        Self::NotANumber(bad)
    }
}

impl From<SmsRefusal> for NoCode {
    fn from(refused: SmsRefusal) -> Self {
        Self::SmsRefusal(refused)
    }
}

impl NoCode {
    fn key(&self) -> &'static str {
        match self {
            Self::NotANumber(NotANumber::NotInternational(_)) => "account-error-phone-country",
            Self::NotANumber(NotANumber::Punctuated(_)) => "account-error-phone-marks",
            Self::NotANumber(NotANumber::TrunkZero(_)) => "account-error-phone-zero",
            Self::NotANumber(NotANumber::Unknown) => "account-error-phone-none",
            Self::SmsRefusal(SmsRefusal::NotMobile) => "account-error-phone-not-mobile",
            Self::SmsRefusal(SmsRefusal::Country) => "account-error-phone-not-there",
            Self::SmsRefusal(SmsRefusal::NoGateway | SmsRefusal::Limit(_)) => "account-error-phone-no-sms",
        }
    }

    fn offered(&self) -> Option<String> {
        match self {
            Self::NotANumber(bad) => bad.meant().map(PhoneNumber::readable),
            Self::SmsRefusal(_) => None,
        }
    }
}

async fn page(
    app: &App,
    visit: &Visit,
    person: &Person,
    typed: String,
    bad: Option<NoCode>,
) -> Result<Response, EarlyAnswer> {
    let page = frame::page(app, visit, PATH);
    let status = if bad.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let is_empty = typed.trim().is_empty();
    let key = bad.as_ref().map(|bad| if is_empty { "account-error-phone-empty" } else { bad.key() });
    let view = PhonePage {
        person: frame::person(person),
        tab: Tab::Communication,
        offered: bad.as_ref().and_then(NoCode::offered),
        removable: contacts::of_person(&app.db, person.id).await?.phone.is_some(),
        error: key.map(|key| page.t(key)),
        typed,
        page,
    };
    Ok(refusal::show(status, &view))
}

fn code_page(app: &App, visit: &Visit, person: &Person, asked: &PhoneConfirmation, error: Option<&str>) -> Response {
    let page = frame::page(app, visit, CODE_PATH);
    let is_open = asked.tries < PHONE_TRIES && asked.expires_at > visit.now;
    let status = match (is_open, error) {
        (true, None) => StatusCode::OK,
        _ => StatusCode::UNPROCESSABLE_ENTITY,
    };
    let error = if is_open { error } else { error.or(Some("account-error-code-over")) };
    let view = PhoneCodePage {
        person: frame::person(person),
        tab: Tab::Communication,
        phone: asked.phone.readable(),
        is_open,
        error: error.map(|key| page.t(key)),
        page,
    };
    refusal::show(status, &view)
}
