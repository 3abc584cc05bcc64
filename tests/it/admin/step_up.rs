//! A fresh proof within a session: the page names the person, the reason and the application, asks for one proof where
//! one is enough, and nothing typed is lost.

use salpa::directory::users::Role;
use salpa::platform::db::Reads;
use salpa::sign_in::policies::SecondFactor;
use salpa::values;

use super::{AINO, ELINA, World, at};
use crate::support::{MIKKO, code_at};

const CODE_PAGE: &str = "Enter the code from your authenticator app";

#[tokio::test]
async fn the_console_asks_an_administrator_for_the_code_alone_and_says_why() {
    let world = World::begin().await;
    let mut elina = world.browser_of(ELINA).await;
    for (page, reason) in [
        (at(world.kallio, "users/new"), "To add a user, confirm that it is you."),
        (at(world.kallio, "users/import"), "To import users, confirm that it is you."),
        (world.about(world.aino, "roles"), "To change a user's roles, confirm that it is you."),
        (world.about(world.aino, "reset-second-factor"), "To change how a user signs in, confirm that it is you."),
        (at(world.kallio, "applications/profiles/new"), "To change applications and profiles, confirm that it is you."),
    ] {
        world.service.wait(6 * 60);
        let asked = elina.open(&page).await;
        assert_eq!(asked.title(), CODE_PAGE, "one proof, and none of what is in the head: {page}");
        assert!(asked.says(reason), "{reason}: {}", asked.text());
        assert!(asked.says("Elina Saarinen") && asked.says(ELINA.email), "{}", asked.text());
        assert!(asked.says("Administrator console"), "{}", asked.text());
        let code = code_at(ELINA.seed.unwrap(), world.service.now());
        let back = elina.submit(&format!("{}/code", asked.sign_in()), &[("code", &code)]).await;
        assert_eq!(back.path, page, "and right back");
    }
}

#[tokio::test]
async fn a_person_without_a_second_factor_proves_the_password() {
    let world = World::begin().await;
    let mikko = world.service.person(MIKKO).await;
    super::join(&world.service, world.kallio, mikko, &[Role::UserAdministrator]).await;
    let mut browser = world.browser_of(MIKKO).await;
    world.service.wait(6 * 60);
    let asked = browser.open(&at(world.kallio, "users/new")).await;
    assert_eq!(asked.title(), "Confirm that it is you", "{}", asked.body);
    assert!(asked.says("To add a user, confirm that it is you."), "{}", asked.text());
    let back = browser.submit(&format!("{}/password", asked.sign_in()), &[("password", MIKKO.password)]).await;
    assert_eq!(back.path, at(world.kallio, "users/new"));
}

#[tokio::test]
async fn a_stolen_session_with_the_password_changes_nothing_in_the_console() {
    let world = World::begin().await;
    let mut thief = world.browser_of(ELINA).await;
    world.service.wait(6 * 60);
    let asked = thief.open(&at(world.kallio, "users/new")).await;
    // The other way is offered to nobody who has a possession to prove.
    let sign_in = asked.sign_in();
    thief.submit(&format!("{sign_in}/use/password"), &[]).await;
    thief.submit(&format!("{sign_in}/password"), &[("password", ELINA.password)]).await;
    let fields = [("email", "thief@evil.example"), ("given_name", "Thief"), ("role", "user_administrator")];
    let sent = thief.post(&at(world.kallio, "users/new"), &fields).await;
    assert!(sent.location().is_some_and(|to| to.starts_with("/sign-in/")), "{:?}", sent.location());
    let sql = "SELECT count(*) FROM people WHERE email = 'thief@evil.example'";
    assert_eq!(world.service.count(sql).await, 0);
}

#[tokio::test]
async fn my_sign_in_asks_for_both_proofs_and_keeps_what_was_typed() {
    let world = World::begin().await;
    for (form, field, typed, reason) in [
        ("/account/email", "email", "aino@laine.example", "To change your sign-in email, confirm that it is you."),
        (
            "/account/communication-email",
            "email",
            "own@laine.example",
            "To change where codes and notices go, confirm that it is you.",
        ),
        (
            "/account/communication-phone",
            "phone",
            "+358 40 1234567",
            "To change where codes and notices go, confirm that it is you.",
        ),
    ] {
        let mut aino = world.browser_of(AINO).await;
        world.service.wait(6 * 60);
        let asked = aino.submit(form, &[(field, typed)]).await;
        assert_eq!(asked.title(), "Confirm that it is you", "{form}");
        assert!(asked.says(reason) && asked.says("Aino Virtanen") && asked.says("My sign-in"), "{}", asked.text());
        let sign_in = asked.sign_in();
        let page = aino.submit(&format!("{sign_in}/password"), &[("password", AINO.password)]).await;
        assert_eq!(page.title(), CODE_PAGE, "a thief with the password changes nothing");
        let code = code_at(AINO.seed.unwrap(), world.service.now());
        let back = aino.submit(&format!("{sign_in}/code"), &[("code", &code)]).await;
        let kept = back.body.replace("&#43;", "+");
        assert!(kept.contains(&format!("value=\"{typed}\"")), "{form}: {}", back.body);
    }
    assert_eq!(
        world.service.count("SELECT count(*) FROM messages WHERE channel = 'email'").await,
        0,
        "no link is sent"
    );
}

#[tokio::test]
async fn an_application_that_asks_anew_is_named() {
    let world = World::begin().await;
    let books = world.service.application("Books", SecondFactor::Optional).await;
    world.open(books.application.id).await;
    let mut aino = world.browser_of(AINO).await;
    world.service.wait(61);
    let asked = aino.open(&books.authorize(&[("max_age", "60")])).await;
    assert_eq!(asked.title(), "Confirm that it is you", "{}", asked.body);
    assert!(asked.says("Books asks you to confirm that it is you."), "{}", asked.text());
    assert!(asked.says("Aino Virtanen"), "{}", asked.text());
}

#[tokio::test]
async fn an_idle_session_tells_nobody_whose_it_was() {
    let world = World::begin().await;
    let mut elina = world.browser_of(ELINA).await;
    world.service.wait(9 * 60 * 60);
    let asked = elina.open(&at(world.kallio, "users/new")).await;
    assert!(!asked.says("Elina Saarinen") && !asked.says("To add a user"), "{}", asked.text());
}

/// The pages of the console that do not exist lead on to those that do, for its administrators alone.
#[tokio::test]
async fn a_page_that_does_not_exist_leads_on_to_the_sections() {
    let world = World::begin().await;
    let mut elina = world.browser_of(ELINA).await;
    let nobody = "0197c0de-0000-7000-8000-000000000001";
    for page in ["nowhere", "users/nobody/here/at/all", &format!("users/{nobody}"), &format!("status/{nobody}")] {
        let missing = elina.get(&at(world.kallio, page)).await;
        assert_eq!(missing.status, 404, "{page}");
        assert!(missing.says("Kallio & Laine Oy"), "{page}: {}", missing.text());
        for section in ["overview", "users", "employees", "policies", "history", "company"] {
            let link = format!("href=\"{}\"", at(world.kallio, section));
            assert!(missing.body.contains(&link), "{page}: {section}: {}", missing.body);
        }
    }
    for mut stranger in [world.browser_of(AINO).await, world.browser_of(super::NIILO).await] {
        for page in ["nowhere", &format!("users/{nobody}"), "users"] {
            let missing = stranger.get(&at(world.kallio, page)).await;
            assert_eq!(missing.status, 404, "{page}");
            assert!(
                !missing.says("Kallio & Laine Oy") && !missing.body.contains("href=\"/admin/"),
                "{page}: {}",
                missing.body
            );
        }
    }
    let unknown = world.service.browser().open(&at(world.kallio, "nowhere")).await;
    assert!(unknown.path.starts_with("/sign-in/"), "the same as for a page that exists: {}", unknown.path);
    let read = "SELECT count(*) FROM sign_ins WHERE return_to = ?1";
    let kept: i64 =
        world.service.app.db.one(read, values![&at(world.kallio, "nowhere")], |row| row.get(0)).await.unwrap();
    assert_eq!(kept, 1);
}

#[tokio::test]
async fn help_answers_what_the_page_raises() {
    let world = World::begin().await;
    let mut elina = world.browser_of(ELINA).await;
    let list = elina.get(&at(world.kallio, "policies")).await;
    assert!(
        list.body.contains(&format!("href=\"/help?return_to=%2Fadmin%2F{}%2Fpolicies", world.kallio)),
        "{}",
        list.body
    );
    for (page, title, first) in [
        (at(world.kallio, "policies"), "Help with the administrator console", "When is a second factor asked for?"),
        (at(world.kallio, "users/import"), "Help with the administrator console", "How do I import users?"),
        (world.about(world.aino, "sign-in"), "Help with the administrator console", "A user has lost their phone"),
        ("/account/history".to_owned(), "Help with My sign-in", "What is My sign-in?"),
        ("/sign-in/x".to_owned(), "Help with signing in", "Is this the right page?"),
    ] {
        let help = world.service.browser().open(&format!("/help?return_to={page}")).await;
        assert_eq!(help.title(), title, "{page}");
        let question = help.body.split("<h2>").nth(1).unwrap().split('<').next().unwrap().to_owned();
        assert_eq!(question, first, "{page}");
        assert!(help.body.contains(&format!("href=\"{page}\"")), "the way back: {page}");
    }
}
