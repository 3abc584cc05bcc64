//! `salpa applications`.

use std::path::PathBuf;

use clap::{Subcommand, ValueEnum};
use serde_json::{Value, json};

use super::api_grants::{self, To};
use super::application_addresses::{self, AddressArguments};
use super::application_options::{ApplicationOptions, PublishedDocuments};
use super::applications_security::{self, SecurityArguments};
use super::output::{Failed, Output};
use super::policy::{self, Changes};
use super::{registration_tokens, rights};
use crate::api::scopes::Scope;
use crate::app::App;
use crate::directory::companies::CompanyId;
use crate::event::Event;
use crate::platform::db;
use crate::platform::history::{self, Entry};
use crate::platform::jose::Algorithm;
use crate::provider::applications::client_keys;
use crate::provider::applications::scopes::Scopes;
use crate::provider::applications::{
    self, Application, ApplicationProfile, GrantType, OpenTo, Registration, WishedAuthentication,
};
use crate::provider::{key_sets, registration};
use crate::sign_in::policies::{self, Policy, SecondFactor};

#[derive(Subcommand, Debug)]
pub(super) enum ApplicationAction {
    /// Register an application.
    Create(Box<Create>),
    /// List applications, a hundred at a time.
    List {
        /// Go on after this application's identifier.
        #[arg(long)]
        after: Option<applications::ApplicationId>,
    },
    /// Show or set the policy of an application.
    Policy {
        /// The client_id.
        client_id: String,
        #[command(flatten)]
        changes: Changes,
    },
    /// Show or change the addresses of an application. A code or a request on its way to a removed one is refused.
    Addresses {
        /// The client_id.
        client_id: String,
        #[command(flatten)]
        changes: Box<AddressArguments>,
    },
    /// Show or change how an application must ask, and whether its tokens are bound to a key.
    Security {
        /// The client_id.
        client_id: String,
        #[command(flatten)]
        changes: SecurityArguments,
    },
    /// Give an application a new secret; the old one is over at once.
    RenewSecret {
        /// The client_id.
        client_id: String,
    },
    /// Open an application to users of companies alone, or to everybody with a profile. Where it is for users from now
    /// on, its grants for no company end.
    OpenTo {
        /// The client_id.
        client_id: String,
        /// users, employees or everybody.
        open_to: OpenTo,
    },
    /// The rights that an application knows.
    #[command(subcommand)]
    Rights(rights::RightAction),
    /// Tokens with which applications register themselves.
    #[command(subcommand)]
    RegistrationToken(registration_tokens::RegistrationTokenAction),
    /// Let an application act by the administration API within these scopes, in place of the former ones.
    GrantApi {
        /// The client_id.
        client_id: String,
        #[command(flatten)]
        to: To,
        /// A scope, such as users.read. May be given more than once.
        #[arg(long = "scope", required = true)]
        scopes: Vec<Scope>,
    },
    /// Let an application act by the administration API no more; its tokens open nothing at once.
    RevokeApi {
        /// The client_id.
        client_id: String,
        #[command(flatten)]
        to: To,
    },
    /// List the companies for which an application may act by the administration API, a hundred at a time.
    ApiGrants {
        /// The client_id.
        client_id: String,
        /// Go on after this company's identifier.
        #[arg(long)]
        after: Option<CompanyId>,
    },
    /// Remove an application with all its grants.
    Delete {
        /// The client_id.
        client_id: String,
    },
}

#[derive(clap::Args, Debug)]
pub(super) struct Create {
    /// The name that people see.
    #[arg(long)]
    name: String,
    /// The client_id; one is made where none is given.
    #[arg(long)]
    client_id: Option<String>,
    /// The company that it belongs to, by its identifier.
    #[arg(long)]
    company: Option<CompanyId>,
    /// The way in which it proves to be itself.
    #[arg(long, value_enum, default_value = "secret")]
    authentication: Authentication,
    /// The file of the public keys, as a JSON Web Key Set, for private-key-jwt.
    #[arg(long)]
    jwks: Option<PathBuf>,
    /// The address at which the application publishes that set, in place of the file.
    #[arg(long, conflicts_with = "jwks")]
    jwks_uri: Option<String>,
    /// An address for answers. May be given more than once.
    #[arg(long = "redirect-uri")]
    redirect_uris: Vec<String>,
    /// An address for browsers after signing out. May be given more than once.
    #[arg(long = "post-logout-redirect-uri")]
    post_logout_redirect_uris: Vec<String>,
    /// The address that is told of ended sessions.
    #[arg(long)]
    back_channel_logout_uri: Option<String>,
    /// The address at which people open it.
    #[arg(long)]
    home_url: Option<String>,
    /// authorization_code, refresh_token, client_credentials or
    /// urn:ietf:params:oauth:grant-type:device_code. May be given more than once.
    #[arg(long = "grant", default_values = ["authorization_code", "refresh_token"])]
    grants: Vec<GrantType>,
    /// A scope that it may ask for. May be given more than once.
    #[arg(long = "scope")]
    scopes: Vec<String>,
    /// The API that its access tokens are for.
    #[arg(long)]
    audience: Option<String>,
    /// The algorithm that signs its ID tokens: RS256, which every client knows, or ES256, which is faster.
    #[arg(long, default_value = "RS256")]
    id_token_algorithm: String,
    /// Let it ask for a code without PKCE where the request has a nonce: for old client libraries that prove to
    /// be themselves.
    #[arg(long)]
    without_pkce: bool,
    /// Give an ID token with every refresh, and not only where the refresh asks for the scope openid.
    #[arg(long)]
    id_token_at_refresh: bool,
    /// Put name and email of the scopes profile and email into the ID token, too, for libraries that read it alone.
    #[arg(long)]
    claims_in_id_token: bool,
    /// The demand for a second factor: required, adaptive or optional.
    #[arg(long = "policy", default_value = "required")]
    second_factor: SecondFactor,
    #[command(flatten)]
    security: SecurityArguments,
    #[command(flatten)]
    options: ApplicationOptions,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Authentication {
    /// By a secret (client_secret_basic or client_secret_post).
    Secret,
    /// By signing with a key of its own.
    PrivateKeyJwt,
    /// By a certificate of an authority that the settings name (tls_client_auth), for a name given with --tls-….
    TlsClient,
    /// By a certificate with a key of --jwks or --jwks-uri (self_signed_tls_client_auth).
    SelfSignedTlsClient,
    /// Not at all: a public client.
    None,
}

pub(super) async fn run(app: &App, action: ApplicationAction, output: Output) -> Result<(), Failed> {
    match action {
        ApplicationAction::Create(create) => {
            let second_factor = create.second_factor;
            let published = create.published(app).await?;
            let fresh_for = published.keys.as_ref().map(|set| set.fresh_for);
            let registration = registration(*create, &published)?;
            let created = applications::create(&app.db, &app.random, registration, app.clock.now())
                .await
                .map_err(Failed::because)?;
            key_sets::settle(app, created.application.id, fresh_for, app.clock.now()).await?;
            registration::settle_logo(app, created.application.id, published.logo).await?;
            set_policy(app, created.application.id, Policy::of(second_factor)).await?;
            let secret = created.secret.as_ref().map(|secret| secret.reveal().as_str());
            let value = json!({
                "id": created.application.id,
                "client_id": created.application.client_id,
                "client_secret": secret,
                "redirect_uris": created.application.redirect_uris,
            });
            output.done(&value, || {
                let secret =
                    secret.map_or(String::new(), |secret| format!("\nclient_secret: {secret} (shown this once)"));
                format!("client_id: {}{secret}", created.application.client_id)
            });
            Ok(())
        }
        ApplicationAction::List { after } => {
            let listed = applications::list(&app.db, after, 100).await?;
            let values: Vec<_> = listed
                .iter()
                .map(|application| json!({ "id": application.id, "client_id": application.client_id, "name": application.name }))
                .collect();
            output.done(&json!(values), || {
                let line = |application: &Application| {
                    format!("{}  {}  {}", application.id, application.client_id, application.name)
                };
                listed.iter().map(line).collect::<Vec<_>>().join("\n")
            });
            Ok(())
        }
        ApplicationAction::Policy { client_id, changes } => {
            let application = find(app, &client_id).await?;
            let policy = policies::of_application(&app.db, application.id).await?;
            if let Some(changed) = changes.applied_to(&policy)? {
                set_policy(app, application.id, changed).await?;
            }
            let policy = policies::of_application(&app.db, application.id).await?;
            output.done(&json!(policy), || policy::words(&policy.of_an_application()));
            Ok(())
        }
        ApplicationAction::Addresses { client_id, changes } => {
            let application = find(app, &client_id).await?;
            application_addresses::show_or_change(app, application, *changes, output).await
        }
        ApplicationAction::Security { client_id, changes } => {
            let application = find(app, &client_id).await?;
            applications_security::show_or_change(app, application, &changes, output).await
        }
        ApplicationAction::RenewSecret { client_id } => {
            let application = find(app, &client_id).await?;
            let secret = applications::renew_secret(&app.db, &app.random, application.id, app.clock.now())
                .await
                .map_err(Failed::because)?;
            output.done(&json!({ "client_secret": secret.reveal() }), || {
                format!("client_secret: {} (shown this once)", secret.reveal())
            });
            Ok(())
        }
        ApplicationAction::OpenTo { client_id, open_to } => {
            let mut application = find(app, &client_id).await?;
            application.profile.open_to = open_to;
            applications::update(&app.db, &app.random, &application, app.clock.now()).await.map_err(Failed::because)?;
            output.done(&json!({ "client_id": client_id, "open_to": open_to }), || {
                format!("{client_id} is open to {}.", open_to.as_str())
            });
            Ok(())
        }
        ApplicationAction::Rights(action) => rights::run(app, action, output).await,
        ApplicationAction::RegistrationToken(action) => registration_tokens::run(app, action, output).await,
        ApplicationAction::GrantApi { client_id, to, scopes } => {
            api_grants::grant(app, find(app, &client_id).await?, &to, scopes, output).await
        }
        ApplicationAction::RevokeApi { client_id, to } => {
            api_grants::revoke(app, find(app, &client_id).await?, &to, output).await
        }
        ApplicationAction::ApiGrants { client_id, after } => {
            api_grants::list(app, &find(app, &client_id).await?, after, output).await
        }
        ApplicationAction::Delete { client_id } => {
            let application = find(app, &client_id).await?;
            applications::delete(&app.db, &app.random, application.id, app.clock.now()).await?;
            output.done(&json!({ "deleted": client_id }), || format!("{client_id} is removed."));
            Ok(())
        }
    }
}

impl Create {
    /// The documents that the application publishes, fetched now: a mistake shows at once.
    async fn published(&self, app: &App) -> Result<PublishedDocuments, Failed> {
        let keys = match &self.jwks_uri {
            Some(address) => Some(key_sets::fetch(&app.egress, address).await.map_err(Failed::because)?),
            None => None,
        };
        let sector = match self.options.sector_identifier_uri() {
            Some(address) => {
                Some(registration::sector(app, address, &self.redirect_uris).await.map_err(Failed::because)?)
            }
            None => None,
        };
        let logo = match self.options.logo_uri() {
            Some(address) => {
                let failed = |words: String| Failed::because(format!("--logo-uri: {words}"));
                Some(registration::logo(app, address).await.map_err(failed)?)
            }
            None => None,
        };
        Ok(PublishedDocuments { keys, sector, logo })
    }
}

fn registration(create: Create, published: &PublishedDocuments) -> Result<Registration, Failed> {
    let authentication = match (create.authentication, create.jwks) {
        (Authentication::Secret, _) => WishedAuthentication::Secret,
        (Authentication::None, _) => WishedAuthentication::None,
        (Authentication::TlsClient, _) => {
            let one = || {
                Failed::because(
                    "tls-client needs one of --tls-subject-dn, --tls-san-dns, --tls-san-uri and --tls-san-email",
                )
            };
            WishedAuthentication::TlsClient(create.options.certificate_subject().ok_or_else(one)?)
        }
        (kind @ (Authentication::PrivateKeyJwt | Authentication::SelfSignedTlsClient), file) => {
            let keys = match (&published.keys, file) {
                (Some(set), _) => client_keys::for_signatures(&set.keys).map_err(Failed::because)?,
                (None, Some(file)) => {
                    let failed = |cause: String| Failed::because(format!("{}: {cause}", file.display()));
                    let text = std::fs::read_to_string(&file).map_err(|error| failed(error.to_string()))?;
                    let set: Value = serde_json::from_str(&text).map_err(|error| failed(error.to_string()))?;
                    client_keys::for_signatures(&set).map_err(failed)?
                }
                (None, None) => return Err(Failed::because("this authentication needs --jwks FILE or --jwks-uri URL")),
            };
            if matches!(kind, Authentication::PrivateKeyJwt) {
                WishedAuthentication::PrivateKeyJwt(keys)
            } else {
                WishedAuthentication::SelfSignedTlsClient(keys)
            }
        }
    };
    let scopes = if create.scopes.is_empty() {
        Scopes::usual()
    } else {
        Scopes::parse(&create.scopes.join(" "))
            .map_err(|_| Failed::because("a scope holds a character that scopes cannot"))?
    };
    let options = create.options.profile(&create.redirect_uris, published)?;
    let profile = ApplicationProfile {
        id_token_at_refresh: create.id_token_at_refresh,
        claims_in_id_token: create.claims_in_id_token,
        jwks_uri: create.jwks_uri,
        ..options
    };
    let mut registration = Registration {
        client_id: create.client_id,
        company: create.company,
        authentication,
        redirect_uris: create.redirect_uris,
        post_logout_redirect_uris: create.post_logout_redirect_uris,
        back_channel_logout_uri: create.back_channel_logout_uri,
        home_url: create.home_url,
        grant_types: create.grants,
        scopes,
        audience: create.audience,
        may_omit_pkce: create.without_pkce,
        profile,
        id_token_algorithm: create
            .id_token_algorithm
            .parse::<Algorithm>()
            .map_err(|()| Failed::because("the algorithm must be RS256 or ES256"))?,
        ..Registration::new(create.name)
    };
    create.security.apply(&mut registration.profile, &mut registration.id_token_algorithm);
    Ok(registration)
}

/// The application of that `client_id`.
pub(super) async fn find(app: &App, client_id: &str) -> Result<Application, Failed> {
    let found = applications::find_by_client_id(&app.db, client_id).await?;
    found.ok_or_else(|| Failed::because(format!("there is no application {client_id}")))
}

/// Sets the policy of an application.
pub(crate) async fn set_policy(app: &App, id: applications::ApplicationId, policy: Policy) -> Result<(), Failed> {
    let (random, now) = (app.random.clone(), app.clock.now());
    let set: Result<(), db::Error> = app
        .db
        .write(move |tx| {
            Box::pin(async move {
                policies::set(tx, id, &policy).await?;
                let entry = Entry::new(now, Event::PolicySet).application(id).detail("policy", &policy);
                history::write(tx, &random, &entry.detail("by", "operator")).await
            })
        })
        .await;
    Ok(set?)
}
