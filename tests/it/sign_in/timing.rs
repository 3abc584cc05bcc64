//! Response times disclose nothing: they do not depend on whether the person exists.

use std::time::{Duration, Instant};

use http::StatusCode;
use salpa::platform::settings::PasswordHashCost;
use salpa::sign_in::policies::SecondFactor;

use crate::support::{AINO, Browser, Registered, Service, Somebody};

const NOBODY: Somebody = Somebody { email: "eino.virtanen@kallio.example", ..AINO };
/// Samples of a round. Those of all rounds stay below a hundred: as many wrong passwords in a row close the person.
const SAMPLES: usize = 12;
/// Rounds at most. A busy machine blurs some of them; what is really unlike is unlike in every one.
const ROUNDS: usize = 8;

/// How long a wrong password takes to be refused.
#[expect(clippy::disallowed_methods, reason = "it measures the time that really passes")]
async fn refusal_of(browser: &mut Browser, application: &Registered, somebody: Somebody) -> Duration {
    let sign_in = browser.begin(application).await;
    browser.answer(&sign_in, "email", &[("email", somebody.email)]).await;
    let began = Instant::now();
    let page = browser.post(&format!("{sign_in}/password"), &[("password", "not the right one")]).await;
    let took = began.elapsed();
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    took
}

/// The sample below which so many hundredths of the samples are.
fn quantile(samples: &mut [Duration], hundredths: usize) -> f64 {
    samples.sort();
    samples[samples.len() * hundredths / 100].as_secs_f64()
}

/// How long it takes to say that a link is on its way.
#[expect(clippy::disallowed_methods, reason = "it measures the time that really passes")]
async fn link_for(browser: &mut Browser, application: &Registered, somebody: Somebody) -> Duration {
    let sign_in = browser.begin(application).await;
    browser.answer(&sign_in, "email", &[("email", somebody.email)]).await;
    let began = Instant::now();
    let page = browser.post(&format!("{sign_in}/forgotten-password"), &[("method", "link")]).await;
    let took = began.elapsed();
    assert_eq!(page.status, StatusCode::SEE_OTHER);
    took
}

#[tokio::test]
async fn a_wrong_password_is_refused_as_slowly_for_a_stranger_as_for_a_person() {
    // The hash of a real service: it is what a stranger's answer would lack.
    let service = Service::start_with(|settings| settings.password_hash = PasswordHashCost::DEFAULT).await;
    service.person(AINO).await;
    let ruori = service.application("Ruori Accounting", SecondFactor::Required).await;
    let mut ratios = Vec::new();
    for _ in 0..ROUNDS {
        let (mut of_aino, mut of_nobody) = (Vec::new(), Vec::new());
        // Turn by turn, so that whatever else this machine does slows both alike.
        for _ in 0..SAMPLES {
            of_aino.push(refusal_of(&mut service.browser(), &ruori, AINO).await);
            of_nobody.push(refusal_of(&mut service.browser(), &ruori, NOBODY).await);
            service.wait(2 * 60 * 60);
        }
        let ratio = |hundredths| quantile(&mut of_nobody, hundredths) / quantile(&mut of_aino, hundredths);
        let round = [10, 25, 50].map(ratio);
        if round.iter().all(|ratio| (0.6..1.67).contains(ratio)) {
            return;
        }
        ratios.push(round);
    }
    panic!("a stranger is told from a person by the time that a refusal takes: {ratios:?}");
}

#[tokio::test]
async fn a_link_is_promised_as_slowly_to_a_stranger_as_to_a_person() {
    let service = Service::start().await;
    service.person(AINO).await;
    let ruori = service.application("Ruori Accounting", SecondFactor::Required).await;
    let mut ratios = Vec::new();
    for _ in 0..ROUNDS {
        let (mut of_aino, mut of_nobody) = (Vec::new(), Vec::new());
        for _ in 0..SAMPLES {
            of_aino.push(link_for(&mut service.browser(), &ruori, AINO).await);
            of_nobody.push(link_for(&mut service.browser(), &ruori, NOBODY).await);
            service.wait(2 * 60 * 60);
        }
        let ratio = |hundredths| quantile(&mut of_nobody, hundredths) / quantile(&mut of_aino, hundredths);
        let round = [10, 25, 50].map(ratio);
        if round.iter().all(|ratio| (0.6..1.67).contains(ratio)) {
            return;
        }
        ratios.push(round);
    }
    panic!("a stranger is told from a person by the time that a promise takes: {ratios:?}");
}
