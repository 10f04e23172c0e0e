//! 输入 (what a client sends where it is no act of the catalogue): plain values with the names of the wire.
//!
//! Unknown fields are refused. Texts are checked by the edge for forbidden characters and size before they get here.

use jiff::civil::Date;
use serde::Deserialize;
use utoipa::ToSchema;
use yishi_identity::PersonId;
pub use yishi_roster::KnownPeople;
use yishi_storage::{Channel, Choice};

macro_rules! inputs {
    ($($(#[$doc:meta])* struct $name:ident { $($(#[$field_doc:meta])* $field:ident: $type:ty,)* })*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Deserialize, ToSchema)]
        #[serde(deny_unknown_fields)]
        pub struct $name { $($(#[$field_doc])* pub $field: $type,)* }
    )*};
}

inputs! {
    /// 登录.
    struct SignIn {
        /// The account's login.
        login: String,
        /// Its password.
        password: String,
    }
    /// 新令牌 (a bearer token for the API).
    struct NewToken {
        /// What its owner calls it.
        label: String,
        /// 1 to 365 days.
        expires_in_days: u16,
    }
    /// 修改本人密码.
    struct ChangePassword {
        /// The present one.
        old_password: String,
        /// 8 to 128 characters, not among the most common ones, not a name.
        new_password: String,
    }
    /// Why something is done; published.
    struct Reasons {
        /// In words.
        reasons: String,
    }
    /// 一票.
    struct Vote {
        /// The choice.
        #[schema(value_type = String)]
        choice: Choice,
        /// Whose vote it is, when staff enter it for someone in the room. Absent: one's own.
        #[serde(default)]
        #[schema(value_type = Option<String>)]
        voter: Option<PersonId>,
        /// How it came, when entered by staff.
        #[serde(default)]
        #[schema(value_type = Option<String>)]
        channel: Option<Channel>,
    }
    /// 试算 (how a shelved plugin answers under other settings).
    struct ShelfCheck {
        /// The settings.
        #[schema(value_type = Object)]
        settings: serde_json::Value,
    }
    /// 续办 (something further in a case).
    struct CaseContinued {
        /// A case kind the rule declares.
        kind: String,
        /// The day it happened.
        #[schema(value_type = String, format = Date)]
        on: Date,
        /// JSON of the case's form.
        #[schema(value_type = Object)]
        form: serde_json::Value,
    }
    /// 办件 (a case under a rule) or conduct.
    struct NewCase {
        /// A case kind the rule declares.
        kind: String,
        /// The household or person, by id.
        subject: String,
        /// The day it happened.
        #[schema(value_type = String, format = Date)]
        on: Date,
        /// JSON of the case's form.
        #[schema(value_type = Object)]
        form: serde_json::Value,
    }
}
