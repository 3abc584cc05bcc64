//! The table of words.

use std::cmp::Reverse;

use super::{SearchScope, words};
use crate::platform::db::{self, Reads, Source, Tx, Value};
use crate::values;

/// The greatest number of words of one subject that begin alike: a name, and an address made of it. Rows are read in
/// the order of the index, so that a search stops early.
const MOST_WORDS_THAT_BEGIN_ALIKE: i64 = 4;
/// The number of words that one statement stores: a name and an address, usually everything.
const WORDS_AT_ONCE: usize = 4;
/// The number of typed words that are searched.
const WORDS_TYPED: usize = 3;
/// The limit for counting the words that begin with a typed one, to tell the rare from the frequent.
const COUNTED: i64 = 2000;

/// All search words of a subject within a scope.
pub(crate) struct SearchEntry {
    /// The scope.
    pub(crate) scope: SearchScope,
    /// The identifier of the subject.
    pub(crate) subject: String,
    /// The words, as [`words`] makes them.
    pub(crate) words: Vec<Vec<u8>>,
}

/// Stores the search words of a subject within a scope, in place of the previous ones.
pub async fn keep(tx: &mut Tx<'_>, scope: SearchScope, subject: &str, found_by: &[Vec<u8>]) -> Result<(), db::Error> {
    forget(tx, scope, subject).await?;
    add_each(tx, &[SearchEntry { scope, subject: subject.to_owned(), words: found_by.to_vec() }]).await
}

/// Adds subjects that have no search words yet.
pub(crate) async fn add_each(tx: &mut Tx<'_>, entries: &[SearchEntry]) -> Result<(), db::Error> {
    let mut each = Vec::with_capacity(entries.len());
    for SearchEntry { scope, subject, words } in entries {
        for words in words.chunks(WORDS_AT_ONCE) {
            // The last word fills the parameters of a statement that has fewer words, and is stored once.
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

/// Removes the search words of a subject within a scope.
pub async fn forget(tx: &mut Tx<'_>, scope: SearchScope, subject: &str) -> Result<(), db::Error> {
    tx.execute("DELETE FROM search_words WHERE subject = ?2 AND scope = ?1", values![scope.stored(), subject]).await?;
    Ok(())
}

/// The subjects within a scope that have, for each of the three longest typed words, a word beginning with it; in the
/// order of those words, at most `limit`. Nothing typed finds nothing.
pub async fn matching(
    source: &mut Source<'_, '_>,
    scope: SearchScope,
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
    // Usually each row is another subject; otherwise more rows are read.
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

/// The subjects without repetition, in their order.
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

/// Reads by the first word, and checks the others for each row until there are enough: `OFFSET` keeps PostgreSQL from
/// first collecting all matches of the others, which for a frequent name would be everybody.
async fn of_words(
    source: &mut Source<'_, '_>,
    scope: &str,
    (first, others): (&[u8], &[Vec<u8>]),
    rows: i64,
) -> Result<Vec<String>, db::Error> {
    // With two typed words the third is the second, and is not checked again.
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

/// The words ordered by the number of their matches: the first is read, the others are checked for each of its rows. A
/// frequent name read first would check a rare word for everybody of that name.
async fn rarest_first(
    source: &mut Source<'_, '_>,
    scope: &str,
    typed: Vec<Vec<u8>>,
) -> Result<Vec<Vec<u8>>, db::Error> {
    let each: Vec<_> =
        typed.iter().map(|word| [scope.into(), word.into(), Value::from(end(word)), COUNTED.into()]).collect();
    let counts: Vec<i64> = source
        .each(
            "SELECT COUNT(*) FROM (SELECT word FROM search_words
                                   WHERE scope = ?1 AND word >= ?2 AND word < ?3 LIMIT ?4) AS limited",
            &each,
            |row| row.get(0),
        )
        .await?;
    let mut counted: Vec<_> = counts.into_iter().zip(typed).collect();
    counted.sort_by_key(|(count, _)| *count);
    Ok(counted.into_iter().map(|(_, word)| word).collect())
}

/// The end of the range of words that begin with these bytes: no UTF-8 has the byte 0xFF.
fn end(word: &[u8]) -> Vec<u8> {
    word.iter().copied().chain([0xFF]).collect()
}
