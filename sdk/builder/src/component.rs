//! From a core module to a component with its manifest inside.
//!
//! The component's type is not what the bindings left in the module but the world of the plugin's kind, taken from
//! the released WIT: the SDK holds the bindings of all three worlds, and a charter shall not look as if it knew the
//! types of the others.

use std::collections::BTreeSet;
use std::ops::Range;

use wasm_encoder::{ComponentSection as _, CustomSection, RawSection, Section as _};
use wasmparser::{ComponentExternalKind, ComponentTypeRef, Parser, Payload, Validator};
use wit_component::{ComponentEncoder, StringEncoding, embed_component_metadata};
use wit_parser::Resolve;

/// The custom section that holds the manifest.
pub const MANIFEST_SECTION: &str = "yishi:manifest";

const WIT: &str = include_str!("../../../schemas/wit/1.0.0/rule.wit");

/// Why a core module is not a plugin of its kind.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PackError {
    /// The kind is none of the three.
    #[error("there is no kind of rule called `{0}`")]
    UnknownKind(String),
    /// No component can be made of it. Usual cause: the crate does not call the SDK's macro.
    #[error("the crate makes no component (does it call the macro of its kind?): {0}")]
    NotAComponent(String),
    /// It asks for more than its kind may have.
    #[error("a {kind} may not import `{import}`")]
    Import {
        /// The kind of rule.
        kind: String,
        /// What it imports.
        import: String,
    },
    /// It does not answer what its kind must answer.
    #[error("a {kind} must export `{export}`")]
    Export {
        /// The kind of rule.
        kind: String,
        /// What is missing.
        export: String,
    },
    /// The file is not valid.
    #[error("the component is not valid: {0}")]
    Invalid(String),
}

/// What a kind of rule imports at most and exports at least.
struct World {
    imports: &'static [&'static str],
    exports: &'static [&'static str],
}

fn world(kind: &str) -> Option<World> {
    match kind {
        "charter" => Some(World {
            imports: &["types", "log", "roster"],
            exports: &["classify", "terms", "admit", "vet", "check", "validate-settings"],
        }),
        "implementation-rule" => Some(World {
            imports: &["types", "log", "roster", "records"],
            exports: &["check", "terms", "handle", "validate-settings"],
        }),
        "village-regulation" => {
            Some(World { imports: &["types", "log"], exports: &["appraise", "check", "validate-settings"] })
        }
        _ => None,
    }
}

/// Makes a component of a core module built against the SDK, and puts the manifest into it.
///
/// # Errors
/// [`PackError`].
pub fn pack(core: &[u8], kind: &str, manifest: &[u8]) -> Result<Vec<u8>, PackError> {
    let world = world(kind).ok_or_else(|| PackError::UnknownKind(kind.into()))?;
    let typed = with_world(core, kind).map_err(PackError::NotAComponent)?;
    let mut component = ComponentEncoder::default()
        .module(&typed)
        .and_then(|encoder| encoder.validate(false).encode())
        .map_err(|error| PackError::NotAComponent(format!("{error:#}")))?;
    CustomSection { name: MANIFEST_SECTION.into(), data: manifest.into() }
        .append_to_component(&mut component);
    Validator::new().validate_all(&component).map_err(|error| PackError::Invalid(error.to_string()))?;

    let (imports, exports) = outline(&component).map_err(|error| PackError::Invalid(error.to_string()))?;
    for import in imports {
        let own = import.strip_prefix("yishi:rule/").and_then(|rest| rest.split('@').next());
        if !own.is_some_and(|name| world.imports.contains(&name)) {
            return Err(PackError::Import { kind: kind.into(), import });
        }
    }
    for export in world.exports {
        if !exports.contains(*export) {
            return Err(PackError::Export { kind: kind.into(), export: (*export).into() });
        }
    }
    Ok(component)
}

/// The module without the types its bindings left in it, and with those of its world.
fn with_world(core: &[u8], kind: &str) -> Result<Vec<u8>, String> {
    let mut module = Vec::with_capacity(core.len());
    for payload in Parser::new(0).parse_all(core) {
        match payload.map_err(|error| error.to_string())? {
            Payload::Version { range, .. } => module.extend_from_slice(bytes(core, range)?),
            Payload::CustomSection(section) if section.name().starts_with("component-type") => {}
            payload => {
                if let Some((id, range)) = payload.as_section() {
                    RawSection { id, data: bytes(core, range)? }.append_to(&mut module);
                }
            }
        }
    }
    let mut resolve = Resolve::default();
    let world = resolve
        .push_source("rule.wit", WIT)
        .and_then(|package| resolve.select_world(&[package], Some(kind)))
        .map_err(|error| format!("{error:#}"))?;
    embed_component_metadata(&mut module, &resolve, world, StringEncoding::UTF8)
        .map_err(|error| format!("{error:#}"))?;
    Ok(module)
}

fn bytes(core: &[u8], range: Range<usize>) -> Result<&[u8], String> {
    core.get(range).ok_or_else(|| "a section ends beyond the file".into())
}

/// The manifest inside a component; none when there is no such section or more than one.
#[must_use]
pub fn manifest_of(component: &[u8]) -> Option<&[u8]> {
    let mut found = None;
    let mut depth = 0_u32;
    for payload in Parser::new(0).parse_all(component) {
        match payload.ok()? {
            Payload::ModuleSection { .. } | Payload::ComponentSection { .. } => depth += 1,
            Payload::End(_) => depth = depth.saturating_sub(1),
            Payload::CustomSection(section) if depth == 0 && section.name() == MANIFEST_SECTION => {
                if found.is_some() {
                    return None;
                }
                found = Some(section.data());
            }
            _ => {}
        }
    }
    found
}

/// Names of what the outermost component imports, and of the functions it exports.
fn outline(component: &[u8]) -> wasmparser::Result<(BTreeSet<String>, BTreeSet<String>)> {
    let (mut imports, mut exports) = (BTreeSet::new(), BTreeSet::new());
    let mut depth = 0_u32;
    for payload in Parser::new(0).parse_all(component) {
        match payload? {
            Payload::ModuleSection { .. } | Payload::ComponentSection { .. } => depth += 1,
            Payload::End(_) => depth = depth.saturating_sub(1),
            Payload::ComponentImportSection(section) if depth == 0 => {
                for import in section {
                    let import = import?;
                    // The names a world takes from `types` are imports of types: nothing is asked of the host.
                    if !matches!(import.ty, ComponentTypeRef::Type(_)) {
                        imports.insert(import.name.name.to_owned());
                    }
                }
            }
            Payload::ComponentExportSection(section) if depth == 0 => {
                for export in section {
                    let export = export?;
                    if export.kind == ComponentExternalKind::Func {
                        exports.insert(export.name.name.to_owned());
                    }
                }
            }
            _ => {}
        }
    }
    Ok((imports, exports))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_plugin_is_refused_in_words() {
        let empty = wasm_encoder::Module::new().finish();
        let unknown = pack(&empty, "by-law", b"{}").expect_err("no such kind");
        assert!(matches!(unknown, PackError::UnknownKind(_)));
        let export = pack(&empty, "charter", b"{}").expect_err("exports nothing");
        assert!(matches!(export, PackError::Export { .. } | PackError::NotAComponent(_)), "{export}");
        assert!(matches!(pack(b"text", "charter", b"{}"), Err(PackError::NotAComponent(_))));
    }

    #[test]
    fn the_manifest_is_read_back_unless_it_is_there_twice() {
        let mut component = wasm_encoder::Component::new().finish();
        assert_eq!(manifest_of(&component), None);
        let section = CustomSection { name: MANIFEST_SECTION.into(), data: b"{}".as_slice().into() };
        section.append_to_component(&mut component);
        assert_eq!(manifest_of(&component), Some(b"{}".as_slice()));
        section.append_to_component(&mut component);
        assert_eq!(manifest_of(&component), None);
    }
}
