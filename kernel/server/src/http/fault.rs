//! 错误的样子 (how errors look): the application's one taxonomy as problem documents.

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use jiff::Timestamp;
use serde_json::{Value, json};
use yishi_app::{App, AppError, Behind};
use yishi_edge::{Problem, Words, codes, etag, idempotency};
use yishi_identity::Capacity;
use yishi_identity::policy::Right;
use yishi_law::{Authority, BodyKind, CommunityKind, Law, Titles};

/// What a handler answers when it does not succeed.
#[derive(Debug)]
pub struct Fault(pub Problem);

impl From<Problem> for Fault {
    fn from(problem: Problem) -> Self {
        Self(problem)
    }
}

impl From<AppError> for Fault {
    fn from(error: AppError) -> Self {
        Self(problem(error))
    }
}

impl IntoResponse for Fault {
    fn into_response(self) -> Response {
        self.0.into_response()
    }
}

/// The problem document of an application error that cites no rule.
pub fn problem(error: AppError) -> Problem {
    titled(error, &|_| None)
}

/// The problem document of what a use case did not do: the rules it cites by their titles.
pub async fn told(app: &App, error: AppError) -> Problem {
    let titles = app.titles_of(error.authorities()).await;
    titled(error, &|component| titles.get(component).cloned())
}

fn titled(error: AppError, titles: &Titles<'_>) -> Problem {
    match error {
        AppError::NotFound { .. } => Problem::new(&codes::NOT_FOUND),
        AppError::NotSignedIn => Problem::new(&codes::UNAUTHENTICATED),
        AppError::WrongCredentials => Problem::with(
            StatusCode::UNAUTHORIZED,
            "wrong-credentials",
            Words::new("用户名或密码错误", "the login or the password is wrong"),
        ),
        AppError::NotPermitted(right) => not_permitted(right, None),
        AppError::NotPermittedOf(right, body, kind) => not_permitted(right, Some((body, kind))),
        AppError::Invalid(fields) => Problem::fields(fields),
        AppError::Refused(refusal) => {
            let refusal = *refusal;
            let said = Words::new(refusal.message_zh, refusal.message_en);
            let mut problem = Problem::with(StatusCode::CONFLICT, refusal.code, said);
            if !refusal.people.is_empty() {
                let people = refusal.people.iter().map(
                    |(person, why)| json!({ "person": person.to_string(), "why": why.zh, "why_en": why.en }),
                );
                problem = problem.member("people", people.collect::<Value>());
            }
            let members = [
                ("step", refusal.step.and_then(|step| serde_json::to_value(step).ok())),
                ("about", refusal.about.map(|about| about.0.into())),
                ("attempted", refusal.attempted.map(Value::from)),
                ("state", refusal.state.map(Value::from)),
            ];
            for (name, value) in members {
                problem = value.into_iter().fold(problem, |problem, value| problem.member(name, value));
            }
            if !refusal.allowed.is_empty() || refusal.code == "illegal-transition" {
                problem = problem.member("allowed", refusal.allowed);
            }
            cited(problem, &refusal.by, titles)
        }
        AppError::RuleRefused { code, zh, en, by } => {
            let status = if code == "not-on-roll" { StatusCode::FORBIDDEN } else { StatusCode::CONFLICT };
            cited(Problem::with(status, code, Words::new(zh, en)), &by, titles)
        }
        AppError::Conflict { code, zh, en } => Problem::with(StatusCode::CONFLICT, code, Words::new(zh, en)),
        AppError::Unanswered { count } => Problem::with(
            StatusCode::CONFLICT,
            "comments-unanswered",
            Words::new(
                format!("还有 {count} 条意见没有答复，逐条答复后才能结束征求意见"),
                format!("{count} comments have no answer yet; answer each before the consultation is closed"),
            ),
        )
        .member("unanswered", count),
        AppError::Stale { current } => etag::stale(current),
        AppError::Gate(failure) => {
            let failure = *failure;
            use yishi_rulebook::FailureCode::{NotLoaded, Unavailable};
            let busy = matches!(failure.code, Unavailable | NotLoaded);
            let status = if busy { StatusCode::SERVICE_UNAVAILABLE } else { StatusCode::CONFLICT };
            let title = Words::new(failure.message_zh, failure.message_en);
            let problem = Problem::with(status, failure.code.as_str(), title)
                .member("rule", failure.plugin)
                .member("component", failure.digest.to_string());
            if busy { problem.retry_after(2) } else { problem }
        }
        AppError::Plugin(refusal) => {
            let refusal = *refusal;
            // What this host could not do is no fault of the file.
            let busy = refusal.code == yishi_rulebook::RefusalCode::Unavailable;
            let status =
                if busy { StatusCode::SERVICE_UNAVAILABLE } else { StatusCode::UNPROCESSABLE_ENTITY };
            let title = Words::new(refusal.message_zh, refusal.message_en);
            let problem = Problem::with(status, refusal.code.as_str(), title)
                .member("particulars", refusal.detail_zh)
                .member("particulars_en", refusal.detail);
            if busy { problem.retry_after(5) } else { problem }
        }
        AppError::LineFull(full) => line_full(full),
        AppError::KeyReused => idempotency::mismatch(),
        AppError::Busy => Problem::new(&codes::UNAVAILABLE).retry_after(1),
        AppError::StorageFull => Problem::with(
            StatusCode::SERVICE_UNAVAILABLE,
            codes::STORAGE_FULL.code,
            Words::new(codes::STORAGE_FULL.zh, codes::STORAGE_FULL.en),
        )
        .retry_after(5),
        AppError::ClockBehind(behind) => clock_behind(behind),
        AppError::StorageDamaged(what) => {
            tracing::error!(%what, "storage is damaged");
            Problem::new(&codes::STORAGE_DAMAGED)
        }
        AppError::Internal(source) => {
            tracing::error!(error = %chain(&*source), "internal error");
            Problem::new(&codes::INTERNAL)
        }
        // `Replayed` is an answer and is taken out before (see `reply`); anything else is our own fault.
        other => {
            tracing::error!(error = %other, "an application error nobody translated");
            Problem::new(&codes::INTERNAL)
        }
    }
}

/// What is said while the machine's clock shows a time that has passed. Nobody but whoever runs the machine can mend it;
/// everybody may go on reading.
fn clock_behind(behind: Behind) -> Problem {
    /// Longer than this nobody need wait to be told again.
    const LONGEST: i64 = 3600;
    let seconds = behind.reached.duration_since(behind.shown).as_secs().clamp(1, LONGEST);
    Problem::new(&codes::CLOCK_BEHIND)
        .detail(Words::new(
            format!(
                "服务器时钟显示 {}，而系统已经办理到 {}。记录的时间不能倒退，所以暂停登记和投票，查阅不受影响。请联系系统管理员校准服务器时钟，校准后即可继续。",
                words_of(behind.shown),
                words_of(behind.reached)
            ),
            format!(
                "the server's clock shows {}, and time here has reached {}. The time of the record never runs back, so nothing is entered and no vote is taken for now; reading goes on. Ask whoever runs the server to set its clock right; then everything goes on.",
                words_of(behind.shown),
                words_of(behind.reached)
            ),
        ))
        .retry_after(u64::try_from(seconds).unwrap_or(1))
}

/// An instant as people here read it.
fn words_of(at: Timestamp) -> String {
    let beijing = jiff::tz::Offset::constant(8).to_datetime(at);
    beijing.strftime("%Y-%m-%d %H:%M:%S (UTC+8)").to_string()
}

/// Says what was asked and who may do it.
fn not_permitted(right: Right, of: Option<(BodyKind, CommunityKind)>) -> Problem {
    let who: Vec<Capacity> = right.who(of.map(|(body, _)| body)).collect();
    let name = |capacity: &Capacity| match of {
        Some((_, kind)) => capacity.term_in(kind),
        None => capacity.term(),
    };
    let zh: Vec<&str> = who.iter().map(|capacity| name(capacity).zh).collect();
    let en: Vec<&str> = who.iter().map(|capacity| name(capacity).en).collect();
    let (body_zh, body_en) = match of {
        Some((body, kind)) => {
            let name = body.term_in(kind);
            (format!("（{}）", name.zh), format!(" of the {}", name.en))
        }
        None => Default::default(),
    };
    let detail = Words::new(
        format!("“{}”{body_zh}由以下人员办理：{}", right.term().zh, zh.join("、")),
        format!("“{}”{body_en} is for: {}", right.term().en, en.join(", ")),
    );
    Problem::new(&codes::NOT_PERMITTED).detail(detail).member("right", right.code)
}

/// Whose line of checks is full, and when to come back.
fn line_full(full: yishi_app::Full) -> Problem {
    const SECONDS: u64 = 10;
    let (status, whose_zh, whose_en) = match full {
        yishi_app::Full::Community => (StatusCode::TOO_MANY_REQUESTS, "本村（社区）", "this community"),
        yishi_app::Full::Town => (StatusCode::TOO_MANY_REQUESTS, "本镇", "this town"),
        _ => (StatusCode::SERVICE_UNAVAILABLE, "全市", "the city"),
    };
    let title = Words::new(
        format!("{whose_zh}等待检查的规则已经排满，请过一会儿再传"),
        format!("as many rules of {whose_en} wait to be checked as may wait; send it again in a while"),
    );
    Problem::with(status, "check-line-full", title).retry_after(SECONDS)
}

/// An error and its sources in one line for the log.
fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut next = error.source();
    while let Some(source) = next {
        text.push_str(": ");
        text.push_str(&source.to_string());
        next = source.source();
    }
    text
}

/// Names the articles a refusal rests on.
fn cited(problem: Problem, by: &[Authority], titles: &Titles<'_>) -> Problem {
    if by.is_empty() {
        return problem;
    }
    let law = Law::embedded();
    let list: Vec<Value> = by
        .iter()
        .map(|authority| {
            let words = authority.describe(law, titles);
            json!({ "authority": authority, "name": words.zh, "name_en": words.en })
        })
        .collect();
    problem.member("by", list)
}

#[cfg(test)]
mod tests {
    use axum::http::{HeaderMap, header};
    use yishi_rulebook::{PluginRefusal, RefusalCode};

    use super::*;

    /// With few file handles an upload used to be answered 422, as if the rule were at fault.
    #[test]
    fn what_the_host_could_not_do_is_told_as_its_own_fault() {
        for (error, status, code) in [
            (
                AppError::Plugin(Box::new(PluginRefusal::quoting(RefusalCode::Unavailable, "no handles"))),
                503,
                "unavailable",
            ),
            (AppError::LineFull(yishi_app::Full::All), 503, "check-line-full"),
            (AppError::LineFull(yishi_app::Full::Town), 429, "check-line-full"),
            (AppError::LineFull(yishi_app::Full::Community), 429, "check-line-full"),
        ] {
            let problem = problem(error);
            assert_eq!((problem.status().as_u16(), problem.code()), (status, code));
            let mut headers = HeaderMap::new();
            problem.apply_headers(&mut headers);
            assert!(headers.contains_key(header::RETRY_AFTER), "{code}");
        }
        let refused = PluginRefusal::new(RefusalCode::CompileFailed, "太久", "too long");
        assert_eq!(problem(AppError::Plugin(Box::new(refused))).status(), StatusCode::UNPROCESSABLE_ENTITY);
    }
}
