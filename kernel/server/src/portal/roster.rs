//! 花名册与组织 (the roster with its trial run; bodies and their members).

use super::acts::About;
use super::house::{FORM, is_of_somebody};
use serde_json::{Value, json};
use std::sync::Arc;
use yishi_acts::Aggregate as _;
use yishi_acts::house::{House, HouseAct};
use yishi_portal::context::Form;

use axum::Router;
use axum::response::Response;
use yishi_app::bodies::elected_by;
use yishi_app::inputs::KnownPeople;
use yishi_app::roster::COLUMNS;
use yishi_app::views::{AdvisoryView, RosterReport};
use yishi_app::{AppError, OpContext};
use yishi_edge::extract::Path;
use yishi_identity::{Action, CommunityId, ElectedBy, Office};
use yishi_law::BodyKind;
use yishi_portal::context::{
    Advisory, BadRow, BodiesPage, BodyDetail, BodySeat, Citation, Field, FieldChoice, FieldKind,
    ImportReport, NavItem, RosterPage,
};
use yishi_portal::forms;

use super::answer::{Miss, Tried, fresh_key, page};
use super::phrases;
use super::posted::Posted;
use super::verify::attached;
use super::visit::{Place, Visit};
use crate::http::{Server, reply};

/// Bad rows shown; the others are counted.
const SHOWN: usize = 200;
/// People named in the notes on a trial run.
const NOTED: usize = 20;
/// Routes of this file.
pub(super) fn routes() -> Router<Arc<Server>> {
    Router::new()
        .route(
            "/c/{community}/roster",
            page(|visit, community| Box::pin(visit.roster_page(community, None, None))).post(import),
        )
        .route("/c/{community}/roster/template", page(|visit, community| Box::pin(visit.template(community))))
        .route("/c/{community}/bodies", page(|visit, community| Box::pin(visit.bodies_page(community, None))))
}

async fn import(visit: Visit, Path(community): Path<CommunityId>, posted: Posted) -> Response {
    let form = if posted.text("dry_run") == "false" { "confirm-roster" } else { "upload-roster" };
    let done = match visit.import(community, &posted).await {
        Ok(Imported::Tried(report)) => {
            let page = visit.roster_page(community, Some(*report), None).await;
            return visit.show(page).await;
        }
        Ok(Imported::Stored(persons)) => {
            let said = match visit.lang {
                yishi_portal::Lang::Zh => format!("已导入 {persons} 人"),
                yishi_portal::Lang::En => format!("{persons} persons imported"),
            };
            Ok((format!("/c/{community}/roster"), said))
        }
        Err(miss) => Err(miss),
    };
    visit
        .taken(done, form, &posted, async |tried| visit.roster_page(community, None, Some(tried)).await)
        .await
}

/// What became of an upload.
enum Imported {
    /// Nothing was stored.
    Tried(Box<ImportReport>),
    /// So many persons.
    Stored(u64),
}

/// A line of the form: the office is the last word, where it is one.
fn name_and_office(line: &str) -> (&str, Office) {
    let Some((name, word)) = line.rsplit_once(char::is_whitespace) else { return (line, Office::Member) };
    let office = match word {
        "主任" | "主席" | "书记" | "chair" => Office::Chair,
        "副主任" | "副主席" | "副书记" | "vice-chair" => Office::ViceChair,
        "秘书" | "secretary" => Office::Secretary,
        "成员" | "委员" | "代表" | "member" => Office::Member,
        _ => return (line, Office::Member),
    };
    (name.trim_end(), office)
}

fn body_of(code: &str) -> Result<BodyKind, Miss> {
    let body = serde_json::from_value(serde_json::Value::String(code.to_owned()));
    Ok(body.map_err(|_| AppError::NotFound { what: "body" })?)
}

impl Visit {
    pub(super) async fn roster_page(
        &self,
        community: CommunityId,
        report: Option<ImportReport>,
        tried: Option<&Tried>,
    ) -> Result<Response, Miss> {
        if self.ctx().actor.account.is_none() {
            return Err(AppError::NotSignedIn.into());
        }
        let place = self.place(community, NavItem::Desk).await?;
        if !Self::may(&place, Action::ViewRoster) {
            return Err(AppError::not_permitted(Action::ViewRoster).into());
        }
        let figures = self.app().home(self.ctx(), community).await?.figures;
        let (persons, households) = self.app().roster_size(self.ctx(), community).await?;
        let upload = forms::upload_roster(self.lang, &format!("{}/roster", place.href));
        let mut page = RosterPage {
            persons,
            households,
            adults: figures.adults,
            non_local: figures.non_local,
            columns: COLUMNS.iter().map(|name| ((*name).to_owned(), self.column(name).to_owned())).collect(),
            template_href: Some(format!("{}/roster/template", place.href)),
            upload: self.guarded(upload, None)?,
            changes: self.change_forms(&place)?,
            report,
        };
        if let Some(tried) = tried {
            tried.fill(std::iter::once(&mut page.upload).chain(&mut page.changes));
        }
        self.page(&place.frame, &page, tried)
    }

    /// 登记变动: what is done about one person of the roster, and an officer from outside.
    fn change_forms(&self, place: &Place) -> Result<Vec<Form>, Miss> {
        let mut forms = Vec::new();
        for entry in House::acts() {
            let of_somebody = is_of_somebody(entry);
            if !(of_somebody || entry.act == HouseAct::EnterOfficer) || !Self::may(place, entry.act) {
                continue;
            }
            let path = entry.address.and_then(|address| address.path.rsplit('/').next()).unwrap_or_default();
            let mut form =
                self.house_form_at(place, entry.act, &format!("roster/{path}"), "", About::default())?;
            if of_somebody {
                form.fields
                    .insert(0, Field::new("person", self.say("姓名", "Name"), FieldKind::Text).required());
            }
            forms.push(form);
        }
        Ok(forms)
    }

    fn column(&self, name: &str) -> &'static str {
        let (zh, en) = match name {
            "household" => {
                ("户的称呼，同一户写同一个", "what the household is called; the same for all of it")
            }
            "name" => ("姓名", "name"),
            "birth_date" => ("出生日期，如 1958-03-21", "date of birth, such as 1958-03-21"),
            "sex" => ("性别：男 或 女", "female or male"),
            "registration" => ("户籍：户籍（在本村或本社区）或 非户籍", "local or non-local"),
            "resident_since" => ("从哪天起居住，如 2015-06-01", "living here since, such as 2015-06-01"),
            "party_member" => ("是否党员：是 或 否", "party member: true or false"),
            "household_head" => ("是否户主：是 或 否", "head of the household: true or false"),
            "phone" => ("电话，可以不填", "telephone; may be empty"),
            _ => ("", ""),
        };
        phrases::both(self.lang, zh, en)
    }

    async fn import(&self, community: CommunityId, form: &Posted) -> Result<Imported, Miss> {
        self.check(form)?;
        let account = self.ctx().actor.account.ok_or(AppError::NotSignedIn)?;
        let now = self.ctx().now.as_second();
        let app = self.app();
        if form.text("dry_run") == "false" {
            let kept = self.server.uploads().get(&form.text("upload"), account, community, now);
            let known = form.maybe("known")?.unwrap_or_default();
            let bytes = kept.ok_or_else(|| {
                AppError::conflict(
                    "upload-gone",
                    "试导入的文件已过期，请重新上传",
                    "the file of the trial run is no longer kept; upload it again",
                )
            })?;
            let view = self
                .once(form, |ctx: OpContext| async move {
                    app.import_roster(&ctx, community, &bytes, false, known).await
                })
                .await?;
            return Ok(Imported::Stored(view["persons"].as_u64().unwrap_or(0)));
        }
        let bytes = form.file("roster")?;
        let report = app.import_roster(self.ctx(), community, &bytes, true, KnownPeople::Ask).await?;
        let confirm = if report.errors.is_empty() {
            let name = fresh_key()?;
            self.server.uploads().keep(&name, account, community, bytes, now);
            let action = format!("/c/{community}/roster");
            let mut confirm = forms::confirm_roster(self.lang, &action, &name);
            if report.asked > 0 {
                let choices = vec![
                    FieldChoice::new(
                        "same",
                        self.say("是同一个人，更新原有登记", "the same people: update what stands"),
                    ),
                    FieldChoice::new("others", self.say("是另外的人，另行登记", "other people: add them")),
                ];
                let label = self
                    .say("上面列出的、像是同一个人的", "Those listed above who look like the same people");
                confirm = confirm.with(Field::new("known", label, FieldKind::OneOf(choices)).required());
            }
            Some(self.guarded(confirm, None)?)
        } else {
            None
        };
        Ok(Imported::Tried(Box::new(self.import_report(&report, confirm))))
    }

    /// What a clerk has to know before importing: whom the roster knows otherwise, and whom the file leaves out.
    fn import_notes(&self, report: &RosterReport) -> Vec<String> {
        let zh = self.lang == yishi_portal::Lang::Zh;
        let mut notes = Vec::new();
        for question in report.questions.iter().take(NOTED) {
            notes.push(if zh {
                format!("第 {} 行：{}", question.line, question.message)
            } else {
                format!("Line {}: {}", question.line, question.message_en)
            });
        }
        if report.asked > NOTED {
            notes.push(if zh {
                format!("这样的共 {} 人", report.asked)
            } else {
                format!("{} such people in all", report.asked)
            });
        }
        if report.off_roll > 0 {
            notes.push(if zh {
                format!("文件中有 {} 人已登记去世、迁出或者不计入名册，导入后仍不计入", report.off_roll)
            } else {
                format!(
                    "{} people of the file are off the roll by a dated entry and stay off",
                    report.off_roll
                )
            });
        }
        if report.absent > 0 {
            let named: Vec<String> = report
                .absent_people
                .iter()
                .take(NOTED)
                .map(|one| format!("{}（{}）", one.name, one.household_label))
                .collect();
            let more = report.absent.saturating_sub(named.len());
            let list = named.join(self.say("、", ", "));
            notes.push(match (zh, more) {
                (true, 0) => format!("名册上有 {} 人不在文件中，导入不会去掉他们：{list}", report.absent),
                (true, _) => format!("名册上有 {} 人不在文件中，导入不会去掉他们：{list}等", report.absent),
                (false, _) => format!(
                    "{} people of the roster are not in the file; an import takes nobody off: {list}",
                    report.absent
                ),
            });
        }
        notes
    }

    fn import_report(&self, report: &RosterReport, confirm: Option<Form>) -> ImportReport {
        ImportReport {
            dry_run: report.dry_run,
            added: report.added as u64,
            changed: report.changed as u64,
            unchanged: report.unchanged as u64,
            bad_rows: report.rows.saturating_sub(report.persons).max(usize::from(report.error_count > 0))
                as u64,
            notes: self.import_notes(report),
            households: report.households as u64,
            bad: report
                .errors
                .iter()
                .take(SHOWN)
                .map(|fault| BadRow {
                    line: fault.line as u64,
                    column: fault.column.clone(),
                    value: String::new(),
                    problem: phrases::of(self.lang, &fault.message, &fault.message_en).to_owned(),
                })
                .collect(),
            confirm,
        }
    }

    async fn template(&self, community: CommunityId) -> Result<Response, Miss> {
        let place = self.place(community, NavItem::Desk).await?;
        if !Self::may(&place, Action::ViewRoster) {
            return Err(AppError::NotSignedIn.into());
        }
        // A byte order mark, so that spreadsheets take the file for UTF-8.
        let text = format!("\u{feff}{}\r\n", COLUMNS.join(","));
        Ok(attached(reply::file(text.into_bytes(), "text/csv; charset=utf-8"), "roster.csv"))
    }

    pub(super) async fn bodies_page(
        &self,
        community: CommunityId,
        tried: Option<&Tried>,
    ) -> Result<Response, Miss> {
        let place = self.place(community, NavItem::Desk).await?;
        let views = self.app().bodies(self.ctx(), community).await?;
        let mut bodies = Vec::with_capacity(views.len());
        for view in views {
            let mut seats = Vec::with_capacity(view.members.len());
            for member in &view.members {
                let (from, to) = (&member.term_from, &member.term_to);
                let term = format!("{} – {}", phrases::date(self.lang, from), phrases::date(self.lang, to));
                seats.push(BodySeat {
                    name: member.name.clone(),
                    office: phrases::of(self.lang, &member.office_name, &member.office_name_en).to_owned(),
                    term,
                    party_member: None,
                    form: self.end_seat_form(&place, view.body.code(), &member.person)?,
                });
            }
            bodies.push(BodyDetail {
                name: phrases::of(self.lang, &view.name, &view.name_en).to_owned(),
                id: view.body.code().to_owned(),
                seats,
                advisories: view.advisories.iter().map(|advisory| self.advisory(advisory)).collect(),
                form: self.seat_form(&place, view.body.code())?,
            });
        }
        let mut page = BodiesPage { bodies };
        if let Some(tried) = tried {
            tried.fill(page.bodies.iter_mut().filter_map(|body| body.form.as_mut()));
            let seats = page.bodies.iter_mut().flat_map(|body| body.seats.iter_mut());
            tried.fill(seats.filter_map(|seat| seat.form.as_mut()));
        }
        self.page(&place.frame, &page, tried)
    }

    fn seat_form(&self, place: &Place, body: &str) -> Result<Option<Form>, Miss> {
        // The two committees together have no members of their own.
        if body == "joint-committees" || !Self::may(place, HouseAct::Elect) {
            return Ok(None);
        }
        let action = format!("{}/bodies/{body}/elections", place.href);
        let electors = ElectedBy::ALL.iter().map(|by| FieldChoice::of_kind(*by, place.kind(), self.lang));
        let mut form = forms::seat(self.lang, &action, body, electors.collect());
        let usual = elected_by(body_of(body)?);
        for field in &mut form.fields {
            match field.name.as_str() {
                "held_on" => field.value = self.ctx().today.to_string(),
                "elected_by" => {
                    usual.code().clone_into(&mut field.value);
                }
                _ => {}
            }
        }
        form = form.with(Field::hidden(FORM, &format!("seat-{body}")));
        self.guarded(form, None).map(Some)
    }

    fn advisory(&self, advisory: &AdvisoryView) -> Advisory {
        Advisory {
            text: phrases::of(self.lang, &advisory.message, &advisory.message_en).to_owned(),
            by: vec![Citation {
                source: advisory.basis.clone(),
                id: advisory.code.clone(),
                text: None,
                href: None,
                law: false,
            }],
            reason: advisory.reason.clone(),
        }
    }

    /// 登记选举: who was elected to what stands in the form a line for each: a name or an id, and the office where it is not
    /// that of a member.
    pub(super) async fn elected(&self, community: CommunityId, form: &Posted) -> Result<Value, Miss> {
        let text = form.required("seats")?;
        let mut lines = Vec::new();
        for line in text.lines().map(str::trim).filter(|line| !line.is_empty()) {
            // “古丽 代表” may be somebody's name.
            let whole = !self.app().persons_named(self.ctx(), community, line).await?.is_empty();
            lines.push(if whole { (line, Office::Member) } else { name_and_office(line) });
        }
        let names: Vec<&str> = lines.iter().map(|(name, _)| *name).collect();
        let people = self.people_of(community, "seats", form, &names).await?;
        let seats = people.into_iter().zip(lines);
        let seats: Vec<_> =
            seats.map(|(person, (_, office))| json!({ "person": person, "office": office })).collect();
        Ok(json!({
            "seats": seats,
            "elected_by": form.optional("elected_by"),
            "term_from": form.date("term_from")?,
            "term_to": form.date("term_to")?,
            "held_on": form.date("held_on")?,
            "minutes": form.optional("minutes"),
            "reason": form.optional("reason"),
        }))
    }

    fn end_seat_form(&self, place: &Place, body: &str, person: &str) -> Result<Option<Form>, Miss> {
        if body == "joint-committees" || !Self::may(place, HouseAct::EndSeat) {
            return Ok(None);
        }
        let path = format!("bodies/{body}/seats/{person}/end");
        // Somebody may sit in several bodies of the page.
        let suffix = format!("{body}-{person}");
        // In what capacity is said once on the page, and not at each of a hundred seats.
        let action = format!("{}/{path}", place.href);
        let form = self.house_form(place.kind(), HouseAct::EndSeat, &action, &suffix, &About::default())?;
        self.guarded(form, None).map(Some)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_office_stands_behind_the_name() {
        assert_eq!(name_and_office("王建国 主任"), ("王建国", Office::Chair));
        assert_eq!(name_and_office("王建国　副书记"), ("王建国", Office::ViceChair));
        assert_eq!(name_and_office("古丽 阿依 代表"), ("古丽 阿依", Office::Member));
        assert_eq!(name_and_office("古丽 阿依"), ("古丽 阿依", Office::Member));
        assert_eq!(name_and_office("per_1"), ("per_1", Office::Member));
    }
}
