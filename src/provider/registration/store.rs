//! The tables of initial access tokens, of what manages a registration, and of logos.

use super::{RegistrationToken, RegistrationTokenId};
use crate::directory::looks::logo::Logo;
use crate::platform::clock::Timestamp;
use crate::platform::db::{Error, Reads, Row, Tx, parsed};
use crate::provider::applications::ApplicationId;
use crate::values;

pub(super) async fn add_token(tx: &mut Tx<'_>, token: &RegistrationToken, hash: &[u8; 32]) -> Result<(), Error> {
    tx.execute(
        "INSERT INTO registration_tokens (id, token_hash, name, company_id, scopes, uses, used, created_at, expires_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, 0, ?7, ?8)",
        values![
            token.id,
            hash,
            &token.name,
            token.company,
            token.scopes.to_string(),
            token.uses,
            token.created_at,
            token.expires_at,
        ],
    )
    .await?;
    Ok(())
}

pub(super) async fn tokens(
    db: impl Reads,
    before: Option<RegistrationTokenId>,
    limit: i64,
) -> Result<Vec<RegistrationToken>, Error> {
    // Beyond every digit of an identifier, in whatever order a database has letters.
    let before = before.map_or_else(|| "g".to_owned(), |id| id.to_string());
    db.all(
        "SELECT id, name, company_id, scopes, uses, used, created_at, expires_at, revoked_at
         FROM registration_tokens WHERE id < ?1 ORDER BY id DESC LIMIT ?2",
        values![before, limit],
        read,
    )
    .await
}

/// The token with this hash, if it is in force and has a use left.
pub(super) async fn find_token(
    db: impl Reads,
    hash: &[u8; 32],
    now: Timestamp,
) -> Result<Option<RegistrationToken>, Error> {
    db.optional(
        "SELECT id, name, company_id, scopes, uses, used, created_at, expires_at, revoked_at
         FROM registration_tokens
         WHERE token_hash = ?1 AND revoked_at IS NULL AND expires_at > ?2 AND used < uses",
        values![hash, now],
        read,
    )
    .await
}

/// Takes one use of a token. Of more who try than it has uses, so many are told that they have one.
pub(super) async fn use_token(tx: &mut Tx<'_>, id: RegistrationTokenId, now: Timestamp) -> Result<bool, Error> {
    tx.use_once(
        "UPDATE registration_tokens SET used = used + 1
         WHERE id = ?1 AND revoked_at IS NULL AND expires_at > ?2 AND used < uses",
        values![id, now],
    )
    .await
}

pub(super) async fn revoke_token(tx: &mut Tx<'_>, id: RegistrationTokenId, now: Timestamp) -> Result<bool, Error> {
    tx.use_once("UPDATE registration_tokens SET revoked_at = ?2 WHERE id = ?1 AND revoked_at IS NULL", values![id, now])
        .await
}

/// Keeps what an application manages its registration by.
pub(super) async fn add(
    tx: &mut Tx<'_>,
    application: ApplicationId,
    access_token_hash: &[u8; 32],
    token: RegistrationTokenId,
) -> Result<(), Error> {
    tx.execute(
        "INSERT INTO registrations (application_id, access_token_hash, registration_token_id) VALUES (?1, ?2, ?3)",
        values![application, access_token_hash, token],
    )
    .await?;
    Ok(())
}

/// The token that gave leave to register the application that manages itself by this hash.
pub(super) async fn find(
    db: impl Reads,
    application: ApplicationId,
    access_token_hash: &[u8; 32],
) -> Result<Option<RegistrationToken>, Error> {
    db.optional(
        "SELECT tokens.id, tokens.name, tokens.company_id, tokens.scopes, tokens.uses, tokens.used, tokens.created_at,
                tokens.expires_at, tokens.revoked_at
         FROM registrations JOIN registration_tokens AS tokens ON tokens.id = registrations.registration_token_id
         WHERE registrations.application_id = ?1 AND registrations.access_token_hash = ?2",
        values![application, access_token_hash],
        read,
    )
    .await
}

/// Keeps the logo of an application in the place of an earlier one.
pub(super) async fn keep_logo(tx: &mut Tx<'_>, application: ApplicationId, logo: &Logo) -> Result<(), Error> {
    tx.execute(
        "INSERT INTO application_logos (application_id, hash, picture) VALUES (?1, ?2, ?3)
         ON CONFLICT (application_id) DO UPDATE SET hash = excluded.hash, picture = excluded.picture",
        values![application, &logo.hash, &logo.picture],
    )
    .await?;
    Ok(())
}

pub(super) async fn remove_logo(tx: &mut Tx<'_>, application: ApplicationId) -> Result<(), Error> {
    tx.execute("DELETE FROM application_logos WHERE application_id = ?1", values![application]).await?;
    Ok(())
}

/// The hash of an application's logo, by which it is asked for.
pub(super) async fn logo_hash(db: impl Reads, application: ApplicationId) -> Result<Option<String>, Error> {
    db.optional("SELECT hash FROM application_logos WHERE application_id = ?1", values![application], |row| row.get(0))
        .await
}

pub(super) async fn logo_picture(
    db: impl Reads,
    application: ApplicationId,
    hash: &str,
) -> Result<Option<Vec<u8>>, Error> {
    db.optional(
        "SELECT picture FROM application_logos WHERE application_id = ?1 AND hash = ?2",
        values![application, hash],
        |row| row.get(0),
    )
    .await
}

fn read(row: &Row<'_>) -> Result<RegistrationToken, Error> {
    Ok(RegistrationToken {
        id: row.get(0)?,
        name: row.get(1)?,
        company: row.get_parsed(2)?,
        scopes: parsed(row, 3)?,
        uses: row.get(4)?,
        used: row.get(5)?,
        created_at: row.get(6)?,
        expires_at: row.get(7)?,
        revoked_at: row.get(8)?,
    })
}
