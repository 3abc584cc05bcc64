//! *Applications* and ready-made profiles.

use http::StatusCode;
use salpa::directory::rights::{self, RightDeclaration};
use salpa::platform::db::{self, Reads};
use salpa::sign_in::policies::SecondFactor;

use super::{AINO, ELINA, NIILO, World, at};

#[tokio::test]
async fn the_applications_of_a_company_are_listed_with_who_may_use_them() {
    let world = World::begin().await;
    let books = world.service.application("Books", SecondFactor::Optional).await.application;
    let other = world.service.application("Other", SecondFactor::Optional).await.application;
    world.open(books.id).await;
    let mut elina = world.browser_of(ELINA).await;
    let page = elina.open(&at(world.kallio, "applications")).await;
    assert!(page.says("Books") && page.says("2 people") && !page.says("Other"), "{}", page.body);
    let page = elina.open(&at(world.kallio, &format!("applications/{}", books.id))).await;
    assert!(page.says("Aino Virtanen") && page.says("Elina Saarinen"), "{}", page.body);
    assert_eq!(
        elina.open(&at(world.kallio, &format!("applications/{}", other.id))).await.status,
        StatusCode::NOT_FOUND
    );
}

#[tokio::test]
async fn only_its_own_application_is_opened_and_closed_by_a_company() {
    let world = World::begin().await;
    let own = world.service.application_of(world.kallio, "Harbour", SecondFactor::Optional).await.application;
    let others = world.service.application_of(world.niemi, "Niemi Books", SecondFactor::Optional).await.application;
    let mut elina = world.browser_of(ELINA).await;
    let page = elina.submit(&at(world.kallio, &format!("applications/{}/set/open", own.id)), &[]).await;
    assert!(page.says("The application is open to your users."), "{}", page.body);
    assert!(rights::is_open_to(&world.service.app.db, world.kallio, &own.id.to_string()).await.unwrap());
    let page = elina.submit(&at(world.kallio, &format!("applications/{}/set/open", others.id)), &[]).await;
    assert_eq!(page.status, StatusCode::NOT_FOUND);
    assert!(!rights::is_open_to(&world.service.app.db, world.kallio, &others.id.to_string()).await.unwrap());
    let page = elina.submit(&at(world.kallio, &format!("applications/{}/set/close", own.id)), &[]).await;
    assert!(page.says("The application is closed to your users."), "{}", page.body);
}

#[tokio::test]
async fn the_addresses_of_the_companys_own_application_are_changed_and_the_history_says_from_what_to_what() {
    let world = World::begin().await;
    let own = world.service.application_of(world.kallio, "Harbour", SecondFactor::Optional).await.application;
    let others = world.service.application("Books", SecondFactor::Optional).await.application;
    world.open(others.id).await;
    let mut elina = world.browser_of(ELINA).await;
    let page = elina.open(&at(world.kallio, &format!("applications/{}", own.id))).await;
    assert!(page.says("https://harbour.example/callback") && page.says("Change the addresses"), "{}", page.body);
    let foreign = elina.open(&at(world.kallio, &format!("applications/{}", others.id))).await;
    assert!(!foreign.says("Change the addresses") && !foreign.says("https://books.example/callback"));
    let form = at(world.kallio, &format!("applications/{}/addresses", own.id));
    for path in [at(world.kallio, &format!("applications/{}/addresses", others.id)), at(world.niemi, &form)] {
        assert_eq!(elina.open(&path).await.status, StatusCode::NOT_FOUND);
    }

    let fields =
        |address| [("redirect_uris", "https://pier.example/callback"), ("redirect_uris", address), ("complete", "1")];
    let page = elina.submit(&form, &fields("http://pier.example/callback")).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        page.says("An address begins with https://") && page.body.contains("value=\"http://pier.example/callback\"")
    );
    assert_eq!(elina.submit(&form, &fields(" ")[..2]).await.status, 400, "a form that was cut off");
    let page = elina.submit(&form, &fields(" ")).await;
    assert!(page.says("The addresses have been changed."), "{}", page.body);
    let moved = elina.open(&at(world.kallio, &format!("applications/{}", own.id))).await;
    assert!(moved.says("https://pier.example/callback") && !moved.says("https://harbour.example/callback"));
    let history = elina.open(&at(world.kallio, "history")).await;
    let change = "https://harbour.example/callback → https://pier.example/callback";
    assert!(history.says("Addresses of an application changed") && history.says(change), "{}", history.body);
}

#[tokio::test]
async fn a_profile_is_made_changed_and_removed_with_rights_that_the_company_has_to_give() {
    let world = World::begin().await;
    let books = world.service.application("Books", SecondFactor::Optional).await.application.id;
    let foreign = world.service.application("Foreign", SecondFactor::Optional).await.application.id;
    world.open(books).await;
    let declared: Result<(), db::Error> = world
        .service
        .app
        .db
        .write(move |tx| {
            Box::pin(async move {
                let right = RightDeclaration { name: "pay_slips.own".to_owned(), title: "Own pay slips".to_owned() };
                rights::declare(tx, &books.to_string(), &right).await
            })
        })
        .await;
    declared.unwrap();
    let mut elina = world.browser_of(ELINA).await;
    let new = at(world.kallio, "applications/profiles/new");
    assert!(elina.open(&new).await.says("Own pay slips"));
    let (slips, foreign) = (format!("{books} pay_slips.own"), format!("{foreign} use"));
    let page =
        elina.submit(&new, &[("name", "Employee"), ("right", &slips), ("right", &foreign), ("right", "x y")]).await;
    assert!(
        page.says("The profile has been created.") && page.says("Employee") && page.says("One right"),
        "{}",
        page.body
    );

    let profile = rights::profiles(&world.service.app.db, world.kallio).await.unwrap().remove(0);
    assert_eq!(profile.rights.len(), 1, "nothing that is not open to the company");
    let path = at(world.kallio, &format!("applications/profiles/{}", profile.id));
    for fields in [&[("name", "")][..], &[("name", "Nothing")]] {
        assert_eq!(elina.submit(&path, fields).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    }
    let mut niilo = world.browser_of(NIILO).await;
    let other = at(world.niemi, &format!("applications/profiles/{}", profile.id));
    assert_eq!(niilo.open(&other).await.status, StatusCode::NOT_FOUND);
    assert_eq!(niilo.submit(&format!("{other}/remove"), &[]).await.status, StatusCode::NOT_FOUND);

    let page = elina.submit(&path, &[("name", "Bookkeeper"), ("right", &slips)]).await;
    assert!(page.says("The profile has been changed.") && page.says("Bookkeeper"));
    let page = elina.submit(&format!("{path}/remove"), &[]).await;
    assert!(page.says("The profile has been removed."), "{}", page.body);
    assert!(rights::profiles(&world.service.app.db, world.kallio).await.unwrap().is_empty());
    for event in ["profile.added", "profile.changed", "profile.removed"] {
        assert_eq!(world.service.companies_of_event(event).await, [Some(world.kallio.to_string())], "{event}");
    }
}

/// A profile that the operator made for every company, with a right of an application that is open to Kallio & Laine
/// and one of an application that is not.
async fn everybodys_profile(world: &World) -> (rights::ProfileId, String) {
    let books = world.service.application("Books", SecondFactor::Optional).await.application.id;
    let foreign = world.service.application("Foreign", SecondFactor::Optional).await.application.id;
    world.service.set_open(world.kallio, books, true).await;
    world.service.declare(books, "pay_slips").await;
    let (app, now) = (world.service.app.clone(), world.service.now());
    let made: Result<_, db::Error> = world
        .service
        .transact(move |tx| {
            Box::pin(async move {
                let right = |application: &dyn ToString, name: &str| rights::Right {
                    application: application.to_string(),
                    name: name.to_owned(),
                };
                let given = [right(&books, "pay_slips"), right(&foreign, "use")];
                rights::add_profile(tx, &app.random, None, ("Payroll clerk", &given), now).await
            })
        })
        .await;
    (made.unwrap(), format!("{books} pay_slips"))
}

#[tokio::test]
async fn a_profile_of_every_company_can_be_read_and_not_changed() {
    let world = World::begin().await;
    let (profile, right) = everybodys_profile(&world).await;
    let path = at(world.kallio, &format!("applications/profiles/{profile}"));
    let mut elina = world.browser_of(ELINA).await;
    let list = elina.open(&at(world.kallio, "applications")).await;
    assert!(list.body.contains(&format!("<a href=\"{path}\">Payroll clerk</a>")), "{}", list.body);

    let page = elina.open(&path).await;

    assert_eq!(page.title(), "Payroll clerk");
    assert!(page.body.contains(&format!("value=\"{right}\" checked disabled>")), "its rights are seen: {}", page.body);
    assert!(page.says("It also has rights in applications that are not open to your company."), "{}", page.body);
    assert!(!page.body.contains("<button class=\"primary\"") && !page.body.contains("/remove\""), "{}", page.body);
    for (path, fields) in
        [(path.clone(), &[("name", "Mine"), ("right", right.as_str())][..]), (format!("{path}/remove"), &[])]
    {
        assert_eq!(elina.submit(&path, fields).await.status, StatusCode::NOT_FOUND, "{path}");
    }
    assert_eq!(rights::profiles(&world.service.app.db, world.kallio).await.unwrap()[0].name, "Payroll clerk");
}

#[tokio::test]
async fn rights_that_an_administrator_cannot_give_are_marked_where_profiles_are_made() {
    let world = World::begin().await;
    let books = world.service.application("Books", SecondFactor::Optional).await.application.id;
    world.service.set_open(world.kallio, books, true).await;
    world.service.declare(books, "read").await;
    world.service.declare(books, "write").await;
    world.service.give(world.kallio, world.elina, books, &["read"]).await;
    let mut elina = world.browser_of(ELINA).await;
    let page = elina.open(&at(world.kallio, "applications/profiles/new")).await;
    let box_of = |name: &str| {
        let rest = page.body.split(&format!("value=\"{books} {name}\"")).nth(1).unwrap();
        rest.split("</label>").next().unwrap().to_owned()
    };
    let marked = "You do not have this right yourself";
    assert!(!box_of("read").contains(marked) && box_of("write").contains(marked), "{}", page.body);
}

#[tokio::test]
async fn ending_access_ends_the_grants_of_the_companys_own_people() {
    let world = World::begin().await;
    let books = world.service.application("Books", SecondFactor::Optional).await;
    world.open(books.application.id).await;
    world.open_to(books.application.id, world.niemi, &[world.niilo]).await;
    for somebody in [AINO, NIILO] {
        let mut browser = world.service.browser();
        let page = browser.open(&books.authorize(&[])).await;
        browser.sign_in_as(&world.service, page, somebody).await;
    }
    let alive = async || -> Vec<String> {
        let sql = "SELECT person_id FROM grants WHERE revoked_at IS NULL ORDER BY id";
        world.service.app.db.all(sql, &[], |row| row.get(0)).await.unwrap()
    };
    assert_eq!(alive().await.len(), 2);
    let mut elina = world.browser_of(ELINA).await;
    let page = elina.submit(&at(world.kallio, &format!("applications/{}/end", books.application.id)), &[]).await;
    assert!(page.says("The access has ended for everybody."), "{}", page.body);
    assert_eq!(alive().await, [world.niilo.to_string()], "nobody else's");
}
