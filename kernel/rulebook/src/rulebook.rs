//! 规则簿 (the host of all rule plugins of a server): take in, load, ask once, replay.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsString;
use std::path::PathBuf;
use std::sync::atomic::AtomicU64;
use std::sync::{Arc, LazyLock};

use jsonschema::Validator;
use serde_json::Value;
use yishi_canonical::Digest;
use yishi_law::BodyKind;

use crate::admission::{self, Inspection};
use crate::call::{Call, CallInput, CallRecord, Export};
use crate::catalogue::{Catalogue, Loaded};
use crate::compare::Comparison;
use crate::compile::Compiler;
use crate::engine::Machine;
use crate::failure::{FailureCode, GateFailure, PluginRefusal, RefusalCode};
use crate::host::{Grants, Source};
use crate::interfaces;
use crate::json;
use crate::kept::Kept;
use crate::limits::Limits;
use crate::manifest::Manifest;
use crate::question::{
    AskAdmit, AskAppraise, AskCheck, AskClassify, AskHandle, AskTerms, AskValidateSettings, AskVet, Question,
};
use crate::run::{self, Places, Ran, Stopped};
use crate::schema;
use crate::shelf::RuleReview;
use crate::trial::ScenarioResult;
use crate::wire::versions::{self, Versions};

/// How components are compiled.
#[derive(Clone, Debug)]
pub enum CompileMode {
    /// In this process: for tests and for tools that trust what they compile.
    InProcess,
    /// In a child that can be killed, with limits on its memory and time: `program arguments…` must call
    /// [`crate::compile_child_main`].
    Child {
        /// The executable, usually the server's own.
        program: PathBuf,
        /// What makes it the compile child.
        arguments: Vec<OsString>,
    },
}

/// How a rulebook is set up.
#[derive(Clone, Debug)]
pub struct Config {
    /// Where compiled code is kept; nobody else may write there. None keeps nothing.
    pub cache_dir: Option<PathBuf>,
    /// Authenticates compiled code. A server keeps one key for good.
    pub mac_key: [u8; 32],
    /// How components are compiled.
    pub compiler: CompileMode,
    /// Limits.
    pub limits: Limits,
}

impl Config {
    /// Compiles in this process and keeps nothing on disk: for tests and tools.
    #[must_use]
    pub fn in_process() -> Self {
        Self {
            cache_dir: None,
            mac_key: [0; 32],
            compiler: CompileMode::InProcess,
            limits: Limits::default(),
        }
    }
}

/// Why a rulebook cannot be set up.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RulebookError {
    /// The engine refuses the configuration or the machine lacks what it needs.
    #[error("the plugin engine cannot be started: {0}")]
    Engine(String),
    /// The cache directory cannot be used.
    #[error("cache directory `{path}` cannot be used: {reason}")]
    Cache {
        /// Which directory.
        path: PathBuf,
        /// Why.
        reason: String,
    },
}

/// 规则簿 (the rulebook). Cheap to clone; all clones are one.
#[derive(Clone)]
pub struct Rulebook(Arc<Inner>);

struct Inner {
    machine: Machine,
    limits: Arc<Limits>,
    versions: Versions,
    catalogue: Catalogue,
    places: Places,
    compiler: Compiler,
    reviews: Kept<RuleReview>,
    raises: Kept<BTreeMap<BodyKind, BTreeSet<String>>>,
    comparisons: Kept<Comparison>,
    scenarios: Kept<Vec<ScenarioResult>>,
}

impl Rulebook {
    /// Starts the engine.
    ///
    /// # Errors
    /// [`RulebookError`] when the engine or the cache directory is not usable.
    pub fn new(config: Config) -> Result<Self, RulebookError> {
        Self::serving(config, versions::RELEASED)
    }

    /// Starts the engine for these versions of the contract.
    pub(crate) fn serving(config: Config, versions: Versions) -> Result<Self, RulebookError> {
        let machine = Machine::new(&config.limits, versions)
            .map_err(|error| RulebookError::Engine(format!("{error:#}")))?;
        let limits = Arc::new(config.limits);
        let compiler = Compiler::new(
            &machine.engine,
            config.compiler,
            config.cache_dir,
            config.mac_key,
            Arc::clone(&limits),
        )?;
        Ok(Self(Arc::new(Inner {
            catalogue: Catalogue::new(limits.loaded_bytes),
            places: Places::new(limits.concurrent_calls),
            machine,
            reviews: Kept::new(limits.kept_conclusions),
            raises: Kept::new(limits.kept_conclusions),
            comparisons: Kept::new(limits.kept_conclusions),
            scenarios: Kept::new(limits.kept_conclusions),
            limits,
            versions,
            compiler,
        })))
    }

    /// 静态检查 (what a file is, and whether it may go on), without compiling or running anything.
    ///
    /// # Errors
    /// [`PluginRefusal`] with the first fault.
    pub fn inspect(&self, bytes: &[u8]) -> Result<Inspection, PluginRefusal> {
        admission::inspect(bytes, &self.0.limits, self.0.versions)
    }

    /// Makes a component ready to be asked: inspects, compiles (or takes compiled code from the cache), links.
    /// Loading what is loaded costs one hash. Compiling takes long: call it where waiting is allowed.
    ///
    /// # Errors
    /// [`PluginRefusal`] with the first fault.
    pub fn load(&self, bytes: &[u8]) -> Result<Arc<Inspection>, PluginRefusal> {
        if let Some(loaded) = self.0.catalogue.get(&Digest::of(bytes)) {
            return Ok(Arc::clone(&loaded.inspection));
        }
        let inspection = admission::inspect(bytes, &self.0.limits, self.0.versions)?;
        let loaded = self.link(inspection, bytes)?;
        Ok(Arc::clone(&self.0.catalogue.insert(loaded).inspection))
    }

    /// Whether a component is ready. What is not must be given to [`Rulebook::load`] before a gate asks it.
    #[must_use]
    pub fn is_loaded(&self, digest: &Digest) -> bool {
        self.0.catalogue.get(digest).is_some()
    }

    /// What is known of a component that is ready.
    #[must_use]
    pub fn inspection(&self, digest: &Digest) -> Option<Arc<Inspection>> {
        self.0.catalogue.get(digest).map(|loaded| Arc::clone(&loaded.inspection))
    }

    /// Forgets a component's compiled code. Calls under way finish.
    pub fn unload(&self, digest: &Digest) {
        self.0.catalogue.remove(digest);
    }

    /// The limits in force.
    #[must_use]
    pub fn limits(&self) -> &Limits {
        &self.0.limits
    }

    /// 重放 (runs a recorded call again, reading only what it read then): the same bytes and fuel.
    ///
    /// # Errors
    /// [`GateFailure`] when the call fails, as it may have failed then: compare its record.
    pub fn replay(&self, plugin: &str, input: &CallInput) -> Result<Call, GateFailure> {
        match input.export {
            Export::Classify => self.replay_as::<AskClassify>(plugin, input),
            Export::Terms => self.replay_as::<AskTerms>(plugin, input),
            Export::Admit => self.replay_as::<AskAdmit>(plugin, input),
            Export::Vet => self.replay_as::<AskVet>(plugin, input),
            Export::Check => self.replay_as::<AskCheck>(plugin, input),
            Export::Handle => self.replay_as::<AskHandle>(plugin, input),
            Export::Appraise => self.replay_as::<AskAppraise>(plugin, input),
            Export::ValidateSettings => self.replay_as::<AskValidateSettings>(plugin, input),
        }
    }

    fn replay_as<Q: Question>(&self, plugin: &str, input: &CallInput) -> Result<Call, GateFailure> {
        let mut question: Q = serde_json::from_str(&input.arguments).map_err(|error| {
            let detail = format!("recorded arguments: {error}");
            GateFailure::new(plugin, input.component, input.export, FailureCode::BadAnswer, detail)
        })?;
        question.settle(Arc::clone(&input.settings));
        let loaded = self.loaded(plugin, &input.component, Q::EXPORT)?;
        let source = Source::Recorded { reads: input.read.clone(), next: 0 };
        let arguments =
            Arguments { digest: Digest::of(input.arguments.as_bytes()), json: Arc::clone(&input.arguments) };
        let settings =
            Settings { digest: Digest::of(input.settings.as_bytes()), json: Arc::clone(&input.settings) };
        self.ask(&loaded, &settings, &arguments, &question, source).map(|(_, call)| call)
    }

    pub(crate) fn machine(&self) -> &Machine {
        &self.0.machine
    }

    /// What rules were found to declare.
    pub(crate) fn reviews(&self) -> &Kept<RuleReview> {
        &self.0.reviews
    }

    /// What was found to differ between two sets of rules.
    pub(crate) fn comparisons(&self) -> &Kept<Comparison> {
        &self.0.comparisons
    }

    /// What the scenarios of components came out as, where all passed.
    pub(crate) fn scenarios(&self) -> &Kept<Vec<ScenarioResult>> {
        &self.0.scenarios
    }

    /// What rules were found to ask of bodies above the one that adopts them.
    pub(crate) fn raises(&self) -> &Kept<BTreeMap<BodyKind, BTreeSet<String>>> {
        &self.0.raises
    }

    pub(crate) fn shared_limits(&self) -> Arc<Limits> {
        Arc::clone(&self.0.limits)
    }

    pub(crate) fn loaded(
        &self,
        name: &str,
        digest: &Digest,
        export: Export,
    ) -> Result<Arc<Loaded>, GateFailure> {
        self.0.catalogue.get(digest).ok_or_else(|| {
            GateFailure::new(name, *digest, export, FailureCode::NotLoaded, format!("{digest} is not loaded"))
        })
    }

    /// Puts one question to one component and writes down what happened.
    pub(crate) fn ask<Q: Question>(
        &self,
        loaded: &Loaded,
        settings: &Settings,
        arguments: &Arguments,
        question: &Q,
        source: Source,
    ) -> Result<(Q::Answer, Call), GateFailure> {
        let manifest = &loaded.inspection.manifest;
        let digest = loaded.inspection.digest;
        let size = arguments.json.len() + settings.json.len();
        let outcome = if size > self.0.limits.input_bytes {
            let detail = format!("{size} bytes, at most {}", self.0.limits.input_bytes);
            Err(Stopped::before(FailureCode::InputLimit, detail))
        } else {
            let _place = self.0.places.take();
            run::run(&self.0.machine, &self.0.limits, loaded, question, source)
        };
        let note = |output: Vec<u8>, read: Vec<_>, fuel, failure, log| Call {
            plugin: manifest.name.clone(),
            record: CallRecord {
                component: digest,
                settings: settings.digest,
                export: Q::EXPORT,
                input: arguments.digest,
                read: digest_of_reads(&read),
                output: Digest::of(&output),
                fuel,
                failure,
            },
            input: CallInput {
                component: digest,
                export: Q::EXPORT,
                arguments: Arc::clone(&arguments.json),
                settings: Arc::clone(&settings.json),
                read,
            },
            // Canonical bytes are JSON, so they are UTF-8.
            output: String::from_utf8(output).unwrap_or_default(),
            log,
        };
        match outcome {
            Ok(Ran { answer, output, fuel, read, log }) => Ok((answer, note(output, read, fuel, None, log))),
            Err(stopped) => {
                let mut failure =
                    GateFailure::new(&manifest.name, digest, Q::EXPORT, stopped.code, stopped.detail)
                        .titled(manifest);
                failure.missing = stopped.missing.map(Box::new);
                if stopped.code.is_deterministic() {
                    let call = note(Vec::new(), stopped.read, stopped.fuel, Some(stopped.code), stopped.log);
                    failure.call = Some(Box::new(call));
                }
                Err(failure)
            }
        }
    }

    fn link(&self, inspection: Inspection, bytes: &[u8]) -> Result<Loaded, PluginRefusal> {
        let manifest = Arc::clone(&inspection.manifest);
        let (settings, records, cases) = validators(&manifest)?;
        let component = self.0.compiler.component(&inspection.digest, bytes)?;
        let served = self.0.versions.find(&inspection.wit_version);
        let linked =
            served.and_then(|version| Some((version, self.0.machine.linker(version, manifest.kind)?)));
        let (version, linker) =
            linked.ok_or_else(|| interfaces::unserved(&inspection.wit_version, self.0.versions))?;
        let pre = linker.instantiate_pre(&component).map_err(|error| {
            let text = format!("{error:#}");
            // The engine has one error for both; a function that is not there was never granted.
            let absent = text.contains("implementation is missing");
            let code = if absent { RefusalCode::UndeclaredImport } else { RefusalCode::WrongType };
            PluginRefusal::quoting(code, &text)
        })?;
        let mut exports = Vec::new();
        for export in Export::of(manifest.kind) {
            let index = component
                .get_export_index(None, export.code())
                .ok_or_else(|| PluginRefusal::quoting(RefusalCode::MissingExport, &format!("`{export}`")))?;
            exports.push((*export, index));
        }
        let loaded = Loaded {
            version,
            articles: manifest.articles().map(|article| article.id.clone()).collect(),
            stages: manifest.stages.iter().map(|stage| stage.code.clone()).collect(),
            measures: manifest.measures.iter().map(|measure| measure.code.clone()).collect(),
            grants: Arc::new(Grants::of(&manifest)),
            code_bytes: component.image_range().end as usize - component.image_range().start as usize,
            inspection: Arc::new(inspection),
            pre,
            exports,
            settings,
            records,
            cases,
            used: AtomicU64::new(0),
        };
        self.check_types(&loaded)?;
        Ok(loaded)
    }

    /// Makes one instance and checks every export's type, so that a wrong one is refused now and not at a vote.
    fn check_types(&self, loaded: &Loaded) -> Result<(), PluginRefusal> {
        let _place = self.0.places.take();
        run::check_types(&self.0.machine, &self.0.limits, loaded)
    }
}

type ByKind = BTreeMap<String, Validator>;

/// Validators of settings, records and cases. Every schema of the manifest is measured before any is built.
fn validators(manifest: &Manifest) -> Result<(Validator, ByKind, ByKind), PluginRefusal> {
    let refused = |what: &str, fault: String| {
        PluginRefusal::quoting(RefusalCode::SchemaRefused, &format!("{what}: {fault}"))
    };
    let records = manifest.records.iter().map(|record| (record.kind.as_str(), &record.schema));
    let cases = manifest.cases.iter().map(|case| (case.kind.as_str(), &case.form));
    let matters = manifest.matters.iter().flat_map(|matter| matter.form.iter().chain(&matter.evidence));
    let matters = matters.map(|schema| ("matters", schema));
    let settings = ("settings", &manifest.settings.schema);
    let mut budget = schema::Budget::of_manifest();
    for (what, schema) in
        [settings].into_iter().chain(records.clone()).chain(cases.clone()).chain(matters.clone())
    {
        budget.spend(schema).map_err(|fault| refused(what, fault))?;
    }
    let build = |what: &str, schema: &Value| json::validator(schema).map_err(|fault| refused(what, fault));
    let by_kind = |all: &mut dyn Iterator<Item = (&str, &Value)>| -> Result<ByKind, PluginRefusal> {
        all.map(|(kind, schema)| Ok((kind.to_owned(), build(kind, schema)?))).collect()
    };
    let (what, schema) = settings;
    let settings = build(what, schema)?;
    let records = by_kind(&mut records.into_iter())?;
    let cases = by_kind(&mut cases.into_iter())?;
    for (what, schema) in matters {
        build(what, schema)?;
    }
    Ok((settings, records, cases))
}

/// Settings with their digest.
pub(crate) struct Settings {
    pub(crate) digest: Digest,
    pub(crate) json: Arc<str>,
}

/// Canonical arguments with their digest: written once for all rules that are asked.
pub(crate) struct Arguments {
    pub(crate) digest: Digest,
    pub(crate) json: Arc<str>,
}

impl Arguments {
    pub(crate) fn of<Q: Question>(question: &Q) -> Result<Self, yishi_canonical::CanonicalError> {
        let bytes = yishi_canonical::to_vec(question)?;
        let digest = Digest::of(&bytes);
        // Canonical bytes are JSON, so they are UTF-8.
        Ok(Self { digest, json: String::from_utf8(bytes).unwrap_or_default().into() })
    }
}

fn digest_of_reads(read: &[crate::facts::FactRead]) -> Digest {
    /// Most rules read nothing.
    static OF_NONE: LazyLock<Digest> = LazyLock::new(|| Digest::of(b"[]"));
    if read.is_empty() {
        return *OF_NONE;
    }
    // Reads hold strings and integers; an integer beyond the canonical range is written as text instead.
    yishi_canonical::digest_of(read).unwrap_or_else(|_| Digest::of(format!("{read:?}").as_bytes()))
}
