//! 对照模型 (the model): the statute's page as a small, slow program, and the engine held against it.
//!
//! [`world`] is one community as somebody sees it who has the page of the statute open and a finger on the line: a place
//! and its people with their seats ([`people`]), who of them may do what (`authority`), matters ([`matter`]), sittings with
//! their ballots ([`meeting`]), charters and other texts ([`rule`]). Each refusal names the row or the ruling it rests on.
//! The model is written from that page, never from the engine; where the two part, one of them is wrong, and the page says
//! which.
//!
//! [`generate`] draws sequences of [`act`]s from a seed, [`engine`] drives the application over its real store and rule
//! host in this process, [`run`] holds the two together and makes what it finds small.
//!
//! To add an act: a word in [`act`], a line in `World::apply` and one in `World::may`, its rule beside its like, a call in
//! [`engine`], a draw in [`generate`].

pub mod act;
mod authority;
pub mod engine;
pub mod generate;
pub mod known;
pub mod matter;
pub mod meeting;
pub mod people;
pub mod rule;
pub mod run;
pub mod world;
