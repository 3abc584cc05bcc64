//! The administrators who may read an entry.

use salpa::event::Event;
use salpa::platform::history::{self, Entry, LookFor, Within};
use salpa::platform::web::fault::Fault;
use salpa::sign_in::policies::{Policy, SecondFactor};

use crate::support::{AINO, Service};

fn all() -> Within {
    Within::default()
}

#[tokio::test]
async fn a_sign_in_belongs_to_the_applications_company_else_to_the_basic_company() {
    let service = Service::start().await;
    let basic = service.company("Basic", Policy::SILENT).await;
    let second = service.company("Second", Policy::SILENT).await;
    let aino = service.person(AINO).await;
    service.employ(basic, aino).await;
    service.employ(second, aino).await;
    let of_second = service.application_of(second, "Harbour", SecondFactor::Required).await;
    let of_operator = service.application("Ruori Accounting", SecondFactor::Required).await;
    for application in [&of_second, &of_operator] {
        let mut browser = service.browser();
        let page = browser.open(&application.authorize(&[])).await;
        browser.sign_in_as(&service, page, AINO).await;
        service.wait(60);
    }
    let belongs = service.companies_of_event("sign_in.done").await;
    assert_eq!(belongs, [Some(second.to_string()), Some(basic.to_string())]);

    let found =
        history::of_company(&service.app.db, &basic.to_string(), &LookFor::Everything, &all(), 1000).await.unwrap();
    assert!(!found.is_empty());
    let application = of_second.application.id.to_string();
    assert!(found.iter().all(|entry| entry.application.as_deref() != Some(&application)), "the other company's door");
    assert!(!serde_json::to_string(&found).unwrap().contains("Harbour"));
    let by_person = LookFor::Person(aino.to_string());
    let found = history::of_company(&service.app.db, &basic.to_string(), &by_person, &all(), 1000).await.unwrap();
    assert!(!serde_json::to_string(&found).unwrap().contains("Harbour"), "nor by the person");
}

#[tokio::test]
async fn refusals_and_error_identifiers_are_found_within_the_company_alone() {
    let service = Service::start().await;
    let (own, other) = (service.company("Own", Policy::SILENT).await, service.company("Other", Policy::SILENT).await);
    let (now, random) = (service.now(), service.app.random.clone());
    let written: Result<(), Fault> = service
        .app
        .db
        .write(move |tx| {
            Box::pin(async move {
                for (company, event, error) in [
                    (own, Event::CompanyChanged, None),
                    (own, Event::Refused, Some("SLP-OWN1")),
                    (other, Event::Refused, Some("SLP-OTH1")),
                ] {
                    let mut entry = Entry::new(now, event).company(company);
                    entry.error_id = error.map(str::to_owned);
                    history::write(tx, &random, &entry).await?;
                }
                Ok(())
            })
        })
        .await;
    written.unwrap();
    let find = async |look_for: LookFor| {
        history::of_company(&service.app.db, &own.to_string(), &look_for, &all(), 10).await.unwrap().len()
    };
    assert_eq!(find(LookFor::Everything).await, 2);
    assert_eq!(find(LookFor::Stopped).await, 1);
    assert_eq!(find(LookFor::Error("SLP-OWN1".to_owned())).await, 1);
    assert_eq!(find(LookFor::Error("SLP-OTH1".to_owned())).await, 0, "another company's");
}
