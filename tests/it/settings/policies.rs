//! A company's policy for one application.

use salpa::directory::companies::CompanyId;
use salpa::platform::db;
use salpa::provider::applications::ApplicationId;
use salpa::sign_in::policies::{self, Gate, Policy, SecondFactor};

use crate::support::{MIKKO, Service};

impl Service {
    /// Sets what a company wants of its people in one application.
    pub async fn set_policy_in(&self, company: CompanyId, application: ApplicationId, policy: Policy) {
        let set: Result<(), db::Error> = self
            .app
            .db
            .write(move |tx| {
                Box::pin(async move { policies::set_of_company_in(tx, company, application, &policy).await })
            })
            .await;
        set.unwrap();
    }
}

#[tokio::test]
async fn a_company_tightens_one_application_for_its_own_people_and_leaves_the_others() {
    let service = Service::start().await;
    let company = service.company("Kallio", Policy::SILENT).await;
    let [books, notes] = [
        service.application("Books", SecondFactor::Optional).await,
        service.application("Notes", SecondFactor::Optional).await,
    ];
    let mikko = service.person(MIKKO).await;
    service.employ(company, mikko).await;
    service.set_policy_in(company, books.application.id, Policy::of(SecondFactor::Required)).await;

    let mut browser = service.browser();
    let page = browser.open(&notes.authorize(&[])).await;
    let page = browser.sign_in_as(&service, page, MIKKO).await;
    assert!(page.location().is_some_and(|to| to.starts_with("https://notes.example")), "{}", page.title());
    let page = browser.open(&books.authorize(&[])).await;
    assert_eq!(page.title(), "Sign in to continue", "who sets one up has just proven who it is");
    let page = browser.submit(&format!("{}/password", page.sign_in()), &[("password", MIKKO.password)]).await;
    assert_eq!(page.title(), "Choose your second step", "{}", page.body);

    let in_force = async |application: ApplicationId, person| {
        let gate = Gate { application: Some(application), ..Gate::ACCOUNT };
        policies::in_force(&service.app.db, gate, person).await.unwrap().second_factor()
    };
    assert_eq!(in_force(books.application.id, Some(mikko)).await, SecondFactor::Required);
    assert_eq!(in_force(books.application.id, None).await, SecondFactor::Optional, "of others it wants nothing");
    assert_eq!(in_force(notes.application.id, Some(mikko)).await, SecondFactor::Optional);
}

#[tokio::test]
async fn a_company_allows_nothing_that_the_application_does_not_want() {
    let service = Service::start().await;
    let company = service.company("Kallio", Policy::SILENT).await;
    let books = service.application("Books", SecondFactor::Required).await;
    let mikko = service.person(MIKKO).await;
    service.employ(company, mikko).await;
    service.set_policy_in(company, books.application.id, Policy::of(SecondFactor::Optional)).await;
    let gate = Gate { application: Some(books.application.id), ..Gate::ACCOUNT };
    let joined = policies::in_force(&service.app.db, gate, Some(mikko)).await.unwrap();
    assert!(joined.second_factor().asks_always());
}
