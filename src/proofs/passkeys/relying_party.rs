//! The relying party of passkeys: requests for them, and the verification of their answers.

use data_encoding::BASE64URL_NOPAD;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use url::Url;
use webauthn_rs::prelude::{
    AttestedPasskeyRegistration, Credential, DiscoverableAuthentication, PasskeyRegistration, WebauthnError,
};
use webauthn_rs::{Webauthn, WebauthnBuilder};

use super::answers::{Assertion, Attestation, hash_challenge};
use super::attested::Authorities;
use super::store::Passkey;
use super::{CHALLENGE_LIFETIME, LONGEST_CREDENTIAL_ID, PasskeyRefusal, boot};
use crate::directory::people::{Person, PersonId};
use crate::platform::settings::Settings;
use crate::platform::web::fault::Fault;

/// The relying party of passkeys.
#[derive(Clone, Debug)]
pub struct RelyingParty {
    webauthn: Webauthn,
    id: String,
    origins: Vec<String>,
}

/// A challenge to store, with its options for the browser.
#[derive(Clone, Debug)]
pub struct PasskeyChallenge {
    /// The options for `navigator.credentials`, bytes written in base64url.
    pub options: Value,
    pub(super) challenge_hash: [u8; 32],
    pub(super) state: ChallengeState,
}

impl PasskeyChallenge {
    /// The challenge as if it had been stored and taken, for fuzz targets and published test vectors, which have no
    /// database. It proves nobody, because only [`super::use_up`] makes a proof, of a passkey in the database.
    pub fn kept(&self) -> SpentChallenge {
        SpentChallenge(self.state.clone())
    }
}

impl PasskeyChallenge {
    /// The same for a passkey in the device itself: none on a key, or on another device.
    #[must_use]
    pub(crate) fn on_this_device(mut self) -> Self {
        if let Some(selection) = self.options.get_mut("authenticatorSelection").and_then(Value::as_object_mut) {
            selection.insert("authenticatorAttachment".to_owned(), json!("platform"));
        }
        self
    }
}

/// The state of a challenge until its answer comes.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum ChallengeState {
    Prove(DiscoverableAuthentication),
    Add { person: PersonId, registration: PasskeyRegistration },
    AddAttested { person: PersonId, registration: AttestedPasskeyRegistration },
}

/// A stored challenge that is used up now.
#[derive(Clone, Debug)]
pub struct SpentChallenge(pub(super) ChallengeState);

/// A passkey with a valid answer, of which [`super::use_up`] makes a proof.
#[derive(Clone, Debug)]
pub struct Verified {
    pub(super) passkey: String,
    pub(super) person: PersonId,
    pub(super) synced: bool,
    pub(super) sign_count: i64,
}

impl Verified {
    /// The owner of the passkey.
    pub(crate) fn person(&self) -> PersonId {
        self.person
    }
}

/// A valid new passkey that is not stored yet.
#[derive(Clone, Debug)]
pub struct NewPasskey {
    pub(super) person: PersonId,
    pub(super) credential: Credential,
}

impl NewPasskey {
    /// The person who was asked for it.
    pub(crate) fn person(&self) -> PersonId {
        self.person
    }

    /// The identifier in browsers.
    pub(crate) fn credential_id(&self) -> &[u8] {
        &self.credential.cred_id
    }

    /// The passkey in its stored form, for the load that measures verification alone.
    pub fn as_passkey(&self) -> Passkey {
        Passkey::unkept(self.person, self.credential.clone())
    }

    /// Whether it may be on several devices.
    pub(crate) fn is_synced(&self) -> bool {
        self.credential.backup_eligible
    }
}

impl RelyingParty {
    /// The relying party of these settings: its identifier is the host of the public URL.
    pub fn of(settings: &Settings) -> Option<Self> {
        let related = settings.related_origins.iter().map(|url| url.origin().to_owned());
        let origins: Vec<String> = std::iter::once(settings.public_url.origin().to_owned()).chain(related).collect();
        Self::new(&settings.organisation, origins)
    }

    /// The relying party of the first of these origins; `None` if its host is an IP address.
    pub fn new(name: &str, origins: Vec<String>) -> Option<Self> {
        let urls: Vec<Url> = origins.iter().map(|origin| Url::parse(origin)).collect::<Result<_, _>>().ok()?;
        let (own, related) = urls.split_first()?;
        let id = own.domain()?.to_owned();
        let mut builder = WebauthnBuilder::new(&id, own).ok()?.rp_name(name).timeout(CHALLENGE_LIFETIME);
        for origin in related {
            builder = builder.append_allowed_origin(origin);
        }
        Some(Self { webauthn: builder.build().ok()?, id: id.clone(), origins })
    }

    /// The identifier that passkeys are bound to.
    pub(crate) fn id(&self) -> &str {
        &self.id
    }

    /// The origins whose pages may use them, this service's first.
    pub(crate) fn origins(&self) -> &[String] {
        &self.origins
    }

    /// A request for a passkey: any that the browser has for this service, or one of `allowed`. Before a first proof
    /// `allowed` is empty, so that the request does not show whether a person has passkeys.
    ///
    /// # Errors
    /// A fault of the library.
    pub fn ask_for_proof(&self, allowed: &[Passkey]) -> Result<PasskeyChallenge, Fault> {
        let (request, state) = self.webauthn.start_discoverable_authentication().map_err(Fault::new)?;
        let challenge_hash = hash_challenge(&request.public_key.challenge);
        let mut options = serde_json::to_value(&request.public_key).map_err(Fault::new)?;
        if let Some(options) = options.as_object_mut() {
            options.insert("allowCredentials".to_owned(), allowed.iter().map(Passkey::descriptor).collect());
            options.remove("extensions");
        }
        Ok(PasskeyChallenge { options, challenge_hash, state: ChallengeState::Prove(state) })
    }

    /// A request for a new passkey of a person who has `existing` already. With `authorities`, one of them must vouch
    /// for the key; otherwise no attestation is asked for (NIST SP 800-63B-4, appendix B).
    ///
    /// # Errors
    /// A fault of the library, or authorities that are unreadable: they do not count as none.
    pub fn ask_for_new(
        &self,
        person: &Person,
        existing: &[Passkey],
        authorities: Option<&Authorities>,
    ) -> Result<PasskeyChallenge, Fault> {
        let exclude = Some(existing.iter().map(|passkey| passkey.credential.cred_id.clone()).collect());
        let (id, email, name) = (uuid::Uuid::from(person.id), person.email.as_str(), person.name());
        let (request, state) = match authorities {
            None => {
                let (request, registration) =
                    self.webauthn.start_passkey_registration(id, email, &name, exclude).map_err(Fault::new)?;
                (request, ChallengeState::Add { person: person.id, registration })
            }
            Some(authorities) => {
                let list = authorities.list().ok_or_else(|| Fault::new("no authority vouches for any key"))?;
                let (request, registration) = self
                    .webauthn
                    .start_attested_passkey_registration(id, email, &name, exclude, list, None)
                    .map_err(Fault::new)?;
                (request, ChallengeState::AddAttested { person: person.id, registration })
            }
        };
        let challenge_hash = hash_challenge(&request.public_key.challenge);
        let mut options = serde_json::to_value(&request.public_key).map_err(Fault::new)?;
        if let Some(selection) = options.get_mut("authenticatorSelection").and_then(Value::as_object_mut) {
            // A passkey that the key itself stores can be used without typing an email. Others are accepted
            // nevertheless, as a second step.
            selection.insert("residentKey".to_owned(), json!("preferred"));
        }
        if let (Some(true), Some(options)) = (authorities.map(Authorities::vouch_for_android), options.as_object_mut())
        {
            // The library asks for those that name a model.
            options.insert("attestationFormats".to_owned(), json!(["android-key", "packed", "tpm"]));
        }
        Ok(PasskeyChallenge { options, challenge_hash, state })
    }

    /// Verifies an answer against the passkey that it names. `taken` is the challenge, used up before the verification,
    /// so that a wrong answer uses it up, too.
    ///
    /// # Errors
    /// The reason of a refusal.
    pub fn verify(
        &self,
        taken: SpentChallenge,
        assertion: &Assertion,
        passkey: &Passkey,
    ) -> Result<Verified, PasskeyRefusal> {
        let SpentChallenge(ChallengeState::Prove(state)) = taken else { return Err(PasskeyRefusal::ChallengeIsOver) };
        self.verify_answer(state, assertion, passkey)
    }

    /// Verifies an answer whose challenge is the hash of what its user agrees to. Nothing is used up here: a text that
    /// may be agreed to once says so itself, and the caller sees to it.
    ///
    /// # Errors
    /// The reason of a refusal.
    pub fn verify_over(
        &self,
        hash: &[u8; 32],
        assertion: &Assertion,
        passkey: &Passkey,
    ) -> Result<Verified, PasskeyRefusal> {
        // The library makes its challenges itself, and lets them be written down and read again.
        let state = || {
            let (_, state) = self.webauthn.start_discoverable_authentication().ok()?;
            let mut state = serde_json::to_value(&state).ok()?;
            *state.get_mut("ast")?.get_mut("challenge")? = json!(BASE64URL_NOPAD.encode(hash));
            serde_json::from_value(state).ok()
        };
        self.verify_answer(state().ok_or(PasskeyRefusal::Unreadable)?, assertion, passkey)
    }

    fn verify_answer(
        &self,
        state: DiscoverableAuthentication,
        assertion: &Assertion,
        passkey: &Passkey,
    ) -> Result<Verified, PasskeyRefusal> {
        assertion.page.check(&self.origins)?;
        // The handle is the person's identifier. A key that stores nothing does not know it.
        if assertion.user_handle().is_some_and(|handle| handle != uuid::Uuid::from(passkey.person).as_bytes()) {
            return Err(PasskeyRefusal::AnotherPerson);
        }
        let result = self
            .webauthn
            .finish_discoverable_authentication_v2(&assertion.credential, state, &passkey.credential)
            .map_err(|error| refused(&error))?;
        // The library checks user verification, too; it is repeated because it makes a passkey two factors.
        if !assertion.user_verified || !result.user_verified() {
            return Err(PasskeyRefusal::UserNotVerified);
        }
        if result.backup_eligible() != passkey.synced {
            return Err(PasskeyRefusal::BackupChanged);
        }
        Ok(Verified {
            passkey: passkey.id.clone(),
            person: passkey.person,
            synced: passkey.synced,
            sign_count: i64::from(result.counter()),
        })
    }

    /// Verifies a new passkey.
    ///
    /// # Errors
    /// The reason of a refusal.
    pub fn verify_new(&self, taken: SpentChallenge, attestation: &Attestation) -> Result<NewPasskey, PasskeyRefusal> {
        let (person, credential) = self.made(taken, attestation)?;
        if !credential.user_verified {
            return Err(PasskeyRefusal::UserNotVerified);
        }
        if credential.cred_id.is_empty() || credential.cred_id.len() > LONGEST_CREDENTIAL_ID {
            return Err(PasskeyRefusal::DoesNotHold);
        }
        Ok(NewPasskey { person, credential })
    }

    /// The key that an authenticator made, whether or not it has verified its user.
    pub(super) fn made(
        &self,
        taken: SpentChallenge,
        attestation: &Attestation,
    ) -> Result<(PersonId, Credential), PasskeyRefusal> {
        attestation.page.check(&self.origins)?;
        let (person, credential) = match taken.0 {
            ChallengeState::Prove(_) => return Err(PasskeyRefusal::ChallengeIsOver),
            ChallengeState::Add { person, registration } => {
                let passkey = self.webauthn.finish_passkey_registration(&attestation.credential, &registration);
                (person, passkey.map(Credential::from))
            }
            ChallengeState::AddAttested { person, registration } => {
                let key = self.webauthn.finish_attested_passkey_registration(&attestation.credential, &registration);
                let key = key.map(Credential::from);
                if key.as_ref().is_ok_and(|key| !boot::is_as_made(key)) {
                    return Err(PasskeyRefusal::ChangedSystem);
                }
                (person, key)
            }
        };
        credential.map(|credential| (person, credential)).map_err(|error| refused(&error))
    }
}

fn refused(error: &WebauthnError) -> PasskeyRefusal {
    match error {
        WebauthnError::UserNotVerified => PasskeyRefusal::UserNotVerified,
        WebauthnError::CredentialBackupEligibilityInconsistent => PasskeyRefusal::BackupChanged,
        WebauthnError::InvalidRPOrigin | WebauthnError::CredentialCrossOrigin => PasskeyRefusal::AnotherOrigin,
        WebauthnError::AttestationNotVerifiable
        | WebauthnError::AttestationUntrustedAaguid
        | WebauthnError::AttestationFormatMissingAaguid
        | WebauthnError::AttestationNotSupported
        | WebauthnError::AttestationChainNotTrusted(_)
        | WebauthnError::MissingAttestationCaList => PasskeyRefusal::NotAttested,
        _ => PasskeyRefusal::DoesNotHold,
    }
}
