//! The temporary access pass of a person who has lost everything: given at the desk, typed once, and good for new factors
//! alone.

use salpa::directory::companies::{CompanyId, CompanyKind};
use salpa::directory::people::PersonId;
use salpa::directory::users::{MembershipState, Role};
use salpa::sign_in::policies::SecondFactor;

use crate::support::{AINO, Browser, MIKKO, Page, Service, code_at, link_in};

const PASSWORD: &str = "nine swans above the frozen bay";
const TITLE: &str = "Enter your temporary access pass";

/// Kallio Oy, whose user administrator Mikko sits at the desk, and whose user Aino has lost her phone and her password.
struct Story {
    service: Service,
    kallio: CompanyId,
    mikko: PersonId,
    aino: PersonId,
    desk: Browser,
}

impl Story {
    async fn begin() -> Self {
        let service = Service::start().await;
        let kallio = service.business("Kallio Oy").await;
        let mikko = service.person(MIKKO).await;
        service.user(kallio, mikko, &[Role::UserAdministrator]).await;
        let aino = service.person(AINO).await;
        service.user(kallio, aino, &[Role::Employee]).await;
        let desk = service.browser();
        let mut story = Self { service, kallio, mikko, aino, desk };
        story.at_the_desk().await;
        story
    }

    async fn at_the_desk(&mut self) {
        self.service.wait(31);
        self.desk = self.service.browser();
        let first = self.desk.open("/admin").await;
        self.desk.sign_in_as(&self.service, first, MIKKO).await;
    }

    fn about(&self, page: &str) -> String {
        format!("/admin/{}/users/{}/{page}", self.kallio, self.aino)
    }

    /// The pass that the page shows once.
    async fn pass(&mut self) -> String {
        let shown = self.desk.submit(&self.about("access-pass"), &[]).await;
        let (_, rest) = shown.body.split_once("class=\"digits number\">").unwrap_or_else(|| panic!("{}", shown.body));
        rest.split('<').next().unwrap().to_owned()
    }
}

async fn enter(browser: &mut Browser, pass: &str) -> Page {
    browser.submit("/access-pass", &[("access_pass", pass)]).await
}

/// From the page of the new password to the end, with another authenticator app.
async fn set_up(story: &Story, browser: &mut Browser, page: &Page) -> Page {
    let sign_in = page.sign_in();
    let page = browser.submit(&format!("{sign_in}/new-password"), &[("password", PASSWORD)]).await;
    assert_eq!(page.title(), "Choose your second step", "{}", page.body);
    let page = browser.submit(&format!("{sign_in}/second-step"), &[("method", "totp")]).await;
    let code = code_at(&page.secret(), story.service.now());
    let page = browser.submit(&format!("{sign_in}/authenticator"), &[("code", &code)]).await;
    assert_eq!(page.title(), "Save your recovery code", "{}", page.body);
    let page = browser.submit(&format!("{sign_in}/recovery-saved"), &[("saved", "yes")]).await;
    let is_at_the_end = page.title() == "You are signed in";
    if is_at_the_end { browser.submit(&format!("{sign_in}/open"), &[]).await } else { page }
}

#[tokio::test]
async fn a_pass_opens_the_set_up_of_new_factors_once_and_the_former_ones_end() {
    let mut story = Story::begin().await;
    let mut before = story.service.browser();
    let first = before.open("/account").await;
    assert_eq!(before.sign_in_as(&story.service, first, AINO).await.title(), "My sign-in");
    let asked = story.desk.open(&story.about("access-pass")).await;
    assert!(asked.says("It works once, within 60 minutes."), "{}", asked.body);
    let pass = story.pass().await;
    let letter = story.service.letter(AINO.email).await;
    assert_eq!(letter.subject, "A temporary access pass was created for you");
    assert!(!letter.text.contains(&pass), "the pass itself goes by no mail");
    assert_eq!(before.open("/account").await.title(), "My sign-in", "nothing changes before it is used");
    assert!(!story.desk.open(&story.about("sign-in")).await.body.contains(&pass));

    let mut browser = story.service.browser();
    assert_eq!(browser.open("/access-pass").await.title(), TITLE);
    let page = enter(&mut browser, &pass.to_lowercase()).await;
    assert_eq!(page.title(), "Choose a new password", "{}", page.body);
    assert_eq!(story.service.letter(AINO.email).await.subject, "Your temporary access pass was used");
    assert!(before.open("/account").await.path.starts_with("/sign-in/"), "every session has ended");
    // The pass is no way to anything else.
    assert!(browser.open("/account").await.path.starts_with("/sign-in/"));
    let page = browser.open(&page.sign_in()).await;
    let page = set_up(&story, &mut browser, &page).await;
    assert_eq!(page.title(), "My sign-in", "{}", page.body);

    let again = enter(&mut story.service.browser(), &pass).await;
    assert_eq!((again.status.as_u16(), again.title().as_str()), (422, TITLE), "it works once");
    story.service.wait(31);
    let books = story.service.application("Books", SecondFactor::Required).await;
    let old = story.service.browser().try_password(&books, AINO, AINO.password).await;
    assert_eq!(old.status, 422, "the former password is none: {}", old.body);
    let events = story.service.events().await;
    for event in ["access_pass.given", "access_pass.used"] {
        assert!(events.iter().any(|told| told == event), "{event}: {events:?}");
    }
}

#[tokio::test]
async fn a_pass_ends_by_time_by_a_newer_one_and_by_a_click_of_the_person() {
    let mut story = Story::begin().await;
    let first = story.pass().await;
    story.service.wait(60);
    let second = story.pass().await;
    assert_eq!(enter(&mut story.service.browser(), &first).await.status, 422, "a newer one was given");
    story.service.wait(60 * 60);
    assert_eq!(enter(&mut story.service.browser(), &second).await.status, 422, "it is an hour old");

    story.at_the_desk().await;
    let third = story.pass().await;
    let letter = story.service.letter(AINO.email).await;
    let stops = link_in(&letter.text, "/account/not-me/").unwrap();
    let mut reader = story.service.browser();
    reader.submit(&stops, &[]).await;
    assert_eq!(enter(&mut story.service.browser(), &third).await.status, 422, "the person did not ask for it");
}

#[tokio::test]
async fn a_pass_of_a_giver_who_was_removed_or_for_a_user_who_was_locked_opens_nothing() {
    let mut story = Story::begin().await;
    let pass = story.pass().await;
    story.service.set_user(story.kallio, story.aino, MembershipState::Locked).await.unwrap();
    assert_eq!(enter(&mut story.service.browser(), &pass).await.status, 422);
    story.service.set_user(story.kallio, story.aino, MembershipState::Active).await.unwrap();
    story.service.new_user(story.kallio, "elina@kallio.example", &[Role::UserAdministrator]).await;
    story.service.set_user(story.kallio, story.mikko, MembershipState::Removed).await.unwrap();
    assert_eq!(enter(&mut story.service.browser(), &pass).await.status, 422);
    assert_eq!(story.service.count("SELECT count(*) FROM authenticators").await, 1, "and nothing of hers was lost");
}

#[tokio::test]
async fn no_pass_is_given_for_an_administrator_of_more_power() {
    let mut story = Story::begin().await;
    let office = story.service.new_company("Rantanen", CompanyKind::AccountingOffice).await;
    story.service.new_user(office, "sanna@rantanen.example", &[Role::MainUser]).await;
    story.service.user_too(office, story.aino, &[Role::MainUser]).await;
    // A role outside the basic company counts once it was used.
    story.service.change("UPDATE users SET role_is_accepted = TRUE").await;
    for method in ["GET", "POST"] {
        let path = story.about("access-pass");
        let page = if method == "GET" { story.desk.get(&path).await } else { story.desk.post(&path, &[]).await };
        assert!(page.status.is_client_error(), "{method}: {} {}", page.status, page.body);
    }
    assert_eq!(story.service.count("SELECT count(*) FROM password_resets").await, 0);
}

#[tokio::test]
async fn guesses_of_passes_are_counted_for_the_network_and_lock_nobody_elsewhere() {
    let mut story = Story::begin().await;
    let pass = story.pass().await;
    let mut thief = story.service.browser();
    let mut statuses = Vec::new();
    for number in 0..7 {
        let guess = format!("ABCDEFGHJKM{number}");
        statuses.push(enter(&mut thief, &guess).await.status.as_u16());
    }
    assert_eq!(statuses, [422, 422, 422, 422, 422, 429, 429]);
    assert_eq!(enter(&mut thief, "short").await.status, 422);
    let page = enter(&mut story.service.browser(), &pass).await;
    assert_eq!(page.title(), "Choose a new password", "{}", page.body);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_many_who_type_one_pass_one_gets_on() {
    let mut story = Story::begin().await;
    let pass = story.pass().await;
    let tries: Vec<_> = (0..4)
        .map(|_| {
            let (mut browser, pass) = (story.service.browser(), pass.clone());
            tokio::spawn(async move { enter(&mut browser, &pass).await.title() })
        })
        .collect();
    let mut titles = Vec::new();
    for one in tries {
        titles.push(one.await.unwrap());
    }
    assert_eq!(titles.iter().filter(|title| *title == "Choose a new password").count(), 1, "{titles:?}");
}
