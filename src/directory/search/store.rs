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
pub async fn keep(tx: &mut Tx<'_>, scope: Scope, subject: &str, found_by: &[Vec<u8>]) -> Result<(), db::Error> {
    forget(tx, scope, subject).await?;
    add_each(tx, &[(scope, subject.to_owned(), found_by.to_vec())]).await
}

/// Keeps what subjects are found by within a scope beside what was kept: of those that are new there, all.
pub async fn add_each(tx: &mut Tx<'_>, subjects: &[(Scope, String, Vec<Vec<u8>>)]) -> Result<(), db::Error> {
    let mut each = Vec::with_capacity(subjects.len());
    for (scope, subject, found_by) in subjects {
        for words in found_by.chunks(WORDS_AT_ONCE) {
            // Fewer than a statement takes: the last one stands for those that are missing, and is kept once.
            let word = |place: usize| words.get(place).or(words.last()).map(Vec::as_slice).unwrap_or_default();
            each.push([
                scope.stored().into(),
                subject.as_str().into(),
                word(0).into(),
                word(1).into(),
                word(2).into(),
                word(3).into(),
            ]);
        }
    }
    tx.execute_each(
        "INSERT INTO search_words (scope, subject, word) VALUES (?1, ?2, ?3), (?1, ?2, ?4), (?1, ?2, ?5), (?1, ?2, ?6)
         ON CONFLICT DO NOTHING",
        &each,
    )
    .await
}

/// Forgets what a subject is found by within a scope.
pub async fn forget(tx: &mut Tx<'_>, scope: Scope, subject: &str) -> Result<(), db::Error> {
    tx.execute("DELETE FROM search_words WHERE subject = ?2 AND scope = ?1", values![scope.stored(), subject]).await?;
    Ok(())
}

/// The subjects within a scope that have, for each of the three longest words typed, a word that begins
/// with it; in the order of what they are found by, at most `limit`. Of nothing typed, nothing.
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
    // Mostly each row is somebody else; only where they are not, more rows are read.
    let mut subjects = Vec::new();
    for rows in [limit, limit.saturating_mul(MOST_WORDS_THAT_BEGIN_ALIKE)] {
        let found = match typed.as_slice() {
            [] => Vec::new(),
            [only] => of_one_word(source, &scope, only, rows).await?,
            [first, others @ ..] => of_words(source, &scope, (first, others), rows).await?,
        };
        let is_all = i64::try_from(found.len()).is_ok_and(|count| count < rows);
        subjects = each_once(found);
        if is_all || i64::try_from(subjects.len()).is_ok_and(|count| count >= limit) {
            break;
        }
    }
    subjects.truncate(usize::try_from(limit).unwrap_or_default());
    Ok(subjects)
}

/// The subjects in the order in which they were first found.
fn each_once(found: Vec<String>) -> Vec<String> {
    let mut subjects: Vec<String> = Vec::with_capacity(found.len());
    for subject in found {
        if !subjects.contains(&subject) {
            subjects.push(subject);
        }
    }
    subjects
}

async fn of_one_word(
    source: &mut Source<'_, '_>,
    scope: &str,
    typed: &[u8],
    rows: i64,
) -> Result<Vec<String>, db::Error> {
    source
        .all(
            "SELECT subject FROM search_words WHERE scope = ?1 AND word >= ?2 AND word < ?3
             ORDER BY word, subject LIMIT ?4",
            values![scope, typed, &end(typed), rows],
            |row| row.get(0),
        )
        .await
}

/// Reads by the first word, and looks the others up for each row until there are enough: `OFFSET` keeps
/// PostgreSQL from collecting all that the others find instead, which would be everybody of a frequent name.
async fn of_words(
    source: &mut Source<'_, '_>,
    scope: &str,
    (first, others): (&[u8], &[Vec<u8>]),
    rows: i64,
) -> Result<Vec<String>, db::Error> {
    // Of two words typed the third is the second, which is not looked up again.
    let other = |place: usize| others.get(place).or(others.last()).map(Vec::as_slice).unwrap_or_default();
    let (second, third) = (other(0), other(1));
    source
        .all(
            "SELECT words.subject FROM search_words AS words
             WHERE words.scope = ?1 AND words.word >= ?2 AND words.word < ?3
               AND EXISTS (SELECT 1 FROM search_words AS others WHERE others.subject = words.subject AND others.scope = ?1
                           AND others.word >= ?4 AND others.word < ?5 LIMIT 1 OFFSET 0)
               AND (?6 = ?4 OR
                    EXISTS (SELECT 1 FROM search_words AS others WHERE others.subject = words.subject AND others.scope = ?1
                            AND others.word >= ?6 AND others.word < ?7 LIMIT 1 OFFSET 0))
             ORDER BY words.word, words.subject LIMIT ?8",
            values![scope, first, &end(first), second, &end(second), third, &end(third), rows],
            |row| row.get(0),
        )
        .await
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
