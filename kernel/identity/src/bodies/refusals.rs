//! What is refused of an election or of the end of a seat, in words for a clerk: names, figures, and what to do.

use jiff::civil::Date;

crate::refusals! {
    /// Two bodies are made of others, and the assembly of everybody has no seats.
    body_has_no_seats() = "body-has-no-seats",
        "该机构没有单独的席位：“两委”由党组织和村(居)委会组成，村(居)民会议由全体成年居民组成", "this body has no seats of its own";
    /// Nobody is named.
    seats_missing() = "seats-missing", "没有写明当选人", "nobody is named";
    /// A term that ends before it begins.
    term_backwards() = "term-backwards", "任期截止日早于起始日", "the term ends before it begins";
    /// An election is recorded after it was held.
    election_in_the_future(held_on: Date) = "election-in-the-future",
        "选举日{held_on}还没有到，选举结果在选举之后登记", "the election of {held_on} has not been held yet; its result is recorded afterwards";
    /// Nobody is in office before they were elected.
    term_before_election(held_on: Date) = "term-before-election",
        "任期不能早于选举日{held_on}开始", "a term does not begin before the election on {held_on}";
    /// V22, U16.
    term_length(body_zh: &str, body_en: &str, years: u16, last: Date) = "term-length",
        "{body_zh}每届任期{years}年，自选举日起算，任期截止日应为{last}", "a term of the {body_en} is {years} years from the election: it ends on {last}";
    /// V17, U18: the rest of the term.
    by_election_term(body_zh: &str, body_en: &str, last: Date) = "by-election-term",
        "{body_zh}现有成员任期到{last}，补选的任期也到这一天；如果是换届，请从现任届满后起算，或者先登记现任离任",
        "those in office in the {body_en} serve until {last}, and so does whoever fills a vacancy; a new term begins after theirs";
    /// V5, V19, U3, U12: as the committee.
    term_unlike_committee(last: Date) = "term-unlike-committee",
        "任期与村(居)民委员会相同，截止日应为{last}", "the term is that of the residents' committee and ends on {last}";
    /// V22, U15.
    committee_size(body_zh: &str, body_en: &str, min: u32, max: u32, size: u64) = "committee-size",
        "{body_zh}由{min}至{max}人组成，登记后为{size}人", "the {body_en} has {min} to {max} members; this would make it {size}";
    /// V22, U15.
    committee_without_women(body_zh: &str, body_en: &str) = "committee-without-women",
        "{body_zh}成员中应当有妇女，登记后一名也没有", "there must be a woman among the members of the {body_en}; this would leave none";
    /// V5, U3; R26.
    representatives_too_few(had: u64, needed: u64, reach: u64, members: u64) = "representatives-too-few",
        "代表会议登记后共{members}人，其中代表应不少于{needed}人，现为{had}人（兼任村(居)委会成员的，算作村(居)委会成员）；请增选代表，只增不减的须选到{reach}人；户数少、按户推选不到这么多的，由各村民小组推选",
        "the assembly would have {members} members, of whom {needed} must be representatives; there are {had} (whoever sits on the committee too counts as committee). Elect more, {reach} in all if nobody leaves; where there are too few households to choose so many, the groups choose them";
    /// V5; R26.
    women_representatives_too_few(had: u64, needed: u64, reach: u64, members: u64) = "women-representatives-too-few",
        "代表会议登记后共{members}人，其中妇女代表应不少于{needed}人，现为{had}人（兼任村(居)委会成员的不计）；请增选妇女代表，只增不减的须选到{reach}人",
        "the assembly would have {members} members, of whom {needed} must be women representatives; there are {had} (committee members do not count). Elect more women, {reach} in all if nobody leaves";
    /// V5.
    representatives_per_household(had: u64, least: u64, most: u64, households: u64) = "representatives-per-household",
        "按户推选代表的，{households}户应有{least}至{most}名代表，登记后为{had}名；由各村民小组推选的，请把产生方式写为“村民小组推选”",
        "chosen by households, {households} households have {least} to {most} representatives; this would make {had}. Where groups chose them, say so";
    /// Not on the community's roster.
    not_a_member() = "not-a-member", "当选人不在名册上，请先在名册中登记此人", "somebody elected is not on the roster; enter them there first";
    /// R18, R30.
    not_a_resident(name: &str, since: Date) = "not-a-resident",
        "{name}自{since}起已不在本村(社区)名册上，不能担任这一职务", "{name} is off the roll since {since} and cannot hold this seat";
    /// Dead.
    has_died(name: &str, on: Date) = "has-died", "{name}已于{on}去世", "{name} died on {on}";
    /// 18.
    not_an_adult(name: &str) = "not-an-adult", "{name}未满十八周岁", "{name} is not yet 18";
    /// One seat each.
    seated_twice(name: &str) = "seated-twice",
        "{name}在同一任期已有本机构席位", "{name} has a seat in this body in that term already";
    /// 设主任1人.
    second_chair() = "second-chair", "同一任期只设主任一人", "a body has one chair at a time";
    /// 副主任1人, in the council.
    second_vice_chair() = "second-vice-chair", "议事会同一任期只设副主任一人", "the council has one vice-chair at a time";
    /// The party organisation is made of party members.
    not_a_party_member(name: &str) = "not-a-party-member", "{name}不是中共党员", "{name} is not a party member";
    /// G9.
    council_not_so_elected() = "council-not-so-elected",
        "议事会成员由村(居)民代表会议选举产生；没有代表会议的，由村(居)民会议选举", "the representative assembly elects the council, or the assembly where there is none";
    /// V19, U12: somebody who carries out is to supervise.
    supervisor_on_committee(name: &str) = "supervisor-on-committee",
        "{name}是村(居)委会成员，不得担任监督委员会成员", "{name} is on the residents' committee and cannot supervise it";
    /// V19, U12, the other way round.
    supervisor_elected_to_committee(name: &str) = "supervisor-elected-to-committee",
        "{name}现在是监督委员会成员，不得同时担任村(居)委会成员；请先登记其离任监督委员会",
        "{name} is on the supervision committee and cannot be on the committee it supervises; end that seat first";
    /// A norm put as 一般, 左右 or 原则上 is not followed, and nobody says why.
    advisory_needs_reason(zh: &str, en: &str) = "advisory-needs-reason",
        "{zh}。这是一般要求，可以不一致，但须写明理由", "{en}. This is what is usual: it may be otherwise once a reason is written";
    /// No such seat.
    no_such_seat() = "no-such-seat", "该日没有这个席位", "nobody holds that seat on that day";
}
