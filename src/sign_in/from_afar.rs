//! A sign-in for an application that asks a person's phone by itself: no browser of its own stands behind it. The policies
//! are asked as for any other proof, and the session that begins is in nobody's browser: it ends like every other one, and
//! is listed among them.

use super::decide::{Chosen, Entrance, Step, decide, entrance};
use super::sessions::{self, SessionId, Start};
use super::situation;
use super::{Acr, ApplicationId, Demand, DoorNames, LIFETIME, SignIn, SignInId, SignInState, store};
use crate::directory::companies::CompanyId;
use crate::directory::people;
use crate::event::Event;
use crate::platform::clock::Timestamp;
use crate::platform::core::Core;
use crate::platform::db::{Source, Tx};
use crate::platform::history;
use crate::platform::web::cookies::Cookies;
use crate::platform::web::fault::Fault;
use crate::platform::web::network::Network;
use crate::platform::web::visit::Visit;
use crate::proofs::phones::{self, PhoneProof};

/// A sign-in that begins.
#[derive(Clone, Debug)]
pub(crate) struct AfarBeginning {
    /// The application that asks.
    pub(crate) application: ApplicationId,
    /// Its name.
    pub(crate) application_name: String,
    /// The company that it belongs to.
    pub(crate) company_name: Option<String>,
    /// Its demand.
    pub(crate) demand: Demand,
}

/// A person who has entered.
#[derive(Clone, Debug)]
pub(crate) struct EnteredFromAfar {
    /// The session.
    pub(crate) session: SessionId,
    /// The strength of the proof.
    pub(crate) acr: Acr,
    /// The names of the methods in RFC 8176.
    pub(crate) amr: Vec<String>,
    /// The time of the proof.
    pub(crate) auth_time: Timestamp,
    /// The company for which they have entered.
    pub(crate) company: Option<CompanyId>,
}

/// The result of a proof.
#[derive(Clone, Debug)]
pub(crate) enum AfarEntry {
    /// The person has entered.
    Entered(EnteredFromAfar),
    /// They may not, or something else is asked that needs a browser: its name, for the history.
    NotHere(&'static str),
    /// The phone is gone.
    Over,
}

/// Lets the person of a phone enter an application by what the phone has signed. In the person's turn.
///
/// # Errors
/// The program failed.
pub(crate) async fn enter_from_afar(
    tx: &mut Tx<'_>,
    app: &Core,
    visit: &Visit,
    proof: &PhoneProof,
    beginning: AfarBeginning,
) -> Result<AfarEntry, Fault> {
    // The session of the phone's own browser has no part in it.
    let visit = Visit { browser: None, cookies: Cookies::none(), ..visit.clone() };
    let Some(person) = people::find(&mut *tx, proof.person()).await? else { return Ok(AfarEntry::Over) };
    let sign_in = SignIn {
        id: SignInId::new(visit.now, &app.random),
        browser: app.random.bytes(),
        state: SignInState::Identified {
            email: person.email.clone(),
            person: Some(person.id),
            chosen: Chosen::Nothing,
        },
        application: Some(beginning.application),
        names: DoorNames {
            application: Some(beginning.application_name),
            company: beginning.company_name,
            application_url: None,
        },
        demand: beginning.demand,
        return_to: "/".to_owned(),
        leaves_for: None,
        company: None,
        started_at: visit.now,
        expires_at: visit.now.plus(LIFETIME),
        ended: false,
    };
    let Some(proven) = phones::proven(tx, proof, sign_in.occasion(), visit.now).await? else {
        return Ok(AfarEntry::Over);
    };
    store::add(tx, &sign_in, &visit).await?;
    if !store::record(tx, &proven).await? {
        return Err(Fault::new("a sign-in that has just begun takes no proof"));
    }
    let shown = sign_in.entry(&visit, Event::SignInProven).detail("method", proven.method().as_str());
    history::write(tx, &app.random, &shown).await?;
    let facts = situation::of_sign_in(app, &visit, &sign_in, &mut Source::Transaction(tx)).await?;
    let outcome = match decide(&facts.situation) {
        Step::Done(outcome) => outcome,
        step => {
            store::give_up(tx, sign_in.id, visit.now).await?;
            return Ok(AfarEntry::NotHere(why(&step)));
        }
    };
    let company = match entrance(&facts.situation.admission) {
        Entrance::For(company) => Some(company),
        _ => None,
    };
    store::end(tx, sign_in.id, &sign_in.state, visit.now).await?;
    let start = Start {
        person: person.id,
        network: Network::as_str(&visit.network),
        network_was_new: !facts.situation.place.network_is_known,
        user_agent: &visit.user_agent,
    };
    // Nobody gets its secret: no browser continues it.
    let session = sessions::start(tx, &app.random, start, visit.now).await?.id;
    sessions::keep_proofs_of_sign_in(tx, session, (sign_in.id, person.id)).await?;
    if let Some(company) = company {
        sessions::choose_company(tx, session, person.id, company).await?;
    }
    let entry = sign_in.entry(&visit, Event::SignInDone).session(session).detail("acr", outcome.acr);
    history::write(tx, &app.random, &entry.detail("amr", &outcome.amr)).await?;
    Ok(AfarEntry::Entered(EnteredFromAfar {
        session,
        acr: outcome.acr,
        amr: outcome.amr.into_iter().map(str::to_owned).collect(),
        auth_time: outcome.auth_time,
        company,
    }))
}

/// The reason for the history.
fn why(step: &Step) -> &'static str {
    match step {
        Step::Refused(_) => "refused",
        Step::NotAdmitted(..) => "not admitted",
        Step::ChooseCompany => "a company is to be chosen",
        Step::AcceptTerms => "terms are to be accepted",
        _ => "another proof is wanted",
    }
}
