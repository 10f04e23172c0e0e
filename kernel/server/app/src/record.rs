//! 公开记录 (the public record): checkpoints, receipts, exports, and checking what somebody holds in their hand.

use std::sync::Arc;

use jiff::Timestamp;
use serde_json::json;
use yishi_identity::{Action, CommunityId};
use yishi_record::merkle::verify_consistency;
use yishi_record::{
    Checkpoint, ExportWriter, LogKey, LogSize, Receipt, ReceiptError, SignedCheckpoint, VerifierKey,
    origin_of,
};
use yishi_storage::{LogHead, Row, Scope, Store, StoredCheckpoint, Unit};
use zeroize::Zeroizing;

use crate::entry_kind::HouseEvent;
use crate::views::{CheckpointView, EntryView, ListView};
use crate::{App, AppError, AppResult, OpContext};

/// How many logs are signed in one round of the job.
const ROUND: u32 = 1_000;
/// An export is read in parts of about this many bytes, each when the reader has taken the one before. An entry has up to
/// 64 KiB, so the first part is of few entries, and the next of as many as fit by what they were like.
const PART: usize = 64 * 1024;
const FIRST: u32 = 4;
const MOST: u32 = 256;
/// 另存 (what was signed, kept apart from the database; durable when it answers).
pub trait KeptApart: Send + Sync + std::fmt::Debug {
    /// Keeps that these logs are about to be signed at these sizes. `false`, and nothing kept, when one of them was
    /// signed at a greater size, or at this one with another root: then it is not to be signed.
    ///
    /// # Errors
    /// When it cannot be made durable.
    fn keep(&self, heads: &[(String, LogSize)]) -> std::io::Result<bool>;

    /// The newest head of a log that was signed.
    fn last(&self, community: &str) -> Option<LogSize>;
}

/// 签名者 (who signs checkpoints): one secret for the installation, one named key for each community's log.
#[derive(Clone)]
pub struct Signer {
    /// Oldest first. The last one signs; receipts by those before it stay good.
    secrets: Arc<Vec<Zeroizing<[u8; 32]>>>,
    apart: Arc<dyn KeptApart>,
}

impl std::fmt::Debug for Signer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Signer").finish_non_exhaustive()
    }
}

impl Signer {
    /// A signer with the secrets of every generation, oldest first, and the memory of what was signed.
    #[must_use]
    pub fn new(secrets: Vec<[u8; 32]>, apart: Arc<dyn KeptApart>) -> Self {
        Self { secrets: Arc::new(secrets.into_iter().map(Zeroizing::new).collect()), apart }
    }

    /// 使用人标记 (a keyed mark of a natural person): the same for the same name and date of birth, and to be made by nobody
    /// who has not the secret.
    pub(crate) fn person_mark(&self, name: &str, born: jiff::civil::Date) -> String {
        use hmac::{Hmac, KeyInit as _, Mac as _};
        // The oldest secret: marks of before are still those of the same people once another one signs.
        let mut block = [0; 64];
        for (place, byte) in block.iter_mut().zip(self.secrets.first().into_iter().flat_map(|one| one.iter()))
        {
            *place = *byte;
        }
        let mut mac = Hmac::<sha2::Sha256>::new(&block.into());
        mac.update(b"yishi natural person v1\0");
        mac.update(name.as_bytes());
        mac.update(b"\0");
        mac.update(born.to_string().as_bytes());
        hex::encode(mac.finalize().into_bytes())
    }

    fn key(&self, scope: &Scope) -> LogKey {
        // A signer without a secret is a mistake of whoever made it; no log is signed by a key that nobody has.
        let none = Zeroizing::new([0; 32]);
        LogKey::new(origin_of(scope.community()), self.secrets.last().unwrap_or(&none))
    }

    /// The keys of every generation, newest first.
    fn keys(&self, scope: &Scope) -> impl Iterator<Item = VerifierKey> {
        let origin = origin_of(scope.community());
        self.secrets.iter().rev().map(move |secret| LogKey::new(origin.clone(), secret).verifier())
    }

    /// Keeps heads apart. The file is written on a thread that may wait for the disk.
    async fn keep(&self, heads: Vec<(String, LogSize)>) -> AppResult<bool> {
        let apart = Arc::clone(&self.apart);
        let kept = crate::apart(move || apart.keep(&heads)).await?;
        kept.map_err(|error| match error.kind() {
            std::io::ErrorKind::StorageFull => AppError::StorageFull,
            _ => AppError::internal(error),
        })
    }
}

/// 导出 (an export on its way): its parts, read from storage one after the other.
pub struct Export {
    store: Arc<dyn Store>,
    scope: Scope,
    header: Option<Vec<u8>>,
    next: u64,
    size: u64,
    /// How many entries the next part has.
    step: u32,
}

impl std::fmt::Debug for Export {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Export").field("next", &self.next).field("size", &self.size).finish_non_exhaustive()
    }
}

impl Export {
    /// The next part, whole lines; none when all has been given.
    ///
    /// # Errors
    /// Those of storage; then what was given is not a whole export, and shows it.
    pub async fn part(&mut self) -> AppResult<Option<Vec<u8>>> {
        if let Some(header) = self.header.take() {
            return Ok(Some(header));
        }
        if self.next >= self.size {
            return Ok(None);
        }
        let limit = u32::try_from(self.size - self.next).unwrap_or(MOST).min(self.step);
        let rows = self.store.entries(&self.scope, self.next, limit).await?;
        if rows.is_empty() {
            return Err(AppError::internal(format!("entry {} is missing", self.next)));
        }
        let count = rows.len();
        let mut writer = ExportWriter::resume(Vec::with_capacity(PART));
        for row in rows {
            writer.entry(&row.bytes, &row.leaf).map_err(AppError::internal)?;
            self.next = row.seq + 1;
        }
        let part = writer.finish().map_err(AppError::internal)?;
        let fit = PART / (part.len() / count).max(1);
        self.step = u32::try_from(fit).unwrap_or(MOST).clamp(1, MOST);
        Ok(Some(part))
    }
}

/// 续写 (what is said on record when a log goes on after a loss).
#[derive(Debug, Clone)]
pub struct Continuation {
    /// How far the log was signed; absent when nobody knows.
    pub signed: Option<LogSize>,
    /// The public key that signed it, as far as it is known.
    pub former_key: Option<VerifierKey>,
    /// Why it goes on without what is missing, in the words of whoever decided it.
    pub reason: String,
}

impl App {
    /// 检查点 (a signed checkpoint over the log as it is now).
    pub async fn checkpoint(&self, ctx: &OpContext, community: CommunityId) -> AppResult<CheckpointView> {
        let here = self.scope(ctx, community, Action::VerifyRecord).await?;
        let signed = self.sign_head(ctx, &here.scope).await?;
        Ok(CheckpointView { note: signed.note().to_owned() })
    }

    /// When the newest checkpoint was signed.
    pub async fn signed_at(&self, ctx: &OpContext, community: CommunityId) -> AppResult<Option<Timestamp>> {
        let here = self.scope(ctx, community, Action::VerifyRecord).await?;
        Ok(self.store.checkpoint(&here.scope).await?.map(|checkpoint| checkpoint.at))
    }

    /// 公钥 (the verifier key of a community's log).
    pub async fn log_key(&self, ctx: &OpContext, community: CommunityId) -> AppResult<String> {
        let here = self.scope(ctx, community, Action::VerifyRecord).await?;
        Ok(self.signer.key(&here.scope).verifier().to_string())
    }

    /// 条目 (entries from a sequence number on).
    pub async fn entries(
        &self,
        ctx: &OpContext,
        community: CommunityId,
        from: u64,
        limit: u32,
    ) -> AppResult<ListView<EntryView>> {
        let here = self.scope(ctx, community, Action::ViewPublic).await?;
        let rows = self.store.entries(&here.scope, from, limit).await?;
        let mut items = Vec::with_capacity(rows.len());
        for row in rows {
            let entry = serde_json::from_slice(&row.bytes).map_err(AppError::internal)?;
            items.push(EntryView { seq: row.seq, leaf: row.leaf, entry });
        }
        Ok(ListView::page(items, limit, |view| (view.seq + 1).to_string(), |view| view))
    }

    /// 导出 (the whole log as lines of JSON, up to a checkpoint signed now), read as it is taken.
    pub async fn export(&self, ctx: &OpContext, community: CommunityId) -> AppResult<Export> {
        let here = self.scope(ctx, community, Action::ExportRecord).await?;
        let signed = self.sign_head(ctx, &here.scope).await?;
        let size = signed.unverified().size;
        let key = self.signer.key(&here.scope).verifier();
        let header = ExportWriter::begin(Vec::new(), here.scope.community(), &key, &signed)
            .and_then(ExportWriter::finish)
            .map_err(AppError::internal)?;
        let store = Arc::clone(&self.store);
        Ok(Export { store, scope: here.community.scope, header: Some(header), next: 0, size, step: FIRST })
    }

    /// 回执 (the proof that an entry is in the log, good without this server).
    pub async fn receipt(&self, ctx: &OpContext, community: CommunityId, seq: u64) -> AppResult<Receipt> {
        let here = self.scope(ctx, community, Action::VerifyRecord).await?;
        let signed = self.sign_head(ctx, &here.scope).await?;
        let size = signed.unverified().size;
        let parts = self
            .store
            .receipt_parts(&here.scope, seq, size)
            .await?
            .ok_or(AppError::NotFound { what: "entry" })?;
        let key = self.signer.key(&here.scope).verifier();
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
        let scope = Scope::issued(&envelope.community);
        let mut fault = ReceiptError::Key;
        let ours = self.signer.keys(&scope).any(|key| match receipt.verify(Some(&key)) {
            Ok(_) => true,
            Err(error) => {
                fault = error;
                false
            }
        });
        if !ours {
            return Err(bad(&fault));
        }
        let entry = serde_json::from_str(&receipt.entry).map_err(AppError::internal)?;
        Ok(EntryView { seq: receipt.index, leaf: yishi_record::leaf_hash(receipt.entry.as_bytes()), entry })
    }

    /// Signs the present head, or gives the checkpoint that already covers it.
    pub(crate) async fn sign_head(&self, ctx: &OpContext, scope: &Scope) -> AppResult<SignedCheckpoint> {
        let head = self.store.head(scope).await?;
        if let Some(stored) = self.store.checkpoint_of_size(scope, head.size).await? {
            return SignedCheckpoint::parse(&stored.note).map_err(AppError::internal);
        }
        let mut head = self.to_be_signed(scope, head).await?;
        if !self.signer.keep(vec![(scope.community().to_owned(), head)]).await? {
            // Somebody signed the log meanwhile, longer than it was when it was read here.
            head = self.to_be_signed(scope, self.store.head(scope).await?).await?;
            if !self.signer.keep(vec![(scope.community().to_owned(), head)]).await? {
                return Err(not_what_was_signed(scope));
            }
        }
        self.signed(ctx, scope, head).await
    }

    /// A head that contains all that was signed of the log before: only such a one is ever signed. One that is not
    /// longer is judged by whoever keeps it.
    async fn to_be_signed(&self, scope: &Scope, head: LogHead) -> AppResult<LogSize> {
        let at = LogSize { size: head.size, root: head.root };
        let Some(before) = self.signer.apart.last(scope.community()) else { return Ok(at) };
        if before.size >= head.size {
            return Ok(at);
        }
        let proof = self.store.consistency_proof(scope, before.size, head.size).await?;
        let extends = proof.is_some_and(|proof| {
            verify_consistency(before.size, &before.root, head.size, &head.root, &proof).is_ok()
        });
        if extends { Ok(at) } else { Err(not_what_was_signed(scope)) }
    }

    /// Signs what is kept, and stores the checkpoint beside the log.
    async fn signed(&self, ctx: &OpContext, scope: &Scope, head: LogSize) -> AppResult<SignedCheckpoint> {
        let origin = origin_of(scope.community());
        let LogSize { size, root } = head;
        let signed = Checkpoint { origin, size, root }.sign(&self.signer.key(scope));
        let row = StoredCheckpoint { size, root, note: signed.note().to_owned(), at: ctx.now };
        self.store.commit(Unit::of(scope.clone()).row(Row::PutCheckpoint(row))).await?;
        Ok(signed)
    }

    /// 签署检查点 (signs every log that has grown; called by the jobs every few seconds). What is signed is kept apart in
    /// one piece for all of them.
    ///
    /// # Errors
    /// Those of storage. A log that is not what was signed is left alone, and does not keep others from being signed.
    pub async fn sign_grown_logs(&self, ctx: &OpContext) -> AppResult<usize> {
        let mut heads = Vec::new();
        for scope in self.store.unsigned_logs(ROUND).await? {
            let head = self.store.head(&scope).await?;
            match self.to_be_signed(&scope, head).await {
                Ok(head) => heads.push((scope, head)),
                Err(error) => tracing::error!(community = scope.community(), %error, "not signed"),
            }
        }
        let kept = heads.iter().map(|(scope, head)| (scope.community().to_owned(), *head)).collect();
        if self.signer.keep(kept).await? {
            for (scope, head) in &heads {
                self.signed(ctx, scope, *head).await?;
            }
        } else {
            // One of them was signed meanwhile: one by one then.
            for (scope, _) in &heads {
                self.sign_head(ctx, scope).await?;
            }
        }
        Ok(heads.len())
    }

    /// 续写记录 (says in a log that it goes on without what was signed of it and is not there any more).
    ///
    /// # Errors
    /// [`AppError::Invalid`] for a reason that is no text; those of storage.
    pub async fn continue_log(
        &self,
        ctx: &OpContext,
        community: CommunityId,
        continuation: &Continuation,
    ) -> AppResult<LogSize> {
        let community = self.community_unchecked(community).await?;
        let scope = &community.scope;
        let found = self.store.head(scope).await?;
        let stream = format!("log_{}", community.id);
        let version = self.next_version(scope, &stream).await?;
        let mut unit = Unit::of(scope.clone());
        let reason = crate::bodies::keep(&mut unit.rows, "/reason", &continuation.reason)?;
        let signed = continuation.signed.map(|head| json!({ "size": head.size, "root": head.root }));
        let former_key = continuation.former_key.as_ref();
        let former_key = former_key.map(|key| key.named(origin_of(scope.community())).to_string());
        let missing = continuation.signed.map(|head| head.size.saturating_sub(found.size));
        let body = json!({
            "type": "continued",
            "found": { "size": found.size, "root": found.root },
            "signed": signed,
            "missing": missing,
            "former_key": former_key,
            "key": self.signer.key(scope).verifier().to_string(),
            "reason": reason,
        });
        unit.entries.push(self.entry(ctx, &stream, version, HouseEvent::LogContinued.code(), body));
        self.write(ctx, unit).await?;
        let head = self.store.head(scope).await?;
        Ok(LogSize { size: head.size, root: head.root })
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

fn not_what_was_signed(scope: &Scope) -> AppError {
    AppError::internal(format!("the log of `{}` is not what was signed of it", scope.community()))
}
