//! One factor of a user is removed, and the others stay.

use salpa::proofs::{passkeys, recovery, totp};

use super::{AINO, ELINA, NIILO, World};

/// Gives Aino a recovery code and a passkey beside her authenticator app. Returns the identifiers of app and passkey.
async fn several(world: &World) -> (String, String) {
    world.service.passkey(world.aino).await;
    let (aino, now) = (world.aino, world.service.now());
    let kept: Result<bool, salpa::platform::db::Error> = world
        .service
        .transact(move |tx| Box::pin(async move { recovery::keep(tx, aino, "nobody knows it", now).await }))
        .await;
    kept.unwrap();
    let app = totp::of_person(&world.service.app.db, aino).await.unwrap()[0].id.clone();
    let passkey = passkeys::of_person(&world.service.app.db, aino).await.unwrap()[0].id.clone();
    (app, passkey)
}

fn remove(world: &World, word: &str) -> String {
    world.about(world.aino, &format!("factors/{word}/remove"))
}

async fn left(world: &World) -> (usize, usize, bool) {
    let db = &world.service.app.db;
    let (apps, keys) =
        (totp::of_person(db, world.aino).await.unwrap(), passkeys::of_person(db, world.aino).await.unwrap());
    let of_aino = "SELECT COUNT(*) FROM recovery_codes JOIN people ON people.id = recovery_codes.person_id
                   WHERE people.given_name = 'Aino' AND recovery_codes.used_at IS NULL";
    let codes = world.service.count(of_aino).await;
    (apps.len(), keys.len(), codes == 1)
}

#[tokio::test]
async fn a_lost_factor_is_removed_and_everything_else_stays() {
    let world = World::begin().await;
    let (app, passkey) = several(&world).await;
    let mut aino = world.browser_of(AINO).await;
    let mut elina = world.browser_of(ELINA).await;
    let tab = elina.get(&world.about(world.aino, "sign-in")).await;
    for word in [app.as_str(), passkey.as_str(), "recovery_code"] {
        assert!(tab.body.contains(&format!("href=\"{}\"", remove(&world, word))), "{word}: {}", tab.body);
    }
    let question = elina.get(&remove(&world, &app)).await;
    assert!(question.says("Remove an authenticator app of Aino Virtanen"), "{}", question.body);
    assert!(question.says("Make sure that it is Aino Virtanen who is asking."), "{}", question.body);
    assert!(!question.says("It is the only second step"), "{}", question.body);
    assert_eq!(left(&world).await, (1, 1, true), "a question changes nothing");

    let page = elina.submit(&remove(&world, &app), &[]).await;

    assert!(page.says("It has been removed, and every session has ended."), "{}", page.body);
    assert_eq!(left(&world).await, (0, 1, true));
    assert!(aino.open("/account").await.path.starts_with("/sign-in/"), "her session has ended");
    let letter = world.service.letter(AINO.email).await;
    assert!(
        letter.text.contains("Elina Saarinen of Kallio & Laine Oy removed an authenticator app"),
        "{}",
        letter.text
    );
    let acts = world.acts().await;
    assert_eq!(acts.last().unwrap(), &("account.authenticator_removed".to_owned(), world.elina.to_string()));

    assert!(elina.get(&remove(&world, &passkey)).await.says("It is the only second step"));
    elina.submit(&remove(&world, "recovery_code"), &[]).await;
    assert_eq!(left(&world).await, (0, 1, false));
    elina.submit(&remove(&world, &passkey), &[]).await;
    assert_eq!(left(&world).await, (0, 0, false));
    let history = elina.get(&world.about(world.aino, "history")).await;
    for said in ["Authenticator app removed", "Recovery code removed", "Passkey removed"] {
        assert!(history.says(said), "{said}: {}", history.body);
    }
}

#[tokio::test]
async fn the_person_stops_a_removal_that_nobody_asked_for() {
    let world = World::begin().await;
    let (app, _) = several(&world).await;
    let mut elina = world.browser_of(ELINA).await;
    elina.submit(&remove(&world, &app), &[]).await;
    let link = world.service.link(AINO.email, "/account/not-me/").await;

    let mut aino = world.service.browser();
    let page = aino.get(&link).await;
    assert!(page.says("An authenticator app was removed from your sign-in"), "{}", page.body);
    aino.submit(&link, &[]).await;

    assert_eq!(left(&world).await, (1, 1, true), "what stood before stands again");
}

#[tokio::test]
async fn a_removal_opens_no_reset_by_email_that_was_closed() {
    let world = World::begin().await;
    let (app, passkey) = several(&world).await;
    world.service.change("UPDATE people SET closed_to_resets = TRUE WHERE given_name = 'Aino'").await;
    let closed = "SELECT count(*) FROM people WHERE closed_to_resets";
    let mut elina = world.browser_of(ELINA).await;

    elina.submit(&remove(&world, "recovery_code"), &[]).await;
    elina.submit(&remove(&world, &app), &[]).await;
    assert_eq!(world.service.count(closed).await, 1, "a passkey is left");
    elina.submit(&remove(&world, &passkey), &[]).await;
    assert_eq!(world.service.count(closed).await, 0, "the administrator vouches, as at the reset of all");

    let niilo_removes = "UPDATE people SET closed_to_resets = FALSE";
    world.service.change(niilo_removes).await;
    world.service.passkey(world.aino).await;
    world.service.passkey(world.aino).await;
    let key = passkeys::of_person(&world.service.app.db, world.aino).await.unwrap()[0].id.clone();
    elina.submit(&remove(&world, &key), &[]).await;
    assert_eq!(world.service.count(closed).await, 0, "what was open stays open");
}

#[tokio::test]
async fn only_administrators_of_the_basic_company_with_a_fresh_proof_remove_a_factor() {
    let world = World::begin().await;
    let (app, _) = several(&world).await;
    super::join(&world.service, world.niemi, world.aino, &[]).await;
    let mut niilo = world.browser_of(NIILO).await;
    let there = super::at(world.niemi, &format!("users/{}/factors/{app}/remove", world.aino));
    assert_eq!(niilo.get(&there).await.status, 404);
    assert_eq!(niilo.post(&there, &[]).await.status, 404);
    let mut elina = world.browser_of(ELINA).await;
    for word in ["password", "nothing", "0197c0de-0000-7000-8000-000000000001"] {
        assert_eq!(elina.get(&remove(&world, word)).await.status, 404, "{word}");
        assert_eq!(elina.post(&remove(&world, word), &[]).await.status, 404, "{word}");
    }
    let own = world.about(world.elina, "factors/recovery_code/remove");
    assert_eq!(elina.post(&own, &[]).await.status, 404, "her own are in My sign-in");
    world.service.wait(6 * 60);
    for page in [elina.get(&remove(&world, &app)).await, elina.post(&remove(&world, &app), &[]).await] {
        assert!(page.location().is_some_and(|to| to.starts_with("/sign-in/")), "{:?}", page.location());
    }
    assert_eq!(left(&world).await, (1, 1, true));
}
