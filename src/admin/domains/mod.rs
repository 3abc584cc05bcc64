//! *Domains*: the domains of the company, each with the record that proves it in DNS, and how people with an email there are
//! led to its directory.

pub mod views;

use axum::response::Response;
use http::StatusCode;

use super::form_pages::kept;
use super::frame;
use super::gate::{CompanyGate, Console, FreshConsole};
use super::views::Section;
use crate::administration::{Stop, domains as acts, identities};
use crate::directory::companies::{self, DirectoryUse};
use crate::directory::domains::{self, CompanyDomain, DomainName, DomainRefusal, DomainState};
use crate::platform::web::early::{EarlyAnswer, PathEnd};
use crate::platform::web::page::Page;
use crate::platform::web::parameters::{Form, Parameters, UrlQuery};
use crate::platform::web::refusal;
use crate::proofs::identity_providers::{self, IdentityProvider};
use views::{DirectoryWay, DomainRecord, DomainRow, DomainsPage};

const PAGE: &str = "domains";
/// The acts that the page knows, each with the key of its confirmation.
const DONE: [(&str, &str); 4] = [
    ("claimed", "domain-done-claimed"),
    ("proved", "domain-done-proved"),
    ("removed", "domain-done-removed"),
    ("use", "domain-done-use"),
];

/// The message about the last act.
#[derive(Default)]
struct DomainMessage {
    /// The typed domain.
    typed: String,
    /// The refusal of a typed domain.
    of_typed: Option<DomainRefusal>,
    /// The refusal of a look.
    of_look: Option<DomainRefusal>,
}

/// Shows the domains.
pub(crate) async fn show(console: Console, UrlQuery(query): UrlQuery) -> Result<Response, EarlyAnswer> {
    let typed = if query.field("typed") == "1" { query.field("domain").to_owned() } else { String::new() };
    page(&console, &query, DomainMessage { typed, ..DomainMessage::default() }).await
}

async fn page(console: &Console, query: &Parameters, message: DomainMessage) -> Result<Response, EarlyAnswer> {
    let (page, frame) = frame::page(console, Section::Domains, PAGE).await?;
    let found = domains::of_company(&console.app.db, console.company.id).await?;
    let directories = identity_providers::of_company(&console.app.db, console.company.id).await?;
    let names = |directory: &IdentityProvider| -> Vec<String> {
        directory.settings.methods.iter().map(|method| method.name.clone()).collect()
    };
    let is_refused = message.of_typed.is_some() || message.of_look.is_some();
    let view = DomainsPage {
        status: frame::confirmation(page.texts, query, &DONE),
        refusal: message.of_look.map(|refusal| page.t(key_of(refusal))),
        rows: found.iter().map(|domain| row(console, &page, domain)).collect(),
        directories: directories.iter().flat_map(names).collect(),
        ways: ways(companies::directory_use(&console.app.db, console.company.id).await?),
        typed: message.typed,
        mistake: message.of_typed.map(|refusal| page.t(key_of(refusal))),
        frame,
        page,
    };
    let status = if is_refused { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    Ok(refusal::show(status, &view))
}

fn row(console: &Console, page: &Page, domain: &CompanyDomain) -> DomainRow {
    let is_missing = domain.state.lapses_at().is_some();
    let record = DomainRecord { name: domain.name.record_name(), value: domain.value.clone() };
    DomainRow {
        domain: domain.name.to_string(),
        letters: domain.name.in_letters(),
        state: match (domain.state, domain.state.lapses_at()) {
            (DomainState::Claimed, _) => page.t("domain-claimed"),
            (DomainState::Proved { .. }, None) => page.t("domain-proved"),
            (DomainState::Proved { .. }, Some(until)) => {
                page.t1("domain-missing", "until", &frame::when_within(console, page.texts, until))
            }
        },
        is_proved: matches!(domain.state, DomainState::Proved { .. }),
        record: (is_missing || domain.state == DomainState::Claimed).then_some(record),
        is_missing,
    }
}

fn key_of(refusal: DomainRefusal) -> &'static str {
    match refusal {
        DomainRefusal::Shape | DomainRefusal::NotClaimed => "domain-error-shape",
        DomainRefusal::PublicMail => "domain-error-public",
        DomainRefusal::TooMany => "domain-error-many",
        DomainRefusal::OfAnotherCompany => "domain-error-other",
        DomainRefusal::NoRecord => "domain-error-record",
        DomainRefusal::NoAnswer => "domain-error-answer",
    }
}

/// Claims a domain.
pub(crate) async fn claim(gate: CompanyGate, Form(fields): Form) -> Result<Response, EarlyAnswer> {
    let console = gate.back_to(&kept(PAGE, &fields, &["domain"])).enter_afresh().await?;
    let typed = fields.field("domain").trim().to_owned();
    let claimed = match DomainName::parse(&typed) {
        Err(refusal) => Err(Stop::Domain(refusal)),
        Ok(name) => {
            console.act(move |tx, context| Box::pin(async move { acts::claim(tx, context, &name).await })).await
        }
    };
    match claimed {
        Ok(_) => Ok(console.go_to("domains?done=claimed")),
        Err(Stop::Domain(refusal)) => {
            let message = DomainMessage { typed, of_typed: Some(refusal), of_look: None };
            page(&console, &Parameters::default(), message).await
        }
        Err(stop) => Err(stop.into()),
    }
}

/// Looks at the record of a domain, which proves it.
pub(crate) async fn check(
    FreshConsole(console): FreshConsole,
    PathEnd(name): PathEnd<DomainName>,
) -> Result<Response, EarlyAnswer> {
    let checked = match acts::look(&console.app.core, console.company.id, &name, console.visit.now).await {
        Err(stop) => Err(stop),
        Ok(sight) => {
            console.act(move |tx, context| Box::pin(async move { acts::check(tx, context, &sight).await })).await
        }
    };
    match checked {
        Ok(_) => Ok(console.go_to("domains?done=proved")),
        Err(Stop::Domain(DomainRefusal::NotClaimed)) => Err(EarlyAnswer::not_found()),
        Err(Stop::Domain(refusal)) => {
            let message = DomainMessage { of_look: Some(refusal), ..DomainMessage::default() };
            page(&console, &Parameters::default(), message).await
        }
        Err(stop) => Err(stop.into()),
    }
}

/// Removes a domain.
pub(crate) async fn remove(
    FreshConsole(console): FreshConsole,
    PathEnd(name): PathEnd<DomainName>,
) -> Result<Response, EarlyAnswer> {
    console.act(move |tx, context| Box::pin(async move { acts::remove(tx, context, &name).await })).await?;
    Ok(console.go_to("domains?done=removed"))
}

fn ways(present: DirectoryUse) -> Vec<DirectoryWay> {
    let way = |known: DirectoryUse| DirectoryWay {
        word: known.as_str(),
        key: match known {
            DirectoryUse::Offered => "domain-use-offered",
            DirectoryUse::First => "domain-use-first",
            DirectoryUse::Alone => "domain-use-alone",
        },
        is_on: known == present,
    };
    DirectoryUse::ALL.map(way).into()
}

/// Sets how people are led to the directory.
pub(crate) async fn set_use(FreshConsole(console): FreshConsole, Form(fields): Form) -> Result<Response, EarlyAnswer> {
    let wanted: DirectoryUse = fields.field("use").parse().map_err(|_| EarlyAnswer::bad_request())?;
    let set = console
        .act(move |tx, context| Box::pin(async move { identities::use_directory(tx, context, wanted).await }))
        .await;
    match set {
        Ok(_) => Ok(console.go_to("domains?done=use")),
        // The operator turned it off meanwhile, and the page says so.
        Err(Stop::NoDirectory) => Ok(console.go_to("domains")),
        Err(stop) => Err(stop.into()),
    }
}
