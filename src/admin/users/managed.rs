//! A user of the company with the administrator's reach over them, for pages and changes alike.

use axum::extract::FromRequestParts;
use axum::response::Response;
use http::request::Parts;

use super::super::frame;
use super::super::gate::Console;
use super::super::views::{ConsoleFrame, Section};
use super::list::{role_in_words, standing};
use super::views::{UserHead, UserTab};
use crate::administration::reach::Reach;
use crate::administration::{ActEffect, Stop, UserInReach};
use crate::app::App;
use crate::directory::people::PersonId;
use crate::directory::users::Member;
use crate::platform::db::Source;
use crate::platform::web::early::{EarlyAnswer, parameter};
use crate::platform::web::fault::Fault;
use crate::platform::web::page::Page;

/// A user of the company.
#[derive(Clone, Debug)]
pub struct ManagedUser {
    /// The person and their membership.
    pub(super) member: Member,
    /// The administrator's reach over the user.
    pub(super) reach: Reach,
    /// Whether the administrator may change the membership.
    pub(super) may_change: bool,
}

/// A page about a user, with the frame and the tabs.
pub(super) struct UserFrame {
    pub(super) page: Page,
    pub(super) frame: ConsoleFrame,
    pub(super) user: UserHead,
}

/// The user of the address. Somebody who never was a user of the company is refused as not found.
impl FromRequestParts<App> for ManagedUser {
    type Rejection = EarlyAnswer;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, EarlyAnswer> {
        let console = Console::from_request_parts(parts, app).await?;
        Self::find(&console, parameter(parts, "person").await?).await
    }
}

impl ManagedUser {
    /// A user of the company; somebody who never was one is refused as not found.
    pub(super) async fn find(console: &Console, person: PersonId) -> Result<Self, EarlyAnswer> {
        let mut reader = console.app.db.reader().await?;
        let found =
            UserInReach::find(&mut Source::Reader(&mut reader), console.company_standing(console.authority), person)
                .await?;
        let UserInReach { member, reach, may_change } = found.ok_or_else(EarlyAnswer::not_found)?;
        Ok(Self { member, reach, may_change })
    }

    /// The same user, if the administrator may end their sessions and reset their factors; otherwise a refusal.
    pub(super) fn within_protection(self) -> Result<Self, EarlyAnswer> {
        if self.reach.protects() { Ok(self) } else { Err(EarlyAnswer::not_found()) }
    }

    /// The same user, if the administrator may change the profile itself; otherwise a refusal.
    pub(super) fn within_reach(self) -> Result<Self, EarlyAnswer> {
        if self.reaches_profile() { Ok(self) } else { Err(EarlyAnswer::not_found()) }
    }

    /// Whether the administrator may change the profile itself.
    pub(super) fn reaches_profile(&self) -> bool {
        self.reach == Reach::Profile
    }

    /// The path of a page about this user, within the company.
    pub(super) fn path(&self, page: &str) -> String {
        path(self.member.person, page)
    }

    /// The page at a path, with the frame, the user's name and the tabs.
    pub(super) async fn page(&self, console: &Console, tab: UserTab, page: &str) -> Result<UserFrame, Fault> {
        let (page, frame) = frame::page(console, Section::Users, &self.path(page)).await?;
        let texts = page.texts;
        let last = match self.member.last_sign_in_at {
            Some(at) => texts.text_with("admin-user-last", &[("time", &frame::when_within(console, texts, at))]),
            // The badge beside the name says it.
            None => String::new(),
        };
        let head = UserHead {
            id: self.member.person.to_string(),
            name: self.member.name.clone(),
            role: role_in_words(texts, &self.member),
            last,
            standing: standing(&self.member, console.visit.now),
            tab,
        };
        Ok(UserFrame { page, frame, user: head })
    }
}

/// The path of a page about a user, within the company.
pub(super) fn path(person: PersonId, page: &str) -> String {
    if page.is_empty() { format!("users/{person}") } else { format!("users/{person}/{page}") }
}

/// The redirect to a page about a user that shows the outcome of an act: its word, or the word of the refusal. Acts on
/// unknown things find nothing.
pub(super) fn show_outcome(
    console: &Console,
    person: PersonId,
    page: &str,
    result: Result<&'static str, Stop>,
) -> Result<Response, EarlyAnswer> {
    let path = path(person, page);
    let refused = match result {
        Ok(word) => return Ok(console.go_to(&format!("{path}?done={word}"))),
        Err(Stop::LastAdministrator) => "last-administrator",
        Err(Stop::BeyondReach | Stop::RoleNotTheirs(_) | Stop::RightNotTheirs(_) | Stop::UnknownRight(_)) => {
            "more-than-yours"
        }
        Err(Stop::TooManyRights) => "too-many",
        Err(Stop::NotActive) => "nothing",
        Err(stop) => return Err(stop.into()),
    };
    Ok(console.go_to(&format!("{path}?refused={refused}")))
}

/// The word of an act that changed something; an act without effect is refused.
pub(super) fn word_of_change(effect: ActEffect, word: &'static str) -> Result<&'static str, Stop> {
    match effect {
        ActEffect::Changed => Ok(word),
        ActEffect::Unchanged => Err(Stop::NotActive),
    }
}
