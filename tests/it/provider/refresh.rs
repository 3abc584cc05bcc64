//! Refresh tokens: a new one each time, and an old one ends them all.

use std::sync::Arc;

use http::StatusCode;
use salpa::directory::people::{self, Email, PersonState};
use salpa::platform::db;
use salpa::provider::applications::{self, ApplicationProfile, GrantType, Registration};
use salpa::sign_in::policies::SecondFactor;

use super::client::{claims, get};
use super::{Arrived, arrive, sign_in};
use crate::support::{AINO, Service};

const DAY: u64 = 24 * 60 * 60;

#[tokio::test]
async fn each_refresh_gives_a_new_token() {
    let Arrived { service, application, code, .. } = arrive(&[]).await;
    let first = application.redeem(&service, &code).await.fine();
    service.wait(300);
    let second = application.refresh(&service, &first.text("refresh_token")).await.fine();
    assert_ne!(first.text("refresh_token"), second.text("refresh_token"));
    get(&service, "/oauth/userinfo", Some(&second.text("access_token"))).await.fine();
    application.refresh(&service, &second.text("refresh_token")).await.fine();
}

/// OpenID Connect Core §12.2: what an ID token of a refresh says is what the first one said.
#[tokio::test]
async fn an_id_token_comes_with_a_refresh_that_asks_for_it() {
    let Arrived { service, application, code, .. } = arrive(&[]).await;
    let first = application.redeem(&service, &code).await.fine();
    service.wait(300);
    let plain = application.refresh(&service, &first.text("refresh_token")).await.fine();
    assert_eq!(plain.json.get("id_token"), None);

    let token = plain.text("refresh_token");
    let fields = [("grant_type", "refresh_token"), ("refresh_token", token.as_str()), ("scope", "openid")];
    let asked = application.post(&service, "/oauth/token", &fields).await.fine();
    let (before, after) = (claims(&first.text("id_token")), claims(&asked.text("id_token")));
    for name in ["sub", "aud", "iss", "auth_time", "sid", "acr"] {
        assert_eq!(before[name], after[name], "{name}");
    }
    assert_eq!(after["nonce"], serde_json::Value::Null);
}

#[tokio::test]
async fn an_application_that_is_registered_so_gets_an_id_token_with_every_refresh() {
    let service = Service::start().await;
    service.person(AINO).await;
    let registration = Registration {
        redirect_uris: vec!["https://payroll.example/callback".to_owned()],
        profile: ApplicationProfile { id_token_at_refresh: true, ..ApplicationProfile::default() },
        ..Registration::new("Payroll")
    };
    let application = service.register(registration, SecondFactor::Required).await;
    let page = sign_in(&service, &mut service.browser(), &application, &[]).await;
    let first = application.redeem(&service, &page.answered("code").unwrap()).await.fine();
    let second = application.refresh(&service, &first.text("refresh_token")).await.fine();
    assert_eq!(claims(&first.text("id_token"))["sub"], claims(&second.text("id_token"))["sub"]);
}

#[tokio::test]
async fn an_application_that_reads_the_id_token_alone_finds_name_and_email_in_it_if_it_is_registered_so() {
    let service = Service::start().await;
    service.person(AINO).await;
    for (claims_in_id_token, scope, name, email) in [
        (true, "openid profile email", true, true),
        (true, "openid email", false, true),
        (true, "openid", false, false),
        (false, "openid profile email", false, false),
    ] {
        let registration = Registration {
            redirect_uris: vec!["https://payroll.example/callback".to_owned()],
            profile: ApplicationProfile {
                claims_in_id_token,
                id_token_at_refresh: true,
                ..ApplicationProfile::default()
            },
            ..Registration::new("Payroll")
        };
        let application = service.register(registration, SecondFactor::Required).await;
        let page = sign_in(&service, &mut service.browser(), &application, &[("scope", scope)]).await;
        let first = application.redeem(&service, &page.answered("code").unwrap()).await.fine();
        let told = claims(&first.text("id_token"));
        assert_eq!((told["name"] == "Aino Virtanen", told["email"] == AINO.email), (name, email), "{scope}: {told}");
        assert_eq!((told.get("given_name").is_some(), told.get("email_verified").is_some()), (name, email), "{scope}");
        service.wait(60);
    }
}

#[tokio::test]
async fn an_old_token_ends_the_whole_family() {
    let Arrived { service, application, code, .. } = arrive(&[]).await;
    let first = application.redeem(&service, &code).await.fine();
    let second = application.refresh(&service, &first.text("refresh_token")).await.fine();
    application.refresh(&service, &first.text("refresh_token")).await.refused(400, "invalid_grant");
    application.refresh(&service, &second.text("refresh_token")).await.refused(400, "invalid_grant");
    let over = get(&service, "/oauth/userinfo", Some(&second.text("access_token"))).await;
    assert_eq!(over.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn a_guess_ends_nothing() {
    let Arrived { service, application, code, .. } = arrive(&[]).await;
    let tokens = application.redeem(&service, &code).await.fine();
    let real = tokens.text("refresh_token");
    let grant = real.split('.').next().unwrap();
    let noise = "A".repeat(43);
    let guess = format!("{grant}.{noise}.{noise}");
    for wrong in [guess.as_str(), &real[..real.len() - 1], "", "nonsense", grant] {
        let refused = application.refresh(&service, wrong).await;
        assert_eq!(refused.status, StatusCode::BAD_REQUEST, "{wrong}");
    }
    application.refresh(&service, &real).await.fine();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_many_who_race_with_one_token_one_wins() {
    let Arrived { service, application, code, .. } = arrive(&[]).await;
    let token = application.redeem(&service, &code).await.fine().text("refresh_token");
    let story = Arc::new((service, application, token));
    let racers: Vec<_> = (0..24)
        .map(|_| {
            let story = story.clone();
            tokio::spawn(async move { story.1.refresh(&story.0, &story.2).await })
        })
        .collect();
    let mut won = Vec::new();
    for racer in racers {
        let answer = racer.await.unwrap();
        if answer.status == StatusCode::OK {
            won.push(answer);
        } else {
            answer.refused(400, "invalid_grant");
        }
    }
    assert_eq!(won.len(), 1);
    story.1.refresh(&story.0, &won[0].text("refresh_token")).await.refused(400, "invalid_grant");
}

#[tokio::test]
async fn a_token_is_of_one_application_alone() {
    let Arrived { service, application, code, .. } = arrive(&[]).await;
    let tokens = application.redeem(&service, &code).await.fine();
    let thief = service.application("Thief", salpa::sign_in::policies::SecondFactor::Optional).await;
    thief.refresh(&service, &tokens.text("refresh_token")).await.refused(400, "invalid_grant");
    application.refresh(&service, &tokens.text("refresh_token")).await.fine();
}

#[tokio::test]
async fn the_scope_may_be_narrowed_for_one_token_but_never_widened() {
    let Arrived { service, application, code, .. } = arrive(&[]).await;
    let first = application.redeem(&service, &code).await.fine();
    let refresh = |token: String, scope: &'static str| {
        let (service, application) = (&service, &application);
        async move {
            let fields = [("grant_type", "refresh_token"), ("refresh_token", token.as_str()), ("scope", scope)];
            application.post(service, "/oauth/token", &fields).await
        }
    };
    refresh(first.text("refresh_token"), "openid offline_access").await.refused(400, "invalid_scope");
    let narrow = refresh(first.text("refresh_token"), "openid").await.fine();
    assert_eq!(narrow.text("scope"), "openid");
    let person = get(&service, "/oauth/userinfo", Some(&narrow.text("access_token"))).await.fine();
    assert_eq!(person.json.get("email"), None);
    let wide = application.refresh(&service, &narrow.text("refresh_token")).await.fine();
    assert_eq!(wide.text("scope"), "openid profile email");
}

#[tokio::test]
async fn without_offline_access_tokens_end_with_the_session() {
    let Arrived { service, application, mut browser, code } = arrive(&[]).await;
    let tokens = application.redeem(&service, &code).await.fine();
    browser.submit("/oauth/sign-out/confirm", &[]).await;
    application.refresh(&service, &tokens.text("refresh_token")).await.refused(400, "invalid_grant");
    let over = get(&service, "/oauth/userinfo", Some(&tokens.text("access_token"))).await;
    assert_eq!(over.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn without_offline_access_tokens_end_after_a_day() {
    let Arrived { service, application, code, .. } = arrive(&[]).await;
    let mut token = application.redeem(&service, &code).await.fine().text("refresh_token");
    for _ in 0..3 {
        service.wait(DAY / 4);
        token = application.refresh(&service, &token).await.fine().text("refresh_token");
    }
    service.wait(DAY / 4);
    application.refresh(&service, &token).await.refused(400, "invalid_grant");
}

#[tokio::test]
async fn offline_access_outlives_the_session_for_half_a_year() {
    let Arrived { service, application, mut browser, code } =
        arrive(&[("scope", "openid offline_access"), ("prompt", "consent")]).await;
    let mut token = application.redeem(&service, &code).await.fine().text("refresh_token");
    browser.submit("/oauth/sign-out/confirm", &[]).await;
    for _ in 0..7 {
        service.wait(25 * DAY);
        token = application.refresh(&service, &token).await.fine().text("refresh_token");
    }
    service.wait(5 * DAY);
    application.refresh(&service, &token).await.refused(400, "invalid_grant");
}

#[tokio::test]
async fn an_unused_token_ends_after_a_month() {
    let Arrived { service, application, code, .. } =
        arrive(&[("scope", "openid offline_access"), ("prompt", "consent")]).await;
    let token = application.redeem(&service, &code).await.fine().text("refresh_token");
    service.wait(30 * DAY);
    application.refresh(&service, &token).await.refused(400, "invalid_grant");
}

#[tokio::test]
async fn a_closed_profile_gets_no_tokens() {
    let Arrived { service, application, code, .. } = arrive(&[("scope", "openid offline_access")]).await;
    let tokens = application.redeem(&service, &code).await.fine();
    let email = Email::parse(crate::support::AINO.email).unwrap();
    let person = people::find_by_email(&service.app.db, &email).await.unwrap().unwrap().id;
    let now = service.now();
    let closed: Result<(), db::Error> = service
        .app
        .db
        .write(move |tx| {
            Box::pin(async move { people::set_state(tx, person, PersonState::Disabled, now).await.map(|_| ()) })
        })
        .await;
    closed.unwrap();
    application.refresh(&service, &tokens.text("refresh_token")).await.refused(400, "invalid_grant");
    let over = get(&service, "/oauth/userinfo", Some(&tokens.text("access_token"))).await;
    assert_eq!(over.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn an_application_that_may_not_refresh_gets_no_refresh_token() {
    let Arrived { service, mut application, mut browser, .. } = arrive(&[]).await;
    application.application.grant_types = vec![GrantType::AuthorizationCode];
    let changed = &application.application;
    applications::update(&service.app.db, &service.app.random, changed, service.now()).await.unwrap();
    let page = browser.get(&application.authorize(&[("scope", "openid offline_access")])).await;
    let tokens = application.redeem(&service, &page.answered("code").unwrap()).await.fine();
    assert_eq!(tokens.json.get("refresh_token"), None);
    assert_eq!(tokens.text("scope"), "openid");
}
