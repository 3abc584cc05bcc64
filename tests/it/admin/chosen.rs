//! One act for several chosen users, and the order of their list.

use salpa::directory::people::PersonId;
use salpa::directory::rights::{self, ProfileId, Right};
use salpa::directory::users::{MembershipState, Role};
use salpa::sign_in::policies::SecondFactor;

use super::{ELINA, MAIJA, NIILO, World, at, crowd, join, names};
use crate::support::{Browser, Page};

/// The address of the page that asks about some people.
fn asked(world: &World, act: &str, people: &[PersonId]) -> String {
    let people = people.iter().map(|person| format!("&person={person}")).collect::<Vec<_>>().concat();
    at(world.kallio, &format!("users/chosen?act={act}{people}"))
}

async fn act(browser: &mut Browser, world: &World, act: &str, people: &[PersonId], more: &[(&str, &str)]) -> Page {
    let ids: Vec<String> = people.iter().map(ToString::to_string).collect();
    let mut fields = vec![("act", act)];
    fields.extend(ids.iter().map(|id| ("person", id.as_str())));
    fields.extend_from_slice(more);
    browser.post(&at(world.kallio, "users/chosen"), &fields).await
}

/// The words of a page about each person, in order.
fn told(page: &Page) -> Vec<String> {
    let body = page.body.split("<ul class=\"rows meant\">").nth(1).unwrap_or_default();
    let body = body.split("</ul>").next().unwrap();
    body.split("<li>").skip(1).map(|row| Page { body: row.to_owned(), ..page.clone() }.text()).collect()
}

async fn state(world: &World, person: PersonId) -> MembershipState {
    world.member(world.kallio, person).await.unwrap().state
}

/// A ready-made profile with a right that Elina has, and one with a right that she lacks.
async fn profiles(world: &World) -> [ProfileId; 2] {
    let service = &world.service;
    let payroll = service.application("Payroll", SecondFactor::Optional).await.application.id;
    service.set_open(world.kallio, payroll, true).await;
    service.declare(payroll, "read").await;
    service.declare(payroll, "write").await;
    service.give(world.kallio, world.elina, payroll, &["read"]).await;
    let (app, now, kallio) = (service.app.clone(), service.now(), world.kallio);
    let made: Result<_, salpa::platform::db::Error> = service
        .transact(move |tx| {
            Box::pin(async move {
                let right = |name: &str| Right { application: payroll.to_string(), name: name.to_owned() };
                let (read, write) = ([right("read")], [right("write")]);
                let clerk = rights::add_profile(tx, &app.random, Some(kallio), ("Clerk", &read), now).await?;
                Ok([clerk, rights::add_profile(tx, &app.random, Some(kallio), ("Writer", &write), now).await?])
            })
        })
        .await;
    made.unwrap()
}

#[tokio::test]
async fn the_list_leads_to_a_question_about_the_chosen() {
    let world = World::begin().await;
    let mut elina = world.browser_of(ELINA).await;
    let list = elina.get(&at(world.kallio, "users")).await;
    assert_eq!(list.body.matches("type=\"checkbox\" name=\"person\"").count(), 2, "{}", list.body);
    assert!(!list.body.contains(" checked>"), "nobody is chosen: {}", list.body);
    let all = elina.get(&format!("{}?filter=all&role=&chosen=all", at(world.kallio, "users"))).await;
    assert_eq!(all.body.matches(" checked>").count(), 2);

    let question = elina.get(&asked(&world, "lock", &[world.aino])).await;
    assert_eq!(question.title(), "Lock 1 user");
    assert!(question.says("Aino Virtanen"), "{}", question.body);
    assert_eq!(state(&world, world.aino).await, MembershipState::Active, "nothing was done");

    let nobody = elina.open(&asked(&world, "lock", &[])).await;
    assert!(nobody.says("Choose at least one user first."), "{}", nobody.body);
    // Others' users are not there, by whatever name.
    let foreign = elina.open(&asked(&world, "remove", &[world.niilo])).await;
    assert!(foreign.says("Choose at least one user first.") && !foreign.says("Niilo"), "{}", foreign.body);
    assert_eq!(elina.get(&asked(&world, "disable", &[world.aino])).await.status, 404);
}

#[tokio::test]
async fn each_is_acted_on_and_the_page_says_what_happened_to_each() {
    let world = World::begin().await;
    let mut elina = world.browser_of(ELINA).await;
    assert!(world.service.disengage(world.rantanen, world.kallio).await.unwrap());
    let crowd = crowd(&world, 2).await;
    let people = [crowd[0], crowd[1], world.elina, world.niilo, crowd[0]];

    let page = act(&mut elina, &world, "lock", &people, &[]).await;

    assert!(page.says("2 users are locked now and have been told."), "{}", page.body);
    let rows = told(&page);
    assert_eq!(rows.len(), 3, "{rows:?}");
    assert!(rows[0].starts_with("Person Number0000") && rows[0].ends_with("Done"), "{rows:?}");
    assert!(rows[2].starts_with("Elina Saarinen"), "she comes last: {rows:?}");
    assert!(rows[2].contains("This would leave nobody to manage the company."), "{rows:?}");
    for person in &crowd {
        assert_eq!(state(&world, *person).await, MembershipState::Locked);
        let member = world.member(world.kallio, *person).await.unwrap();
        let email = format!("{}@kallio.example", member.name.to_lowercase().replace(" number000", ""));
        assert!(world.service.letters(&email).await.last().unwrap().text.contains("locked your access"));
    }
    assert_eq!(state(&world, world.elina).await, MembershipState::Active);
    let locks = world.acts().await.into_iter().filter(|(event, _)| event == "user.state_set").count();
    assert_eq!(locks, 2, "one entry for each");

    let again = act(&mut elina, &world, "lock", &[crowd[0], world.aino], &[]).await;
    assert!(again.says("1 user is locked now and has been told. For 1 user nothing was changed"), "{}", again.body);
    assert!(told(&again)[0].contains("Was locked already."), "{}", again.body);
}

#[tokio::test]
async fn a_profile_is_given_to_all_who_may_have_it() {
    let world = World::begin().await;
    let [clerk, writer] = profiles(&world).await;
    let mut elina = world.browser_of(ELINA).await;
    let people = [world.aino, world.elina];
    let question = elina.get(&asked(&world, "profile", &people)).await;
    assert!(question.body.contains(&format!("value=\"{clerk}\" required>")), "{}", question.body);
    assert!(question.body.contains(&format!("value=\"{writer}\" required disabled>")), "{}", question.body);
    let none = act(&mut elina, &world, "profile", &people, &[]).await;
    assert_eq!((none.status.as_u16(), none.says("Choose the ready-made profile to give.")), (422, true));

    let page = act(&mut elina, &world, "profile", &people, &[("profile", &clerk.to_string())]).await;

    assert!(page.says("2 users have the profile now and have been told."), "{}", page.body);
    for person in people {
        assert_eq!(world.member(world.kallio, person).await.unwrap().profile.as_deref(), Some("Clerk"));
    }
    let page = act(&mut elina, &world, "profile", &people, &[("profile", &writer.to_string())]).await;
    assert_eq!(told(&page).iter().filter(|row| row.contains("rights that you have yourself")).count(), 2);
    assert_eq!(world.member(world.kallio, world.aino).await.unwrap().profile.as_deref(), Some("Clerk"));
}

#[tokio::test]
async fn only_those_who_wait_are_reminded() {
    let world = World::begin().await;
    let mut elina = world.browser_of(ELINA).await;
    for (email, name) in [("priya.raman@raman.example", "Priya"), (NIILO.email, "Not")] {
        let fields = [("email", email), ("given_name", name), ("role", "employee")];
        elina.submit(&at(world.kallio, "users/new"), &fields).await;
    }
    let email = salpa::directory::people::Email::parse("priya.raman@raman.example").unwrap();
    let priya = salpa::directory::people::find_by_email(&world.service.app.db, &email).await.unwrap().unwrap().id;

    let page = act(&mut elina, &world, "remind", &[priya, world.aino, world.niilo], &[]).await;

    let rows = told(&page);
    assert!(rows[0].ends_with("Done") && rows[2].ends_with("Done"), "{rows:?}");
    assert!(rows[1].contains("Has set up a sign-in already"), "{rows:?}");
    let letters = world.service.letters("priya.raman@raman.example").await;
    assert_eq!(letters.len(), 2);
    assert!(letters[1].text.contains("/set-up/"), "{}", letters[1].text);
    let letters = world.service.letters(NIILO.email).await;
    assert!(letters.len() == 2 && letters[1].text.contains("invites you to be a user of"), "{letters:?}");
    assert!(elina.get(&world.about(world.niilo, "")).await.says("has not accepted yet. The message asks them to."));

    for _ in 0..4 {
        act(&mut elina, &world, "remind", &[world.niilo], &[]).await;
    }
    let page = act(&mut elina, &world, "remind", &[world.niilo], &[]).await;
    assert!(told(&page)[0].contains("Has been sent 5 messages today."), "{}", page.body);
}

#[tokio::test]
async fn a_removal_says_whose_basic_company_it_is_and_offers_another() {
    let world = World::begin().await;
    let crowd = crowd(&world, 1).await;
    // Maija manages the office as well, where Aino is a user, too.
    join(&world.service, world.rantanen, world.aino, &[Role::Employee]).await;
    let mut maija = world.browser_of(MAIJA).await;
    let question = maija.get(&asked(&world, "remove", &[world.aino, crowd[0]])).await;
    let rows = told(&question);
    assert!(rows[0].contains("Tilitoimisto Rantanen"), "{rows:?}");
    assert!(rows[1].contains("cannot sign in anywhere after this"), "{rows:?}");

    let basic = format!("{} {}", world.aino, world.rantanen);
    let page = act(&mut maija, &world, "remove", &[world.aino, crowd[0]], &[("basic", &basic)]).await;

    assert!(page.says("2 users have been removed and told."), "{}", page.body);
    assert_eq!(state(&world, world.aino).await, MembershipState::Removed);
    assert!(world.member(world.rantanen, world.aino).await.unwrap().basic);
    assert!(world.member(world.kallio, crowd[0]).await.unwrap().basic, "no other company is theirs");
}

#[tokio::test]
async fn profiles_and_removals_want_a_fresh_proof_and_the_choice_is_kept() {
    let world = World::begin().await;
    let mut elina = world.browser_of(ELINA).await;
    world.service.wait(6 * 60);

    let locked = act(&mut elina, &world, "lock", &[world.aino], &[]).await;
    assert!(locked.says("1 user is locked now"), "a lock is quick: {}", locked.body);
    let sent = act(&mut elina, &world, "remove", &[world.aino], &[]).await;
    let sign_in = elina.open(&sent.location().unwrap()).await;
    assert_eq!(state(&world, world.aino).await, MembershipState::Locked);
    let question = elina.sign_in_as(&world.service, sign_in, ELINA).await;
    assert_eq!(question.title(), "Remove 1 user", "{}", question.body);
    assert!(question.says("Aino Virtanen"), "{}", question.body);
}

/// The names of every page of a list, there; and the same back again.
async fn there_and_back(browser: &mut Browser, address: &str) -> Vec<String> {
    let mut pages = vec![browser.get(address).await];
    while let Some(next) = pages.last().unwrap().link("next") {
        pages.push(browser.get(&next).await);
    }
    let there: Vec<Vec<String>> = pages.iter().map(names).collect();
    let mut page = pages.pop().unwrap();
    for expected in there.iter().rev().skip(1) {
        page = browser.get(&page.link("prev").unwrap()).await;
        assert_eq!(&names(&page), expected, "{address}");
    }
    assert!(page.link("prev").is_none(), "{address}");
    there.concat()
}

#[tokio::test]
async fn the_list_is_ordered_by_each_column_there_and_back() {
    let world = World::begin().await;
    crowd(&world, 45).await;
    world
        .service
        .change(
            "UPDATE users SET profile = 'Clerk' WHERE person_id IN (SELECT id FROM people WHERE family_name LIKE '%7')",
        )
        .await;
    world
        .service
        .change(
            "UPDATE users SET state = 'locked' WHERE person_id IN (SELECT id FROM people WHERE family_name LIKE '%3')",
        )
        .await;
    for sql in [
        "UPDATE people SET last_sign_in_at = 5000 WHERE family_name = 'Number0030'",
        "UPDATE people SET last_sign_in_at = 9000 WHERE family_name = 'Number0020'",
        "UPDATE users SET has_signed_in = TRUE, last_sign_in_at =
             (SELECT last_sign_in_at FROM people WHERE people.id = users.person_id)
         WHERE person_id IN (SELECT id FROM people WHERE family_name IN ('Number0020', 'Number0030'))",
    ] {
        world.service.change(sql).await;
    }
    let mut elina = world.browser_of(ELINA).await;
    let users = at(world.kallio, "users");
    let by_name = there_and_back(&mut elina, &users).await;
    assert_eq!(by_name.len(), 47);

    for (order, first, last) in [
        ("name", ["Aino Virtanen", "Elina Saarinen"], "Person Number0044"),
        ("role", ["Elina Saarinen", "Person Number0007"], "Person Number0044"),
        ("standing", ["Elina Saarinen", "Person Number0020"], "Person Number0044"),
        ("last", ["Aino Virtanen", "Person Number0000"], "Elina Saarinen"),
    ] {
        let up = there_and_back(&mut elina, &format!("{users}?sort={order}")).await;
        assert_eq!((up.len(), &up[..2]), (47, &first.map(str::to_owned)[..]), "{order}");
        assert_eq!(up.last().unwrap(), last, "{order}");
        let mut down = there_and_back(&mut elina, &format!("{users}?sort=-{order}")).await;
        down.reverse();
        assert_eq!(up, down, "{order} turned round");
        let mut everybody = up.clone();
        everybody.sort();
        assert_eq!(everybody, by_name, "{order}: each once");
    }
    let latest = there_and_back(&mut elina, &format!("{users}?sort=-last")).await;
    assert_eq!(latest[..3], ["Elina Saarinen", "Person Number0020", "Person Number0030"]);
}

#[tokio::test]
async fn an_order_goes_with_filters_and_searches_and_the_headings_say_it() {
    let world = World::begin().await;
    crowd(&world, 30).await;
    let mut elina = world.browser_of(ELINA).await;
    let users = at(world.kallio, "users");
    let locked = "UPDATE users SET state = 'locked' WHERE person_id IN
                  (SELECT id FROM people WHERE family_name IN ('Number0001', 'Number0002'))";
    world.service.change(locked).await;

    for (query, found) in [
        ("filter=locked&sort=-name", ["Person Number0002", "Person Number0001"]),
        ("filter=locked&sort=last", ["Person Number0001", "Person Number0002"]),
        ("filter=locked&sort=-role&role=employee", ["Person Number0002", "Person Number0001"]),
        ("typed=Number000&sort=-name", ["Person Number0009", "Person Number0008"]),
        ("factor=none&sort=-name", ["Person Number0029", "Person Number0028"]),
    ] {
        let page = elina.get(&format!("{users}?{query}")).await;
        assert_eq!(names(&page)[..2], found, "{query}");
    }
    let none = elina.get(&format!("{users}?filter=locked&sort=standing&role=user+administrator")).await;
    assert!(names(&none).is_empty());
    let page = elina.get(&format!("{users}?sort=-last&filter=all")).await;
    assert_eq!(page.body.matches("aria-sort=\"descending\"").count(), 1);
    assert!(page.body.contains("sort=last\">Last sign-in"), "the heading turns it round: {}", page.body);
    assert!(
        page.body.contains("sort=name\">Name") || page.body.contains("filter=all&#38;role=\">Name"),
        "{}",
        page.body
    );
    assert_eq!(names(&elina.get(&format!("{users}?sort=email")).await)[0], "Aino Virtanen", "an unknown order is none");
}

#[tokio::test]
async fn where_somebody_is_waited_for_the_order_tells_nothing_of_their_sign_ins() {
    let world = World::begin().await;
    let mut elina = world.browser_of(ELINA).await;
    let fields = [("email", NIILO.email), ("given_name", "Not"), ("family_name", "Hisname"), ("role", "employee")];
    elina.submit(&at(world.kallio, "users/new"), &fields).await;
    world.browser_of(NIILO).await;

    let mut elina = world.browser_of(ELINA).await;
    let page = elina.get(&format!("{}?sort=-last", at(world.kallio, "users"))).await;
    assert_eq!(names(&page), ["Elina Saarinen", "Not Hisname", "Aino Virtanen"]);
    let known = "SELECT count(*) FROM users WHERE last_sign_in_at IS NOT NULL";
    assert_eq!(world.service.count(known).await, 2, "Elina here, Niilo at Niemi");
}
