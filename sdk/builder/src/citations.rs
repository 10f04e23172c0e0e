//! Article ids in the code, as far as they can be known without running it.
//!
//! Ids of one text share few stems (`议事-3` has the stem `议事-`), so a string literal that is a stem and a number
//! is meant as a citation, and must be an article.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

/// The articles that the plugin's sources cite; citations of articles that do not exist become faults.
pub(crate) fn in_sources(
    folder: &Path,
    articles: &BTreeSet<String>,
    faults: &mut Vec<String>,
) -> BTreeSet<String> {
    let stems: BTreeSet<&str> = articles.iter().filter_map(|id| stem(id)).collect();
    let mut cited = BTreeSet::new();
    let mut folders = vec![folder.join("src")];
    while let Some(folder) = folders.pop() {
        let Ok(entries) = fs::read_dir(&folder) else { continue };
        for path in entries.flatten().map(|entry| entry.path()) {
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let Ok(source) = fs::read_to_string(&path) else { continue };
                for (line, literal) in string_literals(&source) {
                    if articles.contains(&literal) {
                        cited.insert(literal);
                    } else if stem(&literal).is_some_and(|stem| stems.contains(stem)) {
                        faults.push(format!(
                            "{}:{line} cites `{literal}`, and the text has no such article",
                            path.display()
                        ));
                    }
                }
            }
        }
    }
    cited
}

/// The part of an id before its final number, if it has one and the rest is not empty.
fn stem(id: &str) -> Option<&str> {
    let stem = id.trim_end_matches(|c: char| c.is_ascii_digit());
    (!stem.is_empty() && stem.len() < id.len()).then_some(stem)
}

/// Plain string literals with their lines, skipping comments and characters. Literals with escapes or in raw form
/// cannot be article ids worth finding, so their text is only skipped over.
fn string_literals(source: &str) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    let mut chars = source.chars().peekable();
    let mut line = 1;
    while let Some(c) = chars.next() {
        match c {
            '\n' => line += 1,
            '/' if chars.peek() == Some(&'/') => while chars.next_if(|c| *c != '\n').is_some() {},
            '/' if chars.peek() == Some(&'*') => {
                let mut last = ' ';
                for c in chars.by_ref() {
                    line += usize::from(c == '\n');
                    if last == '*' && c == '/' {
                        break;
                    }
                    last = c;
                }
            }
            // A character literal that could be mistaken for a quote; lifetimes pass through untouched.
            '\'' => {
                let mut ahead = chars.clone();
                match (ahead.next(), ahead.next(), ahead.next()) {
                    (Some('\\'), Some(_), Some('\'')) => {
                        chars.nth(2);
                    }
                    (Some(_), Some('\''), _) => {
                        chars.nth(1);
                    }
                    _ => {}
                }
            }
            '"' => {
                let first = line;
                let mut literal = String::new();
                while let Some(c) = chars.next() {
                    match c {
                        '"' => break,
                        '\\' => {
                            literal.push(c);
                            literal.extend(chars.next());
                        }
                        _ => {
                            line += usize::from(c == '\n');
                            literal.push(c);
                        }
                    }
                }
                found.push((first, literal));
            }
            _ => {}
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn literals_are_found_and_comments_are_not() {
        let source = r#"
            // "议事-9" in a comment
            /* and "议事-8"
               here */
            const A: &str = "议事-1"; let quote = '"'; let escaped = '\''; fn f<'a>(x: &'a str) {}
            cite(["议事-2", "经济-3"]);
        "#;
        let found: Vec<_> = string_literals(source).into_iter().map(|(_, literal)| literal).collect();
        assert_eq!(found, ["议事-1", "议事-2", "经济-3"]);
        assert_eq!(string_literals(source)[1].0, 6);
    }

    #[test]
    fn a_literal_shaped_like_an_article_must_be_one() {
        let folder = tempfile::tempdir().expect("a folder");
        fs::create_dir(folder.path().join("src")).expect("src");
        fs::write(folder.path().join("src/lib.rs"), "f([\"议事-1\"], \"sha-256\", \"议事-12\")")
            .expect("lib.rs");
        let articles = BTreeSet::from(["议事-1".to_owned(), "议事-2".to_owned()]);
        let mut faults = Vec::new();
        let cited = in_sources(folder.path(), &articles, &mut faults);
        assert_eq!(cited, BTreeSet::from(["议事-1".to_owned()]));
        assert_eq!(faults.len(), 1);
        assert!(faults[0].contains("议事-12") && faults[0].contains("lib.rs:1"), "{faults:?}");
    }
}
