//! `salpa companies`.

use clap::Subcommand;
use serde_json::json;

use super::acts;
use super::domains;
use super::output::{Failed, Output};
use super::policy::{self, Changes};
use super::scim_tokens;
use crate::administration::operator::OperatorWish;
use crate::administration::{ActEffect, Actor};
use crate::app::App;
use crate::directory::companies::{self, CompanyId, CompanyKind, DirectoryUse, NewCompany};
use crate::directory::users::Role;
use crate::event::Event;
use crate::platform::db;
use crate::platform::history::{self, Entry};
use crate::proofs::passkeys::{self, AttestationAuthority, Authorities};
use crate::sign_in::policies;

#[derive(Subcommand, Debug)]
pub(super) enum CompanyAction {
    /// Add a company.
    Create {
        /// Its name.
        #[arg(long)]
        name: String,
        /// business or accounting_office.
        #[arg(long, default_value = "business")]
        kind: CompanyKind,
        /// The email address for help.
        #[arg(long)]
        contact_email: Option<String>,
        /// The phone number for help.
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
    /// Show or set the policy of a company. It holds for everybody who enters the company, for its basic users everywhere,
    /// and for everybody in its own applications. Where an application wants more, that holds.
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
    /// Remove the look of a company: its logo and its colour.
    RemoveLook {
        /// The company's identifier.
        company: CompanyId,
    },
    /// Make a company the operator's: its user administrators see the operator's pages in the console, and release
    /// invitations there. There is one such company, or none.
    Operator {
        /// The company's identifier.
        company: CompanyId,
        /// Let two of its people consent to each release.
        #[arg(long)]
        two_people: bool,
        /// End that it is the operator's.
        #[arg(long, conflicts_with = "two_people")]
        none: bool,
    },
    /// Let an accounting office manage a client company.
    Engage(EngagementArguments),
    /// End the engagement of an accounting office with a client company.
    Disengage(EngagementArguments),
    /// Open an application to a company: its users can be given rights in it.
    Open(Opening),
    /// Close an application to a company. The rights of its users stay for when it is opened again.
    Close(Opening),
    /// The tokens with which a company's directory feeds its users by SCIM.
    #[command(subcommand)]
    ScimToken(scim_tokens::ScimTokenAction),
    /// Set how people with an email at a domain of the company are led to its directory: offered (beside the other ways),
    /// first (by itself, with other ways beside it) or alone (nothing else lets in people who do not manage the company).
    DirectoryUse {
        /// The company's identifier.
        #[arg(long)]
        company: CompanyId,
        /// offered, first or alone.
        wanted: DirectoryUse,
    },
    /// The domains of a company, each proved by a record in DNS. People whose email ends with one are led to the company's
    /// directory.
    #[command(subcommand)]
    Domains(domains::DomainAction),
    /// Let a bank or eID open the phone app again to a company's people who have logged out from all devices. Without
    /// it only an invitation does.
    PhoneAppByIdentity {
        /// The company's identifier.
        #[arg(long)]
        company: CompanyId,
        /// Only an invitation opens it.
        #[arg(long)]
        none: bool,
    },
    /// Let a company's users add only keys that an authority vouches for. Repeated, it adds another authority. Keys that
    /// were added before stay. An Android phone also attests that its bootloader is locked and its system verified; an
    /// iPhone attests nothing in a browser.
    RequireAttestedKeys {
        /// The company's identifier.
        #[arg(long)]
        company: CompanyId,
        /// A file with the authority's certificate, in PEM.
        #[arg(long, required_unless_present = "none")]
        authority: Option<std::path::PathBuf>,
        /// A model (AAGUID) that it vouches for. May be given more than once.
        #[arg(long = "model", required_unless_present_any = ["none", "android"])]
        models: Vec<uuid::Uuid>,
        /// It vouches for Android phones, whose keys name no model.
        #[arg(long)]
        android: bool,
        /// Accept any key again.
        #[arg(long, conflicts_with_all = ["authority", "models", "android"])]
        none: bool,
    },
}

#[derive(clap::Args, Debug)]
pub(super) struct EngagementArguments {
    /// The accounting office's identifier.
    #[arg(long)]
    office: CompanyId,
    /// The client company's identifier.
    #[arg(long)]
    client: CompanyId,
}

#[derive(clap::Args, Debug)]
pub(super) struct Opening {
    /// The company's identifier.
    #[arg(long)]
    company: CompanyId,
    /// The application's client_id.
    #[arg(long)]
    application: String,
}

pub(super) async fn run(app: &App, action: CompanyAction, output: Output) -> Result<(), Failed> {
    match action {
        CompanyAction::Create { name, kind, contact_email, contact_phone, business_id } => {
            let id = create(app, NewCompany { name, kind, contact_email, contact_phone, business_id }).await?;
            output.done(&json!({ "id": id }), || format!("Added {id}."));
            Ok(())
        }
        CompanyAction::List { after } => list(app, after, output).await,
        CompanyAction::ScimToken(action) => scim_tokens::run(app, action, output).await,
        CompanyAction::DirectoryUse { company, wanted } => {
            let changed = acts::use_directory(app, company, wanted).await? == ActEffect::Changed;
            let word = wanted.as_str();
            output.done(&json!({ "company": company, "directory_use": word, "changed": changed }), || {
                format!("The directory of {company} is {word}.")
            });
            Ok(())
        }
        CompanyAction::Domains(action) => domains::run(app, action, output).await,
        CompanyAction::PhoneAppByIdentity { company, none } => phone_app_by_identity(app, company, none, output).await,
        CompanyAction::RequireAttestedKeys { company, authority, models, android, none: _ } => {
            let certificate = authority.as_deref().map(certificate_of).transpose()?;
            let authority = certificate.map(|certificate| AttestationAuthority { certificate, models, android });
            let count = require_attested_keys(app, company, authority).await?;
            output.done(&json!({ "company": company, "authorities": count }), || match count {
                0 => format!("{company} takes any key."),
                count => format!(
                    "{company} takes keys that one of {count} authorities vouches for, and of phones those that started as \
                     their makers made them. An iPhone attests nothing in a browser: its people need a key."
                ),
            });
            Ok(())
        }
        CompanyAction::RemoveLook { company } => {
            if !acts::remove_look(app, company).await? {
                return Err(Failed::because("that company has no look of its own"));
            }
            output.done(&json!({ "company": company }), || format!("{company} looks like Salpa again."));
            Ok(())
        }
        CompanyAction::Policy { company, changes } => {
            if companies::find(&app.db, company).await?.is_none() {
                return Err(Failed::because(format!("there is no company {company}")));
            }
            let policy = policies::of_company(&app.db, company).await?;
            if let Some(changed) = changes.applied_to(&policy)? {
                acts::set_company_policy(app, company, changed).await?;
            }
            let policy = policies::of_company(&app.db, company).await?;
            output.done(&json!(policy), || policy::words(&policy));
            Ok(())
        }
        CompanyAction::AddUser { company, email, roles } => {
            let person = super::people::find(app, &email).await?;
            acts::add_user(app, company, person.id, roles, Actor::Operator).await?;
            output.done(&json!({ "company": company, "person": person.id }), || {
                format!("{email} is a user of {company}.")
            });
            Ok(())
        }
        CompanyAction::Operator { company, two_people, none } => {
            let wish = if none { OperatorWish::None } else { OperatorWish::This { asks_two: two_people } };
            operator(app, company, wish, output).await
        }
        CompanyAction::Engage(EngagementArguments { office, client }) => {
            let changed = acts::engage(app, office, client).await?;
            output.done(&json!({ "office": office, "client": client, "changed": changed }), || {
                format!("{office} manages {client}.")
            });
            Ok(())
        }
        CompanyAction::Disengage(EngagementArguments { office, client }) => {
            let changed = acts::disengage(app, office, client).await?;
            output.done(&json!({ "office": office, "client": client, "changed": changed }), || {
                format!("{office} does not manage {client}.")
            });
            Ok(())
        }
        CompanyAction::Open(Opening { company, application }) => {
            let found = super::applications::find(app, &application).await?;
            let changed = acts::set_open(app, company, found.id, true).await?;
            output.done(&json!({ "company": company, "application": application, "changed": changed }), || {
                format!("{application} is open to {company}.")
            });
            Ok(())
        }
        CompanyAction::Close(Opening { company, application }) => {
            let found = super::applications::find(app, &application).await?;
            let changed = acts::set_open(app, company, found.id, false).await?;
            output.done(&json!({ "company": company, "application": application, "changed": changed }), || {
                format!("{application} is closed to {company}.")
            });
            Ok(())
        }
    }
}

async fn list(app: &App, after: Option<CompanyId>, output: Output) -> Result<(), Failed> {
    let companies = companies::list(&app.db, after, 100).await?;
    let values: Vec<_> = companies
        .iter()
        .map(|company| json!({ "id": company.id, "name": company.name, "kind": company.kind.as_str() }))
        .collect();
    output.done(&json!(values), || {
        let line =
            |company: &companies::Company| format!("{}  {}  {}", company.id, company.kind.as_str(), company.name);
        companies.iter().map(line).collect::<Vec<_>>().join("\n")
    });
    Ok(())
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
                history::write(tx, &random, &Entry::new(now, Event::CompanyAdded).company(id).detail("company", id))
                    .await?;
                Ok(id)
            })
        })
        .await;
    match id {
        Err(db::Error::Conflict(_)) => Err(Failed::because("another company has that business identifier")),
        other => Ok(other?),
    }
}

/// Lets a bank or eID open the phone app again to a company's people, or (`none`) an invitation alone.
async fn phone_app_by_identity(app: &App, company: CompanyId, none: bool, output: Output) -> Result<(), Failed> {
    let effect = acts::let_identity_open_phone_app(app, company, !none).await?;
    output.done(&json!({ "company": company, "allowed": !none, "changed": effect == ActEffect::Changed }), || {
        let way = if none { "An invitation alone opens" } else { "A bank, an eID or an invitation opens" };
        format!("{way} the phone app again to people of {company} who have logged out from all devices.")
    });
    Ok(())
}

/// Makes a company the operator's, or ends that it is.
async fn operator(app: &App, company: CompanyId, wish: OperatorWish, output: Output) -> Result<(), Failed> {
    let changed = acts::choose_operator(app, company, wish).await?;
    output.done(&json!({ "company": company, "changed": changed }), || match wish {
        OperatorWish::None => format!("{company} is not the operator's company."),
        OperatorWish::This { asks_two: false } => format!("{company} is the operator's company."),
        OperatorWish::This { asks_two: true } => {
            format!("{company} is the operator's company. Two of its people consent to a release.")
        }
    });
    Ok(())
}

fn certificate_of(file: &std::path::Path) -> Result<String, Failed> {
    std::fs::read_to_string(file)
        .map_err(|error| Failed::because(format!("{} cannot be read: {error}", file.display())))
}

/// Makes a company accept only keys that an authority vouches for, beside its former authorities; or any key (`None`).
/// Returns the number of authorities.
async fn require_attested_keys(
    app: &App,
    company: CompanyId,
    authority: Option<AttestationAuthority>,
) -> Result<usize, Failed> {
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
                let event =
                    if authorities.is_some() { Event::CompanyAttestedKeysRequired } else { Event::CompanyAnyKeyTaken };
                history::write(tx, &random, &Entry::new(now, event).company(company).detail("company", company)).await
            })
        })
        .await;
    match kept {
        Err(db::Error::Conflict(_)) => Err(Failed::because("there is no such company")),
        other => Ok(other.map(|()| count)?),
    }
}
