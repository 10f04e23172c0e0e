//! 事项 (matters): the six steps, one act at a time.
//!
//! Every step goes the same way: authorise, load the matter with what it pinned, ask the gates, let the pure machine
//! decide, append. What differs between steps is which body acts, what text is kept, and which command it becomes;
//! that is all these functions say.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use yishi_canonical::Digest;
use yishi_deliberation::MatterAct;
use yishi_deliberation::matter::{
    ConsultationForm, DeliberationOpinion, FiledWith, Matter, MatterCommand, MatterEvent, Petition,
    Petitioners, Proposal, ReviewOutcome, StudyOutcome,
};
use yishi_identity::quota::Takes;
use yishi_identity::{Action, Capacity, CommunityId, MatterId, PersonId};
use yishi_law::days::HolidayCalendar;
use yishi_law::{BodyKind, MatterClass, Step, Subject};
use yishi_record::commitment;
use yishi_storage::{CommentRow, Page, Row, Unit, ViewQuery};

use crate::bodies::keep;
use crate::entry_kind::HouseEvent;
use crate::gates::{Asked, At, MatterFacts};
use crate::inputs::{
    ConsultationSummary, ConsultationWindow, DeliberationOutcome, DisclosureWindow, FilingNote,
    FilingReceipt, NewComment, PassOrReturn, PetitionInput, Reasons, Report, ResolveBy, Revision,
    StudyVerdict, SubmitOrReturn, Suggestion, Tabling, TakeDown,
};
use crate::inputs::{Proposal as ProposalInput, ReviewOutcome as ReviewInput, StudyOutcome as StudyInput};
use crate::step::{Extra, Loaded, facts_of, proposal_of};
use crate::views::{CommentView, ListView, MatterSummary, MatterView};
use crate::{App, AppError, AppResult, Community, OpContext};

/// The read model's kind.
pub(crate) const VIEW: &str = "matter";
/// What a phone shows in three lines.
const MAX_TITLE_CHARS: usize = 120;

impl App {
    /// 建议 (anyone of the community suggests).
    ///
    /// # Errors
    /// [`AppError::Invalid`]; the authorisation errors.
    pub async fn suggest(
        &self,
        ctx: &OpContext,
        community: CommunityId,
        input: Suggestion,
    ) -> AppResult<MatterView> {
        let community = self.scope(ctx, community, Action::SuggestMatter).await?;
        let id = MatterId::from_uuid(self.uuid(ctx));
        let (for_whom, asked) = (input.suggested_by, input.asked.clone());
        self.entered_for(ctx, &community, for_whom, asked.as_deref()).await?;
        let whose = for_whom.or_else(|| ctx.actor.person_in(community.id));
        let (events, mut unit) = self.suggestion(ctx, &community, id, input).await?;
        if let Some(person) = whose {
            let row = self.another_suggestion(&community, person, id).await?;
            unit.rows.extend(row);
        }
        if let (Some(person), Some(asked)) = (for_whom, asked) {
            let people = self.people(&community).await?;
            self.staff_act(ctx, &mut unit, "suggestion-entered", &people.name(person), &asked).await?;
        }
        let matter =
            Matter::fold(&events).ok_or_else(|| AppError::internal("a suggestion made no matter"))?;
        unit.rows.push(self.matter_row(&community, &matter, 1, &unit.rows).await?);
        let view = self.matter_view(ctx, &community, &matter, 1, &events, &[], &unit.rows).await?;
        self.commit(ctx, unit, 201, view).await
    }

    /// 代为录入: only staff speak for somebody else, only for a person of the roster, and say how that person asked.
    async fn entered_for(
        &self,
        ctx: &OpContext,
        community: &Community,
        person: Option<PersonId>,
        asked: Option<&str>,
    ) -> AppResult<()> {
        let Some(person) = person else { return Ok(()) };
        let own = ctx.actor.person_in(community.id) == Some(person);
        let staff = self.reader(ctx, community).await?.capacities().contains(&Capacity::Staff);
        if !staff && !own {
            return Err(AppError::field(
                "/suggested_by",
                "not-in-your-name",
                "只有工作人员可以代居民录入建议；请以本人名义提出",
                "only staff enter a suggestion for somebody else; make it in your own name",
            ));
        }
        let found = self.store.person(&community.scope, &person.to_string()).await?;
        if found.as_ref().is_none_or(|row| crate::roster::off_roll_of(row).is_some()) {
            return Err(AppError::field(
                "/suggested_by",
                "unknown-reference",
                "名册中没有此人",
                "no such person on the roster",
            ));
        }
        // A child's wish is a grown-up's to bring: whoever suggests is heard on it, and answers for it.
        let grown = match found {
            Some(row) => crate::roster::person_of(row)?.is_adult_on(ctx.today),
            None => false,
        };
        if !grown {
            return Err(AppError::field(
                "/suggested_by",
                "not-of-age",
                "建议由年满十八周岁的人提出；未成年人的想法请由家长以自己的名义提出",
                "whoever suggests is eighteen or older; a parent brings a child's idea in their own name",
            ));
        }
        if !own && asked.is_none_or(|text| text.trim().is_empty()) {
            return Err(AppError::field(
                "/asked",
                "missing-field",
                "请写明此人何时、怎样委托您录入（如：5月3日到村委会口头提出）",
                "say when and how this person asked you to enter it",
            ));
        }
        Ok(())
    }

    /// The events and documents of a suggestion, for a plain one and for the one that a drafted rule makes.
    pub(crate) async fn suggestion(
        &self,
        ctx: &OpContext,
        community: &Community,
        id: MatterId,
        input: Suggestion,
    ) -> AppResult<(Vec<MatterEvent>, Unit)> {
        let mut unit = Unit::of(community.scope.clone());
        let title = keep(&mut unit.rows, "/title", title_of(&input.title)?)?;
        let text = keep(&mut unit.rows, "/text", &input.text)?;
        let domain = domain(&input.domain)?;
        let pins = self.pins_today(ctx, community).await?;
        let law = self.pinned_floor(community, &pins)?;
        let command = MatterCommand::Suggest {
            id,
            title,
            text,
            domain,
            subjects: input.subjects,
            amount_fen: input.amount_fen,
            per_household_fen: input.per_household_fen,
            pins,
        };
        let mut context = self.machine_context(ctx, community, Action::SuggestMatter).await?;
        if let Some(person) = input.suggested_by {
            context.actor.person = Some(person);
        }
        let asked = Asked::default();
        let holidays = HolidayCalendar::none();
        let findings = asked.for_machine();
        let events = Matter::decide(None, &command, &context.with(ctx, &asked, law, &holidays, &findings))?;
        unit.entries = self.drafts(ctx, "matter", &id.to_string(), 0, &events)?;
        Ok((events, unit))
    }

    /// 提议 (the council writes the proposal; the gates say whether it is major).
    ///
    /// # Errors
    /// A refusal of the machine or of a rule; the authorisation errors.
    pub async fn propose(
        &self,
        ctx: &OpContext,
        community: CommunityId,
        id: MatterId,
        input: ProposalInput,
    ) -> AppResult<MatterView> {
        let (community, loaded) = self.open_matter(ctx, community, id, MatterAct::Propose).await?;
        let mut extra = Extra::default();
        let text = keep(&mut extra.rows, "/text", &input.text)?;
        let form = match &input.form {
            Some(form) => Some(keep_json(&mut extra.rows, form)?),
            None => None,
        };
        let (rule, repeals) = self.rule_version_of(&community, id).await?;
        let proposal = Proposal {
            text,
            subjects: input.subjects.unwrap_or_default(),
            domain: loaded.matter.domain.clone(),
            class: input.class.unwrap_or(MatterClass::Ordinary),
            amount_fen: input.amount_fen,
            per_household_fen: input.per_household_fen,
            form,
            rule,
            repeals,
        };
        // The gates see the proposal as the machine will take it, with what the suggestion said already.
        let proposal = loaded.matter.complete(proposal);
        let ends = self.ends_rule(&community, id).await?;
        let facts = MatterFacts { ends, ..facts_of(&proposal, input.form.as_ref()) };
        let command = MatterCommand::Propose { proposal };
        extra.facts = Some(facts);
        self.perform(ctx, &community, loaded, command, extra).await
    }

    /// 修改后再报 (the council revises a returned proposal).
    ///
    /// # Errors
    /// As [`App::propose`].
    pub async fn resubmit(
        &self,
        ctx: &OpContext,
        community: CommunityId,
        id: MatterId,
        input: Revision,
    ) -> AppResult<MatterView> {
        let (community, loaded) = self.open_matter(ctx, community, id, MatterAct::Resubmit).await?;
        let mut extra = Extra::default();
        let before = proposal_of(&loaded.matter)?;
        let text = match &input.text {
            Some(text) => keep(&mut extra.rows, "/text", text)?,
            None => before.text,
        };
        let form = match &input.form {
            Some(form) => Some(keep_json(&mut extra.rows, form)?),
            None => before.form,
        };
        let (rule, repeals) = self.rule_version_of(&community, id).await?;
        // Text and figures are one version: a new text says its figures and subjects again, since the old ones may be what it
        // changes; where only a figure is revised, the others stay as they were. All of it is asked about anew.
        let unsaid = if text == before.text {
            Unsaid {
                subjects: before.subjects,
                amount_fen: before.amount_fen,
                per_household_fen: before.per_household_fen,
            }
        } else {
            Unsaid { subjects: BTreeSet::new(), amount_fen: Some(0), per_household_fen: Some(0) }
        };
        let proposal = loaded.matter.complete(Proposal {
            text,
            subjects: input.subjects.unwrap_or(unsaid.subjects),
            domain: before.domain,
            class: input.class.unwrap_or(before.class),
            amount_fen: input.amount_fen.or(unsaid.amount_fen),
            per_household_fen: input.per_household_fen.or(unsaid.per_household_fen),
            form,
            rule,
            repeals,
        });
        let ends = self.ends_rule(&community, id).await?;
        let mut facts = MatterFacts { ends, ..facts_of(&proposal, input.form.as_ref()) };
        if input.form.is_none()
            && let Some(form) = &proposal.form
        {
            facts.form = self.text(&community.scope, form).await?;
        }
        let command = MatterCommand::Resubmit { proposal };
        extra.facts = Some(facts);
        self.perform(ctx, &community, loaded, command, extra).await
    }

    /// “两委”审核.
    ///
    /// # Errors
    /// As [`App::propose`].
    pub async fn review(
        &self,
        ctx: &OpContext,
        community: CommunityId,
        id: MatterId,
        input: ReviewInput,
    ) -> AppResult<MatterView> {
        let (community, loaded) = self.open_matter(ctx, community, id, MatterAct::Review).await?;
        let mut extra = Extra::default();
        let outcome = match input.outcome {
            PassOrReturn::Pass => ReviewOutcome::Pass,
            PassOrReturn::Return => {
                ReviewOutcome::Return { reasons: needed_reasons(&mut extra.rows, input.reasons.as_deref())? }
            }
        };
        let command = MatterCommand::Review { text: proposal_of(&loaded.matter)?.text, outcome };
        self.perform(ctx, &community, loaded, command, extra).await
    }

    /// 提请代表会议列入议程 (after the second return, R4).
    ///
    /// # Errors
    /// As [`App::propose`].
    pub async fn put_to_chair(
        &self,
        ctx: &OpContext,
        community: CommunityId,
        id: MatterId,
        input: Tabling,
    ) -> AppResult<MatterView> {
        let (community, loaded) = self.open_matter(ctx, community, id, MatterAct::PutToChair).await?;
        let mut extra = Extra::default();
        let minutes = self.keep_internal(&mut extra.rows, "/minutes", &input.minutes)?;
        let authorisation = optional(&mut extra.rows, "/authorisation", input.authorisation.as_deref())?;
        let command = MatterCommand::PutToChair { minutes, authorisation };
        self.perform(ctx, &community, loaded, command, extra).await
    }

    /// 联名提议召集 (a petition of the law's own threshold forces convening, R3).
    ///
    /// # Errors
    /// As [`App::propose`].
    pub async fn force_convening(
        &self,
        ctx: &OpContext,
        community: CommunityId,
        id: MatterId,
        input: PetitionInput,
    ) -> AppResult<MatterView> {
        let (community, loaded) = self.open_matter(ctx, community, id, MatterAct::ForceConvening).await?;
        let people = self.people(&community).await?;
        let (register, _) = self.register(&community.scope, community.id).await?;
        let figures = people.figures(&register, ctx.today);
        let of = match input.by {
            Petitioners::Residents => figures.adults,
            Petitioners::Households => figures.households,
            Petitioners::Representatives => figures.representatives,
        };
        let mut extra = Extra::default();
        let record = self.keep_internal(&mut extra.rows, "/record", &input.record)?;
        let authorisation = optional(&mut extra.rows, "/authorisation", input.authorisation.as_deref())?;
        let checked_by = input.checked_by;
        let known = |person: &PersonId| {
            people.persons.get(person).is_some_and(|person| !person.is_off_roll_on(ctx.today))
        };
        if checked_by.is_some_and(|person| !known(&person)) {
            return Err(AppError::field(
                "/checked_by",
                "unknown-reference",
                "名册中没有此人",
                "no such person on the roster",
            ));
        }
        let petition =
            Petition { to: input.to, by: input.by, signatures: input.signatures, of, record, checked_by };
        let command = MatterCommand::ForceConvening { petition, authorisation };
        self.perform(ctx, &community, loaded, command, extra).await
    }

    /// 组织协商 (opens a consultation on the proposal's text).
    ///
    /// # Errors
    /// As [`App::propose`].
    pub async fn open_consultation(
        &self,
        ctx: &OpContext,
        community: CommunityId,
        id: MatterId,
        input: ConsultationWindow,
    ) -> AppResult<MatterView> {
        let (community, loaded) = self.open_matter(ctx, community, id, MatterAct::OpenConsultation).await?;
        if !(1..=365).contains(&input.days) {
            return Err(AppError::field(
                "/days",
                "out-of-range",
                "应为 1 到 365 天",
                "must be 1 to 365 days",
            ));
        }
        let mut extra = Extra::default();
        let until = yishi_law::days::add_days(ctx.today, input.days);
        let notice =
            keep(&mut extra.rows, "/days", &format!("征求意见公告：自 {} 起至 {until} 止", ctx.today))?;
        let command = MatterCommand::OpenConsultation {
            text: proposal_of(&loaded.matter)?.text,
            form: input.form.unwrap_or(ConsultationForm::Council),
            notice,
            until,
        };
        self.perform(ctx, &community, loaded, command, extra).await
    }

    /// 结束协商 (closes the consultation with a report of what was said). Where a rule is adopted, every comment has
    /// been answered (or hidden) before.
    ///
    /// # Errors
    /// As [`App::propose`]; [`AppError::Unanswered`].
    pub async fn close_consultation(
        &self,
        ctx: &OpContext,
        community: CommunityId,
        id: MatterId,
        input: ConsultationSummary,
    ) -> AppResult<MatterView> {
        let (community, loaded) = self.open_matter(ctx, community, id, MatterAct::CloseConsultation).await?;
        let mut extra = Extra::default();
        let report = keep(&mut extra.rows, "/summary", &input.summary)?;
        let comments = self.comment_count(&community, id).await?;
        // Whoever is asked about a rule that will bind them hears what became of what they said before it is voted on.
        if matches!(self.link(&community, id).await?, Some((_, crate::rule_life::Deed::Adopt))) {
            let count = self.unanswered(&community, id).await?;
            if count > 0 {
                return Err(AppError::Unanswered { count });
            }
        }
        // What is consulted on for a rule is recorded in the rule's own life too.
        extra.add(self.rule_consulted(ctx, &community, id, report).await?);
        let command = MatterCommand::CloseConsultation { report, comments };
        self.perform(ctx, &community, loaded, command, extra).await
    }

    /// 党组织前置研究.
    ///
    /// # Errors
    /// As [`App::propose`].
    pub async fn study(
        &self,
        ctx: &OpContext,
        community: CommunityId,
        id: MatterId,
        input: StudyInput,
    ) -> AppResult<MatterView> {
        let (community, loaded) = self.open_matter(ctx, community, id, MatterAct::StudyByParty).await?;
        let mut extra = Extra::default();
        let outcome = match input.outcome {
            StudyVerdict::Recommended => StudyOutcome::Recommended,
            StudyVerdict::NotRecommended => StudyOutcome::NotRecommended {
                reasons: needed_reasons(&mut extra.rows, input.reasons.as_deref())?,
            },
        };
        let record = self.keep_internal(&mut extra.rows, "/record", &input.record)?;
        let command =
            MatterCommand::StudyByParty { text: proposal_of(&loaded.matter)?.text, outcome, record };
        self.perform(ctx, &community, loaded, command, extra).await
    }

    /// “两委”联席会议审议.
    ///
    /// # Errors
    /// As [`App::propose`].
    pub async fn deliberate(
        &self,
        ctx: &OpContext,
        community: CommunityId,
        id: MatterId,
        input: DeliberationOutcome,
    ) -> AppResult<MatterView> {
        let (community, loaded) = self.open_matter(ctx, community, id, MatterAct::DeliberateJointly).await?;
        let mut extra = Extra::default();
        let opinion = match input.outcome {
            SubmitOrReturn::Submit => DeliberationOpinion::Submit {
                to: input.to.unwrap_or(BodyKind::ResidentsAssembly),
                authorisation: optional(&mut extra.rows, "/authorisation", input.authorisation.as_deref())?,
            },
            SubmitOrReturn::Return => DeliberationOpinion::Return {
                reasons: needed_reasons(&mut extra.rows, input.reasons.as_deref())?,
            },
        };
        if let DeliberationOpinion::Submit { to, .. } = &opinion {
            self.vet_for_body(ctx, &community, id, *to).await?;
        }
        let minutes = self.keep_internal(&mut extra.rows, "/minutes", &input.minutes)?;
        let command =
            MatterCommand::DeliberateJointly { text: proposal_of(&loaded.matter)?.text, opinion, minutes };
        self.perform(ctx, &community, loaded, command, extra).await
    }

    /// 升为重大事项. There is no way back.
    ///
    /// # Errors
    /// As [`App::propose`].
    pub async fn escalate(
        &self,
        ctx: &OpContext,
        community: CommunityId,
        id: MatterId,
        input: Reasons,
    ) -> AppResult<MatterView> {
        let (community, loaded) = self.open_matter(ctx, community, id, MatterAct::Escalate).await?;
        let mut extra = Extra::default();
        let reasons = keep(&mut extra.rows, "/reasons", &input.reasons)?;
        self.perform(ctx, &community, loaded, MatterCommand::Escalate { reasons }, extra).await
    }

    /// 决议 (takes over what a closed ballot came to).
    ///
    /// # Errors
    /// As [`App::propose`]; [`AppError::NotFound`] when there is no such closed ballot.
    pub async fn resolve(
        &self,
        ctx: &OpContext,
        community: CommunityId,
        id: MatterId,
        input: ResolveBy,
    ) -> AppResult<MatterView> {
        let (community, loaded) = self.open_matter(ctx, community, id, MatterAct::Resolve).await?;
        let outcome = self.ballot_outcome(&community, input.ballot).await?;
        // Closing the ballot recorded the resolution already, unless it was refused then or a rule gave no answer.
        if loaded.matter.resolution.as_ref().is_some_and(|known| known.ballot == input.ballot) {
            let Loaded { matter, version, events, entries } = &loaded;
            return self.matter_view(ctx, &community, matter, *version, events, entries, &[]).await;
        }
        let deed = self.rule_voted(ctx, &community, id, &outcome).await?;
        let evidence = self.resolution_evidence(&community, &loaded.matter).await?;
        let mut extra = Extra { evidence, ..Extra::default() };
        extra.add(deed);
        let command = MatterCommand::Resolve { outcome: Box::new(outcome) };
        self.perform(ctx, &community, loaded, command, extra).await
    }

    /// 备案: with the joint committees, or with the town for charters, rules and regulations.
    ///
    /// # Errors
    /// As [`App::propose`].
    pub async fn file(
        &self,
        ctx: &OpContext,
        community: CommunityId,
        id: MatterId,
        input: FilingNote,
    ) -> AppResult<MatterView> {
        let (community, loaded) = self.open_matter(ctx, community, id, MatterAct::File).await?;
        let mut extra = Extra::default();
        let with = loaded.matter.filed_with().unwrap_or(FiledWith::JointCommittees);
        // A receipt is what the receiver gave; where nobody handed one in, the record says that there is none (R36).
        let receipt = optional(&mut extra.rows, "/note", input.note.as_deref())?;
        extra.add(self.rule_filed(ctx, &community, id, receipt).await?);
        let command = MatterCommand::File { with, receipt };
        self.perform(ctx, &community, loaded, command, extra).await
    }

    /// 签收备案 (the receiver says that it has what was handed in; it approves nothing, R36).
    ///
    /// # Errors
    /// As [`App::propose`]; refused where nothing was handed in, or to anybody but the receiver.
    pub async fn acknowledge_filing(
        &self,
        ctx: &OpContext,
        community: CommunityId,
        id: MatterId,
        input: FilingReceipt,
    ) -> AppResult<MatterView> {
        let (community, loaded) = self.open_matter(ctx, community, id, MatterAct::AcknowledgeFiling).await?;
        let mut extra = Extra::default();
        let receipt = keep(&mut extra.rows, "/receipt", &input.receipt)?;
        let command = MatterCommand::AcknowledgeFiling { receipt };
        self.perform(ctx, &community, loaded, command, extra).await
    }

    /// 决议公开, for at least as long as the law, the charter and the rules ask.
    ///
    /// # Errors
    /// As [`App::propose`].
    pub async fn disclose(
        &self,
        ctx: &OpContext,
        community: CommunityId,
        id: MatterId,
        input: DisclosureWindow,
    ) -> AppResult<MatterView> {
        let (community, loaded) = self.open_matter(ctx, community, id, MatterAct::DiscloseDecision).await?;
        let at = At::step(BodyKind::ResidentsCommittee, Step::DiscloseDecision);
        let days = self.posting_days(ctx, &community, &loaded.matter, at, input.days).await?;
        let mut extra = Extra::default();
        let notice = self.decision_notice(&community, &loaded.matter).await?;
        let notice = keep(&mut extra.rows, "/notice", &notice)?;
        extra.evidence = json!({ "days": days });
        let command = MatterCommand::DiscloseDecision { notice, from: ctx.today, days };
        self.perform(ctx, &community, loaded, command, extra).await
    }

    /// 撤下公开, once the period has ended.
    ///
    /// # Errors
    /// As [`App::propose`]; refused with the last day while the period runs (V18, U11).
    pub async fn take_down(
        &self,
        ctx: &OpContext,
        community: CommunityId,
        id: MatterId,
        input: TakeDown,
    ) -> AppResult<MatterView> {
        let (community, loaded) = self.open_matter(ctx, community, id, MatterAct::TakeDown).await?;
        let which = input.which.unwrap_or_else(|| loaded.matter.to_take_down(ctx.today));
        let command = MatterCommand::TakeDown { which };
        self.perform(ctx, &community, loaded, command, Extra::default()).await
    }

    /// 实施.
    ///
    /// # Errors
    /// As [`App::propose`].
    pub async fn implement(
        &self,
        ctx: &OpContext,
        community: CommunityId,
        id: MatterId,
        input: Report,
    ) -> AppResult<MatterView> {
        let (community, loaded) = self.open_matter(ctx, community, id, MatterAct::Implement).await?;
        let mut extra = Extra::default();
        let evidence = keep(&mut extra.rows, "/report", &input.report)?;
        extra.evidence = input.evidence.unwrap_or(Value::Null);
        let command = MatterCommand::Implement { by: BodyKind::ResidentsCommittee, evidence };
        self.perform(ctx, &community, loaded, command, extra).await
    }

    /// 实施结果公开.
    ///
    /// # Errors
    /// As [`App::propose`].
    pub async fn disclose_outcome(
        &self,
        ctx: &OpContext,
        community: CommunityId,
        id: MatterId,
        input: Report,
    ) -> AppResult<MatterView> {
        let (community, loaded) = self.open_matter(ctx, community, id, MatterAct::DiscloseOutcome).await?;
        let at = At::step(BodyKind::ResidentsCommittee, Step::DiscloseOutcome);
        let days = self.posting_days(ctx, &community, &loaded.matter, at, input.days).await?;
        let mut extra = Extra::default();
        let notice = keep(&mut extra.rows, "/report", &input.report)?;
        extra.evidence = with_days(input.evidence, days);
        let command = MatterCommand::DiscloseOutcome { notice, from: ctx.today, days };
        self.perform(ctx, &community, loaded, command, extra).await
    }

    /// 办结.
    ///
    /// # Errors
    /// As [`App::propose`].
    pub async fn complete(
        &self,
        ctx: &OpContext,
        community: CommunityId,
        id: MatterId,
    ) -> AppResult<MatterView> {
        let (community, loaded) = self.open_matter(ctx, community, id, MatterAct::Complete).await?;
        let command = MatterCommand::Complete;
        self.perform(ctx, &community, loaded, command, Extra::default()).await
    }

    /// 撤回.
    ///
    /// # Errors
    /// As [`App::propose`].
    pub async fn withdraw(
        &self,
        ctx: &OpContext,
        community: CommunityId,
        id: MatterId,
        input: Reasons,
    ) -> AppResult<MatterView> {
        let (community, loaded) = self.open_matter(ctx, community, id, MatterAct::Withdraw).await?;
        let mut extra = Extra::default();
        let reasons = keep(&mut extra.rows, "/reasons", &input.reasons)?;
        extra.add(self.rule_withdrawn(ctx, &community, id, reasons).await?);
        self.perform(ctx, &community, loaded, MatterCommand::Withdraw { reasons }, extra).await
    }

    /// 登记失效 (a matter untouched for a year).
    ///
    /// # Errors
    /// As [`App::propose`].
    pub async fn lapse(
        &self,
        ctx: &OpContext,
        community: CommunityId,
        id: MatterId,
        input: Reasons,
    ) -> AppResult<MatterView> {
        let (community, loaded) = self.open_matter(ctx, community, id, MatterAct::Lapse).await?;
        let mut extra = Extra::default();
        let reasons = keep(&mut extra.rows, "/reasons", &input.reasons)?;
        extra.add(self.rule_withdrawn(ctx, &community, id, reasons).await?);
        self.perform(ctx, &community, loaded, MatterCommand::Lapse { reasons }, extra).await
    }

    /// 事项 (public).
    ///
    /// # Errors
    /// [`AppError::NotFound`].
    pub async fn matter(
        &self,
        ctx: &OpContext,
        community: CommunityId,
        id: MatterId,
    ) -> AppResult<MatterView> {
        let community = self.scope(ctx, community, Action::ViewPublic).await?;
        let loaded = self.load_matter(&community, id).await?;
        let Loaded { matter, version, events, entries } = &loaded;
        self.matter_view(ctx, &community, matter, *version, events, entries, &[]).await
    }

    /// 事项列表, newest act first (public).
    ///
    /// # Errors
    /// [`AppError::NotFound`].
    pub async fn matters(
        &self,
        ctx: &OpContext,
        community: CommunityId,
        closed: Option<bool>,
        after: Option<(String, String)>,
        limit: u32,
    ) -> AppResult<ListView<MatterSummary>> {
        let community = self.scope(ctx, community, Action::ViewPublic).await?;
        self.summaries(&community, closed, after, limit).await
    }

    pub(crate) async fn summaries(
        &self,
        community: &Community,
        closed: Option<bool>,
        after: Option<(String, String)>,
        limit: u32,
    ) -> AppResult<ListView<MatterSummary>> {
        let query = ViewQuery {
            kind: VIEW.to_owned(),
            parent: closed.map(|closed| if closed { "closed" } else { "open" }.to_owned()),
            page: Page { after, limit },
            descending: true,
        };
        let rows = self.store.views(&community.scope, &query).await?;
        let mut items = Vec::with_capacity(rows.len());
        for row in rows {
            items.push((
                format!("{} {}", row.sort, row.id),
                serde_json::from_value(row.body).map_err(AppError::internal)?,
            ));
        }
        let page = ListView::page(items, limit, |(key, _)| key.clone(), |(_, view)| view);
        Ok(page)
    }

    /// 意见 (comments on a matter).
    ///
    /// # Errors
    /// [`AppError::NotFound`].
    pub async fn comments(
        &self,
        ctx: &OpContext,
        community: CommunityId,
        id: MatterId,
        after: Option<String>,
        limit: u32,
    ) -> AppResult<ListView<CommentView>> {
        let community = self.scope(ctx, community, Action::ViewPublic).await?;
        let rows = self.store.comments(&community.scope, &id.to_string(), &Page { after, limit }).await?;
        let views = self.comment_views(&community, id, &rows).await?;
        Ok(ListView::page(views, limit, |view| view.id.clone(), |view| view))
    }

    /// 发表意见, while a consultation on the matter is open. Residents registered elsewhere take part.
    ///
    /// # Errors
    /// `consultation-not-open`; the authorisation errors.
    pub async fn comment(
        &self,
        ctx: &OpContext,
        community: CommunityId,
        id: MatterId,
        input: NewComment,
    ) -> AppResult<CommentView> {
        let (community, loaded) = self.open_matter_for(ctx, community, id, Action::Comment).await?;
        let open = loaded
            .matter
            .consultations
            .last()
            .is_some_and(|last| last.closed.is_none() && ctx.today <= last.until);
        if !open {
            return Err(AppError::conflict(
                "consultation-not-open",
                "这个事项现在没有在征求意见",
                "no consultation is open on this matter",
            ));
        }
        crate::documents::document("/text", &input.text)?;
        let author = ctx.actor.person_in(community.id).ok_or(AppError::NotPermitted(Action::Comment))?;
        let quota = self.takes(ctx, &community, Takes::Comment).await?;
        let people = self.people(&community).await?;
        let comment = yishi_identity::CommentId::from_uuid(self.uuid(ctx)).to_string();
        let salt = self.fresh_salt();
        let row = CommentRow {
            id: comment.clone(),
            subject: id.to_string(),
            author: author.to_string(),
            text: input.text,
            salt: Some(salt),
            hidden: false,
            created: ctx.now,
        };
        let view = CommentView {
            id: comment.clone(),
            author: crate::words::commenter(people.persons.get(&author), community.kind).zh.to_owned(),
            text: row.text.clone(),
            salt: Some(hex::encode(salt)),
            hidden: false,
            at: ctx.now,
            answer: None,
            hidden_because: None,
            on_earlier_text: false,
        };
        let registration = people.persons.get(&author).map(|person| person.registration);
        // Once the comment is hidden its salt is destroyed with it, and nobody can find the words again by trying.
        let text = commitment::document(&salt, row.text.as_bytes());
        let body = json!({ "comment": comment, "text": text, "registration": registration });
        // A stream of its own: a comment must not make the clerk's next step a conflict.
        let entry = self.entry(ctx, &comment, 1, HouseEvent::CommentMade.code(), body);
        let mut unit = Unit::of(community.scope.clone()).entry(entry).row(Row::PutComment(row));
        unit.rows.extend(quota);
        self.commit(ctx, unit, 201, view).await
    }
}

/// What a revision is about where it does not say.
struct Unsaid {
    subjects: BTreeSet<Subject>,
    amount_fen: Option<u64>,
    per_household_fen: Option<u64>,
}

fn needed_reasons(rows: &mut Vec<Row>, text: Option<&str>) -> AppResult<Digest> {
    match text {
        Some(text) => keep(rows, "/reasons", text),
        None => {
            Err(AppError::field("/reasons", "missing", "退回须写明理由", "a return needs written reasons"))
        }
    }
}

fn optional(rows: &mut Vec<Row>, pointer: &str, text: Option<&str>) -> AppResult<Option<Digest>> {
    text.map(|text| keep(rows, pointer, text)).transpose()
}

/// Keeps a JSON value as a document of its canonical bytes.
pub(crate) fn keep_json(rows: &mut Vec<Row>, value: &Value) -> AppResult<Digest> {
    let bytes = yishi_canonical::to_vec(value).map_err(|error| {
        AppError::field("/form", "not-canonical", format!("表单数值须为整数：{error}"), error.to_string())
    })?;
    let row = yishi_storage::DocumentRow::public("application/json", bytes);
    let digest = row.digest;
    rows.push(Row::PutDocument(row));
    Ok(digest)
}

/// A title: one line of at most [`MAX_TITLE_CHARS`]. Unlike a name it keeps its punctuation as written.
fn title_of(text: &str) -> AppResult<&str> {
    let title = text.trim();
    let count = title.chars().count();
    if count == 0 {
        return Err(AppError::field("/title", "empty", "不能为空", "must not be empty"));
    }
    if count > MAX_TITLE_CHARS || title.contains(['\n', '\r', '\t']) {
        return Err(AppError::field(
            "/title",
            "title-length",
            format!("标题应为一行，不超过 {MAX_TITLE_CHARS} 个字"),
            format!("a title is one line of at most {MAX_TITLE_CHARS} characters"),
        ));
    }
    Ok(title)
}

/// A domain: a short kebab-case word.
fn domain(text: &str) -> AppResult<String> {
    let good = !text.is_empty()
        && text.len() <= 40
        && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-');
    if good {
        return Ok(text.to_owned());
    }
    Err(AppError::field(
        "/domain",
        "not-a-domain",
        "所属方面不在列表中，请从列表中选择",
        "a domain is a lower-case word such as `sanitation`",
    ))
}

/// Evidence with the days of posting, which rules may look at whatever else was sent.
fn with_days(evidence: Option<Value>, days: u16) -> Value {
    let mut evidence = evidence.unwrap_or_else(|| json!({}));
    if let Some(fields) = evidence.as_object_mut() {
        fields.insert("days".to_owned(), days.into());
    }
    evidence
}
