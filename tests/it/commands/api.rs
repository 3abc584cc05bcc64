//! The operator lets programs and directories in, and keeps them out again.

use serde_json::{Value, json};

use super::{Program, told};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_application_is_let_act_for_a_company_and_then_no_more() {
    let program = Program::new().await;
    program.json(&["migrate"]);
    let company = program.json(&["companies", "create", "--name", "Kallio"])["id"].as_str().unwrap().to_owned();
    let create =
        ["applications", "create", "--name", "Directory", "--client-id", "directory", "--grant", "client_credentials"];
    let secret = program.json(&create)["client_secret"].as_str().unwrap().to_owned();
    let grant = ["applications", "grant-api", "directory", "--company", &company];
    let given = program.json(&[&grant[..], &["--scope", "users.read", "--scope", "users.write"]].concat());
    assert_eq!(given["resource"], program.url("/api"));
    let listed = program.json(&["applications", "api-grants", "directory"]);
    assert_eq!((&listed[0]["for"], &listed[0]["scopes"]), (&json!(company), &json!(["users.read", "users.write"])));

    let serving = program.serve().await;
    let client = reqwest::Client::new();
    let scope = format!("company:{company}:users.read");
    let fields = [("grant_type", "client_credentials"), ("scope", scope.as_str()), ("resource", &program.url("/api"))];
    let asked = client.post(program.url("/oauth/token")).basic_auth("directory", Some(&secret)).form(&fields);
    let token: Value = asked.send().await.unwrap().json().await.unwrap();
    let token = token["access_token"].as_str().unwrap_or_else(|| panic!("{token}")).to_owned();
    let users = program.url(&format!("/api/v1/companies/{company}/users"));
    let see = async || client.get(&users).bearer_auth(&token).send().await.unwrap().status().as_u16();
    assert_eq!(see().await, 200);
    let revoke = ["applications", "revoke-api", "directory", "--company", &company];
    assert_eq!(program.json(&revoke)["revoked"], company);
    assert_eq!(see().await, 404, "at once");
    let (code, _, stderr) = told(&program.run(&revoke));
    assert!(code == Some(1) && stderr.contains("does not act for"), "{stderr}");
    let (code, _, _) = told(&program.run(&[&grant[..], &["--operator", "--scope", "users.read"]].concat()));
    assert_eq!(code, Some(2), "one or the other");
    let (code, _, stderr) = told(&program.run(&[&grant[..], &["--scope", "everything"]].concat()));
    assert!(code == Some(2) && stderr.contains("users.read"), "{stderr}");
    drop(serving);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_directory_is_given_a_token_that_is_shown_once() {
    let program = Program::new().await;
    program.json(&["migrate"]);
    let company = program.json(&["companies", "create", "--name", "Kallio"])["id"].as_str().unwrap().to_owned();
    let made = program.json(&["companies", "scim-token", "create", "--company", &company, "--name", "Entra"]);
    assert_eq!(made["base_url"], program.url("/scim/v2"));
    let (id, token) = (made["id"].as_str().unwrap().to_owned(), made["token"].as_str().unwrap().to_owned());
    let serving = program.serve().await;
    let client = reqwest::Client::new();
    let see = async || client.get(program.url("/scim/v2/Users")).bearer_auth(&token).send().await.unwrap();
    assert_eq!(see().await.status().as_u16(), 200);
    let listed = program.json(&["companies", "scim-token", "list", "--company", &company]);
    assert_eq!((&listed[0]["state"], listed[0].get("token")), (&json!("in force"), None));
    assert!(listed[0]["last_used_at"].is_i64(), "{listed}");
    program.json(&["companies", "scim-token", "revoke", "--company", &company, &id]);
    assert_eq!(see().await.status().as_u16(), 401);
    let (code, _, stderr) = told(&program.run(&["companies", "scim-token", "revoke", "--company", &company, &id]));
    assert!(code == Some(1) && stderr.contains("no token"), "{stderr}");
    drop(serving);
}
