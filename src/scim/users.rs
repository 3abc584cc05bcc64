//! The users of a company, as its directory feeds them.
//!
//! A directory makes users of this company and closes it to them. A profile that is there already is linked
//! as it is. The data of a profile is the directory's to change only where this is the person's basic
//! company, and the sign-in email only where they are a user of no other company: else whoever feeds one
//! company could take over what a person has in another.

use axum::extract::State;
use http::Uri;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::body::{ScimBody, resource_etag};
use super::door::{DirectoryCaller, MEDIA_TYPE};
use super::filter::{self, Equals};
use super::groups;
use super::patch::{PatchRequest, UserFacts};
use super::store;
use crate::administration as acts;
use crate::administration::ActContext;
use crate::administration::users::{Addition, RoleWish};
use crate::api::asked::{Path, of_query};
use crate::api::json::put;
use crate::api::moment;
use crate::api::people::new_person;
use crate::api::problem::{Kind, Problem};
use crate::api::reply::Reply;
use crate::api::users::present;
use crate::app::App;
use crate::directory::companies::CompanyId;
use crate::directory::people::{self, Email, PersonId};
use crate::directory::users::{self, Member, MembershipState};
use crate::platform::db::{Source, Tx};
use crate::platform::web::translations::Language;

/// The schema of a user (RFC 7643 §4.1).
pub(super) const SCHEMA: &str = "urn:ietf:params:scim:schemas:core:2.0:User";
/// The longest name that a directory may give a user, in characters.
const LONGEST_EXTERNAL_ID: usize = 255;
/// The most users of one answer.
pub(super) const MOST: i64 = 100;

/// The query of the list of users.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Which {
    pub(super) filter: Option<String>,
    #[serde(rename = "startIndex")]
    pub(super) start_index: Option<i64>,
    pub(super) count: Option<i64>,
}

impl Which {
    /// How many are passed over, and how many wanted at most (RFC 7644 §3.4.2.4: out of range is put right).
    pub(super) fn range(&self) -> (i64, i64) {
        let first = self.start_index.unwrap_or(1).clamp(1, 10_000_000);
        (first - 1, self.count.unwrap_or(MOST).clamp(0, MOST))
    }

    /// The condition of the request.
    pub(super) fn wanted(&self) -> Result<Vec<Equals>, Problem> {
        let text = self.filter.as_deref().map(str::trim).filter(|text| !text.is_empty());
        let wanted = text.map(filter::filter).transpose();
        let wanted = wanted.map_err(|why| Problem::new(Kind::InvalidFilter).detail(why.to_string()))?;
        Ok(wanted.unwrap_or_default())
    }
}

/// A list as SCIM answers it (RFC 7644 §3.4.2).
pub(super) fn list_of(total: i64, skipped: i64, resources: &[Value]) -> Result<Reply, Problem> {
    let list = json!({
        "schemas": ["urn:ietf:params:scim:api:messages:2.0:ListResponse"],
        "totalResults": total,
        "startIndex": skipped + 1,
        "itemsPerPage": resources.len(),
        "Resources": resources,
    });
    Ok(Reply::ok(&list)?.of_type(MEDIA_TYPE))
}

/// `GET /scim/v2/Users`.
pub(crate) async fn list(State(app): State<App>, directory: DirectoryCaller, uri: Uri) -> Result<Reply, Problem> {
    let which: Which = of_query(&uri)?;
    let (skipped, limit) = which.range();
    let wanted = which.wanted()?;
    let company = directory.company.id;
    let mut reader = app.db.reader().await?;
    let mut source = Source::Reader(&mut reader);
    let mut state = "";
    let mut single: Option<Option<PersonId>> = None;
    for Equals { attribute, value } in &wanted {
        let text = value.as_str();
        let found = match (attribute.as_str(), text) {
            ("active", _) if value.is_boolean() => {
                let wanted = if value == &json!(true) { "active" } else { "locked" };
                // Nobody is both.
                state = if state.is_empty() || state == wanted { wanted } else { "none" };
                continue;
            }
            ("id", Some(text)) => text.parse::<PersonId>().ok(),
            ("externalid", Some(text)) if text.chars().any(char::is_control) => None,
            ("externalid", Some(text)) => store::by_external_id(&mut source, company, text).await?,
            ("username" | "emails" | "emails.value", Some(text)) => match Email::parse(text) {
                None => None,
                Some(email) => people::find_by_email(&mut source, &email).await?.map(|person| person.id),
            },
            _ => {
                let words = "users are found by userName, externalId, emails.value, id and active, each compared by eq";
                return Err(Problem::new(Kind::InvalidFilter).detail(words));
            }
        };
        single = Some(match single {
            None => found,
            Some(before) => before.filter(|before| Some(*before) == found),
        });
    }
    let (total, ids) = match single {
        None => {
            let total = store::count(&mut source, company, state).await?;
            (total, store::users(&mut source, company, state, (skipped, limit)).await?)
        }
        Some(found) => {
            let found = match found {
                None => None,
                Some(person) => users::find(&mut source, company, person).await?,
            };
            let fits = |member: &Member| {
                let shown =
                    if member.state == MembershipState::Pending { MembershipState::Active } else { member.state };
                shown != MembershipState::Removed && (state.is_empty() || shown.as_str() == state)
            };
            let ids: Vec<_> = found.filter(fits).map(|member| member.person).into_iter().collect();
            let total = i64::try_from(ids.len()).unwrap_or_default();
            (total, if skipped == 0 && limit > 0 { ids } else { Vec::new() })
        }
    };
    let mut resources = Vec::with_capacity(ids.len());
    for id in ids {
        resources.extend(resource(&app, &mut source, company, id).await?);
    }
    list_of(total, skipped, &resources)
}

/// `GET /scim/v2/Users/{id}`.
pub(crate) async fn see(
    State(app): State<App>,
    directory: DirectoryCaller,
    Path(person): Path<PersonId>,
) -> Result<Reply, Problem> {
    let mut reader = app.db.reader().await?;
    let found = resource(&app, &mut Source::Reader(&mut reader), directory.company.id, person).await?;
    shown(found)
}

/// `POST /scim/v2/Users`.
pub(crate) async fn add(
    State(app): State<App>,
    directory: DirectoryCaller,
    ScimBody(asked): ScimBody<Map<String, Value>>,
) -> Result<Reply, Problem> {
    let facts = UserFacts::whole(&asked)?;
    let email = facts.user_name.clone().ok_or_else(|| Problem::invalid("userName is missing"))?;
    let new = new_person(&email, names(&facts, &email), language(&facts).as_deref())?;
    directory
        .write(&app, move |tx, app, at| {
            Box::pin(async move {
                let company = at.company.id;
                let roles = RoleWish::Exactly(Vec::new());
                let addition = Addition { person: new, roles, profile: None, phone: None };
                let person = acts::users::add(tx, &at, addition).await?.person;
                keep_external_id(tx, company, person, facts.external_id.as_ref()).await?;
                set_active(tx, &at, person, facts.active).await?;
                let found = resource(&app, &mut Source::Transaction(tx), company, person).await?;
                let found = found.ok_or_else(|| Problem::new(Kind::NotFound))?;
                let (location, etag) = (location(&app, person), resource_etag(&found));
                Ok(Reply::created(&found, location)?.tagged(etag).of_type(MEDIA_TYPE))
            })
        })
        .await
}

/// `PUT /scim/v2/Users/{id}`: what is not the directory's to change stays as it is (RFC 7644 §3.5.1).
pub(crate) async fn replace(
    State(app): State<App>,
    directory: DirectoryCaller,
    Path(person): Path<PersonId>,
    ScimBody(asked): ScimBody<Map<String, Value>>,
) -> Result<Reply, Problem> {
    let mut facts = UserFacts::whole(&asked)?;
    if facts.user_name.is_none() {
        return Err(Problem::invalid("userName is missing"));
    }
    facts.external_id = Some(facts.external_id.flatten());
    directory
        .write(&app, move |tx, app, at| {
            Box::pin(async move {
                let member = present(&mut *tx, at.company.id, person).await?;
                let elsewhere = store::is_user_elsewhere(&mut *tx, at.company.id, person).await?;
                if !member.basic {
                    facts = UserFacts { active: facts.active, external_id: facts.external_id, ..UserFacts::default() };
                } else if elsewhere {
                    (facts.user_name, facts.email) = (None, None);
                }
                change(tx, &app, &at, person, facts).await
            })
        })
        .await
}

/// `PATCH /scim/v2/Users/{id}`.
pub(crate) async fn patch(
    State(app): State<App>,
    directory: DirectoryCaller,
    Path(person): Path<PersonId>,
    ScimBody(asked): ScimBody<PatchRequest>,
) -> Result<Reply, Problem> {
    let mut facts = UserFacts::default();
    for step in asked.steps()? {
        facts.take(&step)?;
    }
    directory.write(&app, move |tx, app, at| Box::pin(async move { change(tx, &app, &at, person, facts).await })).await
}

/// `DELETE /scim/v2/Users/{id}`: the user is removed from this company alone.
pub(crate) async fn remove(
    State(app): State<App>,
    directory: DirectoryCaller,
    Path(person): Path<PersonId>,
) -> Result<Reply, Problem> {
    directory
        .write(&app, move |tx, _, at| {
            Box::pin(async move {
                present(&mut *tx, at.company.id, person).await?;
                acts::users::remove(tx, &at, person, None).await?;
                store::keep_external_id(tx, at.company.id, person, None).await?;
                Ok(Reply::done())
            })
        })
        .await
}

/// Brings a user to what the directory says.
async fn change(
    tx: &mut Tx<'_>,
    app: &App,
    at: &ActContext,
    person: PersonId,
    facts: UserFacts,
) -> Result<Reply, Problem> {
    let company = at.company.id;
    present(&mut *tx, company, person).await?;
    if let Some(email) = facts.user_name.as_ref().or(facts.email.as_ref()) {
        let email = Email::parse_new(email).map_err(|unfit| Problem::invalid(format!("userName {unfit}")))?;
        acts::people::set_sign_in_email(tx, at, person, &email).await?;
    }
    let names = (facts.given_name.as_deref(), facts.family_name.as_deref());
    acts::people::rename(tx, at, person, names.0, names.1).await?;
    if let Some(language) = language(&facts).as_deref().and_then(Language::parse_tag) {
        acts::people::set_language(tx, at, person, language).await?;
    }
    keep_external_id(tx, company, person, facts.external_id.as_ref()).await?;
    set_active(tx, at, person, facts.active).await?;
    shown(resource(app, &mut Source::Transaction(tx), company, person).await?)
}

async fn set_active(tx: &mut Tx<'_>, at: &ActContext, person: PersonId, active: Option<bool>) -> Result<(), Problem> {
    let _ = match active {
        None => return Ok(()),
        Some(true) => acts::users::readmit(tx, at, person).await?,
        Some(false) => acts::users::lock(tx, at, person).await?,
    };
    Ok(())
}

async fn keep_external_id(
    tx: &mut Tx<'_>,
    company: CompanyId,
    person: PersonId,
    wanted: Option<&Option<String>>,
) -> Result<(), Problem> {
    let Some(wanted) = wanted else { return Ok(()) };
    let is_too_long = |text: &String| text.chars().count() > LONGEST_EXTERNAL_ID || text.chars().any(char::is_control);
    if wanted.as_ref().is_some_and(is_too_long) {
        return Err(Problem::invalid("externalId has at most 255 characters"));
    }
    if store::keep_external_id(tx, company, person, wanted.as_deref()).await? {
        Ok(())
    } else {
        Err(Problem::new(Kind::AlreadyThere).detail("another user has that externalId"))
    }
}

/// Given and family name of somebody new: a directory that keeps none still has the address.
fn names(facts: &UserFacts, email: &str) -> (String, String) {
    match (&facts.given_name, &facts.display_name) {
        (Some(given), _) => (given.clone(), facts.family_name.clone().unwrap_or_default()),
        (None, Some(whole)) => {
            let (given, family) = whole.split_once(' ').unwrap_or((whole, ""));
            (given.to_owned(), facts.family_name.clone().unwrap_or_else(|| family.to_owned()))
        }
        (None, None) => {
            let local = email.split('@').next().unwrap_or(email);
            (local.chars().take(100).collect(), facts.family_name.clone().unwrap_or_default())
        }
    }
}

/// The language of a person, where it is one that messages are written in.
fn language(facts: &UserFacts) -> Option<String> {
    let tag = facts.language.as_deref()?;
    Language::parse_tag(tag).map(|language| language.tag().to_owned())
}

fn location(app: &App, person: PersonId) -> String {
    app.settings.public_url.join(&format!("/scim/v2/Users/{person}"))
}

fn shown(found: Option<Value>) -> Result<Reply, Problem> {
    let found = found.ok_or_else(|| Problem::new(Kind::NotFound))?;
    let etag = resource_etag(&found);
    Ok(Reply::ok(&found)?.tagged(etag).of_type(MEDIA_TYPE))
}

/// A user of the company as SCIM shows one; `None` of who is none, or was removed.
pub(super) async fn resource(
    app: &App,
    source: &mut Source<'_, '_>,
    company: CompanyId,
    person: PersonId,
) -> Result<Option<Value>, Problem> {
    let member = users::find(&mut *source, company, person).await?;
    let Some(member) = member.filter(|member| member.state != MembershipState::Removed) else { return Ok(None) };
    let external_id = store::external_id(&mut *source, company, person).await?;
    let groups = groups::of_member(source, company, &member).await?;
    let mut resource = json!({
        "schemas": [SCHEMA],
        "id": person,
        "userName": member.email,
        "name": { "formatted": member.name, "givenName": member.given_name, "familyName": member.family_name },
        "displayName": member.name,
        "preferredLanguage": member.language,
        "emails": [{ "value": member.email, "type": "work", "primary": true }],
        // To a directory a user who has not accepted yet is as it wishes: what opens is the person's to say.
        "active": matches!(member.state, MembershipState::Active | MembershipState::Pending),
        "groups": groups,
        "meta": {
            "resourceType": "User",
            "created": moment(member.created_at),
            "location": location(app, person),
        },
    });
    if let Some(external_id) = external_id {
        put(&mut resource, &["externalId"], json!(external_id));
    }
    let version = resource_etag(&resource);
    put(&mut resource, &["meta", "version"], json!(version));
    Ok(Some(resource))
}
