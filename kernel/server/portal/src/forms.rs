//! The forms the product knows, with the portal's own words and the field names the server reads.
//!
//! Each function says which fields it posts. Every form also posts `csrf`. Add hidden fields (a version to guard
//! against a lost race, an idempotency key) with [`Form::with`].
use crate::phrase::Speak as _;

use crate::context::{BodyKind, CommunityKind, CountingMode, Field, FieldChoice, FieldKind, Form, FormStyle};
use crate::lang::Lang;

impl Form {
    /// A form with one button.
    #[must_use]
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
    #[must_use]
    pub fn with(mut self, field: Field) -> Self {
        self.fields.push(field);
        self
    }

    /// The same form with a note on what sending it does.
    #[must_use]
    pub fn note(mut self, note: &str) -> Self {
        self.note = Some(note.to_owned());
        self
    }

    /// The same form, naming the capacity in which the reader acts.
    #[must_use]
    pub fn acting_as(mut self, capacity: &str) -> Self {
        self.capacity = Some(capacity.to_owned());
        self
    }

    /// The same form in another style.
    #[must_use]
    pub fn style(mut self, style: FormStyle) -> Self {
        self.style = style;
        self
    }

    /// The same form with an id made unique by a suffix, for lists of like forms.
    #[must_use]
    pub fn numbered(mut self, suffix: &str) -> Self {
        self.id = format!("{}-{suffix}", self.id);
        self
    }

    /// The same form carrying files.
    #[must_use]
    pub fn multipart(mut self) -> Self {
        self.multipart = true;
        self
    }

    /// The same form with the error of one field, and the values that were sent, put back.
    #[must_use]
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

fn reasons(lang: Lang, name: &str) -> Field {
    let t = lang.words();
    Field::new(name, t.form_reason, lines(4)).hint(t.form_reason_hint)
}

/// 登录: `name`, `password`, and `next` (a path on this host) when given.
#[must_use]
pub fn sign_in(lang: Lang, action: &str, next: Option<&str>) -> Form {
    let t = lang.words();
    let form = Form::new("sign-in", "", action, t.sign_in)
        .with(Field::new("name", t.form_sign_in_name, FieldKind::Text).required())
        .with(Field::new("password", t.form_sign_in_password, FieldKind::Password).required());
    match next {
        Some(path) => form.with(Field::hidden("next", path)),
        None => form,
    }
}

/// 修改密码: `old_password`, `new_password`, `again_password`, and `next` (a path on this host) when given.
#[must_use]
pub fn change_password(lang: Lang, action: &str, next: Option<&str>) -> Form {
    let t = lang.words();
    let field = |name: &str, label: &str| Field::new(name, label, FieldKind::Password).required();
    let form = Form::new("change-password", "", action, t.change_password)
        .with(field("old_password", t.form_old_password))
        .with(field("new_password", t.form_new_password).hint(t.form_password_hint))
        .with(field("again_password", t.form_again_password));
    match next {
        Some(path) => form.with(Field::hidden("next", path)),
        None => form,
    }
}

/// 建立居民账号: `person`, `login`, `password`.
#[must_use]
pub fn member_account(lang: Lang, action: &str) -> Form {
    let t = lang.words();
    Form::new("account", t.form_member_account, action, t.form_member_account)
        .style(FormStyle::Folded)
        .with(Field::new("person", t.form_person, FieldKind::Text).required().hint(t.form_person_hint))
        .with(Field::new("login", t.form_sign_in_name, FieldKind::Text).required())
        .with(
            Field::new("password", t.form_sign_in_password, FieldKind::Password)
                .required()
                .hint(t.form_password_hint),
        )
}

/// 停用账号: `act` = `disable` hidden.
#[must_use]
pub fn disable_account(lang: Lang, action: &str, account: &str) -> Form {
    let t = lang.words();
    Form::new("disable", t.form_disable_account, action, t.form_disable_account)
        .note(t.form_disable_account_note)
        .style(FormStyle::Danger)
        .with(Field::hidden("act", "disable"))
        .numbered(account)
}

/// 启用账号: `act` = `enable` hidden.
#[must_use]
pub fn enable_account(lang: Lang, action: &str, account: &str) -> Form {
    let t = lang.words();
    Form::new("enable", t.form_enable_account, action, t.form_enable_account)
        .style(FormStyle::Folded)
        .with(Field::hidden("act", "enable"))
        .numbered(account)
}

/// 重设密码: `act` = `reset` hidden, `password`.
#[must_use]
pub fn reset_password(lang: Lang, action: &str, account: &str) -> Form {
    let t = lang.words();
    Form::new("reset", t.form_reset_password, action, t.form_reset_password)
        .note(t.form_reset_password_note)
        .style(FormStyle::Folded)
        .with(Field::hidden("act", "reset"))
        .with(
            Field::new("password", t.form_new_password, FieldKind::Password)
                .required()
                .hint(t.form_password_hint),
        )
        .numbered(account)
}

/// 新建镇: `name`, `region_code`.
#[must_use]
pub fn new_town(lang: Lang, action: &str) -> Form {
    let t = lang.words();
    Form::new("new-town", t.form_new_town, action, t.form_new_town)
        .style(FormStyle::Folded)
        .with(Field::new("name", t.form_town_name, FieldKind::Text).required())
        .with(Field::new("region_code", t.form_region_nine, FieldKind::Text).required())
}

/// 建议: `title`, `text`, `domain`.
#[must_use]
pub fn suggest(lang: Lang, action: &str, domains: Vec<FieldChoice>) -> Form {
    let t = lang.words();
    Form::new("suggest", "", action, t.form_send)
        .note(t.form_suggest_note)
        .with(Field::new("title", t.form_subject, FieldKind::Text).required().hint(t.form_subject_hint))
        .with(Field::new("text", t.form_text, lines(6)).required())
        .with(Field::new("domain", t.form_domain, FieldKind::Select(domains)).required())
}

/// 意见: `text`.
#[must_use]
pub fn comment(lang: Lang, action: &str) -> Form {
    let t = lang.words();
    Form::new("comment", t.form_comment, action, t.form_send)
        .with(Field::new("text", t.form_comment_text, lines(4)).required().hint(t.form_reason_hint))
}

/// 答复意见: `text`, and `replaces` hidden where another answer stands.
#[must_use]
pub fn answer_comment(lang: Lang, action: &str, comment: &str, replaces: Option<&str>) -> Form {
    let t = lang.words();
    let title = if replaces.is_some() { t.form_answer_again } else { t.form_answer };
    let form = Form::new("answer", title, action, title)
        .style(FormStyle::Folded)
        .with(Field::new("text", t.answer, lines(3)).required())
        .numbered(comment);
    match replaces {
        Some(digest) => form.note(t.form_answer_again_note).with(Field::hidden("replaces", digest)),
        None => form,
    }
}

/// 一并答复: `comments` (some of those that wait), `text`.
#[must_use]
pub fn answer_comments(lang: Lang, action: &str, waiting: Vec<FieldChoice>) -> Form {
    let t = lang.words();
    Form::new("answers", t.form_answer_several, action, t.form_answer_several)
        .note(t.form_answer_several_note)
        .style(FormStyle::Folded)
        .with(Field::new("comments", t.form_answer_several_which, FieldKind::Many(waiting)).required())
        .with(Field::new("text", t.answer, lines(3)).required())
}

/// 隐藏违法意见: `reasons`.
#[must_use]
pub fn hide_comment(lang: Lang, action: &str, comment: &str) -> Form {
    let t = lang.words();
    Form::new("hide", t.form_hide, action, t.form_hide)
        .note(t.form_hide_note)
        .style(FormStyle::Danger)
        .with(reasons(lang, "reasons").required())
        .numbered(comment)
}

/// 召集会议: `body`, `mode` (`persons` | `households`), `held_on`, `place`, `agenda` (matters, each
/// ticked one), `short_notice`.
#[must_use]
pub fn convene(lang: Lang, action: &str, kind: CommunityKind, matters: Vec<FieldChoice>) -> Form {
    let t = lang.words();
    let bodies = [
        (BodyKind::Council, "council"),
        (BodyKind::JointCommittees, "joint-committees"),
        (BodyKind::RepresentativeAssembly, "representative-assembly"),
        (BodyKind::ResidentsAssembly, "residents-assembly"),
        (BodyKind::ResidentsCommittee, "residents-committee"),
        (BodyKind::SupervisionCommittee, "supervision-committee"),
        (BodyKind::PartyOrganization, "party-organization"),
    ];
    let bodies =
        bodies.iter().map(|(body, value)| FieldChoice::new(value, &lang.body(*body, kind))).collect();
    let modes = vec![
        FieldChoice::new("persons", &lang.mode(CountingMode::Persons)),
        FieldChoice::new("households", &lang.mode(CountingMode::Households)),
    ];
    Form::new("convene", t.form_convene, action, t.form_convene)
        .with(Field::new("body", t.form_body, FieldKind::Select(bodies)).required())
        .with(Field::new("mode", t.form_mode, FieldKind::OneOf(modes)).required().hint(t.form_mode_hint))
        .with(Field::new("held_on", t.form_held_on, FieldKind::DateTime).required())
        .with(Field::new("hour", t.form_hour, FieldKind::Text).required().value("09:00"))
        .with(Field::new("place", t.form_place, FieldKind::Text).required())
        .with(Field::new("agenda", t.form_agenda, FieldKind::Many(matters)).required())
        .with(Field::new("short_notice", t.form_short_notice, lines(2)))
        .style(FormStyle::Folded)
}

/// 离会: `person` hidden.
#[must_use]
pub fn leave(lang: Lang, action: &str, person: &str) -> Form {
    let t = lang.words();
    Form::new("leave", t.form_leave, action, t.form_leave)
        .with(Field::hidden("person", person))
        .numbered(person)
}

/// 开始表决: `matter` hidden, `secrecy` (`open` | `secret`).
#[must_use]
pub fn open_ballot(lang: Lang, action: &str, matter: &str) -> Form {
    let t = lang.words();
    let choices = vec![FieldChoice::new("open", t.open_ballot), FieldChoice::new("secret", t.secret_ballot)];
    Form::new("open-ballot", t.form_open_ballot, action, t.form_open_ballot)
        .with(Field::hidden("matter", matter))
        .with(Field::new("secrecy", t.form_secrecy, FieldKind::Select(choices)).required())
        .numbered(matter)
        .style(FormStyle::Folded)
}

/// 结束表决: `hand_yes`, `hand_no`, `hand_abstain`, `hand_spoilt` (numbers, may be empty).
#[must_use]
pub fn close_ballot(lang: Lang, action: &str, ballot: &str) -> Form {
    let t = lang.words();
    let number = |name: &str, label: &str| Field::new(name, label, FieldKind::Number);
    Form::new("close-ballot", t.form_close_ballot, action, t.form_close_ballot)
        .note(t.form_hand_note)
        .with(number("hand_yes", t.form_hand_yes))
        .with(number("hand_no", t.form_hand_no))
        .with(number("hand_abstain", t.form_hand_abstain))
        .with(number("hand_spoilt", t.form_hand_spoilt))
        .numbered(ballot)
        .style(FormStyle::Folded)
}

/// 上传规约: `component` (file).
#[must_use]
pub fn upload_rule(lang: Lang, action: &str) -> Form {
    let t = lang.words();
    let file = FieldKind::File { accept: ".wasm,application/wasm".to_owned() };
    Form::new("upload-rule", t.form_upload_rule, action, t.form_upload_rule)
        .note(t.form_upload_rule_note)
        .with(Field::new("component", t.form_component, file).required())
        .multipart()
}

/// 起草: `digest` hidden, and the settings as the component's schema asks for them (`settings.…`).
#[must_use]
pub fn draft_rule(lang: Lang, action: &str, digest: &str, settings: Vec<Field>) -> Form {
    let t = lang.words();
    let form = Form::new("draft-rule", t.form_draft, action, t.form_draft)
        .note(t.form_settings_note)
        .with(Field::hidden("digest", digest))
        .numbered(digest.strip_prefix("sha256:").unwrap_or(digest))
        .style(FormStyle::Folded);
    settings.into_iter().fold(form, Form::with)
}

/// 认证录入: `digest` hidden, `body` (one of the given), `date`, `in_office`, `present`, `yes`, `no`, `abstain`,
/// `minutes`, `effective`, and the settings as the component's schema asks for them (`settings.…`).
#[must_use]
pub fn attest(
    lang: Lang,
    action: &str,
    digest: &str,
    settings: Vec<Field>,
    bodies: Vec<FieldChoice>,
) -> Form {
    let t = lang.words();
    let number = |name: &str, label: &str| Field::new(name, label, FieldKind::Number).required();
    let form = Form::new("attest", t.form_attest, action, t.form_attest)
        .note(t.form_attest_note)
        .style(FormStyle::Folded)
        .numbered(digest.strip_prefix("sha256:").unwrap_or(digest))
        .with(Field::hidden("digest", digest));
    settings
        .into_iter()
        .fold(form, Form::with)
        .with(Field::new("body", t.attested_body, FieldKind::Select(bodies)).required())
        .with(Field::new("date", t.form_date, FieldKind::Date).required())
        .with(number("in_office", t.form_count_in_office))
        .with(number("present", t.form_count_present))
        .with(number("yes", t.vote_yes))
        .with(number("no", t.vote_no))
        .with(number("abstain", t.vote_abstain))
        .with(Field::new("minutes", t.form_minutes, lines(4)).required())
        .with(Field::new("authorisation", t.form_authorisation, lines(2)).hint(t.form_authorisation_hint))
        .with(Field::new("effective", t.form_effective, FieldKind::Date).required())
}

/// 核对凭证: `receipt`.
#[must_use]
pub fn check_receipt(lang: Lang, action: &str) -> Form {
    let t = lang.words();
    Form::new("check-receipt", "", action, t.form_check)
        .with(Field::new("receipt", t.form_receipt_paste, lines(5)).required().hint(t.form_receipt_hint))
}

/// 上传花名册: `roster` (file), `dry_run` = `true` hidden.
#[must_use]
pub fn upload_roster(lang: Lang, action: &str) -> Form {
    let t = lang.words();
    let file = FieldKind::File { accept: ".csv,text/csv".to_owned() };
    Form::new("upload-roster", "", action, t.form_roster_try)
        .with(Field::new("roster", t.form_roster_file, file).required())
        .with(Field::hidden("dry_run", "true"))
        .multipart()
}

/// 正式导入: `upload` hidden (what the server kept the file under), `dry_run` = `false` hidden.
#[must_use]
pub fn confirm_roster(lang: Lang, action: &str, upload: &str) -> Form {
    let t = lang.words();
    Form::new("confirm-roster", t.form_roster_import, action, t.form_roster_import)
        .with(Field::hidden("upload", upload))
        .with(Field::hidden("dry_run", "false"))
}

/// 登记选举: `people` (a line for each: name and office), `elected_by` (one of the given), `held_on`, `from`, `to`,
/// `minutes`, `reason`.
#[must_use]
pub fn seat(lang: Lang, action: &str, body: &str, electors: Vec<FieldChoice>) -> Form {
    let t = lang.words();
    Form::new("seat", t.form_seat, action, t.form_seat)
        .style(FormStyle::Folded)
        .numbered(body)
        .with(Field::new("people", t.form_elected, lines(8)).required().hint(t.form_elected_hint))
        .with(Field::new("elected_by", t.form_elected_by, FieldKind::Select(electors)).required())
        .with(Field::new("held_on", t.form_elected_on, FieldKind::Date).required())
        .with(Field::new("from", t.form_term_from, FieldKind::Date).required())
        .with(Field::new("to", t.form_term_to, FieldKind::Date).required())
        .with(Field::new("minutes", t.form_minutes, lines(4)))
        .with(Field::new("reason", t.form_advisory_reason, lines(2)).hint(t.form_advisory_reason_hint))
}

/// 终止任职: `person` hidden, `because` (`resigned` | `recalled` | `died` | `moved-away` | `other`), `reason`.
#[must_use]
pub fn end_seat(lang: Lang, action: &str, person: &str) -> Form {
    let t = lang.words();
    let causes = vec![
        FieldChoice::new("resigned", t.form_end_resigned),
        FieldChoice::new("recalled", t.form_end_recalled),
        FieldChoice::new("died", t.form_end_died),
        FieldChoice::new("moved-away", t.form_end_moved),
        FieldChoice::new("other", t.form_end_other),
    ];
    Form::new("end-seat", t.form_end_seat, action, t.form_end_seat)
        .style(FormStyle::Danger)
        .numbered(person)
        .with(Field::hidden("person", person))
        .with(
            Field::new("because", t.form_end_because, FieldKind::OneOf(causes)).required().value("resigned"),
        )
        .with(reasons(lang, "reason").required())
}
