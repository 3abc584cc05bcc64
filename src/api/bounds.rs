//! The words and forms of fields that come as plain text, added to the document from the code that reads them, so that
//! neither has a word that the other lacks.

use serde_json::{Map, Value, json};

use super::json::{at, put};
use crate::directory::users::{Filter, Role};
use crate::platform::web::translations::Language;
use crate::proofs::{Factor, Method};
use crate::sign_in::adaptive::Sign;
use crate::sign_in::policies::{NewNetworkCode, SecondFactor};

/// An email, as far as a form can say it.
const EMAIL: &str = "^[^@]+@[^@]+$";

/// Adds words, forms and bounds to the schemas and parameters of the document.
pub(super) fn tell(document: &mut Value) {
    let second_factor = SecondFactor::ALL.map(SecondFactor::as_str);
    let methods: Vec<_> = Factor::ALL.into_iter().flat_map(Factor::methods).map(Method::as_str).collect();
    let languages = Language::ALL.map(Language::tag);
    let policy = schema("Policy");
    narrow(document, &[&policy[..], &["second_factor"]].concat(), choice(&second_factor));
    narrow(
        document,
        &[&policy[..], &["new_network_code"]].concat(),
        choice(&NewNetworkCode::ALL.map(NewNetworkCode::as_str)),
    );
    narrow(document, &[&policy[..], &["methods", "items"]].concat(), choice(&methods));
    narrow(document, &[&policy[..], &["methods"]].concat(), json!({ "minItems": 1 }));
    narrow(document, &[&policy[..], &["signs", "items"]].concat(), choice(&Sign::ALL.map(Sign::as_str)));
    let removable: Vec<_> = Factor::second_steps().chain([Factor::RecoveryCode]).map(Factor::word).collect();
    narrow(document, &[&schema("Factor")[..], &["kind"]].concat(), choice(&removable));
    // The library writes this item out, where it refers to the others.
    let item = [&schema("Page_Factor")[..], &["items", "items"]].concat();
    put(document, &item, json!({ "$ref": "#/components/schemas/Factor" }));
    for name in ["UserToAdd", "EmployeeToAdd", "PersonChange"] {
        narrow(document, &[&schema(name)[..], &["language"]].concat(), choice(&languages));
    }
    for name in ["UserToAdd", "EmployeeToAdd"] {
        let email = json!({ "format": "email", "pattern": EMAIL, "minLength": 3 });
        narrow(document, &[&schema(name)[..], &["email"]].concat(), email);
    }
    for_each_parameter(document, |name, schema| match name {
        "filter" => add(schema, choice(&Filter::ALL.map(Filter::as_str))),
        "role" => add(schema, choice(&Role::ALL.map(Role::as_str))),
        "email" => add(schema, json!({ "format": "email", "pattern": EMAIL, "minLength": 3 })),
        "event" => add(schema, json!({ "pattern": "^[^\\u0000-\\u001f\\u007f-\\u009f]*$" })),
        "If-Match" => add(schema, json!({ "pattern": "^[\\t\\x20-\\x7e]*$" })),
        _ => {}
    });
    refer_to_components(document);
    drop_unused_responses(document);
}

/// The place of the properties of a schema.
fn schema(name: &str) -> [&str; 4] {
    ["components", "schemas", name, "properties"]
}

fn choice(words: &[&str]) -> Value {
    json!({ "enum": words })
}

/// Adds members to the schema at a place, if there is one.
fn narrow(document: &mut Value, place: &[&str], members: Value) {
    if at(document, place).is_object() {
        let mut found = at(document, place).clone();
        add(&mut found, members);
        put(document, place, found);
    }
}

/// Adds members to a schema. A choice of a field that may be null has null among its words.
fn add(schema: &mut Value, members: Value) {
    let may_be_null = at(schema, &["type"]).as_array().is_some_and(|types| types.contains(&json!("null")));
    let (Some(schema), Value::Object(members)) = (schema.as_object_mut(), members) else { return };
    for (name, mut value) in members {
        if let (true, "enum", Some(words)) = (may_be_null, name.as_str(), value.as_array_mut()) {
            words.push(Value::Null);
        }
        schema.insert(name, value);
    }
}

/// Calls back with the name and the schema of each parameter. A query has no null: one that may be left out is left out.
fn for_each_parameter(document: &mut Value, mut change: impl FnMut(&str, &mut Value)) {
    let paths = document.get_mut("paths").and_then(Value::as_object_mut);
    let operations =
        paths.into_iter().flat_map(Map::values_mut).filter_map(Value::as_object_mut).flat_map(Map::values_mut);
    let parameters = operations.filter_map(|operation| operation.get_mut("parameters")?.as_array_mut()).flatten();
    for parameter in parameters {
        let name = parameter.get("name").and_then(Value::as_str).unwrap_or_default().to_owned();
        let Some(schema) = parameter.get_mut("schema") else { continue };
        if let Some(kind) = schema.get_mut("type")
            && let Some(types) = kind.as_array()
            && let Some(one) = types.iter().find(|one| **one != json!("null"))
        {
            *kind = one.clone();
        }
        change(&name, schema);
    }
}

/// Lets the items of pages refer to the schema that has a name of its own, in place of a copy of it.
fn refer_to_components(document: &mut Value) {
    let Some(schemas) = at(document, &["components", "schemas"]).as_object().cloned() else { return };
    for (page, schema) in schemas.iter().filter(|(name, _)| name.starts_with("Page_")) {
        let items = at(schema, &["properties", "items", "items"]);
        if let Some((name, _)) = schemas.iter().find(|(_, one)| *one == items) {
            let reference = json!({ "$ref": format!("#/components/schemas/{name}") });
            put(document, &["components", "schemas", page, "properties", "items", "items"], reference);
        }
    }
}

/// Drops the responses that no operation has: a wrong method is no operation, and directories have a document of their
/// own.
fn drop_unused_responses(document: &mut Value) {
    let paths = at(document, &["paths"]).to_string();
    let responses = document.pointer_mut("/components/responses").and_then(Value::as_object_mut);
    if let Some(responses) = responses {
        responses.retain(|status, _| paths.contains(&format!("\"#/components/responses/{status}\"")));
    }
}
