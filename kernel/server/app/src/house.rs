//! 办理 of the house: each act of the catalogue that is done with no machine of its own, handed to its use case.

use std::collections::BTreeMap;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};
use yishi_acts::house::{House, HouseCommand};
use yishi_acts::{Aggregate as _, Ready};

use crate::views::{
    AccountView, BallotView, CommentView, CommunityView, DocumentView, DraftView, ElectionView, ErasedView,
    MatterView, MeetingView, PersonView, RosterChangeDone, RuleView, TownView,
};
use crate::{App, AppError, AppResult, OpContext};

/// 何处 (the parts of an address, by their names).
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
pub struct At(pub BTreeMap<String, String>);

impl<const N: usize> From<[(&str, String); N]> for At {
    fn from(parts: [(&str, String); N]) -> Self {
        Self(parts.into_iter().map(|(name, part)| (name.to_owned(), part)).collect())
    }
}

impl At {
    /// One part, which may be anything.
    fn text(&self, name: &'static str) -> AppResult<&str> {
        self.0.get(name).map(String::as_str).ok_or(AppError::NotFound { what: name })
    }

    /// One part as the id or the code it is.
    ///
    /// # Errors
    /// [`AppError::NotFound`] for what is no such thing.
    pub fn id<T: DeserializeOwned>(&self, name: &'static str) -> AppResult<T> {
        let text = self.text(name)?;
        serde_json::from_value(Value::from(text)).map_err(|_| AppError::NotFound { what: name })
    }
}

macro_rules! answered {
    ($($view:ident($type:ty) $(= $version:ident)?;)*) => {
        /// 答复 (what an act of the house answers).
        #[derive(Debug, Clone, Serialize)]
        #[serde(untagged)]
        pub enum Answered {
            $(#[doc = stringify!($type)] $view(Box<$type>),)*
        }

        $(impl From<$type> for Answered {
            fn from(view: $type) -> Self {
                Self::$view(Box::new(view))
            }
        })*

        impl Answered {
            /// The schemas of all of them, each under its name.
            pub fn schemas(all: &mut Vec<(String, RefOr<Schema>)>) {
                $(all.push((<$type as ToSchema>::name().into_owned(), <$type as PartialSchema>::schema()));
                <$type as ToSchema>::schemas(all);)*
                // A list has no name of its own.
                all.retain(|(name, _)| name != "Vec");
            }

            /// The version of what is answered, where it has one.
            #[must_use]
            pub fn version(&self) -> Option<u64> {
                match self {
                    $($(Self::$view(view) => Some(view.$version),)?)*
                    _ => None,
                }
            }
        }
    };
}

answered! {
    Account(AccountView);
    Ballot(BallotView) = version;
    Comment(CommentView);
    Comments(Vec<CommentView>);
    Community(CommunityView);
    Document(DocumentView);
    Draft(DraftView);
    Election(ElectionView);
    Erased(ErasedView);
    Matter(MatterView) = version;
    Meeting(MeetingView) = version;
    Person(PersonView);
    RosterChange(RosterChangeDone);
    Rule(RuleView) = version;
    Town(TownView);
}

impl App {
    /// 办理一项 of the house, by the code of the act and from JSON.
    pub async fn act_in_house(
        &self,
        ctx: &OpContext,
        at: &At,
        act: &str,
        input: &Value,
    ) -> AppResult<Answered> {
        let entry = House::entry_named(act).ok_or(AppError::NotFound { what: "act" })?;
        let ready = entry.read(input, Vec::new()).map_err(AppError::Invalid)?;
        self.do_in_house(ctx, at, ready).await
    }

    /// 办理一项 of the house, whose input has been read. Who may is what the catalogue says of what was read: each use case
    /// below is handed the right it is done by, and names none of its own.
    pub async fn do_in_house(
        &self,
        ctx: &OpContext,
        at: &At,
        ready: Box<dyn Ready<House>>,
    ) -> AppResult<Answered> {
        let (given, _) = self.commanded(ctx, None, &House, (), &*ready)?;
        let right = House::right(given.command.act());
        Ok(match given.command {
            HouseCommand::CreateTown(new) => self.create_town(ctx, right, *new).await?.into(),
            HouseCommand::CreateCommunity(new) => {
                self.create_community(ctx, right, at.id("town")?, *new).await?.into()
            }
            HouseCommand::CreateTownAccount(new) => {
                self.create_town_account(ctx, right, at.id("town")?, *new).await?.into()
            }
            HouseCommand::CreateMemberAccount(new) => {
                self.create_member_account(ctx, right, at.id("community")?, (*new).into()).await?.into()
            }
            HouseCommand::DisableAccount(_) => self.disable_account(ctx, at.text("account")?).await?.into(),
            HouseCommand::EnableAccount(_) => self.enable_account(ctx, at.text("account")?).await?.into(),
            HouseCommand::ResetPassword(new) => {
                self.reset_password(ctx, at.text("account")?, *new).await?.into()
            }
            HouseCommand::ChangePerson(change) => {
                self.change_person(ctx, right, at.id("community")?, at.id("person")?, *change).await?.into()
            }
            HouseCommand::EnterOfficer(new) => {
                self.enter_officer(ctx, right, at.id("community")?, *new).await?.into()
            }
            HouseCommand::ErasePerson(erase) => {
                self.erase_person(ctx, right, at.id("community")?, at.id("person")?, *erase).await?.into()
            }
            HouseCommand::Elect(election) => {
                self.elect(ctx, right, at.id("community")?, at.id("body")?, *election).await?.into()
            }
            HouseCommand::EndSeat(ending) => {
                let (body, person) = (at.id("body")?, at.id("person")?);
                self.end_seat(ctx, right, at.id("community")?, body, person, *ending).await?.into()
            }
            HouseCommand::Suggest(new) => self.suggest(ctx, right, at.id("community")?, *new).await?.into(),
            HouseCommand::Comment(new) => {
                self.comment(ctx, right, at.id("community")?, at.id("matter")?, *new).await?.into()
            }
            HouseCommand::AnswerComment(answer) => {
                let (matter, comment) = (at.id("matter")?, at.id("comment")?);
                self.answer_comment(ctx, right, at.id("community")?, matter, comment, *answer).await?.into()
            }
            HouseCommand::AnswerComments(answer) => {
                self.answer_comments(ctx, right, at.id("community")?, at.id("matter")?, *answer).await?.into()
            }
            HouseCommand::HideComment(hide) => {
                let (matter, comment) = (at.id("matter")?, at.id("comment")?);
                self.hide_comment(ctx, right, at.id("community")?, matter, comment, *hide).await?.into()
            }
            HouseCommand::Convene(new) => self.convene(ctx, right, at.id("community")?, *new).await?.into(),
            HouseCommand::OpenBallot(new) => {
                self.open_ballot(ctx, right, at.id("community")?, at.id("meeting")?, *new).await?.into()
            }
            HouseCommand::CloseBallot(close) => {
                self.close_ballot(ctx, right, at.id("community")?, at.id("ballot")?, *close).await?.into()
            }
            HouseCommand::DraftRule(new) => {
                self.draft_rule(ctx, right, at.id("community")?, *new).await?.into()
            }
            HouseCommand::Attest(new) => self.attest(ctx, right, at.id("community")?, *new).await?.into(),
            HouseCommand::Repeal(repeal) => {
                self.propose_repeal(ctx, right, at.id("community")?, at.id("rule")?, *repeal).await?.into()
            }
            HouseCommand::CreateDocument(new) => {
                self.create_document(ctx, right, at.id("community")?, *new).await?.into()
            }
        })
    }
}
