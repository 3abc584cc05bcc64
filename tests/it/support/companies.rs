//! Companies, users, employees and rights to tell of.

use salpa::administration::identity_providers::{self, OperatorHand};
use salpa::administration::{ActContext, ActEffect, Actor, Stop, domains as acts};
use salpa::directory::companies::{self, CompanyId, CompanyKind, NewCompany};
use salpa::directory::domains::DomainName;
use salpa::directory::employees::{self, ChargeableService as Chargeable};
use salpa::directory::people::{self, Email, NewPerson, PersonId};
use salpa::directory::rights::{self, Right, RightDeclaration};
use salpa::directory::users::{self, Authority, MembershipState, Role, UserChangeError};
use salpa::platform::db::{self, Reads, Tx, Work};
use salpa::proofs::identity_providers::{NewIdentityProvider, ProviderSettings, ProviderState};

use super::Service;

impl Service {
    /// Does something in one transaction.
    pub async fn transact<T, E, W>(&self, work: W) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<db::Error> + Send + 'static,
        W: for<'t> FnOnce(&'t mut Tx<'_>) -> Work<'t, T, E> + Clone + Send + 'static,
    {
        self.app.db.write(work).await
    }

    /// Adds a business, which wants nothing of its own.
    pub async fn business(&self, name: &str) -> CompanyId {
        self.company_of_kind(name, CompanyKind::Business).await
    }

    /// Adds an accounting office.
    pub async fn office(&self, name: &str) -> CompanyId {
        self.company_of_kind(name, CompanyKind::AccountingOffice).await
    }

    async fn company_of_kind(&self, name: &str, kind: CompanyKind) -> CompanyId {
        let (random, now) = (self.app.random.clone(), self.now());
        let contact = name.split(' ').next().unwrap_or_default().to_lowercase();
        let new = NewCompany {
            name: name.to_owned(),
            kind,
            contact_email: Some(format!("help@{contact}.example")),
            contact_phone: Some("+358 40 000 1200".to_owned()),
            business_id: None,
        };
        self.transact(move |tx| Box::pin(async move { companies::add(tx, &random, now, &new).await })).await.unwrap()
    }

    /// Adds somebody who cannot sign in: with a name and an email alone.
    pub async fn somebody(&self, name: &str) -> PersonId {
        let (random, now) = (self.app.random.clone(), self.now());
        let (given_name, family_name) = name.split_once(' ').unwrap_or((name, ""));
        let address: String = name.to_lowercase().chars().filter(char::is_ascii_alphanumeric).collect();
        let new = NewPerson {
            email: Email::parse(&format!("{address}@people.example")).unwrap(),
            given_name: given_name.to_owned(),
            family_name: family_name.to_owned(),
            language: "en".to_owned(),
        };
        let added = self.transact(move |tx| Box::pin(async move { people::add(tx, &random, now, &new).await })).await;
        added.unwrap()
    }

    /// Makes somebody a user of a company, in these roles.
    pub async fn user(&self, company: CompanyId, person: PersonId, roles: &'static [Role]) {
        let now = self.now();
        self.transact(move |tx| Box::pin(async move { users::add(tx, company, person, roles, now).await }))
            .await
            .unwrap();
    }

    /// Locks, removes or takes back a user.
    pub async fn set_user(
        &self,
        company: CompanyId,
        person: PersonId,
        state: MembershipState,
    ) -> Result<(), UserChangeError> {
        let now = self.now();
        self.transact(move |tx| Box::pin(async move { users::set_state(tx, company, person, state, now).await })).await
    }

    /// A directory of a company that is offered, and to which nobody is led yet.
    pub async fn directory_at(&self, company: CompanyId, name: &str) {
        let settings = serde_json::json!({
            "kind": "oidc", "name": name, "company": company, "issuer": "https://directory.example",
            "client_id": "salpa",
            "endpoints": { "authorization": "https://directory.example/a", "token": "https://directory.example/t",
                           "jwks": "https://directory.example/k" },
            "methods": [{ "id": "directory", "name": "Kallio", "worth": "one_proof" }],
        });
        let settings = ProviderSettings::read(&settings.to_string()).unwrap();
        let (new, core, now) =
            (NewIdentityProvider { settings, client_secret: None }, self.app.core.clone(), self.now());
        let offered: Result<(), Stop> = self
            .transact(move |tx| {
                let new = new.clone();
                Box::pin(async move {
                    let hand = OperatorHand::Command { core: &core, now };
                    let id = identity_providers::create(tx, &hand, &new).await?;
                    identity_providers::set_state(tx, &hand, (id, ProviderState::On)).await?;
                    tx.execute("UPDATE companies SET directory_use = 'offered'", &[]).await?;
                    Ok(())
                })
            })
            .await;
        offered.unwrap();
    }

    /// A company claims a domain. Returns the value of its record.
    pub async fn claim_domain(&self, company: CompanyId, domain: &str) -> String {
        let (app, now, name) = (self.app.clone(), self.now(), DomainName::parse(domain).unwrap());
        let claimed: Result<ActEffect, Stop> = self
            .transact(move |tx| {
                let name = name.clone();
                Box::pin(async move {
                    let company = companies::find(&mut *tx, company).await?.unwrap();
                    let (core, actor) = (app.core.clone(), Actor::Operator);
                    let context =
                        ActContext { core, company, actor, now, network: None, user_agent: None, is_fresh: true };
                    acts::claim(tx, &context, &name).await
                })
            })
            .await;
        assert_eq!(claimed.unwrap(), ActEffect::Changed);
        let sql = "SELECT value FROM company_domains WHERE company_id = ?1 AND domain = ?2";
        self.app.db.one(sql, salpa::values![company, domain], |row| row.get(0)).await.unwrap()
    }

    /// Gives a user other roles.
    pub async fn set_roles(
        &self,
        company: CompanyId,
        person: PersonId,
        roles: &'static [Role],
    ) -> Result<(), UserChangeError> {
        let now = self.now();
        self.transact(move |tx| Box::pin(async move { users::change_roles(tx, company, person, roles, now).await }))
            .await
    }

    /// Lets an office manage a client.
    pub async fn engage(&self, office: CompanyId, client: CompanyId) {
        let now = self.now();
        let engaged =
            self.transact(move |tx| Box::pin(async move { companies::engage(tx, office, client, now).await })).await;
        assert!(engaged.unwrap());
    }

    /// Ends that an office manages a client.
    pub async fn disengage(&self, office: CompanyId, client: CompanyId) -> Result<bool, UserChangeError> {
        self.transact(move |tx| Box::pin(async move { users::disengage(tx, office, client).await })).await
    }

    /// Puts somebody on the employee listing of a company.
    pub async fn employee(&self, company: CompanyId, person: PersonId) {
        let now = self.now();
        let all = &Chargeable::ALL;
        self.transact(move |tx| Box::pin(async move { employees::add(tx, company, person, all, now).await }))
            .await
            .unwrap();
    }

    /// By what somebody manages a company.
    pub async fn authority(&self, company: CompanyId, person: PersonId) -> Option<Authority> {
        users::authority(&self.app.db, company, person).await.unwrap()
    }

    /// Opens an application to a company, or closes it.
    pub async fn set_open(&self, company: CompanyId, application: impl ToString, is_open: bool) {
        let (now, application) = (self.now(), application.to_string());
        let changed = self
            .transact(move |tx| {
                Box::pin(async move {
                    if is_open {
                        rights::open_to(tx, company, &application, now).await
                    } else {
                        rights::close_to(tx, company, &application).await
                    }
                })
            })
            .await;
        assert!(changed.unwrap());
    }

    /// Makes an application know a right.
    pub async fn declare(&self, application: impl ToString, name: &str) {
        let right = RightDeclaration { name: name.to_owned(), title: name.to_owned() };
        let application = application.to_string();
        self.transact(move |tx| Box::pin(async move { rights::declare(tx, &application, &right).await }))
            .await
            .unwrap();
    }

    /// Makes a company ask always before these rights of an application, and before no others.
    pub async fn ask_before(&self, company: CompanyId, application: impl ToString, names: &[&str]) {
        let right = |name: &&str| Right { application: application.to_string(), name: (*name).to_owned() };
        let rights: Vec<Right> = names.iter().map(right).collect();
        self.transact(move |tx| Box::pin(async move { rights::ask_before(tx, company, &rights).await })).await.unwrap();
    }

    /// Gives a user these rights in an application, in the place of all that they had.
    pub async fn give(&self, company: CompanyId, person: PersonId, application: impl ToString, names: &[&str]) {
        let right = |name: &&str| Right { application: application.to_string(), name: (*name).to_owned() };
        let rights: Vec<Right> = names.iter().map(right).collect();
        self.transact(move |tx| Box::pin(async move { rights::set_of_user(tx, company, person, &rights).await }))
            .await
            .unwrap();
    }
}
