//! Changes of the access to the company: lock, unlock, remove, take back. Removal needs a fresh proof and a
//! confirmation. A person removed from their basic company cannot sign in (FLOWS.md 1), so the page offers another
//! basic company.

use axum::response::{IntoResponse, Redirect, Response};
use http::StatusCode;

use super::super::views::Choice;
use super::super::who::{Fresh, Here};
use super::one::{One, UserFrame, answer, changed};
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
pub async fn lock(here: Here, PathEnd(person): PathEnd<PersonId>) -> Result<Response, EarlyAnswer> {
    let came = here.act(move |tx, context| Box::pin(acts::users::lock(tx, context, person))).await;
    answer(&here, person, "", came.and_then(|effect| changed(effect, "locked")))
}

/// Lets a locked user in again.
pub async fn unlock(Fresh(here): Fresh, PathEnd(person): PathEnd<PersonId>) -> Result<Response, EarlyAnswer> {
    readmit(&here, person, "unlocked").await
}

/// Takes a removed user back, with the roles and rights from before.
pub async fn take_back(Fresh(here): Fresh, PathEnd(person): PathEnd<PersonId>) -> Result<Response, EarlyAnswer> {
    readmit(&here, person, "taken-back").await
}

/// Sends the first message with its set-up link anew.
pub(crate) async fn send_first_message(
    here: Here,
    PathEnd(person): PathEnd<PersonId>,
) -> Result<Response, EarlyAnswer> {
    let came = here.act(move |tx, context| Box::pin(acts::users::send_first_message(tx, context, person))).await;
    answer(&here, person, "", came.and_then(|effect| changed(effect, "first-message")))
}

async fn readmit(here: &Here, person: PersonId, word: &'static str) -> Result<Response, EarlyAnswer> {
    let came = here.act(move |tx, context| Box::pin(acts::users::readmit(tx, context, person))).await;
    answer(here, person, "", came.and_then(|effect| changed(effect, word)))
}

/// Asks whether to remove a user.
pub async fn ask_remove(Fresh(here): Fresh, one: One) -> Result<Response, EarlyAnswer> {
    if !one.may_change {
        return answer(&here, one.member.person, "", Err(Stop::BeyondReach));
    }
    remove_page(&here, &one, None).await
}

async fn remove_page(here: &Here, one: &One, error: Option<&str>) -> Result<Response, EarlyAnswer> {
    let UserFrame { page, frame, user } = one.around(here, UserTab::BasicData, "remove").await?;
    let found = if one.member.basic {
        let mut reader = here.app.db.reader().await?;
        {
            let context = here.context(here.authority);
            acts::users::other_companies(&mut Source::Reader(&mut reader), &context, one.member.person).await?
        }
    } else {
        Vec::new()
    };
    let choice = |(company, name): (CompanyId, String)| Choice { word: company.to_string(), name, on: false };
    let status = if error.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let view = RemovePage {
        is_basic: one.member.basic,
        others: found.into_iter().map(choice).collect(),
        error: error.map(|key| page.t(key)),
        user,
        frame,
        page,
    };
    Ok(refusal::show(status, &view))
}

/// Removes a user from the company. For the basic company the form says which company replaces it.
pub async fn remove(Fresh(here): Fresh, one: One, Form(fields): Form) -> Result<Response, EarlyAnswer> {
    let basic = match (one.member.basic, fields.field("basic")) {
        (false, _) | (true, "none") => None,
        (true, word) => match word.parse::<CompanyId>() {
            Ok(company) => Some(company),
            Err(_) => return remove_page(&here, &one, Some("admin-error-basic")).await,
        },
    };
    let own = one.reach == Reach::Own;
    let person = one.member.person;
    let came = here.act(move |tx, context| Box::pin(acts::users::remove(tx, context, person, basic))).await;
    let answer = answer(&here, person, "", came.and_then(|effect| changed(effect, "removed")))?;
    // Administrators who removed themselves see nothing here any more.
    let still = users::authority(&here.app.db, here.company.id, here.person.id).await?;
    if own && still.is_none() {
        return Ok(Redirect::to("/account").into_response());
    }
    Ok(answer)
}
