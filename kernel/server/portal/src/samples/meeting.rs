//! Meetings, ballot papers, receipts.

use jiff::Timestamp;
use jiff::civil::date;
use serde_json::{Value, json};
use yishi_acts::house::HouseAct;
use yishi_deliberation::meeting::MeetingStage;
use yishi_deliberation::{Meeting, MeetingAct};
use yishi_law::Secrecy;
use yishi_views::{AgendaView, BallotPhase, BallotView, MeetingView, QuorumView};

use super::matter::{council_finding, failed_finding};
use super::{at, demand, id, law, law_30, sha256, views};
use super::{majority, two_thirds};
use crate::context::{
    AgendaRow, AttendanceRow, BallotRow, BodyKind, Choice, Citation, CountingBase, CountingMode, Form, Link,
    MatterStatus, MeetingPage, ReceiptPage, VotePage, VoteState,
};
use crate::forms;
use crate::lang::Lang;

fn notice_law() -> Citation {
    law(
        "《村民委员会组织法》第二十五条",
        "V3",
        "召集村民会议，应当提前十日通知村民；遇有特殊情况的，可以临时通知村民。",
    )
}

fn view(
    body: BodyKind,
    name: &str,
    mode: CountingMode,
    (base, needed, present): (u64, u64, u64),
) -> MeetingView {
    MeetingView {
        body_name: name.into(),
        body_name_en: String::new(),
        mode,
        notice_on: date(2026, 4, 8),
        base,
        present,
        quorum: QuorumView { needed, met: present >= needed, words: Vec::new(), words_en: Vec::new() },
        ..views::meeting(1, body, date(2026, 4, 22), MeetingStage::Open)
    }
}

fn item(number: u32, title: &str, status: MatterStatus, form: Option<Form>) -> AgendaRow {
    let item =
        AgendaView { matter: id("mat", number), title: title.into(), text: None, conditions: Vec::new() };
    AgendaRow { item, status, recused: vec!["回避：孙立军".into()], form }
}

fn ballot(
    number: u32,
    title: &str,
    state: BallotPhase,
    secrecy: Secrecy,
    (roll, cast): (u64, u64),
) -> BallotView {
    BallotView {
        id: id("bal", number),
        version: 1,
        matter: id("mat", 1),
        title: title.into(),
        meeting: id("mtg", 1),
        question: sha256('e'),
        text: sha256('d'),
        state,
        secrecy,
        roll_size: roll,
        entitled: 41,
        turnout: cast,
        decision: None,
    }
}

/// A representative assembly in session, seen by whoever keeps it.
#[must_use]
pub fn meeting_open(lang: Lang) -> MeetingPage {
    let base = "/c/com_qx/meetings/mtg_1";
    let row = |name: &str, arrived: Option<Timestamp>, left, person: Option<&str>| AttendanceRow {
        name: name.into(),
        office: ("村民代表".into(), "representative".into()),
        arrived,
        left,
        form: person.map(|person| forms::leave(lang, &format!("{base}/leave"), person)),
    };
    let opens = super::house(
        lang,
        HouseAct::OpenBallot,
        &format!("{base}/ballots"),
        "mat_7",
        &json!({ "matter": "mat_7", "secrecy": "open" }),
    );
    MeetingPage {
        title: "村民代表会议".into(),
        meeting: MeetingView {
            minutes: Some(sha256('4').to_string()),
            ..view(BodyKind::RepresentativeAssembly, "村民代表会议", CountingMode::Persons, (45, 30, 38))
        },
        share: Some(two_thirds()),
        share_by: vec![law_30()],
        overdue: None,
        notice_needed: 10,
        notice_by: vec![notice_law()],
        short_notice: None,
        agenda: vec![
            item(1, "硬化村北机耕路，每户筹资200元", MatterStatus::Voting, None),
            item(7, "2025年度集体资金收支报告", MatterStatus::Open, Some(opens)),
        ],
        ballots: vec![
            BallotRow {
                ballot: ballot(
                    1,
                    "是否同意《村北机耕路硬化及筹资方案》",
                    BallotPhase::Open,
                    Secrecy::Secret,
                    (38, 21),
                ),
                votes: true,
                finding: None,
                close_form: Some(forms::close_ballot(
                    lang,
                    "close-ballot",
                    "/c/com_qx/ballots/bal_1/close",
                    "bal_1",
                )),
            },
            BallotRow {
                ballot: ballot(
                    2,
                    "是否同意集体鱼塘对外出租方案",
                    BallotPhase::Closed,
                    Secrecy::Open,
                    (31, 31),
                ),
                votes: false,
                finding: Some(failed_finding()),
                close_form: None,
            },
        ],
        attendance: vec![
            row("冯小军", Some(at("2026-04-22T05:42:00Z")), None, Some("per_1")),
            row("钱玉珍", Some(at("2026-04-22T05:47:00Z")), Some(at("2026-04-22T07:20:00Z")), None),
            row("赵阿根", None, None, Some("per_3")),
        ],
        opens_minutes: true,
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
        meeting: MeetingView {
            held_on: date(2026, 5, 16),
            hour: "08:30".into(),
            place: "清溪小学操场".into(),
            notice_on: date(2026, 5, 12),
            ..view(BodyKind::ResidentsAssembly, "村民会议", CountingMode::Households, (300, 200, 199))
        },
        share: Some(two_thirds()),
        share_by: vec![law(
            "《村民委员会组织法》第二十六条",
            "V2",
            "召开村民会议，应当有本村十八周岁以上村民的过半数，或者本村三分之二以上的户的代表参加。",
        )],
        overdue: Some("会议应于当日召开，不开的应取消，逾期 3 天".into()),
        notice_needed: 10,
        notice_by: vec![notice_law()],
        short_notice: Some("汛期前须完成圩堤抢修方案的表决。".into()),
        agenda: vec![item(12, "圩堤抢修方案", MatterStatus::Open, None)],
        ballots: Vec::new(),
        attendance: Vec::new(),
        opens_minutes: false,
        actions: Vec::new(),
    }
}

/// A secret ballot paper.
#[must_use]
pub fn vote() -> VotePage {
    VotePage {
        ballot: ballot(1, "是否同意《村北机耕路硬化及筹资方案》", BallotPhase::Open, Secrecy::Secret, (38, 21)),
        body: "村民代表会议".into(),
        text: vec![
            "对村北机耕路870米路段进行水泥硬化，总造价386,000元，镇级补助200,000元，全村790户每户筹资200元，低保户、五保户72户免缴。".into(),
        ],
        rule: None,
        voter: "冯小军".into(),
        passes: vec![demand(majority(), CountingBase::Present, (38, 20, 0), vec![law_30()])],
        finding: None,
        idempotency_key: "k-7f3a".into(),
        state: VoteState::Ready,
        household: false,
        confirm: None,
        error: None,
    }
}

fn open_vote() -> BallotView {
    BallotView { secrecy: Secrecy::Open, ..vote().ballot }
}

/// The same, sent without a choice.
#[must_use]
pub fn vote_refused() -> VotePage {
    VotePage { error: Some("请先选择一项".into()), household: true, ..vote() }
}

/// A choice to be confirmed.
#[must_use]
pub fn vote_confirm() -> VotePage {
    VotePage { confirm: Some(Choice::Yes), household: true, ballot: open_vote(), ..vote() }
}

/// A council meeting where no charter says how the council decides.
#[must_use]
pub fn meeting_undeclared(lang: Lang) -> MeetingPage {
    let mut page = meeting_open(lang);
    page.share = None;
    page.meeting.quorum.needed = 0;
    page.ballots.clear();
    page
}

/// A meeting that is over.
#[must_use]
pub fn meeting_over() -> MeetingPage {
    let mut page = meeting_households();
    page.meeting.state = MeetingStage::Adjourned;
    page.overdue = None;
    page
}

/// A ballot that is over, on a rule, seen by somebody who voted.
#[must_use]
pub fn vote_closed() -> VotePage {
    VotePage {
        ballot: open_vote(),
        rule: Some(Link { text: "环境卫生实施细则".into(), href: "/c/com_qx/rules/rul_1".into() }),
        passes: Vec::new(),
        finding: Some(council_finding()),
        state: VoteState::Already(at("2026-04-22T06:32:00Z")),
        ..vote()
    }
}

/// Receipt of an open ballot.
#[must_use]
pub fn receipt_open() -> ReceiptPage {
    ReceiptPage {
        ballot: open_vote(),
        at: "2026年4月22日 14:32".into(),
        choice: Some(Choice::Yes),
        entry: 131,
        leaf: sha256('c'),
    }
}

/// Receipt of a secret ballot: no choice, and the day alone.
#[must_use]
pub fn receipt_secret() -> ReceiptPage {
    ReceiptPage { ballot: vote().ballot, at: "2026年4月22日".into(), choice: None, ..receipt_open() }
}
