//! The history of a sign-in: each step, each refusal with the identifier that its page showed, no secret.

use salpa::sign_in::policies::SecondFactor;

use crate::support::{AINO, MIKKO, Service, code_at};

#[tokio::test]
async fn every_step_of_a_sign_in_stands_in_the_history_in_order() {
    let service = Service::start().await;
    let mikko = service.person(MIKKO).await;
    let ruori = service.application("Ruori Accounting", SecondFactor::Required).await;
    let before = service.history().await.len();
    let mut browser = service.browser();
    browser.user_agent = "A browser of Mikko".to_owned();

    let page = browser.try_password(&ruori, MIKKO, "not the right one").await;
    let sign_in = page.sign_in();
    browser.answer(&sign_in, "password", &[("password", MIKKO.password)]).await;
    let seed = browser.answer(&sign_in, "second-step", &[("method", "totp")]).await.secret();
    browser.answer(&sign_in, "authenticator", &[("code", &code_at(&seed, service.now()))]).await;
    browser.answer(&sign_in, "recovery-saved", &[("saved", "yes")]).await;
    assert!(browser.answer(&sign_in, "open", &[]).await.is_at_the_application());

    let events = service.events().await.split_off(before);
    assert_eq!(
        events,
        [
            "sign_in.begun",
            "sign_in.identified",
            "sign_in.not_proven password",
            "sign_in.proven password",
            "sign_in.second_step_set_up totp",
            "sign_in.proven totp",
            "sign_in.recovery_code_saved",
            "sign_in.done",
            "provider.code_issued",
        ]
    );
    let history = service.history().await.split_off(before);
    let id = sign_in.rsplit('/').next().unwrap();
    for told in &history[..8] {
        assert_eq!(told.sign_in.as_deref(), Some(id), "{told:?}");
    }
    for told in &history[1..] {
        assert_eq!(told.person, Some(mikko.to_string()), "{told:?}");
    }
    let done = &history[7];
    assert_eq!((done.detail("acr"), &done.details["amr"]), ("aal2", &serde_json::json!(["mfa", "otp", "pwd"])));
    assert!(done.session.is_some());
    assert_eq!(service.count("SELECT COUNT(*) FROM history WHERE user_agent = 'A browser of Mikko'").await, 9);
}

#[tokio::test]
async fn entries_of_one_instant_stand_in_their_order() {
    // The clock of a story stands still: whole sign-ins happen within one millisecond.
    let service = Service::start().await;
    service.person(MIKKO).await;
    let ruori = service.application("Ruori Accounting", SecondFactor::Optional).await;
    for _ in 0..20 {
        let before = service.history().await.len();
        service.browser().arrive(&service, &ruori, MIKKO).await;
        let events = service.events().await.split_off(before);
        assert_eq!(
            events,
            ["sign_in.begun", "sign_in.identified", "sign_in.proven password", "sign_in.done", "provider.code_issued"]
        );
    }
}

#[tokio::test]
async fn a_refusal_stands_in_the_history_with_the_identifier_that_its_page_showed() {
    let service = Service::start().await;
    let aino = service.person(AINO).await;
    let ruori = service.application("Ruori Accounting", SecondFactor::Required).await;
    let mut browser = service.browser();
    let sign_in = browser.begin(&ruori).await;
    service.set_state(aino, salpa::directory::people::PersonState::Disabled).await;
    browser.answer(&sign_in, "email", &[("email", AINO.email)]).await;

    let closed = browser.answer(&sign_in, "password", &[("password", AINO.password)]).await;
    let other = service.browser().open(&sign_in).await;
    let unknown = browser.open("/oauth/authorize?client_id=nobody").await;

    let history = service.history().await;
    for (page, refused) in [(&closed, "closed"), (&other, "cookies"), (&unknown, "application")] {
        let told = history.iter().find(|told| told.error_id == page.error_id()).unwrap_or_else(|| panic!("{page:?}"));
        assert_eq!(told.detail("refused"), refused);
    }
    let told = history.iter().find(|told| told.error_id == closed.error_id()).unwrap();
    assert_eq!(told.person, Some(aino.to_string()));
}

#[tokio::test]
async fn no_secret_of_a_sign_in_stands_in_the_database() {
    let service = Service::start().await;
    service.person(MIKKO).await;
    let ruori = service.application("Ruori Accounting", SecondFactor::Required).await;
    let mut browser = service.browser();
    browser.try_password(&ruori, MIKKO, "a secret that was mistyped").await;
    let page = browser.try_password(&ruori, MIKKO, MIKKO.password).await;
    let sign_in = page.sign_in();
    let seed = browser.answer(&sign_in, "second-step", &[("method", "totp")]).await.secret();
    let code = code_at(&seed, service.now());
    let page = browser.answer(&sign_in, "authenticator", &[("code", &code)]).await;
    let at = page.body.find("data-copy=\"").unwrap() + "data-copy=\"".len();
    let recovery_code: String = page.body[at..].chars().take_while(|character| *character != '"').collect();
    let shown = service.database.everything().await;
    browser.answer(&sign_in, "recovery-saved", &[("saved", "yes")]).await;
    let page = browser.answer(&sign_in, "open", &[]).await;
    let given = page.answered("code").unwrap();
    let tokens = ruori.redeem(&service, &given).await.fine();

    let secrets = [
        MIKKO.password.to_owned(),
        "a secret that was mistyped".to_owned(),
        seed,
        recovery_code.replace('-', ""),
        recovery_code,
        browser.cookies["__Host-salpa_browser"].clone(),
        browser.cookies["__Host-salpa_session"].clone(),
        given,
        tokens.text("access_token"),
        tokens.text("id_token"),
        ruori.secret.clone().unwrap(),
    ];
    let kept = service.database.everything().await;
    assert!(kept.contains(MIKKO.email), "it looks into the tables");
    for (number, secret) in secrets.iter().enumerate() {
        for written in written_as(secret) {
            assert!(!shown.contains(&written), "secret {number} while it is shown");
            assert!(!kept.contains(&written), "secret {number}");
        }
    }
}

/// A secret, and the bytes that it writes, as they would stand in a dump.
fn written_as(secret: &str) -> Vec<String> {
    let hex = |bytes: &[u8]| data_encoding::HEXLOWER.encode(bytes);
    let mut written = vec![secret.to_owned(), hex(secret.as_bytes())];
    written.extend(data_encoding::BASE32_NOPAD.decode(secret.as_bytes()).iter().map(|bytes| hex(bytes)));
    written.extend(data_encoding::BASE64URL_NOPAD.decode(secret.as_bytes()).iter().map(|bytes| hex(bytes)));
    written
}
