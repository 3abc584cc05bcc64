//! One table: what is wrong with a request to an endpoint that applications call, and the status and the name of
//! the error that the standard gives it. A name that is not the standard's sends the libraries of applications on
//! the wrong way: they ask the person anew where they should repeat, or repeat where they should ask.

use std::collections::{BTreeMap, BTreeSet};

use http::Method;
use salpa::provider::applications::scopes::Scopes;
use salpa::provider::applications::{ApplicationProfile, Dpop, GrantType, Registration, WishedAuthentication};
use salpa::provider::registration::{self, RegistrationLimits};
use salpa::sign_in::policies::SecondFactor;
use serde_json::{Value, json};

use super::client::{Answer, VERIFIER, call, post_with};
use super::device::{answers, is_asked};
use super::sign_in;
use super::signing::{ASSERTION_TYPE, Key, Signing, proof, request_of};
use crate::support::{AINO, Registered, Service};

const TOKEN: &str = "/oauth/token";
const PAR: &str = "/oauth/par";
const INTROSPECT: &str = "/oauth/introspect";
const REVOKE: &str = "/oauth/revoke";
const DEVICE: &str = "/oauth/device";
const DEVICE_GRANT: &str = "urn:ietf:params:oauth:grant-type:device_code";
const CALLBACK: &str = "https://payroll.example/callback";

/// The names that each standard has for each endpoint.
const NAMES: [(&str, &str, &[&str]); 13] = [
    (
        TOKEN,
        "RFC 6749 §5.2",
        &[
            "invalid_request",
            "invalid_client",
            "invalid_grant",
            "unauthorized_client",
            "unsupported_grant_type",
            "invalid_scope",
        ],
    ),
    (TOKEN, "RFC 7636 §4.6", &["invalid_grant"]),
    (TOKEN, "RFC 8628 §3.5", &["authorization_pending", "slow_down", "access_denied", "expired_token"]),
    (TOKEN, "RFC 8707 §2", &["invalid_target"]),
    (TOKEN, "RFC 9449 §5", &["invalid_dpop_proof", "use_dpop_nonce"]),
    (
        PAR,
        "RFC 9126 §2.3",
        &["invalid_request", "invalid_client", "unauthorized_client", "unsupported_response_type", "invalid_scope"],
    ),
    (PAR, "RFC 9101 §6.2", &["invalid_request_object", "request_not_supported"]),
    (PAR, "RFC 8707 §2", &["invalid_target"]),
    (PAR, "RFC 9449 §10", &["invalid_dpop_proof"]),
    (INTROSPECT, "RFC 7662 §2.3", &["invalid_request", "invalid_client"]),
    (REVOKE, "RFC 7009 §2.2.1", &["invalid_request", "invalid_client", "invalid_grant"]),
    (DEVICE, "RFC 8628 §3.2", &["invalid_request", "invalid_client", "unauthorized_client", "invalid_scope"]),
    (DEVICE, "RFC 8707 §2", &["invalid_target"]),
];

/// The sender of a request.
#[derive(Clone, Copy, Debug)]
enum By {
    /// Proven by its secret: codes, refresh tokens and devices.
    Payroll,
    /// The same with a secret that is not its own.
    WrongSecret,
    /// Proven by its secret: for itself alone.
    Robot,
    /// For itself alone, each token bound to a key.
    Bound,
    /// The same, with a nonce in each proof.
    BoundByNonce,
    /// Proves nothing, and need not.
    Public,
    /// Names an application that there is not.
    Stranger,
    /// Neither name nor proof.
    Nobody,
    /// By header and by form at once.
    Twice,
    /// Proven by its signature.
    Bank,
}

type Row = (&'static str, &'static str, By, &'static [(&'static str, &'static str)], u16, &'static str);

/// The table. A text in braces is put in; an empty one leaves the field out.
#[rustfmt::skip]
const TABLE: &[Row] = &[
    (TOKEN, "RFC 6749 §5.2", By::Payroll, &[], 400, "invalid_request"),
    (TOKEN, "RFC 6749 §5.2", By::Payroll, &[("grant_type", "password")], 400, "unsupported_grant_type"),
    (TOKEN, "RFC 6749 §5.2", By::Payroll, &[("grant_type", "client_credentials")], 400, "unauthorized_client"),
    (TOKEN, "RFC 6749 §5.2", By::Robot, &[("grant_type", "refresh_token"), ("refresh_token", "{refresh}")], 400, "unauthorized_client"),
    (TOKEN, "RFC 6749 §5.2", By::Robot, &[("grant_type", "client_credentials"), ("scope", "admin")], 400, "invalid_scope"),
    (TOKEN, "RFC 6749 §5.2", By::Robot, &[("grant_type", "client_credentials"), ("scope", "a"), ("scope", "b")], 400, "invalid_request"),
    (TOKEN, "RFC 8707 §2", By::Robot, &[("grant_type", "client_credentials"), ("resource", "https://other.example/")], 400, "invalid_target"),
    (TOKEN, "RFC 6749 §5.2", By::Nobody, &[("grant_type", "client_credentials")], 401, "invalid_client"),
    (TOKEN, "RFC 6749 §5.2", By::Stranger, &[("grant_type", "client_credentials")], 401, "invalid_client"),
    (TOKEN, "RFC 6749 §5.2", By::WrongSecret, &[("grant_type", "client_credentials")], 401, "invalid_client"),
    (TOKEN, "RFC 6749 §5.2", By::Twice, &[("grant_type", "client_credentials")], 400, "invalid_request"),
    (TOKEN, "RFC 6749 §5.2", By::Nobody, &[("grant_type", "client_credentials"), ("client_assertion", "a.b.c")], 400, "invalid_request"),
    (TOKEN, "RFC 6749 §5.2", By::Nobody, &[("grant_type", "client_credentials"), ("client_assertion", "a.b.c"), ("client_assertion_type", ASSERTION_TYPE)], 401, "invalid_client"),

    (TOKEN, "RFC 6749 §5.2", By::Payroll, &[("grant_type", "authorization_code"), ("redirect_uri", CALLBACK), ("code_verifier", VERIFIER)], 400, "invalid_request"),
    (TOKEN, "RFC 6749 §5.2", By::Payroll, &[("grant_type", "authorization_code"), ("code", "{code}"), ("code_verifier", VERIFIER)], 400, "invalid_request"),
    (TOKEN, "RFC 6749 §5.2", By::Payroll, &[("grant_type", "authorization_code"), ("code", "guessed"), ("redirect_uri", CALLBACK), ("code_verifier", VERIFIER)], 400, "invalid_grant"),
    (TOKEN, "RFC 6749 §5.2", By::Payroll, &[("grant_type", "authorization_code"), ("code", "{code}"), ("redirect_uri", "https://payroll.example/other"), ("code_verifier", VERIFIER)], 400, "invalid_grant"),
    (TOKEN, "RFC 6749 §5.2", By::Public, &[("grant_type", "authorization_code"), ("code", "{code}"), ("redirect_uri", CALLBACK), ("code_verifier", VERIFIER)], 400, "invalid_grant"),
    (TOKEN, "RFC 7636 §4.6", By::Payroll, &[("grant_type", "authorization_code"), ("code", "{code}"), ("redirect_uri", CALLBACK)], 400, "invalid_grant"),
    (TOKEN, "RFC 7636 §4.6", By::Payroll, &[("grant_type", "authorization_code"), ("code", "{code}"), ("redirect_uri", CALLBACK), ("code_verifier", "short")], 400, "invalid_grant"),
    (TOKEN, "RFC 7636 §4.6", By::Payroll, &[("grant_type", "authorization_code"), ("code", "{code}"), ("redirect_uri", CALLBACK), ("code_verifier", "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM")], 400, "invalid_grant"),
    (TOKEN, "RFC 8707 §2", By::Payroll, &[("grant_type", "authorization_code"), ("code", "{code}"), ("redirect_uri", CALLBACK), ("code_verifier", VERIFIER), ("resource", "https://other.example/")], 400, "invalid_target"),

    (TOKEN, "RFC 6749 §5.2", By::Payroll, &[("grant_type", "refresh_token")], 400, "invalid_request"),
    (TOKEN, "RFC 6749 §5.2", By::Payroll, &[("grant_type", "refresh_token"), ("refresh_token", "guessed")], 400, "invalid_grant"),
    (TOKEN, "RFC 6749 §5.2", By::Public, &[("grant_type", "refresh_token"), ("refresh_token", "{refresh}")], 400, "invalid_grant"),
    (TOKEN, "RFC 6749 §5.2", By::Payroll, &[("grant_type", "refresh_token"), ("refresh_token", "{refresh}"), ("scope", "openid admin")], 400, "invalid_scope"),

    (TOKEN, "RFC 6749 §5.2", By::Payroll, &[("grant_type", DEVICE_GRANT)], 400, "invalid_request"),
    (TOKEN, "RFC 6749 §5.2", By::Payroll, &[("grant_type", DEVICE_GRANT), ("device_code", "guessed")], 400, "invalid_grant"),
    (TOKEN, "RFC 6749 §5.2", By::Public, &[("grant_type", DEVICE_GRANT), ("device_code", "{pending}")], 400, "invalid_grant"),
    (TOKEN, "RFC 8628 §3.5", By::Payroll, &[("grant_type", DEVICE_GRANT), ("device_code", "{pending}")], 400, "authorization_pending"),
    (TOKEN, "RFC 8628 §3.5", By::Payroll, &[("grant_type", DEVICE_GRANT), ("device_code", "{pending}")], 400, "slow_down"),
    (TOKEN, "RFC 8628 §3.5", By::Payroll, &[("grant_type", DEVICE_GRANT), ("device_code", "{refused}")], 400, "access_denied"),

    (TOKEN, "RFC 9449 §5", By::Bound, &[("grant_type", "client_credentials")], 400, "invalid_dpop_proof"),
    (TOKEN, "RFC 9449 §5", By::BoundByNonce, &[("grant_type", "client_credentials"), ("dpop", "{proof}")], 400, "use_dpop_nonce"),
    (TOKEN, "RFC 9449 §5", By::Robot, &[("grant_type", "client_credentials"), ("dpop", "a.b.c")], 400, "invalid_dpop_proof"),

    (PAR, "RFC 9126 §2.3", By::Payroll, &[("response_type", "")], 400, "invalid_request"),
    (PAR, "RFC 9126 §2.3", By::Payroll, &[("response_type", "token")], 400, "unsupported_response_type"),
    (PAR, "RFC 9126 §2.3", By::Payroll, &[("redirect_uri", "")], 400, "invalid_request"),
    (PAR, "RFC 9126 §2.3", By::Payroll, &[("redirect_uri", "https://evil.example/")], 400, "invalid_request"),
    (PAR, "RFC 9126 §2.3", By::Payroll, &[("scope", "admin")], 400, "invalid_scope"),
    (PAR, "RFC 9126 §2.3", By::Payroll, &[("scope", "a"), ("scope", "b")], 400, "invalid_request"),
    (PAR, "RFC 9126 §2.3", By::Payroll, &[("code_challenge", ""), ("code_challenge_method", "")], 400, "invalid_request"),
    (PAR, "RFC 9126 §2.3", By::Payroll, &[("code_challenge_method", "plain")], 400, "invalid_request"),
    (PAR, "RFC 9126 §2.3", By::Payroll, &[("request_uri", "urn:ietf:params:oauth:request_uri:x")], 400, "invalid_request"),
    (PAR, "RFC 9126 §2.3", By::Payroll, &[("prompt", "none login")], 400, "invalid_request"),
    (PAR, "RFC 8707 §2", By::Payroll, &[("resource", "https://other.example/")], 400, "invalid_target"),
    (PAR, "RFC 9126 §2.3", By::Robot, &[("redirect_uri", "")], 400, "invalid_request"),
    (PAR, "RFC 9126 §2.3", By::WrongSecret, &[], 401, "invalid_client"),
    (PAR, "RFC 9126 §2.3", By::Stranger, &[], 401, "invalid_client"),
    (PAR, "RFC 9126 §2.3", By::Twice, &[], 400, "invalid_request"),
    (PAR, "RFC 9101 §6.2", By::Payroll, &[("request", "a.b.c")], 400, "request_not_supported"),
    (PAR, "RFC 9101 §6.2", By::Bank, &[("request", "a.b.c")], 400, "invalid_request_object"),
    (PAR, "RFC 9449 §10", By::Payroll, &[("dpop", "a.b.c")], 400, "invalid_dpop_proof"),

    (INTROSPECT, "RFC 7662 §2.3", By::Payroll, &[], 400, "invalid_request"),
    (INTROSPECT, "RFC 7662 §2.3", By::Payroll, &[("token", "a"), ("token", "b")], 400, "invalid_request"),
    (INTROSPECT, "RFC 7662 §2.3", By::WrongSecret, &[("token", "{refresh}")], 401, "invalid_client"),
    (INTROSPECT, "RFC 7662 §2.3", By::Nobody, &[("token", "{refresh}")], 401, "invalid_client"),
    (INTROSPECT, "RFC 7662 §2.3", By::Public, &[("token", "{refresh}")], 401, "invalid_client"),

    (REVOKE, "RFC 7009 §2.2.1", By::Payroll, &[], 400, "invalid_request"),
    (REVOKE, "RFC 7009 §2.2.1", By::WrongSecret, &[("token", "{refresh}")], 401, "invalid_client"),
    (REVOKE, "RFC 7009 §2.2.1", By::Stranger, &[("token", "{refresh}")], 401, "invalid_client"),
    (REVOKE, "RFC 7009 §2.2.1", By::Public, &[("token", "{refresh}")], 400, "invalid_grant"),

    (DEVICE, "RFC 8628 §3.2", By::Robot, &[("scope", "openid")], 400, "unauthorized_client"),
    (DEVICE, "RFC 8628 §3.2", By::Payroll, &[("scope", "admin")], 400, "invalid_scope"),
    (DEVICE, "RFC 8628 §3.2", By::Payroll, &[("scope", "openid"), ("scope", "email")], 400, "invalid_request"),
    (DEVICE, "RFC 8707 §2", By::Payroll, &[("scope", "openid"), ("resource", "https://other.example/")], 400, "invalid_target"),
    (DEVICE, "RFC 8628 §3.2", By::WrongSecret, &[("scope", "openid")], 401, "invalid_client"),
    (DEVICE, "RFC 8628 §3.2", By::Nobody, &[("scope", "openid")], 401, "invalid_client"),
];

/// The applications of the table, and what is put in where it has braces.
struct Story {
    service: Service,
    payroll: Registered,
    robot: Registered,
    bound: Registered,
    bound_by_nonce: Registered,
    public: Registered,
    bank: Signing,
    put_in: BTreeMap<&'static str, String>,
}

impl Story {
    async fn begin() -> Self {
        let service = Service::start().await;
        service.person(AINO).await;
        let signs_in = |name: &str| Registration {
            redirect_uris: vec![CALLBACK.to_owned()],
            grant_types: vec![GrantType::AuthorizationCode, GrantType::RefreshToken, GrantType::DeviceCode],
            ..Registration::new(name)
        };
        let alone = |name: &str, dpop| Registration {
            grant_types: vec![GrantType::ClientCredentials],
            scopes: Scopes::parse("reports.read").unwrap(),
            profile: ApplicationProfile { dpop, ..ApplicationProfile::default() },
            ..Registration::new(name)
        };
        let required = SecondFactor::Required;
        let payroll = service.register(signs_in("Payroll"), required).await;
        let public = Registration { authentication: WishedAuthentication::None, ..signs_in("Public") };
        let public = service.register(public, required).await;
        let robot = service.register(alone("Robot", Dpop::Optional), required).await;
        let bound = service.register(alone("Bound", Dpop::Required), required).await;
        let bound_by_nonce = service.register(alone("Nonces", Dpop::RequiredWithNonce), required).await;
        let bank = Signing::register(&service, Key::ec(), signs_in("Bank")).await;

        let mut browser = service.browser();
        let first = sign_in(&service, &mut browser, &payroll, &[]).await.answered("code").unwrap();
        let refresh = payroll.redeem(&service, &first).await.fine().text("refresh_token");
        let asks = async || payroll.post(&service, DEVICE, &[("scope", "openid")]).await.fine();
        let (pending, refused) = (asks().await, asks().await);
        let question = is_asked(&service, &mut browser, &refused).await;
        answers(&mut browser, &question, "refuse").await;
        let code = browser.get(&payroll.authorize(&[])).await.answered("code").unwrap();
        let put_in = BTreeMap::from([
            ("{code}", code),
            ("{refresh}", refresh),
            ("{pending}", pending.text("device_code")),
            ("{refused}", refused.text("device_code")),
            ("{proof}", proof(&service, &Key::ec(), TOKEN, &json!({}))),
        ]);
        Self { service, payroll, robot, bound, bound_by_nonce, public, bank, put_in }
    }

    /// Sends what a row says.
    async fn send(&self, path: &str, by: By, fields: &[(&str, &str)]) -> Answer {
        let put_in = |text: &str| self.put_in.get(text).cloned().unwrap_or_else(|| text.to_owned());
        let mut fields: Vec<(String, String)> =
            fields.iter().map(|(name, value)| ((*name).to_owned(), put_in(value))).collect();
        let mut headers: Vec<(&str, String)> = Vec::new();
        if let Some(at) = fields.iter().position(|(name, _)| name == "dpop") {
            headers.push(("dpop", fields.remove(at).1));
        }
        let sender = match by {
            By::Robot => &self.robot,
            By::Bound => &self.bound,
            By::BoundByNonce => &self.bound_by_nonce,
            By::Public => &self.public,
            By::Bank => &self.bank.registered,
            By::Payroll | By::WrongSecret | By::Stranger | By::Nobody | By::Twice => &self.payroll,
        };
        if path == PAR {
            // The request of the application, with the changes of the row.
            let changes: Vec<_> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
            fields = request_of(sender, &changes);
        }
        fields.retain(|(name, value)| !value.is_empty() && (name != "client_id" || matches!(by, By::Public)));
        let add = |name: &str, value: &str, fields: &mut Vec<(String, String)>| {
            fields.push((name.to_owned(), value.to_owned()));
        };
        match by {
            By::Payroll | By::Robot | By::Bound | By::BoundByNonce => headers.push(("authorization", sender.basic())),
            By::Twice => {
                headers.push(("authorization", sender.basic()));
                add("client_secret", sender.secret.as_deref().unwrap(), &mut fields);
            }
            By::WrongSecret => {
                add("client_id", &sender.application.client_id, &mut fields);
                add("client_secret", "guessed", &mut fields);
            }
            By::Public if path != PAR => add("client_id", &sender.application.client_id, &mut fields),
            By::Stranger => add("client_id", "nobody-knows", &mut fields),
            By::Bank => {
                add("client_assertion_type", ASSERTION_TYPE, &mut fields);
                add("client_assertion", &self.bank.assertion(&self.service, &json!({}), &json!({})), &mut fields);
            }
            By::Public | By::Nobody => {}
        }
        let headers: Vec<_> = headers.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let fields: Vec<_> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        post_with(&self.service, path, &headers, &fields).await
    }
}

#[tokio::test]
async fn every_refusal_has_the_status_and_the_name_of_its_standard() {
    let story = Story::begin().await;
    let mut wrong = Vec::new();
    for (path, standard, by, fields, status, error) in TABLE {
        let answer = story.send(path, *by, fields).await;
        let told = (answer.status.as_u16(), answer.json["error"].as_str().unwrap_or_default());
        if told != (*status, *error) {
            wrong.push(format!("{path} {by:?} {fields:?}: {told:?}, by {standard} {status} {error}"));
        }
        assert!(
            answer.json["error_description"].as_str().is_some_and(|words| words.is_ascii() && !words.contains('"'))
        );
        // An application that has not proven to be itself hears how it could (RFC 6749 §5.2).
        assert_eq!(answer.header("www-authenticate").starts_with("Basic "), *status == 401, "{answer:?}");
        assert_eq!(answer.header("cache-control"), "no-store");
    }
    story.service.wait(600);
    let fields = [("grant_type", DEVICE_GRANT), ("device_code", "{pending}")];
    story.send(TOKEN, By::Payroll, &fields).await.refused(400, "expired_token");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_row_names_an_error_of_its_standard_and_each_of_them_has_a_row() {
    let known: BTreeSet<_> = NAMES
        .iter()
        .flat_map(|(path, standard, names)| names.iter().map(move |name| (*path, *standard, *name)))
        .collect();
    let mut rows: BTreeSet<_> = TABLE.iter().map(|(path, standard, .., error)| (*path, *standard, *error)).collect();
    // These two need their own time, and their own application.
    rows.insert((TOKEN, "RFC 8628 §3.5", "expired_token"));
    rows.insert((PAR, "RFC 9126 §2.3", "unauthorized_client"));
    assert_eq!(rows, known);
}

#[tokio::test]
async fn an_application_that_signs_nobody_in_pushes_nothing() {
    let service = Service::start().await;
    let registration = Registration {
        redirect_uris: vec![CALLBACK.to_owned()],
        grant_types: vec![GrantType::ClientCredentials],
        ..Registration::new("Robot")
    };
    let robot = service.register(registration, SecondFactor::Required).await;
    robot.push(&service, &[], &[]).await.refused(400, "unauthorized_client");
}

#[tokio::test]
async fn a_registration_is_refused_by_the_names_of_its_standards() {
    let service = Service::start().await;
    let limits = RegistrationLimits {
        name: "Partners".to_owned(),
        uses: 1,
        lifetime: std::time::Duration::from_hours(1),
        company: None,
        scopes: Scopes::usual(),
    };
    let token = registration::create(&service.app, limits, service.now()).await.unwrap();
    let good = json!({ "client_name": "Ledger", "redirect_uris": ["https://ledger.example/callback"] });
    let but = |name: &str, value: Value| {
        let mut wrong = good.clone();
        wrong[name] = value;
        wrong
    };
    // RFC 7591 §3.2.2.
    for (metadata, error) in [
        (but("redirect_uris", json!([])), "invalid_redirect_uri"),
        (but("redirect_uris", json!(["https://ledger.example/#x"])), "invalid_redirect_uri"),
        (but("redirect_uris", json!(["http://ledger.example/"])), "invalid_redirect_uri"),
        (but("post_logout_redirect_uris", json!(["ftp://ledger.example/"])), "invalid_client_metadata"),
        (but("grant_types", json!(["implicit"])), "invalid_client_metadata"),
        (but("response_types", json!(["token"])), "invalid_client_metadata"),
        (but("token_endpoint_auth_method", json!("tls")), "invalid_client_metadata"),
        (but("subject_type", json!("private")), "invalid_client_metadata"),
        (json!([]), "invalid_client_metadata"),
    ] {
        let authorization = format!("Bearer {}", token.secret.reveal());
        let headers = [("authorization", authorization.as_str()), ("content-type", "application/json")];
        let answer = call(&service, Method::POST, "/oauth/register", &headers, metadata.to_string()).await;
        answer.refused(400, error);
    }
    // RFC 6750 §3.1: without a token no error is named.
    for (authorization, error) in [(None, None), (Some("Bearer guessed"), Some("invalid_token"))] {
        let mut headers = vec![("content-type", "application/json")];
        headers.extend(authorization.map(|value| ("authorization", value)));
        let answer = call(&service, Method::POST, "/oauth/register", &headers, good.to_string()).await;
        assert_eq!((answer.status.as_u16(), answer.json["error"].as_str()), (401, error));
        let challenge = answer.header("www-authenticate").to_owned();
        assert_eq!((challenge.starts_with("Bearer "), challenge.contains("invalid_token")), (true, error.is_some()));
    }
}
