//! 审查: reading another rule against the charter.
//!
//! Words are not meaning, so only words that name a thing the charter rules out are looked for, and a clause that
//! itself rules the thing out ("不得罚款") sets nothing. Settings are read by name, because there the figures are.

use serde_json::Value;
use yishi_sdk::prelude::*;

use crate::Settings;

/// One thing the charter rules out.
struct Ban {
    code: &'static str,
    article: &'static str,
    words: &'static [&'static str],
    /// When not empty, the clause must also speak of one of these.
    with: &'static [&'static str],
    what: &'static str,
    what_en: &'static str,
}

const BENEFITS: &[&str] =
    &["待遇", "资格", "分红", "福利", "补贴", "补助", "救助", "低保", "权利", "权益", "养老金"];
const WOMEN: &[&str] = &["未婚", "出嫁", "外嫁", "离婚", "丧偶", "无男", "纯女户", "入赘", "上门女婿"];

const BANS: &[Ban] = &[
    Ban {
        code: "fine",
        article: "秩序-5",
        words: &["罚款", "罚金", "罚没", "没收", "违约金", "押金", "保证金", "罚酒", "罚席"],
        with: &[],
        what: "财物处罚",
        what_en: "taking money or goods as a penalty",
    },
    Ban {
        code: "cut-service",
        article: "秩序-5",
        words: &["停水", "停电", "停气", "断水", "断电", "断气", "停止供水", "停止供电", "停止供气"],
        with: &[],
        what: "停止水电气供应",
        what_en: "cutting off water, power or gas",
    },
    Ban {
        code: "withhold-benefit",
        article: "秩序-5",
        words: &[
            "取消",
            "停发",
            "停止发放",
            "扣减",
            "扣发",
            "扣除",
            "不予发放",
            "不享受",
            "不得享受",
            "暂缓发放",
        ],
        with: BENEFITS,
        what: "取消或者扣减依法享有的待遇",
        what_en: "taking away benefits that the law gives",
    },
    Ban {
        code: "public-shaming",
        article: "秩序-5",
        words: &["黑榜", "黑名单", "曝光", "示众", "游街", "点名批评", "张榜羞辱", "公开隐私"],
        with: &[],
        what: "公开羞辱",
        what_en: "public shaming",
    },
    Ban {
        code: "force",
        article: "秩序-5",
        words: &["强制拆除", "强行拆除", "强制执行", "强制搬迁", "扣留", "拘留", "关押", "逐出", "驱逐"],
        with: &[],
        what: "强制措施",
        what_en: "force",
    },
];
/// 权责-3: taking something from women, or from men who settled by marriage, for being so.
const TAKING: &[&str] =
    &["不享受", "不得享受", "不予", "取消", "不分", "不得分", "无权", "不得参加", "不能参加", "减半"];
/// 权责-5: these words carry their own prohibition, which is the fault.
const PETITION_LIMITS: &[&str] = &[
    "不得上访",
    "不准上访",
    "禁止上访",
    "不得越级",
    "不得信访",
    "不得举报",
    "不得控告",
    "不得起诉",
    "不得投诉",
    "不得申诉",
];
const FORBIDDING: &[&str] =
    &["不得", "不准", "不能", "不设", "不以", "不搞", "不采取", "不收", "不因", "严禁", "禁止"];
/// After these a clause speaks of what happens to those who did not listen.
const CONSEQUENCE: &[&str] = &["违者", "违反", "否则", "一律", "一经"];
const PUBLISHING: &[&str] = &["公布", "公开", "公示", "张贴"];
const DIVIDERS: [char; 9] = ['，', '。', '；', '：', '！', '？', ',', ';', '\n'];

/// Settings whose names speak of taking money from people.
const MONEY_TAKEN: &[&str] = &["fine", "penalty-fen", "deposit", "confiscat"];
/// Settings that would change what the charter alone says (议事-13).
const CHARTERS_OWN: &[&str] = &[
    "council-quorum",
    "council-majority",
    "council-notice-days",
    "representative-quorum",
    "representative-notice-days",
    "assembly-quorum",
    "assembly-notice-days",
];

/// What is wrong with a rule. A charter is not vetted by the one it would replace.
pub(crate) fn vet(settings: &Settings, candidate: &Candidate) -> Vec<Finding> {
    if candidate.kind == RuleKind::Charter {
        return Vec::new();
    }
    let mut findings: Vec<Finding> =
        candidate.articles.iter().flat_map(|article| read(&article.id, &article.text)).collect();
    match candidate.read::<Value>() {
        Ok(chosen) => figures(settings, &chosen, "", &mut findings),
        Err(fault) => findings.push(fault.cite(["议事-13"])),
    }
    if candidate.kind == RuleKind::ImplementationRule {
        let publishes = candidate
            .articles
            .iter()
            .any(|article| PUBLISHING.iter().any(|word| article.text.contains(word)));
        if !publishes {
            let message =
                ("细则没有规定办理结果的公开", "the rule does not provide that results are published");
            findings.push(Finding::forbid("publication-missing", message, ["议事-13"]));
        }
    }
    findings
}

/// What one article of the rule sets that the charter rules out; each kind of fault once.
fn read(id: &str, text: &str) -> Vec<Finding> {
    let mut findings: Vec<Finding> = Vec::new();
    let mut add = |code: &str, message: (String, String), article: &str| {
        if !findings.iter().any(|finding| finding.code == code) {
            findings.push(Finding::forbid(code, message, [article]));
        }
    };
    for clause in text.split(DIVIDERS) {
        for ban in BANS {
            let spoken = ban.with.is_empty() || ban.with.iter().any(|word| clause.contains(word));
            if let Some(word) = ban.words.iter().find(|word| spoken && sets(clause, word)) {
                let message = (
                    format!("“{id}”写有“{word}”，属于{}，与章程抵触", ban.what),
                    format!("“{id}” has “{word}”, which is {}: it goes against the charter", ban.what_en),
                );
                add(ban.code, message, ban.article);
            }
        }
        let women = WOMEN.iter().find(|word| clause.contains(**word));
        if let (Some(who), Some(taken)) = (women, TAKING.iter().find(|word| clause.contains(**word))) {
            let message = (
                format!("“{id}”以“{who}”为由“{taken}”，侵害妇女和因婚落户村民的平等权利"),
                format!(
                    "“{id}” has “{taken}” because of “{who}”: it violates the equal rights of women and of villagers who \
                     settled by marriage"
                ),
            );
            add("unequal-treatment", message, "权责-3");
        }
        if let Some(word) = PETITION_LIMITS.iter().find(|word| clause.contains(**word)) {
            let message = (
                format!("“{id}”写有“{word}”，限制依法申诉、信访和起诉的权利"),
                format!("“{id}” has “{word}”: it limits the right to appeal, to petition and to sue"),
            );
            add("petition-limited", message, "权责-5");
        }
    }
    findings
}

/// Whether a clause sets what a word names, and does not rule it out.
fn sets(clause: &str, word: &str) -> bool {
    let Some((before, _)) = clause.split_once(word) else { return false };
    let own =
        CONSEQUENCE.iter().filter_map(|word| before.rfind(word)).max().map_or(before, |at| &before[at..]);
    !FORBIDDING.iter().any(|word| own.contains(word))
}

/// Figures in the rule's settings, wherever they stand, that go against the charter.
fn figures(settings: &Settings, value: &Value, path: &str, findings: &mut Vec<Finding>) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| figures(settings, item, path, findings)),
        Value::Object(members) => {
            for (name, member) in members {
                let path = format!("{path}/{name}");
                findings.extend(figure(settings, name, member, &path));
                figures(settings, member, &path, findings);
            }
        }
        _ => {}
    }
}

fn figure(settings: &Settings, name: &str, value: &Value, path: &str) -> Option<Finding> {
    let number = value.as_u64();
    if MONEY_TAKEN.iter().any(|word| name.contains(word)) && number.is_some_and(|number| number > 0) {
        let message = (
            format!("设定“{path}”收取村民财物，与章程抵触"),
            format!("setting “{path}” takes money from villagers: it goes against the charter"),
        );
        return Some(Finding::forbid("fine", message, ["秩序-5"]));
    }
    if CHARTERS_OWN.contains(&name) {
        let message = (
            format!("设定“{path}”属于章程规定的事项，细则不得另行规定"),
            format!("setting “{path}” is the charter's to say; a rule may not say otherwise"),
        );
        return Some(Finding::forbid("changes-the-charter", message, ["议事-13"]));
    }
    match (name, number) {
        ("major-amount-fen", Some(amount)) if amount > settings.major_amount_fen => {
            let (raised, own) = (amount / 100, settings.major_amount_fen / 100);
            let message = (
                format!("设定“{path}”把重大事项的数额提高到{raised}元，章程规定为{own}元"),
                format!(
                    "setting “{path}” raises the amount of major matters to {raised} yuan; the charter says {own}"
                ),
            );
            Some(Finding::forbid("major-amount-raised", message, ["经济-3", "经济-6"]))
        }
        ("publication-days" | "posting-days", Some(days))
            if days < u64::from(settings.rule_publication_days) =>
        {
            let least = settings.rule_publication_days;
            let message = (
                format!("设定“{path}”的公布期限不得少于{least}日"),
                format!("setting “{path}” has to be at least {least} days"),
            );
            Some(Finding::forbid("publication-too-short", message, ["议事-13"]))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::read;

    #[test]
    fn a_clause_is_told_from_its_prohibition() {
        for (text, code) in [
            ("违反本条的，每次罚款二百元。", Some("fine")),
            ("不得焚烧秸秆，违者罚款五十元。", Some("fine")),
            ("不得焚烧秸秆否则没收工具。", Some("fine")),
            ("执行本细则不得罚款，不得停水、停电。", None),
            ("不设罚款、押金或者保证金。", None),
            ("拖欠卫生费的停水停电。", Some("cut-service")),
            ("连续两次不合格的，取消当年福利。", Some("withhold-benefit")),
            ("因下雨可以取消当天的检查。", None),
            ("不合格的扣除积分两分。", None),
            ("屡教不改的上黑榜。", Some("public-shaming")),
            ("逾期不清理的强制拆除。", Some("force")),
            ("外嫁女不享受土地收益。", Some("unequal-treatment")),
            ("关心离婚、丧偶妇女的生活。", None),
            ("村民不得越级反映问题。", Some("petition-limited")),
            ("不服决定的可以依法申诉、起诉。", None),
        ] {
            let codes: Vec<_> = read("试-1", text).into_iter().map(|finding| finding.code).collect();
            assert_eq!(codes.first().map(String::as_str), code, "{text}");
        }
    }

    #[test]
    fn one_fault_is_told_once_for_an_article() {
        assert_eq!(read("试-1", "第一次罚款五十元，第二次罚款一百元，第三次停电。").len(), 2);
    }

    #[test]
    fn the_charter_and_the_first_party_rules_pass_their_own_reading() {
        for text in [
            include_str!("../text.json"),
            include_str!("../../clean-home/text.json"),
            include_str!("../../collective-spending/text.json"),
            include_str!("../../customs/text.json"),
        ] {
            let text: serde_json::Value = serde_json::from_str(text).expect("a text");
            for article in text["headings"]
                .as_array()
                .expect("headings")
                .iter()
                .flat_map(|h| h["articles"].as_array().expect("articles").iter())
            {
                let zh = article["text"]["zh-CN"].as_str().expect("Chinese text");
                let found = read("试-1", zh);
                assert!(found.is_empty(), "{zh}: {found:?}");
            }
        }
    }
}
