//! What templates draw with: icons, class names, charts. Every status gets an icon and a word, not a colour alone.
use crate::phrase::Speak as _;

use std::borrow::Borrow;
use std::fmt;

use askama::filters::HtmlSafe;
use yishi_deliberation::meeting::MeetingStage;

use yishi_views::{BodyView, MemberView};

use crate::context::*;
use crate::lang::Lang;
use crate::words::Words;
use crate::{icon, phrase, qr};

/// Members of a body named on a community's home.
const NAMED: usize = 5;

/// Markup made here, which templates do not escape again.
pub(crate) struct Markup(String);

impl fmt::Display for Markup {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl HtmlSafe for Markup {}

impl Frame {
    /// This page in the other language.
    pub(crate) fn lang_href(&self) -> String {
        format!("{}lang={}", self.query_start(), self.lang.other().code())
    }

    /// This page in the other mode.
    pub(crate) fn elder_href(&self) -> String {
        format!("{}elder={}", self.query_start(), if self.elder { "off" } else { "on" })
    }

    fn query_start(&self) -> String {
        let joint = if self.path.contains('?') { '&' } else { '?' };
        format!("{}{joint}", self.path)
    }

    /// The address of something in the community.
    pub(crate) fn at(&self, path: &str) -> String {
        format!("{}{path}", self.community.as_ref().map_or("", |community| &community.href))
    }

    /// Kind of community, for words; a village where the page belongs to none.
    pub(crate) fn kind(&self) -> CommunityKind {
        self.community.as_ref().map_or(CommunityKind::Village, |c| c.kind)
    }

    /// The community's navigation; the desk only for those who have one.
    pub(crate) fn tabs(&self) -> Vec<Tab> {
        let t = self.lang.words();
        let tab = |item: NavItem, suffix, icon, text| Tab { suffix, icon, text, current: self.nav == item };
        let mut tabs = vec![
            tab(NavItem::Home, "", "home", t.nav_home),
            tab(NavItem::Matters, "/matters", "talk", t.nav_matters),
            tab(NavItem::Rules, "/rules", "book", t.nav_rules),
            tab(NavItem::Verify, "/verify", "shield", t.nav_verify),
        ];
        if self.viewer.as_ref().is_some_and(|v| v.desk_href.is_some()) {
            tabs.push(tab(NavItem::Desk, "/desk", "desk", t.nav_desk));
        }
        tabs
    }
}

impl Form {
    /// Element id of a field.
    pub(crate) fn field_id(&self, field: &Field) -> String {
        // Suffixes come from ids of persons and digests; whatever they hold, the result is safe in an attribute.
        let safe = |c: &char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
        self.id.chars().chain(['-']).chain(field.name.chars()).filter(safe).collect()
    }

    /// Whether the title stands above the form: not when folded (it is the summary then), nor when it would only
    /// say again what the one button says.
    pub(crate) fn wants_heading(&self) -> bool {
        let has_fields = self.fields.iter().any(|field| field.kind != FieldKind::Hidden);
        self.style == FormStyle::Main && !self.title.is_empty() && (has_fields || self.title != self.submit)
    }

    /// Whether it was sent and refused, at a field or as a whole; a folded form is then shown open.
    pub(crate) fn is_open(&self) -> bool {
        self.tried || self.fields.iter().any(|field| field.error.is_some())
    }
}

impl CommunityHome {
    /// Whether a vote or a consultation is open, for this reader or for others.
    pub(crate) fn has_open(&self) -> bool {
        !self.asked.is_empty() || !self.running.is_empty()
    }

    /// Members of a body whom the page names.
    pub(crate) fn named<'a>(&self, body: &'a BodyView) -> impl Iterator<Item = &'a MemberView> {
        body.members.iter().take(NAMED)
    }

    /// How many more there are.
    pub(crate) fn unnamed(&self, body: &BodyView) -> usize {
        body.members.len().saturating_sub(NAMED)
    }
}

impl RulePage {
    pub(crate) fn has_examples(&self, article: &str) -> bool {
        self.scenarios.iter().any(|(of, _)| of == article)
    }
}

/// The pencil case. Methods take references because that is how templates pass arguments.
pub(crate) struct Draw;

impl Draw {
    pub(crate) fn icon(&self, name: &str) -> Markup {
        Markup(icon::svg(name))
    }

    pub(crate) fn qr(&self, text: &str, label: &str) -> Markup {
        Markup(qr::svg(text, label))
    }

    pub(crate) fn choice_icon(&self, choice: &Choice) -> Markup {
        self.icon(match choice {
            Choice::Yes => "check",
            Choice::No => "cross",
            Choice::Abstain => "dash",
        })
    }

    pub(crate) fn result(&self, result: &FindingResult) -> &'static str {
        match result {
            FindingResult::Passed => "passed",
            FindingResult::Failed => "failed",
            FindingResult::NotQuorate => "not-quorate",
        }
    }

    /// The few characters that fit a seal.
    pub(crate) fn seal(&self, result: &FindingResult, t: &'static Words) -> &'static str {
        match result {
            FindingResult::Passed => t.seal_passed,
            FindingResult::Failed => t.seal_failed,
            FindingResult::NotQuorate => t.seal_not_quorate,
        }
    }

    /// Whether the step at this index (from 0) is behind us.
    pub(crate) fn step_is_done(&self, index: impl Borrow<usize>, step: &u8, status: &MatterStatus) -> bool {
        let (index, current) = (*index.borrow(), usize::from(*step));
        index.saturating_add(1) < current
            || (index.saturating_add(1) == current && *status == MatterStatus::Completed)
    }

    pub(crate) fn step_class(
        &self,
        index: impl Borrow<usize>,
        step: &u8,
        status: &MatterStatus,
    ) -> &'static str {
        let index = *index.borrow();
        if self.step_is_done(index, step, status) {
            "done"
        } else if index.saturating_add(1) == usize::from(*step) {
            match status {
                MatterStatus::Rejected => "failed",
                MatterStatus::Withdrawn | MatterStatus::Lapsed => "ended",
                MatterStatus::Returned => "returned",
                _ => "now",
            }
        } else {
            "todo"
        }
    }

    /// Name of the n-th step where both classes are counted together.
    pub(crate) fn step_head(&self, n: impl Borrow<usize>, lang: &Lang) -> String {
        let n = *n.borrow();
        lang.six_steps(None::<MatterClass>).get(n.saturating_sub(1)).cloned().unwrap_or_default()
    }

    /// Where the third part of a stacked bar begins.
    pub(crate) fn percent_after(&self, first: &u64, second: &u64, whole: &u64) -> String {
        phrase::percent(first.saturating_add(*second), *whole)
    }

    /// How the quorum feels: only a sitting that is short of people is a warning.
    pub(crate) fn quorum_class(&self, standing: impl Borrow<QuorumStanding>) -> &'static str {
        match standing.borrow() {
            QuorumStanding::Met => "is-met",
            QuorumStanding::Short(_) | QuorumStanding::Undeclared => "is-unmet",
            QuorumStanding::Coming
            | QuorumStanding::NoVote
            | QuorumStanding::Over
            | QuorumStanding::CalledOff => "is-plain",
        }
    }

    pub(crate) fn quorum_icon(&self, standing: impl Borrow<QuorumStanding>) -> Markup {
        self.icon(match standing.borrow() {
            QuorumStanding::Met | QuorumStanding::Over => "check",
            QuorumStanding::Short(_) | QuorumStanding::Undeclared => "warn",
            QuorumStanding::Coming | QuorumStanding::NoVote => "calendar",
            QuorumStanding::CalledOff => "dash",
        })
    }

    /// `aria-describedby` and `aria-invalid` of a field.
    pub(crate) fn described(&self, id: &str, field: &Field) -> Markup {
        let hint = field.hint.as_ref().map(|_| format!("{id}-hint"));
        let error = field.error.as_ref().map(|_| format!("{id}-error"));
        let invalid = if error.is_some() { " aria-invalid=\"true\"" } else { "" };
        let ids: Vec<String> = hint.into_iter().chain(error).collect();
        let described =
            if ids.is_empty() { String::new() } else { format!(" aria-describedby=\"{}\"", ids.join(" ")) };
        Markup(format!("{described}{invalid}"))
    }

    pub(crate) fn input_type(&self, kind: &FieldKind) -> Markup {
        let attributes = match kind {
            FieldKind::Date => " type=\"date\"",
            FieldKind::DateTime => " type=\"datetime-local\"",
            FieldKind::Number => " type=\"text\" inputmode=\"numeric\" pattern=\"[0-9]*\"",
            FieldKind::Money => " type=\"text\" inputmode=\"decimal\"",
            FieldKind::Password => " type=\"password\"",
            _ => " type=\"text\"",
        };
        Markup(attributes.to_owned())
    }

    /// Lets password managers do their work: the reader's own login and password where they sign in or change it, and
    /// nowhere else. A password that is typed for somebody else is a new one.
    pub(crate) fn autocomplete(&self, form: &Form, field: &Field) -> Markup {
        let signs_in = form.id == "sign-in";
        let attribute = match (&field.kind, field.name.as_str()) {
            (FieldKind::Text, "name") if signs_in => {
                " autocomplete=\"username\" autocapitalize=\"none\" spellcheck=\"false\""
            }
            (FieldKind::Password, name) if signs_in || name == "old_password" => {
                " autocomplete=\"current-password\""
            }
            (FieldKind::Password, _) => " autocomplete=\"new-password\"",
            _ => "",
        };
        Markup(attribute.to_owned())
    }

    pub(crate) fn meeting_tone(&self, state: impl Borrow<MeetingStage>) -> Tone {
        match state.borrow() {
            MeetingStage::Convened | MeetingStage::Recessed | MeetingStage::Cancelled => Tone::Neutral,
            MeetingStage::Open => Tone::Active,
            MeetingStage::Adjourned | MeetingStage::Minuted => Tone::Good,
        }
    }

    pub(crate) fn error_title(&self, status: &u16, t: &'static Words) -> &'static str {
        error_words(*status, t).0
    }

    pub(crate) fn error_advice(&self, status: &u16, t: &'static Words) -> &'static str {
        error_words(*status, t).1
    }
}

/// 样子 (how a status looks): the class it is styled by, and its icon.
pub(crate) trait Look {
    fn look(&self) -> (&'static str, &'static str);

    fn look_class(&self) -> &'static str {
        self.look().0
    }

    fn look_icon(&self) -> Markup {
        Draw.icon(self.look().1)
    }
}

impl Look for Tone {
    fn look(&self) -> (&'static str, &'static str) {
        match self {
            Tone::Neutral => ("neutral", "info"),
            Tone::Active => ("active", "dot"),
            Tone::Good => ("good", "check"),
            Tone::Warn => ("warn", "clock"),
            Tone::Bad => ("bad", "warn"),
        }
    }
}

impl Look for MatterStatus {
    fn look(&self) -> (&'static str, &'static str) {
        match self {
            MatterStatus::Open => ("active", "dot"),
            MatterStatus::Voting | MatterStatus::Counting => ("active", "pen"),
            MatterStatus::Consulting => ("active", "talk"),
            MatterStatus::Answering => ("warn", "talk"),
            MatterStatus::Scheduled => ("active", "calendar"),
            MatterStatus::Resolved => ("active", "check"),
            MatterStatus::Returned => ("warn", "back"),
            MatterStatus::Disclosing => ("active", "board"),
            MatterStatus::Implementing | MatterStatus::Reporting | MatterStatus::Closing => {
                ("active", "clock")
            }
            MatterStatus::Completed => ("good", "check"),
            MatterStatus::Rejected => ("bad", "cross"),
            MatterStatus::Withdrawn | MatterStatus::Lapsed => ("neutral", "dash"),
        }
    }
}

impl Look for RuleStatus {
    fn look(&self) -> (&'static str, &'static str) {
        match self {
            RuleStatus::InForce => ("good", "check"),
            RuleStatus::Consulting | RuleStatus::Consulted => ("active", "talk"),
            RuleStatus::Voting => ("active", "pen"),
            RuleStatus::Attested | RuleStatus::Voted | RuleStatus::Promulgated => ("active", "clock"),
            RuleStatus::Suspended => ("warn", "warn"),
            RuleStatus::Rejected => ("bad", "cross"),
            RuleStatus::Drafted => ("neutral", "doc"),
            RuleStatus::Superseded | RuleStatus::Repealed => ("neutral", "dash"),
        }
    }
}

impl Look for StageState {
    fn look(&self) -> (&'static str, &'static str) {
        match self {
            StageState::Done => ("done", "check"),
            StageState::Current => ("now", "dot"),
            StageState::Waiting => ("todo", "dash"),
            StageState::Returned => ("returned", "back"),
            StageState::Failed => ("failed", "cross"),
        }
    }
}

/// What an error page is called, and what to do about it.
const fn error_words(status: u16, t: &'static Words) -> (&'static str, &'static str) {
    match status {
        401 | 403 => (t.error_403, t.error_403_do),
        404 | 410 => (t.error_404, t.error_404_do),
        409 | 412 | 428 => (t.error_409, t.error_409_do),
        429 | 503 => (t.error_429, t.error_429_do),
        400..=499 => (t.error_400, t.error_400_do),
        _ => (t.error_500, t.error_500_do),
    }
}
