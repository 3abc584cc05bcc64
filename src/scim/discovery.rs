//! The description of this service for directories (RFC 7644 §4).

use axum::extract::State;
use serde_json::{Value, json};

use super::door::{DirectoryCaller, MEDIA_TYPE};
use super::listing::{MOST, ResourcePage};
use super::{groups, users};
use crate::api::json::{at, put};
use crate::api::problem::{Kind, Problem};
use crate::api::reply::Reply;
use crate::api::request::Path;
use crate::app::App;
use crate::platform::web::translations::Language;

/// `GET /scim/v2/ServiceProviderConfig`.
pub(crate) async fn configuration(State(app): State<App>, _: DirectoryCaller) -> Result<Reply, Problem> {
    let configuration = json!({
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig"],
        "documentationUri": app.settings.public_url.join("/api/v1/"),
        "patch": { "supported": true },
        "bulk": { "supported": false, "maxOperations": 0, "maxPayloadSize": 0 },
        "filter": { "supported": true, "maxResults": MOST },
        "changePassword": { "supported": false },
        "sort": { "supported": false },
        "etag": { "supported": true },
        "authenticationSchemes": [{
            "type": "oauthbearertoken",
            "name": "Bearer token",
            "description": "A token that is made for one company, and shown once.",
            "primary": true,
        }],
        "meta": {
            "resourceType": "ServiceProviderConfig",
            "location": app.settings.public_url.join("/scim/v2/ServiceProviderConfig"),
        },
    });
    Ok(Reply::ok(&configuration)?.of_type(MEDIA_TYPE))
}

/// `GET /scim/v2/ResourceTypes`.
pub(crate) async fn resource_types(State(app): State<App>, _: DirectoryCaller) -> Result<Reply, Problem> {
    all(&types(&app))
}

/// `GET /scim/v2/ResourceTypes/{id}`.
pub(crate) async fn resource_type(
    State(app): State<App>,
    _: DirectoryCaller,
    Path(id): Path<String>,
) -> Result<Reply, Problem> {
    one(types(&app), &id)
}

/// `GET /scim/v2/Schemas`.
pub(crate) async fn schemas(State(app): State<App>, _: DirectoryCaller) -> Result<Reply, Problem> {
    all(&described(&app))
}

/// `GET /scim/v2/Schemas/{id}`.
pub(crate) async fn schema(
    State(app): State<App>,
    _: DirectoryCaller,
    Path(id): Path<String>,
) -> Result<Reply, Problem> {
    one(described(&app), &id)
}

fn all(resources: &[Value]) -> Result<Reply, Problem> {
    let total = i64::try_from(resources.len()).unwrap_or_default();
    ResourcePage { total, resources: resources.to_vec() }.reply(0)
}

fn one(resources: Vec<Value>, id: &str) -> Result<Reply, Problem> {
    let found = resources.into_iter().find(|resource| at(resource, &["id"]) == id);
    Ok(Reply::ok(&found.ok_or_else(|| Problem::new(Kind::NotFound))?)?.of_type(MEDIA_TYPE))
}

fn types(app: &App) -> Vec<Value> {
    let resource_type = |id: &str, endpoint: &str, schema: &str, description: &str| {
        json!({
            "schemas": ["urn:ietf:params:scim:schemas:core:2.0:ResourceType"],
            "id": id,
            "name": id,
            "endpoint": endpoint,
            "description": description,
            "schema": schema,
            "meta": {
                "resourceType": "ResourceType",
                "location": app.settings.public_url.join(&format!("/scim/v2/ResourceTypes/{id}")),
            },
        })
    };
    vec![
        resource_type("User", "/Users", users::SCHEMA, "A user of the company."),
        resource_type("Group", "/Groups", groups::SCHEMA, "A role or a ready-made profile of the company."),
    ]
}

/// An attribute as RFC 7643 §7 describes one.
fn attribute(name: &str, kind: &str, mutability: &str, description: &str) -> Value {
    json!({
        "name": name,
        "type": kind,
        "multiValued": false,
        "description": description,
        "required": false,
        "caseExact": false,
        "mutability": mutability,
        "returned": "default",
        "uniqueness": "none",
    })
}

fn with_parts(mut whole: Value, is_many: bool, parts: &[Value]) -> Value {
    put(&mut whole, &["multiValued"], json!(is_many));
    put(&mut whole, &["subAttributes"], json!(parts));
    whole
}

/// A reference, to resources of these types.
fn reference(name: &str, mutability: &str, types: &[&str], description: &str) -> Value {
    let mut attribute = exactly(attribute(name, "reference", mutability, description));
    put(&mut attribute, &["referenceTypes"], json!(types));
    attribute
}

/// The same attribute, of whose values the case of the letters counts.
fn exactly(mut attribute: Value) -> Value {
    put(&mut attribute, &["caseExact"], json!(true));
    attribute
}

/// The same attribute, with the only values that it has.
fn one_of(mut attribute: Value, values: &[&str]) -> Value {
    put(&mut attribute, &["canonicalValues"], json!(values));
    attribute
}

fn described(app: &App) -> Vec<Value> {
    let mut user_name = attribute("userName", "string", "readWrite", "The sign-in email.");
    put(&mut user_name, &["required"], json!(true));
    put(&mut user_name, &["uniqueness"], json!("server"));
    let external_id = exactly(attribute("externalId", "string", "readWrite", "What the directory calls the user."));
    let name = [
        attribute("formatted", "string", "readOnly", "Given and family name."),
        attribute("givenName", "string", "readWrite", "The given name."),
        attribute("familyName", "string", "readWrite", "The family name."),
    ];
    let emails = [
        attribute("value", "string", "readOnly", "The sign-in email, as userName."),
        one_of(attribute("type", "string", "readOnly", "work"), &["work"]),
        attribute("primary", "boolean", "readOnly", "It is the only one."),
    ];
    let groups = [
        exactly(attribute("value", "string", "readOnly", "The group.")),
        reference("$ref", "readOnly", &["Group"], "Its address."),
        attribute("display", "string", "readOnly", "Its name."),
        one_of(attribute("type", "string", "readOnly", "The user is in it as such."), &["direct"]),
    ];
    let languages: Vec<_> = Language::ALL.iter().map(|language| language.tag()).collect();
    let language =
        attribute("preferredLanguage", "string", "readWrite", "The language of messages. Others are left out.");
    let user = [
        user_name,
        external_id,
        with_parts(attribute("name", "complex", "readWrite", "The name."), false, &name),
        attribute("displayName", "string", "readOnly", "Given and family name."),
        one_of(language, &languages),
        attribute("active", "boolean", "readWrite", "Whether they can enter the company."),
        with_parts(attribute("emails", "complex", "readOnly", "The sign-in email."), true, &emails),
        with_parts(attribute("groups", "complex", "readOnly", "The groups of the user."), true, &groups),
    ];
    let members = [
        exactly(attribute("value", "string", "immutable", "The user.")),
        reference("$ref", "immutable", &["User"], "The user's address."),
        attribute("display", "string", "readOnly", "The user's name."),
        one_of(attribute("type", "string", "immutable", "Users alone are members."), &["User"]),
    ];
    let group = [
        attribute("displayName", "string", "readOnly", "The name of the role or ready-made profile."),
        with_parts(attribute("members", "complex", "readWrite", "The users who have it."), true, &members),
    ];
    let schema = |id: &str, name: &str, description: &str, attributes: &[Value]| {
        json!({
            "schemas": ["urn:ietf:params:scim:schemas:core:2.0:Schema"],
            "id": id,
            "name": name,
            "description": description,
            "attributes": attributes,
            "meta": {
                "resourceType": "Schema",
                "location": app.settings.public_url.join(&format!("/scim/v2/Schemas/{id}")),
            },
        })
    };
    vec![
        schema(users::SCHEMA, "User", "A user of the company.", &user),
        schema(groups::SCHEMA, "Group", "A role or a ready-made profile of the company.", &group),
    ]
}
