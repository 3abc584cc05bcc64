//! Tells code, comments and string literals of a Rust file apart, so that a rule about one is not misled by another.

#[derive(Debug, PartialEq, Eq, Clone, Copy)]
pub enum Kind {
    Code,
    Comment,
    /// A string literal, without its quotes.
    Text,
}

#[derive(Debug)]
pub struct Piece<'a> {
    pub kind: Kind,
    pub text: &'a str,
    /// The line on which it begins, from 1.
    pub line: usize,
}

/// The pieces of a file in order. A character literal counts as code.
pub fn pieces(source: &str) -> Vec<Piece<'_>> {
    let mut reader = Reader { source, at: 0, code_from: 0, line: 1, pieces: Vec::new() };
    reader.read();
    reader.pieces
}

/// The string literals of a file with their lines.
pub fn literals(source: &str) -> impl Iterator<Item = (usize, &str)> {
    pieces(source).into_iter().filter(|piece| piece.kind == Kind::Text).map(|piece| (piece.line, piece.text))
}

/// The file with comments and the contents of strings blanked out; every line stays where it was.
pub fn code(source: &str) -> String {
    pieces(source)
        .iter()
        .map(|piece| match piece.kind {
            Kind::Code => piece.text.to_owned(),
            Kind::Comment | Kind::Text => piece.text.chars().map(|c| if c == '\n' { '\n' } else { ' ' }).collect(),
        })
        .collect()
}

/// Every word of the code (a name or keyword) with its line.
pub fn words(code: &str) -> impl Iterator<Item = (usize, &str)> {
    code.lines().zip(1..).flat_map(|(text, line)| {
        text.split(|c: char| !c.is_alphanumeric() && c != '_')
            .filter(|word| !word.is_empty())
            .map(move |word| (line, word))
    })
}

struct Reader<'a> {
    source: &'a str,
    at: usize,
    code_from: usize,
    line: usize,
    pieces: Vec<Piece<'a>>,
}

impl Reader<'_> {
    fn read(&mut self) {
        while self.at < self.source.len() {
            let rest = &self.source[self.at..];
            if rest.starts_with("//") {
                self.take(Kind::Comment, 0, rest.find('\n').unwrap_or(rest.len()), 0);
            } else if rest.starts_with("/*") {
                self.take(Kind::Comment, 0, block_comment(rest), 0);
            } else if let Some(after) = rest.strip_prefix('"') {
                self.take(Kind::Text, 1, quoted(after), 1);
            } else if let Some(hashes) = raw_string(rest, &self.source[..self.at]) {
                let opening = hashes + 2;
                let closing = format!("\"{}", "#".repeat(hashes));
                let inside = rest[opening..].find(&closing).unwrap_or(rest.len() - opening);
                self.take(Kind::Text, opening, inside, closing.len());
            } else {
                self.at += character_literal(rest).unwrap_or_else(|| rest.chars().next().map_or(1, char::len_utf8));
            }
        }
        self.end_code();
    }

    fn end_code(&mut self) {
        self.push(Kind::Code, self.code_from, self.at);
    }

    fn take(&mut self, kind: Kind, opening: usize, inside: usize, closing: usize) {
        self.at += opening;
        self.end_code();
        let end = (self.at + inside).min(self.source.len());
        self.push(kind, self.at, end);
        self.code_from = end;
        self.at = (end + closing).min(self.source.len());
    }

    fn push(&mut self, kind: Kind, from: usize, to: usize) {
        let text = &self.source[from..to];
        if !text.is_empty() || kind == Kind::Text {
            self.pieces.push(Piece { kind, text, line: self.line });
        }
        self.line += text.matches('\n').count();
    }
}

/// How long the comment is that begins here; comments nest.
fn block_comment(rest: &str) -> usize {
    let (mut depth, mut at) = (0, 0);
    while at < rest.len() {
        let here = &rest.as_bytes()[at..];
        if here.starts_with(b"/*") {
            depth += 1;
            at += 2;
        } else if here.starts_with(b"*/") {
            depth -= 1;
            at += 2;
            if depth == 0 {
                return at;
            }
        } else {
            at += 1;
        }
    }
    rest.len()
}

/// How many bytes stand before the quote that ends the string.
fn quoted(inside: &str) -> usize {
    let mut escaped = false;
    for (at, byte) in inside.bytes().enumerate() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b'"' => return at,
            _ => {}
        }
    }
    inside.len()
}

/// The number of `#` of a raw string that begins here with its `r`.
fn raw_string(rest: &str, before: &str) -> Option<usize> {
    let after = rest.strip_prefix('r')?;
    let hashes = after.len() - after.trim_start_matches('#').len();
    let prefix = before.trim_end_matches(['b', 'c']);
    let starts_a_word = !prefix.ends_with(|c: char| c.is_alphanumeric() || c == '_');
    (after[hashes..].starts_with('"') && starts_a_word).then_some(hashes)
}

/// The length of the character literal that begins here, if it is one and not a lifetime.
fn character_literal(rest: &str) -> Option<usize> {
    let inside = rest.strip_prefix('\'')?;
    if let Some(escape) = inside.strip_prefix('\\') {
        let first = escape.chars().next()?.len_utf8();
        return Some(2 + first + escape[first..].find('\'')? + 1);
    }
    let first = inside.chars().next()?.len_utf8();
    inside[first..].starts_with('\'').then_some(first + 2)
}

#[test]
fn code_comments_and_strings_are_told_apart() {
    let source = r##"let a = "x // \" no"; // "yes"
/* /* a */ "b" */ let q = '"'; let l: &'static str = br#"raw " inside"#;
let not_raw = var"end";"##;
    let texts: Vec<_> = literals(source).collect();
    assert_eq!(texts, [(1, r#"x // \" no"#), (2, r#"raw " inside"#), (3, "end")]);
    let code = code(source);
    assert!(!code.contains("yes") && !code.contains("inside") && code.contains("let l: &'static str"));
    assert_eq!(code.lines().count(), source.lines().count());
    assert!(words(&code).any(|found| found == (3, "not_raw")));
}
