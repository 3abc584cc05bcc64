//! Profiles and sessions: a company touches those alone whose basic company it is.

use salpa::directory::companies::CompanyKind;
use salpa::directory::users::Role;
use salpa::sign_in::policies::SecondFactor;
use serde_json::json;

use super::everything::document;
use super::schema::holds;
use crate::support::{AINO, Service};

#[tokio::test]
async fn a_company_changes_the_profiles_of_its_own_people_alone() {
    let service = Service::start().await;
    let kallio = service.new_company("Kallio", CompanyKind::Business).await;
    let ruori = service.new_company("Ruori", CompanyKind::Business).await;
    service.new_user(kallio, "admin@kallio.example", &[Role::UserAdministrator]).await;
    let aino = service.new_user(kallio, "aino@kallio.example", &[]).await;
    service.user_too(ruori, aino, &[]).await;
    let (ours, theirs) = (service.program_of(kallio).await, service.program_of(ruori).await);
    let path = |company| format!("/api/v1/companies/{company}/people/{aino}");

    let seen = theirs.get(&path(ruori)).await.fine(200);
    holds(&document(&service).await, ("/api/v1/companies/{company}/people/{person}", "get"), "200", &seen);
    theirs.patch(&path(ruori), json!({ "given_name": "Eve" })).await.refused(403, "foreign-profile");
    theirs.patch(&path(ruori), json!({ "language": "fi" })).await.refused(403, "foreign-profile");
    let changed = ours.patch(&path(kallio), json!({ "given_name": "Aina", "language": "fi" })).await.fine(200);
    assert_eq!((&changed["given_name"], &changed["family_name"]), (&json!("Aina"), &json!("Virtanen")));
    let users = theirs.get(&format!("/api/v1/companies/{ruori}/users?search=aina")).await.fine(200);
    assert_eq!(users["items"][0]["name"], "Aina Virtanen", "found by the new name in every company");
    ours.patch(&path(kallio), json!({ "email": "x@x.example" })).await.refused(400, "malformed");
    theirs.delete(&format!("/api/v1/companies/{ruori}/users/{aino}")).await.fine(204);
    theirs.get(&path(ruori)).await.refused(404, "not-found");
    assert_eq!(service.count("SELECT count(*) FROM users WHERE state = 'removed'").await, 1, "from that company alone");
}

#[tokio::test]
async fn adding_an_email_that_somebody_has_waits_for_the_person_and_tells_what_was_sent() {
    let service = Service::start().await;
    let kallio = service.new_company("Kallio", CompanyKind::Business).await;
    let ruori = service.new_company("Ruori", CompanyKind::Business).await;
    let aino = service.new_user(kallio, "aino@kallio.example", &[Role::UserAdministrator]).await;
    let theirs = service.program_of(ruori).await;
    let new =
        json!({ "email": "AINO@kallio.example", "given_name": "Eve", "family_name": "Mallory", "language": "fi" });
    let added = theirs.post(&format!("/api/v1/companies/{ruori}/users"), new).await.fine(201);
    assert_eq!(added["state"], "pending");
    let shown = (&added["person"], &added["name"], &added["language"], &added["basic"]);
    assert_eq!(shown, (&json!(aino), &json!("Eve Mallory"), &json!("fi"), &json!(false)));
}

#[tokio::test]
async fn sessions_are_seen_and_ended_by_the_basic_company_alone() {
    let service = Service::start().await;
    let kallio = service.new_company("Kallio", CompanyKind::Business).await;
    let ruori = service.new_company("Ruori", CompanyKind::Business).await;
    service.new_user(kallio, "admin@kallio.example", &[Role::UserAdministrator]).await;
    let aino = service.person(AINO).await;
    service.user_too(kallio, aino, &[]).await;
    service.user_too(ruori, aino, &[]).await;
    let application = service.application("Ruori Accounting", SecondFactor::Optional).await;
    let sign_in = async || {
        let mut browser = service.browser();
        let first = browser.open(&application.authorize(&[])).await;
        assert!(browser.sign_in_as(&service, first, AINO).await.location().is_some());
    };
    sign_in().await;
    let (ours, theirs) = (service.program_of(kallio).await, service.program_of(ruori).await);
    let path = |company| format!("/api/v1/companies/{company}/users/{aino}/sessions");

    theirs.get(&path(ruori)).await.refused(403, "foreign-profile");
    theirs.delete(&path(ruori)).await.refused(403, "foreign-profile");
    let listed = ours.get(&path(kallio)).await.fine(200);
    let form = ("/api/v1/companies/{company}/users/{person}/sessions", "get");
    holds(&document(&service).await, form, "200", &listed);
    let session = listed["items"][0]["id"].as_str().unwrap().to_owned();
    ours.delete(&format!("{}/{session}", path(kallio))).await.fine(204);
    ours.delete(&format!("{}/{session}", path(kallio))).await.refused(404, "not-found");
    service.wait(60);
    sign_in().await;
    let ours = service.program_of(kallio).await;
    ours.delete(&path(kallio)).await.fine(204);
    assert_eq!(ours.get(&path(kallio)).await.fine(200)["items"], json!([]));
    service.wait(60);
    sign_in().await;
    let ours = service.program_of(kallio).await;
    ours.patch(&format!("/api/v1/companies/{kallio}/users/{aino}"), json!({ "state": "locked" })).await.fine(200);
    assert_eq!(
        service.count("SELECT count(*) FROM sessions WHERE ended_at IS NULL").await,
        0,
        "the basic company closed"
    );
}

#[tokio::test]
async fn the_operators_programs_see_everybody() {
    let service = Service::start().await;
    let kallio = service.new_company("Kallio", CompanyKind::Business).await;
    let aino = service.new_user(kallio, "aino@kallio.example", &[]).await;
    let operating = service.operating_program().await;
    let document = document(&service).await;
    let page = operating.get("/api/v1/people").await.fine(200);
    holds(&document, ("/api/v1/people", "get"), "200", &page);
    let found = operating.get("/api/v1/people?email=AINO@kallio.example").await.fine(200);
    assert_eq!(found["items"][0]["id"], aino.to_string());
    holds(
        &document,
        ("/api/v1/people/{person}", "get"),
        "200",
        &operating.get(&format!("/api/v1/people/{aino}")).await.fine(200),
    );
    service.program_of(kallio).await.get("/api/v1/people").await.refused(403, "insufficient-scope");
}
