//! Nobody locks out the last administrator.

use std::sync::Arc;

use salpa::directory::users::{self, MembershipState, Role, UserChangeError};

use crate::support::Service;

const LAST: Result<(), UserChangeError> = Err(UserChangeError::LastAdministrator);

#[tokio::test]
async fn the_last_administrator_cannot_be_removed_locked_or_given_lesser_roles() {
    let service = Service::start().await;
    let kallio = service.business("Kallio Oy").await;
    let (aino, mikko) = (service.somebody("Aino Virtanen").await, service.somebody("Mikko Laine").await);
    service.user(kallio, aino, &[Role::UserAdministrator]).await;
    service.user(kallio, mikko, &[Role::Employee]).await;

    assert_eq!(service.set_user(kallio, aino, MembershipState::Removed).await, LAST);
    assert_eq!(service.set_user(kallio, aino, MembershipState::Locked).await, LAST);
    assert_eq!(service.set_roles(kallio, aino, &[Role::Employee]).await, LAST);
    assert!(service.authority(kallio, aino).await.is_some(), "nothing was written");
    service.set_user(kallio, mikko, MembershipState::Removed).await.unwrap();

    service.set_user(kallio, mikko, MembershipState::Active).await.unwrap();
    service.set_roles(kallio, mikko, &[Role::UserAdministrator]).await.unwrap();
    service.set_user(kallio, aino, MembershipState::Removed).await.unwrap();
    assert_eq!(service.set_user(kallio, mikko, MembershipState::Locked).await, LAST, "now it is the other one");
}

#[tokio::test]
async fn an_administrator_without_a_basic_company_does_not_count() {
    let service = Service::start().await;
    let (kallio, lumo) = (service.business("Kallio Oy").await, service.business("Lumo Oy").await);
    let (aino, outi) = (service.somebody("Aino Virtanen").await, service.somebody("Outi Other").await);
    service.user(lumo, outi, &[]).await;
    service.user(kallio, outi, &[Role::UserAdministrator]).await;
    service.user(kallio, aino, &[Role::UserAdministrator]).await;
    service.set_user(lumo, outi, MembershipState::Removed).await.unwrap();
    assert_eq!(service.set_user(kallio, aino, MembershipState::Removed).await, LAST);
}

#[tokio::test]
async fn an_office_keeps_a_main_user_while_it_has_clients() {
    let service = Service::start().await;
    let (office, kallio) = (service.office("Tilitoimisto Rantanen").await, service.business("Kallio Oy").await);
    let (sanna, pekka) = (service.somebody("Sanna Rantanen").await, service.somebody("Pekka Salo").await);
    service.user(office, sanna, &[Role::MainUser]).await;
    service.user(office, pekka, &[Role::UserAdministrator]).await;
    service.engage(office, kallio).await;

    assert_eq!(service.set_roles(office, sanna, &[Role::UserAdministrator]).await, LAST, "the client has nobody else");
    assert_eq!(service.set_user(office, sanna, MembershipState::Removed).await, LAST);
    assert_eq!(service.disengage(office, kallio).await, Err(UserChangeError::LastAdministrator), "nor after that");

    let aino = service.somebody("Aino Virtanen").await;
    service.user(kallio, aino, &[Role::UserAdministrator]).await;
    assert_eq!(service.disengage(office, kallio).await, Ok(true));
    service.set_user(office, sanna, MembershipState::Removed).await.unwrap();
    assert_eq!(service.set_user(kallio, aino, MembershipState::Removed).await, LAST, "the engagement has ended");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_administrators_who_remove_each_other_at_once_one_stays() {
    let service = Arc::new(Service::start().await);
    let kallio = service.business("Kallio Oy").await;
    let mut people = Vec::new();
    for number in 0..16 {
        let person = service.somebody(&format!("Person {number}")).await;
        service.user(kallio, person, &[Role::UserAdministrator]).await;
        people.push(person);
    }
    let tasks: Vec<_> = people
        .iter()
        .map(|person| {
            let (service, person) = (service.clone(), *person);
            tokio::spawn(async move { service.set_user(kallio, person, MembershipState::Removed).await })
        })
        .collect();
    let mut refused = 0;
    for task in tasks {
        refused += i32::from(task.await.unwrap() == LAST);
    }
    assert_eq!(refused, 1);
    let left = users::list(&service.app.db, kallio, (users::Filter::All, None), (&[], None), 100).await.unwrap();
    assert_eq!(left.len(), 1);
    assert!(service.authority(kallio, left[0].person).await.is_some());
}

#[tokio::test]
async fn roles_are_given_by_who_has_them() {
    use salpa::directory::companies::CompanyKind;
    let service = Service::start().await;
    let office = service.office("Tilitoimisto Rantanen").await;
    let main_user = users::Authority::MainUser { office };
    let administrator = users::Authority::UserAdministrator;
    assert!(!administrator.may_give(Role::MainUser, CompanyKind::AccountingOffice), "more than they have");
    assert!(!main_user.may_give(Role::MainUser, CompanyKind::Business), "of an accounting office alone");
    assert!(main_user.may_give(Role::MainUser, CompanyKind::AccountingOffice));
    assert!(administrator.may_give(Role::UserAdministrator, CompanyKind::Business));
}
