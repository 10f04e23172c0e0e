//! 规则插件开发包: write a rule of a village or community as a yishi plugin.
//!
//! A rule plugin is a pure function from facts and settings to an answer that cites the articles of its own
//! text. Choose the world, implement its trait, name the type once:
//!
//! ```
//! use yishi_sdk::prelude::*;
//!
//! struct QuietHours;
//!
//! #[derive(serde::Deserialize)]
//! #[serde(rename_all = "kebab-case")]
//! struct Settings {
//!     night_begins: u32,
//! }
//!
//! impl VillageRegulation for QuietHours {
//!     type Settings = Settings;
//!
//!     fn appraise(ctx: &Context<Settings>, event: &CaseEvent) -> Appraisal {
//!         match event.read::<Noise>() {
//!             Ok(noise) if noise.hour >= ctx.settings.night_begins => {
//!                 let message = ("夜间请放低声音，邻里互相体谅", "Please be quiet at night");
//!                 Appraisal::admonish(message, ["安静-1"])
//!             }
//!             _ => Appraisal::none(),
//!         }
//!     }
//! }
//!
//! #[derive(serde::Deserialize)]
//! struct Noise {
//!     hour: u32,
//! }
//!
//! yishi_sdk::village_regulation!(QuietHours);
//! ```
//!
//! The macro exports the answers from the component and adds a test that runs the plugin's scenarios, so that
//! `cargo test` natively and the kernel's host say the same. The crate's `README.md` shows the files around it;
//! `sdk/template` is a whole plugin to copy.
//!
//! Every constructor of an answer asks for the articles it rests on, and for what people read in Chinese and in
//! English: an answer without a citation, or in one language, is refused by the kernel, so here it does not compile.
//! What the contract may name more of one day (bodies, steps, roles, subjects) has a case `Other`.

mod answers;
mod asked;
pub mod bindings;
mod codes;
mod context;
mod date;
#[doc(hidden)]
pub mod exports;
mod host;
mod measures;
#[cfg(not(target_arch = "wasm32"))]
pub mod testing;
mod worlds;

pub use answers::{at_least, more_than};
pub use asked::{Matter, TermsQuery, Transition};
pub use codes::{Body, CountingMode, Role, Step, Subject};
pub use context::{Context, Unreadable};
pub use date::Date;
pub use host::{log, records, roster};
pub use measures::PlannedMeasures;
pub use worlds::{Charter, ImplementationRule, VillageRegulation};

/// The WIT's own types.
pub mod wit {
    pub use crate::bindings::charter::yishi::rule::types::*;
}

/// The released version of the WIT package this SDK builds against.
pub const WIT_VERSION: &str = "1.0.0";

/// All a plugin usually names.
pub mod prelude {
    pub use crate::wit::{
        Admission, Appraisal, Candidate, CaseEvent, Classification, Community, CommunityKind, Comparison,
        CountingBase, Finding, MatterClass, Outcome, PersonFacts, Remark, RuleKind, SettingsError, Share,
        Terms, Threshold, Weight, Words,
    };
    pub use crate::{
        Body, Charter, Context, CountingMode, Date, ImplementationRule, Matter, PlannedMeasures, Role, Step,
        Subject, TermsQuery, Transition, Unreadable, VillageRegulation, at_least, log, more_than, records,
        roster,
    };
}
