//! One user of the company, with how far who looks reaches: the same for a page and for a change.

use axum::extract::FromRequestParts;
use axum::response::Response;
use http::request::Parts;

use super::super::frame;
use super::super::views::{Frame, Section};
use super::super::who::Here;
use super::list::{role_in_words, standing};
use super::views::{UserHead, UserTab};
use crate::administration::UserInReach;
use crate::administration::reach::Reach;
use crate::app::App;
use crate::directory::people::PersonId;
use crate::directory::users::{Authority, Member};
use crate::platform::db::{self, Source, Tx};
use crate::platform::web::early::{EarlyAnswer, parameter};
use crate::platform::web::fault::Fault;
use crate::platform::web::page::Page;

/// A user of the company.
#[derive(Clone, Debug)]
pub struct One {
    /// Who it is, and what they are here.
    pub(super) member: Member,
    /// What who looks may change of them.
    pub(super) reach: Reach,
    /// By what who looks manages the company.
    pub(super) authority: Authority,
    /// Whether they may change what the user is here.
    pub(super) may_change: bool,
}

/// The user of the address; of somebody who is no user here and never was, a refusal.
impl FromRequestParts<App> for One {
    type Rejection = EarlyAnswer;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, EarlyAnswer> {
        let here = Here::from_request_parts(parts, app).await?;
        let person = parameter(parts, "person").await?;
        let mut reader = app.db.reader().await?;
        let one = Self::of(&mut Source::Reader(&mut reader), &here, here.authority, person).await?;
        one.ok_or_else(EarlyAnswer::not_found)
    }
}

impl One {
    /// The user with an identifier; `None` where the person is no user of this company and never was.
    pub(super) async fn of(
        source: &mut Source<'_, '_>,
        here: &Here,
        authority: Authority,
        person: PersonId,
    ) -> Result<Option<Self>, db::Error> {
        let found = UserInReach::find(source, here.place(authority), person).await?;
        Ok(found.map(|UserInReach { member, reach, may_change }| Self { member, reach, authority, may_change }))
    }

    /// The user in the transaction of a change, in which it is asked once more whether the administrator manages the
    /// company. A refusal where there is no such user.
    pub(super) async fn in_turn(tx: &mut Tx<'_>, here: &Here, person: PersonId) -> Result<Self, EarlyAnswer> {
        let authority = here.still_manages(tx).await?;
        let one = Self::of(&mut Source::Transaction(tx), here, authority, person).await?;
        one.ok_or_else(EarlyAnswer::not_found)
    }

    /// The same user, if the administrator may end their sessions and reset their factors; otherwise a refusal.
    pub(super) fn within_protection(self) -> Result<Self, EarlyAnswer> {
        if self.reach.protects() { Ok(self) } else { Err(EarlyAnswer::not_found()) }
    }

    /// The same user, if the administrator may change the profile itself; otherwise a refusal.
    pub(super) fn within_reach(self) -> Result<Self, EarlyAnswer> {
        if self.reaches_profile() { Ok(self) } else { Err(EarlyAnswer::not_found()) }
    }

    /// Whether who looks may change the profile itself.
    pub(super) fn reaches_profile(&self) -> bool {
        self.reach == Reach::Profile
    }

    /// The address of a page about this user, after the company.
    pub(super) fn path(&self, page: &str) -> String {
        path(self.member.person, page)
    }

    /// The page at an address, with the frame, the user's name and the tabs around it.
    pub(super) async fn around(&self, here: &Here, tab: UserTab, page: &str) -> Result<(Page, Frame, UserHead), Fault> {
        let (page, frame) = frame::around(here, Section::Users, &self.path(page)).await?;
        let texts = page.texts;
        let last = match self.member.last_sign_in_at {
            Some(at) => texts.text_with("admin-user-last", &[("time", &frame::when(here, texts, at))]),
            None => page.t("admin-user-not-yet"),
        };
        let head = UserHead {
            id: self.member.person.to_string(),
            name: self.member.name.clone(),
            role: role_in_words(texts, &self.member),
            last,
            standing: standing(&self.member),
            tab,
        };
        Ok((page, frame, head))
    }
}

/// The address of a page about a user, after the company.
pub(super) fn path(person: PersonId, page: &str) -> String {
    if page.is_empty() { format!("users/{person}") } else { format!("users/{person}/{page}") }
}

/// What came of a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    /// It is done; the word says what.
    Done(&'static str),
    /// It is not to be; the word says why.
    Refused(&'static str),
    /// There is no such user here, or who asks manages nothing here any more.
    Gone,
}

impl Outcome {
    /// The way back to a page about the user, which says what came of it.
    pub(super) fn answer(self, here: &Here, person: PersonId, page: &str) -> Result<Response, EarlyAnswer> {
        let path = path(person, page);
        match self {
            Self::Done(word) => Ok(here.go_to(&format!("{path}?done={word}"))),
            Self::Refused(word) => Ok(here.go_to(&format!("{path}?refused={word}"))),
            Self::Gone => Err(EarlyAnswer::not_found()),
        }
    }
}
