//! Invented communities, people and matters: one filled context for every page.
//!
//! Tests and the gallery render them all; they also show the server how a context is meant to be filled.
//! Texts that would come from a community stay Chinese in both languages, as they would in life.

mod case;
mod community;
mod desk;
mod matter;
mod meeting;
mod rule;
mod verify;
mod views;

pub use case::{case, cases};
pub use community::{
    community_home, community_home_new, frame, matter_list, meeting_list, portal_home, town, urban_frame,
    village_frame,
};
pub use desk::{
    accounts, bodies, desk, desk_new, password_forced, password_refused, roster, roster_clean, suggest,
    suggest_signed_out,
};
pub use matter::{coal_stoves, gate_cards, road_levy, rule_adoption};
pub use meeting::{
    meeting_households, meeting_open, meeting_over, meeting_undeclared, receipt_open, receipt_secret, vote,
    vote_closed, vote_confirm, vote_refused,
};
pub use rule::{
    charter_attested, rule_consulting, rule_in_force, rule_unanswered, shelf_accepted, shelf_public,
    shelf_refused,
};
pub use verify::{
    error_conflict, error_forbidden, error_missing, notice_a3, notice_a4, sign_in, sign_in_failed,
    verify_bad, verify_good, verify_new,
};

use std::str::FromStr;

use serde_json::Value;
use yishi_acts::Aggregate;
use yishi_acts::house::{House, HouseAct};
use yishi_canonical::Digest;
use yishi_law::{DemandFinding, Threshold};

use crate::acts;
use crate::asked::Asked;
use crate::context::{Citation, CountingBase, Demand, Frame, NavItem, Share};
use crate::context::{CommunityKind as Kind, FieldChoice, FieldKind, Form};
use crate::lang::Lang;
use crate::render::Page;

/// The n-th invented thing of a kind.
fn id<T: FromStr<Err: std::fmt::Debug>>(kind: &str, n: u32) -> T {
    format!("{kind}_01920000-0000-7000-8000-{n:012}").parse().expect("an id")
}

/// An instant.
fn at(text: &str) -> jiff::Timestamp {
    text.parse().expect("an instant")
}

/// 三分之二以上.
fn two_thirds() -> Share {
    Share::at_least(2, 3).expect("a share")
}

/// 过半数.
fn majority() -> Share {
    Share::more_than(1, 2).expect("a share")
}

/// A sample page in its frame.
pub struct Sample {
    /// Short name, used for files.
    pub name: &'static str,
    /// Frame.
    pub frame: Frame,
    /// Page.
    pub page: Box<dyn Page>,
}

impl Sample {
    fn new(name: &'static str, frame: Frame, nav: NavItem, path: &str, page: impl Page + 'static) -> Self {
        let path = match &frame.community {
            Some(community) => format!("{}{path}", community.href),
            None => path.to_owned(),
        };
        Self { name, frame: Frame { nav, path, ..frame }, page: Box::new(page) }
    }
}

/// Every page with every sample, in one language and mode.
#[must_use]
pub fn gallery(lang: Lang, elder: bool) -> Vec<Sample> {
    let public = Frame { lang, elder, viewer: None, ..village_frame() };
    let staff = Frame { lang, elder, ..village_frame() };
    let urban = Frame { lang, elder, ..urban_frame() };
    let outside = Frame { lang, elder, ..frame() };
    let (home, matters, rules) = (NavItem::Home, NavItem::Matters, NavItem::Rules);
    vec![
        Sample::new("portal-home", outside.clone(), NavItem::None, "/", portal_home()),
        Sample::new("community-home", public.clone(), home, "", community_home()),
        Sample::new("community-home-new", urban.clone(), home, "", community_home_new()),
        Sample::new("matters", public.clone(), matters, "/matters", matter_list(lang)),
        Sample::new("matter-ordinary", public.clone(), matters, "/matters/m1", coal_stoves()),
        Sample::new("matter-major", staff.clone(), matters, "/matters/m2", road_levy(lang)),
        Sample::new("matter-returned", urban.clone(), matters, "/matters/m3", gate_cards(lang)),
        Sample::new("matter-rule", staff.clone(), matters, "/matters/m4", rule_adoption(lang)),
        Sample::new("meeting-open", staff.clone(), matters, "/meetings/t1", meeting_open(lang)),
        Sample::new("meeting-households", public.clone(), matters, "/meetings/t2", meeting_households()),
        Sample::new("meeting-undeclared", staff.clone(), matters, "/meetings/t3", meeting_undeclared(lang)),
        Sample::new("meeting-over", public.clone(), matters, "/meetings/t4", meeting_over()),
        Sample::new("vote-confirm", staff.clone(), matters, "/ballots/b1", vote_confirm()),
        Sample::new("vote-refused", staff.clone(), matters, "/ballots/b1", vote_refused()),
        Sample::new("vote", staff.clone(), matters, "/ballots/b1", vote()),
        Sample::new("vote-closed", public.clone(), matters, "/ballots/b2", vote_closed()),
        Sample::new("receipt-open", staff.clone(), matters, "/ballots/b1/receipt", receipt_open()),
        Sample::new("receipt-secret", staff.clone(), matters, "/ballots/b2/receipt", receipt_secret()),
        Sample::new("rule-in-force", public.clone(), rules, "/rules/r1", rule_in_force()),
        Sample::new("rule-consulting", staff.clone(), rules, "/rules/r2", rule_consulting(lang)),
        Sample::new("rule-unanswered", public.clone(), rules, "/rules/r4", rule_unanswered(lang)),
        Sample::new("charter-attested", public.clone(), rules, "/rules/r3", charter_attested()),
        Sample::new("cases", staff.clone(), rules, "/rules/r1/cases", cases()),
        Sample::new("case", staff.clone(), rules, "/rules/r1/cases/c2", case()),
        Sample::new("shelf-public", public.clone(), rules, "/rules", shelf_public()),
        Sample::new("shelf-accepted", staff.clone(), rules, "/rules", shelf_accepted(lang)),
        Sample::new("shelf-refused", staff.clone(), rules, "/rules", shelf_refused(lang)),
        Sample::new("verify", public.clone(), NavItem::Verify, "/verify", verify_new(lang)),
        Sample::new("verify-good", public.clone(), NavItem::Verify, "/verify", verify_good(lang)),
        Sample::new("verify-bad", public.clone(), NavItem::Verify, "/verify", verify_bad(lang)),
        Sample::new("sign-in", outside.clone(), NavItem::None, "/sign-in", sign_in(lang)),
        Sample::new("sign-in-failed", outside.clone(), NavItem::None, "/sign-in", sign_in_failed(lang)),
        Sample::new("password-forced", outside.clone(), NavItem::None, "/me/password", password_forced(lang)),
        Sample::new(
            "password-refused",
            outside.clone(),
            NavItem::None,
            "/me/password",
            password_refused(lang),
        ),
        Sample::new("accounts", staff.clone(), NavItem::Desk, "/accounts", accounts(lang)),
        Sample::new("meetings", public.clone(), matters, "/meetings", meeting_list()),
        Sample::new("desk", staff.clone(), NavItem::Desk, "/desk", desk(lang)),
        Sample::new("desk-new", staff.clone(), NavItem::Desk, "/desk", desk_new(lang)),
        Sample::new("roster", staff.clone(), NavItem::Desk, "/desk/roster", roster(lang)),
        Sample::new("roster-clean", staff.clone(), NavItem::Desk, "/desk/roster", roster_clean(lang)),
        Sample::new("bodies", staff.clone(), NavItem::Desk, "/desk/bodies", bodies(lang)),
        Sample::new("suggest", staff.clone(), matters, "/suggest", suggest(lang)),
        Sample::new("suggest-signed-out", public.clone(), matters, "/suggest", suggest_signed_out()),
        Sample::new("town", outside.clone(), NavItem::None, "/towns/t1", town()),
        Sample::new("error-404", outside, NavItem::None, "/nowhere", error_missing()),
        Sample::new("error-403", public.clone(), NavItem::None, "/desk", error_forbidden()),
        Sample::new("error-409", staff, matters, "/matters/m2", error_conflict()),
        Sample::new("notice-a4", public.clone(), NavItem::None, "/matters/m1/notice", notice_a4()),
        Sample::new("notice-a3", public, NavItem::None, "/matters/m1/notice", notice_a3()),
    ]
}

/// A digest that looks like one; the letter keeps samples apart.
fn digest(letter: char) -> String {
    format!("sha256:{}", String::from_iter([letter, '7', 'c', '1', '9', 'e', '4', '0']).repeat(8))
}

/// The same as a value.
fn sha256(letter: char) -> Digest {
    digest(letter).parse().expect("a digest")
}

fn law(source: &str, id: &str, text: &str) -> Citation {
    Citation { source: source.into(), id: id.into(), text: Some(text.into()), href: None, law: true }
}

fn law_30() -> Citation {
    law(
        "《村民委员会组织法》第三十条",
        "V6",
        "村民代表会议有三分之二以上的组成人员参加方可召开，所作决定应当经到会人员的过半数同意。",
    )
}

fn charter(article: &str, id: &str, text: &str) -> Citation {
    Citation {
        source: format!("《清溪村村民自治章程》{article}"),
        id: id.into(),
        text: Some(text.into()),
        href: Some("/c/com_qx/rules/rul_charter".into()),
        law: false,
    }
}

/// A demand, of so many at least so many, where there were so many.
pub(crate) fn demand(
    share: Share,
    base: CountingBase,
    (of, needed, had): (u64, u64, u64),
    by: Vec<Citation>,
) -> Demand {
    let demand = Threshold { share, base };
    Demand {
        found: DemandFinding { demand, of, needed, had, met: had >= needed, by: Default::default() },
        by,
    }
}

/// The form of an act of the house, one of several on its page.
fn house(lang: Lang, act_of: HouseAct, action: &str, suffix: &str, begins: &Value) -> Form {
    let form = act::<House>(lang, act_of, action, begins);
    if suffix.is_empty() { form } else { form.numbered(suffix) }
}

/// The same, with what the page offers to be chosen in one of its fields.
fn offering(mut form: Form, name: &str, choices: Vec<FieldChoice>) -> Form {
    for field in form.fields.iter_mut().filter(|field| field.name == name) {
        field.kind = match field.kind {
            FieldKind::Lines { rows: 4 } => FieldKind::Many(choices.clone()),
            _ => FieldKind::Select(choices.clone()),
        };
    }
    form
}

/// The form of an act, as the pages draw it.
fn act<A: Aggregate>(lang: Lang, act: A::Act, action: &str, begins: &Value) -> Form {
    let entry = A::entry(act).expect("the catalogue has it");
    let mut schema = entry.form_schema(Kind::Village);
    if let Some(fields) = schema["properties"].as_object_mut() {
        fields.retain(|_, field| field.get("x-of-rules").is_none());
    }
    acts::form(lang, entry, action, &Asked::of(&schema), begins)
}
