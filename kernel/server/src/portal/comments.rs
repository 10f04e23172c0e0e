//! 意见 (what was said in a consultation, its answers, and the forms of those who answer).

use axum::response::Response;
use yishi_app::inputs::{CommentAnswer, CommentsAnswer, Reasons};
use yishi_app::views::CommentView;
use yishi_app::{AppError, OpContext};
use yishi_edge::extract::Path;
use yishi_identity::{Action, CommentId, CommunityId, MatterId};
use yishi_portal::context::{Comment, FieldChoice, Form};
use yishi_portal::forms;

use super::answer::Miss;
use super::phrases;
use super::posted::Posted;
use super::visit::{Place, Visit};

/// Comments on one page.
const PAGE: u32 = 50;
/// Characters of a comment by which it is chosen.
const SHOWN: usize = 40;

/// 一页意见 (a page of what was said, and one form for several answers).
pub(super) struct Comments {
    /// What was said.
    pub list: Vec<Comment>,
    /// Where the next page is.
    pub next: Option<String>,
    /// The form for one answer to several, where at least two of this page wait for theirs.
    pub answer_several: Option<Form>,
}

/// Takes the form under a comment.
pub(super) async fn act(
    visit: Visit,
    Path((community, matter, comment, act)): Path<(CommunityId, MatterId, CommentId, String)>,
    posted: Posted,
) -> Response {
    let page = match visit.act_on_comment(community, matter, comment, &act, &posted).await {
        Ok(message) => {
            return visit.done(&format!("/c/{community}/matters/{matter}#consultation"), message);
        }
        Err(miss) => match visit.tried(&miss, &format!("{act}-{comment}"), &posted, &[]) {
            Some(tried) => visit.matter_page(community, matter, Some(&tried)).await,
            None => Err(miss),
        },
    };
    visit.show(page).await
}

/// Takes the form that answers several comments.
pub(super) async fn answer_several(
    visit: Visit,
    Path((community, matter)): Path<(CommunityId, MatterId)>,
    posted: Posted,
) -> Response {
    let page = match visit.answer_comments(community, matter, &posted).await {
        Ok(()) => {
            return visit.done(
                &format!("/c/{community}/matters/{matter}#consultation"),
                visit.say("已答复", "Answered"),
            );
        }
        Err(miss) => match visit.tried(&miss, "answers", &posted, &[]) {
            Some(tried) => visit.matter_page(community, matter, Some(&tried)).await,
            None => Err(miss),
        },
    };
    visit.show(page).await
}

impl Visit {
    async fn answer_comments(
        &self,
        community: CommunityId,
        matter: MatterId,
        form: &Posted,
    ) -> Result<(), Miss> {
        let app = self.app();
        let comments = form.all("comments").into_iter().map(str::to_owned).collect();
        let input = CommentsAnswer { comments, text: form.required("text")? };
        self.once(
            form,
            |ctx: OpContext| async move { app.answer_comments(&ctx, community, matter, input).await },
        )
        .await?;
        Ok(())
    }

    async fn act_on_comment(
        &self,
        community: CommunityId,
        matter: MatterId,
        comment: CommentId,
        act: &str,
        form: &Posted,
    ) -> Result<&str, Miss> {
        let app = self.app();
        match act {
            "answer" => {
                let input = CommentAnswer { text: form.required("text")?, replaces: form.maybe("replaces")? };
                self.once(form, |ctx: OpContext| async move {
                    app.answer_comment(&ctx, community, matter, comment, input).await
                })
                .await?;
                Ok(self.say("已答复", "Answered"))
            }
            "hide" => {
                let input = Reasons { reasons: form.required("reasons")? };
                self.once(form, |ctx: OpContext| async move {
                    app.hide_comment(&ctx, community, matter, comment, input).await
                })
                .await?;
                Ok(self.say("意见已隐藏", "The comment has been hidden"))
            }
            _ => Err(AppError::NotFound { what: "act" }.into()),
        }
    }

    /// A page of comments.
    pub(super) async fn comments(&self, place: &Place, id: MatterId) -> Result<Comments, Miss> {
        let base = format!("{}/matters/{id}", place.href);
        let (after, now) = (self.position(&base, "comments")?, self.ctx().now.as_second());
        let list = self.app().comments(self.ctx(), place.id(), id, after, PAGE).await?;
        let next = list.next.map(|position| self.server.cursors().seal(&base, &position, now));
        let answer_several = self.answer_several_form(place, &base, &list.items)?;
        let mut comments = Vec::with_capacity(list.items.len());
        for view in list.items {
            comments.push(self.comment(place, &base, view)?);
        }
        let next = next.map(|cursor| format!("{base}?comments={cursor}#consultation"));
        Ok(Comments { list: comments, next, answer_several })
    }

    /// Officials owe an answer to each comment; where forty say the same, it is typed once.
    fn answer_several_form(
        &self,
        place: &Place,
        base: &str,
        comments: &[CommentView],
    ) -> Result<Option<Form>, Miss> {
        let waiting: Vec<FieldChoice> = comments
            .iter()
            .filter(|view| !view.hidden && view.answer.is_none())
            .map(|view| {
                let begins: String = view.text.chars().take(SHOWN).collect();
                let rest = if view.text.chars().count() > SHOWN { "……" } else { "" };
                FieldChoice::new(&view.id, &format!("{begins}{rest}"))
            })
            .collect();
        if waiting.len() < 2 || !place.reader.may(Action::AnswerComment) {
            return Ok(None);
        }
        let mut form = forms::answer_comments(self.lang, &format!("{base}/comments/answers"), waiting);
        if let Some(capacity) = place.reader.acting_as(Action::AnswerComment) {
            form = form.acting_as(&phrases::capacity_in(self.lang, place.kind(), capacity));
        }
        self.guarded(form, None).map(Some)
    }

    fn comment(&self, place: &Place, base: &str, view: CommentView) -> Result<Comment, Miss> {
        let mut forms: Vec<Form> = Vec::new();
        let action = |act: &str| format!("{base}/comments/{}/{act}", view.id);
        if !view.hidden && place.reader.may(Action::AnswerComment) {
            let standing = view.answer.as_ref().map(|answer| answer.digest.to_string());
            let mut form = forms::answer_comment(self.lang, &action("answer"), &view.id, standing.as_deref());
            if let Some(capacity) = place.reader.acting_as(Action::AnswerComment) {
                form = form.acting_as(&phrases::capacity_in(self.lang, place.kind(), capacity));
            }
            forms.push(self.guarded(form, None)?);
        }
        if !view.hidden && place.reader.may(Action::HideComment) {
            forms.push(self.guarded(forms::hide_comment(self.lang, &action("hide"), &view.id), None)?);
        }
        let text = match (view.hidden, &view.hidden_because) {
            (false, _) => view.text,
            (true, None) => self.say("（此条意见已隐藏）", "(hidden)").to_owned(),
            (true, Some(reasons)) => {
                format!("{}{reasons}", self.say("（此条意见已隐藏。理由：", "(Hidden. The reason: "))
                    + self.say("）", ")")
            }
        };
        let answered_by = view.answer.as_ref().map(|answer| {
            let by = phrases::capacity_named(self.lang, place.kind(), &answer.by);
            format!("{by} {}", phrases::date(self.lang, &answer.at))
        });
        Ok(Comment {
            author: self.say("一位居民", "A resident").to_owned(),
            capacity: match view.author.as_str() {
                "非户籍居民" => self.say("非户籍居民", "registered elsewhere").to_owned(),
                "户籍居民" => self.say("户籍居民", "registered here").to_owned(),
                other => other.to_owned(),
            },
            date: if view.on_earlier_text {
                let on = self.say("针对修改前的文本", "on the text before it was revised");
                format!("{} · {on}", phrases::date(self.lang, &view.at))
            } else {
                phrases::date(self.lang, &view.at)
            },
            text,
            answer: view.answer.map(|answer| answer.text),
            answered_by,
            forms,
        })
    }
}
