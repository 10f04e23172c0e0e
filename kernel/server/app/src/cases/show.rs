//! 办件的呈现 (how a case becomes its view): its words are read from its documents, its kinds are called as the rule calls
//! them, and whoever did something is called by name.

use std::collections::BTreeMap;

use yishi_acts::Aggregate as _;
use yishi_deliberation::{Case, CaseAct};
use yishi_identity::Action;
use yishi_identity::policy::Reach;
use yishi_rulebook::Localized;
use yishi_storage::Row;

use crate::reader::Reader;
use crate::views::{CaseView, ShownCase, case_papers};
use crate::{App, AppResult, Here};

impl App {
    /// A case with all its words. `pending` are rows of the same unit.
    pub(super) async fn case_view(
        &self,
        here: &Here<'_>,
        case: &Case,
        pending: &[Row],
    ) -> AppResult<CaseView> {
        let texts = self.pending_texts(here, pending, case_papers(case)).await?;
        let names = self.case_names(here, Some(case)).await?;
        let keeper = self.keeper(here, case.rule).await?.to_string();
        let points_today = self.store.points(&here.scope, &keeper, &case.subject).await?;
        // A component that no longer loads has no words; its cases are shown all the same.
        let (mut kinds, mut stages) = (BTreeMap::new(), BTreeMap::new());
        if let Ok(inspection) = self.component(&case.rule_version.component).await {
            let titled = |code: &String, title: &Localized| (code.clone(), title.words());
            kinds.extend(inspection.manifest.cases.iter().map(|kind| titled(&kind.kind, &kind.title)));
            stages.extend(inspection.manifest.stages.iter().map(|stage| titled(&stage.code, &stage.title)));
        }
        let may = self.may_with(here, case).await?;
        let label = self.about_whom(here, &case.subject).await?;
        let shown = ShownCase { case, kind: here.kind, texts, names, kinds, stages, points_today };
        Ok(shown.view(label, may))
    }

    /// What the reader may do with a case now: nobody has a say in what is about themselves.
    async fn may_with(&self, here: &Here<'_>, case: &Case) -> AppResult<Vec<CaseAct>> {
        let reader = self.reader(here).await?;
        let mut may: Vec<_> = case.allowed().into_iter().filter(|act| offered(&reader, case, *act)).collect();
        if !may.is_empty() && self.is_own(here, &case.subject).await? {
            may.clear();
        }
        Ok(may)
    }
}

fn offered(reader: &Reader, case: &Case, act: CaseAct) -> bool {
    match Case::entry(act) {
        // What the rule itself asks is for those who put it to the rule.
        None => reader.may(Action::HandleCase),
        Some(entry) if entry.may.reach == Reach::Community => reader.may(entry.right()),
        Some(entry) => case.open_tasks().iter().any(|task| reader.may_of(entry.right(), task.task.by)),
    }
}
