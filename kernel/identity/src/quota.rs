//! 限额 (quotas): how much one person, and one community, may put into the record in a day, so that nobody can fill it up
//! or bury what is asked of people under what is merely new.
//!
//! The figures are this product's, not the law's: wide enough for the busiest honest clerk, and told beforehand.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::refusal::Refusal;

/// 限额 (what one person may do). Staff act for many, and have ten times as much.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Quota {
    /// Documents stored in a day.
    pub documents: u64,
    /// Bytes of documents stored in a day.
    pub bytes: u64,
    /// Comments made in a day.
    pub comments: u64,
    /// Suggestions of one's own that nobody has taken up yet.
    pub open_suggestions: u64,
}

impl Quota {
    /// Of a resident or office holder.
    pub const OF_A_PERSON: Self = Self { documents: 30, bytes: 1 << 20, comments: 30, open_suggestions: 5 };
    /// Of a member of staff.
    pub const OF_STAFF: Self = Self { documents: 300, bytes: 10 << 20, comments: 30, open_suggestions: 5 };
    /// Of a whole community in a day, whoever stores.
    pub const OF_A_COMMUNITY: Self =
        Self { documents: 3_000, bytes: 50 << 20, comments: 3_000, open_suggestions: u64::MAX };
}

/// 已用 (what was used on one day; the next day it starts over).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Used {
    /// The day.
    pub day: Option<Date>,
    /// Documents.
    pub documents: u64,
    /// Their bytes.
    pub bytes: u64,
    /// Comments.
    pub comments: u64,
}

/// 占用 (what an act takes of a quota).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Takes {
    /// A document of so many bytes.
    Document(u64),
    /// A comment.
    Comment,
}

crate::refusals! {
    /// Too many documents in a day.
    too_many_documents(most: u64, kilobytes: u64) = "quota-documents",
        "今天存入的文书已到上限（每日{most}件、共{kilobytes}KB），请明天再存，或请工作人员代为录入",
        "what may be stored in a day is used up ({most} documents, {kilobytes} KB); store it tomorrow, or ask the staff";
    /// Too many documents in a community in a day.
    too_many_documents_here(most: u64) = "quota-documents-here",
        "本村(社区)今天存入的文书已到上限（{most}件），请明天再存", "what this community may store in a day is used up ({most} documents); store it tomorrow";
    /// Too many comments in a day.
    too_many_comments(most: u64) = "quota-comments",
        "您今天已发表{most}条意见，到了每日上限，请明天再发表；同一事项可以写在一条意见里",
        "you have made {most} comments today, which is the most for a day; come back tomorrow, or put what belongs together into one";
    /// Too many suggestions that nobody has taken up.
    too_many_suggestions(most: u64) = "quota-suggestions",
        "您已有{most}条建议还没有办理，到了上限；等其中一条办理之后再提，或者补充在已有的建议里",
        "{most} of your suggestions wait to be taken up, which is the most; make another once one of them is, or add to one of them";
}

impl Used {
    /// What is used once an act has taken its part on a day.
    ///
    /// # Errors
    /// `quota-documents` or `quota-comments` when it would be more than the quota; `here` says that the quota is the
    /// community's, which is told in other words.
    pub fn taking(self, takes: Takes, quota: &Quota, today: Date, here: bool) -> Result<Self, Refusal> {
        let mut used =
            if self.day == Some(today) { self } else { Self { day: Some(today), ..Self::default() } };
        match takes {
            Takes::Document(bytes) => {
                used.documents = used.documents.saturating_add(1);
                used.bytes = used.bytes.saturating_add(bytes);
            }
            Takes::Comment => used.comments = used.comments.saturating_add(1),
        }
        if used.documents > quota.documents || used.bytes > quota.bytes {
            return Err(if here {
                too_many_documents_here(quota.documents)
            } else {
                too_many_documents(quota.documents, quota.bytes / 1024)
            });
        }
        if used.comments > quota.comments {
            return Err(too_many_comments(quota.comments));
        }
        Ok(used)
    }
}

/// Whether another suggestion may be made while so many wait.
///
/// # Errors
/// `quota-suggestions`.
pub fn another_suggestion(waiting: u64, quota: &Quota) -> Result<(), Refusal> {
    if waiting < quota.open_suggestions { Ok(()) } else { Err(too_many_suggestions(quota.open_suggestions)) }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    /// One resident stored 420 documents, 107 MB, in nine seconds.
    #[test]
    fn a_day_has_its_measure_and_the_next_starts_over() {
        let (today, quota) = (date(2026, 3, 2), Quota::OF_A_PERSON);
        let mut used = Used::default();
        for _ in 0..quota.documents {
            used = used.taking(Takes::Document(100), &quota, today, false).expect("within the day's measure");
        }
        let refusal = used.taking(Takes::Document(1), &quota, today, false).expect_err("one too many");
        assert_eq!(refusal.code, "quota-documents");
        assert!(refusal.message_zh.contains("每日30件、共1024KB"), "{}", refusal.message_zh);
        assert!(used.taking(Takes::Comment, &quota, today, false).is_ok(), "comments are counted apart");
        let next = used.taking(Takes::Document(1), &quota, date(2026, 3, 3), false).expect("another day");
        assert_eq!((next.documents, next.bytes), (1, 1));
        let big = Used::default().taking(Takes::Document(quota.bytes + 1), &quota, today, false);
        assert_eq!(big.expect_err("too big").code, "quota-documents");
        assert_eq!(another_suggestion(4, &quota), Ok(()));
        assert_eq!(another_suggestion(5, &quota).expect_err("five wait").code, "quota-suggestions");
    }
}
