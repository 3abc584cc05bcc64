//! The table of who may act for whom.

use super::{ApiGrant, For, Scope};
use crate::directory::companies::CompanyId;
use crate::platform::clock::Timestamp;
use crate::platform::db::{self, Reads, Row, Tx, parsed};
use crate::provider::applications::ApplicationId;
use crate::values;

/// What an application may do for one company or for the operator.
pub async fn find(db: impl Reads, application: ApplicationId, to: For) -> Result<Option<ApiGrant>, db::Error> {
    db.optional(
        "SELECT application_id, company_id, scopes, since FROM api_grants WHERE application_id = ?1 AND company_id = ?2",
        values![application, to.to_string()],
        grant,
    )
    .await
}

/// A page of what an application may do, by the company, after the one named.
pub async fn of_application(
    db: impl Reads,
    application: ApplicationId,
    after: Option<CompanyId>,
    limit: i64,
) -> Result<Vec<ApiGrant>, db::Error> {
    db.all(
        "SELECT application_id, company_id, scopes, since FROM api_grants
         WHERE application_id = ?1 AND company_id > ?2 ORDER BY company_id LIMIT ?3",
        values![application, after.map_or_else(String::new, |id| id.to_string()), limit],
        grant,
    )
    .await
}

/// Lets an application act, in place of what it was let before.
pub async fn give(
    tx: &mut Tx<'_>,
    application: ApplicationId,
    to: For,
    scopes: &[Scope],
    now: Timestamp,
) -> Result<(), db::Error> {
    let words: Vec<_> = scopes.iter().map(|scope| scope.as_str()).collect();
    tx.execute(
        "INSERT INTO api_grants (application_id, company_id, scopes, since) VALUES (?1, ?2, ?3, ?4)
         ON CONFLICT (application_id, company_id) DO UPDATE SET scopes = excluded.scopes, since = excluded.since",
        values![application, to.to_string(), words.join(" "), now],
    )
    .await?;
    Ok(())
}

/// Lets it act no more. Tells whether it did.
pub async fn take(tx: &mut Tx<'_>, application: ApplicationId, to: For) -> Result<bool, db::Error> {
    tx.use_once(
        "DELETE FROM api_grants WHERE application_id = ?1 AND company_id = ?2",
        values![application, to.to_string()],
    )
    .await
}

fn grant(row: &Row<'_>) -> Result<ApiGrant, db::Error> {
    let words: String = row.get(2)?;
    Ok(ApiGrant {
        application: row.get(0)?,
        to: parsed(row, 1)?,
        // A word of another version opens nothing.
        scopes: words.split(' ').filter_map(|word| word.parse().ok()).collect(),
        since: row.get(3)?,
    })
}
