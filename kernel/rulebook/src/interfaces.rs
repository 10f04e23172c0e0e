//! 接口 (what a component imports and exports, held against the version of the contract it was built for).

use std::collections::BTreeSet;

use crate::call::Export;
use crate::failure::{PluginRefusal, RefusalCode};
use crate::wire::RuleKind;
use crate::wire::versions::{PACKAGE, Version, Versions};

/// The version of `yishi:rule` a component was built against, if it imports anything; refused when this host does not
/// serve it, or when it is a mixture.
pub(crate) fn check_versions(
    imports: &[String],
    versions: Versions,
) -> Result<Option<&'static dyn Version>, PluginRefusal> {
    let found: BTreeSet<&str> = imports
        .iter()
        .filter_map(|import| import.strip_prefix(PACKAGE))
        .map(|interface| interface.split_once('@').map_or("(no version)", |(_, version)| version))
        .collect();
    let mut served = None;
    for number in &found {
        served = Some(versions.find(number).ok_or_else(|| unserved(number, versions))?);
    }
    if found.len() > 1 {
        let all = found.iter().map(|number| format!("yishi:rule@{number}")).collect::<Vec<_>>();
        return Err(PluginRefusal::telling(
            RefusalCode::WitVersion,
            &format!("一个文件混用了 {}", all.join("、")),
            &format!("one file mixes {}", all.join(" and ")),
        ));
    }
    Ok(served)
}

/// A component of a version that this host does not serve: which, and which it serves.
pub(crate) fn unserved(found: &str, versions: Versions) -> PluginRefusal {
    PluginRefusal::telling(
        RefusalCode::WitVersion,
        &format!("文件按 yishi:rule@{found} 构建，本系统支持 {}", versions.named("、")),
        &format!("built against yishi:rule@{found}; this host serves {}", versions.named(", ")),
    )
}

/// No interface of another package at all: there is nothing behind it here, whatever the kind.
pub(crate) fn check_packages(imports: &[String]) -> Result<(), PluginRefusal> {
    undeclared(imports.iter().map(String::as_str).filter(|import| !import.starts_with(PACKAGE)))
}

pub(crate) fn check_imports(
    imports: &[String],
    version: &dyn Version,
    kind: RuleKind,
) -> Result<(), PluginRefusal> {
    undeclared(imports.iter().map(String::as_str).filter(|import| {
        let own = import.strip_prefix(PACKAGE).and_then(|rest| rest.split_once('@'));
        !own.is_some_and(|(interface, _)| version.imports(kind).contains(&interface))
    }))
}

fn undeclared<'a>(imports: impl Iterator<Item = &'a str>) -> Result<(), PluginRefusal> {
    let undeclared: Vec<&str> = imports.collect();
    if undeclared.is_empty() {
        return Ok(());
    }
    let names = undeclared.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
    let wasi = undeclared.iter().any(|name| name.starts_with("wasi:"));
    let (hint_zh, hint_en) = if wasi {
        (
            "（wasm32-wasip2 的构建总会带上 wasi，请改用 wasm32-unknown-unknown）",
            " (builds for wasm32-wasip2 always import wasi; build for wasm32-unknown-unknown)",
        )
    } else {
        ("", "")
    };
    Err(PluginRefusal::new(
        RefusalCode::UndeclaredImport,
        &format!("{names}{hint_zh}"),
        &format!("{names}{hint_en}"),
    ))
}

pub(crate) fn check_exports(exports: &[String], kind: RuleKind) -> Result<(), PluginRefusal> {
    let missing: Vec<String> = Export::of(kind)
        .iter()
        .filter(|export| !exports.iter().any(|name| name == export.code()))
        .map(|export| format!("`{export}`"))
        .collect();
    if missing.is_empty() {
        return Ok(());
    }
    Err(PluginRefusal::new(
        RefusalCode::MissingExport,
        &format!("world `{}` 的 {}", kind.code(), missing.join("、")),
        &format!("{} of world `{}`", missing.join(", "), kind.code()),
    ))
}
