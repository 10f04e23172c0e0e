//! The host's types against the WIT file.

use wit_component::{ComponentEncoder, StringEncoding, dummy_module, embed_component_metadata};
use wit_parser::{ManglingAndAbi, Resolve};
use yishi_bad_plugins::{CONTRACT, manifests, with_section};
use yishi_rulebook::{Export, RefusalCode, WIT_VERSION, wire::RuleKind};

use crate::world;

/// The encoder's own dummy of a world: every import used, every export there, nothing of ours in it.
fn dummy(name: &str) -> Vec<u8> {
    let mut resolve = Resolve::default();
    let package = resolve.push_str("rule.wit", CONTRACT).expect("the contract parses");
    let world = resolve.select_world(&[package], Some(name)).expect("the world is there");
    let mut module = dummy_module(&resolve, world, ManglingAndAbi::Standard32);
    embed_component_metadata(&mut module, &resolve, world, StringEncoding::UTF8).expect("metadata");
    let component = ComponentEncoder::default().validate(true).module(&module).expect("a module").encode().expect("encodes");
    with_section(&component, "yishi:manifest", manifests::of(name).to_string().as_bytes())
}

#[test]
fn every_type_of_the_contract_is_the_hosts_own() {
    // Loading checks the type of every import and every export, so a field or case that differs is refused.
    for &kind in RuleKind::ALL {
        let inspection = world::rulebook().load(&dummy(kind.name())).expect("host types match the contract");
        assert_eq!(inspection.wit_version, WIT_VERSION);
        assert_eq!(inspection.exports.len(), Export::of(kind).len(), "{}", kind.name());
        assert!(inspection.imports.iter().any(|import| import.starts_with("yishi:rule/types@")));
    }
}

#[test]
fn the_worlds_export_what_the_host_asks() {
    let mut resolve = Resolve::default();
    let package = resolve.push_str("rule.wit", CONTRACT).expect("the contract parses");
    for &kind in RuleKind::ALL {
        let world = resolve.select_world(&[package], Some(kind.name())).expect("the world is there");
        let mut exports: Vec<String> =
            resolve.worlds[world].exports.keys().map(|key| resolve.name_world_key(key)).collect();
        exports.sort();
        let mut asked: Vec<&str> = Export::of(kind).iter().map(|export| export.name()).collect();
        asked.sort_unstable();
        assert_eq!(exports, asked, "{}", kind.name());
    }
}

#[test]
fn a_wrong_type_is_refused_when_the_file_comes_in() {
    let refusal = world::rulebook().load(&yishi_bad_plugins::gallery::wrong_type()).expect_err("refused");
    assert_eq!(refusal.code, RefusalCode::WrongType);
    assert!(refusal.detail.contains("classify"), "{refusal}");
}
