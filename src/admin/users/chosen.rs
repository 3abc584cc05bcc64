//! One act for several chosen users of the list: a ready-made profile, the first message once more, a lock, or a
//! removal. A page asks first, with those who are meant; then each is acted on by the act for a single user, and a page
//! says what happened to each. One who is refused keeps the act from nobody else.

use axum::response::Response;
use http::StatusCode;

use super::super::frame;
use super::super::gate::{CompanyGate, Console};
use super::super::views::{Choice, ConsoleFrame, Section};
use super::access_rights::offered;
use super::chosen_views::{ChosenAct, ChosenOutcome, ChosenPage, ChosenResultPage, ChosenResultRow, ChosenRow};
use super::list::standing;
use crate::administration as acts;
use crate::administration::giving::Giving;
use crate::administration::{ActEffect, Stop};
use crate::directory::companies::CompanyId;
use crate::directory::people::PersonId;
use crate::directory::rights::{self, ProfileId};
use crate::directory::users::{self, Member, MembershipState};
use crate::platform::db::{Reader, Source};
use crate::platform::web::early::EarlyAnswer;
use crate::platform::web::fault::Fault;
use crate::platform::web::page::Page;
use crate::platform::web::parameters::{Form, Parameters, UrlQuery};
use crate::platform::web::refusal;

const PAGE: &str = "users/chosen";
/// The most users of one form: a page of the list has fewer.
const MOST: usize = 50;

/// The wish of a form: the act, and on whom.
struct ChosenUsers {
    act: ChosenAct,
    people: Vec<PersonId>,
    profile: Option<ProfileId>,
    /// The basic company from now on of each person who is removed from theirs, where one was chosen.
    basics: Vec<(PersonId, CompanyId)>,
}

impl ChosenUsers {
    fn of(fields: &Parameters) -> Option<Self> {
        let mut people: Vec<PersonId> = Vec::new();
        for (_, word) in fields.iter().filter(|(name, _)| *name == "person") {
            match word.parse() {
                Ok(person) if people.len() < MOST && !people.contains(&person) => people.push(person),
                _ => {}
            }
        }
        let basic = |word: &str| {
            let (person, company) = word.split_once(' ')?;
            Some((person.parse().ok()?, company.parse().ok()?))
        };
        Some(Self {
            act: fields.field("act").parse().ok()?,
            people,
            profile: fields.field("profile").parse().ok(),
            basics: fields.iter().filter(|(name, _)| *name == "basic").filter_map(|(_, word)| basic(word)).collect(),
        })
    }

    /// The page that asks, with the same choice.
    fn page(&self) -> String {
        let people: Vec<String> = self.people.iter().map(|person| format!("&person={person}")).collect();
        format!("{PAGE}?act={}{}", self.act.as_str(), people.concat())
    }

    /// Admits an administrator, with a fresh proof where the act for a single user wants one.
    async fn enter(&self, gate: CompanyGate) -> Result<Console, EarlyAnswer> {
        let gate = gate.back_to(&self.page());
        if self.act.wants_fresh_proof() { gate.enter_afresh().await } else { gate.enter().await }
    }

    /// The chosen users of the company in their order. The administrator comes last: afterwards they may manage
    /// nothing here any more.
    async fn members(&self, reader: &mut Reader, console: &Console) -> Result<Vec<Member>, EarlyAnswer> {
        let found = users::find_each(&mut Source::Reader(reader), console.company.id, &self.people).await?;
        let (own, others): (Vec<Member>, Vec<Member>) =
            found.into_iter().partition(|member| member.person == console.person.id);
        Ok(others.into_iter().chain(own).collect())
    }
}

/// Asks whether to do it.
pub(crate) async fn ask(gate: CompanyGate, UrlQuery(query): UrlQuery) -> Result<Response, EarlyAnswer> {
    let chosen = ChosenUsers::of(&query).ok_or_else(EarlyAnswer::not_found)?;
    let console = chosen.enter(gate).await?;
    question(&console, &chosen, None).await
}

async fn question(console: &Console, chosen: &ChosenUsers, error: Option<&str>) -> Result<Response, EarlyAnswer> {
    let (page, frame) = frame::page(console, Section::Users, PAGE).await?;
    let mut reader = console.app.db.reader().await?;
    let members = chosen.members(&mut reader, console).await?;
    if members.is_empty() {
        return Ok(console.go_to("users?refused=nobody-chosen"));
    }
    let mut profiles = Vec::new();
    if chosen.act == ChosenAct::Profile {
        let giving = Giving::of(&mut Source::Reader(&mut reader), console.company_standing(console.authority)).await?;
        profiles = offered(&page, &rights::profiles(&mut reader, console.company.id).await?, &giving, None);
        for profile in &mut profiles {
            profile.on = chosen.profile.is_some_and(|chosen| chosen.to_string() == profile.word);
        }
    }
    let mut rows = Vec::new();
    for member in &members {
        rows.push(row(console, &mut reader, chosen, member).await?);
    }
    drop(reader);
    let status = if error.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let count = i64::try_from(rows.len()).unwrap_or(i64::MAX);
    let view = ChosenPage {
        title: page.texts.count(chosen.act.title_key(), "count", count),
        text: page.t1(chosen.act.text_key(), "company", &console.company.name),
        button: page.texts.count(chosen.act.button_key(), "count", count),
        error: error.map(|key| page.t(key)),
        act: chosen.act,
        profiles,
        rows,
        frame,
        page,
    };
    Ok(refusal::show(status, &view))
}

async fn row(
    console: &Console,
    reader: &mut Reader,
    chosen: &ChosenUsers,
    member: &Member,
) -> Result<ChosenRow, EarlyAnswer> {
    let is_removal = chosen.act == ChosenAct::Remove && member.state != MembershipState::Removed;
    let others = if is_removal && member.basic {
        let context = console.context(console.authority);
        acts::basic_company::other_companies(&mut Source::Reader(reader), &context, member.person).await?
    } else {
        Vec::new()
    };
    let kept = chosen.basics.iter().find(|(person, _)| *person == member.person).map(|(_, company)| *company);
    let choice = |(company, name): (CompanyId, String)| Choice {
        word: format!("{} {company}", member.person),
        name,
        on: kept == Some(company),
    };
    Ok(ChosenRow {
        id: member.person.to_string(),
        name: member.name.clone(),
        email: member.email.clone(),
        standing: standing(member, console.visit.now),
        is_basic: member.basic && matches!(chosen.act, ChosenAct::Lock | ChosenAct::Remove),
        basics: others.into_iter().map(choice).collect(),
    })
}

/// Does it for each of them, and says what happened.
pub(crate) async fn act(gate: CompanyGate, Form(fields): Form) -> Result<Response, EarlyAnswer> {
    let chosen = ChosenUsers::of(&fields).ok_or_else(EarlyAnswer::not_found)?;
    let console = chosen.enter(gate).await?;
    if chosen.act == ChosenAct::Profile && chosen.profile.is_none() {
        return question(&console, &chosen, Some("chosen-error-profile")).await;
    }
    let (page, frame) = frame::page(&console, Section::Users, PAGE).await?;
    let mut reader = console.app.db.reader().await?;
    let members = chosen.members(&mut reader, &console).await?;
    drop(reader);
    if members.is_empty() {
        return Ok(console.go_to("users?refused=nobody-chosen"));
    }
    let mut rows = Vec::new();
    for member in members {
        let result = one(&console, &chosen, member.person).await;
        rows.push(result_row(&page, chosen.act, &member, result)?);
    }
    Ok(result_page(chosen.act, rows, page, frame))
}

fn result_page(act: ChosenAct, rows: Vec<ChosenResultRow>, page: Page, frame: ConsoleFrame) -> Response {
    let done = rows.iter().filter(|row| row.outcome == ChosenOutcome::Done).count();
    let count = |key: &str, count: usize| page.texts.count(key, "count", i64::try_from(count).unwrap_or(i64::MAX));
    let view = ChosenResultPage {
        title: page.t(act.done_title_key()),
        text: count(act.done_key(), done),
        rest: (done < rows.len()).then(|| count("chosen-rest", rows.len().saturating_sub(done))),
        rows,
        frame,
        page,
    };
    refusal::show(StatusCode::OK, &view)
}

/// The act for one of them, in a transaction of its own.
async fn one(console: &Console, chosen: &ChosenUsers, person: PersonId) -> Result<ActEffect, Stop> {
    let (act, profile) = (chosen.act, chosen.profile);
    let basic = chosen.basics.iter().find(|(of, _)| *of == person).map(|(_, company)| *company);
    console
        .act(move |tx, context| {
            Box::pin(async move {
                match (act, profile) {
                    (ChosenAct::Profile, Some(profile)) => {
                        acts::rights::give_profile(tx, context, person, profile).await
                    }
                    (ChosenAct::Profile, None) => Err(Stop::UnknownProfile),
                    (ChosenAct::Remind, _) => acts::users::send_first_message(tx, context, person).await,
                    (ChosenAct::Lock, _) => acts::users::lock(tx, context, person).await,
                    (ChosenAct::Remove, _) => acts::users::remove(tx, context, person, basic).await,
                }
            })
        })
        .await
}

fn result_row(
    page: &Page,
    act: ChosenAct,
    member: &Member,
    result: Result<ActEffect, Stop>,
) -> Result<ChosenResultRow, Fault> {
    let (outcome, key) = match result {
        Ok(ActEffect::Changed) => (ChosenOutcome::Done, None),
        Ok(ActEffect::Unchanged) => (ChosenOutcome::Unchanged, Some(act.unchanged_key())),
        Err(Stop::Fault(fault)) => return Err(fault),
        Err(stop) => (ChosenOutcome::Refused, Some(reason(&stop))),
    };
    Ok(ChosenResultRow {
        id: member.person.to_string(),
        name: member.name.clone(),
        email: member.email.clone(),
        outcome,
        reason: key.map(|key| page.t(key)),
    })
}

/// The translation key of the reason why nothing was done to somebody.
fn reason(stop: &Stop) -> &'static str {
    match stop {
        Stop::LastAdministrator => "admin-refused-last-administrator",
        Stop::BeyondReach | Stop::ProfileBeyondReach | Stop::RoleNotTheirs(_) => "admin-refused-more-than-yours",
        Stop::ForeignProfile => "admin-profile-elsewhere",
        Stop::RightNotTheirs(_) | Stop::UnknownRight(_) => "admin-refused-rights",
        Stop::TooManyRights => "admin-refused-too-many-rights",
        Stop::TooMany { .. } => "chosen-refused-too-often",
        _ => "admin-refused-nothing",
    }
}
