//! A row of the table as a person to add. Nobody is dropped for one field: what cannot be taken is left out or mended,
//! and noted. Without an email that can be written to there is nobody to add.

use std::collections::BTreeSet;

use super::columns::{PeopleColumn, PeopleColumns, address};
use super::table::TableRow;
use crate::admin::frame::role_key;
use crate::admin::users::communication::PhoneError;
use crate::administration::giving::Giving;
use crate::administration::users::{Addition, RoleWish};
use crate::directory::contacts::unfit;
use crate::directory::people::{self, Email, LONGEST_NAME, NewPerson, NotAnEmail};
use crate::directory::rights::{ProfileId, ReadyMadeProfile};
use crate::directory::users::Role;
use crate::platform::core::Core;
use crate::platform::one_line::is_unseen;
use crate::platform::phone_number::PhoneNumber;
use crate::platform::web::translations::{Language, Texts};

/// The choices that there are for the people of an import.
pub(super) struct ImportTerms<'t> {
    /// The running program.
    pub(super) core: &'t Core,
    /// The countries whose numbers are probably typed, the likeliest first.
    pub(super) countries: Vec<String>,
    /// The language of messages where a row names none.
    pub(super) language: Language,
    /// The roles that the administrator may give.
    pub(super) roles: Vec<Role>,
    /// The ready-made profiles of the company.
    pub(super) profiles: Vec<ReadyMadeProfile>,
    /// The rights that the administrator may give.
    pub(super) giving: Giving,
    /// The profile where a row names none.
    pub(super) profile: Option<ProfileId>,
}

/// A remark about a field of a row: the key of its text, and the words in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct RowNote {
    pub(super) key: &'static str,
    pub(super) word: String,
}

/// A row as it is understood.
#[derive(Clone, Debug)]
pub(super) struct ImportedRow {
    /// The number of the row.
    pub(super) number: usize,
    /// The name, as it is to be shown.
    pub(super) name: String,
    /// The email, as it was typed.
    pub(super) email: String,
    /// The remarks.
    pub(super) notes: Vec<RowNote>,
    /// The addition, or the key of the reason why there is none.
    pub(super) addition: Result<Addition, &'static str>,
}

/// Every row of a table as a person. Of several with one email the first counts.
pub(super) fn people(terms: &ImportTerms<'_>, columns: &PeopleColumns, rows: &[TableRow]) -> Vec<ImportedRow> {
    let mut emails = BTreeSet::new();
    let skipped = usize::from(columns.has_headings);
    rows.iter()
        .skip(skipped)
        .map(|row| {
            let mut read = person(terms, columns, row);
            if let Ok(addition) = &read.addition
                && !emails.insert(addition.person.email.key().to_owned())
            {
                read.addition = Err("import-refused-twice");
            }
            read
        })
        .collect()
}

fn person(terms: &ImportTerms<'_>, columns: &PeopleColumns, row: &TableRow) -> ImportedRow {
    let cell = |column| columns.cell(row, column);
    let mut notes = Vec::new();
    let mut note = |key: &'static str, word: &str| notes.push(RowNote { key, word: word.chars().take(80).collect() });
    let typed = address(cell(PeopleColumn::Email));
    let email = Email::parse_new(typed).map_err(|unfit| match unfit {
        NotAnEmail::Shape if typed.is_empty() => "import-refused-no-email",
        NotAnEmail::Shape => "import-refused-email",
        NotAnEmail::LocalPart => unfit.key(),
    });
    let Named { given_name, family_name } = names(columns, row, &mut note);
    let name = format!("{given_name} {family_name}").trim().to_owned();
    let shown = ImportedRow {
        number: row.number,
        name,
        email: typed.to_owned(),
        notes: Vec::new(),
        addition: Err("import-refused-email"),
    };
    let email = match email {
        Ok(email) => email,
        Err(key) => return ImportedRow { addition: Err(key), ..shown },
    };
    let language = language(terms, cell(PeopleColumn::Language), &mut note);
    let phone = phone(terms, cell(PeopleColumn::Phone), &mut note);
    let roles = roles(terms, cell(PeopleColumn::Roles), &mut note);
    let profile = profile(terms, cell(PeopleColumn::Profile), &mut note);
    let person = NewPerson { email, given_name, family_name, language: language.tag().to_owned() };
    let addition = Addition { person, roles: RoleWish::OfThoseTheyGive(roles), profile, phone, invitation: None };
    ImportedRow { notes, addition: Ok(addition), ..shown }
}

/// The names of a person, which can be stored.
struct Named {
    given_name: String,
    family_name: String,
}

fn names(columns: &PeopleColumns, row: &TableRow, note: &mut impl FnMut(&'static str, &str)) -> Named {
    let cell = |column| on_one_line(columns.cell(row, column));
    let (mut given, mut family) = (cell(PeopleColumn::GivenName), cell(PeopleColumn::FamilyName));
    let typed_email = columns.cell(row, PeopleColumn::Email);
    let whole = match (cell(PeopleColumn::Name), typed_email.split_once('<')) {
        (whole, _) if !whole.is_empty() => whole,
        (_, Some((before, _))) => on_one_line(before.trim().trim_matches('"')),
        (whole, None) => whole,
    };
    if given.is_empty() && family.is_empty() {
        (given, family) = match whole.rsplit_once(' ') {
            Some((given, family)) => (given.to_owned(), family.to_owned()),
            None => (whole, String::new()),
        };
    }
    if given.is_empty() && !family.is_empty() {
        note("import-note-one-name", &family);
        given = std::mem::take(&mut family);
    }
    for name in [&mut given, &mut family] {
        if name.chars().count() > LONGEST_NAME {
            note("import-note-name-cut", name);
            let cut: String = name.chars().take(LONGEST_NAME).collect();
            cut.trim().clone_into(name);
        }
    }
    if !people::names_are_fine(&given, &family) {
        let local = address(typed_email).rsplit_once('@').map_or("", |(local, _)| local);
        given = on_one_line(local).chars().take(LONGEST_NAME).collect();
        family.clear();
        note("import-note-no-name", &given);
    }
    Named { given_name: given, family_name: family }
}

/// A text on one line, without characters that would break it or hide in it.
fn on_one_line(text: &str) -> String {
    let text: String = text.chars().map(|sign| if is_unseen(sign) { ' ' } else { sign }).collect();
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Letters and digits in small letters: two texts that mean the same word.
fn bare(text: &str) -> String {
    text.to_lowercase().chars().filter(|sign| sign.is_alphanumeric()).collect()
}

fn language(terms: &ImportTerms<'_>, cell: &str, note: &mut impl FnMut(&'static str, &str)) -> Language {
    if cell.is_empty() {
        return terms.language;
    }
    let named = |language: &Language| {
        let in_english = format!("import-language-{}", language.tag());
        let names = Language::ALL.map(|of| bare(&Texts::new(of).text(&in_english)));
        names.contains(&bare(cell)) || bare(language.name()) == bare(cell)
    };
    Language::parse_tag(cell).or_else(|| Language::ALL.into_iter().find(named)).unwrap_or_else(|| {
        note("import-note-language", cell);
        terms.language
    })
}

fn phone(terms: &ImportTerms<'_>, cell: &str, note: &mut impl FnMut(&'static str, &str)) -> Option<PhoneNumber> {
    if cell.is_empty() {
        return None;
    }
    let phone = match PhoneNumber::parse_in(cell, &terms.countries) {
        Ok(phone) => phone,
        Err(bad) => {
            // A spreadsheet takes the plus away: what is left begins with a country code.
            let meant = bad.meant().cloned().or_else(|| PhoneNumber::parse(&format!("+{cell}")).ok());
            let Some(meant) = meant else {
                note(PhoneError::from(bad).key, "");
                note("import-note-no-phone", cell);
                return None;
            };
            note("import-note-phone", &meant.readable());
            meant
        }
    };
    match unfit(terms.core, &phone).and_then(PhoneError::of) {
        None => Some(phone),
        Some(wrong) => {
            note(wrong.key, "");
            note("import-note-no-phone", cell);
            None
        }
    }
}

fn roles(terms: &ImportTerms<'_>, cell: &str, note: &mut impl FnMut(&'static str, &str)) -> Vec<Role> {
    let means = |role: Role, word: &str| {
        let translated = Language::ALL.map(|language| bare(&Texts::new(language).text(role_key(role))));
        bare(role.as_str()) == bare(word) || translated.contains(&bare(word))
    };
    // The name of one role has a comma.
    let whole = Role::ALL.into_iter().find(|role| means(*role, cell));
    let words: Vec<&str> = if whole.is_some() { vec![cell] } else { cell.split([',', ';', '/', '|']).collect() };
    let mut roles = Vec::new();
    for word in words.into_iter().map(str::trim).filter(|word| !word.is_empty()) {
        match Role::ALL.into_iter().find(|role| means(*role, word)) {
            Some(role) if terms.roles.contains(&role) => roles.push(role),
            Some(_) => note("import-note-role-not-yours", word),
            None => note("import-note-role", word),
        }
    }
    if roles.is_empty() { vec![Role::Employee] } else { roles }
}

fn profile(terms: &ImportTerms<'_>, cell: &str, note: &mut impl FnMut(&'static str, &str)) -> Option<ProfileId> {
    let found = if cell.is_empty() {
        terms.profiles.iter().find(|profile| Some(profile.id) == terms.profile)?
    } else {
        let found = terms.profiles.iter().find(|profile| bare(&profile.name) == bare(cell));
        let Some(found) = found else {
            note("import-note-profile", cell);
            return None;
        };
        found
    };
    if found.rights.iter().any(|right| !terms.giving.may(right)) {
        note("import-note-profile-not-yours", &found.name);
        return None;
    }
    Some(found.id)
}
