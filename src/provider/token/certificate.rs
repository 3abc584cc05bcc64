//! Certificates at the token endpoint (RFC 8705): they prove an application, and its tokens are bound to them.

use crate::app::App;
use crate::platform::clock::Timestamp;
use crate::platform::web::client_certificate::ClientCertificate;
use crate::platform::web::visit::Visit;
use crate::provider::applications::{Application, ClientAuthentication, certificates};
use crate::provider::endpoint::EndpointRefusal;

/// Whether an application is proven by the certificate that came with its request.
pub(super) fn proves(app: &App, visit: &Visit, application: &Application) -> bool {
    visit.certificate.as_ref().is_some_and(|certificate| is_of(app, certificate, application, visit.now))
}

fn is_of(app: &App, certificate: &ClientCertificate, application: &Application, now: Timestamp) -> bool {
    let authorities = app.settings.client_certificates.as_ref().and_then(|settings| settings.authorities.as_ref());
    match &application.authentication {
        ClientAuthentication::TlsClient { subject } => {
            authorities.is_some_and(|authorities| certificates::is_named(certificate, subject, authorities, now))
        }
        ClientAuthentication::SelfSignedTlsClient { jwks } => certificates::has_key(certificate, jwks, now),
        ClientAuthentication::Secret { .. }
        | ClientAuthentication::PrivateKeyJwt { .. }
        | ClientAuthentication::None => false,
    }
}

/// The thumbprint of the certificate that the tokens of this request are bound to; `None` if the application does not
/// want that.
pub(super) fn bound_to<'v>(visit: &'v Visit, application: &Application) -> Option<&'v str> {
    let certificate = visit.certificate.as_ref().filter(|_| application.profile.certificate_bound);
    certificate.map(ClientCertificate::thumbprint)
}

/// Refuses a request for tokens without the certificate that they are to be bound to, or with a key beside it.
pub(super) fn check_shown(visit: &Visit, application: &Application, has_proof: bool) -> Result<(), EndpointRefusal> {
    match (application.profile.certificate_bound, &visit.certificate, has_proof) {
        (true, None, _) => {
            Err(EndpointRefusal::invalid_request("this application gets its tokens for a certificate alone"))
        }
        (true, Some(_), true) => {
            Err(EndpointRefusal::invalid_request("tokens that are bound to a certificate take no DPoP proof"))
        }
        _ => Ok(()),
    }
}

/// Whether a refresh token that was given for a certificate may be used. Of a public application it must be the same
/// one; any other proves itself, and may have a new one (RFC 8705 §4, §7.1).
pub(super) fn check_refresh(
    visit: &Visit,
    application: &Application,
    given_for: Option<&str>,
) -> Result<(), EndpointRefusal> {
    let shown = visit.certificate.as_ref().map(ClientCertificate::thumbprint);
    match (given_for, shown) {
        (Some(_), None) => Err(EndpointRefusal::invalid_grant("the refresh token needs a certificate")),
        (Some(given_for), Some(shown)) if application.is_public() && given_for != shown => {
            Err(EndpointRefusal::invalid_grant("the refresh token is bound to another certificate"))
        }
        (None, _) | (Some(_), Some(_)) => Ok(()),
    }
}
