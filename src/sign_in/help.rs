//! Short help during a sign-in.

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use http::StatusCode;

use super::captions::Caption;
use crate::platform::core::Core;
use crate::platform::web::common::local_path;
use crate::platform::web::page::Page;
use crate::platform::web::parameters::Parameters;
use crate::platform::web::refusal::{self, contact};
use crate::platform::web::views::{Contact, Door};
use crate::platform::web::visit::Visit;

/// The help page.
#[derive(Debug, Clone, Template)]
#[template(path = "sign_in/help.html")]
pub struct HelpPage {
    /// The common part of the page.
    pub page: Page,
    /// The panel, with the address that is explained.
    pub door: Door,
    /// The host that the address bar must show.
    pub address: String,
    /// The contact in the organisation.
    pub contact: Option<Contact>,
    /// The local path of the previous page.
    pub back: Option<String>,
}

/// `GET /help`.
pub async fn show(State(app): State<Core>, visit: Visit, uri: http::Uri) -> Response {
    let query = Parameters::parse(uri.query().unwrap_or(""));
    let back = local_path(query.field("return_to")).map(str::to_owned);
    let view = HelpPage {
        page: Page::new(visit.language, app.settings.organisation.clone(), "/help"),
        door: Door::new(Caption::SigningIn, None),
        address: app.settings.public_url.host().to_owned(),
        contact: contact(&app),
        back,
    };
    refusal::show(StatusCode::OK, &view)
}
