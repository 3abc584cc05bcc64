//! The page that asks for the password, and before it shows the directory that the domain of the email leads to.

use axum::response::Response;
use http::StatusCode;

use super::show::{self, StepMessage};
use super::{Facts, SignInVisit};
use crate::platform::db;
use crate::platform::web::page::Page;
use crate::platform::web::views;
use crate::sign_in::SignInState;
use crate::sign_in::decide::SessionStanding;
use crate::sign_in::passkey_views::AskedPasskey;
use crate::sign_in::views::PasswordPage;

/// The page with a message about the last answer.
pub(super) async fn page(
    visitor: &SignInVisit,
    facts: &Facts,
    (page, status): (Page, StatusCode),
    (said, passkey): (&StepMessage, Option<AskedPasskey>),
) -> Result<Response, db::Error> {
    let (email, known_person) = match (&visitor.sign_in.state, &facts.person) {
        (SignInState::Identified { email, .. }, _) => (email.clone(), false),
        (_, Some(person)) => (person.email.clone(), true),
        (_, None) => (String::new(), false),
    };
    // The holder of a session in use sees the name on every page; of one that lies idle, nothing more is told.
    let is_live = facts.situation.session == SessionStanding::Live;
    let person = facts.person.as_ref().filter(|_| known_person && is_live);
    let mut door = show::unproven(visitor);
    door.person = person.map(|person| views::PersonLabel { name: person.name(), email: person.email.clone() });
    door.reason = show::reason(visitor, facts, &page);
    let realm = visitor.home_realm(facts).await?;
    let view = PasswordPage {
        door,
        sign_in: visitor.sign_in.id.to_string(),
        email,
        known_person,
        offers_identities: visitor.sheet.offers_identities && !visitor.sign_in.demand.links_identity,
        directory: realm.as_ref().map(|realm| realm.offer(visitor)),
        error: said.key().map(|key| page.t(key)),
        wait_seconds: said.wait_seconds(visitor.visit.now),
        passkey,
        page,
    };
    let mut response = show::answer(visitor, status, &view);
    if let Some(realm) = realm {
        realm.allow_forms(&mut response);
    }
    Ok(response)
}
