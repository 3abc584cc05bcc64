//! The logos of applications: fetched once when an application registers, and served from here, so that no page of ours
//! loads anything from elsewhere.

use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use http::header::{CACHE_CONTROL, CONTENT_TYPE};

use super::store;
use crate::app::App;
use crate::directory::looks::logo::Logo;
use crate::platform::db;
use crate::platform::web::fault::Fault;
use crate::provider::applications::{Application, ApplicationId};

/// The route of [`show`].
pub(crate) const LOGO: &str = "/look/of-application/{application}/{file}";

/// The path of the logo of an application.
pub fn logo_path(application: ApplicationId, hash: &str) -> String {
    format!("/look/of-application/{application}/{hash}.png")
}

/// The path of the logo of an application; `None` if it has none.
pub(crate) async fn logo_of(app: &App, application: &Application) -> Result<Option<String>, db::Error> {
    if application.profile.logo_uri.is_none() {
        return Ok(None);
    }
    let hash = store::logo_hash(&app.db, application.id).await?;
    Ok(hash.map(|hash| logo_path(application.id, &hash)))
}

/// Keeps the logo that an application was just registered with, or that it has none.
pub(crate) async fn settle_logo(app: &App, application: ApplicationId, logo: Option<Logo>) -> Result<(), db::Error> {
    app.db
        .write(move |tx| {
            Box::pin(async move {
                match &logo {
                    Some(logo) => store::keep_logo(tx, application, logo).await,
                    None => store::remove_logo(tx, application).await,
                }
            })
        })
        .await
}

/// The logo of an application. Its address is that of its content.
pub(crate) async fn show(
    State(app): State<App>,
    Path((application, file)): Path<(String, String)>,
) -> Result<Response, Fault> {
    let not_there = || StatusCode::NOT_FOUND.into_response();
    let (Ok(application), Some(hash)) = (application.parse::<ApplicationId>(), file.strip_suffix(".png")) else {
        return Ok(not_there());
    };
    let headers = [(CONTENT_TYPE, "image/png"), (CACHE_CONTROL, "public, max-age=31536000, immutable")];
    let picture = store::logo_picture(&app.db, application, hash).await?;
    Ok(picture.map_or_else(not_there, |picture| (headers, picture).into_response()))
}
