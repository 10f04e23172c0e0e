//! 列入议程与改用章程 (what may be put on a body's agenda, and the charter a matter is judged by).

use yishi_canonical::Digest;
use yishi_identity::policy::Right;
use yishi_law::{BodyKind, MatterClass};

use super::{Matter, MatterEvent, gates};
use crate::Refusal;
use crate::codes::codes;
use crate::common::{Context, RulePin};
use crate::refusals::{self, ruling};

impl Matter {
    /// 可否列入议程 (whether notice can be given of this matter for a sitting of this body).
    ///
    /// A body that decides by vote is called on matters whose next step is its decision: not on a bare suggestion, not on a
    /// proposal that is still under review or was returned, not on one submitted to another body, and not on one that is
    /// over. The other bodies study, review and supervise: they are called on whatever is not over. Gates that can
    /// still open before the day (a consultation that ends, a study) are asked when the ballot opens. It is asked for an act
    /// that is done by this right, which a refusal names.
    ///
    /// # Errors
    /// A [`Refusal`] that says where the matter stands and who decides it.
    pub fn may_come_before(&self, right: Right, body: BodyKind, ctx: &Context<'_>) -> Result<(), Refusal> {
        let kind = ctx.law.kind();
        let words = body.term_in(kind);
        let stands = self.stands().term();
        let refusal = if self.stage.is_final() {
            refusals::matter_is_over(stands.zh, stands.en)
        } else if !crate::meeting::decides_by_ballot(body) {
            return Ok(());
        } else {
            match self.next_decided_by() {
                Some(decides) if decides == body => return Ok(()),
                Some(decides) => {
                    let theirs = decides.term_in(kind);
                    refusals::matter_of_another_body(words.zh, words.en, theirs.zh, theirs.en)
                }
                None => refusals::matter_not_ready(stands.zh, stands.en, words.zh, words.en),
            }
        };
        Err(refusal.during(right.code, None, self.stands().code(), codes(&self.allowed())))
    }

    /// 改用现行章程 (a matter opened when there was no charter takes up the one in force).
    ///
    /// R9 keeps the law of the day it was opened; a charter is no law text, and where there was none a council could
    /// never vote on it (R5). The new charter is asked for the class of the matter, which only rises.
    pub(super) fn repin(
        &self,
        charter: RulePin,
        reasons: Digest,
        ctx: &Context<'_>,
    ) -> Result<Vec<MatterEvent>, Refusal> {
        if self.pins.charter.is_some() {
            return Err(refusals::charter_pinned_already().citing([ruling("R9")]));
        }
        let act = ctx.act();
        let mut events = vec![MatterEvent::Repinned { charter, reasons, act }];
        if let Some(proposal) = self.proposal.as_ref().filter(|_| !self.is_major()) {
            let class = gates::class_of(ctx, proposal, self.class.as_ref());
            if class.value == MatterClass::Major {
                events.push(MatterEvent::Escalated { by: class.by, reasons: None, act });
            }
        }
        Ok(events)
    }
}
