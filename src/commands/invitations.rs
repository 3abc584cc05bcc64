//! `salpa invitations`.

use std::io::{IsTerminal, Write};

use clap::Subcommand;
use serde_json::json;

use super::acts;
use super::output::{Failed, Output};
use super::people;
use crate::administration::invitations::data_now;
use crate::administration::releases::Release;
use crate::api::moment;
use crate::app::App;
use crate::directory::companies::CompanyId;
use crate::directory::invitations::{self, FirstData, InvitedData, releases};
use crate::directory::people::Person;

#[derive(Subcommand, Debug)]
pub(super) enum InvitationAction {
    /// Show the invitation of a user, and what changed in their data since the first one.
    Show(Invited),
    /// Let a user be invited again whose name, email or phone changed since the first invitation. Ask the company first,
    /// by a way that you know: changed data are how a sign-in is taken over from inside. Where two people consent, this is
    /// one of them, and somebody of the operator's company is the other one.
    Release {
        #[command(flatten)]
        of: Invited,
        /// Release without asking at the terminal.
        #[arg(long)]
        yes: bool,
    },
}

/// A user of a company.
#[derive(clap::Args, Debug)]
pub(super) struct Invited {
    /// The company's identifier.
    #[arg(long)]
    company: CompanyId,
    /// The person's sign-in email.
    #[arg(long)]
    email: String,
}

pub(super) async fn run(app: &App, action: InvitationAction, output: Output) -> Result<(), Failed> {
    match action {
        InvitationAction::Show(of) => show(app, &of, output).await,
        InvitationAction::Release { of, yes } => release(app, &of, yes, output).await,
    }
}

/// The data of a person now, and those of the first invitation.
async fn data(app: &App, person: &Person) -> Result<(InvitedData, Option<FirstData>), Failed> {
    Ok((data_now(&app.db, person).await?, invitations::first_data(&app.db, person.id).await?))
}

/// The differences, one a line.
fn differences(first: &InvitedData, now: &InvitedData) -> Vec<String> {
    let none = || "none".to_owned();
    let changes = now.changes_since(first).into_iter().map(|word| match word {
        "name" => format!("name: {}, before {}", now.name(), first.name()),
        "email" => format!("email: {}, before {}", now.email, first.email),
        _ => format!(
            "phone: {}, before {}",
            now.phone.clone().unwrap_or_else(none),
            first.phone.clone().unwrap_or_else(none)
        ),
    });
    changes.collect()
}

async fn show(app: &App, of: &Invited, output: Output) -> Result<(), Failed> {
    let person = people::find(app, &of.email).await?;
    let (now, first) = data(app, &person).await?;
    let changes = first.as_ref().map(|first| differences(&first.data, &now)).unwrap_or_default();
    let sent = invitations::of_user(&app.db, of.company, person.id).await?;
    let state = sent.as_ref().map(|sent| sent.stands(app.clock.now()).as_str());
    let asked = releases::of_person(&app.db, person.id).await?;
    let proposal = asked.as_ref().and_then(|asked| asked.proposal(&now, app.clock.now()));
    let value = json!({
        "person": person.id,
        "state": state,
        "sent_at": sent.as_ref().map(|sent| moment(sent.sent_at)),
        "expires_at": sent.as_ref().map(|sent| moment(sent.expires_at)),
        "inviter": sent.as_ref().map(|sent| sent.inviter_name.clone()),
        "first_invited_at": first.as_ref().map(|first| moment(first.at)),
        "released_at": first.as_ref().and_then(|first| first.released_at).map(moment),
        "changed": changes,
        "asked_at": asked.as_ref().map(|asked| moment(asked.asked_at)),
        "asked_by": asked.as_ref().map(|asked| asked.asker_name.clone()),
        "proposed_by": proposal.map(|proposal| proposal.name.clone()),
    });
    output.done(&value, || {
        let line = match (&sent, state) {
            (Some(sent), Some(state)) => {
                let (from, until) = (moment(sent.sent_at), moment(sent.expires_at));
                format!("{state}: sent {from} by {}, until {until}", sent.inviter_name)
            }
            _ => "That company has not invited this person, or longer ago than it is kept.".to_owned(),
        };
        let waits = (!changes.is_empty()).then(|| "Changed since the first invitation; release it:".to_owned());
        let first = first.as_ref().map(|first| match first.released_at {
            None => format!("First invited {}", moment(first.at)),
            Some(released_at) => {
                format!("First invited {}, changed data released {}", moment(first.at), moment(released_at))
            }
        });
        let asked = asked.as_ref().map(|asked| {
            let (at, by) = (moment(asked.asked_at), &asked.asker_name);
            format!("Asked for {at} by {by}, from {}", asked.network.as_deref().unwrap_or("this machine"))
        });
        let proposed = proposal.map(|proposal| format!("Proposed {} by {}", moment(proposal.at), proposal.name));
        let lines = std::iter::once(line).chain(first).chain(waits).chain(changes.clone()).chain(asked).chain(proposed);
        lines.collect::<Vec<_>>().join("\n")
    });
    Ok(())
}

async fn release(app: &App, of: &Invited, yes: bool, output: Output) -> Result<(), Failed> {
    let person = people::find(app, &of.email).await?;
    let (now, first) = data(app, &person).await?;
    let changes = first.map(|first| differences(&first.data, &now)).unwrap_or_default();
    if !changes.is_empty() && !yes {
        agree(&changes)?;
    }
    match acts::release_invitation(app, of.company, person.id, now).await? {
        Release::ChangedMeanwhile => Err(Failed::because("the data changed at this moment; look at them again")),
        Release::ProposedBefore | Release::OwnRequest => {
            Err(Failed::because("this command has proposed it before: somebody else confirms it in the console"))
        }
        outcome => {
            let (is_released, is_proposed) = (outcome == Release::Done, outcome == Release::Proposed);
            let value = json!({
                "person": person.id, "released": is_released, "proposed": is_proposed, "changed": changes,
            });
            output.done(&value, || match outcome {
                Release::Done => format!("{} can be invited again.", of.email),
                Release::Proposed => {
                    "Proposed. Somebody of the operator's company confirms it in the console within 24 hours."
                        .to_owned()
                }
                _ => "Nothing changed since the first invitation: no release is needed.".to_owned(),
            });
            Ok(())
        }
    }
}

/// Asks whether the changed data are right. Without a terminal to ask at, they are not.
fn agree(changes: &[String]) -> Result<(), Failed> {
    let listed = changes.join("; ");
    if !std::io::stdin().is_terminal() {
        return Err(Failed::because(format!("these changed since the first invitation: {listed}; say --yes")));
    }
    write!(std::io::stderr(), "Changed since the first invitation: {listed}. Release? (y/N) ")
        .map_err(Failed::because)?;
    let mut answer = String::new();
    std::io::stdin().read_line(&mut answer).map_err(Failed::because)?;
    if answer.trim().eq_ignore_ascii_case("y") { Ok(()) } else { Err(Failed::because("nothing was changed")) }
}
