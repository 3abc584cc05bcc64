//! Writing a batch: one transaction, in which each record is taken whole or not at all.

use std::collections::{HashMap, HashSet};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::{Arc, Mutex, PoisonError};

use super::super::records::{CompanyApplication, Employee, Engagement, Profile, Record, User};
use super::checked::{self, Refused};
use super::store::{Known, Later};
use super::{Line, store};
use crate::app::App;
use crate::directory::companies::{self, CompanyId, CompanyKind};
use crate::directory::employees;
use crate::directory::people::{Email, NewPerson, Person, PersonId};
use crate::directory::rights::{self, ProfileId, Right};
use crate::directory::users::MembershipState;
use crate::platform::clock::Timestamp;
use crate::platform::db::{self, Tx};
use crate::provider::applications;
use crate::sign_in::{ApplicationId, policies};

/// What came of a line.
#[derive(Clone, Debug)]
pub(super) enum Came {
    /// It is there now; this is its kind.
    Added(&'static str),
    /// It was there before, and was left as it is.
    AlreadyThere,
    /// It was not taken.
    Refused(u64, Refused),
}

/// What a dry run has met, so that later lines may refer to it: eight bytes for each name.
#[derive(Clone, Default)]
pub(super) struct Seen(Arc<Mutex<HashSet<u64>>>);

impl Seen {
    /// What one batch has met.
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

/// How the transaction of a batch ended without a commit.
enum Ended {
    DryRun(Vec<Came>, HashSet<u64>),
    Failed(db::Error),
}

impl From<db::Error> for Ended {
    fn from(error: db::Error) -> Self {
        Self::Failed(error)
    }
}

/// Writes a batch. With `seen`, everything is tried and nothing stays.
pub(super) async fn batch(app: &App, lines: Arc<Vec<Line>>, seen: Option<Seen>) -> Result<Vec<Came>, db::Error> {
    let all = 0..lines.len();
    match write(app, &lines, all.clone(), seen.clone()).await {
        // A constraint that nobody looked at before: line by line, the one that breaks it is found.
        Err(db::Error::Conflict(_)) => {
            let mut came = Vec::new();
            for place in all {
                match write(app, &lines, place..place + 1, seen.clone()).await {
                    Ok(one) => came.extend(one),
                    Err(db::Error::Conflict(_)) => {
                        let number = lines.get(place).map_or(0, |line| line.number);
                        let reason = "conflicts with what is there, such as a passkey or identifier of somebody else";
                        came.push(Came::Refused(number, Refused::because(reason)));
                    }
                    Err(error) => return Err(error),
                }
            }
            Ok(came)
        }
        other => other,
    }
}

async fn write(
    app: &App,
    lines: &Arc<Vec<Line>>,
    places: std::ops::Range<usize>,
    seen: Option<Seen>,
) -> Result<Vec<Came>, db::Error> {
    let (work, lines, now, met) = (app.clone(), Arc::clone(lines), app.clock.now(), seen.clone());
    let written: Result<Vec<Came>, Ended> = app
        .db
        .write(move |tx| {
            Box::pin(async move {
                let lines = lines.get(places).unwrap_or_default();
                let mut came = Vec::with_capacity(lines.len());
                let directory = Directory::read(tx, lines).await?;
                let (fresh, later) = (Mutex::default(), Later::default());
                let mut work = Writing { app: &work, seen: seen.as_ref(), fresh, directory, later, now };
                for line in lines {
                    came.push(match &line.record {
                        Err(refused) => Came::Refused(line.number, refused.clone()),
                        Ok(record) => match work.record(tx, record).await? {
                            Ok(true) => Came::Added(record.kind()),
                            Ok(false) => Came::AlreadyThere,
                            Err(refused) => Came::Refused(line.number, refused),
                        },
                    });
                }
                work.later.write(tx).await?;
                if seen.is_some() {
                    return Err(Ended::DryRun(came, work.fresh.into_inner().unwrap_or_default()));
                }
                let added = came.iter().filter(|came| matches!(came, Came::Added(_))).count();
                if let (Some(first), Some(last), true) = (lines.first(), lines.last(), added > 0) {
                    let added = u64::try_from(added).unwrap_or(u64::MAX);
                    store::tell(tx, &work.app.random, (first.number, last.number), added, now).await?;
                }
                Ok(came)
            })
        })
        .await;
    match written {
        Ok(came) => Ok(came),
        Err(Ended::DryRun(came, fresh)) => {
            // Only now: a batch that is tried again line by line must not meet itself.
            if let Some(seen) = met {
                seen.extend(fresh);
            }
            Ok(came)
        }
        Err(Ended::Failed(error)) => Err(error),
    }
}

/// Whether a record was added, or was there before; or why it was refused.
type Added = Result<Result<bool, Refused>, db::Error>;

/// What a record refers to; `None` where a dry run has only met it.
type Named<T> = Result<Result<Option<T>, Refused>, db::Error>;

/// Leaves with the refusal, where there is one.
macro_rules! or_refuse {
    ($checked:expr) => {
        match $checked {
            Ok(value) => value,
            Err(refused) => return Ok(Err(refused)),
        }
    };
}

struct Writing<'w> {
    app: &'w App,
    seen: Option<&'w Seen>,
    /// What this batch has met.
    fresh: Mutex<HashSet<u64>>,
    directory: Directory,
    later: Later,
    now: Timestamp,
}

/// What a batch refers to by identifiers, read at once: on PostgreSQL each look is a way to the server.
struct Directory {
    companies: HashSet<CompanyId>,
    people: HashMap<PersonId, Known>,
}

impl Directory {
    async fn read(tx: &mut Tx<'_>, lines: &[Line]) -> Result<Self, db::Error> {
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

impl Writing<'_> {
    async fn record(&mut self, tx: &mut Tx<'_>, record: &Record) -> Added {
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

    /// In a dry run, what earlier batches would have added is not in the database: who refers to it is taken.
    fn is_met(&self, kind: &str, name: &str) -> bool {
        let key = Seen::key(kind, name);
        self.seen.is_some_and(|seen| {
            seen.has(key) || self.fresh.lock().unwrap_or_else(PoisonError::into_inner).contains(&key)
        })
    }

    fn meet<'n>(&self, kind: &str, names: impl IntoIterator<Item = &'n str>) {
        if self.seen.is_some() {
            let mut fresh = self.fresh.lock().unwrap_or_else(PoisonError::into_inner);
            fresh.extend(names.into_iter().map(|name| Seen::key(kind, name)));
        }
    }

    /// The company that is named; `None` where a dry run has only met it.
    async fn company_named(&self, tx: &mut Tx<'_>, named: &str) -> Named<CompanyId> {
        if self.is_met("company", named) {
            return Ok(Ok(None));
        }
        match named.parse().ok().filter(|id| self.directory.companies.contains(id)) {
            Some(id) => Ok(Ok(Some(id))),
            None => Ok(store::company(tx, named).await?.map(Some)),
        }
    }

    async fn person_named(&self, tx: &mut Tx<'_>, named: &str) -> Named<Person> {
        if self.is_met("person", named) {
            return Ok(Ok(None));
        }
        Ok(store::person(tx, named).await?.map(Some))
    }

    async fn application_named(&self, tx: &mut Tx<'_>, named: &str) -> Named<ApplicationId> {
        if self.is_met("application", named) {
            return Ok(Ok(None));
        }
        Ok(store::application(tx, named).await?.map(Some))
    }

    async fn company(&self, tx: &mut Tx<'_>, company: &super::super::records::Company) -> Added {
        or_refuse!(checked::company(company));
        let created_at = company.created_at.unwrap_or(self.now);
        let id = company.id.unwrap_or_else(|| CompanyId::new(created_at, &self.app.random));
        if !store::add_company(tx, company, (id, created_at)).await? {
            let named = company.id.map_or_else(|| company.business_id.clone().unwrap_or_default(), |id| id.to_string());
            let is_it = store::company(tx, &named).await?.is_ok();
            let refused = Refused::because("another company has that business identifier");
            return Ok(if is_it { Ok(false) } else { Err(refused) });
        }
        if let Some(policy) = &company.policy {
            policies::set_of_company(tx, id, policy).await?;
        }
        self.meet("company", [Some(id.to_string()), company.business_id.clone()].iter().flatten().map(String::as_str));
        Ok(Ok(true))
    }

    async fn engagement(&self, tx: &mut Tx<'_>, engagement: &Engagement) -> Added {
        let office = or_refuse!(self.company_named(tx, &engagement.office).await?);
        let client = or_refuse!(self.company_named(tx, &engagement.client).await?);
        let (Some(office), Some(client)) = (office, client) else { return Ok(Ok(true)) };
        let is_office =
            companies::find(&mut *tx, office).await?.is_some_and(|it| it.kind == CompanyKind::AccountingOffice);
        if !is_office || office == client {
            return Ok(Err(Refused::because("only an accounting office manages others, and none itself")));
        }
        Ok(Ok(companies::engage(tx, office, client, engagement.since.unwrap_or(self.now)).await?))
    }

    async fn application(&self, tx: &mut Tx<'_>, record: &super::super::records::Application) -> Added {
        let company = match &record.company {
            Some(named) => or_refuse!(self.company_named(tx, named).await?),
            None => None,
        };
        let application = or_refuse!(checked::application(self.app, record, company, self.now));
        if let Ok(found) = store::application(tx, &record.client_id).await? {
            let is_it = record.id.is_none_or(|id| id == found);
            let refused = Refused::because("another application has that client_id");
            return Ok(if is_it { Ok(false) } else { Err(refused) });
        }
        if !applications::keep(tx, &self.app.random, &application, self.now).await? {
            return Ok(Ok(false));
        }
        if let Some(policy) = &record.policy {
            policies::set(tx, application.id, policy).await?;
        }
        for right in &record.rights {
            rights::declare(tx, &application.id.to_string(), right).await?;
        }
        self.meet("application", [application.id.to_string().as_str(), application.client_id.as_str()]);
        Ok(Ok(true))
    }

    async fn company_application(&self, tx: &mut Tx<'_>, open: &CompanyApplication) -> Added {
        or_refuse!(checked::company_application(open));
        let company = or_refuse!(self.company_named(tx, &open.company).await?);
        let application = or_refuse!(self.application_named(tx, &open.application).await?);
        let (Some(company), Some(application)) = (company, application) else { return Ok(Ok(true)) };
        let id = application.to_string();
        if !rights::open_to(tx, company, &id, open.since.unwrap_or(self.now)).await? {
            return Ok(Ok(false));
        }
        if let Some(policy) = &open.policy {
            policies::set_of_company_in(tx, company, application, policy).await?;
        }
        let asked = |name: &String| Right { application: id.clone(), name: name.clone() };
        let asked: Vec<Right> = open.ask_before.iter().map(asked).collect();
        rights::add_asked_before(tx, company, &asked).await?;
        Ok(Ok(true))
    }

    async fn profile(&self, tx: &mut Tx<'_>, profile: &Profile) -> Added {
        let company = match &profile.company {
            Some(named) => match or_refuse!(self.company_named(tx, named).await?) {
                Some(company) => Some(company),
                None => return Ok(Ok(true)),
            },
            None => None,
        };
        if profile.name.trim().is_empty() || profile.name.chars().count() > 80 {
            return Ok(Err(Refused::because("a name of 1 to 80 characters is needed")));
        }
        let rights = or_refuse!(self.rights(tx, &profile.rights).await?);
        if profile.id.is_none() && store::has_profile(tx, company, &profile.name).await? {
            return Ok(Ok(false));
        }
        let id = profile.id.unwrap_or_else(|| ProfileId::new(self.now, &self.app.random));
        Ok(Ok(store::add_profile(tx, id, (profile, company, &rights)).await?))
    }

    async fn person(&mut self, tx: &mut Tx<'_>, person: &super::super::records::Person) -> Added {
        let checked = or_refuse!(checked::person(self.app, person, self.now));
        let pair = |id: PersonId| format!("{id} {}", checked.email.key());
        let refused = Refused::because("somebody else has that email or identifier");
        if self.is_met("person", checked.email.key()) {
            let is_it = person.id.is_none_or(|id| self.is_met("pair", &pair(id)));
            return Ok(if is_it { Ok(false) } else { Err(refused) });
        }
        if person.passkeys.iter().any(|passkey| self.is_met("credential", &passkey.credential_id)) {
            return Ok(Err(Refused::because("a passkey is somebody else's")));
        }
        if !store::add_person(tx, &self.app.random, (person, &checked), (&mut self.later, self.now)).await? {
            let found = store::person(tx, checked.email.key()).await?;
            let is_it = found.is_ok_and(|found| person.id.is_none_or(|id| id == found.id));
            return Ok(if is_it { Ok(false) } else { Err(refused) });
        }
        self.directory.people.insert(checked.id, store::just_added(person, &checked));
        self.meet("person", [checked.id.to_string().as_str(), checked.email.key()]);
        self.meet("pair", [pair(checked.id).as_str()]);
        self.meet("credential", person.passkeys.iter().map(|passkey| passkey.credential_id.as_str()));
        Ok(Ok(true))
    }

    async fn user(&mut self, tx: &mut Tx<'_>, user: &User) -> Added {
        if user.state.parse::<MembershipState>().is_err() {
            return Ok(Err(Refused::because("state must be active, locked or removed")));
        }
        let company = or_refuse!(self.company_named(tx, &user.company).await?);
        let at_hand = user.person.parse().ok().and_then(|id| self.directory.people.get(&id).cloned());
        let person = match at_hand {
            Some(person) => Some(person),
            None if self.is_met("person", &user.person) => None,
            None => Some(or_refuse!(store::known(tx, &user.person).await?)),
        };
        let rights = or_refuse!(self.rights(tx, &user.rights).await?);
        let (Some(company), Some(person)) = (company, person) else { return Ok(Ok(true)) };
        let basic = person.basic_company;
        if user.basic == Some(true) && basic.is_some_and(|basic| basic != company) {
            return Ok(Err(Refused::because("the person has another basic company")));
        }
        let is_basic = user.basic.unwrap_or(basic.is_none());
        let later = (&mut self.later, self.now);
        let is_added = store::add_user(tx, (user, company, &person), (is_basic, &rights), later).await?;
        if let Some(person) = self.directory.people.get_mut(&person.id).filter(|_| is_added && is_basic) {
            person.basic_company = Some(company);
        }
        Ok(Ok(is_added))
    }

    async fn employee(&self, tx: &mut Tx<'_>, employee: &Employee) -> Added {
        let company = or_refuse!(self.company_named(tx, &employee.company).await?);
        let person = or_refuse!(self.person_named(tx, &employee.person).await?);
        let (Some(company), Some(person)) = (company, person) else { return Ok(Ok(true)) };
        let since = employee.created_at.unwrap_or(self.now);
        let added = employees::add(tx, company, person.id, &employee.services, since).await?;
        if let (true, Some(typed)) = (added, &employee.typed) {
            let email = Email::parse(&typed.email);
            let Some(email) = email else { return Ok(Err(Refused::because("typed has no email address"))) };
            let (given_name, family_name) = (typed.given_name.clone(), typed.family_name.clone());
            let typed = NewPerson { email, given_name, family_name, language: typed.language.clone() };
            employees::keep_typed(tx, company, person.id, &typed).await?;
        }
        Ok(Ok(added))
    }

    /// Rights with the identifiers of their applications, which a record may name by `client_id`.
    async fn rights(&self, tx: &mut Tx<'_>, named: &[Right]) -> Result<Result<Vec<Right>, Refused>, db::Error> {
        if named.len() > rights::MOST_RIGHTS {
            return Ok(Err(Refused::because("too many rights")));
        }
        let mut found = Vec::with_capacity(named.len());
        for right in named {
            let Some(application) = or_refuse!(self.application_named(tx, &right.application).await?) else { continue };
            found.push(Right { application: application.to_string(), name: right.name.clone() });
        }
        Ok(Ok(found))
    }
}
