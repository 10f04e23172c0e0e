//! What surrounds every page.

use yishi_law::CommunityKind;

use super::common::Tone;
use crate::lang::Lang;

/// What surrounds every page: language, mode, viewer, community, where the reader is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Frame {
    /// Of the portal's own words.
    pub lang: Lang,
    /// 长辈模式 (elder mode): larger text and targets.
    pub elder: bool,
    /// Path of this page, with those parts of its query that matter; the language and mode links add `lang=zh|en` and
    /// `elder=on|off` to it. The server keeps the choice in a cookie.
    pub path: String,
    /// Token for the hidden `csrf` field of every form on the page.
    pub csrf: String,
    pub viewer: Option<Viewer>,
    /// `None` on pages of the portal, a town or the city.
    pub community: Option<CommunityFrame>,
    /// Which navigation entry is current.
    pub nav: NavItem,
    /// What just happened, shown once at the top.
    pub flash: Option<Flash>,
    /// Today, when the host runs on a simulated clock; shown as a banner so that nobody is misled.
    pub simulated_today: Option<String>,
    /// What the host calls itself in the footer, such as the town's name.
    pub host_name: String,
}

/// Who is signed in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Viewer {
    pub name: String,
    /// In words, such as `议事会主任` or `村委会工作人员`.
    pub capacity: String,
    /// The staff desk or dashboard this person may open.
    pub desk_href: Option<String>,
}

/// The community a page belongs to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CommunityFrame {
    /// Name, such as `清溪村`.
    pub name: String,
    pub town: String,
    pub kind: CommunityKind,
    /// Path of its home page, `/c/{community}`; those of its other pages are below it.
    pub href: String,
}

/// Entries of the community's navigation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NavItem {
    None,
    /// 首页.
    Home,
    /// 议事 (matters and meetings).
    Matters,
    /// 规约 (charter, rules, regulations).
    Rules,
    /// 核验 (verify).
    Verify,
    /// 工作台 (desk).
    Desk,
}

/// A message shown once, after a redirect.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Flash {
    pub tone: Tone,
    /// What happened, in the reader's language.
    pub text: String,
}

/// A tab of the community's navigation.
pub(crate) struct Tab {
    pub(crate) suffix: &'static str,
    pub(crate) icon: &'static str,
    pub(crate) text: &'static str,
    pub(crate) current: bool,
}
