//! What the people of the stories write. Invented places and people; the affairs are of the kind real councils have.

use serde_json::json;

use crate::story::Affair;

/// How long drafts of rules are consulted on here.
pub const CONSULTATION_DAYS: u16 = 15;

/// Where meetings are held.
pub const HALL: &str = "村（社区）党群服务中心二楼会议室";

/// 会议记录.
pub const MINUTES: &str = "会议按通知的议程进行。主持人宣读提议全文，与会人员发言讨论后逐项表决，监票人、计票人当场公布结果，会议记录经与会人员核对签名。";

/// How a further condition of the rules is met, on record before the vote.
pub const CONDITION_MET: &str = "已逐项核对：材料齐全，情况属实，核对记录经主持人和监督委员会成员签名存档。";

/// 党组织研究记录.
pub const PARTY_STUDY: &str = "党组织会议研究记录：听取了议事会的提议和“两委”审核意见，认为符合法律法规和群众意愿，建议提交会议讨论决定。";

/// 联席会议记录.
pub const JOINT_MINUTES: &str =
    "“两委”联席会议记录：审议了提议全文、协商意见采纳情况和党组织研究意见，一致同意提交表决。";

/// A comment by a registered resident.
pub const COMMENT_RESIDENT: &str = "条文写得清楚，建议把公布的地点写明白，除了公开栏，各小组也贴一份。";

/// A comment by a resident registered elsewhere.
pub const COMMENT_NEWCOMER: &str = "我户口不在这里，但在这里租住三年了。希望开会和征求意见也通知到租住户。";

/// 协商情况报告.
pub const CONSULTATION_REPORT: &str = "协商情况：公示期内收到书面意见两条，均来自本村（社区）居民，其中一条来自非户籍居民。意见已逐条答复：各小组同步张贴；会议和征求意见的通知送达租住户。";

/// What carrying out the adoption of a rule means.
pub const RULE_PUBLISHED: &str = "已印发各户并在公开栏和各小组张贴全文，向镇人民政府备案，回执存档。";

/// Minutes of a paper adoption.
pub const PAPER_MINUTES: &str = "村民会议记录（扫描件存档）：户的代表到会，宣读《村民自治章程》全文，逐条讨论后举手表决，监票人清点，当场宣布通过。";

/// The assembly's authorisation of the representatives.
pub const AUTHORISATION: &str =
    "居民会议决定：本届任期内，授权居民代表会议讨论决定居民公约的制定和修改，以及依法可以授权的其他事项。";

/// Why the charter is proposed.
pub const CHARTER_DRAFT: &str = "为规范村民自治，提请村民会议制定《村民自治章程》：写明组织、权利义务、经济管理、社会秩序和议事规则，全文和设定值随提议公布。";

/// Why the residents' convention is proposed.
pub const CONVENTION_DRAFT: &str = "为规范社区议事，提请制定《居民公约》：写明谁参加、什么是重大事项、各会议的人数与通过比例和公布期限，全文和设定值随提议公布。";

/// Why `clean-home` is proposed.
pub const CLEAN_HOME_DRAFT: &str = "为把房前屋后的环境管起来，提请制定《环境卫生实施细则》：检查按五项百分制，优秀良好的记积分表扬，待改进的上门帮助，不罚款、不羞辱，结果公布。";

/// Why `collective-spending` is proposed.
pub const SPENDING_DRAFT: &str = "为把集体的钱用得明白，提请制定《集体资金使用实施细则》：五千元以上三家报价，大额到会三分之二通过，按月公布。";

/// 计票单.
#[must_use]
pub fn count_sheet(yes: u64, no: u64, abstain: u64, spoilt: u64) -> String {
    format!("计票单：赞成 {yes}，反对 {no}，弃权 {abstain}，废票 {spoilt}。监票人、计票人签名存档。")
}

/// 取缔小煤炉: an ordinary matter.
#[must_use]
pub fn coal_stoves() -> Affair<'static> {
    Affair {
        title: "取缔小煤炉",
        suggestion: "入冬后不少人家在楼道口和院里烧小煤炉，烟气大，去年还差点引起火灾，建议大家一起停用。",
        proposal: "一、自决议公开之日起三十日内，全村停止使用小煤炉。\n二、村民委员会统一回收旧炉，按每只三十元补贴换购电热水壶。\n三、行动不便和独居老人由网格员上门帮助更换。\n四、不罚款、不强收，逐户说明，愿意交的交。",
        domain: "fire-safety",
        subjects: &["general"],
        class: "ordinary",
        amount_fen: None,
        per_household_fen: None,
        form: json!({}),
    }
}

/// The report of what became of the coal stoves.
pub const COAL_STOVES_DONE: &str =
    "三十日内共回收小煤炉六十三只，补贴一千八百九十元，十七户老人由网格员上门更换，全村已停用。";

/// 修路，每户 200 元: a levy, so a major matter whatever it is filed as.
#[must_use]
pub fn road(households: u64) -> Affair<'static> {
    Affair {
        title: "修整三组至四组村道，每户自愿筹资二百元",
        suggestion: "三组到四组的村道坑洼多年，雨天老人孩子不好走，建议筹资修整。",
        proposal: "一、修整三组至四组村道六百二十米，铺设沥青路面并加装路灯。\n二、资金由三部分组成：上级补助、集体收益和村民自愿筹资，每户二百元。\n三、低保户、五保户不筹；不愿出资的不出，不影响其任何权益。\n四、工程公开询价，账目每月公布，由村务监督委员会全程监督。",
        domain: "public-works",
        subjects: &["public-works-levy"],
        class: "ordinary",
        amount_fen: Some(households * 20_000),
        per_household_fen: Some(20_000),
        form: json!({
            "voluntary": true,
            "relief": "低保户、五保户不筹",
            "funding-source": "上级补助、集体收益、村民自愿筹资",
        }),
    }
}

/// The report of what became of the road.
pub const ROAD_DONE: &str = "村道修整工程完工：路面六百二十米，路灯二十一盏。决算与决议金额一致，剩余款项转入下年度养护，账目和照片在公开栏公布。";

/// 门禁蓝牙卡: who gets the cards and on what terms. The form says how many households it concerns.
#[must_use]
pub fn gate_cards(households: u64) -> Affair<'static> {
    Affair {
        title: "小区门禁蓝牙卡的发放办法",
        suggestion: "大门改造后要发蓝牙卡，租住户、钟点工、送餐的怎么办，最好大家商量一个办法。",
        proposal: "一、每户按常住人数发卡，户籍居民和非户籍居民一样。\n二、首次发卡不收费，补卡按制作成本收取。\n三、访客和送餐人员由业主当面或电话确认后放行，救护、消防车辆一律放行。\n四、不得以停卡作为催缴任何费用的手段。",
        domain: "access-control",
        subjects: &["general"],
        class: "ordinary",
        amount_fen: None,
        per_household_fen: None,
        form: json!({"affected-households": households}),
    }
}
