//! Lays a JSON value out in linear memory the way the canonical ABI wants it.

use std::fmt::Write as _;

use serde_json::Value;
use wit_parser::{Resolve, SizeAlign, Type, TypeDefKind};

/// A stretch of linear memory.
pub(crate) struct Image<'a> {
    resolve: &'a Resolve,
    sizes: SizeAlign,
    base: usize,
    bytes: Vec<u8>,
}

impl<'a> Image<'a> {
    pub(crate) fn new(resolve: &'a Resolve, base: usize) -> Self {
        let mut sizes = SizeAlign::default();
        sizes.fill(resolve);
        Self { resolve, sizes, base, bytes: Vec::new() }
    }

    pub(crate) fn len(&self) -> usize {
        self.bytes.len()
    }

    /// The bytes as a WAT string.
    pub(crate) fn data(&self) -> String {
        self.bytes.iter().fold(String::new(), |mut text, byte| {
            write!(text, "\\{byte:02x}").expect("to a string");
            text
        })
    }

    /// Places a value and tells its address.
    pub(crate) fn place(&mut self, ty: &Type, value: &Value) -> usize {
        let at = self.room(self.sizes.size(ty).size_wasm32(), self.sizes.align(ty).align_wasm32());
        self.store(ty, value, at);
        at
    }

    /// WAT that says whether a member of the parameters, which are passed in memory at `$p0`, is this case of an
    /// enumeration or this code.
    pub(crate) fn is(&self, params: &[(&str, Type)], path: &str, case: &str) -> String {
        let (at, ty) = self.member(params, path);
        if matches!(ty, Type::String) || matches!(self.kind(&ty), Some(TypeDefKind::Type(Type::String))) {
            return is_text(at, case);
        }
        let Some(TypeDefKind::Enum(cases)) = self.kind(&ty) else {
            panic!("`{path}` is neither an enumeration nor a code")
        };
        let index = cases.cases.iter().position(|own| own.name == case);
        let index = index.unwrap_or_else(|| panic!("no case `{case}`"));
        format!("(i32.eq (i32.load8_u offset={at} (local.get $p0)) (i32.const {index}))")
    }

    /// Where among parameters passed in memory a member stands that may be absent: its mark, and its value.
    pub(crate) fn locate_option(&self, params: &[(&str, Type)], path: &str) -> (usize, usize) {
        let (at, ty) = self.member(params, path);
        let Some(TypeDefKind::Option(Type::U64)) = self.kind(&ty) else {
            panic!("`{path}` is no figure that may be absent")
        };
        (at, at + 8)
    }

    fn member(&self, params: &[(&str, Type)], path: &str) -> (usize, Type) {
        let mut members: Vec<(String, Type)> =
            params.iter().map(|(name, ty)| ((*name).to_owned(), *ty)).collect();
        let (mut at, mut last) = (0, None);
        for step in path.split('.') {
            let offsets = self.sizes.field_offsets(members.iter().map(|(_, ty)| ty));
            let (offset, ty) = members
                .iter()
                .zip(offsets)
                .find(|((name, _), _)| name == step)
                .map(|((_, ty), (offset, _))| (offset.size_wasm32(), *ty))
                .unwrap_or_else(|| panic!("no `{step}` in `{path}`"));
            (at, last) = (at + offset, Some(ty));
            members = match self.kind(&ty) {
                Some(TypeDefKind::Record(record)) => {
                    record.fields.iter().map(|field| (field.name.clone(), field.ty)).collect()
                }
                _ => Vec::new(),
            };
        }
        (at, last.unwrap_or_else(|| panic!("an empty path")))
    }

    fn kind(&self, ty: &Type) -> Option<&'a TypeDefKind> {
        let Type::Id(id) = ty else { return None };
        match &self.resolve.types[*id].kind {
            TypeDefKind::Type(inner @ Type::Id(_)) => self.kind(inner),
            kind => Some(kind),
        }
    }

    fn room(&mut self, size: usize, align: usize) -> usize {
        let at = self.bytes.len().next_multiple_of(align.max(1));
        self.bytes.resize(at + size, 0);
        self.base + at
    }

    fn write(&mut self, at: usize, bytes: &[u8]) {
        let at = at - self.base;
        self.bytes[at..at + bytes.len()].copy_from_slice(bytes);
    }

    fn store(&mut self, ty: &Type, value: &Value, at: usize) {
        let whole = || value.as_i64().unwrap_or_else(|| panic!("{value} is not an integer"));
        match ty {
            Type::Bool => self.write(at, &[u8::from(value.as_bool().expect("a boolean"))]),
            Type::U8 => self.write(at, &[whole() as u8]),
            Type::U32 | Type::S32 => self.write(at, &(whole() as u32).to_le_bytes()),
            Type::U64 => self.write(at, &value.as_u64().expect("an unsigned integer").to_le_bytes()),
            Type::S64 => self.write(at, &whole().to_le_bytes()),
            Type::String => {
                let text = value.as_str().unwrap_or_else(|| panic!("{value} is not text")).as_bytes();
                let start = self.room(text.len(), 1);
                self.write(start, text);
                self.pair(at, start, text.len());
            }
            Type::Id(id) => self.store_named(&self.resolve.types[*id].kind, value, at),
            other => panic!("{other:?} is not in the contract"),
        }
    }

    fn store_named(&mut self, kind: &'a TypeDefKind, value: &Value, at: usize) {
        match kind {
            TypeDefKind::Type(ty) => self.store(ty, value, at),
            TypeDefKind::Record(record) => {
                let offsets: Vec<_> = self
                    .sizes
                    .field_offsets(record.fields.iter().map(|field| &field.ty))
                    .into_iter()
                    .map(|(offset, _)| offset.size_wasm32())
                    .collect();
                for (field, offset) in record.fields.iter().zip(offsets) {
                    self.store(
                        &field.ty,
                        value.get(&field.name).unwrap_or(&empty(self.resolve, &field.ty)),
                        at + offset,
                    );
                }
            }
            TypeDefKind::Enum(cases) => {
                let name = value.as_str().expect("a case name");
                // A number as text is a case that is not there.
                let index = cases
                    .cases
                    .iter()
                    .position(|case| case.name == name)
                    .unwrap_or_else(|| name.parse().unwrap_or_else(|_| panic!("no case `{name}`")));
                self.write(at, &[index as u8]);
            }
            TypeDefKind::Option(inner) => {
                if !value.is_null() {
                    self.write(at, &[1]);
                    let offset =
                        self.sizes.payload_offset(wit_parser::Int::U8, [None, Some(inner)]).size_wasm32();
                    self.store(inner, value, at + offset);
                }
            }
            TypeDefKind::Result(result) => {
                let (tag, inner, value) = match (value.get("ok"), value.get("err")) {
                    (Some(ok), _) => (0, result.ok.as_ref(), ok),
                    (_, Some(err)) => (1, result.err.as_ref(), err),
                    _ => panic!("{value} is neither ok nor err"),
                };
                self.write(at, &[tag]);
                let cases = [result.ok.as_ref(), result.err.as_ref()];
                let offset = self.sizes.payload_offset(wit_parser::Int::U8, cases).size_wasm32();
                if let Some(inner) = inner {
                    self.store(inner, value, at + offset);
                }
            }
            TypeDefKind::List(inner) => {
                let items = value.as_array().unwrap_or_else(|| panic!("{value} is not a list"));
                let size = self.sizes.size(inner).size_wasm32();
                let start = self.room(size * items.len(), self.sizes.align(inner).align_wasm32());
                for (index, item) in items.iter().enumerate() {
                    self.store(inner, item, start + index * size);
                }
                self.pair(at, start, items.len());
            }
            other => panic!("{other:?} is not in the contract"),
        }
    }

    fn pair(&mut self, at: usize, start: usize, length: usize) {
        self.write(at, &(start as u32).to_le_bytes());
        self.write(at + 4, &(length as u32).to_le_bytes());
    }
}

/// WAT that says whether the string whose address and length stand here is this text. Bytes are looked at only where the
/// length is right, so that nothing beyond memory is read.
fn is_text(at: usize, text: &str) -> String {
    let same = text.bytes().enumerate().fold("(i32.const 1)".to_owned(), |before, (index, byte)| {
        let own = format!("(i32.load8_u offset={index} (i32.load offset={at} (local.get $p0)))");
        format!("(i32.and {before} (i32.eq {own} (i32.const {byte})))")
    });
    let (length, all) = (at + 4, text.len());
    format!(
        "(if (result i32) (i32.eq (i32.load offset={length} (local.get $p0)) (i32.const {all})) (then {same}) (else (i32.const 0)))"
    )
}

/// What a member that a test leaves out is: none, an empty list, an empty text, zero.
fn empty(resolve: &Resolve, ty: &Type) -> Value {
    match ty {
        Type::Bool => Value::Bool(false),
        Type::String => Value::String(String::new()),
        Type::Id(id) => match &resolve.types[*id].kind {
            TypeDefKind::Type(inner) => empty(resolve, inner),
            TypeDefKind::List(_) => Value::Array(Vec::new()),
            TypeDefKind::Record(_) => Value::Object(serde_json::Map::new()),
            TypeDefKind::Enum(cases) => Value::String(cases.cases[0].name.clone()),
            _ => Value::Null,
        },
        _ => Value::from(0),
    }
}
