//! 联名提议召集会议 (a petition for a sitting).

use yishi_deliberation::MatterAct;
use yishi_deliberation::matter::{Matter, MatterCommand, Petition, Petitioners};
use yishi_identity::policy::Who;
use yishi_identity::{Capacity, PersonId};
use yishi_law::{BodyKind, Step};

use super::{Needs, World};
use crate::act::{Act, Asks, Given, Style, Wrong};
use crate::ask::Ask;
use crate::input::input;

input! {
    /// 联名提议召集 (a petition of the law's own threshold forces convening, R3).
    pub(super) struct ForceConvening {
        /// The body that must be convened.
        to: BodyKind = Ask::new("会议", "Body").only(super::ASSEMBLIES),
        /// Who signed.
        by: Petitioners = Ask::new("联名人", "Who signed"),
        /// How many signed, each once.
        signatures: u64 = Ask::new("联名数", "Signatures"),
        /// The list of signatures, as text or a reference.
        record: String = Ask::new("联名材料", "List of signatures").rows(3),
        /// 核对人: who checked the sheet against the roll; needed where staff enter it.
        checked_by: Option<PersonId> = Ask::new("核对人", "Checked by").hint(
            "工作人员录入纸质联名册时必填：对照名册核对的人。",
            "Needed where staff enter a sheet: who checked it against the roll.",
        ),
        /// The assembly's recorded authorisation, where the law assigns the matter to the assembly.
        authorisation: Option<String> = super::AUTHORISATION,
    }
}

impl Act for ForceConvening {
    type On = Matter;
    const ACT: MatterAct = MatterAct::ForceConvening;
    const MAY: Who = Who::any(&[Capacity::Representative, Capacity::Staff]);
    const STYLE: Style = Style::FOLDED.aside().note(
        "达到法定比例的村（居）民、户或代表联名提议的，应当召集会议。",
        "When enough residents, households or representatives ask for it, the body must be convened.",
    );
    const EXAMPLE: &'static str = r#"{"to": "residents-assembly", "by": "residents", "signatures": 30, "record": "联名册三页，存村委会。"}"#;

    // A charter may let fewer people force a sitting.
    fn asks(command: &MatterCommand) -> Option<Asks> {
        let MatterCommand::ForceConvening { petition, .. } = command else { return None };
        Some(Asks::at(petition.to, Step::JointDeliberation))
    }

    fn needs(&self, _: &Matter) -> Needs {
        Needs { figures: true, on_roll: self.checked_by.into_iter().collect(), ..Needs::default() }
    }

    fn command(&self, world: &mut World<'_>) -> Result<Given<Matter>, Wrong> {
        let record = world.papers.internal("/record", &self.record)?;
        let authorisation = world.papers.any("/authorisation", self.authorisation.as_deref())?;
        if self.checked_by.is_some_and(|person| !world.known.on_roll.contains(&person)) {
            let (zh, en) = ("名册中没有此人", "no such person on the roster");
            return Err(Wrong::field("/checked_by", "unknown-reference", zh, en));
        }
        let figures = world.known.figures;
        let petition = Petition {
            to: self.to,
            by: self.by,
            signatures: self.signatures,
            of: match self.by {
                Petitioners::Residents => figures.adults,
                Petitioners::Households => figures.households,
                Petitioners::Representatives => figures.representatives,
            },
            record,
            checked_by: self.checked_by,
        };
        let command = MatterCommand::ForceConvening { petition, authorisation };
        Ok(Given::command(command).setting_aside())
    }
}
