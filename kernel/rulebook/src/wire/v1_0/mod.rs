//! `yishi:rule@1.0.0`: its values, its imports, its eight questions.

pub(crate) mod enums;
mod imports;
pub(crate) mod said;
pub(crate) mod told;

use wasmtime::component::LinkerInstance;

use super::versions::{At, Version};
use super::{self as host, RuleKind};
use crate::call::Export;
use crate::host::Host;
use said::Said;
use told::Told;

/// The version itself.
pub(crate) struct V1_0;

impl Version for V1_0 {
    fn number(&self) -> &'static str {
        "1.0.0"
    }

    fn imports(&self, kind: RuleKind) -> &'static [&'static str] {
        match kind {
            RuleKind::Charter => &["types", "log", "roster"],
            RuleKind::ImplementationRule => &["types", "log", "roster", "records"],
            RuleKind::VillageRegulation => &["types", "log"],
        }
    }

    fn bind(&self, interface: &str, to: LinkerInstance<'_, Host>) -> wasmtime::Result<()> {
        imports::bind(interface, to)
    }

    fn check_type(&self, export: Export, at: At<'_>) -> wasmtime::Result<()> {
        type Ctx<'a> = &'a told::Context;
        match export {
            Export::Classify => at.has::<(Ctx<'_>, &told::Matter), Option<said::Classification>>(),
            Export::Terms => at.has::<(Ctx<'_>, &told::TermsQuery), said::Terms>(),
            Export::Admit => at.has::<(Ctx<'_>, &told::PersonFacts, &str), said::Admission>(),
            Export::Vet => at.has::<(Ctx<'_>, &told::Candidate), Vec<said::Finding>>(),
            Export::Check => at.has::<(Ctx<'_>, &told::Transition), Vec<said::Finding>>(),
            Export::Handle => at.has::<(Ctx<'_>, &told::CaseEvent), Result<said::Outcome, said::Finding>>(),
            Export::Appraise => at.has::<(Ctx<'_>, &told::CaseEvent), said::Appraisal>(),
            Export::ValidateSettings => at.has::<(&str,), Vec<said::SettingsError>>(),
        }
    }

    fn classify(
        &self,
        at: At<'_>,
        ctx: &host::Context,
        matter: &host::Matter,
    ) -> wasmtime::Result<Option<host::Classification>> {
        ask::<_, Option<said::Classification>, _>(at, (&ctx.told(), &matter.told()))
    }

    fn terms(
        &self,
        at: At<'_>,
        ctx: &host::Context,
        query: &host::TermsQuery,
    ) -> wasmtime::Result<host::Terms> {
        ask::<_, said::Terms, _>(at, (&ctx.told(), &query.told()))
    }

    fn admit(
        &self,
        at: At<'_>,
        ctx: &host::Context,
        person: &host::PersonFacts,
        role: &host::Role,
    ) -> wasmtime::Result<host::Admission> {
        ask::<_, said::Admission, _>(at, (&ctx.told(), &person.told(), role.code()))
    }

    fn vet(
        &self,
        at: At<'_>,
        ctx: &host::Context,
        candidate: &host::Candidate,
    ) -> wasmtime::Result<Vec<host::Finding>> {
        ask::<_, Vec<said::Finding>, _>(at, (&ctx.told(), &candidate.told()))
    }

    fn check(
        &self,
        at: At<'_>,
        ctx: &host::Context,
        transition: &host::Transition,
    ) -> wasmtime::Result<Vec<host::Finding>> {
        ask::<_, Vec<said::Finding>, _>(at, (&ctx.told(), &transition.told()))
    }

    fn handle(
        &self,
        at: At<'_>,
        ctx: &host::Context,
        event: &host::CaseEvent,
    ) -> wasmtime::Result<Result<host::Outcome, host::Finding>> {
        ask::<_, Result<said::Outcome, said::Finding>, _>(at, (&ctx.told(), &event.told()))
    }

    fn appraise(
        &self,
        at: At<'_>,
        ctx: &host::Context,
        event: &host::CaseEvent,
    ) -> wasmtime::Result<host::Appraisal> {
        ask::<_, said::Appraisal, _>(at, (&ctx.told(), &event.told()))
    }

    fn validate_settings(&self, at: At<'_>, settings: &str) -> wasmtime::Result<Vec<host::SettingsError>> {
        ask::<_, Vec<said::SettingsError>, _>(at, (settings,))
    }
}

/// Calls the export and takes its answer as the host's own value.
pub(crate) fn ask<P, A, T>(at: At<'_>, params: P) -> wasmtime::Result<T>
where
    P: wasmtime::component::ComponentNamedList + wasmtime::component::Lower,
    (A,): wasmtime::component::ComponentNamedList + wasmtime::component::Lift + 'static,
    A: Said<T>,
{
    Ok(at.call::<P, A>(params)?.said()?)
}
