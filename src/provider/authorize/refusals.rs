//! Why an application is not open to somebody who is signed in, and who can help.

use http::StatusCode;

use crate::app::App;
use crate::directory::companies::{self, Company, CompanyId};
use crate::directory::people::{self, PersonId};
use crate::directory::users::MembershipState;
use crate::directory::{employees, users};
use crate::event::Event;
use crate::platform::history::Entry;
use crate::platform::web::fault::Fault;
use crate::platform::web::page::Page;
use crate::platform::web::refusal::{Help, RefusalPage};
use crate::platform::web::views::{Contact, PersonLabel};
use crate::platform::web::visit::Visit;
use crate::provider::applications::Application;
use crate::sign_in::{Refusal, sessions};

/// The refusal of an application that is not open to a person, told in the history of their basic company,
/// too.
pub(crate) async fn not_admitted(
    app: &App,
    visit: &Visit,
    application: &Application,
    refusal: Refusal,
) -> Result<RefusalPage, Fault> {
    let key = match refusal {
        Refusal::BasicCompanyRemoved => "basic-company",
        Refusal::OnlyEmployee => "employee",
        Refusal::NoService => "employee-service",
        _ => "no-access",
    };
    let Some(session) = sessions::of_visit(app, visit).await? else {
        return Ok(RefusalPage::new(StatusCode::FORBIDDEN, key).at(&application.name));
    };
    let entry = Entry::new(visit.now, Event::ProviderNotAdmitted)
        .person(session.person)
        .application(application.id)
        .detail("application", &application.name);
    refused(app, visit, (key, &application.name), session.person, entry).await
}

/// A refusal of a person at an application, or at something of this service that stands for one, with the user
/// administrator or the office that can help. The administrators of their basic company or their employer read the
/// entry, too.
pub(crate) async fn refused(
    app: &App,
    visit: &Visit,
    (key, name): (&'static str, &str),
    person: PersonId,
    mut entry: Entry,
) -> Result<RefusalPage, Fault> {
    // A person whom the company keeps out learns no names of it.
    let (company, is_ours) = match users::basic_company(&app.db, person).await? {
        Some((company, state)) => (Some(company), state == MembershipState::Active),
        None => (employees::first_company(&app.db, person).await?, true),
    };
    let company = match company {
        Some(company) => companies::find(&app.db, company).await?,
        None => None,
    };
    let found = people::find(&app.db, person).await?;
    let page = Page::new(visit.language, "", "");
    // The text of these names the user administrator, the one of the basic company the accounting office.
    let administrator = match &company {
        Some(company) if is_ours && key != "basic-company" => administrator(app, &page, company.id, person).await?,
        _ => None,
    };
    let (contact, write) = if let Some(contact) = administrator {
        let write = page.t1("not-admitted-ask", "name", &contact.name);
        (Some(contact), Some(write))
    } else {
        let (contact, is_office) = contact(app, &page, company.as_ref()).await?;
        (contact, is_office.then(|| page.t("not-admitted-write-office")))
    };
    entry.company = company.as_ref().map(|company| company.id.to_string());
    let mut refused = RefusalPage::new(StatusCode::FORBIDDEN, key).at(name);
    refused.entry = Some(Box::new(entry));
    refused.help = Some(Box::new(Help {
        person: found.map(|person| PersonLabel { name: person.name(), email: person.email }),
        company: company.map(|company| company.name),
        write,
        contact,
        try_again: None,
        someone_else: None,
        way_back: None,
    }));
    Ok(refused)
}

/// A user administrator of the company who signs in, other than the person; `None` where there is none.
async fn administrator(app: &App, page: &Page, company: CompanyId, person: PersonId) -> Result<Option<Contact>, Fault> {
    let administrators = (users::Filter::Active, Some(users::Role::UserAdministrator));
    let found = users::list(&app.db, company, administrators, (&[], None), 2).await?;
    let other = found.into_iter().find(|member| member.person != person);
    Ok(other.map(|member| Contact {
        role: Some(page.t("admin-role-user-administrator")),
        name: member.name,
        phone: None,
        email: Some(member.email),
    }))
}

/// The contact: the accounting office that manages the company, or else the company itself; and whether it is
/// an office.
async fn contact(app: &App, page: &Page, company: Option<&Company>) -> Result<(Option<Contact>, bool), Fault> {
    let Some(company) = company else { return Ok((None, false)) };
    let offices = companies::offices_of(&app.db, company.id).await?;
    let can_be_reached = |found: &&Company| found.contact_email.is_some() || found.contact_phone.is_some();
    let of = |found: &Company, role: &str| Contact {
        role: Some(page.t(role)),
        name: found.name.clone(),
        phone: found.contact_phone.clone(),
        email: found.contact_email.clone(),
    };
    if let Some(office) = offices.iter().find(can_be_reached) {
        return Ok((Some(of(office, "not-admitted-office")), true));
    }
    Ok((Some(company).filter(can_be_reached).map(|company| of(company, "not-admitted-company")), false))
}
