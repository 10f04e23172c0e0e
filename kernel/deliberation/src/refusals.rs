//! 拒绝总表 (every refusal of this crate): code, Chinese, English.
//!
//! Codes are part of the API and never change. To add one, add an entry; a test holds them unique and kebab-case.

use jiff::civil::Date;
use yishi_law::Authority;

/// 裁定 (a ruling as an authority).
pub(crate) fn ruling(id: &str) -> Authority {
    Authority::Ruling { id: id.to_owned() }
}

yishi_identity::refusals! {
    /// The step does not follow from where the thing stands.
    illegal_transition(state: &str) = "illegal-transition",
        "当前阶段（{state}）不能办理这一步", "this step does not follow from the state `{state}`";
    /// A first step on something that exists.
    already_exists() = "already-exists", "已经存在，不能重复建立", "it exists already";
    /// A further step on something that does not exist.
    not_started() = "not-started", "尚未建立，不能办理这一步", "it does not exist yet";
    /// A rule forbids the step.
    forbidden_by_rule(code: &str, message: &str) = "forbidden-by-rule",
        "现行规则禁止这一步（{code}）：{message}", "a rule in force forbids this step (`{code}`): {message}";
    /// A rule asks for something that is not there.
    required_by_rule(code: &str, message: &str) = "required-by-rule",
        "现行规则要求先补齐（{code}）：{message}", "a rule in force requires something first (`{code}`): {message}";
    /// The law handed in is not the one of the law date.
    wrong_law_text(text: &str, date: Date) = "wrong-law-text",
        "法律文本“{text}”在适用法律日{date}并不施行", "the law text `{text}` is not in force on the law date {date}";

    /// R9.
    law_date_not_today(law_date: Date, today: Date) = "law-date-not-today",
        "适用法律日应为立项当日{today}，不能是{law_date}", "the law date is the day the matter is opened, {today}, not {law_date}";
    /// E1: the collective's own affair.
    belongs_elsewhere(zh: &str, en: &str) = "belongs-elsewhere", "不属于本会议事范围：{zh}", "not for these bodies: {en}";
    /// A rule is to be adopted, but which one?
    rule_missing() = "rule-missing",
        "制定或修改章程、细则、村规民约，应写明规则组件和设置的摘要", "adopting a charter or a rule must name the exact component and settings";
    /// A rule version on a matter that adopts none would slip past the law on charters and rules.
    rule_subject_missing() = "rule-subject-missing",
        "附有规则组件的事项，应列为制定章程、细则或村规民约", "a matter that carries a rule must have the charter, a rule or village regulations among its subjects";
    /// One or the other.
    adopts_and_repeals() = "adopts-and-repeals", "一个提议不能既通过又废止规则", "a proposal adopts a rule or repeals one, not both";
    /// Text lock.
    text_changed() = "text-changed",
        "文本与现提议不一致：审核、研究、审议、表决必须是同一文本", "the text is not the proposal's: what was reviewed is what is voted on";
    /// R4.
    text_unchanged() = "text-unchanged", "再报须有修改，文本没有变化", "a resubmitted proposal must be a new text";
    /// The question voted on is not the proposal's.
    question_changed() = "question-changed",
        "表决的问题与提议（文本、规则版本或所废止的规则）不一致", "the question voted on is not the proposal's text, rule version or rule to repeal";
    /// R4.
    not_returned_twice(returns: u32) = "not-returned-twice",
        "只退回{returns}次；第二次退回后才可提请代表会议主持人列入议程", "returned {returns} times; only after the second return may it be put to the chair";
    /// V4, V7, U4, R14.
    wrong_body() = "wrong-body", "该事项不由这个机构决定", "the law does not let this body decide the matter";
    /// V4, R14.
    authorisation_missing() = "authorisation-missing",
        "由代表会议决定，须有村(居)民会议的书面授权记录", "the representative assembly needs the assembly's recorded authorisation";
    /// V3, V6, U2, U3.
    petition_too_small(signatures: u64, needed: u64, share: &str) = "petition-too-small",
        "联名{signatures}人，不足{needed}人（{share}）", "{signatures} signatures, {needed} are needed ({share})";
    /// More signatures than there are people.
    petition_impossible() = "petition-impossible", "联名人数超过总人数", "more signatures than there are people to sign";
    /// Nobody of this kind can force this body.
    petition_not_provided() = "petition-not-provided",
        "没有规定可由这类人员联名要求召集该会议", "no petition of these people can force this body to convene";
    /// R3.
    petition_binds() = "petition-binds",
        "已由联名提议列入议程，不能撤回或作失效处理", "a petition put it on the agenda: it cannot be withdrawn or lapse";
    /// One at a time.
    consultation_open() = "consultation-open", "协商尚未结束", "a consultation is still open";
    /// None to close.
    consultation_not_open() = "consultation-not-open", "没有进行中的协商", "no consultation is open";
    /// Not before the announced last day has ended.
    consultation_running(until: Date) = "consultation-running",
        "协商公告的截止日为{until}，当日结束后才能结束协商", "comments are welcome until the end of {until}";
    /// A last day in the past.
    consultation_until_past(until: Date) = "consultation-until-past", "截止日{until}已过", "the last day {until} has passed";
    /// V10, U13, and every rule.
    consultation_missing() = "consultation-missing",
        "表决前应就该文本开展协商并形成结果", "a consultation on this text must have been held and closed before the vote";
    /// V9, U5.
    party_study_missing() = "party-study-missing",
        "提交会议前应有党组织对该文本研究讨论的记录", "the party organisation's study of this text must be on record before submission";
    /// Only upwards.
    already_major() = "already-major", "已是重大事项", "the matter is major already";
    /// The ballot is about something else.
    ballot_of_another_matter() = "ballot-of-another-matter", "该表决不是就本议题进行的", "the ballot was not about this matter";
    /// N2.
    finding_does_not_recompute() = "finding-does-not-recompute",
        "认定与票数、法律、规则重新计算的结果不一致", "the finding is not what its counts, the law and its terms give";
    /// R2.
    vote_not_quorate(present: u64) = "vote-not-quorate",
        "实到{present}，未达法定人数，表决无效", "{present} were present: not quorate, so nothing was decided";
    /// R7.
    tie_unsettled() = "tie-unsettled",
        "赞成与反对票数相等：重新表决一次，仍相等的由会议以动议记录决定", "a tie: vote once more; if it stands, the body settles it by a recorded motion";
    /// V7, U6 and the seed's step 4.
    wrong_filing_office() = "wrong-filing-office", "备案机关不符：一般事项报“两委”，章程和规则报镇(街道)", "council decisions are filed with the joint committees, charters and rules with the town";
    /// V18, U11.
    posting_too_short(days: u16, needed: u16) = "posting-too-short",
        "公开{days}日，不足{needed}日", "posted for {days} days, {needed} are needed";
    /// A posting cannot begin in the past.
    posting_backdated(from: Date) = "posting-backdated", "公开起始日{from}早于今天", "the posting cannot have begun on {from}, before today";
    /// V18, U11, worked example 12.
    disclosure_running(last: Date) = "disclosure-running",
        "公开期至{last}当日结束，此前不得撤下或办结", "the posting runs to the end of {last}; until then it stays up";
    /// Nothing to take down.
    not_disclosed() = "not-disclosed", "没有这项公开", "there is no such disclosure";
    /// Already down.
    already_taken_down() = "already-taken-down", "已经撤下", "it has been taken down already";
    /// G6: each body does only its own step.
    wrong_implementer() = "wrong-implementer", "实施由村(居)民委员会组织", "implementation is for the residents' committee";
    /// A matter that still moves does not lapse.
    too_soon_to_lapse(from: Date) = "too-soon-to-lapse",
        "自最后一次办理满一年后（{from}起）才可作失效处理", "it can lapse from {from}, a year after its last step";

    /// V3, U2 and the charter.
    notice_too_short(days: u16, earliest: Date) = "notice-too-short",
        "应提前{days}日通知，最早可于{earliest}开会", "notice is {days} days: the earliest day is {earliest}";
    /// A day gone by.
    held_in_the_past(on: Date) = "held-in-the-past", "会议日期{on}已过", "{on} has passed";
    /// Nothing to deliberate on.
    agenda_empty() = "agenda-empty", "议程为空", "the agenda is empty";
    /// The same matter twice.
    agenda_repeats() = "agenda-repeats", "同一议题在议程中重复", "a matter is on the agenda twice";
    /// Households are counted in the assembly only.
    households_not_here() = "households-not-here", "只有村(居)民会议可以按户计数", "only the residents' assembly can be counted by households";
    /// V5, U3.
    make_up_missing() = "make-up-missing",
        "召集代表会议须核对组成情况", "the make-up of the representative assembly must be given";
    /// V5, U3.
    make_up_unlawful(what_zh: &str, what_en: &str, had: u64, needed: u64, members: u64) = "make-up-unlawful",
        "代表会议组成不合法：{what_zh}{had}人，组成人员{members}人中应有{needed}人", "the assembly's make-up is not lawful: {had} {what_en}, {needed} needed of {members}";
    /// V1, V2: fixed when convened.
    mode_fixed() = "mode-fixed", "计数方式在召集时已经确定，不能改变", "the counting mode was fixed at convening";
    /// Not on the announced day.
    not_the_day(held_on: Date) = "not-the-day", "会议定于{held_on}召开", "the meeting was convened for {held_on}";
    /// The application must bring the roll.
    roll_missing() = "roll-missing", "缺少当日名册", "the roll of the day is missing";
    /// Another body's roll, or another mode's.
    roll_of_another_body() = "roll-of-another-body", "名册与会议机构或计数方式不符", "the roll is not of this body and counting mode";
    /// The roll changed since the meeting opened.
    roll_changed() = "roll-changed", "名册与开会时的名册不一致", "the roll is not the one the meeting opened with";
    /// A stranger.
    not_on_the_roll() = "not-on-the-roll", "不在名册上", "not on the roll";
    /// R16.
    household_represented() = "household-represented", "该户已有代表到会", "the household is represented already";
    /// Somebody who is there already.
    already_present() = "already-present", "已登记到会", "present already";
    /// Somebody who is not there.
    not_present() = "not-present", "没有到会记录", "not present";
    /// Nobody named.
    nobody_named() = "nobody-named", "没有写明人员", "nobody is named";
    /// R8.
    already_recused() = "already-recused", "已登记回避", "recused already";
    /// R8: not once votes are being cast.
    recusal_too_late() = "recusal-too-late", "该议题已开始表决，不能再登记回避", "the vote on this item has begun: too late to recuse";
    /// Only what was announced.
    not_on_the_agenda() = "not-on-the-agenda", "不在会议议程上", "not on the meeting's agenda";
    /// R2.
    not_quorate(present: u64, in_office: u64, needed: u64) = "not-quorate",
        "应到{in_office}，实到{present}，不足{needed}，不能表决", "{present} of {in_office} are present, {needed} are needed: no vote";
    /// R5.
    council_terms_undeclared() = "council-terms-undeclared",
        "议事会的法定人数和多数应由章程规定，章程没有规定", "the charter must declare the council's quorum and majority; nothing declares them";
    /// Nobody says how this body decides.
    terms_undeclared() = "terms-undeclared", "没有规定该机构的法定人数或通过比例", "nobody declares a quorum and a majority for this body";
    /// These bodies gate and supervise; they do not vote here.
    body_does_not_vote() = "body-does-not-vote", "该机构不在此表决", "this body does not decide matters by ballot";
    /// One ballot at a time.
    ballot_already_open() = "ballot-already-open", "另有表决尚未结束", "another ballot is still open";
    /// Who is in the room when the vote opens is who it is counted of: coming and leaving are recorded once it is closed.
    ballot_open() = "ballot-open", "表决进行中，先结束表决", "a ballot is open: close it first";
    /// The same ballot id again.
    ballot_exists() = "ballot-exists", "表决编号已使用", "this ballot exists already";
    /// Decided already.
    already_voted() = "already-voted", "该议题已在本次会议表决", "this matter has been voted on in this meeting";
    /// A charter may demand secrecy.
    must_be_secret() = "must-be-secret", "规则要求无记名投票", "the rules demand a secret ballot";
    /// A rule puts a condition, and nothing on record says that it is met.
    condition_unrecorded(code: &str, text: &str) = "condition-unrecorded",
        "表决前须记明附加条件如何满足（{code}）：{text}", "before the vote a line on record must say how this condition is met (`{code}`): {text}";
    /// No such ballot.
    no_such_ballot() = "no-such-ballot", "没有这次表决", "there is no such ballot";
    /// Closed already.
    ballot_closed() = "ballot-closed", "表决已经结束", "the ballot is closed";
    /// Counts must add up.
    counts_exceed_present(votes: u64, present: u64) = "counts-exceed-present",
        "共{votes}票，超过可投票的到会人数{present}", "{votes} votes, more than the {present} present who may vote";
    /// Counts must add up.
    counts_do_not_add_up(accounted: u64, present: u64) = "counts-do-not-add-up",
        "票数与未投人数合计{accounted}，与可投票的到会人数{present}不符，请重新清点", "votes and those not voting make {accounted}, but {present} are present who may vote: count again";
    /// Two pairs of eyes.
    tellers_missing() = "tellers-missing", "现场计票须有两名以上计票、监票人员", "a hand count needs at least two tellers";
    /// Impossible counts.
    finding_impossible(reason: &str) = "finding-impossible", "无法作出认定：{reason}", "no finding can be computed: {reason}";
    /// R7.
    not_tied() = "not-tied", "票数没有相等，不需要动议", "the ballot is not tied";
    /// R7: first vote again.
    revote_first() = "revote-first", "先重新表决一次", "vote once more first";

    /// R15.
    same_person_confirms() = "same-person-confirms",
        "录入人不能自己确认，须由镇里另一人确认", "whoever entered it cannot confirm it: another person of the town does";
    /// R15.
    not_for_the_town() = "not-for-the-town", "须由镇确认", "only the town confirms an attestation";
    /// R15.
    nobody_to_hold_to() = "nobody-to-hold-to", "录入和确认须有可识别的经办人", "attesting and confirming need an identified person or account";
    /// R15: it must have been lawful then.
    attested_not_adopted() = "attested-not-adopted",
        "按当时法律，所录票数不构成通过", "by the law of that day these counts did not adopt it";
    /// A paper adoption in the future.
    attested_in_the_future(on: Date) = "attested-in-the-future", "通过日期{on}在今天之后", "{on} lies in the future";
    /// Effective before it was adopted.
    effective_before_adoption(on: Date) = "effective-before-adoption", "生效日早于通过日{on}", "it cannot have come into force before it was adopted on {on}";
    /// Text posted for its full period first.
    effective_too_early(earliest: Date) = "effective-too-early",
        "生效日不得早于公布期满之后的{earliest}", "the posting must have ended: the earliest effective day is {earliest}";
    /// A rule is voted on as it stands.
    version_changed() = "version-changed", "规则组件或设置与草案不一致", "the component or settings are not the draft's";
    /// The same version again.
    version_unchanged() = "version-unchanged", "规则组件和设置没有变化", "the component and settings are unchanged";
    /// The vote was about another matter than the consultation.
    consulted_in_another_matter() = "consulted-in-another-matter", "协商与表决不是同一议题", "it was consulted on in another matter";
    /// Rules-plugins section 4.
    charter_not_suspended() = "charter-not-suspended",
        "章程不得暂停，只能依法修改或替换", "a charter is never suspended; it is replaced by a vote";
    /// Only the joint committees.
    not_for_the_joint_committees() = "not-for-the-joint-committees", "暂停规则由“两委”决定", "only the joint committees suspend a rule";
    /// Not in force.
    not_in_force() = "not-in-force", "规则未在施行", "the rule is not in force";
    /// Nothing to resume.
    not_suspended() = "not-suspended", "规则没有暂停", "the rule is not suspended";
    /// An end in the past would rewrite what was decided under it.
    ends_in_the_past(on: Date) = "ends-in-the-past", "不能追溯到{on}", "it cannot end in the past, on {on}";
    /// Itself.
    supersedes_itself() = "supersedes-itself", "规则不能替代自己", "a rule cannot supersede itself";
    /// The vote failed.
    vote_failed() = "vote-failed", "表决没有通过", "the vote did not pass";
}
