//! The operator's door: the commands of the program.

pub(crate) mod acts;
mod announcements;
mod api_grants;
mod application_addresses;
mod application_options;
mod applications;
mod applications_security;
mod backup;
mod companies;
mod doctor;
mod domains;
mod employees;
mod history;
mod identity_providers;
mod invitations;
mod keys;
mod messages;
mod output;
mod people;
mod policy;
mod profiles;
mod registration_tokens;
mod rights;
mod scim_tokens;
mod setup;
mod users;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

pub(crate) use output::Failed;
pub(crate) use output::Output;
#[cfg(feature = "demo")]
pub(crate) use {
    acts::add_user, api_grants::give as grant_api, applications::set_policy, companies::create as create_company,
    people::create as create_person,
};

use crate::app::App;
#[cfg(feature = "demo")]
use crate::demo;
use crate::platform::clock::Clock;
use crate::platform::settings::Settings;
use crate::{server, transfer};

/// Salpa: a sign-in service that a business runs itself.
#[derive(Parser, Debug)]
#[command(name = "salpa", version, max_term_width = 100)]
pub struct Command {
    /// The file of settings. Variables SALPA_* stand above it.
    #[arg(long, global = true, env = "SALPA_CONFIG", default_value = "salpa.toml")]
    config: PathBuf,
    /// Answer in JSON, for scripts.
    #[arg(long, global = true)]
    json: bool,
    #[command(subcommand)]
    action: CommandLineAction,
}

#[derive(Subcommand, Debug)]
enum CommandLineAction {
    /// Set up a new service: ask for address, mail, database and the first administrator, and write the settings.
    Setup(Box<setup::SetupArguments>),
    /// Serve sign-ins until told to stop.
    Serve,
    /// Serve a demo: companies, people and applications to try everything with.
    #[cfg(feature = "demo")]
    Demo(demo::Arguments),
    /// Bring the database's tables to this version.
    Migrate,
    /// Check settings, database, clock, keys and public URL, and say how to mend them.
    Doctor,
    /// The keys that sign tokens.
    #[command(subcommand)]
    Keys(keys::KeyAction),
    /// The seals of the history.
    #[command(subcommand)]
    History(history::HistoryAction),
    /// Banks, national eID and directories of companies that sign people in.
    #[command(subcommand)]
    IdentityProviders(identity_providers::IdentityProviderAction),
    /// Messages on their way to people.
    #[command(subcommand)]
    Messages(messages::MessageAction),
    /// Announcements to everybody.
    #[command(subcommand)]
    Announcements(announcements::AnnouncementAction),
    /// People.
    #[command(subcommand)]
    People(people::PersonAction),
    /// Companies, their accounting offices, and the applications open to them.
    #[command(subcommand)]
    Companies(companies::CompanyAction),
    /// Users of companies, with their roles and rights.
    #[command(subcommand)]
    Users(users::UserAction),
    /// Invitations of users to the phone app.
    #[command(subcommand)]
    Invitations(invitations::InvitationAction),
    /// The employee listings of companies.
    #[command(subcommand)]
    Employees(employees::EmployeeAction),
    /// Ready-made profiles of rights.
    #[command(subcommand)]
    Profiles(profiles::ProfileAction),
    /// Applications and their policies.
    #[command(subcommand)]
    Applications(applications::ApplicationAction),
    /// Make a copy of the database, while the service runs or not.
    Backup(backup::Backup),
    /// Put a copy back, while the service does not run.
    Restore(backup::Restore),
    /// Bring in people, companies and applications, from lines of JSON.
    Import(transfer::Import),
    /// Write out people, companies and applications, as lines of JSON.
    Export(transfer::Export),
}

/// Runs a command. Exit codes: 0 done, 1 refused or failed, 2 wrongly called.
pub async fn run(
    command: Command,
    environment: impl Iterator<Item = (String, String)>,
    routes: server::Routes,
) -> ExitCode {
    let output = Output { json: command.json };
    match act(command, environment, routes, output).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(failed) => {
            output.failed(&failed);
            ExitCode::FAILURE
        }
    }
}

async fn act(
    command: Command,
    environment: impl Iterator<Item = (String, String)>,
    routes: server::Routes,
    output: Output,
) -> Result<(), Failed> {
    match command.action {
        #[cfg(feature = "demo")]
        CommandLineAction::Demo(arguments) => demo::run(arguments, routes, output.json).await.map_err(Failed::because),
        CommandLineAction::Setup(arguments) => setup::run(&command.config, *arguments, environment, output).await,
        CommandLineAction::Doctor => doctor::run(Settings::load(&command.config, environment), output).await,
        CommandLineAction::Restore(arguments) => {
            let settings =
                Settings::load(&command.config, environment).map_err(|mistakes| Failed::settings(&mistakes))?;
            backup::restore(&settings, &arguments, output)
        }
        action => {
            let settings =
                Settings::load(&command.config, environment).map_err(|mistakes| Failed::settings(&mistakes))?;
            Box::pin(act_on(action, settings, routes, output)).await
        }
    }
}

async fn act_on(
    action: CommandLineAction,
    settings: Settings,
    routes: server::Routes,
    output: Output,
) -> Result<(), Failed> {
    server::start_logging(settings.log_format);
    let app = App::new(settings, Clock::System).await?;
    match action {
        CommandLineAction::Serve => {
            app.db.migrate().await?;
            let router = routes(app.clone(), axum::Router::new());
            server::run(app, router, server::stop_signal()).await.map_err(Failed::because)
        }
        CommandLineAction::Migrate => {
            let applied = app.db.migrate().await?;
            output.done(&serde_json::json!({ "applied": applied }), || match applied.len() {
                0 => "The tables are of this version already.".to_owned(),
                count => format!("{count} migrations applied: {}.", applied.join(", ")),
            });
            Ok(())
        }
        CommandLineAction::Keys(action) => keys::run(&app, action, output).await,
        CommandLineAction::History(action) => history::run(&app, action, output).await,
        CommandLineAction::IdentityProviders(action) => identity_providers::run(&app, action, output).await,
        CommandLineAction::Messages(action) => messages::run(&app, action, output).await,
        CommandLineAction::Announcements(action) => announcements::run(&app, action, output).await,
        CommandLineAction::People(action) => people::run(&app, action, output).await,
        CommandLineAction::Companies(action) => companies::run(&app, action, output).await,
        CommandLineAction::Users(action) => users::run(&app, action, output).await,
        CommandLineAction::Invitations(action) => invitations::run(&app, action, output).await,
        CommandLineAction::Employees(action) => employees::run(&app, action, output).await,
        CommandLineAction::Profiles(action) => profiles::run(&app, action, output).await,
        CommandLineAction::Applications(action) => applications::run(&app, action, output).await,
        CommandLineAction::Import(arguments) => transfer::import(&app, arguments, output).await,
        CommandLineAction::Export(arguments) => transfer::export(&app, &arguments, output).await,
        CommandLineAction::Backup(arguments) => backup::backup(&app, arguments, output).await,
        #[cfg(feature = "demo")]
        CommandLineAction::Demo(_) => Ok(()),
        CommandLineAction::Setup(_) | CommandLineAction::Doctor | CommandLineAction::Restore(_) => Ok(()),
    }
}
