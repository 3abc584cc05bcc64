//! A company's look on the sign-in pages of its applications.

use http::StatusCode;
use salpa::directory::companies::CompanyId;
use salpa::directory::looks::logo::{Logo, plain};
use salpa::directory::looks::{self, Accent, Colour, CompanyLook, Stage};
use salpa::platform::db;
use salpa::platform::messages;
use salpa::sign_in::policies::{Policy, SecondFactor};

use crate::support::{AINO, MailServer, Manner, Service, with_messages};

impl Service {
    /// Publishes a look with a logo.
    async fn publish(&self, company: CompanyId, colour: &str, logo: &Logo) {
        let accent = Accent::choose(colour.parse::<Colour>().unwrap()).unwrap();
        let look = CompanyLook { accent, light_logo: Some(logo.hash.clone()), dark_logo: None };
        let (logo, now) = (logo.clone(), self.now());
        let done: Result<bool, db::Error> = self
            .app
            .db
            .write(move |tx| {
                Box::pin(async move {
                    looks::keep_logo(tx, company, &logo).await?;
                    looks::save(tx, company, Stage::Draft, &look, now).await?;
                    looks::publish(tx, company, now).await
                })
            })
            .await;
        assert!(done.unwrap());
        self.app.looks.forget();
    }
}

#[tokio::test]
async fn the_door_of_a_companys_application_wears_its_look_and_no_other_does() {
    let service = Service::start().await;
    let company = service.company("Meriväylä", Policy::SILENT).await;
    let logo = Logo::read(&plain(64, 64, [0x23, 0x40, 0x8E])).unwrap();
    service.publish(company, "#23408E", &logo).await;
    let own = service.application_of(company, "Harbour", SecondFactor::Required).await;
    let other = service.application("Ruori Accounting", SecondFactor::Required).await;

    let mut browser = service.browser();
    let page = browser.open(&own.authorize(&[])).await;
    assert!(page.body.contains("/look/1/23408E.css") && page.body.contains(&logo.hash));
    assert!(page.says("Meriväylä"), "the name stands beside the logo");
    let page = browser.open(&other.authorize(&[])).await;
    assert!(!page.body.contains("/look/"), "{}", page.body);

    let sheet = browser.get("/look/1/23408E.css").await;
    assert_eq!(sheet.headers["content-type"], "text/css; charset=utf-8");
    assert!(
        sheet.body.contains("--accent:#23408E")
            && sheet.headers["cache-control"].to_str().unwrap().contains("immutable")
    );
    let picture = browser.get(&format!("/look/of/{company}/{}.png", logo.hash)).await;
    assert_eq!((picture.status, &picture.headers["content-type"]), (StatusCode::OK, &"image/png".parse().unwrap()));
    assert_eq!(picture.headers["x-content-type-options"], "nosniff");
    assert!(picture.headers["content-security-policy"].to_str().unwrap().starts_with("default-src 'none'"));
}

#[tokio::test]
async fn only_colours_that_may_be_chosen_have_a_style_sheet() {
    let service = Service::start().await;
    let mut browser = service.browser();
    for file in
        ["FFD400.css", "23408e.css", "23408E", "23408E.css.png", "-preview.css", "..%2F23408E.css", "zzzzzz.css"]
    {
        assert_eq!(browser.get(&format!("/look/1/{file}")).await.status, StatusCode::NOT_FOUND, "{file}");
    }
    assert_eq!(browser.get("/look/2/23408E.css").await.status, StatusCode::NOT_FOUND);
    assert_eq!(browser.get("/look/1/23408E-preview.css").await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_logo_belongs_to_its_company_and_goes_when_no_look_shows_it() {
    let service = Service::start().await;
    let (company, other) =
        (service.company("Meriväylä", Policy::SILENT).await, service.company("Kallio", Policy::SILENT).await);
    let [first, second] = [1, 2].map(|shade| Logo::read(&plain(64, 64, [shade, 2, 3])).unwrap());
    service.publish(company, "#23408E", &first).await;
    let mut browser = service.browser();
    let of = |company: CompanyId, logo: &Logo| format!("/look/of/{company}/{}.png", logo.hash);
    assert_eq!(browser.get(&of(other, &first)).await.status, StatusCode::NOT_FOUND);

    service.publish(company, "#23408E", &second).await;
    assert_eq!(browser.get(&of(company, &first)).await.status, StatusCode::NOT_FOUND);
    assert_eq!(browser.get(&of(company, &second)).await.status, StatusCode::OK);
}

#[tokio::test]
async fn of_many_who_publish_at_once_one_does() {
    let service = Service::start().await;
    let company = service.company("Meriväylä", Policy::SILENT).await;
    let (look, now) = (CompanyLook::SALPA, service.now());
    let draft: Result<(), db::Error> = service
        .app
        .db
        .write(move |tx| Box::pin(async move { looks::save(tx, company, Stage::Draft, &look, now).await }))
        .await;
    draft.unwrap();
    let tries = (0..16).map(|_| {
        let db = service.app.db.clone();
        tokio::spawn(async move {
            let done: Result<bool, db::Error> =
                db.write(move |tx| Box::pin(async move { looks::publish(tx, company, now).await })).await;
            done.unwrap()
        })
    });
    let mut published = 0;
    for each in tries.collect::<Vec<_>>() {
        published += usize::from(each.await.unwrap());
    }
    assert_eq!(published, 1);
}

#[tokio::test]
async fn the_letter_of_a_forgotten_password_wears_the_look_of_the_door() {
    let server = MailServer::start(Manner::default()).await;
    let url = format!("smtp://{}", server.address);
    let texts = [
        ("smtp_url", url.as_str()),
        ("mail_from", "sign-in@id.kallio.example"),
        ("message_timeout", "1"),
        ("smtp_tls", "none"),
    ];
    let service = Service::start_with(|settings| with_messages(settings, &texts)).await;
    let company = service.company("Meriväylä", Policy::SILENT).await;
    let logo = Logo::read(&plain(64, 64, [0x23, 0x40, 0x8E])).unwrap();
    service.publish(company, "#23408E", &logo).await;
    service.person(AINO).await;
    let own = service.application_of(company, "Harbour", SecondFactor::Required).await;
    let other = service.application("Ruori Accounting", SecondFactor::Required).await;
    for (application, expected) in [(&own, true), (&other, false)] {
        let mut browser = service.browser();
        let page = browser.open(&application.authorize(&[])).await;
        let sign_in = page.sign_in();
        browser.submit(&format!("{sign_in}/email"), &[("email", AINO.email)]).await;
        let page = browser.submit(&format!("{sign_in}/forgotten-password"), &[("method", "link")]).await;
        assert!(page.path.ends_with("/sent"), "{} {}", page.path, page.title());
        assert_eq!(page.body.contains("/look/1/23408E.css"), expected);
        messages::deliver_due(&service.app, service.now()).await.unwrap();
        let html = server.received().last().unwrap().part("text/html");
        assert_eq!(html.contains("#23408E") && html.contains("Meriväylä"), expected, "{html}");
        assert!(!html.contains("<img"));
    }
}
