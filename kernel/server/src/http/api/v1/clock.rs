//! 时钟 (the clock): what day it is for this installation, and setting a simulated one forward.

use jiff::{SignedDuration, Timestamp};
use yishi_app::context::civil_day;
use yishi_app::views::ClockView;
use yishi_app::{AppError, OpContext};
use yishi_edge::{Problem, codes};
use yishi_identity::Action;
use yishi_identity::policy::Scope;

use super::prelude::*;
use crate::clock::ClockError;
use crate::http::fault::Fault;

pub(super) fn routes() -> Routes {
    Routes::new().routes(routes!(now)).routes(routes!(set))
}

/// Where to set a simulated clock. Exactly one of the two.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Setting {
    /// RFC 3339, with an offset.
    #[schema(value_type = Option<String>, format = DateTime)]
    now: Option<Timestamp>,
    /// So many whole days forward.
    #[schema(minimum = 1, maximum = 3660)]
    advance_days: Option<u16>,
}

/// 现在 (the instant and the civil day of this installation).
#[utoipa::path(get, path = "/api/v1/clock", tag = "clock", responses((status = 200, body = ClockView)))]
async fn now(State(server): State<Arc<Server>>, caller: Caller) -> Reply {
    reply::json(StatusCode::OK, &view(&server, &caller.ctx))
}

/// 拨快模拟时钟 (only where the installation runs on one; only the city: the clock is everybody's).
#[utoipa::path(post, path = "/api/v1/simulated-clock", tag = "clock", request_body = Setting, responses((status = 200, body = ClockView)))]
async fn set(State(server): State<Arc<Server>>, mut caller: Caller, Json(setting): Json<Setting>) -> Reply {
    let clock = server.simulated().ok_or_else(|| Problem::new(&codes::NOT_FOUND))?;
    let actor = &caller.ctx.actor;
    if actor.account.is_none() {
        return Err(AppError::NotSignedIn.into());
    }
    if !yishi_identity::permits(actor, Action::SetSimulatedClock, &Scope::City, None) {
        return Err(AppError::not_permitted(Action::SetSimulatedClock).into());
    }
    let to = match (setting.now, setting.advance_days) {
        (Some(now), None) => now,
        (None, Some(days)) => caller.ctx.now + SignedDuration::from_hours(24 * i64::from(days)),
        _ => {
            return Err(AppError::field(
                "/now",
                "one-of",
                "`now` 与 `advance_days` 须给且只给一个",
                "give exactly one of `now` and `advance_days`",
            )
            .into());
        }
    };
    match clock.set(to) {
        Ok(()) => {}
        Err(ClockError::Backward { now }) => {
            return Err(AppError::field(
                "/now",
                "backward",
                format!("时钟只能向前拨，现在是 {now}"),
                format!("the clock only goes forward; it stands at {now}"),
            )
            .into());
        }
        Err(error) => return Err(Fault::from(AppError::internal(error))),
    }
    caller.ctx.now = server.app().now();
    caller.ctx.today = civil_day(caller.ctx.now);
    reply::json(StatusCode::OK, &view(&server, &caller.ctx))
}

fn view(server: &Server, ctx: &OpContext) -> ClockView {
    ClockView {
        now: ctx.now.to_string(),
        today: ctx.today.to_string(),
        simulated: server.simulated().is_some(),
    }
}
