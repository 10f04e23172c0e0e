//! 公开记录 (the public record): checkpoints, receipts, exports, and checking what somebody holds in their hand.

use yishi_identity::{Action, CommunityId};
use yishi_record::{Checkpoint, ExportWriter, LogKey, Receipt, ReceiptError, SignedCheckpoint, origin_of};
use yishi_storage::{Row, Scope, StoredCheckpoint, Unit};

use crate::views::{CheckpointView, EntryView, ListView};
use crate::{App, AppError, AppResult, OpContext};

/// Entries of an export are read in steps of this many.
const STEP: u32 = 1_000;

/// 签名者 (who signs checkpoints): one secret for the installation, one named key for each community's log.
#[derive(Clone)]
pub struct Signer {
    secret: zeroize::Zeroizing<[u8; 32]>,
}

impl std::fmt::Debug for Signer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Signer").finish_non_exhaustive()
    }
}

impl Signer {
    /// A signer with this secret.
    #[must_use]
    pub fn new(secret: [u8; 32]) -> Self {
        Self { secret: zeroize::Zeroizing::new(secret) }
    }

    fn key(&self, scope: &Scope) -> LogKey {
        LogKey::new(origin_of(scope.community()), &self.secret)
    }
}

impl App {
    /// 检查点 (a signed checkpoint over the log as it is now).
    ///
    /// # Errors
    /// [`AppError::NotFound`]; those of storage.
    pub async fn checkpoint(&self, ctx: &OpContext, community: CommunityId) -> AppResult<CheckpointView> {
        let community = self.scope(ctx, community, Action::VerifyRecord).await?;
        let signed = self.sign_head(ctx, &community.scope).await?;
        Ok(CheckpointView { note: signed.note().to_owned() })
    }

    /// 公钥 (the verifier key of a community's log).
    ///
    /// # Errors
    /// [`AppError::NotFound`].
    pub async fn log_key(&self, ctx: &OpContext, community: CommunityId) -> AppResult<String> {
        let community = self.scope(ctx, community, Action::VerifyRecord).await?;
        Ok(self.signer.key(&community.scope).verifier().to_string())
    }

    /// 条目 (entries from a sequence number on).
    ///
    /// # Errors
    /// [`AppError::NotFound`]; those of storage.
    pub async fn entries(
        &self,
        ctx: &OpContext,
        community: CommunityId,
        from: u64,
        limit: u32,
    ) -> AppResult<ListView<EntryView>> {
        let community = self.scope(ctx, community, Action::ViewPublic).await?;
        let rows = self.store.entries(&community.scope, from, limit).await?;
        let mut items = Vec::with_capacity(rows.len());
        for row in rows {
            let entry = serde_json::from_slice(&row.bytes).map_err(AppError::internal)?;
            items.push(EntryView { seq: row.seq, leaf: row.leaf, entry });
        }
        Ok(ListView::page(items, limit, |view| (view.seq + 1).to_string(), |view| view))
    }

    /// 导出 (the whole log as lines of JSON, up to a checkpoint signed now).
    ///
    /// # Errors
    /// [`AppError::NotFound`]; those of storage.
    pub async fn export(&self, ctx: &OpContext, community: CommunityId) -> AppResult<Vec<u8>> {
        let community = self.scope(ctx, community, Action::ExportRecord).await?;
        let signed = self.sign_head(ctx, &community.scope).await?;
        let size = signed.unverified().size;
        let key = self.signer.key(&community.scope).verifier();
        let mut writer = ExportWriter::begin(Vec::new(), community.scope.community(), &key, &signed)
            .map_err(AppError::internal)?;
        let mut next = 0;
        while next < size {
            let limit = u32::try_from(size - next).unwrap_or(STEP).min(STEP);
            let rows = self.store.entries(&community.scope, next, limit).await?;
            if rows.is_empty() {
                return Err(AppError::internal(format!("entry {next} is missing")));
            }
            for row in rows {
                writer.entry(&row.bytes, &row.leaf).map_err(AppError::internal)?;
                next = row.seq + 1;
            }
        }
        writer.finish().map_err(AppError::internal)
    }

    /// 回执 (the proof that an entry is in the log, good without this server).
    ///
    /// # Errors
    /// [`AppError::NotFound`]; those of storage.
    pub async fn receipt(&self, ctx: &OpContext, community: CommunityId, seq: u64) -> AppResult<Receipt> {
        let community = self.scope(ctx, community, Action::VerifyRecord).await?;
        let signed = self.sign_head(ctx, &community.scope).await?;
        let size = signed.unverified().size;
        let parts = self
            .store
            .receipt_parts(&community.scope, seq, size)
            .await?
            .ok_or(AppError::NotFound { what: "entry" })?;
        let key = self.signer.key(&community.scope).verifier();
        Receipt::new(&parts.entry.bytes, seq, parts.proof, &signed, &key).map_err(AppError::internal)
    }

    /// 核对回执 (checks a receipt somebody pasted, against this installation's own key).
    ///
    /// # Errors
    /// [`AppError::Invalid`] saying what does not hold.
    pub fn check_receipt(&self, text: &str) -> AppResult<EntryView> {
        let bad = |error: &ReceiptError| {
            let (zh, en) = receipt_fault(error);
            AppError::field("/receipt", "receipt-invalid", zh, en)
        };
        let receipt = Receipt::parse(text.trim().as_bytes()).map_err(|error| bad(&error))?;
        let envelope = receipt.verify(None).map_err(|error| bad(&error))?;
        let key = self.signer.key(&Scope::issued(&envelope.community)).verifier();
        receipt.verify(Some(&key)).map_err(|error| bad(&error))?;
        let entry = serde_json::from_str(&receipt.entry).map_err(AppError::internal)?;
        Ok(EntryView { seq: receipt.index, leaf: yishi_record::leaf_hash(receipt.entry.as_bytes()), entry })
    }

    /// Signs the present head, or gives the checkpoint that already covers it.
    pub(crate) async fn sign_head(&self, ctx: &OpContext, scope: &Scope) -> AppResult<SignedCheckpoint> {
        let head = self.store.head(scope).await?;
        if let Some(stored) = self.store.checkpoint_of_size(scope, head.size).await? {
            return SignedCheckpoint::parse(&stored.note).map_err(AppError::internal);
        }
        let origin = origin_of(scope.community());
        let signed = Checkpoint { origin, size: head.size, root: head.root }.sign(&self.signer.key(scope));
        let row = StoredCheckpoint {
            size: head.size,
            root: head.root,
            note: signed.note().to_owned(),
            at: ctx.now,
        };
        self.store.commit(Unit::of(scope.clone()).row(Row::PutCheckpoint(row))).await?;
        Ok(signed)
    }

    /// 签署检查点 (signs every log that has grown; called by the jobs every few seconds).
    ///
    /// # Errors
    /// Those of storage.
    pub async fn sign_grown_logs(&self, ctx: &OpContext) -> AppResult<usize> {
        let scopes = self.store.unsigned_logs(STEP).await?;
        for scope in &scopes {
            self.sign_head(ctx, scope).await?;
        }
        Ok(scopes.len())
    }
}

/// What is wrong with a receipt, in words for whoever holds it: what was looked at and what to do.
fn receipt_fault(error: &ReceiptError) -> (&'static str, &'static str) {
    match error {
        ReceiptError::Form(_) | ReceiptError::Version(_) => (
            "这段文字不是一张完整的凭证。请打开下载的凭证文件，从头到尾全部复制后再核对",
            "this is not a whole receipt; open the downloaded file, copy all of it and try again",
        ),
        ReceiptError::Key => (
            "凭证不是本系统签发的。请确认它是从这个网站下载的",
            "this host did not sign the receipt; make sure that it was downloaded here",
        ),
        ReceiptError::Checkpoint(_) => (
            "凭证上的签名不成立：凭证被改动过，或者没有复制完整",
            "the signature on the receipt does not hold: it was altered or not copied whole",
        ),
        ReceiptError::Proof(_) => (
            "凭证上的记录与签名的总指纹对不上：凭证被改动过，或者没有复制完整",
            "the entry on the receipt does not lead to the signed root: it was altered or not copied whole",
        ),
        _ => (
            "凭证上的记录不成立：凭证被改动过，或者没有复制完整",
            "the entry on the receipt does not hold: it was altered or not copied whole",
        ),
    }
}
