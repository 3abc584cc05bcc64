//! `salpa employees`.

use clap::Subcommand;
use serde_json::{Value, json};

use super::output::{Failed, Output};
use super::{acts, people};
use crate::administration::Actor;
use crate::app::App;
use crate::directory::companies::CompanyId;
use crate::directory::employees::{self, ChargeableService, Employee};

/// The number of employees on a page of the list.
const LISTED: i64 = 100;

#[derive(Subcommand, Debug)]
pub(super) enum EmployeeAction {
    /// Put a person on the employee listing of a company, or set the services of one who is on it.
    Add {
        /// The company's identifier.
        #[arg(long)]
        company: CompanyId,
        /// The person's sign-in email.
        #[arg(long)]
        email: String,
        /// A chargeable service: travel or salaries. May be given more than once.
        #[arg(long = "service")]
        services: Vec<ChargeableService>,
    },
    /// List the employees of a company by name, a hundred at a time.
    List {
        /// The company's identifier.
        #[arg(long)]
        company: CompanyId,
        /// Go on after the employee with this email.
        #[arg(long)]
        after: Option<String>,
    },
    /// Take a person off the employee listing of a company.
    Remove {
        /// The company's identifier.
        #[arg(long)]
        company: CompanyId,
        /// The person's sign-in email.
        #[arg(long)]
        email: String,
    },
}

pub(super) async fn run(app: &App, action: EmployeeAction, output: Output) -> Result<(), Failed> {
    match action {
        EmployeeAction::Add { company, email, services } => {
            let person = people::find(app, &email).await?;
            acts::add_employee(app, company, person.id, services.clone(), Actor::Operator).await?;
            output.done(&json!({ "company": company, "person": person.id, "services": services }), || {
                format!("{email} is an employee of {company}.")
            });
        }
        EmployeeAction::List { company, after } => {
            let after = match after {
                None => None,
                Some(email) => {
                    let person = people::find(app, &email).await?;
                    employees::find(&app.db, company, person.id).await?.map(|found| (found.sort_key, found.person))
                }
            };
            let place = after.as_ref().map_or((&[][..], None), |(key, person)| (key.as_slice(), Some(*person)));
            let listed = employees::list(&app.db, company, place, LISTED).await?;
            output.done(&json!(listed.iter().map(value).collect::<Vec<_>>()), || {
                listed.iter().map(line).collect::<Vec<_>>().join("\n")
            });
        }
        EmployeeAction::Remove { company, email } => {
            let person = people::find(app, &email).await?;
            let removed = acts::remove_employee(app, company, person.id).await?;
            output.done(&json!({ "company": company, "person": person.id, "removed": removed }), || {
                format!("{email} is no employee of {company}.")
            });
        }
    }
    Ok(())
}

fn value(employee: &Employee) -> Value {
    json!({
        "company": employee.company,
        "person": employee.person,
        "email": employee.email,
        "name": employee.name,
        "services": employee.services,
        "is_user": employee.is_user,
    })
}

fn line(employee: &Employee) -> String {
    let services: Vec<&str> = employee.services.iter().map(|service| service.as_str()).collect();
    format!("{}  {}  {}", employee.email, employee.name, services.join(", "))
}
