//! The answer of a person's phone to an application that asks.

use super::store;
use super::{AskedApproval, BackchannelId, BackchannelRequest};
use crate::app::App;
use crate::directory::companies;
use crate::directory::people::{self, PersonId};
use crate::event::Event;
use crate::platform::db::Tx;
use crate::platform::history::{self, Entry};
use crate::platform::web::fault::Fault;
use crate::platform::web::visit::Visit;
use crate::proofs::phones::PhoneProof;
use crate::provider::applications::{self, Application};
use crate::provider::authorize::RequestedClaims;
use crate::provider::grants::{self, Details, GrantId, NewGrant};
use crate::sign_in::from_afar::{AfarBeginning, AfarEntry, enter_from_afar};
use crate::sign_in::{Demand, sessions};

/// The result of an answer that was signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum BackchannelOutcome {
    /// It is approved.
    Approved,
    /// It is refused: the person may not enter the application, or only after something that is asked in a browser.
    NotHere,
    /// The request has ended, was answered, or was never this person's.
    Over,
}

/// Takes the approval of a phone: its person enters the application in a session of its own, as by any other sign-in.
///
/// # Errors
/// The program failed.
pub(crate) async fn approve(
    tx: &mut Tx<'_>,
    app: &App,
    visit: &Visit,
    proof: &PhoneProof,
    id: BackchannelId,
) -> Result<BackchannelOutcome, Fault> {
    let person = proof.person();
    people::take_turns(tx, person).await?;
    let is_open = store::take(tx, (id, person), visit.now).await?;
    let found = store::find(&mut *tx, person, id).await?.filter(|_| is_open);
    let application = match &found {
        Some(found) => applications::find(&mut *tx, found.application).await?,
        None => None,
    };
    let (Some(found), Some(application)) = (found, application) else {
        crate::proofs::phones::was_right(tx, proof, visit.now).await?;
        return Ok(BackchannelOutcome::Over);
    };
    let beginning = beginning(tx, &application, &found.asked).await?;
    let entered = match enter_from_afar(tx, app, visit, proof, beginning).await? {
        AfarEntry::Entered(entered) => entered,
        AfarEntry::NotHere(why) => {
            store::answer(tx, (id, person), None, visit.now).await?;
            let entry = entry(visit, &found, Event::ProviderBackchannelRefused).person(person).detail("why", why);
            history::write(tx, &app.random, &entry).await?;
            return Ok(BackchannelOutcome::NotHere);
        }
        AfarEntry::Over => return Ok(BackchannelOutcome::Over),
    };
    let grant = NewGrant {
        id: GrantId::new(visit.now, &app.random),
        application: application.id,
        person,
        session: entered.session,
        offline: found.asked.scope.has("offline_access"),
        details: Details {
            scope: found.asked.scope.clone(),
            claims: RequestedClaims::default(),
            resources: found.asked.resources.clone(),
            acr: entered.acr,
            amr: entered.amr,
            auth_time: entered.auth_time.seconds(),
            company: entered.company,
        },
    };
    grants::begin(tx, &grant, visit.now).await?;
    if !store::answer(tx, (id, person), Some(grant.id), visit.now).await? {
        return Err(Fault::new("a request that was taken is answered by somebody else"));
    }
    sessions::entered(tx, grant.session, grant.application, &application.name, visit.now).await?;
    let entry = entry(visit, &found, Event::ProviderBackchannelAllowed)
        .person(person)
        .session(grant.session)
        .detail("grant", grant.id)
        .detail("acr", grant.details.acr)
        .detail("scope", &grant.details.scope)
        .detail("asked_from", &found.network);
    history::write(tx, &app.random, &entry).await?;
    Ok(BackchannelOutcome::Approved)
}

/// Refuses a request: "This wasn't me". Tells whether it waited.
///
/// # Errors
/// The program failed.
pub(crate) async fn refuse_request(
    tx: &mut Tx<'_>,
    app: &App,
    visit: &Visit,
    person: PersonId,
    id: BackchannelId,
) -> Result<bool, Fault> {
    people::take_turns(tx, person).await?;
    let Some(found) = store::find(&mut *tx, person, id).await? else { return Ok(false) };
    if !store::answer(tx, (id, person), None, visit.now).await? {
        return Ok(false);
    }
    let entry = entry(visit, &found, Event::ProviderBackchannelRefused).person(person);
    history::write(tx, &app.random, &entry).await?;
    Ok(true)
}

async fn beginning(tx: &mut Tx<'_>, application: &Application, asked: &AskedApproval) -> Result<AfarBeginning, Fault> {
    let company_name = match application.company {
        Some(company) => companies::find(&mut *tx, company).await?.map(|company| company.name),
        None => None,
    };
    Ok(AfarBeginning {
        application: application.id,
        application_name: application.name.clone(),
        company_name,
        demand: Demand {
            acr: asked.acr,
            users_alone: application.is_entered_for_a_company(),
            employees_too: application.takes_employees(),
            every_company: asked.scope.act_in_companies(),
            ..Demand::default()
        },
    })
}

fn entry(visit: &Visit, request: &BackchannelRequest, event: Event) -> Entry {
    let mut entry = Entry::new(visit.now, event).application(request.application).detail("request", request.id);
    entry = entry.detail("application", &request.question.application).detail("message", &request.question.message);
    entry.network = Some(visit.network.to_string());
    entry.user_agent = Some(visit.user_agent.clone());
    entry
}
