//! 文书 (documents): texts the record refers to by digest.

use std::collections::{BTreeMap, BTreeSet};
use yishi_acts::house::NewDocument;

pub use yishi_acts::MAX_TEXT_BYTES;
use yishi_acts::{PLAIN, check_text};
use yishi_canonical::Digest;
use yishi_identity::quota::Takes;
use yishi_identity::{Action, CommunityId};
use yishi_storage::{DocumentRow, Row, Scope, Unit};

use crate::views::DocumentView;
use crate::{App, AppError, AppResult, OpContext};

impl App {
    /// 存入文书.
    ///
    /// # Errors
    /// [`AppError::Invalid`] for an empty or too long text; the authorisation errors.
    pub async fn create_document(
        &self,
        ctx: &OpContext,
        community: CommunityId,
        input: NewDocument,
    ) -> AppResult<DocumentView> {
        let community = self.scope(ctx, community, Action::StoreDocument).await?;
        let row = document("/text", &input.text)?;
        let quota = self.takes(ctx, &community, Takes::Document(row.bytes.len() as u64)).await?;
        let view = DocumentView {
            digest: row.digest,
            media_type: row.media_type.clone(),
            text: input.text,
            salt: None,
        };
        let mut unit = Unit::of(community.scope).row(Row::PutDocument(row));
        unit.rows.extend(quota);
        self.commit(ctx, unit, 201, view).await
    }

    /// 文书 by digest. Proposals, notices, reports and reasons are public; minutes and studies are for office holders. One that
    /// the reader may not see is answered as one that does not exist: that there is such a paper is nobody's business.
    ///
    /// # Errors
    /// [`AppError::NotFound`].
    pub async fn document(
        &self,
        ctx: &OpContext,
        community: CommunityId,
        digest: Digest,
    ) -> AppResult<DocumentView> {
        const ABSENT: AppError = AppError::NotFound { what: "document" };
        let community = self.scope(ctx, community, Action::ViewPublic).await?;
        let row = self.store.document(&community.scope, &digest).await?.ok_or(ABSENT)?;
        if row.salt.is_some() {
            match self.authorise(ctx, &community, Action::ViewInternal, None).await {
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

    /// The text of a document that an event refers to; empty when it was erased.
    pub(crate) async fn text(&self, scope: &Scope, digest: &Digest) -> AppResult<String> {
        let row = self.store.document(scope, digest).await?;
        row.map_or_else(|| Ok(String::new()), |row| String::from_utf8(row.bytes).map_err(AppError::internal))
    }

    /// The texts of documents that events refer to; of one that was erased there is none.
    pub(crate) async fn texts(
        &self,
        scope: &Scope,
        digests: &BTreeSet<Digest>,
    ) -> AppResult<BTreeMap<Digest, String>> {
        let rows = self.store.documents(scope, digests).await?;
        let text =
            |row: DocumentRow| Ok((row.digest, String::from_utf8(row.bytes).map_err(AppError::internal)?));
        rows.into_iter().map(text).collect()
    }
}

/// A document row for a text of the request.
pub(crate) fn document(pointer: &str, text: &str) -> AppResult<DocumentRow> {
    check_text(pointer, text).map_err(AppError::Invalid)?;
    Ok(DocumentRow::public(PLAIN, text.as_bytes().to_vec()))
}
