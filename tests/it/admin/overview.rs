//! *Overview*: the first page of the console.

use salpa::directory::companies::CompanyKind;
use salpa::directory::users::{MembershipState, Role};

use super::{ELINA, MAIJA, NIILO, World, at, company, crowd, engage, join, names};
use crate::support::{AINO, Page};

/// The rows of the overview, each as its text.
fn rows(page: &Page) -> Vec<String> {
    let list = page.body.split("<ul class=\"open-rows attention\">").nth(1).unwrap_or_default();
    let list = list.split("</ul>").next().unwrap();
    list.split("<li").skip(1).map(|row| Page { body: format!("<li{row}"), ..page.clone() }.text()).collect()
}

/// The addresses of the lists behind the rows.
fn links(page: &Page) -> Vec<String> {
    let list = page.body.split("<ul class=\"open-rows attention\">").nth(1).unwrap_or_default();
    let list = list.split("</ul>").next().unwrap();
    list.split("href=\"").skip(1).map(|rest| rest.split('"').next().unwrap().to_owned()).collect()
}

/// Some of Kallio & Laine's people lack something: two never signed in and have no second factor, one of them is
/// locked, and Niilo has not accepted.
async fn some_lack_something(world: &World) {
    let people = crowd(world, 3).await;
    let mut elina = world.browser_of(ELINA).await;
    elina.submit(&world.about(people[2], "lock"), &[]).await;
    let fields = [("email", NIILO.email), ("given_name", "Typed"), ("family_name", "Name"), ("role", "employee")];
    elina.submit(&at(world.kallio, "users/new"), &fields).await;
}

#[tokio::test]
async fn the_console_begins_with_the_users_who_may_need_attention() {
    let world = World::begin().await;
    some_lack_something(&world).await;
    world.browser_of(AINO).await;
    let mut elina = world.browser_of(ELINA).await;

    let page = elina.open("/admin").await;

    assert_eq!((page.path.clone(), page.title()), (at(world.kallio, "overview"), "Overview".to_owned()));
    assert!(page.says("Kallio & Laine Oy · 6 users"), "{}", page.body);
    assert_eq!(
        rows(&page),
        [
            "Never signed in Person Number0000, Person Number0001 2",
            "Not accepted yet Typed Name 1",
            "Locked Person Number0002 1",
            "No second factor Person Number0000, Person Number0001, Person Number0002 3",
        ]
    );
    let mut counted = Vec::new();
    for link in links(&page) {
        counted.push(names(&elina.open(&link).await).len());
    }
    assert_eq!(counted, [2, 1, 1, 3], "each number leads to the list that it counts");
}

#[tokio::test]
async fn where_nothing_is_amiss_the_overview_says_so() {
    let world = World::begin().await;
    world.browser_of(AINO).await;
    let mut elina = world.browser_of(ELINA).await;
    let page = elina.get(&at(world.kallio, "overview")).await;
    for said in [
        "Everyone who can sign in has signed in.",
        "No one has yet to accept.",
        "No one is locked.",
        "Everyone has a second factor.",
        "Nothing is announced.",
    ] {
        assert!(page.says(said), "{said}: {}", page.body);
    }
    assert!(!page.says("Client companies"), "she manages one company: {}", page.body);

    let fields = [
        ("english", "Payroll is slow. Wait a little."),
        ("finnish", ""),
        ("begins", "2026-06-09T12:00"),
        ("ends", "2026-06-10T12:00"),
    ];
    elina.submit(&at(world.kallio, "status/new"), &fields).await;
    let page = elina.get(&at(world.kallio, "overview")).await;
    assert!(page.says("Payroll is slow. Wait a little.") && page.says("Shown now"), "{}", page.body);
}

#[tokio::test]
async fn an_accounting_office_sees_all_its_clients_in_one_page() {
    let world = World::begin().await;
    some_lack_something(&world).await;
    for number in 1..=24 {
        let client = company(&world.service, &format!("Asiakas {number} Oy"), CompanyKind::Business).await;
        engage(&world.service, world.rantanen, client).await;
    }
    let mut maija = world.browser_of(MAIJA).await;
    let page = maija.get(&at(world.rantanen, "overview")).await;
    for said in [
        "Client companies 6 users",
        // Aino and Elina have second factors, and Aino has not signed in either.
        "3 have never signed in",
        "1 has not accepted yet",
        "1 is locked",
        "3 have no second factor",
    ] {
        assert!(page.says(said), "{said}: {}", page.body);
    }

    let clients = maija.get(&at(world.rantanen, "clients")).await;
    let row = clients.body.split("<tr>").skip(1).find(|row| row.contains("Kallio")).unwrap();
    let row = Page { body: row.to_owned(), ..clients.clone() }.text();
    assert!(row.ends_with("Users 6 Never signed in 3 Not accepted yet 1 Locked 1 No second factor 3"), "{row}");
    let rest = maija.get(&clients.link("next").unwrap()).await;
    assert!(rest.says("Asiakas 24 Oy") && !clients.says("Asiakas 24 Oy"), "{}", rest.body);
    assert_eq!(clients.body.matches("<tr>").count() + rest.body.matches("<tr>").count() - 2, 25, "each of them once");
    // In a client she sees what a user administrator sees, and no clients of others.
    let page = maija.get(&at(world.kallio, "overview")).await;
    assert!(!page.says("Client companies"), "{}", page.body);
}

#[tokio::test]
async fn clients_are_shown_to_main_users_of_the_office_alone() {
    let world = World::begin().await;
    join(&world.service, world.rantanen, world.niilo, &[Role::UserAdministrator]).await;
    let mut niilo = world.browser_of(NIILO).await;
    let page = niilo.get(&at(world.rantanen, "overview")).await;
    assert!(page.status.is_success() && !page.says("Client companies"), "{}", page.body);
    let mut elina = world.browser_of(ELINA).await;
    let mut maija = world.browser_of(MAIJA).await;
    for page in [
        niilo.get(&at(world.rantanen, "clients")).await,
        niilo.get(&at(world.niemi, "clients")).await,
        elina.get(&at(world.kallio, "clients")).await,
        elina.get(&at(world.rantanen, "clients")).await,
        elina.get(&at(world.rantanen, "overview")).await,
        maija.get(&at(world.kallio, "clients")).await,
    ] {
        assert_eq!(page.status, 404, "{}", page.path);
        assert!(!page.says("Asiakas"), "{}", page.body);
    }
}

/// The statements of a page that read tables of users.
async fn statements_of(world: &World, path: &str) -> (Page, Vec<String>) {
    let mut maija = world.browser_of(MAIJA).await;
    maija.get(path).await;
    world.service.app.db.statements().turn_on();
    world.service.app.db.statements().take();
    let page = maija.get(path).await;
    let sent = world.service.app.db.statements().take();
    (page, sent.texts.iter().map(|text| text.split_whitespace().collect::<Vec<_>>().join(" ")).collect())
}

#[tokio::test]
async fn every_number_is_one_statement_however_many_users_and_clients_there_are() {
    let world = World::begin().await;
    let (few, before) = statements_of(&world, &at(world.rantanen, "overview")).await;
    crowd(&world, 60).await;
    for number in 1..=19 {
        let client = company(&world.service, &format!("Asiakas {number} Oy"), CompanyKind::Business).await;
        engage(&world.service, world.rantanen, client).await;
    }
    let (many, after) = statements_of(&world, &at(world.rantanen, "overview")).await;
    assert!(few.status.is_success() && many.says("62 users"), "{}", many.body);
    assert_eq!(before.len(), after.len(), "{before:#?}\n{after:#?}");
    let counting = |sent: &[String]| sent.iter().filter(|text| text.contains("coalesce(sum(")).count();
    assert_eq!(counting(&after), 2, "the company, and all its clients: {after:#?}");

    let (clients, sent) = statements_of(&world, &at(world.rantanen, "clients")).await;
    assert!(clients.says("Asiakas 19 Oy"), "{}", clients.body);
    assert_eq!(counting(&sent), 1, "one for twenty companies: {sent:#?}");
    assert!(sent.len() <= before.len(), "{sent:#?}");
}

#[tokio::test]
async fn removed_users_are_not_counted() {
    let world = World::begin().await;
    let people = crowd(&world, 1).await;
    let mut elina = world.browser_of(ELINA).await;
    elina.submit(&world.about(people[0], "remove"), &[("basic", "none")]).await;
    assert_eq!(world.member(world.kallio, people[0]).await.unwrap().state, MembershipState::Removed);
    let page = elina.get(&at(world.kallio, "overview")).await;
    assert!(page.says("2 users") && page.says("Everyone has a second factor."), "{}", page.body);
}
