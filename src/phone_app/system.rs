//! The system that a phone runs, and whether the app works there: Android 12, iOS 16, or newer (FLOWS.md 6).

use http::HeaderMap;

use crate::platform::web::browsers;
use crate::proofs::phones::DeviceFacts;

/// The oldest Android.
const OLDEST_ANDROID: u32 = 12;
/// The oldest iOS.
const OLDEST_IOS: u32 = 16;
/// The longest text of a browser about its phone that is kept, in characters.
const LONGEST: usize = 60;

/// The system of a phone, as far as its browser tells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct PhoneSystem {
    kind: SystemKind,
    /// The version; `None` where the browser hides it.
    version: Option<String>,
    /// Make and model; empty where the browser hides them.
    device: String,
}

/// The kind of system.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum SystemKind {
    Android,
    Ios,
    Other,
}

impl PhoneSystem {
    /// The system that a browser runs on. Hints are believed before its name, in which Chromium writes Android 10 for
    /// every version.
    pub(crate) fn of(user_agent: &str, headers: &HeaderMap) -> Self {
        let hint = |name: &str| {
            let text = headers.get(name)?.to_str().ok()?.trim().trim_matches('"');
            let text: String = text.chars().filter(|sign| !sign.is_control()).take(LONGEST).collect();
            Some(text).filter(|text| !text.is_empty())
        };
        let kind = if user_agent.contains("Android ") || hint("sec-ch-ua-platform").as_deref() == Some("Android") {
            SystemKind::Android
        } else if ["iPhone", "iPad", "iPod"].iter().any(|name| user_agent.contains(name)) {
            SystemKind::Ios
        } else {
            SystemKind::Other
        };
        let hinted = hint("sec-ch-ua-platform-version");
        let named = match kind {
            SystemKind::Android if user_agent.contains("Android 10; K") => None,
            SystemKind::Android => version_after(user_agent, "Android "),
            SystemKind::Ios => version_after(user_agent, " OS "),
            SystemKind::Other => None,
        };
        let apple = ["iPhone", "iPad"].into_iter().find(|name| user_agent.contains(name)).unwrap_or_default();
        let device = hint("sec-ch-ua-model").unwrap_or_else(|| apple.to_owned());
        Self { kind, version: hinted.filter(|_| kind == SystemKind::Android).or(named), device }
    }

    /// The same where no headers are at hand: its kind is known, its version may not be.
    pub(crate) fn of_browser(user_agent: &str) -> Self {
        Self::of(user_agent, &HeaderMap::new())
    }

    /// The key of where the camera is allowed on this system.
    pub(crate) fn camera_key(&self) -> &'static str {
        match self.kind {
            SystemKind::Android => "qr-scan-camera-android",
            SystemKind::Ios => "qr-scan-camera-iphone",
            SystemKind::Other => "qr-scan-camera-other",
        }
    }

    /// The key of where notifications are allowed on this system.
    pub(crate) fn notifications_key(&self) -> &'static str {
        match self.kind {
            SystemKind::Android => "app-notifications-denied-android",
            SystemKind::Ios => "app-notifications-denied-iphone",
            SystemKind::Other => "app-notifications-denied-other",
        }
    }

    /// Whether the app does not work there. A version that is not told is taken for a new one: nothing is secured by it.
    pub(crate) fn is_too_old(&self) -> bool {
        let major = self.version.as_deref().and_then(|version| version.split('.').next()?.parse::<u32>().ok());
        match self.kind {
            SystemKind::Android => major.is_some_and(|major| major < OLDEST_ANDROID),
            SystemKind::Ios => major.is_some_and(|major| major < OLDEST_IOS),
            SystemKind::Other => false,
        }
    }

    /// The phone as it is kept and shown.
    pub(crate) fn facts(&self, user_agent: &str, app_version: &str) -> DeviceFacts {
        let name = match self.kind {
            SystemKind::Android => "Android",
            SystemKind::Ios => "iOS",
            SystemKind::Other => browsers::name(user_agent).map_or("", |named| named.system),
        };
        let version = self.version.as_deref().unwrap_or_default();
        let version = version.strip_suffix(".0.0").unwrap_or(version);
        DeviceFacts {
            device: self.device.clone(),
            system: format!("{name} {version}").trim().to_owned(),
            app_version: app_version.to_owned(),
            user_agent: user_agent.to_owned(),
        }
    }
}

/// The version behind a word, such as `16.3` in `CPU iPhone OS 16_3 like Mac OS X`.
fn version_after(user_agent: &str, word: &str) -> Option<String> {
    let (_, rest) = user_agent.split_once(word)?;
    let version: String = rest.chars().take_while(|sign| sign.is_ascii_digit() || ".\u{5f}".contains(*sign)).collect();
    Some(version.replace('_', ".")).filter(|version| !version.is_empty())
}

/// Whether one version of the app is older than another. One that cannot be read is older than any.
pub(crate) fn is_older(version: &str, than: &str) -> bool {
    let parts = |text: &str| text.split('.').map(|part| part.parse::<u32>().ok()).collect::<Option<Vec<u32>>>();
    match (parts(version), parts(than)) {
        (Some(version), Some(than)) => version < than,
        (None, Some(_)) => true,
        (_, None) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CHROME: &str = "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 Chrome/142.0.0.0 Mobile Safari/537.36";
    const FIREFOX: &str = "Mozilla/5.0 (Android 11; Mobile; rv:145.0) Gecko/145.0 Firefox/145.0";
    const IPHONE: &str =
        "Mozilla/5.0 (iPhone; CPU iPhone OS 15_8_3 like Mac OS X) Version/15.6 Mobile/15E148 Safari/604.1";
    const IPAD: &str = "Mozilla/5.0 (iPad; CPU OS 17_2 like Mac OS X) Version/17.2 Mobile/15E148 Safari/604.1";

    fn of(user_agent: &str, hints: &[(&'static str, &'static str)]) -> PhoneSystem {
        let headers = hints.iter().map(|(name, value)| (http::HeaderName::from_static(name), value.parse().unwrap()));
        PhoneSystem::of(user_agent, &headers.collect())
    }

    #[test]
    fn old_systems_are_known_by_their_names_and_by_hints() {
        let hinted =
            |version| of(CHROME, &[("sec-ch-ua-platform", "\"Android\""), ("sec-ch-ua-platform-version", version)]);
        assert!(hinted("\"11.0.0\"").is_too_old());
        assert!(!hinted("\"12.0.0\"").is_too_old() && !hinted("\"15\"").is_too_old());
        assert!(of(FIREFOX, &[]).is_too_old());
        assert!(of(IPHONE, &[]).is_too_old());
        assert!(!of(IPAD, &[]).is_too_old());
    }

    #[test]
    fn a_hidden_version_refuses_nobody() {
        assert!(!of(CHROME, &[]).is_too_old());
        assert!(!of("", &[]).is_too_old());
        assert!(!of("Mozilla/5.0 (X11; Linux x86_64) Firefox/145.0", &[]).is_too_old());
    }

    #[test]
    fn a_phone_is_shown_as_its_person_knows_it() {
        let hints = [("sec-ch-ua-platform-version", "\"15.0.0\""), ("sec-ch-ua-model", "\"Pixel 8\"")];
        let facts = of(CHROME, &hints).facts(CHROME, "1.4.0");
        assert_eq!((facts.device.as_str(), facts.system.as_str()), ("Pixel 8", "Android 15"));
        let facts = of(IPAD, &[]).facts(IPAD, "1.4.0");
        assert_eq!((facts.device.as_str(), facts.system.as_str()), ("iPad", "iOS 17.2"));
    }

    #[test]
    fn versions_are_compared_number_by_number() {
        assert!(is_older("0.9.9", "0.10.0") && !is_older("1.0.0", "1.0.0") && !is_older("2", "1.9"));
        assert!(is_older("one", "0.1.0"), "an app that does not say its version is an old one");
    }
}
