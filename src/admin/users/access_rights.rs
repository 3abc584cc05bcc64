//! The tab *Access rights*: what a user may do in the applications that are open to the company.

use axum::response::Response;
use http::StatusCode;

use super::super::views::Choice;
use super::super::who::Here;
use super::basic_data::{tell, told};
use super::one::{One, Outcome};
use super::views::{AccessRightsPage, ApplicationRights, RightBox, UserTab};
use crate::administration::giving::{Giving, rights_after};
use crate::directory::people::PersonId;
use crate::directory::rights::{self, MOST_RIGHTS, Profile, ProfileId, Right, USE};
use crate::directory::users;
use crate::event::Event;
use crate::platform::db::{Source, Tx};
use crate::platform::history::{self, Entry};
use crate::platform::web::early::{EarlyAnswer, PathEnd};
use crate::platform::web::page::Page;
use crate::platform::web::parameters::{Form, UrlQuery};
use crate::platform::web::refusal;
use crate::sign_in::ApplicationId;
use crate::sign_in::notices::Act;

const PAGE: &str = "access-rights";
const DONE: [(&str, &str); 2] = [("rights", "admin-done-rights"), ("profile", "admin-done-profile")];
const REFUSED: [(&str, &str); 2] =
    [("more-than-yours", "admin-refused-rights"), ("too-many", "admin-refused-too-many-rights")];

/// Shows the tab.
pub async fn show(here: Here, one: One, UrlQuery(query): UrlQuery) -> Result<Response, EarlyAnswer> {
    let (page, frame, user) = one.around(&here, UserTab::AccessRights, PAGE).await?;
    let mut reader = here.app.db.reader().await?;
    let giving = Giving::of(&mut Source::Reader(&mut reader), here.place(here.authority)).await?;
    let had = rights::of_user(&mut reader, here.company.id, one.member.person).await?;
    let profiles = rights::profiles(&mut reader, here.company.id).await?;
    drop(reader);
    let may_change = one.may_change && one.member.state != users::State::Removed;
    let view = AccessRightsPage {
        told: told(page.texts, &query, &DONE, &REFUSED),
        profiles: offered(&profiles, &giving, one.member.profile.as_deref()),
        applications: boxes(&page, &giving, &had, may_change),
        may_change,
        user,
        frame,
        page,
    };
    Ok(refusal::show(StatusCode::OK, &view))
}

/// The ready-made profiles of which an administrator may give every right.
pub(super) fn offered(profiles: &[Profile], giving: &Giving, given: Option<&str>) -> Vec<Choice> {
    let may = profiles.iter().filter(|profile| giving.may_all(&profile.rights));
    may.map(|profile| Choice {
        word: profile.id.to_string(),
        name: profile.name.clone(),
        on: given == Some(profile.name.as_str()),
    })
    .collect()
}

fn boxes(page: &Page, giving: &Giving, had: &[Right], may_change: bool) -> Vec<ApplicationRights> {
    let applications = giving.applications.iter().map(|(id, name, declared)| {
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

/// Takes what a user may do in one application.
pub async fn change(
    here: Here,
    one: One,
    PathEnd(application): PathEnd<ApplicationId>,
    Form(fields): Form,
) -> Result<Response, EarlyAnswer> {
    // Of a form so long that its end was not read, the missing boxes would count as taken away.
    if fields.field("complete") != "1" {
        return Err(EarlyAnswer::bad_request());
    }
    let ticked = fields.iter().filter(|(name, _)| *name == "right");
    let chosen: Vec<String> = ticked.map(|(_, word)| word.to_owned()).collect();
    let person = one.member.person;
    let write =
        here.write(move |tx, here| Box::pin(async move { write_rights(tx, here, person, application, &chosen).await }));
    write.await?.answer(&here, person, PAGE)
}

async fn write_rights(
    tx: &mut Tx<'_>,
    here: &Here,
    person: PersonId,
    application: ApplicationId,
    chosen: &[String],
) -> Result<Outcome, EarlyAnswer> {
    let one = One::in_turn(tx, here, person).await?;
    let giving = Giving::of(&mut Source::Transaction(tx), here.place(one.authority)).await?;
    if !giving.applications.iter().any(|(open, _, _)| *open == application) {
        return Ok(Outcome::Gone);
    }
    let had = rights::of_user(&mut *tx, here.company.id, person).await?;
    let right = |name: &String| Right { application: application.to_string(), name: name.clone() };
    let chosen: Vec<Right> = chosen.iter().map(right).collect();
    if !one.may_change || !chosen.iter().all(|right| giving.may(right) || had.contains(right)) {
        return Ok(Outcome::Refused("more-than-yours"));
    }
    let elsewhere = had.iter().filter(|right| right.application != application.to_string()).cloned();
    let after = rights_after(&giving, &had, &chosen.into_iter().chain(elsewhere).collect::<Vec<_>>());
    let entry = here.entry(Event::UserRightsSet).person(person).application(application);
    set(tx, here, (person, &had, &after), entry).await
}

/// Sets the rights, and writes and tells it where there is a difference.
async fn set(
    tx: &mut Tx<'_>,
    here: &Here,
    (person, had, after): (PersonId, &[Right], &[Right]),
    entry: Entry,
) -> Result<Outcome, EarlyAnswer> {
    if after.len() > MOST_RIGHTS {
        return Ok(Outcome::Refused("too-many"));
    }
    let given = names(after.iter().filter(|right| !had.contains(right)));
    let taken = names(had.iter().filter(|right| !after.contains(right)));
    if given.is_empty() && taken.is_empty() {
        return Ok(Outcome::Done("rights"));
    }
    rights::set_of_user(tx, here.company.id, person, after).await?;
    history::write(tx, &here.app.random, &entry.detail("given", given).detail("taken", taken)).await?;
    tell(tx, here, person, Act::RightsChanged).await?;
    Ok(Outcome::Done("rights"))
}

fn names<'r>(rights: impl Iterator<Item = &'r Right>) -> String {
    rights.map(|right| right.name.as_str()).collect::<Vec<_>>().join(", ")
}

/// Gives a ready-made profile, in the place of what who looks may take away.
pub async fn give_profile(
    here: Here,
    PathEnd(person): PathEnd<PersonId>,
    Form(fields): Form,
) -> Result<Response, EarlyAnswer> {
    let profile = fields.field("profile").parse::<ProfileId>().map_err(|_| EarlyAnswer::not_found())?;
    let given = here.write(move |tx, here| Box::pin(write_profile(tx, here, person, profile))).await?;
    given.answer(&here, person, PAGE)
}

/// Gives a ready-made profile, in the transaction of whatever it belongs to.
pub(super) async fn write_profile(
    tx: &mut Tx<'_>,
    here: &Here,
    person: PersonId,
    profile: ProfileId,
) -> Result<Outcome, EarlyAnswer> {
    let one = One::in_turn(tx, here, person).await?;
    let Some(profile) = rights::find_profile(&mut *tx, here.company.id, profile).await? else {
        return Ok(Outcome::Gone);
    };
    let giving = Giving::of(&mut Source::Transaction(tx), here.place(one.authority)).await?;
    if !one.may_change || !giving.may_all(&profile.rights) {
        return Ok(Outcome::Refused("more-than-yours"));
    }
    let had = rights::of_user(&mut *tx, here.company.id, person).await?;
    let after = rights_after(&giving, &had, &profile.rights);
    if after.len() > MOST_RIGHTS {
        return Ok(Outcome::Refused("too-many"));
    }
    let given = Profile { rights: after, ..profile };
    rights::give_profile(tx, here.company.id, person, &given, here.visit.now).await?;
    let entry = here.entry(Event::UserProfileGiven).person(person).detail("profile", &given.name);
    history::write(tx, &here.app.random, &entry).await?;
    tell(tx, here, person, Act::RightsChanged).await?;
    Ok(Outcome::Done("profile"))
}
