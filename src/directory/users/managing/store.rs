//! Queries about administrators, and the statements that guard the last one.

use crate::directory::companies::{self, CompanyId};
use crate::directory::people::PersonId;
use crate::directory::users::{Authority, MembershipState, Role, UserChangeError, find};
use crate::platform::db::{self, Reads, Tx};
use crate::values;

/// The authority of a person in a company, if any. A person who is removed from their basic company, or whose profile
/// is closed, manages none.
pub async fn authority(db: impl Reads, company: CompanyId, person: PersonId) -> Result<Option<Authority>, db::Error> {
    let held: Vec<(CompanyId, bool)> = db
        .all(
            "SELECT users.company_id, users.is_main_user FROM users
             JOIN people ON people.id = users.person_id
             WHERE users.person_id = ?2 AND users.state = 'active' AND people.state = 'active'
               AND ((users.company_id = ?1 AND users.is_user_administrator)
                    OR (users.is_main_user
                        AND (users.company_id = ?1
                             OR users.company_id IN (SELECT office_id FROM engagements WHERE client_id = ?1))))
               AND NOT EXISTS (SELECT 1 FROM users AS basic
                               WHERE basic.person_id = ?2 AND basic.basic AND basic.state <> 'active')",
            values![company, person],
            |row| Ok((row.get(0)?, row.get(1)?)),
        )
        .await?;
    let office = held.iter().find(|(_, is_main_user)| *is_main_user).map(|(office, _)| *office);
    let is_administrator = !held.is_empty();
    Ok(office.map(|office| Authority::MainUser { office }).or(is_administrator.then_some(Authority::UserAdministrator)))
}

/// Whether anybody but this person could manage a company: an active administrator of its own, or an active main user
/// of a managing office. A given office does not count.
pub async fn is_managed_without(
    db: impl Reads,
    company: CompanyId,
    person: Option<PersonId>,
    office: Option<CompanyId>,
) -> Result<bool, db::Error> {
    // The order is that of the index of those who manage: so SQLite reads no others.
    let found = db
        .optional(
            "SELECT 1 FROM users JOIN people ON people.id = users.person_id
             WHERE users.state = 'active' AND people.state = 'active' AND users.person_id <> ?2
               AND NOT EXISTS (SELECT 1 FROM users AS basic
                               WHERE basic.person_id = users.person_id AND basic.basic AND basic.state <> 'active')
               AND users.company_id IN (SELECT CAST(?1 AS TEXT)
                                        UNION ALL SELECT office_id FROM engagements
                                        WHERE client_id = ?1 AND office_id <> ?3)
               AND (users.is_user_administrator OR users.is_main_user)
               AND (users.is_main_user OR users.company_id = ?1)
             ORDER BY users.company_id, users.sort_key, users.person_id LIMIT 1",
            values![
                company,
                person.map_or_else(String::new, |id| id.to_string()),
                office.map_or_else(String::new, |id| id.to_string())
            ],
            |_| Ok(()),
        )
        .await?;
    Ok(found.is_some())
}

/// Ends an engagement. Returns whether there was one.
///
/// # Errors
/// [`UserChangeError::LastAdministrator`]; then nothing is written.
pub async fn disengage(tx: &mut Tx<'_>, office: CompanyId, client: CompanyId) -> Result<bool, UserChangeError> {
    companies::take_turns(tx, client).await?;
    if !companies::is_engaged(&mut *tx, office, client).await? {
        return Ok(false);
    }
    if !is_managed_without(&mut *tx, client, None, Some(office)).await? {
        return Err(UserChangeError::LastAdministrator);
    }
    Ok(companies::disengage(tx, office, client).await?)
}

/// Refuses a change that would leave a company without anybody to manage it: the company itself and, for an accounting
/// office, its clients, which need a main user of it. Changes of one company take turns here: of two administrators who
/// remove each other, one stays.
pub(in crate::directory::users) async fn leave_one(
    tx: &mut Tx<'_>,
    company: CompanyId,
    person: PersonId,
    roles: &[Role],
) -> Result<(), UserChangeError> {
    if !companies::take_turns(tx, company).await? {
        return Err(UserChangeError::NoUser);
    }
    let member = find(&mut *tx, company, person).await?.ok_or(UserChangeError::NoUser)?;
    let had = |role: Role| member.state == MembershipState::Active && member.roles.contains(&role);
    let managed = Role::ALL.into_iter().any(|role| role.manages() && had(role));
    let manages = roles.iter().any(|role| role.manages());
    if managed && !manages && !is_managed_without(&mut *tx, company, Some(person), None).await? {
        return Err(UserChangeError::LastAdministrator);
    }
    let leaves_clients = had(Role::MainUser) && !roles.contains(&Role::MainUser);
    if leaves_clients
        && companies::count_clients(&mut *tx, company, 1).await? > 0
        && !has_main_user_without(tx, company, person).await?
    {
        return Err(UserChangeError::LastAdministrator);
    }
    Ok(())
}

/// Whether an accounting office has an active main user besides one person.
async fn has_main_user_without(tx: &mut Tx<'_>, office: CompanyId, person: PersonId) -> Result<bool, db::Error> {
    let found: Option<()> = tx
        .optional(
            "SELECT 1 FROM users JOIN people ON people.id = users.person_id
             WHERE users.company_id = ?1 AND users.person_id <> ?2 AND users.state = 'active'
               AND people.state = 'active' AND users.is_main_user
               AND NOT EXISTS (SELECT 1 FROM users AS basic
                               WHERE basic.person_id = users.person_id AND basic.basic AND basic.state <> 'active')
             ORDER BY users.sort_key, users.person_id LIMIT 1",
            values![office, person],
            |_| Ok(()),
        )
        .await?;
    Ok(found.is_some())
}
