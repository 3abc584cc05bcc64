//! *Service status*: the announcements of a company to its people, and those of the operator.

mod views;

use axum::response::Response;
use http::StatusCode;
use jiff::civil::DateTime;

pub use views::{AnnouncementPage, Listed, StatusPage};

use super::frame;
use super::views::Section;
use super::who::Here;
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
pub(crate) async fn show(here: Here, UrlQuery(query): UrlQuery) -> Result<Response, EarlyAnswer> {
    let after = place(&query);
    let (page, frame) = frame::around(&here, Section::Status, "status").await?;
    let limit = i64::try_from(SHOWN + 1).unwrap_or(i64::MAX);
    let mut own =
        announcements::list(&here.app.db, AnnouncementAudience::Company(here.company.id), after, limit).await?;
    let next = (own.len() > SHOWN).then(|| own.get(SHOWN - 1).map(key)).flatten();
    own.truncate(SHOWN);
    let of_operator = announcements::list(&here.app.db, AnnouncementAudience::Everybody, None, 10).await?;
    let of_operator = of_operator.iter().filter(|one| one.said.ends_at > here.visit.now);
    let view = StatusPage {
        status: frame::done(page.texts, &query, &DONE),
        of_operator: of_operator.map(|one| listed(&here, page.texts, one)).collect(),
        own: own.iter().map(|one| listed(&here, page.texts, one)).collect(),
        next,
        is_later: after.is_some(),
        frame,
        page,
    };
    Ok(refusal::show(StatusCode::OK, &view))
}

/// Shows the form of a new announcement.
pub(crate) async fn new(here: Here) -> Result<Response, EarlyAnswer> {
    let fields = Typed {
        begins: field_of(&here, here.visit.now),
        ends: field_of(&here, here.visit.now.plus(std::time::Duration::from_hours(2))),
        ..Typed::default()
    };
    form(&here, None, fields, None).await
}

/// Shows the form of an announcement.
pub(crate) async fn open(here: Here, PathEnd(id): PathEnd<AnnouncementId>) -> Result<Response, EarlyAnswer> {
    let found = announcements::find(&here.app.db, AnnouncementAudience::Company(here.company.id), id).await?;
    let found = found.ok_or_else(EarlyAnswer::not_found)?;
    let fields = Typed {
        english: found.said.english,
        finnish: found.said.finnish,
        begins: field_of(&here, found.said.begins_at),
        ends: field_of(&here, found.said.ends_at),
    };
    form(&here, Some(id), fields, None).await
}

/// Adds an announcement.
pub(crate) async fn add(here: Here, Form(fields): Form) -> Result<Response, EarlyAnswer> {
    keep(here, None, Typed::of(&fields)).await
}

/// Changes an announcement.
pub(crate) async fn change(
    here: Here,
    PathEnd(id): PathEnd<AnnouncementId>,
    Form(fields): Form,
) -> Result<Response, EarlyAnswer> {
    keep(here, Some(id), Typed::of(&fields)).await
}

/// Ends an announcement.
pub(crate) async fn end(here: Here, PathEnd(id): PathEnd<AnnouncementId>) -> Result<Response, EarlyAnswer> {
    here.act(move |tx, context| Box::pin(acts::end(tx, Announcer::Company(context), id))).await?;
    here.app.announcements.forget();
    Ok(here.go_to("status?done=ended"))
}

/// The texts and times of the form, as they were typed.
#[derive(Clone, Debug, Default)]
struct Typed {
    english: String,
    finnish: String,
    begins: String,
    ends: String,
}

impl Typed {
    fn of(fields: &Parameters) -> Self {
        let text = |name: &str| fields.field(name).trim().to_owned();
        Self { english: text("english"), finnish: text("finnish"), begins: text("begins"), ends: text("ends") }
    }

    /// The announcement of the form, with times in the zone of the service.
    fn said(&self, here: &Here) -> Result<AnnouncementContent, AnnouncementRefusal> {
        let said = AnnouncementContent {
            english: self.english.clone(),
            finnish: self.finnish.clone(),
            begins_at: moment(here, &self.begins).ok_or(AnnouncementRefusal::Time)?,
            ends_at: moment(here, &self.ends).ok_or(AnnouncementRefusal::Time)?,
        };
        said.check().map(|()| said)
    }
}

async fn keep(here: Here, id: Option<AnnouncementId>, typed: Typed) -> Result<Response, EarlyAnswer> {
    let said = match typed.said(&here) {
        Ok(said) => said,
        Err(unfit) => return form(&here, id, typed, Some(unfit)).await,
    };
    here.act(move |tx, context| {
        Box::pin(async move {
            let by = Announcer::Company(context);
            match id {
                None => acts::add(tx, by, &said).await.map(|_| ()),
                Some(id) => acts::change(tx, by, id, &said).await,
            }
        })
    })
    .await?;
    here.app.announcements.forget();
    Ok(here.go_to(if id.is_some() { "status?done=changed" } else { "status?done=added" }))
}

async fn form(
    here: &Here,
    id: Option<AnnouncementId>,
    typed: Typed,
    unfit: Option<AnnouncementRefusal>,
) -> Result<Response, EarlyAnswer> {
    let path = id.map_or_else(|| "status/new".to_owned(), |id| format!("status/{id}"));
    let (page, frame) = frame::around(here, Section::Status, &path).await?;
    let status = if unfit.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let view = AnnouncementPage {
        action: frame.path(&path),
        is_new: id.is_none(),
        text_error: (unfit == Some(AnnouncementRefusal::Text)).then(|| page.t("status-error-text")),
        time_error: (unfit == Some(AnnouncementRefusal::Time)).then(|| page.t("status-error-time")),
        zone: here.app.settings.time_zone.iana_name().unwrap_or("UTC").to_owned(),
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
fn moment(here: &Here, text: &str) -> Option<Timestamp> {
    let at = DateTime::strptime(FIELD, text).or_else(|_| DateTime::strptime("%Y-%m-%dT%H:%M:%S", text)).ok()?;
    let at = at.to_zoned(here.app.settings.time_zone.clone()).ok()?;
    Some(Timestamp::from_milliseconds(at.timestamp().as_millisecond()))
}

fn field_of(here: &Here, at: Timestamp) -> String {
    let local = at.in_zone(&here.app.settings.time_zone);
    local.map(|at| at.datetime().strftime(FIELD).to_string()).unwrap_or_default()
}

fn listed(here: &Here, texts: Texts, one: &Announcement) -> Listed {
    let said = &one.said;
    let now = here.visit.now;
    Listed {
        id: one.id.to_string(),
        text: match texts.language() {
            Language::English => said.english.clone(),
            Language::Finnish => said.finnish.clone(),
        },
        time: texts.text_with(
            "status-from-until",
            &[
                ("from", &frame::when(here, texts, said.begins_at)),
                ("until", &frame::when_within(here, texts, said.ends_at)),
            ],
        ),
        is_shown: said.is_shown(now),
        has_ended: said.ends_at <= now,
    }
}

fn key(one: &Announcement) -> String {
    format!("end={}&after={}", one.said.ends_at.milliseconds(), one.id)
}

fn place(query: &Parameters) -> Option<(Timestamp, AnnouncementId)> {
    let end = query.field("end").parse().ok().map(Timestamp::from_milliseconds)?;
    Some((end, query.field("after").parse().ok()?))
}
