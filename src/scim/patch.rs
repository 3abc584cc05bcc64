//! The changes of a user or a group (RFC 7644 §3.5.2), as directories write them: read into
//! what this service knows, and what it does not know is left out. Pure.
//!
//! Entra writes `active` as the text "False", operations with a capital letter, and attributes with a dot in
//! an object without a path; Okta writes objects. All of it is read.

use std::collections::BTreeSet;

use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::filter::{self, AttributePath, FilterStep};
use super::matching::holds;
use super::{groups, users};
use crate::api::problem::{Kind, Problem};
use crate::directory::people::PersonId;

/// The most operations of one request.
const MOST: usize = 10_000;

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
    /// [`Kind::Malformed`] and [`Kind::InvalidPath`], with the reason.
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
                    for (name, value) in of_own_schema(members) {
                        steps.extend(without_path(op, &name, value)?);
                    }
                }
                (None, _) if op == Op::Remove => {
                    return Err(Problem::new(Kind::NoTarget).detail("remove needs a path"));
                }
                (None, _) => {
                    return Err(Problem::new(Kind::Malformed).detail("an operation without a path needs an object"));
                }
            }
        }
        Ok(steps)
    }
}

/// The members of an object, with those that stand under the name of our own schema.
fn of_own_schema(members: Map<String, Value>) -> Map<String, Value> {
    let mut found = Map::new();
    for (name, value) in members {
        match value {
            Value::Object(own) if [users::SCHEMA, groups::SCHEMA].iter().any(|it| name.eq_ignore_ascii_case(it)) => {
                found.extend(own);
            }
            value => {
                found.insert(name, value);
            }
        }
    }
    found
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
    filter::path(text).map_err(|unusable| Problem::new(Kind::InvalidPath).detail(unusable.to_string()))
}

/// The data of a user from a directory; `None` where the directory is silent. Its `emails` are not among
/// them: the sign-in email is `userName`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct UserFacts {
    /// The sign-in email, by `userName`.
    pub(crate) user_name: Option<String>,
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
    /// Reads a whole user, as `POST` and `PUT` bring one. An attribute that is null is none (RFC 7643 §2.5).
    ///
    /// # Errors
    /// [`Kind::Invalid`] where a value is of another type than it must be.
    pub(crate) fn whole(resource: Map<String, Value>) -> Result<Self, Problem> {
        let mut facts = Self::default();
        for (name, value) in of_own_schema(resource) {
            // `id`, `meta`, `schemas`, groups and extensions are not the directory's to write.
            if let Ok(path) = filter::path(&name)
                && path.values.is_empty()
                && !value.is_null()
            {
                facts.write(&path, &value)?;
            }
        }
        Ok(facts)
    }

    /// Takes one change in. Attributes that this service does not know are left out.
    ///
    /// # Errors
    /// [`Kind::Invalid`] where a value is of another type than it must be, [`Kind::ReadOnly`] where one cannot be taken
    /// away, [`Kind::NoTarget`].
    pub fn take(&mut self, step: &PatchStep) -> Result<(), Problem> {
        let PatchStep { op, path, value } = step;
        if !path.attribute.is_of(users::SCHEMA) {
            return Ok(());
        }
        match op {
            Op::Remove => self.remove(path),
            // Directories write there by default, and are not stopped by it.
            Op::Add | Op::Replace if path.attribute.name == "emails" => Ok(()),
            Op::Add | Op::Replace if !path.values.is_empty() => Err(Problem::new(Kind::NoTarget)
                .detail(format!("{} has no values that a filter finds", path.attribute.name))),
            Op::Add | Op::Replace => self.write(path, value),
        }
    }

    fn remove(&mut self, path: &AttributePath) -> Result<(), Problem> {
        let always = |name: &str| Err(Problem::new(Kind::ReadOnly).detail(format!("{name} always has a value")));
        let attribute = &path.attribute;
        match (attribute.name.as_str(), attribute.part.as_deref()) {
            ("externalid", None) => self.external_id = Some(None),
            ("name", Some("familyname")) => self.family_name = Some(String::new()),
            ("username", _) => return always("userName"),
            ("name", Some("givenname")) => return always("name.givenName"),
            ("name", _) => return always("name"),
            ("displayname", _) => return always("displayName"),
            ("preferredlanguage", _) => return always("preferredLanguage"),
            ("active", _) => return always("active"),
            ("emails", _) => return always("emails"),
            (name @ ("id" | "meta" | "schemas" | "groups"), _) => {
                return Err(Problem::new(Kind::ReadOnly).detail(format!("{name} is not the directory's to write")));
            }
            _ => {}
        }
        Ok(())
    }

    fn write(&mut self, path: &AttributePath, value: &Value) -> Result<(), Problem> {
        let attribute = &path.attribute;
        if !attribute.is_of(users::SCHEMA) {
            return Ok(());
        }
        match (attribute.name.as_str(), attribute.part.as_deref()) {
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
            _ => {}
        }
        Ok(())
    }
}

fn text(name: &str, value: &Value) -> Result<Option<String>, Problem> {
    match value {
        Value::Null => Ok(None),
        Value::String(text) if text.is_empty() => Ok(None),
        Value::String(text) => Ok(Some(text.clone())),
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
        _ => Err(Problem::invalid("active is true or false")),
    }
}

/// One change of the members of a group.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum MemberStep {
    /// These are the only members.
    Only(Vec<String>),
    /// These come to them.
    Add(Vec<String>),
    /// These leave.
    Remove(Vec<String>),
    /// Those leave of whom a filter holds.
    RemoveWhere(Vec<FilterStep>),
}

impl MemberStep {
    /// Reads the changes of a group, in their order. Its name is not the directory's to change; the same name again is
    /// no change.
    ///
    /// # Errors
    /// [`Kind::Invalid`], [`Kind::NoTarget`] and [`Kind::NotAllowed`], with the reason.
    pub(crate) fn read(steps: &[PatchStep], display_name: &str) -> Result<Vec<Self>, Problem> {
        let mut found = Vec::new();
        for PatchStep { op, path, value } in steps.iter().filter(|step| step.path.attribute.is_of(groups::SCHEMA)) {
            let attribute = &path.attribute;
            match (attribute.name.as_str(), *op) {
                ("members", Op::Add | Op::Replace) if !path.values.is_empty() => {
                    return Err(Problem::new(Kind::NoTarget).detail("members are added as values, without a filter"));
                }
                ("members", Op::Add) => found.push(Self::Add(ids(value)?)),
                ("members", Op::Replace) => found.push(Self::Only(ids(value)?)),
                ("members", Op::Remove) if !path.values.is_empty() => {
                    found.push(Self::RemoveWhere(path.values.clone()));
                }
                ("members", Op::Remove) if value.is_null() => found.push(Self::Only(Vec::new())),
                ("members", Op::Remove) => found.push(Self::Remove(ids(value)?)),
                ("displayname", Op::Replace | Op::Add) if is_same_name(value, display_name) => {}
                ("id" | "externalid" | "meta" | "schemas", Op::Add | Op::Replace) | ("externalid", Op::Remove) => {}
                _ => return Err(Problem::new(Kind::NotAllowed).detail("of a group, its members alone can be changed")),
            }
        }
        Ok(found)
    }

    /// Makes the change in a set of members.
    ///
    /// # Errors
    /// [`Kind::Invalid`] where somebody comes who cannot be a user, and [`Kind::InvalidFilter`].
    pub(crate) fn apply(&self, members: &mut BTreeSet<PersonId>) -> Result<(), Problem> {
        let people = |ids: &[String]| -> Result<Vec<PersonId>, Problem> {
            ids.iter().map(|id| id.parse().map_err(|_| no_user())).collect()
        };
        match self {
            Self::Only(ids) => *members = people(ids)?.into_iter().collect(),
            Self::Add(ids) => members.extend(people(ids)?),
            // Somebody who is no user has left already.
            Self::Remove(ids) => {
                let leaving: BTreeSet<PersonId> = ids.iter().filter_map(|id| id.parse().ok()).collect();
                members.retain(|person| !leaving.contains(person));
            }
            Self::RemoveWhere(filter) => {
                let mut leaving = BTreeSet::new();
                for person in members.iter() {
                    let shown = json!({ "value": person, "type": "User" });
                    let is_one = holds(filter, &shown, groups::SCHEMA);
                    if is_one.map_err(|why| Problem::new(Kind::InvalidFilter).detail(why.to_string()))? {
                        leaving.insert(*person);
                    }
                }
                members.retain(|person| !leaving.contains(person));
            }
        }
        Ok(())
    }
}

/// Whether a directory writes the name of a group, in whatever case.
pub(super) fn is_same_name(written: &Value, name: &str) -> bool {
    written.as_str().is_some_and(|written| written.to_lowercase() == name.to_lowercase())
}

/// The problem of a member who is no user of the company.
pub(super) fn no_user() -> Problem {
    Problem::invalid("members.value names a user of the company")
}

/// The identifiers of members, as a list of objects or of texts, or one of them.
///
/// # Errors
/// [`Kind::Invalid`].
pub(crate) fn ids(value: &Value) -> Result<Vec<String>, Problem> {
    let id = |one: &Value| {
        let text = one.as_str().or_else(|| one.get("value").and_then(Value::as_str));
        text.map(str::to_owned).ok_or_else(|| Problem::invalid("members.value is missing"))
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

    use super::*;

    fn steps(operations: &Value) -> Result<Vec<PatchStep>, Kind> {
        let request: PatchRequest = serde_json::from_value(json!({ "Operations": operations })).unwrap();
        request.steps().map_err(|problem| problem.kind())
    }

    fn facts(operations: &Value) -> Result<UserFacts, Kind> {
        let mut facts = UserFacts::default();
        for step in steps(operations)? {
            facts.take(&step).map_err(|problem| problem.kind())?;
        }
        Ok(facts)
    }

    fn whole(resource: &Value) -> UserFacts {
        UserFacts::whole(resource.as_object().unwrap().clone()).unwrap()
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
        assert_eq!((read.active, read.user_name), (Some(false), None), "an address in emails is none to sign in with");
        assert_eq!((read.given_name.as_deref(), read.family_name.as_deref()), (Some("Aino"), Some("Virtanen")));
        assert_eq!(read.external_id, Some(Some("7".to_owned())));
    }

    #[test]
    fn patches_of_okta_are_read() {
        let read = facts(&json!([{ "op": "replace", "value": { "active": false } }])).unwrap();
        assert_eq!(read, UserFacts { active: Some(false), ..UserFacts::default() });
        let read = whole(&json!({ "userName": "a@b.example", "name": { "givenName": "A", "familyName": "B" },
            "emails": [{ "value": "home@b.example", "type": "home", "primary": true },
                       { "value": "work@b.example", "type": "work" }], "id": "x", "groups": [], "roles": ["main user"] }));
        assert_eq!(read.user_name.as_deref(), Some("a@b.example"));
        assert_eq!(read.given_name.as_deref(), Some("A"));
    }

    #[test]
    fn attributes_of_another_schema_are_not_taken_for_ours() {
        let kallio = "urn:ietf:params:scim:schemas:extension:kallio:2.0:User";
        let of_theirs = json!([
            { "op": "replace", "path": format!("{kallio}:userName"), "value": 7 },
            { "op": "replace", "path": format!("{kallio}:active"), "value": "perhaps" },
            { "op": "remove", "path": format!("{kallio}:userName") },
            { "op": "replace", "value": { format!("{kallio}:active"): "perhaps", kallio: { "userName": 7 } } },
        ]);
        assert_eq!(facts(&of_theirs), Ok(UserFacts::default()));
        let read = whole(&json!({ format!("{kallio}:userName"): "x", kallio: { "active": 7 }, "active": null }));
        assert_eq!(read, UserFacts::default());
        let ours = facts(&json!([{ "op": "replace", "path": format!("{}:active", users::SCHEMA), "value": true },
                                 { "op": "add", "value": { users::SCHEMA: { "userName": "a@b.example" } } }]));
        let user_name = Some("a@b.example".to_owned());
        assert_eq!(ours, Ok(UserFacts { active: Some(true), user_name, ..UserFacts::default() }));
    }

    #[test]
    fn attributes_that_always_have_a_value_are_not_taken_away() {
        for path in [
            "userName",
            "name",
            "name.givenName",
            "displayName",
            "active",
            "preferredLanguage",
            "emails",
            "emails[type eq \"work\"].value",
            "groups",
            "id",
        ] {
            assert_eq!(facts(&json!([{ "op": "remove", "path": path }])), Err(Kind::ReadOnly), "{path}");
        }
        let read =
            facts(&json!([{ "op": "remove", "path": "name.familyName" }, { "op": "Remove", "path": "externalId" },
                                 { "op": "remove", "path": "title" }]));
        let expected = UserFacts { family_name: Some(String::new()), external_id: Some(None), ..UserFacts::default() };
        assert_eq!(read, Ok(expected));
    }

    #[test]
    fn an_unreadable_patch_is_refused() {
        assert_eq!(facts(&json!([{ "op": "dance" }])), Err(Kind::Malformed));
        assert_eq!(facts(&json!([{ "op": "replace", "value": "x" }])), Err(Kind::Malformed));
        assert_eq!(facts(&json!([{ "op": "remove" }])), Err(Kind::NoTarget));
        assert_eq!(facts(&json!([{ "op": "replace", "path": "name[a pr]", "value": "x" }])), Err(Kind::NoTarget));
        assert_eq!(facts(&json!([{ "op": "replace", "path": "a[", "value": "x" }])), Err(Kind::InvalidPath));
        assert_eq!(facts(&json!([{ "op": "replace", "path": "active", "value": 7 }])), Err(Kind::Invalid));
        assert_eq!(facts(&Value::Array(vec![json!({ "op": "add" }); MOST + 1])), Err(Kind::TooLarge));
    }

    #[test]
    fn members_change_in_the_order_of_the_operations() {
        let id = |number: u32| format!("0197c0de-0000-7000-8000-{number:012}");
        let changed = |operations: Value| {
            let mut members: BTreeSet<PersonId> = [id(1), id(2)].iter().map(|id| id.parse().unwrap()).collect();
            for step in MemberStep::read(&steps(&operations).unwrap(), "Clerk").unwrap() {
                step.apply(&mut members).unwrap();
            }
            members.into_iter().map(|person| person.to_string()).collect::<Vec<_>>()
        };
        let (add, remove) = (|ids: Value| json!({ "op": "add", "path": "members", "value": ids }), "remove");
        assert_eq!(changed(json!([{ "op": remove, "path": "members" }, add(json!([id(1)]))])), [id(1)]);
        assert_eq!(changed(json!([add(json!({ "value": id(3) })), { "op": remove, "path": "members" }])), [""; 0]);
        let either = format!("members[value eq \"{}\" or value eq \"{}\"]", id(1), id(9));
        assert_eq!(changed(json!([{ "op": "Remove", "path": either }])), [id(2)]);
        let values = json!([{ "value": id(2) }, "nobody"]);
        assert_eq!(changed(json!([{ "op": "Remove", "path": "members", "value": values }])), [id(1)]);
        assert_eq!(
            changed(json!([{ "op": "replace", "value": { "displayName": "CLERK", "members": [id(4)] } }])),
            [id(4)]
        );
    }

    proptest! {
        #[test]
        fn any_change_is_read_or_refused(op in "(add|replace|remove|Add)", path in ".{0,40}", value in ".{0,40}") {
            let _ = facts(&json!([{ "op": op, "path": path, "value": value }]));
            let _ = facts(&json!([{ "op": op, "value": { path: value } }]));
        }
    }
}
