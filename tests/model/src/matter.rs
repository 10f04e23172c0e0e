//! 事项 (matters): the six steps of both tracks (P1, P5), and what the law asks before a vote.

use std::collections::BTreeSet;

use jiff::ToSpan as _;
use jiff::civil::Date;

use crate::act::{Body, Label, Mode, Person, Signers, Subject, Who};
use crate::world::{No, World, refuse};

/// 阶段.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[expect(missing_docs, reason = "the words are the steps")]
pub enum Stage {
    Suggested,
    Proposed,
    Reviewed,
    Returned,
    Studied,
    JointlyDeliberated,
    Tabled,
    Resolved,
    Filed,
    DecisionDisclosed,
    Implemented,
    OutcomeDisclosed,
    Completed,
    Rejected,
    Withdrawn,
    Lapsed,
}

/// 公开 (a posting, to the end of its last day).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Posting {
    /// Its last day.
    pub last: Date,
    /// Taken down.
    pub down: bool,
}

/// 协商.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Consultation {
    /// On which text.
    pub text: u32,
    /// Its last day.
    pub until: Date,
    /// Closed.
    pub closed: bool,
}

/// 事项.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Matter {
    /// What the law lists it under.
    pub subjects: BTreeSet<Subject>,
    /// Where it stands.
    pub stage: Stage,
    /// 建议人, where somebody suggested it on their own account.
    pub suggested_by: Option<Person>,
    /// 提议人, as far as they acted on their own account.
    pub proposed_by: BTreeSet<Person>,
    /// 重大.
    pub major: bool,
    /// Which text it has now.
    pub text: u32,
    /// Consultations, in order.
    pub consultations: Vec<Consultation>,
    /// Which text the party studied last, and whether it recommended it.
    pub study: Option<(u32, bool)>,
    /// The body it was submitted to.
    pub to: Option<Body>,
    /// R22: a petition forces the sitting.
    pub petitioned: bool,
    /// 决议公开.
    pub decision: Option<Posting>,
    /// 实施结果公开.
    pub outcome: Option<Posting>,
    /// The charter in force on the day it was opened (R9).
    pub charter: Option<Label>,
    /// The text it adopts.
    pub adopts: Option<Label>,
    /// The text it repeals.
    pub repeals: Option<Label>,
    /// R19: the assembly authorised the representatives.
    pub authorised: bool,
    /// The body that decided it.
    pub decided_by: Option<Body>,
    /// R4: how often the two committees returned it.
    pub returns: u8,
    /// 已报送备案.
    pub filed: bool,
    /// 已签收备案.
    pub acknowledged: bool,
    /// The latest act.
    pub touched: Date,
}

impl Stage {
    /// Whether nothing can happen to it any more.
    #[must_use]
    pub const fn over(self) -> bool {
        matches!(self, Self::Completed | Self::Rejected | Self::Withdrawn | Self::Lapsed)
    }

    /// Before anything is decided.
    #[must_use]
    pub const fn undecided(self) -> bool {
        matches!(
            self,
            Self::Suggested
                | Self::Proposed
                | Self::Reviewed
                | Self::Returned
                | Self::Studied
                | Self::JointlyDeliberated
                | Self::Tabled
        )
    }
}

impl Matter {
    /// V7: what adopts or ends a text is filed with the town; what the council decides with the two committees (R39).
    pub(crate) const fn filed_with_the_town(&self) -> bool {
        self.adopts.is_some() || self.repeals.is_some()
    }
}

/// V4, V7, V20: what the law gives to an assembly, and so is a major matter.
fn listed(subjects: &BTreeSet<Subject>) -> bool {
    subjects.iter().any(|subject| *subject != Subject::General)
}

impl World {
    pub(crate) fn matter(&self, label: Label) -> &Matter {
        &self.matters[&label]
    }

    /// The matter, for an act that is about to succeed.
    fn touch(&mut self, label: Label) -> &mut Matter {
        let today = self.today;
        // `can_be_tried` has seen it.
        let matter = self.matters.get_mut(&label).expect("the matter is there");
        matter.touched = today;
        matter
    }

    /// 表决进行中: while a ballot on it is open, nothing else happens to a matter.
    fn not_being_voted_on(&self, label: Label) -> Result<(), No> {
        if self.open_ballot_on(label).is_some() {
            refuse!("R48", "a ballot on it is open");
        }
        Ok(())
    }

    /// 已列入议程: what people were told that they will vote on is not taken away from under them. What nobody can hold back
    /// (a petition, R22; contesting the class, R43) takes it off that agenda instead.
    fn not_on_an_agenda(&self, label: Label) -> Result<(), No> {
        if self.open_agenda_with(label).is_some() {
            refuse!("R46", "it is on the agenda of a meeting that was announced");
        }
        Ok(())
    }

    pub(crate) fn suggest(
        &mut self,
        by: Who,
        label: Label,
        subjects: &BTreeSet<Subject>,
        levy: bool,
    ) -> Result<(), No> {
        let waiting = |matter: &&Matter| matter.suggested_by.is_some() && matter.suggested_by == by.person();
        let waiting = self.matters.values().filter(waiting).filter(|matter| matter.stage == Stage::Suggested);
        if waiting.count() >= 5 {
            refuse!("quota", "five of theirs wait to be taken up");
        }
        self.open_matter(label, subjects, levy, None);
        self.touch(label).suggested_by = by.person();
        Ok(())
    }

    pub(crate) fn open_matter(
        &mut self,
        label: Label,
        subjects: &BTreeSet<Subject>,
        levy: bool,
        adopts: Option<Label>,
    ) {
        let mut subjects = subjects.clone();
        if levy {
            subjects.insert(Subject::PublicWorksLevy);
        }
        let matter = Matter {
            subjects,
            stage: Stage::Suggested,
            suggested_by: None,
            proposed_by: BTreeSet::new(),
            major: false,
            text: 0,
            consultations: Vec::new(),
            study: None,
            to: None,
            petitioned: false,
            decision: None,
            outcome: None,
            charter: self.charter_in_force(),
            adopts,
            repeals: None,
            authorised: false,
            decided_by: None,
            returns: 0,
            filed: false,
            acknowledged: false,
            touched: self.today,
        };
        self.matters.insert(label, matter);
    }

    pub(crate) fn propose(
        &mut self,
        by: Who,
        label: Label,
        subjects: &BTreeSet<Subject>,
        levy: bool,
        major: bool,
    ) -> Result<(), No> {
        let matter = self.matter(label);
        if matter.stage != Stage::Suggested {
            refuse!("P1", "proposed already");
        }
        let mut all: BTreeSet<Subject> = matter.subjects.union(subjects).copied().collect();
        if levy {
            all.insert(Subject::PublicWorksLevy);
        }
        let texts = [Subject::Charter, Subject::Rule, Subject::VillageRegulation];
        if texts.iter().any(|subject| all.contains(subject)) && !matter.filed_with_the_town() {
            refuse!("R34", "a text is adopted as an exact text with its settings");
        }
        let matter = self.touch(label);
        matter.major = major || listed(&all);
        matter.subjects = all;
        matter.text = 1;
        matter.proposed_by.extend(by.person());
        matter.stage = Stage::Proposed;
        Ok(())
    }

    pub(crate) fn review(&mut self, label: Label, pass: bool) -> Result<(), No> {
        if self.matter(label).stage != Stage::Proposed {
            refuse!("P1", "nothing to review");
        }
        let matter = self.touch(label);
        matter.stage = if pass { Stage::Reviewed } else { Stage::Returned };
        matter.returns += u8::from(!pass);
        Ok(())
    }

    pub(crate) fn resubmit(&mut self, by: Who, label: Label, changed: bool) -> Result<(), No> {
        if self.matter(label).stage != Stage::Returned {
            refuse!("R4", "it was not returned");
        }
        if !changed {
            refuse!("R4", "a revision is a new text");
        }
        let matter = self.touch(label);
        matter.text += 1;
        matter.proposed_by.extend(by.person());
        matter.stage = Stage::Proposed;
        Ok(())
    }

    /// R5: a matter opened when there was no charter takes up the one in force, or no council could vote on it.
    pub(crate) fn repin(&mut self, label: Label) -> Result<(), No> {
        let matter = self.matter(label);
        if !matter.stage.undecided() || matter.charter.is_some() {
            refuse!("R9", "decided, or under a charter already");
        }
        let charter = self.charter_in_force();
        if charter.is_none() {
            refuse!("R5", "no charter is in force");
        }
        self.not_being_voted_on(label)?;
        self.touch(label).charter = charter;
        Ok(())
    }

    pub(crate) fn escalate(&mut self, label: Label) -> Result<(), No> {
        let matter = self.matter(label);
        if !matches!(matter.stage, Stage::Proposed | Stage::Reviewed | Stage::Returned) {
            refuse!("R43", "too early or too late");
        }
        if matter.major {
            refuse!("R43", "major already");
        }
        self.not_being_voted_on(label)?;
        self.touch(label).major = true;
        Ok(())
    }

    pub(crate) fn open_consultation(&mut self, label: Label, days: u16) -> Result<(), No> {
        let matter = self.matter(label);
        if !matter.stage.undecided() || matter.stage == Stage::Suggested {
            refuse!("V10", "there is a text to consult on between the proposal and the decision");
        }
        if matter.consultations.last().is_some_and(|last| !last.closed) {
            refuse!("V10", "one at a time");
        }
        self.not_being_voted_on(label)?;
        let until = self.today.saturating_add(i64::from(days).days());
        if self.open_agenda_with(label).is_some_and(|meeting| until >= self.meetings[&meeting].sits_on) {
            refuse!("V10", "the sitting that was announced could not vote");
        }
        let matter = self.touch(label);
        matter.consultations.push(Consultation { text: matter.text, until, closed: false });
        Ok(())
    }

    pub(crate) fn close_consultation(&mut self, label: Label) -> Result<(), No> {
        let today = self.today;
        let matter = self.matter(label);
        if !matter.stage.undecided() {
            refuse!("V10", "decided");
        }
        match matter.consultations.last() {
            Some(last) if !last.closed && today > last.until => {}
            Some(last) if !last.closed => refuse!("R10", "it runs to the end of its last day"),
            _ => refuse!("V10", "none is open"),
        }
        if let Some(last) = self.touch(label).consultations.last_mut() {
            last.closed = true;
        }
        Ok(())
    }

    pub(crate) fn study(&mut self, label: Label, recommended: bool) -> Result<(), No> {
        let matter = self.matter(label);
        if !(matter.major && matches!(matter.stage, Stage::Reviewed | Stage::Tabled)) {
            refuse!("V9", "the study comes before the submission of an important matter");
        }
        self.not_being_voted_on(label)?;
        let matter = self.touch(label);
        matter.study = Some((matter.text, recommended));
        matter.stage = match matter.stage {
            // R3: kept, and returned with written reasons; a petition still forces the sitting.
            Stage::Reviewed | Stage::Tabled if !recommended && !matter.petitioned => Stage::Returned,
            Stage::Reviewed => Stage::Studied,
            stage => stage,
        };
        Ok(())
    }

    pub(crate) fn deliberate(&mut self, label: Label, to: Option<Body>, authorised: bool) -> Result<(), No> {
        let matter = self.matter(label);
        if !(matter.major && matches!(matter.stage, Stage::Reviewed | Stage::Studied)) {
            refuse!("P1", "the joint committees deliberate on a major matter that was reviewed");
        }
        if let Some(to) = to {
            self.may_decide(matter, to, authorised)?;
            Self::studied(matter)?;
        }
        let matter = self.touch(label);
        (matter.to, matter.authorised) = (to, authorised);
        matter.returns += u8::from(to.is_none());
        matter.stage = if to.is_some() { Stage::JointlyDeliberated } else { Stage::Returned };
        Ok(())
    }

    /// V4, V7, V20, R14, R19, R20: which body decides a major matter; and no text is ended by a lesser body than adopted it.
    fn may_decide(&self, matter: &Matter, to: Body, authorised: bool) -> Result<(), No> {
        let ends = matter.repeals.or_else(|| self.rules[&matter.adopts?].replaces);
        let adopted_by = ends.and_then(|rule| self.rules[&rule].adopted_by);
        match to {
            Body::ResidentsAssembly => return Ok(()),
            Body::RepresentativeAssembly => {}
            _ => refuse!("V4", "an assembly decides major matters"),
        }
        if adopted_by == Some(Body::ResidentsAssembly) {
            refuse!("R14", "the assembly adopted what it would end");
        }
        let own = |subject: &Subject| matches!(subject, Subject::Evaluation | Subject::General);
        if matter.subjects.contains(&Subject::Evaluation) && matter.subjects.iter().all(own) {
            return Ok(());
        }
        let never = |subject: &Subject| matches!(subject, Subject::Charter | Subject::VillageRegulation);
        // U4: in a community the assembly may authorise them to adopt a convention.
        if matter.subjects.iter().any(never) && !self.urban() {
            refuse!("V7", "the assembly alone");
        }
        match (authorised, listed(&matter.subjects)) {
            (true, _) => Ok(()),
            (false, true) => refuse!("V4", "only the assembly, or by its authorisation"),
            (false, false) => refuse!("R20", "major and in no list: the assembly"),
        }
    }

    /// V9: a study of exactly this text is on record.
    fn studied(matter: &Matter) -> Result<(), No> {
        match matter.study {
            Some((text, recommended)) if text == matter.text && (recommended || matter.petitioned) => Ok(()),
            _ => refuse!("V9", "no study of this text recommends it"),
        }
    }

    /// V10, R50: where the law or the seed asks for it, a consultation on this text was held and is over.
    fn consulted(matter: &Matter) -> Result<(), No> {
        if matter.consultations.last().is_some_and(|last| !last.closed) {
            refuse!("R50", "a consultation is still open");
        }
        let vital = |subject: &Subject| matches!(subject, Subject::Planning | Subject::PublicWorksLevy);
        let asked = matter.filed_with_the_town() || matter.subjects.iter().any(vital);
        if asked && !matter.consultations.iter().any(|held| held.text == matter.text) {
            refuse!("V10", "not consulted on");
        }
        Ok(())
    }

    /// The body whose vote is this matter's next step, if a vote is.
    #[must_use]
    pub fn next_voter(&self, label: Label) -> Option<Body> {
        let matter = self.matter(label);
        match matter.stage {
            Stage::Reviewed if !matter.major => Some(Body::Council),
            Stage::JointlyDeliberated | Stage::Tabled => matter.to,
            _ => None,
        }
    }

    /// What has to be true of a matter before it is put to the vote of this body.
    pub(crate) fn ready_for(&self, label: Label, body: Body) -> Result<(), No> {
        if self.next_voter(label) != Some(body) {
            refuse!("R39", "its next step is not this body's vote");
        }
        self.draft_still_stands(label)?;
        let matter = self.matter(label);
        if body != Body::Council {
            self.may_decide(matter, body, matter.authorised)?;
            Self::studied(matter)?;
        }
        Self::consulted(matter)
    }

    /// R4: after the second return the council may hand it to the convener of the representatives.
    pub(crate) fn put_to_chair(&mut self, label: Label) -> Result<(), No> {
        let matter = self.matter(label);
        if matter.stage != Stage::Returned || matter.returns < 2 {
            refuse!("R4", "not returned twice");
        }
        self.may_decide(matter, Body::RepresentativeAssembly, false)?;
        self.not_being_voted_on(label)?;
        self.table(label, Body::RepresentativeAssembly);
        Ok(())
    }

    fn table(&mut self, label: Label, to: Body) {
        let matter = self.touch(label);
        (matter.to, matter.authorised) = (Some(to), false);
        matter.major = true;
        matter.stage = Stage::Tabled;
    }

    pub(crate) fn petition(
        &mut self,
        by: Who,
        label: Label,
        signatures: u8,
        of: Signers,
        to: Body,
    ) -> Result<(), No> {
        let matter = self.matter(label);
        if !matter.stage.undecided() || matter.stage == Stage::Suggested {
            refuse!("R22", "nothing to decide");
        }
        if matter.stage == Stage::Tabled {
            refuse!("R22", "tabled already");
        }
        let villagers = self.roll(Body::ResidentsAssembly, Mode::Persons, self.today).len();
        let (base, share) = match (to, of) {
            (Body::ResidentsAssembly, Signers::Residents) => (villagers, 10),
            // U2.
            (Body::ResidentsAssembly, Signers::Households) if self.urban() => {
                (self.roll(Body::ResidentsAssembly, Mode::Households, self.today).len(), 10)
            }
            (Body::ResidentsAssembly, Signers::Representatives) => (self.representatives(), 3),
            (Body::RepresentativeAssembly, Signers::Representatives) => (self.representatives(), 5),
            _ => refuse!("V3", "no law lets these force that body's sitting"),
        };
        // R22: own account, or paper sheets entered by the clerk.
        if by != Who::Clerk && (signatures > 1 || of != Signers::Representatives) {
            refuse!("R22", "an account signs for the one whose it is");
        }
        let signatures = usize::from(signatures);
        if base == 0 || signatures > base {
            refuse!("V3", "more than there are");
        }
        if signatures * share < base {
            refuse!("V3", "a tenth of the villagers, a third or a fifth of the representatives");
        }
        self.may_decide(matter, to, false)?;
        self.not_being_voted_on(label)?;
        self.table(label, to);
        self.touch(label).petitioned = true;
        Ok(())
    }

    pub(crate) fn withdraw(&mut self, label: Label) -> Result<(), No> {
        let matter = self.matter(label);
        if !matter.stage.undecided() {
            refuse!("R4", "decided");
        }
        if matter.petitioned {
            refuse!("R22", "nobody can hold a petition back");
        }
        self.not_being_voted_on(label)?;
        self.not_on_an_agenda(label)?;
        self.touch(label).stage = Stage::Withdrawn;
        self.rule_withdrawn_with(label);
        Ok(())
    }

    pub(crate) fn lapse(&mut self, label: Label) -> Result<(), No> {
        let matter = self.matter(label);
        if !matter.stage.undecided() {
            refuse!("R4", "decided");
        }
        if matter.petitioned {
            refuse!("R22", "nobody can hold a petition back");
        }
        if self.today < matter.touched.saturating_add(365.days()) {
            refuse!("R4", "it still moves");
        }
        self.not_being_voted_on(label)?;
        self.not_on_an_agenda(label)?;
        self.touch(label).stage = Stage::Lapsed;
        self.rule_withdrawn_with(label);
        Ok(())
    }

    /// What the vote of a body did to the matter: passed and resolved, or failed and rejected; never both, never neither.
    pub(crate) fn decided(&mut self, label: Label, body: Body, passed: bool) {
        let matter = self.touch(label);
        matter.stage = if passed { Stage::Resolved } else { Stage::Rejected };
        matter.decided_by = Some(body);
        self.rule_voted_with(label, body, passed);
    }

    /// R36: the receiver says that it has what was handed in; that approves nothing.
    pub(crate) fn acknowledge(&mut self, label: Label) -> Result<(), No> {
        let matter = self.matter(label);
        if !matter.filed || matter.acknowledged {
            refuse!("R36", "nothing to acknowledge");
        }
        self.touch(label).acknowledged = true;
        Ok(())
    }

    pub(crate) fn file(&mut self, label: Label) -> Result<(), No> {
        let matter = self.matter(label);
        if matter.filed {
            refuse!("R36", "handed in already");
        }
        let decided = matches!(
            matter.stage,
            Stage::Resolved | Stage::DecisionDisclosed | Stage::Implemented | Stage::OutcomeDisclosed
        );
        match (matter.major, matter.filed_with_the_town()) {
            // R39: the council's decision goes to the two committees, and is published then.
            (false, _) if matter.stage == Stage::Resolved => self.touch(label).stage = Stage::Filed,
            // V7, R32: a charter goes to the town; that is a duty beside the steps.
            (true, true) if decided => {}
            _ => refuse!("R39", "nothing to file"),
        }
        self.touch(label).filed = true;
        Ok(())
    }

    /// How long something has to stay posted: V18 and the charter the matter was opened under.
    fn posting_days(&self, label: Label) -> u16 {
        let charter = self.matter(label).charter.and_then(|rule| self.rules.get(&rule));
        charter.map_or(15, |rule| rule.terms.posting_days.max(15))
    }

    pub(crate) fn disclose(&mut self, label: Label, days: u16) -> Result<(), No> {
        let matter = self.matter(label);
        match matter.stage {
            Stage::Filed => {}
            Stage::Resolved if matter.major => {}
            _ => refuse!("R39", "nothing to publish yet"),
        }
        if days < self.posting_days(label) {
            refuse!("V18", "too short");
        }
        let last = self.today.saturating_add(i64::from(days).days());
        let matter = self.touch(label);
        matter.decision = Some(Posting { last, down: false });
        matter.stage = Stage::DecisionDisclosed;
        Ok(())
    }

    pub(crate) fn take_down(&mut self, label: Label) -> Result<(), No> {
        let today = self.today;
        let matter = self.matter(label);
        let run =
            |posting: &Option<Posting>| posting.is_some_and(|posting| !posting.down && today > posting.last);
        if !run(&matter.decision) && !run(&matter.outcome) {
            refuse!("T8", "nothing is up, or it runs");
        }
        let first = run(&matter.decision);
        let matter = self.touch(label);
        let posting = if first { &mut matter.decision } else { &mut matter.outcome };
        if let Some(posting) = posting {
            posting.down = true;
        }
        Ok(())
    }

    pub(crate) fn implement(&mut self, label: Label) -> Result<(), No> {
        if self.matter(label).stage != Stage::DecisionDisclosed {
            refuse!("R39", "the committee carries out what was decided and published");
        }
        self.touch(label).stage = Stage::Implemented;
        Ok(())
    }

    pub(crate) fn disclose_outcome(&mut self, label: Label, days: u16) -> Result<(), No> {
        if self.matter(label).stage != Stage::Implemented {
            refuse!("R39", "nothing was carried out");
        }
        if days < self.posting_days(label) {
            refuse!("V18", "too short");
        }
        let last = self.today.saturating_add(i64::from(days).days());
        let matter = self.touch(label);
        matter.outcome = Some(Posting { last, down: false });
        matter.stage = Stage::OutcomeDisclosed;
        Ok(())
    }

    pub(crate) fn complete(&mut self, label: Label) -> Result<(), No> {
        let today = self.today;
        let matter = self.matter(label);
        if matter.stage != Stage::OutcomeDisclosed {
            refuse!("R39", "it closes once its outcome is published");
        }
        let run = |posting: &Option<Posting>| posting.is_some_and(|posting| today > posting.last);
        if !run(&matter.decision) || !run(&matter.outcome) {
            refuse!("T8", "a posting runs");
        }
        if matter.filed_with_the_town() && !matter.filed {
            refuse!("T14", "a text is handed in for filing before its matter closes");
        }
        self.touch(label).stage = Stage::Completed;
        Ok(())
    }
}
