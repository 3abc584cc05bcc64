//! Changes of the access to the company: lock, unlock, remove, take back. Removal needs a fresh proof and a
//! confirmation. A person removed from their basic company cannot sign in (FLOWS.md 1), so the page offers another
//! basic company.

use axum::response::{IntoResponse, Redirect, Response};
use http::StatusCode;

use super::super::gate::{Console, FreshConsole};
use super::super::views::Choice;
use super::managed::{ManagedUser, UserFrame, show_outcome, word_of_change};
use super::views::{RemovePage, UserTab};
use crate::administration as acts;
use crate::administration::Stop;
use crate::administration::reach::Reach;
use crate::directory::companies::CompanyId;
use crate::directory::people::PersonId;
use crate::directory::users;
use crate::platform::db::Source;
use crate::platform::web::early::{EarlyAnswer, PathEnd};
use crate::platform::web::parameters::Form;
use crate::platform::web::refusal;

/// Locks a user out of the company.
pub async fn lock(console: Console, PathEnd(person): PathEnd<PersonId>) -> Result<Response, EarlyAnswer> {
    let result = console.act(move |tx, context| Box::pin(acts::users::lock(tx, context, person))).await;
    show_outcome(&console, person, "", result.and_then(|effect| word_of_change(effect, "locked")))
}

/// Lets a locked user in again.
pub async fn unlock(
    FreshConsole(console): FreshConsole,
    PathEnd(person): PathEnd<PersonId>,
) -> Result<Response, EarlyAnswer> {
    readmit(&console, person, "unlocked").await
}

/// Takes a removed user back, with the roles and rights from before.
pub async fn take_back(
    FreshConsole(console): FreshConsole,
    PathEnd(person): PathEnd<PersonId>,
) -> Result<Response, EarlyAnswer> {
    readmit(&console, person, "taken-back").await
}

/// Sends the first message with its set-up link anew.
pub(crate) async fn send_first_message(
    console: Console,
    PathEnd(person): PathEnd<PersonId>,
) -> Result<Response, EarlyAnswer> {
    let result = console.act(move |tx, context| Box::pin(acts::users::send_first_message(tx, context, person))).await;
    show_outcome(&console, person, "", result.and_then(|effect| word_of_change(effect, "first-message")))
}

async fn readmit(console: &Console, person: PersonId, word: &'static str) -> Result<Response, EarlyAnswer> {
    let result = console.act(move |tx, context| Box::pin(acts::users::readmit(tx, context, person))).await;
    show_outcome(console, person, "", result.and_then(|effect| word_of_change(effect, word)))
}

/// Asks whether to remove a user.
pub async fn ask_remove(FreshConsole(console): FreshConsole, managed: ManagedUser) -> Result<Response, EarlyAnswer> {
    if !managed.may_change {
        return show_outcome(&console, managed.member.person, "", Err(Stop::BeyondReach));
    }
    remove_page(&console, &managed, None).await
}

async fn remove_page(console: &Console, managed: &ManagedUser, error: Option<&str>) -> Result<Response, EarlyAnswer> {
    let UserFrame { page, frame, user } = managed.page(console, UserTab::BasicData, "remove").await?;
    let found = if managed.member.basic {
        let mut reader = console.app.db.reader().await?;
        {
            let context = console.context(console.authority);
            acts::basic_company::other_companies(&mut Source::Reader(&mut reader), &context, managed.member.person)
                .await?
        }
    } else {
        Vec::new()
    };
    let choice = |(company, name): (CompanyId, String)| Choice { word: company.to_string(), name, on: false };
    let status = if error.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let view = RemovePage {
        is_basic: managed.member.basic,
        others: found.into_iter().map(choice).collect(),
        error: error.map(|key| page.t(key)),
        user,
        frame,
        page,
    };
    Ok(refusal::show(status, &view))
}

/// Removes a user from the company. For the basic company the form says which company replaces it.
pub async fn remove(
    FreshConsole(console): FreshConsole,
    managed: ManagedUser,
    Form(fields): Form,
) -> Result<Response, EarlyAnswer> {
    let basic = match (managed.member.basic, fields.field("basic")) {
        (false, _) | (true, "none") => None,
        (true, word) => match word.parse::<CompanyId>() {
            Ok(company) => Some(company),
            Err(_) => return remove_page(&console, &managed, Some("admin-error-basic")).await,
        },
    };
    let own = managed.reach == Reach::Own;
    let person = managed.member.person;
    let result = console.act(move |tx, context| Box::pin(acts::users::remove(tx, context, person, basic))).await;
    let response = show_outcome(&console, person, "", result.and_then(|effect| word_of_change(effect, "removed")))?;
    // Administrators who removed themselves see nothing here any more.
    let still = users::authority(&console.app.db, console.company.id, console.person.id).await?;
    if own && still.is_none() {
        return Ok(Redirect::to("/account").into_response());
    }
    Ok(response)
}
