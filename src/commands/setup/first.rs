//! The first company and its administrator.

use std::io::BufRead;

use super::interview::{Interview, Question};
use crate::administration::users::{Addition, RoleWish};
use crate::administration::{self, ActContext, Actor};
use crate::app::App;
use crate::commands::output::Failed;
use crate::directory::companies::{self, CompanyId, CompanyKind, NewCompany};
use crate::directory::people::{self, Email, NewPerson, PersonId};
use crate::directory::users::Role;
use crate::event::Event;
use crate::platform::history::{self, Entry};
use crate::platform::web::translations::Language;
use crate::proofs::passwords::{self, Password};

/// The first company and person as options.
#[derive(clap::Args, Debug)]
pub(super) struct FirstArguments {
    /// The name of the first company.
    #[arg(long, value_name = "NAME")]
    company: Option<String>,
    /// business or accounting_office.
    #[arg(long, default_value = "business")]
    kind: CompanyKind,
    /// The sign-in email of its first administrator.
    #[arg(long)]
    email: Option<String>,
    /// Their given name.
    #[arg(long, value_name = "NAME")]
    given_name: Option<String>,
    /// Their family name.
    #[arg(long, value_name = "NAME")]
    family_name: Option<String>,
    /// The language of messages to them: en or fi. By default en.
    #[arg(long)]
    language: Option<String>,
    /// Read their password from standard input.
    #[arg(long)]
    password_stdin: bool,
    /// Send them a link by mail to set up their password.
    #[arg(long, conflicts_with = "password_stdin")]
    link_by_mail: bool,
}

/// The first company and person.
pub(super) struct FirstCompany {
    company: NewCompany,
    person: NewPerson,
    /// Their password; without one they get a link.
    password: Option<Password>,
}

impl FirstCompany {
    /// The name of the company.
    pub(super) fn company(&self) -> &str {
        &self.company.name
    }
}

/// The company and the person that were added.
pub(super) struct FirstAdded {
    /// The company.
    pub(super) company: CompanyId,
    /// Its name.
    pub(super) name: String,
    /// The person.
    pub(super) person: PersonId,
    /// Their email.
    pub(super) email: String,
    /// Whether they have a password; otherwise a link is on its way.
    pub(super) has_password: bool,
}

/// Asks for what the options do not say. The mistakes stand in the interview.
pub(super) fn ask(arguments: &FirstArguments, has_mail: bool, interview: &mut Interview) -> Option<FirstCompany> {
    let question = |flag, words, default| Question { flag, words, default };
    let company_name = interview.ask(
        question("--company NAME", "Name of the first company", None),
        arguments.company.as_deref(),
        |name| {
            let new = company(name, arguments.kind);
            if new.is_fine() { Ok(new) } else { Err("a name has 1 to 200 characters".to_owned()) }
        },
    );
    let email = interview.ask(
        question("--email EMAIL", "Sign-in email of its administrator", None),
        arguments.email.as_deref(),
        |text| Email::parse_new(text).map_err(|unfit| unfit.to_string()),
    );
    let any = |text: &str| Ok(text.trim().to_owned());
    let given_name = interview.ask(
        question("--given-name NAME", "Their given name", None),
        arguments.given_name.as_deref(),
        |text| if text.trim().is_empty() { Err("a given name has 1 to 100 characters".to_owned()) } else { any(text) },
    );
    let family_name = interview.ask(
        question("--family-name NAME", "Their family name", Some("")),
        arguments.family_name.as_deref(),
        any,
    );
    let language = interview.ask(
        question("--language LANGUAGE", "Language of messages to them (en or fi)", Some("en")),
        arguments.language.as_deref(),
        |text| Language::parse_tag(text).ok_or_else(|| "it must be en or fi".to_owned()),
    );
    let names = [company_name.as_ref().map(|new| new.name.clone()), given_name.clone(), family_name.clone()];
    let names: Vec<String> =
        names.into_iter().flatten().chain(email.as_ref().map(|it| it.as_written().to_owned())).collect();
    let password = ask_for_password(arguments, has_mail, &names, interview)?;
    let (email, language) = (email?, language?);
    let language = language.tag().to_owned();
    let person = NewPerson { email, given_name: given_name?, family_name: family_name?, language };
    if !person.names_are_fine() {
        interview.refuse("--given-name, --family-name: a name has at most 100 characters, on one line".to_owned());
        return None;
    }
    Some(FirstCompany { company: company_name?, person, password })
}

fn company(name: &str, kind: CompanyKind) -> NewCompany {
    NewCompany { name: name.trim().to_owned(), kind, contact_email: None, contact_phone: None, business_id: None }
}

/// The password, or none for a link; `None` if neither was given.
fn ask_for_password(
    arguments: &FirstArguments,
    has_mail: bool,
    names: &[String],
    interview: &mut Interview,
) -> Option<Option<Password>> {
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let chosen =
        |text: &str| Password::chosen(text, &names).map_err(|unfit| format!("the password {}", unfit.reason()));
    if arguments.link_by_mail {
        if !has_mail {
            interview.refuse("--link-by-mail: there is no mail server; give --password-stdin".to_owned());
            return None;
        }
        return Some(None);
    }
    if arguments.password_stdin {
        let mut line = String::new();
        let read = std::io::stdin().lock().read_line(&mut line);
        let password =
            read.map_err(|error| error.to_string()).and_then(|_| chosen(line.trim_end_matches(['\r', '\n'])));
        return password.map_err(|problem| interview.refuse(format!("--password-stdin: {problem}"))).ok().map(Some);
    }
    if has_mail && !interview.has_terminal() {
        return Some(None);
    }
    let (flag, words) = if has_mail {
        ("--password-stdin or --link-by-mail", "Their password (nothing: a link by mail to set it up)")
    } else {
        ("--password-stdin", "Their password")
    };
    interview.ask_secret(Question { flag, words, default: None }, true, |text| {
        if text.is_empty() && has_mail { Ok(None) } else { chosen(text).map(Some) }
    })
}

/// Adds company and person in one transaction, as the operator does.
pub(super) async fn add(app: &App, first: FirstCompany) -> Result<FirstAdded, Failed> {
    let FirstCompany { company: new, person, password } = first;
    let has_password = password.is_some();
    let hash = match password {
        None => None,
        Some(password) => {
            let stands_alone = password.stands_alone();
            let hash = app.hashing.make(password.into_secret()).await;
            Some((hash.map_err(|_| Failed::because("too many hashes are waiting; try again"))?, stands_alone))
        }
    };
    let (core, now) = (app.core.clone(), app.clock.now());
    let (name, email) = (new.name.clone(), person.email.as_written().to_owned());
    let (company, person) = app
        .db
        .write(move |tx| {
            Box::pin(async move {
                let id = companies::add(tx, &core.random, now, &new).await?;
                let entry = Entry::new(now, Event::CompanyAdded).company(id).detail("company", id);
                history::write(tx, &core.random, &entry.detail("by", "operator")).await?;
                let company = companies::find(&mut *tx, id).await?.ok_or("the company is gone")?;
                if let Some((hash, stands_alone)) = hash {
                    let known = people::add(tx, &core.random, now, &person).await?;
                    let by_operator = |event| Entry::new(now, event).person(known).detail("by", "operator");
                    history::write(tx, &core.random, &by_operator(Event::PersonAdded)).await?;
                    passwords::set(tx, known, &hash, stands_alone, now).await?;
                    history::write(tx, &core.random, &by_operator(Event::PersonPasswordSet)).await?;
                }
                let roles = match company.kind {
                    CompanyKind::Business => vec![Role::UserAdministrator],
                    CompanyKind::AccountingOffice => vec![Role::UserAdministrator, Role::MainUser],
                };
                let context = ActContext {
                    core,
                    company,
                    actor: Actor::Operator,
                    now,
                    network: None,
                    user_agent: None,
                    is_fresh: true,
                };
                let roles = RoleWish::Exactly(roles);
                let addition = Addition { person, roles, profile: None, phone: None, invitation: None };
                let added = administration::users::add(tx, &context, addition).await?;
                Ok::<_, Failed>((id, added.person))
            })
        })
        .await?;
    Ok(FirstAdded { company, name, person, email, has_password })
}
