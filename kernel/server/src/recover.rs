//! 续用 (recovery): how an installation goes on when something is lost for good, and says so on record.
//!
//! Without `--continue` nothing is changed: it is shown what is missing. With it and a reason, every log gets an entry
//! that says how far it was signed, how far it goes now, which key signed it and which signs from here on. The key is a
//! new one, so that no key ever signs two histories of one size; receipts by the former one stay good as long as the
//! secret they come from is there.

use std::io::Write as _;
use std::path::PathBuf;
use std::sync::Arc;

use anyhow::{Context as _, Result, bail};
use clap::Args;
use jiff::Timestamp;
use yishi_app::OpContext;
use yishi_app::record::{Continuation, KeptApart as _, Signer};
use yishi_identity::{Actor, CommunityId};
use yishi_record::SignedHeads;
use yishi_rulebook::CompileMode;
use yishi_storage_sqlite::SqliteStore;

use crate::boot::{self, DATABASE, STORE};
use crate::clock::SystemEntropy;
use crate::heads::{self, HeadsFile, Refused};
use crate::keys::Keys;

/// What `yishi recover` is told.
#[derive(Debug, Args)]
pub(crate) struct RecoverArgs {
    /// The data directory.
    #[arg(long, env = "YISHI_DATA")]
    data: PathBuf,
    /// Go on from what is there. Without it, only what is missing is shown.
    #[arg(long = "continue", requires = "reason")]
    go_on: bool,
    /// Why what is missing cannot be put back, and who decided to go on; it is published with the record.
    #[arg(long)]
    reason: Option<String>,
    /// As for `serve`.
    #[arg(long, env = "YISHI_SIMULATED_CLOCK")]
    simulated_clock: Option<Timestamp>,
}

pub(crate) async fn run(args: &RecoverArgs) -> Result<()> {
    let data = &args.data;
    if !data.join(STORE).join(DATABASE).exists() {
        return Err(Refused::DatabaseGone.into());
    }
    let (clock, _) = boot::machine_clock(data, args.simulated_clock)?;
    // A file that cannot be read says nothing, like one that is gone; what the database knows is left.
    let known = match heads::read(data) {
        Ok(known) => known,
        Err(Refused::Heads(_)) => None,
        Err(error) => return Err(error.into()),
    };
    let mut examined = SqliteStore::examine(data.join(STORE)).await.context("the store")?;
    let former = known.as_ref().map(|(heads, _)| heads.clone());
    if former.as_ref().is_some_and(|heads| heads.database != examined.database()) {
        return Err(Refused::OtherDatabase.into());
    }
    let heads = former.clone().unwrap_or_else(|| SignedHeads::new(examined.database()));
    let losses = match &known {
        Some(_) => heads::losses(&examined, &heads).await?,
        None => Vec::new(),
    };
    let mut said = Vec::new();
    if !Keys::exist(data) {
        said.push("密钥文件（secret）不见了 / the installation's secret is gone".to_owned());
    } else if let Some((heads, key)) = &known
        && *key != SignedHeads::key(&Keys::open(data, &SystemEntropy)?.signing(heads.generation))
    {
        said.push("密钥文件（secret）不是原来那一把 / the installation's secret is another one".to_owned());
    }
    if known.is_none() {
        said.push("签署存底文件（signed-heads）不可用 / there is no usable file of signed heads".to_owned());
    }
    if examined.journal_lost() {
        said.push("数据库日志不见了，停机前最后办理的事项可能缺失 / the database's journal is gone; what was done last before the stop may be missing".to_owned());
    }
    said.extend(losses.iter().map(ToString::to_string));
    let mut out = std::io::stdout();
    if said.is_empty() && examined.fault().is_none() {
        writeln!(out, "没有缺失，可以直接启动 / nothing is missing; start as usual")
            .context("standard output")?;
        return Ok(());
    }
    for line in &said {
        writeln!(out, "{line}").context("standard output")?;
    }
    let (true, Some(reason)) = (args.go_on, &args.reason) else {
        if let Some(fault) = examined.fault() {
            writeln!(out, "{fault}").context("standard output")?;
        }
        writeln!(out, "没有改动任何内容 / nothing was changed").context("standard output")?;
        return Ok(());
    };
    examined.accept_losses().await?;
    if let Some(fault) = examined.fault() {
        // Pages or entries that contradict themselves: no entry can make that a record.
        return Err(anyhow::Error::from(fault).context(
            "这个数据库本身有损坏，只能恢复备份 / the database itself is damaged; only a backup helps",
        ));
    }
    let keys = Keys::open(data, &SystemEntropy).context("the installation's secret")?;
    // A file that is gone does not say which key signed last; the logs say how often they were continued.
    let used = heads.generation.max(examined.continuations().await?.saturating_add(1));
    let generation = used.checked_add(1).context("generations")?;
    let former_key = known.map(|(_, key)| key);
    let mut next = SignedHeads::new(examined.database());
    next.generation = generation;
    let file = Arc::new(HeadsFile::new(data, next, keys.signing(generation)));
    let secrets = (1..=generation).map(|generation| keys.signing(generation)).collect();
    let signer = Signer::new(secrets, Arc::clone(&file) as _);
    let communities: Vec<String> = examined.logs().iter().map(|log| log.community.clone()).collect();
    let app = boot::app(data, &keys, Arc::new(examined.start()?), clock, signer, CompileMode::InProcess)?;
    let ctx = OpContext::new(Actor::default(), app.now(), "recover");
    let mut kept = Vec::new();
    for community in communities {
        let id: CommunityId = community.parse().context("the id of a community")?;
        let signed = former.as_ref().and_then(|heads| heads.logs.get(&community)).copied();
        let continuation = Continuation { signed, former_key: former_key.clone(), reason: reason.clone() };
        let head = app.continue_log(&ctx, id, &continuation).await?;
        kept.push((community, head));
    }
    // From here on the directory starts again. If this is not reached, nothing was signed and it is run once more.
    if !file.keep(&kept).context("the file of signed heads")? {
        bail!("the file of signed heads was not written");
    }
    file.write().context("the file of signed heads")?;
    writeln!(
        out,
        "已在 {} 份记录中写明，可以启动 / said on record in {} logs; it can be started again",
        kept.len(),
        kept.len()
    )
    .context("standard output")
}
