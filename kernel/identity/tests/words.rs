//! Every code of this crate has its words, and the vocabulary names no other code of its families.

use yishi_identity::bodies::OfficeTitle;
use yishi_identity::{Action, Capacity, ElectedBy, OffRollReason, Office, Registration, SeatEndReason, Sex};
use yishi_law::BodyKind;
use yishi_words::{Lang, differences};

#[test]
fn every_code_has_its_words() {
    let found = [
        differences::<Capacity>(),
        differences::<Action>(),
        differences::<Office>(),
        differences::<OfficeTitle>(),
        differences::<ElectedBy>(),
        differences::<SeatEndReason>(),
        differences::<OffRollReason>(),
        differences::<Registration>(),
        differences::<Sex>(),
    ];
    assert_eq!(found.concat(), Vec::<String>::new());
}

#[test]
fn an_office_is_called_as_its_body_calls_it() {
    let said = |office: Office, body| office.title_in(body).said(Lang::Zh);
    assert_eq!(said(Office::Chair, BodyKind::Council), "主任");
    assert_eq!(said(Office::Chair, BodyKind::PartyOrganization), "书记");
    assert_eq!(said(Office::Member, BodyKind::RepresentativeAssembly), "代表");
    assert_eq!(said(Office::Member, BodyKind::ResidentsCommittee), "成员");
}
