//! 坏插件作坊 (a forge for plugins that no compiler would make): components written by hand at test time.
//!
//! A [`Forge`] starts as a well-behaved plugin of one world whose every answer is empty. A test gives it
//! constant answers as JSON ([`Forge::answer`]), WAT bodies ([`Forge::body`], [`Forge::items`]), another
//! manifest or another contract, and builds a component with the real encoder. [`gallery`] holds the bad
//! ones that every host must survive.

mod forge;
pub mod gallery;
mod lower;
pub mod manifests;

pub use forge::{CONTRACT, Forge, with_section};
