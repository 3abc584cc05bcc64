//! Sign-ins by a broker of the Finnish Trust Network.

use std::time::{Duration, Instant};

use crate::Outcome;
use crate::broker::Broker;
use crate::browser::{Browser, Form, Place, task};
use crate::flows::Application;
use crate::load::{Measured, Tally};
use crate::phases::answered;
use crate::service::Person;

/// The method that everybody chooses.
const METHOD: &str = "nordea";
/// The pages of the first sign-in at most, which links the identity to the profile.
const MOST_PAGES: usize = 12;

/// The way to an identity provider, and the customers there.
pub(crate) struct Way<'w> {
    /// The provider.
    pub(crate) broker: &'w Broker,
    /// Its identifier at the service.
    pub(crate) provider: String,
    /// The application that people sign in to.
    pub(crate) application: &'w Application,
}

/// The times of sign-ins.
pub(crate) struct IdentityTimes {
    /// Of the whole sign-in, from the application and back to it.
    pub(crate) whole: Measured,
    /// Of the requests that a provider adds, without its own time: the one that sends the browser there, and the one that
    /// takes it back.
    pub(crate) added: Measured,
}

impl Way<'_> {
    /// Begins a sign-in and chooses the provider: the address there, and how long the choice took.
    pub(crate) async fn leave(&self, browser: &mut Browser) -> Outcome<(String, Duration)> {
        let Place::Page(path, _) = browser.open(self.application.authorize_path()).await? else {
            return Err("the sign-in leads away".into());
        };
        let sign_in = path.split('/').take(3).collect::<Vec<_>>().join("/");
        let choice = Form { action: format!("{sign_in}/identity/{}/{METHOD}", self.provider), fields: Vec::new() };
        let begun = Instant::now();
        match browser.send(&choice).await? {
            Place::Away(location) => Ok((location, begun.elapsed())),
            Place::Page(path, _) => Err(format!("the choice led to {path}").into()),
            Place::TurnedAway => Err("the choice was turned away".into()),
        }
    }

    /// The first sign-in of a person by the provider, which links the identity to their profile.
    pub(crate) async fn link(&self, browser: &mut Browser, customer: usize, person: &Person) -> Outcome<()> {
        let (location, _) = self.leave(browser).await?;
        let mut place = browser.open(&self.broker.lets_in(&location, customer)?).await?;
        for _ in 0..MOST_PAGES {
            let (path, html) = match place {
                Place::Away(_) => return Ok(()),
                Place::Page(path, html) => (path, html),
                Place::TurnedAway => return Err("the person was turned away".into()),
            };
            let form = task(&html).ok_or_else(|| format!("{path} has no task"))?;
            place = browser.send(&answered(&html, form, person)?).await?;
        }
        Err("the first sign-in by a provider does not end".into())
    }

    /// Sign-ins for so long, one after the other, by people whose identity is linked: each in a browser that was never
    /// seen, in the network of that person.
    pub(crate) async fn sign_ins(
        &self,
        browser: &mut Browser,
        homes: &[String],
        over: Duration,
    ) -> Outcome<IdentityTimes> {
        let (mut whole, mut added) = (Tally::new()?, Tally::new()?);
        let begin = Instant::now();
        for (customer, home) in homes.iter().enumerate().cycle() {
            if begin.elapsed() >= over {
                break;
            }
            browser.forget(home.clone());
            let begun = Instant::now();
            let (location, choosing) = self.leave(browser).await?;
            let back = self.broker.lets_in(&location, customer)?;
            let returned = Instant::now();
            match browser.open(&back).await? {
                Place::Away(_) => {}
                Place::Page(path, _) => return Err(format!("the answer of the provider led to {path}").into()),
                Place::TurnedAway => return Err("the answer of the provider was turned away".into()),
            }
            let own = self.broker.took();
            added.count((choosing + returned.elapsed()).saturating_sub(own));
            whole.count(begun.elapsed().saturating_sub(own));
        }
        let over = begin.elapsed();
        Ok(IdentityTimes { whole: Measured::of(vec![whole], over)?, added: Measured::of(vec![added], over)? })
    }
}
