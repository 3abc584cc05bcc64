//! *Company data*: the name of the company, and whom its people reach where a page cannot help them. A change wants a
//! fresh proof, and a sign-in on the way brings back what was typed.

pub mod views;

use axum::response::Response;
use http::StatusCode;

use super::form_pages::kept;
use super::frame;
use super::gate::{CompanyGate, Console};
use super::views::Section;
use crate::administration as acts;
use crate::administration::Stop;
use crate::directory::companies::NewCompany;
use crate::directory::people::Email;
use crate::platform::phone_number::PhoneNumber;
use crate::platform::web::early::EarlyAnswer;
use crate::platform::web::parameters::{Form, Parameters, UrlQuery};
use crate::platform::web::refusal;
use views::{CompanyDataPage, CompanyFields};

const PAGE: &str = "company";
/// The fields that a sign-in on the way brings back.
const KEPT: [&str; 4] = ["name", "business_id", "contact_email", "contact_phone"];
const DONE: [(&str, &str); 1] = [("saved", "company-done-saved")];

fn typed_fields(fields: &Parameters) -> CompanyFields {
    let field = |name: &str| fields.field(name).trim().to_owned();
    CompanyFields {
        name: field("name"),
        business_id: field("business_id"),
        contact_email: field("contact_email"),
        contact_phone: field("contact_phone"),
    }
}

fn stored(console: &Console) -> CompanyFields {
    CompanyFields {
        name: console.company.name.clone(),
        business_id: console.company.business_id.clone().unwrap_or_default(),
        contact_email: console.company.contact_email.clone().unwrap_or_default(),
        contact_phone: console.company.contact_phone.clone().unwrap_or_default(),
    }
}

/// A field with an error: the key of its text, and a corrected phone as an offer.
struct CompanyMistake {
    field: &'static str,
    key: &'static str,
    offered: Option<String>,
}

/// Shows the data, with what was typed before a sign-in on the way.
pub(crate) async fn show(console: Console, UrlQuery(query): UrlQuery) -> Result<Response, EarlyAnswer> {
    let fields = if query.field("typed") == "1" { typed_fields(&query) } else { stored(&console) };
    page(&console, &query, fields, Vec::new()).await
}

async fn page(
    console: &Console,
    query: &Parameters,
    fields: CompanyFields,
    mistakes: Vec<CompanyMistake>,
) -> Result<Response, EarlyAnswer> {
    let (page, frame) = frame::page(console, Section::CompanyData, PAGE).await?;
    let status = if mistakes.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let view = CompanyDataPage {
        status: frame::confirmation(page.texts, query, &DONE),
        errors: mistakes.iter().map(|mistake| (mistake.field, page.t(mistake.key))).collect(),
        offered: mistakes.into_iter().find_map(|mistake| mistake.offered),
        fields,
        frame,
        page,
    };
    Ok(refusal::show(status, &view))
}

/// The typed data, or every error of the form at once. A value that stands there already stays as it is.
fn new_company(console: &Console, fields: &CompanyFields) -> Result<NewCompany, Vec<CompanyMistake>> {
    let before = stored(console);
    let mut mistakes = Vec::new();
    let mut wrong = |field, key, offered| mistakes.push(CompanyMistake { field, key, offered });
    let some = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
    if fields.contact_email != before.contact_email
        && !fields.contact_email.is_empty()
        && Email::parse_new(&fields.contact_email).is_err()
    {
        wrong("contact_email", "admin-error-email", None);
    }
    let mut phone = some(&fields.contact_phone);
    if fields.contact_phone != before.contact_phone && phone.is_some() {
        match PhoneNumber::parse_in(&fields.contact_phone, &console.phone_countries()) {
            Ok(number) => phone = Some(number.readable()),
            Err(bad) => wrong("contact_phone", "company-error-phone", bad.meant().map(PhoneNumber::readable)),
        }
    }
    let new = NewCompany {
        name: fields.name.clone(),
        kind: console.company.kind,
        contact_email: some(&fields.contact_email),
        contact_phone: phone,
        business_id: some(&fields.business_id),
    };
    if !new.name_is_fine() {
        wrong("name", "company-error-name", None);
    }
    if !new.business_id_is_fine() {
        wrong("business_id", "company-error-business-id", None);
    }
    // The focus goes to the first field of the page with an error.
    mistakes.sort_by_key(|mistake| KEPT.iter().position(|field| *field == mistake.field));
    if mistakes.is_empty() { Ok(new) } else { Err(mistakes) }
}

/// Saves the data.
pub(crate) async fn save(gate: CompanyGate, Form(fields): Form) -> Result<Response, EarlyAnswer> {
    let console = gate.back_to(&kept(PAGE, &fields, &KEPT)).enter_afresh().await?;
    let typed = typed_fields(&fields);
    let new = match new_company(&console, &typed) {
        Ok(new) => new,
        Err(mistakes) => return page(&console, &Parameters::default(), typed, mistakes).await,
    };
    let result =
        console.act(move |tx, context| Box::pin(async move { acts::companies::change(tx, context, &new).await }));
    let (field, key) = match result.await {
        Ok(()) => return Ok(console.go_to("company?done=saved")),
        Err(Stop::AlreadyThere) => ("business_id", "company-error-business-id-taken"),
        Err(Stop::BadName) => ("name", "company-error-name"),
        Err(stop) => return Err(stop.into()),
    };
    page(&console, &Parameters::default(), typed, vec![CompanyMistake { field, key, offered: None }]).await
}
