//! 存放文书 (a text is kept before it is used).

use yishi_identity::Action;
use yishi_identity::policy::Who;

use super::{House, HouseAct, becomes};
use crate::act::{Act, Address};
use crate::ask::Ask;
use crate::input::input;

input! {
    /// 文书.
    pub struct NewDocument {
        /// The text.
        text: String = Ask::off_page(),
    }
}

impl Act for NewDocument {
    type On = House;
    const ACT: HouseAct = HouseAct::CreateDocument;
    const MAY: Who = Action::StoreDocument.who();
    const ADDRESS: Option<Address> =
        Some(Address::made("communities/{community}/documents", "DocumentView", "documents"));
    const IF_MATCH: bool = false;
    const EXAMPLE: &'static str = r#"{"text": "会议记录。"}"#;

    becomes!(CreateDocument);
}
