//! 导出 (exports): a whole log as lines of JSON, and the check that names the first bad entry.
//!
//! The first line is the [`ExportHeader`]; each further line is one entry with its leaf hash. Every line
//! has exactly one spelling, so a damaged line is never read as something else.
//!
//! How the first bad entry is found: a damaged entry does not match its leaf hash; a missing, swapped or
//! inserted one has the wrong number. Somebody who also corrects the leaf hash breaks the chain at the
//! entry after, and if putting back the hash that entry names leads to the signed root, then the entry
//! before it is the one that was altered.

use std::fmt;
use std::io::{self, BufRead, Read as _, Write};

use serde::{Deserialize, Serialize};
use yishi_canonical::Digest;

use crate::checkpoint::{Checkpoint, CheckpointError, SignedCheckpoint, VerifierKey, origin_of};
use crate::envelope::{Envelope, EnvelopeError, MAX_ENTRY_BYTES, ZERO_LEAF};
use crate::merkle::{Frontier, leaf_hash};

/// JSON may write one byte of an entry as six.
const MAX_LINE_BYTES: u64 = 6 * MAX_ENTRY_BYTES as u64 + 1024;

/// The first line of an export.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExportHeader {
    /// Always `yishi-export/1`.
    pub format: String,
    /// Whose log it is.
    pub community: String,
    /// The log's public key. Compare it with the one the community publishes.
    pub key: String,
    /// The signed checkpoint the entries lead to.
    pub checkpoint: String,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Line<'a> {
    entry: std::borrow::Cow<'a, str>,
    leaf: Digest,
}

/// Writes an export.
pub struct ExportWriter<W: Write> {
    out: W,
}

impl<W: Write> ExportWriter<W> {
    /// What stands in [`ExportHeader::format`].
    pub const FORMAT: &'static str = "yishi-export/1";

    /// Begins an export with its header.
    ///
    /// # Errors
    /// Those of the writer.
    pub fn begin(
        mut out: W,
        community: &str,
        key: &VerifierKey,
        checkpoint: &SignedCheckpoint,
    ) -> io::Result<Self> {
        let header = ExportHeader {
            format: Self::FORMAT.to_owned(),
            community: community.to_owned(),
            key: key.to_string(),
            checkpoint: checkpoint.note().to_owned(),
        };
        write_line(&mut out, &header)?;
        Ok(Self { out })
    }

    /// Goes on with an export whose header and first entries went elsewhere, part by part.
    #[must_use]
    pub const fn resume(out: W) -> Self {
        Self { out }
    }

    /// Writes the next entry as stored. Damage is written as it is: finding it is the reader's part.
    ///
    /// # Errors
    /// Those of the writer.
    pub fn entry(&mut self, bytes: &[u8], leaf: &Digest) -> io::Result<()> {
        write_line(&mut self.out, &Line { entry: String::from_utf8_lossy(bytes), leaf: *leaf })
    }

    /// Gives the writer back.
    ///
    /// # Errors
    /// Those of flushing it.
    pub fn finish(mut self) -> io::Result<W> {
        self.out.flush()?;
        Ok(self.out)
    }
}

fn write_line<T: Serialize>(out: &mut impl Write, line: &T) -> io::Result<()> {
    let mut bytes = yishi_canonical::to_vec(line).map_err(io::Error::other)?;
    bytes.push(b'\n');
    out.write_all(&bytes)
}

/// What a sound export is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExportReport {
    /// Whose log.
    pub community: String,
    /// The log's public key.
    pub key: VerifierKey,
    /// The checkpoint that was reached.
    pub checkpoint: Checkpoint,
    /// The leaf hash of the last entry.
    pub last_leaf: Digest,
}

/// Where an export is bad.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// In the header or the checkpoint in it.
    Header,
    /// At this entry, counted from 0.
    Entry(u64),
    /// Nowhere in particular: every entry fits the one before, but all of them together are not what was
    /// signed. Either the last entry was altered together with its hash, or the whole log was rewritten.
    Whole,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Header => f.write_str("header"),
            Self::Entry(index) => write!(f, "entry {index}"),
            Self::Whole => f.write_str("whole log"),
        }
    }
}

/// The first thing that is wrong with an export.
#[derive(Debug, thiserror::Error)]
#[error("{place}: {reason}")]
pub struct Fault {
    /// Where.
    pub place: Place,
    /// What.
    #[source]
    pub reason: FaultReason,
}

/// What is wrong with an export.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum FaultReason {
    /// The file could not be read.
    #[error("the file could not be read")]
    Read(#[source] io::Error),
    /// The line is not of the form it must have.
    #[error("the line is damaged")]
    Line,
    /// The format is unknown.
    #[error("the format is unknown")]
    Format,
    /// The export carries another key than the one trusted.
    #[error("the export carries another key than the one trusted")]
    Key,
    /// The checkpoint does not hold.
    #[error(transparent)]
    Checkpoint(#[from] CheckpointError),
    /// The entry does not match its leaf hash.
    #[error("the entry does not match its leaf hash")]
    Leaf,
    /// The entry is not of the form it must have.
    #[error(transparent)]
    Entry(#[from] EnvelopeError),
    /// The entry has another number: one was deleted, inserted or moved.
    #[error("the entry carries number {0}")]
    Number(u64),
    /// The entry belongs to another community.
    #[error("the entry belongs to another community")]
    Community,
    /// The entry does not follow the one before it.
    #[error("the entry does not follow the one before it")]
    Chain,
    /// The entry and its leaf hash were altered together; the entry after it still names the true hash.
    #[error("the entry was altered together with its leaf hash")]
    Altered,
    /// The file ends before the checkpoint's size is reached.
    #[error("the entry is missing; the checkpoint covers {0} entries")]
    Missing(u64),
    /// The file goes on after the checkpoint's size.
    #[error("the checkpoint covers only {0} entries")]
    Surplus(u64),
    /// The root is not the signed one.
    #[error("the entries do not lead to the signed root")]
    Root,
}

impl FaultReason {
    /// The same in Chinese.
    #[must_use]
    pub fn zh(&self) -> String {
        match self {
            Self::Read(_) => "文件无法读取".into(),
            Self::Line => "该行已损坏".into(),
            Self::Format => "文件格式未知".into(),
            Self::Key => "文件所带公钥与所信任的公钥不同".into(),
            Self::Checkpoint(CheckpointError::Form) => "检查点格式不对".into(),
            Self::Checkpoint(CheckpointError::Key) => "公钥格式不对".into(),
            Self::Checkpoint(CheckpointError::Unsigned) => "检查点没有该公钥的签名".into(),
            Self::Checkpoint(CheckpointError::Signature) => "检查点签名不成立".into(),
            Self::Checkpoint(CheckpointError::Origin(_)) => "检查点属于另一份记录".into(),
            Self::Leaf => "条目与其哈希不符".into(),
            Self::Entry(_) => "条目格式不对".into(),
            Self::Number(seq) => format!("条目序号为 {seq}，有条目被删除、插入或调换"),
            Self::Community => "条目属于另一个村（社区）".into(),
            Self::Chain => "条目与前一条不相接".into(),
            Self::Altered => "条目连同其哈希被改动".into(),
            Self::Missing(size) => format!("条目缺失，检查点应有 {size} 条"),
            Self::Surplus(size) => format!("检查点只有 {size} 条，此后的条目是多出来的"),
            Self::Root => "全部条目与签名的根哈希不符".into(),
        }
    }
}

/// Checks an export from its first byte to its last and shows each entry to `visit` on the way. What
/// `visit` saw may be relied on only if the result is `Ok`.
///
/// Without a trusted key the export is checked against the key it carries, which proves only that it is
/// whole, not whose it is.
///
/// # Errors
/// The first [`Fault`].
pub fn verify_export<R: BufRead>(
    mut reader: R,
    trusted: Option<&VerifierKey>,
    mut visit: impl FnMut(&Envelope),
) -> Result<ExportReport, Fault> {
    let (header, key, checkpoint) =
        read_header(&mut reader, trusted).map_err(|reason| Fault { place: Place::Header, reason })?;
    let mut chain =
        Chain { frontier: Frontier::new(), before: Frontier::new(), last: ZERO_LEAF, break_at: None };
    for index in 0..checkpoint.size {
        let bad = |reason| Fault { place: Place::Entry(index), reason };
        match read_entry(&mut reader, index, &header.community, checkpoint.size) {
            Ok((envelope, leaf)) => {
                chain.link(&envelope, leaf).map_err(bad)?;
                visit(&envelope);
            }
            Err(reason) => return Err(chain.broken().unwrap_or_else(|| bad(reason))),
        }
    }
    if let Some(fault) = chain.verdict(&checkpoint.root) {
        return Err(fault);
    }
    match read_line(&mut reader) {
        Ok(None) => {}
        Ok(Some(_)) | Err(FaultReason::Line) => {
            let reason = FaultReason::Surplus(checkpoint.size);
            return Err(Fault { place: Place::Entry(checkpoint.size), reason });
        }
        Err(reason) => return Err(Fault { place: Place::Entry(checkpoint.size), reason }),
    }
    Ok(ExportReport { community: header.community, key, checkpoint, last_leaf: chain.last })
}

struct Chain {
    frontier: Frontier,
    /// The frontier before the last entry.
    before: Frontier,
    last: Digest,
    /// Where an entry did not follow the one before, and the frontier if the one before was altered.
    break_at: Option<(u64, Frontier)>,
}

impl Chain {
    fn link(&mut self, envelope: &Envelope, leaf: Digest) -> Result<(), FaultReason> {
        if envelope.prev != self.last {
            match (&self.break_at, envelope.seq) {
                (None, 1..) => {
                    let mut repaired = self.before.clone();
                    repaired.append(envelope.prev);
                    self.break_at = Some((envelope.seq, repaired));
                }
                _ => return Err(FaultReason::Chain),
            }
        }
        if let Some((_, repaired)) = &mut self.break_at {
            repaired.append(leaf);
        }
        self.before.clone_from(&self.frontier);
        self.frontier.append(leaf);
        self.last = leaf;
        Ok(())
    }

    /// The fault if the chain was broken and the rest is bad too.
    fn broken(&self) -> Option<Fault> {
        let (at, _) = self.break_at.as_ref()?;
        Some(Fault { place: Place::Entry(*at), reason: FaultReason::Chain })
    }

    fn verdict(&self, root: &Digest) -> Option<Fault> {
        match &self.break_at {
            Some((at, repaired)) if repaired.root() == *root => {
                Some(Fault { place: Place::Entry(at - 1), reason: FaultReason::Altered })
            }
            Some(_) => self.broken(),
            None if self.frontier.root() != *root => {
                Some(Fault { place: Place::Whole, reason: FaultReason::Root })
            }
            None => None,
        }
    }
}

fn read_header<R: BufRead>(
    reader: &mut R,
    trusted: Option<&VerifierKey>,
) -> Result<(ExportHeader, VerifierKey, Checkpoint), FaultReason> {
    let bytes = read_line(reader)?.ok_or(FaultReason::Line)?;
    let header: ExportHeader = strict(&bytes)?;
    if header.format != ExportWriter::<Vec<u8>>::FORMAT {
        return Err(FaultReason::Format);
    }
    let key: VerifierKey = header.key.parse()?;
    if trusted.is_some_and(|trusted| *trusted != key) {
        return Err(FaultReason::Key);
    }
    let checkpoint = SignedCheckpoint::parse(&header.checkpoint)?.verify(&key)?.clone();
    if checkpoint.origin != origin_of(&header.community) {
        return Err(CheckpointError::Origin(checkpoint.origin).into());
    }
    Ok((header, key, checkpoint))
}

fn read_entry<R: BufRead>(
    reader: &mut R,
    index: u64,
    community: &str,
    size: u64,
) -> Result<(Envelope, Digest), FaultReason> {
    let bytes = read_line(reader)?.ok_or(FaultReason::Missing(size))?;
    let line: Line<'_> = strict(&bytes)?;
    if leaf_hash(line.entry.as_bytes()) != line.leaf {
        return Err(FaultReason::Leaf);
    }
    let envelope = Envelope::parse(line.entry.as_bytes())?;
    if envelope.seq != index {
        return Err(FaultReason::Number(envelope.seq));
    }
    if envelope.community != community {
        return Err(FaultReason::Community);
    }
    Ok((envelope, line.leaf))
}

/// The next line without its end; absent at the end of the file. A line without an end is damaged.
fn read_line<R: BufRead>(reader: &mut R) -> Result<Option<Vec<u8>>, FaultReason> {
    let mut bytes = Vec::new();
    reader.by_ref().take(MAX_LINE_BYTES).read_until(b'\n', &mut bytes).map_err(FaultReason::Read)?;
    match bytes.pop() {
        None => Ok(None),
        Some(b'\n') => Ok(Some(bytes)),
        Some(_) => Err(FaultReason::Line),
    }
}

/// Reads JSON in its one spelling.
fn strict<'a, T: Serialize + Deserialize<'a>>(bytes: &'a [u8]) -> Result<T, FaultReason> {
    let value: T = serde_json::from_slice(bytes).map_err(|_| FaultReason::Line)?;
    match yishi_canonical::to_vec(&value) {
        Ok(spelled) if spelled == bytes => Ok(value),
        _ => Err(FaultReason::Line),
    }
}
