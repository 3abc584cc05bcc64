//! Groups, as directories know them: what there is to be given to users of a company, which is the roles and
//! the ready-made profiles of rights. A directory puts users into them and takes users out; it makes none,
//! for a group that nothing stands behind would look like a right and be none. The role of a main user is not
//! among them: nobody is given an accounting office's clients by a directory.

use axum::extract::State;
use http::Uri;
use serde_json::{Map, Value, json};

use super::body::{ScimBody, resource_etag};
use super::door::{DirectoryCaller, MEDIA_TYPE};
use super::filter::Equals;
use super::patch::{Members, PatchRequest, ids};
use super::store;
use super::users::{Which, list_of};
use crate::administration as acts;
use crate::administration::ActContext;
use crate::administration::users::RoleWish;
use crate::api::asked::{Path, of_query};
use crate::api::json::put;
use crate::api::problem::{Kind, Problem};
use crate::api::reply::Reply;
use crate::api::users::present;
use crate::app::App;
use crate::directory::companies::CompanyId;
use crate::directory::people::PersonId;
use crate::directory::rights::{self, ReadyMadeProfile};
use crate::directory::users::{Member, Role};
use crate::platform::db::{Source, Tx};

/// The schema of a group (RFC 7643 §4.2).
pub(super) const SCHEMA: &str = "urn:ietf:params:scim:schemas:core:2.0:Group";
/// The most members that are told of one group, and changed in one request.
const MOST_MEMBERS: i64 = 1_000;
/// The roles that a directory gives.
const ROLES: [Role; 2] = [Role::UserAdministrator, Role::Employee];

/// Something that can be given to users.
#[derive(Clone, Debug)]
enum ScimGroup {
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
async fn all(source: &mut Source<'_, '_>, company: CompanyId) -> Result<Vec<ScimGroup>, Problem> {
    let profiles = rights::profiles(&mut *source, company).await?;
    Ok(ROLES.into_iter().map(ScimGroup::Role).chain(profiles.into_iter().map(ScimGroup::Profile)).collect())
}

async fn find(source: &mut Source<'_, '_>, company: CompanyId, id: &str) -> Result<ScimGroup, Problem> {
    let found = all(source, company).await?.into_iter().find(|group| group.id() == id);
    found.ok_or_else(|| Problem::new(Kind::NotFound))
}

/// The groups that a user is in, as the user shows them.
pub(super) async fn of_member(
    source: &mut Source<'_, '_>,
    company: CompanyId,
    member: &Member,
) -> Result<Vec<Value>, Problem> {
    let groups = all(source, company).await?;
    let own = groups.iter().filter(|group| group.has(member));
    Ok(own.map(|group| json!({ "value": group.id(), "display": group.name(), "type": "direct" })).collect())
}

/// `GET /scim/v2/Groups`.
pub(crate) async fn list(State(app): State<App>, directory: DirectoryCaller, uri: Uri) -> Result<Reply, Problem> {
    let query: GroupQuery = of_query(&uri)?;
    let which = Which { filter: query.filter.clone(), start_index: query.start_index, count: query.count };
    let (skipped, limit) = which.range();
    let company = directory.company.id;
    let mut reader = app.db.reader().await?;
    let mut source = Source::Reader(&mut reader);
    let mut groups = all(&mut source, company).await?;
    for Equals { attribute, value } in which.wanted()? {
        match attribute.as_str() {
            "displayname" => groups.retain(|group| value == group.name()),
            "id" => groups.retain(|group| value == group.id()),
            "members" | "members.value" => {
                let member = match value.as_str().and_then(|text| text.parse::<PersonId>().ok()) {
                    None => None,
                    Some(person) => crate::directory::users::find(&mut source, company, person).await?,
                };
                groups.retain(|group| member.as_ref().is_some_and(|member| group.has(member)));
            }
            _ => {
                let words = "groups are found by displayName, id and members.value, each compared by eq";
                return Err(Problem::new(Kind::InvalidFilter).detail(words));
            }
        }
    }
    let total = i64::try_from(groups.len()).unwrap_or_default();
    let (skip, take) = (usize::try_from(skipped).unwrap_or_default(), usize::try_from(limit).unwrap_or_default());
    let mut resources = Vec::new();
    for group in groups.iter().skip(skip).take(take) {
        resources.push(resource(&app, &mut source, company, group, !query.leaves_members_out()).await?);
    }
    list_of(total, skipped, &resources)
}

/// The query of the list of groups.
#[derive(Clone, Debug, serde::Deserialize)]
struct GroupQuery {
    filter: Option<String>,
    #[serde(rename = "startIndex")]
    start_index: Option<i64>,
    count: Option<i64>,
    #[serde(rename = "excludedAttributes")]
    excluded: Option<String>,
}

impl GroupQuery {
    /// Entra asks for groups without their members.
    fn leaves_members_out(&self) -> bool {
        let excluded = self.excluded.as_deref().unwrap_or("");
        excluded.split(',').any(|name| name.trim().eq_ignore_ascii_case("members"))
    }
}

/// `GET /scim/v2/Groups/{id}`.
pub(crate) async fn see(
    State(app): State<App>,
    directory: DirectoryCaller,
    Path(id): Path<String>,
    uri: Uri,
) -> Result<Reply, Problem> {
    let query: GroupQuery = of_query(&uri)?;
    let mut reader = app.db.reader().await?;
    let mut source = Source::Reader(&mut reader);
    let company = directory.company.id;
    let group = find(&mut source, company, &id).await?;
    shown(&resource(&app, &mut source, company, &group, !query.leaves_members_out()).await?)
}

/// `POST /scim/v2/Groups` and `DELETE /scim/v2/Groups/{id}`.
pub(crate) async fn not_offered(_: DirectoryCaller) -> Problem {
    Problem::new(Kind::NotOffered)
        .detail("groups are the roles and ready-made profiles of the company; a directory changes their members alone")
}

/// `PATCH /scim/v2/Groups/{id}`.
pub(crate) async fn patch(
    State(app): State<App>,
    directory: DirectoryCaller,
    Path(id): Path<String>,
    ScimBody(asked): ScimBody<PatchRequest>,
) -> Result<Reply, Problem> {
    let steps = asked.steps()?;
    directory
        .write(&app, move |tx, app, at| {
            Box::pin(async move {
                let group = find(&mut Source::Transaction(&mut *tx), at.company.id, &id).await?;
                let members = Members::of(&steps, group.name())?;
                apply(tx, &at, &group, members).await?;
                let mut source = Source::Transaction(tx);
                shown(&resource(&app, &mut source, at.company.id, &group, true).await?)
            })
        })
        .await
}

/// `PUT /scim/v2/Groups/{id}`.
pub(crate) async fn replace(
    State(app): State<App>,
    directory: DirectoryCaller,
    Path(id): Path<String>,
    ScimBody(asked): ScimBody<Map<String, Value>>,
) -> Result<Reply, Problem> {
    let only = ids(asked.get("members").unwrap_or(&Value::Null))?;
    let name = asked.get("displayName").and_then(Value::as_str).map(str::to_owned);
    directory
        .write(&app, move |tx, app, at| {
            Box::pin(async move {
                let group = find(&mut Source::Transaction(&mut *tx), at.company.id, &id).await?;
                if name.is_some_and(|name| name != group.name()) {
                    return Err(Problem::new(Kind::NotAllowed).detail("the name of a group is not the directory's"));
                }
                apply(tx, &at, &group, Members { only: Some(only), ..Members::default() }).await?;
                let mut source = Source::Transaction(tx);
                shown(&resource(&app, &mut source, at.company.id, &group, true).await?)
            })
        })
        .await
}

/// Brings the members of a group to what is wanted.
async fn apply(
    tx: &mut Tx<'_>,
    at: &ActContext,
    group: &ScimGroup,
    Members { only, mut more, mut fewer }: Members,
) -> Result<(), Problem> {
    if let Some(only) = only {
        let now = members(&mut Source::Transaction(&mut *tx), at.company.id, group).await?;
        let leaving = now.iter().map(|(person, _)| person.to_string()).filter(|id| !only.contains(id));
        fewer.extend(leaving.filter(|id| !more.contains(id)));
        more.extend(only);
    }
    let most = usize::try_from(MOST_MEMBERS).unwrap_or_default();
    if more.len() > most || fewer.len() > most {
        return Err(Problem::new(Kind::TooLarge));
    }
    // Joining comes first: where an administrator takes the place of the last one, one is always there.
    for id in more {
        let person = id.parse().map_err(|_| Problem::invalid("a member is a user of the company"))?;
        let found = present(&mut *tx, at.company.id, person).await;
        let member = found.map_err(|problem| match problem.kind() {
            Kind::NotFound => Problem::invalid("a member is a user of the company"),
            _ => problem,
        })?;
        if !group.has(&member) {
            give_or_take(tx, at, group, &member, true).await?;
        }
    }
    for id in fewer {
        // Somebody who is no user, or no more, has left already.
        let Ok(person) = id.parse::<PersonId>() else { continue };
        match present(&mut *tx, at.company.id, person).await {
            Ok(member) if group.has(&member) => give_or_take(tx, at, group, &member, false).await?,
            Ok(_) => {}
            Err(problem) if problem.kind() == Kind::NotFound => {}
            Err(problem) => return Err(problem),
        }
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

async fn members(
    source: &mut Source<'_, '_>,
    company: CompanyId,
    group: &ScimGroup,
) -> Result<Vec<(PersonId, String)>, Problem> {
    let found = match group {
        ScimGroup::Role(role) if role.manages() => {
            store::in_administrative_role(source, company, role.as_str(), MOST_MEMBERS).await
        }
        ScimGroup::Role(_) => store::with_profile(source, company, None, MOST_MEMBERS).await,
        ScimGroup::Profile(profile) => store::with_profile(source, company, Some(&profile.name), MOST_MEMBERS).await,
    };
    Ok(found?)
}

fn shown(resource: &Value) -> Result<Reply, Problem> {
    Ok(Reply::ok(resource)?.tagged(resource_etag(resource)).of_type(MEDIA_TYPE))
}

async fn resource(
    app: &App,
    source: &mut Source<'_, '_>,
    company: CompanyId,
    group: &ScimGroup,
    with_members: bool,
) -> Result<Value, Problem> {
    let id = group.id();
    let url = |path: &str| app.settings.public_url.join(path);
    let mut resource = json!({
        "schemas": [SCHEMA],
        "id": id,
        "displayName": group.name(),
        "meta": { "resourceType": "Group", "location": url(&format!("/scim/v2/Groups/{id}")) },
    });
    if with_members {
        let members = members(source, company, group).await?;
        let shown = members.iter().map(|(person, name)| {
            let location = url(&format!("/scim/v2/Users/{person}"));
            json!({ "value": person, "display": name, "$ref": location, "type": "User" })
        });
        put(&mut resource, &["members"], Value::Array(shown.collect()));
    }
    let version = resource_etag(&resource);
    put(&mut resource, &["meta", "version"], json!(version));
    Ok(resource)
}
