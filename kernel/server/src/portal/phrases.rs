//! 词句 (codes and figures of the views in the words and types of the pages).

use jiff::Timestamp;
use jiff::civil::Date;
use yishi_app::context::civil_day;
use yishi_identity::Capacity;
use yishi_portal::Lang;
use yishi_portal::context::{
    CommunityKind, CountingMode, MatterClass, MeetingState, RuleKind, RuleStatus, StageKind,
};

/// One of two texts.
pub(super) const fn both<'a>(lang: Lang, zh: &'a str, en: &'a str) -> &'a str {
    match lang {
        Lang::Zh => zh,
        Lang::En => en,
    }
}

/// The text a view carries in both languages; the Chinese one where English is missing.
pub(super) fn of<'a>(lang: Lang, zh: &'a str, en: &'a str) -> &'a str {
    if lang == Lang::En && !en.is_empty() { en } else { zh }
}

/// The edge's name of a language.
pub(super) const fn edge_lang(lang: Lang) -> yishi_edge::accept::Lang {
    match lang {
        Lang::Zh => yishi_edge::accept::Lang::Zh,
        Lang::En => yishi_edge::accept::Lang::En,
    }
}

/// 2026年3月1日 / 1 Mar 2026.
pub(super) fn day(lang: Lang, day: Date) -> String {
    const MONTHS: [&str; 12] =
        ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    match lang {
        Lang::Zh => format!("{}年{}月{}日", day.year(), day.month(), day.day()),
        Lang::En => {
            let month = usize::try_from(day.month()).ok().and_then(|month| MONTHS.get(month - 1));
            format!("{} {} {}", day.day(), month.copied().unwrap_or_default(), day.year())
        }
    }
}

/// The day of an ISO date or RFC 3339 instant; what is neither is shown as it stands.
pub(super) fn date(lang: Lang, text: &str) -> String {
    if let Ok(instant) = text.parse::<Timestamp>() {
        return day(lang, civil_day(instant));
    }
    text.parse().map_or_else(|_| text.to_owned(), |date| day(lang, date))
}

/// A sentence of the kernel with its ISO dates written as the rest of the page writes them.
pub(super) fn dated(lang: Lang, text: &str) -> String {
    const LENGTH: usize = "2026-03-01".len();
    let joins = |letter: Option<char>| letter.is_some_and(|one| one.is_ascii_alphanumeric() || one == '-');
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(letter) = rest.chars().next() {
        let date = rest.get(..LENGTH).filter(|part| part.as_bytes().get(4) == Some(&b'-'));
        let date = date.and_then(|part| part.parse::<Date>().ok());
        let alone = !joins(out.chars().next_back())
            && !joins(rest.get(LENGTH..).and_then(|tail| tail.chars().next()));
        match date.filter(|_| alone) {
            Some(date) => {
                out.push_str(&day(lang, date));
                rest = rest.get(LENGTH..).unwrap_or_default();
            }
            None => {
                out.push(letter);
                rest = rest.get(letter.len_utf8()..).unwrap_or_default();
            }
        }
    }
    out
}

/// Day and time of an instant, in the time of the place.
pub(super) fn instant(lang: Lang, at: Timestamp) -> String {
    const HOURS_EAST: i8 = 8;
    let here = jiff::tz::offset(HOURS_EAST).to_datetime(at);
    format!("{} {:02}:{:02}", day(lang, here.date()), here.hour(), here.minute())
}

/// Day and time of an RFC 3339 instant.
pub(super) fn moment(lang: Lang, text: &str) -> String {
    text.parse().map_or_else(|_| text.to_owned(), |at| instant(lang, at))
}

/// A number people can say on the telephone: the year of opening and the last figures of the id.
pub(super) fn number(opened: &str, id: &str) -> String {
    let year = opened.get(..4).unwrap_or_default();
    let tail: String = id.chars().rev().take(6).collect::<Vec<_>>().into_iter().rev().collect();
    format!("{year}-{}", tail.to_uppercase())
}

/// Paragraphs of a text.
pub(super) fn paragraphs(text: &str) -> Vec<String> {
    text.lines().map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned).collect()
}

/// Kind of community.
pub(super) const fn community_kind(kind: yishi_law::CommunityKind) -> CommunityKind {
    match kind {
        yishi_law::CommunityKind::Village => CommunityKind::Village,
        yishi_law::CommunityKind::Urban => CommunityKind::Urban,
    }
}

/// Kind of community, from a view's code.
pub(super) fn community_kind_of(code: &str) -> CommunityKind {
    if code == "urban" { CommunityKind::Urban } else { CommunityKind::Village }
}

/// Class of a matter, from a view's code; none while no proposal has given it one.
pub(super) fn class(code: Option<&str>) -> Option<MatterClass> {
    code.map(|code| if code == "major" { MatterClass::Major } else { MatterClass::Ordinary })
}

/// How heads are counted, from a view's code.
pub(super) fn mode(code: &str) -> CountingMode {
    if code == "households" { CountingMode::Households } else { CountingMode::Persons }
}

/// A line of the timeline, from a view's code.
pub(super) fn stage(code: &str) -> StageKind {
    match code {
        "propose" => StageKind::Propose,
        "review" => StageKind::Review,
        "consult" => StageKind::Consultation,
        "party-study" => StageKind::PartyStudy,
        "joint-deliberation" => StageKind::JointDeliberation,
        "resolve" => StageKind::Resolve,
        "file" => StageKind::File,
        "disclose-decision" => StageKind::DiscloseDecision,
        "implement" => StageKind::Implement,
        "disclose-outcome" => StageKind::DiscloseOutcome,
        _ => StageKind::Suggest,
    }
}

/// The step of the six that a matter has reached.
pub(super) fn step(class: Option<MatterClass>, number: u8) -> StageKind {
    let major = class == Some(MatterClass::Major);
    match (number, major) {
        (2, _) => StageKind::Propose,
        (3, false) | (4, true) => StageKind::Resolve,
        (3, true) => StageKind::JointDeliberation,
        (4, false) => StageKind::File,
        (5, _) => StageKind::DiscloseDecision,
        (6, false) => StageKind::Implement,
        (6, true) => StageKind::DiscloseOutcome,
        _ => StageKind::Suggest,
    }
}

/// Kind of rule, from a view's code.
pub(super) fn rule_kind(code: &str) -> RuleKind {
    match code {
        "charter" => RuleKind::Charter,
        "village-regulation" => RuleKind::VillageRegulation,
        _ => RuleKind::ImplementationRule,
    }
}

/// Status of a rule, from a view's code.
pub(super) fn rule_status(state: &str) -> RuleStatus {
    match state {
        "in-force" => RuleStatus::InForce,
        "suspended" => RuleStatus::Suspended,
        "superseded" => RuleStatus::Superseded,
        "repealed" => RuleStatus::Repealed,
        "consulted" => RuleStatus::Consulted,
        "attested" => RuleStatus::Attested,
        "adopted" | "filed" => RuleStatus::Voted,
        "promulgated" | "confirmed" => RuleStatus::Promulgated,
        "voted-down" | "attestation-rejected" | "withdrawn" => RuleStatus::Rejected,
        _ => RuleStatus::Drafted,
    }
}

/// Where a meeting stands.
pub(super) fn meeting_state(state: &str) -> MeetingState {
    match state {
        "convened" => MeetingState::Convened,
        "open" => MeetingState::Open,
        "cancelled" => MeetingState::Cancelled,
        "recessed" => MeetingState::Recessed,
        _ => MeetingState::Adjourned,
    }
}

/// In what capacity somebody acts.
pub(super) fn capacity(lang: Lang, capacity: Capacity) -> String {
    match lang {
        Lang::Zh => capacity.name_zh().to_owned(),
        Lang::En => {
            let words = capacity.code().replace('-', " ");
            let mut letters = words.chars();
            letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
        }
    }
}

/// The capacity a view names in Chinese.
pub(super) fn capacity_named(lang: Lang, name: &str) -> String {
    let known = Capacity::ALL.iter().copied().find(|one| one.name_zh() == name);
    known.map_or_else(|| name.to_owned(), |known| capacity(lang, known))
}

/// A command of a matter, a rule or a meeting, as its form is headed; nothing for what nobody can be told to do.
pub(super) fn command(lang: Lang, command: &str) -> Option<&'static str> {
    let t = lang.words();
    Some(match command {
        "suggest" => both(lang, "提出建议", "Make a suggestion"),
        "propose" => t.form_propose,
        "review" => t.form_review,
        "resubmit" => t.form_resubmit,
        "put-to-chair" => t.form_put_to_chair,
        "force-convening" => both(lang, "联名提议召集会议", "Petition to convene"),
        "open-consultation" => t.form_open_consultation,
        "close-consultation" => t.form_close_consultation,
        "study" => t.form_study,
        "deliberate" => t.form_deliberate,
        "escalate" => t.form_escalate,
        "resolve" => t.form_resolve,
        "file" => t.form_file,
        "acknowledge-filing" => both(lang, "签收备案", "Acknowledge the filing"),
        "disclose" => t.form_disclose,
        "take-down" => t.form_take_down,
        "implement" => t.form_implement,
        "disclose-outcome" => t.form_disclose_outcome,
        "complete" => t.form_complete,
        "withdraw" => t.form_withdraw,
        "lapse" => both(lang, "登记失效", "Record that it lapsed"),
        "draft" => both(lang, "起草规约", "Draft a rule"),
        "revise" => both(lang, "修改草案", "Revise the draft"),
        "consulted" => both(lang, "征求意见", "Consult on it"),
        "voted" => both(lang, "提交表决", "Put it to the vote"),
        "attest" => t.form_attest,
        "repin" => both(lang, "改用现行章程", "Take up the charter in force"),
        "promulgate" => t.form_promulgate,
        "suspend" => t.form_suspend,
        "resume" => t.form_resume,
        "end-suspension" => both(lang, "结束暂停", "End the suspension"),
        "supersede" => both(lang, "以新规约替代", "Replace it with another rule"),
        "continue" => both(lang, "继续施行", "Keep it in force"),
        "repeal" => both(lang, "提请废止", "Propose its repeal"),
        "confirm-attestation" => t.form_confirm_attestation,
        "reject-attestation" => both(lang, "不予确认", "Reject the attestation"),
        "convene" => t.form_convene,
        "change-mode" => both(lang, "改变计数方式", "Change how heads are counted"),
        "cancel" => both(lang, "取消会议", "Cancel the meeting"),
        "open" | "open-meeting" => t.form_open_meeting,
        "arrive" | "check-in" => t.form_arrive,
        "leave" => both(lang, "登记离会", "Record who left"),
        "recuse" => both(lang, "登记回避", "Record a recusal"),
        "open-ballot" => t.form_open_ballot,
        "close-ballot" => t.form_close_ballot,
        "dispute-recusal" => both(lang, "对回避提出异议", "Dispute a recusal"),
        "recess" => both(lang, "休会，改日续会", "Adjourn to another day"),
        "record-failure" => both(lang, "登记规约没有作答", "Record that a rule gave no answer"),
        "adjourn" => t.form_adjourn,
        "record-minutes" => both(lang, "提交会议记录", "Record the minutes"),
        _ => return None,
    })
}

/// Domains a suggestion may belong to: those of the rules that come with the product, and a few everywhere.
pub(super) const DOMAINS: [(&str, &str, &str); 8] = [
    ("general", "其他", "Other"),
    ("sanitation", "环境卫生", "Sanitation"),
    ("public-works", "公共设施与建设", "Public works"),
    ("collective-funds", "集体资金使用", "Collective funds"),
    ("fire-safety", "消防安全", "Fire safety"),
    ("access-control", "门禁与治安", "Access and security"),
    ("customs", "文明乡风", "Customs"),
    ("welfare", "帮扶与养老", "Welfare and care"),
];

/// The domain of matters that adopt rules; nobody suggests under it.
const RULES: (&str, &str, &str) = ("rules", "章程与规约", "Charter and rules");

/// A domain in words.
pub(super) fn domain(lang: Lang, code: &str) -> String {
    let known = DOMAINS.iter().chain([&RULES]).find(|(known, _, _)| *known == code);
    known.map_or_else(|| code.to_owned(), |(_, zh, en)| both(lang, zh, en).to_owned())
}

/// What the law may list a matter under.
pub(super) const SUBJECTS: [(&str, &str, &str); 8] = [
    ("general", "其他一般事务", "Other"),
    ("planning", "村庄（社区）规划与建设", "Planning and building"),
    ("collective-funds", "集体经济收益的使用", "Use of the collective's proceeds"),
    ("public-works-levy", "公益事业筹资筹劳", "Public works and levies"),
    ("subsidised-posts", "误工补贴人员和标准", "Subsidised posts"),
    ("assistance-plan", "重点帮扶人员和方案", "Assistance plans"),
    ("annual-report", "年度工作报告", "Annual report"),
    ("evaluation", "民主评议", "Evaluation of committee members"),
];

/// A subject in words: in those of the list, else in the law's.
pub(super) fn subject(lang: Lang, code: &str) -> String {
    if let Some((_, zh, en)) = SUBJECTS.iter().find(|(known, _, _)| *known == code) {
        return both(lang, zh, en).to_owned();
    }
    let known: Result<yishi_law::Subject, _> = serde_json::from_value(code.into());
    known.map_or_else(
        |_| code.to_owned(),
        |known| {
            let words = known.describe();
            both(lang, &words.zh, &words.en).to_owned()
        },
    )
}

/// What an entry of the record tells.
pub(super) fn entry_kind(lang: Lang, kind: &str) -> String {
    let (zh, en) = match kind {
        "community.created" => ("设立", "set up"),
        "roster.imported" => ("导入花名册", "roster imported"),
        "bodies.elected" => ("登记选举结果", "election recorded"),
        "bodies.seat-ended" => ("登记离任", "seat ended"),
        "shelf.added" => ("规约上架", "rule shelved"),
        "matter.suggested" => ("建议", "matter suggested"),
        "matter.proposed" => ("提议", "matter proposed"),
        "matter.resubmitted" => ("修改后再报", "matter resubmitted"),
        "matter.reviewed" => ("审核通过", "review passed"),
        "matter.returned" => ("退回", "matter returned"),
        "matter.consultation-opened" => ("开始征求意见", "consultation opened"),
        "matter.consultation-closed" => ("结束征求意见", "consultation closed"),
        "matter.studied-by-party" => ("党组织研究", "party study"),
        "matter.jointly-deliberated" => ("联席会议审议", "joint deliberation"),
        "matter.tabled" => ("列入议程", "tabled"),
        "matter.resolved" => ("决议通过", "resolution passed"),
        "matter.rejected" => ("决议未通过", "resolution not passed"),
        "matter.filed" => ("报送备案", "handed in for filing"),
        "matter.filing-acknowledged" => ("签收备案", "filing acknowledged"),
        "matter.disclosed" => ("公开", "disclosed"),
        "matter.taken-down" => ("撤下公示", "notice taken down"),
        "matter.implemented" => ("实施", "implemented"),
        "matter.completed" => ("办结", "completed"),
        "matter.withdrawn" => ("撤回", "withdrawn"),
        "matter.escalated" => ("转为重大事项", "made major"),
        "matter.repinned" => ("改用现行章程", "taken under the charter in force"),
        "matter.lapsed" => ("失效", "lapsed"),
        "comment.answered" => ("答复意见", "comment answered"),
        "comment.hidden" => ("隐藏违法意见", "comment hidden"),
        "log.continued" => ("记录缺失后续写", "record continued after a loss"),
        "comment.made" => ("发表意见", "comment"),
        "meeting.convened" => ("会议通知", "meeting convened"),
        "meeting.cancelled" => ("取消会议", "meeting cancelled"),
        "meeting.recused" => ("回避", "recusal"),
        "meeting.recusal-disputed" => ("对回避提出异议", "recusal disputed"),
        "meeting.recessed" => ("休会", "recess"),
        "meeting.resumed" => ("续会", "meeting resumed"),
        "meeting.opened" => ("开会", "meeting opened"),
        "meeting.arrived" => ("签到", "arrivals"),
        "meeting.left" => ("离会", "departures"),
        "meeting.ballot-opened" => ("开始表决", "ballot opened"),
        "meeting.ballot-closed" => ("结束表决", "ballot closed"),
        "meeting.adjourned" => ("闭会", "meeting adjourned"),
        "meeting.minutes-recorded" => ("会议记录", "minutes recorded"),
        "rule.drafted" => ("起草规约", "rule drafted"),
        "rule.revised" => ("修改规约草案", "draft revised"),
        "rule.failed" => ("规约没有作出回答", "rule gave no answer"),
        "rule.suspension-ended" => ("规约暂停结束", "suspension ended"),
        "rule.voted-down" => ("规约表决未通过", "rule voted down"),
        "rule.withdrawn" => ("撤回规约草案", "draft withdrawn"),
        "rule.attestation-rejected" => ("镇级不予确认", "attestation rejected"),
        "rule.consulted" => ("规约已征求意见", "rule consulted on"),
        "rule.adopted" => ("规约表决通过", "rule adopted"),
        "rule.filed" => ("规约备案", "rule filed"),
        "rule.promulgated" => ("规约颁布", "rule promulgated"),
        "rule.attested" => ("规约认证录入", "rule attested"),
        "rule.attestation-confirmed" => ("镇级确认规约", "attestation confirmed"),
        "rule.suspended" => ("规约暂停", "rule suspended"),
        "rule.resumed" => ("规约恢复", "rule resumed"),
        "rule.superseded" => ("规约被替代", "rule superseded"),
        "rule.continued" => ("规约继续施行", "rule goes on in force"),
        "rule.repealed" => ("规约废止", "rule repealed"),
        "case.handled" => ("办理办件", "case handled"),
        "case.corrected" => ("更正办件", "case put right"),
        "notice.taken-down" => ("撤下公布", "notice taken down"),
        "notice.posted" => ("按规约公布", "published by a rule"),
        "ballot.votes-opened" => ("公布记名表决的选项", "choices of an open ballot"),
        kind if kind.starts_with("vote") || kind.starts_with("ballot.") => ("投票", "vote"),
        // The record is public and downloads say everything; a page does not show a code word for what it cannot name.
        _ => ("其他记录", "other entry"),
    };
    both(lang, zh, en).to_owned()
}

/// Fen as yuan.
pub(super) fn yuan(lang: Lang, fen: u64) -> String {
    let (whole, rest) = (fen / 100, fen % 100);
    let digits = whole.to_string();
    let mut grouped = String::new();
    for (n, digit) in digits.chars().enumerate() {
        if n > 0 && (digits.len() - n) % 3 == 0 {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    let figure = if rest == 0 { grouped } else { format!("{grouped}.{rest:02}") };
    match lang {
        Lang::Zh => format!("{figure} 元"),
        Lang::En => format!("CNY {figure}"),
    }
}

/// A JSON value as lines a person can read: one line for each leaf.
pub(super) fn lines_of(value: &serde_json::Value) -> Vec<String> {
    let mut lines = Vec::new();
    leaves(value, "", &mut lines);
    lines
}

fn leaves(value: &serde_json::Value, path: &str, lines: &mut Vec<String>) {
    use serde_json::Value;
    let below = |name: &str| if path.is_empty() { name.to_owned() } else { format!("{path} · {name}") };
    match value {
        Value::Null => {}
        Value::Object(fields) => fields.iter().for_each(|(name, value)| leaves(value, &below(name), lines)),
        Value::Array(items) if items.iter().all(|item| !item.is_object() && !item.is_array()) => {
            let items: Vec<_> = items.iter().map(plain).collect();
            if !items.is_empty() {
                lines.push(line(path, &items.join("、")));
            }
        }
        Value::Array(items) => {
            for (n, item) in items.iter().enumerate() {
                leaves(item, &below(&(n + 1).to_string()), lines);
            }
        }
        leaf => lines.push(line(path, &plain(leaf))),
    }
}

fn line(path: &str, value: &str) -> String {
    if path.is_empty() { value.to_owned() } else { format!("{path}：{value}") }
}

fn plain(value: &serde_json::Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_those_of_the_place() {
        assert_eq!(date(Lang::Zh, "2026-03-01T16:30:00Z"), "2026年3月2日");
        assert_eq!(moment(Lang::En, "2026-03-01T16:30:00Z"), "2 Mar 2026 00:30");
        assert_eq!(date(Lang::En, "2026-12-31"), "31 Dec 2026");
        assert_eq!(date(Lang::Zh, "someday"), "someday");
    }

    #[test]
    fn dates_in_a_sentence_are_those_of_the_page() {
        let said = "公开至 2026-06-12，当日（2026-06-12）结束后才能撤下";
        assert_eq!(dated(Lang::Zh, said), "公开至 2026年6月12日，当日（2026年6月12日）结束后才能撤下");
        assert_eq!(dated(Lang::En, "posted until 2026-06-12"), "posted until 12 Jun 2026");
        for kept in ["V-2026-06-12", "2026-06-12T08:00:00Z", "2026-13-01", "编号 2026-031", "二〇二六"]
        {
            assert_eq!(dated(Lang::Zh, kept), kept);
        }
    }

    #[test]
    fn money_is_written_in_yuan() {
        assert_eq!(yuan(Lang::Zh, 123_456_789), "1,234,567.89 元");
        assert_eq!(yuan(Lang::En, 100), "CNY 1");
    }

    #[test]
    fn examples_are_lines() {
        let value = serde_json::json!({ "roster": { "adults": 12 }, "subjects": ["charter", "rule"] });
        assert_eq!(lines_of(&value), ["roster · adults：12", "subjects：charter、rule"]);
    }
}
