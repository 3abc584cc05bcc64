//! The steps as pages. Before the first factor is proven they show only what the visitor typed.

use askama::Template;
use axum::response::Response;
use fast_qr::convert::{Builder as _, Shape, svg::SvgBuilder};
use fast_qr::{ECL, QRBuilder};
use http::StatusCode;

use super::{Facts, Here, new_password};
use crate::directory::people::Person;
use crate::platform::clock::Timestamp;
use crate::platform::web::fault::Fault;
use crate::platform::web::page::Page;
use crate::platform::web::refusal;
use crate::platform::web::security::allow_form_action;
use crate::platform::web::translations::Language;
use crate::platform::web::views::{self, Bolt, Caption, Door};
use crate::proofs::recovery;
use crate::sign_in::State;
use crate::sign_in::decide::Step;
use crate::sign_in::views::{
    ChooseSecondStepPage, CodePage, ConnectAuthenticatorPage, EmailPage, FinishedPage, PasswordPage,
    RecoveryCodeEntryPage, RecoveryCodePage, SecondStepOption, SignedInPage, TermsPage,
};

/// What is said about the last answer, beside the field that it is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Said {
    Nothing,
    EmailIsEmpty,
    EmailIsNone(String),
    PasswordIsEmpty,
    PasswordIsWrong,
    CodeIsNone,
    CodeIsWrong,
    CodeWasUsed,
    RecoveryCodeIsEmpty,
    RecoveryCodeIsWrong,
    NothingIsChosen,
    NotSaved,
    NotAccepted,
    TooEarly(Timestamp),
    Closed,
}

impl Said {
    pub(super) fn key(&self) -> Option<&'static str> {
        match self {
            Self::Nothing | Self::TooEarly(_) => None,
            Self::EmailIsEmpty => Some("sign-in-error-email-empty"),
            Self::EmailIsNone(_) => Some("sign-in-error-email-shape"),
            Self::PasswordIsEmpty => Some("sign-in-error-password-empty"),
            Self::PasswordIsWrong => Some("sign-in-error-password-no-match"),
            Self::CodeIsNone => Some("sign-in-error-code-empty"),
            Self::CodeIsWrong => Some("sign-in-error-code-no-match"),
            Self::CodeWasUsed => Some("sign-in-error-code-used"),
            Self::RecoveryCodeIsEmpty => Some("sign-in-error-recovery-empty"),
            Self::RecoveryCodeIsWrong => Some("sign-in-error-recovery-no-match"),
            Self::NothingIsChosen => Some("sign-in-error-method-unchosen"),
            Self::NotSaved => Some("sign-in-error-saved-unticked"),
            Self::NotAccepted => Some("sign-in-error-terms-unticked"),
            Self::Closed => Some("sign-in-error-closed"),
        }
    }

    /// Seconds to wait, rounded up so that the page never says too little.
    pub(super) fn wait_seconds(&self, now: Timestamp) -> Option<i64> {
        match self {
            Self::TooEarly(until) => i64::try_from(until.since(now).as_millis().div_ceil(1000)).ok(),
            _ => None,
        }
    }
}

/// The page of a step. With something said about the last answer its status is 422.
pub(super) async fn step(here: &Here, facts: &Facts, step: &Step, said: Said) -> Result<Response, Fault> {
    let page = page(here);
    let sign_in = here.sign_in.id.to_string();
    let error = said.key().map(|key| page.t(key));
    let wait_seconds = said.wait_seconds(here.visit.now);
    let status = if said == Said::Nothing { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let proven = facts.person.as_ref().filter(|_| !facts.proofs.is_empty());
    Ok(match step {
        Step::Identify => {
            let email = match said {
                Said::EmailIsNone(typed) => typed,
                _ => here.sign_in.demand.login_hint.clone().unwrap_or_default(),
            };
            answer(here, status, &EmailPage { door: unproven(here), page, sign_in, email, error })
        }
        Step::Password => {
            let (email, known_person) = match (&here.sign_in.state, &facts.person) {
                (State::Identified { email, .. }, _) => (email.clone(), false),
                (_, Some(person)) => (person.email.clone(), true),
                (_, None) => (String::new(), false),
            };
            let door = unproven(here);
            answer(here, status, &PasswordPage { door, page, sign_in, email, known_person, error, wait_seconds })
        }
        Step::AuthenticatorCode => {
            let mut door = door(here, Caption::SigningIn, proven);
            door.network = Some(network(here, facts, &page));
            answer(
                here,
                status,
                &CodePage { door, page, sign_in, error, wait_seconds, recovery_available: facts.has_recovery_code() },
            )
        }
        Step::RecoveryCode => {
            let door = door(here, Caption::SigningIn, proven);
            answer(here, status, &RecoveryCodeEntryPage { door, page, sign_in, error, wait_seconds })
        }
        Step::ChooseSecondStep => {
            let options = vec![SecondStepOption::authenticator_app(page.texts)];
            let door = door(here, Caption::SettingUp, proven);
            answer(here, status, &ChooseSecondStepPage { door, page, sign_in, options, error })
        }
        Step::ConnectAuthenticator => {
            let seed = here.seed().await?;
            let account = proven.map(|person| person.email.as_str()).unwrap_or_default();
            let address = seed.address(&here.app.settings.organisation, account);
            let view = ConnectAuthenticatorPage {
                door: setting_up(here, proven, &page),
                sign_in,
                qr_svg: qr_code(&address)?,
                secret_groups: in_fours(&seed.base32()),
                otpauth_url: address,
                error,
                wait_seconds,
                page,
            };
            answer(here, status, &view)
        }
        Step::NewPassword => new_password::page(here, facts, status, None),
        Step::SaveRecoveryCode => {
            let code = here.recovery_code().await?;
            let door = setting_up(here, proven, &page);
            let groups = recovery::groups(code.reveal());
            answer(here, status, &RecoveryCodePage { door, page, sign_in, groups, error })
        }
        Step::AcceptTerms => {
            let terms = here.app.settings.terms.clone().ok_or_else(|| Fault::new("there are no terms to accept"))?;
            let door = door(here, Caption::SigningIn, proven);
            let (terms_url, version) = (Some(terms.url), terms.version);
            answer(here, status, &TermsPage { door, page, sign_in, terms_url, version, error })
        }
        Step::Done(_) | Step::Refused(_) => return Err(Fault::new("a step that has no page")),
    })
}

/// The page that says that the person is in, after a second step was set up.
pub(super) fn welcome(here: &Here, person: Option<&Person>) -> Response {
    let page = page(here);
    let mut door = setting_up(here, person, &page);
    door.caption = Caption::SignedIn;
    door.bolt = Bolt::Open;
    let application = here.sign_in.names.application.clone().unwrap_or_default();
    let view = SignedInPage { door, page, sign_in: here.sign_in.id.to_string(), application, second_step_set_up: true };
    answer(here, StatusCode::OK, &view)
}

/// The page of a sign-in that is over, seen on coming back to it.
pub(super) fn finished(here: &Here) -> Response {
    let view = FinishedPage {
        door: door(here, Caption::SigningIn, None),
        page: page(here),
        application: here.sign_in.names.application.clone(),
        application_url: here.sign_in.names.application_url.clone(),
    };
    answer(here, StatusCode::OK, &view)
}

pub(super) fn page(here: &Here) -> Page {
    // The application's wish stands below the choice that the person made, and above the browser's.
    let chosen = here.visit.language_was_chosen;
    let wished = here.sign_in.demand.language.as_deref().filter(|_| !chosen);
    let language = wished
        .map_or(here.visit.language, |wished| Language::negotiate(Some(wished), None, Some(here.visit.language.tag())));
    Page::new(language, here.app.settings.organisation.clone(), format!("/sign-in/{}", here.sign_in.id))
}

pub(super) fn door(here: &Here, caption: Caption, proven: Option<&Person>) -> Door {
    let mut door = Door::new(caption, here.sign_in.names.application.clone());
    door.company.clone_from(&here.sign_in.names.company);
    door.person = proven.map(|person| views::Person { name: person.name(), email: person.email.clone() });
    door
}

pub(super) fn unproven(here: &Here) -> Door {
    let mut door = door(here, Caption::SigningIn, None);
    door.address = Some(here.app.settings.public_url.host().to_owned());
    door
}

fn setting_up(here: &Here, proven: Option<&Person>, page: &Page) -> Door {
    let mut door = door(here, Caption::SettingUp, proven);
    door.second_step = Some(page.t("method-authenticator"));
    door
}

fn network(here: &Here, facts: &Facts, page: &Page) -> views::Network {
    let note = (!facts.place.network_is_known).then(|| page.t("network-new"));
    views::Network { place: here.visit.network.to_string(), note }
}

pub(super) fn answer(here: &Here, status: StatusCode, view: &impl Template) -> Response {
    let mut response = refusal::show(status, view);
    if let Some(destination) = &here.sign_in.leaves_for {
        allow_form_action(&mut response, destination);
    }
    response
}

fn in_fours(text: &str) -> Vec<String> {
    let characters: Vec<char> = text.chars().collect();
    characters.chunks(4).map(|group| group.iter().collect()).collect()
}

/// A QR code as an `svg` element, ink on white in both colour schemes. The page around it says what it is.
fn qr_code(text: &str) -> Result<String, Fault> {
    let code =
        QRBuilder::new(text).ecl(ECL::M).build().map_err(|error| Fault::new(format!("no QR code: {error:?}")))?;
    let svg = SvgBuilder::default().shape(Shape::Square).margin(0).to_str(&code);
    Ok(svg.replacen("<svg ", "<svg aria-hidden=\"true\" ", 1))
}
