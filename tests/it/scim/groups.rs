//! Groups of SCIM: roles and ready-made profiles.

use std::fmt::Write as _;

use salpa::directory::companies::{CompanyId, CompanyKind};
use salpa::directory::users::Role;
use salpa::sign_in::policies::SecondFactor;
use serde_json::{Value, json};

use super::Directory;
use crate::support::Service;

/// Users by the hundred, written behind the back of the service; their identifiers.
pub async fn many_users(service: &Service, company: CompanyId, count: usize, profile: Option<&str>) -> Vec<String> {
    let (mut ids, mut rows) = (Vec::new(), String::new());
    let blob = if service.database.is_sqlite() { "BLOB" } else { "BYTEA" };
    let profile = profile.map_or_else(|| "NULL".to_owned(), |profile| format!("'{profile}'"));
    for number in 0..count {
        let id = format!("0197c0de-0000-7000-8000-{number:012}");
        let _ = write!(
            rows,
            "INSERT INTO people (id, email, email_key, given_name, family_name, language, state, created_at, changed_at)
             VALUES ('{id}', 'person{number}@many.example', 'person{number}@many.example', 'Person', '{number}', 'en', 'active', 0, 0);
             INSERT INTO users (company_id, person_id, basic, profile, created_at, sort_key)
             VALUES ('{company}', '{id}', TRUE, {profile}, 0, CAST('{number:06}' AS {blob}));"
        );
        ids.push(id);
    }
    service.database.run(&format!("BEGIN; {rows} COMMIT;")).await;
    ids
}

/// A profile with one right, which a directory may give.
async fn profile(service: &Service, company: CompanyId, name: &str) -> String {
    let ruori = service.application(&format!("Ruori of {name}"), SecondFactor::Optional).await.application.id;
    let operating = service.operating_program().await;
    operating.put(&format!("/api/v1/companies/{company}/applications/{ruori}"), Value::Null).await.fine(204);
    let profile = json!({ "name": name, "rights": [{ "application": ruori, "name": "use" }] });
    let added = operating.post(&format!("/api/v1/companies/{company}/profiles"), profile).await.fine(201);
    added["id"].as_str().unwrap().to_owned()
}

async fn members(directory: &Directory<'_>, path: &str) -> usize {
    directory.get(path).await.fine(200)["members"].as_array().unwrap().len()
}

#[tokio::test]
async fn a_group_of_any_size_is_read_and_written_whole() {
    let service = Service::start().await;
    let kallio = service.new_company("Kallio", CompanyKind::Business).await;
    let path = format!("Groups/{}", profile(&service, kallio, "Clerk").await);
    let ids = many_users(&service, kallio, 1_100, Some("Clerk")).await;
    let directory = service.directory(kallio).await;
    assert_eq!(members(&directory, &path).await, 1_100);
    let of_groups = directory.get("Groups?filter=displayName%20eq%20%22clerk%22").await.fine(200);
    assert_eq!(of_groups["Resources"][0]["members"].as_array().unwrap().len(), 1_100);

    // Ten stay: whoever was taken out keeps nothing.
    let ten: Vec<_> = ids[..10].iter().map(|id| json!({ "value": id })).collect();
    let put = directory.put(&path, json!({ "displayName": "Clerk", "members": ten })).await.fine(200);
    assert_eq!(put["members"].as_array().unwrap().len(), 10);
    assert_eq!(service.count("SELECT count(*) FROM users WHERE profile IS NOT NULL").await, 10);

    // 400 with names and addresses are 80 kB, and come in at once.
    let named = |id: &String| json!({ "value": id, "display": "Person with a long name", "type": "User", "$ref": format!("https://id.kallio.example/scim/v2/Users/{id}") });
    let many: Vec<_> = ids[..400].iter().map(named).collect();
    let added = directory.patch(&path, json!([{ "op": "add", "path": "members", "value": many }])).await.fine(200);
    assert_eq!(added["members"].as_array().unwrap().len(), 400);
    directory.patch(&path, json!([{ "op": "Remove", "path": "members" }])).await.fine(200);
    assert_eq!(service.count("SELECT count(*) FROM users WHERE profile IS NOT NULL").await, 0);
    assert_eq!(service.count("SELECT count(*) FROM user_rights").await, 0);

    let beyond = json!({ "members": [], "x": "y".repeat(1024 * 1024) });
    directory.put(&path, beyond).await.refused_by_scim(413, None);
}

#[tokio::test]
async fn groups_are_found_without_regard_to_case_and_the_exact_one_comes_first() {
    let service = Service::start().await;
    let kallio = service.new_company("Kallio", CompanyKind::Business).await;
    let profile = profile(&service, kallio, "Employee").await;
    let directory = service.directory(kallio).await;
    for (name, found) in [
        ("USER%20ADMINISTRATOR", vec!["user-administrator"]),
        ("Employee", vec![profile.as_str(), "employee"]),
        ("employee", vec!["employee", profile.as_str()]),
        ("EMPLOYEE", vec!["employee", profile.as_str()]),
        ("Employees", vec![]),
    ] {
        let list = directory.get(&format!("Groups?filter=displayName%20eq%20%22{name}%22")).await.fine(200);
        let ids: Vec<_> =
            list["Resources"].as_array().unwrap().iter().map(|group| group["id"].as_str().unwrap()).collect();
        assert_eq!(ids, found, "{name}");
    }
    let same = json!({ "displayName": "EMPLOYEE", "members": [] });
    directory.put("Groups/employee", same).await.fine(200);
}

#[tokio::test]
async fn members_are_named_by_value_and_not_changed_by_a_filter_for_new_ones() {
    let service = Service::start().await;
    let kallio = service.new_company("Kallio", CompanyKind::Business).await;
    let aino = service.new_user(kallio, "aino@kallio.example", &[Role::Employee]).await;
    let directory = service.directory(kallio).await;
    let by_filter = format!("members[value eq \"{aino}\"]");
    let response =
        directory.patch("Groups/employee", json!([{ "op": "replace", "path": by_filter, "value": [] }])).await;
    response.refused_by_scim(400, Some("noTarget"));
    let response = directory.patch("Groups/employee", json!([{ "op": "add", "path": "members", "value": [{}] }])).await;
    let response = response.refused_by_scim(400, Some("invalidValue"));
    assert!(response.json["detail"].as_str().unwrap().starts_with("members.value"), "{response:?}");
    let elsewhere = "urn:ietf:params:scim:schemas:extension:kallio:2.0:Group:members";
    directory.patch("Groups/employee", json!([{ "op": "remove", "path": elsewhere }])).await.fine(200);
    assert_eq!(members(&directory, "Groups/employee").await, 1);
}

#[tokio::test]
async fn a_directory_gives_roles_and_profiles_by_groups_and_takes_them_away() {
    let service = Service::start().await;
    let kallio = service.new_company("Kallio", CompanyKind::Business).await;
    let ruori = service.application("Ruori", SecondFactor::Optional).await.application.id;
    let operating = service.operating_program().await;
    operating.put(&format!("/api/v1/companies/{kallio}/applications/{ruori}"), Value::Null).await.fine(204);
    let profiles = format!("/api/v1/companies/{kallio}/profiles");
    let profile = json!({ "name": "Pay slips", "rights": [{ "application": ruori, "name": "use" }] });
    let profile = operating.post(&profiles, profile).await.fine(201)["id"].as_str().unwrap().to_owned();
    let admin = service.new_user(kallio, "admin@kallio.example", &[Role::UserAdministrator]).await;
    let aino = service.new_user(kallio, "aino@kallio.example", &[]).await;
    let directory = service.directory(kallio).await;

    let groups = directory.get("Groups?excludedAttributes=members").await.fine(200);
    let names: Vec<_> =
        groups["Resources"].as_array().unwrap().iter().map(|group| group["displayName"].clone()).collect();
    assert_eq!(names, [json!("user administrator"), json!("employee"), json!("Pay slips")]);
    assert!(groups["Resources"][0].get("members").is_none());
    let found = directory.get("Groups?filter=displayName%20eq%20%22Pay%20slips%22").await.fine(200);
    assert_eq!(found["Resources"][0]["id"], profile);

    let path = format!("Groups/{profile}");
    let added = directory.patch(&path, json!([{ "op": "Add", "path": "members", "value": [{ "value": aino }] }]));
    assert_eq!(added.await.fine(200)["members"][0]["value"], aino.to_string());
    assert_eq!(service.count("SELECT count(*) FROM user_rights").await, 1);
    assert_eq!(directory.get(&format!("Users/{aino}")).await.fine(200)["groups"][0]["display"], "Pay slips");
    let removed = directory.patch(&path, json!([{ "op": "remove", "path": format!("members[value eq \"{aino}\"]") }]));
    assert_eq!(removed.await.fine(200)["members"], json!([]));
    assert_eq!(service.count("SELECT count(*) FROM user_rights").await, 0);

    let role = "Groups/user-administrator";
    directory
        .put(role, json!({ "displayName": "user administrator", "members": [] }))
        .await
        .refused_by_scim(409, Some("mutability"));
    let both = directory.put(role, json!({ "members": [{ "value": aino }] })).await.fine(200);
    assert_eq!(both["members"].as_array().unwrap().len(), 1, "the one in the place of the other");
    let seen = operating.get(&format!("/api/v1/companies/{kallio}/users/{admin}")).await.fine(200);
    assert_eq!(seen["roles"], json!([]));
}

#[tokio::test]
async fn a_directory_makes_no_groups_and_gives_nobody_an_office() {
    let service = Service::start().await;
    let office = service.new_company("Office", CompanyKind::AccountingOffice).await;
    let other = service.new_company("Other", CompanyKind::Business).await;
    let main_user = service.new_user(office, "main@office.example", &[Role::MainUser]).await;
    let stranger = service.new_user(other, "stranger@other.example", &[]).await;
    let directory = service.directory(office).await;
    let groups = directory.get("Groups").await.fine(200);
    assert!(!groups.to_string().contains("main user"), "{groups}");
    directory.get("Groups/main-user").await.refused_by_scim(404, None);
    directory.post("Groups", json!({ "displayName": "main user" })).await.refused_by_scim(403, Some("mutability"));
    directory.delete("Groups/employee").await.refused_by_scim(403, Some("mutability"));
    let path = format!("Users/{main_user}");
    let locked = directory.patch(&path, json!([{ "op": "replace", "path": "active", "value": false }]));
    locked.await.refused_by_scim(403, Some("mutability"));
    directory.delete(&format!("Users/{main_user}")).await.refused_by_scim(403, Some("mutability"));
    for wrong in [json!(stranger), json!("x"), json!("' OR '1'='1")] {
        let response = directory
            .patch("Groups/employee", json!([{ "op": "add", "path": "members", "value": [{ "value": wrong }] }]));
        response.await.refused_by_scim(400, Some("invalidValue"));
    }
    let renamed =
        directory.patch("Groups/employee", json!([{ "op": "replace", "path": "displayName", "value": "main user" }]));
    renamed.await.refused_by_scim(403, Some("mutability"));
    assert_eq!(service.count("SELECT count(*) FROM users WHERE is_employee").await, 0);
}
