//! The choice of a company, and the administrators who may see it.

use salpa::directory::companies::CompanyKind;
use salpa::directory::users::{self, MembershipState, Role};

use super::{ELINA, MAIJA, NIILO, World, at, company, engage, names};
use crate::support::{AINO, MIKKO};

#[tokio::test]
async fn an_unknown_browser_signs_in_and_goes_on_where_it_wanted_to_go() {
    let world = World::begin().await;
    let mut browser = world.service.browser();
    let users = at(world.kallio, "users");

    let first = browser.open(&users).await;
    assert!(first.path.starts_with("/sign-in/"), "{}", first.path);
    let page = browser.sign_in_as(&world.service, first, ELINA).await;

    assert_eq!((page.path.as_str(), page.title().as_str()), (users.as_str(), "Users and roles"));
    assert!(page.says("Kallio & Laine Oy") && page.says("User administrator"), "{}", page.body);
    assert!(!page.body.contains("switcher"), "there is no other company to go on to");

    let mut browser = world.service.browser();
    world.service.wait(60);
    let first = browser.open("/admin?section=users").await;
    let page = browser.sign_in_as(&world.service, first, ELINA).await;
    assert_eq!((page.path.as_str(), page.title().as_str()), (users.as_str(), "Users and roles"), "a wished section");
}

#[tokio::test]
async fn a_company_does_not_exist_for_people_who_do_not_manage_it() {
    let world = World::begin().await;
    let mut colleague = world.browser_of(AINO).await;
    let mut stranger = world.browser_of(NIILO).await;
    let nowhere = "/admin/0197c0de-0000-7000-8000-000000000000/users".to_owned();

    let missing = stranger.get(&nowhere).await;
    assert_eq!(missing.status, 404);
    for page in [
        colleague.get(&at(world.kallio, "users")).await,
        stranger.get(&at(world.kallio, "users")).await,
        stranger.get(&at(world.rantanen, "users")).await,
        stranger.get("/admin/kallio/users").await,
        colleague.get("/admin").await,
    ] {
        assert_eq!((page.status, page.title()), (missing.status, missing.title()), "{}", page.path);
        assert!(!page.says("Kallio & Laine Oy"), "{}", page.path);
    }
    assert_eq!(stranger.get(&at(world.niemi, "users")).await.status, 200);
}

#[tokio::test]
async fn an_administrator_of_one_company_goes_right_to_it() {
    let world = World::begin().await;
    let mut browser = world.browser_of(ELINA).await;

    assert_eq!(browser.get("/admin").await.location(), Some(at(world.kallio, "overview")));
}

#[tokio::test]
async fn a_main_user_goes_from_client_to_client_and_finds_each_by_its_name() {
    let world = World::begin().await;
    for number in 1..=40 {
        let client = company(&world.service, &format!("Asiakas {number} Oy"), CompanyKind::Business).await;
        engage(&world.service, world.rantanen, client).await;
    }
    let mut browser = world.browser_of(MAIJA).await;

    let own = browser.get(&at(world.rantanen, "users")).await;
    assert!(own.says("Accounting office, main user"));
    assert!(own.body.contains(&format!("href=\"{}\"", at(world.kallio, "users"))), "one click to a client");
    let client = browser.get(&at(world.kallio, "users")).await;
    assert_eq!(names(&client), ["Aino Virtanen", "Elina Saarinen"]);

    let first = browser.get("/admin?section=users").await;
    assert!(first.says("Tilitoimisto Rantanen") && !first.says("Asiakas 40 Oy"), "{}", first.body);
    let next = first.body.split("href=\"/admin?section=users&#38;office=").nth(1).unwrap().split('"').next().unwrap();
    let next = format!("/admin?section=users&office={}", next.replace("&#38;", "&").replace("&amp;", "&"));
    assert!(browser.get(&next).await.says("Asiakas 40 Oy"), "{next}");

    let found = browser.get("/admin?section=users&typed=asiakas+37&fragment=1").await;
    assert!(found.says("Asiakas 37 Oy") && !found.says("Asiakas 36 Oy"), "{}", found.body);
    assert!(!found.body.contains("<html"), "the list alone");
    let own = browser.get("/admin?typed=ranta&fragment=1").await;
    assert!(own.says("Tilitoimisto Rantanen"), "{}", own.body);
    assert!(browser.get("/admin?typed=niemi").await.says("You manage no company with that name"), "another's");
}

#[tokio::test]
async fn an_office_of_somebody_else_in_the_address_leads_nowhere() {
    let world = World::begin().await;
    let mut browser = world.browser_of(NIILO).await;

    let page = browser.get(&format!("/admin?office={}", world.rantanen)).await;

    assert!(!page.says("Kallio & Laine Oy"), "{}", page.body);
}

#[tokio::test]
async fn a_person_locked_out_of_their_basic_company_manages_nothing() {
    let world = World::begin().await;
    let mikko = world.service.person(MIKKO).await;
    super::join(&world.service, world.kallio, mikko, &[Role::Employee]).await;
    super::join(&world.service, world.niemi, mikko, &[Role::UserAdministrator]).await;
    let mut browser = world.browser_of(MIKKO).await;
    assert_eq!(browser.get(&at(world.niemi, "users")).await.status, 200);

    let (kallio, now) = (world.kallio, world.service.now());
    world
        .service
        .app
        .db
        .write(move |tx| {
            Box::pin(async move { users::set_state(tx, kallio, mikko, MembershipState::Locked, now).await })
        })
        .await
        .unwrap();

    assert_ne!(browser.get(&at(world.niemi, "users")).await.status, 200);
}
