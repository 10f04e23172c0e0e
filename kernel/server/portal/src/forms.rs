//! The forms the product knows, with the portal's own words and the field names the server reads.
//!
//! Each function says which fields it posts. Every form also posts `csrf`. Add hidden fields (a version to guard
//! against a lost race, an idempotency key) with [`Form::with`].
use crate::phrase::Speak as _;

use crate::context::{Field, FieldKind, Form, FormStyle};
use crate::lang::Lang;

impl Form {
    /// A form with one button.
    pub fn new(id: &str, title: &str, action: &str, submit: &str) -> Self {
        Self {
            id: id.to_owned(),
            title: title.to_owned(),
            note: None,
            capacity: None,
            action: action.to_owned(),
            fields: Vec::new(),
            submit: submit.to_owned(),
            multipart: false,
            style: FormStyle::Main,
            tried: false,
        }
    }

    /// The same form with one more field.
    pub fn with(mut self, field: Field) -> Self {
        self.fields.push(field);
        self
    }

    /// The same form, leading to this path of this host once it is taken.
    fn leading_to(mut self, path: Option<&str>) -> Self {
        self.fields.extend(path.map(|path| Field::hidden("next", path)));
        self
    }

    /// The same form with a note on what sending it does.
    pub fn note(mut self, note: &str) -> Self {
        self.note = Some(note.to_owned());
        self
    }

    /// The same form, naming the capacity in which the reader acts.
    pub fn acting_as(mut self, capacity: &str) -> Self {
        self.capacity = Some(capacity.to_owned());
        self
    }

    /// The same form in another style.
    pub fn style(mut self, style: FormStyle) -> Self {
        self.style = style;
        self
    }

    /// The same form with an id made unique by a suffix, for lists of like forms.
    pub fn numbered(mut self, suffix: &str) -> Self {
        self.id = format!("{}-{suffix}", self.id);
        self
    }

    /// The same form carrying files.
    pub fn multipart(mut self) -> Self {
        self.multipart = true;
        self
    }

    /// The same form with the error of one field, and the values that were sent, put back.
    pub fn answered(mut self, sent: &[(&str, &str)], errors: &[(&str, &str)]) -> Self {
        for field in &mut self.fields {
            let mut values = sent.iter().filter(|(name, _)| *name == field.name).map(|(_, value)| *value);
            match field.kind {
                FieldKind::Password => {}
                // Boxes that were left empty are not sent at all.
                FieldKind::Check => field.value = values.next().unwrap_or_default().to_owned(),
                FieldKind::Many(_) => field.value = values.collect::<Vec<_>>().join("\n"),
                _ => {
                    if let Some(value) = values.next() {
                        field.value = value.to_owned();
                    }
                }
            }
            field.error =
                errors.iter().find(|(name, _)| *name == field.name).map(|(_, text)| (*text).to_owned());
        }
        self
    }
}

fn lines(rows: u8) -> FieldKind {
    FieldKind::Lines { rows }
}

/// 登录: `name`, `password`, and `next` (a path on this host) when given.
pub fn sign_in(lang: Lang, action: &str, next: Option<&str>) -> Form {
    let t = lang.words();
    Form::new("sign-in", "", action, t.sign_in)
        .with(Field::new("name", t.form_sign_in_name, FieldKind::Text).required())
        .with(Field::new("password", t.form_sign_in_password, FieldKind::Password).required())
        .leading_to(next)
}

/// 修改密码: `old_password`, `new_password`, `again_password`, and `next` (a path on this host) when given.
pub fn change_password(lang: Lang, action: &str, next: Option<&str>) -> Form {
    let t = lang.words();
    let field = |name: &str, label: &str| Field::new(name, label, FieldKind::Password).required();
    Form::new("change-password", "", action, t.change_password)
        .with(field("old_password", t.form_old_password))
        .with(field("new_password", t.form_new_password).hint(t.form_password_hint))
        .with(field("again_password", t.form_again_password))
        .leading_to(next)
}

/// 离会: `person` hidden.
pub fn leave(lang: Lang, action: &str, person: &str) -> Form {
    let t = lang.words();
    Form::new("leave", t.form_leave, action, t.form_leave)
        .with(Field::hidden("person", person))
        .numbered(person)
}

/// 结束表决, under the code of its act: `hand_count.yes`, `hand_count.no`, `hand_count.abstain`, `hand_count.spoilt` (numbers, may be empty).
pub fn close_ballot(lang: Lang, act: &str, action: &str, ballot: &str) -> Form {
    let t = lang.words();
    let number = |name: &str, label: &str| Field::new(name, label, FieldKind::Number);
    Form::new(act, t.form_close_ballot, action, t.form_close_ballot)
        .note(t.form_hand_note)
        .with(number("hand_count.yes", t.form_hand_yes))
        .with(number("hand_count.no", t.form_hand_no))
        .with(number("hand_count.abstain", t.form_hand_abstain))
        .with(number("hand_count.spoilt", t.form_hand_spoilt))
        .numbered(ballot)
        .style(FormStyle::Folded)
}

/// 上传规约: `component` (file).
pub fn upload_rule(lang: Lang, action: &str) -> Form {
    let t = lang.words();
    let file = FieldKind::File { accept: ".wasm,application/wasm".to_owned() };
    Form::new("upload-rule", t.form_upload_rule, action, t.form_upload_rule)
        .note(t.form_upload_rule_note)
        .with(Field::new("component", t.form_component, file).required())
        .multipart()
}

/// 核对凭证: `receipt`.
pub fn check_receipt(lang: Lang, action: &str) -> Form {
    let t = lang.words();
    Form::new("check-receipt", "", action, t.form_check)
        .with(Field::new("receipt", t.form_receipt_paste, lines(5)).required().hint(t.form_receipt_hint))
}

/// 上传花名册: `roster` (file), `dry_run` = `true` hidden.
pub fn upload_roster(lang: Lang, action: &str) -> Form {
    let t = lang.words();
    let file = FieldKind::File { accept: ".csv,text/csv".to_owned() };
    Form::new("upload-roster", "", action, t.form_roster_try)
        .with(Field::new("roster", t.form_roster_file, file).required())
        .with(Field::hidden("dry_run", "true"))
        .multipart()
}

/// 正式导入: `upload` hidden (what the server kept the file under), `dry_run` = `false` hidden.
pub fn confirm_roster(lang: Lang, action: &str, upload: &str) -> Form {
    let t = lang.words();
    Form::new("confirm-roster", t.form_roster_import, action, t.form_roster_import)
        .with(Field::hidden("upload", upload))
        .with(Field::hidden("dry_run", "false"))
}
