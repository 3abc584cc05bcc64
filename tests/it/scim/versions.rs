//! Versions and parts of what a directory reads: `If-Match`, `If-None-Match`, `attributes`, `excludedAttributes`.

use http::Method;
use salpa::directory::companies::CompanyKind;
use serde_json::{Value, json};

use super::{Directory, aino};
use crate::support::Service;

async fn added(directory: &Directory<'_>) -> (String, String) {
    let response = directory.post("Users", aino()).await;
    let etag = response.header("etag").to_owned();
    let user = response.fine(201);
    assert_eq!(user["meta"]["version"], etag, "the tag is told in both places");
    (format!("Users/{}", user["id"].as_str().unwrap()), etag)
}

#[tokio::test]
async fn a_change_of_another_version_is_refused_and_changes_nothing() {
    let service = Service::start().await;
    let kallio = service.new_company("Kallio", CompanyKind::Business).await;
    let directory = service.directory(kallio).await;
    let (path, first) = added(&directory).await;
    let rename = json!({ "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
        "Operations": [{ "op": "replace", "path": "name.givenName", "value": "Aina" }] });
    let changed = directory.call_with(Method::PATCH, &path, &[("if-match", &first)], rename.clone()).await;
    let second = changed.header("etag").to_owned();
    changed.fine(200);
    assert_ne!(first, second);

    let mut whole = aino();
    whole["name"]["givenName"] = json!("Aune");
    for stale in [first.as_str(), "\"nope\"", "W/\"nope\", W/\"other\"", ""] {
        let stale = [("if-match", stale)];
        directory.call_with(Method::PATCH, &path, &stale, rename.clone()).await.refused_by_scim(412, None);
        directory.call_with(Method::PUT, &path, &stale, whole.clone()).await.refused_by_scim(412, None);
        directory.call_with(Method::DELETE, &path, &stale, Value::Null).await.refused_by_scim(412, None);
        directory.call_with(Method::GET, &path, &stale, Value::Null).await.refused_by_scim(412, None);
    }
    let none = [("if-none-match", "*")];
    directory.call_with(Method::PUT, &path, &none, whole.clone()).await.refused_by_scim(412, None);
    assert_eq!(directory.get(&path).await.fine(200)["name"]["givenName"], "Aina");
    // One of several, strong or weak, and any.
    let strong = second.trim_start_matches("W/").to_owned();
    for right in [format!("W/\"nope\", {second}"), strong, "*".to_owned()] {
        directory.call_with(Method::PATCH, &path, &[("if-match", &right)], rename.clone()).await.fine(200);
    }
    directory.call_with(Method::DELETE, &path, &[("if-match", &second)], Value::Null).await.fine(204);
    directory.call_with(Method::DELETE, &path, &[("if-match", "*")], Value::Null).await.refused_by_scim(404, None);
}

#[tokio::test]
async fn a_version_that_the_directory_has_is_not_sent_again() {
    let service = Service::start().await;
    let kallio = service.new_company("Kallio", CompanyKind::Business).await;
    let directory = service.directory(kallio).await;
    let (path, etag) = added(&directory).await;
    for path in [path.as_str(), "Groups/employee"] {
        let etag = directory.get(path).await.header("etag").to_owned();
        let again = directory.call_with(Method::GET, path, &[("if-none-match", &etag)], Value::Null).await;
        assert_eq!((again.status.as_u16(), again.header("etag"), &again.json), (304, etag.as_str(), &Value::Null));
        directory.call_with(Method::GET, path, &[("if-none-match", "W/\"x\"")], Value::Null).await.fine(200);
        let part = directory.get(&format!("{path}?attributes=meta")).await;
        assert_eq!(part.header("etag"), etag, "a part of it is of the same version");
    }
    let stale = [("if-match", etag.as_str())];
    directory
        .call_with(Method::PUT, "Groups/employee", &stale, json!({ "members": [] }))
        .await
        .refused_by_scim(412, None);
}

#[tokio::test]
async fn a_directory_gets_the_attributes_that_it_asks_for() {
    let service = Service::start().await;
    let kallio = service.new_company("Kallio", CompanyKind::Business).await;
    let directory = service.directory(kallio).await;
    let response = directory.post("Users?attributes=userName", aino()).await;
    let user = response.fine(201);
    assert_eq!(user.as_object().unwrap().keys().collect::<Vec<_>>(), ["id", "schemas", "userName"]);
    let path = format!("Users/{}", user["id"].as_str().unwrap());
    let get = async |query: &str| directory.get(&format!("{path}?{query}")).await.fine(200);
    assert_eq!(get("attributes=emails.value").await["emails"], json!([{ "value": "aino@kallio.example" }]));
    let without = get("excludedAttributes=name.formatted,EMAILS,id").await;
    assert_eq!((without.get("emails"), &without["id"]), (None, &user["id"]), "the id always comes");
    assert_eq!(without["name"], json!({ "givenName": "Aino", "familyName": "Virtanen" }));
    let listed = directory.get("Users?attributes=externalId").await.fine(200);
    assert_eq!(listed["Resources"][0]["externalId"], "7");
    assert!(listed["Resources"][0].get("userName").is_none());
    directory.get("Users?attributes=a&excludedAttributes=b").await.refused_by_scim(400, Some("invalidSyntax"));
    let locked = json!([{ "op": "replace", "value": { "active": false } }]);
    let patched = directory.patch(&format!("{path}?attributes=active"), locked).await.fine(200);
    assert_eq!(patched["active"], false);
    let group = directory.get("Groups/employee?excludedAttributes=members").await.fine(200);
    assert!(group.get("members").is_none() && group["meta"]["version"].is_string());
}

#[tokio::test]
async fn the_schemas_tell_every_attribute_that_is_sent() {
    let service = Service::start().await;
    let kallio = service.new_company("Kallio", CompanyKind::Business).await;
    let directory = service.directory(kallio).await;
    let (path, _) = added(&directory).await;
    let id = path.trim_start_matches("Users/").to_owned();
    let join = json!([{ "op": "add", "path": "members", "value": [{ "value": id }] }]);
    directory.patch("Groups/employee", join).await.fine(200);
    for (path, schema) in [(path.as_str(), "User"), ("Groups/employee", "Group")] {
        let schema = directory.get(&format!("Schemas/urn:ietf:params:scim:schemas:core:2.0:{schema}")).await.fine(200);
        let resource = directory.get(path).await.fine(200);
        for (name, value) in resource.as_object().unwrap() {
            // Those of every resource (RFC 7643 §3.1).
            if ["schemas", "id", "meta"].contains(&name.as_str()) {
                continue;
            }
            let attributes = schema["attributes"].as_array().unwrap();
            let described = attributes.iter().find(|attribute| attribute["name"] == *name);
            let described = described.unwrap_or_else(|| panic!("{path}: {name} is not told"));
            assert_eq!(described["multiValued"], value.is_array(), "{name}");
            let parts = described["subAttributes"].as_array().cloned().unwrap_or_default();
            let sent = value.as_array().and_then(|all| all.first()).unwrap_or(value);
            for part in sent.as_object().into_iter().flat_map(serde_json::Map::keys) {
                assert!(parts.iter().any(|described| described["name"] == *part), "{path}: {name}.{part} is not told");
            }
        }
    }
}
