//! 未提交的内容 (what somebody wrote while their session ended), in memory, for half an hour.
//!
//! A form sent without a session is not taken; what was written in it must not be lost all the same. It is kept under a
//! name nobody can guess, which only the browser that sent it holds, and put back into the form after signing in.
//! Passwords and files are never kept.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use yishi_portal::context::{FieldKind, Form};

/// What was not picked up is forgotten after this many seconds.
pub(super) const SECONDS: i64 = 30 * 60;
/// The most that is kept of one form, in bytes; longer ones are not.
const ONE: usize = 128 * 1024;
/// The most that is kept in all; the oldest goes first.
const ALL: usize = 8 << 20;
/// What a form carries for its own safety, and never again.
const GUARDS: [&str; 3] = ["csrf", "idempotency_key", "version"];

/// See the module's description.
#[derive(Debug, Default)]
pub struct Kept(Mutex<BTreeMap<String, Written>>);

/// What was written in one form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Written {
    /// Where the form was sent.
    pub(super) action: String,
    fields: Vec<(String, String)>,
    at: i64,
}

impl Written {
    fn size(&self) -> usize {
        self.fields.iter().map(|(name, value)| name.len() + value.len()).sum()
    }

    /// The form with what was written in it, if it is this form that was sent.
    pub(super) fn put_back(&self, form: Form, note: &str) -> Form {
        let sent = |name: &str| self.fields.iter().find(|(sent, _)| sent == name).map(|(_, value)| value);
        let hidden = form.fields.iter().filter(|field| field.kind == FieldKind::Hidden);
        let same = hidden
            .filter(|field| !GUARDS.contains(&field.name.as_str()))
            .all(|field| sent(&field.name).is_none_or(|value| *value == field.value));
        if form.action != self.action || !same {
            return form;
        }
        let fields: Vec<_> = self.fields.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
        let mut filled = form.answered(&fields, &[]).note(note);
        filled.tried = true;
        filled
    }
}

impl Kept {
    /// Keeps what was written, unless there is nothing in it or it is too long.
    pub(super) fn keep(&self, name: &str, action: &str, sent: &[(&str, &str)], now: i64) -> bool {
        let fields = sent
            .iter()
            .filter(|(name, value)| {
                !GUARDS.contains(name) && !name.ends_with("password") && !value.is_empty()
            })
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        let written = Written { action: action.to_owned(), fields: fields.collect(), at: now };
        if written.fields.is_empty() || written.size() > ONE {
            return false;
        }
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.retain(|_, one| now - one.at < SECONDS);
        kept.insert(name.to_owned(), written);
        while kept.values().map(Written::size).sum::<usize>() > ALL {
            let oldest = kept.iter().min_by_key(|(_, one)| one.at).map(|(name, _)| name.clone());
            let Some(oldest) = oldest else { break };
            kept.remove(&oldest);
        }
        true
    }

    /// What was written, for whoever knows its name.
    pub(super) fn get(&self, name: &str, now: i64) -> Option<Written> {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.get(name).filter(|one| now - one.at < SECONDS).cloned()
    }

    /// Forgets what has been sent again.
    pub(super) fn forget(&self, name: &str) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(name);
    }
}

#[cfg(test)]
mod tests {
    use yishi_portal::context::Field;

    use super::*;

    #[test]
    fn what_was_written_is_kept_for_a_while_and_passwords_never() {
        let kept = Kept::default();
        let sent =
            [("text", "请修路灯"), ("new_password", "secret"), ("csrf", "x"), ("idempotency_key", "k")];
        assert!(kept.keep("a", "/c/x/suggest", &sent, 100));
        let written = kept.get("a", 200).expect("kept");
        assert_eq!(written.fields, [("text".to_owned(), "请修路灯".to_owned())]);
        assert_eq!(kept.get("a", 100 + SECONDS), None);
        assert_eq!(kept.get("b", 200), None);
        assert!(!kept.keep("c", "/x", &[("password", "secret")], 100), "nothing is left to keep");
        let long = "路".repeat(ONE);
        assert!(!kept.keep("d", "/x", &[("text", &long)], 100));
        kept.forget("a");
        assert_eq!(kept.get("a", 200), None);
    }

    #[test]
    fn memory_is_bounded_and_the_oldest_goes_first() {
        let kept = Kept::default();
        let text = "a".repeat(ONE - 10);
        for n in 0..100 {
            assert!(kept.keep(&format!("{n:03}"), "/x", &[("text", &text)], n));
        }
        assert_eq!(kept.get("000", 100), None);
        assert!(kept.get("099", 100).is_some());
    }

    #[test]
    fn it_goes_back_into_the_form_it_was_written_in_and_no_other() {
        let kept = Kept::default();
        kept.keep("a", "/act", &[("text", "好"), ("person", "one")], 0);
        let written = kept.get("a", 1).expect("kept");
        let form = |person: &str| {
            Form::new("f", "", "/act", "go").with(Field::hidden("person", person)).with(Field::new(
                "text",
                "t",
                FieldKind::Text,
            ))
        };
        let filled = written.put_back(form("one"), "note");
        assert_eq!((filled.fields[1].value.as_str(), filled.tried), ("好", true));
        assert!(!written.put_back(form("two"), "note").tried);
    }
}
