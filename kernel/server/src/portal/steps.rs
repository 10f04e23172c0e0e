//! 办理 (the steps of a matter as forms): one form for each command the reader may give, one route that takes them.
use yishi_portal::Speak as _;

use std::collections::BTreeSet;

use axum::response::Response;
use serde_json::Value;
use yishi_app::inputs::{
    ConsultationSummary, ConsultationWindow, DeliberationOutcome, DisclosureWindow, FilingNote,
    FilingReceipt, NewComment, PetitionInput, Proposal, Reasons, Report, ResolveBy, Revision, StudyOutcome,
    Tabling, TakeDown,
};
use yishi_app::position::Turn;
use yishi_app::reader::MatterAsked;
use yishi_app::views::BallotPhase;
use yishi_app::views::{BallotView, MatterSummary, MatterView};
use yishi_app::{AppError, OpContext};
use yishi_deliberation::{MatterAct, MatterStage};
use yishi_edge::extract::Path;
use yishi_identity::{CommunityId, MatterId};
use yishi_law::{BodyKind, MatterClass, Subject, TrackStage};
use yishi_portal::asked::{self, Asked};
use yishi_portal::context::{Field, FieldChoice, FieldKind, Form, FormStyle};
use yishi_portal::forms;

use super::answer::Miss;
use super::phrases;
use super::posted::Posted;
use super::visit::{Place, Visit};

/// Fields of the inputs that a form calls by another name.
const NAMES: &[(&str, &str)] = &[
    ("/days", "last"),
    ("/amount_fen", "amount"),
    ("/per_household_fen", "levy"),
    ("/report", "evidence"),
    ("/note", "receipt"),
];

/// What the names of the fields that rules ask for begin with: in a proposal, and in the report on its outcome.
const FORM: &str = "form";
const EVIDENCE: &str = "evidence";

/// Takes the form of a step.
pub(super) async fn step(
    visit: Visit,
    Path((community, matter, step)): Path<(CommunityId, MatterId, String)>,
    posted: Posted,
) -> Response {
    match visit.take_step(community, matter, &step, &posted).await {
        Ok(()) => {
            let anchor = if step == "comments" { "#consultation" } else { "" };
            let heading = match step.as_str() {
                "comments" => visit.say("意见已发表", "Your comment is there").to_owned(),
                step => {
                    let what = phrases::act::<MatterAct>(visit.lang, step);
                    format!("{}{what}", visit.say("已办理：", "Done: "))
                }
            };
            visit.done(&format!("/c/{community}/matters/{matter}{anchor}"), &heading)
        }
        Err(miss) => {
            let form = if step == "comments" { "comment" } else { step.as_str() };
            let page = match visit.tried(&miss, form, &posted, names(&step)) {
                Some(tried) => visit.matter_page(community, matter, Some(&tried)).await,
                None => Err(miss),
            };
            visit.show(page).await
        }
    }
}

/// `days` is the last day of a consultation, and the number of days of a notice.
fn names(step: &str) -> &'static [(&'static str, &'static str)] {
    match step {
        "disclose" | "disclose-outcome" => NAMES.split_first().map_or(NAMES, |(_, rest)| rest),
        _ => NAMES,
    }
}

impl Visit {
    /// Reads the form, gives the command.
    async fn take_step(
        &self,
        community: CommunityId,
        matter: MatterId,
        step: &str,
        form: &Posted,
    ) -> Result<(), Miss> {
        // What the form says is read before anything is done, so that a bad field changes nothing.
        let app = self.app();
        macro_rules! give {
            ($act:ident) => {
                self.once(form, |ctx: OpContext| async move { app.$act(&ctx, community, matter).await })
                    .await?
            };
            ($act:ident, $input:expr) => {{
                let input = $input;
                self.once(
                    form,
                    |ctx: OpContext| async move { app.$act(&ctx, community, matter, input).await },
                )
                .await?
            }};
        }
        let _: Value = match step {
            "comments" => give!(comment, NewComment { text: form.required("text")? }),
            "propose" => {
                let mut input = proposal(form)?;
                input.form = self.answers(community, matter, form, FORM).await?;
                give!(propose, input)
            }
            "review" => give!(
                review,
                yishi_app::inputs::ReviewOutcome {
                    outcome: form.one("outcome")?,
                    reasons: form.optional("reasons"),
                }
            ),
            "resubmit" => give!(resubmit, revision(form)?),
            "put-to-chair" => give!(
                put_to_chair,
                Tabling { minutes: form.required("minutes")?, authorisation: form.optional("authorisation") }
            ),
            "force-convening" => give!(
                force_convening,
                PetitionInput {
                    to: form.one("to")?,
                    by: form.one("by")?,
                    signatures: form.number("signatures")?.unwrap_or(0),
                    record: form.required("record")?,
                    checked_by: match form.optional("checked_by") {
                        Some(_) => Some(self.person_of(community, "checked_by", form).await?),
                        None => None,
                    },
                    authorisation: form.optional("authorisation"),
                }
            ),
            "open-consultation" => {
                give!(
                    open_consultation,
                    ConsultationWindow { days: self.days_until(form)?, form: form.maybe("form")? }
                )
            }
            "close-consultation" => {
                give!(close_consultation, ConsultationSummary { summary: form.required("summary")? })
            }
            "study" => give!(
                study,
                StudyOutcome {
                    outcome: form.one("outcome")?,
                    record: form.required("record")?,
                    reasons: form.optional("reasons"),
                }
            ),
            "deliberate" => give!(
                deliberate,
                DeliberationOutcome {
                    outcome: form.one("opinion")?,
                    to: form.maybe("to")?,
                    authorisation: form.optional("authorisation"),
                    minutes: form.required("minutes")?,
                    reasons: form.optional("reasons"),
                }
            ),
            "resolve" => give!(resolve, ResolveBy { ballot: form.one("ballot")? }),
            "escalate" => give!(escalate, reasons(form)?),
            "file" => give!(file, FilingNote { note: form.optional("receipt") }),
            "acknowledge-filing" => {
                give!(acknowledge_filing, FilingReceipt { receipt: form.required("receipt")? })
            }
            "disclose" => give!(disclose, DisclosureWindow { days: days(form)? }),
            "take-down" => give!(take_down, TakeDown { which: None }),
            "implement" => give!(implement, report(form)?),
            "disclose-outcome" => {
                let mut input = report(form)?;
                input.evidence = self.answers(community, matter, form, EVIDENCE).await?;
                give!(disclose_outcome, input)
            }
            "complete" => give!(complete),
            "withdraw" => give!(withdraw, reasons(form)?),
            "lapse" => give!(lapse, reasons(form)?),
            "repin" => give!(repin, reasons(form)?),
            _ => return Err(AppError::NotFound { what: "step" }.into()),
        };
        Ok(())
    }

    /// What the form answers to the rules' questions about the matter; none when it did not ask.
    async fn answers(
        &self,
        community: CommunityId,
        matter: MatterId,
        form: &Posted,
        name: &str,
    ) -> Result<Option<Value>, Miss> {
        if form.optional("asked").as_deref() != Some(name) {
            return Ok(None);
        }
        let asked = self.app().matter_asked(self.ctx(), community, matter).await?;
        let schemas = if name == EVIDENCE { &asked.evidence } else { &asked.form };
        form.asked(&Asked::merged(schemas), name).map(Some)
    }

    /// How many days from today the last day of a consultation is.
    fn days_until(&self, form: &Posted) -> Result<u16, Miss> {
        let last = form.date("last")?;
        let days = (last - self.ctx().today).get_days();
        Ok(u16::try_from(days).ok().filter(|days| *days > 0).ok_or_else(|| {
            AppError::field("/last", "in-the-past", "截止日应在今天之后", "the last day must be after today")
        })?)
    }

    /// The forms for what the reader may do next.
    pub(super) async fn matter_forms(
        &self,
        place: &Place,
        matter: &MatterView,
        votes: &[BallotView],
        wanted: Option<&str>,
    ) -> Result<Vec<Form>, Miss> {
        let mut list = Vec::with_capacity(matter.may.len());
        let asks = matter.rule.is_none()
            && matter.may.iter().any(|act| matches!(act, MatterAct::Propose | MatterAct::DiscloseOutcome));
        let asked = if asks {
            self.app().matter_asked(self.ctx(), place.id(), matter.id).await?
        } else {
            MatterAsked::default()
        };
        for act in &matter.may {
            let Some(form) = self.matter_form(place, matter, votes, *act) else { continue };
            let form = match act {
                MatterAct::Propose => self.asking(form, &asked.form, FORM),
                MatterAct::DiscloseOutcome => self.asking(form, &asked.evidence, EVIDENCE),
                _ => form,
            };
            let form = match place.reader.acting_as_for(*act) {
                Some(capacity) => form.acting_as(&phrases::capacity_in(self.lang, place.kind(), capacity)),
                None => form,
            };
            list.push(self.guarded(form, Some(matter.version))?);
        }
        // The step whose turn it is comes first and stands open; what is possible beside the usual way comes last.
        let turn = |form: &Form| Some(form.id.as_str()) == wanted;
        list.sort_by_key(|form| (super::matter::ASIDE.contains(&form.id.as_str()), !turn(form)));
        for form in list.iter_mut().filter(|form| !turn(form) && form.style == FormStyle::Main) {
            form.style = FormStyle::Folded;
        }
        Ok(list)
    }

    /// The form with what the rules ask about the matter.
    fn asking(&self, form: Form, schemas: &[Value], name: &str) -> Form {
        let asked = Asked::merged(schemas);
        if asked.is_empty() {
            return form;
        }
        let fields = asked.fields(self.lang, name, &Value::Null);
        fields.into_iter().fold(form.with(Field::hidden("asked", name)), Form::with)
    }

    fn matter_form(
        &self,
        place: &Place,
        matter: &MatterView,
        votes: &[BallotView],
        act: MatterAct,
    ) -> Option<Form> {
        let lang = self.lang;
        let t = lang.words();
        let action = format!("{}/matters/{}/{}", place.href, matter.id, act.code());
        let action = action.as_str();
        let lines = |rows| FieldKind::Lines { rows };
        let own = |note: &str| {
            let heading = act.term().heading(lang);
            Form::new(act.code(), &heading, action, &heading).note(note)
        };
        Some(match act {
            MatterAct::Propose => self.propose_form(matter, action),
            MatterAct::Review => forms::review(lang, action),
            MatterAct::Resubmit => {
                // Text and figures are one version: whoever revises the one is asked about the other.
                let Form { fields, .. } = self.propose_form(matter, action);
                let form = forms::resubmit(lang, action, &matter.text);
                Form { fields, ..form }
            }
            MatterAct::PutToChair => forms::put_to_chair(lang, action)
                .with(Field::new("minutes", t.form_minutes, lines(4)).required())
                .with(self.authorisation()),
            MatterAct::ForceConvening => own(self.say(
                    "达到法定比例的村（居）民、户或代表联名提议的，应当召集会议（口径 R3）。",
                    "When enough residents, households or representatives ask for it, the body must be convened (ruling R3).",
                ),
            )
            .style(FormStyle::Folded)
            .with(Field::new("to", t.form_body, FieldKind::Select(self.assemblies(place))).required())
            .with(
                Field::new("by", self.say("联名人", "Who signed"), FieldKind::Select(vec![
                    FieldChoice::new("residents", self.say("村（居）民", "residents")),
                    FieldChoice::new("households", self.say("户", "households")),
                    FieldChoice::new("representatives", self.say("代表", "representatives")),
                ]))
                .required(),
            )
            .with(
                Field::new("signatures", self.say("联名数", "Signatures"), FieldKind::Number).required(),
            )
            .with(Field::new("record", self.say("联名材料", "List of signatures"), lines(3)).required())
            .with(
                Field::new("checked_by", self.say("核对人", "Checked by"), FieldKind::Text).hint(self.say(
                    "工作人员录入纸质联名册时必填：对照名册核对的人。",
                    "Needed where staff enter a sheet: who checked it against the roll.",
                )),
            )
            .with(self.authorisation()),
            MatterAct::OpenConsultation => {
                forms::open_consultation(lang, action, place.kind(), &self.in_days(15).to_string()).note(self.say(
                    "从今天起征求意见，村（居）民和非户籍居民都可以发表意见。",
                    "Comments are taken from today on, from every resident.",
                ))
            }
            MatterAct::CloseConsultation => forms::close_consultation(lang, action),
            MatterAct::StudyByParty => forms::study(lang, action),
            MatterAct::DeliberateJointly => forms::deliberate(lang, action)
                .with(
                    Field::new(
                        "to",
                        self.say("提交哪个会议表决", "Submit it to"),
                        FieldKind::Select(self.assemblies(place)),
                    )
                    .required(),
                )
                .with(self.authorisation())
                .with(Field::new("reasons", t.form_review_reasons, lines(3)).hint(t.form_review_reasons_hint)),
            MatterAct::Resolve => {
                let closed = votes.iter().filter(|ballot| ballot.state == BallotPhase::Closed);
                let choices: Vec<_> = closed
                    .map(|ballot| FieldChoice::new(&ballot.id.to_string(), &self.ballot_choice(ballot)))
                    .collect();
                if choices.is_empty() {
                    return None;
                }
                forms::resolve(lang, action, choices)
            }
            MatterAct::Escalate => forms::escalate(lang, action),
            MatterAct::File => Form::new("file", t.form_file, action, t.form_file)
                .note(t.form_file_note)
                .with(Field::new("receipt", t.form_receipt, FieldKind::Text)),
            MatterAct::AcknowledgeFiling => own(self.say(
                    "收到方签收；签收不是批准。",
                    "The receiver says that it has it; that is no approval.",
                ),
            )
            .with(
                Field::new("receipt", self.say("签收意见", "Receipt"), lines(2))
                    .required()
                    .hint(self.say("例如：已收到，存档备查。", "For example: received, kept on file.")),
            ),
            MatterAct::DiscloseDecision => Form::new("disclose", t.form_disclose, action, t.form_disclose)
                .note(self.say(
                    "公告由系统按表决结果和决议文本写成，从今天起公示。",
                    "The notice is written from the result and the text of the decision, and posted from today on.",
                ))
                .with(self.posting_days()),
            MatterAct::TakeDown => forms::take_down(lang, action),
            MatterAct::Implement => forms::implement(lang, action),
            MatterAct::DiscloseOutcome => {
                Form::new("disclose-outcome", t.form_disclose_outcome, action, t.form_disclose_outcome)
                    .with(
                        Field::new("evidence", self.say("实施结果", "The outcome"), lines(6))
                            .required()
                            .hint(t.form_reason_hint),
                    )
                    .with(self.posting_days())
            }
            MatterAct::Complete => forms::complete(lang, action),
            MatterAct::Withdraw => forms::withdraw(lang, action),
            MatterAct::Lapse => own(self.say("一年没有进展的事项，登记失效。", "For a matter that has not moved for a year."),
            )
            .style(FormStyle::Danger)
            .with(Field::new("reasons", t.form_reason, lines(3)).required().hint(t.form_reason_hint)),
            MatterAct::Repin => own(self.say(
                    "这个事项立项时还没有章程，议事会因此不能表决。章程施行后，可以改用现行章程。",
                    "There was no charter when this was opened, so the council cannot vote on it. Once one is in force, the matter can take it up.",
                ),
            )
            .with(Field::new("reasons", t.form_reason, lines(3)).required().hint(t.form_reason_hint)),
            MatterAct::Suggest => return None,
        })
    }

    fn propose_form(&self, matter: &MatterView, action: &str) -> Form {
        let mut subjects: Vec<_> =
            phrases::SUBJECTS.iter().map(|subject| FieldChoice::of(*subject, self.lang)).collect();
        // A subject that people do not choose from the list stays with the matter all the same.
        let others = matter.subjects.iter().filter(|subject| !phrases::SUBJECTS.contains(subject));
        subjects.extend(others.map(|subject| FieldChoice::of(*subject, self.lang)));
        let mut form = forms::propose(self.lang, action, subjects);
        if matter.rule.is_some() {
            // What adopts a rule is about that rule and nothing else.
            form.fields.retain(|field| field.name == "text");
            return with_value(form, "text", &matter.text);
        }
        let subjects: Vec<_> = matter.subjects.iter().map(|subject| subject.code()).collect();
        let subjects = subjects.join("\n");
        let subjects = if subjects.is_empty() { "general" } else { &subjects };
        let yuan = |fen: Option<u64>| {
            fen.and_then(|fen| i64::try_from(fen).ok()).map(asked::yuan).unwrap_or_default()
        };
        let form = with_value(with_value(form, "text", &matter.text), "subjects", subjects);
        let form = with_value(form, "amount", &yuan(matter.amount_fen));
        let form = with_value(form, "levy", &yuan(matter.per_household_fen));
        form.with(
            Field::new(
                "class",
                self.say("事项类别", "Class"),
                FieldKind::Select(vec![
                    FieldChoice::of(MatterClass::Ordinary, self.lang),
                    FieldChoice::of(MatterClass::Major, self.lang),
                ]),
            )
            .required()
            .hint(self.say(
                "法律或规约规定为重大事项的，系统会自动归入重大事项。",
                "What the law or a rule calls major becomes major by itself.",
            )),
        )
    }

    fn posting_days(&self) -> Field {
        let t = self.lang.words();
        let hint = self.say(
            "不填则按法律和规约要求的最短天数；不能更短。",
            "Leave empty for the fewest days that law and rules ask; it cannot be fewer.",
        );
        Field::new("days", t.form_days, FieldKind::Number).hint(hint)
    }

    fn authorisation(&self) -> Field {
        let hint = self.say(
            "提交代表会议的，写明村（居）民会议的授权；民主评议不需要。",
            "For the representatives: how the assembly of all authorised them. An evaluation needs none.",
        );
        Field::new("authorisation", self.say("授权依据", "Authorisation"), FieldKind::Lines { rows: 2 })
            .hint(hint)
    }

    /// The two assemblies that decide, the one that may decide everything first (V4, U4, R20).
    fn assemblies(&self, place: &Place) -> Vec<FieldChoice> {
        [BodyKind::ResidentsAssembly, BodyKind::RepresentativeAssembly]
            .map(|body| FieldChoice::of_kind(body, place.kind(), self.lang))
            .into()
    }

    fn ballot_choice(&self, ballot: &BallotView) -> String {
        match &ballot.decision {
            Some(decision) => format!(
                "{} · {} · {}",
                phrases::of(self.lang, &decision.body_name, &decision.body_name_en),
                phrases::date(self.lang, &decision.at),
                self.lang.result(decision.finding.result),
            ),
            None => ballot.title.clone(),
        }
    }
}

/// What takes the step whose turn it is.
pub(super) fn act_of(summary: &MatterSummary) -> Option<MatterAct> {
    let stage = match summary.next? {
        Turn::Complete => return Some(MatterAct::Complete),
        Turn::Stage(stage) => stage,
    };
    Some(match stage {
        TrackStage::Suggest => return None,
        TrackStage::Propose if summary.state == MatterStage::Returned => MatterAct::Resubmit,
        TrackStage::Propose => MatterAct::Propose,
        TrackStage::Review => MatterAct::Review,
        TrackStage::Consultation if summary.consulting_until.is_some() => MatterAct::CloseConsultation,
        TrackStage::Consultation => MatterAct::OpenConsultation,
        TrackStage::PartyStudy => MatterAct::StudyByParty,
        TrackStage::JointDeliberation => MatterAct::DeliberateJointly,
        TrackStage::Resolve => MatterAct::Resolve,
        TrackStage::File => MatterAct::File,
        TrackStage::DiscloseDecision => MatterAct::DiscloseDecision,
        TrackStage::Implement => MatterAct::Implement,
        TrackStage::DiscloseOutcome => MatterAct::DiscloseOutcome,
    })
}

/// The form with a field's value to begin with.
pub(super) fn with_value(mut form: Form, name: &str, value: &str) -> Form {
    for field in form.fields.iter_mut().filter(|field| field.name == name) {
        value.clone_into(&mut field.value);
    }
    form
}

fn proposal(form: &Posted) -> Result<Proposal, Miss> {
    let subjects: BTreeSet<Subject> = form.any("subjects")?.into_iter().collect();
    let class = form.maybe("class")?;
    // What adopts a rule asks neither; elsewhere an empty list would mean the matter's own, which nobody ticked.
    if subjects.is_empty() && class.is_some() {
        return Err(
            AppError::field("/subjects", "missing-field", "请至少勾选一项", "tick at least one").into()
        );
    }
    Ok(Proposal {
        text: form.required("text")?,
        subjects: (!subjects.is_empty()).then_some(subjects),
        class,
        amount_fen: form.money("amount")?,
        per_household_fen: form.money("levy")?,
        form: None,
    })
}

/// What a revised proposal says: its text, and the figures that go with it, where the form asks for them.
fn revision(form: &Posted) -> Result<Revision, Miss> {
    let subjects: BTreeSet<Subject> = form.any("subjects")?.into_iter().collect();
    Ok(Revision {
        text: Some(form.required("text")?),
        subjects: (!subjects.is_empty()).then_some(subjects),
        class: form.maybe("class")?,
        amount_fen: form.money("amount")?,
        per_household_fen: form.money("levy")?,
        form: None,
    })
}

fn reasons(form: &Posted) -> Result<Reasons, Miss> {
    Ok(Reasons { reasons: form.required("reasons")? })
}

fn days(form: &Posted) -> Result<Option<u16>, Miss> {
    let days = form.number("days")?;
    Ok(match days {
        Some(days) => Some(
            u16::try_from(days)
                .map_err(|_| AppError::field("/days", "out-of-range", "天数过大", "too many days"))?,
        ),
        None => None,
    })
}

fn report(form: &Posted) -> Result<Report, Miss> {
    Ok(Report { report: form.required("evidence")?, days: days(form)?, evidence: None })
}
