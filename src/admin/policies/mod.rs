//! *Sign-in policy*: when the company's people need a second factor, in each application and everywhere; the accepted
//! methods and the lifetimes of sessions and proofs.
//!
//! A company tightens and never loosens. Every choice is first shown with the people whom it affects, needs a fresh
//! proof, and is refused if it would lock everybody out.

mod ask_before;
mod details;
mod views;

use axum::response::Response;
use http::StatusCode;

pub use ask_before::{choose as choose_ask_before, save as save_ask_before};
pub use details::{change as change_details, preview as preview_details, save as save_details};
pub use views::{
    AskBeforePage, AskBeforeRight, ChangePage, DetailsPage, Frequency, NumberField, PolicyPage, PolicyRow, Segment,
};

use super::applications::{self, KnownApplication};
use super::frame;
use super::gate::{CompanyGate, Console};
use super::views::Section;
use crate::administration;
use crate::administration::{Stop, lockouts};
use crate::platform::db::{self, Reader, Source};
use crate::platform::web::early::EarlyAnswer;
use crate::platform::web::parameters::{Form, Parameters, UrlQuery};
use crate::platform::web::refusal;
use crate::platform::web::translations::Texts;
use crate::sign_in::policies::{self, ApplicationId, Policy, SecondFactor};
use crate::sign_in::policy_effects::{self, Effect, Has};

/// The word for every application, in the place of an identifier.
const EVERYWHERE: &str = "everywhere";

/// The acts that the page knows, each with the key of its confirmation.
const DONE: [(&str, &str); 2] = [("saved", "policy-done-saved"), ("asked", "policy-done-asked")];

/// The subject of a policy.
enum PolicySubject {
    /// Every application.
    Everywhere,
    /// One application.
    Application(Box<KnownApplication>),
}

impl PolicySubject {
    async fn of(console: &Console, reader: &mut Reader, word: &str) -> Result<Option<Self>, db::Error> {
        if word == EVERYWHERE {
            return Ok(Some(Self::Everywhere));
        }
        let known = applications::of_company(reader, console.company.id).await?;
        let known = known.into_iter().find(|known| known.application.id.to_string() == word);
        Ok(known.map(|known| Self::Application(Box::new(known))))
    }

    fn word(&self) -> String {
        match self {
            Self::Everywhere => EVERYWHERE.to_owned(),
            Self::Application(known) => known.application.id.to_string(),
        }
    }

    /// The policy that holds without the company's own.
    async fn base(&self, reader: &mut Reader, console: &Console) -> Result<Policy, db::Error> {
        match self {
            // The account pages ask for a second factor of everybody who has one.
            Self::Everywhere => Ok(Policy::of(SecondFactor::Optional)),
            Self::Application(known) => {
                let own = policies::of_application(&mut *reader, known.application.id).await?.of_an_application();
                Ok(own.stricter(&policies::of_company(&mut *reader, console.company.id).await?))
            }
        }
    }

    /// The company's own policy.
    async fn own(&self, reader: &mut Reader, console: &Console) -> Result<Policy, db::Error> {
        match self {
            Self::Everywhere => policies::of_company(&mut *reader, console.company.id).await,
            Self::Application(known) => {
                policies::of_company_in(&mut *reader, console.company.id, known.application.id).await
            }
        }
    }

    /// The factors of the people whom the policy concerns.
    async fn people(&self, reader: &mut Reader, console: &Console) -> Result<Vec<Has>, db::Error> {
        match self {
            Self::Everywhere => policy_effects::of_company(&mut Source::Reader(reader), console.company.id).await,
            Self::Application(known) => {
                policy_effects::of_users(&mut Source::Reader(reader), console.company.id, known.application.id).await
            }
        }
    }

    fn name(&self, texts: Texts) -> String {
        match self {
            Self::Everywhere => texts.text("policy-everywhere"),
            Self::Application(known) => known.application.name.clone(),
        }
    }
}

/// The choice that shows a policy of second factors.
pub(super) fn frequency(second_factor: SecondFactor) -> Frequency {
    if second_factor.asks_always() {
        Frequency::Required
    } else if second_factor.asks_when_odd() {
        Frequency::Adaptive
    } else {
        Frequency::Optional
    }
}

fn second_factor(frequency: Frequency) -> SecondFactor {
    match frequency {
        Frequency::Required => SecondFactor::Required,
        Frequency::Adaptive => SecondFactor::Adaptive,
        Frequency::Optional => SecondFactor::Optional,
    }
}

/// Whether a choice takes effect: not if another policy asks for more already.
fn is_possible(base: &Policy, choice: Frequency) -> bool {
    let joined = base.stricter(&Policy::of(second_factor(choice)));
    frequency(joined.second_factor()) == choice
}

/// Shows the policy of each application.
pub(crate) async fn show(console: Console, UrlQuery(query): UrlQuery) -> Result<Response, EarlyAnswer> {
    let (page, frame) = frame::page(&console, Section::Policies, "policies").await?;
    let mut reader = console.app.db.reader().await?;
    let known = applications::of_company(&mut reader, console.company.id).await?;
    let mut rows = vec![row(&console, &mut reader, page.texts, &PolicySubject::Everywhere).await?];
    for known in known {
        rows.push(row(&console, &mut reader, page.texts, &PolicySubject::Application(Box::new(known))).await?);
    }
    let ask_before = ask_before::titles(&mut reader, console.company.id).await?;
    drop(reader);
    let view = PolicyPage { status: frame::confirmation(page.texts, &query, &DONE), rows, ask_before, frame, page };
    Ok(refusal::show(StatusCode::OK, &view))
}

async fn row(
    console: &Console,
    reader: &mut Reader,
    texts: Texts,
    about: &PolicySubject,
) -> Result<PolicyRow, db::Error> {
    let base = about.base(reader, console).await?;
    let joined = base.stricter(&about.own(reader, console).await?);
    let people = about.people(reader, console).await?;
    let now = frequency(joined.second_factor());
    let effect = policy_effects::effect(&joined, &people);
    let segments = Frequency::ALL.into_iter().map(|choice| Segment {
        frequency: choice,
        on: choice == now,
        possible: is_possible(&base, choice),
    });
    Ok(PolicyRow {
        word: about.word(),
        name: about.name(texts),
        is_everywhere: matches!(about, PolicySubject::Everywhere),
        people: count(texts, effect),
        segments: segments.collect(),
        effect: effect_in_words(texts, now, effect),
    })
}

fn number(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

fn count(texts: Texts, effect: Effect) -> String {
    if effect.more {
        texts.text("policy-people-more")
    } else {
        texts.count("applications-people", "count", number(effect.people))
    }
}

/// The effect on people, in a sentence.
fn effect_in_words(texts: Texts, now: Frequency, effect: Effect) -> String {
    match now {
        Frequency::Required => texts.count("policy-effect-required", "count", number(effect.people)),
        Frequency::Adaptive => texts.text("policy-effect-adaptive"),
        Frequency::Optional => texts.text_with(
            "policy-effect-optional",
            &[("with", &effect.with_second_factor.to_string()), ("count", &effect.people.to_string())],
        ),
    }
}

fn query_of(about: &str, choice: Frequency) -> String {
    format!("policies/change?of={about}&second_factor={}", choice.as_str())
}

/// Shows the people whom a choice would affect, before it is saved.
pub async fn preview(gate: CompanyGate, UrlQuery(query): UrlQuery) -> Result<Response, EarlyAnswer> {
    let (about, choice) = chosen(&query).ok_or_else(EarlyAnswer::not_found)?;
    let console = gate.back_to(&query_of(&about, choice)).enter_afresh().await?;
    ask(&console, &about, choice).await
}

/// The application and frequency of a choice. The application is named by an identifier alone.
fn chosen(query: &Parameters) -> Option<(String, Frequency)> {
    let about = query.field("of");
    let about =
        if about == EVERYWHERE { EVERYWHERE.to_owned() } else { about.parse::<ApplicationId>().ok()?.to_string() };
    Some((about, query.field("second_factor").parse().ok()?))
}

async fn ask(console: &Console, word: &str, choice: Frequency) -> Result<Response, EarlyAnswer> {
    let (page, frame) = frame::page(console, Section::Policies, "policies").await?;
    let mut reader = console.app.db.reader().await?;
    let about = PolicySubject::of(console, &mut reader, word).await?.ok_or_else(EarlyAnswer::not_found)?;
    let base = about.base(&mut reader, console).await?;
    let before = base.stricter(&about.own(&mut reader, console).await?);
    let people = about.people(&mut reader, console).await?;
    let wanted = Policy { second_factor: Some(second_factor(choice)), ..about.own(&mut reader, console).await? };
    let application = match &about {
        PolicySubject::Everywhere => None,
        PolicySubject::Application(known) => Some(known.application.id),
    };
    let place = console.company_standing(console.authority);
    let locks_out = lockouts::refusal(&mut Source::Reader(&mut reader), place, application, &wanted).await?;
    drop(reader);
    let joined = base.stricter(&wanted);
    let refused = if is_possible(&base, choice) {
        locks_out.map(|locks_out| page.t(locks_out.key()))
    } else {
        Some(page.t("policy-not-milder"))
    };
    let effect = policy_effects::effect(&joined, &people);
    let without = effect.people.saturating_sub(effect.with_second_factor);
    let mut touched = vec![effect_in_words(page.texts, choice, effect)];
    if without > 0 && choice == Frequency::Required {
        touched.push(page.texts.count("policy-effect-set-up", "count", number(without)));
    }
    let status = if refused.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let view = ChangePage {
        name: about.name(page.texts),
        before: page.t(frequency(before.second_factor()).key()),
        after: page.t(choice.key()),
        touched,
        // The list shows them, of every application at once.
        without: (without > 0).then(|| frame.path("users?factor=none")),
        refused,
        action: frame.path("policies/change"),
        hidden: vec![("of".to_owned(), about.word()), ("second_factor".to_owned(), choice.as_str().to_owned())],
        frame,
        page,
    };
    Ok(refusal::show(status, &view))
}

/// Saves a choice.
pub async fn save(gate: CompanyGate, Form(fields): Form) -> Result<Response, EarlyAnswer> {
    let (word, choice) = chosen(&fields).ok_or_else(EarlyAnswer::not_found)?;
    let console = gate.back_to(&query_of(&word, choice)).enter_afresh().await?;
    let mut reader = console.app.db.reader().await?;
    let about = PolicySubject::of(&console, &mut reader, &word).await?.ok_or_else(EarlyAnswer::not_found)?;
    let base = about.base(&mut reader, &console).await?;
    let own = about.own(&mut reader, &console).await?;
    drop(reader);
    if !is_possible(&base, choice) {
        return ask(&console, &word, choice).await;
    }
    let policy = Policy { second_factor: Some(second_factor(choice)), ..own };
    let application = match &about {
        PolicySubject::Everywhere => None,
        PolicySubject::Application(known) => Some(known.application.id),
    };
    match write(&console, application, policy).await {
        Err(Stop::LocksOut(_)) => ask(&console, &word, choice).await,
        written => saved(&console, written),
    }
}

/// Sets a policy of the company, for one application or for all.
pub(super) async fn write(console: &Console, application: Option<ApplicationId>, policy: Policy) -> Result<(), Stop> {
    console
        .act(move |tx, context| {
            Box::pin(async move { administration::companies::set_policy(tx, context, application, &policy).await })
        })
        .await
}

/// The redirect to the policies after one was set.
pub(super) fn saved(console: &Console, written: Result<(), Stop>) -> Result<Response, EarlyAnswer> {
    written?;
    Ok(console.go_to("policies?done=saved"))
}
