//! Forms that make, change and remove the ready-made profiles of a company.

use std::str::FromStr;

use axum::response::Response;
use http::StatusCode;

use super::views::{ProfilePage, ProfileRight, RightGroup};
use super::{Console, FreshConsole, Section, of_company};
use crate::admin::frame;
use crate::administration::Stop;
use crate::administration::companies as acts;
use crate::administration::giving::Giving;
use crate::directory::rights::{self, ProfileId, RIGHTS_BODY_LIMIT, Right, USE};
use crate::platform::db::Source;
use crate::platform::web::early::{EarlyAnswer, PathEnd};
use crate::platform::web::fault::Fault;
use crate::platform::web::parameters::{Form, Parameters};
use crate::platform::web::refusal;

/// The word in the place of an identifier for a profile that does not exist yet.
const NEW: &str = "new";

fn path(id: Option<ProfileId>) -> String {
    id.map_or_else(|| "applications/profiles/new".to_owned(), |id| format!("applications/profiles/{id}"))
}

/// The profile of an address; `None` for a new one.
#[derive(Clone, Copy)]
pub struct ProfileWord(Option<ProfileId>);

impl FromStr for ProfileWord {
    type Err = <ProfileId as FromStr>::Err;

    fn from_str(word: &str) -> Result<Self, Self::Err> {
        if word == NEW { Ok(Self(None)) } else { word.parse().map(|id| Self(Some(id))) }
    }
}

/// Shows the form of a profile; one of every company to be read.
pub async fn open(
    FreshConsole(console): FreshConsole,
    PathEnd(ProfileWord(id)): PathEnd<ProfileWord>,
) -> Result<Response, EarlyAnswer> {
    let Some(known) = id else { return form(&console, ProfileForm::default(), None).await };
    let profile = rights::find_profile(&console.app.db, console.company.id, known).await?;
    let profile = profile.ok_or_else(EarlyAnswer::not_found)?;
    let is_everybodys = profile.company.is_none();
    form(&console, ProfileForm { id, name: profile.name, given: profile.rights, is_everybodys }, None).await
}

/// Makes a profile, or replaces its name and rights.
pub async fn change(
    FreshConsole(console): FreshConsole,
    PathEnd(ProfileWord(id)): PathEnd<ProfileWord>,
    Form(fields): Form<RIGHTS_BODY_LIMIT>,
) -> Result<Response, EarlyAnswer> {
    let name = fields.field("name").trim().to_owned();
    let given = ticked_rights(&console, &fields).await?;
    if given.is_empty() {
        // A form without a tick is more likely a mistake than a profile without rights.
        let typed = ProfileForm { id, name, given, is_everybodys: false };
        return form(&console, typed, Some("applications-profile-empty")).await;
    }
    let (wanted, chosen) = (name.clone(), given.clone());
    let result = console.act(move |tx, context| {
        Box::pin(async move {
            match id {
                None => acts::add_profile(tx, context, &wanted, &chosen).await.map(|_| ()),
                Some(id) => acts::change_profile(tx, context, id, &wanted, &chosen).await,
            }
        })
    });
    let key = match result.await {
        Ok(()) if id.is_some() => return Ok(console.go_to("applications?done=profile-changed")),
        Ok(()) => return Ok(console.go_to("applications?done=profile-made")),
        Err(Stop::BadName) => "applications-profile-name-error",
        Err(Stop::AlreadyThere) => "applications-profile-name-taken",
        Err(Stop::TooManyRights | Stop::UnknownRight(_)) => "applications-profile-empty",
        Err(stop) => return Err(stop.into()),
    };
    form(&console, ProfileForm { id, name, given, is_everybodys: false }, Some(key)).await
}

/// Removes a profile. Users to whom it was given keep the rights.
pub async fn remove(
    FreshConsole(console): FreshConsole,
    PathEnd(id): PathEnd<ProfileId>,
) -> Result<Response, EarlyAnswer> {
    console.act(move |tx, context| Box::pin(acts::remove_profile(tx, context, id))).await?;
    Ok(console.go_to("applications?done=profile-removed"))
}

/// The ticked rights, limited to those that the company can give.
async fn ticked_rights(console: &Console, fields: &Parameters) -> Result<Vec<Right>, Fault> {
    let ticked: Vec<&str> = fields.iter().filter(|(name, _)| *name == "right").map(|(_, value)| value).collect();
    let groups = groups(console, &[]).await?;
    let all = groups.iter().flat_map(|group| &group.rights);
    let chosen = all.filter(|right| ticked.contains(&right.word.as_str()));
    Ok(chosen
        .filter_map(|right| right.word.split_once(' '))
        .map(|(application, name)| Right { application: application.to_owned(), name: name.to_owned() })
        .collect())
}

async fn groups(console: &Console, given: &[Right]) -> Result<Vec<RightGroup>, Fault> {
    let texts = crate::platform::web::translations::Texts::new(console.visit.language);
    let mut reader = console.app.db.reader().await?;
    let giving = Giving::of(&mut Source::Reader(&mut reader), console.company_standing(console.authority)).await?;
    let mut groups = Vec::new();
    for known in of_company(&mut reader, console.company.id).await? {
        let id = known.application.id.to_string();
        let declared = rights::declared(&mut reader, &id).await?;
        let all = std::iter::once((USE.to_owned(), texts.text("applications-use")))
            .chain(declared.into_iter().map(|right| (right.name, right.title)));
        let rights = all
            .map(|(name, title)| {
                let right = Right { application: id.clone(), name };
                let (on, may) = (given.contains(&right), giving.may(&right));
                ProfileRight { word: format!("{id} {}", right.name), name: title, on, may }
            })
            .collect();
        groups.push(RightGroup { application: known.application.name, rights });
    }
    Ok(groups)
}

/// The content of the form: stored or typed.
#[derive(Default)]
struct ProfileForm {
    id: Option<ProfileId>,
    name: String,
    given: Vec<Right>,
    is_everybodys: bool,
}

async fn form(console: &Console, shown: ProfileForm, error: Option<&'static str>) -> Result<Response, EarlyAnswer> {
    let ProfileForm { id, name, given, is_everybodys } = shown;
    let groups = groups(console, &given).await?;
    let listed = groups.iter().flat_map(|group| &group.rights).filter(|right| right.on).count();
    let (page, frame) = frame::page(console, Section::Applications, &path(id)).await?;
    let status = if error.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let view = ProfilePage {
        action: frame.path(&path(id)),
        is_new: id.is_none(),
        has_others: listed < given.len(),
        is_everybodys,
        name,
        error: error.map(|key| page.t(key)),
        groups,
        frame,
        page,
    };
    Ok(refusal::show(status, &view))
}
