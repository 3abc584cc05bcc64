//! Attacks on invitations: from the mailbox, from the phone number, from inside the company, and by guessing.

use salpa::directory::companies::CompanyKind;
use salpa::directory::users::{MembershipState, Role};

use super::{ASKS_CODE, ASKS_DIGITS, HOUR, PIN, PRIYA, Story, WAITS_FOR_MAIL, digits_on, make_profile, other_than};
use crate::support::{AINO, AppOnPhone, MIKKO, Page};

/// How Priya's mail looks to a thief who reads it, and holds nothing else.
#[tokio::test]
async fn a_reader_of_the_mail_alone_gets_no_further_than_the_six_digits() {
    let mut story = Story::begin().await;
    let code = story.invited().await;
    let mut thief = AppOnPhone::new(&story.service);
    let page = thief.enter_sign_up_code(&code).await;
    assert_eq!(page.title(), ASKS_DIGITS);
    let mut tried = other_than(&story.sms_code().await);
    for left in ["4 tries left", "3 tries left", "2 tries left", "one try left", "can no longer be tried"] {
        let wrong = thief.enter_digits(&page, &tried).await;
        assert!(wrong.status == 422 && wrong.says(left), "{left}: {}", wrong.body);
        tried = other_than(&tried);
    }
    let right = thief.enter_digits(&page, &story.sms_code().await).await;
    assert!(right.status == 422 && right.says("There is no code to try now"), "{}", right.body);

    // Priya comes, is told, and so is Mikko, who sends a new one: the counters of the thief outlive it.
    let priya = AppOnPhone::new(&story.service).enter_sign_up_code(&code).await;
    assert_eq!(priya.title(), "This code was entered in another browser");
    assert_eq!(story.service.letter(MIKKO.email).await.subject, "Priya Raman's sign-up code was entered twice");
    story.service.wait(HOUR);
    story.at_the_desk().await;
    let code = story.invited().await;
    let page = thief.enter_sign_up_code(&code).await;
    let mut tried = other_than(&story.sms_code().await);
    let mut statuses = Vec::new();
    for _ in 0..5 {
        statuses.push(thief.enter_digits(&page, &tried).await.status.as_u16());
        tried = other_than(&tried);
    }
    assert_eq!(statuses, [422; 5]);
    story.service.wait(61);
    thief.browser.submit(&format!("{}/sms", page.path), &[]).await;
    let held = thief.enter_digits(&page, &story.sms_code().await).await;
    assert_eq!(held.status, 429, "ten of a person in a day, whatever the code, and however right: {}", held.body);
    assert_eq!(story.count("SELECT count(*) FROM password_resets").await, 0);
}

#[tokio::test]
async fn the_mail_with_the_link_alone_makes_no_password_and_binds_no_phone() {
    let mut story = Story::begin().await;
    let (_, page) = story.verified_phone().await;
    let digits = digits_on(&page);
    let link = story.link().await;
    let mut thief = story.service.browser();
    let mut tried = other_than(&digits);
    for _ in 0..5 {
        let wrong = thief.submit(&link, &[("code", &tried)]).await;
        assert_eq!(wrong.status, 422, "{}", wrong.body);
        tried = other_than(&tried);
    }
    let over = thief.submit(&link, &[("code", &digits)]).await;
    assert!(over.status == 422 && over.says("tried too often"), "{}", over.body);
    let nothing = thief.post(&link, &[]).await;
    assert_eq!(nothing.status, 422, "nor without any: {}", nothing.body);
    // The digits of the SMS are an answer to another question.
    let of_sms = thief.submit(&link, &[("code", &story.sms_code().await)]).await;
    assert_eq!(of_sms.status, 422);
    assert_eq!(story.count("SELECT count(*) FROM passwords").await, 1, "Mikko's alone");
}

#[tokio::test]
async fn digits_on_the_screen_end_after_ten_minutes_and_with_the_next_ones() {
    let mut story = Story::begin().await;
    let (mut phone, page) = story.verified_phone().await;
    let link = story.link().await;
    let mut computer = story.service.browser();
    story.service.wait(10 * 60);
    let late = computer.submit(&link, &[("code", &digits_on(&page))]).await;
    assert!(late.status == 422 && late.says("too old"), "{}", late.body);
    let step = super::phone_step(&story).await;
    let newer = phone.browser.open(&step).await;
    let page = computer.submit(&link, &[("code", &digits_on(&newer))]).await;
    assert_eq!(page.title(), "Choose a new password", "{}", page.body);
}

/// A thief with Priya's number, by a second SIM.
#[tokio::test]
async fn a_holder_of_the_phone_number_alone_finds_nothing_to_type_the_digits_into() {
    let mut story = Story::begin().await;
    let code = story.invited().await;
    let mut phone = AppOnPhone::new(&story.service);
    phone.enter_sign_up_code(&code).await;
    let step = super::phone_step(&story).await;
    let digits = story.sms_code().await;
    let mut thief = AppOnPhone::new(&story.service);
    for _ in 0..2 {
        let refused = thief.browser.submit(&format!("{step}/code"), &[("code", &digits)]).await;
        assert_eq!((refused.status.as_u16(), refused.title().as_str()), (404, "Enter your sign-up code again"));
        // A browser with a cookie of its own is as little this one.
        thief.browser.open("/account").await;
    }
    assert_eq!(thief.enter_sign_up_code(&digits).await.title(), ASKS_CODE);
    let page = phone.browser.open(&step).await;
    assert_eq!(phone.enter_digits(&page, &digits).await.title(), WAITS_FOR_MAIL, "and Priya's digits still work");
}

#[tokio::test]
async fn mail_and_phone_without_the_second_factor_bind_no_phone_to_a_profile_that_is_there() {
    let mut story = Story::with_profile().await;
    let (mut thief, page) = story.verified_phone().await;
    assert_eq!(page.title(), "Sign in with your profile");
    let page = thief.browser.open("/app/pin").await;
    assert!(page.path.starts_with("/sign-in/"), "{}", page.path);
    let sign_in = page.sign_in();
    thief.browser.submit(&format!("{sign_in}/email"), &[("email", PRIYA.email)]).await;
    let wrong =
        thief.browser.submit(&format!("{sign_in}/password"), &[("password", "seven herons over the reeds")]).await;
    assert_eq!(wrong.status, 422, "{}", wrong.body);
    assert_eq!(story.count("SELECT count(*) FROM phones").await, 0);
}

#[tokio::test]
async fn the_challenge_that_binds_the_phone_is_ten_minutes_old_at_most() {
    let mut story = Story::begin().await;
    let (mut phone, _) = story.verified_phone().await;
    let link = story.link().await;
    let page = phone.browser.submit(&link, &[]).await;
    let (page, _) = make_profile(&story, &mut phone.browser, &page).await;
    story.service.wait(10 * 60);
    let (status, answer) = phone.make_pin(&page, PIN).await;
    assert_eq!(answer["next"], "/app/pin?new=1", "{status} {answer}");
    assert_eq!(story.count("SELECT count(*) FROM phones").await, 0);
}

/// An administrator who wants to be Priya.
#[tokio::test]
async fn an_administrator_who_changes_email_and_phone_and_invites_again_is_blocked_at_every_door() {
    let mut story = Story::begin().await;
    let code = story.invited().await;
    story.has_phone(Some("+358401234567")).await;
    let mut phone = AppOnPhone::new(&story.service);
    phone.enter_sign_up_code(&code).await;
    assert_eq!(story.sms_count().await, 1, "to the phone of then");
    assert!(story.service.letters("+358401234567").await.is_empty());
    let change = "UPDATE people SET email = 'mine@kallio.example', email_key = 'mine@kallio.example'
                  WHERE email = 'priya.raman@raman.example'";
    story.service.change(change).await;
    let blocked = story.invite().await;
    assert!(blocked.says("must be released first"), "{}", blocked.body);
    let client = story.service.api_client("payroll").await;
    story
        .service
        .grant_api(&client, salpa::api::grants::GrantExtent::Company(story.kallio), &salpa::api::scopes::Scope::ALL)
        .await;
    let scope = salpa::api::scopes::Scope::UsersWrite.of(story.kallio);
    let program = story.service.program(&client, &scope).await;
    let path = format!("/api/v1/companies/{}/users/{}/invitation", story.kallio, story.priya);
    program.post(&path, serde_json::json!({ "identity": "known" })).await.refused(422, "invalid");
    assert!(story.service.letters("mine@kallio.example").await.is_empty());

    // The invitation that was sent before leads to no other mailbox.
    let digits = story.sms_code().await;
    let page = phone.browser.open(&super::phone_step(&story).await).await;
    let refused = phone.enter_digits(&page, &digits).await;
    assert_eq!(refused.title(), "This invitation was cancelled", "{}", refused.body);
    assert!(story.service.letters("mine@kallio.example").await.is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_phones_that_enter_one_code_at_once_one_goes_on() {
    for _ in 0..3 {
        let mut story = Story::begin().await;
        let code = story.invited().await;
        let tries: Vec<_> = (0..4)
            .map(|_| {
                let (mut phone, code) = (AppOnPhone::new(&story.service), code.clone());
                tokio::spawn(async move { phone.enter_sign_up_code(&code).await.title() })
            })
            .collect();
        let mut titles = Vec::new();
        for one in tries {
            titles.push(one.await.unwrap());
        }
        assert_eq!(titles.iter().filter(|title| *title == ASKS_DIGITS).count(), 1, "{titles:?}");
        assert_eq!(story.sms_count().await, 1);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn digits_that_are_typed_in_many_tabs_at_once_are_used_once() {
    let mut story = Story::begin().await;
    let code = story.invited().await;
    let mut phone = AppOnPhone::new(&story.service);
    let page = phone.enter_sign_up_code(&code).await;
    let digits = story.sms_code().await;
    let tries: Vec<_> = (0..4)
        .map(|_| {
            let (mut phone, page, digits) = (phone.clone(), page.clone(), digits.clone());
            tokio::spawn(async move { phone.enter_digits(&page, &digits).await.title() })
        })
        .collect();
    for one in tries {
        assert_eq!(one.await.unwrap(), WAITS_FOR_MAIL);
    }
    let links = story.service.letters(PRIYA.email).await;
    assert_eq!(links.iter().filter(|letter| letter.subject == "Create your password").count(), 1, "{links:?}");
    assert_eq!(story.steps().await.iter().filter(|step| *step == "verified").count(), 1);
}

/// The code of a mail with other last characters, the third of which is another one in any case.
fn guess(code: &str, number: usize) -> String {
    const CHARACTERS: &[u8] = b"ABCDEFGHJKMNPQRSTVWXYZ";
    let plain = code.replace(' ', "");
    let of = |at: usize| char::from(CHARACTERS[at % CHARACTERS.len()]);
    let other = if plain.as_bytes()[13] == b'A' { 'B' } else { 'A' };
    format!("{}{other}{}{}", &plain[..13], of(number / CHARACTERS.len()), of(number))
}

#[tokio::test]
async fn guesses_are_bounded_for_a_network_and_for_a_selector_from_many_networks() {
    let mut story = Story::begin().await;
    let code = story.invited().await;
    let mut one = AppOnPhone::new(&story.service);
    let mut waits = 0;
    for number in 0..40 {
        let plain = format!("{:0>5}{}", number, "ABCDEFGHJKM");
        let page: Page = one.enter_sign_up_code(&plain).await;
        waits += usize::from(page.status == 429);
    }
    assert!(waits > 0, "one network is held back");

    let mut refused = 0;
    for number in 0..14 {
        // Each from a network of its own.
        let mut other = AppOnPhone::new(&story.service);
        let page = other.enter_sign_up_code(&guess(&code, number)).await;
        refused += usize::from(page.status == 429);
    }
    assert_eq!(refused, 4, "ten tries of codes that begin alike in a day");
    assert_eq!(story.sms_count().await, 0);
    // Priya waits as well; a new invitation has other first characters.
    assert_eq!(AppOnPhone::new(&story.service).enter_sign_up_code(&code).await.status, 429);
    let newer = story.invited().await;
    assert_eq!(AppOnPhone::new(&story.service).enter_sign_up_code(&newer).await.title(), ASKS_DIGITS);
}

#[tokio::test]
async fn everybody_together_is_bounded_and_the_operator_is_told() {
    let mut story = Story::begin().await;
    let code = story.invited().await;
    let mut phone = AppOnPhone::new(&story.service);
    phone.enter_sign_up_code(&guess(&code, 1)).await;
    assert_eq!(story.service.change("UPDATE allowances SET taken = 1000 WHERE purpose = 'sign-up.wrong'").await, 1);
    for number in 2..4 {
        AppOnPhone::new(&story.service).enter_sign_up_code(&guess(&code, number)).await;
    }
    let guessed = "SELECT count(*) FROM history WHERE event = 'invitation.guessing'";
    assert_eq!(story.count(guessed).await, 1, "once an hour");
    assert_eq!(story.service.change("UPDATE allowances SET taken = 100000 WHERE purpose = 'sign-up.all'").await, 1);
    let busy = AppOnPhone::new(&story.service).enter_sign_up_code(&code).await;
    assert_eq!((busy.status.as_u16(), busy.title().as_str()), (429, ASKS_CODE), "{}", busy.body);
    story.service.wait(HOUR);
    assert_eq!(AppOnPhone::new(&story.service).enter_sign_up_code(&code).await.title(), ASKS_DIGITS);
}

#[tokio::test]
async fn an_invitation_of_an_inviter_who_was_removed_leads_nowhere() {
    for is_entered in [false, true] {
        let mut story = Story::begin().await;
        let code = story.invited().await;
        let mut phone = AppOnPhone::new(&story.service);
        if is_entered {
            phone.enter_sign_up_code(&code).await;
        }
        story.service.new_user(story.kallio, "elina@kallio.example", &[Role::UserAdministrator]).await;
        story.service.set_user(story.kallio, story.mikko, MembershipState::Removed).await.unwrap();
        let refused = if is_entered {
            let digits = story.sms_code().await;
            let page = phone.browser.open(&super::phone_step(&story).await).await;
            phone.enter_digits(&page, &digits).await
        } else {
            phone.enter_sign_up_code(&code).await
        };
        assert_eq!((refused.status.as_u16(), refused.title().as_str()), (410, "This invitation was cancelled"));
        assert_eq!(story.count("SELECT count(*) FROM invitations WHERE ended_at IS NULL").await, 0);
    }
}

#[tokio::test]
async fn a_link_of_an_inviter_who_was_removed_makes_no_password() {
    let mut story = Story::begin().await;
    let (mut phone, _) = story.verified_phone().await;
    let link = story.link().await;
    story.service.new_user(story.kallio, "elina@kallio.example", &[Role::UserAdministrator]).await;
    story.service.set_user(story.kallio, story.mikko, MembershipState::Removed).await.unwrap();
    let gone = phone.browser.submit(&link, &[]).await;
    assert_eq!((gone.status.as_u16(), gone.title().as_str()), (410, "This link no longer works"), "{}", gone.body);
}

#[tokio::test]
async fn an_invitation_of_a_company_that_the_invitee_has_left_leads_nowhere() {
    for state in [MembershipState::Locked, MembershipState::Removed] {
        let mut story = Story::begin().await;
        let code = story.invited().await;
        story.service.set_user(story.kallio, story.priya, state).await.unwrap();
        let refused = AppOnPhone::new(&story.service).enter_sign_up_code(&code).await;
        assert_eq!(refused.title(), "This invitation was cancelled", "{state:?}");
        assert_eq!(story.sms_count().await, 0);
    }
}

#[tokio::test]
async fn an_invitation_by_an_accounting_office_ends_with_its_engagement() {
    let story = Story::begin().await;
    let office = story.service.new_company("Rantanen", CompanyKind::AccountingOffice).await;
    story.service.new_user(office, "sanna@rantanen.example", &[Role::MainUser]).await;
    let aino = story.service.person(AINO).await;
    story.service.user(office, aino, &[Role::MainUser]).await;
    story.service.engage(office, story.kallio).await;
    story.service.wait(31);
    let mut desk = story.service.browser();
    let first = desk.open("/admin").await;
    desk.sign_in_as(&story.service, first, AINO).await;
    let fields = [("verified", "yes"), ("identity", "known")];
    let sent = desk.submit(&story.about("invitation/new"), &fields).await;
    assert!(sent.says("The invitation has been sent."), "{}", sent.body);
    assert!(story.service.disengage(office, story.kallio).await.unwrap());
    let code = story.sign_up_code().await;
    let refused = AppOnPhone::new(&story.service).enter_sign_up_code(&code).await;
    assert_eq!(refused.title(), "This invitation was cancelled");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_two_companies_only_the_one_that_looks_after_the_profile_invites() {
    let story = Story::begin().await;
    let niemi = story.service.business("Niemi Oy").await;
    let aino = story.service.person(AINO).await;
    story.service.user(niemi, aino, &[Role::UserAdministrator]).await;
    story.service.user(niemi, story.priya, &[Role::Employee]).await;
    story.service.wait(31);
    let mut other = story.service.browser();
    let first = other.open("/admin").await;
    other.sign_in_as(&story.service, first, AINO).await;
    let (own, foreign) =
        (story.about("invitation/new"), format!("/admin/{niemi}/users/{}/invitation/new", story.priya));
    let fields = [("verified", "yes"), ("identity", "known")];
    let mut desk = story.desk.clone();
    let (sent, refused) = tokio::join!(desk.post(&own, &fields), other.post(&foreign, &fields));
    assert_eq!(sent.status, 303, "{}", sent.body);
    assert!(refused.status.is_client_error(), "{} {}", refused.status, refused.body);
    assert_eq!(story.service.letters(PRIYA.email).await.len(), 1);

    // The basic company changes hands: the former one's invitation counts no longer.
    let code = story.sign_up_code().await;
    story.service.change("UPDATE users SET basic = false").await;
    let sql = "UPDATE users SET basic = true WHERE company_id = (SELECT id FROM companies WHERE name = 'Niemi Oy')";
    story.service.change(sql).await;
    let refused = AppOnPhone::new(&story.service).enter_sign_up_code(&code).await;
    assert_eq!(refused.title(), "This invitation was cancelled");
}

#[tokio::test]
async fn codes_are_kept_as_hashes_alone() {
    let mut story = Story::begin().await;
    let code = story.invited().await;
    let mut phone = AppOnPhone::new(&story.service);
    phone.enter_sign_up_code(&code).await;
    let digits = story.sms_code().await;
    // Messages are sealed, and gone once they are sent.
    let rows = story.service.database.rows(&["messages"]).await;
    let secret = &code.replace(' ', "")[5..];
    for row in &rows {
        assert!(!row.contains(secret), "{row}");
    }
    let of_codes: Vec<_> = rows.iter().filter(|row| row.starts_with("invitation_codes:")).collect();
    assert!(of_codes.len() == 1 && !of_codes[0].contains(&digits), "{of_codes:?}");
}
