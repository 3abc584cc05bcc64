//! The applications of others to which the person gave a permission, and its withdrawal.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use http::StatusCode;
use url::Url;

use super::frame;
use super::tab_views::Tab;
use super::who::signed_in;
use crate::app::App;
use crate::platform::web::early::EarlyAnswer;
use crate::platform::web::page::Page;
use crate::platform::web::parameters::Parameters;
use crate::platform::web::refusal;
use crate::platform::web::views::PersonLabel;
use crate::platform::web::visit::Visit;
use crate::provider::applications::ApplicationId;
use crate::provider::consent::{self, StoredConsent};
use crate::provider::registration::logo_path;

const PATH: &str = "/account/applications";

/// An application with a permission of the person.
#[derive(Debug, Clone)]
pub struct ConsentLine {
    /// The identifier in the form that withdraws it.
    pub id: String,
    /// Its name.
    pub name: String,
    /// The permission, in words.
    pub gets: Vec<String>,
    /// The day on which it was given.
    pub given: String,
    /// The last use, in words.
    pub used: String,
    /// The path of its logo.
    pub logo: Option<String>,
    /// The address that opens it.
    pub opens_at: Option<String>,
    /// Its page about the data that it gets.
    pub policy_url: Option<String>,
    /// Its page with its terms of service.
    pub tos_url: Option<String>,
}

/// The address that opens an application: it begins the sign-in itself (OpenID Connect Core §4).
fn opens_at(app: &App, given: &StoredConsent) -> Option<String> {
    let mut address = Url::parse(given.profile.initiate_login_uri.as_deref()?).ok()?;
    address.query_pairs_mut().append_pair("iss", app.settings.public_url.origin());
    if let Some(home) = &given.home_url {
        address.query_pairs_mut().append_pair("target_link_uri", home);
    }
    Some(address.into())
}

/// The page of applications.
#[derive(Debug, Clone, Template)]
#[template(path = "account/applications.html")]
pub struct OwnApplicationsPage {
    /// The parts that every page has.
    pub page: Page,
    /// The person of the account.
    pub person: PersonLabel,
    /// The open tab.
    pub tab: Tab,
    /// The act that was just done, in words.
    pub status: Option<String>,
    /// The applications.
    pub applications: Vec<ConsentLine>,
}

/// `GET /account/applications`.
pub async fn show(State(app): State<App>, visit: Visit, uri: http::Uri) -> Result<Response, EarlyAnswer> {
    let person = signed_in(&app, &visit, PATH).await?.profile;
    let page = frame::page(&app, &visit, PATH);
    let given = consent::list_of_person(&app.db, person.id).await?;
    let applications = given
        .into_iter()
        .map(|given| ConsentLine {
            id: given.application.to_string(),
            logo: given.logo.as_deref().map(|hash| logo_path(given.application, hash)),
            opens_at: opens_at(&app, &given),
            policy_url: given.profile.policy_uri,
            tos_url: given.profile.tos_uri,
            gets: given.permission.words(&page),
            name: given.name,
            given: frame::date(&app, page.texts, given.given_at),
            used: frame::time(&app, page.texts, given.used_at),
        })
        .collect();
    let was_removed = !Parameters::parse(uri.query().unwrap_or("")).field("removed").is_empty();
    let view = OwnApplicationsPage {
        person: frame::person(&person),
        tab: Tab::MySignIn,
        status: was_removed.then(|| page.t("account-applications-removed")),
        applications,
        page,
    };
    Ok(refusal::show(StatusCode::OK, &view))
}

/// `POST /account/applications/{id}/remove`: withdraws the permission of an application and ends its tokens.
pub async fn remove(State(app): State<App>, visit: Visit, Path(id): Path<String>) -> Result<Response, EarlyAnswer> {
    let person = signed_in(&app, &visit, PATH).await?.profile;
    let was_there = match id.parse::<ApplicationId>() {
        Ok(id) => consent::remove(&app, &visit, person.id, id).await?,
        Err(_) => false,
    };
    if !was_there {
        return Err(EarlyAnswer::not_found());
    }
    Ok(Redirect::to("/account/applications?removed=1").into_response())
}
