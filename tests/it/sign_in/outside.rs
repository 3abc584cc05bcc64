//! Attempts of outsiders, and their effects on the people inside.

use http::StatusCode;
use salpa::platform::db::Reads;
use salpa::platform::web::network::Network;
use salpa::proofs::passwords::{self, HashPool, Lot, Password, PasswordCheck};
use salpa::proofs::{Occasion, failures};
use salpa::sign_in::policies::SecondFactor;

use crate::support::{AINO, MIKKO, Service};

#[tokio::test]
async fn failures_in_the_same_network_do_not_lock_out_a_known_browser() {
    let service = Service::start().await;
    service.person(MIKKO).await;
    let ruori = service.application("Ruori Accounting", SecondFactor::Optional).await;
    let mut known = service.browser();
    let page = known.open(&ruori.authorize(&[])).await;
    assert!(known.sign_in_as(&service, page, MIKKO).await.answered("code").is_some());

    let mut attacker = service.browser();
    attacker.address = known.address;
    let mut held_back = false;
    for number in 0..60 {
        let sign_in = attacker.open(&ruori.authorize(&[])).await.sign_in();
        let email = format!("somebody.{number}@kallio.example");
        attacker.submit(&format!("{sign_in}/email"), &[("email", &email)]).await;
        let page = attacker.submit(&format!("{sign_in}/password"), &[("password", "a wild guess")]).await;
        held_back |= page.status == StatusCode::TOO_MANY_REQUESTS;
    }
    assert!(held_back, "the network waits");

    service.wait(1);
    let page = known.open(&ruori.authorize(&[("prompt", "login")])).await;
    let sign_in = page.sign_in();
    let page = known.submit(&format!("{sign_in}/password"), &[("password", MIKKO.password)]).await;
    assert!(page.answered("code").is_some(), "{} {}", page.status, page.title());
}

#[tokio::test]
async fn a_known_browser_still_waits_for_its_own_failures() {
    let service = Service::start().await;
    let mikko = service.person(MIKKO).await;
    let ruori = service.application("Ruori Accounting", SecondFactor::Optional).await;
    let mut known = service.browser();
    let page = known.open(&ruori.authorize(&[])).await;
    known.sign_in_as(&service, page, MIKKO).await;
    service.wait(1);
    let sign_in = known.open(&ruori.authorize(&[("prompt", "login")])).await.sign_in();
    let mut last = StatusCode::OK;
    for _ in 0..6 {
        last = known.submit(&format!("{sign_in}/password"), &[("password", "a wild guess")]).await.status;
    }
    assert_eq!(last, StatusCode::TOO_MANY_REQUESTS);
    let forgotten: Result<u64, salpa::platform::db::Error> =
        service.app.db.write(move |tx| Box::pin(async move { failures::forget(tx, mikko).await })).await;
    assert_eq!(forgotten.unwrap(), 1);
    let page = known.submit(&format!("{sign_in}/password"), &[("password", MIKKO.password)]).await;
    assert!(page.answered("code").is_some(), "{} {}", page.status, page.title());
}

#[tokio::test]
async fn a_person_whose_tries_were_used_up_by_others_can_try_again_when_the_operator_says_so() {
    let service = Service::start().await;
    let mikko = service.person(MIKKO).await;
    let ruori = service.application("Ruori Accounting", SecondFactor::Optional).await;
    let mut attacker = service.browser();
    let sign_in = attacker.open(&ruori.authorize(&[])).await.sign_in();
    attacker.submit(&format!("{sign_in}/email"), &[("email", MIKKO.email)]).await;
    for _ in 0..6 {
        attacker.submit(&format!("{sign_in}/password"), &[("password", "a wild guess")]).await;
    }
    let mut browser = service.browser();
    let first = browser.open(&ruori.authorize(&[])).await;
    let page = browser.sign_in_as(&service, first.clone(), MIKKO).await;
    assert_eq!(page.status, StatusCode::TOO_MANY_REQUESTS);
    let forgotten: Result<u64, salpa::platform::db::Error> =
        service.app.db.write(move |tx| Box::pin(async move { failures::forget(tx, mikko).await })).await;
    assert_eq!(forgotten.unwrap(), 1);
    let sign_in = first.sign_in();
    let page = browser.submit(&format!("{sign_in}/password"), &[("password", MIKKO.password)]).await;
    assert!(page.answered("code").is_some(), "{} {}", page.status, page.title());
}

#[tokio::test]
async fn a_network_that_floods_leaves_no_requests_behind() {
    let service = Service::start().await;
    let ruori = service.application("Ruori Accounting", SecondFactor::Optional).await;
    let mut browser = service.browser();
    let network = Network::of(browser.address);
    while service.app.flood.admit(&network, service.now()).is_ok() {}
    let page = browser.open(&ruori.authorize(&[])).await;
    assert_eq!(page.status, StatusCode::TOO_MANY_REQUESTS);
    let kept: i64 = service
        .app
        .db
        .one("SELECT count(*) FROM authorization_requests", salpa::values![], |row| row.get(0))
        .await
        .unwrap();
    assert_eq!(kept, 0);
}

#[tokio::test]
async fn a_request_to_choose_an_account_asks_however_fresh_the_session_is() {
    let service = Service::start().await;
    service.person(MIKKO).await;
    service.person(AINO).await;
    let ruori = service.application("Ruori Accounting", SecondFactor::Optional).await;
    let mut browser = service.browser();
    let page = browser.open(&ruori.authorize(&[])).await;
    browser.sign_in_as(&service, page, MIKKO).await;
    for changes in [&[("prompt", "select_account")][..], &[("prompt", "select_account"), ("max_age", "10000")]] {
        let page = browser.open(&ruori.authorize(changes)).await;
        assert_eq!(page.title(), "Sign in", "{changes:?}");
    }
    // The one who is signed in already goes on with that session; no application is signed out of it.
    let sign_in = browser.open(&ruori.authorize(&[("prompt", "select_account")])).await.sign_in();
    let page = browser.submit(&format!("{sign_in}/email"), &[("email", MIKKO.email)]).await;
    assert!(page.answered("code").is_some(), "{} {}", page.status, page.title());
    let ended: i64 = service
        .app
        .db
        .one("SELECT count(*) FROM sessions WHERE ended_at IS NOT NULL", salpa::values![], |row| row.get(0))
        .await
        .unwrap();
    assert_eq!(ended, 0);
    // Somebody else proves to be that.
    let sign_in = browser.open(&ruori.authorize(&[("prompt", "select_account")])).await.sign_in();
    let page = browser.submit(&format!("{sign_in}/email"), &[("email", AINO.email)]).await;
    assert_eq!(page.title(), "Enter your password");
}

#[tokio::test]
async fn a_password_that_was_changed_meanwhile_is_not_put_back_by_a_dearer_hash_of_the_old_one() {
    let service = Service::start().await;
    let mikko = service.person(MIKKO).await;
    let app = &service.app;
    let dearer = salpa::platform::settings::PasswordHashCost { memory: 128, passes: 1 };
    let pool = HashPool::start(dearer, app.random.clone()).unwrap();
    let occasion = Occasion::SignIn { id: uuid::Uuid::nil(), browser: [0; 32] };
    let check = |password: &'static str| {
        let typed = Password::typed(password).unwrap();
        let whose = (Some(mikko), Lot::of(&app.master_keys, MIKKO.email));
        passwords::check(&app.db, &pool, whose, typed, occasion.clone(), service.now())
    };
    let PasswordCheck::Right { renewed: Some(renewed), .. } = check(MIKKO.password).await.unwrap() else {
        panic!("a dearer hash is made");
    };
    let changed = pool.make(Password::typed("four white boats at anchor").unwrap().into_secret()).await.unwrap();
    let now = service.now();
    let put_back = app
        .db
        .write::<_, salpa::platform::db::Error, _>(move |tx| {
            Box::pin(async move {
                passwords::set(tx, mikko, &changed, true, now).await?;
                passwords::renew(tx, &renewed).await
            })
        })
        .await;
    assert!(!put_back.unwrap());
    assert!(matches!(check(MIKKO.password).await.unwrap(), PasswordCheck::Wrong));
    assert!(matches!(check("four white boats at anchor").await.unwrap(), PasswordCheck::Right { renewed: None, .. }));
}
