//! 条文审查 (clause review): words in a rule's text that the law does not allow, each with the article.
//!
//! It informs and refuses nothing: words are not meaning. The floor and the charter refuse; people read.

use serde::Serialize;
use yishi_law::{Authority, CommunityKind, FloorId, FloorText, Words};

use crate::manifest::Manifest;

/// What a passage appears to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum ClauseConcern {
    /// 罚款, 没收.
    Fine,
    /// 停水停电.
    CutOff,
    /// 取消福利、分红、补贴.
    LossOfBenefits,
    /// 曝光, 游街, 黑榜.
    Shaming,
    /// Women who marry, those who marry in, and others left out.
    Exclusion,
    /// Limits on petitioning, complaining, suing.
    PetitionLimit,
    /// Detention, searches, demolition by force.
    Force,
}

/// 条文提示 (one passage to look at).
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct ClauseFinding {
    /// The article it stands in.
    pub article: String,
    /// The words found.
    pub passage: String,
    /// What they appear to do.
    pub concern: ClauseConcern,
    /// The law that speaks against it.
    pub by: Vec<Authority>,
    /// What people read.
    pub message: Words,
}

struct Entry {
    concern: ClauseConcern,
    words: &'static [&'static str],
    zh: &'static str,
    en: &'static str,
}

const CONCERNS: &[Entry] = &[
    Entry {
        concern: ClauseConcern::Fine,
        words: &["罚款", "罚金", "处罚金", "罚没", "没收", "扣押", "违约金", "缴纳保证金", "收取押金"],
        zh: "村规不得设定罚款、没收等财产处罚",
        en: "a local rule may not fine, confiscate or take deposits",
    },
    Entry {
        concern: ClauseConcern::CutOff,
        words: &["停水", "停电", "断水", "断电", "停气", "断气", "停止供水", "停止供电", "切断水电"],
        zh: "不得以停水、停电、停气相要挟",
        en: "water, power and gas may not be cut off as a sanction",
    },
    Entry {
        concern: ClauseConcern::LossOfBenefits,
        words: &[
            "取消福利",
            "取消分红",
            "取消补贴",
            "取消低保",
            "取消待遇",
            "取消一切",
            "停发",
            "扣发",
            "不予分红",
            "不享受分红",
            "不享受福利",
            "不享受集体",
            "不享受村集体",
            "不予办理",
            "不予盖章",
            "不予出具",
            "取消资格",
            "取消其",
        ],
        zh: "不得剥夺村民依法享有的福利、分红、补贴或办事的权利",
        en: "benefits, dividends, subsidies and services that people have by law may not be withheld",
    },
    Entry {
        concern: ClauseConcern::Shaming,
        words: &["曝光", "示众", "游街", "黑榜", "黑名单", "公开批斗", "张贴照片", "大喇叭通报", "广播点名"],
        zh: "不得公开羞辱或公布个人隐私",
        en: "people may not be shamed in public and private facts may not be published",
    },
    Entry {
        concern: ClauseConcern::Exclusion,
        words: &[
            "外嫁女",
            "出嫁女",
            "离婚妇女",
            "丧偶妇女",
            "入赘",
            "上门女婿",
            "无男户",
            "纯女户",
            "空挂户",
            "外来户",
        ],
        zh: "不得以婚姻状况、性别或来历排除集体权益",
        en: "nobody may be left out for marriage, sex or origin",
    },
    Entry {
        concern: ClauseConcern::PetitionLimit,
        words: &[
            "不得上访",
            "禁止上访",
            "不准上访",
            "越级上访",
            "不得举报",
            "不得起诉",
            "不得投诉",
            "禁止信访",
        ],
        zh: "不得限制申诉、控告、信访和起诉的权利",
        en: "the rights to complain, petition and sue may not be limited",
    },
    Entry {
        concern: ClauseConcern::Force,
        words: &["强制拆除", "强行拆除", "拘留", "关押", "扣留", "搜查", "强制搬迁", "驱逐出村", "逐出"],
        zh: "村民自治组织没有强制执行的权力",
        en: "a self-governing community has no power to use force",
    },
];

/// A clause that says these first forbids what follows, and forbidding a fine is no fine.
const DENIALS: &[&str] = &[
    "不得",
    "不设",
    "不以",
    "不搞",
    "不采取",
    "不采用",
    "不实行",
    "不处以",
    "不收",
    "不因",
    "不作",
    "不用",
    "禁止",
    "严禁",
    "不对",
];
/// Unless what follows is what happens to those who do it all the same.
const SANCTIONS: &[&str] = &["违者", "否则", "违反", "一律", "一经"];

/// Looks through the Chinese text of every article.
pub fn review_clauses(manifest: &Manifest, floor: &FloorText) -> Vec<ClauseFinding> {
    let mut found = Vec::new();
    for article in manifest.articles() {
        let text = article.text.zh();
        for clause in text.split(['，', '。', '；', '：', '！', '\n', ',', ';']) {
            for entry in CONCERNS {
                if let Some(word) = entry.words.iter().find(|word| stands(clause, word, entry.concern)) {
                    found.push(ClauseFinding {
                        article: article.id.clone(),
                        passage: passage(clause, word),
                        concern: entry.concern,
                        by: authorities(floor, entry.concern),
                        message: Words::new(entry.zh, entry.en),
                    });
                }
            }
        }
    }
    found
}

/// Whether a clause really does what the word names, rather than ruling it out.
fn stands(clause: &str, word: &str, concern: ClauseConcern) -> bool {
    let Some((before, _)) = clause.split_once(word) else { return false };
    let own = before.rfind_any(SANCTIONS).map_or(before, |at| &before[at..]);
    if concern == ClauseConcern::PetitionLimit {
        // These words carry their own denial, which is the fault.
        return true;
    }
    if concern == ClauseConcern::Exclusion {
        // Naming these people is no exclusion; denying them something is.
        const TAKEN: &[&str] =
            &["不享受", "不得享受", "不予", "取消", "不参与", "不分", "不能", "无权", "不得参加", "减半"];
        return TAKEN.iter().any(|taken| clause.contains(taken));
    }
    !DENIALS.iter().any(|denial| own.contains(denial))
}

trait LastOf {
    fn rfind_any(&self, words: &[&str]) -> Option<usize>;
}

impl LastOf for str {
    fn rfind_any(&self, words: &[&str]) -> Option<usize> {
        words.iter().filter_map(|word| self.rfind(word)).max()
    }
}

fn passage(clause: &str, word: &str) -> String {
    const AROUND: usize = 20;
    let Some((before, after)) = clause.split_once(word) else { return word.to_owned() };
    let from = before.chars().count().saturating_sub(AROUND);
    let before: String = before.chars().skip(from).collect();
    let after: String = after.chars().take(AROUND).collect();
    format!("{before}{word}{after}")
}

/// The article that forbids it: rights of person, democracy and property (V7, U6); of women (P4).
fn authorities(floor: &FloorText, concern: ClauseConcern) -> Vec<Authority> {
    let (entry, article) = match floor.kind() {
        CommunityKind::Village => ("V7", "31"),
        CommunityKind::Urban => ("U6", "31"),
    };
    let mut by: Vec<Authority> = floor
        .entries()
        .find(|(_, own)| own.id.as_str() == entry)
        .map(|(document, own)| Authority::Statute {
            text: document.id.clone(),
            floor: own.id.clone(),
            // The texts before 2026 number it otherwise; the entry knows.
            article: if own.article.is_empty() { article.to_owned() } else { own.article.clone() },
        })
        .into_iter()
        .collect();
    if concern == ClauseConcern::Exclusion
        && let Ok(id) = "P4".parse::<FloorId>()
    {
        by.push(Authority::Policy { id });
    }
    by
}
