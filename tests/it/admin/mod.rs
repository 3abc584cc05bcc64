//! The administrator console (FLOWS.md 11), story by story.

mod acceptance;
mod adding;
mod applications;
mod chosen;
mod companies;
mod company_data;
mod employees;
mod factors;
mod first_message;
mod history;
mod importing;
mod list;
mod look;
mod membership;
mod overview;
mod policies;
mod rights;
mod sign_in;
mod status;
mod step_up;
mod walked;

use salpa::directory::companies::{self as directory, CompanyId, CompanyKind, NewCompany};
use salpa::directory::people::{self, Email, NewPerson, PersonId};
use salpa::directory::users::{self, Member, Role};
use salpa::platform::db::{self, Reads};

use crate::support::{AINO, Browser, Page, Service, Somebody};

/// User administrator of Kallio & Laine.
const ELINA: Somebody = Somebody {
    email: "elina.saarinen@kallio.example",
    given_name: "Elina",
    family_name: "Saarinen",
    password: "a lantern over the cold harbour",
    seed: Some("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJR"),
};

/// Main user of the accounting office that manages Kallio & Laine.
const MAIJA: Somebody = Somebody {
    email: "maija@rantanen.example",
    given_name: "Maija",
    family_name: "Rantanen",
    password: "the ledger closes before midnight",
    seed: Some("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJS"),
};

/// User administrator of a company that has nothing to do with the others.
const NIILO: Somebody = Somebody {
    email: "niilo@niemi.example",
    given_name: "Niilo",
    family_name: "Niemi",
    password: "seven boats in a quiet bay",
    seed: Some("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJT"),
};

/// A service with three companies and their people.
struct World {
    service: Service,
    kallio: CompanyId,
    rantanen: CompanyId,
    niemi: CompanyId,
    aino: PersonId,
    elina: PersonId,
    maija: PersonId,
    niilo: PersonId,
}

impl World {
    async fn begin() -> Self {
        let service = Service::start().await;
        let kallio = company(&service, "Kallio & Laine Oy", CompanyKind::Business).await;
        let rantanen = company(&service, "Tilitoimisto Rantanen", CompanyKind::AccountingOffice).await;
        let niemi = company(&service, "Niemi Oy", CompanyKind::Business).await;
        engage(&service, rantanen, kallio).await;
        let aino = service.person(AINO).await;
        let elina = service.person(ELINA).await;
        let maija = service.person(MAIJA).await;
        let niilo = service.person(NIILO).await;
        join(&service, kallio, aino, &[Role::Employee]).await;
        join(&service, kallio, elina, &[Role::UserAdministrator]).await;
        join(&service, rantanen, maija, &[Role::MainUser]).await;
        join(&service, niemi, niilo, &[Role::UserAdministrator]).await;
        Self { service, kallio, rantanen, niemi, aino, elina, maija, niilo }
    }

    /// A browser in which somebody is signed in.
    async fn browser_of(&self, somebody: Somebody) -> Browser {
        // A code works once: whoever signs in again waits for the next one.
        self.service.wait(31);
        let mut browser = self.service.browser();
        let first = browser.open("/account").await;
        let account = browser.sign_in_as(&self.service, first, somebody).await;
        assert_eq!(account.title(), "My sign-in", "{}", account.body);
        browser
    }

    /// The address of a page about a user of Kallio & Laine.
    fn about(&self, person: PersonId, page: &str) -> String {
        let slash = if page.is_empty() { "" } else { "/" };
        at(self.kallio, &format!("users/{person}{slash}{page}"))
    }

    /// The membership of a user in a company.
    async fn member(&self, company: CompanyId, person: PersonId) -> Option<Member> {
        users::find(&self.service.app.db, company, person).await.unwrap()
    }

    /// The events within Kallio & Laine that name who did them, from the beginning.
    async fn acts(&self) -> Vec<(String, String)> {
        self.service
            .app
            .db
            .all("SELECT event, actor_id, company_id FROM history WHERE actor_id IS NOT NULL ORDER BY id", &[], |row| {
                assert!(row.get::<Option<String>>(2)?.is_some(), "an act without a company");
                Ok((row.get(0)?, row.get(1)?))
            })
            .await
            .unwrap()
    }
}

async fn company(service: &Service, name: &str, kind: CompanyKind) -> CompanyId {
    let new = NewCompany { name: name.to_owned(), kind, contact_email: None, contact_phone: None, business_id: None };
    let (random, now) = (service.app.random.clone(), service.now());
    let added: Result<CompanyId, db::Error> =
        service.app.db.write(move |tx| Box::pin(async move { directory::add(tx, &random, now, &new).await })).await;
    added.unwrap()
}

async fn engage(service: &Service, office: CompanyId, client: CompanyId) {
    let now = service.now();
    let engaged: Result<bool, db::Error> =
        service.app.db.write(move |tx| Box::pin(async move { directory::engage(tx, office, client, now).await })).await;
    assert!(engaged.unwrap());
}

async fn join(service: &Service, company: CompanyId, person: PersonId, roles: &[Role]) {
    let (roles, now) = (roles.to_vec(), service.now());
    let joined: Result<(), db::Error> = service
        .app
        .db
        .write(move |tx| Box::pin(async move { users::add(tx, company, person, &roles, now).await }))
        .await;
    joined.unwrap();
}

/// Adds users of Kallio & Laine by the hundred.
async fn crowd(world: &World, count: usize) -> Vec<PersonId> {
    let (app, kallio, now) = (world.service.app.clone(), world.kallio, world.service.now());
    let added: Result<Vec<PersonId>, people::AdditionError> = world
        .service
        .app
        .db
        .write(move |tx| {
            Box::pin(async move {
                let mut ids = Vec::new();
                for number in 0..count {
                    let new = NewPerson {
                        email: Email::parse(&format!("person{number}@kallio.example")).unwrap(),
                        given_name: "Person".to_owned(),
                        family_name: format!("Number{number:04}"),
                        language: "en".to_owned(),
                    };
                    let id = people::add(tx, &app.random, now, &new).await?;
                    users::add(tx, kallio, id, &[Role::Employee], now).await?;
                    ids.push(id);
                }
                Ok(ids)
            })
        })
        .await;
    added.unwrap()
}

impl Page {
    /// The address of the page before (`prev`) or after (`next`).
    fn link(&self, rel: &str) -> Option<String> {
        let tag = self.body.split(&format!("rel=\"{rel}\" href=\"")).nth(1)?;
        Some(tag.split('"').next().unwrap().replace("&#38;", "&").replace("&amp;", "&"))
    }
}

/// The address of a page of a company.
fn at(company: CompanyId, page: &str) -> String {
    format!("/admin/{company}/{page}")
}

/// The names in the list of a page, in order.
fn names(page: &Page) -> Vec<String> {
    let rows = page.body.split("<span class=\"who\">").skip(1);
    rows.map(|row| row.split('>').nth(1).unwrap().split('<').next().unwrap().to_owned()).collect()
}
