//! Secrets are planted wherever somebody brings or gets one, a whole life is lived with them, and then everything
//! that the service wrote down or said is looked through: they stand nowhere.

use data_encoding::{BASE32_NOPAD, BASE64_NOPAD, BASE64URL_NOPAD, HEXLOWER, HEXUPPER};
use salpa::platform::messages::deliver_due;
use salpa::provider::applications::Registration;
use salpa::server::housekeeping;
use salpa::sign_in::policies::SecondFactor;

use super::metrics::{Collector, scraped};
use crate::commands::{Program, told};
use crate::support::{AINO, Browser, MIKKO, MailServer, Manner, Service, Somebody, log, with_messages};

const WRONG: &str = "planted wrong password 4471";
const NEW: &str = "seven herons over the reeds";
const SMTP_PASSWORD: &str = "planted-smtp-password-9036";

/// The planted secrets, each with its source.
#[derive(Default)]
struct Planted(Vec<(String, String)>);

impl Planted {
    fn add(&mut self, what: &str, secret: impl Into<String>) {
        let secret = secret.into();
        assert!(secret.len() >= 8, "{what}: {secret} would be found by chance");
        self.0.push((what.to_owned(), secret));
    }

    fn cookies(&mut self, browser: &Browser) {
        for (name, value) in browser.cookies.iter().filter(|(name, _)| !name.contains("language")) {
            self.add(name, value);
        }
    }

    /// Every planted secret that stands in a text, in any of the usual spellings.
    fn found_in(&self, place: &str, text: &str) -> Vec<String> {
        let mut found = Vec::new();
        for (what, secret) in &self.0 {
            let bytes = secret.as_bytes();
            let mut spellings = vec![
                secret.clone(),
                BASE64_NOPAD.encode(bytes),
                BASE64URL_NOPAD.encode(bytes),
                HEXLOWER.encode(bytes),
                HEXUPPER.encode(bytes),
                url::form_urlencoded::byte_serialize(bytes).collect(),
                secret.replace(' ', "%20"),
            ];
            // A seed or a token is written as text of bytes, which may stand there as they are.
            for decoded in [BASE32_NOPAD.decode(bytes), BASE64URL_NOPAD.decode(bytes)].into_iter().flatten() {
                if decoded.len() >= 10 {
                    spellings.extend([
                        HEXLOWER.encode(&decoded),
                        HEXUPPER.encode(&decoded),
                        BASE64_NOPAD.encode(&decoded),
                    ]);
                }
            }
            found.extend(
                spellings.iter().filter(|spelling| text.contains(*spelling)).map(|_| format!("{what} in {place}")),
            );
        }
        found.dedup();
        found
    }
}

#[test]
fn a_secret_is_found_however_it_is_spelled() {
    let mut planted = Planted::default();
    planted.add("password", "two words?");
    for text in ["x two words? y", "dHdvIHdvcmRzPw==", "74776f20776f7264733f", "two+words%3F", "two%20words?"] {
        assert_eq!(planted.found_in("a text", text), ["password in a text"], "{text}");
    }
    assert!(planted.found_in("a text", "nothing").is_empty());
}

/// Signs somebody in, redeems and refreshes, and plants all that is given on the way.
async fn live(service: &Service, planted: &mut Planted, ruori: &crate::support::Registered, somebody: Somebody) {
    let mut browser = service.browser();
    let page = browser.arrive(service, ruori, somebody).await;
    planted.cookies(&browser);
    let code = page.answered("code").unwrap();
    planted.add("authorization code", &code);
    let answer = ruori.redeem(service, &code).await.fine();
    for name in ["access_token", "refresh_token", "id_token"] {
        planted.add(name, answer.text(name));
    }
    let refreshed = ruori.refresh(service, &answer.text("refresh_token")).await.fine();
    for name in ["access_token", "refresh_token"] {
        planted.add(name, refreshed.text(name));
    }
    ruori.introspect(service, &refreshed.text("access_token")).await;
    // Used twice: the refusal is written down, the token is not.
    ruori.redeem(service, &code).await;
    browser.open("/account").await;
}

/// Aino forgets her password, sets another by the link, and lives on with that.
async fn forget(service: &Service, planted: &mut Planted, ruori: &crate::support::Registered) {
    service.wait(120);
    let mut browser = service.browser();
    browser.ask_link(ruori, AINO.email).await;
    let link = service.link(AINO.email, "/forgotten-password/").await;
    planted.add("link of a forgotten password", link.rsplit('/').next().unwrap());
    let page = browser.submit(&link, &[]).await;
    let sign_in = page.sign_in();
    browser.answer(&sign_in, "code", &[("code", &AINO.code(service))]).await;
    browser.answer(&sign_in, "new-password", &[("password", NEW)]).await;
    planted.cookies(&browser);
    let letter = service.letter(AINO.email).await;
    let not_me = crate::support::link_in(&letter.text, "/account/not-me/");
    planted.add("link of a notice", not_me.unwrap().rsplit('/').next().unwrap());
    service.wait(120);
    live(service, planted, ruori, Somebody { password: NEW, ..AINO }).await;
}

#[tokio::test]
async fn no_secret_stands_in_anything_that_is_written_down_or_said() {
    log::begin();
    let server = MailServer::start(Manner { user: Some(("salpa", SMTP_PASSWORD)), ..Manner::default() }).await;
    let (collector, traces) = Collector::start().await;
    let service = Service::start_with(|settings| {
        let url = format!("smtp://{}", server.address);
        let mail = [
            ("smtp_url", url.as_str()),
            ("mail_from", "sign-in@id.kallio.example"),
            ("smtp_tls", "none"),
            ("smtp_user", "salpa"),
            ("smtp_password", SMTP_PASSWORD),
        ];
        with_messages(settings, &mail);
        settings.traces = Some(traces);
        settings.metrics_listen = Some("127.0.0.1:0".parse().unwrap());
    })
    .await;
    let mut planted = Planted::default();
    for (what, secret) in [
        ("password of Aino", AINO.password),
        ("password of Mikko", MIKKO.password),
        ("new password of Aino", NEW),
        ("wrong password", WRONG),
        ("seed of Aino", AINO.seed.unwrap()),
        ("password of the mail server", SMTP_PASSWORD),
        ("header for the collector", "planted-header-77"),
    ] {
        planted.add(what, secret);
    }
    planted.add("master key", data_encoding::BASE64.encode(&[7; 32]));
    service.person(AINO).await;
    service.person(MIKKO).await;
    let registration = Registration {
        redirect_uris: vec!["https://ruori.example/callback".to_owned()],
        scopes: "openid profile email offline_access".parse_scopes(),
        ..Registration::new("Ruori")
    };
    let ruori = service.register(registration, SecondFactor::Required).await;
    planted.add("client secret", ruori.secret.clone().unwrap());

    // Wrong ones first, and what is typed into the wrong field.
    service.browser().try_password(&ruori, AINO, WRONG).await;
    service.browser().try_password(&ruori, Somebody { email: "nobody@kallio.example", ..AINO }, WRONG).await;
    let sign_in = service.browser().begin(&ruori).await;
    service.browser().submit(&format!("{sign_in}/code"), &[("code", WRONG)]).await;
    service.wait(120);
    live(&service, &mut planted, &ruori, AINO).await;

    // Mikko sets up a second step, and keeps a recovery code.
    let mut browser = service.browser();
    let page = browser.try_password(&ruori, MIKKO, MIKKO.password).await;
    let page = browser.answer(&page.sign_in(), "second-step", &[("method", "totp")]).await;
    let (sign_in, seed) = (page.sign_in(), page.secret());
    planted.add("seed of Mikko", &seed);
    let page =
        browser.answer(&sign_in, "authenticator", &[("code", &crate::support::code_at(&seed, service.now()))]).await;
    let recovery_code = page.recovery_code();
    planted.add("recovery code of Mikko", &recovery_code);
    browser.answer(&sign_in, "recovery-saved", &[("saved", "yes")]).await;
    planted.cookies(&browser);
    let service_person = Somebody { seed: None, ..MIKKO };
    let mut lost = service.browser();
    lost.try_password(&ruori, service_person, MIKKO.password).await;

    forget(&service, &mut planted, &ruori).await;

    // Messages are sent; then their texts are nowhere.
    while deliver_due(&service.app, service.now()).await.unwrap() > 0 {}
    assert!(server.received().len() >= 2, "messages left");
    let waiting = service.count("SELECT COUNT(*) FROM messages WHERE content IS NOT NULL").await;
    assert_eq!(waiting, 0, "what a message said is erased once it is sent");
    housekeeping::expire(&service.app, service.now()).await.unwrap();
    service.app.traces.flush().await;

    let program = Program::of(&service.database);
    let export = |more: &[&str]| {
        let (status, out, complaint) = told(&program.run(&[&["export"], more].concat()));
        assert_eq!(status, Some(0), "{complaint}");
        out + &complaint
    };
    let places = [
        ("the log", log::everything()),
        ("the database", service.database.everything().await),
        ("the metrics", scraped(&service).await),
        ("the traces", collector.text()),
        ("the export", export(&[])),
        ("the export with secrets", export(&["--with-secrets"])),
    ];
    let mut found = Vec::new();
    for (place, text) in &places {
        assert!(text.len() > 200, "{place} was not looked through");
        found.extend(planted.found_in(place, text));
    }
    assert!(planted.0.len() > 25, "{}", planted.0.len());
    assert!(found.is_empty(), "{found:#?}");
}

/// Scopes of a text that is known to be fine.
trait ParseScopes {
    fn parse_scopes(&self) -> salpa::provider::applications::scopes::Scopes;
}

impl ParseScopes for str {
    fn parse_scopes(&self) -> salpa::provider::applications::scopes::Scopes {
        salpa::provider::applications::scopes::Scopes::parse(self).unwrap()
    }
}
