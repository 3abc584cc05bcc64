//! Each act as each door does it: a form of the console, a call of the API, a request of a directory, a command.

use salpa::proofs::totp;
use serde_json::{Value, json};

use super::{Deed, Subject, World};
use crate::api::caller::{ApiResponse, Program};

impl World<'_> {
    pub(super) async fn at_the_console(&mut self, deed: Deed, subject: &Subject) -> bool {
        let at = |page: &str| format!("/admin/{}/{page}", self.office);
        let user = |page: &str| at(&format!("users/{}/{page}", subject.id));
        let employee = |page: &str| at(&format!("employees/{}{page}", subject.id));
        let ticked;
        let known = [("email", subject.email), ("given_name", "New"), ("family_name", "Name"), ("language", "en")];
        let (path, fields): (String, Vec<(&str, &str)>) = match deed {
            Deed::AddSomebodyKnown => (at("users/new"), [&known[..], &[("role", "employee")]].concat()),
            Deed::SetRoles => (user("roles"), vec![("role", "user administrator"), ("role", "employee")]),
            Deed::SendFirstMessage => (user("first-message"), vec![]),
            Deed::Lock => (user("lock"), vec![]),
            Deed::Unlock => (user("unlock"), vec![]),
            Deed::Remove => (user("remove"), vec![("basic", "none")]),
            Deed::TakeBack => (user("take-back"), vec![]),
            Deed::SetRights => {
                ticked = format!("{} entries.read", self.books.0);
                (user("access-rights"), vec![("right", ticked.as_str()), ("complete", "1")])
            }
            Deed::GiveProfile => (user("access-rights/profile"), vec![("profile", self.clerk.as_str())]),
            Deed::Rename => (user("name"), vec![("given_name", "Other"), ("family_name", "Else")]),
            Deed::SetLanguage => (user("communication"), vec![("phone", ""), ("language", "fi")]),
            Deed::EndSessions => (user("sessions/end-all"), vec![]),
            Deed::LogOutEverywhere => (user("log-out-everywhere"), vec![]),
            Deed::RemoveFactor => (user(&format!("factors/{}/remove", self.factor_of(subject).await)), vec![]),
            Deed::ResetFactors => (user("reset-second-factor"), vec![]),
            Deed::SendInvitation => (user("invitation/new"), vec![("verified", "yes"), ("identity", "document")]),
            Deed::CancelInvitation => (user("invitation/cancel"), vec![]),
            Deed::MakeVerificationCode => (user("invitation/code"), vec![]),
            Deed::GiveAccessPass => (user("access-pass"), vec![]),
            Deed::ReleaseInvitation => panic!("the console has no word for {deed:?}"),
            Deed::AddEmployee => (at("employees/new"), [&known[..], &[("service", "travel")]].concat()),
            Deed::SetServices => (employee(""), vec![("service", "travel")]),
            Deed::RemoveEmployee => (employee("/remove"), vec![]),
        };
        let page = self.aino.post(&path, &fields).await;
        // A code is shown at once, and nowhere else.
        let is_shown = matches!(deed, Deed::MakeVerificationCode | Deed::GiveAccessPass) && page.status == 200;
        is_shown || page.location().is_some_and(|to| to.contains("done="))
    }

    /// The identifier of the authenticator app.
    async fn factor_of(&self, subject: &Subject) -> String {
        totp::of_person(&self.service.app.db, subject.id).await.unwrap()[0].id.clone()
    }

    pub(super) async fn through_the_api(&self, program: &Program<'_>, deed: Deed, subject: &Subject) -> bool {
        let at = |rest: &str| format!("/api/v1/companies/{}/{rest}", self.office);
        let user = |rest: &str| at(&format!("users/{}{rest}", subject.id));
        let employee = at(&format!("employees/{}", subject.id));
        let state = |state: &str| json!({ "state": state });
        let new = |more: Value| {
            let mut new = json!({ "email": subject.email, "given_name": "New" });
            new.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            new
        };
        let response: ApiResponse = match deed {
            Deed::AddSomebodyKnown => program.post(&at("users"), new(json!({ "roles": ["employee"] }))).await,
            Deed::SetRoles => program.patch(&user(""), json!({ "roles": ["user administrator", "employee"] })).await,
            Deed::Lock => program.patch(&user(""), state("locked")).await,
            Deed::Unlock | Deed::TakeBack => program.patch(&user(""), state("active")).await,
            Deed::Remove => program.delete(&user("")).await,
            Deed::SetRights => {
                let right = json!({ "application": self.books.0, "name": "entries.read" });
                program.put(&user("/rights"), json!({ "rights": [right] })).await
            }
            Deed::GiveProfile => program.put(&user("/profile"), json!({ "profile": self.clerk })).await,
            Deed::Rename => {
                program.patch(&at(&format!("people/{}", subject.id)), json!({ "given_name": "Other" })).await
            }
            Deed::SetLanguage => {
                program.patch(&at(&format!("people/{}", subject.id)), json!({ "language": "fi" })).await
            }
            Deed::EndSessions => program.delete(&user("/sessions")).await,
            Deed::RemoveFactor => program.delete(&user(&format!("/factors/{}", self.factor_of(subject).await))).await,
            Deed::ResetFactors => program.delete(&user("/factors")).await,
            Deed::SendInvitation => program.post(&user("/invitation"), json!({ "identity": "document" })).await,
            Deed::CancelInvitation => program.delete(&user("/invitation")).await,
            Deed::AddEmployee => program.post(&at("employees"), new(json!({ "services": ["travel"] }))).await,
            Deed::SetServices => program.put(&employee, json!({ "services": ["travel"] })).await,
            Deed::RemoveEmployee => program.delete(&employee).await,
            Deed::LogOutEverywhere => program.delete(&user("/phone-app")).await,
            Deed::GiveAccessPass | Deed::MakeVerificationCode | Deed::ReleaseInvitation | Deed::SendFirstMessage => {
                panic!("the API has no word for {deed:?}")
            }
        };
        assert!(
            response.status.is_success() || [401, 403].contains(&response.status.as_u16()),
            "{deed:?}: {response:?}"
        );
        response.status.is_success()
    }

    pub(super) async fn by_directory(&self, deed: Deed, subject: &Subject) -> bool {
        let user = format!("Users/{}", subject.id);
        let replace = |path: &str, value: Value| json!([{ "op": "replace", "path": path, "value": value }]);
        let member = json!([{ "op": "add", "path": "members", "value": [{ "value": subject.id.to_string() }] }]);
        let response = match deed {
            Deed::AddSomebodyKnown => {
                let new = json!({
                    "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"],
                    "userName": subject.email, "name": { "givenName": "New" }, "active": true,
                });
                self.directory.post("Users", new).await
            }
            Deed::SetRoles => self.directory.patch(&self.group("user administrator").await, member).await,
            Deed::GiveProfile => self.directory.patch(&self.group("Clerk").await, member).await,
            Deed::Lock => self.directory.patch(&user, replace("active", json!(false))).await,
            Deed::Unlock => self.directory.patch(&user, replace("active", json!(true))).await,
            Deed::Remove => self.directory.delete(&user).await,
            Deed::Rename => self.directory.patch(&user, replace("name.givenName", json!("Other"))).await,
            Deed::SetLanguage => self.directory.patch(&user, replace("preferredLanguage", json!("fi"))).await,
            _ => panic!("a directory has no word for {deed:?}"),
        };
        assert!(response.status.is_success() || response.status == 403, "{deed:?}: {response:?}");
        response.status.is_success()
    }

    async fn group(&self, name: &str) -> String {
        let groups = self.directory.get("Groups").await.fine(200);
        let named = groups["Resources"].as_array().unwrap().iter().find(|group| group["displayName"] == name);
        format!("Groups/{}", named.unwrap_or_else(|| panic!("{groups}"))["id"].as_str().unwrap())
    }

    pub(super) fn by_command(&self, deed: Deed, subject: &Subject) -> bool {
        let office = self.office.to_string();
        let of = ["--company", office.as_str(), "--email", subject.email];
        let (words, more): (&[&str], Vec<String>) = match deed {
            Deed::AddSomebodyKnown => (&["companies", "add-user"], vec!["--role".into(), "employee".into()]),
            Deed::SetRoles => {
                let roles = ["--role", "user administrator", "--role", "employee"];
                (&["users", "set-roles"], roles.map(String::from).into())
            }
            Deed::Lock => (&["users", "set-state"], vec!["--state".into(), "locked".into()]),
            Deed::Unlock | Deed::TakeBack => (&["users", "set-state"], vec!["--state".into(), "active".into()]),
            Deed::Remove => (&["users", "set-state"], vec!["--state".into(), "removed".into()]),
            Deed::SetRights => {
                (&["users", "rights"], vec!["--yes".into(), "--set".into(), format!("{}:entries.read", self.books.1)])
            }
            Deed::GiveProfile => (&["users", "give-profile"], vec!["--profile".into(), self.clerk.clone()]),
            Deed::AddEmployee | Deed::SetServices => (&["employees", "add"], vec!["--service".into(), "travel".into()]),
            Deed::RemoveEmployee => (&["employees", "remove"], vec![]),
            Deed::ReleaseInvitation => (&["invitations", "release"], vec!["--yes".into()]),
            _ => panic!("there is no command for {deed:?}"),
        };
        let more: Vec<&str> = more.iter().map(String::as_str).collect();
        let output = self.command.run(&[words, &of, &more].concat());
        assert!(output.status.success(), "{deed:?}: {}", String::from_utf8_lossy(&output.stderr));
        true
    }
}
