//! 用语 (codes in the words people use): bodies, offices, steps, states and authorities, in both languages.

use serde::Serialize;
use yishi_identity::{NameError, Office, Person, Seat};
use yishi_law::{Authority, BodyKind, CommunityKind, FloorText, Law, Titles, Words};
use yishi_words::{Lang, Term};

use crate::FieldError;
use crate::views::AuthorityView;

/// The kebab-case code of an enumeration's value.
pub(crate) fn code<T: Serialize>(value: &T) -> String {
    serde_json::to_value(value).ok().and_then(|value| value.as_str().map(str::to_owned)).unwrap_or_default()
}

/// A term at the head of a line.
fn heading(term: Term) -> Words {
    Words::new(term.zh, term.heading(Lang::En))
}

/// 机构 by the word the community's law uses.
pub(crate) fn body(body: BodyKind, kind: CommunityKind) -> Words {
    heading(body.term_in(kind))
}

/// 对账号做了什么, as its owner is told.
pub(crate) fn told(what: &str, by: &str) -> Words {
    if what == "duty-due" {
        return Words::new(
            format!("“{by}”有到期还没有办的事，请尽快办理"),
            format!("something about “{by}” was due and is not done yet: please see to it"),
        );
    }
    let (zh, en) = match what {
        "password-reset" => ("重设了您的密码", "reset your password"),
        "disabled" => ("停用了您的账号", "disabled your account"),
        "enabled" => ("重新启用了您的账号", "enabled your account again"),
        _ => ("变更了您的账号", "changed your account"),
    };
    Words::new(format!("{by}{zh}"), format!("{by} {en}"))
}

/// 代办了什么, as the audit lists it.
pub(crate) fn staff_act(what: &str, of: &str) -> Words {
    let (zh, en) = match what {
        "password-reset" => ("重设密码", "password reset"),
        "disabled" => ("停用账号", "account disabled"),
        "enabled" => ("启用账号", "account enabled"),
        "suggestion-entered" => ("代为录入建议", "suggestion entered for them"),
        _ => ("代办", "done for them"),
    };
    Words::new(format!("{zh}：{of}"), format!("{en}: {of}"))
}

/// 职务 as the body calls it.
pub(crate) fn office(office: Office, of: BodyKind) -> Words {
    heading(office.title_in(of))
}

/// 职务 of somebody who sits in a body by another seat (党组织书记 in the joint committees), named by that seat; their own
/// office where they were elected to the body itself.
pub(crate) fn seat_office(seat: &Seat, of: BodyKind, kind: CommunityKind) -> Words {
    let own = office(seat.office, seat.body);
    if seat.body == of {
        return own;
    }
    let body = body(seat.body, kind);
    Words::new(format!("{}{}", body.zh, own.zh), format!("{}, {}", own.en, body.en))
}

/// 依据 in words: the law's title and article, the ruling, or the rule's title and article.
pub(crate) fn authority(law: &Law, authority: &Authority, title: &Titles<'_>) -> AuthorityView {
    let name = authority.describe(law, title);
    let (source, text) = match authority {
        Authority::Statute { text, article, .. } => {
            let document = law.document(text);
            ("statute", document.and_then(|document| document.article_text(article)).map(str::to_owned))
        }
        Authority::Ruling { id } => ("ruling", law.ruling(id).map(|ruling| ruling.ruling.zh.clone())),
        Authority::Policy { .. } => ("policy", None),
        Authority::Plugin { .. } => ("plugin", None),
    };
    AuthorityView { source: source.to_owned(), name: name.zh, name_en: name.en, text }
}

/// The law text's view.
pub(crate) fn law(text: &FloorText) -> crate::views::LawView {
    crate::views::LawView {
        id: text.id().to_owned(),
        title: text.title().zh.clone(),
        valid_from: text.valid_from().to_string(),
    }
}

/// 意见人 (how a commenter is shown): by registration, never by name.
pub(crate) fn commenter(person: Option<&Person>, kind: CommunityKind) -> Term {
    person.map_or(yishi_words::resident(kind), |person| person.registration.term())
}

/// What is wrong with a name, in words.
pub(crate) fn name_fault(pointer: &str, error: &NameError) -> FieldError {
    let words = error.words();
    FieldError::new(pointer, error.code(), words.zh, words.en)
}
