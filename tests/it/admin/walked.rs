//! Faults that administrators met as they walked through the console, each with its kind.

use http::{Method, StatusCode};
use salpa::sign_in::policies::SecondFactor;

use super::{AINO, Browser, ELINA, Page, World, at};

/// The words of the window's title.
fn window_title(page: &Page) -> String {
    let title = page.body.split("<title>").nth(1).and_then(|rest| rest.split("</title>").next());
    title.unwrap().replace("&#38;", "&")
}

/// The drawing of the icon in the row whose heading is a text.
fn icon_beside(page: &Page, heading: &str) -> String {
    let row = page.body.split("<li").find(|row| row.contains(&format!("<h3>{heading}</h3>")));
    let row = row.unwrap_or_else(|| panic!("no row {heading}: {}", page.body));
    row.split("<svg").nth(1).and_then(|rest| rest.split("</svg>").next()).unwrap().to_owned()
}

/// Sends the form of the look.
async fn send_look(browser: &mut Browser, path: &str, colour: &str) -> Page {
    let field = |name: &str, value: &str| {
        format!("--edge\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
    };
    let body = format!("{}{}--edge--\r\n", field("colour", colour), field("act", "publish"));
    browser.headers.insert("content-type", "multipart/form-data; boundary=edge".parse().unwrap());
    let page = browser.send(Method::POST, path, body).await;
    browser.headers.remove("content-type");
    page
}

/// A page, the fields that are sent to it, and the first wrong one.
type WrongForm<'f> = (&'f str, &'f [(&'f str, &'f str)], &'f str);

#[tokio::test]
async fn after_a_mistake_the_focus_is_at_the_first_wrong_field_of_every_form() {
    let world = World::begin().await;
    let own = world.service.application_of(world.kallio, "Harbour", SecondFactor::Optional).await.application;
    world.open(own.id).await;
    let mut elina = world.browser_of(ELINA).await;
    let long = "x".repeat(101);
    let aino = world.aino.to_string();
    let addresses = format!("applications/{}/addresses", own.id);
    let [name, phone] = ["name", "communication"].map(|tab| format!("users/{aino}/{tab}"));
    let forms: [WrongForm<'_>; 10] = [
        ("users/new", &[("email", "priya"), ("given_name", "")], "name=\"email\""),
        ("employees/new", &[("email", "priya@raman.example"), ("given_name", "")], "name=\"given_name\""),
        (name.as_str(), &[("given_name", ""), ("family_name", long.as_str())], "name=\"given_name\""),
        (name.as_str(), &[("given_name", "Aino"), ("family_name", long.as_str())], "name=\"family_name\""),
        (phone.as_str(), &[("phone", "12"), ("language", "en")], "name=\"phone\""),
        ("applications/profiles/new", &[("name", "")], "name=\"name\""),
        (
            addresses.as_str(),
            &[("redirect_uris", "http://far.example"), ("home_url", "x"), ("complete", "1")],
            "redirect_uris",
        ),
        ("company", &[("name", ""), ("contact_phone", "call me")], "name=\"name\""),
        ("status/new", &[("english", ""), ("finnish", ""), ("begins", "2026-06-09T12:00"), ("ends", "x")], "begins"),
        ("status/new", &[("english", ""), ("begins", "2026-06-09T12:00"), ("ends", "2026-06-10T12:00")], "english"),
    ];
    for (form, fields, field) in forms {
        let page = elina.post(&at(world.kallio, form), fields).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{form}: {:?}", page.location());
        let focused: Vec<&str> = page.body.split('<').filter(|tag| tag.contains(" autofocus")).collect();
        assert!(focused.len() == 1 && focused[0].contains(field), "{form}: {focused:?}");
        assert!(focused[0].contains("aria-invalid=\"true\""), "{form}: {focused:?}");
        assert!(page.body.contains("role=\"alert\""), "{form}");
    }
    let look = send_look(&mut elina, &at(world.kallio, "look"), "#FFD400").await;
    assert_eq!((look.status, look.body.matches(" autofocus").count()), (StatusCode::UNPROCESSABLE_ENTITY, 1));
}

#[tokio::test]
async fn a_wrong_name_is_told_at_its_own_field() {
    let world = World::begin().await;
    let mut elina = world.browser_of(ELINA).await;
    let form = world.about(world.aino, "name");
    let page = elina.submit(&form, &[("given_name", " "), ("family_name", "Virta")]).await;
    assert!(page.says("Type a given name of at most 100 characters."), "{}", page.body);
    let (before, after) = page.body.split_once("id=\"family_name\"").unwrap();
    assert!(before.contains("id=\"given-name-error\"") && !after.contains("role=\"alert\""), "{}", page.body);
    let page = elina.submit(&form, &[("given_name", "Aino"), ("family_name", &"x".repeat(101))]).await;
    let (before, after) = page.body.split_once("id=\"family_name\"").unwrap();
    assert!(after.contains("id=\"family-name-error\"") && !before.contains("role=\"alert\""), "{}", page.body);
}

#[tokio::test]
async fn each_page_about_a_user_has_a_title_of_its_own_with_the_name_of_the_company() {
    let world = World::begin().await;
    let mut elina = world.browser_of(ELINA).await;
    let mut titles = Vec::new();
    let tabs = ["", "communication", "access-rights", "sign-in", "history"];
    for page in [&tabs[..], &["name", "roles", "remove", "reset-second-factor"]].concat() {
        let shown = elina.open(&world.about(world.aino, page)).await;
        assert_eq!(shown.status, StatusCode::OK, "{page}");
        let title = window_title(&shown);
        assert!(title.contains("Aino Virtanen") && title.contains("Kallio & Laine Oy"), "{page}: {title}");
        titles.push(title);
    }
    let count = titles.len();
    titles.sort();
    titles.dedup();
    assert_eq!(titles.len(), count, "{titles:?}");
}

#[tokio::test]
async fn within_a_sentence_a_day_begins_small() {
    let world = World::begin().await;
    world.browser_of(AINO).await;
    let mut elina = world.browser_of(ELINA).await;
    let times = [("begins", "2026-06-09T12:00"), ("ends", "2026-06-09T22:00")];
    elina.submit(&at(world.kallio, "status/new"), &[&[("english", "Payroll is slow.")][..], &times[..]].concat()).await;
    let pages = [world.about(world.aino, ""), world.about(world.aino, "sign-in"), at(world.kallio, "status")];
    for (language, capital, words) in [
        ("en", "Today", ["last sign-in today 14:", "since today 14:", "Today 12:00 – today 22:00"]),
        ("fi", "Tänään", ["viimeksi kirjautunut tänään", "tänään klo 14.", "Tänään klo 12.00 – tänään klo 22.00"]),
    ] {
        elina.submit("/language", &[("language", language), ("return_to", "/account")]).await;
        for (page, said) in pages.iter().zip(words) {
            let text = elina.open(page).await.text();
            assert!(text.contains(said), "{said}: {text}");
            let inside = text.match_indices(capital).filter(|(place, _)| {
                text[..*place].trim_end().ends_with(|before: char| before.is_lowercase() || before == '–')
            });
            assert_eq!(inside.count(), 0, "{page}: {text}");
        }
    }
}

#[tokio::test]
async fn a_removal_says_what_it_means_where_there_is_nothing_to_choose() {
    let world = World::begin().await;
    let mut elina = world.browser_of(ELINA).await;
    let page = elina.open(&world.about(world.aino, "remove")).await;
    assert!(!page.body.contains("type=\"radio\""), "{}", page.body);
    assert!(page.says("so after this the person cannot sign in anywhere."), "{}", page.body);
    assert!(page.body.contains("<input type=\"hidden\" name=\"basic\" value=\"none\">"), "{}", page.body);
}

#[tokio::test]
async fn taking_data_away_has_one_word_and_says_of_how_many() {
    let world = World::begin().await;
    let mut elina = world.browser_of(ELINA).await;
    // A search does not narrow the file, and the button says so.
    for page in ["users", "users?typed=nobody", "users?filter=locked"] {
        let list = elina.open(&at(world.kallio, page)).await;
        assert!(list.says("Download all as CSV") && !list.says("Export"), "{page}: {}", list.body);
    }
    assert!(elina.open(&at(world.kallio, "history")).await.says("Download as CSV"));
}

#[tokio::test]
async fn closing_an_application_and_ending_its_access_ask_once_more() {
    let world = World::begin().await;
    let own = world.service.application_of(world.kallio, "Harbour", SecondFactor::Optional).await.application;
    let mut elina = world.browser_of(ELINA).await;
    let path = at(world.kallio, &format!("applications/{}", own.id));
    let closed = elina.open(&path).await;
    assert!(closed.body.contains("<h2>Closed to your users</h2>"), "{}", closed.body);
    let open = elina.submit(&format!("{path}/set/open"), &[]).await;
    assert!(open.says("The application is open to your users."), "{}", open.body);
    let open = elina.open(&path).await;
    assert!(open.body.contains("<h2>Open to your users</h2>"), "{}", open.body);
    for (act, question) in [
        ("set/close", "Everybody in the company is kept out from the next page on."),
        ("end", "Everybody has to sign in to the application again."),
    ] {
        let before = open.body.split(&format!("action=\"{path}/{act}\"")).next().unwrap();
        let details = before.rfind("<details class=\"sure\">").unwrap_or_else(|| panic!("{act} acts at one click"));
        assert!(!before[details..].contains("</details>") && !before[details..].contains(" open"), "{act}");
        assert!(open.says(question), "{}", open.body);
    }
}

#[tokio::test]
async fn the_normal_state_of_a_new_user_is_said_once_and_warns_of_nothing() {
    let world = World::begin().await;
    let mut elina = world.browser_of(ELINA).await;
    let page = elina.open(&world.about(world.aino, "")).await;
    assert_eq!(page.text().matches("igned in yet").count() + page.text().matches("Never signed in").count(), 1);
    let badge = page.body.split("<span class=\"badge").find(|badge| badge.contains("Never signed in")).unwrap();
    assert!(badge.starts_with("\">"), "{badge}");
}

#[tokio::test]
async fn a_factor_has_the_same_icon_in_my_sign_in_and_in_the_console() {
    let world = World::begin().await;
    world.service.passkey(world.aino).await;
    let mut aino = world.browser_of(AINO).await;
    let own = aino.open("/account").await;
    let mut elina = world.browser_of(ELINA).await;
    let console = elina.open(&world.about(world.aino, "sign-in")).await;
    let app = icon_beside(&own, "Authenticator app code");
    assert_eq!(icon_beside(&console, "Authenticator app"), app);
    let passkey = icon_beside(&own, "Passkey");
    assert_eq!(icon_beside(&console, "Passkey"), passkey);
    assert_ne!(app, passkey);
    assert_ne!(icon_beside(&console, "No phones"), app, "a phone is none");
}

#[tokio::test]
async fn somebody_who_is_added_without_rights_is_not_forgotten_so() {
    let world = World::begin().await;
    let books = world.service.application("Books", SecondFactor::Optional).await.application;
    world.open(books.id).await;
    let mut elina = world.browser_of(ELINA).await;
    let fields = [("email", "priya@raman.example"), ("given_name", "Priya"), ("role", "employee")];
    let page = elina.submit(&at(world.kallio, "users/new"), &fields).await;
    assert!(page.says("They cannot open any application yet: give them access rights."), "{}", page.body);
}
