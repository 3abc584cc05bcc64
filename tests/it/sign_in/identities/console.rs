//! *Banks and eID* at the operator's console: a provider is added, changed, tried out, turned on and off and given new keys
//! by a person, whom the history names.

use http::StatusCode;
use salpa::directory::companies::CompanyId;
use salpa::directory::users::Role;
use serde_json::{Value, json};

use super::{AtBank, of_trust_network};
use crate::provider::signing::changed;
use crate::support::{AINO, Browser, Page};

/// The story of a bank, with an operator's company whose administrator is Aino.
struct AtConsole {
    story: AtBank,
    operator: CompanyId,
    browser: Browser,
}

impl AtConsole {
    async fn begin() -> Self {
        let story = AtBank::begin().await;
        let operator = story.service.business("Operator Oy").await;
        story.service.user(operator, story.aino, &[Role::UserAdministrator]).await;
        story.service.operates(operator, false).await;
        let mut browser = story.service.browser();
        let first = browser.open("/admin").await;
        browser.sign_in_as(&story.service, first, AINO).await;
        Self { story, operator, browser }
    }

    fn list(&self) -> String {
        format!("/admin/{}/identity-providers", self.operator)
    }

    fn provider(&self) -> String {
        format!("{}/{}", self.list(), self.story.provider)
    }

    async fn submits(&mut self, path: &str, settings: &Value) -> Page {
        self.browser.submit(path, &[("settings", &settings.to_string())]).await
    }

    /// The entries about providers that name Aino.
    async fn by_aino(&self) -> i64 {
        let by = "SELECT COUNT(*) FROM history WHERE event LIKE 'identity_provider.%' AND actor_id =
                  (SELECT id FROM people WHERE email = 'aino.virtanen@kallio.example')";
        self.story.service.count(by).await
    }
}

#[tokio::test]
async fn an_operators_person_adds_changes_and_tries_out_a_provider() {
    let mut told = AtConsole::begin().await;
    let new = format!("{}/new", told.list());
    let settings = changed(of_trust_network(&told.story.broker), &json!({ "name": "Second broker" }));
    let page = told.submits(&new, &settings).await;
    assert!(page.says("Second broker") && page.path.contains("done=added"), "{} {}", page.path, page.body);
    assert_eq!(told.by_aino().await, 1);

    let again = told.submits(&new, &settings).await;
    assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(again.says("another provider has that name"), "{}", again.body);
    let wrong = told.submits(&new, &json!({ "kind": "oidc", "name": "" })).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);

    let change = format!("{}/change", told.provider());
    let settings = changed(of_trust_network(&told.story.broker), &json!({ "service_name": "Kallio" }));
    let page = told.submits(&change, &settings).await;
    assert!(page.path.contains("done=changed"), "{} {}", page.path, page.body);
    let kept = told.story.service.provider(told.story.provider).await;
    assert_eq!(kept.settings.service_name.as_deref(), Some("Kallio"));

    let check = format!("{}/check", told.provider());
    let page = told.browser.submit(&check, &[]).await;
    assert!(page.says("fine"), "{}", page.body);
}

#[tokio::test]
async fn an_operators_person_turns_a_provider_off_and_gives_it_new_keys() {
    let mut told = AtConsole::begin().await;
    let state = format!("{}/state", told.provider());
    told.browser.submit(&state, &[("state", "off")]).await;
    let mut visitor = told.story.service.browser();
    let sign_in = visitor.begin(&told.story.ruori).await;
    assert!(!visitor.open(&sign_in).await.says("Bank or national eID"));
    told.browser.submit(&state, &[("state", "on")]).await;
    assert_eq!(told.by_aino().await, 2);

    let keys = format!("{}/keys", told.provider());
    let page = told.browser.submit(&keys, &[]).await;
    assert!(page.path.contains("done=keys"), "{} {}", page.path, page.body);
    let published =
        told.story.service.browser().get(&format!("/identity-providers/{}/jwks", told.story.provider)).await;
    assert_eq!(published.json()["keys"].as_array().unwrap().len(), 4, "the old ones and the new ones");
    assert_eq!(told.by_aino().await, 4, "each of the two new keys, and by whom");
}

#[tokio::test]
async fn for_the_administrator_of_another_company_there_is_no_such_page() {
    let mut told = AtConsole::begin().await;
    let other = told.story.service.business("Kallio Oy").await;
    told.story.service.user(other, told.story.aino, &[Role::UserAdministrator]).await;
    for end in ["", "/new", &format!("/{}", told.story.provider), &format!("/{}/change", told.story.provider)] {
        let page = told.browser.get(&format!("/admin/{other}/identity-providers{end}")).await;
        assert_eq!(page.status, StatusCode::NOT_FOUND, "{end}");
    }
    for end in ["state", "keys", "check"] {
        let path = format!("/admin/{other}/identity-providers/{}/{end}", told.story.provider);
        assert_eq!(told.browser.submit(&path, &[("state", "off")]).await.status, StatusCode::NOT_FOUND, "{end}");
    }
    assert_eq!(told.by_aino().await, 0);
}
