//! Sentences with numbers and choices in them.

use crate::context::{
    BodyKind, Choice, CommunityKind, CountingBase, CountingMode, FindingResult, LifeStage, MatterClass,
    MatterStatus, NoticeKind, QuorumStanding, RuleKind, RuleStatus, Share, StageState, Tone, TrackStage,
};
use crate::lang::Lang;
use crate::phrases::{self, Dated};
use crate::words::Words;
use std::borrow::Borrow;

use jiff::Timestamp;
use jiff::civil::Date;
use serde_json::Value;
use yishi_deliberation::meeting::MeetingStage;
use yishi_identity::Capacity;
use yishi_law::Law;
use yishi_views::{
    ActedAs, AttestationView, CasePointsView, DutyDoneView, DutyView, FailingView, MeetingView, NamedView,
};

/// Puts values in at `{}` (the first), `{1}`, `{2}`, `{3}`.
pub fn fill(pattern: &str, values: &[&str]) -> String {
    let mut out = String::with_capacity(pattern.len().saturating_add(16));
    let mut rest = pattern;
    while let Some(open) = rest.find('{') {
        let (before, after) = rest.split_at(open);
        out.push_str(before);
        let Some(close) = after.find('}') else {
            out.push_str(after);
            return out;
        };
        let name = after.get(1..close).unwrap_or_default();
        let index =
            if name.is_empty() { Some(0) } else { name.parse::<usize>().ok().and_then(|n| n.checked_sub(1)) };
        out.push_str(index.and_then(|i| values.get(i)).copied().unwrap_or_default());
        rest = after.get(close.saturating_add(1)..).unwrap_or_default();
    }
    out.push_str(rest);
    out
}

/// What codes are called as a heading; in a kind of community, where that makes a difference.
macro_rules! headings {
    ($($name:ident($type:ty $(, $kind:ident)?);)*) => {$(
            fn $name(self, value: $type $(, $kind: CommunityKind)?) -> String {
            headings!(@ value $($kind)?).heading(self.lang())
        }
    )*};
    (@ $value:ident) => { $value.term() };
    (@ $value:ident $kind:ident) => { $value.term_in($kind) };
}

/// 说法 (what a page says in one language): the words of the catalogue, and the sentences made with them.
pub trait Speak: Copy {
    fn lang(self) -> Lang;

    fn words(self) -> &'static Words {
        crate::lang::catalogue(self.lang())
    }

    /// One of two texts.
    fn both<'a>(self, zh: &'a str, en: &'a str) -> &'a str {
        match self.lang() {
            Lang::Zh => zh,
            Lang::En => en,
        }
    }

    /// The text a view carries in both languages; the Chinese one where English is missing.
    fn of<'a>(self, zh: &'a str, en: &'a str) -> &'a str {
        if self.lang() == Lang::En && !en.is_empty() { en } else { zh }
    }

    /// The day of something, as people write it: 2026年3月1日, 1 Mar 2026.
    fn date(self, of: &(impl Dated + ?Sized)) -> String {
        of.shown(self.lang())
    }

    /// The days from the first to the last.
    fn span(self, from: &(impl Dated + ?Sized), to: &(impl Dated + ?Sized)) -> String {
        format!("{} – {}", self.date(from), self.date(to))
    }

    /// Day and time of an instant, in the time of the place.
    fn instant(self, at: impl Borrow<Timestamp>) -> String {
        const HOURS_EAST: i8 = 8;
        let here = jiff::tz::offset(HOURS_EAST).to_datetime(*at.borrow());
        format!("{} {:02}:{:02}", self.date(&here.date()), here.hour(), here.minute())
    }

    /// The same of an RFC 3339 instant that is written as text.
    fn moment(self, text: &str) -> String {
        text.parse::<Timestamp>().map_or_else(|_| text.to_owned(), |at| self.instant(at))
    }

    /// A sentence of the kernel with its ISO dates written as the rest of the page writes them.
    fn dated(self, text: &str) -> String {
        phrases::dated(self.lang(), text)
    }

    /// What stands in one of a rule's own answers as a pair of texts; one that was given before rules spoke both languages
    /// stands as it is.
    fn said(self, value: &Value) -> &str {
        if let Some(one) = value.as_str() {
            return one;
        }
        self.both(value["zh"].as_str().unwrap_or_default(), value["en"].as_str().unwrap_or_default())
    }

    /// A code that a rule named, in words.
    fn named<'a>(self, known: &'a [NamedView], code: &'a str) -> &'a str {
        let found = known.iter().find(|one| one.code == code);
        found.map_or(code, |one| self.of(&one.title, &one.title_en))
    }

    /// In what capacity somebody acts, where no kind of community is at hand.
    fn any_capacity(self, capacity: Capacity) -> String {
        capacity.term().heading(self.lang())
    }

    /// The capacity a view names in Chinese, as this kind of community calls it.
    fn capacity_named(self, name: &str, kind: CommunityKind) -> String {
        let known = Capacity::ALL.iter().copied().find(|one| one.term_in(kind).zh == name);
        known.map_or_else(|| name.to_owned(), |known| self.capacity(known, kind))
    }

    /// Fen as yuan.
    fn yuan(self, fen: u64) -> String {
        let figure = phrases::grouped(fen);
        self.lang().pick(format!("{figure} 元"), format!("CNY {figure}"))
    }

    /// A booking of points: how many, with their sign, and why.
    fn points(self, one: &CasePointsView) -> String {
        format!("{:+} {}", one.points, self.of(&one.reason, &one.reason_en))
    }

    /// Several things in a row.
    fn list(self, of: &[String]) -> String {
        of.join(self.both("、", ", "))
    }

    /// What is not done, and for how long it has been late.
    fn late_by(self, what: &str, days: u64) -> String {
        format!("{what}{}{}", self.both("，", "; "), self.days_late(days))
    }

    /// What should have been done by now, in a sentence.
    fn unended(self, owed: &DutyView, today: impl Borrow<Date>) -> Option<String> {
        let days = owed.days_late(*today.borrow())?;
        Some(self.late_by(self.of(&owed.text, &owed.text_en), days))
    }

    /// One value into a pattern of the catalogue.
    fn fill(self, pattern: &str, value: impl std::fmt::Display) -> String {
        fill(pattern, &[&value.to_string()])
    }

    fn fill2(self, pattern: &str, one: impl std::fmt::Display, two: impl std::fmt::Display) -> String {
        fill(pattern, &[&one.to_string(), &two.to_string()])
    }

    fn fill3(
        self,
        pattern: &str,
        one: impl std::fmt::Display,
        two: impl std::fmt::Display,
        three: impl std::fmt::Display,
    ) -> String {
        fill(pattern, &[&one.to_string(), &two.to_string(), &three.to_string()])
    }

    /// The same of a text that may not be there.
    fn either<'a>(self, zh: &'a Option<String>, en: &'a Option<String>) -> Option<&'a str> {
        Some(self.of(zh.as_deref()?, en.as_deref().unwrap_or_default()))
    }

    /// For which amounts and which matters only.
    fn only(
        self,
        amount: &Option<String>,
        amount_en: &Option<String>,
        when: &Option<String>,
        when_en: &Option<String>,
    ) -> Option<String> {
        let parts = [self.either(amount, amount_en), self.either(when, when_en)];
        let parts: Vec<_> = parts.into_iter().flatten().collect();
        (!parts.is_empty()).then(|| parts.join(self.lang().pick("；", "; ")))
    }

    /// That a rule gave no usable answer in a step, and when it was last.
    fn failing(self, failing: &FailingView) -> String {
        self.fill2(
            self.words().failing,
            self.of(&failing.message, &failing.message_en),
            self.date(&failing.last_on),
        )
    }

    /// What the minutes of a vote on paper say was counted.
    fn paper_counts(self, paper: &AttestationView) -> String {
        let t = self.words();
        let counts = [
            (t.roll_persons, paper.in_office),
            (t.present, paper.present),
            (t.vote_yes, paper.yes),
            (t.vote_no, paper.no),
            (t.vote_abstain, paper.abstain),
        ];
        let mut counts: Vec<_> = counts.iter().map(|(label, count)| format!("{label} {count}")).collect();
        // Papers that the minutes say nothing of: whoever confirms is to see that they are missing.
        let unsaid = paper.present.saturating_sub(paper.yes + paper.no + paper.abstain);
        if unsaid > 0 {
            counts.push(self.fill(t.attested_unsaid, unsaid));
        }
        counts.join(self.lang().pick("，", ", "))
    }

    /// A share in number words: 三分之二以上, 超过三分之二, 过半数.
    fn share(self, share: Share) -> String {
        share.describe().said(self.lang()).to_owned()
    }

    /// What was done late in a matter, by when it was due and when it was done; none where it was in time.
    fn done_late(self, done: &DutyDoneView) -> Option<String> {
        if done.days_late == 0 {
            return None;
        }
        let what = self.of(&done.text, &done.text_en);
        let (due, on) = (self.date(&done.due), self.date(&done.done));
        let late = self.days_late(done.days_late);
        Some(fill(self.words().done_late, &[what, &due, &on, &late]))
    }

    /// In what capacity something was done, as its community calls it.
    fn acted_as(self, by: &ActedAs) -> String {
        by.capacity.term_in(by.kind).heading(self.lang())
    }

    /// Who made a comment, whom its view names in Chinese.
    fn commenter(self, author: &str) -> &str {
        match author {
            "非户籍居民" => self.words().resident_non_local,
            "户籍居民" => self.words().resident_local,
            other => other,
        }
    }

    /// The document of a step.
    fn evidence(self, step: TrackStage) -> &'static str {
        let t = self.words();
        match step {
            TrackStage::Suggest => t.paper_suggestion,
            TrackStage::Propose => t.paper_proposal,
            TrackStage::Review => t.paper_reasons,
            TrackStage::Consultation => t.paper_consultation,
            TrackStage::PartyStudy => t.paper_study,
            TrackStage::JointDeliberation => t.paper_minutes,
            TrackStage::File => t.paper_filing,
            TrackStage::DiscloseDecision => t.paper_notice,
            TrackStage::Implement => t.paper_report,
            TrackStage::DiscloseOutcome => t.paper_outcome,
            TrackStage::Resolve => t.paper_other,
        }
    }

    /// The text of law something is judged by, by its title.
    fn law(self, id: &str) -> String {
        match (Law::embedded().document(id), self.lang()) {
            (None, _) => id.to_owned(),
            (Some(document), Lang::Zh) => format!("《{}》", document.title.zh),
            (Some(document), Lang::En) => document.title.en.clone(),
        }
    }

    /// Where a meeting stands; whether its minutes are kept is said elsewhere.
    fn meeting_stage(self, stage: MeetingStage) -> String {
        let stage = if stage == MeetingStage::Minuted { MeetingStage::Adjourned } else { stage };
        stage.term().heading(self.lang())
    }

    /// What a share is taken of, as a heading over shares.
    fn share_of(self, base: CountingBase) -> &'static str {
        let t = self.words();
        match base {
            CountingBase::InOffice => t.share_of_in_office,
            CountingBase::Present => t.share_of_present,
            CountingBase::Cast => t.share_of_cast,
        }
    }

    /// The day and the hour a meeting is called for, and the day on which it goes on after a recess.
    fn sitting_time(self, meeting: &MeetingView) -> String {
        let called = format!("{} {}", self.date(&meeting.held_on), meeting.hour).trim_end().to_owned();
        if meeting.sits_on == meeting.held_on {
            return called;
        }
        self.fill2(self.words().goes_on, called, self.date(&meeting.sits_on))
    }

    /// How late something is.
    fn days_late(self, days: u64) -> String {
        let t = self.words();
        self.counted(days, t.day_late, t.days_late)
    }

    /// How many rows of a file cannot be taken.
    fn bad_rows(self, rows: u64) -> String {
        let t = self.words();
        self.counted(rows, t.import_bad_one, t.import_bad)
    }

    /// How many days before a meeting notice of it was given.
    fn notice_line(self, given: &str, days: u64, needed: u64) -> String {
        let t = self.words();
        let line = if days == 1 { t.notice_line_one } else { t.notice_line };
        self.fill3(line, given, days, needed)
    }

    /// One of two patterns, by the figure that goes into it.
    fn counted(self, figure: u64, one: &str, many: &str) -> String {
        if figure == 1 { one.to_owned() } else { self.fill(many, figure) }
    }

    /// What stands first among the rules of this kind of community, within a sentence: 章程 or 居民公约.
    fn charter(self, kind: CommunityKind) -> &'static str {
        yishi_words::charter(kind).said(self.lang())
    }

    headings! {
        body(BodyKind, kind);
        capacity(Capacity, kind);
        choice(Choice);
        class(MatterClass);
        community(CommunityKind);
        mode(CountingMode);
        result(FindingResult);
        rule_kind(RuleKind, kind);
        rule_status(RuleStatus);
        status(MatterStatus);
    }

    /// A step or gate; the fifth step is called differently in the two classes.
    fn stage(self, stage: TrackStage, class: impl Into<Option<MatterClass>>) -> String {
        stage.term(class.into()).heading(self.lang())
    }

    /// The six steps of a class, in order; what both have in common while a matter is of neither.
    fn six_steps(self, class: impl Into<Option<MatterClass>>) -> [String; 6] {
        let (t, class) = (self.words(), class.into());
        [1, 2, 3, 4, 5, 6].map(|number| match (class, number) {
            (None, 3) => t.step_three_both.to_owned(),
            (None, 4) => t.step_four_both.to_owned(),
            (None, 6) => t.step_six_both.to_owned(),
            _ => TrackStage::numbered(class.unwrap_or(MatterClass::Ordinary), number)
                .map_or_else(String::new, |stage| self.stage(stage, class)),
        })
    }

    fn stage_state(self, state: StageState) -> &'static str {
        let t = self.words();
        match state {
            StageState::Done => t.state_done,
            StageState::Current => t.state_current,
            StageState::Waiting => t.state_waiting,
            StageState::Returned => t.state_returned,
            StageState::Failed => t.state_failed,
        }
    }

    fn life(self, stage: LifeStage) -> &'static str {
        let t = self.words();
        match stage {
            LifeStage::Drafted => t.life_drafted,
            LifeStage::Consulted => t.life_consulted,
            LifeStage::Voted => t.life_voted,
            LifeStage::Filed => t.life_filed,
            LifeStage::Promulgated => t.life_promulgated,
            LifeStage::InForce => t.life_in_force,
            LifeStage::Ended => t.life_ended,
        }
    }

    fn notice(self, kind: NoticeKind) -> &'static str {
        let t = self.words();
        match kind {
            NoticeKind::Decision => t.notice_decision,
            NoticeKind::Outcome => t.notice_outcome,
            NoticeKind::Rule => t.notice_rule,
        }
    }

    /// The word that goes with a tone, so that colour is never alone.
    fn tone(self, tone: Tone) -> &'static str {
        let t = self.words();
        match tone {
            Tone::Good => t.notice_done,
            Tone::Neutral | Tone::Active => t.notice_info,
            Tone::Warn => t.notice_warn,
            Tone::Bad => t.notice_bad,
        }
    }

    /// What a meeting's quorum comes to at this moment.
    fn quorum(self, standing: QuorumStanding, needed: u64, mode: CountingMode) -> String {
        let t = self.words();
        let households = mode == CountingMode::Households;
        match standing {
            QuorumStanding::Coming if households => self.fill(t.quorum_coming_households, needed),
            QuorumStanding::Coming => self.fill(t.quorum_coming, needed),
            QuorumStanding::Met => t.quorum_met.to_owned(),
            QuorumStanding::Short(missing) if households => self.fill(t.quorum_missing_households, missing),
            QuorumStanding::Short(missing) => self.fill(t.quorum_missing, missing),
            QuorumStanding::Undeclared => t.quorum_undeclared_say.to_owned(),
            QuorumStanding::NoVote => t.quorum_no_vote.to_owned(),
            QuorumStanding::Over => t.quorum_over.to_owned(),
            QuorumStanding::CalledOff => t.quorum_called_off.to_owned(),
        }
    }

    fn days_left(self, days: u32) -> String {
        if days <= 1 { self.words().last_day.to_owned() } else { self.fill(self.words().days_left, days) }
    }
}

impl Speak for Lang {
    fn lang(self) -> Lang {
        self
    }
}

/// Part of a whole as a percentage with one decimal, rounded half up, in integers.
pub fn percent(part: u64, whole: u64) -> String {
    let tenths = tenths_of_percent(part, whole);
    format!("{}.{}%", tenths / 10, tenths % 10)
}

/// Part of a whole in thousandths, rounded half up; 0 of an empty whole.
pub(crate) fn tenths_of_percent(part: u64, whole: u64) -> u64 {
    let doubled = u128::from(part).saturating_mul(2000).saturating_add(u128::from(whole));
    doubled.checked_div(u128::from(whole).saturating_mul(2)).and_then(|n| u64::try_from(n).ok()).unwrap_or(0)
}

/// The first characters of a digest, enough to recognise it.
pub fn short_digest(digest: impl std::fmt::Display) -> String {
    let digest = digest.to_string();
    let bare = digest.strip_prefix("sha256:").unwrap_or(&digest);
    bare.chars().take(12).collect()
}

#[cfg(test)]
mod tests {
    use super::{Speak as _, fill, percent, tenths_of_percent};
    use crate::context::{CountingBase, CountingMode, Share};
    use crate::lang::Lang;

    #[test]
    fn patterns_take_their_values() {
        assert_eq!(fill("a {} b", &["1"]), "a 1 b");
        assert_eq!(fill("{2} of {1}", &["9", "4"]), "4 of 9");
        assert_eq!(fill("{3}", &["9"]), "");
        assert_eq!(fill("open {", &["9"]), "open {");
    }

    #[test]
    fn shares_read_as_the_statute_writes_them() {
        let say = |share: Result<Share, _>| {
            let share = share.expect("a share");
            (Lang::Zh.share(share), Lang::En.share(share))
        };
        assert_eq!(say(Share::at_least(2, 3)), ("三分之二以上".into(), "at least 2/3".into()));
        assert_eq!(say(Share::more_than(2, 3)), ("超过三分之二".into(), "more than 2/3".into()));
        assert_eq!(say(Share::more_than(1, 2)), ("过半数".into(), "more than 1/2".into()));
        assert_eq!(say(Share::at_least(1, 2)), ("二分之一以上".into(), "at least 1/2".into()));
        assert_eq!(say(Share::at_least(3, 20)), ("二十分之三以上".into(), "at least 3/20".into()));
    }

    #[test]
    fn a_demand_is_a_sentence_with_its_figures() {
        let demand = crate::samples::demand(
            Share::at_least(2, 3).expect("a share"),
            CountingBase::InOffice,
            (45, 30, 38),
            Vec::new(),
        );
        assert_eq!(
            demand.said(Lang::Zh, true, CountingMode::Persons),
            "须有应到的三分之二以上到会：应到 45 人，至少 30 人，实到 38 人。"
        );
        assert_eq!(
            demand.said(Lang::En, true, CountingMode::Persons),
            "At least 2/3 of those on the roll must attend: 45, so at least 30; 38 present."
        );
    }

    #[test]
    fn percentages_round_half_up_without_floats() {
        assert_eq!(percent(1, 3), "33.3%");
        assert_eq!(percent(2, 3), "66.7%");
        assert_eq!(percent(0, 0), "0.0%");
        assert_eq!(tenths_of_percent(u64::MAX, u64::MAX), 1000);
    }
}
