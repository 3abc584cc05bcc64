//! A bug of ours: even a handler that panics answers with an honest page, and the log knows it.

use axum::Router;
use axum::routing::get;
use http::StatusCode;
use salpa::routes;

use crate::support::{Service, log};

async fn panics() -> &'static str {
    panic!("nobody thought of this")
}

#[tokio::test]
async fn a_handler_that_panics_shows_a_page_with_the_identifier_of_the_log() {
    log::begin();
    let service = Service::start().await;
    let router = routes::router(service.app.clone(), Router::new().route("/panic", get(panics)));
    let mut browser = service.browser();
    browser.router = router;

    let page = browser.get("/panic").await;

    let told = (page.status, page.title());
    assert_eq!(told, (StatusCode::INTERNAL_SERVER_ERROR, "Something went wrong on our side".to_owned()));
    assert!(!page.says("nobody thought of this"));
    assert!(log::line_of(&page).contains("nobody thought of this"));
    assert!(page.header("content-security-policy").starts_with("default-src 'none'"));
    assert_eq!(browser.get("/help").await.status, StatusCode::OK, "and the service goes on");
}
