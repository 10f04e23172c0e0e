//! 用语 (codes in the words people use): bodies, offices, steps, states and authorities, in both languages.

use serde::Serialize;
use yishi_canonical::characters;
use yishi_deliberation::matter::Stage;
use yishi_deliberation::rule::{RuleStage, Standing};
use yishi_identity::{NameError, OffRollReason, Office, Person, Registration, Seat};
use yishi_law::{Authority, BodyKind, CommunityKind, FloorText, Law, Titles, Words};

use crate::FieldError;
use crate::views::AuthorityView;

/// The kebab-case code of an enumeration's value.
pub(crate) fn code<T: Serialize>(value: &T) -> String {
    serde_json::to_value(value).ok().and_then(|value| value.as_str().map(str::to_owned)).unwrap_or_default()
}

/// 机构 by the word the community's law uses.
pub(crate) fn body(body: BodyKind, kind: CommunityKind) -> Words {
    let village = kind == CommunityKind::Village;
    let (zh, en) = match (body, village) {
        (BodyKind::Council, true) => ("村民议事会", "Council"),
        (BodyKind::Council, false) => ("居民议事会", "Council"),
        (BodyKind::JointCommittees, true) => ("村“两委”", "Joint committees"),
        (BodyKind::JointCommittees, false) => ("社区“两委”", "Joint committees"),
        (BodyKind::RepresentativeAssembly, true) => ("村民代表会议", "Villagers' representative assembly"),
        (BodyKind::RepresentativeAssembly, false) => ("居民代表会议", "Residents' representative assembly"),
        (BodyKind::ResidentsAssembly, true) => ("村民会议", "Villagers' assembly"),
        (BodyKind::ResidentsAssembly, false) => ("居民会议", "Residents' assembly"),
        (BodyKind::ResidentsCommittee, true) => ("村民委员会", "Villagers' committee"),
        (BodyKind::ResidentsCommittee, false) => ("居民委员会", "Residents' committee"),
        (BodyKind::SupervisionCommittee, true) => ("村务监督委员会", "Supervision committee"),
        (BodyKind::SupervisionCommittee, false) => ("居务监督委员会", "Supervision committee"),
        (BodyKind::PartyOrganization, true) => ("村党组织", "Party organisation"),
        (BodyKind::PartyOrganization, false) => ("社区党组织", "Party organisation"),
    };
    Words::new(zh, en)
}

/// 对账号做了什么, as its owner is told.
pub(crate) fn told(what: &str, by: &str) -> Words {
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

/// 离册原因.
pub(crate) fn off_roll(because: OffRollReason) -> Words {
    let (zh, en) = match because {
        OffRollReason::Died => ("已去世", "died"),
        OffRollReason::MovedAway => ("已迁出", "moved away"),
        OffRollReason::LostPoliticalRights => ("被剥夺政治权利", "without political rights"),
        OffRollReason::NotAResident => ("不是本村（社区）居民", "not a resident"),
    };
    Words::new(zh, en)
}

/// 职务.
pub(crate) fn office(office: Office, of: BodyKind) -> Words {
    let party = of == BodyKind::PartyOrganization;
    let (zh, en) = match office {
        Office::Chair if party => ("书记", "Secretary"),
        Office::ViceChair if party => ("副书记", "Deputy secretary"),
        Office::Chair => ("主任", "Chair"),
        Office::ViceChair => ("副主任", "Vice-chair"),
        Office::Secretary => ("秘书", "Clerk"),
        Office::Member if of == BodyKind::RepresentativeAssembly => ("代表", "Representative"),
        Office::Member => ("成员", "Member"),
    };
    Words::new(zh, en)
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

/// 事项状态: its code, and the words for it.
pub(crate) fn stage(stage: &Stage) -> (&'static str, Words) {
    let (code, zh, en) = match stage {
        Stage::Suggested => ("suggested", "已建议，待议事会提议", "suggested"),
        Stage::Proposed => ("proposed", "已提议，待“两委”审核", "proposed, awaiting review"),
        Stage::Reviewed => ("reviewed", "审核通过", "review passed"),
        Stage::Returned { .. } => ("returned", "已退回，待修改", "returned for revision"),
        Stage::Studied => ("studied", "党组织已研究", "party study recorded"),
        Stage::JointlyDeliberated { .. } => {
            ("jointly-deliberated", "已审议，待会议决议", "deliberated, awaiting resolution")
        }
        Stage::Tabled { .. } => ("tabled", "已列入会议议程", "tabled"),
        Stage::Resolved => ("resolved", "已作出决议", "resolved"),
        Stage::Filed => ("filed", "已备案", "filed"),
        Stage::DecisionDisclosed => ("decision-disclosed", "决议公开中", "decision disclosed"),
        Stage::Implemented => ("implemented", "已实施", "implemented"),
        Stage::OutcomeDisclosed => ("outcome-disclosed", "实施结果公开中", "outcome disclosed"),
        Stage::Completed => ("completed", "已办结", "completed"),
        Stage::Rejected => ("rejected", "未通过", "not passed"),
        Stage::Withdrawn { .. } => ("withdrawn", "已撤回", "withdrawn"),
        Stage::Lapsed { .. } => ("lapsed", "已失效", "lapsed"),
    };
    (code, Words::new(zh, en))
}

/// 规则状态 on a day: its code, and the word for it.
pub(crate) fn rule_state(stage: RuleStage, standing: Standing) -> (&'static str, &'static str) {
    match (standing, stage) {
        (Standing::InForce, _) => ("in-force", "生效中"),
        (Standing::Suspended, _) => ("suspended", "已暂停"),
        (Standing::Superseded, _) => ("superseded", "已被替代"),
        (Standing::Repealed, _) => ("repealed", "已废止"),
        (_, RuleStage::Drafted) => ("drafted", "起草中"),
        (_, RuleStage::Consulted) => ("consulted", "已征求意见"),
        (_, RuleStage::Adopted) => ("adopted", "已表决通过"),
        (_, RuleStage::Promulgated) => ("promulgated", "已颁布，待生效"),
        (_, RuleStage::Attested) => ("attested", "已录入，待镇确认"),
        (_, RuleStage::Confirmed) => ("confirmed", "已确认，待生效"),
        (_, RuleStage::VotedDown) => ("voted-down", "未通过"),
        (_, RuleStage::AttestationRejected) => ("attestation-rejected", "未予确认"),
        (_, RuleStage::Withdrawn) => ("withdrawn", "已撤回"),
    }
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
pub(crate) fn commenter(person: Option<&Person>) -> String {
    match person.map(|person| person.registration) {
        Some(Registration::Local) => "户籍居民",
        Some(Registration::NonLocal) => "非户籍居民",
        None => "居民",
    }
    .to_owned()
}

/// What is wrong with a name, in words.
pub(crate) fn name_fault(pointer: &str, error: &NameError) -> FieldError {
    let (zh, en) = match error {
        NameError::Empty => ("不能为空".to_owned(), "must not be empty".to_owned()),
        NameError::TooLong(count) => (
            format!("有 {count} 个字，最多 {} 个", yishi_identity::names::MAX_NAME_CHARS),
            format!("has {count} characters; at most {}", yishi_identity::names::MAX_NAME_CHARS),
        ),
        NameError::Forbidden(code) => match char::from_u32(*code).filter(|c| characters::is_private(*c)) {
            Some(private) => match characters::meant(private) {
                Some(meant) => (
                    format!("含有旧输入法造的字（U+{code:04X}），别人的电脑显示不出来；请改成“{meant}”"),
                    format!(
                        "holds a character of an old input method (U+{code:04X}) that other machines cannot show; write {meant} instead"
                    ),
                ),
                None => (
                    format!("含有造字区里的字（U+{code:04X}），别人的电脑显示不出来；请换一种输入法重新输入"),
                    format!(
                        "holds a character of private use (U+{code:04X}) that other machines cannot show; type it again with another input method"
                    ),
                ),
            },
            None => (
                format!("含有不允许的字符 U+{code:04X}"),
                format!("holds the character U+{code:04X}, which is not allowed"),
            ),
        },
    };
    FieldError::new(pointer, error.code(), zh, en)
}
