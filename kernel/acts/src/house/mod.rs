//! 村（社区）和镇的办理 (the acts of the house), one file each: what begins a matter, a meeting or a rule, and what is done with
//! ballots, comments, seats, people, accounts and places, which have no machine of their own here.
//!
//! Each becomes a command that hands its input to the use case of that name. Who may, how it is asked and where it stands in
//! the API is declared here; whether it can be done as things stand, the use case decides.

mod answer_comment;
mod answer_comments;
mod attest;
mod change_person;
mod close_ballot;
mod comment;
mod convene;
mod create_community;
mod create_document;
mod create_member_account;
mod create_town;
mod create_town_account;
mod disable_account;
mod draft_rule;
mod elect;
mod enable_account;
mod end_seat;
mod enter_officer;
mod erase_person;
mod hide_comment;
mod open_ballot;
mod repeal;
mod reset_password;
mod suggest;

use jiff::civil::Date;
use serde::Deserialize;
use yishi_deliberation::Deed;
use yishi_identity::policy::Right;
use yishi_identity::{CommunityId, PersonId};
use yishi_words::coded;

use crate::act::{Aggregate, Entry};
use crate::ask::Ask;
use crate::input::input;

pub use answer_comment::CommentAnswer;
pub use answer_comments::CommentsAnswer;
pub use attest::{AttestedCounts, NewAttestation};
pub use change_person::{RosterChangeInput, RosterChangeKind};
pub use close_ballot::{CloseBallot, HandCountInput};
pub use comment::NewComment;
pub use convene::NewMeeting;
pub use create_community::NewCommunity;
pub use create_document::NewDocument;
pub use create_member_account::NewMemberAccount;
pub use create_town::NewTown;
pub use create_town_account::NewAccount;
pub use disable_account::DisableAccount;
pub use draft_rule::NewRule;
pub use elect::{ElectedSeat, Election};
pub use enable_account::EnableAccount;
pub use end_seat::SeatEnding;
pub use enter_officer::NewOfficer;
pub use erase_person::ErasePerson;
pub use hide_comment::HideComment;
pub use open_ballot::NewBallot;
pub use repeal::RepealRule;
pub use reset_password::ResetPassword;
pub use suggest::Suggestion;

/// 村（社区）、镇 (the place an act is done in, where that is all it is done with).
#[derive(Debug)]
pub struct House;

/// The acts, each with its input.
macro_rules! house {
    ($($(#[$doc:meta])* $act:ident = $code:literal, $input:ident;)*) => {
        coded! {
            /// 村（社区）和镇的办理.
            pub enum HouseAct: "house-act" {
                $($(#[$doc])* $act = $code,)*
            }
        }

        /// What the use case of an act is handed.
        #[derive(Debug)]
        pub enum HouseCommand {
            $($(#[$doc])* $act(Box<$input>),)*
        }

        impl HouseCommand {
            /// The act it is.
            #[must_use]
            pub const fn act(&self) -> HouseAct {
                match self {
                    $(Self::$act(_) => HouseAct::$act,)*
                }
            }
        }

        /// In the order in which they are documented.
        static ACTS: [Entry<House>; HouseAct::ALL.len()] = [$(Entry::of::<$input>()),*];
    };
}

house! {
    /// 设立镇.
    CreateTown = "create-town", NewTown;
    /// 设立村（社区）.
    CreateCommunity = "create-community", NewCommunity;
    /// 建立工作账号.
    CreateTownAccount = "create-town-account", NewAccount;
    /// 建立居民账号.
    CreateMemberAccount = "create-member-account", NewMemberAccount;
    /// 停用账号.
    DisableAccount = "disable-account", DisableAccount;
    /// 启用账号.
    EnableAccount = "enable-account", EnableAccount;
    /// 重设密码.
    ResetPassword = "reset-password", ResetPassword;
    /// 登记变动.
    ChangePerson = "change-person", RosterChangeInput;
    /// 登记任职人员.
    EnterOfficer = "enter-officer", NewOfficer;
    /// 清除资料.
    ErasePerson = "erase-person", ErasePerson;
    /// 登记选举结果.
    Elect = "elect", Election;
    /// 登记离任.
    EndSeat = "end-seat", SeatEnding;
    /// 提出建议.
    Suggest = "suggest", Suggestion;
    /// 发表意见.
    Comment = "comment", NewComment;
    /// 答复意见.
    AnswerComment = "answer-comment", CommentAnswer;
    /// 一并答复.
    AnswerComments = "answer-comments", CommentsAnswer;
    /// 隐藏违法意见.
    HideComment = "hide-comment", HideComment;
    /// 召集会议.
    Convene = "convene", NewMeeting;
    /// 开始表决.
    OpenBallot = "open-ballot", NewBallot;
    /// 结束表决.
    CloseBallot = "close-ballot", CloseBallot;
    /// 起草规约.
    DraftRule = "draft-rule", NewRule;
    /// 录入既有规约.
    Attest = "attest", NewAttestation;
    /// 提请废止.
    Repeal = "repeal", RepealRule;
    /// 存入文书.
    CreateDocument = "create-document", NewDocument;
}

impl House {
    /// 在此办理的 (the acts that are done with what stands at this address of a community, or with one of its parts: those whose
    /// address has one more word behind it).
    pub fn acts_at(thing: &str) -> impl Iterator<Item = &'static Entry<Self>> {
        let stands = move |entry: &&Entry<Self>| {
            let below =
                entry.path_in_community().and_then(|path| path.strip_prefix(thing)?.strip_prefix('/'));
            below.is_some_and(|word| !word.contains('/'))
        };
        ACTS.iter().filter(stands)
    }
}

impl Entry<House> {
    /// Its address below that of the community it is done in; none for what is done above the communities.
    #[must_use]
    pub fn path_in_community(&self) -> Option<&'static str> {
        self.address?.path.strip_prefix("communities/{community}/")
    }
}

impl Deed for HouseAct {}

impl From<HouseAct> for Right {
    fn from(act: HouseAct) -> Self {
        House::right(act)
    }
}

impl Aggregate for House {
    type Act = HouseAct;
    type Command = HouseCommand;
    type Needs = ();
    type Known = ();

    fn acts() -> &'static [Entry<Self>] {
        &ACTS
    }
}

/// An act that is done by the use case of its name, which is handed what was said.
macro_rules! becomes {
    ($act:ident) => {
        fn command(
            &self,
            _: &mut crate::act::World<'_, House>,
        ) -> Result<crate::act::Given<House>, crate::act::Wrong> {
            Ok(crate::act::Given::command(super::HouseCommand::$act(Box::new(self.clone()))))
        }
    };
}

use becomes;

/// What a new account is made of, whoever makes it: the API asks the same of a town and of a community.
macro_rules! account {
    ($about:literal, $name:ident) => {
        crate::input::input! {
            #[doc = $about]
            pub struct $name {
                /// What is typed to sign in; unique everywhere.
                login: String = crate::ask::Ask::new("账号", "Account").one_line(),
                /// At least 8 characters.
                password: String = crate::ask::Ask::new("密码", "Password").password().hint("八个字符以上；不要用太常见的，也不要用账号、姓名、地名。", "At least eight characters; not a common one, not the login or a name."),
                /// What pages call the owner.
                display_name: String = crate::ask::Ask::off_page(),
                /// What the account may act as; nothing where nothing is said.
                grants: Option<Vec<super::Grant>> = crate::ask::Ask::off_page(),
                /// 使用人: whose an official account is; needed where it may act as staff or town.
                holder: Option<super::AccountHolder> = crate::ask::Ask::off_page(),
                /// Whether the owner has to choose a password of their own before anything else; yes where nothing is said.
                must_change_password: Option<bool> = crate::ask::Ask::off_page(),
            }
        }
    };
}

use account;

/// 授予 (what an account may act as).
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(tag = "role", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Grant {
    /// 镇管理员.
    // Braces, since serde lets unknown members of a unit variant pass.
    TownAdmin {},
    /// 村（社区）工作人员.
    Staff {
        /// The community.
        community: CommunityId,
    },
    /// 居民本人.
    Member {
        /// The community.
        community: CommunityId,
        /// The person of its roster.
        person: PersonId,
    },
}

input! {
    /// 使用人 (the natural person behind an official account).
    pub struct AccountHolder {
        /// 真实姓名.
        name: String = Ask::off_page(),
        /// 出生日期: only a keyed mark of it is kept, by which one person with two accounts is found out.
        birth_date: Date = Ask::off_page(),
    }
}
