//! Sign-in, errors, and the notice-board print view.

use yishi_views::DisclosureView;

use super::common::{Citation, Link, Paper};
use super::decision::Finding;
use super::form::Form;
use super::frame::Frame;

/// The sign-in page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignInPage {
    /// The form; see [`crate::forms::sign_in`].
    pub form: Form,
    /// What went wrong the last time.
    pub error: Option<String>,
    /// What the reader should know before signing in.
    pub note: Option<String>,
}

/// An error page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ErrorPage {
    /// HTTP status.
    pub status: u16,
    /// Stable code, such as `not-quorate`.
    pub code: String,
    /// What happened, in the reader's language; `None` takes the portal's own words for the status.
    pub message: Option<String>,
    /// Who demands it.
    pub by: Vec<Citation>,
    /// What can be done, in the reader's language; when empty the portal's own advice for the status is shown.
    pub what_to_do: Vec<String>,
    /// Where to go.
    pub back: Option<Link>,
    /// Id to quote to the town.
    pub request_id: String,
}

/// 公告 (a decision on the notice board).
#[derive(Debug, Clone)]
pub struct NoticePage {
    /// Heading such as `关于取缔小煤炉的决议`.
    pub title: String,
    pub number: String,
    pub text: String,
    /// `None` on an outcome notice.
    pub finding: Option<Finding>,
    pub posted: DisclosureView,
    /// Who issues it.
    pub issuer: String,
    /// Scheme and host, for the full address that shows this decision and its proof; printed, and drawn as a QR code.
    pub origin: String,
    /// Leaf hash of the entry.
    pub leaf: Option<String>,
    pub paper: Paper,
}

impl NoticePage {
    pub(crate) fn address(&self, f: &Frame) -> String {
        format!("{}{}{}", self.origin, f.at("/matters/"), self.posted.matter)
    }
}
