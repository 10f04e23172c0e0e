//! 各村一行 (the line of each community on the portal's home and on its town's board), kept as it was drawn while nothing was
//! written in the community and the day is the same: a page about hundreds of communities draws those that have changed.

use std::sync::Arc;

use jiff::civil::Date;
use quick_cache::Weighter;
use quick_cache::sync::Cache;
use yishi_portal::context::{CommunityCard, CommunityProgress, OverdueRow};

use super::prelude::*;

/// What all lines of one kind may take, in bytes.
const ALL: u64 = 32 << 20;
/// Communities of a city, for the first table.
const USUAL: usize = 2_000;

/// A line, with the changes and the day it rests on.
type Line<T> = ((u64, Date), Arc<T>);

#[derive(Debug, Clone)]
struct Rough;

impl Weighter<(CommunityId, Lang), Line<CommunityCard>> for Rough {
    fn weight(&self, _: &(CommunityId, Lang), _: &Line<CommunityCard>) -> u64 {
        400
    }
}

impl Weighter<(CommunityId, Lang), Line<Progress>> for Rough {
    fn weight(&self, _: &(CommunityId, Lang), (_, line): &Line<Progress>) -> u64 {
        let rows = line.0.published.len() + line.0.filings.len() + line.1.len();
        (1_000 + 300 * rows) as u64
    }
}

/// A community's line on the board, and what is overdue there.
pub(super) type Progress = (CommunityProgress, Vec<OverdueRow>);

/// See the module's description.
#[derive(Debug)]
pub struct Lines {
    cards: Cache<(CommunityId, Lang), Line<CommunityCard>, Rough>,
    progress: Cache<(CommunityId, Lang), Line<Progress>, Rough>,
}

impl Default for Lines {
    fn default() -> Self {
        Self {
            cards: Cache::with_weighter(USUAL, ALL, Rough),
            progress: Cache::with_weighter(USUAL, ALL, Rough),
        }
    }
}

impl Visit {
    /// A community's card, from memory or as `draw` makes it.
    pub(super) async fn card_of(
        &self,
        id: CommunityId,
        draw: impl AsyncFnOnce() -> Result<CommunityCard>,
    ) -> Result<Arc<CommunityCard>> {
        self.kept_line(&self.server.lines.cards, id, draw).await
    }

    /// A community's line on the board, from memory or as `draw` makes it.
    pub(super) async fn progress_of(
        &self,
        id: CommunityId,
        draw: impl AsyncFnOnce() -> Result<Progress>,
    ) -> Result<Arc<Progress>> {
        self.kept_line(&self.server.lines.progress, id, draw).await
    }

    async fn kept_line<T>(
        &self,
        kept: &Cache<(CommunityId, Lang), Line<T>, Rough>,
        id: CommunityId,
        draw: impl AsyncFnOnce() -> Result<T>,
    ) -> Result<Arc<T>>
    where
        Rough: Weighter<(CommunityId, Lang), Line<T>>,
    {
        let (changes, hurried) = (self.app().changes(Some(id)).await?, self.app().hurried());
        let basis = (changes, self.ctx().today);
        if let Some((_, line)) = kept.get(&(id, self.lang)).filter(|(held, _)| *held == basis) {
            return Ok(line);
        }
        let line = Arc::new(draw().await?);
        if self.app().hurried() == hurried {
            kept.insert((id, self.lang), (basis, Arc::clone(&line)));
        }
        Ok(line)
    }
}
