//! *Sign-in policy*: seen with whom it touches, before it counts.

use http::StatusCode;
use salpa::directory::companies::CompanyId;
use salpa::directory::people::PersonId;
use salpa::directory::rights::{self, Right};
use salpa::platform::db::{self, Reads};
use salpa::provider::applications::ApplicationId;
use salpa::sign_in::policies::{self, Gate, Policy, SecondFactor};

use super::{AINO, ELINA, MAIJA, NIILO, World, at};

impl World {
    /// Opens an application to Kallio & Laine and lets Aino and Elina use it.
    pub(super) async fn open(&self, application: ApplicationId) {
        self.open_to(application, self.kallio, &[self.aino, self.elina]).await;
    }

    /// Opens an application to a company and lets people of it use it.
    pub(super) async fn open_to(&self, application: ApplicationId, company: CompanyId, people: &[PersonId]) {
        let (people, now) = (people.to_vec(), self.service.now());
        let done: Result<(), db::Error> = self
            .service
            .app
            .db
            .write(move |tx| {
                Box::pin(async move {
                    rights::open_to(tx, company, &application.to_string(), now).await?;
                    for person in people {
                        rights::set_of_user(tx, company, person, &[Right::to_use(&application)]).await?;
                    }
                    Ok(())
                })
            })
            .await;
        done.unwrap();
    }

    async fn in_force(&self, application: ApplicationId) -> SecondFactor {
        let gate = Gate { application: Some(application), ..Gate::ACCOUNT };
        policies::in_force(&self.service.app.db, gate, Some(self.aino)).await.unwrap().second_factor()
    }
}

#[tokio::test]
async fn a_change_is_shown_with_whom_it_touches_and_counts_once_it_is_saved() {
    let world = World::begin().await;
    let books = world.service.application("Books", SecondFactor::Optional).await.application.id;
    world.open(books).await;
    let mut elina = world.browser_of(ELINA).await;
    let page = elina.open(&at(world.kallio, "policies")).await;
    assert!(page.says("Books") && page.says("2 people") && page.says("2 of 2 have turned it on."), "{}", page.body);

    let change = at(world.kallio, &format!("policies/change?of={books}&second_factor=required"));
    let page = elina.open(&change).await;
    assert!(page.says("Optional → Required") && page.says("All 2 are asked every time."), "{}", page.body);
    assert_eq!(world.in_force(books).await, SecondFactor::Optional, "looking changes nothing");

    let fields = [("of", books.to_string()), ("second_factor", "required".to_owned())];
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let page = elina.submit(&at(world.kallio, "policies/change"), &fields).await;
    assert!(page.says("The policy is saved."), "{}", page.body);
    assert_eq!(world.in_force(books).await, SecondFactor::Required);
    let entry: (String, String, String) = world
        .service
        .app
        .db
        .one("SELECT company_id, actor_id, application_id FROM history WHERE event = 'policy.set'", &[], |row| {
            Ok((row.get(0)?, row.get(1)?, row.get(2)?))
        })
        .await
        .unwrap();
    assert_eq!(entry, (world.kallio.to_string(), world.elina.to_string(), books.to_string()));
}

#[tokio::test]
async fn a_company_cannot_ask_for_less_than_the_application() {
    let world = World::begin().await;
    let books = world.service.application("Books", SecondFactor::Required).await.application.id;
    world.open(books).await;
    let mut elina = world.browser_of(ELINA).await;
    let id = books.to_string();
    let page = elina.submit(&at(world.kallio, "policies/change"), &[("of", &id), ("second_factor", "optional")]).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(page.says("A company can require more, not less."));
    assert!(world.in_force(books).await.asks_always());
}

#[tokio::test]
async fn before_some_rights_is_always_asked_and_before_none_that_no_application_knows() {
    let world = World::begin().await;
    let service = &world.service;
    let books = service.application("Books", SecondFactor::Optional).await.application.id;
    let other = service.application("Other", SecondFactor::Optional).await.application.id;
    world.open(books).await;
    service.declare(books, "bank").await;
    service.declare(books, "delete").await;
    service.declare(other, "secret").await;
    let mut elina = world.browser_of(ELINA).await;
    let path = at(world.kallio, "policies/ask-before");
    let page = elina.open(&path).await;
    assert!(page.says("Books") && page.says("bank") && !page.says("secret"), "{}", page.body);

    let words = [format!("{books} bank"), format!("{other} secret"), format!("{books} use"), "x".to_owned()];
    let mut fields: Vec<(&str, &str)> = words.iter().map(|word| ("right", word.as_str())).collect();
    let page = elina.submit(&path, &fields).await;
    assert_eq!(page.status, StatusCode::BAD_REQUEST, "a form without its end chooses nothing");
    fields.push(("complete", "1"));
    let page = elina.submit(&path, &fields).await;
    assert!(page.says("Always ask before") && page.says("Saved."), "{}", page.body);
    let kept = rights::asked_before(&service.app.db, world.kallio).await.unwrap();
    assert_eq!(kept, [Right { application: books.to_string(), name: "bank".to_owned() }]);
    assert_eq!(service.count("SELECT COUNT(*) FROM asked_before").await, 1);
    let entry: String = service
        .app
        .db
        .one("SELECT details FROM history WHERE event = 'policy.asked_before'", &[], |row| row.get(0))
        .await
        .unwrap();
    assert!(entry.contains(r#""name":"bank""#) && entry.contains(&books.to_string()), "{entry}");

    service.wait(6 * 60);
    let page = elina.submit(&path, &[("right", &format!("{books} delete")), ("complete", "1")]).await;
    assert!(page.path.starts_with("/sign-in/"), "a proof of the last minutes: {}", page.path);
    let page = elina.sign_in_as(service, page, ELINA).await;
    let of = |name: &str| format!("value=\"{books} {name}\" checked");
    assert!(page.body.contains(&of("delete")) && !page.body.contains(&of("bank")), "what was chosen: {}", page.body);
    service.wait(6 * 60);
    let page = elina.submit(&path, &[("complete", "1")]).await;
    let page = elina.sign_in_as(service, page, ELINA).await;
    assert!(page.says("bank") && !page.body.contains(" checked"), "nothing was chosen: {}", page.body);
    let page = elina.submit(&path, &[("complete", "1")]).await;
    assert!(page.says("Saved."), "{}", page.body);
    assert_eq!(rights::asked_before(&service.app.db, world.kallio).await.unwrap(), []);
}

#[tokio::test]
async fn saving_asks_for_a_proof_of_the_last_minutes() {
    let world = World::begin().await;
    let books = world.service.application("Books", SecondFactor::Optional).await.application.id;
    world.open(books).await;
    let mut elina = world.browser_of(ELINA).await;
    world.service.wait(6 * 60);
    let id = books.to_string();
    let page = elina.submit(&at(world.kallio, "policies/change"), &[("of", &id), ("second_factor", "required")]).await;
    assert!(page.path.starts_with("/sign-in/"), "{}", page.path);
    assert_eq!(world.in_force(books).await, SecondFactor::Optional);
    let page = elina.sign_in_as(&world.service, page, ELINA).await;
    assert!(page.says("All 2 are asked every time."), "and leads back to what was chosen: {}", page.body);
}

#[tokio::test]
async fn a_policy_that_would_lock_somebody_out_for_good_is_refused_with_the_reason() {
    let world = World::begin().await;
    let mut elina = world.browser_of(ELINA).await;
    let path = at(world.kallio, "policies/details/change");
    for (methods, reason) in [
        (&[("method", "password")][..], "With these methods nobody could sign in."),
        (&[("method", "recovery_code")], "With these methods nobody could sign in."),
        (&[("method", "passkey")], "You could no longer sign in"),
    ] {
        let page = elina.submit(&path, methods).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(page.says(reason), "{}", page.body);
    }
    assert_eq!(policies::of_company(&world.service.app.db, world.kallio).await.unwrap(), Policy::SILENT);

    let page = elina
        .submit(
            &path,
            &[
                ("method", "password"),
                ("method", "totp"),
                ("method", "recovery_code"),
                ("idle", "15"),
                ("remember", "0"),
            ],
        )
        .await;
    assert!(page.says("The policy is saved."), "{}", page.body);
    let policy = policies::of_company(&world.service.app.db, world.kallio).await.unwrap();
    assert_eq!((policy.idle_seconds, policy.remember_days, policy.methods.unwrap().len()), (Some(900), Some(0), 3));
}

#[tokio::test]
async fn methods_and_lifetimes_say_what_counts_now_in_the_words_of_people() {
    let world = World::begin().await;
    let mut elina = world.browser_of(ELINA).await;
    let path = at(world.kallio, "policies/details");
    let page = elina.open(&path).await;
    for now in ["Now 1,440", "Minutes that a proof counts", "heed"] {
        assert!(!page.says(now), "{now}: {}", page.body);
    }
    for now in ["Now 60 minutes.", "Now 24 hours.", "Now 5 minutes.", "Now as each application allows.", "Now 90 days."]
    {
        assert!(page.says(now), "{now}: {}", page.body);
    }
    let fields = [("method", "password"), ("method", "totp"), ("idle", "15"), ("lifetime", "480"), ("remember", "0")];
    assert!(elina.submit(&format!("{path}/change"), &fields).await.says("The policy is saved."));
    let page = elina.open(&path).await;
    for now in ["Now 15 minutes.", "Now 8 hours.", "Now not at all.", "If empty: 60 minutes.", "If empty: 24 hours."] {
        assert!(page.says(now), "{now}: {}", page.body);
    }
    elina.submit("/language", &[("language", "fi"), ("return_to", &path)]).await;
    let page = elina.open(&path).await;
    for now in ["Nyt 15 minuuttia.", "Nyt 8 tuntia.", "Nyt ei lainkaan.", "Tyhjänä 24 tuntia."] {
        assert!(page.says(now), "{now}: {}", page.body);
    }
}

#[tokio::test]
async fn a_wrong_number_is_marked_and_nothing_that_was_typed_is_lost() {
    let world = World::begin().await;
    let mut elina = world.browser_of(ELINA).await;
    let change = at(world.kallio, "policies/details/change");
    let query = "method=password&method=totp&sign=new_browser&idle=61&lifetime=480&fresh=soon";
    let page = elina.open(&format!("{change}?{query}")).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    let input = |name: &str| {
        let found = page.body.split("<input").find(|input| input.contains(&format!("id=\"{name}\""))).unwrap();
        found.split('>').next().unwrap().to_owned()
    };
    for (field, value, is_wrong) in [("idle", "61", true), ("lifetime", "480", false), ("fresh", "soon", true)] {
        let input = input(field);
        assert!(input.contains(&format!("value=\"{value}\"")), "{input}");
        assert_eq!(input.contains("aria-invalid") && input.contains("details-error"), is_wrong, "{input}");
    }
    assert!(input("idle").contains("autofocus") && page.body.matches(" autofocus").count() == 1, "{}", page.body);
    for (word, on) in [("totp", true), ("passkey", false), ("new_browser", true), ("new_network", false)] {
        assert_eq!(page.body.contains(&format!("value=\"{word}\" checked")), on, "{word}");
    }
    assert_eq!(policies::of_company(&world.service.app.db, world.kallio).await.unwrap(), Policy::SILENT);
}

#[tokio::test]
async fn numbers_outside_of_their_limits_are_refused() {
    let world = World::begin().await;
    let mut elina = world.browser_of(ELINA).await;
    let methods = "method=password&method=totp&method=passkey&method=recovery_code";
    for wrong in ["idle=61", "idle=0", "lifetime=14", "fresh=99999", "remember=91", "absence=0", "idle=-1", "idle=a"] {
        let page = elina.open(&at(world.kallio, &format!("policies/details/change?{methods}&{wrong}"))).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{wrong}");
    }
}

#[tokio::test]
async fn nobody_sees_or_changes_the_policy_of_another_company() {
    let world = World::begin().await;
    let books = world.service.application("Books", SecondFactor::Optional).await.application.id;
    world.open(books).await;
    let id = books.to_string();
    let mut niilo = world.browser_of(NIILO).await;
    for browser in [&mut niilo, &mut world.browser_of(AINO).await] {
        for page in ["policies", "policies/details"] {
            assert_eq!(browser.open(&at(world.kallio, page)).await.status, StatusCode::NOT_FOUND);
        }
        let fields = [("of", id.as_str()), ("second_factor", "required")];
        let page = browser.submit(&at(world.kallio, "policies/change"), &fields).await;
        assert_eq!(page.status, StatusCode::NOT_FOUND);
    }
    let page = niilo.submit(&at(world.niemi, "policies/change"), &[("of", &id), ("second_factor", "required")]).await;
    assert_eq!(page.status, StatusCode::NOT_FOUND, "an application that is not open to the company");
    assert_eq!(world.in_force(books).await, SecondFactor::Optional);
}

#[tokio::test]
async fn the_main_user_of_the_accounting_office_sets_a_clients_policy_in_their_own_name() {
    let world = World::begin().await;
    let books = world.service.application("Books", SecondFactor::Optional).await.application.id;
    world.open(books).await;
    let mut maija = world.browser_of(MAIJA).await;
    let fields = [("of", "everywhere"), ("second_factor", "required")];
    let page = maija.submit(&at(world.kallio, "policies/change"), &fields).await;
    assert!(page.says("The policy is saved."), "{}", page.body);
    assert!(world.in_force(books).await.asks_always());
    let actor: String = world
        .service
        .app
        .db
        .one("SELECT actor_id FROM history WHERE event = 'policy.set'", &[], |row| row.get(0))
        .await
        .unwrap();
    assert_eq!(actor, world.maija.to_string());
}
