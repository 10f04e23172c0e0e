//! 居民与户 (persons and households). Personal data: kept in the roster's own tables, never in the record.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use yishi_words::coded;

use crate::ids::{HouseholdId, PersonId};

coded! {
    /// 户籍 / 非户籍 (whether the person's household registration is here). Both take part in drafting rules.
    pub enum Registration: "registration" {
        /// 户籍居民.
        Local = "local",
        /// 非户籍居民.
        NonLocal = "non-local",
    }
}

coded! {
    /// 性别, as registered: the law counts women representatives (V5).
    pub enum Sex: "sex" {
        /// 女.
        Female = "female",
        /// 男.
        Male = "male",
    }
}

/// 居民 (a member of the community).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    /// Id in every record.
    pub id: PersonId,
    /// 姓名, as [`normalise_name`](crate::names::normalise_name) gives it.
    pub name: String,
    /// 出生日期.
    pub birth_date: Date,
    /// 户籍 / 非户籍.
    pub registration: Registration,
    /// 所属户.
    pub household: HouseholdId,
    /// 居住起始日.
    pub resident_since: Date,
    /// 中共党员.
    pub party_member: bool,
    /// 性别.
    pub sex: Sex,
    /// 电话, in case the person gave one.
    pub phone: Option<String>,
    /// 离册: from when on the person is on no roll, and why.
    pub off_roll: Option<OffRoll>,
}

/// 离册 (off the roll by a dated entry; R18). The person's id, seats that were held, account and votes stay.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct OffRoll {
    /// The first day on which the person no longer counts.
    pub on: Date,
    /// Why.
    pub because: OffRollReason,
}

coded! {
    /// 离册原因.
    pub enum OffRollReason: "off-roll" {
        /// 去世.
        Died = "died",
        /// 迁出.
        MovedAway = "moved-away",
        /// 被剥夺政治权利.
        LostPoliticalRights = "lost-political-rights",
        /// 不是本村(社区)居民: known here for an office held by paper and dates only (R30).
        NotAResident = "not-a-resident",
    }
}

/// 户 (a household).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Household {
    /// Id in every record.
    pub id: HouseholdId,
    /// 门牌 or group and number, for people.
    pub label: String,
    /// 户主.
    pub head: Option<PersonId>,
}

/// 成年 (the age from which a resident counts in the assembly; V1, U1).
pub const ADULT_AGE: u16 = 18;

impl Person {
    /// 周岁 (full years of age on a date); 0 before birth.
    ///
    /// A year is full on the birthday itself; someone born on 29 February completes it on 1 March of a common year,
    /// since the day they were born on does not come.
    #[must_use]
    pub fn age_on(&self, date: Date) -> u16 {
        let born = self.birth_date;
        let had_birthday = (date.month(), date.day()) >= (born.month(), born.day());
        let years = i32::from(date.year()) - i32::from(born.year()) - i32::from(!had_birthday);
        u16::try_from(years).unwrap_or(0)
    }

    /// 十八周岁以上 (18 or older on a date).
    #[must_use]
    pub fn is_adult_on(&self, date: Date) -> bool {
        self.age_on(date) >= ADULT_AGE
    }

    /// 计入名册 (whether the person counts on a date: of age, living here, and not off the roll; V1, U1, R18).
    #[must_use]
    pub fn counts_on(&self, date: Date) -> bool {
        self.is_adult_on(date) && self.lives_here_on(date) && !self.is_off_roll_on(date)
    }

    /// 已故 (whether a dated entry says that the person has died by a date).
    #[must_use]
    pub fn has_died_by(&self, date: Date) -> bool {
        self.off_roll.is_some_and(|off| off.because == OffRollReason::Died && off.on <= date)
    }

    /// Whether a dated entry has taken the person off the roll by a date.
    #[must_use]
    pub fn is_off_roll_on(&self, date: Date) -> bool {
        self.off_roll.is_some_and(|off| off.on <= date)
    }

    /// Whether the person already lives here on a date.
    #[must_use]
    pub fn lives_here_on(&self, date: Date) -> bool {
        self.resident_since <= date
    }

    /// 居住月数 (full months lived here on a date).
    #[must_use]
    pub fn resident_months_on(&self, date: Date) -> u32 {
        let since = self.resident_since;
        let months = (i32::from(date.year()) - i32::from(since.year())) * 12 + i32::from(date.month())
            - i32::from(since.month())
            - i32::from(date.day() < since.day());
        u32::try_from(months).unwrap_or(0)
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn person(birth_date: Date, resident_since: Date) -> Person {
        Person {
            id: "per_0197a0b2-0000-7000-8000-000000000001".parse().expect("id"),
            name: "王建国".to_owned(),
            birth_date,
            registration: Registration::Local,
            household: "hh_0197a0b2-0000-7000-8000-000000000001".parse().expect("id"),
            resident_since,
            party_member: false,
            sex: Sex::Male,
            phone: None,
            off_roll: None,
        }
    }

    #[test]
    fn a_year_is_full_on_the_birthday() {
        let p = person(date(2008, 3, 1), date(2020, 1, 31));
        assert!(!p.is_adult_on(date(2026, 2, 28)));
        assert!(p.is_adult_on(date(2026, 3, 1)));
        let leap = person(date(2008, 2, 29), date(2020, 1, 31));
        assert!(!leap.is_adult_on(date(2026, 2, 28)));
        assert!(leap.is_adult_on(date(2026, 3, 1)));
        assert_eq!(p.age_on(date(2000, 1, 1)), 0);
    }

    /// A dead or departed person counted in every base for ever: nothing said when somebody is off the roll.
    #[test]
    fn nobody_counts_from_the_day_they_are_off_the_roll() {
        let mut p = person(date(1951, 3, 8), date(1951, 3, 8));
        assert!(p.counts_on(date(2026, 5, 2)));
        p.off_roll = Some(OffRoll { on: date(2026, 5, 2), because: OffRollReason::Died });
        assert!(p.counts_on(date(2026, 5, 1)));
        assert!(!p.counts_on(date(2026, 5, 2)));
    }

    #[test]
    fn months_lived_here_are_full_months() {
        let p = person(date(1980, 1, 1), date(2025, 11, 30));
        assert_eq!(p.resident_months_on(date(2026, 1, 29)), 1);
        assert_eq!(p.resident_months_on(date(2026, 1, 30)), 2);
        assert_eq!(p.resident_months_on(date(2025, 1, 1)), 0);
    }
}
