//! The documents that an application points to when it registers: its keys (`jwks_uri`) and the addresses of its sector
//! (`sector_identifier_uri`, OpenID Connect Registration §5). Both are fetched once now, so that whoever registers
//! hears of a mistake.

use std::time::Duration;

use url::Url;

use super::metadata::{ClientMetadata, InvalidMetadata, invalid};
use crate::app::App;
use crate::provider::claims::subjects;
use crate::provider::key_sets;

/// Puts what the metadata points to into it. Tells how long the keys are fresh, where they were fetched.
pub(super) async fn fetch(app: &App, metadata: &mut ClientMetadata) -> Result<Option<Duration>, InvalidMetadata> {
    if let Some(address) = metadata.sector_identifier_uri.clone() {
        let named = |words: String| invalid(format!("sector_identifier_uri: {words}"));
        metadata.sector = Some(sector(app, &address, &metadata.redirect_uris).await.map_err(named)?);
    }
    let Some(address) = metadata.jwks_uri.clone() else { return Ok(None) };
    if metadata.jwks.is_some() {
        return Err(invalid("jwks and jwks_uri do not go together"));
    }
    let set = key_sets::fetch(&app.egress, &address).await;
    let set = set.map_err(|error| invalid(format!("jwks_uri: {error}")))?;
    metadata.jwks = Some(set.keys);
    Ok(Some(set.fresh_for))
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
