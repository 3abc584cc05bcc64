//! Acts on the domains of a company. A domain is claimed, its record is set in DNS, and a look at the record proves it. The
//! record is looked at again each day; while it is missing the administrators are told, and after a time of grace the domain
//! is proved no longer.

use super::{ActContext, ActEffect, Stop};
use crate::directory::companies::{self, CompanyId};
use crate::directory::domains::{self, CompanyDomain, DomainName, DomainRefusal, DomainState, GRACE, MOST_DOMAINS};
use crate::directory::people::{self, Person};
use crate::directory::users::{self, Filter, MembershipState, Role};
use crate::event::Event;
use crate::platform::allowances::{self, Allowance, AllowanceAnswer};
use crate::platform::clock::Timestamp;
use crate::platform::core::Core;
use crate::platform::db::{self, Tx};
use crate::platform::history::{self, Entry};
use crate::platform::messages::{self, Message, Tone};
use crate::platform::web::fault::Fault;
use crate::platform::web::translations::{Language, Texts};

/// The looks at DNS that the administrators of one company may cause.
const LOOKS: Allowance =
    Allowance { purpose: "company.domain-looks", most: 30, within: std::time::Duration::from_hours(1) };
/// The domains that are looked at in one go.
const AT_ONCE: i64 = 50;
/// The most administrators who are told.
const MOST_TOLD: i64 = 50;

/// A look at the record of a domain. Only [`look`] makes it, so that no door proves a domain by its own word.
#[derive(Clone, Debug)]
pub struct RecordSight {
    domain: CompanyDomain,
    outcome: SightOutcome,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum SightOutcome {
    Seen,
    Absent,
    NoAnswer,
}

/// Claims a domain for the company.
///
/// # Errors
/// [`Stop::StaleProof`], [`Stop::Domain`].
pub async fn claim(tx: &mut Tx<'_>, context: &ActContext, name: &DomainName) -> Result<ActEffect, Stop> {
    context.demand_fresh_proof()?;
    let company = context.company.id;
    if domains::find(&mut *tx, company, name).await?.is_some() {
        return Ok(ActEffect::Unchanged);
    }
    refuse_of_another(tx, company, name).await?;
    if domains::of_company(&mut *tx, company).await?.len() >= MOST_DOMAINS {
        return Err(Stop::Domain(DomainRefusal::TooMany));
    }
    let value = context.core.random.token();
    domains::add(tx, company, (name, value.reveal()), context.now).await?;
    context.record(tx, &context.entry(Event::CompanyDomainClaimed).detail("domain", name.as_str())).await?;
    Ok(ActEffect::Changed)
}

async fn refuse_of_another(tx: &mut Tx<'_>, company: CompanyId, name: &DomainName) -> Result<(), Stop> {
    match domains::owner(&mut *tx, name).await? {
        Some(owner) if owner != company => Err(Stop::Domain(DomainRefusal::OfAnotherCompany)),
        _ => Ok(()),
    }
}

/// Looks at the record of a domain of a company, before the transaction of [`check`].
///
/// # Errors
/// [`Stop::Domain`]; [`Stop::TooMany`] for more looks than one company may cause.
pub async fn look(core: &Core, company: CompanyId, name: &DomainName, now: Timestamp) -> Result<RecordSight, Stop> {
    let domain = domains::find(&core.db, company, name).await?.ok_or(Stop::Domain(DomainRefusal::NotClaimed))?;
    let counted: Result<AllowanceAnswer, db::Error> = core
        .db
        .write(move |tx| Box::pin(async move { allowances::take(tx, &LOOKS, &company.to_string(), now).await }))
        .await;
    if let AllowanceAnswer::Exhausted(exhausted) = counted? {
        return Err(Stop::TooMany { wait: exhausted.wait });
    }
    Ok(seen(core, domain).await)
}

async fn seen(core: &Core, domain: CompanyDomain) -> RecordSight {
    let outcome = match core.dns.texts(&domain.name.record_name()).await {
        Ok(texts) if domain.is_proved_by(&texts) => SightOutcome::Seen,
        Ok(_) => SightOutcome::Absent,
        Err(fault) => {
            tracing::warn!(domain = domain.name.as_str(), cause = fault.to_string(), "a domain cannot be looked at");
            SightOutcome::NoAnswer
        }
    };
    RecordSight { domain, outcome }
}

/// Proves a domain of the company by its record.
///
/// # Errors
/// [`Stop::StaleProof`]; [`Stop::Domain`] where the record is not there, or another company has proved the domain.
pub async fn check(tx: &mut Tx<'_>, context: &ActContext, sight: &RecordSight) -> Result<ActEffect, Stop> {
    context.demand_fresh_proof()?;
    let (company, name) = (context.company.id, &sight.domain.name);
    // It may have been removed, and claimed anew with another value, since the look.
    let domain = domains::find(&mut *tx, company, name).await?.filter(|domain| domain.value == sight.domain.value);
    let domain = domain.filter(|_| sight.domain.company == company).ok_or(Stop::Domain(DomainRefusal::NotClaimed))?;
    match sight.outcome {
        SightOutcome::Seen => {}
        SightOutcome::Absent => return Err(Stop::Domain(DomainRefusal::NoRecord)),
        SightOutcome::NoAnswer => return Err(Stop::Domain(DomainRefusal::NoAnswer)),
    }
    refuse_of_another(tx, company, name).await?;
    let is_new = match domain.state {
        DomainState::Claimed => domains::prove(tx, company, name, context.now).await?,
        DomainState::Proved { .. } => domains::seen_again(tx, company, name).await?,
    };
    if !is_new {
        return Ok(ActEffect::Unchanged);
    }
    context.record(tx, &context.entry(Event::CompanyDomainProved).detail("domain", name.as_str())).await?;
    Ok(ActEffect::Changed)
}

/// Removes a domain of the company. Its value never counts again.
///
/// # Errors
/// [`Stop::StaleProof`], [`Stop::Domain`].
pub async fn remove(tx: &mut Tx<'_>, context: &ActContext, name: &DomainName) -> Result<(), Stop> {
    context.demand_fresh_proof()?;
    if !domains::remove(tx, context.company.id, name).await? {
        return Err(Stop::Domain(DomainRefusal::NotClaimed));
    }
    context.record(tx, &context.entry(Event::CompanyDomainRemoved).detail("domain", name.as_str())).await
}

/// Looks at the records of the proved domains whose time it is. Returns their number.
///
/// # Errors
/// The database does not answer.
pub async fn look_after(core: &Core, now: Timestamp) -> Result<usize, Fault> {
    let due = domains::due(&core.db, now, AT_ONCE).await?;
    let count = due.len();
    for domain in due {
        let of = domain.clone();
        let is_ours: Result<bool, db::Error> =
            core.db.write(move |tx| Box::pin(async move { domains::has_turn(tx, &of, now).await })).await;
        if is_ours? {
            let (sight, work) = (seen(core, domain).await, core.clone());
            let settled: Result<(), Fault> =
                core.db.write(move |tx| Box::pin(async move { settle(tx, &work, &sight, now).await })).await;
            settled?;
        }
    }
    Ok(count)
}

/// Keeps what a look at a proved domain found. An answer that DNS could not give changes nothing: a resolver that is down
/// must not take everybody's domains away.
async fn settle(tx: &mut Tx<'_>, core: &Core, sight: &RecordSight, now: Timestamp) -> Result<(), Fault> {
    let CompanyDomain { company, name, .. } = &sight.domain;
    let news = match sight.outcome {
        SightOutcome::NoAnswer => None,
        SightOutcome::Seen => {
            domains::seen_again(tx, *company, name).await?.then_some((Event::CompanyDomainProved, None))
        }
        SightOutcome::Absent if domains::mark_missing(tx, *company, name, now).await? => {
            Some((Event::CompanyDomainMissing, Some(DomainNews::Missing)))
        }
        SightOutcome::Absent => domains::lapse(tx, *company, name, now.minus(GRACE))
            .await?
            .then_some((Event::CompanyDomainLapsed, Some(DomainNews::Lapsed))),
    };
    let Some((event, letter)) = news else { return Ok(()) };
    let entry = Entry::new(now, event).company(*company).detail("domain", name.as_str());
    history::write(tx, &core.random, &entry).await?;
    match letter {
        Some(letter) => tell(tx, core, (&sight.domain, letter), now).await,
        None => Ok(()),
    }
}

/// The news of a domain that its administrators are told.
#[derive(Clone, Copy)]
enum DomainNews {
    Missing,
    Lapsed,
}

/// Tells the administrators of the company, and the main users of the offices that manage it.
async fn tell(
    tx: &mut Tx<'_>,
    core: &Core,
    (domain, news): (&CompanyDomain, DomainNews),
    now: Timestamp,
) -> Result<(), Fault> {
    let Some(company) = companies::find(&mut *tx, domain.company).await? else { return Ok(()) };
    let (subject, text) = match news {
        DomainNews::Missing => ("message-domain-missing-subject", "message-domain-missing-text"),
        DomainNews::Lapsed => ("message-domain-lapsed-subject", "message-domain-lapsed-text"),
    };
    for person in administrators(tx, domain.company).await? {
        let language = Language::parse_tag(&person.language).unwrap_or(Language::English);
        let texts = Texts::new(language);
        let until = now.plus(GRACE).in_zone(&core.settings.time_zone);
        let until = until.map(|at| texts.date_time(at.datetime())).unwrap_or_default();
        let (record, letters) = (domain.name.record_name(), domain.name.in_letters());
        let words = [
            ("name", person.given_name.as_str()),
            ("company", company.name.as_str()),
            ("domain", letters.as_str()),
            ("record", record.as_str()),
            ("until", until.as_str()),
            ("organisation", core.settings.organisation.as_str()),
        ];
        let (subject, text) = (texts.text_with(subject, &words), texts.text_with(text, &words));
        let message = Message::plain(language, &person.email, &subject, &text, now)
            .link(&texts.text("message-domain-link"), &format!("/admin/{}/domains", domain.company), Tone::Usual)
            .name(&person.name())
            .person(person.id);
        messages::write(tx, core, &message).await?;
    }
    Ok(())
}

/// The people who manage a company, of its own or of an accounting office.
async fn administrators(tx: &mut Tx<'_>, company: CompanyId) -> Result<Vec<Person>, db::Error> {
    let mut wanted = vec![(company, Role::UserAdministrator), (company, Role::MainUser)];
    wanted.extend(companies::offices_of(&mut *tx, company).await?.iter().map(|office| (office.id, Role::MainUser)));
    let mut ids = std::collections::BTreeSet::new();
    for (of, role) in wanted {
        let found = users::list(&mut *tx, of, (Filter::All, Some(role)), (&[], None), MOST_TOLD).await?;
        ids.extend(found.iter().filter(|member| member.state == MembershipState::Active).map(|member| member.person));
    }
    let mut administrators = Vec::new();
    for id in ids {
        administrators.extend(people::find(&mut *tx, id).await?);
    }
    Ok(administrators)
}
