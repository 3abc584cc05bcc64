//! The choice of a company: the way into the console, and from one company to another. A main user finds a client by
//! the beginnings of its words; no page reads all clients.

use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use http::StatusCode;

use super::gate::{CONSOLE, Console};
use super::views::{CompaniesPage, CompaniesResults, CompanyLink, Section};
use crate::app::App;
use crate::directory::companies::{self, Company, CompanyId};
use crate::directory::people::{self, PersonId};
use crate::directory::search::sort_key;
use crate::directory::users::{self, Role};
use crate::platform::db::{self, Reader, Source};
use crate::platform::web::early::EarlyAnswer;
use crate::platform::web::fault::Fault;
use crate::platform::web::page::Page;
use crate::platform::web::parameters::{Parameters, UrlQuery};
use crate::platform::web::refusal;
use crate::platform::web::views::PersonLabel;
use crate::platform::web::visit::Visit;
use crate::sign_in::Demand;

/// Companies of a page.
const SHOWN: usize = 30;
/// Companies in the panel's menu.
const IN_MENU: usize = 8;
/// The longest search, in characters. Longer words find nothing more.
pub(super) const LONGEST_SEARCH: usize = 100;

/// The companies that a person manages: their own, and the offices whose clients they manage as well.
struct ManagedCompanies {
    own: Vec<CompanyLink>,
    offices: Vec<CompanyId>,
}

impl ManagedCompanies {
    async fn of(reader: &mut Reader, person: PersonId) -> Result<Self, db::Error> {
        let mut managed = Self { own: Vec::new(), offices: Vec::new() };
        for user in users::of_person(&mut *reader, person).await? {
            if user.state != users::MembershipState::Active {
                // Somebody who was removed from their basic company manages nothing.
                if user.basic {
                    return Ok(Self { own: Vec::new(), offices: Vec::new() });
                }
                continue;
            }
            if user.roles.iter().any(|role| role.manages()) {
                managed.own.push(CompanyLink {
                    id: user.company.to_string(),
                    name: user.company_name,
                    business_id: None,
                    is_current: false,
                });
            }
            if user.roles.contains(&Role::MainUser) {
                managed.offices.push(user.company);
            }
        }
        Ok(managed)
    }

    /// The person's own companies with a word that begins with the typed text.
    fn named(&self, typed: &str) -> impl Iterator<Item = CompanyLink> {
        let typed = sort_key(typed.trim());
        let begins = move |name: &str| name.split_whitespace().any(|word| sort_key(word).starts_with(&typed));
        let typed_whole = |link: &&CompanyLink| begins(&link.name);
        self.own.iter().filter(typed_whole).cloned().collect::<Vec<_>>().into_iter()
    }
}

/// The first companies that the administrator can switch to, this one included; empty if there is no other.
pub(super) async fn nearest(console: &Console) -> Result<Vec<CompanyLink>, Fault> {
    let mut reader = console.app.db.reader().await?;
    let managed = ManagedCompanies::of(&mut reader, console.person.id).await?;
    let mut links: Vec<CompanyLink> = managed.own.into_iter().take(IN_MENU).collect();
    for office in managed.offices {
        let room = i64::try_from(IN_MENU.saturating_sub(links.len())).unwrap_or(0);
        if room > 0 {
            let clients = companies::clients_of(&mut reader, office, None, room).await?;
            add(&mut links, clients);
        }
    }
    drop(reader);
    let own = console.company.id.to_string();
    for link in &mut links {
        link.is_current = link.id == own;
    }
    if links.iter().all(|link| link.is_current) {
        links.clear();
    }
    Ok(links)
}

/// Shows the choice of companies, or redirects to the only one.
pub async fn choose(State(app): State<App>, visit: Visit, UrlQuery(query): UrlQuery) -> Result<Response, EarlyAnswer> {
    let section = Section::of(query.field("section"));
    let is_wished = !query.field("section").is_empty();
    let return_to = if is_wished { format!("/admin?section={}", section.path()) } else { "/admin".to_owned() };
    let signed_in = CONSOLE.enter(&app, &visit, Demand::default(), &return_to).await?;
    let typed: String = query.field("typed").trim().chars().take(LONGEST_SEARCH).collect();
    let after = position(&query);
    let mut reader = app.db.reader().await?;
    let person = people::find(&mut reader, signed_in.person).await?;
    let managed = ManagedCompanies::of(&mut reader, signed_in.person).await?;
    let (found, next) = if typed.is_empty() {
        page_of(&mut reader, &managed, after, section).await?
    } else {
        (search(&mut reader, &managed, &typed).await?, None)
    };
    drop(reader);
    let person = person.ok_or_else(|| Fault::new("a session of nobody"))?;
    if managed.own.is_empty() {
        return Err(EarlyAnswer::not_found());
    }
    let is_fragment = query.field("fragment") == "1";
    if let ([only], true, None, false) = (found.as_slice(), typed.is_empty(), after, is_fragment) {
        return Ok(Redirect::to(&format!("/admin/{}/{}", only.id, section.path())).into_response());
    }
    let page = Page::new(visit.language, app.settings.organisation.clone(), "/admin");
    let results =
        CompaniesResults { page: page.clone(), typed, section, companies: found, next, is_later: after.is_some() };
    let response = if is_fragment {
        refusal::show(StatusCode::OK, &results)
    } else {
        let person = PersonLabel { name: person.name(), email: person.email };
        refusal::show(StatusCode::OK, &CompaniesPage { person, results, page })
    };
    Ok(response)
}

/// The position after which a page of clients begins: an office, and the last client of it that was shown.
type ClientPosition = (CompanyId, Option<CompanyId>);

fn position(query: &Parameters) -> Option<ClientPosition> {
    Some((query.field("office").parse().ok()?, query.field("after").parse().ok()))
}

/// A page of the companies of a person, by key: first their own, then the clients of each office.
async fn page_of(
    reader: &mut Reader,
    managed: &ManagedCompanies,
    after: Option<ClientPosition>,
    section: Section,
) -> Result<(Vec<CompanyLink>, Option<String>), db::Error> {
    let mut links = if after.is_none() { managed.own.clone() } else { Vec::new() };
    // Another's office in the address leads nowhere.
    let first = after.map_or(Some(0), |(office, _)| managed.offices.iter().position(|own| *own == office));
    let Some(first) = first else { return Ok((links, None)) };
    let mut client = after.and_then(|(_, client)| client);
    for office in managed.offices.iter().skip(first) {
        let room = SHOWN.saturating_sub(links.len());
        let read = i64::try_from(room.saturating_add(1)).unwrap_or(1);
        let mut clients = companies::clients_of(&mut *reader, *office, client.take(), read).await?;
        let is_more = clients.len() > room;
        clients.truncate(room);
        let last = clients.last().map(|company| company.id);
        add(&mut links, clients);
        if is_more {
            let after = last.map(|last| format!("&after={last}")).unwrap_or_default();
            return Ok((links, Some(format!("section={}&office={office}{after}", section.path()))));
        }
    }
    Ok((links, None))
}

async fn search(reader: &mut Reader, managed: &ManagedCompanies, typed: &str) -> Result<Vec<CompanyLink>, db::Error> {
    let mut links: Vec<CompanyLink> = managed.named(typed).take(SHOWN).collect();
    for office in &managed.offices {
        let limit = i64::try_from(SHOWN).unwrap_or(1);
        let clients = companies::search_clients(&mut Source::Reader(reader), *office, typed, limit).await?;
        add(&mut links, clients);
    }
    links.truncate(SHOWN);
    Ok(links)
}

/// Adds the companies that are not in the list yet: a client of an office can be one's own company, too.
fn add(links: &mut Vec<CompanyLink>, companies: Vec<Company>) {
    for company in companies {
        let id = company.id.to_string();
        if !links.iter().any(|link| link.id == id) {
            links.push(CompanyLink { id, name: company.name, business_id: company.business_id, is_current: false });
        }
    }
}
