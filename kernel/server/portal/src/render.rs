//! The templates, each bound to its context.
use crate::phrase::Speak as _;

use askama::Template;

use crate::context::*;
use crate::draw::{Draw, Look as _};
use crate::words::Words;

use yishi_deliberation::meeting::MeetingStage;
use yishi_law::Secrecy;
use yishi_views::BallotPhase;

/// A page that could not be rendered. Templates are checked when compiled, so only running out of memory remains.
pub type RenderError = askama::Error;

/// A page: knows its title and renders itself inside a frame.
pub trait Page {
    /// What stands in the browser's title, before the community's name.
    fn title(&self, frame: &Frame) -> String;

    /// The whole document.
    ///
    /// # Errors
    ///
    /// When formatting fails; see [`RenderError`].
    fn render(&self, frame: &Frame) -> Result<String, RenderError>;
}

macro_rules! pages {
    ($($context:ident, $view:ident, $template:literal, |$page:ident, $t:ident| $title:expr;)*) => {$(
        #[derive(Template)]
        #[template(path = $template)]
        struct $view<'a> {
            /// Frame.
            f: &'a Frame,
            /// Words.
            t: &'static Words,
            /// Page.
            p: &'a $context,
            /// Icons, classes, charts.
            d: Draw,
            title: String,
        }

        impl Page for $context {
            fn title(&self, frame: &Frame) -> String {
                let ($page, $t) = (self, frame.lang.words());
                let _ = ($page, $t);
                $title.to_owned()
            }

            fn render(&self, frame: &Frame) -> Result<String, RenderError> {
                let view = $view { f: frame, t: frame.lang.words(), p: self, d: Draw, title: self.title(frame) };
                view.render()
            }
        }
    )*};
}

pages! {
    PortalHome, PortalHomeView, "portal_home.html", |p, t| t.home_title;
    CommunityHome, CommunityHomeView, "community_home.html", |p, t| t.nav_home;
    MatterList, MatterListView, "matter_list.html", |p, t| t.matter_list;
    MatterPage, MatterPageView, "matter.html", |p, t| p.matter.title;
    MeetingPage, MeetingPageView, "meeting.html", |p, t| p.title;
    VotePage, VoteView, "vote.html", |p, t| if p.confirm.is_some() { t.vote_confirm_title } else { t.vote_title };
    ReceiptPage, ReceiptView, "receipt.html", |p, t| t.receipt_title;
    RulePage, RulePageView, "rule.html", |p, t| p.title;
    CasePage, CaseView, "case.html", |p, t| p.row.kind;
    CasesPage, CasesView, "cases.html", |p, t| t.cases_title;
    ShelfPage, ShelfView, "shelf.html", |p, t| t.rules_title;
    VerifyPage, VerifyView, "verify.html", |p, t| t.verify_title;
    SignInPage, SignInView, "sign_in.html", |p, t| t.sign_in;
    PasswordPage, PasswordView, "password.html", |p, t| t.change_password;
    AccountsPage, AccountsView, "accounts.html", |p, t| t.accounts;
    MeetingList, MeetingListView, "meetings.html", |p, t| t.meetings_all;
    DeskPage, DeskView, "desk.html", |p, t| t.desk_title;
    RosterPage, RosterView, "roster.html", |p, t| t.roster_title;
    BodiesPage, BodiesView, "bodies.html", |p, t| t.bodies;
    SuggestPage, SuggestView, "suggest.html", |p, t| t.suggest_title;
    TownPage, TownView, "town.html", |p, t| p.name;
    ErrorPage, ErrorView, "error.html", |p, t| crate::draw::Draw.error_title(&p.status, t);
    NoticePage, NoticeView, "notice.html", |p, t| p.title;
}
