//! Accounts: one's own password, and the accounts somebody manages.

use super::common::Link;
use super::form::Form;

/// Changing one's own password.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PasswordPage {
    /// What others did to the account, newest first.
    pub told: Vec<String>,
    /// What its owner types to sign in.
    pub login: String,
    /// Somebody else chose the present one: nothing else is open until it is changed.
    pub forced: bool,
    /// The form; see [`crate::forms::change_password`].
    pub form: Form,
}

/// An account in a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountLine {
    /// Whose it is.
    pub name: String,
    /// What is typed to sign in.
    pub login: String,
    /// What it acts as, in words.
    pub capacity: String,
    /// It cannot sign in.
    pub disabled: bool,
    /// Its owner has not yet chosen a password of their own.
    pub waiting: bool,
    /// What the reader may do with it.
    pub forms: Vec<Form>,
}

/// The accounts of a community's residents.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountsPage {
    /// The accounts.
    pub accounts: Vec<AccountLine>,
    /// Members of bodies who have no account yet: name, body and office.
    pub lacking: Vec<String>,
    /// The next page.
    pub next_href: Option<String>,
    /// Makes another one.
    pub form: Option<Form>,
    /// Where the reader came from.
    pub back: Link,
}
