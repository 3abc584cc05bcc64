//! What a company wants beside when a second factor is asked for: which methods count, how long a session, a
//! proof and a remembered browser last, and what is odd.

use std::collections::BTreeSet;
use std::ops::RangeInclusive;

use axum::extract::{Path, State};
use axum::response::Response;
use http::StatusCode;

use super::super::applications;
use super::views::{ChangePage, DetailsPage};
use super::{Here, Section, write};
use crate::admin::frame;
use crate::app::App;
use crate::platform::web::fault::Fault;
use crate::platform::web::parameters::{Form, Parameters};
use crate::platform::web::refusal;
use crate::platform::web::visit::Visit;
use crate::proofs::{Factor, Method};
use crate::sign_in::adaptive::Sign;
use crate::sign_in::policies::{
    self, ABSENCE_DAYS, FRESH_SECONDS, IDLE_SECONDS, LIFETIME_SECONDS, Policy, REMEMBER_DAYS,
};
use crate::sign_in::policy_effects;

/// A number of the form: its field, its key, its unit in seconds or days, and what it may be.
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
pub async fn change(State(app): State<App>, visit: Visit, Path(company): Path<String>) -> Result<Response, Fault> {
    let here = match Here::of(&app, &visit, &company, "policies/details").await? {
        Ok(here) => here,
        Err(answer) => return Ok(answer),
    };
    let policy = policies::of_company(&app.db, here.company.id).await?;
    form(&here, &policy, None).await
}

async fn form(here: &Here, policy: &Policy, error: Option<&'static str>) -> Result<Response, Fault> {
    let (page, frame) = frame::around(here, Section::Policies, "policies/details").await?;
    let texts = page.texts;
    let counts = |factor: Factor| policy.counts(Method::of(factor));
    let heeds = |sign: Sign| policy.signs.as_ref().is_some_and(|signs| signs.contains(&sign));
    let status = if error.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let view = DetailsPage {
        error: error.map(|key| page.t(key)),
        methods: Factor::countable()
            .map(|factor| (factor.word().to_owned(), texts.text(&factor.key("")), counts(factor)))
            .collect(),
        signs: Sign::ALL
            .into_iter()
            .map(|sign| (sign.as_str().to_owned(), texts.text(sign_key(sign)), heeds(sign)))
            .collect(),
        numbers: NUMBERS
            .iter()
            .map(|number| {
                let value = get(policy, number.field).map(|value| (value / number.unit).to_string());
                let (least, most) = (number.range.start() / number.unit, number.range.end() / number.unit);
                let limits = [("least", least.to_string()), ("most", most.to_string())];
                let limits = limits.each_ref().map(|(name, value)| (*name, value.as_str()));
                let hint = texts.text_with(&format!("{}-hint", number.key), &limits);
                (number.field.to_owned(), texts.text(number.key), hint, value.unwrap_or_default())
            })
            .collect(),
        frame,
        page,
    };
    Ok(refusal::show(status, &view))
}

fn sign_key(sign: Sign) -> &'static str {
    match sign {
        Sign::NewNetwork => "policy-sign-new-network",
        Sign::NewBrowser => "policy-sign-new-browser",
        Sign::ManyFailures => "policy-sign-many-failures",
        Sign::LongAbsence => "policy-sign-long-absence",
        Sign::ImpossibleTravel => "policy-sign-impossible-travel",
    }
}

/// The policy of the form, over what the company wants already; `None` where a number is none or out of its
/// bounds.
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

/// The form's fields as a query, so that who has to prove themselves comes back to what they chose.
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

/// Shows whom the choice would touch.
pub async fn preview(
    State(app): State<App>,
    visit: Visit,
    Path(company): Path<String>,
    uri: http::Uri,
) -> Result<Response, Fault> {
    let query = Parameters::parse(uri.query().unwrap_or(""));
    // What cannot be read is shown again, and for that nobody has to prove anything.
    let Some(typed) = read(&query, &Policy::SILENT) else {
        let here = match Here::of(&app, &visit, &company, "policies/details").await? {
            Ok(here) => here,
            Err(answer) => return Ok(answer),
        };
        let before = policies::of_company(&app.db, here.company.id).await?;
        return form(&here, &before, Some("policy-number-error")).await;
    };
    let path = format!("policies/details/change?{}", query_of(&typed));
    let here = match Here::afresh(&app, &visit, &company, &path).await? {
        Ok(here) => here,
        Err(answer) => return Ok(answer),
    };
    let before = policies::of_company(&app.db, here.company.id).await?;
    match read(&query, &before) {
        Some(policy) => ask(&here, &policy).await,
        None => form(&here, &before, Some("policy-number-error")).await,
    }
}

/// What a policy means to the company's people, and why it is not possible, where it is not. It has to leave
/// a way in to the account pages and to every application.
async fn judge(here: &Here, policy: &Policy) -> Result<(policy_effects::Effect, Option<&'static str>), Fault> {
    let mut reader = here.app.db.reader().await?;
    let people = policy_effects::of_company(&mut reader, here.company.id).await?;
    let setter = policy_effects::of_person(&mut reader, here.person.id).await?;
    let mut refused = policy_effects::check(policy, &setter, &people).err();
    for known in applications::of_company(&mut reader, here.company.id).await? {
        let id = known.application.id;
        let own = policies::of_application(&mut reader, id).await?.of_an_application();
        let joined = own.stricter(policy).stricter(&policies::of_company_in(&mut reader, here.company.id, id).await?);
        let of_it = policy_effects::of_users(&mut reader, here.company.id, id).await?;
        let everybody = policy_effects::Has::from(Factor::ALL);
        refused = refused.or(policy_effects::check(&joined, &everybody, &of_it).err());
    }
    drop(reader);
    Ok((policy_effects::effect(policy, &people), refused.map(policy_effects::LocksOut::key)))
}

async fn ask(here: &Here, policy: &Policy) -> Result<Response, Fault> {
    let (effect, refused) = judge(here, policy).await?;
    let (page, frame) = frame::around(here, Section::Policies, "policies").await?;
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
        refused: refused.map(|key| page.t(key)),
        action: frame.path("policies/details/change"),
        hidden,
        frame,
        page,
    };
    Ok(refusal::show(status, &view))
}

/// Saves the choice.
pub async fn save(
    State(app): State<App>,
    visit: Visit,
    Path(company): Path<String>,
    Form(fields): Form,
) -> Result<Response, Fault> {
    let typed = read(&fields, &Policy::SILENT);
    let query = typed.as_ref().map(query_of).unwrap_or_default();
    let here = match Here::afresh(&app, &visit, &company, &format!("policies/details/change?{query}")).await? {
        Ok(here) => here,
        Err(answer) => return Ok(answer),
    };
    let before = policies::of_company(&app.db, here.company.id).await?;
    let Some(policy) = read(&fields, &before) else {
        return form(&here, &before, Some("policy-number-error")).await;
    };
    if judge(&here, &policy).await?.1.is_some() {
        return ask(&here, &policy).await;
    }
    write(&here, None, policy).await
}
