//! *Audit history* of one company.

use http::StatusCode;
use salpa::event::Event;
use salpa::platform::history::{self, Entry};
use salpa::platform::web::fault::Fault;
use salpa::sign_in::policies::SecondFactor;

use super::{AINO, ELINA, NIILO, World, at, join};
use salpa::directory::users::Role;

impl World {
    /// Writes entries of a company, the oldest first, a second after one another.
    async fn note(&self, entries: Vec<Entry>) {
        let random = self.service.app.random.clone();
        let noted: Result<(), Fault> = self
            .service
            .app
            .db
            .write(move |tx| {
                Box::pin(async move {
                    for entry in &entries {
                        history::write(tx, &random, entry).await?;
                    }
                    Ok(())
                })
            })
            .await;
        noted.unwrap();
    }
}

#[tokio::test]
async fn it_shows_what_happened_in_words_and_opens_for_details() {
    let world = World::begin().await;
    let mut stranger = world.service.browser();
    let page = stranger.open("/account").await;
    let sign_in = page.sign_in();
    stranger.submit(&format!("{sign_in}/email"), &[("email", AINO.email)]).await;
    stranger.submit(&format!("{sign_in}/password"), &[("password", "not the one that she has")]).await;

    let mut elina = world.browser_of(ELINA).await;
    let page = elina.open(&at(world.kallio, "history")).await;
    assert!(page.says("Today, 9 June") && page.says("Wrong password") && page.says("Aino Virtanen"), "{}", page.body);
    assert!(page.says("Chrome on Linux") && page.says("Password"), "the details");
    let page = elina.open(&at(world.kallio, "history?stopped=1")).await;
    assert!(page.says("Wrong password") && !page.says("Signed in "), "{}", page.body);
    let page = elina.open(&at(world.kallio, "history?typed=aino")).await;
    assert!(page.says("Aino Virtanen") && !page.body.contains("<span>Elina Saarinen</span>"), "{}", page.body);
    let page = elina.open(&at(world.kallio, "history?from=2026-06-10")).await;
    assert!(page.says("Nothing was found"));
    let page = elina.open(&at(world.kallio, "history?group=administration")).await;
    assert!(!page.says("Wrong password"));
}

#[tokio::test]
async fn it_is_paged_by_key_and_nothing_is_missed_or_shown_twice() {
    let world = World::begin().await;
    let entries = (0..130_u32).map(|number| {
        let mut entry = Entry::new(world.service.now(), Event::UserAdded).company(world.kallio).person(world.niilo);
        entry.error_id = Some(format!("SLP-{number:04}"));
        entry
    });
    world.note(entries.collect()).await;
    let mut elina = world.browser_of(ELINA).await;
    let (mut seen, mut path) = (Vec::new(), at(world.kallio, "history?group=administration"));
    for _ in 0..5 {
        let page = elina.open(&path).await;
        seen.extend(page.body.split("SLP-").skip(1).map(|rest| rest[..4].to_owned()));
        let Some(at_next) = page.body.find("rel=\"next\" href=\"") else { break };
        let rest = &page.body[at_next + "rel=\"next\" href=\"".len()..];
        path = rest.split('"').next().unwrap().replace("&#38;", "&").replace("&amp;", "&");
    }
    let expected: Vec<String> = (0..130_u32).rev().map(|number| format!("{number:04}")).collect();
    assert_eq!(seen, expected);
    let page = elina.open(&at(world.kallio, "history?typed=SLP-0077")).await;
    assert!(page.says("SLP-0077") && !page.says("SLP-0078") && page.says("One event"), "{}", page.body);
}

#[tokio::test]
async fn nobody_reads_of_another_company() {
    let world = World::begin().await;
    // Aino is a user of Niemi, too, and goes to its application.
    join(&world.service, world.niemi, world.aino, &[Role::Employee]).await;
    let secret = world.service.application_of(world.niemi, "Secret Project", SecondFactor::Required).await;
    let mut aino = world.service.browser();
    let page = aino.open(&secret.authorize(&[])).await;
    aino.sign_in_as(&world.service, page, AINO).await;

    let mut elina = world.browser_of(ELINA).await;
    for query in ["", "?typed=aino", "?stopped=1", &format!("?application={}", secret.application.id)] {
        let page = elina.open(&at(world.kallio, &format!("history{query}"))).await;
        assert!(!page.body.contains("Secret Project"), "{query}");
    }
    let csv = elina.submit(&at(world.kallio, "history/download"), &[]).await;
    assert!(!csv.body.contains("Secret Project"));
    let mut niilo = world.browser_of(NIILO).await;
    assert!(niilo.open(&at(world.niemi, "history")).await.says("Secret Project"), "its own company reads of it");
    assert_eq!(niilo.open(&at(world.kallio, "history")).await.status, StatusCode::NOT_FOUND);
    assert_eq!(niilo.submit(&at(world.kallio, "history/download"), &[]).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_download_is_in_the_history_and_holds_no_formula() {
    let world = World::begin().await;
    let mut entry = Entry::new(world.service.now(), Event::UserAdded).company(world.kallio).person(world.niilo);
    entry.user_agent = Some("=HYPERLINK(\"https://evil.example\")".to_owned());
    world.note(vec![entry]).await;
    let mut elina = world.browser_of(ELINA).await;
    let csv = elina.submit(&at(world.kallio, "history/download"), &[("group", "administration")]).await;
    assert_eq!(csv.headers["content-type"], "text/csv; charset=utf-8");
    assert!(csv.headers["content-disposition"].to_str().unwrap().starts_with("attachment"));
    assert!(
        csv.body.contains("\"'=HYPERLINK(\"\"https://evil.example\"\")\"") && csv.body.contains("\"user.added\""),
        "{}",
        csv.body
    );
    assert!(!csv.body.contains("sign_in.done"), "the filters count");
    elina.headers.insert("accept-encoding", "gzip, br".parse().unwrap());
    let compressed = elina.submit(&at(world.kallio, "history/download"), &[("group", "administration")]).await;
    assert!(compressed.headers.contains_key("content-encoding") && !compressed.body.is_empty());
    elina.headers.remove("accept-encoding");
    let exported = world.service.companies_of_event("company.history_exported").await;
    assert_eq!(exported, [Some(world.kallio.to_string()), Some(world.kallio.to_string())]);
    assert_eq!(elina.get(&at(world.kallio, "history/download")).await.status, StatusCode::METHOD_NOT_ALLOWED);
}
