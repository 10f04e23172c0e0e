//! Every code of the machines has its words, and the vocabulary names no other code of their families.

use yishi_deliberation::case::CaseDuty;
use yishi_deliberation::matter::{ConsultationForm, DisclosureKind, DutyKind, Petitioners};
use yishi_deliberation::meeting::{MeetingStage, SittingDuty};
use yishi_deliberation::rule::{RuleStage, Standing};
use yishi_deliberation::{
    CaseAct, CaseEventKind, CaseStatus, MatterAct, MatterEventKind, MatterStage, MatterStatus, MeetingAct,
    MeetingEventKind, RuleAct, RuleEventKind, RuleKind, RuleStatus,
};
use yishi_words::{differences, family};

#[test]
fn every_code_has_its_words() {
    let found = [
        differences::<MatterAct>(),
        differences::<MatterStage>(),
        differences::<MatterEventKind>(),
        differences::<DutyKind>(),
        differences::<ConsultationForm>(),
        differences::<Petitioners>(),
        differences::<DisclosureKind>(),
        differences::<MeetingAct>(),
        differences::<MeetingStage>(),
        differences::<MeetingEventKind>(),
        differences::<SittingDuty>(),
        differences::<RuleAct>(),
        differences::<RuleStage>(),
        differences::<RuleEventKind>(),
        differences::<RuleKind>(),
        differences::<Standing>(),
        differences::<CaseAct>(),
        differences::<CaseEventKind>(),
        differences::<CaseStatus>(),
        differences::<CaseDuty>(),
        differences::<MatterStatus>(),
        differences::<RuleStatus>(),
    ];
    assert_eq!(found.concat(), Vec::<String>::new());
}

#[test]
fn what_is_owed_has_words_of_its_own_while_it_is_not_done() {
    let undone = family("matter-duty-undone").expect("a family");
    let worded: Vec<_> = undone.terms.iter().map(|entry| entry.code).collect();
    let codes: Vec<_> = DutyKind::ALL.iter().map(|kind| kind.code()).collect();
    assert_eq!(worded, codes);
    assert_eq!(DutyKind::FileDecision.undone().zh, "决议尚未报送备案");
}
