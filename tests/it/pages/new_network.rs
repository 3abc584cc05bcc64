//! Samples of the page that asks for a confirmation code.

use salpa::platform::web::views::Contact;
use salpa::proofs::Factor;
use salpa::sign_in::code_views::{CodeStands, ConfirmationCodePage, SentTo};

use super::{Gallery, ID, from_new_network};

impl Gallery {
    pub(super) fn new_network(&mut self) {
        let page = self.page.clone();
        let to = |is_phone: bool, is_late: bool| SentTo {
            is_phone,
            masked: if is_phone { "+358 •• ••• 42 17" } else { "a••••••••n@kallio.example" }.to_owned(),
            spoken: if is_phone {
                page.t1("new-network-phone-ends", "digits", "42 17")
            } else {
                page.t1("new-network-email-at", "domain", "kallio.example")
            },
            note: match (is_phone, is_late) {
                (true, false) => page.t1("new-network-sms-sent", "time", "14:31"),
                (false, false) => page.t1("new-network-email-sent", "time", "14:31"),
                (true, true) => page.t1("new-network-sms-late", "time", "14:31"),
                (false, true) => page.t1("new-network-email-late", "time", "14:31"),
            },
            is_late,
        };
        let open = |to: Vec<SentTo>, seconds_left| CodeStands::Open {
            to,
            seconds_left,
            lives: 90,
            until: "14:33:07".to_owned(),
        };
        let mut asked = ConfirmationCodePage {
            page: page.clone(),
            door: from_new_network(),
            sign_in: ID.to_owned(),
            code: open(vec![to(true, false), to(false, false)], 72),
            error: None,
            refused: None,
            wait_seconds: None,
            wait_title: page.t("new-network-too-many"),
            other_ways: Vec::new(),
            administrator: Some(Contact {
                role: Some(page.t("new-network-administrator-role")),
                name: "Kallio & Laine Oy".to_owned(),
                phone: Some("+358 9 4245 0110".to_owned()),
                email: Some("toimisto@kallio.example".to_owned()),
            }),
        };
        self.add("new-network", &asked);
        asked.error = Some(page.texts.count("new-network-error-no-match", "tries", 4));
        asked.code = open(vec![to(true, false), to(false, false)], 18);
        self.add("new-network-error", &asked);
        asked.error = None;
        asked.wait_seconds = Some(2530);
        asked.code = open(vec![to(true, true), to(false, false)], 60);
        self.add("new-network-late", &asked);
        asked.wait_seconds = None;
        asked.other_ways = vec![Factor::AuthenticatorApp];
        asked.code = CodeStands::NotSent { to: vec![to(true, false)] };
        self.add("new-network-not-sent", &asked);
        asked.code = CodeStands::Over { to: vec![to(false, false)] };
        asked.refused = Some(page.t("new-network-error-no-way"));
        asked.administrator = None;
        self.add("new-network-over", &asked);
    }
}
