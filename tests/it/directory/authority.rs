//! Authority over a company.

use salpa::directory::companies;
use salpa::directory::people;
use salpa::directory::users::{self, Authority, MembershipState, Role};

use crate::support::Service;

#[tokio::test]
async fn a_user_administrator_manages_their_own_company_alone() {
    let service = Service::start().await;
    let (kallio, lumo) = (service.business("Kallio Oy").await, service.business("Lumo Oy").await);
    let aino = service.somebody("Aino Virtanen").await;
    let mikko = service.somebody("Mikko Laine").await;
    service.user(kallio, aino, &[Role::UserAdministrator]).await;
    service.user(kallio, mikko, &[Role::Employee]).await;

    assert_eq!(service.authority(kallio, aino).await, Some(Authority::UserAdministrator));
    assert_eq!(service.authority(lumo, aino).await, None, "of another company");
    assert_eq!(service.authority(kallio, mikko).await, None, "no administrator");
}

#[tokio::test]
async fn a_main_user_manages_the_office_and_its_clients_while_they_are_engaged() {
    let service = Service::start().await;
    let office = service.office("Tilitoimisto Rantanen").await;
    let (kallio, lumo) = (service.business("Kallio Oy").await, service.business("Lumo Oy").await);
    let (sanna, aino) = (service.somebody("Sanna Rantanen").await, service.somebody("Aino Virtanen").await);
    service.user(office, sanna, &[Role::MainUser]).await;
    service.user(kallio, aino, &[Role::UserAdministrator]).await;
    assert_eq!(service.authority(office, sanna).await, Some(Authority::MainUser { office }));
    assert_eq!(service.authority(kallio, sanna).await, None, "not engaged yet");

    service.engage(office, kallio).await;
    assert_eq!(service.authority(kallio, sanna).await, Some(Authority::MainUser { office }));
    assert_eq!(service.authority(lumo, sanna).await, None, "another's client");
    assert_eq!(service.authority(office, aino).await, None, "the client does not manage the office");

    assert_eq!(service.disengage(office, kallio).await, Ok(true));
    assert_eq!(service.authority(kallio, sanna).await, None, "ended");
    assert_eq!(service.disengage(office, kallio).await, Ok(false));
}

#[tokio::test]
async fn a_person_who_is_locked_removed_or_closed_manages_nothing() {
    let service = Service::start().await;
    let (kallio, lumo) = (service.business("Kallio Oy").await, service.business("Lumo Oy").await);
    let (aino, other) = (service.somebody("Aino Virtanen").await, service.somebody("Outi Other").await);
    service.user(kallio, aino, &[Role::UserAdministrator]).await;
    service.user(kallio, other, &[Role::UserAdministrator]).await;
    service.user(lumo, aino, &[Role::UserAdministrator]).await;
    let both =
        async || (service.authority(kallio, aino).await.is_some(), service.authority(lumo, aino).await.is_some());

    assert_eq!(both().await, (true, true));
    for state in [MembershipState::Locked, MembershipState::Removed] {
        service.set_user(kallio, aino, state).await.unwrap();
        assert_eq!(both().await, (false, false), "it is the basic company: {state:?}");
    }
    service.set_user(kallio, aino, MembershipState::Active).await.unwrap();
    service.set_state(aino, people::PersonState::Disabled).await;
    assert_eq!(both().await, (false, false), "the profile is closed");
}

#[tokio::test]
async fn only_an_accounting_office_manages_another_company_than_itself() {
    let service = Service::start().await;
    let office = service.office("Tilitoimisto Rantanen").await;
    let (kallio, lumo) = (service.business("Kallio Oy").await, service.business("Lumo Oy").await);
    let now = service.now();
    for (manager, client) in [(kallio, lumo), (office, office)] {
        let engaged = service
            .transact(move |tx| Box::pin(async move { companies::engage(tx, manager, client, now).await }))
            .await;
        assert!(engaged.is_err());
    }
}

#[tokio::test]
async fn the_first_company_is_the_basic_one_until_another_is_chosen() {
    let service = Service::start().await;
    let (kallio, lumo) = (service.business("Kallio Oy").await, service.business("Lumo Oy").await);
    let aino = service.somebody("Aino Virtanen").await;
    service.user(kallio, aino, &[]).await;
    service.user(lumo, aino, &[]).await;
    let basic = async || users::basic_company(&service.app.db, aino).await.unwrap();
    assert_eq!(basic().await, Some((kallio, MembershipState::Active)));

    let now = service.now();
    let choose = async |company| {
        service.transact(move |tx| Box::pin(async move { users::set_basic(tx, aino, company, now).await })).await
    };
    choose(lumo).await.unwrap();
    assert_eq!(basic().await, Some((lumo, MembershipState::Active)));
    service.set_user(kallio, aino, MembershipState::Locked).await.unwrap();
    assert_eq!(choose(kallio).await, Err(users::UserChangeError::NotActive));
    assert_eq!(basic().await, Some((lumo, MembershipState::Active)));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_many_companies_that_take_somebody_at_once_one_is_basic() {
    let service = std::sync::Arc::new(Service::start().await);
    let aino = service.somebody("Aino Virtanen").await;
    let mut tasks = Vec::new();
    for number in 0..12 {
        let company = service.business(&format!("Company {number}")).await;
        let service = service.clone();
        tasks.push(tokio::spawn(async move { service.user(company, aino, &[]).await }));
    }
    for task in tasks {
        task.await.unwrap();
    }
    assert_eq!(service.count("SELECT count(*) FROM users WHERE basic").await, 1);
    assert_eq!(service.count("SELECT count(*) FROM users").await, 12);
}
