//! The directory of a company, by the same parts: known by its own identifier, with a secret and pushed requests, and worth
//! what the operator says.

use salpa::sign_in::policies::{NewNetworkCode, Policy, SecondFactor};
use serde_json::{Value, json};

use super::UNMATCHED;
use crate::provider::client::claims;
use crate::support::broker::{AINO_AT_BANK, Broker, CLIENT_ID, CLIENT_SECRET, Customer};
use crate::support::{AINO, Browser, Page, Registered, Service};

struct InDirectory {
    service: Service,
    ruori: Registered,
    broker: Broker,
    path: String,
}

impl InDirectory {
    async fn begin(changes: &Value, secret: Option<&str>) -> Self {
        let service = Service::start().await;
        service.person(AINO).await;
        let ruori = service.application("Ruori Accounting", SecondFactor::Required).await;
        let policy = Policy { new_network_code: Some(NewNetworkCode::Nobody), ..Policy::of(SecondFactor::Required) };
        service.set_whole_policy(ruori.application.id, policy).await;
        let broker = Broker::start(&service.app.clock, false).await;
        let settings = json!({
            "kind": "oidc",
            "name": "Kallio's directory",
            "issuer": broker.origin,
            "client_id": CLIENT_ID,
            "endpoints": {
                "authorization": format!("{}/authorize", broker.origin),
                "token": format!("{}/token", broker.origin),
                "pushed_authorization_request": format!("{}/par", broker.origin),
                "jwks": format!("{}/jwks", broker.origin),
            },
            "methods": [{ "id": "directory", "name": "Kallio", "group": "company", "worth": "one_proof" }],
        });
        let settings = crate::provider::signing::changed(settings, changes);
        let id = service.provider_of(&broker, &settings, secret).await;
        Self { service, ruori, broker, path: format!("identity/{id}/directory") }
    }

    async fn arrives(&self, browser: &mut Browser, customer: Customer) -> Page {
        let sign_in = browser.begin(&self.ruori).await;
        let sent = browser.post(&format!("{sign_in}/{}", self.path), &[]).await;
        browser.open(&self.broker.lets_in(&sent.location().unwrap(), customer)).await
    }

    async fn link(&self) {
        let mut browser = self.service.browser();
        let page = self.arrives(&mut browser, AINO_AT_BANK).await;
        assert_eq!(page.title(), UNMATCHED, "{}", page.body);
        assert!(!page.says("aino-at-the-bank"), "a subject means nothing to people");
        let first = browser.answer(&page.sign_in(), "identity/unmatched", &[]).await;
        assert!(browser.sign_in_as(&self.service, first, AINO).await.is_at_the_application());
        self.service.wait(60);
    }
}

#[tokio::test]
async fn a_directory_that_is_worth_one_proof_takes_the_place_of_the_password() {
    let story = InDirectory::begin(&json!({}), None).await;
    story.link().await;
    let mut browser = story.service.browser();
    let page = story.arrives(&mut browser, AINO_AT_BANK).await;
    assert_eq!(page.title(), "Enter the code from your authenticator app", "{}", page.body);
    let page = browser.answer(&page.sign_in(), "code", &[("code", &AINO.code(&story.service))]).await;
    let code = page.answered("code").unwrap_or_else(|| panic!("{}", page.body));
    let token = claims(&story.ruori.redeem(&story.service, &code).await.fine().text("id_token"));
    assert_eq!(token["acr"], "aal2");
}

#[tokio::test]
async fn a_request_is_pushed_and_the_service_known_by_a_secret() {
    let changes = json!({ "request": "pushed", "authentication": "client_secret_basic" });
    let story = InDirectory::begin(&changes, Some(CLIENT_SECRET)).await;
    let mut browser = story.service.browser();
    let sign_in = browser.begin(&story.ruori).await;
    let sent = browser.post(&format!("{sign_in}/{}", story.path), &[]).await.location().unwrap();
    assert!(sent.contains("request_uri=urn") && !sent.contains("nonce") && !sent.contains("redirect_uri"), "{sent}");
    let page = browser.open(&story.broker.lets_in(&sent, AINO_AT_BANK)).await;
    assert_eq!(page.title(), UNMATCHED, "{}", page.body);
    let all = story.service.database.everything().await;
    assert!(!all.contains(CLIENT_SECRET), "it is sealed");
}

#[tokio::test]
async fn a_pushed_request_proves_the_service_by_its_key() {
    let story = InDirectory::begin(&json!({ "request": "pushed" }), None).await;
    story.link().await;
}

#[tokio::test]
async fn a_directory_without_auth_time_is_asked_for_a_fresh_proof_each_time() {
    let story = InDirectory::begin(&json!({ "request": "plain", "no_auth_time": true }), None).await;
    story.broker.claims(json!({ "auth_time": null, "acr": null }));
    let mut browser = story.service.browser();
    let sign_in = browser.begin(&story.ruori).await;
    let sent = browser.post(&format!("{sign_in}/{}", story.path), &[]).await.location().unwrap();
    assert_eq!(story.broker.parameters(&sent)["prompt"], "login");
    let page = browser.open(&story.broker.lets_in(&sent, AINO_AT_BANK)).await;
    assert_eq!(page.title(), UNMATCHED, "{}", page.body);
}
