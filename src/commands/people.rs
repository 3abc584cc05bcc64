//! `salpa people`.

use std::io::{BufRead, Write};

use clap::Subcommand;
use serde_json::json;

use super::output::{Failed, Output};
use crate::administration::factors;
use crate::app::App;
use crate::directory::people::{self, AdditionError, Email, NewPerson, PersonId, PersonState};
use crate::event::Event;
use crate::platform::db;
use crate::platform::history::{self, Entry};
use crate::platform::web::fault::Fault;
use crate::platform::web::translations::Language;
use crate::proofs::passwords::{self, Password};
use crate::proofs::{self, Factor, KeptFactor, failures};
use crate::sign_in::factors_changed::start_over_by_operator;
use crate::sign_in::notices::{self, Notice};
use crate::sign_in::sessions;

#[derive(Subcommand, Debug)]
pub(super) enum PersonAction {
    /// Add a person.
    Create {
        /// The sign-in email.
        #[arg(long)]
        email: String,
        /// The given name.
        #[arg(long)]
        given_name: String,
        /// The family name.
        #[arg(long, default_value = "")]
        family_name: String,
        /// The language of messages: en or fi.
        #[arg(long, default_value = "en")]
        language: String,
        /// Read the password from standard input instead of asking for it.
        #[arg(long)]
        password_stdin: bool,
        /// Make no password yet.
        #[arg(long, conflicts_with = "password_stdin")]
        no_password: bool,
        /// Do not vouch for the email: applications are told that it is not verified until the person has
        /// confirmed it.
        #[arg(long)]
        email_not_verified: bool,
    },
    /// List people, a hundred at a time.
    List {
        /// Go on after this person's identifier.
        #[arg(long)]
        after: Option<PersonId>,
    },
    /// Close a person's profile: every session ends, and no sign-in and no token begins.
    Disable {
        /// The sign-in email.
        email: String,
    },
    /// Set a person's password, and end every session.
    SetPassword {
        /// The sign-in email.
        email: String,
        /// Read the password from standard input instead of asking for it.
        #[arg(long)]
        password_stdin: bool,
    },
    /// Forget a person's failed tries, so that a method that was closed by them opens again; and vouch for a person who
    /// has lost every second step, so that a link by email sets a new password.
    Unlock {
        /// The sign-in email.
        email: String,
    },
    /// Remove the second step and recovery code of a person who has lost both, and end every session.
    ResetSecondStep {
        /// The sign-in email.
        email: String,
    },
    /// List the second steps and the recovery code of a person.
    Factors {
        /// The sign-in email.
        email: String,
    },
    /// Remove one factor that a person has lost, and end every session. The others stay.
    RemoveFactor {
        /// The sign-in email.
        email: String,
        /// The identifier that `salpa people factors` prints, or `recovery_code`.
        factor: String,
    },
    /// Open a closed profile again.
    Enable {
        /// The sign-in email.
        email: String,
    },
}

pub(super) async fn run(app: &App, action: PersonAction, output: Output) -> Result<(), Failed> {
    match action {
        PersonAction::Create {
            email,
            given_name,
            family_name,
            language,
            password_stdin,
            no_password,
            email_not_verified,
        } => {
            let email = Email::parse_new(&email).map_err(|unfit| Failed::because(format!("{email} {unfit}")))?;
            if Language::parse_tag(&language).is_none() {
                return Err(Failed::because("the language must be en or fi"));
            }
            let names = [email.as_written(), given_name.as_str(), family_name.as_str()];
            let password = if no_password { None } else { Some(chosen(&read_password(password_stdin)?, &names, app)?) };
            let new = NewPerson { email, given_name, family_name, language };
            let id = create(app, new, password).await?;
            if email_not_verified {
                app.db.write(move |tx| Box::pin(async move { people::doubt_email(tx, id).await })).await?;
            }
            output.done(&json!({ "id": id }), || format!("Added {id}."));
            Ok(())
        }
        PersonAction::List { after } => {
            let people = people::list(&app.db, after, 100).await?;
            let values: Vec<_> = people
                .iter()
                .map(|person| json!({ "id": person.id, "email": person.email, "name": person.name(), "state": person.state.as_str() }))
                .collect();
            output.done(&json!(values), || {
                let line = |person: &people::Person| {
                    format!("{}  {}  {}  {}", person.id, person.state.as_str(), person.email, person.name())
                };
                people.iter().map(line).collect::<Vec<_>>().join("\n")
            });
            Ok(())
        }
        PersonAction::SetPassword { email, password_stdin } => set_password(app, &email, password_stdin, output).await,
        PersonAction::Unlock { email } => unlock(app, &email, output).await,
        PersonAction::ResetSecondStep { email } => reset_second_step(app, &email, output).await,
        PersonAction::Factors { email } => list_factors(app, &email, output).await,
        PersonAction::RemoveFactor { email, factor } => remove_factor(app, &email, factor, output).await,
        PersonAction::Disable { email } => set_state(app, &email, PersonState::Disabled, output).await,
        PersonAction::Enable { email } => set_state(app, &email, PersonState::Active, output).await,
    }
}

fn chosen(password: &str, names: &[&str], app: &App) -> Result<Password, Failed> {
    let names: Vec<&str> = names.iter().copied().chain([app.settings.organisation.as_str()]).collect();
    Password::chosen(password, &names).map_err(|unfit| Failed::because(format!("the password {}", unfit.reason())))
}

fn read_password(from_stdin: bool) -> Result<String, Failed> {
    if !from_stdin {
        return rpassword::prompt_password("Password: ").map_err(|error| {
            Failed::because(format!("no terminal to ask for the password at ({error}): give it by --password-stdin"))
        });
    }
    let mut line = String::new();
    std::io::stdin().lock().read_line(&mut line).map_err(Failed::because)?;
    let _ = std::io::stdout().flush();
    Ok(line.trim_end_matches(['\r', '\n']).to_owned())
}

/// Adds a person, with a password where there is one.
pub(crate) async fn create(app: &App, new: NewPerson, password: Option<Password>) -> Result<PersonId, Failed> {
    let hash = match password {
        None => None,
        Some(password) => {
            let stands_alone = password.stands_alone();
            let hash = app.hashing.make(password.into_secret()).await;
            Some((hash.map_err(|_| Failed::because("too many hashes are waiting; try again"))?, stands_alone))
        }
    };
    let (random, now) = (app.random.clone(), app.clock.now());
    let added: Result<PersonId, AdditionError> = app
        .db
        .write(move |tx| {
            Box::pin(async move {
                let id = people::add(tx, &random, now, &new).await?;
                history::write(tx, &random, &Entry::new(now, Event::PersonAdded).person(id).detail("by", "operator"))
                    .await?;
                if let Some((hash, stands_alone)) = hash {
                    passwords::set(tx, id, &hash, stands_alone, now).await?;
                    let entry = Entry::new(now, Event::PersonPasswordSet).person(id).detail("by", "operator");
                    history::write(tx, &random, &entry).await?;
                }
                Ok(id)
            })
        })
        .await;
    Ok(added?)
}

impl From<AdditionError> for Failed {
    fn from(error: AdditionError) -> Self {
        match error {
            AdditionError::EmailTaken => Self::because("somebody has that email already"),
            AdditionError::BadName => Self::because("a given name of 1 to 100 characters is needed"),
            AdditionError::Fault(fault) => fault.into(),
        }
    }
}

/// The person who signs in with an email.
pub(super) async fn find(app: &App, email: &str) -> Result<people::Person, Failed> {
    let unknown = || Failed::because(format!("nobody signs in with {email}"));
    let typed = Email::parse(email).ok_or_else(unknown)?;
    people::find_by_email(&app.db, &typed).await?.ok_or_else(unknown)
}

async fn set_password(app: &App, email: &str, from_stdin: bool, output: Output) -> Result<(), Failed> {
    let person = find(app, email).await?;
    let names = [person.email.as_str(), person.given_name.as_str(), person.family_name.as_str()];
    let password = chosen(&read_password(from_stdin)?, &names, app)?;
    let stands_alone = password.stands_alone();
    let hash =
        app.hashing.make(password.into_secret()).await.map_err(|_| Failed::because("too many hashes are waiting"))?;
    let (id, work, now) = (person.id, app.clone(), app.clock.now());
    app.db
        .write(move |tx| {
            Box::pin(async move {
                passwords::set(tx, id, &hash, stands_alone, now).await?;
                start_over_by_operator(tx, &work, id, now, "the password was set").await?;
                notices::tell_by_operator(tx, &work, id, &Notice::PasswordSetByOperator, now).await?;
                let entry = Entry::new(now, Event::PersonPasswordSet).person(id).detail("by", "operator");
                Ok(history::write(tx, &work.random, &entry).await?)
            })
        })
        .await
        .map_err(|fault: Fault| Failed::from(fault))?;
    output.done(&json!({ "id": id }), || format!("{email} has a new password, and is signed out everywhere."));
    Ok(())
}

async fn unlock(app: &App, email: &str, output: Output) -> Result<(), Failed> {
    let person = find(app, email).await?;
    let (id, random, now) = (person.id, app.random.clone(), app.clock.now());
    let forgotten: Result<u64, db::Error> = app
        .db
        .write(move |tx| {
            Box::pin(async move {
                let forgotten = failures::forget(tx, id).await?;
                people::open_to_resets(tx, id).await?;
                history::write(
                    tx,
                    &random,
                    &Entry::new(now, Event::PersonUnlocked).person(id).detail("by", "operator"),
                )
                .await?;
                Ok(forgotten)
            })
        })
        .await;
    let forgotten = forgotten?;
    output.done(&json!({ "id": id, "forgotten": forgotten }), || format!("{email} may try again at once."));
    Ok(())
}

async fn reset_second_step(app: &App, email: &str, output: Output) -> Result<(), Failed> {
    let person = find(app, email).await?;
    let (id, work, now) = (person.id, app.clone(), app.clock.now());
    let removed: Result<u64, Fault> = app
        .db
        .write(move |tx| {
            Box::pin(async move {
                let removed = proofs::reset_second_steps(tx, id, now).await?;
                start_over_by_operator(tx, &work, id, now, "the second step was reset").await?;
                notices::tell_by_operator(tx, &work, id, &Notice::SecondStepResetByOperator, now).await?;
                let entry = Entry::new(now, Event::PersonSecondStepReset).person(id).detail("by", "operator");
                history::write(tx, &work.random, &entry).await?;
                Ok(removed)
            })
        })
        .await;
    let removed = removed?;
    output.done(&json!({ "id": id, "removed": removed }), || {
        format!("{email} has no second step any more, and is signed out everywhere.")
    });
    Ok(())
}

async fn list_factors(app: &App, email: &str, output: Output) -> Result<(), Failed> {
    let person = find(app, email).await?;
    let kept = factors::removable(&app.db, person.id).await?;
    let values: Vec<_> = kept
        .iter()
        .map(|kept| json!({ "id": factors::word_of(kept), "kind": kept.factor.word(), "name": kept.name }))
        .collect();
    output.done(&json!(values), || {
        let line = |kept: &KeptFactor| format!("{}  {}  {}", factors::word_of(kept), kept.factor.word(), kept.name);
        kept.iter().map(line).collect::<Vec<_>>().join("\n")
    });
    Ok(())
}

async fn remove_factor(app: &App, email: &str, word: String, output: Output) -> Result<(), Failed> {
    let person = find(app, email).await?;
    let (id, work, now, named) = (person.id, app.clone(), app.clock.now(), word.clone());
    let removed: Result<Option<KeptFactor>, Fault> = app
        .db
        .write(move |tx| {
            Box::pin(async move {
                let Some(removed) = factors::remove_for(tx, &work, id, &word, now).await? else { return Ok(None) };
                let name = removed.name.clone();
                let notice = match removed.factor {
                    Factor::Passkey => Notice::PasskeyRemoved { name },
                    Factor::Phone => Notice::PhoneRemoved { name },
                    Factor::RecoveryCode => Notice::RecoveryCodeRemoved,
                    _ => Notice::AuthenticatorRemoved { name },
                };
                notices::tell_by_operator(tx, &work, id, &notice, now).await?;
                let entry = Entry::new(now, factors::event_of(removed.factor)).person(id).detail("by", "operator");
                history::write(tx, &work.random, &entry.detail("name", &removed.name)).await?;
                Ok(Some(removed))
            })
        })
        .await;
    let Some(removed) = removed? else {
        return Err(Failed::because(format!("{email} has no factor {named}: see salpa people factors {email}")));
    };
    output.done(&json!({ "id": id, "removed": removed.factor.word() }), || {
        format!("{email} has one factor less, and is signed out everywhere.")
    });
    Ok(())
}

async fn set_state(app: &App, email: &str, state: PersonState, output: Output) -> Result<(), Failed> {
    let person = find(app, email).await?;
    let (id, random, now) = (person.id, app.random.clone(), app.clock.now());
    app.db
        .write(move |tx| {
            Box::pin(async move {
                people::set_state(tx, id, state, now).await?;
                if state == PersonState::Disabled {
                    sessions::end_others(tx, &random, (id, None), now, "the profile was closed").await?;
                }
                let entry = Entry::new(now, Event::PersonStateSet).person(id).detail("state", state.as_str());
                history::write(tx, &random, &entry).await
            })
        })
        .await
        .map_err(|error: db::Error| Failed::from(error))?;
    output.done(&json!({ "id": id, "state": state.as_str() }), || format!("{email} is {}.", state.as_str()));
    Ok(())
}
