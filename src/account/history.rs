//! The tab *History*: the events of the person's own sign-ins, paged by key.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use axum::extract::State;
use axum::response::Response;
use http::StatusCode;

use super::frame;
use super::tab_views::{OwnHistoryPage, Tab};
use super::views::RecentSignIn;
use super::who::signed_in;
use crate::app::App;
use crate::directory::people::PersonId;
use crate::event::Event;
use crate::platform::clock::Timestamp;
use crate::platform::db;
use crate::platform::history::{self, Recorded};
use crate::platform::web::early::EarlyAnswer;
use crate::platform::web::fault::Fault;
use crate::platform::web::parameters::Parameters;
use crate::platform::web::refusal;
use crate::platform::web::translations::Texts;
use crate::platform::web::visit::Visit;
use crate::proofs::Method;
use crate::provider::applications::{self, ApplicationId};

/// Entries of a page.
const SHOWN: usize = 20;
/// Entries of a batch: about half of them matter to a person.
const READ: i64 = 60;
/// The most batches that are read for a page.
const ROUNDS: usize = 5;

/// Shows a page of the history.
pub async fn show(State(app): State<App>, visit: Visit, uri: http::Uri) -> Result<Response, EarlyAnswer> {
    let person = signed_in(&app, &visit, Tab::History.path()).await?.profile;
    let query = Parameters::parse(uri.query().unwrap_or(""));
    // A key is the identifier of an entry.
    let before = query.field("before").parse::<uuid::Uuid>().ok().map(|key| key.to_string());
    let is_later = before.is_some();
    let page = frame::page(&app, &visit, Tab::History.path());
    let (mut recent, older) = read(&app, page.texts, person.id, before).await?;
    name_applications(&app, &mut recent).await?;
    let recent = recent.into_iter().map(|(line, _)| line).collect();
    let view = OwnHistoryPage { person: frame::person(&person), tab: Tab::History, recent, older, is_later, page };
    Ok(refusal::show(StatusCode::OK, &view))
}

/// A line, and the identifier of its application.
type ApplicationLine = (RecentSignIn, Option<String>);

/// Adds the names of applications to the lines whose entries do not have them.
async fn name_applications(app: &App, lines: &mut [ApplicationLine]) -> Result<(), Fault> {
    let mut known: HashMap<ApplicationId, String> = HashMap::new();
    for (line, application) in lines.iter_mut().filter(|(line, _)| line.application.is_empty()) {
        let Some(id) = application.as_ref().and_then(|id| id.parse().ok()) else { continue };
        let name = match known.entry(id) {
            Entry::Occupied(known) => known.into_mut(),
            // An application that was removed has no name any more.
            Entry::Vacant(new) => {
                let found = applications::find(&app.db, id).await?;
                new.insert(found.map(|found| found.name).unwrap_or_default())
            }
        };
        line.application.clone_from(name);
    }
    Ok(())
}

/// The entries that matter to a person, and the key of the next page.
async fn read(
    app: &App,
    texts: Texts,
    person: PersonId,
    mut before: Option<String>,
) -> Result<(Vec<ApplicationLine>, Option<String>), db::Error> {
    let mut shown = Vec::new();
    for _ in 0..ROUNDS {
        let batch = history::of_person(&app.db, &person.to_string(), before.as_deref(), READ).await?;
        let is_last = i64::try_from(batch.len()).unwrap_or(READ) < READ;
        for recorded in batch {
            if shown.len() == SHOWN {
                return Ok((shown, before));
            }
            let line = recent_sign_in(app, texts, &recorded);
            shown.extend(line.map(|line| (line, recorded.application)));
            before = Some(recorded.id);
        }
        if is_last {
            return Ok((shown, None));
        }
    }
    Ok((shown, before))
}

/// An entry in words; `None` for one that does not matter to the person.
fn recent_sign_in(app: &App, texts: Texts, recorded: &Recorded) -> Option<RecentSignIn> {
    let detail = |name: &str| recorded.details.get(name).and_then(|value| value.as_str()).unwrap_or("");
    let wrong = detail("method").parse::<Method>().ok().map(|method| method.factor().key("refused"));
    let event = Event::named(&recorded.event)?;
    let (key, refused) = match (event, detail("method")) {
        (Event::SignInDone, _) => ("account-result-signed-in", false),
        (Event::SignInProven, "recovery_code") => ("account-result-recovery-used", false),
        (Event::PersonCommunicationPhoneNotProven, _) => ("factor-confirmation-code-refused", true),
        (Event::AccountPasskeyAdded, _) => ("account-result-passkey-added", false),
        (Event::AccountPasskeyRemoved, _) => ("account-result-passkey-removed", false),
        (Event::AccountAuthenticatorAdded, _) => ("account-result-authenticator-added", false),
        (Event::AccountAuthenticatorRemoved, _) => ("account-result-authenticator-removed", false),
        (Event::SignInIdentityLinked, _) => ("event-sign-in-identity-linked", false),
        (Event::AccountIdentityRemoved, _) => ("event-account-identity-removed", false),
        (Event::PhoneAdded, _) => ("event-phone-added", false),
        (Event::PhonePinChanged, _) => ("event-phone-pin-changed", false),
        (Event::PhoneRemoved, _) => ("event-phone-removed", false),
        (Event::PhonePinWrong, _) => ("event-phone-pin-wrong", true),
        (Event::PhonePasskeyRefused, _) => ("event-phone-passkey-refused", true),
        (Event::PhoneBiometricsSet, _) => ("event-phone-biometrics-set", false),
        (Event::PhoneClosed, _) => ("event-phone-closed", true),
        (Event::PhoneLoggedOut, _) => ("event-phone-logged-out", false),
        (Event::PhoneLoggedOutEverywhere, _) => ("event-phone-logged-out-everywhere", false),
        (Event::PhoneAppOpened, _) => ("event-phone-app-opened", false),
        (Event::AccessPassGiven, _) => ("event-access-pass-given", false),
        (Event::AccessPassUsed, _) => ("event-access-pass-used", false),
        (Event::AccountRecoveryCodeMade, _) => ("account-result-recovery-made", false),
        (Event::SignInCodeSent, _) => ("account-result-code-sent", false),
        (Event::SignInPasskeyMayBeCopied, _) => ("account-result-passkey-copied", true),
        (Event::SignInNotProven, _) => (wrong.as_deref().unwrap_or("account-result-refused-access"), true),
        (Event::ProviderNotAdmitted | Event::PhoneNotAdmitted, _) => ("account-result-refused-access", true),
        (Event::SignInHeldBack, _) => ("account-result-refused-wait", true),
        (Event::SignInSecondStepSetUp, _) => ("account-result-second-step", false),
        (Event::SignInResetAsked, _) => ("account-result-reset-asked", false),
        (Event::SignInPasswordReset, _) => ("account-result-password-reset", false),
        (Event::PersonPasswordChanged | Event::PersonPasswordSet, _) => ("account-result-password-changed", false),
        (Event::PersonEmailChanged, _) => ("account-result-email-changed", false),
        (Event::PersonCommunicationEmailChanged, _) => ("account-result-communication-email", false),
        (Event::PersonCommunicationPhoneChanged, _) => ("account-result-phone", false),
        (Event::PersonCommunicationPhoneSet, _) => ("account-result-phone-set", false),
        (Event::PersonCommunicationPhoneConfirmed, _) => ("account-result-phone-confirmed", false),
        (Event::PersonNotMe, _) => ("account-result-not-me", false),
        (Event::SessionEnded, _) => ("account-result-signed-out", false),
        (Event::ProviderConsentGiven, _) => ("account-result-consent-given", false),
        (Event::ProviderConsentRemoved, _) => ("account-result-consent-removed", false),
        (Event::ProviderDeviceAllowed, _) => ("account-result-device-allowed", false),
        (Event::ProviderBackchannelAllowed, _) => ("event-provider-backchannel-allowed", false),
        (Event::ProviderBackchannelRefused, _) => ("event-provider-backchannel-refused", true),
        (Event::ProviderDeviceRefused, _) => ("account-result-device-refused", false),
        _ => return None,
    };
    Some(RecentSignIn {
        time: frame::time(app, texts, Timestamp::from_milliseconds(recorded.at)),
        application: detail("application").to_owned(),
        result: texts.text(key),
        refused,
        network: recorded
            .network
            .as_ref()
            // The network of an administrator does not concern the person.
            .filter(|_| event != Event::PersonCommunicationPhoneSet)
            .map(|network| app.places.described(network, texts.language()))
            .unwrap_or_default(),
        error_id: recorded.error_id.clone(),
    })
}
