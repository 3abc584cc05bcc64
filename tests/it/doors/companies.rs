//! The same of the acts on a company: its look, its announcements, its engagements and what is downloaded of it.

use std::time::Duration;

use salpa::directory::announcements::{self, AnnouncementAudience, AnnouncementContent};
use salpa::directory::companies::{self, CompanyId, CompanyKind};
use salpa::directory::looks::{self, CompanyLook, Stage};
use salpa::directory::users::Role;
use salpa::platform::db;
use salpa::sign_in::policies::SecondFactor;
use serde_json::json;

use super::{Application, Command, Console, Door, OnBehalf, OperatorsApplication, World};
use crate::support::dns::Resolver;
use crate::support::{Registered, Service};

/// The new addresses of an application.
const MOVED: &str = "https://pier.example/callback";
const HOME: &str = "https://pier.example";

/// An act on a company.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Deed {
    RemoveLook,
    Announce,
    EndAnnouncement,
    Engage,
    Disengage,
    DownloadUsers,
    DownloadHistory,
    MoveApplication,
    ChooseOperator,
    ClaimDomain,
    CheckDomain,
    RemoveDomain,
    UseDirectory,
}

/// An act, the doors that offer it, its event, and whether it wants a fresh proof.
#[derive(Clone, Copy)]
pub(super) struct Line {
    pub(super) deed: Deed,
    pub(super) doors: &'static [Door],
    pub(super) event: &'static str,
    pub(super) wants_fresh_proof: bool,
}

const fn line(deed: Deed, doors: &'static [Door], event: &'static str) -> Line {
    Line { deed, doors, event, wants_fresh_proof: true }
}

const fn without_fresh_proof(line: Line) -> Line {
    Line { wants_fresh_proof: false, ..line }
}

const PEOPLE_AND_PROGRAMS: &[Door] = &[Console, OnBehalf, Application, OperatorsApplication, Command];

/// The operator announces to everybody, by the same act.
pub(super) const TABLE: [Line; 13] = [
    line(Deed::RemoveLook, &[Console, Command], "company.look_removed"),
    without_fresh_proof(line(Deed::Announce, &[Console, Command], "announcement.added")),
    without_fresh_proof(line(Deed::EndAnnouncement, &[Console, Command], "announcement.ended")),
    line(Deed::Engage, &[OperatorsApplication, Command], "company.engaged"),
    line(Deed::Disengage, &[OperatorsApplication, Command], "company.disengaged"),
    line(Deed::ChooseOperator, &[Command], "company.operator_chosen"),
    line(Deed::DownloadUsers, &[Console], "company.users_exported"),
    line(Deed::DownloadHistory, &[Console], "company.history_exported"),
    line(Deed::MoveApplication, PEOPLE_AND_PROGRAMS, "application.addresses_set"),
    line(Deed::ClaimDomain, PEOPLE_AND_PROGRAMS, "company.domain_claimed"),
    line(Deed::CheckDomain, PEOPLE_AND_PROGRAMS, "company.domain_proved"),
    line(Deed::RemoveDomain, PEOPLE_AND_PROGRAMS, "company.domain_removed"),
    line(Deed::UseDirectory, PEOPLE_AND_PROGRAMS, "company.directory_use_set"),
];

/// The things that an act is about.
struct Subject {
    client: CompanyId,
    announcement: String,
    /// An application of the office.
    application: Registered,
    /// A domain of the office.
    domain: String,
}

/// All that an act leaves behind.
#[derive(Debug, PartialEq, Eq)]
struct Trace {
    is_done: bool,
    history: Vec<String>,
    is_engaged: bool,
    has_look: bool,
}

impl World<'_> {
    async fn company_subject(&self, deed: Deed, door: Door) -> Subject {
        let client = self.service.new_company("Client", CompanyKind::Business).await;
        self.service.new_user(client, &format!("a.{client}@client.example"), &[Role::UserAdministrator]).await;
        if deed == Deed::Disengage {
            self.service.engage(self.office, client).await;
        }
        let scope =
            if door == Command { AnnouncementAudience::Everybody } else { AnnouncementAudience::Company(self.office) };
        let (app, office, now) = (self.service.app.clone(), self.office, self.service.now());
        // A command runs by the real clock, at which it has not ended either.
        let text = AnnouncementContent {
            english: "Payroll is slow.".to_owned(),
            finnish: "Palkat ovat hitaita.".to_owned(),
            begins_at: now,
            ends_at: now.plus(Duration::from_hours(24 * 365 * 50)),
        };
        let prepared: Result<_, db::Error> = self
            .service
            .transact(move |tx| {
                Box::pin(async move {
                    looks::save(tx, office, Stage::Published, &CompanyLook::SALPA, now).await?;
                    announcements::add(tx, &app.random, scope, &text, now).await
                })
            })
            .await;
        let application = self.service.application_of(self.office, "Harbour", SecondFactor::Optional).await;
        let domain = format!("a{client}.example");
        if deed == Deed::UseDirectory {
            self.service.directory_at(self.office, &domain).await;
        }
        if matches!(deed, Deed::CheckDomain | Deed::RemoveDomain) {
            let value = self.service.claim_domain(self.office, &domain).await;
            self.dns.has(&format!("_salpa-challenge.{domain}"), &value);
        }
        Subject { client, announcement: prepared.unwrap().to_string(), application, domain }
    }

    async fn act_on_company(&mut self, deed: Deed, door: Door, subject: &Subject) -> bool {
        match door {
            Console => self.company_at_the_console(deed, subject).await,
            Command => self.company_by_command(deed, subject),
            _ if deed == Deed::MoveApplication => {
                let of_any = format!("/api/v1/applications/{}/addresses", subject.application.application.id);
                let of_company = of_any.replace("/v1/", &format!("/v1/companies/{}/", self.office));
                let addresses = json!({ "redirect_uris": [MOVED], "home_url": HOME });
                let told = match door {
                    OnBehalf => self.on_behalf.put(&of_company, addresses).await,
                    Application => self.application.put(&of_company, addresses).await,
                    _ => self.operators.put(&of_any, addresses).await,
                };
                told.status.is_success()
            }
            _ if deed == Deed::UseDirectory => {
                let program = match door {
                    OnBehalf => &self.on_behalf,
                    Application => &self.application,
                    _ => &self.operators,
                };
                let path = format!("/api/v1/companies/{}/directory-use", self.office);
                program.put(&path, json!({ "directory_use": "first" })).await.status.is_success()
            }
            _ if matches!(deed, Deed::ClaimDomain | Deed::CheckDomain | Deed::RemoveDomain) => {
                let program = match door {
                    OnBehalf => &self.on_behalf,
                    Application => &self.application,
                    _ => &self.operators,
                };
                let path = format!("/api/v1/companies/{}/domains/{}", self.office, subject.domain);
                let response = match deed {
                    Deed::ClaimDomain => program.put(&path, serde_json::Value::Null).await,
                    Deed::CheckDomain => program.post(&format!("{path}/check"), serde_json::Value::Null).await,
                    _ => program.delete(&path).await,
                };
                response.status.is_success()
            }
            _ => {
                let path = format!("/api/v1/companies/{}/clients/{}", self.office, subject.client);
                let response = match deed {
                    Deed::Engage => self.operators.put(&path, serde_json::Value::Null).await,
                    _ => self.operators.delete(&path).await,
                };
                response.status.is_success()
            }
        }
    }

    async fn company_at_the_console(&mut self, deed: Deed, subject: &Subject) -> bool {
        let at = |page: &str| format!("/admin/{}/{page}", self.office);
        let announced: &[(&str, &str)] = &[
            ("english", "Payroll is slow."),
            ("finnish", "Palkat ovat hitaita."),
            ("begins", "2026-06-09T12:00"),
            ("ends", "2026-06-10T12:00"),
        ];
        let moved: &[(&str, &str)] = &[("redirect_uris", MOVED), ("home_url", HOME), ("complete", "1")];
        let claimed: &[(&str, &str)] = &[("domain", &subject.domain)];
        let (path, fields) = match deed {
            Deed::ClaimDomain => (at("domains"), claimed),
            Deed::UseDirectory => (at("domains/directory-use"), &[("use", "first")][..]),
            Deed::CheckDomain => (at(&format!("domains/{}/check", subject.domain)), &[][..]),
            Deed::RemoveDomain => (at(&format!("domains/{}/remove", subject.domain)), &[][..]),
            Deed::RemoveLook => (at("look/remove"), &[][..]),
            Deed::Announce => (at("status/new"), announced),
            Deed::EndAnnouncement => (at(&format!("status/{}/end", subject.announcement)), &[][..]),
            Deed::DownloadUsers => (at("users/export"), &[][..]),
            Deed::DownloadHistory => (at("history/download"), &[][..]),
            Deed::MoveApplication => {
                (at(&format!("applications/{}/addresses", subject.application.application.id)), moved)
            }
            Deed::Engage | Deed::Disengage | Deed::ChooseOperator => panic!("the console has no page for {deed:?}"),
        };
        let page = self.aino.post(&path, fields).await;
        let is_file = page.headers.contains_key("content-disposition");
        is_file || page.location().is_some_and(|to| to.contains("done="))
    }

    fn company_by_command(&self, deed: Deed, subject: &Subject) -> bool {
        let (office, client) = (self.office.to_string(), subject.client.to_string());
        let of_both = ["--office", office.as_str(), "--client", client.as_str()];
        let words = match deed {
            Deed::RemoveLook => vec!["companies", "remove-look", &office],
            Deed::Announce => {
                let texts = ["--english", "Payroll is slow.", "--finnish", "Palkat ovat hitaita.", "--minutes", "60"];
                [&["announcements", "add"][..], &texts].concat()
            }
            Deed::EndAnnouncement => vec!["announcements", "end", &subject.announcement],
            Deed::ChooseOperator => vec!["companies", "operator", &client, "--two-people"],
            Deed::UseDirectory => vec!["companies", "directory-use", "--company", &office, "first"],
            Deed::ClaimDomain => vec!["companies", "domains", "claim", "--company", &office, &subject.domain],
            Deed::CheckDomain => vec!["companies", "domains", "check", "--company", &office, &subject.domain],
            Deed::RemoveDomain => vec!["companies", "domains", "remove", "--company", &office, &subject.domain],
            Deed::Engage => [&["companies", "engage"][..], &of_both].concat(),
            Deed::Disengage => [&["companies", "disengage"][..], &of_both].concat(),
            Deed::MoveApplication => {
                let was = &subject.application.application;
                let mut words = vec!["applications", "addresses", &was.client_id];
                words.extend(["--add-redirect-uri", MOVED, "--home-url", HOME]);
                words.extend(was.redirect_uris.iter().flat_map(|was| ["--remove-redirect-uri", was]));
                words.extend(
                    was.post_logout_redirect_uris.iter().flat_map(|was| ["--remove-post-logout-redirect-uri", was]),
                );
                words
            }
            Deed::DownloadUsers | Deed::DownloadHistory => panic!("there is no command for {deed:?}"),
        };
        let output = self.command.run(&words);
        assert!(output.status.success(), "{deed:?}: {}", String::from_utf8_lossy(&output.stderr));
        true
    }

    /// The entries of an event: what each is about, and its details without what says by whom.
    async fn entries_of(&self, event: &str) -> Vec<(String, String)> {
        let told = self.service.history().await.into_iter().filter(|told| told.event == event);
        told.map(|mut told| {
            let details = told.details.as_object_mut().unwrap();
            details.remove("by");
            let about = ["announcement", "application", "domain"].map(|name| details.remove(name).unwrap_or_default());
            let about = serde_json::Value::from(about.to_vec()).to_string();
            (about, told.details.to_string())
        })
        .collect()
    }

    async fn company_trace(&mut self, deed: Deed, door: Door, event: &str) -> Trace {
        let subject = self.company_subject(deed, door).await;
        self.company_trace_of(deed, door, event, &subject).await
    }

    async fn company_trace_of(&mut self, deed: Deed, door: Door, event: &str, subject: &Subject) -> Trace {
        let before = self.entries_of(event).await;
        let is_done = self.act_on_company(deed, door, subject).await;
        let mut history = self.entries_of(event).await;
        // A command runs by the real clock, so that its entries do not stand last.
        for entry in &before {
            history.swap_remove(history.iter().position(|known| known == entry).unwrap());
        }
        let db = &self.service.app.db;
        Trace {
            is_done,
            history: history.into_iter().map(|(_, details)| details).collect(),
            is_engaged: companies::is_engaged(db, self.office, subject.client).await.unwrap(),
            has_look: looks::find(db, self.office, Stage::Published).await.unwrap().is_some(),
        }
    }
}

/// A service that asks a resolver of its own.
async fn in_dns() -> (Service, Resolver) {
    let dns = Resolver::start();
    (Service::start().await.with(|settings| settings.dns_resolvers = vec![dns.address]).await, dns)
}

#[tokio::test]
async fn an_act_on_a_company_is_the_same_through_every_door() {
    let (service, dns) = in_dns().await;
    let mut world = World::begin(&service).await.asking(dns);
    for line in TABLE {
        let mut first: Option<Trace> = None;
        for door in line.doors {
            world.prove_anew().await;
            let trace = world.company_trace(line.deed, *door, line.event).await;
            let name = format!("{:?} by {door:?}", line.deed);
            assert!(trace.is_done && trace.history.len() == 1, "{name}: {trace:?}");
            assert_eq!(trace.is_engaged, line.deed == Deed::Engage, "{name}");
            assert_eq!(trace.has_look, line.deed != Deed::RemoveLook, "{name}");
            match &first {
                None => first = Some(trace),
                Some(first) => assert_eq!(&trace, first, "{name} differs from {:?}", line.doors[0]),
            }
        }
    }
}

#[tokio::test]
async fn a_deletion_and_a_download_of_many_want_a_fresh_proof() {
    let (service, dns) = in_dns().await;
    let mut world = World::begin(&service).await.asking(dns);
    for line in TABLE.iter().filter(|line| line.doors.contains(&Console)) {
        let subject = world.company_subject(line.deed, Console).await;
        world.prove_anew().await;
        service.wait(5 * 60 + 1);
        let trace = world.company_trace_of(line.deed, Console, line.event, &subject).await;
        assert_eq!(trace.is_done, !line.wants_fresh_proof, "{:?}: {trace:?}", line.deed);
        assert_eq!(trace.history.len(), usize::from(!line.wants_fresh_proof), "{:?}: {trace:?}", line.deed);
    }
}
