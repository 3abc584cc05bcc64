//! The one table.

use crate::load::Measured;

/// A line of the table.
pub(crate) struct Line {
    cells: [String; COLUMNS],
}

const COLUMNS: usize = 8;
const HEADINGS: [&str; COLUMNS] = ["what", "figure", "ceiling, in this run", "of it", "p50", "p99", "p99.9", "aim"];

impl Line {
    /// A line with its figure.
    pub(crate) fn new(what: impl Into<String>, figure: impl Into<String>) -> Self {
        let mut line = Self { cells: std::array::from_fn(|_| String::new()) };
        line.set(0, what.into());
        line.set(1, figure.into());
        line
    }

    /// The ceiling, and which part of it was reached.
    pub(crate) fn under(mut self, figure: f64, ceiling: f64, of_what: &str) -> Self {
        self.set(2, format!("{} {of_what}", rate(ceiling)));
        self.set(3, format!("{:.0} %", figure / ceiling * 100.0));
        self
    }

    /// The ceiling, in words.
    pub(crate) fn against(mut self, ceiling: String) -> Self {
        self.set(2, ceiling);
        self
    }

    /// The percentiles.
    pub(crate) fn took(mut self, measured: &Measured) -> Self {
        for (column, percent) in [(4, 50.0), (5, 99.0), (6, 99.9)] {
            self.set(column, milliseconds(measured.percentile(percent)));
        }
        self
    }

    /// The aim of a figure that cannot be compared with its ceiling: the ceiling was measured lower, because something
    /// else took the machine meanwhile.
    pub(crate) fn aim_not_comparable(mut self, aim: &str) -> Self {
        self.set(7, format!("{aim}: not comparable"));
        self
    }

    /// The aim, and whether it was met.
    pub(crate) fn aim(mut self, aim: &str, is_met: bool) -> Self {
        self.set(7, format!("{aim}: {}", if is_met { "met" } else { "NOT MET" }));
        self
    }

    fn set(&mut self, column: usize, text: String) {
        if let Some(cell) = self.cells.get_mut(column) {
            *cell = text;
        }
    }
}

/// Prints the lines under their headings, each column as wide as its widest cell.
pub(crate) fn print(lines: &[Line]) {
    let widths: Vec<usize> = HEADINGS
        .iter()
        .enumerate()
        .map(|(column, heading)| {
            let cells = lines.iter().filter_map(|line| line.cells.get(column));
            cells.map(|cell| cell.chars().count()).fold(heading.chars().count(), usize::max)
        })
        .collect();
    let row = |cells: Vec<&str>| {
        let padded: Vec<String> =
            cells.iter().zip(&widths).map(|(cell, width)| format!("{cell:<width$}", width = *width)).collect();
        println!("| {} |", padded.join(" | "));
    };
    row(HEADINGS.to_vec());
    let rules: Vec<String> = widths.iter().map(|width| "-".repeat(*width)).collect();
    row(rules.iter().map(String::as_str).collect());
    for line in lines {
        row(line.cells.iter().map(String::as_str).collect());
    }
}

/// A rate, with no more digits than it deserves.
pub(crate) fn rate(per_second: f64) -> String {
    if per_second < 1000.0 { format!("{per_second:.1}/s") } else { format!("{per_second:.0}/s") }
}

/// A time in milliseconds.
pub(crate) fn milliseconds(time: f64) -> String {
    if time < 1.0 {
        format!("{time:.3} ms")
    } else if time < 10.0 {
        format!("{time:.2} ms")
    } else {
        format!("{time:.0} ms")
    }
}

/// A size in MiB, of KiB.
pub(crate) fn mebibytes(kibibytes: u64) -> String {
    format!("{:.1} MiB", kibibytes as f64 / 1024.0)
}
