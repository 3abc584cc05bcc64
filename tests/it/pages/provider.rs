//! The pages that an application leads to: signing out, and asking what it may have.

use salpa::account::applications::{ConsentLine, OwnApplicationsPage};
use salpa::account::tab_views::Tab;
use salpa::platform::web::views::{Bolt, Door};
use salpa::provider::registration::logo_path;
use salpa::provider::views::{ConsentPage, DeviceAnsweredPage, DeviceCodePage, DeviceQuestionPage, OutsideLink};
use salpa::provider::views::{FormPostPage, SignOutPage, SignedOutPage};
use salpa::sign_in::captions::Caption;

use super::{Gallery, ID, person, proven};

impl Gallery {
    pub(super) fn provider(&mut self) {
        let mut door = proven(Caption::SigningOut);
        let sign_out = SignOutPage {
            page: self.page.clone(),
            door: door.clone(),
            action: "/oauth/sign-out".to_owned(),
            fields: vec![("state".to_owned(), "af0ifjsldkj".to_owned())],
            cancel_href: "/account".to_owned(),
        };
        self.add("sign-out", &sign_out);
        door.application = None;
        door.company = None;
        door.person = None;
        let mut signed_out = SignedOutPage {
            page: self.page.clone(),
            door,
            application_url: Some("https://ruori.example/".to_owned()),
            application: Some("Ruori Accounting".to_owned()),
        };
        self.add("signed-out", &signed_out);
        signed_out.application_url = None;
        self.add("signed-out-alone", &signed_out);
        let form_post = FormPostPage {
            page: self.page.clone(),
            door: Door { bolt: Bolt::Open, ..proven(Caption::SignedIn) },
            action: "https://ruori.example/callback".to_owned(),
            fields: vec![("code".to_owned(), "SplxlOBeZQQYbYS6WxSbIA".to_owned())],
        };
        self.add("form-post", &form_post);
        self.asking();
    }

    /// Questions about third-party applications, and about devices.
    fn asking(&mut self) {
        let gets = vec![self.page.t("consent-who"), self.page.t("consent-email")];
        let consent = ConsentPage {
            page: self.page.clone(),
            door: proven(Caption::SigningIn),
            application: "Ruori Ledger".to_owned(),
            action: "/oauth/authorize/1/consent".to_owned(),
            session: ID.to_owned(),
            destination: "https://ledger.example".to_owned(),
            registered: "9 June 2026".to_owned(),
            gets: gets.clone(),
            logo: None,
            policy: None,
            tos: None,
        };
        self.add("consent", &consent);
        let consent = ConsentPage {
            logo: Some(logo_path("019e0000-0000-7000-8000-000000000001".parse().unwrap(), "0123456789abcdef")),
            policy: OutsideLink::to("https://ledger.example/privacy"),
            tos: OutsideLink::to("https://ledger.example/terms"),
            ..consent
        };
        self.add("consent-with-links", &consent);
        let mut code = DeviceCodePage {
            page: self.page.clone(),
            door: Door { address: Some("id.kallio.example".to_owned()), ..Door::new(Caption::SigningIn, None) },
            user_code: String::new(),
            came_with_link: false,
            error: None,
            wait_seconds: None,
        };
        self.add("device-code", &code);
        code.user_code = "BCDF-GHJK".to_owned();
        code.came_with_link = true;
        self.add("device-code-from-link", &code);
        code.error = Some(self.page.t("device-code-no-match"));
        code.wait_seconds = Some(30);
        self.add("device-code-wait", &code);
        let mut question = DeviceQuestionPage {
            page: self.page.clone(),
            door: proven(Caption::SigningIn),
            application: "Ruori Television".to_owned(),
            action: "/device/1".to_owned(),
            session: ID.to_owned(),
            user_code: "BCDF-GHJK".to_owned(),
            network: "198.51.100.24".to_owned(),
            from_elsewhere: true,
            user_agent: "Television/2.1".to_owned(),
            asked_at: "14:32".to_owned(),
            gets,
        };
        self.add("device-question", &question);
        question.from_elsewhere = false;
        question.user_agent.clear();
        self.add("device-question-here", &question);
        for (name, allowed) in [("device-allowed", true), ("device-refused", false)] {
            let mut door = Door::new(Caption::SigningIn, Some("Ruori Television".to_owned()));
            door.bolt = if allowed { Bolt::Open } else { Bolt::Locked };
            let answered = DeviceAnsweredPage {
                page: self.page.clone(),
                door,
                allowed,
                application: "Ruori Television".to_owned(),
            };
            self.add(name, &answered);
        }
        let mut applications = OwnApplicationsPage {
            page: self.page.clone(),
            person: person(),
            tab: Tab::MySignIn,
            status: self.say("account-applications-removed"),
            applications: vec![ConsentLine {
                id: ID.to_owned(),
                name: "Ruori Ledger".to_owned(),
                gets: vec![self.page.t("consent-who")],
                given: "9 June 2026".to_owned(),
                used: "9 June 2026, 14:32".to_owned(),
                logo: Some(logo_path("019e0000-0000-7000-8000-000000000001".parse().unwrap(), "0123456789abcdef")),
                opens_at: Some("https://ledger.example/begin?iss=https%3A%2F%2Fid.kallio.example".to_owned()),
                policy_url: Some("https://ledger.example/privacy".to_owned()),
                tos_url: Some("https://ledger.example/terms".to_owned()),
            }],
        };
        self.add("account-applications", &applications);
        applications.status = None;
        applications.applications.clear();
        self.add("account-applications-none", &applications);
    }
}
