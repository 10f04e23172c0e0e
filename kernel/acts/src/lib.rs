//! 办理目录 (the catalogue of acts): what people do with a matter, a meeting, a rule or a case, and with what the house keeps
//! beside them (ballots, comments, seats, people, accounts, places), each act declared once.
//!
//! One file is one act: what it asks of whoever does it, in which words a page asks, who may, at which body's step the rules
//! are asked, and how it becomes a command of the machine. The route of the API and its document, the form on the page and
//! how it is read back, "what you may do now" and the words of a refusal follow from that file; nothing else names the act.
//!
//! To add an act: an arm of the machine, a file here, a line in the catalogue of its kind, and its words in
//! `schemas/vocabulary.json`. `kernel/decisions/0016-acts-are-declared-once.md` says why it is a trait and a list.
//!
//! Architecture invariant: pure. What an act has to know that is not in the state it acts on, it asks for
//! ([`Act::needs`]), and the application looks it up before the act becomes a command.

mod act;
mod answer;
mod ask;
pub mod case;
pub mod house;
mod input;
pub mod matter;
pub mod meeting;
mod papers;
pub mod rule;

pub use act::{Act, Address, Aggregate, Asks, Drawing, Entry, Given, Read, Ready, Room, Style, World, Wrong};
pub use answer::Answer;
pub use ask::{Ask, Say};
pub use input::{Input, Question, api_schema, form_schema};
pub use papers::{MAX_TEXT_BYTES, PLAIN, Paper, Papers, check_text};
pub use yishi_schema::FieldError;
