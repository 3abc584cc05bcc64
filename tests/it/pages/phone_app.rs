//! Sample data for the phone app.

use salpa::phone_app::question_views::{
    AnswerForm, QuestionOverPage, QuestionPage, ScanPage, ShownQuestion, StoppedPage, WaitingCard, WaitingQuestion,
};
use salpa::phone_app::views::{
    AppApplicationsPage, AppFrame, AppHomePage, AppSettingsPage, AppWelcomePage, ApplicationTile, EverywherePage,
    NewPinPage, OfflinePage, PhoneLine, TooOldPage, UnlockPage,
};
use salpa::platform::web::views::Contact;

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
        waiting: WaitingCard::default(),
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
        gallery.add(name, &ScanPage { page: page.clone(), frame: frame.clone(), camera_key });
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
