//! Accounts: one's own password, and the accounts somebody manages.

use yishi_views::AccountView;

use super::common::Link;
use super::form::Form;

/// Changing one's own password.
#[derive(Debug, Clone)]
pub struct PasswordPage {
    pub account: AccountView,
    pub form: Form,
}

/// An account in a list.
#[derive(Debug, Clone)]
pub struct AccountLine {
    pub account: AccountView,
    /// What it acts as, in words.
    pub capacity: String,
    /// What the reader may do with it.
    pub forms: Vec<Form>,
}

/// The accounts of a community's residents.
#[derive(Debug, Clone)]
pub struct AccountsPage {
    pub accounts: Vec<AccountLine>,
    /// Members of bodies who have no account yet: name, body and office.
    pub lacking: Vec<String>,
    pub next_href: Option<String>,
    /// Makes another one.
    pub form: Option<Form>,
    /// Where the reader came from.
    pub back: Link,
}
