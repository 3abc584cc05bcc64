//! *Company look*: tried out, published and taken away.

use http::{Method, StatusCode};
use salpa::directory::looks::logo::{MOST_BYTES, plain};
use salpa::directory::looks::{self, Stage};

use super::{AINO, Browser, ELINA, NIILO, Page, World, at};

/// Sends the form with its pictures, as a browser does.
async fn send(browser: &mut Browser, path: &str, fields: &[(&str, &[u8])]) -> Page {
    let mut body = Vec::new();
    for (name, value) in fields {
        let file = if name.ends_with("logo") { "; filename=\"logo.png\"\r\nContent-Type: image/png" } else { "" };
        body.extend_from_slice(
            format!("--edge\r\nContent-Disposition: form-data; name=\"{name}\"{file}\r\n\r\n").as_bytes(),
        );
        body.extend_from_slice(value);
        body.extend_from_slice(b"\r\n");
    }
    body.extend_from_slice(b"--edge--\r\n");
    browser.headers.insert("content-type", "multipart/form-data; boundary=edge".parse().unwrap());
    let page = browser.send(Method::POST, path, body).await;
    browser.headers.remove("content-type");
    match page.location() {
        Some(to) => browser.open(&to).await,
        None => page,
    }
}

#[tokio::test]
async fn a_look_is_tried_out_first_and_published_then() {
    let world = World::begin().await;
    let mut elina = world.browser_of(ELINA).await;
    let path = at(world.kallio, "look");
    let logo = plain(64, 64, [0x23, 0x40, 0x8E]);
    let page =
        send(&mut elina, &path, &[("colour", b"#23408E"), ("act", b"try"), ("light_logo", &logo), ("dark_logo", b"")])
            .await;
    assert!(page.says("This is not published yet.") && page.says("9.6 : 1"), "{}", page.body);
    assert!(looks::find(&world.service.app.db, world.kallio, Stage::Published).await.unwrap().is_none());
    assert!(!page.body.contains("/look/1/23408E.css"), "the console itself still looks as before");

    let page = send(&mut elina, &path, &[("colour", b"23408e"), ("act", b"publish")]).await;
    assert!(page.says("The look is published.") && page.body.contains("/look/1/23408E.css"), "{}", page.body);
    let look = looks::find(&world.service.app.db, world.kallio, Stage::Published).await.unwrap().unwrap();
    assert!(look.light_logo.is_some() && look.dark_logo.is_none(), "the logo that was tried out stays");
    assert_eq!(world.service.companies_of_event("company.look_published").await, [Some(world.kallio.to_string())]);

    let page = elina.submit(&at(world.kallio, "look/remove"), &[]).await;
    assert!(page.says("The company has the usual look again."), "{} {}", page.path, page.body);
    assert!(!page.body.contains("/look/1/23408E.css"), "{}", page.body);
}

#[tokio::test]
async fn an_unreadable_colour_or_a_file_that_is_no_picture_is_refused() {
    let world = World::begin().await;
    let mut elina = world.browser_of(ELINA).await;
    let path = at(world.kallio, "look");
    let page = send(&mut elina, &path, &[("colour", b"#FFD400"), ("act", b"publish")]).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(page.says("Try "), "{:?}", page.alert());
    assert!(page.body.contains("name=\"colour\" value=\"#") && page.says("Use #"), "the better colour is a button");
    assert!(!page.says("easy to read") && !page.body.contains("swatch"), "nothing green stands under the refusal");
    let svg: &[u8] = b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>";
    let large = vec![0; MOST_BYTES + 1];
    for (logo, said) in
        [(svg, "The logo is not a readable PNG"), (&plain(64, 20, [1, 2, 3])[..], "too low"), (&large, "too large")]
    {
        let page = send(&mut elina, &path, &[("colour", b"#23408E"), ("act", b"publish"), ("light_logo", logo)]).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(page.alert().is_some_and(|alert| alert.contains(said)), "{said}: {:?}", page.alert());
    }
    assert!(looks::find(&world.service.app.db, world.kallio, Stage::Published).await.unwrap().is_none());
    assert!(looks::find(&world.service.app.db, world.kallio, Stage::Draft).await.unwrap().is_none());
}

#[tokio::test]
async fn nobody_gives_another_company_a_look() {
    let world = World::begin().await;
    for somebody in [NIILO, AINO] {
        let mut browser = world.browser_of(somebody).await;
        let page = send(&mut browser, &at(world.kallio, "look"), &[("colour", b"#23408E"), ("act", b"publish")]).await;
        assert_eq!(page.status, StatusCode::NOT_FOUND);
        assert_eq!(browser.submit(&at(world.kallio, "look/remove"), &[]).await.status, StatusCode::NOT_FOUND);
    }
    assert!(looks::find(&world.service.app.db, world.kallio, Stage::Published).await.unwrap().is_none());
}

#[tokio::test]
async fn enter_in_the_field_of_the_colour_shows_it_and_publishes_nothing() {
    let world = World::begin().await;
    let mut elina = world.browser_of(ELINA).await;
    let page = elina.open(&at(world.kallio, "look")).await;
    let form = page.body.split("<form").find(|form| form.contains("name=\"colour\"")).unwrap();
    let first = form.split("<button").nth(1).unwrap().split('>').next().unwrap();
    assert!(first.contains("value=\"try\""), "a browser presses the first button of a form: {first}");
    assert!(page.says("Passkey") && !page.says("sign-up code"), "the preview shows what there is");
}
