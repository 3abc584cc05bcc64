//! A user's rights in the applications of the company, and the people who may give them.

use salpa::directory::companies::CompanyId;
use salpa::directory::people::PersonId;
use salpa::directory::rights::{self, Right, RightDeclaration, USE};
use salpa::platform::db;
use salpa::sign_in::policies::SecondFactor;

use super::{ELINA, MAIJA, NIILO, World, at};
use crate::support::Registered;

/// An application that knows the right to write, open to a company.
async fn open(world: &World, name: &str, company: CompanyId) -> Registered {
    let application = world.service.application(name, SecondFactor::Optional).await;
    let (id, now) = (application.application.id.to_string(), world.service.now());
    let opened: Result<bool, db::Error> = world
        .service
        .app
        .db
        .write(move |tx| {
            Box::pin(async move {
                let right = RightDeclaration { name: "write".to_owned(), title: "Write pay slips".to_owned() };
                rights::declare(tx, &id, &right).await?;
                rights::open_to(tx, company, &id, now).await
            })
        })
        .await;
    assert!(opened.unwrap());
    application
}

fn right(application: &Registered, name: &str) -> Right {
    Right { application: application.application.id.to_string(), name: name.to_owned() }
}

/// A right as the form names it.
fn word(application: &Registered, name: &str) -> String {
    format!("{} {name}", application.application.id)
}

async fn give(world: &World, person: PersonId, given: Vec<Right>) {
    let company = world.kallio;
    let set: Result<(), db::Error> = world
        .service
        .app
        .db
        .write(move |tx| Box::pin(async move { rights::set_of_user(tx, company, person, &given).await }))
        .await;
    set.unwrap();
}

async fn of(world: &World, person: PersonId) -> Vec<Right> {
    rights::of_user(&world.service.app.db, world.kallio, person).await.unwrap()
}

#[tokio::test]
async fn a_main_user_gives_every_right_of_what_is_open_to_the_company() {
    let world = World::begin().await;
    let pay = open(&world, "Pay", world.kallio).await;
    let secret = open(&world, "Secret", world.niemi).await;
    let mut browser = world.browser_of(MAIJA).await;
    let tab = world.about(world.aino, "access-rights");

    let page = browser.get(&tab).await;
    assert!(page.says("Pay") && page.says("Write pay slips") && !page.says("Secret"), "{}", page.body);
    let [to_use, to_write, everything] = ["use", "write", "everything"].map(|name| word(&pay, name));
    let both = [("right", to_use.as_str()), ("right", to_write.as_str()), ("complete", "1")];
    let page = browser.submit(&tab, &both).await;
    assert!(page.says("The rights have been changed."), "{}", page.body);
    assert_eq!(page.body.matches("name=\"complete\"").count(), 1, "one form, and one Save, for all applications");
    assert_eq!(of(&world, world.aino).await, [right(&pay, USE), right(&pay, "write")]);

    // Rights of an application that is not open to this company cannot be given, nor can undeclared ones.
    for closed in [word(&secret, "use"), everything] {
        let page = browser.submit(&tab, &[both[0], both[1], ("right", &closed), both[2]]).await;
        assert!(page.says("You can give only rights that you have yourself."), "{closed}: {}", page.body);
    }
    assert_eq!(of(&world, world.aino).await.len(), 2);

    // A form whose end was not read takes nothing away.
    assert_eq!(browser.submit(&tab, &both[..1]).await.status, 400);
    assert_eq!(of(&world, world.aino).await.len(), 2);

    browser.submit(&tab, &[("complete", "1")]).await;
    assert_eq!(of(&world, world.aino).await, []);
    let events: Vec<String> = world.acts().await.into_iter().map(|(event, _)| event).collect();
    assert_eq!(events, ["user.rights_set", "user.rights_set"]);
}

#[tokio::test]
async fn as_many_rights_as_a_user_may_have_are_saved_in_one_form() {
    let world = World::begin().await;
    let pay = open(&world, "Pay", world.kallio).await;
    let names: Vec<String> = (0..500).map(|number| format!("{number:0>80}")).collect();
    for name in &names {
        world.service.declare(pay.application.id, name).await;
    }
    let mut browser = world.browser_of(MAIJA).await;
    let ticked: Vec<String> = names.iter().map(|name| word(&pay, name)).collect();
    let mut fields: Vec<_> = ticked.iter().map(|word| ("right", word.as_str())).collect();
    fields.push(("complete", "1"));
    let page = browser.submit(&world.about(world.aino, "access-rights"), &fields).await;
    assert!(page.says("The rights have been changed."), "{}", page.status);
    assert_eq!(of(&world, world.aino).await.len(), 500);

    fields.push(("name", "Everything"));
    let page = browser.submit(&at(world.kallio, "applications/profiles/new"), &fields).await;
    assert!(page.says("The profile has been created."), "{}", page.status);
}

#[tokio::test]
async fn a_user_administrator_gives_what_they_have_and_leaves_the_rest_alone() {
    let world = World::begin().await;
    let pay = open(&world, "Pay", world.kallio).await;
    let trips = open(&world, "Trips", world.kallio).await;
    give(&world, world.elina, vec![right(&pay, USE)]).await;
    give(&world, world.aino, vec![right(&pay, "write"), right(&trips, USE)]).await;
    let mut browser = world.browser_of(ELINA).await;
    let tab = world.about(world.aino, "access-rights");

    let page = browser.submit(&tab, &[("right", &word(&pay, "use")), ("complete", "1")]).await;
    assert!(page.says("The rights have been changed."), "{}", page.body);
    let mut expected = vec![right(&pay, USE), right(&pay, "write"), right(&trips, USE)];
    expected.sort();
    assert_eq!(of(&world, world.aino).await, expected, "what they do not have they do not take away");

    give(&world, world.aino, Vec::new()).await;
    for (application, name) in [(&pay, "write"), (&trips, "use")] {
        let page = browser.submit(&tab, &[("right", &word(application, name)), ("complete", "1")]).await;
        assert!(page.says("You can give only rights that you have yourself."), "{name}: {}", page.body);
    }
    // Not to themselves, either.
    let own = world.about(world.elina, "access-rights");
    let both = [word(&pay, "use"), word(&pay, "write")];
    browser.submit(&own, &[("right", &both[0]), ("right", &both[1]), ("complete", "1")]).await;
    assert_eq!(of(&world, world.elina).await, [right(&pay, USE)]);
    assert_eq!(of(&world, world.aino).await, []);
}

#[tokio::test]
async fn a_ready_made_profile_is_given_whole_by_who_has_all_of_it() {
    let world = World::begin().await;
    let pay = open(&world, "Pay", world.kallio).await;
    let (random, now, kallio, niemi) =
        (world.service.app.random.clone(), world.service.now(), world.kallio, world.niemi);
    let all = vec![right(&pay, USE), right(&pay, "write")];
    let made: Result<_, db::Error> = world
        .service
        .app
        .db
        .write(move |tx| {
            Box::pin(async move {
                let clerk = rights::add_profile(tx, &random, Some(kallio), ("Payroll clerk", &all), now).await?;
                let other = rights::add_profile(tx, &random, Some(niemi), ("Of others", &all), now).await?;
                Ok((clerk, other))
            })
        })
        .await;
    let (clerk, other) = made.unwrap();
    give(&world, world.elina, vec![right(&pay, USE)]).await;
    let path = world.about(world.aino, "access-rights/profile");

    let mut elina = world.browser_of(ELINA).await;
    let tab = elina.get(&world.about(world.aino, "access-rights")).await;
    assert!(tab.says("You cannot give it: you do not have Write pay slips yourself."), "{}", tab.body);
    let add = elina.get(&at(world.kallio, "users/new")).await;
    assert!(add.body.contains(&format!("value=\"{clerk}\" disabled")), "it is not left out: {}", add.body);
    let page = elina.submit(&path, &[("profile", &clerk.to_string())]).await;
    assert!(page.says("You can give only rights that you have yourself."), "{}", page.body);
    assert_eq!(of(&world, world.aino).await, []);

    let mut maija = world.browser_of(MAIJA).await;
    assert!(!maija.get(&world.about(world.aino, "access-rights")).await.says("Of others"));
    assert_eq!(maija.submit(&path, &[("profile", &other.to_string())]).await.status, 404);
    let page = maija.submit(&path, &[("profile", &clerk.to_string())]).await;
    assert!(page.says("The profile has been given."), "{}", page.body);
    assert_eq!(of(&world, world.aino).await.len(), 2);
    assert!(maija.get(&at(world.kallio, "users")).await.says("Payroll clerk"), "it stands as their role");

    let mut niilo = world.browser_of(NIILO).await;
    assert_eq!(niilo.submit(&path, &[("profile", &clerk.to_string())]).await.status, 404);
}
