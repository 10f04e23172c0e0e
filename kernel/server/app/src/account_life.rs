//! 账号的一生 (what happens to an account after it was made): its owner's password, a new one from whoever manages
//! the account, the end of its use and its return.
//!
//! A password that somebody else chose is good for one thing: choosing one's own. Whatever changes an account ends
//! its sessions and tokens in the same unit and empties the cache of tokens, so that it holds from the next request.

use std::collections::BTreeSet;
use yishi_acts::house::ResetPassword;

use yishi_identity::bodies::seated;
use yishi_identity::policy::Scope as PolicyScope;
use yishi_identity::{Action, CommunityId, RoleGrant};
use yishi_storage::{AccountHome, AccountRow, Row, Unit};

use crate::accounts::{account_view, grants_of, has_not_died, password_length};
use crate::inputs::ChangePassword;
use crate::natural_person::AccountNote;
use crate::reader::OfficeHolder;
use crate::views::{AccountView, ListView};
use crate::{App, AppError, AppResult, FieldError, OpContext, words};

/// What is tried first against any account: lists of leaked passwords, those of eight characters and more.
const COMMON: &str = include_str!("common_passwords.txt");

impl App {
    /// 修改本人密码 (the owner's own new password). Every other session and token of the account ends: whoever knew
    /// the old password may have made one. The session that asks goes on.
    ///
    /// # Errors
    /// [`AppError::NotSignedIn`]; [`AppError::Invalid`] `wrong-password` at `/old_password`, and at `/new_password`
    /// whatever is wrong with the new one.
    pub async fn change_password(
        &self,
        ctx: &OpContext,
        token: Option<&str>,
        input: ChangePassword,
    ) -> AppResult<AccountView> {
        let mut row = self.account_row(ctx.actor.account).await?.ok_or(AppError::NotSignedIn)?;
        if !self.passwords.verify(&input.old_password, row.password_hash.clone()).await? {
            return Err(AppError::field(
                "/old_password",
                "wrong-password",
                "原密码不对",
                "this is not the present password",
            ));
        }
        if input.new_password == input.old_password {
            return Err(AppError::field(
                "/new_password",
                "same-password",
                "新密码不能与原密码相同",
                "the new password must differ from the present one",
            ));
        }
        self.set_password(&mut row, "/new_password", &input.new_password).await?;
        row.must_change_password = false;
        let kept = match token {
            Some(token) => {
                self.store.session(&yishi_canonical::Digest::of(token.as_bytes()), ctx.now).await?
            }
            None => None,
        };
        let kept = kept.filter(|(_, account)| account.id == row.id).map(|(session, _)| session);
        let mut unit = Unit::global().row(end_of_sessions(&row));
        unit.rows.extend(kept.map(Row::PutSession));
        self.put_account(ctx, row, unit).await
    }

    /// 重设密码 (a new password from whoever manages the account; its owner has to choose another at the next
    /// sign-in unless told otherwise).
    ///
    /// # Errors
    /// As [`App::disable_account`]; [`AppError::Invalid`] at `/password`.
    pub async fn reset_password(
        &self,
        ctx: &OpContext,
        account: &str,
        input: ResetPassword,
    ) -> AppResult<AccountView> {
        let mut row = self.managed_account(ctx, account).await?;
        self.is_of_the_living(&row).await?;
        self.set_password(&mut row, "/password", &input.password).await?;
        row.must_change_password = input.must_change_password.unwrap_or(true);
        let unit = self.done_to(ctx, "password-reset", &mut row).await?.row(end_of_sessions(&row));
        self.put_account(ctx, row, unit).await
    }

    /// 停用账号 (the account cannot sign in any more, and its sessions and tokens end at once).
    ///
    /// # Errors
    /// [`AppError::NotFound`] for an account the actor has nothing to do with; [`AppError::NotPermitted`]; a conflict
    /// `own-account` for one's own.
    pub async fn disable_account(&self, ctx: &OpContext, account: &str) -> AppResult<AccountView> {
        let mut row = self.managed_account(ctx, account).await?;
        row.disabled = true;
        let unit = self.done_to(ctx, "disabled", &mut row).await?.row(end_of_sessions(&row));
        self.put_account(ctx, row, unit).await
    }

    /// 启用账号 (a disabled account may sign in again, with the password it had).
    pub async fn enable_account(&self, ctx: &OpContext, account: &str) -> AppResult<AccountView> {
        let mut row = self.managed_account(ctx, account).await?;
        self.is_of_the_living(&row).await?;
        row.disabled = false;
        let unit = self.done_to(ctx, "enabled", &mut row).await?;
        self.put_account(ctx, row, unit).await
    }

    /// 居民账号 (the accounts of a community's residents, by id).
    pub async fn member_accounts(
        &self,
        ctx: &OpContext,
        community: CommunityId,
        after: Option<String>,
        limit: u32,
    ) -> AppResult<ListView<AccountView>> {
        let here = self.scope(ctx, community, Action::ManageCommunityAccounts).await?;
        self.accounts_at(AccountHome::Community(here.id.to_string()), after, limit).await
    }

    /// 尚无账号的成员 (who is in office in a body and cannot sign in), each once, for whoever manages their accounts.
    pub async fn members_without_account(
        &self,
        ctx: &OpContext,
        community: CommunityId,
    ) -> AppResult<Vec<OfficeHolder>> {
        let here = self.scope(ctx, community, Action::ManageCommunityAccounts).await?;
        let people = self.people(&here).await?;
        let (register, _) = self.register(&here.scope, here.id).await?;
        let (mut seen, mut lacking) = (BTreeSet::new(), Vec::new());
        for body in seated().map(|body| body.kind) {
            let mut seats = register.in_office(body, ctx.today);
            seats.retain(|seat| seat.body == body);
            seats.sort_by_key(|seat| (crate::bodies::rank(seat.office), seat.person));
            for seat in seats {
                if !seen.insert(seat.person) {
                    continue;
                }
                let account = self.store.account_of_person(&here.scope, &seat.person.to_string()).await?;
                if account.is_none() {
                    lacking.push(OfficeHolder {
                        name: people.name(seat.person),
                        body: words::body(body, here.kind),
                        office: words::office(seat.office, body),
                    });
                }
            }
        }
        Ok(lacking)
    }

    /// 清理 (forgets sessions and kept answers that have expired); how a job keeps personal data from lying about.
    pub async fn sweep(&self, ctx: &OpContext) -> AppResult<()> {
        self.store.commit(Unit::global().row(Row::Sweep { before: ctx.now })).await?;
        Ok(())
    }

    /// An account that the actor manages: the city its own and those of towns, a town's administrator those of the
    /// town, staff those of their community's residents. Nobody manages their own.
    async fn managed_account(&self, ctx: &OpContext, account: &str) -> AppResult<AccountRow> {
        let own = ctx.actor.account.ok_or(AppError::NotSignedIn)?;
        let absent = AppError::NotFound { what: "account" };
        let found = self.store.account(account).await?.filter(|row| !row.is_erased());
        let Some(row) = found else { return Err(absent) };
        match &row.home {
            AccountHome::City => {
                // Who the city's administrators are is nobody else's business.
                self.authorise_above(ctx, Action::ManageCityAccounts, PolicyScope::City)
                    .map_err(|_| absent)?;
            }
            AccountHome::Town(town) => {
                let scope = PolicyScope::Town(town.parse().map_err(AppError::internal)?);
                self.authorise_above(ctx, Action::ManageTownAccounts, scope)?;
            }
            AccountHome::Community(community) => {
                let community = community.parse().map_err(AppError::internal)?;
                self.scope(ctx, community, Action::ManageCommunityAccounts).await?;
            }
        }
        if row.id == own.to_string() {
            return Err(AppError::conflict(
                "own-account",
                "不能对本人的账号这样做；修改密码请到“修改密码”",
                "nobody does this to their own account; to change its password there is a page of its own",
            ));
        }
        Ok(row)
    }

    /// Nobody acts in the name of somebody who has died.
    async fn is_of_the_living(&self, row: &AccountRow) -> AppResult<()> {
        for grant in grants_of(row)? {
            if let RoleGrant::Member { community, person } = grant {
                let community = self.community_unchecked(community).await?;
                has_not_died(&self.person_row(&community.scope, person).await?)?;
            }
        }
        Ok(())
    }

    /// What is done to somebody else's account is on the record of the community it belongs to, and its owner is told.
    async fn done_to(&self, ctx: &OpContext, what: &str, row: &mut AccountRow) -> AppResult<Unit> {
        let by = self.actor_name(ctx).await?;
        let mut note = AccountNote::of(row);
        note.tell(what, &by, ctx.now.to_string());
        note.put(row)?;
        let community = match (&row.home, grants_of(row)?.first()) {
            (AccountHome::Community(community), _) => Some(community.parse().map_err(AppError::internal)?),
            (_, Some(RoleGrant::Staff { community })) => Some(*community),
            _ => None,
        };
        let community = match community {
            Some(community) => Some(self.community_unchecked(community).await?),
            None => None,
        };
        self.account_act(ctx, community.as_ref(), what, row).await
    }

    async fn set_password(&self, row: &mut AccountRow, pointer: &str, password: &str) -> AppResult<()> {
        if let Some(fault) = self.password_fault(pointer, password, row).await? {
            return Err(AppError::Invalid(vec![fault]));
        }
        row.password_hash = Some(self.hashed(password).await?);
        Ok(())
    }

    /// What is wrong with a password for this account, if anything.
    pub(crate) async fn password_fault(
        &self,
        pointer: &str,
        password: &str,
        row: &AccountRow,
    ) -> AppResult<Option<FieldError>> {
        if let Some(fault) = password_length(pointer, password) {
            return Ok(Some(fault));
        }
        let place = match &row.home {
            AccountHome::City => None,
            AccountHome::Town(town) => self.store.town(town).await?.map(|town| town.name),
            AccountHome::Community(community) => {
                self.store.community(community).await?.map(|place| place.name)
            }
        };
        let own = [row.login.as_str(), row.display_name.as_str(), place.as_deref().unwrap_or_default()];
        Ok(is_common(password, &own).then(|| {
            FieldError::new(
                pointer,
                "common-password",
                "这个密码太常见，或者就是账号、姓名、地名；请换一个别人猜不到的",
                "this password is among the most common ones, or is the login or a name; choose one that nobody guesses",
            )
        }))
    }

    async fn put_account(&self, ctx: &OpContext, mut row: AccountRow, unit: Unit) -> AppResult<AccountView> {
        row.version = row.version.saturating_add(1);
        let view = account_view(&row)?;
        self.commit(ctx, unit.row(Row::PutAccount(row)), 200, view).await
    }
}

/// The row that ends every session and token of an account.
fn end_of_sessions(row: &AccountRow) -> Row {
    Row::RevokeSessionsOf { account: row.id.clone() }
}

/// Whether a password is one that is tried first: of the list, one character over and over, a run of neighbouring
/// digits, or one of the account's own words, with or without figures behind it.
fn is_common(password: &str, own: &[&str]) -> bool {
    let plain = password.to_lowercase();
    let mut characters = plain.chars();
    let first = characters.next();
    if characters.all(|other| Some(other) == first) || is_run(&plain) {
        return true;
    }
    let bare = plain.trim_end_matches(|c: char| c.is_ascii_digit());
    let is_own = |word: &&str| {
        let word = word.to_lowercase();
        !word.is_empty() && (word == plain || word == bare)
    };
    own.iter().any(is_own) || COMMON.lines().any(|line| line == plain)
}

/// Digits that each follow the one before, upwards or downwards, 9 and 0 being neighbours.
fn is_run(text: &str) -> bool {
    let digits: Vec<u32> = text.chars().filter_map(|c| c.to_digit(10)).collect();
    let up = |pair: &[u32]| matches!(pair, [a, b] if (a + 1) % 10 == *b);
    let down = |pair: &[u32]| matches!(pair, [a, b] if (b + 1) % 10 == *a);
    digits.len() == text.chars().count() && (digits.windows(2).all(up) || digits.windows(2).all(down))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_tried_first_is_refused() {
        let own = ["luxiuying", "陆秀英", "清溪村"];
        for bad in [
            "12345678",
            "87654321",
            "67890123",
            "00000000",
            "aaaaaaaa",
            "password",
            "Password1",
            "woaini1314",
            "luxiuying",
            "LuXiuYing2026",
            "清溪村20260101",
            "陆秀英13800000000",
        ] {
            assert!(is_common(bad, &own), "{bad}");
        }
        for good in ["yun-ling-2026-demo", "雨天收稻子要快", "qx-7H2!mdPa", "20260412x", "luxiuying-baishi"]
        {
            assert!(!is_common(good, &own), "{good}");
        }
    }

    #[test]
    fn the_list_holds_what_can_be_chosen_at_all_once_and_in_order() {
        let lines: Vec<&str> = COMMON.lines().collect();
        assert!(lines.len() >= 300, "{}", lines.len());
        for line in &lines {
            assert!(line.chars().count() >= 8 && *line == line.to_lowercase(), "{line}");
        }
        assert!(lines.windows(2).all(|pair| matches!(pair, [a, b] if a < b)), "sorted, without twins");
    }
}
