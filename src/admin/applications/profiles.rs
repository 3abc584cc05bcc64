//! Making, changing and removing the ready-made profiles of a company.

use std::str::FromStr;

use axum::response::Response;
use http::StatusCode;

use super::views::{ProfilePage, RightGroup};
use super::{Fresh, Here, Section, of_company};
use crate::admin::frame;
use crate::directory::rights::{self, MOST_RIGHTS, ProfileId, Right, USE};
use crate::event::Event;
use crate::platform::history;
use crate::platform::web::early::{EarlyAnswer, PathEnd};
use crate::platform::web::fault::Fault;
use crate::platform::web::parameters::{Form, Parameters};
use crate::platform::web::refusal;

/// The word of a profile that is to be made, in the place of its identifier.
const NEW: &str = "new";
/// The longest name, in characters.
const LONGEST_NAME: usize = 80;

fn path(id: Option<ProfileId>) -> String {
    id.map_or_else(|| "applications/profiles/new".to_owned(), |id| format!("applications/profiles/{id}"))
}

/// The profile of an address; `None` of one that is to be made.
#[derive(Clone, Copy)]
pub struct ProfileWord(Option<ProfileId>);

impl FromStr for ProfileWord {
    type Err = <ProfileId as FromStr>::Err;

    fn from_str(word: &str) -> Result<Self, Self::Err> {
        if word == NEW { Ok(Self(None)) } else { word.parse().map(|id| Self(Some(id))) }
    }
}

/// Shows the form of a profile.
pub async fn open(here: Here, PathEnd(ProfileWord(id)): PathEnd<ProfileWord>) -> Result<Response, EarlyAnswer> {
    let Some(known) = id else { return form(&here, None, String::new(), &[], None).await };
    let profile = rights::find_profile(&here.app.db, here.company.id, known).await?;
    let profile = profile.filter(|profile| profile.company.is_some()).ok_or_else(EarlyAnswer::not_found)?;
    form(&here, id, profile.name, &profile.rights, None).await
}

/// Makes a profile, or writes it anew.
pub async fn change(
    here: Here,
    PathEnd(ProfileWord(id)): PathEnd<ProfileWord>,
    Form(fields): Form,
) -> Result<Response, EarlyAnswer> {
    let name = fields.field("name").trim().to_owned();
    let given = given(&here, &fields).await?;
    let is_named = !name.is_empty() && name.chars().count() <= LONGEST_NAME && !name.chars().any(char::is_control);
    if !is_named || given.is_empty() || given.len() > MOST_RIGHTS {
        let key = if is_named { "applications-profile-empty" } else { "applications-profile-name-error" };
        return form(&here, id, name, &given, Some(key)).await;
    }
    here.write(move |tx, here| {
        Box::pin(async move {
            here.still_manages(tx).await?;
            let (company, random, now) = (here.company.id, &here.app.random, here.visit.now);
            let (event, id) = match id {
                None => {
                    (Event::ProfileAdded, rights::add_profile(tx, random, Some(company), (&name, &given), now).await?)
                }
                Some(id) if rights::change_profile(tx, company, id, (&name, &given)).await? => {
                    (Event::ProfileChanged, id)
                }
                Some(_) => return Err(EarlyAnswer::not_found()),
            };
            let entry = here.entry(event).detail("profile", id).detail("name", &name).detail("rights", &given);
            Ok(history::write(tx, random, &entry).await?)
        })
    })
    .await?;
    Ok(here.go_to(if id.is_some() { "applications?done=profile-changed" } else { "applications?done=profile-made" }))
}

/// Removes a profile. Who was given it keeps the rights.
pub async fn remove(Fresh(here): Fresh, PathEnd(id): PathEnd<ProfileId>) -> Result<Response, EarlyAnswer> {
    here.write(move |tx, here| {
        Box::pin(async move {
            here.still_manages(tx).await?;
            if !rights::remove_profile(tx, Some(here.company.id), id).await? {
                return Err(EarlyAnswer::not_found());
            }
            Ok(history::write(tx, &here.app.random, &here.entry(Event::ProfileRemoved).detail("profile", id)).await?)
        })
    })
    .await?;
    Ok(here.go_to("applications?done=profile-removed"))
}

/// The rights that were ticked, of those that the company has to give.
async fn given(here: &Here, fields: &Parameters) -> Result<Vec<Right>, Fault> {
    let ticked: Vec<&str> = fields.iter().filter(|(name, _)| *name == "right").map(|(_, value)| value).collect();
    let groups = groups(here, &[]).await?;
    let all = groups.iter().flat_map(|group| &group.rights);
    let chosen = all.filter(|(word, ..)| ticked.contains(&word.as_str()));
    Ok(chosen
        .filter_map(|(word, ..)| word.split_once(' '))
        .map(|(application, name)| Right { application: application.to_owned(), name: name.to_owned() })
        .collect())
}

async fn groups(here: &Here, given: &[Right]) -> Result<Vec<RightGroup>, Fault> {
    let texts = crate::platform::web::translations::Texts::new(here.visit.language);
    let mut reader = here.app.db.reader().await?;
    let mut groups = Vec::new();
    for known in of_company(&mut reader, here.company.id).await? {
        let id = known.application.id.to_string();
        let declared = rights::declared(&mut reader, &id).await?;
        let all = std::iter::once((USE.to_owned(), texts.text("applications-use")))
            .chain(declared.into_iter().map(|right| (right.name, right.title)));
        let rights = all
            .map(|(name, title)| {
                let on = given.iter().any(|right| right.application == id && right.name == name);
                (format!("{id} {name}"), title, on)
            })
            .collect();
        groups.push(RightGroup { application: known.application.name, rights });
    }
    Ok(groups)
}

async fn form(
    here: &Here,
    id: Option<ProfileId>,
    name: String,
    given: &[Right],
    error: Option<&'static str>,
) -> Result<Response, EarlyAnswer> {
    let (page, frame) = frame::around(here, Section::Applications, &path(id)).await?;
    let status = if error.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let view = ProfilePage {
        action: frame.path(&path(id)),
        is_new: id.is_none(),
        name,
        error: error.map(|key| page.t(key)),
        groups: groups(here, given).await?,
        frame,
        page,
    };
    Ok(refusal::show(status, &view))
}
