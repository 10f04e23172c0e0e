//! 答复 (answers to forms): done once, or back in the form with the problem's words at the right field.
use yishi_portal::{Lang, Speak as _};

use std::collections::BTreeMap;
use std::future::Future;
use std::sync::{Mutex, PoisonError};

use axum::http::{HeaderMap, Method, StatusCode};
use axum::response::{IntoResponse as _, Response};
use serde::Serialize;
use serde_json::Value;
use yishi_app::{AppError, AppResult, OpContext};
use yishi_edge::idempotency::{IdempotencyKey, Once};
use yishi_edge::{Problem, Words, codes};
use yishi_law::Law;
use yishi_portal::context::{Citation, ErrorPage, Field, Flash, Form, Link, NavItem, Tone};

use super::people::{PICK, choices_of};
use super::posted::Posted;
use super::visit::Visit;
use crate::http::fault;
use crate::http::reply::Done;

/// Addresses whose forms a visitor may send.
const FOR_VISITORS: [&str; 2] = ["/sign-in", "/verify"];

/// The form came without this visitor's token.
const FORM_TOKEN: &str = "form-token";

/// Why a page could not be shown or a form was not taken.
#[derive(Debug)]
pub(crate) struct Miss(Problem);

/// What a page, or the reading of a form, comes to.
pub(crate) type Result<T, E = Miss> = std::result::Result<T, E>;

impl Miss {
    pub(crate) fn problem(&self) -> &Problem {
        &self.0
    }
}

impl From<AppError> for Miss {
    fn from(error: AppError) -> Self {
        Self(fault::problem(error))
    }
}

impl From<fault::Fault> for Miss {
    fn from(fault: fault::Fault) -> Self {
        Self(fault.0)
    }
}

impl From<Problem> for Miss {
    fn from(problem: Problem) -> Self {
        Self(problem)
    }
}

/// A form that was refused: shown again with what was sent and what was wrong.
#[derive(Debug)]
pub(crate) struct Tried {
    pub(crate) status: StatusCode,
    /// What was wrong, and by which article and what is possible instead.
    said: (String, String),
    lang: Lang,
    /// What the fields of the form are called, once it is at hand.
    labels: Mutex<BTreeMap<String, String>>,
    form: String,
    /// The key it was sent with, where nobody knows yet what became of it: it still runs, or the answer was lost. Sent again
    /// it is the same request, and not a second one.
    undecided: Option<String>,
    /// What the problem says beside its body, such as when to try again.
    pub(crate) headers: HeaderMap,
    sent: Vec<(String, String)>,
    errors: Vec<(String, String)>,
    /// Fields that only a refused form has: who is meant by a name that several people share.
    choices: Vec<(String, Field)>,
}

impl Tried {
    /// What was wrong, for the top of the page: each fault with the name of its field.
    pub(crate) fn flash(&self) -> Flash {
        let (what, more) = &self.said;
        let labels = self.labels.lock().unwrap_or_else(PoisonError::into_inner);
        let colon = self.lang.both("：", ": ");
        let faults = self.errors.iter().map(|(field, fault)| {
            match labels.get(field).filter(|label| !label.is_empty()) {
                Some(label) => format!("{label}{colon}{fault}"),
                None => fault.clone(),
            }
        });
        let faults = faults.collect::<Vec<_>>().join(self.lang.both("；", "; "));
        let colon = if faults.is_empty() { "" } else { colon };
        Flash { tone: Tone::Bad, text: format!("{what}{colon}{faults}{more}") }
    }

    /// The form with values and errors put back, if it is the one that was sent.
    fn fill(&self, form: Form) -> Form {
        if form.id != self.form {
            return form;
        }
        let sent: Vec<_> = self.sent.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
        let errors: Vec<_> = self.errors.iter().map(|(n, e)| (n.as_str(), e.as_str())).collect();
        let mut labels = self.labels.lock().unwrap_or_else(PoisonError::into_inner);
        labels.extend(form.fields.iter().map(|field| (field.name.clone(), field.label.clone())));
        let mut filled = form.answered(&sent, &errors);
        for (of, choice) in &self.choices {
            let picked = format!("{PICK}{of}.");
            let under = |field: &Field| field.name == *of || field.name.starts_with(&picked);
            let after = filled.fields.iter().rposition(under);
            filled.fields.insert(after.map_or(filled.fields.len(), |at| at + 1), choice.clone());
        }
        filled.tried = true;
        filled
    }

    /// The error at one field of the form with this id.
    pub(crate) fn error_at(&self, form: &str, field: &str) -> Option<&str> {
        let at = self.errors.iter().find(|(name, _)| self.form == form && name == field);
        at.map(|(_, text)| text.as_str())
    }
}

impl Visit {
    /// The page, or the page that says why there is none.
    pub(crate) async fn show(&self, page: Result<Response>) -> Response {
        match page {
            Ok(response) => response,
            Err(miss) => self.refuse(&miss).await,
        }
    }

    /// What a reader sees instead of a page.
    pub(crate) async fn refuse(&self, miss: &Miss) -> Response {
        let problem = miss.problem();
        if problem.status() == StatusCode::UNAUTHORIZED || self.has_kept() {
            return self.to_sign_in(self.path());
        }
        let back = Link::new(self.lang.words().back, page_above(&self.caller.path));
        let page = error(problem, self.lang, back, &self.caller.meta.trace);
        let frame = match self.frame(NavItem::None).await {
            Ok(frame) => frame,
            Err(miss) => return miss.0.into_response(),
        };
        match yishi_portal::Page::render(&page, &frame) {
            Ok(html) => {
                let mut response = self.html(problem.status(), html);
                problem.apply_headers(response.headers_mut());
                response
            }
            Err(error) => {
                tracing::error!(%error, "an error page could not be rendered");
                problem.clone().into_response()
            }
        }
    }

    /// Keeps a refused form, so that its page is shown again with what was sent and what was wrong. Whether that makes sense:
    /// else there is only an error page.
    pub(crate) fn refused(&self, miss: &Miss, form: &str, posted: &Posted) -> bool {
        // Whoever has no session any more gets the form back after signing in, with what was written in it.
        if !FOR_VISITORS.iter().any(|form| *form == self.caller.path || self.caller.path.ends_with(form))
            && self.keep(posted)
        {
            return false;
        }
        let problem = miss.problem();
        let correctable = [
            StatusCode::BAD_REQUEST,
            StatusCode::CONFLICT,
            StatusCode::PRECONDITION_FAILED,
            StatusCode::UNPROCESSABLE_ENTITY,
            StatusCode::TOO_MANY_REQUESTS,
            StatusCode::SERVICE_UNAVAILABLE,
        ];
        // A stale token is mended by the fresh one of the page that is shown again. Wrong credentials are said where they
        // were typed. Whoever is not in the room is named at the form in which a clerk chose them, in the middle of a count.
        let again = correctable.contains(&problem.status())
            || matches!(problem.code(), FORM_TOKEN | "wrong-credentials" | "not-on-roll")
            // Faults of fields can be mended whatever status they agree on.
            || !problem.errors().is_empty();
        again && self.set_tried(self.tried_form(problem, form, posted))
    }

    fn tried_form(&self, problem: &Problem, form: &str, posted: &Posted) -> Tried {
        let lang = self.lang;
        let errors = problem.errors().iter().map(|error| {
            let said = error.detail.said(lang);
            // An example of how a date is typed stays as it is typed.
            let typed = error.code == "not-a-date";
            let said = if typed { said.to_owned() } else { lang.dated(said) };
            (posted.field_at(&error.pointer), said)
        });
        let sent = posted.sent().into_iter().map(|(n, v)| (n.to_owned(), v.to_owned()));
        let mut headers = HeaderMap::new();
        problem.apply_headers(&mut headers);
        let undecided = problem.code() == "idempotency-running" || problem.status().is_server_error();
        Tried {
            undecided: undecided.then(|| posted.text("idempotency_key").to_owned()),
            status: problem.status(),
            headers,
            said: (sentence(problem, lang), self.more(problem)),
            lang,
            labels: Mutex::default(),
            form: form.to_owned(),
            sent: sent.collect(),
            errors: errors.collect(),
            choices: choices_of(problem, posted, lang),
        }
    }

    /// By which article something was refused. What comes next, where that is the trouble, the refusal itself says.
    fn more(&self, problem: &Problem) -> String {
        let by: Vec<_> = cited(problem, self.lang).into_iter().map(|citation| citation.source).collect();
        if by.is_empty() {
            return String::new();
        }
        format!("{}{}", self.say("。依据：", ". By: "), self.lang.list(&by))
    }

    /// Does what a form asks, once for each form shown: a second send gets the first answer again.
    pub(crate) async fn once<T: Serialize, F: Future<Output = AppResult<T>>>(
        &self,
        posted: &Posted,
        act: impl FnOnce(OpContext) -> F,
    ) -> Result<Value> {
        self.check(posted)?;
        let mut ctx = self.ctx().clone();
        ctx.expected = posted.number("version")?;
        let key = IdempotencyKey::parse(&posted.required("idempotency_key")?)?;
        let once = Once { key, request: posted.digest(&self.caller.path) };
        let answer = match self.server.done_once(&self.caller, ctx, once, act).await? {
            Done::Now(view) => serde_json::to_value(&view),
            Done::Before(record) => serde_json::from_slice(&record.response),
        };
        Ok(answer.map_err(AppError::internal)?)
    }

    /// Whether a form was made by this server for this visitor, and holds only texts.
    pub(crate) fn check(&self, posted: &Posted) -> Result<()> {
        if !self.token_holds(&posted.text("csrf")) {
            let words = Words::new(
                "这个页面打开得太久，或者登录已经变化；请核对后重新提交",
                "this page was open too long, or the sign-in has changed; look it over and send it again",
            );
            return Err(Problem::with(StatusCode::FORBIDDEN, FORM_TOKEN, words).into());
        }
        self.count_write()?;
        posted.refuse_forbidden()?;
        self.sent_again();
        Ok(())
    }

    /// A form with what was sent in it and refused, guarded against being sent twice and, with a version, against a lost
    /// race. Version and key are made anew, since the form is another one now; but for a request of which nobody knows yet what became.
    pub(crate) fn guarded(&self, form: Form, version: Option<u64>) -> Result<Form> {
        let form = self.put_back(form);
        let again = self.tried().filter(|tried| tried.form == form.id);
        let key = match again.and_then(|tried| tried.undecided.clone()) {
            Some(same) => same,
            None => fresh_key()?,
        };
        let form = self.filled(form).with(Field::hidden("idempotency_key", &key));
        Ok(match version {
            Some(version) => form.with(Field::hidden("version", &version.to_string())),
            None => form,
        })
    }

    /// A form with what was sent in it and refused, if it is the one.
    pub(super) fn filled(&self, form: Form) -> Form {
        match self.tried() {
            Some(tried) => tried.fill(form),
            None => form,
        }
    }

    /// The position in a list that a query's cursor stands for. A cursor is sealed to the list it belongs to, as those of the
    /// API are.
    pub(super) fn position(&self, scope: &str, name: &str) -> Result<Option<String>> {
        let now = self.ctx().now.as_second();
        let cursor = self.query.get(name);
        Ok(cursor.map(|cursor| self.server.cursors.open(scope, cursor, now)).transpose()?)
    }

    /// The same, where things are in the order of something else and then of their ids.
    pub(super) fn position_and_id(&self, scope: &str, name: &str) -> Result<Option<(String, String)>> {
        let position = self.position(scope, name)?;
        Ok(position.and_then(|both| both.rsplit_once(' ').map(|(sort, id)| (sort.to_owned(), id.to_owned()))))
    }

    /// The cursor with which a list goes on from this position.
    pub(super) fn sealed(&self, scope: &str, next: Option<String>) -> Option<String> {
        let now = self.ctx().now.as_second();
        next.map(|position| self.server.cursors.seal(scope, &position, now))
    }

    /// The next page of the list at an address.
    pub(super) fn next(&self, base: &str, name: &str, next: Option<String>) -> Option<String> {
        self.sealed(base, next).map(|cursor| format!("{base}?{name}={cursor}"))
    }

    /// What a form comes to: on, with what was done, or its page again with what was wrong.
    pub(super) async fn taken(
        &self,
        done: Result<(String, String)>,
        form: &str,
        posted: &Posted,
        page: impl Future<Output = Result<Response>>,
    ) -> Response {
        match done {
            Ok((to, said)) => self.done(&to, &said),
            Err(miss) => self.again(miss, form, posted, page).await,
        }
    }

    /// The page of a refused form, or an error page where only that makes sense.
    pub(super) async fn again(
        &self,
        miss: Miss,
        form: &str,
        posted: &Posted,
        page: impl Future<Output = Result<Response>>,
    ) -> Response {
        let page = if self.refused(&miss, form, posted) { page.await } else { Err(miss) };
        self.show(page).await
    }
}

/// The page that an address belongs to which is none itself: a matter for its steps, the desk for its forms, the
/// community for its pages.
pub(super) fn page_above(path: &str) -> String {
    let mut parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
    match parts.as_slice() {
        ["c", _, "matters" | "meetings" | "rules" | "ballots", _, _, ..] => parts.truncate(4),
        ["c", _, _, _, ..] => parts.truncate(3),
        ["c", _, _] | ["towns", _, _, ..] => parts.truncate(2),
        _ => return "/".to_owned(),
    }
    // Ballots are shown in their meetings and have no list of their own.
    if let ["c", _, "ballots"] = parts.as_slice() {
        parts.truncate(2);
    }
    format!("/{}", parts.join("/"))
}

/// 表单的地址 (an address that only takes forms, asked for as a page): leads to the page it belongs to. The choices of
/// language and type in the query are kept on the way.
///
/// # Errors
/// 405 for whatever is not a visit of a page.
pub(super) async fn page_of_form(method: Method, visit: Visit) -> Result<Response, Problem> {
    if method != Method::GET && method != Method::HEAD {
        return Err(Problem::new(&codes::METHOD_NOT_ALLOWED));
    }
    Ok(visit.redirect(&page_above(&visit.caller.path)))
}

/// A key no other form has.
pub(crate) fn fresh_key() -> Result<String> {
    let mut random = [0; 16];
    getrandom::fill(&mut random).map_err(|_| Problem::new(&codes::INTERNAL))?;
    Ok(hex::encode(random))
}

/// The page that says why there is no other.
pub(super) fn error(problem: &Problem, lang: Lang, back: Link, trace: &impl std::fmt::Display) -> ErrorPage {
    let errors = problem.errors().iter();
    ErrorPage {
        status: problem.status().as_u16(),
        code: problem.code().to_owned(),
        message: Some(sentence(problem, lang)),
        by: cited(problem, lang),
        what_to_do: errors.map(|error| error.detail.said(lang).to_owned()).collect(),
        back: Some(back),
        request_id: trace.to_string(),
    }
}

fn sentence(problem: &Problem, lang: Lang) -> String {
    let title = problem.title(lang);
    let said = match problem.detail_text(lang) {
        Some(detail) => format!("{title}{}{detail}", lang.both("：", ": ")),
        None => title.to_owned(),
    };
    lang.dated(&said)
}

/// What a refusal rests on. A ruling is called by its question: its number says nothing to whoever reads a page.
fn cited(problem: &Problem, lang: Lang) -> Vec<Citation> {
    let list = problem.member_of("by").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let name = lang.both("name", "name_en");
    list.iter()
        .map(|one| {
            let ruling = one["authority"]["id"].as_str().and_then(|id| Law::embedded().ruling(id));
            let question = ruling.map(|ruling| match lang {
                Lang::Zh => format!("“{}”的口径", ruling.question.zh),
                Lang::En => format!("the ruling on “{}”", ruling.question.en),
            });
            Citation {
                source: question.unwrap_or_else(|| one[name].as_str().unwrap_or_default().to_owned()),
                id: String::new(),
                text: None,
                href: None,
                law: one["authority"]["source"] == "statute",
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_belongs_to_a_page() {
        for (form, page) in [
            ("/c/com_1/matters/mat_1/review", "/c/com_1/matters/mat_1"),
            ("/c/com_1/meetings/mtg_1/adjourn", "/c/com_1/meetings/mtg_1"),
            ("/c/com_1/ballots/bal_1/close", "/c/com_1/ballots/bal_1"),
            ("/c/com_1/rules/rul_1/promulgate", "/c/com_1/rules/rul_1"),
            ("/c/com_1/rules/shelf", "/c/com_1/rules"),
            ("/c/com_1/desk/meetings", "/c/com_1/desk"),
            ("/c/com_1/bodies/council/elections", "/c/com_1/bodies"),
            ("/c/com_1/accounts/acc_1", "/c/com_1/accounts"),
            ("/c/com_1/ballots/bal_1", "/c/com_1"),
            ("/c/com_1/roster", "/c/com_1"),
            ("/towns/twn_1/accounts/acc_1", "/towns/twn_1"),
            ("/towns", "/"),
            ("/sign-out", "/"),
        ] {
            assert_eq!(page_above(form), page, "{form}");
        }
    }
}
