//! 召集与主持 (who convenes a body and presides over it, R21).
//!
//! The residents' committee convenes the assembly of all and the representatives, and its chair or a member it names
//! presides; a council's chair, or its vice-chair while there is none, convenes and presides over the council; the party
//! organisation convenes itself, its secretary the joint committees, and the supervisors' head the supervisors.
//! Supervisors and party members convene no assembly. Staff only record, in the name of the convener, who is named.

use jiff::civil::Date;
use yishi_law::{Authority, BodyKind, CommunityKind};

use crate::bodies::{self, BodyRegister, Office, Seat};
use crate::ids::PersonId;
use crate::refusal::Refusal;

crate::refusals! {
    /// Nobody holds the office.
    convener_missing(body_zh: &str, body_en: &str, by_zh: &str, by_en: &str) = "convener-missing",
        "{body_zh}由{by_zh}召集，现在没有在任的召集人；请先登记选举结果", "the {by_en} convenes the {body_en}, and nobody holds the office now: record the election first";
    /// Somebody else does.
    not_the_convener(body_zh: &str, body_en: &str, by_zh: &str, by_en: &str) = "not-the-convener",
        "{body_zh}由{by_zh}召集和主持，所写的人不是", "the {by_en} convenes the {body_en} and presides; the person named does not";
}

/// 召集机构 (the body that convenes another).
#[must_use]
pub fn convening_body(body: BodyKind) -> BodyKind {
    bodies::body(body).convened_by
}

impl BodyRegister {
    /// 召集人、主持人 (who convenes a sitting or presides over it): the one named, or the head of the convening body.
    ///
    /// # Errors
    /// A [`Refusal`] when the one named may not, or when nobody is named and the office is vacant.
    pub fn convener(
        &self,
        body: BodyKind,
        named: Option<PersonId>,
        on: Date,
        kind: CommunityKind,
    ) -> Result<PersonId, Refusal> {
        let by = convening_body(body);
        let seats = self.in_office(by, on);
        let holds = |office: Office| seats.iter().find(move |seat| seat.office == office);
        let head = holds(Office::Chair).or_else(|| holds(Office::ViceChair));
        // A committee's chair can name a member of it; the council, the joint committees and the supervisors have their head.
        let head_alone = bodies::body(body).head_alone;
        let may = |seat: &Seat| !head_alone || head.is_some_and(|head| head.person == seat.person);
        let found = match named {
            Some(person) => seats.iter().find(|seat| seat.person == person && may(seat)),
            None => head,
        };
        found.map(|seat| seat.person).ok_or_else(|| {
            let (body, by) = (body.term_in(kind), by.term_in(kind));
            let refusal = match named {
                Some(_) => not_the_convener(body.zh, body.en, by.zh, by.en),
                None => convener_missing(body.zh, body.en, by.zh, by.en),
            };
            refusal.citing([Authority::Ruling { id: "R21".to_owned() }])
        })
    }
}
