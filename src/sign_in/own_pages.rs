//! The way to this service's own pages, by a sign-in if the session of the browser does not suffice.

use axum::response::Response;
use http::StatusCode;

use super::{Answer, Beginning, Demand, FirstPage, Refusal, SignedIn, answer, begin};
use crate::platform::core::Core;
use crate::platform::web::browser::Browser;
use crate::platform::web::early::EarlyAnswer;
use crate::platform::web::fault::Fault;
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
        match answer(app, visit, None, &demand).await? {
            Answer::Satisfied(signed_in) => Ok(signed_in),
            Answer::Asks => Err(self.begin(app, visit, (demand, FirstPage::Usual), return_to).await?.into()),
            Answer::Refused(Refusal::NoMethodCounts) => {
                Err(RefusalPage::new(StatusCode::FORBIDDEN, "methods").at(self.title(visit)).into())
            }
            Answer::Refused(_) => Err(RefusalPage::new(StatusCode::FORBIDDEN, "closed").into()),
        }
    }

    /// The redirect to a new sign-in that leads to `return_to`, a local path.
    ///
    /// # Errors
    /// A fault of the database.
    pub(crate) async fn begin(
        self,
        app: &Core,
        visit: &Visit,
        (demand, first_page): (Demand, FirstPage),
        return_to: &str,
    ) -> Result<Response, Fault> {
        let beginning = Beginning {
            application: None,
            application_name: self.title(visit),
            company_name: None,
            application_url: Some(self.path.to_owned()),
            demand,
            return_to: return_to.to_owned(),
            leaves_for: None,
            first_page,
        };
        begin(app, visit, &Browser::of(visit, &app.random), beginning).await
    }

    fn title(self, visit: &Visit) -> String {
        Page::new(visit.language, "", "").t(self.title)
    }
}
