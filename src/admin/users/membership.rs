//! Whether a user can enter the company: locked, unlocked, removed, taken back. Removing is a sensitive act, and
//! asks first; who is removed from their basic company signs in nowhere (FLOWS.md 1), so another one is offered.

use axum::extract::{Path, State};
use axum::response::Response;
use http::StatusCode;

use super::super::views::Choice;
use super::super::who::Here;
use super::basic_data::{refused, tell};
use super::one::{One, Outcome};
use super::reach::Reach;
use super::views::{RemovePage, UserTab};
use crate::app::App;
use crate::directory::companies::CompanyId;
use crate::directory::people::PersonId;
use crate::directory::users::{self, State as UserState};
use crate::event::Event;
use crate::platform::db::{Source, Tx};
use crate::platform::history;
use crate::platform::web::fault::Fault;
use crate::platform::web::parameters::Form;
use crate::platform::web::refusal;
use crate::platform::web::visit::Visit;
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
pub async fn lock(
    State(app): State<App>,
    visit: Visit,
    Path((company, person)): Path<(String, String)>,
) -> Result<Response, Fault> {
    at_once(&app, &visit, (&company, &person), LOCK).await
}

/// Lets a locked user in again.
pub async fn unlock(
    State(app): State<App>,
    visit: Visit,
    Path((company, person)): Path<(String, String)>,
) -> Result<Response, Fault> {
    at_once(&app, &visit, (&company, &person), UNLOCK).await
}

/// Takes a removed user back, with what they had.
pub async fn take_back(
    State(app): State<App>,
    visit: Visit,
    Path((company, person)): Path<(String, String)>,
) -> Result<Response, Fault> {
    at_once(&app, &visit, (&company, &person), TAKE_BACK).await
}

async fn at_once(app: &App, visit: &Visit, (company, person): (&str, &str), change: Change) -> Result<Response, Fault> {
    let here = match Here::of(app, visit, company, &super::return_to(person, "")).await? {
        Ok(here) => here,
        Err(answer) => return Ok(answer),
    };
    make(&here, person, change, None).await
}

async fn make(here: &Here, person: &str, change: Change, basic: Option<CompanyId>) -> Result<Response, Fault> {
    let Ok(id) = person.parse::<PersonId>() else { return Ok(here.not_found().await) };
    let work = here.clone();
    let made: Result<Outcome, Fault> =
        here.app.db.write(move |tx| Box::pin(async move { write(tx, &work, id, change, basic).await })).await;
    Ok(made?.answer(here, id, "").await)
}

async fn write(
    tx: &mut Tx<'_>,
    here: &Here,
    person: PersonId,
    change: Change,
    basic: Option<CompanyId>,
) -> Result<Outcome, Fault> {
    let Some(one) = One::in_turn(tx, here, person).await? else { return Ok(Outcome::Gone) };
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
pub async fn ask_remove(
    State(app): State<App>,
    visit: Visit,
    Path((company, person)): Path<(String, String)>,
) -> Result<Response, Fault> {
    let here = match Here::afresh(&app, &visit, &company, &super::return_to(&person, "remove")).await? {
        Ok(here) => here,
        Err(answer) => return Ok(answer),
    };
    let Some(one) = One::find(&here, &person).await? else { return Ok(here.not_found().await) };
    if !one.may_change {
        return Ok(Outcome::Refused("more-than-yours").answer(&here, one.member.person, "").await);
    }
    remove_page(&here, &one, None).await
}

async fn remove_page(here: &Here, one: &One, error: Option<&str>) -> Result<Response, Fault> {
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
pub async fn remove(
    State(app): State<App>,
    visit: Visit,
    Path((company, person)): Path<(String, String)>,
    Form(fields): Form,
) -> Result<Response, Fault> {
    let here = match Here::afresh(&app, &visit, &company, &super::return_to(&person, "remove")).await? {
        Ok(here) => here,
        Err(answer) => return Ok(answer),
    };
    let Some(one) = One::find(&here, &person).await? else { return Ok(here.not_found().await) };
    let basic = match (one.member.basic, fields.field("basic")) {
        (false, _) | (true, "none") => None,
        (true, word) => match word.parse::<CompanyId>() {
            Ok(company) => Some(company),
            Err(_) => return remove_page(&here, &one, Some("admin-error-basic")).await,
        },
    };
    let own = one.reach == Reach::Own;
    let answer = make(&here, &person, REMOVE, basic).await?;
    // Who has removed themselves sees nothing here any more.
    let still = users::authority(&here.app.db, here.company.id, here.person.id).await?;
    if own && still.is_none() {
        return Ok(axum::response::IntoResponse::into_response(axum::response::Redirect::to("/account")));
    }
    Ok(answer)
}
