//! 存证 (the record as a client reads it).

use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;
use yishi_canonical::Digest;

views! {
    /// 文书.
    struct DocumentView {
        /// By which the record names it: SHA-256 of the bytes or, of an internal document, of `yishi/document/1`, a NUL, the
        /// salt and the bytes.
        #[schema(value_type = String)]
        digest: Digest,
        /// Media type.
        media_type: String,
        /// The text.
        text: String,
        /// Of an internal document: the salt of its digest, 32 bytes as hexadecimal digits.
        salt: Option<String>,
    }
    /// 检查点.
    struct CheckpointView {
        /// The signed note.
        note: String,
    }
    /// 记录条目.
    struct EntryView {
        /// Sequence number.
        seq: u64,
        /// Leaf hash.
        #[schema(value_type = String)]
        leaf: Digest,
        /// The envelope, as JSON.
        #[schema(value_type = Object)]
        entry: Value,
    }
}
