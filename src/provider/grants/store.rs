//! The tables of grants, codes, refresh tokens and revoked access tokens. A grant is
//! read together with the person's profile and the session, which decide whether it is in force.

use super::{
    CODE_LIFETIME, Code, Grant, GrantId, IDLE_LIFETIME, NewCode, NewGrant, Presented, RefreshToken,
    RefreshTokenBinding, UNREFRESHED_LIFETIME,
};
use crate::directory::companies::CompanyId;
use crate::directory::people::PersonId;
use crate::platform::clock::Timestamp;
use crate::platform::db::{Db, Error, Reads, Row, Tx, Value};
use crate::platform::secret::equal_in_constant_time;
use crate::provider::applications::ApplicationId;
use crate::values;

/// A grant.
pub async fn find(db: impl Reads, id: GrantId) -> Result<Option<Grant>, Error> {
    db.optional(
        "SELECT grants.id, grants.application_id, grants.person_id, grants.session_id, grants.offline,
                grants.details, grants.created_at, grants.expires_at, grants.revoked_at, people.state,
                sessions.expires_at, sessions.ended_at, sessions.grants_from, sessions.lesser_grants_from
         FROM grants JOIN people ON people.id = grants.person_id
                     JOIN sessions ON sessions.id = grants.session_id
         WHERE grants.id = ?1",
        values![id],
        grant,
    )
    .await
}

/// A code, with its grant.
pub(crate) async fn code(db: impl Reads, code_hash: &[u8; 32]) -> Result<Option<Code>, Error> {
    db.optional(
        "SELECT grants.id, grants.application_id, grants.person_id, grants.session_id, grants.offline,
                grants.details, grants.created_at, grants.expires_at, grants.revoked_at, people.state,
                sessions.expires_at, sessions.ended_at, sessions.grants_from, sessions.lesser_grants_from,
                codes.redirect_uri, codes.code_challenge, codes.nonce, codes.expires_at, codes.used_at,
                codes.dpop_jkt
         FROM authorization_codes AS codes JOIN grants ON grants.id = codes.grant_id
                                           JOIN people ON people.id = grants.person_id
                                           JOIN sessions ON sessions.id = grants.session_id
         WHERE codes.code_hash = ?1",
        values![code_hash],
        |row| {
            Ok(Code {
                grant: grant(row)?,
                redirect_uri: row.get(14)?,
                code_challenge: row.get(15)?,
                nonce: row.get(16)?,
                expires_at: row.get(17)?,
                is_used: row.get::<Option<Timestamp>>(18)?.is_some(),
                dpop_jkt: row.get(19)?,
            })
        },
    )
    .await
}

/// A refresh token with its grant, or `None` if it was never given.
pub(crate) async fn find_by_refresh_token(db: impl Reads, token: &RefreshToken) -> Result<Option<Presented>, Error> {
    let found = db
        .optional(
            "SELECT grants.id, grants.application_id, grants.person_id, grants.session_id, grants.offline,
                    grants.details, grants.created_at, grants.expires_at, grants.revoked_at, people.state,
                    sessions.expires_at, sessions.ended_at, sessions.grants_from, sessions.lesser_grants_from,
                    tokens.family_hash, tokens.token_hash, tokens.issued_at, tokens.expires_at,
                    tokens.dpop_jkt, tokens.certificate
             FROM refresh_tokens AS tokens JOIN grants ON grants.id = tokens.grant_id
                                           JOIN people ON people.id = grants.person_id
                                           JOIN sessions ON sessions.id = grants.session_id
             WHERE tokens.grant_id = ?1",
            values![token.grant()],
            |row| {
                let hashes = (row.get::<Vec<u8>>(14)?, row.get::<Vec<u8>>(15)?);
                let given_for = RefreshTokenBinding { dpop_jkt: row.get(18)?, certificate: row.get(19)? };
                Ok((grant(row)?, hashes, (row.get(16)?, row.get(17)?), given_for))
            },
        )
        .await?;
    let Some((grant, (family_hash, token_hash), (issued_at, expires_at), given_for)) = found else { return Ok(None) };
    if !equal_in_constant_time(&family_hash, &token.family_hash()) {
        return Ok(None);
    }
    Ok(Some(if equal_in_constant_time(&token_hash, &token.current_hash()) {
        Presented::Current { grant, expires_at, issued_at, given_for }
    } else {
        Presented::UsedUp(grant)
    }))
}

/// Whether an access token was given back.
pub(crate) async fn is_access_token_revoked(db: impl Reads, token_id: &str) -> Result<bool, Error> {
    let found =
        db.optional("SELECT 1 FROM revoked_access_tokens WHERE token_id = ?1", values![token_id], |_| Ok(())).await?;
    Ok(found.is_some())
}

/// Keeps a new grant.
pub(in crate::provider) async fn begin(tx: &mut Tx<'_>, new: &NewGrant, now: Timestamp) -> Result<(), Error> {
    let details = serde_json::to_string(&new.details).map_err(|error| Error::Fault(error.to_string()))?;
    tx.queue(
        "INSERT INTO grants (id, application_id, person_id, session_id, offline, details, created_at, expires_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
        values![
            new.id,
            new.application,
            new.person,
            new.session,
            new.offline,
            details,
            now,
            now.plus(UNREFRESHED_LIFETIME),
        ],
    )
    .await?;
    Ok(())
}

/// Keeps the code that leads to a grant.
pub(in crate::provider) async fn add_code(
    tx: &mut Tx<'_>,
    grant: GrantId,
    new: &NewCode,
    now: Timestamp,
) -> Result<(), Error> {
    tx.queue(
        "INSERT INTO authorization_codes (code_hash, grant_id, redirect_uri, code_challenge, nonce, created_at, expires_at,
                dpop_jkt)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
        values![
            &new.code_hash,
            grant,
            &new.redirect_uri,
            new.code_challenge.as_deref(),
            new.nonce.as_deref(),
            now,
            now.plus(CODE_LIFETIME),
            new.dpop_jkt.as_deref(),
        ],
    )
    .await?;
    Ok(())
}

/// Uses a code up. Of many who try at once, one is told that it was theirs.
pub(in crate::provider) async fn use_code(
    tx: &mut Tx<'_>,
    code_hash: &[u8; 32],
    now: Timestamp,
) -> Result<bool, Error> {
    tx.use_once(
        "UPDATE authorization_codes SET used_at = ?2 WHERE code_hash = ?1 AND used_at IS NULL AND expires_at > ?2",
        values![code_hash, now],
    )
    .await
}

/// Keeps the first refresh token of a grant, given for this key and certificate, and makes the grant last for as long as it
/// can be refreshed.
pub(in crate::provider) async fn begin_refreshing(
    tx: &mut Tx<'_>,
    grant: &Grant,
    token: &RefreshToken,
    given_for: &RefreshTokenBinding,
    now: Timestamp,
) -> Result<(), Error> {
    let until = grant.refreshable_until();
    tx.queue("UPDATE grants SET expires_at = ?2 WHERE id = ?1 AND expires_at < ?2", values![grant.id, until]).await?;
    let expires_at = until.min(now.plus(IDLE_LIFETIME));
    tx.queue(
        "INSERT INTO refresh_tokens (grant_id, family_hash, token_hash, issued_at, expires_at, dpop_jkt, certificate)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        values![
            token.grant(),
            &token.family_hash(),
            &token.current_hash(),
            now,
            expires_at,
            given_for.dpop_jkt.as_deref(),
            given_for.certificate.as_deref(),
        ],
    )
    .await?;
    Ok(())
}

const ROTATE: &str = "UPDATE refresh_tokens SET token_hash = ?3, issued_at = ?4, expires_at = ?5, dpop_jkt = ?6,
            certificate = ?7
     WHERE grant_id = ?1 AND token_hash = ?2 AND expires_at > ?4
       AND EXISTS (SELECT 1 FROM grants JOIN sessions ON sessions.id = grants.session_id
                   WHERE grants.id = ?1 AND grants.revoked_at IS NULL AND grants.created_at > sessions.grants_from)";

/// Puts a refresh token's successor in its place, given for this key and certificate. Of many who try at once, one is
/// told that it did; nobody, where the grant was revoked meanwhile.
pub(in crate::provider) async fn rotate(
    tx: &mut Tx<'_>,
    tokens: (&RefreshToken, &RefreshToken),
    given_for: &RefreshTokenBinding,
    now: Timestamp,
    expires_at: Timestamp,
) -> Result<bool, Error> {
    tx.use_once(ROTATE, &rotation(tokens, given_for, now, expires_at)).await
}

/// The same as a transaction of its own.
pub(in crate::provider) async fn rotate_alone(
    db: &Db,
    tokens: (&RefreshToken, &RefreshToken),
    given_for: &RefreshTokenBinding,
    now: Timestamp,
    expires_at: Timestamp,
) -> Result<bool, Error> {
    db.use_once(ROTATE, rotation(tokens, given_for, now, expires_at)).await
}

fn rotation(
    (used, successor): (&RefreshToken, &RefreshToken),
    given_for: &RefreshTokenBinding,
    now: Timestamp,
    expires_at: Timestamp,
) -> Vec<Value<'static>> {
    let hash = |token: &RefreshToken| Value::Bytes(token.current_hash().to_vec().into());
    vec![
        used.grant().into(),
        hash(used),
        hash(successor),
        now.into(),
        expires_at.into(),
        given_for.dpop_jkt.clone().into(),
        given_for.certificate.clone().into(),
    ]
}

/// Ends a grant, with every token that hangs on it. Tells whether it was in force.
pub(crate) async fn revoke(tx: &mut Tx<'_>, id: GrantId, now: Timestamp) -> Result<bool, Error> {
    tx.use_once("UPDATE grants SET revoked_at = ?2 WHERE id = ?1 AND revoked_at IS NULL", values![id, now]).await
}

/// Ends every grant that a person gave an application.
pub(in crate::provider) async fn revoke_all(
    tx: &mut Tx<'_>,
    person: PersonId,
    application: ApplicationId,
    now: Timestamp,
) -> Result<u64, Error> {
    tx.execute(
        "UPDATE grants SET revoked_at = ?3 WHERE person_id = ?1 AND application_id = ?2 AND revoked_at IS NULL",
        values![person, application, now],
    )
    .await
}

/// Ends every grant of an application that people whose basic company this is gave, or users of it where the
/// application is the company's own: what they do for another company goes on. Tells how many ended.
pub(crate) async fn revoke_of_company(
    tx: &mut Tx<'_>,
    company: CompanyId,
    application: ApplicationId,
    now: Timestamp,
) -> Result<u64, Error> {
    tx.execute(
        "UPDATE grants SET revoked_at = ?3 WHERE application_id = ?2 AND revoked_at IS NULL AND expires_at > ?3
         AND person_id IN (SELECT person_id FROM users WHERE company_id = ?1
                           AND (basic OR EXISTS (SELECT 1 FROM applications WHERE id = ?2 AND company_id = ?1)))",
        values![company, application, now],
    )
    .await
}

/// Ends one access token, which is remembered until it would have ended by itself. Tells whether it
/// was in force.
pub(crate) async fn revoke_access_token(tx: &mut Tx<'_>, token_id: &str, expires_at: Timestamp) -> Result<bool, Error> {
    tx.use_once(
        "INSERT INTO revoked_access_tokens (token_id, expires_at) VALUES (?1, ?2) ON CONFLICT (token_id) DO NOTHING",
        values![token_id, expires_at],
    )
    .await
}

/// Removes a batch of what is over: grants with all that hangs on them, and revoked access tokens.
/// Tells how much it was.
pub(in crate::provider) async fn expire(tx: &mut Tx<'_>, before: Timestamp, batch: i64) -> Result<u64, Error> {
    let grants = tx
        .execute(
            "DELETE FROM grants WHERE id IN
             (SELECT id FROM grants WHERE expires_at < ?1 ORDER BY expires_at LIMIT ?2)",
            values![before, batch],
        )
        .await?;
    let tokens = tx
        .execute(
            "DELETE FROM revoked_access_tokens WHERE token_id IN
             (SELECT token_id FROM revoked_access_tokens WHERE expires_at < ?1 ORDER BY expires_at LIMIT ?2)",
            values![before, batch],
        )
        .await?;
    Ok(grants + tokens)
}

/// The columns that every statement here begins with.
fn grant(row: &Row<'_>) -> Result<Grant, Error> {
    let session_ended = row.get::<Option<Timestamp>>(11)?.is_some();
    let session_expires_at: Timestamp = row.get(10)?;
    Ok(Grant {
        id: row.get(0)?,
        application: row.get(1)?,
        person: row.get(2)?,
        session: row.get(3)?,
        offline: row.get(4)?,
        details: row.get_json(5)?,
        created_at: row.get(6)?,
        expires_at: row.get(7)?,
        entered: None,
        is_revoked: row.get::<Option<Timestamp>>(8)?.is_some(),
        person_is_active: row.get::<String>(9)? == "active",
        session_expires_at: (!session_ended).then_some(session_expires_at),
        over_until: row.get(12)?,
        lesser_over_until: row.get(13)?,
    })
}
