//! The file of words reads, names nothing twice, and is written for people in both languages.

use std::collections::BTreeSet;

use yishi_words::{CommunityKind, Lang, Term, differences, entry, families, from_code, resident};

fn is_han(letter: char) -> bool {
    ('\u{4e00}'..='\u{9fff}').contains(&letter)
}

/// Every form of every word, with where it stands.
fn forms() -> Vec<(String, Term)> {
    let mut forms = Vec::new();
    for family in families() {
        for entry in &family.terms {
            let at = format!("{}/{}", family.code, entry.code);
            forms.push((at.clone(), entry.term));
            forms.extend(entry.village.map(|term| (format!("{at} (village)"), term)));
            forms.extend(entry.urban.map(|term| (format!("{at} (urban)"), term)));
        }
    }
    forms
}

#[test]
fn nothing_is_named_twice() {
    let mut seen = BTreeSet::new();
    for family in families() {
        assert!(seen.insert(family.code.to_owned()), "the family {} stands twice", family.code);
        assert!(!family.about.is_empty() && !family.terms.is_empty(), "{} says nothing", family.code);
        for entry in &family.terms {
            let at = format!("{}/{}", family.code, entry.code);
            assert!(seen.insert(at.clone()), "{at} stands twice");
        }
    }
    assert!(seen.len() > 400, "the vocabulary was not read whole: {}", seen.len());
}

#[test]
fn every_word_is_for_people() {
    for (at, Term { zh, en }) in forms() {
        assert!(zh.chars().any(is_han), "{at}: no Chinese in {zh:?}");
        assert!(!zh.chars().any(|letter| letter.is_ascii_alphabetic()), "{at}: a Latin word in {zh:?}");
        assert!(!zh.contains(['(', ')', ',', ';', '"', '\'']), "{at}: narrow punctuation in {zh:?}");
        assert!(!en.is_empty() && en.is_ascii(), "{at}: the English is not plain: {en:?}");
        assert!(!en.contains('_') && en.trim() == en, "{at}: the English is code: {en:?}");
        assert!(
            !en.starts_with(|letter: char| letter.is_ascii_uppercase()),
            "{at}: {en:?} cannot stand within a sentence"
        );
    }
}

#[test]
fn a_community_is_called_by_its_own_words() {
    for family in families() {
        for entry in &family.terms {
            let at = format!("{}/{}", family.code, entry.code);
            assert_eq!(
                entry.village.is_some(),
                entry.urban.is_some(),
                "{at}: one kind has a word of its own"
            );
            let village = entry.term_in(CommunityKind::Village).zh;
            let urban = entry.term_in(CommunityKind::Urban).zh;
            if entry.village.is_some() {
                assert!(!village.contains("（居）") && !village.contains("社区"), "{at}: {village}");
                assert!(!urban.contains("村"), "{at}: {urban}");
                assert_ne!(village, urban, "{at}: two forms that are the same");
            }
        }
    }
}

#[test]
fn a_term_reads_within_a_sentence_and_at_its_head() {
    let committee = entry("body", "residents-committee").expect("a body").term_in(CommunityKind::Village);
    assert_eq!((committee.zh, committee.en), ("村民委员会", "villagers' committee"));
    assert_eq!(committee.heading(Lang::En), "Villagers' committee");
    assert_eq!(committee.heading(Lang::Zh), "村民委员会");
    assert_eq!(resident(CommunityKind::Urban).said(Lang::Zh), "居民");
    assert!(entry("body", "parliament").is_none());
}

#[test]
fn codes_go_out_and_come_back() {
    assert_eq!(differences::<CommunityKind>(), Vec::<String>::new());
    for kind in CommunityKind::ALL {
        assert_eq!(from_code::<CommunityKind>(kind.code()), Ok(*kind));
        let written = serde_json::to_string(kind).expect("a word");
        assert_eq!(written, format!("{:?}", kind.code()));
        assert_eq!(serde_json::from_str::<CommunityKind>(&written).expect("a kind"), *kind);
    }
    assert!(from_code::<CommunityKind>("town").is_err());
    let wrong = serde_json::from_str::<CommunityKind>("\"town\"").expect_err("no kind");
    assert!(wrong.to_string().contains("expected `village` or `urban`"), "{wrong}");
    assert!(serde_json::from_str::<CommunityKind>("3").is_err());
}

#[test]
fn what_the_file_lacks_is_found() {
    yishi_words::coded! {
        /// Made up.
        enum Weather: "secrecy" {
            /// A code of the family.
            Open = "open",
            /// A code that has no words.
            Rain = "rain",
        }
    }
    assert_eq!(differences::<Weather>(), ["`secrecy/rain` has no words", "`secrecy/secret` is no code"]);
    assert_eq!(Weather::Rain.term().zh, "rain");
    yishi_words::coded! {
        /// Made up.
        enum Nothing: "no-such-family" {
            /// Any.
            One = "one",
        }
    }
    assert_eq!(differences::<Nothing>(), ["the vocabulary has no family `no-such-family`"]);
}

#[test]
fn a_text_in_one_language_is_read_as_both() {
    let read = |json: &str| serde_json::from_str::<yishi_words::Words>(json);
    assert_eq!(read(r#""满15日""#).expect("one text"), yishi_words::Words::new("满15日", "满15日"));
    let both = yishi_words::Words::new("满15日", "after 15 days");
    assert_eq!(read(&serde_json::to_string(&both).expect("written")).expect("read back"), both);
    assert!(read(r#"{"zh": "满15日", "en": "after 15 days", "fr": ""}"#).is_err());
}
