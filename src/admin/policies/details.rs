//! The details of a company's policy: the accepted methods, the lifetimes of sessions, proofs and remembered browsers,
//! and the signs of something odd.

use std::collections::BTreeSet;
use std::ops::RangeInclusive;
use std::time::Duration;

use axum::response::Response;
use http::StatusCode;

use super::views::{ChangePage, DetailsPage, NumberField};
use super::{CompanyGate, Console, Section, saved, write};
use crate::admin::frame;
use crate::admin::views::Choice;
use crate::administration::{Stop, lockouts};
use crate::platform::db::Source;
use crate::platform::web::early::EarlyAnswer;
use crate::platform::web::fault::Fault;
use crate::platform::web::parameters::{Form, Parameters, UrlQuery};
use crate::platform::web::refusal;
use crate::platform::web::translations::Texts;
use crate::proofs::{Factor, Method};
use crate::sign_in::adaptive::Sign;
use crate::sign_in::policies::{
    self, ABSENCE_DAYS, FRESH_SECONDS, IDLE_SECONDS, LIFETIME_SECONDS, Policy, REMEMBER_DAYS,
};
use crate::sign_in::policy_effects;

/// The path of the form within the company.
const PAGE: &str = "policies/details";
/// The path of the preview within the company.
const CHANGE: &str = "policies/details/change";

/// A number of the form: its field, translation key, unit and bounds.
struct Number {
    field: &'static str,
    key: &'static str,
    unit: NumberUnit,
    range: RangeInclusive<u32>,
}

/// The unit in which a number is typed.
#[derive(Clone, Copy, PartialEq, Eq)]
enum NumberUnit {
    Minutes,
    Days,
}

impl NumberUnit {
    /// The stored parts of it: seconds of a minute, and days as they are.
    fn parts(self) -> u32 {
        match self {
            Self::Minutes => 60,
            Self::Days => 1,
        }
    }

    /// So many of it in words, as long ones are called: "5 minutes", "24 hours".
    fn in_words(self, texts: Texts, number: u32) -> String {
        let (key, number) = match self {
            Self::Minutes if number > 60 && number.is_multiple_of(60) => ("policy-hours", number / 60),
            Self::Minutes => ("policy-minutes", number),
            Self::Days => ("policy-days", number),
        };
        texts.count(key, "count", number.into())
    }
}

const NUMBERS: [Number; 5] = [
    Number { field: "idle", key: "policy-idle", unit: NumberUnit::Minutes, range: IDLE_SECONDS },
    Number { field: "lifetime", key: "policy-lifetime", unit: NumberUnit::Minutes, range: LIFETIME_SECONDS },
    Number { field: "fresh", key: "policy-fresh", unit: NumberUnit::Minutes, range: FRESH_SECONDS },
    Number { field: "remember", key: "policy-remember", unit: NumberUnit::Days, range: REMEMBER_DAYS },
    Number { field: "absence", key: "policy-absence", unit: NumberUnit::Days, range: ABSENCE_DAYS },
];

impl Number {
    /// The value where none is set and no application asks for less; `None` if only applications say.
    fn usual(&self) -> Option<u32> {
        let minutes = |time: Duration| u32::try_from(time.as_secs() / 60).ok();
        let usual = Policy::SILENT;
        match self.field {
            "idle" => minutes(usual.idle()),
            "lifetime" => minutes(usual.lifetime()),
            "fresh" => policies::of_the_account_pages().fresh().and_then(minutes),
            "absence" => u32::try_from(usual.long_absence().as_secs() / (24 * 60 * 60)).ok(),
            _ => None,
        }
    }

    /// The value in force, the bounds, and the usual value, in words.
    fn hint(&self, texts: Texts, policy: &Policy) -> String {
        let set = get(policy, self.field).map(|value| value / self.unit.parts());
        let words = |number: Option<u32>| match number {
            Some(0) => texts.text("policy-never"),
            Some(number) => self.unit.in_words(texts, number),
            None => texts.text("policy-of-applications"),
        };
        let (now, usual) = (words(set.or_else(|| self.usual())), words(self.usual()));
        let bounds = [self.range.start(), self.range.end()].map(|bound| (bound / self.unit.parts()).to_string());
        let [least, most] = bounds.each_ref().map(String::as_str);
        let words = [("now", now.as_str()), ("least", least), ("most", most), ("usual", usual.as_str())];
        texts.text_with("policy-number-hint", &words)
    }
}

fn get(policy: &Policy, field: &str) -> Option<u32> {
    match field {
        "idle" => policy.idle_seconds,
        "lifetime" => policy.lifetime_seconds,
        "fresh" => policy.fresh_seconds,
        "remember" => policy.remember_days,
        _ => policy.absence_days,
    }
}

fn set(policy: &mut Policy, field: &str, value: Option<u32>) {
    match field {
        "idle" => policy.idle_seconds = value,
        "lifetime" => policy.lifetime_seconds = value,
        "fresh" => policy.fresh_seconds = value,
        "remember" => policy.remember_days = value,
        _ => policy.absence_days = value,
    }
}

/// Shows the form.
pub async fn change(console: Console) -> Result<Response, EarlyAnswer> {
    let policy = policies::of_company(&console.app.db, console.company.id).await?;
    form(&console, &policy, None).await
}

/// The form, with what was typed into it where it was sent with mistakes.
async fn form(console: &Console, policy: &Policy, typed: Option<&Parameters>) -> Result<Response, EarlyAnswer> {
    let (page, frame) = frame::page(console, Section::Policies, PAGE).await?;
    let texts = page.texts;
    let is_on = |field: &str, word: &str, stored: bool| match typed {
        Some(typed) => typed.iter().any(|(name, value)| name == field && value == word),
        None => stored,
    };
    let heeds = |sign: Sign| policy.signs.as_ref().is_some_and(|signs| signs.contains(&sign));
    let status = if typed.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let mut numbers: Vec<NumberField> = NUMBERS
        .iter()
        .map(|number| {
            let set = get(policy, number.field).map(|value| (value / number.unit.parts()).to_string());
            NumberField {
                field: number.field.to_owned(),
                label: texts.text(number.key),
                hint: number.hint(texts, policy),
                value: typed.map_or_else(|| set.unwrap_or_default(), |typed| typed.field(number.field).to_owned()),
                is_wrong: typed.is_some_and(|typed| value_of(typed, number).is_none()),
                has_focus: false,
            }
        })
        .collect();
    if let Some(first) = numbers.iter_mut().find(|number| number.is_wrong) {
        first.has_focus = true;
    }
    let view = DetailsPage {
        error: typed.map(|_| page.t("policy-number-error")),
        methods: Factor::countable()
            .map(|factor| Choice {
                word: factor.word().to_owned(),
                name: texts.text(&factor.key("")),
                on: is_on("method", factor.word(), policy.counts(Method::of(factor))),
            })
            .collect(),
        signs: Sign::ALL
            .into_iter()
            .map(|sign| Choice {
                word: sign.as_str().to_owned(),
                name: texts.text(sign.words()),
                on: is_on("sign", sign.as_str(), heeds(sign)),
            })
            .collect(),
        numbers,
        frame,
        page,
    };
    Ok(refusal::show(status, &view))
}

/// The number that was typed into a field, as it is stored: `Some(None)` if the field is empty, `None` if the number is
/// unreadable or out of bounds.
fn value_of(fields: &Parameters, number: &Number) -> Option<Option<u32>> {
    match fields.field(number.field).trim() {
        "" => Some(None),
        typed => {
            let value = typed.parse::<u32>().ok()?.checked_mul(number.unit.parts())?;
            number.range.contains(&value).then_some(Some(value))
        }
    }
}

/// The policy of the form, over the company's present one; `None` if a number is unreadable or out of bounds.
fn read(fields: &Parameters, before: &Policy) -> Option<Policy> {
    let of = |wanted: &'static str| fields.iter().filter(move |(name, _)| *name == wanted).map(|(_, value)| value);
    let mut policy = before.clone();
    policy.methods = policy_effects::chosen(of("method").filter_map(|word| word.parse().ok()));
    let signs: BTreeSet<Sign> = of("sign").filter_map(|word| word.parse().ok()).collect();
    policy.signs = (!signs.is_empty()).then_some(signs);
    for number in &NUMBERS {
        set(&mut policy, number.field, value_of(fields, number)?);
    }
    policy.is_sound().then_some(policy)
}

/// The form as a query, so that it is still filled in after a proof on the way.
fn query_of(policy: &Policy) -> String {
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    for factor in Factor::countable().filter(|factor| policy.counts(Method::of(*factor))) {
        query.append_pair("method", factor.word());
    }
    for sign in policy.signs.iter().flatten() {
        query.append_pair("sign", sign.as_str());
    }
    for number in &NUMBERS {
        if let Some(value) = get(policy, number.field) {
            query.append_pair(number.field, &(value / number.unit.parts()).to_string());
        }
    }
    query.finish()
}

/// Shows the people whom the choice would affect.
pub async fn preview(gate: CompanyGate, UrlQuery(query): UrlQuery) -> Result<Response, EarlyAnswer> {
    // An unreadable form is shown again, for which no proof is needed.
    let console = match read(&query, &Policy::SILENT) {
        Some(typed) => gate.back_to(&change_path(&typed)).enter_afresh().await?,
        None => gate.back_to(PAGE).enter().await?,
    };
    let before = policies::of_company(&console.app.db, console.company.id).await?;
    match read(&query, &before) {
        Some(policy) => ask(&console, &policy).await,
        None => form(&console, &before, Some(&query)).await,
    }
}

/// The path of the preview of a policy.
fn change_path(policy: &Policy) -> String {
    format!("{CHANGE}?{}", query_of(policy))
}

/// The effect of a policy on the company's people, and the key of the reason if it is impossible.
async fn judge(console: &Console, policy: &Policy) -> Result<(policy_effects::Effect, Option<&'static str>), Fault> {
    let mut reader = console.app.db.reader().await?;
    let mut source = Source::Reader(&mut reader);
    let people = policy_effects::of_company(&mut source, console.company.id).await?;
    let refused = lockouts::refusal(&mut source, console.company_standing(console.authority), None, policy).await?;
    drop(reader);
    Ok((policy_effects::effect(policy, &people), refused.map(policy_effects::LocksOut::key)))
}

async fn ask(console: &Console, policy: &Policy) -> Result<Response, EarlyAnswer> {
    let (effect, refused) = judge(console, policy).await?;
    let (page, frame) = frame::page(console, Section::Policies, "policies").await?;
    let texts = page.texts;
    let cannot = effect.people.saturating_sub(effect.can_come_in);
    let count = |number: usize| i64::try_from(number).unwrap_or(i64::MAX);
    let mut touched = vec![texts.count("policy-effect-everybody", "count", count(effect.people))];
    touched.push(if cannot == 0 {
        texts.text("policy-effect-none-out")
    } else {
        texts.count("policy-effect-out", "count", count(cannot))
    });
    let hidden = url::form_urlencoded::parse(query_of(policy).as_bytes()).into_owned().collect();
    let status = if refused.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let view = ChangePage {
        name: page.t("policy-details"),
        before: String::new(),
        after: String::new(),
        touched,
        without: None,
        refused: refused.map(|key| page.t(key)),
        action: frame.path(CHANGE),
        hidden,
        frame,
        page,
    };
    Ok(refusal::show(status, &view))
}

/// Saves the choice.
pub async fn save(gate: CompanyGate, Form(fields): Form) -> Result<Response, EarlyAnswer> {
    let page = read(&fields, &Policy::SILENT).as_ref().map_or_else(|| CHANGE.to_owned(), change_path);
    let console = gate.back_to(&page).enter_afresh().await?;
    let before = policies::of_company(&console.app.db, console.company.id).await?;
    let Some(policy) = read(&fields, &before) else {
        return form(&console, &before, Some(&fields)).await;
    };
    match write(&console, None, policy.clone()).await {
        Err(Stop::LocksOut(_)) => ask(&console, &policy).await,
        written => saved(&console, written),
    }
}
