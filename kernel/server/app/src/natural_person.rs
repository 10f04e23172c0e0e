//! 使用人 (the natural person behind an account), so that two acts that law wants from two people are not done by one
//! person with two accounts.
//!
//! A resident's account belongs to a person of the roster. Whoever makes an official account says whose it is: the real
//! name, and the date of birth, of which only a keyed mark is kept. Two accounts with one mark are one person's. Two
//! people who share name and birthday are taken for one: that errs on the side of asking a third.

use serde::{Deserialize, Serialize};
use yishi_acts::house::{AccountHolder, Grant};
use yishi_identity::{AccountId, names};
use yishi_law::Authority;
use yishi_storage::{AccountHome, AccountRow};

use crate::views::ToldView;
use crate::{App, AppError, AppResult, FieldError, OpContext, words};

/// What others did to an account that its owner is told of; older ones are forgotten.
const TOLD: usize = 20;

/// What is kept of an account beside its columns.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct AccountNote {
    /// 使用人, of an official account.
    pub(crate) holder: Option<Holder>,
    /// What others did to it.
    pub(crate) told: Vec<Told>,
    /// What its holder was reminded of; apart, so that many reminders do not push out what was done to the account.
    pub(crate) reminded: Vec<Told>,
}

/// 使用人.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Holder {
    /// The real name.
    pub(crate) name: String,
    /// The keyed mark of name and date of birth.
    pub(crate) mark: String,
}

/// 他人所为 (what somebody else did to an account).
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Told {
    /// `password-reset`, `disabled`, `enabled`.
    pub(crate) what: String,
    /// Who, as pages call them.
    pub(crate) by: String,
    /// When.
    pub(crate) at: String,
}

impl AccountNote {
    pub(crate) fn of(row: &AccountRow) -> Self {
        Self::deserialize(&row.extra).unwrap_or_default()
    }

    pub(crate) fn put(&self, row: &mut AccountRow) -> AppResult<()> {
        row.extra = serde_json::to_value(self).map_err(AppError::internal)?;
        Ok(())
    }

    pub(crate) fn tell(&mut self, what: &str, by: &str, at: String) {
        self.told.push(Told { what: what.to_owned(), by: by.to_owned(), at });
        let old = self.told.len().saturating_sub(TOLD);
        self.told.drain(..old);
    }

    pub(crate) fn remind(&mut self, what: &str, of: &str, at: String) {
        self.reminded.push(Told { what: what.to_owned(), by: of.to_owned(), at });
        let old = self.reminded.len().saturating_sub(TOLD);
        self.reminded.drain(..old);
    }

    /// What the owner is told, newest first.
    pub(crate) fn views(&self) -> Vec<ToldView> {
        let view = |told: &Told| {
            let words = words::told(&told.what, &told.by);
            ToldView { what: told.what.clone(), at: told.at.clone(), message: words.zh, message_en: words.en }
        };
        let mut views: Vec<ToldView> = self.told.iter().chain(&self.reminded).map(view).collect();
        views.sort_by(|a, b| b.at.cmp(&a.at));
        views
    }
}

impl App {
    /// 使用人 of a new official account, which has to have one.
    ///
    /// # Errors
    /// [`AppError::Invalid`] at `/holder`.
    pub(crate) fn holder_named(
        &self,
        ctx: &OpContext,
        grants: &[Grant],
        given: Option<&AccountHolder>,
    ) -> AppResult<Option<Holder>> {
        let official = grants.iter().any(|grant| !matches!(grant, Grant::Member { .. }));
        let Some(given) = given else {
            if !official {
                return Ok(None);
            }
            return Err(AppError::field(
                "/holder",
                "holder-missing",
                "请写明账号由谁使用（真实姓名和出生日期）：要由两个人分别办理的事，系统靠它分辨是不是同一个人",
                "say whose account it is (real name and date of birth): that is how two people are told from one with two accounts",
            ));
        };
        let name = names::normalise_name(&given.name).map_err(|error| {
            AppError::Invalid(vec![FieldError {
                pointer: "/holder/name".to_owned(),
                ..words::name_fault("/holder/name", &error)
            }])
        })?;
        if given.birth_date >= ctx.today {
            let (zh, en) = ("出生日期应在今天之前", "a date of birth lies before today");
            return Err(AppError::field("/holder/birth_date", "in-the-future", zh, en));
        }
        let mark = self.signer.person_mark(&name, given.birth_date);
        Ok(Some(Holder { name, mark }))
    }

    /// 使用人 of an account: as it says, or the person of the roster it belongs to.
    pub(crate) async fn holder_of(&self, row: &AccountRow) -> AppResult<Option<Holder>> {
        if let Some(holder) = AccountNote::of(row).holder {
            return Ok(Some(holder));
        }
        let Some((community, person)) = &row.person else { return Ok(None) };
        let community = self.community_unchecked(community.parse().map_err(AppError::internal)?).await?;
        let person = self.store.person(&community.scope, person).await?;
        Ok(person.map(|person| Holder {
            mark: self.signer.person_mark(&person.name, person.birth_date),
            name: person.name,
        }))
    }

    /// Refuses an act that has to be another person's than the first one's, whatever account they do it with.
    ///
    /// # Errors
    /// `same-natural-person`, and `holder-unknown` where nobody has said whose one of the accounts is.
    pub(crate) async fn another_person(
        &self,
        first: Option<AccountId>,
        second: Option<AccountId>,
    ) -> AppResult<()> {
        let mut holders = Vec::with_capacity(2);
        for account in [first, second] {
            let row = self.account_row(account).await?;
            let holder = match row {
                Some(row) => self.holder_of(&row).await?,
                None => None,
            };
            holders.push(holder);
        }
        let by = vec![Authority::Ruling { id: "R15".to_owned() }];
        match holders.as_slice() {
            [Some(one), Some(other)] if one.mark != other.mark => Ok(()),
            [Some(one), Some(_)] => Err(AppError::RuleRefused {
                code: "same-natural-person".to_owned(),
                zh: format!("录入和确认须由两个人分别办理，而两个账号的使用人都是{}；请由镇里另一位管理员确认", one.name),
                en: format!(
                    "one person enters and another confirms, and both accounts are {}'s; let another administrator of the town confirm",
                    one.name
                ),
                by,
            }),
            _ => Err(AppError::RuleRefused {
                code: "holder-unknown".to_owned(),
                zh: "录入或确认所用的账号没有登记使用人，无法分辨是不是同一个人；请先由管理账号的人重新建立写明使用人的账号"
                    .to_owned(),
                en: "one of the two accounts does not say whose it is, so that they may be one person's; let whoever manages accounts make one that says it"
                    .to_owned(),
                by,
            }),
        }
    }

    /// Logins of the other official accounts of a place that are the same person's: told when an account is made.
    pub(crate) async fn accounts_of_same(
        &self,
        home: &AccountHome,
        row: &AccountRow,
    ) -> AppResult<Vec<String>> {
        let Some(holder) = self.holder_of(row).await? else { return Ok(Vec::new()) };
        let same = |other: &AccountRow| {
            let theirs = AccountNote::of(other).holder;
            other.id != row.id && !other.disabled && theirs.is_some_and(|one| one.mark == holder.mark)
        };
        let others = self.every_account(home).await?;
        Ok(others.into_iter().filter(same).map(|other| other.login).collect())
    }
}
