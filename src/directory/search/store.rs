//! The table of words.

use std::cmp::Reverse;

use super::{Scope, words};
use crate::platform::db::{self, Reads, Source, Tx};
use crate::values;

/// How many words of one subject may begin alike: a name, and an address that is made of it. The rows are
/// read in the order of the index, so that a search stops early.
const MOST_WORDS_THAT_BEGIN_ALIKE: i64 = 4;
/// How many words one statement keeps: a name and an address, and mostly all there is.
const WORDS_AT_ONCE: usize = 4;
/// How many words are searched for.
const WORDS_TYPED: usize = 3;
/// Up to how many it is counted how many begin with what was typed, to tell the rare from the frequent.
const COUNTED: i64 = 2000;

/// Keeps what a subject is found by within a scope, in place of what was kept.
///
/// # Errors
/// Every fault of the database.
pub async fn keep(tx: &mut Tx<'_>, scope: Scope, subject: &str, found_by: &[Vec<u8>]) -> Result<(), db::Error> {
    forget(tx, scope, subject).await?;
    add(tx, scope, subject, found_by).await
}

/// Keeps what a subject is found by within a scope beside what was kept: of one that is new there, all.
///
/// # Errors
/// Every fault of the database.
pub async fn add(tx: &mut Tx<'_>, scope: Scope, subject: &str, found_by: &[Vec<u8>]) -> Result<(), db::Error> {
    let scope = scope.stored();
    for words in found_by.chunks(WORDS_AT_ONCE) {
        // Fewer than a statement takes: the last one stands for those that are missing, and is kept once.
        let word = |place: usize| words.get(place).or(words.last()).map(Vec::as_slice).unwrap_or_default();
        tx.execute(
            "INSERT INTO search_words (scope, subject, word) VALUES (?1, ?2, ?3), (?1, ?2, ?4), (?1, ?2, ?5), (?1, ?2, ?6)
             ON CONFLICT DO NOTHING",
            values![&scope, subject, word(0), word(1), word(2), word(3)],
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

/// The subjects within a scope that have, for each of the three longest words typed, a word that begins
/// with it; in the order of what they are found by, at most `limit`. Of nothing typed, nothing.
///
/// # Errors
/// Every fault of the database.
pub async fn matching(
    source: &mut Source<'_, '_>,
    scope: Scope,
    typed: &str,
    limit: i64,
) -> Result<Vec<String>, db::Error> {
    let scope = scope.stored();
    let mut typed = words([typed]);
    typed.sort_by_key(|word| Reverse(word.len()));
    typed.truncate(WORDS_TYPED);
    if typed.len() > 1 {
        typed = rarest_first(source, &scope, typed).await?;
    }
    let mut typed = typed.into_iter();
    let Some(first) = typed.next() else { return Ok(Vec::new()) };
    let second = typed.next().unwrap_or_default();
    let third = typed.next().unwrap_or_default();
    let found: Vec<String> = source
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

/// The words by how many begin with each: the first is what is read, the others are looked up for each of its
/// rows. A word that is nobody's, beside a frequent name, would otherwise be looked up for all of that name.
async fn rarest_first(
    source: &mut Source<'_, '_>,
    scope: &str,
    typed: Vec<Vec<u8>>,
) -> Result<Vec<Vec<u8>>, db::Error> {
    let mut counted = Vec::with_capacity(typed.len());
    for word in typed {
        let count: i64 = source
            .one(
                "SELECT COUNT(*) FROM (SELECT word FROM search_words
                                       WHERE scope = ?1 AND word >= ?2 AND word < ?3 LIMIT ?4) AS limited",
                values![scope, &word, &end(&word), COUNTED],
                |row| row.get(0),
            )
            .await?;
        counted.push((count, word));
    }
    counted.sort_by_key(|(count, _)| *count);
    Ok(counted.into_iter().map(|(_, word)| word).collect())
}

/// What stands after every word that begins with these bytes: no UTF-8 has the byte 0xFF.
fn end(word: &[u8]) -> Vec<u8> {
    word.iter().copied().chain([0xFF]).collect()
}
