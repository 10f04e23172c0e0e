//! Sign-in, errors, and the notice-board print view.

use super::common::{Citation, Link, Paper};
use super::decision::Finding;
use super::form::Form;

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
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoticePage {
    /// Heading such as `关于取缔小煤炉的决议`.
    pub title: String,
    /// Number.
    pub number: String,
    /// The text, paragraph by paragraph.
    pub text: Vec<String>,
    /// The finding; `None` on an outcome notice.
    pub finding: Option<Finding>,
    /// First day of posting.
    pub first: String,
    /// Last day of posting.
    pub last: String,
    /// Who demands the posting.
    pub by: Vec<Citation>,
    /// Who issues it.
    pub issuer: String,
    /// When.
    pub issued_on: String,
    /// Whom to ask.
    pub contact: Option<String>,
    /// Full address that shows this decision and its proof; printed, and drawn as a QR code.
    pub verify_url: String,
    /// Number of the entry and leaf hash.
    pub entry: Option<u64>,
    /// Leaf hash of the entry.
    pub leaf: Option<String>,
    /// Paper.
    pub paper: Paper,
    /// The same notice on the other paper.
    pub other_paper_href: String,
    /// Back to the matter.
    pub back: Link,
}
