//! Acts of a basic company's administrator on a person's sign-in, and their refusal to every other administrator.

use salpa::directory::contacts;
use salpa::directory::people;
use salpa::directory::users::Role;
use salpa::platform::db::Reads;
use salpa::proofs::totp;

use super::{ELINA, MAIJA, NIILO, World, at, join};
use crate::support::{AINO, MIKKO};

#[tokio::test]
async fn a_lost_second_factor_is_reset_and_every_session_ends_with_it() {
    let world = World::begin().await;
    let mut aino = world.browser_of(AINO).await;
    let mut elina = world.browser_of(ELINA).await;
    let tab = elina.get(&world.about(world.aino, "sign-in")).await;
    assert!(tab.says("Authenticator app") && tab.says("Recovery code"), "{}", tab.body);
    assert!(!tab.body.contains(AINO.seed.unwrap()));

    let reset = world.about(world.aino, "reset-second-factor");
    let asked = elina.get(&reset).await;
    assert!(asked.says("Make sure that it is Aino Virtanen who is asking."), "{}", asked.body);
    let done = elina.submit(&reset, &[]).await;

    assert!(done.says("The second factor has been reset"), "{}", done.body);
    assert!(totp::of_person(&world.service.app.db, world.aino).await.unwrap().is_empty());
    assert!(aino.open("/account").await.path.starts_with("/sign-in/"), "signed out");
    assert_eq!(elina.get("/account").await.status, 200, "who did it stays");
    assert_eq!(world.acts().await.first().unwrap(), &("person.second_step_reset".to_owned(), world.elina.to_string()));
    assert_eq!(world.service.count("SELECT count(*) FROM messages WHERE channel = 'email'").await, 1);
}

#[tokio::test]
async fn one_session_or_all_of_them_are_ended() {
    let world = World::begin().await;
    let mut first = world.browser_of(AINO).await;
    let mut second = world.browser_of(AINO).await;
    let mut elina = world.browser_of(ELINA).await;
    let tab = elina.get(&world.about(world.aino, "sign-in")).await;
    let end = tab.body.split("/end\"").next().unwrap().rsplit("action=\"").next().unwrap().to_owned() + "/end";

    let page = elina.submit(&end, &[]).await;
    assert!(page.says("The session has ended."), "{}", page.body);
    let left = [first.get("/account").await.status, second.get("/account").await.status];
    assert_eq!(left.iter().filter(|status| **status == 200).count(), 1);
    assert_eq!(elina.submit(&end, &[]).await.status, 404, "it has ended");

    let all = world.about(world.aino, "sessions/end-all");
    assert!(elina.submit(&all, &[]).await.says("Every session has ended."));
    assert!(elina.submit(&all, &[]).await.says("Nothing was changed"));
    for browser in [&mut first, &mut second] {
        assert_ne!(browser.get("/account").await.status, 200);
    }

    // A session of somebody else, put into the address, is none.
    let own: String = world
        .service
        .app
        .db
        .one("SELECT id FROM sessions WHERE ended_at IS NULL LIMIT 1", &[], |row| row.get(0))
        .await
        .unwrap();
    assert_eq!(elina.submit(&world.about(world.aino, &format!("sessions/{own}/end")), &[]).await.status, 404);
    assert_eq!(elina.get("/account").await.status, 200);
}

#[tokio::test]
async fn an_administrator_of_another_company_sees_and_changes_nothing_of_the_profile() {
    let world = World::begin().await;
    join(&world.service, world.niemi, world.aino, &[Role::Employee]).await;
    let mut aino = world.browser_of(AINO).await;
    let mut niilo = world.browser_of(NIILO).await;
    let about = |page: &str| at(world.niemi, &format!("users/{}/{page}", world.aino));

    let tab = niilo.get(&about("sign-in")).await;
    assert!(tab.says("Only an administrator of the person's basic company can change this."), "{}", tab.body);
    assert!(!tab.says("Sessions") && !tab.says("Chrome"), "{}", tab.body);
    let tab = niilo.get(&about("communication")).await;
    assert!(tab.says("Only an administrator of the person's basic company can change this."), "{}", tab.body);
    for act in ["reset-second-factor", "sessions/end-all", "communication"] {
        let page = niilo.post(&about(act), &[("phone", "+358 40 1234567"), ("language", "fi")]).await;
        assert_eq!(page.status, 404, "{act}");
    }
    assert_eq!(aino.get("/account").await.status, 200);
    assert_eq!(totp::of_person(&world.service.app.db, world.aino).await.unwrap().len(), 1);
    assert_eq!(contacts::of_person(&world.service.app.db, world.aino).await.unwrap().phone, None);
    assert_eq!(world.acts().await, []);
}

#[tokio::test]
async fn nobody_takes_over_somebody_who_may_do_more() {
    let world = World::begin().await;
    let mikko = world.service.person(MIKKO).await;
    join(&world.service, world.rantanen, mikko, &[Role::UserAdministrator]).await;
    // Aino's basic company is Kallio & Laine; elsewhere she administers what Elina does not.
    join(&world.service, world.niemi, world.aino, &[Role::UserAdministrator]).await;

    let mut browser = world.browser_of(MIKKO).await;
    let path = at(world.rantanen, &format!("users/{}/reset-second-factor", world.maija));
    assert_eq!(browser.post(&path, &[]).await.status, 404, "a main user of the same office");
    let mut elina = world.browser_of(ELINA).await;
    let path = world.about(world.aino, "name");
    let named = elina.post(&path, &[("given_name", "Eve"), ("family_name", "")]).await;
    assert_eq!(named.status, 404, "an administrator of another company");
    assert_eq!(totp::of_person(&world.service.app.db, world.maija).await.unwrap().len(), 1);
}

#[tokio::test]
async fn a_role_that_another_company_gives_shields_nobody_from_their_own_administrators() {
    let world = World::begin().await;
    join(&world.service, world.niemi, world.aino, &[Role::UserAdministrator]).await;
    let mut elina = world.browser_of(ELINA).await;

    assert!(elina.get(&world.about(world.aino, "sign-in")).await.says("Reset second factor"));
    assert_eq!(elina.post(&world.about(world.aino, "sessions/end-all"), &[]).await.status, 303);
    let reset = elina.post(&world.about(world.aino, "reset-second-factor"), &[]).await;

    assert_eq!(reset.location(), Some(format!("{}?done=reset", world.about(world.aino, "sign-in"))));
    assert!(totp::of_person(&world.service.app.db, world.aino).await.unwrap().is_empty());
}

#[tokio::test]
async fn ones_own_profile_is_changed_in_my_sign_in_alone() {
    let world = World::begin().await;
    let mut elina = world.browser_of(ELINA).await;

    for tab in ["sign-in", "communication"] {
        let page = elina.get(&world.about(world.elina, tab)).await;
        assert!(page.says("This is your own profile."), "{tab}: {}", page.body);
    }
    for act in ["reset-second-factor", "communication", "name"] {
        let page = elina.post(&world.about(world.elina, act), &[("given_name", "E"), ("phone", "+358401234567")]).await;
        assert_eq!(page.status, 404, "{act}");
    }
}

#[tokio::test]
async fn a_phone_is_set_after_a_fresh_proof_and_its_person_is_told() {
    let world = World::begin().await;
    let mut maija = world.browser_of(MAIJA).await;
    let tab = world.about(world.aino, "communication");

    for (typed, said) in [
        ("040 1234567", "The number has to begin with a plus and the country code."),
        ("+358-40-1234567", "no dots, dashes or brackets"),
        ("+358 040 1234567", "Leave it out."),
        ("+999 1", "There is no such phone number."),
        ("+358 9 4245 0110", "This is not a mobile number."),
    ] {
        let page = maija.submit(&tab, &[("phone", typed), ("language", "en")]).await;
        assert_eq!(page.status, 422, "{typed}");
        assert!(page.says(said), "{typed}: {}", page.body);
    }
    assert!(maija.submit(&tab, &[("phone", "+358-40-1234567")]).await.says("+358 40 1234567"), "the form to use");

    let page = maija.submit(&tab, &[("phone", "+358 40 1234567"), ("language", "fi")]).await;
    assert!(page.says("Saved."), "{}", page.body);
    assert!(page.says("An administrator set it."), "{}", page.body);
    let found = contacts::of_person(&world.service.app.db, world.aino).await.unwrap();
    assert_eq!(found.phone.unwrap().number.as_str(), "+358401234567");
    assert_eq!(people::find(&world.service.app.db, world.aino).await.unwrap().unwrap().language, "fi");
    let events: Vec<String> = world.acts().await.into_iter().map(|(event, _)| event).collect();
    assert_eq!(events, ["person.communication_phone_set", "person.language_changed"]);

    // The number that is there is not taken away by an empty field.
    let page = maija.submit(&tab, &[("phone", " "), ("language", "fi")]).await;
    assert!(page.says("Type a phone number to continue."), "{}", page.body);

    world.service.wait(6 * 60);
    let stale = maija.get(&tab).await;
    assert!(stale.body.contains("readonly") && !stale.body.contains("name=\"phone\""), "{}", stale.body);
    let asked = maija.submit(&tab, &[("phone", "+358 50 1234567")]).await;
    assert!(asked.path.starts_with("/sign-in/"), "{}", asked.path);
    let prove = maija.open(&world.about(world.aino, "communication/prove")).await;
    assert!(prove.path.starts_with("/sign-in/"), "{}", prove.path);
    let found = contacts::of_person(&world.service.app.db, world.aino).await.unwrap();
    assert_eq!(found.phone.unwrap().number.as_str(), "+358401234567");
}
