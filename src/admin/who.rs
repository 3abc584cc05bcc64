//! Who looks at the console, of which company, and by what they manage it.

use axum::response::{IntoResponse, Redirect, Response};
use http::StatusCode;

use crate::app::App;
use crate::directory::companies::{self, Company, CompanyId};
use crate::directory::people::{self, Person};
use crate::directory::users::{self, Authority};
use crate::event::Event;
use crate::platform::db::{self, Tx};
use crate::platform::history::Entry;
use crate::platform::web::browser::Browser;
use crate::platform::web::fault::Fault;
use crate::platform::web::page::Page;
use crate::platform::web::refusal::{Refused, refuse};
use crate::platform::web::visit::Visit;
use crate::sign_in::{Answer, Beginning, CompanyWish, Demand, Refusal, SignedIn, answer, begin, fresh_for};

/// One look at the console, by somebody who manages the company.
#[derive(Clone)]
pub(super) struct Here {
    /// The running program.
    pub(super) app: App,
    /// The request.
    pub(super) visit: Visit,
    /// The session.
    pub(super) who: SignedIn,
    /// Who looks.
    pub(super) person: Person,
    /// The company of the address.
    pub(super) company: Company,
    /// By what they manage it.
    pub(super) authority: Authority,
}

impl Here {
    /// Who looks at a company, or the answer: an unknown browser signs in and goes on to `page`, which is what
    /// stands after the company in the address and must be a page, not a form's address. Who does not manage
    /// the company is told that there is no such page, as everybody is where there is no such company. Who does
    /// has shown what the company asks of those who enter it.
    pub(super) async fn of(
        app: &App,
        visit: &Visit,
        company: &str,
        page: &str,
    ) -> Result<Result<Self, Response>, Fault> {
        Self::with(app, visit, (company, page), false).await
    }

    /// Like [`Self::of`], of whoever has proven themselves a moment ago, as [`crate::account`] asks of who
    /// changes the ways to sign in: for the sensitive acts of FLOWS.md 3.
    pub(super) async fn afresh(
        app: &App,
        visit: &Visit,
        company: &str,
        page: &str,
    ) -> Result<Result<Self, Response>, Fault> {
        Self::with(app, visit, (company, page), true).await
    }

    async fn with(
        app: &App,
        visit: &Visit,
        (company, page): (&str, &str),
        afresh: bool,
    ) -> Result<Result<Self, Response>, Fault> {
        // What is no identifier is not kept as a place to come back to, either.
        let Ok(company) = company.parse::<CompanyId>() else { return Ok(Err(not_found(app, visit).await)) };
        let path = path(company, page);
        let who = match signed_in(app, visit, demand(app, visit, None, afresh).await?, &path).await? {
            Ok(who) => who,
            Err(asks) => return Ok(Err(asks)),
        };
        let mut reader = app.db.reader().await?;
        let authority = users::authority(&mut reader, company, who.person).await?;
        let (Some(authority), Some(company)) = (authority, companies::find(&mut reader, company).await?) else {
            drop(reader);
            return Ok(Err(not_found(app, visit).await));
        };
        let person = people::find(&mut reader, who.person).await?;
        drop(reader);
        let person = person.ok_or_else(|| Fault::new("a session of nobody"))?;
        // Only who manages the company learns by this what it asks for, and that it is there.
        let who = match signed_in(app, visit, demand(app, visit, Some(company.id), afresh).await?, &path).await? {
            Ok(again) if again.person == who.person => again,
            Ok(_) => return Ok(Err(not_found(app, visit).await)),
            Err(asks) => return Ok(Err(asks)),
        };
        Ok(Ok(Self { app: app.clone(), visit: visit.clone(), who, person, company, authority }))
    }

    /// Whether they have proven themselves a moment ago, so that a sensitive act would go through now.
    pub(super) async fn is_fresh(&self) -> Result<bool, Fault> {
        let demand = demand(&self.app, &self.visit, Some(self.company.id), true).await?;
        Ok(matches!(answer(&self.app, &self.visit, None, &demand).await?, Answer::Satisfied(_)))
    }

    /// By what they manage the company in the transaction of a change: those who change one company take turns
    /// here, so that who has just been removed changes nothing more.
    pub(super) async fn still_manages(&self, tx: &mut Tx<'_>) -> Result<Option<Authority>, db::Error> {
        companies::take_turns(tx, self.company.id).await?;
        users::authority(&mut *tx, self.company.id, self.person.id).await
    }

    /// The address of a page of this company.
    pub(super) fn path(&self, page: &str) -> String {
        path(self.company.id, page)
    }

    /// An entry of the history about something done here, in this company and by who looks.
    pub(super) fn entry(&self, event: Event) -> Entry {
        let mut entry =
            Entry::new(self.visit.now, event).company(self.company.id).actor(self.person.id).session(self.who.session);
        entry.network = Some(self.visit.network.to_string());
        entry.user_agent = Some(self.visit.user_agent.clone());
        entry
    }

    /// Leads to a page of this company.
    pub(super) fn go_to(&self, page: &str) -> Response {
        Redirect::to(&self.path(page)).into_response()
    }

    /// Says that there is nothing, be it that there is not or that it is not for them.
    pub(super) async fn not_found(&self) -> Response {
        not_found(&self.app, &self.visit).await
    }
}

fn path(company: CompanyId, page: &str) -> String {
    format!("/admin/{company}/{page}")
}

/// What the console asks of who looks at it, in a company where one is entered.
async fn demand(app: &App, visit: &Visit, company: Option<CompanyId>, afresh: bool) -> Result<Demand, Fault> {
    let fresh = if afresh { Some(fresh_for(app, visit, company).await?) } else { None };
    let company = company.map_or(CompanyWish::Any, CompanyWish::This);
    Ok(Demand { not_before: fresh.map(|fresh| visit.now.minus(fresh)), company, ..Demand::default() })
}

/// Who is signed in, or the answer that asks them to be and leads back to `return_to`.
pub(super) async fn signed_in(
    app: &App,
    visit: &Visit,
    demand: Demand,
    return_to: &str,
) -> Result<Result<SignedIn, Response>, Fault> {
    match answer(app, visit, None, &demand).await? {
        Answer::Satisfied(signed_in) => Ok(Ok(signed_in)),
        Answer::Asks => {
            let page = Page::new(visit.language, "", "");
            let beginning = Beginning {
                application: None,
                application_name: page.t("admin-title"),
                company_name: None,
                application_url: Some("/admin".to_owned()),
                demand,
                return_to: return_to.to_owned(),
                leaves_for: None,
            };
            Ok(Err(begin(app, visit, &Browser::of(visit, &app.random), beginning).await?))
        }
        Answer::Refused(Refusal::NoMethodCounts) => {
            let name = Page::new(visit.language, "", "").t("admin-title");
            Ok(Err(refuse(app, visit, Refused::new(StatusCode::FORBIDDEN, "methods").at(name)).await))
        }
        Answer::Refused(_) => Ok(Err(refuse(app, visit, Refused::new(StatusCode::FORBIDDEN, "closed")).await)),
    }
}

/// Says that there is nothing.
pub(super) async fn not_found(app: &App, visit: &Visit) -> Response {
    refuse(app, visit, Refused::new(StatusCode::NOT_FOUND, "not-found")).await
}
