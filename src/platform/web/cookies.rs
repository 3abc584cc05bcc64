//! The cookies: opaque 256-bit tokens, `HttpOnly`, `SameSite=Lax`, and bound to this host alone by the `__Host-` prefix
//! under HTTPS.

use std::time::Duration;

use http::header::{COOKIE, SET_COOKIE};
use http::{HeaderMap, HeaderValue};

/// The browser itself: binds its sign-ins, and recognises it when it returns.
pub const BROWSER: &str = "salpa_browser";
/// The session of a signed-in person.
pub const SESSION: &str = "salpa_session";
/// A remembered browser, which spares the second factor for some days.
pub const REMEMBERED: &str = "salpa_remembered";
/// The chosen language.
pub const LANGUAGE: &str = "salpa_language";

/// The longest value that is read, in bytes.
const LONGEST: usize = 128;

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
pub fn clear(headers: &mut HeaderMap, name: &str, secure: bool) {
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
        set(&mut headers, SESSION, "token", None, true);
        let set = headers.get(SET_COOKIE).unwrap().to_str().unwrap();
        assert_eq!(set, "__Host-salpa_session=token; Path=/; HttpOnly; SameSite=Lax; Secure");
        let mut request = HeaderMap::new();
        request.insert(COOKIE, "other=1; __Host-salpa_session=token".parse().unwrap());
        assert_eq!(read(&request, SESSION, true), Some("token"));
        assert_eq!(read(&request, SESSION, false), None);
    }

    #[test]
    fn a_cookie_that_comes_twice_is_not_believed() {
        let mut request = HeaderMap::new();
        request.insert(COOKIE, "salpa_session=a; salpa_session=b".parse().unwrap());
        assert_eq!(read(&request, SESSION, false), None);
    }
}
