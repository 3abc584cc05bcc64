//! The table of employees.

use super::{ChargeableService, Employee};
use crate::directory::companies::CompanyId;
use crate::directory::people::{NewPerson, PersonId};
use crate::directory::search::{self, SearchScope, sort_key};
use crate::directory::users;
use crate::platform::clock::Timestamp;
use crate::platform::db::{self, Reads, Row, Source, Tx};
use crate::values;

/// One employee of a company.
const ONE: &str =
    "SELECT employees.company_id, employees.person_id, COALESCE(employees.typed_given_name, people.given_name),
     COALESCE(employees.typed_family_name, people.family_name), COALESCE(employees.typed_email, people.email),
     employees.services, users.state, employees.sort_key, employees.typed_email IS NULL
     FROM employees JOIN people ON people.id = employees.person_id
     LEFT JOIN users ON users.company_id = employees.company_id AND users.person_id = employees.person_id
     WHERE employees.company_id = ?1 AND employees.person_id = ?2";

/// An employee of a company.
pub async fn find(db: impl Reads, company: CompanyId, person: PersonId) -> Result<Option<Employee>, db::Error> {
    db.optional(ONE, values![company, person], employee).await
}

/// The employees of a company by name, after a place in that order (`[]` and nobody for the beginning).
pub async fn list(
    db: impl Reads,
    company: CompanyId,
    after: (&[u8], Option<PersonId>),
    limit: i64,
) -> Result<Vec<Employee>, db::Error> {
    db.all(
        "SELECT employees.company_id, employees.person_id, COALESCE(employees.typed_given_name, people.given_name),
                COALESCE(employees.typed_family_name, people.family_name), COALESCE(employees.typed_email, people.email),
                employees.services, users.state, employees.sort_key, employees.typed_email IS NULL
         FROM employees JOIN people ON people.id = employees.person_id
         LEFT JOIN users ON users.company_id = employees.company_id AND users.person_id = employees.person_id
         WHERE employees.company_id = ?1 AND (employees.sort_key, employees.person_id) > (?2, ?3)
         ORDER BY employees.sort_key, employees.person_id LIMIT ?4",
        values![company, after.0, after.1.map_or_else(String::new, |id| id.to_string()), limit],
        employee,
    )
    .await
}

/// Like [`list`], the employees before a place, the nearest first.
pub(crate) async fn list_before(
    db: impl Reads,
    company: CompanyId,
    before: (&[u8], PersonId),
    limit: i64,
) -> Result<Vec<Employee>, db::Error> {
    db.all(
        "SELECT employees.company_id, employees.person_id, COALESCE(employees.typed_given_name, people.given_name),
                COALESCE(employees.typed_family_name, people.family_name), COALESCE(employees.typed_email, people.email),
                employees.services, users.state, employees.sort_key, employees.typed_email IS NULL
         FROM employees JOIN people ON people.id = employees.person_id
         LEFT JOIN users ON users.company_id = employees.company_id AND users.person_id = employees.person_id
         WHERE employees.company_id = ?1 AND (employees.sort_key, employees.person_id) < (?2, ?3)
         ORDER BY employees.sort_key DESC, employees.person_id DESC LIMIT ?4",
        values![company, before.0, before.1, limit],
        employee,
    )
    .await
}

/// The employees of a company with, for each typed word, a word of name, email or phone that begins with it.
pub async fn search(
    source: &mut Source<'_, '_>,
    company: CompanyId,
    typed: &str,
    limit: i64,
) -> Result<Vec<Employee>, db::Error> {
    let found = search::matching(source, SearchScope::EmployeesOf(company), typed, limit).await?;
    let each: Vec<_> = found.iter().map(|person| [company.into(), person.into()]).collect();
    source.each(ONE, &each, employee).await
}

/// Whether a person is on the employee listing of any company.
pub(crate) async fn is_employee(db: impl Reads, person: PersonId) -> Result<bool, db::Error> {
    let found =
        db.optional("SELECT 1 FROM employees WHERE person_id = ?1 LIMIT 1", values![person], |_| Ok(())).await?;
    Ok(found.is_some())
}

/// The company on whose employee listing a person is; of several, the earliest.
pub(crate) async fn first_company(db: impl Reads, person: PersonId) -> Result<Option<CompanyId>, db::Error> {
    db.optional(
        "SELECT company_id FROM employees WHERE person_id = ?1 ORDER BY company_id LIMIT 1",
        values![person],
        |row| row.get(0),
    )
    .await
}

/// Adds a person to the employee listing of a company. Returns whether this is new.
///
/// # Errors
/// [`db::Error::Conflict`] if company or person does not exist.
pub async fn add(
    tx: &mut Tx<'_>,
    company: CompanyId,
    person: PersonId,
    services: &[ChargeableService],
    now: Timestamp,
) -> Result<bool, db::Error> {
    let added = tx
        .use_once(
            "INSERT INTO employees (company_id, person_id, services, created_at) VALUES (?1, ?2, ?3, ?4)
             ON CONFLICT DO NOTHING",
            values![company, person, stored(services)?, now],
        )
        .await?;
    users::index(tx, company, person).await?;
    Ok(added)
}

/// Lets the company of an employee see what was typed of them, and nothing of their profile, until they accept to be a
/// user of it.
pub(crate) async fn keep_typed(
    tx: &mut Tx<'_>,
    company: CompanyId,
    person: PersonId,
    typed: &NewPerson,
) -> Result<(), db::Error> {
    tx.execute(
        "UPDATE employees SET typed_email = ?3, typed_given_name = ?4, typed_family_name = ?5
         WHERE company_id = ?1 AND person_id = ?2",
        values![company, person, typed.email.as_written(), typed.given_name.trim(), typed.family_name.trim()],
    )
    .await?;
    users::index(tx, company, person).await
}

/// Lets the company of an employee see their profile.
pub(crate) async fn make_known(tx: &mut Tx<'_>, company: CompanyId, person: PersonId) -> Result<(), db::Error> {
    tx.execute(
        "UPDATE employees SET typed_email = NULL, typed_given_name = NULL, typed_family_name = NULL
         WHERE company_id = ?1 AND person_id = ?2",
        values![company, person],
    )
    .await?;
    Ok(())
}

/// Sets the chargeable services of an employee. Returns whether the person is one.
pub async fn set_services(
    tx: &mut Tx<'_>,
    company: CompanyId,
    person: PersonId,
    services: &[ChargeableService],
) -> Result<bool, db::Error> {
    tx.use_once(
        "UPDATE employees SET services = ?3 WHERE company_id = ?1 AND person_id = ?2",
        values![company, person, stored(services)?],
    )
    .await
}

/// Stores the sort key of an employee. Returns whether the person is on the listing.
pub(crate) async fn set_sort_key(
    tx: &mut Tx<'_>,
    company: CompanyId,
    person: PersonId,
    key: &[u8],
) -> Result<bool, db::Error> {
    tx.use_once(
        "UPDATE employees SET sort_key = ?3 WHERE company_id = ?1 AND person_id = ?2",
        values![company, person, key],
    )
    .await
}

/// Removes a person from the employee listing of a company. Returns whether they were on it.
pub async fn remove(tx: &mut Tx<'_>, company: CompanyId, person: PersonId) -> Result<bool, db::Error> {
    let removed =
        tx.use_once("DELETE FROM employees WHERE company_id = ?1 AND person_id = ?2", values![company, person]).await?;
    if removed {
        users::index(tx, company, person).await?;
    }
    Ok(removed)
}

fn stored(services: &[ChargeableService]) -> Result<String, db::Error> {
    serde_json::to_string(services).map_err(|error| db::Error::Fault(error.to_string()))
}

fn employee(row: &Row<'_>) -> Result<Employee, db::Error> {
    let (given_name, family_name): (String, String) = (row.get(2)?, row.get(3)?);
    let name = format!("{given_name} {family_name}").trim().to_owned();
    let (state, key): (Option<String>, Option<Vec<u8>>) = (row.get(6)?, row.get(7)?);
    Ok(Employee {
        company: row.get(0)?,
        person: row.get(1)?,
        email: row.get(4)?,
        services: row.get_json(5)?,
        is_user: state.is_some_and(|state| state != "removed"),
        sort_key: key.unwrap_or_else(|| sort_key(&name)),
        name,
        given_name,
        family_name,
        is_known: row.get(8)?,
    })
}
