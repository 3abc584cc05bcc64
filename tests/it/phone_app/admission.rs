//! The people whom the phone app is for.

use salpa::directory::employees::{self, ChargeableService};
use salpa::directory::users::{MembershipState, Role};
use salpa::platform::db;

use super::PIN;
use crate::support::{AINO, AppOnPhone, Service};

#[tokio::test]
async fn an_employee_gets_in_with_a_chargeable_service_and_is_told_whom_to_ask_without_one() {
    let service = Service::start().await;
    let kallio = service.business("Kallio Oy").await;
    let aino = service.person(AINO).await;
    let services = |services: &'static [ChargeableService]| {
        let db = service.app.db.clone();
        async move {
            let set: Result<bool, db::Error> = db
                .write(move |tx| Box::pin(async move { employees::set_services(tx, kallio, aino, services).await }))
                .await;
            assert!(set.unwrap());
        }
    };
    service.employee(kallio, aino).await;
    services(&[]).await;
    let mut phone = AppOnPhone::new(&service);
    let refused = phone.sign_in(&service, AINO).await;
    assert_eq!(refused.status, 403);
    assert_eq!(refused.title(), "The phone app is not open to you yet");
    assert!(refused.says("Kallio Oy") && refused.error_id().is_some(), "{}", refused.body);
    assert!(service.events().await.contains(&"phone.not_admitted phone-app-service".to_owned()));
    assert!(refused.says("Pixel 8") && refused.says("Android 15"), "what support asks for: {}", refused.body);
    let told = "SELECT count(*) FROM history WHERE event = 'phone.not_admitted' AND details LIKE '%Pixel 8%'";
    assert_eq!(service.count(told).await, 1, "and support finds it with the error identifier");

    services(&[ChargeableService::Travel]).await;
    let page = phone.browser.open("/app/pin").await;
    assert_eq!(page.title(), "Create your PIN");
    assert_eq!(phone.make_pin(&page, PIN).await.1["next"], "/app/notifications?first=1");
    assert_eq!(phone.shows().await, "Home");
    let settings = phone.browser.open("/app/settings").await;
    assert!(settings.says(&refused.error_id().unwrap()), "{}", settings.body);

    services(&[]).await;
    assert_eq!(phone.shows().await, "The phone app is not open to you yet", "it is asked at each page");
}

#[tokio::test]
async fn nobody_without_a_company_and_nobody_whose_basic_company_is_gone_gets_in() {
    let service = Service::start().await;
    let aino = service.person(AINO).await;
    let mut phone = AppOnPhone::new(&service);
    assert_eq!(phone.sign_in(&service, AINO).await.title(), "The phone app is not open to you");
    let kallio = service.business("Kallio Oy").await;
    let laine = service.business("Laine Oy").await;
    service.user(kallio, aino, &[Role::Employee]).await;
    service.user_too(laine, aino, &[Role::Employee]).await;
    let page = phone.browser.open("/app/pin").await;
    assert_eq!(phone.make_pin(&page, PIN).await.1["next"], "/app/notifications?first=1");
    service.set_user(kallio, aino, MembershipState::Removed).await.unwrap();
    let refused = phone.browser.open("/app").await;
    assert_eq!(refused.status, 403, "{}", refused.body);
    assert!(refused.says("There is a problem with access rights"), "{}", refused.body);
}
