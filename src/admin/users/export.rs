//! The users of a company as a file, read page by page while it is sent, so that memory does not limit its size.

use std::fmt::Write as _;

use axum::body::{Body, Bytes};
use axum::response::{IntoResponse, Response};
use futures_util::stream;
use http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};

use super::super::gate::FreshConsole;
use super::list::{factor_in_words, standing};
use crate::administration::exports;
use crate::app::App;
use crate::directory::companies::CompanyId;
use crate::directory::people::PersonId;
use crate::directory::users::{self, Filter, Member};
use crate::platform::clock::Timestamp;
use crate::platform::db;
use crate::platform::web::early::EarlyAnswer;
use crate::platform::web::translations::Texts;
use crate::proofs;

/// Users of a batch.
const READ: i64 = 500;
/// Users whose second factors one statement reads.
const ASKED_AT_ONCE: usize = 20;

/// Sends the users, except removed ones, as comma-separated values.
pub(crate) async fn export(FreshConsole(console): FreshConsole) -> Result<Response, EarlyAnswer> {
    console.act(|tx, context| Box::pin(exports::users(tx, context))).await?;
    let texts = Texts::new(console.visit.language);
    let heads = [
        "admin-name",
        "admin-email",
        "admin-role",
        "admin-profile",
        "admin-standing",
        "admin-last-sign-in",
        "admin-factor",
    ];
    let first = line(heads.map(|key| texts.text(key)).iter().map(String::as_str));
    let (company, now) = (console.company.id, console.visit.now);
    let begin =
        UserExport { app: console.app, texts, company, now, after: Some((Vec::new(), None)), first: Some(first) };
    let body = Body::from_stream(stream::try_unfold(begin, UserExport::next));
    let name = format!("attachment; filename=\"users-{company}.csv\"");
    Ok(([(CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()), (CONTENT_DISPOSITION, name)], body).into_response())
}

/// The state of a running export.
struct UserExport {
    app: App,
    texts: Texts,
    company: CompanyId,
    now: Timestamp,
    after: Option<(Vec<u8>, Option<PersonId>)>,
    first: Option<String>,
}

impl UserExport {
    async fn next(mut self) -> Result<Option<(Bytes, Self)>, db::Error> {
        let Some((key, person)) = self.after.take() else { return Ok(None) };
        let members = users::list(&self.app.db, self.company, (Filter::All, None), (&key, person), READ).await?;
        let mut text = self.first.take().unwrap_or_default();
        for some in members.chunks(ASKED_AT_ONCE) {
            let people: Vec<PersonId> = some.iter().map(|member| member.person).collect();
            let held = proofs::held_by(&self.app.db, &people).await?;
            for member in some {
                let factor = factor_in_words(self.texts, member, held.get(&member.person));
                text.push_str(&user(self.texts, member, &factor, self.now));
            }
        }
        if i64::try_from(members.len()).is_ok_and(|read| read == READ) {
            self.after = members.last().map(|last| (last.sort_key.clone(), Some(last.person)));
        }
        Ok(Some((Bytes::from(text), self)))
    }
}

fn user(texts: Texts, member: &Member, factor: &str, now: Timestamp) -> String {
    let roles = member.roles.iter().map(|role| role.as_str()).collect::<Vec<_>>().join(", ");
    let last = member.last_sign_in_at.and_then(|at| at.in_zone(&jiff::tz::TimeZone::UTC));
    let last = last.map(|at| at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()).unwrap_or_default();
    let standing = texts.text(standing(member, now).key());
    let profile = member.profile.as_deref().unwrap_or_default();
    line([member.name.as_str(), &member.email, &roles, profile, &standing, &last, factor])
}

/// A line of the file (RFC 4180).
fn line<'c>(cells: impl IntoIterator<Item = &'c str>) -> String {
    let mut line = String::new();
    for (index, cell) in cells.into_iter().enumerate() {
        let comma = if index == 0 { "" } else { "," };
        let _ = write!(line, "{comma}\"{}\"", safe(cell).replace('"', "\"\""));
    }
    line.push_str("\r\n");
    line
}

/// A cell that no spreadsheet takes for a formula (OWASP, CSV injection).
fn safe(cell: &str) -> String {
    let is_formula = cell.trim_start().starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠']);
    if is_formula || cell.starts_with(['\t', '\r', '\n']) { format!("'{cell}") } else { cell.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_is_quoted_and_never_a_formula() {
        assert_eq!(line(["Aino", "a \"b\", c"]), "\"Aino\",\"a \"\"b\"\", c\"\r\n");
        for formula in ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", " =1", "＝1", "\tAino"] {
            assert_eq!(line([formula]), format!("\"'{formula}\"\r\n"));
        }
        assert_eq!(line(["aino@kallio.example"]), "\"aino@kallio.example\"\r\n");
    }
}
