//! Just enough of an HTML reader to check our own pages: strict where browsers forgive.

use std::collections::BTreeMap;

/// An opening tag.
#[derive(Debug)]
pub(crate) struct Tag {
    /// Name, lower case.
    pub(crate) name: String,
    /// Attributes, unescaped as far as the checks need.
    pub(crate) attributes: BTreeMap<String, String>,
    /// How many elements are open around it.
    pub(crate) depth: usize,
}

impl Tag {
    /// Value of an attribute.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.attributes.get(name).map(String::as_str)
    }
}

const VOID: [&str; 6] = ["meta", "link", "input", "img", "br", "hr"];

/// Every opening tag in order. Panics, naming the page, when an element is left open or closed out of turn, an
/// attribute is repeated or unquoted, or a `<` stands where no tag begins.
pub(crate) fn tags(page: &str, html: &str) -> Vec<Tag> {
    let mut found = Vec::new();
    let mut open: Vec<String> = Vec::new();
    let mut rest = html.strip_prefix("<!doctype html>").expect("doctype");
    while let Some(start) = rest.find('<') {
        rest = &rest[start + 1..];
        let end = tag_end(rest).unwrap_or_else(|| panic!("{page}: a tag without an end"));
        let (inner, after) = (&rest[..end], &rest[end + 1..]);
        rest = after;
        if let Some(name) = inner.strip_prefix('/') {
            let last = open.pop();
            assert_eq!(last.as_deref(), Some(name), "{page}: `</{name}>` out of turn");
            continue;
        }
        let closed = inner.ends_with('/');
        let inner = inner.trim_end_matches('/');
        let name_end = inner.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(inner.len());
        let name = inner[..name_end].to_owned();
        assert!(!name.is_empty(), "{page}: `<` in text: {}", &inner[..inner.len().min(30)]);
        let attributes = attributes(page, &inner[name_end..]);
        found.push(Tag { name: name.clone(), attributes, depth: open.len() });
        if !closed && !VOID.contains(&name.as_str()) {
            open.push(name);
        }
    }
    assert!(open.is_empty(), "{page}: left open: {open:?}");
    found
}

fn tag_end(text: &str) -> Option<usize> {
    let mut quoted = false;
    text.char_indices().find_map(|(at, c)| {
        if c == '"' {
            quoted = !quoted;
        }
        (c == '>' && !quoted).then_some(at)
    })
}

fn attributes(page: &str, text: &str) -> BTreeMap<String, String> {
    let mut map = BTreeMap::new();
    let mut rest = text.trim_start();
    while !rest.is_empty() {
        let end = rest.find(|c: char| c == '=' || c.is_whitespace()).unwrap_or(rest.len());
        let name = rest[..end].to_owned();
        rest = &rest[end..];
        let mut value = String::new();
        if let Some(quoted) = rest.strip_prefix('=') {
            let quoted =
                quoted.strip_prefix('"').unwrap_or_else(|| panic!("{page}: `{name}` without quotes"));
            let close = quoted.find('"').unwrap_or_else(|| panic!("{page}: `{name}` without an end"));
            value = quoted[..close].to_owned();
            rest = &quoted[close + 1..];
        }
        assert!(map.insert(name.clone(), value).is_none(), "{page}: `{name}` twice in one tag");
        rest = rest.trim_start();
    }
    map
}
