//! Samples of the page that shows the number for the phone.

use salpa::proofs::Factor;
use salpa::sign_in::approval_views::{ApprovalPage, QuestionView};

use super::{Gallery, ID, from_new_network};

impl Gallery {
    pub(super) fn approvals(&mut self) {
        let page = self.page.clone();
        let open = |number: &[&str]| QuestionView::Open {
            number: number.iter().map(|group| (*group).to_owned()).collect(),
            seconds_left: 42,
            lives: 60,
            until: "14:33:07".to_owned(),
        };
        let mut asked = ApprovalPage {
            page: page.clone(),
            door: from_new_network(),
            sign_in: ID.to_owned(),
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
            asked.question = question;
            self.add(name, &asked);
        }
        asked.question = QuestionView::NotAsked;
        asked.wait_seconds = Some(40);
        self.add("approval-other-asks", &asked);
    }
}
