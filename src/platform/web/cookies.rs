//! The cookies: opaque 256-bit tokens, `HttpOnly`, `SameSite=Lax`, and bound to this host alone by the `__Host-` prefix
//! under HTTPS.

use std::time::Duration;

use http::header::{COOKIE, SET_COOKIE};
use http::{HeaderMap, HeaderValue};

use crate::platform::secret::hash_token;

/// The browser itself, recognised when it returns.
pub const BROWSER: &str = "salpa_browser";
/// The chosen language.
pub const LANGUAGE: &str = "salpa_language";

/// The longest value that is read, in bytes.
const LONGEST: usize = 128;

/// The cookies of a request. Their values do not print.
#[derive(Clone, Debug)]
pub struct Cookies {
    headers: HeaderMap,
    secure: bool,
}

impl Cookies {
    /// The cookies among the headers of a request, `secure` under HTTPS.
    pub fn of(headers: &HeaderMap, secure: bool) -> Self {
        let mut values: Vec<_> = headers.get_all(COOKIE).iter().cloned().collect();
        for value in &mut values {
            value.set_sensitive(true);
        }
        Self { headers: values.into_iter().map(|value| (COOKIE, value)).collect(), secure }
    }

    /// No cookies.
    pub(crate) fn none() -> Self {
        Self { headers: HeaderMap::new(), secure: true }
    }

    /// The value of a cookie. A repeated name has none.
    pub(crate) fn value(&self, name: &str) -> Option<&str> {
        read(&self.headers, name, self.secure)
    }

    /// The SHA-256 of the value of a cookie, as stored.
    pub(crate) fn hash(&self, name: &str) -> Option<[u8; 32]> {
        self.value(name).map(hash_token)
    }
}

/// The value of a cookie. A repeated name has none.
pub fn read<'h>(headers: &'h HeaderMap, name: &str, secure: bool) -> Option<&'h str> {
    let name = full_name(name, secure);
    let mut found = None;
    for header in headers.get_all(COOKIE) {
        for pair in header.to_str().ok()?.split(';') {
            let Some((key, value)) = pair.trim().split_once('=') else { continue };
            if key == name && found.replace(value).is_some() {
                return None;
            }
        }
    }
    found.filter(|value| !value.is_empty() && value.len() <= LONGEST)
}

/// Sets a cookie. Without `lifetime` it lives until the browser ends.
pub fn set(headers: &mut HeaderMap, name: &str, value: &str, lifetime: Option<Duration>, secure: bool) {
    let mut text = format!("{}={value}; Path=/; HttpOnly; SameSite=Lax", full_name(name, secure));
    if secure {
        text.push_str("; Secure");
    }
    if let Some(lifetime) = lifetime {
        text.push_str("; Max-Age=");
        text.push_str(&lifetime.as_secs().to_string());
    }
    if let Ok(value) = HeaderValue::from_str(&text) {
        headers.append(SET_COOKIE, value);
    }
}

/// Removes a cookie.
pub(crate) fn clear(headers: &mut HeaderMap, name: &str, secure: bool) {
    set(headers, name, "", Some(Duration::ZERO), secure);
}

fn full_name(name: &str, secure: bool) -> String {
    if secure { format!("__Host-{name}") } else { name.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cookie_comes_back_as_it_was_set() {
        let mut headers = HeaderMap::new();
        set(&mut headers, BROWSER, "token", None, true);
        let set = headers.get(SET_COOKIE).unwrap().to_str().unwrap();
        assert_eq!(set, "__Host-salpa_browser=token; Path=/; HttpOnly; SameSite=Lax; Secure");
        let mut request = HeaderMap::new();
        request.insert(COOKIE, "other=1; __Host-salpa_browser=token".parse().unwrap());
        assert_eq!(read(&request, BROWSER, true), Some("token"));
        assert_eq!(read(&request, BROWSER, false), None);
        let cookies = Cookies::of(&request, true);
        assert_eq!(cookies.hash(BROWSER), Some(hash_token("token")));
        assert!(!format!("{cookies:?}").contains("token"), "{cookies:?}");
    }

    #[test]
    fn a_cookie_that_comes_twice_is_not_believed() {
        let mut request = HeaderMap::new();
        request.insert(COOKIE, "salpa_browser=a; salpa_browser=b".parse().unwrap());
        assert_eq!(read(&request, BROWSER, false), None);
    }
}
