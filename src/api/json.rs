//! Access to parts of JSON values that have no type of their own.

use serde_json::{Map, Value};

/// The value at a path of names; null if there is none.
pub(crate) fn at<'v>(value: &'v Value, names: &[&str]) -> &'v Value {
    names.iter().fold(value, |value, name| value.get(name).unwrap_or(&Value::Null))
}

/// The text at a path; empty if there is none.
pub(crate) fn text(value: &Value, names: &[&str]) -> String {
    at(value, names).as_str().unwrap_or_default().to_owned()
}

/// The members of the object at a path; none if there is no object.
pub(crate) fn members<'v>(value: &'v Value, names: &[&str]) -> impl Iterator<Item = (&'v String, &'v Value)> + use<'v> {
    at(value, names).as_object().into_iter().flatten()
}

/// The elements of the list at a path; none if there is no list.
pub(crate) fn elements<'v>(value: &'v Value, names: &[&str]) -> impl Iterator<Item = &'v Value> + use<'v> {
    at(value, names).as_array().into_iter().flatten()
}

/// Sets the value at a path and makes the objects on the way.
pub(crate) fn put(value: &mut Value, names: &[&str], new: Value) {
    let mut place = value;
    for name in names {
        if !place.is_object() {
            *place = Value::Object(Map::new());
        }
        let Some(members) = place.as_object_mut() else { return };
        place = members.entry(*name).or_insert(Value::Null);
    }
    *place = new;
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_put_value_is_found_and_a_missing_one_is_null() {
        let mut value = json!({ "a": 1 });
        put(&mut value, &["b", "c"], json!("d"));
        put(&mut value, &["a", "x"], json!(true));
        assert_eq!(value, json!({ "a": { "x": true }, "b": { "c": "d" } }));
        assert_eq!((text(&value, &["b", "c"]).as_str(), at(&value, &["a", "y", "z"])), ("d", &Value::Null));
        assert_eq!((members(&value, &["a"]).count(), elements(&value, &["a"]).count()), (1, 0));
    }
}
