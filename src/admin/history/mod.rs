//! *Audit history*: the events of one company, each with the person, the actor, the time and the network.
//!
//! A page reads a bounded number of entries by an index, however many there are. If few of them pass the filters, the
//! page says how far it looked and links to the rest.

mod csv;
mod filters;
mod views;
mod words;

use std::collections::BTreeSet;

use axum::response::Response;
use http::StatusCode;

pub(crate) use csv::download;
pub use views::{Day, EntryFact, EntryLine, HistoryPage, PersonLink};
pub(super) use words::{act_in_words, changes};

use super::frame;
use super::gate::Console;
use super::views::{Choice, Section};
use crate::directory::companies::CompanyId;
use crate::directory::search::{self, SearchScope};
use crate::directory::{employees, people, users};
use crate::event::Event;
use crate::platform::clock::Timestamp;
use crate::platform::db::{Reader, Source};
use crate::platform::history::{self, LookFor, Recorded};
use crate::platform::web::browsers;
use crate::platform::web::early::EarlyAnswer;
use crate::platform::web::fault::Fault;
use crate::platform::web::parameters::UrlQuery;
use crate::platform::web::refusal;
use crate::platform::web::translations::Texts;
use crate::proofs::Method;
use crate::sign_in::policies::ApplicationId;
use filters::{Filters, GROUPS};

/// Entries of a page.
const SHOWN: usize = 50;
/// Entries that are read at once.
const READ: i64 = 250;
/// The most batches that are read for a page.
const ROUNDS: usize = 8;

/// Shows a page of the history.
pub(crate) async fn show(console: Console, UrlQuery(query): UrlQuery) -> Result<Response, EarlyAnswer> {
    let mut filters = Filters::of(&query);
    let (page, frame) = frame::page(&console, Section::History, "history").await?;
    let mut reader = console.app.db.reader().await?;
    let applications = super::applications::known_names(&mut reader, console.company.id).await?;
    let people = people_meant(&mut reader, &console, &mut filters).await?;
    let (entries, next) = if people.is_empty() && filters.finds_nobody() {
        (Vec::new(), PageEnd::End)
    } else {
        read(&mut reader, &console, &filters).await?
    };
    let names = Names::of(&mut reader, console.company.id, &entries, applications).await?;
    drop(reader);
    let open = query.field("open").to_owned();
    let lines = entries.iter().map(|entry| line(&console, page.texts, entry, &names, &open));
    let view = HistoryPage {
        days: by_day(lines.collect()),
        found: match next {
            PageEnd::End if filters.before.is_none() => {
                Some(page.texts.count("history-found", "count", i64::try_from(entries.len()).unwrap_or(0)))
            }
            _ => None,
        },
        older: match &next {
            PageEnd::Page(before) => Some(filters.query(Some(before))),
            _ => None,
        },
        further: match &next {
            PageEnd::Further(before) => Some(filters.query(Some(before))),
            _ => None,
        },
        is_later: filters.before.is_some(),
        first: filters.query(None),
        people: people
            .into_iter()
            .map(|PersonFound { id, name, email }| PersonLink { query: filters.of_person(&id), name, email })
            .collect(),
        groups: groups(page.texts, &filters),
        applications: names.choices(page.texts, &filters),
        person: filters
            .person
            .as_ref()
            .and_then(|id| names.people.iter().find(|(one, _)| one == id))
            .map(|(_, name)| name.clone()),
        is_narrowed: filters.is_narrowed(),
        typed: filters.typed.clone(),
        from: filters.from.map(|day| day.to_string()).unwrap_or_default(),
        until: filters.until.map(|day| day.to_string()).unwrap_or_default(),
        stopped: filters.stopped,
        stopped_query: filters.turned(),
        person_id: filters.person.clone().unwrap_or_default(),
        frame,
        page,
    };
    Ok(refusal::show(StatusCode::OK, &view))
}

/// The end of a page, and the way on from there.
enum PageEnd {
    /// There are no older entries.
    End,
    /// The page is full, and the next one begins before this entry.
    Page(String),
    /// The search stopped at this entry without filling the page.
    Further(String),
}

/// A person whom a search by words can mean.
struct PersonFound {
    id: String,
    name: String,
    email: String,
}

/// The people whom a search by words can mean, unless it is one alone: then the filters are narrowed to that person.
async fn people_meant(
    reader: &mut Reader,
    console: &Console,
    filters: &mut Filters,
) -> Result<Vec<PersonFound>, Fault> {
    if filters.error().is_some() || filters.person.is_some() || filters.typed.is_empty() {
        return Ok(Vec::new());
    }
    let mut source = Source::Reader(reader);
    let mut ids = search::matching(&mut source, SearchScope::UsersOf(console.company.id), &filters.typed, 10).await?;
    for id in search::matching(&mut source, SearchScope::EmployeesOf(console.company.id), &filters.typed, 10).await? {
        if !ids.contains(&id) {
            ids.push(id);
        }
    }
    let mut found = Vec::new();
    for id in ids {
        let Ok(person) = id.parse() else { continue };
        // Shown as in the lists: somebody who has not accepted yet by the name and email that were typed.
        if let Some(user) = users::find(&mut source, console.company.id, person).await? {
            found.push(PersonFound { id, name: user.name, email: user.email });
        } else if let Some(employee) = employees::find(&mut source, console.company.id, person).await? {
            found.push(PersonFound { id, name: employee.name, email: employee.email });
        }
    }
    if let [only] = found.as_slice() {
        filters.person = Some(only.id.clone());
        found.clear();
    }
    Ok(found)
}

/// The entries that pass the filters, and the way on.
async fn read(reader: &mut Reader, console: &Console, filters: &Filters) -> Result<(Vec<Recorded>, PageEnd), Fault> {
    let mut within = filters.within(&console.app.settings.time_zone);
    let look_for = filters.look_for();
    let company = console.company.id.to_string();
    let mut entries = Vec::new();
    for _ in 0..ROUNDS {
        let batch = history::of_company(&mut *reader, &company, &look_for, &within, READ).await?;
        let is_last = i64::try_from(batch.len()).unwrap_or(READ) < READ || matches!(look_for, LookFor::Error(_));
        for entry in batch {
            if entries.len() == SHOWN {
                let before = within.before.unwrap_or_default();
                return Ok((entries, PageEnd::Page(before)));
            }
            within.before = Some(entry.id.clone());
            if filters.lets_through(&entry) {
                entries.push(entry);
            }
        }
        if is_last {
            return Ok((entries, PageEnd::End));
        }
    }
    let before = within.before.unwrap_or_default();
    Ok((entries, PageEnd::Further(before)))
}

/// The names that a page shows for identifiers, of applications only those that the company knows: its people's use of
/// others is not its business.
pub(super) struct Names {
    people: Vec<(String, String)>,
    applications: Vec<(ApplicationId, String)>,
}

impl Names {
    async fn of(
        reader: &mut Reader,
        company: CompanyId,
        entries: &[Recorded],
        applications: Vec<(ApplicationId, String)>,
    ) -> Result<Self, Fault> {
        let actors: BTreeSet<&String> = entries.iter().filter_map(|entry| entry.actor.as_ref()).collect();
        let others: BTreeSet<&String> = entries.iter().filter_map(|entry| entry.person.as_ref()).collect();
        let mut people = Vec::new();
        for id in actors.union(&others) {
            let Ok(person) = id.parse() else { continue };
            // Actors are known to the company. Of other people it learns no more than the lists show.
            let name = if actors.contains(id) {
                people::find(&mut *reader, person).await?.map(|person| person.name())
            } else {
                users::name_in(&mut *reader, company, person).await?
            };
            people.extend(name.map(|name| ((*id).clone(), name)));
        }
        Ok(Self { people, applications })
    }

    fn person(&self, id: Option<&String>) -> String {
        let Some(id) = id else { return String::new() };
        self.people.iter().find(|(one, _)| one == id).map(|(_, name)| name.clone()).unwrap_or_default()
    }

    fn application(&self, id: Option<&String>) -> String {
        let known = self.applications.iter().find(|(one, _)| id.is_some_and(|id| *id == one.to_string()));
        known.map(|(_, name)| name.clone()).unwrap_or_default()
    }

    fn choices(&self, texts: Texts, filters: &Filters) -> Vec<Choice> {
        let any = Choice {
            word: String::new(),
            name: texts.text("history-application-any"),
            on: filters.application.is_none(),
        };
        let each = self.applications.iter().map(|(id, name)| Choice {
            word: id.to_string(),
            name: name.clone(),
            on: filters.application.as_deref() == Some(id.to_string().as_str()),
        });
        std::iter::once(any).chain(each).collect()
    }
}

fn groups(texts: Texts, filters: &Filters) -> Vec<Choice> {
    let any = Choice { word: String::new(), name: texts.text("history-event-any"), on: filters.group.is_none() };
    let each = GROUPS.into_iter().map(|(group, word, key)| Choice {
        word: word.to_owned(),
        name: texts.text(key),
        on: filters.group == Some(group),
    });
    std::iter::once(any).chain(each).collect()
}

/// The key of the advice to administrators about an event, if there is any.
fn advice(event: Event) -> Option<&'static str> {
    Some(match event {
        Event::SignInHeldBack => "history-advice-wait",
        Event::SignInPasskeyMayBeCopied => "history-advice-copied",
        Event::PersonNotMe => "history-advice-not-me",
        Event::MessageGivenUp | Event::SmsRefused => "history-advice-contact",
        Event::ProviderTokenReplayed => "history-advice-replayed",
        Event::ProviderClientRefused => "history-advice-client",
        _ => return None,
    })
}

fn line(console: &Console, texts: Texts, entry: &Recorded, names: &Names, open: &str) -> EntryLine {
    let at = Timestamp::from_milliseconds(entry.at);
    let event = Event::named(&entry.event);
    let zoned = at.in_zone(&console.app.settings.time_zone);
    let detail = |name: &str| entry.details.get(name).and_then(|value| value.as_str()).unwrap_or("").to_owned();
    let described = |network: &String| console.app.places.described(network, texts.language());
    EntryLine {
        id: entry.id.clone(),
        day: zoned.as_ref().map(|at| day(console, texts, at)).unwrap_or_default(),
        time: zoned.as_ref().map(|at| texts.time(at.datetime())).unwrap_or_default(),
        event: words::act_in_words(texts, entry),
        changes: words::changes(texts, entry),
        is_stopped: event.is_some_and(Event::is_refusal),
        person: names.person(entry.person.as_ref()),
        actor: names.person(entry.actor.as_ref()),
        application: names.application(entry.application.as_ref()),
        place: entry.network.as_ref().map(described).unwrap_or_default(),
        network: entry.network.clone().unwrap_or_default(),
        browser: entry
            .user_agent
            .as_deref()
            .and_then(browsers::name)
            .map(|named| texts.text_with("account-browser-on", &[("browser", named.browser), ("system", named.system)]))
            .unwrap_or_default(),
        error_id: entry.error_id.clone().unwrap_or_default(),
        method: method(texts, &detail("method")),
        advice: event.and_then(advice).map(|key| texts.text(key)).unwrap_or_default(),
        is_open: open == entry.id,
    }
}

/// The method of an entry in words. Every form of a factor has the factor's name.
fn method(texts: Texts, stored: &str) -> String {
    stored.parse::<Method>().map(|method| texts.text(&method.factor().key(""))).unwrap_or_default()
}

fn day(console: &Console, texts: Texts, at: &jiff::Zoned) -> String {
    let today = console.visit.now.in_zone(&console.app.settings.time_zone);
    let month = texts.text(&format!("month-{}", at.month()));
    let named = texts.text_with("history-day", &[("day", &at.day().to_string()), ("month", &month)]);
    let Some(today) = today else { return named };
    if at.date() == today.date() {
        texts.text_with("history-today", &[("day", &named)])
    } else if today.date().yesterday().is_ok_and(|yesterday| at.date() == yesterday) {
        texts.text_with("history-yesterday", &[("day", &named)])
    } else if at.year() == today.year() {
        named
    } else {
        texts.date(at.date())
    }
}

fn by_day(lines: Vec<EntryLine>) -> Vec<Day> {
    let mut days: Vec<Day> = Vec::new();
    for line in lines {
        match days.last_mut() {
            Some(last) if last.name == line.day => last.lines.push(line),
            _ => days.push(Day { name: line.day.clone(), lines: vec![line] }),
        }
    }
    days
}
