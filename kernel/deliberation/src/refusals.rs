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
    illegal_transition(zh: &str, en: &str) = "illegal-transition",
        "现在是“{zh}”，不能办理这一步", "this step does not come next: what it is about is {en}";
    /// A first step on something that exists.
    already_exists() = "already-exists", "已经存在，不能重复建立", "it exists already";
    /// A further step on something that does not exist.
    not_started() = "not-started", "尚未建立，不能办理这一步", "it does not exist yet";
    /// A rule forbids the step.
    forbidden_by_rule(zh: &str, en: &str) = "forbidden-by-rule",
        "现行规约不允许：{zh}", "a rule in force forbids this step: {en}";
    /// A rule asks for something that is not there.
    required_by_rule(zh: &str, en: &str) = "required-by-rule",
        "现行规约要求先补齐：{zh}", "a rule in force requires something first: {en}";
    /// The law handed in is not the one of the law date.
    wrong_law_text(text: &str, date: Date) = "wrong-law-text",
        "法律文本“{text}”在适用法律日{date}并不施行", "the law text “{text}” is not in force on the law date {date}";

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
    text_unchanged() = "text-unchanged", "再报须有修改：文本、金额、事项性质都没有变化", "a resubmitted proposal must be revised: neither its text nor its figures have changed";
    /// The question voted on is not the proposal's.
    question_changed() = "question-changed",
        "表决的问题与提议（文本、金额、规则版本或所废止的规则）不一致", "the question voted on is not the proposal's text, figures, rule version or rule to repeal";
    /// R4.
    not_returned_twice(returns: u32) = "not-returned-twice",
        "只退回{returns}次；第二次退回后才可提请代表会议主持人列入议程", "returned {returns} times; only after the second return may it be put to the chair";
    /// V4, V7, U4, R14.
    wrong_body(here_zh: &str, here_en: &str, right_zh: &str, right_en: &str) = "wrong-body",
        "这个事项不由{here_zh}决定，应由{right_zh}决定", "this is not for the {here_en} to decide: the {right_en} decides it";
    /// No act ends a text by a lesser body than the one that adopted it.
    lesser_body(here_zh: &str, here_en: &str, needed_zh: &str, needed_en: &str) = "lesser-body",
        "将被终止的规约是{needed_zh}通过的，{here_zh}不能终止它，应提交{needed_zh}决定",
        "the text that would end was adopted by the {needed_en}; the {here_en} cannot end it: submit it to the {needed_en}";
    /// Nothing more is decided about it.
    matter_is_over(zh: &str, en: &str) = "matter-is-over",
        "这个事项{zh}，不能再列入议程", "this matter is over ({en}) and comes on no agenda";
    /// Its next step is no vote.
    matter_not_ready(zh: &str, en: &str, body_zh: &str, body_en: &str) = "matter-not-ready",
        "这个事项现在是“{zh}”，还没有到{body_zh}表决的时候；先办完前面的步骤，再通知开会", "this matter is {en}: its next step is not a vote of the {body_en}; take the steps before it first, then call the sitting";
    /// Its next step is another body's vote.
    matter_of_another_body(body_zh: &str, body_en: &str, right_zh: &str, right_en: &str) = "matter-of-another-body",
        "这个事项由{right_zh}表决，不能列入{body_zh}的议程", "this matter is for the vote of the {right_en} and comes on no agenda of the {body_en}";
    /// Only what was opened without a charter takes one up.
    charter_pinned_already() = "charter-pinned-already",
        "这个事项立项时已有章程，始终适用那一份，不能改用", "this matter was opened under a charter and stays under it";
    /// V4, R14.
    authorisation_missing() = "authorisation-missing",
        "由代表会议决定，须有村(居)民会议的书面授权记录", "the representative assembly needs the assembly's recorded authorisation";
    /// V3, V6, U2, U3.
    petition_too_small(signatures: u64, needed: u64, unit_zh: &str, unit_en: &str, share_zh: &str, share_en: &str) = "petition-too-small",
        "联名的有{signatures}{unit_zh}，需要{needed}{unit_zh}（全体的{share_zh}），请补足后再登记",
        "{signatures} {unit_en} have signed, {needed} are needed ({share_en} of all): more have to sign";
    /// More signatures than there are people.
    petition_impossible() = "petition-impossible", "联名人数超过总人数", "more signatures than there are people to sign";
    /// R22.
    petition_of_others() = "petition-of-others",
        "本人账号只算本人一个签名；纸质联名册由工作人员录入", "an account signs for its owner alone: staff enter a sheet of signatures";
    /// R22.
    petition_unchecked() = "petition-unchecked",
        "录入联名册须写明由谁对照名册核对，核对人不能是录入人", "a sheet of signatures is entered with whoever checked it against the roll, who is not whoever enters it";
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
    notice_too_short(days: u16, earliest: Date, then_zh: &str, then_en: &str) = "notice-too-short",
        "应提前{days}日通知，最早可于{earliest}开会{then_zh}", "notice is {days} days: the earliest day is {earliest}{then_en}";
    /// A body sits once at a time.
    notice_exists(zh: &str, en: &str, on: Date) = "notice-exists",
        "{on}已经通知了一次{zh}，同一天不能再通知一次；请把事项放进另一天的会议，或者先取消那次会议", "a sitting of the {en} has been called for {on} already: choose another day, or cancel that one first";
    /// A body sits once at a time.
    body_is_sitting(zh: &str, en: &str, on: Date) = "body-is-sitting",
        "{on}的{zh}还没有散会；请先散会并存入纪要，再开下一次", "the sitting of the {en} of {on} has not been adjourned: adjourn it first";
    /// A matter is on one open agenda.
    on_another_agenda(zh: &str, en: &str, on: Date) = "on-another-agenda",
        "议程中有事项已经列入{on}的{zh}议程；请在那次会上表决，或者先取消那次会议", "a matter of this agenda is on that of the sitting of the {en} of {on}: let it be voted there, or cancel that sitting first";
    /// A day gone by.
    held_in_the_past(on: Date) = "held-in-the-past", "会议日期{on}已过", "{on} has passed";
    /// A notice keeps a matter from every other agenda; one for a mistyped year would keep it for good.
    held_too_far_ahead(on: Date, last: Date) = "held-too-far-ahead",
        "会议日期{on}太远，最晚可以通知到{last}；请核对年份", "{on} is too far ahead: a sitting is called for {last} at the latest; check the year";
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
        "代表会议组成不合法，补足之前不能表决：{what_zh}{had}人，组成人员{members}人中应有{needed}人；请先补选，或者提交村(居)民会议", "the assembly's make-up is not lawful and it does not vote until it is filled: {had} {what_en}, {needed} needed of {members}; fill the seats first, or submit the matter to the assembly of all";
    /// V1, V2: fixed when convened.
    mode_fixed() = "mode-fixed", "计数方式在召集时已经确定，不能改变", "the counting mode was fixed at convening";
    /// Not on the announced day.
    not_the_day(held_on: Date) = "not-the-day", "会议定于{held_on}召开，只能在当日开会", "the meeting was called for {held_on} and opens on that day only";
    /// R48: attendance and votes are of the day.
    sitting_is_over(on: Date) = "sitting-is-over",
        "这次会议是{on}的，当日已过：不能再签到、登记回避或者开始表决；请结束未完的表决并散会，没有表决的事项另行通知开会", "this sitting was of {on} and the day is over: nobody is checked in and no ballot opens any more; close what is open, adjourn, and call another sitting for what is left";
    /// R48.
    recess_out_of_range(days: u16, last: Date) = "recess-out-of-range",
        "休会续开的日期须在{days}日以内，最晚{last}；更晚的，请散会后另行通知", "a sitting goes on within {days} days, on {last} at the latest; for a later day adjourn it and call another";
    /// The application must bring the roll.
    roll_missing() = "roll-missing", "缺少当日名册", "the roll of the day is missing";
    /// Another body's roll, or another mode's.
    roll_of_another_body() = "roll-of-another-body", "名册与会议机构或计数方式不符", "the roll is not of this body and counting mode";
    /// The roll changed since the meeting opened.
    roll_changed() = "roll-changed",
        "名册与开会时的名册不一致：名册自开会时起固定，此后的变动只从下次会议起算", "the roll is not the one the meeting opened with: it is kept whole from the opening, and later changes touch the next sitting only";
    /// A stranger.
    not_on_the_roll() = "not-on-the-roll", "不在这次会议的名册上", "not on the roll of this meeting";
    /// Several people, several faults.
    people_at_fault(count: u64) = "people-at-fault",
        "名单中有{count}人不能登记，其余的人也没有登记；改正后再交一次", "{count} people of the list cannot be recorded, and nobody was; put the list right and send it again";
    /// R16.
    household_represented() = "household-represented", "该户已有代表到会，一户一名代表", "the household is represented already, by one person";
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
    /// R8: a member's own, or what the clerk writes down.
    recusal_not_theirs() = "recusal-not-theirs",
        "回避由本人申明，或者由工作人员登记他人提出的回避和会议的动议；不能替别人办理", "a member declares it, or the clerk records what another proposed or the body decided: nobody else enters it for them";
    /// R8.
    recusal_of_the_absent() = "recusal-of-the-absent",
        "本人没有到会，不能当场表示意见：由本人用自己的账号申明，或者由会议以动议决定", "the member is not in the room and cannot answer: they declare it on their own account, or the body decides by motion";
    /// R8.
    recusal_proposed_by_oneself() = "recusal-proposed-by-oneself",
        "提出人就是本人：请按本人申明登记", "the proposer is the member: record it as declared";
    /// R8.
    recusal_proposed_by_a_stranger() = "recusal-proposed-by-a-stranger",
        "提出回避的人不在这次会议的名册上", "whoever proposes a recusal is on the roll of this meeting";
    /// R8.
    recusal_proposed_from_outside() = "recusal-proposed-from-outside",
        "提出回避的人没有到会：回避由到会的人在会上提出", "whoever proposes a recusal is in the room and proposes it there";
    /// R8.
    recusal_proposed_already() = "recusal-proposed-already",
        "已有人提出：本人同意的，登记为本人申明；不同意或者没有表示的，由会议以动议决定", "it has been proposed already: where the member agrees, record it as declared; otherwise the body decides by motion";
    /// R8: a few are not the body.
    too_many_recused(zh: &str, en: &str, in_office: u64, recused: u64, left: u64, needed: u64) = "too-many-recused",
        "{zh}在任{in_office}人，这个事项回避{recused}人，能表决的只有{left}人，不足在任人员的法定人数{needed}：{zh}不能决定这个事项，请转为重大事项，提交代表会议或者村(居)民会议决定",
        "of {in_office} in office {recused} stand aside from this matter and {left} may vote, fewer than the quorum of {needed}: the {en} cannot decide it; make it a major matter and submit it to an assembly";
    /// R8.
    recusal_disputed() = "recusal-disputed",
        "本人有异议：由会议以动议决定，本人不参加该动议的表决，登记赞成、反对票数和记录", "the member disputes it: the body decides by motion, in which that member does not vote; record its counts and minutes";
    /// R8.
    nothing_to_dispute() = "nothing-to-dispute", "没有他人提出、尚未异议的回避", "nobody has proposed a recusal that could be disputed";
    /// R8.
    motion_counts_exceed(votes: u64, present: u64) = "motion-counts-exceed",
        "动议共{votes}票，除本人外到会的只有{present}人", "{votes} votes on the motion, but only {present} others are present";
    /// R8.
    motion_not_carried(yes: u64, present: u64) = "motion-not-carried",
        "动议赞成{yes}票，没有超过除本人外到会{present}人的半数：不回避", "{yes} for the motion is not more than half of the {present} others present: the member stays";
    /// Only what was announced.
    not_on_the_agenda() = "not-on-the-agenda",
        "这个事项不在会议通知的议程上，不能在这次会上表决；请另行通知开会", "this matter is not on the agenda that was announced and is not voted here: call a sitting on it";
    /// R46: what was announced is what is asked.
    question_not_announced() = "question-not-announced",
        "这个事项的文本在通知之后改过，与通知的不同，不能在这次会上表决；请以新文本另行通知开会", "the text has changed since notice was given of it and is not voted in this sitting: call one on the new text";
    /// R2.
    not_quorate(present: u64, in_office: u64, needed: u64) = "not-quorate",
        "应到{in_office}，实到{present}，不足{needed}，不能表决", "{present} of {in_office} are present, {needed} are needed: no vote";
    /// R5.
    council_terms_undeclared() = "council-terms-undeclared",
        "议事会的法定人数和通过比例由章程规定，这个事项适用的章程没有规定（或者立项时还没有章程），开了会也不能表决。请先制定章程，或者录入已有的章程并由镇（街道）确认；章程施行后，在事项页面办理“改用现行章程”，再通知开会", "the charter lays down the council's quorum and majority, and the one this matter is under does not (or there was none when it was opened): a sitting could not vote. Adopt a charter, or enter the one there is and have the town confirm it; once it is in force let the matter take it up, and call the sitting then";
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
    condition_unrecorded(zh: &str, en: &str) = "condition-unrecorded",
        "表决前须记明附加条件如何满足：{zh}", "before the vote a line on record must say how this condition is met: {en}";
    /// No such ballot.
    no_such_ballot() = "no-such-ballot", "没有这次表决", "there is no such ballot";
    /// Closed already.
    ballot_closed() = "ballot-closed", "表决已经结束", "the ballot is closed";
    /// Counts must add up.
    counts_exceed_present(votes: u64, present: u64, more: u64) = "counts-exceed-present",
        "计票{votes}，到会可表决{present}，多{more}；表决没有结束，请重新清点", "{votes} votes, {present} present who may vote: {more} too many. The ballot goes on; count again";
    /// Counts must add up.
    counts_do_not_add_up(accounted: u64, present: u64, apart_zh: &str, apart_en: &str) = "counts-do-not-add-up",
        "计票和未投合计{accounted}，到会可表决{present}，{apart_zh}；表决没有结束，请重新清点", "votes and those not voting make {accounted}, {present} are present who may vote: {apart_en}. The ballot goes on; count again";
    /// Nobody's silence is a vote, nor an abstention.
    voters_unaccounted_for(votes: u64, present: u64, missing: u64) = "voters-unaccounted-for",
        "到会可表决{present}，按姓名投票{votes}，另有{missing}人怎样表决没有说明：请登记现场计票，或者写明到会未投的人数。表决没有结束",
        "{present} are present who may vote and {votes} voted by name: say how the other {missing} voted by a count in the room, or that they did not vote. The ballot goes on";
    /// R48.
    counted_after_the_sitting(on: Date) = "counted-after-the-sitting",
        "会议在{on}召开，那一天已经过去：补登现场的计票或者未投人数，应附上会议记录", "the sitting was on {on}, which is over: a count of the room, or how many did not vote, is entered later only with its minutes";
    /// Two pairs of eyes.
    tellers_missing() = "tellers-missing", "现场计票须有两名以上计票、监票人员", "a hand count needs at least two tellers";
    /// R35.
    teller_presides() = "teller-presides", "主持人不能计票、监票", "whoever presides does not count";
    /// R35.
    teller_proposed() = "teller-proposed", "提议人不能计票、监票", "whoever proposed the matter does not count";
    /// R35.
    teller_is_recused() = "teller-is-recused", "回避的人不能计票、监票", "whoever stands aside from the item does not count";
    /// R35.
    teller_not_there() = "teller-not-there",
        "计票、监票人员须在名册上并已签到，或者是监督委员会成员", "tellers are on the roll and checked in, or of the supervision committee";
    /// Impossible counts.
    finding_impossible(zh: &str, en: &str) = "finding-impossible", "票数不成立：{zh}，请核对后再登记", "these counts cannot be: {en}; check them and enter them again";

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
    /// R15 is for what came before; from then on there is one way, the vote.
    attested_after_set_up(on: Date, set_up: Date) = "attested-after-set-up",
        "通过日期{on}不早于本社区在本平台建立之日{set_up}：此后制定规则须在本平台表决，不能录入", "{on} is not before {set_up}, the day the community was set up here: since then rules are adopted by vote, not by attestation";
    /// Effective before it was adopted.
    effective_before_adoption(on: Date) = "effective-before-adoption", "生效日早于通过日{on}", "it cannot have come into force before it was adopted on {on}";
    /// R32.
    effective_too_early(adopted: Date) = "effective-too-early",
        "规约不能在通过之前生效：通过日是{adopted}，请填这一天或者以后的日期", "no rule is in force before it was adopted: it was adopted on {adopted}, so give that day or a later one";
    /// R32, bounded.
    effective_too_late(adopted: Date, last: Date) = "effective-too-late",
        "规约通过于{adopted}，最迟自{last}起生效（通过后一年）；更晚生效的，请到时再表决", "it was adopted on {adopted} and begins on {last} at the latest, a year after it; what is to begin later is voted later";
    /// R15: what was on paper was in force by then.
    attested_begins_after_set_up(effective: Date, set_up: Date) = "attested-begins-after-set-up",
        "生效日期{effective}晚于本社区在本平台建立之日{set_up}：录入的是当时已经生效的文本；请核对日期，以后才生效的文本请起草后表决", "{effective} is after {set_up}, the day the community was set up here: what is entered from paper was in force by then; check the day, or draft the text and vote on it";
    /// R15: more than there can have been.
    attested_too_many(in_office: u64, most: u64) = "attested-too-many",
        "应到{in_office}超过本社区可能的人数或者户数（按名册计算，不超过{most}）；请核对会议记录", "{in_office} entitled are more than this community can have had ({most} at most, by its roster): check the minutes";
    /// Far fewer than there are people: a quorum of them is a quorum of nobody.
    attested_below_roster(in_office: u64, fewest: u64) = "attested-below-roster",
        "应到{in_office}远少于本社区的人数或者户数（按名册计算，不少于{fewest}）；请核对会议记录", "{in_office} entitled are far fewer than this community has ({fewest} at least, by its roster): check the minutes";
    /// V5, U3.
    attested_too_few(in_office: u64, fewest: u64) = "attested-too-few",
        "代表会议应到{in_office}人，少于依法至少应有的{fewest}人；请核对会议记录", "a representative assembly of {in_office} is smaller than the law allows, {fewest}: check the minutes";
    /// R14, R19.
    attested_without_authorisation() = "attested-without-authorisation",
        "由代表会议通过的规约，须有全体会议的授权决议；请录入该决议（日期、授权事项、期限）", "what representatives adopted rests on a resolution of the assembly that authorised them: enter it, with its day, subjects and last day";
    /// R32, and exactly one text at a time.
    effective_before_replaced(zh: &str, en: &str, began: Date) = "effective-before-replaced",
        "它所替代的《{zh}》自{began}起才生效，生效日不能早于这一天", "“{en}”, which it replaces, begins on {began}: it cannot begin before that day";
    /// A rule replaces only a rule of its own kind.
    replaces_another_kind(zh: &str, en: &str, old_zh: &str, old_en: &str, new_zh: &str, new_en: &str) = "replaces-another-kind",
        "《{zh}》是{old_zh}，不能由{new_zh}替代；请选同一种规约，或者不填“替代”", "“{en}” is {old_en} and cannot be replaced by {new_en}: name a text of the same kind, or none";
    /// What is named has ended, or never was in force.
    nothing_to_replace(zh: &str, en: &str) = "nothing-to-replace",
        "《{zh}》不在施行，没有什么可以替代的；请选一条现行规约，或者不填“替代”", "“{en}” is not in force, so there is nothing to replace: name a text that is, or none";
    /// A draft of another version of a standing text replaces that text.
    stands_already(zh: &str, en: &str) = "stands-already",
        "同名的《{zh}》正在施行，新文本只能替代它；要另外废止别的规约，请单独提请废止", "“{en}” of the same name stands, and a new version replaces that one; to end another text, propose its repeal";
    /// Two of what there is one of.
    another_awaits_promulgation(zh: &str, en: &str) = "another-awaits-promulgation",
        "《{zh}》已经表决通过，还没有颁布；先颁布它，再以它为基础重新起草，不能同时通过两个", "“{en}” has been adopted and waits to be promulgated: promulgate it first and draft anew against it; two cannot be adopted side by side";
    /// What was voted is not overtaken by anything but a later vote.
    voted_text_waits(zh: &str, en: &str) = "voted-text-waits",
        "《{zh}》已经表决通过，还没有颁布；请先颁布它，再办理这一步", "“{en}” has been adopted and waits to be promulgated: promulgate it first";
    /// Nothing is decided against an open vote.
    text_being_voted(zh: &str, en: &str) = "text-being-voted",
        "正在表决{zh}；表决结束以前，不能就同一规约作出别的决定", "{en} is being voted on: nothing else is decided on the same text until that vote has ended";
    /// Decided against what is in force when it is voted.
    replaces_changed(then_zh: &str, then_en: &str, now_zh: &str, now_en: &str) = "replaces-changed",
        "起草时现行的是{then_zh}，现在是{now_zh}：草案所替代的文本已经变了，请撤回后重新起草", "when this was drafted {then_en} was in force, now it is {now_en}: what it would replace has changed, so withdraw it and draft it anew";
    /// R15.
    attested_over_voted(zh: &str, en: &str) = "attested-over-voted",
        "《{zh}》是在本平台表决通过的，不能用录入的旧文本取代它；要修改，请起草后表决", "“{en}” was adopted by a vote here; a text entered from paper cannot take its place: draft a new one and vote on it";
    /// R15: one text on any day.
    attested_within(zh: &str, en: &str, until: Date) = "attested-within-another",
        "《{zh}》在{until}之前一直有效，录入的文本不能在那以前同时有效；{until}以后的，请起草后表决", "“{en}” was in force until {until}; a text entered from paper cannot have been in force beside it. For what comes after, draft a new one and vote on it";
    /// R15.
    attested_is_older(zh: &str, en: &str) = "attested-is-older",
        "现行的《{zh}》在同一天或者更晚生效，这份文本不能取代它", "“{en}”, which is in force, began on that day or later; this text cannot take its place";
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
    /// R23.
    no_recorded_failure() = "no-recorded-failure",
        "系统没有这条规约未能作答的记录，不能暂停。对内容有异议的，可以请镇（街道）责令改正，或者提请会议修改、废止",
        "the system has no record of this rule failing to answer, so it cannot be suspended; if its content is in dispute, ask the town to order its correction, or propose to amend or repeal it";
    /// R37.
    order_names_no_article() = "order-names-no-article",
        "责令改正须写明规约的哪一条违反了现行法律的哪一条", "an order to correct names the clause of the rule and the article of the law in force that it breaks";
    /// R23, R37: the town's own act.
    not_the_town() = "not-the-town",
        "因责令改正而暂停或者恢复，由镇（街道）办理", "suspending by an order to correct, and lifting it, is for the town";
    /// One line a day.
    failure_recorded() = "failure-recorded", "今天已经记录过这次失效", "this failure is on record for today already";
    /// Once is enough.
    filed_already() = "filed-already", "已经报送备案，不用再报", "it has been handed in for filing already";
    /// R36: the receiver's act.
    not_for_the_receiver() = "not-for-the-receiver",
        "签收备案由收到的机关办理：一般事项由“两委”签收，章程和规约由镇（街道）签收", "the receiver acknowledges a filing: the joint committees for an ordinary matter, the town for a charter or a rule";
    /// R36: nothing to acknowledge, or done already.
    nothing_to_acknowledge() = "nothing-to-acknowledge",
        "还没有报送备案，或者已经有备案回执", "nothing has been handed in, or there is a receipt already";
    /// T14 before the matter is closed.
    filing_missing() = "filing-missing",
        "规约还没有报送备案，先报送再办结", "the text has not been handed in for filing; hand it in before closing the matter";
    /// The act would contradict an open ballot.
    matter_being_voted(body_zh: &str, body_en: &str, on: Date) = "matter-being-voted",
        "这个事项正在{on}的{body_zh}上表决，表决结束之前不能办理这一步；请先结束表决", "this matter is being voted on in the sitting of the {body_en} of {on}: close that ballot first";
    /// The act would take from a sitting what it was announced to decide.
    matter_on_agenda(body_zh: &str, body_en: &str, on: Date) = "matter-on-agenda",
        "这个事项已经列入{on}的{body_zh}议程；请在会上表决，或者先取消这次会议", "this matter is on the agenda of the sitting of the {body_en} of {on}: let it be voted there, or cancel that sitting first";
    /// The sitting that takes it up could not vote: the consultation would still run.
    consultation_past_sitting(body_zh: &str, body_en: &str, on: Date) = "consultation-past-sitting",
        "这个事项已经列入{on}的{body_zh}议程；征求意见的截止日要早于这一天，或者先取消这次会议", "this matter is on the agenda of the sitting of the {body_en} of {on}: let the consultation end before that day, or cancel that sitting first";
    /// An end before its beginning would rewrite what was decided under it.
    ends_before_it_begins(on: Date) = "ends-before-it-begins", "结束日{on}早于它的生效日", "it cannot end on {on}, before it began";
    /// Itself.
    supersedes_itself() = "supersedes-itself", "规则不能替代自己", "a rule cannot supersede itself";
    /// The vote failed.
    vote_failed() = "vote-failed", "表决没有通过", "the vote did not pass";

    /// Once is enough, and whoever comes second is told who was first.
    already_corrected(on: Date, zh: &str, en: &str) = "already-corrected",
        "这件办件已在{on}由{zh}更正过：它带来的一切都已收回，不用再办", "this case was put right on {on} by {en}: all it brought about is taken back, and nothing is left to do";
    /// What is closed stays closed; only a mistake is put right.
    case_closed(on: Date, zh: &str, en: &str) = "case-closed",
        "这件办件已在{on}由{zh}办结；发现录错的，可以更正，新的情况另行办理", "this case was closed on {on} by {en}: a mistake in it can be put right, anything new is a case of its own";
    /// Nothing changes.
    assigned_already(name: &str) = "assigned-already", "这件办件本来就由{name}承办", "this case is with {name} already";
    /// Whoever had it is told why.
    reassigned_without_reasons(name: &str) = "reassigned-without-reasons",
        "这件办件由{name}承办，改派他人须写明理由", "this case is with {name}: giving it to somebody else needs reasons";
    /// Not of this case.
    no_such_task(task: crate::case::Item) = "no-such-task", "这件办件没有编号{task}的任务，请从任务列表里选", "this case has no task {task}: choose one of its list";
    /// Whoever comes second is told who was first.
    task_done_already(on: Date, zh: &str, en: &str) = "task-done-already",
        "这项任务已在{on}由{zh}登记完成", "this task was recorded as done on {on} by {en}";
    /// What was asked for comes first.
    tasks_not_done(count: usize) = "tasks-not-done",
        "还有{count}项任务没有完成，先办完任务再办结", "{count} tasks are not done: complete them before closing the case";
    /// Nothing named.
    no_points_named() = "no-points-named", "没有选择要收回的积分", "no points are named to be taken back";
    /// Not of this case.
    no_such_points(item: crate::case::Item) = "no-such-points", "这件办件没有编号{item}的积分，请从积分列表里选", "this case booked no points {item}: choose one of its list";
    /// Whoever comes second is told who was first.
    points_reversed_already(item: crate::case::Item, on: Date, zh: &str, en: &str) = "points-reversed-already",
        "编号{item}的积分已在{on}由{zh}收回", "the points {item} were taken back on {on} by {en}";
}
