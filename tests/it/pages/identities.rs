//! The pages of a sign-in by a bank or eID.

use salpa::sign_in::bank_id_views::{BankIdPage, BankIdView};
use salpa::sign_in::identity_views::{
    ChooseIdentityPage, CompanyDirectoryPage, DirectoryOffer, IdentityChoice, IdentityGroupView, UnmatchedIdentityPage,
};
use salpa::sign_in::mobile_id_views::{MobileIdFormPage, MobileIdPage, MobileIdView};
use salpa::sign_in::qr_views::TimeLeft;
use salpa::sign_in::smart_id_views::{SmartIdPage, SmartIdView};
use salpa::sign_in::web_eid_views::WebEidPage;

use super::{Gallery, ID, unproven};

impl Gallery {
    pub(super) fn identities(&mut self) {
        let methods = |names: &[&str]| -> Vec<IdentityChoice> {
            let choice = |name: &&str| IdentityChoice {
                name: (*name).to_owned(),
                is_slow: *name == "S-Pankki",
                provider: ID.to_owned(),
                method: "method".to_owned(),
            };
            names.iter().map(choice).collect()
        };
        let banks = [
            "Danske Bank",
            "Nordea",
            "Osuuspankki",
            "Aktia",
            "Säästöpankit",
            "POP-Pankit",
            "Ålandsbanken",
            "OmaSP",
            "S-Pankki",
        ];
        let mut choice = ChooseIdentityPage {
            page: self.page.clone(),
            door: unproven(),
            sign_in: ID.to_owned(),
            groups: vec![
                IdentityGroupView { title: "identity-finnish-banks", is_wide: true, methods: methods(&banks) },
                IdentityGroupView { title: "identity-other", is_wide: false, methods: methods(&["Hightrust.id"]) },
                IdentityGroupView { title: "identity-companies", is_wide: false, methods: methods(&["Kallio"]) },
            ],
            said: None,
        };
        self.add("identities", &choice);
        choice.said = Some(self.page.t("identity-cancelled"));
        self.add("identities-cancelled", &choice);
        let unmatched = UnmatchedIdentityPage {
            page: self.page.clone(),
            door: unproven(),
            sign_in: ID.to_owned(),
            name: "Nordea".to_owned(),
            masked: "131052…".to_owned(),
            company: None,
        };
        self.add("identity-unmatched", &unmatched);
        let offer = DirectoryOffer { company: "Kallio & Laine Oy".to_owned(), choices: methods(&["Entra ID"]) };
        let mut directory = CompanyDirectoryPage {
            page: self.page.clone(),
            door: unproven(),
            sign_in: ID.to_owned(),
            email: "aino.virtanen@kallio.example".to_owned(),
            offer,
            has_other_ways: true,
            goes_at_once: true,
        };
        self.add("company-directory", &directory);
        (directory.has_other_ways, directory.goes_at_once, directory.email) = (false, false, String::new());
        self.add("company-directory-alone", &directory);
        let of_directory = UnmatchedIdentityPage {
            name: "Kallio".to_owned(),
            masked: String::new(),
            company: Some("Kallio Oy".to_owned()),
            ..unmatched
        };
        self.add("identity-unmatched-company", &of_directory);
    }

    pub(super) fn web_eid(&mut self) {
        let challenge = "x9qZDRO/ao2zprt3Z0bkW4CvvE/gALFtUIf3tcC0XxY=".to_owned();
        for (name, challenge, seconds) in [("web-eid", Some(challenge), 271), ("web-eid-over", None, 0)] {
            let page = self.page.clone();
            let again = format!("/sign-in/{ID}/identity/{ID}/id-card-estonia");
            let time = TimeLeft { seconds, lives: 300, until: "14:37:07".to_owned() };
            self.add(name, &WebEidPage { page, door: unproven(), sign_in: ID.to_owned(), again, challenge, time });
        }
    }

    pub(super) fn smart_id(&mut self) {
        let link =
            "https://smart-id.com/device-link/?deviceLinkType=QR&elapsedSeconds=7&sessionToken=67df3917&authCode=dc69";
        let svg = salpa::platform::web::qr::qr_code(link).unwrap();
        let time = || TimeLeft { seconds: 151, lives: 180, until: "14:35:07".to_owned() };
        let (address, said) = (link.to_owned(), "smart-id-outstanding");
        for (name, stands) in [
            ("smart-id", SmartIdView::Code { svg, said, time: time() }),
            ("smart-id-link", SmartIdView::Link { address, said: "smart-id-silent", time: time() }),
            ("smart-id-elsewhere", SmartIdView::Elsewhere),
            ("smart-id-ended", SmartIdView::Ended { said: "smart-id-refused" }),
        ] {
            let again = format!("/sign-in/{ID}/identity/{ID}/smart-id");
            let page = self.page.clone();
            self.add(name, &SmartIdPage { page, door: unproven(), sign_in: ID.to_owned(), again, stands });
        }
    }

    pub(super) fn mobile_id(&mut self) {
        let action = format!("/sign-in/{ID}/mobile-id/{ID}/mobile-id");
        let mut form = MobileIdFormPage {
            page: self.page.clone(),
            door: unproven(),
            sign_in: ID.to_owned(),
            action: action.clone(),
            phone: String::new(),
            phone_error: None,
            code_error: None,
        };
        self.add("mobile-id-form", &form);
        form.phone = "+358 40 123 4567".to_owned();
        form.phone_error = Some(self.page.t("mobile-id-error-phone"));
        self.add("mobile-id-form-phone", &form);
        form.code_error = Some(self.page.t("mobile-id-error-code"));
        self.add("mobile-id-form-code", &form);
        let time = TimeLeft { seconds: 151, lives: 180, until: "14:35:07".to_owned() };
        for (name, stands) in [
            ("mobile-id", MobileIdView::Waits { code: "1462".to_owned(), said: "mobile-id-outstanding", time }),
            ("mobile-id-confirmed", MobileIdView::Confirmed),
            ("mobile-id-ended", MobileIdView::Ended { said: "mobile-id-absent" }),
        ] {
            let (page, again) = (self.page.clone(), action.clone());
            self.add(name, &MobileIdPage { page, door: unproven(), sign_in: ID.to_owned(), again, stands });
        }
    }

    pub(super) fn bank_id(&mut self) {
        let svg = salpa::platform::web::qr::qr_code("bankid.67df3917-fa0d-44e5-b327-edcc928297f8.0.dc69").unwrap();
        let time = || TimeLeft { seconds: 151, lives: 180, until: "14:35:07".to_owned() };
        let address = "https://app.bankid.com/?autostarttoken=7c40b5c9&redirect=null".to_owned();
        let word = "link-0".to_owned();
        for (name, stands) in [
            ("bank-id", BankIdView::Code { svg, said: "bank-id-outstanding", time: time() }),
            ("bank-id-link", BankIdView::Link { address, word, said: "bank-id-outstanding", time: time() }),
            ("bank-id-app", BankIdView::App { said: "bank-id-sign", time: time() }),
            ("bank-id-elsewhere", BankIdView::Elsewhere),
            ("bank-id-ended", BankIdView::Ended { said: "bank-id-user-cancelled" }),
        ] {
            let again = format!("/sign-in/{ID}/identity/{ID}/bankid-sweden");
            let page = self.page.clone();
            self.add(name, &BankIdPage { page, door: unproven(), sign_in: ID.to_owned(), again, stands });
        }
    }
}
