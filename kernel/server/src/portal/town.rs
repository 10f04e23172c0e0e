//! 镇级总览 (a town's dashboard, its communities and accounts).

use std::sync::Arc;

use axum::Router;
use axum::response::Response;
use axum::routing::{get, post};
use yishi_app::inputs::{Grant, NewAccount, NewCommunity};
use yishi_app::views::CommunityDigest;
use yishi_app::{AppError, OpContext};
use yishi_edge::extract::Path;
use yishi_identity::{CommunityId, TownId};
use yishi_portal::context::{
    CommunityProgress, Field, FieldChoice, FieldKind, Form, FormStyle, NavItem, OverdueRow, TownPage,
};

use super::answer::{Miss, Tried};
use super::phrases;
use super::posted::Posted;
use super::visit::Visit;
use crate::http::Server;

/// Matters of a community looked through for duties that are overdue.
const MATTERS: u32 = 100;

/// Routes of this file.
pub(super) fn routes() -> Router<Arc<Server>> {
    Router::new()
        .route("/towns/{town}", get(town_page))
        .route("/towns/{town}/communities", post(create_community))
        .route("/towns/{town}/accounts", post(create_account))
}

async fn town_page(visit: Visit, Path(town): Path<TownId>) -> Response {
    let page = visit.town_page(town, None).await;
    visit.show(page).await
}

async fn create_community(visit: Visit, Path(town): Path<TownId>, posted: Posted) -> Response {
    let done = visit.create_community(town, &posted).await;
    visit.after_town(town, done, "new-community", &posted).await
}

async fn create_account(visit: Visit, Path(town): Path<TownId>, posted: Posted) -> Response {
    let done = visit.create_town_account(town, &posted).await;
    visit.after_town(town, done, "new-account", &posted).await
}

impl Visit {
    async fn after_town(
        &self,
        town: TownId,
        done: Result<(), Miss>,
        form: &str,
        posted: &Posted,
    ) -> Response {
        match done {
            Ok(()) => self.done(&format!("/towns/{town}"), self.say("已建立", "Made")),
            Err(miss) => {
                let page = match self.tried(&miss, form, posted, &[]) {
                    Some(tried) => self.town_page(town, Some(&tried)).await,
                    None => Err(miss),
                };
                self.show(page).await
            }
        }
    }

    pub(super) async fn town_page(&self, town: TownId, tried: Option<&Tried>) -> Result<Response, Miss> {
        let dashboard = self.app().town_dashboard(self.ctx(), town).await?;
        let mut communities = Vec::with_capacity(dashboard.communities.len());
        let mut overdue = Vec::new();
        for digest in &dashboard.communities {
            let (progress, late) = self.progress(digest).await?;
            communities.push(progress);
            overdue.extend(late);
        }
        overdue.sort_by_key(|row: &OverdueRow| std::cmp::Reverse(row.days));
        let base = format!("/towns/{town}");
        let (after, now) = (self.position(&base, "accounts")?, self.ctx().now.as_second());
        let list = self.app().town_accounts(self.ctx(), town, after, super::account::PAGE).await?;
        let next = list.next.map(|position| self.server.cursors().seal(&base, &position, now));
        let places = dashboard
            .communities
            .iter()
            .map(|digest| (digest.community.id.clone(), digest.community.name.clone()))
            .collect();
        let mut accounts = self.account_lines(&list.items, &format!("{base}/accounts"), &places);
        for form in accounts.iter_mut().flat_map(|account| account.forms.iter_mut()) {
            *form = self.guarded(form.clone(), None)?;
        }
        let mut page = TownPage {
            name: dashboard.town.name.clone(),
            communities,
            overdue,
            actions: vec![
                self.guarded(self.community_form(town), None)?,
                self.guarded(self.town_account_form(town, &dashboard.communities), None)?,
            ],
            accounts,
            accounts_next: next.map(|cursor| format!("{base}?accounts={cursor}#accounts")),
        };
        if let Some(tried) = tried {
            tried.fill(&mut page.actions);
            tried.fill(page.accounts.iter_mut().flat_map(|account| account.forms.iter_mut()));
        }
        let mut frame = self.frame(NavItem::None).await?;
        frame.host_name.clone_from(&page.name);
        self.page(&frame, &page, tried)
    }

    /// A community's line, and its duties that are overdue.
    async fn progress(&self, digest: &CommunityDigest) -> Result<(CommunityProgress, Vec<OverdueRow>), Miss> {
        let id: CommunityId = digest.community.id.parse().map_err(AppError::internal)?;
        let href = format!("/c/{id}");
        let open = self.app().matters(self.ctx(), id, Some(false), None, MATTERS).await?.items;
        let closed = self.app().matters(self.ctx(), id, Some(true), None, MATTERS).await?.items;
        let year = self.ctx().today.year().to_string();
        let completed =
            closed.iter().filter(|one| one.state == "completed" && one.updated_on.starts_with(&year)).count();
        let rules = self.app().rules(self.ctx(), id).await?;
        let mut late = Vec::new();
        for summary in open.iter().filter(|one| {
            matches!(one.state.as_str(), "decision-disclosed" | "outcome-disclosed" | "implemented")
        }) {
            let matter = summary.id.parse().map_err(AppError::internal)?;
            let matter = self.app().matter(self.ctx(), id, matter).await?;
            for notice in matter.disclosures.iter().filter(|notice| notice.ended && !notice.taken_down) {
                let last: Option<jiff::civil::Date> = notice.last_day.parse().ok();
                let days = last.map_or(0, |last| (self.ctx().today - last).get_days());
                late.push(OverdueRow {
                    community: digest.community.name.clone(),
                    title: matter.title.clone(),
                    href: format!("{href}/matters/{}", matter.id),
                    what: self
                        .say("公示期满，待撤下或办结", "display ended; to be taken down or completed")
                        .to_owned(),
                    due: phrases::date(self.lang, &notice.last_day),
                    days: u64::try_from(days).unwrap_or(0),
                });
            }
        }
        let mut at_step = [0; 6];
        for (place, step) in at_step.iter_mut().zip(1_u8..) {
            *place = digest.by_step.get(&step).copied().unwrap_or(0);
        }
        let in_force = rules.iter().filter(|rule| rule.state == "in-force");
        let charter = in_force.clone().any(|rule| rule.kind == "charter");
        let progress = CommunityProgress {
            name: digest.community.name.clone(),
            href,
            kind: phrases::community_kind_of(&digest.community.kind),
            at_step,
            major: open.iter().filter(|one| one.class == "major").count() as u64,
            completed: completed as u64,
            charter,
            rules: in_force.filter(|rule| rule.kind != "charter").count() as u64,
            overdue: digest.overdue,
        };
        Ok((progress, late))
    }

    fn community_form(&self, town: TownId) -> Form {
        let t = self.lang.words();
        let heading = self.say("设立村（社区）", "Set up a community");
        let kinds =
            vec![FieldChoice::new("village", t.kind_village), FieldChoice::new("urban", t.kind_urban)];
        Form::new("new-community", heading, &format!("/towns/{town}/communities"), heading)
            .style(FormStyle::Folded)
            .with(Field::new("name", self.say("名称", "Name"), FieldKind::Text).required())
            .with(Field::new("kind", self.say("类别", "Kind"), FieldKind::Select(kinds)).required().hint(
                self.say(
                    "村适用《村民委员会组织法》，社区适用《城市居民委员会组织法》。",
                    "It decides which organic law applies.",
                ),
            ))
            .with(
                Field::new(
                    "region_code",
                    self.say("行政区划代码（12 位）", "Division code (12 digits)"),
                    FieldKind::Text,
                )
                .required(),
            )
    }

    fn town_account_form(&self, town: TownId, communities: &[CommunityDigest]) -> Form {
        let t = self.lang.words();
        let heading = self.say("建立工作账号", "Make a working account");
        let mut roles = vec![FieldChoice::new("town-admin", self.say("镇管理员", "Town administrator"))];
        roles.extend(communities.iter().map(|digest| {
            let staff = self.say("工作人员", "staff");
            FieldChoice::new(&digest.community.id, &format!("{} · {staff}", digest.community.name))
        }));
        Form::new("new-account", heading, &format!("/towns/{town}/accounts"), heading)
            .style(FormStyle::Folded)
            .with(Field::new("display_name", t.name, FieldKind::Text).required())
            .with(Field::new("login", t.form_sign_in_name, FieldKind::Text).required())
            .with(
                Field::new("password", t.form_sign_in_password, FieldKind::Password)
                    .required()
                    .hint(t.form_password_hint),
            )
            .with(Field::new("grant", self.say("身份", "Capacity"), FieldKind::Select(roles)).required())
    }

    async fn create_community(&self, town: TownId, form: &Posted) -> Result<(), Miss> {
        let input = NewCommunity {
            name: form.required("name")?,
            kind: form.one("kind")?,
            region_code: form.required("region_code")?,
        };
        let app = self.app();
        self.once(form, |ctx: OpContext| async move { app.create_community(&ctx, town, input).await })
            .await?;
        Ok(())
    }

    async fn create_town_account(&self, town: TownId, form: &Posted) -> Result<(), Miss> {
        let grant = match form.required("grant")?.as_str() {
            "town-admin" => Grant::TownAdmin,
            _ => Grant::Staff { community: form.one("grant")? },
        };
        let input = NewAccount {
            login: form.required("login")?,
            password: form.required("password")?,
            display_name: form.required("display_name")?,
            grants: vec![grant],
            must_change_password: None,
        };
        let app = self.app();
        self.once(form, |ctx: OpContext| async move { app.create_town_account(&ctx, town, input).await })
            .await?;
        Ok(())
    }
}
