//! The details of a company's policy: the accepted methods, the lifetimes of sessions, proofs and remembered browsers,
//! and the signs of something odd.

use std::collections::BTreeSet;
use std::ops::RangeInclusive;

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

/// A number of the form: its field, translation key, unit (seconds or days) and bounds.
struct Number {
    field: &'static str,
    key: &'static str,
    unit: u32,
    range: RangeInclusive<u32>,
}

const NUMBERS: [Number; 5] = [
    Number { field: "idle", key: "policy-idle", unit: 60, range: IDLE_SECONDS },
    Number { field: "lifetime", key: "policy-lifetime", unit: 60, range: LIFETIME_SECONDS },
    Number { field: "fresh", key: "policy-fresh", unit: 60, range: FRESH_SECONDS },
    Number { field: "remember", key: "policy-remember", unit: 1, range: REMEMBER_DAYS },
    Number { field: "absence", key: "policy-absence", unit: 1, range: ABSENCE_DAYS },
];

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

async fn form(console: &Console, policy: &Policy, error: Option<&'static str>) -> Result<Response, EarlyAnswer> {
    let (page, frame) = frame::page(console, Section::Policies, PAGE).await?;
    let texts = page.texts;
    let counts = |factor: Factor| policy.counts(Method::of(factor));
    let heeds = |sign: Sign| policy.signs.as_ref().is_some_and(|signs| signs.contains(&sign));
    let status = if error.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let view = DetailsPage {
        error: error.map(|key| page.t(key)),
        methods: Factor::countable()
            .map(|factor| Choice {
                word: factor.word().to_owned(),
                name: texts.text(&factor.key("")),
                on: counts(factor),
            })
            .collect(),
        signs: Sign::ALL
            .into_iter()
            .map(|sign| Choice { word: sign.as_str().to_owned(), name: texts.text(sign.words()), on: heeds(sign) })
            .collect(),
        numbers: NUMBERS
            .iter()
            .map(|number| {
                let value = get(policy, number.field).map(|value| (value / number.unit).to_string());
                let (least, most) = (number.range.start() / number.unit, number.range.end() / number.unit);
                let limits = [("least", least.to_string()), ("most", most.to_string())];
                let limits = limits.each_ref().map(|(name, value)| (*name, value.as_str()));
                let hint = texts.text_with(&format!("{}-hint", number.key), &limits);
                NumberField {
                    field: number.field.to_owned(),
                    label: texts.text(number.key),
                    hint,
                    value: value.unwrap_or_default(),
                }
            })
            .collect(),
        frame,
        page,
    };
    Ok(refusal::show(status, &view))
}

/// The policy of the form, over the company's present one; `None` if a number is unreadable or out of bounds.
fn read(fields: &Parameters, before: &Policy) -> Option<Policy> {
    let of = |wanted: &'static str| fields.iter().filter(move |(name, _)| *name == wanted).map(|(_, value)| value);
    let mut policy = before.clone();
    policy.methods = policy_effects::chosen(of("method").filter_map(|word| word.parse().ok()));
    let signs: BTreeSet<Sign> = of("sign").filter_map(|word| word.parse().ok()).collect();
    policy.signs = (!signs.is_empty()).then_some(signs);
    for number in &NUMBERS {
        let typed = fields.field(number.field).trim();
        let value = match typed {
            "" => None,
            typed => {
                let value = typed.parse::<u32>().ok()?.checked_mul(number.unit)?;
                Some(Some(value).filter(|value| number.range.contains(value))?)
            }
        };
        set(&mut policy, number.field, value);
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
            query.append_pair(number.field, &(value / number.unit).to_string());
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
        None => form(&console, &before, Some("policy-number-error")).await,
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
        return form(&console, &before, Some("policy-number-error")).await;
    };
    match write(&console, None, policy.clone()).await {
        Err(Stop::LocksOut(_)) => ask(&console, &policy).await,
        written => saved(&console, written),
    }
}
