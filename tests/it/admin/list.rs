//! *Users and roles*: the list.

use salpa::directory::people::PersonId;
use salpa::directory::users::{self, MembershipState};
use salpa::sign_in::policies::SecondFactor;

use super::{AINO, ELINA, World, at, crowd, names};

async fn set_state(world: &World, person: PersonId, state: MembershipState) {
    let (kallio, now) = (world.kallio, world.service.now());
    world
        .service
        .app
        .db
        .write(move |tx| Box::pin(async move { users::set_state(tx, kallio, person, state, now).await }))
        .await
        .unwrap();
}

#[tokio::test]
async fn the_list_says_who_is_there_in_what_role_and_how_they_sign_in() {
    let world = World::begin().await;
    let mut browser = world.browser_of(ELINA).await;

    let page = browser.get(&at(world.kallio, "users")).await;

    assert_eq!(names(&page), ["Aino Virtanen", "Elina Saarinen"]);
    for text in ["aino.virtanen@", "User administrator", "Authenticator app", "Never", "Today ", "2 in all"] {
        assert!(page.says(text), "{text}: {}", page.body);
    }
    assert!(!page.says("Maija") && !page.says("Niilo"), "of other companies");
}

#[tokio::test]
async fn the_list_is_paged_there_and_back() {
    let world = World::begin().await;
    crowd(&world, 50).await;
    let mut browser = world.browser_of(ELINA).await;
    let users = at(world.kallio, "users");

    let first = browser.get(&users).await;
    let second = browser.get(&first.link("next").unwrap()).await;
    let third = browser.get(&second.link("next").unwrap()).await;
    assert!(first.link("prev").is_none() && third.link("next").is_none());
    let all: Vec<String> = [&first, &second, &third].into_iter().flat_map(names).collect();
    assert_eq!(all.len(), 52);
    assert!(all.is_sorted(), "{all:?}");

    let back = browser.get(&third.link("prev").unwrap()).await;
    assert_eq!(names(&back), names(&second));
    let beginning = browser.get(&back.link("prev").unwrap()).await;
    assert_eq!(names(&beginning), names(&first));
    assert!(beginning.link("prev").is_none(), "it is the first page again");
}

#[tokio::test]
async fn those_who_manage_are_paged_there_and_back_too() {
    let world = World::begin().await;
    crowd(&world, 50).await;
    world.service.change("UPDATE users SET is_user_administrator = TRUE").await;
    let mut browser = world.browser_of(ELINA).await;

    let first = browser.get(&format!("{}?role=user+administrator", at(world.kallio, "users"))).await;
    let second = browser.get(&first.link("next").unwrap()).await;
    let third = browser.get(&second.link("next").unwrap()).await;
    let all: Vec<String> = [&first, &second, &third].into_iter().flat_map(names).collect();
    assert_eq!((all.len(), all.is_sorted()), (52, true), "{all:?}");

    let back = browser.get(&third.link("prev").unwrap()).await;
    assert_eq!(names(&back), names(&second));
    let beginning = browser.get(&back.link("prev").unwrap()).await;
    assert_eq!((names(&beginning), beginning.link("prev")), (names(&first), None));
}

#[tokio::test]
async fn filters_and_roles_narrow_the_list_and_count() {
    let world = World::begin().await;
    let crowd = crowd(&world, 5).await;
    set_state(&world, crowd[0], MembershipState::Locked).await;
    set_state(&world, crowd[1], MembershipState::Removed).await;
    let mut browser = world.browser_of(ELINA).await;
    let users = at(world.kallio, "users");

    let expected: [(&str, &[&str]); 5] = [
        ("?filter=locked", &["Person Number0000"]),
        ("?filter=removed", &["Person Number0001"]),
        ("?filter=active", &["Elina Saarinen"]),
        ("?role=user+administrator", &["Elina Saarinen"]),
        ("?filter=locked&role=user+administrator", &[]),
    ];
    for (query, found) in expected {
        assert_eq!(names(&browser.get(&format!("{users}{query}")).await), found, "{query}");
    }
    let page = browser.get(&users).await;
    for chip in ["All 6", "Active 1", "Never signed in 4", "Locked 1", "Removed 1"] {
        assert!(page.says(chip), "{chip}: {}", page.body);
    }
}

#[tokio::test]
async fn a_first_sign_in_makes_the_user_active_in_every_company() {
    let world = World::begin().await;
    super::join(&world.service, world.niemi, world.aino, &[]).await;
    let mut browser = world.browser_of(ELINA).await;
    let never = format!("{}?filter=never_signed_in", at(world.kallio, "users"));
    assert_eq!(names(&browser.get(&never).await), ["Aino Virtanen"]);

    world.browser_of(AINO).await;

    let mut browser = world.browser_of(ELINA).await;
    assert!(names(&browser.get(&never).await).is_empty());
    let active = browser.get(&format!("{}?filter=active", at(world.kallio, "users"))).await;
    assert_eq!(names(&active), ["Aino Virtanen", "Elina Saarinen"]);
    let mut niilo = world.browser_of(super::NIILO).await;
    let there = niilo.get(&format!("{}?filter=active", at(world.niemi, "users"))).await;
    assert_eq!(names(&there), ["Aino Virtanen", "Niilo Niemi"]);
    // A person who becomes a user after their first sign-in counts as signed in, too.
    super::join(&world.service, world.niemi, world.elina, &[]).await;
    assert!(niilo.get(&format!("{}?filter=active", at(world.niemi, "users"))).await.says("Elina Saarinen"));
}

#[tokio::test]
async fn a_search_finds_by_name_and_email_within_the_company_alone() {
    let world = World::begin().await;
    crowd(&world, 30).await;
    let mut browser = world.browser_of(ELINA).await;
    let users = at(world.kallio, "users");

    assert_eq!(names(&browser.get(&format!("{users}?typed=virta")).await), ["Aino Virtanen"]);
    assert_eq!(names(&browser.get(&format!("{users}?typed=AINO+VIRTA")).await), ["Aino Virtanen"]);
    assert_eq!(names(&browser.get(&format!("{users}?typed=elina.saarinen%40ka")).await), ["Elina Saarinen"]);
    let many = browser.get(&format!("{users}?typed=number")).await;
    assert_eq!(names(&many).len(), 20);
    assert!(many.says("There are more."), "{}", many.body);
    for nobody in ["niilo", "maija", "%25", "_", "%27%3B+DROP", "virta&filter=locked"] {
        let page = browser.get(&format!("{users}?typed={nobody}")).await;
        assert!(names(&page).is_empty() && page.says("Nobody was found"), "{nobody}: {}", page.body);
    }

    let fragment = browser.get(&format!("{users}?typed=virta&fragment=1")).await;
    assert_eq!(names(&fragment), ["Aino Virtanen"]);
    assert!(!fragment.body.contains("<html"));
    assert!(fragment.headers["content-security-policy"].to_str().unwrap().contains("connect-src 'self'"));
}

#[tokio::test]
async fn unknown_words_in_an_address_change_nothing() {
    let world = World::begin().await;
    let mut browser = world.browser_of(ELINA).await;
    let users = at(world.kallio, "users");
    let long = "a".repeat(3000);

    for query in
        ["filter=everything", "role=root", "after=x", "before=x", "done=%3Cb%3E", &format!("typed={long}"), "typed=%00"]
    {
        let page = browser.get(&format!("{users}?{query}")).await;
        assert_eq!(page.status, 200, "{query}");
        assert!(!page.body.contains("<b>"), "{query}");
    }
    // Somebody of another company is no place to go on from, and does not tell that they exist.
    let page = browser.get(&format!("{users}?after={}", world.niilo)).await;
    assert_eq!(names(&page).len(), 2);
}

#[tokio::test]
async fn the_list_is_narrowed_by_second_factor_profile_application_and_absence() {
    let world = World::begin().await;
    crowd(&world, 45).await;
    let pay = world.service.application("Pay", SecondFactor::Optional).await.application.id;
    world.service.set_open(world.kallio, pay, true).await;
    world.service.give(world.kallio, world.aino, pay, &["use"]).await;
    world.service.change("UPDATE users SET profile = 'Bookkeeper' WHERE is_user_administrator").await;
    let mut browser = world.browser_of(ELINA).await;
    let users = at(world.kallio, "users");
    let of = |query: &str| format!("{users}?{query}");

    assert_eq!(names(&browser.get(&of("factor=any")).await), ["Aino Virtanen", "Elina Saarinen"]);
    assert_eq!(names(&browser.get(&of("factor=any&typed=virta")).await), ["Aino Virtanen"]);
    assert!(names(&browser.get(&of("factor=none&typed=virta")).await).is_empty());
    assert_eq!(names(&browser.get(&of(&format!("application={pay}"))).await), ["Aino Virtanen"]);
    assert_eq!(names(&browser.get(&of("profile=Bookkeeper")).await), ["Elina Saarinen"]);
    assert_eq!(names(&browser.get(&of("factor=any&absent=30")).await), ["Aino Virtanen"], "she never signed in");
    let page = browser.get(&of(&format!("factor=any&application={pay}&filter=locked"))).await;
    assert!(names(&page).is_empty() && page.says("Nobody was found"), "{}", page.body);

    // Page by page, and nobody is missed or shown twice.
    let mut seen = Vec::new();
    let mut next = Some(of("factor=none"));
    while let Some(path) = next {
        let page = browser.get(&path).await;
        assert!(page.body.contains("value=\"none\" selected"), "the choice stays: {}", page.body);
        seen.extend(names(&page));
        next = page.link("next");
    }
    let expected: Vec<String> = (0..45).map(|number| format!("Person Number{number:04}")).collect();
    assert_eq!(seen, expected);

    // The preview of a policy leads to them.
    let preview = at(world.kallio, "policies/change?of=everywhere&second_factor=required");
    let page = browser.get(&preview).await;
    assert!(page.body.contains("users?factor=none\">See who has no second factor"), "{}", page.body);
}
