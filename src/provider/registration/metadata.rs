//! The metadata of an application that registers itself (RFC 7591 §2, OpenID Connect Registration §2). Unknown members
//! are ignored, as the standard wants; what is known is taken strictly or refused. Pure: what it points
//! to was fetched before ([`published`](super::published)).

use jsonwebtoken::jwk::JwkSet;
use serde::Deserialize;
use serde_json::{Value, json};

use super::RegistrationToken;
use crate::platform::jose::Algorithm;
use crate::provider::applications::certificates::CertificateSubject;
use crate::provider::applications::client_keys;
use crate::provider::applications::scopes::Scopes;
use crate::provider::applications::{
    Application, ApplicationProfile, ClientAuthentication, GrantType, OpenTo, Registration, RegistrationError,
    RegistrationMistake, WishedAuthentication,
};
use crate::provider::claims::encryption::{ContentEncryption, IdTokenEncryption, KeyManagement};
use crate::provider::claims::subjects;

/// The methods of RFC 8705 §2.
const TLS_CLIENT: &str = "tls_client_auth";
const SELF_SIGNED_TLS_CLIENT: &str = "self_signed_tls_client_auth";

/// Why an application is not registered (RFC 7591 §3.2.2).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InvalidMetadata {
    /// The name of the error.
    pub(crate) error: &'static str,
    /// A word for the developer.
    pub(crate) description: String,
}

pub(super) fn invalid(description: impl Into<String>) -> InvalidMetadata {
    InvalidMetadata { error: "invalid_client_metadata", description: description.into() }
}

impl InvalidMetadata {
    /// The mistakes of a registration, in the words of the standard; `None` where the database failed.
    pub(super) fn of(error: RegistrationError) -> Result<Self, RegistrationError> {
        let RegistrationError::Mistakes(mistakes) = error else { return Err(error) };
        let about_addresses = mistakes.iter().any(|mistake| mistake.field == "redirect_uris");
        let words: Vec<_> = mistakes.iter().map(RegistrationMistake::to_string).collect();
        let error = if about_addresses { "invalid_redirect_uri" } else { "invalid_client_metadata" };
        Ok(Self { error, description: words.join("; ") })
    }
}

/// The metadata of an application.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct ClientMetadata {
    pub(super) redirect_uris: Vec<String>,
    post_logout_redirect_uris: Vec<String>,
    token_endpoint_auth_method: Option<String>,
    grant_types: Option<Vec<String>>,
    response_types: Option<Vec<String>>,
    client_name: Option<String>,
    client_uri: Option<String>,
    pub(super) logo_uri: Option<String>,
    policy_uri: Option<String>,
    tos_uri: Option<String>,
    initiate_login_uri: Option<String>,
    scope: Option<String>,
    /// The keys, by value or as they were fetched.
    pub(super) jwks: Option<Value>,
    pub(super) jwks_uri: Option<String>,
    subject_type: Option<String>,
    pub(super) sector_identifier_uri: Option<String>,
    /// The sector of that address, once it was seen to list the redirect URIs.
    #[serde(skip)]
    pub(super) sector: Option<String>,
    id_token_signed_response_alg: Option<String>,
    id_token_encrypted_response_alg: Option<String>,
    id_token_encrypted_response_enc: Option<String>,
    userinfo_signed_response_alg: Option<String>,
    userinfo_encrypted_response_alg: Option<String>,
    userinfo_encrypted_response_enc: Option<String>,
    authorization_signed_response_alg: Option<String>,
    backchannel_logout_uri: Option<String>,
    tls_client_auth_subject_dn: Option<String>,
    tls_client_auth_san_dns: Option<String>,
    tls_client_auth_san_uri: Option<String>,
    tls_client_auth_san_email: Option<String>,
    tls_client_certificate_bound_access_tokens: Option<bool>,
}

impl ClientMetadata {
    /// Reads what was sent.
    ///
    /// # Errors
    /// A member that is known here is of another type than the standard gives it.
    pub fn read(sent: &Value) -> Result<Self, InvalidMetadata> {
        if !sent.is_object() {
            return Err(invalid("the body must be a JSON object"));
        }
        serde_json::from_value(sent.clone()).map_err(|error| invalid(error.to_string()))
    }

    /// The registration that it asks for, within the limits of a token.
    ///
    /// # Errors
    /// It asks for something that there is not.
    pub(crate) fn registration(&self, token: &RegistrationToken) -> Result<Registration, InvalidMetadata> {
        let authentication = self.authentication()?;
        let grant_types = self.grant_types()?;
        self.check_response_types(&grant_types)?;
        let sector = match self.subject_type.as_deref() {
            None | Some("public") => None,
            Some("pairwise") => {
                let sector = self.sector.clone().or_else(|| subjects::sector_of(&self.redirect_uris));
                let words = "pairwise subjects want redirect_uris that share one https host, or sector_identifier_uri";
                Some(sector.ok_or_else(|| invalid(words))?)
            }
            Some(_) => return Err(invalid("subject_type must be public or pairwise")),
        };
        let id_token_algorithm =
            algorithm("id_token_signed_response_alg", self.id_token_signed_response_alg.as_deref())?;
        Ok(Registration {
            company: token.company,
            // It has no word for it here, so the nonce decides. It never does for who proves nothing.
            may_omit_pkce: !matches!(authentication, WishedAuthentication::None),
            authentication,
            redirect_uris: self.redirect_uris.clone(),
            post_logout_redirect_uris: self.post_logout_redirect_uris.clone(),
            back_channel_logout_uri: self.backchannel_logout_uri.clone(),
            home_url: self.client_uri.clone(),
            grant_types,
            scopes: self.scopes(&token.scopes)?,
            id_token_algorithm: id_token_algorithm.unwrap_or(Algorithm::Rs256),
            profile: ApplicationProfile {
                third_party: true,
                sector,
                sector_identifier_uri: self.sector_identifier_uri.clone(),
                jwks_uri: self.jwks_uri.clone(),
                logo_uri: self.logo_uri.clone(),
                policy_uri: self.policy_uri.clone(),
                tos_uri: self.tos_uri.clone(),
                initiate_login_uri: self.initiate_login_uri.clone(),
                certificate_bound: self.tls_client_certificate_bound_access_tokens.unwrap_or(false),
                id_token_encryption: self.encryption(
                    "id_token",
                    (self.id_token_encrypted_response_alg.as_deref(), self.id_token_encrypted_response_enc.as_deref()),
                )?,
                userinfo_algorithm: algorithm(
                    "userinfo_signed_response_alg",
                    self.userinfo_signed_response_alg.as_deref(),
                )?,
                userinfo_encryption: self.encryption(
                    "userinfo",
                    (self.userinfo_encrypted_response_alg.as_deref(), self.userinfo_encrypted_response_enc.as_deref()),
                )?,
                answer_algorithm: algorithm(
                    "authorization_signed_response_alg",
                    self.authorization_signed_response_alg.as_deref(),
                )?,
                // Nobody has opened it to a company. It asks everybody for leave, and learns of no company.
                open_to: OpenTo::Everybody,
                ..ApplicationProfile::default()
            },
            ..Registration::new(self.name()?)
        })
    }

    fn name(&self) -> Result<String, InvalidMetadata> {
        // Without a name it is called by its host: that at least is true.
        let name = self.client_name.clone().or_else(|| subjects::sector_of(&self.redirect_uris));
        name.ok_or_else(|| invalid("client_name is missing: people are told who asks"))
    }

    fn authentication(&self) -> Result<WishedAuthentication, InvalidMetadata> {
        match self.token_endpoint_auth_method.as_deref() {
            None | Some("client_secret_basic" | "client_secret_post") => Ok(WishedAuthentication::Secret),
            Some("none") => Ok(WishedAuthentication::None),
            Some("private_key_jwt") => Ok(WishedAuthentication::PrivateKeyJwt(self.signing_keys()?)),
            Some(TLS_CLIENT) => Ok(WishedAuthentication::TlsClient(self.certificate_subject()?)),
            Some(SELF_SIGNED_TLS_CLIENT) => Ok(WishedAuthentication::SelfSignedTlsClient(self.signing_keys()?)),
            Some(_) => Err(invalid(
                "token_endpoint_auth_method must be client_secret_basic, client_secret_post, private_key_jwt, \
                 tls_client_auth, self_signed_tls_client_auth or none",
            )),
        }
    }

    /// Whether it wants to show a certificate.
    pub(super) fn wants_certificates(&self) -> bool {
        let method = self.token_endpoint_auth_method.as_deref();
        matches!(method, Some(TLS_CLIENT | SELF_SIGNED_TLS_CLIENT))
            || self.tls_client_certificate_bound_access_tokens == Some(true)
    }

    /// The one name that its certificate has to have (RFC 8705 §2.1.2).
    fn certificate_subject(&self) -> Result<CertificateSubject, InvalidMetadata> {
        let named = [
            self.tls_client_auth_subject_dn.clone().map(CertificateSubject::Dn),
            self.tls_client_auth_san_dns.clone().map(CertificateSubject::SanDns),
            self.tls_client_auth_san_uri.clone().map(CertificateSubject::SanUri),
            self.tls_client_auth_san_email.clone().map(CertificateSubject::SanEmail),
        ];
        let mut named = named.into_iter().flatten();
        match (named.next(), named.next()) {
            (Some(subject), None) => Ok(subject),
            _ => Err(invalid(
                "tls_client_auth wants one of tls_client_auth_subject_dn, _san_dns, _san_uri and _san_email",
            )),
        }
    }

    fn signing_keys(&self) -> Result<JwkSet, InvalidMetadata> {
        let jwks = self.jwks.as_ref().ok_or_else(|| invalid("this authentication wants jwks or jwks_uri"))?;
        client_keys::for_signatures(jwks).map_err(invalid)
    }

    fn grant_types(&self) -> Result<Vec<GrantType>, InvalidMetadata> {
        let Some(names) = &self.grant_types else { return Ok(vec![GrantType::AuthorizationCode]) };
        let mut grant_types = Vec::new();
        for name in names {
            let grant_type: GrantType = name.parse().map_err(|words: &str| invalid(format!("grant_types {words}")))?;
            if matches!(grant_type, GrantType::ClientCredentials | GrantType::Backchannel) {
                let words = "client_credentials and urn:openid:params:grant-type:ciba are for applications that the \
                             operator registers";
                return Err(invalid(words));
            }
            if !grant_types.contains(&grant_type) {
                grant_types.push(grant_type);
            }
        }
        Ok(grant_types)
    }

    fn check_response_types(&self, grant_types: &[GrantType]) -> Result<(), InvalidMetadata> {
        let uses_codes = grant_types.contains(&GrantType::AuthorizationCode);
        let Some(types) = &self.response_types else { return Ok(()) };
        if types.iter().any(|name| name != "code") {
            return Err(invalid("response_types must be code"));
        }
        if types.is_empty() == uses_codes {
            return Err(invalid("response_types and grant_types do not go together"));
        }
        Ok(())
    }

    /// Its scopes: all that the token allows, or fewer.
    fn scopes(&self, allowed: &Scopes) -> Result<Scopes, InvalidMetadata> {
        let Some(text) = &self.scope else { return Ok(allowed.clone()) };
        let asked = Scopes::parse(text).map_err(|error| invalid(error.to_string()))?;
        let scopes = asked.allowed_by(allowed);
        if scopes.is_empty() { Err(invalid("nothing of scope is allowed")) } else { Ok(scopes) }
    }

    /// How something is encrypted to a key of the application.
    fn encryption(
        &self,
        what: &str,
        (alg, enc): (Option<&str>, Option<&str>),
    ) -> Result<Option<IdTokenEncryption>, InvalidMetadata> {
        let name = |end: &str| format!("{what}_encrypted_response_{end}");
        let (alg, enc) = match (alg, enc) {
            (None, None) => return Ok(None),
            (None, Some(_)) => return Err(invalid(format!("{} wants an alg", name("enc")))),
            (Some(alg), enc) => (alg, enc),
        };
        let alg: KeyManagement = alg.parse().map_err(|words| invalid(format!("{} {words}", name("alg"))))?;
        let enc: ContentEncryption = match enc {
            None => ContentEncryption::default(),
            Some(enc) => enc.parse().map_err(|words| invalid(format!("{} {words}", name("enc"))))?,
        };
        let jwks = self.jwks.as_ref().ok_or_else(|| invalid("encryption wants jwks or jwks_uri"))?;
        IdTokenEncryption::from_jwks(jwks, alg, enc).map(Some).map_err(|words| invalid(format!("jwks {words}")))
    }
}

/// An algorithm of ours, by the name that an application gives it.
fn algorithm(member: &str, name: Option<&str>) -> Result<Option<Algorithm>, InvalidMetadata> {
    let parsed = name.map(str::parse::<Algorithm>).transpose();
    parsed.map_err(|()| invalid(format!("{member} must be RS256 or ES256")))
}

/// The metadata of a registered application, in the words of the standards. A secret is not in it: it is kept as
/// a hash.
pub(super) fn describe(application: &Application) -> Value {
    let method = match &application.authentication {
        ClientAuthentication::Secret { .. } => "client_secret_basic",
        ClientAuthentication::PrivateKeyJwt { .. } => "private_key_jwt",
        ClientAuthentication::TlsClient { .. } => TLS_CLIENT,
        ClientAuthentication::SelfSignedTlsClient { .. } => SELF_SIGNED_TLS_CLIENT,
        ClientAuthentication::None => "none",
    };
    let uses_codes = application.may(GrantType::AuthorizationCode);
    let mut told = json!({
        "client_id": application.client_id,
        "client_id_issued_at": application.created_at.seconds(),
        "client_name": application.name,
        "redirect_uris": application.redirect_uris,
        "post_logout_redirect_uris": application.post_logout_redirect_uris,
        "token_endpoint_auth_method": method,
        "grant_types": application.grant_types.iter().map(|grant_type| grant_type.as_str()).collect::<Vec<_>>(),
        "response_types": if uses_codes { vec!["code"] } else { Vec::new() },
        "scope": application.scopes,
        "subject_type": if application.profile.sector.is_some() { "pairwise" } else { "public" },
        "id_token_signed_response_alg": application.id_token_algorithm.as_str(),
    });
    let mut keys = Vec::new();
    if let ClientAuthentication::PrivateKeyJwt { jwks } | ClientAuthentication::SelfSignedTlsClient { jwks } =
        &application.authentication
    {
        keys.extend(jwks.keys.iter().filter_map(|key| serde_json::to_value(key).ok()));
    }
    if let Some(members) = told.as_object_mut() {
        let mut add = |name: &str, value: Option<Value>| {
            members.extend(value.map(|value| (name.to_owned(), value)));
        };
        if let ClientAuthentication::TlsClient { subject } = &application.authentication {
            let (member, value) = subject.member();
            add(member, Some(Value::from(value)));
        }
        if application.profile.certificate_bound {
            add("tls_client_certificate_bound_access_tokens", Some(Value::Bool(true)));
        }
        add("client_uri", application.home_url.clone().map(Value::from));
        add("backchannel_logout_uri", application.back_channel_logout_uri.clone().map(Value::from));
        if let Some(encryption) = &application.profile.id_token_encryption {
            keys.push(encryption.jwk());
            add("id_token_encrypted_response_alg", Some(Value::from(encryption.alg.as_str())));
            add("id_token_encrypted_response_enc", Some(Value::from(encryption.enc.as_str())));
        }
        if let Some(encryption) = &application.profile.userinfo_encryption {
            if application.profile.id_token_encryption.as_ref().is_none_or(|other| other.key != encryption.key) {
                keys.push(encryption.jwk());
            }
            add("userinfo_encrypted_response_alg", Some(Value::from(encryption.alg.as_str())));
            add("userinfo_encrypted_response_enc", Some(Value::from(encryption.enc.as_str())));
        }
        let named = |algorithm: Option<Algorithm>| algorithm.map(|algorithm| Value::from(algorithm.as_str()));
        add("userinfo_signed_response_alg", named(application.profile.userinfo_algorithm));
        add("authorization_signed_response_alg", named(application.profile.answer_algorithm));
        for (name, address) in [
            ("sector_identifier_uri", &application.profile.sector_identifier_uri),
            ("logo_uri", &application.profile.logo_uri),
            ("policy_uri", &application.profile.policy_uri),
            ("tos_uri", &application.profile.tos_uri),
            ("initiate_login_uri", &application.profile.initiate_login_uri),
        ] {
            add(name, address.clone().map(Value::from));
        }
        match &application.profile.jwks_uri {
            Some(address) => add("jwks_uri", Some(Value::from(address.as_str()))),
            None => add("jwks", (!keys.is_empty()).then(|| json!({ "keys": keys }))),
        }
    }
    told
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::platform::clock::Timestamp;
    use crate::platform::random::Random;
    use crate::provider::applications;
    use crate::provider::registration::RegistrationTokenId;

    const NOW: Timestamp = Timestamp::from_seconds(1_780_000_000);

    fn token(random: &Random) -> RegistrationToken {
        RegistrationToken {
            id: RegistrationTokenId::new(NOW, random),
            name: "Partners".to_owned(),
            company: None,
            scopes: Scopes::usual(),
            uses: 1,
            used: 0,
            created_at: NOW,
            expires_at: NOW,
            revoked_at: None,
        }
    }

    const FIELDS: [&str; 26] = [
        "tls_client_auth_subject_dn",
        "tls_client_auth_san_dns",
        "tls_client_certificate_bound_access_tokens",
        "logo_uri",
        "policy_uri",
        "tos_uri",
        "initiate_login_uri",
        "userinfo_signed_response_alg",
        "userinfo_encrypted_response_alg",
        "authorization_signed_response_alg",
        "redirect_uris",
        "post_logout_redirect_uris",
        "token_endpoint_auth_method",
        "grant_types",
        "response_types",
        "client_name",
        "client_uri",
        "scope",
        "jwks",
        "jwks_uri",
        "subject_type",
        "sector_identifier_uri",
        "id_token_signed_response_alg",
        "id_token_encrypted_response_alg",
        "id_token_encrypted_response_enc",
        "backchannel_logout_uri",
    ];

    fn value() -> impl Strategy<Value = Value> {
        let word = prop_oneof![
            ".{0,30}".prop_map(String::from),
            Just("https://a.example/b".to_owned()),
            Just("authorization_code".to_owned()),
            Just("pairwise".to_owned()),
            Just("private_key_jwt".to_owned()),
            Just("tls_client_auth".to_owned()),
            Just("ECDH-ES".to_owned()),
        ];
        let key = prop::collection::vec(
            (prop_oneof![Just("kty"), Just("use"), Just("x"), Just("n")], "[A-Za-z-]{0,5}"),
            0..4,
        );
        prop_oneof![
            word.clone().prop_map(Value::from),
            prop::collection::vec(word, 0..3).prop_map(Value::from),
            key.prop_map(
                |members| json!({ "keys": [members.into_iter().collect::<std::collections::BTreeMap<_, _>>()] })
            ),
            Just(Value::Null),
            Just(json!(1)),
            Just(json!(true)),
        ]
    }

    proptest! {
        /// For any metadata, the application is a third party, asks for no more than the token allows,
        /// and sends nobody to an address that the operator could not have registered.
        #[test]
        fn reading_never_panics_and_never_gives_more_than_the_token_allows(
            members in prop::collection::vec((prop::sample::select(FIELDS.to_vec()), value()), 0..8)
        ) {
            let sent = Value::Object(members.into_iter().map(|(name, value)| (name.to_owned(), value)).collect());
            let random = Random::new();
            let token = token(&random);
            let Ok(registration) = ClientMetadata::read(&sent).and_then(|metadata| metadata.registration(&token)) else {
                return Ok(());
            };
            prop_assert!(registration.profile.third_party && registration.scopes.are_within(&token.scopes));
            prop_assert!(!registration.grant_types.contains(&GrantType::ClientCredentials));
            if let Ok(created) = applications::prepare(&random, registration, NOW) {
                let is_fine = |address: &String| address.starts_with("https://") || address.starts_with("http://localhost");
                prop_assert!(created.application.redirect_uris.iter().all(is_fine), "{:?}", created.application);
                prop_assert!(describe(&created.application).is_object());
            }
        }
    }

    #[test]
    fn an_application_without_a_name_is_called_by_its_host() {
        let random = Random::new();
        let sent = json!({ "redirect_uris": ["https://ledger.example/callback"] });
        let registration = ClientMetadata::read(&sent).unwrap().registration(&token(&random)).unwrap();
        assert_eq!(registration.name, "ledger.example");
    }
}
