//! The table of words.

use super::{Scope, words};
use crate::platform::db::{self, Reads, Tx};
use crate::values;

/// How many words of one subject may begin alike: a name, and an address that is made of it. The rows are
/// read in the order of the index, so that a search stops early.
const MOST_WORDS_THAT_BEGIN_ALIKE: i64 = 4;

/// Keeps what a subject is found by within a scope, in place of what was kept.
///
/// # Errors
/// Every fault of the database.
pub async fn keep(tx: &mut Tx<'_>, scope: Scope, subject: &str, found_by: &[Vec<u8>]) -> Result<(), db::Error> {
    forget(tx, scope, subject).await?;
    for word in found_by {
        tx.execute(
            "INSERT INTO search_words (scope, word, subject) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING",
            values![scope.stored(), word, subject],
        )
        .await?;
    }
    Ok(())
}

/// Forgets what a subject is found by within a scope.
///
/// # Errors
/// Every fault of the database.
pub async fn forget(tx: &mut Tx<'_>, scope: Scope, subject: &str) -> Result<(), db::Error> {
    tx.execute("DELETE FROM search_words WHERE subject = ?2 AND scope = ?1", values![scope.stored(), subject]).await?;
    Ok(())
}

/// The subjects within a scope that have, for each of the first three words typed, a word that begins
/// with it; in the order of what they are found by, at most `limit`. Of nothing typed, nothing.
///
/// # Errors
/// Every fault of the database.
pub async fn matching(db: impl Reads, scope: Scope, typed: &str, limit: i64) -> Result<Vec<String>, db::Error> {
    // The longest word first: it is the one that the fewest begin with.
    let mut typed = words([typed]);
    typed.sort_by_key(|word| std::cmp::Reverse(word.len()));
    let mut typed = typed.into_iter();
    let Some(first) = typed.next() else { return Ok(Vec::new()) };
    let second = typed.next().unwrap_or_default();
    let third = typed.next().unwrap_or_default();
    let scope = scope.stored();
    let found: Vec<String> = db
        .all(
            "SELECT words.subject FROM search_words AS words
         WHERE words.scope = ?1 AND words.word >= ?2 AND words.word < ?3
           AND EXISTS (SELECT 1 FROM search_words AS others WHERE others.subject = words.subject AND others.scope = ?1
                       AND others.word >= ?4 AND others.word < ?5)
           AND EXISTS (SELECT 1 FROM search_words AS others WHERE others.subject = words.subject AND others.scope = ?1
                       AND others.word >= ?6 AND others.word < ?7)
         ORDER BY words.word, words.subject LIMIT ?8",
            values![
                &scope,
                &first,
                &end(&first),
                &second,
                &end(&second),
                &third,
                &end(&third),
                limit.saturating_mul(MOST_WORDS_THAT_BEGIN_ALIKE)
            ],
            |row| row.get(0),
        )
        .await?;
    let mut subjects: Vec<String> = Vec::new();
    for subject in found {
        if !subjects.contains(&subject) && i64::try_from(subjects.len()).is_ok_and(|count| count < limit) {
            subjects.push(subject);
        }
    }
    Ok(subjects)
}

/// What stands after every word that begins with these bytes: no UTF-8 has the byte 0xFF.
fn end(word: &[u8]) -> Vec<u8> {
    word.iter().copied().chain([0xFF]).collect()
}
