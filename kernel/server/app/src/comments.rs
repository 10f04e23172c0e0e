//! 意见的答复与隐藏 (what becomes of a comment): its answer, and the hiding of one that breaks the law.
//!
//! The record holds the digest of an answer as it holds that of the comment; the text is a document beside it. There is
//! one answer to a comment; another takes its place only by an entry that cites the one it replaces, so that nobody can
//! say afterwards that something else was answered. Hiding takes the text away and leaves the reason in its place.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::json;
use yishi_acts::house::{CommentAnswer, CommentsAnswer, HideComment};
use yishi_canonical::Digest;
use yishi_deliberation::Matter;
use yishi_deliberation::matter::Consultation;
use yishi_identity::policy::Right;
use yishi_identity::{CommentId, CommunityId, MatterId};
use yishi_law::CommunityKind;
use yishi_storage::{CommentRow, Row, Unit};

use crate::bodies::keep;
use crate::entry_kind::HouseEvent;
use crate::model::{Model, to_the_end};
use crate::people::People;
use crate::views::{AnswerView, CommentView};
use crate::{App, AppError, AppResult, Community, Here, OpContext};

/// Read models of what became of comments, by the comment's id; their parent is the matter.
const VIEW: Model<Fate> = Model::new("comment");
/// Comments answered at once.
const MOST_AT_ONCE: usize = 100;

/// What became of a comment.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
struct Fate {
    /// Its answer, as it stands.
    answer: Option<Said>,
    /// Why it was hidden.
    hidden: Option<Said>,
}

/// A text about a comment: by digest, with who gave it and when.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Said {
    text: Digest,
    by: String,
    at: String,
}

impl App {
    /// 答复意见. A second answer has to name the digest of the first.
    ///
    /// # Errors
    /// [`AppError::NotFound`] for a comment that is not this matter's; `comment-hidden`; `answered-already` when the
    /// answer that stands is not the one cited; the authorisation errors.
    pub(crate) async fn answer_comment(
        &self,
        ctx: &OpContext,
        right: Right,
        community: CommunityId,
        matter: MatterId,
        comment: CommentId,
        input: CommentAnswer,
    ) -> AppResult<CommentView> {
        let here = self.scope(ctx, community, right).await?;
        let row = self.comment_of(&here, matter, comment).await?;
        if row.hidden {
            return Err(hidden_already());
        }
        let (mut fate, version) = self.fate(&here, comment).await?;
        let standing = fate.answer.as_ref().map(|answer| answer.text);
        if standing != input.replaces {
            return Err(AppError::conflict(
                "answered-already",
                "这条意见已有答复，更正须注明所更正的答复；请刷新后重试",
                "this comment has another answer than the one cited; read it again and cite the answer that stands",
            ));
        }
        let mut rows = Vec::new();
        let text = keep(&mut rows, "/text", &input.text)?;
        fate.answer = Some(self.said(&here, right, text).await?);
        let mut body = json!({ "comment": comment, "matter": matter, "answer": text });
        if let (Some(replaced), Some(fields)) = (standing, body.as_object_mut()) {
            fields.insert("replaces".to_owned(), json!(replaced));
        }
        let entry =
            self.entry(ctx, &comment.to_string(), version + 1, HouseEvent::CommentAnswered.code(), body);
        rows.push(fate_row(matter, comment, version + 1, &fate)?);
        let mut view = self.comment_view(&here, &row, &fate).await?;
        let about = self.load_matter(&here, matter).await?.matter;
        view.on_earlier_text = on_earlier_text(&about, row.created);
        // The text is in this very unit.
        if let Some(answer) = &mut view.answer {
            answer.text = input.text;
        }
        let mut unit = Unit::of(here.scope.clone()).entry(entry);
        unit.rows = rows;
        self.commit(ctx, unit, 200, view).await
    }

    /// 一并答复 (one answer to several comments that have none yet; all are answered, or none).
    ///
    /// # Errors
    /// [`AppError::Invalid`] for none or too many; otherwise as [`App::answer_comment`].
    pub(crate) async fn answer_comments(
        &self,
        ctx: &OpContext,
        right: Right,
        community: CommunityId,
        matter: MatterId,
        input: CommentsAnswer,
    ) -> AppResult<Vec<CommentView>> {
        let here = self.scope(ctx, community, right).await?;
        let wanted: std::collections::BTreeSet<&String> = input.comments.iter().collect();
        if wanted.is_empty() || wanted.len() > MOST_AT_ONCE {
            return Err(AppError::field(
                "/comments",
                "out-of-range",
                format!("一次答复 1 至 {MOST_AT_ONCE} 条"),
                format!("1 to {MOST_AT_ONCE} comments at once"),
            ));
        }
        let mut rows = Vec::new();
        let text = keep(&mut rows, "/text", &input.text)?;
        let said = self.said(&here, right, text).await?;
        let (mut entries, mut views) = (Vec::new(), Vec::new());
        for comment in wanted {
            let comment: CommentId = comment.parse().map_err(|_| AppError::NotFound { what: "comment" })?;
            let row = self.comment_of(&here, matter, comment).await?;
            if row.hidden {
                return Err(hidden_already());
            }
            let (mut fate, version) = self.fate(&here, comment).await?;
            if fate.answer.is_some() {
                return Err(AppError::conflict(
                    "answered-already",
                    "所选意见中有的已经答复，更正须逐条办理；请刷新后重试",
                    "one of these comments is answered already; another answer is given one by one",
                ));
            }
            fate.answer = Some(said.clone());
            let body = json!({ "comment": comment, "matter": matter, "answer": text });
            entries.push(self.entry(
                ctx,
                &comment.to_string(),
                version + 1,
                HouseEvent::CommentAnswered.code(),
                body,
            ));
            rows.push(fate_row(matter, comment, version + 1, &fate)?);
            let mut view = self.comment_view(&here, &row, &fate).await?;
            if let Some(answer) = &mut view.answer {
                answer.text.clone_from(&input.text);
            }
            views.push(view);
        }
        let mut unit = Unit::of(here.scope.clone());
        (unit.entries, unit.rows) = (entries, rows);
        self.commit(ctx, unit, 200, views).await
    }

    /// 隐藏违法意见 (takes the text of a comment that breaks the law away; the reason is published in its place).
    ///
    /// # Errors
    /// [`AppError::NotFound`] for a comment that is not this matter's; `comment-hidden` when it was; the
    /// authorisation errors.
    pub(crate) async fn hide_comment(
        &self,
        ctx: &OpContext,
        right: Right,
        community: CommunityId,
        matter: MatterId,
        comment: CommentId,
        input: HideComment,
    ) -> AppResult<CommentView> {
        let here = self.scope(ctx, community, right).await?;
        let mut row = self.comment_of(&here, matter, comment).await?;
        if row.hidden {
            return Err(hidden_already());
        }
        let (mut fate, version) = self.fate(&here, comment).await?;
        let mut rows = Vec::new();
        let reasons = keep(&mut rows, "/reasons", &input.reasons)?;
        fate.hidden = Some(self.said(&here, right, reasons).await?);
        let body = json!({ "comment": comment, "matter": matter, "reasons": reasons });
        let entry =
            self.entry(ctx, &comment.to_string(), version + 1, HouseEvent::CommentHidden.code(), body);
        rows.push(Row::HideComment { id: comment.to_string() });
        rows.push(fate_row(matter, comment, version + 1, &fate)?);
        row.text = String::new();
        row.salt = None;
        row.hidden = true;
        let mut view = self.comment_view(&here, &row, &fate).await?;
        let about = self.load_matter(&here, matter).await?.matter;
        view.on_earlier_text = on_earlier_text(&about, row.created);
        view.hidden_because = Some(input.reasons);
        // The words stand in the answers that were kept for whoever repeats a request, too.
        let response = serde_json::to_vec(&view).map_err(AppError::internal)?;
        rows.push(Row::ReplaceAnswers { id: comment.to_string(), response });
        let mut unit = Unit::of(here.scope.clone()).entry(entry);
        unit.rows = rows;
        self.commit(ctx, unit, 200, view).await
    }

    /// Comments that are shown and have no answer.
    pub(crate) async fn unanswered(&self, community: &Community, matter: MatterId) -> AppResult<u64> {
        let fates = self.fates(community, matter).await?;
        let open =
            |row: &&CommentRow| !row.hidden && fates.get(&row.id).is_none_or(|fate| fate.answer.is_none());
        Ok(self.every_comment(community, matter).await?.iter().filter(open).count() as u64)
    }

    pub(crate) async fn every_comment(
        &self,
        community: &Community,
        matter: MatterId,
    ) -> AppResult<Vec<CommentRow>> {
        let matter = matter.to_string();
        let read = |page| {
            let matter = &matter;
            async move { self.store.comments(&community.scope, matter, &page).await }
        };
        to_the_end(read, |row: &CommentRow| row.id.clone()).await
    }

    /// Comments as they are shown.
    pub(crate) async fn comment_views(
        &self,
        community: &Community,
        matter: MatterId,
        rows: &[CommentRow],
    ) -> AppResult<Vec<CommentView>> {
        let fates = self.fates(community, matter).await?;
        let matter = self.load_matter(community, matter).await?.matter;
        let mut views = Vec::with_capacity(rows.len());
        for row in rows {
            let fate = fates.get(&row.id).cloned().unwrap_or_default();
            let mut view = self.comment_view(community, row, &fate).await?;
            view.on_earlier_text = on_earlier_text(&matter, row.created);
            views.push(view);
        }
        Ok(views)
    }

    async fn comment_view(
        &self,
        community: &Community,
        row: &CommentRow,
        fate: &Fate,
    ) -> AppResult<CommentView> {
        let people = self.people(community).await?;
        let answer = match &fate.answer {
            Some(said) => Some(AnswerView {
                text: self.text(&community.scope, &said.text).await?,
                digest: said.text,
                by: said.by.clone(),
                at: said.at.clone(),
            }),
            None => None,
        };
        let hidden_because = match &fate.hidden {
            Some(said) => Some(self.text(&community.scope, &said.text).await?),
            None => None,
        };
        Ok(CommentView {
            id: row.id.clone(),
            author: author(&people, row, community.kind),
            text: row.text.clone(),
            salt: row.salt.map(hex::encode),
            hidden: row.hidden,
            at: row.created,
            answer,
            hidden_because,
            on_earlier_text: false,
        })
    }

    async fn comment_of(
        &self,
        community: &Community,
        matter: MatterId,
        comment: CommentId,
    ) -> AppResult<CommentRow> {
        let row = self.store.comment(&community.scope, &comment.to_string()).await?;
        let row = row.filter(|row| row.subject == matter.to_string());
        row.ok_or(AppError::NotFound { what: "comment" })
    }

    /// What became of a comment so far, and the version of its stream. The first entry is the comment itself.
    async fn fate(&self, community: &Community, comment: CommentId) -> AppResult<(Fate, u64)> {
        let (fate, version) = self.read_or_new(&community.scope, &VIEW, comment).await?;
        Ok((fate, version.max(1)))
    }

    async fn fates(
        &self,
        community: &Community,
        matter: MatterId,
    ) -> AppResult<std::collections::BTreeMap<String, Fate>> {
        let rows = self.every(&community.scope, &VIEW, Some(&matter.to_string())).await?;
        Ok(rows.into_iter().map(|row| (row.id, row.body)).collect())
    }

    /// A text about a comment, by the capacity in which it was given; never by a name.
    async fn said(&self, here: &Here<'_>, right: Right, text: Digest) -> AppResult<Said> {
        let by = self.reader(here).await?.acting_as(right);
        let by = by.map_or_else(String::new, |capacity| capacity.term_in(here.kind).zh.to_owned());
        Ok(Said { text, by, at: here.ctx.now.to_string() })
    }
}

/// Whether a comment was made on another text than the matter's present one: the text of the consultation it came in.
fn on_earlier_text(matter: &Matter, created: Timestamp) -> bool {
    let opened = |one: &&Consultation| one.opened.at <= created;
    let open = matter.consultations.iter().rev().find(opened);
    open.is_some_and(|one| Some(one.text) != matter.text())
}

fn author(people: &People, row: &CommentRow, kind: CommunityKind) -> String {
    let known = row.author.parse().ok().and_then(|id| people.persons.get(&id));
    crate::words::commenter(known, kind).zh.to_owned()
}

fn fate_row(matter: MatterId, comment: CommentId, version: u64, fate: &Fate) -> AppResult<Row> {
    Ok(VIEW.row(comment, version, fate)?.sorted(comment).under(matter).into())
}

fn hidden_already() -> AppError {
    AppError::conflict("comment-hidden", "这条意见已经隐藏", "this comment has been hidden")
}
