//! An application moves to other addresses, and keeps its `client_id`, its people and their tokens.

use http::StatusCode;
use serde_json::{Value, json};

use super::client::{VERIFIER, form};
use super::signing::link;
use super::{Arrived, arrive};
use crate::api::caller::Program;
use crate::support::{AINO, Registered, Service};

const OLD: &str = "https://payroll.example/callback";
const NEW: &str = "https://pay.kallio.example/callback";

fn path(application: &Registered) -> String {
    format!("/api/v1/applications/{}/addresses", application.application.id)
}

/// The operator's program sets the addresses for answers and, alike, those after signing out.
async fn set(program: &Program<'_>, application: &Registered, redirect_uris: &[&str]) -> Value {
    let after: Vec<String> = redirect_uris.iter().map(|address| address.replace("callback", "signed-out")).collect();
    let addresses = json!({ "redirect_uris": redirect_uris, "post_logout_redirect_uris": after });
    program.put(&path(application), addresses).await.fine(200)
}

fn fields<'f>(code: &'f str, redirect_uri: &'f str) -> [(&'f str, &'f str); 4] {
    [("grant_type", "authorization_code"), ("code", code), ("redirect_uri", redirect_uri), ("code_verifier", VERIFIER)]
}

#[tokio::test]
async fn people_sign_in_at_the_new_address_with_the_same_client_id_and_their_tokens_go_on() {
    let Arrived { service, application, mut browser, code } = arrive(&[]).await;
    let program = service.operating_program().await;
    let before = application.redeem(&service, &code).await.fine();
    let hint = before.text("id_token");

    // Both for a while, then the new one alone.
    set(&program, &application, &[OLD, NEW]).await;
    assert!(browser.get(&application.authorize(&[])).await.answered("code").is_some());
    set(&program, &application, &[NEW]).await;
    let page = browser.get(&application.authorize(&[("redirect_uri", NEW)])).await;
    let code = page.answered("code").expect("the session goes on");
    application.post(&service, "/oauth/token", &fields(&code, NEW)).await.fine();
    application.refresh(&service, &before.text("refresh_token")).await.fine();

    let sign_out =
        |to: &str| format!("/oauth/sign-out?{}", form(&[("id_token_hint", &hint), ("post_logout_redirect_uri", to)]));
    let refused = browser.get(&sign_out("https://payroll.example/signed-out")).await;
    assert_eq!((refused.status, refused.location()), (StatusCode::BAD_REQUEST, None));
    let new = "https://pay.kallio.example/signed-out";
    assert_eq!(browser.get(&sign_out(new)).await.location().as_deref(), Some(new));

    let told = service.history().await.into_iter().filter(|told| told.event == "application.addresses_set");
    let changes: Vec<_> = told.map(|told| (told.details["from"].clone(), told.details["to"].clone())).collect();
    assert_eq!(changes.len(), 2);
    assert_eq!(changes[1].0["redirect_uris"], json!([OLD, NEW]));
    assert_eq!(changes[1].1["redirect_uris"], json!([NEW]));
    assert!(changes[1].1.get("back_channel_logout_uri").is_none(), "what stayed is not told");
}

#[tokio::test]
async fn nothing_that_is_on_its_way_reaches_a_removed_address() {
    let Arrived { service, application, mut browser, code } = arrive(&[]).await;
    let program = service.operating_program().await;
    // Each code of the app counts once.
    service.wait(31);
    let mut on_the_way = service.browser();
    let first = on_the_way.open(&application.authorize(&[])).await;
    let sign_in = first.sign_in();
    let pushed = application.push(&service, &[], &[]).await.text("request_uri");
    set(&program, &application, &[NEW]).await;

    // The code was sent, and its thief or its application brings it after the move.
    application.redeem(&service, &code).await.refused(400, "invalid_grant");
    application.post(&service, "/oauth/token", &fields(&code, NEW)).await.refused(400, "invalid_grant");

    // The person was signing in.
    let page = on_the_way.sign_in_as(&service, first, AINO).await;
    assert_eq!(page.title(), "This application cannot receive the answer", "{}", page.body);
    assert_eq!((page.status, page.location()), (StatusCode::BAD_REQUEST, None));
    let back = on_the_way.post(&format!("{}/back", page.path), &[("sign_in", &sign_in)]).await;
    assert!(back.location().is_none_or(|to| !to.starts_with(OLD)), "{:?}", back.location());

    // The request was pushed before.
    for page in [browser.get(&link(&application, &pushed)).await, browser.get(&application.authorize(&[])).await] {
        assert_eq!((page.status, page.location()), (StatusCode::BAD_REQUEST, None), "{}", page.body);
    }
    assert_eq!(service.count("SELECT count(*) FROM authorization_codes").await, 1);
}

#[tokio::test]
async fn addresses_that_no_application_may_have_are_refused_and_nothing_changes() {
    let Arrived { service, application, .. } = arrive(&[]).await;
    let program = service.operating_program().await;
    let was = program.get(&path(&application)).await.fine(200);
    let many: Vec<String> = (0..21).map(|number| format!("https://{number}.example/")).collect();
    for (wrong, words) in [
        (json!({ "redirect_uris": [] }), "redirect_uris: is missing"),
        (json!({ "redirect_uris": ["http://payroll.example/"] }), "must begin with https://"),
        (json!({ "redirect_uris": ["https://*.example/"] }), "wildcard"),
        (json!({ "redirect_uris": ["https://payroll.example/#"] }), "fragment"),
        (json!({ "redirect_uris": ["javascript:alert(1)"] }), "must begin with https://"),
        (json!({ "redirect_uris": many }), "more than 20"),
        (
            json!({ "redirect_uris": [NEW], "post_logout_redirect_uris": ["ftp://x.example"] }),
            "post_logout_redirect_uris",
        ),
        (json!({ "redirect_uris": [NEW], "home_url": "javascript:alert(1)" }), "home_url"),
        (json!({ "redirect_uris": [NEW], "back_channel_logout_uri": "file:///etc/passwd" }), "back_channel_logout_uri"),
        (json!({ "redirect_uris": [NEW], "initiate_login_uri": "http://x.example" }), "initiate_login_uri"),
    ] {
        let told = program.put(&path(&application), wrong.clone()).await.refused(422, "invalid");
        assert!(told.json["detail"].as_str().is_some_and(|detail| detail.contains(words)), "{wrong}: {told:?}");
    }
    program
        .put(&path(&application), json!({ "redirect_uris": [NEW], "client_id": "x" }))
        .await
        .refused(400, "malformed");
    let stale = [("if-match", "\"other\"")];
    let fine = json!({ "redirect_uris": [NEW] });
    program.call_with(http::Method::PUT, &path(&application), &stale, fine).await.refused(412, "changed");
    assert_eq!(program.get(&path(&application)).await.fine(200), was);
    program.put(&path(&application), was.clone()).await.fine(200);
    let told = service.history().await.into_iter().filter(|told| told.event == "application.addresses_set").count();
    assert_eq!(told, 0, "what is so already is no change");
}

#[tokio::test]
async fn twenty_long_addresses_of_each_kind_can_be_sent() {
    let Arrived { service, application, .. } = arrive(&[]).await;
    let program = service.operating_program().await;
    let long = |number: usize| format!("https://payroll.example/{number:0>2000}");
    let all: Vec<String> = (0..20).map(long).collect();
    let addresses = json!({ "redirect_uris": all, "post_logout_redirect_uris": all });
    let set = program.put(&path(&application), addresses).await.fine(200);
    assert_eq!(set["redirect_uris"].as_array().unwrap().len(), 20);
}

#[tokio::test]
async fn an_application_of_another_company_or_of_the_operator_is_not_there() {
    let service = Service::start().await;
    let kallio = service.business("Kallio").await;
    let niemi = service.business("Niemi").await;
    let program = service.program_of(kallio).await;
    let own = service.application_of(kallio, "Own", salpa::sign_in::policies::SecondFactor::Optional).await;
    let others = service.application_of(niemi, "Others", salpa::sign_in::policies::SecondFactor::Optional).await;
    let operators = service.application("Operators", salpa::sign_in::policies::SecondFactor::Optional).await;
    service.set_open(kallio, operators.application.id, true).await;
    let at = |registered: &Registered| {
        format!("/api/v1/companies/{kallio}/applications/{}/addresses", registered.application.id)
    };
    let addresses = json!({ "redirect_uris": [NEW] });
    let set = program.put(&at(&own), addresses.clone()).await.fine(200);
    assert_eq!(set["redirect_uris"], addresses["redirect_uris"]);
    for foreign in [&others, &operators] {
        program.get(&at(foreign)).await.refused(404, "not-found");
        program.put(&at(foreign), addresses.clone()).await.refused(404, "not-found");
        program.put(&path(foreign), addresses.clone()).await.refused(403, "insufficient-scope");
    }
    let company = service.companies_of_event("application.addresses_set").await;
    assert_eq!(company, [Some(kallio.to_string())]);
}
