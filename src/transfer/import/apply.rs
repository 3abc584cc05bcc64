//! Writing a batch: one transaction, in which each record is taken whole or not at all.

use std::collections::{HashMap, HashSet};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::{Arc, Mutex, PoisonError};

use super::super::records::{
    ApplicationRecord, CompanyApplicationRecord, CompanyRecord, EmployeeRecord, EngagementRecord, PersonRecord,
    ProfileRecord, Record, UserRecord,
};
use super::checked::{self, RecordRefusal};
use super::store::{DeferredRows, KnownPerson, ProfileAddition, UserAddition};
use super::{ImportLine, store};
use crate::app::App;
use crate::directory::companies::{self, CompanyId, CompanyKind};
use crate::directory::employees;
use crate::directory::people::{Person, PersonId};
use crate::directory::rights::{self, ProfileId, Right};
use crate::directory::users::MembershipState;
use crate::platform::clock::Timestamp;
use crate::platform::db::{self, Tx};
use crate::provider::applications;
use crate::sign_in::{ApplicationId, policies};

/// The outcome of a line.
#[derive(Clone, Debug)]
pub(super) enum LineOutcome {
    /// A record of this kind was added.
    Added(&'static str),
    /// The record of this kind on the line of this number was added, without the fields that these reasons are about.
    AddedInPart(&'static str, u64, Vec<RecordRefusal>),
    /// The record was there before, and was left as it is.
    AlreadyThere,
    /// The line of this number was not taken.
    Refused(u64, RecordRefusal),
}

/// The names that a dry run has met, so that later lines may refer to them: eight bytes for each.
#[derive(Clone, Default)]
pub(super) struct DryRunNames(Arc<Mutex<HashSet<u64>>>);

impl DryRunNames {
    /// Adds the names of one batch.
    fn extend(&self, fresh: HashSet<u64>) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).extend(fresh);
    }

    fn key(kind: &str, name: &str) -> u64 {
        let mut hasher = DefaultHasher::new();
        (kind, name.to_lowercase()).hash(&mut hasher);
        hasher.finish()
    }

    fn has(&self, key: u64) -> bool {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).contains(&key)
    }
}

/// The end of the transaction of a batch without a commit.
enum BatchEnd {
    /// A dry run, with the names that it met.
    DryRun(Vec<LineOutcome>, HashSet<u64>),
    /// A fault of the database.
    Failed(db::Error),
}

impl From<db::Error> for BatchEnd {
    fn from(error: db::Error) -> Self {
        Self::Failed(error)
    }
}

/// Writes a batch. In a dry run, with its names, everything is tried and nothing stays.
pub(super) async fn batch(
    app: &App,
    lines: Arc<Vec<ImportLine>>,
    seen: Option<DryRunNames>,
) -> Result<Vec<LineOutcome>, db::Error> {
    let all = 0..lines.len();
    match write(app, &lines, all.clone(), seen.clone()).await {
        // A constraint that no check foresaw: line by line, the one that breaks it is found.
        Err(db::Error::Conflict(_)) => {
            let mut outcomes = Vec::new();
            for place in all {
                match write(app, &lines, place..place + 1, seen.clone()).await {
                    Ok(one) => outcomes.extend(one),
                    Err(db::Error::Conflict(_)) => {
                        let number = lines.get(place).map_or(0, |line| line.number);
                        let reason = "conflicts with what is there, such as a passkey or identifier of somebody else";
                        outcomes.push(LineOutcome::Refused(number, RecordRefusal::because(reason)));
                    }
                    Err(error) => return Err(error),
                }
            }
            Ok(outcomes)
        }
        other => other,
    }
}

async fn write(
    app: &App,
    lines: &Arc<Vec<ImportLine>>,
    places: std::ops::Range<usize>,
    seen: Option<DryRunNames>,
) -> Result<Vec<LineOutcome>, db::Error> {
    let (work, lines, now, met) = (app.clone(), Arc::clone(lines), app.clock.now(), seen.clone());
    let written: Result<Vec<LineOutcome>, BatchEnd> = app
        .db
        .write(move |tx| {
            Box::pin(async move {
                let lines = lines.get(places).unwrap_or_default();
                let mut outcomes = Vec::with_capacity(lines.len());
                let directory = BatchDirectory::read(tx, lines).await?;
                let (fresh, deferred) = (Mutex::default(), DeferredRows::new(now));
                let left_out = Vec::new();
                let mut work =
                    BatchWriter { app: &work, seen: seen.as_ref(), fresh, directory, deferred, left_out, now };
                for line in lines {
                    work.left_out.clear();
                    outcomes.push(match &line.record {
                        Err(refused) => LineOutcome::Refused(line.number, refused.clone()),
                        Ok(record) => match work.record(tx, record).await {
                            Ok(true) if work.left_out.is_empty() => LineOutcome::Added(record.kind()),
                            Ok(true) => {
                                let left_out = std::mem::take(&mut work.left_out);
                                LineOutcome::AddedInPart(record.kind(), line.number, left_out)
                            }
                            Ok(false) => LineOutcome::AlreadyThere,
                            Err(RecordError::Refused(refused)) => LineOutcome::Refused(line.number, refused),
                            Err(RecordError::Fault(error)) => return Err(error.into()),
                        },
                    });
                }
                work.deferred.write(tx).await?;
                if seen.is_some() {
                    return Err(BatchEnd::DryRun(outcomes, work.fresh.into_inner().unwrap_or_default()));
                }
                let is_added =
                    |outcome: &&LineOutcome| matches!(outcome, LineOutcome::Added(_) | LineOutcome::AddedInPart(..));
                let added = outcomes.iter().filter(is_added).count();
                if let (Some(first), Some(last), true) = (lines.first(), lines.last(), added > 0) {
                    let added = u64::try_from(added).unwrap_or(u64::MAX);
                    store::record(tx, &work.app.random, (first.number, last.number), added, now).await?;
                }
                Ok(outcomes)
            })
        })
        .await;
    match written {
        Ok(outcomes) => Ok(outcomes),
        Err(BatchEnd::DryRun(outcomes, fresh)) => {
            // Only now, because a batch that is tried again line by line must not meet itself.
            if let Some(seen) = met {
                seen.extend(fresh);
            }
            Ok(outcomes)
        }
        Err(BatchEnd::Failed(error)) => Err(error),
    }
}

/// The reason for which a record is not taken.
enum RecordError {
    /// A refusal. Nothing of the record is written, and the batch goes on.
    Refused(RecordRefusal),
    /// A fault, which ends the batch.
    Fault(db::Error),
}

impl From<RecordRefusal> for RecordError {
    fn from(refusal: RecordRefusal) -> Self {
        Self::Refused(refusal)
    }
}

impl From<db::Error> for RecordError {
    fn from(error: db::Error) -> Self {
        Self::Fault(error)
    }
}

/// The work on one batch within its transaction.
struct BatchWriter<'w> {
    app: &'w App,
    /// The names of earlier batches, in a dry run.
    seen: Option<&'w DryRunNames>,
    /// The names that this batch has met.
    fresh: Mutex<HashSet<u64>>,
    directory: BatchDirectory,
    deferred: DeferredRows,
    /// The reasons for which fields of the record at hand were left out.
    left_out: Vec<RecordRefusal>,
    now: Timestamp,
}

/// The companies and people that a batch refers to by identifiers. They are read at once, because on PostgreSQL each
/// look is a way to the server.
struct BatchDirectory {
    companies: HashSet<CompanyId>,
    people: HashMap<PersonId, KnownPerson>,
}

impl BatchDirectory {
    async fn read(tx: &mut Tx<'_>, lines: &[ImportLine]) -> Result<Self, db::Error> {
        let (mut companies, mut people) = (HashSet::new(), HashSet::new());
        for record in lines.iter().filter_map(|line| line.record.as_ref().ok()) {
            let (company, person) = match record {
                Record::User(user) => (&user.company, Some(&user.person)),
                Record::Employee(employee) => (&employee.company, None),
                Record::CompanyApplication(open) => (&open.company, None),
                _ => continue,
            };
            companies.extend(company.parse::<CompanyId>());
            people.extend(person.and_then(|person| person.parse::<PersonId>().ok()));
        }
        let companies: Vec<CompanyId> = companies.into_iter().collect();
        let people: Vec<PersonId> = people.into_iter().collect();
        let known = store::known_by_id(tx, &people).await?;
        Ok(Self {
            companies: store::companies_by_id(tx, &companies).await?.into_iter().collect(),
            people: known.into_iter().map(|known| (known.id, known)).collect(),
        })
    }
}

impl BatchWriter<'_> {
    /// Adds a record. Tells whether it was not there before.
    async fn record(&mut self, tx: &mut Tx<'_>, record: &Record) -> Result<bool, RecordError> {
        match record {
            Record::Company(company) => self.company(tx, company).await,
            Record::Engagement(engagement) => self.engagement(tx, engagement).await,
            Record::Application(application) => self.application(tx, application).await,
            Record::CompanyApplication(open) => self.company_application(tx, open).await,
            Record::Profile(profile) => self.profile(tx, profile).await,
            Record::Person(person) => self.person(tx, person).await,
            Record::User(user) => self.user(tx, user).await,
            Record::Employee(employee) => self.employee(tx, employee).await,
        }
    }

    /// Whether a dry run has met a name. Such a record is not in the database, and may still be referred to.
    fn is_met(&self, kind: &str, name: &str) -> bool {
        let key = DryRunNames::key(kind, name);
        self.seen.is_some_and(|seen| {
            seen.has(key) || self.fresh.lock().unwrap_or_else(PoisonError::into_inner).contains(&key)
        })
    }

    fn meet<'n>(&self, kind: &str, names: impl IntoIterator<Item = &'n str>) {
        if self.seen.is_some() {
            let mut fresh = self.fresh.lock().unwrap_or_else(PoisonError::into_inner);
            fresh.extend(names.into_iter().map(|name| DryRunNames::key(kind, name)));
        }
    }

    /// The company that is named; `None` where a dry run has only met it.
    async fn company_named(&self, tx: &mut Tx<'_>, named: &str) -> Result<Option<CompanyId>, RecordError> {
        if self.is_met("company", named) {
            return Ok(None);
        }
        match named.parse().ok().filter(|id| self.directory.companies.contains(id)) {
            Some(id) => Ok(Some(id)),
            None => Ok(Some(store::company(tx, named).await?.ok_or_else(|| unknown("company", named))?)),
        }
    }

    async fn person_named(&self, tx: &mut Tx<'_>, named: &str) -> Result<Option<Person>, RecordError> {
        if self.is_met("person", named) {
            return Ok(None);
        }
        Ok(Some(store::person(tx, named).await?.ok_or_else(|| unknown("person", named))?))
    }

    async fn application_named(&self, tx: &mut Tx<'_>, named: &str) -> Result<Option<ApplicationId>, RecordError> {
        if self.is_met("application", named) {
            return Ok(None);
        }
        Ok(Some(store::application(tx, named).await?.ok_or_else(|| unknown("application", named))?))
    }

    async fn company(&self, tx: &mut Tx<'_>, company: &CompanyRecord) -> Result<bool, RecordError> {
        checked::company(company)?;
        let created_at = company.created_at.unwrap_or(self.now);
        let id = company.id.unwrap_or_else(|| CompanyId::new(created_at, &self.app.random));
        if !store::add_company(tx, company, (id, created_at)).await? {
            let named = company.id.map_or_else(|| company.business_id.clone().unwrap_or_default(), |id| id.to_string());
            let is_it = store::company(tx, &named).await?.is_some();
            let refused = RecordRefusal::because("another company has that business identifier");
            return if is_it { Ok(false) } else { Err(refused.into()) };
        }
        if let Some(policy) = &company.policy {
            policies::set_of_company(tx, id, policy).await?;
        }
        self.meet("company", [Some(id.to_string()), company.business_id.clone()].iter().flatten().map(String::as_str));
        Ok(true)
    }

    async fn engagement(&self, tx: &mut Tx<'_>, engagement: &EngagementRecord) -> Result<bool, RecordError> {
        let office = self.company_named(tx, &engagement.office).await?;
        let client = self.company_named(tx, &engagement.client).await?;
        let (Some(office), Some(client)) = (office, client) else { return Ok(true) };
        let is_office =
            companies::find(&mut *tx, office).await?.is_some_and(|it| it.kind == CompanyKind::AccountingOffice);
        if !is_office || office == client {
            return Err(RecordRefusal::because("only an accounting office manages others, and none itself").into());
        }
        Ok(companies::engage(tx, office, client, engagement.since.unwrap_or(self.now)).await?)
    }

    async fn application(&self, tx: &mut Tx<'_>, record: &ApplicationRecord) -> Result<bool, RecordError> {
        let company = match &record.company {
            Some(named) => self.company_named(tx, named).await?,
            None => None,
        };
        let application = checked::application(self.app, record, company, self.now)?;
        if let Some(found) = store::application(tx, &record.client_id).await? {
            let is_it = record.id.is_none_or(|id| id == found);
            let refused = RecordRefusal::because("another application has that client_id");
            return if is_it { Ok(false) } else { Err(refused.into()) };
        }
        if !applications::keep(tx, &self.app.random, &application, self.now).await? {
            return Ok(false);
        }
        if let Some(policy) = &record.policy {
            policies::set(tx, application.id, policy).await?;
        }
        for right in &record.rights {
            rights::declare(tx, &application.id.to_string(), right).await?;
        }
        self.meet("application", [application.id.to_string().as_str(), application.client_id.as_str()]);
        Ok(true)
    }

    async fn company_application(&self, tx: &mut Tx<'_>, open: &CompanyApplicationRecord) -> Result<bool, RecordError> {
        checked::company_application(open)?;
        let company = self.company_named(tx, &open.company).await?;
        let application = self.application_named(tx, &open.application).await?;
        let (Some(company), Some(application)) = (company, application) else { return Ok(true) };
        let id = application.to_string();
        if !rights::open_to(tx, company, &id, open.since.unwrap_or(self.now)).await? {
            return Ok(false);
        }
        if let Some(policy) = &open.policy {
            policies::set_of_company_in(tx, company, application, policy).await?;
        }
        let asked = |name: &String| Right { application: id.clone(), name: name.clone() };
        let asked: Vec<Right> = open.ask_before.iter().map(asked).collect();
        rights::add_asked_before(tx, company, &asked).await?;
        Ok(true)
    }

    async fn profile(&self, tx: &mut Tx<'_>, profile: &ProfileRecord) -> Result<bool, RecordError> {
        let company = match &profile.company {
            Some(named) => match self.company_named(tx, named).await? {
                Some(company) => Some(company),
                None => return Ok(true),
            },
            None => None,
        };
        if profile.name.trim().is_empty() || profile.name.chars().count() > 80 {
            return Err(RecordRefusal::because("a name of 1 to 80 characters is needed").into());
        }
        let rights = self.rights(tx, &profile.rights).await?;
        if profile.id.is_none() && store::has_profile(tx, company, &profile.name).await? {
            return Ok(false);
        }
        let id = profile.id.unwrap_or_else(|| ProfileId::new(self.now, &self.app.random));
        let new = ProfileAddition { id, company, name: profile.name.trim(), rights: &rights };
        Ok(store::add_profile(tx, &new).await?)
    }

    async fn person(&mut self, tx: &mut Tx<'_>, person: &PersonRecord) -> Result<bool, RecordError> {
        let mut checked = checked::person(self.app, person, self.now)?;
        self.left_out = std::mem::take(&mut checked.left_out);
        let pair = |id: PersonId| format!("{id} {}", checked.email.key());
        let refused = RecordRefusal::because("somebody else has that email or identifier");
        if self.is_met("person", checked.email.key()) {
            let is_it = person.id.is_none_or(|id| self.is_met("pair", &pair(id)));
            return if is_it { Ok(false) } else { Err(refused.into()) };
        }
        if person.passkeys.iter().any(|passkey| self.is_met("credential", &passkey.credential_id)) {
            return Err(RecordRefusal::because("a passkey is somebody else's").into());
        }
        if !store::add_person(tx, &self.app.random, &checked, &mut self.deferred).await? {
            let found = store::person(tx, checked.email.key()).await?;
            let is_it = found.is_some_and(|found| person.id.is_none_or(|id| id == found.id));
            return if is_it { Ok(false) } else { Err(refused.into()) };
        }
        self.directory.people.insert(checked.id, store::just_added(&checked));
        self.meet("person", [checked.id.to_string().as_str(), checked.email.key()]);
        self.meet("pair", [pair(checked.id).as_str()]);
        self.meet("credential", person.passkeys.iter().map(|passkey| passkey.credential_id.as_str()));
        Ok(true)
    }

    async fn user(&mut self, tx: &mut Tx<'_>, user: &UserRecord) -> Result<bool, RecordError> {
        if user.state.parse::<MembershipState>().is_err() {
            return Err(RecordRefusal::because("state must be active, locked or removed").into());
        }
        let company = self.company_named(tx, &user.company).await?;
        let at_hand = user.person.parse().ok().and_then(|id| self.directory.people.get(&id).cloned());
        let person = match at_hand {
            Some(person) => Some(person),
            None if self.is_met("person", &user.person) => None,
            None => Some(store::known(tx, &user.person).await?.ok_or_else(|| unknown("person", &user.person))?),
        };
        let rights = self.rights(tx, &user.rights).await?;
        let (Some(company), Some(person)) = (company, person) else { return Ok(true) };
        let basic = person.basic_company;
        if user.basic == Some(true) && basic.is_some_and(|basic| basic != company) {
            return Err(RecordRefusal::because("the person has another basic company").into());
        }
        let is_basic = user.basic.unwrap_or(basic.is_none());
        let new = UserAddition { record: user, company, person: &person, is_basic, rights: &rights };
        let is_added = store::add_user(tx, &new, &mut self.deferred).await?;
        if let Some(person) = self.directory.people.get_mut(&person.id).filter(|_| is_added && is_basic) {
            person.basic_company = Some(company);
        }
        Ok(is_added)
    }

    async fn employee(&self, tx: &mut Tx<'_>, employee: &EmployeeRecord) -> Result<bool, RecordError> {
        let typed = employee.typed.as_ref().map(checked::typed).transpose()?;
        let company = self.company_named(tx, &employee.company).await?;
        let person = self.person_named(tx, &employee.person).await?;
        let (Some(company), Some(person)) = (company, person) else { return Ok(true) };
        let since = employee.created_at.unwrap_or(self.now);
        let is_added = employees::add(tx, company, person.id, &employee.services, since).await?;
        if let (true, Some(typed)) = (is_added, typed) {
            employees::keep_typed(tx, company, person.id, &typed).await?;
        }
        Ok(is_added)
    }

    /// Rights with the identifiers of their applications, which a record may name by `client_id`.
    async fn rights(&self, tx: &mut Tx<'_>, named: &[Right]) -> Result<Vec<Right>, RecordError> {
        if named.len() > rights::MOST_RIGHTS {
            return Err(RecordRefusal::because("too many rights").into());
        }
        let mut found = Vec::with_capacity(named.len());
        for right in named {
            let Some(application) = self.application_named(tx, &right.application).await? else { continue };
            found.push(Right { application: application.to_string(), name: right.name.clone() });
        }
        Ok(found)
    }
}

fn unknown(kind: &str, named: &str) -> RecordRefusal {
    RecordRefusal::because(format!("there is no {kind} {named}"))
}
