//! Invented people: a roster of any size, the same every time.

use std::fmt::Write as _;

const SURNAMES: [&str; 24] = [
    "陈", "顾", "钱", "陆", "徐", "沈", "周", "黄", "蒋", "许", "丁", "吴", "朱", "赵", "杨", "季", "缪",
    "郁", "瞿", "施", "邵", "闵", "范", "茅",
];
const GIVEN_A: [&str; 20] = [
    "文", "建", "秀", "国", "玉", "志", "丽", "永", "春", "海", "桂", "雪", "明", "晓", "惠", "宏", "静",
    "益", "素", "振",
];
const GIVEN_B: [&str; 20] = [
    "华", "芳", "明", "英", "平", "兰", "军", "珍", "林", "娟", "峰", "萍", "根", "梅", "宝", "琴", "良",
    "燕", "康", "云",
];

/// One line of a roster, as the harness thinks of it.
#[derive(Debug, Clone)]
pub struct Line {
    /// The household's label.
    pub household: String,
    /// The person's name.
    pub name: String,
    /// Date of birth.
    pub birth_date: String,
    /// `female` or `male`.
    pub sex: &'static str,
    /// `local` or `non-local` registration.
    pub registration: &'static str,
    /// Lives here since.
    pub resident_since: &'static str,
    /// Whether a party member.
    pub party_member: bool,
    /// Whether the household's head.
    pub head: bool,
}

/// A roster of `households` households: two adults each, every third with a child, every tenth not registered here.
#[must_use]
pub fn people(households: usize) -> Vec<Line> {
    let mut lines = Vec::with_capacity(households * 3);
    for h in 0..households {
        let members = if h.is_multiple_of(3) { 3 } else { 2 };
        for m in 0..members {
            let n = h * 3 + m;
            let surname = SURNAMES[if m == 1 { (h * 7 + 5) % 24 } else { (h * 5) % 24 }];
            let name = format!("{surname}{}{}", GIVEN_A[(n * 7 + h) % 20], GIVEN_B[(n * 3 + h / 20) % 20]);
            let year = match m {
                0 => 1950 + h % 40,
                1 => 1952 + h % 40,
                _ => 2012 + h % 10,
            };
            lines.push(Line {
                household: format!("{}组{:03}户", h / 40 + 1, h % 40 + 1),
                name,
                birth_date: format!("{year}-{:02}-{:02}", n % 12 + 1, n % 28 + 1),
                sex: if m == 1 { "female" } else { "male" },
                registration: if h % 10 == 9 { "non-local" } else { "local" },
                resident_since: if h % 10 == 9 { "2023-09-01" } else { "2001-01-01" },
                party_member: (m == 0 && h.is_multiple_of(4)) || (m == 1 && h % 12 == 3),
                head: m == 0,
            });
        }
    }
    lines
}

/// A roster with exactly so many adults, none of them a child: what a worked example of the statute counts.
///
/// Adults are dealt to the households one by one, so some households have one more than others.
#[must_use]
pub fn adults(households: usize, adults: usize) -> Vec<Line> {
    let line = |n: usize| {
        let h = n % households;
        let round = n / households;
        Line {
            household: format!("{}组{:03}户", h / 40 + 1, h % 40 + 1),
            name: format!(
                "{}{}{}",
                SURNAMES[(h * 5 + round * 7) % 24],
                GIVEN_A[(n * 7 + round) % 20],
                GIVEN_B[(n / 20) % 20]
            ),
            birth_date: format!("{}-{:02}-{:02}", 1945 + n % 45, round % 12 + 1, n % 28 + 1),
            sex: if !(h + round).is_multiple_of(2) { "female" } else { "male" },
            registration: "local",
            resident_since: "2001-01-01",
            party_member: n.is_multiple_of(4),
            head: round == 0,
        }
    };
    (0..adults).map(line).collect()
}

/// The roster as the CSV file a clerk would upload.
#[must_use]
pub fn csv(lines: &[Line]) -> String {
    let mut text = String::from(
        "household,name,birth_date,sex,registration,resident_since,party_member,household_head,phone\n",
    );
    for line in lines {
        let Line { household, name, birth_date, sex, registration, resident_since, party_member, head } =
            line;
        // Writing to a String cannot fail.
        let _ = writeln!(
            text,
            "{household},{name},{birth_date},{sex},{registration},{resident_since},{party_member},{head},"
        );
    }
    text
}
