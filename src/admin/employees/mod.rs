//! *Employees*: the company's employee listing, with the chargeable services that open the phone app to each employee.
//! An employee need not be a user.

mod change;
mod list;
pub mod views;

pub(crate) use change::{add, ask_add, ask_remove, remove, set_services, show as employee};
pub(crate) use list::show;

use super::views::Choice;
use crate::directory::employees::ChargeableService;
use crate::platform::web::parameters::Parameters;
use crate::platform::web::translations::Texts;

fn service_key(service: ChargeableService) -> &'static str {
    match service {
        ChargeableService::Travel => "admin-service-travel",
        ChargeableService::Salaries => "admin-service-salaries",
    }
}

/// The services as boxes, ticked for those in `had`.
fn boxes(texts: Texts, had: &[ChargeableService]) -> Vec<Choice> {
    let service = |service: ChargeableService| Choice {
        word: service.as_str().to_owned(),
        name: texts.text(service_key(service)),
        on: had.contains(&service),
    };
    ChargeableService::ALL.map(service).into()
}

/// The services that a form names.
fn chosen(fields: &Parameters) -> Vec<ChargeableService> {
    let named: Vec<&str> = fields.iter().filter(|(name, _)| *name == "service").map(|(_, word)| word).collect();
    ChargeableService::ALL.into_iter().filter(|service| named.contains(&service.as_str())).collect()
}
