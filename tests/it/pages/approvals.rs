//! Samples of the page that shows the number for the phone.

use salpa::account::methods::views::NewPhonePage;
use salpa::account::tab_views::Tab;
use salpa::proofs::Factor;
use salpa::sign_in::approval_views::{ApprovalPage, QuestionView};
use salpa::sign_in::phone_set_up_views::{ConnectPhonePage, PhoneSetUpView};
use salpa::sign_in::qr_views::{QrPage, QrView, TimeLeft};

use super::{Gallery, ID, from_new_network, unproven};

impl Gallery {
    pub(super) fn approvals(&mut self) {
        let page = self.page.clone();
        let open = |number: &[&str]| QuestionView::Open {
            number: number.iter().map(|group| (*group).to_owned()).collect(),
            seconds_left: 42,
            lives: 60,
            until: "14:33:07".to_owned(),
            again_in: Some(2),
        };
        let mut asked = ApprovalPage {
            page: page.clone(),
            door: from_new_network(),
            sign_in: ID.to_owned(),
            path: format!("/sign-in/{ID}/approval"),
            back: format!("/sign-in/{ID}"),
            lead: page.t("approval-lead"),
            question: open(&["47"]),
            error: None,
            wait_seconds: None,
            other_ways: vec![Factor::AuthenticatorApp, Factor::RecoveryCode],
            asked_because: Vec::new(),
            remember_days: None,
        };
        self.add("approval", &asked);
        asked.question = open(&["470", "218"]);
        asked.error = self.say("approval-not-yet");
        asked.remember_days = Some(30);
        self.add("approval-six-digits", &asked);
        (asked.error, asked.remember_days) = (None, None);
        for (name, question) in [
            ("approval-not-asked", QuestionView::NotAsked),
            ("approval-over", QuestionView::Over),
            ("approval-mismatched", QuestionView::Mismatched),
            ("approval-held-back", QuestionView::HeldBack),
        ] {
            asked.lead = page.t(question.lead());
            asked.question = question;
            self.add(name, &asked);
        }
        asked.path = format!("/sign-in/{ID}/forgotten-password/phone");
        (asked.lead, asked.question) = (page.t("forgotten-phone-lead"), open(&["470", "218"]));
        self.add("forgotten-phone", &asked);
        asked.question = QuestionView::NotAsked;
        asked.wait_seconds = Some(40);
        self.add("approval-other-asks", &asked);
    }

    pub(super) fn scanned_codes(&mut self) {
        let page = self.page.clone();
        let time = || TimeLeft { seconds: 98, lives: 120, until: "14:34:07".to_owned() };
        let svg = salpa::platform::web::qr::qr_code("https://id.kallio.example/app/scan#x.1.y").unwrap();
        let number = vec!["470".to_owned(), "218".to_owned()];
        for (name, stands) in [
            ("qr", QrView::Drawn { svg, time: time() }),
            ("qr-scanned", QrView::Scanned { number: Vec::new(), time: time() }),
            ("qr-scanned-apart", QrView::Scanned { number, time: time() }),
            ("qr-over", QrView::Over),
            ("qr-mismatched", QrView::Mismatched),
        ] {
            let error = (name == "qr-scanned").then(|| page.t("approval-not-yet"));
            let view = QrPage { page: page.clone(), door: unproven(), sign_in: ID.to_owned(), stands, error };
            self.add(name, &view);
        }
        self.connected_phones(&time);
    }

    /// The code that connects a phone, on the way in and in *My sign-in*.
    fn connected_phones(&mut self, time: &dyn Fn() -> TimeLeft) {
        let page = self.page.clone();
        let svg = salpa::platform::web::qr::qr_code("https://id.kallio.example/app/connect#x.1.y").unwrap();
        let number = vec!["470".to_owned(), "218".to_owned()];
        for (name, in_account_name, stands) in [
            ("connect-phone-not-drawn", "connect-phone-not-drawn-in-account", None),
            ("connect-phone", "connect-phone-in-account", Some(QrView::Drawn { svg, time: time() })),
            (
                "connect-phone-scanned",
                "connect-phone-scanned-in-account",
                Some(QrView::Scanned { number, time: time() }),
            ),
            (
                "connect-phone-here",
                "connect-phone-here-in-account",
                Some(QrView::Scanned { number: Vec::new(), time: time() }),
            ),
            ("connect-phone-over", "connect-phone-over-in-account", Some(QrView::Over)),
            ("connect-phone-mismatched", "connect-phone-mismatched-in-account", Some(QrView::Mismatched)),
        ] {
            let set_up = PhoneSetUpView {
                path: "/account/phones/new".to_owned(),
                stands,
                app_address: "id.kallio.example/app".to_owned(),
                error: (name == "connect-phone-scanned").then(|| page.t("set-up-phone-not-yet")),
            };
            let in_account = NewPhonePage {
                page: page.clone(),
                person: super::person(),
                tab: Tab::MySignIn,
                set_up: set_up.clone(),
            };
            self.add(in_account_name, &in_account);
            let view = ConnectPhonePage { page: page.clone(), door: unproven(), sign_in: ID.to_owned(), set_up };
            self.add(name, &view);
        }
    }
}
