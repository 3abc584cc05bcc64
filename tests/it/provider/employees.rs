//! Applications for employees: open to users of the companies that have them, and to people on the employee listings with
//! a chargeable service.

use salpa::directory::companies::CompanyId;
use salpa::directory::employees::{self, ChargeableService};
use salpa::directory::people::PersonId;
use salpa::directory::rights::USE;
use salpa::directory::users::{MembershipState, Role};
use salpa::platform::db;
use salpa::provider::applications::scopes::Scopes;
use salpa::provider::applications::{OpenTo, Registration};
use salpa::sign_in::policies::SecondFactor;
use serde_json::json;

use super::client::{Answer, claims};
use crate::support::{AINO, AppOnPhone, Browser, PIN, Page, Registered, Service, Somebody};

const SCOPE: (&str, &str) = ("scope", "openid company offline_access");
/// Has a password and an authenticator app of his own.
const EERO: Somebody = Somebody {
    email: "eero.koski@koski.example",
    given_name: "Eero",
    family_name: "Koski",
    password: "nine swans over the frozen bay",
    seed: Some("MFRGGZDFMZTWQ2LKNNWG23TPOBYXE43U"),
};
const NO_SERVICE: &str = "This application is not open to you yet";

/// An application for the employees of Kallio. Eero is one.
struct Story {
    service: Service,
    hours: Registered,
    kallio: CompanyId,
    eero: PersonId,
}

impl Story {
    async fn begin() -> Self {
        let service = Service::start().await;
        let mut registration = Registration {
            redirect_uris: vec!["https://hours.example/callback".to_owned()],
            home_url: Some("https://hours.example".to_owned()),
            scopes: Scopes::usual(),
            ..Registration::new("Hours")
        };
        registration.profile.open_to = OpenTo::Employees;
        let hours = service.register_exactly(registration, SecondFactor::Optional).await;
        let kallio = service.business("Kallio Oy").await;
        service.set_open(kallio, hours.application.id, true).await;
        let eero = service.person(EERO).await;
        Self { service, hours, kallio, eero }
    }

    async fn services(&self, company: CompanyId, services: &'static [ChargeableService]) {
        let (db, eero) = (self.service.app.db.clone(), self.eero);
        let set: Result<bool, db::Error> = db
            .write(move |tx| Box::pin(async move { employees::set_services(tx, company, eero, services).await }))
            .await;
        assert!(set.unwrap());
    }

    async fn sign_in(&self, browser: &mut Browser) -> Page {
        self.service.wait(31);
        let first = browser.open(&self.hours.authorize(&[SCOPE])).await;
        browser.sign_in_as(&self.service, first, EERO).await
    }

    async fn redeem(&self, page: &Page) -> Answer {
        let code = page.answered("code").unwrap_or_else(|| panic!("no code: {page:?}"));
        self.hours.redeem(&self.service, &code).await.fine()
    }
}

#[tokio::test]
async fn an_employee_with_a_chargeable_service_enters_without_any_right_and_one_without_is_told_whom_to_ask() {
    let story = Story::begin().await;
    let nobody = story.sign_in(&mut story.service.browser()).await;
    assert_eq!(nobody.title(), "You don't have access to this application");
    story.service.employee(story.kallio, story.eero).await;
    story.services(story.kallio, &[]).await;
    let without = story.sign_in(&mut story.service.browser()).await;
    assert_eq!((without.status.as_u16(), without.title().as_str()), (403, NO_SERVICE));
    assert!(without.says("Kallio Oy") && without.says("help@kallio.example"), "{}", without.body);

    story.services(story.kallio, &[ChargeableService::Salaries]).await;
    let page = story.sign_in(&mut story.service.browser()).await;
    let tokens = story.redeem(&page).await;
    let told = claims(&tokens.text("id_token"));
    assert_eq!((&told["company"]["name"], &told["roles"]), (&json!("Kallio Oy"), &json!(["employee"])));
    assert_eq!(told["rights"], json!([]));

    story.services(story.kallio, &[]).await;
    story.hours.refresh(&story.service, &tokens.text("refresh_token")).await.refused(400, "invalid_grant");
    let access = story.hours.introspect(&story.service, &tokens.text("access_token")).await;
    assert_eq!(access, json!({ "active": false }), "what was given ends with the service");
}

#[tokio::test]
async fn users_enter_without_a_right_and_bring_those_that_they_have() {
    let story = Story::begin().await;
    story.service.declare(story.hours.application.id, "hours.approve").await;
    story.service.user(story.kallio, story.eero, &[Role::Employee]).await;
    let page = story.sign_in(&mut story.service.browser()).await;
    assert_eq!(claims(&story.redeem(&page).await.text("id_token"))["rights"], json!([]));
    let rights = &["hours.approve", USE];
    story.service.give(story.kallio, story.eero, story.hours.application.id, rights).await;
    let page = story.sign_in(&mut story.service.browser()).await;
    assert_eq!(claims(&story.redeem(&page).await.text("id_token"))["rights"], json!(["hours.approve"]));

    story.service.set_open(story.kallio, story.hours.application.id, false).await;
    let closed = story.sign_in(&mut story.service.browser()).await;
    assert_eq!(closed.title(), "You don't have access to this application");
}

#[tokio::test]
async fn a_locked_user_does_not_come_in_as_an_employee() {
    let story = Story::begin().await;
    story.service.user(story.kallio, story.eero, &[Role::Employee]).await;
    story.service.user(story.kallio, story.service.person(AINO).await, &[Role::UserAdministrator]).await;
    story.service.employee(story.kallio, story.eero).await;
    let page = story.sign_in(&mut story.service.browser()).await;
    let tokens = story.redeem(&page).await;
    story.service.set_user(story.kallio, story.eero, MembershipState::Locked).await.unwrap();
    story.hours.refresh(&story.service, &tokens.text("refresh_token")).await.refused(400, "invalid_grant");
    let locked = story.sign_in(&mut story.service.browser()).await;
    assert!(locked.says("There is a problem with access rights"), "{}", locked.body);
}

#[tokio::test]
async fn an_employee_of_two_companies_chooses_and_opens_it_from_the_phone() {
    let story = Story::begin().await;
    let lumo = story.service.business("Lumo Oy").await;
    story.service.set_open(lumo, story.hours.application.id, true).await;
    for company in [story.kallio, lumo] {
        story.service.employee(company, story.eero).await;
    }
    let mut browser = story.service.browser();
    let page = story.sign_in(&mut browser).await;
    assert_eq!(page.title(), "Choose the company", "{}", page.body);
    let page = browser.submit(&format!("{}/company", page.sign_in()), &[("company", &lumo.to_string())]).await;
    assert_eq!(claims(&story.redeem(&page).await.text("id_token"))["company"]["name"], "Lumo Oy");

    let elsewhere = story.service.business("Saari Oy").await;
    let again = story.sign_in(&mut story.service.browser()).await;
    let refused = browser.submit(&format!("{}/company", again.sign_in()), &[("company", &elsewhere.to_string())]).await;
    assert!(refused.answered("code").is_none(), "{}", refused.body);

    story.service.wait(31);
    let mut phone = AppOnPhone::of(&story.service, EERO, PIN).await;
    let listed = phone.browser.open("/app/applications").await;
    assert!(listed.body.contains("https://hours.example"), "{}", listed.body);
    for company in [story.kallio, lumo] {
        story.services(company, &[ChargeableService::Travel]).await;
    }
    story.service.set_open(lumo, story.hours.application.id, false).await;
    story.service.set_open(story.kallio, story.hours.application.id, false).await;
    let listed = phone.browser.open("/app/applications").await;
    assert!(!listed.body.contains("https://hours.example"), "{}", listed.body);
}
