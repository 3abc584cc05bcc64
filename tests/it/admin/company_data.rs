//! *Company data*: the name of a company and its contact, changed by its administrators.

use http::StatusCode;
use salpa::directory::companies::{self, CompanyId};
use salpa::platform::db::Reads;
use salpa::values;

use super::{ELINA, NIILO, World, at};

const GOOD: [(&str, &str); 4] = [
    ("name", "Kallio & Pojat Oy"),
    ("business_id", "2345678-9"),
    ("contact_email", "tuki@kallio.example"),
    ("contact_phone", "+358 40 123 4567"),
];

async fn stored(world: &World, company: CompanyId) -> companies::Company {
    companies::find(&world.service.app.db, company).await.unwrap().unwrap()
}

#[tokio::test]
async fn an_administrator_corrects_the_data_of_the_company() {
    let world = World::begin().await;
    let mut elina = world.browser_of(ELINA).await;
    let path = at(world.kallio, "company");
    assert!(elina.get(&path).await.body.contains("value=\"Kallio &#38; Laine Oy\""));

    let page = elina.submit(&path, &GOOD).await;

    assert!(page.says("The company data has been saved.") && page.says("Kallio & Pojat Oy"), "{}", page.body);
    let company = stored(&world, world.kallio).await;
    assert_eq!(
        (company.business_id.as_deref(), company.contact_email.as_deref(), company.contact_phone.as_deref()),
        (Some("2345678-9"), Some("tuki@kallio.example"), Some("+358 40 1234567")),
        "a phone is kept as it is called from everywhere"
    );
    assert_eq!(world.acts().await.last().unwrap(), &("company.changed".to_owned(), world.elina.to_string()));
    let history = elina.get(&at(world.kallio, "history")).await;
    for said in ["Kallio & Laine Oy → Kallio & Pojat Oy", "2345678-9", "tuki@kallio.example"] {
        assert!(history.says(said), "{said}: {}", history.text());
    }
}

#[tokio::test]
async fn every_mistake_is_said_at_its_field_and_nothing_typed_is_lost() {
    let world = World::begin().await;
    let mut niilo = world.browser_of(NIILO).await;
    niilo.submit(&at(world.niemi, "company"), &[("name", "Niemi Oy"), ("business_id", "2345678-9")]).await;
    let mut elina = world.browser_of(ELINA).await;
    let path = at(world.kallio, "company");
    let long = "a".repeat(201);
    for (field, typed, said) in [
        ("name", "", "Type a name of at most 200 characters."),
        ("name", long.as_str(), "Type a name of at most 200 characters."),
        ("business_id", "2345678-9", "Another company has this business ID."),
        ("contact_email", "nobody", "email"),
        ("contact_phone", "call me", "Type the phone number with a plus and the country code."),
    ] {
        let mut fields = GOOD.to_vec();
        fields[1].1 = "7654321-0";
        fields.iter_mut().find(|(name, _)| *name == field).unwrap().1 = typed;
        let page = elina.submit(&path, &fields).await;
        assert_eq!((page.status, page.says(said)), (StatusCode::UNPROCESSABLE_ENTITY, true), "{said}: {}", page.body);
        assert!(page.body.contains("aria-invalid=\"true\""), "{}", page.body);
        for (name, value) in fields {
            assert!(page.body.contains(&format!("value=\"{value}\"").replace('&', "&#38;")), "{name}: {}", page.body);
        }
    }
    assert_eq!(stored(&world, world.kallio).await.name, "Kallio & Laine Oy");
    assert_eq!(world.acts().await.len(), 1, "Niilo's alone");
}

#[tokio::test]
async fn a_fresh_proof_is_asked_for_and_the_typed_data_comes_back() {
    let world = World::begin().await;
    let mut elina = world.browser_of(ELINA).await;
    world.service.wait(6 * 60);
    let asked = elina.submit(&at(world.kallio, "company"), &GOOD).await;
    assert!(asked.says("To change company data, confirm that it is you."), "{}", asked.body);
    let read = "SELECT return_to FROM sign_ins WHERE id = ?1";
    let sign_in = asked.sign_in().replace("/sign-in/", "");
    let back: String = world.service.app.db.one(read, values![&sign_in], |row| row.get(0)).await.unwrap();
    let form = elina.open(&back).await;
    for (_, value) in GOOD {
        assert!(form.body.contains(&format!("value=\"{}\"", value.replace('&', "&#38;"))), "{value}: {}", form.body);
    }
    assert_eq!(stored(&world, world.kallio).await.name, "Kallio & Laine Oy", "nothing is saved yet");
}

#[tokio::test]
async fn nobody_else_sees_or_changes_it() {
    let world = World::begin().await;
    let mut niilo = world.browser_of(NIILO).await;
    assert_eq!(niilo.get(&at(world.kallio, "company")).await.status, 404);
    assert_eq!(niilo.post(&at(world.kallio, "company"), &GOOD).await.status, 404);
    assert_eq!(stored(&world, world.kallio).await.name, "Kallio & Laine Oy");
}
