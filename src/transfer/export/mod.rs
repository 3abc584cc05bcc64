//! Writing everything out, page after page: the memory it takes does not grow with the database. On SQLite all pages show
//! one moment.
//!
//! The directory, applications and policies leave. Seeds in the clear, signing keys, sessions, tokens, messages and the
//! history never leave. Hashes and sealed seeds leave only with `--with-secrets`.

mod store;

use std::io::{BufWriter, Write};
use std::path::Path;

use serde_json::{Value, json};

use super::records::Record;
use crate::app::App;
use crate::commands::{Failed, Output};
use crate::platform::db::Reader;
use crate::platform::private_file;

/// The number of records of a page.
const PAGE: i64 = 500;

pub(super) async fn run(app: &App, file: Option<&Path>, with_secrets: bool, output: Output) -> Result<(), Failed> {
    let mut out: Box<dyn Write + Send> = match file {
        Some(file) => Box::new(private_file::create(file).map_err(Failed::because)?),
        None => Box::new(std::io::stdout()),
    };
    let mut writer = Writer { out: BufWriter::new(&mut out), counts: [0; Record::KINDS.len()] };
    let mut reader = app.db.reader().await?;
    everything(&mut reader, &mut writer, with_secrets).await?;
    writer.out.flush().map_err(Failed::because)?;
    let counts: serde_json::Map<String, Value> =
        Record::KINDS.iter().zip(writer.counts).map(|(kind, count)| ((*kind).to_owned(), json!(count))).collect();
    if file.is_some() {
        output.done(&json!({ "exported": counts }), || {
            let words = Record::KINDS.iter().zip(writer.counts).filter(|(_, count)| *count > 0);
            words.map(|(kind, count)| format!("{count} {kind}")).collect::<Vec<_>>().join(", ")
        });
    }
    Ok(())
}

struct Writer<W: Write> {
    out: W,
    counts: [u64; Record::KINDS.len()],
}

impl<W: Write> Writer<W> {
    fn write(&mut self, record: &Record) -> Result<(), Failed> {
        serde_json::to_writer(&mut self.out, record).map_err(Failed::because)?;
        self.out.write_all(b"\n").map_err(Failed::because)?;
        let place = Record::KINDS.iter().position(|kind| *kind == record.kind());
        if let Some(count) = place.and_then(|place| self.counts.get_mut(place)) {
            *count += 1;
        }
        Ok(())
    }
}

/// Writes each kind: its pages are read, each from the place where the one before ended, until one is not full.
async fn everything<W: Write>(reader: &mut Reader, writer: &mut Writer<W>, with_secrets: bool) -> Result<(), Failed> {
    macro_rules! each {
        ($page:path $(, $more:expr)*) => {
            let mut after = (String::new(), String::new());
            loop {
                let page = $page(reader, (&after.0, &after.1), PAGE $(, $more)*).await?;
                let is_last = i64::try_from(page.len()).is_ok_and(|length| length < PAGE);
                for (place, record) in page {
                    writer.write(&record)?;
                    after = place;
                }
                if is_last {
                    break;
                }
            }
        };
    }
    each!(store::companies);
    each!(store::engagements);
    each!(store::applications, with_secrets);
    each!(store::company_applications);
    each!(store::profiles);
    each!(store::people, with_secrets);
    each!(store::users);
    each!(store::employees);
    Ok(())
}
