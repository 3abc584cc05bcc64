//! The host that a request is for. Only the public URL's is answered: a page under another name would have an origin
//! whose cookies and passkeys are not ours (RFC 9110 §7.4).

use std::net::Ipv6Addr;

use http::header::HOST;
use http::{HeaderMap, Uri, Version};

use crate::platform::settings::PublicUrl;

/// The reason why the host of a request is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum HostProblem {
    /// The request has more than one `Host` (RFC 9112 §3.2).
    Repeated,
    /// The request names no host at all, although its protocol demands one (RFC 9112 §3.2, RFC 9113 §8.3.1).
    Missing,
    /// The request is for another host.
    Foreign,
}

/// The endpoints at which an application may show a certificate (RFC 8705 §5).
pub(crate) const WITH_CERTIFICATE: [&str; 7] = [
    "/oauth/token",
    "/oauth/par",
    "/oauth/introspect",
    "/oauth/revoke",
    "/oauth/device",
    "/oauth/bc-authorize",
    "/oauth/userinfo",
];

/// Checks `Host`, `:authority` and the authority of an absolute target. Each that is present must name the public URL's
/// host or, at the endpoints [`WITH_CERTIFICATE`], that of `mtls_url`, and one must be present. HTTP/1.0 alone knows
/// requests with none of them, which name no other host.
///
/// # Errors
/// The [`HostProblem`].
pub(crate) fn check(
    version: Version,
    uri: &Uri,
    headers: &HeaderMap,
    public_url: &PublicUrl,
    mtls_url: Option<&PublicUrl>,
) -> Result<(), HostProblem> {
    let mtls_url = mtls_url.filter(|_| WITH_CERTIFICATE.contains(&uri.path()));
    match (check_one(version, uri, headers, public_url), mtls_url) {
        (Err(HostProblem::Foreign), Some(mtls_url)) => check_one(version, uri, headers, mtls_url),
        (checked, _) => checked,
    }
}

fn check_one(version: Version, uri: &Uri, headers: &HeaderMap, public_url: &PublicUrl) -> Result<(), HostProblem> {
    let mut hosts = headers.get_all(HOST).iter();
    let host = hosts.next();
    if hosts.next().is_some() {
        return Err(HostProblem::Repeated);
    }
    if host.is_none() && uri.authority().is_none() && version > Version::HTTP_10 {
        return Err(HostProblem::Missing);
    }
    let names_us = |name: &str| {
        let own = HostAndPort::of(public_url.host(), public_url.is_secure());
        own.is_some() && own == HostAndPort::of(name, public_url.is_secure())
    };
    let target_is_ours = uri.authority().is_none_or(|authority| names_us(authority.as_str()));
    let host_is_ours = host.is_none_or(|host| host.to_str().is_ok_and(names_us));
    if target_is_ours && host_is_ours { Ok(()) } else { Err(HostProblem::Foreign) }
}

/// A host and its port in a form that can be compared.
#[derive(Debug, PartialEq, Eq)]
struct HostAndPort {
    host: String,
    port: u16,
}

impl HostAndPort {
    /// Letters compare without case, a final dot and the scheme's default port are optional (RFC 3986 §6.2).
    fn of(text: &str, secure: bool) -> Option<Self> {
        let end_of_host = text.rfind(']').map_or(0, |end| end + 1);
        let (host, port) = match text.get(end_of_host..)?.rfind(':') {
            Some(colon) => (text.get(..end_of_host + colon)?, text.get(end_of_host + colon + 1..)?),
            None => (text, ""),
        };
        let port = match port {
            "" => {
                if secure {
                    443
                } else {
                    80
                }
            }
            digits if digits.bytes().all(|byte| byte.is_ascii_digit()) => digits.parse().ok()?,
            _ => return None,
        };
        let host = match host.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
            Some(address) => format!("[{}]", address.parse::<Ipv6Addr>().ok()?),
            None => host.strip_suffix('.').unwrap_or(host).to_ascii_lowercase(),
        };
        Some(Self { host, port })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn checked(public_url: &str, target: &str, hosts: &[&str]) -> Result<(), HostProblem> {
        let mut headers = HeaderMap::new();
        for host in hosts {
            headers.append(HOST, http::HeaderValue::from_bytes(host.as_bytes()).unwrap());
        }
        check(Version::HTTP_11, &target.parse().unwrap(), &headers, &public_url.parse().unwrap(), None)
    }

    #[test]
    fn the_host_for_certificates_has_the_endpoints_of_applications_alone() {
        let (public, mtls) = ("https://id.example".parse().unwrap(), "https://mtls.id.example".parse().unwrap());
        let headers: HeaderMap = [(HOST, "mtls.id.example".parse().unwrap())].into_iter().collect();
        let checked = |path: &str, mtls| check(Version::HTTP_11, &path.parse().unwrap(), &headers, &public, mtls);
        for path in WITH_CERTIFICATE {
            assert_eq!(checked(path, Some(&mtls)), Ok(()), "{path}");
            assert_eq!(checked(path, None), Err(HostProblem::Foreign), "{path}");
        }
        for path in ["/", "/oauth/authorize", "/oauth/token/", "/account", "/oauth/register"] {
            assert_eq!(checked(path, Some(&mtls)), Err(HostProblem::Foreign), "{path}");
        }
    }

    #[test]
    fn our_own_host_is_accepted_in_every_spelling() {
        for (public_url, host) in [
            ("https://id.example", "id.example"),
            ("https://id.example", "ID.Example"),
            ("https://id.example", "id.example."),
            ("https://id.example", "id.example:443"),
            ("https://id.example", "id.example:"),
            ("https://id.example:8443", "id.example:8443"),
            ("http://localhost:7250", "localhost:7250"),
            ("http://localhost", "localhost:80"),
            ("http://[::1]:7250", "[::1]:7250"),
            ("http://[::1]:7250", "[0:0:0:0:0:0:0:1]:7250"),
        ] {
            assert_eq!(checked(public_url, "/account", &[host]), Ok(()), "{public_url} {host}");
        }
        assert_eq!(checked("https://id.example", "https://id.example/account", &[]), Ok(()), "HTTP/2");
    }

    #[test]
    fn a_request_without_any_host_is_refused_where_its_protocol_demands_one() {
        let (target, public_url) = ("/account".parse().unwrap(), "https://id.example".parse().unwrap());
        let checked = |version| check(version, &target, &HeaderMap::new(), &public_url, None);
        assert_eq!(checked(Version::HTTP_10), Ok(()));
        for version in [Version::HTTP_11, Version::HTTP_2] {
            assert_eq!(checked(version), Err(HostProblem::Missing), "{version:?}");
        }
    }

    #[test]
    fn another_host_is_refused() {
        for (public_url, host) in [
            ("https://id.example", "evil.example"),
            ("https://id.example", "id.example.evil.example"),
            ("https://id.example", "id.example@evil.example"),
            ("https://id.example", "id.example.."),
            ("https://id.example", "id.example:80"),
            ("https://id.example", "id.example:8443"),
            ("https://id.example", "id.example:x"),
            ("https://id.example", "id.example:+443"),
            ("https://id.example", "id.example:99999"),
            ("https://id.example", "id.example, evil.example"),
            ("https://id.example", "127.0.0.1:7250"),
            ("https://id.example", "[::1"),
            ("https://id.example", "]"),
            ("https://id.example", ""),
            ("https://id.example", "\u{e4}"),
            ("https://id.example:8443", "id.example"),
            ("http://localhost:7250", "127.0.0.1:7250"),
            ("http://[::1]:7250", "[::2]:7250"),
        ] {
            assert_eq!(checked(public_url, "/account", &[host]), Err(HostProblem::Foreign), "{public_url} {host}");
        }
    }

    #[test]
    fn target_and_header_must_both_be_ours() {
        let ours = "https://id.example";
        assert_eq!(checked(ours, "https://evil.example/", &["id.example"]), Err(HostProblem::Foreign));
        assert_eq!(checked(ours, "https://id.example/", &["evil.example"]), Err(HostProblem::Foreign));
        assert_eq!(checked(ours, "/", &["id.example", "evil.example"]), Err(HostProblem::Repeated));
        assert_eq!(checked(ours, "/", &["id.example", "id.example"]), Err(HostProblem::Repeated));
    }
}
