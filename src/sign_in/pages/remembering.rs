//! Remembering the browser in which somebody has just shown a second factor, at their wish.

use axum::response::Response;

use super::Here;
use crate::directory::people::PersonId;
use crate::platform::db::{self, Tx};
use crate::platform::secret::Secret;
use crate::platform::web::cookies;
use crate::sign_in::finish::Next;
use crate::sign_in::policies::{self, Gate};
use crate::sign_in::remembered;

/// The box that is ticked on the page of a second factor.
pub(super) const FIELD: &str = "remember";

/// What the browser keeps. How long it counts is decided here: a policy may shorten it meanwhile.
pub(super) type Token = Secret<String>;

impl Here {
    /// Remembers this browser where the policies that are in force at this moment, at this gate, allow it.
    pub(super) async fn remember(
        &self,
        tx: &mut Tx<'_>,
        person: PersonId,
        gate: Gate,
    ) -> Result<Option<Token>, db::Error> {
        let policy = policies::in_force(&mut *tx, gate, Some(person)).await?;
        if policy.days_to_remember().is_none() {
            return Ok(None);
        }
        let whose = (person, &self.sign_in.browser);
        remembered::remember(tx, &self.app.random, whose, &self.visit, policy.remember()).await.map(Some)
    }

    /// Sends the browser on, with the token that it was given to be known by.
    pub(super) fn go_remembered(&self, next: &Next, token: Option<&Token>) -> Response {
        let mut response = self.go(next);
        if let Some(token) = token {
            let secure = self.app.settings.public_url.is_secure();
            let longest = policies::LONGEST_REMEMBERED;
            cookies::set(response.headers_mut(), cookies::REMEMBERED, token.reveal(), Some(longest), secure);
        }
        response
    }
}
