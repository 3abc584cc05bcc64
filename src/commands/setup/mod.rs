//! `salpa setup`: asks what a new operator has to know, writes the settings and the secret key for their owner alone,
//! makes the tables, and adds the first company with its administrator. It never writes over anything: asked again, it
//! does what is missing.

mod files;
mod first;
mod interview;
mod settings;

use std::path::Path;

use serde_json::json;

use self::first::FirstAdded;
use self::interview::Interview;
use super::output::{Failed, Output};
use crate::app::App;
use crate::directory::{companies, people};
use crate::platform::clock::Clock;
use crate::platform::settings::Settings;

/// The answers that are given as options. Missing ones are asked for at the terminal.
#[derive(clap::Args, Debug)]
pub(super) struct SetupArguments {
    #[command(flatten)]
    settings: settings::SettingArguments,
    #[command(flatten)]
    first: first::FirstArguments,
}

/// Runs the command, with the settings of this file and environment.
pub(super) async fn run(
    config: &Path,
    arguments: SetupArguments,
    environment: impl Iterator<Item = (String, String)>,
    output: Output,
) -> Result<(), Failed> {
    let environment: Vec<(String, String)> = environment.collect();
    let mut interview = Interview::new();
    let mut new = None;
    let mut app = None;
    if config.exists() {
        settings::refuse_changes(config, &arguments.settings)?;
        app = Some(open(config, &environment).await?);
    } else {
        new = Some(settings::ask(&arguments.settings, &environment, &mut interview));
    }
    let is_begun = match &app {
        Some(app) => has_anybody(app).await?,
        None => false,
    };
    let has_mail = match &app {
        Some(app) => app.settings.mail.is_some(),
        None => new.as_ref().is_some_and(|new| new.has_mail),
    };
    let first = if is_begun { None } else { first::ask(&arguments.first, has_mail, &mut interview) };
    interview.end()?;

    let mut written = Vec::new();
    if let Some(mut new) = new {
        if let Some(first) = &first {
            new.add_if_absent("organisation", first.company());
        }
        written = files::write(config, &new)?;
    }
    let app = match app {
        Some(app) => app,
        None => open(config, &environment).await?,
    };
    // A database that was there before may have its people already.
    let added = match first {
        Some(first) if !has_anybody(&app).await? => Some(first::add(&app, first).await?),
        _ => None,
    };
    tell(&app, &written, added.as_ref(), output);
    Ok(())
}

/// The program over its database, with every table.
async fn open(config: &Path, environment: &[(String, String)]) -> Result<App, Failed> {
    let settings =
        Settings::load(config, environment.iter().cloned()).map_err(|mistakes| Failed::settings(&mistakes))?;
    let app = App::new(settings, Clock::System).await?;
    app.db.migrate().await?;
    Ok(app)
}

/// Whether a person or a company is there.
async fn has_anybody(app: &App) -> Result<bool, Failed> {
    Ok(!people::list(&app.db, None, 1).await?.is_empty() || !companies::list(&app.db, None, 1).await?.is_empty())
}

/// Says what was done, and the next step.
fn tell(app: &App, written: &[String], added: Option<&FirstAdded>, output: Output) {
    let public_url = app.settings.public_url.origin();
    let mut next = vec!["salpa doctor".to_owned(), "salpa serve".to_owned()];
    if app.settings.mail.is_some()
        && let Some(added) = added
    {
        next.insert(1, format!("salpa messages test --to {}", added.email));
    }
    let value = json!({
        "public_url": public_url,
        "written": written,
        "company": added.map(|added| added.company),
        "person": added.map(|added| added.person),
        "next": next,
    });
    output.done(&value, || {
        let mut lines: Vec<String> = written.iter().map(|file| format!("Wrote {file}, for its owner alone.")).collect();
        if written.iter().any(|file| file.ends_with(files::SECRET_KEY)) {
            lines.push("Keep a copy of the secret key elsewhere: without it no back-up can be read.".to_owned());
        }
        lines.push("The database has its tables.".to_owned());
        lines.push(match added {
            Some(added) => {
                format!("Added {} ({}), with {} as its administrator.", added.name, added.company, added.email)
            }
            None => "There are people already: nobody was added.".to_owned(),
        });
        lines.push(format!("Next:\n  {}", next.join("\n  ")));
        lines.push(match added {
            Some(added) if added.has_password => format!("Then sign in at {public_url}/admin"),
            Some(added) => {
                format!("Then open the link that goes to {}, and sign in at {public_url}/admin", added.email)
            }
            None => format!("Then sign in at {public_url}/admin"),
        });
        lines.join("\n")
    });
}
