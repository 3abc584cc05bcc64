//! Sample data for every page. The people and companies are made up.

use askama::Template;
use fast_qr::convert::{Builder as _, svg::SvgBuilder};
use fast_qr::qr::QRBuilder;
use salpa::account::methods::views as methods;
use salpa::account::tab_views::Tab;
use salpa::platform::web::page::Page;
use salpa::platform::web::translations::Language;
use salpa::platform::web::views::{
    ActionLink, Aside, Bolt, Contact, Door, ErrorPage, HiddenField, NetworkLabel, PersonLabel, WayBack,
};
use salpa::proofs::Factor;
use salpa::provider::views::{ConsentPage, DeviceQuestionPage, FormPostPage, OutsideLink};
use salpa::sign_in::captions::Caption;
use salpa::sign_in::company_views::{ChooseCompanyPage, CompanyOption};
use salpa::sign_in::help::{HelpAbout, HelpPage};
use salpa::sign_in::passkey_views::{AskedPasskey, UnknownPasskey};
use salpa::sign_in::views::{
    ChooseSecondStepPage, CodePage, ConnectAuthenticatorPage, EmailPage, FinishedPage, PasswordPage,
    RecoveryCodeEntryPage, RecoveryCodePage, SignedInPage, TermsPage,
};

#[path = "account_samples.rs"]
mod account;
#[path = "admin_samples.rs"]
mod admin;
mod api;
mod approvals;
mod identities;
mod invitations;
mod new_network;
mod passkeys;
mod phone_app;
mod provider;
#[path = "settings_samples.rs"]
mod settings;

/// A page as it would be sent.
pub(crate) struct Sample {
    pub(crate) name: &'static str,
    pub(crate) language: Language,
    pub(crate) html: String,
}

const EMAIL: &str = "aino.virtanen@kallio.example";
const ID: &str = "0197c0de";

/// Every page in every language.
pub(crate) fn all() -> Vec<Sample> {
    let mut samples = Vec::new();
    for language in Language::ALL {
        let mut gallery =
            Gallery { page: Page::new(language, "Kallio & Laine", format!("/sign-in/{ID}")), samples: Vec::new() };
        gallery.sign_in();
        gallery.companies();
        gallery.second_step();
        gallery.passkeys();
        gallery.setting_up();
        gallery.ends();
        gallery.errors();
        gallery.account();
        account::add(&mut gallery);
        admin::add(&mut gallery);
        settings::add(&mut gallery);
        phone_app::add(&mut gallery);
        invitations::add(&mut gallery);
        gallery.methods();
        gallery.provider();
        api::add(&mut gallery);
        samples.append(&mut gallery.samples);
    }
    samples
}

/// Pages that show what somebody put in to break out of the text.
pub(crate) fn hostile() -> Vec<Sample> {
    let mut gallery = Gallery { page: Page::new(Language::English, "<b>", "\"><b>"), samples: Vec::new() };
    let attack = "<b>x\" onfocus=\"y";
    admin::hostile(&mut gallery, attack);
    settings::hostile(&mut gallery, attack);
    let mut door = proven(Caption::SigningIn);
    door.application = Some(attack.to_owned());
    door.company = Some(attack.to_owned());
    door.way_back = Some(WayBack {
        action: attack.to_owned(),
        hidden: vec![HiddenField { name: "sign_in", value: attack.to_owned() }],
        leaves_for: Some(attack.to_owned()),
    });
    let page = gallery.page.clone();
    let email = EmailPage {
        page: page.clone(),
        door: door.clone(),
        sign_in: attack.to_owned(),
        email: attack.to_owned(),
        offers_identities: true,
        linking: Some(attack.to_owned()),
        error: Some(attack.to_owned()),
        passkey: Some(AskedPasskey {
            error: Some(attack.to_owned()),
            unknown: Some(UnknownPasskey { relying_party: attack.to_owned(), credential_id: attack.to_owned() }),
        }),
    };
    gallery.add("email", &email);
    let consent = ConsentPage {
        page: page.clone(),
        door: door.clone(),
        application: attack.to_owned(),
        action: attack.to_owned(),
        session: attack.to_owned(),
        destination: attack.to_owned(),
        registered: attack.to_owned(),
        gets: vec![attack.to_owned()],
        logo: Some(attack.to_owned()),
        policy: Some(OutsideLink { href: attack.to_owned(), host: attack.to_owned() }),
        tos: Some(OutsideLink { href: attack.to_owned(), host: attack.to_owned() }),
    };
    gallery.add("consent", &consent);
    let question = DeviceQuestionPage {
        page: page.clone(),
        door: door.clone(),
        application: attack.to_owned(),
        action: attack.to_owned(),
        session: attack.to_owned(),
        user_code: attack.to_owned(),
        network: attack.to_owned(),
        from_elsewhere: true,
        user_agent: attack.to_owned(),
        asked_at: attack.to_owned(),
        gets: vec![attack.to_owned()],
    };
    gallery.add("device-question", &question);
    let method = methods::MethodPage {
        tab: Tab::MySignIn,
        page: page.clone(),
        person: PersonLabel { name: attack.to_owned(), email: attack.to_owned() },
        kind: methods::MethodKind::Passkey,
        path: "/account/passkeys/1".to_owned(),
        name: attack.to_owned(),
        error: Some(attack.to_owned()),
        can_be_removed: true,
        is_last_second_step: true,
    };
    gallery.add("method", &method);
    let form_post =
        FormPostPage { page, door, action: attack.to_owned(), fields: vec![(attack.to_owned(), attack.to_owned())] };
    gallery.add("form-post", &form_post);
    gallery.samples
}

fn unproven() -> Door {
    Door {
        address: Some("id.kallio.example".to_owned()),
        company: Some("Kallio & Laine Oy".to_owned()),
        way_back: Some(WayBack {
            action: "/oauth/authorize/1/back".to_owned(),
            hidden: vec![HiddenField { name: "sign_in", value: ID.to_owned() }],
            leaves_for: Some("https://ruori.example".to_owned()),
        }),
        ..Door::new(Caption::SigningIn, Some("Ruori Accounting".to_owned()))
    }
}

fn proven(caption: Caption) -> Door {
    Door { address: None, caption: caption.key(), person: Some(person()), ..unproven() }
}

fn from_new_network() -> Door {
    Door {
        network: Some(NetworkLabel {
            place: "Tampere, Finland".to_owned(),
            note: Some("198.51.100.24 · not seen before".to_owned()),
        }),
        ..proven(Caption::SigningIn)
    }
}

fn person() -> PersonLabel {
    PersonLabel { name: "Aino Virtanen".to_owned(), email: EMAIL.to_owned() }
}

fn contact() -> Contact {
    Contact {
        role: Some("Your accounting office".to_owned()),
        name: "Tilitoimisto Rantanen".to_owned(),
        phone: Some("+358 40 000 1200".to_owned()),
        email: Some("help@rantanen.example".to_owned()),
    }
}

fn groups(text: &str) -> Vec<String> {
    text.split(' ').map(str::to_owned).collect()
}

struct Gallery {
    page: Page,
    samples: Vec<Sample>,
}

impl Gallery {
    fn add(&mut self, name: &'static str, view: &impl Template) {
        self.samples.push(Sample {
            name,
            language: self.page.language,
            html: view.render().expect("a page is rendered"),
        });
    }

    #[allow(clippy::unnecessary_wraps, reason = "every field that takes it is an Option")]
    fn say(&self, key: &str) -> Option<String> {
        Some(self.page.t(key))
    }

    fn sign_in(&mut self) {
        let mut email = EmailPage {
            page: self.page.clone(),
            door: unproven(),
            sign_in: ID.to_owned(),
            email: String::new(),
            offers_identities: true,
            linking: None,
            error: None,
            passkey: Some(AskedPasskey::default()),
        };
        self.add("email", &email);
        email.door.application = Some(self.page.t("my-sign-in"));
        email.door.company = None;
        email.email = "aino.virtanen@kallio".to_owned();
        email.error = self.say("sign-in-error-email-shape");
        self.add("email-error", &email);
        email.error = None;
        email.passkey = Some(AskedPasskey {
            error: self.say("passkey-error-unknown"),
            unknown: Some(UnknownPasskey {
                relying_party: "id.kallio.example".to_owned(),
                credential_id: "AAAA".to_owned(),
            }),
        });
        self.add("email-passkey-error", &email);
        email.passkey = Some(AskedPasskey::default());
        (email.offers_identities, email.linking) = (false, Some("Nordea".to_owned()));
        self.add("email-linking", &email);
        self.identities();
        self.web_eid();
        self.smart_id();
        self.mobile_id();
        self.bank_id();

        let mut password = PasswordPage {
            page: self.page.clone(),
            door: unproven(),
            sign_in: ID.to_owned(),
            email: EMAIL.to_owned(),
            known_person: false,
            offers_identities: true,
            directory: None,
            error: None,
            wait_seconds: None,
            passkey: None,
        };
        self.add("password", &password);
        password.error = self.say("sign-in-error-password-no-match");
        self.add("password-error", &password);
        password.error = None;
        password.wait_seconds = Some(30);
        self.add("password-wait", &password);
        password.wait_seconds = None;
        password.known_person = true;
        password.door = proven(Caption::SigningIn);
        self.add("password-known", &password);
    }

    fn second_step(&mut self) {
        let mut code = CodePage {
            page: self.page.clone(),
            door: from_new_network(),
            sign_in: ID.to_owned(),
            error: None,
            wait_seconds: None,
            other_ways: vec![Factor::Passkey, Factor::RecoveryCode],
            asked_because: Vec::new(),
            remember_days: None,
        };
        self.add("code", &code);
        code.asked_because = vec![self.page.t("asked-new-network"), self.page.t("asked-many-failures")];
        code.remember_days = Some(30);
        self.add("code-asked", &code);
        code.asked_because.clear();
        code.error = self.say("sign-in-error-code-no-match");
        self.add("code-error", &code);
        self.new_network();
        self.approvals();
        self.scanned_codes();
        code.error = None;
        code.wait_seconds = Some(75);
        code.other_ways.clear();
        self.add("code-wait", &code);

        let mut entry = RecoveryCodeEntryPage {
            page: self.page.clone(),
            door: from_new_network(),
            sign_in: ID.to_owned(),
            typed: String::new(),
            error: None,
            wait_seconds: None,
            other_ways: vec![Factor::AuthenticatorApp],
        };
        self.add("recovery-entry", &entry);
        entry.error = self.say("sign-in-error-recovery-no-match");
        self.add("recovery-entry-error", &entry);
    }

    fn setting_up(&mut self) {
        let mut choose = ChooseSecondStepPage {
            page: self.page.clone(),
            door: proven(Caption::SettingUp),
            sign_in: ID.to_owned(),
            options: vec![Factor::AuthenticatorApp],
            error: None,
        };
        self.add("choose", &choose);
        choose.error = self.say("sign-in-error-method-unchosen");
        choose.options = Factor::second_steps().collect();
        self.add("choose-error", &choose);

        let otpauth_url = "otpauth://totp/Kallio%20%26%20Laine:aino.virtanen%40kallio.example?secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP&issuer=Kallio%20%26%20Laine";
        let qr = QRBuilder::new(otpauth_url).build().expect("a QR code");
        let mut connect = ConnectAuthenticatorPage {
            page: self.page.clone(),
            door: Door { second_step: self.say("factor-totp-step"), ..proven(Caption::SettingUp) },
            sign_in: ID.to_owned(),
            qr_svg: SvgBuilder::default().margin(0).to_str(&qr),
            secret_groups: groups("JBSW Y3DP EHPK 3PXP JBSW Y3DP EHPK 3PXP"),
            otpauth_url: otpauth_url.to_owned(),
            error: None,
            wait_seconds: None,
        };
        self.add("connect", &connect);
        connect.error = self.say("sign-in-error-code-no-match");
        connect.wait_seconds = Some(3700);
        self.add("connect-error", &connect);

        let mut recovery = RecoveryCodePage {
            page: self.page.clone(),
            door: connect.door.clone(),
            sign_in: ID.to_owned(),
            groups: groups("K7QX 93TM PVD4 HR8W 2N6C"),
            error: None,
        };
        self.add("recovery", &recovery);
        recovery.error = self.say("sign-in-error-saved-unticked");
        self.add("recovery-error", &recovery);

        let mut terms = TermsPage {
            page: self.page.clone(),
            door: proven(Caption::SettingUp),
            sign_in: ID.to_owned(),
            terms_url: Some("https://kallio.example/terms".to_owned()),
            version: "2026-06".to_owned(),
            error: None,
        };
        self.add("terms", &terms);
        terms.terms_url = None;
        terms.error = self.say("sign-in-error-terms-unticked");
        self.add("terms-error", &terms);
    }

    fn ends(&mut self) {
        let mut signed_in = SignedInPage {
            page: self.page.clone(),
            door: Door { bolt: Bolt::Open, second_step: self.say("factor-totp-step"), ..proven(Caption::SignedIn) },
            sign_in: ID.to_owned(),
            application: "Ruori Accounting".to_owned(),
            second_step_set_up: self.say("factor-passkey-set-up"),
        };
        self.add("signed-in-set-up", &signed_in);
        signed_in.second_step_set_up = None;
        self.add("signed-in", &signed_in);
        let mut finished = FinishedPage {
            page: self.page.clone(),
            door: unproven(),
            application: Some("Ruori Accounting".to_owned()),
            application_url: Some("https://ruori.example/".to_owned()),
        };
        self.add("finished", &finished);
        finished.application = None;
        self.add("finished-unknown", &finished);
    }

    fn companies(&mut self) {
        let option = |name: &str, chosen| CompanyOption { value: ID.to_owned(), name: name.to_owned(), chosen };
        let mut choose = ChooseCompanyPage {
            page: self.page.clone(),
            door: proven(Caption::SigningIn),
            title: self.page.t("company-title"),
            lead: self.page.t("company-lead"),
            action: format!("/sign-in/{ID}/company"),
            options: vec![option("Kahvila Saari Oy", false), option("Kallio & Laine Oy", true)],
            error: None,
        };
        self.add("choose-company", &choose);
        choose.error = Some(self.page.t("company-unchosen"));
        self.add("choose-company-mistake", &choose);
        choose.options = vec![];
        choose.lead = self.page.t("company-switch-none");
        self.add("choose-company-none", &choose);
    }

    fn errors(&mut self) {
        let mut error = ErrorPage {
            page: self.page.clone(),
            door: proven(Caption::TriedToSignIn),
            title: self.page.t("error-basic-company-title"),
            text: self.page.t1("error-basic-company-text", "company", "Kallio & Laine Oy"),
            emphasis: Some("Kallio & Laine Oy".to_owned()),
            someone_else: Some(Aside { mail_has_id: true, href: "/oauth/authorize/1/someone-else".to_owned() }),
            contact: Some(contact()),
            error_id: "SLP-4031-7QKD".to_owned(),
            time: "9 June 2026, 14:32:07".to_owned(),
            device: vec![],
            menu: None,
            actions: vec![
                ActionLink {
                    label: self.page.t1("error-action-write", "name", "Tilitoimisto Rantanen"),
                    href: "mailto:help@rantanen.example?subject=SLP-4031-7QKD".to_owned(),
                    primary: true,
                },
                ActionLink { label: self.page.t("error-action-try-again"), href: "/".to_owned(), primary: false },
            ],
        };
        self.add("error", &error);
        error.menu = Some(("Kallio & Laine Oy".to_owned(), vec![("Users and roles".to_owned(), "/admin".to_owned())]));
        self.add("error-in-the-console", &error);
        error.menu = None;
        error.door = Door::new(Caption::TriedToSignIn, None);
        error.title = self.page.t("error-not-found-title");
        error.text = self.page.t("error-not-found-text");
        error.contact = None;
        error.actions = vec![];
        self.add("error-not-found", &error);
        error.device = vec![(self.page.t("app-support-device"), "Pixel 8".to_owned())];
        self.add("error-on-phone", &error);

        let mut help = HelpPage {
            page: self.page.clone(),
            door: Door { application: None, company: None, ..unproven() },
            address: "id.kallio.example".to_owned(),
            contact: Some(contact()),
            back: Some(format!("/sign-in/{ID}")),
            about: HelpAbout::SigningIn,
            topics: vec!["help-address", "help-second-step", "help-who"],
        };
        self.add("help", &help);
        help.about = HelpAbout::Console;
        help.topics = vec!["help-users", "help-basic-company", "help-console-who"];
        self.add("help-console", &help);
        help.contact = None;
        help.back = None;
        self.add("help-alone", &help);
    }
}
