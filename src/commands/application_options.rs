//! Options of `salpa applications create` that few applications need.

use std::path::PathBuf;

use serde_json::Value;

use super::output::Failed;
use crate::directory::looks::logo::Logo;
use crate::platform::jose::Algorithm;
use crate::provider::applications::certificates::CertificateSubject;
use crate::provider::applications::{AccessTokenType, ApplicationProfile, OpenTo};
use crate::provider::claims::encryption::{ContentEncryption, IdTokenEncryption, KeyManagement};
use crate::provider::claims::subjects;
use crate::provider::key_sets::KeySet;

#[derive(clap::Args, Debug)]
pub(super) struct ApplicationOptions {
    /// Register it as somebody else's: people are asked for their consent.
    #[arg(long)]
    third_party: bool,
    /// The people it is open to: users (of companies to which it is opened, with a right in it), employees (users, and
    /// people on the employee listings with a chargeable service, without a right) or everybody with a profile.
    #[arg(long, default_value = "users")]
    open_to: OpenTo,
    /// An API that its access tokens may be for, when it names it (RFC 8707). May be given more than once.
    #[arg(long = "resource")]
    resources: Vec<String>,
    /// An API like that whose library takes access tokens of the type JWT alone. May be given more than once.
    #[arg(long = "jwt-resource")]
    jwt_resources: Vec<String>,
    /// The type of its access tokens for --audience: at+jwt (RFC 9068), or JWT for an API whose library knows no
    /// other.
    #[arg(long, default_value = "at+jwt")]
    access_token_type: AccessTokenType,
    /// Tell it subjects that are told in no other sector. The sector is the host of its redirect URIs.
    #[arg(long)]
    pairwise: bool,
    /// The sector of pairwise subjects, by the name of a host, where the redirect URIs have none in common.
    #[arg(long, requires = "pairwise")]
    sector: Option<String>,
    /// The address that lists the redirect URIs of the sector, whose host names it then.
    #[arg(long, requires = "pairwise", conflicts_with = "sector")]
    sector_identifier_uri: Option<String>,
    /// Its address for being told that a person's phone has answered (OpenID Connect CIBA, ping). Without it, it asks.
    #[arg(long)]
    backchannel_notification_uri: Option<String>,
    /// Its logo (PNG, 64 to 512 pixels high, at most 64 KiB). It is fetched once, now.
    #[arg(long)]
    logo_uri: Option<String>,
    /// Its page about the data that it gets.
    #[arg(long)]
    policy_uri: Option<String>,
    /// Its page with its terms of service.
    #[arg(long)]
    tos_uri: Option<String>,
    /// Its address for opening it from My sign-in, Applications (OpenID Connect Core §4).
    #[arg(long)]
    initiate_login_uri: Option<String>,
    /// The distinguished name in its certificate (RFC 4514), for tls-client.
    #[arg(long, group = "certificate_subject")]
    tls_subject_dn: Option<String>,
    /// The name of a host in its certificate, for tls-client.
    #[arg(long, group = "certificate_subject")]
    tls_san_dns: Option<String>,
    /// The URI in its certificate, for tls-client.
    #[arg(long, group = "certificate_subject")]
    tls_san_uri: Option<String>,
    /// The email address in its certificate, for tls-client.
    #[arg(long, group = "certificate_subject")]
    tls_san_email: Option<String>,
    /// Sign the answers of userinfo: RS256 or ES256.
    #[arg(long, value_parser = algorithm)]
    userinfo_algorithm: Option<Algorithm>,
    /// The algorithm of signed answers of the authorization endpoint, if not that of the ID tokens: RS256 or ES256.
    #[arg(long, value_parser = algorithm)]
    answer_algorithm: Option<Algorithm>,
    /// Encrypt its ID tokens to a key: RSA-OAEP-256, ECDH-ES or ECDH-ES+A256KW.
    #[arg(long)]
    id_token_encryption: Option<KeyManagement>,
    /// The encryption of the content: A128CBC-HS256 or A256GCM.
    #[arg(long, default_value_t, requires = "id_token_encryption")]
    id_token_encryption_content: ContentEncryption,
    /// The file of that key, with "use":"enc", as a JSON Web Key Set, where it is not published (--jwks-uri).
    #[arg(long, requires = "id_token_encryption")]
    id_token_encryption_jwks: Option<PathBuf>,
}

/// The fetched documents that an application publishes at addresses of its own.
pub(super) struct PublishedDocuments {
    pub(super) keys: Option<KeySet>,
    pub(super) sector: Option<String>,
    pub(super) logo: Option<Logo>,
}

fn algorithm(text: &str) -> Result<Algorithm, &'static str> {
    text.parse().map_err(|()| "must be RS256 or ES256")
}

impl ApplicationOptions {
    pub(super) fn sector_identifier_uri(&self) -> Option<&str> {
        self.sector_identifier_uri.as_deref()
    }

    /// The name in its certificate.
    pub(super) fn certificate_subject(&self) -> Option<CertificateSubject> {
        let dn = self.tls_subject_dn.clone().map(CertificateSubject::Dn);
        let dns = || self.tls_san_dns.clone().map(CertificateSubject::SanDns);
        let uri = || self.tls_san_uri.clone().map(CertificateSubject::SanUri);
        let email = || self.tls_san_email.clone().map(CertificateSubject::SanEmail);
        dn.or_else(dns).or_else(uri).or_else(email)
    }

    pub(super) fn logo_uri(&self) -> Option<&str> {
        self.logo_uri.as_deref()
    }

    /// The profile of an application with these addresses.
    pub(super) fn profile(
        self,
        redirect_uris: &[String],
        published: &PublishedDocuments,
    ) -> Result<ApplicationProfile, Failed> {
        let sector = match (self.pairwise, self.sector.or_else(|| published.sector.clone())) {
            (false, _) => None,
            (true, Some(sector)) => Some(sector),
            (true, None) => Some(subjects::sector_of(redirect_uris).ok_or_else(|| {
                Failed::because("the redirect URIs have no https host in common: name one with --sector")
            })?),
        };
        let id_token_encryption = match (self.id_token_encryption, self.id_token_encryption_jwks) {
            (Some(alg), Some(file)) => {
                let failed = |cause: String| Failed::because(format!("{}: {cause}", file.display()));
                let text = std::fs::read_to_string(&file).map_err(|error| failed(error.to_string()))?;
                let jwks: Value = serde_json::from_str(&text).map_err(|error| failed(error.to_string()))?;
                let encryption = IdTokenEncryption::from_jwks(&jwks, alg, self.id_token_encryption_content);
                Some(encryption.map_err(|words| failed(words.to_owned()))?)
            }
            (Some(alg), None) => {
                let set = published.keys.as_ref().ok_or_else(|| {
                    Failed::because("encrypted ID tokens need --id-token-encryption-jwks FILE or --jwks-uri URL")
                })?;
                let encryption = IdTokenEncryption::from_jwks(&set.keys, alg, self.id_token_encryption_content);
                Some(encryption.map_err(|words| Failed::because(format!("the set {words}")))?)
            }
            (None, _) => None,
        };
        Ok(ApplicationProfile {
            third_party: self.third_party,
            resources: [self.resources, self.jwt_resources.clone()].concat(),
            access_token_type: self.access_token_type,
            jwt_resources: self.jwt_resources,
            sector,
            sector_identifier_uri: self.sector_identifier_uri,
            logo_uri: self.logo_uri,
            backchannel_notification_uri: self.backchannel_notification_uri,
            policy_uri: self.policy_uri,
            tos_uri: self.tos_uri,
            initiate_login_uri: self.initiate_login_uri,
            userinfo_algorithm: self.userinfo_algorithm,
            answer_algorithm: self.answer_algorithm,
            id_token_encryption,
            open_to: self.open_to,
            ..ApplicationProfile::default()
        })
    }
}
