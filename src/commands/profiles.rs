//! `salpa profiles`.

use clap::Subcommand;
use serde_json::json;

use super::output::{Failed, Output};
use super::{acts, users};
use crate::app::App;
use crate::directory::companies::CompanyId;
use crate::directory::rights::{self, ProfileId, ReadyMadeProfile};

#[derive(Subcommand, Debug)]
pub(super) enum ProfileAction {
    /// Add a ready-made profile of rights, for one company or for every one.
    Add {
        /// Its name, as administrators read it.
        #[arg(long)]
        name: String,
        /// The company that it is for. Without it, every company.
        #[arg(long)]
        company: Option<CompanyId>,
        /// A right, as CLIENT_ID:NAME; "use" opens the application. May be given more than once.
        #[arg(long = "right", required = true)]
        rights: Vec<String>,
    },
    /// List the ready-made profiles that a company can give.
    List {
        /// The company's identifier.
        #[arg(long)]
        company: CompanyId,
    },
    /// Remove a ready-made profile. Users to whom it was given keep the rights.
    Remove {
        /// The profile's identifier.
        profile: ProfileId,
        /// The company that it is for. Without it, a profile for every company.
        #[arg(long)]
        company: Option<CompanyId>,
    },
}

pub(super) async fn run(app: &App, action: ProfileAction, output: Output) -> Result<(), Failed> {
    match action {
        ProfileAction::Add { name, company, rights } => {
            let rights = users::read(app, &rights).await?;
            let id = acts::add_profile(app, company, &name, rights).await?;
            output.done(&json!({ "id": id }), || format!("Added {id}."));
        }
        ProfileAction::List { company } => {
            let profiles = rights::profiles(&app.db, company).await?;
            let value = |profile: &ReadyMadeProfile| {
                json!({
                    "id": profile.id,
                    "name": profile.name,
                    "company": profile.company,
                    "rights": profile.rights,
                })
            };
            output.done(&json!(profiles.iter().map(value).collect::<Vec<_>>()), || {
                let line = |profile: &ReadyMadeProfile| format!("{}  {}", profile.id, profile.name);
                profiles.iter().map(line).collect::<Vec<_>>().join("\n")
            });
        }
        ProfileAction::Remove { profile, company } => {
            let removed = acts::remove_profile(app, company, profile).await?;
            output.done(&json!({ "id": profile, "removed": removed }), || format!("{profile} is no profile."));
        }
    }
    Ok(())
}
