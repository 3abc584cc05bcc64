//! The type of access tokens: `at+jwt`, or `JWT` for APIs whose libraries know no other. A token for an API is never
//! taken for what is for the application, whatever its type.

use http::StatusCode;
use salpa::provider::applications::{self, AccessTokenType, ApplicationProfile, Registration, RegistrationError};
use salpa::sign_in::policies::SecondFactor;

use super::client::{claims, form, get, header};
use super::sign_in;
use crate::support::{AINO, Registered, Service};

const API: &str = "https://api.example/";
const PLAIN: &str = "https://plain.example/";

fn spring() -> Registration {
    Registration {
        redirect_uris: vec!["https://payroll.example/callback".to_owned()],
        audience: Some("orders".to_owned()),
        profile: ApplicationProfile { access_token_type: AccessTokenType::Jwt, ..ApplicationProfile::default() },
        ..Registration::new("Payroll")
    }
}

/// Tokens for Aino, who has just signed in, with what was asked for beside.
async fn tokens(service: &Service, application: &Registered) -> (String, String, String) {
    let page = sign_in(service, &mut service.browser(), application, &[]).await;
    let tokens = application.redeem(service, &page.answered("code").unwrap()).await.fine();
    (tokens.text("access_token"), tokens.text("id_token"), tokens.text("refresh_token"))
}

#[tokio::test]
async fn an_application_whose_api_knows_no_other_type_gets_tokens_of_it() {
    let service = Service::start().await;
    service.person(AINO).await;
    let application = service.register(spring(), SecondFactor::Required).await;
    let (access, _, refresh) = tokens(&service, &application).await;
    assert_eq!((&header(&access)["typ"], &claims(&access)["aud"][0]), (&"JWT".into(), &"orders".into()));
    get(&service, "/oauth/userinfo", Some(&access)).await.fine();
    assert_eq!(application.introspect(&service, &access).await["active"], true);
    let renewed = application.refresh(&service, &refresh).await.fine().text("access_token");
    assert_eq!(header(&renewed)["typ"], "JWT");
    application.post(&service, "/oauth/revoke", &[("token", &renewed)]).await.fine();
    assert_eq!(get(&service, "/oauth/userinfo", Some(&renewed)).await.status, StatusCode::UNAUTHORIZED);

    let usual = Registration { profile: ApplicationProfile::default(), ..spring() };
    let usual = service.register(usual, SecondFactor::Required).await;
    service.wait(60);
    let (access, ..) = tokens(&service, &usual).await;
    assert_eq!(header(&access)["typ"], "at+jwt");
}

#[tokio::test]
async fn an_api_that_is_named_gets_the_type_that_it_takes() {
    let service = Service::start().await;
    service.person(AINO).await;
    let registration = Registration {
        redirect_uris: vec!["https://payroll.example/callback".to_owned()],
        profile: ApplicationProfile {
            resources: vec![API.to_owned(), PLAIN.to_owned()],
            jwt_resources: vec![PLAIN.to_owned()],
            ..ApplicationProfile::default()
        },
        ..Registration::new("Payroll")
    };
    let application = service.register(registration, SecondFactor::Required).await;
    let mut browser = service.browser();
    for (resources, typ) in [(&[PLAIN][..], "JWT"), (&[API], "at+jwt"), (&[PLAIN, API], "at+jwt"), (&[], "at+jwt")] {
        let wishes: Vec<_> = resources.iter().map(|resource| ("resource", *resource)).collect();
        let mut page = browser.open(&application.authorize(&wishes)).await;
        if page.answered("code").is_none() {
            page = browser.sign_in_as(&service, page, AINO).await;
        }
        let given = application.redeem(&service, &page.answered("code").unwrap()).await.fine();
        assert_eq!(header(&given.text("access_token"))["typ"], typ, "{resources:?}");
    }
}

#[tokio::test]
async fn an_id_token_is_never_an_access_token_nor_the_other_way_round() {
    let service = Service::start().await;
    service.person(AINO).await;
    let application = service.register(spring(), SecondFactor::Required).await;
    let (access, id_token, _) = tokens(&service, &application).await;
    assert_eq!((&header(&access)["typ"], &header(&id_token)["typ"]), (&"JWT".into(), &"JWT".into()));
    assert_eq!(get(&service, "/oauth/userinfo", Some(&id_token)).await.status, StatusCode::UNAUTHORIZED);
    assert_eq!(application.introspect(&service, &id_token).await["active"], false);
    let hinted = |hint: &str| application.authorize(&[("id_token_hint", hint), ("prompt", "none")]);
    let page = service.browser().open(&hinted(&access)).await;
    assert_eq!(page.answered("error").as_deref(), Some("invalid_request"));
    let page = service.browser().open(&hinted(&id_token)).await;
    assert_eq!(page.answered("error").as_deref(), Some("login_required"));
    let sign_out = |hint: &str| format!("/oauth/sign-out?{}", form(&[("id_token_hint", hint)]));
    assert_eq!(service.browser().get(&sign_out(&access)).await.status, StatusCode::BAD_REQUEST);
    assert_ne!(service.browser().get(&sign_out(&id_token)).await.status, StatusCode::BAD_REQUEST);
    // For itself an application gets none of that type: it would be just like an ID token.
    let aud = &claims(&access)["aud"];
    assert!(!aud.to_string().contains(&application.application.client_id), "{aud}");
}

#[tokio::test]
async fn token_types_that_could_be_confused_are_not_registered() {
    let service = Service::start().await;
    let refused = async |registration: Registration| {
        let made = applications::create(&service.app.db, &service.app.random, registration, service.now()).await;
        let Err(RegistrationError::Mistakes(mistakes)) = made else { panic!("it was taken") };
        mistakes.into_iter().map(|mistake| mistake.field).collect::<Vec<_>>()
    };
    assert_eq!(refused(Registration { audience: None, ..spring() }).await, ["access_token_type"]);
    let itself = Registration { audience: Some("itself".to_owned()), client_id: Some("itself".to_owned()), ..spring() };
    assert_eq!(refused(itself).await, ["access_token_type"]);
    let profile = ApplicationProfile { jwt_resources: vec![PLAIN.to_owned()], ..ApplicationProfile::default() };
    assert_eq!(refused(Registration { profile, ..spring() }).await, ["jwt_resources"]);
    let profile =
        ApplicationProfile { fapi: true, access_token_type: AccessTokenType::Jwt, ..ApplicationProfile::default() };
    assert!(refused(Registration { profile, ..spring() }).await.contains(&"access_token_type"));
}
