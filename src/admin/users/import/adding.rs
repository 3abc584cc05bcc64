//! The addition of the people of an import, each by the act that adds a single user.

use axum::response::Response;

use super::columns::PeopleColumns;
use super::reading::ImportedRow;
use super::views::{ImportRow, RowOutcome};
use super::{PAGE, SentImport, joined, row, show};
use crate::admin::frame;
use crate::admin::gate::Console;
use crate::admin::views::Section;
use crate::administration as acts;
use crate::administration::Stop;
use crate::administration::invitations::InvitationWish;
use crate::administration::users::{AddedUser, Addition, RoleWish, WayOfJoining};
use crate::directory::invitations::IdentityCheck;
use crate::directory::people;
use crate::directory::typed_imports;
use crate::directory::users::Role;
use crate::platform::db;
use crate::platform::web::early::EarlyAnswer;
use crate::platform::web::page::Page;
use crate::proofs::sign_up::PreparedCode;

/// Adds the people one by one, so that one who cannot be added keeps nobody else out.
pub(super) async fn add(
    console: &Console,
    columns: &PeopleColumns,
    read: Vec<ImportedRow>,
    sent: SentImport,
) -> Result<Response, EarlyAnswer> {
    let (page, frame) = frame::page(console, Section::Users, PAGE).await?;
    let invites = sent.invites();
    let mut rows = Vec::new();
    for read in read {
        rows.push(match read.addition.clone() {
            Err(key) => row(&page, read, RowOutcome::Refused, Some(key)),
            Ok(addition) => {
                let invitation = invitation(console, &addition, invites).await?;
                let added = Box::pin(add_one(console, &page, read, Addition { invitation, ..addition })).await?;
                noted(&page, added, invites.is_some())
            }
        });
    }
    let (company, person) = (console.company.id, console.person.id);
    let forgotten: Result<(), db::Error> =
        console.app.db.write(move |tx| Box::pin(async move { typed_imports::forget(tx, company, person).await })).await;
    forgotten?;
    Ok(show(rows, columns, sent, true, (page, frame)))
}

/// The invitation of somebody who is to be invited, with its code. `None` where nobody is, for somebody who has a profile,
/// and where there is too much to hash: then the person is added all the same.
async fn invitation(
    console: &Console,
    addition: &Addition,
    invites: Option<IdentityCheck>,
) -> Result<Option<InvitationWish>, db::Error> {
    let Some(identity_check) = invites else { return Ok(None) };
    if people::find_by_email(&console.app.db, &addition.person.email).await?.is_some() {
        return Ok(None);
    }
    let code = PreparedCode::new(&console.app.random, &console.app.hashing).await;
    Ok(code.ok().map(|code| InvitationWish { identity_check, code }))
}

/// A row that was added, with the way in which the person joined.
struct AddedRow {
    row: ImportRow,
    joining: Option<WayOfJoining>,
}

/// The row with a remark where a new person was to be invited and was not.
fn noted(page: &Page, added: AddedRow, invites: bool) -> ImportRow {
    let AddedRow { mut row, joining } = added;
    if invites && joining == Some(WayOfJoining::New) && row.outcome != RowOutcome::Invited {
        row.notes.push(page.t("import-note-not-invited"));
    }
    row
}

async fn add_one(
    console: &Console,
    page: &Page,
    read: ImportedRow,
    mut addition: Addition,
) -> Result<AddedRow, EarlyAnswer> {
    let mut remarks = Vec::new();
    let wants_phone = addition.phone.is_some();
    let mut result = act(console, &addition).await;
    // Between the look and the act another administrator may have changed the profile or the roles.
    if let Err(Stop::RightNotTheirs(_) | Stop::UnknownProfile | Stop::TooManyRights) = result {
        remarks.push("import-note-without-profile");
        addition.profile = None;
        result = act(console, &addition).await;
    }
    if let Err(Stop::RoleNotTheirs(_)) = result {
        remarks.push("import-note-as-employee");
        addition.profile = None;
        addition.roles = RoleWish::OfThoseTheyGive(vec![Role::Employee]);
        result = act(console, &addition).await;
    }
    // The invitations of a day are counted by themselves.
    if matches!(result, Err(Stop::TooMany { .. })) && addition.invitation.is_some() {
        addition.invitation = None;
        result = act(console, &addition).await;
    }
    let refused = |row| Ok(AddedRow { row, joining: None });
    let added = match result {
        Ok(added) => added,
        Err(Stop::Fault(fault)) => return Err(fault.into()),
        Err(Stop::AlreadyUser) => return refused(row(page, read, RowOutcome::Unchanged, None)),
        Err(stop) => return refused(row(page, read, RowOutcome::Refused, Some(reason(&stop)))),
    };
    let mut row = row(page, read, joined(added.joining, addition.invitation.is_some()), None);
    row.person = Some(added.person.to_string());
    if wants_phone && !added.has_phone && added.joining != WayOfJoining::Waiting {
        remarks.push("import-note-phone-stays");
    }
    row.notes.extend(remarks.into_iter().map(|key| page.t(key)));
    Ok(AddedRow { row, joining: Some(added.joining) })
}

/// The translation key of the reason why somebody was not added.
fn reason(stop: &Stop) -> &'static str {
    match stop {
        Stop::BeyondReach | Stop::RoleNotTheirs(_) => "admin-refused-more-than-yours",
        Stop::TooMany { .. } => "import-refused-too-many",
        _ => "import-refused-changed",
    }
}

async fn act(console: &Console, addition: &Addition) -> Result<AddedUser, Stop> {
    let addition = addition.clone();
    console.act(move |tx, context| Box::pin(acts::users::add(tx, context, addition))).await
}
