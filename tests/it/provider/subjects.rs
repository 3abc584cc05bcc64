//! Pairwise subjects: a person is another one in each sector, and the same one wherever a sector hears of them.

use data_encoding::BASE64;
use salpa::platform::secret::Secret;
use salpa::provider::applications::{ApplicationProfile, Registration};
use salpa::provider::logout::deliver_due;
use salpa::sign_in::policies::SecondFactor;
use serde_json::Value;

use super::client::{claims, form, get, verified};
use super::logout::Listener;
use super::sign_in;
use crate::support::{AINO, Browser, MIKKO, Registered, Service};

async fn register(service: &Service, name: &str, sector: Option<&str>, listener: Option<String>) -> Registered {
    let registration = Registration {
        redirect_uris: vec![format!("https://{}.example/callback", name.to_lowercase())],
        post_logout_redirect_uris: vec![format!("https://{}.example/out", name.to_lowercase())],
        back_channel_logout_uri: listener,
        profile: ApplicationProfile {
            sector: sector.map(str::to_owned),
            id_token_at_refresh: true,
            ..ApplicationProfile::default()
        },
        ..Registration::new(name)
    };
    service.register(registration, SecondFactor::Optional).await
}

/// Aino's tokens in an application that she enters silently.
async fn tokens(service: &Service, browser: &mut Browser, application: &Registered) -> super::client::Answer {
    let page = browser.get(&application.authorize(&[("scope", "openid profile offline_access")])).await;
    application.redeem(service, &page.answered("code").unwrap()).await.fine()
}

/// A service where Aino is signed in, with applications of two sectors and one that is told the plain subject.
async fn sectors() -> (Service, Browser, String, [Registered; 4]) {
    let service = Service::start().await;
    let person = service.person(AINO).await.to_string();
    let applications = [
        register(&service, "Plain", None, None).await,
        register(&service, "One", Some("one.example"), None).await,
        register(&service, "Sister", Some("one.example"), None).await,
        register(&service, "Two", Some("two.example"), None).await,
    ];
    let mut browser = service.browser();
    sign_in(&service, &mut browser, &applications[0], &[]).await;
    (service, browser, person, applications)
}

#[tokio::test]
async fn a_person_has_one_subject_in_each_sector_and_another_elsewhere() {
    let (service, mut browser, person, applications) = sectors().await;
    let mut subjects = Vec::new();
    let mut sessions = Vec::new();
    for application in &applications {
        let id_token = claims(&tokens(&service, &mut browser, application).await.text("id_token"));
        subjects.push(id_token["sub"].as_str().unwrap().to_owned());
        sessions.push(id_token["sid"].as_str().unwrap().to_owned());
    }
    assert_eq!(subjects[0], person);
    assert_eq!(subjects[1], subjects[2]);
    assert_eq!(sessions[1], sessions[2]);
    for (all, plain) in [(&subjects, &subjects[0]), (&sessions, &sessions[0])] {
        assert!(all[1] != *plain && all[3] != *plain && all[1] != all[3], "{all:?}");
    }
    // Another person is another one there, too.
    service.person(MIKKO).await;
    let mut other = service.browser();
    let first = other.open(&applications[1].authorize(&[])).await;
    let page = other.sign_in_as(&service, first, MIKKO).await;
    let id_token = applications[1].redeem(&service, &page.answered("code").unwrap()).await.fine().text("id_token");
    assert_ne!(claims(&id_token)["sub"], subjects[1].as_str());
}

#[tokio::test]
async fn a_sector_hears_the_same_subject_everywhere() {
    let (service, mut browser, person, applications) = sectors().await;
    let one = &applications[1];
    let given = tokens(&service, &mut browser, one).await;
    let subject = claims(&given.text("id_token"))["sub"].clone();
    let session = claims(&given.text("id_token"))["sid"].clone();
    let access_token = given.text("access_token");
    assert_eq!((&claims(&access_token)["sub"], &claims(&access_token)["sid"]), (&subject, &session));
    assert_eq!(get(&service, "/oauth/userinfo", Some(&access_token)).await.fine().json["sub"], subject);
    assert_eq!(one.introspect(&service, &access_token).await["sub"], subject);
    let refresh_token = one.introspect(&service, &given.text("refresh_token")).await;
    assert_eq!((&refresh_token["sub"], &refresh_token["sid"]), (&subject, &session));
    let renewed = one.refresh(&service, &given.text("refresh_token")).await.fine();
    assert_eq!(claims(&renewed.text("id_token"))["sub"], subject);
    // Nothing that it is told has the plain one in it.
    for token in [given.text("id_token"), access_token, renewed.text("id_token"), renewed.text("access_token")] {
        assert!(!claims(&token).to_string().contains(&person));
    }
}

#[tokio::test]
async fn a_subject_that_comes_back_means_the_person_in_its_own_sector_alone() {
    let (service, mut browser, person, applications) = sectors().await;
    let [plain, one, sister, two] = &applications;
    let hint = tokens(&service, &mut browser, one).await.text("id_token");
    let subject = claims(&hint)["sub"].as_str().unwrap().to_owned();
    let with_sub = |subject: &str| format!(r#"{{"id_token":{{"sub":{{"value":"{subject}"}}}}}}"#);
    let silently = async |browser: &mut Browser, application: &Registered, name: &str, value: &str| {
        let page = browser.get(&application.authorize(&[("prompt", "none"), (name, value)])).await;
        page.answered("error").unwrap_or_else(|| "code".to_owned())
    };
    for application in [one, sister] {
        assert_eq!(silently(&mut browser, application, "id_token_hint", &hint).await, "code");
        assert_eq!(silently(&mut browser, application, "claims", &with_sub(&subject)).await, "code");
    }
    for application in [plain, two] {
        assert_ne!(silently(&mut browser, application, "id_token_hint", &hint).await, "code");
        assert_eq!(silently(&mut browser, application, "claims", &with_sub(&subject)).await, "login_required");
    }
    // The plain subject and guesses are nobody there.
    for wrong in [person.as_str(), "guessed", "0190b2f0-7a5c-8cc0-8a3e-5a1f0a3bc000"] {
        assert_eq!(silently(&mut browser, one, "claims", &with_sub(wrong)).await, "login_required", "{wrong}");
    }
    // Somebody else's subject is not answered for Aino.
    service.person(MIKKO).await;
    let mut other = service.browser();
    let first = other.open(&one.authorize(&[])).await;
    let page = other.sign_in_as(&service, first, MIKKO).await;
    let his = one.redeem(&service, &page.answered("code").unwrap()).await.fine().text("id_token");
    assert_eq!(silently(&mut browser, one, "id_token_hint", &his).await, "login_required");
    assert_eq!(silently(&mut other, one, "id_token_hint", &his).await, "code");
}

#[tokio::test]
async fn signing_out_knows_the_session_by_the_name_that_the_sector_was_told() {
    let listener = Listener::default();
    let service = Service::start().await;
    service.person(AINO).await;
    let one = register(&service, "One", Some("one.example"), Some(listener.start().await)).await;
    let mut browser = service.browser();
    let page = sign_in(&service, &mut browser, &one, &[]).await;
    let hint = one.redeem(&service, &page.answered("code").unwrap()).await.fine().text("id_token");
    let fields = [("id_token_hint", hint.as_str()), ("post_logout_redirect_uri", "https://one.example/out")];
    let page = browser.get(&format!("/oauth/sign-out?{}", form(&fields))).await;
    assert_eq!(page.location().as_deref(), Some("https://one.example/out"), "{}", page.body);
    assert_eq!(deliver_due(&service.app, service.now()).await.unwrap(), 1);
    let told = verified(&service, &listener.tokens()[0]).await.unwrap();
    assert_eq!((&told["sub"], &told["sid"]), (&claims(&hint)["sub"], &claims(&hint)["sid"]));
}

#[tokio::test]
async fn a_subject_outlives_the_master_key() {
    let (service, mut browser, _, applications) = sectors().await;
    let one = &applications[1];
    let before = claims(&tokens(&service, &mut browser, one).await.text("id_token"))["sub"].clone();
    let key = |byte: u8| Secret::new([byte; 32]);
    let rotated = service.with(|settings| settings.secret_keys = vec![key(8), key(7)]).await;
    let mut browser = rotated.take_over(browser);
    let sub = async |service: &Service, browser: &mut Browser| -> Value {
        claims(&tokens(service, browser, one).await.text("id_token"))["sub"].clone()
    };
    assert_eq!(sub(&rotated, &mut browser).await, before);
    // It was sealed anew: of the former key nothing hangs on any more. The signing keys still do.
    let sealed: Vec<u8> = {
        use salpa::platform::db::Reads;
        service.app.db.one("SELECT salt FROM subject_salts", &[], |row| row.get(0)).await.unwrap()
    };
    let alone = service.with(|settings| settings.secret_keys = vec![key(8)]).await;
    assert!(alone.app.master_keys.open("salt of pairwise subjects", &sealed).is_ok(), "{}", BASE64.encode(&sealed));
    assert_eq!(sub(&rotated, &mut browser).await, before);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn nodes_that_need_the_salt_at_once_make_one() {
    let (service, mut browser, _, applications) = sectors().await;
    let mut given = Vec::new();
    for _ in 0..6 {
        let page = browser.get(&applications[1].authorize(&[])).await;
        given.push(page.answered("code").unwrap());
    }
    let mut nodes = Vec::new();
    for code in given {
        let (node, one) = (service.with(|_| {}).await, applications[1].clone());
        nodes.push(tokio::spawn(async move { one.redeem(&node, &code).await.fine().text("id_token") }));
    }
    let mut subjects = Vec::new();
    for node in nodes {
        subjects.push(claims(&node.await.unwrap())["sub"].clone());
    }
    assert!(subjects.iter().all(|subject| *subject == subjects[0]), "{subjects:?}");
    assert_eq!(service.count("SELECT count(*) FROM subject_salts").await, 1);
}

#[tokio::test]
async fn a_sector_is_the_name_of_a_host() {
    let service = Service::start().await;
    for wrong in ["", "https://one.example", "localhost", "One.example"] {
        let registration = Registration {
            redirect_uris: vec!["https://one.example/callback".to_owned()],
            profile: ApplicationProfile { sector: Some(wrong.to_owned()), ..ApplicationProfile::default() },
            ..Registration::new("One")
        };
        let app = &service.app;
        let refused = salpa::provider::applications::create(&app.db, &app.random, registration, service.now()).await;
        assert!(refused.is_err(), "{wrong}");
    }
}
