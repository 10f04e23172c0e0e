//! 测量 (what a gate costs, against the bare engine in the same process).
//!
//! `cargo xtask bench` compares the two: bare is instantiate-and-call of the same component on the same
//! engine with the same arguments; the gate adds facts, records, digests, judging and the join.

use std::sync::Arc;

use wasmtime::Store;
use yishi_canonical::Digest;

use crate::call::Export;
use crate::engine;
use crate::failure::{FailureCode, GateFailure};
use crate::gates::context;
use crate::host::{Host, Source};
use crate::question::{AskTerms, Question};
use crate::rulebook::Rulebook;
use crate::rules::{GateContext, RuleRef, RuleSet};
use crate::wire::TermsQuery;
use crate::wire::v1_0::said::Terms;
use crate::wire::v1_0::told::{self, Told};

/// One question to one component, to be asked again and again.
pub struct Measured {
    book: Rulebook,
    rules: RuleSet,
    rule: RuleRef,
    ctx: GateContext,
    query: TermsQuery,
    /// The question as the first version of the contract has it, made once.
    told: (told::Context, told::TermsQuery),
    floor: yishi_law::Terms,
}

impl Measured {
    /// Asks `rule`, a charter or an implementation rule, for its terms under this floor.
    #[must_use]
    pub fn new(
        book: Rulebook,
        rule: RuleRef,
        ctx: GateContext,
        query: TermsQuery,
        floor: yishi_law::Terms,
    ) -> Self {
        let mut question = AskTerms { ctx: context(&ctx), query: query.clone() };
        question.settle(Arc::clone(&rule.settings));
        let rules = RuleSet { rules: vec![rule.clone()], ..RuleSet::default() };
        let told = (question.ctx.told(), question.query.told());
        Self { book, rules, rule, ctx, query, told, floor }
    }

    /// Bare wasmtime: store, instance, one typed call.
    ///
    /// # Errors
    /// [`GateFailure`] when the component does not answer.
    pub fn bare_call(&self) -> Result<(), GateFailure> {
        let loaded = self.book.loaded(&self.rule.name, &self.rule.digest, Export::Terms)?;
        let failed = |error: wasmtime::Error| self.failure(self.rule.digest, format!("{error:#}"));
        let machine = self.book.machine();
        let limits = self.book.shared_limits();
        let call = limits.call(loaded.inspection.manifest.resources);
        let mut store = Store::new(
            &machine.engine,
            Host::new(limits, Arc::default(), call.memory_bytes, Source::nothing()),
        );
        engine::watch(&mut store, call.processor_ms);
        store.set_fuel(call.fuel).map_err(failed)?;
        let instance = loaded.pre.instantiate(&mut store).map_err(failed)?;
        let index = loaded
            .export(Export::Terms)
            .ok_or_else(|| self.failure(self.rule.digest, "no `terms`".to_owned()))?;
        let function = instance.get_typed_func::<_, (Terms,)>(&mut store, index).map_err(failed)?;
        let (ctx, query) = &self.told;
        function.call(&mut store, (ctx, query)).map(|(_,)| ()).map_err(failed)
    }

    /// The floor's terms for the query: the gate is given them.
    #[must_use]
    pub fn floor(&self) -> yishi_law::Terms {
        self.floor.clone()
    }

    /// The whole gate: facts in, fresh instance, answer written, digested, judged and joined with the floor.
    ///
    /// # Errors
    /// [`GateFailure`] when the component does not answer.
    pub fn gate_call(&self, floor: yishi_law::Terms) -> Result<yishi_law::Terms, GateFailure> {
        self.book.terms(&self.rules, &self.ctx, &self.query, floor).map(|answered| answered.value)
    }

    fn failure(&self, digest: Digest, detail: String) -> GateFailure {
        GateFailure::new(&self.rule.name, digest, Export::Terms, FailureCode::Trap, detail)
    }
}
