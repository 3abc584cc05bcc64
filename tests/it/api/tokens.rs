//! The tokens that open the API, and their end.

use http::Method;
use salpa::api::grants::GrantExtent;
use salpa::api::scopes::Scope;
use salpa::directory::companies::{self, CompanyId, CompanyKind};
use salpa::directory::people::{self, PersonId};
use salpa::directory::users::{self, MembershipState, Role};
use salpa::platform::db;
use salpa::platform::jose::s256;
use salpa::provider::applications::scopes::Scopes;
use salpa::provider::applications::{self, Registration};
use salpa::sign_in::policies::SecondFactor;
use serde_json::json;

use super::caller::{ApiResponse, Program, send};
use crate::provider::signing::{Key, proof};
use crate::support::{AINO, PUBLIC_URL, Registered, Service};

async fn see(service: &Service, token: &str, company: CompanyId) -> ApiResponse {
    Program { service, token: token.to_owned() }.get(&format!("/api/v1/companies/{company}/users")).await
}

#[tokio::test]
async fn a_token_of_another_audience_or_over_or_revoked_opens_nothing() {
    let service = Service::start().await;
    let kallio = service.new_company("Kallio", CompanyKind::Business).await;
    let client = service.api_client("directory").await;
    service.grant_api(&client, GrantExtent::Company(kallio), &[Scope::UsersRead]).await;
    let scope = Scope::UsersRead.of(kallio);
    let token_for = async |resource: &str| {
        let fields = [("grant_type", "client_credentials"), ("scope", scope.as_str()), ("resource", resource)];
        client.post(&service, "/oauth/token", &fields).await.fine().text("access_token")
    };
    let ours = format!("{PUBLIC_URL}/api");

    let good = token_for(&ours).await;
    see(&service, &good, kallio).await.fine(200);
    let other = token_for("https://other.example/api").await;
    let response = see(&service, &other, kallio).await.refused(401, "unauthorized");
    assert!(response.header("www-authenticate").contains("error=\"invalid_token\""), "{response:?}");
    let none = client.post(&service, "/oauth/token", &[("grant_type", "client_credentials"), ("scope", &scope)]).await;
    see(&service, &none.fine().text("access_token"), kallio).await.refused(401, "unauthorized");

    client.post(&service, "/oauth/revoke", &[("token", &good)]).await;
    see(&service, &good, kallio).await.refused(401, "unauthorized");
    let late = token_for(&ours).await;
    service.wait(10 * 60);
    see(&service, &late, kallio).await.refused(401, "unauthorized");
}

#[tokio::test]
async fn a_grant_that_is_taken_away_closes_at_once_whatever_the_token_says() {
    let service = Service::start().await;
    let kallio = service.new_company("Kallio", CompanyKind::Business).await;
    let client = service.api_client("directory").await;
    let scopes = [Scope::UsersRead, Scope::UsersWrite];
    service.grant_api(&client, GrantExtent::Company(kallio), &scopes).await;
    let program = service.program(&client, "company:*:users.read company:*:users.write").await;
    let users = format!("/api/v1/companies/{kallio}/users");
    program.get(&users).await.fine(200);

    service.grant_api(&client, GrantExtent::Company(kallio), &[Scope::UsersRead]).await;
    program.get(&users).await.fine(200);
    let body = json!({ "email": "a@kallio.example", "given_name": "A" });
    program.post(&users, body.clone()).await.refused(403, "insufficient-scope");
    service.take_grant(&client, GrantExtent::Company(kallio)).await;
    program.get(&users).await.refused(404, "not-found");
    program.post(&users, body).await.refused(404, "not-found");
    program.get("/api/v1/companies").await.fine(200);
    let (app, id) = (service.app.clone(), client.application.id);
    service.grant_api(&client, GrantExtent::Company(kallio), &scopes).await;
    applications::delete(&app.db, &app.random, id, service.now()).await.unwrap();
    program.get(&users).await.refused(401, "unauthorized");
    assert_eq!(service.count("SELECT count(*) FROM api_grants").await, 0, "the grants went with the application");
}

#[tokio::test]
async fn a_bound_token_comes_with_its_proof_or_not_at_all() {
    let service = Service::start().await;
    let kallio = service.new_company("Kallio", CompanyKind::Business).await;
    let client = service.api_client("directory").await;
    service.grant_api(&client, GrantExtent::Company(kallio), &[Scope::UsersRead]).await;
    let (key, resource) = (Key::ec(), format!("{PUBLIC_URL}/api"));
    let scope = Scope::UsersRead.of(kallio);
    let fields = [("grant_type", "client_credentials"), ("scope", scope.as_str()), ("resource", resource.as_str())];
    let (basic, made) = (client.basic(), proof(&service, &key, "/oauth/token", &json!({})));
    let headers = [("authorization", basic.as_str()), ("dpop", made.as_str())];
    let answer = crate::provider::client::post_with(&service, "/oauth/token", &headers, &fields).await.fine();
    let token = answer.text("access_token");
    let path = format!("/api/v1/companies/{kallio}/users");

    see(&service, &token, kallio).await.refused(401, "unauthorized");
    let (with, about) = (format!("DPoP {token}"), json!({ "htm": "GET", "ath": s256(&token) }));
    let made = proof(&service, &key, &path, &about);
    let headers = [("authorization", with.as_str()), ("dpop", made.as_str())];
    send(&service, Method::GET, &path, &headers, String::new()).await.fine(200);
    let response = send(&service, Method::GET, &path, &headers, String::new()).await.refused(401, "unauthorized");
    assert!(response.header("www-authenticate").contains("invalid_dpop_proof"), "a proof counts once: {response:?}");
    let of_another = proof(&service, &Key::ec(), &path, &about);
    let headers = [("authorization", with.as_str()), ("dpop", of_another.as_str())];
    send(&service, Method::GET, &path, &headers, String::new()).await.refused(401, "unauthorized");
}

/// An application that people sign in to, and that acts on their behalf.
pub async fn console(service: &Service) -> Registered {
    let names = Scope::ALL.into_iter().map(Scope::of_every).collect::<Vec<_>>().join(" ");
    let registration = Registration {
        redirect_uris: vec!["https://console.example/callback".to_owned()],
        scopes: Scopes::parse(&format!("openid {names}")).unwrap(),
        profile: applications::ApplicationProfile {
            resources: vec![format!("{PUBLIC_URL}/api")],
            ..applications::ApplicationProfile::default()
        },
        ..Registration::new("Console")
    };
    service.register(registration, SecondFactor::Optional).await
}

/// A program that acts on behalf of somebody who has just signed in.
pub async fn on_behalf<'s>(service: &'s Service, console: &Registered, scope: &str) -> Program<'s> {
    let resource = format!("{PUBLIC_URL}/api");
    let mut browser = service.browser();
    let begin = console.authorize(&[("scope", scope), ("resource", &resource)]);
    let first = browser.open(&begin).await;
    let page = browser.sign_in_as(service, first, AINO).await;
    let code = page.answered("code").unwrap_or_else(|| panic!("not signed in: {page:?}"));
    let answer = console.redeem(service, &code).await.fine();
    Program { service, token: answer.text("access_token") }
}

async fn change<F, E>(service: &Service, work: F)
where
    E: From<db::Error> + std::fmt::Debug + Send + 'static,
    F: for<'t> FnOnce(&'t mut db::Tx<'_>) -> db::Work<'t, (), E> + Clone + Send + 'static,
{
    service.app.db.write(work).await.unwrap();
}

async fn roles(service: &Service, company: CompanyId, person: PersonId, roles: &[Role]) {
    let (now, roles) = (service.now(), roles.to_vec());
    change(service, move |tx| Box::pin(async move { users::change_roles(tx, company, person, &roles, now).await }))
        .await;
}

#[tokio::test]
async fn a_persons_token_does_what_the_person_may_do_at_that_moment() {
    let service = Service::start().await;
    let kallio = service.new_company("Kallio", CompanyKind::Business).await;
    let ruori = service.new_company("Ruori", CompanyKind::Business).await;
    service.new_user(kallio, "other@kallio.example", &[Role::UserAdministrator]).await;
    let mikko = service.new_user(ruori, "mikko@ruori.example", &[Role::UserAdministrator]).await;
    let aino = service.person(AINO).await;
    service.user_too(kallio, aino, &[Role::UserAdministrator]).await;
    service.user_too(ruori, aino, &[]).await;
    let console = console(&service).await;
    let program = on_behalf(&service, &console, "openid company:*:users.read company:*:users.write").await;
    let (ours, theirs) = (format!("/api/v1/companies/{kallio}/users"), format!("/api/v1/companies/{ruori}/users"));

    program.get(&ours).await.fine(200);
    program.get(&theirs).await.refused(404, "not-found");
    program.get(&format!("/api/v1/companies/{kallio}/history")).await.refused(403, "insufficient-scope");
    program.get("/api/v1/people").await.refused(403, "insufficient-scope");
    program.patch(&format!("{theirs}/{mikko}"), json!({ "state": "locked" })).await.refused(404, "not-found");

    roles(&service, kallio, aino, &[]).await;
    program.get(&ours).await.refused(404, "not-found");
    roles(&service, kallio, aino, &[Role::UserAdministrator]).await;
    program.get(&ours).await.fine(200);
    let now = service.now();
    change(&service, move |tx| {
        Box::pin(async move { users::set_state(tx, kallio, aino, MembershipState::Locked, now).await })
    })
    .await;
    program.get(&ours).await.refused(404, "not-found");
}

#[tokio::test]
async fn the_token_of_a_person_whose_profile_is_closed_opens_nothing() {
    let service = Service::start().await;
    let kallio = service.new_company("Kallio", CompanyKind::Business).await;
    let aino = service.person(AINO).await;
    service.user_too(kallio, aino, &[Role::UserAdministrator]).await;
    let console = console(&service).await;
    let program = on_behalf(&service, &console, "openid company:*:users.read").await;
    let users = format!("/api/v1/companies/{kallio}/users");
    program.get(&users).await.fine(200);
    service.set_state(aino, people::PersonState::Disabled).await;
    program.get(&users).await.refused(401, "unauthorized");
}

#[tokio::test]
async fn an_office_that_manages_a_client_no_more_sees_nothing_of_it() {
    let service = Service::start().await;
    let office = service.new_company("Kallio & Laine", CompanyKind::AccountingOffice).await;
    let client = service.new_company("Ruori", CompanyKind::Business).await;
    service.new_user(client, "mikko@ruori.example", &[Role::UserAdministrator]).await;
    let aino = service.person(AINO).await;
    service.user_too(office, aino, &[Role::MainUser]).await;
    let now = service.now();
    change(&service, move |tx| Box::pin(async move { companies::engage(tx, office, client, now).await.map(|_| ()) }))
        .await;
    let console = console(&service).await;
    let program = on_behalf(&service, &console, "openid company:*:users.read company:*:company.read").await;
    let users = format!("/api/v1/companies/{client}/users");

    program.get(&users).await.fine(200);
    let clients = program.get(&format!("/api/v1/companies/{office}/clients")).await.fine(200);
    assert_eq!(clients["items"][0]["id"], client.to_string());
    let operating = service.operating_program().await;
    operating.delete(&format!("/api/v1/companies/{office}/clients/{client}")).await.fine(204);
    program.get(&users).await.refused(404, "not-found");
}

#[tokio::test]
async fn a_sensitive_act_on_behalf_of_a_person_wants_a_fresh_proof() {
    let service = Service::start().await;
    let kallio = service.new_company("Kallio", CompanyKind::Business).await;
    let other = service.new_user(kallio, "other@kallio.example", &[]).await;
    let aino = service.person(AINO).await;
    service.user_too(kallio, aino, &[Role::UserAdministrator]).await;
    let console = console(&service).await;
    let program = on_behalf(&service, &console, "openid company:*:users.read company:*:users.write").await;
    let path = format!("/api/v1/companies/{kallio}/users/{other}");

    service.wait(5 * 60);
    program.get(&path).await.fine(200);
    let response = program.delete(&path).await.refused(401, "stale-authentication");
    let challenge = response.header("www-authenticate");
    assert!(challenge.contains("insufficient_user_authentication") && challenge.contains("max_age=\"300\""));
    let fresh = on_behalf(&service, &console, "openid company:*:users.read company:*:users.write").await;
    fresh.delete(&path).await.fine(204);
    let entry = service.count("SELECT count(*) FROM history WHERE event = 'user.state_set' AND actor_id IS NOT NULL");
    assert_eq!(entry.await, 1);
}

#[tokio::test]
async fn where_tokens_are_to_be_had_is_told() {
    let service = Service::start().await;
    let path = "/.well-known/oauth-protected-resource/api";
    let response = send(&service, Method::GET, path, &[], String::new()).await.fine(200);
    assert_eq!(response["resource"], format!("{PUBLIC_URL}/api"));
    assert_eq!(response["authorization_servers"], json!([PUBLIC_URL]));
}
