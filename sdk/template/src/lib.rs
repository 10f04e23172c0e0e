//! 活动室借用细则 (who may use the common room, and how long): a whole plugin to copy.

use serde::{Deserialize, Serialize};
use yishi_sdk::prelude::*;

struct CommonRoom;

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
struct Settings {
    longest_hours: u32,
    rest_days: i64,
}

/// The form of a request, and the record that remains of it.
#[derive(Deserialize, Serialize)]
struct Booking {
    date: Date,
    hours: u32,
}

impl ImplementationRule for CommonRoom {
    type Settings = Settings;

    fn handle(ctx: &Context<Settings>, event: &CaseEvent) -> Result<Outcome, Finding> {
        let asked: Booking = event.read().map_err(|fault| fault.cite(["操作-1"]))?;
        let Settings { longest_hours, rest_days } = ctx.settings;

        if asked.hours > longest_hours {
            let message = (
                format!("每次借用不超过{longest_hours}小时"),
                format!("the room is lent for at most {longest_hours} hours at a time"),
            );
            return Err(Finding::forbid("too-long", message, ["标准-1"]));
        }
        let last = records::latest::<Booking>("booking", &event.subject, 1).pop();
        if last.is_some_and(|last| last.date.days_until(asked.date).abs() < rest_days) {
            let message = (
                format!("同一户两次借用至少相隔{rest_days}天，请改约日期"),
                format!(
                    "two bookings of one household are at least {rest_days} days apart; choose another day"
                ),
            );
            return Err(Finding::require("too-soon", message, ["标准-2"]));
        }
        let message =
            ("已登记，请按时使用并恢复整洁", "booked; please keep to the time and leave the room tidy");
        let posted = (
            format!("活动室{}已有人借用", asked.date),
            format!("The common room is taken on {}", asked.date),
        );
        Ok(Outcome::stage("booked", message, ["操作-1", "奖惩-1"])
            .record("booking", &event.subject, &asked)
            .publish(posted, 1, ["公开-1"]))
    }
}

yishi_sdk::implementation_rule!(CommonRoom);
