//! The style sheet of an accent and the logos of a company, from our own origin: pages load nothing from another
//! origin, and have nothing inline.

use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use http::header::{CACHE_CONTROL, CONTENT_TYPE};

use super::colour::{Accent, Colour};
use super::store;
use crate::directory::companies::CompanyId;
use crate::platform::core::Core;
use crate::platform::web::fault::Fault;

/// The version of the computation. A new one changes the path, because browsers cache the sheets for ever.
const VERSION: &str = "1";

/// The route of [`style`].
pub(crate) const STYLE: &str = "/look/{version}/{file}";
/// The route of [`logo`].
pub(crate) const LOGO: &str = "/look/of/{company}/{file}";

const FOR_EVER: &str = "public, max-age=31536000, immutable";

/// The path of the style sheet of an accent. The content follows from the path: it needs no row and can be cached for
/// ever.
pub(crate) fn style_path(accent: Accent) -> String {
    format!("/look/{VERSION}/{}.css", accent.colour())
}

/// The path of the style sheet for a preview of an accent.
pub(crate) fn preview_path(accent: Accent) -> String {
    format!("/look/{VERSION}/{}-preview.css", accent.colour())
}

/// The path of a logo of a company.
pub(crate) fn logo_path(company: CompanyId, hash: &str) -> String {
    format!("/look/of/{company}/{hash}.png")
}

/// The style sheet of an accent; 404 for a colour that is not accepted.
#[allow(clippy::unused_async, reason = "a handler is async")]
pub(crate) async fn style(Path((version, file)): Path<(String, String)>) -> Response {
    let Some(sheet) = (version == VERSION).then_some(()).and_then(|()| sheet(&file)) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    ([(CONTENT_TYPE, "text/css; charset=utf-8"), (CACHE_CONTROL, FOR_EVER)], sheet).into_response()
}

fn sheet(file: &str) -> Option<String> {
    let name = file.strip_suffix(".css")?;
    let (colour, is_preview) = name.strip_suffix("-preview").map_or((name, false), |colour| (colour, true));
    let accent = colour.parse::<Colour>().ok().and_then(|colour| Accent::choose(colour).ok())?;
    // One path per sheet.
    if accent.colour().to_string() != colour {
        return None;
    }
    Some(if is_preview { accent.preview_sheet() } else { accent.style_sheet() })
}

/// A logo of a company.
pub(crate) async fn logo(
    State(app): State<Core>,
    Path((company, file)): Path<(String, String)>,
) -> Result<Response, Fault> {
    let not_there = || StatusCode::NOT_FOUND.into_response();
    let (Ok(company), Some(hash)) = (company.parse::<CompanyId>(), file.strip_suffix(".png")) else {
        return Ok(not_there());
    };
    Ok(match store::picture(&app.db, company, hash).await? {
        Some(picture) => ([(CONTENT_TYPE, "image/png"), (CACHE_CONTROL, FOR_EVER)], picture).into_response(),
        None => not_there(),
    })
}
