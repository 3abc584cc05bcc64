//! The pages of an export. Each is read from a place on, by the primary key of its table.

use std::collections::HashMap;

use data_encoding::{BASE64, BASE64URL_NOPAD};

use super::super::records::{
    ApplicationRecord, AuthenticatorRecord, CompanyApplicationRecord, CompanyRecord, ContactRecord, EmployeeRecord,
    EngagementRecord, PasskeyRecord, PasswordRecord, PersonRecord, ProfileRecord, Record, RecoveryCodeRecord,
    TypedPerson, UserRecord,
};
use crate::directory::people::PersonId;
use crate::directory::rights::Right;
use crate::directory::users::stored_roles;
use crate::platform::db::{Error, Reader, Reads, Row};
use crate::values;

/// A page of records, each with its place: the two columns of its primary key, or one and nothing.
type RecordPage = Vec<((String, String), Record)>;

fn of_one<T>(record: T, id: &impl ToString, make: fn(T) -> Record) -> ((String, String), Record) {
    ((id.to_string(), String::new()), make(record))
}

fn json<T: serde::de::DeserializeOwned>(row: &Row<'_>, index: usize) -> Result<Option<T>, Error> {
    let text: Option<String> = row.get(index)?;
    text.map(|text| serde_json::from_str(&text).map_err(|error| Error::Fault(error.to_string()))).transpose()
}

pub(super) async fn companies(reader: &mut Reader, after: (&str, &str), limit: i64) -> Result<RecordPage, Error> {
    reader
        .all(
            "SELECT companies.id, name, kind, business_id, contact_email, contact_phone, created_at, policy
             FROM companies LEFT JOIN company_policies ON company_policies.company_id = companies.id
             WHERE companies.id > ?1 ORDER BY companies.id LIMIT ?2",
            values![after.0, limit],
            |row| {
                let id: crate::directory::companies::CompanyId = row.get(0)?;
                let company = CompanyRecord {
                    id: Some(id),
                    name: row.get(1)?,
                    kind: row.get(2)?,
                    business_id: row.get(3)?,
                    contact_email: row.get(4)?,
                    contact_phone: row.get(5)?,
                    created_at: row.get(6)?,
                    policy: json(row, 7)?,
                };
                Ok(of_one(company, &id, Record::Company))
            },
        )
        .await
}

pub(super) async fn engagements(reader: &mut Reader, after: (&str, &str), limit: i64) -> Result<RecordPage, Error> {
    reader
        .all(
            "SELECT client_id, office_id, since FROM engagements
             WHERE (client_id, office_id) > (?1, ?2) ORDER BY client_id, office_id LIMIT ?3",
            values![after.0, after.1, limit],
            |row| {
                let (client, office): (String, String) = (row.get(0)?, row.get(1)?);
                let place = (client.clone(), office.clone());
                Ok((place, Record::Engagement(EngagementRecord { office, client, since: row.get(2)? })))
            },
        )
        .await
}

pub(super) async fn applications(
    reader: &mut Reader,
    after: (&str, &str),
    limit: i64,
    with_secrets: bool,
) -> Result<RecordPage, Error> {
    let mut found = reader
        .all(
            "SELECT applications.id, client_id, name, company_id, authentication, redirect_uris,
                    post_logout_redirect_uris, back_channel_logout_uri, home_url, grant_types, scopes, audience,
                    id_token_algorithm, may_omit_pkce, profile, created_at, policy
             FROM applications LEFT JOIN policies ON policies.application_id = applications.id
             WHERE applications.id > ?1 ORDER BY applications.id LIMIT ?2",
            values![after.0, limit],
            |row| {
                let id: crate::sign_in::ApplicationId = row.get(0)?;
                let application = ApplicationRecord {
                    id: Some(id),
                    client_id: row.get(1)?,
                    name: row.get(2)?,
                    company: row.get(3)?,
                    authentication: json(row, 4)?,
                    redirect_uris: row.get_json(5)?,
                    post_logout_redirect_uris: row.get_json(6)?,
                    back_channel_logout_uri: row.get(7)?,
                    home_url: row.get(8)?,
                    grant_types: row.get_json(9)?,
                    scopes: row.get(10)?,
                    audience: row.get(11)?,
                    id_token_algorithm: row.get(12)?,
                    may_omit_pkce: row.get(13)?,
                    profile: row.get_json(14)?,
                    created_at: row.get(15)?,
                    policy: json(row, 16)?,
                    rights: Vec::new(),
                };
                Ok((id.to_string(), application))
            },
        )
        .await?;
    for (id, application) in &mut found {
        application.rights = crate::directory::rights::declared(&mut *reader, id).await?;
        let is_secret =
            |value: &serde_json::Value| value.get("method").and_then(|method| method.as_str()) == Some("secret");
        if !with_secrets && application.authentication.as_ref().is_some_and(is_secret) {
            application.authentication = None;
        }
    }
    Ok(found.into_iter().map(|(id, application)| of_one(Box::new(application), &id, Record::Application)).collect())
}

pub(super) async fn company_applications(
    reader: &mut Reader,
    after: (&str, &str),
    limit: i64,
) -> Result<RecordPage, Error> {
    let mut found = reader
        .all(
            "SELECT open.company_id, open.application_id, open.since, wanted.policy FROM company_applications AS open
             LEFT JOIN company_application_policies AS wanted
                  ON wanted.company_id = open.company_id AND wanted.application_id = open.application_id
             WHERE (open.company_id, open.application_id) > (?1, ?2)
             ORDER BY open.company_id, open.application_id LIMIT ?3",
            values![after.0, after.1, limit],
            |row| {
                Ok(CompanyApplicationRecord {
                    company: row.get(0)?,
                    application: row.get(1)?,
                    since: row.get(2)?,
                    policy: json(row, 3)?,
                    ask_before: Vec::new(),
                })
            },
        )
        .await?;
    let place = |open: &CompanyApplicationRecord| (open.company.clone(), open.application.clone());
    let (Some(first), Some(last)) = (found.first().map(place), found.last().map(place)) else { return Ok(Vec::new()) };
    let asked: Vec<((String, String), String)> = reader
        .all(
            "SELECT company_id, application_id, name FROM asked_before
             WHERE (company_id, application_id) >= (?1, ?2) AND (company_id, application_id) <= (?3, ?4)
             ORDER BY company_id, application_id, name",
            values![&first.0, &first.1, &last.0, &last.1],
            |row| Ok(((row.get(0)?, row.get(1)?), row.get(2)?)),
        )
        .await?;
    for (of, name) in asked {
        if let Some(open) = found.iter_mut().find(|open| place(open) == of) {
            open.ask_before.push(name);
        }
    }
    Ok(found.into_iter().map(|open| (place(&open), Record::CompanyApplication(open))).collect())
}

pub(super) async fn profiles(reader: &mut Reader, after: (&str, &str), limit: i64) -> Result<RecordPage, Error> {
    reader
        .all(
            "SELECT id, company_id, name, rights FROM ready_made_profiles WHERE id > ?1 ORDER BY id LIMIT ?2",
            values![after.0, limit],
            |row| {
                let id: crate::directory::rights::ProfileId = row.get(0)?;
                let profile =
                    ProfileRecord { id: Some(id), company: row.get(1)?, name: row.get(2)?, rights: row.get_json(3)? };
                Ok(of_one(profile, &id, Record::Profile))
            },
        )
        .await
}

pub(super) async fn people(
    reader: &mut Reader,
    after: (&str, &str),
    limit: i64,
    with_secrets: bool,
) -> Result<RecordPage, Error> {
    let mut found: Vec<(PersonId, PersonRecord)> = reader
        .all(
            "SELECT people.id, people.email, people.email_confirmed_at, given_name, family_name, language, state,
                    terms_version, created_at, people.changed_at, last_sign_in_at,
                    contacts.email, contacts.email_confirmed_at, phone, phone_confirmed_at,
                    hash, stands_alone, passwords.changed_at, phone_set_at, closed_to_resets
             FROM people LEFT JOIN contacts ON contacts.person_id = people.id
             LEFT JOIN passwords ON passwords.person_id = people.id
             WHERE people.id > ?1 ORDER BY people.id LIMIT ?2",
            values![after.0, limit],
            |row| {
                let id: PersonId = row.get(0)?;
                let contact = ContactRecord {
                    email: row.get(11)?,
                    email_confirmed_at: row.get(12)?,
                    phone: row.get(13)?,
                    phone_confirmed_at: row.get(14)?,
                    phone_set_at: row.get(18)?,
                };
                let hash: Option<String> = row.get(15)?;
                let stands_alone: Option<bool> = row.get(16)?;
                let changed_at = row.get(17)?;
                let password = hash.map(|hash| PasswordRecord {
                    hash: Some(hash),
                    credential_data: None,
                    secret_data: None,
                    encryption_scheme: None,
                    factor: None,
                    salt: None,
                    password: None,
                    stands_alone: stands_alone.unwrap_or(false),
                    changed_at,
                });
                let person = PersonRecord {
                    id: Some(id),
                    email: row.get(1)?,
                    email_confirmed_at: row.get(2)?,
                    given_name: row.get(3)?,
                    family_name: row.get(4)?,
                    language: row.get(5)?,
                    state: row.get(6)?,
                    terms_version: row.get(7)?,
                    created_at: row.get(8)?,
                    changed_at: row.get(9)?,
                    last_sign_in_at: row.get(10)?,
                    closed_to_resets: row.get(19)?,
                    contact: (contact.email.is_some() || contact.phone.is_some()).then_some(contact),
                    password,
                    authenticators: Vec::new(),
                    passkeys: Vec::new(),
                    recovery_code: None,
                };
                Ok((id, person))
            },
        )
        .await?;
    let (Some((first, _)), Some((last, _))) = (found.first(), found.last()) else { return Ok(Vec::new()) };
    let range = (*first, *last);
    let mut keys = passkeys(reader, range).await?;
    let mut apps = if with_secrets { authenticators(reader, range).await? } else { HashMap::new() };
    let mut codes = if with_secrets { recovery_codes(reader, range).await? } else { HashMap::new() };
    for (id, person) in &mut found {
        if !with_secrets {
            person.password = None;
        }
        person.passkeys = keys.remove(id).unwrap_or_default();
        person.authenticators = apps.remove(id).unwrap_or_default();
        person.recovery_code = codes.remove(id);
    }
    Ok(found.into_iter().map(|(id, person)| of_one(Box::new(person), &id, Record::Person)).collect())
}

fn by_person<T>(rows: Vec<(PersonId, T)>) -> HashMap<PersonId, Vec<T>> {
    let mut found: HashMap<PersonId, Vec<T>> = HashMap::new();
    for (person, row) in rows {
        found.entry(person).or_default().push(row);
    }
    found
}

async fn authenticators(
    reader: &mut Reader,
    (first, last): (PersonId, PersonId),
) -> Result<HashMap<PersonId, Vec<AuthenticatorRecord>>, Error> {
    let rows = reader
        .all(
            "SELECT person_id, id, name, seed, last_step, drift, created_at, last_used_at FROM authenticators
             WHERE person_id >= ?1 AND person_id <= ?2 ORDER BY person_id, id",
            values![first, last],
            |row| {
                let id: String = row.get(1)?;
                let seed: Vec<u8> = row.get(3)?;
                let authenticator = AuthenticatorRecord {
                    id: id.parse().ok(),
                    name: row.get(2)?,
                    secret: None,
                    algorithm: None,
                    digits: None,
                    period: None,
                    encoding: None,
                    credential_data: None,
                    secret_data: None,
                    sealed: Some(BASE64.encode(&seed)),
                    last_step: row.get(4)?,
                    drift: row.get(5)?,
                    created_at: row.get(6)?,
                    last_used_at: row.get(7)?,
                };
                Ok((row.get(0)?, authenticator))
            },
        )
        .await?;
    Ok(by_person(rows))
}

async fn passkeys(
    reader: &mut Reader,
    (first, last): (PersonId, PersonId),
) -> Result<HashMap<PersonId, Vec<PasskeyRecord>>, Error> {
    let rows = reader
        .all(
            "SELECT person_id, id, credential_id, name, credential, sign_count, synced, created_at, last_used_at
             FROM passkeys WHERE person_id >= ?1 AND person_id <= ?2 ORDER BY person_id, id",
            values![first, last],
            |row| {
                let id: String = row.get(1)?;
                let credential_id: Vec<u8> = row.get(2)?;
                let passkey = PasskeyRecord {
                    id: id.parse().map_err(|_| Error::Fault(format!("{id} is no identifier")))?,
                    credential_id: BASE64URL_NOPAD.encode(&credential_id),
                    name: row.get(3)?,
                    credential: row.get_json(4)?,
                    sign_count: row.get(5)?,
                    synced: row.get(6)?,
                    created_at: row.get(7)?,
                    last_used_at: row.get(8)?,
                };
                Ok((row.get(0)?, passkey))
            },
        )
        .await?;
    Ok(by_person(rows))
}

async fn recovery_codes(
    reader: &mut Reader,
    (first, last): (PersonId, PersonId),
) -> Result<HashMap<PersonId, RecoveryCodeRecord>, Error> {
    let rows = reader
        .all(
            "SELECT person_id, hash, made_at, used_at FROM recovery_codes WHERE person_id >= ?1 AND person_id <= ?2",
            values![first, last],
            |row| {
                Ok((row.get(0)?, RecoveryCodeRecord { hash: row.get(1)?, made_at: row.get(2)?, used_at: row.get(3)? }))
            },
        )
        .await?;
    Ok(rows.into_iter().collect())
}

pub(super) async fn users(reader: &mut Reader, after: (&str, &str), limit: i64) -> Result<RecordPage, Error> {
    let mut found = reader
        .all(
            "SELECT company_id, person_id, is_user_administrator, is_main_user, is_employee, basic, state, profile,
                    created_at, changed_at, typed_email, typed_given_name, typed_family_name, typed_language FROM users
             WHERE (company_id, person_id) > (?1, ?2) ORDER BY company_id, person_id LIMIT ?3",
            values![after.0, after.1, limit],
            |row| {
                Ok(UserRecord {
                    company: row.get(0)?,
                    person: row.get(1)?,
                    roles: stored_roles(row, 2)?,
                    basic: row.get(5)?,
                    state: row.get(6)?,
                    profile: row.get(7)?,
                    rights: Vec::new(),
                    created_at: row.get(8)?,
                    changed_at: row.get(9)?,
                    typed: typed(row, 10, Some(13))?,
                })
            },
        )
        .await?;
    let place = |user: &UserRecord| (user.company.clone(), user.person.clone());
    let (Some(first), Some(last)) = (found.first().map(place), found.last().map(place)) else { return Ok(Vec::new()) };
    let rights: Vec<((String, String), Right)> = reader
        .all(
            "SELECT company_id, person_id, application_id, name FROM user_rights
             WHERE (company_id, person_id) >= (?1, ?2) AND (company_id, person_id) <= (?3, ?4)
             ORDER BY company_id, person_id, application_id, name",
            values![&first.0, &first.1, &last.0, &last.1],
            |row| Ok(((row.get(0)?, row.get(1)?), Right { application: row.get(2)?, name: row.get(3)? })),
        )
        .await?;
    let mut by_user: HashMap<(String, String), Vec<Right>> = HashMap::new();
    for (user, right) in rights {
        by_user.entry(user).or_default().push(right);
    }
    for user in &mut found {
        user.rights = by_user.remove(&place(user)).unwrap_or_default();
    }
    Ok(found.into_iter().map(|user| (place(&user), Record::User(user))).collect())
}

/// The data that an administrator typed of a person, from a column on.
fn typed(row: &Row<'_>, first: usize, language: Option<usize>) -> Result<Option<TypedPerson>, Error> {
    let Some(email) = row.get::<Option<String>>(first)? else { return Ok(None) };
    let language = language.map(|column| row.get(column)).transpose()?.unwrap_or_default();
    Ok(Some(TypedPerson { email, given_name: row.get(first + 1)?, family_name: row.get(first + 2)?, language }))
}

pub(super) async fn employees(reader: &mut Reader, after: (&str, &str), limit: i64) -> Result<RecordPage, Error> {
    reader
        .all(
            "SELECT company_id, person_id, services, created_at, typed_email, typed_given_name, typed_family_name
             FROM employees
             WHERE (company_id, person_id) > (?1, ?2) ORDER BY company_id, person_id LIMIT ?3",
            values![after.0, after.1, limit],
            |row| {
                let (company, person): (String, String) = (row.get(0)?, row.get(1)?);
                let place = (company.clone(), person.clone());
                let (services, created_at) = (row.get_json(2)?, row.get(3)?);
                let employee = EmployeeRecord { company, person, services, created_at, typed: typed(row, 4, None)? };
                Ok((place, Record::Employee(employee)))
            },
        )
        .await
}
