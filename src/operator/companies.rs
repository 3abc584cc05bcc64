//! `salpa companies`.

use clap::Subcommand;
use serde_json::json;

use super::output::{Failed, Output};
use super::policy::{self, Changes, POLICY_SET};
use crate::app::App;
use crate::directory::companies::{self, CompanyId, Kind, NewCompany};
use crate::directory::people::{self, Email, PersonId};
use crate::directory::users::{self, Role};
use crate::platform::db;
use crate::platform::history::{self, Entry, Event};
use crate::sign_in::policies::{self, Policy};

const COMPANY_ADDED: Event = Event("company.added");
const USER_ADDED: Event = Event("user.added");

#[derive(Subcommand, Debug)]
pub(super) enum Action {
    /// Add a company.
    Create {
        /// Its name.
        #[arg(long)]
        name: String,
        /// business or accounting_office.
        #[arg(long, default_value = "business")]
        kind: Kind,
        /// Where its people can write for help.
        #[arg(long)]
        contact_email: Option<String>,
        /// Where its people can call for help.
        #[arg(long)]
        contact_phone: Option<String>,
    },
    /// List companies, a hundred at a time.
    List {
        /// Go on after this company's identifier.
        #[arg(long)]
        after: Option<CompanyId>,
    },
    /// Show or set the policy of a company: what it wants of its people in every application, and of
    /// everybody in its own. Where an application wants more, that holds.
    Policy {
        /// The company's identifier.
        company: CompanyId,
        #[command(flatten)]
        changes: Changes,
    },
    /// Make a person a user of a company.
    AddUser {
        /// The company's identifier.
        #[arg(long)]
        company: CompanyId,
        /// The person's sign-in email.
        #[arg(long)]
        email: String,
        /// A role: "user administrator", "main user" or "employee". May be given more than once.
        #[arg(long = "role")]
        roles: Vec<Role>,
    },
}

pub(super) async fn run(app: &App, action: Action, output: Output) -> Result<(), Failed> {
    match action {
        Action::Create { name, kind, contact_email, contact_phone } => {
            let id = create(app, NewCompany { name, kind, contact_email, contact_phone }).await?;
            output.done(&json!({ "id": id }), || format!("Added {id}."));
            Ok(())
        }
        Action::List { after } => {
            let companies = companies::list(&app.db, after, 100).await?;
            let values: Vec<_> = companies
                .iter()
                .map(|company| json!({ "id": company.id, "name": company.name, "kind": company.kind.as_str() }))
                .collect();
            output.done(&json!(values), || {
                let line = |company: &companies::Company| {
                    format!("{}  {}  {}", company.id, company.kind.as_str(), company.name)
                };
                companies.iter().map(line).collect::<Vec<_>>().join("\n")
            });
            Ok(())
        }
        Action::Policy { company, changes } => {
            if companies::find(&app.db, company).await?.is_none() {
                return Err(Failed::because(format!("there is no company {company}")));
            }
            let policy = policies::of_company(&app.db, company).await?;
            if let Some(changed) = changes.applied_to(&policy)? {
                set_policy(app, company, changed).await?;
            }
            let policy = policies::of_company(&app.db, company).await?;
            output.done(&json!(policy), || policy::words(&policy));
            Ok(())
        }
        Action::AddUser { company, email, roles } => {
            let unknown = || Failed::because(format!("nobody signs in with {email}"));
            let person = Email::parse(&email).ok_or_else(unknown)?;
            let person = people::find_by_email(&app.db, &person).await?.ok_or_else(unknown)?;
            add_user(app, company, person.id, roles).await?;
            output.done(&json!({ "company": company, "person": person.id }), || {
                format!("{email} is a user of {company}.")
            });
            Ok(())
        }
    }
}

/// Sets the policy of a company.
async fn set_policy(app: &App, company: CompanyId, policy: Policy) -> Result<(), Failed> {
    let (random, now) = (app.random.clone(), app.clock.now());
    let set: Result<(), db::Error> = app
        .db
        .write(move |tx| {
            Box::pin(async move {
                policies::set_of_company(tx, company, &policy).await?;
                let entry = Entry::new(now, POLICY_SET).detail("company", company).detail("policy", &policy);
                history::write(tx, &random, &entry).await
            })
        })
        .await;
    Ok(set?)
}

/// Adds a company.
pub(crate) async fn create(app: &App, new: NewCompany) -> Result<CompanyId, Failed> {
    if new.name.trim().is_empty() || new.name.chars().count() > 200 {
        return Err(Failed::because("a company's name has 1 to 200 characters"));
    }
    let (random, now) = (app.random.clone(), app.clock.now());
    let id: Result<CompanyId, db::Error> = app
        .db
        .write(move |tx| {
            Box::pin(async move {
                let id = companies::add(tx, &random, now, &new).await?;
                history::write(tx, &random, &Entry::new(now, COMPANY_ADDED).detail("company", id)).await?;
                Ok(id)
            })
        })
        .await;
    Ok(id?)
}

/// Makes a person a user of a company.
pub(crate) async fn add_user(app: &App, company: CompanyId, person: PersonId, roles: Vec<Role>) -> Result<(), Failed> {
    let (random, now) = (app.random.clone(), app.clock.now());
    let added: Result<(), db::Error> = app
        .db
        .write(move |tx| {
            Box::pin(async move {
                users::add(tx, company, person, &roles, now).await?;
                let entry =
                    Entry::new(now, USER_ADDED).person(person).detail("company", company).detail("roles", &roles);
                history::write(tx, &random, &entry).await
            })
        })
        .await;
    match added {
        Err(db::Error::Conflict(_)) => {
            Err(Failed::because("there is no such company, or the person is a user of it already"))
        }
        other => Ok(other?),
    }
}
