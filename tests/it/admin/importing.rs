//! Adding several users from a file or from pasted rows.

use http::HeaderValue;
use salpa::directory::contacts;
use salpa::directory::people::{self, Email, PersonId};
use salpa::directory::rights::{self, Right};
use salpa::directory::users::{MembershipState, Role};
use salpa::sign_in::policies::SecondFactor;

use super::{AINO, ELINA, MAIJA, NIILO, World, at};
use crate::support::{Browser, Page};

const EDGE: &str = "multipart/form-data; boundary=edge";

/// Sends the form with these fields, without following.
async fn send(browser: &mut Browser, world: &World, fields: &[(&str, &[u8])]) -> Page {
    let mut body = Vec::new();
    for (name, value) in fields {
        let file = if *name == "file" { "; filename=\"people.csv\"\r\nContent-Type: text/csv" } else { "" };
        body.extend(format!("--edge\r\nContent-Disposition: form-data; name=\"{name}\"{file}\r\n\r\n").into_bytes());
        body.extend_from_slice(value);
        body.extend_from_slice(b"\r\n");
    }
    body.extend_from_slice(b"--edge--\r\n");
    browser.headers.insert("content-type", HeaderValue::from_static(EDGE));
    let page = browser.send(http::Method::POST, &at(world.kallio, "users/import"), body).await;
    browser.headers.remove("content-type");
    page
}

async fn look(browser: &mut Browser, world: &World, text: &str) -> Page {
    send(browser, world, &[("text", text.as_bytes())]).await
}

async fn add(browser: &mut Browser, world: &World, text: &str) -> Page {
    send(browser, world, &[("text", text.as_bytes()), ("act", b"add")]).await
}

/// Each row of a page as one text: number, name, email, outcome and remarks.
fn rows(page: &Page) -> Vec<String> {
    let body = page.body.split("<tbody>").nth(1).unwrap_or_default();
    body.split("<tr>").skip(1).map(|row| Page { body: row.to_owned(), ..page.clone() }.text()).collect()
}

async fn person(world: &World, email: &str) -> Option<PersonId> {
    let email = Email::parse(email).unwrap();
    people::find_by_email(&world.service.app.db, &email).await.unwrap().map(|person| person.id)
}

async fn users(world: &World) -> i64 {
    world.service.count("SELECT count(*) FROM users").await
}

/// Gives Kallio & Laine an application with two rights, of which Elina has one, and a profile of each.
async fn profiles(world: &World) {
    let service = &world.service;
    let payroll = service.application("Payroll", SecondFactor::Optional).await.application.id;
    service.set_open(world.kallio, payroll, true).await;
    service.declare(payroll, "read").await;
    service.declare(payroll, "write").await;
    service.give(world.kallio, world.elina, payroll, &["read"]).await;
    let (app, now, kallio) = (service.app.clone(), service.now(), world.kallio);
    let made: Result<(), salpa::platform::db::Error> = service
        .transact(move |tx| {
            Box::pin(async move {
                for (name, right) in [("Clerk", "read"), ("Bookkeeper", "write")] {
                    let right = Right { application: payroll.to_string(), name: right.to_owned() };
                    rights::add_profile(tx, &app.random, Some(kallio), (name, &[right]), now).await?;
                }
                Ok(())
            })
        })
        .await;
    made.unwrap();
}

#[tokio::test]
async fn each_row_is_shown_with_its_outcome_before_anybody_is_added() {
    let world = World::begin().await;
    let mut elina = world.browser_of(ELINA).await;
    let form = elina.get(&at(world.kallio, "users/import")).await;
    assert_eq!(form.title(), "Import users", "{}", form.body);
    let text = "Email;Given name;Family name\n\
                priya.raman@raman.example;Priya;Raman\n\
                Niilo@Niemi.example;Not;Hisname\n\
                aino.virtanen@kallio.example;Aino;Virtanen\n\
                jonas;Jonas;Lindqvist\n\
                PRIYA.raman@raman.example;Priya;Twice\n\
                ;Nobody;There\n";
    let before = users(&world).await;

    let page = look(&mut elina, &world, text).await;

    assert_eq!((page.status.as_u16(), page.title().as_str()), (200, "Check the import"), "{}", page.body);
    assert_eq!(
        rows(&page),
        [
            "2 Priya Raman priya.raman@ raman.example will be added",
            "3 Not Hisname Niilo@ Niemi.example has a profile already, will be asked to accept",
            "4 Aino Virtanen aino.virtanen@ kallio.example is a user already, nothing changes",
            "5 Jonas Lindqvist jonas cannot be added This is not an email address, such as name@company.example.",
            "6 Priya Twice PRIYA.raman@ raman.example cannot be added An earlier row has the same email.",
            "7 Nobody There cannot be added The row has no email.",
        ]
    );
    assert!(!page.body.contains("Niilo Niemi"), "of somebody with a profile nothing is told");
    assert!(page.says("Add 2 people"), "{}", page.body);
    assert_eq!(users(&world).await, before);
    assert!(person(&world, "priya.raman@raman.example").await.is_none());
    assert_eq!(world.acts().await, [("company.import_looked_at".to_owned(), world.elina.to_string())]);
}

#[tokio::test]
async fn one_confirmation_adds_them_and_each_is_told() {
    let world = World::begin().await;
    profiles(&world).await;
    let mut elina = world.browser_of(ELINA).await;
    elina.submit(&world.about(world.aino, "remove"), &[("basic", "none")]).await;
    let text = "email,given name,family name,language,phone,role,ready-made profile\n\
                priya.raman@raman.example,Priya,Raman,fi,358401234567,\"User administrator, Employee\",clerk\n\
                niilo@niemi.example,Not,Hisname,,+358 40 7654321,,\n\
                aino.virtanen@kallio.example,Aino,Virtanen,,,employee,\n";
    assert!(look(&mut elina, &world, text).await.says("was removed before, will be restored"));

    let page = add(&mut elina, &world, text).await;

    assert_eq!(page.title(), "Import done", "{}", page.body);
    let rows = rows(&page);
    assert!(rows[0].ends_with("added The phone is read as +358 40 1234567."), "{rows:?}");
    assert!(rows[1].ends_with("asked to accept") && rows[2].contains("restored"), "{rows:?}");
    let priya = person(&world, "priya.raman@raman.example").await.unwrap();
    let member = world.member(world.kallio, priya).await.unwrap();
    assert_eq!(member.roles, [Role::UserAdministrator, Role::Employee]);
    assert_eq!(member.profile.as_deref(), Some("Clerk"));
    let profile = people::find(&world.service.app.db, priya).await.unwrap().unwrap();
    assert_eq!(profile.language, "fi");
    let phone = contacts::of_person(&world.service.app.db, priya).await.unwrap().phone.unwrap();
    assert_eq!(phone.number.as_str(), "+358401234567");
    let niilo = world.member(world.kallio, world.niilo).await.unwrap();
    assert_eq!((niilo.state, niilo.name.as_str()), (MembershipState::Pending, "Not Hisname"));
    assert!(contacts::of_person(&world.service.app.db, world.niilo).await.unwrap().phone.is_none());
    let aino = world.member(world.kallio, world.aino).await.unwrap();
    assert_eq!(aino.state, MembershipState::Active);
    for (email, said) in [
        ("priya.raman@raman.example", "Kallio & Laine Oy"),
        ("niilo@niemi.example", "invites you to be a user of"),
        ("aino.virtanen@kallio.example", "made you a user of"),
    ] {
        let letters = world.service.letters(email).await;
        assert!(letters.iter().any(|letter| letter.text.contains(said)), "{email}: {letters:?}");
    }
    let acts: Vec<String> = world.acts().await.into_iter().map(|(event, _)| event).collect();
    assert_eq!(acts.iter().filter(|event| *event == "user.added").count(), 3, "{acts:?}");

    let again = add(&mut elina, &world, text).await;
    assert_eq!(again.body.matches("nothing changes").count(), 4, "each row and the summary: {}", again.body);
}

#[tokio::test]
async fn nobody_is_dropped_for_one_field() {
    let world = World::begin().await;
    profiles(&world).await;
    let mut elina = world.browser_of(ELINA).await;
    let long = "x".repeat(120);
    let text = format!(
        "Email\tName\tLanguage\tPhone\tRole\tProfile\n\
         a@new.example\tAda Lovelace\tklingon\t12\twizard\tNone such\n\
         b@new.example\tBo Berg\tsuomi\t+358 9 4245 0110\tmain user\tBookkeeper\n\
         c@new.example\t\u{200b}\tFinnish\t358401234567\tKäyttäjähallinnoija\tCLERK\n\
         d@new.example\t{long} Dahl\ten\t+358-40-1234567\t\t\n\
         e@new.example\tErik\t\t'+358 40 7654321\temployee\t\n"
    );

    let page = add(&mut elina, &world, &text).await;

    let told = rows(&page);
    let expected: [&[&str]; 5] = [
        &[
            "The language klingon is not offered.",
            "Added without the phone 12.",
            "There is no role wizard.",
            "There is no ready-made profile None such.",
        ],
        &[
            "This is not a mobile number.",
            "You cannot give the role main user.",
            "The ready-made profile Bookkeeper has rights that you do not have.",
        ],
        &["There is no name that can be used. c is used", "The phone is read as +358 40 1234567."],
        &["A name of more than 100 characters is cut:", "The phone is read as +358 40 1234567."],
        &[],
    ];
    assert_eq!(told.len(), expected.len(), "{told:?}");
    for (row, said) in told.iter().zip(expected) {
        assert!(row.contains(" added"), "{row}");
        assert!(said.iter().all(|said| row.contains(said)), "{row}: {said:?}");
    }
    let found = |email: &'static str| async {
        let id = person(&world, email).await.unwrap();
        let member = world.member(world.kallio, id).await.unwrap();
        let phone = contacts::of_person(&world.service.app.db, id).await.unwrap().phone;
        (member, phone.map(|phone| phone.number.as_str().to_owned()))
    };
    let (ada, phone) = found("a@new.example").await;
    assert_eq!((ada.name.as_str(), ada.roles, phone), ("Ada Lovelace", vec![Role::Employee], None));
    let (bo, phone) = found("b@new.example").await;
    assert_eq!((bo.roles, bo.profile, phone), (vec![Role::Employee], None, None));
    let (c, phone) = found("c@new.example").await;
    assert_eq!((c.name.as_str(), c.roles, c.profile.as_deref()), ("c", vec![Role::UserAdministrator], Some("Clerk")));
    assert_eq!(phone.as_deref(), Some("+358401234567"));
    let (erik, phone) = found("e@new.example").await;
    assert_eq!((erik.name.as_str(), phone.as_deref()), ("Erik", Some("+358407654321")));
}

#[tokio::test]
async fn a_file_of_any_program_is_read_and_the_own_download_changes_nothing() {
    let world = World::begin().await;
    let mut elina = world.browser_of(ELINA).await;
    let wide: Vec<u8> = [0xFF, 0xFE]
        .into_iter()
        .chain(
            "Sähköposti\tSukunimi\tEtunimi\r\nwide@new.example\tMäki\tÄnis\r\n"
                .encode_utf16()
                .flat_map(u16::to_le_bytes),
        )
        .collect();
    let windows = b"S\xe4hk\xf6posti;Etunimi;Sukunimi\r\nold@new.example;P\xe4ivi;M\xe4ki\r\n".to_vec();
    for (file, email, name) in [(wide, "wide@new.example", "Änis Mäki"), (windows, "old@new.example", "Päivi Mäki")]
    {
        let page = send(&mut elina, &world, &[("text", b"ignored"), ("file", &file), ("act", b"add")]).await;
        assert_eq!(page.title(), "Import done", "{}", page.body);
        let id = person(&world, email).await.unwrap();
        assert_eq!(world.member(world.kallio, id).await.unwrap().name, name);
    }

    let export = elina.post(&at(world.kallio, "users/export"), &[]).await;
    let page = look(&mut elina, &world, &export.body).await;
    assert!(page.says("There is no one to add."), "{}", page.body);
    assert!(page.says("Columns that are not used: Status, Last sign-in, Second factor"), "{}", page.body);
    assert!(rows(&page).iter().all(|row| row.ends_with("is a user already, nothing changes")), "{:?}", rows(&page));

    let template = elina.get(&at(world.kallio, "users/import/template")).await;
    assert!(template.headers["content-disposition"].to_str().unwrap().starts_with("attachment"));
    let filled = format!("{}\"t@new.example\",\"Tea\"\r\n", template.body.trim_start_matches('\u{feff}'));
    let page = look(&mut elina, &world, &filled).await;
    assert_eq!(rows(&page), ["2 Tea t@ new.example will be added"]);
}

#[tokio::test]
async fn an_import_that_is_none_comes_back_with_the_reason() {
    let world = World::begin().await;
    let mut elina = world.browser_of(ELINA).await;
    let many = (0..501).map(|number| format!("p{number}@new.example\n")).collect::<Vec<_>>().concat();
    for (text, said) in [
        ("", "There are no rows."),
        (" \n\n", "There are no rows."),
        ("Email;Name", "There are no rows."),
        ("Name;Family name\nAino;Virtanen", "No column has emails."),
        (many.as_str(), "One import takes at most 500 people."),
    ] {
        let page = look(&mut elina, &world, text).await;
        assert_eq!(page.status, 422, "{said}");
        assert!(page.says(said), "{said}: {}", page.body);
        let typed = text.lines().next_back().unwrap_or("").trim();
        assert!(page.body.contains(typed), "what was typed is kept");
        assert!(page.body.split("<textarea").nth(1).unwrap().split('>').next().unwrap().contains(" autofocus"));
    }
    let large = vec![b'a'; 257 * 1024];
    let page = send(&mut elina, &world, &[("file", &large)]).await;
    assert!(page.says("The file is larger than 256 kilobytes."), "{}", page.body);
    let correct = [("text", b"a@new.example".as_slice()), ("act", b"correct")];
    let page = send(&mut elina, &world, &correct).await;
    assert!(page.title() == "Import users" && page.body.contains("a@new.example</textarea>"), "{}", page.body);
    assert_eq!(world.acts().await, []);
}

#[tokio::test]
async fn typed_rows_come_back_after_the_proof_that_became_due_meanwhile() {
    let world = World::begin().await;
    let mut elina = world.browser_of(ELINA).await;
    elina.get(&at(world.kallio, "users/import")).await;
    world.service.wait(6 * 60);

    let asked = add(&mut elina, &world, "priya.raman@raman.example,Priya,Raman").await;
    let sign_in = elina.open(&asked.location().unwrap()).await;
    assert!(sign_in.path.starts_with("/sign-in/"), "{}", sign_in.path);
    assert!(person(&world, "priya.raman@raman.example").await.is_none());
    let kept = world.service.database.rows(&[]).await;
    assert!(!kept.iter().any(|row| row.contains("priya.raman")), "they are sealed");
    let others = world.browser_of(MAIJA).await.get(&format!("{}?typed=1", at(world.kallio, "users/import"))).await;
    assert!(others.status == 200 && !others.body.contains("priya.raman"), "another administrator's: {}", others.body);
    let form = elina.sign_in_as(&world.service, sign_in, ELINA).await;

    assert_eq!(form.title(), "Import users", "{}", form.body);
    assert!(form.body.contains("priya.raman@raman.example,Priya,Raman</textarea>"), "{}", form.body);
    assert!(form.says("Your rows are still here. No one has been added yet."), "{}", form.body);
    add(&mut elina, &world, "priya.raman@raman.example,Priya,Raman").await;
    assert!(person(&world, "priya.raman@raman.example").await.is_some());
    assert_eq!(world.service.count("SELECT count(*) FROM typed_imports").await, 0, "they are forgotten");
    let form = elina.get(&format!("{}?typed=1", at(world.kallio, "users/import"))).await;
    assert!(!form.body.contains("priya.raman"), "{}", form.body);
}

#[tokio::test]
async fn looking_who_has_a_profile_is_bounded_and_recorded() {
    let world = World::begin().await;
    let mut elina = world.browser_of(ELINA).await;
    let some = |from: usize| -> String {
        (from..from + 300).map(|number| format!("p{number}@new.example\n")).collect::<Vec<_>>().concat()
    };
    assert_eq!(look(&mut elina, &world, &some(0)).await.status, 200);
    let page = look(&mut elina, &world, &some(300)).await;
    assert_eq!(page.status, 200);
    // Of those, no more are added than in a day.
    assert_eq!(page.body.matches("One person adds at most 200 people a day.").count(), 100);

    let page = look(&mut elina, &world, "one@new.example").await;

    assert_eq!(page.status, 422);
    assert!(page.says("You have checked as many emails as one person can in a day."), "{}", page.body);
    assert!(page.body.contains("one@new.example</textarea>"));
    // Her own users are no secret.
    assert!(rows(&look(&mut elina, &world, AINO.email).await)[0].ends_with("is a user already, nothing changes"));
    let looks = "SELECT count(*) FROM history WHERE event = 'company.import_looked_at'";
    assert_eq!(world.service.count(looks).await, 2);
    world.service.wait(24 * 60 * 60 + 1);
    let mut elina = world.browser_of(ELINA).await;
    assert_eq!(look(&mut elina, &world, "one@new.example").await.status, 200);
}

#[tokio::test]
async fn an_import_adds_no_more_than_the_bound_of_a_day() {
    let world = World::begin().await;
    let mut elina = world.browser_of(ELINA).await;
    let text = (0..202).map(|number| format!("p{number}@new.example\n")).collect::<Vec<_>>().concat();

    let page = add(&mut elina, &world, &text).await;

    let told = rows(&page);
    assert!(told[199].contains(" added"), "{}", told[199]);
    assert!(told[200].ends_with("Import this row again tomorrow."), "{}", told[200]);
    assert!(person(&world, "p199@new.example").await.is_some() && person(&world, "p200@new.example").await.is_none());
}

#[tokio::test]
async fn new_people_of_an_import_are_invited_where_their_identity_was_verified() {
    let world = World::begin().await;
    let mut elina = world.browser_of(ELINA).await;
    let text = "Email;Given name;Phone\npriya.raman@raman.example;Priya;+358 40 1234567\nniilo@niemi.example;Niilo;\n";
    let ticked = [("text", text.as_bytes()), ("verified", b"yes")];
    let without_way = send(&mut elina, &world, &ticked).await;
    assert_eq!(without_way.status, 422);
    assert!(without_way.says("Choose how you verified the identity of the new users."), "{}", without_way.body);
    let unticked = send(&mut elina, &world, &[("text", text.as_bytes()), ("identity", b"known")]).await;
    assert!(rows(&unticked)[0].ends_with("will be added"), "{:?}", rows(&unticked));

    let wish = [&ticked[..], &[("identity", b"known")]].concat();
    let page = send(&mut elina, &world, &wish).await;
    assert!(rows(&page)[0].ends_with("will be added and invited"), "{:?}", rows(&page));
    assert!(rows(&page)[1].ends_with("will be asked to accept"), "{:?}", rows(&page));
    assert!(page.body.contains("name=\"identity\" value=\"known\""), "{}", page.body);
    assert_eq!(world.service.count("SELECT count(*) FROM invitations").await, 0);
    let page = send(&mut elina, &world, &[&wish[..], &[("act", b"add")]].concat()).await;

    let told = rows(&page);
    assert!(told[0].ends_with("added and invited") && told[1].contains("asked to accept"), "{told:?}");
    let letters = world.service.letters("priya.raman@raman.example").await;
    assert_eq!(letters.len(), 1, "in place of the first message: {letters:?}");
    assert!(letters[0].subject.contains("invites you to") && letters[0].code.is_some(), "{letters:?}");
    let letters = world.service.letters("niilo@niemi.example").await;
    assert!(letters.iter().all(|letter| letter.code.is_none()), "{letters:?}");
    let kept = "SELECT count(*) FROM invitations WHERE identity_check = 'known' AND phone = '+358401234567'";
    assert_eq!(world.service.count(kept).await, 1);
    let again = send(&mut elina, &world, &[&wish[..], &[("act", b"add")]].concat()).await;
    assert!(rows(&again)[0].contains("is a user already, nothing changes"), "{:?}", rows(&again));
    assert_eq!(world.service.count("SELECT count(*) FROM invitations").await, 1);
}

#[tokio::test]
async fn one_who_can_not_be_invited_any_more_today_is_added_all_the_same() {
    let world = World::begin().await;
    let mut elina = world.browser_of(ELINA).await;
    let wish: [(&str, &[u8]); 3] = [("verified", b"yes"), ("identity", b"document"), ("act", b"add")];
    let of = |email: &'static [u8]| [&[("text", email)], &wish[..]].concat();
    send(&mut elina, &world, &of(b"first@new.example")).await;
    assert_eq!(world.service.change("UPDATE allowances SET taken = 200 WHERE purpose = 'invitation.actor'").await, 1);
    let page = send(&mut elina, &world, &of(b"second@new.example")).await;
    let told = rows(&page);
    assert!(told[0].contains(" added ") && told[0].contains("Added without an invitation."), "{told:?}");
    let letters = world.service.letters("second@new.example").await;
    assert!(letters.len() == 1 && letters[0].code.is_none(), "the first message instead: {letters:?}");
}

#[tokio::test]
async fn nobody_imports_into_a_company_that_they_do_not_manage() {
    let world = World::begin().await;
    for somebody in [AINO, NIILO] {
        let mut browser = world.browser_of(somebody).await;
        for page in ["users/import", "users/import/template"] {
            assert_eq!(browser.get(&at(world.kallio, page)).await.status, 404, "{page}");
        }
        assert_eq!(add(&mut browser, &world, "x@new.example").await.status, 404);
    }
    assert!(person(&world, "x@new.example").await.is_none());
    let mut maija = world.browser_of(MAIJA).await;
    assert_eq!(add(&mut maija, &world, "x@new.example").await.title(), "Import done");
    assert!(person(&world, "x@new.example").await.is_some());
}
