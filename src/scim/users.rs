//! The users of a company, as its directory feeds them.
//!
//! A directory makes users of this company and closes it to them. A profile that is there already is linked
//! as it is. The data of a profile is the directory's to change only where this is the person's basic
//! company, and the sign-in email only where they are a user of no other company: else whoever feeds one
//! company could take over what a person has in another.

use std::collections::HashMap;

use axum::extract::State;
use http::Uri;
use serde_json::{Map, Value, json};

use super::body::{ScimBody, Versions, resource_etag};
use super::door::{DirectoryCaller, MEDIA_TYPE};
use super::groups::{self, ScimGroup};
use super::listing::{Listing, ResourcePage, SearchRequest, Selection};
use super::patch::{PatchRequest, UserFacts};
use super::store;
use crate::administration as acts;
use crate::administration::ActContext;
use crate::administration::invitations::InvitationWish;
use crate::administration::users::{Addition, RoleWish};
use crate::api::json::put;
use crate::api::moment;
use crate::api::people::new_person;
use crate::api::problem::{Kind, Problem};
use crate::api::reply::Reply;
use crate::api::request::Path;
use crate::api::users::find_present;
use crate::app::App;
use crate::directory::companies::CompanyId;
use crate::directory::invitations::IdentityCheck;
use crate::directory::people::{self, Email, PersonId};
use crate::directory::users::{self, Member, MembershipState};
use crate::platform::db::{Source, Tx};
use crate::platform::web::fault::Fault;
use crate::platform::web::translations::Language;
use crate::proofs::sign_up::PreparedCode;

/// The schema of a user (RFC 7643 §4.1).
pub(super) const SCHEMA: &str = "urn:ietf:params:scim:schemas:core:2.0:User";
/// The longest name that a directory may give a user, in characters.
const LONGEST_EXTERNAL_ID: usize = 255;
/// The users of one statement, where a filter is asked of each.
const AT_ONCE: i64 = 500;

/// `GET /scim/v2/Users`.
pub(crate) async fn list(State(app): State<App>, directory: DirectoryCaller, uri: Uri) -> Result<Reply, Problem> {
    let listing = Listing::of(&uri)?;
    page(&app, directory.company.id, &listing).await?.reply(listing.skipped)
}

/// `POST /scim/v2/Users/.search`.
pub(crate) async fn search(
    State(app): State<App>,
    directory: DirectoryCaller,
    ScimBody(asked): ScimBody<SearchRequest>,
) -> Result<Reply, Problem> {
    let listing = Listing::new(asked)?;
    page(&app, directory.company.id, &listing).await?.reply(listing.skipped)
}

/// `POST /scim/v2/.search`: users, and after them groups.
pub(crate) async fn search_everything(
    State(app): State<App>,
    directory: DirectoryCaller,
    ScimBody(asked): ScimBody<SearchRequest>,
) -> Result<Reply, Problem> {
    let mut listing = Listing::new(asked)?;
    let (company, skipped) = (directory.company.id, listing.skipped);
    let ResourcePage { total, mut resources } = page(&app, company, &listing).await?;
    listing.skipped = skipped.saturating_sub(total).max(0);
    listing.limit -= i64::try_from(resources.len()).unwrap_or_default();
    let groups = groups::page(&app, company, &listing).await?;
    resources.extend(groups.resources);
    ResourcePage { total: total + groups.total, resources }.reply(skipped)
}

/// The users of a company that are asked for. One who is named is found by an index, a page without a filter by its
/// number; any other filter is asked of every user.
async fn page(app: &App, company: CompanyId, listing: &Listing) -> Result<ResourcePage, Problem> {
    let mut reader = app.db.reader().await?;
    let mut source = Source::Reader(&mut reader);
    let groups = groups::all(&mut source, company).await?;
    let shown = |resource| listing.selection.of_resource(resource, SCHEMA);
    if listing.filter().is_empty() {
        let total = store::count(&mut source, company).await?;
        let ids = store::users(&mut source, company, (listing.skipped, listing.limit)).await?;
        let members = users::find_each(&mut source, company, &ids).await?;
        let resources = resources(app, &mut source, &groups, members).await?;
        return Ok(ResourcePage { total, resources: resources.into_iter().map(shown).collect() });
    }
    if let Some(named) = named(&mut source, company, listing).await? {
        let members = users::find_each(&mut source, company, &named).await?;
        let members = members.into_iter().filter(|member| member.state != MembershipState::Removed).collect();
        let mut found = Vec::new();
        for resource in resources(app, &mut source, &groups, members).await? {
            if listing.wants(&resource, SCHEMA)? {
                found.push(shown(resource));
            }
        }
        let total = i64::try_from(found.len()).unwrap_or_default();
        return Ok(ResourcePage { total, resources: listing.page(found) });
    }
    drop(reader);
    let (mut total, mut found, mut asked) = (0, Vec::new(), 0);
    loop {
        // A connection for each statement's worth of users: others get their turn.
        let mut reader = app.db.reader().await?;
        let mut source = Source::Reader(&mut reader);
        let ids = store::users(&mut source, company, (asked, AT_ONCE)).await?;
        if ids.is_empty() {
            return Ok(ResourcePage { total, resources: found });
        }
        asked = asked.saturating_add(AT_ONCE);
        let members = users::find_each(&mut source, company, &ids).await?;
        for resource in resources(app, &mut source, &groups, members).await? {
            if listing.wants(&resource, SCHEMA)? {
                if total >= listing.skipped && total < listing.skipped.saturating_add(listing.limit) {
                    found.push(shown(resource));
                }
                total += 1;
            }
        }
        drop(reader);
        tokio::task::yield_now().await;
    }
}

/// The users whom a filter names by an identifier, one at most; `None` where it names none.
async fn named(
    source: &mut Source<'_, '_>,
    company: CompanyId,
    listing: &Listing,
) -> Result<Option<Vec<PersonId>>, Problem> {
    if !listing.is_conjunction() {
        return Ok(None);
    }
    if let Some(id) = listing.wanted_text("id") {
        return Ok(Some(id.parse().ok().into_iter().collect()));
    }
    if let Some(external_id) = listing.wanted_text("externalid") {
        let is_one = !external_id.chars().any(char::is_control);
        let found = if is_one { store::by_external_id(source, company, external_id).await? } else { None };
        return Ok(Some(found.into_iter().collect()));
    }
    let email = ["username", "emails", "emails.value"].iter().find_map(|name| listing.wanted_text(name));
    let Some(email) = email else { return Ok(None) };
    let found = match Email::parse(email) {
        Some(email) => people::find_by_email(source, &email).await?,
        None => None,
    };
    Ok(Some(found.map(|person| person.id).into_iter().collect()))
}

/// Users as SCIM shows them.
async fn resources(
    app: &App,
    source: &mut Source<'_, '_>,
    groups: &[ScimGroup],
    members: Vec<Member>,
) -> Result<Vec<Value>, Problem> {
    let (Some(first), Some(last)) = (members.first(), members.last()) else { return Ok(Vec::new()) };
    let within = (first.person, last.person);
    let mut external_ids =
        store::external_ids(source, first.company, within).await?.into_iter().collect::<HashMap<_, _>>();
    let each = members.iter().map(|member| resource(app, groups, member, external_ids.remove(&member.person)));
    Ok(each.collect())
}

/// `GET /scim/v2/Users/{id}`.
pub(crate) async fn see(
    State(app): State<App>,
    directory: DirectoryCaller,
    Path(person): Path<PersonId>,
    versions: Versions,
    uri: Uri,
) -> Result<Reply, Problem> {
    let selection = Selection::of(&uri)?;
    let mut reader = app.db.reader().await?;
    let found = find(&app, &mut Source::Reader(&mut reader), directory.company.id, person).await?;
    versions.reply(resource_etag(&found), &selection.of_resource(found, SCHEMA))
}

/// `POST /scim/v2/Users`.
pub(crate) async fn add(
    State(app): State<App>,
    directory: DirectoryCaller,
    uri: Uri,
    ScimBody(asked): ScimBody<Map<String, Value>>,
) -> Result<Reply, Problem> {
    let selection = Selection::of(&uri)?;
    let facts = UserFacts::whole(asked)?;
    let email = facts.user_name.clone().ok_or_else(|| Problem::invalid("userName is missing"))?;
    sign_in_email(&email)?;
    let new = new_person(&email, names(&facts, &email), language(&facts).as_deref())?;
    let invitation = if directory.invites() && facts.active != Some(false) {
        let code = PreparedCode::new(&app.random, &app.hashing).await.map_err(Fault::from)?;
        Some(InvitationWish { identity_check: IdentityCheck::Directory, code })
    } else {
        None
    };
    directory
        .write(&app, move |tx, app, at| {
            Box::pin(async move {
                let company = at.company.id;
                let roles = RoleWish::Exactly(Vec::new());
                let addition = Addition { person: new, roles, profile: None, phone: None, invitation };
                let person = acts::users::add(tx, &at, addition).await?.person;
                keep_external_id(tx, company, person, facts.external_id.as_ref()).await?;
                set_active(tx, &at, person, facts.active).await?;
                let found = find(&app, &mut Source::Transaction(tx), company, person).await?;
                let (location, etag) = (location(&app, person), resource_etag(&found));
                let shown = selection.of_resource(found, SCHEMA);
                Ok(Reply::created(&shown, location)?.tagged(etag).of_type(MEDIA_TYPE))
            })
        })
        .await
}

/// `PUT /scim/v2/Users/{id}`: what is not the directory's to change stays as it is (RFC 7644 §3.5.1).
pub(crate) async fn replace(
    State(app): State<App>,
    directory: DirectoryCaller,
    Path(person): Path<PersonId>,
    versions: Versions,
    uri: Uri,
    ScimBody(asked): ScimBody<Map<String, Value>>,
) -> Result<Reply, Problem> {
    let selection = Selection::of(&uri)?;
    let mut facts = UserFacts::whole(asked)?;
    if facts.user_name.is_none() {
        return Err(Problem::invalid("userName is missing"));
    }
    facts.external_id = Some(facts.external_id.flatten());
    directory
        .write(&app, move |tx, app, at| {
            Box::pin(async move {
                check(tx, &app, &at, person, &versions).await?;
                let member = find_present(&mut *tx, at.company.id, person).await?;
                let elsewhere = store::is_user_elsewhere(&mut *tx, at.company.id, person).await?;
                if !member.basic {
                    facts = UserFacts { active: facts.active, external_id: facts.external_id, ..UserFacts::default() };
                } else if elsewhere {
                    facts.user_name = None;
                }
                change(tx, &app, &at, person, facts, &selection).await
            })
        })
        .await
}

/// `PATCH /scim/v2/Users/{id}`.
pub(crate) async fn patch(
    State(app): State<App>,
    directory: DirectoryCaller,
    Path(person): Path<PersonId>,
    versions: Versions,
    uri: Uri,
    ScimBody(asked): ScimBody<PatchRequest>,
) -> Result<Reply, Problem> {
    let selection = Selection::of(&uri)?;
    let mut facts = UserFacts::default();
    for step in asked.steps()? {
        facts.take(&step)?;
    }
    directory
        .write(&app, move |tx, app, at| {
            Box::pin(async move {
                check(tx, &app, &at, person, &versions).await?;
                change(tx, &app, &at, person, facts, &selection).await
            })
        })
        .await
}

/// `DELETE /scim/v2/Users/{id}`: the user is removed from this company alone.
pub(crate) async fn remove(
    State(app): State<App>,
    directory: DirectoryCaller,
    Path(person): Path<PersonId>,
    versions: Versions,
) -> Result<Reply, Problem> {
    directory
        .write(&app, move |tx, app, at| {
            Box::pin(async move {
                check(tx, &app, &at, person, &versions).await?;
                find_present(&mut *tx, at.company.id, person).await?;
                acts::users::remove(tx, &at, person, None).await?;
                store::keep_external_id(tx, at.company.id, person, None).await?;
                Ok(Reply::done())
            })
        })
        .await
}

/// Refuses to change another version than the directory names.
async fn check(
    tx: &mut Tx<'_>,
    app: &App,
    at: &ActContext,
    person: PersonId,
    versions: &Versions,
) -> Result<(), Problem> {
    if !versions.are_named() {
        return Ok(());
    }
    let found = find(app, &mut Source::Transaction(tx), at.company.id, person).await?;
    versions.check(&resource_etag(&found))
}

/// Reads a sign-in email that a directory names.
fn sign_in_email(text: &str) -> Result<Email, Problem> {
    Email::parse_new(text).map_err(|unfit| Problem::invalid(format!("userName {unfit}")))
}

/// Brings a user to what the directory says.
async fn change(
    tx: &mut Tx<'_>,
    app: &App,
    at: &ActContext,
    person: PersonId,
    facts: UserFacts,
    selection: &Selection,
) -> Result<Reply, Problem> {
    let company = at.company.id;
    find_present(&mut *tx, company, person).await?;
    if let Some(email) = &facts.user_name {
        acts::people::set_sign_in_email(tx, at, person, &sign_in_email(email)?).await?;
    }
    let names = (facts.given_name.as_deref(), facts.family_name.as_deref());
    acts::people::rename(tx, at, person, names.0, names.1).await?;
    if let Some(language) = language(&facts).as_deref().and_then(Language::parse_tag) {
        acts::people::set_language(tx, at, person, language).await?;
    }
    keep_external_id(tx, company, person, facts.external_id.as_ref()).await?;
    set_active(tx, at, person, facts.active).await?;
    let found = find(app, &mut Source::Transaction(tx), company, person).await?;
    let etag = resource_etag(&found);
    Ok(Reply::ok(&selection.of_resource(found, SCHEMA))?.tagged(etag).of_type(MEDIA_TYPE))
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

/// One user as SCIM shows one.
///
/// # Errors
/// [`Kind::NotFound`] for somebody who is no user, or was removed.
async fn find(app: &App, source: &mut Source<'_, '_>, company: CompanyId, person: PersonId) -> Result<Value, Problem> {
    let member = users::find(&mut *source, company, person).await?;
    let member = member.filter(|member| member.state != MembershipState::Removed);
    let member = member.ok_or_else(|| Problem::new(Kind::NotFound))?;
    let external_id = store::external_id(&mut *source, company, person).await?;
    let groups = groups::all(source, company).await?;
    Ok(resource(app, &groups, &member, external_id))
}

fn resource(app: &App, groups: &[ScimGroup], member: &Member, external_id: Option<String>) -> Value {
    let mut resource = json!({
        "schemas": [SCHEMA],
        "id": member.person,
        "userName": member.email,
        "name": { "formatted": member.name, "givenName": member.given_name, "familyName": member.family_name },
        "displayName": member.name,
        "preferredLanguage": member.language,
        "emails": [{ "value": member.email, "type": "work", "primary": true }],
        // To a directory a user who has not accepted yet is as it wishes: what opens is the person's to say.
        "active": matches!(member.state, MembershipState::Active | MembershipState::Pending),
        "groups": groups::of_member(app, groups, member),
        "meta": {
            "resourceType": "User",
            "created": moment(member.created_at),
            "location": location(app, member.person),
        },
    });
    if let Some(external_id) = external_id {
        put(&mut resource, &["externalId"], json!(external_id));
    }
    let version = resource_etag(&resource);
    put(&mut resource, &["meta", "version"], json!(version));
    resource
}
