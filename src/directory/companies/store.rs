//! The table of companies.

use super::{Company, CompanyId, NewCompany};
use crate::platform::clock::Timestamp;
use crate::platform::db::{self, Reads, Row, Tx, parsed};
use crate::platform::random::Random;
use crate::values;

/// The company with an identifier.
///
/// # Errors
/// Every fault of the database.
pub async fn find(db: impl Reads, id: CompanyId) -> Result<Option<Company>, db::Error> {
    db.optional(
        "SELECT id, name, kind, contact_email, contact_phone FROM companies WHERE id = ?1",
        values![id],
        company,
    )
    .await
}

/// A page of companies in the order in which they were added, after the one named.
///
/// # Errors
/// Every fault of the database.
pub async fn list(db: impl Reads, after: Option<CompanyId>, limit: i64) -> Result<Vec<Company>, db::Error> {
    db.all(
        "SELECT id, name, kind, contact_email, contact_phone FROM companies WHERE id > ?1 ORDER BY id LIMIT ?2",
        values![after.map_or_else(String::new, |id| id.to_string()), limit],
        company,
    )
    .await
}

/// Adds a company.
///
/// # Errors
/// Every fault of the database.
pub async fn add(tx: &mut Tx<'_>, random: &Random, now: Timestamp, new: &NewCompany) -> Result<CompanyId, db::Error> {
    let id = CompanyId::new(now, random);
    tx.execute(
        "INSERT INTO companies (id, name, kind, contact_email, contact_phone, created_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        values![
            id,
            &new.name,
            new.kind.as_str(),
            new.contact_email.as_deref(),
            new.contact_phone.as_deref(),
            now,
        ],
    )
    .await?;
    Ok(id)
}

fn company(row: &Row<'_>) -> Result<Company, db::Error> {
    Ok(Company {
        id: row.get(0)?,
        name: row.get(1)?,
        kind: parsed(row, 2)?,
        contact_email: row.get(3)?,
        contact_phone: row.get(4)?,
    })
}
