//! 文书 (documents): texts the record refers to by digest.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use yishi_acts::house::NewDocument;

pub use yishi_acts::MAX_TEXT_BYTES;
use yishi_acts::{PLAIN, check_text};
use yishi_canonical::Digest;
use yishi_identity::policy::Right;
use yishi_identity::quota::Takes;
use yishi_identity::{Action, CommunityId};
use yishi_storage::{DocumentRow, Row, Scope, Unit};

use crate::bounded::{Bounded, Bytes};
use crate::views::DocumentView;
use crate::{App, AppError, AppResult, OpContext};

impl App {
    /// 存入文书.
    ///
    /// # Errors
    /// [`AppError::Invalid`] for an empty or too long text; the authorisation errors.
    pub(crate) async fn create_document(
        &self,
        ctx: &OpContext,
        right: Right,
        community: CommunityId,
        input: NewDocument,
    ) -> AppResult<DocumentView> {
        let here = self.scope(ctx, community, right).await?;
        let row = document("/text", &input.text)?;
        let quota = self.takes(&here, Takes::Document(row.bytes.len() as u64)).await?;
        let view = DocumentView {
            digest: row.digest,
            media_type: row.media_type.clone(),
            text: input.text,
            salt: None,
        };
        let mut unit = Unit::of(here.scope.clone()).row(Row::PutDocument(row));
        unit.rows.extend(quota);
        self.commit(ctx, unit, 201, view).await
    }

    /// 文书 by digest. Proposals, notices, reports and reasons are public; minutes and studies are for office holders. One that
    /// the reader may not see is answered as one that does not exist: that there is such a paper is nobody's business.
    pub async fn document(
        &self,
        ctx: &OpContext,
        community: CommunityId,
        digest: Digest,
    ) -> AppResult<DocumentView> {
        const ABSENT: AppError = AppError::NotFound { what: "document" };
        let here = self.scope(ctx, community, Action::ViewPublic).await?;
        let row = self.store.document(&here.scope, &digest).await?.ok_or(ABSENT)?;
        if row.salt.is_some() {
            match self.authorise(&here, Action::ViewInternal, None).await {
                Err(AppError::NotPermitted(_) | AppError::NotSignedIn | AppError::NotFound { .. }) => {
                    return Err(ABSENT);
                }
                result => result?,
            }
        }
        let text = String::from_utf8(row.bytes).map_err(AppError::internal)?;
        let salt = row.salt.map(hex::encode);
        Ok(DocumentView { digest: row.digest, media_type: row.media_type, text, salt })
    }

    /// Puts a text into the unit as an internal document (内部文书): minutes, signature lists, reasons that may speak of a
    /// person's affairs. The record names it by a commitment that cannot be guessed; office holders and the town can read it.
    /// The same words filed twice are two documents, of which neither says anything of the other.
    pub(crate) fn keep_internal(&self, rows: &mut Vec<Row>, pointer: &str, text: &str) -> AppResult<Digest> {
        let public = document(pointer, text)?;
        let row = DocumentRow::internal(self.fresh_salt(), public.media_type, public.bytes);
        let digest = row.digest;
        rows.push(Row::PutDocument(row));
        Ok(digest)
    }

    /// The text of a document; empty if it was erased.
    pub(crate) async fn text(&self, scope: &Scope, digest: &Digest) -> AppResult<String> {
        Ok(self.texts(scope, &BTreeSet::from([*digest])).await?.remove(digest).unwrap_or_default())
    }

    /// As [`App::text`], where something is referred to.
    pub(crate) async fn text_of(&self, scope: &Scope, digest: Option<&Digest>) -> AppResult<Option<String>> {
        let Some(digest) = digest else { return Ok(None) };
        self.text(scope, digest).await.map(Some)
    }

    /// The texts of documents that events refer to; of one that was erased there is none.
    pub(crate) async fn texts(
        &self,
        scope: &Scope,
        digests: &BTreeSet<Digest>,
    ) -> AppResult<BTreeMap<Digest, String>> {
        let forgotten = self.texts.forgotten();
        let key = |digest: &Digest| (scope.community().to_owned(), *digest);
        let mut texts = BTreeMap::new();
        let mut wanted = BTreeSet::new();
        for digest in digests {
            match self.texts.get(&key(digest)) {
                Some(text) => drop(texts.insert(*digest, text.to_string())),
                None => drop(wanted.insert(*digest)),
            }
        }
        if wanted.is_empty() {
            return Ok(texts);
        }
        for row in self.store.documents(scope, &wanted).await? {
            let text = String::from_utf8(row.bytes).map_err(AppError::internal)?;
            self.texts.put(forgotten, key(&row.digest), Text(text.as_str().into()));
            texts.insert(row.digest, text);
        }
        Ok(texts)
    }
}

/// 文书的文字 (texts read lately, by community and digest): what has a digest never changes, it can only be erased.
pub(crate) type TextCache = Bounded<(String, Digest), Text>;

/// A kept text.
#[derive(Debug, Clone)]
pub(crate) struct Text(Arc<str>);

impl std::ops::Deref for Text {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

impl Bytes for Text {
    fn bytes(&self) -> u64 {
        self.0.len() as u64
    }
}

/// A document row for a text of the request.
pub(crate) fn document(pointer: &str, text: &str) -> AppResult<DocumentRow> {
    check_text(pointer, text).map_err(AppError::Invalid)?;
    Ok(DocumentRow::public(PLAIN, text.as_bytes().to_vec()))
}
