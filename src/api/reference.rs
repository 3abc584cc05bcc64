//! `/api/v1/`: the OpenAPI document as a page, made from nothing but that document.

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use serde_json::Value;

use super::json::{at, elements, members, text};
use super::problem::Kind;
use super::{document, resource};
use crate::app::App;
use crate::platform::settings::PublicUrl;
use crate::platform::web::page::Page;
use crate::platform::web::refusal;
use crate::platform::web::visit::Visit;

/// `/api/v1/`.
#[derive(Template, Debug, Clone)]
#[template(path = "api/reference.html")]
pub struct ReferencePage {
    /// The parts that every page has.
    pub(crate) page: Page,
    /// The identifier of the API in tokens.
    pub(crate) resource: String,
    /// The address of the service.
    pub(crate) origin: String,
    /// The operations, by subject.
    pub(crate) groups: Vec<OperationGroup>,
    /// The schemas of requests and responses.
    pub(crate) schemas: Vec<SchemaEntry>,
    /// The kinds of problems.
    pub(crate) problems: Vec<ProblemKind>,
}

/// Operations on one subject.
#[derive(Debug, Clone)]
pub(crate) struct OperationGroup {
    /// The subject.
    pub(crate) name: String,
    /// Its anchor on the page.
    pub(crate) anchor: String,
    /// The description of the subject.
    pub(crate) description: String,
    /// The operations.
    pub(crate) operations: Vec<Operation>,
}

/// One operation.
#[derive(Debug, Clone)]
pub(crate) struct Operation {
    /// Its name for programs, which is also its anchor on the page.
    pub(crate) id: String,
    /// The method, such as `GET`.
    pub(crate) method: String,
    /// The path, with the names of its parameters.
    pub(crate) path: String,
    /// Its summary.
    pub(crate) summary: String,
    /// Its description.
    pub(crate) description: String,
    /// The scope that it needs.
    pub(crate) scope: String,
    /// The parameters in the query and the headers.
    pub(crate) parameters: Vec<Field>,
    /// The schema of the body.
    pub(crate) body: Option<Reference>,
    /// The response of a success.
    pub(crate) response: OperationResponse,
}

/// The response of a success.
#[derive(Debug, Clone)]
pub(crate) struct OperationResponse {
    /// Its status.
    pub(crate) status: String,
    /// Its description.
    pub(crate) description: String,
    /// The schema of its body.
    pub(crate) body: Option<Reference>,
}

/// The name of a schema.
#[derive(Debug, Clone)]
pub(crate) struct Reference {
    /// The name.
    pub(crate) name: String,
    /// Its anchor on the page.
    pub(crate) anchor: String,
}

/// A schema.
#[derive(Debug, Clone)]
pub(crate) struct SchemaEntry {
    /// The name.
    pub(crate) name: Reference,
    /// The description.
    pub(crate) description: String,
    /// The fields.
    pub(crate) fields: Vec<Field>,
    /// The words of an enumeration; empty for other schemas.
    pub(crate) words: String,
}

/// A field of a schema, or a parameter.
#[derive(Debug, Clone)]
pub(crate) struct Field {
    /// The name.
    pub(crate) name: String,
    /// The type, in words.
    pub(crate) kind: String,
    /// Whether it is required.
    pub(crate) is_required: bool,
    /// The description.
    pub(crate) description: String,
}

/// A kind of problem.
#[derive(Debug, Clone)]
pub(crate) struct ProblemKind {
    /// The last part of its address.
    pub(crate) slug: String,
    /// The status of the answer.
    pub(crate) status: u16,
    /// The title.
    pub(crate) title: String,
    /// The advice to the programmer.
    pub(crate) advice: String,
}

/// Shows the reference.
pub async fn show(State(app): State<App>, visit: Visit) -> Response {
    let page = Page::new(visit.language, app.settings.organisation.clone(), "/api/v1/");
    refusal::show(StatusCode::OK, &view(page, &app.settings.public_url))
}

/// The page of the service at a public URL.
pub fn view(page: Page, public_url: &PublicUrl) -> ReferencePage {
    let document = document(public_url);
    ReferencePage {
        page,
        resource: resource(public_url),
        origin: public_url.origin().to_owned(),
        groups: groups(&document),
        schemas: schemas(&document),
        problems: Kind::ALL
            .into_iter()
            .map(|kind| ProblemKind {
                slug: kind.slug().to_owned(),
                status: kind.status().as_u16(),
                title: kind.title().to_owned(),
                advice: kind.advice().to_owned(),
            })
            .collect(),
    }
}

fn groups(document: &Value) -> Vec<OperationGroup> {
    let groups = elements(document, &["tags"]).map(|tag| {
        let name = text(tag, &["name"]);
        let all = members(document, &["paths"]).flat_map(|(path, methods)| {
            members(methods, &[]).map(move |(method, operation)| (path, method, operation))
        });
        let is_own = |operation: &Value| elements(operation, &["tags"]).any(|tag| tag == name.as_str());
        let own = all.filter(|(_, _, operation)| is_own(operation));
        let mut operations: Vec<_> =
            own.map(|(path, method, operation)| of_operation(document, path, method, operation)).collect();
        operations.sort_by(|one, other| (&one.path, order(&one.method)).cmp(&(&other.path, order(&other.method))));
        OperationGroup { anchor: anchor(&name), name, description: text(tag, &["description"]), operations }
    });
    groups.collect()
}

fn order(method: &str) -> usize {
    ["GET", "POST", "PUT", "PATCH", "DELETE"].iter().position(|known| *known == method).unwrap_or(usize::MAX)
}

fn of_operation(document: &Value, path: &str, method: &str, operation: &Value) -> Operation {
    let parameters = elements(operation, &["parameters"])
        .map(|parameter| resolved(document, parameter))
        .filter(|parameter| text(parameter, &["in"]) != "path")
        .map(|parameter| Field {
            name: text(parameter, &["name"]),
            kind: kind(at(parameter, &["schema"])),
            is_required: at(parameter, &["required"]) == true,
            description: text(parameter, &["description"]),
        });
    let good = members(operation, &["responses"]).find(|(status, _)| status.starts_with('2'));
    let response = good.map(|(status, response)| OperationResponse {
        status: status.clone(),
        description: text(response, &["description"]),
        body: reference(at(response, &["content", "application/json", "schema"])),
    });
    let scope = elements(operation, &["security"]).flat_map(|one| elements(one, &["oauth"])).find_map(Value::as_str);
    Operation {
        id: text(operation, &["operationId"]),
        method: method.to_uppercase(),
        path: path.to_owned(),
        summary: text(operation, &["summary"]),
        description: text(operation, &["description"]),
        scope: scope.unwrap_or_default().to_owned(),
        parameters: parameters.collect(),
        body: reference(at(operation, &["requestBody", "content", "application/json", "schema"])),
        response: response.unwrap_or_else(|| OperationResponse {
            status: String::new(),
            description: String::new(),
            body: None,
        }),
    }
}

fn schemas(document: &Value) -> Vec<SchemaEntry> {
    let all = members(document, &["components", "schemas"]).map(|(name, schema)| {
        let required: Vec<&str> = elements(schema, &["required"]).filter_map(Value::as_str).collect();
        let fields = members(schema, &["properties"]).map(|(name, property)| Field {
            name: name.clone(),
            kind: kind(property),
            is_required: required.contains(&name.as_str()),
            description: text(property, &["description"]),
        });
        let one_of = elements(schema, &["oneOf"]).flat_map(|one| elements(one, &["enum"]));
        let words = elements(schema, &["enum"]).chain(one_of).filter_map(Value::as_str);
        SchemaEntry {
            name: Reference { name: name.clone(), anchor: format!("schema-{name}") },
            description: text(schema, &["description"]),
            fields: fields.collect(),
            words: words.collect::<Vec<_>>().join(", "),
        }
    });
    all.collect()
}

/// The value that a `$ref` leads to, or the value itself.
fn resolved<'d>(document: &'d Value, value: &'d Value) -> &'d Value {
    let pointer = at(value, &["$ref"]).as_str().and_then(|reference| reference.strip_prefix('#'));
    pointer.and_then(|pointer| document.pointer(pointer)).unwrap_or(value)
}

fn reference(schema: &Value) -> Option<Reference> {
    let name = at(schema, &["$ref"]).as_str()?.rsplit('/').next()?;
    Some(Reference { name: name.to_owned(), anchor: format!("schema-{name}") })
}

/// A type in words: "string (uuid)", "list of Role", "string or null".
fn kind(schema: &Value) -> String {
    if let Some(reference) = reference(schema) {
        return reference.name;
    }
    if at(schema, &["oneOf"]).is_array() {
        return elements(schema, &["oneOf"]).map(kind).collect::<Vec<_>>().join(" or ");
    }
    let types = match at(schema, &["type"]) {
        Value::Array(types) => types.iter().filter_map(Value::as_str).collect(),
        one => one.as_str().into_iter().collect::<Vec<_>>(),
    };
    let words = types.iter().map(|one| match (*one, at(schema, &["format"]).as_str()) {
        ("array", _) => format!("list of {}", kind(at(schema, &["items"]))),
        ("string", Some(format)) => format!("string ({format})"),
        (one, _) => one.to_owned(),
    });
    words.collect::<Vec<_>>().join(" or ")
}

fn anchor(name: &str) -> String {
    name.to_lowercase().replace(' ', "-")
}
