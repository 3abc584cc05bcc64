//! Mail is encrypted to the server that is meant, or it stays here.

use super::{mail, with_mail};
use crate::support::{Authority, MailServer, Manner, Service, log};

const USER: (&str, &str) = ("salpa", "planted-password-5512");

/// A service whose mail goes to `localhost`, with an authority that it believes.
async fn service(server: &MailServer, scheme: &str, authority: Option<&Authority>, more: &[(&str, &str)]) -> Service {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("authority.pem");
    let mut texts = more.to_vec();
    let name = file.display().to_string();
    if let Some(authority) = authority {
        std::fs::write(&file, &authority.pem).unwrap();
        texts.push(("smtp_ca_file", &name));
    }
    let url = format!("{scheme}://localhost:{}", server.address.port());
    Service::start_with(|settings| with_mail(settings, &url, &texts)).await
}

/// The result of one message: its problem, if it was not sent.
async fn try_one(service: &Service) -> Option<String> {
    let id = service.write(mail("It happened", service.now())).await;
    service.deliver().await;
    let found = service.outbox(&id).await;
    assert_eq!(found.state == "sent", found.problem.is_none());
    found.problem
}

#[tokio::test]
async fn mail_goes_encrypted_and_signed_in_either_way() {
    let authority = Authority::new();
    for (scheme, from_the_start) in [("smtp", false), ("smtps", true)] {
        let tls = Some(authority.certify(&["localhost"]));
        let manner = Manner { tls, from_the_start, user: Some(USER), ..Manner::default() };
        let server = MailServer::start(manner).await;
        let user = [("smtp_user", USER.0), ("smtp_password", USER.1)];
        let service = service(&server, scheme, Some(&authority), &user).await;
        assert_eq!(try_one(&service).await, None, "{scheme}");
        let received = server.received();
        assert!(received[0].encrypted, "{scheme}");
        assert_eq!(received[0].user.as_deref(), Some(USER.0));
        let overheard = server.overheard();
        assert!(
            !overheard.contains("AUTH") && !overheard.contains("MAIL") && !overheard.contains("story"),
            "{overheard}"
        );
    }
}

#[tokio::test]
async fn the_certificate_of_another_host_or_of_nobody_known_is_refused() {
    let (authority, stranger) = (Authority::new(), Authority::new());
    for (scheme, from_the_start) in [("smtp", false), ("smtps", true)] {
        for (certifies, name, believes) in [
            (&authority, "mail.elsewhere.example", Some(&authority)),
            (&stranger, "localhost", Some(&authority)),
            (&authority, "localhost", None),
        ] {
            let tls = Some(certifies.certify(&[name]));
            let server = MailServer::start(Manner { tls, from_the_start, user: Some(USER), ..Manner::default() }).await;
            let user = [("smtp_user", USER.0), ("smtp_password", USER.1)];
            let service = service(&server, scheme, believes, &user).await;
            let problem = try_one(&service).await.unwrap();
            assert!(problem.contains("no encryption"), "{scheme} {name}: {problem}");
            assert!(server.received().is_empty());
            assert!(!server.overheard().contains("MAIL") && !server.overheard().contains("AUTH"));
        }
    }
}

#[tokio::test]
async fn where_somebody_took_starttls_out_nothing_is_sent() {
    let authority = Authority::new();
    let tls = Some(authority.certify(&["localhost"]));
    let manner = Manner { tls, offers_starttls: false, user: Some(USER), ..Manner::default() };
    let server = MailServer::start(manner).await;
    let user = [("smtp_user", USER.0), ("smtp_password", USER.1)];
    let service = service(&server, "smtp", Some(&authority), &user).await;
    assert_eq!(try_one(&service).await.as_deref(), Some("no encryption: the server does not offer STARTTLS"));
    let overheard = server.overheard();
    assert!(server.received().is_empty() && !overheard.contains("AUTH") && !overheard.contains("MAIL"), "{overheard}");
    server.behave(|manner| manner.offers_starttls = true);
    service.wait(5);
    assert_eq!(service.deliver().await, 1);
    assert_eq!(server.received().len(), 1, "once it is offered again, the message leaves");
}

#[tokio::test]
async fn a_wrong_password_waits_for_the_right_one_and_is_told_nowhere() {
    log::begin();
    let authority = Authority::new();
    let tls = Some(authority.certify(&["localhost"]));
    let server = MailServer::start(Manner { tls, user: Some(("salpa", "another")), ..Manner::default() }).await;
    let user = [("smtp_user", USER.0), ("smtp_password", USER.1)];
    let service = service(&server, "smtp", Some(&authority), &user).await;
    // This server repeats the password in its answer, as some do.
    let problem = try_one(&service).await.unwrap();
    assert!(problem.contains("535") && problem.contains("smtp_user"), "{problem}");
    assert!(!log::everything().contains(USER.1) && !service.database.everything().await.contains(USER.1));
    server.behave(|manner| manner.user = Some(USER));
    service.wait(5);
    assert_eq!(service.deliver().await, 1);
    assert_eq!(server.received().len(), 1, "nothing is lost by it");
}
