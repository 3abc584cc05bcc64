//! Into the phone app by a bank: a new phone, an employee who is a user nowhere, and the way back of a person who has
//! logged out from all devices.

use salpa::administration::{ActEffect, Stop, identities as acts};
use salpa::directory::companies::CompanyId;
use salpa::directory::users::Role;

use super::{AtBank, CHOICE, SAARA, operator};
use crate::support::broker::{AINO_AT_BANK, Customer, MALLORY_AT_BANK};
use crate::support::{AINO, AppOnPhone, Page};

const PIN: &str = "294705";
const CLOSED: &str = "You have logged out from all devices";

impl AtBank {
    /// From the app to the bank and back, as somebody.
    async fn arrives_in_app(&self, phone: &mut AppOnPhone, customer: Customer) -> Page {
        let choice = phone.browser.open("/app/bank").await;
        assert_eq!(choice.title(), CHOICE, "{} {}", choice.path, choice.body);
        let asked = self.asked_in(&mut phone.browser, &choice.sign_in()).await;
        phone.browser.open(&self.broker.lets_in(&asked, customer)).await
    }

    /// A company of which Aino is a user.
    async fn of_aino(&self) -> CompanyId {
        let kallio = self.service.business("Kallio Oy").await;
        self.service.user(kallio, self.aino, &[Role::Employee]).await;
        kallio
    }

    /// The operator lets a bank open the app again to a company's people, or no longer.
    async fn lets_banks_open_the_app(&self, company: CompanyId, is_allowed: bool) -> ActEffect {
        let (app, now) = (self.service.app.clone(), self.service.now());
        let done: Result<ActEffect, Stop> = self
            .service
            .transact(move |tx| {
                Box::pin(async move {
                    let context = operator(tx, &app, company, now).await;
                    acts::let_identity_open_phone_app(tx, &context, is_allowed).await
                })
            })
            .await;
        done.unwrap()
    }

    /// Aino logs out from all devices, on one of her phones.
    async fn leaves_everywhere(&self, phone: &mut AppOnPhone) {
        let left = phone.browser.submit("/app/log-out-everywhere", &[]).await;
        assert!(left.says("You are logged out from all devices."), "{}", left.body);
    }
}

#[tokio::test]
async fn a_new_phone_is_set_up_by_the_bank_alone() {
    let story = AtBank::linked().await;
    story.of_aino().await;
    let mut phone = AppOnPhone::new(&story.service);
    let page = story.arrives_in_app(&mut phone, AINO_AT_BANK).await;
    assert!(page.path.starts_with("/sign-in/"), "in a new network a code is asked for: {} {}", page.path, page.body);
    let page = phone.browser.submit(&format!("{}/use/totp", page.sign_in()), &[]).await;
    let page = phone.browser.answer(&page.sign_in(), "code", &[("code", &AINO.code(&story.service))]).await;
    assert_eq!(page.title(), "Create your PIN", "{} {}", page.path, page.body);
    let (status, answer) = phone.make_pin(&page, PIN).await;
    assert_eq!((status, answer["next"].as_str()), (200, Some("/app/notifications?first=1")), "{answer}");
    story.service.wait(600);
    assert_eq!(phone.unlock(PIN).await.0, 200);
    assert!(story.service.letter(AINO.email).await.text.contains("phone"), "she is told of a new phone");
}

#[tokio::test]
async fn a_session_that_is_there_does_not_stand_for_the_bank() {
    let story = AtBank::linked().await;
    story.of_aino().await;
    let mut phone = AppOnPhone::of(&story.service, AINO, PIN).await;
    story.service.wait(31);
    let choice = phone.browser.open("/app/bank").await;
    assert_eq!(choice.title(), CHOICE, "{} {}", choice.path, choice.body);
}

#[tokio::test]
async fn an_employee_who_is_a_user_nowhere_gets_into_the_app_by_their_bank_and_only_there() {
    let story = AtBank::begin().await;
    let kallio = story.service.business("Kallio Oy").await;
    let saara = story.service.somebody_new(SAARA).await;
    story.service.employee(kallio, saara).await;
    assert_eq!(story.service.expects(kallio, saara, MALLORY_AT_BANK.identifier).await, Ok(ActEffect::Changed));
    let mut phone = AppOnPhone::new(&story.service);
    let page = story.arrives_in_app(&mut phone, MALLORY_AT_BANK).await;
    assert_eq!(page.title(), "Create your PIN", "no code of the network is asked for: {} {}", page.path, page.body);
    let (status, answer) = phone.make_pin(&page, PIN).await;
    assert_eq!(status, 200, "{answer}");
    // Her own pages elsewhere are those of users.
    let page = phone.browser.open("/account").await;
    assert!(page.title().contains("phone app") || page.path.starts_with("/sign-in/"), "{} {}", page.path, page.body);
}

#[tokio::test]
async fn after_all_devices_were_logged_out_the_bank_opens_the_app_where_the_company_allows_it() {
    let story = AtBank::linked().await;
    let kallio = story.of_aino().await;
    let mut phone = AppOnPhone::of(&story.service, AINO, PIN).await;
    story.leaves_everywhere(&mut phone).await;

    story.service.wait(31);
    let page = story.arrives_in_app(&mut phone, AINO_AT_BANK).await;
    assert_eq!(page.title(), CLOSED, "the company has allowed nothing: {}", page.body);

    assert_eq!(story.lets_banks_open_the_app(kallio, true).await, ActEffect::Changed);
    assert_eq!(story.lets_banks_open_the_app(kallio, true).await, ActEffect::Unchanged);
    story.service.wait(31);
    let mut other = AppOnPhone::new(&story.service);
    let page = other.sign_in(&story.service, AINO).await;
    assert_eq!(page.title(), CLOSED, "a password and a code do not open it: {}", page.body);

    story.service.wait(31);
    let page = story.arrives_in_app(&mut phone, AINO_AT_BANK).await;
    assert_eq!(page.title(), "Create your PIN", "{} {}", page.path, page.body);
    // Meanwhile the company has forbidden it again: the page does not count, the transaction does.
    story.lets_banks_open_the_app(kallio, false).await;
    let (_, answer) = phone.make_pin(&page, PIN).await;
    assert!(answer["phone"].is_null(), "{answer}");

    story.lets_banks_open_the_app(kallio, true).await;
    story.service.wait(31);
    let page = story.arrives_in_app(&mut phone, AINO_AT_BANK).await;
    let (status, answer) = phone.make_pin(&page, "804126").await;
    assert_eq!(status, 200, "{answer}");
    assert!(story.service.events().await.contains(&"phone.app_opened".to_owned()));
}

#[tokio::test]
async fn a_bank_proof_of_more_than_ten_minutes_opens_no_closed_app() {
    let story = AtBank::linked().await;
    let kallio = story.of_aino().await;
    let mut phone = AppOnPhone::of(&story.service, AINO, PIN).await;
    story.leaves_everywhere(&mut phone).await;
    story.lets_banks_open_the_app(kallio, true).await;
    story.service.wait(31);
    let page = story.arrives_in_app(&mut phone, AINO_AT_BANK).await;
    assert_eq!(page.title(), "Create your PIN", "{} {}", page.path, page.body);
    story.service.wait(601);
    let (_, answer) = phone.make_pin(&page, PIN).await;
    assert!(answer["phone"].is_null(), "{answer}");
}
