//! BankID of Sweden, by its relying-party API (version 6): an order is placed, a person takes it up with their app, and it is
//! collected every two seconds until they have confirmed.
//!
//! An order is started in one of two ways, and never in both. On another device the app scans a code that changes every
//! second; on this device a link starts the app, and the result is given only to the browser that the app then opens at the
//! address of the order. So neither a link nor a picture that is passed on signs in the browser of its sender. The level is
//! *substantial*, and no setting makes it more.

mod api;
mod code;
mod completion;
mod hints;
mod orders;
mod settings;
mod store;

use std::net::IpAddr;
use std::time::Duration;

use serde_json::json;

pub(super) use api::knock;
pub use api::{CollectAnswer, CollectedOrder};
pub use code::order_code;
pub(crate) use completion::identity_of;
pub use completion::{OrderCompletion, OrderRisk};
pub use hints::{FailedHint, PendingHint};
pub(crate) use orders::{OrderLook, cancel, look, place};
pub(super) use settings::{faults, filled, secret_fault};
pub use store::expire;
pub(crate) use store::{add, of_occasion, returned};

use super::IdentityProviderId;
use crate::platform::clock::Timestamp;
use crate::platform::secret::{MasterKeys, Secret};
use crate::platform::web::fault::Fault;
use crate::platform::web::network::Network;
use crate::proofs::identities::IdentityQuestionId;

/// How long a page waits for the app to take the order up. BankID's own orders last 30 seconds, and are renewed meanwhile.
pub(crate) const WAITS: Duration = Duration::from_mins(3);
/// How long a person may take in the app: as long as BankID waits.
const CONFIRMS_WITHIN: Duration = Duration::from_mins(3);
/// How long a confirmed order waits for its browser.
const FETCHED_WITHIN: Duration = Duration::from_mins(1);
/// How often an order is collected.
pub(crate) const COLLECTED_EVERY: Duration = Duration::from_secs(2);

/// The way in which the app is started.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum OrderWay {
    /// By a link, on the device of the browser.
    ThisDevice,
    /// By a code that the app scans, on another device.
    AnotherDevice,
}

impl OrderWay {
    /// The stored word, as forms have it, too.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::ThisDevice => "this_device",
            Self::AnotherDevice => "another_device",
        }
    }

    /// The way of a word.
    pub(crate) fn of_word(word: &str) -> Option<Self> {
        [Self::ThisDevice, Self::AnotherDevice].into_iter().find(|way| way.as_str() == word)
    }
}

/// The state of an order, as it is stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum OrderState {
    /// The app has not taken it up, or the person has not confirmed.
    Waiting(PendingHint),
    /// The person has confirmed.
    Confirmed,
    /// It has come to nothing.
    Failed(FailedHint),
}

/// The state of an order at an instant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum OrderStanding {
    /// It waits.
    Waiting(PendingHint),
    /// Its identity can be fetched.
    Confirmed,
    /// It has come to nothing.
    Failed(FailedHint),
    /// Its time is over, or the sign-in went another way.
    Over,
}

/// The values that BankID gave for an order. None but the token of the link is ever seen by a browser.
#[derive(Clone, Debug)]
struct OrderSecrets {
    reference: Secret<String>,
    autostart_token: Secret<String>,
    qr_token: Secret<String>,
    qr_secret: Secret<String>,
    /// The address that the app opens in the end, with the value that the browser has to bring.
    return_address: Option<Secret<String>>,
}

/// An order.
#[derive(Clone, Debug)]
pub(crate) struct BankIdOrder {
    /// The question that it answers.
    pub(crate) question: IdentityQuestionId,
    /// The provider.
    pub(crate) provider: IdentityProviderId,
    /// The method, by its word.
    pub(crate) method: String,
    /// The way in which the app is started.
    pub(crate) way: OrderWay,
    /// How often it was renewed.
    pub(crate) generation: i64,
    /// When its waiting ends.
    pub(crate) expires_at: Timestamp,
    /// Whether its browser has come back from the app.
    pub(crate) has_returned: bool,
    /// Whether an app has taken it up.
    pub(crate) is_taken_up: bool,
    state: OrderState,
    /// Whether its question is still to be answered.
    is_open: bool,
    /// The network of the browser that placed it.
    network: Network,
    ordered_at: Timestamp,
    collected_at: Timestamp,
    reference_hash: Vec<u8>,
    secrets: Vec<u8>,
    completion: Option<Vec<u8>>,
}

/// A browser that waits for an order: the parts of a request to BankID.
#[derive(Clone, Debug)]
pub(crate) struct OrderBrowser {
    /// Its address.
    pub(crate) address: IpAddr,
    /// Its network.
    pub(crate) network: Network,
    /// The purpose of the sign-in, as the app shows it.
    pub(crate) purpose: String,
}

/// The purpose that the secrets of an order are sealed for.
fn purpose(part: &str, question: IdentityQuestionId) -> String {
    format!("{part} of BankID order {question}")
}

impl BankIdOrder {
    /// Its state at an instant.
    pub(crate) fn standing(&self, now: Timestamp) -> OrderStanding {
        match self.state {
            OrderState::Failed(hint) => OrderStanding::Failed(hint),
            _ if !self.is_open || now >= self.expires_at => OrderStanding::Over,
            OrderState::Confirmed => OrderStanding::Confirmed,
            OrderState::Waiting(hint) => OrderStanding::Waiting(hint),
        }
    }

    /// Whether its identity goes to this browser: it has scanned the code itself, or come back from the app.
    pub(crate) fn is_for_its_browser(&self) -> bool {
        self.way == OrderWay::AnotherDevice || self.has_returned
    }

    /// The text of the code that the page shows at an instant.
    ///
    /// # Errors
    /// The secrets cannot be opened.
    pub(crate) fn code(&self, keys: &MasterKeys, now: Timestamp) -> Result<String, Fault> {
        let secrets = self.opened(keys)?;
        let seconds = now.since(self.ordered_at).as_secs();
        Ok(order_code(secrets.qr_token.reveal(), secrets.qr_secret.reveal(), seconds))
    }

    /// How long that code is shown.
    pub(crate) fn code_left(&self, now: Timestamp) -> Duration {
        code::left_after(now.since(self.ordered_at))
    }

    /// The link that starts the app on this device. It does not hold the address of return: a person who has only the link
    /// must not be able to come back in the place of the app.
    ///
    /// # Errors
    /// The secrets cannot be opened.
    pub(crate) fn link(&self, keys: &MasterKeys, is_handheld: bool) -> Result<String, Fault> {
        let token = self.opened(keys)?.autostart_token;
        Ok(code::link(token.reveal(), is_handheld))
    }

    fn opened(&self, keys: &MasterKeys) -> Result<OrderSecrets, Fault> {
        let opened = keys.open(&purpose("secrets", self.question), &self.secrets)?;
        OrderSecrets::read(opened.reveal())
    }
}

impl OrderSecrets {
    /// The secrets as they are sealed.
    fn written(&self) -> Secret<String> {
        let Self { reference, autostart_token, qr_token, qr_secret, return_address } = self;
        let parts = [reference.reveal(), autostart_token.reveal(), qr_token.reveal(), qr_secret.reveal()];
        Secret::new(json!([parts, return_address.as_ref().map(Secret::reveal)]).to_string())
    }

    fn read(text: &[u8]) -> Result<Self, Fault> {
        let (parts, return_address): ([Secret<String>; 4], Option<Secret<String>>) =
            serde_json::from_slice(text).map_err(Fault::new)?;
        let [reference, autostart_token, qr_token, qr_secret] = parts;
        Ok(Self { reference, autostart_token, qr_token, qr_secret, return_address })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::from_seconds(1_800_000_000);

    fn order(state: OrderState) -> BankIdOrder {
        BankIdOrder {
            question: uuid::Uuid::from_u128(7).into(),
            provider: uuid::Uuid::from_u128(8).into(),
            method: "bankid".to_owned(),
            way: OrderWay::ThisDevice,
            generation: 0,
            expires_at: NOW.plus(WAITS),
            has_returned: false,
            is_taken_up: false,
            state,
            is_open: true,
            network: Network::of([192, 0, 2, 1].into()),
            ordered_at: NOW,
            collected_at: NOW,
            reference_hash: Vec::new(),
            secrets: Vec::new(),
            completion: None,
        }
    }

    #[test]
    fn nothing_waits_or_is_confirmed_after_its_last_instant_or_in_a_question_that_was_withdrawn() {
        for state in [OrderState::Waiting(PendingHint::Outstanding), OrderState::Confirmed] {
            assert_ne!(order(state).standing(NOW), OrderStanding::Over);
            assert_eq!(order(state).standing(NOW.plus(WAITS)), OrderStanding::Over);
            assert_eq!(BankIdOrder { is_open: false, ..order(state) }.standing(NOW), OrderStanding::Over);
        }
    }

    #[test]
    fn an_order_of_this_device_is_for_the_browser_that_comes_back_alone() {
        let order = order(OrderState::Confirmed);
        assert!(!order.is_for_its_browser());
        assert!(BankIdOrder { has_returned: true, ..order.clone() }.is_for_its_browser());
        assert!(BankIdOrder { way: OrderWay::AnotherDevice, ..order }.is_for_its_browser());
    }
}
