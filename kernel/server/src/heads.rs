//! 签署存底 (what was signed, kept apart from the database): the file of signed heads in the data directory, and what a
//! start refuses because of it.
//!
//! The file is the installation's memory outside its database. It is written, durably, before a signature is given out;
//! at start every log is held against it. Where something is missing the server does not start: whoever runs it puts back
//! what is missing, or says with `yishi recover` that it is lost, and that goes on record.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use yishi_app::record::KeptApart;
use yishi_record::{HeadsError, LogSize, SignedHeads, Standing, VerifierKey};
use yishi_storage_sqlite::{Examined, OpenError};
use zeroize::Zeroizing;

use crate::keys::Keys;

/// The file, beside the folder of the store.
const FILE: &str = "signed-heads";

/// The file of signed heads, while the server runs.
pub struct HeadsFile {
    path: PathBuf,
    secret: Zeroizing<[u8; 32]>,
    heads: Mutex<SignedHeads>,
}

impl std::fmt::Debug for HeadsFile {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("HeadsFile").field("path", &self.path).finish_non_exhaustive()
    }
}

impl HeadsFile {
    /// Takes over what the file of a data directory says. `secret` is that of the generation that signs.
    pub fn new(data: &Path, heads: SignedHeads, secret: [u8; 32]) -> Self {
        Self { path: data.join(FILE), secret: Zeroizing::new(secret), heads: Mutex::new(heads) }
    }

    /// Which of the installation's keys signs.
    pub fn generation(&self) -> u32 {
        self.heads.lock().unwrap_or_else(PoisonError::into_inner).generation
    }

    /// Writes the file as it stands.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn write(&self) -> io::Result<()> {
        let heads = self.heads.lock().unwrap_or_else(PoisonError::into_inner);
        write(&self.path, &heads.text(&self.secret))
    }
}

impl KeptApart for HeadsFile {
    fn keep(&self, heads: &[(String, LogSize)]) -> io::Result<bool> {
        let mut kept = self.heads.lock().unwrap_or_else(PoisonError::into_inner);
        let mut next = kept.clone();
        if !heads.iter().all(|(community, head)| next.advance(community, *head)) {
            return Ok(false);
        }
        if next != *kept {
            write(&self.path, &next.text(&self.secret))?;
            *kept = next;
        }
        Ok(true)
    }

    fn last(&self, community: &str) -> Option<LogSize> {
        self.heads.lock().unwrap_or_else(PoisonError::into_inner).logs.get(community).copied()
    }
}

/// Reads the file; absent in a new directory.
///
/// # Errors
/// When it cannot be read, is damaged or was changed.
pub fn read(data: &Path) -> Result<Option<(SignedHeads, VerifierKey)>, Refused> {
    match fs::read_to_string(data.join(FILE)) {
        Ok(text) => Ok(Some(SignedHeads::parse(&text)?)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(Refused::Unreadable(error)),
    }
}

/// Whole or not at all, and durable: beside the old one, then over it.
fn write(path: &Path, text: &str) -> io::Result<()> {
    let beside = path.with_extension("new");
    let mut file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&beside)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()?;
    fs::rename(&beside, path)?;
    match path.parent() {
        Some(folder) => File::open(folder)?.sync_all(),
        None => Ok(()),
    }
}

/// 拒绝启动 (why a data directory is not served from). Said to whoever runs the machine, in both languages, with the way
/// out.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Refused {
    /// The file of signed heads cannot be read.
    #[error("无法读取签署存底文件 / the file of signed heads cannot be read")]
    Unreadable(#[source] io::Error),
    /// It is damaged or was changed.
    #[error(
        "签署存底文件（signed-heads）已损坏或被改动 / the file of signed heads cannot be relied on{WAY_OUT}"
    )]
    Heads(#[from] HeadsError),
    /// The installation's secret is gone.
    #[error(
        "签署记录用的密钥文件（secret）不见了 / the installation's secret, which signs the record, is gone{WAY_OUT}"
    )]
    SecretGone,
    /// The secret is another one than what was signed with.
    #[error(
        "密钥文件（secret）不是签署记录时用的那一把 / the installation's secret is not the one the record was signed with{WAY_OUT}"
    )]
    OtherSecret,
    /// The secret cannot be read or is damaged.
    #[error("密钥文件（secret）不能使用 / the installation's secret cannot be used{WAY_OUT}")]
    Secret(#[source] io::Error),
    /// There is a database and no file of signed heads.
    #[error(
        "签署存底文件（signed-heads）不见了，无法核对记录是否完整 / the file of signed heads is gone, and without it nobody can tell whether the record is whole{WAY_OUT}"
    )]
    HeadsGone,
    /// This directory had a database, and it is not there.
    #[error(
        "这个目录里曾有一座城市的数据库，现在不见了；不会另起一座新城 / this directory held a city, and its database is gone; a new one is not begun in its place. 请恢复备份，或另用一个空目录 / put the backup back, or use an empty directory"
    )]
    DatabaseGone,
    /// The database is not the one the file of signed heads is about.
    #[error(
        "目录里的数据库不是原来那一个 / the database in this directory is not the one it held. 请恢复备份，或另用一个空目录 / put the backup back, or use an empty directory"
    )]
    OtherDatabase,
    /// Logs lack what was signed.
    #[error("记录缺失 / the record is not whole: {}{WAY_OUT}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))]
    Logs(Vec<Loss>),
    /// The store itself refuses.
    #[error("数据库不能使用 / the store cannot be used{}", way_out(.0))]
    Store(#[from] OpenError),
}

const WAY_OUT: &str = "\n请恢复完整的数据目录备份。确实无法恢复时，运行 `yishi recover --data <目录>` 查看缺失的内容；加上 --continue 和 --reason 可以继续，并在记录中写明 \
                       / Put a whole backup of the data directory back. If there is none, `yishi recover --data <directory>` shows what is missing; with --continue and --reason it goes on from what is there, and says so on record";

fn way_out(error: &OpenError) -> &'static str {
    match error {
        OpenError::Journal | OpenError::Log { .. } => WAY_OUT,
        _ => "",
    }
}

/// What a log lacks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Loss {
    /// Whose log.
    pub community: String,
    /// How many entries are there.
    pub found: u64,
    /// How far it was signed.
    pub signed: u64,
    /// How the two stand.
    pub standing: Standing,
    /// How far the database says it was signed, where that is further: then it is the file that is an older one.
    pub database: Option<u64>,
}

impl std::fmt::Display for Loss {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { community, found, signed, standing, database } = self;
        match (standing, database) {
            (Standing::Shorter { missing }, _) => write!(
                f,
                "{community}：已签署 {signed} 条，现有 {found} 条，至少缺 {missing} 条 ({signed} entries were signed, {found} are there, at least {missing} are missing)"
            ),
            (_, Some(database)) => write!(
                f,
                "{community}：数据库中已签署到 {database} 条，签署存底只到 {signed} 条 (the database says that {database} entries were signed, the file of signed heads only {signed}: it is an older one)"
            ),
            _ => write!(
                f,
                "{community}：现有 {found} 条，与已签署的前 {signed} 条不符 ({found} entries are there, and they are not the {signed} that were signed)"
            ),
        }
    }
}

/// What the logs at hand lack of what was signed.
///
/// # Errors
/// When the database cannot be read.
pub async fn losses(examined: &Examined, heads: &SignedHeads) -> Result<Vec<Loss>, OpenError> {
    let mut losses = Vec::new();
    for log in examined.logs() {
        let signed = heads.logs.get(&log.community).copied();
        let standing = match signed {
            Some(head) if head.size <= log.size => {
                let root = examined.root_at(&log.community, head.size).await?;
                heads.standing(&log.community, log.size, &root)
            }
            _ => heads.standing(&log.community, log.size, &log.root),
        };
        let signed = signed.map_or(0, |head| head.size);
        let database = log.signed.filter(|size| *size > signed);
        if standing != Standing::Whole || database.is_some() {
            losses.push(Loss {
                community: log.community.clone(),
                found: log.size,
                signed,
                standing,
                database,
            });
        }
    }
    for (community, head) in &heads.logs {
        if head.size > 0 && !examined.logs().iter().any(|log| log.community == *community) {
            let standing = Standing::Shorter { missing: head.size };
            let (community, signed) = (community.clone(), head.size);
            losses.push(Loss { community, found: 0, signed, standing, database: None });
        }
    }
    Ok(losses)
}

/// Holds a database against the file of signed heads, and gives the file in use. A new directory gets one.
///
/// # Errors
/// [`Refused`].
pub async fn admit(
    data: &Path,
    keys: &Keys,
    examined: &Examined,
    heads: Option<(SignedHeads, VerifierKey)>,
) -> Result<HeadsFile, Refused> {
    let heads = match heads {
        Some((heads, key)) => {
            if key != SignedHeads::key(&keys.signing(heads.generation)) {
                return Err(Refused::OtherSecret);
            }
            heads
        }
        None if examined.is_empty().await? => SignedHeads::new(examined.database()),
        None => return Err(Refused::HeadsGone),
    };
    if heads.database != examined.database() {
        return Err(Refused::OtherDatabase);
    }
    let losses = losses(examined, &heads).await?;
    if !losses.is_empty() {
        return Err(Refused::Logs(losses));
    }
    if let Some(fault) = examined.fault() {
        return Err(fault.into());
    }
    let secret = keys.signing(heads.generation);
    let file = HeadsFile::new(data, heads, secret);
    if !file.path.exists() {
        file.write().map_err(Refused::Unreadable)?;
    }
    Ok(file)
}
