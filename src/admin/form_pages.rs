//! The page that a request leads back to after a sign-in: its own address if that shows a page, otherwise the page with
//! the form that posts to it.

use axum::extract::MatchedPath;
use http::request::Parts;

use crate::platform::web::parameters::Parameters;

/// The greatest number of fields that are kept in an address.
const MOST_KEPT: usize = 100;
/// The longest value that is kept in an address, in characters.
const LONGEST_KEPT: usize = 254;

/// The addresses below one pattern that only take forms.
#[derive(Clone, Copy, Debug)]
pub(crate) struct FormPages {
    /// The pattern with which all of them begin, as in the table of URLs.
    pub(crate) base: &'static str,
    /// The rest of each form's pattern, with the rest of the pattern of its page.
    pub(crate) forms: &'static [(&'static str, &'static str)],
}

impl FormPages {
    /// The path to come back to; `None` if a part of the path is neither a known word, an identifier nor a token.
    pub(crate) fn way_back(self, parts: &Parts) -> Option<String> {
        let pattern = parts.extensions.get::<MatchedPath>()?.as_str();
        self.page_of(pattern, parts.uri.path())
    }

    fn page_of(self, pattern: &str, path: &str) -> Option<String> {
        let rest = pattern.strip_prefix(self.base)?;
        let page = self.forms.iter().find(|(form, _)| *form == rest).map_or(rest, |(_, page)| *page);
        let value = |name: &str| pattern.split('/').zip(path.split('/')).find(|(part, _)| *part == name);
        let filled = self.base.split('/').chain(page.split('/').skip(1)).map(|part| {
            let filled = if part.starts_with('{') { value(part)?.1 } else { part };
            is_plain(filled).then_some(filled)
        });
        Some(filled.collect::<Option<Vec<_>>>()?.join("/"))
    }
}

fn is_plain(part: &str) -> bool {
    part.len() <= 64 && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_')
}

/// A page with the fields of its form in the query, so that a sign-in on the way brings them back. Longer
/// values are cut, and further ones left out.
pub(super) fn kept(page: &str, fields: &Parameters, names: &[&str]) -> String {
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    query.append_pair("typed", "1");
    for (name, value) in fields.iter().filter(|(name, _)| names.contains(name)).take(MOST_KEPT) {
        query.append_pair(name, &value.chars().take(LONGEST_KEPT).collect::<String>());
    }
    format!("{page}?{}", query.finish())
}

#[cfg(test)]
mod tests {
    use super::*;

    const CONSOLE: FormPages = FormPages {
        base: "/admin/{company}",
        forms: &[("/users/{person}/sessions/{session}/end", "/users/{person}/sign-in"), ("/look/remove", "")],
    };

    #[test]
    fn an_address_leads_back_to_itself_or_to_the_page_with_its_form() {
        let back = |pattern: &str, path: &str| CONSOLE.page_of(&format!("/admin/{{company}}{pattern}"), path);
        let roles = "/admin/0197c0de-c/users/0197c0de-1/roles";
        assert_eq!(back("/users/{person}/roles", roles).as_deref(), Some(roles));
        let end = back("/users/{person}/sessions/{session}/end", "/admin/c/users/1/sessions/2/end");
        assert_eq!(end.as_deref(), Some("/admin/c/users/1/sign-in"));
        assert_eq!(back("/look/remove", "/admin/c/look/remove").as_deref(), Some("/admin/c"));
    }

    #[test]
    fn typed_text_is_kept_as_far_as_a_form_has_it() {
        let fields = Parameters::parse("email=a%26b%40c.example&role=employee&role=main+user&evil=1");
        assert_eq!(
            kept("users/new", &fields, &["email", "role"]),
            "users/new?typed=1&email=a%26b%40c.example&role=employee&role=main+user"
        );
        let long = Parameters::parse(&format!("email={}", "a".repeat(10_000)));
        assert!(kept("users/new", &long, &["email"]).len() < 300);
    }

    #[test]
    fn an_address_with_foreign_parts_leads_nowhere() {
        let back = |path: &str| CONSOLE.page_of("/admin/{company}/status/{id}", path);
        for id in ["%2e%2e", "a%0d", "\\evil.example", &"a".repeat(65)] {
            assert_eq!(back(&format!("/admin/c/status/{id}")), None);
        }
        assert_eq!(CONSOLE.page_of("/account", "/account"), None);
    }
}
