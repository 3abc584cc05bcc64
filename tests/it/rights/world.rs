//! A company with everything that it has, and everybody who might want it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicU32, Ordering};

use salpa::directory::announcements::{self, AnnouncementAudience, AnnouncementContent};
use salpa::directory::companies::CompanyId;
use salpa::directory::people::PersonId;
use salpa::directory::rights::{self, ProfileId, Right};
use salpa::directory::users::{MembershipState, Role};
use salpa::platform::secret::hash_token;
use salpa::platform::web::network::Network;
use salpa::platform::web::static_files;
use salpa::proofs::{passkeys, recovery, totp};
use salpa::provider::applications::scopes::Scopes;
use salpa::provider::applications::{ApplicationProfile, GrantType, Registration, WishedAuthentication};
use salpa::sign_in::policies::SecondFactor;
use salpa::sign_in::sessions::SessionId;
use salpa::values;

use super::table::Line;
use crate::support::dns::Resolver;
use crate::support::{Browser, Page, Registered, Service, Somebody};

/// The callers, as the table names them.
pub const NOBODY: &str = "nobody";
pub const STRANGER: &str = "another company's user";
pub const EMPLOYEE: &str = "employee";
pub const USER: &str = "user";
pub const OTHER_ADMINISTRATOR: &str = "another company's administrator";
pub const FORMER: &str = "former office's main user";
pub const MAIN_USER: &str = "main user";
pub const ADMINISTRATOR: &str = "user administrator";
pub const OWNER: &str = "whose it is";

const fn somebody(email: &'static str, given_name: &'static str) -> Somebody {
    Somebody { email, given_name, family_name: "Saari", password: "nine white sails before noon", seed: None }
}

/// Those who sign in themselves, too: by their tokens they ask the API.
pub const PEOPLE: [(&str, Somebody); 6] = [
    (STRANGER, somebody("sanna@niemi.example", "Sanna")),
    (EMPLOYEE, somebody("eero@kallio.example", "Eero")),
    (USER, somebody("uuno@kallio.example", "Uuno")),
    (OTHER_ADMINISTRATOR, somebody("oona@niemi.example", "Oona")),
    (FORMER, somebody("fredrik@former.example", "Fredrik")),
    (MAIN_USER, somebody("maija@rantanen.example", "Maija")),
];

/// The picture of Kallio's look.
const LOGO: &str = "0f0f0f0f0f0f0f0f";

pub struct World {
    pub service: Service,
    /// The company of whose things it is about.
    pub kallio: CompanyId,
    /// A company that has nothing to do with it.
    pub niemi: CompanyId,
    /// The office that manages Kallio.
    pub office: CompanyId,
    /// An application that is open to Kallio.
    pub payroll: Registered,
    /// One that is Kallio's own.
    pub own: Registered,
    /// One that belongs to somebody else.
    pub ledger: Registered,
    television: Registered,
    people: BTreeMap<&'static str, PersonId>,
    number: AtomicU32,
    /// The resolver that the service asks.
    pub dns: Resolver,
}

/// The rows at Kallio for one request: made for it, so that nothing else has changed them.
#[derive(Clone)]
pub struct Things {
    /// About whom it is.
    pub person: PersonId,
    /// Their email.
    pub email: String,
    /// Their browser.
    pub owner: Browser,
    /// Their session in that browser.
    pub session: String,
    /// The other company by way of which they are asked for, if any.
    way: Option<String>,
    /// The ready-made profile.
    pub profile: ProfileId,
    /// The values of the parameters of a path.
    values: Vec<(&'static str, String)>,
}

impl World {
    pub async fn begin() -> Self {
        let dns = Resolver::start();
        let service = Service::start().await.with(|settings| settings.dns_resolvers = vec![dns.address]).await;
        let kallio = service.business("Kallio Oy").await;
        let niemi = service.business("Niemi Oy").await;
        let office = service.office("Rantanen").await;
        let former = service.office("Former").await;
        service.engage(office, kallio).await;
        service.engage(former, kallio).await;
        let mut people = BTreeMap::new();
        for (name, somebody) in PEOPLE {
            people.insert(name, service.person(somebody).await);
        }
        people.insert(ADMINISTRATOR, service.somebody("Elina Saarinen").await);
        service.user(kallio, people[ADMINISTRATOR], &[Role::UserAdministrator]).await;
        service.user(niemi, people[STRANGER], &[Role::Employee]).await;
        service.employee(kallio, people[EMPLOYEE]).await;
        service.user(kallio, people[USER], &[Role::Employee]).await;
        service.user(niemi, people[OTHER_ADMINISTRATOR], &[Role::UserAdministrator]).await;
        service.user(former, people[FORMER], &[Role::MainUser]).await;
        service.user(office, people[MAIN_USER], &[Role::MainUser]).await;
        assert!(service.disengage(former, kallio).await.unwrap());
        service.operates(kallio, false).await;

        let payroll = service.application("Payroll", SecondFactor::Optional).await;
        let own = service.application_of(kallio, "Harbour", SecondFactor::Optional).await;
        let id = payroll.application.id;
        service.declare(id, "read").await;
        for company in [kallio, office, niemi] {
            service.set_open(company, id, true).await;
        }
        service.set_open(kallio, own.application.id, true).await;
        service.give(office, people[MAIN_USER], id, &["use", "read"]).await;
        service.give(kallio, people[ADMINISTRATOR], id, &["use", "read"]).await;
        let ledger = Registration {
            redirect_uris: vec!["https://ledger.example/callback".to_owned()],
            scopes: Scopes::parse("openid email ledger.read").unwrap(),
            profile: ApplicationProfile { third_party: true, ..ApplicationProfile::default() },
            ..Registration::new("Ledger")
        };
        let ledger = service.register(ledger, SecondFactor::Optional).await;
        let television = Registration {
            authentication: WishedAuthentication::None,
            grant_types: vec![GrantType::DeviceCode],
            scopes: Scopes::parse("openid").unwrap(),
            ..Registration::new("Television")
        };
        let television = service.register(television, SecondFactor::Optional).await;
        let logo = "INSERT INTO logos (company_id, hash, picture) VALUES (?1, ?2, ?3)";
        service
            .transact(move |tx| Box::pin(async move { tx.execute(logo, values![kallio, LOGO, &[1_u8, 2]]).await }))
            .await
            .unwrap();
        let (logo, of) = (
            "INSERT INTO application_logos (application_id, hash, picture) VALUES (?1, ?2, ?3)",
            ledger.application.id,
        );
        service
            .transact(move |tx| Box::pin(async move { tx.execute(logo, values![of, LOGO, &[1_u8, 2]]).await }))
            .await
            .unwrap();
        let number = AtomicU32::new(0);
        Self { service, kallio, niemi, office, payroll, own, ledger, television, people, number, dns }
    }

    /// A browser of whoever asks; of nobody, one without a session.
    pub async fn browser_of(&self, who: &str, things: &Things) -> Browser {
        match who {
            NOBODY => self.service.browser(),
            OWNER => things.owner.clone(),
            who => {
                let mut browser = self.service.browser();
                self.sign_in(&mut browser, self.people[who]).await;
                browser
            }
        }
    }

    /// Begins a session as somebody begins it who has just shown a password and the code of an app. Ways to sign
    /// in have their own stories; here hundreds of sessions are needed.
    pub async fn sign_in(&self, browser: &mut Browser, person: PersonId) -> String {
        let (now, network) = (self.service.now(), Network::of(browser.address).to_string());
        let session = SessionId::new(now, &self.service.app.random);
        let (secret, mark) = (format!("session of {session}"), format!("browser of {session}"));
        let (secret_hash, browser_hash) = (hash_token(&secret), hash_token(&mark));
        let end = now.plus(std::time::Duration::from_hours(24));
        self.service
            .transact(move |tx| {
                Box::pin(async move {
                    tx.execute(
                        "INSERT INTO sessions (id, person_id, secret_hash, started_at, last_seen_at, expires_at,
                                               network, network_was_new, user_agent)
                         VALUES (?1, ?2, ?3, ?4, ?4, ?5, ?6, FALSE, '')",
                        values![session, person, &secret_hash, now, end, &network],
                    )
                    .await?;
                    for method in ["password", "totp"] {
                        let sql = "INSERT INTO session_proofs (session_id, method, stands_alone, proven_at)
                                   VALUES (?1, ?2, TRUE, ?3)";
                        tx.execute(sql, values![session, method, now]).await?;
                    }
                    let sql = "INSERT INTO known_networks (person_id, network, first_seen_at, last_seen_at)
                               VALUES (?1, ?2, ?3, ?3)";
                    tx.execute(sql, values![person, &network, now]).await?;
                    let sql = "INSERT INTO known_browsers (person_id, browser_hash, first_seen_at, last_seen_at)
                               VALUES (?1, ?2, ?3, ?3)";
                    tx.execute(sql, values![person, &browser_hash, now]).await
                })
            })
            .await
            .unwrap();
        browser.cookies.insert("__Host-salpa_session".to_owned(), secret);
        browser.cookies.insert("__Host-salpa_browser".to_owned(), mark);
        session.to_string()
    }

    /// Takes everything from a person that proves them.
    async fn lose_every_factor(&self, person: PersonId) {
        self.service
            .transact::<_, salpa::platform::db::Error, _>(move |tx| {
                Box::pin(async move {
                    tx.execute("DELETE FROM passwords WHERE person_id = ?1", values![person]).await?;
                    tx.execute("DELETE FROM authenticators WHERE person_id = ?1", values![person]).await?;
                    tx.execute("DELETE FROM recovery_codes WHERE person_id = ?1", values![person]).await?;
                    Ok(())
                })
            })
            .await
            .unwrap();
    }

    /// A new user and employee of Kallio, in the state that a question about a URL needs.
    async fn new_user(&self, name: &str, path: &str) -> PersonId {
        let service = &self.service;
        let person = service.somebody(name).await;
        service.user(self.kallio, person, &[Role::Employee]).await;
        service.employee(self.kallio, person).await;
        service.give(self.kallio, person, self.payroll.application.id, &["use"]).await;
        if path.ends_with("/unlock") {
            service.set_user(self.kallio, person, MembershipState::Locked).await.unwrap();
        } else if path.ends_with("/take-back") {
            service.set_user(self.kallio, person, MembershipState::Removed).await.unwrap();
        }
        if path.ends_with("/ask-release") {
            service.invited_with_other_data(person).await;
        } else if path.contains("/releases/") {
            service.invited_with_other_data(person).await;
            service.release_asked(self.kallio, person).await;
        }
        if ["/invitation", "/invitation/cancel", "/invitation/code"].iter().any(|end| path.ends_with(end)) {
            service.entered_invitation(self.kallio, person).await;
        }
        person
    }

    /// New things at Kallio, as a question about a URL needs them.
    pub async fn things(&self, line: Line) -> Things {
        let (service, path) = (&self.service, line.path);
        let name = format!("Veera V{}", self.number.fetch_add(1, Ordering::SeqCst));
        let person = self.new_user(&name, path).await;
        let email = format!("{}@people.example", name.to_lowercase().replace(' ', ""));
        self.open_and_dress(path).await;
        let (profile, announcement, remembered) = self.kept(person).await;
        let mut owner = service.browser();
        let mut values = Vec::new();
        let session = if path.starts_with("/sign-in/") {
            let page = owner.open("/account").await;
            values.push(("/sign-in/{id}", page.sign_in().rsplit('/').next().unwrap().to_owned()));
            String::new()
        } else {
            self.sign_in(&mut owner, person).await
        };
        let mut elsewhere = service.browser();
        let other_session = self.sign_in(&mut elsewhere, person).await;
        if path.contains("/passkeys/{id}") {
            service.passkey(person).await;
        }
        values.extend(self.of_identities(line, (&name, &email), person).await);
        let phone = if path.contains("/phones/") { self.phone(person).await } else { String::new() };
        if path.starts_with("/oauth/authorize/{id}") || path.starts_with("/account/applications/") {
            let question = owner.open(&self.ledger.authorize(&[("scope", "openid email ledger.read")])).await;
            assert_eq!(question.title(), "Ledger asks for access", "{}", question.body);
            values.push(("/oauth/authorize/{id}", last(&question)));
            if path.starts_with("/account/applications/") {
                let fields = [("session", session.as_str()), ("answer", "allow")];
                owner.post(&format!("{}/consent", question.path), &fields).await;
            }
        }
        if path.starts_with("/device/{id}") {
            let begun = self.television.post(service, "/oauth/device", &[("scope", "openid")]).await.fine();
            let question = owner.submit("/device", &[("user_code", &begun.text("user_code"))]).await;
            values.push(("/device/{id}", last(&question)));
        }
        let first = |passkeys: Vec<passkeys::Passkey>| passkeys.first().map_or_else(String::new, |it| it.id.clone());
        let passkey = first(passkeys::of_person(&service.app.db, person).await.unwrap());
        let authenticator = totp::of_person(&service.app.db, person).await.unwrap()[0].id.clone();
        let application = match (line.method, path) {
            ("PUT", "/api/v1/companies/{company}/applications/{application}") => &self.ledger,
            (_, path) if path.contains("/set/{word}") || path.ends_with("/addresses") => &self.own,
            _ => &self.payroll,
        };
        let application = application.application.id;
        let static_file = static_files::path("css/base.css");
        if path.ends_with("/first-message") {
            self.lose_every_factor(person).await;
        }
        let client = if path.contains("{client}") { Some(service.business(&name).await) } else { None };
        let company = if client.is_some() { self.office } else { self.kallio };
        if let Some(client) = client {
            service.user(client, person, &[Role::UserAdministrator]).await;
            if line.method == "DELETE" {
                service.engage(self.office, client).await;
            }
        }
        values.extend([
            ("/account/sessions/{id}", other_session.clone()),
            ("/account/passkeys/{id}", passkey),
            ("/factors/{factor}", authenticator.clone()),
            ("/account/authenticators/{id}", authenticator),
            ("/account/phones/{id}", phone.clone()),
            ("{phone}", phone),
            ("/account/browsers/{id}", remembered),
            ("/account/applications/{id}", self.ledger.application.id.to_string()),
            ("/applications/profiles/{id}", profile.to_string()),
            ("/applications/{id}", application.to_string()),
            ("/status/{id}", announcement),
            ("/app/approvals/{id}", profile.to_string()),
            ("/app/requests/{id}", profile.to_string()),
            ("/app/scan/{id}", profile.to_string()),
            ("/app/connect/{id}", profile.to_string()),
            ("/app/sign-up/{id}", profile.to_string()),
            ("Users/{id}", person.to_string()),
            ("Groups/{id}", profile.to_string()),
            ("/ResourceTypes/{id}", "User".to_owned()),
            ("/Schemas/{id}", "urn:ietf:params:scim:schemas:core:2.0:User".to_owned()),
            ("/static/{hash}", static_file.split('/').nth(2).unwrap().to_owned()),
            ("{*file}", "css/base.css".to_owned()),
            ("{*path}", "nowhere".to_owned()),
            ("/look/{version}", "1".to_owned()),
            ("/look/1/{file}", "23408E.css".to_owned()),
            ("/look/of/{company}", self.kallio.to_string()),
            ("/look/of-application/{application}", self.ledger.application.id.to_string()),
            ("{file}", format!("{LOGO}.png")),
            ("{word}", "close".to_owned()),
            ("{factor}", "totp".to_owned()),
            ("{token}", "0123456789abcdef0123456789abcdef".to_owned()),
            ("{client_id}", self.ledger.application.client_id.clone()),
            ("{company}", company.to_string()),
            ("{client}", client.map_or_else(String::new, |client| client.to_string())),
            ("{person}", person.to_string()),
            ("{application}", application.to_string()),
            ("{session}", other_session),
            ("{profile}", profile.to_string()),
        ]);
        Things { person, email, owner, session, profile, values, way: None }
    }

    /// Gives the company what is to be taken away again: an application that is open, and a look.
    async fn open_and_dress(&self, path: &str) {
        let (kallio, now, own) = (self.kallio, self.service.now(), self.own.application.id.to_string());
        let is_about = (path.contains("/set/{word}"), path.ends_with("/look/remove"));
        self.service
            .transact::<_, salpa::platform::db::Error, _>(move |tx| {
                Box::pin(async move {
                    if is_about.0 {
                        rights::open_to(tx, kallio, &own, now).await?;
                    }
                    if is_about.1 {
                        let sql = "INSERT INTO looks (company_id, stage, accent, changed_at)
                                   VALUES (?1, 'published', '23408E', ?2) ON CONFLICT DO NOTHING";
                        tx.execute(sql, values![kallio, now]).await?;
                    }
                    Ok(())
                })
            })
            .await
            .unwrap();
    }

    /// The rows that one transaction can make: a profile, an announcement, and the person's ways to sign in.
    async fn kept(&self, person: PersonId) -> (ProfileId, String, String) {
        let (app, now, kallio) = (self.service.app.clone(), self.service.now(), self.kallio);
        let right = Right { application: self.payroll.application.id.to_string(), name: "use".to_owned() };
        let remembered = SessionId::new(now, &app.random).to_string();
        let said = AnnouncementContent {
            english: "Payroll is slow.".to_owned(),
            finnish: "Palkat ovat hitaita.".to_owned(),
            begins_at: now.plus(std::time::Duration::from_hours(1)),
            ends_at: now.plus(std::time::Duration::from_hours(2)),
        };
        let kept: Result<_, salpa::platform::web::fault::Fault> = self
            .service
            .app
            .db
            .write(move |tx| {
                Box::pin(async move {
                    let seed = totp::Seed::from_base32("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ").unwrap();
                    totp::add(
                        tx,
                        (&app.random, &app.master_keys),
                        person,
                        &totp::NewAuthenticator { name: "App", seed: &seed },
                        0,
                        now,
                    )
                    .await?;
                    recovery::keep(tx, person, "nobody knows it", now).await?;
                    let profile = rights::add_profile(tx, &app.random, Some(kallio), ("Clerk", &[right]), now).await?;
                    let scope = AnnouncementAudience::Company(kallio);
                    let announcement = announcements::add(tx, &app.random, scope, &said, now).await?;
                    let hash = hash_token(&remembered);
                    tx.execute(
                        "INSERT INTO remembered_browsers
                         (id, person_id, token_hash, browser_hash, made_at, last_used_at, expires_at, user_agent)
                         VALUES (?1, ?2, ?3, ?3, ?4, ?4, ?5, '')",
                        values![&remembered, person, &hash, now, i64::MAX],
                    )
                    .await?;
                    Ok((profile, announcement.to_string(), remembered))
                })
            })
            .await;
        kept.unwrap()
    }

    /// Every row that says anything of anybody: all but the sign-ins that a question may begin, when a token was last
    /// shown, and what an administrator typed and has not sent yet.
    pub async fn rows(&self) -> BTreeSet<String> {
        let rows =
            self.service.database.rows(&["sign_ins", "authorization_requests", "scim_tokens", "typed_imports"]).await;
        // The refusal of a caller is recorded, but for no company.
        let kallio = self.kallio.to_string();
        let is_refusal =
            |row: &String| row.starts_with("history:") && row.contains("refused") && !row.contains(&kallio);
        rows.into_iter().filter(|row| !row.contains("sign_in.begun") && !is_refusal(row)).collect()
    }
}

fn last(page: &Page) -> String {
    page.path.rsplit('/').next().unwrap().to_owned()
}

impl Things {
    /// An address for answers that no application has yet.
    pub fn callback(&self) -> String {
        format!("https://{}.example/callback", self.person)
    }

    /// A path that names these things.
    pub fn path(&self, path: &str) -> String {
        filled(path, &self.values)
    }

    /// A path that names things as nobody has them; `None` where it names none.
    pub fn path_of_none(&self, path: &str, service: &Service) -> Option<String> {
        let new = || SessionId::new(service.now(), &service.app.random).to_string();
        let is_identifier = |value: &str| value.len() == 36 && value.parse::<uuid::Uuid>().is_ok();
        let is_kept = |value: &String| !is_identifier(value) || self.way.as_ref() == Some(value);
        let others =
            self.values.iter().map(|(pattern, value)| (*pattern, if is_kept(value) { value.clone() } else { new() }));
        let none = filled(path, &others.collect::<Vec<_>>());
        (none != self.path(path)).then_some(none)
    }

    /// The same things, asked for by way of another company.
    pub fn by_way_of(&self, company: CompanyId) -> Self {
        let mut other = self.clone();
        other.way = Some(company.to_string());
        for (pattern, value) in &mut other.values {
            if *pattern == "{company}" {
                *value = company.to_string();
            }
        }
        other
    }
}

fn filled(path: &str, values: &[(&'static str, String)]) -> String {
    let mut path = path.to_owned();
    for (pattern, value) in values {
        let (start, _) = pattern.split_at(pattern.find('{').unwrap());
        path = path.replace(pattern, &format!("{start}{value}"));
    }
    assert!(!path.contains('{'), "{path}");
    path
}
