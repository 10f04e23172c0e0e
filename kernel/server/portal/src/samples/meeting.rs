//! Meetings, ballot papers, receipts.

use super::matter::{council_finding, failed_finding};
use super::{digest, law, law_30};
use super::{majority, two_thirds};
use crate::context::{
    AgendaRow, AttendanceRow, BallotRow, BallotState, Choice, CountingBase, CountingMode, Demand,
    DocumentLink, Link, MatterStatus, MeetingPage, MeetingState, QuorumBar, QuorumStanding, ReceiptPage,
    VotePage, VoteState,
};
use crate::forms;
use crate::lang::Lang;
use serde_json::{Value, json};
use yishi_acts::house::HouseAct;
use yishi_deliberation::{Meeting, MeetingAct};

fn notice_law() -> crate::context::Citation {
    law(
        "《村民委员会组织法》第二十五条",
        "V3",
        "召集村民会议，应当提前十日通知村民；遇有特殊情况的，可以临时通知村民。",
    )
}

fn matter() -> Link {
    Link { text: "硬化村北机耕路，每户筹资200元".into(), href: "/c/com_qx/matters/mat_1".into() }
}

/// A representative assembly in session, seen by whoever keeps it.
#[must_use]
pub fn meeting_open(lang: Lang) -> MeetingPage {
    let row = |name: &str, office: &str, arrived: Option<&str>, left: Option<&str>, form| AttendanceRow {
        name: name.into(),
        office: office.into(),
        arrived: arrived.map(Into::into),
        left: left.map(Into::into),
        form,
    };
    let base = "/c/com_qx/meetings/mtg_1";
    MeetingPage {
        title: "村民代表会议 2026年第二次会议".into(),
        body: "村民代表会议".into(),
        state: MeetingState::Open,
        mode: CountingMode::Persons,
        held_on: "2026年4月22日 14:00".into(),
        place: "村党群服务中心二楼".into(),
        overdue: None,
        notice_on: "2026年4月8日".into(),
        notice_days: 14,
        notice_needed: 10,
        notice_by: vec![notice_law()],
        short_notice_reason: None,
        quorum: QuorumBar {
            whole: 45,
            present: 38,
            needed: 30,
            share: Some(two_thirds()),
            standing: QuorumStanding::Met,
            by: vec![law_30()],
        },
        agenda: vec![
            AgendaRow {
                title: "硬化村北机耕路，每户筹资200元".into(),
                href: "/c/com_qx/matters/mat_1".into(),
                status: MatterStatus::Voting,
                form: None,
            },
            AgendaRow {
                title: "2025年度集体资金收支报告".into(),
                href: "/c/com_qx/matters/mat_7".into(),
                status: MatterStatus::Open,
                form: Some(super::house(
                    lang,
                    HouseAct::OpenBallot,
                    &format!("{base}/ballots"),
                    "mat_7",
                    &json!({ "matter": "mat_7", "secrecy": "open" }),
                )),
            },
        ],
        ballots: vec![
            BallotRow {
                title: "是否同意《村北机耕路硬化及筹资方案》".into(),
                state: BallotState::Open,
                secret: true,
                roll: 38,
                entitled: 41,
                cast: 21,
                vote_href: Some("/c/com_qx/ballots/bal_1".into()),
                finding: None,
                close_form: Some(forms::close_ballot(lang, "/c/com_qx/ballots/bal_1/close", "bal_1")),
            },
            BallotRow {
                title: "是否同意集体鱼塘对外出租方案".into(),
                state: BallotState::Closed,
                secret: false,
                roll: 31,
                entitled: 41,
                cast: 31,
                vote_href: None,
                finding: Some(failed_finding()),
                close_form: None,
            },
        ],
        attendance: vec![
            row(
                "冯小军",
                "村民代表",
                Some("13:42"),
                None,
                Some(forms::leave(lang, &format!("{base}/leave"), "per_1")),
            ),
            row("钱玉珍", "村民代表", Some("13:47"), Some("15:20"), None),
            row(
                "赵阿根",
                "村民代表",
                None,
                None,
                Some(forms::leave(lang, &format!("{base}/leave"), "per_3")),
            ),
        ],
        documents: vec![DocumentLink {
            text: "会议通知".into(),
            href: Some("/c/com_qx/documents/4".into()),
            digest: Some(digest('4')),
        }],
        actions: vec![
            super::act::<Meeting>(lang, MeetingAct::Adjourn, &format!("{base}/adjourn"), &Value::Null)
                .acting_as("村民代表会议主持人"),
        ],
    }
}

/// A villagers' assembly by households, called at short notice, one household short of a quorum.
#[must_use]
pub fn meeting_households() -> MeetingPage {
    MeetingPage {
        title: "村民会议".into(),
        body: "村民会议".into(),
        state: MeetingState::Convened,
        mode: CountingMode::Households,
        held_on: "2026年5月16日 08:30".into(),
        place: "清溪小学操场".into(),
        overdue: Some("会议应于当日召开，不开的应取消，逾期 3 天".into()),
        notice_on: "2026年5月12日".into(),
        notice_days: 4,
        notice_needed: 10,
        notice_by: vec![notice_law()],
        short_notice_reason: Some("汛期前须完成圩堤抢修方案的表决。".into()),
        quorum: QuorumBar {
            whole: 300,
            present: 199,
            needed: 200,
            share: Some(two_thirds()),
            standing: QuorumStanding::Short(1),
            by: vec![law(
                "《村民委员会组织法》第二十六条",
                "V2",
                "召开村民会议，应当有本村十八周岁以上村民的过半数，或者本村三分之二以上的户的代表参加。",
            )],
        },
        agenda: vec![AgendaRow {
            title: "圩堤抢修方案".into(),
            href: "/c/com_qx/matters/mat_12".into(),
            status: MatterStatus::Open,
            form: None,
        }],
        ballots: Vec::new(),
        attendance: Vec::new(),
        documents: Vec::new(),
        actions: Vec::new(),
    }
}

/// A secret ballot paper.
#[must_use]
pub fn vote() -> VotePage {
    VotePage {
        question: "是否同意《村北机耕路硬化及筹资方案》".into(),
        matter: matter(),
        body: "村民代表会议".into(),
        text: vec![
            "对村北机耕路870米路段进行水泥硬化，总造价386,000元，镇级补助200,000元，全村790户每户筹资200元，低保户、五保户72户免缴。".into(),
        ],
        rule: None,
        text_digest: digest('d'),
        question_digest: digest('e'),
        secret: true,
        voter: "冯小军".into(),
        passes: vec![Demand {
            share: majority(),
            base: CountingBase::Present,
            whole: 38,
            needed: 20,
            had: 0,
            met: false,
            by: vec![law_30()],
        }],
        finding: None,
        action: "/c/com_qx/ballots/bal_1/votes".into(),
        idempotency_key: "k-7f3a".into(),
        state: VoteState::Ready,
        household: false,
        confirm: None,
        error: None,
        meeting: Some(Link { text: "村民代表会议 2026年第二次会议".into(), href: "/c/com_qx/meetings/mtg_1".into() }),
    }
}

/// The same, sent without a choice.
#[must_use]
pub fn vote_refused() -> VotePage {
    VotePage { error: Some("请先选择一项".into()), household: true, ..vote() }
}

/// A choice to be confirmed.
#[must_use]
pub fn vote_confirm() -> VotePage {
    VotePage { confirm: Some(Choice::Yes), household: true, secret: false, ..vote() }
}

/// A council meeting where no charter says how the council decides.
#[must_use]
pub fn meeting_undeclared(lang: Lang) -> MeetingPage {
    let mut page = meeting_open(lang);
    page.quorum.share = None;
    page.quorum.needed = 0;
    page.quorum.standing = QuorumStanding::Undeclared;
    page.ballots.clear();
    page
}

/// A meeting that is over.
#[must_use]
pub fn meeting_over() -> MeetingPage {
    let mut page = meeting_households();
    page.state = MeetingState::Adjourned;
    page.overdue = None;
    page.quorum.standing = QuorumStanding::Over;
    page.ballots.clear();
    page
}

/// A ballot that is over, on a rule, seen by somebody who voted.
#[must_use]
pub fn vote_closed() -> VotePage {
    VotePage {
        secret: false,
        rule: Some(Link { text: "环境卫生实施细则".into(), href: "/c/com_qx/rules/rul_1".into() }),
        passes: Vec::new(),
        finding: Some(council_finding()),
        state: VoteState::Already {
            at: "14:32".into(),
            receipt_href: Some("/c/com_qx/log/receipts/131".into()),
        },
        ..vote()
    }
}

/// Receipt of an open ballot.
#[must_use]
pub fn receipt_open() -> ReceiptPage {
    ReceiptPage {
        question: "是否同意《村北机耕路硬化及筹资方案》".into(),
        matter: matter(),
        at: "2026年4月22日 14:32:07".into(),
        choice: Some(Choice::Yes),
        entry: Some(131),
        leaf: Some(digest('c')),
        receipt_href: Some("/c/com_qx/log/receipts/131".into()),
        verify_href: "/c/com_qx/verify".into(),
        meeting: None,
    }
}

/// Receipt of a secret ballot: no choice, no entry yet.
#[must_use]
pub fn receipt_secret() -> ReceiptPage {
    ReceiptPage { choice: None, entry: None, leaf: None, receipt_href: None, ..receipt_open() }
}
