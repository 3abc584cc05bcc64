//! The banks, eID, domains and phones of the world of the table of rights.

use salpa::administration::Stop;
use salpa::administration::identity_providers::{OperatorHand, create};
use salpa::directory::people::PersonId;
use salpa::proofs::Occasion;
use salpa::proofs::identity_providers::{IdentityProviderId, NewIdentityProvider, ProviderSettings};
use salpa::proofs::phones::{self, DeviceFacts, PhoneAddition, PhoneKey};
use salpa::sign_in::sessions::SessionId;

use super::table::Line;
use super::world::World;

impl World {
    /// The provider, the domain or the linked identity that a path names, and the directory that it takes.
    pub(super) async fn of_identities(
        &self,
        line: Line,
        (name, email): (&str, &str),
        person: PersonId,
    ) -> Vec<(&'static str, String)> {
        let (path, mut values) = (line.path, Vec::new());
        if path.ends_with("/directory-use") {
            self.service.directory_at(self.kallio, name).await;
        }
        if path.contains("{provider}") {
            values.push(("{provider}", self.identity_provider(name).await));
            values.push(("{method}", "nordea".to_owned()));
        }
        if path.contains("{domain}") {
            values.push(("{domain}", self.domain_of_kallio(email, line.method).await));
        }
        if path.contains("/identities/{id}") {
            values.push(("/account/identities/{id}", self.linked_identity(person).await));
        }
        values
    }

    /// The settings of a broker.
    pub fn broker_settings(name: &str) -> String {
        serde_json::json!({
            "kind": "finnish_trust_network", "name": name, "issuer": "https://broker.example", "client_id": "salpa",
            "service_name": "Ruori",
            "endpoints": { "authorization": "https://broker.example/a", "token": "https://broker.example/t",
                           "jwks": "https://broker.example/k" },
        })
        .to_string()
    }

    /// A broker that nobody is sent to: it is not turned on.
    pub async fn identity_provider(&self, name: &str) -> String {
        let settings = ProviderSettings::read(&Self::broker_settings(name)).unwrap();
        let new = NewIdentityProvider { settings, client_secret: None };
        let (core, now) = (self.service.app.core.clone(), self.service.now());
        let made: Result<IdentityProviderId, Stop> = self
            .service
            .transact(move |tx| {
                let new = new.clone();
                Box::pin(async move { create(tx, &OperatorHand::Command { core: &core, now }, &new).await })
            })
            .await;
        made.unwrap().to_string()
    }

    /// A domain that Kallio has claimed, with its record; one that is still to be claimed for `PUT`.
    pub async fn domain_of_kallio(&self, email: &str, method: &str) -> String {
        let domain = email.replace('@', ".");
        if method != "PUT" {
            let value = self.service.claim_domain(self.kallio, &domain).await;
            self.dns.has(&format!("_salpa-challenge.{domain}"), &value);
        }
        domain
    }

    /// A phone of somebody, which knows its key as little as its PIN.
    pub async fn phone(&self, person: PersonId) -> String {
        let (random, now) = (self.service.app.random.clone(), self.service.now());
        let new = PhoneAddition {
            person,
            name: "Pixel 8".to_owned(),
            facts: DeviceFacts::default(),
            key: PhoneKey::parse(&[4; 65]).unwrap(),
        };
        let occasion = Occasion::Session { id: uuid::Uuid::from_u128(1), browser: [0; 32] };
        let added = self
            .service
            .transact(move |tx| Box::pin(async move { phones::add(tx, &random, new, (occasion, now)).await }))
            .await;
        added.unwrap().phone.id.to_string()
    }

    /// A bank that somebody has linked.
    pub async fn linked_identity(&self, person: PersonId) -> String {
        let id = SessionId::new(self.service.now(), &self.service.app.random).to_string();
        let (text, key) = (id.clone(), [1_u8; 32]);
        let added: Result<u64, salpa::platform::db::Error> = self
            .service
            .transact(move |tx| {
                Box::pin(async move {
                    let hash = text.as_bytes();
                    tx.execute(
                        "INSERT INTO linked_identities (id, person_id, source, identifier_hash, identifier, name, created_at)
                         VALUES (?1, ?2, 'FI', ?3, ?4, 'Nordea', 1)",
                        salpa::values![&text, person, hash, &key],
                    )
                    .await
                })
            })
            .await;
        assert_eq!(added.unwrap(), 1);
        id
    }
}
