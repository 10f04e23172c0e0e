//! Builds a component from a world of the contract and hand-written bodies.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde_json::Value;
use wit_component::{ComponentEncoder, StringEncoding, embed_component_metadata};
use wit_parser::abi::{AbiVariant, WasmType};
use wit_parser::{Resolve, WorldItem, WorldKey};

use crate::lower::Image;

/// The contract as it was released.
pub const CONTRACT: &str = include_str!("../../../../schemas/wit/1.0.0/rule.wit");

/// Where constant answers begin in memory; everything below is zero, and zero is the empty answer.
const ANSWERS: usize = 4096;
/// An empty answer: no option set, no list entry.
const EMPTY: usize = 1024;

/// An answer for one case of an enumeration, or one code, among the parameters.
#[derive(Clone, Debug)]
struct Case {
    export: String,
    path: String,
    case: String,
    answer: Value,
}

/// An answer from a figure upwards.
#[derive(Clone, Debug)]
struct FromFigure {
    export: String,
    path: String,
    least: u64,
    answer: Value,
}

/// A plugin under the hammer.
#[derive(Clone, Debug)]
pub struct Forge {
    world: String,
    contract: String,
    answers: BTreeMap<String, Value>,
    cases: Vec<Case>,
    figures: Vec<FromFigure>,
    bodies: BTreeMap<String, String>,
    items: String,
    pages: u32,
    manifest: Option<Vec<u8>>,
    omit: Vec<String>,
}

impl Forge {
    /// A plugin of a world (`charter`, `implementation-rule`, `village-regulation`) that answers nothing.
    #[must_use]
    pub fn new(world: &str) -> Self {
        Self {
            world: world.to_owned(),
            contract: CONTRACT.to_owned(),
            answers: BTreeMap::new(),
            cases: Vec::new(),
            figures: Vec::new(),
            bodies: BTreeMap::new(),
            items: String::new(),
            pages: 2,
            manifest: None,
            omit: Vec::new(),
        }
    }

    /// A constant answer of one export, as JSON with the names of the WIT.
    #[must_use]
    pub fn answer(mut self, export: &str, answer: Value) -> Self {
        self.answers.insert(export.to_owned(), answer);
        self
    }

    /// A constant answer of one export where a parameter is this case of an enumeration or this code, such as
    /// `query.body` being `council`; other questions get the constant answer, or the empty one.
    #[must_use]
    pub fn answer_when(mut self, export: &str, path: &str, case: &str, answer: Value) -> Self {
        let (export, path, case) = (export.to_owned(), path.to_owned(), case.to_owned());
        self.cases.push(Case { export, path, case, answer });
        self
    }

    /// A constant answer of one export where a figure that may be absent is there and is so large, such as
    /// `matter.amount-fen`. It goes before the answers for cases.
    #[must_use]
    pub fn answer_from(mut self, export: &str, path: &str, least: u64, answer: Value) -> Self {
        let (export, path) = (export.to_owned(), path.to_owned());
        self.figures.push(FromFigure { export, path, least, answer });
        self
    }

    /// The body of one export in WAT. Parameters are `$p0`, `$p1`…; the result is the address of the answer.
    /// `EMPTY` stands for the address of the empty answer.
    #[must_use]
    pub fn body(mut self, export: &str, wat: &str) -> Self {
        self.bodies.insert(export.to_owned(), wat.replace("EMPTY", &EMPTY.to_string()));
        self
    }

    /// Further items of the core module in WAT: functions, globals, a start function.
    #[must_use]
    pub fn items(mut self, wat: &str) -> Self {
        self.items.push_str(wat);
        self
    }

    /// Pages of memory to start with.
    #[must_use]
    pub fn pages(mut self, pages: u32) -> Self {
        self.pages = pages;
        self
    }

    /// Another manifest.
    #[must_use]
    pub fn manifest(mut self, manifest: &Value) -> Self {
        self.manifest = Some(manifest.to_string().into_bytes());
        self
    }

    /// Bytes in place of the manifest.
    #[must_use]
    pub fn raw_manifest(mut self, bytes: &[u8]) -> Self {
        self.manifest = Some(bytes.to_vec());
        self
    }

    /// Another contract, as WIT text.
    #[must_use]
    pub fn contract(mut self, wit: &str) -> Self {
        wit.clone_into(&mut self.contract);
        self
    }

    /// Leaves an export out of the world.
    #[must_use]
    pub fn without(mut self, export: &str) -> Self {
        self.omit.push(export.to_owned());
        self
    }

    /// The component.
    ///
    /// # Panics
    /// When the WAT or the contract is wrong: that is a fault of the test.
    #[must_use]
    pub fn build(&self) -> Vec<u8> {
        let component = self.component();
        match &self.manifest {
            Some(manifest) => with_section(&component, "yishi:manifest", manifest),
            None => {
                let manifest = crate::manifests::of(&self.world).to_string();
                with_section(&component, "yishi:manifest", manifest.as_bytes())
            }
        }
    }

    /// The component without a manifest.
    ///
    /// # Panics
    /// As [`Forge::build`].
    #[must_use]
    pub fn component(&self) -> Vec<u8> {
        let (resolve, world, wat) = self.module_text();
        let mut module = wat::parse_str(&wat).unwrap_or_else(|error| panic!("{error}\n{wat}"));
        embed_component_metadata(&mut module, &resolve, world, StringEncoding::UTF8)
            .expect("the contract is valid");
        ComponentEncoder::default()
            .validate(false)
            .module(&module)
            .unwrap_or_else(|error| panic!("{error:?}\n{wat}"))
            .encode()
            .unwrap_or_else(|error| panic!("{error:?}\n{wat}"))
    }

    /// The core module alone.
    ///
    /// # Panics
    /// As [`Forge::build`].
    #[must_use]
    pub fn core_module(&self) -> Vec<u8> {
        wat::parse_str(self.module_text().2).expect("the module is valid")
    }

    fn module_text(&self) -> (Resolve, wit_parser::WorldId, String) {
        let mut resolve = Resolve::default();
        let package = resolve.push_str("rule.wit", &self.contract).expect("the contract parses");
        let world = resolve.select_world(&[package], Some(&self.world)).expect("the world is there");
        for export in &self.omit {
            resolve.worlds[world].exports.shift_remove(&WorldKey::Name(export.clone()));
        }
        let mut image = Image::new(&resolve, ANSWERS);
        let mut functions = String::new();
        for item in resolve.worlds[world].exports.values() {
            let WorldItem::Function(function) = item else { continue };
            let signature = resolve.wasm_signature(AbiVariant::GuestExport, function);
            let params: String = signature
                .params
                .iter()
                .enumerate()
                .map(|(index, ty)| format!(" (param $p{index} {})", name(*ty)))
                .collect();
            let results: String =
                signature.results.iter().map(|ty| format!(" (result {})", name(*ty))).collect();
            let body =
                match (self.bodies.get(&function.name), self.answers.get(&function.name), &function.result) {
                    (Some(body), _, _) => body.clone(),
                    (None, Some(answer), Some(ty)) => format!("(i32.const {})", image.place(ty, answer)),
                    _ => format!("(i32.const {EMPTY})"),
                };
            let mut chosen = String::new();
            for case in self.cases.iter().filter(|case| case.export == function.name) {
                assert!(signature.indirect_params, "parameters of `{}` are not in memory", case.export);
                let params: Vec<_> =
                    function.params.iter().map(|param| (param.name.as_str(), param.ty)).collect();
                let is = image.is(&params, &case.path, &case.case);
                let ty = function.result.as_ref().expect("every export answers");
                let answer = image.place(ty, &case.answer);
                write!(chosen, "(if {is} (then (return (i32.const {answer}))))").expect("to a string");
            }
            let mut large = String::new();
            for from in self.figures.iter().filter(|from| from.export == function.name) {
                assert!(signature.indirect_params, "parameters of `{}` are not in memory", from.export);
                let params: Vec<_> =
                    function.params.iter().map(|param| (param.name.as_str(), param.ty)).collect();
                let (there, value) = image.locate_option(&params, &from.path);
                let ty = function.result.as_ref().expect("every export answers");
                let (least, answer) = (from.least, image.place(ty, &from.answer));
                write!(
                    large,
                    "(if (i32.and (i32.load8_u offset={there} (local.get $p0)) (i64.ge_u (i64.load offset={value} (local.get $p0)) (i64.const {least}))) (then (return (i32.const {answer}))))"
                )
                .expect("to a string");
            }
            let body = large + &chosen + &body;
            writeln!(functions, "(func (export \"{}\"){params}{results} {body})", function.name)
                .expect("to a string");
        }
        let imports = self.imports(&resolve, world, &functions);
        let data = image.data();
        let heap = ANSWERS + image.len();
        let (items, pages) = (&self.items, self.pages.max((heap >> 16) as u32 + 1));
        let text = format!(
            r#"(module
{imports}
(memory (export "memory") {pages})
(global $heap (mut i32) (i32.const {heap}))
(data (i32.const {ANSWERS}) "{data}")
(func $realloc (export "cabi_realloc") (param i32 i32 i32 i32) (result i32)
  (local $at i32)
  (local.set $at (i32.and (i32.add (global.get $heap) (i32.const 7)) (i32.const -8)))
  (global.set $heap (i32.add (local.get $at) (local.get 3)))
  (block $enough
    (loop $more
      (br_if $enough (i32.le_u (global.get $heap) (i32.mul (memory.size) (i32.const 65536))))
      (br_if $more (i32.ne (memory.grow (i32.const 1)) (i32.const -1)))
      unreachable))
  (local.get $at))
{functions}
{items}
)"#
        );
        (resolve, world, text)
    }

    /// Imports of the world that are named in some body, as `$interface.function`.
    fn imports(&self, resolve: &Resolve, world: wit_parser::WorldId, functions: &str) -> String {
        let mut imports = String::new();
        for (key, item) in &resolve.worlds[world].imports {
            let WorldItem::Interface { id, .. } = item else { continue };
            let interface = &resolve.interfaces[*id];
            let short = interface.name.clone().unwrap_or_default();
            for function in interface.functions.values() {
                let label = format!("${short}.{}", function.name);
                if !functions.contains(&label) && !self.items.contains(&label) {
                    continue;
                }
                let signature = resolve.wasm_signature(AbiVariant::GuestImport, function);
                let params: String =
                    signature.params.iter().map(|ty| format!(" (param {})", name(*ty))).collect();
                let results: String =
                    signature.results.iter().map(|ty| format!(" (result {})", name(*ty))).collect();
                writeln!(
                    imports,
                    "(import \"{}\" \"{}\" (func {label}{params}{results}))",
                    resolve.name_world_key(key),
                    function.name
                )
                .expect("to a string");
            }
        }
        imports
    }
}

fn name(ty: WasmType) -> &'static str {
    match ty {
        WasmType::I32 | WasmType::Pointer | WasmType::Length => "i32",
        WasmType::I64 | WasmType::PointerOrI64 => "i64",
        WasmType::F32 => "f32",
        WasmType::F64 => "f64",
    }
}

/// A component with one more custom section at its end.
#[must_use]
pub fn with_section(component: &[u8], section: &str, data: &[u8]) -> Vec<u8> {
    let mut body = Vec::new();
    leb(&mut body, section.len());
    body.extend_from_slice(section.as_bytes());
    body.extend_from_slice(data);
    let mut out = component.to_vec();
    out.push(0);
    leb(&mut out, body.len());
    out.extend(body);
    out
}

fn leb(out: &mut Vec<u8>, mut value: usize) {
    loop {
        let low = (value & 0x7f) as u8;
        value >>= 7;
        if value == 0 {
            out.push(low);
            return;
        }
        out.push(low | 0x80);
    }
}
