//! Views as the API sends them, of invented things.

use jiff::civil::{Date, date};
use yishi_deliberation::meeting::MeetingStage;
use yishi_deliberation::rule::Standing;
use yishi_deliberation::{MatterStage, RuleState};
use yishi_law::{BodyKind, CountingMode, MatterClass, RuleKind};
use yishi_views::{
    AccountView, BodyView, MatterSummary, MeetingView, MemberView, QuorumView, RosterFault, RosterReport,
    RuleSummary, ToldView,
};

use super::id;

/// A matter opened in January.
pub(super) fn matter(
    n: u32,
    title: &str,
    class: Option<MatterClass>,
    step: u8,
    changed: Date,
) -> MatterSummary {
    MatterSummary {
        id: id("mat", n),
        title: title.into(),
        class,
        state: MatterStage::Proposed,
        state_name: String::new(),
        state_name_en: String::new(),
        step,
        next: None,
        next_by: None,
        next_act: None,
        closed: false,
        updated_on: changed,
        opened_on: date(2026, 1, 12),
        domain: "other".into(),
        consulting_until: None,
        posted_until: None,
        duties: Vec::new(),
        done: Vec::new(),
        unacknowledged: None,
    }
}

pub(super) fn meeting(n: u32, body: BodyKind, held_on: Date, state: MeetingStage) -> MeetingView {
    MeetingView {
        id: id("mtg", n),
        version: 1,
        body,
        body_name: body.term().zh.into(),
        body_name_en: body.term().en.into(),
        mode: CountingMode::Persons,
        state,
        held_on,
        hour: "14:00".into(),
        sits_on: held_on,
        convener: "per_1".into(),
        presider: None,
        recusals: Vec::new(),
        notice_on: held_on,
        place: "村党群服务中心二楼".into(),
        agenda: Vec::new(),
        base: 45,
        present: 38,
        present_ids: Vec::new(),
        quorum: QuorumView { needed: 30, met: true, words: Vec::new(), words_en: Vec::new() },
        ballots: Vec::new(),
        owed: None,
        minutes: None,
        allowed: Vec::new(),
        may: Vec::new(),
    }
}

pub(super) fn rule(n: u32, title: &str, kind: RuleKind, version: &str, from: Option<Date>) -> RuleSummary {
    RuleSummary {
        id: id("rul", n),
        kind,
        name: "qingxi".into(),
        version: version.into(),
        title: title.into(),
        title_en: String::new(),
        state: RuleState::Standing(Standing::InForce),
        state_name: String::new(),
        in_force_from: from,
        adopted: None,
        ends_on: None,
        failing: None,
    }
}

/// A body with those of its members who are named, and so many who are not shown.
pub(super) fn body(body: BodyKind, members: &[(&str, &str)], more: usize) -> BodyView {
    let member = |(name, office): (&str, &str)| MemberView {
        person: format!("per_{name}"),
        name: name.into(),
        office: "member".into(),
        office_name: office.into(),
        office_name_en: String::new(),
        ex_officio: false,
        term_from: "2025-06-01".into(),
        term_to: "2028-06-01".into(),
    };
    let members: Vec<_> =
        members.iter().copied().chain(std::iter::repeat_n(("许国栋", "成员"), more)).map(member).collect();
    BodyView {
        body,
        name: body.term().zh.into(),
        name_en: body.term().en.into(),
        in_office: members.len() as u64,
        members,
        advisories: Vec::new(),
    }
}

pub(super) fn account(name: &str, login: &str, disabled: bool, waiting: bool) -> AccountView {
    AccountView {
        id: login.into(),
        login: login.into(),
        display_name: name.into(),
        locale: "zh-CN".into(),
        grants: Vec::new(),
        disabled,
        must_change_password: waiting,
        holder: None,
        same_person_as: Vec::new(),
        told: Vec::new(),
    }
}

/// What its owner is told of a password that staff have set.
pub(super) fn told() -> ToldView {
    ToldView {
        what: "password-reset".into(),
        at: "2026-03-02T01:00:00Z".into(),
        message: "清溪村工作人员重设了您的密码".into(),
        message_en: "staff of the village set your password anew".into(),
    }
}

/// Of a trial import in which these cells are bad.
pub(super) fn report(errors: Vec<RosterFault>) -> RosterReport {
    RosterReport {
        dry_run: true,
        rows: 3174,
        persons: 3174 - errors.len(),
        households: 871,
        added: 128,
        changed: 6,
        unchanged: 3040,
        off_roll: 0,
        asked: 0,
        questions: Vec::new(),
        absent: 0,
        absent_people: Vec::new(),
        error_count: errors.len(),
        errors,
    }
}
