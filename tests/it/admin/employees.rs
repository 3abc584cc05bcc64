//! The employee listing, with the services that open the phone app.

use salpa::directory::employees::{self, ChargeableService};
use salpa::directory::people::{self, Email};
use salpa::platform::db::Reads;
use salpa::values;

use super::{ELINA, NIILO, World, at, crowd, names};
use crate::support::Page;

#[tokio::test]
async fn an_employee_is_added_given_services_and_taken_off() {
    let world = World::begin().await;
    let mut elina = world.browser_of(ELINA).await;
    let listing = at(world.kallio, "employees");
    assert!(elina.get(&listing).await.says("No one is on the listing yet"));

    let fields =
        [("email", "tero@kallio.example"), ("given_name", "Tero"), ("family_name", "Koski"), ("service", "travel")];
    let page = elina.submit(&format!("{listing}/new"), &fields).await;
    assert!(page.says("The employee has been added") && page.says("Travel"), "{}", page.body);
    assert!(page.says("No, phone app only"), "an employee need be no user: {}", page.body);
    let again = elina.submit(&format!("{listing}/new"), &fields).await;
    assert!(again.says("This person is already on the listing."), "{}", again.body);

    let email = Email::parse("tero@kallio.example").unwrap();
    let tero = people::find_by_email(&world.service.app.db, &email).await.unwrap().unwrap().id;
    assert!(world.member(world.kallio, tero).await.is_none());
    let one = format!("{listing}/{tero}");
    let services = [("service", "salaries"), ("service", "travel"), ("service", "everything")];
    assert!(elina.submit(&one, &services).await.says("The services have been changed."));
    let found = employees::find(&world.service.app.db, world.kallio, tero).await.unwrap().unwrap();
    assert_eq!(found.services, [ChargeableService::Travel, ChargeableService::Salaries]);

    world.service.wait(6 * 60);
    let asked = elina.submit(&one, &[("service", "travel")]).await;
    let read = "SELECT return_to FROM sign_ins WHERE id = ?1";
    let sign_in = asked.path.replace("/sign-in/", "");
    let back: String = world.service.app.db.one(read, values![&sign_in], |row| row.get(0)).await.unwrap();
    let form = elina.open(&back).await;
    assert!(form.body.contains("value=\"travel\" checked>"), "the form comes back as it was ticked: {}", form.body);
    assert!(!form.body.contains("value=\"salaries\" checked>"), "{}", form.body);
    let found = employees::find(&world.service.app.db, world.kallio, tero).await.unwrap().unwrap();
    assert_eq!(found.services, [ChargeableService::Travel, ChargeableService::Salaries], "nothing is saved yet");
    assert!(elina.open(&format!("{one}/remove")).await.path.starts_with("/sign-in/"), "removing asks for a proof");
    let mut elina = world.browser_of(ELINA).await;
    assert!(elina.submit(&format!("{one}/remove"), &[]).await.says("The employee is off the listing."));
    assert!(employees::find(&world.service.app.db, world.kallio, tero).await.unwrap().is_none());
    let events: Vec<String> = world.acts().await.into_iter().map(|(event, _)| event).collect();
    assert_eq!(events, ["person.added", "employee.added", "employee.services_set", "employee.removed"]);
    assert_eq!(world.service.count("SELECT count(*) FROM messages WHERE channel = 'email'").await, 2);
}

#[tokio::test]
async fn a_user_becomes_an_employee_without_losing_anything() {
    let world = World::begin().await;
    let mut elina = world.browser_of(ELINA).await;

    let fields = [("email", "aino.virtanen@kallio.example"), ("given_name", "Other"), ("family_name", "Name")];
    let page = elina.submit(&at(world.kallio, "employees/new"), &fields).await;

    assert!(page.says("Aino Virtanen") && page.says("Yes"), "{}", page.body);
    assert!(world.member(world.kallio, world.aino).await.is_some());
}

#[tokio::test]
async fn an_employee_becomes_a_user_without_typing_anything_again() {
    let world = World::begin().await;
    let mut elina = world.browser_of(ELINA).await;
    let fields =
        [("email", "tero@kallio.example"), ("given_name", "Tero"), ("family_name", "Koski"), ("service", "travel")];
    elina.submit(&at(world.kallio, "employees/new"), &fields).await;
    let email = Email::parse("tero@kallio.example").unwrap();
    let tero = people::find_by_email(&world.service.app.db, &email).await.unwrap().unwrap().id;
    let add = at(world.kallio, &format!("users/new?employee={tero}"));
    let one = elina.get(&at(world.kallio, &format!("employees/{tero}"))).await;
    assert!(one.body.contains(&format!("href=\"{add}\"")), "{}", one.body);

    let form = elina.get(&add).await;
    for typed in ["tero@kallio.example", "Tero", "Koski"] {
        assert!(form.body.contains(&format!("value=\"{typed}\"")), "{typed}: {}", form.body);
    }
    let page = elina.submit(&at(world.kallio, "users/new"), &[&fields[..3], &[("role", "employee")]].concat()).await;

    assert!(page.says("Tero Koski"), "{}", page.body);
    assert!(world.member(world.kallio, tero).await.is_some());
    let found = employees::find(&world.service.app.db, world.kallio, tero).await.unwrap().unwrap();
    assert_eq!(found.services, [ChargeableService::Travel], "the listing stays");
    let one = elina.get(&at(world.kallio, &format!("employees/{tero}"))).await;
    assert!(!one.body.contains("users/new?employee="), "{}", one.body);
    assert_eq!(elina.get(&add).await.status, 404, "a user already");
}

#[tokio::test]
async fn no_name_of_another_companys_employee_fills_a_form() {
    let world = World::begin().await;
    let mut elina = world.browser_of(ELINA).await;
    let fields = [("email", "tero@kallio.example"), ("given_name", "Tero"), ("family_name", "Koski")];
    elina.submit(&at(world.kallio, "employees/new"), &fields).await;
    let email = Email::parse("tero@kallio.example").unwrap();
    let tero = people::find_by_email(&world.service.app.db, &email).await.unwrap().unwrap().id;
    let mut niilo = world.browser_of(NIILO).await;
    for person in [tero, world.aino] {
        let form = niilo.get(&at(world.niemi, &format!("users/new?employee={person}"))).await;
        assert_eq!(form.status, 404, "{person}");
        assert!(!form.says("Koski") && !form.says("Virtanen"), "{}", form.body);
    }
}

#[tokio::test]
async fn the_listing_of_another_company_is_nobodys() {
    let world = World::begin().await;
    let mut niilo = world.browser_of(NIILO).await;
    let mut elina = world.browser_of(ELINA).await;
    let fields = [("email", "aino.virtanen@kallio.example"), ("given_name", "Aino")];
    elina.submit(&at(world.kallio, "employees/new"), &fields).await;
    let aino = |company| at(company, &format!("employees/{}", world.aino));

    for page in [at(world.kallio, "employees"), aino(world.kallio), aino(world.niemi)] {
        assert_eq!(niilo.get(&page).await.status, 404, "{page}");
    }
    for act in [
        aino(world.kallio),
        aino(world.niemi),
        format!("{}/remove", aino(world.kallio)),
        format!("{}/remove", aino(world.niemi)),
    ] {
        assert_eq!(niilo.post(&act, &[("service", "travel")]).await.status, 404, "{act}");
    }
    assert_eq!(niilo.get(&at(world.niemi, "employees?after=x")).await.status, 200);
    assert_eq!(world.acts().await.len(), 1);
}

/// Puts everybody on the listing of Kallio & Laine.
async fn list_all(world: &World, people: Vec<people::PersonId>) {
    let (kallio, now) = (world.kallio, world.service.now());
    let added: Result<(), salpa::platform::db::Error> = world
        .service
        .app
        .db
        .write(move |tx| {
            Box::pin(async move {
                for person in people {
                    employees::add(tx, kallio, person, &[ChargeableService::Travel], now).await?;
                }
                Ok(())
            })
        })
        .await;
    added.unwrap();
}

#[tokio::test]
async fn the_listing_is_paged_there_and_back() {
    let world = World::begin().await;
    let people = crowd(&world, 50).await;
    list_all(&world, people).await;
    let mut browser = world.browser_of(ELINA).await;

    let first = browser.get(&at(world.kallio, "employees")).await;
    let second = browser.get(&first.link("next").unwrap()).await;
    let third = browser.get(&second.link("next").unwrap()).await;
    assert!(first.link("prev").is_none() && third.link("next").is_none());
    let all: Vec<String> = [&first, &second, &third].into_iter().flat_map(names).collect();
    assert_eq!((all.len(), all.is_sorted()), (50, true), "{all:?}");

    let back = browser.get(&third.link("prev").unwrap()).await;
    assert_eq!(names(&back), names(&second));
    let beginning = browser.get(&back.link("prev").unwrap()).await;
    assert_eq!((names(&beginning), beginning.link("prev")), (names(&first), None));
    for nowhere in ["after=x", "before=x", &format!("before={}", world.niilo), &format!("after={}", world.aino)] {
        let page = browser.get(&format!("{}?{nowhere}", at(world.kallio, "employees"))).await;
        assert_eq!(names(&page), names(&first), "{nowhere}");
    }
}

#[tokio::test]
async fn a_search_finds_employees_of_the_company_alone() {
    let world = World::begin().await;
    let mut people = crowd(&world, 30).await;
    people.truncate(25);
    list_all(&world, people).await;
    let mut browser = world.browser_of(ELINA).await;
    let listing = at(world.kallio, "employees");

    let found = |typed: &str| format!("{listing}?typed={typed}");
    assert_eq!(names(&browser.get(&found("NUMBER0007")).await), ["Person Number0007"]);
    assert_eq!(names(&browser.get(&found("person7%40ka")).await), ["Person Number0007"]);
    let many: Page = browser.get(&found("number")).await;
    assert!(names(&many).len() == 20 && many.says("There are more."), "{}", many.body);
    assert!(many.link("next").is_none(), "one types more instead");
    for nobody in ["number0029", "niilo", "elina", "%25"] {
        let page = browser.get(&found(nobody)).await;
        assert!(names(&page).is_empty() && page.says("Nobody was found"), "{nobody}: {}", page.body);
        assert!(page.says("Nobody on the listing matches") && !page.says("No one is on the listing yet"));
    }
    let fragment = browser.get(&format!("{}&fragment=1", found("number0007"))).await;
    assert_eq!(names(&fragment), ["Person Number0007"]);
    assert!(!fragment.body.contains("<html"));
    assert!(fragment.headers["content-security-policy"].to_str().unwrap().contains("connect-src 'self'"));
}
