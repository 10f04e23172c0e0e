//! The writer: canonical bytes straight from a value, without an intermediate tree.
//!
//! Members of an object are written as they come, and put in order at its end when they were not. What it
//! writes is what `serde_json` writes of a tree with sorted keys; `tests` hold the two against each other.

use std::borrow::Cow;
use std::fmt::Display;
use std::ops::Range;

use serde::ser::{self, Impossible, Serialize, Serializer};

use crate::{CanonicalError, MAX_INTEGER};

type Written = Result<(), CanonicalError>;

impl ser::Error for CanonicalError {
    fn custom<T: Display>(message: T) -> Self {
        Self::Json(<serde_json::Error as ser::Error>::custom(message))
    }
}

pub(crate) struct Writer {
    pub(crate) out: Vec<u8>,
    /// The members so far of all objects that are being written, the outermost one's first.
    members: Vec<Member>,
}

impl Writer {
    pub(crate) fn new() -> Self {
        Self { out: Vec::with_capacity(512), members: Vec::with_capacity(16) }
    }

    fn text(&mut self, text: &str) -> Written {
        if text.bytes().any(|byte| byte < 0x20 || byte == b'"' || byte == b'\\') {
            return serde_json::to_writer(&mut self.out, text).map_err(CanonicalError::Json);
        }
        // Most texts have nothing to escape.
        self.out.reserve(text.len() + 2);
        self.out.push(b'"');
        self.out.extend_from_slice(text.as_bytes());
        self.out.push(b'"');
        Ok(())
    }

    fn key(&mut self, key: &str) -> Written {
        if !key.is_ascii() {
            return Err(CanonicalError::Key(key.to_owned()));
        }
        self.text(key)?;
        self.out.push(b':');
        Ok(())
    }

    fn unsigned(&mut self, value: u128) -> Written {
        match u64::try_from(value) {
            Ok(value) if value <= MAX_INTEGER => {
                serde_json::to_writer(&mut self.out, &value).map_err(CanonicalError::Json)
            }
            _ => Err(CanonicalError::Number(value.to_string())),
        }
    }

    fn signed(&mut self, value: i128) -> Written {
        if value < 0 {
            self.out.push(b'-');
        }
        self.unsigned(value.unsigned_abs()).map_err(|_| CanonicalError::Number(value.to_string()))
    }

    /// `{"Case":` … the caller writes the value and the closing brace.
    fn case(&mut self, case: &str) -> Written {
        self.out.push(b'{');
        self.key(case)
    }
}

impl<'a> Serializer for &'a mut Writer {
    type Ok = ();
    type Error = CanonicalError;
    type SerializeSeq = List<'a>;
    type SerializeTuple = List<'a>;
    type SerializeTupleStruct = List<'a>;
    type SerializeTupleVariant = List<'a>;
    type SerializeMap = Object<'a>;
    type SerializeStruct = Object<'a>;
    type SerializeStructVariant = Object<'a>;

    fn serialize_bool(self, value: bool) -> Written {
        self.out.extend_from_slice(if value { b"true" } else { b"false" });
        Ok(())
    }

    fn serialize_i8(self, value: i8) -> Written {
        self.signed(value.into())
    }

    fn serialize_i16(self, value: i16) -> Written {
        self.signed(value.into())
    }

    fn serialize_i32(self, value: i32) -> Written {
        self.signed(value.into())
    }

    fn serialize_i64(self, value: i64) -> Written {
        self.signed(value.into())
    }

    fn serialize_i128(self, value: i128) -> Written {
        self.signed(value)
    }

    fn serialize_u8(self, value: u8) -> Written {
        self.unsigned(value.into())
    }

    fn serialize_u16(self, value: u16) -> Written {
        self.unsigned(value.into())
    }

    fn serialize_u32(self, value: u32) -> Written {
        self.unsigned(value.into())
    }

    fn serialize_u64(self, value: u64) -> Written {
        self.unsigned(value.into())
    }

    fn serialize_u128(self, value: u128) -> Written {
        self.unsigned(value)
    }

    fn serialize_f32(self, value: f32) -> Written {
        Err(CanonicalError::Number(value.to_string()))
    }

    fn serialize_f64(self, value: f64) -> Written {
        Err(CanonicalError::Number(value.to_string()))
    }

    fn serialize_char(self, value: char) -> Written {
        self.text(value.encode_utf8(&mut [0; 4]))
    }

    fn serialize_str(self, value: &str) -> Written {
        self.text(value)
    }

    fn serialize_bytes(self, value: &[u8]) -> Written {
        use ser::SerializeSeq;
        let mut list = self.serialize_seq(Some(value.len()))?;
        value.iter().try_for_each(|byte| list.serialize_element(byte))?;
        SerializeSeq::end(list)
    }

    fn serialize_none(self) -> Written {
        self.serialize_unit()
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Written {
        value.serialize(self)
    }

    fn serialize_unit(self) -> Written {
        self.out.extend_from_slice(b"null");
        Ok(())
    }

    fn serialize_unit_struct(self, _: &'static str) -> Written {
        self.serialize_unit()
    }

    fn serialize_unit_variant(self, _: &'static str, _: u32, case: &'static str) -> Written {
        self.text(case)
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(self, _: &'static str, value: &T) -> Written {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        case: &'static str,
        value: &T,
    ) -> Written {
        self.case(case)?;
        value.serialize(&mut *self)?;
        self.out.push(b'}');
        Ok(())
    }

    fn serialize_seq(self, _: Option<usize>) -> Result<List<'a>, CanonicalError> {
        Ok(List::open(self, b"]"))
    }

    fn serialize_tuple(self, _: usize) -> Result<List<'a>, CanonicalError> {
        Ok(List::open(self, b"]"))
    }

    fn serialize_tuple_struct(self, _: &'static str, _: usize) -> Result<List<'a>, CanonicalError> {
        Ok(List::open(self, b"]"))
    }

    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        case: &'static str,
        _: usize,
    ) -> Result<List<'a>, CanonicalError> {
        self.case(case)?;
        Ok(List::open(self, b"]}"))
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Object<'a>, CanonicalError> {
        Ok(Object::open(self, b"}"))
    }

    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Object<'a>, CanonicalError> {
        Ok(Object::open(self, b"}"))
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        case: &'static str,
        _: usize,
    ) -> Result<Object<'a>, CanonicalError> {
        self.case(case)?;
        Ok(Object::open(self, b"}}"))
    }
}

/// An array being written.
pub(crate) struct List<'a> {
    writer: &'a mut Writer,
    first: bool,
    close: &'static [u8],
}

impl<'a> List<'a> {
    fn open(writer: &'a mut Writer, close: &'static [u8]) -> Self {
        writer.out.push(b'[');
        Self { writer, first: true, close }
    }

    fn item<T: Serialize + ?Sized>(&mut self, value: &T) -> Written {
        if !std::mem::take(&mut self.first) {
            self.writer.out.push(b',');
        }
        value.serialize(&mut *self.writer)
    }

    fn close(self) -> Written {
        self.writer.out.extend_from_slice(self.close);
        Ok(())
    }
}

impl ser::SerializeSeq for List<'_> {
    type Ok = ();
    type Error = CanonicalError;

    fn serialize_element<T: Serialize + ?Sized>(&mut self, value: &T) -> Written {
        self.item(value)
    }

    fn end(self) -> Written {
        self.close()
    }
}

impl ser::SerializeTuple for List<'_> {
    type Ok = ();
    type Error = CanonicalError;

    fn serialize_element<T: Serialize + ?Sized>(&mut self, value: &T) -> Written {
        self.item(value)
    }

    fn end(self) -> Written {
        self.close()
    }
}

impl ser::SerializeTupleStruct for List<'_> {
    type Ok = ();
    type Error = CanonicalError;

    fn serialize_field<T: Serialize + ?Sized>(&mut self, value: &T) -> Written {
        self.item(value)
    }

    fn end(self) -> Written {
        self.close()
    }
}

impl ser::SerializeTupleVariant for List<'_> {
    type Ok = ();
    type Error = CanonicalError;

    fn serialize_field<T: Serialize + ?Sized>(&mut self, value: &T) -> Written {
        self.item(value)
    }

    fn end(self) -> Written {
        self.close()
    }
}

/// A member that has been written: its key, and where its `"key":value` stands.
struct Member {
    key: Cow<'static, str>,
    place: Range<usize>,
}

/// An object being written.
pub(crate) struct Object<'a> {
    writer: &'a mut Writer,
    start: usize,
    /// Where its members begin among those of the writer.
    first: usize,
    pending: Option<Cow<'static, str>>,
    ordered: bool,
    close: &'static [u8],
}

impl<'a> Object<'a> {
    fn open(writer: &'a mut Writer, close: &'static [u8]) -> Self {
        writer.out.push(b'{');
        let (start, first) = (writer.out.len(), writer.members.len());
        Self { writer, start, first, pending: None, ordered: true, close }
    }

    fn member<T: Serialize + ?Sized>(&mut self, key: Cow<'static, str>, value: &T) -> Written {
        if let Some(last) = self.writer.members.get(self.first..).and_then(<[Member]>::last) {
            self.ordered &= last.key < key;
            self.writer.out.push(b',');
        }
        let from = self.writer.out.len();
        self.writer.key(&key)?;
        value.serialize(&mut *self.writer)?;
        self.writer.members.push(Member { key, place: from..self.writer.out.len() });
        Ok(())
    }

    fn close(self) -> Written {
        let Self { writer: Writer { out, members }, start, first, ordered, close, .. } = self;
        if !ordered {
            // Written again in order behind what stands there, then moved into its place.
            let end = out.len();
            out.reserve(end - start);
            let own = members.get_mut(first..).unwrap_or_default();
            // Stable, so that of members with the same key the last one stands last.
            own.sort_by(|a, b| a.key.cmp(&b.key));
            for (index, member) in own.iter().enumerate() {
                if own.get(index + 1).is_some_and(|next| next.key == member.key) {
                    continue;
                }
                if out.len() > end {
                    out.push(b',');
                }
                out.extend_from_within(member.place.clone());
            }
            out.copy_within(end.., start);
            let length = out.len() - end;
            out.truncate(start + length);
        }
        members.truncate(first);
        out.extend_from_slice(close);
        Ok(())
    }
}

impl ser::SerializeMap for Object<'_> {
    type Ok = ();
    type Error = CanonicalError;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Written {
        self.pending = Some(Cow::Owned(key.serialize(KeyText)?));
        Ok(())
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Written {
        let key = self.pending.take().ok_or_else(|| ser::Error::custom("a value without a key"))?;
        self.member(key, value)
    }

    fn end(self) -> Written {
        self.close()
    }
}

impl ser::SerializeStruct for Object<'_> {
    type Ok = ();
    type Error = CanonicalError;

    fn serialize_field<T: Serialize + ?Sized>(&mut self, key: &'static str, value: &T) -> Written {
        self.member(Cow::Borrowed(key), value)
    }

    fn end(self) -> Written {
        self.close()
    }
}

impl ser::SerializeStructVariant for Object<'_> {
    type Ok = ();
    type Error = CanonicalError;

    fn serialize_field<T: Serialize + ?Sized>(&mut self, key: &'static str, value: &T) -> Written {
        self.member(Cow::Borrowed(key), value)
    }

    fn end(self) -> Written {
        self.close()
    }
}

/// A map key as text, as `serde_json` writes keys.
struct KeyText;

macro_rules! keys {
    ($($method:ident: $ty:ty),* $(,)?) => { $(
        fn $method(self, value: $ty) -> Result<String, CanonicalError> {
            Ok(value.to_string())
        }
    )* };
}

fn no_key() -> CanonicalError {
    ser::Error::custom("a key must be text")
}

impl Serializer for KeyText {
    type Ok = String;
    type Error = CanonicalError;
    type SerializeSeq = Impossible<String, CanonicalError>;
    type SerializeTuple = Impossible<String, CanonicalError>;
    type SerializeTupleStruct = Impossible<String, CanonicalError>;
    type SerializeTupleVariant = Impossible<String, CanonicalError>;
    type SerializeMap = Impossible<String, CanonicalError>;
    type SerializeStruct = Impossible<String, CanonicalError>;
    type SerializeStructVariant = Impossible<String, CanonicalError>;

    keys!(
        serialize_bool: bool,
        serialize_i8: i8,
        serialize_i16: i16,
        serialize_i32: i32,
        serialize_i64: i64,
        serialize_u8: u8,
        serialize_u16: u16,
        serialize_u32: u32,
        serialize_u64: u64,
        serialize_char: char,
        serialize_str: &str,
    );

    fn serialize_f32(self, _: f32) -> Result<String, CanonicalError> {
        Err(no_key())
    }

    fn serialize_f64(self, _: f64) -> Result<String, CanonicalError> {
        Err(no_key())
    }

    fn serialize_bytes(self, _: &[u8]) -> Result<String, CanonicalError> {
        Err(no_key())
    }

    fn serialize_none(self) -> Result<String, CanonicalError> {
        Err(no_key())
    }

    fn serialize_some<T: Serialize + ?Sized>(self, _: &T) -> Result<String, CanonicalError> {
        Err(no_key())
    }

    fn serialize_unit(self) -> Result<String, CanonicalError> {
        Err(no_key())
    }

    fn serialize_unit_struct(self, _: &'static str) -> Result<String, CanonicalError> {
        Err(no_key())
    }

    fn serialize_unit_variant(
        self,
        _: &'static str,
        _: u32,
        case: &'static str,
    ) -> Result<String, CanonicalError> {
        Ok(case.to_owned())
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        value: &T,
    ) -> Result<String, CanonicalError> {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: &T,
    ) -> Result<String, CanonicalError> {
        Err(no_key())
    }

    fn serialize_seq(self, _: Option<usize>) -> Result<Self::SerializeSeq, CanonicalError> {
        Err(no_key())
    }

    fn serialize_tuple(self, _: usize) -> Result<Self::SerializeTuple, CanonicalError> {
        Err(no_key())
    }

    fn serialize_tuple_struct(
        self,
        _: &'static str,
        _: usize,
    ) -> Result<Self::SerializeTupleStruct, CanonicalError> {
        Err(no_key())
    }

    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Self::SerializeTupleVariant, CanonicalError> {
        Err(no_key())
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Self::SerializeMap, CanonicalError> {
        Err(no_key())
    }

    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Self::SerializeStruct, CanonicalError> {
        Err(no_key())
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Self::SerializeStructVariant, CanonicalError> {
        Err(no_key())
    }
}
