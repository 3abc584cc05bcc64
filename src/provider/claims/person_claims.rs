//! The claims about a person (OpenID Connect Core §5.1), by scope or single.

use serde_json::{Map, Value, json};

use crate::directory::people::Person;
use crate::provider::applications::Application;
use crate::provider::applications::scopes::Scopes;

/// The claims about people that are known here.
pub(crate) const KNOWN: [&str; 8] =
    ["name", "given_name", "family_name", "preferred_username", "locale", "updated_at", "email", "email_verified"];
/// Those of the scope `profile`.
const PROFILE: [&str; 5] = ["name", "given_name", "family_name", "locale", "updated_at"];
/// Those of the scope `email`.
const EMAIL: [&str; 2] = ["email", "email_verified"];

/// The claims that a scope and single requests give together.
pub(crate) fn of(person: &Person, application: &Application, scope: &Scopes, single: &[String]) -> Map<String, Value> {
    let has_profile = scope.has("profile");
    let has_email = scope.has("email");
    // It is the email: somebody else's application, and one with a subject of its own, get it only with the email.
    let tells_name = has_profile && (has_email || application.may_know_the_email_by_profile());
    let wanted = |name: &str| {
        (has_profile && PROFILE.contains(&name))
            || (has_email && EMAIL.contains(&name))
            || (tells_name && name == "preferred_username")
            || single.iter().any(|claim| claim == name)
    };
    let mut claims = Map::new();
    for name in KNOWN.into_iter().filter(|name| wanted(name)) {
        let value = match name {
            "name" => json!(person.name()),
            "given_name" => json!(person.given_name),
            "family_name" => json!(person.family_name),
            "locale" => json!(person.language),
            "updated_at" => json!(person.changed_at.seconds()),
            "preferred_username" | "email" => json!(person.email),
            "email_verified" => Value::Bool(person.email_confirmed_at.is_some()),
            _ => continue,
        };
        // An unknown value is left out, never empty (§5.3.2).
        if value.as_str() != Some("") {
            claims.insert(name.to_owned(), value);
        }
    }
    claims
}
