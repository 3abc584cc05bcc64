//! Requests of programs and directories with their tokens.

use std::collections::BTreeMap;

use axum::body::Body;
use axum::extract::ConnectInfo;
use http::Request;
use salpa::api::grants::GrantExtent;
use salpa::api::scopes::Scope;
use salpa::directory::companies::CompanyId;
use salpa::provider::applications::scopes::Scopes;
use salpa::provider::applications::{self, Registration};
use salpa::scim::tokens;
use salpa::sign_in::policies::SecondFactor;
use tower::ServiceExt;

use super::forms;
use super::table::{Line, groups};
use super::walk::{Asker, LineResponse, Walk, method};
use super::world::{FORMER, OTHER_ADMINISTRATOR, PEOPLE, Things, USER, World};
use crate::support::{OUR_HOST, PUBLIC_URL, Registered};

const NO_TOKEN: &str = "no token";
const OTHER: &str = "another company's program";
const WITHOUT_SCOPE: &str = "without the scope";
const TAKEN_BACK: &str = "grant taken back";
const OWN: &str = "the company's program";
const OPERATOR: &str = "the operator's program";
const DIRECTORY: &str = "the company's directory";
const OTHER_DIRECTORY: &str = "another company's directory";
const REVOKED: &str = "a revoked token";

/// A program with a token, or without one.
struct Program<'w> {
    world: &'w World,
    token: Option<String>,
}

impl Asker for Program<'_> {
    async fn ask(&mut self, line: Line, path: &str, things: &Things) -> LineResponse {
        let is_scim = line.path.starts_with("/scim/");
        let document = if is_scim { forms::resource(line, things) } else { forms::document(self.world, line, things) };
        let kind = if is_scim { "application/scim+json" } else { "application/json" };
        let mut request = Request::builder().method(method(line)).uri(path).header("host", OUR_HOST);
        if let Some(token) = &self.token {
            request = request.header("authorization", format!("Bearer {token}"));
        }
        let body = if document.is_null() { String::new() } else { document.to_string() };
        if !body.is_empty() {
            request = request.header("content-type", kind);
        }
        let mut request = request.body(Body::from(body)).unwrap();
        request.extensions_mut().insert(ConnectInfo(std::net::SocketAddr::from(([203, 0, 113, 7], 40_000))));
        let response = self.world.service.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let body = axum::body::to_bytes(body, 1 << 22).await.unwrap();
        LineResponse { status: parts.status, headers: parts.headers, body: String::from_utf8_lossy(&body).into_owned() }
    }

    fn wants_things_anew(&self, _: Line) -> bool {
        true
    }
}

/// The tokens of the askers that are named by themselves; of those without a scope there is one for each.
struct Tokens {
    named: BTreeMap<&'static str, String>,
    without: BTreeMap<String, String>,
}

async fn token(world: &World, client: &Registered, scope: &str) -> String {
    world.service.program(client, scope).await.token
}

/// Every scope in a company and for the operator, but this one.
fn all_but(company: CompanyId, lacking: Option<Scope>) -> String {
    let scopes = Scope::ALL.into_iter().filter(|scope| Some(*scope) != lacking);
    scopes.flat_map(|scope| [scope.of(company), scope.of_operator()]).collect::<Vec<_>>().join(" ")
}

impl Tokens {
    async fn of(world: &World) -> Self {
        let (service, kallio, niemi) = (&world.service, world.kallio, world.niemi);
        let mut named = BTreeMap::new();
        named.insert(OWN, service.program_of(kallio).await.token);
        named.insert(OTHER, service.program_of(niemi).await.token);
        named.insert(OPERATOR, service.operating_program().await.token);
        let former = service.api_client("former").await;
        for to in [GrantExtent::Company(kallio), GrantExtent::Operator] {
            service.grant_api(&former, to, &Scope::ALL).await;
        }
        named.insert(TAKEN_BACK, token(world, &former, &all_but(kallio, None)).await);
        for to in [GrantExtent::Company(kallio), GrantExtent::Operator] {
            service.take_grant(&former, to).await;
        }
        let lacking = service.api_client("lacking").await;
        for to in [GrantExtent::Company(kallio), GrantExtent::Company(world.office), GrantExtent::Operator] {
            service.grant_api(&lacking, to, &Scope::ALL).await;
        }
        let mut without = BTreeMap::new();
        for scope in Scope::ALL {
            without.insert(scope.to_string(), token(world, &lacking, &all_but(kallio, Some(scope))).await);
        }
        let console = console(world).await;
        for who in [USER, OTHER_ADMINISTRATOR, FORMER] {
            named.insert(who, on_behalf(world, &console, who).await);
        }
        let year = std::time::Duration::from_hours(365 * 24);
        for (who, company) in [(DIRECTORY, kallio), (OTHER_DIRECTORY, niemi), (REVOKED, kallio)] {
            let made = tokens::create(&service.app, company, who, year, service.now()).await.unwrap();
            if who == REVOKED {
                assert!(tokens::revoke(&service.app, company, made.token.id, service.now()).await.unwrap());
            }
            named.insert(who, made.secret.reveal().clone());
        }
        Self { named, without }
    }

    fn of_asker(&self, who: &str, scope: Option<Scope>) -> Option<String> {
        match who {
            NO_TOKEN => None,
            WITHOUT_SCOPE => Some(self.without[&scope.unwrap_or(Scope::UsersRead).to_string()].clone()),
            who => Some(self.named[who].clone()),
        }
    }
}

/// An application that acts on behalf of people.
async fn console(world: &World) -> Registered {
    let names = Scope::ALL.into_iter().map(Scope::of_every).collect::<Vec<_>>().join(" ");
    let registration = Registration {
        redirect_uris: vec!["https://console.example/callback".to_owned()],
        scopes: Scopes::parse(&format!("openid {names}")).unwrap(),
        profile: applications::ApplicationProfile {
            resources: vec![format!("{PUBLIC_URL}/api")],
            ..applications::ApplicationProfile::default()
        },
        ..Registration::new("Console")
    };
    world.service.register(registration, SecondFactor::Optional).await
}

async fn on_behalf(world: &World, console: &Registered, who: &str) -> String {
    let (_, somebody) = *PEOPLE.iter().find(|(name, _)| *name == who).unwrap();
    let names = Scope::ALL.into_iter().map(Scope::of_every).collect::<Vec<_>>().join(" ");
    let scope = format!("openid {names}");
    let mut browser = world.service.browser();
    let resource = format!("{PUBLIC_URL}/api");
    let first = browser.open(&console.authorize(&[("scope", &scope), ("resource", &resource)])).await;
    let page = browser.sign_in_as(&world.service, first, somebody).await;
    let code = page.answered("code").unwrap_or_else(|| panic!("not signed in: {page:?}"));
    console.redeem(&world.service, &code).await.fine().text("access_token")
}

/// The scope that an operation wants, as the document of the API says.
fn scope(document: &serde_json::Value, line: Line) -> Option<Scope> {
    let operation = &document["paths"][line.path][line.method.to_lowercase()];
    let name = operation["security"][0]["oauth"][0].as_str()?;
    Some(name.rsplit(':').next().unwrap().parse().unwrap())
}

#[tokio::test]
async fn every_program_is_answered_what_the_table_of_rights_says() {
    let world = World::begin().await;
    let tokens = Tokens::of(&world).await;
    let document = salpa::api::document(&world.service.app.settings.public_url);
    let mut walk = Walk::default();
    for group in groups().iter().filter(|group| group.cells[0].0 == NO_TOKEN) {
        for line in &group.lines {
            let scope = scope(&document, *line);
            let things = world.things(*line).await;
            let askers = group
                .cells
                .iter()
                .map(|(who, answer)| (*answer, *who, Program { world: &world, token: tokens.of_asker(who, scope) }));
            let askers = askers.collect();
            let changes = line.method != "GET" && line.method != "ANY" && !line.path.ends_with("/.search");
            walk.line(&world, group, *line, (things, askers), changes).await;
        }
    }
    walk.end();
}
