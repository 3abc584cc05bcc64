//! The table of applications.

use super::{Application, ApplicationId, ClientAuthentication};
use crate::directory::companies::CompanyId;
use crate::platform::clock::Timestamp;
use crate::platform::db::{Error, Reads, Row, Tx, parsed};
use crate::values;

pub(super) async fn find_by_client_id(db: impl Reads, client_id: &str) -> Result<Option<Application>, Error> {
    db.optional(
        "SELECT id, client_id, name, company_id, authentication, redirect_uris, post_logout_redirect_uris,
                back_channel_logout_uri, home_url, grant_types, scopes, audience, id_token_algorithm, may_omit_pkce, created_at,
                failure_told_at, profile
         FROM applications WHERE client_id = ?1",
        values![client_id],
        read,
    )
    .await
}

/// The application of that identifier.
pub async fn find(db: impl Reads, id: ApplicationId) -> Result<Option<Application>, Error> {
    db.optional(
        "SELECT id, client_id, name, company_id, authentication, redirect_uris, post_logout_redirect_uris,
                back_channel_logout_uri, home_url, grant_types, scopes, audience, id_token_algorithm, may_omit_pkce, created_at,
                failure_told_at, profile
         FROM applications WHERE id = ?1",
        values![id],
        read,
    )
    .await
}

/// Applications in the order of their registration; those after `after`, where given.
pub async fn list(db: impl Reads, after: Option<ApplicationId>, limit: i64) -> Result<Vec<Application>, Error> {
    let after = after.map(|id| id.to_string()).unwrap_or_default();
    db.all(
        "SELECT id, client_id, name, company_id, authentication, redirect_uris, post_logout_redirect_uris,
                back_channel_logout_uri, home_url, grant_types, scopes, audience, id_token_algorithm, may_omit_pkce, created_at,
                failure_told_at, profile
         FROM applications WHERE id > ?1 ORDER BY id LIMIT ?2",
        values![after, limit],
        read,
    )
    .await
}

/// The applications that belong to a company. At most five hundred.
pub async fn list_of_company(db: impl Reads, company: CompanyId) -> Result<Vec<Application>, Error> {
    db.all(
        "SELECT id, client_id, name, company_id, authentication, redirect_uris, post_logout_redirect_uris,
                back_channel_logout_uri, home_url, grant_types, scopes, audience, id_token_algorithm, may_omit_pkce, created_at,
                failure_told_at, profile
         FROM applications WHERE company_id = ?1 ORDER BY id LIMIT 500",
        values![company],
        read,
    )
    .await
}

/// The applications that are open to a company, with their names. At most two hundred.
pub async fn open_to_company(db: impl Reads, company: CompanyId) -> Result<Vec<(ApplicationId, String)>, Error> {
    db.all(
        "SELECT applications.id, applications.name FROM company_applications
         JOIN applications ON applications.id = company_applications.application_id
         WHERE company_applications.company_id = ?1 ORDER BY company_applications.application_id LIMIT 200",
        values![company],
        |row| Ok((row.get(0)?, row.get(1)?)),
    )
    .await
}

/// Adds an application; `false` where its `client_id` is taken.
pub(super) async fn add(tx: &mut Tx<'_>, application: &Application) -> Result<bool, Error> {
    tx.use_once(
        "INSERT INTO applications (id, client_id, name, company_id, authentication, redirect_uris,
                post_logout_redirect_uris, back_channel_logout_uri, home_url, grant_types, scopes, audience,
                id_token_algorithm, may_omit_pkce, created_at, profile)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16) ON CONFLICT (client_id) DO NOTHING",
        values![
            application.id,
            &application.client_id,
            &application.name,
            application.company,
            json(&application.authentication)?,
            json(&application.redirect_uris)?,
            json(&application.post_logout_redirect_uris)?,
            application.back_channel_logout_uri.as_deref(),
            application.home_url.as_deref(),
            json(&application.grant_types)?,
            application.scopes.to_string(),
            application.audience.as_deref(),
            application.id_token_algorithm.as_str(),
            application.may_omit_pkce,
            application.created_at,
            json(&application.profile)?,
        ],
    )
    .await
}

pub(super) async fn change(tx: &mut Tx<'_>, application: &Application) -> Result<bool, Error> {
    tx.use_once(
        "UPDATE applications SET name = ?2, company_id = ?3, redirect_uris = ?4, post_logout_redirect_uris = ?5,
                back_channel_logout_uri = ?6, home_url = ?7, grant_types = ?8, scopes = ?9, audience = ?10,
                id_token_algorithm = ?11, may_omit_pkce = ?12, profile = ?13
         WHERE id = ?1",
        values![
            application.id,
            &application.name,
            application.company,
            json(&application.redirect_uris)?,
            json(&application.post_logout_redirect_uris)?,
            application.back_channel_logout_uri.as_deref(),
            application.home_url.as_deref(),
            json(&application.grant_types)?,
            application.scopes.to_string(),
            application.audience.as_deref(),
            application.id_token_algorithm.as_str(),
            application.may_omit_pkce,
            json(&application.profile)?,
        ],
    )
    .await
}

pub(super) async fn change_authentication(
    tx: &mut Tx<'_>,
    id: ApplicationId,
    authentication: &ClientAuthentication,
) -> Result<bool, Error> {
    tx.use_once("UPDATE applications SET authentication = ?2 WHERE id = ?1", values![id, json(authentication)?]).await
}

/// Puts new keys in the place of an application's own. Tells whether there is such an application.
pub(in crate::provider) async fn change_keys(tx: &mut Tx<'_>, application: &Application) -> Result<bool, Error> {
    tx.use_once(
        "UPDATE applications SET authentication = ?2, profile = ?3 WHERE id = ?1",
        values![application.id, json(&application.authentication)?, json(&application.profile)?],
    )
    .await
}

pub(super) async fn remove(tx: &mut Tx<'_>, id: ApplicationId) -> Result<bool, Error> {
    tx.use_once("DELETE FROM applications WHERE id = ?1", values![id]).await
}

/// Whether a failure of this application's authentication is to be written to the history: once in
/// a while, so that nobody can fill it.
pub(crate) async fn tell_of_failure(
    tx: &mut Tx<'_>,
    id: ApplicationId,
    now: Timestamp,
    not_since: Timestamp,
) -> Result<bool, Error> {
    tx.use_once(
        "UPDATE applications SET failure_told_at = ?2
         WHERE id = ?1 AND (failure_told_at IS NULL OR failure_told_at < ?3)",
        values![id, now, not_since],
    )
    .await
}

fn read(row: &Row<'_>) -> Result<Application, Error> {
    Ok(Application {
        id: row.get(0)?,
        client_id: row.get(1)?,
        name: row.get(2)?,
        company: row.get_parsed(3)?,
        authentication: row.get_json(4)?,
        redirect_uris: row.get_json(5)?,
        post_logout_redirect_uris: row.get_json(6)?,
        back_channel_logout_uri: row.get(7)?,
        home_url: row.get(8)?,
        grant_types: row.get_json(9)?,
        scopes: parsed(row, 10)?,
        audience: row.get(11)?,
        id_token_algorithm: parsed(row, 12)?,
        may_omit_pkce: row.get(13)?,
        created_at: row.get(14)?,
        failure_told_at: row.get(15)?,
        profile: row.get_json(16)?,
    })
}

fn json(value: &impl serde::Serialize) -> Result<String, Error> {
    serde_json::to_string(value).map_err(|error| Error::Fault(error.to_string()))
}
