//! Answers that are signed: of the authorization endpoint (JARM), of userinfo, and about tokens (RFC 9701). An
//! application that gets one can prove later what was said; and none of them is taken for another kind of token.

use http::StatusCode;
use http::header::{ACCEPT, AUTHORIZATION};
use salpa::platform::jose::Algorithm;
use salpa::provider::applications::{self, ApplicationProfile, Registration, RegistrationError};
use salpa::sign_in::policies::SecondFactor;
use serde_json::{Value, json};

use super::client::{claims, form, get, header, post_with, verified};
use super::encryption::{decrypted, encryption};
use super::registration::{leave, limits, register, registered};
use super::sign_in;
use super::signing::{Key, Signing};
use crate::support::{AINO, PUBLIC_URL, Page, Registered, Service};

fn payroll(profile: ApplicationProfile) -> Registration {
    Registration {
        redirect_uris: vec!["https://payroll.example/callback".to_owned()],
        profile,
        ..Registration::new("Payroll")
    }
}

/// A service with Aino, and an application with these wishes.
async fn story(profile: ApplicationProfile) -> (Service, Registered) {
    let service = Service::start().await;
    service.person(AINO).await;
    let application = service.register(payroll(profile), SecondFactor::Required).await;
    (service, application)
}

/// The claims of the one parameter of an answer, once it is seen to hold for this application.
async fn answer(service: &Service, application: &Registered, page: &Page) -> Value {
    let location = page.location().unwrap_or_else(|| panic!("no answer: {page:?}"));
    let (address, query) = location.split_once('?').unwrap();
    assert_eq!(address, "https://payroll.example/callback");
    let token = query.strip_prefix("response=").unwrap_or_else(|| panic!("more than the answer: {query}"));
    holds(service, application, token).await
}

async fn holds(service: &Service, application: &Registered, token: &str) -> Value {
    let said = verified(service, token).await.unwrap();
    assert_eq!((&said["iss"], &said["aud"]), (&PUBLIC_URL.into(), &application.application.client_id.clone().into()));
    let left = said["exp"].as_i64().unwrap() - service.now().seconds();
    assert!((1..=600).contains(&left), "{left}");
    said
}

#[tokio::test]
async fn an_answer_that_was_asked_for_as_a_token_says_everything_in_it() {
    let (service, application) = story(ApplicationProfile::default()).await;
    let mut browser = service.browser();
    for mode in ["jwt", "query.jwt"] {
        let mut page = browser.open(&application.authorize(&[("response_mode", mode)])).await;
        if page.location().is_none() {
            page = browser.sign_in_as(&service, page, AINO).await;
        }
        let said = answer(&service, &application, &page).await;
        assert_eq!(said["state"], "a state");
        assert_eq!(header(page.location().unwrap().split_once("response=").unwrap().1)["alg"], "RS256");
        application.redeem(&service, said["code"].as_str().unwrap()).await.fine();
    }
    let page = browser.open(&application.authorize(&[("response_mode", "form_post.jwt")])).await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(!page.body.contains("name=\"code\"") && !page.body.contains("name=\"state\""));
    let (_, token) = page.body.split_once("name=\"response\" value=\"").unwrap();
    let said = holds(&service, &application, token.split('"').next().unwrap()).await;
    application.redeem(&service, said["code"].as_str().unwrap()).await.fine();
    // Errors, too.
    let fields = [("response_mode", "jwt"), ("prompt", "none")];
    let page = service.browser().open(&application.authorize(&fields)).await;
    let said = answer(&service, &application, &page).await;
    assert_eq!((&said["error"], &said["state"]), (&"login_required".into(), &"a state".into()));
    let page = service.browser().open(&application.authorize(&[("response_mode", "fragment.jwt")])).await;
    assert_eq!(page.answered("error").as_deref(), Some("invalid_request"));
}

#[tokio::test]
async fn an_application_may_want_no_other_answers() {
    let wish = ApplicationProfile {
        require_signed_answers: true,
        answer_algorithm: Some(Algorithm::Es256),
        ..ApplicationProfile::default()
    };
    let (service, application) = story(wish).await;
    let page = service.browser().open(&application.authorize(&[])).await;
    let said = answer(&service, &application, &page).await;
    assert_eq!(said["error"], "invalid_request");
    let page = sign_in(&service, &mut service.browser(), &application, &[("response_mode", "jwt")]).await;
    assert!(answer(&service, &application, &page).await["code"].is_string());
    assert_eq!(header(page.location().unwrap().split_once("response=").unwrap().1)["alg"], "ES256");

    let fapi = ApplicationProfile { fapi: true, require_signed_answers: true, ..ApplicationProfile::default() };
    let registration = Registration { id_token_algorithm: Algorithm::Es256, ..payroll(fapi) };
    let bank = Signing::register(&service, Key::ec(), registration.clone()).await;
    bank.push(&service, &[], &[]).await.refused(400, "invalid_request");
    bank.push(&service, &[], &[("response_mode", "form_post")]).await.refused(400, "invalid_request");
    assert_eq!(bank.push(&service, &[], &[("response_mode", "jwt")]).await.status, StatusCode::CREATED);
    let weak = ApplicationProfile { answer_algorithm: Some(Algorithm::Rs256), ..registration.profile.clone() };
    let weak = applications::create(
        &service.app.db,
        &service.app.random,
        Registration { profile: weak, ..registration },
        service.now(),
    );
    let Err(RegistrationError::Mistakes(mistakes)) = weak.await else { panic!("RS256 was taken") };
    assert!(mistakes.iter().any(|mistake| mistake.field == "answer_algorithm"), "{mistakes:?}");
}

#[tokio::test]
async fn userinfo_is_signed_for_who_wants_it_and_is_no_other_token() {
    let wish = ApplicationProfile { userinfo_algorithm: Some(Algorithm::Es256), ..ApplicationProfile::default() };
    let (service, application) = story(wish).await;
    let page = sign_in(&service, &mut service.browser(), &application, &[]).await;
    let given = application.redeem(&service, &page.answered("code").unwrap()).await.fine();
    let told = get(&service, "/oauth/userinfo", Some(&given.text("access_token"))).await;
    assert_eq!((told.status, told.header("content-type")), (StatusCode::OK, "application/jwt"));
    assert_eq!(told.header("cache-control"), "no-store");
    let said = verified(&service, &told.body).await.unwrap();
    assert_eq!((&said["iss"], &said["aud"]), (&PUBLIC_URL.into(), &application.application.client_id.clone().into()));
    assert_eq!((&said["sub"], &said["email"]), (&claims(&given.text("id_token"))["sub"], &AINO.email.into()));
    // It has the type and the audience of an ID token, and is none.
    let sign_out = format!("/oauth/sign-out?{}", form(&[("id_token_hint", told.body.as_str())]));
    assert_eq!(service.browser().get(&sign_out).await.status, StatusCode::BAD_REQUEST);
    let hinted = application.authorize(&[("id_token_hint", &told.body), ("prompt", "none")]);
    assert_eq!(service.browser().open(&hinted).await.answered("error").as_deref(), Some("invalid_request"));
    assert_eq!(get(&service, "/oauth/userinfo", Some(&told.body)).await.status, StatusCode::UNAUTHORIZED);
    assert_eq!(application.introspect(&service, &told.body).await["active"], false);
}

#[tokio::test]
async fn userinfo_is_encrypted_to_its_application_alone() {
    let wish = ApplicationProfile {
        userinfo_algorithm: Some(Algorithm::Rs256),
        userinfo_encryption: Some(encryption()),
        ..ApplicationProfile::default()
    };
    let (service, application) = story(wish).await;
    let page = sign_in(&service, &mut service.browser(), &application, &[]).await;
    let given = application.redeem(&service, &page.answered("code").unwrap()).await.fine();
    let told = get(&service, "/oauth/userinfo", Some(&given.text("access_token"))).await;
    let said = verified(&service, &decrypted(&told.body)).await.unwrap();
    assert_eq!(said["email"], AINO.email);
}

#[tokio::test]
async fn the_answer_about_a_token_is_signed_where_that_is_accepted() {
    let (service, application) = story(ApplicationProfile::default()).await;
    let page = sign_in(&service, &mut service.browser(), &application, &[]).await;
    let given = application.redeem(&service, &page.answered("code").unwrap()).await.fine();
    let (basic, token) = (application.basic(), given.text("access_token"));
    let ask = async |accept: &str, token: &str| {
        let headers = [(AUTHORIZATION.as_str(), basic.as_str()), (ACCEPT.as_str(), accept)];
        post_with(&service, "/oauth/introspect", &headers, &[("token", token)]).await
    };
    for accept in ["application/token-introspection+jwt", "application/json;q=0.5, Application/Token-Introspection+JWT"]
    {
        let told = ask(accept, &token).await;
        assert_eq!(told.header("content-type"), "application/token-introspection+jwt");
        assert_eq!(header(&told.body)["typ"], "token-introspection+jwt");
        let said = verified(&service, &told.body).await.unwrap();
        assert_eq!(said["aud"], application.application.client_id.as_str());
        let known = application.introspect(&service, &token).await;
        assert_eq!((&said["token_introspection"], &known["active"]), (&known, &true.into()));
        assert!(said.get("sub").is_none() && said.get("exp").is_none(), "it is no token itself");
    }
    let told = ask("application/token-introspection+jwt", "guessed").await;
    assert_eq!(claims(&told.body)["token_introspection"], json!({ "active": false }));
    assert_eq!(ask("application/json", &token).await.json["active"], true);
    assert_eq!(ask("*/*", &token).await.json["active"], true);
}

#[tokio::test]
async fn an_application_registers_how_it_is_answered() {
    let service = Service::start().await;
    service.person(AINO).await;
    let (_, token) = leave(&service, limits(1)).await;
    let metadata = json!({
        "client_name": "Payroll",
        "redirect_uris": ["https://payroll.example/callback"],
        "userinfo_signed_response_alg": "RS256",
        "authorization_signed_response_alg": "ES256",
    });
    for (name, wrong) in [("userinfo_signed_response_alg", "none"), ("authorization_signed_response_alg", "HS256")] {
        let mut metadata = metadata.clone();
        metadata[name] = json!(wrong);
        register(&service, &token, &metadata).await.refused(400, "invalid_client_metadata");
    }
    let made = register(&service, &token, &metadata).await;
    assert_eq!(made.status, StatusCode::CREATED, "{made:?}");
    assert_eq!(made.text("userinfo_signed_response_alg"), "RS256");
    let application = registered(&service, &made).await;
    let fields = [("response_mode", "jwt"), ("prompt", "none")];
    let page = service.browser().open(&application.authorize(&fields)).await;
    assert_eq!(answer(&service, &application, &page).await["error"], "login_required");
    let metadata = get(&service, "/.well-known/openid-configuration", None).await.fine().json;
    assert_eq!(
        metadata["response_modes_supported"],
        json!(["query", "form_post", "jwt", "query.jwt", "form_post.jwt"])
    );
    for name in ["userinfo", "authorization", "introspection"] {
        assert_eq!(metadata[format!("{name}_signing_alg_values_supported")], json!(["RS256", "ES256"]), "{name}");
    }
}
