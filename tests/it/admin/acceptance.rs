//! Somebody who has a profile already is added: until they accept, the company learns nothing about them.

use salpa::directory::people;
use salpa::directory::users::{self, MembershipState, Role};
use serde_json::json;

use super::{ELINA, NIILO, World, at, names};
use crate::support::{Browser, Page};

/// Elina of Kallio adds Niilo of another company, under a name that she made up.
async fn add_niilo(world: &World, elina: &mut Browser, role: &str) -> Page {
    let typed = [("email", NIILO.email), ("given_name", "Somebody"), ("family_name", "Unseen"), ("role", role)];
    elina.submit(&at(world.kallio, "users/new"), &typed).await
}

#[tokio::test]
async fn a_company_learns_nothing_about_somebody_until_they_accept() {
    let world = World::begin().await;
    let mut elina = world.browser_of(ELINA).await;
    add_niilo(&world, &mut elina, "employee").await;

    let export = elina.post(&at(world.kallio, "users/export"), &[]).await;
    let user = format!("users/{}", world.niilo);
    let mut pages = vec![export];
    for page in ["users", "users?typed=niilo", "users?filter=pending", &user] {
        pages.push(elina.get(&at(world.kallio, page)).await);
    }
    for page in ["access-rights", "sign-in", "communication", "history"] {
        pages.push(elina.get(&world.about(world.niilo, page)).await);
    }
    pages.push(elina.get(&at(world.kallio, "history")).await);
    pages.push(elina.get(&at(world.kallio, "history?typed=unseen")).await);
    for page in &pages {
        assert!(!page.body.contains("Niilo"), "{}: {}", page.path, page.body);
    }
    assert_eq!(names(&pages[1]).iter().filter(|name| *name == "Somebody Unseen").count(), 1);
    assert_eq!(names(&pages[2]), ["Somebody Unseen"], "found by the email that was typed");
    assert_eq!(names(&pages[3]), ["Somebody Unseen"]);
    assert!(pages[4].says("Not accepted yet"), "{}", pages[4].body);
    assert!(pages[6].says("Not known until they accept"), "not even a factor: {}", pages[6].body);

    let program = world.service.program_of(world.kallio).await;
    let company = format!("/api/v1/companies/{}", world.kallio);
    let told = program.get(&format!("{company}/users/{}", world.niilo)).await.fine(200);
    assert_eq!((told["name"].as_str(), told["state"].as_str()), (Some("Somebody Unseen"), Some("pending")));
    program.get(&format!("{company}/people/{}", world.niilo)).await.refused(404, "not-found");
    // A guess at the name is answered like every other one.
    for (given_name, family_name) in [("Niilo", "Niemi"), ("Not", "Hisname")] {
        let guess = json!({ "given_name": given_name, "family_name": family_name });
        let told = program.patch(&format!("{company}/people/{}", world.niilo), guess).await;
        told.refused(403, "foreign-profile");
    }
    let directory = world.service.directory(world.kallio).await;
    let told = directory.get(&format!("Users/{}", world.niilo)).await.fine(200);
    assert_eq!((told["displayName"].as_str(), told["active"].as_bool()), (Some("Somebody Unseen"), Some(true)));
    assert!(!told.to_string().contains("Niilo"), "{told}");
}

#[tokio::test]
async fn the_person_is_asked_and_accepts_in_my_sign_in() {
    let world = World::begin().await;
    let mut elina = world.browser_of(ELINA).await;
    add_niilo(&world, &mut elina, "employee").await;
    let letter = world.service.letter(NIILO.email).await;
    assert_eq!(letter.subject, "Kallio & Laine Oy has invited you");
    let mut niilo = world.browser_of(NIILO).await;
    let account = niilo.get("/account").await;
    assert!(account.says("Companies that have invited you") && account.says("Kallio & Laine Oy"), "{}", account.body);

    let page = niilo.submit(&format!("/account/companies/{}/accept", world.kallio), &[]).await;

    assert!(page.says("You are a user of that company now."), "{}", page.body);
    assert!(!page.says("Companies that have invited you"));
    let member = world.member(world.kallio, world.niilo).await.unwrap();
    assert_eq!((member.state, member.name.as_str(), member.basic), (MembershipState::Active, "Niilo Niemi", false));
    let found = elina.get(&at(world.kallio, "users?typed=niilo")).await;
    assert_eq!(names(&found), ["Niilo Niemi"]);
    assert!(elina.get(&world.about(world.niilo, "history")).await.says("Accepted the invitation"));
    let again = niilo.post(&format!("/account/companies/{}/accept", world.kallio), &[]).await;
    assert_eq!(again.status, 404, "nothing waits any more");
}

#[tokio::test]
async fn somebody_who_declines_is_removed_and_stays_unknown() {
    let world = World::begin().await;
    let mut elina = world.browser_of(ELINA).await;
    add_niilo(&world, &mut elina, "employee").await;
    let mut niilo = world.browser_of(NIILO).await;

    let page = niilo.submit(&format!("/account/companies/{}/decline", world.kallio), &[]).await;

    assert!(page.says("You declined."), "{}", page.body);
    let member = world.member(world.kallio, world.niilo).await.unwrap();
    assert_eq!((member.state, member.name.as_str()), (MembershipState::Removed, "Somebody Unseen"));
    let declined =
        "SELECT count(*) FROM history WHERE event = 'user.declined' AND network IS NULL AND user_agent IS NULL";
    assert_eq!(world.service.count(declined).await, 1, "the company does not learn from where");
    // Taken back, they wait once more.
    let mut elina = world.browser_of(ELINA).await;
    elina.submit(&world.about(world.niilo, "take-back"), &[]).await;
    assert_eq!(world.member(world.kallio, world.niilo).await.unwrap().state, MembershipState::Pending);
}

#[tokio::test]
async fn locking_and_unlocking_is_no_acceptance() {
    let world = World::begin().await;
    let mut elina = world.browser_of(ELINA).await;
    add_niilo(&world, &mut elina, "user administrator").await;

    elina.submit(&world.about(world.niilo, "lock"), &[]).await;
    assert_eq!(world.member(world.kallio, world.niilo).await.unwrap().state, MembershipState::Locked);
    elina.submit(&world.about(world.niilo, "unlock"), &[]).await;

    assert_eq!(world.member(world.kallio, world.niilo).await.unwrap().state, MembershipState::Pending);
    let mut niilo = world.browser_of(NIILO).await;
    assert_eq!(niilo.get(&at(world.kallio, "users")).await.status, 404, "a role that waits manages nothing");
    let declined = niilo.post(&format!("/account/companies/{}/accept", world.rantanen), &[]).await;
    assert_eq!(declined.status, 404, "a company that did not ask is not joined");
}

#[tokio::test]
async fn a_role_that_another_company_gives_counts_once_it_is_accepted() {
    let world = World::begin().await;
    let mut elina = world.browser_of(ELINA).await;
    let name = world.about(world.aino, "name");
    // Niilo's company makes Aino its administrator, and she knows nothing of it.
    let mut niilo = world.browser_of(NIILO).await;
    let typed = [("email", "aino.virtanen@kallio.example"), ("given_name", "Aino"), ("role", "user administrator")];
    niilo.submit(&at(world.niemi, "users/new"), &typed).await;
    assert_eq!(elina.get(&name).await.status, 200, "her own administrators lose nothing by it");

    let mut aino = world.browser_of(crate::support::AINO).await;
    aino.submit(&format!("/account/companies/{}/accept", world.niemi), &[]).await;
    assert_eq!(elina.get(&name).await.status, 404, "she may do more than they may now, by her own will");
}

#[tokio::test]
async fn a_role_that_is_given_later_counts_once_it_is_used() {
    let world = World::begin().await;
    super::join(&world.service, world.niemi, world.aino, &[Role::Employee]).await;
    let mut niilo = world.browser_of(NIILO).await;
    let role = [("role", "user administrator")];
    niilo.submit(&format!("{}/roles", at(world.niemi, &format!("users/{}", world.aino))), &role).await;
    assert_eq!(world.member(world.niemi, world.aino).await.unwrap().roles, [Role::UserAdministrator]);
    let mut elina = world.browser_of(ELINA).await;
    let name = world.about(world.aino, "name");
    assert_eq!(elina.get(&name).await.status, 200);

    let mut aino = world.browser_of(crate::support::AINO).await;
    let new = [("email", "new@niemi.example"), ("given_name", "New"), ("role", "employee")];
    aino.submit(&at(world.niemi, "users/new"), &new).await;
    assert_eq!(elina.get(&name).await.status, 404);
}

#[tokio::test]
async fn an_employee_with_a_profile_of_another_company_is_shown_as_typed() {
    let world = World::begin().await;
    let program = world.service.program_of(world.kallio).await;
    let employees = format!("/api/v1/companies/{}/employees", world.kallio);
    let new = json!({ "email": NIILO.email, "given_name": "Somebody", "family_name": "Unseen" });

    let told = program.post(&employees, new).await.fine(201);

    assert_eq!(told["name"], "Somebody Unseen");
    let listed = program.get(&employees).await.fine(200);
    assert!(!listed.to_string().contains("Niilo"), "{listed}");
    let person = format!("/api/v1/companies/{}/people/{}", world.kallio, world.niilo);
    program.get(&person).await.refused(404, "not-found");
    program.delete(&format!("{employees}/{}", world.niilo)).await.fine(204);
    let mut elina = world.browser_of(ELINA).await;
    let history = elina.get(&at(world.kallio, "history")).await;
    assert!(!history.body.contains("Niilo"), "not even once they are off the listing: {}", history.body);
    assert_eq!(people::find(&world.service.app.db, world.niilo).await.unwrap().unwrap().name(), "Niilo Niemi");
    assert!(users::find(&world.service.app.db, world.kallio, world.niilo).await.unwrap().is_none());
}
