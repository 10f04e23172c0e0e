//! 账号、登录与令牌 (accounts, sessions, tokens).
//!
//! Passwords are hashed in [`crate::passwords`]. An unknown login costs the same hash as a known one, so the time of an
//! answer does not tell whether a login exists. Tokens are 256 random bits; only their SHA-256 is
//! stored, and every request looks the account up again, so that ending a session or a role ends it at once.

use jiff::Timestamp;
use yishi_acts::house::{Grant, NewAccount};
use yishi_canonical::Digest;
use yishi_identity::policy::Right;
use yishi_identity::policy::Scope as PolicyScope;
use yishi_identity::{AccountId, Action, Actor, CommunityId, RoleGrant, TownId, names};
use yishi_storage::{AccountHome, AccountRow, Changes, Page, PersonRow, Row, SessionKind, SessionRow, Unit};

use crate::authority::town_of;
use crate::bounded::{Bounded, Bytes};
use crate::inputs::{NewToken, SignIn};
use crate::model::to_the_end;
use crate::natural_person::AccountNote;
use crate::views::{AccountView, ListView, SessionView, TokenView};
use crate::{App, AppError, AppResult, Community, FieldError, OpContext, words};

/// A browser session lasts twelve hours: a working day, not a week.
const SESSION_SECONDS: i64 = 12 * 3600;
/// NIST SP 800-63B and ASVS 6.2.1: at least eight characters.
const MIN_PASSWORD_CHARS: usize = 8;
/// ASVS 6.2.9 asks for at least 64; a limit bounds the work of hashing.
const MAX_PASSWORD_CHARS: usize = 128;
/// 已验令牌 (tokens looked up a moment ago, so that a busy voter does not cost a read for each request): the holder, when the
/// session expires, and how often accounts had changed when it was looked up.
///
/// Whatever can end a token or change a role counts in [`Changes::Accounts`], which is asked of the store for every request:
/// what is kept here is used only while nothing has changed, whichever process changed it.
pub(crate) type SessionCache = Bounded<Digest, Known>;

/// See [`SessionCache`].
#[derive(Debug, Clone)]
pub(crate) struct Known {
    holder: Holder,
    expires: Timestamp,
    changes: u64,
}

impl Bytes for Known {
    fn bytes(&self) -> u64 {
        200 + 80 * self.holder.actor.roles.len() as u64
    }
}

/// 持有人 (whose a token is).
#[derive(Debug, Clone)]
pub struct Holder {
    /// The account's roles, without seats.
    pub actor: Actor,
    /// The account's password was chosen by somebody else: nothing is open to it but choosing another.
    pub must_change_password: bool,
}

impl App {
    /// 登录 (signs in and gives a token; the cookie of pages and the bearer of the API are the same thing).
    ///
    /// # Errors
    /// [`AppError::WrongCredentials`], whatever of the two was wrong.
    pub async fn sign_in(&self, ctx: &OpContext, input: SignIn, kind: SessionKind) -> AppResult<SessionView> {
        let account = match names::normalise_login(&input.login) {
            Ok(login) => self.store.account_by_login(&login).await?,
            Err(_) => None,
        };
        let hash = account.as_ref().filter(|row| !row.disabled).and_then(|row| row.password_hash.clone());
        if !self.passwords.verify(&input.password, hash).await? {
            return Err(AppError::WrongCredentials);
        }
        let account = account.ok_or(AppError::WrongCredentials)?;
        let (token, session) = self.new_session(ctx, &account.id, kind, "sign-in", SESSION_SECONDS);
        let expires = session.expires;
        self.store.commit(Unit::global().row(Row::PutSession(session))).await?;
        Ok(SessionView { token, expires_at: expires, account: account_view(&account)? })
    }

    /// 退出 (ends the session of this token; nothing happens when it has ended already).
    pub async fn sign_out(&self, ctx: &OpContext, token: &str) -> AppResult<()> {
        let digest = Digest::of(token.as_bytes());
        if let Some((session, account)) = self.store.session(&digest, ctx.now).await? {
            self.store
                .commit(Unit::global().row(Row::RevokeSession { account: account.id, id: session.id }))
                .await?;
        }
        Ok(())
    }

    /// Who a token belongs to: the account's roles as they are now, without seats.
    ///
    /// # Errors
    /// [`AppError::NotSignedIn`] when the token is unknown, expired or revoked.
    pub async fn authenticate(&self, token: &str, now: jiff::Timestamp) -> AppResult<Actor> {
        Ok(self.holder(token, now).await?.actor)
    }

    /// Whose a token is, and whether they may do anything yet.
    pub async fn holder(&self, token: &str, now: jiff::Timestamp) -> AppResult<Holder> {
        let digest = Digest::of(token.as_bytes());
        let (changes, forgotten) = (self.store.changes(Changes::Accounts).await?, self.sessions.forgotten());
        let holds = |known: &Known| known.changes == changes && now < known.expires;
        if let Some(known) = self.sessions.get_if(&digest, holds) {
            return Ok(known.holder);
        }
        let (session, account) = self.store.session(&digest, now).await?.ok_or(AppError::NotSignedIn)?;
        let actor = Actor {
            account: Some(account.id.parse().map_err(AppError::internal)?),
            roles: grants_of(&account)?,
            seats: Vec::new(),
        };
        let holder = Holder { actor, must_change_password: account.must_change_password };
        let known = Known { holder: holder.clone(), expires: session.expires, changes };
        self.sessions.put(forgotten, digest, known);
        Ok(holder)
    }

    pub(crate) async fn every_account(&self, home: &AccountHome) -> AppResult<Vec<AccountRow>> {
        let read = |page| async move { self.store.accounts(Some(home), &page).await };
        to_the_end(read, |row: &AccountRow| row.id.clone()).await
    }

    /// 工作人员 of a community who can sign in.
    pub(crate) async fn staff_of(&self, community: &Community) -> AppResult<Vec<AccountRow>> {
        let staff = RoleGrant::Staff { community: community.id };
        let mut found = Vec::new();
        for row in self.every_account(&AccountHome::Town(community.row.town.clone())).await? {
            if !row.disabled && grants_of(&row)?.contains(&staff) {
                found.push(row);
            }
        }
        Ok(found)
    }

    /// 本人账号 (the signed-in account).
    pub async fn me(&self, ctx: &OpContext) -> AppResult<AccountView> {
        account_view(&self.account_row(ctx.actor.account).await?.ok_or(AppError::NotSignedIn)?)
    }

    /// 新令牌 (makes a bearer token for scripts; its text is shown once).
    ///
    /// # Errors
    /// [`AppError::NotSignedIn`]; [`AppError::Invalid`] for a bad label or period.
    pub async fn create_token(&self, ctx: &OpContext, input: NewToken) -> AppResult<TokenView> {
        let account = ctx.actor.account.ok_or(AppError::NotSignedIn)?;
        if !(1..=365).contains(&input.expires_in_days) {
            return Err(AppError::field(
                "/expires_in_days",
                "out-of-range",
                "应为 1 到 365",
                "must be 1 to 365",
            ));
        }
        let label = clean_name("/label", &input.label)?;
        let seconds = i64::from(input.expires_in_days) * 24 * 3600;
        let (token, session) =
            self.new_session(ctx, &account.to_string(), SessionKind::Bearer, &label, seconds);
        let view = TokenView {
            id: session.id.clone(),
            label,
            token: Some(token),
            expires_at: session.expires.to_string(),
        };
        self.store.commit(Unit::global().row(Row::PutSession(session))).await?;
        Ok(view)
    }

    /// 令牌 (the account's sessions and tokens, without their text).
    pub async fn tokens(&self, ctx: &OpContext) -> AppResult<Vec<TokenView>> {
        let account = ctx.actor.account.ok_or(AppError::NotSignedIn)?;
        let rows = self.store.sessions_of(&account.to_string(), ctx.now).await?;
        Ok(rows
            .into_iter()
            .map(|row| TokenView {
                id: row.id,
                label: row.label,
                token: None,
                expires_at: row.expires.to_string(),
            })
            .collect())
    }

    /// 撤销令牌 (ends a session or token of one's own).
    pub async fn revoke_token(&self, ctx: &OpContext, id: &str) -> AppResult<()> {
        let account = ctx.actor.account.ok_or(AppError::NotSignedIn)?;
        let row = Row::RevokeSession { account: account.to_string(), id: id.to_owned() };
        self.store.commit(Unit::global().row(row)).await?;
        Ok(())
    }

    /// 新建镇级账号 (makes an account of a town: its administrators, or staff of its communities).
    ///
    /// # Errors
    /// [`AppError::Invalid`] for bad values; the authorisation errors; a conflict when the login is taken.
    pub(crate) async fn create_town_account(
        &self,
        ctx: &OpContext,
        right: Right,
        town: TownId,
        input: NewAccount,
    ) -> AppResult<AccountView> {
        self.authorise_above(ctx, right, PolicyScope::Town(town))?;
        self.town_row(town).await?;
        let mut roles = Vec::new();
        for grant in input.grants.iter().flatten() {
            roles.push(match grant {
                Grant::TownAdmin {} => RoleGrant::TownAdmin { town },
                Grant::Staff { community } => {
                    let found = self.community_unchecked(*community).await?;
                    if town_of(&found)? != town {
                        return Err(AppError::NotFound { what: "community" });
                    }
                    RoleGrant::Staff { community: *community }
                }
                Grant::Member { .. } => {
                    return Err(AppError::field(
                        "/grants",
                        "wrong-level",
                        "居民账号由本村（社区）建立",
                        "a resident's account is made by the community",
                    ));
                }
            });
        }
        self.create_account(ctx, input, AccountHome::Town(town.to_string()), roles, None).await
    }

    /// 新建居民账号 (makes a member's account).
    ///
    /// # Errors
    /// [`AppError::Invalid`] for bad values; the authorisation errors; a conflict when the login is taken or the
    /// person has an account.
    pub(crate) async fn create_member_account(
        &self,
        ctx: &OpContext,
        right: Right,
        community: CommunityId,
        input: NewAccount,
    ) -> AppResult<AccountView> {
        let here = self.scope(ctx, community, right).await?;
        let [Grant::Member { community: of, person }] = input.grants.as_deref().unwrap_or_default() else {
            return Err(AppError::field(
                "/grants",
                "one-member-grant",
                "应为一个居民本人身份",
                "must be exactly one `member` grant",
            ));
        };
        let person = *person;
        if *of != here.id {
            return Err(AppError::NotFound { what: "person" });
        }
        has_not_died(&self.person_row(&here.scope, person).await?)?;
        if self.store.account_of_person(&here.scope, &person.to_string()).await?.is_some() {
            return Err(AppError::conflict(
                "person-has-account",
                "此人已有账号",
                "this person has an account already",
            ));
        }
        let roles = vec![RoleGrant::Member { community: here.id, person }];
        let link = Some((here.id.to_string(), person.to_string()));
        self.create_account(ctx, input, AccountHome::Community(here.id.to_string()), roles, link).await
    }

    /// The first account of a new installation: the city administrator. Called by `yishi init` only.
    ///
    /// # Errors
    /// [`AppError::Conflict`] when there is an account already; [`AppError::Invalid`] for a bad login or password.
    pub async fn create_first_account(
        &self,
        ctx: &OpContext,
        login: &str,
        password: &str,
    ) -> AppResult<AccountView> {
        if !self.store.accounts(None, &Page::first(1)).await?.is_empty() {
            return Err(AppError::conflict(
                "already-initialised",
                "已经初始化",
                "there is an account already",
            ));
        }
        let input = NewAccount {
            login: login.to_owned(),
            password: password.to_owned(),
            display_name: "市管理员".to_owned(),
            grants: None,
            holder: None,
            // Whoever sets an installation up chooses their own password.
            must_change_password: Some(false),
        };
        self.create_account(ctx, input, AccountHome::City, vec![RoleGrant::CityAdmin], None).await
    }

    /// 账号 (the accounts of a town, by id).
    pub async fn town_accounts(
        &self,
        ctx: &OpContext,
        town: TownId,
        after: Option<String>,
        limit: u32,
    ) -> AppResult<ListView<AccountView>> {
        self.authorise_above(ctx, Action::ManageTownAccounts, PolicyScope::Town(town))?;
        self.accounts_at(AccountHome::Town(town.to_string()), after, limit).await
    }

    pub(crate) async fn accounts_at(
        &self,
        home: AccountHome,
        after: Option<String>,
        limit: u32,
    ) -> AppResult<ListView<AccountView>> {
        let rows = self.store.accounts(Some(&home), &Page { after, limit }).await?;
        let views = rows.iter().map(account_view).collect::<AppResult<Vec<_>>>()?;
        Ok(ListView::page(views, limit, |view| view.id.clone(), |view| view))
    }

    /// The account of whoever acts, say; none of nobody.
    pub(crate) async fn account_row(&self, account: Option<AccountId>) -> AppResult<Option<AccountRow>> {
        let Some(account) = account else { return Ok(None) };
        Ok(self.store.account(&account.to_string()).await?)
    }

    async fn create_account(
        &self,
        ctx: &OpContext,
        input: NewAccount,
        home: AccountHome,
        roles: Vec<RoleGrant>,
        person: Option<(String, String)>,
    ) -> AppResult<AccountView> {
        let mut faults = Vec::new();
        // The field was checked as a name; a login is one whatever the case of its letters.
        let login = field(&mut faults, "/login", &input.login).map(|login| login.to_lowercase());
        let display_name = field(&mut faults, "/display_name", &input.display_name);
        let (Some(login), Some(display_name)) = (login, display_name) else {
            faults.extend(password_length("/password", &input.password));
            return Err(AppError::Invalid(faults));
        };
        let holder =
            self.holder_named(ctx, input.grants.as_deref().unwrap_or_default(), input.holder.as_ref())?;
        let mut row = AccountRow {
            id: AccountId::from_uuid(self.uuid(ctx)).to_string(),
            version: 1,
            login,
            password_hash: None,
            must_change_password: input.must_change_password.unwrap_or(true),
            display_name,
            locale: "zh-CN".to_owned(),
            disabled: false,
            home,
            roles: serde_json::to_value(&roles).map_err(AppError::internal)?,
            person,
            created: ctx.now,
            extra: serde_json::Value::Null,
        };
        AccountNote { holder, ..AccountNote::default() }.put(&mut row)?;
        if let Some(fault) = self.password_fault("/password", &input.password, &row).await? {
            return Err(AppError::Invalid(vec![fault]));
        }
        row.password_hash = Some(self.hashed(&input.password).await?);
        let mut view = account_view(&row)?;
        view.same_person_as = self.accounts_of_same(&row.home, &row).await?;
        self.commit(ctx, Unit::global().row(Row::PutAccount(row)), 201, view).await
    }

    /// The hash of a password under a new salt.
    pub(crate) async fn hashed(&self, password: &str) -> AppResult<String> {
        let mut salt = [0; 16];
        self.entropy.fill(&mut salt);
        self.passwords.hash(password, salt).await
    }

    fn new_session(
        &self,
        ctx: &OpContext,
        account: &str,
        kind: SessionKind,
        label: &str,
        seconds: i64,
    ) -> (String, SessionRow) {
        let mut secret = [0; 32];
        self.entropy.fill(&mut secret);
        let token = format!("yst_{}", hex::encode(secret));
        let row = SessionRow {
            id: format!("ses_{}", self.uuid(ctx).hyphenated()),
            token: Digest::of(token.as_bytes()),
            account: account.to_owned(),
            kind,
            label: label.to_owned(),
            created: ctx.now,
            expires: ctx.now + jiff::SignedDuration::from_secs(seconds),
        };
        (token, row)
    }
}

/// A name, label or title in its normal form.
pub(crate) fn clean_name(pointer: &str, text: &str) -> AppResult<String> {
    let mut faults = Vec::new();
    field(&mut faults, pointer, text).ok_or(AppError::Invalid(faults))
}

fn field(faults: &mut Vec<FieldError>, pointer: &str, text: &str) -> Option<String> {
    match names::normalise_name(text) {
        Ok(name) => Some(name),
        Err(error) => {
            faults.push(words::name_fault(pointer, &error));
            None
        }
    }
}

pub(crate) fn grants_of(row: &AccountRow) -> AppResult<Vec<RoleGrant>> {
    serde_json::from_value(row.roles.clone()).map_err(AppError::internal)
}

/// A password that is too short or too long.
pub(crate) fn password_length(pointer: &str, password: &str) -> Option<FieldError> {
    let fits = (MIN_PASSWORD_CHARS..=MAX_PASSWORD_CHARS).contains(&password.chars().count());
    (!fits).then(|| {
        FieldError::new(
            pointer,
            "password-length",
            "密码应为 8 到 128 个字符",
            "a password has 8 to 128 characters",
        )
    })
}

pub(crate) fn account_view(row: &AccountRow) -> AppResult<AccountView> {
    let grants = serde_json::from_value(row.roles.clone()).map_err(AppError::internal)?;
    let note = AccountNote::of(row);
    Ok(AccountView {
        id: row.id.clone(),
        login: row.login.clone(),
        display_name: row.display_name.clone(),
        locale: row.locale.clone(),
        grants,
        disabled: row.disabled,
        must_change_password: row.must_change_password,
        holder: note.holder.as_ref().map(|holder| holder.name.clone()),
        same_person_as: Vec::new(),
        told: note.views(),
    })
}

/// An account is somebody's who can act.
pub(crate) fn has_not_died(person: &PersonRow) -> AppResult<()> {
    match crate::roster::off_roll_of(person) {
        Some(off) if off.because == yishi_identity::OffRollReason::Died => {
            Err(AppError::conflict("has-died", "此人已登记去世", "this person has died"))
        }
        _ => Ok(()),
    }
}
