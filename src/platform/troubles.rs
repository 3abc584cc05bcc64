//! Services outside that did not answer at their last call, as this node has seen it. People are told before they choose
//! one. Each node has its own view, and forgets it when it starts.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use super::clock::Timestamp;

/// How long a trouble is remembered when nobody calls the service again.
const FOR: Duration = Duration::from_mins(5);

/// The instant of the last call without an answer, by service. The services are those that the operator has set up, so
/// they are few.
#[derive(Debug, Default)]
pub(crate) struct Troubles(Mutex<HashMap<String, Timestamp>>);

impl Troubles {
    /// Notes how a call went.
    pub(crate) fn note(&self, service: &str, has_answered: bool, now: Timestamp) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if has_answered {
            kept.remove(service);
        } else {
            kept.insert(service.to_owned(), now);
        }
    }

    /// Whether the last call had no answer, and is not long ago.
    pub(crate) fn has(&self, service: &str, now: Timestamp) -> bool {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.get(service).is_some_and(|at| *at <= now && now.since(*at) < FOR)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_trouble_ends_with_the_next_answer_or_after_five_minutes() {
        let troubles = Troubles::default();
        let at = |seconds: i64| Timestamp::from_seconds(1_900_000_000 + seconds);
        troubles.note("bank", true, at(0));
        assert!(!troubles.has("bank", at(0)));
        troubles.note("bank", false, at(10));
        assert!(troubles.has("bank", at(10)) && troubles.has("bank", at(309)));
        assert!(!troubles.has("bank", at(310)) && !troubles.has("another", at(10)));
        assert!(!troubles.has("bank", at(9)), "a clock that was set back knows nothing of it");
        troubles.note("bank", true, at(20));
        assert!(!troubles.has("bank", at(20)));
    }
}
