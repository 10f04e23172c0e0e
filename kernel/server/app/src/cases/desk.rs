//! 待办办件 (the cases in which something is to be done): for the desk, and as duties of the community for the town.

use yishi_deliberation::Case;
use yishi_deliberation::case::{CaseDuty, CaseTask};
use yishi_identity::{Action, CaseId, CommunityId, RuleId};
use yishi_law::{BodyKind, CommunityKind, Words};

use super::act::own_handler;
use super::lists::is_asked_of;
use super::{DESK, VIEW};
use crate::views::{CaseTaskView, DutyView};
use crate::{App, AppResult, Community, OpContext, words};

/// 办件的一项期限 (what a body owes in a case), without a word of whom the case is about.
#[derive(Debug, Clone)]
pub struct CaseOwed {
    /// The rule it is owed under.
    pub rule: RuleId,
    /// What it is called.
    pub title: Words,
    /// Whose it is.
    pub by: BodyKind,
    /// What is owed, and by when.
    pub owed: DutyView,
}

/// 工作台上的一件办件 (a case on the desk).
#[derive(Debug, Clone)]
pub struct DeskCase {
    /// The case.
    pub id: CaseId,
    /// Its rule.
    pub rule: RuleId,
    /// What kind of case it is.
    pub title: Words,
    /// Whom it is about.
    pub about: String,
    /// What is owed in it, the first due first.
    pub tasks: Vec<CaseTaskView>,
    /// Who has it in hand.
    pub assignee: Option<String>,
    /// Whether that is the reader, or the reader sits in a body of which something is asked.
    pub mine: bool,
}

impl App {
    /// 工作台上的办件 (the cases in which something is to be done, or that somebody has in hand; the first due first).
    ///
    /// # Errors
    /// The authorisation errors.
    pub async fn desk_cases(&self, ctx: &OpContext, community: CommunityId) -> AppResult<Vec<DeskCase>> {
        let community = self.scope(ctx, community, Action::ViewInternal).await?;
        let reader = self.reader(ctx, &community).await?;
        let own = own_handler(ctx, &community);
        let mut found = Vec::new();
        for case in self.waiting_cases(&community).await? {
            let asked = is_asked_of(&reader, &case);
            if !asked && !reader.may(Action::ViewCases) {
                continue;
            }
            let held = own.is_some() && case.assignee() == own;
            // Staff record for every body; what somebody else has in hand waits for them.
            let mine = held || (asked && case.assignee().is_none());
            let view = self.case_view(ctx, &community, &case, &[]).await?;
            found.push((
                case.due(),
                DeskCase {
                    id: case.id,
                    rule: case.rule,
                    title: Words::new(view.title, view.title_en),
                    about: view.subject_label,
                    tasks: view.tasks.into_iter().filter(|task| task.done.is_none()).collect(),
                    assignee: view.assignee.map(|handler| handler.name),
                    mine,
                },
            ));
        }
        // What has no last day comes after what has one.
        found.sort_by_key(|(due, case)| (due.is_none(), *due, case.id));
        Ok(found.into_iter().map(|(_, case)| case).collect())
    }

    /// 办件的期限 (what is owed in the cases of a community, for those above it too): by rule and body, and about nobody.
    ///
    /// # Errors
    /// The authorisation errors.
    pub async fn case_duties(&self, ctx: &OpContext, community: CommunityId) -> AppResult<Vec<CaseOwed>> {
        let community = self.scope(ctx, community, Action::ViewAudit).await?;
        self.owed_in_cases(&community).await
    }

    pub(crate) async fn owed_in_cases(&self, community: &Community) -> AppResult<Vec<CaseOwed>> {
        let mut owed = Vec::new();
        for case in self.waiting_cases(community).await? {
            let title = self.rule_title(&case).await?;
            owed.extend(case.open_tasks().into_iter().map(|task| CaseOwed {
                rule: case.rule,
                title: title.clone(),
                by: task.task.by,
                owed: owed_of(task, community.kind),
            }));
        }
        Ok(owed)
    }

    /// Every case on a desk. Read to the end: what is cut off here would be a task that nobody is reminded of.
    async fn waiting_cases(&self, community: &Community) -> AppResult<Vec<Case>> {
        let mut cases = Vec::new();
        for row in self.every_view(&community.scope, DESK, None).await? {
            if let Some(row) = self.view(&community.scope, VIEW, &row.id).await? {
                cases.push(self.case_of_row(community, row).await?);
            }
        }
        Ok(cases)
    }

    async fn rule_title(&self, case: &Case) -> AppResult<Words> {
        let digest = case.rule_version.component;
        Ok(self.titles([digest]).await.remove(&digest).unwrap_or_else(|| Words::new("—", "—")))
    }
}

/// A task as what is owed: by whom stands in its words, what it is in the rule's own.
pub(super) fn owed_of(task: &CaseTask, kind: CommunityKind) -> DutyView {
    let (duty, by) = (CaseDuty::Task, words::body(task.task.by, kind));
    let said = duty.words();
    DutyView {
        code: words::code(&duty),
        text: format!("{}（{}）", said.zh, by.zh),
        text_en: format!("{} ({})", said.en, by.en),
        due: task.task.due,
    }
}
