//! Every word of the contract has its words in the vocabulary, which names no other.

use yishi_rulebook::{Export, wire};
use yishi_words::differences;

#[test]
fn every_code_has_its_words() {
    let found = [
        differences::<Export>(),
        differences::<wire::CommunityKind>(),
        differences::<wire::MatterClass>(),
        differences::<wire::Body>(),
        differences::<wire::CountingMode>(),
        differences::<wire::Comparison>(),
        differences::<wire::CountingBase>(),
        differences::<wire::Step>(),
        differences::<wire::Weight>(),
        differences::<wire::Role>(),
        differences::<wire::RuleKind>(),
        differences::<wire::Remark>(),
    ];
    assert_eq!(found.concat(), Vec::<String>::new());
}
