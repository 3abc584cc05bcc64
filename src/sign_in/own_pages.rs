//! The way to this service's own pages, by a sign-in if the session of the browser does not suffice.

use http::StatusCode;

use super::{Answer, Beginning, Demand, Refusal, SignedIn, answer, begin};
use crate::platform::core::Core;
use crate::platform::web::browser::Browser;
use crate::platform::web::early::EarlyAnswer;
use crate::platform::web::page::Page;
use crate::platform::web::refusal::RefusalPage;
use crate::platform::web::visit::Visit;

/// A group of this service's own pages, as a sign-in on the way names it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct OwnPages {
    /// The translation key of the name.
    pub(crate) title: &'static str,
    /// The path of the first page.
    pub(crate) path: &'static str,
}

impl OwnPages {
    /// The person whose session satisfies the demand.
    ///
    /// # Errors
    /// The redirect to a sign-in that leads back to `return_to`, a local path; or the refusal if a sign-in could not
    /// help.
    pub(crate) async fn enter(
        self,
        app: &Core,
        visit: &Visit,
        demand: Demand,
        return_to: &str,
    ) -> Result<SignedIn, EarlyAnswer> {
        let title = || Page::new(visit.language, "", "").t(self.title);
        let refusal = match answer(app, visit, None, &demand).await? {
            Answer::Satisfied(signed_in) => return Ok(signed_in),
            Answer::Refused(refusal) => refusal,
            Answer::Asks => {
                let beginning = Beginning {
                    application: None,
                    application_name: title(),
                    company_name: None,
                    application_url: Some(self.path.to_owned()),
                    demand,
                    return_to: return_to.to_owned(),
                    leaves_for: None,
                };
                return Err(begin(app, visit, &Browser::of(visit, &app.random), beginning).await?.into());
            }
        };
        Err(match refusal {
            Refusal::NoMethodCounts => RefusalPage::new(StatusCode::FORBIDDEN, "methods").at(title()).into(),
            _ => RefusalPage::new(StatusCode::FORBIDDEN, "closed").into(),
        })
    }
}
