//! Messages as the operator meets them: the program killed in the middle, the commands, the doctor, and a
//! mail server that is not ours.

use std::collections::BTreeMap;
use std::time::Duration;

use serde_json::{Value, json};

use super::{Program, read, told};
use crate::support::{Authority, MailServer, Manner, SmsGateway, Then};

const PASSWORD: &str = "the ferry leaves at seven sharp";

impl Program {
    /// With its mail going to a server on this machine.
    pub fn with_mail_to(self, server: &MailServer) -> Self {
        self.set("SALPA_SMTP_URL", &format!("smtp://{}", server.address))
            .set("SALPA_SMTP_TLS", "none")
            .set("SALPA_MAIL_FROM", "Kallio <sign-in@id.kallio.example>")
            .set("SALPA_MESSAGE_TIMEOUT", "1")
    }

    /// Does what a person is told of by mail.
    fn tell(&self, email: &str) {
        let set = ["people", "set-password", email, "--password-stdin", "--json"];
        read(&self.run_with(&set, "three grey stones on the shore"));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_between_commit_and_delivery_every_message_still_leaves_and_at_most_twice() {
    let server = MailServer::start(Manner::default()).await;
    let program = Program::new().await.with_mail_to(&server);
    program.json(&["migrate"]);
    let emails: Vec<_> = (0..4).map(|number| format!("person{number}@kallio.example")).collect();
    for email in &emails {
        program.person(email, PASSWORD);
    }

    // Written while nothing serves: the first service that starts sends it.
    program.tell(&emails[0]);
    let serving = program.serve().await;
    server.wait_for(1).await;
    // Killed while the server has the message, and has not answered.
    server.behave(|manner| manner.then = Then::SayNothing);
    program.tell(&emails[1]);
    server.wait_for(2).await;
    serving.kill();
    // Killed while it waits for a server that is silent from the start.
    server.behave(|manner| manner.silent = true);
    let serving = program.serve().await;
    program.tell(&emails[2]);
    serving.kill();
    program.tell(&emails[3]);
    server.behave(|manner| *manner = Manner::default());

    let serving = program.serve().await;

    let received = server.wait_for(5).await;
    let mut counted = BTreeMap::new();
    for mail in &received {
        *counted.entry((mail.to.clone(), mail.header("message-id"))).or_insert(0) += 1;
    }
    assert_eq!(counted.len(), 4, "the one that was sent twice has one Message-ID: {counted:?}");
    for email in &emails {
        let count: Vec<_> = counted.iter().filter(|((to, _), _)| to == &format!("<{email}>")).collect();
        assert_eq!(*count[0].1, if *email == emails[1] { 2 } else { 1 }, "{email}");
    }
    for _ in 0..1000 {
        if program.json(&["messages", "list"]) == json!([]) {
            break;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    assert_eq!(program.json(&["messages", "list", "--sent"]).as_array().map(Vec::len), Some(4));
    drop(serving);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn told_to_stop_it_waits_for_the_answer_to_a_message_that_is_out() {
    let server = MailServer::start(Manner { then: Then::SayNothing, ..Manner::default() }).await;
    let program = Program::new().await.with_mail_to(&server);
    program.json(&["migrate"]);
    program.person("aino@kallio.example", PASSWORD);
    let serving = program.serve().await;
    program.tell("aino@kallio.example");
    server.wait_for(1).await;
    tokio::task::spawn_blocking(|| serving.stop()).await.unwrap();
    let waiting = program.json(&["messages", "list"]);
    assert_eq!(waiting[0]["problem"], "the server was silent after it had the message", "{waiting}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn waiting_messages_are_listed_retried_and_tested_by_command() {
    let server = MailServer::start(Manner { to_recipient: "550 nobody here", ..Manner::default() }).await;
    let program = Program::new().await.with_mail_to(&server);
    program.json(&["migrate"]);
    program.person("aino@kallio.example", PASSWORD);
    assert_eq!(program.json(&["messages", "list"]), json!([]));
    program.tell("aino@kallio.example");
    let waiting = program.json(&["messages", "list"]);
    assert_eq!((&waiting[0]["state"], &waiting[0]["to"]), (&"waiting".into(), &"aino@kallio.example".into()));
    assert!(!waiting.to_string().contains("password"), "what it says is not shown");

    // A test sends what is due, too.
    let (code, stdout, _) = told(&program.run(&["messages", "test", "--to", "mikko@kallio.example", "--json"]));
    let failed: Value = serde_json::from_str(&stdout).unwrap();
    assert!(code == Some(1) && failed["errors"][0].as_str().unwrap().contains("550"), "{stdout}");
    let listed = program.json(&["messages", "list"]);
    let given_up = listed.as_array().unwrap().iter().find(|message| message["to"] == "aino@kallio.example").unwrap();
    assert_eq!(given_up["state"], "given up");

    server.behave(|manner| manner.to_recipient = "250 fine");
    let id = given_up["id"].as_str().unwrap();
    assert_eq!(program.json(&["messages", "retry", id]), json!({ "id": id }));
    let tested = program.json(&["messages", "test", "--to", "mikko@kallio.example", "--language", "fi"]);
    assert_eq!(tested["to"], "mikko@kallio.example");
    let received = server.wait_for(2).await;
    assert_eq!(received.iter().filter(|mail| mail.to == "<aino@kallio.example>").count(), 1);
    let test = received.iter().find(|mail| mail.to == "<mikko@kallio.example>").unwrap();
    assert!(test.part("text/plain").contains("Tämä on kirjautumispalvelun testiviesti"));

    for (arguments, words) in [
        (vec!["messages", "retry", id], "is not a message"),
        (vec!["messages", "retry", "nothing"], "is not a message"),
        (vec!["messages", "test", "--to", "nobody"], "neither an email address"),
        (vec!["messages", "test", "--to", "+358-40-1234567"], "write the number as +358401234567"),
        (vec!["messages", "test", "--to", "+358401234567"], "no-gateway"),
        (vec!["messages", "test", "--to", "a@b.example", "--language", "sv"], "en or fi"),
    ] {
        let (code, _, stderr) = told(&program.run(&arguments));
        assert!(code == Some(1) && stderr.contains(words), "{arguments:?}: {stderr}");
    }
    let (_, stdout, _) = told(&program.run(&["messages", "list", "--sent"]));
    assert!(stdout.contains("mikko@kallio.example  sent"), "{stdout}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_sms_is_tested_by_command() {
    let gateway = SmsGateway::start().await;
    let program = Program::new()
        .await
        .set("SALPA_SMS_URL", &gateway.url())
        .set("SALPA_SMS_COUNTRIES", "FI")
        .set("SALPA_SMS_SECRET", "planted-7712");
    program.json(&["migrate"]);
    assert_eq!(program.json(&["messages", "test", "--to", "+358 40 123 4567"])["to"], "+358 40 123 4567");
    assert!(gateway.posted()[0].body.contains("+358401234567"));
    gateway.answer(Some(422));
    let (code, _, stderr) = told(&program.run(&["messages", "test", "--to", "+358401234567"]));
    assert!(code == Some(1) && stderr.contains("422"), "{stderr}");
    let (_, _, stderr) = told(&program.run(&["messages", "test", "--to", "+447400123456"]));
    assert!(stderr.contains("the SMS is refused: country"), "{stderr}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_doctor_looks_at_the_ways_out() {
    let server = MailServer::start(Manner::default()).await;
    let gateway = SmsGateway::start().await;
    let program = Program::new().await;
    program.json(&["migrate"]);
    let (code, stdout, _) = told(&program.run(&["doctor"]));
    assert!(code == Some(1) && stdout.contains("WRONG mail: no smtp_url is set"), "{stdout}");
    assert!(stdout.contains("ok    sms: no sms_url is set"), "{stdout}");

    let program = program.with_mail_to(&server);
    let program = program.set("SALPA_SMS_URL", &gateway.url()).set("SALPA_SMS_COUNTRIES", "FI");
    let well = program.json(&["doctor"]).to_string();
    assert!(well.contains("answers as mail.story.example, NOT encrypted") && well.contains("SMS go to FI"), "{well}");
    assert!(server.received().is_empty() && gateway.posted().is_empty(), "it sends nothing");

    server.behave(|manner| manner.user = Some(("salpa", "another")));
    let (code, stdout, _) = told(&program.run(&["doctor"]));
    assert!(code == Some(1) && stdout.contains("it takes no mail from sign-in@id.kallio.example"), "{stdout}");
    let nowhere = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = nowhere.local_addr().unwrap();
    drop(nowhere);
    let program =
        program.set("SALPA_SMTP_URL", &format!("smtp://{address}")).set("SALPA_SMS_URL", &format!("http://{address}/"));
    let (_, stdout, _) = told(&program.run(&["doctor"]));
    assert!(stdout.contains("WRONG mail") && stdout.contains("cannot be reached"), "{stdout}");
    assert!(stdout.contains("WRONG sms"), "{stdout}");
    let program =
        program.set("SALPA_SMTP_URL", &format!("smtp://{}", server.address)).set("SALPA_SMTP_TLS", "required");
    let (_, stdout, _) = told(&program.run(&["doctor"]));
    assert!(stdout.contains("does not offer STARTTLS"), "{stdout}");
}

/// A mail server of another house, where one is installed (`bin/test` does that, and says so by
/// `SALPA_TEST_MAIL_SERVER`); else our own with the same certificate.
enum OtherServer {
    Theirs { process: std::process::Child, folder: tempfile::TempDir },
    Ours(MailServer),
}

impl OtherServer {
    #[expect(clippy::disallowed_methods, reason = "the tests' own settings")]
    async fn start(authority: &Authority) -> (Self, u16) {
        let Ok(program) = std::env::var("SALPA_TEST_MAIL_SERVER") else {
            let tls = Some(authority.certify(&["localhost"]));
            let server = MailServer::start(Manner { tls, ..Manner::default() }).await;
            let port = server.address.port();
            return (Self::Ours(server), port);
        };
        let folder = tempfile::tempdir().unwrap();
        let (certificate, key) = authority.certify_in_pem(&["localhost"]);
        let file = |name: &str| folder.path().join(name);
        std::fs::write(file("certificate.pem"), certificate).unwrap();
        std::fs::write(file("key.pem"), key).unwrap();
        let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let process = std::process::Command::new(program)
            .args(["-n", "-l", &format!("127.0.0.1:{port}"), "-c", "aiosmtpd.handlers.Mailbox"])
            .arg("--tlscert")
            .arg(file("certificate.pem"))
            .arg("--tlskey")
            .arg(file("key.pem"))
            .arg(file("mail"))
            .spawn()
            .unwrap();
        while tokio::net::TcpStream::connect(("127.0.0.1", port)).await.is_err() {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        (Self::Theirs { process, folder }, port)
    }

    /// Every mail that it has, as it has it.
    fn mails(&self) -> Vec<String> {
        match self {
            Self::Ours(server) => server.received().into_iter().map(|mail| mail.data).collect(),
            Self::Theirs { folder, .. } => {
                let new = std::fs::read_dir(folder.path().join("mail/new")).unwrap();
                new.map(|entry| std::fs::read_to_string(entry.unwrap().path()).unwrap()).collect()
            }
        }
    }
}

impl Drop for OtherServer {
    fn drop(&mut self) {
        if let Self::Theirs { process, .. } = self {
            let _ = process.kill();
            let _ = process.wait();
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_mail_server_of_another_house_takes_our_mail_encrypted() {
    let authority = Authority::new();
    let (server, port) = OtherServer::start(&authority).await;
    let program = Program::new().await;
    let file = program.database.folder.path().join("authority.pem");
    std::fs::write(&file, &authority.pem).unwrap();
    let program = program
        .set("SALPA_SMTP_URL", &format!("smtp://localhost:{port}"))
        .set("SALPA_SMTP_CA_FILE", &file.display().to_string())
        .set("SALPA_ORGANISATION", "Kallio ja Käpylä")
        .set("SALPA_MAIL_FROM", "sign-in@id.kallio.example");
    program.json(&["migrate"]);
    assert!(program.json(&["doctor"]).to_string().contains(", encrypted, and takes mail from"));
    for number in 0..3 {
        program.json(&["messages", "test", "--to", &format!("aino{number}@kallio.example")]);
    }
    let mails = server.mails();
    assert_eq!(mails.len(), 3);
    for mail in mails {
        assert!(mail.contains("Auto-Submitted: auto-generated") && mail.contains("multipart/alternative"), "{mail}");
        assert!(mail.contains("text/plain") && mail.contains("text/html") && mail.contains("Message-ID: <"), "{mail}");
    }
}
