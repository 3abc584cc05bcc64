//! The pages of an invitee who cannot go on: in plain words, with the error identifier and with a person who can help.

use super::{ASKS_CODE, HOUR, PRIYA, Story, make_profile};
use crate::support::{AINO, AppOnPhone, Page};

const CONTACT: &str = "office@kallio.example";

/// Whether a page says what happened, its identifier, and whom to ask.
fn helps(page: &Page, status: u16, title: &str) {
    assert_eq!((page.status.as_u16(), page.title().as_str()), (status, title), "{}", page.body);
    assert!(page.error_id().is_some(), "{}", page.body);
    assert!(page.says("Kallio Oy") && page.body.contains(CONTACT), "{}", page.body);
}

async fn begin() -> Story {
    let story = Story::begin().await;
    story.service.change("UPDATE companies SET contact_email = 'office@kallio.example'").await;
    story
}

#[tokio::test]
async fn a_code_that_is_not_whole_or_of_no_invitation_is_asked_for_again() {
    let mut story = begin().await;
    let code = story.invited().await;
    let mut phone = AppOnPhone::new(&story.service);
    let short = phone.enter_sign_up_code(&code[..9]).await;
    assert_eq!((short.status.as_u16(), short.title().as_str()), (422, ASKS_CODE));
    assert!(short.says("A sign-up code has 16 letters and digits."), "{}", short.body);
    let mut other: Vec<char> = code.chars().collect();
    let last = other.last_mut().unwrap();
    *last = if *last == 'A' { 'B' } else { 'A' };
    let other: String = other.into_iter().collect();
    let wrong = phone.enter_sign_up_code(&other).await;
    assert_eq!((wrong.status.as_u16(), wrong.title().as_str()), (422, ASKS_CODE));
    assert!(wrong.says("This is not a sign-up code of an invitation."), "{}", wrong.body);
    assert_eq!(story.sms_count().await, 0);
}

#[tokio::test]
async fn an_expired_and_a_used_invitation_and_one_of_another_phone_say_so() {
    let mut story = begin().await;
    let expired = story.invited().await;
    story.service.wait(24 * HOUR);
    let mut phone = AppOnPhone::new(&story.service);
    helps(&phone.enter_sign_up_code(&expired).await, 410, "This invitation was not used in time");

    story.at_the_desk().await;
    let (mut phone, _) = story.verified_phone().await;
    let code = story.code_of_mail("Mikko Laine invites you to Kallio Oy").await;
    let link = story.link().await;
    let page = phone.browser.submit(&link, &[]).await;
    let (page, _) = make_profile(&story, &mut phone.browser, &page).await;
    phone.make_pin(&page, super::PIN).await;
    helps(&phone.enter_sign_up_code(&code).await, 410, "This invitation has been used");
    let step = super::phone_step(&story).await;
    helps(&phone.browser.open(&step).await, 410, "This invitation has been used");
    assert_eq!(story.service.browser().open(&step).await.title(), "Enter your sign-up code again");
}

#[tokio::test]
async fn a_code_entered_elsewhere_says_so_and_the_inviter_is_told() {
    let mut story = begin().await;
    let code = story.invited().await;
    AppOnPhone::new(&story.service).enter_sign_up_code(&code).await;
    let mut other = AppOnPhone::new(&story.service);
    helps(&other.enter_sign_up_code(&code).await, 409, "This code was entered in another browser");
    let letter = story.service.letter(crate::support::MIKKO.email).await;
    assert_eq!(letter.subject, "Priya Raman's sign-up code was entered twice");
    assert!(story.timeline().await.says("Entered in another browser as well, and refused there"));
}

#[tokio::test]
async fn the_phone_of_another_person_keeps_its_app_and_the_code_is_not_used() {
    let mut story = begin().await;
    let aino = story.service.person(AINO).await;
    story.service.user(story.kallio, aino, &[salpa::directory::users::Role::Employee]).await;
    let mut phone = AppOnPhone::of(&story.service, AINO, super::PIN).await;
    story.at_the_desk().await;
    let code = story.invited().await;
    helps(&phone.enter_sign_up_code(&code).await, 409, "The app on this phone is someone else's");
    assert_eq!(story.steps().await, ["sent"]);
    assert_eq!(AppOnPhone::new(&story.service).enter_sign_up_code(&code).await.title(), super::ASKS_DIGITS);
}

#[tokio::test]
async fn an_invitation_that_ends_on_the_way_says_so_at_the_next_step() {
    let mut story = begin().await;
    let code = story.invited().await;
    let mut phone = AppOnPhone::new(&story.service);
    let page = phone.enter_sign_up_code(&code).await;
    let digits = story.sms_code().await;
    story.desk.submit(&story.about("invitation/cancel"), &[]).await;
    helps(&phone.enter_digits(&page, &digits).await, 410, "This invitation was cancelled");
    helps(&phone.browser.submit(&format!("{}/sms", page.path), &[]).await, 410, "This invitation was cancelled");
    assert_eq!(story.sms_count().await, 1);

    story.service.wait(60);
    let (mut phone, _) = story.verified_phone().await;
    let link = story.link().await;
    story.desk.submit(&story.about("invitation/cancel"), &[]).await;
    let gone = phone.browser.submit(&link, &[]).await;
    assert_eq!((gone.status.as_u16(), gone.title().as_str()), (410, "This link no longer works"), "{}", gone.body);
    assert_eq!(story.count("SELECT count(*) FROM passwords").await, 1, "Mikko's alone");
    assert_ne!(story.service.letter(PRIYA.email).await.subject, "");
}

impl Story {
    /// The code of the newest mail with a subject.
    async fn code_of_mail(&self, subject: &str) -> String {
        let letters = self.service.letters(PRIYA.email).await;
        letters.into_iter().find(|letter| letter.subject == subject).unwrap().code.unwrap()
    }
}
