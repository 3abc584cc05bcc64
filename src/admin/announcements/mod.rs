//! *Service status*: the announcements of a company to its people, and those of the operator.

mod views;

use axum::response::Response;
use http::StatusCode;
use jiff::civil::DateTime;

pub use views::{AnnouncementLine, AnnouncementPage, StatusPage};

use super::frame;
use super::gate::Console;
use super::views::Section;
use crate::administration::announcements::{self as acts, Announcer};
use crate::directory::announcements::{
    self, Announcement, AnnouncementAudience, AnnouncementContent, AnnouncementId, AnnouncementRefusal,
};
use crate::platform::clock::Timestamp;
use crate::platform::web::early::{EarlyAnswer, PathEnd};
use crate::platform::web::parameters::{Form, Parameters, UrlQuery};
use crate::platform::web::refusal;
use crate::platform::web::translations::{Language, Texts};

/// Announcements of a page.
const SHOWN: usize = 20;
/// The format of the browser's field for a date and time.
const FIELD: &str = "%Y-%m-%dT%H:%M";

/// The acts that the page knows, each with the key of its confirmation.
const DONE: [(&str, &str); 3] =
    [("added", "status-done-added"), ("changed", "status-done-changed"), ("ended", "status-done-ended")];

/// Shows the announcements of now and of the past.
pub(crate) async fn show(console: Console, UrlQuery(query): UrlQuery) -> Result<Response, EarlyAnswer> {
    let after = place(&query);
    let (page, frame) = frame::page(&console, Section::Status, "status").await?;
    let limit = i64::try_from(SHOWN + 1).unwrap_or(i64::MAX);
    let mut own =
        announcements::list(&console.app.db, AnnouncementAudience::Company(console.company.id), after, limit).await?;
    let next = (own.len() > SHOWN).then(|| own.get(SHOWN - 1).map(key)).flatten();
    own.truncate(SHOWN);
    let of_operator = announcements::list(&console.app.db, AnnouncementAudience::Everybody, None, 10).await?;
    let of_operator = of_operator.iter().filter(|one| one.content.ends_at > console.visit.now);
    let view = StatusPage {
        status: frame::confirmation(page.texts, &query, &DONE),
        of_operator: of_operator.map(|one| line(&console, page.texts, one)).collect(),
        own: own.iter().map(|one| line(&console, page.texts, one)).collect(),
        next,
        is_later: after.is_some(),
        frame,
        page,
    };
    Ok(refusal::show(StatusCode::OK, &view))
}

/// Shows the form of a new announcement.
pub(crate) async fn new(console: Console) -> Result<Response, EarlyAnswer> {
    let fields = AnnouncementForm {
        begins: field_of(&console, console.visit.now),
        ends: field_of(&console, console.visit.now.plus(std::time::Duration::from_hours(2))),
        ..AnnouncementForm::default()
    };
    form(&console, None, fields, None).await
}

/// Shows the form of an announcement.
pub(crate) async fn open(console: Console, PathEnd(id): PathEnd<AnnouncementId>) -> Result<Response, EarlyAnswer> {
    let found = announcements::find(&console.app.db, AnnouncementAudience::Company(console.company.id), id).await?;
    let found = found.ok_or_else(EarlyAnswer::not_found)?;
    // A field left empty means the same text; so it does again when the other one is changed.
    let is_same = found.content.finnish == found.content.english;
    let fields = AnnouncementForm {
        english: found.content.english,
        finnish: if is_same { String::new() } else { found.content.finnish },
        begins: field_of(&console, found.content.begins_at),
        ends: field_of(&console, found.content.ends_at),
    };
    form(&console, Some(id), fields, None).await
}

/// Adds an announcement.
pub(crate) async fn add(console: Console, Form(fields): Form) -> Result<Response, EarlyAnswer> {
    keep(console, None, AnnouncementForm::of(&fields)).await
}

/// Changes an announcement.
pub(crate) async fn change(
    console: Console,
    PathEnd(id): PathEnd<AnnouncementId>,
    Form(fields): Form,
) -> Result<Response, EarlyAnswer> {
    keep(console, Some(id), AnnouncementForm::of(&fields)).await
}

/// Ends an announcement.
pub(crate) async fn end(console: Console, PathEnd(id): PathEnd<AnnouncementId>) -> Result<Response, EarlyAnswer> {
    console.act(move |tx, context| Box::pin(acts::end(tx, Announcer::Company(context), id))).await?;
    console.app.announcements.forget();
    Ok(console.go_to("status?done=ended"))
}

/// The texts and times of the form, as they were typed.
#[derive(Clone, Debug, Default)]
struct AnnouncementForm {
    english: String,
    finnish: String,
    begins: String,
    ends: String,
}

impl AnnouncementForm {
    fn of(fields: &Parameters) -> Self {
        let text = |name: &str| fields.field(name).trim().to_owned();
        Self { english: text("english"), finnish: text("finnish"), begins: text("begins"), ends: text("ends") }
    }

    /// The announcement of the form, with times in the zone of the service.
    fn content(&self, console: &Console) -> Result<AnnouncementContent, AnnouncementRefusal> {
        let content = AnnouncementContent {
            english: self.english.clone(),
            finnish: self.finnish.clone(),
            begins_at: moment(console, &self.begins).ok_or(AnnouncementRefusal::Time)?,
            ends_at: moment(console, &self.ends).ok_or(AnnouncementRefusal::Time)?,
        };
        let content = content.in_both_languages();
        content.check().map(|()| content)
    }
}

async fn keep(console: Console, id: Option<AnnouncementId>, typed: AnnouncementForm) -> Result<Response, EarlyAnswer> {
    let content = match typed.content(&console) {
        Ok(content) => content,
        Err(unfit) => return form(&console, id, typed, Some(unfit)).await,
    };
    console
        .act(move |tx, context| {
            Box::pin(async move {
                let by = Announcer::Company(context);
                match id {
                    None => acts::add(tx, by, &content).await.map(|_| ()),
                    Some(id) => acts::change(tx, by, id, &content).await,
                }
            })
        })
        .await?;
    console.app.announcements.forget();
    Ok(console.go_to(if id.is_some() { "status?done=changed" } else { "status?done=added" }))
}

async fn form(
    console: &Console,
    id: Option<AnnouncementId>,
    typed: AnnouncementForm,
    unfit: Option<AnnouncementRefusal>,
) -> Result<Response, EarlyAnswer> {
    let path = id.map_or_else(|| "status/new".to_owned(), |id| format!("status/{id}"));
    let (page, frame) = frame::page(console, Section::Status, &path).await?;
    let status = if unfit.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let view = AnnouncementPage {
        action: frame.path(&path),
        is_new: id.is_none(),
        text_error: (unfit == Some(AnnouncementRefusal::Text)).then(|| page.t("status-error-text")),
        time_error: (unfit == Some(AnnouncementRefusal::Time)).then(|| page.t("status-error-time")),
        zone: console.app.settings.time_zone.iana_name().unwrap_or("UTC").to_owned(),
        english: typed.english,
        finnish: typed.finnish,
        begins: typed.begins,
        ends: typed.ends,
        frame,
        page,
    };
    Ok(refusal::show(status, &view))
}

/// An instant from the browser's field, in the zone of the service.
fn moment(console: &Console, text: &str) -> Option<Timestamp> {
    let at = DateTime::strptime(FIELD, text).or_else(|_| DateTime::strptime("%Y-%m-%dT%H:%M:%S", text)).ok()?;
    let at = at.to_zoned(console.app.settings.time_zone.clone()).ok()?;
    Some(Timestamp::from_milliseconds(at.timestamp().as_millisecond()))
}

fn field_of(console: &Console, at: Timestamp) -> String {
    let local = at.in_zone(&console.app.settings.time_zone);
    local.map(|at| at.datetime().strftime(FIELD).to_string()).unwrap_or_default()
}

pub(super) fn line(console: &Console, texts: Texts, one: &Announcement) -> AnnouncementLine {
    let content = &one.content;
    let now = console.visit.now;
    AnnouncementLine {
        id: one.id.to_string(),
        text: match texts.language() {
            Language::English => content.english.clone(),
            Language::Finnish => content.finnish.clone(),
        },
        time: texts.text_with(
            "status-from-until",
            &[
                ("from", &frame::time_in_words(console, texts, content.begins_at)),
                ("until", &frame::when_within(console, texts, content.ends_at)),
            ],
        ),
        is_shown: content.is_shown(now),
        has_ended: content.ends_at <= now,
    }
}

fn key(one: &Announcement) -> String {
    format!("end={}&after={}", one.content.ends_at.milliseconds(), one.id)
}

fn place(query: &Parameters) -> Option<(Timestamp, AnnouncementId)> {
    let end = query.field("end").parse().ok().map(Timestamp::from_milliseconds)?;
    Some((end, query.field("after").parse().ok()?))
}
