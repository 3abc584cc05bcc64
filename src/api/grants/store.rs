//! The table of API grants.

use super::{ApiGrant, GrantExtent, Scope};
use crate::directory::companies::CompanyId;
use crate::platform::clock::Timestamp;
use crate::platform::db::{self, Reads, Row, Tx, parsed};
use crate::provider::applications::ApplicationId;
use crate::values;

/// The grant of an application for a company or for the operator.
pub async fn find(
    db: impl Reads,
    application: ApplicationId,
    extent: GrantExtent,
) -> Result<Option<ApiGrant>, db::Error> {
    db.optional(
        "SELECT company_id, scopes, since FROM api_grants WHERE application_id = ?1 AND company_id = ?2",
        values![application, extent.to_string()],
        grant,
    )
    .await
}

/// A page of the grants of an application for companies, by company, from `after` on.
pub async fn of_application(
    db: impl Reads,
    application: ApplicationId,
    after: Option<CompanyId>,
    limit: i64,
) -> Result<Vec<ApiGrant>, db::Error> {
    db.all(
        "SELECT company_id, scopes, since FROM api_grants
         WHERE application_id = ?1 AND company_id > ?2 ORDER BY company_id LIMIT ?3",
        values![application, after.map_or_else(String::new, |id| id.to_string()), limit],
        grant,
    )
    .await
}

/// Gives a grant, in place of an earlier one of the same extent.
pub async fn give(
    tx: &mut Tx<'_>,
    application: ApplicationId,
    extent: GrantExtent,
    scopes: &[Scope],
    now: Timestamp,
) -> Result<(), db::Error> {
    let words: Vec<_> = scopes.iter().map(|scope| scope.as_str()).collect();
    tx.execute(
        "INSERT INTO api_grants (application_id, company_id, scopes, since) VALUES (?1, ?2, ?3, ?4)
         ON CONFLICT (application_id, company_id) DO UPDATE SET scopes = excluded.scopes, since = excluded.since",
        values![application, extent.to_string(), words.join(" "), now],
    )
    .await?;
    Ok(())
}

/// Takes a grant away. Returns whether there was one.
pub async fn take(tx: &mut Tx<'_>, application: ApplicationId, extent: GrantExtent) -> Result<bool, db::Error> {
    tx.use_once(
        "DELETE FROM api_grants WHERE application_id = ?1 AND company_id = ?2",
        values![application, extent.to_string()],
    )
    .await
}

fn grant(row: &Row<'_>) -> Result<ApiGrant, db::Error> {
    let words: String = row.get(1)?;
    Ok(ApiGrant {
        extent: parsed(row, 0)?,
        // A scope that another version wrote grants nothing.
        scopes: words.split(' ').filter_map(|word| word.parse().ok()).collect(),
        since: row.get(2)?,
    })
}
