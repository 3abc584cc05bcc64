//! The timeline of an invitation: each step with its time, its people and what comes next.

use super::super::frame;
use super::super::gate::Console;
use super::invitation::until;
use super::invitation_views::{NodeState, TimelineNode};
use super::managed::ManagedUser;
use crate::directory::invitations::{Invitation, InvitationEnd, InvitationState, InvitationStep, StepTaken};
use crate::platform::db;
use crate::platform::messages;
use crate::platform::phone_number::PhoneNumber;
use crate::platform::web::fault::Fault;
use crate::platform::web::translations::Texts;
use crate::proofs::sign_up::{self, DigitsOrigin};
use crate::sign_in::notices::browser_in_words;
use crate::sign_in::signing_up::LOGGED_OUT_EVERYWHERE;

/// The key of how an invitation ended.
pub(super) fn end_key(end: InvitationEnd) -> &'static str {
    match end {
        InvitationEnd::Done => "invitation-ended-done",
        InvitationEnd::Cancelled => "invitation-ended-cancelled",
        InvitationEnd::Replaced => "invitation-ended-replaced",
        InvitationEnd::Expired => "invitation-ended-expired",
    }
}

/// The steps of an invitation, those that were taken and those that come.
pub(super) async fn nodes(
    console: &Console,
    managed: &ManagedUser,
    texts: Texts,
    (of, steps): (&Invitation, &[StepTaken]),
) -> Result<Vec<TimelineNode>, Fault> {
    let line = TimelineWords { console, texts, of, steps, name: &managed.member.given_name };
    let stands = of.stands(console.visit.now);
    let mut nodes = vec![line.sent()];
    nodes.extend(line.opened());
    nodes.push(line.entered(stands));
    nodes.push(line.verified(stands).await?);
    nodes.extend(line.password(stands));
    nodes.push(line.done(stands));
    if let InvitationState::Ended(end) = stands {
        // Steps that were never reached are left out of what is over.
        nodes.retain(|node| node.state == NodeState::Done);
        nodes.extend(line.end(end));
    }
    Ok(nodes)
}

/// The words of one invitation.
struct TimelineWords<'l> {
    console: &'l Console,
    texts: Texts,
    of: &'l Invitation,
    steps: &'l [StepTaken],
    name: &'l str,
}

impl TimelineWords<'_> {
    fn taken(&self, step: InvitationStep) -> Option<&StepTaken> {
        self.steps.iter().find(|taken| taken.step == step)
    }

    fn say(&self, key: &str, words: &[(&str, &str)]) -> String {
        self.texts.text_with(key, &[&[("name", self.name)], words].concat())
    }

    fn at(&self, taken: &StepTaken) -> String {
        frame::time_in_words(self.console, self.texts, taken.at)
    }

    /// The time, the browser and the place of a step of the invitee.
    fn where_taken(&self, taken: &StepTaken) -> String {
        let browser = taken.user_agent.as_deref().map(|agent| browser_in_words(self.texts, agent));
        let place = taken.network.as_deref();
        let place = place.map(|network| self.console.app.places.described(network, self.texts.language()));
        [Some(self.at(taken)), browser, place].into_iter().flatten().collect::<Vec<_>>().join(" · ")
    }

    fn node(&self, key: &str, state: NodeState, lines: Vec<String>) -> TimelineNode {
        TimelineNode { title: self.say(key, &[]), lines, state, offers_code: false }
    }

    fn sent(&self) -> TimelineNode {
        let time = frame::time_in_words(self.console, self.texts, self.of.sent_at);
        let by = self.say("invitation-sent-by", &[("time", &time), ("inviter", &self.of.inviter_name)]);
        let to = self.say("invitation-sent-to", &[("email", &self.of.data.email)]);
        self.node("invitation-step-sent", NodeState::Done, vec![by, to])
    }

    fn opened(&self) -> Option<TimelineNode> {
        let taken = self.taken(InvitationStep::Opened)?;
        Some(self.node("invitation-step-opened", NodeState::Done, vec![self.where_taken(taken)]))
    }

    fn entered(&self, stands: InvitationState) -> TimelineNode {
        let elsewhere = self.steps.iter().filter(|taken| taken.step == InvitationStep::TriedElsewhere);
        let elsewhere = elsewhere.map(|taken| self.say("invitation-elsewhere", &[("where", &self.where_taken(taken))]));
        match self.taken(InvitationStep::Entered) {
            Some(taken) => {
                let lines = std::iter::once(self.where_taken(taken)).chain(elsewhere).collect();
                self.node("invitation-step-entered", NodeState::Done, lines)
            }
            None if stands == InvitationState::Sent => {
                self.node("invitation-step-enter", NodeState::Now, vec![self.say("invitation-enter-text", &[])])
            }
            None => self.node("invitation-step-enter", NodeState::Later, Vec::new()),
        }
    }

    async fn verified(&self, stands: InvitationState) -> Result<TimelineNode, Fault> {
        if let Some(taken) = self.taken(InvitationStep::Verified) {
            let by = if taken.detail.as_deref() == Some("administrator") {
                "invitation-verified-administrator"
            } else {
                "invitation-verified-sms"
            };
            let lines = vec![self.at(taken), self.say(by, &[])];
            return Ok(self.node("invitation-step-verified", NodeState::Done, lines));
        }
        if !matches!(stands, InvitationState::Entered(_)) {
            let text = self.say("invitation-verify-later", &[]);
            return Ok(self.node("invitation-step-verify", NodeState::Later, vec![text]));
        }
        let mut lines = self.sms().await?;
        let handed = sign_up::digits_until(
            &self.console.app.db,
            self.of.id,
            DigitsOrigin::Administrator,
            self.console.visit.now,
        );
        if let (Some(ends), Some(taken)) =
            (handed.await?, self.steps.iter().rfind(|it| it.step == InvitationStep::CodeMade))
        {
            let words = [
                ("administrator", taken.detail.as_deref().unwrap_or_default()),
                ("time", &self.at(taken)),
                ("until", &until(self.console, self.texts, ends)),
            ];
            lines.push(self.say("invitation-code-made", &words));
        }
        let node = self.node("invitation-step-verify", NodeState::Now, lines);
        Ok(TimelineNode { offers_code: true, ..node })
    }

    /// The SMS of the invitation, each with its fate, and how many more there may be.
    async fn sms(&self) -> Result<Vec<String>, db::Error> {
        let number = self.of.phone().as_ref().map(PhoneNumber::readable).unwrap_or_default();
        let mut lines = Vec::new();
        for taken in self.steps {
            let time = self.at(taken);
            let words = [("time", time.as_str()), ("phone", number.as_str())];
            match (taken.step, taken.detail.as_deref()) {
                (InvitationStep::SmsSent, Some(message)) => {
                    let fate = messages::find(&self.console.app.db, message).await?;
                    let key = match fate.map(|message| (message.state, message.problem.is_some())) {
                        Some(("given up", _)) => "invitation-sms-given-up",
                        Some(("waiting", true)) => "invitation-sms-waits",
                        Some(("waiting", false)) => "invitation-sms-leaves",
                        // A message that was sent is removed after a day.
                        _ => "invitation-sms-sent",
                    };
                    lines.push(self.say(key, &words));
                }
                (InvitationStep::SmsNotSent, reason) => {
                    let key = match reason {
                        Some("no-phone") => "invitation-sms-no-phone",
                        Some("country" | "not-mobile") => "invitation-sms-country",
                        Some("no-gateway") => "invitation-sms-no-gateway",
                        _ => "invitation-sms-limit",
                    };
                    lines.push(self.say(key, &words));
                }
                _ => {}
            }
        }
        if self.of.phone().is_some() {
            let left = self.of.sms_left();
            lines.push(self.texts.count("invitation-sms-left", "left", left));
        }
        Ok(lines)
    }

    /// The step of the first password, of an invitee whom nothing proved before.
    fn password(&self, stands: InvitationState) -> Option<TimelineNode> {
        if let Some(taken) = self.taken(InvitationStep::ProfileMade) {
            return Some(self.node("invitation-step-made", NodeState::Done, vec![self.at(taken)]));
        }
        let taken = self.steps.iter().rfind(|taken| taken.step == InvitationStep::LinkSent)?;
        let is_now = matches!(stands, InvitationState::Verified(_));
        let state = if is_now { NodeState::Now } else { NodeState::Later };
        let sent = self.say("invitation-link-sent", &[("time", &self.at(taken))]);
        Some(self.node("invitation-step-make", state, vec![sent]))
    }

    fn done(&self, stands: InvitationState) -> TimelineNode {
        if let Some(taken) = self.taken(InvitationStep::Done) {
            return self.node("invitation-step-done", NodeState::Done, vec![self.at(taken)]);
        }
        let needs_password = self.taken(InvitationStep::LinkSent).is_some();
        let is_now = match stands {
            InvitationState::ProfileMade(_) => true,
            InvitationState::Verified(_) => !needs_password,
            _ => false,
        };
        let state = if is_now { NodeState::Now } else { NodeState::Later };
        self.node("invitation-step-do", state, vec![self.say("invitation-do-text", &[])])
    }

    /// The end of an invitation that brought nothing, and what can be done.
    fn end(&self, end: InvitationEnd) -> Option<TimelineNode> {
        let (title, step) = match end {
            InvitationEnd::Done => return None,
            InvitationEnd::Cancelled => ("invitation-step-cancelled", InvitationStep::Cancelled),
            InvitationEnd::Replaced => ("invitation-step-replaced", InvitationStep::Replaced),
            InvitationEnd::Expired => ("invitation-step-expired", InvitationStep::Expired),
        };
        let at = self.taken(step).map_or(self.of.expires_at, |taken| taken.at);
        let time = frame::time_in_words(self.console, self.texts, at);
        let by = self.taken(step).and_then(|taken| taken.detail.as_deref());
        let when = match (end, by) {
            (InvitationEnd::Cancelled, Some(LOGGED_OUT_EVERYWHERE)) => {
                self.say("invitation-cancelled-by-log-out", &[("time", &time)])
            }
            (InvitationEnd::Cancelled, Some(by)) => self.say("invitation-sent-by", &[("time", &time), ("inviter", by)]),
            (InvitationEnd::Cancelled, None) => self.say("invitation-cancelled-by-itself", &[("time", &time)]),
            _ => time,
        };
        let next = match end {
            InvitationEnd::Expired => Some(self.say("invitation-expired-next", &[])),
            InvitationEnd::Cancelled => Some(self.say("invitation-cancelled-next", &[])),
            _ => None,
        };
        Some(self.node(title, NodeState::Stopped, std::iter::once(when).chain(next).collect()))
    }
}
