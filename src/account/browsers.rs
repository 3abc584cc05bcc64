//! Browsers in words. They call themselves many things; what matters is that a person recognises
//! their own.

use super::views::Device;
use crate::platform::web::translations::Texts;

/// A browser and the system it runs on, as people call them. `None` where it is not one of those that
/// people know.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Named {
    pub(super) browser: &'static str,
    pub(super) system: &'static str,
}

/// Marks of browsers; the first that fits wins, because most name their ancestors, too.
const BROWSERS: &[(&str, &str)] = &[
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("Firefox/", "Firefox"),
    ("FxiOS/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
];

/// Marks of systems, in the same manner.
const SYSTEMS: &[(&str, &str)] = &[
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Mac OS X", "Mac"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
];

/// Names a browser by what it says of itself.
pub(super) fn name(user_agent: &str) -> Option<Named> {
    let find = |marks: &'static [(&'static str, &'static str)]| {
        marks.iter().find(|(mark, _)| user_agent.contains(mark)).map(|(_, name)| *name)
    };
    Some(Named { browser: find(BROWSERS)?, system: find(SYSTEMS)? })
}

/// A browser in a sentence.
pub(super) fn described(texts: Texts, user_agent: &str) -> String {
    match name(user_agent) {
        Some(named) => texts.text_with("account-browser-on", &[("browser", named.browser), ("system", named.system)]),
        None => texts.text("account-browser-unknown"),
    }
}

/// What a browser runs on.
pub(super) fn device(user_agent: &str) -> Device {
    let is_phone = ["iPhone", "iPad", "Android"].iter().any(|mark| user_agent.contains(mark));
    if is_phone { Device::Phone } else { Device::Computer }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn common_browsers_are_called_what_people_call_them() {
        let of = |user_agent| name(user_agent).map(|named| (named.browser, named.system));
        let edge = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36 Edg/142.0.0.0";
        let iphone = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1";
        assert_eq!(of(edge), Some(("Edge", "Windows")));
        assert_eq!(of(iphone), Some(("Safari", "iPhone")));
        assert_eq!(device(iphone), Device::Phone);
        assert_eq!(of("curl/8.5"), None);
    }
}
