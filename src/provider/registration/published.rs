//! The documents that an application points to when it registers: its keys (`jwks_uri`), the addresses of its sector
//! (`sector_identifier_uri`, OpenID Connect Registration §5) and its logo (`logo_uri`). They are fetched once now, so that
//! whoever registers hears of a mistake.

use std::time::Duration;

use url::Url;

use super::metadata::{ClientMetadata, InvalidMetadata, invalid};
use crate::app::App;
use crate::directory::looks::logo::Logo;
use crate::provider::claims::subjects;
use crate::provider::key_sets;

/// The documents that are kept beside the registration itself.
pub(super) struct RegistrationExtras {
    /// The time for which the keys are fresh, if they were fetched.
    pub(super) keys_fresh_for: Option<Duration>,
    /// The logo.
    pub(super) logo: Option<Logo>,
}

/// Puts what the metadata points to into it.
pub(super) async fn fetch(app: &App, metadata: &mut ClientMetadata) -> Result<RegistrationExtras, InvalidMetadata> {
    if metadata.wants_certificates() && app.settings.client_certificates.is_none() {
        return Err(invalid("certificates of applications are not set up here"));
    }
    if let Some(address) = metadata.sector_identifier_uri.clone() {
        let named = |words: String| invalid(format!("sector_identifier_uri: {words}"));
        metadata.sector = Some(sector(app, &address, &metadata.redirect_uris).await.map_err(named)?);
    }
    let keys_fresh_for = match metadata.jwks_uri.clone() {
        None => None,
        Some(_) if metadata.jwks.is_some() => return Err(invalid("jwks and jwks_uri do not go together")),
        Some(address) => {
            let set = key_sets::fetch(&app.egress, &address).await;
            let set = set.map_err(|error| invalid(format!("jwks_uri: {error}")))?;
            metadata.jwks = Some(set.keys);
            Some(set.fresh_for)
        }
    };
    let mut fetched = RegistrationExtras { keys_fresh_for, logo: None };
    if let Some(address) = metadata.logo_uri.clone() {
        match logo(app, &address).await {
            Ok(logo) => fetched.logo = Some(logo),
            // A picture is no reason to refuse an application: it is absent from the answer (RFC 7591 §3.2.1). An
            // address that nobody may register stays, and is refused.
            Err(_) if Url::parse(&address).is_ok_and(|url| url.scheme() == "https" || url.scheme() == "http") => {
                metadata.logo_uri = None;
            }
            Err(_) => {}
        }
    }
    Ok(fetched)
}

/// The logo at an address, judged as one that a company uploads.
///
/// # Errors
/// In words for whoever registers.
pub async fn logo(app: &App, address: &str) -> Result<Logo, String> {
    let bytes = app.egress.fetch_png(address).await.map_err(|error| error.to_string())?;
    Logo::read(&bytes).map_err(|refusal| refusal.words().to_owned())
}

/// The sector of an address that lists every redirect URI of it: its host.
///
/// # Errors
/// In words for whoever registers.
pub(crate) async fn sector(app: &App, address: &str, redirect_uris: &[String]) -> Result<String, String> {
    let host = Url::parse(address).ok().and_then(|url| url.host_str().map(str::to_owned));
    let host = host.filter(|host| subjects::is_sector(host)).ok_or("is no address of a host")?;
    let listed = app.egress.fetch_json(address).await.map_err(|error| error.to_string())?.json;
    let listed: Vec<String> = serde_json::from_value(listed).map_err(|_| "the answer is no list of addresses")?;
    match redirect_uris.iter().find(|address| !listed.contains(address)) {
        None => Ok(host),
        Some(missing) => Err(format!("the answer does not list {missing}")),
    }
}
