//! Rules of every operation, read from the OpenAPI document, so that a new operation is tried as well.

use http::Method;
use salpa::api::grants::GrantExtent;
use salpa::api::scopes::Scope;
use salpa::directory::companies::{CompanyId, CompanyKind};
use salpa::directory::people::PersonId;
use salpa::directory::users::Role;
use serde_json::{Value, json};

use super::caller::{ApiResponse, Program, send};
use super::schema;
use crate::support::Service;

/// An operation of the document.
#[derive(Debug, Clone)]
pub struct Operation {
    pub method: Method,
    pub path: String,
    pub scope: String,
    pub has_body: bool,
}

pub async fn document(service: &Service) -> Value {
    send(service, Method::GET, "/api/v1/openapi.json", &[], String::new()).await.fine(200)
}

pub fn operations(document: &Value) -> Vec<Operation> {
    let mut found = Vec::new();
    for (path, methods) in document["paths"].as_object().unwrap() {
        for (method, operation) in methods.as_object().unwrap() {
            found.push(Operation {
                method: method.to_uppercase().parse().unwrap(),
                path: path.clone(),
                scope: operation["security"][0]["oauth"][0].as_str().unwrap().to_owned(),
                has_body: operation["requestBody"].is_object(),
            });
        }
    }
    found
}

impl Operation {
    fn at(&self, company: CompanyId, person: PersonId) -> String {
        let other = "0190b2f0-7a5c-7cc0-8a3e-5a1f0a3bc0ff";
        let path = self
            .path
            .replace("{domain}", "kallio.example")
            .replace("{company}", &company.to_string())
            .replace("{person}", &person.to_string());
        ["{client}", "{application}", "{session}", "{profile}", "{factor}"]
            .iter()
            .fold(path, |path, name| path.replace(name, other))
    }

    fn is_of_operator(&self) -> bool {
        self.scope.starts_with("operator:")
    }

    fn scope_word(&self) -> Scope {
        self.scope.rsplit(':').next().unwrap().parse().unwrap()
    }

    async fn call(&self, program: &Program<'_>, path: &str) -> ApiResponse {
        let body = if self.has_body { json!({}) } else { Value::Null };
        program.call(self.method.clone(), path, body).await
    }
}

struct Two {
    kallio: CompanyId,
    aino: PersonId,
    ruori: CompanyId,
    mikko: PersonId,
}

async fn two_companies(service: &Service) -> Two {
    let kallio = service.new_company("Kallio", CompanyKind::AccountingOffice).await;
    let ruori = service.new_company("Ruori", CompanyKind::Business).await;
    let aino = service.new_user(kallio, "aino@kallio.example", &[Role::UserAdministrator]).await;
    let mikko = service.new_user(ruori, "mikko@ruori.example", &[Role::UserAdministrator]).await;
    Two { kallio, aino, ruori, mikko }
}

#[tokio::test]
async fn the_document_is_whole_and_every_operation_has_a_scope() {
    let service = Service::start().await;
    let document = document(&service).await;
    assert_eq!(document["openapi"], "3.1.0");
    let operations = operations(&document);
    assert!(operations.len() >= 35, "{}", operations.len());
    for operation in &operations {
        assert!(operation.is_of_operator() || operation.scope.starts_with("company:{company}:"), "{operation:?}");
        operation.scope_word();
        let described = &document["paths"][&operation.path][operation.method.as_str().to_lowercase()];
        assert!(described["summary"].as_str().is_some_and(|words| !words.is_empty()), "{operation:?}");
        for status in ["400", "401", "403", "404", "429", "500", "503"] {
            assert!(described["responses"][status].is_object(), "{operation:?} {status}");
        }
    }
    for reference in schema::references(&document) {
        let target = document.pointer(reference.strip_prefix('#').unwrap());
        assert!(target.is_some(), "{reference} leads nowhere");
    }
}

#[tokio::test]
async fn nobody_does_anything_without_a_token() {
    let service = Service::start().await;
    let two = two_companies(&service).await;
    for operation in operations(&document(&service).await) {
        let path = operation.at(two.kallio, two.aino);
        let response = send(&service, operation.method.clone(), &path, &[], String::new()).await;
        let response = response.refused(401, "unauthorized");
        let metadata = "resource_metadata=\"https://id.kallio.example/.well-known/oauth-protected-resource/api\"";
        assert!(response.header("www-authenticate").contains(metadata), "{response:?}");
        for wrong in ["Bearer nonsense", "Basic YTpi", "Bearer", "bearer a.b.c"] {
            let response =
                send(&service, operation.method.clone(), &path, &[("authorization", wrong)], String::new()).await;
            response.refused(401, "unauthorized");
        }
    }
    assert_eq!(service.count("SELECT count(*) FROM history WHERE actor_id IS NOT NULL").await, 0);
}

#[tokio::test]
async fn another_companys_things_are_not_there() {
    let service = Service::start().await;
    let two = two_companies(&service).await;
    let ours = service.program_of(two.kallio).await;
    for operation in operations(&document(&service).await) {
        let response = operation.call(&ours, &operation.at(two.ruori, two.mikko)).await;
        if operation.is_of_operator() && operation.has_body {
            response.refused(400, "malformed");
        } else if operation.is_of_operator() {
            response.refused(403, "insufficient-scope");
        } else if operation.path.contains("{company}") {
            // A malformed request is refused before the caller is looked at; well-formed ones get the same answer.
            assert!([404, 400].contains(&response.status.as_u16()), "{operation:?} {response:?}");
            if operation.has_body {
                continue;
            }
            response.refused(404, "not-found");
            // A person of another company within our own is nobody, too.
            if operation.path.contains("{person}") {
                operation.call(&ours, &operation.at(two.kallio, two.mikko)).await.refused(404, "not-found");
            }
        }
    }
    let changed = service.count("SELECT count(*) FROM history WHERE actor_id IS NOT NULL").await;
    assert_eq!(changed, 0, "nothing was done");
}

#[tokio::test]
async fn a_body_that_is_fine_does_not_open_another_company_either() {
    let service = Service::start().await;
    let two = two_companies(&service).await;
    let ours = service.program_of(two.kallio).await;
    let (ruori, mikko) = (two.ruori, two.mikko);
    let base = format!("/api/v1/companies/{ruori}");
    let tries = [
        (Method::PUT, base.clone(), json!({ "name": "Taken" })),
        (Method::POST, format!("{base}/users"), json!({ "email": "x@x.example", "given_name": "X" })),
        (Method::PATCH, format!("{base}/users/{mikko}"), json!({ "state": "locked" })),
        (Method::PUT, format!("{base}/users/{mikko}/rights"), json!({ "rights": [] })),
        (Method::PUT, format!("{base}/users/{mikko}/profile"), json!({ "profile": mikko })),
        (Method::POST, format!("{base}/users/{mikko}/invitation"), json!({ "identity": "known" })),
        (Method::PATCH, format!("{base}/people/{mikko}"), json!({ "given_name": "X" })),
        (Method::POST, format!("{base}/employees"), json!({ "email": "x@x.example", "given_name": "X" })),
        (Method::PUT, format!("{base}/employees/{mikko}"), json!({ "services": [] })),
        (Method::POST, format!("{base}/profiles"), json!({ "name": "X", "rights": [] })),
        (Method::PUT, format!("{base}/directory-use"), json!({ "directory_use": "first" })),
        (Method::PUT, format!("{base}/policy"), json!({})),
        (Method::PUT, format!("{base}/applications/{mikko}/addresses"), json!({ "redirect_uris": [] })),
    ];
    let with_bodies = operations(&document(&service).await).iter().filter(|one| one.has_body).count();
    assert_eq!(tries.len() + 2, with_bodies, "each operation with a body, but for two of the operator, is tried");
    for (method, path, body) in tries {
        ours.call(method, &path, body).await.refused(404, "not-found");
    }
    assert_eq!(service.count("SELECT count(*) FROM history WHERE actor_id IS NOT NULL").await, 0);
}

#[tokio::test]
async fn each_operation_wants_its_scope_and_its_grant_and_no_more() {
    let service = Service::start().await;
    let two = two_companies(&service).await;
    let every: Vec<_> = Scope::ALL.into_iter().collect();
    let full = service.api_client("full").await;
    service.grant_api(&full, GrantExtent::Company(two.kallio), &every).await;
    service.grant_api(&full, GrantExtent::Operator, &every).await;
    let lacking = service.api_client("lacking").await;
    for operation in operations(&document(&service).await) {
        if operation.path == "/api/v1/companies" && operation.method == Method::GET {
            // Lists what the caller may see: nothing, where that is nothing.
            continue;
        }
        let (word, path) = (operation.scope_word(), operation.at(two.kallio, two.aino));
        let (to, name) = if operation.is_of_operator() {
            (GrantExtent::Operator, word.of_operator())
        } else {
            (GrantExtent::Company(two.kallio), word.of(two.kallio))
        };
        // Without a body, so that nothing is done: what lets it in is looked at.
        let other = every.iter().find(|scope| **scope != word).unwrap().of(two.kallio);
        if !operation.has_body {
            let response = operation.call(&service.program(&full, &other).await, &path).await;
            let response = response.refused(403, "insufficient-scope");
            assert!(response.header("www-authenticate").contains(&format!("scope=\"{name}\"")), "{response:?}");
            let others: Vec<_> = every.iter().copied().filter(|scope| *scope != word).collect();
            service.grant_api(&lacking, to, &others).await;
            operation.call(&service.program(&lacking, &name).await, &path).await.refused(403, "insufficient-scope");
            service.take_grant(&lacking, to).await;
        }
        let response = operation.call(&service.program(&full, &name).await, &path).await;
        assert!(![401, 403].contains(&response.status.as_u16()), "{operation:?} {response:?}");
        assert!(!response.status.is_server_error(), "{operation:?} {response:?}");
    }
}

#[tokio::test]
async fn bodies_are_json_bounded_and_of_the_form_that_is_described() {
    let service = Service::start().await;
    let two = two_companies(&service).await;
    let (ours, operating) = (service.program_of(two.kallio).await, service.operating_program().await);
    for operation in operations(&document(&service).await).into_iter().filter(|one| one.has_body) {
        let program = if operation.is_of_operator() { &operating } else { &ours };
        let (path, token) = (operation.at(two.kallio, two.aino), format!("Bearer {}", program.token));
        let try_with = async |kind: &str, body: String| {
            let headers = [("authorization", token.as_str()), ("content-type", kind)];
            send(&service, operation.method.clone(), &path, &headers, body).await
        };
        try_with("application/json", "x".repeat(200_000)).await.refused(413, "too-large");
        try_with("text/plain", "{}".to_owned()).await.refused(415, "unsupported-media-type");
        for wrong in ["", "{", "[]", "null", "7", "{\"id\":\"1\"}", "{\"name\":1,\"name\":2}", "{\"\\u0000\":0}"] {
            try_with("application/json", wrong.to_owned()).await.refused(400, "malformed");
        }
    }
    assert_eq!(service.count("SELECT count(*) FROM history WHERE actor_id IS NOT NULL").await, 0);
}

#[tokio::test]
async fn identifiers_and_names_that_are_none_are_not_there_and_never_a_fault() {
    let service = Service::start().await;
    let two = two_companies(&service).await;
    let ours = service.program_of(two.kallio).await;
    for wrong in ["x", "%00", "..%2f..", "'%20OR%20'1'='1", "0190b2f0-7a5c-7cc0-8a3e-5a1f0a3bc0fg", "%F0%9F%A6%AD"] {
        ours.get(&format!("/api/v1/companies/{wrong}/users")).await.refused(404, "not-found");
        ours.get(&format!("/api/v1/companies/{}/users/{wrong}", two.kallio)).await.refused(404, "not-found");
        ours.get(&format!("/api/v1/{wrong}")).await.refused(404, "not-found");
        let users = format!("/api/v1/companies/{}/users", two.kallio);
        ours.get(&format!("{users}?after={wrong}")).await.refused(400, "malformed");
        ours.get(&format!("{users}?limit={wrong}")).await.refused(400, "malformed");
        ours.get(&format!("{users}?filter={wrong}")).await.refused(400, "malformed");
        ours.get(&format!("{users}?{wrong}=1")).await.refused(400, "malformed");
        ours.get(&format!("{users}?search={wrong}")).await.fine(200);
        let history = ours.get(&format!("/api/v1/companies/{}/history?event={wrong}", two.kallio)).await;
        assert!([200, 400].contains(&history.status.as_u16()), "{history:?}");
    }
    let response = ours.delete("/api/v1/companies").await.refused(405, "method-not-allowed");
    assert!(response.header("allow").contains("GET"), "{response:?}");
}
