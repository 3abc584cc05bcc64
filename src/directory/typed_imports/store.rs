//! The table of typed imports.

use super::KEPT_FOR;
use crate::directory::companies::CompanyId;
use crate::directory::people::PersonId;
use crate::platform::clock::Timestamp;
use crate::platform::core::Core;
use crate::platform::db::{self, Reads, Tx};
use crate::values;

fn purpose(company: CompanyId, person: PersonId) -> String {
    format!("typed import {company} {person}")
}

/// Keeps the rows of an administrator in the place of those from before.
pub(crate) async fn keep(
    tx: &mut Tx<'_>,
    core: &Core,
    (company, person): (CompanyId, PersonId),
    text: &str,
    now: Timestamp,
) -> Result<(), db::Error> {
    let sealed = core.master_keys.seal(&core.random, &purpose(company, person), text.as_bytes());
    let sealed = sealed.map_err(|error| db::Error::Fault(error.to_string()))?;
    tx.execute(
        "INSERT INTO typed_imports (company_id, person_id, content, expires_at) VALUES (?1, ?2, ?3, ?4)
         ON CONFLICT (company_id, person_id) DO UPDATE SET content = excluded.content, expires_at = excluded.expires_at",
        values![company, person, &sealed, now.plus(KEPT_FOR)],
    )
    .await?;
    Ok(())
}

/// The rows that an administrator typed; `None` where there are none, or they were sealed under a key that is gone.
pub(crate) async fn find(
    db: impl Reads,
    core: &Core,
    (company, person): (CompanyId, PersonId),
    now: Timestamp,
) -> Result<Option<String>, db::Error> {
    let sealed: Option<Vec<u8>> = db
        .optional(
            "SELECT content FROM typed_imports WHERE company_id = ?1 AND person_id = ?2 AND expires_at > ?3",
            values![company, person, now],
            |row| row.get(0),
        )
        .await?;
    let opened = sealed.and_then(|sealed| core.master_keys.open(&purpose(company, person), &sealed).ok());
    Ok(opened.and_then(|text| String::from_utf8(text.reveal().clone()).ok()))
}

/// Forgets the rows of an administrator.
pub(crate) async fn forget(tx: &mut Tx<'_>, company: CompanyId, person: PersonId) -> Result<(), db::Error> {
    tx.execute("DELETE FROM typed_imports WHERE company_id = ?1 AND person_id = ?2", values![company, person]).await?;
    Ok(())
}

/// Removes those that have expired.
pub(crate) async fn expire(tx: &mut Tx<'_>, now: Timestamp) -> Result<u64, db::Error> {
    tx.execute("DELETE FROM typed_imports WHERE expires_at < ?1", values![now]).await
}
