//! 拟采取的措施 (what a matter would have done to people): a list of words, or a text that somebody wrote.

use serde::Deserialize;

/// What a form says of measures. No form offers an unlawful one to be ticked; whoever plans one has to write it down, and
/// a rule that forbids it finds it there.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(untagged)]
pub enum PlannedMeasures {
    /// Words, such as `fine`.
    Listed(Vec<String>),
    /// A text.
    Written(String),
}

impl Default for PlannedMeasures {
    fn default() -> Self {
        Self::Listed(Vec::new())
    }
}

/// Words for measures, with what people write for each.
const WRITTEN: [(&str, &[&str]); 10] = [
    ("fine", &["罚款", "罚金", "罚钱", "处罚金"]),
    ("confiscation", &["没收"]),
    ("deposit", &["押金", "保证金"]),
    ("cut-service", &["停水", "停电", "断水", "断电", "停气", "断气", "停暖"]),
    ("deny-access", &["停用门禁", "停用出入", "注销门禁", "不准出入", "禁止出入"]),
    (
        "withhold-benefit",
        &["扣减待遇", "扣减补贴", "扣发", "停发", "取消福利", "取消低保", "取消补贴", "取消分红"],
    ),
    ("public-shaming", &["羞辱", "游街", "黑榜", "曝光台", "张榜批评"]),
    ("force", &["强制", "强行"]),
    ("detention", &["拘禁", "关押", "扣押", "限制人身自由"]),
    ("exclusion", &["取消表决权", "取消选举权", "不准参加", "取消资格"]),
];

/// What turns a measure into its opposite when it stands right before it.
const NEGATIONS: [&str; 16] = [
    "不",
    "不得",
    "不能",
    "不准",
    "不予",
    "不再",
    "不会",
    "不设",
    "不搞",
    "不采取",
    "不进行",
    "不收取",
    "禁止",
    "严禁",
    "没有",
    "杜绝",
];

impl PlannedMeasures {
    /// The first of these words that is planned. A text that says that something is *not* done does not plan it.
    #[must_use]
    pub fn first_of<'a>(&self, words: &[&'a str]) -> Option<&'a str> {
        words.iter().copied().find(|word| match self {
            Self::Listed(list) => list.iter().any(|listed| listed == word),
            Self::Written(text) => plans(text, word),
        })
    }

    /// Whether one of them is none of these words. Only a list can tell.
    #[must_use]
    pub fn any_beyond(&self, words: &[&str]) -> bool {
        matches!(self, Self::Listed(list) if list.iter().any(|listed| !words.contains(&listed.as_str())))
    }
}

fn plans(text: &str, word: &str) -> bool {
    let phrases = WRITTEN.iter().find(|(known, _)| *known == word).map(|(_, phrases)| *phrases);
    phrases.unwrap_or_default().iter().any(|phrase| {
        text.match_indices(phrase).any(|(at, _)| !is_negated(text.get(..at).unwrap_or_default()))
    })
}

/// Whether what follows this text is denied by it: 不得罚款、没收 denies both.
fn is_negated(before: &str) -> bool {
    let mut rest = before;
    loop {
        if NEGATIONS.iter().any(|negation| rest.ends_with(negation)) {
            return true;
        }
        let all = WRITTEN.iter().flat_map(|(_, phrases)| phrases.iter());
        let joints = ["、", "或者", "或", "和", "及"].iter();
        let Some(shorter) = all.chain(joints).find_map(|piece| rest.strip_suffix(piece)) else {
            return false;
        };
        rest = shorter;
    }
}

#[cfg(test)]
mod tests {
    use super::PlannedMeasures;

    fn written(text: &str) -> PlannedMeasures {
        PlannedMeasures::Written(text.to_owned())
    }

    #[test]
    fn what_is_written_is_found_and_what_is_denied_is_not() {
        let words = ["fine", "cut-service", "confiscation"];
        for (text, found) in [
            ("逾期不改的，罚款五十元", Some("fine")),
            ("不交者罚款", Some("fine")),
            ("先劝导，再停水", Some("cut-service")),
            ("不得罚款、没收或者停水停电", None),
            ("不罚款，上门帮助", None),
            ("严禁罚款；没收小煤炉", Some("confiscation")),
            ("表扬、积分、上门帮助", None),
            ("", None),
        ] {
            assert_eq!(written(text).first_of(&words), found, "{text}");
        }
    }

    #[test]
    fn a_list_is_read_word_by_word() {
        let listed: PlannedMeasures = serde_json::from_str(r#"["commend", "fine"]"#).expect("a list");
        assert_eq!(listed.first_of(&["fine"]), Some("fine"));
        assert!(listed.any_beyond(&["commend"]));
        assert!(!listed.any_beyond(&["commend", "fine"]));
        let text: PlannedMeasures = serde_json::from_str("\"罚款\"").expect("a text");
        assert_eq!(text.first_of(&["fine"]), Some("fine"));
    }
}
