//! Searching and ordering, alike on both databases.

use salpa::directory::companies;
use salpa::directory::companies::CompanyId;
use salpa::directory::contacts;
use salpa::directory::employees;
use salpa::directory::people::{self, Email, PersonId};
use salpa::directory::users::{self, Filter, MembershipState};
use salpa::platform::db::Source;

use crate::support::Service;

async fn found(service: &Service, company: CompanyId, typed: &str) -> Vec<String> {
    found_first(service, company, typed, 10).await
}

async fn found_first(service: &Service, company: CompanyId, typed: &str, limit: i64) -> Vec<String> {
    let mut reader = service.app.db.reader().await.unwrap();
    let found = users::search(&mut Source::Reader(&mut reader), company, typed, limit).await.unwrap();
    found.into_iter().map(|member| member.name).collect()
}

async fn among_employees(service: &Service, company: CompanyId, typed: &str) -> usize {
    let mut reader = service.app.db.reader().await.unwrap();
    employees::search(&mut Source::Reader(&mut reader), company, typed, 10).await.unwrap().len()
}

async fn set_phone(service: &Service, person: PersonId, phone: &'static str) {
    let now = service.now();
    service
        .transact(move |tx| Box::pin(async move { contacts::set_phone(tx, person, Some(phone), now).await }))
        .await
        .unwrap();
}

#[tokio::test]
async fn users_are_found_by_what_words_begin_with_in_any_spelling() {
    let service = Service::start().await;
    let kallio = service.business("Kallio Oy").await;
    let maki = service.somebody("Anna-Liisa Mäkelä").await;
    service.user(kallio, maki, &[]).await;
    service.user(kallio, service.somebody("Anna Virtanen").await, &[]).await;
    set_phone(&service, maki, "+358401234567").await;

    for typed in [
        "Mäk",
        "mak",
        "LIISA",
        "anna mäk",
        "mäkelä anna liisa",
        "annaliisamkel@people",
        "+358 40 123",
        "358401",
        "040 123",
        "0401234567",
    ] {
        assert_eq!(found(&service, kallio, typed).await, ["Anna-Liisa Mäkelä"], "{typed}");
    }
    assert_eq!(found(&service, kallio, "anna").await.len(), 2);
    for typed in ["", " ", "kelä", "anna laine", "0402", "%", "_", "\u{0}", "anna x"] {
        assert!(found(&service, kallio, typed).await.is_empty(), "{typed}");
    }
}

#[tokio::test]
async fn a_person_with_several_matching_words_takes_no_other_place_in_the_results() {
    let service = Service::start().await;
    let kallio = service.business("Kallio Oy").await;
    for name in ["Anna Annala", "Annika Annala", "Bertta Annila"] {
        service.user(kallio, service.somebody(name).await, &[]).await;
    }
    let names = ["Anna Annala", "Annika Annala", "Bertta Annila"];
    for (typed, limit, most) in
        [("ann", 1, 1), ("ann", 2, 2), ("ann", 3, 3), ("annala ann a", 2, 2), ("annala ann", 2, 2)]
    {
        let mut found = found_first(&service, kallio, typed, limit).await;
        assert_eq!(found.len(), most, "{typed} {limit}: {found:?}");
        found.dedup();
        assert!(found.len() == most && found.iter().all(|name| names.contains(&name.as_str())), "{found:?}");
    }
}

#[tokio::test]
async fn no_search_goes_beyond_its_company() {
    let service = Service::start().await;
    let (kallio, lumo) = (service.business("Kallio Oy").await, service.business("Lumo Oy").await);
    let office = service.office("Tilitoimisto Rantanen").await;
    let (aino, onni) = (service.somebody("Aino Virtanen").await, service.somebody("Aino Niemi").await);
    service.user(kallio, aino, &[]).await;
    service.employee(kallio, onni).await;
    service.engage(office, kallio).await;

    assert_eq!(found(&service, kallio, "aino").await, ["Aino Virtanen"], "the employee is no user");
    assert!(found(&service, lumo, "aino").await.is_empty());
    assert_eq!(
        (among_employees(&service, kallio, "aino").await, among_employees(&service, lumo, "aino").await),
        (1, 0)
    );
    let mut reader = service.app.db.reader().await.unwrap();
    let source = &mut Source::Reader(&mut reader);
    assert_eq!(companies::search_clients(source, office, "kal", 10).await.unwrap().len(), 1);
    assert!(companies::search_clients(source, lumo, "kal", 10).await.unwrap().is_empty());
    drop(reader);

    service.disengage(office, kallio).await.unwrap_err();
    service.set_user(kallio, aino, MembershipState::Removed).await.unwrap();
    assert!(found(&service, kallio, "aino").await.is_empty(), "removed");
    service.set_user(kallio, aino, MembershipState::Active).await.unwrap();
    assert_eq!(found(&service, kallio, "aino").await.len(), 1, "taken back");
}

#[tokio::test]
async fn a_person_is_found_by_their_present_words() {
    let service = Service::start().await;
    let kallio = service.business("Kallio Oy").await;
    let aino = service.somebody("Aino Virtanen").await;
    service.user(kallio, aino, &[]).await;
    set_phone(&service, aino, "+358401234567").await;
    set_phone(&service, aino, "+358507654321").await;
    assert!(found(&service, kallio, "040 123").await.is_empty());
    assert_eq!(found(&service, kallio, "050 765").await.len(), 1);

    let now = service.now();
    let new = Email::parse("new@somewhere.example").unwrap();
    let set = service.transact(move |tx| Box::pin(async move { people::set_email(tx, aino, &new, now).await })).await;
    assert!(set.unwrap());
    assert!(found(&service, kallio, "ainovirtanen@").await.is_empty());
    assert_eq!(found(&service, kallio, "new@some").await.len(), 1);
}

#[tokio::test]
async fn lists_stand_in_one_order_everywhere_and_are_paged_by_it() {
    let service = Service::start().await;
    let kallio = service.business("Kallio Oy").await;
    for name in ["Östen Ö", "Åke B", "ake a", "Zoë Z", "zoe y", "Äijä Ä", "Aake A", "Éva E"] {
        service.user(kallio, service.somebody(name).await, &[]).await;
    }
    let mut names = Vec::new();
    let mut place: (Vec<u8>, Option<PersonId>) = (Vec::new(), None);
    loop {
        let page = users::list(&service.app.db, kallio, (Filter::All, None), (&place.0, place.1), 3).await.unwrap();
        let Some(last) = page.last() else { break };
        place = (last.sort_key.clone(), Some(last.person));
        names.extend(page.into_iter().map(|member| member.name));
    }
    assert_eq!(names, ["Aake A", "ake a", "Éva E", "zoe y", "Zoë Z", "Åke B", "Äijä Ä", "Östen Ö"]);
}

#[tokio::test]
async fn users_of_a_time_before_the_index_are_indexed_in_batches() {
    let service = Service::start().await;
    let kallio = service.business("Kallio Oy").await;
    for number in 0..5 {
        service.user(kallio, service.somebody(&format!("Aino {number}")).await, &[]).await;
    }
    service.change("UPDATE users SET sort_key = NULL").await;
    service.change("DELETE FROM search_words").await;
    let listed =
        async || users::list(&service.app.db, kallio, (Filter::All, None), (&[], None), 100).await.unwrap().len();
    assert_eq!((listed().await, found(&service, kallio, "aino").await.len()), (0, 0));

    for indexed in [2, 2, 1, 0] {
        let batch = service.transact(|tx| Box::pin(async move { users::index_missing(tx, 2).await })).await;
        assert_eq!(batch.unwrap(), indexed);
    }
    assert_eq!((listed().await, found(&service, kallio, "aino").await.len()), (5, 5));
}
