//! Asking again does nothing twice.

use http::Method;
use salpa::api::grants::GrantExtent;
use salpa::api::scopes::Scope;
use salpa::directory::companies::CompanyKind;
use salpa::directory::users::Role;
use serde_json::{Value, json};

use super::caller::send;
use crate::support::Service;

#[tokio::test]
async fn the_same_key_with_the_same_request_is_answered_the_same_for_a_day() {
    let service = Service::start().await;
    let kallio = service.new_company("Kallio", CompanyKind::Business).await;
    let client = service.api_client("directory").await;
    service.grant_api(&client, GrantExtent::Company(kallio), &[Scope::UsersWrite]).await;
    let program = service.program(&client, "company:*:users.write").await;
    let path = format!("/api/v1/companies/{kallio}/users");
    let body = json!({ "email": "a@kallio.example", "given_name": "A" });
    let ask = async |key: &str, body: &Value| {
        program.call_with(Method::POST, &path, &[("idempotency-key", key)], body.clone()).await
    };

    let first = ask("one", &body).await;
    let again = ask("one", &body).await;
    assert_eq!(again.header("idempotency-replayed"), "true");
    assert_eq!((again.header("location"), again.header("etag")), (first.header("location"), first.header("etag")));
    assert_eq!(again.fine(201), first.fine(201));
    ask("two", &body).await.refused(409, "already-there");
    ask("two", &json!({ "email": "b@kallio.example", "given_name": "B" })).await.fine(201);
    ask("one", &json!({ "email": "c@kallio.example", "given_name": "C" })).await.refused(422, "key-reused");
    for wrong in ["", "a b", "x".repeat(256).as_str()] {
        ask(wrong, &body).await.refused(400, "malformed");
    }
    let other = service.program_of(kallio).await;
    let of_another = other.call_with(Method::POST, &path, &[("idempotency-key", "one")], body.clone()).await;
    of_another.refused(409, "already-there");

    service.wait(24 * 3600);
    let late = service.program(&client, "company:*:users.write").await;
    let again = late.call_with(Method::POST, &path, &[("idempotency-key", "one")], body.clone()).await;
    again.refused(409, "already-there");
    assert_eq!(service.count("SELECT count(*) FROM idempotency_keys").await, 2);
    let (app, now) = (service.app.clone(), service.now());
    let expired: Result<u64, salpa::platform::db::Error> =
        app.db.write(move |tx| Box::pin(async move { salpa::api::expire(tx, now).await })).await;
    assert_eq!(expired.unwrap(), 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_many_who_ask_with_one_key_at_once_one_acts_and_all_are_told_the_same() {
    let service = Service::start().await;
    let kallio = service.new_company("Kallio", CompanyKind::Business).await;
    service.new_user(kallio, "admin@kallio.example", &[Role::UserAdministrator]).await;
    let token = format!("Bearer {}", service.program_of(kallio).await.token);
    let path = format!("/api/v1/companies/{kallio}/profiles");
    let asking =
        (0..40).map(|_| {
            let headers = [
                ("authorization", token.as_str()),
                ("content-type", "application/json"),
                ("idempotency-key", "the-one"),
            ];
            let (service, path) = (&service, &path);
            async move {
                send(service, Method::POST, path, &headers, json!({ "name": "P", "rights": [] }).to_string()).await
            }
        });
    let responses = futures_util::future::join_all(asking).await;
    let ids: std::collections::BTreeSet<_> =
        responses.iter().map(|response| response.json["id"].as_str().unwrap_or("").to_owned()).collect();
    assert_eq!(ids.len(), 1, "{responses:?}");
    assert!(responses.iter().all(|response| response.status == 201));
    assert_eq!(responses.iter().filter(|response| response.header("idempotency-replayed").is_empty()).count(), 1);
    assert_eq!(service.count("SELECT count(*) FROM ready_made_profiles").await, 1);
    assert_eq!(service.count("SELECT count(*) FROM history WHERE event = 'profile.added'").await, 1);
}
