//! The phones of a user, on the tab *Sign-in & devices*: one is removed, or the user is logged out from all devices.

use axum::response::Response;
use http::StatusCode;

use super::super::gate::{Console, FreshConsole};
use super::managed::{ManagedUser, UserFrame, show_outcome, word_of_change};
use super::views::{EndPhonesPage, UserTab};
use crate::administration as acts;
use crate::directory::people::PersonId;
use crate::platform::web::early::{EarlyAnswer, PathEnd};
use crate::platform::web::refusal;
use crate::proofs::phones::{self, PhoneId};

const PAGE: &str = "sign-in";

/// Asks whether to remove a phone.
pub(crate) async fn ask_remove(
    FreshConsole(console): FreshConsole,
    managed: ManagedUser,
    PathEnd(phone): PathEnd<PhoneId>,
) -> Result<Response, EarlyAnswer> {
    let managed = managed.within_protection()?;
    let found =
        phones::find(&console.app.db, managed.member.person, phone).await?.ok_or_else(EarlyAnswer::not_found)?;
    let way = format!("phones/{phone}/remove");
    let UserFrame { page, frame, user } = managed.page(&console, UserTab::SignIn, &way).await?;
    let view = EndPhonesPage {
        title: page.t1("admin-phone-remove-title", "phone", &found.name),
        text: page.t1("admin-phone-remove-text", "name", &user.name),
        button: page.t("admin-phone-remove-button"),
        way,
        user,
        frame,
        page,
    };
    Ok(refusal::show(StatusCode::OK, &view))
}

/// Removes a phone.
pub(crate) async fn remove(
    FreshConsole(console): FreshConsole,
    managed: ManagedUser,
    PathEnd(phone): PathEnd<PhoneId>,
) -> Result<Response, EarlyAnswer> {
    let person = managed.member.person;
    let result = console.act(move |tx, context| Box::pin(acts::phones::remove_phone(tx, context, person, phone))).await;
    show_outcome(&console, person, PAGE, result.and_then(|effect| word_of_change(effect, "phone")))
}

/// Asks whether to log the user out from all devices.
pub(crate) async fn ask_everywhere(console: Console, managed: ManagedUser) -> Result<Response, EarlyAnswer> {
    let managed = managed.within_protection()?;
    let way = "log-out-everywhere".to_owned();
    let UserFrame { page, frame, user } = managed.page(&console, UserTab::SignIn, &way).await?;
    let view = EndPhonesPage {
        title: page.t1("admin-everywhere-title", "name", &user.name),
        text: page.t1("admin-everywhere-text", "name", &user.name),
        button: page.t("admin-everywhere-button"),
        way,
        user,
        frame,
        page,
    };
    Ok(refusal::show(StatusCode::OK, &view))
}

/// Logs the user out from all devices.
pub(crate) async fn everywhere(console: Console, PathEnd(person): PathEnd<PersonId>) -> Result<Response, EarlyAnswer> {
    let result = console.act(move |tx, context| Box::pin(acts::phones::log_out_everywhere(tx, context, person))).await;
    show_outcome(&console, person, PAGE, result.and_then(|effect| word_of_change(effect, "everywhere")))
}
