//! The three kinds of rule. Each method has a default that says nothing, so a plugin writes only what it means.

use serde::de::DeserializeOwned;

use crate::wit::{
    Admission, Appraisal, Candidate, CaseEvent, Classification, Finding, Outcome, PersonFacts, SettingsError,
    Terms,
};
use crate::{Context, Matter, Role, TermsQuery, Transition};

/// 村民自治章程 or 居民公约: exactly one is in force in a community.
///
/// It may make a matter major, demand more than the law, and refuse a rule that contradicts it. It may never
/// name another body for a matter the law assigns, nor lower any floor.
pub trait Charter {
    /// The settings a community chooses; the type of the manifest's settings schema.
    type Settings: DeserializeOwned;

    /// 分类: `Some` when the charter makes the matter major.
    fn classify(ctx: &Context<Self::Settings>, matter: &Matter) -> Option<Classification> {
        let _ = (ctx, matter);
        None
    }

    /// 议事规则: what a body must meet at a step.
    fn terms(ctx: &Context<Self::Settings>, query: &TermsQuery) -> Terms {
        let _ = (ctx, query);
        Terms::silent()
    }

    /// 资格: whether a person may take a role.
    fn admit(ctx: &Context<Self::Settings>, person: &PersonFacts, role: Role) -> Admission {
        let _ = (ctx, person, role);
        Admission::silent()
    }

    /// 审查: what is wrong with another rule under this charter; any `forbid` refuses the rule.
    fn vet(ctx: &Context<Self::Settings>, candidate: &Candidate) -> Vec<Finding> {
        let _ = (ctx, candidate);
        Vec::new()
    }

    /// 检查: findings on an act about to be done.
    fn check(ctx: &Context<Self::Settings>, transition: &Transition) -> Vec<Finding> {
        let _ = (ctx, transition);
        Vec::new()
    }

    /// Faults in settings that the JSON Schema cannot express.
    fn validate_settings(settings: &Self::Settings) -> Vec<SettingsError> {
        let _ = settings;
        Vec::new()
    }
}

/// 实施细则: speaks in its own domains only.
pub trait ImplementationRule {
    /// The settings a community chooses; the type of the manifest's settings schema.
    type Settings: DeserializeOwned;

    /// 检查: findings on an act about to be done.
    fn check(ctx: &Context<Self::Settings>, transition: &Transition) -> Vec<Finding> {
        let _ = (ctx, transition);
        Vec::new()
    }

    /// 议事规则: what a body must meet at a step, in the rule's domains.
    fn terms(ctx: &Context<Self::Settings>, query: &TermsQuery) -> Terms {
        let _ = (ctx, query);
        Terms::silent()
    }

    /// 办理: what follows from a case event. Data only; the kernel checks it and applies it.
    ///
    /// # Errors
    /// A finding that says why the event cannot be handled.
    ///
    /// # Panics
    /// The default panics: name `handle` among the manifest's gates only when it is written.
    fn handle(ctx: &Context<Self::Settings>, event: &CaseEvent) -> Result<Outcome, Finding> {
        let _ = ctx;
        panic!("the manifest names the gate `handle` (`{}`), and the rule has no `handle`", event.kind)
    }

    /// Faults in settings that the JSON Schema cannot express.
    fn validate_settings(settings: &Self::Settings) -> Vec<SettingsError> {
        let _ = settings;
        Vec::new()
    }
}

/// 村规民约: commends and admonishes; never fines, never takes a right away.
pub trait VillageRegulation {
    /// The settings a community chooses; the type of the manifest's settings schema.
    type Settings: DeserializeOwned;

    /// 评议: what the regulation says of conduct.
    fn appraise(ctx: &Context<Self::Settings>, event: &CaseEvent) -> Appraisal {
        let _ = (ctx, event);
        Appraisal::none()
    }

    /// 检查: advice on an act about to be done. Only `advise` has effect.
    fn check(ctx: &Context<Self::Settings>, transition: &Transition) -> Vec<Finding> {
        let _ = (ctx, transition);
        Vec::new()
    }

    /// Faults in settings that the JSON Schema cannot express.
    fn validate_settings(settings: &Self::Settings) -> Vec<SettingsError> {
        let _ = settings;
        Vec::new()
    }
}
