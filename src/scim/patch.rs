//! The changes of a user or a group (RFC 7644 §3.5.2), as directories write them: read into
//! what this service knows, and what it does not know is left out. Pure.
//!
//! Entra writes `active` as the text "False", operations with a capital letter, and attributes with a dot in
//! an object without a path; Okta writes objects. All of it is read.

use serde::Deserialize;
use serde_json::{Map, Value};

use super::filter::{self, AttributePath};
use crate::api::problem::{Kind, Problem};

/// The most operations of one request.
const MOST: usize = 100;

/// A request to change.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct PatchRequest {
    #[serde(default, rename = "schemas")]
    _schemas: Vec<String>,
    #[serde(rename = "Operations", alias = "operations")]
    operations: Vec<PatchOperation>,
}

#[derive(Clone, Debug, Deserialize)]
struct PatchOperation {
    op: String,
    #[serde(default)]
    path: Option<String>,
    #[serde(default)]
    value: Option<Value>,
}

/// The kind of change of an attribute.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Op {
    /// A value comes to it, or stands in its place where it has one alone.
    Add,
    /// A value stands in the place of what was there.
    Replace,
    /// It is taken away.
    Remove,
}

/// One change of one attribute.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct PatchStep {
    /// The kind of change.
    pub(crate) op: Op,
    /// Where.
    pub(crate) path: AttributePath,
    /// With what.
    pub(crate) value: Value,
}

impl PatchRequest {
    /// Each change with a path of its own.
    ///
    /// # Errors
    /// [`Kind::Malformed`] and [`Kind::InvalidFilter`], with the reason.
    pub(crate) fn steps(self) -> Result<Vec<PatchStep>, Problem> {
        if self.operations.len() > MOST {
            return Err(Problem::new(Kind::TooLarge));
        }
        let mut steps = Vec::new();
        for operation in self.operations {
            let op = match operation.op.to_ascii_lowercase().as_str() {
                "add" => Op::Add,
                "replace" => Op::Replace,
                "remove" => Op::Remove,
                _ => return Err(Problem::new(Kind::Malformed).detail("op must be add, replace or remove")),
            };
            let value = operation.value.unwrap_or(Value::Null);
            match (operation.path.filter(|path| !path.trim().is_empty()), value) {
                (Some(path), value) => steps.push(PatchStep { op, path: read_path(&path)?, value }),
                (None, Value::Object(members)) if op != Op::Remove => {
                    for (name, value) in members {
                        steps.extend(without_path(op, &name, value)?);
                    }
                }
                (None, _) => {
                    return Err(Problem::new(Kind::InvalidFilter).detail("an operation without a path needs an object"));
                }
            }
        }
        Ok(steps)
    }
}

/// A member of an object that stands without a path. Its name may be a path itself; of an extension there is
/// nothing here.
fn without_path(op: Op, name: &str, value: Value) -> Result<Option<PatchStep>, Problem> {
    if name.eq_ignore_ascii_case("schemas") || (name.contains(':') && value.is_object()) {
        return Ok(None);
    }
    Ok(Some(PatchStep { op, path: read_path(name)?, value }))
}

fn read_path(text: &str) -> Result<AttributePath, Problem> {
    filter::path(text).map_err(|unusable| Problem::new(Kind::InvalidFilter).detail(unusable.to_string()))
}

/// The data of a user from a directory; `None` where the directory is silent.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct UserFacts {
    /// The sign-in email, by `userName`.
    pub(crate) user_name: Option<String>,
    /// The address in `emails`: the work one, else the primary one, else the first.
    pub(crate) email: Option<String>,
    /// The given name.
    pub(crate) given_name: Option<String>,
    /// The family name.
    pub(crate) family_name: Option<String>,
    /// The name in one, for directories that keep no parts.
    pub(crate) display_name: Option<String>,
    /// The language.
    pub(crate) language: Option<String>,
    /// Whether they may enter the company.
    pub(crate) active: Option<bool>,
    /// The directory's own identifier of the user; `Some(None)` removes it.
    pub(crate) external_id: Option<Option<String>>,
}

impl UserFacts {
    /// Reads a whole user, as `POST` and `PUT` bring one.
    ///
    /// # Errors
    /// [`Kind::Invalid`] where a value is of another type than it must be.
    pub(crate) fn whole(resource: &Map<String, Value>) -> Result<Self, Problem> {
        let mut facts = Self::default();
        for (name, value) in resource {
            // `id`, `meta`, `schemas`, groups and extensions are not the directory's to write.
            if let Ok(path) = filter::path(name)
                && !name.contains(':')
            {
                facts.take(&PatchStep { op: Op::Replace, path, value: value.clone() })?;
            }
        }
        Ok(facts)
    }

    /// Takes one change in. Attributes that this service does not know are left out.
    ///
    /// # Errors
    /// [`Kind::Invalid`] where a value is of another type than it must be.
    pub fn take(&mut self, step: &PatchStep) -> Result<(), Problem> {
        let PatchStep { op, path, value } = step;
        let value = if *op == Op::Remove { &Value::Null } else { value };
        match (path.attribute.as_str(), path.part.as_deref()) {
            ("username", None) => self.user_name = Some(needed("userName", value)?),
            ("externalid", None) => self.external_id = Some(text("externalId", value)?),
            ("displayname", None) => self.display_name = text("displayName", value)?,
            ("preferredlanguage", None) => self.language = text("preferredLanguage", value)?,
            ("active", None) => self.active = Some(switch(value)?),
            ("name", Some("givenname")) => self.given_name = Some(needed("name.givenName", value)?),
            ("name", Some("familyname")) => {
                self.family_name = Some(text("name.familyName", value)?.unwrap_or_default());
            }
            ("name", None) => {
                let parts = value.as_object().into_iter().flatten();
                for (name, value) in parts {
                    match name.to_ascii_lowercase().as_str() {
                        "givenname" => self.given_name = text("name.givenName", value)?.or(self.given_name.take()),
                        "familyname" => self.family_name = text("name.familyName", value)?,
                        "formatted" => {
                            self.display_name = self.display_name.take().or(text("name.formatted", value)?);
                        }
                        _ => {}
                    }
                }
            }
            ("emails", None) if !path.values.is_empty() || value.is_null() => {}
            ("emails", None) => self.email = best_email(value).or(self.email.take()),
            ("emails", Some("value")) if is_of_work(path) => self.email = text("emails.value", value)?,
            _ => {}
        }
        Ok(())
    }
}

/// Whether a path is about the address at work, or the one that there is.
fn is_of_work(path: &AttributePath) -> bool {
    path.values.iter().all(|one| match one.attribute.as_str() {
        "type" => one.value == "work",
        "primary" => one.value == true,
        _ => false,
    })
}

fn best_email(value: &Value) -> Option<String> {
    let all: Vec<&Value> = match value {
        Value::Array(all) => all.iter().collect(),
        other => vec![other],
    };
    let address = |one: &&Value| one.as_str().or_else(|| one.get("value").and_then(Value::as_str)).map(str::to_owned);
    let is_work = |one: &&&Value| one.get("type").is_some_and(|kind| kind == "work");
    let is_primary = |one: &&&Value| one.get("primary").is_some_and(|primary| primary == true);
    let best = all.iter().find(is_work).or_else(|| all.iter().find(is_primary)).or_else(|| all.first());
    best.and_then(address)
}

fn text(name: &str, value: &Value) -> Result<Option<String>, Problem> {
    match value {
        Value::Null => Ok(None),
        Value::String(text) if text.is_empty() => Ok(None),
        Value::String(text) => Ok(Some(text.clone())),
        // A directory that keeps several values of one sends a list of one.
        _ => Err(Problem::invalid(format!("{name} must be a text"))),
    }
}

fn needed(name: &str, value: &Value) -> Result<String, Problem> {
    text(name, value)?.ok_or_else(|| Problem::invalid(format!("{name} cannot be empty")))
}

/// A switch, as it is and as Entra writes it.
fn switch(value: &Value) -> Result<bool, Problem> {
    match value {
        Value::Bool(value) => Ok(*value),
        Value::String(text) if text.eq_ignore_ascii_case("true") => Ok(true),
        Value::String(text) if text.eq_ignore_ascii_case("false") => Ok(false),
        _ => Err(Problem::invalid("active must be true or false")),
    }
}

/// The changes of the members of a group.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Members {
    /// The only members from now on.
    pub(crate) only: Option<Vec<String>>,
    /// The new members.
    pub(crate) more: Vec<String>,
    /// The members that leave.
    pub(crate) fewer: Vec<String>,
}

impl Members {
    /// Reads the changes of a group. Its name is not the directory's to change; the same name again is none.
    ///
    /// # Errors
    /// [`Kind::Invalid`] and [`Kind::NotAllowed`], with the reason.
    pub(crate) fn of(steps: &[PatchStep], display_name: &str) -> Result<Self, Problem> {
        let mut members = Self::default();
        for PatchStep { op, path, value } in steps {
            match (path.attribute.as_str(), *op) {
                ("members", Op::Add) => members.more.extend(ids(value)?),
                ("members", Op::Replace) => {
                    members = Self { only: Some(ids(value)?), ..Self::default() };
                }
                ("members", Op::Remove) if !path.values.is_empty() => {
                    let named = path.values.iter().filter(|one| one.attribute == "value");
                    members.fewer.extend(named.filter_map(|one| one.value.as_str()).map(str::to_owned));
                }
                ("members", Op::Remove) if value.is_null() => {
                    members = Self { only: Some(Vec::new()), ..Self::default() };
                }
                ("members", Op::Remove) => members.fewer.extend(ids(value)?),
                ("displayname", Op::Replace | Op::Add) if value == display_name => {}
                ("id" | "externalid", _) => {}
                _ => return Err(Problem::new(Kind::NotAllowed).detail("of a group, its members alone can be changed")),
            }
        }
        Ok(members)
    }
}

/// The identifiers of members, as a list of objects or of texts, or one of them.
///
/// # Errors
/// [`Kind::Invalid`].
pub(crate) fn ids(value: &Value) -> Result<Vec<String>, Problem> {
    let id = |one: &Value| {
        let text = one.as_str().or_else(|| one.get("value").and_then(Value::as_str));
        text.map(str::to_owned).ok_or_else(|| Problem::invalid("a member is named by its value"))
    };
    match value {
        Value::Null => Ok(Vec::new()),
        Value::Array(all) => all.iter().map(id).collect(),
        one => Ok(vec![id(one)?]),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn facts(operations: &Value) -> Result<UserFacts, Kind> {
        let request: PatchRequest = serde_json::from_value(json!({ "Operations": operations })).unwrap();
        let mut facts = UserFacts::default();
        for step in request.steps().map_err(|problem| problem.kind())? {
            facts.take(&step).map_err(|problem| problem.kind())?;
        }
        Ok(facts)
    }

    #[test]
    fn patches_of_entra_are_read() {
        let read = facts(&json!([
            { "op": "Replace", "path": "active", "value": "False" },
            { "op": "Replace", "path": "emails[type eq \"work\"].value", "value": "a@b.example" },
            { "op": "Add", "path": "name.givenName", "value": "Aino" },
            { "op": "Replace", "value": { "name.familyName": "Virtanen", "externalId": "7",
              "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User": { "department": "x" } } },
        ]));
        let read = read.unwrap();
        assert_eq!((read.active, read.email.as_deref()), (Some(false), Some("a@b.example")));
        assert_eq!((read.given_name.as_deref(), read.family_name.as_deref()), (Some("Aino"), Some("Virtanen")));
        assert_eq!(read.external_id, Some(Some("7".to_owned())));
    }

    #[test]
    fn patches_of_okta_are_read() {
        let read = facts(&json!([{ "op": "replace", "value": { "active": false } }])).unwrap();
        assert_eq!(read, UserFacts { active: Some(false), ..UserFacts::default() });
        let whole = json!({ "userName": "a@b.example", "name": { "givenName": "A", "familyName": "B" },
            "emails": [{ "value": "home@b.example", "type": "home", "primary": true },
                       { "value": "work@b.example", "type": "work" }], "id": "x", "groups": [], "roles": ["main user"] });
        let whole = UserFacts::whole(whole.as_object().unwrap()).unwrap();
        assert_eq!(whole.email.as_deref(), Some("work@b.example"));
        assert_eq!(whole.given_name.as_deref(), Some("A"));
    }

    #[test]
    fn an_unreadable_patch_is_refused() {
        assert_eq!(facts(&json!([{ "op": "dance" }])), Err(Kind::Malformed));
        assert_eq!(facts(&json!([{ "op": "replace", "value": "x" }])), Err(Kind::InvalidFilter));
        assert_eq!(facts(&json!([{ "op": "replace", "path": "a[", "value": "x" }])), Err(Kind::InvalidFilter));
        assert_eq!(facts(&json!([{ "op": "replace", "path": "active", "value": 7 }])), Err(Kind::Invalid));
        assert_eq!(facts(&json!([{ "op": "remove", "path": "userName" }])), Err(Kind::Invalid));
        assert_eq!(facts(&Value::Array(vec![json!({ "op": "add" }); 101])), Err(Kind::TooLarge));
    }

    proptest! {
        #[test]
        fn any_change_is_read_or_refused(op in "(add|replace|remove|Add)", path in ".{0,40}", value in ".{0,40}") {
            let _ = facts(&json!([{ "op": op, "path": path, "value": value }]));
            let _ = facts(&json!([{ "op": op, "value": { path: value } }]));
        }
    }
}
