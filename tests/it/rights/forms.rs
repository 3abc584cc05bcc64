//! The forms sent with each request, complete, so that a refusal is about the caller and not about the input.

use data_encoding::HEXLOWER;
use http::HeaderValue;
use salpa::platform::secret::hash_token;
use salpa::platform::web::network::Network;
use serde_json::{Value, json};

use super::table::Line;
use super::world::{Things, World};
use crate::support::Browser;

const EDGE: &str = "multipart/form-data; boundary=edge";
const ANNOUNCED: [(&str, &str); 4] = [
    ("english", "Payroll works again."),
    ("finnish", "Palkat toimivat taas."),
    ("begins", "2026-06-09T12:00"),
    ("ends", "2026-06-10T12:00"),
];
const METHODS: &str = "?method=password&method=totp&method=passkey&method=recovery_code&idle=30";

/// The query of a page that asks for a choice.
pub fn query(line: Line) -> &'static str {
    match (line.method, line.path) {
        ("GET", "/admin/{company}/policies/change") => "?of=everywhere&second_factor=optional",
        ("GET", "/admin/{company}/policies/details/change") => METHODS,
        ("GET", "/admin/{company}/users/chosen") => "?act=lock",
        _ => "",
    }
}

/// The fields of the form that a page would send.
fn fields(world: &World, line: Line, things: &Things, browser: &Browser) -> Vec<(&'static str, String)> {
    let of =
        |fields: &[(&'static str, &str)]| fields.iter().map(|(name, value)| (*name, (*value).to_owned())).collect();
    let right = format!("{} use", world.payroll.application.id);
    let new_email = format!("new.{}", things.email);
    let page = line.path.rsplit_once("}/").map_or(line.path, |(_, page)| page);
    match line.path {
        path if !path.starts_with("/admin/") => match path {
            "/account/company" => of(&[("company", &world.kallio.to_string())]),
            "/account/networks/forget" => of(&[("network", Network::of(browser.address).as_str())]),
            "/account/password" => of(&[("password", "a quiet lane behind the mill")]),
            "/account/email" | "/account/communication-email" => of(&[("email", &new_email)]),
            "/account/communication-phone" => of(&[("phone", "+358 40 1234567")]),
            "/account/language" | "/language" => of(&[("language", "fi")]),
            "/oauth/authorize/{id}/consent" | "/device/{id}" => {
                of(&[("session", &things.session), ("answer", "allow")])
            }
            "/oauth/token" => of(&[("grant_type", "authorization_code"), ("code", "x"), ("redirect_uri", "x")]),
            "/device" => of(&[("user_code", "BCDF-GHJK")]),
            path if path.ends_with("/email") => of(&[("email", &things.email)]),
            path if path.ends_with("/name") => of(&[("name", "Another name")]),
            _ => of(&[("code", "123456"), ("name", "New"), ("password", "a quiet lane behind the mill")]),
        },
        "/admin/{company}/users/new" | "/admin/{company}/employees/new" => {
            of(&[("email", &new_email), ("given_name", "New"), ("family_name", "Person"), ("service", "travel")])
        }
        "/admin/{company}/users/chosen" => of(&[("act", "remove"), ("person", &things.person.to_string())]),
        "/admin/{company}/users/{person}/access-rights/profile" => of(&[("profile", &things.profile.to_string())]),
        "/admin/{company}/applications/profiles/{id}" => of(&[("name", &things.email), ("right", &right)]),
        "/admin/{company}/applications/{id}/addresses" => {
            of(&[("redirect_uris", &things.callback()), ("complete", "1")])
        }
        "/admin/{company}/domains" => of(&[("domain", &things.email.replace('@', "."))]),
        "/admin/{company}/domains/directory-use" => of(&[("use", "first")]),
        "/admin/{company}/company" => of(&[("name", &format!("Kallio of {}", things.email))]),
        "/admin/{company}/status/new" | "/admin/{company}/status/{id}" => of(&ANNOUNCED),
        "/admin/{company}/identity-providers/new" | "/admin/{company}/identity-providers/{provider}/change" => {
            of(&[("settings", &World::broker_settings(&format!("of {}", things.email)))])
        }
        "/admin/{company}/identity-providers/{provider}/state" => of(&[("state", "on")]),
        "/admin/{company}/releases/{person}" => of(&[("seen", &seen(&things.email))]),
        "/admin/{company}/policies/ask-before" => of(&[("right", &right), ("complete", "1")]),
        "/admin/{company}/policies/change" => of(&[("of", "everywhere"), ("second_factor", "optional")]),
        "/admin/{company}/employees/{person}" => of(&[("service", "travel")]),
        _ => match page {
            "name" => of(&[("given_name", "Another"), ("family_name", "Name")]),
            "roles" => of(&[("role", "user administrator")]),
            "remove" => of(&[("basic", "none")]),
            "communication" => of(&[("phone", "+358 40 1234567"), ("language", "fi")]),
            "access-rights" => of(&[("complete", "1")]),
            "invitation/new" => of(&[("verified", "yes"), ("identity", "known")]),
            _ => Vec::new(),
        },
    }
}

/// The mark of the data of a person of the world, as the page of a release shows it.
fn seen(email: &str) -> String {
    let number = email.split('@').next().and_then(|name| name.strip_prefix("veera")).unwrap_or_default().to_uppercase();
    HEXLOWER.encode(&hash_token(&format!("Veera\n{number}\n{email}\n")))
}

/// The body of a request, with the kind that the browser sends it as.
pub fn body(world: &World, line: Line, things: &Things, browser: &mut Browser) -> String {
    match line.path {
        _ if line.method == "GET" => String::new(),
        "/admin/{company}/look" => {
            browser.headers.insert("content-type", HeaderValue::from_static(EDGE));
            let field = |name: &str, value: &str| {
                format!("--edge\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
            };
            format!("{}{}--edge--\r\n", field("colour", "#23408E"), field("act", "publish"))
        }
        "/admin/{company}/users/import" => {
            browser.headers.insert("content-type", HeaderValue::from_static(EDGE));
            let field = |name: &str, value: &str| {
                format!("--edge\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
            };
            format!("{}{}--edge--\r\n", field("text", &format!("Email\nnew.{}", things.email)), field("act", "add"))
        }
        "/admin/{company}/policies/details/change" => METHODS[1..].to_owned(),
        _ => {
            let fields = fields(world, line, things, browser);
            url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish()
        }
    }
}

/// The document that a program sends.
pub fn document(world: &World, line: Line, things: &Things) -> Value {
    let right = json!({ "application": world.payroll.application.id.to_string(), "name": "use" });
    let new = json!({ "email": format!("new.{}", things.email), "given_name": "New" });
    let end = line.path.rsplit('/').next().unwrap();
    match (line.method, line.path) {
        ("POST", "/api/v1/companies") => json!({ "name": "Another Oy", "kind": "business" }),
        ("PUT", "/api/v1/companies/{company}") => json!({ "name": "Kallio ja Laine Oy" }),
        ("PUT", "/api/v1/companies/{company}/employees/{person}") => json!({ "services": ["travel"] }),
        ("PATCH", "/api/v1/companies/{company}/users/{person}") => json!({ "state": "locked" }),
        ("PATCH", "/api/v1/companies/{company}/people/{person}") => json!({ "given_name": "Another" }),
        ("PUT", "/api/v1/companies/{company}/policy") => json!({ "idle_seconds": 1200 }),
        ("POST", _) if end == "profiles" => json!({ "name": things.email, "rights": [right] }),
        ("PUT", _) if end == "directory-use" => json!({ "directory_use": "first" }),
        ("PUT", _) if end == "addresses" => json!({ "redirect_uris": [things.callback()] }),
        ("PUT", _) if end == "profile" => json!({ "profile": things.profile }),
        ("PUT", _) if end == "rights" => json!({ "rights": [] }),
        ("POST", _) if end == "invitation" => json!({ "identity": "known" }),
        ("POST", "/api/v1/companies/{company}/users" | "/api/v1/companies/{company}/employees") => new,
        _ => Value::Null,
    }
}

/// The document that a directory sends.
pub fn resource(line: Line, things: &Things) -> Value {
    let patch = "urn:ietf:params:scim:api:messages:2.0:PatchOp";
    let user = |name: &str| {
        json!({
            "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"],
            "userName": name,
            "name": { "givenName": "Another", "familyName": "Name" },
            "active": true,
        })
    };
    let member = json!([{ "value": things.person.to_string() }]);
    match (line.method, line.path) {
        ("POST", "/scim/v2/Users" | "/scim/v2/Users/") => user(&format!("new.{}", things.email)),
        ("PUT", "/scim/v2/Users/{id}") => user(&things.email),
        ("PATCH", "/scim/v2/Users/{id}") => {
            json!({ "schemas": [patch], "Operations": [{ "op": "replace", "path": "active", "value": false }] })
        }
        ("PUT", "/scim/v2/Groups/{id}") => {
            let group = "urn:ietf:params:scim:schemas:core:2.0:Group";
            json!({ "schemas": [group], "displayName": "Clerk", "members": member })
        }
        ("PATCH", "/scim/v2/Groups/{id}") => {
            json!({ "schemas": [patch], "Operations": [{ "op": "add", "path": "members", "value": member }] })
        }
        ("POST", _) => json!({ "schemas": [] }),
        _ => Value::Null,
    }
}
