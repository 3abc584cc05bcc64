//! The home realm: an email at a proved domain leads to the directory of its company, before the password or in its place.

use std::time::Duration;

use http::StatusCode;
use salpa::administration::{ActEffect, Stop, identities as acts};
use salpa::directory::companies::{CompanyId, DirectoryUse};
use salpa::directory::people::PersonId;
use salpa::directory::users::Role;
use salpa::proofs::identity_providers::ProviderState;
use salpa::sign_in::policies::{NewNetworkCode, Policy, SecondFactor};
use serde_json::json;

use super::company_directories::{InCompany, directory_of};
use super::{UNMATCHED, operator};
use crate::support::broker::{AINO_AT_BANK, Broker, Customer, MALLORY_AT_BANK};
use crate::support::{AINO, Browser, MIKKO, Page, Registered, Service};

const AT_KALLIO: &str = "Sign in at Kallio Oy";
const PASSWORD: &str = "Enter your password";
const GO: &str = "Continue with Kallio's sign-in";
const ALONE: &str = "Kallio Oy lets its people in by its own sign-in alone.";

/// A directory of Kallio, whose domain is proved, and an application that belongs to no company.
struct AtHome {
    at: InCompany,
    shared: Registered,
}

impl Service {
    /// Makes a domain one that a company has proved.
    async fn prove_domain(&self, company: CompanyId, domain: &'static str) {
        self.claim_domain(company, domain).await;
        let proved: Result<u64, salpa::platform::db::Error> = self
            .transact(move |tx| {
                Box::pin(async move {
                    let sql = "UPDATE company_domains SET state = 'proved' WHERE domain = ?1";
                    tx.execute(sql, salpa::values![domain]).await
                })
            })
            .await;
        assert_eq!(proved.unwrap(), 1);
    }

    async fn uses_directory(&self, company: CompanyId, wanted: DirectoryUse) -> Result<ActEffect, String> {
        let (app, now) = (self.app.clone(), self.now());
        let done: Result<ActEffect, Stop> = self
            .transact(move |tx| {
                Box::pin(async move {
                    let context = operator(tx, &app, company, now).await;
                    acts::use_directory(tx, &context, wanted).await
                })
            })
            .await;
        done.map_err(|stop| format!("{stop:?}"))
    }
}

impl AtHome {
    async fn begin(wanted: DirectoryUse) -> Self {
        let at = InCompany::begin("substantial").await;
        let shared = at.service.application("Shared", SecondFactor::Required).await;
        let policy = Policy { new_network_code: Some(NewNetworkCode::Nobody), ..Policy::of(SecondFactor::Required) };
        at.service.set_whole_policy(shared.application.id, policy).await;
        at.service.prove_domain(at.kallio, "kallio.example").await;
        if wanted != DirectoryUse::Offered {
            assert_eq!(at.service.uses_directory(at.kallio, wanted).await, Ok(ActEffect::Changed));
        }
        Self { at, shared }
    }

    /// From the application to the page after an email.
    async fn types(&self, browser: &mut Browser, email: &str) -> Page {
        let sign_in = browser.begin(&self.shared).await;
        browser.answer(&sign_in, "email", &[("email", email)]).await
    }

    /// From that page to the directory and back.
    async fn goes(&self, browser: &mut Browser, page: &Page, customer: Customer) -> Page {
        let sent = browser.post(&format!("{}/{}", page.sign_in(), self.at.way()), &[]).await;
        browser.open(&self.at.broker.lets_in(&sent.location().unwrap(), customer)).await
    }

    async fn link(&self) {
        let mut browser = self.at.service.browser();
        let page = self.types(&mut browser, AINO.email).await;
        let page = self.goes(&mut browser, &page, AINO_AT_BANK).await;
        assert_eq!(page.title(), UNMATCHED, "{}", page.body);
        let sign_in = page.sign_in();
        browser.answer(&sign_in, "identity/unmatched", &[]).await;
        let page = browser.answer(&sign_in, "password", &[("password", AINO.password)]).await;
        assert_eq!(page.title(), "Enter the code from your authenticator app", "{}", page.body);
        let page = browser.answer(&sign_in, "code", &[("code", &AINO.code(&self.at.service))]).await;
        assert!(page.is_at_the_application(), "she is in with what she has just shown: {} {}", page.title(), page.body);
        self.at.service.wait(60);
    }

    /// An administrator of Kallio, with a password alone.
    async fn administrator(&self) -> PersonId {
        self.at.service.user(self.at.kallio, self.at.mikko, &[Role::UserAdministrator]).await;
        self.at
            .service
            .change(
                "UPDATE users SET basic = FALSE WHERE person_id IN (SELECT id FROM people WHERE email LIKE 'mikko%')",
            )
            .await;
        let kallio = self.at.kallio;
        let mikko = self.at.mikko;
        let moved: Result<u64, salpa::platform::db::Error> = self
            .at
            .service
            .transact(move |tx| {
                Box::pin(async move {
                    let sql = "UPDATE users SET basic = TRUE WHERE person_id = ?1 AND company_id = ?2";
                    tx.execute(sql, salpa::values![mikko, kallio]).await
                })
            })
            .await;
        assert_eq!(moved.unwrap(), 1);
        mikko
    }
}

#[tokio::test]
async fn an_email_at_a_proved_domain_leads_to_the_directory_beside_the_password() {
    let story = AtHome::begin(DirectoryUse::Offered).await;
    let mut browser = story.at.service.browser();
    let sign_in = browser.begin(&story.shared).await;
    assert!(!browser.open(&sign_in).await.body.contains("Kallio Oy"), "before an email nothing is told");
    let page = browser.answer(&sign_in, "email", &[("email", AINO.email)]).await;
    assert!(page.title() == PASSWORD && page.says(GO), "{} {}", page.title(), page.body);
    let way = page.body.find(&story.at.way()).unwrap();
    assert!(way < page.body.find("name=\"password\"").unwrap(), "the directory comes first");
    assert!(page.header("content-security-policy").contains(&story.at.broker.origin), "its form leads there");
    assert!(browser.open(&format!("{sign_in}/identity")).await.says("Kallio's sign-in"));

    story.link().await;
    let mut browser = story.at.service.browser();
    let page = story.types(&mut browser, AINO.email).await;
    assert!(story.goes(&mut browser, &page, AINO_AT_BANK).await.is_at_the_application());
    let mut browser = story.at.service.browser();
    story.at.service.wait(60);
    let first = browser.open(&story.shared.authorize(&[])).await;
    assert!(
        browser.sign_in_as(&story.at.service, first, AINO).await.is_at_the_application(),
        "the password works, too"
    );
}

#[tokio::test]
async fn an_email_elsewhere_or_at_a_domain_that_is_not_proved_leads_nowhere() {
    let story = AtHome::begin(DirectoryUse::First).await;
    for email in ["aino@saari.example", "aino@mail.kallio.example", "aino@kallio.example.saari.example"] {
        let mut browser = story.at.service.browser();
        let page = story.types(&mut browser, email).await;
        assert!(page.title() == PASSWORD && !page.body.contains("Kallio Oy"), "{email}: {}", page.body);
        let sent = browser.post(&format!("{}/{}", page.sign_in(), story.at.way()), &[]).await;
        assert!(sent.location().unwrap().starts_with("/sign-in/"), "{email}");
    }
    story.at.service.change("UPDATE company_domains SET state = 'claimed'").await;
    let page = story.types(&mut story.at.service.browser(), AINO.email).await;
    assert!(page.title() == PASSWORD && !page.body.contains("Kallio Oy"), "{}", page.body);
}

/// A page without the identifiers in it, which differ from sign-in to sign-in.
fn without_identifiers(body: &str) -> String {
    let is_of_one = |character: char| character.is_ascii_hexdigit() || character == '-';
    body.split(|character| !is_of_one(character))
        .filter(|part| part.len() == 36)
        .fold(body.to_owned(), |body, id| body.replace(id, ""))
}

#[tokio::test]
async fn a_stranger_at_the_domain_sees_what_a_person_sees() {
    for wanted in [DirectoryUse::Offered, DirectoryUse::First, DirectoryUse::Alone] {
        let story = AtHome::begin(wanted).await;
        story.link().await;
        let seen = async |email: &str| {
            let mut browser = story.at.service.browser();
            let sign_in = browser.begin(&story.shared).await;
            let sent = browser.post(&format!("{sign_in}/email"), &[("email", email)]).await;
            let to = sent.location().unwrap().replace(&sign_in, "");
            let page = browser.open(&sent.location().unwrap()).await;
            let other = browser.open(&format!("{sign_in}?way=own")).await;
            let of = |page: &Page| without_identifiers(&page.body).replace(email, "");
            (to, page.status, of(&page), of(&other))
        };
        let of_aino = seen(AINO.email).await;
        for stranger in ["nobody@kallio.example", "eino.laine@KALLIO.example", MIKKO.email] {
            assert_eq!(seen(stranger).await, of_aino, "{wanted:?}: {stranger}");
        }
    }
}

#[tokio::test]
async fn where_the_directory_is_first_the_way_goes_there_by_itself_once() {
    let story = AtHome::begin(DirectoryUse::First).await;
    let mut browser = story.at.service.browser();
    let page = story.types(&mut browser, AINO.email).await;
    assert!(page.title() == AT_KALLIO && page.body.contains("data-at-once"), "{}", page.body);
    assert!(!page.body.contains("name=\"password\""));
    let again = browser.open(&page.sign_in()).await;
    assert!(again.title() == AT_KALLIO && !again.body.contains("at-once"), "who comes back is not sent on again");
    let own = browser.open(&format!("{}?way=own", page.sign_in())).await;
    assert!(own.title() == PASSWORD && own.says(GO), "{}", own.body);
    let page = browser.answer(&page.sign_in(), "password", &[("password", "not the right one")]).await;
    assert!(page.title() == PASSWORD && page.status == StatusCode::UNPROCESSABLE_ENTITY, "{}", page.body);
    let page = browser.answer(&page.sign_in(), "password", &[("password", AINO.password)]).await;
    assert_eq!(page.title(), "Enter the code from your authenticator app", "{}", page.body);

    let page = story.types(&mut story.at.service.browser(), AINO.email).await;
    let mut browser = story.at.service.browser();
    let page_of_other = browser.post(&format!("{}/{}", page.sign_in(), story.at.way()), &[]).await;
    assert_eq!(page_of_other.status, StatusCode::FORBIDDEN, "the sign-in is its browser's");
}

#[tokio::test]
async fn a_directory_that_stands_alone_lets_in_nobody_without_it() {
    let story = AtHome::begin(DirectoryUse::Alone).await;
    story.link().await;
    let mut browser = story.at.service.browser();
    let page = story.types(&mut browser, AINO.email).await;
    let sign_in = page.sign_in();
    assert!(!page.says(ALONE), "before a proof it is offered to everybody alike");
    let page = browser.answer(&sign_in, "password", &[("password", AINO.password)]).await;
    assert!(page.title() == AT_KALLIO && page.says(ALONE) && !page.says("Another way to sign in"), "{}", page.body);
    let page = browser.answer(&sign_in, "code", &[("code", &AINO.code(&story.at.service))]).await;
    assert_eq!(page.title(), AT_KALLIO, "no other proof helps");
    assert_eq!(browser.open(&format!("{sign_in}?way=own")).await.title(), AT_KALLIO);
    let page = story.goes(&mut browser, &page, AINO_AT_BANK).await;
    assert!(page.is_at_the_application(), "{} {}", page.title(), page.body);

    // A forgotten password is none of its business.
    let mut browser = story.at.service.browser();
    let sign_in = story.types(&mut browser, AINO.email).await.sign_in();
    browser.open(&format!("{sign_in}/forgotten-password")).await;
    browser.submit(&format!("{sign_in}/forgotten-password"), &[("method", "link")]).await;
    let link = story.at.service.link(AINO.email, "/forgotten-password/").await;
    assert_eq!(browser.submit(&link, &[]).await.title(), AT_KALLIO);
}

#[tokio::test]
async fn where_a_directory_stands_alone_a_session_from_before_is_asked_for_it() {
    let story = AtHome::begin(DirectoryUse::Offered).await;
    story.link().await;
    let mut browser = story.at.service.browser();
    let first = browser.open(&story.shared.authorize(&[])).await;
    assert!(browser.sign_in_as(&story.at.service, first, AINO).await.is_at_the_application());
    assert!(browser.open(&story.shared.authorize(&[])).await.is_at_the_application(), "single sign-on");
    story.at.service.uses_directory(story.at.kallio, DirectoryUse::Alone).await.unwrap();
    let page = browser.open(&story.shared.authorize(&[])).await;
    assert_eq!(page.title(), AT_KALLIO, "{}", page.body);
    assert!(story.goes(&mut browser, &page, AINO_AT_BANK).await.is_at_the_application());
    assert!(browser.open(&story.shared.authorize(&[])).await.is_at_the_application());
}

#[tokio::test]
async fn the_first_time_a_directory_that_stands_alone_is_linked_with_the_profile_as_ever() {
    let story = AtHome::begin(DirectoryUse::Alone).await;
    story.link().await;
    let mut browser = story.at.service.browser();
    let page = story.types(&mut browser, AINO.email).await;
    assert!(story.goes(&mut browser, &page, AINO_AT_BANK).await.is_at_the_application());
}

#[tokio::test]
async fn no_bank_and_no_directory_of_another_company_goes_around_one_that_stands_alone() {
    let story = AtHome::begin(DirectoryUse::Offered).await;
    let service = &story.at.service;
    story.link().await;
    // She is a user of Saari, too, whose directory she has linked, and one of everybody's.
    service.user(story.at.saari, story.at.aino, &[Role::Employee]).await;
    let of_saari = service.application_of(story.at.saari, "Saari", SecondFactor::Optional).await;
    let mut ways = Vec::new();
    for (name, company) in [("Saari's directory", Some(story.at.saari)), ("Everybody's", None)] {
        let broker = Broker::start(&service.app.clock, false).await;
        let settings = directory_of(story.at.saari, &broker, "substantial");
        let settings = crate::provider::signing::changed(settings, &json!({ "name": name, "company": company }));
        let provider = service.provider_of(&broker, &settings, None).await;
        let way = format!("identity/{provider}/directory");
        let mut browser = service.browser();
        let sign_in = browser.begin(&of_saari).await;
        let sent = browser.post(&format!("{sign_in}/{way}"), &[]).await;
        let page = browser.open(&broker.lets_in(&sent.location().unwrap(), AINO_AT_BANK)).await;
        assert_eq!(page.title(), UNMATCHED, "{name}: {}", page.body);
        let first = browser.answer(&page.sign_in(), "identity/unmatched", &[]).await;
        let page = browser.sign_in_as(service, first, AINO).await;
        assert!(page.is_at_the_application(), "{name}: {} {}", page.title(), page.body);
        service.wait(60);
        ways.push((way, broker));
    }
    service.uses_directory(story.at.kallio, DirectoryUse::Alone).await.unwrap();
    for (way, broker) in &ways {
        let mut browser = service.browser();
        let sign_in = browser.begin(&of_saari).await;
        let sent = browser.post(&format!("{sign_in}/{way}"), &[]).await;
        let page = browser.open(&broker.lets_in(&sent.location().unwrap(), AINO_AT_BANK)).await;
        assert_eq!(page.title(), "Your company has a sign-in of its own", "{way}: {}", page.body);
    }
    // Nor does linking another one in the place of the directory.
    let mut browser = service.browser();
    let sign_in = browser.begin(&of_saari).await;
    let sent = browser.post(&format!("{sign_in}/{}", ways[1].0), &[]).await;
    let page = browser.open(&ways[1].1.lets_in(&sent.location().unwrap(), MALLORY_AT_BANK)).await;
    let first = browser.answer(&page.sign_in(), "identity/unmatched", &[]).await;
    let page = browser.sign_in_as(service, first, AINO).await;
    assert_eq!(page.title(), AT_KALLIO, "{}", page.body);
}

#[tokio::test]
async fn administrators_get_in_by_two_factors_of_their_own_while_the_directory_is_down() {
    let story = AtHome::begin(DirectoryUse::Offered).await;
    let service = &story.at.service;
    service.set_policy(story.shared.application.id, SecondFactor::Optional).await;
    story.administrator().await;
    service.new_user(story.at.kallio, "sanna@kallio.example", &[Role::UserAdministrator]).await;
    let mut browser = service.browser();
    assert!(browser.try_password(&story.shared, MIKKO, MIKKO.password).await.is_at_the_application());
    service.uses_directory(story.at.kallio, DirectoryUse::Alone).await.unwrap();
    let mut browser = service.browser();
    let sign_in = story.types(&mut browser, MIKKO.email).await.sign_in();
    let page = browser.answer(&sign_in, "password", &[("password", MIKKO.password)]).await;
    assert_eq!(page.title(), "Choose your second step", "one proof is not enough: {}", page.body);
    service.set_roles(story.at.kallio, story.at.mikko, &[Role::Employee]).await.unwrap();
    let page = browser.open(&sign_in).await;
    assert_eq!(page.title(), AT_KALLIO, "who manages nothing any more waits for the directory");
}

#[tokio::test]
async fn while_the_operator_has_it_off_a_directory_that_stands_alone_keeps_nobody_out() {
    let story = AtHome::begin(DirectoryUse::Alone).await;
    let service = &story.at.service;
    service.offers(story.at.provider, ProviderState::Off).await;
    let mut browser = service.browser();
    let first = browser.open(&story.shared.authorize(&[])).await;
    assert!(browser.sign_in_as(service, first, AINO).await.is_at_the_application());
    service.wait(Duration::from_hours(25).as_secs());
    service.offers(story.at.provider, ProviderState::On).await;
    let mut browser = service.browser();
    let sign_in = story.types(&mut browser, AINO.email).await.sign_in();
    let page = browser.answer(&sign_in, "password", &[("password", AINO.password)]).await;
    assert_eq!(page.title(), AT_KALLIO, "{}", page.body);
}

#[tokio::test]
async fn without_a_directory_nobody_is_led_to_one() {
    let story = AtHome::begin(DirectoryUse::Offered).await;
    let service = &story.at.service;
    for wanted in [DirectoryUse::First, DirectoryUse::Alone] {
        assert_eq!(service.uses_directory(story.at.saari, wanted).await, Err("NoDirectory".to_owned()));
    }
    assert_eq!(service.uses_directory(story.at.kallio, DirectoryUse::Offered).await, Ok(ActEffect::Unchanged));
    assert_eq!(service.uses_directory(story.at.kallio, DirectoryUse::First).await, Ok(ActEffect::Changed));
    let told = service.history().await;
    let set = told.iter().find(|told| told.event == "company.directory_use_set").unwrap();
    assert_eq!((set.detail("from"), set.detail("to")), ("offered", "first"));
}
