//! The sign-in by a bank, a national eID or the directory of a company: the choice, the way there and back, and the first
//! time, when nobody is known by the identity yet. The way back is bound to the browser that began, to its sign-in and to
//! the provider that was asked.

use std::sync::Arc;

use axum::extract::{FromRef, FromRequestParts, Path};
use axum::response::{IntoResponse, Redirect, Response};
use http::StatusCode;
use http::request::Parts;
use serde::Deserialize;

use super::factors::prove_with;
use super::{Facts, SignInVisit, by_bank_id, by_directory, by_mobile_id, by_smart_id, by_web_eid, show};
use crate::directory::announcements::AnnouncementCache;
use crate::directory::companies::{self, Company};
use crate::directory::looks::LookCache;
use crate::directory::people;
use crate::event::Event;
use crate::platform::certificates::CertificateFault;
use crate::platform::core::Core;
use crate::platform::db::{self, Tx};
use crate::platform::history;
use crate::platform::web::early::{EarlyAnswer, parameter};
use crate::platform::web::fault::Fault;
use crate::platform::web::parameters::Parameters;
use crate::platform::web::refusal::{Help, RefusalPage};
use crate::platform::web::visit::Visit;
use crate::proofs::identities::{self, IdentityQuestion, NewIdentityQuestion, QuestionSecrets, Recognition, evidence};
use crate::proofs::identity_providers::{
    self, AnswerFault, IdentityMethod, IdentityProvider, IdentityProviderId, IdentityRequest, ProviderCall,
    ProviderKind, VouchedAnswer, WrongAnswer,
};
use crate::proofs::{Factor, Proven};
use crate::sign_in::decide::{Chosen, Step};
use crate::sign_in::finish::NextPage;
use crate::sign_in::identity_views::UnmatchedIdentityPage;
use crate::sign_in::notices::{Notice, tell};
use crate::sign_in::{SignInState, store};

/// The longest code that a provider sends, in bytes.
const LONGEST_CODE: usize = 4096;

/// Whether an identity may answer this step: the first one, and the password in its place.
pub(super) fn takes_identity(step: &Step) -> bool {
    matches!(step, Step::Identify | Step::Prove(Factor::Password | Factor::Identity, _))
}

/// The provider and the method in an address.
#[derive(Deserialize)]
pub(crate) struct IdentityPath {
    provider: String,
    method: String,
}

/// Sends the browser to a provider.
pub(crate) async fn start_identity(
    visitor: SignInVisit,
    Path(path): Path<IdentityPath>,
) -> Result<Response, EarlyAnswer> {
    let (facts, _) = visitor.step_that(takes_identity).await?;
    visitor.app.flood.admit(&visitor.visit.network, visitor.visit.now)?;
    let provider = match path.provider.parse() {
        Ok(id) => visitor.offered_to(&facts, id).await?,
        Err(_) => None,
    };
    let Some(provider) = provider else { return Ok(visitor.to_identities().into_response()) };
    let Some(method) = provider.method(&path.method) else { return Ok(visitor.to_identities().into_response()) };
    match provider.settings.kind {
        ProviderKind::SwedenBankId => return by_bank_id::start(&visitor, (&provider, method)).await,
        ProviderKind::EstoniaWebEid => return by_web_eid::start(&visitor, (&provider, method)).await,
        ProviderKind::EstoniaSmartId => return by_smart_id::start(&visitor, (&provider, method)).await,
        ProviderKind::EstoniaMobileId => return Ok(by_mobile_id::start(&visitor, (&provider, method))),
        _ => {}
    }
    let random = &visitor.app.random;
    let demand = &visitor.sign_in.demand;
    let new = NewIdentityQuestion {
        occasion: visitor.occasion(),
        provider: provider.id,
        method: method.id.clone(),
        is_fresh: demand.not_before.is_some() || demand.one_since.is_some(),
        state: random.token(),
        secrets: QuestionSecrets { nonce: random.token(), verifier: random.token() },
    };
    let asking = IdentityRequest {
        method,
        return_address: &visitor.app.settings.public_url.join(&provider.return_path()),
        state: &new.state,
        secrets: &new.secrets,
        language: show::page(&visitor).language.tag(),
        is_fresh: new.is_fresh,
    };
    let call = ProviderCall { app: &visitor.app, provider: &provider, now: visitor.visit.now };
    let address = match identity_providers::begin(&call, &asking).await {
        Ok(address) => address,
        Err(fault) => return visitor.identity_refused((&provider, &method.name), fault).await,
    };
    let (work, entry) = (visitor.clone(), visitor.entry_of_question((&provider, method)));
    let asked: Result<(), Fault> = visitor
        .app
        .db
        .write(move |tx| {
            Box::pin(async move {
                identities::ask(tx, &work.app, &new, work.visit.now).await?;
                Ok(history::write(tx, &work.app.random, &entry).await?)
            })
        })
        .await;
    asked?;
    Ok(Redirect::to(&address).into_response())
}

/// A browser that comes back from a provider, in the sign-in for which it went there.
pub(crate) struct IdentityReturn {
    visitor: SignInVisit,
    question: IdentityQuestion,
    parameters: Parameters,
}

impl<S> FromRequestParts<S> for IdentityReturn
where
    S: Send + Sync,
    Core: FromRef<S>,
    LookCache: FromRef<S>,
    AnnouncementCache: FromRef<S>,
{
    type Rejection = EarlyAnswer;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, EarlyAnswer> {
        let app = Core::from_ref(state);
        let visit = Visit::from_request_parts(parts, state).await?;
        let asked: IdentityProviderId = parameter(parts, "provider").await?;
        let parameters = Parameters::parse(parts.uri.query().unwrap_or(""));
        let over = || RefusalPage::new(StatusCode::BAD_REQUEST, "identity-over");
        if parameters.repeated().is_some() {
            return Err(over().because("a parameter came more than once").into());
        }
        let value = parameters.field("state");
        let question = identities::by_state(&app.db, value).await?;
        // An answer of one provider is never taken at the address of another (RFC 9700 §4.4).
        let question = question.filter(|question| question.provider == asked).ok_or_else(over)?;
        let fronts = (&LookCache::from_ref(state), &AnnouncementCache::from_ref(state));
        let visitor = SignInVisit::of(app, visit, question.occasion.id().into(), fronts).await?;
        Ok(Self { visitor, question, parameters })
    }
}

/// Takes the answer of a provider.
pub(crate) async fn identity_returned(returned: IdentityReturn) -> Result<Response, EarlyAnswer> {
    let IdentityReturn { visitor, question, parameters } = returned;
    let (facts, _) = visitor.step_that(takes_identity).await?;
    visitor.app.flood.admit(&visitor.visit.network, visitor.visit.now)?;
    let over = || RefusalPage::new(StatusCode::BAD_REQUEST, "identity-over");
    let provider = visitor.offered_to(&facts, question.provider).await?.ok_or_else(over)?;
    let method = provider.method(&question.method).ok_or_else(over)?;
    match provider.settings.kind {
        ProviderKind::SwedenBankId => return by_bank_id::come_back(&visitor, &facts, &question).await,
        ProviderKind::EstoniaSmartId => {
            return by_smart_id::come_back(&visitor, &facts, (&question, &parameters)).await;
        }
        ProviderKind::EstoniaWebEid | ProviderKind::EstoniaMobileId => {
            return Err(over().because("this kind has no return").into());
        }
        _ => {}
    }
    if !question.is_open || !visitor.take(&question).await? {
        return Err(visitor.refusal_of_identity((&provider, &method.name), ("identity-over", "used before")).into());
    }
    match vouched(&visitor, &provider, &question, &parameters).await {
        Ok(answer) => enter(&visitor, &facts, (&provider, &question), answer).await,
        Err(fault) => visitor.identity_refused((&provider, &method.name), fault).await,
    }
}

/// The answer of the provider, which a browser brought, if it holds.
async fn vouched(
    visitor: &SignInVisit,
    provider: &IdentityProvider,
    question: &IdentityQuestion,
    parameters: &Parameters,
) -> Result<VouchedAnswer, AnswerFault> {
    let named = parameters.field("iss");
    let must_name = provider.settings.endpoints.as_ref().is_some_and(|endpoints| endpoints.names_itself);
    if (must_name || !named.is_empty()) && named != provider.settings.issuer {
        return Err(AnswerFault::of_another_issuer());
    }
    let error = parameters.field("error");
    if !error.is_empty() {
        return Err(AnswerFault::of_error(error));
    }
    let code = parameters.field("code");
    if code.is_empty() || code.len() > LONGEST_CODE {
        return Err(AnswerFault::of_error("no code"));
    }
    let call = ProviderCall { app: &visitor.app, provider, now: visitor.visit.now };
    let secrets = identities::secrets_of(&visitor.app, question)?;
    let address = visitor.app.settings.public_url.join(&provider.return_path());
    identity_providers::redeem(&call, (question, &secrets), (code, &address)).await
}

/// The end of an answer that holds.
enum IdentityEntry {
    /// Somebody is known by it: the next page of the sign-in.
    Known(NextPage),
    /// Somebody else than the sign-in is about.
    AnotherPerson,
    /// Somebody who has left the company whose directory it is.
    LeftCompany,
    /// Somebody whose company lets them in by its own directory alone.
    NotOfDirectory,
    /// Nobody is.
    Unknown,
}

pub(super) async fn enter(
    visitor: &SignInVisit,
    facts: &Facts,
    (provider, question): (&IdentityProvider, &IdentityQuestion),
    answer: VouchedAnswer,
) -> Result<Response, EarlyAnswer> {
    let VouchedAnswer { identity, evidence } = answer;
    let hash = identity.hash(&visitor.app).await?;
    // Of a stranger's email nobody is expected; before any email, everybody.
    let expected = match (&visitor.sign_in.state, &facts.person) {
        (_, Some(person)) => Some(person.id),
        (SignInState::Identified { .. }, None) => Some(people::PersonId::NOBODY),
        (_, None) => None,
    };
    let (work, id, name) = (visitor.clone(), question.id, identity.name().to_owned());
    let vouching = provider.settings.company;
    let evidence = Arc::new(evidence);
    let entered: Result<IdentityEntry, Fault> = visitor
        .app
        .db
        .write(move |tx| {
            Box::pin(async move {
                let (app, now) = (&work.app, work.visit.now);
                let known = identities::recognise(tx, app, (id, &identity), (work.occasion(), &hash), now).await?;
                evidence::keep(tx, app, (&evidence, known.person()), now).await?;
                let is_of_another_way = match &known {
                    Recognition::Known { proven, .. } => {
                        !by_directory::may_vouch(tx, vouching, proven.person()).await?
                    }
                    _ => false,
                };
                match known {
                    Recognition::Unknown => Ok(IdentityEntry::Unknown),
                    Recognition::LeftCompany(_) => Ok(IdentityEntry::LeftCompany),
                    Recognition::Known { proven, .. } if expected.is_some_and(|id| id != proven.person()) => {
                        Ok(IdentityEntry::AnotherPerson)
                    }
                    Recognition::Known { .. } if is_of_another_way => Ok(IdentityEntry::NotOfDirectory),
                    Recognition::Known { proven, is_new } => {
                        let linked = is_new.then(|| identity.name().to_owned());
                        take(tx, &work, &proven, linked).await.map(IdentityEntry::Known)
                    }
                }
            })
        })
        .await;
    match entered? {
        IdentityEntry::Known(next) => Ok(visitor.go(&next)),
        IdentityEntry::AnotherPerson => {
            let refused = ("identity-another-person", "another person");
            Err(visitor.refusal_of_identity((provider, &name), refused).into())
        }
        IdentityEntry::NotOfDirectory => {
            let refused = ("identity-directory-alone", "another directory alone");
            Err(visitor.refusal_of_identity((provider, &name), refused).into())
        }
        IdentityEntry::LeftCompany => {
            let refused = ("identity-left-company", "left the company");
            Err(visitor.refusal_of_identity((provider, &name), refused).into())
        }
        IdentityEntry::Unknown => {
            Ok(Redirect::to(&format!("/sign-in/{}/identity/unmatched", visitor.sign_in.id)).into_response())
        }
    }
}

/// Records the proof. From here on the sign-in names the person of the identity.
async fn take(
    tx: &mut Tx<'_>,
    visitor: &SignInVisit,
    proven: &Proven,
    linked: Option<String>,
) -> Result<NextPage, Fault> {
    let SignInVisit { app, visit, .. } = visitor;
    let Some(person) = people::find(&mut *tx, proven.person()).await? else { return Ok(NextPage::Page) };
    let mut visitor = visitor.clone();
    let mut entries = Vec::new();
    if matches!(visitor.sign_in.state, SignInState::Asking { .. }) {
        let named = SignInState::Identified { email: person.email, person: Some(person.id), chosen: Chosen::Nothing };
        if !store::change(tx, visitor.sign_in.id, &visitor.sign_in.state, &named).await? {
            return Ok(NextPage::Page);
        }
        visitor.sign_in.state = named;
        entries.push(visitor.sign_in.entry(visit, Event::SignInIdentified));
    }
    if let Some(name) = linked {
        entries.push(visitor.sign_in.entry(visit, Event::SignInIdentityLinked).person(person.id).detail("name", &name));
        tell(tx, app, visit, person.id, &Notice::IdentityLinked { name }).await?;
    }
    // Nothing is guessed here: no try was counted, so none is taken back.
    prove_with(tx, &visitor, (Factor::Identity, &[]), proven, entries).await
}

/// Shows that nobody is known by the identity, and asks whether it is to be linked.
pub(crate) async fn show_unmatched(visitor: SignInVisit) -> Result<Response, EarlyAnswer> {
    visitor.step_that(takes_identity).await?;
    let (app, occasion) = (&visitor.app, visitor.occasion());
    let Some(found) = identities::unmatched(&app.db, app, &occasion, visitor.visit.now).await? else {
        return Ok(visitor.to_current_step());
    };
    let page = show::page(&visitor);
    let company = directory_of(app, found.provider).await?;
    let view = UnmatchedIdentityPage {
        company: company.map(|company| company.name),
        door: show::unproven(&visitor),
        sign_in: visitor.sign_in.id.to_string(),
        name: found.name,
        masked: found.masked,
        page,
    };
    Ok(show::answer(&visitor, StatusCode::OK, &view))
}

/// The company whose directory a provider is.
async fn directory_of(app: &Core, provider: Option<IdentityProviderId>) -> Result<Option<Company>, db::Error> {
    let Some(id) = provider else { return Ok(None) };
    let provider = identity_providers::find(&app.db, id).await?;
    match provider.and_then(|provider| provider.settings.company) {
        Some(company) => companies::find(&app.db, company).await,
        None => Ok(None),
    }
}

/// Records that the identity is to be linked to the profile that is proven next.
pub(crate) async fn link_unmatched(visitor: SignInVisit) -> Result<Response, EarlyAnswer> {
    visitor.step_that(takes_identity).await?;
    let work = visitor.clone();
    let wished: Result<(), db::Error> = visitor
        .app
        .db
        .write(move |tx| {
            Box::pin(async move {
                if identities::wish_link(tx, &work.occasion(), work.visit.now).await? {
                    store::link_identity(tx, &work.sign_in).await?;
                }
                Ok(())
            })
        })
        .await;
    wished?;
    Ok(visitor.to_current_step())
}

/// Refuses a person whom nobody has entered: whom to ask.
pub(crate) async fn show_no_profile(visitor: SignInVisit) -> Result<Response, EarlyAnswer> {
    visitor.step_that(takes_identity).await?;
    let (app, occasion) = (&visitor.app, visitor.occasion());
    let Some(found) = identities::unmatched(&app.db, app, &occasion, visitor.visit.now).await? else {
        return Ok(visitor.to_current_step());
    };
    let mut refused = visitor.refused_identity("identity-no-profile");
    let entry = visitor.sign_in.entry(&visitor.visit, Event::SignInNotProven).detail("method", Factor::Identity);
    refused.entry = Some(Box::new(entry.detail("name", found.name).detail("why", "nobody is known by it")));
    Err(refused.into())
}

impl SignInVisit {
    fn to_identities(&self) -> Redirect {
        Redirect::to(&format!("/sign-in/{}/identity", self.sign_in.id))
    }

    /// The bank or eID that waits to be linked to the profile that is proven next.
    pub(super) async fn linking(&self) -> Result<Option<String>, Fault> {
        if !self.sign_in.demand.links_identity {
            return Ok(None);
        }
        let found = identities::unmatched(&self.app.db, &self.app, &self.occasion(), self.visit.now).await?;
        Ok(found.map(|found| found.name))
    }

    /// Takes the answer of a question. Of many, one is looked at.
    pub(super) async fn take(&self, question: &IdentityQuestion) -> Result<bool, db::Error> {
        let (question, now) = (question.clone(), self.visit.now);
        self.app.db.write(move |tx| Box::pin(async move { identities::take(tx, &question, now).await })).await
    }

    /// The page about an answer that proves nobody. A person who gave up there sees the choice again.
    pub(super) async fn identity_refused(
        &self,
        by: (&IdentityProvider, &str),
        fault: AnswerFault,
    ) -> Result<Response, EarlyAnswer> {
        let key = match fault {
            AnswerFault::Fault(fault) => return Err(fault.into()),
            AnswerFault::Cancelled => {
                if self.app.flood.admit(&self.visit.network, self.visit.now).is_ok() {
                    let (random, entry) =
                        (self.app.random.clone(), self.entry_of_identity(by).detail("why", fault.as_str()));
                    let written: Result<(), db::Error> = self
                        .app
                        .db
                        .write(move |tx| Box::pin(async move { history::write(tx, &random, &entry).await }))
                        .await;
                    written?;
                }
                let list = format!("/sign-in/{}/identity?said=cancelled", self.sign_in.id);
                return Ok(Redirect::to(&list).into_response());
            }
            AnswerFault::TimedOut => "identity-timed-out",
            AnswerFault::Down(_) => "identity-down",
            AnswerFault::Unchecked(_) => "identity-unchecked",
            AnswerFault::Wrong(WrongAnswer::Risk) => "identity-risk",
            AnswerFault::Wrong(WrongAnswer::Certificate(CertificateFault::Revoked)) => "identity-revoked",
            AnswerFault::Wrong(WrongAnswer::Certificate(_)) => "identity-certificate",
            AnswerFault::Refused(_) | AnswerFault::Wrong(_) => "identity-answer",
        };
        let mut refused = self.refusal_of_identity(by, (key, fault.as_str()));
        if let AnswerFault::Down(cause) | AnswerFault::Refused(cause) | AnswerFault::Unchecked(cause) = fault {
            refused = refused.because(cause);
        }
        Err(refused.into())
    }

    /// The entry of a question to a provider.
    pub(super) fn entry_of_question(&self, (provider, method): (&IdentityProvider, &IdentityMethod)) -> history::Entry {
        let entry = self.sign_in.entry(&self.visit, Event::SignInIdentityAsked);
        entry.detail("provider", &provider.settings.name).detail("name", &method.name)
    }

    /// The entry of an answer that proves nobody; its reason is added.
    pub(super) fn entry_of_identity(&self, (provider, name): (&IdentityProvider, &str)) -> history::Entry {
        let entry = self.sign_in.entry(&self.visit, Event::SignInNotProven).detail("method", Factor::Identity);
        entry.detail("provider", &provider.settings.name).detail("name", name)
    }

    fn refusal_of_identity(
        &self,
        by: (&IdentityProvider, &str),
        (key, why): (&'static str, &'static str),
    ) -> RefusalPage {
        let mut refused = self.refused_identity(key).because(why);
        refused.entry = Some(Box::new(self.entry_of_identity(by).detail("why", why)));
        refused
    }

    fn refused_identity(&self, key: &'static str) -> RefusalPage {
        let mut refused = RefusalPage::new(StatusCode::FORBIDDEN, key);
        refused.application.clone_from(&self.sign_in.names.application);
        refused.application_url.clone_from(&self.sign_in.names.application_url);
        let help: Help = show::way_back(self).map(Help::from).unwrap_or_default();
        refused.help = Some(Box::new(Help { try_again: Some(format!("/sign-in/{}", self.sign_in.id)), ..help }));
        refused
    }
}
