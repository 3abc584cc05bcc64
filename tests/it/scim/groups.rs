//! Groups of SCIM: roles and ready-made profiles.

use salpa::directory::companies::CompanyKind;
use salpa::directory::users::Role;
use salpa::sign_in::policies::SecondFactor;
use serde_json::{Value, json};

use crate::support::Service;

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
    directory.post("Groups", json!({ "displayName": "main user" })).await.refused_by_scim(501, None);
    directory.delete("Groups/employee").await.refused_by_scim(501, None);
    let path = format!("Users/{main_user}");
    let locked = directory.patch(&path, json!([{ "op": "replace", "path": "active", "value": false }]));
    locked.await.refused_by_scim(403, Some("mutability"));
    directory.delete(&format!("Users/{main_user}")).await.refused_by_scim(403, Some("mutability"));
    for wrong in [json!(stranger), json!("x"), json!("' OR '1'='1")] {
        let told = directory
            .patch("Groups/employee", json!([{ "op": "add", "path": "members", "value": [{ "value": wrong }] }]));
        told.await.refused_by_scim(400, Some("invalidValue"));
    }
    let renamed =
        directory.patch("Groups/employee", json!([{ "op": "replace", "path": "displayName", "value": "main user" }]));
    renamed.await.refused_by_scim(403, Some("mutability"));
    assert_eq!(service.count("SELECT count(*) FROM users WHERE is_employee").await, 0);
}
