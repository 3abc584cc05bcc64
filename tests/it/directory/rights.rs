//! A user's rights in applications.

use salpa::directory::rights::{self, Right, USE};
use salpa::directory::users::{self, MembershipState};

use crate::support::Service;

const RUORI: &str = "ruori";

#[tokio::test]
async fn a_right_counts_while_the_user_is_active_the_application_open_and_the_right_known() {
    let service = Service::start().await;
    let (kallio, lumo) = (service.business("Kallio Oy").await, service.business("Lumo Oy").await);
    let aino = service.somebody("Aino Virtanen").await;
    service.user(kallio, aino, &[]).await;
    service.user(lumo, aino, &[]).await;
    service.declare(RUORI, "entries.post").await;
    service.give(kallio, aino, RUORI, &["entries.post"]).await;
    let may = async |company| rights::may_use(&service.app.db, company, aino, RUORI).await.unwrap();

    assert!(may(kallio).await.is_empty(), "it is not open to the company");
    service.set_open(kallio, RUORI, true).await;
    service.set_open(lumo, RUORI, true).await;
    assert_eq!(may(kallio).await, ["entries.post"]);
    assert!(may(lumo).await.is_empty(), "the right is one of another company");

    service.set_user(kallio, aino, MembershipState::Locked).await.unwrap();
    assert!(may(kallio).await.is_empty(), "locked");
    service.set_user(kallio, aino, MembershipState::Active).await.unwrap();
    assert_eq!(may(kallio).await, ["entries.post"], "the rights stayed");

    let undeclared =
        service.transact(|tx| Box::pin(async move { rights::undeclare(tx, RUORI, "entries.post").await })).await;
    assert!(undeclared.unwrap());
    assert!(may(kallio).await.is_empty(), "what is known no more opens nothing");
    service.give(kallio, aino, RUORI, &[USE]).await;
    assert_eq!(may(kallio).await, [USE], "the right to use it is always known");
    assert_eq!(rights::count_with_right(&service.app.db, kallio, RUORI, 10).await.unwrap(), 1);
    service.set_open(kallio, RUORI, false).await;
    assert!(may(kallio).await.is_empty(), "closed again");
}

#[tokio::test]
async fn a_ready_made_profile_gives_all_that_it_holds_and_nothing_else() {
    let service = Service::start().await;
    let (kallio, lumo) = (service.business("Kallio Oy").await, service.business("Lumo Oy").await);
    let aino = service.somebody("Aino Virtanen").await;
    service.user(kallio, aino, &[]).await;
    service.give(kallio, aino, "other", &[USE]).await;
    let (random, now) = (service.app.random.clone(), service.now());
    let right = Right { application: RUORI.to_owned(), name: "pay_slips.own".to_owned() };
    let given = vec![right.clone()];
    let (own, common) = service
        .transact::<_, salpa::platform::db::Error, _>(move |tx| {
            Box::pin(async move {
                let own = rights::add_profile(tx, &random, Some(lumo), ("Seller", &given), now).await?;
                let common = rights::add_profile(tx, &random, None, ("Employee", &given), now).await?;
                Ok((own, common))
            })
        })
        .await
        .unwrap();

    let names = async |company| {
        let profiles = rights::profiles(&service.app.db, company).await.unwrap();
        profiles.into_iter().map(|profile| profile.name).collect::<Vec<_>>()
    };
    assert_eq!(names(kallio).await, ["Employee"], "another company's is not seen");
    assert_eq!(names(lumo).await, ["Employee", "Seller"]);
    assert!(rights::find_profile(&service.app.db, kallio, own).await.unwrap().is_none());
    let profile = rights::find_profile(&service.app.db, kallio, common).await.unwrap().unwrap();
    service
        .transact(move |tx| Box::pin(async move { rights::give_profile(tx, kallio, aino, &profile, now).await }))
        .await
        .unwrap();
    assert_eq!(rights::of_user(&service.app.db, kallio, aino).await.unwrap(), [right]);
    let member = users::find(&service.app.db, kallio, aino).await.unwrap().unwrap();
    assert_eq!(member.profile.as_deref(), Some("Employee"));

    let remove = async |company, id| {
        service
            .transact(move |tx| Box::pin(async move { rights::remove_profile(tx, company, id).await }))
            .await
            .unwrap()
    };
    assert!(!remove(Some(kallio), own).await, "another company's is not removed");
    assert!(!remove(Some(kallio), common).await, "nor is every company's, by one of them");
    assert!(remove(Some(lumo), own).await);
    assert_eq!(rights::of_user(&service.app.db, kallio, aino).await.unwrap().len(), 1, "who has the rights keeps them");
}
