//! Sample data for the phone app.

use salpa::phone_app::views::{
    AppApplicationsPage, AppFrame, AppHomePage, AppSettingsPage, AppWelcomePage, ApplicationTile, EverywherePage,
    NewPinPage, OfflinePage, PhoneLine, TooOldPage, UnlockPage,
};

use super::{Gallery, ID, person};

const CHALLENGE: &str = "Xk3nUq0m4ZtQp9sV7cWjYb2dLr8hFg5eTa6iKo1xNz0";

pub(super) fn add(gallery: &mut Gallery) {
    let page = gallery.page.clone();
    let frame = AppFrame { phone: ID.to_owned(), origin: "https://id.kallio.example".to_owned() };
    let mut welcome = AppWelcomePage {
        page: page.clone(),
        frame: AppFrame::default(),
        told: None,
        is_alarming: false,
        forgets_keys: false,
    };
    gallery.add("app-welcome", &welcome);
    welcome.told = gallery.say("app-left-everywhere");
    welcome.forgets_keys = true;
    gallery.add("app-welcome-left", &welcome);
    welcome.told = gallery.say("app-pin-closed");
    welcome.is_alarming = true;
    gallery.add("app-welcome-closed", &welcome);
    let new_pin = NewPinPage { page: page.clone(), frame: frame.clone(), challenge: CHALLENGE.to_owned() };
    gallery.add("app-pin", &new_pin);
    let mut unlock = UnlockPage {
        page: page.clone(),
        frame: frame.clone(),
        name: person().name,
        company: None,
        challenge: CHALLENGE.to_owned(),
        tries_left: None,
    };
    gallery.add("app-unlock", &unlock);
    unlock.company = Some("Kallio & Laine Oy".to_owned());
    unlock.tries_left = Some(page.texts.count("app-pin-tries-left", "tries", 3));
    gallery.add("app-unlock-tries", &unlock);
    let home = AppHomePage {
        page: page.clone(),
        frame: frame.clone(),
        person: person(),
        company: Some("Kallio & Laine Oy".to_owned()),
        applications: 3,
    };
    gallery.add("app-home", &home);
    let application = ApplicationTile { name: "Ruori Accounting".to_owned(), url: "https://ruori.example".to_owned() };
    for (name, applications) in [("app-applications", vec![application]), ("app-applications-none", Vec::new())] {
        gallery.add(name, &AppApplicationsPage { page: page.clone(), frame: frame.clone(), applications });
    }
    let phone = |name: &str, is_this| PhoneLine {
        id: ID.to_owned(),
        name: name.to_owned(),
        line: "added 12 January 2026".to_owned(),
        is_this,
    };
    let settings = AppSettingsPage {
        page: page.clone(),
        frame: frame.clone(),
        phones: vec![phone("Aino’s Pixel 8", true), phone("iPad", false)],
        support: vec![(page.t("app-support-system"), "Android 15".to_owned())],
    };
    gallery.add("app-settings", &settings);
    gallery.add("app-everywhere", &EverywherePage { page: page.clone(), frame: frame.clone() });
    gallery.add("app-offline", &OfflinePage { page: page.clone(), frame });
    gallery.add("app-too-old", &TooOldPage { page });
}
