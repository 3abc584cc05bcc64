//! Adding users, and taking the list away as a file.

use salpa::directory::people::{self, Email};
use salpa::directory::users::{Role, State};

use super::{ELINA, NIILO, World, at, names};
use crate::support::{Browser, Page};

async fn add(browser: &mut Browser, world: &World, fields: &[(&str, &str)]) -> Page {
    let mut all = vec![("email", "priya.raman@raman.example"), ("given_name", "Priya"), ("family_name", "Raman")];
    all.retain(|(name, _)| !fields.iter().any(|(changed, _)| changed == name));
    all.extend_from_slice(fields);
    browser.submit(&at(world.kallio, "users/new"), &all).await
}

#[tokio::test]
async fn somebody_new_is_added_and_told_and_makes_a_password_of_their_own() {
    let world = World::begin().await;
    let mut elina = world.browser_of(ELINA).await;
    assert_eq!(elina.get(&at(world.kallio, "users/new")).await.title(), "Add user");

    let page = add(&mut elina, &world, &[("role", "employee"), ("language", "fi")]).await;

    assert_eq!(page.title(), "Priya Raman");
    assert!(page.says("The user has been added and told by email."), "{}", page.body);
    let email = Email::parse("priya.raman@raman.example").unwrap();
    let priya = people::find_by_email(&world.service.app.db, &email).await.unwrap().unwrap();
    assert_eq!((priya.language.as_str(), priya.email_confirmed_at), ("fi", None), "nobody has read mail there yet");
    let member = world.member(world.kallio, priya.id).await.unwrap();
    assert_eq!((member.roles, member.basic), (vec![Role::Employee], true));
    assert_eq!(world.acts().await, [("user.added".to_owned(), world.elina.to_string())]);
    assert_eq!(world.service.count("SELECT count(*) FROM messages").await, 1);
    assert!(!page.body.contains("password"), "nobody chooses it for them");
    let list = elina.get(&format!("{}?filter=never_signed_in&typed=raman", at(world.kallio, "users"))).await;
    assert_eq!(names(&list), ["Priya Raman"]);
}

#[tokio::test]
async fn somebody_with_a_profile_keeps_it_and_the_answer_is_the_same() {
    let world = World::begin().await;
    let mut elina = world.browser_of(ELINA).await;
    let typed =
        [("email", "Niilo@Niemi.example"), ("given_name", "Not"), ("family_name", "Hisname"), ("role", "employee")];

    let page = add(&mut elina, &world, &typed).await;

    assert!(page.says("The user has been added and told by email."), "{}", page.body);
    assert_eq!(people::find(&world.service.app.db, world.niilo).await.unwrap().unwrap().name(), "Niilo Niemi");
    let member = world.member(world.kallio, world.niilo).await.unwrap();
    assert!(!member.basic, "their basic company stays");
    let again = add(&mut elina, &world, &typed).await;
    assert!(again.says("This person is a user of the company already."), "{}", again.body);
    assert_eq!(again.status, 422);

    // Who takes somebody in does not thereby reach their profile.
    assert_eq!(elina.post(&world.about(world.niilo, "reset-second-factor"), &[]).await.status, 404);
    let mut niilo = world.browser_of(NIILO).await;
    assert_eq!(niilo.get(&at(world.kallio, "users")).await.status, 404, "an employee manages nothing");
}

#[tokio::test]
async fn who_was_removed_is_added_again_without_the_roles_of_then() {
    let world = World::begin().await;
    let mut elina = world.browser_of(ELINA).await;
    elina.submit(&world.about(world.aino, "roles"), &[("role", "user administrator")]).await;
    elina.submit(&world.about(world.aino, "remove"), &[("basic", "none")]).await;

    let page = add(&mut elina, &world, &[("email", "aino.virtanen@kallio.example"), ("role", "employee")]).await;

    assert!(page.says("The user has been added"), "{}", page.body);
    let member = world.member(world.kallio, world.aino).await.unwrap();
    assert_eq!((member.state, member.roles), (State::Active, vec![Role::Employee]));
}

#[tokio::test]
async fn what_was_typed_wrong_comes_back_with_what_is_wrong() {
    let world = World::begin().await;
    let mut elina = world.browser_of(ELINA).await;

    for (field, value, said) in [
        ("email", "", "Type an email address"),
        ("email", "priya", "Type an email address"),
        ("email", "a b@c.example", "Type an email address"),
        ("given_name", "", "Type a given name."),
        ("role", "main user", "Somebody with more rights than yours"),
    ] {
        let page = add(&mut elina, &world, &[(field, value)]).await;
        assert_eq!(page.status, 422, "{field} {value}");
        assert!(page.says(said), "{field}: {}", page.body);
        assert!(page.body.contains("Raman"), "what was typed is kept");
    }
    assert_eq!(world.acts().await, []);
    // An unknown role is none, and an unknown profile gives nothing.
    let page = add(&mut elina, &world, &[("role", "root"), ("profile", "x"), ("language", "xx")]).await;
    assert!(page.says("The user has been added"), "{}", page.body);
}

#[tokio::test]
async fn an_administrative_role_is_given_after_a_fresh_proof_alone() {
    let world = World::begin().await;
    let mut elina = world.browser_of(ELINA).await;
    world.service.wait(6 * 60);

    let asked = add(&mut elina, &world, &[("role", "user administrator")]).await;

    assert!(asked.path.starts_with("/sign-in/"), "{}", asked.path);
    assert_eq!(world.acts().await, []);
    let page = add(&mut elina, &world, &[("role", "employee")]).await;
    assert!(page.says("The user has been added"), "{}", page.body);
}

#[tokio::test]
async fn nobody_goes_through_addresses_to_see_who_has_a_profile() {
    let world = World::begin().await;
    let mut elina = world.browser_of(ELINA).await;

    let mut last = None;
    for number in 0..=200 {
        let email = format!("person{number}@kallio.example");
        last = Some(add(&mut elina, &world, &[("email", &email)]).await);
    }

    let last = last.unwrap();
    assert_eq!(last.status, 429, "{}", last.body);
    assert_eq!(world.acts().await.len(), 200);
}

#[tokio::test]
async fn the_export_has_every_user_and_no_formula() {
    let world = World::begin().await;
    let mut elina = world.browser_of(ELINA).await;
    add(&mut elina, &world, &[("given_name", "=HYPERLINK(\"x\")")]).await;

    let file = elina.post(&at(world.kallio, "users/export"), &[]).await;

    assert_eq!(file.headers["content-type"], "text/csv; charset=utf-8");
    assert!(file.headers["content-disposition"].to_str().unwrap().starts_with("attachment"));
    assert_eq!(file.body.lines().count(), 4, "{}", file.body);
    assert!(file.body.contains("\"'=HYPERLINK(\"\"x\"\") Raman\""), "{}", file.body);
    assert!(!file.body.contains("Niilo"), "of another company");
    assert_eq!(world.acts().await.last().unwrap().0, "company.users_exported");
    let mut niilo = world.browser_of(NIILO).await;
    assert_eq!(niilo.post(&at(world.kallio, "users/export"), &[]).await.status, 404);
}
