//! The tokens of directories: each feeds the users of one company, is kept hashed, and is over at once
//! when it is taken back.

mod store;

use std::fmt;
use std::time::Duration;

pub use store::list;
pub(super) use store::{by_hash, used};

use crate::app::App;
use crate::directory::companies::{self, CompanyId};
use crate::event::Event;
use crate::platform::clock::Timestamp;
use crate::platform::db;
use crate::platform::history::{self, Entry};
use crate::platform::one_line::is_line;
use crate::platform::secret::{Secret, hash_token};

crate::identifier! {
    /// Identifies a directory's token.
    ScimTokenId
}

/// The longest name, in characters.
const LONGEST_NAME: usize = 100;
/// The longest life.
const LONGEST_LIFE: Duration = Duration::from_hours(3 * 365 * 24);

/// A directory's token.
#[derive(Clone, Debug)]
pub struct ScimToken {
    /// Never changes.
    pub id: ScimTokenId,
    /// The company whose users it feeds.
    pub(crate) company: CompanyId,
    /// Its name.
    pub(crate) name: String,
    /// When it was made.
    pub(crate) created_at: Timestamp,
    /// When it ends.
    pub(crate) expires_at: Timestamp,
    /// When it was taken back.
    pub(crate) revoked_at: Option<Timestamp>,
    /// When it was used last, to the minute.
    pub(crate) last_used_at: Option<Timestamp>,
    /// Whether a new person whom it adds is invited to the phone app at once.
    pub(crate) invites: bool,
}

/// The reason for which a token is not made.
#[derive(Debug)]
pub enum CannotMake {
    /// There is no such company.
    NoCompany,
    /// The name is empty or too long.
    Name,
    /// It would not live, or for more than three years.
    Lifetime,
    /// A fault of the database.
    Fault(db::Error),
}

impl From<db::Error> for CannotMake {
    fn from(error: db::Error) -> Self {
        Self::Fault(error)
    }
}

impl fmt::Display for CannotMake {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoCompany => formatter.write_str("there is no such company"),
            Self::Name => formatter.write_str("the name must have 1 to 100 characters"),
            Self::Lifetime => formatter.write_str("the days must be 1 to 1095"),
            Self::Fault(error) => error.fmt(formatter),
        }
    }
}

/// A new token, with the secret that is shown once.
#[derive(Debug)]
pub struct NewScimToken {
    /// The token.
    pub token: ScimToken,
    /// Its secret.
    pub secret: Secret<String>,
}

/// Makes a token.
///
/// # Errors
/// [`CannotMake`].
pub async fn create(
    app: &App,
    company: CompanyId,
    name: &str,
    lifetime: Duration,
    now: Timestamp,
) -> Result<NewScimToken, CannotMake> {
    let name = name.trim();
    if !is_line(name, LONGEST_NAME) {
        return Err(CannotMake::Name);
    }
    if lifetime.is_zero() || lifetime > LONGEST_LIFE {
        return Err(CannotMake::Lifetime);
    }
    if companies::find(&app.db, company).await?.is_none() {
        return Err(CannotMake::NoCompany);
    }
    let secret = app.random.token();
    let token = ScimToken {
        id: ScimTokenId::new(now, &app.random),
        company,
        name: name.to_owned(),
        created_at: now,
        expires_at: now.plus(lifetime),
        revoked_at: None,
        last_used_at: None,
        invites: false,
    };
    let (kept, hash, random) = (token.clone(), hash_token(secret.reveal()), app.random.clone());
    let entry = Entry::new(now, Event::CompanyScimTokenMade)
        .company(company)
        .detail("token", token.id)
        .detail("name", &token.name);
    app.db
        .write::<_, db::Error, _>(move |tx| {
            Box::pin(async move {
                store::add(tx, &kept, &hash).await?;
                history::write(tx, &random, &entry).await
            })
        })
        .await?;
    Ok(NewScimToken { token, secret })
}

/// Takes a token of a company back; `false` where there is none in force.
pub async fn revoke(app: &App, company: CompanyId, id: ScimTokenId, now: Timestamp) -> Result<bool, db::Error> {
    let random = app.random.clone();
    app.db
        .write(move |tx| {
            Box::pin(async move {
                let was_in_force = store::revoke(tx, company, id, now).await?;
                if was_in_force {
                    let entry = Entry::new(now, Event::CompanyScimTokenRevoked).company(company).detail("token", id);
                    history::write(tx, &random, &entry).await?;
                }
                Ok(was_in_force)
            })
        })
        .await
}

/// Sets the rule of a company whether new people of a directory are invited to the phone app; `false` where there is no
/// such token in force, or the rule is so already.
pub async fn set_invites(
    app: &App,
    (company, id): (CompanyId, ScimTokenId),
    invites: bool,
    now: Timestamp,
) -> Result<bool, db::Error> {
    let random = app.random.clone();
    app.db
        .write(move |tx| {
            Box::pin(async move {
                let is_set = store::set_invites(tx, (company, id), invites).await?;
                if is_set {
                    let entry = Entry::new(now, Event::CompanyScimTokenSet).company(company).detail("token", id);
                    history::write(tx, &random, &entry.detail("invites", invites)).await?;
                }
                Ok(is_set)
            })
        })
        .await
}
