//! Connecting a phone to its person: the code that a sign-in or *My sign-in* draws, what the phone is asked, its key, and
//! its being added by the browser that drew the code.

use super::asking_phones::question;
use super::notices::{Notice, browser_in_words, tell};
use super::on_phone::{ConnectRefusal, entry};
use super::{SignIn, SignInId, signing_up, store};
use crate::directory::entrance::phone_app_standing;
use crate::directory::people::{self, Person, PersonId};
use crate::event::Event;
use crate::platform::clock::Timestamp;
use crate::platform::core::Core;
use crate::platform::db::{self, Source, Tx};
use crate::platform::history;
use crate::platform::web::fault::Fault;
use crate::platform::web::translations::{Language, Texts};
use crate::platform::web::visit::Visit;
use crate::proofs::approvals::{ApprovalNumber, ApprovalQuestion, QuestionKind};
use crate::proofs::phone_set_up::{self, DIGITS, KeyMaking, PhoneSetUp, PhoneSetUpId, SetUpDrawing};
use crate::proofs::phones::{self, AppPhone, MadePhone, SignedText, SigningPurpose};
use crate::proofs::qr::{QrCode, ScanRefusal};
use crate::proofs::{Occasion, Proven};

/// The page of the app that takes a code, after the origin.
const CONNECT: &str = "/app/connect#";

/// Whether the phone app is open to a person, so that a phone can be connected.
pub(crate) async fn may_connect(source: &mut Source<'_, '_>, person: PersonId) -> Result<bool, db::Error> {
    Ok(phone_app_standing(&mut *source, person).await?.admits().is_ok()
        && !people::phone_app_is_closed(&mut *source, person).await?)
}

/// Draws the code of a sign-in.
pub(super) async fn draw_for_sign_in(
    tx: &mut Tx<'_>,
    app: &Core,
    visit: &Visit,
    (sign_in, person): (&SignIn, &Person),
) -> Result<PhoneSetUpId, Fault> {
    let asked = question(app, visit, sign_in, language_of(person, visit));
    let page = format!("/sign-in/{}", sign_in.id);
    let drawing = SetUpDrawing { occasion: sign_in.occasion(), page, person: person.id, question: asked };
    draw(tx, app, drawing, visit.now).await
}

/// Draws the code of a page of *My sign-in*.
pub(crate) async fn draw_for_session(
    tx: &mut Tx<'_>,
    app: &Core,
    visit: &Visit,
    (occasion, person): (Occasion, &Person),
    page: &str,
) -> Result<PhoneSetUpId, Fault> {
    let language = language_of(person, visit);
    let texts = Texts::new(language);
    let asked = ApprovalQuestion {
        application: texts.text("account-title"),
        company: String::new(),
        address: app.settings.public_url.host().to_owned(),
        place: app.places.name(&visit.network, language).unwrap_or_default(),
        network: visit.network.to_string(),
        is_new_network: false,
        browser: browser_in_words(texts, &visit.user_agent),
        at: visit.now,
        digits: 0,
        asks: QuestionKind::SignIn,
    };
    let drawing = SetUpDrawing { occasion, page: page.to_owned(), person: person.id, question: asked };
    draw(tx, app, drawing, visit.now).await
}

fn language_of(person: &Person, visit: &Visit) -> Language {
    Language::parse_tag(&person.language).unwrap_or(visit.language)
}

async fn draw(tx: &mut Tx<'_>, app: &Core, mut drawing: SetUpDrawing, now: Timestamp) -> Result<PhoneSetUpId, Fault> {
    drawing.question.digits = DIGITS;
    phone_set_up::draw(tx, app, &drawing, now).await
}

/// The address in the code: the app's own page takes it, however it is opened. The part after `#` is sent nowhere.
pub(crate) fn address(app: &Core, found: &PhoneSetUp, now: Timestamp) -> Result<String, Fault> {
    let code = found.code(&app.master_keys, now)?;
    Ok(format!("{}{CONNECT}{code}", app.settings.public_url.origin()))
}

/// Takes a code that a phone has scanned, in the browser of that phone.
///
/// # Errors
/// [`ScanRefusal`].
pub(crate) async fn scan(
    tx: &mut Tx<'_>,
    app: &Core,
    visit: &Visit,
    (code, phone_browser): (&QrCode, &[u8; 32]),
) -> Result<PhoneSetUpId, ScanRefusal> {
    let found = phone_set_up::of_code(&mut *tx, &app.master_keys, code, visit.now).await?.ok_or(ScanRefusal::Old)?;
    // One of My sign-in is no sign-in: its browser adds the phone as long as its session goes on.
    let sign_in = store::find(&mut *tx, SignInId::from(found.occasion)).await?;
    if sign_in.is_some_and(|sign_in| sign_in.ended || visit.now >= sign_in.expires_at) {
        return Err(ScanRefusal::Old);
    }
    if phone_set_up::scan(tx, app, (&found, phone_browser), visit.now).await? {
        Ok(found.id)
    } else {
        Err(ScanRefusal::Scanned)
    }
}

/// The fields that a new key signs, in their order and before the number.
pub(crate) fn signed<'q>(email: &'q str, asked: &'q ApprovalQuestion, time: &'q str) -> Vec<(&'static str, &'q str)> {
    [("person", email)].into_iter().chain(asked.signed_of_code(time)).collect()
}

/// The key of a phone, with its signature over what was shown and the number.
#[derive(Clone, Debug)]
pub(crate) struct NewPhoneKey {
    /// The phone.
    pub(crate) made: MadePhone,
    /// The number that was typed; `None` where none was asked for.
    pub(crate) typed: Option<ApprovalNumber>,
    /// The signature.
    pub(crate) signature: Vec<u8>,
}

/// Takes the key of a phone. The signature is looked at before the number: without the key nobody tries numbers.
///
/// # Errors
/// [`ConnectRefusal::DoesNotHold`], or a fault.
pub(crate) async fn make(
    app: &Core,
    visit: &Visit,
    (found, email): (&PhoneSetUp, &str),
    phone_browser: [u8; 32],
    new: NewPhoneKey,
) -> Result<KeyMaking, ConnectRefusal> {
    let (time, typed) = (found.question.time(), new.typed.as_ref().map_or("", ApprovalNumber::as_str));
    let fields = [&signed(email, &found.question, &time)[..], &[("number", typed)]].concat();
    let origin = app.settings.public_url.origin();
    let text = SignedText::new(origin, SigningPurpose::Connect, "new", &found.id.to_string(), &fields);
    if !new.made.key.verifies(&text, &new.signature) {
        return Err(ConnectRefusal::DoesNotHold);
    }
    let (work, id, now) = (app.clone(), found.id, visit.now);
    let made: Result<KeyMaking, Fault> = app
        .db
        .write(move |tx| {
            Box::pin(async move {
                let key = (&new.made, new.typed.as_ref());
                phone_set_up::make(tx, &work, (id, &phone_browser), key, now).await
            })
        })
        .await;
    Ok(made?)
}

/// Adds the phone that has made its key, in the browser that drew the code and in the turn of its person; the caller lets
/// the change count. `None` where another tab has added it, or it has ended.
///
/// # Errors
/// [`ConnectRefusal`]; then the transaction is to be rolled back.
pub(crate) async fn add(
    tx: &mut Tx<'_>,
    app: &Core,
    visit: &Visit,
    (person, occasion): (PersonId, Occasion),
    id: PhoneSetUpId,
) -> Result<Option<(AppPhone, Proven)>, ConnectRefusal> {
    if !may_connect(&mut Source::Transaction(tx), person).await? {
        return Err(ConnectRefusal::Closed);
    }
    if phones::of_person(&mut *tx, person).await?.len() >= phones::MOST {
        return Err(ConnectRefusal::TooMany);
    }
    let Some(made) = phone_set_up::use_up(tx, (person, id), &occasion, visit.now).await? else { return Ok(None) };
    let (phone, proven) = phones::add_made(tx, person, made, (occasion, visit.now)).await?;
    history::write(tx, &app.random, &entry(visit, Event::PhoneAdded, &phone)).await?;
    tell(tx, app, visit, person, &Notice::PhoneAdded { name: phone.name.clone() }).await?;
    signing_up::done(tx, app, visit, person).await?;
    Ok(Some((phone, proven)))
}
