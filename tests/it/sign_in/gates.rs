//! A company's policy holds at its own gate, and everywhere for its basic users: an administrator who adds somebody by
//! email does not decide how they sign in elsewhere.

use http::StatusCode;
use salpa::directory::companies::CompanyId;
use salpa::directory::people::PersonId;
use salpa::directory::rights::USE;
use salpa::directory::users::Role;
use salpa::provider::applications::Registration;
use salpa::provider::applications::scopes::Scopes;
use salpa::sign_in::policies::{self, Gate, Policy, SecondFactor};

use crate::support::{AINO, Browser, MIKKO, PUBLIC_URL, Page, Registered, Service, Somebody};

const ASKS_TO_SET_UP: &str = "Choose your second step";
const CHOOSE: &str = "Choose the company";

/// Somebody whose basic company wants nothing, and who was added by one that wants two factors.
struct Story {
    service: Service,
    /// For users of companies, open to both.
    books: Registered,
    kallio: CompanyId,
    lumo: CompanyId,
    person: PersonId,
}

impl Story {
    async fn of(somebody: Somebody, lumo: Policy) -> Self {
        let service = Service::start().await;
        let registration = Registration {
            redirect_uris: vec!["https://books.example/callback".to_owned()],
            scopes: Scopes::usual(),
            ..Registration::new("Books")
        };
        let books = service.register_exactly(registration, SecondFactor::Optional).await;
        let person = service.person(somebody).await;
        let kallio = service.company("Kallio", Policy::SILENT).await;
        let lumo = service.company("Lumo", lumo).await;
        for company in [kallio, lumo] {
            service.employ(company, person).await;
            service.set_open(company, books.application.id, true).await;
        }
        Self { service, books, kallio, lumo, person }
    }

    async fn give(&self, companies: &[CompanyId]) {
        for company in companies {
            self.service.give(*company, self.person, self.books.application.id, &[USE]).await;
        }
    }

    async fn sign_in(&self, browser: &mut Browser, path: &str, somebody: Somebody) -> Page {
        let first = browser.open(path).await;
        browser.sign_in_as(&self.service, first, somebody).await
    }
}

async fn choose(browser: &mut Browser, page: &Page, company: CompanyId) -> Page {
    browser.submit(&format!("{}/company", page.sign_in()), &[("company", &company.to_string())]).await
}

#[tokio::test]
async fn a_company_that_adds_somebody_asks_nothing_of_them_elsewhere() {
    let story = Story::of(MIKKO, Policy::of(SecondFactor::Required)).await;
    let open = story.service.application("Ruori Accounting", SecondFactor::Optional).await;
    story.give(&[story.kallio]).await;

    let mut browser = story.service.browser();
    assert_eq!(story.sign_in(&mut browser, "/account", MIKKO).await.title(), "My sign-in");
    assert!(browser.open(&open.authorize(&[])).await.is_at_the_application());
    assert!(browser.open(&story.books.authorize(&[])).await.is_at_the_application(), "for his basic company");

    // Not even by a policy that nobody can read.
    story.service.change("UPDATE company_policies SET policy = '{\"idle_seconds\":0}' WHERE policy <> '{}'").await;
    assert!(browser.open(&open.authorize(&[])).await.is_at_the_application());
}

#[tokio::test]
async fn the_choice_of_a_stricter_company_on_the_way_asks_for_the_missing_proofs() {
    let story = Story::of(MIKKO, Policy::of(SecondFactor::Required)).await;
    story.give(&[story.kallio, story.lumo]).await;
    let mut browser = story.service.browser();
    let page = story.sign_in(&mut browser, &story.books.authorize(&[]), MIKKO).await;
    assert_eq!(page.title(), CHOOSE);

    let page = choose(&mut browser, &page, story.lumo).await;

    assert_eq!(page.title(), ASKS_TO_SET_UP, "{}", page.body);
    assert_eq!(story.service.count("SELECT count(*) FROM sessions").await, 0);
    assert_eq!(story.service.count("SELECT count(*) FROM grants").await, 0);
    let mut other = story.service.browser();
    let page = story.sign_in(&mut other, &story.books.authorize(&[]), MIKKO).await;
    assert!(choose(&mut other, &page, story.kallio).await.is_at_the_application(), "the other one asks for no more");
}

#[tokio::test]
async fn the_only_company_and_one_that_is_named_ask_without_being_chosen() {
    let story = Story::of(MIKKO, Policy::of(SecondFactor::Required)).await;
    story.give(&[story.lumo]).await;
    let mut browser = story.service.browser();
    let page = story.sign_in(&mut browser, &story.books.authorize(&[]), MIKKO).await;
    assert_eq!(page.title(), ASKS_TO_SET_UP, "it will be entered, for there is no other");

    story.give(&[story.kallio]).await;
    for (company, is_asked) in [(story.lumo, true), (story.kallio, false)] {
        let mut browser = story.service.browser();
        let path = story.books.authorize(&[("company", &company.to_string())]);
        let page = story.sign_in(&mut browser, &path, MIKKO).await;
        assert_eq!((page.title() == ASKS_TO_SET_UP, page.is_at_the_application()), (is_asked, !is_asked));
    }
}

#[tokio::test]
async fn the_company_of_the_session_is_asked_about_at_every_entrance() {
    let story = Story::of(MIKKO, Policy::SILENT).await;
    story.give(&[story.kallio, story.lumo]).await;
    let mut browser = story.service.browser();
    let page = story.sign_in(&mut browser, &story.books.authorize(&[]), MIKKO).await;
    assert!(choose(&mut browser, &page, story.lumo).await.is_at_the_application());

    story.service.set_company_policy(story.lumo, Policy::of(SecondFactor::Required)).await;

    let page = browser.open(&story.books.authorize(&[])).await;
    assert_eq!(page.title(), "Sign in to continue", "{}", page.body);
    let kallio = browser.open(&story.books.authorize(&[("company", &story.kallio.to_string())])).await;
    assert!(kallio.is_at_the_application(), "the gate of the other one stands open");
    assert_eq!(browser.open("/account").await.title(), "My sign-in");
    let switched = browser.submit("/account/company", &[("company", &story.kallio.to_string())]).await;
    assert!(switched.says("The company has been switched"), "nobody is locked into a company: {}", switched.body);
}

#[tokio::test]
async fn switching_to_a_stricter_company_asks_for_what_is_missing_and_leads_back() {
    let story = Story::of(AINO, Policy { lifetime_seconds: Some(15 * 60), ..Policy::SILENT }).await;
    story.give(&[story.kallio, story.lumo]).await;
    let mut browser = story.service.browser();
    story.sign_in(&mut browser, "/account", AINO).await;
    story.service.wait(20 * 60);
    let fields = [("company", story.lumo.to_string())];
    let fields = [(fields[0].0, fields[0].1.as_str())];

    let asked = browser.submit("/account/company", &fields).await;

    assert!(asked.path.starts_with("/sign-in/"), "{}", asked.body);
    let chosen = "SELECT count(*) FROM sessions WHERE company_id IS NOT NULL";
    assert_eq!(story.service.count(chosen).await, 0, "nothing is chosen before that");
    let sign_in = asked.sign_in();
    browser.answer(&sign_in, "password", &[("password", AINO.password)]).await;
    let back = browser.answer(&sign_in, "code", &[("code", &AINO.code(&story.service))]).await;
    assert_eq!(back.path, "/account/company", "{}", back.body);
    assert!(browser.submit("/account/company", &fields).await.says("The company has been switched"));
    assert_eq!(story.service.count(chosen).await, 1);
}

#[tokio::test]
async fn the_console_of_a_company_asks_for_what_the_company_does_and_tells_nobody_else() {
    let story = Story::of(MIKKO, Policy::of(SecondFactor::Required)).await;
    let service = &story.service;
    let console = format!("/admin/{}/users", story.lumo);
    let mut browser = service.browser();
    story.sign_in(&mut browser, "/account", MIKKO).await;
    let page = browser.open(&console).await;
    assert_eq!(page.status, StatusCode::NOT_FOUND, "who does not manage it learns nothing of it: {}", page.body);

    let elina = service.somebody("Elina Saarinen").await;
    service.user(story.lumo, elina, &[Role::UserAdministrator]).await;
    service.set_roles(story.lumo, story.person, &[Role::UserAdministrator]).await.unwrap();
    service.set_roles(story.kallio, story.person, &[Role::UserAdministrator]).await.unwrap();

    assert_eq!(browser.open(&format!("/admin/{}/users", story.kallio)).await.status, StatusCode::OK);
    let page = browser.open(&console).await;
    assert_eq!(page.title(), "Sign in to continue", "{}", page.body);
    let page = browser.answer(&page.sign_in(), "password", &[("password", MIKKO.password)]).await;
    assert_eq!(page.title(), ASKS_TO_SET_UP);
    let post = browser.post(&format!("{console}/export"), &[]).await;
    assert!(post.location().is_some_and(|to| to.starts_with("/sign-in/")), "a form asks as well: {}", post.body);
}

#[tokio::test]
async fn a_main_user_is_asked_for_what_a_client_asks_at_the_clients_gate_alone() {
    let story = Story::of(MIKKO, Policy::SILENT).await;
    let service = &story.service;
    let office = service.office("Rantanen").await;
    let maija = service.person(Somebody { email: "maija@rantanen.example", ..MIKKO }).await;
    service.user(office, maija, &[Role::MainUser]).await;
    let client = service.company("Niemi", Policy::of(SecondFactor::Required)).await;
    service.engage(office, client).await;
    let somebody = Somebody { email: "maija@rantanen.example", ..MIKKO };

    let mut browser = service.browser();
    assert_eq!(story.sign_in(&mut browser, "/account", somebody).await.title(), "My sign-in");
    assert_eq!(browser.open(&format!("/admin/{office}/users")).await.status, StatusCode::OK);
    assert_eq!(browser.open(&format!("/admin/{client}/users")).await.title(), "Sign in to continue");
}

#[tokio::test]
async fn an_application_that_may_act_in_companies_is_let_in_by_the_policies_of_all_of_them() {
    let story = Story::of(MIKKO, Policy::of(SecondFactor::Required)).await;
    let registration = Registration {
        redirect_uris: vec!["https://console.example/callback".to_owned()],
        scopes: Scopes::parse("openid company:*:users.read").unwrap(),
        profile: salpa::provider::applications::ApplicationProfile {
            resources: vec![format!("{PUBLIC_URL}/api")],
            ..salpa::provider::applications::ApplicationProfile::default()
        },
        ..Registration::new("Console")
    };
    let console = story.service.register(registration, SecondFactor::Optional).await;
    let resource = format!("{PUBLIC_URL}/api");
    let of_one = format!("openid company:{}:users.read", story.lumo);
    for (scope, is_asked) in [("openid", false), ("openid company:*:users.read", true), (&of_one, true)] {
        let mut browser = story.service.browser();
        let path = console.authorize(&[("scope", scope), ("resource", &resource)]);
        let page = story.sign_in(&mut browser, &path, MIKKO).await;
        assert_eq!(page.title() == ASKS_TO_SET_UP, is_asked, "{scope}: {}", page.body);
        assert_eq!(page.is_at_the_application(), !is_asked, "{scope}");
    }

    // And so it is with the clients of a main user's office.
    let service = &story.service;
    let (office, client) = (service.office("Rantanen").await, story.lumo);
    service.engage(office, client).await;
    let maija = Somebody { email: "maija@rantanen.example", ..MIKKO };
    let person = service.person(maija).await;
    service.user(office, person, &[Role::MainUser]).await;
    for (scope, is_asked) in [("openid", false), ("openid company:*:users.read", true)] {
        let mut browser = service.browser();
        let path = console.authorize(&[("scope", scope), ("resource", &resource)]);
        let page = story.sign_in(&mut browser, &path, maija).await;
        assert_eq!(page.title() == ASKS_TO_SET_UP, is_asked, "{scope}: {}", page.body);
    }
}

#[tokio::test]
async fn the_policies_of_the_basic_and_the_entered_company_apply() {
    let story = Story::of(MIKKO, Policy::SILENT).await;
    let third = story.service.company("Niemi", Policy::SILENT).await;
    story.service.employ(third, story.person).await;
    let application = Some(story.books.application.id);
    for (company, minutes) in [(story.kallio, 50), (story.lumo, 40), (third, 30)] {
        let idle = |minutes: u32| Policy { idle_seconds: Some(minutes * 60), ..Policy::SILENT };
        story.service.set_company_policy(company, idle(minutes)).await;
        story.service.set_policy_in(company, story.books.application.id, idle(minutes - 5)).await;
    }
    for (gate, minutes) in [
        (Gate::ACCOUNT, 50),
        (Gate { application, ..Gate::ACCOUNT }, 45),
        (Gate { application, company: Some(story.kallio), ..Gate::ACCOUNT }, 45),
        (Gate { company: Some(story.lumo), ..Gate::ACCOUNT }, 40),
        (Gate { application, company: Some(story.lumo), ..Gate::ACCOUNT }, 35),
        (Gate { application, company: Some(third), ..Gate::ACCOUNT }, 25),
        (Gate { application, every_company: true, ..Gate::ACCOUNT }, 25),
    ] {
        let policy = policies::in_force(&story.service.app.db, gate, Some(story.person)).await.unwrap();
        assert_eq!(policy.idle_seconds, Some(minutes * 60), "{gate:?}");
    }
}
