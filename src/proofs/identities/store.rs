//! The tables of linked identities, of those that companies expect, and of questions on their way.

use super::{
    IdentityLink, IdentityQuestion, IdentityQuestionId, IdentitySource, LIVES, LinkedIdentity, LinkedIdentityId,
    NewIdentityQuestion, QuestionSecrets, StoredIdentity, UnmatchedIdentity, VouchedIdentity, WAITS,
};
use crate::directory::companies::CompanyId;
use crate::directory::people::PersonId;
use crate::platform::clock::Timestamp;
use crate::platform::core::Core;
use crate::platform::db::{self, Reads, Row, Tx, parsed};
use crate::platform::secret::{Secret, hash_token};
use crate::platform::web::fault::Fault;
use crate::proofs::Occasion;
use crate::values;

/// The name of the one key of hashes.
const THE_KEY: i64 = 1;

fn purpose(part: &str, id: impl std::fmt::Display) -> String {
    format!("{part} of identity {id}")
}

/// The key of hashes, sealed.
pub(super) async fn hash_key(db: impl Reads) -> Result<Option<Vec<u8>>, db::Error> {
    db.optional("SELECT sealed FROM identifier_keys WHERE id = ?1", values![THE_KEY], |row| row.get(0)).await
}

/// Keeps the key of hashes, unless there is one.
pub(super) async fn add_hash_key(tx: &mut Tx<'_>, sealed: &[u8]) -> Result<u64, db::Error> {
    tx.execute(
        "INSERT INTO identifier_keys (id, sealed) VALUES (?1, ?2) ON CONFLICT (id) DO NOTHING",
        values![THE_KEY, sealed],
    )
    .await
}

/// Keeps the key of hashes sealed under another master key.
pub(super) async fn seal_hash_key_anew(tx: &mut Tx<'_>, before: &[u8], renewed: &[u8]) -> Result<u64, db::Error> {
    tx.execute(
        "UPDATE identifier_keys SET sealed = ?3 WHERE id = ?1 AND sealed = ?2",
        values![THE_KEY, before, renewed],
    )
    .await
}

/// Stores a question in the place of whatever the sign-in had asked before.
pub(crate) async fn ask(
    tx: &mut Tx<'_>,
    app: &Core,
    new: &NewIdentityQuestion,
    now: Timestamp,
) -> Result<IdentityQuestionId, Fault> {
    withdraw(tx, new.occasion.id()).await?;
    let id = IdentityQuestionId::new(now, &app.random);
    let text = serde_json::json!([new.secrets.nonce.reveal(), new.secrets.verifier.reveal()]).to_string();
    let sealed = app.master_keys.seal(&app.random, &purpose("question", id), text.as_bytes())?;
    tx.execute(
        "INSERT INTO identity_questions (id, state_hash, occasion_id, browser_hash, provider_id, method, is_fresh,
                                         secrets, state, asked_at, expires_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, 'asked', ?9, ?10)",
        values![
            id,
            &hash_token(new.state.reveal()),
            new.occasion.id().to_string(),
            new.occasion.browser(),
            new.provider,
            &new.method,
            new.is_fresh,
            &sealed,
            now,
            now.plus(LIVES),
        ],
    )
    .await?;
    Ok(id)
}

/// The question that a value belongs to.
pub(crate) async fn by_state(db: impl Reads, state: &str) -> Result<Option<IdentityQuestion>, db::Error> {
    db.optional(
        "SELECT id, occasion_id, browser_hash, provider_id, method, is_fresh, secrets, state, asked_at
         FROM identity_questions WHERE state_hash = ?1",
        values![&hash_token(state)],
        question,
    )
    .await
}

/// The question with an identifier.
pub(crate) async fn find_question(
    db: impl Reads,
    id: IdentityQuestionId,
) -> Result<Option<IdentityQuestion>, db::Error> {
    db.optional(
        "SELECT id, occasion_id, browser_hash, provider_id, method, is_fresh, secrets, state, asked_at
         FROM identity_questions WHERE id = ?1",
        values![id],
        question,
    )
    .await
}

/// The question of a sign-in in its browser whose answer is still to come.
pub(crate) async fn asked_in(db: impl Reads, occasion: &Occasion) -> Result<Option<IdentityQuestion>, db::Error> {
    db.optional(
        "SELECT id, occasion_id, browser_hash, provider_id, method, is_fresh, secrets, state, asked_at
         FROM identity_questions WHERE occasion_id = ?1 AND browser_hash = ?2 AND state = 'asked'
         ORDER BY occasion_id DESC, id DESC LIMIT 1",
        values![occasion.id().to_string(), occasion.browser()],
        question,
    )
    .await
}

/// The values that bind the answer of a question.
///
/// # Errors
/// They cannot be opened.
pub(crate) fn secrets_of(app: &Core, question: &IdentityQuestion) -> Result<QuestionSecrets, Fault> {
    let opened = app.master_keys.open(&purpose("question", question.id), &question.secrets)?;
    let [nonce, verifier]: [String; 2] = serde_json::from_slice(opened.reveal()).map_err(Fault::new)?;
    Ok(QuestionSecrets { nonce: Secret::new(nonce), verifier: Secret::new(verifier) })
}

/// Takes the answer of a question. Of many answers one is looked at, whatever becomes of it.
pub(crate) async fn take(tx: &mut Tx<'_>, question: &IdentityQuestion, now: Timestamp) -> Result<bool, db::Error> {
    tx.use_once(
        "UPDATE identity_questions SET state = 'taken'
         WHERE id = ?1 AND browser_hash = ?2 AND state = 'asked' AND expires_at > ?3",
        values![question.id, question.occasion.browser(), now],
    )
    .await
}

/// Takes the questions of a sign-in back.
pub(crate) async fn withdraw(tx: &mut Tx<'_>, occasion: uuid::Uuid) -> Result<(), db::Error> {
    tx.execute(
        "UPDATE identity_questions SET state = 'withdrawn', identity = NULL
         WHERE occasion_id = ?1 AND state IN ('asked', 'taken', 'unmatched', 'linking')",
        values![occasion.to_string()],
    )
    .await?;
    Ok(())
}

/// Keeps an identity that nobody is known by, until a profile is proven.
pub(super) async fn keep_unmatched(
    tx: &mut Tx<'_>,
    app: &Core,
    (question, identity): (IdentityQuestionId, &VouchedIdentity),
    now: Timestamp,
) -> Result<bool, Fault> {
    let stored = StoredIdentity {
        source: identity.identifier.source,
        identifier: identity.identifier.identifier.reveal().clone(),
        worth: identity.worth,
        name: identity.name.clone(),
        proven_at: identity.proven_at.milliseconds(),
    };
    let text = Secret::new(serde_json::to_string(&stored).map_err(Fault::new)?);
    let sealed = app.master_keys.seal(&app.random, &purpose("answer", question), text.reveal().as_bytes())?;
    Ok(tx
        .use_once(
            "UPDATE identity_questions SET state = 'unmatched', identity = ?2, expires_at = ?3
             WHERE id = ?1 AND state = 'taken'",
            values![question, &sealed, now.plus(WAITS)],
        )
        .await?)
}

/// The identity of a sign-in that nobody is known by, as its browser may see it.
pub(crate) async fn unmatched(
    db: impl Reads,
    app: &Core,
    occasion: &Occasion,
    now: Timestamp,
) -> Result<Option<UnmatchedIdentity>, Fault> {
    let found = db
        .optional(
            "SELECT id, identity FROM identity_questions
             WHERE occasion_id = ?1 AND browser_hash = ?2 AND state IN ('unmatched', 'linking') AND expires_at > ?3
             ORDER BY id DESC LIMIT 1",
            values![occasion.id().to_string(), occasion.browser(), now],
            waiting,
        )
        .await?;
    let Some(found) = found else { return Ok(None) };
    let identity = opened(app, &found)?;
    let masked: String = identity.identifier.chars().take(6).chain("…".chars()).collect();
    let masked = if matches!(identity.source, IdentitySource::Country(_)) { masked } else { String::new() };
    let provider = match identity.source {
        IdentitySource::Provider(provider) => Some(provider),
        IdentitySource::Country(_) => None,
    };
    Ok(Some(UnmatchedIdentity { name: identity.name, masked, provider }))
}

/// An identity that waits, sealed.
pub(super) struct WaitingIdentity {
    pub(super) question: IdentityQuestionId,
    pub(super) identity: Vec<u8>,
}

fn waiting(row: &Row<'_>) -> Result<WaitingIdentity, db::Error> {
    let identity: Option<Vec<u8>> = row.get(1)?;
    Ok(WaitingIdentity { question: row.get(0)?, identity: identity.unwrap_or_default() })
}

/// The identity, opened.
pub(super) fn opened(app: &Core, waiting: &WaitingIdentity) -> Result<StoredIdentity, Fault> {
    let opened = app.master_keys.open(&purpose("answer", waiting.question), &waiting.identity)?;
    serde_json::from_slice(opened.reveal()).map_err(Fault::new)
}

/// Marks the identity of a sign-in as one that the person wants to link. Of many at once, one does.
pub(super) async fn wish_link(tx: &mut Tx<'_>, occasion: &Occasion, now: Timestamp) -> Result<bool, db::Error> {
    tx.use_once(
        "UPDATE identity_questions SET state = 'linking'
         WHERE occasion_id = ?1 AND browser_hash = ?2 AND state = 'unmatched' AND expires_at > ?3",
        values![occasion.id().to_string(), occasion.browser(), now],
    )
    .await
}

/// Takes the identity that a sign-in wants to link. Of many at once, one gets it.
pub(super) async fn take_linking(
    tx: &mut Tx<'_>,
    occasion: &Occasion,
    now: Timestamp,
) -> Result<Option<WaitingIdentity>, db::Error> {
    tx.optional(
        "UPDATE identity_questions SET state = 'linked'
         WHERE occasion_id = ?1 AND browser_hash = ?2 AND state = 'linking' AND expires_at > ?3
         RETURNING id, identity",
        values![occasion.id().to_string(), occasion.browser(), now],
        waiting,
    )
    .await
}

/// The linked identity with a hash.
pub(super) async fn linked(
    db: impl Reads,
    (source, hash): (IdentitySource, &[u8; 32]),
) -> Result<Option<LinkedIdentity>, db::Error> {
    db.optional(
        "SELECT id, person_id, source, name FROM linked_identities WHERE source = ?1 AND identifier_hash = ?2",
        values![source.to_string(), hash],
        linked_identity,
    )
    .await
}

/// The linked identity of a person.
pub(super) async fn find(
    db: impl Reads,
    person: PersonId,
    id: LinkedIdentityId,
) -> Result<Option<LinkedIdentity>, db::Error> {
    db.optional(
        "SELECT id, person_id, source, name FROM linked_identities WHERE id = ?1 AND person_id = ?2",
        values![id, person],
        linked_identity,
    )
    .await
}

/// The linked identities of a person.
pub(super) async fn of_person(db: impl Reads, person: PersonId) -> Result<Vec<LinkedIdentity>, db::Error> {
    db.all(
        "SELECT id, person_id, source, name FROM linked_identities WHERE person_id = ?1 ORDER BY id LIMIT 20",
        values![person],
        linked_identity,
    )
    .await
}

/// Links an identity, unless somebody is known by it.
pub(super) async fn add(
    tx: &mut Tx<'_>,
    app: &Core,
    person: PersonId,
    IdentityLink { wanted, hash, name }: &IdentityLink<'_>,
    now: Timestamp,
) -> Result<Option<LinkedIdentityId>, Fault> {
    let id = LinkedIdentityId::new(now, &app.random);
    let plain = wanted.identifier.reveal().as_bytes();
    let sealed = app.master_keys.seal(&app.random, &purpose("identifier", id), plain)?;
    let is_added = tx
        .use_once(
            "INSERT INTO linked_identities (id, person_id, source, identifier_hash, identifier, name, created_at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT (source, identifier_hash) DO NOTHING",
            values![id, person, wanted.source.to_string(), *hash, &sealed, *name, now],
        )
        .await?;
    Ok(is_added.then_some(id))
}

/// Remembers a use. Returns whether the identity is still linked.
pub(super) async fn used(tx: &mut Tx<'_>, linked: &LinkedIdentity, now: Timestamp) -> Result<bool, db::Error> {
    tx.use_once(
        "UPDATE linked_identities SET last_used_at = ?3 WHERE id = ?1 AND person_id = ?2",
        values![linked.id, linked.person, now],
    )
    .await
}

/// Removes a linked identity of a person. Returns whether there was one.
pub(super) async fn remove(tx: &mut Tx<'_>, person: PersonId, id: LinkedIdentityId) -> Result<bool, db::Error> {
    tx.use_once("DELETE FROM linked_identities WHERE id = ?1 AND person_id = ?2", values![id, person]).await
}

/// Removes the identities that a person linked from an instant on.
pub(super) async fn remove_since(tx: &mut Tx<'_>, person: PersonId, since: Timestamp) -> Result<u64, db::Error> {
    tx.execute("DELETE FROM linked_identities WHERE person_id = ?1 AND created_at >= ?2", values![person, since]).await
}

/// Keeps the identifier by which a company expects a person, in the place of another.
pub(super) async fn expect(
    tx: &mut Tx<'_>,
    (company, person): (CompanyId, PersonId),
    (source, hash): (IdentitySource, &[u8; 32]),
    now: Timestamp,
) -> Result<(), db::Error> {
    tx.execute(
        "INSERT INTO expected_identities (company_id, person_id, source, identifier_hash, created_at)
         VALUES (?1, ?2, ?3, ?4, ?5)
         ON CONFLICT (company_id, person_id) DO UPDATE
         SET source = excluded.source, identifier_hash = excluded.identifier_hash, created_at = excluded.created_at",
        values![company, person, source.to_string(), hash, now],
    )
    .await?;
    Ok(())
}

/// Removes the identifier by which a company expects a person. Returns whether there was one.
pub(super) async fn unexpect(tx: &mut Tx<'_>, company: CompanyId, person: PersonId) -> Result<bool, db::Error> {
    tx.use_once("DELETE FROM expected_identities WHERE company_id = ?1 AND person_id = ?2", values![company, person])
        .await
}

/// Removes whatever companies expect a person by.
pub(super) async fn unexpect_everywhere(tx: &mut Tx<'_>, person: PersonId) -> Result<(), db::Error> {
    tx.execute("DELETE FROM expected_identities WHERE person_id = ?1", values![person]).await?;
    Ok(())
}

/// The people whom companies expect by an identifier, two at most.
pub(super) async fn expected(
    db: impl Reads,
    (source, hash): (IdentitySource, &[u8; 32]),
) -> Result<Vec<PersonId>, db::Error> {
    db.all(
        "SELECT DISTINCT person_id FROM expected_identities WHERE source = ?1 AND identifier_hash = ?2 LIMIT 2",
        values![source.to_string(), hash],
        |row| row.get(0),
    )
    .await
}

/// Removes questions that ended before an instant.
pub async fn expire(tx: &mut Tx<'_>, before: Timestamp) -> Result<u64, db::Error> {
    tx.execute("DELETE FROM identity_questions WHERE expires_at < ?1", values![before]).await
}

fn linked_identity(row: &Row<'_>) -> Result<LinkedIdentity, db::Error> {
    Ok(LinkedIdentity { id: row.get(0)?, person: row.get(1)?, source: parsed(row, 2)?, name: row.get(3)? })
}

fn question(row: &Row<'_>) -> Result<IdentityQuestion, db::Error> {
    let unreadable = || db::Error::Fault("a question to a provider cannot be read".to_owned());
    let browser: Vec<u8> = row.get(2)?;
    let state: String = row.get(7)?;
    Ok(IdentityQuestion {
        id: row.get(0)?,
        occasion: Occasion::SignIn {
            id: row.get_parsed(1)?.ok_or_else(unreadable)?,
            browser: browser.try_into().map_err(|_| unreadable())?,
        },
        provider: row.get(3)?,
        method: row.get(4)?,
        is_fresh: row.get(5)?,
        secrets: row.get(6)?,
        is_open: state == "asked",
        asked_at: row.get(8)?,
    })
}
