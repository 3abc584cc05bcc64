//! Pages of lists. A page goes on after the key of the last item of the previous one. Items are neither counted nor
//! skipped, so that the thousandth page costs as much as the first.

use std::fmt::Display;

use axum::response::{IntoResponse, Response};
use http::header::{CONTENT_TYPE, HeaderValue, LINK};
use http::{StatusCode, Uri};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::problem::{Kind, Problem};
use super::whole_number;
use crate::app::App;

/// The items of a page by default.
const USUAL: i64 = 50;
/// The most items of a page.
pub(crate) const MOST: i64 = 100;

/// The page of a list that is asked for.
#[derive(Clone, Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Paging {
    /// The `next` of the previous page.
    #[param(value_type = Option<String>, format = Uuid)]
    pub(crate) after: Option<String>,
    /// The most items of the page, 1 to 100.
    #[param(minimum = 1, maximum = 100, default = 50)]
    #[serde(default, deserialize_with = "whole_number::optional_in_query")]
    pub(crate) limit: Option<i64>,
}

/// The number of items to read.
///
/// # Errors
/// [`Kind::Malformed`] for less than one or more than a hundred.
pub(crate) fn limit(requested: Option<i64>) -> Result<i64, Problem> {
    match requested.unwrap_or(USUAL) {
        limit @ 1..=MOST => Ok(limit),
        _ => Err(Problem::new(Kind::Malformed).detail("limit must be 1 to 100")),
    }
}

/// The key after which the page begins.
///
/// # Errors
/// [`Kind::Malformed`] if it is unreadable.
pub(crate) fn after<T: std::str::FromStr>(requested: Option<&str>) -> Result<Option<T>, Problem> {
    let parsed = requested.map(str::parse).transpose();
    parsed.map_err(|_| Problem::new(Kind::Malformed).detail("after must be the next of an earlier page"))
}

/// A page of a list.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = Page)]
pub(crate) struct ListPage<T> {
    /// The items.
    pub(crate) items: Vec<T>,
    /// The value of `after` for the next page; absent on the last one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) next: Option<String>,
}

/// A page of the items that were read: one more than the limit, which shows whether there is a next page.
pub(crate) fn page<F, T, K: Display>(
    app: &App,
    uri: &Uri,
    limit: i64,
    mut found: Vec<F>,
    key: impl Fn(&F) -> K,
    shown: impl FnMut(F) -> T,
) -> Response
where
    T: Serialize,
{
    let limit = usize::try_from(limit).unwrap_or_default();
    let has_more = found.len() > limit;
    found.truncate(limit);
    let next = found.last().filter(|_| has_more).map(|last| key(last).to_string());
    let link = next.as_ref().map(|next| link_to(app, uri, next));
    let page = ListPage { items: found.into_iter().map(shown).collect(), next };
    let mut response =
        (StatusCode::OK, [(CONTENT_TYPE, "application/json")], serde_json::to_string(&page).unwrap_or_default())
            .into_response();
    if let Some(link) = link.and_then(|link| HeaderValue::from_str(&link).ok()) {
        response.headers_mut().insert(LINK, link);
    }
    response
}

/// The `Link` header to the next page (RFC 8288).
fn link_to(app: &App, uri: &Uri, next: &str) -> String {
    let pairs = url::form_urlencoded::parse(uri.query().unwrap_or("").as_bytes());
    let others = pairs.filter(|(name, _)| name != "after");
    let query =
        url::form_urlencoded::Serializer::new(String::new()).extend_pairs(others).append_pair("after", next).finish();
    format!("<{}?{query}>; rel=\"next\"", app.settings.public_url.join(uri.path()))
}
