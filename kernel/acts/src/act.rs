//! 办理 (one act): its declaration as a trait, and the entry of the catalogue that is made from it.

use std::sync::OnceLock;

use jiff::civil::Date;
use serde_json::{Value, json};
use yishi_deliberation::{Deed, Pins, Refusal, Turn};
use yishi_identity::policy::{Right, Who};
use yishi_identity::{AccountId, PersonId};
use yishi_law::{BodyKind, CountingMode, Step};
use yishi_schema::{FieldError, Validator};
use yishi_words::{Coded, CommunityKind, Lang, Words};

use crate::ask::Say;
use crate::house::House;
use crate::input::{Input, api_schema, form_schema};
use crate::papers::Papers;

/// 办理的对象 (what an act is done with: a matter, a meeting, a rule).
pub trait Aggregate: Sized + 'static {
    /// What can be done with it.
    type Act: Deed + Send + Sync;
    /// What its machine takes.
    type Command;
    /// What an act may ask to be told before it becomes a command.
    type Needs: Default;
    /// What is looked up for that.
    type Known;

    /// Its acts, each once.
    fn acts() -> &'static [Entry<Self>];

    /// The right to do an act; nobody has one to what the catalogue does not declare.
    #[must_use]
    fn right(act: Self::Act) -> Right {
        declared_right::<Self>(act)
    }

    /// The entry of the act with this code, if the catalogue has it.
    #[must_use]
    fn entry_named(code: &str) -> Option<&'static Entry<Self>> {
        Self::acts().iter().find(|entry| entry.act.code() == code)
    }

    /// The entry of the act whose form comes about in this way of its own, if there is one.
    #[must_use]
    fn entry_drawn(drawing: Drawing) -> Option<&'static Entry<Self>> {
        Self::acts().iter().find(|entry| entry.style.drawing == drawing)
    }

    /// The entry of one act, if the catalogue has it.
    #[must_use]
    fn entry(act: Self::Act) -> Option<&'static Entry<Self>> {
        Self::acts().iter().find(|entry| entry.act == act)
    }
}

/// The right that an act declares of itself, or that the act of the house of the same code does, by which a thing begins or is
/// put to the vote; nobody has one to what the catalogue does not declare.
pub(crate) fn declared_right<A: Aggregate>(act: A::Act) -> Right {
    let own = A::entry(act).map(Entry::right);
    let of_the_house = || House::entry_named(act.code()).map(Entry::right);
    let nobody = Right { code: act.code(), family: A::Act::FAMILY, may: Who::any(&[]) };
    own.or_else(of_the_house).unwrap_or(nobody)
}

/// 所见 (everything an act sees when it becomes a command).
#[derive(Debug)]
pub struct World<'a, A: Aggregate> {
    /// What it is done with, as it stands.
    pub on: &'a A,
    /// The day.
    pub today: Date,
    /// Whose account acts.
    pub account: Option<AccountId>,
    /// The person it acts for, where it is a resident's of this community.
    pub own: Option<PersonId>,
    /// What was looked up.
    pub known: A::Known,
    /// Where papers are kept.
    pub papers: Papers<'a>,
}

/// 询问规约的关口 (at which step of which body the rules are asked, and how that body is counted).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Asks {
    /// The body.
    pub body: BodyKind,
    /// The step.
    pub step: Step,
    /// How it is counted.
    pub mode: CountingMode,
}

impl Asks {
    /// A step of a body that is counted by persons.
    #[must_use]
    pub const fn at(body: BodyKind, step: Step) -> Self {
        Self { body, step, mode: CountingMode::Persons }
    }
}

/// 样式 (how a page shows the form of an act).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Style {
    /// What sending it does.
    pub note: Option<Say>,
    /// The button, where it does not say what the act is called.
    pub button: Option<Say>,
    /// What is said when it is done, where that is more than that it is done.
    pub done: Option<Say>,
    /// How much room it takes.
    pub room: Room,
    /// Whether it is always at hand and never what is waited for: it comes last.
    pub aside: bool,
    /// How its form comes about.
    pub drawing: Drawing,
}

/// 画法 (how the form of an act comes about, and what was written in it is read back).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Drawing {
    /// From the act's own schema, as that of nearly every act.
    Schema,
    /// 签到: those who may come, to be ticked or named, and each of those who are there with a way to leave.
    Attendance,
    /// 回避: who stands aside from which item, as it was said in the room.
    Recusal,
    /// 计票: what was counted in the room, with who counted.
    Count,
    /// 当选名单: who was elected to what, a line for each.
    Elected,
    /// On no page.
    Nowhere,
}

/// 版面 (how much room a form takes).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Room {
    /// It stands open.
    Open,
    /// It is folded behind its title.
    Folded,
    /// It is folded, and marked as something that cannot be taken back.
    Danger,
}

impl Style {
    /// Open, with nothing more to say.
    pub(crate) const OPEN: Self = Self {
        note: None,
        button: None,
        done: None,
        room: Room::Open,
        aside: false,
        drawing: Drawing::Schema,
    };
    /// Folded.
    pub(crate) const FOLDED: Self = Self { room: Room::Folded, ..Self::OPEN };
    /// Cannot be taken back.
    pub(crate) const DANGER: Self = Self { room: Room::Danger, ..Self::OPEN };

    pub(crate) const fn note(self, zh: &'static str, en: &'static str) -> Self {
        Self { note: Some(Say { zh, en }), ..self }
    }

    pub(crate) const fn done(self, zh: &'static str, en: &'static str) -> Self {
        Self { done: Some(Say { zh, en }), ..self }
    }

    pub(crate) const fn send(self) -> Self {
        Self { button: Some(Say { zh: "提交", en: "Send" }), ..self }
    }

    pub(crate) const fn aside(self) -> Self {
        Self { aside: true, ..self }
    }

    pub(crate) const fn drawn(self, drawing: Drawing) -> Self {
        Self { drawing, ..self }
    }
}

/// 地址 (where an act that is done with no one thing stands in the API, and what it answers).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Address {
    /// Below `/api/v1/`, each part that differs in braces.
    pub path: &'static str,
    /// The name of the answer in the API's document; `[]` behind it for several.
    pub view: &'static str,
    /// Under which heading the document lists it.
    pub tag: &'static str,
    /// Whether something is made (201).
    pub makes: bool,
}

impl Address {
    /// Something is made.
    pub(crate) const fn made(path: &'static str, view: &'static str, tag: &'static str) -> Self {
        Self { path, view, tag, makes: true }
    }

    /// Something is done with what is there.
    pub(crate) const fn done(path: &'static str, view: &'static str, tag: &'static str) -> Self {
        Self { makes: false, ..Self::made(path, view, tag) }
    }
}

/// 一项办理 (one act, declared).
pub trait Act: Input + Send + Sync + 'static {
    /// What it is done with.
    type On: Aggregate;

    /// Its code, under which it is offered, refused and addressed.
    const ACT: <Self::On as Aggregate>::Act;

    /// Who may, and of which bodies.
    const MAY: Who;

    /// What it takes when that has its turn.
    const TAKES: Option<Turn> = None;

    /// Its address under what it is done with, where that is not its code.
    const PATH: Option<&'static str> = None;

    /// Its address, where it is done with no one thing of its kind.
    const ADDRESS: Option<Address> = None;

    /// Its name in the API's document, where that is not its code.
    const OPERATION: Option<&'static str> = None;

    /// Whether whoever does it says which version they read.
    const IF_MATCH: bool = true;

    /// Whether it is decided again where somebody else wrote meanwhile: two tables at a door do not refuse each other.
    const AGAIN: bool = false;

    /// How a page shows it.
    const STYLE: Style = Style::OPEN;

    /// An input that is taken, as JSON.
    const EXAMPLE: &'static str;

    /// At which step the rules are asked about its command; nowhere for what is no step of the procedure.
    fn asks(_: &<Self::On as Aggregate>::Command) -> Option<Asks> {
        None
    }

    /// What it has to be told.
    fn needs(&self, _: &Self::On) -> <Self::On as Aggregate>::Needs {
        Default::default()
    }

    /// Whether what it asks for has been done already, so that nothing is left to do.
    fn is_done(&self, _: &Self::On) -> bool {
        false
    }

    /// Becomes a command.
    ///
    /// # Errors
    /// Every field that is wrong, or what is missing before it can be done at all.
    fn command(&self, world: &mut World<'_, Self::On>) -> Result<Given<Self::On>, Wrong>;
}

/// 不成 (why an act does not become a command).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wrong {
    /// Fields of its input are wrong.
    Fields(Vec<FieldError>),
    /// Comments on a rule's draft wait for an answer.
    Unanswered {
        /// How many.
        count: u64,
    },
    /// What stands does not let it be (409).
    Refused(Box<Refusal>),
    /// Something else has to be there first.
    Lacks {
        /// A stable kebab-case code.
        code: &'static str,
        /// What is missing and what to do, in both languages.
        said: Words,
    },
}

impl From<Refusal> for Wrong {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(Box::new(refusal))
    }
}

impl From<Vec<FieldError>> for Wrong {
    fn from(fields: Vec<FieldError>) -> Self {
        Self::Fields(fields)
    }
}

impl Wrong {
    /// One wrong field.
    pub(crate) fn field(pointer: &str, code: &'static str, zh: &str, en: &str) -> Self {
        Self::Fields(vec![FieldError::new(pointer, code, zh, en)])
    }
}

/// 要办的事 (a command with what goes to the rules).
#[derive(Debug)]
pub struct Given<A: Aggregate> {
    /// For the machine.
    pub command: A::Command,
    /// What the rules are shown of it, as JSON.
    pub evidence: Value,
    /// The body it is submitted to, where it submits something: what it adopts may ask nothing of a higher one (R27).
    pub submits_to: Option<BodyKind>,
    /// The rules that are asked, where they are others than those it is under.
    pub under: Option<Pins>,
    /// Whether a rule that gives no answer is left out, because people force it (N6).
    pub sets_aside: bool,
}

impl<A: Aggregate> Given<A> {
    /// A command and nothing more.
    pub fn command(command: A::Command) -> Self {
        Self { command, evidence: Value::Null, submits_to: None, under: None, sets_aside: false }
    }

    /// The same, with what the rules are shown.
    #[must_use]
    pub fn showing(self, evidence: Value) -> Self {
        Self { evidence, ..self }
    }

    /// The same, submitted to a body.
    #[must_use]
    pub fn submitting_to(self, body: Option<BodyKind>) -> Self {
        Self { submits_to: body, ..self }
    }

    /// The same, waiting for no rule that gives no answer.
    #[must_use]
    pub fn setting_aside(self) -> Self {
        Self { sets_aside: true, ..self }
    }

    /// The same, asking the rules of these pins.
    #[must_use]
    pub fn under(self, pins: Pins) -> Self {
        Self { under: Some(pins), ..self }
    }
}

/// 已读入 (an input that has been read, whichever act it is of).
pub trait Ready<A: Aggregate>: Send + Sync {
    /// See [`Act::needs`].
    fn needs(&self, on: &A) -> A::Needs;
    /// See [`Act::is_done`].
    fn is_done(&self, on: &A) -> bool;
    /// See [`Act::command`].
    ///
    /// # Errors
    /// See [`Act::command`].
    fn command(&self, world: &mut World<'_, A>) -> Result<Given<A>, Wrong>;
}

impl<T: Act> Ready<T::On> for T {
    fn needs(&self, on: &T::On) -> <T::On as Aggregate>::Needs {
        Act::needs(self, on)
    }

    fn is_done(&self, on: &T::On) -> bool {
        Act::is_done(self, on)
    }

    fn command(&self, world: &mut World<'_, T::On>) -> Result<Given<T::On>, Wrong> {
        Act::command(self, world)
    }
}

/// What reading an input comes to: something ready to become a command, or every field that is wrong.
pub type Read<A> = Result<Box<dyn Ready<A>>, Vec<FieldError>>;

/// 目录的一条 (what the catalogue knows of one act).
#[derive(Debug)]
pub struct Entry<A: Aggregate> {
    /// Its code.
    pub act: A::Act,
    /// Who may, and of which bodies.
    pub may: Who,
    /// What it takes when that has its turn.
    pub takes: Option<Turn>,
    /// See [`Act::IF_MATCH`].
    pub if_match: bool,
    /// See [`Act::AGAIN`].
    pub again: bool,
    /// How a page shows it.
    pub style: Style,
    /// What it is, the Chinese term first.
    pub about: &'static str,
    /// The name of its input in the API's document.
    pub name: &'static str,
    /// See [`Act::asks`].
    pub asks: fn(&A::Command) -> Option<Asks>,
    /// See [`Act::ADDRESS`].
    pub address: Option<Address>,
    path: Option<&'static str>,
    operation: Option<&'static str>,
    example: &'static str,
    api_schema: fn() -> Value,
    form_schema: fn(CommunityKind) -> Value,
    read: fn(&Value) -> Read<A>,
    validator: OnceLock<Validator>,
}

impl<A: Aggregate> Entry<A> {
    /// The entry of an act.
    pub(crate) const fn of<T: Act<On = A>>() -> Self {
        Self {
            act: T::ACT,
            may: T::MAY,
            takes: T::TAKES,
            if_match: T::IF_MATCH,
            again: T::AGAIN,
            path: T::PATH,
            address: T::ADDRESS,
            operation: T::OPERATION,
            style: T::STYLE,
            about: T::ABOUT,
            name: T::NAME,
            asks: T::asks,
            example: T::EXAMPLE,
            api_schema: api_schema::<T>,
            form_schema: form_schema::<T>,
            read: read::<T>,
            validator: OnceLock::new(),
        }
    }

    /// The schema that the API's document shows and a request is held to.
    #[must_use]
    pub fn api_schema(&self) -> Value {
        (self.api_schema)()
    }

    /// The schema from which a page draws its form.
    #[must_use]
    pub fn form_schema(&self, kind: CommunityKind) -> Value {
        (self.form_schema)(kind)
    }

    /// The right to do it.
    #[must_use]
    pub fn right(&self) -> Right {
        Right { code: self.act.code(), family: A::Act::FAMILY, may: self.may }
    }

    /// Its address under what it is done with.
    #[must_use]
    pub fn path(&self) -> &'static str {
        self.path.unwrap_or_else(|| self.act.code())
    }

    /// Its name in the API's document.
    #[must_use]
    pub fn operation(&self) -> String {
        self.operation.map_or_else(|| self.act.code().replace('-', "_"), str::to_owned)
    }

    /// 已办理 (what is said when it is done).
    #[must_use]
    pub fn done(&self, lang: Lang) -> String {
        match (self.style.done, lang) {
            (Some(said), Lang::Zh) => said.zh.to_owned(),
            (Some(said), Lang::En) => said.en.to_owned(),
            (None, Lang::Zh) => format!("已办理：{}", self.heading(lang)),
            (None, Lang::En) => self.heading(lang),
        }
    }

    /// An input that is taken.
    #[must_use]
    pub fn example(&self) -> Value {
        serde_json::from_str(self.example).unwrap_or_default()
    }

    /// Whether it asks nothing, so that a request needs no body.
    #[must_use]
    pub fn asks_nothing(&self) -> bool {
        self.api_schema()["properties"].as_object().is_none_or(serde_json::Map::is_empty)
    }

    /// Its name in a line, English with a capital letter.
    #[must_use]
    pub fn heading(&self, lang: Lang) -> String {
        Coded::term(self.act).heading(lang)
    }

    /// Reads an input: everything its schema refuses is told at once, after what is known to be wrong with it already.
    ///
    /// # Errors
    /// Every field that is wrong.
    pub fn read(&self, input: &Value, mut known: Vec<FieldError>) -> Read<A> {
        let validator = self.validator.get_or_init(|| {
            yishi_schema::validator(&self.api_schema()).expect("every schema compiles, as a test holds")
        });
        known.extend(yishi_schema::violations(validator, input));
        if known.is_empty() { (self.read)(input) } else { Err(known) }
    }
}

/// What the schema lets pass and the type refuses (an id that is none, say) is told at its field.
fn read<T: Act>(input: &Value) -> Read<T::On> {
    match serde_json::from_value::<T>(input.clone()) {
        Ok(input) => Ok(Box::new(input)),
        Err(_) => Err(unread::<T>(input)),
    }
}

/// The fields that cannot be read: each is tried alone, in an example that can.
fn unread<T: Act>(input: &Value) -> Vec<FieldError> {
    let whole: Value = serde_json::from_str(T::EXAMPLE).unwrap_or_else(|_| json!({}));
    let fields = input.as_object().into_iter().flatten();
    let wrong = fields.filter(|(key, value)| {
        let mut tried = whole.clone();
        tried[key.as_str()] = (*value).clone();
        serde_json::from_value::<T>(tried).is_err()
    });
    let at = |key: &str| {
        let mut pointer = String::new();
        yishi_schema::push(&mut pointer, key);
        FieldError::of(pointer, yishi_schema::INVALID_VALUE)
    };
    let faults: Vec<_> = wrong.map(|(key, _)| at(key)).collect();
    if faults.is_empty() { vec![FieldError::of("", yishi_schema::INVALID_VALUE)] } else { faults }
}
