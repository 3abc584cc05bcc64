//! `salpa companies domains`: the domains of a company, each proved by a record in DNS.

use clap::Subcommand;
use serde_json::{Value, json};

use super::acts;
use super::output::{Failed, Output};
use crate::administration::domains as administration;
use crate::app::App;
use crate::directory::companies::CompanyId;
use crate::directory::domains::{self, CompanyDomain, DomainName, DomainState};
use crate::platform::clock::Timestamp;

#[derive(Subcommand, Debug)]
pub(super) enum DomainAction {
    /// Claim a domain for a company, and print the TXT record that proves it.
    Claim(DomainArguments),
    /// Ask DNS for the record of a domain, which proves it.
    Check(DomainArguments),
    /// Remove a domain from a company. Its record never counts again.
    Remove(DomainArguments),
    /// List the domains of a company.
    List {
        /// The company's identifier.
        #[arg(long)]
        company: CompanyId,
    },
}

#[derive(clap::Args, Debug)]
pub(super) struct DomainArguments {
    /// The company's identifier.
    #[arg(long)]
    company: CompanyId,
    /// The domain, such as company.example.
    domain: String,
}

pub(super) async fn run(app: &App, action: DomainAction, output: Output) -> Result<(), Failed> {
    match action {
        DomainAction::Claim(DomainArguments { company, domain }) => {
            let name = read(&domain)?;
            acts::claim_domain(app, company, name.clone()).await?;
            told(app, company, &name, output).await
        }
        DomainAction::Check(DomainArguments { company, domain }) => {
            let name = read(&domain)?;
            let sight = administration::look(&app.core, company, &name, app.clock.now()).await?;
            acts::check_domain(app, company, sight).await?;
            told(app, company, &name, output).await
        }
        DomainAction::Remove(DomainArguments { company, domain }) => {
            let name = read(&domain)?;
            acts::remove_domain(app, company, name.clone()).await?;
            output.done(&json!({ "company": company, "removed": name.as_str() }), || format!("{name} is removed."));
            Ok(())
        }
        DomainAction::List { company } => {
            let found = domains::of_company(&app.db, company).await?;
            output.done(&json!(found.iter().map(value).collect::<Vec<_>>()), || {
                found.iter().map(line).collect::<Vec<_>>().join("\n")
            });
            Ok(())
        }
    }
}

fn read(typed: &str) -> Result<DomainName, Failed> {
    DomainName::parse(typed).map_err(|refusal| acts::refused_domain(refusal).into())
}

async fn told(app: &App, company: CompanyId, name: &DomainName, output: Output) -> Result<(), Failed> {
    let found = domains::find(&app.db, company, name).await?.ok_or("the company has not claimed that domain")?;
    output.done(&value(&found), || line(&found));
    Ok(())
}

fn value(domain: &CompanyDomain) -> Value {
    json!({
        "domain": domain.name.as_str(),
        "state": domain.state.as_str(),
        "record_name": domain.name.record_name(),
        "record_value": domain.value,
        "lapses_at": domain.state.lapses_at().map(Timestamp::rfc3339),
    })
}

fn line(domain: &CompanyDomain) -> String {
    let CompanyDomain { name, value, state, .. } = domain;
    let record = format!("{} TXT {value}", name.record_name());
    match (state, state.lapses_at()) {
        (DomainState::Claimed, _) => format!("{name}: claimed. Set in DNS, and check: {record}"),
        (DomainState::Proved { .. }, None) => format!("{name}: proved"),
        (DomainState::Proved { .. }, Some(until)) => {
            format!("{name}: proved until {}, its record is missing: {record}", until.rfc3339())
        }
    }
}
