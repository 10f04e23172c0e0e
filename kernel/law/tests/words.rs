//! Every code of this crate has its words, and the vocabulary names no other code of its families.

use yishi_law::{
    BodyKind, Choice, CommunityKind, Comparison, CountingBase, CountingMode, FindingResult, MatterClass,
    RuleKind, Secrecy, Step, Subject, TermField,
};
use yishi_words::differences;

#[test]
fn every_code_has_its_words() {
    let found = [
        differences::<CommunityKind>(),
        differences::<MatterClass>(),
        differences::<BodyKind>(),
        differences::<CountingMode>(),
        differences::<Step>(),
        differences::<Subject>(),
        differences::<Secrecy>(),
        differences::<Comparison>(),
        differences::<CountingBase>(),
        differences::<FindingResult>(),
        differences::<TermField>(),
        differences::<RuleKind>(),
        differences::<Choice>(),
    ];
    assert_eq!(found.concat(), Vec::<String>::new());
}
