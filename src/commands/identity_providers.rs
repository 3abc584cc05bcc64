//! `salpa identity-providers`.

use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use clap::Subcommand;
use serde_json::{Value, json};

use super::output::{Failed, Output};
use super::{acts, people};
use crate::administration::identity_providers::{self as administration, OperatorHand};
use crate::administration::{ActEffect, Stop};
use crate::app::App;
use crate::directory::companies::CompanyId;
use crate::platform::clock::Timestamp;
use crate::platform::db::{Tx, Work};
use crate::platform::private_file;
use crate::platform::secret::Secret;
use crate::proofs::identities::{CountryCode, evidence, hash_of, national_identifier};
use crate::proofs::identity_providers::{
    self, Entity, IdentityProvider, IdentityProviderId, NewIdentityProvider, NewProviderKey, ProviderState,
    ProviderTrial, are_fine,
};

/// The number of kept answers that are read at once.
const EVIDENCE_PAGE: i64 = 200;

#[derive(Subcommand, Debug)]
pub(super) enum IdentityProviderAction {
    /// Add a provider from a file of settings in JSON. It is off until it is turned on.
    Create(SettingsArguments),
    /// Change the settings of a provider to those of a file.
    Change {
        /// Its present name.
        name: String,
        #[command(flatten)]
        settings: SettingsArguments,
    },
    /// List the providers with the addresses to register at each: where browsers return to, and where our keys are.
    List,
    /// Try everything that can be tried without a person, and say what is wrong.
    Check {
        /// Its name.
        name: String,
    },
    /// Offer a provider on the sign-in page.
    TurnOn {
        /// Its name.
        name: String,
    },
    /// Offer a provider no longer. Answers that are on their way are not taken.
    TurnOff {
        /// Its name.
        name: String,
    },
    /// Make new keys of this service for a provider. They are published at once.
    RotateKeys {
        /// Its name.
        name: String,
        /// The hours until the new key signs: long enough for the provider to register it.
        #[arg(long, default_value_t = 24)]
        after_hours: u64,
    },
    /// Print the public key that signs the set of our keys at a provider (signed JWKS), to be shown to it by another way. It
    /// lives as long as the contract.
    EntityKey {
        /// Its name.
        name: String,
        /// Make a new one, used at once: until the provider knows it, it believes no set of ours.
        #[arg(long)]
        renew: bool,
    },
    /// Write the answers of a provider that were accepted and kept (`evidence_days`) into a file, one JSON object a line:
    /// what it signed, the key that verifies it, the time and the person. It is in the history.
    Evidence {
        /// Its name.
        name: String,
        /// The file, which must not be there yet.
        #[arg(long)]
        file: PathBuf,
        /// From this time on (RFC 3339); by default from the first.
        #[arg(long)]
        since: Option<jiff::Timestamp>,
        /// To this time; by default to now.
        #[arg(long)]
        until: Option<jiff::Timestamp>,
    },
    /// Enter the national identifier of a user or employee whose profile nobody has used yet: their first sign-in by a
    /// bank or eID opens it.
    Expect {
        /// The company's identifier.
        #[arg(long)]
        company: CompanyId,
        /// The person's sign-in email.
        #[arg(long)]
        email: String,
        /// The country of the identifier, in two letters.
        #[arg(long, default_value = "FI")]
        country: CountryCode,
        /// A file with the identifier and nothing else: what stands in a command is seen by others.
        #[arg(long)]
        identifier_file: PathBuf,
    },
}

#[derive(clap::Args, Debug)]
pub(super) struct SettingsArguments {
    /// The file of settings (docs/identity-providers.md).
    file: PathBuf,
    /// A file with the client secret, where the provider knows no key of ours; of BankID of Sweden our certificate and its
    /// key in PEM.
    #[arg(long)]
    secret_file: Option<PathBuf>,
    /// A file with the certificates in PEM of the authority of the server of BankID of Sweden, Smart-ID or Mobile-ID, in the place of
    /// `authorities`.
    #[arg(long)]
    authorities_file: Option<PathBuf>,
    /// A file with the certificates in PEM of the authorities that sign the certificates of people in Estonia, in the place
    /// of `issuers`.
    #[arg(long)]
    issuers_file: Option<PathBuf>,
}

pub(super) async fn run(app: &App, action: IdentityProviderAction, output: Output) -> Result<(), Failed> {
    let now = app.clock.now();
    match action {
        IdentityProviderAction::Create(arguments) => {
            let new = read(app, &arguments, true).await?;
            let new = Arc::new(new);
            let id = as_operator(app, move |tx, hand| {
                let new = new.clone();
                Box::pin(async move { administration::create(tx, hand, &new).await })
            });
            let id = id.await.map_err(in_words)?;
            let made = identity_providers::find(&app.db, id).await?.ok_or("the provider was not kept")?;
            identity_providers::published(&app.core, &made, now).await?;
            output.done(&value(app, &made), || line(app, &made));
        }
        IdentityProviderAction::Change { name, settings } => {
            let found = find(app, &name).await?;
            let new = read(app, &settings, false).await?;
            let (id, new) = (found.id, Arc::new(new));
            let changed = as_operator(app, move |tx, hand| {
                let new = new.clone();
                Box::pin(async move { administration::change(tx, hand, (id, &new)).await })
            });
            changed.await.map_err(in_words)?;
            let changed = find_id(app, &found).await?;
            output.done(&value(app, &changed), || line(app, &changed));
        }
        IdentityProviderAction::List => {
            let all = identity_providers::all(&app.db).await?;
            output.done(&json!(all.iter().map(|found| value(app, found)).collect::<Vec<_>>()), || {
                all.iter().map(|found| line(app, found)).collect::<Vec<_>>().join("\n")
            });
        }
        IdentityProviderAction::Check { name } => {
            let found = find(app, &name).await?;
            let trials = found.try_out(&app.core, now).await;
            let told: Vec<Value> = trials.iter().map(trial_value).collect();
            if !are_fine(&trials) {
                let wrong = trials.iter().filter(|trial| !trial.is_fine);
                return Err(Failed::for_reasons(wrong.map(ToString::to_string).collect()));
            }
            output.done(&json!(told), || trials.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"));
        }
        IdentityProviderAction::TurnOn { name } => set_state(app, &name, ProviderState::On, output).await?,
        IdentityProviderAction::TurnOff { name } => set_state(app, &name, ProviderState::Off, output).await?,
        IdentityProviderAction::RotateKeys { name, after_hours } => {
            let found = find(app, &name).await?;
            let from = now.plus(Duration::from_secs(after_hours.saturating_mul(3600)));
            let keys = identity_providers::successors(&app.core, &found, (now, from)).await?;
            let made = publish_keys(app, found.id, keys).await?;
            output.done(&json!({ "keys": made }), || format!("New keys: {}.", made.join(", ")));
        }
        IdentityProviderAction::EntityKey { name, renew } => {
            let found = find(app, &name).await?;
            if !found.settings.kind.is_openid() {
                return Err("this provider reads no keys of ours".into());
            }
            if renew {
                publish_keys(app, found.id, vec![Entity::successor(&app.core, &found, now).await?]).await?;
            }
            let entity = Entity::of(&app.core, &found, now).await?;
            let address = app.settings.public_url.join(&found.signed_keys_path());
            output.done(&json!({ "key": entity.jwk(), "signed_jwks_uri": address }), || {
                format!("{}\n  signs  {address}", entity.jwk())
            });
        }
        IdentityProviderAction::Evidence { name, file, since, until } => {
            let found = find(app, &name).await?;
            let at = |time: jiff::Timestamp| Timestamp::from_milliseconds(time.as_millisecond());
            let between = (since.map_or(Timestamp::from_milliseconds(0), at), until.map_or(now, at));
            let count = export_evidence(app, &found, &file, between).await?;
            as_operator(app, move |tx, hand| {
                let of = found.clone();
                Box::pin(async move { administration::evidence_exported(tx, hand, (&of, count)).await })
            })
            .await?;
            output.done(&json!({ "exported": count }), || format!("{count} answers are in {}.", file.display()));
        }
        IdentityProviderAction::Expect { company, email, country, identifier_file } => {
            let text = text_of(&identifier_file)?;
            let wanted = national_identifier(country, &text).ok_or("this is no national identifier of that country")?;
            let person = people::find(app, &email).await?;
            let hash = hash_of(&app.core, &wanted).await?;
            let effect = acts::expect_identifier(app, company, person.id, (wanted.source, hash)).await?;
            if effect == ActEffect::Unchanged {
                return Err("the profile is in use: its person links a bank or eID themselves, at a sign-in".into());
            }
            output.done(&json!({ "company": company, "person": person.id }), || {
                format!("The first sign-in of {email} by a bank or eID opens their profile.")
            });
        }
    }
    Ok(())
}

/// Writes the kept answers of a provider between two instants into a new file, and counts them.
async fn export_evidence(
    app: &App,
    provider: &IdentityProvider,
    file: &Path,
    between: (Timestamp, Timestamp),
) -> Result<u64, Failed> {
    let mut out = BufWriter::new(private_file::create(file).map_err(Failed::because)?);
    let (mut count, mut after) = (0, None);
    loop {
        let page = evidence::list(&app.core, (provider.id, after), between, EVIDENCE_PAGE).await?;
        let Some(last) = page.last() else { break };
        after = Some(last.id);
        for kept in &page {
            let line = json!({
                "id": kept.id,
                "received_at": kept.received_at.rfc3339(),
                "person": kept.person,
                "provider": provider.settings.name,
                "answer": kept.content,
            });
            writeln!(out, "{line}").map_err(Failed::because)?;
            count += 1;
        }
    }
    out.flush().map_err(Failed::because)?;
    Ok(count)
}

/// The settings of a file. Endpoints that it leaves out are discovered.
async fn read(app: &App, arguments: &SettingsArguments, is_new: bool) -> Result<NewIdentityProvider, Failed> {
    let mut text = text_of(&arguments.file)?;
    for (name, file) in [("authorities", &arguments.authorities_file), ("issuers", &arguments.issuers_file)] {
        if let (Some(file), Ok(mut value)) = (file, serde_json::from_str::<Value>(&text)) {
            if let Some(members) = value.as_object_mut() {
                members.insert(name.to_owned(), Value::from(text_of(file)?));
            }
            text = value.to_string();
        }
    }
    let secret = arguments.secret_file.as_deref().map(text_of).transpose()?.map(Secret::new);
    let faults = match NewIdentityProvider::read(&app.egress, (&text, secret), is_new).await {
        Ok(new) => return Ok(new),
        Err(faults) => faults,
    };
    Err(Failed::for_reasons(faults.iter().map(ToString::to_string).collect()))
}

fn text_of(file: &Path) -> Result<String, Failed> {
    let text = std::fs::read_to_string(file)
        .map_err(|error| Failed::because(format!("{} cannot be read: {error}", file.display())))?;
    Ok(text.trim().to_owned())
}

async fn find(app: &App, name: &str) -> Result<IdentityProvider, Failed> {
    Ok(identity_providers::find_by_name(&app.db, name).await?.ok_or("there is no provider of that name")?)
}

async fn find_id(app: &App, found: &IdentityProvider) -> Result<IdentityProvider, Failed> {
    Ok(identity_providers::find(&app.db, found.id).await?.ok_or("there is no such provider")?)
}

fn in_words(stop: Stop) -> Failed {
    match stop {
        Stop::AlreadyThere => "another provider has that name".into(),
        Stop::UnknownCompany => "company: there is no company of that identifier".into(),
        stop => stop.into(),
    }
}

/// Publishes keys of this service at a provider. Returns the names of those that are the first of their generation.
async fn publish_keys(app: &App, of: IdentityProviderId, keys: Vec<NewProviderKey>) -> Result<Vec<String>, Failed> {
    let keys = Arc::new(keys);
    let made = as_operator(app, move |tx, hand| {
        let keys = keys.clone();
        Box::pin(async move { administration::rotate_keys(tx, hand, (of, &keys)).await })
    });
    made.await.map_err(in_words)
}

/// Performs an act of the operator as one transaction.
async fn as_operator<T, W>(app: &App, work: W) -> Result<T, Stop>
where
    T: Send + 'static,
    W: for<'t> FnOnce(&'t mut Tx<'_>, &'t OperatorHand<'t>) -> Work<'t, T, Stop> + Clone + Send + 'static,
{
    let (core, now) = (app.core.clone(), app.clock.now());
    app.db.write(move |tx| Box::pin(async move { work(tx, &OperatorHand::Command { core: &core, now }).await })).await
}

async fn set_state(app: &App, name: &str, state: ProviderState, output: Output) -> Result<(), Failed> {
    let id = find(app, name).await?.id;
    let effect = as_operator(app, move |tx, hand| {
        Box::pin(async move { administration::set_state(tx, hand, (id, state)).await })
    });
    let changed = effect.await? == ActEffect::Changed;
    output.done(&json!({ "id": id, "state": state.as_str(), "changed": changed }), || format!("{name} is {state}."));
    Ok(())
}

fn value(app: &App, provider: &IdentityProvider) -> Value {
    json!({
        "id": provider.id,
        "name": provider.settings.name,
        "state": provider.state.as_str(),
        "issuer": provider.settings.issuer,
        "company": provider.settings.company,
        "redirect_uri": app.settings.public_url.join(&provider.return_path()),
        "jwks_uri": app.settings.public_url.join(&provider.keys_path()),
        "signed_jwks_uri": app.settings.public_url.join(&provider.signed_keys_path()),
        "methods": provider.settings.methods.iter().map(|method| method.id.as_str()).collect::<Vec<_>>(),
    })
}

fn line(app: &App, provider: &IdentityProvider) -> String {
    let join = |path: &str| app.settings.public_url.join(path);
    format!(
        "{} ({}), {}\n  browsers return to  {}\n  our keys            {}",
        provider.settings.name,
        provider.state,
        provider.id,
        join(&provider.return_path()),
        join(&provider.keys_path()),
    )
}

fn trial_value(trial: &ProviderTrial) -> Value {
    json!({ "tried": trial.tried, "fine": trial.is_fine, "words": trial.words })
}
