//! The steps as pages. Before a first proof they show only typed text.

use askama::Template;
use axum::response::Response;
use http::StatusCode;

use super::{
    Facts, SignInVisit, approving, by_directory, by_password, companies, confirming, connecting as connecting_phone,
    new_password, remembering,
};
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
use crate::sign_in::decide::{self, Chosen, SessionStanding, Step};
use crate::sign_in::passkey_views::{AddPasskeyPage, AskedPasskey, PasskeyPage, UnknownPasskey};
use crate::sign_in::phone_set_up_views::ConnectPhonePage;
use crate::sign_in::views::{
    ChooseSecondStepPage, CodePage, ConnectAuthenticatorPage, EmailPage, FinishedPage, RecoveryCodeEntryPage,
    RecoveryCodePage, SignedInPage, TermsPage,
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
    /// The phone that scanned has not made its PIN yet.
    NotConnectedYet,
    /// The person has as many phones as there may be.
    TooManyPhones,
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
            Self::NotConnectedYet => Some("set-up-phone-not-yet"),
            Self::TooManyPhones => Some("app-too-many-phones"),
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
            PasskeyRefusal::BackupChanged => "passkey-error-changed",
            PasskeyRefusal::Taken => "passkey-error-taken",
            PasskeyRefusal::ChangedSystem => "passkey-error-changed-system",
            PasskeyRefusal::NotAttested => "passkey-error-not-attested",
            PasskeyRefusal::TooMany => "passkey-error-too-many",
            PasskeyRefusal::Unreadable
            | PasskeyRefusal::AnotherOrigin
            | PasskeyRefusal::DoesNotHold
            | PasskeyRefusal::MayBeCopied => "passkey-error-failed",
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
pub(super) async fn step(
    visitor: &SignInVisit,
    facts: &Facts,
    step: &Step,
    said: StepMessage,
) -> Result<Response, EarlyAnswer> {
    let page = page(visitor);
    let sign_in = visitor.sign_in.id.to_string();
    let error = said.key().map(|key| page.t(key));
    let wait_seconds = said.wait_seconds(visitor.visit.now);
    let status = if said == StepMessage::Nothing { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let proven = facts.person.as_ref().filter(|_| !facts.situation.proofs.is_empty());
    let passkey = asked_passkey(visitor, &page, &said);
    Ok(match step {
        Step::Identify => {
            let email = match said {
                StepMessage::EmailIsNone(typed) => typed,
                _ => visitor.sign_in.demand.login_hint.clone().unwrap_or_default(),
            };
            email_page(visitor, (page, status), email, (error, passkey)).await?
        }
        Step::Prove(Factor::Password, _) => by_password::page(visitor, facts, (page, status), (&said, passkey)).await?,
        Step::Prove(Factor::AuthenticatorApp, _) => {
            let mut door = door(visitor, Caption::SigningIn, proven);
            door.network = Some(network(visitor, facts, &page));
            door.reason = reason(visitor, facts, &page);
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
            answer(visitor, status, &view)
        }
        Step::Prove(Factor::Phone, _) => approving::page(visitor, facts, step, (page, status), &said).await?,
        Step::Prove(Factor::Passkey, _) => ask_for_passkey(visitor, facts, step, (page, status), passkey),
        Step::SetUp(Factor::Passkey, _) => {
            let mut door = door(visitor, Caption::SettingUp, proven);
            door.second_step = Some(page.t(&Factor::Passkey.key("step")));
            let wished_by = wished_by(visitor, &page, step);
            let passkey = passkey.unwrap_or_default();
            answer(visitor, status, &AddPasskeyPage { door, page, sign_in, passkey, wished_by })
        }
        Step::Prove(Factor::RecoveryCode, _) => {
            let door = door(visitor, Caption::SigningIn, proven);
            let other_ways = other_ways(facts, Factor::RecoveryCode);
            let typed = said.typed_recovery_code();
            answer(
                visitor,
                status,
                &RecoveryCodeEntryPage { door, page, sign_in, typed, error, wait_seconds, other_ways },
            )
        }
        Step::ChooseSecondStep => {
            let (options, door) = (facts.situation.to_set_up(), door(visitor, Caption::SettingUp, proven));
            answer(visitor, status, &ChooseSecondStepPage { door, page, sign_in, options, error })
        }
        Step::SetUp(Factor::AuthenticatorApp, _) => {
            let door = setting_up(visitor, proven, &page, facts);
            let account = proven.map(|person| person.email.as_str()).unwrap_or_default();
            let view = connecting(visitor, account, (door, page), (error, wait_seconds)).await?;
            answer(visitor, status, &view)
        }
        Step::NewPassword => new_password::page(visitor, facts, status, None),
        Step::Prove(Factor::ConfirmationCode, _) => confirming::page(visitor, facts, status, &said).await?,
        Step::SaveRecoveryCode => {
            let code = visitor.recovery_code().await?;
            let door = setting_up(visitor, proven, &page, facts);
            let groups = recovery::groups(code.reveal());
            answer(visitor, status, &RecoveryCodePage { door, page, sign_in, groups, error })
        }
        Step::AcceptTerms => {
            let door = door(visitor, Caption::SigningIn, proven);
            answer(visitor, status, &terms(visitor, (door, page), error)?)
        }
        Step::ChooseCompany => companies::page(visitor, facts, status, &said).await?,
        Step::SetUp(Factor::Phone, _) => {
            let door = setting_up(visitor, proven, &page, facts);
            let set_up = connecting_phone::view(visitor, &page, &said).await?;
            answer(visitor, status, &ConnectPhonePage { door, page, sign_in, set_up })
        }
        Step::Prove(Factor::Identity, _) => {
            let realm = visitor.realm_alone(facts).await?.ok_or_else(|| Fault::new("no directory stands alone"))?;
            by_directory::page(visitor, &realm, (true, false))
        }
        // A link replaces a forgotten password, and no page asks for it.
        Step::Prove(Factor::PasswordReset, _)
        | Step::SetUp(
            Factor::Password
            | Factor::Identity
            | Factor::RecoveryCode
            | Factor::ConfirmationCode
            | Factor::PasswordReset,
            _,
        )
        | Step::Done(_)
        | Step::NotAdmitted(..)
        | Step::Refused(_) => return Err(Fault::new("a step that has no page").into()),
    })
}

/// The page that asks for the email.
async fn email_page(
    visitor: &SignInVisit,
    (page, status): (Page, StatusCode),
    email: String,
    (error, passkey): (Option<String>, Option<AskedPasskey>),
) -> Result<Response, EarlyAnswer> {
    let linking = visitor.linking().await?;
    let offers_identities = visitor.sheet.offers_identities && linking.is_none();
    let (door, sign_in) = (unproven(visitor), visitor.sign_in.id.to_string());
    let view = EmailPage { door, page, sign_in, email, offers_identities, linking, error, passkey };
    Ok(answer(visitor, status, &view))
}

/// The page that asks to accept the terms of use.
fn terms(visitor: &SignInVisit, (door, page): (Door, Page), error: Option<String>) -> Result<TermsPage, Fault> {
    let terms = visitor.app.settings.terms.clone().ok_or_else(|| Fault::new("there are no terms to accept"))?;
    let sign_in = visitor.sign_in.id.to_string();
    Ok(TermsPage { door, page, sign_in, terms_url: Some(terms.url), version: terms.version, error })
}

/// The page that shows the seed of an authenticator app, for the account of an email.
async fn connecting(
    visitor: &SignInVisit,
    account: &str,
    (door, page): (Door, Page),
    (error, wait_seconds): (Option<String>, Option<i64>),
) -> Result<ConnectAuthenticatorPage, EarlyAnswer> {
    let seed = visitor.seed().await?;
    let address = seed.address(&visitor.app.settings.organisation, account);
    Ok(ConnectAuthenticatorPage {
        door,
        sign_in: visitor.sign_in.id.to_string(),
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
    visitor: &SignInVisit,
    facts: &Facts,
    step: &Step,
    (page, status): (Page, StatusCode),
    passkey: Option<AskedPasskey>,
) -> Response {
    let mut door =
        door(visitor, Caption::SigningIn, facts.person.as_ref().filter(|_| !facts.situation.proofs.is_empty()));
    door.network = Some(network(visitor, facts, &page));
    door.reason = reason(visitor, facts, &page);
    let view = PasskeyPage {
        door,
        wished_by: wished_by(visitor, &page, step),
        page,
        sign_in: visitor.sign_in.id.to_string(),
        passkey: passkey.unwrap_or_default(),
        remember_days: remembering::offered(facts, step),
        other_ways: if step.is_wished() { Vec::new() } else { other_ways(facts, Factor::Passkey) },
    };
    answer(visitor, status, &view)
}

/// The message about the last passkey; `None` if none can be asked for.
fn asked_passkey(visitor: &SignInVisit, page: &Page, said: &StepMessage) -> Option<AskedPasskey> {
    let party = RelyingParty::of(&visitor.app.settings)?;
    let unknown = match said {
        StepMessage::PasskeyRefused { unknown: Some(credential_id), .. } => {
            Some(UnknownPasskey { relying_party: party.id().to_owned(), credential_id: credential_id.clone() })
        }
        _ => None,
    };
    Some(AskedPasskey { error: said.passkey_key().map(|key| page.t(key)), unknown })
}

/// The reason for a proof within a session: the act of our own pages, or the wish of the application; `None` where a
/// sign-in begins.
pub(super) fn reason(visitor: &SignInVisit, facts: &Facts, page: &Page) -> Option<String> {
    if facts.situation.session != SessionStanding::Live {
        return None;
    }
    if let Some(act) = &visitor.sign_in.demand.act {
        return Some(page.t(act));
    }
    let application = visitor.sign_in.application.and(visitor.sign_in.names.application.as_ref())?;
    let asks = visitor.sign_in.demand.not_before.is_some() || visitor.sign_in.demand.acr.is_some();
    asks.then(|| page.t1("step-up-application", "application", application))
}

/// The application whose wish a passkey is.
fn wished_by(visitor: &SignInVisit, page: &Page, step: &Step) -> Option<String> {
    step.is_wished().then(|| visitor.sign_in.names.application.clone().unwrap_or_else(|| page.t("account-title")))
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
pub(super) fn welcome(visitor: &SignInVisit, person: Option<&Person>, set_up: Option<Factor>) -> Response {
    let page = page(visitor);
    let mut door = door(visitor, Caption::SignedIn, person);
    door.second_step = set_up.map(|factor| page.t(&factor.key("step")));
    door.bolt = Bolt::Open;
    door.way_back = None;
    let application = visitor.sign_in.names.application.clone().unwrap_or_default();
    let second_step_set_up = set_up.map(|factor| page.t(&factor.key("set-up")));
    let view = SignedInPage { door, page, sign_in: visitor.sign_in.id.to_string(), application, second_step_set_up };
    answer(visitor, StatusCode::OK, &view)
}

/// The page of a sign-in that has ended.
pub(super) fn finished(visitor: &SignInVisit) -> Response {
    let is_in = matches!(visitor.sign_in.state, SignInState::Entered { .. });
    let caption = if is_in { Caption::SignedIn } else { Caption::SigningIn };
    let mut door = Door { way_back: None, ..door(visitor, caption, None) };
    if is_in {
        door.bolt = Bolt::Open;
    }
    let view = FinishedPage {
        door,
        page: page(visitor),
        application: visitor.sign_in.names.application.clone(),
        application_url: visitor.sign_in.names.application_url.clone(),
    };
    answer(visitor, StatusCode::OK, &view)
}

pub(super) fn page(visitor: &SignInVisit) -> Page {
    // The application's wish ranks below the person's choice, and above the browser's.
    let chosen = visitor.visit.language_was_chosen;
    let wished = visitor.sign_in.demand.language.as_deref().filter(|_| !chosen);
    let language = wished.map_or(visitor.visit.language, |wished| {
        Language::negotiate(Some(wished), None, Some(visitor.visit.language.tag()))
    });
    let page =
        Page::new(language, visitor.app.settings.organisation.clone(), format!("/sign-in/{}", visitor.sign_in.id));
    Page { look: visitor.look.clone(), ..page }.announcing(&visitor.visit)
}

pub(super) fn door(visitor: &SignInVisit, caption: Caption, proven: Option<&Person>) -> Door {
    let mut door = Door::new(caption, visitor.sign_in.names.application.clone());
    door.company.clone_from(&visitor.sign_in.names.company);
    door.way_back = way_back(visitor);
    door.person = proven.map(|person| views::PersonLabel { name: person.name(), email: person.email.clone() });
    door
}

/// The way back to the application that asked for the sign-in; `None` for our own pages.
pub(super) fn way_back(visitor: &SignInVisit) -> Option<WayBack> {
    visitor.sign_in.application.map(|_| WayBack {
        action: format!("{}/back", visitor.sign_in.return_to),
        hidden: vec![HiddenField { name: "sign_in", value: visitor.sign_in.id.to_string() }],
        leaves_for: visitor.sign_in.leaves_for.clone(),
    })
}

pub(super) fn unproven(visitor: &SignInVisit) -> Door {
    let mut door = door(visitor, Caption::SigningIn, None);
    door.address = Some(visitor.app.settings.public_url.host().to_owned());
    door
}

fn setting_up(visitor: &SignInVisit, proven: Option<&Person>, page: &Page, facts: &Facts) -> Door {
    let mut door = door(visitor, Caption::SettingUp, proven);
    let second_step = match facts.situation.chosen {
        Chosen::SetUp(factor) => Some(factor),
        _ => facts.situation.claimant().and_then(|claimant| claimant.used_last),
    };
    door.second_step = second_step.map(|factor| page.t(&factor.key("step")));
    door
}

/// The place, if known, and the network, with a mark if it is new.
pub(super) fn network(visitor: &SignInVisit, facts: &Facts, page: &Page) -> views::NetworkLabel {
    let network = &visitor.visit.network;
    let new = (!facts.situation.place.network_is_known).then(|| page.t("network-new"));
    match visitor.app.places.name(network, page.language) {
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

pub(super) fn answer(visitor: &SignInVisit, status: StatusCode, view: &impl Template) -> Response {
    let mut response = refusal::show(status, view);
    // The pages of a sign-in ask for challenges of passkeys.
    allow_scripts_to_ask(&mut response);
    if let Some(destination) = &visitor.sign_in.leaves_for {
        allow_form_action(&mut response, destination);
    }
    response
}
