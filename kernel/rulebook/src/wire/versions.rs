//! 契约的各版 (the versions of the contract that this host serves, side by side).
//!
//! A component is served by the version its imports name. Each version says what its worlds may import, binds those
//! functions to the host's, and puts the eight questions in its own types.

use wasmtime::Store;
use wasmtime::component::{
    ComponentExportIndex, ComponentNamedList, Instance, Lift, Linker, LinkerInstance, Lower,
};

use super::{
    Admission, Appraisal, Candidate, CaseEvent, Classification, Context, Finding, Matter, Outcome,
    PersonFacts, Role, RuleKind, SettingsError, Terms, TermsQuery, Transition, v1_0,
};
use crate::call::Export;
use crate::host::Host;

/// The package of the contract; interfaces are named `yishi:rule/roster@1.0.0`.
pub(crate) const PACKAGE: &str = "yishi:rule/";

/// Every released version, oldest first.
pub(crate) static RELEASED: Versions = Versions(&[&v1_0::V1_0]);

/// The versions a host serves.
#[derive(Clone, Copy)]
pub(crate) struct Versions(pub(crate) &'static [&'static dyn Version]);

impl Versions {
    pub(crate) fn iter(self) -> impl Iterator<Item = &'static dyn Version> {
        self.0.iter().copied()
    }

    pub(crate) fn find(self, number: &str) -> Option<&'static dyn Version> {
        self.iter().find(|version| version.number() == number)
    }

    /// Every version as people write it: `yishi:rule@1.0.0`.
    pub(crate) fn named(self, joint: &str) -> String {
        self.iter().map(|version| format!("yishi:rule@{}", version.number())).collect::<Vec<_>>().join(joint)
    }
}

/// One export of one instance, about to be called.
pub(crate) struct At<'a> {
    pub(crate) instance: &'a Instance,
    pub(crate) store: &'a mut Store<Host>,
    pub(crate) index: &'a ComponentExportIndex,
}

impl At<'_> {
    /// Calls the export with these types.
    pub(crate) fn call<P: ComponentNamedList + Lower, A>(self, params: P) -> wasmtime::Result<A>
    where
        (A,): ComponentNamedList + Lift + 'static,
    {
        let function = self.instance.get_typed_func::<P, (A,)>(&mut *self.store, self.index)?;
        let (answer,) = function.call(self.store, params)?;
        Ok(answer)
    }

    /// Whether the export has these types.
    pub(crate) fn has<P: ComponentNamedList + Lower + 'static, A>(self) -> wasmtime::Result<()>
    where
        (A,): ComponentNamedList + Lift + 'static,
    {
        self.instance.get_typed_func::<P, (A,)>(self.store, self.index).map(drop)
    }
}

/// One version of the contract.
pub(crate) trait Version: Send + Sync {
    /// `1.0.0`.
    fn number(&self) -> &'static str;

    /// The interfaces a world may import; `types` holds no functions.
    fn imports(&self, kind: RuleKind) -> &'static [&'static str];

    /// Binds the functions of one interface to the host's.
    fn bind(&self, interface: &str, to: LinkerInstance<'_, Host>) -> wasmtime::Result<()>;

    /// Whether an export has the type that this version gives it.
    fn check_type(&self, export: Export, at: At<'_>) -> wasmtime::Result<()>;

    fn classify(
        &self,
        at: At<'_>,
        ctx: &Context,
        matter: &Matter,
    ) -> wasmtime::Result<Option<Classification>>;
    fn terms(&self, at: At<'_>, ctx: &Context, query: &TermsQuery) -> wasmtime::Result<Terms>;
    fn admit(
        &self,
        at: At<'_>,
        ctx: &Context,
        person: &PersonFacts,
        role: &Role,
    ) -> wasmtime::Result<Admission>;
    fn vet(&self, at: At<'_>, ctx: &Context, candidate: &Candidate) -> wasmtime::Result<Vec<Finding>>;
    fn check(&self, at: At<'_>, ctx: &Context, transition: &Transition) -> wasmtime::Result<Vec<Finding>>;
    fn handle(
        &self,
        at: At<'_>,
        ctx: &Context,
        event: &CaseEvent,
    ) -> wasmtime::Result<Result<Outcome, Finding>>;
    fn appraise(&self, at: At<'_>, ctx: &Context, event: &CaseEvent) -> wasmtime::Result<Appraisal>;
    fn validate_settings(&self, at: At<'_>, settings: &str) -> wasmtime::Result<Vec<SettingsError>>;
}

/// A linker that offers a world what this version lets it import, and nothing else.
pub(crate) fn linker(
    engine: &wasmtime::Engine,
    version: &dyn Version,
    kind: RuleKind,
) -> wasmtime::Result<Linker<Host>> {
    let mut linker = Linker::new(engine);
    for interface in version.imports(kind) {
        let name = format!("{PACKAGE}{interface}@{}", version.number());
        version.bind(interface, linker.instance(&name)?)?;
    }
    Ok(linker)
}
