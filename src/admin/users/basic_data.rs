//! The tab *Basic data*: who it is, and what they are in this company. Roles and removal are given and taken by
//! who has just proven themselves; nobody gives more than they have, or takes from who has more.

use axum::response::Response;
use http::StatusCode;

use super::super::frame;
use super::super::views::Choice;
use super::super::who::{Fresh, Here};
use super::one::{One, Outcome};
use super::views::{BasicDataPage, NamePage, Naming, RolesPage, Told, UserTab};
use crate::administration::reach::{Reach, roles_after};
use crate::directory::people::{self, PersonId};
use crate::directory::users::{self, CannotChange, Role};
use crate::event::Event;
use crate::platform::db::Tx;
use crate::platform::history;
use crate::platform::web::early::{EarlyAnswer, PathEnd};
use crate::platform::web::fault::Fault;
use crate::platform::web::parameters::{Form, Parameters, UrlQuery};
use crate::platform::web::refusal;
use crate::platform::web::translations::Texts;
use crate::sign_in::notices::{Act, tell_by_administrator};

/// What the page says of what has just been done.
const DONE: [(&str, &str); 9] = [
    ("added", "admin-done-added"),
    ("added-without-profile", "admin-done-added-without-profile"),
    ("added-without-phone", "admin-done-added-without-phone"),
    ("name", "admin-done-name"),
    ("roles", "admin-done-roles"),
    ("locked", "admin-done-locked"),
    ("unlocked", "admin-done-unlocked"),
    ("removed", "admin-done-removed"),
    ("taken-back", "admin-done-taken-back"),
];
/// What it says of what was refused.
const REFUSED: [(&str, &str); 3] = [
    ("last-administrator", "admin-refused-last-administrator"),
    ("more-than-yours", "admin-refused-more-than-yours"),
    ("nothing", "admin-refused-nothing"),
];

/// What came of what was done last, as the address of a page names it.
pub(super) fn told(texts: Texts, query: &Parameters, done: &[(&str, &str)], refused: &[(&str, &str)]) -> Told {
    let word = query.field("refused");
    let refused = refused.iter().find(|(name, _)| *name == word).map(|(_, key)| texts.text(key));
    Told { done: frame::done(texts, query, done), refused }
}

/// Shows the tab.
pub async fn show(here: Here, one: One, UrlQuery(query): UrlQuery) -> Result<Response, EarlyAnswer> {
    let (page, frame, user) = one.around(&here, UserTab::BasicData, "").await?;
    let texts = page.texts;
    let view = BasicDataPage {
        told: told(texts, &query, &DONE, &REFUSED),
        roles: one.member.roles.iter().map(|role| texts.text(frame::role_key(*role))).collect(),
        since: frame::date(&here, texts, one.member.created_at),
        is_basic: one.member.basic,
        naming: match one.reach {
            Reach::Own => Naming::Own,
            Reach::Profile => Naming::Here,
            Reach::Membership | Reach::Protection => Naming::Elsewhere,
        },
        may_change: one.may_change,
        email: one.member.email,
        user,
        frame,
        page,
    };
    Ok(refusal::show(StatusCode::OK, &view))
}

/// Asks for the corrected name.
pub async fn name(here: Here, one: One) -> Result<Response, EarlyAnswer> {
    let one = one.within_reach()?;
    let found = people::find(&here.app.db, one.member.person).await?;
    let names = found.map(|found| (found.given_name, found.family_name)).unwrap_or_default();
    name_page(&here, &one, names, None).await
}

async fn name_page(
    here: &Here,
    one: &One,
    (given_name, family_name): (String, String),
    error: Option<&str>,
) -> Result<Response, EarlyAnswer> {
    let (page, frame, user) = one.around(here, UserTab::BasicData, "name").await?;
    let status = if error.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let error = error.map(|key| page.t(key));
    Ok(refusal::show(status, &NamePage { given_name, family_name, error, user, frame, page }))
}

/// Corrects the name of a person whose basic company this is.
pub async fn change_name(here: Here, one: One, Form(fields): Form) -> Result<Response, EarlyAnswer> {
    let one = one.within_reach()?;
    let names = (fields.field("given_name").trim().to_owned(), fields.field("family_name").trim().to_owned());
    if !people::names_are_fine(&names.0, &names.1) {
        return name_page(&here, &one, names, Some("admin-error-name")).await;
    }
    let person = one.member.person;
    let write = here.write(move |tx, here| Box::pin(async move { write_name(tx, here, person, &names).await }));
    write.await?.answer(&here, person, "")
}

async fn write_name(
    tx: &mut Tx<'_>,
    here: &Here,
    person: PersonId,
    (given_name, family_name): &(String, String),
) -> Result<Outcome, EarlyAnswer> {
    let one = One::in_turn(tx, here, person).await?.within_reach()?;
    people::set_name(tx, person, (given_name, family_name), here.visit.now).await?;
    users::index_person(tx, person).await?;
    let after = format!("{given_name} {family_name}");
    let entry = here.entry(Event::PersonNameChanged).person(person).detail("from", &one.member.name);
    history::write(tx, &here.app.random, &entry.detail("to", after.trim())).await?;
    tell(tx, here, person, Act::NameChanged).await?;
    Ok(Outcome::Done("name"))
}

/// Tells the user what was done.
pub(in crate::admin) async fn tell(tx: &mut Tx<'_>, here: &Here, person: PersonId, act: Act) -> Result<(), Fault> {
    tell_by_administrator(tx, (&here.app, &here.visit), person, act, (&here.person, &here.company)).await
}

/// Asks for the roles.
pub async fn roles(Fresh(here): Fresh, one: One) -> Result<Response, EarlyAnswer> {
    if !one.may_change || one.member.state == users::State::Removed {
        return Outcome::Refused("more-than-yours").answer(&here, one.member.person, "");
    }
    let (page, frame, user) = one.around(&here, UserTab::BasicData, "roles").await?;
    let roles = choices(page.texts, &here, &one.member.roles);
    Ok(refusal::show(StatusCode::OK, &RolesPage { roles, user, frame, page }))
}

/// The roles that who looks may give, with those that are had.
pub(super) fn choices(texts: Texts, here: &Here, had: &[Role]) -> Vec<Choice> {
    let may = Role::ALL.into_iter().filter(|role| here.authority.may_give(*role, here.company.kind));
    may.map(|role| Choice {
        word: role.as_str().to_owned(),
        name: texts.text(frame::role_key(role)),
        on: had.contains(&role),
    })
    .collect()
}

/// The roles that a form names; what is none is not there.
pub(super) fn chosen(fields: &Parameters) -> Vec<Role> {
    let named = fields.iter().filter(|(name, _)| *name == "role");
    named.filter_map(|(_, word)| word.parse().ok()).collect()
}

/// Gives the roles.
pub async fn change_roles(
    Fresh(here): Fresh,
    PathEnd(person): PathEnd<PersonId>,
    Form(fields): Form,
) -> Result<Response, EarlyAnswer> {
    let chosen = chosen(&fields);
    let write = here.write(move |tx, here| Box::pin(async move { write_roles(tx, here, person, &chosen).await }));
    write.await?.answer(&here, person, "")
}

async fn write_roles(tx: &mut Tx<'_>, here: &Here, person: PersonId, chosen: &[Role]) -> Result<Outcome, EarlyAnswer> {
    let one = One::in_turn(tx, here, person).await?;
    let kind = here.company.kind;
    if !one.may_change || !chosen.iter().all(|role| one.authority.may_give(*role, kind)) {
        return Ok(Outcome::Refused("more-than-yours"));
    }
    let had = one.member.roles;
    let roles = roles_after(one.authority, kind, &had, chosen);
    if roles.iter().all(|role| had.contains(role)) && roles.len() == had.len() {
        return Ok(Outcome::Done("roles"));
    }
    let changed = users::change_roles(tx, here.company.id, person, &roles, here.visit.now).await?;
    if let Err(cannot) = changed {
        return Ok(refused(cannot));
    }
    let names = |roles: &[Role]| roles.iter().map(|role| role.as_str()).collect::<Vec<_>>().join(", ");
    let entry = here.entry(Event::UserRolesSet).person(person);
    let entry = entry.detail("from", names(&had)).detail("to", names(&roles));
    history::write(tx, &here.app.random, &entry).await?;
    tell(tx, here, person, Act::RolesChanged).await?;
    Ok(Outcome::Done("roles"))
}

/// What is said of what the directory refuses.
pub(super) fn refused(cannot: CannotChange) -> Outcome {
    match cannot {
        CannotChange::NoUser => Outcome::Gone,
        CannotChange::LastAdministrator => Outcome::Refused("last-administrator"),
        CannotChange::NotActive => Outcome::Refused("nothing"),
    }
}
