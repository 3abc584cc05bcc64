//! A company's directory feeds its users by SCIM.

mod groups;
mod recorded;
mod searching;
mod versions;

use http::Method;
use salpa::directory::companies::{CompanyId, CompanyKind};
use salpa::directory::users::Role;
use salpa::scim::tokens;
use serde_json::{Value, json};

use crate::api::caller::{ApiResponse, send};
use crate::support::Service;

/// A directory with its token.
#[derive(Clone)]
pub struct Directory<'s> {
    service: &'s Service,
    pub token: String,
    pub id: tokens::ScimTokenId,
}

impl Directory<'_> {
    pub async fn call(&self, method: Method, path: &str, body: Value) -> ApiResponse {
        self.call_with(method, path, &[], body).await
    }

    pub async fn call_with(&self, method: Method, path: &str, more: &[(&str, &str)], body: Value) -> ApiResponse {
        let token = format!("Bearer {}", self.token);
        let mut headers = [&[("authorization", token.as_str())], more].concat();
        let body = if body.is_null() { String::new() } else { body.to_string() };
        if !body.is_empty() {
            headers.push(("content-type", "application/scim+json"));
        }
        send(self.service, method, &format!("/scim/v2/{path}"), &headers, body).await
    }

    pub async fn get(&self, path: &str) -> ApiResponse {
        self.call(Method::GET, path, Value::Null).await
    }

    pub async fn post(&self, path: &str, body: Value) -> ApiResponse {
        self.call(Method::POST, path, body).await
    }

    pub async fn put(&self, path: &str, body: Value) -> ApiResponse {
        self.call(Method::PUT, path, body).await
    }

    pub async fn patch(&self, path: &str, operations: Value) -> ApiResponse {
        let schema = "urn:ietf:params:scim:api:messages:2.0:PatchOp";
        self.call(Method::PATCH, path, json!({ "schemas": [schema], "Operations": operations })).await
    }

    pub async fn delete(&self, path: &str) -> ApiResponse {
        self.call(Method::DELETE, path, Value::Null).await
    }

    /// The users that a filter finds.
    pub async fn found(&self, filter: &str) -> Vec<Value> {
        let query: String = url::form_urlencoded::byte_serialize(filter.as_bytes()).collect();
        let list = self.get(&format!("Users?filter={query}")).await.fine(200);
        assert_eq!(list["totalResults"], list["Resources"].as_array().unwrap().len());
        list["Resources"].as_array().unwrap().clone()
    }
}

impl Service {
    pub async fn directory(&self, company: CompanyId) -> Directory<'_> {
        let year = std::time::Duration::from_hours(365 * 24);
        let made = tokens::create(&self.app, company, "Entra", year, self.now()).await.unwrap();
        Directory { service: self, token: made.secret.reveal().clone(), id: made.token.id }
    }
}

pub fn aino() -> Value {
    json!({
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User", "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"],
        "externalId": "7",
        "userName": "aino@kallio.example",
        "name": { "givenName": "Aino", "familyName": "Virtanen", "formatted": "Aino Virtanen" },
        "displayName": "Aino Virtanen",
        "active": true,
        "emails": [{ "primary": true, "type": "work", "value": "aino@kallio.example" }],
        "roles": [{ "value": "main user" }],
        "meta": { "resourceType": "User" },
        "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User": { "department": "Sales" },
    })
}

#[tokio::test]
async fn a_user_comes_is_found_changes_is_locked_and_leaves() {
    let service = Service::start().await;
    let kallio = service.new_company("Kallio", CompanyKind::Business).await;
    let directory = service.directory(kallio).await;
    assert!(directory.found("userName eq \"aino@kallio.example\"").await.is_empty());

    let response = directory.post("Users", aino()).await;
    assert_eq!(response.header("content-type"), "application/scim+json");
    let location = response.header("location").to_owned();
    let added = response.fine(201);
    assert_eq!(
        (&added["userName"], &added["active"], &added["externalId"]),
        (&json!("aino@kallio.example"), &json!(true), &json!("7"))
    );
    assert_eq!((&added["groups"], &added["name"]["givenName"]), (&json!([]), &json!("Aino")), "no role by itself");
    assert_eq!(added["meta"]["location"], location);
    directory.post("Users", aino()).await.refused_by_scim(409, Some("uniqueness"));
    let path = format!("Users/{}", added["id"].as_str().unwrap());
    assert_eq!(directory.get(&path).await.fine(200), added);
    for filter in [
        "userName eq \"AINO@kallio.example\"",
        "externalId eq \"7\"",
        "emails.value eq \"aino@kallio.example\"",
        "emails[type eq \"work\"].value eq \"aino@kallio.example\"",
        "externalId eq \"7\" and active eq true",
    ] {
        assert_eq!(directory.found(filter).await, std::slice::from_ref(&added), "{filter}");
    }
    assert!(directory.found("externalId eq \"7\" and active eq false").await.is_empty());
    assert!(directory.found("externalId eq \"8\" and userName eq \"aino@kallio.example\"").await.is_empty());

    let entra = json!([
        { "op": "Replace", "path": "active", "value": "False" },
        { "op": "Replace", "path": "name.givenName", "value": "Aina" },
        { "op": "Replace", "path": "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department", "value": "x" },
    ]);
    let locked = directory.patch(&path, entra).await.fine(200);
    assert_eq!((&locked["active"], &locked["name"]["givenName"]), (&json!(false), &json!("Aina")));
    assert_eq!(directory.found("active eq false").await.len(), 1);
    let unlocked = directory.patch(&path, json!([{ "op": "replace", "value": { "active": true } }])).await.fine(200);
    assert_eq!(unlocked["active"], true);
    let mut whole = aino();
    whole["name"]["familyName"] = json!("Laine");
    whole.as_object_mut().unwrap().remove("externalId");
    let replaced = directory.put(&path, whole).await.fine(200);
    assert_eq!((&replaced["name"]["familyName"], replaced.get("externalId")), (&json!("Laine"), None));

    directory.delete(&path).await.fine(204);
    directory.get(&path).await.refused_by_scim(404, None);
    directory.delete(&path).await.refused_by_scim(404, None);
    assert!(directory.found("userName eq \"aino@kallio.example\"").await.is_empty());
    assert_eq!(directory.post("Users", aino()).await.fine(201)["id"], added["id"], "taken back");
    let by_scim =
        service.count("SELECT count(*) FROM history WHERE details LIKE '%scim%' AND company_id IS NOT NULL").await;
    assert!(by_scim >= 6, "{by_scim}");
}

#[tokio::test]
async fn a_directory_never_changes_a_profile_that_is_another_companys() {
    let service = Service::start().await;
    let kallio = service.new_company("Kallio", CompanyKind::Business).await;
    let ruori = service.new_company("Ruori", CompanyKind::Business).await;
    let aino = service.new_user(kallio, "aino@kallio.example", &[Role::UserAdministrator]).await;
    let mikko = service.new_user(kallio, "mikko@kallio.example", &[]).await;
    let directory = service.directory(ruori).await;
    let path = format!("Users/{aino}");
    directory.get(&path).await.refused_by_scim(404, None);
    directory
        .patch(&path, json!([{ "op": "replace", "path": "active", "value": false }]))
        .await
        .refused_by_scim(404, None);
    directory.delete(&path).await.refused_by_scim(404, None);
    assert!(directory.found("userName eq \"mikko@kallio.example\"").await.is_empty());

    let theirs = json!({ "userName": "aino@kallio.example", "name": { "givenName": "Eve", "familyName": "Mallory" }, "externalId": "x" });
    let linked = directory.post("Users", theirs.clone()).await.fine(201);
    assert_eq!((&linked["id"], &linked["name"]["familyName"]), (&json!(aino), &json!("Mallory")), "as it was sent");
    for operation in [
        json!({ "op": "replace", "path": "userName", "value": "eve@ruori.example" }),
        json!({ "op": "replace", "path": "name.givenName", "value": "Another" }),
        json!({ "op": "replace", "path": "preferredLanguage", "value": "fi" }),
    ] {
        directory.patch(&path, json!([operation])).await.refused_by_scim(403, Some("mutability"));
    }
    let put = directory.put(&path, theirs).await.fine(200);
    assert_eq!((&put["userName"], &put["displayName"]), (&json!("aino@kallio.example"), &json!("Eve Mallory")));

    directory.patch(&path, json!([{ "op": "replace", "path": "active", "value": false }])).await.fine(200);
    let locked = service.count("SELECT count(*) FROM users WHERE state = 'locked'").await;
    let open = service.count("SELECT count(*) FROM users WHERE state = 'active'").await;
    assert_eq!((locked, open), (1, 2), "in that company alone");
    let own = service.directory(kallio).await;
    let seen = own.get(&path).await.fine(200);
    assert_eq!(
        (&seen["active"], seen.get("externalId")),
        (&json!(true), None),
        "what another directory calls her is not told"
    );
    let path_of_mikko = format!("Users/{mikko}");
    // Their own email is theirs to change only while nobody else's company is touched by it.
    own.patch(&path, json!([{ "op": "replace", "path": "userName", "value": "a@kallio.example" }]))
        .await
        .refused_by_scim(403, Some("mutability"));
    let moved =
        own.patch(&path_of_mikko, json!([{ "op": "replace", "path": "userName", "value": "m@kallio.example" }]));
    assert_eq!(moved.await.fine(200)["userName"], "m@kallio.example");
    assert_eq!(
        service
            .count("SELECT count(*) FROM people WHERE email_key = 'm@kallio.example' AND email_confirmed_at IS NULL")
            .await,
        1
    );
    assert!(service.count("SELECT count(*) FROM messages").await >= 2, "told at the old address and the new one");
    let taken =
        own.patch(&path_of_mikko, json!([{ "op": "replace", "path": "userName", "value": "aino@kallio.example" }]));
    taken.await.refused_by_scim(409, Some("uniqueness"));
}

#[tokio::test]
async fn the_last_administrator_is_not_locked_or_removed_by_a_directory() {
    let service = Service::start().await;
    let kallio = service.new_company("Kallio", CompanyKind::Business).await;
    let admin = service.new_user(kallio, "admin@kallio.example", &[Role::UserAdministrator]).await;
    let directory = service.directory(kallio).await;
    let path = format!("Users/{admin}");
    directory.delete(&path).await.refused_by_scim(409, Some("mutability"));
    directory
        .patch(&path, json!([{ "op": "replace", "path": "active", "value": false }]))
        .await
        .refused_by_scim(409, Some("mutability"));
    assert_eq!(directory.get(&path).await.fine(200)["active"], true);
}

#[tokio::test]
async fn a_token_is_one_companys_kept_hashed_and_over_at_once() {
    let service = Service::start().await;
    let kallio = service.new_company("Kallio", CompanyKind::Business).await;
    let directory = service.directory(kallio).await;
    directory.get("Users").await.fine(200);
    assert!(!service.database.everything().await.contains(&directory.token), "kept hashed");
    assert_eq!(service.count("SELECT count(*) FROM scim_tokens WHERE last_used_at IS NOT NULL").await, 1);
    let ruori = service.new_company("Ruori", CompanyKind::Business).await;
    assert!(!tokens::revoke(&service.app, ruori, directory.id, service.now()).await.unwrap(), "another company's");
    assert!(tokens::revoke(&service.app, kallio, directory.id, service.now()).await.unwrap());
    assert!(!tokens::revoke(&service.app, kallio, directory.id, service.now()).await.unwrap());
    let response = directory.get("Users").await.refused_by_scim(401, None);
    assert!(response.header("www-authenticate").starts_with("Bearer"), "{response:?}");

    let late = service.directory(kallio).await;
    service.wait(365 * 24 * 3600);
    late.get("Users").await.refused_by_scim(401, None);
    // A token of the API is none of a directory, and the other way round.
    let program = service.program_of(kallio).await;
    let wrong = Directory { token: program.token.clone(), ..late };
    wrong.get("Users").await.refused_by_scim(401, None);
    let again = service.directory(kallio).await;
    let wrong = crate::api::caller::Program { service: &service, token: again.token.clone() };
    wrong.get(&format!("/api/v1/companies/{kallio}/users")).await.refused(401, "unauthorized");
    for path in ["Users", "Groups", "Schemas", "ResourceTypes", "ServiceProviderConfig", "Users/x", "nothing"] {
        let response = send(&service, Method::GET, &format!("/scim/v2/{path}"), &[], String::new()).await;
        response.refused_by_scim(if path == "nothing" { 404 } else { 401 }, None);
    }
}

#[tokio::test]
async fn users_are_listed_by_number_and_what_is_no_filter_is_refused() {
    let service = Service::start().await;
    let kallio = service.new_company("Kallio", CompanyKind::Business).await;
    let ruori = service.new_company("Ruori", CompanyKind::Business).await;
    for number in 0..5 {
        service.new_user(kallio, &format!("user{number}@kallio.example"), &[]).await;
    }
    service.new_user(ruori, "other@ruori.example", &[]).await;
    let directory = service.directory(kallio).await;
    let mut seen = std::collections::BTreeSet::new();
    for start in [1, 3, 5] {
        let page = directory
            .get(&format!("Users?startIndex={start}&count=2&attributes=userName&sortBy=userName"))
            .await
            .fine(200);
        assert_eq!((&page["totalResults"], &page["startIndex"]), (&json!(5), &json!(start)));
        seen.extend(
            page["Resources"].as_array().unwrap().iter().map(|user| user["userName"].as_str().unwrap().to_owned()),
        );
    }
    assert_eq!(seen.len(), 5);
    let beyond = directory.get("Users?startIndex=-7&count=0").await.fine(200);
    assert_eq!((&beyond["totalResults"], &beyond["Resources"]), (&json!(5), &json!([])));
    for wrong in [
        "userName eq",
        "userName is \"a\"",
        "active gt true",
        "' OR 1=1 --",
        "userName eq \"a\\\" OR \\\"1\\\" eq \\\"1",
        "(((((",
        "userName eq \"'; DROP TABLE users; --\" and",
    ] {
        let query: String = url::form_urlencoded::byte_serialize(wrong.as_bytes()).collect();
        directory.get(&format!("Users?filter={query}")).await.refused_by_scim(400, Some("invalidFilter"));
    }
    for harmless in [
        "userName eq \"' OR '1'='1\"",
        "externalId eq \"\\u0000\"",
        "externalId eq \"%\"",
        "password eq \"x\"",
        "userName co \"%\"",
        "externalId eq \"'; DROP TABLE users; --\"",
    ] {
        assert!(directory.found(harmless).await.is_empty(), "{harmless}");
    }
}

#[tokio::test]
async fn attributes_that_a_directory_may_not_write_are_refused_or_ignored() {
    let service = Service::start().await;
    let kallio = service.new_company("Kallio", CompanyKind::Business).await;
    let directory = service.directory(kallio).await;
    for (body, scim_type) in [
        (json!({}), "invalidValue"),
        (json!({ "userName": 7 }), "invalidValue"),
        (json!({ "userName": "no email" }), "invalidValue"),
        (json!({ "userName": "a@b.example", "active": "perhaps" }), "invalidValue"),
        (json!([]), "invalidSyntax"),
        (json!({ "userName": "a@b.example", "externalId": "x".repeat(300) }), "invalidValue"),
    ] {
        directory.post("Users", body).await.refused_by_scim(400, Some(scim_type));
    }
    directory
        .post("Users", json!({ "userName": "a@b.example", "x": "y".repeat(100_000) }))
        .await
        .refused_by_scim(413, None);
    let added = directory.post("Users", aino()).await.fine(201);
    let other = json!({ "userName": "b@kallio.example", "externalId": "7" });
    directory.post("Users", other).await.refused_by_scim(409, Some("uniqueness"));
    assert_eq!(service.count("SELECT count(*) FROM people").await, 1, "nothing of it stayed");
    let path = format!("Users/{}", added["id"].as_str().unwrap());
    for wrong in [
        json!([{ "op": "dance", "path": "active" }]),
        json!([{ "op": "replace", "path": "a[", "value": 1 }]),
        json!([{ "op": "replace" }]),
    ] {
        let response = directory.patch(&path, wrong).await;
        assert_eq!(response.status, 400, "{response:?}");
    }
    let with_id = json!([{ "op": "replace", "value": { "id": "x", "meta": {}, "groups": [], "password": "p", "roles": ["main user"] } }]);
    assert_eq!(directory.patch(&path, with_id).await.fine(200), added);
    directory.post("Bulk", json!({})).await.refused_by_scim(501, None);
    let configuration = directory.get("ServiceProviderConfig").await.fine(200);
    assert_eq!(
        (&configuration["bulk"]["supported"], &configuration["patch"]["supported"]),
        (&json!(false), &json!(true))
    );
    assert_eq!(directory.get("Schemas").await.fine(200)["totalResults"], 2);
    assert_eq!(directory.get("ResourceTypes/User").await.fine(200)["endpoint"], "/Users");
    directory.get("Schemas/urn:x").await.refused_by_scim(404, None);
}

#[tokio::test]
async fn a_directory_does_not_take_the_main_users_sign_in_email() {
    let service = Service::start().await;
    let office = service.new_company("Rantanen", CompanyKind::AccountingOffice).await;
    let sanna = service.new_user(office, "sanna@rantanen.example", &[Role::MainUser]).await;
    let directory = service.directory(office).await;
    let path = format!("Users/{sanna}");

    for (attribute, value) in
        [("userName", "attacker@evil.example"), ("name.givenName", "Eve"), ("preferredLanguage", "fi")]
    {
        let replace = json!([{ "op": "replace", "path": attribute, "value": value }]);
        directory.patch(&path, replace).await.refused_by_scim(403, Some("mutability"));
    }
    let kept = "SELECT count(*) FROM people WHERE email = 'sanna@rantanen.example' AND language = 'en'";
    assert_eq!(service.count(kept).await, 1);
}
