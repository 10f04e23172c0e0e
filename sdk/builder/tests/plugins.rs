//! The builder on the plugins of this repository, and on plugins with faults.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use yishi_builder::{BuildError, Options, manifest};

fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().expect("the repository")
}

fn template() -> PathBuf {
    repository().join("sdk/template")
}

#[test]
fn every_first_party_plugin_is_consistent() {
    let mut seen = 0;
    for entry in fs::read_dir(repository().join("plugins")).expect("plugins") {
        let folder = entry.expect("a folder").path();
        if folder.join("plugin.json").is_file() {
            let bytes = manifest(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
            let manifest: Value = serde_json::from_slice(&bytes).expect("a manifest");
            assert_eq!(manifest["name"].as_str(), folder.file_name().and_then(|name| name.to_str()));
            seen += 1;
        }
    }
    assert!(seen >= 5, "{seen} plugins");
}

/// The template in another folder, with one file changed.
fn changed(file: &str, change: impl FnOnce(&mut Value)) -> Result<Vec<u8>, BuildError> {
    let folder = tempfile::tempdir().expect("a folder");
    for part in ["plugin.json", "text.json", "scenarios/booking.json", "src/lib.rs"] {
        let to = folder.path().join(part);
        fs::create_dir_all(to.parent().expect("a parent")).expect("made");
        fs::copy(template().join(part), to).expect("copied");
    }
    let path = folder.path().join(file);
    let mut value = serde_json::from_slice(&fs::read(&path).expect("read")).expect("JSON");
    change(&mut value);
    fs::write(&path, value.to_string()).expect("written");
    manifest(folder.path())
}

#[test]
fn faults_are_told_in_words_of_the_rule() {
    changed("plugin.json", |_| {}).expect("unchanged, it is consistent");
    type Change = fn(&mut Value);
    let faults: [(&str, Change, &str); 19] = [
        ("plugin.json", |v| v["version"] = json!("1"), "version"),
        ("plugin.json", |v| v["kind"] = json!("by-law"), "kind"),
        ("plugin.json", |v| v["gates"] = json!(["handle", "terms"]), "the gate `terms` has no scenario"),
        ("plugin.json", |v| v["gates"] = json!(["handle", "vet"]), "gates"),
        ("plugin.json", |v| v["cases"] = json!([]), "cases"),
        ("plugin.json", |v| v["stages"] = json!([]), "stages"),
        ("plugin.json", |v| v["domains"] = json!(["common-room"]), "domains"),
        (
            "plugin.json",
            |v| v["domains"][0]["title"] = json!({ "zh-CN": "活动室" }),
            "\"en\" is a required property",
        ),
        (
            "plugin.json",
            |v| v["matters"] = json!([{ "domain": "roads", "form": { "type": "object" } }]),
            "matters `roads`: no such domain",
        ),
        ("plugin.json", |v| v["matters"] = json!([{ "form": { "type": "object" } }]), "matters"),
        (
            "plugin.json",
            |v| {
                let form =
                    json!({ "type": "object", "properties": { "days": { "type": "number of days" } } });
                v["matters"] = json!([{ "domain": "common-room", "form": form }]);
            },
            "matters `common-room`",
        ),
        (
            "plugin.json",
            |v| v["settings"]["defaults"]["rest-days"] = json!(31),
            "settings.defaults/rest-days",
        ),
        (
            "plugin.json",
            |v| v["settings"]["schema"]["properties"]["rest-days"]["type"] = json!("number of days"),
            "settings.schema",
        ),
        (
            "plugin.json",
            |v| {
                v["settings"]["schema"]["properties"]["rest-days"] =
                    json!({ "$ref": "https://yishi.example/other.json" })
            },
            "settings.schema",
        ),
        (
            "text.json",
            |v| v["headings"][0]["articles"][0]["id"] = json!("标准-1"),
            "two articles have the id `标准-1`",
        ),
        ("text.json", |v| v["headings"][1]["articles"][1]["id"] = json!("标准-7"), "cites `标准-2`"),
        ("scenarios/booking.json", |v| v[0]["article"] = json!("操作-9"), "illustrates `操作-9`"),
        (
            "scenarios/booking.json",
            |v| v[1]["id"] = json!("an-afternoon"),
            "two scenarios have the id `an-afternoon`",
        ),
        (
            "scenarios/booking.json",
            |v| v[2]["given"]["settings"]["longest-hours"] = json!(13),
            "given.settings",
        ),
    ];
    for (file, change, expected) in faults {
        match changed(file, change) {
            Err(BuildError::Faults(faults)) => {
                let text = faults.to_string();
                assert!(text.contains(expected), "{expected} is not in: {text}");
            }
            other => panic!("{expected}: {other:?}"),
        }
    }
}

#[test]
fn what_the_builder_fills_in_is_not_written_by_hand() {
    let error = changed("plugin.json", |v| v["wit"] = json!("1.0.0")).expect_err("`wit` is the builder's");
    assert!(error.to_string().contains("`wit` is filled in by the builder"), "{error}");
}

/// Needs a guest toolchain, as everything about plugins does; the builder's README says how to get one.
#[test]
fn the_template_becomes_a_component_and_is_built_once() {
    let out = tempfile::tempdir().expect("a folder");
    let options = Options { out_dir: Some(out.path().to_owned()), ..Options::default() };
    let build = || {
        let mut built =
            yishi_builder::build(&options, &[template()]).unwrap_or_else(|error| panic!("{error}"));
        built.remove(0)
    };
    let first = build();
    assert!(first.fresh);
    assert_eq!(first.path, out.path().join("template-1.0.0.wasm"));
    assert!(first.bytes.len() < 200_000, "{} bytes", first.bytes.len());
    let inside = yishi_builder::manifest_of(&first.bytes).expect("a manifest inside");
    assert_eq!(inside, manifest(&template()).expect("the manifest"));
    let home = std::env::var("HOME").unwrap_or_default();
    let text = String::from_utf8_lossy(&first.bytes);
    assert!(home.len() < 2 || !text.contains(&home), "the component names a folder of this machine");
    assert!(!text.contains(&*repository().to_string_lossy()), "the component names this checkout");

    let again = build();
    assert!(!again.fresh);
    assert_eq!(again.digest, first.digest);
}
