//! The steps as pages. Before a first proof they show only typed text.

use askama::Template;
use axum::response::Response;
use http::StatusCode;

use super::{Facts, Here, approving, companies, confirming, new_password, remembering};
use crate::directory::people::Person;
use crate::platform::clock::Timestamp;
use crate::platform::web::early::EarlyAnswer;
use crate::platform::web::fault::Fault;
use crate::platform::web::page::Page;
use crate::platform::web::qr::{in_fours, qr_code};
use crate::platform::web::refusal;
use crate::platform::web::security::{allow_form_action, allow_scripts_to_ask};
use crate::platform::web::translations::Language;
use crate::platform::web::views::{self, Bolt, Door, HiddenField, WayBack};
use crate::proofs::passkeys::{PasskeyRefusal, RelyingParty};
use crate::proofs::{Factor, recovery};
use crate::sign_in::SignInState;
use crate::sign_in::captions::Caption;
use crate::sign_in::decide::{self, Chosen, Step};
use crate::sign_in::passkey_views::{AddPasskeyPage, AskedPasskey, PasskeyPage, UnknownPasskey};
use crate::sign_in::views::{
    ChooseSecondStepPage, CodePage, ConnectAuthenticatorPage, EmailPage, FinishedPage, PasswordPage,
    RecoveryCodeEntryPage, RecoveryCodePage, SignedInPage, TermsPage,
};

/// The message about the last answer, beside its field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum StepMessage {
    Nothing,
    EmailIsEmpty,
    EmailIsNone(String),
    PasswordIsEmpty,
    PasswordIsWrong,
    CodeIsNone,
    CodeIsWrong,
    CodeWasUsed,
    RecoveryCodeIsEmpty,
    /// The code as it was typed, to be mended by the person.
    RecoveryCodeIsWrong(String),
    /// The code is right, but a link by email has to come first.
    RecoveryCodeComesSecond,
    NothingIsChosen,
    NotSaved,
    NotAccepted,
    TooEarly(Timestamp),
    Closed,
    ConfirmationCodeIsNone,
    ConfirmationCodeIsWrong {
        tries_left: i64,
    },
    ConfirmationCodeIsOver,
    /// No new code is sent before this instant.
    NoCodeUntil(Timestamp),
    /// No contact can be reached now.
    NoCodeNow,
    /// `unknown` is the browser's identifier of a passkey that nobody has.
    PasskeyRefused {
        refused: PasskeyRefusal,
        unknown: Option<String>,
    },
    /// No phone has answered yet.
    NotApprovedYet,
    /// Another sign-in of the person asks their phones, until this instant.
    OtherAsksUntil(Timestamp),
}

impl StepMessage {
    pub(super) fn key(&self) -> Option<&'static str> {
        match self {
            Self::Nothing
            | Self::TooEarly(_)
            | Self::PasskeyRefused { .. }
            // The page of the code shows these itself.
            | Self::ConfirmationCodeIsNone
            | Self::ConfirmationCodeIsWrong { .. }
            | Self::ConfirmationCodeIsOver
            | Self::NoCodeUntil(_)
            | Self::OtherAsksUntil(_) => None,
            Self::NotApprovedYet => Some("approval-not-yet"),
            Self::NoCodeNow => Some("new-network-error-no-way"),
            Self::EmailIsEmpty => Some("sign-in-error-email-empty"),
            Self::EmailIsNone(_) => Some("sign-in-error-email-shape"),
            Self::PasswordIsEmpty => Some("sign-in-error-password-empty"),
            Self::PasswordIsWrong => Some("sign-in-error-password-no-match"),
            Self::CodeIsNone => Some("sign-in-error-code-empty"),
            Self::CodeIsWrong => Some("sign-in-error-code-no-match"),
            Self::CodeWasUsed => Some("sign-in-error-code-used"),
            Self::RecoveryCodeIsEmpty => Some("sign-in-error-recovery-empty"),
            Self::RecoveryCodeIsWrong(_) => Some("sign-in-error-recovery-no-match"),
            Self::RecoveryCodeComesSecond => Some("sign-in-error-recovery-second"),
            Self::NothingIsChosen => Some("sign-in-error-method-unchosen"),
            Self::NotSaved => Some("sign-in-error-saved-unticked"),
            Self::NotAccepted => Some("sign-in-error-terms-unticked"),
            Self::Closed => Some("sign-in-error-closed"),
        }
    }

    /// The translation key of the message about a passkey. It gives the reason as far as that helps, and never the
    /// owner.
    fn passkey_key(&self) -> Option<&'static str> {
        let Self::PasskeyRefused { refused, .. } = self else { return None };
        Some(match refused {
            PasskeyRefusal::ChallengeIsOver => "passkey-error-over",
            PasskeyRefusal::UserNotVerified => "passkey-error-not-verified",
            PasskeyRefusal::Unknown | PasskeyRefusal::AnotherPerson => "passkey-error-unknown",
            PasskeyRefusal::Taken => "passkey-error-taken",
            PasskeyRefusal::NotAttested => "passkey-error-not-attested",
            PasskeyRefusal::TooMany => "passkey-error-too-many",
            PasskeyRefusal::Unreadable | PasskeyRefusal::AnotherOrigin | PasskeyRefusal::DoesNotHold => {
                "passkey-error-failed"
            }
        })
    }

    /// The wrong recovery code that was typed; empty where none was.
    pub(super) fn typed_recovery_code(&self) -> String {
        match self {
            Self::RecoveryCodeIsWrong(typed) => typed.clone(),
            _ => String::new(),
        }
    }

    /// The seconds to wait, rounded up.
    pub(super) fn wait_seconds(&self, now: Timestamp) -> Option<i64> {
        match self {
            Self::TooEarly(until) | Self::NoCodeUntil(until) | Self::OtherAsksUntil(until) => {
                i64::try_from(until.since(now).as_millis().div_ceil(1000)).ok()
            }
            _ => None,
        }
    }
}

/// The page of a step. With a message about the last answer its status is 422.
pub(super) async fn step(here: &Here, facts: &Facts, step: &Step, said: StepMessage) -> Result<Response, EarlyAnswer> {
    let page = page(here);
    let sign_in = here.sign_in.id.to_string();
    let error = said.key().map(|key| page.t(key));
    let wait_seconds = said.wait_seconds(here.visit.now);
    let status = if said == StepMessage::Nothing { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let proven = facts.person.as_ref().filter(|_| !facts.situation.proofs.is_empty());
    let passkey = asked_passkey(here, &page, &said);
    Ok(match step {
        Step::Identify => {
            let email = match said {
                StepMessage::EmailIsNone(typed) => typed,
                _ => here.sign_in.demand.login_hint.clone().unwrap_or_default(),
            };
            answer(here, status, &EmailPage { door: unproven(here), page, sign_in, email, error, passkey })
        }
        Step::Prove(Factor::Password, _) => {
            let (email, known_person) = match (&here.sign_in.state, &facts.person) {
                (SignInState::Identified { email, .. }, _) => (email.clone(), false),
                (_, Some(person)) => (person.email.clone(), true),
                (_, None) => (String::new(), false),
            };
            let door = unproven(here);
            let view = PasswordPage { door, page, sign_in, email, known_person, error, wait_seconds, passkey };
            answer(here, status, &view)
        }
        Step::Prove(Factor::AuthenticatorApp, _) => {
            let mut door = door(here, Caption::SigningIn, proven);
            door.network = Some(network(here, facts, &page));
            let view = CodePage {
                door,
                asked_because: asked_because(facts, &page),
                remember_days: remembering::offered(facts, step),
                page,
                sign_in,
                error,
                wait_seconds,
                other_ways: other_ways(facts, Factor::AuthenticatorApp),
            };
            answer(here, status, &view)
        }
        Step::Prove(Factor::Phone, _) => approving::page(here, facts, step, (page, status), &said).await?,
        Step::Prove(Factor::Passkey, _) => ask_for_passkey(here, facts, step, (page, status), passkey),
        Step::SetUp(Factor::Passkey, _) => {
            let mut door = door(here, Caption::SettingUp, proven);
            door.second_step = Some(page.t(&Factor::Passkey.key("step")));
            let wished_by = wished_by(here, &page, step);
            let passkey = passkey.unwrap_or_default();
            answer(here, status, &AddPasskeyPage { door, page, sign_in, passkey, wished_by })
        }
        Step::Prove(Factor::RecoveryCode, _) => {
            let door = door(here, Caption::SigningIn, proven);
            let other_ways = other_ways(facts, Factor::RecoveryCode);
            let typed = said.typed_recovery_code();
            answer(here, status, &RecoveryCodeEntryPage { door, page, sign_in, typed, error, wait_seconds, other_ways })
        }
        Step::ChooseSecondStep => {
            let (options, door) = (facts.situation.to_set_up(), door(here, Caption::SettingUp, proven));
            answer(here, status, &ChooseSecondStepPage { door, page, sign_in, options, error })
        }
        Step::SetUp(Factor::AuthenticatorApp, _) => {
            let door = setting_up(here, proven, &page, facts);
            let account = proven.map(|person| person.email.as_str()).unwrap_or_default();
            let view = connecting(here, account, (door, page), (error, wait_seconds)).await?;
            answer(here, status, &view)
        }
        Step::NewPassword => new_password::page(here, facts, status, None),
        Step::Prove(Factor::ConfirmationCode, _) => confirming::page(here, facts, status, &said).await?,
        Step::SaveRecoveryCode => {
            let code = here.recovery_code().await?;
            let door = setting_up(here, proven, &page, facts);
            let groups = recovery::groups(code.reveal());
            answer(here, status, &RecoveryCodePage { door, page, sign_in, groups, error })
        }
        Step::AcceptTerms => {
            let terms = here.app.settings.terms.clone().ok_or_else(|| Fault::new("there are no terms to accept"))?;
            let door = door(here, Caption::SigningIn, proven);
            let (terms_url, version) = (Some(terms.url), terms.version);
            answer(here, status, &TermsPage { door, page, sign_in, terms_url, version, error })
        }
        Step::ChooseCompany => companies::page(here, facts, status, &said).await?,
        // A link replaces a forgotten password, and no page asks for it. A phone is set up in its own app.
        Step::Prove(Factor::PasswordReset, _)
        | Step::SetUp(
            Factor::Phone | Factor::Password | Factor::RecoveryCode | Factor::ConfirmationCode | Factor::PasswordReset,
            _,
        )
        | Step::Done(_)
        | Step::NotAdmitted(..)
        | Step::Refused(_) => return Err(Fault::new("a step that has no page").into()),
    })
}

/// The page that shows the seed of an authenticator app, for the account of an email.
async fn connecting(
    here: &Here,
    account: &str,
    (door, page): (Door, Page),
    (error, wait_seconds): (Option<String>, Option<i64>),
) -> Result<ConnectAuthenticatorPage, EarlyAnswer> {
    let seed = here.seed().await?;
    let address = seed.address(&here.app.settings.organisation, account);
    Ok(ConnectAuthenticatorPage {
        door,
        sign_in: here.sign_in.id.to_string(),
        qr_svg: qr_code(&address)?,
        secret_groups: in_fours(&seed.base32()),
        otpauth_url: address,
        error,
        wait_seconds,
        page,
    })
}

/// The page that asks for a passkey or security key.
fn ask_for_passkey(
    here: &Here,
    facts: &Facts,
    step: &Step,
    (page, status): (Page, StatusCode),
    passkey: Option<AskedPasskey>,
) -> Response {
    let mut door = door(here, Caption::SigningIn, facts.person.as_ref().filter(|_| !facts.situation.proofs.is_empty()));
    door.network = Some(network(here, facts, &page));
    let view = PasskeyPage {
        door,
        wished_by: wished_by(here, &page, step),
        page,
        sign_in: here.sign_in.id.to_string(),
        passkey: passkey.unwrap_or_default(),
        remember_days: remembering::offered(facts, step),
        other_ways: if step.is_wished() { Vec::new() } else { other_ways(facts, Factor::Passkey) },
    };
    answer(here, status, &view)
}

/// The message about the last passkey; `None` if none can be asked for.
fn asked_passkey(here: &Here, page: &Page, said: &StepMessage) -> Option<AskedPasskey> {
    let party = RelyingParty::of(&here.app.settings)?;
    let unknown = match said {
        StepMessage::PasskeyRefused { unknown: Some(credential_id), .. } => {
            Some(UnknownPasskey { relying_party: party.id().to_owned(), credential_id: credential_id.clone() })
        }
        _ => None,
    };
    Some(AskedPasskey { error: said.passkey_key().map(|key| page.t(key)), unknown })
}

/// The application whose wish a passkey is.
fn wished_by(here: &Here, page: &Page, step: &Step) -> Option<String> {
    step.is_wished().then(|| here.sign_in.names.application.clone().unwrap_or_else(|| page.t("account-title")))
}

/// Whether a confirmation code is possible although the person chose something better.
pub(super) fn may_be_sent_a_code(facts: &Facts) -> bool {
    let situation = decide::Situation { chosen: Chosen::Nothing, ..facts.situation.clone() };
    matches!(decide::decide(&situation), Step::Prove(Factor::ConfirmationCode, _))
}

/// The factors of the person other than that of this page.
pub(super) fn other_ways(facts: &Facts, this: Factor) -> Vec<Factor> {
    let mut ways = facts.situation.usable();
    if may_be_sent_a_code(facts) {
        ways.push(Factor::ConfirmationCode);
    } else if facts.has_recovery_code() {
        ways.push(Factor::RecoveryCode);
    }
    ways.retain(|way| *way != this);
    ways
}

/// The page after the sign-in with a new second step.
pub(super) fn welcome(here: &Here, person: Option<&Person>, set_up: Option<Factor>) -> Response {
    let page = page(here);
    let mut door = door(here, Caption::SignedIn, person);
    door.second_step = set_up.map(|factor| page.t(&factor.key("step")));
    door.bolt = Bolt::Open;
    door.way_back = None;
    let application = here.sign_in.names.application.clone().unwrap_or_default();
    let second_step_set_up = set_up.map(|factor| page.t(&factor.key("set-up")));
    let view = SignedInPage { door, page, sign_in: here.sign_in.id.to_string(), application, second_step_set_up };
    answer(here, StatusCode::OK, &view)
}

/// The page of a sign-in that has ended.
pub(super) fn finished(here: &Here) -> Response {
    let is_in = matches!(here.sign_in.state, SignInState::Entered { .. });
    let caption = if is_in { Caption::SignedIn } else { Caption::SigningIn };
    let mut door = Door { way_back: None, ..door(here, caption, None) };
    if is_in {
        door.bolt = Bolt::Open;
    }
    let view = FinishedPage {
        door,
        page: page(here),
        application: here.sign_in.names.application.clone(),
        application_url: here.sign_in.names.application_url.clone(),
    };
    answer(here, StatusCode::OK, &view)
}

pub(super) fn page(here: &Here) -> Page {
    // The application's wish ranks below the person's choice, and above the browser's.
    let chosen = here.visit.language_was_chosen;
    let wished = here.sign_in.demand.language.as_deref().filter(|_| !chosen);
    let language = wished
        .map_or(here.visit.language, |wished| Language::negotiate(Some(wished), None, Some(here.visit.language.tag())));
    let page = Page::new(language, here.app.settings.organisation.clone(), format!("/sign-in/{}", here.sign_in.id));
    Page { look: here.look.clone(), ..page }.announcing(&here.visit)
}

pub(super) fn door(here: &Here, caption: Caption, proven: Option<&Person>) -> Door {
    let mut door = Door::new(caption, here.sign_in.names.application.clone());
    door.company.clone_from(&here.sign_in.names.company);
    door.way_back = way_back(here);
    door.person = proven.map(|person| views::PersonLabel { name: person.name(), email: person.email.clone() });
    door
}

/// The way back to the application that asked for the sign-in; `None` for our own pages.
pub(super) fn way_back(here: &Here) -> Option<WayBack> {
    here.sign_in.application.map(|_| WayBack {
        action: format!("{}/back", here.sign_in.return_to),
        hidden: vec![HiddenField { name: "sign_in", value: here.sign_in.id.to_string() }],
        leaves_for: here.sign_in.leaves_for.clone(),
    })
}

pub(super) fn unproven(here: &Here) -> Door {
    let mut door = door(here, Caption::SigningIn, None);
    door.address = Some(here.app.settings.public_url.host().to_owned());
    door
}

fn setting_up(here: &Here, proven: Option<&Person>, page: &Page, facts: &Facts) -> Door {
    let mut door = door(here, Caption::SettingUp, proven);
    let second_step = match facts.situation.chosen {
        Chosen::SetUp(factor) => Some(factor),
        _ => facts.situation.claimant().and_then(|claimant| claimant.used_last),
    };
    door.second_step = second_step.map(|factor| page.t(&factor.key("step")));
    door
}

/// The place, if known, and the network, with a mark if it is new.
pub(super) fn network(here: &Here, facts: &Facts, page: &Page) -> views::NetworkLabel {
    let network = &here.visit.network;
    let new = (!facts.situation.place.network_is_known).then(|| page.t("network-new"));
    match here.app.places.name(network, page.language) {
        None => views::NetworkLabel { place: network.to_string(), note: new },
        Some(place) => {
            let note = new.map_or_else(|| network.to_string(), |new| format!("{network} · {new}"));
            views::NetworkLabel { place, note: Some(note) }
        }
    }
}

/// The reasons for a second factor, a sentence for each sign that fired.
pub(super) fn asked_because(facts: &Facts, page: &Page) -> Vec<String> {
    let signs = decide::asked_because(&facts.situation);
    signs.into_iter().map(|sign| page.t(sign.key())).collect()
}

pub(super) fn answer(here: &Here, status: StatusCode, view: &impl Template) -> Response {
    let mut response = refusal::show(status, view);
    // The pages of a sign-in ask for challenges of passkeys.
    allow_scripts_to_ask(&mut response);
    if let Some(destination) = &here.sign_in.leaves_for {
        allow_form_action(&mut response, destination);
    }
    response
}
