//! Companies with policies, and clocks that are set back.

use salpa::directory::companies::{self, CompanyId, CompanyKind, NewCompany};
use salpa::directory::people::PersonId;
use salpa::directory::users::{self, Role};
use salpa::platform::clock::{Clock, Timestamp};
use salpa::platform::db;
use salpa::sign_in::policies::{self, Policy};
use salpa::values;

use super::{Browser, Service};

impl Service {
    /// Adds a company with a policy.
    pub async fn company(&self, name: &str, policy: Policy) -> CompanyId {
        let (random, now) = (self.app.random.clone(), self.now());
        let new = NewCompany {
            name: name.to_owned(),
            kind: CompanyKind::Business,
            contact_email: None,
            contact_phone: None,
            business_id: None,
        };
        let added: Result<CompanyId, db::Error> =
            self.app.db.write(move |tx| Box::pin(async move { companies::add(tx, &random, now, &new).await })).await;
        let id = added.unwrap();
        self.set_company_policy(id, policy).await;
        id
    }

    /// Sets the policy of a company.
    pub async fn set_company_policy(&self, company: CompanyId, policy: Policy) {
        let set: Result<(), db::Error> = self
            .app
            .db
            .write(move |tx| Box::pin(async move { policies::set_of_company(tx, company, &policy).await }))
            .await;
        set.unwrap();
    }

    /// Makes somebody a user of a company.
    pub async fn employ(&self, company: CompanyId, person: PersonId) {
        let now = self.now();
        let added: Result<(), db::Error> = self
            .app
            .db
            .write(move |tx| Box::pin(async move { users::add(tx, company, person, &[Role::Employee], now).await }))
            .await;
        added.unwrap();
    }

    /// Has a browser remembered for everybody, as if they had wished it.
    pub async fn remember_everybody(&self) {
        let added: Result<u64, db::Error> = self
            .app
            .db
            .write(move |tx| {
                Box::pin(async move {
                    tx.execute(
                        "INSERT INTO remembered_browsers
                         (id, person_id, token_hash, browser_hash, made_at, last_used_at, expires_at, user_agent)
                         SELECT id, id, ?1, ?1, 1, 1, ?2, '' FROM people",
                        values![&[1_u8; 32], i64::MAX],
                    )
                    .await
                })
            })
            .await;
        assert_eq!(added.unwrap(), 1);
    }

    /// Sets the clock, forward or back.
    pub fn set_clock(&self, now: Timestamp) {
        if let Clock::Test(clock) = &self.app.clock {
            clock.store(now.milliseconds(), std::sync::atomic::Ordering::SeqCst);
        }
    }
}

impl Browser {
    /// The same browser without its session: closed and opened again.
    pub fn closed(mut self) -> Self {
        self.cookies.remove("__Host-salpa_session");
        self
    }
}
