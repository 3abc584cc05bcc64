//! Remembering a browser in which a person has just shown a second factor, at their wish.

use axum::response::Response;

use super::{Facts, SignInVisit};
use crate::directory::people::PersonId;
use crate::platform::db::{self, Tx};
use crate::platform::secret::Secret;
use crate::platform::web::cookies;
use crate::platform::web::parameters::Parameters;
use crate::sign_in::cookies::REMEMBERED;
use crate::sign_in::decide::Step;
use crate::sign_in::finish::NextPage;
use crate::sign_in::policies::{self, Gate};
use crate::sign_in::remembered;

/// The name of the box on the page of a second factor.
const FIELD: &str = "remember";

/// The token in the browser. Its lifetime is in the database, because a policy may shorten it.
pub(super) type RememberToken = Secret<String>;

/// The days for which this browser may be remembered after this step; `None` unless it is a required second factor and
/// the policy allows it. A passkey in place of both factors is asked for each time.
pub(super) fn offered(facts: &Facts, step: &Step) -> Option<i64> {
    let is_second = step.asks_for_second_step() && *step != Step::ChooseSecondStep;
    facts.days_to_remember().filter(|_| is_second && !facts.situation.proofs.is_empty())
}

/// The gate at which the browser is to be remembered; `None` unless the box was offered and ticked.
pub(super) fn wished_at(facts: &Facts, step: &Step, fields: &Parameters) -> Option<Gate> {
    (offered(facts, step).is_some() && !fields.field(FIELD).is_empty()).then_some(facts.gate)
}

impl SignInVisit {
    /// Remembers this browser if that is wished, and if the policies at this gate allow it at this moment.
    pub(super) async fn remember(
        &self,
        tx: &mut Tx<'_>,
        person: PersonId,
        wished_at: Option<Gate>,
    ) -> Result<Option<RememberToken>, db::Error> {
        let Some(gate) = wished_at else { return Ok(None) };
        let policy = policies::in_force(&mut *tx, gate, Some(person)).await?;
        if policy.days_to_remember().is_none() {
            return Ok(None);
        }
        let whose = (person, &self.sign_in.browser);
        remembered::remember(tx, &self.app.random, whose, &self.visit, policy.remember()).await.map(Some)
    }

    /// Sends the browser on, with its token if it is remembered.
    pub(super) fn go_remembered(&self, next: &NextPage, token: Option<&RememberToken>) -> Response {
        let mut response = self.go(next);
        if let Some(token) = token {
            let secure = self.app.settings.public_url.is_secure();
            let longest = policies::LONGEST_REMEMBERED;
            cookies::set(response.headers_mut(), REMEMBERED, token.reveal(), Some(longest), secure);
        }
        response
    }
}
