//! People and applications to tell of.

use salpa::directory::people::{self, AdditionError, Email, NewPerson, PersonId};
use salpa::platform::clock::Timestamp;
use salpa::platform::db::{self, Reads};
use salpa::platform::random::normalise_readable;
use salpa::platform::secret::Secret;
use salpa::platform::web::fault::Fault;
use salpa::proofs::failures;
use salpa::proofs::passwords::{self, Password};
use salpa::proofs::recovery;
use salpa::proofs::totp::{self, Seed};
use salpa::provider::applications::{self, Application, OpenTo, Registration};
use salpa::sign_in::policies::{self, Policy, SecondFactor};

use super::Service;
use super::browser::{Browser, Page};

/// Somebody with everything that it takes to sign in.
#[derive(Debug, Clone, Copy)]
pub struct Somebody {
    pub email: &'static str,
    pub given_name: &'static str,
    pub family_name: &'static str,
    pub password: &'static str,
    pub seed: Option<&'static str>,
}

/// Has a password and an authenticator app.
pub const AINO: Somebody = Somebody {
    email: "aino.virtanen@kallio.example",
    given_name: "Aino",
    family_name: "Virtanen",
    password: "the ferry leaves at seven sharp",
    seed: Some("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"),
};

/// Has a password alone.
pub const MIKKO: Somebody = Somebody {
    email: "mikko.laine@kallio.example",
    given_name: "Mikko",
    family_name: "Laine",
    password: "three grey stones on the shore",
    seed: None,
};

/// The code of a seed at an instant.
pub fn code_at(seed: &str, now: Timestamp) -> String {
    Seed::from_base32(seed).unwrap().code_at(now)
}

/// An application with its secret.
#[derive(Debug, Clone)]
pub struct Registered {
    pub application: Application,
    pub secret: Option<String>,
}

impl Registered {
    /// The path of an authorization request, with whatever is added or replaced. A parameter that is
    /// set to the empty text is left out.
    pub fn authorize(&self, changes: &[(&str, &str)]) -> String {
        let usual = [
            ("client_id", self.application.client_id.as_str()),
            ("redirect_uri", self.application.redirect_uris.first().map_or("", String::as_str)),
            ("response_type", "code"),
            ("scope", "openid profile email"),
            ("state", "a state"),
            ("nonce", "a nonce"),
            ("code_challenge", CHALLENGE),
            ("code_challenge_method", "S256"),
        ];
        let replaced = |name: &str| changes.iter().any(|(changed, _)| *changed == name);
        let parameters =
            usual.iter().filter(|(name, _)| !replaced(name)).chain(changes).filter(|(_, value)| !value.is_empty());
        let query = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(parameters).finish();
        format!("/oauth/authorize?{query}")
    }
}

/// RFC 7636, appendix B: a verifier and its challenge.
pub const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

impl Service {
    /// Adds somebody.
    pub async fn person(&self, somebody: Somebody) -> PersonId {
        let password = Password::chosen(somebody.password, &[]).unwrap();
        let stands_alone = password.stands_alone();
        let hash = self.app.hashing.make(password.into_secret()).await.unwrap();
        let new = NewPerson {
            email: Email::parse(somebody.email).unwrap(),
            given_name: somebody.given_name.to_owned(),
            family_name: somebody.family_name.to_owned(),
            language: "en".to_owned(),
        };
        let (app, now) = (self.app.clone(), self.now());
        let added: Result<PersonId, Fault> = self
            .app
            .db
            .write(move |tx| {
                Box::pin(async move {
                    let id = match people::add(tx, &app.random, now, &new).await {
                        Err(AdditionError::Fault(fault)) => return Err(fault.into()),
                        added => added.unwrap(),
                    };
                    passwords::set(tx, id, &hash, stands_alone, now).await?;
                    if let Some(seed) = somebody.seed {
                        let seed = Seed::from_base32(seed).unwrap();
                        let sealing = (&app.random, &app.master_keys);
                        let app = totp::NewAuthenticator { name: "Authenticator app", seed: &seed };
                        totp::add(tx, sealing, id, &app, 0, now).await?;
                        recovery::keep(tx, id, "nobody knows it", now).await?;
                    }
                    Ok(id)
                })
            })
            .await;
        added.unwrap()
    }

    /// Adds somebody whom nothing proves yet.
    pub async fn somebody_new(&self, somebody: Somebody) -> PersonId {
        let new = NewPerson {
            email: Email::parse(somebody.email).unwrap(),
            given_name: somebody.given_name.to_owned(),
            family_name: somebody.family_name.to_owned(),
            language: "en".to_owned(),
        };
        let (app, now) = (self.app.clone(), self.now());
        let added: Result<PersonId, AdditionError> =
            self.app.db.write(move |tx| Box::pin(async move { people::add(tx, &app.random, now, &new).await })).await;
        added.unwrap()
    }

    /// Opens or closes a profile, and nothing else: sessions stay as they are.
    pub async fn set_state(&self, person: PersonId, state: people::PersonState) {
        let now = self.now();
        let set: Result<bool, db::Error> =
            self.app.db.write(move |tx| Box::pin(async move { people::set_state(tx, person, state, now).await })).await;
        assert!(set.unwrap());
    }

    /// Whether a code, as somebody keeps it, is the recovery code of the only person who has one.
    pub async fn is_recovery_code(&self, kept: &str) -> bool {
        let hash: String = self.app.db.one("SELECT hash FROM recovery_codes", &[], |row| row.get(0)).await.unwrap();
        let code = Secret::new(normalise_readable(kept));
        format!("{:?}", self.app.hashing.compare(code, Some(&hash)).await) == "Ok(Same)"
    }

    /// Opens what too many failures have closed, as the operator does.
    pub async fn unlock(&self, person: PersonId) {
        let opened: Result<u64, db::Error> =
            self.app.db.write(move |tx| Box::pin(async move { failures::forget(tx, person).await })).await;
        assert!(opened.unwrap() > 0);
    }

    /// Registers an application with a policy: a confidential one with one redirect address.
    pub async fn application(&self, name: &str, second_factor: SecondFactor) -> Registered {
        let host = name.to_lowercase().replace(' ', "-");
        let registration = Registration {
            redirect_uris: vec![format!("https://{host}.example/callback")],
            post_logout_redirect_uris: vec![format!("https://{host}.example/signed-out")],
            home_url: Some(format!("https://{host}.example")),
            ..Registration::new(name)
        };
        self.register(registration, second_factor).await
    }

    /// Registers an application that is open to everybody, and is else as it is described.
    pub async fn register(&self, mut registration: Registration, second_factor: SecondFactor) -> Registered {
        registration.profile.open_to = OpenTo::Everybody;
        self.register_exactly(registration, second_factor).await
    }

    /// Registers an application as it is described.
    pub async fn register_exactly(&self, registration: Registration, second_factor: SecondFactor) -> Registered {
        let created = applications::create(&self.app.db, &self.app.random, registration, self.now()).await.unwrap();
        self.set_policy(created.application.id, second_factor).await;
        Registered { application: created.application, secret: created.secret.map(|secret| secret.reveal().clone()) }
    }

    /// Sets the policy of an application.
    pub async fn set_policy(&self, application: applications::ApplicationId, second_factor: SecondFactor) {
        self.set_whole_policy(application, Policy::of(second_factor)).await;
    }

    /// Sets the policy of an application, with all that it says.
    pub async fn set_whole_policy(&self, application: applications::ApplicationId, policy: Policy) {
        let set: Result<(), db::Error> =
            self.app.db.write(move |tx| Box::pin(async move { policies::set(tx, application, &policy).await })).await;
        set.unwrap();
    }
}

impl Browser {
    /// From the email page to where the sign-in leads: password and, where it is asked for, a code.
    pub async fn sign_in_as(&mut self, service: &Service, first: Page, somebody: Somebody) -> Page {
        let sign_in = first.sign_in();
        self.submit(&format!("{sign_in}/email"), &[("email", somebody.email)]).await;
        let mut page = self.submit(&format!("{sign_in}/password"), &[("password", somebody.password)]).await;
        if page.title() == "Approve on your phone" && somebody.seed.is_some() {
            page = self.submit(&format!("{sign_in}/use/totp"), &[]).await;
        }
        match somebody.seed {
            Some(seed) if page.title() == "Enter the code from your authenticator app" => {
                let code = code_at(seed, service.now());
                self.submit(&format!("{sign_in}/code"), &[("code", &code)]).await
            }
            _ => page,
        }
    }
}
