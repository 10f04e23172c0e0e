//! 办理 of the house on pages: one route for each of its acts, at the address it has in the API. A form is drawn from the act's
//! own schema; where it asks in another way (a count of the room, a list of those elected, an account of somebody of the roster),
//! what it says is put into the act's input here.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::Router;
use axum::response::Response;
use axum::routing::post;
use serde_json::{Value, json};
use yishi_acts::house::{House, HouseAct};
use yishi_acts::{Aggregate as _, Entry};
use yishi_app::house::At;
use yishi_app::{AppError, OpContext};
use yishi_edge::extract::Path;
use yishi_identity::{BallotId, CommunityId, MatterId, MeetingId, RuleId, TownId};
use yishi_law::CommunityKind;
use yishi_portal::context::{Field, Form};

use super::acts::{About, OfRules};
use super::answer::{Miss, Tried};
use super::posted::Posted;
use super::visit::{Place, Visit};
use crate::http::Server;

/// The field that says which of several forms of one act was sent.
pub(super) const FORM: &str = "form_id";

/// Routes of this file.
pub(super) fn routes() -> Router<Arc<Server>> {
    let paths =
        House::acts().iter().flat_map(|entry| addresses(entry).into_iter().map(move |at| (entry, at)));
    paths.fold(Router::new(), |router, (entry, address)| {
        let take = move |visit: Visit, Path(At(at)): Path<At>, posted: Posted| async move {
            visit.in_house(entry, At(at), &posted).await
        };
        router.route(&address, post(take))
    })
}

/// Where a page sends the form of an act: its address in the API, or below the page that its form stands on where that is
/// another, so that whoever has to sign in first comes back to it.
fn addresses(entry: &Entry<House>) -> Vec<String> {
    let Some(address) = entry.address else { return Vec::new() };
    match (entry.act, address.path.strip_prefix("communities/")) {
        // Texts are kept over the API alone.
        (HouseAct::CreateDocument, _) => Vec::new(),
        (HouseAct::Convene, _) => vec!["/c/{community}/desk/meetings".to_owned()],
        (HouseAct::CreateMemberAccount, _) => vec!["/c/{community}/desk/accounts".to_owned()],
        (HouseAct::Suggest, _) => vec!["/c/{community}/suggest".to_owned()],
        (HouseAct::ChangePerson, _) => vec!["/c/{community}/roster/changes".to_owned()],
        (HouseAct::ErasePerson, _) => vec!["/c/{community}/roster/erasures".to_owned()],
        (HouseAct::EnterOfficer, _) => vec!["/c/{community}/roster/officers".to_owned()],
        (_, Some(path)) => vec![format!("/c/{path}")],
        // An account is managed from the page of its town or of its community.
        (_, None) if address.path.starts_with("accounts/") => {
            ["/c/{community}", "/towns/{town}"].map(|place| format!("{place}/{}", address.path)).into()
        }
        (_, None) => vec![format!("/{}", address.path)],
    }
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

impl On {
    fn href(&self) -> String {
        match self {
            Self::Portal => "/".to_owned(),
            Self::Town(town) => format!("/towns/{town}"),
            Self::Desk(community) => format!("/c/{community}/desk"),
            Self::Accounts(community) => format!("/c/{community}/accounts"),
            Self::Suggest(community) => format!("/c/{community}/suggest"),
            Self::Roster(community) => format!("/c/{community}/roster"),
            Self::Bodies(community) => format!("/c/{community}/bodies"),
            Self::Rules(community) => format!("/c/{community}/rules"),
            Self::Rule(community, rule) => format!("/c/{community}/rules/{rule}"),
            Self::Matter(community, matter) => format!("/c/{community}/matters/{matter}"),
            Self::Meeting(community, meeting) => format!("/c/{community}/meetings/{meeting}"),
        }
    }
}

impl Visit {
    async fn in_house(&self, entry: &'static Entry<House>, at: At, posted: &Posted) -> Response {
        let on = match self.page_of_act(entry.act, &at).await {
            Ok(on) => on,
            Err(miss) => return self.refuse(&miss).await,
        };
        match self.do_in_house(entry, at, &on, posted).await {
            Ok((to, said)) => self.done(&to, &said),
            Err(miss) => {
                let page = match self.tried(&miss, &posted.text(FORM), posted, &[]) {
                    Some(tried) => self.page_again(&on, &tried).await,
                    None => Err(miss),
                };
                self.show(page).await
            }
        }
    }

    /// Where the form of an act stands.
    async fn page_of_act(&self, act: HouseAct, at: &At) -> Result<On, Miss> {
        use HouseAct as Act;
        if let Ok(town) = at.id::<TownId>("town") {
            return Ok(On::Town(town));
        }
        let Ok(community) = at.id::<CommunityId>("community") else { return Ok(On::Portal) };
        Ok(match act {
            Act::Convene | Act::CreateMemberAccount => On::Desk(community),
            Act::Suggest => On::Suggest(community),
            Act::ChangePerson | Act::ErasePerson | Act::EnterOfficer => On::Roster(community),
            Act::Elect | Act::EndSeat => On::Bodies(community),
            Act::DraftRule | Act::Attest => On::Rules(community),
            Act::Repeal => On::Rule(community, at.id("rule")?),
            Act::Comment | Act::AnswerComment | Act::AnswerComments | Act::HideComment => {
                On::Matter(community, at.id("matter")?)
            }
            Act::OpenBallot => On::Meeting(community, at.id("meeting")?),
            Act::CloseBallot => {
                let ballot: BallotId = at.id("ballot")?;
                On::Meeting(community, self.app().ballot(self.ctx(), community, ballot).await?.meeting)
            }
            _ => On::Accounts(community),
        })
    }

    /// The page with a refused form.
    async fn page_again(&self, on: &On, tried: &Tried) -> Result<Response, Miss> {
        match *on {
            On::Portal => self.portal_home(Some(tried)).await,
            On::Town(town) => self.town_page(town, Some(tried)).await,
            On::Desk(community) => self.desk_page(community, Some(tried)).await,
            On::Accounts(community) => self.accounts_page(community, Some(tried)).await,
            On::Suggest(community) => self.suggest_page(community, Some(tried)).await,
            On::Roster(community) => self.roster_page(community, None, Some(tried)).await,
            On::Bodies(community) => self.bodies_page(community, Some(tried)).await,
            On::Rules(community) => self.rules_page(community, None, Some(tried)).await,
            On::Rule(community, rule) => self.rule_page(community, rule, Some(tried)).await,
            On::Matter(community, matter) => self.matter_page(community, matter, Some(tried)).await,
            On::Meeting(community, meeting) => self.meeting_page(community, meeting, Some(tried)).await,
        }
    }

    /// Does what a form asks, and says where to go and what was done. What the form says is read before anything is done.
    async fn do_in_house(
        &self,
        entry: &'static Entry<House>,
        mut at: At,
        on: &On,
        form: &Posted,
    ) -> Result<(String, String), Miss> {
        self.check(form)?;
        let input = match (entry.act, at.id::<CommunityId>("community")) {
            (HouseAct::CloseBallot, Ok(community)) => self.counted(community, form).await?,
            (HouseAct::Elect, Ok(community)) => self.elected(community, form).await?,
            (HouseAct::CreateMemberAccount, Ok(community)) => self.account_of(community, form).await?,
            (HouseAct::CreateTownAccount, _) => working_account(form)?,
            (act, community) => {
                let mut kind = CommunityKind::Village;
                let mut about = About::default();
                if let Ok(community) = community {
                    let place =
                        self.app().scope(self.ctx(), community, yishi_identity::Action::ViewPublic).await?;
                    let reader = self.app().reader(self.ctx(), &place).await?;
                    kind = place.kind;
                    about.capacity = reader.acting_as(entry.right());
                    about.of_rules = self.rules_ask_of(act, &at, form).await?;
                    // Whom it is about is written in the form where the page's address does not say it.
                    if names_somebody(entry) && !at.0.contains_key("person") {
                        let person = self.person_of(community, "person", form).await?;
                        at.0.insert("person".to_owned(), person.to_string());
                    }
                }
                let mut input = self.read_form(community.ok(), kind, entry, &about, form).await?;
                // Only an assembly of all can be counted by households.
                if act == HouseAct::Convene && input["body"] != "residents-assembly" {
                    input["mode"] = Value::Null;
                }
                input
            }
        };
        let ready = entry.read(&input, Vec::new()).map_err(AppError::Invalid)?;
        let (app, to) = (self.app(), at.clone());
        let answer =
            self.once(form, |ctx: OpContext| async move { app.do_in_house(&ctx, &to, ready).await }).await?;
        Ok((self.goes_to(entry.act, on, &answer), self.said_of(entry, &answer)))
    }

    /// What the rules ask in the form of an act: the settings of the component it names, the conditions of a vote.
    async fn rules_ask_of(
        &self,
        act: HouseAct,
        at: &At,
        form: &Posted,
    ) -> Result<BTreeMap<&'static str, OfRules>, Miss> {
        Ok(match act {
            HouseAct::DraftRule | HouseAct::Attest => {
                let (schema, _) = self.app().settings_asked(&form.one("component")?).await?;
                [("settings", OfRules { schemas: vec![schema], answered: Value::Null })].into()
            }
            HouseAct::OpenBallot => {
                let (community, meeting) = (at.id("community")?, at.id("meeting")?);
                let meeting = self.app().meeting(self.ctx(), community, meeting).await?;
                let matter: MatterId = form.one("matter")?;
                let item = meeting.agenda.iter().find(|item| item.matter == matter);
                item.map(|item| self.conditions(item)).into_iter().collect()
            }
            _ => BTreeMap::new(),
        })
    }

    /// Where a reader goes when an act is done: to what it made, or back.
    fn goes_to(&self, act: HouseAct, on: &On, answer: &Value) -> String {
        let id =
            |pointer: &str| answer.pointer(pointer).and_then(Value::as_str).unwrap_or_default().to_owned();
        match (act, on) {
            (HouseAct::Convene, On::Desk(community)) => format!("/c/{community}/meetings/{}", id("/id")),
            (HouseAct::Suggest, On::Suggest(community)) => format!("/c/{community}/matters/{}", id("/id")),
            (HouseAct::DraftRule, On::Rules(community)) | (HouseAct::Repeal, On::Rule(community, _)) => {
                format!("/c/{community}/matters/{}", id("/matter/id"))
            }
            (HouseAct::Attest, On::Rules(community)) => format!("/c/{community}/rules/{}", id("/summary/id")),
            (HouseAct::CreateTown, _) => format!("/towns/{}", id("/id")),
            (_, On::Matter(..)) => format!("{}#consultation", on.href()),
            (HouseAct::DisableAccount | HouseAct::EnableAccount | HouseAct::ResetPassword, On::Town(_)) => {
                format!("{}#accounts", on.href())
            }
            _ => on.href(),
        }
    }

    /// What is said when an act is done.
    fn said_of(&self, entry: &Entry<House>, answer: &Value) -> String {
        let texts = |name: &str, of: &str| -> Vec<String> {
            let list = answer[name].as_array().map(Vec::as_slice).unwrap_or_default();
            let text =
                |one: &Value| if of.is_empty() { one.as_str() } else { one[of].as_str() }.map(str::to_owned);
            list.iter().filter_map(text).collect()
        };
        let comma = self.say("、", ", ");
        let done = entry.done(self.lang);
        let more = match entry.act {
            HouseAct::Elect => texts("advisories", self.say("message", "message_en")).join("；"),
            HouseAct::ChangePerson => {
                let (ended, kept) = (texts("seats_ended", ""), texts("seats_kept", ""));
                let ended = (!ended.is_empty()).then(|| {
                    format!("{}{}", self.say("席位已终止：", "seats that have ended: "), ended.join(comma))
                });
                let kept = (!kept.is_empty()).then(|| {
                    format!(
                        "{}{}",
                        self.say("凭文件担任、仍然保留的席位：", "seats kept by paper: "),
                        kept.join(comma)
                    )
                });
                ended.into_iter().chain(kept).collect::<Vec<_>>().join("；")
            }
            HouseAct::CreateTownAccount => {
                let same = texts("same_person_as", "");
                let told = self.say(
                    "此人另有账号，不能用两个账号分别录入和确认：",
                    "Its owner has another account, and cannot enter with one what the other confirms: ",
                );
                if same.is_empty() { String::new() } else { format!("{told}{}", same.join(comma)) }
            }
            HouseAct::CloseBallot => {
                let words = answer["decision"][self.say("words", "words_en")].as_array();
                words.and_then(|words| words.first()?.as_str()).unwrap_or_default().to_owned()
            }
            _ => String::new(),
        };
        if more.is_empty() { done } else { format!("{done}{}{more}", self.say("。", ". ")) }
    }

    /// The form of an act of the house; `suffix` tells it from others of the same act on the page.
    pub(super) fn house_form(
        &self,
        kind: CommunityKind,
        act: HouseAct,
        action: &str,
        suffix: &str,
        about: &About,
    ) -> Result<Form, Miss> {
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
    ) -> Result<Form, Miss> {
        let about = About { capacity: place.reader.acting_as(act), ..about };
        let action = format!("{}/{path}", place.href);
        let form = self.house_form(place.kind(), act, &action, suffix, &about)?;
        self.guarded(form, None)
    }
}

/// Whether the address of an act names a person.
fn names_somebody(entry: &Entry<House>) -> bool {
    entry.address.is_some_and(|address| address.path.contains("{person}"))
}

/// 工作账号: what the form says of whose it is and what it may do.
fn working_account(form: &Posted) -> Result<Value, Miss> {
    let grant = match form.required("grants")?.as_str() {
        "town-admin" => json!({ "role": "town-admin" }),
        community => json!({ "role": "staff", "community": community }),
    };
    Ok(json!({
        "login": form.required("login")?,
        "password": form.required("password")?,
        "display_name": form.required("display_name")?,
        "grants": [grant],
        "holder": { "name": form.required("holder.name")?, "birth_date": form.date("holder.birth_date")? },
    }))
}

/// What a closed form of the house leaves of a name: nothing a reader should see.
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
