//! A full directory: people and companies in a given number (by default a million and 50,000), imported by the program
//! itself, and its effect on everything else.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;
use std::time::{Duration, Instant};

use salpa::platform::random::Random;
use salpa::platform::secret::Secret;
use salpa::platform::settings::PasswordHashCost;
use salpa::proofs::passwords::HashPool;

use crate::Outcome;
use crate::browser::{Browser, Place, task};
use crate::load::{Measured, Tally};
use crate::loads::home_of;
use crate::phases::answered;
use crate::service::Person;

/// The password of everybody: one hash serves for all, so that the file is made quickly.
const PASSWORD: &str = "a pass phrase of a million people for the load";
/// Of so many companies one is an accounting office, which manages those after it.
const COMPANIES_OF_AN_OFFICE: usize = 100;
/// Of so many people one is a user of the first company, too: it is the large one.
const IN_THE_LARGE_COMPANY: usize = 10;
/// How often each page is opened.
const OPENINGS: usize = 300;

/// How large the directory is.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Size {
    /// People, each a user of one company.
    pub(crate) people: usize,
    /// Companies.
    pub(crate) companies: usize,
    /// The number of the first of each: two directories with other numbers fit into one database.
    pub(crate) from: usize,
}

/// How long a page of the console may take at the server, and a search as one types, in milliseconds.
const PAGE: f64 = 50.0;
const SEARCH: f64 = 5.0;

/// A page that the main user of the large company opens, who is one of an accounting office.
pub(crate) struct Page {
    /// Its name.
    pub(crate) name: &'static str,
    /// Where. `{company}` is the large company, `{person}` one of its users.
    path: &'static str,
    /// How long it may take, in milliseconds (p99).
    pub(crate) most: f64,
    /// Whether it is a search.
    pub(crate) is_search: bool,
}

impl Page {
    const fn shown(name: &'static str, path: &'static str) -> Self {
        Self { name, path, most: PAGE, is_search: false }
    }

    const fn search(name: &'static str, path: &'static str) -> Self {
        Self { name, path, most: SEARCH, is_search: true }
    }

    /// Its address.
    pub(crate) fn path(&self) -> String {
        self.path.replace("{company}", &id(1, 0)).replace("{person}", &id(2, IN_THE_LARGE_COMPANY))
    }
}

/// The opened pages. A page worth measuring has a line here.
pub(crate) const PAGES: &[Page] = &[
    Page::shown("My sign-in", "/account"),
    Page::shown("My sign-in, history", "/account/history"),
    Page::shown("companies", "/admin"),
    Page::search("search of companies", "/admin?typed=virt"),
    Page::shown("users", "/admin/{company}/users"),
    Page::shown("users, active", "/admin/{company}/users?filter=active"),
    Page::shown("users, never signed in", "/admin/{company}/users?filter=never_signed_in"),
    Page::shown("users, locked", "/admin/{company}/users?filter=locked"),
    Page::shown("users, removed", "/admin/{company}/users?filter=removed"),
    Page::shown("users, main users", "/admin/{company}/users?role=main+user"),
    Page::search("search of users, one letter", "/admin/{company}/users?typed=a"),
    Page::search("search of users, a frequent name", "/admin/{company}/users?typed=virtanen"),
    Page::search("search of users, two words", "/admin/{company}/users?typed=aino+virt"),
    Page::search("search of users, two words, one nobody's", "/admin/{company}/users?typed=aino+q"),
    Page::search("search of users, an email", "/admin/{company}/users?typed=onni.korhonen.4"),
    Page::search("search of users, nobody", "/admin/{company}/users?typed=zzzz"),
    Page::shown("user, basic data", "/admin/{company}/users/{person}"),
    Page::shown("user, communication", "/admin/{company}/users/{person}/communication"),
    Page::shown("user, access rights", "/admin/{company}/users/{person}/access-rights"),
    Page::shown("user, sign-in and devices", "/admin/{company}/users/{person}/sign-in"),
    Page::shown("user, history", "/admin/{company}/users/{person}/history"),
    Page::shown("employees", "/admin/{company}/employees"),
    Page::search("search of employees", "/admin/{company}/employees?typed=virt"),
    Page::shown("applications", "/admin/{company}/applications"),
    Page::shown("policies", "/admin/{company}/policies"),
    Page::shown("policies, preview", "/admin/{company}/policies/change?of=everywhere&second_factor=required"),
    Page::shown("history", "/admin/{company}/history"),
    Page::shown("look", "/admin/{company}/look"),
    Page::shown("status", "/admin/{company}/status"),
];

/// The identifier of a company or person: of version 7, in the order of their numbers.
fn id(kind: u128, number: usize) -> String {
    let milliseconds = 1_780_000_000_000_u128 + number as u128;
    let value = milliseconds << 80 | 0x7 << 76 | 0b10 << 62 | kind << 48 | number as u128;
    uuid::Uuid::from_u128(value).to_string()
}

/// The identifier of a company by its number.
pub(crate) fn company(number: usize) -> String {
    id(1, number)
}

/// The identifier of a person by their number.
pub(crate) fn identifier(number: usize) -> String {
    id(2, number)
}

/// One of some names.
fn one_of(names: &[&'static str], number: usize) -> &'static str {
    names.get(number % names.len()).copied().unwrap_or_default()
}

/// The email of a person.
fn email(number: usize) -> String {
    format!(
        "{}.{}.{number}@bench.example",
        one_of(&GIVEN, number).to_lowercase(),
        one_of(&FAMILY, number / 7).to_lowercase()
    )
}

const GIVEN: [&str; 12] =
    ["Aino", "Eino", "Helmi", "Onni", "Venla", "Leo", "Sofia", "Elias", "Emma", "Oliver", "Aada", "Väinö"];
const FAMILY: [&str; 10] =
    ["Virtanen", "Korhonen", "Mäkinen", "Nieminen", "Laine", "Heikkinen", "Koskinen", "Järvinen", "Lehtonen", "Saari"];

/// Somebody of the directory who signs in.
pub(crate) fn person(number: usize) -> Person {
    Person { email: email(number), password: PASSWORD.to_owned() }
}

/// Writes the lines to import.
pub(crate) async fn write(file: &Path, size: Size) -> Outcome<u64> {
    let pool = HashPool::start(PasswordHashCost::DEFAULT, Random::new())?;
    let hash = pool.make(Secret::new(PASSWORD.to_owned())).await.map_err(|_| "no hash was made")?;
    let mut out = BufWriter::new(File::create(file)?);
    for number in size.from..size.from + size.companies {
        let place = number - size.from;
        let is_office = place.is_multiple_of(COMPANIES_OF_AN_OFFICE);
        let kind = if is_office { "accounting_office" } else { "business" };
        let family = one_of(&FAMILY, number);
        let id = id(1, number);
        writeln!(
            out,
            r#"{{"kind":"company","id":"{id}","name":"{family} {number} Oy","type":"{kind}","business_id":"{number:07}-0"}}"#
        )?;
        if !is_office {
            let office = size.from + place / COMPANIES_OF_AN_OFFICE * COMPANIES_OF_AN_OFFICE;
            writeln!(out, r#"{{"kind":"engagement","office":"{office:07}-0","client":"{number:07}-0"}}"#)?;
        }
    }
    for number in size.from..size.from + size.people {
        let place = number - size.from;
        let (email, id) = (email(number), id(2, number));
        let (given, family) = (one_of(&GIVEN, number), one_of(&FAMILY, number / 7));
        writeln!(
            out,
            r#"{{"kind":"person","id":"{id}","email":"{email}","given_name":"{given}","family_name":"{family}","password":{{"hash":"{hash}","stands_alone":true}}}}"#
        )?;
        let company = self::id(1, size.from + place % size.companies);
        let role = match (place < size.companies, place.is_multiple_of(COMPANIES_OF_AN_OFFICE)) {
            (true, true) => r#""main user","user administrator""#,
            (true, false) => r#""user administrator""#,
            (false, _) => r#""employee""#,
        };
        writeln!(out, r#"{{"kind":"user","company":"{company}","person":"{id}","roles":[{role}],"basic":true}}"#)?;
        if place.is_multiple_of(IN_THE_LARGE_COMPANY) && !place.is_multiple_of(size.companies) {
            let large = self::id(1, size.from);
            writeln!(
                out,
                r#"{{"kind":"user","company":"{large}","person":"{id}","roles":["employee"],"basic":false}}"#
            )?;
        }
    }
    out.flush()?;
    Ok(file.metadata()?.len())
}

/// How long a page takes, opened again and again by a signed-in person; `None` where it is not there.
pub(crate) async fn open(browser: &mut Browser, path: &str, over: Duration) -> Outcome<Option<Measured>> {
    let mut tally = Tally::new()?;
    let begin = Instant::now();
    for _ in 0..OPENINGS {
        let begun = Instant::now();
        let (status, _) = browser.fetch_compressed(path).await?;
        if status != 200 {
            return Ok(None);
        }
        tally.count(begun.elapsed());
        if begin.elapsed() > over {
            break;
        }
    }
    Measured::of(vec![tally], begin.elapsed()).map(Some)
}

/// Signs the first person in, who administers; a browser that is then known.
pub(crate) async fn administrator(browser: &mut Browser) -> Outcome<()> {
    browser.forget(home_of(0));
    let mut place = browser.open("/account").await?;
    for _ in 0..10 {
        let Place::Page(_, html) = place else { return Ok(()) };
        let Some(form) = task(&html) else { return Ok(()) };
        place = browser.send(&answered(&html, form, &person(0))?).await?;
    }
    Err("the administrator's sign-in does not end".into())
}
