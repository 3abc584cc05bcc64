//! Signing in: one attempt, from the first page to the way back. It collects proofs until the policy is satisfied;
//! [`decide`](decide::decide) alone determines the next step, and every page is a view of that step.
//!
//! A sign-in is bound to the browser that began it. Its identifier in the URL opens nothing without that browser's
//! cookie.

pub mod adaptive;
mod admission;
pub(crate) mod announcing;
pub mod approval_views;
mod asking_phones;
pub(crate) mod assurance;
pub(crate) mod attention;
pub mod bank_id_views;
pub mod captions;
pub mod code_views;
pub mod company_views;
pub(crate) mod connecting_phones;
pub mod cookies;
pub(crate) mod decide;
pub(crate) mod drawn_set_up;
pub(crate) mod factors_changed;
mod facts;
mod finish;
pub mod forgotten_views;
pub(crate) mod from_afar;
mod giving_up;
pub mod help;
pub mod identity_views;
pub mod mobile_id_views;
pub(crate) mod new_password;
pub mod notices;
pub(crate) mod on_phone;
mod own_pages;
pub(crate) mod pages;
pub mod passkey_views;
pub(crate) mod phone_biometrics;
pub(crate) mod phone_notifications;
pub mod phone_set_up_views;
pub mod policies;
pub(crate) mod policy_effects;
pub mod qr_views;
pub mod remembered;
pub(crate) mod scanning;
pub mod sessions;
pub(crate) mod signing_up;
mod situation;
pub mod smart_id_views;
mod store;
pub mod views;
pub mod web_eid_views;

use std::time::Duration;

use axum::response::{IntoResponse, Redirect, Response};
use serde::{Deserialize, Serialize};

pub(crate) use asking_phones::{approve_on_phone, refuse_on_phone};
pub(crate) use assurance::{Acr, CompanyWish, Demand};
pub(crate) use decide::Refusal;
pub(crate) use factors_changed::{factors_changed, proven_in_session, start_over};
pub(crate) use giving_up::give_up;
pub(crate) use own_pages::OwnPages;
pub(crate) use pages::{challenge_for_new, give_challenge};
pub use policies::ApplicationId;
pub(crate) use situation::has_second_factor;
pub use store::expire;

use crate::directory::companies::CompanyId;
use crate::directory::domains::DomainName;
use crate::directory::people::{Email, Person, PersonId};
use crate::event::Event;
use crate::platform::clock::Timestamp;
use crate::platform::core::Core;
use crate::platform::db::{self, Tx, Work};
use crate::platform::history::{self, Entry};
use crate::platform::web::browser::Browser;
use crate::platform::web::fault::Fault;
use crate::platform::web::refusal;
use crate::platform::web::visit::Visit;
use crate::proofs::Occasion;
use decide::{Chosen, Entrance, Step, decide, entrance};
use policies::Gate;
use sessions::SessionId;

crate::identifier! {
    /// The identifier of a sign-in.
    SignInId
}

/// The longest time of a sign-in.
const LIFETIME: Duration = Duration::from_hours(1);

/// One attempt to sign in.
#[derive(Clone, Debug)]
pub(crate) struct SignIn {
    id: SignInId,
    browser: [u8; 32],
    state: SignInState,
    application: Option<ApplicationId>,
    names: DoorNames,
    demand: Demand,
    return_to: String,
    leaves_for: Option<String>,
    /// The company of the person's choice.
    company: Option<CompanyId>,
    started_at: Timestamp,
    expires_at: Timestamp,
    ended: bool,
}

/// The state of a sign-in, apart from its proofs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "at")]
enum SignInState {
    /// Nobody is named yet, except perhaps by a session of the browser.
    Asking {
        /// Whether the person said that the session is not theirs.
        not_of_session: bool,
    },
    /// An email was typed.
    Identified {
        /// The typed email.
        email: String,
        /// The person with this email; `None` for a stranger.
        person: Option<PersonId>,
        /// The person's choice.
        chosen: Chosen,
    },
    /// The person is signed in and sees the page about it.
    Entered {
        /// The person.
        person: PersonId,
    },
}

impl SignInState {
    /// The person whose facts are read: nobody, for a stranger's email, so that the time of an answer does not tell
    /// whether an email exists (ASVS 6.3.8). `None` while only the session of the browser names somebody.
    fn looked_up(&self) -> Option<PersonId> {
        match self {
            Self::Asking { not_of_session: false } => None,
            Self::Asking { not_of_session: true } => Some(PersonId::NOBODY),
            Self::Identified { person, .. } => Some(person.unwrap_or(PersonId::NOBODY)),
            Self::Entered { person } => Some(*person),
        }
    }

    /// The domain of the typed email.
    fn domain(&self) -> Option<String> {
        let Self::Identified { email, .. } = self else { return None };
        Email::parse(email).map(|email| DomainName::of_email(&email).to_string())
    }
}

/// The names on the pages.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
struct DoorNames {
    application: Option<String>,
    company: Option<String>,
    application_url: Option<String>,
}

/// A new sign-in.
#[derive(Clone, Debug)]
pub struct Beginning {
    /// The application that asks for it; `None` for the account pages.
    pub(crate) application: Option<ApplicationId>,
    /// Its name on the pages.
    pub(crate) application_name: String,
    /// The company that the application belongs to.
    pub(crate) company_name: Option<String>,
    /// The address at which the application is opened.
    pub(crate) application_url: Option<String>,
    /// The demand of the application.
    pub(crate) demand: Demand,
    /// The local path for the browser at the end.
    pub(crate) return_to: String,
    /// The origin or scheme to which the browser goes after that.
    pub(crate) leaves_for: Option<String>,
    /// The page that it begins with.
    pub(crate) first_page: FirstPage,
}

/// The page that a sign-in begins with.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum FirstPage {
    /// The one that asks for what is missing.
    #[default]
    Usual,
    /// The choice of a bank or eID.
    Identities,
}

/// The answer of a browser's session to the demand of an application.
#[derive(Clone, Debug)]
#[expect(clippy::large_enum_variant, reason = "nearly every answer is the large one, and none is kept")]
pub enum Answer {
    /// It satisfies the policy and the demand.
    Satisfied(SignedIn),
    /// The person has to give proofs.
    Asks,
    /// No sign-in would help.
    Refused(Refusal),
}

/// A person who is signed in.
#[derive(Clone, Debug)]
pub struct SignedIn {
    /// The session.
    pub(crate) session: SessionId,
    /// The person.
    pub(crate) person: PersonId,
    /// The profile that was read for this answer.
    pub(crate) profile: Person,
    /// Whether a company waits for them to accept.
    pub(crate) is_waited_for: bool,
    /// The strength of the proofs.
    pub(crate) acr: Acr,
    /// The names of the methods in RFC 8176.
    pub(crate) amr: Vec<String>,
    /// The time of the oldest counted proof.
    pub(crate) auth_time: Timestamp,
    /// The company, for an application of users of companies.
    pub(crate) company: Option<CompanyId>,
}

/// The answer of the session of the request's browser to an application, decided again.
pub async fn answer(
    app: &Core,
    visit: &Visit,
    application: Option<ApplicationId>,
    demand: &Demand,
) -> Result<Answer, Fault> {
    let found = situation::of_session(app, visit, application, demand).await?;
    let Some(situation::SessionFacts { session, person, facts }) = found else { return Ok(Answer::Asks) };
    Ok(match decide(&facts.situation) {
        Step::Done(outcome) => {
            let company = match entrance(&facts.situation.admission) {
                Entrance::For(company) => Some(company),
                _ => None,
            };
            sessions::touch(app, &session, visit.now).await?;
            Answer::Satisfied(SignedIn {
                session: session.id,
                person: session.person,
                profile: person,
                is_waited_for: facts.is_waited_for,
                acr: outcome.acr,
                amr: outcome.amr.into_iter().map(str::to_owned).collect(),
                auth_time: outcome.auth_time,
                company,
            })
        }
        // The sign-in shows the missing contact and the person to ask for it.
        Step::Refused(Refusal::NoContact) => Answer::Asks,
        Step::Refused(refusal) | Step::NotAdmitted(_, refusal) => Answer::Refused(refusal),
        _ => Answer::Asks,
    })
}

/// The time for which a proof is fresh enough for a sensitive act of the account pages or, with a company, of its
/// console, for the person of the browser's session.
pub async fn fresh_for(app: &Core, visit: &Visit, company: Option<CompanyId>) -> Result<Duration, Fault> {
    let session = sessions::of_visit(app, visit).await?;
    let gate = Gate { company, ..Gate::ACCOUNT };
    let policy = policies::in_force(&app.db, gate, session.map(|session| session.person)).await?;
    Ok(policy.fresh().unwrap_or_default())
}

/// Begins a sign-in and sends the browser to its first page.
pub async fn begin(app: &Core, visit: &Visit, browser: &Browser, beginning: Beginning) -> Result<Response, Fault> {
    begin_with(app, visit, browser, beginning, |_| Box::pin(async { Ok(()) })).await
}

/// Like [`begin`], with more work in the same transaction.
pub(crate) async fn begin_with<W>(
    app: &Core,
    visit: &Visit,
    browser: &Browser,
    beginning: Beginning,
    more: W,
) -> Result<Response, Fault>
where
    W: for<'t> FnOnce(&'t mut Tx<'_>) -> Work<'t, (), db::Error> + Clone + Send + 'static,
{
    if let Err(too_much) = app.flood.admit(&visit.network, visit.now) {
        return Ok(refusal::too_much(app, visit, too_much).await);
    }
    let sign_in = SignIn {
        id: SignInId::new(visit.now, &app.random),
        browser: browser.hash,
        state: SignInState::Asking { not_of_session: false },
        application: beginning.application,
        names: DoorNames {
            application: Some(beginning.application_name),
            company: beginning.company_name,
            application_url: beginning.application_url,
        },
        demand: beginning.demand,
        return_to: beginning.return_to,
        leaves_for: beginning.leaves_for,
        company: None,
        started_at: visit.now,
        expires_at: visit.now.plus(LIFETIME),
        ended: false,
    };
    let entry = sign_in.entry(visit, Event::SignInBegun);
    let path = match beginning.first_page {
        FirstPage::Usual => format!("/sign-in/{}", sign_in.id),
        FirstPage::Identities => format!("/sign-in/{}/identity", sign_in.id),
    };
    let (random, visit) = (app.random.clone(), visit.clone());
    app.db
        .write(move |tx| {
            Box::pin(async move {
                more(tx).await?;
                store::add(tx, &sign_in, &visit).await?;
                history::write(tx, &random, &entry).await
            })
        })
        .await?;
    let mut response = Redirect::to(&path).into_response();
    browser.remember(response.headers_mut(), app.settings.public_url.is_secure());
    Ok(response)
}

impl SignIn {
    /// The occasion to which proofs of this sign-in are bound.
    fn occasion(&self) -> Occasion {
        Occasion::SignIn { id: uuid::Uuid::from(self.id), browser: self.browser }
    }

    /// A history entry about this sign-in.
    fn entry(&self, visit: &Visit, event: Event) -> Entry {
        let mut entry = Entry::new(visit.now, event);
        entry.application = self.application.map(|id| id.to_string());
        entry.sign_in = Some(self.id.to_string());
        entry.network = Some(visit.network.to_string());
        entry.user_agent = Some(visit.user_agent.clone());
        // Administrators read only the entries of their own company.
        entry.company = self.company.map(|id| id.to_string());
        if let Some(name) = &self.names.application {
            entry = entry.detail("application", name);
        }
        if let SignInState::Identified { person: Some(person), .. } | SignInState::Entered { person, .. } = &self.state
        {
            entry.person = Some(person.to_string());
        }
        entry
    }
}
