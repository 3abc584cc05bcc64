//! The page of one passkey, phone or authenticator app: its name, and its removal.

use axum::response::Response;
use http::StatusCode;

use super::views::{MethodKind, MethodPage};
use super::{
    MethodsVisit, can_do_without_identity, can_do_without_passkey, changed, done, has_one_second_step, written,
};
use crate::account::tab_views::Tab;
use crate::app::App;
use crate::directory::people::{self, PersonId};
use crate::event::Event;
use crate::platform::clock::Timestamp;
use crate::platform::db::{self, Reads, Tx};
use crate::platform::web::early::EarlyAnswer;
use crate::platform::web::fault::Fault;
use crate::platform::web::refusal;
use crate::platform::web::visit::Visit;
use crate::proofs::{Factor, identities, passkeys, phones, totp};
use crate::sign_in::notices::Notice;

/// The method that a path names, in a visit with fresh proofs.
pub(super) struct KeptMethod {
    here: MethodsVisit,
    kind: MethodKind,
    id: String,
}

impl KeptMethod {
    /// The method of this identifier. Whether the person has it is found out later.
    ///
    /// # Errors
    /// The redirect to a sign-in that leads back to the page of the method, or a refusal.
    pub(super) async fn of(app: App, visit: Visit, kind: MethodKind, id: String) -> Result<Self, EarlyAnswer> {
        let here = Box::pin(MethodsVisit::of(app, visit, &path(kind, &id))).await?;
        Ok(Self { here, kind, id })
    }

    /// Shows the page.
    pub(super) async fn show(&self, status: StatusCode, error: Option<&str>) -> Result<Response, EarlyAnswer> {
        let here = &self.here;
        let name = name_of(&here.app.db, self.kind, here.person.id, &self.id).await?;
        let name = name.ok_or_else(EarlyAnswer::not_found)?;
        let path = path(self.kind, &self.id);
        let page = here.page(&path);
        let view = MethodPage {
            person: here.person(),
            tab: Tab::MySignIn,
            kind: self.kind,
            name,
            error: error.map(|key| page.t(key)),
            can_be_removed: self.can_be_removed().await?,
            is_last_second_step: self.is_second_step() && has_one_second_step(here).await?,
            path,
            page,
        };
        Ok(refusal::show(status, &view))
    }

    /// Gives the method another name.
    pub(super) async fn rename(self, typed: &str) -> Result<Response, EarlyAnswer> {
        let Some(name) = passkeys::name(typed) else {
            return self.show(StatusCode::UNPROCESSABLE_ENTITY, Some("method-error-name")).await;
        };
        let Self { here, kind, id } = self;
        let MethodsVisit { app, visit, session, person } = here;
        let (db, person) = (app.db.clone(), person.id);
        let is_renamed = db
            .write::<_, db::Error, _>(move |tx| {
                Box::pin(async move {
                    let (is_renamed, event) = match kind {
                        MethodKind::Passkey => {
                            (passkeys::rename(tx, person, &id, &name).await?, Event::AccountPasskeyNamed)
                        }
                        MethodKind::Phone => match id.parse() {
                            Ok(id) => (phones::rename(tx, person, id, &name).await?, Event::PhoneNamed),
                            Err(_) => (false, Event::PhoneNamed),
                        },
                        MethodKind::Authenticator => {
                            (totp::rename(tx, person, &id, &name).await?, Event::AccountAuthenticatorNamed)
                        }
                        // A bank has the name that it has.
                        MethodKind::Identity => (false, Event::AccountIdentityRemoved),
                    };
                    if is_renamed {
                        written(tx, (&app, &visit), (person, session), (event, &name)).await?;
                    }
                    Ok(is_renamed)
                })
            })
            .await?;
        if is_renamed { Ok(done("name")) } else { Err(EarlyAnswer::not_found()) }
    }

    /// Removes the method.
    pub(super) async fn remove(self) -> Result<Response, EarlyAnswer> {
        if !self.can_be_removed().await? {
            return self.show(StatusCode::UNPROCESSABLE_ENTITY, None).await;
        }
        let Self { here, kind, id } = self;
        let MethodsVisit { app, visit, session, person } = here;
        let (db, person) = (app.db.clone(), person.id);
        let is_removed = db
            .write::<_, Fault, _>(move |tx| {
                Box::pin(async move {
                    people::take_turns(tx, person).await?;
                    let Some(name) = name_of(&mut *tx, kind, person, &id).await? else { return Ok(false) };
                    if !remove(tx, kind, person, &id, visit.now).await? {
                        return Ok(false);
                    }
                    let (event, notice) = match kind {
                        MethodKind::Passkey => {
                            (Event::AccountPasskeyRemoved, Notice::PasskeyRemoved { name: name.clone() })
                        }
                        MethodKind::Phone => (Event::PhoneRemoved, Notice::PhoneRemoved { name: name.clone() }),
                        MethodKind::Authenticator => {
                            (Event::AccountAuthenticatorRemoved, Notice::AuthenticatorRemoved { name: name.clone() })
                        }
                        MethodKind::Identity => {
                            (Event::AccountIdentityRemoved, Notice::IdentityRemoved { name: name.clone() })
                        }
                    };
                    changed(tx, (&app, &visit), (person, session), (event, &name), &notice).await?;
                    Ok(true)
                })
            })
            .await?;
        let word = match kind {
            MethodKind::Passkey => "passkey-removed",
            MethodKind::Phone => "phone-removed",
            MethodKind::Authenticator => "authenticator-removed",
            MethodKind::Identity => "identity-removed",
        };
        if is_removed { Ok(done(word)) } else { Err(EarlyAnswer::not_found()) }
    }

    /// Whether the person could still sign in without the method.
    async fn can_be_removed(&self) -> Result<bool, Fault> {
        match self.kind {
            MethodKind::Passkey => can_do_without_passkey(&self.here).await,
            MethodKind::Identity => can_do_without_identity(&self.here).await,
            // These are never the only way in.
            MethodKind::Phone | MethodKind::Authenticator => Ok(true),
        }
    }

    /// Whether it is asked for as a second step.
    fn is_second_step(&self) -> bool {
        let factor = match self.kind {
            MethodKind::Passkey => Factor::Passkey,
            MethodKind::Phone => Factor::Phone,
            MethodKind::Authenticator => Factor::AuthenticatorApp,
            MethodKind::Identity => Factor::Identity,
        };
        factor.traits().second_step.is_some()
    }
}

/// The page of a method. An unreadable identifier leads to the list, and into no path.
fn path(kind: MethodKind, id: &str) -> String {
    if uuid::Uuid::try_parse(id).is_err() {
        return "/account".to_owned();
    }
    match kind {
        MethodKind::Passkey => format!("/account/passkeys/{id}"),
        MethodKind::Phone => format!("/account/phones/{id}"),
        MethodKind::Authenticator => format!("/account/authenticators/{id}"),
        MethodKind::Identity => format!("/account/identities/{id}"),
    }
}

/// The name of a method that a person has.
async fn name_of(db: impl Reads, kind: MethodKind, person: PersonId, id: &str) -> Result<Option<String>, db::Error> {
    Ok(match kind {
        MethodKind::Passkey => passkeys::find(db, person, id).await?.map(|passkey| passkey.name),
        MethodKind::Phone => match id.parse() {
            Ok(id) => phones::find(db, person, id).await?.map(|phone| phone.name),
            Err(_) => None,
        },
        MethodKind::Authenticator => totp::find(db, person, id).await?.map(|authenticator| authenticator.name),
        MethodKind::Identity => match id.parse() {
            Ok(id) => identities::find(db, person, id).await?.map(|linked| linked.name),
            Err(_) => None,
        },
    })
}

async fn remove(
    tx: &mut Tx<'_>,
    kind: MethodKind,
    person: PersonId,
    id: &str,
    now: Timestamp,
) -> Result<bool, db::Error> {
    match kind {
        MethodKind::Passkey => passkeys::remove(tx, person, id, now).await,
        MethodKind::Phone => match id.parse() {
            Ok(id) => phones::remove(tx, person, id, now).await,
            Err(_) => Ok(false),
        },
        MethodKind::Authenticator => totp::remove(tx, person, id, now).await,
        MethodKind::Identity => match id.parse() {
            Ok(id) => identities::remove(tx, person, id).await,
            Err(_) => Ok(false),
        },
    }
}
