//! Calls to addresses that others chose, such as an application's published keys. They are encrypted, lead into private
//! networks only if the operator opened them, connect to the address that was checked, follow no redirects, and have a
//! timeout. The size of an answer is limited.

use std::error::Error as StdError;
use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use http::StatusCode;
use http::header::{ACCEPT, CACHE_CONTROL, CONTENT_TYPE, HeaderMap};
use ipnet::IpNet;
use reqwest::Client;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use reqwest::redirect::Policy;
use url::{Host, Url};

/// The longest time for a call.
const PATIENCE: Duration = Duration::from_secs(5);
/// The longest time for a call during a request.
const FETCHED_WITHIN: Duration = Duration::from_secs(3);
/// The longest answer that is read, in bytes.
const LONGEST_ANSWER: usize = 64 * 1024;
/// The media types of JSON.
const JSON: &[&str] = &["application/json", "application/jwk-set+json"];
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
}

impl Egress {
    /// Calls that may also lead into these private networks.
    pub fn new(opened: &[IpNet]) -> Self {
        Self { opened: opened.into(), encrypted: OnceLock::new(), inside: OnceLock::new() }
    }

    fn client(&self, reach: EgressReach) -> Result<&Client, EgressError> {
        let (place, builder) = match reach {
            EgressReach::PublicOrOpened => (&self.encrypted, Client::builder().https_only(true)),
            EgressReach::Opened => (&self.inside, Client::builder()),
        };
        let made = place.get_or_init(|| {
            builder
                .redirect(Policy::none())
                .no_proxy()
                .timeout(PATIENCE)
                .dns_resolver(Arc::new(CheckingResolver { opened: self.opened.clone(), reach }))
                .user_agent("Salpa")
                .pool_max_idle_per_host(0)
                .build()
                .map_err(|error| error.to_string())
        });
        made.as_ref().map_err(|cause| EgressError::NoAnswer(cause.clone()))
    }

    /// Posts a form, and returns the status of the answer. Its body is not read.
    ///
    /// # Errors
    /// The address may not be called, or does not answer in time.
    pub async fn post_form(&self, address: &str, form: &[(&str, &str)]) -> Result<StatusCode, EgressError> {
        let (client, url) = self.way(address)?;
        client.post(url).form(form).send().await.map(|response| response.status()).map_err(failed)
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
        let mut response = request.send().await.map_err(failed)?;
        if response.status() != StatusCode::OK {
            return Err(EgressError::Unusable(format!("its status is {}", response.status().as_u16())));
        }
        let kind = response.headers().get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
        let kind = kind.split(';').next().unwrap_or_default().trim();
        if !kinds.iter().any(|known| kind.eq_ignore_ascii_case(known)) {
            return Err(EgressError::Unusable(format!("it is not {usual}")));
        }
        let max_age = max_age(response.headers());
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(failed)? {
            if body.len().saturating_add(chunk.len()) > LONGEST_ANSWER {
                return Err(EgressError::Unusable("it is longer than 64 KiB".to_owned()));
            }
            body.extend_from_slice(&chunk);
        }
        Ok((body, max_age))
    }

    /// The client for an address, if its scheme is permitted.
    fn way(&self, address: &str) -> Result<(&Client, Url), EgressError> {
        let url = Url::parse(address).map_err(|_| EgressError::Forbidden)?;
        let reach = match url.scheme() {
            "https" => EgressReach::PublicOrOpened,
            "http" => EgressReach::Opened,
            _ => return Err(EgressError::Forbidden),
        };
        // An IP address is not looked up: it is checked here.
        let number = match url.host() {
            Some(Host::Ipv4(address)) => Some(IpAddr::V4(address)),
            Some(Host::Ipv6(address)) => Some(IpAddr::V6(address)),
            Some(Host::Domain(_)) => None,
            None => return Err(EgressError::Forbidden),
        };
        if number.is_some_and(|address| !reach.includes(address, &self.opened)) {
            return Err(EgressError::Forbidden);
        }
        Ok((self.client(reach)?, url))
    }
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
            // The caller replaces the port.
            let found = tokio::net::lookup_host((name.as_str(), 0)).await?;
            let allowed: Vec<SocketAddr> = found.filter(|address| reach.includes(address.ip(), &opened)).collect();
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
            assert_eq!(egress.fetch_json(address).await, Err(EgressError::Forbidden), "{address}");
            assert_eq!(egress.fetch_png(address).await, Err(EgressError::Forbidden), "{address}");
        }
    }
}
