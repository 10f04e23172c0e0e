//! 文书 (the papers that an act hands in): kept as documents of their own, which the record names by digest.

use serde_json::Value;
use yishi_canonical::Digest;
use yishi_record::commitment;

use crate::FieldError;

/// The longest text a document may have, in bytes of UTF-8: about 40 printed pages of Chinese.
pub const MAX_TEXT_BYTES: usize = 120 * 1024;

/// The media type of a text.
pub const PLAIN: &str = "text/plain; charset=utf-8";

/// 一份文书 (one paper, not stored yet).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Paper {
    /// What the record names it by: of an internal one, a commitment that cannot be guessed.
    pub digest: Digest,
    /// The salt of an internal paper (内部文书), which only office holders and the town read.
    pub salt: Option<[u8; commitment::SALT_BYTES]>,
    /// Its media type.
    pub media_type: &'static str,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

/// The papers of one act.
pub struct Papers<'a> {
    fresh_salt: &'a (dyn Fn() -> [u8; commitment::SALT_BYTES] + Sync),
    kept: Vec<Paper>,
}

impl std::fmt::Debug for Papers<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Papers").field("kept", &self.kept.len()).finish_non_exhaustive()
    }
}

impl<'a> Papers<'a> {
    /// None yet. Salts come from `fresh_salt`.
    #[must_use]
    pub fn new(fresh_salt: &'a (dyn Fn() -> [u8; commitment::SALT_BYTES] + Sync)) -> Self {
        Self { fresh_salt, kept: Vec::new() }
    }

    /// Keeps a text that everybody may read.
    ///
    /// # Errors
    /// The fault at `pointer`, for an empty or too long text.
    pub fn public(&mut self, pointer: &str, text: &str) -> Result<Digest, Vec<FieldError>> {
        check_text(pointer, text)?;
        Ok(self.keep(None, PLAIN, text.as_bytes().to_vec()))
    }

    /// Keeps a text for office holders: minutes, signature lists, reasons that may speak of a person's affairs. The same
    /// words handed in twice are two papers, of which neither says anything of the other.
    ///
    /// # Errors
    /// As [`Papers::public`].
    pub fn internal(&mut self, pointer: &str, text: &str) -> Result<Digest, Vec<FieldError>> {
        check_text(pointer, text)?;
        let salt = (self.fresh_salt)();
        Ok(self.keep(Some(salt), PLAIN, text.as_bytes().to_vec()))
    }

    /// Keeps a text if there is one.
    ///
    /// # Errors
    /// As [`Papers::public`].
    pub fn any(&mut self, pointer: &str, text: Option<&str>) -> Result<Option<Digest>, Vec<FieldError>> {
        text.map(|text| self.public(pointer, text)).transpose()
    }

    /// Keeps a JSON value by its canonical bytes (RFC 8785).
    ///
    /// # Errors
    /// The fault at `pointer`, for a number that has no canonical form.
    pub fn json(&mut self, pointer: &str, value: &Value) -> Result<Digest, Vec<FieldError>> {
        let bytes = yishi_canonical::to_vec(value).map_err(|error| {
            let zh = format!("表单数值须为整数：{error}");
            vec![FieldError::new(pointer, "not-canonical", zh, error.to_string())]
        })?;
        Ok(self.keep(None, "application/json", bytes))
    }

    fn keep(
        &mut self,
        salt: Option<[u8; commitment::SALT_BYTES]>,
        media_type: &'static str,
        bytes: Vec<u8>,
    ) -> Digest {
        let digest = match &salt {
            Some(salt) => commitment::document(salt, &bytes),
            None => Digest::of(&bytes),
        };
        self.kept.push(Paper { digest, salt, media_type, bytes });
        digest
    }

    /// All that were kept, to be stored with the act.
    #[must_use]
    pub fn into_kept(self) -> Vec<Paper> {
        self.kept
    }
}

/// Whether a text can be a document.
///
/// # Errors
/// The fault at `pointer`, for an empty or too long text.
pub fn check_text(pointer: &str, text: &str) -> Result<(), Vec<FieldError>> {
    if text.trim().is_empty() {
        return Err(vec![FieldError::new(pointer, "empty", "不能为空", "must not be empty")]);
    }
    if text.len() > MAX_TEXT_BYTES {
        let (zh, en) = ("文字过长（不超过约四万字）", "the text is too long");
        return Err(vec![FieldError::new(pointer, "too-long", zh, en)]);
    }
    Ok(())
}
