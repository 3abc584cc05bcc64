//! Links, notices and allowances are removed once they are over, and not before.

use std::time::Duration;

use salpa::directory::contacts;
use salpa::platform::allowances;
use salpa::platform::db;
use salpa::proofs::resets;
use salpa::sign_in::notices;
use salpa::sign_in::policies::SecondFactor;

use super::at_the_account;
use crate::support::{AINO, Service};

async fn expire(service: &Service) -> u64 {
    let now = service.now();
    let removed: Result<u64, db::Error> = service
        .app
        .db
        .write(move |tx| {
            Box::pin(async move {
                let links = resets::expire(tx, now).await? + contacts::expire(tx, now).await?;
                Ok(links + notices::expire(tx, now).await? + allowances::expire(tx, now).await?)
            })
        })
        .await;
    removed.unwrap()
}

#[tokio::test]
async fn expired_links_and_notices_are_removed_and_working_ones_stay() {
    let service = Service::start().await;
    service.person(AINO).await;
    let ruori = service.application("Ruori Accounting", SecondFactor::Required).await;
    let mut browser = at_the_account(&service).await;
    browser.submit("/account/email", &[("email", "aino@laine.example")]).await;
    browser.submit("/account/password", &[("password", "seven herons over the reeds")]).await;
    service.browser().ask_link(&ruori, AINO.email).await;
    let step = Duration::from_secs(1);

    assert_eq!(expire(&service).await, 0, "all of it works");
    service.wait(60 * 60 + step.as_secs());
    assert_eq!(expire(&service).await, 4, "the link for a password, and three allowances of an hour");
    service.wait(24 * 60 * 60);
    assert_eq!(expire(&service).await, 1, "the link for an email");
    service.wait(7 * 24 * 60 * 60);
    assert_eq!(expire(&service).await, 1, "the notice");
}
