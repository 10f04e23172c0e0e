//! 字段错误代码 (what can be wrong with a field). A code, once published, keeps its meaning.

/// A code with what it says where nothing more is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FieldCode {
    /// Stable kebab-case code.
    pub code: &'static str,
    /// In Chinese.
    pub zh: &'static str,
    /// In English.
    pub en: &'static str,
}

macro_rules! codes {
    ($($name:ident = $code:literal $zh:literal $en:literal;)*) => {
        $(#[doc = concat!("`", $code, "`: ", $en, ".")]
        pub const $name: FieldCode = FieldCode { code: $code, zh: $zh, en: $en };)*

        /// Every one of them.
        pub const ALL: &[FieldCode] = &[$($name),*];
    };
}

codes! {
    UNKNOWN_FIELD = "unknown-field" "有不认识的字段" "a field is unknown";
    MISSING_FIELD = "missing-field" "缺少必填字段" "a required field is missing";
    WRONG_TYPE = "wrong-type" "字段类型错误" "a field has the wrong type";
    OUT_OF_RANGE = "out-of-range" "数值超出范围" "a number is out of range or not an integer";
    FORBIDDEN_CHARACTER = "forbidden-character" "含有不允许的字符" "a text has a character that is not allowed";
    NOT_ONE_OF = "not-one-of" "不是可选的值" "a value is not one of those allowed";
    TOO_LONG = "too-long" "内容过长" "a text or list is too long";
    TOO_SHORT = "too-short" "内容过短" "a text or list is too short";
    INVALID_VALUE = "invalid-value" "字段的值无效" "a value is not valid";
}
