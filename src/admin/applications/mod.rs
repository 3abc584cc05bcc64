//! *Applications*: the applications of the company with their users and rights, and the ready-made profiles of rights.

mod addresses;
mod profiles;
mod views;

use std::str::FromStr;

use axum::extract::FromRequestParts;
use axum::response::Response;
use http::StatusCode;
use http::request::Parts;

pub(crate) use addresses::{change_addresses, open_addresses};
pub use profiles::{change as change_profile, open as open_profile, remove as remove_profile};
pub use views::{
    AddressField, AddressesPage, ApplicationPage, ApplicationsPage, ConsoleApplication, ProfileLine, ProfilePage,
    ProfileRight, RightGroup, RightLine,
};

use super::frame;
use super::gate::{Console, FreshConsole};
use super::views::Section;
use crate::administration::companies as acts;
use crate::app::App;
use crate::directory::companies::CompanyId;
use crate::directory::rights::{self, USE};
use crate::platform::db::{self, Reader};
use crate::platform::web::early::{EarlyAnswer, PathEnd, parameter};
use crate::platform::web::parameters::UrlQuery;
use crate::platform::web::refusal;
use crate::platform::web::translations::Texts;
use crate::provider::applications;
use crate::sign_in::policies::ApplicationId;

/// The most users of an application that are counted.
const MOST_COUNTED: i64 = 1000;
/// The most holders of a right that are named.
const NAMED: i64 = 20;

/// The acts that the page knows, each with the key of its confirmation.
const DONE: [(&str, &str); 7] = [
    ("opened", "applications-done-opened"),
    ("closed", "applications-done-closed"),
    ("ended", "applications-done-ended"),
    ("addresses", "applications-done-addresses"),
    ("profile-made", "applications-done-profile-made"),
    ("profile-changed", "applications-done-profile-changed"),
    ("profile-removed", "applications-done-profile-removed"),
];

/// The identifiers and names of [`of_company`].
pub(super) async fn known_names(
    reader: &mut Reader,
    company: CompanyId,
) -> Result<Vec<(ApplicationId, String)>, db::Error> {
    let found = of_company(reader, company).await?;
    Ok(found.into_iter().map(|known| (known.application.id, known.application.name)).collect())
}

/// An application as a company knows it, with its home page and whether it is open.
pub struct KnownApplication {
    pub(super) application: applications::Application,
    pub(super) is_open: bool,
}

/// The applications that a company knows: the operator's that are open to it, and its own.
pub(super) async fn of_company(reader: &mut Reader, company: CompanyId) -> Result<Vec<KnownApplication>, db::Error> {
    let mut found = Vec::new();
    for id in rights::applications_of(&mut *reader, company).await? {
        let Ok(id) = id.parse() else { continue };
        if let Some(application) = applications::find(&mut *reader, id).await? {
            found.push(KnownApplication { application, is_open: true });
        }
    }
    for application in applications::list_of_company(&mut *reader, company).await? {
        if !found.iter().any(|known| known.application.id == application.id) {
            found.push(KnownApplication { application, is_open: false });
        }
    }
    found.sort_by(|one, other| one.application.name.cmp(&other.application.name));
    Ok(found)
}

/// The application of the address. An application that the company does not know is refused as not found.
impl FromRequestParts<App> for KnownApplication {
    type Rejection = EarlyAnswer;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, EarlyAnswer> {
        let console = Console::from_request_parts(parts, app).await?;
        let id = parameter::<ApplicationId>(parts, "id").await?;
        let mut reader = app.db.reader().await?;
        let application = applications::find(&mut reader, id).await?.ok_or_else(EarlyAnswer::not_found)?;
        let known =
            Self { is_open: rights::is_open_to(&mut reader, console.company.id, &id.to_string()).await?, application };
        if known.is_open || known.is_own(&console) { Ok(known) } else { Err(EarlyAnswer::not_found()) }
    }
}

impl KnownApplication {
    /// Whether the application is the company's own.
    fn is_own(&self, console: &Console) -> bool {
        self.application.company == Some(console.company.id)
    }
}

/// Whether the users of a company can open an application.
pub(crate) enum Availability {
    /// Users can open it.
    Open,
    /// Users cannot open it.
    Closed,
}

impl FromStr for Availability {
    type Err = ();

    fn from_str(word: &str) -> Result<Self, ()> {
        match word {
            "open" => Ok(Self::Open),
            "close" => Ok(Self::Closed),
            _ => Err(()),
        }
    }
}

/// Lists the applications and the ready-made profiles.
pub(crate) async fn show(console: Console, UrlQuery(query): UrlQuery) -> Result<Response, EarlyAnswer> {
    let (page, frame) = frame::page(&console, Section::Applications, "applications").await?;
    let mut reader = console.app.db.reader().await?;
    let mut listed = Vec::new();
    for known in of_company(&mut reader, console.company.id).await? {
        let id = known.application.id.to_string();
        let count = rights::count_with_right(&mut reader, console.company.id, &id, MOST_COUNTED).await?;
        listed.push(line(page.texts, &console, known, count));
    }
    let profiles = rights::profiles(&mut reader, console.company.id).await?;
    drop(reader);
    let view = ApplicationsPage {
        status: frame::confirmation(page.texts, &query, &DONE),
        applications: listed,
        profiles: profiles
            .into_iter()
            .map(|profile| ProfileLine {
                id: profile.id.to_string(),
                is_own: profile.company.is_some(),
                count: page.texts.count(
                    "applications-rights",
                    "count",
                    i64::try_from(profile.rights.len()).unwrap_or(0),
                ),
                name: profile.name,
            })
            .collect(),
        frame,
        page,
    };
    Ok(refusal::show(StatusCode::OK, &view))
}

fn line(texts: Texts, console: &Console, known: KnownApplication, count: i64) -> ConsoleApplication {
    ConsoleApplication {
        id: known.application.id.to_string(),
        is_own: known.is_own(console),
        is_open: known.is_open,
        people: people(texts, count),
        home: known.application.home_url,
        name: known.application.name,
    }
}

/// A number of people, in words.
pub(super) fn people(texts: Texts, count: i64) -> String {
    if count >= MOST_COUNTED {
        texts.text("applications-people-more")
    } else {
        texts.count("applications-people", "count", count)
    }
}

/// Shows an application with its rights and their holders.
pub async fn open(console: Console, known: KnownApplication) -> Result<Response, EarlyAnswer> {
    let id = known.application.id.to_string();
    let (page, frame) = frame::page(&console, Section::Applications, &format!("applications/{id}")).await?;
    let mut reader = console.app.db.reader().await?;
    let count = rights::count_with_right(&mut reader, console.company.id, &id, MOST_COUNTED).await?;
    let declared = rights::declared(&mut reader, &id).await?;
    let use_right = (USE.to_owned(), page.t("applications-use"));
    let mut lines = Vec::new();
    for (name, title) in std::iter::once(use_right).chain(declared.into_iter().map(|right| (right.name, right.title))) {
        let holders = rights::holders(&mut reader, console.company.id, &id, &name, NAMED + 1).await?;
        let more = i64::try_from(holders.len()).unwrap_or(0) > NAMED;
        let named = usize::try_from(NAMED).unwrap_or(0);
        let names: Vec<String> = holders.into_iter().take(named).map(|(_, name)| name).collect();
        lines.push(RightLine { name, title, holders: names.join(", "), more });
    }
    drop(reader);
    let addresses = if known.is_own(&console) { known.application.redirect_uris.clone() } else { Vec::new() };
    let application = line(page.texts, &console, known, count);
    let view = ApplicationPage { application, addresses, rights: lines, frame, page };
    Ok(refusal::show(StatusCode::OK, &view))
}

/// Opens an application of the company to its users, or closes it. The operator alone opens and closes the others.
pub(crate) async fn set_open(
    FreshConsole(console): FreshConsole,
    known: KnownApplication,
    PathEnd(wanted): PathEnd<Availability>,
) -> Result<Response, EarlyAnswer> {
    let (id, opens) = (known.application.id, matches!(wanted, Availability::Open));
    console.act(move |tx, context| Box::pin(acts::set_open(tx, context, id, opens))).await?;
    Ok(console.go_to(if opens { "applications?done=opened" } else { "applications?done=closed" }))
}

/// Ends the access that the company's people granted to an application; its tokens stop working.
pub(crate) async fn end_access(
    FreshConsole(console): FreshConsole,
    known: KnownApplication,
) -> Result<Response, EarlyAnswer> {
    let id = known.application.id;
    console.act(move |tx, context| Box::pin(acts::end_access(tx, context, id))).await?;
    Ok(console.go_to("applications?done=ended"))
}
