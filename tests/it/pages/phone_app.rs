//! Sample data for the phone app.

use salpa::phone_app::question_views::{
    AnswerForm, ApplicationRequestPage, QuestionOverPage, QuestionPage, ScanPage, ShownQuestion, StoppedPage,
    WaitingCard, WaitingQuestion,
};
use salpa::phone_app::set_up_views::{ConnectingPage, PhoneNumberPage, WhosePhonePage};
use salpa::phone_app::views::{
    AppApplicationsPage, AppBiometricsPage, AppFrame, AppHomePage, AppNotificationsPage, AppSettingsPage,
    AppWelcomePage, ApplicationTile, EverywherePage, NewPinPage, OfflinePage, PhoneLine, PushKeyView, UnlockPage,
};
use salpa::platform::web::views::Contact;

use super::{Gallery, ID, person};

const CHALLENGE: &str = "Xk3nUq0m4ZtQp9sV7cWjYb2dLr8hFg5eTa6iKo1xNz0";

fn add_welcome(gallery: &mut Gallery) {
    let mut welcome = AppWelcomePage {
        offers_identities: false,
        shows_ways: true,
        page: gallery.page.clone(),
        frame: AppFrame::default(),
        told: None,
        is_alarming: false,
        forgets_keys: false,
    };
    gallery.add("app-welcome", &welcome);
    welcome.offers_identities = true;
    gallery.add("app-welcome-ways", &welcome);
    welcome.shows_ways = false;
    gallery.add("app-welcome-bank", &welcome);
    welcome.told = gallery.say("app-left-everywhere");
    welcome.forgets_keys = true;
    gallery.add("app-welcome-left", &welcome);
    welcome.told = gallery.say("app-pin-closed");
    welcome.is_alarming = true;
    gallery.add("app-welcome-closed", &welcome);
}

pub(super) fn add(gallery: &mut Gallery) {
    add_welcome(gallery);
    let page = gallery.page.clone();
    let frame =
        AppFrame { phone: ID.to_owned(), origin: "https://id.kallio.example".to_owned(), ..AppFrame::default() };
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
    let by_finger = AppFrame { passkey: ID.to_owned(), relying_party: "id.kallio.example".to_owned(), ..frame.clone() };
    unlock.frame = by_finger.clone();
    gallery.add("app-unlock-by-finger", &unlock);
    gallery.add("app-biometrics", &AppBiometricsPage { page: page.clone(), frame: frame.clone() });
    gallery.add("app-biometrics-on", &AppBiometricsPage { page: page.clone(), frame: by_finger });
    let home = AppHomePage {
        page: page.clone(),
        frame: frame.clone(),
        person: person(),
        company: Some("Kallio & Laine Oy".to_owned()),
        applications: 3,
        last_sign_in: "Today 08:04".to_owned(),
        waiting: WaitingCard::default(),
        push_key: None,
        told: None,
    };
    gallery.add("app-home", &home);
    questions(gallery, &home, &frame);
    let application = ApplicationTile { name: "Ruori Accounting".to_owned(), url: "https://ruori.example".to_owned() };
    for (name, applications) in [("app-applications", vec![application]), ("app-applications-none", Vec::new())] {
        gallery.add(name, &AppApplicationsPage { page: page.clone(), frame: frame.clone(), applications });
    }
    let phone = |name: &str, is_this| PhoneLine {
        id: ID.to_owned(),
        name: name.to_owned(),
        line: "Added 12 January 2026".to_owned(),
        is_this,
    };
    let settings = AppSettingsPage {
        page: page.clone(),
        frame: frame.clone(),
        phones: vec![phone("Aino’s Pixel 8", true), phone("iPad", false)],
        takes_passkey: Some(false),
        notifies: true,
        support: vec![(page.t("app-support-system"), "Android 15".to_owned())],
    };
    gallery.add("app-settings", &settings);
    notifications(gallery, &home, &frame);
    connecting(gallery, &frame);
    let mut request = ApplicationRequestPage {
        application: "Call centre".to_owned(),
        company: "Kallio & Laine Oy".to_owned(),
        message: "Call 4711".to_owned(),
        time: "14:32".to_owned(),
        form: AnswerForm {
            action: format!("/app/requests/{ID}/approve"),
            refuse: format!("/app/requests/{ID}/refuse"),
            purpose: "approve",
            subject: ID.to_owned(),
            fields: "[[\"application\",\"Call centre\"]]".to_owned(),
            digits: 0,
            number_label: String::new(),
            button: page.t("approval-approve"),
        },
        seconds_left: 110,
        until: "14:34:07".to_owned(),
        frame: frame.clone(),
        page: page.clone(),
    };
    gallery.add("app-request", &request);
    request.message = String::new();
    gallery.add("app-request-without-message", &request);
    gallery.add("app-everywhere", &EverywherePage { page: page.clone(), frame: frame.clone() });
    gallery.add("app-offline", &OfflinePage { page, frame });
}

/// The pages that connect a phone.
fn connecting(gallery: &mut Gallery, frame: &AppFrame) {
    let page = gallery.page.clone();
    let (action, lead) = ("/app/connect", page.t("set-up-phone-scan"));
    let camera_key = "qr-scan-camera-android";
    gallery.add("app-connect", &ScanPage { page: page.clone(), frame: frame.clone(), action, lead, camera_key });
    let mut asks = WhosePhonePage {
        person: person(),
        asked: ShownQuestion {
            application: "Ruori Accounting".to_owned(),
            company: "Kallio & Laine Oy".to_owned(),
            address: Some("id.kallio.example".to_owned()),
            place: "Tampere, Finland".to_owned(),
            network: "198.51.100.24".to_owned(),
            is_new_network: false,
            browser: "Firefox on Windows".to_owned(),
            time: page.t1("approval-today", "time", "14:32"),
        },
        form: AnswerForm {
            action: format!("/app/connect/{ID}"),
            refuse: String::new(),
            purpose: "connect",
            subject: ID.to_owned(),
            fields: "[[\"application\",\"Ruori Accounting\"]]".to_owned(),
            digits: 6,
            number_label: page.t("set-up-phone-number"),
            button: page.t("set-up-phone-continue"),
        },
        seconds_left: 520,
        until: "14:42:07".to_owned(),
        frame: frame.clone(),
        page: page.clone(),
    };
    gallery.add("app-whose-phone", &asks);
    asks.form.digits = 0;
    gallery.add("app-whose-phone-here", &asks);
    for (name, goes_on_at) in [("app-connecting", None), ("app-connecting-here", Some(format!("/sign-in/{ID}")))] {
        let path = format!("/app/connect/{ID}");
        gallery.add(name, &ConnectingPage { page: page.clone(), frame: frame.clone(), path, goes_on_at });
    }
    gallery.add("app-phone-number", &PhoneNumberPage { page, frame: frame.clone() });
}

/// The pages of notifications, and a first page that subscribes anew.
fn notifications(gallery: &mut Gallery, home: &AppHomePage, frame: &AppFrame) {
    let key = PushKeyView { id: ID.to_owned(), key: CHALLENGE.to_owned() };
    gallery.add("app-home-subscribes", &AppHomePage { push_key: Some(key.clone()), ..home.clone() });
    for (name, is_first, is_on, denied_key) in [
        ("app-notifications-first", true, false, "app-notifications-denied-android"),
        ("app-notifications", false, false, "app-notifications-denied-iphone"),
        ("app-notifications-on", false, true, "app-notifications-denied-other"),
    ] {
        let (page, frame, key) = (gallery.page.clone(), frame.clone(), key.clone());
        gallery.add(name, &AppNotificationsPage { page, frame, key, is_on, is_first, denied_key });
    }
}

/// The question on the first page, and the questions of sign-ins elsewhere.
fn questions(gallery: &mut Gallery, home: &AppHomePage, frame: &AppFrame) {
    let page = gallery.page.clone();
    let question = WaitingQuestion {
        application: "Ruori Accounting".to_owned(),
        line: "Firefox on Windows · Tampere, Finland".to_owned(),
        path: format!("/app/approvals/{ID}"),
        seconds_left: 42,
        lives: 60,
        until: "14:33".to_owned(),
    };
    let waiting = WaitingCard { awaited: ID.to_owned(), question: Some(question) };
    gallery.add("app-home-waiting", &AppHomePage { waiting, ..home.clone() });
    let told = gallery.say("approval-sessions-ended");
    gallery.add("app-home-told", &AppHomePage { told, ..home.clone() });
    let mut asked = QuestionPage {
        title: page.t("approval-question"),
        asked: ShownQuestion {
            application: "Ruori Accounting".to_owned(),
            company: "Kallio & Laine Oy".to_owned(),
            address: None,
            place: "Tampere, Finland".to_owned(),
            network: "198.51.100.24".to_owned(),
            is_new_network: true,
            browser: "Firefox on Windows".to_owned(),
            time: page.t1("approval-today", "time", "14:32"),
        },
        form: AnswerForm {
            action: format!("/app/approvals/{ID}/approve"),
            refuse: format!("/app/approvals/{ID}/refuse"),
            purpose: "approve",
            subject: ID.to_owned(),
            fields: "[[\"application\",\"Ruori Accounting\"]]".to_owned(),
            digits: 2,
            number_label: page.t("approval-number"),
            button: page.t("approval-approve"),
        },
        seconds_left: 38,
        until: "14:33:07".to_owned(),
        warnings: Vec::new(),
        check: None,
        frame: frame.clone(),
        page: page.clone(),
    };
    gallery.add("app-question", &asked);
    asked.asked.place = String::new();
    asked.asked.company = String::new();
    asked.form.digits = 6;
    gallery.add("app-question-six-digits", &asked);
    asked.title = page.t("qr-question");
    asked.asked.address = Some("id.kallio.example".to_owned());
    asked.warnings = vec![page.t1("qr-far", "kilometres", "410"), page.t("qr-apart")];
    asked.check = Some(page.t("qr-check"));
    (asked.form.number_label, asked.form.button) = (page.t("qr-number"), page.t("qr-confirm"));
    gallery.add("app-scanned-apart", &asked);
    asked.warnings = Vec::new();
    asked.form.digits = 0;
    gallery.add("app-scanned", &asked);
    for (name, camera_key) in [
        ("app-scan", "qr-scan-camera-android"),
        ("app-scan-iphone", "qr-scan-camera-iphone"),
        ("app-scan-other", "qr-scan-camera-other"),
    ] {
        let (action, lead) = ("/app/scan", page.t("qr-scan-lead"));
        gallery.add(name, &ScanPage { page: page.clone(), frame: frame.clone(), action, lead, camera_key });
    }
    for (name, title, text) in
        [("app-approved", "approval-approved", None), ("app-over", "approval-over", Some("approval-over-text"))]
    {
        let (title, text) = (page.t(title), text.map(|text| page.t(text)).unwrap_or_default());
        gallery.add(name, &QuestionOverPage { page: page.clone(), frame: frame.clone(), title, text });
    }
    let contact = |phone: Option<&str>| Contact {
        role: None,
        name: "Kallio & Laine Oy".to_owned(),
        phone: phone.map(str::to_owned),
        email: Some("toimisto@kallio.example".to_owned()),
    };
    for (name, administrator) in [
        ("app-stopped", Some(contact(Some("+358 9 4245 0110")))),
        ("app-stopped-email", Some(contact(None))),
        ("app-stopped-nobody", None),
    ] {
        let view = StoppedPage {
            application: "Ruori Accounting".to_owned(),
            happened: "Tampere · Firefox on Windows · 14:32".to_owned(),
            administrator,
            frame: frame.clone(),
            page: page.clone(),
        };
        gallery.add(name, &view);
    }
}
