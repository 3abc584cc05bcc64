//! `salpa people factors` and `remove-factor`.

use serde_json::json;

use super::Program;
use crate::support::{AINO, Service};

#[tokio::test]
async fn one_lost_factor_is_removed_by_command_and_the_person_is_told() {
    let service = Service::start().await;
    let program = Program::of(&service.database);
    let aino = service.person(AINO).await;
    service.passkey(aino).await;
    let listed = program.json(&["people", "factors", AINO.email]);
    let kinds: Vec<&str> = listed.as_array().unwrap().iter().map(|kept| kept["kind"].as_str().unwrap()).collect();
    assert!(kinds.contains(&"totp") && kinds.contains(&"passkey"), "{listed}");
    let app = listed.as_array().unwrap().iter().find(|kept| kept["kind"] == "totp").unwrap()["id"].as_str().unwrap();

    let removed = program.json(&["people", "remove-factor", AINO.email, app]);

    assert_eq!(removed, json!({ "id": aino.to_string(), "removed": "totp" }));
    let left = program.json(&["people", "factors", AINO.email]);
    assert!(left.as_array().unwrap().iter().all(|kept| kept["kind"] != "totp"), "{left}");
    let told = service.letters(AINO.email).await;
    assert!(told.last().unwrap().text.contains("was removed from your sign-in"), "{told:?}");
    let events = service.events().await;
    assert!(events.contains(&"account.authenticator_removed".to_owned()), "{events:?}");
    let refused = program.run(&["people", "remove-factor", AINO.email, app]);
    assert!(!refused.status.success());
    assert!(String::from_utf8_lossy(&refused.stderr).contains("salpa people factors"), "{refused:?}");
}
