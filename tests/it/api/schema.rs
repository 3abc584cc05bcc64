//! Whether an answer is of the form that the document says.

use serde_json::Value;

/// Every `$ref` of a document.
pub fn references(value: &Value) -> Vec<String> {
    match value {
        Value::Object(members) => {
            let own = members.get("$ref").and_then(Value::as_str).map(str::to_owned);
            own.into_iter().chain(members.values().flat_map(references)).collect()
        }
        Value::Array(all) => all.iter().flat_map(references).collect(),
        _ => Vec::new(),
    }
}

/// The mistakes of a value by its schema.
pub fn mistakes(document: &Value, schema: &Value, value: &Value, place: &str) -> Vec<String> {
    if let Some(reference) = schema["$ref"].as_str() {
        let target = document.pointer(reference.strip_prefix('#').unwrap()).unwrap();
        return mistakes(document, target, value, place);
    }
    if let Some(several) = schema["oneOf"].as_array() {
        let fits = several.iter().any(|one| mistakes(document, one, value, place).is_empty());
        return if fits { Vec::new() } else { vec![format!("{place}: {value} is none of {several:?}")] };
    }
    let mut found = Vec::new();
    let kind = match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(_) => "integer",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    };
    let fits = match &schema["type"] {
        Value::String(one) => one == kind,
        Value::Array(several) => several.iter().any(|one| one == kind),
        _ => true,
    };
    if !fits {
        found.push(format!("{place}: {value} is no {}", schema["type"]));
    }
    if let (Some(words), Value::String(_)) = (schema["enum"].as_array(), value)
        && !words.contains(value)
    {
        found.push(format!("{place}: {value} is none of {words:?}"));
    }
    match value {
        Value::Array(all) => {
            for (index, one) in all.iter().enumerate() {
                found.extend(mistakes(document, &schema["items"], one, &format!("{place}/{index}")));
            }
        }
        Value::Object(members) => {
            for name in schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str) {
                if !members.contains_key(name) {
                    found.push(format!("{place}: {name} is missing"));
                }
            }
            if let Some(properties) = schema["properties"].as_object() {
                for (name, one) in members {
                    match properties.get(name) {
                        Some(schema) => found.extend(mistakes(document, schema, one, &format!("{place}/{name}"))),
                        None => found.push(format!("{place}: {name} is not described")),
                    }
                }
            }
        }
        _ => {}
    }
    found
}

/// Asserts that a successful response of an operation matches its schema.
#[track_caller]
pub fn holds(document: &Value, (path, method): (&str, &str), status: &str, value: &Value) {
    let response = &document["paths"][path][method]["responses"][status];
    assert!(response.is_object(), "{method} {path} {status} is not described");
    let schema = &response["content"]["application/json"]["schema"];
    assert!(schema.is_object(), "{method} {path} {status} has no schema");
    let found = mistakes(document, schema, value, "");
    assert!(found.is_empty(), "{method} {path} {status}: {found:?}");
}
