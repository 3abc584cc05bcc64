//! The companies, people and rights of the demo.

use std::net::{Ipv4Addr, SocketAddr};

use super::people::{COMPANIES, DemoPerson, KALLIO, Membership, PEOPLE, PROFILES, RANTANEN};
use super::program::{self, Program};
use super::run::{CannotDemonstrate, cannot};
use super::{DemoApplication, Neighbour, Ruori, SCOPES};
use crate::administration::Actor;
use crate::app::App;
use crate::commands::{self, acts};
use crate::directory::companies::{self, Company, CompanyId, NewCompany};
use crate::directory::employees::ChargeableService;
use crate::directory::people::{self, Email, NewPerson};
use crate::directory::rights::{self, Right, RightDeclaration};
use crate::directory::users::MembershipState;
use crate::platform::secret::Secret;
use crate::proofs::passwords::Password;
use crate::proofs::recovery;
use crate::proofs::totp::{self, NewAuthenticator, Seed};
use crate::provider::applications::scopes::Scopes;
use crate::provider::applications::{self, GrantType, Registration};
use crate::sign_in::policies::{Policy, SecondFactor};

/// The declared rights of the demo's applications: `client_id`, name and title.
const DECLARED: [(&str, &str, &str); 8] = [
    ("ruori-accounting", "entries.read", "See entries"),
    ("ruori-accounting", "entries.post", "Post entries"),
    ("ruori-accounting", "invoices.approve", "Approve invoices"),
    ("ruori-accounting", "pay_slips.own", "Own pay slips"),
    ("ruori-expenses", "hours.own", "Own hours"),
    ("ruori-expenses", "travel.own", "Own travel"),
    ("ruori-expenses", "travel.read", "See everybody's travel"),
    ("ruori-expenses", "travel.approve", "Approve travel"),
];

/// The content of the demo, beside its companies and people.
#[derive(Debug)]
pub struct DemoContent {
    /// The two applications.
    pub applications: Vec<DemoApplication>,
    pub(super) program: Program,
}

/// Adds everything that does not exist yet: companies, people, the applications at these origins, rights and the
/// program. A second call renews secrets and addresses.
///
/// # Errors
/// The service refuses a seed, or its database does not answer.
pub async fn seed(app: &App, origins: &[(Ruori, String); 2]) -> Result<DemoContent, CannotDemonstrate> {
    companies_and_people(app).await?;
    let companies = companies::list(&app.db, None, 100).await.map_err(cannot)?;
    let kallio = named(&companies, KALLIO.name)?;
    let [accounting, expenses] = origins;
    let applications = vec![
        application(app, kallio, accounting, expenses).await?,
        application(app, kallio, expenses, accounting).await?,
    ];
    rights(app).await?;
    let program = program::register(app, kallio).await?;
    Ok(DemoContent { applications, program })
}

/// Adds companies and people that do not exist yet.
async fn companies_and_people(app: &App) -> Result<(), CannotDemonstrate> {
    let known = companies::list(&app.db, None, 100).await.map_err(cannot)?;
    for company in COMPANIES {
        if known.iter().any(|known| known.name == company.name) {
            continue;
        }
        let new = NewCompany {
            name: company.name.to_owned(),
            kind: company.kind.replace(' ', "_").parse().map_err(cannot)?,
            contact_email: Some(company.contact_email.to_owned()),
            contact_phone: Some(company.contact_phone.to_owned()),
            business_id: Some(company.business_id.to_owned()),
        };
        commands::create_company(app, new).await?;
    }
    let companies = companies::list(&app.db, None, 100).await.map_err(cannot)?;
    let office = named(&companies, RANTANEN.name)?;
    for client in companies.iter().filter(|company| company.id != office) {
        if !companies::is_engaged(&app.db, office, client.id).await.map_err(cannot)? {
            acts::engage(app, office, client.id).await?;
        }
    }
    for person in PEOPLE {
        add(app, &companies, person).await?;
    }
    Ok(())
}

fn named(companies: &[Company], name: &str) -> Result<CompanyId, CannotDemonstrate> {
    let found = companies.iter().find(|company| company.name == name);
    found.map(|company| company.id).ok_or_else(|| cannot("a company of the demo is not there"))
}

async fn add(app: &App, companies: &[Company], person: DemoPerson) -> Result<(), CannotDemonstrate> {
    let email = Email::parse(person.email).ok_or_else(|| cannot("a person of the demo has no email"))?;
    if people::find_by_email(&app.db, &email).await.map_err(cannot)?.is_some() {
        return Ok(());
    }
    let password = Password::chosen(person.password, &[]).map_err(|unfit| cannot(unfit.reason()))?;
    let new = NewPerson {
        email,
        given_name: person.given_name.to_owned(),
        family_name: person.family_name.to_owned(),
        language: "en".to_owned(),
    };
    let id = commands::create_person(app, new, Some(password)).await?;
    if let Some(secret) = person.totp_secret {
        connect(app, id, secret).await?;
    }
    let company = named(companies, person.company)?;
    if person.membership == Membership::Employee {
        return Ok(acts::add_employee(app, company, id, ChargeableService::ALL.to_vec(), Actor::Import).await?);
    }
    let roles = person.roles.iter().map(|role| role.parse()).collect::<Result<_, _>>().map_err(cannot)?;
    commands::add_user(app, company, id, roles, Actor::Import).await?;
    for (other, _) in person.also {
        commands::add_user(app, named(companies, other)?, id, Vec::new(), Actor::Import).await?;
    }
    if person.membership == Membership::Removed {
        acts::set_user_state(app, company, id, MembershipState::Removed, Actor::Import).await?;
    }
    Ok(())
}

/// Registers a demo application, or renews its secret and addresses.
async fn application(
    app: &App,
    owner: CompanyId,
    (kind, public_url): &(Ruori, String),
    (other, other_url): &(Ruori, String),
) -> Result<DemoApplication, CannotDemonstrate> {
    let client_id = kind.name().to_lowercase().replace(' ', "-");
    let mut demo = DemoApplication {
        kind: *kind,
        listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
        public_url: public_url.clone(),
        issuer: app.settings.public_url.origin().to_owned(),
        client_id: client_id.clone(),
        client_secret: Secret::new(String::new()),
        other: Some(Neighbour { name: other.name().to_owned(), url: other_url.clone() }),
        messages_url: Some(app.settings.public_url.join("/demo/messages")),
        people: PEOPLE.to_vec(),
        time_zone: app.settings.time_zone.clone(),
        clock: app.clock.clone(),
        random: app.random.clone(),
    };
    let now = app.clock.now();
    let known = applications::find_by_client_id(&app.db, &client_id).await.map_err(cannot)?;
    let secret = if let Some(mut known) = known {
        known.redirect_uris = vec![demo.redirect_uri()];
        known.post_logout_redirect_uris = vec![demo.post_logout_redirect_uri()];
        known.back_channel_logout_uri = Some(demo.back_channel_logout_uri());
        known.home_url = Some(demo.public_url.clone());
        known.audience = Some(demo.audience());
        applications::update(&app.db, &app.random, &known, now).await.map_err(cannot)?;
        applications::renew_secret(&app.db, &app.random, known.id, now).await.map_err(cannot)?
    } else {
        let registration = Registration {
            client_id: Some(client_id),
            company: Some(owner),
            redirect_uris: vec![demo.redirect_uri()],
            post_logout_redirect_uris: vec![demo.post_logout_redirect_uri()],
            back_channel_logout_uri: Some(demo.back_channel_logout_uri()),
            home_url: Some(demo.public_url.clone()),
            audience: Some(demo.audience()),
            grant_types: GrantType::ALL.to_vec(),
            scopes: Scopes::parse(&[&SCOPES[..], &["offline_access"]].concat().join(" "))
                .map_err(|_| cannot("the demo's scopes"))?,
            ..Registration::new(kind.name())
        };
        let created = applications::create(&app.db, &app.random, registration, now).await.map_err(cannot)?;
        // The first requires two factors; the second requires them of people who have them, and remembers browsers.
        let policy = match kind {
            Ruori::Accounting => Policy::of(SecondFactor::Required),
            Ruori::Expenses => Policy { remember_days: Some(30), ..Policy::of(SecondFactor::Optional) },
        };
        commands::set_policy(app, created.application.id, policy).await?;
        created.secret.ok_or_else(|| cannot("a demo application has no secret"))?
    };
    demo.client_secret = secret;
    Ok(demo)
}

/// Opens the applications to every company, and gives everybody their rights, unless that was done.
async fn rights(app: &App) -> Result<(), CannotDemonstrate> {
    let companies = companies::list(&app.db, None, 100).await.map_err(cannot)?;
    let mut ids = Vec::new();
    for client_id in ["ruori-accounting", "ruori-expenses"] {
        let application = applications::find_by_client_id(&app.db, client_id).await.map_err(cannot)?;
        let id = application.ok_or_else(|| cannot("an application of the demo is not there"))?.id.to_string();
        if !rights::declared(&app.db, &id).await.map_err(cannot)?.is_empty() {
            return Ok(());
        }
        ids.push((client_id, id));
    }
    let id_of = |client_id: &str| {
        let found = ids.iter().find(|(known, _)| *known == client_id);
        found.map(|(_, id)| id.clone()).ok_or_else(|| cannot("a right of no application"))
    };
    for (client_id, name, title) in DECLARED {
        let right = RightDeclaration { name: name.to_owned(), title: title.to_owned() };
        acts::declare_right(app, id_of(client_id)?.parse().map_err(cannot)?, right).await?;
    }
    for (_, id) in &ids {
        for company in &companies {
            acts::set_open(app, company.id, id.parse().map_err(cannot)?, true).await?;
        }
    }
    let mut profiles = Vec::new();
    for (name, listed) in PROFILES {
        let mut rights = Vec::new();
        for (client_id, right) in listed {
            rights.push(Right { application: id_of(client_id)?, name: (*right).to_owned() });
        }
        profiles.push((name, acts::add_profile(app, None, name, rights).await?));
    }
    // Removed users are given no rights.
    for person in PEOPLE.iter().filter(|person| person.membership != Membership::Removed) {
        let Some(email) = Email::parse(person.email) else { continue };
        let Some(found) = people::find_by_email(&app.db, &email).await.map_err(cannot)? else { continue };
        let own = person.profile.map(|profile| (person.company, profile));
        for (company, profile) in own.iter().chain(person.also) {
            let profile = profiles.iter().find(|(name, _)| name == profile).map(|(_, id)| *id);
            let profile = profile.ok_or_else(|| cannot("a profile of the demo is not there"))?;
            acts::give_profile(app, named(&companies, company)?, found.id, profile, Actor::Import).await?;
        }
    }
    Ok(())
}

/// Connects the authenticator app whose secret the demo shows, with a recovery code that is not shown.
async fn connect(app: &App, person: people::PersonId, secret: &str) -> Result<(), CannotDemonstrate> {
    let seed = Seed::from_base32(secret).ok_or_else(|| cannot("a secret of the demo is not base32"))?;
    let code = recovery::new_code(&app.random);
    let hash = app.hashing.make(code).await.map_err(|_| cannot("too many hashes are waiting"))?;
    let (work, now) = (app.clone(), app.clock.now());
    app.db
        .write(move |tx| {
            Box::pin(async move {
                let sealing = (&work.random, &work.master_keys);
                totp::add(tx, sealing, person, &NewAuthenticator { name: "Authenticator app", seed: &seed }, 0, now)
                    .await?;
                recovery::keep(tx, person, &hash, now).await.map_err(crate::platform::web::fault::Fault::from)
            })
        })
        .await
        .map_err(cannot)?;
    Ok(())
}
