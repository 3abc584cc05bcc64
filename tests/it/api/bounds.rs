//! The OpenAPI document says which words, forms and numbers a program may send, and what it says can be sent.

use http::Method;
use salpa::directory::companies::CompanyKind;
use salpa::directory::users::Role;
use salpa::sign_in::policies::SecondFactor;
use serde_json::{Value, json};

use super::caller::send;
use super::everything::document;
use super::schema::references;
use crate::support::Service;

/// The words of a choice, without null.
fn words(schema: &Value) -> Vec<&str> {
    schema["enum"].as_array().into_iter().flatten().filter_map(Value::as_str).collect()
}

/// The schema of a parameter of an operation.
fn parameter<'d>(document: &'d Value, (path, method): (&str, &str), name: &str) -> &'d Value {
    let all = document["paths"][path][method]["parameters"].as_array().unwrap();
    &all.iter().find(|one| one["name"] == name).unwrap()["schema"]
}

#[tokio::test]
async fn every_word_that_the_document_offers_is_taken_and_no_other() {
    let service = Service::start().await;
    let document = document(&service).await;
    let kallio = service.new_company("Kallio", CompanyKind::Business).await;
    service.new_user(kallio, "admin@kallio.example", &[Role::UserAdministrator]).await;
    let program = service.program_of(kallio).await;

    let policy = &document["components"]["schemas"]["Policy"]["properties"];
    let path = format!("/api/v1/companies/{kallio}/policy");
    for name in ["second_factor", "new_network_code"] {
        let offered = words(&policy[name]);
        assert!(offered.len() >= 3 && policy[name]["description"].is_string(), "{name}: {}", policy[name]);
        for word in offered {
            assert_eq!(program.put(&path, json!({ name: word })).await.fine(200)[name], word);
        }
        program.put(&path, json!({ name: "sometimes" })).await.refused(422, "invalid");
    }
    assert_eq!(policy["methods"]["minItems"], 1);
    program.put(&path, json!({ "methods": [] })).await.refused(422, "invalid");
    for (name, always) in [("methods", &["password", "totp"][..]), ("signs", &[])] {
        let offered = words(&policy[name]["items"]);
        assert!(offered.len() >= 5, "{name}: {}", policy[name]);
        for word in offered {
            let mut chosen = always.to_vec();
            chosen.retain(|one| *one != word);
            chosen.push(word);
            program.put(&path, json!({ name: chosen })).await.fine(200);
        }
    }

    let users = ("/api/v1/companies/{company}/users", "get");
    let path = format!("/api/v1/companies/{kallio}/users");
    for name in ["filter", "role"] {
        let offered = words(parameter(&document, users, name));
        assert!(offered.len() >= 3, "{name}");
        for word in offered {
            program.get(&format!("{path}?{name}={}", word.replace(' ', "%20"))).await.fine(200);
        }
        program.get(&format!("{path}?{name}=sometimes")).await.refused(400, "malformed");
    }
    for (schema, fields) in [("UserToAdd", "email"), ("EmployeeToAdd", "email")] {
        let properties = &document["components"]["schemas"][schema]["properties"];
        assert_eq!(properties[fields]["format"], "email");
        assert_eq!(words(&properties["language"]), ["en", "fi"]);
    }
}

#[tokio::test]
async fn a_generated_client_is_told_the_form_of_every_parameter() {
    let service = Service::start().await;
    let document = document(&service).await;
    for (path, methods) in document["paths"].as_object().unwrap() {
        for (method, operation) in methods.as_object().unwrap() {
            let place = format!("{method} {path}");
            assert!(
                operation["description"].as_str().is_some_and(|words| words.len() > 20),
                "{place} is not described"
            );
            for parameter in operation["parameters"].as_array().into_iter().flatten() {
                let of_all = &document["components"]["parameters"]["Idempotency-Key"];
                let parameter = if parameter["$ref"].is_string() { of_all } else { parameter };
                let (name, schema) = (parameter["name"].as_str().unwrap(), &parameter["schema"]);
                assert!(schema["type"].is_string(), "{place}: {name} may be null in a query or a header: {schema}");
                let has_form =
                    ["format", "enum", "pattern", "minimum", "maxLength"].iter().any(|form| !schema[form].is_null());
                assert!(has_form || name == "search", "{place}: {name} is any text");
                if name == "after" {
                    assert_eq!(schema["format"], "uuid", "{place}");
                }
            }
        }
    }
    let used = references(&document);
    for kind in ["schemas", "responses", "parameters"] {
        for name in document["components"][kind].as_object().unwrap().keys() {
            let is_used = used.iter().any(|one| *one == format!("#/components/{kind}/{name}"));
            assert!(is_used, "nothing refers to {kind}/{name}");
        }
    }
    assert!(document["info"]["contact"]["url"].as_str().is_some_and(|url| url.ends_with("/help")));
}

#[tokio::test]
async fn whole_numbers_may_be_written_with_a_point() {
    let service = Service::start().await;
    let kallio = service.new_company("Kallio", CompanyKind::Business).await;
    service.new_user(kallio, "admin@kallio.example", &[Role::UserAdministrator]).await;
    let program = service.program_of(kallio).await;
    let path = format!("/api/v1/companies/{kallio}/policy");
    let set = program.put(&path, json!({ "idle_seconds": 600.0, "remember_days": 30.0 })).await.fine(200);
    assert_eq!(set, json!({ "idle_seconds": 600, "remember_days": 30 }));
    program.put(&path, json!({ "idle_seconds": 600.5 })).await.refused(400, "malformed");
    program.put(&path, json!({ "idle_seconds": "600" })).await.refused(400, "malformed");
    let users = format!("/api/v1/companies/{kallio}/users");
    program.get(&format!("{users}?limit=1.0")).await.fine(200);
    program.get(&format!("{users}?limit=1.5")).await.refused(400, "malformed");
    program.get(&format!("{users}?limit=101")).await.refused(400, "malformed");
}

#[tokio::test]
async fn as_many_rights_as_the_document_says_can_be_sent_and_no_more() {
    let service = Service::start().await;
    let kallio = service.new_company("Kallio", CompanyKind::Business).await;
    service.new_user(kallio, "admin@kallio.example", &[Role::UserAdministrator]).await;
    let aino = service.new_user(kallio, "aino@kallio.example", &[]).await;
    let program = service.program_of(kallio).await;
    let document = document(&service).await;
    let ruori = service.application("Ruori", SecondFactor::Optional).await.application.id;
    service.set_open(kallio, ruori, true).await;
    let most = document["components"]["schemas"]["Rights"]["properties"]["rights"]["maxItems"].as_u64().unwrap();
    let long = |number: u64| format!("{number:0>80}");
    for number in 0..=most {
        service.declare(ruori, &long(number)).await;
    }
    let right = |number: u64| json!({ "application": ruori, "name": long(number) });
    let all = |count: u64| (0..count).map(right).collect::<Vec<_>>();
    let rights = format!("/api/v1/companies/{kallio}/users/{aino}/rights");
    let profiles = format!("/api/v1/companies/{kallio}/profiles");

    let token = format!("Bearer {}", program.token);
    let headers = [("authorization", token.as_str()), ("content-type", "application/json")];
    let indented = serde_json::to_string_pretty(&json!({ "rights": all(most) })).unwrap();
    let set = send(&service, Method::PUT, &rights, &headers, indented).await.fine(200);
    assert_eq!(set["rights"].as_array().unwrap().len() as u64, most);
    program.put(&rights, json!({ "rights": all(most + 1) })).await.refused(422, "invalid");
    program.post(&profiles, json!({ "name": "Everything", "rights": all(most) })).await.fine(201);
    program.post(&profiles, json!({ "name": "More", "rights": all(most + 1) })).await.refused(422, "invalid");
}
