//! 意见 (comments): how one is made, and what becomes of it: its answer, and the hiding of one that breaks the law.
//!
//! The record holds the digest of an answer as it holds that of the comment; the text is a document beside it. There is
//! one answer to a comment; another takes its place only by an entry that cites the one it replaces, so that nobody can
//! say afterwards that something else was answered. Hiding takes the text away and leaves the reason in its place.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use yishi_acts::house::{CommentAnswer, CommentsAnswer, HideComment, NewComment};
use yishi_canonical::Digest;
use yishi_deliberation::Matter;
use yishi_deliberation::matter::Consultation;
use yishi_identity::policy::Right;
use yishi_identity::quota::Takes;
use yishi_identity::{Action, CommentId, CommunityId, MatterId};
use yishi_law::CommunityKind;
use yishi_record::commitment;
use yishi_storage::{CommentRow, Page, Row, Unit};

use crate::bodies::keep;
use crate::documents::document;
use crate::entry_kind::HouseEvent;
use crate::model::{Model, to_the_end};
use crate::people::People;
use crate::step::concerned;
use crate::views::{AnswerView, CommentView, ListView};
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

/// A comment that is shown, what became of it so far, and the version of its stream.
struct Shown {
    row: CommentRow,
    fate: Fate,
    version: u64,
}

impl App {
    /// 意见 (comments on a matter).
    pub async fn comments(
        &self,
        ctx: &OpContext,
        community: CommunityId,
        id: MatterId,
        after: Option<String>,
        limit: u32,
    ) -> AppResult<ListView<CommentView>> {
        let here = self.scope(ctx, community, Action::ViewPublic).await?;
        let rows = self.store.comments(&here.scope, &id.to_string(), &Page { after, limit }).await?;
        let views = self.comment_views(&here, id, &rows).await?;
        Ok(ListView::page(views, limit, |view| view.id.clone(), |view| view))
    }

    /// 发表意见, while a consultation on the matter is open. Residents registered elsewhere take part.
    ///
    /// # Errors
    /// `consultation-not-open`; the authorisation errors.
    pub(crate) async fn comment(
        &self,
        ctx: &OpContext,
        right: Right,
        community: CommunityId,
        id: MatterId,
        input: NewComment,
    ) -> AppResult<CommentView> {
        let (here, loaded) =
            self.opened::<Matter>(ctx, community, id, right, |on| Some(concerned(on))).await?;
        let open = loaded
            .matter
            .consultations
            .last()
            .is_some_and(|last| last.closed.is_none() && ctx.today <= last.until);
        if !open {
            return Err(AppError::conflict(
                "consultation-not-open",
                "这个事项现在没有在征求意见",
                "no consultation is open on this matter",
            ));
        }
        document("/text", &input.text)?;
        let author = ctx.actor.person_in(here.id).ok_or(AppError::not_permitted(right))?;
        let quota = self.takes(&here, Takes::Comment).await?;
        let people = self.people(&here).await?;
        let comment = CommentId::from_uuid(self.uuid(ctx)).to_string();
        let salt = self.fresh_salt();
        let row = CommentRow {
            id: comment.clone(),
            subject: id.to_string(),
            author: author.to_string(),
            text: input.text,
            salt: Some(salt),
            hidden: false,
            created: ctx.now,
        };
        let view = self.comment_view(&here, &loaded.matter, &row, &Fate::default(), &[]).await?;
        let registration = people.persons.get(&author).map(|person| person.registration);
        // Once the comment is hidden its salt is destroyed with it, and nobody can find the words again by trying.
        let text = commitment::document(&salt, row.text.as_bytes());
        let body = json!({ "comment": comment, "text": text, "registration": registration });
        // A stream of its own: a comment must not make the clerk's next step a conflict.
        let entry = self.entry(ctx, &comment, 1, HouseEvent::CommentMade.code(), body);
        let mut unit = Unit::of(here.scope.clone()).entry(entry).row(Row::PutComment(row));
        unit.rows.extend(quota);
        self.commit(ctx, unit, 201, view).await
    }

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
        let mut shown = self.shown(&here, matter, comment).await?;
        let standing = shown.fate.answer.as_ref().map(|answer| answer.text);
        if standing != input.replaces {
            return Err(AppError::conflict(
                "answered-already",
                "这条意见已有答复，更正须注明所更正的答复；请刷新后重试",
                "this comment has another answer than the one cited; read it again and cite the answer that stands",
            ));
        }
        let mut unit = Unit::of(here.scope.clone());
        let text = keep(&mut unit.rows, "/text", &input.text)?;
        shown.fate.answer = Some(self.said(&here, right, text).await?);
        let mut body = json!({ "comment": comment, "matter": matter, "answer": text });
        if let (Some(replaced), Some(fields)) = (standing, body.as_object_mut()) {
            fields.insert("replaces".to_owned(), json!(replaced));
        }
        let view = self.becomes(&here, matter, &shown, HouseEvent::CommentAnswered, body, &mut unit).await?;
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
        let mut unit = Unit::of(here.scope.clone());
        let text = keep(&mut unit.rows, "/text", &input.text)?;
        let said = self.said(&here, right, text).await?;
        let mut views = Vec::new();
        for comment in wanted {
            let comment: CommentId = comment.parse().map_err(|_| AppError::NotFound { what: "comment" })?;
            let mut shown = self.shown(&here, matter, comment).await?;
            if shown.fate.answer.is_some() {
                return Err(AppError::conflict(
                    "answered-already",
                    "所选意见中有的已经答复，更正须逐条办理；请刷新后重试",
                    "one of these comments is answered already; another answer is given one by one",
                ));
            }
            shown.fate.answer = Some(said.clone());
            let body = json!({ "comment": comment, "matter": matter, "answer": text });
            let event = HouseEvent::CommentAnswered;
            views.push(self.becomes(&here, matter, &shown, event, body, &mut unit).await?);
        }
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
        let mut shown = self.shown(&here, matter, comment).await?;
        let mut unit = Unit::of(here.scope.clone());
        let reasons = keep(&mut unit.rows, "/reasons", &input.reasons)?;
        shown.fate.hidden = Some(self.said(&here, right, reasons).await?);
        let body = json!({ "comment": comment, "matter": matter, "reasons": reasons });
        unit.rows.push(Row::HideComment { id: comment.to_string() });
        shown.row.text = String::new();
        shown.row.salt = None;
        shown.row.hidden = true;
        let view = self.becomes(&here, matter, &shown, HouseEvent::CommentHidden, body, &mut unit).await?;
        // The words stand in the answers that were kept for whoever repeats a request, too.
        let response = serde_json::to_vec(&view).map_err(AppError::internal)?;
        unit.rows.push(Row::ReplaceAnswers { id: comment.to_string(), response });
        self.commit(ctx, unit, 200, view).await
    }

    /// A comment that is shown, with what became of it so far.
    async fn shown(&self, community: &Community, matter: MatterId, comment: CommentId) -> AppResult<Shown> {
        let row = self.store.comment(&community.scope, &comment.to_string()).await?;
        let row = row.filter(|row| row.subject == matter.to_string());
        let row = row.ok_or(AppError::NotFound { what: "comment" })?;
        if row.hidden {
            return Err(AppError::conflict(
                "comment-hidden",
                "这条意见已经隐藏",
                "this comment has been hidden",
            ));
        }
        let (fate, version) = self.read_or_new(&community.scope, &VIEW, comment).await?;
        // The first entry is the comment itself.
        Ok(Shown { row, fate, version: version.max(1) })
    }

    /// Puts what becomes of a comment into the unit. The comment as it is shown then.
    async fn becomes(
        &self,
        here: &Here<'_>,
        matter: MatterId,
        Shown { row, fate, version }: &Shown,
        event: HouseEvent,
        body: Value,
        unit: &mut Unit,
    ) -> AppResult<CommentView> {
        unit.entries.push(self.entry(here.ctx, &row.id, version + 1, event.code(), body));
        let about = self.load_matter(here, matter).await?.matter;
        let view = self.comment_view(here, &about, row, fate, &unit.rows).await?;
        unit.rows.push(VIEW.row(&row.id, version + 1, fate)?.sorted(&row.id).under(matter).into());
        Ok(view)
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
            views.push(self.comment_view(community, &matter, row, &fate, &[]).await?);
        }
        Ok(views)
    }

    async fn comment_view(
        &self,
        community: &Community,
        matter: &Matter,
        row: &CommentRow,
        fate: &Fate,
        pending: &[Row],
    ) -> AppResult<CommentView> {
        let people = self.people(community).await?;
        let answer = match &fate.answer {
            Some(said) => Some(AnswerView {
                text: self.pending_text(community, pending, &said.text).await?,
                digest: said.text,
                by: said.by.clone(),
                at: said.at.clone(),
            }),
            None => None,
        };
        let hidden_because = match &fate.hidden {
            Some(said) => Some(self.pending_text(community, pending, &said.text).await?),
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
            on_earlier_text: on_earlier_text(matter, row.created),
        })
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
