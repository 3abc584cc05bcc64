//! The tab *Access rights*: the user's rights in the applications that are open to the company.

use axum::response::Response;
use http::StatusCode;

use super::super::gate::{Console, FreshConsole};
use super::basic_data::act_outcome;
use super::managed::{ManagedUser, UserFrame, show_outcome};
use super::views::{AccessRightsPage, ApplicationRights, ProfileChoice, RightBox, UserTab};
use crate::administration as acts;
use crate::administration::giving::{DeclaringApplication, Giving};
use crate::directory::people::PersonId;
use crate::directory::rights::{self, ProfileId, RIGHTS_BODY_LIMIT, ReadyMadeProfile, Right, USE};
use crate::directory::users;
use crate::platform::db::Source;
use crate::platform::web::early::{EarlyAnswer, PathEnd};
use crate::platform::web::page::Page;
use crate::platform::web::parameters::{Form, UrlQuery};
use crate::platform::web::refusal;

const PAGE: &str = "access-rights";
const DONE: [(&str, &str); 2] = [("rights", "admin-done-rights"), ("profile", "admin-done-profile")];
const REFUSED: [(&str, &str); 2] =
    [("more-than-yours", "admin-refused-rights"), ("too-many", "admin-refused-too-many-rights")];

/// Shows the tab.
pub async fn show(console: Console, managed: ManagedUser, UrlQuery(query): UrlQuery) -> Result<Response, EarlyAnswer> {
    let UserFrame { page, frame, user } = managed.page(&console, UserTab::AccessRights, PAGE).await?;
    let mut reader = console.app.db.reader().await?;
    let giving = Giving::of(&mut Source::Reader(&mut reader), console.company_standing(console.authority)).await?;
    let had = rights::of_user(&mut reader, console.company.id, managed.member.person).await?;
    let profiles = rights::profiles(&mut reader, console.company.id).await?;
    drop(reader);
    let could_change = managed.may_change && managed.member.state != users::MembershipState::Removed;
    let may_change = could_change && console.is_fresh().await?;
    let view = AccessRightsPage {
        outcome: act_outcome(page.texts, &query, &DONE, &REFUSED),
        profiles: offered(&page, &profiles, &giving, managed.member.profile.as_deref()),
        applications: boxes(&page, &giving, &had, may_change),
        may_change,
        must_prove: could_change && !may_change,
        user,
        frame,
        page,
    };
    Ok(refusal::show(StatusCode::OK, &view))
}

/// Asks for the proof that a change of rights needs, and comes back to the tab.
pub async fn prove_for_rights(
    FreshConsole(console): FreshConsole,
    managed: ManagedUser,
) -> Result<Response, EarlyAnswer> {
    Ok(console.go_to(&managed.path(PAGE)))
}

/// The ready-made profiles, each with its rights and with those of them that the administrator does not have.
pub(super) fn offered(
    page: &Page,
    profiles: &[ReadyMadeProfile],
    giving: &Giving,
    given: Option<&str>,
) -> Vec<ProfileChoice> {
    let title = |right: &Right| match giving.applications.iter().find(|known| known.id.to_string() == right.application)
    {
        Some(known) if right.name == USE => known.name.clone(),
        Some(known) => {
            let declared = known.declared.iter().find(|declared| declared.name == right.name);
            declared.map_or_else(|| right.name.clone(), |declared| declared.title.clone())
        }
        // A right in an application that is not open to the company.
        None => page.t("admin-profile-elsewhere-right"),
    };
    let titles = |rights: Vec<&Right>| {
        let mut titles: Vec<String> = rights.into_iter().map(title).collect();
        titles.dedup();
        titles.join(", ")
    };
    let choice = |profile: &ReadyMadeProfile| ProfileChoice {
        word: profile.id.to_string(),
        name: profile.name.clone(),
        rights: titles(profile.rights.iter().collect()),
        missing: titles(profile.rights.iter().filter(|right| !giving.may(right)).collect()),
        on: given == Some(profile.name.as_str()),
    };
    profiles.iter().filter(|profile| !profile.rights.is_empty()).map(choice).collect()
}

fn boxes(page: &Page, giving: &Giving, had: &[Right], may_change: bool) -> Vec<ApplicationRights> {
    let applications = giving.applications.iter().map(|DeclaringApplication { id, name, declared }| {
        let to_use = std::iter::once((USE.to_owned(), page.t("admin-right-use")));
        let others = declared.iter().map(|right| (right.name.clone(), right.title.clone()));
        let rights = to_use.chain(others).map(|(name, title)| {
            let right = Right { application: id.to_string(), name: name.clone() };
            RightBox { on: had.contains(&right), may: may_change && giving.may(&right), name, title }
        });
        ApplicationRights { id: id.to_string(), name: name.clone(), rights: rights.collect() }
    });
    applications.collect()
}

/// Saves the user's rights in all applications at once.
pub(crate) async fn change(
    FreshConsole(console): FreshConsole,
    managed: ManagedUser,
    Form(fields): Form<RIGHTS_BODY_LIMIT>,
) -> Result<Response, EarlyAnswer> {
    // In a form that was cut off, the missing boxes would count as unticked.
    if fields.field("complete") != "1" {
        return Err(EarlyAnswer::bad_request());
    }
    let ticked = fields.iter().filter(|(name, _)| *name == "right").filter_map(|(_, word)| word.split_once(' '));
    let chosen: Vec<Right> = ticked
        .map(|(application, name)| Right { application: application.to_owned(), name: name.to_owned() })
        .collect();
    let person = managed.member.person;
    let result = console.act(move |tx, context| {
        Box::pin(async move { acts::rights::choose_rights(tx, context, person, &chosen).await })
    });
    show_outcome(&console, person, PAGE, result.await.map(|_| "rights"))
}

/// Gives a ready-made profile in place of the rights that the administrator may take away.
pub async fn give_profile(
    FreshConsole(console): FreshConsole,
    PathEnd(person): PathEnd<PersonId>,
    Form(fields): Form,
) -> Result<Response, EarlyAnswer> {
    let profile = fields.field("profile").parse::<ProfileId>().map_err(|_| EarlyAnswer::not_found())?;
    let result = console.act(move |tx, context| Box::pin(acts::rights::give_profile(tx, context, person, profile)));
    show_outcome(&console, person, PAGE, result.await.map(|_| "profile"))
}
