//! The client's address as proxies forward it: `X-Forwarded-For`, or `Forwarded` (RFC 7239).

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use http::HeaderMap;
use ipnet::IpNet;

/// The greatest number of hops between the client and this service that are read.
const MOST_HOPS: usize = 20;

/// The header in which the trusted proxies name the client. One counts, never the other: a proxy that writes one of them
/// passes on whatever its clients write into the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ForwardedHeader {
    /// `X-Forwarded-For`.
    XForwardedFor,
    /// `Forwarded` (RFC 7239).
    Forwarded,
}

impl ForwardedHeader {
    /// The name of the header.
    pub fn name(self) -> &'static str {
        match self {
            Self::XForwardedFor => "x-forwarded-for",
            Self::Forwarded => "forwarded",
        }
    }
}

/// The header of a trusted proxy does not say where the client is: the request is refused, because a policy that does
/// not know the network must not guess it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnreadableForwarding;

/// Whether an address is that of a trusted proxy.
pub(crate) fn is_trusted(address: IpAddr, trusted: &[IpNet]) -> bool {
    let address = address.to_canonical();
    trusted.iter().any(|network| network.contains(&address))
}

/// The client's address: the peer itself or, for a trusted proxy, the first hop from the right of the header that is no
/// trusted proxy. Strangers write the hops to the left of it, so these are not read. If every hop is a trusted proxy, the
/// leftmost one is the client. The header of other peers is ignored.
///
/// # Errors
/// [`UnreadableForwarding`] if a trusted proxy sends no header, or one whose decisive hop is no address, or if more than
/// 20 trusted proxies stand in a row.
pub fn client_address(
    peer: IpAddr,
    headers: &HeaderMap,
    trusted: &[IpNet],
    header: ForwardedHeader,
) -> Result<IpAddr, UnreadableForwarding> {
    let is_trusted = |address: IpAddr| is_trusted(address, trusted);
    let peer = peer.to_canonical();
    if !is_trusted(peer) {
        return Ok(peer);
    }
    // A proxy may append a line of its own instead of a hop to the last line (RFC 9110 §5.3).
    let values: Vec<&[u8]> = headers.get_all(header.name()).iter().map(http::HeaderValue::as_bytes).collect();
    let elements = values.iter().rev().flat_map(|value| FromTheRight { rest: Some(value), header });
    let mut leftmost = Err(UnreadableForwarding);
    for (number, element) in elements.filter(|element| !element.trim_ascii().is_empty()).enumerate() {
        let hop = hop(element, header).filter(|_| number < MOST_HOPS).ok_or(UnreadableForwarding)?;
        if !is_trusted(hop) {
            return Ok(hop);
        }
        leftmost = Ok(hop);
    }
    leftmost
}

/// The elements of a list, the last one first. A comma inside quotes of `Forwarded` separates nothing. The quotes are
/// matched from the right, so that an open quote of a stranger cannot take in the hops that proxies add after it.
struct FromTheRight<'a> {
    rest: Option<&'a [u8]>,
    header: ForwardedHeader,
}

impl<'a> Iterator for FromTheRight<'a> {
    type Item = &'a [u8];

    fn next(&mut self) -> Option<&'a [u8]> {
        let rest = self.rest?;
        let mut is_quoted = false;
        let comma = rest.iter().rposition(|byte| {
            is_quoted ^= *byte == b'"' && self.header == ForwardedHeader::Forwarded;
            *byte == b',' && !is_quoted
        });
        let (before, element) = match comma.and_then(|at| Some((rest.get(..at)?, rest.get(at + 1..)?))) {
            Some((before, element)) => (Some(before), element),
            None => (None, rest),
        };
        self.rest = before;
        Some(element)
    }
}

/// The address of one hop, or `None` if there is none.
fn hop(element: &[u8], header: ForwardedHeader) -> Option<IpAddr> {
    let element = std::str::from_utf8(element).ok()?.trim();
    match header {
        ForwardedHeader::XForwardedFor => address(element),
        ForwardedHeader::Forwarded => {
            let mut clients = element.split(';').filter_map(|pair| {
                let (name, value) = pair.split_once('=')?;
                name.trim().eq_ignore_ascii_case("for").then(|| value.trim())
            });
            let (node, None) = (clients.next()?, clients.next()) else { return None };
            address(node.strip_prefix('"').and_then(|node| node.strip_suffix('"')).unwrap_or(node))
        }
    }
}

/// An address, with the port and the brackets that proxies write: `192.0.2.7:51722`, `[2001:db8::7]:443`. The zone of a
/// link-local address is dropped; an obfuscated port (RFC 7239 §6.3) is no part of the address either.
fn address(text: &str) -> Option<IpAddr> {
    // nginx and Envoy name a proxy on a socket of this machine by no address.
    if text == "unix:" {
        return Some(IpAddr::V4(Ipv4Addr::LOCALHOST));
    }
    let bare = text.parse::<IpAddr>().or_else(|_| text.parse::<SocketAddr>().map(|address| address.ip()));
    let address = bare.ok().or_else(|| {
        let (host, port) = match text.strip_prefix('[') {
            Some(bracketed) => bracketed.split_once(']')?,
            None => text.find([':', '%']).filter(|_| text.contains('.')).map_or((text, ""), |at| text.split_at(at)),
        };
        let is_port = |port: &str| {
            let is_obfuscated =
                |rest: &str| rest.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._-".contains(&byte));
            port.parse::<u16>().is_ok() || port.strip_prefix('_').is_some_and(is_obfuscated)
        };
        (port.is_empty() || port.strip_prefix(':').is_some_and(is_port)).then_some(())?;
        host.split('%').next()?.parse().ok()
    })?;
    Some(address.to_canonical())
}

#[cfg(test)]
mod tests {
    use super::ForwardedHeader::{Forwarded, XForwardedFor};
    use super::*;

    /// The address for a request of the proxy 10.0.0.1.
    fn found(header: ForwardedHeader, values: &[&str]) -> Option<String> {
        let mut headers = HeaderMap::new();
        for value in values {
            headers.append(header.name(), http::HeaderValue::from_bytes(value.as_bytes()).unwrap());
        }
        let trusted = ["10.0.0.0/8".parse().unwrap(), "fd00::/8".parse().unwrap()];
        let address = client_address("10.0.0.1".parse().unwrap(), &headers, &trusted, header);
        address.ok().map(|address| address.to_string())
    }

    #[test]
    fn a_stranger_cannot_choose_an_address() {
        let peer: IpAddr = "203.0.113.9".parse().unwrap();
        let mut headers = HeaderMap::new();
        headers.insert("x-forwarded-for", "10.1.1.1".parse().unwrap());
        assert_eq!(client_address(peer, &headers, &[], XForwardedFor), Ok(peer));
        let mapped = "::ffff:203.0.113.9".parse().unwrap();
        assert_eq!(client_address(mapped, &headers, &["10.0.0.0/8".parse().unwrap()], XForwardedFor), Ok(peer));
    }

    #[test]
    fn the_first_hop_from_the_right_that_is_no_trusted_proxy_is_the_client() {
        for (values, client) in [
            // nginx and Apache, with or without something that the client wrote itself.
            (&["198.51.100.7"][..], "198.51.100.7"),
            (&["unknown, 198.51.100.7"], "198.51.100.7"),
            (&["10.1.2.3:4711, 198.51.100.7"], "198.51.100.7"),
            (&["junk-from-client, 198.51.100.7"], "198.51.100.7"),
            (&["\u{e4}\", 198.51.100.7"], "198.51.100.7"),
            (&["1.2.3.4, 198.51.100.7, 10.0.0.6"], "198.51.100.7"),
            (&["2001:db8::7"], "2001:db8::7"),
            // Azure Application Gateway, App Service, IIS ARR and an AWS load balancer that keeps ports.
            (&["198.51.100.7:51722"], "198.51.100.7"),
            (&["198.51.100.7:51722, 10.0.0.6"], "198.51.100.7"),
            (&["198.51.100.7:51722, 10.0.0.6:80"], "198.51.100.7"),
            (&["[2001:db8::7]:443"], "2001:db8::7"),
            (&["[2001:db8::7]"], "2001:db8::7"),
            (&["[fe80::7%12]:443"], "fe80::7"),
            (&["fe80::7%eth0"], "fe80::7"),
            (&["[::ffff:198.51.100.7]:1"], "198.51.100.7"),
            // Cloudflare, Traefik, Caddy, Envoy and a load balancer of Google: lists without ports.
            (&["2001:DB8::21f:5bff:febf:ce22:8a2e"], "2001:db8:0:21f:5bff:febf:ce22:8a2e"),
            (&["198.51.100.7,10.0.0.6"], "198.51.100.7"),
            (&["198.51.100.7\t, 10.0.0.6"], "198.51.100.7"),
            // An AWS load balancer that keeps the port of an IPv6 client, and one of Azure behind another.
            (&["[2001:DB8::21f:5bff:febf:ce22:8a2e]:8080, [fd00::6]:443"], "2001:db8:0:21f:5bff:febf:ce22:8a2e"),
            (&["10.1.2.3:4711, 198.51.100.7:51722, 10.0.0.6:51000"], "198.51.100.7"),
            // HAProxy appends a line of its own.
            (&["1.2.3.4", "198.51.100.7"], "198.51.100.7"),
            (&["198.51.100.7", "10.0.0.7"], "198.51.100.7"),
            // Empty elements of a list (RFC 9110 §5.6.1.2).
            (&["198.51.100.7,"], "198.51.100.7"),
            (&["198.51.100.7, ,", ""], "198.51.100.7"),
            // Every hop is a trusted proxy.
            (&["10.0.0.9, 10.0.0.8"], "10.0.0.9"),
        ] {
            assert_eq!(found(XForwardedFor, values).as_deref(), Some(client), "{values:?}");
        }
    }

    #[test]
    fn forwarded_is_read_as_rfc_7239_writes_it() {
        for (values, client) in [
            (&["for=198.51.100.7"][..], "198.51.100.7"),
            (&["For=\"[2001:db8:cafe::17]:4711\""], "2001:db8:cafe::17"),
            (&["for=198.51.100.60;proto=http;by=203.0.113.43"], "198.51.100.60"),
            (&["proto=https; for=\"198.51.100.7:_hidden\" ;host=\"a,b;for\""], "198.51.100.7"),
            (&["for=192.0.2.43, for=198.51.100.17"], "198.51.100.17"),
            (&["for=_secret, for=unknown, for=198.51.100.17;by=10.0.0.3, for=10.0.0.4"], "198.51.100.17"),
            (&["for=192.0.2.43", "for=198.51.100.17"], "198.51.100.17"),
            // HAProxy with ports, Caddy and Traefik by their plugins, Undertow; some leave the quotes out.
            (&["proto=https;for=\"[2001:db8::7]:51722\";by=\"_salpa\""], "2001:db8::7"),
            (&["for=198.51.100.17:51722;host=id.example;proto=https"], "198.51.100.17"),
            (&["FOR=\"198.51.100.17:51722\" ; Proto=https"], "198.51.100.17"),
            (&["for=[2001:db8::7]"], "2001:db8::7"),
            // A stranger leaves a quote open, or quotes a hop of their own.
            (&["for=\"1.2.3.4, for=198.51.100.17"], "198.51.100.17"),
            (&["for=1.2.3.4;x=\", for=\"[2001:db8::7]:443\""], "2001:db8::7"),
        ] {
            assert_eq!(found(Forwarded, values).as_deref(), Some(client), "{values:?}");
        }
    }

    #[test]
    fn a_proxy_on_a_socket_of_this_machine_is_this_machine() {
        let mut headers = HeaderMap::new();
        headers.insert("x-forwarded-for", "198.51.100.7, unix:".parse().unwrap());
        let (peer, loopback) = ("127.0.0.1".parse().unwrap(), "127.0.0.0/8".parse().unwrap());
        let found = client_address(peer, &headers, &[loopback], XForwardedFor);
        assert_eq!(found, Ok("198.51.100.7".parse().unwrap()));
    }

    #[test]
    fn a_decisive_hop_that_is_no_address_is_refused() {
        let many = vec!["10.0.0.9"; 21].join(",");
        for values in [
            &["unknown"][..],
            &[""],
            &[",, ,"],
            &["203.0.113.7, nonsense"],
            &["203.0.113.7, unknown, 10.0.0.6"],
            &["203.0.113.300"],
            &["203.0.113.7:65536"],
            &["203.0.113.7:"],
            &["203.0.113.7:80:80"],
            &["[203.0.113.7"],
            &["[2001:db8::7]443"],
            &["2001:db8::7]"],
            &["\u{e4}"],
            &["for=203.0.113.7"],
            &[many.as_str()],
            &[],
        ] {
            assert_eq!(found(XForwardedFor, values), None, "{values:?}");
        }
        for values in
            [&["203.0.113.7"][..], &["for=unknown"], &["for=_x"], &["by=203.0.113.7"], &["for=1.1.1.1;for=2.2.2.2"]]
        {
            assert_eq!(found(Forwarded, values), None, "{values:?}");
        }
        assert!(
            found(XForwardedFor, &[vec!["1.1.1.1"; 100].join(",").as_str()]).is_some(),
            "strangers wrote the others"
        );
    }
}
