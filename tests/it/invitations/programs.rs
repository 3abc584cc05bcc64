//! Invitations by programs: an application of the company, and its directory by a rule of the company.

use salpa::api::grants::GrantExtent;
use salpa::api::scopes::Scope;
use salpa::scim::tokens;
use serde_json::json;

use super::{ASKS_DIGITS, MIKKO, PRIYA, Story};
use crate::api::caller::Program;
use crate::support::{AppOnPhone, link_in};

impl Story {
    async fn program(&self) -> Program<'_> {
        let client = self.service.api_client("payroll").await;
        self.service.grant_api(&client, GrantExtent::Company(self.kallio), &Scope::ALL).await;
        let scopes = [Scope::UsersRead, Scope::UsersWrite].map(|scope| scope.of(self.kallio));
        self.service.program(&client, &scopes.join(" ")).await
    }
}

#[tokio::test]
async fn a_program_invites_follows_the_steps_and_cancels() {
    let story = Story::begin().await;
    let program = story.program().await;
    let path = format!("/api/v1/companies/{}/users/{}/invitation", story.kallio, story.priya);
    program.get(&path).await.refused(404, "not-found");
    for wrong in ["directory", "somehow"] {
        program.post(&path, json!({ "identity": wrong })).await.refused(422, "invalid");
    }
    let told = program.post(&path, json!({ "identity": "video_call" })).await;
    assert!(told.header("location").ends_with(&path));
    let sent = told.fine(201);
    assert_eq!(
        (&sent["state"], &sent["identity"], &sent["sent_by"]),
        (&json!("sent"), &json!("video_call"), &json!("payroll"))
    );
    let letter = story.service.letter(PRIYA.email).await;
    let code = letter.code.unwrap();
    assert!(!sent.to_string().contains(&code) && !sent.to_string().contains(&code.replace(' ', "")), "{sent}");

    let mut phone = AppOnPhone::new(&story.service);
    assert_eq!(phone.enter_sign_up_code(&code).await.title(), ASKS_DIGITS);
    let seen = program.get(&path).await.fine(200);
    let steps: Vec<&str> = seen["steps"].as_array().unwrap().iter().filter_map(|step| step["step"].as_str()).collect();
    assert_eq!((&seen["state"], steps), (&json!("entered"), vec!["sent", "entered", "sms_sent"]));
    assert_eq!(program.delete(&path).await.status, 204);
    program.delete(&path).await.refused(404, "not-found");
    assert_eq!(phone.enter_sign_up_code(&code).await.title(), "This invitation was cancelled");
}

#[tokio::test]
async fn a_program_adds_somebody_by_an_invitation_alone_and_somebody_known_is_asked_as_always() {
    let story = Story::begin().await;
    let program = story.program().await;
    let users = format!("/api/v1/companies/{}/users", story.kallio);
    let new = |email: &str| json!({ "email": email, "given_name": "Tero", "invitation": { "identity": "document" } });
    program.post(&users, new("tero@kallio.example")).await.fine(201);
    let letters = story.service.letters("tero@kallio.example").await;
    assert_eq!(letters.len(), 1, "{letters:?}");
    assert!(letters[0].subject.contains("invites you to Kallio Oy"), "{}", letters[0].subject);
    assert_eq!(link_in(&letters[0].text, "/set-up/"), None, "no mail alone opens anything");

    let elsewhere = story.service.business("Niemi Oy").await;
    let known = story.service.somebody("Known V1").await;
    story.service.user(elsewhere, known, &[salpa::directory::users::Role::Employee]).await;
    program.post(&users, new("knownv1@people.example")).await.fine(201);
    let letters = story.service.letters("knownv1@people.example").await;
    assert!(letters.iter().all(|letter| letter.code.is_none()), "{letters:?}");
}

#[tokio::test]
async fn a_directory_invites_new_people_by_the_rule_of_the_company() {
    let story = Story::begin().await;
    let directory = story.service.directory(story.kallio).await;
    let user = |name: &str, active: bool| {
        json!({
            "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"],
            "userName": name, "name": { "givenName": "Tero" }, "active": active,
        })
    };
    directory.post("Users", user("first@kallio.example", true)).await.fine(201);
    let first = story.service.letter("first@kallio.example").await;
    assert!(first.code.is_none() && link_in(&first.text, "/set-up/").is_some(), "{}", first.text);

    let (app, now) = (&story.service.app, story.service.now());
    assert!(tokens::set_invites(app, (story.kallio, directory.id), true, now).await.unwrap());
    assert!(!tokens::set_invites(app, (story.kallio, directory.id), true, now).await.unwrap());
    directory.post("Users", user("second@kallio.example", true)).await.fine(201);
    let letters = story.service.letters("second@kallio.example").await;
    assert_eq!(letters.len(), 1, "{letters:?}");
    let code = letters[0].code.clone().unwrap();
    assert_eq!(link_in(&letters[0].text, "/set-up/"), None);
    let asked = AppOnPhone::new(&story.service).enter_sign_up_code(&code).await;
    assert_eq!(asked.title(), "Enter your verification code", "there is no phone yet: {}", asked.body);
    assert_eq!(story.count("SELECT count(*) FROM invitations WHERE identity_check = 'directory'").await, 1);

    directory.post("Users", user("third@kallio.example", false)).await.fine(201);
    let letters = story.service.letters("third@kallio.example").await;
    assert!(letters.iter().all(|letter| letter.code.is_none()), "a locked user is not invited: {letters:?}");
    assert!(story.service.letters(MIKKO.email).await.is_empty(), "a directory is told nothing");
}
