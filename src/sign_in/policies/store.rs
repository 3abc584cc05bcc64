//! The tables of policies.

use super::{ApplicationId, Gate, Policy, SecondFactor};
use crate::directory::companies::CompanyId;
use crate::directory::people::PersonId;
use crate::platform::db::{self, Reads, Row, Tx};
use crate::values;

/// The policy of the account pages: a second factor of everybody who has one, and for sensitive acts proofs of the last
/// five minutes. A company may want fresher ones, and none can accept older ones.
pub(crate) fn of_the_account_pages() -> Policy {
    Policy { fresh_seconds: Some(5 * 60), ..Policy::of(SecondFactor::Optional) }
}

/// The policy that a sign-in has to satisfy at a gate: the application's (or the account pages'), joined with those of
/// the application's company, of the person's basic company, and of the company that is entered, both everywhere and in
/// this application. The policies of the person's other companies apply at their own gates.
///
/// # Errors
/// An unreadable policy: it does not count as a weaker one.
pub async fn in_force(db: impl Reads, gate: Gate, person: Option<PersonId>) -> Result<Policy, db::Error> {
    let Gate { application, company, every_company } = gate;
    let text = |id: Option<String>| id.unwrap_or_default();
    let found: Vec<(bool, Policy)> = db
        .all(
            "SELECT TRUE, policy FROM policies WHERE application_id = ?1
             UNION ALL
             SELECT FALSE, company_policies.policy FROM applications
             JOIN company_policies ON company_policies.company_id = applications.company_id
             WHERE applications.id = ?1
             UNION ALL
             SELECT FALSE, company_policies.policy FROM users
             JOIN company_policies ON company_policies.company_id = users.company_id
             WHERE users.person_id = ?2 AND (users.basic OR ?4)
             UNION ALL
             SELECT FALSE, policy FROM company_policies WHERE company_id = ?3
             UNION ALL
             SELECT FALSE, company_policies.policy FROM users
             JOIN engagements ON engagements.office_id = users.company_id
             JOIN company_policies ON company_policies.company_id = engagements.client_id
             WHERE users.person_id = ?2 AND ?4 AND users.state = 'active' AND users.is_main_user
             UNION ALL
             SELECT FALSE, company_application_policies.policy FROM applications
             JOIN company_application_policies ON company_application_policies.company_id = applications.company_id
                  AND company_application_policies.application_id = applications.id
             WHERE applications.id = ?1
             UNION ALL
             SELECT FALSE, company_application_policies.policy FROM users
             JOIN company_application_policies ON company_application_policies.company_id = users.company_id
                  AND company_application_policies.application_id = ?1
             WHERE users.person_id = ?2 AND (users.basic OR ?4)
             UNION ALL
             SELECT FALSE, policy FROM company_application_policies WHERE company_id = ?3 AND application_id = ?1",
            values![
                text(application.map(|id| id.to_string())),
                person.unwrap_or(PersonId::NOBODY),
                text(company.map(|id| id.to_string())),
                every_company
            ],
            |row| Ok((row.get(0)?, row.get_json(1)?)),
        )
        .await?;
    joined(application.is_some(), &found)
}

/// Every found policy, joined into one. Each comes with whether it is the application's own; without an application,
/// the account pages have theirs.
///
/// # Errors
/// A policy with a number out of range: it does not count as a weaker one.
pub(in crate::sign_in) fn joined(is_of_application: bool, found: &[(bool, Policy)]) -> Result<Policy, db::Error> {
    if !found.iter().all(|(_, policy)| policy.is_sound()) {
        return Err(unsound());
    }
    let own = if is_of_application {
        found.iter().find(|(is_own, _)| *is_own).map_or(Policy::SILENT, |(_, policy)| policy.clone())
    } else {
        of_the_account_pages()
    };
    let of_companies = found.iter().filter(|(is_own, _)| !is_own);
    Ok(of_companies.fold(own.of_an_application(), |joined, (_, policy)| joined.stricter(policy)))
}

/// The policy of an application alone; the strictest if none was set.
///
/// # Errors
/// An unreadable policy: it does not count as a weaker one.
pub async fn of_application(db: impl Reads, application: ApplicationId) -> Result<Policy, db::Error> {
    let found = db
        .optional("SELECT policy FROM policies WHERE application_id = ?1", values![application], |row| sound(row, 0))
        .await?;
    Ok(found.unwrap_or(Policy::of(SecondFactor::Required)))
}

/// The policy of a company alone; silent if none was set.
///
/// # Errors
/// An unreadable policy.
pub async fn of_company(db: impl Reads, company: CompanyId) -> Result<Policy, db::Error> {
    let found = db
        .optional("SELECT policy FROM company_policies WHERE company_id = ?1", values![company], |row| sound(row, 0))
        .await?;
    Ok(found.unwrap_or(Policy::SILENT))
}

/// Sets the policy of an application.
///
/// # Errors
/// A policy with a number out of range.
pub async fn set(tx: &mut Tx<'_>, application: ApplicationId, policy: &Policy) -> Result<(), db::Error> {
    tx.execute(
        "INSERT INTO policies (application_id, policy) VALUES (?1, ?2)
         ON CONFLICT (application_id) DO UPDATE SET policy = excluded.policy",
        values![application, written(policy)?],
    )
    .await?;
    Ok(())
}

/// Sets the policy of a company.
///
/// # Errors
/// A policy with a number out of range, or an unknown company.
pub async fn set_of_company(tx: &mut Tx<'_>, company: CompanyId, policy: &Policy) -> Result<(), db::Error> {
    tx.execute(
        "INSERT INTO company_policies (company_id, policy) VALUES (?1, ?2)
         ON CONFLICT (company_id) DO UPDATE SET policy = excluded.policy",
        values![company, written(policy)?],
    )
    .await?;
    Ok(())
}

/// The policy of a company for its people in one application, beside its policy everywhere; silent if none was set.
///
/// # Errors
/// An unreadable policy.
pub async fn of_company_in(
    db: impl Reads,
    company: CompanyId,
    application: ApplicationId,
) -> Result<Policy, db::Error> {
    let found = db
        .optional(
            "SELECT policy FROM company_application_policies WHERE company_id = ?1 AND application_id = ?2",
            values![company, application],
            |row| sound(row, 0),
        )
        .await?;
    Ok(found.unwrap_or(Policy::SILENT))
}

/// Sets the policy of a company for its people in one application.
///
/// # Errors
/// A policy with a number out of range.
pub async fn set_of_company_in(
    tx: &mut Tx<'_>,
    company: CompanyId,
    application: ApplicationId,
    policy: &Policy,
) -> Result<(), db::Error> {
    tx.execute(
        "INSERT INTO company_application_policies (company_id, application_id, policy) VALUES (?1, ?2, ?3)
         ON CONFLICT (company_id, application_id) DO UPDATE SET policy = excluded.policy",
        values![company, application, written(policy)?],
    )
    .await?;
    Ok(())
}

/// Removes the policies of a removed application.
pub async fn remove(tx: &mut Tx<'_>, application: ApplicationId) -> Result<bool, db::Error> {
    tx.use_once("DELETE FROM policies WHERE application_id = ?1", values![application]).await
}

fn written(policy: &Policy) -> Result<String, db::Error> {
    if !policy.is_sound() {
        return Err(unsound());
    }
    serde_json::to_string(policy).map_err(|error| db::Error::Fault(error.to_string()))
}

/// The policy in a column. A value out of range is a fault, and nothing replaces it.
fn sound(row: &Row<'_>, index: usize) -> Result<Policy, db::Error> {
    let policy: Policy = row.get_json(index)?;
    if policy.is_sound() { Ok(policy) } else { Err(unsound()) }
}

fn unsound() -> db::Error {
    db::Error::Fault("a policy has a number that none may have".to_owned())
}
