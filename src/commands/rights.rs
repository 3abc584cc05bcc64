//! `salpa applications rights`.

use clap::Subcommand;
use serde_json::json;

use super::output::{Failed, Output};
use super::{acts, applications};
use crate::app::App;
use crate::directory::rights::{self, RightDeclaration};

#[derive(Subcommand, Debug)]
pub(super) enum RightAction {
    /// Declare a right of an application, or give it another title.
    Declare {
        /// The application's client_id.
        client_id: String,
        /// Its name in tokens.
        #[arg(long)]
        name: String,
        /// Its title for administrators.
        #[arg(long)]
        title: String,
    },
    /// Remove a declared right. Users keep it, without effect.
    Undeclare {
        /// The application's client_id.
        client_id: String,
        /// Its name in tokens.
        #[arg(long)]
        name: String,
    },
    /// List the declared rights of an application. The right to use it is not declared.
    List {
        /// The application's client_id.
        client_id: String,
    },
}

pub(super) async fn run(app: &App, action: RightAction, output: Output) -> Result<(), Failed> {
    match action {
        RightAction::Declare { client_id, name, title } => {
            let application = applications::find(app, &client_id).await?;
            acts::declare_right(app, application.id, RightDeclaration { name: name.clone(), title }).await?;
            output.done(&json!({ "application": client_id, "name": name }), || format!("{client_id} knows {name}."));
        }
        RightAction::Undeclare { client_id, name } => {
            let application = applications::find(app, &client_id).await?;
            let changed = acts::undeclare_right(app, application.id, &name).await?;
            output.done(&json!({ "application": client_id, "name": name, "changed": changed }), || {
                format!("{client_id} knows no right {name}.")
            });
        }
        RightAction::List { client_id } => {
            let application = applications::find(app, &client_id).await?;
            let declared = rights::declared(&app.db, &application.id.to_string()).await?;
            output.done(&json!(declared), || {
                let line = |right: &RightDeclaration| format!("{}  {}", right.name, right.title);
                declared.iter().map(line).collect::<Vec<_>>().join("\n")
            });
        }
    }
    Ok(())
}
