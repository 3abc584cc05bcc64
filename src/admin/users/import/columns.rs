//! The columns of a table of people, by their headings in any language of the pages, or by what stands in them.

use super::table::TableRow;
use crate::directory::people::Email;
use crate::platform::web::translations::{Language, Texts};

/// A column that is understood.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum PeopleColumn {
    /// The sign-in email.
    Email,
    /// Given and family name together.
    Name,
    /// The given name.
    GivenName,
    /// The family name.
    FamilyName,
    /// The language of messages.
    Language,
    /// The phone for codes.
    Phone,
    /// The roles.
    Roles,
    /// The ready-made profile.
    Profile,
}

impl PeopleColumn {
    /// The columns of the template, in order; a table without headings has the same.
    pub(super) const OF_TEMPLATE: [Self; 7] =
        [Self::Email, Self::GivenName, Self::FamilyName, Self::Language, Self::Phone, Self::Roles, Self::Profile];

    /// The translation key of the heading.
    pub(super) fn key(self) -> &'static str {
        match self {
            Self::Email => "admin-email",
            Self::Name => "admin-name",
            Self::GivenName => "admin-given-name",
            Self::FamilyName => "admin-family-name",
            Self::Language => "import-language",
            Self::Phone => "import-phone",
            Self::Roles => "admin-role",
            Self::Profile => "admin-profile",
        }
    }

    /// Other headings that mean the same, in small letters without signs.
    fn others(self) -> &'static [&'static str] {
        match self {
            Self::Email => &["e mail", "email address", "e mail address", "mail", "sähköpostiosoite", "username"],
            Self::Name => &["full name", "display name", "koko nimi"],
            Self::GivenName => &["first name", "forename", "givenname", "firstname", "etunimet"],
            Self::FamilyName => &["last name", "surname", "lastname", "familyname"],
            Self::Language => &["locale"],
            Self::Phone => {
                &["phone number", "mobile", "mobile phone", "telephone", "puhelinnumero", "matkapuhelin", "gsm"]
            }
            Self::Roles => &["roles", "roolit"],
            Self::Profile => &["profile", "profiili", "rights", "käyttöoikeudet"],
        }
    }

    /// The column with a heading.
    fn of(heading: &str) -> Option<Self> {
        let heading = plain(heading);
        let every = [Self::OF_TEMPLATE.as_slice(), &[Self::Name]].concat();
        every.into_iter().find(|column| {
            let translated = Language::ALL.map(|language| plain(&Texts::new(language).text(column.key())));
            translated.contains(&heading) || column.others().contains(&heading.as_str())
        })
    }
}

/// A heading in small letters, with single spaces in the place of signs.
fn plain(heading: &str) -> String {
    let words = heading.to_lowercase().replace(|sign: char| !sign.is_alphanumeric(), " ");
    words.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The columns of a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct PeopleColumns {
    /// The column at each place; `None` for one that is not used.
    places: Vec<Option<PeopleColumn>>,
    /// Whether the first row has headings, and is no person.
    pub(super) has_headings: bool,
    /// The headings of columns that are not used.
    pub(super) unused: Vec<String>,
}

impl PeopleColumns {
    /// The columns of a table that begins with a row; `None` if there are no emails in it.
    pub(super) fn of(first: &TableRow) -> Option<Self> {
        let mut places: Vec<Option<PeopleColumn>> = Vec::new();
        for cell in &first.cells {
            let column = PeopleColumn::of(cell).filter(|column| !places.contains(&Some(*column)));
            places.push(column);
        }
        if places.contains(&Some(PeopleColumn::Email)) {
            let unused = first.cells.iter().zip(&places).filter(|(cell, place)| place.is_none() && !cell.is_empty());
            let unused = unused.map(|(cell, _)| cell.clone()).collect();
            return Some(Self { places, has_headings: true, unused });
        }
        let at = first.cells.iter().position(|cell| Email::parse(address(cell)).is_some())?;
        let before: &[PeopleColumn] = match at {
            0 => &[],
            1 => &[PeopleColumn::Name],
            _ => &[PeopleColumn::GivenName, PeopleColumn::FamilyName],
        };
        let after = PeopleColumn::OF_TEMPLATE.iter().skip(1).filter(|column| {
            let is_name = matches!(column, PeopleColumn::GivenName | PeopleColumn::FamilyName);
            at == 0 || !is_name
        });
        let skipped = at.saturating_sub(before.len());
        let places = std::iter::repeat_n(None, skipped).chain(before.iter().copied().map(Some));
        let places = places.chain([Some(PeopleColumn::Email)]).chain(after.copied().map(Some)).collect();
        Some(Self { places, has_headings: false, unused: Vec::new() })
    }

    /// The cell of a row in a column; empty where there is none.
    pub(super) fn cell<'r>(&self, row: &'r TableRow, column: PeopleColumn) -> &'r str {
        let at = self.places.iter().position(|place| *place == Some(column));
        at.and_then(|at| row.cells.get(at)).map_or("", String::as_str)
    }
}

/// The address in a cell, which may have a name before it: `Aino Virtanen <aino@kallio.example>`.
pub(super) fn address(cell: &str) -> &str {
    let inside = cell.rsplit_once('<').and_then(|(_, rest)| rest.split_once('>')).map_or(cell, |(inside, _)| inside);
    inside.strip_prefix("mailto:").unwrap_or(inside)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(cells: &[&str]) -> TableRow {
        TableRow { number: 1, cells: cells.iter().map(|cell| (*cell).to_owned()).collect() }
    }

    #[test]
    fn headings_are_known_in_every_language_and_as_other_programs_write_them() {
        let person = row(&["Aino", "Virtanen", "x", "aino@kallio.example", "+358 40 1234567"]);
        for headings in [
            ["Given name", "Family name", "Cost centre", "Email", "Phone"],
            ["Etunimi", "Sukunimi", "Kustannuspaikka", "Sähköposti", "Puhelin"],
            ["first_name", "LAST NAME", "", "E-mail address", "Mobile phone"],
        ] {
            let columns = PeopleColumns::of(&row(&headings)).unwrap();
            let cells = [
                PeopleColumn::GivenName,
                PeopleColumn::FamilyName,
                PeopleColumn::Email,
                PeopleColumn::Phone,
                PeopleColumn::Roles,
            ]
            .map(|column| columns.cell(&person, column).to_owned());
            assert_eq!(cells, ["Aino", "Virtanen", "aino@kallio.example", "+358 40 1234567", ""], "{headings:?}");
            assert!(columns.has_headings);
        }
        assert_eq!(PeopleColumns::of(&row(&["Email", "Status", ""])).unwrap().unused, ["Status"]);
    }

    #[test]
    fn a_table_without_headings_is_understood_by_its_emails() {
        for (cells, column, expected) in [
            (vec!["a@b.example"], PeopleColumn::Email, "a@b.example"),
            (vec!["a@b.example", "Aino", "Virtanen", "fi"], PeopleColumn::FamilyName, "Virtanen"),
            (vec!["Aino Virtanen", "a@b.example", "fi"], PeopleColumn::Name, "Aino Virtanen"),
            (vec!["Aino", "Virtanen", "a@b.example", "fi"], PeopleColumn::Language, "fi"),
            (vec!["7", "Aino", "Virtanen", "a@b.example"], PeopleColumn::GivenName, "Aino"),
        ] {
            let row = row(&cells);
            let columns = PeopleColumns::of(&row).unwrap();
            assert_eq!((columns.cell(&row, column), columns.has_headings), (expected, false), "{cells:?}");
        }
        assert_eq!(PeopleColumns::of(&row(&["Aino", "Virtanen"])), None);
    }

    #[test]
    fn an_address_may_have_a_name_before_it() {
        for cell in ["a@b.example", "Aino <a@b.example>", "mailto:a@b.example"] {
            assert_eq!(address(cell), "a@b.example", "{cell}");
        }
    }
}
