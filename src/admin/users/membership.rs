//! Whether a user can enter the company: locked, unlocked, removed, taken back. Removing is a sensitive act, and
//! asks first; who is removed from their basic company signs in nowhere (FLOWS.md 1), so another one is offered.

use axum::response::{IntoResponse, Redirect, Response};
use http::StatusCode;

use super::super::views::Choice;
use super::super::who::{Fresh, Here};
use super::basic_data::{refused, tell};
use super::one::{One, Outcome};
use super::views::{RemovePage, UserTab};
use crate::administration::end_sessions_if_closed;
use crate::administration::reach::Reach;
use crate::directory::companies::CompanyId;
use crate::directory::people::PersonId;
use crate::directory::users::{self, State as UserState};
use crate::event::Event;
use crate::platform::db::{Source, Tx};
use crate::platform::history;
use crate::platform::web::early::{EarlyAnswer, PathEnd};
use crate::platform::web::fault::Fault;
use crate::platform::web::parameters::Form;
use crate::platform::web::refusal;
use crate::sign_in::notices::Act;

/// The most other companies that are offered.
const OFFERED: usize = 50;

/// A change of how a user stands.
#[derive(Clone, Copy)]
struct Change {
    from: &'static [UserState],
    to: UserState,
    act: Act,
    done: &'static str,
}

const LOCK: Change = Change { from: &[UserState::Active], to: UserState::Locked, act: Act::Locked, done: "locked" };
const UNLOCK: Change =
    Change { from: &[UserState::Locked], to: UserState::Active, act: Act::Unlocked, done: "unlocked" };
const REMOVE: Change = Change {
    from: &[UserState::Active, UserState::Locked],
    to: UserState::Removed,
    act: Act::Removed,
    done: "removed",
};
const TAKE_BACK: Change =
    Change { from: &[UserState::Removed], to: UserState::Active, act: Act::TakenBack, done: "taken-back" };

/// Locks a user out of the company.
pub async fn lock(here: Here, PathEnd(person): PathEnd<PersonId>) -> Result<Response, EarlyAnswer> {
    make(&here, person, LOCK, None).await
}

/// Lets a locked user in again.
pub async fn unlock(here: Here, PathEnd(person): PathEnd<PersonId>) -> Result<Response, EarlyAnswer> {
    make(&here, person, UNLOCK, None).await
}

/// Takes a removed user back, with what they had.
pub async fn take_back(here: Here, PathEnd(person): PathEnd<PersonId>) -> Result<Response, EarlyAnswer> {
    make(&here, person, TAKE_BACK, None).await
}

async fn make(
    here: &Here,
    person: PersonId,
    change: Change,
    basic: Option<CompanyId>,
) -> Result<Response, EarlyAnswer> {
    let made = here.write(move |tx, here| Box::pin(write(tx, here, person, change, basic))).await?;
    made.answer(here, person, "")
}

async fn write(
    tx: &mut Tx<'_>,
    here: &Here,
    person: PersonId,
    change: Change,
    basic: Option<CompanyId>,
) -> Result<Outcome, EarlyAnswer> {
    let one = One::in_turn(tx, here, person).await?;
    if !one.may_change {
        return Ok(Outcome::Refused("more-than-yours"));
    }
    if !change.from.contains(&one.member.state) {
        return Ok(Outcome::Refused("nothing"));
    }
    if let Some(basic) = basic.filter(|_| one.member.basic) {
        let others = others(&mut Source::Transaction(tx), here, person).await?;
        if !others.iter().any(|(company, _)| *company == basic) {
            return Ok(Outcome::Refused("nothing"));
        }
        if let Err(cannot) = users::set_basic(tx, person, basic, here.visit.now).await? {
            return Ok(refused(cannot));
        }
        let entry = here.entry(Event::UserBasicCompanySet).person(person).detail("to", basic.to_string());
        history::write(tx, &here.app.random, &entry).await?;
    }
    if let Err(cannot) = users::set_state(tx, here.company.id, person, change.to, here.visit.now).await? {
        return Ok(refused(cannot));
    }
    if basic.is_none() {
        end_sessions_if_closed(tx, &here.app.random, &one.member, change.to, here.visit.now).await?;
    }
    let entry = here.entry(Event::UserStateSet).person(person).detail("state", change.to.as_str());
    history::write(tx, &here.app.random, &entry).await?;
    tell(tx, here, person, change.act).await?;
    Ok(Outcome::Done(change.done))
}

/// The companies that could be the basic company of a user in the place of this one: where they are active, and
/// who looks manages, too. Where else somebody belongs is not for this company to know.
async fn others(source: &mut Source<'_, '_>, here: &Here, person: PersonId) -> Result<Vec<(CompanyId, String)>, Fault> {
    let mut others = Vec::new();
    for user in users::of_person(&mut *source, person).await? {
        if others.len() == OFFERED {
            break;
        }
        if user.state == UserState::Active
            && user.company != here.company.id
            && users::authority(&mut *source, user.company, here.person.id).await?.is_some()
        {
            others.push((user.company, user.company_name));
        }
    }
    Ok(others)
}

/// Asks whether to remove a user.
pub async fn ask_remove(Fresh(here): Fresh, one: One) -> Result<Response, EarlyAnswer> {
    if !one.may_change {
        return Outcome::Refused("more-than-yours").answer(&here, one.member.person, "");
    }
    remove_page(&here, &one, None).await
}

async fn remove_page(here: &Here, one: &One, error: Option<&str>) -> Result<Response, EarlyAnswer> {
    let (page, frame, user) = one.around(here, UserTab::BasicData, "remove").await?;
    let found = if one.member.basic {
        let mut reader = here.app.db.reader().await?;
        others(&mut Source::Reader(&mut reader), here, one.member.person).await?
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

/// Removes a user from the company. Who removes somebody from their basic company says what becomes of that.
pub async fn remove(Fresh(here): Fresh, one: One, Form(fields): Form) -> Result<Response, EarlyAnswer> {
    let basic = match (one.member.basic, fields.field("basic")) {
        (false, _) | (true, "none") => None,
        (true, word) => match word.parse::<CompanyId>() {
            Ok(company) => Some(company),
            Err(_) => return remove_page(&here, &one, Some("admin-error-basic")).await,
        },
    };
    let own = one.reach == Reach::Own;
    let answer = make(&here, one.member.person, REMOVE, basic).await?;
    // Who has removed themselves sees nothing here any more.
    let still = users::authority(&here.app.db, here.company.id, here.person.id).await?;
    if own && still.is_none() {
        return Ok(Redirect::to("/account").into_response());
    }
    Ok(answer)
}
