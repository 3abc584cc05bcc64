//! Initial access tokens: the operator makes them, each for so many applications and so long.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use super::{RegistrationToken, RegistrationTokenId, store};
use crate::app::App;
use crate::directory::companies::CompanyId;
use crate::event::Event;
use crate::platform::clock::Timestamp;
use crate::platform::db;
use crate::platform::history::{self, Entry};
use crate::platform::one_line::is_line;
use crate::platform::secret::{Secret, hash_token};
use crate::provider::applications::scopes::Scopes;

/// The longest name, in characters.
const LONGEST_NAME: usize = 100;
/// The most applications of one token.
const MOST_USES: i64 = 10_000;
/// The longest life.
const LONGEST_LIFE: Duration = Duration::from_hours(365 * 24);

/// The limits of a token.
#[derive(Clone, Debug)]
pub struct RegistrationLimits {
    /// Its name, chosen by the operator, 1 to 100 characters.
    pub name: String,
    /// How many applications it registers, 1 to 10,000.
    pub uses: i64,
    /// How long it lives, up to a year.
    pub lifetime: Duration,
    /// The company that its applications belong to.
    pub company: Option<CompanyId>,
    /// The scopes that its applications may ask for at most.
    pub scopes: Scopes,
}

/// The limit that is not in order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LimitsProblem {
    /// The name is empty or too long.
    Name,
    /// None, or more than ten thousand.
    Uses,
    /// Nothing, or more than a year.
    Lifetime,
    /// Nothing at all could be asked for.
    Scopes,
}

impl fmt::Display for LimitsProblem {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Name => "the name must have 1 to 100 characters",
            Self::Uses => "the uses must be 1 to 10000",
            Self::Lifetime => "the days must be 1 to 365",
            Self::Scopes => "there must be a scope",
        })
    }
}

/// Why a token is not made.
#[derive(Debug)]
pub enum RegistrationTokenError {
    /// Its limits are not in order.
    Limits(LimitsProblem),
    /// The database failed.
    Database(db::Error),
}

impl From<LimitsProblem> for RegistrationTokenError {
    fn from(problem: LimitsProblem) -> Self {
        Self::Limits(problem)
    }
}

impl From<db::Error> for RegistrationTokenError {
    fn from(error: db::Error) -> Self {
        Self::Database(error)
    }
}

impl fmt::Display for RegistrationTokenError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Limits(problem) => problem.fmt(formatter),
            Self::Database(error) => error.fmt(formatter),
        }
    }
}

/// A new token.
#[derive(Debug)]
pub struct NewRegistrationToken {
    /// The token as it is stored.
    pub token: RegistrationToken,
    /// Its text: shown now, and never again.
    pub secret: Secret<String>,
}

/// Makes a token.
///
/// # Errors
/// [`LimitsProblem`], and faults of the database.
pub async fn create(
    app: &App,
    limits: RegistrationLimits,
    now: Timestamp,
) -> Result<NewRegistrationToken, RegistrationTokenError> {
    let name = limits.name.trim();
    if !is_line(name, LONGEST_NAME) {
        return Err(LimitsProblem::Name.into());
    }
    if !(1..=MOST_USES).contains(&limits.uses) {
        return Err(LimitsProblem::Uses.into());
    }
    if limits.lifetime.is_zero() || limits.lifetime > LONGEST_LIFE {
        return Err(LimitsProblem::Lifetime.into());
    }
    if limits.scopes.is_empty() {
        return Err(LimitsProblem::Scopes.into());
    }
    let secret = app.random.token();
    let token = RegistrationToken {
        id: RegistrationTokenId::new(now, &app.random),
        name: name.to_owned(),
        company: limits.company,
        scopes: limits.scopes,
        uses: limits.uses,
        used: 0,
        created_at: now,
        expires_at: now.plus(limits.lifetime),
        revoked_at: None,
    };
    let (kept, hash, random) = (Arc::new(token.clone()), hash_token(secret.reveal()), app.random.clone());
    let entry = Entry::new(now, Event::ProviderRegistrationTokenMade)
        .detail("token", token.id)
        .detail("name", &token.name)
        .detail("uses", token.uses);
    app.db
        .write::<_, db::Error, _>(move |tx| {
            Box::pin(async move {
                store::add_token(tx, &kept, &hash).await?;
                history::write(tx, &random, &entry).await
            })
        })
        .await?;
    Ok(NewRegistrationToken { token, secret })
}

/// The tokens, the newest first; at most a hundred, older than `before`, where given.
pub async fn list(app: &App, before: Option<RegistrationTokenId>) -> Result<Vec<RegistrationToken>, db::Error> {
    store::tokens(&app.db, before, 100).await
}

/// Takes a token back; `false` where there is none in force. Applications that it has registered stay.
pub async fn revoke(app: &App, id: RegistrationTokenId, now: Timestamp) -> Result<bool, db::Error> {
    let random = app.random.clone();
    app.db
        .write(move |tx| {
            Box::pin(async move {
                let was_in_force = store::revoke_token(tx, id, now).await?;
                if was_in_force {
                    let entry = Entry::new(now, Event::ProviderRegistrationTokenRevoked).detail("token", id);
                    history::write(tx, &random, &entry).await?;
                }
                Ok(was_in_force)
            })
        })
        .await
}
