//! 花名册与组织 (the roster with its trial run; bodies and their members).

use yishi_acts::house::House;
use yishi_app::inputs::KnownPeople;
use yishi_app::roster::COLUMNS;
use yishi_app::views::{MemberView, RosterQuestion, RosterReport};
use yishi_identity::{Office, bodies};
use yishi_law::BodyKind;
use yishi_portal::context::{BodiesPage, BodyDetail, ImportReport, RosterPage};
use yishi_portal::forms;

use super::answer::fresh_key;
use super::house::is_of_somebody;
use super::prelude::*;
use crate::http::reply;

/// People named in the notes on a trial run.
const NOTED: usize = 20;
pub(super) async fn import(visit: Visit, Path(community): Path<CommunityId>, posted: Posted) -> Response {
    let form = if posted.text("dry_run") == "false" { "confirm-roster" } else { "upload-roster" };
    let done = match visit.import(community, &posted).await {
        Ok(Imported::Tried(report)) => {
            let page = visit.roster_page(community, Some(*report)).await;
            return visit.show(page).await;
        }
        Ok(Imported::Stored(persons)) => {
            let said = visit.say("已导入 {} 人", "{} persons imported");
            Ok((format!("/c/{community}/roster"), visit.lang.fill(said, persons)))
        }
        Err(miss) => Err(miss),
    };
    visit.taken(done, form, &posted, visit.roster_page(community, None)).await
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

impl Visit {
    pub(super) async fn roster_page(
        &self,
        community: CommunityId,
        report: Option<ImportReport>,
    ) -> Result<Response> {
        self.signed_in()?;
        let place = self.place(community, NavItem::Desk).await?;
        place.needs(Action::ViewRoster)?;
        let figures = self.app().home(self.ctx(), community).await?.figures;
        let (persons, households) = self.app().roster_size(self.ctx(), community).await?;
        let upload = forms::upload_roster(self.lang, &format!("{}/roster", place.href));
        let page = RosterPage {
            persons,
            households,
            adults: figures.adults,
            non_local: figures.non_local,
            columns: COLUMNS.iter().map(|name| ((*name).to_owned(), self.column(name).to_owned())).collect(),
            upload: self.guarded(upload, None)?,
            changes: self.change_forms(&place)?,
            report,
        };
        self.page(&place.frame, &page)
    }

    /// 登记变动: what is done about one person of the roster, and an officer from outside.
    fn change_forms(&self, place: &Place) -> Result<Vec<Form>> {
        let mut forms = Vec::new();
        for entry in House::acts() {
            let of_somebody = is_of_somebody(entry);
            if !(of_somebody || entry.act == HouseAct::EnterOfficer) || !place.may(entry.act) {
                continue;
            }
            let path = entry.address.and_then(|address| address.path.rsplit('/').next()).unwrap_or_default();
            let about = About { capacity: place.reader.acting_as(entry.act), ..About::default() };
            let action = format!("{}/roster/{path}", place.href);
            let mut form = self.house_form(place.kind(), entry.act, &action, "", &about)?;
            if of_somebody {
                let name = Field::new("person", self.say("姓名", "Name"), FieldKind::Text);
                form.fields.insert(0, name.required());
            }
            forms.push(self.guarded(form, None)?);
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
        self.lang.both(zh, en)
    }

    async fn import(&self, community: CommunityId, form: &Posted) -> Result<Imported> {
        self.check(form)?;
        let account = self.signed_in()?;
        let now = self.ctx().now.as_second();
        let app = self.app();
        if form.text("dry_run") == "false" {
            let kept = self.server.uploads.get(&form.text("upload"), account, community, now);
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
            self.server.uploads.keep(&name, account, community, bytes, now);
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
        let notes = self.import_notes(&report);
        Ok(Imported::Tried(Box::new(ImportReport { report, notes, confirm })))
    }

    /// What a clerk has to know before importing: whom the roster knows otherwise, and whom the file leaves out.
    fn import_notes(&self, report: &RosterReport) -> Vec<String> {
        let lang = self.lang;
        let asked = |one: &RosterQuestion| {
            let said = lang.of(&one.message, &one.message_en);
            lang.fill2(lang.both("第 {1} 行：{2}", "Line {1}: {2}"), one.line, said)
        };
        let mut notes: Vec<String> = report.questions.iter().take(NOTED).map(asked).collect();
        if report.asked > NOTED {
            notes.push(lang.fill(lang.both("这样的共 {} 人", "{} such people in all"), report.asked));
        }
        if report.off_roll > 0 {
            let said = lang.both(
                "文件中有 {} 人已登记去世、迁出或者不计入名册，导入后仍不计入",
                "{} people of the file are off the roll by a dated entry and stay off",
            );
            notes.push(lang.fill(said, report.off_roll));
        }
        if report.absent > 0 {
            let named = report.absent_people.iter().take(NOTED);
            let named: Vec<_> = named.map(|one| format!("{}（{}）", one.name, one.household_label)).collect();
            let rest = if report.absent > named.len() { lang.both("等", "") } else { "" };
            let said = lang.both(
                "名册上有 {1} 人不在文件中，导入不会去掉他们：{2}{3}",
                "{1} people of the roster are not in the file; an import takes nobody off: {2}{3}",
            );
            notes.push(lang.fill3(said, report.absent, lang.list(&named), rest));
        }
        notes
    }

    pub(super) async fn template(&self, community: CommunityId) -> Result<Response> {
        self.signed_in()?;
        self.place(community, NavItem::Desk).await?.needs(Action::ViewRoster)?;
        // A byte order mark, so that spreadsheets take the file for UTF-8.
        let text = format!("\u{feff}{}\r\n", COLUMNS.join(","));
        Ok(reply::attached(reply::file(text.into_bytes(), "text/csv; charset=utf-8"), "roster.csv"))
    }

    pub(super) async fn bodies_page(&self, community: CommunityId) -> Result<Response> {
        let place = self.place(community, NavItem::Desk).await?;
        let mut page = BodiesPage { bodies: Vec::new() };
        for body in self.app().bodies(self.ctx(), community).await? {
            let form = |seat: &MemberView| self.end_seat_form(&place, body.body, &seat.person);
            let ends = body.members.iter().map(form).collect::<Result<_, _>>()?;
            page.bodies.push(BodyDetail { ends, form: self.seat_form(&place, body.body)?, body });
        }
        self.page(&place.frame, &page)
    }

    fn seat_form(&self, place: &Place, body: BodyKind) -> Result<Option<Form>> {
        if !bodies::body(body).is_elected() || !place.may(HouseAct::Elect) {
            return Ok(None);
        }
        let t = self.lang.words();
        let action = format!("{}/bodies/{}/elections", place.href, body.code());
        let about =
            About { current: json!({ "elected_by": bodies::body(body).elected_by }), ..About::default() };
        let mut form = self.house_form(place.kind(), HouseAct::Elect, &action, body.code(), &about)?;
        let seats = Field::new("seats", t.form_elected, FieldKind::Lines { rows: 8 });
        form.fields.insert(0, seats.required().hint(t.form_elected_hint));
        self.guarded(form, None).map(Some)
    }

    /// 登记选举: who was elected to what stands in the form a line for each: a name or an id, and the office where it is not
    /// that of a member.
    pub(super) async fn elected(&self, community: CommunityId, form: &Posted) -> Result<Value> {
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
        Ok(seats.map(|(person, (_, office))| json!({ "person": person, "office": office })).collect())
    }

    fn end_seat_form(&self, place: &Place, body: BodyKind, person: &str) -> Result<Option<Form>> {
        let may = |entry: &&Entry<House>| place.may(entry.right());
        let end = House::acts_at("bodies/{body}/seats/{person}").find(may);
        let Some(entry) = end.filter(|_| bodies::body(body).is_elected()) else { return Ok(None) };
        // Somebody may sit in several bodies of the page. In what capacity is said once on the page, and not at each of a
        // hundred seats.
        let (suffix, body) = (format!("{}-{person}", body.code()), body.code());
        let action = format!("{}/bodies/{body}/seats/{person}/end", place.href);
        let form = self.house_form(place.kind(), entry.act, &action, &suffix, &About::default())?;
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
