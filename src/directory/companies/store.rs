//! The tables of companies and of engagements.

use super::{Company, CompanyId, CompanyKind, DirectoryUse, NewCompany, OperatorCompany};
use crate::directory::search::{self, SearchScope, sort_key};
use crate::platform::clock::Timestamp;
use crate::platform::db::{self, Reads, Row, Source, Tx, parsed};
use crate::platform::random::Random;
use crate::values;

/// One company.
const ONE: &str = "SELECT id, name, kind, contact_email, contact_phone, business_id FROM companies WHERE id = ?1";

/// The company with an identifier.
pub async fn find(db: impl Reads, id: CompanyId) -> Result<Option<Company>, db::Error> {
    db.optional(ONE, values![id], company).await
}

/// A page of companies in the order of their creation, after the given one.
pub async fn list(db: impl Reads, after: Option<CompanyId>, limit: i64) -> Result<Vec<Company>, db::Error> {
    db.all(
        "SELECT id, name, kind, contact_email, contact_phone, business_id FROM companies
         WHERE id > ?1 ORDER BY id LIMIT ?2",
        values![after.map_or_else(String::new, |id| id.to_string()), limit],
        company,
    )
    .await
}

/// Adds a company.
///
/// # Errors
/// [`db::Error::Conflict`] if another company has the same business identifier.
pub async fn add(tx: &mut Tx<'_>, random: &Random, now: Timestamp, new: &NewCompany) -> Result<CompanyId, db::Error> {
    let id = CompanyId::new(now, random);
    tx.execute(
        "INSERT INTO companies (id, name, kind, contact_email, contact_phone, business_id, sort_key, created_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
        values![
            id,
            new.name.trim(),
            new.kind.as_str(),
            new.contact_email.as_deref(),
            new.contact_phone.as_deref(),
            new.business_id.as_deref(),
            &sort_key(new.name.trim()),
            now,
        ],
    )
    .await?;
    Ok(id)
}

/// Rewrites the data of a company, except its kind. Returns whether the company exists.
///
/// # Errors
/// [`db::Error::Conflict`] if another company has the same business identifier.
pub async fn update(tx: &mut Tx<'_>, id: CompanyId, new: &NewCompany) -> Result<bool, db::Error> {
    let updated = tx
        .use_once(
            "UPDATE companies SET name = ?2, contact_email = ?3, contact_phone = ?4, business_id = ?5, sort_key = ?6
             WHERE id = ?1",
            values![
                id,
                new.name.trim(),
                new.contact_email.as_deref(),
                new.contact_phone.as_deref(),
                new.business_id.as_deref(),
                &sort_key(new.name.trim()),
            ],
        )
        .await?;
    for office in offices_of(&mut *tx, id).await? {
        index(tx, office.id, id).await?;
    }
    Ok(updated)
}

/// Whether a bank or eID opens the phone app to the people of a company again after *Log out from all devices*.
pub(crate) async fn opens_phone_app_by_identity(db: impl Reads, id: CompanyId) -> Result<bool, db::Error> {
    let opens =
        db.optional("SELECT 1 FROM companies WHERE id = ?1 AND phone_app_by_identity", values![id], |_| Ok(())).await?;
    Ok(opens.is_some())
}

/// Sets whether a bank or eID opens the phone app again. Returns whether that is new.
pub(crate) async fn open_phone_app_by_identity(
    tx: &mut Tx<'_>,
    id: CompanyId,
    is_allowed: bool,
) -> Result<bool, db::Error> {
    tx.use_once(
        "UPDATE companies SET phone_app_by_identity = ?2 WHERE id = ?1 AND phone_app_by_identity <> ?2",
        values![id, is_allowed],
    )
    .await
}

/// How the people of a company are led to its directory.
pub(crate) async fn directory_use(db: impl Reads, id: CompanyId) -> Result<DirectoryUse, db::Error> {
    let found =
        db.optional("SELECT directory_use FROM companies WHERE id = ?1", values![id], |row| parsed(row, 0)).await?;
    Ok(found.unwrap_or_default())
}

/// Sets how the people of a company are led to its directory. Returns whether that is new.
pub(crate) async fn set_directory_use(tx: &mut Tx<'_>, id: CompanyId, wanted: DirectoryUse) -> Result<bool, db::Error> {
    tx.use_once(
        "UPDATE companies SET directory_use = ?2 WHERE id = ?1 AND directory_use <> ?2",
        values![id, wanted.as_str()],
    )
    .await
}

/// The operator's company; `None` where the operator works by command alone.
pub(crate) async fn operator(db: impl Reads) -> Result<Option<OperatorCompany>, db::Error> {
    db.optional("SELECT company_id, asks_two FROM operator_company WHERE one = 1", values![], |row| {
        Ok(OperatorCompany { company: row.get(0)?, asks_two: row.get(1)? })
    })
    .await
}

/// Makes a company the operator's, in place of the former one; with `None` there is none any more.
pub async fn set_operator(tx: &mut Tx<'_>, operator: Option<OperatorCompany>) -> Result<(), db::Error> {
    match operator {
        None => tx.execute("DELETE FROM operator_company WHERE one = 1", values![]).await?,
        Some(OperatorCompany { company, asks_two }) => {
            tx.execute(
                "INSERT INTO operator_company (one, company_id, asks_two) VALUES (1, ?1, ?2)
                 ON CONFLICT (one) DO UPDATE SET company_id = excluded.company_id, asks_two = excluded.asks_two",
                values![company, asks_two],
            )
            .await?
        }
    };
    Ok(())
}

/// Makes transactions about one company take turns: each waits here for the end of the one before it and sees its
/// changes. Returns whether the company exists.
pub(crate) async fn take_turns(tx: &mut Tx<'_>, id: CompanyId) -> Result<bool, db::Error> {
    tx.use_once("UPDATE companies SET kind = kind WHERE id = ?1", values![id]).await
}

/// Records that an accounting office manages a client. Returns whether this is new.
///
/// # Errors
/// [`db::Error::Conflict`] if one of the two does not exist, the office is none, or both are one.
pub async fn engage(tx: &mut Tx<'_>, office: CompanyId, client: CompanyId, now: Timestamp) -> Result<bool, db::Error> {
    // A transaction that removes the last main user of the office comes before this one, or sees the client.
    take_turns(tx, office).await?;
    let manages = find(&mut *tx, office).await?.is_some_and(|found| found.kind == CompanyKind::AccountingOffice);
    if !manages || office == client {
        return Err(db::Error::Conflict("an accounting office manages other companies than itself".to_owned()));
    }
    let engaged = tx
        .use_once(
            "INSERT INTO engagements (client_id, office_id, since) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING",
            values![client, office, now],
        )
        .await?;
    index(tx, office, client).await?;
    Ok(engaged)
}

/// Ends an engagement. Returns whether there was one. It does not check that the client keeps an administrator:
/// `users::disengage` does.
pub async fn disengage(tx: &mut Tx<'_>, office: CompanyId, client: CompanyId) -> Result<bool, db::Error> {
    search::forget(tx, SearchScope::ClientsOf(office), &client.to_string()).await?;
    tx.use_once("DELETE FROM engagements WHERE client_id = ?1 AND office_id = ?2", values![client, office]).await
}

/// Whether an accounting office manages a client.
pub async fn is_engaged(db: impl Reads, office: CompanyId, client: CompanyId) -> Result<bool, db::Error> {
    let found = db
        .optional("SELECT 1 FROM engagements WHERE client_id = ?1 AND office_id = ?2", values![client, office], |_| {
            Ok(())
        })
        .await?;
    Ok(found.is_some())
}

/// The accounting offices that manage a client. At most a hundred.
pub(crate) async fn offices_of(db: impl Reads, client: CompanyId) -> Result<Vec<Company>, db::Error> {
    db.all(
        "SELECT companies.id, companies.name, companies.kind, companies.contact_email, companies.contact_phone,
                companies.business_id
         FROM engagements JOIN companies ON companies.id = engagements.office_id
         WHERE engagements.client_id = ?1 ORDER BY engagements.office_id LIMIT 100",
        values![client],
        company,
    )
    .await
}

/// The clients of an accounting office, the longest engaged first, after the given one.
pub(crate) async fn clients_of(
    db: impl Reads,
    office: CompanyId,
    after: Option<CompanyId>,
    limit: i64,
) -> Result<Vec<Company>, db::Error> {
    db.all(
        "SELECT companies.id, companies.name, companies.kind, companies.contact_email, companies.contact_phone,
                companies.business_id
         FROM engagements JOIN companies ON companies.id = engagements.client_id
         WHERE engagements.office_id = ?1 AND engagements.client_id > ?2 ORDER BY engagements.client_id LIMIT ?3",
        values![office, after.map_or_else(String::new, |id| id.to_string()), limit],
        company,
    )
    .await
}

/// The number of clients of an accounting office, counted up to `most`.
pub(crate) async fn count_clients(db: impl Reads, office: CompanyId, most: i64) -> Result<i64, db::Error> {
    db.one(
        "SELECT count(*) FROM (SELECT client_id FROM engagements WHERE office_id = ?1 LIMIT ?2) AS counted",
        values![office, most],
        |row| row.get(0),
    )
    .await
}

/// The clients of an accounting office whose names begin with the typed text.
pub async fn search_clients(
    source: &mut Source<'_, '_>,
    office: CompanyId,
    typed: &str,
    limit: i64,
) -> Result<Vec<Company>, db::Error> {
    let found = search::matching(source, SearchScope::ClientsOf(office), typed, limit).await?;
    let each: Vec<_> = found.iter().map(|id| [id.into()]).collect();
    source.each(ONE, &each, company).await
}

/// Stores the search words of a client among those of an accounting office.
async fn index(tx: &mut Tx<'_>, office: CompanyId, client: CompanyId) -> Result<(), db::Error> {
    let Some(found) = find(&mut *tx, client).await? else { return Ok(()) };
    let texts = [Some(found.name.as_str()), found.business_id.as_deref()];
    let words = search::words(texts.into_iter().flatten());
    search::keep(tx, SearchScope::ClientsOf(office), &client.to_string(), &words).await
}

fn company(row: &Row<'_>) -> Result<Company, db::Error> {
    let name: String = row.get(1)?;
    Ok(Company {
        id: row.get(0)?,
        name,
        kind: parsed(row, 2)?,
        contact_email: row.get(3)?,
        contact_phone: row.get(4)?,
        business_id: row.get(5)?,
    })
}
