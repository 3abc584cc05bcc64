//! Adding users, and taking the list away as a file.

use salpa::directory::contacts::{self, Origin};
use salpa::directory::people::{self, Email};
use salpa::directory::users::{MembershipState, Role};

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
    let acts = ["person.added", "user.added"].map(|event| (event.to_owned(), world.elina.to_string()));
    assert_eq!(world.acts().await, acts);
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
    assert!(again.says("This person is already a user of the company."), "{}", again.body);
    assert_eq!(again.status, 422);

    // Adding a person does not open their profile.
    assert_eq!(elina.post(&world.about(world.niilo, "reset-second-factor"), &[]).await.status, 404);
    let mut niilo = world.browser_of(NIILO).await;
    assert_eq!(niilo.get(&at(world.kallio, "users")).await.status, 404, "an employee manages nothing");
}

#[tokio::test]
async fn a_removed_user_is_added_again_without_the_former_roles() {
    let world = World::begin().await;
    let mut elina = world.browser_of(ELINA).await;
    elina.submit(&world.about(world.aino, "roles"), &[("role", "user administrator")]).await;
    elina.submit(&world.about(world.aino, "remove"), &[("basic", "none")]).await;

    let page = add(&mut elina, &world, &[("email", "aino.virtanen@kallio.example"), ("role", "employee")]).await;

    assert!(page.says("The user has been added"), "{}", page.body);
    let member = world.member(world.kallio, world.aino).await.unwrap();
    assert_eq!((member.state, member.roles), (MembershipState::Active, vec![Role::Employee]));
}

#[tokio::test]
async fn a_mistake_in_the_form_comes_back_with_the_reason() {
    let world = World::begin().await;
    let mut elina = world.browser_of(ELINA).await;

    for (field, value, said) in [
        ("email", "", "Type an email address"),
        ("email", "priya", "Type an email address"),
        ("email", "a b@c.example", "Type an email address"),
        ("given_name", "", "Type a given name of at most 100 characters."),
        ("role", "main user", "Only someone with more rights than yours"),
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
async fn a_user_is_added_after_a_fresh_proof_alone() {
    let world = World::begin().await;
    let mut elina = world.browser_of(ELINA).await;
    world.service.wait(6 * 60);

    for role in ["user administrator", "employee"] {
        let asked = add(&mut elina, &world, &[("role", role)]).await;
        assert!(asked.path.starts_with("/sign-in/"), "{role}: {}", asked.path);
    }
    assert_eq!(world.acts().await, []);
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
    let added = world.acts().await.into_iter().filter(|(event, _)| event == "user.added").count();
    assert_eq!(added, 200);
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
    // Second factors are the question before they are required.
    let line = |of: &str| file.body.lines().find(|line| line.contains(of)).unwrap();
    assert!(line("Name").ends_with(",\"Second factor\""), "{}", file.body);
    assert!(line(ELINA.email).ends_with(",\"Authenticator app\""), "{}", file.body);
    assert!(line("priya.raman@").ends_with(",\"Not set up\""), "{}", file.body);
    assert_eq!(world.acts().await.last().unwrap().0, "company.users_exported");
    let mut niilo = world.browser_of(NIILO).await;
    assert_eq!(niilo.post(&at(world.kallio, "users/export"), &[]).await.status, 404);
}

const PRIYAS_PHONE: (&str, &str) = ("phone", "+358 40 1234567");

#[tokio::test]
async fn a_phone_that_is_given_at_once_gets_codes_and_resets_nothing_for_three_days() {
    let world = World::begin().await;
    let mut elina = world.browser_of(ELINA).await;

    let page = add(&mut elina, &world, &[PRIYAS_PHONE]).await;

    assert!(page.says("The user has been added and told by email."), "{}", page.body);
    let email = Email::parse("priya.raman@raman.example").unwrap();
    let priya = people::find_by_email(&world.service.app.db, &email).await.unwrap().unwrap().id;
    let phone = contacts::of_person(&world.service.app.db, priya).await.unwrap().phone.unwrap();
    assert_eq!((phone.number.as_str(), phone.origin == Origin::Confirmed), ("+358401234567", false));
    assert!(!phone.may_reset(world.service.now()));
    let events: Vec<String> = world.acts().await.into_iter().map(|(event, _)| event).collect();
    assert_eq!(events, ["person.added", "user.added", "person.communication_phone_set"]);
    let letters = world.service.letters("priya.raman@raman.example").await;
    assert_eq!(letters.len(), 1, "one message tells of being added and of the phone");
    assert!(letters[0].text.contains("+358 40 1234567"), "{}", letters[0].text);
    assert!(elina.get(&world.about(priya, "communication")).await.body.contains("+358 40 1234567"));
}

#[tokio::test]
async fn a_phone_is_given_after_a_fresh_proof_alone_and_only_one_that_takes_sms() {
    let world = World::begin().await;
    let mut elina = world.browser_of(ELINA).await;
    for (number, said) in [
        ("040 123 4567", "begin with a plus and the country code"),
        ("+358-40-1234567", "+358 40 1234567"),
        ("+358 9 4245 0110", "This is not a mobile number."),
        ("+358 40", "There is no such phone number."),
    ] {
        let page = add(&mut elina, &world, &[("phone", number)]).await;
        assert_eq!(page.status, 422, "{number}");
        assert!(page.says(said) && page.body.contains("Raman"), "{number}: {}", page.body);
    }

    world.service.wait(6 * 60);
    let asked = elina.open(&at(world.kallio, "users/new")).await;
    assert!(asked.path.starts_with("/sign-in/"), "the form asks for the proof before it is filled in: {}", asked.path);
    let asked = add(&mut elina, &world, &[PRIYAS_PHONE]).await;
    assert!(asked.path.starts_with("/sign-in/"), "{}", asked.path);
    assert_eq!(world.acts().await, []);
}

#[tokio::test]
async fn a_person_with_a_profile_keeps_its_phone() {
    let world = World::begin().await;
    let mut elina = world.browser_of(ELINA).await;

    let page = add(&mut elina, &world, &[("email", NIILO.email), PRIYAS_PHONE]).await;

    assert!(page.says("They had a profile already, and its phone stays as it is."), "{}", page.body);
    assert!(contacts::of_person(&world.service.app.db, world.niilo).await.unwrap().phone.is_none());
}

#[tokio::test]
async fn every_mistake_is_told_at_once_and_the_focus_goes_to_the_first() {
    let world = World::begin().await;
    let mut elina = world.browser_of(ELINA).await;
    let long = "x".repeat(101);
    let wrong = [("email", "priya"), ("given_name", ""), ("family_name", long.as_str()), ("phone", "+358-40-1234567")];

    let page = add(&mut elina, &world, &wrong).await;

    for said in [
        "Type an email address",
        "Type a given name of at most 100 characters.",
        "The family name may have at most 100 characters.",
        "no dots, dashes or brackets",
    ] {
        assert!(page.says(said), "{said}: {}", page.body);
    }
    assert_eq!(page.body.matches(" autofocus").count(), 1);
    let email = page.body.split("id=\"email\"").nth(1).unwrap().split('>').next().unwrap();
    assert!(email.contains("autofocus"), "{email}");
    for (error, field) in [("given-name-error", "given_name"), ("family-name-error", "family_name")] {
        let input = page.body.split(&format!("id=\"{field}\"")).nth(1).unwrap().split('>').next().unwrap();
        assert!(input.contains(&format!("aria-describedby=\"{error}\"")), "{input}");
    }
    assert_eq!(world.acts().await, []);
}

#[tokio::test]
async fn typed_text_comes_back_after_the_proof_that_became_due_meanwhile() {
    let world = World::begin().await;
    let mut elina = world.browser_of(ELINA).await;
    elina.get(&at(world.kallio, "users/new")).await;
    world.service.wait(6 * 60);

    let asked = add(&mut elina, &world, &[("role", "user administrator"), PRIYAS_PHONE, ("language", "fi")]).await;
    assert!(asked.path.starts_with("/sign-in/"), "{}", asked.path);
    let form = elina.sign_in_as(&world.service, asked, ELINA).await;

    assert_eq!(form.title(), "Add user", "{}", form.body);
    for kept in ["priya.raman@raman.example", "Priya", "Raman", "+358 40 1234567"] {
        assert!(form.body.contains(&format!("value=\"{kept}\"")), "{kept}: {}", form.body);
    }
    assert!(form.body.contains("value=\"user administrator\" checked"), "{}", form.body);
    assert_eq!(world.acts().await, [], "nothing is added before it is sent again");
    let name = world.about(world.aino, "name");
    elina.get(&name).await;
    world.service.wait(6 * 60);
    let asked = elina.submit(&name, &[("given_name", "Aina"), ("family_name", "Virta")]).await;
    let form = elina.sign_in_as(&world.service, asked, ELINA).await;
    assert!(form.body.contains("value=\"Aina\"") && form.body.contains("value=\"Virta\""), "{}", form.body);
}
