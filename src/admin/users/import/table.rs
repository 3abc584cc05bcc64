//! A table as spreadsheets save it and people paste it: separated by commas, semicolons or tabs, quoted as RFC 4180 says,
//! in UTF-8, UTF-16 or the encoding of Windows.

/// The characters of Windows-1252 in the place of the control characters of Latin-1.
const WINDOWS: [char; 32] = [
    '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8d}', 'Ž', '\u{8f}', '\u{90}', '‘', '’',
    '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9d}', 'ž', 'Ÿ',
];

/// A row of a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct TableRow {
    /// Its number, as a spreadsheet shows it.
    pub(super) number: usize,
    /// The cells, without surrounding spaces.
    pub(super) cells: Vec<String>,
}

/// The text of a file. A file that is no UTF-8 and says nothing of its encoding was saved by Windows.
pub(super) fn decoded(bytes: &[u8]) -> String {
    let wide = |rest: &[u8], read: fn([u8; 2]) -> u16| {
        let units: Vec<u16> = rest
            .chunks_exact(2)
            .map(|pair| read([pair.first().copied().unwrap_or(0), pair.last().copied().unwrap_or(0)]))
            .collect();
        String::from_utf16_lossy(&units)
    };
    match bytes {
        [0xEF, 0xBB, 0xBF, rest @ ..] => String::from_utf8_lossy(rest).into_owned(),
        [0xFF, 0xFE, rest @ ..] => wide(rest, u16::from_le_bytes),
        [0xFE, 0xFF, rest @ ..] => wide(rest, u16::from_be_bytes),
        _ => std::str::from_utf8(bytes)
            .map_or_else(|_| bytes.iter().map(|byte| of_windows(*byte)).collect(), str::to_owned),
    }
}

fn of_windows(byte: u8) -> char {
    let at = usize::from(byte).checked_sub(0x80);
    at.and_then(|at| WINDOWS.get(at)).copied().unwrap_or(char::from(byte))
}

/// The rows of a text that are not empty.
pub(super) fn rows(text: &str) -> Vec<TableRow> {
    let separator = separator(text);
    let mut rows = Vec::new();
    let mut rest = text;
    let mut number = 0;
    while !rest.is_empty() {
        number += 1;
        let (cells, after) = row(rest, separator);
        rest = after;
        if cells.iter().any(|cell| !cell.is_empty()) {
            rows.push(TableRow { number, cells });
        }
    }
    rows
}

/// The character between the cells: the one that the first row has most of.
fn separator(text: &str) -> char {
    let first = text.lines().find(|line| !line.trim().is_empty()).unwrap_or("");
    let mut is_quoted = false;
    let mut counts = [('\t', 0), (';', 0), (',', 0)];
    for sign in first.chars() {
        is_quoted ^= sign == '"';
        for (separator, count) in &mut counts {
            *count += usize::from(sign == *separator && !is_quoted);
        }
    }
    let most = counts.iter().map(|(_, count)| *count).max().unwrap_or(0);
    counts.iter().find(|(_, count)| *count == most && most > 0).map_or(',', |(separator, _)| *separator)
}

/// The cells of the first row, and the text after it.
fn row(text: &str, separator: char) -> (Vec<String>, &str) {
    let mut cells = Vec::new();
    let mut rest = text;
    loop {
        let (cell, after) = quoted(rest, separator).unwrap_or_else(|| plain(rest, separator));
        cells.push(without_guard(cell.trim()).to_owned());
        let mut signs = after.chars();
        match signs.next() {
            Some(sign) if sign == separator => rest = signs.as_str(),
            Some('\r') => return (cells, signs.as_str().strip_prefix('\n').unwrap_or(signs.as_str())),
            Some(_) => return (cells, signs.as_str()),
            None => return (cells, ""),
        }
    }
}

/// A cell without quotation marks, and the text from its end on.
fn plain(text: &str, separator: char) -> (String, &str) {
    let end = text.find([separator, '\n', '\r']).unwrap_or(text.len());
    let (cell, rest) = text.split_at(end);
    (cell.to_owned(), rest)
}

/// A cell in quotation marks; `None` if there is none, or its end is missing.
fn quoted(text: &str, separator: char) -> Option<(String, &str)> {
    let inside = text.trim_start_matches(' ').strip_prefix('"')?;
    let mut cell = String::new();
    let mut rest = inside;
    loop {
        let end = rest.find('"')?;
        let (before, after) = rest.split_at(end);
        cell.push_str(before);
        let after = after.strip_prefix('"')?;
        if let Some(more) = after.strip_prefix('"') {
            cell.push('"');
            rest = more;
            continue;
        }
        let (beside, after) = plain(after, separator);
        return beside.trim().is_empty().then_some((cell, after));
    }
}

/// A cell without the apostrophe that keeps a spreadsheet from taking it for a formula, as our own files have it.
fn without_guard(cell: &str) -> &str {
    match cell.strip_prefix('\'') {
        Some(rest) if rest.trim_start().starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠']) => rest,
        _ => cell,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn cells(text: &str) -> Vec<Vec<String>> {
        rows(text).into_iter().map(|row| row.cells).collect()
    }

    #[test]
    fn a_table_is_read_whatever_program_saved_it() {
        let expected = [["email", "name"], ["a@b.example", "Virtanen, \"Aino\""], ["c@d.example", ""]];
        for text in [
            "email,name\r\na@b.example,\"Virtanen, \"\"Aino\"\"\"\r\nc@d.example,\r\n",
            "email;name\na@b.example;\"Virtanen, \"\"Aino\"\"\"\nc@d.example;",
            "email\tname\r a@b.example \tVirtanen, \"Aino\"\r\rc@d.example\t\r",
            "\n\nemail , name\n a@b.example, \"Virtanen, \"\"Aino\"\"\" \n,\nc@d.example,\n\n",
        ] {
            assert_eq!(cells(text), expected, "{text:?}");
        }
    }

    #[test]
    fn rows_have_the_numbers_that_a_spreadsheet_shows() {
        let numbers: Vec<usize> = rows("a;b\n\n\"1\n2\";3\nc;d").into_iter().map(|row| row.number).collect();
        assert_eq!(numbers, [1, 3, 4]);
    }

    #[test]
    fn a_quotation_mark_without_an_end_swallows_nothing() {
        assert_eq!(cells("\"a,b\nc,d"), [["\"a", "b"], ["c", "d"]]);
        assert_eq!(cells("\"a\" b,c\nd,e"), [["\"a\" b", "c"], ["d", "e"]]);
    }

    #[test]
    fn the_guard_against_formulas_is_taken_off_again() {
        assert_eq!(cells("'+358401234567,'aino"), [["+358401234567", "'aino"]]);
    }

    #[test]
    fn files_of_every_encoding_say_the_same() {
        let text = "Hämäläinen–Ž";
        let utf16 = |to: fn(u16) -> [u8; 2], mark: [u8; 2]| -> Vec<u8> {
            mark.into_iter().chain(text.encode_utf16().flat_map(to)).collect()
        };
        let windows = [b"H\xe4m\xe4l\xe4inen".as_slice(), b"\x96\x8e"].concat();
        for bytes in [
            text.as_bytes().to_vec(),
            ["\u{feff}".as_bytes(), text.as_bytes()].concat(),
            utf16(u16::to_le_bytes, [0xFF, 0xFE]),
            utf16(u16::to_be_bytes, [0xFE, 0xFF]),
            windows,
        ] {
            assert_eq!(decoded(&bytes), text, "{bytes:?}");
        }
    }

    proptest! {
        #[test]
        fn any_bytes_are_some_table(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            let found = rows(&decoded(&bytes));
            prop_assert!(found.iter().all(|row| !row.cells.is_empty()));
            prop_assert!(found.is_sorted_by(|managed, next| managed.number < next.number));
        }

        #[test]
        fn any_cells_are_read_as_they_were_written(
            table in proptest::collection::vec(proptest::collection::vec("[a-zåäö\",;\n\t ]{0,12}", 2..5), 1..6),
        ) {
            let mut text = "x,y\n".to_owned();
            for row in &table {
                let cells: Vec<String> = row.iter().map(|cell| format!("\"{}\"", cell.replace('"', "\"\""))).collect();
                text.push_str(&cells.join(","));
                text.push_str("\r\n");
            }
            let expected: Vec<Vec<String>> = table
                .iter()
                .map(|row| row.iter().map(|cell| cell.trim().to_owned()).collect::<Vec<_>>())
                .filter(|row| row.iter().any(|cell| !cell.is_empty()))
                .collect();
            prop_assert_eq!(&cells(&text)[1..], &expected[..]);
        }
    }
}
