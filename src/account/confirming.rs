//! The pages of two kinds of links: one confirms an email, one says "this wasn't me". Opening a link changes nothing,
//! because programs that read mail open every link; only the button acts.

use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use http::StatusCode;

use super::tab_views::{ConfirmEmailPage, DonePage, NotMePage};
use super::who::signed_in;
use super::{events, frame};
use crate::app::App;
use crate::directory::contacts::{self, EmailConfirmation, EmailPurpose};
use crate::directory::people::{self, Email};
use crate::event::Event;
use crate::platform::db::Tx;
use crate::platform::history;
use crate::platform::web::early::EarlyAnswer;
use crate::platform::web::fault::Fault;
use crate::platform::web::page::Page;
use crate::platform::web::refusal::{self, RefusalPage};
use crate::platform::web::views::Door;
use crate::platform::web::visit::Visit;
use crate::sign_in::captions::Caption;
use crate::sign_in::notices::{self, Extent, Notice, Stopped, browser_in_words, tell};
use crate::sign_in::{SignedIn, factors_changed};

/// The result of a link that confirms an email.
enum Confirmed {
    /// The email counts. The path of the next page.
    Now(&'static str),
    /// The link is used, expired, or belongs to another person.
    NoLink,
    /// Another person signs in with this email.
    Taken,
}

/// Shows the email that a link confirms.
pub(crate) async fn show_email(
    State(app): State<App>,
    visit: Visit,
    Path(token): Path<String>,
) -> Result<Response, EarlyAnswer> {
    let asked = contacts::find_email(&app.db, &token, visit.now).await?.ok_or_else(confirm_link_over)?;
    let page = page(&app, &visit, &format!("/account/confirm-email/{token}"));
    let (title, lead) = match asked.purpose {
        EmailPurpose::SignIn => ("confirm-sign-in-email-title", "confirm-sign-in-email-lead"),
        EmailPurpose::Communication => ("confirm-communication-email-title", "confirm-communication-email-lead"),
    };
    let view = ConfirmEmailPage {
        door: door(&app, &page),
        title: page.t(title),
        lead: page.t(lead),
        email: asked.email,
        token,
        page,
    };
    Ok(refusal::show(StatusCode::OK, &view))
}

/// Confirms an email. Only its person can, signed in: with a mistyped address, somebody else reads the link.
pub(crate) async fn confirm_email(
    State(app): State<App>,
    visit: Visit,
    Path(token): Path<String>,
) -> Result<Response, EarlyAnswer> {
    let asked = contacts::find_email(&app.db, &token, visit.now).await?.ok_or_else(confirm_link_over)?;
    let who = signed_in(&app, &visit, &format!("/account/confirm-email/{token}")).await?;
    let person = who.profile.clone();
    if person.id != asked.person {
        return Err(RefusalPage::new(StatusCode::FORBIDDEN, "confirm-someone-else").into());
    }
    let (work, own) = (app.clone(), visit.clone());
    let confirmed: Result<Confirmed, Fault> =
        app.db.write(move |tx| Box::pin(async move { take(tx, (&work, &own), &who, &asked, &token).await })).await;
    match confirmed? {
        Confirmed::Now(path) => Ok(Redirect::to(path).into_response()),
        Confirmed::NoLink => Err(confirm_link_over().into()),
        Confirmed::Taken => Err(RefusalPage::new(StatusCode::CONFLICT, "confirm-taken").into()),
    }
}

async fn take(
    tx: &mut Tx<'_>,
    (app, visit): (&App, &Visit),
    who: &SignedIn,
    asked: &EmailConfirmation,
    token: &str,
) -> Result<Confirmed, Fault> {
    people::take_turns(tx, who.person).await?;
    if !contacts::use_email(tx, token, who.person, visit.now).await? {
        return Ok(Confirmed::NoLink);
    }
    let Some(person) = people::find(&mut *tx, who.person).await? else { return Ok(Confirmed::NoLink) };
    let Some(email) = Email::parse(&asked.email) else { return Ok(Confirmed::NoLink) };
    match asked.purpose {
        EmailPurpose::Communication => {
            let old = contacts::of_person(&mut *tx, who.person).await?.email;
            contacts::set_email(tx, who.person, Some(email.as_written()), visit.now).await?;
            let entry = events::entry(visit, who, Event::PersonCommunicationEmailChanged);
            history::write(tx, &app.random, &entry).await?;
            tell(tx, app, visit, who.person, &Notice::CommunicationEmailChanged { old }).await?;
            Ok(Confirmed::Now("/account/communication?done=communication-email"))
        }
        EmailPurpose::SignIn if Email::parse(&person.email).is_some_and(|now| now.key() == email.key()) => {
            people::set_email(tx, who.person, &email, visit.now).await?;
            history::write(tx, &app.random, &events::entry(visit, who, Event::PersonEmailConfirmed)).await?;
            Ok(Confirmed::Now("/account/basic-data?done=email-confirmed"))
        }
        EmailPurpose::SignIn => {
            if !people::set_email(tx, who.person, &email, visit.now).await? {
                return Ok(Confirmed::Taken);
            }
            factors_changed(tx, app, visit, who.person, Some(who.session)).await?;
            history::write(tx, &app.random, &events::entry(visit, who, Event::PersonEmailChanged)).await?;
            tell(tx, app, visit, who.person, &Notice::EmailChanged { old: person.email }).await?;
            Ok(Confirmed::Now("/account/basic-data?done=email"))
        }
    }
}

/// Shows the event that a person was told of, and asks whether it was really not them. No sign-in is needed, so that a
/// person who cannot get in any more can stop it.
pub(crate) async fn show_not_me(
    State(app): State<App>,
    visit: Visit,
    Path(token): Path<String>,
) -> Result<Response, EarlyAnswer> {
    let told = notices::find(&app.db, &token, visit.now).await?.ok_or_else(not_me_link_over)?;
    let page = page(&app, &visit, &format!("/account/not-me/{token}"));
    let contacts = contacts::of_person(&app.db, told.person).await?;
    let person = people::find(&app.db, told.person).await?;
    let extent = person.and_then(|person| notices::extent(&told, &person, &contacts));
    let text = match extent {
        Some(Extent::Everything) => page.t("not-me-text"),
        Some(Extent::ChangeOfAddress) => page.t("not-me-address-text"),
        None => return Err(not_me_link_over().into()),
    };
    let by_operator = told.network.is_empty();
    let view = NotMePage {
        door: door(&app, &page),
        what: page.t(&told.subject),
        text,
        time: frame::time(&app, page.texts, told.at),
        network: (!by_operator).then_some(told.network),
        browser: (!by_operator).then(|| browser_in_words(page.texts, &told.user_agent)),
        token,
        page,
    };
    Ok(refusal::show(StatusCode::OK, &view))
}

/// Stops the change that a person was told of.
pub(crate) async fn not_me(
    State(app): State<App>,
    visit: Visit,
    Path(token): Path<String>,
) -> Result<Response, EarlyAnswer> {
    let (work, own) = (app.clone(), visit.clone());
    let stopped: Result<Stopped, Fault> =
        app.db.write(move |tx| Box::pin(async move { notices::stop(tx, &work, &own, &token).await })).await;
    let Stopped::Now(recourse) = stopped? else { return Err(not_me_link_over().into()) };
    let page = page(&app, &visit, "/account");
    let view = DonePage {
        door: door(&app, &page),
        title: page.t("not-me-done-title"),
        text: page.t(recourse.page_key()),
        label: recourse.page_label().map(|key| page.t(key)).unwrap_or_default(),
        page,
    };
    Ok(refusal::show(StatusCode::OK, &view))
}

fn confirm_link_over() -> RefusalPage {
    RefusalPage::new(StatusCode::GONE, "confirm-link")
}

fn not_me_link_over() -> RefusalPage {
    RefusalPage::new(StatusCode::GONE, "not-me-link")
}

fn page(app: &App, visit: &Visit, path: &str) -> Page {
    Page::new(visit.language, app.settings.organisation.clone(), path)
}

fn door(app: &App, page: &Page) -> Door {
    let mut door = Door::new(Caption::SigningIn, Some(page.t("account-title")));
    door.address = Some(app.settings.public_url.host().to_owned());
    door
}
