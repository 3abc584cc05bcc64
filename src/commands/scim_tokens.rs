//! `salpa companies scim-token`: the tokens with which a company's directory calls `/scim/v2`.

use std::time::Duration;

use clap::Subcommand;
use serde_json::{Value, json};

use super::output::{Failed, Output};
use crate::app::App;
use crate::directory::companies::CompanyId;
use crate::platform::clock::Timestamp;
use crate::scim::tokens::{self, CannotMake, NewScimToken, ScimToken, ScimTokenId};

#[derive(Subcommand, Debug)]
pub(super) enum ScimTokenAction {
    /// Make a token; it is shown this once.
    Create {
        /// The company whose users the directory feeds, by its identifier.
        #[arg(long)]
        company: CompanyId,
        /// Its name in lists and in the history.
        #[arg(long)]
        name: String,
        /// The days that it lives, up to 1095.
        #[arg(long, default_value_t = 365)]
        days: u64,
    },
    /// List the tokens of a company, the newest first, at most a hundred.
    List {
        /// The company, by its identifier.
        #[arg(long)]
        company: CompanyId,
    },
    /// Invite each new person whom the directory adds to the phone app, in place of the first message; or no longer.
    Invite {
        /// The company, by its identifier.
        #[arg(long)]
        company: CompanyId,
        /// The token's identifier.
        id: ScimTokenId,
        /// Send the first message again, as without the rule.
        #[arg(long)]
        off: bool,
    },
    /// Take a token back. Its users stay.
    Revoke {
        /// The company, by its identifier.
        #[arg(long)]
        company: CompanyId,
        /// The token's identifier.
        id: ScimTokenId,
    },
}

pub(super) async fn run(app: &App, action: ScimTokenAction, output: Output) -> Result<(), Failed> {
    let now = app.clock.now();
    match action {
        ScimTokenAction::Create { company, name, days } => {
            let lifetime = Duration::from_secs(days.saturating_mul(86_400));
            let NewScimToken { token, secret } = match tokens::create(app, company, &name, lifetime, now).await {
                Err(CannotMake::Fault(error)) => return Err(error.into()),
                made => made.map_err(Failed::because)?,
            };
            let mut value = described(&token, now);
            if let Some(members) = value.as_object_mut() {
                members.insert("token".to_owned(), json!(secret.reveal()));
                members.insert("base_url".to_owned(), json!(app.settings.public_url.join("/scim/v2")));
            }
            output.done(&value, || {
                let base = app.settings.public_url.join("/scim/v2");
                format!("id: {}\nbase URL: {base}\ntoken: {} (shown this once)", token.id, secret.reveal())
            });
        }
        ScimTokenAction::List { company } => {
            let found = tokens::list(&app.db, company, 100).await?;
            let values: Vec<_> = found.iter().map(|token| described(token, now)).collect();
            output.done(&json!(values), || {
                let line = |token: &ScimToken| format!("{}  {}  {}", token.id, state(token, now), token.name);
                found.iter().map(line).collect::<Vec<_>>().join("\n")
            });
        }
        ScimTokenAction::Invite { company, id, off } => {
            let found = tokens::list(&app.db, company, 100).await?;
            if !found.iter().any(|token| token.id == id && token.revoked_at.is_none()) {
                return Err(Failed::because(format!("the company has no token {id} in force")));
            }
            tokens::set_invites(app, (company, id), !off, now).await?;
            output.done(&json!({ "id": id, "invites": !off }), || {
                let what = if off { "get the first message" } else { "are invited to the phone app" };
                format!("New people of {id} {what}.")
            });
        }
        ScimTokenAction::Revoke { company, id } => {
            if !tokens::revoke(app, company, id, now).await? {
                return Err(Failed::because(format!("the company has no token {id} in force")));
            }
            output.done(&json!({ "revoked": id }), || format!("{id} is revoked."));
        }
    }
    Ok(())
}

fn state(token: &ScimToken, now: Timestamp) -> &'static str {
    match token {
        ScimToken { revoked_at: Some(_), .. } => "revoked",
        ScimToken { expires_at, .. } if now >= *expires_at => "expired",
        _ => "in force",
    }
}

fn described(token: &ScimToken, now: Timestamp) -> Value {
    json!({
        "id": token.id,
        "company": token.company,
        "name": token.name,
        "state": state(token, now),
        "created_at": token.created_at.seconds(),
        "expires_at": token.expires_at.seconds(),
        "last_used_at": token.last_used_at.map(Timestamp::seconds),
        "invites": token.invites,
    })
}
