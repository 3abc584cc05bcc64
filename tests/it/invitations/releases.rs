//! The operator's people at their page: they release an invitation whose data changed, one alone or two together, and
//! those who want to get around the second one.

use salpa::directory::companies::CompanyId;
use salpa::directory::users::Role;
use salpa::platform::db;
use salpa::platform::web::network::Network;

use super::{HOUR, MIKKO, PRIYA, Story};
use crate::commands;
use crate::support::{AINO, Browser, Page, Somebody, all_at_once};

/// The second one of the operator's people.
const OTTO: Somebody = Somebody {
    email: "otto.salo@operator.example",
    given_name: "Otto",
    family_name: "Salo",
    password: "four owls on a telegraph wire",
    seed: Some("KRSXG5CTMVRXEZLUKRSXG5CTMVRXEZLU"),
};
const OTHER_PHONE: &str = "+358401234567";

/// Kallio's story with an operator's company, whose administrators are Aino and Otto.
struct OperatorStory {
    story: Story,
    operator: CompanyId,
}

impl OperatorStory {
    /// Priya was invited once, has another phone since, and Mikko has asked for the release.
    async fn begin(asks_two: bool) -> Self {
        let mut story = Story::begin().await;
        let operator = story.service.business("Operator Oy").await;
        for somebody in [AINO, OTTO] {
            let person = story.service.person(somebody).await;
            story.service.user(operator, person, &[Role::UserAdministrator]).await;
        }
        story.service.operates(operator, asks_two).await;
        story.invited().await;
        story.has_phone(Some(OTHER_PHONE)).await;
        let mut told = Self { story, operator };
        let page = told.ask().await;
        assert!(page.says("Mikko Laine asked for the release today"), "{}", page.body);
        told
    }

    async fn ask(&mut self) -> Page {
        self.story.at_the_desk().await;
        let path = self.story.about("invitation/ask-release");
        self.story.desk.submit(&path, &[]).await
    }

    fn list(&self) -> String {
        format!("/admin/{}/releases", self.operator)
    }

    fn release(&self) -> String {
        format!("{}/{}", self.list(), self.story.priya)
    }

    /// A browser in which somebody has just signed in to the console.
    async fn at_the_console(&self, somebody: Somebody) -> Browser {
        self.story.service.wait(31);
        let mut browser = self.story.service.browser();
        let first = browser.open("/admin").await;
        browser.sign_in_as(&self.story.service, first, somebody).await;
        browser
    }

    /// Consents to what the page shows.
    async fn consents(&self, browser: &mut Browser) -> Page {
        let page = browser.open(&self.release()).await;
        assert!(page.says("First invitation"), "{} {}", page.status, page.body);
        browser.submit(&self.release(), &[("seen", &seen(&page))]).await
    }

    async fn count(&self, event: &str) -> usize {
        self.story.service.events().await.iter().filter(|told| *told == event).count()
    }

    async fn may_be_invited(&mut self) -> bool {
        self.story.at_the_desk().await;
        self.story.invite().await.says("The invitation has been sent.")
    }
}

/// The mark of the data that a page shows.
fn seen(page: &Page) -> String {
    let (_, rest) = page.body.split_once("name=\"seen\" value=\"").unwrap_or_else(|| panic!("{}", page.body));
    rest.split('"').next().unwrap().to_owned()
}

#[tokio::test]
async fn an_operator_sees_former_and_present_data_and_releases_them_alone_where_one_is_enough() {
    let mut told = OperatorStory::begin(false).await;
    let mut aino = told.at_the_console(AINO).await;
    let list = aino.open(&told.list()).await;
    assert!(
        list.says("Priya Raman") && list.says("Kallio Oy") && list.says("Mikko Laine asked today"),
        "{}",
        list.body
    );
    let page = aino.open(&told.release()).await;
    let network = Network::of(told.story.desk.address).to_string();
    for said in ["Kallio Oy", "Mikko Laine", &network, "+44 7400 123456", "+358 40 1234567", "Ask the company first"] {
        assert!(page.says(said), "{said}: {}", page.body);
    }
    assert!(page.body.contains("class=\"differs\"") && page.says("Release"), "{}", page.body);
    let done = told.consents(&mut aino).await;
    assert!(
        done.says("The invitation is released.") && done.says("No invitation waits for a release"),
        "{}",
        done.body
    );
    let letter = told.story.service.letter(MIKKO.email).await;
    assert_eq!(letter.subject, "You can invite Priya Raman now");

    let entries = told.story.service.history().await;
    let released = entries.iter().find(|entry| entry.event == "invitation.released").unwrap();
    assert_eq!((released.detail("changed"), released.detail("by")), ("phone", "operator"));
    let by = "SELECT count(*) FROM history WHERE event = 'invitation.released' AND actor_id =
              (SELECT id FROM people WHERE email = 'aino.virtanen@kallio.example')";
    assert_eq!(told.story.count(by).await, 1, "and by whom");
    assert!(told.may_be_invited().await);
}

#[tokio::test]
async fn where_two_consent_one_proposes_another_confirms_and_both_stand_in_the_history() {
    let mut told = OperatorStory::begin(true).await;
    let mut aino = told.at_the_console(AINO).await;
    let page = aino.open(&told.release()).await;
    assert!(page.says("Two people release.") && page.says("Propose the release"), "{}", page.body);
    let proposed = told.consents(&mut aino).await;
    assert!(proposed.says("The release is proposed."), "{}", proposed.body);
    assert!(proposed.says("You have proposed this release."), "{}", proposed.body);
    assert!(!told.may_be_invited().await, "one consent is not enough");

    let mut otto = told.at_the_console(OTTO).await;
    assert!(otto.open(&told.list()).await.says("Waits for a second person"));
    let page = otto.open(&told.release()).await;
    assert!(page.says("Aino Virtanen proposed the release") && page.says("Confirm and release"), "{}", page.body);
    let done = told.consents(&mut otto).await;
    assert!(done.says("The invitation is released."), "{}", done.body);
    for (event, email) in [("invitation.release_proposed", AINO.email), ("invitation.released", OTTO.email)] {
        let person = told.story.service.history().await.into_iter().find(|entry| entry.event == event).unwrap();
        assert_eq!(person.person, Some(told.story.priya.to_string()), "{event}");
        assert_eq!(told.actor_of(event).await, email);
    }
    let entries = told.story.service.history().await;
    let released = entries.iter().find(|entry| entry.event == "invitation.released").unwrap();
    assert_eq!(released.detail("proposed_by"), "Aino Virtanen");
    assert!(told.may_be_invited().await);
}

impl OperatorStory {
    /// The email of the one who did the newest event of a name.
    async fn actor_of(&self, event: &str) -> String {
        let db = &self.story.service.app.db;
        let sql = "SELECT people.email FROM history JOIN people ON people.id = history.actor_id
                   WHERE history.event = ?1 ORDER BY history.id DESC LIMIT 1";
        db::Reads::one(db, sql, salpa::values![event], |row| row.get(0)).await.unwrap()
    }
}

#[tokio::test]
async fn one_person_is_not_two_at_the_page_in_another_browser_or_by_both_doors() {
    let mut told = OperatorStory::begin(true).await;
    let mut aino = told.at_the_console(AINO).await;
    let page = aino.open(&told.release()).await;
    let mark = seen(&page);
    told.consents(&mut aino).await;
    let again = aino.submit(&told.release(), &[("seen", &mark)]).await;
    assert!(again.says("You have proposed this release."), "{}", again.body);
    let mut elsewhere = told.at_the_console(AINO).await;
    let again = elsewhere.submit(&told.release(), &[("seen", &mark)]).await;
    assert!(again.says("You have proposed this release."), "{}", again.body);
    assert_eq!(told.count("invitation.released").await, 0);

    // A proposal ends after a day; then the first one is the first one again.
    told.story.service.wait(24 * HOUR);
    let mut aino = told.at_the_console(AINO).await;
    let proposed = told.consents(&mut aino).await;
    assert!(proposed.says("The release is proposed."), "{}", proposed.body);
    assert_eq!((told.count("invitation.release_proposed").await, told.count("invitation.released").await), (2, 0));
    assert!(!told.may_be_invited().await);
}

#[tokio::test]
async fn a_command_is_one_of_two_and_never_both() {
    let told = OperatorStory::begin(true).await;
    let program = commands::Program::of(&told.story.service.database).set("SALPA_ORGANISATION", "Kallio & Laine");
    let kallio = told.story.kallio.to_string();
    let words =
        ["invitations", "release", "--yes", "--company", kallio.as_str(), "--email", "priya.raman@raman.example"];
    let (code, out, errors) = commands::told(&program.run(&words));
    assert!(code == Some(0) && out.contains("Proposed."), "{out}{errors}");
    let (code, out, errors) = commands::told(&program.run(&words));
    assert!(code == Some(1) && errors.contains("proposed it before"), "{out}{errors}");
    assert_eq!(told.count("invitation.released").await, 0);
}

#[tokio::test]
async fn a_proposal_for_data_that_changed_again_has_ended() {
    let mut told = OperatorStory::begin(true).await;
    let mut aino = told.at_the_console(AINO).await;
    told.consents(&mut aino).await;
    let mut otto = told.at_the_console(OTTO).await;
    let looked_at = otto.open(&told.release()).await;
    told.story.has_phone(Some("+358501234567")).await;
    let refused = otto.submit(&told.release(), &[("seen", &seen(&looked_at))]).await;
    assert!(refused.says("The data changed in the meantime"), "{}", refused.body);
    assert!(refused.says("Propose the release") && refused.says("+358 50 1234567"), "{}", refused.body);
    // Otto's consent to the new data is the first one; Aino's was to others.
    let proposed = told.consents(&mut otto).await;
    assert!(proposed.says("The release is proposed."), "{}", proposed.body);
    assert_eq!(told.count("invitation.released").await, 0);
    // Back to the data that Aino consented to: nobody's consent to those is left.
    told.story.has_phone(Some(OTHER_PHONE)).await;
    let page = otto.open(&told.release()).await;
    assert!(page.says("Propose the release"), "{}", page.body);
    assert!(!told.may_be_invited().await);
}

#[tokio::test]
async fn nobody_releases_what_they_have_asked_for_or_their_own_data() {
    let mut told = OperatorStory::begin(false).await;
    let (service, operator) = (&told.story.service, told.operator);
    service.user(operator, told.story.mikko, &[Role::UserAdministrator]).await;
    service.user(operator, told.story.priya, &[Role::UserAdministrator]).await;
    let mut otto = told.at_the_console(OTTO).await;
    let mark = seen(&otto.open(&told.release()).await);
    let mut mikko = told.at_the_console(MIKKO).await;
    let page = mikko.open(&told.release()).await;
    assert!(page.says("or you asked for it yourself") && !page.body.contains("name=\"seen\""), "{}", page.body);
    let refused = mikko.submit(&told.release(), &[("seen", &mark)]).await;
    assert!(refused.says("or you asked for it yourself"), "{}", refused.body);
    assert_eq!(told.count("invitation.released").await, 0);
    assert!(!told.may_be_invited().await);
}

#[tokio::test]
async fn for_others_than_the_operators_people_there_is_no_such_page() {
    let told = OperatorStory::begin(false).await;
    let mut otto = told.at_the_console(OTTO).await;
    let mark = seen(&otto.open(&told.release()).await);
    let mut mikko = told.at_the_console(MIKKO).await;
    let of_kallio = format!("/admin/{}/releases", told.story.kallio);
    for list in [told.list(), of_kallio] {
        let release = format!("{list}/{}", told.story.priya);
        assert_eq!(mikko.open(&list).await.status, 404, "{list}");
        assert_eq!(mikko.open(&release).await.status, 404, "{release}");
        assert_eq!(mikko.post(&release, &[("seen", &mark)]).await.status, 404, "{release}");
        assert_eq!(mikko.post(&format!("{release}/decline"), &[]).await.status, 404, "{release}");
    }
    let own = mikko.open(&format!("/admin/{}/users", told.story.kallio)).await;
    assert!(!own.says("Releases"), "{}", own.body);
    assert!(otto.open(&format!("/admin/{}/users", told.operator)).await.says("Releases"));

    // Somebody who was removed, or whose company is the operator's no longer, releases nothing more.
    told.story.service.operates(told.story.kallio, false).await;
    assert_eq!(otto.post(&told.release(), &[("seen", &mark)]).await.status, 404);
    assert_eq!(told.count("invitation.released").await, 0);
}

#[tokio::test]
async fn of_many_who_release_at_once_one_does() {
    let told = OperatorStory::begin(false).await;
    let mut aino = told.at_the_console(AINO).await;
    let mark = seen(&aino.open(&told.release()).await);
    let otto = told.at_the_console(OTTO).await;
    let send = |number: usize| {
        let (mut tab, path) = (if number.is_multiple_of(2) { aino.clone() } else { otto.clone() }, told.release());
        let mark = mark.clone();
        async move { tab.post(&path, &[("seen", &mark)]).await.location().unwrap_or_default() }
    };
    let answers = all_at_once((0..12).map(send)).await;
    let released = answers.iter().filter(|to| to.ends_with("?done=released")).count();
    assert_eq!((released, told.count("invitation.released").await), (1, 1), "{answers:?}");
    assert_eq!(told.story.service.letters(MIKKO.email).await.len(), 1, "told once");
}

#[tokio::test]
async fn of_many_who_propose_at_once_one_does_and_nobody_releases_alone() {
    let told = OperatorStory::begin(true).await;
    let mut aino = told.at_the_console(AINO).await;
    let mark = seen(&aino.open(&told.release()).await);
    let send = |_| {
        let (mut tab, path, mark) = (aino.clone(), told.release(), mark.clone());
        async move { tab.post(&path, &[("seen", &mark)]).await.location().unwrap_or_default() }
    };
    let answers = all_at_once((0..8).map(send)).await;
    assert_eq!(answers.iter().filter(|to| to.ends_with("?done=proposed")).count(), 1, "{answers:?}");
    assert_eq!((told.count("invitation.release_proposed").await, told.count("invitation.released").await), (1, 0));
}

#[tokio::test]
async fn a_declined_request_is_told_and_another_one_can_be_made() {
    let mut told = OperatorStory::begin(false).await;
    let unchanged = told.ask().await;
    assert!(unchanged.says("Mikko Laine asked for the release"), "{}", unchanged.body);
    assert_eq!(told.count("invitation.release_asked").await, 1, "the same request stays");
    let mut aino = told.at_the_console(AINO).await;
    let declined = aino.submit(&format!("{}/decline", told.release()), &[]).await;
    assert!(declined.says("The release is declined."), "{}", declined.body);
    assert_eq!(told.story.service.letter(MIKKO.email).await.subject, "Priya Raman's invitation was not released");
    assert_eq!(aino.open(&told.release()).await.status, 404);
    assert!(!told.may_be_invited().await);
    told.ask().await;
    assert_eq!(told.count("invitation.release_asked").await, 2);

    // Data that are put back need no release.
    told.story.has_phone(Some(super::PHONE)).await;
    let page = aino.open(&told.release()).await;
    assert!(page.says("No release is needed."), "{}", page.body);
    assert!(told.may_be_invited().await);
    assert!(aino.open(&told.list()).await.says("No invitation waits for a release"));
    let letter = told.story.service.letter(PRIYA.email).await;
    assert_eq!(letter.subject, "Mikko Laine invites you to Kallio Oy");
}
