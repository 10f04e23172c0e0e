//! 公用器具细则 (a rule for tests): its domain, stages, records and measures are its own, and the kernel has never heard of
//! them. It advises on a suggestion, keeps what is out on loan, and says everything in both languages.

use serde::{Deserialize, Serialize};
use yishi_sdk::prelude::*;

struct ToolShelf;

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
struct Settings {
    most_out: usize,
}

#[derive(Deserialize)]
struct Asked {
    tool: String,
}

#[derive(Serialize, Deserialize)]
struct Loan {
    tool: String,
    taken: bool,
}

impl ImplementationRule for ToolShelf {
    type Settings = Settings;

    fn check(_: &Context<Settings>, transition: &Transition) -> Vec<Finding> {
        if transition.step != Step::Suggest {
            return Vec::new();
        }
        let message = ("先看架上有没有这件器具", "look first whether the tool is on the shelf");
        let advice = Finding::advise("look-first", message, ["器具-1"]);
        let wants_a_fee = transition.matter.per_household_fen.is_some_and(|fee| fee > 0);
        if wants_a_fee {
            let message = ("公用器具不向各户收费", "no household pays for the shared tools");
            return vec![advice, Finding::forbid("no-fee", message, ["器具-1"])];
        }
        vec![advice]
    }

    fn handle(ctx: &Context<Settings>, event: &CaseEvent) -> Result<Outcome, Finding> {
        let Asked { tool } = event.read().map_err(|fault| fault.cite(["器具-2"]))?;
        let out = tools_out(&event.subject);
        match event.kind.as_str() {
            "tool-taken" if out.len() >= ctx.settings.most_out => {
                let most = ctx.settings.most_out;
                let message = (
                    format!("每户最多借{most}件，请先归还"),
                    format!("a household may have {most} tools: return one first"),
                );
                Err(Finding::forbid("too-many", message, ["器具-2"]))
            }
            "tool-taken" => {
                let message = ("已借出，用后归架", "lent; put it back after use");
                let posted = (format!("{tool}已借出"), format!("Out on loan: {tool}"));
                Ok(Outcome::stage("out-on-loan", message, ["器具-2"])
                    .record("tool-loan", &event.subject, &Loan { tool, taken: true })
                    .publish(posted, 7, ["器具-4"])
                    .measure("tools-out", i64::try_from(out.len() + 1).unwrap_or(i64::MAX)))
            }
            _ => {
                let message = ("已归架，谢谢", "back on the shelf, thank you");
                let reason = ("按时归还", "returned in time");
                Ok(Outcome::stage("back-on-shelf", message, ["器具-3"])
                    .points(&event.subject, 1, reason, ["器具-3"])
                    .record("tool-loan", &event.subject, &Loan { tool, taken: false }))
            }
        }
    }
}

/// What a household has taken and not returned.
fn tools_out(household: &str) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    // The oldest first: what was taken and then returned is not out.
    for loan in records::whole::<Loan>("tool-loan", household).into_iter().rev() {
        if loan.taken {
            out.push(loan.tool);
        } else {
            out.retain(|tool| *tool != loan.tool);
        }
    }
    out
}

yishi_sdk::implementation_rule!(ToolShelf);
