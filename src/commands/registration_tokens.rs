//! `salpa applications registration-token`: tokens with which applications register themselves.

use std::time::Duration;

use clap::Subcommand;
use serde_json::{Value, json};

use super::output::{Failed, Output};
use crate::app::App;
use crate::directory::companies::CompanyId;
use crate::platform::clock::Timestamp;
use crate::provider::applications::scopes::Scopes;
use crate::provider::registration::{self, RegistrationLimits, RegistrationToken, RegistrationTokenId};

#[derive(Subcommand, Debug)]
pub(super) enum RegistrationTokenAction {
    /// Make a token; it is shown this once.
    Create {
        /// Its name in lists and in the history.
        #[arg(long)]
        name: String,
        /// The number of applications that it registers.
        #[arg(long, default_value_t = 1)]
        uses: i64,
        /// The days that it lives, up to 365.
        #[arg(long, default_value_t = 7)]
        days: u64,
        /// The company that its applications belong to, by its identifier.
        #[arg(long)]
        company: Option<CompanyId>,
        /// A scope that its applications may ask for. May be given more than once.
        #[arg(long = "scope")]
        scopes: Vec<String>,
    },
    /// List tokens, the newest first, a hundred at a time.
    List {
        /// Go on before this token's identifier.
        #[arg(long)]
        before: Option<RegistrationTokenId>,
    },
    /// Take a token back. Applications that it has registered stay.
    Revoke {
        /// Its identifier.
        id: RegistrationTokenId,
    },
}

pub(super) async fn run(app: &App, action: RegistrationTokenAction, output: Output) -> Result<(), Failed> {
    let now = app.clock.now();
    match action {
        RegistrationTokenAction::Create { name, uses, days, company, scopes } => {
            let scopes = if scopes.is_empty() {
                Scopes::usual()
            } else {
                Scopes::parse(&scopes.join(" ")).map_err(Failed::because)?
            };
            let lifetime = Duration::from_secs(days.saturating_mul(86_400));
            let limits = RegistrationLimits { name, uses, lifetime, company, scopes };
            let made = registration::create(app, limits, now).await.map_err(Failed::because)?;
            let mut value = described(&made.token, now);
            if let Some(members) = value.as_object_mut() {
                members.insert("token".to_owned(), Value::from(made.secret.reveal().as_str()));
            }
            output.done(&value, || format!("id: {}\ntoken: {} (shown this once)", made.token.id, made.secret.reveal()));
        }
        RegistrationTokenAction::List { before } => {
            let tokens = registration::list(app, before).await?;
            let values: Vec<_> = tokens.iter().map(|token| described(token, now)).collect();
            output.done(&json!(values), || {
                let line = |token: &RegistrationToken| {
                    format!("{}  {}  {} of {}  {}", token.id, state(token, now), token.used, token.uses, token.name)
                };
                tokens.iter().map(line).collect::<Vec<_>>().join("\n")
            });
        }
        RegistrationTokenAction::Revoke { id } => {
            if !registration::revoke(app, id, now).await? {
                return Err(Failed::because(format!("there is no registration token {id} in force")));
            }
            output.done(&json!({ "revoked": id }), || format!("{id} is revoked."));
        }
    }
    Ok(())
}

fn state(token: &RegistrationToken, now: Timestamp) -> &'static str {
    match token {
        RegistrationToken { revoked_at: Some(_), .. } => "revoked",
        RegistrationToken { expires_at, .. } if now >= *expires_at => "expired",
        RegistrationToken { used, uses, .. } if used >= uses => "used up",
        _ => "in force",
    }
}

fn described(token: &RegistrationToken, now: Timestamp) -> Value {
    json!({
        "id": token.id,
        "name": token.name,
        "state": state(token, now),
        "uses": token.uses,
        "used": token.used,
        "company": token.company,
        "scope": token.scopes,
        "created_at": token.created_at.seconds(),
        "expires_at": token.expires_at.seconds(),
    })
}
