//! The set-up link of the first message to a new person: it opens, in one go, the password, the second step and the
//! recovery code, and ends in My sign-in. It works while nothing proves the person yet, once, and for a week.
//!
//! The link proves no more than the mailbox does, as a link to a new password; a person who has a factor by now goes
//! by that one instead.

use axum::extract::{Path, State as AppState};
use axum::response::{IntoResponse, Redirect, Response};
use http::StatusCode;

use super::forgotten::{begun, take_link};
use crate::directory::people::{self, Person, PersonState};
use crate::platform::core::Core;
use crate::platform::db::{Source, Tx};
use crate::platform::web::browser::Browser;
use crate::platform::web::early::EarlyAnswer;
use crate::platform::web::fault::Fault;
use crate::platform::web::page::Page;
use crate::platform::web::refusal::{self, RefusalPage};
use crate::platform::web::views::Door;
use crate::platform::web::visit::Visit;
use crate::proofs::{self, resets};
use crate::sign_in::SignIn;
use crate::sign_in::assurance::{Acr, Demand};
use crate::sign_in::captions::Caption;
use crate::sign_in::forgotten_views::SetUpLinkPage;

/// The page on which the sign-in ends: it begins with the applications that are open to the new person.
const AFTERWARDS: &str = "/account?done=set-up";

/// The person of a set-up link that works, and whom nothing proves yet.
///
/// # Errors
/// The refusal of a link that works no longer.
async fn newcomer(source: &mut Source<'_, '_>, token: &str, visit: &Visit) -> Result<Person, EarlyAnswer> {
    let gone = || RefusalPage::new(StatusCode::GONE, "set-up-link");
    let link = resets::find(&mut *source, token, visit.now).await?;
    let link = link.filter(resets::Link::is_for_set_up).ok_or_else(gone)?;
    let person = people::find(&mut *source, link.person).await?.ok_or_else(gone)?;
    let is_new = person.state == PersonState::Active && proofs::kept_by(&mut *source, person.id).await?.is_empty();
    if is_new { Ok(person) } else { Err(gone().into()) }
}

/// The page that the link opens. Looking at it uses nothing up: programs that read mail open every link.
pub(crate) async fn show(
    AppState(app): AppState<Core>,
    visit: Visit,
    Path(token): Path<String>,
) -> Result<Response, EarlyAnswer> {
    let mut reader = app.db.reader().await?;
    newcomer(&mut Source::Reader(&mut reader), &token, &visit).await?;
    drop(reader);
    let page = Page::new(visit.language, app.settings.organisation.clone(), format!("/set-up/{token}"));
    let mut door = Door::new(Caption::SettingUp, Some(page.t("account-title")));
    door.address = Some(app.settings.public_url.host().to_owned());
    Ok(refusal::show(StatusCode::OK, &SetUpLinkPage { page, door, token }))
}

/// Uses the link up, in this browser.
pub(crate) async fn begin(
    AppState(app): AppState<Core>,
    visit: Visit,
    Path(token): Path<String>,
) -> Result<Response, EarlyAnswer> {
    app.flood.admit(&visit.network, visit.now)?;
    let browser = Browser::of(&visit, &app.random);
    // A second step belongs to it, whatever the policies ask for.
    let demand = Demand { acr: Some(Acr::Aal2), ..Demand::default() };
    let sign_in = SignIn { demand, ..begun(&app, &visit, &browser, AFTERWARDS) };
    let path = format!("/sign-in/{}", sign_in.id);
    let work = (app.clone(), visit.clone());
    app.db
        .write(move |tx| {
            Box::pin(async move {
                let (app, visit) = work;
                take(tx, (&app, &visit), &sign_in, &token).await
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
    token: &str,
) -> Result<(), EarlyAnswer> {
    let person = newcomer(&mut Source::Transaction(&mut *tx), token, visit).await?;
    let is_taken: Result<bool, Fault> = take_link(tx, (app, visit), (sign_in, true), &person, token).await;
    if is_taken? { Ok(()) } else { Err(RefusalPage::new(StatusCode::GONE, "set-up-link").into()) }
}
