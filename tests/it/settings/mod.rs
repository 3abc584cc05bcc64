//! Settings of a company, from everybody's view.

mod announcements;
mod domains;
mod history;
mod look;
mod policies;

use salpa::directory::companies::CompanyId;
use salpa::platform::db::Reads;
use salpa::provider::applications::Registration;
use salpa::sign_in::policies::SecondFactor;

use crate::support::{Registered, Service};

impl Service {
    /// An application that belongs to a company.
    pub async fn application_of(&self, company: CompanyId, name: &str, second_factor: SecondFactor) -> Registered {
        let host = name.to_lowercase().replace(' ', "-");
        let registration = Registration {
            company: Some(company),
            redirect_uris: vec![format!("https://{host}.example/callback")],
            ..Registration::new(name)
        };
        self.register(registration, second_factor).await
    }

    /// The companies that the entries about an event belong to, in their order.
    pub async fn companies_of_event(&self, event: &str) -> Vec<Option<String>> {
        self.app
            .db
            .all("SELECT company_id FROM history WHERE event = ?1 ORDER BY id", salpa::values![event], |row| row.get(0))
            .await
            .unwrap()
    }
}
