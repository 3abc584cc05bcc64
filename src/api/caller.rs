//! The caller of the API and its authority. A token bounds the authority; the stored grants and roles decide at every
//! call.

use std::time::Duration;

use axum::extract::FromRequestParts;
use http::header::{HeaderValue, RETRY_AFTER, WWW_AUTHENTICATE};
use http::request::Parts;

use super::grants::{self, GrantExtent};
use super::idempotency::{self, Key};
use super::problem::{Kind, Problem};
use super::reply::Reply;
use super::scopes::Scope;
use super::{API, resource};
use crate::administration::{ActContext, Actor, CompanyStanding, Standing, Stop, UserInReach};
use crate::app::App;
use crate::directory::companies::{self, Company, CompanyId};
use crate::directory::people::{self, PersonId};
use crate::directory::users::{self, MembershipState};
use crate::event::Event;
use crate::platform::clock::Timestamp;
use crate::platform::db::{Reader, Reads, Source, Tx, Work};
use crate::platform::history::Entry;
use crate::platform::web::flood::TooMuch;
use crate::platform::web::network::Network;
use crate::platform::web::visit::Visit;
use crate::provider::applications::Application;
use crate::provider::applications::scopes::Scopes;
use crate::provider::token::resource_server::{self, AdmissionError, Denied};
use crate::sign_in::policies::{self, Gate};

/// An application that showed an access token for the API.
#[derive(Clone, Debug)]
pub(crate) struct Caller {
    /// The application to which the token was issued.
    pub(crate) application: Application,
    /// The person on whose behalf it acts; `None` for its own authority.
    pub(crate) person: Option<RepresentedPerson>,
    scopes: Scopes,
    now: Timestamp,
    network: Network,
}

/// A person on whose behalf an application acts.
#[derive(Clone, Copy, Debug)]
pub(crate) struct RepresentedPerson {
    /// The person.
    pub(crate) person: PersonId,
    /// The time of the person's last proof.
    pub(crate) proven_at: Timestamp,
}

/// A caller with the authority for a scope in a company.
#[derive(Clone, Debug)]
pub(crate) struct CompanyCaller {
    /// The company.
    pub(crate) company: Company,
    /// The authority by which the caller acts.
    pub(crate) standing: Standing,
    caller: Caller,
    scope: Scope,
}

impl FromRequestParts<App> for Caller {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        let visit = Visit::from_request_parts(parts, app).await.map_err(|_| Problem::new(Kind::Fault))?;
        app.flood.look(&visit.network, visit.now).map_err(too_many)?;
        let request = (&parts.headers, &parts.method);
        let admitted = resource_server::admit(app, &visit, request, &resource(&app.settings.public_url)).await;
        let admitted = admitted.map_err(|error| match error {
            AdmissionError::Fault(fault) => fault.into(),
            // Requests without a token are limited by network.
            AdmissionError::Denied(denied) => match app.flood.admit(&visit.network, visit.now) {
                Ok(()) => refused(app, &denied),
                Err(too_much) => too_many(too_much),
            },
        })?;
        let client = Network::from_stored(format!("application {}", admitted.application.id));
        app.flood.admit(&client, visit.now).map_err(too_many)?;
        let person = admitted.grant.map(|grant| RepresentedPerson {
            person: grant.person,
            proven_at: Timestamp::from_seconds(grant.details.auth_time),
        });
        Ok(Self {
            application: admitted.application,
            person,
            scopes: admitted.token.scope,
            now: visit.now,
            network: visit.network,
        })
    }
}

impl Caller {
    /// Admits the caller to a company for one scope. To a caller without any authority in it the company does not
    /// exist.
    ///
    /// # Errors
    /// [`Kind::NotFound`] or [`Kind::InsufficientScope`].
    pub(crate) async fn enter(&self, app: &App, company: CompanyId, scope: Scope) -> Result<CompanyCaller, Problem> {
        let found = companies::find(&app.db, company).await?.ok_or_else(|| Problem::new(Kind::NotFound))?;
        let mut reader = app.db.reader().await?;
        let standing = self.standing(&mut Source::Reader(&mut reader), company, scope).await?;
        let standing = match standing {
            CallerAdmission::Granted(standing) => standing,
            CallerAdmission::WithoutScope => return Err(insufficient(app, &scope.of(company))),
            CallerAdmission::Unknown => return Err(Problem::new(Kind::NotFound)),
        };
        Ok(CompanyCaller { company: found, standing, caller: self.clone(), scope })
    }

    /// Admits the caller to acts that belong to no company, which only the operator's applications may do.
    ///
    /// # Errors
    /// [`Kind::InsufficientScope`].
    pub(crate) async fn operate(&self, app: &App, scope: Scope) -> Result<OperatorCaller, Problem> {
        let operator = OperatorCaller { caller: self.clone(), scope };
        let holds = operator.holds(&app.db).await?;
        if holds { Ok(operator) } else { Err(insufficient(app, &scope.of_operator())) }
    }

    /// The companies that the caller may see, by identifier, from `after` on.
    pub(crate) async fn companies(
        &self,
        app: &App,
        after: Option<CompanyId>,
        limit: i64,
    ) -> Result<Vec<Company>, Problem> {
        if (OperatorCaller { caller: self.clone(), scope: Scope::CompanyRead }).holds(&app.db).await? {
            return Ok(companies::list(&app.db, after, limit).await?);
        }
        let ids: Vec<CompanyId> = match self.person {
            None => {
                let granted = grants::of_application(&app.db, self.application.id, after, limit).await?;
                let readable = granted.iter().filter(|grant| grant.scopes.contains(&Scope::CompanyRead));
                let of_companies = readable.filter_map(|grant| match grant.extent {
                    GrantExtent::Company(company) => Some(company),
                    GrantExtent::Operator => None,
                });
                of_companies.collect()
            }
            Some(RepresentedPerson { person, .. }) => {
                let users = users::of_person(&app.db, person).await?;
                let mut ids: Vec<_> = users.into_iter().map(|user| user.company).collect();
                ids.sort();
                ids.retain(|id| after.is_none_or(|after| *id > after));
                ids
            }
        };
        let mut found = Vec::new();
        for id in ids {
            if i64::try_from(found.len()).is_ok_and(|count| count >= limit) {
                break;
            }
            match self.enter(app, id, Scope::CompanyRead).await {
                Ok(entered) => found.push(entered.company),
                Err(problem) if matches!(problem.kind(), Kind::NotFound | Kind::InsufficientScope) => {}
                Err(problem) => return Err(problem),
            }
        }
        Ok(found)
    }

    async fn standing(
        &self,
        source: &mut Source<'_, '_>,
        company: CompanyId,
        scope: Scope,
    ) -> Result<CallerAdmission, Problem> {
        let is_named = scope.is_in(&self.scopes, company);
        if let Some(RepresentedPerson { person, .. }) = self.person {
            // The scopes of the application may have become fewer since the token was issued.
            let is_registered = self.application.scopes.allows(&scope.of(company));
            return Ok(match users::authority(&mut *source, company, person).await? {
                None => CallerAdmission::Unknown,
                Some(authority) if is_named && is_registered => {
                    CallerAdmission::Granted(Standing::Person { person, authority })
                }
                Some(_) => CallerAdmission::WithoutScope,
            });
        }
        let operator = grants::find(&mut *source, self.application.id, GrantExtent::Operator).await?;
        let own = grants::find(&mut *source, self.application.id, GrantExtent::Company(company)).await?;
        let gives = |grant: &Option<grants::ApiGrant>| grant.as_ref().is_some_and(|it| it.scopes.contains(&scope));
        Ok(if gives(&operator) && self.scopes.has(&scope.of_operator()) {
            CallerAdmission::Granted(Standing::Operator)
        } else if gives(&own) && is_named {
            CallerAdmission::Granted(Standing::Service)
        } else if operator.is_some() || own.is_some() {
            CallerAdmission::WithoutScope
        } else {
            CallerAdmission::Unknown
        })
    }

    /// The owner of the idempotency keys.
    fn name(&self) -> String {
        match self.person {
            None => self.application.id.to_string(),
            Some(RepresentedPerson { person, .. }) => format!("{} {person}", self.application.id),
        }
    }

    /// A history entry of an event that the caller caused.
    fn entry(&self, event: Event) -> Entry {
        let actor =
            self.person.map_or_else(|| self.application.id.to_string(), |represented| represented.person.to_string());
        let mut entry = Entry::new(self.now, event).application(self.application.id).actor(actor);
        entry.network = Some(self.network.to_string());
        entry
    }
}

/// The decision about a caller and a scope in a company.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum CallerAdmission {
    /// The caller has the authority.
    Granted(Standing),
    /// The caller has some authority in the company, but lacks the scope.
    WithoutScope,
    /// The caller has no authority in the company.
    Unknown,
}

impl CompanyCaller {
    /// The time of the request.
    pub(crate) fn now(&self) -> Timestamp {
        self.caller.now
    }

    /// The company, and the caller's authority in it.
    pub(crate) fn company_standing(&self) -> CompanyStanding<'_> {
        CompanyStanding { company: &self.company, standing: self.standing }
    }

    /// Lets pass a caller who may see how a user signs in. Somebody who was removed is not found.
    ///
    /// # Errors
    /// [`Kind::NotFound`], [`Kind::ForeignProfile`], [`Kind::NotAllowed`].
    pub(crate) async fn within_protection(&self, reader: &mut Reader, person: PersonId) -> Result<(), Problem> {
        let found = UserInReach::find(&mut Source::Reader(reader), self.company_standing(), person).await?;
        let user = found.filter(|user| user.member.state != MembershipState::Removed).ok_or(Stop::NotFound)?;
        Ok(user.within_protection()?)
    }

    /// The time for which a proof is fresh in the company, if the proof of the person is older; otherwise `None`.
    async fn stale_after(&self, db: impl Reads) -> Result<Option<Duration>, Problem> {
        let Some(RepresentedPerson { person, proven_at }) = self.caller.person else { return Ok(None) };
        let gate = Gate { company: Some(self.company.id), ..Gate::ACCOUNT };
        let fresh = policies::in_force(db, gate, Some(person)).await?.fresh();
        Ok(fresh.filter(|fresh| proven_at.plus(*fresh) <= self.caller.now))
    }

    /// The problem of a stale proof, with the challenge that says how to get a fresh one (RFC 9470).
    fn stale(fresh: Duration) -> Problem {
        let words = format!(
            "Bearer realm=\"Salpa\", error=\"insufficient_user_authentication\", \
             error_description=\"a fresh proof of the person is needed\", max_age=\"{}\"",
            fresh.as_secs()
        );
        with_challenge(Problem::new(Kind::StaleAuthentication), &words)
    }

    /// The context of an act of the caller.
    async fn context(&self, tx: &mut Tx<'_>, app: &App, is_fresh: bool) -> Result<ActContext, Problem> {
        let Caller { application, person, now, network, .. } = &self.caller;
        let actor = match (person, self.standing) {
            (Some(represented), Standing::Person { authority, .. }) => {
                let found =
                    people::find(&mut *tx, represented.person).await?.ok_or_else(|| Problem::new(Kind::NotFound))?;
                Actor::OnBehalf {
                    application: application.id,
                    person: represented.person,
                    name: found.name(),
                    authority,
                }
            }
            (_, standing) => Actor::Application {
                application: application.id,
                name: application.name.clone(),
                is_operators: standing == Standing::Operator,
            },
        };
        Ok(ActContext {
            core: app.core.clone(),
            company: self.company.clone(),
            actor,
            now: *now,
            network: Some(network.to_string()),
            user_agent: None,
            is_fresh,
        })
    }

    /// Performs the work in one transaction, once for each idempotency key, after the authority was checked again.
    ///
    /// # Errors
    /// [`Kind::NotFound`] if the authority is gone, [`Kind::StaleAuthentication`], and those of the work.
    pub async fn write<W>(self, app: &App, key: Option<Key>, work: W) -> Result<Reply, Problem>
    where
        W: for<'t> FnOnce(&'t mut Tx<'_>, ActEnvironment) -> Work<'t, Reply, Problem> + Clone + Send + 'static,
    {
        let work_app = app.clone();
        let written = app.db.write(move |tx| {
            Box::pin(async move {
                // Changes of one company take turns, so that an administrator removed a moment ago changes nothing
                // more.
                companies::take_turns(tx, self.company.id).await?;
                let mut source = Source::Transaction(&mut *tx);
                let standing = self.caller.standing(&mut source, self.company.id, self.scope).await?;
                if standing != CallerAdmission::Granted(self.standing) {
                    return Err(Problem::new(Kind::NotFound));
                }
                let (caller, now) = (self.caller.name(), self.caller.now);
                if let Some(key) = &key
                    && let Some(before) = idempotency::begin(tx, &caller, key, now).await?
                {
                    return Ok(before);
                }
                let stale_after = self.stale_after(&mut *tx).await?;
                let context = self.context(tx, &work_app, stale_after.is_none()).await?;
                let reply = match work(&mut *tx, ActEnvironment { app: work_app, context }).await {
                    Err(problem) if problem.kind() == Kind::StaleAuthentication => {
                        return Err(stale_after.map_or(problem, Self::stale));
                    }
                    reply => reply?,
                };
                if let Some(key) = &key {
                    idempotency::keep(tx, &caller, key, &reply).await?;
                }
                Ok(reply)
            })
        });
        // Boxed, so that the future of every handler stays small.
        Box::pin(written).await
    }
}

/// The program and the context of an act, for work within a transaction.
pub(crate) struct ActEnvironment {
    /// The running program.
    pub(crate) app: App,
    /// The caller and the company, for the acts.
    pub(crate) context: ActContext,
}

/// A caller with the operator's authority for a scope.
#[derive(Clone, Debug)]
pub(crate) struct OperatorCaller {
    caller: Caller,
    scope: Scope,
}

impl OperatorCaller {
    async fn holds(&self, db: impl Reads) -> Result<bool, Problem> {
        if self.caller.person.is_some() || !self.caller.scopes.has(&self.scope.of_operator()) {
            return Ok(false);
        }
        let grant = grants::find(db, self.caller.application.id, GrantExtent::Operator).await?;
        Ok(grant.is_some_and(|grant| grant.scopes.contains(&self.scope)))
    }

    /// The time of the request.
    pub(crate) fn now(&self) -> Timestamp {
        self.caller.now
    }

    /// The network of the request.
    pub(crate) fn network(&self) -> &Network {
        &self.caller.network
    }

    /// A history entry of an event that the operator's application caused.
    pub(crate) fn entry(&self, event: Event) -> Entry {
        self.caller.entry(event)
    }

    /// The context of an act on a company. Changes of one company take turns.
    ///
    /// # Errors
    /// [`Kind::NotFound`] if there is no such company.
    pub(crate) async fn context(&self, tx: &mut Tx<'_>, app: &App, company: CompanyId) -> Result<ActContext, Problem> {
        companies::take_turns(tx, company).await?;
        let company = companies::find(&mut *tx, company).await?.ok_or_else(|| Problem::new(Kind::NotFound))?;
        let Caller { now, network, .. } = &self.caller;
        Ok(ActContext {
            core: app.core.clone(),
            company,
            actor: Actor::from(self),
            now: *now,
            network: Some(network.to_string()),
            user_agent: None,
            is_fresh: true,
        })
    }

    /// Performs the work in one transaction, once for each idempotency key, after the authority was checked again.
    ///
    /// # Errors
    /// [`Kind::NotFound`] if the authority is gone, and those of the work.
    pub async fn write<W>(self, app: &App, key: Option<Key>, work: W) -> Result<Reply, Problem>
    where
        W: for<'t> FnOnce(&'t mut Tx<'_>, App, Self) -> Work<'t, Reply, Problem> + Clone + Send + 'static,
    {
        let work_app = app.clone();
        let written = app.db.write(move |tx| {
            Box::pin(async move {
                if !self.holds(&mut *tx).await? {
                    return Err(Problem::new(Kind::NotFound));
                }
                let (caller, now) = (self.caller.name(), self.caller.now);
                if let Some(key) = &key
                    && let Some(before) = idempotency::begin(tx, &caller, key, now).await?
                {
                    return Ok(before);
                }
                let reply = work(&mut *tx, work_app, self).await?;
                if let Some(key) = &key {
                    idempotency::keep(tx, &caller, key, &reply).await?;
                }
                Ok(reply)
            })
        });
        // Boxed, so that the future of every handler stays small.
        Box::pin(written).await
    }
}

impl From<&OperatorCaller> for Actor {
    fn from(operator: &OperatorCaller) -> Self {
        let Caller { application, .. } = &operator.caller;
        Self::Application { application: application.id, name: application.name.clone(), is_operators: true }
    }
}

/// The problem of too many requests, with the time to wait.
pub(crate) fn too_many(too_much: TooMuch) -> Problem {
    Problem::new(Kind::TooMany).header(RETRY_AFTER, too_much.wait.as_secs().max(1).into())
}

fn refused(app: &App, denied: &Denied) -> Problem {
    let metadata = app.settings.public_url.join(&format!("/.well-known/oauth-protected-resource{API}"));
    let about = format!("Bearer realm=\"Salpa\", resource_metadata=\"{metadata}\"");
    match denied {
        Denied::NoToken => with_challenge(Problem::new(Kind::Unauthorized), &about),
        Denied::Malformed => {
            with_challenge(Problem::new(Kind::Malformed), &format!("{about}, error=\"invalid_request\""))
        }
        Denied::NotInForce => {
            let words = format!(
                "{about}, error=\"invalid_token\", error_description=\"the access token is not in force for this API\""
            );
            with_challenge(Problem::new(Kind::Unauthorized), &words)
        }
        Denied::Proof { challenge, nonce } => {
            let problem = Problem::new(Kind::Unauthorized).header(WWW_AUTHENTICATE, challenge.clone());
            match nonce {
                None => problem,
                Some(nonce) => problem.header(http::HeaderName::from_static("dpop-nonce"), nonce.clone()),
            }
        }
    }
}

fn insufficient(app: &App, scope: &str) -> Problem {
    let metadata = app.settings.public_url.join(&format!("/.well-known/oauth-protected-resource{API}"));
    let words = format!(
        "Bearer realm=\"Salpa\", resource_metadata=\"{metadata}\", error=\"insufficient_scope\", scope=\"{scope}\""
    );
    with_challenge(Problem::new(Kind::InsufficientScope).detail(format!("the scope {scope} is needed")), &words)
}

fn with_challenge(problem: Problem, words: &str) -> Problem {
    match HeaderValue::from_str(words) {
        Ok(challenge) => problem.header(WWW_AUTHENTICATE, challenge),
        Err(_) => problem,
    }
}
