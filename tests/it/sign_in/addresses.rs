//! International email addresses: one address, however the browser writes its domain.

use salpa::directory::people::{self, AdditionError, Email, NewPerson};
use salpa::sign_in::policies::SecondFactor;
use salpa::values;

use crate::support::{AINO, Service, Somebody};

const UNICODE: Somebody = Somebody { email: "eva@köln.example", seed: None, ..AINO };
const ASCII: Somebody = Somebody { email: "eva@xn--kln-sna.example", ..UNICODE };
const UPPER: Somebody = Somebody { email: " EVA@KÖLN.EXAMPLE\u{200b}", ..UNICODE };

async fn add(service: &Service, email: &'static str) -> Result<people::PersonId, AdditionError> {
    let (app, now) = (service.app.clone(), service.now());
    let names = (AINO.given_name.to_owned(), AINO.family_name.to_owned());
    let email = Email::parse(email).unwrap();
    let new = NewPerson { email, given_name: names.0, family_name: names.1, language: "en".to_owned() };
    service.transact(move |tx| Box::pin(async move { people::add(tx, &app.random, now, &new).await })).await
}

#[tokio::test]
async fn a_person_signs_in_by_either_spelling_of_an_international_domain() {
    for stored in [UNICODE, ASCII] {
        let service = Service::start().await;
        service.person(stored).await;
        let ruori = service.application("Ruori Accounting", SecondFactor::Optional).await;
        for typed in [UNICODE, ASCII, UPPER] {
            let page = service.browser().try_password(&ruori, typed, AINO.password).await;
            assert!(page.is_at_the_application(), "{} as {}: {}", stored.email, typed.email, page.title());
        }
    }
}

#[tokio::test]
async fn two_spellings_of_one_mailbox_are_one_profile() {
    let service = Service::start().await;
    service.person(UNICODE).await;
    assert_eq!(add(&service, ASCII.email).await, Err(AdditionError::EmailTaken));

    let aino = service.person(AINO).await;
    let (taken, now) = (Email::parse(ASCII.email).unwrap(), service.now());
    let is_set =
        service.transact(move |tx| Box::pin(async move { people::set_email(tx, aino, &taken, now).await })).await;
    assert!(!is_set.unwrap());
}

#[tokio::test]
async fn a_person_stored_with_the_domain_in_unicode_signs_in_and_keeps_the_mailbox() {
    let service = Service::start().await;
    let eva = service.person(UNICODE).await;
    service
        .transact(move |tx| {
            Box::pin(async move {
                tx.execute("UPDATE people SET email_key = ?2 WHERE id = ?1", values![eva, "eva@köln.example"]).await
            })
        })
        .await
        .unwrap();
    let ruori = service.application("Ruori Accounting", SecondFactor::Optional).await;

    for typed in [UNICODE, ASCII] {
        assert!(service.browser().try_password(&ruori, typed, AINO.password).await.is_at_the_application());
    }
    assert_eq!(add(&service, ASCII.email).await, Err(AdditionError::EmailTaken));
}
