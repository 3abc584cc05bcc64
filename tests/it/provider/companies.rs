//! Applications for users of companies: choosing the company, being refused, and what tokens tell of it.

use http::StatusCode;
use salpa::directory::companies::CompanyId;
use salpa::directory::people::PersonId;
use salpa::directory::rights::USE;
use salpa::directory::users::{MembershipState, Role};
use salpa::provider::applications::scopes::Scopes;
use salpa::provider::applications::{OpenTo, Registration};
use salpa::sign_in::policies::SecondFactor;
use serde_json::{Value, json};

use super::client::{Answer, claims, get};
use crate::support::{AINO, Browser, MIKKO, Page, Registered, Service};

const SCOPE: (&str, &str) = ("scope", "openid email company offline_access");

/// An application for users, which knows the right `entries.post`, and two companies to which it is open.
struct Story {
    service: Service,
    application: Registered,
    kallio: CompanyId,
    lumo: CompanyId,
    aino: PersonId,
}

impl Story {
    async fn begin() -> Self {
        let service = Service::start().await;
        let registration = Registration {
            redirect_uris: vec!["https://ledger.example/callback".to_owned()],
            scopes: Scopes::usual(),
            ..Registration::new("Ledger")
        };
        let application = service.register_exactly(registration, SecondFactor::Optional).await;
        service.declare(application.application.id, "entries.post").await;
        let (kallio, lumo) = (service.business("Kallio Oy").await, service.business("Lumo Oy").await);
        for company in [kallio, lumo] {
            service.set_open(company, application.application.id, true).await;
        }
        let aino = service.person(AINO).await;
        Self { service, application, kallio, lumo, aino }
    }

    /// Makes the person a user of a company with these rights in the application.
    async fn user(&self, company: CompanyId, roles: &'static [Role], rights: &[&str]) {
        self.service.user(company, self.aino, roles).await;
        self.service.give(company, self.aino, self.application.application.id, rights).await;
    }

    /// Signs in, to where that leads.
    async fn sign_in(&self, browser: &mut Browser) -> Page {
        let first = browser.open(&self.application.authorize(&[SCOPE])).await;
        browser.sign_in_as(&self.service, first, AINO).await
    }

    async fn redeem(&self, page: &Page) -> Answer {
        let code = page.answered("code").unwrap_or_else(|| panic!("no code: {page:?}"));
        self.application.redeem(&self.service, &code).await.fine()
    }

    /// The name of the company that a page's code is for.
    async fn company_of(&self, page: &Page) -> String {
        let tokens = self.redeem(page).await;
        claims(&tokens.text("id_token"))["company"]["name"].as_str().unwrap_or_default().to_owned()
    }

    async fn choose(&self, browser: &mut Browser, page: &Page, company: CompanyId) -> Page {
        browser.submit(&format!("{}/company", page.sign_in()), &[("company", &company.to_string())]).await
    }
}

#[tokio::test]
async fn a_person_with_one_company_is_not_asked_and_the_tokens_name_it() {
    let story = Story::begin().await;
    story.user(story.kallio, &[Role::UserAdministrator], &["entries.post", USE, "undeclared"]).await;
    let mut browser = story.service.browser();
    let page = story.sign_in(&mut browser).await;
    let tokens = story.redeem(&page).await;

    let company = json!({ "id": story.kallio, "name": "Kallio Oy" });
    let told = |claims: &Value| (claims["company"].clone(), claims["roles"].clone(), claims["rights"].clone());
    let expected = (company, json!(["user administrator"]), json!(["entries.post"]));
    assert_eq!(told(&claims(&tokens.text("id_token"))), expected);
    assert_eq!(told(&claims(&tokens.text("access_token"))), expected);
    let userinfo = get(&story.service, "/oauth/userinfo", Some(&tokens.text("access_token"))).await.fine();
    assert_eq!(told(&userinfo.json), expected);
    assert_eq!(told(&story.application.introspect(&story.service, &tokens.text("access_token")).await), expected);
}

#[tokio::test]
async fn without_the_scope_nothing_is_told_of_the_company() {
    let story = Story::begin().await;
    story.user(story.kallio, &[], &[USE]).await;
    let mut browser = story.service.browser();
    let first = browser.open(&story.application.authorize(&[("scope", "openid")])).await;
    let page = browser.sign_in_as(&story.service, first, AINO).await;
    let tokens = story.redeem(&page).await;
    for token in ["id_token", "access_token"] {
        let claims = claims(&tokens.text(token));
        assert!(["company", "roles", "rights"].iter().all(|name| claims.get(name).is_none()), "{claims}");
    }
}

#[tokio::test]
async fn a_person_with_several_companies_chooses_and_switches_later_without_signing_in() {
    let story = Story::begin().await;
    story.user(story.kallio, &[], &[USE]).await;
    story.user(story.lumo, &[Role::UserAdministrator], &["entries.post"]).await;
    let mut browser = story.service.browser();
    let page = story.sign_in(&mut browser).await;
    assert_eq!(page.title(), "Choose the company");
    assert!(page.says("Kallio Oy") && page.says("Lumo Oy"));

    let none = browser.submit(&format!("{}/company", page.sign_in()), &[]).await;
    assert_eq!(
        (none.status, none.alert().as_deref()),
        (StatusCode::UNPROCESSABLE_ENTITY, Some("Choose a company to continue."))
    );
    let elsewhere = story.service.business("Elsewhere Oy").await;
    let wrong = story.choose(&mut browser, &page, elsewhere).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY, "another company cannot be entered");
    let page = story.choose(&mut browser, &page, story.lumo).await;
    let first = story.redeem(&page).await;
    assert_eq!(claims(&first.text("id_token"))["company"]["name"], "Lumo Oy");
    let again = browser.open(&story.application.authorize(&[SCOPE])).await;
    assert_eq!(story.company_of(&again).await, "Lumo Oy", "chosen once for the session");

    let account = browser.open("/account/company").await;
    assert!(account.says("Kallio Oy") && !account.says("Elsewhere Oy"));
    let wrong = browser.submit("/account/company", &[("company", &elsewhere.to_string())]).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    let switched = browser.submit("/account/company", &[("company", &story.kallio.to_string())]).await;
    assert!(switched.says("The company has been switched"), "{switched:?}");
    let again = browser.open(&story.application.authorize(&[SCOPE])).await;
    assert_eq!(story.company_of(&again).await, "Kallio Oy", "a new grant is for the new one");
    let refreshed = story.application.refresh(&story.service, &first.text("refresh_token")).await.fine();
    assert_eq!(claims(&refreshed.text("access_token"))["company"]["name"], "Lumo Oy", "an old one keeps its own");

    let asked = browser.open(&story.application.authorize(&[SCOPE, ("company", "choose")])).await;
    assert_eq!(asked.title(), "Choose the company", "the application wishes it");
    let page = story.choose(&mut browser, &asked, story.lumo).await;
    assert_eq!(story.company_of(&page).await, "Lumo Oy");
    let named = browser.open(&story.application.authorize(&[SCOPE, ("company", &story.kallio.to_string())])).await;
    assert_eq!(story.company_of(&named).await, "Kallio Oy", "the one that is named");
    let named = browser.open(&story.application.authorize(&[SCOPE, ("company", &elsewhere.to_string())])).await;
    assert_eq!(named.title(), "You don't have access to this application");
    let wrong = browser.open(&story.application.authorize(&[SCOPE, ("company", "nonsense")])).await;
    assert_eq!(wrong.answered("error").as_deref(), Some("invalid_request"));
}

#[tokio::test]
async fn a_person_removed_from_the_basic_company_enters_nothing_whatever_other_companies_give() {
    let story = Story::begin().await;
    let office = story.service.office("Tilitoimisto Rantanen").await;
    story.user(story.kallio, &[], &[USE]).await;
    story.user(story.lumo, &[], &[USE]).await;
    story.service.engage(office, story.kallio).await;
    for state in [MembershipState::Removed, MembershipState::Locked] {
        story.service.set_user(story.kallio, story.aino, state).await.unwrap();
        let mut browser = story.service.browser();
        let page = story.sign_in(&mut browser).await;
        assert_eq!(page.status, StatusCode::FORBIDDEN);
        assert_eq!(page.title(), "There is a problem with access rights, please contact your accounting office");
        for words in ["Kallio Oy", "Your accounting office", "Tilitoimisto Rantanen", "Aino Virtanen"] {
            assert!(page.says(words), "{words}: {}", page.body);
        }
        let error_id = page.error_id().unwrap();
        assert!(page.body.contains(&format!("mailto:help@tilitoimisto.example?subject={error_id}")), "{}", page.body);
        let told = story.service.history().await.into_iter().find(|told| told.error_id.as_deref() == Some(&*error_id));
        let told = told.expect("the history has the same identifier");
        assert_eq!(told.person, Some(story.aino.to_string()));

        // The sign-in itself worked: the account pages are open, and who is somebody else can come.
        assert_eq!(browser.open("/account").await.status, StatusCode::OK);
        assert_eq!(browser.open(&page.path).await.status, StatusCode::FORBIDDEN, "trying again changes nothing");
        let other = browser.open(&format!("{}/someone-else", page.path)).await;
        assert_eq!(other.title(), "Sign in");
        let nothing = browser.open(&story.application.authorize(&[SCOPE, ("prompt", "none")])).await;
        assert_eq!(nothing.answered("error").as_deref(), Some("access_denied"));
        story.service.wait(60);
    }
    story.service.set_user(story.kallio, story.aino, MembershipState::Active).await.unwrap();
    let mut browser = story.service.browser();
    let page = story.sign_in(&mut browser).await;
    assert_eq!(page.title(), "Choose the company", "taken back");
}

#[tokio::test]
async fn an_employee_who_is_no_user_and_who_has_no_right_are_told_whom_to_ask() {
    let story = Story::begin().await;
    let mikko = story.service.person(MIKKO).await;
    story.service.employee(story.kallio, mikko).await;
    let mut browser = story.service.browser();
    let first = browser.open(&story.application.authorize(&[SCOPE])).await;
    let page = browser.sign_in_as(&story.service, first, MIKKO).await;
    assert_eq!((page.status, page.title().as_str()), (StatusCode::FORBIDDEN, "Only the phone app is open to you"));
    assert!(page.says("Your company") && page.says("help@kallio.example"), "without an office, the company");
    assert!(page.says("on your phone, at id.kallio.example/app"), "{}", page.body);
    assert!(page.body.contains("<a class=\"button primary\" href=\"/app\">Open the phone app</a>"), "{}", page.body);

    let of_nobody = story.sign_in(&mut story.service.browser()).await;
    assert_eq!(of_nobody.title(), "You don't have access to this application", "a user of no company");
    story.user(story.kallio, &[], &[]).await;
    story.service.wait(60);
    let without = story.sign_in(&mut story.service.browser()).await;
    assert_eq!(without.title(), "You don't have access to this application");
    story.service.give(story.kallio, story.aino, story.application.application.id, &[USE]).await;
    story.service.set_open(story.kallio, story.application.application.id, false).await;
    story.service.wait(60);
    let closed = story.sign_in(&mut story.service.browser()).await;
    assert_eq!(closed.title(), "You don't have access to this application", "closed to the company");
}

/// Withdraws something in a story, and tells whether refresh, introspection and userinfo refuse from then on.
async fn ends_with(story: &Story, tokens: &Answer, what: &str) {
    let (refresh, access) = (tokens.text("refresh_token"), tokens.text("access_token"));
    assert_eq!(story.application.introspect(&story.service, &refresh).await, json!({ "active": false }), "{what}");
    assert_eq!(story.application.introspect(&story.service, &access).await, json!({ "active": false }), "{what}");
    assert_eq!(get(&story.service, "/oauth/userinfo", Some(&access)).await.status, StatusCode::UNAUTHORIZED, "{what}");
    story.application.refresh(&story.service, &refresh).await.refused(400, "invalid_grant");
}

#[tokio::test]
async fn a_withdrawn_right_ends_with_the_next_refresh_and_a_changed_one_is_told_anew() {
    let story = Story::begin().await;
    let id = story.application.application.id;
    story.user(story.kallio, &[], &["entries.post"]).await;
    let mut browser = story.service.browser();
    let page = story.sign_in(&mut browser).await;
    let mut tokens = story.redeem(&page).await;

    story.service.give(story.kallio, story.aino, id, &[USE]).await;
    tokens = story.application.refresh(&story.service, &tokens.text("refresh_token")).await.fine();
    assert_eq!(claims(&tokens.text("access_token"))["rights"], json!([]), "read anew");

    story.service.give(story.kallio, story.aino, id, &[]).await;
    ends_with(&story, &tokens, "no right").await;
    story.service.give(story.kallio, story.aino, id, &[USE]).await;
    story.service.set_user(story.kallio, story.aino, MembershipState::Locked).await.unwrap();
    ends_with(&story, &tokens, "locked").await;
    story.service.set_user(story.kallio, story.aino, MembershipState::Removed).await.unwrap();
    ends_with(&story, &tokens, "removed").await;
    story.service.set_user(story.kallio, story.aino, MembershipState::Active).await.unwrap();
    story.service.set_open(story.kallio, id, false).await;
    ends_with(&story, &tokens, "closed").await;
    story.service.set_open(story.kallio, id, true).await;
    story.application.refresh(&story.service, &tokens.text("refresh_token")).await.fine();
}

#[tokio::test]
async fn an_application_is_told_before_which_rights_the_company_wants_it_to_ask() {
    let story = Story::begin().await;
    let id = story.application.application.id;
    story.service.declare(id, "entries.delete").await;
    story.user(story.kallio, &[], &["entries.post"]).await;
    story.service.ask_before(story.kallio, id, &["entries.post", "entries.delete"]).await;
    story.service.ask_before(story.lumo, id, &["entries.delete"]).await;
    let page = story.sign_in(&mut story.service.browser()).await;
    let mut tokens = story.redeem(&page).await;
    let access = tokens.text("access_token");
    let userinfo = get(&story.service, "/oauth/userinfo", Some(&access)).await.fine().json;
    let introspected = story.application.introspect(&story.service, &access).await;
    for told in [claims(&tokens.text("id_token")), claims(&access), userinfo, introspected] {
        assert_eq!(told["ask_before"], json!(["entries.post"]), "of what the person may do, here: {told}");
    }

    story.service.ask_before(story.kallio, id, &[]).await;
    tokens = story.application.refresh(&story.service, &tokens.text("refresh_token")).await.fine();
    assert_eq!(claims(&tokens.text("access_token")).get("ask_before"), None, "read anew");
}

#[tokio::test]
async fn a_code_is_worth_nothing_once_the_right_is_gone() {
    let story = Story::begin().await;
    story.user(story.kallio, &[], &[USE]).await;
    let page = story.sign_in(&mut story.service.browser()).await;
    story.service.give(story.kallio, story.aino, story.application.application.id, &[]).await;
    let code = page.answered("code").unwrap();
    story.application.redeem(&story.service, &code).await.refused(400, "invalid_grant");
}

#[tokio::test]
async fn a_main_user_enters_for_the_clients_of_the_office_while_they_are_engaged() {
    let story = Story::begin().await;
    let id = story.application.application.id;
    let office = story.service.office("Tilitoimisto Rantanen").await;
    let admin = story.service.somebody("Some Administrator").await;
    story.service.user(story.kallio, admin, &[Role::UserAdministrator]).await;
    story.service.set_open(office, id, true).await;
    story.user(office, &[Role::MainUser], &["entries.post"]).await;
    story.service.engage(office, story.kallio).await;
    story.service.ask_before(story.kallio, id, &["entries.post"]).await;

    let mut browser = story.service.browser();
    let page = story.sign_in(&mut browser).await;
    assert!(page.says("Kallio Oy") && page.says("Tilitoimisto Rantanen") && !page.says("Lumo Oy"), "{}", page.body);
    let wrong = story.choose(&mut browser, &page, story.lumo).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY, "no client");
    let page = story.choose(&mut browser, &page, story.kallio).await;
    let tokens = story.redeem(&page).await;
    let told = claims(&tokens.text("id_token"));
    assert_eq!((&told["company"]["name"], &told["roles"]), (&json!("Kallio Oy"), &json!(["main user"])));
    assert_eq!(told["rights"], json!(["entries.post"]), "those of the office");
    assert_eq!(told["ask_before"], json!(["entries.post"]), "what the client wants, whose books they are");

    assert_eq!(story.service.disengage(office, story.kallio).await, Ok(true));
    ends_with(&story, &tokens, "no longer engaged").await;
    story.service.engage(office, story.kallio).await;
    story.service.user(story.kallio, story.aino, &[]).await;
    story.service.set_user(story.kallio, story.aino, MembershipState::Locked).await.unwrap();
    ends_with(&story, &tokens, "the client has locked them").await;
}

#[tokio::test]
async fn an_application_that_becomes_one_for_users_ends_what_it_was_granted_for_no_company() {
    let story = Story::begin().await;
    let mut application = story.application.application.clone();
    let set = async |application: &salpa::provider::applications::Application| {
        let (db, random) = (&story.service.app.db, &story.service.app.random);
        salpa::provider::applications::update(db, random, application, story.service.now()).await.unwrap();
    };
    application.profile.open_to = OpenTo::Everybody;
    set(&application).await;
    let page = story.sign_in(&mut story.service.browser()).await;
    let tokens = story.redeem(&page).await;
    assert_eq!(claims(&tokens.text("id_token")).get("company"), None, "everybody comes for no company");
    application.profile.open_to = OpenTo::Users;
    set(&application).await;
    story.application.refresh(&story.service, &tokens.text("refresh_token")).await.refused(400, "invalid_grant");
}

#[tokio::test]
async fn discovery_tells_of_the_scope() {
    let service = Service::start().await;
    let all = get(&service, "/.well-known/openid-configuration", None).await.fine().json;
    assert!(all["scopes_supported"].as_array().unwrap().contains(&json!("company")));
    for claim in ["company", "roles", "rights"] {
        assert!(all["claims_supported"].as_array().unwrap().contains(&json!(claim)), "{claim}");
    }
}

#[tokio::test]
async fn a_person_without_a_right_is_told_the_user_administrator_to_ask() {
    let story = Story::begin().await;
    let office = story.service.office("Tilitoimisto Rantanen").await;
    story.user(story.kallio, &[], &[]).await;
    story.service.engage(office, story.kallio).await;
    let mut browser = story.service.browser();
    let page = story.sign_in(&mut browser).await;
    assert_eq!(page.title(), "You don't have access to this application");
    assert!(page.says("Tilitoimisto Rantanen"), "nobody of the company manages it: {}", page.body);

    let eeva = story.service.somebody("Eeva").await;
    story.service.user(story.kallio, eeva, &[Role::UserAdministrator]).await;
    story.service.change("UPDATE users SET has_signed_in = TRUE").await;
    let page = browser.open(&page.path).await;
    assert!(page.says("User administrator") && page.says("Eeva") && !page.says("Rantanen"), "{}", page.body);
    assert!(page.body.contains(">Write to Eeva"), "{}", page.body);
}
