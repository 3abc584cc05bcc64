//! The destination of the answer to an authorization request, and the form of the answer.

use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// The destination of an answer. Made only of an address that is registered for the application.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Destination {
    /// The registered address.
    pub redirect_uri: String,
    /// How the answer gets there.
    pub(crate) response_mode: ResponseMode,
    /// Comes back as it came.
    pub(crate) state: Option<String>,
}

/// How an answer gets to the application (OAuth 2.0 Multiple Response Types §2.1, JARM §2.3).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum ResponseMode {
    /// In the query of the address.
    #[default]
    Query,
    /// In a form that the browser posts (OAuth 2.0 Form Post Response Mode).
    FormPost,
    /// Signed, in the query (JARM §2.3.1).
    QueryJwt,
    /// Signed, in a form (JARM §2.3.3).
    FormPostJwt,
}

impl ResponseMode {
    /// Whether the answer is one signed token.
    pub(crate) fn is_signed(self) -> bool {
        matches!(self, Self::QueryJwt | Self::FormPostJwt)
    }

    /// Whether a form brings it.
    pub(crate) fn is_posted(self) -> bool {
        matches!(self, Self::FormPost | Self::FormPostJwt)
    }

    /// The same way with a signature.
    #[must_use]
    pub(crate) fn signed(self) -> Self {
        if self.is_posted() { Self::FormPostJwt } else { Self::QueryJwt }
    }
}

impl FromStr for ResponseMode {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        match text {
            "query" => Ok(Self::Query),
            "form_post" => Ok(Self::FormPost),
            // The usual way of a code (JARM §2.3.4).
            "jwt" | "query.jwt" => Ok(Self::QueryJwt),
            "form_post.jwt" => Ok(Self::FormPostJwt),
            _ => Err(()),
        }
    }
}

/// Adds parameters to an address, after those that it has.
pub(crate) fn with_parameters(address: &str, parameters: &[(&str, &str)]) -> String {
    if parameters.is_empty() {
        return address.to_owned();
    }
    let separator = match address.split_once('?') {
        None => "?",
        Some((_, query)) if query.is_empty() || query.ends_with('&') => "",
        Some(_) => "&",
    };
    let query = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(parameters).finish();
    format!("{address}{separator}{query}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_follow_those_that_are_there() {
        let added = |address| with_parameters(address, &[("code", "a b"), ("iss", "https://id.example")]);
        let query = "code=a+b&iss=https%3A%2F%2Fid.example";
        assert_eq!(added("https://app.example/cb"), format!("https://app.example/cb?{query}"));
        assert_eq!(added("https://app.example/cb?x=1"), format!("https://app.example/cb?x=1&{query}"));
        assert_eq!(added("https://app.example/cb?"), format!("https://app.example/cb?{query}"));
        assert_eq!(added("com.example.app:/cb"), format!("com.example.app:/cb?{query}"));
    }
}
