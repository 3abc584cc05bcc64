//! Reading lines, each of a bounded length, so many at a time.

use std::io::{BufRead, Read};

use serde_json::error::Category;

use super::super::records::Record;
use super::checked::RecordRefusal;

/// The most bytes of a line. A person with every factor has a few thousand.
const LONGEST: u64 = 1024 * 1024;
/// The most lines of a batch.
const BATCH: usize = 1000;
/// The bytes after which a batch is full.
const BATCH_BYTES: usize = 4 * 1024 * 1024;

/// One line of the file.
pub(super) struct ImportLine {
    pub(super) number: u64,
    pub(super) record: Result<Record, RecordRefusal>,
}

/// The lines of a file.
pub(super) struct Lines<R> {
    reader: R,
    number: u64,
}

impl<R: BufRead> Lines<R> {
    pub(super) fn new(reader: R) -> Self {
        Self { reader, number: 0 }
    }

    /// The next lines; none at the end. Empty lines are passed over.
    pub(super) fn batch(&mut self) -> std::io::Result<Vec<ImportLine>> {
        let (mut lines, mut bytes) = (Vec::new(), 0);
        let mut text = Vec::new();
        while lines.len() < BATCH && bytes < BATCH_BYTES {
            text.clear();
            let length = (&mut self.reader).take(LONGEST).read_until(b'\n', &mut text)?;
            if length == 0 {
                break;
            }
            self.number += 1;
            bytes += length;
            let is_whole = text.ends_with(b"\n") || u64::try_from(length).is_ok_and(|length| length < LONGEST);
            let record = if is_whole {
                if text.trim_ascii().is_empty() {
                    continue;
                }
                serde_json::from_slice(&text).map_err(|error| reason(&error))
            } else {
                self.skip()?;
                Err(RecordRefusal::because("is longer than a megabyte"))
            };
            lines.push(ImportLine { number: self.number, record });
        }
        Ok(lines)
    }

    /// Passes over the rest of a line that is too long.
    fn skip(&mut self) -> std::io::Result<()> {
        loop {
            let buffer = self.reader.fill_buf()?;
            let (taken, is_end) = match buffer.iter().position(|byte| *byte == b'\n') {
                Some(place) => (place + 1, true),
                None => (buffer.len(), buffer.is_empty()),
            };
            self.reader.consume(taken);
            if is_end {
                return Ok(());
            }
        }
    }
}

/// The reason for which a line is no record. The words of the parser can quote a value, which may be a secret: only the
/// names of missing fields are passed on.
fn reason(error: &serde_json::Error) -> RecordRefusal {
    let said = error.to_string();
    let column = error.column();
    RecordRefusal(match error.classify() {
        Category::Data => match said.split_once(" at line").map_or(said.as_str(), |(words, _)| words) {
            words if words.starts_with("missing field") => words.to_owned(),
            words if words.starts_with("unknown field") => format!("has a field that is not known (column {column})"),
            words if words.starts_with("unknown variant") => {
                format!("has a kind or word that is not known (column {column})")
            }
            _ => format!("has a value of another type than its field (column {column})"),
        },
        _ => format!("is not JSON (column {column})"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Vec<(u64, Option<String>)> {
        let mut lines = Lines::new(text.as_bytes());
        let batch = lines.batch().unwrap();
        batch.into_iter().map(|line| (line.number, line.record.err().map(|refused| refused.0))).collect()
    }

    #[test]
    fn a_bad_line_is_told_with_its_number_and_without_what_stands_in_it() {
        let text = "{\"kind\":\"person\",\"email\":\"a@b.example\",\"given_name\":\"A\"}\n\n\
                    {\"kind\":\"person\",\"email\":\"a@b.example\"}\n\
                    {\"kind\":\"person\",\"email\":\"a@b.example\",\"given_name\":\"A\",\"password\":\"hunter2\"}\n\
                    {\"kind\":\"hunter2\"}\nhunter2\n\
                    {\"kind\":\"person\",\"email\":\"a@b.example\",\"given_name\":\"A\",\"hunter2\":1}";
        let told = read(text);
        let numbers: Vec<_> = told.iter().map(|(number, problem)| (*number, problem.is_some())).collect();
        assert_eq!(numbers, [(1, false), (3, true), (4, true), (5, true), (6, true), (7, true)]);
        assert_eq!(told[1].1.as_deref(), Some("missing field `given_name`"));
        assert!(told.iter().flat_map(|(_, problem)| problem).all(|problem| !problem.contains("hunter2")), "{told:?}");
    }

    #[test]
    fn a_line_without_end_takes_no_memory_and_the_next_one_is_read() {
        let long = "x".repeat(3 * 1024 * 1024);
        let told = read(&format!("{long}\n{{\"kind\":\"engagement\",\"office\":\"a\",\"client\":\"b\"}}"));
        assert_eq!(told, [(1, Some("is longer than a megabyte".to_owned())), (2, None)]);
    }
}
