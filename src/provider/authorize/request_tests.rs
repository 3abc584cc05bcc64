use proptest::prelude::*;

use super::destination::ResponseMode;
use super::request::*;
use crate::platform::clock::Timestamp;
use crate::platform::jose::Algorithm;
use crate::platform::random::Random;
use crate::platform::web::parameters::Parameters;
use crate::provider::applications::scopes::Scopes;
use crate::provider::applications::{Application, ApplicationId, ApplicationProfile, ClientAuthentication, GrantType};
use crate::sign_in::Acr;

const CALLBACK: &str = "https://app.example/callback";
const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

fn application() -> Application {
    let now = Timestamp::from_seconds(1_780_000_000);
    Application {
        id: ApplicationId::new(now, &Random::new()),
        client_id: "app".to_owned(),
        name: "App".to_owned(),
        company: None,
        authentication: ClientAuthentication::None,
        redirect_uris: vec![CALLBACK.to_owned(), "http://127.0.0.1/callback".to_owned()],
        post_logout_redirect_uris: Vec::new(),
        back_channel_logout_uri: None,
        home_url: None,
        grant_types: vec![GrantType::AuthorizationCode, GrantType::RefreshToken],
        scopes: Scopes::usual(),
        audience: None,
        id_token_algorithm: Algorithm::Rs256,
        may_omit_pkce: false,
        profile: ApplicationProfile::default(),
        created_at: now,
        failure_told_at: None,
    }
}

/// The parameters of a good request with some of them changed; an empty value takes one away.
fn parameters(changes: &[(&str, &str)]) -> Parameters {
    let mut pairs = vec![
        ("client_id", "app"),
        ("redirect_uri", CALLBACK),
        ("response_type", "code"),
        ("scope", "openid email"),
        ("state", "s"),
        ("code_challenge", CHALLENGE),
        ("code_challenge_method", "S256"),
    ];
    pairs.retain(|(name, _)| !changes.iter().any(|(changed, _)| changed == name));
    pairs.extend(changes.iter().copied().filter(|(_, value)| !value.is_empty()));
    pairs.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
}

fn error_of(changes: &[(&str, &str)]) -> &'static str {
    match read(&parameters(changes), &application()) {
        Err(RequestRefusal::Redirect(destination, error)) => {
            assert_eq!(destination.redirect_uri, CALLBACK);
            error.error
        }
        other => panic!("{changes:?} gives {other:?}"),
    }
}

#[test]
fn a_good_request_is_read() {
    let request = read(&parameters(&[("prompt", "login consent"), ("max_age", "0"), ("nonce", "n")]), &application());
    let request = request.unwrap();
    assert_eq!(request.destination.state.as_deref(), Some("s"));
    assert_eq!(request.destination.response_mode, ResponseMode::Query);
    assert_eq!(request.scope.to_string(), "openid email");
    assert_eq!(request.prompt, Prompt::Allowed { login: true, select_account: false, consent: true });
    assert_eq!((request.max_age, request.nonce.as_deref()), (Some(0), Some("n")));
}

#[test]
fn every_mistake_has_the_name_that_the_standard_gives_it() {
    for (changes, error) in [
        (&[("response_type", "")][..], "invalid_request"),
        (&[("response_type", "token")], "unsupported_response_type"),
        (&[("response_type", "code id_token")], "unsupported_response_type"),
        (&[("response_mode", "fragment")], "invalid_request"),
        (&[("scope", "")], "invalid_scope"),
        (&[("scope", "address")], "invalid_scope"),
        (&[("scope", "open\u{e9}id")], "invalid_scope"),
        (&[("code_challenge", "")], "invalid_request"),
        (&[("code_challenge", "short")], "invalid_request"),
        (&[("code_challenge_method", "")], "invalid_request"),
        (&[("code_challenge_method", "plain")], "invalid_request"),
        (&[("prompt", "none login")], "invalid_request"),
        (&[("prompt", "create")], "invalid_request"),
        (&[("max_age", "-1")], "invalid_request"),
        (&[("max_age", "1.5")], "invalid_request"),
        (&[("max_age", "soon")], "invalid_request"),
        (&[("claims", "{")], "invalid_request"),
        (
            &[("claims", r#"{"id_token":{"acr":{"essential":true,"value":"loa9"}}}"#)],
            "unmet_authentication_requirements",
        ),
        (&[("request", "a.b.c")], "request_not_supported"),
        (&[("request_uri", "https://app.example/r")], "request_uri_not_supported"),
        (&[("registration", "{}")], "registration_not_supported"),
        (&[("dpop_jkt", "0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4")], "invalid_request"),
        (&[("dpop_jkt", "0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4=")], "invalid_request"),
        (&[("nonce", "a"), ("nonce", "b")], "invalid_request"),
        (&[("state", "a"), ("state", "b")], "invalid_request"),
        (&[("response_type", "code"), ("response_type", "code")], "invalid_request"),
        (&[("login_hint", "a\0b")], "invalid_request"),
    ] {
        assert_eq!(error_of(changes), error, "{changes:?}");
    }
    let long = "x".repeat(5000);
    for name in ["nonce", "state", "scope", "login_hint", "ui_locales"] {
        assert_eq!(error_of(&[(name, long.as_str())]), "invalid_request", "{name}");
    }
}

#[test]
fn an_application_that_signs_nobody_in_is_told_so() {
    let mut application = application();
    application.grant_types = vec![GrantType::ClientCredentials];
    let refused = read(&parameters(&[]), &application);
    assert!(matches!(refused, Err(RequestRefusal::Redirect(_, error)) if error.error == "unauthorized_client"));
}

#[test]
fn unknown_values_and_wishes_are_no_mistake() {
    let wishes = [
        ("display", "wap"),
        ("ui_locales", "tlh sv fi"),
        ("claims_locales", "xx"),
        ("acr_values", "urn:loa:9 aal2"),
        ("something", "else"),
        ("something", "twice"),
        ("prompt", "select_account"),
        ("scope", "openid phone address"),
    ];
    let request = read(&parameters(&wishes), &application()).unwrap();
    assert_eq!(request.acr, AcrWish { values: vec![Acr::Aal2], essential: false });
    assert_eq!(request.scope.to_string(), "openid");
}

#[test]
fn an_unknown_application_or_address_is_told_to_the_person_alone() {
    for changes in [
        &[("redirect_uri", "")][..],
        &[("redirect_uri", "https://evil.example/")],
        &[("redirect_uri", "https://app.example/callback/")],
        &[("redirect_uri", "https://app.example/callback?x=1")],
        &[("redirect_uri", "HTTPS://app.example/callback")],
        &[("redirect_uri", CALLBACK), ("redirect_uri", "https://evil.example/")],
        &[("redirect_uri", CALLBACK), ("redirect_uri", CALLBACK)],
    ] {
        let refused = read(&parameters(changes), &application());
        assert_eq!(refused, Err(RequestRefusal::Page(PageRefusal::UnregisteredAddress)), "{changes:?}");
    }
    for changes in [&[("client_id", "")][..], &[("client_id", "a"), ("client_id", "b")]] {
        assert_eq!(client_id(&parameters(changes)), Err(PageRefusal::UnknownApplication));
    }
}

#[test]
fn a_program_on_the_persons_machine_takes_any_port() {
    let changes = [("redirect_uri", "http://127.0.0.1:51004/callback")];
    assert!(read(&parameters(&changes), &application()).is_ok());
    let mut confidential = application();
    confidential.authentication =
        ClientAuthentication::Secret { hash: crate::provider::applications::SecretHash::of("s") };
    assert!(read(&parameters(&changes), &confidential).is_err());
}

#[test]
fn an_essential_acr_is_told_as_it_was_asked_for() {
    let claims = r#"{"id_token":{"acr":{"essential":true,"values":["aal2","other"]}}}"#;
    let request = read(&parameters(&[("claims", claims), ("acr_values", "aal1")]), &application()).unwrap();
    assert_eq!(request.acr.lowest(), Some(Acr::Aal2));
    assert_eq!(request.acr.told(Acr::Phr), Some(Acr::Aal2));
    assert_eq!(request.acr.told(Acr::Aal1), None);
}

fn name() -> impl Strategy<Value = String> {
    prop_oneof![
        prop::sample::select(vec![
            "client_id",
            "redirect_uri",
            "response_type",
            "response_mode",
            "state",
            "scope",
            "nonce",
            "prompt",
            "code_challenge",
            "code_challenge_method",
            "max_age",
            "acr_values",
            "claims",
            "id_token_hint",
            "request",
        ])
        .prop_map(str::to_owned),
        ".{0,8}",
    ]
}

fn value() -> impl Strategy<Value = String> {
    prop_oneof![
        prop::sample::select(vec![
            "app",
            CALLBACK,
            "code",
            "S256",
            "openid",
            "none",
            "0",
            CHALLENGE,
            "form_post",
            "{\"id_token\":{}}",
            "https://app.example/callback.evil.example",
            "https://evil.example/",
        ])
        .prop_map(str::to_owned),
        ".{0,40}",
    ]
}

proptest! {
    #[test]
    fn reading_never_panics_and_never_leads_to_a_stranger(
        pairs in prop::collection::vec((name(), value()), 0..20)
    ) {
        let parameters: Parameters = pairs.into_iter().collect();
        let _ = client_id(&parameters);
        let application = application();
        let destination = match read(&parameters, &application) {
            Ok(request) => Some(request.destination),
            Err(RequestRefusal::Redirect(destination, _)) => Some(destination),
            Err(RequestRefusal::Page(_)) => None,
        };
        if let Some(destination) = destination {
            prop_assert!(application.may_redirect_to(&destination.redirect_uri));
        }
    }
}
