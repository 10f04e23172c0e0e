//! The host as its callers see it: what is refused, what is contained, what the gates join.

mod compare;
mod contained;
mod contract;
mod gates;
mod kept;
mod refused;
mod replay;
mod shelf;
mod world;
