//! A user's membership in the company: name, roles, locked, removed. Each act, and each refusal.

use std::sync::Arc;

use salpa::directory::companies::{self, CompanyKind};
use salpa::directory::people;
use salpa::directory::users::{self, MembershipState, Role};
use tokio::sync::Barrier;

use super::{AINO, ELINA, MAIJA, NIILO, World, at, company, engage, join};
use crate::support::MIKKO;

#[tokio::test]
async fn a_user_is_locked_unlocked_removed_and_taken_back_and_told_each_time() {
    let world = World::begin().await;
    let mut browser = world.browser_of(ELINA).await;
    let page = browser.open(&world.about(world.aino, "")).await;
    assert_eq!(page.title(), "Aino Virtanen");
    assert!(page.says("this is their basic company") && page.says("Employee"), "{}", page.body);

    let steps = [
        ("lock", "The user is locked.", MembershipState::Locked),
        ("unlock", "The user is unlocked.", MembershipState::Active),
        ("remove", "The user has been removed.", MembershipState::Removed),
        ("take-back", "The user has been restored.", MembershipState::Active),
    ];
    for (act, said, state) in steps {
        let page = browser.submit(&world.about(world.aino, act), &[("basic", "none")]).await;
        assert!(page.says(said), "{act}: {}", page.body);
        assert_eq!(world.member(world.kallio, world.aino).await.unwrap().state, state, "{act}");
        let again = browser.submit(&world.about(world.aino, act), &[("basic", "none")]).await;
        assert!(again.says("Nothing was changed"), "{act}: {}", again.body);
    }

    let elina = world.elina.to_string();
    assert_eq!(world.acts().await, vec![("user.state_set".to_owned(), elina); 4]);
    let told = world.service.count("SELECT count(*) FROM messages WHERE channel = 'email'").await;
    assert_eq!(told, 4);
    let history = browser.get(&world.about(world.aino, "history")).await;
    for text in ["User locked", "User removed", "User unlocked", "User restored", "Active → Locked", "Elina Saarinen"]
    {
        assert!(history.says(text), "{text}: {}", history.body);
    }
}

#[tokio::test]
async fn removing_somebody_from_their_basic_company_warns_and_offers_another_that_both_have() {
    let world = World::begin().await;
    let client = company(&world.service, "Asiakas Oy", CompanyKind::Business).await;
    engage(&world.service, world.rantanen, client).await;
    for other in [client, world.niemi] {
        join(&world.service, other, world.aino, &[Role::Employee]).await;
    }
    let mut browser = world.browser_of(MAIJA).await;
    let remove = world.about(world.aino, "remove");

    let page = browser.get(&remove).await;
    assert!(page.says("This is the basic company of Aino Virtanen."), "{}", page.body);
    assert!(page.says("Asiakas Oy"), "an office sees its clients");
    assert!(!page.says("Niemi Oy"), "what is not managed by who looks stays unknown");

    // Nothing chosen is nothing done, and what was not offered cannot be chosen.
    let silent = browser.submit(&remove, &[]).await;
    assert!(silent.says("Choose the basic company from now on."), "{}", silent.body);
    let elsewhere = browser.submit(&remove, &[("basic", &world.niemi.to_string())]).await;
    assert!(elsewhere.says("Nothing was changed"), "{}", elsewhere.body);
    assert_eq!(world.member(world.kallio, world.aino).await.unwrap().state, MembershipState::Active);

    browser.submit(&remove, &[("basic", &client.to_string())]).await;
    assert_eq!(world.member(world.kallio, world.aino).await.unwrap().state, MembershipState::Removed);
    assert!(world.member(client, world.aino).await.unwrap().basic);
    let events: Vec<String> = world.acts().await.into_iter().map(|(event, _)| event).collect();
    assert_eq!(events, ["user.basic_company_set", "user.state_set"]);
}

#[tokio::test]
async fn the_last_administrator_stays() {
    let world = World::begin().await;
    let mut niilo = world.browser_of(NIILO).await;
    let about = |act: &str| at(world.niemi, &format!("users/{}/{act}", world.niilo));

    for (act, fields) in [("lock", vec![]), ("remove", vec![("basic", "none")]), ("roles", vec![("role", "employee")])]
    {
        let page = niilo.submit(&about(act), &fields).await;
        assert!(page.says("This would leave nobody to manage the company."), "{act}: {}", page.body);
    }
    let still = world.member(world.niemi, world.niilo).await.unwrap();
    assert_eq!((still.state, still.roles), (MembershipState::Active, vec![Role::UserAdministrator]));
    assert_eq!(world.acts().await, [], "nothing was done");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_administrators_who_remove_each_other_at_once_one_stays() {
    let world = World::begin().await;
    let mikko = world.service.person(MIKKO).await;
    join(&world.service, world.niemi, mikko, &[Role::UserAdministrator]).await;
    let barrier = Arc::new(Barrier::new(2));
    let pairs = [(world.browser_of(NIILO).await, mikko), (world.browser_of(MIKKO).await, world.niilo)];

    let races = pairs.map(|(mut browser, other)| {
        let (barrier, remove) = (Arc::clone(&barrier), at(world.niemi, &format!("users/{other}/remove")));
        tokio::spawn(async move {
            barrier.wait().await;
            browser.post(&remove, &[("basic", "none")]).await.status
        })
    });
    for race in races {
        race.await.unwrap();
    }

    let left = [mikko, world.niilo].map(|person| users::find(&world.service.app.db, world.niemi, person));
    let mut active = 0;
    for member in left {
        active += i32::from(member.await.unwrap().unwrap().state == MembershipState::Active);
    }
    assert_eq!(active, 1);
    assert_eq!(world.acts().await.len(), 1, "who was removed removed nobody");
}

#[tokio::test]
async fn nobody_gives_or_takes_more_than_they_have() {
    let world = World::begin().await;
    let mikko = world.service.person(MIKKO).await;
    join(&world.service, world.rantanen, mikko, &[Role::UserAdministrator]).await;
    let mut browser = world.browser_of(MIKKO).await;
    let maija = |act: &str| at(world.rantanen, &format!("users/{}/{act}", world.maija));
    let own = |act: &str| at(world.rantanen, &format!("users/{mikko}/{act}"));

    for (path, fields) in [
        (maija("lock"), vec![]),
        (maija("remove"), vec![("basic", "none")]),
        (maija("roles"), vec![("role", "employee")]),
        (own("roles"), vec![("role", "main user"), ("role", "user administrator")]),
    ] {
        let page = browser.submit(&path, &fields).await;
        assert!(page.says("Only someone with more rights than yours can change this."), "{path}: {}", page.body);
    }
    assert_eq!(world.member(world.rantanen, world.maija).await.unwrap().roles, [Role::MainUser]);
    assert_eq!(world.member(world.rantanen, mikko).await.unwrap().roles, [Role::UserAdministrator]);
    assert!(!browser.get(&own("roles")).await.says("main user"), "it is not offered");

    // A main user is one of an accounting office alone.
    let mut maija = world.browser_of(MAIJA).await;
    let page = maija.submit(&world.about(world.aino, "roles"), &[("role", "main user")]).await;
    assert!(page.says("Only someone with more rights than yours"), "{}", page.body);
    let page = maija.submit(&world.about(world.aino, "roles"), &[("role", "user administrator")]).await;
    assert!(page.says("The roles have been changed."), "{}", page.body);
    assert_eq!(world.member(world.kallio, world.aino).await.unwrap().roles, [Role::UserAdministrator]);
}

#[tokio::test]
async fn roles_and_removal_ask_for_a_fresh_proof() {
    let world = World::begin().await;
    let mut browser = world.browser_of(ELINA).await;
    world.service.wait(6 * 60);

    for act in ["roles", "remove", "reset-second-factor"] {
        let asked = browser.open(&world.about(world.aino, act)).await;
        assert!(asked.path.starts_with("/sign-in/"), "{act}: {}", asked.path);
        let posted = browser.submit(&world.about(world.aino, act), &[("basic", "none")]).await;
        assert!(posted.path.starts_with("/sign-in/"), "{act}: {}", posted.path);
    }
    assert_eq!(world.acts().await, []);
    let list = browser.get(&at(world.kallio, "users")).await;
    assert_eq!(list.status, 200, "looking asks for nothing");
}

#[tokio::test]
async fn a_name_is_corrected_by_who_manages_the_basic_company_and_found_at_once() {
    let world = World::begin().await;
    join(&world.service, world.niemi, world.aino, &[Role::Employee]).await;
    let mut browser = world.browser_of(ELINA).await;
    let name = world.about(world.aino, "name");

    for bad in ["", "   ", &"a".repeat(101)] {
        let page = browser.submit(&name, &[("given_name", bad), ("family_name", "Virta")]).await;
        assert_eq!(page.status, 422);
        assert!(page.says("Type a given name"), "{}", page.body);
    }
    let page = browser.submit(&name, &[("given_name", "Aino-Maria"), ("family_name", "Virta")]).await;
    assert!(page.says("The name has been corrected in every application."), "{}", page.body);
    assert_eq!(people::find(&world.service.app.db, world.aino).await.unwrap().unwrap().name(), "Aino-Maria Virta");
    let mut elsewhere = world.browser_of(NIILO).await;
    let found = elsewhere.get(&format!("{}?typed=maria", at(world.niemi, "users"))).await;
    assert_eq!(super::names(&found), ["Aino-Maria Virta"]);

    // The other company sees the name, and does not change it.
    let there = at(world.niemi, &format!("users/{}/name", world.aino));
    assert_eq!(elsewhere.get(&there).await.status, 404);
    let page = elsewhere.post(&there, &[("given_name", "Somebody"), ("family_name", "Else")]).await;
    assert_eq!(page.status, 404);
    assert_eq!(people::find(&world.service.app.db, world.aino).await.unwrap().unwrap().name(), "Aino-Maria Virta");
}

#[tokio::test]
async fn about_a_person_of_another_company_there_is_nothing() {
    let world = World::begin().await;
    let mut browser = world.browser_of(ELINA).await;

    for person in [world.niilo.to_string(), "0197c0de-0000-7000-8000-000000000000".to_owned(), "x".to_owned()] {
        for page in ["", "/communication", "/access-rights", "/sign-in", "/history", "/name", "/roles", "/remove"] {
            let path = at(world.kallio, &format!("users/{person}{page}"));
            assert_eq!(browser.get(&path).await.status, 404, "{path}");
        }
        for act in [
            "name",
            "roles",
            "lock",
            "unlock",
            "remove",
            "take-back",
            "communication",
            "reset-second-factor",
            "sessions/end-all",
            "access-rights/profile",
        ] {
            let path = at(world.kallio, &format!("users/{person}/{act}"));
            let page = browser.post(&path, &[("given_name", "A"), ("basic", "none")]).await;
            assert_eq!(page.status, 404, "{path}");
        }
    }
    // Nor by the address of a company that is not theirs.
    let path = at(world.niemi, &format!("users/{}/lock", world.niilo));
    assert_eq!(browser.post(&path, &[]).await.status, 404);
    assert_eq!(world.acts().await, []);
    assert_eq!(world.member(world.niemi, world.niilo).await.unwrap().state, MembershipState::Active);
}

#[tokio::test]
async fn an_office_that_manages_no_more_changes_nothing_more() {
    let world = World::begin().await;
    let mut browser = world.browser_of(MAIJA).await;
    assert_eq!(browser.get(&world.about(world.aino, "")).await.status, 200);

    let (office, client) = (world.rantanen, world.kallio);
    let ended: Result<_, salpa::platform::db::Error> = world
        .service
        .app
        .db
        .write(move |tx| Box::pin(async move { companies::disengage(tx, office, client).await }))
        .await;
    ended.unwrap();

    assert_eq!(browser.post(&world.about(world.aino, "lock"), &[]).await.status, 404);
    assert_eq!(world.member(world.kallio, world.aino).await.unwrap().state, MembershipState::Active);
}

#[tokio::test]
async fn a_lock_ends_the_sessions_of_its_people_and_says_so_beforehand() {
    let world = World::begin().await;
    let mut aino = world.browser_of(AINO).await;
    let mut elina = world.browser_of(ELINA).await;
    let page = elina.get(&world.about(world.aino, "")).await;
    assert!(page.says("Locking ends every session at once, and Aino Virtanen can sign in nowhere"), "{}", page.body);

    elina.submit(&world.about(world.aino, "lock"), &[]).await;

    assert_eq!(aino.open("/account").await.title(), "Sign in");
    let page = elina.get(&world.about(world.aino, "sign-in")).await;
    assert!(page.says("No open sessions") && page.says("All were ended when the user was locked."), "{}", page.body);
}
