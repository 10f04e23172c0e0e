//! 意见 (what was said in a consultation, its answers, and the forms of those who answer).

use yishi_app::views::CommentView;
use yishi_identity::MatterId;
use yishi_portal::context::Comment;

use super::prelude::*;

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

impl Visit {
    /// A page of comments.
    pub(super) async fn comments(&self, place: &Place, id: MatterId) -> Result<Comments> {
        let base = format!("{}/matters/{id}", place.href);
        let after = self.position(&base, "comments")?;
        let list = self.app().comments(self.ctx(), place.id(), id, after, PAGE).await?;
        let of_matter = format!("matters/{id}");
        let answer_several = self.answer_several_form(place, &of_matter, &list.items)?;
        let mut comments = Vec::with_capacity(list.items.len());
        for view in list.items {
            comments.push(self.comment(place, &of_matter, view)?);
        }
        let next = self.next(&base, "comments", list.next).map(|href| format!("{href}#consultation"));
        Ok(Comments { list: comments, next, answer_several })
    }

    /// Officials owe an answer to each comment; where forty say the same, it is typed once.
    fn answer_several_form(
        &self,
        place: &Place,
        of_matter: &str,
        comments: &[CommentView],
    ) -> Result<Option<Form>> {
        let waiting: Vec<Value> = comments
            .iter()
            .filter(|view| !view.hidden && view.answer.is_none())
            .map(|view| {
                let begins: String = view.text.chars().take(SHOWN).collect();
                let rest = if view.text.chars().count() > SHOWN { "……" } else { "" };
                json!({ "const": view.id, "title": format!("{begins}{rest}") })
            })
            .collect();
        if waiting.len() < 2 || !place.may(HouseAct::AnswerComments) {
            return Ok(None);
        }
        let about = About { at_hand: Some(waiting), ..About::default() };
        let path = format!("{of_matter}/comments/answers");
        self.house_form_at(place, HouseAct::AnswerComments, &path, "", about).map(Some)
    }

    fn comment(&self, place: &Place, of_matter: &str, view: CommentView) -> Result<Comment> {
        let mut forms: Vec<Form> = Vec::new();
        let path = |act: &str| format!("{of_matter}/comments/{}/{act}", view.id);
        if !view.hidden && place.may(HouseAct::AnswerComment) {
            let standing = view.answer.as_ref().map(|answer| answer.digest);
            let about = About { current: json!({ "replaces": standing }), ..About::default() };
            let mut form =
                self.house_form_at(place, HouseAct::AnswerComment, &path("answer"), &view.id, about)?;
            if standing.is_some() {
                let t = self.lang.words();
                t.form_answer_again.clone_into(&mut form.title);
                t.form_answer_again.clone_into(&mut form.submit);
                form = form.note(t.form_answer_again_note);
            }
            forms.push(form);
        }
        if !view.hidden && place.may(HouseAct::HideComment) {
            let (act, path) = (HouseAct::HideComment, path("hide"));
            forms.push(self.house_form_at(place, act, &path, &view.id, About::default())?);
        }
        Ok(Comment { view, forms })
    }
}
