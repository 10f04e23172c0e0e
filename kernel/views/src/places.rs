//! 镇与村（社区） (towns and communities as a client reads them).

use std::collections::BTreeMap;

use serde::Serialize;
use utoipa::ToSchema;

use super::*;

views! {
    /// 镇.
    struct TownView {
        /// Id.
        id: String,
        /// Name.
        name: String,
        /// 行政区划代码.
        region_code: String,
    }
    /// 村（社区）.
    struct CommunityView {
        /// Id.
        id: String,
        /// Name.
        name: String,
        /// `village` or `urban`.
        kind: String,
        /// 行政区划代码.
        region_code: String,
        /// Town id.
        town: String,
        /// Town name.
        town_name: String,
    }
    /// 村（社区）首页.
    struct HomeView {
        /// The place.
        community: CommunityView,
        /// Public figures.
        figures: FiguresView,
        /// The law in force today.
        law: LawView,
        /// Charter in force.
        charter: Option<RuleSummary>,
        /// Rules and regulations in force, or waiting for their day.
        rules: Vec<RuleSummary>,
        /// Matters under way, newest first.
        deciding: Vec<MatterSummary>,
        /// Matters that ended, newest first.
        recent: Vec<MatterSummary>,
        /// Disclosures still running.
        notices: Vec<DisclosureView>,
        /// Who is who.
        bodies: Vec<BodyView>,
    }
    /// 人数.
    struct FiguresView {
        /// Adults living here.
        adults: u64,
        /// Households with an adult.
        households: u64,
        /// Representatives in office.
        representatives: u64,
        /// Council members in office.
        council_members: u64,
        /// Persons of the roster registered elsewhere.
        non_local: u64,
    }
    /// 法律文本.
    struct LawView {
        /// Id of the text.
        id: String,
        /// Title.
        title: String,
        /// ISO date.
        valid_from: String,
    }
    /// 镇看板.
    struct TownDashboard {
        /// The town.
        town: TownView,
        /// Its communities.
        communities: Vec<CommunityDigest>,
    }
    /// 看板一行.
    struct CommunityDigest {
        /// The community.
        community: CommunityView,
        /// Matters under way by step number, 1 to 6.
        #[schema(value_type = BTreeMap<String, u64>)]
        by_step: BTreeMap<u8, u64>,
        /// Matters ended.
        ended: u64,
        /// Rules in force.
        rules_in_force: u64,
        /// Rules in force that gave no usable answer, about which nothing has been done yet.
        failing_rules: Vec<RuleSummary>,
        /// Attestations waiting for the town.
        attestations_waiting: u64,
        /// Duties whose last day is over and which are not done: publication, filing, a sitting demanded by petition, a next
        /// step that nobody took for a month.
        overdue: u64,
    }
    /// 时钟.
    struct ClockView {
        /// RFC 3339.
        now: String,
        /// ISO date in Asia/Shanghai.
        today: String,
        /// Whether this installation runs on a simulated clock.
        simulated: bool,
    }
}
