//! The tab *Basic data*: the person, and their membership in this company. Changes of roles and removals need a fresh
//! proof; nobody gives more than they have, or takes from somebody who has more.

use axum::response::Response;
use http::StatusCode;

use super::super::form_pages::kept;
use super::super::frame;
use super::super::gate::{CompanyGate, Console, FreshConsole};
use super::super::views::Choice;
use super::managed::{ManagedUser, UserFrame, path, show_outcome};
use super::views::{ActOutcome, BasicDataPage, NamePage, Naming, RolesPage, UserTab};
use crate::administration as acts;
use crate::administration::Stop;
use crate::administration::reach::Reach;
use crate::administration::users::RoleWish;
use crate::directory::people::{self, PersonId};
use crate::directory::users::{self, MembershipState, Role};
use crate::platform::web::early::{EarlyAnswer, PathEnd};
use crate::platform::web::parameters::{Form, Parameters, UrlQuery};
use crate::platform::web::refusal;
use crate::platform::web::translations::Texts;
use crate::proofs;

/// The acts that the page knows, each with the key of its confirmation.
const DONE: [(&str, &str); 11] = [
    ("added", "admin-done-added"),
    ("added-without-rights", "admin-done-added-without-rights"),
    ("first-message", "admin-done-first-message"),
    ("added-without-profile", "admin-done-added-without-profile"),
    ("added-without-phone", "admin-done-added-without-phone"),
    ("name", "admin-done-name"),
    ("roles", "admin-done-roles"),
    ("locked", "admin-done-locked"),
    ("unlocked", "admin-done-unlocked"),
    ("removed", "admin-done-removed"),
    ("taken-back", "admin-done-taken-back"),
];
/// The refusals that the page knows, each with the key of its text.
const REFUSED: [(&str, &str); 3] = [
    ("last-administrator", "admin-refused-last-administrator"),
    ("more-than-yours", "admin-refused-more-than-yours"),
    ("nothing", "admin-refused-nothing"),
];

/// The outcome of the last act, as the address of the page names it.
pub(super) fn act_outcome(
    texts: Texts,
    query: &Parameters,
    done: &[(&str, &str)],
    refused: &[(&str, &str)],
) -> ActOutcome {
    let word = query.field("refused");
    let refused = refused.iter().find(|(name, _)| *name == word).map(|(_, key)| texts.text(key));
    ActOutcome { done: frame::confirmation(texts, query, done), refused }
}

/// Shows the tab.
pub async fn show(console: Console, managed: ManagedUser, UrlQuery(query): UrlQuery) -> Result<Response, EarlyAnswer> {
    let UserFrame { page, frame, user } = managed.page(&console, UserTab::BasicData, "").await?;
    let texts = page.texts;
    let is_to_set_up = managed.reaches_profile()
        && managed.member.state == MembershipState::Active
        && proofs::kept_by(&console.app.db, managed.member.person).await?.is_empty();
    let view = BasicDataPage {
        is_to_set_up,
        is_to_accept: managed.may_change && managed.member.state == MembershipState::Pending,
        outcome: act_outcome(texts, &query, &DONE, &REFUSED),
        roles: managed.member.roles.iter().map(|role| texts.text(frame::role_key(*role))).collect(),
        since: frame::date_in_words(&console, texts, managed.member.created_at),
        is_basic: managed.member.basic,
        naming: match managed.reach {
            Reach::Own => Naming::Own,
            Reach::Profile => Naming::Administrator,
            Reach::Membership | Reach::Protection => Naming::OtherCompany,
        },
        may_change: managed.may_change,
        email: managed.member.email,
        user,
        frame,
        page,
    };
    Ok(refusal::show(StatusCode::OK, &view))
}

/// Shows the form that corrects the name, with what was typed before a sign-in on the way.
pub(crate) async fn name(
    FreshConsole(console): FreshConsole,
    managed: ManagedUser,
    UrlQuery(query): UrlQuery,
) -> Result<Response, EarlyAnswer> {
    let managed = managed.within_reach()?;
    if query.field("typed") == "1" {
        let names = (query.field("given_name").to_owned(), query.field("family_name").to_owned());
        return name_page(&console, &managed, names, false).await;
    }
    let found = people::find(&console.app.db, managed.member.person).await?;
    let names = found.map(|found| (found.given_name, found.family_name)).unwrap_or_default();
    name_page(&console, &managed, names, false).await
}

async fn name_page(
    console: &Console,
    managed: &ManagedUser,
    (given_name, family_name): (String, String),
    is_refused: bool,
) -> Result<Response, EarlyAnswer> {
    let UserFrame { page, frame, user } = managed.page(console, UserTab::BasicData, "name").await?;
    let status = if is_refused { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let family_is_fine = people::names_are_fine("Given", &family_name);
    let given_is_fine = people::names_are_fine(&given_name, "");
    let error = |is_fine: bool, key: &str| (is_refused && !is_fine).then(|| page.t(key));
    let given_error = error(given_is_fine, "admin-error-given-name");
    let family_error = error(family_is_fine, "admin-error-family-name");
    Ok(refusal::show(status, &NamePage { given_name, family_name, given_error, family_error, user, frame, page }))
}

/// Corrects the name of a person in their basic company. A sign-in on the way brings back what was typed.
pub(crate) async fn change_name(
    gate: CompanyGate,
    PathEnd(person): PathEnd<PersonId>,
    Form(fields): Form,
) -> Result<Response, EarlyAnswer> {
    let back = kept(&path(person, "name"), &fields, &["given_name", "family_name"]);
    let console = gate.back_to(&back).enter_afresh().await?;
    let managed = ManagedUser::find(&console, person).await?;
    let names = (fields.field("given_name").to_owned(), fields.field("family_name").to_owned());
    let wanted = names.clone();
    let result = console.act(move |tx, context| {
        Box::pin(async move { acts::people::rename(tx, context, person, Some(&wanted.0), Some(&wanted.1)).await })
    });
    match result.await {
        Err(Stop::BadName) => name_page(&console, &managed, names, true).await,
        result => show_outcome(&console, person, "", result.map(|_| "name")),
    }
}

/// Shows the form of the roles, with those that were ticked before a sign-in on the way.
pub(crate) async fn roles(
    FreshConsole(console): FreshConsole,
    managed: ManagedUser,
    UrlQuery(query): UrlQuery,
) -> Result<Response, EarlyAnswer> {
    if !managed.may_change || managed.member.state == users::MembershipState::Removed {
        return show_outcome(&console, managed.member.person, "", Err(Stop::BeyondReach));
    }
    let UserFrame { page, frame, user } = managed.page(&console, UserTab::BasicData, "roles").await?;
    let ticked = if query.field("typed") == "1" { chosen(&query) } else { managed.member.roles.clone() };
    let roles = choices(page.texts, &console, &ticked);
    Ok(refusal::show(StatusCode::OK, &RolesPage { roles, user, frame, page }))
}

/// The roles that the administrator may give, ticked for those in `had`.
pub(super) fn choices(texts: Texts, console: &Console, had: &[Role]) -> Vec<Choice> {
    let may = Role::ALL.into_iter().filter(|role| console.authority.may_give(*role, console.company.kind));
    may.map(|role| Choice {
        word: role.as_str().to_owned(),
        name: texts.text(frame::role_key(role)),
        on: had.contains(&role),
    })
    .collect()
}

/// The roles that a form names. Unknown words are ignored.
pub(super) fn chosen(fields: &Parameters) -> Vec<Role> {
    let named = fields.iter().filter(|(name, _)| *name == "role");
    named.filter_map(|(_, word)| word.parse().ok()).collect()
}

/// Gives the roles. A sign-in on the way brings back the ticks.
pub async fn change_roles(
    gate: CompanyGate,
    PathEnd(person): PathEnd<PersonId>,
    Form(fields): Form,
) -> Result<Response, EarlyAnswer> {
    let console = gate.back_to(&kept(&path(person, "roles"), &fields, &["role"])).enter_afresh().await?;
    let wish = RoleWish::OfThoseTheyGive(chosen(&fields));
    let result = console
        .act(move |tx, context| Box::pin(async move { acts::users::set_roles(tx, context, person, &wish).await }));
    show_outcome(&console, person, "", result.await.map(|_| "roles"))
}
