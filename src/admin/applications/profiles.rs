//! Making, changing and removing the ready-made profiles of a company.

use axum::extract::{Path, State};
use axum::response::Response;
use http::StatusCode;

use super::views::{ProfilePage, RightGroup};
use super::{Here, Section, of_company};
use crate::admin::frame;
use crate::app::App;
use crate::directory::rights::{self, MOST_RIGHTS, ProfileId, Right, USE};
use crate::event::Event;
use crate::platform::db;
use crate::platform::history;
use crate::platform::web::fault::Fault;
use crate::platform::web::parameters::{Form, Parameters};
use crate::platform::web::refusal;
use crate::platform::web::visit::Visit;

/// The word of a profile that is to be made, in the place of its identifier.
const NEW: &str = "new";
/// The longest name, in characters.
const LONGEST_NAME: usize = 80;

fn path(id: Option<ProfileId>) -> String {
    id.map_or_else(|| "applications/profiles/new".to_owned(), |id| format!("applications/profiles/{id}"))
}

/// What an address names.
#[derive(Clone, Copy)]
enum Named {
    /// A profile that is to be made.
    New,
    /// One that may be there.
    Known(ProfileId),
    /// Nothing that can be one.
    Nothing,
}

impl Named {
    fn read(word: &str) -> Self {
        if word == NEW { Self::New } else { word.parse().map_or(Self::Nothing, Self::Known) }
    }

    fn id(self) -> Option<ProfileId> {
        match self {
            Self::Known(id) => Some(id),
            Self::New | Self::Nothing => None,
        }
    }
}

/// Shows the form of a profile.
pub async fn open(
    State(app): State<App>,
    visit: Visit,
    Path((company, word)): Path<(String, String)>,
) -> Result<Response, Fault> {
    let named = Named::read(&word);
    let here = match Here::of(&app, &visit, &company, &path(named.id())).await? {
        Ok(here) => here,
        Err(answer) => return Ok(answer),
    };
    if matches!(named, Named::Nothing) {
        return Ok(here.not_found().await);
    }
    let id = named.id();
    let (name, given) = match id {
        None => (String::new(), Vec::new()),
        Some(id) => match rights::find_profile(&app.db, here.company.id, id).await? {
            Some(profile) if profile.company.is_some() => (profile.name, profile.rights),
            _ => return Ok(here.not_found().await),
        },
    };
    form(&here, id, name, &given, None).await
}

/// Makes a profile, or writes it anew.
pub async fn change(
    State(app): State<App>,
    visit: Visit,
    Path((company, word)): Path<(String, String)>,
    Form(fields): Form,
) -> Result<Response, Fault> {
    let named = Named::read(&word);
    let here = match Here::of(&app, &visit, &company, &path(named.id())).await? {
        Ok(here) => here,
        Err(answer) => return Ok(answer),
    };
    if matches!(named, Named::Nothing) {
        return Ok(here.not_found().await);
    }
    let id = named.id();
    let name = fields.field("name").trim().to_owned();
    let given = given(&here, &fields).await?;
    let is_named = !name.is_empty() && name.chars().count() <= LONGEST_NAME && !name.chars().any(char::is_control);
    if !is_named || given.is_empty() || given.len() > MOST_RIGHTS {
        let key = if is_named { "applications-profile-empty" } else { "applications-profile-name-error" };
        return form(&here, id, name, &given, Some(key)).await;
    }
    let (doer, random, now) = (here.clone(), app.random.clone(), visit.now);
    let kept: Result<bool, db::Error> = app
        .db
        .write(move |tx| {
            Box::pin(async move {
                if doer.still_manages(tx).await?.is_none() {
                    return Ok(false);
                }
                let company = doer.company.id;
                let (event, id) = match id {
                    None => (
                        Event::ProfileAdded,
                        rights::add_profile(tx, &random, Some(company), (&name, &given), now).await?,
                    ),
                    Some(id) if rights::change_profile(tx, company, id, (&name, &given)).await? => {
                        (Event::ProfileChanged, id)
                    }
                    Some(_) => return Ok(false),
                };
                let entry = doer.entry(event).detail("profile", id).detail("name", &name).detail("rights", &given);
                history::write(tx, &random, &entry).await?;
                Ok(true)
            })
        })
        .await;
    if !kept? {
        return Ok(here.not_found().await);
    }
    Ok(here.go_to(if id.is_some() { "applications?done=profile-changed" } else { "applications?done=profile-made" }))
}

/// Removes a profile. Who was given it keeps the rights.
pub async fn remove(
    State(app): State<App>,
    visit: Visit,
    Path((company, word)): Path<(String, String)>,
) -> Result<Response, Fault> {
    let id = Named::read(&word).id();
    let here = match Here::afresh(&app, &visit, &company, &path(id)).await? {
        Ok(here) => here,
        Err(answer) => return Ok(answer),
    };
    let Some(id) = id else { return Ok(here.not_found().await) };
    let (doer, random) = (here.clone(), app.random.clone());
    let removed: Result<bool, db::Error> = app
        .db
        .write(move |tx| {
            Box::pin(async move {
                if doer.still_manages(tx).await?.is_none() {
                    return Ok(false);
                }
                let removed = rights::remove_profile(tx, Some(doer.company.id), id).await?;
                if removed {
                    history::write(tx, &random, &doer.entry(Event::ProfileRemoved).detail("profile", id)).await?;
                }
                Ok(removed)
            })
        })
        .await;
    Ok(if removed? { here.go_to("applications?done=profile-removed") } else { here.not_found().await })
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
) -> Result<Response, Fault> {
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
