//! `salpa applications grant-api`, `revoke-api`, `api-grants`: the companies for which applications may act by the API.

use serde_json::{Value, json};

use super::output::{Failed, Output};
use crate::api;
use crate::api::grants::{self, ApiGrant, GrantExtent};
use crate::api::scopes::Scope;
use crate::app::App;
use crate::directory::companies::{self, CompanyId};
use crate::event::Event;
use crate::platform::db;
use crate::platform::history::{self, Entry};
use crate::provider::applications::scopes::Scopes;
use crate::provider::applications::{self, Application};

/// The one for whom an application acts.
#[derive(clap::Args, Debug)]
#[group(required = true, multiple = false)]
pub(super) struct To {
    /// The company, by its identifier.
    #[arg(long)]
    company: Option<CompanyId>,
    /// The operator: every company, and what belongs to none.
    #[arg(long)]
    operator: bool,
}

impl To {
    fn whom(&self) -> GrantExtent {
        self.company.map_or(GrantExtent::Operator, GrantExtent::Company)
    }
}

/// Lets an application act within these scopes, in place of the former ones.
pub(super) async fn grant(
    app: &App,
    application: Application,
    to: &To,
    scopes: Vec<Scope>,
    output: Output,
) -> Result<(), Failed> {
    let to = to.whom();
    give(app, application.clone(), to, &scopes).await?;
    let words: Vec<_> = scopes.iter().map(|scope| scope.as_str()).collect();
    let value = json!({
        "client_id": application.client_id,
        "for": to.to_string(),
        "scopes": words,
        "resource": api::resource(&app.settings.public_url),
    });
    output.done(&value, || {
        format!(
            "{} may act for {to}: {}.\nresource: {}",
            application.client_id,
            words.join(", "),
            api::resource(&app.settings.public_url)
        )
    });
    Ok(())
}

/// Registers the scopes and the resource with the application, and records for whom it may act.
pub(crate) async fn give(app: &App, application: Application, to: GrantExtent, scopes: &[Scope]) -> Result<(), Failed> {
    if let GrantExtent::Company(company) = to
        && companies::find(&app.db, company).await?.is_none()
    {
        return Err(Failed::because(format!("there is no company {company}")));
    }
    let names = scopes.iter().map(|scope| match to {
        GrantExtent::Company(_) => scope.of_every(),
        GrantExtent::Operator => scope.of_operator(),
    });
    let asked = Scopes::parse(&names.collect::<Vec<_>>().join(" ")).map_err(Failed::because)?;
    let now = app.clock.now();
    let mut registered = application;
    let resource = api::resource(&app.settings.public_url);
    // The registered scopes must be readable again.
    let all = Scopes::parse(&registered.scopes.and(&asked).to_string()).map_err(Failed::because)?;
    if all != registered.scopes || !registered.profile.resources.contains(&resource) {
        registered.scopes = all;
        if !registered.profile.resources.contains(&resource) {
            registered.profile.resources.push(resource);
        }
        applications::update(&app.db, &app.random, &registered, now).await.map_err(Failed::because)?;
    }
    let (random, id, scopes) = (app.random.clone(), registered.id, scopes.to_vec());
    let given: Result<(), db::Error> = app
        .db
        .write(move |tx| {
            Box::pin(async move {
                grants::give(tx, id, to, &scopes, now).await?;
                let words: Vec<_> = scopes.iter().map(|scope| scope.as_str()).collect();
                let entry = Entry::new(now, Event::ApplicationApiGranted).application(id).detail("for", to.to_string());
                let entry = within(entry.detail("scopes", words.join(" ")), to);
                history::write(tx, &random, &entry).await
            })
        })
        .await;
    Ok(given?)
}

/// Lets an application act no more, at once.
pub(super) async fn revoke(app: &App, application: Application, to: &To, output: Output) -> Result<(), Failed> {
    let (random, now, id, to) = (app.random.clone(), app.clock.now(), application.id, to.whom());
    let taken: Result<bool, db::Error> = app
        .db
        .write(move |tx| {
            Box::pin(async move {
                let was_there = grants::take(tx, id, to).await?;
                if was_there {
                    let entry =
                        Entry::new(now, Event::ApplicationApiRevoked).application(id).detail("for", to.to_string());
                    history::write(tx, &random, &within(entry, to)).await?;
                }
                Ok(was_there)
            })
        })
        .await;
    if !taken? {
        return Err(Failed::because(format!("{} does not act for {to}", application.client_id)));
    }
    let value = json!({ "client_id": application.client_id, "revoked": to.to_string() });
    output.done(&value, || format!("{} does not act for {to} any more.", application.client_id));
    Ok(())
}

/// Lists for whom an application may act.
pub(super) async fn list(
    app: &App,
    application: &Application,
    after: Option<CompanyId>,
    output: Output,
) -> Result<(), Failed> {
    let found = grants::of_application(&app.db, application.id, after, 100).await?;
    let words = |grant: &ApiGrant| grant.scopes.iter().map(|scope| scope.as_str()).collect::<Vec<_>>();
    let values: Vec<Value> = found
        .iter()
        .map(|grant| json!({ "for": grant.extent.to_string(), "scopes": words(grant), "since": grant.since.seconds() }))
        .collect();
    output.done(&json!(values), || {
        found.iter().map(|grant| format!("{}  {}", grant.extent, words(grant).join(" "))).collect::<Vec<_>>().join("\n")
    });
    Ok(())
}

fn within(entry: Entry, to: GrantExtent) -> Entry {
    match to {
        GrantExtent::Company(company) => entry.company(company),
        GrantExtent::Operator => entry,
    }
}
