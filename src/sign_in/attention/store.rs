//! The counts, all by one statement. A factor besides password and recovery code is a second one.

use std::collections::HashMap;

use super::{MOST, MOST_COMPANIES, MOST_OF_CLIENTS, UserCounts};
use crate::directory::companies::CompanyId;
use crate::platform::db::{self, Reads, Row, Value};
use crate::values;

/// The users of a company, counted up to the most.
pub(crate) async fn counted_of_company(db: impl Reads, company: CompanyId) -> Result<UserCounts, db::Error> {
    Ok(counted(db, Some(company), None, &[]).await?.remove(&company).unwrap_or_default())
}

/// The users of all clients of an accounting office together, counted up to the most.
pub(crate) async fn counted_of_clients(db: impl Reads, office: CompanyId) -> Result<UserCounts, db::Error> {
    Ok(counted(db, None, Some(office), &[]).await?.remove(&office).unwrap_or_default())
}

/// The users of each of these companies, the first twenty at most.
pub(crate) async fn counted_of_each(
    db: impl Reads,
    companies: &[CompanyId],
) -> Result<HashMap<CompanyId, UserCounts>, db::Error> {
    counted(db, None, None, companies).await
}

/// The users of one company, of all clients of an office under its identifier, or of each of some companies.
async fn counted(
    db: impl Reads,
    one: Option<CompanyId>,
    office: Option<CompanyId>,
    each: &[CompanyId],
) -> Result<HashMap<CompanyId, UserCounts>, db::Error> {
    let ids = each.iter().map(|id| Some(id.to_string())).chain(std::iter::repeat(None)).take(MOST_COMPANIES);
    let values: Vec<Value<'_>> =
        values![one, MOST, office, MOST_OF_CLIENTS].iter().cloned().chain(ids.map(Value::from)).collect();
    let found: Vec<(CompanyId, UserCounts)> = db
        .all(
            "SELECT whose, count(*),
                    coalesce(sum(CASE WHEN state = 'active' AND NOT has_signed_in THEN 1 ELSE 0 END), 0),
                    coalesce(sum(CASE WHEN state = 'pending' THEN 1 ELSE 0 END), 0),
                    coalesce(sum(CASE WHEN state = 'locked' THEN 1 ELSE 0 END), 0),
                    coalesce(sum(CASE WHEN typed_email IS NULL AND NOT EXISTS
                        (SELECT 1 FROM person_factors WHERE person_factors.person_id = counted.person_id
                         AND factor NOT IN ('password', 'recovery_code')) THEN 1 ELSE 0 END), 0)
             FROM (SELECT * FROM
                     (SELECT company_id AS whose, person_id, state, has_signed_in, typed_email FROM users
                      WHERE company_id = ?1 AND state <> 'removed' ORDER BY sort_key, person_id LIMIT ?2) AS found
                   UNION ALL
                   SELECT * FROM
                     (SELECT engagements.office_id AS whose, users.person_id, users.state, users.has_signed_in,
                             users.typed_email
                      FROM engagements JOIN users ON users.company_id = engagements.client_id
                      WHERE engagements.office_id = ?3 AND users.state <> 'removed' LIMIT ?4) AS found
                   UNION ALL
                   SELECT company_id AS whose, person_id, state, has_signed_in, typed_email FROM users
                   WHERE company_id IN (?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20,
                                        ?21, ?22, ?23, ?24) AND state <> 'removed') AS counted
             GROUP BY whose",
            &values,
            |row| Ok((row.get(0)?, counts(row)?)),
        )
        .await?;
    Ok(found.into_iter().collect())
}

/// The names of the first users of a company without a second factor, in their order, among those that
/// [`counted_of_company`] counts.
pub(crate) async fn first_without_second_factor(
    db: impl Reads,
    company: CompanyId,
    limit: i64,
) -> Result<Vec<String>, db::Error> {
    db.all(
        "SELECT people.given_name, people.family_name
         FROM (SELECT person_id, sort_key FROM users
               WHERE company_id = ?1 AND state <> 'removed' AND typed_email IS NULL
               ORDER BY sort_key, person_id LIMIT ?2) AS counted
         JOIN people ON people.id = counted.person_id
         WHERE NOT EXISTS (SELECT 1 FROM person_factors WHERE person_factors.person_id = counted.person_id
                           AND factor NOT IN ('password', 'recovery_code'))
         LIMIT ?3",
        values![company, MOST, limit],
        |row| {
            let (given_name, family_name): (String, String) = (row.get(0)?, row.get(1)?);
            Ok(format!("{given_name} {family_name}").trim().to_owned())
        },
    )
    .await
}

/// The numbers behind the identifier.
fn counts(row: &Row<'_>) -> Result<UserCounts, db::Error> {
    Ok(UserCounts {
        users: row.get(1)?,
        never_signed_in: row.get(2)?,
        pending: row.get(3)?,
        locked: row.get(4)?,
        without_second_factor: row.get(5)?,
    })
}
