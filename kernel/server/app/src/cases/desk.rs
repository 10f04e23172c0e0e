//! 待办办件 (the cases in which something is to be done): for the desk, and as duties of the community for the town.

use yishi_deliberation::Case;
use yishi_identity::{Action, CaseId, CommunityId, RuleId};
use yishi_law::{BodyKind, Words};

use super::act::own_handler;
use super::lists::is_asked_of;
use super::{DESK, VIEW};
use crate::views::{CaseTaskView, DutyView, owed_in_case};
use crate::{App, AppResult, Community, OpContext};

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
    pub async fn desk_cases(&self, ctx: &OpContext, community: CommunityId) -> AppResult<Vec<DeskCase>> {
        let here = self.scope(ctx, community, Action::ViewInternal).await?;
        let reader = self.reader(&here).await?;
        let own = own_handler(&here);
        let mut found = Vec::new();
        for case in self.waiting_cases(&here).await? {
            let asked = is_asked_of(&reader, &case);
            if !asked && !reader.may(Action::ViewCases) {
                continue;
            }
            let held = own.is_some() && case.assignee() == own;
            // Staff record for every body; what somebody else has in hand waits for them.
            let mine = held || (asked && case.assignee().is_none());
            let view = self.case_view(&here, &case, &[]).await?;
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
    pub async fn case_duties(&self, ctx: &OpContext, community: CommunityId) -> AppResult<Vec<CaseOwed>> {
        let here = self.scope(ctx, community, Action::ViewAudit).await?;
        self.owed_in_cases(&here).await
    }

    pub(crate) async fn owed_in_cases(&self, community: &Community) -> AppResult<Vec<CaseOwed>> {
        let mut owed = Vec::new();
        for case in self.waiting_cases(community).await? {
            let title = self.rule_title(&case).await?;
            owed.extend(case.open_tasks().into_iter().map(|task| CaseOwed {
                rule: case.rule,
                title: title.clone(),
                by: task.task.by,
                owed: owed_in_case(task, community.kind),
            }));
        }
        Ok(owed)
    }

    /// Every case on a desk. Read to the end: what is cut off here would be a task that nobody is reminded of.
    async fn waiting_cases(&self, community: &Community) -> AppResult<Vec<Case>> {
        let mut cases = Vec::new();
        for row in self.every(&community.scope, &DESK, None).await? {
            if let Some(row) = self.read(&community.scope, &VIEW, &row.id).await? {
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
