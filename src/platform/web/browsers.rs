//! Names of browsers, by which people recognise their own.

/// A browser and its system, by their common names. `None` if it is not a common one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct BrowserName {
    /// The browser.
    pub(crate) browser: &'static str,
    /// The system.
    pub(crate) system: &'static str,
}

/// Marks of browsers; the first match wins, because most name their ancestors too.
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

/// Marks of systems, in the same way.
const SYSTEMS: &[(&str, &str)] = &[
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Mac OS X", "Mac"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
];

/// The name of a browser by its user agent.
pub fn name(user_agent: &str) -> Option<BrowserName> {
    let find = |marks: &'static [(&'static str, &'static str)]| {
        marks.iter().find(|(mark, _)| user_agent.contains(mark)).map(|(_, name)| *name)
    };
    Some(BrowserName { browser: find(BROWSERS)?, system: find(SYSTEMS)? })
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
        assert_eq!(of("curl/8.5"), None);
    }
}
