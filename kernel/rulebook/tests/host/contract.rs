//! The host's types against the WIT file.

use wit_parser::Resolve;
use yishi_bad_plugins::{CONTRACT, Forge};
use yishi_rulebook::{Export, RefusalCode, WIT_VERSION, wire::RuleKind};

use crate::world;

/// A plugin that imports every function its world may have.
fn uses_everything(kind: RuleKind) -> Vec<u8> {
    let imports = match kind {
        RuleKind::Charter => "$log.write $roster.count $roster.household-adults",
        RuleKind::ImplementationRule => {
            "$log.write $roster.count $roster.household-adults $records.latest $records.whole $records.points-total"
        }
        RuleKind::VillageRegulation => "$log.write",
    };
    Forge::new(kind.code()).items(&format!("(elem declare func {imports})")).build()
}

#[test]
fn every_type_of_the_contract_is_the_hosts_own() {
    // Loading checks the type of every import and every export, so a field or case that differs is refused.
    for &kind in RuleKind::ALL {
        let inspection =
            world::rulebook().load(&uses_everything(kind)).expect("host types match the contract");
        assert_eq!(inspection.wit_version, WIT_VERSION);
        assert_eq!(inspection.exports.len(), Export::of(kind).len(), "{}", kind.code());
        let interfaces = match kind {
            RuleKind::Charter => 3,
            RuleKind::ImplementationRule => 4,
            RuleKind::VillageRegulation => 2,
        };
        assert_eq!(inspection.imports.len(), interfaces, "{:?}", inspection.imports);
    }
}

#[test]
fn the_worlds_export_what_the_host_asks() {
    let mut resolve = Resolve::default();
    let package = resolve.push_str("rule.wit", CONTRACT).expect("the contract parses");
    for &kind in RuleKind::ALL {
        let world = resolve.select_world(&[package], Some(kind.code())).expect("the world is there");
        let mut exports: Vec<String> =
            resolve.worlds[world].exports.keys().map(|key| resolve.name_world_key(key)).collect();
        exports.sort();
        let mut asked: Vec<&str> = Export::of(kind).iter().map(|export| export.code()).collect();
        asked.sort_unstable();
        assert_eq!(exports, asked, "{}", kind.code());
    }
}

#[test]
fn a_wrong_type_is_refused_when_the_file_comes_in() {
    let refusal = world::rulebook().load(&yishi_bad_plugins::gallery::wrong_type()).expect_err("refused");
    assert_eq!(refusal.code, RefusalCode::WrongType);
    assert!(refusal.detail.contains("classify"), "{refusal}");
}
