//! The console's extractors: the administrator, the company and the authority over it.

use axum::extract::FromRequestParts;
use axum::response::{IntoResponse, Redirect, Response};
use http::request::Parts;

use super::form_pages::FormPages;
use super::views::Section;
use crate::administration::{ActContext, Actor, CompanyStanding, Standing, Stop};
use crate::app::App;
use crate::directory::companies::{self, Company, CompanyId};
use crate::directory::people::{self, Person};
use crate::directory::users::{self, Authority, MembershipState};
use crate::platform::db::{self, Source, Tx, Work};
use crate::platform::phone_number::PhoneNumber;
use crate::platform::web::early::{EarlyAnswer, parameter};
use crate::platform::web::fault::Fault;
use crate::platform::web::flood::TooMuch;
use crate::platform::web::visit::Visit;
use crate::sign_in::{Answer, CompanyWish, Demand, OwnPages, SignedIn, answer, fresh_for};

/// The console, as a sign-in on the way names it.
pub(super) const CONSOLE: OwnPages = OwnPages { title: "admin-title", path: "/admin" };

/// The addresses that only take forms, each with the page of its form, within the company.
const FORM_PAGES: FormPages = FormPages {
    base: "/admin/{company}",
    forms: &[
        ("/users/export", "/users"),
        ("/users/{person}/lock", "/users/{person}"),
        ("/users/{person}/first-message", "/users/{person}"),
        ("/users/{person}/unlock", "/users/{person}"),
        ("/users/{person}/take-back", "/users/{person}"),
        ("/users/{person}/communication/prove", "/users/{person}/communication"),
        ("/users/{person}/access-rights/prove", "/users/{person}/access-rights"),
        ("/users/{person}/access-rights/profile", "/users/{person}/access-rights"),
        ("/users/{person}/invitation/cancel", "/users/{person}/invitation"),
        ("/users/{person}/invitation/code", "/users/{person}/invitation"),
        ("/users/{person}/sessions/end-all", "/users/{person}/sign-in"),
        ("/users/{person}/sessions/{session}/end", "/users/{person}/sign-in"),
        ("/applications/{id}/set/{word}", "/applications/{id}"),
        ("/applications/{id}/end", "/applications/{id}"),
        ("/applications/profiles/{id}/remove", "/applications/profiles/{id}"),
        ("/history/download", "/history"),
        ("/look/remove", "/look"),
        ("/domains/directory-use", "/domains"),
        ("/domains/{domain}/check", "/domains"),
        ("/domains/{domain}/remove", "/domains"),
        ("/users/{person}/invitation/ask-release", "/users/{person}/invitation/new"),
        ("/releases/{person}/decline", "/releases/{person}"),
        ("/identity-providers/{provider}/state", "/identity-providers/{provider}"),
        ("/identity-providers/{provider}/check", "/identity-providers/{provider}"),
        ("/identity-providers/{provider}/keys", "/identity-providers/{provider}"),
        ("/status/{id}/end", "/status"),
    ],
};

/// The gate to a company's pages, for handlers that come back to an address with their query or form. All others take
/// [`Console`] or [`FreshConsole`].
#[derive(Clone)]
pub struct CompanyGate {
    app: App,
    visit: Visit,
    company: CompanyId,
    return_to: String,
}

/// A request of an administrator of the company who has shown what the company asks for. As an extractor it sends an
/// unknown browser to sign in and back. For people who do not manage the company it does not exist.
#[derive(Clone)]
pub struct Console {
    /// The running program.
    pub(super) app: App,
    /// The request.
    pub(super) visit: Visit,
    /// The session.
    pub(super) signed_in: SignedIn,
    /// The administrator.
    pub(super) person: Person,
    /// The company of the address.
    pub(super) company: Company,
    /// The administrator's authority over the company.
    pub(super) authority: Authority,
    /// Whether the handler asked for a fresh proof.
    proved_afresh: bool,
}

/// A [`Console`] with a fresh proof, for the sensitive acts of FLOWS.md 3.
pub struct FreshConsole(pub(super) Console);

/// A [`Console`] of one of the operator's people: an administrator of the operator's own company, in its console. For
/// everybody else, the main users of an office that manages that company included, its pages do not exist.
pub struct OperatorConsole(pub(super) Console);

/// An [`OperatorConsole`] with a fresh proof.
pub struct FreshOperatorConsole(pub(super) Console);

impl FromRequestParts<App> for OperatorConsole {
    type Rejection = EarlyAnswer;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, EarlyAnswer> {
        let console = Console::from_request_parts(parts, app).await?;
        let mut reader = app.db.reader().await?;
        let operates = console.operates(&mut Source::Reader(&mut reader)).await?;
        drop(reader);
        if operates { Ok(Self(console)) } else { Err(EarlyAnswer::not_found()) }
    }
}

impl FromRequestParts<App> for FreshOperatorConsole {
    type Rejection = EarlyAnswer;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, EarlyAnswer> {
        // Nobody else learns by the demand for a proof that there is something.
        OperatorConsole::from_request_parts(parts, app).await?;
        let FreshConsole(console) = FreshConsole::from_request_parts(parts, app).await?;
        Ok(Self(console))
    }
}

impl FromRequestParts<App> for CompanyGate {
    type Rejection = EarlyAnswer;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, EarlyAnswer> {
        let visit = Visit::from_request_parts(parts, app).await?;
        let company = parameter(parts, "company").await?;
        let return_to = FORM_PAGES.way_back(parts).unwrap_or_else(|| path(company, Section::Users.path()));
        Ok(Self { app: app.clone(), visit, company, return_to })
    }
}

impl FromRequestParts<App> for Console {
    type Rejection = EarlyAnswer;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, EarlyAnswer> {
        if let Some(console) = parts.extensions.get::<Self>() {
            return Ok(console.clone());
        }
        let console = CompanyGate::from_request_parts(parts, app).await?.enter().await?;
        parts.extensions.insert(console.clone());
        Ok(console)
    }
}

impl FromRequestParts<App> for FreshConsole {
    type Rejection = EarlyAnswer;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, EarlyAnswer> {
        let console = CompanyGate::from_request_parts(parts, app).await?.enter_afresh().await?;
        parts.extensions.insert(console.clone());
        Ok(Self(console))
    }
}

impl CompanyGate {
    /// The same gate, which leads back to another page of the company after a sign-in.
    pub(super) fn back_to(self, page: &str) -> Self {
        Self { return_to: path(self.company, page), ..self }
    }

    /// Admits the administrator.
    pub(super) async fn enter(self) -> Result<Console, EarlyAnswer> {
        Box::pin(self.pass(false)).await
    }

    /// Like [`Self::enter`], with a fresh proof.
    pub(super) async fn enter_afresh(self) -> Result<Console, EarlyAnswer> {
        Box::pin(self.pass(true)).await
    }

    async fn pass(self, afresh: bool) -> Result<Console, EarlyAnswer> {
        let Self { app, visit, company, return_to } = self;
        let act = afresh.then(|| act_of(&return_to));
        let first = Demand { act: act.map(str::to_owned), ..demand(&app, &visit, None, afresh).await? };
        let known = CONSOLE.enter(&app, &visit, first, &return_to).await?;
        let mut reader = app.db.reader().await?;
        let authority = users::authority(&mut reader, company, known.person).await?;
        let authority = authority.ok_or_else(EarlyAnswer::not_found)?;
        let company = companies::find(&mut reader, company).await?.ok_or_else(EarlyAnswer::not_found)?;
        let person = people::find(&mut reader, known.person).await?;
        drop(reader);
        let person = person.ok_or_else(|| Fault::new("a session of nobody"))?;
        // Others than administrators must not learn by its demand that the company exists.
        let demand = demand(&app, &visit, Some(company.id), afresh).await?;
        let demand = Demand { act: act.map(str::to_owned), ..demand };
        let signed_in = CONSOLE.enter(&app, &visit, demand, &return_to).await?;
        if signed_in.person != known.person {
            return Err(EarlyAnswer::not_found());
        }
        Ok(Console { app, visit, signed_in, person, company, authority, proved_afresh: afresh })
    }
}

impl Console {
    /// The countries whose numbers are probably typed, the likeliest first: the company's own, and those of
    /// [`Visit::phone_countries`].
    pub(super) fn phone_countries(&self) -> Vec<String> {
        let own = self.company.contact_phone.as_deref().and_then(|phone| PhoneNumber::parse(phone).ok());
        let mut countries: Vec<String> = own.iter().map(|phone| phone.country().to_owned()).collect();
        countries.extend(self.visit.phone_countries(&self.app));
        countries
    }

    /// Whether the proof is fresh enough for a sensitive act now.
    pub(super) async fn is_fresh(&self) -> Result<bool, Fault> {
        let demand = demand(&self.app, &self.visit, Some(self.company.id), true).await?;
        Ok(matches!(answer(&self.app, &self.visit, None, &demand).await?, Answer::Satisfied(_)))
    }

    /// Performs an act of the administrator as one transaction, see [`crate::administration`].
    pub(super) async fn act<T, W>(&self, work: W) -> Result<T, Stop>
    where
        T: Send + 'static,
        W: for<'t> FnOnce(&'t mut Tx<'_>, &'t ActContext) -> Work<'t, T, Stop> + Clone + Send + 'static,
    {
        let console = self.clone();
        self.app
            .db
            .write(move |tx| {
                Box::pin(async move {
                    companies::take_turns(tx, console.company.id).await?;
                    let authority = users::authority(&mut *tx, console.company.id, console.person.id).await?;
                    let context = console.context(authority.ok_or(Stop::NotFound)?);
                    work(tx, &context).await
                })
            })
            .await
    }

    /// Whether the administrator is one of the operator's people: the company is the operator's, and they hold a role in
    /// it themselves.
    pub(super) async fn operates(&self, source: &mut Source<'_, '_>) -> Result<bool, db::Error> {
        let own = self.company.id;
        if companies::operator(&mut *source).await?.is_none_or(|operator| operator.company != own) {
            return Ok(false);
        }
        let member = users::find(&mut *source, own, self.person.id).await?;
        Ok(member.is_some_and(|member| {
            member.state == MembershipState::Active && member.roles.iter().any(|role| role.manages())
        }))
    }

    /// Performs an act of the operator on a company as one transaction, see [`crate::administration`].
    pub(super) async fn act_as_operator<T, W>(&self, company: CompanyId, work: W) -> Result<T, Stop>
    where
        T: Send + 'static,
        W: for<'t> FnOnce(&'t mut Tx<'_>, &'t ActContext) -> Work<'t, T, Stop> + Clone + Send + 'static,
    {
        let console = self.clone();
        self.app
            .db
            .write(move |tx| {
                Box::pin(async move {
                    // Always the operator's company first, so that no two acts wait for each other.
                    companies::take_turns(tx, console.company.id).await?;
                    let authority = users::authority(&mut *tx, console.company.id, console.person.id).await?;
                    let authority = authority.ok_or(Stop::NotFound)?;
                    if !console.operates(&mut Source::Transaction(&mut *tx)).await? {
                        return Err(Stop::NotFound);
                    }
                    companies::take_turns(tx, company).await?;
                    let company = companies::find(&mut *tx, company).await?.ok_or(Stop::NotFound)?;
                    let (person, session) = (console.person.id, console.signed_in.session);
                    let actor = Actor::OperatorPerson { person, name: console.person.name(), session };
                    let context = ActContext { company, actor, ..console.context(authority) };
                    work(tx, &context).await
                })
            })
            .await
    }

    /// The context of an act by this authority.
    pub(super) fn context(&self, authority: Authority) -> ActContext {
        ActContext {
            core: self.app.core.clone(),
            company: self.company.clone(),
            actor: Actor::Person {
                person: self.person.id,
                name: self.person.name(),
                session: self.signed_in.session,
                authority,
            },
            now: self.visit.now,
            network: Some(self.visit.network.to_string()),
            user_agent: Some(self.visit.user_agent.clone()),
            is_fresh: self.proved_afresh,
        }
    }

    /// The company, and the administrator's authority in it.
    pub(super) fn company_standing(&self, authority: Authority) -> CompanyStanding<'_> {
        CompanyStanding { company: &self.company, standing: Standing::Person { person: self.person.id, authority } }
    }

    /// The path of a page of the company.
    pub(super) fn path(&self, page: &str) -> String {
        path(self.company.id, page)
    }

    /// Redirects to a page of the company.
    pub(super) fn go_to(&self, page: &str) -> Response {
        Redirect::to(&self.path(page)).into_response()
    }
}

fn path(company: CompanyId, page: &str) -> String {
    format!("/admin/{company}/{page}")
}

/// The translation key of the act that a page of a company asks a fresh proof for, by its path.
fn act_of(return_to: &str) -> &'static str {
    let path = return_to.split('?').next().unwrap_or_default();
    let page: Vec<&str> = path.split('/').skip(3).collect();
    match page.as_slice() {
        ["users"] => "step-up-users-export",
        ["users", "new"] => "step-up-user-add",
        ["users", "import"] => "step-up-users-import",
        ["users", "chosen"] => "step-up-users-chosen",
        ["users", _, "roles"] => "step-up-roles",
        ["users", _, "name"] => "step-up-name",
        ["users", _, "remove"] => "step-up-remove",
        ["users", _, "communication", ..] => "step-up-phone",
        ["users", _, "invitation", ..] => "step-up-invitation",
        ["users", _, "access-rights", ..] => "step-up-rights",
        ["users", _, "access-pass" | "sign-in" | "factors" | "phones" | "reset-second-factor", ..] => "step-up-factors",
        ["users", ..] => "step-up-user",
        ["employees", ..] => "step-up-employees",
        ["applications", ..] => "step-up-applications",
        ["policies", ..] => "step-up-policies",
        ["history", ..] => "step-up-history",
        ["company" | "look" | "domains", ..] => "step-up-company",
        ["releases", ..] => "step-up-release",
        ["identity-providers", ..] => "step-up-identity-providers",
        _ => "step-up-console",
    }
}

/// The demand of the console on a session, with that of a company if one is entered. One fresh proof is enough.
async fn demand(app: &App, visit: &Visit, company: Option<CompanyId>, afresh: bool) -> Result<Demand, Fault> {
    let fresh = if afresh { Some(fresh_for(app, visit, company).await?) } else { None };
    let company = company.map_or(CompanyWish::Any, CompanyWish::This);
    Ok(Demand { one_since: fresh.map(|fresh| visit.now.minus(fresh)), company, ..Demand::default() })
}

impl From<Stop> for EarlyAnswer {
    fn from(stop: Stop) -> Self {
        match stop {
            Stop::Fault(fault) => fault.into(),
            Stop::TooMany { wait } => TooMuch { wait }.into(),
            // Handlers of acts that need a fresh proof have asked for it.
            Stop::StaleProof => Self::bad_request(),
            // The page that leads there shows the other refusals in words.
            _ => Self::not_found(),
        }
    }
}
