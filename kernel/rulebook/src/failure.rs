//! 失败与拒绝 (what can go wrong, with a stable code and words for people).
//!
//! Two kinds: a [`PluginRefusal`] says why a file is not taken as a plugin; a [`GateFailure`] says why a
//! plugin that was taken gave no usable answer. Every code is permanent. A gate failure never lets a
//! matter move: the caller fails closed.

use serde::{Deserialize, Serialize};
use yishi_canonical::Digest;

use crate::call::{Call, Export};
use crate::facts::FactQuestion;
use crate::manifest::Manifest;
use crate::text;

macro_rules! codes {
    ($(#[$doc:meta])* $name:ident { $($(#[$case_doc:meta])* $case:ident $text:literal $zh:literal $en:literal),* $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[non_exhaustive]
        pub enum $name {
            $( $(#[$case_doc])* #[serde(rename = $text)] $case, )*
        }

        impl $name {
            /// Every code.
            pub const ALL: &'static [Self] = &[$(Self::$case),*];

            /// The stable code.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$case => $text),* }
            }

            /// What it means, in Chinese.
            #[must_use]
            pub const fn zh(self) -> &'static str {
                match self { $(Self::$case => $zh),* }
            }

            /// What it means, in English.
            #[must_use]
            pub const fn en(self) -> &'static str {
                match self { $(Self::$case => $en),* }
            }

            /// What it means, in both languages.
            #[must_use]
            pub fn words(self) -> yishi_law::Words {
                yishi_law::Words::new(self.zh(), self.en())
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }
    };
}

codes! {
    /// Why a plugin gave no usable answer.
    FailureCode {
        /// Fuel ran out. The same call always ends so; it is the plugin's answer, and recorded.
        BudgetExceeded "budget-exceeded" "规则用完了一次回答的计算额度" "the rule used up its computing budget for one answer",
        /// The guest trapped: a panic, a bad index, an unreachable instruction.
        Trap "trap" "规则程序中途出错停止" "the rule's program stopped with an error",
        /// The guest recursed too deeply.
        StackOverflow "stack-overflow" "规则程序嵌套过深" "the rule's program nested too deeply",
        /// The guest asked for more memory than its class allows.
        MemoryLimit "memory-limit" "规则要求的内存超过上限" "the rule asked for more memory than allowed",
        /// Too many calls to the host in one answer.
        HostCallLimit "host-call-limit" "规则在一次回答中查询次数过多" "the rule asked the kernel too many questions in one answer",
        /// One call to the host, or the answer, carried more data than may cross at once.
        HostDataLimit "host-data-limit" "规则一次传送的数据超过上限" "the rule passed more data at once than allowed",
        /// The question is larger than a plugin may be given.
        InputLimit "input-limit" "送交规则的材料超过上限" "the question is larger than a rule may be given",
        /// The answer is larger than may be kept.
        AnswerLimit "answer-limit" "规则的回答超过长度上限" "the rule's answer is larger than allowed",
        /// The answer breaks the contract: unknown article, impossible number, record of an undeclared kind.
        BadAnswer "bad-answer" "规则的回答不符合约定" "the rule's answer breaks the contract",
        /// The answer names a body or another thing by a code that this host does not know.
        UnknownCode "unknown-code" "规则的回答用了本系统没有的机构代码" "the rule's answer names a body that this system does not have",
        /// A text of the answer is not there in both languages.
        MissingLanguage "missing-language" "规则的回答没有同时写明中文和英文" "a text of the rule's answer is not in both languages",
        /// The outcome goes to a stage that the manifest does not declare.
        UndeclaredStage "undeclared-stage" "规则的处理结果到了规则说明没有列出的进展" "the rule's outcome is at a stage that its manifest does not declare",
        /// It asks for a fact that its manifest does not ask for, or that is not there to be asked for.
        UndeclaredFact "undeclared-fact" "规则查询了规则说明没有申请的事实" "the rule asks for a fact that its manifest does not ask for",
        /// It asks for all records of a kind about a subject, and there are more than a rule can be shown.
        TooManyRecords "too-many-records" "规则要看的记录超过一次能看的数量" "there are more records than a rule can be shown in one answer",
        /// The outcome gives points to, or keeps a record of, somebody who is not on the roster.
        UnknownSubject "unknown-subject" "规则的处理结果写到了名册上没有的户或者人" "the rule's outcome names a household or person that is not on the roster",
        /// The answer demands something and names no article.
        UncitedAnswer "uncited-answer" "规则的回答没有写明依据的条款" "the rule's answer names no article it rests on",
        /// Two runs of the same call differ.
        Nondeterministic "nondeterministic" "同样的问题两次回答不一致" "the rule answered the same question differently",
        /// The host, not the plugin's own count, stopped it. Never recorded.
        Unavailable "unavailable" "系统没能运行规则，请稍后再试" "the system could not run the rule; try again",
        /// It asked for something it keeps that the caller had not fetched. Never recorded; the caller fetches and asks again.
        FactsMissing "facts-missing" "规则要查的记录过于分散，系统没有查全" "the rule asks for records of too many subjects in one answer",
        /// Nobody has given this host the component with that digest.
        NotLoaded "not-loaded" "规则程序尚未载入" "the component with this digest has not been loaded",
        /// The settings do not fit the plugin's own schema or its own check.
        BadSettings "bad-settings" "规则的设置项不合要求" "the rule's settings do not satisfy its schema",
        /// The rule has no case of this kind.
        UnknownCase "unknown-case" "规则没有这一类事项" "the rule has no case of this kind",
        /// The case form does not satisfy the rule's schema.
        BadForm "bad-form" "填写的内容不符合规则要求的格式" "the form does not satisfy the rule's schema",
        /// The plugin does not answer at this gate.
        NoSuchExport "no-such-export" "规则没有这个环节的回答" "the rule does not answer at this gate",
    }
}

impl FailureCode {
    /// Whether the same call on any machine ends the same way, so that it may be recorded as the answer.
    #[must_use]
    pub const fn is_deterministic(self) -> bool {
        !matches!(self, Self::Unavailable | Self::NotLoaded | Self::FactsMissing)
    }

    /// What to do about it, in Chinese and in English.
    const fn remedy(self) -> (&'static str, &'static str) {
        match self {
            // Their own words say it already.
            Self::Unavailable | Self::BadForm => ("", ""),
            Self::NotLoaded => ("请稍后再试", "try again shortly"),
            Self::UnknownCase => {
                ("请在规则页面上选一类它办理的事项", "choose a kind of case from the rule's page")
            }
            Self::BadSettings => ("请在规则页面上改正设置项", "correct the settings on the rule's page"),
            Self::InputLimit => ("请把材料缩短后再办", "shorten what is handed in and try again"),
            _ => (
                "再试一次结果也一样，请告知镇里和规则的作者",
                "it will answer the same again; tell the town and the rule's author",
            ),
        }
    }
}

/// 规则未能作答 (a plugin gave no usable answer). The matter stays where it is.
#[derive(Clone, Debug, thiserror::Error, Serialize, Deserialize)]
#[error("rule `{plugin}` gave no usable answer at `{export}`: {code}: {detail}")]
pub struct GateFailure {
    /// Name in the plugin's manifest, or its digest when it is not loaded.
    pub plugin: String,
    /// Which component.
    pub digest: Digest,
    /// Which gate.
    pub export: Export,
    /// Stable code.
    pub code: FailureCode,
    /// For the author and the town: which limit, which field, what the guest said. Never for residents.
    pub detail: String,
    /// For people.
    pub message_zh: String,
    /// For people.
    pub message_en: String,
    /// The call as it can be recorded and replayed, when its failure is deterministic.
    pub call: Option<Box<Call>>,
    /// With [`FailureCode::FactsMissing`]: what the snapshot lacked. Fetch it and ask again.
    #[serde(skip)]
    pub missing: Option<Box<FactQuestion>>,
}

impl GateFailure {
    /// A failure of `plugin` at `export`.
    #[must_use]
    pub fn new(
        plugin: &str,
        digest: Digest,
        export: Export,
        code: FailureCode,
        detail: impl Into<String>,
    ) -> Self {
        let (message_zh, message_en) = messages(code, plugin, plugin);
        Self {
            plugin: plugin.to_owned(),
            digest,
            export,
            code,
            // Part of it may be the guest's own words.
            detail: text::quoted(&detail.into()),
            message_zh,
            message_en,
            call: None,
            missing: None,
        }
    }

    /// The same failure, told by the rule's title instead of its name.
    #[must_use]
    pub fn titled(mut self, manifest: &Manifest) -> Self {
        let (zh, en) = (manifest.title.zh(), manifest.title.en());
        (self.message_zh, self.message_en) = messages(self.code, zh, en);
        self
    }
}

/// What a failure says to people.
fn messages(code: FailureCode, zh: &str, en: &str) -> (String, String) {
    let (todo_zh, todo_en) = code.remedy();
    let (mut told_zh, mut told_en) =
        (format!("规则《{zh}》：{}", code.zh()), format!("Rule “{en}”: {}", code.en()));
    if !todo_zh.is_empty() {
        told_zh = format!("{told_zh}。{todo_zh}");
        told_en = format!("{told_en}; {todo_en}");
    }
    (format!("{told_zh}。"), format!("{told_en}."))
}

codes! {
    /// Why a file is not taken as a plugin.
    RefusalCode {
        /// Nothing was sent.
        Empty "empty" "文件是空的" "the file is empty",
        /// Larger than a component may be.
        TooLarge "too-large" "文件超过大小上限" "the file is larger than allowed",
        /// Not WebAssembly at all.
        NotWasm "not-wasm" "文件不是 WebAssembly 组件" "the file is not a WebAssembly component",
        /// Compiled machine code; only this host may make that.
        PrecompiledForbidden "precompiled-forbidden" "不接受已编译的机器码" "compiled machine code is not accepted",
        /// A core module.
        NotComponent "not-component" "文件是普通 wasm 模块，不是组件；请用 yishi 的构建工具打包" "the file is a core module, not a component; pack it with the yishi builder",
        /// Broken or cut off.
        Malformed "malformed" "文件损坏或不完整" "the file is damaged or cut off",
        /// Uses a feature that is off.
        FeatureDisabled "feature-disabled" "文件用了不允许的 WebAssembly 特性" "the file uses a WebAssembly feature that is not allowed",
        /// Some count or size is over its cap.
        StaticLimit "static-limit" "文件内部的数量或大小超过上限" "a count or size inside the file is over its cap",
        /// Custom sections other than the manifest are too large or too many.
        CustomSectionBudget "custom-section-budget" "附加段过多或过大" "custom sections are too many or too large",
        /// No manifest.
        ManifestMissing "manifest-missing" "文件里没有规则说明" "the file holds no manifest",
        /// Two manifests.
        ManifestRepeated "manifest-repeated" "文件里有不止一份规则说明" "the file holds more than one manifest",
        /// Manifest is not what its schema says.
        ManifestInvalid "manifest-invalid" "规则说明不合格式" "the manifest does not satisfy its schema",
        /// Holds characters that people cannot see or that turn text round.
        HiddenText "hidden-text" "规则说明里有看不见的或者会颠倒文字的字符" "the manifest holds characters that hide or turn text",
        /// Speaks to the making of rules, which is for the law and the charter alone.
        ReservedDomain "reserved-domain" "规则的制定、修改和废止由法律和章程规定，其他规则不得涉及" "the making and ending of rules is for the law and the charter; no other rule speaks to it",
        /// Built against a version of the contract this host does not serve.
        WitVersion "wit-version" "规则按本系统不支持的契约版本构建" "the rule was built against a version of the contract this host does not serve",
        /// Imports something that is not granted.
        UndeclaredImport "undeclared-import" "规则要求使用不允许的外部能力" "the rule imports something that rules may not use",
        /// Lacks an export its kind must have.
        MissingExport "missing-export" "规则缺少必须提供的回答" "the rule lacks an export that its kind must have",
        /// An export or import has another type than the contract says.
        WrongType "wrong-type" "规则的接口类型与契约不符" "an export or import has another type than the contract says",
        /// The compiler refused it, ran out of time or memory, or died.
        CompileFailed "compile-failed" "规则编译失败" "the rule could not be compiled within the limits",
        /// It cannot be started.
        InitTrap "init-trap" "规则无法启动" "the rule fails when it is started",
        /// A JSON Schema in it cannot be used here: it reaches out, or stands for more than may be compiled.
        SchemaRefused "schema-refused" "规则说明里的表单格式不能使用" "a JSON Schema in the manifest cannot be used",
        /// Its settings schema or defaults are not usable.
        SettingsInvalid "settings-invalid" "设置项的格式或默认值不合要求" "the settings schema or the defaults are not usable",
        /// A scenario did not come out as the manifest says, or could not be run.
        ScenarioFailed "scenario-failed" "规则自带的情景没有得出预期结果" "a scenario did not come out as the manifest says",
        /// Two runs of the same call differ.
        Nondeterministic "nondeterministic" "同样的问题两次回答不一致" "the rule answered the same question differently",
        /// Declares terms laxer than the law.
        LaxerThanFloor "laxer-than-floor" "规则低于法律规定的最低要求" "the rule asks for less than the law does",
        /// A charter that keeps people out whom the law entitles.
        ExcludesEntitled "excludes-entitled" "章程排除了法律规定享有资格的人" "the charter keeps out people whom the law entitles",
        /// A charter that does not declare how the council decides (ruling R5).
        CouncilTermsMissing "council-terms-missing" "章程没有写明议事会的法定人数和表决多数" "the charter does not declare the council's quorum and majority",
        /// The charter in force refuses it.
        CharterRefuses "charter-refuses" "现行章程不同意这条规则" "the charter in force refuses this rule",
        /// It does not suit this kind of community.
        WrongCommunityKind "wrong-community-kind" "规则不适用于这类社区" "the rule does not suit this kind of community",
        /// A gate failed while the file was checked.
        GateFailed "gate-failed" "检查时规则未能作答" "the rule gave no usable answer while it was checked",
        /// The machine could not check it now.
        Unavailable "unavailable" "系统暂时没能检查这个文件，问题不在规则，请稍后再试" "the system could not check the file now; the rule is not at fault; try again",
    }
}

/// 不予接收 (a file is not taken as a plugin).
#[derive(Clone, Debug, thiserror::Error, Serialize)]
#[error("plugin refused: {code}: {detail}")]
pub struct PluginRefusal {
    /// Stable code.
    pub code: RefusalCode,
    /// For the author: which import, export, section, offset, field, article. It stands apart from what people are told.
    pub detail: String,
    /// The same in Chinese; in the words of a tool where they are not ours.
    pub detail_zh: String,
    /// For people.
    pub message_zh: String,
    /// For people.
    pub message_en: String,
}

impl PluginRefusal {
    /// A refusal whose particulars are for the author alone: they stand beside the words, and no reader has to make sense
    /// of them.
    #[must_use]
    pub fn new(code: RefusalCode, zh: &str, en: &str) -> Self {
        Self::worded(code, "", "", zh, en)
    }

    /// As [`PluginRefusal::new`], where the particulars are the words of a tool or of the guest, which nobody translates.
    #[must_use]
    pub fn quoting(code: RefusalCode, detail: &str) -> Self {
        Self::new(code, detail, detail)
    }

    /// A refusal whose particulars everybody should read.
    #[must_use]
    pub fn telling(code: RefusalCode, zh: &str, en: &str) -> Self {
        Self::worded(code, zh, en, zh, en)
    }

    /// A refusal with particulars for everybody, and others for the author.
    pub(crate) fn worded(code: RefusalCode, zh: &str, en: &str, detail_zh: &str, detail: &str) -> Self {
        let (todo_zh, todo_en) = code.remedy();
        let joined = |parts: [&str; 3], [first, second]: [&str; 2]| {
            let [what, which, todo] = parts.map(text::quoted);
            let which = if which.is_empty() { which } else { format!("{first}{which}") };
            let todo = if todo.is_empty() { todo } else { format!("{second}{todo}") };
            format!("{what}{which}{todo}")
        };
        Self {
            code,
            detail: text::quoted(detail),
            detail_zh: text::quoted(detail_zh),
            message_zh: joined([code.zh(), zh, todo_zh], ["：", "。"]),
            message_en: joined([code.en(), en, todo_en], [": ", "; "]),
        }
    }
}

impl RefusalCode {
    /// What whoever uploaded the file does now, in Chinese for the town and in English.
    const fn remedy(self) -> (&'static str, &'static str) {
        match self {
            Self::Empty => ("请重新选择文件", "choose the file again"),
            Self::Malformed | Self::PrecompiledForbidden => (
                "请重新下载或者向规则作者要一份完整的组件文件（.wasm）",
                "download it again, or ask the rule's author for the whole component (.wasm)",
            ),
            Self::NotWasm => (
                "请上传规则作者给的组件文件（.wasm），不是文稿、网页或者压缩包",
                "upload the component (.wasm) that the rule's author gave, not a document, a page or an archive",
            ),
            Self::NotComponent
            | Self::ManifestMissing
            | Self::UndeclaredImport
            | Self::MissingExport
            | Self::WrongType => (
                "请规则作者用本系统的构建工具（yishi-builder，目标 wasm32-unknown-unknown）重新打包",
                "the author packs it again with the yishi builder, for wasm32-unknown-unknown",
            ),
            Self::WitVersion => (
                "请规则作者按本系统支持的版本重新构建",
                "the author builds it again against the version this host serves",
            ),
            Self::SchemaRefused | Self::HiddenText | Self::ManifestInvalid | Self::ManifestRepeated => {
                ("请规则作者改正规则说明后重新打包", "the author corrects the manifest and packs it again")
            }
            Self::TooLarge
            | Self::StaticLimit
            | Self::CustomSectionBudget
            | Self::FeatureDisabled
            | Self::CompileFailed
            | Self::InitTrap
            | Self::ScenarioFailed
            | Self::Nondeterministic
            | Self::GateFailed => {
                ("请规则作者改正程序后重新打包", "the author corrects the program and packs it again")
            }
            Self::Unavailable
            | Self::ReservedDomain
            | Self::SettingsInvalid
            | Self::LaxerThanFloor
            | Self::ExcludesEntitled
            | Self::CouncilTermsMissing
            | Self::CharterRefuses
            | Self::WrongCommunityKind => ("", ""),
        }
    }
}

impl From<GateFailure> for PluginRefusal {
    fn from(failure: GateFailure) -> Self {
        let code = match failure.code {
            FailureCode::Unavailable | FailureCode::NotLoaded => RefusalCode::Unavailable,
            FailureCode::Nondeterministic => RefusalCode::Nondeterministic,
            FailureCode::BadSettings => RefusalCode::SettingsInvalid,
            _ => RefusalCode::GateFailed,
        };
        let detail = format!("{} at `{}`: {}", failure.code, failure.export, failure.detail);
        Self::worded(code, failure.code.zh(), failure.code.en(), &detail, &detail)
    }
}
