//! 录入既有规约 (a rule adopted on paper before the product came).

use jiff::civil::Date;
use serde_json::Value;
use yishi_canonical::Digest;
use yishi_identity::Capacity;
use yishi_identity::policy::Who;
use yishi_law::{BodyKind, CountingMode};

use super::{House, HouseAct, becomes};
use crate::act::{Act, Address, Style};
use crate::ask::Ask;
use crate::input::input;

input! {
    /// 补录 (a rule adopted on paper before the product came, R15).
    pub struct NewAttestation {
        /// The component on the community's shelf.
        component: Digest = Ask::new("", "").preset(),
        /// The settings that say the same as the paper.
        settings: Option<Value> = Ask::new("", "").of_rules("settings"),
        /// Who decided.
        body: BodyKind = Ask::new("通过机构", "Adopted by").only(&["residents-assembly", "representative-assembly"]),
        /// How it was counted.
        mode: CountingMode = Ask::new("计数方式", "Counting"),
        /// The day of the decision.
        adopted_on: Date = Ask::new("决定日期", "Day of the decision"),
        /// The counts of the minutes.
        counts: AttestedCounts = Ask::new("会议记录上的数字", "Figures of the minutes"),
        /// The scanned minutes, as text or a reference.
        minutes: String = Ask::new("会议记录", "Minutes").rows(4),
        /// The assembly's resolution that authorised the representatives, where they decided: its day, subjects and last day.
        authorisation: Option<String> = Ask::new("授权决议（由代表会议通过的须填）", "Authorising resolution (where representatives adopted it)").rows(2).hint("写明全体会议何日授权、授权哪些事项、到何日为止", "When the assembly authorised them, for which subjects and until when"),
        /// The first day it was in force; the day after the decision where nothing is said.
        effective: Option<Date> = Ask::new("施行日期", "In force from").needed(),
    }
}

input! {
    /// Counts as the minutes give them.
    pub struct AttestedCounts {
        /// 应到.
        in_office: u64 = Ask::new("应到人数", "On the roll"),
        /// 实到.
        present: u64 = Ask::new("实到人数", "Present"),
        /// 赞成.
        yes: u64 = Ask::new("赞成", "Yes"),
        /// 反对.
        no: u64 = Ask::new("反对", "No"),
        /// 弃权.
        abstain: u64 = Ask::new("弃权", "Abstain"),
        /// 废票: took part, and counts for nobody (R6).
        spoilt: Option<u64> = Ask::new("废票", "Spoilt"),
    }
}

impl Act for NewAttestation {
    type On = House;
    const ACT: HouseAct = HouseAct::Attest;
    const MAY: Who = Who::any(&[Capacity::Staff, Capacity::ResidentsCommitteeMember]);
    const ADDRESS: Option<Address> =
        Some(Address::made("communities/{community}/rules/attestations", "RuleView", "rules"));
    const IF_MATCH: bool = false;
    const STYLE: Style = Style::FOLDED.note("启用本系统前已在纸面通过的规约，由工作人员录入，镇级另一人确认。确认后不能撤销，只能由原通过机构表决修改或者废止。", "For a rule adopted on paper before this system came. Entered by staff, confirmed by another person at the town. Once confirmed it is ended only by a vote of the body that adopted it, to replace or repeal it.").done("已录入，等待镇级确认", "Attested; the town confirms next");
    const EXAMPLE: &'static str = r#"{"component": "sha256:0000000000000000000000000000000000000000000000000000000000000000", "body": "residents-assembly", "mode": "persons", "adopted_on": "2019-03-01", "counts": {"in_office": 100, "present": 80, "yes": 70, "no": 6, "abstain": 4}, "minutes": "会议记录扫描件第 1 至 3 页。", "effective": "2019-03-02"}"#;

    becomes!(Attest);
}
