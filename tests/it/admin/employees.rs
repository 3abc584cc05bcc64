//! The employee listing, with the services that open the phone app.

use salpa::directory::employees::{self, Service};
use salpa::directory::people::{self, Email};

use super::{ELINA, NIILO, World, at};

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
    assert!(again.says("This person is on the listing already."), "{}", again.body);

    let email = Email::parse("tero@kallio.example").unwrap();
    let tero = people::find_by_email(&world.service.app.db, &email).await.unwrap().unwrap().id;
    assert!(world.member(world.kallio, tero).await.is_none());
    let one = format!("{listing}/{tero}");
    let services = [("service", "salaries"), ("service", "travel"), ("service", "everything")];
    assert!(elina.submit(&one, &services).await.says("The services have been changed."));
    let found = employees::find(&world.service.app.db, world.kallio, tero).await.unwrap().unwrap();
    assert_eq!(found.services, [Service::Travel, Service::Salaries]);

    world.service.wait(6 * 60);
    assert!(elina.open(&format!("{one}/remove")).await.path.starts_with("/sign-in/"), "removing asks for a proof");
    let mut elina = world.browser_of(ELINA).await;
    assert!(elina.submit(&format!("{one}/remove"), &[]).await.says("The employee is off the listing."));
    assert!(employees::find(&world.service.app.db, world.kallio, tero).await.unwrap().is_none());
    let events: Vec<String> = world.acts().await.into_iter().map(|(event, _)| event).collect();
    assert_eq!(events, ["employee.added", "employee.services_set", "employee.removed"]);
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
