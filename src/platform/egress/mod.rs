//! Calls to addresses that others chose, such as an application's published keys. They are encrypted, lead into private
//! networks only if the operator opened them, connect to the address that was checked, follow no redirects, and have a
//! timeout. The size of an answer is limited.

mod certified;
mod status;

use std::error::Error as StdError;
use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use http::StatusCode;
use http::header::{ACCEPT, CACHE_CONTROL, CONTENT_TYPE, HeaderMap};
use ipnet::IpNet;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use reqwest::redirect::Policy;
use reqwest::{Client, ClientBuilder};
use url::{Host, Url};

pub(crate) use certified::CertifiedCaller;

/// The longest time for a call.
const PATIENCE: Duration = Duration::from_secs(5);
/// The longest time for a call during a request.
const FETCHED_WITHIN: Duration = Duration::from_secs(3);
/// The longest answer that is read, in bytes.
const LONGEST_ANSWER: usize = 64 * 1024;
/// The media types of JSON.
const JSON: &[&str] = &["application/json", "application/jwk-set+json"];
/// The media types of a signed set of keys. Brokers have all of them.
const SIGNED_SET: &[&str] = &["application/jwk-set+jwt", "application/jwt", "application/jose"];
/// The media type of a picture.
const PNG: &[&str] = &["image/png"];

/// The reason why a call was not made, or had no usable answer. It contains nothing of the answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EgressError {
    /// The address may not be called.
    Forbidden,
    /// There was no answer in time.
    NoAnswer(String),
    /// The answer is unusable.
    Unusable(String),
}

impl fmt::Display for EgressError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Forbidden => formatter.write_str("the address may not be called (see egress_networks)"),
            Self::NoAnswer(cause) => write!(formatter, "no answer: {cause}"),
            Self::Unusable(cause) => write!(formatter, "the answer cannot be used: {cause}"),
        }
    }
}

impl StdError for EgressError {}

/// A fetched document.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct FetchedDocument {
    /// Its content.
    pub(crate) json: serde_json::Value,
    /// The time for which it may be cached, if its server names one (RFC 9111 §5.2.2).
    pub(crate) max_age: Option<Duration>,
}

/// Calls addresses that others chose.
pub struct Egress {
    opened: Arc<[IpNet]>,
    /// For the public internet and the opened networks, by HTTPS. Made when first
    /// used: the trusted certificates take time and memory that most services never need.
    encrypted: OnceLock<Result<Client, String>>,
    /// For the opened networks alone, encrypted or not.
    inside: OnceLock<Result<Client, String>>,
    /// For servers that ask for a certificate of this service.
    certified: certified::CertifiedClients,
    /// For responders, whose answers are signed.
    responders: OnceLock<Result<Client, String>>,
}

impl Egress {
    /// Calls that may also lead into these private networks.
    pub fn new(opened: &[IpNet]) -> Self {
        Self {
            opened: opened.into(),
            encrypted: OnceLock::new(),
            inside: OnceLock::new(),
            certified: certified::CertifiedClients::default(),
            responders: OnceLock::new(),
        }
    }

    fn client(&self, reach: EgressReach) -> Result<&Client, EgressError> {
        let (place, builder) = match reach {
            EgressReach::PublicOrOpened => (&self.encrypted, Client::builder().https_only(true)),
            EgressReach::Opened => (&self.inside, Client::builder()),
        };
        let made = place.get_or_init(|| {
            self.checked(builder, reach).pool_max_idle_per_host(0).build().map_err(|error| error.to_string())
        });
        made.as_ref().map_err(|cause| EgressError::NoAnswer(cause.clone()))
    }

    /// The rules of every call.
    fn checked(&self, builder: ClientBuilder, reach: EgressReach) -> ClientBuilder {
        builder
            .redirect(Policy::none())
            .no_proxy()
            .timeout(PATIENCE)
            .dns_resolver(Arc::new(CheckingResolver { opened: self.opened.clone(), reach }))
            .user_agent("Salpa")
    }

    /// Posts a form, and returns the status of the answer. Its body is not read.
    ///
    /// # Errors
    /// The address may not be called, or does not answer in time.
    pub async fn post_form(&self, address: &str, form: &[(&str, &str)]) -> Result<StatusCode, EgressError> {
        let (client, url) = self.way(address)?;
        client.post(url).form(form).send().await.map(|response| response.status()).map_err(failed)
    }

    /// Posts bytes, and returns the status of the answer. Its body is not read.
    ///
    /// # Errors
    /// As for [`Self::post_form`].
    pub(crate) async fn post(
        &self,
        address: &str,
        headers: HeaderMap,
        body: Vec<u8>,
    ) -> Result<StatusCode, EgressError> {
        let (client, url) = self.way(address)?;
        client.post(url).headers(headers).body(body).send().await.map(|response| response.status()).map_err(failed)
    }

    /// Posts a form with headers of its own, and reads the JSON of the answer, whatever its status.
    ///
    /// # Errors
    /// As for [`Self::fetch_json`].
    pub(crate) async fn ask_with_form(
        &self,
        address: &str,
        headers: HeaderMap,
        form: &[(&str, &str)],
    ) -> Result<(StatusCode, serde_json::Value), EgressError> {
        let (client, url) = self.way(address)?;
        let request = client.post(url).headers(headers).header(ACCEPT, "application/json").form(form);
        answer_in_json(request.send().await.map_err(failed)?).await
    }

    /// Whether an address may be called, as far as that is known before it is.
    ///
    /// # Errors
    /// It may not, or its name is unknown.
    pub(crate) async fn examine(&self, address: &str) -> Result<(), EgressError> {
        let (reach, url) = self.reach_of(address)?;
        let Some(Host::Domain(name)) = url.host() else { return Ok(()) };
        let allowed = tokio::time::timeout(FETCHED_WITHIN, reach.addresses_of(name, &self.opened)).await;
        match allowed {
            Ok(Ok(allowed)) if allowed.is_empty() => Err(EgressError::Forbidden),
            Ok(Ok(_)) => Ok(()),
            Ok(Err(error)) => Err(EgressError::NoAnswer(error.to_string())),
            Err(_) => Err(EgressError::NoAnswer("its name is not resolved in time".to_owned())),
        }
    }

    /// Fetches one JSON value.
    ///
    /// # Errors
    /// An address that may not be called, no answer in time, or an answer of another kind.
    pub(crate) async fn fetch_json(&self, address: &str) -> Result<FetchedDocument, EgressError> {
        let (body, max_age) = self.fetch(address, JSON).await?;
        let json = serde_json::from_slice(&body).map_err(|_| EgressError::Unusable("it is not JSON".to_owned()))?;
        Ok(FetchedDocument { json, max_age })
    }

    /// Fetches one signed set of keys, with the time for which it may be cached. Nothing of it is verified here.
    ///
    /// # Errors
    /// As for [`Self::fetch_json`].
    pub(crate) async fn fetch_signed_set(&self, address: &str) -> Result<(String, Option<Duration>), EgressError> {
        let (body, max_age) = self.fetch(address, SIGNED_SET).await?;
        let token = String::from_utf8(body).map_err(|_| EgressError::Unusable("it is no text".to_owned()))?;
        Ok((token, max_age))
    }

    /// Fetches one picture in PNG. Nothing of it is looked at here.
    ///
    /// # Errors
    /// As for [`Self::fetch_json`].
    pub(crate) async fn fetch_png(&self, address: &str) -> Result<Vec<u8>, EgressError> {
        Ok(self.fetch(address, PNG).await?.0)
    }

    /// The body of an answer of one of these media types, with the time for which it may be cached.
    async fn fetch(&self, address: &str, kinds: &[&str]) -> Result<(Vec<u8>, Option<Duration>), EgressError> {
        let usual = kinds.first().copied().unwrap_or_default();
        let (client, url) = self.way(address)?;
        let request = client.get(url).timeout(FETCHED_WITHIN).header(ACCEPT, usual);
        let response = request.send().await.map_err(failed)?;
        if response.status() != StatusCode::OK {
            return Err(EgressError::Unusable(format!("its status is {}", response.status().as_u16())));
        }
        let max_age = max_age(response.headers());
        Ok((body_of(response, kinds).await?, max_age))
    }

    /// The client for an address, if its scheme is permitted.
    fn way(&self, address: &str) -> Result<(&Client, Url), EgressError> {
        let (reach, url) = self.reach_of(address)?;
        Ok((self.client(reach)?, url))
    }

    fn reach_of(&self, address: &str) -> Result<(EgressReach, Url), EgressError> {
        let url = Url::parse(address).map_err(|_| EgressError::Forbidden)?;
        let reach = match url.scheme() {
            "https" => EgressReach::PublicOrOpened,
            "http" => EgressReach::Opened,
            _ => return Err(EgressError::Forbidden),
        };
        if may_be_called(&url, reach, &self.opened) { Ok((reach, url)) } else { Err(EgressError::Forbidden) }
    }
}

/// Whether the host of an address may be called, as far as the address says. An IP address is not looked up: it is checked
/// here. A name is checked when it is looked up.
fn may_be_called(url: &Url, reach: EgressReach, opened: &[IpNet]) -> bool {
    match url.host() {
        Some(Host::Ipv4(address)) => reach.includes(IpAddr::V4(address), opened),
        Some(Host::Ipv6(address)) => reach.includes(IpAddr::V6(address), opened),
        Some(Host::Domain(_)) => true,
        None => false,
    }
}

/// The status and the JSON of an answer.
async fn answer_in_json(response: reqwest::Response) -> Result<(StatusCode, serde_json::Value), EgressError> {
    let status = response.status();
    if status.is_redirection() {
        return Err(EgressError::Unusable(format!("its status is {}", status.as_u16())));
    }
    let body = body_of(response, JSON).await?;
    let json = serde_json::from_slice(&body).map_err(|_| EgressError::Unusable("it is not JSON".to_owned()))?;
    Ok((status, json))
}

/// The body of an answer of one of these media types.
async fn body_of(mut response: reqwest::Response, kinds: &[&str]) -> Result<Vec<u8>, EgressError> {
    let kind = response.headers().get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let kind = kind.split(';').next().unwrap_or_default().trim();
    if !kinds.iter().any(|known| kind.eq_ignore_ascii_case(known)) {
        let usual = kinds.first().copied().unwrap_or_default();
        return Err(EgressError::Unusable(format!("it is not {usual}")));
    }
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(failed)? {
        if body.len().saturating_add(chunk.len()) > LONGEST_ANSWER {
            return Err(EgressError::Unusable("it is longer than 64 KiB".to_owned()));
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}

fn failed(error: reqwest::Error) -> EgressError {
    if was_forbidden(&error) { EgressError::Forbidden } else { EgressError::NoAnswer(error.without_url().to_string()) }
}

/// The time for which an answer may be cached.
fn max_age(headers: &HeaderMap) -> Option<Duration> {
    let directives = headers.get_all(CACHE_CONTROL).iter().filter_map(|value| value.to_str().ok());
    let mut directives = directives.flat_map(|value| value.split(',')).map(|word| word.trim().to_ascii_lowercase());
    directives.find_map(|word| match word.as_str() {
        "no-store" | "no-cache" => Some(Duration::ZERO),
        word => word.strip_prefix("max-age=")?.trim_matches('"').parse().ok().map(Duration::from_secs),
    })
}

impl fmt::Debug for Egress {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Egress").field("opened", &self.opened).finish_non_exhaustive()
    }
}

fn was_forbidden(error: &reqwest::Error) -> bool {
    let mut cause = error.source();
    while let Some(error) = cause {
        if error.is::<NoCallableAddress>() {
            return true;
        }
        cause = error.source();
    }
    false
}

/// The networks that a call may reach.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum EgressReach {
    PublicOrOpened,
    Opened,
}

impl EgressReach {
    fn includes(self, address: IpAddr, opened: &[IpNet]) -> bool {
        let address = address.to_canonical();
        opened.iter().any(|network| network.contains(&address)) || (self == Self::PublicOrOpened && is_public(address))
    }

    /// The addresses of a name that may be called. The caller replaces the port.
    async fn addresses_of(self, name: &str, opened: &[IpNet]) -> std::io::Result<Vec<SocketAddr>> {
        let found = tokio::net::lookup_host((name, 0)).await?;
        Ok(found.filter(|address| self.includes(address.ip(), opened)).collect())
    }
}

/// Resolves a name to those of its addresses that may be called. The connection is made to one of these, so that a
/// second look-up cannot lead elsewhere.
struct CheckingResolver {
    opened: Arc<[IpNet]>,
    reach: EgressReach,
}

/// A name has no address that may be called.
#[derive(Clone, Copy, Debug)]
struct NoCallableAddress;

impl fmt::Display for NoCallableAddress {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("the name leads to no address that may be called")
    }
}

impl StdError for NoCallableAddress {}

impl Resolve for CheckingResolver {
    fn resolve(&self, name: Name) -> Resolving {
        let (opened, reach) = (self.opened.clone(), self.reach);
        Box::pin(async move {
            let allowed = reach.addresses_of(name.as_str(), &opened).await?;
            if allowed.is_empty() {
                return Err(NoCallableAddress.into());
            }
            let addresses: Addrs = Box::new(allowed.into_iter());
            Ok(addresses)
        })
    }
}

/// Whether an address is one of the public internet (the special ones are listed by RFC 6890 and its
/// registries).
fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_public_v4(address),
        IpAddr::V6(address) => is_public_v6(address),
    }
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    let is_special = match address.octets() {
        [0 | 10 | 127, ..]
        | [169, 254, ..]
        | [192, 168, ..]
        | [192, 0, 0 | 2, _]
        | [192, 88, 99, _]
        | [198, 18 | 19, ..]
        | [198, 51, 100, _]
        | [203, 0, 113, _] => true,
        [100, second, ..] => second & 0b1100_0000 == 64,
        [172, second, ..] => second & 0b1111_0000 == 16,
        [first, ..] => first >= 224,
    };
    !is_special
}

/// Only global unicast (2000::/3), without the ranges for IPv4 addresses and for examples.
fn is_public_v6(address: Ipv6Addr) -> bool {
    let [first, second, ..] = address.segments();
    let is_global = first & 0xe000 == 0x2000;
    let is_special = match (first, second) {
        // 2001::/23 (Teredo and other protocols), 2001:db8::/32, 2002::/16 (6to4), 3fff::/20.
        (0x2001, second) => second < 0x200 || second == 0xdb8,
        (0x2002, _) => true,
        (0x3fff, second) => second < 0x1000,
        _ => false,
    };
    is_global && !is_special
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn private_and_special_addresses_are_not_public() {
        for inside in [
            "127.0.0.1",
            "10.1.2.3",
            "172.16.0.1",
            "172.31.255.255",
            "192.168.1.1",
            "169.254.169.254",
            "100.64.0.1",
            "0.0.0.0",
            "224.0.0.1",
            "255.255.255.255",
            "192.0.2.1",
            "198.18.0.1",
            "203.0.113.7",
            "::1",
            "::",
            "fe80::1",
            "fd00::1",
            "ff02::1",
            "2001:db8::1",
            "64:ff9b::a9fe:a9fe",
            "2002:a9fe:a9fe::1",
            "2001::1",
            "::ffff:127.0.0.1",
            "::ffff:10.0.0.1",
            "fd00:ec2::254",
        ] {
            assert!(!EgressReach::PublicOrOpened.includes(inside.parse().unwrap(), &[]), "{inside}");
        }
        for public in ["1.1.1.1", "93.184.215.14", "172.32.0.1", "100.128.0.1", "2606:4700::1111", "::ffff:1.1.1.1"] {
            assert!(EgressReach::PublicOrOpened.includes(public.parse().unwrap(), &[]), "{public}");
        }
    }

    #[test]
    fn unencrypted_calls_stay_in_the_networks_that_were_opened() {
        let opened = ["10.1.0.0/16".parse().unwrap()];
        assert!(EgressReach::Opened.includes("10.1.2.3".parse().unwrap(), &opened));
        assert!(EgressReach::Opened.includes("::ffff:10.1.2.3".parse().unwrap(), &opened));
        assert!(!EgressReach::Opened.includes("10.2.0.1".parse().unwrap(), &opened));
        assert!(!EgressReach::Opened.includes("1.1.1.1".parse().unwrap(), &opened));
    }

    #[test]
    fn the_lifetime_in_cache_control_is_read() {
        let of = |text: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(CACHE_CONTROL, text.parse().unwrap());
            max_age(&headers).map(|age| age.as_secs())
        };
        assert_eq!(of("public, Max-Age=300, must-revalidate"), Some(300));
        assert_eq!((of("no-store"), of("private"), of("max-age=soon"), of("max-age=-1")), (Some(0), None, None, None));
        assert_eq!(max_age(&HeaderMap::new()), None);
    }

    #[tokio::test]
    async fn a_forbidden_address_is_not_called() {
        let egress = Egress::new(&[]);
        for address in [
            "http://127.0.0.1:1/",
            "https://127.0.0.1:1/",
            "https://2130706433/",
            "https://[::ffff:127.0.0.1]/",
            "https://localhost:1/",
            "http://localhost:1/",
            "ftp://a.example/",
            "nonsense",
        ] {
            assert_eq!(egress.post_form(address, &[]).await, Err(EgressError::Forbidden), "{address}");
            assert_eq!(egress.post(address, HeaderMap::new(), vec![]).await, Err(EgressError::Forbidden), "{address}");
            assert_eq!(egress.examine(address).await, Err(EgressError::Forbidden), "{address}");
            assert_eq!(egress.fetch_json(address).await, Err(EgressError::Forbidden), "{address}");
            assert_eq!(egress.fetch_png(address).await, Err(EgressError::Forbidden), "{address}");
            assert_eq!(egress.ask_responder(address, b"").await, Err(EgressError::Forbidden), "{address}");
        }
    }
}
