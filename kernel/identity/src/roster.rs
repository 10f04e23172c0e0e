//! 名册变动 (changes of one person's entry in the roster): who has died, moved, come back or was written down wrongly.
//!
//! Nobody is ever taken out: ids, seats that were held, accounts and votes refer to a person for good. What changes is
//! from which day on the person counts (R18). Every change is an act with a reason, a paper that shows it, and a date.

use jiff::civil::Date;

use crate::bodies::SeatEndReason;
use crate::ids::HouseholdId;
use crate::person::{OffRoll, OffRollReason, Person, Sex};
use crate::refusal::Refusal;

crate::refusals! {
    /// What has not happened is not entered.
    change_in_the_future(on: Date) = "change-in-the-future",
        "{on}还没有到，发生之后再登记", "{on} is still to come; it is entered once it has happened";
    /// Before birth.
    change_before_birth(born: Date) = "change-before-birth",
        "日期早于出生日期{born}", "the day lies before the date of birth, {born}";
    /// A date of birth that nobody living can have.
    too_long_ago(born: Date) = "too-long-ago", "出生日期{born}太早，请核对", "nobody is that old: check the date of birth, {born}";
    /// Back before going.
    returned_before_leaving(off: Date) = "returned-before-leaving",
        "恢复的日期早于离开名册的日期{off}", "the day lies before that of leaving the roll, {off}";
    /// Already off the roll.
    off_roll_already(name: &str, on: Date) = "off-roll-already",
        "{name}自{on}起已不在名册上；登记有误的，请先登记“恢复”", "{name} is off the roll since {on}; where that is wrong, restore the entry first";
    /// Nothing to restore.
    on_roll_already(name: &str) = "on-roll-already", "{name}在名册上，不需要恢复", "{name} is on the roll; there is nothing to restore";
    /// A correction that changes nothing.
    nothing_corrected(name: &str) = "nothing-corrected",
        "没有写明要更正什么，或者与{name}现有的登记相同", "it says nothing that differs from what stands on the roster for {name}";
    /// Whoever counts here is not erased: rolls and quorums would not hold any more.
    erased_on_roll(name: &str) = "erased-on-roll",
        "{name}还在名册上，会议和表决的人数要算上；请先登记其去世或迁出，再清除资料",
        "{name} is on the roll, and meetings and votes count them; enter first that they died or moved away, then erase their data";
    /// Who holds an office is public as long as they hold it.
    erased_in_office(name: &str, seats: usize) = "erased-in-office",
        "{name}还担任{seats}个职务，任职期间必须公开；请先登记离任，再清除资料",
        "{name} holds {seats} seats, and who holds an office is public; end the seats first, then erase their data";
    /// The household is the one the person is in.
    same_household(name: &str) = "same-household", "{name}已经在这一户", "{name} is in that household already";
}

/// 变动 (what is changed). Dates are not in the future.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RosterChange {
    /// 离册: died, moved away, or stripped of political rights; off the roll from that day on.
    Leave {
        /// Why.
        because: OffRollReason,
        /// The first day on which the person no longer counts.
        on: Date,
    },
    /// 恢复: moved back, rights restored, or entered by mistake.
    Return {
        /// The day from which the person counts again.
        on: Date,
    },
    /// 更正: what was written down wrongly.
    Correct {
        /// The right name, normalised.
        name: Option<String>,
        /// The right date of birth.
        birth_date: Option<Date>,
        /// The right sex.
        sex: Option<Sex>,
    },
    /// 迁户: into another household of the community.
    Move {
        /// Which.
        household: HouseholdId,
        /// Since when.
        on: Date,
    },
}

impl RosterChange {
    /// The kebab-case word of the change.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Leave { because: OffRollReason::Died, .. } => "died",
            Self::Leave { because: OffRollReason::MovedAway, .. } => "moved-away",
            Self::Leave { because: OffRollReason::LostPoliticalRights, .. } => "lost-political-rights",
            Self::Leave { because: OffRollReason::NotAResident, .. } => "not-a-resident",
            Self::Return { .. } => "returned",
            Self::Correct { .. } => "corrected",
            Self::Move { .. } => "moved-household",
        }
    }

    /// Why the seats of the person end with it, where they do.
    #[must_use]
    pub const fn ends_seats(&self) -> Option<(Date, SeatEndReason)> {
        match self {
            Self::Leave { because, on } => {
                let because = match because {
                    OffRollReason::Died => SeatEndReason::Died,
                    OffRollReason::LostPoliticalRights => SeatEndReason::LostPoliticalRights,
                    OffRollReason::MovedAway | OffRollReason::NotAResident => SeatEndReason::MovedAway,
                };
                Some((*on, because))
            }
            Self::Return { .. } | Self::Correct { .. } | Self::Move { .. } => None,
        }
    }
}

impl Person {
    /// 清除资料: whether what is known of the person may be erased, who sits in so many bodies today.
    ///
    /// # Errors
    /// A [`Refusal`] for somebody who is on the roll or in office.
    pub fn may_be_erased(&self, seats: usize, today: Date) -> Result<(), Refusal> {
        if !self.is_off_roll_on(today) {
            return Err(erased_on_roll(&self.name));
        }
        if seats > 0 {
            return Err(erased_in_office(&self.name, seats));
        }
        Ok(())
    }

    /// The person after a change.
    ///
    /// # Errors
    /// A [`Refusal`] for a day to come or before birth, for somebody who is off the roll already or not off it, and
    /// for a change that changes nothing.
    pub fn changed(&self, change: &RosterChange, today: Date) -> Result<Self, Refusal> {
        let on = match change {
            RosterChange::Leave { on, .. } | RosterChange::Return { on } | RosterChange::Move { on, .. } => {
                *on
            }
            RosterChange::Correct { birth_date, .. } => birth_date.unwrap_or(self.birth_date),
        };
        if on > today {
            return Err(change_in_the_future(on));
        }
        if on < self.birth_date && !matches!(change, RosterChange::Correct { .. }) {
            return Err(change_before_birth(self.birth_date));
        }
        let mut after = self.clone();
        match change {
            RosterChange::Leave { because, on } => {
                if let Some(off) = self.off_roll {
                    return Err(off_roll_already(&self.name, off.on));
                }
                after.off_roll = Some(OffRoll { on: *on, because: *because });
            }
            RosterChange::Return { on } => {
                let Some(off) = self.off_roll else { return Err(on_roll_already(&self.name)) };
                if *on < off.on {
                    return Err(returned_before_leaving(off.on));
                }
                after.off_roll = None;
            }
            RosterChange::Correct { name, birth_date, sex } => {
                if let Some(born) = birth_date.filter(|&born| !could_live(born, today)) {
                    return Err(too_long_ago(born));
                }
                after.name.clone_from(name.as_ref().unwrap_or(&self.name));
                after.birth_date = birth_date.unwrap_or(self.birth_date);
                after.sex = sex.unwrap_or(self.sex);
                if after == *self {
                    return Err(nothing_corrected(&self.name));
                }
            }
            RosterChange::Move { household, .. } => {
                if let Some(off) = self.off_roll {
                    return Err(off_roll_already(&self.name, off.on));
                }
                if *household == self.household {
                    return Err(same_household(&self.name));
                }
                after.household = *household;
            }
        }
        Ok(after)
    }
}

/// Whether somebody born on this day can be alive: the longest life on record is 122 years.
#[must_use]
pub fn could_live(born: Date, today: Date) -> bool {
    const OLDEST: i16 = 130;
    today.year() - born.year() <= OLDEST
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::person::Registration;

    const TODAY: Date = date(2026, 5, 20);

    fn grandfather() -> Person {
        Person {
            id: "per_0197a0b2-0000-7000-8000-000000000001".parse().expect("id"),
            name: "郁谷雨".to_owned(),
            birth_date: date(1951, 3, 8),
            registration: Registration::Local,
            household: "hh_0197a0b2-0000-7000-8000-000000000001".parse().expect("id"),
            resident_since: date(1951, 3, 8),
            party_member: true,
            sex: Sex::Male,
            phone: None,
            off_roll: None,
        }
    }

    /// There was no way to say that somebody had died: bases only grew.
    #[test]
    fn whoever_dies_is_off_the_roll_once_and_comes_back_only_as_a_mistake() {
        let leave = RosterChange::Leave { because: OffRollReason::Died, on: date(2026, 5, 2) };
        let died = grandfather().changed(&leave, TODAY).expect("entered");
        assert_eq!((died.id, &died.name), (grandfather().id, &grandfather().name));
        assert!(died.counts_on(date(2026, 5, 1)) && !died.counts_on(date(2026, 5, 2)));
        let twice = died.changed(&leave, TODAY).expect_err("once");
        assert_eq!(twice.code, "off-roll-already");
        assert!(twice.message_zh.contains("郁谷雨自2026-05-02起"), "{}", twice.message_zh);
        let back = died.changed(&RosterChange::Return { on: TODAY }, TODAY).expect("a mistake");
        assert_eq!(back, grandfather());
        let code = |change: &RosterChange| grandfather().changed(change, TODAY).expect_err("refused").code;
        assert_eq!(code(&RosterChange::Return { on: TODAY }), "on-roll-already");
        let future = RosterChange::Leave { because: OffRollReason::MovedAway, on: date(2026, 5, 21) };
        assert_eq!(code(&future), "change-in-the-future");
        let early = RosterChange::Leave { because: OffRollReason::Died, on: date(1951, 3, 7) };
        assert_eq!(code(&early), "change-before-birth");
    }

    #[test]
    fn a_correction_and_a_move_keep_the_person() {
        let nothing =
            RosterChange::Correct { name: Some("郁谷雨".to_owned()), birth_date: None, sex: None };
        assert_eq!(grandfather().changed(&nothing, TODAY).expect_err("nothing").code, "nothing-corrected");
        let born = RosterChange::Correct { name: None, birth_date: Some(date(1950, 3, 8)), sex: None };
        let corrected = grandfather().changed(&born, TODAY).expect("corrected");
        assert_eq!((corrected.id, corrected.birth_date), (grandfather().id, date(1950, 3, 8)));
        let other: HouseholdId = "hh_0197a0b2-0000-7000-8000-000000000002".parse().expect("id");
        let moving = RosterChange::Move { household: other, on: TODAY };
        let moved = grandfather().changed(&moving, TODAY).expect("moved");
        assert_eq!((moved.id, moved.household), (grandfather().id, other));
        assert_eq!(moved.changed(&moving, TODAY).expect_err("there already").code, "same-household");
    }
}
