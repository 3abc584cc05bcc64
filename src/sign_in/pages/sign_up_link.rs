//! The link of an invitation to a first password (FLOWS.md 8): it comes by mail once the six digits were right on the
//! phone, and opens the password, the second step and the recovery code.
//!
//! In the browser that was verified it leads on at once. Anywhere else it asks for the six digits on the screen of the
//! phone, made ten minutes ago at most: a reader of the mail alone gets nowhere, and a phone that somebody else has
//! verified gets nothing by the person's click.

use axum::extract::{Path, State as AppState};
use axum::response::{IntoResponse, Redirect, Response};
use http::StatusCode;
use http::header::RETRY_AFTER;

use super::forgotten::{begun, take_link};
use super::show::StepMessage;
use crate::directory::invitations::{self, Invitation, InvitationState};
use crate::directory::people::{self, Person, PersonState};
use crate::platform::core::Core;
use crate::platform::db::{Source, Tx};
use crate::platform::web::browser::Browser;
use crate::platform::web::early::EarlyAnswer;
use crate::platform::web::fault::Fault;
use crate::platform::web::page::Page;
use crate::platform::web::parameters::Form;
use crate::platform::web::refusal::{self, RefusalPage};
use crate::platform::web::views::Door;
use crate::platform::web::visit::Visit;
use crate::proofs::failures::{self, Guess};
use crate::proofs::sign_up::{self, DigitsCheck, DigitsMatch, DigitsQuestion, digits_subjects};
use crate::proofs::{self, SixDigits, resets};
use crate::sign_in::assurance::{Acr, Demand};
use crate::sign_in::captions::Caption;
use crate::sign_in::forgotten_views::SignUpLinkPage;
use crate::sign_in::{SignIn, signing_up};

/// The end of the sign-in on the phone: the PIN.
const ON_THE_PHONE: &str = "/app/pin";
/// The end of the sign-in in another browser.
const ELSEWHERE: &str = "/account?done=set-up";

/// The invitee of a link that works.
struct Invitee {
    person: Person,
    invitation: Invitation,
    /// Whether the link is open in the browser that was verified.
    is_here: bool,
}

fn gone() -> RefusalPage {
    RefusalPage::new(StatusCode::GONE, "sign-up-link")
}

/// The invitee of a link that works, and whom nothing proves yet.
///
/// # Errors
/// The refusal of a link that works no longer.
async fn invitee(source: &mut Source<'_, '_>, token: &str, visit: &Visit) -> Result<Invitee, EarlyAnswer> {
    let link = resets::find(&mut *source, token, visit.now).await?.ok_or_else(gone)?;
    let id = link.invitation.ok_or_else(gone)?;
    let invitation = invitations::find(&mut *source, id).await?.ok_or_else(gone)?;
    let InvitationState::Verified(browser) = invitation.stands(visit.now) else { return Err(gone().into()) };
    let person = people::find(&mut *source, link.person).await?.ok_or_else(gone)?;
    let is_new = person.state == PersonState::Active && proofs::kept_by(&mut *source, person.id).await?.is_empty();
    if !is_new {
        return Err(gone().into());
    }
    Ok(Invitee { person, invitation, is_here: visit.browser == Some(browser) })
}

/// The page of the link. Looking at it uses nothing up: programs that read mail open every link.
pub(crate) async fn show(
    AppState(app): AppState<Core>,
    visit: Visit,
    Path(token): Path<String>,
) -> Result<Response, EarlyAnswer> {
    let mut reader = app.db.reader().await?;
    let found = invitee(&mut Source::Reader(&mut reader), &token, &visit).await?;
    drop(reader);
    Ok(page(&app, &visit, (token, found.is_here), &StepMessage::Nothing))
}

fn page(app: &Core, visit: &Visit, (token, is_here): (String, bool), said: &StepMessage) -> Response {
    let page = Page::new(visit.language, app.settings.organisation.clone(), format!("/sign-up/{token}"));
    let mut door = Door::new(Caption::SettingUp, Some(page.t("account-title")));
    door.address = Some(app.settings.public_url.host().to_owned());
    let wait_seconds = said.wait_seconds(visit.now);
    let error = match said {
        StepMessage::Nothing | StepMessage::TooEarly(_) => None,
        StepMessage::ConfirmationCodeIsWrong { tries_left } => {
            Some(page.texts.count("sign-up-error-digits", "tries", *tries_left))
        }
        StepMessage::Closed => Some(page.t("sign-up-error-digits-closed")),
        StepMessage::ConfirmationCodeIsOver => Some(page.t("sign-up-link-error-over")),
        _ => Some(page.t("sign-up-error-digits-empty")),
    };
    let status = match (said, wait_seconds) {
        (StepMessage::Nothing, _) => StatusCode::OK,
        (StepMessage::Closed, _) | (_, Some(_)) => StatusCode::TOO_MANY_REQUESTS,
        _ => StatusCode::UNPROCESSABLE_ENTITY,
    };
    let mut response = refusal::show(status, &SignUpLinkPage { page, door, token, is_here, error, wait_seconds });
    if let Some(seconds) = wait_seconds {
        response.headers_mut().insert(RETRY_AFTER, seconds.into());
    }
    response
}

/// Uses the link up, in this browser.
pub(crate) async fn begin(
    AppState(app): AppState<Core>,
    visit: Visit,
    Path(token): Path<String>,
    Form(fields): Form,
) -> Result<Response, EarlyAnswer> {
    app.flood.admit(&visit.network, visit.now)?;
    let mut reader = app.db.reader().await?;
    let found = invitee(&mut Source::Reader(&mut reader), &token, &visit).await?;
    drop(reader);
    let again = |said: StepMessage| Ok(page(&app, &visit, (token.clone(), found.is_here), &said));
    let matched = if found.is_here {
        None
    } else {
        let Ok(typed) = fields.field("code").parse::<SixDigits>() else {
            return again(StepMessage::ConfirmationCodeIsNone);
        };
        let question = DigitsQuestion::SamePerson;
        match sign_up::check_digits(&app, &found.invitation, question, &typed, &visit.network, visit.now).await? {
            DigitsCheck::Right(matched) => Some(matched),
            DigitsCheck::Wrong { tries_left } => return again(StepMessage::ConfirmationCodeIsWrong { tries_left }),
            DigitsCheck::Over => return again(StepMessage::ConfirmationCodeIsOver),
            DigitsCheck::TooEarly(early) if early.is_for_good() => return again(StepMessage::Closed),
            DigitsCheck::TooEarly(early) => return again(StepMessage::TooEarly(early.until)),
        }
    };
    let browser = Browser::of(&visit, &app.random);
    let afterwards = if found.is_here { ON_THE_PHONE } else { ELSEWHERE };
    // A second step belongs to it, whatever the policies ask for.
    let demand = Demand { acr: Some(Acr::Aal2), ..Demand::default() };
    let sign_in = SignIn { demand, ..begun(&app, &visit, &browser, afterwards) };
    let path = format!("/sign-in/{}", sign_in.id);
    let work = (app.clone(), visit.clone(), token.clone());
    app.db
        .write(move |tx| {
            Box::pin(async move {
                let (app, visit, token) = work;
                take(tx, (&app, &visit), &sign_in, (&token, matched.as_ref())).await
            })
        })
        .await?;
    let mut response = Redirect::to(&path).into_response();
    browser.remember(response.headers_mut(), app.settings.public_url.is_secure());
    Ok(response)
}

async fn take(
    tx: &mut Tx<'_>,
    (app, visit): (&Core, &Visit),
    sign_in: &SignIn,
    (token, matched): (&str, Option<&DigitsMatch>),
) -> Result<(), EarlyAnswer> {
    let found = invitee(&mut Source::Transaction(&mut *tx), token, visit).await?;
    if !signing_up::still_counts(tx, &found.invitation, Some(&found.person)).await? {
        return Err(gone().into());
    }
    match matched {
        None if !found.is_here => return Err(gone().into()),
        None => {}
        Some(matched) => {
            if !sign_up::use_digits(tx, matched, visit.now).await? {
                return Err(gone().into());
            }
            let subjects = digits_subjects(found.person.id, &visit.network);
            failures::succeeded(tx, Guess::InvitationCode, &subjects).await?;
        }
    }
    let is_taken: Result<bool, Fault> = take_link(tx, (app, visit), (sign_in, true), &found.person, token).await;
    if is_taken? { Ok(()) } else { Err(gone().into()) }
}
