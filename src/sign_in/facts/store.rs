//! The statement that reads every fact about a sign-in or a session at once.

use serde::de::DeserializeOwned;

use super::{FactQuery, FactSheet};
use crate::directory::companies::CompanyId;
use crate::directory::domains::DomainRealm;
use crate::directory::people::{self, PersonId};
use crate::platform::clock::Timestamp;
use crate::platform::db::{self, Reads, Row};
use crate::platform::web::network::Network;
use crate::platform::web::visit::Visit;
use crate::proofs::Factor;
use crate::proofs::networks::{self, Familiarity};
use crate::sign_in::assurance::Proof;
use crate::sign_in::cookies;
use crate::sign_in::decide::DirectoryRule;
use crate::sign_in::policies::{self, Policy};
use crate::sign_in::sessions::{self, earlier, stored_method};
use crate::sign_in::store;
use crate::values;

/// The first column of the sign-in, the session and the person.
const SIGN_IN: usize = 0;
const SESSION: usize = 12;
const PERSON: usize = 21;
/// The first column after them.
const LISTS: usize = 32;
const PLACE: usize = 36;

/// The facts about a sign-in, or about the session of the request's browser.
///
/// Lists are JSON in one column each, so that the result is one row. Before a first proof, `proven` has no row: a
/// person's factors and networks are not read, just like a stranger's. A person has at most 42 factors; with the limit,
/// SQLite finds them by the index of each table.
///
/// # Errors
/// An unreadable policy, proof or factor: it is not left out.
pub(in crate::sign_in) async fn read(db: impl Reads, visit: &Visit, query: FactQuery) -> Result<FactSheet, db::Error> {
    let nobody = [0_u8; 32];
    let session = cookies::session(visit);
    db.one(
        "WITH whose AS MATERIALIZED (
           SELECT COALESCE(?4,
                           (SELECT person_id FROM sign_ins WHERE id = ?1),
                           (SELECT person_id FROM sessions
                            WHERE secret_hash = ?2 AND ended_at IS NULL AND expires_at > ?3), ?9) AS id,
                  COALESCE((SELECT application_id FROM sign_ins WHERE id = ?1), ?5) AS gate
         ),
         owners AS MATERIALIZED (
           SELECT (SELECT company_id FROM applications WHERE id = whose.gate) AS of_gate,
                  (SELECT company_id FROM users WHERE person_id = whose.id AND basic) AS of_person
           FROM whose
         ),
         proven AS MATERIALIZED (
           SELECT whose.id FROM whose
           WHERE EXISTS (SELECT 1 FROM sign_in_proofs WHERE sign_in_id = ?1 AND person_id = whose.id)
              OR EXISTS (SELECT 1 FROM sessions WHERE secret_hash = ?2 AND person_id = whose.id)
         )
         SELECT sign_ins.id, sign_ins.browser_hash, sign_ins.state, sign_ins.application_id, sign_ins.door,
                sign_ins.demand, sign_ins.return_to, sign_ins.leaves_for, sign_ins.started_at, sign_ins.expires_at,
                sign_ins.ended_at, sign_ins.company_id,
                sessions.id, sessions.person_id, sessions.started_at, sessions.last_seen_at, sessions.expires_at,
                sessions.network, sessions.network_was_new, sessions.user_agent, sessions.company_id,
                people.id, people.email, people.given_name, people.family_name, people.language, people.state,
                people.terms_version, people.created_at, people.changed_at, people.email_confirmed_at, people.closed_to_resets,
                (SELECT '[' || string_agg('[\"' || method || '\",' || CASE WHEN stands_alone THEN 'true' ELSE 'false' END
                                          || ',' || proven_at || ']', ',') || ']'
                 FROM sign_in_proofs WHERE sign_in_id = ?1 AND person_id = whose.id),
                (SELECT '[' || string_agg('[\"' || method || '\",' || CASE WHEN stands_alone THEN 'true' ELSE 'false' END
                                          || ',' || proven_at || ']', ',') || ']'
                 FROM session_proofs WHERE session_id = sessions.id AND proven_at > sessions.proofs_from),
                (SELECT '[' || string_agg('[' || found.is_own || ',' || found.policy || ']', ',') || ']'
                 FROM (SELECT 'true' AS is_own, policy FROM policies WHERE application_id = whose.gate
                       UNION ALL
                       SELECT 'false', policy FROM company_policies
                       WHERE company_id IN (owners.of_gate, owners.of_person)
                       UNION ALL
                       SELECT 'false', policy FROM company_application_policies
                       WHERE company_id IN (owners.of_gate, owners.of_person)
                         AND application_id = whose.gate) AS found),
                (SELECT '[' || string_agg('[\"' || held.factor || '\",' || held.used_at || ']', ',') || ']'
                 FROM (SELECT factor, used_at FROM person_factors WHERE person_id = proven.id LIMIT 100) AS held),
                EXISTS (SELECT 1 FROM known_browsers WHERE person_id = whose.id AND browser_hash = ?6),
                COALESCE(here.last_seen_at >= ?8, FALSE),
                COALESCE(here.last_seen_at >= ?8 AND here.confirmed_at IS NOT NULL, FALSE),
                (SELECT MAX(last_seen_at) FROM known_browsers WHERE person_id = proven.id),
                (SELECT last_seen_at || ' ' || network FROM known_networks
                 WHERE person_id = proven.id ORDER BY last_seen_at DESC LIMIT 1),
                whose.gate,
                EXISTS (SELECT 1 FROM users WHERE person_id = proven.id AND state = 'pending'),
                proven.id IS NOT NULL AND NOT people.phone_app_closed
                  AND (EXISTS (SELECT 1 FROM users WHERE person_id = proven.id AND basic AND state = 'active')
                       OR (EXISTS (SELECT 1 FROM employees WHERE person_id = proven.id AND services <> '[]')
                           AND NOT EXISTS (SELECT 1 FROM users WHERE person_id = proven.id AND basic))),
                EXISTS (SELECT 1 FROM identity_providers WHERE state = 'on' AND company_id IS NULL),
                EXISTS (SELECT 1 FROM identity_providers WHERE state = 'on' AND company_id = owners.of_gate),
                owners.of_gate,
                (SELECT CASE WHEN users.is_user_administrator OR users.is_main_user THEN '' ELSE users.company_id END
                 FROM users JOIN companies ON companies.id = users.company_id
                 WHERE users.person_id = proven.id AND users.basic AND users.state = 'active'
                   AND companies.directory_use = 'alone'
                   AND EXISTS (SELECT 1 FROM identity_providers
                               WHERE identity_providers.company_id = users.company_id AND identity_providers.state = 'on')
                   AND NOT EXISTS (SELECT 1 FROM identity_questions
                                   JOIN identity_providers ON identity_providers.id = identity_questions.provider_id
                                   WHERE identity_questions.occasion_id = ?1 AND identity_questions.state = 'linking'
                                     AND identity_providers.company_id = users.company_id)),
                realm.id, realm.name, realm.directory_use
         FROM whose
         JOIN owners ON TRUE
         LEFT JOIN proven ON TRUE
         LEFT JOIN sign_ins ON sign_ins.id = ?1
         LEFT JOIN sessions ON sessions.secret_hash = ?2 AND sessions.ended_at IS NULL AND sessions.expires_at > ?3
         LEFT JOIN company_domains
           ON company_domains.domain = sign_ins.email_domain AND company_domains.state = 'proved'
         LEFT JOIN companies AS realm ON realm.id = company_domains.company_id
         LEFT JOIN people ON people.id = whose.id
         LEFT JOIN known_networks AS here ON here.person_id = proven.id AND here.network = ?7",
        values![
            query.sign_in.map(|id| id.to_string()),
            session.as_ref(),
            visit.now,
            query.person.map(|id| id.to_string()),
            query.application.map_or_else(String::new, |id| id.to_string()),
            visit.browser.as_ref().unwrap_or(&nobody),
            visit.network.as_str(),
            networks::oldest_known(visit.now),
            PersonId::NOBODY,
        ],
        sheet,
    )
    .await
}

fn sheet(row: &Row<'_>) -> Result<FactSheet, db::Error> {
    let is_there = |column: usize| row.get::<Option<String>>(column).map(|id| id.is_some());
    let sign_in = if is_there(SIGN_IN)? { Some(store::sign_in(row)?) } else { None };
    let gate: String = row.get(PLACE + 5)?;
    let policies: Vec<(bool, Policy)> = list(row, LISTS + 2)?;
    let held: Vec<(String, i64)> = list(row, LISTS + 3)?;
    let factor = |(word, used_at): (String, i64)| {
        let factor: Factor = word.parse().map_err(|()| db::Error::Fault("an unknown factor".to_owned()))?;
        Ok::<_, db::Error>((factor, Timestamp::from_milliseconds(used_at)))
    };
    let last_network: Option<String> = row.get(PLACE + 4)?;
    let last_network = last_network.map(|text| last_used(&text)).transpose()?;
    Ok(FactSheet {
        session: if is_there(SESSION)? { Some(sessions::stored_session(row, SESSION)?) } else { None },
        person: if is_there(PERSON)? { Some(people::stored_person(row, PERSON)?) } else { None },
        given_here: proofs(row, LISTS)?,
        given_in_session: proofs(row, LISTS + 1)?.into_iter().map(earlier).collect(),
        policy: policies::joined(!gate.is_empty(), &policies)?,
        holdings: held.into_iter().map(factor).collect::<Result<Vec<_>, _>>()?.into_iter().collect(),
        familiarity: Familiarity {
            browser_is_known: row.get(PLACE)?,
            network_is_known: row.get(PLACE + 1)?,
            network_is_confirmed: row.get(PLACE + 2)?,
            last_here_at: row.get(PLACE + 3)?,
            last_network,
        },
        is_waited_for: row.get(PLACE + 6)?,
        phone_app_is_open: row.get::<Option<bool>>(PLACE + 7)?.unwrap_or(false),
        offers_identities: row.get::<bool>(PLACE + 8)? || row.get::<bool>(PLACE + 9)?,
        application_company: row.get_parsed(PLACE + 10)?,
        directory: directory_rule(row.get::<Option<String>>(PLACE + 11)?.as_deref())?,
        realm: realm(row)?,
        sign_in,
    })
}

/// The company that has proved the domain of the typed email.
fn realm(row: &Row<'_>) -> Result<Option<DomainRealm>, db::Error> {
    let Some(company) = row.get_parsed(PLACE + 12)? else { return Ok(None) };
    let name: Option<String> = row.get(PLACE + 13)?;
    let directory_use = row.get_parsed(PLACE + 14)?.unwrap_or_default();
    Ok(Some(DomainRealm { company, name: name.unwrap_or_default(), directory_use }))
}

/// The rule of a person about the directory of their basic company: the company, or empty for those who manage it.
fn directory_rule(company: Option<&str>) -> Result<DirectoryRule, db::Error> {
    match company {
        None => Ok(DirectoryRule::Free),
        Some("") => Ok(DirectoryRule::BreakGlass),
        Some(company) => {
            let unreadable = |_| db::Error::Fault("the rule of a directory cannot be read".to_owned());
            company.parse().map(|company| DirectoryRule::Alone { company }).map_err(unreadable)
        }
    }
}

/// The company that lets a person in by its directory alone.
pub(in crate::sign_in) async fn directory_alone(
    db: impl Reads,
    person: PersonId,
) -> Result<Option<CompanyId>, db::Error> {
    db.optional(
        "SELECT users.company_id FROM users JOIN companies ON companies.id = users.company_id
         WHERE users.person_id = ?1 AND users.basic AND users.state = 'active' AND companies.directory_use = 'alone'
           AND NOT users.is_user_administrator AND NOT users.is_main_user
           AND EXISTS (SELECT 1 FROM identity_providers
                       WHERE identity_providers.company_id = users.company_id AND identity_providers.state = 'on')",
        values![person],
        |row| row.get(0),
    )
    .await
}

/// A network with the instant of its last use, which stand in one column.
fn last_used(text: &str) -> Result<(Network, Timestamp), db::Error> {
    let unreadable = || db::Error::Fault("the last use of a network cannot be read".to_owned());
    let (at, network) = text.split_once(' ').ok_or_else(unreadable)?;
    let at = at.parse().map_err(|_| unreadable())?;
    Ok((Network::from_stored(network.to_owned()), Timestamp::from_milliseconds(at)))
}

/// A column with a JSON list, or NULL for an empty one.
fn list<T: DeserializeOwned>(row: &Row<'_>, column: usize) -> Result<Vec<T>, db::Error> {
    let Some(text) = row.get::<Option<String>>(column)? else { return Ok(Vec::new()) };
    serde_json::from_str(&text).map_err(|error| db::Error::Fault(format!("a list of facts cannot be read: {error}")))
}

fn proofs(row: &Row<'_>, column: usize) -> Result<Vec<Proof>, db::Error> {
    let listed: Vec<(String, bool, i64)> = list(row, column)?;
    let proof = |(word, stands_alone, at): (String, bool, i64)| {
        let method = stored_method(&word, stands_alone)?;
        Ok(Proof { method, proven_at: Timestamp::from_milliseconds(at), in_this_sign_in: true })
    };
    listed.into_iter().map(proof).collect()
}
