//! Sample data for the pages of passkeys, and of the methods in the account.

use fast_qr::convert::{Builder as _, svg::SvgBuilder};
use fast_qr::qr::QRBuilder;
use salpa::account::methods::views as methods;
use salpa::account::tab_views::Tab;
use salpa::platform::web::views::Door;
use salpa::proofs::Factor;
use salpa::sign_in::captions::Caption;
use salpa::sign_in::passkey_views::{AddPasskeyPage, AskedPasskey, PasskeyPage};

use super::{Gallery, ID, from_new_network, groups, person, proven};

impl Gallery {
    pub(super) fn passkeys(&mut self) {
        let mut passkey = PasskeyPage {
            page: self.page.clone(),
            door: from_new_network(),
            sign_in: ID.to_owned(),
            passkey: AskedPasskey::default(),
            remember_days: Some(30),
            other_ways: vec![Factor::AuthenticatorApp, Factor::RecoveryCode],
            wished_by: None,
        };
        self.add("passkey", &passkey);
        passkey.other_ways.clear();
        passkey.remember_days = None;
        passkey.wished_by = Some("Ruori Accounting".to_owned());
        passkey.passkey.error = self.say("passkey-error-not-verified");
        self.add("passkey-wished", &passkey);
        let mut add = AddPasskeyPage {
            page: self.page.clone(),
            door: Door { second_step: self.say("factor-passkey-step"), ..proven(Caption::SettingUp) },
            sign_in: ID.to_owned(),
            passkey: AskedPasskey::default(),
            wished_by: None,
        };
        self.add("add-passkey", &add);
        add.wished_by = Some("Ruori Accounting".to_owned());
        add.passkey.error = self.say("passkey-error-taken");
        self.add("add-passkey-wished", &add);
    }

    pub(super) fn methods(&mut self) {
        let mut method = methods::MethodPage {
            page: self.page.clone(),
            person: person(),
            tab: Tab::MySignIn,
            kind: methods::MethodKind::Passkey,
            path: "/account/passkeys/1".to_owned(),
            name: "MacBook Air".to_owned(),
            error: None,
            can_be_removed: false,
            is_last_second_step: true,
        };
        self.add("method-passkey", &method);
        method.kind = methods::MethodKind::Authenticator;
        method.can_be_removed = true;
        method.error = self.say("method-error-name");
        self.add("method-authenticator", &method);
        let mut passkey = methods::NewPasskeyPage {
            page: self.page.clone(),
            person: person(),
            tab: Tab::MySignIn,
            name: "Chrome on Linux".to_owned(),
            error: None,
        };
        self.add("method-new-passkey", &passkey);
        passkey.error = self.say("passkey-error-taken");
        self.add("method-new-passkey-error", &passkey);
        let qr = QRBuilder::new("otpauth://totp/a").build().expect("a QR code");
        let mut authenticator = methods::NewAuthenticatorPage {
            page: self.page.clone(),
            person: person(),
            tab: Tab::MySignIn,
            qr_svg: SvgBuilder::default().margin(0).to_str(&qr),
            secret_groups: groups("JBSW Y3DP EHPK 3PXP JBSW Y3DP EHPK 3PXP"),
            otpauth_url: "otpauth://totp/a".to_owned(),
            name: self.page.t("authenticator-first-name"),
            name_error: None,
            error: None,
        };
        self.add("method-new-authenticator", &authenticator);
        authenticator.name_error = self.say("method-error-name");
        authenticator.error = self.say("sign-in-error-code-no-match");
        self.add("method-new-authenticator-error", &authenticator);
        let mut code = methods::NewRecoveryCodePage {
            page: self.page.clone(),
            person: person(),
            tab: Tab::MySignIn,
            groups: Vec::new(),
        };
        self.add("method-recovery-code", &code);
        code.groups = groups("K7QX 93TM PVD4 HR8W 2N6C");
        self.add("method-recovery-code-made", &code);
    }
}
