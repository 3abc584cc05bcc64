//! The table of domains.

use super::{CompanyDomain, DomainName, DomainRealm, DomainState};
use crate::directory::companies::CompanyId;
use crate::platform::clock::Timestamp;
use crate::platform::db::{self, Reads, Row, Tx, parsed};
use crate::values;

/// The company that has proved a domain.
pub async fn owner(db: impl Reads, name: &DomainName) -> Result<Option<CompanyId>, db::Error> {
    db.optional(
        "SELECT company_id FROM company_domains WHERE domain = ?1 AND state = 'proved'",
        values![name.as_str()],
        |row| row.get(0),
    )
    .await
}

/// The company that has proved a domain, as people with an email there are led to its directory.
pub(crate) async fn realm(db: impl Reads, name: &DomainName) -> Result<Option<DomainRealm>, db::Error> {
    db.optional(
        "SELECT companies.id, companies.name, companies.directory_use
         FROM company_domains JOIN companies ON companies.id = company_domains.company_id
         WHERE company_domains.domain = ?1 AND company_domains.state = 'proved'",
        values![name.as_str()],
        domain_realm,
    )
    .await
}

/// The same of a company.
pub(crate) async fn realm_of_company(db: impl Reads, company: CompanyId) -> Result<Option<DomainRealm>, db::Error> {
    db.optional("SELECT id, name, directory_use FROM companies WHERE id = ?1", values![company], domain_realm).await
}

fn domain_realm(row: &Row<'_>) -> Result<DomainRealm, db::Error> {
    Ok(DomainRealm { company: row.get(0)?, name: row.get(1)?, directory_use: parsed(row, 2)? })
}

/// The domains of a company, by name.
pub(crate) async fn of_company(db: impl Reads, company: CompanyId) -> Result<Vec<CompanyDomain>, db::Error> {
    db.all(
        "SELECT company_id, domain, value, state, missing_since FROM company_domains
         WHERE company_id = ?1 ORDER BY domain LIMIT 100",
        values![company],
        domain,
    )
    .await
}

/// A domain of a company.
pub(crate) async fn find(
    db: impl Reads,
    company: CompanyId,
    name: &DomainName,
) -> Result<Option<CompanyDomain>, db::Error> {
    db.optional(
        "SELECT company_id, domain, value, state, missing_since FROM company_domains
         WHERE company_id = ?1 AND domain = ?2",
        values![company, name.as_str()],
        domain,
    )
    .await
}

/// Adds a claimed domain. Returns whether it is new.
pub(crate) async fn add(
    tx: &mut Tx<'_>,
    company: CompanyId,
    (name, value): (&DomainName, &str),
    now: Timestamp,
) -> Result<bool, db::Error> {
    tx.use_once(
        "INSERT INTO company_domains (company_id, domain, value, state, claimed_at, look_at)
         VALUES (?1, ?2, ?3, 'claimed', ?4, ?4) ON CONFLICT (company_id, domain) DO NOTHING",
        values![company, name.as_str(), value, now],
    )
    .await
}

/// Makes a claimed domain proved. Returns whether it was not.
///
/// # Errors
/// [`db::Error::Conflict`] if another company has proved it in the same moment.
pub(crate) async fn prove(
    tx: &mut Tx<'_>,
    company: CompanyId,
    name: &DomainName,
    now: Timestamp,
) -> Result<bool, db::Error> {
    let next = DomainState::Proved { missing_since: None }.looked_at_next(now);
    tx.use_once(
        "UPDATE company_domains SET state = 'proved', proved_at = ?3, missing_since = NULL, look_at = ?4
         WHERE company_id = ?1 AND domain = ?2 AND state = 'claimed'",
        values![company, name.as_str(), now, next],
    )
    .await
}

/// Forgets that the record of a proved domain was missing. Returns whether it was.
pub(crate) async fn seen_again(tx: &mut Tx<'_>, company: CompanyId, name: &DomainName) -> Result<bool, db::Error> {
    tx.use_once(
        "UPDATE company_domains SET missing_since = NULL
         WHERE company_id = ?1 AND domain = ?2 AND state = 'proved' AND missing_since IS NOT NULL",
        values![company, name.as_str()],
    )
    .await
}

/// Remembers that the record of a proved domain is missing. Returns whether it was not before.
pub(crate) async fn mark_missing(
    tx: &mut Tx<'_>,
    company: CompanyId,
    name: &DomainName,
    now: Timestamp,
) -> Result<bool, db::Error> {
    let next = DomainState::Proved { missing_since: Some(now) }.looked_at_next(now);
    tx.use_once(
        "UPDATE company_domains SET missing_since = ?3, look_at = ?4
         WHERE company_id = ?1 AND domain = ?2 AND state = 'proved' AND missing_since IS NULL",
        values![company, name.as_str(), now, next],
    )
    .await
}

/// Makes a domain claimed again whose record has been missing since before an instant. Returns whether it was proved.
pub(crate) async fn lapse(
    tx: &mut Tx<'_>,
    company: CompanyId,
    name: &DomainName,
    before: Timestamp,
) -> Result<bool, db::Error> {
    tx.use_once(
        "UPDATE company_domains SET state = 'claimed', proved_at = NULL, missing_since = NULL
         WHERE company_id = ?1 AND domain = ?2 AND state = 'proved' AND missing_since <= ?3",
        values![company, name.as_str(), before],
    )
    .await
}

/// Removes a domain of a company. Returns whether there was one.
pub(crate) async fn remove(tx: &mut Tx<'_>, company: CompanyId, name: &DomainName) -> Result<bool, db::Error> {
    tx.use_once("DELETE FROM company_domains WHERE company_id = ?1 AND domain = ?2", values![company, name.as_str()])
        .await
}

/// The proved domains whose record is to be looked at.
pub(crate) async fn due(db: impl Reads, now: Timestamp, limit: i64) -> Result<Vec<CompanyDomain>, db::Error> {
    db.all(
        "SELECT company_id, domain, value, state, missing_since FROM company_domains
         WHERE state = 'proved' AND look_at <= ?1 ORDER BY look_at LIMIT ?2",
        values![now, limit],
        domain,
    )
    .await
}

/// Whether it is this one's turn to look at the record of a domain. Of many nodes, one is told so.
pub(crate) async fn has_turn(tx: &mut Tx<'_>, of: &CompanyDomain, now: Timestamp) -> Result<bool, db::Error> {
    tx.use_once(
        "UPDATE company_domains SET look_at = ?4
         WHERE company_id = ?1 AND domain = ?2 AND state = 'proved' AND look_at <= ?3",
        values![of.company, of.name.as_str(), now, of.state.looked_at_next(now)],
    )
    .await
}

fn domain(row: &Row<'_>) -> Result<CompanyDomain, db::Error> {
    let state: String = row.get(3)?;
    Ok(CompanyDomain {
        company: row.get(0)?,
        name: DomainName(row.get(1)?),
        value: row.get(2)?,
        state: match state.as_str() {
            "claimed" => DomainState::Claimed,
            "proved" => DomainState::Proved { missing_since: row.get(4)? },
            _ => return Err(db::Error::Fault("the state of a domain cannot be read".to_owned())),
        },
    })
}
