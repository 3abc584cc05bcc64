//! Queries about entrances, one statement each.

use super::{
    CompanyAccess, CompanyChoice, EnteredApplication, Entrances, MOST_CHOICES, PersonalReach, PhoneAppStanding,
};
use crate::directory::companies::CompanyId;
use crate::directory::people::PersonId;
use crate::directory::rights::USE;
use crate::directory::search::sort_key;
use crate::directory::users::{MembershipState, Role, stored_roles};
use crate::platform::db::{self, Db, Reads, parsed};
use crate::values;

/// The entrances of a person to an application, and those among the given companies for which they may enter it.
pub(crate) async fn standing(
    db: impl Reads,
    person: PersonId,
    application: &str,
    asked: [Option<CompanyId>; 2],
) -> Result<Entrances, db::Error> {
    let asked = asked.map(|company| company.map_or_else(String::new, |company| company.to_string()));
    let rows: Vec<(String, CompanyId, bool, MembershipState, bool)> = db
        .all(
            "WITH offices AS (
               SELECT users.company_id FROM users
               WHERE users.person_id = ?1 AND users.state = 'active' AND users.is_main_user
                 AND EXISTS (SELECT 1 FROM company_applications AS open
                             WHERE open.company_id = users.company_id AND open.application_id = ?2)
                 AND EXISTS (SELECT 1 FROM user_rights AS rights
                             WHERE rights.company_id = users.company_id AND rights.person_id = ?1
                               AND rights.application_id = ?2
                               AND (rights.name = 'use' OR EXISTS (SELECT 1 FROM declared_rights AS declared
                                    WHERE declared.application_id = ?2 AND declared.name = rights.name)))
             ),
             clients AS (
               SELECT engagements.client_id FROM offices
               JOIN engagements ON engagements.office_id = offices.company_id
               JOIN company_applications AS open ON open.company_id = engagements.client_id AND open.application_id = ?2
               WHERE NOT EXISTS (SELECT 1 FROM users AS own WHERE own.company_id = engagements.client_id
                                 AND own.person_id = ?1 AND own.state = 'locked')
             )
             SELECT 'user' AS as_what, users.company_id, users.basic, users.state,
                    (users.state = 'active'
                     AND EXISTS (SELECT 1 FROM company_applications AS open
                                 WHERE open.company_id = users.company_id AND open.application_id = ?2)
                     AND EXISTS (SELECT 1 FROM user_rights AS rights
                                 WHERE rights.company_id = users.company_id AND rights.person_id = ?1
                                   AND rights.application_id = ?2
                                   AND (rights.name = 'use' OR EXISTS (SELECT 1 FROM declared_rights AS declared
                                        WHERE declared.application_id = ?2 AND declared.name = rights.name)))) AS may_enter
             FROM users WHERE users.person_id = ?1 AND (users.basic OR users.state = 'active')
             UNION ALL
             SELECT 'client', limited.client_id, FALSE, 'active', TRUE
             FROM (SELECT client_id FROM clients LIMIT 2) AS limited
             UNION ALL
             SELECT 'client', clients.client_id, FALSE, 'active', TRUE FROM clients
             WHERE clients.client_id = ?3 OR clients.client_id = ?4
             UNION ALL
             SELECT 'employee', limited.company_id, FALSE, 'active', FALSE
             FROM (SELECT company_id FROM employees WHERE person_id = ?1 LIMIT 1) AS limited",
            values![person, application, &asked[0], &asked[1]],
            |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, parsed(row, 3)?, row.get(4)?)),
        )
        .await?;
    let mut standing = Entrances::default();
    for (as_what, company, basic, state, may_enter) in rows {
        standing.is_employee |= as_what == "employee";
        if basic {
            standing.basic = Some((company, state));
        }
        if may_enter && !standing.companies.contains(&company) {
            standing.companies.push(company);
        }
    }
    Ok(standing)
}

/// How a person stands before the phone app.
pub(crate) async fn phone_app_standing(db: impl Reads, person: PersonId) -> Result<PhoneAppStanding, db::Error> {
    let rows: Vec<(bool, CompanyId, MembershipState, bool)> = db
        .all(
            "SELECT TRUE, company_id, state, FALSE FROM users WHERE person_id = ?1 AND basic
             UNION ALL
             SELECT FALSE, limited.company_id, 'active', TRUE
             FROM (SELECT company_id FROM employees WHERE person_id = ?1 AND services <> '[]' LIMIT 1) AS limited
             UNION ALL
             SELECT FALSE, limited.company_id, 'active', FALSE
             FROM (SELECT company_id FROM employees WHERE person_id = ?1 LIMIT 1) AS limited",
            values![person],
            |row| Ok((row.get(0)?, row.get(1)?, parsed(row, 2)?, row.get(3)?)),
        )
        .await?;
    let mut standing = PhoneAppStanding::default();
    for (is_basic, company, state, has_service) in rows {
        if is_basic {
            standing.basic = Some((company, state));
        } else if has_service || !standing.has_service {
            standing.employer = Some(company);
            standing.has_service |= has_service;
        }
    }
    Ok(standing)
}

/// The companies for which a person may enter an application, by name.
pub(crate) async fn choices(
    db: impl Reads,
    person: PersonId,
    application: &str,
) -> Result<Vec<CompanyChoice>, db::Error> {
    let mut choices: Vec<CompanyChoice> = db
        .all(
            "SELECT companies.id, companies.name FROM companies
             JOIN company_applications AS open ON open.company_id = companies.id AND open.application_id = ?2
             WHERE companies.id IN (
               SELECT users.company_id FROM users
               JOIN user_rights AS rights ON rights.company_id = users.company_id AND rights.person_id = ?1
               WHERE users.person_id = ?1 AND users.state = 'active' AND rights.application_id = ?2
                 AND (rights.name = 'use' OR EXISTS (SELECT 1 FROM declared_rights AS declared
                      WHERE declared.application_id = ?2 AND declared.name = rights.name))
               UNION ALL
               SELECT engagements.client_id FROM users
               JOIN user_rights AS rights ON rights.company_id = users.company_id AND rights.person_id = ?1
               JOIN company_applications AS of_office ON of_office.company_id = users.company_id
                    AND of_office.application_id = ?2
               JOIN engagements ON engagements.office_id = users.company_id
               WHERE users.person_id = ?1 AND users.state = 'active' AND users.is_main_user
                 AND rights.application_id = ?2
                 AND (rights.name = 'use' OR EXISTS (SELECT 1 FROM declared_rights AS declared
                      WHERE declared.application_id = ?2 AND declared.name = rights.name))
                 AND NOT EXISTS (SELECT 1 FROM users AS own WHERE own.company_id = engagements.client_id
                                 AND own.person_id = ?1 AND own.state = 'locked'))
             LIMIT ?3",
            values![person, application, most()],
            |row| Ok(CompanyChoice { company: row.get(0)?, name: row.get(1)? }),
        )
        .await?;
    choices.sort_by_cached_key(|choice| (sort_key(&choice.name), choice.company));
    Ok(choices)
}

/// The companies in which a person can work, by name: those with an active user, and the clients of a main user's
/// office. None without an active basic company.
pub(crate) async fn companies_of(db: impl Reads, person: PersonId) -> Result<Vec<CompanyChoice>, db::Error> {
    let mut choices: Vec<CompanyChoice> = db
        .all(
            "SELECT companies.id, companies.name FROM companies
             WHERE companies.id IN (
               SELECT users.company_id FROM users WHERE users.person_id = ?1 AND users.state = 'active'
               UNION ALL
               SELECT engagements.client_id FROM users
               JOIN engagements ON engagements.office_id = users.company_id
               WHERE users.person_id = ?1 AND users.state = 'active' AND users.is_main_user
                 AND NOT EXISTS (SELECT 1 FROM users AS own WHERE own.company_id = engagements.client_id
                                 AND own.person_id = ?1 AND own.state = 'locked'))
               AND EXISTS (SELECT 1 FROM users AS basic
                           WHERE basic.person_id = ?1 AND basic.basic AND basic.state = 'active')
             LIMIT ?2",
            values![person, most()],
            |row| Ok(CompanyChoice { company: row.get(0)?, name: row.get(1)? }),
        )
        .await?;
    choices.sort_by_cached_key(|choice| (sort_key(&choice.name), choice.company));
    Ok(choices)
}

/// The applications that a person may enter as a user of a company, those that are open to their companies, at most two
/// hundred of each, and whether they manage one; as a user nothing without an active basic company. A main user enters
/// those of a client only where they enter them in the office, too.
pub(crate) async fn reach_of(db: impl Reads, person: PersonId) -> Result<PersonalReach, db::Error> {
    let rows: Vec<(String, String, i64, String)> = db
        .all(
            "SELECT 'right' AS as_what, limited.application_id, limited.companies, limited.first_name
             FROM (SELECT rights.application_id, count(DISTINCT users.company_id) AS companies,
                          min(companies.name) AS first_name
                   FROM users
                   JOIN companies ON companies.id = users.company_id
                   JOIN user_rights AS rights ON rights.company_id = users.company_id
                        AND rights.person_id = users.person_id
                   JOIN company_applications AS open ON open.company_id = users.company_id
                        AND open.application_id = rights.application_id
                   WHERE users.person_id = ?1 AND users.state = 'active'
                     AND (rights.name = 'use' OR EXISTS (SELECT 1 FROM declared_rights AS declared
                          WHERE declared.application_id = rights.application_id AND declared.name = rights.name))
                   GROUP BY rights.application_id ORDER BY rights.application_id LIMIT 200) AS limited
             WHERE EXISTS (SELECT 1 FROM users AS basic
                           WHERE basic.person_id = ?1 AND basic.basic AND basic.state = 'active')
             UNION ALL
             SELECT 'employee', limited.application_id, limited.companies, limited.first_name
             FROM (SELECT open.application_id, count(DISTINCT open.company_id) AS companies,
                          min(companies.name) AS first_name
                   FROM company_applications AS open
                   JOIN companies ON companies.id = open.company_id
                   WHERE open.company_id IN (
                     SELECT users.company_id FROM users WHERE users.person_id = ?1 AND users.state = 'active'
                     UNION ALL
                     SELECT employees.company_id FROM employees
                     WHERE employees.person_id = ?1 AND employees.services <> '[]'
                       AND NOT EXISTS (SELECT 1 FROM users AS own WHERE own.company_id = employees.company_id
                                       AND own.person_id = ?1 AND own.state = 'locked'))
                   GROUP BY open.application_id ORDER BY open.application_id LIMIT 200) AS limited
             WHERE NOT EXISTS (SELECT 1 FROM users AS basic
                               WHERE basic.person_id = ?1 AND basic.basic AND basic.state <> 'active')
             UNION ALL
             SELECT 'manages', '', count(*), '' FROM users
             WHERE users.person_id = ?1 AND users.state = 'active'
               AND (users.is_user_administrator OR users.is_main_user)
               AND EXISTS (SELECT 1 FROM users AS basic
                           WHERE basic.person_id = ?1 AND basic.basic AND basic.state = 'active')",
            values![person],
            |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?)),
        )
        .await?;
    let mut reach = PersonalReach::default();
    for (as_what, application, companies, company) in rows {
        let entered = EnteredApplication { application, companies, company };
        match as_what.as_str() {
            "manages" => reach.manages = companies > 0,
            "employee" => reach.as_employee.push(entered),
            _ => reach.applications.push(entered),
        }
    }
    Ok(reach)
}

/// The part of a person in an application for a company at this moment; `None` if they may not enter it, or no longer.
pub(crate) async fn entered(
    db: impl Reads,
    company: CompanyId,
    person: PersonId,
    application: &str,
) -> Result<Option<CompanyAccess>, db::Error> {
    let rows: Vec<(String, String, bool, Vec<Role>)> = db
        .all(
            "SELECT companies.name, rights.name,
                    EXISTS (SELECT 1 FROM asked_before AS asked WHERE asked.company_id = ?1
                            AND asked.application_id = ?3 AND asked.name = rights.name),
                    users.is_user_administrator, users.is_main_user, users.is_employee
             FROM users
             JOIN companies ON companies.id = users.company_id
             JOIN company_applications AS open ON open.company_id = users.company_id AND open.application_id = ?3
             JOIN user_rights AS rights ON rights.company_id = users.company_id AND rights.person_id = ?2
                  AND rights.application_id = ?3
             WHERE users.company_id = ?1 AND users.person_id = ?2 AND users.state = 'active'
               AND (rights.name = 'use' OR EXISTS (SELECT 1 FROM declared_rights AS declared
                    WHERE declared.application_id = ?3 AND declared.name = rights.name))
               AND EXISTS (SELECT 1 FROM users AS basic
                           WHERE basic.person_id = ?2 AND basic.basic AND basic.state = 'active')
             UNION ALL
             SELECT companies.name, rights.name,
                    EXISTS (SELECT 1 FROM asked_before AS asked WHERE asked.company_id = ?1
                            AND asked.application_id = ?3 AND asked.name = rights.name),
                    users.is_user_administrator, users.is_main_user, users.is_employee
             FROM engagements
             JOIN companies ON companies.id = engagements.client_id
             JOIN users ON users.company_id = engagements.office_id AND users.person_id = ?2
             JOIN company_applications AS open ON open.company_id = engagements.client_id AND open.application_id = ?3
             JOIN company_applications AS of_office ON of_office.company_id = engagements.office_id
                  AND of_office.application_id = ?3
             JOIN user_rights AS rights ON rights.company_id = users.company_id AND rights.person_id = ?2
                  AND rights.application_id = ?3
             WHERE engagements.client_id = ?1 AND users.state = 'active' AND users.is_main_user
               AND (rights.name = 'use' OR EXISTS (SELECT 1 FROM declared_rights AS declared
                    WHERE declared.application_id = ?3 AND declared.name = rights.name))
               AND NOT EXISTS (SELECT 1 FROM users AS own
                               WHERE own.company_id = ?1 AND own.person_id = ?2 AND own.state = 'locked')
               AND EXISTS (SELECT 1 FROM users AS basic
                           WHERE basic.person_id = ?2 AND basic.basic AND basic.state = 'active')",
            values![company, person, application],
            |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, stored_roles(row, 3)?)),
        )
        .await?;
    let Some(name) = rows.first().map(|(name, ..)| name.clone()) else { return Ok(None) };
    let mut entered = CompanyAccess { company, name, roles: Vec::new(), rights: Vec::new(), ask_before: Vec::new() };
    for (_, right, asked, roles) in rows {
        for role in roles {
            if !entered.roles.contains(&role) {
                entered.roles.push(role);
            }
        }
        if right != USE && !entered.rights.contains(&right) {
            if asked {
                entered.ask_before.push(right.clone());
            }
            entered.rights.push(right);
        }
    }
    entered.roles.sort_by_key(|role| role.as_str());
    entered.rights.sort();
    entered.ask_before.sort();
    Ok(Some(entered))
}

/// The entrances of a person to an application for employees.
pub(crate) async fn standing_of_employee(
    db: impl Reads,
    person: PersonId,
    application: &str,
) -> Result<Entrances, db::Error> {
    let rows: Vec<(String, CompanyId, bool, MembershipState, bool)> = db
        .all(
            "SELECT 'user' AS as_what, users.company_id, users.basic, users.state,
                    (users.state = 'active'
                     AND EXISTS (SELECT 1 FROM company_applications AS open
                                 WHERE open.company_id = users.company_id AND open.application_id = ?2)) AS may_enter
             FROM users WHERE users.person_id = ?1 AND (users.basic OR users.state = 'active')
             UNION ALL
             SELECT 'employee', limited.company_id, FALSE, 'active',
                    (limited.services <> '[]'
                     AND EXISTS (SELECT 1 FROM company_applications AS open
                                 WHERE open.company_id = limited.company_id AND open.application_id = ?2)
                     AND NOT EXISTS (SELECT 1 FROM users AS own WHERE own.company_id = limited.company_id
                                     AND own.person_id = ?1 AND own.state = 'locked'))
             FROM (SELECT company_id, services FROM employees WHERE person_id = ?1 LIMIT ?3) AS limited",
            values![person, application, most()],
            |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, parsed(row, 3)?, row.get(4)?)),
        )
        .await?;
    let mut standing = Entrances { takes_employees: true, ..Entrances::default() };
    for (as_what, company, basic, state, may_enter) in rows {
        standing.is_employee |= as_what == "employee";
        if basic {
            standing.basic = Some((company, state));
        }
        if may_enter && !standing.companies.contains(&company) {
            standing.companies.push(company);
        }
    }
    Ok(standing)
}

/// The companies for which a person may enter an application for employees, by name.
pub(crate) async fn choices_of_employee(
    db: impl Reads,
    person: PersonId,
    application: &str,
) -> Result<Vec<CompanyChoice>, db::Error> {
    let mut choices: Vec<CompanyChoice> = db
        .all(
            "SELECT companies.id, companies.name FROM companies
             JOIN company_applications AS open ON open.company_id = companies.id AND open.application_id = ?2
             WHERE companies.id IN (
               SELECT users.company_id FROM users WHERE users.person_id = ?1 AND users.state = 'active'
               UNION ALL
               SELECT employees.company_id FROM employees WHERE employees.person_id = ?1 AND employees.services <> '[]'
                 AND NOT EXISTS (SELECT 1 FROM users AS own WHERE own.company_id = employees.company_id
                                 AND own.person_id = ?1 AND own.state = 'locked'))
             LIMIT ?3",
            values![person, application, most()],
            |row| Ok(CompanyChoice { company: row.get(0)?, name: row.get(1)? }),
        )
        .await?;
    choices.sort_by_cached_key(|choice| (sort_key(&choice.name), choice.company));
    Ok(choices)
}

/// The part of a person in an application for employees, for a company at this moment; `None` if they may not enter it, or
/// no longer. A user has the rights that they were given there; an employee who is no user has the role alone.
pub(crate) async fn entered_as_employee(
    db: &Db,
    company: CompanyId,
    person: PersonId,
    application: &str,
) -> Result<Option<CompanyAccess>, db::Error> {
    if let Some(access) = entered(db, company, person, application).await? {
        return Ok(Some(access));
    }
    let found: Option<(String, bool, Vec<Role>)> = db
        .optional(
            "SELECT companies.name, users.person_id IS NOT NULL, coalesce(users.is_user_administrator, FALSE),
                    coalesce(users.is_main_user, FALSE), coalesce(users.is_employee, FALSE)
             FROM companies
             JOIN company_applications AS open ON open.company_id = companies.id AND open.application_id = ?3
             LEFT JOIN users ON users.company_id = companies.id AND users.person_id = ?2 AND users.state = 'active'
             WHERE companies.id = ?1
               AND (users.person_id IS NOT NULL
                    OR EXISTS (SELECT 1 FROM employees WHERE employees.company_id = ?1 AND employees.person_id = ?2
                               AND employees.services <> '[]'))
               AND NOT EXISTS (SELECT 1 FROM users AS own
                               WHERE own.company_id = ?1 AND own.person_id = ?2 AND own.state = 'locked')
               AND NOT EXISTS (SELECT 1 FROM users AS basic
                               WHERE basic.person_id = ?2 AND basic.basic AND basic.state <> 'active')",
            values![company, person, application],
            |row| Ok((row.get(0)?, row.get(1)?, stored_roles(row, 2)?)),
        )
        .await?;
    Ok(found.map(|(name, is_user, roles)| CompanyAccess {
        company,
        name,
        roles: if is_user { roles } else { vec![Role::Employee] },
        rights: Vec::new(),
        ask_before: Vec::new(),
    }))
}

fn most() -> i64 {
    i64::try_from(MOST_CHOICES).unwrap_or(i64::MAX)
}
