//! Users, employees, rights and policies of a company, through the API.

use salpa::directory::companies::{CompanyId, CompanyKind};
use salpa::directory::users::Role;
use salpa::sign_in::policies::SecondFactor;
use serde_json::{Value, json};

use super::caller::Program;
use super::everything::document;
use super::schema::holds;
use crate::support::Service;

const USERS: &str = "/api/v1/companies/{company}/users";
const USER: &str = "/api/v1/companies/{company}/users/{person}";

async fn kallio(service: &Service) -> (CompanyId, Program<'_>) {
    let kallio = service.new_company("Kallio", CompanyKind::Business).await;
    service.new_user(kallio, "admin@kallio.example", &[Role::UserAdministrator]).await;
    (kallio, service.program_of(kallio).await)
}

#[tokio::test]
async fn a_user_is_added_changed_locked_and_removed_and_each_answer_is_of_its_form() {
    let service = Service::start().await;
    let (kallio, program) = kallio(&service).await;
    let document = document(&service).await;
    let base = format!("/api/v1/companies/{kallio}/users");
    let new = json!({ "email": "Aino@Kallio.example", "given_name": "Aino", "family_name": "Virtanen", "language": "fi",
                      "roles": ["employee"] });

    let response = program.post(&base, new.clone()).await;
    let location = response.header("location").to_owned();
    let added = response.fine(201);
    holds(&document, (USERS, "post"), "201", &added);
    assert_eq!(
        (&added["name"], &added["state"], &added["basic"]),
        (&json!("Aino Virtanen"), &json!("active"), &json!(true))
    );
    let path = format!("{base}/{}", added["person"].as_str().unwrap());
    assert_eq!(location, format!("https://id.kallio.example{path}"));
    program.post(&base, new).await.refused(409, "already-there");
    let person = service
        .count("SELECT count(*) FROM people WHERE email_key = 'aino@kallio.example' AND email_confirmed_at IS NULL");
    assert_eq!(person.await, 1, "a company's word for an email is not enough");

    let changed = program.patch(&path, json!({ "roles": ["user administrator", "employee"] })).await.fine(200);
    holds(&document, (USER, "patch"), "200", &changed);
    assert_eq!(changed["roles"], json!(["user administrator", "employee"]));
    let seen = program.get(&path).await;
    let etag = seen.header("etag").to_owned();
    holds(&document, (USER, "get"), "200", &seen.fine(200));
    let stale =
        program.call_with(http::Method::PATCH, &path, &[("if-match", "\"other\"")], json!({ "state": "locked" }));
    stale.await.refused(412, "changed");
    let version = [("if-match", etag.as_str())];
    let locked = program.call_with(http::Method::PATCH, &path, &version, json!({ "state": "locked" }));
    assert_eq!(locked.await.fine(200)["state"], "locked");
    let page = program.get(&format!("{base}?filter=locked")).await.fine(200);
    holds(&document, (USERS, "get"), "200", &page);
    assert_eq!(page["items"].as_array().unwrap().len(), 1);

    program.delete(&path).await.fine(204);
    program.delete(&path).await.refused(404, "not-found");
    assert_eq!(program.get(&path).await.fine(200)["state"], "removed");
    assert_eq!(program.patch(&path, json!({ "state": "active" })).await.fine(200)["state"], "active");
    let events: Vec<_> = service.history().await.into_iter().map(|entry| entry.event).collect();
    for event in ["person.added", "user.added", "user.roles_set", "user.state_set"] {
        assert!(events.iter().any(|known| known == event), "{event}: {events:?}");
    }
    let history = program.get(&format!("/api/v1/companies/{kallio}/history?event=user.added")).await.fine(200);
    holds(&document, ("/api/v1/companies/{company}/history", "get"), "200", &history);
    assert_eq!(history["items"].as_array().unwrap().len(), 1, "{history}");
    assert_eq!(history["items"][0]["actor"], history["items"][0]["application"]);
}

#[tokio::test]
async fn the_last_administrator_stays_and_nobody_gives_more_than_they_have() {
    let service = Service::start().await;
    let (kallio, program) = kallio(&service).await;
    let office = service.new_company("Office", CompanyKind::AccountingOffice).await;
    let main_user = service.new_user(office, "main@office.example", &[Role::MainUser]).await;
    let base = format!("/api/v1/companies/{kallio}/users");
    let admin = program.get(&base).await.fine(200)["items"][0]["person"].as_str().unwrap().to_owned();
    let path = format!("{base}/{admin}");

    program.patch(&path, json!({ "roles": [] })).await.refused(409, "last-administrator");
    program.patch(&path, json!({ "state": "locked" })).await.refused(409, "last-administrator");
    program.delete(&path).await.refused(409, "last-administrator");
    program.patch(&path, json!({ "roles": ["main user"] })).await.refused(403, "not-allowed");
    let new = json!({ "email": "x@kallio.example", "given_name": "X", "roles": ["main user"] });
    program.post(&base, new.clone()).await.refused(403, "not-allowed");
    let at_office = service.program_of(office).await;
    let path = format!("/api/v1/companies/{office}/users/{main_user}");
    at_office.patch(&path, json!({ "roles": ["employee"] })).await.refused(403, "not-allowed");
    at_office.delete(&path).await.refused(403, "not-allowed");
    let operating = service.operating_program().await;
    operating.post(&format!("/api/v1/companies/{office}/users"), new).await.fine(201);
    operating.delete(&path).await.fine(204);
    assert_eq!(service.count("SELECT count(*) FROM people WHERE email_key = 'x@kallio.example'").await, 1);
}

#[tokio::test]
async fn fields_that_the_caller_may_not_write_are_refused_by_name() {
    let service = Service::start().await;
    let (kallio, program) = kallio(&service).await;
    let base = format!("/api/v1/companies/{kallio}/users");
    let admin = program.get(&base).await.fine(200)["items"][0]["person"].as_str().unwrap().to_owned();
    let fine = json!({ "email": "a@kallio.example", "given_name": "A" });
    for (name, value) in [
        ("person", json!(admin)),
        ("basic", json!(true)),
        ("company", json!(kallio)),
        ("state", json!("active")),
        ("password", json!("the ferry leaves at seven sharp")),
        ("email_confirmed_at", json!(1)),
        ("__proto__", json!({})),
    ] {
        let mut body = fine.clone();
        body[name] = value;
        program.post(&base, body).await.refused(400, "malformed");
    }
    for wrong in [
        json!({ "basic": true }),
        json!({ "state": "removed" }),
        json!({ "email": "b@kallio.example" }),
        json!({ "roles": ["root"] }),
    ] {
        program.patch(&format!("{base}/{admin}"), wrong).await.refused(400, "malformed");
    }
    for (name, value) in [
        ("email", "none"),
        ("given_name", " "),
        ("given_name", "a\u{0}b"),
        ("given_name", "a\u{202e}b"),
        ("language", "xx"),
    ] {
        let mut body = fine.clone();
        body[name] = json!(value);
        program.post(&base, body).await.refused(422, "invalid");
    }
    assert_eq!(service.count("SELECT count(*) FROM people").await, 1);
}

#[tokio::test]
async fn lists_go_page_by_page_and_say_where_they_go_on() {
    let service = Service::start().await;
    let (kallio, program) = kallio(&service).await;
    for number in 0..6 {
        service.new_user(kallio, &format!("user{number}@kallio.example"), &[]).await;
    }
    let (mut path, mut names) = (format!("/api/v1/companies/{kallio}/users?limit=3"), Vec::new());
    for _ in 0..3 {
        let response = program.get(&path).await;
        let link = response.header("link").to_owned();
        let page = response.fine(200);
        names.extend(page["items"].as_array().unwrap().iter().map(|user| user["name"].as_str().unwrap().to_owned()));
        match page["next"].as_str() {
            None => path.clear(),
            Some(next) => {
                let leads = link.strip_prefix("<https://id.kallio.example").unwrap().split('>').next().unwrap();
                assert!(leads.contains(&format!("after={next}")) && link.ends_with("rel=\"next\""), "{link}");
                path = leads.to_owned();
            }
        }
    }
    assert_eq!((names.len(), names.is_sorted(), path.as_str()), (7, true, ""));
    let found = program.get(&format!("/api/v1/companies/{kallio}/users?search=user3")).await.fine(200);
    assert_eq!(found["items"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn rights_are_those_of_applications_that_are_open_to_the_company() {
    let service = Service::start().await;
    let (kallio, program) = kallio(&service).await;
    let operating = service.operating_program().await;
    let document = document(&service).await;
    let ruori = service.application("Ruori", SecondFactor::Optional).await.application.id;
    let aino = service.new_user(kallio, "aino@kallio.example", &[]).await;
    let path = format!("/api/v1/companies/{kallio}/users/{aino}/rights");
    let use_it = json!({ "rights": [{ "application": ruori, "name": "use" }] });

    program.put(&path, use_it.clone()).await.refused(422, "invalid");
    program
        .put(&format!("/api/v1/companies/{kallio}/applications/{ruori}"), Value::Null)
        .await
        .refused(403, "insufficient-scope");
    operating.put(&format!("/api/v1/companies/{kallio}/applications/{ruori}"), Value::Null).await.fine(204);
    let open = program.get(&format!("/api/v1/companies/{kallio}/applications")).await.fine(200);
    holds(&document, ("/api/v1/companies/{company}/applications", "get"), "200", &open);
    assert_eq!(open["items"][0]["id"], ruori.to_string());
    holds(
        &document,
        ("/api/v1/companies/{company}/users/{person}/rights", "put"),
        "200",
        &program.put(&path, use_it.clone()).await.fine(200),
    );
    assert_eq!(program.get(&path).await.fine(200), use_it);
    let unknown = json!({ "rights": [{ "application": ruori, "name": "pay_slips.own" }] });
    program.put(&path, unknown).await.refused(422, "invalid");

    let profiles = format!("/api/v1/companies/{kallio}/profiles");
    let mut new = use_it.clone();
    new["name"] = json!("Employee");
    let added = program.post(&profiles, new.clone()).await.fine(201);
    holds(&document, ("/api/v1/companies/{company}/profiles", "post"), "201", &added);
    program.post(&profiles, new).await.refused(409, "already-there");
    holds(&document, ("/api/v1/companies/{company}/profiles", "get"), "200", &program.get(&profiles).await.fine(200));
    program.put(&path, json!({ "rights": [] })).await.fine(200);
    let to_give = format!("/api/v1/companies/{kallio}/users/{aino}/profile");
    let given = program.put(&to_give, json!({ "profile": added["id"] }));
    assert_eq!(given.await.fine(200), use_it);
    let one = format!("{profiles}/{}", added["id"].as_str().unwrap());
    assert_eq!(program.get(&one).await.fine(200), added);
    program.delete(&one).await.fine(204);
    program.get(&one).await.refused(404, "not-found");
    operating.delete(&format!("/api/v1/companies/{kallio}/applications/{ruori}")).await.fine(204);
}

#[tokio::test]
async fn employees_are_listed_with_their_services() {
    let service = Service::start().await;
    let (kallio, program) = kallio(&service).await;
    let document = document(&service).await;
    let base = format!("/api/v1/companies/{kallio}/employees");
    let new = json!({ "email": "e@kallio.example", "given_name": "Eero", "services": ["travel", "travel"] });
    let added = program.post(&base, new.clone()).await.fine(201);
    holds(&document, ("/api/v1/companies/{company}/employees", "post"), "201", &added);
    assert_eq!((&added["services"], &added["is_user"]), (&json!(["travel"]), &json!(false)));
    program.post(&base, new).await.refused(409, "already-there");
    let one = format!("{base}/{}", added["person"].as_str().unwrap());
    let set = program.put(&one, json!({ "services": ["salaries", "travel"] })).await.fine(200);
    assert_eq!(set["services"], json!(["travel", "salaries"]));
    holds(&document, ("/api/v1/companies/{company}/employees", "get"), "200", &program.get(&base).await.fine(200));
    holds(
        &document,
        ("/api/v1/companies/{company}/employees/{person}", "get"),
        "200",
        &program.get(&one).await.fine(200),
    );
    program.delete(&one).await.fine(204);
    program.get(&one).await.refused(404, "not-found");
}

#[tokio::test]
async fn the_policy_is_read_and_set_and_never_locks_everybody_out() {
    let service = Service::start().await;
    let (kallio, program) = kallio(&service).await;
    let document = document(&service).await;
    let path = format!("/api/v1/companies/{kallio}/policy");
    assert_eq!(program.get(&path).await.fine(200), json!({}));
    let policy = json!({ "second_factor": "required", "idle_seconds": 600, "new_network_code": "everyone", "signs": ["new_network"], "methods": ["password", "totp"] });
    let set = program.put(&path, policy.clone()).await.fine(200);
    holds(&document, ("/api/v1/companies/{company}/policy", "put"), "200", &set);
    assert_eq!(set, policy);
    for wrong in [
        json!({ "methods": [] }),
        json!({ "methods": ["magic"] }),
        json!({ "idle_seconds": 1 }),
        json!({ "second_factor": "never" }),
        json!({ "signs": ["rain"] }),
        json!({ "remember_days": 91 }),
        json!({ "new_network_code": "sometimes" }),
    ] {
        program.put(&path, wrong).await.refused(422, "invalid");
    }
    assert_eq!(program.get(&path).await.fine(200), policy);
}

#[tokio::test]
async fn the_operator_adds_companies_and_lets_offices_manage_them() {
    let service = Service::start().await;
    let (kallio, program) = kallio(&service).await;
    let operating = service.operating_program().await;
    let document = document(&service).await;
    let new = json!({ "name": "Office", "kind": "accounting_office", "business_id": "1234567-8" });
    program.post("/api/v1/companies", new.clone()).await.refused(403, "insufficient-scope");
    let office = operating.post("/api/v1/companies", new.clone()).await.fine(201);
    holds(&document, ("/api/v1/companies", "post"), "201", &office);
    operating.post("/api/v1/companies", new).await.refused(409, "already-there");
    let office = office["id"].as_str().unwrap().to_owned();
    let client = format!("/api/v1/companies/{office}/clients/{kallio}");
    operating.put(&client, Value::Null).await.fine(204);
    let clients = operating.get(&format!("/api/v1/companies/{office}/clients")).await.fine(200);
    holds(&document, ("/api/v1/companies/{company}/clients", "get"), "200", &clients);
    operating.put(&format!("/api/v1/companies/{kallio}/clients/{office}"), Value::Null).await.refused(422, "invalid");
    operating.delete(&client).await.fine(204);
    operating.delete(&client).await.refused(404, "not-found");

    let own = program.get("/api/v1/companies").await.fine(200);
    holds(&document, ("/api/v1/companies", "get"), "200", &own);
    assert_eq!(own["items"].as_array().unwrap().len(), 1, "an application sees what it was granted");
    assert_eq!(operating.get("/api/v1/companies").await.fine(200)["items"].as_array().unwrap().len(), 2);
    let changed = program.put(&format!("/api/v1/companies/{kallio}"), json!({ "name": "Kallio Oy" })).await.fine(200);
    holds(&document, ("/api/v1/companies/{company}", "put"), "200", &changed);
    assert_eq!(changed["name"], "Kallio Oy");
    program.put(&format!("/api/v1/companies/{kallio}"), json!({ "name": " " })).await.refused(422, "invalid");
}
