//! Sample data for the tabs of the account pages, and for forgotten passwords.

use salpa::account::methods::views::{MethodLine, Methods};
use salpa::account::tab_views::{
    ConfirmEmailPage, DonePage, EmailChangePage, NotMePage, OwnBasicDataPage, OwnCommunicationPage, OwnHistoryPage,
    PasswordChangePage, PhoneCodePage, PhonePage, Tab,
};
use salpa::account::views::{
    DeviceKind, Joining, KnownNetwork, MyApplication, MySignInPage, RecentSignIn, RecoveryCodeState, RememberedBrowser,
    SessionLine,
};
use salpa::sign_in::captions::Caption;
use salpa::sign_in::forgotten_views::{
    ForgottenPasswordPage, ForgottenRecoveryCodePage, ForgottenSentPage, NewPasswordPage, ResetLinkPage, SetUpLinkPage,
};
use salpa::sign_in::notices::Recourse;

use super::{EMAIL, Gallery, ID, person, proven, unproven};

const TOKEN: &str = "Xk3nUq0m4ZtQp9sV7cWjYb2dLr8hFg5eTa6iKo1xNz0";

pub(super) fn add(gallery: &mut Gallery) {
    tabs(gallery);
    changes(gallery);
    links(gallery);
    forgotten(gallery);
}

fn tabs(gallery: &mut Gallery) {
    let page = gallery.page.clone();
    let mut basic = OwnBasicDataPage {
        page: page.clone(),
        person: person(),
        tab: Tab::BasicData,
        status: None,
        email_is_confirmed: true,
        email_asked: None,
        language: "en".to_owned(),
    };
    gallery.add("account-basic-data", &basic);
    basic.status = gallery.say("account-done-email-asked");
    basic.email_asked = Some("aino@laine.example".to_owned());
    basic.email_is_confirmed = false;
    gallery.add("account-basic-data-asked", &basic);

    let mut communication = OwnCommunicationPage {
        page: page.clone(),
        person: person(),
        tab: Tab::Communication,
        status: None,
        email: Some("aino.virtanen@posti.example".to_owned()),
        email_asked: None,
        phone: Some("+358 40 1234567".to_owned()),
        phone_resets_from: None,
        phone_asked: None,
    };
    gallery.add("account-communication", &communication);
    communication.phone_resets_from = Some("12 June 2026, 14:32".to_owned());
    gallery.add("account-communication-phone-set", &communication);
    communication.email = None;
    communication.phone = None;
    communication.email_asked = Some("aino@laine.example".to_owned());
    communication.phone_asked = Some("+358 50 1234567".to_owned());
    gallery.add("account-communication-asked", &communication);

    let entry = |refused: bool, result| RecentSignIn {
        time: "9 June 2026, 14:32".to_owned(),
        application: "Ruori Accounting".to_owned(),
        result: page.t(result),
        refused,
        network: "198.51.100.24".to_owned(),
        error_id: refused.then(|| "SLP-4031-7QKD".to_owned()),
    };
    let mut history = OwnHistoryPage {
        page: page.clone(),
        person: person(),
        tab: Tab::History,
        recent: vec![
            entry(false, "account-result-signed-in"),
            entry(true, "factor-password-refused"),
            entry(false, "account-result-password-reset"),
        ],
        older: Some("0197c0de-0000-7000-8000-000000000000".to_owned()),
        is_later: true,
    };
    gallery.add("account-history", &history);
    history.recent.clear();
    history.older = None;
    history.is_later = false;
    gallery.add("account-history-new", &history);
}

fn changes(gallery: &mut Gallery) {
    let page = gallery.page.clone();
    let mut password =
        PasswordChangePage { page: page.clone(), person: person(), tab: Tab::MySignIn, two_factor: true, error: None };
    gallery.add("account-password", &password);
    password.two_factor = false;
    password.error = gallery.say("new-password-error-easy");
    gallery.add("account-password-error", &password);
    let mut email = EmailChangePage {
        page: page.clone(),
        person: person(),
        tab: Tab::BasicData,
        title: page.t("account-email-title"),
        lead: page.t1("account-email-lead", "email", EMAIL),
        action: "/account/email".to_owned(),
        typed: String::new(),
        removable: false,
        error: None,
    };
    gallery.add("account-email", &email);
    email.typed = "aino@".to_owned();
    email.removable = true;
    email.error = gallery.say("sign-in-error-email-shape");
    gallery.add("account-email-error", &email);
    let mut phone = PhonePage {
        page: page.clone(),
        person: person(),
        tab: Tab::Communication,
        typed: String::new(),
        offered: None,
        removable: true,
        error: None,
    };
    gallery.add("account-phone", &phone);
    phone.typed = "+358-40-1234567".to_owned();
    phone.offered = Some("+358 40 1234567".to_owned());
    phone.error = gallery.say("account-error-phone-marks");
    gallery.add("account-phone-error", &phone);
    let mut code = PhoneCodePage {
        page,
        person: person(),
        tab: Tab::Communication,
        phone: "+358 40 1234567".to_owned(),
        is_open: true,
        error: None,
    };
    gallery.add("account-phone-code", &code);
    code.is_open = false;
    code.error = gallery.say("account-error-code-over");
    gallery.add("account-phone-code-over", &code);
}

fn links(gallery: &mut Gallery) {
    let page = gallery.page.clone();
    gallery.add(
        "confirm-email",
        &ConfirmEmailPage {
            page: page.clone(),
            door: unproven(),
            title: page.t("confirm-sign-in-email-title"),
            lead: page.t("confirm-sign-in-email-lead"),
            email: "aino@laine.example".to_owned(),
            token: TOKEN.to_owned(),
        },
    );
    let mut not_me = NotMePage {
        page: page.clone(),
        door: unproven(),
        what: page.t("message-email-changed-subject"),
        text: page.t("not-me-text"),
        time: "9 June 2026, 14:32".to_owned(),
        network: Some("198.51.100.24".to_owned()),
        browser: Some("Firefox on Windows".to_owned()),
        token: TOKEN.to_owned(),
    };
    gallery.add("not-me", &not_me);
    not_me.network = None;
    not_me.browser = None;
    gallery.add("not-me-operator", &not_me);
    not_me.text = page.t("not-me-address-text");
    gallery.add("not-me-address", &not_me);
    let mut done = DonePage {
        door: unproven(),
        title: page.t("not-me-done-title"),
        text: page.t(Recourse::Email.page_key()),
        label: page.t("not-me-done-next"),
        page: page.clone(),
    };
    gallery.add("not-me-done", &done);
    for (name, recourse) in [
        ("not-me-done-second-step", Recourse::SecondStep),
        ("not-me-done-recovery-code", Recourse::RecoveryCode),
        ("not-me-done-as-before", Recourse::AsBefore),
        ("not-me-done-vouched", Recourse::Vouched),
    ] {
        done.text = page.t(recourse.page_key());
        done.label = recourse.page_label().map(|key| page.t(key)).unwrap_or_default();
        gallery.add(name, &done);
    }
}

fn forgotten(gallery: &mut Gallery) {
    let page = gallery.page.clone();
    let (sign_in, email) = (ID.to_owned(), EMAIL.to_owned());
    let mut ways = ForgottenPasswordPage {
        page: page.clone(),
        door: unproven(),
        sign_in: sign_in.clone(),
        email: email.clone(),
        error: None,
    };
    gallery.add("forgotten", &ways);
    ways.error = gallery.say("forgotten-error-unchosen");
    gallery.add("forgotten-error", &ways);
    gallery.add(
        "forgotten-sent",
        &ForgottenSentPage { page: page.clone(), door: unproven(), sign_in: sign_in.clone(), email: email.clone() },
    );
    let mut code = ForgottenRecoveryCodePage {
        page: page.clone(),
        door: unproven(),
        sign_in: sign_in.clone(),
        typed: String::new(),
        error: None,
        wait_seconds: None,
    };
    gallery.add("forgotten-recovery", &code);
    code.error = gallery.say("sign-in-error-recovery-no-match");
    code.wait_seconds = Some(30);
    gallery.add("forgotten-recovery-wait", &code);
    gallery.add("set-up-link", &SetUpLinkPage { page: page.clone(), door: unproven(), token: TOKEN.to_owned() });
    gallery.add("reset-link", &ResetLinkPage { page: page.clone(), door: unproven(), token: TOKEN.to_owned() });
    let mut new =
        NewPasswordPage { page, door: proven(Caption::SigningIn), sign_in, email, two_factor: true, error: None };
    gallery.add("new-password", &new);
    new.two_factor = false;
    new.error = gallery.say("new-password-error-short-alone");
    gallery.add("new-password-error", &new);
}

impl Gallery {
    pub(super) fn account(&mut self) {
        let session = |title: &str, browser: &str, application: &str, device, this_session| SessionLine {
            id: "0197c0df".to_owned(),
            network: "192.0.2.18".to_owned(),
            title: title.to_owned(),
            browser: browser.to_owned(),
            applications: vec![application.to_owned()],
            since: "14:32".to_owned(),
            device,
            this_session,
            new_network: title.starts_with("Tampere"),
        };
        let mut account = MySignInPage {
            page: self.page.clone(),
            person: person(),
            status: None,
            password_changed: Some("3 March 2026".to_owned()),
            methods: Methods {
                phones: vec![MethodLine {
                    id: "3".to_owned(),
                    name: "Pixel 8".to_owned(),
                    added: "4 February 2026".to_owned(),
                    used: Some("9 June 2026, 14:32".to_owned()),
                }],
                passkeys: vec![MethodLine {
                    id: "1".to_owned(),
                    name: "MacBook Air".to_owned(),
                    added: "3 March 2026".to_owned(),
                    used: None,
                }],
                authenticators: vec![MethodLine {
                    id: "2".to_owned(),
                    name: "Aino’s Pixel 8".to_owned(),
                    added: "12 January 2026".to_owned(),
                    used: Some("9 June 2026, 14:32".to_owned()),
                }],
                identities: vec![MethodLine {
                    id: "4".to_owned(),
                    name: "Nordea".to_owned(),
                    added: "8 June 2026".to_owned(),
                    used: Some("9 June 2026, 14:32".to_owned()),
                }],
                relying_party: Some("id.kallio.example".to_owned()),
                user_id: "AAAA".to_owned(),
                accepted: "BBBB".to_owned(),
            },
            applications: vec![MyApplication {
                name: "Ruori Accounting".to_owned(),
                home_url: Some("https://ruori.example".to_owned()),
                company: "Kallio & Laine Oy".to_owned(),
            }],
            manages: true,
            joining: vec![Joining {
                company: "1".to_owned(),
                name: "Tilitoimisto Rantanen".to_owned(),
                manages: Some(self.say("account-joining-manages").unwrap_or_default()),
            }],
            sessions: vec![
                session("Espoo, Finland", "Safari on Mac", "Ruori Accounting", DeviceKind::Computer, true),
                session("Tampere, Finland", "Firefox on Windows", "Ruori Expenses", DeviceKind::Computer, false),
                session("Stockholm, Sweden", "Chrome on Android", "Ruori Documents", DeviceKind::Phone, false),
            ],
            remembered_browsers: vec![remembered("Safari on Mac", true), remembered("Chrome on Android", false)],
            recovery_code: RecoveryCodeState::Ready { made: "12 January 2026".to_owned() },
            networks: vec![known_network("198.51.100.24", true), known_network("2001:db8:1:2::/64", false)],
            tab: Tab::MySignIn,
        };
        self.add("account", &account);
        account.status = Some(self.page.texts.count("account-status-others-ended", "count", 2));
        account.methods.authenticators.clear();
        account.methods.passkeys.clear();
        account.methods.relying_party = None;
        account.sessions.truncate(1);
        account.remembered_browsers.clear();
        account.recovery_code = RecoveryCodeState::NotMade;
        account.networks.clear();
        account.password_changed = None;
        self.add("account-new", &account);
    }
}

fn remembered(browser: &str, this_browser: bool) -> RememberedBrowser {
    RememberedBrowser {
        id: ID.to_owned(),
        browser: browser.to_owned(),
        device: if this_browser { DeviceKind::Computer } else { DeviceKind::Phone },
        since: "2 June 2026".to_owned(),
        until: "2 July 2026".to_owned(),
        used: "9 June 2026".to_owned(),
        this_browser,
    }
}

fn known_network(network: &str, this_network: bool) -> KnownNetwork {
    KnownNetwork {
        confirmed: this_network,
        network: network.to_owned(),
        used: "9 June 2026, 14:32".to_owned(),
        added: "12 January 2026".to_owned(),
        this_network,
    }
}
