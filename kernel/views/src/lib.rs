//! 视图 (what a client reads): the wire types of the API.
//!
//! They are written here once. The API sends them as they are, and the pages are drawn from the same ones, so that both
//! say the same. Personal data is in them only where the policy table let the reader through.

use serde::Serialize;
use utoipa::ToSchema;

/// Writes views. `field: T as String` is a value of the domain that is text on the wire: an id, a day, a code. It is a value
/// until it is serialised, once.
macro_rules! views {
    ($($(#[$doc:meta])* struct $name:ident {
        $($(#[$field_doc:meta])* $field:ident: $type:ty $(as $wire:ty)?,)*
    })*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Serialize, ToSchema)]
        pub struct $name { $($(#[$field_doc])* $(#[schema(value_type = $wire)])? pub $field: $type,)* }
    )*};
}

mod accounts;
mod cases;
mod matters;
mod meetings;
mod people;
mod places;
mod record;
mod rules;
mod shown_case;
mod timeline;

pub use accounts::*;
pub use cases::*;
pub use matters::*;
pub use meetings::*;
pub use people::*;
pub use places::*;
pub use record::*;
pub use rules::*;
pub use shown_case::{ShownCase, case_papers, owed_in_case};
pub use timeline::{TimelineStep, timeline};

/// 一页 (a page of a listing).
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ListView<T> {
    /// The items.
    pub items: Vec<T>,
    /// The key of the last item, when there may be more. The edge seals it into an opaque cursor.
    pub next: Option<String>,
}

impl<T> ListView<T> {
    /// A page from rows read with this limit: full pages have a next one.
    pub fn page<R>(rows: Vec<R>, limit: u32, key: impl Fn(&R) -> String, view: impl FnMut(R) -> T) -> Self {
        let next = if rows.len() as u64 >= u64::from(limit) { rows.last().map(key) } else { None };
        Self { items: rows.into_iter().map(view).collect(), next }
    }
}
