//! Invitations to the phone app, as the inviter at the desk, the invitee with a phone, and those who want to get between
//! them meet them.

mod again;
mod attacks;
mod console;
mod faults;
mod programs;
mod refusals;
mod releases;

use salpa::directory::companies::CompanyId;
use salpa::directory::contacts;
use salpa::directory::people::PersonId;
use salpa::directory::users::Role;
use salpa::platform::db::{self, Reads};
use salpa::server::housekeeping;

use crate::support::{AppOnPhone, Browser, MIKKO, Page, Service, Somebody, code_at, with_messages};

/// A newcomer, whom nothing proves yet.
const PRIYA: Somebody = Somebody {
    email: "priya.raman@raman.example",
    given_name: "Priya",
    family_name: "Raman",
    password: "a kettle sings in the north wind",
    seed: Some("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"),
};
const PHONE: &str = "+447400123456";
const PIN: &str = "294705";
/// Nothing listens there: messages are read before they are sent.
const SMS: [(&str, &str); 2] = [("sms_url", "http://127.0.0.1:9/"), ("sms_countries", "FI,GB")];
const HOUR: u64 = 60 * 60;

const ASKS_CODE: &str = "Enter your sign-up code";
const ASKS_DIGITS: &str = "Enter the code from the SMS";
const WAITS_FOR_MAIL: &str = "Check your email";
const ASKS_PIN: &str = "Create your PIN";
/// The first page of an app that was just set up.
const FIRST_OPENED: &str = "/app/notifications?first=1";

/// Kallio Oy, whose user administrator Mikko sits at the desk, and its new user Priya with a phone for codes.
struct Story {
    service: Service,
    kallio: CompanyId,
    mikko: PersonId,
    priya: PersonId,
    desk: Browser,
}

impl Story {
    async fn begin() -> Self {
        Self::begin_with(&SMS).await
    }

    async fn begin_with(messages: &[(&str, &str)]) -> Self {
        let service = Service::start_with(|settings| with_messages(settings, messages)).await;
        let priya = service.somebody_new(PRIYA).await;
        Self::of(service, priya).await
    }

    async fn of(service: Service, priya: PersonId) -> Self {
        let kallio = service.business("Kallio Oy").await;
        let mikko = service.person(MIKKO).await;
        service.user(kallio, mikko, &[Role::UserAdministrator]).await;
        service.user(kallio, priya, &[Role::Employee]).await;
        let desk = service.browser();
        let mut story = Self { service, kallio, mikko, priya, desk };
        story.has_phone(Some(PHONE)).await;
        story.at_the_desk().await;
        story
    }

    /// The same with Priya as one who has signed in before, with a password and an authenticator app.
    async fn with_profile() -> Self {
        let service = Service::start_with(|settings| with_messages(settings, &SMS)).await;
        let priya = service.person(PRIYA).await;
        Self::of(service, priya).await
    }

    async fn has_phone(&self, phone: Option<&'static str>) {
        let (priya, now) = (self.priya, self.service.now());
        let set: Result<(), db::Error> = self
            .service
            .transact(move |tx| Box::pin(async move { contacts::set_phone(tx, priya, phone, now).await }))
            .await;
        set.unwrap();
    }

    /// Mikko signs in at the desk, so that his proof is fresh.
    async fn at_the_desk(&mut self) {
        self.service.wait(31);
        self.desk = self.service.browser();
        let first = self.desk.open("/admin").await;
        self.desk.sign_in_as(&self.service, first, MIKKO).await;
    }

    fn about(&self, page: &str) -> String {
        format!("/admin/{}/users/{}/{page}", self.kallio, self.priya)
    }

    async fn invite(&mut self) -> Page {
        let fields = [("verified", "yes"), ("identity", "document")];
        self.desk.submit(&self.about("invitation/new"), &fields).await
    }

    /// Invites, and gives the sign-up code of the mail.
    async fn invited(&mut self) -> String {
        let page = self.invite().await;
        assert!(page.says("The invitation has been sent."), "{}", page.body);
        self.sign_up_code().await
    }

    async fn timeline(&mut self) -> Page {
        self.desk.open(&self.about("invitation")).await
    }

    async fn sign_up_code(&self) -> String {
        self.service.letter(PRIYA.email).await.code.unwrap()
    }

    /// The six digits of the newest SMS.
    async fn sms_code(&self) -> String {
        let sms = self.service.letter(PHONE).await;
        assert_eq!(sms.channel, "sms");
        sms.text.chars().take(6).collect()
    }

    async fn sms_count(&self) -> usize {
        self.service.letters(PHONE).await.len()
    }

    /// Priya's phone, whose sign-up code and six digits were right.
    async fn verified_phone(&mut self) -> (AppOnPhone, Page) {
        let code = self.invited().await;
        let mut phone = AppOnPhone::new(&self.service);
        let page = phone.enter_sign_up_code(&code).await;
        assert_eq!(page.title(), ASKS_DIGITS, "{}", page.body);
        let page = phone.enter_digits(&page, &self.sms_code().await).await;
        (phone, page)
    }

    /// The link of the mail that comes once the digits were right.
    async fn link(&self) -> String {
        self.service.link(PRIYA.email, "/sign-up/").await
    }

    async fn looks_after_invitations(&self) {
        housekeeping::invitations(&self.service.app, self.service.now()).await.unwrap();
    }

    async fn steps(&self) -> Vec<String> {
        let db = &self.service.app.db;
        let sql = "SELECT step FROM invitation_steps ORDER BY id";
        Reads::all(db, sql, &[], |row| row.get(0)).await.unwrap()
    }

    async fn count(&self, sql: &'static str) -> i64 {
        self.service.count(sql).await
    }
}

impl AppOnPhone {
    /// Types a sign-up code where the app asks for it.
    async fn enter_sign_up_code(&mut self, code: &str) -> Page {
        self.browser.open("/app/sign-up").await;
        self.browser.submit("/app/sign-up", &[("sign_up_code", code)]).await
    }

    async fn enter_digits(&mut self, page: &Page, digits: &str) -> Page {
        let path = page.path.split('?').next().unwrap().trim_end_matches("/code").to_owned();
        self.browser.submit(&format!("{path}/code"), &[("code", digits)]).await
    }
}

/// The digits that a page shows, as they are typed.
fn digits_on(page: &Page) -> String {
    let (_, rest) = page.body.split_once("class=\"digits number\">").unwrap_or_else(|| panic!("{}", page.body));
    rest.split('<').next().unwrap().replace(' ', "")
}

/// From the page of the first password to the end of its sign-in, with an authenticator app. Gives Priya as she signs in
/// from then on, too.
async fn make_profile(story: &Story, browser: &mut Browser, page: &Page) -> (Page, Somebody) {
    let sign_in = page.sign_in();
    let page = browser.submit(&format!("{sign_in}/new-password"), &[("password", PRIYA.password)]).await;
    assert_eq!(page.title(), "Choose your second step", "{}", page.body);
    let page = browser.submit(&format!("{sign_in}/second-step"), &[("method", "totp")]).await;
    let seed: &'static str = Box::leak(page.secret().into_boxed_str());
    let code = code_at(seed, story.service.now());
    let page = browser.submit(&format!("{sign_in}/authenticator"), &[("code", &code)]).await;
    assert_eq!(page.title(), "Save your recovery code", "{}", page.body);
    let page = browser.submit(&format!("{sign_in}/recovery-saved"), &[("saved", "yes")]).await;
    let is_at_the_end = page.title() == "You are signed in";
    let page = if is_at_the_end { browser.submit(&format!("{sign_in}/open"), &[]).await } else { page };
    (page, Somebody { seed: Some(seed), ..PRIYA })
}

#[tokio::test]
async fn an_invitation_leads_a_newcomer_from_the_mail_to_the_phone_app() {
    let mut story = Story::begin().await;
    let code = story.invited().await;
    let letter = story.service.letter(PRIYA.email).await;
    assert_eq!(letter.subject, "Mikko Laine invites you to Kallio Oy");
    assert!(letter.text.contains("Mikko Laine of Kallio Oy invites you"), "{}", letter.text);
    assert_eq!(code.replace(' ', "").len(), 16);

    let mut phone = AppOnPhone::new(&story.service);
    let welcome = phone.browser.open("/app").await;
    assert!(welcome.says("I have a sign-up code"), "{}", welcome.body);
    assert_eq!(phone.browser.open("/app/sign-up").await.title(), ASKS_CODE);
    let page = phone.enter_sign_up_code(&code.to_lowercase()).await;
    assert_eq!(page.title(), ASKS_DIGITS, "{}", page.body);
    let page = phone.enter_digits(&page, &story.sms_code().await).await;
    assert_eq!(page.title(), WAITS_FOR_MAIL, "{}", page.body);

    // The mail is read on the same phone: its link asks for nothing more.
    let link = story.link().await;
    let page = phone.browser.open(&link).await;
    assert_eq!(page.title(), "Create your password", "{}", page.body);
    assert!(!page.body.contains("name=\"code\""));
    let page = phone.browser.submit(&link, &[]).await;
    let (page, _) = make_profile(&story, &mut phone.browser, &page).await;
    assert_eq!(page.title(), ASKS_PIN, "{}", page.body);
    assert_eq!(phone.make_pin(&page, PIN).await.1["next"], FIRST_OPENED);

    let home = phone.browser.open("/app").await;
    assert!(home.says("Priya Raman") && home.says("Kallio Oy"), "{}", home.body);
    let steps = ["sent", "entered", "sms_sent", "verified", "link_sent", "made", "done"];
    assert_eq!(story.steps().await, steps);
    let timeline = story.timeline().await;
    assert!(timeline.says("Used: the phone app is set up."), "{}", timeline.body);
    let events = story.service.events().await;
    for event in ["invitation.sent", "invitation.entered", "invitation.verified", "invitation.done", "phone.added"] {
        assert!(events.iter().any(|told| told == event), "{event}: {events:?}");
    }
    assert_eq!(story.count("SELECT count(*) FROM users WHERE invited_until IS NOT NULL").await, 0);
}

#[tokio::test]
async fn a_mail_that_is_read_on_a_computer_asks_for_the_digits_on_the_phone_and_the_phone_signs_in_afterwards() {
    let mut story = Story::begin().await;
    let (mut phone, page) = story.verified_phone().await;
    assert_eq!(page.title(), WAITS_FOR_MAIL, "{}", page.body);
    let mut computer = story.service.browser();
    let link = story.link().await;
    let asks = computer.open(&link).await;
    assert!(asks.says("Type the six digits that the app shows on your phone"), "{}", asks.body);

    let wrong = computer.submit(&link, &[("code", &other_than(&digits_on(&page)))]).await;
    assert_eq!(wrong.status, 422);
    assert!(wrong.says("You have 4 tries left."), "{}", wrong.body);
    let page = computer.submit(&link, &[("code", &digits_on(&page))]).await;
    let (page, priya) = make_profile(&story, &mut computer, &page).await;
    assert_eq!(page.title(), "My sign-in", "{}", page.body);
    assert_eq!(computer.open(&link).await.status, 410, "it works once");

    // Nothing of that made the phone one of hers: that takes a sign-in on the phone.
    assert_eq!(story.count("SELECT count(*) FROM phones").await, 0);
    let page = phone.browser.open(&phone_step(&story).await).await;
    assert_eq!(page.title(), "Sign in with your profile", "{}", page.body);
    story.service.wait(31);
    let page = phone.sign_in(&story.service, priya).await;
    assert_eq!(page.title(), ASKS_PIN, "{}", page.body);
    assert_eq!(phone.make_pin(&page, PIN).await.1["next"], FIRST_OPENED);
    assert_eq!(story.steps().await.last().unwrap(), "done");
}

#[tokio::test]
async fn a_newcomer_who_chooses_the_phone_as_second_step_has_the_app_set_up_on_the_way() {
    let mut story = Story::begin().await;
    let (mut phone, _) = story.verified_phone().await;
    let page = phone.browser.submit(&story.link().await, &[]).await;
    let sign_in = page.sign_in();
    phone.browser.submit(&format!("{sign_in}/new-password"), &[("password", PRIYA.password)]).await;
    let page = phone.browser.submit(&format!("{sign_in}/second-step"), &[("method", "phone")]).await;
    assert_eq!(page.title(), "Connect your phone", "{}", page.body);
    let path = format!("{sign_in}/phone");
    let code = phone.browser.set_up_code(&path).await;
    let (asked, _) = phone.scan_set_up_code(&code).await;
    phone.make_key(&asked, "").await;
    let page = phone.browser.submit(&path, &[]).await;
    assert_eq!(page.title(), "Save your recovery code", "{}", page.body);

    assert_eq!(story.steps().await.last().unwrap(), "done");
    assert_eq!(story.count("SELECT count(*) FROM invitations WHERE state = 'done'").await, 1);
    let page = phone.browser.submit(&format!("{sign_in}/recovery-saved"), &[("saved", "yes")]).await;
    let is_at_the_end = page.title() == "You are signed in";
    let out = if is_at_the_end { phone.browser.submit(&format!("{sign_in}/open"), &[]).await } else { page };
    assert_ne!(out.title(), ASKS_PIN, "it was made on the way");
    phone.unlock_again().await;
    assert_eq!(phone.shows().await, "Home");
}

#[tokio::test]
async fn a_person_with_a_profile_signs_in_with_it_and_gets_no_link() {
    let mut story = Story::with_profile().await;
    let (mut phone, page) = story.verified_phone().await;
    assert_eq!(page.title(), "Sign in with your profile", "{}", page.body);
    assert!(page.body.contains("href=\"/app/pin\""));
    let letters = story.service.letters(PRIYA.email).await;
    assert!(letters.iter().all(|letter| !letter.text.contains("/sign-up/")), "{letters:?}");
    let page = phone.sign_in(&story.service, PRIYA).await;
    assert_eq!(page.title(), ASKS_PIN, "{}", page.body);
    assert_eq!(phone.make_pin(&page, PIN).await.1["next"], FIRST_OPENED);
    assert_eq!(story.steps().await, ["sent", "entered", "sms_sent", "verified", "done"]);
}

#[tokio::test]
async fn the_mail_is_in_english_and_below_it_in_the_language_of_the_person() {
    let mut story = Story::begin().await;
    story.service.change("UPDATE people SET language = 'fi' WHERE given_name = 'Priya'").await;
    let asked = story.desk.open(&story.about("invitation/new")).await;
    assert!(asked.says("and below it in their own language (Suomi)"), "{}", asked.body);
    let code = story.invited().await;
    let text = story.service.letter(PRIYA.email).await.text;
    let (english, finnish) = (text.find("invites you to sign in").unwrap(), text.find("kutsuu sinut").unwrap());
    assert!(english < finnish, "{text}");
    assert_eq!(text.matches(&code).count(), 2, "the code stands in both: {text}");
}

#[tokio::test]
async fn the_invitee_may_have_the_sms_sent_two_more_times() {
    let mut story = Story::begin().await;
    let code = story.invited().await;
    let mut phone = AppOnPhone::new(&story.service);
    let page = phone.enter_sign_up_code(&code).await;
    assert!(page.says("2 resends left"), "{}", page.body);
    let first = story.sms_code().await;
    for left in ["1 resend left", "No resends left"] {
        story.service.wait(61);
        let sent = phone.browser.submit(&format!("{}/sms", page.path), &[]).await;
        assert!(sent.says("A new code is on its way.") && sent.says(left), "{}", sent.body);
    }
    assert_eq!(story.sms_count().await, 3);
    story.service.wait(61);
    phone.browser.submit(&format!("{}/sms", page.path), &[]).await;
    assert_eq!(story.sms_count().await, 3, "and not a fourth time");
    let newest = story.sms_code().await;
    if first != newest {
        let old = phone.enter_digits(&page, &first).await;
        assert_eq!((old.status.as_u16(), old.title().as_str()), (422, ASKS_DIGITS), "the newest one counts");
    }
    assert_eq!(phone.enter_digits(&page, &newest).await.title(), WAITS_FOR_MAIL);
}

#[tokio::test]
async fn a_phone_comes_back_with_the_same_code_and_goes_on_where_it_was() {
    let mut story = Story::begin().await;
    let code = story.invited().await;
    let mut phone = AppOnPhone::new(&story.service);
    phone.enter_sign_up_code(&code).await;
    let again = phone.enter_sign_up_code(&code).await;
    assert_eq!(again.title(), ASKS_DIGITS, "{}", again.body);
    assert_eq!(story.sms_count().await, 1, "coming back sends nothing");
    phone.enter_digits(&again, &story.sms_code().await).await;
    assert_eq!(phone.enter_sign_up_code(&code).await.title(), WAITS_FOR_MAIL);
    assert_eq!(story.steps().await.iter().filter(|step| *step == "entered").count(), 1);
}

/// Other six digits than these.
fn other_than(digits: &str) -> String {
    let number: u32 = digits.parse().unwrap();
    format!("{:06}", (number + 1) % 1_000_000)
}

/// The page of the sign-up on the phone.
async fn phone_step(story: &Story) -> String {
    let db = &story.service.app.db;
    let sql = "SELECT id FROM invitations ORDER BY id DESC LIMIT 1";
    let id: String = Reads::one(db, sql, &[], |row| row.get(0)).await.unwrap();
    format!("/app/sign-up/{id}")
}
