//! The settings of metrics and traces.

use std::net::SocketAddr;

use url::Url;

use super::{SettingsReader, mistake};
use crate::platform::secret::Secret;

/// The collector of traces.
#[derive(Clone, Debug)]
pub struct TraceSettings {
    /// The address that spans are posted to.
    pub endpoint: Url,
    /// Headers with credentials for the collector.
    pub headers: Vec<(String, Secret<String>)>,
    /// The percentage of traced requests, unless a trusted proxy has decided.
    pub percent: u8,
}

/// The setting is wrong, and the mistakes say how.
#[derive(Clone, Copy, Debug)]
pub(super) struct FaultySetting;

impl SettingsReader {
    pub(super) fn metrics_listen(&mut self) -> Result<Option<SocketAddr>, FaultySetting> {
        let Some(text) = self.text("metrics_listen") else { return Ok(None) };
        let problem = "must be an address and a port, such as 127.0.0.1:9464";
        self.parsed("metrics_listen", &text, |text| text.parse().map_err(|_| problem.to_owned()))
            .map(Some)
            .ok_or(FaultySetting)
    }

    pub(super) fn traces(&mut self) -> Result<Option<TraceSettings>, FaultySetting> {
        let percent = self.or("telemetry_percent", "100", |text| match text.parse() {
            Ok(percent @ 1..=100) => Ok(percent),
            _ => Err("must be a whole number from 1 to 100".to_owned()),
        });
        let header = self.text("telemetry_header");
        let header = match header.as_deref().map(|header| header.split_once(':')) {
            None => None,
            Some(Some((name, value))) if http::HeaderName::try_from(name.trim()).is_ok() => {
                Some((name.trim().to_owned(), Secret::new(value.trim().to_owned())))
            }
            Some(_) => {
                self.mistakes.push(mistake("telemetry_header", "must be a name, a colon and a value".to_owned()));
                return Err(FaultySetting);
            }
        };
        let Some(text) = self.text("telemetry_endpoint") else { return Ok(None) };
        let endpoint = self.parsed("telemetry_endpoint", &text, endpoint).ok_or(FaultySetting)?;
        Ok(Some(TraceSettings {
            endpoint,
            headers: header.into_iter().collect(),
            percent: percent.ok_or(FaultySetting)?,
        }))
    }
}

/// The address for spans: the collector's, with the path of the protocol (OTLP 1.10) unless it has a path.
fn endpoint(text: &str) -> Result<Url, String> {
    let mut url = Url::parse(text).map_err(|error| format!("is not a URL: {error}"))?;
    if !matches!(url.scheme(), "http" | "https") || url.host_str().is_none() {
        return Err("must begin with http:// or https://".to_owned());
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err("must hold no password; use telemetry_header".to_owned());
    }
    if url.path() == "/" {
        url.set_path("/v1/traces");
    }
    Ok(url)
}
