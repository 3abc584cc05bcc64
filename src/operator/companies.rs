//! `salpa companies`.

use clap::Subcommand;
use serde_json::json;

use super::output::{Failed, Output};
use super::policy::{self, Changes, POLICY_SET};
use super::scim_tokens;
use crate::app::App;
use crate::directory::companies::{self, CompanyId, Kind, NewCompany};
use crate::directory::people::{self, Email, PersonId};
use crate::directory::users::{self, Role};
use crate::platform::db;
use crate::platform::history::{self, Entry, Event};
use crate::proofs::passkeys::{self, Authorities, Authority};
use crate::sign_in::policies::{self, Policy};

const COMPANY_ADDED: Event = Event("company.added");
const USER_ADDED: Event = Event("user.added");
const ATTESTED_KEYS_REQUIRED: Event = Event("company.attested_keys_required");
const ANY_KEY_TAKEN: Event = Event("company.any_key_taken");

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
        /// Its identifier in the register of its country.
        #[arg(long)]
        business_id: Option<String>,
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
    /// What a company's directory shows to feed its users by SCIM.
    #[command(subcommand)]
    ScimToken(scim_tokens::Action),
    /// Let a company's users add only keys that an authority vouches for. Repeated for another authority,
    /// it adds that one; keys that were added before stay.
    RequireAttestedKeys {
        /// The company's identifier.
        #[arg(long)]
        company: CompanyId,
        /// A file with the authority's certificate, in PEM.
        #[arg(long, required_unless_present = "none")]
        authority: Option<std::path::PathBuf>,
        /// A model (AAGUID) that it vouches for. May be given more than once.
        #[arg(long = "model", required_unless_present = "none")]
        models: Vec<uuid::Uuid>,
        /// Take any key again.
        #[arg(long, conflicts_with_all = ["authority", "models"])]
        none: bool,
    },
}

pub(super) async fn run(app: &App, action: Action, output: Output) -> Result<(), Failed> {
    match action {
        Action::Create { name, kind, contact_email, contact_phone, business_id } => {
            let id = create(app, NewCompany { name, kind, contact_email, contact_phone, business_id }).await?;
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
        Action::ScimToken(action) => scim_tokens::run(app, action, output).await,
        Action::RequireAttestedKeys { company, authority, models, none: _ } => {
            let authority = match authority {
                None => None,
                Some(file) => {
                    let certificate = std::fs::read_to_string(&file)
                        .map_err(|error| Failed::because(format!("{} cannot be read: {error}", file.display())))?;
                    Some(Authority { certificate, models })
                }
            };
            let count = require_attested_keys(app, company, authority).await?;
            output.done(&json!({ "company": company, "authorities": count }), || match count {
                0 => format!("{company} takes any key."),
                count => format!("{company} takes keys that one of {count} authorities vouches for."),
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
    if !new.is_fine() {
        return Err(Failed::because(
            "a company's name has 1 to 200 characters, its contacts at most 254, its identifier 40",
        ));
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
    match id {
        Err(db::Error::Conflict(_)) => Err(Failed::because("another company has that business identifier")),
        other => Ok(other?),
    }
}

/// Makes a company take only keys that an authority vouches for, beside those that it takes already; or any
/// key (`None`). Tells how many authorities there are then.
async fn require_attested_keys(app: &App, company: CompanyId, authority: Option<Authority>) -> Result<usize, Failed> {
    let before = passkeys::required_of(&app.db, company).await?.map_or_else(Authorities::default, |it| it.authorities);
    let authorities = authority.map(|authority| Authorities(before.0.into_iter().chain([authority]).collect()));
    if authorities.as_ref().is_some_and(|authorities| !authorities.are_usable()) {
        return Err(Failed::because("the file holds no certificate in PEM"));
    }
    let count = authorities.as_ref().map_or(0, |authorities| authorities.0.len());
    let (random, now) = (app.random.clone(), app.clock.now());
    let kept: Result<(), db::Error> = app
        .db
        .write(move |tx| {
            Box::pin(async move {
                passkeys::require_attested(tx, company, authorities.as_ref(), now).await?;
                let event = if authorities.is_some() { ATTESTED_KEYS_REQUIRED } else { ANY_KEY_TAKEN };
                history::write(tx, &random, &Entry::new(now, event).detail("company", company)).await
            })
        })
        .await;
    match kept {
        Err(db::Error::Conflict(_)) => Err(Failed::because("there is no such company")),
        other => Ok(other.map(|()| count)?),
    }
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
