//! Reading and writing within JSON that has no type of its own.

use serde_json::{Map, Value};

/// What stands within a value under these names; null where nothing does.
pub(crate) fn at<'v>(value: &'v Value, names: &[&str]) -> &'v Value {
    names.iter().fold(value, |value, name| value.get(name).unwrap_or(&Value::Null))
}

/// The text there; empty where there is none.
pub(crate) fn text(value: &Value, names: &[&str]) -> String {
    at(value, names).as_str().unwrap_or_default().to_owned()
}

/// The members there; none where there is no object.
pub(crate) fn members<'v>(value: &'v Value, names: &[&str]) -> impl Iterator<Item = (&'v String, &'v Value)> + use<'v> {
    at(value, names).as_object().into_iter().flatten()
}

/// The elements there; none where there is no list.
pub(crate) fn elements<'v>(value: &'v Value, names: &[&str]) -> impl Iterator<Item = &'v Value> + use<'v> {
    at(value, names).as_array().into_iter().flatten()
}

/// Puts something into an object, which is made where there is none.
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
    fn what_is_put_is_found_and_what_is_not_there_is_null() {
        let mut value = json!({ "a": 1 });
        put(&mut value, &["b", "c"], json!("d"));
        put(&mut value, &["a", "x"], json!(true));
        assert_eq!(value, json!({ "a": { "x": true }, "b": { "c": "d" } }));
        assert_eq!((text(&value, &["b", "c"]).as_str(), at(&value, &["a", "y", "z"])), ("d", &Value::Null));
        assert_eq!((members(&value, &["a"]).count(), elements(&value, &["a"]).count()), (1, 0));
    }
}
