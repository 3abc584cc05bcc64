//! The tab *Access rights*: the user's rights in the applications that are open to the company.

use axum::response::Response;
use http::StatusCode;

use super::super::views::Choice;
use super::super::who::{Fresh, Here};
use super::basic_data::told;
use super::one::{One, UserFrame, answer};
use super::views::{AccessRightsPage, ApplicationRights, RightBox, UserTab};
use crate::administration as acts;
use crate::administration::giving::{DeclaringApplication, Giving};
use crate::directory::people::PersonId;
use crate::directory::rights::{self, ProfileId, ReadyMadeProfile, Right, USE};
use crate::directory::users;
use crate::platform::db::Source;
use crate::platform::web::early::{EarlyAnswer, PathEnd};
use crate::platform::web::page::Page;
use crate::platform::web::parameters::{Form, UrlQuery};
use crate::platform::web::refusal;
use crate::sign_in::ApplicationId;

const PAGE: &str = "access-rights";
const DONE: [(&str, &str); 2] = [("rights", "admin-done-rights"), ("profile", "admin-done-profile")];
const REFUSED: [(&str, &str); 2] =
    [("more-than-yours", "admin-refused-rights"), ("too-many", "admin-refused-too-many-rights")];

/// Shows the tab.
pub async fn show(here: Here, one: One, UrlQuery(query): UrlQuery) -> Result<Response, EarlyAnswer> {
    let UserFrame { page, frame, user } = one.around(&here, UserTab::AccessRights, PAGE).await?;
    let mut reader = here.app.db.reader().await?;
    let giving = Giving::of(&mut Source::Reader(&mut reader), here.place(here.authority)).await?;
    let had = rights::of_user(&mut reader, here.company.id, one.member.person).await?;
    let profiles = rights::profiles(&mut reader, here.company.id).await?;
    drop(reader);
    let could_change = one.may_change && one.member.state != users::MembershipState::Removed;
    let may_change = could_change && here.is_fresh().await?;
    let view = AccessRightsPage {
        told: told(page.texts, &query, &DONE, &REFUSED),
        profiles: offered(&profiles, &giving, one.member.profile.as_deref()),
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
pub async fn prove_for_rights(Fresh(here): Fresh, one: One) -> Result<Response, EarlyAnswer> {
    Ok(here.go_to(&one.path(PAGE)))
}

/// The ready-made profiles of which the administrator may give every right.
pub(super) fn offered(profiles: &[ReadyMadeProfile], giving: &Giving, given: Option<&str>) -> Vec<Choice> {
    let may = profiles.iter().filter(|profile| giving.may_all(&profile.rights));
    may.map(|profile| Choice {
        word: profile.id.to_string(),
        name: profile.name.clone(),
        on: given == Some(profile.name.as_str()),
    })
    .collect()
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

/// Saves the user's rights in one application.
pub async fn change(
    Fresh(here): Fresh,
    one: One,
    PathEnd(application): PathEnd<ApplicationId>,
    Form(fields): Form,
) -> Result<Response, EarlyAnswer> {
    // In a form that was cut off, the missing boxes would count as unticked.
    if fields.field("complete") != "1" {
        return Err(EarlyAnswer::bad_request());
    }
    let ticked = fields.iter().filter(|(name, _)| *name == "right");
    let chosen: Vec<String> = ticked.map(|(_, word)| word.to_owned()).collect();
    let person = one.member.person;
    let came = here.act(move |tx, context| {
        Box::pin(async move { acts::rights::choose_rights(tx, context, person, application, &chosen).await })
    });
    answer(&here, person, PAGE, came.await.map(|_| "rights"))
}

/// Gives a ready-made profile in place of the rights that the administrator may take away.
pub async fn give_profile(
    Fresh(here): Fresh,
    PathEnd(person): PathEnd<PersonId>,
    Form(fields): Form,
) -> Result<Response, EarlyAnswer> {
    let profile = fields.field("profile").parse::<ProfileId>().map_err(|_| EarlyAnswer::not_found())?;
    let came = here.act(move |tx, context| Box::pin(acts::rights::give_profile(tx, context, person, profile)));
    answer(&here, person, PAGE, came.await.map(|_| "profile"))
}
