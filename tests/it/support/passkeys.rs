//! Passkeys of people, and browsers that use them.

use salpa::directory::people::{self, PersonId};
use salpa::platform::messages;
use salpa::proofs::Occasion;
use salpa::proofs::passkeys::{self, Attestation};
use serde_json::Value;

use super::{Authenticator, Browser, PUBLIC_URL, Page, Service};

impl Service {
    /// A passkey that a person has added before.
    pub async fn passkey(&self, person: PersonId) -> Authenticator {
        self.passkey_of(person, Authenticator::new(PUBLIC_URL)).await
    }

    /// The same on this device.
    pub async fn passkey_of(&self, person: PersonId, mut device: Authenticator) -> Authenticator {
        let party = passkeys::RelyingParty::of(&self.app.settings).unwrap();
        let owner = people::find(&self.app.db, person).await.unwrap().unwrap();
        let asked = party.ask_for_new(&owner, &[], None).unwrap();
        let answer = Attestation::read(&device.make(&asked.options)).unwrap();
        let new = party.verify_new(asked.kept(), &answer).unwrap();
        let (random, now) = (self.app.random.clone(), self.now());
        let occasion = Occasion::SignIn { id: uuid::Uuid::nil(), browser: [0; 32] };
        let added: Result<_, passkeys::PasskeyError> = self
            .app
            .db
            .write(move |tx| {
                Box::pin(async move { passkeys::add(tx, &random, new, ("Aino's laptop", occasion), now).await })
            })
            .await;
        added.unwrap();
        device
    }

    /// The subjects of the messages that were written, the oldest first.
    pub async fn subjects(&self) -> Vec<String> {
        let newest = messages::newest(&self.app, 100).await.unwrap();
        newest.into_iter().rev().map(|message| message.subject).collect()
    }
}

impl Browser {
    /// The request of a page's script: the options for the browser.
    pub async fn challenge(&mut self, sign_in: &str) -> Value {
        let page = self.post(&format!("{sign_in}/passkey/challenge"), &[]).await;
        serde_json::from_str(&page.body).unwrap_or_else(|_| panic!("{} {}", page.status, page.body))
    }

    /// Answers the current step with a passkey.
    pub async fn use_passkey(&mut self, sign_in: &str, device: &mut Authenticator) -> Page {
        let options = self.challenge(sign_in).await;
        let answer = device.answer(&options);
        self.submit(&format!("{sign_in}/passkey"), &[("credential", &answer)]).await
    }
}
