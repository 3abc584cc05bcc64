//! The statements of an import. Everything that can be refused is checked before the first statement that writes, so
//! that nothing of a refused record stays. Rows that bring their identifier, instants and hashes are written here; the
//! others by the functions of their rooms.

use data_encoding::{BASE64, BASE64URL_NOPAD};

use super::super::records::{AuthenticatorRecord, CompanyRecord, PasskeyRecord, RecoveryCodeRecord, UserRecord};
use super::checked::CheckedPerson;
use crate::directory::companies::{self, CompanyId};
use crate::directory::people::{self, Email, PersonId};
use crate::directory::rights::{ProfileId, Right};
use crate::directory::search::{self, SearchEntry, SearchScope, sort_key};
use crate::directory::users::{self, MembershipState};
use crate::event::Event;
use crate::platform::clock::Timestamp;
use crate::platform::db::{Error, Reads, Row, Source, Tx};
use crate::platform::history::{self, Entry};
use crate::platform::phone_number::PhoneNumber;
use crate::platform::random::Random;
use crate::proofs::passwords::{self, StoredPassword};
use crate::sign_in::ApplicationId;
use crate::values;

/// Records a batch in the history, with the numbers of its first and last line.
pub(super) async fn record(
    tx: &mut Tx<'_>,
    random: &Random,
    (first, last): (u64, u64),
    added: u64,
    now: Timestamp,
) -> Result<(), Error> {
    let entry = Entry::new(now, Event::DirectoryImported)
        .detail("by", "operator")
        .detail("from_line", first)
        .detail("to_line", last);
    history::write(tx, random, &entry.detail("added", added)).await
}

/// The company that a record means by its identifier or its business identifier.
pub(super) async fn company(tx: &mut Tx<'_>, named: &str) -> Result<Option<CompanyId>, Error> {
    match named.parse::<CompanyId>() {
        Ok(id) => Ok(companies::find(&mut *tx, id).await?.map(|company| company.id)),
        Err(_) => {
            tx.optional("SELECT id FROM companies WHERE business_id = ?1", values![named], |row| row.get(0)).await
        }
    }
}

/// The person whom a record means by their identifier or their sign-in email.
pub(super) async fn person(tx: &mut Tx<'_>, named: &str) -> Result<Option<people::Person>, Error> {
    match (named.parse::<PersonId>(), Email::parse(named)) {
        (Ok(id), _) => people::find(&mut *tx, id).await,
        (_, Some(email)) => people::find_by_email(&mut *tx, &email).await,
        _ => Ok(None),
    }
}

/// A person who becomes a user, with the data that the membership needs.
#[derive(Clone, Debug)]
pub(super) struct KnownPerson {
    pub(super) id: PersonId,
    pub(super) basic_company: Option<CompanyId>,
    name: String,
    email: String,
    phone: Option<PhoneNumber>,
}

const KNOWN_BY_ID: &str =
    "SELECT people.id, people.given_name, people.family_name, people.email, contacts.phone, basic.company_id
     FROM people LEFT JOIN contacts ON contacts.person_id = people.id
                 LEFT JOIN users AS basic ON basic.person_id = people.id AND basic.basic
     WHERE people.id = ?1";

/// The person whom the record of a user means by their identifier or their sign-in email.
pub(super) async fn known(tx: &mut Tx<'_>, named: &str) -> Result<Option<KnownPerson>, Error> {
    let id = match (named.parse::<PersonId>(), Email::parse(named)) {
        (Ok(id), _) => Some(id),
        (_, Some(email)) => people::find_by_email(&mut *tx, &email).await?.map(|person| person.id),
        _ => None,
    };
    let Some(id) = id else { return Ok(None) };
    tx.optional(KNOWN_BY_ID, values![id], read_known).await
}

/// The people of these identifiers. Unknown ones are left out.
pub(super) async fn known_by_id(tx: &mut Tx<'_>, people: &[PersonId]) -> Result<Vec<KnownPerson>, Error> {
    let each: Vec<_> = people.iter().map(|id| [(*id).into()]).collect();
    Source::Transaction(tx).each(KNOWN_BY_ID, &each, read_known).await
}

/// The companies of these identifiers that exist.
pub(super) async fn companies_by_id(tx: &mut Tx<'_>, companies: &[CompanyId]) -> Result<Vec<CompanyId>, Error> {
    let each: Vec<_> = companies.iter().map(|id| [(*id).into()]).collect();
    Source::Transaction(tx).each("SELECT id FROM companies WHERE id = ?1", &each, |row| row.get(0)).await
}

fn read_known(row: &Row<'_>) -> Result<KnownPerson, Error> {
    let (given_name, family_name): (String, String) = (row.get(1)?, row.get(2)?);
    let phone: Option<String> = row.get(4)?;
    Ok(KnownPerson {
        id: row.get(0)?,
        basic_company: row.get_parsed(5)?,
        name: format!("{given_name} {family_name}").trim().to_owned(),
        email: row.get(3)?,
        // A number that exists no more by its country's plan is none.
        phone: phone.and_then(|stored| PhoneNumber::parse(&stored).ok()),
    })
}

/// The application that a record means by its identifier or its `client_id`.
pub(super) async fn application(tx: &mut Tx<'_>, named: &str) -> Result<Option<ApplicationId>, Error> {
    tx.optional("SELECT id FROM applications WHERE id = ?1 OR client_id = ?1", values![named], |row| row.get(0)).await
}

/// The rows of a batch that nothing else in it reads. They are written at its end, all at once.
pub(super) struct DeferredRows {
    /// The instant of the batch, for rows that bring none.
    now: Timestamp,
    passwords: Vec<StoredPassword>,
    words: Vec<SearchEntry>,
}

impl DeferredRows {
    pub(super) fn new(now: Timestamp) -> Self {
        Self { now, passwords: Vec::new(), words: Vec::new() }
    }

    pub(super) async fn write(&self, tx: &mut Tx<'_>) -> Result<(), Error> {
        passwords::set_each(tx, &self.passwords).await?;
        search::add_each(tx, &self.words).await
    }
}

/// Adds a company with its identifier. Tells whether no company had that or its business identifier.
pub(super) async fn add_company(
    tx: &mut Tx<'_>,
    company: &CompanyRecord,
    (id, created_at): (CompanyId, Timestamp),
) -> Result<bool, Error> {
    tx.use_once(
        "INSERT INTO companies (id, name, kind, contact_email, contact_phone, business_id, sort_key, created_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) ON CONFLICT DO NOTHING",
        values![
            id,
            company.name.trim(),
            &company.kind,
            company.contact_email.as_deref(),
            company.contact_phone.as_deref(),
            company.business_id.as_deref(),
            &sort_key(company.name.trim()),
            created_at,
        ],
    )
    .await
}

/// A ready-made profile to add.
pub(super) struct ProfileAddition<'r> {
    pub(super) id: ProfileId,
    /// The company that it is for; `None` for every company.
    pub(super) company: Option<CompanyId>,
    pub(super) name: &'r str,
    pub(super) rights: &'r [Right],
}

/// Adds a ready-made profile with its identifier. Tells whether there was none.
pub(super) async fn add_profile(tx: &mut Tx<'_>, profile: &ProfileAddition<'_>) -> Result<bool, Error> {
    let rights = serde_json::to_string(profile.rights).map_err(|error| Error::Fault(error.to_string()))?;
    tx.use_once(
        "INSERT INTO ready_made_profiles (id, company_id, name, rights) VALUES (?1, ?2, ?3, ?4) ON CONFLICT DO NOTHING",
        values![profile.id, profile.company, profile.name, rights],
    )
    .await
}

/// Whether a ready-made profile of that name is there already, for records that have no identifier.
pub(super) async fn has_profile(tx: &mut Tx<'_>, company: Option<CompanyId>, name: &str) -> Result<bool, Error> {
    let found: Option<i64> = tx
        .optional(
            "SELECT 1 FROM ready_made_profiles
             WHERE (company_id = ?1 OR (company_id IS NULL AND ?1 IS NULL)) AND name = ?2 LIMIT 1",
            values![company, name.trim()],
            |row| row.get(0),
        )
        .await?;
    Ok(found.is_some())
}

/// A person who was just added, as [`known`] would find them.
pub(super) fn just_added(checked: &CheckedPerson) -> KnownPerson {
    let person = &checked.record;
    let phone = person.contact.as_ref().and_then(|contact| contact.phone.as_deref());
    KnownPerson {
        id: checked.id,
        basic_company: None,
        name: format!("{} {}", person.given_name.trim(), person.family_name.trim()).trim().to_owned(),
        email: checked.email.as_written().to_owned(),
        phone: phone.and_then(|stored| PhoneNumber::parse(stored).ok()),
    }
}

/// Adds a person with all that is theirs. Tells whether there was nobody with that identifier or email.
pub(super) async fn add_person(
    tx: &mut Tx<'_>,
    random: &Random,
    checked: &CheckedPerson,
    deferred: &mut DeferredRows,
) -> Result<bool, Error> {
    let (id, person, now) = (checked.id, &checked.record, deferred.now);
    let added = tx
        .use_once(
            "INSERT INTO people (id, email, email_key, email_confirmed_at, given_name, family_name, language, state,
                    terms_version, created_at, changed_at, last_sign_in_at, closed_to_resets)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13) ON CONFLICT DO NOTHING",
            values![
                id,
                checked.email.as_written(),
                checked.email.key(),
                person.email_confirmed_at,
                person.given_name.trim(),
                person.family_name.trim(),
                &person.language,
                &person.state,
                person.terms_version.as_deref(),
                person.created_at.unwrap_or(now),
                person.changed_at.or(person.created_at).unwrap_or(now),
                person.last_sign_in_at,
                person.closed_to_resets,
            ],
        )
        .await?;
    if !added {
        return Ok(false);
    }
    if let Some(contact) = &person.contact {
        tx.execute(
            "INSERT INTO contacts (person_id, email, email_confirmed_at, phone, phone_confirmed_at, phone_set_at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
            values![
                id,
                contact.email.as_deref(),
                contact.email_confirmed_at,
                contact.phone.as_deref(),
                contact.phone_confirmed_at,
                contact.phone_set_at
            ],
        )
        .await?;
    }
    if let (Some(password), Some(hash)) = (&person.password, &checked.hash) {
        deferred.passwords.push(StoredPassword {
            person: id,
            hash: hash.clone(),
            stands_alone: password.stands_alone,
            changed_at: password.changed_at.unwrap_or(now),
        });
    }
    for (authenticator, sealed) in person.authenticators.iter().zip(&checked.seeds) {
        add_authenticator(tx, random, id, (authenticator, sealed), now).await?;
    }
    for passkey in &person.passkeys {
        add_passkey(tx, id, passkey).await?;
    }
    if let Some(code) = &person.recovery_code {
        add_recovery_code(tx, id, code).await?;
    }
    Ok(true)
}

async fn add_authenticator(
    tx: &mut Tx<'_>,
    random: &Random,
    person: PersonId,
    (authenticator, sealed): (&AuthenticatorRecord, &[u8]),
    now: Timestamp,
) -> Result<(), Error> {
    let id = authenticator.id.unwrap_or_else(|| crate::platform::id::new_uuid(now, random));
    tx.execute(
        "INSERT INTO authenticators (id, person_id, name, seed, last_step, drift, created_at, last_used_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
        values![
            id.to_string(),
            person,
            &authenticator.name,
            sealed,
            authenticator.last_step,
            authenticator.drift,
            authenticator.created_at.unwrap_or(now),
            authenticator.last_used_at
        ],
    )
    .await?;
    Ok(())
}

async fn add_passkey(tx: &mut Tx<'_>, person: PersonId, passkey: &PasskeyRecord) -> Result<(), Error> {
    let credential_id = BASE64URL_NOPAD.decode(passkey.credential_id.as_bytes()).unwrap_or_default();
    tx.execute(
        "INSERT INTO passkeys (id, person_id, credential_id, name, credential, sign_count, synced, created_at, last_used_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
        values![
            passkey.id.to_string(),
            person,
            &credential_id,
            &passkey.name,
            passkey.credential.to_string(),
            passkey.sign_count,
            passkey.synced,
            passkey.created_at,
            passkey.last_used_at
        ],
    )
    .await?;
    Ok(())
}

async fn add_recovery_code(tx: &mut Tx<'_>, person: PersonId, code: &RecoveryCodeRecord) -> Result<(), Error> {
    tx.execute(
        "INSERT INTO recovery_codes (person_id, hash, made_at, used_at) VALUES (?1, ?2, ?3, ?4)",
        values![person, &code.hash, code.made_at, code.used_at],
    )
    .await?;
    Ok(())
}

/// A membership to add.
pub(super) struct UserAddition<'r> {
    pub(super) record: &'r UserRecord,
    pub(super) company: CompanyId,
    pub(super) person: &'r KnownPerson,
    /// Whether it becomes the basic company of a person who has none.
    pub(super) is_basic: bool,
    /// The rights of the record, with the identifiers of their applications.
    pub(super) rights: &'r [Right],
}

/// Makes a person a user, in the state and with the rights of the record. Tells whether they were none.
pub(super) async fn add_user(
    tx: &mut Tx<'_>,
    addition: &UserAddition<'_>,
    deferred: &mut DeferredRows,
) -> Result<bool, Error> {
    let &UserAddition { record: user, company, person, is_basic, rights } = addition;
    let [is_user_administrator, is_main_user, is_employee] = users::role_columns(&user.roles);
    let created_at = user.created_at.unwrap_or(deferred.now);
    let typed = user.typed.as_ref();
    // Somebody who has not accepted is listed and found by the typed data alone.
    let shown = match typed {
        Some(typed) => (format!("{} {}", typed.given_name, typed.family_name), typed.email.clone(), None),
        None => (person.name.clone(), person.email.clone(), person.phone.as_ref()),
    };
    let added = tx
        .use_once(
            "INSERT INTO users (company_id, person_id, is_user_administrator, is_main_user, is_employee, basic, state,
                                profile, sort_key, created_at, changed_at,
                                typed_email, typed_given_name, typed_family_name, typed_language, has_signed_in,
                                last_sign_in_at)
             VALUES (?1, ?2, ?3, ?4, ?5,
                     ?6 AND NOT EXISTS (SELECT 1 FROM users AS others WHERE others.person_id = ?2 AND others.basic),
                     ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15,
                     EXISTS (SELECT 1 FROM people WHERE id = ?2 AND last_sign_in_at IS NOT NULL),
                     CASE WHEN CAST(?12 AS TEXT) IS NULL THEN (SELECT last_sign_in_at FROM people WHERE id = ?2) END)
             ON CONFLICT DO NOTHING",
            values![
                company,
                person.id,
                is_user_administrator,
                is_main_user,
                is_employee,
                is_basic,
                user.state.as_str(),
                user.profile.as_deref(),
                &sort_key(&shown.0),
                created_at,
                user.changed_at.unwrap_or(created_at),
                typed.map(|typed| typed.email.as_str()),
                typed.map(|typed| typed.given_name.as_str()),
                typed.map(|typed| typed.family_name.as_str()),
                typed.map(|typed| typed.language.as_str()),
            ],
        )
        .await?;
    if !added {
        return Ok(false);
    }
    if !rights.is_empty() {
        crate::directory::rights::set_of_user(tx, company, person.id, rights).await?;
    }
    // A removed user is found by nothing.
    if user.state != MembershipState::Removed.as_str() {
        let words = users::found_by(&shown.0, &shown.1, shown.2);
        deferred.words.push(SearchEntry {
            scope: SearchScope::UsersOf(company),
            subject: person.id.to_string(),
            words,
        });
    }
    Ok(true)
}

/// A sealed seed, as it was written.
pub(super) fn sealed(text: &str) -> Option<Vec<u8>> {
    BASE64.decode(text.as_bytes()).ok()
}
