//! Parameters of a query or a form, limited in number and unaltered.

use std::convert::Infallible;
use std::time::Duration;

use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use http::header::CONTENT_TYPE;
use http::request::Parts;

use super::BODY_LIMIT;

/// The greatest number of parameters of one request.
const MOST: usize = 100;
/// The same of a form whose own limit is larger than the usual: one that lists rights or addresses.
const MOST_OF_LONG: usize = 600;
/// The time limit for a form: long enough for 32 kB over the slowest phone, too short for a sender that keeps a place
/// with a byte a second.
const BODY_WITHIN: Duration = Duration::from_secs(20);

/// Names and values in their order. A name may be repeated: reading it as one value fails (RFC 6749 §3.1 forbids it).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Parameters(Vec<(String, String)>);

/// A parameter that must not be repeated was.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RepeatedParameter(pub(crate) String);

impl Parameters {
    /// Reads `application/x-www-form-urlencoded` text, up to the hundredth parameter.
    pub fn parse(text: &str) -> Self {
        Self::parse_up_to(text, MOST)
    }

    fn parse_up_to(text: &str, most: usize) -> Self {
        Self(
            url::form_urlencoded::parse(text.as_bytes())
                .take(most)
                .map(|(name, value)| (name.into(), value.into()))
                .collect(),
        )
    }

    /// The value of a parameter. Empty values count as absent (RFC 6749 §3.1).
    ///
    /// # Errors
    /// [`RepeatedParameter`] if it came more than once.
    pub fn one(&self, name: &str) -> Result<Option<&str>, RepeatedParameter> {
        let mut values = self.0.iter().filter(|(key, _)| key == name).map(|(_, value)| value.as_str());
        let first = values.next();
        if values.next().is_some() {
            return Err(RepeatedParameter(name.to_owned()));
        }
        Ok(first.filter(|value| !value.is_empty()))
    }

    /// The value of a form's field: of several, the first; empty if it is absent.
    pub(crate) fn field(&self, name: &str) -> &str {
        self.0.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value)
    }

    /// The first repeated name.
    pub fn repeated(&self) -> Option<&str> {
        self.repeated_but(&[])
    }

    /// The first repeated name, except for those that may be.
    pub(crate) fn repeated_but(&self, may: &[&str]) -> Option<&str> {
        let names = self.0.iter().map(|(name, _)| name.as_str());
        names
            .enumerate()
            .filter(|(_, name)| !may.contains(name))
            .find(|(index, name)| self.0.iter().take(*index).any(|(seen, _)| seen == name))
            .map(|(_, name)| name)
    }

    /// All parameters, in order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }
}

impl FromIterator<(String, String)> for Parameters {
    fn from_iter<I: IntoIterator<Item = (String, String)>>(pairs: I) -> Self {
        Self(pairs.into_iter().collect())
    }
}

/// The parameters of the query.
#[derive(Clone, Debug)]
pub struct UrlQuery(pub(crate) Parameters);

impl<S: Send + Sync> FromRequestParts<S> for UrlQuery {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(Self(Parameters::parse(parts.uri.query().unwrap_or(""))))
    }
}

/// The fields of a posted form of at most so many bytes.
#[derive(Clone, Debug)]
pub struct Form<const LIMIT: usize = BODY_LIMIT>(pub(crate) Parameters);

impl<S: Send + Sync, const LIMIT: usize> FromRequest<S> for Form<LIMIT> {
    type Rejection = Response;

    async fn from_request(request: Request, _: &S) -> Result<Self, Response> {
        let content_type = request.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or("");
        let is_form = content_type
            .split(';')
            .next()
            .is_some_and(|kind| kind.trim().eq_ignore_ascii_case("application/x-www-form-urlencoded"));
        let body = tokio::time::timeout(BODY_WITHIN, axum::body::to_bytes(request.into_body(), LIMIT))
            .await
            .map_err(|_| StatusCode::REQUEST_TIMEOUT.into_response())?
            .map_err(|_| StatusCode::PAYLOAD_TOO_LARGE.into_response())?;
        if !is_form && !body.is_empty() {
            return Err(StatusCode::UNSUPPORTED_MEDIA_TYPE.into_response());
        }
        let text = std::str::from_utf8(&body).map_err(|_| StatusCode::BAD_REQUEST.into_response())?;
        let most = if LIMIT > BODY_LIMIT { MOST_OF_LONG } else { MOST };
        Ok(Self(Parameters::parse_up_to(text, most)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_repeated_parameter_is_told_and_an_empty_one_is_absent() {
        let parameters = Parameters::parse("a=1&b=&a=2&c=%C3%A4");
        assert_eq!(parameters.one("a"), Err(RepeatedParameter("a".to_owned())));
        assert_eq!(parameters.one("b"), Ok(None));
        assert_eq!(parameters.one("c"), Ok(Some("ä")));
        assert_eq!(parameters.repeated(), Some("a"));
        assert_eq!(parameters.repeated_but(&["a"]), None);
        assert_eq!(parameters.field("a"), "1");
    }
}
