//! Resource indicators (RFC 8707): the APIs that an access token is for. An application names those that it
//! is registered for, and a token names those that were asked for, so that no API can use a token of another.
//! Pure.

use url::Url;

use super::scopes::Scopes;
use crate::platform::web::parameters::Parameters;
use crate::provider::applications::Application;
use crate::provider::grants::Details;
use crate::provider::token::dpop::DpopProof;

/// The parameter's name. It is the one that may come more than once.
pub(crate) const PARAMETER: &str = "resource";
/// The most resources of one application or request.
pub(crate) const MOST: usize = 10;
/// The longest, in bytes.
const LONGEST: usize = 2048;

/// The error of §2.
pub(crate) const INVALID_TARGET: &str = "invalid_target";

/// The purpose of an access token.
#[derive(Clone, Copy, Debug)]
pub(crate) struct TokenPurpose<'t> {
    /// Its scopes.
    pub(crate) scope: &'t Scopes,
    /// Where; nowhere in particular, where nothing was asked for.
    pub(crate) resources: &'t [String],
    /// The proof of the key that it is bound to, where it is.
    pub(crate) proof: Option<&'t DpopProof>,
    /// The thumbprint of the certificate that it is bound to, if it is.
    pub(crate) certificate: Option<&'t str>,
}

/// A request names a resource that is none, or one too many, or none of this application's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct InvalidTarget;

impl InvalidTarget {
    /// A word for the developer.
    pub(crate) const DESCRIPTION: &'static str = "a resource is malformed, or not one that the application may ask for";
}

/// Whether a text can name a resource: an absolute URI without a fragment (§2).
///
/// # Errors
/// In words for whoever registers.
pub fn check(resource: &str) -> Result<(), &'static str> {
    let is_plain = resource.bytes().all(|byte| byte.is_ascii_graphic());
    if resource.len() > LONGEST || !is_plain || resource.contains(['#', '"', '\\']) || Url::parse(resource).is_err() {
        return Err("must be an absolute URI without a fragment, of at most 2048 characters");
    }
    Ok(())
}

/// The resources that a request names, each once.
///
/// # Errors
/// [`InvalidTarget`] where one is malformed, or there are too many.
pub fn read(parameters: &Parameters) -> Result<Vec<String>, InvalidTarget> {
    let mut resources: Vec<String> = Vec::new();
    for (_, resource) in parameters.iter().filter(|(name, value)| *name == PARAMETER && !value.is_empty()) {
        if check(resource).is_err() {
            return Err(InvalidTarget);
        }
        if !resources.iter().any(|known| known == resource) {
            resources.push(resource.to_owned());
        }
    }
    if resources.len() > MOST { Err(InvalidTarget) } else { Ok(resources) }
}

/// The resources of a request of this application, each of them registered.
///
/// # Errors
/// As [`read`], and where one of them is not registered.
pub(crate) fn of_request(parameters: &Parameters, application: &Application) -> Result<Vec<String>, InvalidTarget> {
    let resources = read(parameters)?;
    let is_registered = |resource: &String| {
        application.profile.resources.contains(resource) || application.audience.as_ref() == Some(resource)
    };
    if resources.iter().all(is_registered) { Ok(resources) } else { Err(InvalidTarget) }
}

/// The resources of a token for a grant: fewer than were granted, where fewer are named; never more (§2.2).
/// The application's own API may be named if nothing was granted by name.
///
/// # Errors
/// As [`read`], and where one of them was not granted.
pub(crate) fn narrowed(
    parameters: &Parameters,
    application: &Application,
    granted: &Details,
) -> Result<Vec<String>, InvalidTarget> {
    let resources = read(parameters)?;
    if resources.is_empty() {
        return Ok(granted.resources.clone());
    }
    let is_granted = |resource: &String| {
        let by_default = granted.resources.is_empty() && application.audience.as_ref() == Some(resource);
        by_default || granted.resources.contains(resource)
    };
    if resources.iter().all(is_granted) { Ok(resources) } else { Err(InvalidTarget) }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn of(text: &str) -> Result<Vec<String>, InvalidTarget> {
        read(&Parameters::parse(text))
    }

    #[test]
    fn a_resource_may_come_more_than_once_and_counts_once() {
        let resources = of("resource=https://a.example/&resource=https://b.example/x&resource=https://a.example/&x=1");
        assert_eq!(resources.unwrap(), ["https://a.example/", "https://b.example/x"]);
        assert_eq!(of("resource=&scope=a").unwrap(), Vec::<String>::new());
        assert!(of("resource=urn:example:api").is_ok());
    }

    #[test]
    fn a_text_that_is_no_absolute_uri_without_a_fragment_is_refused() {
        for wrong in ["api", "/api", "https://a.example/%23", "https://a.example/%20b", "https://a.example/%C3%A4"] {
            let text = format!("resource={wrong}");
            assert_eq!(of(&text), Err(InvalidTarget), "{wrong}");
        }
        let many: Vec<_> = (0..=MOST).map(|number| format!("resource=https://{number}.example/")).collect();
        assert_eq!(of(&many.join("&")), Err(InvalidTarget));
    }

    proptest! {
        #[test]
        fn reading_never_panics(text in ".{0,200}") {
            let _ = check(&text);
            let _ = of(&format!("resource={text}"));
        }
    }
}
