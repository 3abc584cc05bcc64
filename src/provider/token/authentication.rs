//! The authentication of the application that sends a request (RFC 6749 §2.3). Every failure gives the
//! same answer.

use std::time::Duration;

use data_encoding::BASE64;
use http::HeaderMap;
use http::header::AUTHORIZATION;

use super::assertion::{self, ClientAssertion};
use super::{certificate, store};
use crate::app::App;
use crate::event::Event;
use crate::platform::db;
use crate::platform::history::{self, Entry};
use crate::platform::jose::Compact;
use crate::platform::secret::Secret;
use crate::platform::web::parameters::Parameters;
use crate::platform::web::visit::Visit;
use crate::provider::applications::{self, Application, ClientAuthentication, SecretHash};
use crate::provider::applications::{client_keys, fapi};
use crate::provider::endpoint::{EndpointError, EndpointRefusal};
use crate::provider::key_sets;

/// How often a failure of one application is written into the history at most. The log has them all.
const TELL_EVERY: Duration = Duration::from_mins(1);

/// The credentials in a request.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Credentials {
    /// A secret, by header or form.
    Secret { client_id: String, secret: Secret<String> },
    /// A signed assertion.
    Assertion { client_id: Option<String>, assertion: String },
    /// Its name alone, perhaps with a certificate.
    Name { client_id: String },
}

/// The application that sends a request, proven.
///
/// # Errors
/// `invalid_client` for whatever is not proven, `invalid_request` for more than one way at once.
pub(in crate::provider) async fn authenticate(
    app: &App,
    visit: &Visit,
    headers: &HeaderMap,
    parameters: &Parameters,
) -> Result<Application, EndpointError> {
    let credentials = match read(headers, parameters) {
        Ok(credentials) => credentials,
        Err(refusal) => {
            tell(app, visit, None).await?;
            return Err(refusal.into());
        }
    };
    let (application, is_proven) = match &credentials {
        Credentials::Secret { client_id, secret } => {
            let application = applications::find_by_client_id(app.db.gathered(), client_id).await?;
            let is_proven = has_secret(application.as_ref(), secret);
            (application, is_proven)
        }
        Credentials::Name { client_id } => {
            let application = with_shown_keys(app, visit, client_id).await?;
            let is_proven = application
                .as_ref()
                .is_some_and(|application| application.is_public() || certificate::proves(app, visit, application));
            (application, is_proven)
        }
        Credentials::Assertion { client_id, assertion } => {
            let application = claimed_by(app, visit, client_id.as_deref(), assertion).await?;
            let is_proven = match &application {
                Some(application) => has_signed(app, visit, application, assertion).await?,
                None => false,
            };
            (application, is_proven)
        }
    };
    let application = match application {
        // Nothing is fetched for an application that has not proven itself.
        Some(application) if is_proven => key_sets::with_current_keys(app, application, None, visit.now).await?,
        application => application,
    };
    match application {
        Some(application) if is_proven => Ok(application),
        application => {
            tell(app, visit, application.as_ref()).await?;
            Err(EndpointRefusal::INVALID_CLIENT.into())
        }
    }
}

/// Reads what is shown. More than one way at once is refused (RFC 6749 §2.3).
fn read(headers: &HeaderMap, parameters: &Parameters) -> Result<Credentials, EndpointRefusal> {
    let client_id = parameters.one("client_id")?.map(str::to_owned);
    let secret = parameters.one("client_secret")?;
    let assertion = parameters.one("client_assertion")?;
    let mut authorizations = headers.get_all(AUTHORIZATION).iter();
    let header = authorizations.next();
    let ways = usize::from(header.is_some()) + usize::from(secret.is_some()) + usize::from(assertion.is_some());
    if ways > 1 || authorizations.next().is_some() {
        return Err(EndpointRefusal::invalid_request("the application shows itself in more than one way"));
    }
    if let Some(header) = header {
        let (name, secret) = header.to_str().ok().and_then(read_basic).ok_or(EndpointRefusal::INVALID_CLIENT)?;
        if client_id.is_some_and(|client_id| client_id != name) {
            return Err(EndpointRefusal::invalid_request("client_id differs from the Authorization header"));
        }
        return Ok(Credentials::Secret { client_id: name, secret });
    }
    if let Some(assertion) = assertion {
        if parameters.one("client_assertion_type")? != Some(assertion::TYPE) {
            return Err(EndpointRefusal::invalid_request("client_assertion_type is missing or unknown"));
        }
        return Ok(Credentials::Assertion { client_id, assertion: assertion.to_owned() });
    }
    match (client_id, secret) {
        (Some(client_id), Some(secret)) => {
            Ok(Credentials::Secret { client_id, secret: Secret::new(secret.to_owned()) })
        }
        (Some(client_id), None) => Ok(Credentials::Name { client_id }),
        (None, _) => Err(EndpointRefusal::INVALID_CLIENT),
    }
}

/// The two parts of HTTP Basic, each form-encoded before it was joined (RFC 6749 §2.3.1).
pub fn read_basic(header: &str) -> Option<(String, Secret<String>)> {
    let (scheme, encoded) = header.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let joined = String::from_utf8(BASE64.decode(encoded.trim().as_bytes()).ok()?).ok()?;
    let (name, secret) = joined.split_once(':')?;
    Some((form_decoded(name), Secret::new(form_decoded(secret))))
}

/// A single value, form-decoded.
fn form_decoded(text: &str) -> String {
    // The separators of forms are no separators here.
    let value = text.replace('&', "%26").replace('=', "%3D");
    url::form_urlencoded::parse(value.as_bytes()).next().map(|(value, _)| value.into_owned()).unwrap_or_default()
}

/// Whether an application has this secret. Takes the same time where there is none to compare with.
fn has_secret(application: Option<&Application>, secret: &Secret<String>) -> bool {
    let (hash, is_there) = match application.map(|application| &application.authentication) {
        Some(ClientAuthentication::Secret { hash }) => (*hash, true),
        _ => (SecretHash::OF_NOTHING, false),
    };
    hash.matches(secret.reveal()) && is_there
}

/// The application that an assertion says it is of, with the keys that count now.
async fn claimed_by(
    app: &App,
    visit: &Visit,
    client_id: Option<&str>,
    assertion: &str,
) -> Result<Option<Application>, db::Error> {
    let Some(claimed) = Compact::parse(assertion).and_then(|token| ClientAssertion::read(&token)) else {
        return Ok(None);
    };
    if client_id.is_some_and(|client_id| client_id != claimed.sub) {
        return Ok(None);
    }
    let found = applications::find_by_client_id(app.db.gathered(), &claimed.sub).await?;
    let Some(application) = found.filter(signs) else { return Ok(None) };
    key_sets::with_current_keys(app, application, key_sets::named_by(assertion).as_deref(), visit.now).await
}

/// The application of that name, with the keys that count now where its certificate is to be compared with them.
async fn with_shown_keys(app: &App, visit: &Visit, client_id: &str) -> Result<Option<Application>, db::Error> {
    let found = applications::find_by_client_id(app.db.gathered(), client_id).await?;
    let Some(application) = found else { return Ok(None) };
    let compares = matches!(application.authentication, ClientAuthentication::SelfSignedTlsClient { .. });
    if compares && visit.certificate.is_some() {
        return key_sets::with_current_keys(app, application, None, visit.now).await;
    }
    Ok(Some(application))
}

fn signs(application: &Application) -> bool {
    matches!(application.authentication, ClientAuthentication::PrivateKeyJwt { .. })
}

/// Whether an application signed this assertion, for this service, for now, and for this once.
async fn has_signed(app: &App, visit: &Visit, application: &Application, assertion: &str) -> Result<bool, db::Error> {
    let ClientAuthentication::PrivateKeyJwt { jwks } = &application.authentication else { return Ok(false) };
    let Some(token) = Compact::parse(assertion) else { return Ok(false) };
    let Some(claimed) = ClientAssertion::read(&token) else { return Ok(false) };
    let public_url = &app.settings.public_url;
    let mtls_url = app.settings.client_certificates.as_ref().and_then(|settings| settings.mtls_url.as_ref());
    let mut audiences = vec![public_url.origin().to_owned()];
    for origin in std::iter::once(public_url).chain(mtls_url) {
        audiences.extend([origin.join("/oauth/token"), origin.join(&visit.path)]);
    }
    let is_taken = fapi::takes_assertion(application, &claimed.aud, &token.header.alg, public_url.origin());
    if !is_taken || !claimed.holds(&application.client_id, &audiences, visit.now) || !client_keys::verify(&token, jwks)
    {
        return Ok(false);
    }
    let expires_at = claimed.expires_at();
    store::use_assertion(&app.db, application.id, claimed.jti, expires_at).await
}

/// Tells of a failure: in the log always, in the history once a minute and application, because
/// whoever knows a name can make any number of them.
async fn tell(app: &App, visit: &Visit, application: Option<&Application>) -> Result<(), db::Error> {
    let name = application.map_or("unknown", |application| application.client_id.as_str());
    tracing::warn!(client_id = name, network = visit.network.as_str(), "an application has not proven to be itself");
    let not_since = visit.now.minus(TELL_EVERY);
    let due = |application: &&Application| application.failure_told_at.is_none_or(|at| at < not_since);
    let Some(application) = application.filter(due) else { return Ok(()) };
    let (now, id, random) = (visit.now, application.id, app.random.clone());
    let mut entry = Entry::new(now, Event::ProviderClientRefused).application(id);
    entry.network = Some(visit.network.to_string());
    app.db
        .write(move |tx| {
            Box::pin(async move {
                if applications::tell_of_failure(tx, id, now, not_since).await? {
                    history::write(tx, &random, &entry).await?;
                }
                Ok(())
            })
        })
        .await
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn basic(text: &str) -> HeaderMap {
        let mut headers = HeaderMap::new();
        headers.insert(AUTHORIZATION, format!("Basic {}", BASE64.encode(text.as_bytes())).parse().unwrap());
        headers
    }

    fn form(text: &str) -> Parameters {
        Parameters::parse(text)
    }

    #[test]
    fn the_parts_of_basic_are_form_decoded() {
        let read = read(&basic("my%2Dapp:a%3Ab+c%25&d=e"), &form("")).unwrap();
        let secret = Secret::new("a:b c%&d=e".to_owned());
        assert_eq!(read, Credentials::Secret { client_id: "my-app".to_owned(), secret });
    }

    #[test]
    fn two_ways_at_once_are_refused() {
        for (headers, text) in [
            (basic("a:b"), "client_secret=b"),
            (basic("a:b"), "client_assertion=x"),
            (basic("a:b"), "client_id=other"),
            (HeaderMap::new(), "client_id=a&client_secret=b&client_assertion=x"),
            (HeaderMap::new(), "client_assertion=x"),
        ] {
            assert_eq!(read(&headers, &form(text)).unwrap_err().error, "invalid_request", "{text}");
        }
    }

    #[test]
    fn an_application_that_shows_nothing_is_not_proven() {
        let mut bearer = HeaderMap::new();
        bearer.insert(AUTHORIZATION, "Bearer abc".parse().unwrap());
        for headers in [HeaderMap::new(), bearer, basic("no-colon")] {
            assert_eq!(read(&headers, &form("client_secret=")).unwrap_err(), EndpointRefusal::INVALID_CLIENT);
        }
    }

    proptest! {
        #[test]
        fn reading_never_panics(header in "[ -~]{0,60}", text in ".{0,60}") {
            let mut headers = HeaderMap::new();
            headers.insert(AUTHORIZATION, header.parse().unwrap());
            let _ = read(&headers, &form(&text));
            let _ = read_basic(&format!("Basic {}", BASE64.encode(text.as_bytes())));
        }
    }
}
