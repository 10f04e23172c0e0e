//! 审查: reading another rule's articles against 秩序-6 and 议事-13.

use serde::Deserialize;
use yishi_sdk::prelude::*;

/// Words for what 秩序-6 does not allow at all.
const UNLAWFUL: [&str; 18] = [
    "罚款",
    "罚金",
    "罚没",
    "违约金",
    "停水",
    "停电",
    "停气",
    "停热",
    "断水",
    "断电",
    "停用出入凭证",
    "限制出入",
    "禁止出入",
    "黑榜",
    "黑名单",
    "曝光",
    "羞辱",
    "示众",
];
/// Words that take away, unlawful when what they take is one of [`BENEFITS`].
const TAKING: [&str; 6] = ["取消", "停发", "停止发放", "扣减", "扣发", "扣除"];
const BENEFITS: [&str; 9] = ["待遇", "资格", "分红", "福利", "补贴", "补助", "救助", "低保", "权利"];
/// Words that make a clause forbid what follows them.
const FORBIDDING: [&str; 8] = ["不得", "不准", "不能", "不予", "不设", "不以", "严禁", "禁止"];
/// Words that speak of publishing.
const PUBLISHING: [&str; 4] = ["公布", "公开", "公示", "张贴"];

#[derive(Default, Deserialize)]
#[serde(rename_all = "kebab-case", default)]
struct Published {
    publication_days: Option<u32>,
}

/// What is wrong with a rule. A charter is not vetted by the one it replaces.
pub(crate) fn vet(least_days: u32, candidate: &Candidate) -> Vec<Finding> {
    if candidate.kind == RuleKind::Charter {
        return Vec::new();
    }
    let mut findings: Vec<Finding> = candidate
        .articles
        .iter()
        .filter_map(|article| {
            let word = unlawful_word(&article.text)?;
            let message = (
                format!("“{}”设定了“{word}”，与公约相抵触", article.id),
                format!("“{}” provides for “{word}”: it goes against the convention", article.id),
            );
            Some(Finding::forbid("unlawful-clause", message, ["秩序-6"]))
        })
        .collect();
    if candidate.kind == RuleKind::ImplementationRule {
        findings.extend(publication(least_days, candidate));
    }
    findings
}

/// 议事-13: results are published, and long enough.
fn publication(least_days: u32, candidate: &Candidate) -> Option<Finding> {
    let mut articles = candidate.articles.iter();
    if !articles.any(|article| PUBLISHING.iter().any(|word| article.text.contains(word))) {
        let message = ("细则没有规定结果公开", "the rule does not provide that results are published");
        return Some(Finding::forbid("publication-missing", message, ["议事-13"]));
    }
    let settings: Published = candidate.read().unwrap_or_default();
    settings.publication_days.is_some_and(|days| days < least_days).then(|| {
        let message = (
            format!("办理结果的公布期限不得少于{least_days}日"),
            format!("results have to stay published for at least {least_days} days"),
        );
        Finding::forbid("publication-too-short", message, ["议事-13"])
    })
}

/// The first word of a text that sets what 秩序-6 does not allow. A clause that forbids it ("不得罚款") sets nothing;
/// clauses are judged one by one, so that "不得占道，违者罚款" is found.
fn unlawful_word(text: &str) -> Option<&'static str> {
    text.split(['，', '。', '；', '：', '！', '？', ',', ';', '\n']).find_map(|clause| {
        let sets = |word: &&&str| {
            clause
                .split_once(**word)
                .is_some_and(|(before, _)| !FORBIDDING.iter().any(|no| before.contains(no)))
        };
        let takes = || BENEFITS.iter().any(|benefit| clause.contains(benefit));
        let taking = || TAKING.iter().filter(|_| takes()).find(sets);
        UNLAWFUL.iter().find(sets).or_else(taking).copied()
    })
}

#[cfg(test)]
mod tests {
    use super::unlawful_word;

    #[test]
    fn a_clause_is_told_from_its_prohibition() {
        for (text, word) in [
            ("占用消防通道的，每次罚款五十元。", Some("罚款")),
            ("不得占用消防通道，违者罚款五十元。", Some("罚款")),
            ("执行本细则不得罚款，不得停水、停电。", None),
            ("拖欠费用的停水停电。", Some("停水")),
            ("连续两次不合格的，取消其年终分红。", Some("取消")),
            ("确有特殊情况的，可以取消会议。", None),
            ("每次扣除积分一分。", None),
            ("对屡教不改的，在公告栏曝光。", Some("曝光")),
            ("结果予以公布，不得张榜羞辱。", None),
        ] {
            assert_eq!(unlawful_word(text), word, "{text}");
        }
    }

    #[test]
    fn the_first_party_rules_can_be_adopted_under_the_convention() {
        for text in [
            include_str!("../../clean-home/text.json"),
            include_str!("../../collective-spending/text.json"),
            include_str!("../../customs/text.json"),
        ] {
            assert_eq!(unlawful_word(text), None);
        }
    }
}
