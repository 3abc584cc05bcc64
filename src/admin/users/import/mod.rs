//! *Import users*: several people from a file or from pasted rows. First each row is shown with its outcome, then one
//! confirmation adds them, each by the act that adds a single user, and invites those who are new where that is wished
//! for. A sign-in on the way brings back the rows.

mod adding;
mod columns;
mod reading;
mod table;
pub mod views;

use std::time::Duration;

use axum::extract::Multipart;
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};

use super::super::frame;
use super::super::gate::{CompanyGate, Console, FreshConsole};
use super::super::views::{Choice, ConsoleFrame, Section};
use crate::administration as acts;
use crate::administration::Stop;
use crate::administration::giving::Giving;
use crate::administration::imports::{Candidate, Outlook};
use crate::administration::users::{Addition, WayOfJoining};
use crate::directory::invitations::IdentityCheck;
use crate::directory::rights::{self, ProfileId};
use crate::directory::typed_imports;
use crate::directory::users::Role;
use crate::platform::db::{self, Source};
use crate::platform::web::early::EarlyAnswer;
use crate::platform::web::page::Page;
use crate::platform::web::parameters::UrlQuery;
use crate::platform::web::refusal;
use crate::platform::web::translations::{Language, Texts};
use columns::{PeopleColumn, PeopleColumns};
use reading::{ImportTerms, ImportedRow};
use table::TableRow;
use views::{ImportPage, ImportRow, ImportRowsPage, RowOutcome};

const PAGE: &str = "users/import";
/// The largest file or text, in bytes.
const MOST_BYTES: usize = 256 * 1024;
/// The most people of one import.
const MOST_ROWS: usize = 500;
/// The most fields that are read.
const MOST_FIELDS: usize = 8;
/// The longest time in which the form must arrive.
const WITHIN: Duration = Duration::from_secs(30);

/// The form as it was sent.
#[derive(Clone, Debug, Default)]
struct SentImport {
    text: String,
    profile: Option<ProfileId>,
    /// Whether the administrator vouches for the identity of everybody, and invites those who are new.
    is_verified: bool,
    identity: Option<IdentityCheck>,
    act: ImportAct,
}

/// The wish of the form.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum ImportAct {
    /// To see the outcome of each row.
    #[default]
    Look,
    /// To change the rows once more.
    Correct,
    /// To add the people.
    Add,
}

impl SentImport {
    /// Reads the form.
    ///
    /// # Errors
    /// The key of the reason.
    async fn read(form: Multipart) -> Result<Self, &'static str> {
        tokio::time::timeout(WITHIN, Self::fields(form)).await.unwrap_or(Err("import-error-unreadable"))
    }

    async fn fields(mut form: Multipart) -> Result<Self, &'static str> {
        let mut sent = Self::default();
        let mut file = None;
        for _ in 0..MOST_FIELDS {
            let Some(mut field) = form.next_field().await.map_err(|_| "import-error-unreadable")? else { break };
            let name = field.name().unwrap_or("").to_owned();
            let mut bytes = Vec::new();
            while let Some(chunk) = field.chunk().await.map_err(|_| "import-error-too-large")? {
                if bytes.len().saturating_add(chunk.len()) > MOST_BYTES {
                    return Err("import-error-too-large");
                }
                bytes.extend_from_slice(&chunk);
            }
            match name.as_str() {
                // A file field without a chosen file comes empty.
                "file" if !bytes.is_empty() => file = Some(table::decoded(&bytes)),
                "text" => sent.text = String::from_utf8_lossy(&bytes).into_owned(),
                "profile" => sent.profile = String::from_utf8_lossy(&bytes).parse().ok(),
                "verified" => sent.is_verified = bytes == b"yes",
                "identity" => sent.identity = IdentityCheck::chosen(&String::from_utf8_lossy(&bytes)),
                "act" if bytes == b"add" => sent.act = ImportAct::Add,
                "act" if bytes == b"correct" => sent.act = ImportAct::Correct,
                _ => {}
            }
        }
        // Control characters are none in a table, and none in a database.
        let is_kept = |sign: &char| !sign.is_control() || matches!(sign, '\n' | '\r' | '\t');
        sent.text = file.unwrap_or(sent.text).chars().filter(is_kept).collect();
        Ok(sent)
    }

    /// The way in which the identity of the people was verified who are to be invited; `None` where nobody is.
    fn invites(&self) -> Option<IdentityCheck> {
        self.identity.filter(|_| self.is_verified)
    }

    /// The choices of the form in the query of its page, for a sign-in on the way.
    fn choices(&self) -> String {
        let profile = self.profile.map(|profile| format!("&profile={profile}")).unwrap_or_default();
        let identity = self.invites().map(|way| format!("&verified=yes&identity={}", way.as_str()));
        format!("{profile}{}", identity.unwrap_or_default())
    }
}

/// Shows the form, with the rows from before a sign-in on the way.
pub(crate) async fn ask(
    FreshConsole(console): FreshConsole,
    UrlQuery(query): UrlQuery,
) -> Result<Response, EarlyAnswer> {
    if query.field("typed") != "1" {
        return form(&console, SentImport::default(), None, false).await;
    }
    let whose = (console.company.id, console.person.id);
    let text = typed_imports::find(&console.app.db, &console.app.core, whose, console.visit.now).await?;
    let is_kept = text.is_some();
    let sent = SentImport {
        text: text.unwrap_or_default(),
        profile: query.field("profile").parse().ok(),
        is_verified: query.field("verified") == "yes",
        identity: IdentityCheck::chosen(query.field("identity")),
        act: ImportAct::default(),
    };
    form(&console, sent, None, is_kept).await
}

/// Sends a table with the headings alone.
pub(crate) async fn template(console: Console) -> Result<Response, EarlyAnswer> {
    let texts = Texts::new(console.visit.language);
    // Spreadsheets in Finnish part their cells by semicolons, because numbers have commas.
    let separator = if console.visit.language == Language::Finnish { ";" } else { "," };
    let headings = PeopleColumn::OF_TEMPLATE.map(|column| format!("\"{}\"", texts.text(column.key()).replace('"', "")));
    // By the byte order mark spreadsheets know that it is UTF-8.
    let file = format!("\u{feff}{}\r\n", headings.join(separator));
    let name = format!("attachment; filename=\"{}.csv\"", texts.text("import-template-name"));
    Ok(([(CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()), (CONTENT_DISPOSITION, name)], file).into_response())
}

/// Shows the outcome of each row, or adds the people.
pub(crate) async fn import(gate: CompanyGate, form_data: Multipart) -> Result<Response, EarlyAnswer> {
    let sent = SentImport::read(form_data).await;
    let choices = sent.as_ref().map(SentImport::choices).unwrap_or_default();
    let gate = gate.back_to(&format!("{PAGE}?typed=1{choices}"));
    let console = gate.clone().enter().await?;
    let sent = match sent {
        Ok(sent) => sent,
        Err(key) => return form(&console, SentImport::default(), Some(key), false).await,
    };
    if !console.is_fresh().await? {
        keep(&console, &sent).await?;
    }
    let console = gate.enter_afresh().await?;
    if sent.act == ImportAct::Correct {
        return form(&console, sent, None, false).await;
    }
    if sent.is_verified && sent.identity.is_none() {
        return form(&console, sent, Some("import-error-identity"), false).await;
    }
    let rows = table::rows(&sent.text);
    let Some(columns) = rows.first().and_then(PeopleColumns::of) else {
        let key = if rows.is_empty() { "import-error-empty" } else { "import-error-no-emails" };
        return form(&console, sent, Some(key), false).await;
    };
    let read = read(&console, &columns, &rows, sent.profile).await?;
    match read.len() {
        0 => form(&console, sent, Some("import-error-empty"), false).await,
        1..=MOST_ROWS if sent.act == ImportAct::Add => Box::pin(adding::add(&console, &columns, read, sent)).await,
        1..=MOST_ROWS => look(&console, &columns, read, sent).await,
        _ => form(&console, sent, Some("import-error-too-many"), false).await,
    }
}

/// Keeps the rows while a fresh proof is asked for.
async fn keep(console: &Console, sent: &SentImport) -> Result<(), db::Error> {
    let (core, text, now) = (console.app.core.clone(), sent.text.clone(), console.visit.now);
    let whose = (console.company.id, console.person.id);
    console
        .app
        .db
        .write(move |tx| Box::pin(async move { typed_imports::keep(tx, &core, whose, &text, now).await }))
        .await
}

async fn form(
    console: &Console,
    sent: SentImport,
    error: Option<&'static str>,
    is_kept: bool,
) -> Result<Response, EarlyAnswer> {
    let (page, frame) = frame::page(console, Section::Users, PAGE).await?;
    let mut reader = console.app.db.reader().await?;
    let giving = Giving::of(&mut Source::Reader(&mut reader), console.company_standing(console.authority)).await?;
    let known = rights::profiles(&mut reader, console.company.id).await?;
    drop(reader);
    let none = Choice { word: String::new(), name: page.t("admin-profile-none"), on: sent.profile.is_none() };
    let may = known.iter().filter(|profile| profile.rights.iter().all(|right| giving.may(right)));
    let choice = |profile: &rights::ReadyMadeProfile| Choice {
        word: profile.id.to_string(),
        name: profile.name.clone(),
        on: sent.profile == Some(profile.id),
    };
    let columns = PeopleColumn::OF_TEMPLATE.map(|column| (page.t(column.key()), page.t(about(column))));
    let status = if error.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let way = |way: IdentityCheck| Choice {
        word: way.as_str().to_owned(),
        name: page.t(way.key()),
        on: sent.identity == Some(way),
    };
    let view = ImportPage {
        profiles: std::iter::once(none).chain(may.map(choice)).collect(),
        is_verified: sent.is_verified,
        ways: IdentityCheck::CHOSEN.map(way).into(),
        columns: columns.into(),
        error: error.map(|key| page.texts.text_with(key, &[("count", &MOST_ROWS.to_string())])),
        text: sent.text,
        is_kept,
        frame,
        page,
    };
    Ok(refusal::show(status, &view))
}

/// The translation key of the content of a column.
fn about(column: PeopleColumn) -> &'static str {
    match column {
        PeopleColumn::Email => "import-about-email",
        PeopleColumn::Name | PeopleColumn::GivenName | PeopleColumn::FamilyName => "import-about-name",
        PeopleColumn::Language => "import-about-language",
        PeopleColumn::Phone => "import-about-phone",
        PeopleColumn::Roles => "import-about-roles",
        PeopleColumn::Profile => "import-about-profile",
    }
}

async fn read(
    console: &Console,
    columns: &PeopleColumns,
    rows: &[TableRow],
    profile: Option<ProfileId>,
) -> Result<Vec<ImportedRow>, EarlyAnswer> {
    let mut reader = console.app.db.reader().await?;
    let terms = ImportTerms {
        core: &console.app.core,
        countries: console.phone_countries(),
        language: console.visit.language,
        roles: Role::ALL.into_iter().filter(|role| console.authority.may_give(*role, console.company.kind)).collect(),
        giving: Giving::of(&mut Source::Reader(&mut reader), console.company_standing(console.authority)).await?,
        profiles: rights::profiles(&mut reader, console.company.id).await?,
        profile,
    };
    drop(reader);
    Ok(reading::people(&terms, columns, rows))
}

/// Shows the outcome of each row.
async fn look(
    console: &Console,
    columns: &PeopleColumns,
    read: Vec<ImportedRow>,
    sent: SentImport,
) -> Result<Response, EarlyAnswer> {
    let candidate =
        |addition: &Addition| Candidate { email: addition.person.email.clone(), roles: addition.roles.clone() };
    let candidates: Vec<Candidate> = read.iter().filter_map(|row| row.addition.as_ref().ok()).map(candidate).collect();
    let looked = console
        .act(move |tx, context| Box::pin(async move { acts::imports::look_ahead(tx, context, &candidates).await }));
    let mut outlooks = match looked.await {
        Ok(outlooks) => outlooks.into_iter(),
        Err(Stop::TooMany { .. }) => return form(console, sent, Some("import-error-looked-up"), false).await,
        Err(stop) => return Err(stop.into()),
    };
    let (page, frame) = frame::page(console, Section::Users, PAGE).await?;
    let invites = sent.invites().is_some();
    let rows = read.into_iter().map(|read| {
        let (outcome, reason) = match &read.addition {
            Err(key) => (RowOutcome::Refused, Some(*key)),
            Ok(_) => match outlooks.next() {
                Some(Outlook::Joins(joining)) => (joined(joining, invites), None),
                Some(Outlook::Unchanged) => (RowOutcome::Unchanged, None),
                Some(Outlook::BeyondReach) | None => (RowOutcome::Refused, Some("admin-refused-more-than-yours")),
                Some(Outlook::TooMany) => (RowOutcome::Refused, Some("import-refused-too-many")),
            },
        };
        row(&page, read, outcome, reason)
    });
    Ok(show(rows.collect(), columns, sent, false, (page.clone(), frame)))
}

fn joined(joining: WayOfJoining, is_invited: bool) -> RowOutcome {
    match joining {
        WayOfJoining::New if is_invited => RowOutcome::Invited,
        WayOfJoining::New | WayOfJoining::Known => RowOutcome::Added,
        WayOfJoining::Back => RowOutcome::Restored,
        WayOfJoining::Waiting => RowOutcome::Asked,
    }
}

/// A row with its outcome. Of a row that changes nothing the remarks about its fields are of no interest.
fn row(page: &Page, read: ImportedRow, outcome: RowOutcome, reason: Option<&'static str>) -> ImportRow {
    let is_added = !matches!(outcome, RowOutcome::Unchanged | RowOutcome::Refused);
    let remarks = read.notes.iter().filter(|_| is_added).map(|note| page.t1(note.key, "word", &note.word));
    ImportRow {
        number: read.number,
        name: read.name,
        email: read.email,
        outcome,
        notes: reason.into_iter().map(|key| page.t(key)).chain(remarks).collect(),
        person: None,
    }
}

fn show(
    rows: Vec<ImportRow>,
    columns: &PeopleColumns,
    sent: SentImport,
    is_done: bool,
    (page, frame): (Page, ConsoleFrame),
) -> Response {
    let view = ImportRowsPage {
        is_done,
        rows,
        unused: columns.unused.join(", "),
        identity: sent.invites().map_or("", IdentityCheck::as_str),
        text: sent.text,
        profile: sent.profile.map(|profile| profile.to_string()).unwrap_or_default(),
        frame,
        page,
    };
    refusal::show(StatusCode::OK, &view)
}
