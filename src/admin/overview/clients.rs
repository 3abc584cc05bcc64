//! The clients of an accounting office, each with the numbers of its users who may need attention.

use axum::response::Response;
use http::StatusCode;

use super::super::frame;
use super::super::gate::Console;
use super::super::views::Section;
use super::views::{ClientRow, ClientsPage};
use crate::directory::companies::{self, CompanyKind};
use crate::directory::users::Authority;
use crate::platform::web::early::EarlyAnswer;
use crate::platform::web::parameters::UrlQuery;
use crate::platform::web::refusal;
use crate::sign_in::attention::{self, MOST_COMPANIES};

/// Shows a page of the clients.
pub(crate) async fn show(console: Console, UrlQuery(query): UrlQuery) -> Result<Response, EarlyAnswer> {
    let is_office = console.company.kind == CompanyKind::AccountingOffice
        && console.authority == Authority::MainUser { office: console.company.id };
    if !is_office {
        return Err(EarlyAnswer::not_found());
    }
    let after = query.field("after").parse().ok();
    let (page, frame) = frame::page(&console, Section::Overview, "clients").await?;
    let mut reader = console.app.db.reader().await?;
    let limit = i64::try_from(MOST_COMPANIES + 1).unwrap_or(1);
    let mut clients = companies::clients_of(&mut reader, console.company.id, after, limit).await?;
    let is_more = clients.len() > MOST_COMPANIES;
    clients.truncate(MOST_COMPANIES);
    let ids: Vec<_> = clients.iter().map(|client| client.id).collect();
    let counted = attention::counted_of_each(&mut reader, &ids).await?;
    drop(reader);
    let next = clients.last().filter(|_| is_more).map(|last| format!("after={}", last.id));
    let row = |client: companies::Company| {
        let counts = counted.get(&client.id).copied().unwrap_or_default();
        ClientRow {
            id: client.id.to_string(),
            name: client.name,
            business_id: client.business_id,
            users: counts.users,
            never_signed_in: counts.never_signed_in,
            pending: counts.pending,
            locked: counts.locked,
            without_second_factor: counts.without_second_factor,
        }
    };
    let view =
        ClientsPage { clients: clients.into_iter().map(row).collect(), next, is_later: after.is_some(), frame, page };
    Ok(refusal::show(StatusCode::OK, &view))
}
