//! 词句 (what pages say of codes and figures), with what only the application can name.

use yishi_app::entry_kind::EntryKind;
pub(super) use yishi_portal::phrases::*;
use yishi_portal::{Lang, Speak as _};

/// What an entry of the record tells. The record is public and downloads say everything; a page does not show a code for
/// what it cannot name.
pub(super) fn entry_kind(lang: Lang, kind: &str) -> String {
    EntryKind::of(kind)
        .map_or_else(|| lang.both("其他记录", "Other entry").to_owned(), |kind| kind.term().heading(lang))
}
