//! The history as a CSV file, sent while it is read in batches by an index, with a largest size.

use axum::body::{Body, Bytes};
use axum::response::{IntoResponse, Response};
use futures_util::{StreamExt, stream};
use http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};

use super::filters::Filters;
use super::words;
use crate::admin::gate::{CompanyGate, Console};
use crate::administration::exports;
use crate::platform::clock::Timestamp;
use crate::platform::history::{self, LookFor, Recorded, Within};
use crate::platform::web::early::EarlyAnswer;
use crate::platform::web::parameters::Form;
use crate::platform::web::translations::Texts;

/// Entries of a batch.
const READ: i64 = 500;
/// The most batches of a file: 200,000 entries.
const MOST_BATCHES: usize = 400;
/// The end of a line (RFC 4180).
const END: &str = "\r\n";

/// Sends the entries that pass the filters as CSV. A sign-in on the way leads back to the page with these filters.
pub(crate) async fn download(gate: CompanyGate, Form(fields): Form) -> Result<Response, EarlyAnswer> {
    let filters = Filters { before: None, ..Filters::of(&fields) };
    let query = filters.query(None);
    let console = gate.back_to(&format!("history?{query}")).enter_afresh().await?;
    let mut reader = console.app.db.reader().await?;
    let applications = super::super::applications::known_names(&mut reader, console.company.id).await?;
    drop(reader);
    console.act(move |tx, context| Box::pin(async move { exports::history(tx, context, &query).await })).await?;
    let known = applications.into_iter().map(|(id, name)| (id.to_string(), name)).collect();
    let download = Download {
        within: filters.within(&console.app.settings.time_zone),
        look_for: filters.look_for(),
        texts: Texts::new(console.visit.language),
        applications: known,
        filters,
        console,
        batches: 0,
        is_over: false,
    };
    let lines = stream::unfold(download, |mut download| async move {
        let lines = download.next().await?;
        Some((lines, download))
    });
    // The compressing layer polls once more after the end.
    let lines = lines.fuse();
    let headers =
        [(CONTENT_TYPE, "text/csv; charset=utf-8"), (CONTENT_DISPOSITION, "attachment; filename=\"history.csv\"")];
    Ok((headers, Body::from_stream(lines)).into_response())
}

struct Download {
    console: Console,
    filters: Filters,
    within: Within,
    look_for: LookFor,
    texts: Texts,
    applications: Vec<(String, String)>,
    batches: usize,
    is_over: bool,
}

impl Download {
    /// The next lines; `None` after the last. A fault breaks the transfer off, so that nobody takes the file for whole.
    async fn next(&mut self) -> Option<Result<Bytes, std::io::Error>> {
        if self.is_over {
            return None;
        }
        let mut text = String::new();
        if self.batches == 0 {
            // Spreadsheet programs recognise UTF-8 by this mark.
            text.push('\u{feff}');
            text.push_str("time,event,words,person,actor,application,network,browser,error identifier");
            text.push_str(END);
        }
        self.batches += 1;
        let company = self.console.company.id.to_string();
        let batch = history::of_company(&self.console.app.db, &company, &self.look_for, &self.within, READ).await;
        let batch = match batch {
            Ok(batch) => batch,
            Err(error) => {
                self.is_over = true;
                return Some(Err(std::io::Error::other(error.to_string())));
            }
        };
        let is_one = matches!(self.look_for, LookFor::Error(_));
        self.is_over = i64::try_from(batch.len()).unwrap_or(READ) < READ || is_one || self.batches == MOST_BATCHES;
        for entry in batch {
            if self.filters.lets_through(&entry) {
                self.line(&entry, &mut text);
            }
            self.within.before = Some(entry.id);
        }
        Some(Ok(Bytes::from(text)))
    }

    fn line(&self, entry: &Recorded, text: &mut String) {
        let at = Timestamp::from_milliseconds(entry.at).in_zone(&jiff::tz::TimeZone::UTC);
        let application = entry.application.as_ref();
        let application = self.applications.iter().find(|(id, _)| application == Some(id));
        let cells = [
            at.map(|at| at.timestamp().to_string()).unwrap_or_default(),
            entry.event.clone(),
            words::on_one_line(self.texts, entry),
            entry.person.clone().unwrap_or_default(),
            entry.actor.clone().unwrap_or_default(),
            application.map(|(_, name)| name.clone()).unwrap_or_default(),
            entry.network.clone().unwrap_or_default(),
            entry.user_agent.clone().unwrap_or_default(),
            entry.error_id.clone().unwrap_or_default(),
        ];
        let cells: Vec<String> = cells.iter().map(|value| cell(value)).collect();
        text.push_str(&cells.join(","));
        text.push_str(END);
    }
}

/// A value as a cell, always in quotes, that no spreadsheet takes for a formula (OWASP, CSV injection).
fn cell(value: &str) -> String {
    let begins_formula = value.trim_start().starts_with(['=', '+', '-', '@', '\t', '\r', '\n']);
    let guard = if begins_formula { "'" } else { "" };
    format!("\"{guard}{}\"", value.replace('"', "\"\"").replace(['\r', '\n'], " "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn nothing_is_taken_for_a_formula() {
        assert_eq!(cell("=cmd|' /C calc'!A0"), "\"'=cmd|' /C calc'!A0\"");
        for text in ["+1", "-1", "@SUM(A1)", " =1", "\t=1"] {
            assert!(cell(text).starts_with("\"'"), "{text}");
        }
        assert_eq!(cell("Safari on Mac"), "\"Safari on Mac\"");
        assert_eq!(cell("a\"b"), "\"a\"\"b\"");
    }

    proptest! {
        #[test]
        fn any_value_stays_one_cell_on_one_line(value in "\\PC{0,40}|[\r\n\",=+@-]{0,20}") {
            let cell = cell(&value);
            let inside = cell.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).unwrap();
            prop_assert!(!inside.replace("\"\"", "").contains('"'));
            prop_assert!(!cell.contains(['\r', '\n']));
            prop_assert!(!inside.trim_start().starts_with(['=', '+', '-', '@']));
        }
    }
}
