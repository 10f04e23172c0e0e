//! 办理 of the house on pages: one route for each of its acts, at the address it has in the API. A form is drawn from the act's
//! own schema; where it asks in another way (a count of the room, a list of those elected, an account of somebody of the roster),
//! what it says is put into the act's input here.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::Router;
use axum::routing::post;
use yishi_acts::Drawing;
use yishi_acts::house::House;
use yishi_app::house::At;
use yishi_identity::{BallotId, MatterId, MeetingId, RuleId, TownId};

use super::acts::asks;
use super::answer::page_above;
use super::prelude::*;
use crate::http::Server;

/// The field that says which of several forms of one act was sent.
pub(super) const FORM: &str = "form_id";

/// What follows in those that are about one person of the roster.
const OF_SOMEBODY: &str = "persons/{person}/";

pub(super) fn routes() -> Router<Arc<Server>> {
    let paths =
        House::acts().iter().flat_map(|entry| addresses(entry).into_iter().map(move |at| (entry, at)));
    paths.fold(Router::new(), |router, (entry, address)| {
        let take = move |visit: Visit, Path(at): Path<At>, posted: Posted| async move {
            visit.in_house(entry, at, &posted).await
        };
        router.route(&address, post(take))
    })
}

/// Where a page sends the form of an act: its address in the API, or below the page that its form stands on where that is
/// another, so that whoever has to sign in first comes back to it.
fn addresses(entry: &Entry<House>) -> Vec<String> {
    let Some(address) = entry.address else { return Vec::new() };
    let Some(path) = entry.path_in_community() else {
        // An account is managed from the page of its town or of its community.
        return match address.path.strip_prefix("accounts/") {
            Some(_) => {
                ["/c/{community}", "/towns/{town}"].map(|place| format!("{place}/{}", address.path)).into()
            }
            None => vec![format!("/{}", address.path)],
        };
    };
    let below = match path {
        // Texts are kept over the API alone.
        "documents" => return Vec::new(),
        "meetings" | "accounts" => format!("desk/{path}"),
        "matters" => "suggest".to_owned(),
        "officers" => format!("roster/{path}"),
        path => match path.strip_prefix(OF_SOMEBODY) {
            Some(what) => format!("roster/{what}"),
            None => path.to_owned(),
        },
    };
    vec![format!("/c/{{community}}/{below}")]
}

/// 页面 (where a form of the house stands, and is shown again when it is refused).
enum On {
    Portal,
    Town(TownId),
    Desk(CommunityId),
    Accounts(CommunityId),
    Suggest(CommunityId),
    Roster(CommunityId),
    Bodies(CommunityId),
    Rules(CommunityId),
    Rule(CommunityId, RuleId),
    Matter(CommunityId, MatterId),
    Meeting(CommunityId, MeetingId),
}

impl Visit {
    async fn in_house(&self, entry: &'static Entry<House>, at: At, posted: &Posted) -> Response {
        let on = match self.page_of_act(entry, &at).await {
            Ok(on) => on,
            Err(miss) => return self.refuse(&miss).await,
        };
        let done = self.do_in_house(entry, at, &on, posted).await;
        self.taken(done, &posted.text(FORM), posted, self.page_of(&on)).await
    }

    /// Where the form of an act stands: on the page of what its address names.
    async fn page_of_act(&self, entry: &Entry<House>, at: &At) -> Result<On> {
        if let Ok(town) = at.id::<TownId>("town") {
            return Ok(On::Town(town));
        }
        let Ok(community) = at.id::<CommunityId>("community") else { return Ok(On::Portal) };
        Ok(match entry.path_in_community().and_then(|path| path.split('/').next()).unwrap_or_default() {
            "matters" if at.0.contains_key("matter") => On::Matter(community, at.id("matter")?),
            "matters" => On::Suggest(community),
            "meetings" if at.0.contains_key("meeting") => On::Meeting(community, at.id("meeting")?),
            "meetings" | "accounts" => On::Desk(community),
            "ballots" => {
                let ballot: BallotId = at.id("ballot")?;
                On::Meeting(community, self.app().ballot(self.ctx(), community, ballot).await?.meeting)
            }
            "rules" if at.0.contains_key("rule") => On::Rule(community, at.id("rule")?),
            "rules" => On::Rules(community),
            "bodies" => On::Bodies(community),
            "persons" | "officers" => On::Roster(community),
            _ => On::Accounts(community),
        })
    }

    async fn page_of(&self, on: &On) -> Result<Response> {
        match *on {
            On::Portal => self.portal_home().await,
            On::Town(town) => self.town_page(town).await,
            On::Desk(community) => self.desk_page(community).await,
            On::Accounts(community) => self.accounts_page(community).await,
            On::Suggest(community) => self.suggest_page(community).await,
            On::Roster(community) => self.roster_page(community, None).await,
            On::Bodies(community) => self.bodies_page(community).await,
            On::Rules(community) => self.rules_page(community, None).await,
            On::Rule(community, rule) => self.rule_page(community, rule).await,
            On::Matter(community, matter) => self.matter_page(community, matter).await,
            On::Meeting(community, meeting) => self.meeting_page(community, meeting).await,
        }
    }

    /// Does what a form asks, and says where to go and what was done. What the form says is read before anything is done.
    async fn do_in_house(
        &self,
        entry: &'static Entry<House>,
        mut at: At,
        on: &On,
        form: &Posted,
    ) -> Result<(String, String)> {
        self.check(form)?;
        let (mut kind, mut about) = (CommunityKind::Village, About::default());
        let community = at.id::<CommunityId>("community").ok();
        if let Some(community) = community {
            let place = self.app().scope(self.ctx(), community, Action::ViewPublic).await?;
            let reader = self.app().reader(&place).await?;
            kind = place.kind;
            about.capacity = reader.acting_as(entry.right());
            about.of_rules = self.rules_ask_of(entry, &at, form).await?;
            // Whom it is about is written in the form where the page's address does not say it.
            if is_of_somebody(entry) && !at.0.contains_key("person") {
                let person = self.person_of(community, "person", form).await?;
                at.0.insert("person".to_owned(), person.to_string());
            }
        }
        let mut input = self.read_form(community, kind, entry, &about, form).await?;
        // What a form asks in another way than the act's own.
        match (entry.style.drawing, community) {
            (Drawing::Count, Some(community)) => input = self.counted(community, form).await?,
            (Drawing::Elected, Some(community)) => input["seats"] = self.elected(community, form).await?,
            _ => {}
        }
        match (entry.act, community) {
            (HouseAct::CreateMemberAccount, Some(community)) => {
                self.account_of(community, form, &mut input).await?;
            }
            (HouseAct::CreateTownAccount, _) => working_account(form, &mut input)?,
            _ => {}
        }
        let ready = entry.read(&input, Vec::new()).map_err(AppError::Invalid)?;
        let (app, to) = (self.app(), at.clone());
        let answer =
            self.once(form, |ctx: OpContext| async move { app.do_in_house(&ctx, &to, ready).await }).await?;
        Ok((self.goes_to(entry, on, &at, &answer), self.said_of(entry, &answer)))
    }

    /// What the rules ask in the form of an act: the settings of the component it names, the conditions of a vote.
    async fn rules_ask_of(
        &self,
        entry: &Entry<House>,
        at: &At,
        form: &Posted,
    ) -> Result<BTreeMap<&'static str, OfRules>> {
        let mut of_rules = BTreeMap::new();
        let asked = asks(entry, "x-of-rules");
        if asks_settings(entry) {
            let (schema, _) = self.app().settings_asked(&form.one("component")?).await?;
            of_rules.insert("settings", OfRules { schemas: vec![schema], answered: Value::Null });
        }
        if asked.iter().any(|asked| asked.what == "conditions") {
            let (community, meeting) = (at.id("community")?, at.id("meeting")?);
            let meeting = self.app().meeting(self.ctx(), community, meeting).await?;
            let matter: MatterId = form.one("matter")?;
            let item = meeting.agenda.iter().find(|item| item.matter == matter);
            of_rules.extend(item.map(|item| self.conditions(item)));
        }
        Ok(of_rules)
    }

    /// Where a reader goes when an act is done: to what it made, or back.
    fn goes_to(&self, entry: &Entry<House>, on: &On, at: &At, answer: &Value) -> String {
        let id = |pointer: &str| answer.pointer(pointer).and_then(Value::as_str).unwrap_or_default();
        let made = entry.address.filter(|address| address.makes).map_or("", |address| address.view);
        let home = at.id::<CommunityId>("community").map(|community| format!("/c/{community}"));
        let back = page_above(&self.caller.path);
        match (made, home, on) {
            ("TownView", ..) => format!("/towns/{}", id("/id")),
            ("MeetingView", Ok(home), _) => format!("{home}/meetings/{}", id("/id")),
            ("MatterView", Ok(home), _) => format!("{home}/matters/{}", id("/id")),
            ("DraftView", Ok(home), _) => format!("{home}/matters/{}", id("/matter/id")),
            ("RuleView", Ok(home), _) => format!("{home}/rules/{}", id("/summary/id")),
            (_, _, On::Matter(..)) => format!("{back}#consultation"),
            (_, _, On::Town(_)) if at.0.contains_key("account") => format!("{back}#accounts"),
            // A ballot has no page of its own for those who hold it.
            (_, _, On::Meeting(community, meeting)) => format!("/c/{community}/meetings/{meeting}"),
            _ => back,
        }
    }

    /// What is said when an act is done.
    fn said_of(&self, entry: &Entry<House>, answer: &Value) -> String {
        let texts = |name: &str, of: &str| -> Vec<String> {
            let text = |one: &Value| one.pointer(of).and_then(Value::as_str).map(str::to_owned);
            answer[name].as_array().into_iter().flatten().filter_map(text).collect()
        };
        let listed = |name: &str, zh: &str, en: &str| {
            let list = texts(name, "");
            (!list.is_empty()).then(|| format!("{}{}", self.say(zh, en), self.lang.list(&list)))
        };
        let more: Vec<String> = match entry.address.map_or("", |address| address.view) {
            "ElectionView" => texts("advisories", self.say("/message", "/message_en")),
            "RosterChangeDone" => {
                let ended = listed("seats_ended", "席位已终止：", "seats that have ended: ");
                let kept = listed("seats_kept", "凭文件担任、仍然保留的席位：", "seats kept by paper: ");
                ended.into_iter().chain(kept).collect()
            }
            "AccountView" => {
                let zh = "此人另有账号，不能用两个账号分别录入和确认：";
                let en = "Its owner has another account, and cannot enter with one what the other confirms: ";
                listed("same_person_as", zh, en).into_iter().collect()
            }
            "BallotView" => {
                let said = |passed| match passed {
                    true => self.say("通过", "carried"),
                    false => self.say("未通过", "not carried"),
                };
                answer["decision"]["passed"]
                    .as_bool()
                    .map(|passed| said(passed).to_owned())
                    .into_iter()
                    .collect()
            }
            _ => Vec::new(),
        };
        let done = entry.done(self.lang);
        if more.is_empty() { done } else { format!("{done}{}{}", self.say("。", ". "), more.join("；")) }
    }

    /// 建立居民账号: the form names somebody of the roster.
    pub(super) fn member_account_form(&self, place: &Place) -> Result<Form> {
        let (t, act) = (self.lang.words(), HouseAct::CreateMemberAccount);
        let action = format!("{}/desk/accounts", place.href);
        let mut form = self.house_form(place.kind(), act, &action, "", &About::default())?;
        let person = Field::new("person", t.form_person, FieldKind::Text).required().hint(t.form_person_hint);
        form.fields.insert(0, person);
        self.guarded(form, None)
    }

    /// 建立工作账号, where the page asks whose it is and what it may do.
    pub(super) fn working_account_form(&self, town: TownId) -> Result<Form> {
        let (kind, act) = (CommunityKind::Village, HouseAct::CreateTownAccount);
        self.house_form(kind, act, &format!("/towns/{town}/accounts"), "", &About::default())
    }

    /// The form of an act of the house; `suffix` tells it from others of the same act on the page.
    pub(super) fn house_form(
        &self,
        kind: CommunityKind,
        act: HouseAct,
        action: &str,
        suffix: &str,
        about: &About,
    ) -> Result<Form> {
        let entry = House::entry(act).ok_or(AppError::NotFound { what: "act" })?;
        let form = self.form_of(kind, entry, action, about);
        let form = if suffix.is_empty() { form } else { form.numbered(suffix) };
        let id = form.id.clone();
        Ok(form.with(Field::hidden(FORM, &id)))
    }

    /// The same, in the capacity in which the reader does it here.
    pub(super) fn house_form_at(
        &self,
        place: &Place,
        act: HouseAct,
        path: &str,
        suffix: &str,
        about: About,
    ) -> Result<Form> {
        let about = About { capacity: place.reader.acting_as(act), ..about };
        let action = format!("{}/{path}", place.href);
        let form = self.house_form(place.kind(), act, &action, suffix, &about)?;
        self.guarded(form, None)
    }
}

/// Whether an act is about one person of the roster.
pub(super) fn is_of_somebody(entry: &Entry<House>) -> bool {
    entry.path_in_community().is_some_and(|path| path.starts_with(OF_SOMEBODY))
}

/// Whether an act asks for the settings of a component.
pub(super) fn asks_settings(entry: &Entry<House>) -> bool {
    asks(entry, "x-of-rules").iter().any(|asked| asked.what == "settings")
}

/// 工作账号: whose it is and what it may do.
fn working_account(form: &Posted, input: &mut Value) -> Result<()> {
    let grant = match form.required("grants")?.as_str() {
        "town-admin" => json!({ "role": "town-admin" }),
        community => json!({ "role": "staff", "community": community }),
    };
    input["grants"] = json!([grant]);
    input["display_name"] = json!(form.required("display_name")?);
    input["holder"] =
        json!({ "name": form.required("holder.name")?, "birth_date": form.date("holder.birth_date")? });
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_act_with_a_page_has_its_address() {
        let all: Vec<String> = House::acts().iter().flat_map(addresses).collect();
        for address in [
            "/c/{community}/rules/attestations",
            "/c/{community}/roster/changes",
            "/towns/{town}/accounts/{account}/disable",
        ] {
            assert!(all.iter().any(|one| one == address), "{address} in {all:?}");
        }
        let mut once = all.clone();
        once.sort();
        once.dedup();
        assert_eq!(once.len(), all.len(), "two acts at one address");
    }
}
