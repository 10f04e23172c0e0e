//! 工作台与建议 (the staff desk: what to do, convening, accounts; and the form for a suggestion).

use std::collections::BTreeSet;
use std::sync::Arc;

use axum::Router;
use axum::response::Response;
use axum::routing::{get, post};
use yishi_app::inputs::{Grant, NewAccount, NewMeeting, Suggestion};
use yishi_app::{AppError, OpContext};
use yishi_edge::extract::Path;
use yishi_identity::{Action, CommunityId, MatterId};
use yishi_portal::context::{
    DeskPage, Field, FieldChoice, FieldKind, Form, Link, NavItem, SuggestPage, TodoGroup, TodoItem, Tone,
};
use yishi_portal::forms;

use super::answer::{Miss, Tried};
use super::matter::ASIDE;
use super::phrases;
use super::posted::{Posted, missing, not_one_of};
use super::visit::{Place, Visit};
use crate::http::Server;

/// Matters looked through for the desk.
const MATTERS: u32 = 60;
/// Days of notice a new meeting is first proposed with.
const USUAL_NOTICE: u16 = 10;

/// Routes of this file.
pub(super) fn routes() -> Router<Arc<Server>> {
    Router::new()
        .route("/c/{community}/desk", get(desk_page))
        .route("/c/{community}/desk/meetings", post(convene))
        .route("/c/{community}/desk/accounts", post(create_account))
        .route("/c/{community}/suggest", get(suggest_page).post(suggest))
}

async fn desk_page(visit: Visit, Path(community): Path<CommunityId>) -> Response {
    let page = visit.desk_page(community, None).await;
    visit.show(page).await
}

async fn convene(visit: Visit, Path(community): Path<CommunityId>, posted: Posted) -> Response {
    match visit.convene(community, &posted).await {
        Ok(meeting) => visit.done(
            &format!("/c/{community}/meetings/{meeting}"),
            visit.say("会议已通知", "The meeting has been called"),
        ),
        Err(miss) => {
            let names = [("/special_circumstances", "short_notice")];
            visit.desk_again(community, miss, "convene", &posted, &names).await
        }
    }
}

async fn create_account(visit: Visit, Path(community): Path<CommunityId>, posted: Posted) -> Response {
    match visit.create_account(community, &posted).await {
        Ok(()) => {
            visit.done(&format!("/c/{community}/desk"), visit.say("账号已建立", "The account has been made"))
        }
        Err(miss) => visit.desk_again(community, miss, "account", &posted, &[]).await,
    }
}

async fn suggest_page(visit: Visit, Path(community): Path<CommunityId>) -> Response {
    let page = visit.suggest_page(community, None).await;
    visit.show(page).await
}

async fn suggest(visit: Visit, Path(community): Path<CommunityId>, posted: Posted) -> Response {
    match visit.suggest(community, &posted).await {
        Ok(matter) => visit.done(
            &format!("/c/{community}/matters/{matter}"),
            visit.say("建议已提出，谢谢您", "Your suggestion is there. Thank you"),
        ),
        Err(miss) => {
            let page = match visit.tried(&miss, "suggest", &posted, &[]) {
                Some(tried) => visit.suggest_page(community, Some(&tried)).await,
                None => Err(miss),
            };
            visit.show(page).await
        }
    }
}

impl Visit {
    async fn desk_again(
        &self,
        community: CommunityId,
        miss: Miss,
        form: &str,
        posted: &Posted,
        names: &[(&str, &str)],
    ) -> Response {
        let page = match self.tried(&miss, form, posted, names) {
            Some(tried) => self.desk_page(community, Some(&tried)).await,
            None => Err(miss),
        };
        self.show(page).await
    }

    async fn desk_page(&self, community: CommunityId, tried: Option<&Tried>) -> Result<Response, Miss> {
        if self.ctx().actor.account.is_none() {
            return Err(AppError::NotSignedIn.into());
        }
        let place = self.place(community, NavItem::Desk).await?;
        if !Self::may(&place, Action::ViewInternal) {
            return Err(AppError::NotPermitted(Action::ViewInternal).into());
        }
        let open = self.app().matters(self.ctx(), community, Some(false), None, MATTERS).await?.items;
        let (mut mine, mut others) = (Vec::new(), Vec::new());
        for summary in &open {
            let id: MatterId = summary.id.parse().map_err(AppError::internal)?;
            let matter = self.app().matter(self.ctx(), community, id).await?;
            let class = phrases::class(&matter.class);
            let (next, who) = phrases::next(self.lang, class, &matter.state, &matter.domain);
            let due = matter.disclosures.iter().rfind(|notice| !notice.taken_down);
            let late = due.is_some_and(|notice| notice.ended);
            let own = matter.may.iter().any(|command| !ASIDE.contains(&command.as_str()));
            let item = TodoItem {
                title: matter.title.clone(),
                number: phrases::number(&summary.opened_on, &matter.id),
                href: format!("{}/matters/{}#actions", place.href, matter.id),
                next,
                who: who.to_owned(),
                due: due.map(|notice| phrases::date(self.lang, &notice.last_day)),
                tone: match (late, own) {
                    (true, _) => Tone::Warn,
                    (false, true) => Tone::Active,
                    (false, false) => Tone::Neutral,
                },
            };
            if own { mine.push(item) } else { others.push(item) }
        }
        let group = |zh, en, items: Vec<TodoItem>| TodoGroup { title: self.say(zh, en).to_owned(), items };
        let mut groups =
            vec![group("待我办理", "For me to do", mine), group("等待他人", "Waiting for others", others)];
        groups.retain(|group| !group.items.is_empty());
        let mut actions = Vec::new();
        if Self::may(&place, Action::ConveneMeeting) {
            let matters = open
                .iter()
                .map(|one| {
                    let number = phrases::number(&one.opened_on, &one.id);
                    FieldChoice::new(&one.id, &format!("{number} {}", one.title))
                })
                .collect();
            actions.push(self.guarded(self.convene_form(&place, matters), None)?);
        }
        if Self::may(&place, Action::ManageCommunityAccounts) {
            actions.push(
                self.guarded(
                    forms::member_account(self.lang, &format!("{}/desk/accounts", place.href)),
                    None,
                )?,
            );
        }
        let mut page = DeskPage {
            groups,
            meetings: self.meeting_cards(&place).await?,
            roster_href: Self::may(&place, Action::ViewRoster).then(|| format!("{}/roster", place.href)),
            accounts_href: Self::manages_accounts(&place).then(|| format!("{}/accounts", place.href)),
            bodies_href: format!("{}/bodies", place.href),
            meetings_href: format!("{}/meetings", place.href),
            shelf_href: format!("{}/rules", place.href),
            suggest_href: Self::may(&place, Action::SuggestMatter).then(|| format!("{}/suggest", place.href)),
            actions,
            alarms: self.alarms(&place).await?,
        };
        if let Some(tried) = tried {
            tried.fill(&mut page.actions);
        }
        self.page(&place.frame, &page, tried)
    }

    /// Attestations that wait for the town.
    async fn alarms(&self, place: &Place) -> Result<Vec<Link>, Miss> {
        if !Self::may(place, Action::ConfirmAttestation) {
            return Ok(Vec::new());
        }
        let rules = self.app().rules(self.ctx(), place.id()).await?;
        let waiting = rules.iter().filter(|rule| rule.state == "attested");
        Ok(waiting
            .map(|rule| {
                let title = phrases::of(self.lang, &rule.title, &rule.title_en);
                Link {
                    text: format!(
                        "{}{title}",
                        self.say("待镇级确认的认证录入：", "Attestation to confirm: ")
                    ),
                    href: format!("{}/rules/{}", place.href, rule.id),
                }
            })
            .collect())
    }

    fn convene_form(&self, place: &Place, matters: Vec<FieldChoice>) -> Form {
        let action = format!("{}/desk/meetings", place.href);
        let mut form = forms::convene(self.lang, &action, place.kind(), matters);
        for field in &mut form.fields {
            match field.name.as_str() {
                "held_on" => {
                    field.kind = FieldKind::Date;
                    field.label = self.say("开会日期", "Date").to_owned();
                    field.value = self.in_days(USUAL_NOTICE).to_string();
                }
                "mode" => "persons".clone_into(&mut field.value),
                _ => {}
            }
        }
        form
    }

    async fn convene(&self, community: CommunityId, form: &Posted) -> Result<String, Miss> {
        let mut agenda: Vec<MatterId> = Vec::new();
        for matter in form.all("agenda") {
            let matter = matter.parse().map_err(|_| not_one_of("agenda"))?;
            if !agenda.contains(&matter) {
                agenda.push(matter);
            }
        }
        if agenda.is_empty() {
            return Err(missing("agenda"));
        }
        let body: yishi_law::BodyKind = form.one("body")?;
        // Only an assembly of all can be counted by households.
        let assembly = body == yishi_law::BodyKind::ResidentsAssembly;
        let input = NewMeeting {
            body,
            mode: if assembly { form.maybe("mode")? } else { None },
            held_on: form.date("held_on")?,
            place: form.required("place")?,
            agenda,
            special_circumstances: form.optional("short_notice"),
        };
        let app = self.app();
        let view = self
            .once(form, |ctx: OpContext| async move { app.convene(&ctx, community, input).await })
            .await?;
        Ok(view["id"].as_str().unwrap_or_default().to_owned())
    }

    async fn create_account(&self, community: CommunityId, form: &Posted) -> Result<(), Miss> {
        self.check(form)?;
        let person = self.person_of(community, "person", form).await?;
        let name = self.app().person_name(self.ctx(), community, person).await?;
        let input = NewAccount {
            login: form.required("login")?,
            password: form.required("password")?,
            display_name: name,
            grants: vec![Grant::Member { community, person }],
            must_change_password: None,
        };
        let app = self.app();
        self.once(
            form,
            |ctx: OpContext| async move { app.create_member_account(&ctx, community, input).await },
        )
        .await?;
        Ok(())
    }

    async fn suggest_page(&self, community: CommunityId, tried: Option<&Tried>) -> Result<Response, Miss> {
        let place = self.place(community, NavItem::Matters).await?;
        let may = Self::may(&place, Action::SuggestMatter);
        let mut form = None;
        if may {
            let domains = phrases::DOMAINS
                .iter()
                .map(|(code, zh, en)| FieldChoice::new(code, self.say(zh, en)))
                .collect();
            let mut blank = forms::suggest(self.lang, &format!("{}/suggest", place.href), domains);
            if let Some(capacity) = place.reader.acting_as(Action::SuggestMatter) {
                blank = blank.acting_as(&phrases::capacity(self.lang, capacity));
            }
            if Self::may(&place, Action::ViewRoster) && self.ctx().actor.person_in(community).is_none() {
                let hint = self.say(
                    "代居民录入时写其姓名；同名时写编号。",
                    "When entered for a resident: their name, or the id where two share it.",
                );
                blank = blank.with(
                    Field::new("suggested_by", self.say("建议人", "Suggested by"), FieldKind::Text)
                        .hint(hint),
                );
            }
            let mut ready = self.guarded(blank, None)?;
            if let Some(tried) = tried {
                tried.fill([&mut ready]);
            }
            form = Some(ready);
        }
        let back: String =
            form_urlencoded::byte_serialize(format!("{}/suggest", place.href).as_bytes()).collect();
        let visitor = self.ctx().actor.account.is_none();
        let page = SuggestPage { form, sign_in_href: visitor.then(|| format!("/sign-in?next={back}")) };
        self.page(&place.frame, &page, tried)
    }

    async fn suggest(&self, community: CommunityId, form: &Posted) -> Result<String, Miss> {
        let suggested_by = match form.optional("suggested_by") {
            Some(_) => Some(self.person_of(community, "suggested_by", form).await?),
            None => None,
        };
        let input = Suggestion {
            title: form.required("title")?,
            text: form.required("text")?,
            domain: form.required("domain")?,
            subjects: BTreeSet::new(),
            amount_fen: None,
            per_household_fen: None,
            suggested_by,
        };
        let app = self.app();
        let view = self
            .once(form, |ctx: OpContext| async move { app.suggest(&ctx, community, input).await })
            .await?;
        Ok(view["id"].as_str().unwrap_or_default().to_owned())
    }
}
