//! 账号 (accounts, sessions and tokens as a client reads them).

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

views! {
    /// 登录结果.
    struct SessionView {
        /// The bearer token; also the value of the session cookie.
        token: String,
        /// RFC 3339.
        expires_at: Timestamp as String,
        /// Whose it is.
        account: AccountView,
    }
    /// 账号.
    struct AccountView {
        /// Id.
        id: String,
        /// What is typed to sign in.
        login: String,
        /// What pages call the owner.
        display_name: String,
        /// `zh-CN` or `en`.
        locale: String,
        /// What it may act as.
        grants: Vec<GrantView>,
        /// It cannot sign in.
        disabled: bool,
        /// Nothing is open to it but choosing a password of its own.
        must_change_password: bool,
        /// 使用人 of an official account.
        holder: Option<String>,
        /// Logins of other accounts of the same person: they cannot do what two people have to do. Told when the account is
        /// made.
        same_person_as: Vec<String>,
        /// What others did to the account, newest first.
        told: Vec<ToldView>,
    }
    /// 他人对账号所为 (what somebody else did to an account; its owner is told).
    struct ToldView {
        /// `password-reset`, `disabled`, `enabled`.
        what: String,
        /// RFC 3339.
        at: String,
        /// Who did what, in Chinese.
        message: String,
        /// In English.
        message_en: String,
    }
    /// 代办记录 (what staff or an administrator did for somebody else).
    struct StaffActView {
        /// Id.
        id: String,
        /// `password-reset`, `disabled`, `enabled`, `suggestion-entered`.
        what: String,
        /// Who did it, as pages call them.
        by: String,
        /// For whom.
        of: String,
        /// What was said of it: how the person asked.
        said: String,
        /// RFC 3339.
        at: String,
        /// In Chinese.
        message: String,
        /// In English.
        message_en: String,
    }
    /// 限额 (what one may still put into the record).
    struct QuotaView {
        /// Documents one may store in a day.
        documents: u64,
        /// Of them, left today.
        documents_left: u64,
        /// Bytes of documents one may store in a day.
        bytes: u64,
        /// Of them, left today.
        bytes_left: u64,
        /// Comments one may make in a day.
        comments: u64,
        /// Of them, left today.
        comments_left: u64,
        /// Suggestions of one's own that may wait to be taken up.
        open_suggestions: u64,
        /// Of them, left now.
        suggestions_left: u64,
    }
    /// 令牌.
    struct TokenView {
        /// Id.
        id: String,
        /// What its owner calls it.
        label: String,
        /// Shown once, when it is made.
        token: Option<String>,
        /// RFC 3339.
        expires_at: String,
    }
}

/// 授予.
#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
pub struct GrantView {
    /// `city-admin`, `town-admin`, `staff` or `member`.
    pub role: String,
    /// Town id.
    pub town: Option<String>,
    /// Community id.
    pub community: Option<String>,
    /// Person id.
    pub person: Option<String>,
}
