//! 新建镇 (a town is set up).

use yishi_identity::Capacity;
use yishi_identity::policy::Who;

use super::{House, HouseAct, becomes};
use crate::act::{Act, Address, Style};
use crate::ask::Ask;
use crate::input::input;

input! {
    /// 新镇.
    pub struct NewTown {
        /// Name.
        name: String = Ask::new("镇的名称", "Name of the town").one_line(),
        /// 行政区划代码: 9 digits.
        region_code: String = Ask::new("行政区划代码（9 位）", "Division code (9 digits)").one_line(),
    }
}

impl Act for NewTown {
    type On = House;
    const ACT: HouseAct = HouseAct::CreateTown;
    const MAY: Who = Who::any(&[Capacity::CityAdmin]);
    const ADDRESS: Option<Address> = Some(Address::made("towns", "TownView", "places"));
    const IF_MATCH: bool = false;
    const STYLE: Style = Style::FOLDED.done("镇已建立", "The town has been set up");
    const EXAMPLE: &'static str = r#"{"name": "柳溪镇", "region_code": "510112100"}"#;

    becomes!(CreateTown);
}
