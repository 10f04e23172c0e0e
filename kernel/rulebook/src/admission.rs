//! 静态检查 (static admission): what is checked before anything is compiled or run.
//!
//! Reads the file once, counting as it goes, so that no later stage meets a size, count, import or feature
//! that was not foreseen. Fuel and deadlines do not apply to compilation; these caps do.

use std::sync::Arc;

use serde::Serialize;
use wasmparser::{
    BinaryReaderError, ComponentExternalKind, CompositeInnerType, Encoding, FunctionBody, Parser, Payload,
    Validator, WasmFeatures,
};
use yishi_canonical::Digest;
use yishi_law::Words;

use crate::failure::{PluginRefusal, RefusalCode};
use crate::interfaces::{check_exports, check_imports, check_packages, check_versions, unserved};
use crate::limits::{Limits, ResourceClass};
use crate::manifest::{self, Manifest};
use crate::wire::versions::Versions;

/// The newest version of the contract this host serves.
pub const WIT_VERSION: &str = "1.0.0";
/// The custom section the manifest stands in.
pub const MANIFEST_SECTION: &str = "yishi:manifest";

/// What a file weighs.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Sizes {
    /// Bytes of the component.
    pub component_bytes: usize,
    /// Bytes of its manifest.
    pub manifest_bytes: usize,
    /// Bytes of its other custom sections.
    pub custom_bytes: usize,
    /// Core modules in it.
    pub modules: u32,
    /// Functions in all of them.
    pub functions: u32,
    /// Bytes of the largest function body.
    pub largest_body: usize,
}

/// 检查结果 (what a file is, as far as one can tell without running it).
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Inspection {
    /// SHA-256 of the file: covers code, text and manifest.
    pub digest: Digest,
    /// The manifest.
    pub manifest: Arc<Manifest>,
    /// The contract it was built against.
    pub wit_version: String,
    /// Interfaces it imports.
    pub imports: Vec<String>,
    /// Functions it exports.
    pub exports: Vec<String>,
    /// What it weighs.
    pub sizes: Sizes,
}

/// What a guest may be made of. Everything else is off here and in [`crate::engine`].
const FEATURES: WasmFeatures = WasmFeatures::MUTABLE_GLOBAL
    .union(WasmFeatures::SATURATING_FLOAT_TO_INT)
    .union(WasmFeatures::SIGN_EXTENSION)
    .union(WasmFeatures::REFERENCE_TYPES)
    .union(WasmFeatures::MULTI_VALUE)
    .union(WasmFeatures::BULK_MEMORY)
    .union(WasmFeatures::SIMD)
    .union(WasmFeatures::FLOATS)
    .union(WasmFeatures::EXTENDED_CONST)
    .union(WasmFeatures::COMPONENT_MODEL);

/// Reads a file and holds it against every static limit.
pub(crate) fn inspect(
    bytes: &[u8],
    limits: &Limits,
    versions: Versions,
) -> Result<Inspection, PluginRefusal> {
    check_header(bytes, limits)?;
    let mut census = Census::new(limits);
    census.sizes.component_bytes = bytes.len();
    census.take(bytes)?;
    check_valid(bytes)?;

    // Before the manifest: what was built for another host has none, and its imports say so better.
    check_packages(&census.imports)?;
    let version = check_versions(&census.imports, versions)?;
    let manifest_bytes = match census.manifests.as_slice() {
        [] => {
            let (zh, en) =
                (format!("没有 `{MANIFEST_SECTION}` 段"), format!("no section `{MANIFEST_SECTION}`"));
            return Err(PluginRefusal::new(RefusalCode::ManifestMissing, &zh, &en));
        }
        [one] => *one,
        more => {
            return Err(PluginRefusal::new(
                RefusalCode::ManifestRepeated,
                &format!("有 {} 个 `{MANIFEST_SECTION}` 段", more.len()),
                &format!("{} sections `{MANIFEST_SECTION}`", more.len()),
            ));
        }
    };
    let manifest = manifest::parse(manifest_bytes).map_err(|fault| match fault {
        manifest::Fault::Invalid(fault) => PluginRefusal::quoting(RefusalCode::ManifestInvalid, &fault),
        manifest::Fault::Hidden(fault) => PluginRefusal::quoting(RefusalCode::HiddenText, &fault),
    })?;
    // What imports nothing at all is of the version it says.
    let version = match version {
        Some(version) => version,
        None => versions.find(&manifest.wit).ok_or_else(|| unserved(&manifest.wit, versions))?,
    };
    let number = version.number();
    if manifest.wit != number {
        return Err(PluginRefusal::new(
            RefusalCode::WitVersion,
            &format!("规则说明写的是 {}，组件按 {number} 构建", manifest.wit),
            &format!("the manifest says {}, the component was built against {number}", manifest.wit),
        ));
    }
    check_class(&manifest, bytes.len(), limits)?;
    check_imports(&census.imports, version, manifest.kind)?;
    check_exports(&census.exports, manifest.kind)?;
    Ok(Inspection {
        digest: Digest::of(bytes),
        manifest: Arc::new(manifest),
        wit_version: number.to_owned(),
        imports: census.imports,
        exports: census.exports,
        sizes: census.sizes,
    })
}

fn check_header(bytes: &[u8], limits: &Limits) -> Result<(), PluginRefusal> {
    const CORE: [u8; 4] = [1, 0, 0, 0];
    let refuse = |code, zh: &str, en: &str| Err(PluginRefusal::new(code, zh, en));
    if bytes.is_empty() {
        return refuse(RefusalCode::Empty, "0 字节", "0 bytes");
    }
    if bytes.starts_with(b"\x7fELF") {
        return refuse(RefusalCode::PrecompiledForbidden, "是 ELF 程序文件", "an ELF image");
    }
    let largest = if limits.largest_class == ResourceClass::Large {
        limits.large_component_bytes
    } else {
        limits.component_bytes
    };
    if bytes.len() > largest {
        return Err(PluginRefusal::new(
            RefusalCode::TooLarge,
            &format!("{} 字节，最多 {largest}", bytes.len()),
            &format!("{} bytes, at most {largest}", bytes.len()),
        ));
    }
    if !bytes.starts_with(b"\0asm") {
        let (zh, en) = if bytes.trim_ascii_start().starts_with(b"(") {
            (
                "看来是 WebAssembly 的文本格式，请先构建成组件",
                "it looks like WebAssembly text, which is not accepted; build the component first",
            )
        } else {
            ("文件不是以 `\\0asm` 开头", "it does not begin with `\\0asm`")
        };
        return refuse(RefusalCode::NotWasm, zh, en);
    }
    match bytes.get(4..8) {
        None => {
            let length = bytes.len();
            let (zh, en) = (format!("到第 {length} 字节就断了"), format!("cut off at offset {length}"));
            refuse(RefusalCode::Malformed, &zh, &en)
        }
        Some(layer) if layer == CORE => refuse(
            RefusalCode::NotComponent,
            "是普通 wasm 模块；请用 `yishi_builder` 打成组件，它也会放进规则说明",
            "a core module; turn it into a component with `yishi_builder`, which also embeds the manifest",
        ),
        Some(_) => Ok(()),
    }
}

/// Counts while reading once through the file and everything nested in it.
struct Census<'a> {
    limits: &'a Limits,
    sizes: Sizes,
    manifests: Vec<&'a [u8]>,
    imports: Vec<String>,
    exports: Vec<String>,
    custom_sections: usize,
    entries: u32,
    instances: u32,
    memories: u32,
    components: u32,
}

impl<'a> Census<'a> {
    fn new(limits: &'a Limits) -> Self {
        Self {
            limits,
            sizes: Sizes::default(),
            manifests: Vec::new(),
            imports: Vec::new(),
            exports: Vec::new(),
            custom_sections: 0,
            entries: 0,
            instances: 0,
            memories: 0,
            components: 0,
        }
    }

    fn take(&mut self, bytes: &'a [u8]) -> Result<(), PluginRefusal> {
        // Depth of nesting: the root component is 1.
        let mut depth = 0_u32;
        for payload in Parser::new(0).parse_all(bytes) {
            match payload.map_err(malformed)? {
                Payload::Version { encoding, range, .. } => {
                    depth += 1;
                    match encoding {
                        Encoding::Module => {
                            self.sizes.modules += 1;
                            self.cap(
                                Words::new("核心模块数", "core modules"),
                                self.sizes.modules,
                                self.limits.modules,
                            )?;
                        }
                        Encoding::Component => {
                            self.components += 1;
                            self.cap(
                                Words::new("组件数", "components"),
                                self.components,
                                self.limits.modules,
                            )?;
                        }
                    }
                    if depth > 8 {
                        let at = range.start;
                        return Err(limit(
                            &format!("第 {at} 字节处组件嵌套超过 8 层"),
                            &format!("components nested more than 8 deep at offset {at}"),
                        ));
                    }
                }
                Payload::End(_) => depth = depth.saturating_sub(1),
                Payload::CustomSection(section) => self.custom(depth, section.name(), section.data())?,
                Payload::ComponentImportSection(section) => {
                    self.count(section.count())?;
                    if depth == 1 {
                        for import in section {
                            let import = import.map_err(malformed)?;
                            // What a world `use`s of `types` is imported as a bare type: nothing is asked of the
                            // host, and the type checker compares it with the contract.
                            if !matches!(import.ty, wasmparser::ComponentTypeRef::Type(_)) {
                                self.imports.push(import.name.name.to_owned());
                            }
                        }
                    }
                }
                Payload::ComponentExportSection(section) => {
                    self.count(section.count())?;
                    if depth == 1 {
                        for export in section {
                            let export = export.map_err(malformed)?;
                            if export.kind == ComponentExternalKind::Func {
                                self.exports.push(export.name.name.to_owned());
                            }
                        }
                    }
                }
                other => self.section(other)?,
            }
        }
        Ok(())
    }

    fn custom(&mut self, depth: u32, name: &str, data: &'a [u8]) -> Result<(), PluginRefusal> {
        let over = |zh: &str, en: &str| Err(PluginRefusal::new(RefusalCode::CustomSectionBudget, zh, en));
        self.custom_sections += 1;
        if self.custom_sections > self.limits.custom_sections {
            let most = self.limits.custom_sections;
            return over(&format!("附加段多于 {most} 个"), &format!("more than {most} custom sections"));
        }
        if depth == 1 && name == MANIFEST_SECTION {
            if data.len() > self.limits.manifest_bytes {
                let (size, most) = (data.len(), self.limits.manifest_bytes);
                return over(
                    &format!("规则说明有 {size} 字节，最多 {most}"),
                    &format!("manifest of {size} bytes, at most {most}"),
                );
            }
            self.sizes.manifest_bytes = data.len();
            self.manifests.push(data);
            return Ok(());
        }
        self.sizes.custom_bytes += name.len() + data.len();
        if self.sizes.custom_bytes > self.limits.custom_section_bytes {
            let most = self.limits.custom_section_bytes;
            let name: String = name.chars().take(60).collect();
            return over(
                &format!("到 `{name}` 段，附加段合计超过 {most} 字节"),
                &format!("section `{name}` brings them over {most} bytes"),
            );
        }
        Ok(())
    }

    fn section(&mut self, payload: Payload<'a>) -> Result<(), PluginRefusal> {
        match payload {
            Payload::TypeSection(section) => {
                self.count(section.count())?;
                for group in section {
                    for ty in group.map_err(malformed)?.types() {
                        if let CompositeInnerType::Func(function) = &ty.composite_type.inner {
                            let values = function.params().len().max(function.results().len());
                            if values > self.limits.signature_values {
                                let most = self.limits.signature_values;
                                return Err(limit(
                                    &format!("一个函数类型有 {values} 个值，最多 {most}"),
                                    &format!("a function type with {values} values, at most {most}"),
                                ));
                            }
                        }
                    }
                }
                Ok(())
            }
            Payload::FunctionSection(section) => {
                self.sizes.functions = self.sizes.functions.saturating_add(section.count());
                self.cap(Words::new("函数数", "functions"), self.sizes.functions, self.limits.functions)
            }
            Payload::CodeSectionEntry(body) => self.body(&body),
            Payload::MemorySection(section) => {
                self.memories = self.memories.saturating_add(section.count());
                self.cap(Words::new("内存块数", "memories"), self.memories, self.limits.memories)?;
                let most = self.limits.call(self.limits.largest_class).memory_bytes as u64;
                for memory in section {
                    let pages = memory.map_err(malformed)?.initial;
                    if pages.saturating_mul(64 << 10) > most {
                        let most = most >> 16;
                        return Err(limit(
                            &format!("一块内存开始就有 {pages} 页，最多 {most}"),
                            &format!("a memory that starts with {pages} pages, at most {most}"),
                        ));
                    }
                }
                Ok(())
            }
            Payload::TableSection(section) => {
                self.count(section.count())?;
                for table in section {
                    let elements = table.map_err(malformed)?.ty.initial;
                    if elements > self.limits.table_elements {
                        let most = self.limits.table_elements;
                        return Err(limit(
                            &format!("一张表有 {elements} 项，最多 {most}"),
                            &format!("a table of {elements} elements, at most {most}"),
                        ));
                    }
                }
                Ok(())
            }
            Payload::ImportSection(section) => self.count(section.count()),
            Payload::ExportSection(section) => self.count(section.count()),
            Payload::GlobalSection(section) => self.count(section.count()),
            Payload::ElementSection(section) => self.count(section.count()),
            Payload::DataSection(section) => self.count(section.count()),
            Payload::CoreTypeSection(section) => self.count(section.count()),
            Payload::ComponentTypeSection(section) => self.count(section.count()),
            Payload::ComponentAliasSection(section) => self.count(section.count()),
            Payload::ComponentCanonicalSection(section) => self.count(section.count()),
            Payload::InstanceSection(section) => self.instance(section.count()),
            Payload::ComponentInstanceSection(section) => self.instance(section.count()),
            _ => Ok(()),
        }
    }

    fn body(&mut self, body: &FunctionBody<'_>) -> Result<(), PluginRefusal> {
        let size = body.range().len();
        self.sizes.largest_body = self.sizes.largest_body.max(size);
        if size > self.limits.function_body_bytes {
            let (at, most) = (body.range().start, self.limits.function_body_bytes);
            return Err(limit(
                &format!("第 {at} 字节处的函数有 {size} 字节，最多 {most}"),
                &format!("a function of {size} bytes at offset {at}, at most {most}"),
            ));
        }
        let mut locals = 0_u32;
        for group in body.get_locals_reader().map_err(malformed)? {
            locals = locals.saturating_add(group.map_err(malformed)?.0);
        }
        self.cap(Words::new("一个函数的局部变量数", "locals of one function"), locals, self.limits.locals)
    }

    fn count(&mut self, entries: u32) -> Result<(), PluginRefusal> {
        self.entries = self.entries.saturating_add(entries);
        self.cap(Words::new("条目数", "entries"), self.entries, self.limits.entries)
    }

    fn instance(&mut self, count: u32) -> Result<(), PluginRefusal> {
        self.instances = self.instances.saturating_add(count);
        self.cap(Words::new("实例数", "instances"), self.instances, self.limits.instances)
    }

    fn cap(&self, what: Words, figure: u32, most: u32) -> Result<(), PluginRefusal> {
        if figure <= most {
            return Ok(());
        }
        let Words { zh, en } = what;
        Err(limit(&format!("{zh} {figure}，最多 {most}"), &format!("{figure} {en}, at most {most}")))
    }
}

fn limit(zh: &str, en: &str) -> PluginRefusal {
    PluginRefusal::new(RefusalCode::StaticLimit, zh, en)
}

fn malformed(error: BinaryReaderError) -> PluginRefusal {
    let (offset, what) = (error.offset(), error.message().to_owned());
    PluginRefusal::new(
        RefusalCode::Malformed,
        &format!("第 {offset} 字节处：{what}"),
        &format!("at offset {offset}: {what}"),
    )
}

fn check_valid(bytes: &[u8]) -> Result<(), PluginRefusal> {
    let Err(error) = Validator::new_with_features(FEATURES).validate_all(bytes) else {
        return Ok(());
    };
    if Validator::new_with_features(WasmFeatures::all()).validate_all(bytes).is_ok() {
        return Err(PluginRefusal::new(
            RefusalCode::FeatureDisabled,
            &format!("第 {} 字节处：{}", error.offset(), error.message()),
            &format!("{} (at offset {})", error.message(), error.offset()),
        ));
    }
    Err(malformed(error))
}

fn check_class(manifest: &Manifest, size: usize, limits: &Limits) -> Result<(), PluginRefusal> {
    if manifest.resources > limits.largest_class {
        let (asked, most) = (manifest.resources, limits.largest_class);
        return Err(limit(
            &format!("资源等级 `{asked:?}`，本系统最多允许 `{most:?}`"),
            &format!("resource class `{asked:?}`; this host allows at most `{most:?}`"),
        ));
    }
    if manifest.resources < ResourceClass::Large && size > limits.component_bytes {
        return Err(PluginRefusal::new(
            RefusalCode::TooLarge,
            &format!("{size} 字节，这个资源等级最多 {}", limits.component_bytes),
            &format!("{size} bytes, at most {} in this resource class", limits.component_bytes),
        ));
    }
    Ok(())
}
