//! The person's passkeys, authenticator apps and recovery code in the account pages: added, named, removed, replaced.
//! Every change needs a proof of the last five minutes, is in the history, is told by email, and counts in every other
//! session at once.

mod authenticators;
mod identities;
mod kept;
mod new_phone;
mod passkeys;
mod phones;
mod recovery_code;
mod store;
pub mod views;

use axum::response::{IntoResponse, Redirect, Response};

pub(crate) use authenticators::{
    add_authenticator, authenticator, name_authenticator, new_authenticator, remove_authenticator,
};
pub(crate) use identities::{identity, remove_identity};
pub(crate) use new_phone::{add_phone, draw_phone, new_phone, open_phone, wait_for_new_phone};
pub(crate) use passkeys::{add_passkey, name_passkey, new_passkey, passkey, passkey_challenge, remove_passkey};
pub(crate) use phones::{name_phone, phone, remove_phone};
pub(crate) use recovery_code::{make_recovery_code, recovery_code};

use super::frame::{self, date, time};
use super::who::proven_afresh;
use crate::app::App;
use crate::directory::people::{Person, PersonId};
use crate::event::Event;
use crate::platform::db::{self, Tx};
use crate::platform::history::{self, Entry};
use crate::platform::web::early::EarlyAnswer;
use crate::platform::web::fault::Fault;
use crate::platform::web::page::Page;
use crate::platform::web::translations::Texts;
use crate::platform::web::views::PersonLabel;
use crate::platform::web::visit::Visit;
use crate::proofs::{Factor, KeptFactor, Occasion, passkeys as keys, passwords};
use crate::sign_in::notices::{Notice, browser_in_words, tell};
use crate::sign_in::sessions::SessionId;
use crate::sign_in::{SignedIn, factors_changed};
use views::{MethodLine, Methods};

/// A visit to the pages of the methods by a person with fresh proofs.
struct MethodsVisit {
    app: App,
    visit: Visit,
    session: SessionId,
    person: Person,
}

impl MethodsVisit {
    /// The person, with fresh proofs.
    ///
    /// # Errors
    /// The redirect to a sign-in that leads back to `return_to`, or a refusal.
    async fn of(app: App, visit: Visit, return_to: &str) -> Result<Self, EarlyAnswer> {
        let SignedIn { session, profile: person, .. } = Box::pin(proven_afresh(&app, &visit, return_to)).await?;
        Ok(Self { app, visit, session, person })
    }

    /// The occasion of proofs and challenges in these pages: this session in this browser.
    fn occasion(&self) -> Occasion {
        Occasion::Session { id: uuid::Uuid::from(self.session), browser: self.visit.browser.unwrap_or_default() }
    }

    fn page(&self, path: &str) -> Page {
        frame::page(&self.app, &self.visit, path)
    }

    fn person(&self) -> PersonLabel {
        frame::person(&self.person)
    }

    /// The suggested name of a new method: the browser and system in which it is added.
    fn suggested_name(&self, texts: Texts) -> String {
        browser_in_words(texts, &self.visit.user_agent)
    }
}

/// Records a change, tells the person, and applies it to every session, in the transaction of the change.
async fn changed(
    tx: &mut Tx<'_>,
    (app, visit): (&App, &Visit),
    (person, session): (PersonId, SessionId),
    (event, name): (Event, &str),
    notice: &Notice,
) -> Result<(), Fault> {
    written(tx, (app, visit), (person, session), (event, name)).await?;
    tell(tx, app, visit, person, notice).await?;
    factors_changed(tx, app, visit, person, Some(session)).await
}

/// Writes the history entry of a change.
async fn written(
    tx: &mut Tx<'_>,
    (app, visit): (&App, &Visit),
    (person, session): (PersonId, SessionId),
    (event, name): (Event, &str),
) -> Result<(), db::Error> {
    let mut entry = Entry::new(visit.now, event).person(person).session(session);
    if !name.is_empty() {
        entry = entry.detail("name", name);
    }
    entry.network = Some(visit.network.to_string());
    entry.user_agent = Some(visit.user_agent.clone());
    history::write(tx, &app.random, &entry).await
}

/// The redirect to the list with the word of the change.
fn done(what: &'static str) -> Response {
    Redirect::to(&format!("/account?changed={what}")).into_response()
}

/// The translation key of the line about a change.
pub(super) fn status(what: &str) -> Option<&'static str> {
    match what {
        "passkey-added" => Some("account-status-passkey-added"),
        "passkey-removed" => Some("account-status-passkey-removed"),
        "authenticator-added" => Some("account-status-authenticator-added"),
        "authenticator-removed" => Some("account-status-authenticator-removed"),
        "phone-added" => Some("account-status-phone-added"),
        "phone-removed" => Some("account-status-phone-removed"),
        "identity-removed" => Some("account-status-identity-removed"),
        "name" => Some("account-status-name"),
        _ => None,
    }
}

/// The methods of a person for the list.
pub(super) fn list(app: &App, texts: Texts, person: &Person, kept: &[KeptFactor]) -> Methods {
    let shown = |factor: Factor| -> Vec<MethodLine> {
        let method = |kept: &KeptFactor| MethodLine {
            id: kept.id.clone(),
            name: kept.name.clone(),
            added: date(app, texts, kept.made_at),
            used: kept.used_at.map(|at| time(app, texts, at)),
        };
        kept.iter().filter(|kept| kept.factor == factor).map(method).collect()
    };
    let accepted: Vec<String> = kept
        .iter()
        .filter_map(|kept| kept.credential_id.as_ref())
        .map(|id| data_encoding::BASE64URL_NOPAD.encode(id))
        .collect();
    Methods {
        accepted: accepted.join(" "),
        relying_party: keys::RelyingParty::of(&app.settings).map(|party| party.id().to_owned()),
        user_id: data_encoding::BASE64URL_NOPAD.encode(uuid::Uuid::from(person.id).as_bytes()),
        phones: shown(Factor::Phone),
        passkeys: shown(Factor::Passkey),
        authenticators: shown(Factor::AuthenticatorApp),
        identities: shown(Factor::Identity),
    }
}

/// Whether a person could still sign in without one of their passkeys.
async fn can_do_without_passkey(here: &MethodsVisit) -> Result<bool, Fault> {
    let others = keys::of_person(&here.app.db, here.person.id).await?.len() > 1;
    Ok(others || passwords::changed_at(&here.app.db, here.person.id).await?.is_some())
}

/// Whether a person could still sign in without one of their banks and eID.
async fn can_do_without_identity(here: &MethodsVisit) -> Result<bool, Fault> {
    let kept = crate::proofs::kept_by(&here.app.db, here.person.id).await?;
    let stays = |kept: &&KeptFactor| matches!(kept.factor, Factor::Password | Factor::Passkey);
    let identities = kept.iter().filter(|kept| kept.factor == Factor::Identity).count();
    Ok(identities > 1 || kept.iter().any(|kept| stays(&kept)))
}

/// Whether the person has exactly one passkey or authenticator app.
async fn has_one_second_step(here: &MethodsVisit) -> Result<bool, db::Error> {
    let kept = crate::proofs::kept_by(&here.app.db, here.person.id).await?;
    Ok(kept.iter().filter(|kept| kept.factor.traits().second_step.is_some()).count() == 1)
}
