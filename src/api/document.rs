//! The operations of the API in one list, from which both the routes and the OpenAPI 3.1 document are made, so that
//! neither has an operation that the other lacks. The parts that all operations share are added to the document here.

use serde_json::{Value, json};
use utoipa::OpenApi;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::bounds;
use super::json::{put, text};
use super::problem::{Kind, ProblemDetails, address};
use super::scopes::Scope;
use super::{
    application_addresses, applications, companies, domains, employees, engagements, factors, history, invitations,
    people, phone_app, policy, profiles, resource, rights, sessions, users,
};
use crate::app::App;
use crate::platform::settings::PublicUrl;

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Salpa administration API",
        description = "The acts of the administrator console, for programs. An access token of this service bounds \
                       the caller's authority; the stored grants and roles decide at every call.",
        license(name = "Apache-2.0", identifier = "Apache-2.0"),
    ),
    components(schemas(ProblemDetails)),
    tags(
        (name = "Companies", description = "The tenants."),
        (name = "People", description = "Each person has one profile for all companies."),
        (name = "Users", description = "The members of a company, with their roles and rights."),
        (name = "Sessions", description = "The sessions of users, for their basic company."),
        (name = "Factors", description = "The factors of users, for their basic company, without any secret."),
        (name = "Employees", description = "The people on a company's employee listing."),
        (name = "Applications", description = "The applications that are open to a company."),
        (name = "Ready-made profiles", description = "Rights that are given together, under a name."),
        (name = "Policies", description = "The requirements of a company on the sign-ins of its people."),
        (name = "History", description = "The events of a company."),
    )
)]
struct BaseDocument;

/// Every operation, with its description.
pub(crate) fn operations() -> OpenApiRouter<App> {
    OpenApiRouter::with_openapi(BaseDocument::openapi())
        .routes(routes!(companies::list, companies::add))
        .routes(routes!(companies::see, companies::change))
        .routes(routes!(domains::list))
        .routes(routes!(domains::claim, domains::remove))
        .routes(routes!(domains::check))
        .routes(routes!(domains::see_use, domains::set_use))
        .routes(routes!(engagements::list))
        .routes(routes!(engagements::engage, engagements::disengage))
        .routes(routes!(people::list))
        .routes(routes!(people::see_anybody))
        .routes(routes!(people::see, people::change))
        .routes(routes!(users::list, users::add))
        .routes(routes!(users::see, users::change, users::remove))
        .routes(routes!(invitations::see, invitations::send, invitations::cancel))
        .routes(routes!(rights::see, rights::set))
        .routes(routes!(rights::give_profile))
        .routes(routes!(sessions::list, sessions::end_all))
        .routes(routes!(sessions::end))
        .routes(routes!(factors::list, factors::reset))
        .routes(routes!(factors::remove))
        .routes(routes!(phone_app::see, phone_app::close))
        .routes(routes!(employees::list, employees::add))
        .routes(routes!(employees::see, employees::set_services, employees::remove))
        .routes(routes!(applications::list))
        .routes(routes!(applications::open, applications::close))
        .routes(routes!(application_addresses::see_of_company, application_addresses::set_of_company))
        .routes(routes!(application_addresses::see_of_any, application_addresses::set_of_any))
        .routes(routes!(profiles::list, profiles::add))
        .routes(routes!(profiles::see, profiles::remove))
        .routes(routes!(policy::see, policy::set))
        .routes(routes!(history::list))
}

/// The OpenAPI 3.1 document of this service.
pub fn document(public_url: &PublicUrl) -> Value {
    let (_, described) = operations().split_for_parts();
    let mut document = serde_json::to_value(described).unwrap_or_default();
    put(&mut document, &["info", "version"], json!(env!("CARGO_PKG_VERSION")));
    let contact = json!({ "name": "The operator of this service", "url": public_url.join("/help") });
    put(&mut document, &["info", "contact"], contact);
    put(&mut document, &["servers"], json!([{ "url": public_url.origin() }]));
    put(&mut document, &["components", "securitySchemes"], security(public_url));
    put(&mut document, &["components", "responses"], problems(public_url));
    let key = json!({
        "name": "Idempotency-Key",
        "in": "header",
        "required": false,
        "description": "A repeated request with the same key within 24 hours gets the first answer and does nothing again.",
        "schema": { "type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[!-~]+$" },
    });
    put(&mut document, &["components", "parameters", "Idempotency-Key"], key);
    if let Some(paths) = document.get_mut("paths").and_then(Value::as_object_mut) {
        let operations = paths.values_mut().filter_map(Value::as_object_mut).flatten();
        for (method, operation) in operations {
            complete(method, operation);
        }
    }
    bounds::tell(&mut document);
    document
}

/// Adds the parts that are the same for every operation of a method.
fn complete(method: &str, operation: &mut Value) {
    let has_body = operation.get("requestBody").is_some();
    let changes = method != "get";
    let answers = [
        (Kind::Malformed, true),
        (Kind::Unauthorized, true),
        (Kind::InsufficientScope, true),
        (Kind::NotFound, true),
        (Kind::AlreadyThere, changes),
        (Kind::Changed, changes),
        (Kind::TooLarge, has_body),
        (Kind::UnsupportedMediaType, has_body),
        (Kind::Invalid, changes),
        (Kind::TooMany, true),
        (Kind::Fault, true),
        (Kind::Unavailable, true),
    ];
    for (kind, applies) in answers {
        if applies {
            let status = kind.status().as_u16().to_string();
            let reference = json!({ "$ref": format!("#/components/responses/{status}") });
            put(operation, &["responses", &status], reference);
        }
    }
    if changes {
        let key = json!({ "$ref": "#/components/parameters/Idempotency-Key" });
        match operation.get_mut("parameters").and_then(Value::as_array_mut) {
            Some(parameters) => parameters.push(key),
            None => put(operation, &["parameters"], json!([key])),
        }
    }
}

fn security(public_url: &PublicUrl) -> Value {
    let mut scopes = serde_json::Map::new();
    for scope in Scope::ALL {
        scopes.insert(format!("company:{{company}}:{scope}"), json!(format!("{scope} in one company")));
        scopes.insert(scope.of_every(), json!(format!("{scope} in every company of the caller")));
        scopes.insert(scope.of_operator(), json!(format!("{scope} for the operator")));
    }
    let url = |path: &str| public_url.join(path);
    json!({ "oauth": {
        "type": "oauth2",
        "description": format!("An access token with the audience {}.", resource(public_url)),
        "flows": {
            "clientCredentials": { "tokenUrl": url("/oauth/token"), "scopes": scopes },
            "authorizationCode": {
                "authorizationUrl": url("/oauth/authorize"),
                "tokenUrl": url("/oauth/token"),
                "scopes": scopes,
            },
        },
    } })
}

/// The problems by their statuses, each with an example.
fn problems(public_url: &PublicUrl) -> Value {
    let mut responses = serde_json::Map::new();
    for kind in Kind::ALL {
        let status = kind.status().as_u16();
        let example = json!({
            "type": address(public_url, kind),
            "title": kind.title(),
            "status": status,
            "error_id": "SLP-7QKD-4031",
        });
        let response = responses.entry(status.to_string()).or_insert_with(|| {
            json!({
                "description": "",
                "content": { "application/problem+json": {
                    "schema": { "$ref": "#/components/schemas/ProblemDetails" },
                    "examples": {},
                } },
            })
        });
        let before = text(response, &["description"]);
        let description =
            if before.is_empty() { kind.title().to_owned() } else { format!("{before}. {}", kind.title()) };
        put(response, &["description"], json!(description));
        let place = ["content", "application/problem+json", "examples", kind.slug()];
        put(response, &place, json!({ "value": example }));
    }
    Value::Object(responses)
}
