//! The inviter at the desk: the panel, the list, the code to hand over, and what is told without being asked for.

use salpa::directory::users::Role;

use super::{ASKS_DIGITS, HOUR, PRIYA, Story, WAITS_FOR_MAIL};
use crate::support::{AINO, AppOnPhone, MIKKO};

#[tokio::test]
async fn the_panel_shows_the_data_and_wants_the_identity_to_be_verified() {
    let mut story = Story::begin().await;
    let tab = story.desk.open(&story.about("communication")).await;
    assert!(tab.says("Invite user to sign in with the phone app") && tab.says("Not verified yet."), "{}", tab.body);
    let asked = story.desk.open(&story.about("invitation/new")).await;
    for said in ["Priya Raman", PRIYA.email, "+44 7400 123456", "Kallio Oy", "I have verified Priya's identity"] {
        assert!(asked.says(said), "{said}: {}", asked.body);
    }
    let unticked = story.desk.submit(&story.about("invitation/new"), &[("identity", "known")]).await;
    assert_eq!(unticked.status, 422);
    assert!(unticked.says("First verify Priya's identity, and tick the box."), "{}", unticked.body);
    let without_way = story.desk.submit(&story.about("invitation/new"), &[("verified", "yes")]).await;
    assert_eq!(without_way.status, 422);
    assert!(without_way.says("Choose how you verified Priya's identity."), "{}", without_way.body);
    assert_eq!(story.count("SELECT count(*) FROM invitations").await, 0);

    story.invited().await;
    let tab = story.desk.open(&story.about("communication")).await;
    assert!(tab.says("Verified by Mikko Laine on") && tab.says("identity document seen"), "{}", tab.body);
    assert!(tab.says("Priya is invited."), "{}", tab.body);
    let told = story.service.history().await;
    let sent = told.iter().find(|told| told.event == "invitation.sent").unwrap();
    assert_eq!(sent.detail("identity"), "document");
    let actor = "SELECT count(*) FROM history WHERE event = 'invitation.sent' AND actor_id = (SELECT id FROM people
                 WHERE email = 'mikko.laine@kallio.example')";
    assert_eq!(story.count(actor).await, 1, "and by whom");
}

#[tokio::test]
async fn the_list_shows_and_filters_the_invited() {
    let mut story = Story::begin().await;
    story.service.new_user(story.kallio, "nobody.invited@kallio.example", &[Role::Employee]).await;
    story.invited().await;
    let list = format!("/admin/{}/users", story.kallio);
    let filtered = story.desk.open(&format!("{list}?filter=invited")).await;
    assert!(filtered.says("Priya Raman") && filtered.says("Invited"), "{}", filtered.body);
    assert!(!filtered.says("nobody.invited@"), "{}", filtered.body);
    for query in ["sort=role", "sort=-standing", "sort=last", "role=employee", "typed=priya"] {
        let narrowed = story.desk.open(&format!("{list}?filter=invited&{query}")).await;
        assert!(narrowed.says("Priya Raman") && !narrowed.says("nobody.invited@"), "{query}: {}", narrowed.body);
    }
    story.service.wait(24 * HOUR + 1);
    story.looks_after_invitations().await;
    story.at_the_desk().await;
    let filtered = story.desk.open(&format!("{list}?filter=invited")).await;
    assert!(!filtered.says("Priya Raman"), "an invitation that is over is none: {}", filtered.body);
}

#[tokio::test]
async fn the_timeline_follows_each_step_and_cancelling_ends_it() {
    let mut story = Story::begin().await;
    let code = story.invited().await;
    let sent = story.timeline().await;
    assert!(sent.says("Invitation sent") && sent.says("Waiting for the sign-up code"), "{}", sent.body);
    assert!(!sent.says("Didn't the invitee receive the verification code?"), "{}", sent.body);

    // The link of the mail leads here; its script says so.
    let mut phone = AppOnPhone::new(&story.service);
    let link = story.service.link(PRIYA.email, "/app/sign-up?invitation=").await;
    let page = phone.browser.open(&link).await;
    let (_, rest) = page.body.split_once("data-opened=\"").unwrap();
    let opened = rest.split('"').next().unwrap().to_owned();
    for _ in 0..2 {
        assert_eq!(phone.browser.post(&opened, &[]).await.status, 204);
    }
    assert!(story.timeline().await.says("Email opened"));
    phone.enter_sign_up_code(&code).await;
    let entered = story.timeline().await;
    assert!(entered.says("Sign-up code entered") && entered.says("SMS to +44 7400 123456"), "{}", entered.body);
    assert!(entered.says("Didn't the invitee receive the verification code?"), "{}", entered.body);
    assert_eq!(story.steps().await, ["sent", "opened", "entered", "sms_sent"], "each once");

    let cancelled = story.desk.submit(&story.about("invitation/cancel"), &[]).await;
    assert!(cancelled.says("The invitation has been cancelled."), "{}", cancelled.body);
    assert!(story.service.events().await.contains(&"invitation.cancelled".to_owned()));
    let refused = phone.enter_sign_up_code(&code).await;
    assert_eq!((refused.status.as_u16(), refused.title().as_str()), (410, "This invitation was cancelled"));
}

#[tokio::test]
async fn a_code_is_handed_over_once_the_sign_up_code_was_entered_and_extends_the_invitation() {
    let mut story = Story::begin().await;
    let code = story.invited().await;
    let early = story.desk.submit(&story.about("invitation/code"), &[]).await;
    assert!(early.says("A verification code can be made once the sign-up code has been entered"), "{}", early.body);
    assert_eq!(story.count("SELECT count(*) FROM invitation_codes").await, 0);

    story.service.wait(20 * HOUR);
    let mut phone = AppOnPhone::new(&story.service);
    let page = phone.enter_sign_up_code(&code).await;
    assert_eq!(page.title(), ASKS_DIGITS);
    story.at_the_desk().await;
    let shown = story.desk.submit(&story.about("invitation/code"), &[]).await;
    assert!(shown.says("Give Priya the code yourself") && shown.says("(12 hours)"), "{}", shown.body);
    let digits = super::digits_on(&shown);
    let letter = story.service.letter(PRIYA.email).await;
    assert_eq!(letter.subject, "A verification code was made for you");
    assert!(!letter.text.contains(&digits), "the code itself goes by no mail");
    let again = story.timeline().await;
    assert!(!again.body.contains(&digits) && again.says("for Mikko Laine to hand over"), "{}", again.body);

    // 31 hours after the invitation, and eleven after the code.
    story.service.wait(11 * HOUR);
    let page = phone.enter_digits(&page, &digits).await;
    assert_eq!(page.title(), WAITS_FOR_MAIL, "{}", page.body);
    story.at_the_desk().await;
    let late = story.desk.submit(&story.about("invitation/code"), &[]).await;
    assert!(late.says("A verification code can be made once"), "{}", late.body);
}

#[tokio::test]
async fn a_code_that_was_handed_over_ends_after_twelve_hours_and_the_invitation_with_it() {
    let mut story = Story::begin().await;
    let code = story.invited().await;
    let mut phone = AppOnPhone::new(&story.service);
    story.service.wait(20 * HOUR);
    let page = phone.enter_sign_up_code(&code).await;
    story.at_the_desk().await;
    let shown = story.desk.submit(&story.about("invitation/code"), &[]).await;
    story.service.wait(12 * HOUR);
    let late = phone.enter_digits(&page, &super::digits_on(&shown)).await;
    assert_eq!((late.status.as_u16(), late.title().as_str()), (410, "This invitation was not used in time"));
}

#[tokio::test]
async fn the_inviter_is_reminded_and_told_of_the_end_once() {
    let mut story = Story::begin().await;
    story.invited().await;
    story.looks_after_invitations().await;
    assert!(story.service.letters(MIKKO.email).await.is_empty());
    story.service.wait(20 * HOUR + 1);
    story.looks_after_invitations().await;
    story.looks_after_invitations().await;
    let letters = story.service.letters(MIKKO.email).await;
    assert_eq!(letters.len(), 1, "{letters:?}");
    assert_eq!(letters[0].subject, "Priya Raman has not used your invitation yet");
    story.service.wait(4 * HOUR);
    story.looks_after_invitations().await;
    story.looks_after_invitations().await;
    let letters = story.service.letters(MIKKO.email).await;
    assert_eq!(letters.len(), 2, "{letters:?}");
    assert_eq!(letters[0].subject, "Priya Raman did not use your invitation in time");
    story.at_the_desk().await;
    let timeline = story.timeline().await;
    assert!(
        timeline.says("Not used in time") && timeline.says("Ask Priya whether the email arrived"),
        "{}",
        timeline.body
    );
    assert_eq!(story.steps().await, ["sent", "reminded", "expired"]);
}

#[tokio::test]
async fn nobody_fills_a_mailbox_with_invitations() {
    let mut story = Story::begin().await;
    let fields = [("verified", "yes"), ("identity", "video_call")];
    let mut statuses = Vec::new();
    for _ in 0..6 {
        statuses.push(story.desk.post(&story.about("invitation/new"), &fields).await.status.as_u16());
    }
    assert_eq!(statuses, [303, 303, 303, 303, 303, 429]);
    assert_eq!(story.service.letters(PRIYA.email).await.len(), 5);
}

#[tokio::test]
async fn a_person_with_a_way_to_sign_in_keeps_it_and_one_without_loses_the_link_of_the_first_message() {
    let mut story = Story::begin().await;
    story.desk.submit(&story.about("first-message"), &[]).await;
    let link = story.service.link(PRIYA.email, "/set-up/").await;
    assert_eq!(story.service.browser().get(&link).await.status, 200);
    story.invited().await;
    assert_eq!(story.service.browser().get(&link).await.status, 410, "the mail alone opens nothing from now on");
    let page = story.desk.submit(&story.about("first-message"), &[]).await;
    assert!(page.says("Nothing was changed"), "{}", page.body);
}

#[tokio::test]
async fn of_a_user_whose_profile_is_of_another_company_there_is_nothing_to_invite() {
    let mut story = Story::begin().await;
    let elsewhere = story.service.business("Niemi Oy").await;
    let aino = story.service.person(AINO).await;
    story.service.user(elsewhere, aino, &[Role::Employee]).await;
    story.service.user(story.kallio, aino, &[Role::Employee]).await;
    let about = format!("/admin/{}/users/{aino}", story.kallio);
    let tab = story.desk.open(&format!("{about}/communication")).await;
    assert!(!tab.says("Invite user to sign in"), "{}", tab.body);
    let fields = [("verified", "yes"), ("identity", "known")];
    let refused = story.desk.post(&format!("{about}/invitation/new"), &fields).await;
    assert!(refused.status.is_client_error(), "{} {}", refused.status, refused.body);
    let own = format!("/admin/{}/users/{}/invitation/new", story.kallio, story.mikko);
    assert!(story.desk.post(&own, &fields).await.status.is_client_error(), "nobody invites themselves");
    assert_eq!(story.count("SELECT count(*) FROM invitations").await, 0);
}
