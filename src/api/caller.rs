//! Who calls, and what they may do: the token bounds it, and what is kept here decides it at every call.

use std::time::Duration;

use axum::extract::FromRequestParts;
use http::header::{HeaderValue, RETRY_AFTER, WWW_AUTHENTICATE};
use http::request::Parts;

use super::grants::{self, For};
use super::idempotency::{self, Key};
use super::problem::{Kind, Problem};
use super::reply::Reply;
use super::scopes::Scope;
use super::{API, resource};
use crate::administration::{ActContext, Actor, Place, Standing};
use crate::app::App;
use crate::directory::companies::{self, Company, CompanyId};
use crate::directory::people::{self, PersonId};
use crate::directory::users;
use crate::event::Event;
use crate::platform::clock::Timestamp;
use crate::platform::db::{Reads, Source, Tx, Work};
use crate::platform::history::Entry;
use crate::platform::web::flood::TooMuch;
use crate::platform::web::network::Network;
use crate::platform::web::visit::Visit;
use crate::provider::applications::Application;
use crate::provider::applications::scopes::Scopes;
use crate::provider::token::resource_server::{self, AdmissionError, Denied};
use crate::sign_in::policies::{self, Gate};

/// Whoever shows an access token for the API.
#[derive(Clone, Debug)]
pub struct Caller {
    /// The application that it was issued to.
    pub application: Application,
    /// The person on whose behalf it acts; none where it acts on its own.
    pub person: Option<Behalf>,
    scopes: Scopes,
    now: Timestamp,
    network: Network,
}

/// A person on whose behalf an application acts.
#[derive(Clone, Copy, Debug)]
pub struct Behalf {
    /// Who.
    pub person: PersonId,
    /// When they were proven.
    pub proven_at: Timestamp,
}

/// A caller in a company where they may do what they came for.
#[derive(Clone, Debug)]
pub struct Entered {
    /// The company.
    pub company: Company,
    /// By what.
    pub standing: Standing,
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
            // A caller who proves nothing is bounded by their network.
            AdmissionError::Denied(denied) => match app.flood.admit(&visit.network, visit.now) {
                Ok(()) => refused(app, &denied),
                Err(too_much) => too_many(too_much),
            },
        })?;
        let client = Network::from_stored(format!("application {}", admitted.application.id));
        app.flood.admit(&client, visit.now).map_err(too_many)?;
        let person = admitted
            .grant
            .map(|grant| Behalf { person: grant.person, proven_at: Timestamp::from_seconds(grant.details.auth_time) });
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
    /// Lets the caller into a company for one kind of act. Whoever has nothing to do with the company is
    /// told that there is none.
    ///
    /// # Errors
    /// [`Kind::NotFound`] or [`Kind::InsufficientScope`].
    pub async fn enter(&self, app: &App, company: CompanyId, scope: Scope) -> Result<Entered, Problem> {
        let found = companies::find(&app.db, company).await?.ok_or_else(|| Problem::new(Kind::NotFound))?;
        let mut reader = app.db.reader().await?;
        let standing = self.standing(&mut Source::Reader(&mut reader), company, scope).await?;
        let standing = match standing {
            CallerAdmission::Granted(standing) => standing,
            CallerAdmission::WithoutScope => return Err(insufficient(app, &scope.of(company))),
            CallerAdmission::Unknown => return Err(Problem::new(Kind::NotFound)),
        };
        Ok(Entered { company: found, standing, caller: self.clone(), scope })
    }

    /// Lets the caller do what belongs to no company, as the operator alone may.
    ///
    /// # Errors
    /// [`Kind::InsufficientScope`].
    pub async fn operate(&self, app: &App, scope: Scope) -> Result<Operating, Problem> {
        let operating = Operating { caller: self.clone(), scope };
        let holds = operating.holds(&app.db).await?;
        if holds { Ok(operating) } else { Err(insufficient(app, &scope.of_operator())) }
    }

    /// The companies that the caller may see, after the one named, by their identifiers.
    pub async fn companies(&self, app: &App, after: Option<CompanyId>, limit: i64) -> Result<Vec<Company>, Problem> {
        if (Operating { caller: self.clone(), scope: Scope::CompanyRead }).holds(&app.db).await? {
            return Ok(companies::list(&app.db, after, limit).await?);
        }
        let ids: Vec<CompanyId> = match self.person {
            None => {
                let granted = grants::of_application(&app.db, self.application.id, after, limit).await?;
                let readable = granted.iter().filter(|grant| grant.scopes.contains(&Scope::CompanyRead));
                let of_companies = readable.filter_map(|grant| match grant.to {
                    For::Company(company) => Some(company),
                    For::Operator => None,
                });
                of_companies.collect()
            }
            Some(Behalf { person, .. }) => {
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
        if let Some(Behalf { person, .. }) = self.person {
            // What the application may ask for may have become less since.
            let is_registered = self.application.scopes.allows(&scope.of(company));
            return Ok(match users::authority(&mut *source, company, person).await? {
                None => CallerAdmission::Unknown,
                Some(authority) if is_named && is_registered => {
                    CallerAdmission::Granted(Standing::Person { person, authority })
                }
                Some(_) => CallerAdmission::WithoutScope,
            });
        }
        let operator = grants::find(&mut *source, self.application.id, For::Operator).await?;
        let own = grants::find(&mut *source, self.application.id, For::Company(company)).await?;
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

    /// Whose idempotency keys these are.
    fn name(&self) -> String {
        match self.person {
            None => self.application.id.to_string(),
            Some(Behalf { person, .. }) => format!("{} {person}", self.application.id),
        }
    }

    /// An entry of the history about what this caller did.
    fn entry(&self, event: Event) -> Entry {
        let actor = self.person.map_or_else(|| self.application.id.to_string(), |behalf| behalf.person.to_string());
        let mut entry = Entry::new(self.now, event).application(self.application.id).actor(actor);
        entry.network = Some(self.network.to_string());
        entry
    }
}

/// Whether a caller may do one kind of act in a company.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum CallerAdmission {
    /// It may.
    Granted(Standing),
    /// It has to do with the company, but lacks the scope.
    WithoutScope,
    /// It has nothing to do with the company.
    Unknown,
}

impl Entered {
    /// The instant of the request.
    pub fn now(&self) -> Timestamp {
        self.caller.now
    }

    /// The company, and by what the caller acts in it.
    pub fn place(&self) -> Place<'_> {
        Place { company: &self.company, standing: self.standing }
    }

    /// The time for which a proof is fresh in the company, where that of the person behind the caller is older.
    async fn stale_after(&self, db: impl Reads) -> Result<Option<Duration>, Problem> {
        let Some(Behalf { person, proven_at }) = self.caller.person else { return Ok(None) };
        let gate = Gate { company: Some(self.company.id), ..Gate::ACCOUNT };
        let fresh = policies::in_force(db, gate, Some(person)).await?.fresh();
        Ok(fresh.filter(|fresh| proven_at.plus(*fresh) <= self.caller.now))
    }

    /// The problem of a stale proof, with the challenge that tells how to get a fresh one (RFC 9470).
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
            (Some(behalf), Standing::Person { authority, .. }) => {
                let found = people::find(&mut *tx, behalf.person).await?.ok_or_else(|| Problem::new(Kind::NotFound))?;
                Actor::OnBehalf { application: application.id, person: behalf.person, name: found.name(), authority }
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

    /// Does what the caller came for, once for each idempotency key, in one transaction, if they may still
    /// do it there.
    ///
    /// # Errors
    /// Those of the work.
    pub async fn write<W>(self, app: &App, key: Option<Key>, work: W) -> Result<Reply, Problem>
    where
        W: for<'t> FnOnce(&'t mut Tx<'_>, Doing) -> Work<'t, Reply, Problem> + Clone + Send + 'static,
    {
        let work_app = app.clone();
        let written = app.db.write(move |tx| {
            Box::pin(async move {
                // Those who change one company take turns here: who was just removed changes nothing more.
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
                let reply = match work(&mut *tx, Doing { app: work_app, context }).await {
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
        // Boxed, or every handler carries the whole of it.
        Box::pin(written).await
    }
}

/// What a work within a transaction has at hand.
pub struct Doing {
    /// The parts of the program.
    pub app: App,
    /// The caller and the company, for the acts.
    pub context: ActContext,
}

/// A caller that acts for the operator.
#[derive(Clone, Debug)]
pub struct Operating {
    caller: Caller,
    scope: Scope,
}

impl Operating {
    async fn holds(&self, db: impl Reads) -> Result<bool, Problem> {
        if self.caller.person.is_some() || !self.caller.scopes.has(&self.scope.of_operator()) {
            return Ok(false);
        }
        let grant = grants::find(db, self.caller.application.id, For::Operator).await?;
        Ok(grant.is_some_and(|grant| grant.scopes.contains(&self.scope)))
    }

    /// The instant of the request.
    pub fn now(&self) -> Timestamp {
        self.caller.now
    }

    /// An entry of the history about what the operator's application does.
    pub fn entry(&self, event: Event) -> Entry {
        self.caller.entry(event)
    }

    /// The context of an act on a company, in which changes of one company take turns.
    ///
    /// # Errors
    /// [`Kind::NotFound`] where there is no such company.
    pub async fn context(&self, tx: &mut Tx<'_>, app: &App, company: CompanyId) -> Result<ActContext, Problem> {
        companies::take_turns(tx, company).await?;
        let company = companies::find(&mut *tx, company).await?.ok_or_else(|| Problem::new(Kind::NotFound))?;
        let Caller { application, now, network, .. } = &self.caller;
        Ok(ActContext {
            core: app.core.clone(),
            company,
            actor: Actor::Application {
                application: application.id,
                name: application.name.clone(),
                is_operators: true,
            },
            now: *now,
            network: Some(network.to_string()),
            user_agent: None,
            is_fresh: true,
        })
    }

    /// As [`Entered::write`].
    ///
    /// # Errors
    /// Those of the work.
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
        // Boxed, or every handler carries the whole of it.
        Box::pin(written).await
    }
}

/// Refuses what comes too often.
pub fn too_many(too_much: TooMuch) -> Problem {
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
