//! Somebody who reads all the mailboxes of a person, those from before, too, and uses the links in them in whatever order,
//! while the person changes what proves them.

use proptest::prelude::*;
use salpa::directory::contacts;
use salpa::directory::people::{self, Email, PersonId};
use salpa::directory::users::Role;
use salpa::platform::web::fault::Fault;
use salpa::proofs::phones::{self, DeviceFacts, PhoneAddition, PhoneKey};
use salpa::proofs::totp::{self, Seed};
use salpa::proofs::{self, Occasion, passkeys, recovery};
use salpa::sign_in::notices::{self, Notice};
use salpa::sign_in::policies::SecondFactor;

use crate::support::{MIKKO, Registered, Service, link_in};

const NEW: &str = "seven herons over the reeds";

/// An act of the person, or of somebody who reads all their mailboxes.
#[derive(Clone, Copy, Debug)]
enum Happens {
    AppConnected,
    AppRemoved,
    PasskeyAdded,
    PasskeyRemoved,
    PhoneAdded,
    PhoneRemoved,
    RecoveryCodeMade,
    RecoveryCodeUsed,
    PasswordChanged,
    EmailChanged(usize),
    CommunicationEmailChanged(usize),
    Pressed(usize),
    LinkUsed,
    SomeTime,
}

const MAILBOXES: [&str; 3] = [MIKKO.email, "mikko@second.example", "mikko@third.example"];

fn anything() -> impl Strategy<Value = Happens> {
    prop_oneof![
        3 => Just(Happens::AppConnected),
        1 => Just(Happens::AppRemoved),
        1 => Just(Happens::PasskeyAdded),
        1 => Just(Happens::PasskeyRemoved),
        1 => Just(Happens::PhoneAdded),
        1 => Just(Happens::PhoneRemoved),
        1 => Just(Happens::RecoveryCodeMade),
        1 => Just(Happens::RecoveryCodeUsed),
        1 => Just(Happens::PasswordChanged),
        1 => (0..MAILBOXES.len()).prop_map(Happens::EmailChanged),
        1 => (0..MAILBOXES.len()).prop_map(Happens::CommunicationEmailChanged),
        5 => (0..8_usize).prop_map(Happens::Pressed),
        3 => Just(Happens::LinkUsed),
        1 => Just(Happens::SomeTime),
    ]
}

struct Course {
    service: Service,
    ruori: Registered,
    mikko: PersonId,
}

impl Course {
    async fn begin() -> Self {
        let service = Service::start().await;
        let mikko = service.person(MIKKO).await;
        // The phone app is for users and employees of companies.
        let kallio = service.business("Kallio Oy").await;
        service.user(kallio, mikko, &[Role::UserAdministrator]).await;
        let ruori = service.application("Ruori Accounting", SecondFactor::Optional).await;
        Self { service, ruori, mikko }
    }

    async fn go_on(&self, happens: Happens) {
        match happens {
            Happens::Pressed(which) => self.press(which).await,
            Happens::LinkUsed => self.use_a_link().await,
            Happens::SomeTime => self.service.wait(3_600),
            Happens::PasskeyAdded => {
                self.service.passkey(self.mikko).await;
                self.service.told(self.mikko, Notice::PasskeyAdded { name: "Mine".to_owned() }).await;
            }
            _ => self.person_does(happens).await,
        }
        self.service.wait(1);
    }

    async fn person_does(&self, happens: Happens) {
        let (app, visit) = (self.service.app.clone(), self.service.visit(&self.service.browser()));
        let (mikko, now) = (self.mikko, self.service.now());
        let done: Result<(), Fault> = self
            .service
            .app
            .db
            .write(move |tx| {
                Box::pin(async move {
                    let sealing = (&app.random, &app.master_keys);
                    let seed = Seed::new(&app.random);
                    let notice = match happens {
                        Happens::AppConnected => {
                            totp::add(tx, sealing, mikko, &totp::NewAuthenticator { name: "App", seed: &seed }, 0, now)
                                .await?;
                            recovery::keep(tx, mikko, "nobody knows it", now).await?;
                            Notice::SecondStepSetUp
                        }
                        Happens::AppRemoved => {
                            let apps = totp::of_person(&mut *tx, mikko).await?;
                            let Some(app) = apps.first() else { return Ok(()) };
                            totp::remove(tx, mikko, &app.id, now).await?;
                            Notice::AuthenticatorRemoved { name: app.name.clone() }
                        }
                        Happens::PasskeyRemoved => {
                            let keys = passkeys::of_person(&mut *tx, mikko).await?;
                            let Some(key) = keys.first() else { return Ok(()) };
                            passkeys::remove(tx, mikko, &key.id, now).await?;
                            Notice::PasskeyRemoved { name: key.name.clone() }
                        }
                        Happens::PhoneAdded => {
                            let key = PhoneKey::parse(&[4; 65]).unwrap();
                            let (name, facts) = ("Pixel 8".to_owned(), DeviceFacts::default());
                            let new = PhoneAddition { person: mikko, name: name.clone(), facts, key };
                            let occasion = Occasion::Session { id: uuid::Uuid::from_u128(1), browser: [0; 32] };
                            phones::add(tx, &app.random, new, (occasion, now)).await?;
                            Notice::PhoneAdded { name }
                        }
                        Happens::PhoneRemoved => {
                            let kept = phones::of_person(&mut *tx, mikko).await?;
                            let Some(phone) = kept.first() else { return Ok(()) };
                            phones::remove(tx, mikko, phone.id, now).await?;
                            Notice::PhoneRemoved { name: "Pixel 8".to_owned() }
                        }
                        Happens::RecoveryCodeMade => {
                            recovery::replace(tx, mikko, "nobody knows this one", now).await?;
                            Notice::RecoveryCodeMade
                        }
                        Happens::RecoveryCodeUsed => {
                            proofs::remove_second_steps(tx, mikko, now).await?;
                            totp::add(
                                tx,
                                sealing,
                                mikko,
                                &totp::NewAuthenticator { name: "New app", seed: &seed },
                                0,
                                now,
                            )
                            .await?;
                            notices::tell(tx, &app, &visit, mikko, &Notice::RecoveryCodeUsed).await?;
                            Notice::SecondStepSetUp
                        }
                        Happens::EmailChanged(to) => {
                            let Some(person) = people::find(&mut *tx, mikko).await? else { return Ok(()) };
                            people::set_email(tx, mikko, &Email::parse(MAILBOXES[to]).unwrap(), now).await?;
                            Notice::EmailChanged { old: person.email }
                        }
                        Happens::CommunicationEmailChanged(to) => {
                            let old = contacts::of_person(&mut *tx, mikko).await?.email;
                            contacts::set_email(tx, mikko, Some(MAILBOXES[to]), now).await?;
                            Notice::CommunicationEmailChanged { old }
                        }
                        _ => Notice::PasswordChanged,
                    };
                    notices::tell(tx, &app, &visit, mikko, &notice).await
                })
            })
            .await;
        done.unwrap();
    }

    /// The button of one of the links in all the mailboxes.
    async fn press(&self, which: usize) {
        let mut links = Vec::new();
        for mailbox in MAILBOXES {
            let letters = self.service.letters(mailbox).await;
            links.extend(letters.iter().filter_map(|letter| link_in(&letter.text, "/account/not-me/")));
        }
        if let Some(link) = links.get(which % links.len().max(1)) {
            self.service.browser().submit(link, &[]).await;
        }
    }

    /// Everything that a link by email can be tried for.
    async fn use_a_link(&self) {
        self.service.wait(3_600);
        let person = people::find(&self.service.app.db, self.mikko).await.unwrap().unwrap();
        let mut thief = self.service.browser();
        thief.ask_link(&self.ruori, &person.email).await;
        let link = self.service.link(&person.email, "/forgotten-password/").await;
        let page = thief.submit(&link, &[]).await;
        assert_ne!(page.title(), "Choose a new password");
        let sign_in = page.sign_in();
        for (form, fields) in [
            ("new-password", [("password", NEW)]),
            ("second-step", [("method", "totp")]),
            ("authenticator", [("code", "123456")]),
            ("recovery-saved", [("saved", "yes")]),
        ] {
            let page = thief.answer(&sign_in, form, &fields).await;
            assert!(!page.body.contains("secret="), "a second step is set up by whoever has a mailbox");
        }
        let mut asking = self.service.browser();
        let sign_in = asking.without_password(&self.ruori, &person.email).await;
        asking.submit(&format!("{sign_in}/forgotten-password"), &[("method", "phone")]).await;
        let page = asking.submit(&format!("{sign_in}/forgotten-password/phone"), &[]).await;
        assert_ne!(page.title(), "Choose a new password", "nobody has approved");
        assert_eq!(thief.open("/account").await.title(), "Sign in");
        assert_eq!(self.service.count("SELECT COUNT(*) FROM sessions").await, 0);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, max_shrink_iters: 40, ..ProptestConfig::default() })]

    /// In whatever order a person changes what proves them, and somebody uses the links in all their mailboxes: the
    /// mailboxes alone never set a password, connect a factor or open a session, once there was a second step.
    #[test]
    fn mailboxes_alone_never_open_what_had_a_second_step(
        first in prop_oneof![Just(Happens::AppConnected), Just(Happens::PasskeyAdded), Just(Happens::PhoneAdded)],
        then in prop::collection::vec(anything(), 1..9),
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let course = Course::begin().await;
            course.go_on(first).await;
            for happens in then {
                course.go_on(happens).await;
            }
            course.go_on(Happens::LinkUsed).await;
        });
    }
}
