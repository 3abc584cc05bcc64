//! The addresses that an application registers: what they must be, and when two are the same.

use std::fmt;

use url::{Host, Url};

/// The longest address that is taken, in bytes.
const LONGEST: usize = 2048;

/// Why an address cannot be registered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum AddressProblem {
    /// It is no absolute URL of plain ASCII without spaces, or longer than 2048 bytes.
    NotAUrl,
    /// It has a fragment, which a redirect would lose.
    Fragment,
    /// It names a user, which hides the host.
    User,
    /// It has a `*`: addresses are compared exactly.
    Wildcard,
    /// It goes over the network unencrypted.
    NotHttps,
    /// Its scheme is neither `https` nor a private one with a dot, such as `com.example.app`
    /// (RFC 8252 §7.1).
    Scheme,
}

impl fmt::Display for AddressProblem {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::NotAUrl => "is not a URL of at most 2048 characters",
            Self::Fragment => "must not have a fragment (#)",
            Self::User => "must not name a user before its host",
            Self::Wildcard => "must not have a wildcard: addresses are compared exactly",
            Self::NotHttps => "must begin with https:// (http:// is for this machine's own names alone)",
            Self::Scheme => {
                "must begin with https://, or with a private scheme that has a dot, such as com.example.app:/"
            }
        })
    }
}

/// Whether an address may be registered for redirects.
pub(super) fn check_redirect(address: &str, is_public: bool) -> Result<(), AddressProblem> {
    let url = check_form(address)?;
    match url.scheme() {
        "https" => Ok(()),
        "http" if is_loopback(&url) => Ok(()),
        "http" => Err(AddressProblem::NotHttps),
        scheme if is_public && scheme.contains('.') => Ok(()),
        _ => Err(AddressProblem::Scheme),
    }
}

/// Whether an address may be registered for pages and calls. Where a call may really go is decided
/// when it is made.
pub(super) fn check_https(address: &str) -> Result<(), AddressProblem> {
    let url = check_form(address)?;
    match url.scheme() {
        "https" | "http" => Ok(()),
        _ => Err(AddressProblem::NotHttps),
    }
}

fn check_form(address: &str) -> Result<Url, AddressProblem> {
    let is_plain = address.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\');
    if address.len() > LONGEST || !is_plain {
        return Err(AddressProblem::NotAUrl);
    }
    let url = Url::parse(address).map_err(|_| AddressProblem::NotAUrl)?;
    if address.contains('#') {
        Err(AddressProblem::Fragment)
    } else if !url.username().is_empty() || url.password().is_some() {
        Err(AddressProblem::User)
    } else if address.contains('*') {
        Err(AddressProblem::Wildcard)
    } else {
        Ok(url)
    }
}

fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(domain)) => domain == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

/// Whether two addresses are the same but for the port, on a loopback address written as a number
/// (RFC 8252 §7.3). A program on the person's machine takes whatever port is free.
pub(super) fn differs_in_loopback_port_alone(registered: &str, address: &str) -> bool {
    ["http://127.0.0.1", "http://[::1]"].into_iter().any(|host| {
        match (registered.strip_prefix(host).and_then(after_port), address.strip_prefix(host).and_then(after_port)) {
            (Some(registered), Some(address)) => registered == address,
            _ => false,
        }
    })
}

/// The rest after a port or its absence: a path, a query, or nothing.
fn after_port(rest: &str) -> Option<&str> {
    let rest = match rest.strip_prefix(':') {
        None => rest,
        Some(rest) => {
            let end = rest.find(|character: char| !character.is_ascii_digit()).unwrap_or(rest.len());
            let (port, rest) = rest.split_at_checked(end)?;
            port.parse::<u16>().ok().filter(|port| *port != 0)?;
            rest
        }
    };
    (rest.is_empty() || rest.starts_with(['/', '?'])).then_some(rest)
}

/// The name in a content security policy of the place that an address leads to: its origin or, where it
/// has none, its scheme.
pub(crate) fn origin_or_scheme(address: &str) -> Option<String> {
    let url = Url::parse(address).ok()?;
    match url.origin() {
        url::Origin::Opaque(_) => Some(format!("{}:", url.scheme())),
        origin @ url::Origin::Tuple(..) => Some(origin.ascii_serialization()),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn addresses_that_may_be_registered() {
        for right in [
            "https://app.example/callback",
            "https://app.example:8443/callback?from=salpa",
            "http://localhost:3000/callback",
            "http://127.0.0.1/callback",
            "http://[::1]:8080/",
        ] {
            assert_eq!(check_redirect(right, false), Ok(()), "{right}");
        }
        assert_eq!(check_redirect("com.example.app:/callback", true), Ok(()));
    }

    #[test]
    fn addresses_that_may_not_be_registered() {
        for (wrong, problem) in [
            ("", AddressProblem::NotAUrl),
            ("/callback", AddressProblem::NotAUrl),
            ("https://app.example/a b", AddressProblem::NotAUrl),
            ("https:\\\\app.example", AddressProblem::NotAUrl),
            ("https://app.example/\r\nSet-Cookie:a", AddressProblem::NotAUrl),
            ("https://äpp.example", AddressProblem::NotAUrl),
            ("https://app.example/#", AddressProblem::Fragment),
            ("https://app.example@evil.example/", AddressProblem::User),
            ("https://*.app.example/", AddressProblem::Wildcard),
            ("http://app.example/", AddressProblem::NotHttps),
            ("http://127.0.0.1.evil.example/", AddressProblem::NotHttps),
            ("javascript:alert(1)", AddressProblem::Scheme),
            ("data:text/html,a", AddressProblem::Scheme),
            ("com.example.app:/callback", AddressProblem::Scheme),
        ] {
            assert_eq!(check_redirect(wrong, false), Err(problem), "{wrong}");
        }
        assert_eq!(check_redirect("myapp:/callback", true), Err(AddressProblem::Scheme));
    }

    #[test]
    fn only_the_port_of_a_loopback_number_is_free() {
        let same = differs_in_loopback_port_alone;
        assert!(same("http://127.0.0.1/callback", "http://127.0.0.1:49152/callback"));
        assert!(same("http://[::1]:1/", "http://[::1]:65535/"));
        for (registered, address) in [
            ("http://localhost/callback", "http://localhost:1234/callback"),
            ("http://127.0.0.1/callback", "http://127.0.0.1:49152/callback/"),
            ("http://127.0.0.1/callback", "http://127.0.0.1:49152@evil.example/callback"),
            ("http://127.0.0.1/callback", "http://127.0.0.1.evil.example/callback"),
            ("http://127.0.0.1", "http://127.0.0.1:80evil.example"),
            ("http://127.0.0.1/callback", "http://127.0.0.1:99999/callback"),
            ("http://127.0.0.1/callback", "http://127.0.0.1:/callback"),
            ("http://127.0.0.1/callback", "http://[::1]/callback"),
            ("https://127.0.0.1/callback", "https://127.0.0.1:1/callback"),
        ] {
            assert!(!same(registered, address), "{address}");
        }
    }

    #[test]
    fn a_policy_names_the_origin_or_the_scheme() {
        assert_eq!(origin_or_scheme("https://app.example:8443/a?b").as_deref(), Some("https://app.example:8443"));
        assert_eq!(origin_or_scheme("com.example.app:/callback").as_deref(), Some("com.example.app:"));
    }

    proptest! {
        #[test]
        fn checking_never_panics(text in ".{0,100}", other in ".{0,100}") {
            let _ = check_redirect(&text, true);
            let _ = differs_in_loopback_port_alone(&format!("http://127.0.0.1{text}"), &format!("http://127.0.0.1{other}"));
        }
    }
}
