//! Stories of signing in, as the person before the browser sees them.

mod access_pass;
mod adaptive;
mod addresses;
mod approvals;
mod attested;
mod attested_phones;
mod back_button;
mod biometrics;
mod by_qr;
mod codes;
mod company_policies;
mod connecting;
mod cookies;
mod demands;
mod everywhere;
mod expiry;
mod first;
mod forgotten;
mod forgotten_phone;
mod gates;
mod guessing;
mod history;
mod identities;
mod known_authenticators;
mod new_network;
mod outside;
mod passkeys;
mod policies;
mod recovery;
mod remembered;
mod session_limits;
mod setting_up;
mod statements;
mod strangers;
mod tabs;
mod terms;
mod throttle;
mod timing;
mod ways;
mod wishes;

use crate::support::{Browser, Page, Registered, Service, Somebody, code_at};

impl Browser {
    /// Opens an application, and gives the path of the sign-in that this begins.
    pub async fn begin(&mut self, application: &Registered) -> String {
        self.open(&application.authorize(&[])).await.sign_in()
    }

    /// Answers one step of a sign-in.
    pub async fn answer(&mut self, sign_in: &str, step: &str, fields: &[(&str, &str)]) -> Page {
        self.submit(&format!("{sign_in}/{step}"), fields).await
    }

    /// From an application to a password, right or wrong.
    pub async fn try_password(&mut self, application: &Registered, somebody: Somebody, password: &str) -> Page {
        let sign_in = self.begin(application).await;
        self.answer(&sign_in, "email", &[("email", somebody.email)]).await;
        self.answer(&sign_in, "password", &[("password", password)]).await
    }

    /// From an application to a code, right or wrong; the password before it is right.
    pub async fn try_code(&mut self, application: &Registered, somebody: Somebody, code: &str) -> Page {
        let page = self.try_password(application, somebody, somebody.password).await;
        assert_eq!(page.title(), "Enter the code from your authenticator app", "{}", page.body);
        let sign_in = page.sign_in();
        self.answer(&sign_in, "code", &[("code", code)]).await
    }

    /// From an application back to it, with everything that it asks for.
    pub async fn arrive(&mut self, service: &Service, application: &Registered, somebody: Somebody) -> Page {
        let first = self.open(&application.authorize(&[])).await;
        let page = self.sign_in_as(service, first, somebody).await;
        assert!(page.is_at_the_application(), "{} {}", page.status, page.title());
        page
    }
}

impl Page {
    /// Whether the browser leaves with a code.
    pub fn is_at_the_application(&self) -> bool {
        self.answered("code").is_some()
    }

    /// A header, as text.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }
}

impl Somebody {
    /// The present code of their authenticator app.
    pub fn code(&self, service: &Service) -> String {
        code_at(self.seed.unwrap(), service.now())
    }
}
