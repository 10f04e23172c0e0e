//! 事项 (matters): the six steps, one act at a time.
//!
//! Every step goes the same way: authorise, load the matter with what it pinned, ask the gates, let the pure machine
//! decide, append. What differs between steps is which body acts, what text is kept, and which command it becomes;
//! that is all these functions say.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use yishi_canonical::Digest;
use yishi_deliberation::matter::{
    ConsultationForm, DeliberationOpinion, DisclosureKind, FiledWith, Matter, MatterCommand, MatterEvent,
    Petition, Petitioners, Proposal, ReviewOutcome, Stage, StudyOutcome,
};
use yishi_deliberation::{Act, ActorRef, Context, Pins};
use yishi_identity::{Action, Capacity, CommunityId, MatterId};
use yishi_law::days::HolidayCalendar;
use yishi_law::{BodyKind, MatterClass, Step, Subject};
use yishi_storage::{CommentRow, EntryDraft, Page, Row, Unit, ViewQuery, ViewRow};

use crate::bodies::{keep, keep_internal};
use crate::gates::{Asked, At, MatterFacts};
use crate::inputs::{
    ConsultationSummary, ConsultationWindow, DeliberationOutcome, DisclosureWindow, FilingNote, NewComment,
    PassOrReturn, PetitionInput, Reasons, Report, ResolveBy, Revision, StudyVerdict, SubmitOrReturn,
    Suggestion, Tabling,
};
use crate::inputs::{Proposal as ProposalInput, ReviewOutcome as ReviewInput, StudyOutcome as StudyInput};
use crate::load::expect_version;
use crate::views::{CommentView, ListView, MatterSummary, MatterView};
use crate::{App, AppError, AppResult, Community, OpContext};

/// The read model's kind.
pub(crate) const VIEW: &str = "matter";
/// What a phone shows in three lines.
const MAX_TITLE_CHARS: usize = 120;

/// What is loaded to act on a matter.
pub(crate) struct Loaded {
    pub(crate) matter: Matter,
    pub(crate) version: u64,
    pub(crate) events: Vec<MatterEvent>,
    pub(crate) entries: Vec<yishi_storage::StoredEntry>,
}

/// What a step adds besides its command.
#[derive(Default)]
pub(crate) struct Extra {
    pub(crate) rows: Vec<Row>,
    pub(crate) entries: Vec<EntryDraft>,
    pub(crate) evidence: Value,
}

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
        let (events, mut unit) = self.suggestion(ctx, &community, id, input).await?;
        let matter =
            Matter::fold(&events).ok_or_else(|| AppError::internal("a suggestion made no matter"))?;
        unit.rows.push(self.matter_row(&community, &matter, 1, &unit.rows).await?);
        let view = self.matter_view(ctx, &community, &matter, 1, &events, &[], &unit.rows).await?;
        self.commit(ctx, unit, 201, view).await
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
        if let Some(person) = input.suggested_by
            && self.store.person(&community.scope, &person.to_string()).await?.is_none()
        {
            return Err(AppError::field(
                "/suggested_by",
                "not-found",
                "名册中没有此人",
                "no such person on the roster",
            ));
        }
        let pins = self.pins_today(ctx, community).await?;
        let law = self.pinned_floor(community, &pins)?;
        let command = MatterCommand::Suggest { id, title, text, domain, subjects: input.subjects, pins };
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
        let (community, loaded) = self.open_matter(ctx, community, id, Action::ProposeMatter).await?;
        let mut extra = Extra::default();
        let text = keep(&mut extra.rows, "/text", &input.text)?;
        let form = match &input.form {
            Some(form) => Some(keep_json(&mut extra.rows, form)?),
            None => None,
        };
        let (rule, repeals) = self.rule_version_of(&community, id).await?;
        let proposal = Proposal {
            text,
            subjects: input.subjects.unwrap_or_else(|| loaded.matter.subjects.clone()),
            domain: loaded.matter.domain.clone(),
            class: input.class.unwrap_or(MatterClass::Ordinary),
            amount_fen: input.amount_fen,
            per_household_fen: input.per_household_fen,
            form,
            rule,
            repeals,
        };
        let facts = facts_of(&proposal, input.form.as_ref());
        let command = MatterCommand::Propose { proposal };
        self.step(
            ctx,
            &community,
            loaded,
            facts,
            At::step(BodyKind::Council, Step::Propose),
            command,
            extra,
            Action::ProposeMatter,
        )
        .await
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
        let (community, loaded) = self.open_matter(ctx, community, id, Action::ResubmitProposal).await?;
        let mut extra = Extra::default();
        let text = keep(&mut extra.rows, "/text", &input.text)?;
        let mut proposal = proposal_of(&loaded.matter)?;
        proposal.text = text;
        (proposal.rule, proposal.repeals) = self.rule_version_of(&community, id).await?;
        let facts = self.facts(&community, &loaded.matter).await?;
        let command = MatterCommand::Resubmit { proposal };
        self.step(
            ctx,
            &community,
            loaded,
            facts,
            At::step(BodyKind::Council, Step::Propose),
            command,
            extra,
            Action::ResubmitProposal,
        )
        .await
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
        let (community, loaded) = self.open_matter(ctx, community, id, Action::ReviewProposal).await?;
        let mut extra = Extra::default();
        let outcome = match input.outcome {
            PassOrReturn::Pass => ReviewOutcome::Pass,
            PassOrReturn::Return => {
                ReviewOutcome::Return { reasons: needed_reasons(&mut extra.rows, input.reasons.as_deref())? }
            }
        };
        let command = MatterCommand::Review { text: proposal_of(&loaded.matter)?.text, outcome };
        let at = At::step(BodyKind::JointCommittees, Step::Review);
        self.plain_step(ctx, &community, loaded, at, command, extra, Action::ReviewProposal).await
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
        let (community, loaded) = self.open_matter(ctx, community, id, Action::PutToChair).await?;
        let mut extra = Extra::default();
        let minutes = keep_internal(&mut extra.rows, "/minutes", &input.minutes)?;
        let authorisation = optional(&mut extra.rows, "/authorisation", input.authorisation.as_deref())?;
        let command = MatterCommand::PutToChair { minutes, authorisation };
        let at = At::step(BodyKind::RepresentativeAssembly, Step::JointDeliberation);
        self.plain_step(ctx, &community, loaded, at, command, extra, Action::PutToChair).await
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
        let (community, loaded) = self.open_matter(ctx, community, id, Action::PetitionConvening).await?;
        let people = self.people(&community).await?;
        let (register, _) = self.register(&community.scope, community.id).await?;
        let figures = people.figures(&register, ctx.today);
        let of = match input.by {
            Petitioners::Residents => figures.adults,
            Petitioners::Households => figures.households,
            Petitioners::Representatives => figures.representatives,
        };
        let mut extra = Extra::default();
        let record = keep_internal(&mut extra.rows, "/record", &input.record)?;
        let authorisation = optional(&mut extra.rows, "/authorisation", input.authorisation.as_deref())?;
        let petition = Petition { to: input.to, by: input.by, signatures: input.signatures, of, record };
        let at = At::step(input.to, Step::JointDeliberation);
        let command = MatterCommand::ForceConvening { petition, authorisation };
        self.plain_step(ctx, &community, loaded, at, command, extra, Action::PetitionConvening).await
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
        let (community, loaded) = self.open_matter(ctx, community, id, Action::OpenConsultation).await?;
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
            form: ConsultationForm::Council,
            notice,
            until,
        };
        let at = At::step(BodyKind::ResidentsCommittee, Step::Propose);
        self.plain_step(ctx, &community, loaded, at, command, extra, Action::OpenConsultation).await
    }

    /// 结束协商 (closes the consultation with a report of what was said).
    ///
    /// # Errors
    /// As [`App::propose`].
    pub async fn close_consultation(
        &self,
        ctx: &OpContext,
        community: CommunityId,
        id: MatterId,
        input: ConsultationSummary,
    ) -> AppResult<MatterView> {
        let (community, loaded) = self.open_matter(ctx, community, id, Action::CloseConsultation).await?;
        let mut extra = Extra::default();
        let report = keep(&mut extra.rows, "/summary", &input.summary)?;
        let comments = self.comment_count(&community, id).await?;
        let at = At::step(BodyKind::ResidentsCommittee, Step::Propose);
        // What is consulted on for a rule is recorded in the rule's own life too.
        extra.entries = self.rule_consulted(ctx, &community, id, report).await?;
        let command = MatterCommand::CloseConsultation { report, comments };
        self.plain_step(ctx, &community, loaded, at, command, extra, Action::CloseConsultation).await
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
        let (community, loaded) = self.open_matter(ctx, community, id, Action::StudyByParty).await?;
        let mut extra = Extra::default();
        let outcome = match input.outcome {
            StudyVerdict::Recommended => StudyOutcome::Recommended,
            StudyVerdict::NotRecommended => StudyOutcome::NotRecommended {
                reasons: needed_reasons(&mut extra.rows, input.reasons.as_deref())?,
            },
        };
        let record = keep_internal(&mut extra.rows, "/record", &input.record)?;
        let command =
            MatterCommand::StudyByParty { text: proposal_of(&loaded.matter)?.text, outcome, record };
        let at = At::step(BodyKind::PartyOrganization, Step::PartyStudy);
        self.plain_step(ctx, &community, loaded, at, command, extra, Action::StudyByParty).await
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
        let (community, loaded) = self.open_matter(ctx, community, id, Action::DeliberateJointly).await?;
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
        let minutes = keep_internal(&mut extra.rows, "/minutes", &input.minutes)?;
        let command =
            MatterCommand::DeliberateJointly { text: proposal_of(&loaded.matter)?.text, opinion, minutes };
        let at = At::step(BodyKind::JointCommittees, Step::JointDeliberation);
        self.plain_step(ctx, &community, loaded, at, command, extra, Action::DeliberateJointly).await
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
        let (community, loaded) = self.open_matter(ctx, community, id, Action::EscalateMatter).await?;
        let mut extra = Extra::default();
        let reasons = keep(&mut extra.rows, "/reasons", &input.reasons)?;
        let at = At::step(BodyKind::JointCommittees, Step::Review);
        self.plain_step(
            ctx,
            &community,
            loaded,
            at,
            MatterCommand::Escalate { reasons },
            extra,
            Action::EscalateMatter,
        )
        .await
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
        let (community, loaded) = self.open_matter(ctx, community, id, Action::RecordResolution).await?;
        let (outcome, motion, at) = self.ballot_outcome(&community, input.ballot).await?;
        // Closing the ballot recorded the resolution already, unless there was a tie to settle first.
        if loaded.matter.resolution.as_ref().is_some_and(|known| known.ballot == input.ballot) {
            let Loaded { matter, version, events, entries } = &loaded;
            return self.matter_view(ctx, &community, matter, *version, events, entries, &[]).await;
        }
        let extra = Extra { entries: self.rule_voted(ctx, &community, id, &outcome).await?, ..Extra::default() };
        let command = MatterCommand::Resolve { outcome: Box::new(outcome), motion };
        self.plain_step(ctx, &community, loaded, at, command, extra, Action::RecordResolution).await
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
        let (community, loaded) = self.open_matter(ctx, community, id, Action::FileDecision).await?;
        let mut extra = Extra::default();
        let about_rules = about_rules(&loaded.matter.subjects);
        let with = if about_rules { FiledWith::Town } else { FiledWith::JointCommittees };
        let note = input.note.unwrap_or_else(|| format!("备案回执：{}，事项 {id}", ctx.today));
        let receipt = keep(&mut extra.rows, "/note", &note)?;
        extra.entries = self.rule_filed(ctx, &community, id, receipt).await?;
        let command = MatterCommand::File { with, receipt };
        let at = At::step(BodyKind::ResidentsCommittee, Step::File);
        self.plain_step(ctx, &community, loaded, at, command, extra, Action::FileDecision).await
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
        let (community, loaded) = self.open_matter(ctx, community, id, Action::Disclose).await?;
        let at = At::step(BodyKind::ResidentsCommittee, Step::DiscloseDecision);
        let days = self.posting_days(ctx, &community, &loaded.matter, at, input.days).await?;
        let mut extra = Extra::default();
        let notice = self.decision_notice(&community, &loaded.matter).await?;
        let notice = keep(&mut extra.rows, "/notice", &notice)?;
        extra.evidence = json!({ "days": days });
        let command = MatterCommand::DiscloseDecision { notice, from: ctx.today, days };
        self.plain_step(ctx, &community, loaded, at, command, extra, Action::Disclose).await
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
    ) -> AppResult<MatterView> {
        let (community, loaded) = self.open_matter(ctx, community, id, Action::TakeDownDisclosure).await?;
        let which = match loaded.matter.outcome_disclosure {
            Some(_) => DisclosureKind::Outcome,
            None => DisclosureKind::Decision,
        };
        let at = At::step(BodyKind::ResidentsCommittee, Step::DiscloseDecision);
        let command = MatterCommand::TakeDown { which };
        self.plain_step(ctx, &community, loaded, at, command, Extra::default(), Action::TakeDownDisclosure)
            .await
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
        let (community, loaded) = self.open_matter(ctx, community, id, Action::RecordImplementation).await?;
        let mut extra = Extra::default();
        let evidence = keep(&mut extra.rows, "/report", &input.report)?;
        extra.evidence = input.evidence.unwrap_or(Value::Null);
        let at = At::step(BodyKind::ResidentsCommittee, Step::Implement);
        let command = MatterCommand::Implement { by: BodyKind::ResidentsCommittee, evidence };
        self.plain_step(ctx, &community, loaded, at, command, extra, Action::RecordImplementation).await
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
        let (community, loaded) = self.open_matter(ctx, community, id, Action::Disclose).await?;
        let at = At::step(BodyKind::ResidentsCommittee, Step::DiscloseOutcome);
        let days = self.posting_days(ctx, &community, &loaded.matter, at, input.days).await?;
        let mut extra = Extra::default();
        let notice = keep(&mut extra.rows, "/report", &input.report)?;
        extra.evidence = with_days(input.evidence, days);
        let command = MatterCommand::DiscloseOutcome { notice, from: ctx.today, days };
        self.plain_step(ctx, &community, loaded, at, command, extra, Action::Disclose).await
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
        let (community, loaded) = self.open_matter(ctx, community, id, Action::CompleteMatter).await?;
        let at = At::step(BodyKind::ResidentsCommittee, Step::DiscloseOutcome);
        let command = MatterCommand::Complete;
        self.plain_step(ctx, &community, loaded, at, command, Extra::default(), Action::CompleteMatter).await
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
        let (community, loaded) = self.open_matter(ctx, community, id, Action::WithdrawMatter).await?;
        let mut extra = Extra::default();
        let reasons = keep(&mut extra.rows, "/reasons", &input.reasons)?;
        extra.entries = self.rule_withdrawn(ctx, &community, id, reasons).await?;
        let at = At::step(BodyKind::Council, Step::Propose);
        self.plain_step(
            ctx,
            &community,
            loaded,
            at,
            MatterCommand::Withdraw { reasons },
            extra,
            Action::WithdrawMatter,
        )
        .await
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
        let (community, loaded) = self.open_matter(ctx, community, id, Action::LapseMatter).await?;
        let mut extra = Extra::default();
        let reasons = keep(&mut extra.rows, "/reasons", &input.reasons)?;
        extra.entries = self.rule_withdrawn(ctx, &community, id, reasons).await?;
        let at = At::step(BodyKind::Council, Step::Propose);
        self.plain_step(
            ctx,
            &community,
            loaded,
            at,
            MatterCommand::Lapse { reasons },
            extra,
            Action::LapseMatter,
        )
        .await
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
        let people = self.people(&community).await?;
        Ok(ListView::page(
            rows,
            limit,
            |row| row.id.clone(),
            |row| CommentView {
                author: crate::words::commenter(
                    row.author.parse().ok().and_then(|id| people.persons.get(&id)),
                ),
                id: row.id,
                text: row.text,
                hidden: row.hidden,
                at: row.created.to_string(),
            },
        ))
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
        let (community, loaded) = self.open_matter(ctx, community, id, Action::Comment).await?;
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
        let people = self.people(&community).await?;
        let comment = yishi_identity::CommentId::from_uuid(self.uuid(ctx)).to_string();
        let row = CommentRow {
            id: comment.clone(),
            subject: id.to_string(),
            author: author.to_string(),
            text: input.text,
            hidden: false,
            created: ctx.now,
        };
        let view = CommentView {
            id: comment.clone(),
            author: crate::words::commenter(people.persons.get(&author)),
            text: row.text.clone(),
            hidden: false,
            at: ctx.now.to_string(),
        };
        let registration = people.persons.get(&author).map(|person| person.registration);
        let body = json!({ "comment": comment, "text": Digest::of(row.text.as_bytes()), "registration": registration });
        // A stream of its own: a comment must not make the clerk's next step a conflict.
        let entry = self.entry(ctx, &comment, 1, "comment.made", body);
        let unit = Unit::of(community.scope.clone()).entry(entry).row(Row::PutComment(row));
        self.commit(ctx, unit, 201, view).await
    }
}

impl App {
    /// Authorises, loads the matter, and checks the version the client read.
    pub(crate) async fn open_matter(
        &self,
        ctx: &OpContext,
        community: CommunityId,
        id: MatterId,
        action: Action,
    ) -> AppResult<(Community, Loaded)> {
        let community = self.scope(ctx, community, action).await?;
        let loaded = self.load_matter(&community, id).await?;
        expect_version(ctx, loaded.version)?;
        Ok((community, loaded))
    }

    pub(crate) async fn load_matter(&self, community: &Community, id: MatterId) -> AppResult<Loaded> {
        let stream = self.events::<MatterEvent>(&community.scope, &id.to_string()).await?;
        let matter = Matter::fold(&stream.events).ok_or(AppError::NotFound { what: "matter" })?;
        Ok(Loaded { matter, version: stream.version, events: stream.events, entries: stream.entries })
    }

    #[expect(clippy::too_many_arguments, reason = "the parts of one step, each named at its call")]
    async fn plain_step(
        &self,
        ctx: &OpContext,
        community: &Community,
        loaded: Loaded,
        at: At,
        command: MatterCommand,
        extra: Extra,
        action: Action,
    ) -> AppResult<MatterView> {
        let facts = self.facts(community, &loaded.matter).await?;
        self.step(ctx, community, loaded, facts, at, command, extra, action).await
    }

    /// One step of a matter, from the gates to the durable answer.
    #[expect(clippy::too_many_arguments, reason = "the parts of one step, each named at its call")]
    async fn step(
        &self,
        ctx: &OpContext,
        community: &Community,
        loaded: Loaded,
        facts: MatterFacts,
        at: At,
        command: MatterCommand,
        extra: Extra,
        action: Action,
    ) -> AppResult<MatterView> {
        let pins = &loaded.matter.pins;
        let asked = self.ask(ctx, community, pins, &facts, at, &extra.evidence).await?;
        let law = self.pinned_floor(community, pins)?;
        let holidays = HolidayCalendar::none();
        let context = self.machine_context(ctx, community, action).await?;
        let findings = asked.for_machine();
        let events = Matter::decide(
            Some(&loaded.matter),
            &command,
            &context.with(ctx, &asked, law, &holidays, &findings),
        )?;
        let id = loaded.matter.id;
        let stream = id.to_string();
        let mut drafts = self.drafts(ctx, "matter", &stream, loaded.version, &events)?;
        attach(&mut drafts, &asked);
        let version = loaded.version + drafts.len() as u64;
        let matter = events.iter().fold(Some(loaded.matter), Matter::evolve);
        let matter = matter.ok_or_else(|| AppError::internal("a matter vanished"))?;
        let mut history = loaded.events;
        history.extend(events);
        let mut unit = Unit::of(community.scope.clone());
        unit.entries = drafts;
        unit.entries.extend(extra.entries);
        unit.rows = extra.rows;
        unit.rows.push(self.matter_row(community, &matter, version, &unit.rows).await?);
        let mut view =
            self.matter_view(ctx, community, &matter, version, &history, &loaded.entries, &unit.rows).await?;
        view.findings = self.finding_views(&asked.findings).await;
        self.commit(ctx, unit, 200, view).await
    }

    /// Who acts, for the machines.
    pub(crate) async fn machine_context(
        &self,
        ctx: &OpContext,
        community: &Community,
        action: Action,
    ) -> AppResult<MachineContext> {
        let actor = self.seated(ctx, community).await?;
        let scope = yishi_identity::policy::Scope::Community {
            town: crate::accounts::town_of(community)?,
            community: community.id,
        };
        let capacity = actor.acting_as(action, &scope).unwrap_or(Capacity::Anyone);
        Ok(MachineContext {
            actor: ActorRef { account: actor.account, person: actor.person_in(community.id), capacity },
        })
    }

    /// What a matter opened today keeps: the law's date and the rules in force today.
    pub(crate) async fn pins_today(&self, ctx: &OpContext, community: &Community) -> AppResult<Pins> {
        let rules = self.all_rules(community).await?;
        Ok(Pins::on(ctx.today, rules.iter().map(|loaded| &loaded.rule)))
    }

    /// A matter as the gates see it.
    pub(crate) async fn facts(&self, community: &Community, matter: &Matter) -> AppResult<MatterFacts> {
        let Some(proposal) = &matter.proposal else {
            return Ok(MatterFacts {
                domain: matter.domain.clone(),
                subjects: matter.subjects.clone(),
                class: MatterClass::Ordinary,
                amount_fen: None,
                per_household_fen: None,
                form: "{}".to_owned(),
                about_rules: about_rules(&matter.subjects),
            });
        };
        let mut facts = facts_of(proposal, None);
        if let Some(form) = &proposal.form {
            facts.form = self.text(&community.scope, form).await?;
        }
        if let Some(class) = &matter.class {
            facts.class = class.value;
        }
        Ok(facts)
    }

    async fn posting_days(
        &self,
        ctx: &OpContext,
        community: &Community,
        matter: &Matter,
        at: At,
        chosen: Option<u16>,
    ) -> AppResult<u16> {
        if let Some(days) = chosen {
            return Ok(days);
        }
        let facts = self.facts(community, matter).await?;
        let asked = self.ask(ctx, community, &matter.pins, &facts, at, &json!({})).await?;
        Ok(asked.terms.posting_days.map_or(0, |days| days.value))
    }

    pub(crate) async fn comment_count(&self, community: &Community, id: MatterId) -> AppResult<u64> {
        let mut count = 0;
        let mut after = None;
        loop {
            let page = Page { after, limit: crate::roster::STEP };
            let rows = self.store.comments(&community.scope, &id.to_string(), &page).await?;
            count += rows.len() as u64;
            match rows.last() {
                Some(last) if rows.len() as u64 == u64::from(crate::roster::STEP) => {
                    after = Some(last.id.clone())
                }
                _ => return Ok(count),
            }
        }
    }

    /// The read model's row of a matter.
    pub(crate) async fn matter_row(
        &self,
        community: &Community,
        matter: &Matter,
        version: u64,
        pending: &[Row],
    ) -> AppResult<Row> {
        let title = self.pending_text(community, pending, &matter.title).await?;
        let summary = crate::matter_view::summary(matter, title);
        Ok(Row::PutView(ViewRow {
            kind: VIEW.to_owned(),
            id: matter.id.to_string(),
            sort: matter.last_act.at.to_string(),
            parent: Some(if summary.closed { "closed" } else { "open" }.to_owned()),
            version,
            body: serde_json::to_value(&summary).map_err(AppError::internal)?,
        }))
    }

    /// A document's text, from this unit if it is not stored yet.
    pub(crate) async fn pending_text(
        &self,
        community: &Community,
        pending: &[Row],
        digest: &Digest,
    ) -> AppResult<String> {
        let here = pending.iter().find_map(|row| match row {
            Row::PutDocument(row) if row.digest == *digest => {
                Some(String::from_utf8_lossy(&row.bytes).into_owned())
            }
            _ => None,
        });
        match here {
            Some(text) => Ok(text),
            None => self.text(&community.scope, digest).await,
        }
    }
}

/// Who acts; becomes a machine's context once the gates have been asked.
pub(crate) struct MachineContext {
    pub(crate) actor: ActorRef,
}

impl MachineContext {
    pub(crate) fn with<'a>(
        &self,
        ctx: &OpContext,
        asked: &'a Asked,
        law: &'a yishi_law::FloorText,
        holidays: &'a HolidayCalendar,
        findings: &'a [yishi_deliberation::RuleFinding],
    ) -> Context<'a> {
        Context {
            now: ctx.now,
            actor: self.actor,
            terms: &asked.terms,
            law,
            holidays,
            findings,
            plugins: &asked.plugins,
            roll: None,
        }
    }
}

/// Whether a matter adopts, amends or repeals a charter, rule or regulation.
pub(crate) fn about_rules(subjects: &BTreeSet<Subject>) -> bool {
    [Subject::Charter, Subject::Rule, Subject::VillageRegulation]
        .iter()
        .any(|subject| subjects.contains(subject))
}

/// What the gates answered stands beside the event it belongs to.
pub(crate) fn attach(drafts: &mut [EntryDraft], asked: &Asked) {
    let Some(body) = drafts.first_mut().and_then(|draft| draft.body.as_object_mut()) else { return };
    if !asked.calls.is_empty() {
        body.insert("gates".to_owned(), Value::Array(asked.calls.clone()));
    }
    if !asked.set_aside.is_empty() {
        let set_aside =
            asked.set_aside.iter().map(|failure| json!({ "plugin": failure.digest, "code": failure.code }));
        body.insert("set_aside".to_owned(), set_aside.collect());
    }
}

fn facts_of(proposal: &Proposal, form: Option<&Value>) -> MatterFacts {
    MatterFacts {
        domain: proposal.domain.clone(),
        subjects: proposal.subjects.clone(),
        class: proposal.class,
        amount_fen: proposal.amount_fen,
        per_household_fen: proposal.per_household_fen,
        form: form.map_or_else(|| "{}".to_owned(), Value::to_string),
        about_rules: about_rules(&proposal.subjects),
    }
}

pub(crate) fn proposal_of(matter: &Matter) -> AppResult<Proposal> {
    matter.proposal.clone().ok_or_else(|| {
        AppError::conflict(
            "illegal-transition",
            "这个事项还没有书面提议，请先由议事会提议",
            "there is no written proposal yet; the council proposes first",
        )
    })
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
    let digest = Digest::of(&bytes);
    let media_type = "application/json".to_owned();
    rows.push(Row::PutDocument(yishi_storage::DocumentRow { digest, media_type, bytes }));
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
        "领域应为小写英文词，如 sanitation",
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

/// Whether a stage ends the matter.
pub(crate) fn is_closed(stage: &Stage) -> bool {
    matches!(stage, Stage::Completed | Stage::Rejected | Stage::Withdrawn { .. } | Stage::Lapsed { .. })
}

/// Who did something, in the words of an office.
pub(crate) fn acted_as(act: &Act) -> String {
    act.by.capacity.name_zh().to_owned()
}
