//! The origin of a request: the client's address by way of trusted proxies, and its network.

use std::fmt;
use std::net::{IpAddr, Ipv6Addr};

use http::HeaderMap;
use ipnet::IpNet;

/// The greatest number of entries of `X-Forwarded-For`. A longer list is refused.
const MOST_HOPS: usize = 20;

/// A network, as in "new network": the IPv4 address, or the /64 of an IPv6 address.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Network(String);

impl Network {
    /// The network of an address.
    pub fn of(address: IpAddr) -> Self {
        match address.to_canonical() {
            IpAddr::V4(address) => Self(address.to_string()),
            IpAddr::V6(address) => {
                let prefix = u128::from(address) & (u128::MAX << 64);
                Self(format!("{}/64", Ipv6Addr::from(prefix)))
            }
        }
    }

    /// A network from [`Network::as_str`].
    pub fn from_stored(text: String) -> Self {
        Self(text)
    }

    /// The stored and displayed form.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Its address, or the first of its addresses.
    pub fn address(&self) -> Option<IpAddr> {
        self.0.split('/').next()?.parse().ok()
    }
}

impl fmt::Display for Network {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

/// `X-Forwarded-For` of a trusted proxy is unreadable: the request is refused, because a policy that does not know the
/// network must not guess it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnreadableForwarding;

/// The client's address: the peer itself or, for a trusted proxy, the last hop of `X-Forwarded-For` that is none. The
/// header of other peers is ignored.
///
/// # Errors
/// [`UnreadableForwarding`] if a trusted proxy sends none, too many, or no addresses.
pub fn client_address(peer: IpAddr, headers: &HeaderMap, trusted: &[IpNet]) -> Result<IpAddr, UnreadableForwarding> {
    let is_trusted = |address: IpAddr| trusted.iter().any(|network| network.contains(&address.to_canonical()));
    if !is_trusted(peer) {
        return Ok(peer.to_canonical());
    }
    let mut hops = Vec::new();
    for value in headers.get_all("x-forwarded-for") {
        let text = value.to_str().map_err(|_| UnreadableForwarding)?;
        for hop in text.split(',') {
            if hops.len() == MOST_HOPS {
                return Err(UnreadableForwarding);
            }
            hops.push(hop.trim().parse::<IpAddr>().map_err(|_| UnreadableForwarding)?.to_canonical());
        }
    }
    let first = *hops.first().ok_or(UnreadableForwarding)?;
    Ok(hops.into_iter().rev().find(|hop| !is_trusted(*hop)).unwrap_or(first))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn forwarded(values: &[&str]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for value in values {
            headers.append("x-forwarded-for", value.parse().unwrap());
        }
        headers
    }

    #[test]
    fn a_stranger_cannot_choose_an_address() {
        let peer: IpAddr = "203.0.113.9".parse().unwrap();
        assert_eq!(client_address(peer, &forwarded(&["10.1.1.1"]), &[]), Ok(peer));
    }

    #[test]
    fn behind_a_trusted_proxy_the_last_untrusted_hop_counts() {
        let trusted = ["10.0.0.0/8".parse().unwrap()];
        let headers = forwarded(&["1.2.3.4, 198.51.100.24", "10.0.0.7"]);
        let address = client_address("10.0.0.1".parse().unwrap(), &headers, &trusted);
        assert_eq!(address, Ok("198.51.100.24".parse().unwrap()));
    }

    #[test]
    fn a_header_that_cannot_be_read_is_refused() {
        let trusted = ["10.0.0.0/8".parse().unwrap()];
        let long = vec!["1.1.1.1"; 100].join(",");
        for wrong in ["unknown", "", "1.2.3.4, ,", long.as_str()] {
            let refused = client_address("10.0.0.1".parse().unwrap(), &forwarded(&[wrong]), &trusted);
            assert_eq!(refused, Err(UnreadableForwarding), "{wrong}");
        }
        assert!(client_address("10.0.0.1".parse().unwrap(), &HeaderMap::new(), &trusted).is_err());
    }

    #[test]
    fn addresses_of_one_ipv6_subnet_are_one_network() {
        let one = Network::of("2001:db8:1:2:3:4:5:6".parse().unwrap());
        assert_eq!(one, Network::of("2001:db8:1:2:ffff::1".parse().unwrap()));
        assert_eq!(one.as_str(), "2001:db8:1:2::/64");
        assert_eq!(one.address(), Some("2001:db8:1:2::".parse().unwrap()));
        assert_eq!(Network::of("::ffff:192.0.2.1".parse().unwrap()).as_str(), "192.0.2.1");
    }
}
