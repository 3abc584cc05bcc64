//! Groups, as directories know them: what there is to be given to users of a company, which is the roles and
//! the ready-made profiles of rights. A directory puts users into them and takes users out; it makes none,
//! for a group that nothing stands behind would look like a right and be none. The role of a main user is not
//! among them: nobody is given an accounting office's clients by a directory.

use std::collections::BTreeSet;

use axum::extract::{Request, State};
use http::Uri;
use serde_json::{Map, Value, json};

use super::body::{GROUP_BODY_LIMIT, ScimBody, Versions, resource_etag};
use super::door::{DirectoryCaller, MEDIA_TYPE};
use super::listing::{Listing, ResourcePage, SearchRequest, Selection};
use super::patch::{MemberStep, PatchRequest, ids, is_same_name, no_user};
use super::store;
use crate::administration as acts;
use crate::administration::ActContext;
use crate::administration::users::RoleWish;
use crate::api::json::put;
use crate::api::problem::{Kind, Problem};
use crate::api::reply::Reply;
use crate::api::request::Path;
use crate::api::users::find_present;
use crate::app::App;
use crate::directory::companies::CompanyId;
use crate::directory::people::PersonId;
use crate::directory::rights::{self, ReadyMadeProfile};
use crate::directory::users::{Member, Role};
use crate::platform::db::{Source, Tx};

/// The schema of a group (RFC 7643 §4.2).
pub(super) const SCHEMA: &str = "urn:ietf:params:scim:schemas:core:2.0:Group";
/// The members of one statement.
const AT_ONCE: i64 = 1_000;
/// The roles that a directory gives.
const ROLES: [Role; 2] = [Role::UserAdministrator, Role::Employee];

/// Something that can be given to users.
#[derive(Clone, Debug)]
pub(super) enum ScimGroup {
    Role(Role),
    Profile(ReadyMadeProfile),
}

impl ScimGroup {
    fn id(&self) -> String {
        match self {
            Self::Role(role) => role.as_str().replace(' ', "-"),
            Self::Profile(profile) => profile.id.to_string(),
        }
    }

    fn name(&self) -> &str {
        match self {
            Self::Role(role) => role.as_str(),
            Self::Profile(profile) => &profile.name,
        }
    }

    fn has(&self, member: &Member) -> bool {
        match self {
            Self::Role(role) => member.roles.contains(role),
            Self::Profile(profile) => member.profile.as_ref() == Some(&profile.name),
        }
    }
}

/// Every group of a company.
pub(super) async fn all(source: &mut Source<'_, '_>, company: CompanyId) -> Result<Vec<ScimGroup>, Problem> {
    let profiles = rights::profiles(&mut *source, company).await?;
    Ok(ROLES.into_iter().map(ScimGroup::Role).chain(profiles.into_iter().map(ScimGroup::Profile)).collect())
}

async fn find(source: &mut Source<'_, '_>, company: CompanyId, id: &str) -> Result<ScimGroup, Problem> {
    let found = all(source, company).await?.into_iter().find(|group| group.id() == id);
    found.ok_or_else(|| Problem::new(Kind::NotFound))
}

/// The groups that a user is in, as the user shows them.
pub(super) fn of_member(app: &App, groups: &[ScimGroup], member: &Member) -> Vec<Value> {
    let own = groups.iter().filter(|group| group.has(member));
    let shown = own.map(|group| {
        let id = group.id();
        json!({ "value": id, "display": group.name(), "type": "direct", "$ref": location(app, &id) })
    });
    shown.collect()
}

/// `GET /scim/v2/Groups`.
pub(crate) async fn list(State(app): State<App>, directory: DirectoryCaller, uri: Uri) -> Result<Reply, Problem> {
    let listing = Listing::of(&uri)?;
    page(&app, directory.company.id, &listing).await?.reply(listing.skipped)
}

/// `POST /scim/v2/Groups/.search`.
pub(crate) async fn search(
    State(app): State<App>,
    directory: DirectoryCaller,
    ScimBody(asked): ScimBody<SearchRequest>,
) -> Result<Reply, Problem> {
    let listing = Listing::new(asked)?;
    page(&app, directory.company.id, &listing).await?.reply(listing.skipped)
}

/// The groups of a company that are asked for. Members are read where somebody wants to see or to compare them.
pub(super) async fn page(app: &App, company: CompanyId, listing: &Listing) -> Result<ResourcePage, Problem> {
    let mut reader = app.db.reader().await?;
    let mut source = Source::Reader(&mut reader);
    let needs_members = listing.selection.shows("members") || listing.compares("members");
    let mut found = Vec::new();
    for group in all(&mut source, company).await? {
        let members = if needs_members { Some(members(&mut source, company, &group).await?) } else { None };
        let resource = resource(app, &group, members.as_deref());
        if listing.wants(&resource, SCHEMA)? {
            found.push(listing.selection.of_resource(resource, SCHEMA));
        }
    }
    // Of names that differ by case alone, a directory takes the first.
    if let Some(name) = listing.wanted_text("displayname") {
        found.sort_by_key(|group| group.get("displayName").and_then(Value::as_str) != Some(name));
    }
    let total = i64::try_from(found.len()).unwrap_or_default();
    Ok(ResourcePage { total, resources: listing.page(found) })
}

/// `GET /scim/v2/Groups/{id}`.
pub(crate) async fn see(
    State(app): State<App>,
    directory: DirectoryCaller,
    Path(id): Path<String>,
    versions: Versions,
    uri: Uri,
) -> Result<Reply, Problem> {
    let selection = Selection::of(&uri)?;
    let mut reader = app.db.reader().await?;
    let mut source = Source::Reader(&mut reader);
    let company = directory.company.id;
    let group = find(&mut source, company, &id).await?;
    let whole = resource(&app, &group, Some(&members(&mut source, company, &group).await?));
    versions.reply(resource_etag(&whole), &selection.of_resource(whole, SCHEMA))
}

/// `POST /scim/v2/Groups` and `DELETE /scim/v2/Groups/{id}`.
pub(crate) async fn not_offered(_: DirectoryCaller, request: Request) -> Problem {
    drain(request).await;
    Problem::new(Kind::NotAllowed)
        .detail("groups are the roles and ready-made profiles of the company; a directory changes their members alone")
}

/// `POST /scim/v2/Bulk`.
pub(crate) async fn no_bulk(_: DirectoryCaller, request: Request) -> Problem {
    drain(request).await;
    Problem::new(Kind::NotOffered).detail("each request changes one resource")
}

/// Takes the body of a refused request off the connection. Left there, it would end the connection under the directory's
/// next request.
async fn drain(request: Request) {
    let _ = axum::body::to_bytes(request.into_body(), GROUP_BODY_LIMIT).await;
}

/// `PATCH /scim/v2/Groups/{id}`.
pub(crate) async fn patch(
    State(app): State<App>,
    directory: DirectoryCaller,
    Path(id): Path<String>,
    versions: Versions,
    uri: Uri,
    ScimBody(asked): ScimBody<PatchRequest, GROUP_BODY_LIMIT>,
) -> Result<Reply, Problem> {
    let (steps, selection) = (asked.steps()?, Selection::of(&uri)?);
    directory
        .write(&app, move |tx, app, at| {
            Box::pin(async move {
                let group = find(&mut Source::Transaction(&mut *tx), at.company.id, &id).await?;
                let steps = MemberStep::read(&steps, group.name())?;
                apply(tx, &app, &at, &group, &steps, &versions).await?;
                shown(tx, &app, &at, &group, &selection).await
            })
        })
        .await
}

/// `PUT /scim/v2/Groups/{id}`.
pub(crate) async fn replace(
    State(app): State<App>,
    directory: DirectoryCaller,
    Path(id): Path<String>,
    versions: Versions,
    uri: Uri,
    ScimBody(asked): ScimBody<Map<String, Value>, GROUP_BODY_LIMIT>,
) -> Result<Reply, Problem> {
    let selection = Selection::of(&uri)?;
    let of = |name: &str| asked.iter().find(|(own, _)| own.eq_ignore_ascii_case(name)).map(|(_, value)| value.clone());
    let steps = [MemberStep::Only(ids(&of("members").unwrap_or_default())?)];
    let name = of("displayName").filter(|name| !name.is_null());
    directory
        .write(&app, move |tx, app, at| {
            Box::pin(async move {
                let group = find(&mut Source::Transaction(&mut *tx), at.company.id, &id).await?;
                if name.is_some_and(|name| !is_same_name(&name, group.name())) {
                    return Err(
                        Problem::new(Kind::NotAllowed).detail("the displayName of a group is not the directory's")
                    );
                }
                apply(tx, &app, &at, &group, &steps, &versions).await?;
                shown(tx, &app, &at, &group, &selection).await
            })
        })
        .await
}

/// Brings the members of a group to what is wanted, in as many statements as somebody comes or leaves.
async fn apply(
    tx: &mut Tx<'_>,
    app: &App,
    at: &ActContext,
    group: &ScimGroup,
    steps: &[MemberStep],
    versions: &Versions,
) -> Result<(), Problem> {
    let before = members(&mut Source::Transaction(&mut *tx), at.company.id, group).await?;
    if versions.are_named() {
        versions.check(&resource_etag(&resource(app, group, Some(&before))))?;
    }
    let before: BTreeSet<PersonId> = before.into_iter().map(|(person, _)| person).collect();
    let mut after = before.clone();
    for step in steps {
        step.apply(&mut after)?;
    }
    // Joining comes first: where an administrator takes the place of the last one, one is always there.
    for person in after.difference(&before) {
        let found = find_present(&mut *tx, at.company.id, *person).await;
        let member = found.map_err(|problem| if problem.kind() == Kind::NotFound { no_user() } else { problem })?;
        give_or_take(tx, at, group, &member, true).await?;
    }
    for person in before.difference(&after) {
        let member = find_present(&mut *tx, at.company.id, *person).await?;
        give_or_take(tx, at, group, &member, false).await?;
    }
    Ok(())
}

async fn give_or_take(
    tx: &mut Tx<'_>,
    at: &ActContext,
    group: &ScimGroup,
    member: &Member,
    is_in: bool,
) -> Result<(), Problem> {
    let person = member.person;
    let _ = match group {
        ScimGroup::Role(role) => {
            let holds = |one: &Role| if one == role { is_in } else { member.roles.contains(one) };
            let roles: Vec<Role> = Role::ALL.into_iter().filter(holds).collect();
            acts::users::set_roles(tx, at, person, &RoleWish::Exactly(roles)).await?
        }
        ScimGroup::Profile(profile) if is_in => acts::rights::give_profile(tx, at, person, profile.id).await?,
        ScimGroup::Profile(_) => acts::rights::take_profile(tx, at, person).await?,
    };
    Ok(())
}

/// Every member of a group, with their names.
async fn members(
    source: &mut Source<'_, '_>,
    company: CompanyId,
    group: &ScimGroup,
) -> Result<Vec<(PersonId, String)>, Problem> {
    let mut found: Vec<(PersonId, String)> = Vec::new();
    loop {
        let skipped = i64::try_from(found.len()).unwrap_or(i64::MAX);
        let after = found.last().map(|(person, _)| person.to_string()).unwrap_or_default();
        let more = match group {
            ScimGroup::Role(role) if role.manages() => {
                store::in_administrative_role(&mut *source, company, role.as_str(), (skipped, AT_ONCE)).await?
            }
            ScimGroup::Role(_) => store::with_profile(&mut *source, company, None, (&after, AT_ONCE)).await?,
            ScimGroup::Profile(profile) => {
                store::with_profile(&mut *source, company, Some(&profile.name), (&after, AT_ONCE)).await?
            }
        };
        let is_last = i64::try_from(more.len()).unwrap_or(i64::MAX) < AT_ONCE;
        found.extend(more);
        if is_last {
            return Ok(found);
        }
    }
}

/// The reply to a change: the group as it is now.
async fn shown(
    tx: &mut Tx<'_>,
    app: &App,
    at: &ActContext,
    group: &ScimGroup,
    selection: &Selection,
) -> Result<Reply, Problem> {
    let whole = resource(app, group, Some(&members(&mut Source::Transaction(tx), at.company.id, group).await?));
    let etag = resource_etag(&whole);
    Ok(Reply::ok(&selection.of_resource(whole, SCHEMA))?.tagged(etag).of_type(MEDIA_TYPE))
}

fn location(app: &App, id: &str) -> String {
    app.settings.public_url.join(&format!("/scim/v2/Groups/{id}"))
}

/// A group as SCIM shows one. Without its members it has no version.
fn resource(app: &App, group: &ScimGroup, members: Option<&[(PersonId, String)]>) -> Value {
    let id = group.id();
    let mut resource = json!({
        "schemas": [SCHEMA],
        "id": id,
        "displayName": group.name(),
        "meta": { "resourceType": "Group", "location": location(app, &id) },
    });
    if let Some(members) = members {
        let shown = members.iter().map(|(person, name)| {
            let location = app.settings.public_url.join(&format!("/scim/v2/Users/{person}"));
            json!({ "value": person, "display": name, "$ref": location, "type": "User" })
        });
        put(&mut resource, &["members"], Value::Array(shown.collect()));
        let version = resource_etag(&resource);
        put(&mut resource, &["meta", "version"], json!(version));
    }
    resource
}
