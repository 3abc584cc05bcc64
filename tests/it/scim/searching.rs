//! Users and groups that a directory looks for.

use salpa::directory::companies::CompanyKind;
use salpa::directory::users::Role;
use serde_json::{Value, json};

use super::aino;
use crate::support::Service;

fn names(list: &Value) -> Vec<&str> {
    let name = |one: &Value| one.get("userName").or_else(|| one.get("displayName")).cloned();
    let all = list["Resources"].as_array().unwrap();
    assert!(all.iter().all(|one| name(one).is_some()));
    all.iter().map(|one| one["userName"].as_str().or(one["displayName"].as_str()).unwrap()).collect()
}

#[tokio::test]
async fn users_are_found_by_whatever_they_show() {
    let service = Service::start().await;
    let kallio = service.new_company("Kallio", CompanyKind::Business).await;
    let ruori = service.new_company("Ruori", CompanyKind::Business).await;
    service.new_user(kallio, "admin@kallio.example", &[Role::UserAdministrator]).await;
    service.new_user(kallio, "mikko@koeln.example", &[Role::Employee]).await;
    service.new_user(ruori, "aune@kallio.example", &[]).await;
    let directory = service.directory(kallio).await;
    let added = directory.post("Users", aino()).await.fine(201);
    directory
        .patch(
            &format!("Users/{}", added["id"].as_str().unwrap()),
            json!([{ "op": "replace", "value": { "active": false } }]),
        )
        .await
        .fine(200);
    for (filter, found) in [
        ("userName sw \"AINO\"", &["aino@kallio.example"][..]),
        ("userName co \"kallio\" and active eq true", &["admin@kallio.example"]),
        ("userName co \"kallio\" and active eq \"False\"", &["aino@kallio.example"]),
        (
            "userName eq \"aino@kallio.example\" or userName eq \"mikko@koeln.example\"",
            &["mikko@koeln.example", "aino@kallio.example"],
        ),
        ("not (userName co \"kallio\")", &["mikko@koeln.example"]),
        ("externalId pr", &["aino@kallio.example"]),
        ("emails[type eq \"work\" and value ew \"koeln.example\"]", &["mikko@koeln.example"]),
        ("emails[type eq \"home\"].value eq \"aino@kallio.example\"", &[]),
        ("groups.display eq \"Employee\"", &["mikko@koeln.example"]),
        ("externalId eq \"7\" or externalId eq \"8\"", &["aino@kallio.example"]),
        ("meta.created gt \"2026-01-01T00:00:00Z\" and title pr", &[]),
        ("urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department eq \"Sales\"", &[]),
        ("userName eq \"aune@kallio.example\"", &[]),
        ("userName sw \"au\"", &[]),
    ] {
        let list = directory.found(filter).await;
        let found_names: Vec<_> = list.iter().map(|user| user["userName"].as_str().unwrap()).collect();
        assert_eq!(found_names, found, "{filter}");
    }
}

#[tokio::test]
async fn a_filter_is_asked_of_every_user_and_answered_by_pages() {
    let service = Service::start().await;
    let kallio = service.new_company("Kallio", CompanyKind::Business).await;
    super::groups::many_users(&service, kallio, 1_050, None).await;
    let directory = service.directory(kallio).await;
    let page = directory.get("Users?filter=userName%20co%20%225%40%22&startIndex=101&count=3").await.fine(200);
    assert_eq!(
        (&page["totalResults"], &page["startIndex"], &page["itemsPerPage"]),
        (&json!(105), &json!(101), &json!(3))
    );
    assert_eq!(names(&page), ["person1005@many.example", "person1015@many.example", "person1025@many.example"]);
}

#[tokio::test]
async fn a_search_may_be_posted_over_users_groups_or_both() {
    let service = Service::start().await;
    let kallio = service.new_company("Kallio", CompanyKind::Business).await;
    for number in 0..3 {
        service.new_user(kallio, &format!("user{number}@kallio.example"), &[]).await;
    }
    let directory = service.directory(kallio).await;
    let search = "urn:ietf:params:scim:api:messages:2.0:SearchRequest";
    let one = json!({ "schemas": [search], "filter": "userName sw \"user1\"", "attributes": ["userName"] });
    let response = directory.post("Users/.search", one).await.fine(200);
    assert_eq!(names(&response), ["user1@kallio.example"]);
    assert!(response["Resources"][0].get("emails").is_none());
    let response = directory.post("Groups/.search", json!({ "filter": "displayName eq \"EMPLOYEE\"" })).await.fine(200);
    assert_eq!(names(&response), ["employee"]);
    let everything = directory.post(".search", json!({ "startIndex": 3, "count": 2 })).await.fine(200);
    assert_eq!(
        (&everything["totalResults"], names(&everything)),
        (&json!(5), vec!["user2@kallio.example", "user administrator"])
    );
    let groups = directory.post(".search", json!({ "filter": "meta.resourceType eq \"Group\"" })).await.fine(200);
    assert_eq!(names(&groups), ["user administrator", "employee"]);
    directory.post(".search", json!({ "filter": "userName is 1" })).await.refused_by_scim(400, Some("invalidFilter"));
    directory.get("Users/.search").await.refused_by_scim(405, None);
    assert_eq!(directory.get("Users/").await.fine(200)["totalResults"], 3);
}
