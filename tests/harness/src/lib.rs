//! A community in a box (测试社区): starts the real `yishi` binary on a folder of its own with a simulated
//! clock, and drives the real HTTP API the way a town, a village committee and its residents would.
//!
//! The demo, the acceptance tests and the load tests all tell their stories through this crate, so a story
//! that works here works for anybody with an HTTP client.
//!
//! - [`Kernel`] is the server as a child process, [`Client`] whoever talks to it;
//! - [`City`], [`Town`] and [`Place`] set up a place with its roster, its bodies and its accounts;
//! - [`story`] takes a place through the six steps; [`texts`] is what its people write.

pub mod artifacts;
pub mod client;
mod contract;
pub mod kernel;
pub mod place;
pub mod roster;
pub mod stage;
pub mod story;
pub mod texts;

pub use yishi_builder::Built;

pub use client::{Client, Reply};
pub use kernel::{Kernel, Options};
pub use place::{City, Place, PlaceSpec, Resident, Town};
pub use stage::Stage;
pub use story::{Affair, Assembly, Decided, Draft, HandCount, PaperAdoption, Votes};
