//! 记录的种类 (what an entry of the public record tells): of a matter, a meeting, a rule, a case, or of the community itself.

use yishi_deliberation::{CaseEventKind, MatterEventKind, MeetingEventKind, RuleEventKind};
use yishi_words::{Term, coded, from_code};

coded! {
    /// 社区的其他记录 (what happened that belongs to no matter, meeting, rule or case).
    pub enum HouseEvent: "house-event" {
        /// 设立.
        CommunityCreated = "community.created",
        /// 导入花名册.
        RosterImported = "roster.imported",
        /// 名册变动.
        RosterChanged = "roster.changed",
        /// 清除一人资料.
        PersonErased = "person.erased",
        /// 登记选举结果.
        BodiesElected = "bodies.elected",
        /// 登记离任.
        BodiesSeatEnded = "bodies.seat-ended",
        /// 重设密码.
        AccountPasswordReset = "account.password-reset",
        /// 停用账号.
        AccountDisabled = "account.disabled",
        /// 启用账号.
        AccountEnabled = "account.enabled",
        /// 规约上架.
        ShelfAdded = "shelf.added",
        /// 发表意见.
        CommentMade = "comment.made",
        /// 答复意见.
        CommentAnswered = "comment.answered",
        /// 隐藏违法意见.
        CommentHidden = "comment.hidden",
        /// 按规约公布.
        NoticePosted = "notice.posted",
        /// 撤下公布.
        NoticeTakenDown = "notice.taken-down",
        /// 投票.
        BallotCast = "ballot.cast",
        /// 公布记名表决的选项.
        BallotVotesOpened = "ballot.votes-opened",
        /// 记录缺失后续写.
        LogContinued = "log.continued",
    }
}

/// 记录的种类 (what an entry tells, by the code it stands under in the log).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EntryKind {
    /// 事项.
    Matter(MatterEventKind),
    /// 会议.
    Meeting(MeetingEventKind),
    /// 规约.
    Rule(RuleEventKind),
    /// 办件.
    Case(CaseEventKind),
    /// 社区.
    House(HouseEvent),
}

impl EntryKind {
    /// The kind of a code such as `matter.resolved`; none for one that this build does not know.
    #[must_use]
    pub fn of(code: &str) -> Option<Self> {
        if let Ok(house) = from_code(code) {
            return Some(Self::House(house));
        }
        let (aggregate, event) = code.split_once('.')?;
        match aggregate {
            "matter" => from_code(event).ok().map(Self::Matter),
            "meeting" => from_code(event).ok().map(Self::Meeting),
            "rule" => from_code(event).ok().map(Self::Rule),
            "case" => from_code(event).ok().map(Self::Case),
            _ => None,
        }
    }

    /// What it is called.
    #[must_use]
    pub fn term(self) -> Term {
        match self {
            Self::Matter(kind) => kind.term(),
            Self::Meeting(kind) => kind.term(),
            Self::Rule(kind) => kind.term(),
            Self::Case(kind) => kind.term(),
            Self::House(kind) => kind.term(),
        }
    }
}

#[cfg(test)]
mod tests {
    use yishi_words::differences;

    use super::*;

    #[test]
    fn every_kind_has_its_words() {
        assert_eq!(differences::<HouseEvent>(), Vec::<String>::new());
        assert_eq!(EntryKind::of("matter.resolved"), Some(EntryKind::Matter(MatterEventKind::Resolved)));
        assert_eq!(EntryKind::of("comment.made"), Some(EntryKind::House(HouseEvent::CommentMade)));
        assert_eq!(EntryKind::of("case.handled"), Some(EntryKind::Case(CaseEventKind::Handled)));
        assert_eq!(EntryKind::of("matter.made"), None);
        assert_eq!(EntryKind::of("made"), None);
    }
}
