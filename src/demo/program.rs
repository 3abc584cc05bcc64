//! A program that calls the administration API for a demo company, such as a directory.

use crate::api::grants::GrantExtent;
use crate::api::scopes::Scope;
use crate::app::App;
use crate::commands::{self, Failed};
use crate::directory::companies::CompanyId;
use crate::platform::secret::Secret;
use crate::provider::applications::scopes::Scopes;
use crate::provider::applications::{self, GrantType, Registration};

/// Its `client_id`.
pub(super) const CLIENT_ID: &str = "demo-program";

/// A program that was registered.
#[derive(Debug)]
pub(super) struct Program {
    /// Its client secret.
    pub(super) secret: Secret<String>,
    /// The company that it may act for.
    pub(super) company: CompanyId,
}

/// Registers the program, or renews its secret, and lets it act for a company.
pub(super) async fn register(app: &App, company: CompanyId) -> Result<Program, Failed> {
    let now = app.clock.now();
    let known = applications::find_by_client_id(&app.db, CLIENT_ID).await?;
    let (application, secret) = if let Some(known) = known {
        let secret = applications::renew_secret(&app.db, &app.random, known.id, now).await;
        (known, secret.map_err(Failed::because)?)
    } else {
        let registration = Registration {
            client_id: Some(CLIENT_ID.to_owned()),
            company: Some(company),
            grant_types: vec![GrantType::ClientCredentials],
            scopes: Scopes::default(),
            ..Registration::new("Demo program")
        };
        let created = applications::create(&app.db, &app.random, registration, now).await.map_err(Failed::because)?;
        let secret = created.secret.ok_or_else(|| Failed::because("the demo program has no secret"))?;
        (created.application, secret)
    };
    commands::grant_api(app, application, GrantExtent::Company(company), &Scope::ALL).await?;
    Ok(Program { secret, company })
}
