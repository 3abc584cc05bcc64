//! A second invitation: with the same data, with others, and after all devices were logged out.

use super::{ASKS_DIGITS, ASKS_PIN, FIRST_OPENED, HOUR, PHONE, PIN, PRIYA, Story};
use crate::commands;
use crate::support::AppOnPhone;

impl Story {
    /// Runs a command about Priya, and gives whether it was done, with its words.
    fn command(&self, words: &[&str], email: &str) -> (bool, String) {
        let program = commands::Program::of(&self.service.database).set("SALPA_ORGANISATION", "Kallio & Laine");
        let kallio = self.kallio.to_string();
        let of = ["--company", kallio.as_str(), "--email", email];
        let (code, out, errors) = commands::told(&program.run(&[words, &of].concat()));
        (code == Some(0), format!("{out}{errors}"))
    }
}

#[tokio::test]
async fn the_same_button_sends_a_new_one_and_the_former_code_ends() {
    let mut story = Story::begin().await;
    let former = story.invited().await;
    story.service.wait(60);
    let newer = story.invited().await;
    assert_ne!(former, newer);
    let mut phone = AppOnPhone::new(&story.service);
    let refused = phone.enter_sign_up_code(&former).await;
    assert_eq!((refused.status.as_u16(), refused.title().as_str()), (410, "A newer invitation was sent to you"));
    assert_eq!(phone.enter_sign_up_code(&newer).await.title(), ASKS_DIGITS);
    assert_eq!(story.count("SELECT count(*) FROM invitations WHERE ended_at IS NULL").await, 1);

    // Time may have ended the former one, too, before the housekeeping has seen it.
    story.service.wait(24 * HOUR + 1);
    story.at_the_desk().await;
    story.invited().await;
    story.looks_after_invitations().await;
    assert_eq!(story.count("SELECT count(*) FROM users WHERE invited_until IS NOT NULL").await, 1);
}

#[tokio::test]
async fn changed_data_wait_for_the_operator_who_releases_what_was_looked_at() {
    let mut story = Story::begin().await;
    story.invited().await;
    story.has_phone(Some("+358401234567")).await;
    let asked = story.desk.open(&story.about("invitation/new")).await;
    assert!(asked.says("Priya's invitation must be released first"), "{}", asked.body);
    assert!(asked.says("+358 40 1234567, before +44 7400 123456"), "{}", asked.body);
    let letters = story.service.letters(PRIYA.email).await.len();
    let refused = story.invite().await;
    assert!(refused.says("must be released first"), "{}", refused.body);
    assert_eq!(story.service.letters(PRIYA.email).await.len(), letters, "nothing is sent");

    let (is_done, words) = story.command(&["invitations", "show"], PRIYA.email);
    assert!(is_done && words.contains("phone: +358401234567, before +447400123456"), "{words}");
    let (is_done, words) = story.command(&["invitations", "release"], PRIYA.email);
    assert!(!is_done && words.contains("say --yes"), "{words}");
    let (is_done, words) = story.command(&["invitations", "release", "--yes"], PRIYA.email);
    assert!(is_done && words.contains("can be invited again"), "{words}");
    let (is_done, words) = story.command(&["invitations", "release", "--yes"], PRIYA.email);
    assert!(is_done && words.contains("no release is needed"), "{words}");
    let told = story.service.history().await;
    let released = told.iter().find(|told| told.event == "invitation.released").unwrap();
    assert_eq!((released.detail("changed"), released.detail("by")), ("phone", "operator"));

    story.invited().await;
    story.has_phone(Some(PHONE)).await;
    let back = story.invite().await;
    assert!(back.says("must be released first"), "the old phone is a change by now: {}", back.body);
}

#[tokio::test]
async fn a_name_or_an_email_that_was_changed_waits_too_and_a_first_phone_does_not() {
    let mut story = Story::begin().await;
    story.has_phone(None).await;
    let asked = story.desk.open(&story.about("invitation/new")).await;
    assert!(asked.says("There is no phone for an SMS."), "{}", asked.body);
    story.invited().await;
    story.has_phone(Some(PHONE)).await;
    story.invited().await;
    for (sql, said) in [
        ("UPDATE people SET family_name = 'Other' WHERE given_name = 'Priya'", "Priya Other, before Priya Raman"),
        (
            "UPDATE people SET family_name = 'Raman', email = 'thief@raman.example', email_key = 'thief@raman.example'
             WHERE given_name = 'Priya'",
            "thief@raman.example, before priya.raman@raman.example",
        ),
    ] {
        story.service.change(sql).await;
        let blocked = story.invite().await;
        assert!(blocked.says(said), "{said}: {}", blocked.body);
    }
}

#[tokio::test]
async fn after_all_devices_were_logged_out_an_invitation_is_the_way_back() {
    let mut story = Story::with_profile().await;
    let mut phone = AppOnPhone::of(&story.service, PRIYA, PIN).await;
    phone.browser.submit("/app/log-out-everywhere", &[]).await;
    story.service.wait(31);
    let refused = phone.sign_in(&story.service, PRIYA).await;
    assert_eq!((refused.status.as_u16(), refused.title().as_str()), (403, "You have logged out from all devices"));

    story.at_the_desk().await;
    let tab = story.desk.open(&story.about("sign-in")).await;
    assert!(tab.says("A new invitation opens it again."), "{}", tab.body);
    let mut new = AppOnPhone::new(&story.service);
    let code = story.invited().await;
    story.service.wait(31);
    let early = new.sign_in(&story.service, PRIYA).await;
    assert_eq!(early.status, 403, "the invitation alone opens nothing: {}", early.body);
    let page = new.enter_sign_up_code(&code).await;
    let page = new.enter_digits(&page, &story.sms_code().await).await;
    assert_eq!(page.title(), "Sign in with your profile", "{}", page.body);
    story.service.wait(31);
    let page = new.sign_in(&story.service, PRIYA).await;
    assert_eq!(page.title(), ASKS_PIN, "{}", page.body);
    assert_eq!(new.make_pin(&page, PIN).await.1["next"], FIRST_OPENED);
    assert!(story.service.events().await.contains(&"phone.app_opened".to_owned()));
}

#[tokio::test]
async fn logging_out_from_all_devices_ends_an_invitation_that_a_lost_phone_may_have() {
    let mut story = Story::with_profile().await;
    let mut phone = AppOnPhone::of(&story.service, PRIYA, PIN).await;
    story.at_the_desk().await;
    let (mut other, page) = story.verified_phone().await;
    assert_eq!(page.title(), "Sign in with your profile");
    phone.browser.submit("/app/log-out-everywhere", &[]).await;
    story.service.wait(31);
    let refused = other.sign_in(&story.service, PRIYA).await;
    assert_eq!(refused.status, 403, "{}", refused.body);
    let gone = other.browser.open(&super::phone_step(&story).await).await;
    assert_eq!((gone.status.as_u16(), gone.title().as_str()), (410, "This invitation was cancelled"));
}
