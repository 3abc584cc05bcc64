//! The requests of directories, in the forms that their public documents show: Entra ID, Okta, OneLogin, JumpCloud and Google.

use http::Method;
use salpa::directory::companies::CompanyKind;
use salpa::directory::users::Role;
use serde_json::{Value, json};

use super::Directory;
use crate::support::Service;

const USER: &str = "urn:ietf:params:scim:schemas:core:2.0:User";
const ENTERPRISE: &str = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";

/// A company with its administrator, for whom a directory has nothing to say.
macro_rules! company {
    ($service:ident, $directory:ident) => {
        let $service = Service::start().await;
        let kallio = $service.new_company("Kallio", CompanyKind::Business).await;
        $service.new_user(kallio, "admin@kallio.example", &[Role::UserAdministrator]).await;
        let $directory = $service.directory(kallio).await;
    };
}

fn path_of(user: &Value) -> String {
    format!("Users/{}", user["id"].as_str().unwrap())
}

async fn email_of(directory: &Directory<'_>, path: &str) -> Value {
    let user = directory.get(path).await.fine(200);
    assert_eq!(user["emails"], json!([{ "value": user["userName"], "type": "work", "primary": true }]));
    user["userName"].clone()
}

#[tokio::test]
async fn entra_tests_its_connection_and_feeds_users_whose_mail_differs_from_their_sign_in() {
    company!(service, directory);
    assert!(directory.found("userName eq \"non-existent user\"").await.is_empty());
    let elina = json!({
        "schemas": [USER, ENTERPRISE],
        "externalId": "elina.hautala",
        "userName": "elina.hautala@kallio.example",
        "active": true,
        "addresses": [{ "type": "work", "formatted": "Rantatie 1", "primary": false }],
        "displayName": "Elina Hautala",
        "emails": [{ "type": "work", "value": "elina@kallio-mail.example", "primary": true }],
        "name": { "givenName": "Elina", "familyName": "Hautala", "formatted": "Elina Hautala" },
        "phoneNumbers": [{ "primary": true, "type": "mobile", "value": "+358 40 1234567" }],
        "roles": [],
        "title": "Controller",
        "meta": { "resourceType": "User" },
        ENTERPRISE: { "department": "Finance", "manager": { "value": "x" } },
    });
    let path = path_of(&directory.post("Users", elina).await.fine(201));
    assert_eq!(email_of(&directory, &path).await, "elina.hautala@kallio.example", "userName alone");

    // The mail changes, by every operation of the default mapping; also a private address comes.
    for operations in [
        json!([{ "op": "Replace", "path": "emails[type eq \"work\"].value", "value": "elina@kallio-mail.example" }]),
        json!([{ "op": "Add", "path": "emails[type eq \"work\"].value", "value": "elina@kallio-mail.example" }]),
        json!([{ "op": "add", "path": "emails", "value": [{ "value": "elina@home.example", "type": "home" }] }]),
        json!([{ "op": "replace", "value": { "emails[type eq \"work\"].value": "elina@kallio-mail.example", "title": "CFO",
            format!("{ENTERPRISE}:department"): "Board", format!("{ENTERPRISE}:manager"): "y" } }]),
    ] {
        directory.patch(&path, operations).await.fine(200);
    }
    assert_eq!(email_of(&directory, &path).await, "elina.hautala@kallio.example");
    assert_eq!(service.count("SELECT count(*) FROM history WHERE event = 'person.email_changed'").await, 0);
    let found = directory.found("userName eq \"elina.hautala@kallio.example\"").await;
    assert_eq!((found.len(), path_of(&found[0])), (1, path.clone()));

    // Marriage: the sign-in changes, and she is still found.
    let married = json!([
        { "op": "Replace", "path": "userName", "value": "elina.laine@kallio.example" },
        { "op": "Replace", "path": "name.familyName", "value": "Laine" },
        { "op": "Add", "path": format!("{ENTERPRISE}:manager"), "value": "z" },
        { "op": "Replace", "path": "active", "value": "False" },
    ]);
    let user = directory.patch(&path, married).await.fine(200);
    assert_eq!(
        (&user["userName"], &user["displayName"], &user["active"]),
        (&json!("elina.laine@kallio.example"), &json!("Elina Laine"), &json!(false))
    );
    directory.delete(&path).await.fine(204);
    assert!(directory.found("externalId eq \"elina.hautala\"").await.is_empty());
}

#[tokio::test]
async fn entra_looks_up_a_group_and_changes_its_members() {
    company!(service, directory);
    let mikko =
        directory.post("Users", json!({ "schemas": [USER], "userName": "mikko@kallio.example" })).await.fine(201);
    let group =
        directory.get("Groups?excludedAttributes=members&filter=displayName%20eq%20%22Employee%22").await.fine(200);
    let group = format!("Groups/{}", group["Resources"][0]["id"].as_str().unwrap());
    let add = json!([{ "op": "Add", "path": "members", "value": [{ "$ref": null, "value": mikko["id"] }] }]);
    directory.patch(&group, add).await.fine(200);
    let query = format!("{group}?excludedAttributes=members");
    assert!(directory.get(&query).await.fine(200).get("members").is_none());
    let is_member = format!(
        "Groups?filter=id%20eq%20%22employee%22%20and%20members%20eq%20%22{}%22",
        mikko["id"].as_str().unwrap()
    );
    assert_eq!(directory.get(&is_member).await.fine(200)["totalResults"], 1);
    let remove = json!([{ "op": "Remove", "path": "members", "value": [{ "$ref": null, "value": mikko["id"] }] }]);
    assert_eq!(directory.patch(&group, remove).await.fine(200)["members"], json!([]));
    assert_eq!(directory.get(&is_member).await.fine(200)["totalResults"], 0);
    assert_eq!(service.count("SELECT count(*) FROM users WHERE is_employee").await, 0);
}

#[tokio::test]
async fn okta_adds_replaces_deactivates_and_pushes_members() {
    company!(service, directory);
    let list = directory
        .get("Users?filter=userName%20eq%20%22aino%40kallio.example%22&startIndex=1&count=100")
        .await
        .fine(200);
    assert_eq!(list["totalResults"], 0);
    let aino = json!({
        "schemas": [USER],
        "userName": "aino@kallio.example",
        "name": { "givenName": "Aino", "familyName": "Virtanen" },
        "emails": [{ "primary": true, "value": "aino@kallio.example", "type": "work" }],
        "displayName": "Aino Virtanen",
        "locale": "en-US",
        "externalId": "00ujl29u0le5T6Aj10h7",
        "groups": [],
        "password": "1mz050nq",
        "active": true,
    });
    let path = path_of(&directory.post("Users", aino.clone()).await.fine(201));
    assert_eq!(service.count("SELECT count(*) FROM passwords").await, 0, "a directory sets no password");
    let mut changed = aino;
    changed["name"]["familyName"] = json!("Laine");
    changed["id"] = json!(path.trim_start_matches("Users/"));
    changed["meta"] = json!({ "resourceType": "User" });
    assert_eq!(directory.put(&path, changed).await.fine(200)["displayName"], "Aino Laine");
    let off = directory.patch(&path, json!([{ "op": "replace", "value": { "active": false } }])).await.fine(200);
    assert_eq!(off["active"], false);

    let id = json!(path.trim_start_matches("Users/"));
    let rename = json!([{ "op": "replace", "value": { "id": "employee", "displayName": "employee" } }]);
    directory.patch("Groups/employee", rename).await.fine(200);
    let whole =
        json!([{ "op": "replace", "path": "members", "value": [{ "value": id, "display": "aino@kallio.example" }] }]);
    assert_eq!(directory.patch("Groups/employee", whole).await.fine(200)["members"].as_array().unwrap().len(), 1);
    let remove = json!([{ "op": "remove", "path": format!("members[value eq {id}]") }, { "op": "add", "path": "members", "value": [] }]);
    assert_eq!(directory.patch("Groups/employee", remove).await.fine(200)["members"], json!([]));
    let pushed = json!({ "schemas": ["urn:ietf:params:scim:schemas:core:2.0:Group"], "displayName": "Everybody", "members": [] });
    directory.post("Groups", pushed).await.refused_by_scim(403, Some("mutability"));
    directory.call(Method::DELETE, "Groups/employee", Value::Null).await.refused_by_scim(403, Some("mutability"));
}

#[tokio::test]
async fn onelogin_feeds_users_in_its_templates_form() {
    company!(_service, directory);
    assert!(directory.found("userName eq \"leo@kallio.example\"").await.is_empty());
    let leo = json!({
        "schemas": [USER, ENTERPRISE],
        "userName": "leo@kallio.example",
        "externalId": "39211",
        "name": { "familyName": "Salo", "givenName": "Leo", "formatted": "Leo Salo" },
        "emails": [{ "value": "leo@kallio.example", "type": "work", "primary": true }],
        "title": null,
        "phoneNumbers": [{ "value": null, "type": "work" }],
        "preferredLanguage": "",
        "active": null,
        ENTERPRISE: { "department": null },
    });
    let user = directory.post("Users", leo.clone()).await.fine(201);
    assert_eq!((&user["active"], &user["displayName"]), (&json!(true), &json!("Leo Salo")), "null is nothing");
    let mut whole = leo;
    whole["active"] = json!(false);
    assert_eq!(directory.put(&path_of(&user), whole).await.fine(200)["active"], false);
    let members = json!([{ "op": "add", "path": "members", "value": [{ "value": user["id"] }] }]);
    directory.patch("Groups/employee", members).await.fine(200);
}

#[tokio::test]
async fn jumpcloud_feeds_users_and_members_by_put_and_patch() {
    company!(_service, directory);
    let user = directory
        .post(
            "Users",
            json!({ "schemas": [USER], "userName": "saara@kallio.example", "active": true,
            "name": { "givenName": "Saara", "familyName": "Koski" }, "displayName": "",
            "emails": [{ "value": "saara@kallio.example", "type": "work", "primary": true }] }),
        )
        .await
        .fine(201);
    let path = path_of(&user);
    let mut whole = user.clone();
    whole["name"]["givenName"] = json!("Saara Maria");
    whole["groups"] = json!([{ "value": "user-administrator" }]);
    let replaced = directory.put(&path, whole).await.fine(200);
    assert_eq!((&replaced["name"]["givenName"], &replaced["groups"]), (&json!("Saara Maria"), &json!([])));
    for op in ["add", "remove"] {
        let operations = json!([{ "op": op, "path": "members", "value": [{ "value": user["id"] }] }]);
        let group = directory.patch("Groups/employee", operations).await.fine(200);
        assert_eq!(group["members"].as_array().unwrap().len(), usize::from(op == "add"));
    }
    directory.patch(&path, json!([{ "op": "replace", "path": "active", "value": false }])).await.fine(200);
}

#[tokio::test]
async fn google_finds_adds_and_suspends_users() {
    company!(_service, directory);
    let config = directory.get("ServiceProviderConfig").await.fine(200);
    assert_eq!((&config["filter"]["supported"], &config["etag"]["supported"]), (&json!(true), &json!(true)));
    let pia = json!({
        "schemas": [USER, ENTERPRISE],
        "userName": "pia@kallio.example",
        "externalId": "103826716229738122134",
        "emails": [{ "primary": true, "type": "work", "value": "pia@kallio.example" }],
        "name": { "givenName": "Pia", "familyName": "Niemi" },
        "active": true,
    });
    let path = path_of(&directory.post("Users", pia.clone()).await.fine(201));
    directory.post("Users", pia).await.refused_by_scim(409, Some("uniqueness"));
    assert_eq!(directory.found("externalId eq \"103826716229738122134\"").await.len(), 1);
    let suspend = json!([{ "op": "replace", "path": "active", "value": false }, { "op": "remove", "path": "title" }]);
    assert_eq!(directory.patch(&path, suspend).await.fine(200)["active"], false);
    directory
        .patch(&path, json!([{ "op": "remove", "path": "emails" }]))
        .await
        .refused_by_scim(400, Some("mutability"));
    directory
        .post("Users", json!({ "userName": "pia", "emails": [{ "value": "pia@kallio.example" }] }))
        .await
        .refused_by_scim(400, Some("invalidValue"));
}

#[tokio::test]
async fn an_error_names_the_attribute_that_is_wrong() {
    company!(_service, directory);
    let user = path_of(&directory.post("Users", json!({ "userName": "a@kallio.example" })).await.fine(201));
    for (response, attribute) in [
        (directory.post("Users", json!({ "userName": "nobody" })).await, "userName"),
        (
            directory.post("Users", json!({ "userName": "b@kallio.example", "name": { "givenName": 7 } })).await,
            "name.givenName",
        ),
        (directory.post("Users", json!({ "userName": "b@kallio.example", "active": "perhaps" })).await, "active"),
        (
            directory.post("Users", json!({ "userName": "b@kallio.example", "externalId": "x".repeat(256) })).await,
            "externalId",
        ),
        (directory.patch(&user, json!([{ "op": "replace", "path": "userName", "value": "nobody" }])).await, "userName"),
        (
            directory.patch(&user, json!([{ "op": "replace", "path": "preferredLanguage", "value": 7 }])).await,
            "preferredLanguage",
        ),
        (
            directory.patch("Groups/employee", json!([{ "op": "add", "path": "members", "value": ["nobody"] }])).await,
            "members.value",
        ),
    ] {
        let response = response.refused_by_scim(400, Some("invalidValue"));
        assert!(response.json["detail"].as_str().unwrap().starts_with(attribute), "{attribute}: {response:?}");
    }
}
