//! The table of directories' tokens.

use super::{ScimToken, ScimTokenId};
use crate::directory::companies::CompanyId;
use crate::platform::clock::Timestamp;
use crate::platform::db::{Error, Reads, Row, Tx};
use crate::values;

pub(super) async fn add(tx: &mut Tx<'_>, token: &ScimToken, hash: &[u8; 32]) -> Result<(), Error> {
    tx.execute(
        "INSERT INTO scim_tokens (id, company_id, name, token_hash, created_at, expires_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        values![token.id, token.company, &token.name, hash, token.created_at, token.expires_at],
    )
    .await?;
    Ok(())
}

pub(super) async fn revoke(
    tx: &mut Tx<'_>,
    company: CompanyId,
    id: ScimTokenId,
    now: Timestamp,
) -> Result<bool, Error> {
    tx.use_once(
        "UPDATE scim_tokens SET revoked_at = ?3 WHERE id = ?2 AND company_id = ?1 AND revoked_at IS NULL",
        values![company, id, now],
    )
    .await
}

pub(super) async fn set_invites(
    tx: &mut Tx<'_>,
    (company, id): (CompanyId, ScimTokenId),
    invites: bool,
) -> Result<bool, Error> {
    tx.use_once(
        "UPDATE scim_tokens SET invites = ?3
         WHERE id = ?2 AND company_id = ?1 AND revoked_at IS NULL AND invites <> ?3",
        values![company, id, invites],
    )
    .await
}

/// The tokens of a company, the newest first.
pub async fn list(db: impl Reads, company: CompanyId, limit: i64) -> Result<Vec<ScimToken>, Error> {
    db.all(
        "SELECT id, company_id, name, created_at, expires_at, revoked_at, last_used_at, invites FROM scim_tokens
         WHERE company_id = ?1 ORDER BY id DESC LIMIT ?2",
        values![company, limit],
        token,
    )
    .await
}

/// The token with this hash, while it is in force.
pub(in crate::scim) async fn by_hash(
    db: impl Reads,
    hash: &[u8; 32],
    now: Timestamp,
) -> Result<Option<ScimToken>, Error> {
    db.optional(
        "SELECT id, company_id, name, created_at, expires_at, revoked_at, last_used_at, invites FROM scim_tokens
         WHERE token_hash = ?1 AND revoked_at IS NULL AND expires_at > ?2",
        values![hash, now],
        token,
    )
    .await
}

/// Keeps that a token is used.
pub(in crate::scim) async fn used(tx: &mut Tx<'_>, id: ScimTokenId, now: Timestamp) -> Result<bool, Error> {
    tx.use_once("UPDATE scim_tokens SET last_used_at = ?2 WHERE id = ?1", values![id, now]).await
}

fn token(row: &Row<'_>) -> Result<ScimToken, Error> {
    Ok(ScimToken {
        id: row.get(0)?,
        company: row.get(1)?,
        name: row.get(2)?,
        created_at: row.get(3)?,
        expires_at: row.get(4)?,
        revoked_at: row.get(5)?,
        last_used_at: row.get(6)?,
        invites: row.get(7)?,
    })
}
