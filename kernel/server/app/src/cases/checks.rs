//! 办件的条件 (what is not entered as a case): before any rule is asked.

use jiff::Timestamp;
use jiff::civil::Date;
use serde_json::json;
use yishi_acts::case::EventInput;
use yishi_deliberation::rule::{Rule, Standing};
use yishi_identity::RuleId;
use yishi_rulebook::About;

use crate::{App, AppError, AppResult, Community, Here};

impl App {
    /// Whether it is a household or person of the roster, or the community itself.
    pub(crate) async fn is_known(&self, community: &Community, subject: &str) -> AppResult<bool> {
        Ok(subject == community.id.to_string()
            || self.store.household(&community.scope, subject).await?.is_some()
            || self.store.person(&community.scope, subject).await?.is_some())
    }

    /// Whether a case of this kind may be about this subject.
    pub(crate) async fn check_subject(
        &self,
        community: &Community,
        about: About,
        subject: &str,
    ) -> AppResult<()> {
        let refused = |code, zh: &str, en: &str| Err(AppError::field("/subject", code, zh, en));
        let of_community = subject == community.id.to_string();
        let household = self.store.household(&community.scope, subject).await?.is_some();
        let person = self.store.person(&community.scope, subject).await?.is_some();
        if !(of_community || household || person) {
            return refused(
                "unknown-reference",
                "名册中没有这一户或这个人",
                "no such household or person on the roster",
            );
        }
        match about {
            About::Household if !household => refused(
                "wrong-subject",
                "这类事项按户办理，请填户号",
                "this kind of case is about a household",
            ),
            About::Person if !person => {
                refused("wrong-subject", "这类事项按人办理，请填姓名", "this kind of case is about a person")
            }
            About::Community if !of_community => refused(
                "wrong-subject",
                "这类事项是全村（社区）的，不针对哪一户、哪个人",
                "this kind of case is about the whole community, not about a household or person",
            ),
            About::Either if of_community => {
                refused("wrong-subject", "请填户号或者姓名", "name a household or a person")
            }
            _ => Ok(()),
        }
    }

    /// Whether a subject is the actor, or of the actor's own household.
    pub(crate) async fn is_own(&self, here: &Here<'_>, subject: &str) -> AppResult<bool> {
        let Some(own) = here.ctx.actor.person_in(here.id) else { return Ok(false) };
        let Some(own) = self.store.person(&here.scope, &own.to_string()).await? else {
            return Ok(false);
        };
        let about = self.store.person(&here.scope, subject).await?;
        Ok(about.map_or_else(|| subject.to_owned(), |person| person.household) == own.household)
    }

    /// 回避: nobody handles what is about themselves or their own household.
    pub(crate) async fn check_interest(&self, here: &Here<'_>, subject: &str) -> AppResult<()> {
        if !self.is_own(here, subject).await? {
            return Ok(());
        }
        Err(AppError::conflict(
            "own-interest",
            "这是您本人或者本户的事，应当回避，请由其他工作人员办理",
            "this is about yourself or your own household; somebody else has to handle it",
        ))
    }
}

/// Only days on which the rule held: not before it came into force, not while it was suspended, not the future.
pub(super) fn check_day(rule: &Rule, on: Date, today: Date) -> AppResult<()> {
    let refused = |code, zh: String, en: String| Err(AppError::field("/on", code, zh, en));
    if on > today {
        return refused(
            "in-the-future",
            "日期在今天之后".to_owned(),
            "the date lies in the future".to_owned(),
        );
    }
    match (rule.standing(on), rule.effective) {
        (Standing::InForce, _) => Ok(()),
        (Standing::NotYet, Some(from)) => refused(
            "before-the-rule",
            format!("这条规则自 {from} 起施行，此前的事不能按它办理"),
            format!("this rule holds from {from}; what happened before is not handled under it"),
        ),
        _ => refused(
            "rule-did-not-hold",
            format!("{on} 这条规则没有在生效，那天的事不能按它办理"),
            format!("on {on} this rule did not hold; what happened that day is not handled under it"),
        ),
    }
}

/// What a case says, so that the same is not entered twice.
pub(super) fn fingerprint(rule: RuleId, input: &EventInput) -> AppResult<String> {
    let said = json!({
        "rule": rule, "kind": input.kind, "subject": input.subject, "on": input.on, "form": input.form.to_string(),
    });
    Ok(yishi_canonical::digest_of(&said).map_err(AppError::internal)?.to_string())
}

pub(super) fn already_registered(at: Timestamp) -> AppError {
    let day = crate::context::civil_day(at);
    AppError::conflict(
        "already-registered",
        format!("已登记：同样的事在 {day} 已经录入过，不再重复办理；录错的，请先更正原来那一件"),
        format!(
            "registered already: the same was entered on {day}; if it was wrong, put that case right first"
        ),
    )
}
