//! *Releases*: the operator's page of invitations whose data differ from those of the first one. It stands in the console
//! of the operator's own company, and for nobody else does it exist.

pub mod views;

use axum::response::Response;
use data_encoding::HEXLOWER;
use http::StatusCode;

use super::frame;
use super::gate::{Console, FreshOperatorConsole, OperatorConsole};
use super::views::Section;
use crate::administration::Stop;
use crate::administration::invitations::data_now;
use crate::administration::releases::{self as acts, Release};
use crate::directory::companies;
use crate::directory::invitations::releases::{self, ReleaseRequest};
use crate::directory::invitations::{self, FirstData, InvitedData};
use crate::directory::people::{self, PersonId};
use crate::platform::clock::Timestamp;
use crate::platform::secret::hash_token;
use crate::platform::web::early::{EarlyAnswer, PathEnd};
use crate::platform::web::fault::Fault;
use crate::platform::web::page::Page;
use crate::platform::web::parameters::{Form, Parameters, UrlQuery};
use crate::platform::web::refusal;
use crate::platform::web::translations::Texts;
use views::{OfferedConsent, ReleaseDatum, ReleasePage, ReleaseRow, ReleasesPage};

/// Requests of a page.
const SHOWN: usize = 20;
const DONE: [(&str, &str); 4] = [
    ("released", "release-done-released"),
    ("proposed", "release-done-proposed"),
    ("declined", "release-done-declined"),
    ("needless", "release-needless"),
];
const REFUSED: [(&str, &str); 3] =
    [("changed", "release-refused-changed"), ("before", "release-proposed-before"), ("own", "release-own-request")];

/// Shows the invitations that wait for a release.
pub(crate) async fn show(
    OperatorConsole(console): OperatorConsole,
    UrlQuery(query): UrlQuery,
) -> Result<Response, EarlyAnswer> {
    let after = place(&query);
    let (page, frame) = frame::page(&console, Section::Releases, Section::Releases.path()).await?;
    let limit = i64::try_from(SHOWN + 1).unwrap_or(i64::MAX);
    let from = after.unwrap_or((Timestamp::from_milliseconds(0), None));
    let mut found = releases::list(&console.app.db, from, limit).await?;
    let key = |one: &ReleaseRequest| format!("asked={}&after={}", one.asked_at.milliseconds(), one.person);
    let next = (found.len() > SHOWN).then(|| found.get(SHOWN - 1).map(key)).flatten();
    found.truncate(SHOWN);
    let mut rows = Vec::new();
    for one in &found {
        rows.push(ReleaseRow {
            id: one.person.to_string(),
            name: one.data.name(),
            company: company_name(&console, one).await?,
            asked: page.texts.text_with(
                "release-asked-by",
                &[
                    ("name", &one.asker_name),
                    ("time", &frame::when_within(&console, page.texts, one.asked_at)),
                    ("place", &place_in_words(&console, page.texts, one)),
                ],
            ),
            is_proposed: one.proposal(&one.data, console.visit.now).is_some(),
        });
    }
    let status = frame::confirmation(page.texts, &query, &DONE);
    Ok(refusal::show(StatusCode::OK, &ReleasesPage { status, rows, next, is_later: after.is_some(), frame, page }))
}

async fn company_name(console: &Console, of: &ReleaseRequest) -> Result<String, Fault> {
    let found = companies::find(&console.app.db, of.company).await?;
    Ok(found.map(|company| company.name).unwrap_or_default())
}

/// The network and its place; of the operator's command, words for it.
fn place_in_words(console: &Console, texts: Texts, of: &ReleaseRequest) -> String {
    match &of.network {
        Some(network) => console.app.places.described(network, texts.language()),
        None => texts.text("release-by-command"),
    }
}

/// The place of a page: an instant and a person of a request.
fn place(query: &Parameters) -> Option<(Timestamp, Option<PersonId>)> {
    let at = query.field("asked").parse().ok().map(Timestamp::from_milliseconds)?;
    Some((at, Some(query.field("after").parse().ok()?)))
}

/// The data of a person and those of the first invitation.
struct ComparedData {
    first: FirstData,
    now: InvitedData,
}

impl ComparedData {
    async fn of(console: &Console, person: PersonId) -> Result<Self, EarlyAnswer> {
        let db = &console.app.db;
        let found = people::find(db, person).await?.ok_or_else(EarlyAnswer::not_found)?;
        let first = invitations::first_data(db, person).await?.ok_or_else(EarlyAnswer::not_found)?;
        Ok(Self { first, now: data_now(db, &found).await? })
    }

    fn rows(&self, page: &Page) -> Vec<ReleaseDatum> {
        let (was, is) = (&self.first.data, &self.now);
        let changes = is.changes_since(was);
        let phone = |of: &InvitedData| of.readable_phone().unwrap_or_else(|| page.t("admin-phone-none"));
        let row = |word: &str, label: &str, was: String, is: String| ReleaseDatum {
            label: page.t(label),
            differs: changes.contains(&word),
            was,
            is,
        };
        vec![
            row("name", "admin-name", was.name(), is.name()),
            row("email", "admin-email", was.email.clone(), is.email.clone()),
            row("phone", "invitation-phone", phone(was), phone(is)),
        ]
    }
}

/// Shows one of them, with the former and the present data side by side.
pub(crate) async fn open(
    OperatorConsole(console): OperatorConsole,
    PathEnd(person): PathEnd<PersonId>,
    UrlQuery(query): UrlQuery,
) -> Result<Response, EarlyAnswer> {
    let asked = releases::of_person(&console.app.db, person).await?.ok_or_else(EarlyAnswer::not_found)?;
    let compared = ComparedData::of(&console, person).await?;
    let (page, frame) = frame::page(&console, Section::Releases, &format!("releases/{person}")).await?;
    let proposal = asked.proposal(&compared.now, console.visit.now);
    let when = |at| frame::when_within(&console, page.texts, at);
    let (was, at) = match compared.first.released_at {
        Some(at) => ("release-was-released", at),
        None => ("release-was-first", compared.first.at),
    };
    let fact = |label: &str, text: String| (page.t(label), text);
    let view = ReleasePage {
        id: person.to_string(),
        name: compared.now.name(),
        status: frame::confirmation(page.texts, &query, &DONE),
        refused: REFUSED.iter().find(|(word, _)| *word == query.field("refused")).map(|(_, key)| page.t(key)),
        facts: vec![
            fact("admin-company", company_name(&console, &asked).await?),
            fact("release-asked", asked.asker_name.clone()),
            fact("release-when", frame::time_in_words(&console, page.texts, asked.asked_at)),
            fact("release-where", place_in_words(&console, page.texts, &asked)),
        ],
        was: page.t1(was, "date", &frame::date_in_words(&console, page.texts, at)),
        data: compared.rows(&page),
        proposal: proposal.map(|proposal| {
            let words =
                [("name", proposal.name.as_str()), ("at", &when(proposal.at)), ("until", &when(proposal.until()))];
            page.texts.text_with("release-proposed-by", &words)
        }),
        consent: offered(&console, &asked, &compared).await?,
        seen: mark(&compared.now),
        frame,
        page,
    };
    Ok(refusal::show(StatusCode::OK, &view))
}

/// The consent that the viewer can give. The act decides; this is what it would say.
async fn offered(
    console: &Console,
    asked: &ReleaseRequest,
    compared: &ComparedData,
) -> Result<OfferedConsent, EarlyAnswer> {
    let viewer = Some(console.person.id);
    if compared.now.changes_since(&compared.first.data).is_empty() {
        return Ok(OfferedConsent::Needless);
    }
    if asked.asker == viewer || Some(asked.person) == viewer {
        return Ok(OfferedConsent::OwnRequest);
    }
    let asks_two = companies::operator(&console.app.db).await?.is_some_and(|operator| operator.asks_two);
    Ok(match asked.proposal(&compared.now, console.visit.now) {
        _ if !asks_two => OfferedConsent::Release,
        None => OfferedConsent::Propose,
        Some(proposal) if proposal.by == viewer => OfferedConsent::ProposedBefore,
        Some(_) => OfferedConsent::Confirm,
    })
}

/// The mark of data that were looked at.
fn mark(data: &InvitedData) -> String {
    let InvitedData { given_name, family_name, email, phone } = data;
    HEXLOWER.encode(&hash_token(&format!("{given_name}\n{family_name}\n{email}\n{}", phone.as_deref().unwrap_or(""))))
}

/// Consents to the release of the data that were looked at.
pub(crate) async fn release(
    FreshOperatorConsole(console): FreshOperatorConsole,
    PathEnd(person): PathEnd<PersonId>,
    Form(fields): Form,
) -> Result<Response, EarlyAnswer> {
    let asked = releases::of_person(&console.app.db, person).await?.ok_or_else(EarlyAnswer::not_found)?;
    let seen = ComparedData::of(&console, person).await?.now;
    let page = format!("releases/{person}");
    if mark(&seen) != fields.field("seen") {
        return Ok(console.go_to(&format!("{page}?refused=changed")));
    }
    let released: Result<Release, Stop> = console
        .act_as_operator(asked.company, move |tx, context| {
            Box::pin(async move { acts::release(tx, context, person, &seen).await })
        })
        .await;
    Ok(console.go_to(&match released? {
        Release::Done => "releases?done=released".to_owned(),
        Release::Needless => "releases?done=needless".to_owned(),
        Release::Proposed => format!("{page}?done=proposed"),
        Release::ProposedBefore => format!("{page}?refused=before"),
        Release::OwnRequest => format!("{page}?refused=own"),
        Release::ChangedMeanwhile => format!("{page}?refused=changed"),
    }))
}

/// Declines to release an invitation.
pub(crate) async fn decline(
    OperatorConsole(console): OperatorConsole,
    PathEnd(person): PathEnd<PersonId>,
) -> Result<Response, EarlyAnswer> {
    let asked = releases::of_person(&console.app.db, person).await?.ok_or_else(EarlyAnswer::not_found)?;
    console.act_as_operator(asked.company, move |tx, context| Box::pin(acts::decline(tx, context, person))).await?;
    Ok(console.go_to("releases?done=declined"))
}
