//! `salpa users`.

use std::io::{IsTerminal, Write};

use clap::Subcommand;
use serde_json::{Value, json};

use super::output::{Failed, Output};
use super::{acts, applications, people};
use crate::administration::Actor;
use crate::app::App;
use crate::directory::companies::CompanyId;
use crate::directory::rights::{self, ProfileId, Right};
use crate::directory::users::{self, Filter, Member, MembershipState, Role};
use crate::provider::applications as registered;

/// The number of users on a page of the list.
const LISTED: i64 = 100;

#[derive(Subcommand, Debug)]
pub(super) enum UserAction {
    /// List the users of a company by name, a hundred at a time.
    List {
        /// The company's identifier.
        #[arg(long)]
        company: CompanyId,
        /// The users to list: all, active, never_signed_in, invited, pending, locked or removed.
        #[arg(long, default_value = "all")]
        filter: Filter,
        /// List only users in this role.
        #[arg(long)]
        role: Option<Role>,
        /// Go on after the user with this email.
        #[arg(long)]
        after: Option<String>,
    },
    /// Set the roles of a user.
    SetRoles {
        #[command(flatten)]
        of: Of,
        /// A role: "user administrator", "main user" or "employee". May be given more than once.
        #[arg(long = "role")]
        roles: Vec<Role>,
    },
    /// Lock, remove or take back a user. Their rights stay for when they are taken back.
    SetState {
        #[command(flatten)]
        of: Of,
        /// active, locked or removed.
        #[arg(long)]
        state: MembershipState,
    },
    /// Make a company the basic company of a person who is a user there.
    SetBasic(Of),
    /// Show or set the rights of a user.
    Rights {
        #[command(flatten)]
        of: Of,
        /// Give a right as well, as CLIENT_ID:NAME; "use" opens the application. May be given more than once.
        #[arg(long)]
        add: Vec<String>,
        /// Take a right away. May be given more than once.
        #[arg(long)]
        remove: Vec<String>,
        /// Give a right in the place of all that the user had, with others that are given so.
        #[arg(long, conflicts_with_all = ["add", "remove"])]
        set: Vec<String>,
        /// Take every right away.
        #[arg(long, conflicts_with_all = ["add", "remove", "set"])]
        none: bool,
        /// Take away without asking what `--set` and `--none` take away.
        #[arg(long)]
        yes: bool,
    },
    /// Give a user the rights of a ready-made profile, in place of all former ones.
    GiveProfile {
        #[command(flatten)]
        of: Of,
        /// The profile's identifier.
        #[arg(long)]
        profile: ProfileId,
    },
}

/// A user of a company.
#[derive(clap::Args, Debug)]
pub(super) struct Of {
    /// The company's identifier.
    #[arg(long)]
    company: CompanyId,
    /// The person's sign-in email.
    #[arg(long)]
    email: String,
}

pub(super) async fn run(app: &App, action: UserAction, output: Output) -> Result<(), Failed> {
    match action {
        UserAction::List { company, filter, role, after } => list(app, company, (filter, role), after, output).await,
        UserAction::SetRoles { of, roles } => {
            let person = people::find(app, &of.email).await?;
            acts::set_roles(app, of.company, person.id, roles).await?;
            show(app, &of, output).await
        }
        UserAction::SetState { of, state } => {
            let person = people::find(app, &of.email).await?;
            acts::set_user_state(app, of.company, person.id, state, Actor::Operator).await?;
            show(app, &of, output).await
        }
        UserAction::SetBasic(of) => {
            let person = people::find(app, &of.email).await?;
            acts::set_basic_company(app, of.company, person.id).await?;
            show(app, &of, output).await
        }
        UserAction::Rights { of, add, remove, set, none, yes } => {
            let person = people::find(app, &of.email).await?.id;
            let had = rights::of_user(&app.db, of.company, person).await?;
            let (add, remove, set) = (read(app, &add).await?, read(app, &remove).await?, read(app, &set).await?);
            let mut wanted = set.clone();
            if !none && set.is_empty() {
                wanted.extend(had.iter().filter(|right| !remove.contains(right)).cloned());
                wanted.extend(add.into_iter().filter(|right| !had.contains(right)));
            } else if !yes {
                let lost: Vec<_> = had.iter().filter(|right| !wanted.contains(right)).collect();
                agree_to_lose(app, &lost).await?;
            }
            if wanted != had {
                acts::set_rights(app, of.company, person, wanted).await?;
            }
            show_rights(app, &of, output).await
        }
        UserAction::GiveProfile { of, profile } => {
            let person = people::find(app, &of.email).await?;
            acts::give_profile(app, of.company, person.id, profile, Actor::Operator).await?;
            show_rights(app, &of, output).await
        }
    }
}

/// Asks whether rights may be taken away. Without a terminal to ask at, they may not.
async fn agree_to_lose(app: &App, lost: &[&Right]) -> Result<(), Failed> {
    if lost.is_empty() {
        return Ok(());
    }
    let mut names = Vec::new();
    for right in lost {
        let application = match right.application.parse() {
            Ok(id) => registered::find(&app.db, id).await?.map(|application| application.client_id),
            Err(_) => None,
        };
        names.push(format!("{}:{}", application.unwrap_or_else(|| right.application.clone()), right.name));
    }
    let names = names.join(", ");
    if !std::io::stdin().is_terminal() {
        let words = format!("this takes away {names}; say --yes, or give the others by --add");
        return Err(Failed::because(words));
    }
    write!(std::io::stderr(), "This takes away {names}. Go on? (y/N) ").map_err(Failed::because)?;
    let mut answer = String::new();
    std::io::stdin().read_line(&mut answer).map_err(Failed::because)?;
    if answer.trim().eq_ignore_ascii_case("y") { Ok(()) } else { Err(Failed::because("nothing was changed")) }
}

/// Rights as they are typed: `CLIENT_ID:NAME`.
pub(super) async fn read(app: &App, typed: &[String]) -> Result<Vec<Right>, Failed> {
    let mut read = Vec::new();
    for text in typed {
        let (client_id, name) =
            text.split_once(':').ok_or_else(|| Failed::because(format!("{text} is not CLIENT_ID:NAME")))?;
        let application = applications::find(app, client_id).await?.id.to_string();
        let declared = rights::declared(&app.db, &application).await?;
        if name != rights::USE && !declared.iter().any(|right| right.name == name) {
            return Err(Failed::because(format!("{client_id} knows no right {name}")));
        }
        read.push(Right { application, name: name.to_owned() });
    }
    Ok(read)
}

fn value(member: &Member) -> Value {
    json!({
        "company": member.company,
        "person": member.person,
        "email": member.email,
        "name": member.name,
        "roles": member.roles,
        "profile": member.profile,
        "basic": member.basic,
        "state": member.state,
    })
}

fn line(member: &Member) -> String {
    let roles: Vec<&str> = member.roles.iter().map(|role| role.as_str()).collect();
    let basic = if member.basic { "  basic company" } else { "" };
    format!("{}  {}  {}  {}{basic}", member.state.as_str(), member.email, member.name, roles.join(", "))
}

async fn list(
    app: &App,
    company: CompanyId,
    filter: (Filter, Option<Role>),
    after: Option<String>,
    output: Output,
) -> Result<(), Failed> {
    let after = match after {
        None => None,
        Some(email) => {
            let person = people::find(app, &email).await?;
            users::find(&app.db, company, person.id).await?.map(|member| (member.sort_key, member.person))
        }
    };
    let place = after.as_ref().map_or((&[][..], None), |(key, person)| (key.as_slice(), Some(*person)));
    let members = users::list(&app.db, company, filter, place, LISTED).await?;
    output.done(&json!(members.iter().map(value).collect::<Vec<_>>()), || {
        members.iter().map(line).collect::<Vec<_>>().join("\n")
    });
    Ok(())
}

async fn show(app: &App, of: &Of, output: Output) -> Result<(), Failed> {
    let person = people::find(app, &of.email).await?;
    let member = users::find(&app.db, of.company, person.id).await?;
    let member = member.ok_or_else(|| Failed::because("the person is no user of that company"))?;
    output.done(&value(&member), || line(&member));
    Ok(())
}

async fn show_rights(app: &App, of: &Of, output: Output) -> Result<(), Failed> {
    let person = people::find(app, &of.email).await?;
    let rights = rights::of_user(&app.db, of.company, person.id).await?;
    output.done(&json!(rights), || {
        let line = |right: &Right| format!("{}  {}", right.application, right.name);
        rights.iter().map(line).collect::<Vec<_>>().join("\n")
    });
    Ok(())
}
