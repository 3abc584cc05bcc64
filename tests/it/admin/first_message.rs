//! The first message to a new user: one button, which opens the password, the second step and the recovery code in one
//! go. The attacks: a link that is used twice, is too old, was replaced, or is tried on a person who has a factor.

use std::time::Duration;

use salpa::directory::people::{self, Email, PersonId, PersonState};
use salpa::directory::rights::{self, Right, USE};
use salpa::platform::db;
use salpa::sign_in::policies::SecondFactor;

use super::{ELINA, NIILO, World, at};
use crate::support::{Browser, Page, code_at};

const PRIYA: &str = "priya.raman@raman.example";
const PASSWORD: &str = "a kettle sings in the north wind";
const WEEK: u64 = 7 * 24 * 60 * 60;

impl World {
    /// Elina adds Priya, with these fields beside her name.
    async fn add_priya(&self, elina: &mut Browser, fields: &[(&str, &str)]) -> PersonId {
        let priya = [("email", PRIYA), ("given_name", "Priya"), ("family_name", "Raman"), ("role", "employee")];
        let page = elina.submit(&at(self.kallio, "users/new"), &[&priya[..], fields].concat()).await;
        assert_eq!(page.title(), "Priya Raman", "{}", page.body);
        self.priya().await
    }

    async fn priya(&self) -> PersonId {
        let email = Email::parse(PRIYA).unwrap();
        people::find_by_email(&self.service.app.db, &email).await.unwrap().unwrap().id
    }

    async fn set_up_link(&self) -> String {
        self.service.link(PRIYA, "/set-up/").await
    }

    /// An application that is open to Kallio & Laine, with a ready-made profile whose rights Elina has.
    async fn application_with_profile(&self) -> String {
        let pay = self.service.application("Pay slips", SecondFactor::Optional).await;
        let id = pay.application.id.to_string();
        self.service.set_open(self.kallio, &id, true).await;
        self.service.give(self.kallio, self.elina, &id, &[USE]).await;
        let (random, now, kallio) = (self.service.app.random.clone(), self.service.now(), self.kallio);
        let all = vec![Right { application: id, name: USE.to_owned() }];
        let made: Result<_, db::Error> = self
            .service
            .app
            .db
            .write(move |tx| {
                Box::pin(async move { rights::add_profile(tx, &random, Some(kallio), ("Employee", &all), now).await })
            })
            .await;
        made.unwrap().to_string()
    }
}

/// From the page of the new password to the end, with an authenticator app.
async fn set_up(world: &World, browser: &mut Browser, page: &Page) -> Page {
    let sign_in = page.sign_in();
    let page = browser.submit(&format!("{sign_in}/new-password"), &[("password", PASSWORD)]).await;
    assert_eq!(page.title(), "Choose your second step", "{}", page.body);
    let page = browser.submit(&format!("{sign_in}/second-step"), &[("method", "totp")]).await;
    let code = code_at(&page.secret(), world.service.now());
    let page = browser.submit(&format!("{sign_in}/authenticator"), &[("code", &code)]).await;
    assert_eq!(page.title(), "Save your recovery code", "{}", page.body);
    let page = browser.submit(&format!("{sign_in}/recovery-saved"), &[("saved", "yes")]).await;
    assert_eq!(page.title(), "You are signed in");
    browser.submit(&format!("{sign_in}/open"), &[]).await
}

#[tokio::test]
async fn one_message_and_two_pages_lead_a_new_user_to_the_second_step_and_on_to_the_applications() {
    let world = World::begin().await;
    let profile = world.application_with_profile().await;
    let mut elina = world.browser_of(ELINA).await;
    world.add_priya(&mut elina, &[("profile", &profile), ("phone", "+358 40 1234567")]).await;

    let letters = world.service.letters(PRIYA).await;
    assert_eq!(letters.len(), 1, "{letters:?}");
    assert_eq!(letters[0].subject, "Set up your sign-in to Kallio & Laine Oy");
    assert!(letters[0].text.contains("Set up your sign-in"), "{}", letters[0].text);
    let mut browser = world.service.browser();
    let first = browser.open(&world.set_up_link().await).await;
    assert_eq!(first.title(), "Set up your sign-in");
    assert!(!first.body.contains("Priya") && !first.body.contains(PRIYA), "nothing is told before it is used");
    let second = browser.submit(&first.path, &[]).await;
    assert_eq!(second.title(), "Choose a new password", "{}", second.body);
    let page = set_up(&world, &mut browser, &second).await;

    assert_eq!(page.title(), "My sign-in", "{}", page.body);
    let (applications, ways) = (page.body.find("id=\"my-applications\""), page.body.find("id=\"ways\""));
    assert!(applications.unwrap() < ways.unwrap(), "what is open to her stands first");
    assert!(page.says("Pay slips") && page.says("Your sign-in is set up."), "{}", page.body);
    let subjects: Vec<String> = world.service.letters(PRIYA).await.into_iter().map(|letter| letter.subject).collect();
    assert!(!subjects.iter().any(|subject| subject.contains("new password")), "nothing was replaced: {subjects:?}");
    assert_eq!(world.service.browser().open("/").await.path.split('/').nth(1), Some("sign-in"), "the bare address");
    assert_eq!(browser.open("/").await.title(), "My sign-in");
}

#[tokio::test]
async fn a_set_up_link_works_once_for_a_week_and_only_while_nothing_proves_the_person() {
    let world = World::begin().await;
    let mut elina = world.browser_of(ELINA).await;
    let priya = world.add_priya(&mut elina, &[]).await;
    let link = world.set_up_link().await;

    // Programs that read mail open every link, and the link is none for a forgotten password.
    let mut reader = world.service.browser();
    reader.open(&link).await;
    let token = link.rsplit('/').next().unwrap();
    assert_eq!(reader.get(&format!("/forgotten-password/{token}")).await.status, 410);
    assert_eq!(reader.post(&format!("/forgotten-password/{token}"), &[]).await.status, 410);
    for state in [PersonState::Disabled, PersonState::Active] {
        world.service.set_state(priya, state).await;
        let expected = if state == PersonState::Active { 200 } else { 410 };
        assert_eq!(reader.get(&link).await.status, expected, "{state:?}");
    }
    let mut first = world.service.browser();
    let page = first.submit(&link, &[]).await;
    let gone = reader.submit(&link, &[]).await;
    assert_eq!((gone.status.as_u16(), gone.title().as_str()), (410, "This link no longer works"));
    assert!(gone.body.contains("href=\"/account\""), "{}", gone.body);
    assert_eq!(set_up(&world, &mut first, &page).await.title(), "My sign-in");

    // Of somebody who has set up a sign-in there is nothing to send again.
    let page = elina.submit(&world.about(priya, "first-message"), &[]).await;
    assert!(page.says("Nothing was changed"), "{}", page.body);
    assert!(!elina.get(&world.about(priya, "")).await.says("Send the first message again"));
}

#[tokio::test]
async fn a_message_that_is_sent_again_replaces_the_link_and_a_week_ends_it() {
    let world = World::begin().await;
    let mut elina = world.browser_of(ELINA).await;
    let priya = world.add_priya(&mut elina, &[]).await;
    let old = world.set_up_link().await;
    assert!(elina.get(&world.about(priya, "")).await.says("Send the first message again"));
    world.service.wait(60);

    let page = elina.submit(&world.about(priya, "first-message"), &[]).await;

    assert!(page.says("The first message has been sent again."), "{}", page.body);
    let new = world.set_up_link().await;
    assert_ne!(new, old);
    let mut browser = world.service.browser();
    assert_eq!(browser.get(&old).await.status, 410);
    assert_eq!(browser.get(&new).await.status, 200);
    world.service.wait(WEEK);
    assert_eq!(browser.get(&new).await.status, 410);
    assert_eq!(browser.submit(&new, &[]).await.status, 410);

    let mut elina = world.browser_of(ELINA).await;
    let mut statuses = Vec::new();
    for _ in 0..6 {
        statuses.push(elina.post(&world.about(priya, "first-message"), &[]).await.status.as_u16());
    }
    assert_eq!(statuses, [303, 303, 303, 303, 303, 429], "nobody fills a mailbox");
    let mut niilo = world.browser_of(NIILO).await;
    assert_eq!(niilo.post(&world.about(priya, "first-message"), &[]).await.status, 404);
    assert_eq!(elina.post(&world.about(world.niilo, "first-message"), &[]).await.status, 404);
}

#[tokio::test]
async fn of_many_who_use_one_set_up_link_one_gets_on() {
    let world = World::begin().await;
    let mut elina = world.browser_of(ELINA).await;
    world.add_priya(&mut elina, &[]).await;
    let link = world.set_up_link().await;

    let tries = (0..8).map(|_| {
        let (mut browser, link) = (world.service.browser(), link.clone());
        tokio::spawn(async move { browser.post(&link, &[]).await.status.as_u16() })
    });
    let mut statuses = Vec::new();
    for tried in tries.collect::<Vec<_>>() {
        statuses.push(tried.await.unwrap());
    }

    statuses.sort_unstable();
    assert_eq!(statuses, [303, 410, 410, 410, 410, 410, 410, 410]);
}

#[tokio::test]
async fn an_old_set_up_link_is_kept_no_longer_than_it_works() {
    let world = World::begin().await;
    let mut elina = world.browser_of(ELINA).await;
    world.add_priya(&mut elina, &[]).await;
    let left = |after: u64| {
        let (app, now) = (world.service.app.clone(), world.service.now());
        async move {
            let before = now.plus(Duration::from_secs(after));
            let gone: Result<u64, db::Error> =
                app.db.write(move |tx| Box::pin(async move { salpa::proofs::resets::expire(tx, before).await })).await;
            gone.unwrap()
        }
    };
    assert_eq!(left(WEEK - 60).await, 0, "it still works");
    assert_eq!(left(WEEK + 60).await, 1);
}
