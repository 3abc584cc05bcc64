//! Attackers with a token of a user administrator: what the console refuses, the API and directories refuse, too.

use http::Method;
use salpa::directory::companies::{CompanyId, CompanyKind};
use salpa::directory::people::PersonId;
use salpa::directory::users::Role;
use salpa::sign_in::policies::SecondFactor;
use serde_json::{Value, json};

use super::caller::Program;
use super::tokens::{console, on_behalf};
use crate::support::{AINO, Registered, Service};

const SCOPES: &str = "openid company:*:users.read company:*:users.write company:*:people.write \
                      company:*:sessions.read company:*:sessions.write company:*:policies.write \
                      company:*:company.write company:*:employees.write";

/// Aino manages the users of an accounting office, whose main user is Sanna.
struct Office<'s> {
    service: &'s Service,
    company: CompanyId,
    aino: PersonId,
    sanna: PersonId,
    console: Registered,
    program: Program<'s>,
}

impl<'s> Office<'s> {
    async fn open(service: &'s Service) -> Self {
        let office = service.new_company("Rantanen", CompanyKind::AccountingOffice).await;
        let sanna = service.new_user(office, "sanna@rantanen.example", &[Role::MainUser]).await;
        let aino = service.person(AINO).await;
        service.user_too(office, aino, &[Role::UserAdministrator]).await;
        let console = console(service).await;
        let program = on_behalf(service, &console, SCOPES).await;
        Self { service, company: office, aino, sanna, console, program }
    }

    fn path(&self, rest: &str) -> String {
        format!("/api/v1/companies/{}/{rest}", self.company)
    }

    /// An application of the office with the rights to read and to post.
    async fn application(&self) -> String {
        let application = self.service.application("Ruori Accounting", SecondFactor::Optional).await;
        let id = application.application.id;
        self.service.set_open(self.company, id, true).await;
        self.service.declare(id, "entries.read").await;
        self.service.declare(id, "entries.post").await;
        id.to_string()
    }
}

fn right(application: &str, name: &str) -> Value {
    json!({ "rights": [{ "application": application, "name": name }] })
}

#[tokio::test]
async fn a_user_administrator_gives_nobody_a_right_that_they_do_not_have() {
    let service = Service::start().await;
    let world = Office::open(&service).await;
    let application = world.application().await;
    service.give(world.company, world.aino, &application, &["entries.read"]).await;
    let mikko = service.new_user(world.company, "mikko@rantanen.example", &[Role::Employee]).await;
    let rights = |person: PersonId| world.path(&format!("users/{person}/rights"));

    for person in [world.aino, mikko] {
        let asked = world.program.put(&rights(person), right(&application, "entries.post")).await;
        asked.refused(403, "not-allowed");
    }
    world.program.put(&rights(mikko), right(&application, "entries.read")).await.fine(200);
    service.give(world.company, mikko, &application, &["entries.post"]).await;
    world.program.put(&rights(mikko), json!({ "rights": [] })).await.refused(403, "not-allowed");

    let ours = service.program_of(world.company).await;
    let profile = json!({ "name": "Bookkeeper", "rights": right(&application, "entries.post")["rights"] });
    let made = ours.post(&world.path("profiles"), profile).await.fine(201);
    let profile = json!({ "profile": made["id"] });
    let asked = world.program.put(&world.path(&format!("users/{}/profile", world.aino)), profile.clone()).await;
    asked.refused(403, "not-allowed");
    let new = json!({ "email": "eve@rantanen.example", "given_name": "Eve", "profile": made["id"] });
    world.program.post(&world.path("users"), new).await.refused(403, "not-allowed");
    let known = "SELECT count(*) FROM user_rights WHERE name = 'entries.post'";
    assert_eq!(service.count(known).await, 1, "only the one that was given behind the back of the API");
}

#[tokio::test]
async fn a_user_administrator_of_an_office_does_not_reach_its_main_user() {
    let service = Service::start().await;
    let world = Office::open(&service).await;
    let (person, user) = (format!("people/{}", world.sanna), format!("users/{}", world.sanna));

    let renamed = world.program.patch(&world.path(&person), json!({ "given_name": "Eve" })).await;
    renamed.refused(403, "not-allowed");
    world.program.get(&world.path(&format!("{user}/sessions"))).await.refused(403, "not-allowed");
    world.program.delete(&world.path(&format!("{user}/sessions"))).await.refused(403, "not-allowed");
    let emptied = world.program.put(&world.path(&format!("{user}/rights")), json!({ "rights": [] })).await;
    emptied.refused(403, "not-allowed");
    world.program.delete(&world.path(&user)).await.refused(403, "not-allowed");
    assert_eq!(service.count("SELECT count(*) FROM people WHERE given_name = 'Eve'").await, 0);
}

#[tokio::test]
async fn a_removed_main_user_comes_back_by_the_hand_of_their_equals_alone() {
    let service = Service::start().await;
    let world = Office::open(&service).await;
    service.new_user(world.company, "second@rantanen.example", &[Role::MainUser]).await;
    let operating = service.operating_program().await;
    operating.delete(&world.path(&format!("users/{}", world.sanna))).await.fine(204);

    let again = json!({ "email": "sanna@rantanen.example", "given_name": "Sanna", "roles": ["employee"] });
    world.program.post(&world.path("users"), again).await.refused(403, "not-allowed");
}

#[tokio::test]
async fn a_role_that_another_company_gives_keeps_nobody_from_being_protected() {
    let service = Service::start().await;
    let kallio = service.new_company("Kallio", CompanyKind::Business).await;
    let saari = service.new_company("Saari", CompanyKind::Business).await;
    let mikko = service.new_user(kallio, "mikko@kallio.example", &[Role::Employee]).await;
    let aino = service.person(AINO).await;
    service.user_too(kallio, aino, &[Role::UserAdministrator]).await;
    service.user_too(saari, mikko, &[Role::UserAdministrator]).await;
    let console = console(&service).await;
    let program = on_behalf(&service, &console, SCOPES).await;
    let path = |rest: &str| format!("/api/v1/companies/{kallio}/{rest}");

    program.get(&path(&format!("users/{mikko}/sessions"))).await.fine(200);
    program.delete(&path(&format!("users/{mikko}/sessions"))).await.fine(204);
    program.patch(&path(&format!("users/{mikko}")), json!({ "state": "locked" })).await.fine(200);
    let renamed = program.patch(&path(&format!("people/{mikko}")), json!({ "given_name": "Eve" })).await;
    renamed.refused(403, "not-allowed");
}

#[tokio::test]
async fn acts_that_open_something_need_a_fresh_proof_of_the_person_behind_the_token() {
    let service = Service::start().await;
    let world = Office::open(&service).await;
    service.wait(5 * 60);
    let new = |roles: &[&str]| json!({ "email": "new@rantanen.example", "given_name": "New", "roles": roles });
    let facts = json!({ "name": "Rantanen", "contact_phone": "+358 600 12345" });
    let employee = json!({ "email": "new@rantanen.example", "given_name": "New", "services": ["travel"] });

    for (method, path, body) in [
        (Method::POST, "users", new(&["user administrator"])),
        (Method::POST, "users", new(&["employee"])),
        (Method::PUT, "", facts),
        (Method::POST, "employees", employee),
    ] {
        let path = world.path(path);
        let asked = world.program.call(method, path.trim_end_matches('/'), body).await;
        asked.refused(401, "stale-authentication");
    }
    let fresh = on_behalf(&service, &world.console, SCOPES).await;
    let other = json!({ "email": "b@rantanen.example", "given_name": "B", "roles": ["user administrator"] });
    fresh.post(&world.path("users"), other).await.fine(201);
}

#[tokio::test]
async fn a_policy_that_locks_everybody_out_is_refused() {
    let service = Service::start().await;
    let world = Office::open(&service).await;
    let path = world.path("policy");

    for methods in [json!(["recovery_code"]), json!(["passkey"])] {
        let policy = json!({ "second_factor": "required", "methods": methods });
        world.program.put(&path, policy).await.refused(422, "invalid");
    }
    let ours = service.program_of(world.company).await;
    let nobody = json!({ "second_factor": "required", "methods": ["passkey"] });
    ours.put(&path, nobody).await.refused(422, "invalid");
    let policy = json!({ "second_factor": "required", "methods": ["password", "totp"] });
    world.program.put(&path, policy).await.fine(200);
}

#[tokio::test]
async fn additions_are_bounded_at_every_door_alike() {
    let service = Service::start().await;
    let world = Office::open(&service).await;
    let taken = format!(
        "INSERT INTO allowances (purpose, subject, since, taken, expires_at)
         VALUES ('admin.people-added', '{}', 0, 200, 9000000000000)",
        world.aino
    );
    service.database.run(&taken).await;

    let new = json!({ "email": "one@rantanen.example", "given_name": "One" });
    let response = world.program.post(&world.path("users"), new.clone()).await.refused(429, "too-many");
    assert!(!response.header("retry-after").is_empty());
    world.program.post(&world.path("employees"), new).await.refused(429, "too-many");
    assert_eq!(service.count("SELECT count(*) FROM people WHERE given_name = 'One'").await, 0);
}
