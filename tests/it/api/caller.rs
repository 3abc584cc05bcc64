//! Companies with their people, and programs that call the API.

use axum::body::Body;
use axum::extract::ConnectInfo;
use http::{HeaderMap, Method, Request, StatusCode};
use salpa::api::grants::{self, GrantExtent};
use salpa::api::scopes::Scope;
use salpa::directory::companies::{self, CompanyId, CompanyKind, NewCompany};
use salpa::directory::people::{self, Email, NewPerson, PersonId};
use salpa::directory::users::{self, Role};
use salpa::platform::db;
use salpa::provider::applications::scopes::Scopes;
use salpa::provider::applications::{self, GrantType, Registration};
use salpa::sign_in::policies::SecondFactor;
use serde_json::Value;
use tower::ServiceExt;

use crate::support::{OUR_HOST, PUBLIC_URL, Registered, Service};

/// A response of the API.
#[derive(Debug, Clone)]
pub struct ApiResponse {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub json: Value,
}

impl ApiResponse {
    /// A good answer with this status.
    #[track_caller]
    pub fn fine(self, status: u16) -> Value {
        assert_eq!(self.status.as_u16(), status, "{self:?}");
        self.json
    }

    /// Problem details of this status and kind.
    #[track_caller]
    pub fn refused(self, status: u16, kind: &str) -> Self {
        let address = format!("{PUBLIC_URL}/api/v1/#problem-{kind}");
        assert_eq!((self.status.as_u16(), self.json["type"].as_str()), (status, Some(address.as_str())), "{self:?}");
        assert_eq!(self.headers["content-type"], "application/problem+json");
        assert!(self.json["error_id"].as_str().is_some_and(|id| id.starts_with("SLP-")), "{self:?}");
        self
    }

    /// An error of SCIM of this status and type.
    #[track_caller]
    pub fn refused_by_scim(self, status: u16, scim_type: Option<&str>) -> Self {
        let response = (self.status.as_u16(), self.json["scimType"].as_str(), self.json["status"].as_str());
        assert_eq!(response, (status, scim_type, Some(status.to_string().as_str())), "{self:?}");
        assert_eq!(self.json["schemas"][0], "urn:ietf:params:scim:api:messages:2.0:Error");
        self
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }
}

/// One request with whatever headers.
pub async fn send(
    service: &Service,
    method: Method,
    path: &str,
    headers: &[(&str, &str)],
    body: String,
) -> ApiResponse {
    let mut request = Request::builder().method(method).uri(path).header("host", OUR_HOST);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let mut request = request.body(Body::from(body)).unwrap();
    request.extensions_mut().insert(ConnectInfo(std::net::SocketAddr::from(([203, 0, 113, 7], 40_000))));
    let response = service.router.clone().oneshot(request).await.unwrap();
    let (parts, body) = response.into_parts();
    let body = axum::body::to_bytes(body, 1 << 22).await.unwrap();
    let json = serde_json::from_slice(&body).unwrap_or(Value::Null);
    ApiResponse { status: parts.status, headers: parts.headers, json }
}

/// A program with an access token.
#[derive(Clone)]
pub struct Program<'s> {
    pub service: &'s Service,
    pub token: String,
}

impl Program<'_> {
    pub async fn call(&self, method: Method, path: &str, body: Value) -> ApiResponse {
        self.call_with(method, path, &[], body).await
    }

    pub async fn call_with(&self, method: Method, path: &str, more: &[(&str, &str)], body: Value) -> ApiResponse {
        let token = format!("Bearer {}", self.token);
        let mut headers = vec![("authorization", token.as_str())];
        let body = if body.is_null() { String::new() } else { body.to_string() };
        if !body.is_empty() {
            headers.push(("content-type", "application/json"));
        }
        headers.extend_from_slice(more);
        send(self.service, method, path, &headers, body).await
    }

    pub async fn get(&self, path: &str) -> ApiResponse {
        self.call(Method::GET, path, Value::Null).await
    }

    pub async fn post(&self, path: &str, body: Value) -> ApiResponse {
        self.call(Method::POST, path, body).await
    }

    pub async fn put(&self, path: &str, body: Value) -> ApiResponse {
        self.call(Method::PUT, path, body).await
    }

    pub async fn patch(&self, path: &str, body: Value) -> ApiResponse {
        self.call(Method::PATCH, path, body).await
    }

    pub async fn delete(&self, path: &str) -> ApiResponse {
        self.call(Method::DELETE, path, Value::Null).await
    }
}

impl Service {
    /// A company of a kind.
    pub async fn new_company(&self, name: &str, kind: CompanyKind) -> CompanyId {
        let (random, now) = (self.app.random.clone(), self.now());
        let new =
            NewCompany { name: name.to_owned(), kind, contact_email: None, contact_phone: None, business_id: None };
        let id: Result<CompanyId, db::Error> =
            self.app.db.write(move |tx| Box::pin(async move { companies::add(tx, &random, now, &new).await })).await;
        id.unwrap()
    }

    /// A user of a company, who is somebody new.
    pub async fn new_user(&self, company: CompanyId, email: &str, roles: &[Role]) -> PersonId {
        let (random, now, roles) = (self.app.random.clone(), self.now(), roles.to_vec());
        let new = NewPerson {
            email: Email::parse(email).unwrap(),
            given_name: email.split('@').next().unwrap().to_owned(),
            family_name: "Virtanen".to_owned(),
            language: "en".to_owned(),
        };
        let added: Result<PersonId, people::AdditionError> = self
            .app
            .db
            .write(move |tx| {
                Box::pin(async move {
                    let person = people::add(tx, &random, now, &new).await?;
                    users::add(tx, company, person, &roles, now).await?;
                    Ok(person)
                })
            })
            .await;
        added.unwrap()
    }

    /// Makes somebody a user of another company, too.
    pub async fn user_too(&self, company: CompanyId, person: PersonId, roles: &[Role]) {
        let (now, roles) = (self.now(), roles.to_vec());
        let linked: Result<(), db::Error> = self
            .app
            .db
            .write(move |tx| Box::pin(async move { users::add(tx, company, person, &roles, now).await }))
            .await;
        linked.unwrap();
    }

    /// An application that may ask for everything, and has been granted nothing.
    pub async fn api_client(&self, client_id: &str) -> Registered {
        let names = Scope::ALL.into_iter().flat_map(|scope| [scope.of_every(), scope.of_operator()]);
        let registration = Registration {
            client_id: Some(client_id.to_owned()),
            grant_types: vec![GrantType::ClientCredentials],
            scopes: Scopes::parse(&names.collect::<Vec<_>>().join(" ")).unwrap(),
            profile: applications::ApplicationProfile {
                resources: vec![format!("{PUBLIC_URL}/api"), "https://other.example/api".to_owned()],
                ..applications::ApplicationProfile::default()
            },
            ..Registration::new(client_id)
        };
        self.register(registration, SecondFactor::Optional).await
    }

    /// Lets an application act.
    pub async fn grant_api(&self, client: &Registered, to: GrantExtent, scopes: &[Scope]) {
        let (id, now, scopes) = (client.application.id, self.now(), scopes.to_vec());
        let given: Result<(), db::Error> =
            self.app.db.write(move |tx| Box::pin(async move { grants::give(tx, id, to, &scopes, now).await })).await;
        given.unwrap();
    }

    /// Lets it act no more.
    pub async fn take_grant(&self, client: &Registered, to: GrantExtent) {
        let id = client.application.id;
        let taken: Result<bool, db::Error> =
            self.app.db.write(move |tx| Box::pin(async move { grants::take(tx, id, to).await })).await;
        assert!(taken.unwrap());
    }

    /// A program with a token of these scopes for the API.
    pub async fn program(&self, client: &Registered, scope: &str) -> Program<'_> {
        let resource = format!("{PUBLIC_URL}/api");
        let fields = [("grant_type", "client_credentials"), ("scope", scope), ("resource", resource.as_str())];
        let answer = client.post(self, "/oauth/token", &fields).await.fine();
        Program { service: self, token: answer.text("access_token") }
    }

    /// A program that may do everything in one company.
    pub async fn program_of(&self, company: CompanyId) -> Program<'_> {
        let client =
            self.api_client(&format!("program-{}", self.count("SELECT count(*) FROM applications").await)).await;
        self.grant_api(&client, GrantExtent::Company(company), &Scope::ALL).await;
        let all = Scope::ALL.into_iter().map(|scope| scope.of(company)).collect::<Vec<_>>();
        self.program(&client, &all.join(" ")).await
    }

    /// A program that may do everything for the operator.
    pub async fn operating_program(&self) -> Program<'_> {
        let client = self.api_client("operating").await;
        self.grant_api(&client, GrantExtent::Operator, &Scope::ALL).await;
        let all = Scope::ALL.into_iter().map(Scope::of_operator).collect::<Vec<_>>();
        self.program(&client, &all.join(" ")).await
    }
}
