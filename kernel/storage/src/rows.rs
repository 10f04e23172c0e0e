//! The values that are kept beside the log.
//!
//! Personal data is in [`PersonRow`], [`HouseholdRow`], [`AccountRow`], [`CommentRow`] and
//! [`DocumentRow`], never in an entry: it can be erased and the record still verifies.

use jiff::Timestamp;
use jiff::civil::Date;
use serde_json::Value;
use yishi_canonical::Digest;
use yishi_record::commitment::{self, SALT_BYTES};

/// 读模型 (a read model), kept as JSON that the application writes and reads.
#[derive(Debug, Clone, PartialEq)]
pub struct ViewRow {
    /// What it is: `matter`, `meeting`.
    pub kind: String,
    /// The id of what it shows.
    pub id: String,
    /// What listings are ordered by; ties are broken by id.
    pub sort: String,
    /// What it belongs to, for listings of one parent.
    pub parent: Option<String>,
    /// The version of what it shows.
    pub version: u64,
    /// The model.
    pub body: Value,
}

impl ViewRow {
    /// A row in no order of its own, of no parent.
    #[must_use]
    pub fn new(kind: &str, id: String, version: u64, body: Value) -> Self {
        Self { kind: kind.to_owned(), id, sort: String::new(), parent: None, version, body }
    }

    /// The same, at its place in listings.
    #[must_use]
    pub fn sorted(self, sort: impl ToString) -> Self {
        Self { sort: sort.to_string(), ..self }
    }

    /// The same, in the listing of what it belongs to.
    #[must_use]
    pub fn under(self, parent: impl ToString) -> Self {
        Self { parent: Some(parent.to_string()), ..self }
    }
}

/// 文书 (a document), as one act filed it: the same words filed once for everybody and once as an internal paper are two.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DocumentRow {
    /// Of a public document the digest of `bytes`, of an internal one the commitment to them.
    pub digest: Digest,
    /// 内部文书的盐 (the salt of an internal document, see [`yishi_record::commitment::document`]); absent in public ones.
    /// Whoever destroys it leaves a digest in the record that nobody can connect with any text.
    pub salt: Option<[u8; SALT_BYTES]>,
    /// Such as `text/plain; charset=utf-8`.
    pub media_type: String,
    /// The text or file.
    pub bytes: Vec<u8>,
}

impl DocumentRow {
    /// A document for everybody.
    #[must_use]
    pub fn public(media_type: impl Into<String>, bytes: Vec<u8>) -> Self {
        Self { digest: Digest::of(&bytes), salt: None, media_type: media_type.into(), bytes }
    }

    /// 内部文书 (a document that is not public), under a salt of its own.
    #[must_use]
    pub fn internal(salt: [u8; SALT_BYTES], media_type: impl Into<String>, bytes: Vec<u8>) -> Self {
        let digest = commitment::document(&salt, &bytes);
        Self { digest, salt: Some(salt), media_type: media_type.into(), bytes }
    }

    /// Whether the digest is that of the bytes.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        self.digest
            == match &self.salt {
                Some(salt) => commitment::document(salt, &self.bytes),
                None => Digest::of(&self.bytes),
            }
    }
}

/// 居民 (a resident).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PersonRow {
    /// The person's id.
    pub id: String,
    /// Counts changes, from 1.
    pub version: u64,
    /// Their name, normalised.
    pub name: String,
    /// Their birth date.
    pub birth_date: Date,
    /// `local` or `non-local`.
    pub registration: String,
    /// The household they belong to.
    pub household: String,
    /// Since when they live here.
    pub resident_since: Date,
    /// Whether they are a member of the party.
    pub party_member: bool,
    /// `male` or `female`.
    pub sex: String,
    /// A telephone number.
    pub phone: Option<String>,
    /// Anything else the application keeps about them.
    pub extra: Value,
}

/// 户 (a household).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HouseholdRow {
    /// The household's id.
    pub id: String,
    /// Counts changes, from 1.
    pub version: u64,
    /// How the village calls it: a group and a number.
    pub label: String,
    /// 户代表 (who speaks for it).
    pub head: Option<String>,
    /// Anything else the application keeps about it.
    pub extra: Value,
}

/// Which level an account belongs to.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum AccountHome {
    /// The city.
    City,
    /// A town, by id.
    Town(String),
    /// A community, by id.
    Community(String),
}

/// 账号 (an account).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountRow {
    /// The account's id.
    pub id: String,
    /// Counts changes, from 1.
    pub version: u64,
    /// What is typed to sign in; unique everywhere.
    pub login: String,
    /// The password's argon2id hash, if one is set.
    pub password_hash: Option<String>,
    /// Somebody else chose the password: its owner chooses one before anything else.
    pub must_change_password: bool,
    /// What pages call the account's owner.
    pub display_name: String,
    /// The language of pages: `zh-CN`.
    pub locale: String,
    /// A disabled account cannot sign in and its sessions do not count.
    pub disabled: bool,
    /// Where it belongs.
    pub home: AccountHome,
    /// Role grants, as the application writes them.
    pub roles: Value,
    /// The community and person it speaks for.
    pub person: Option<(String, String)>,
    /// When it was made.
    pub created: Timestamp,
    /// Anything else the application keeps about it.
    pub extra: Value,
}

impl AccountRow {
    /// 已抹除 (whether the account's person was erased). Its id stays taken, nobody signs in with it again, and it is listed
    /// nowhere.
    #[must_use]
    pub fn is_erased(&self) -> bool {
        self.login.starts_with("erased:")
    }
}

/// What kind of credential a session row is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum SessionKind {
    /// A signed-in browser.
    Browser,
    /// A bearer token for the API.
    Bearer,
}

/// 登录会话或令牌 (a session or bearer token). Only the token's digest is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SessionRow {
    /// Names the session to its owner; not secret.
    pub id: String,
    /// SHA-256 of the token.
    pub token: Digest,
    /// Whose it is.
    pub account: String,
    /// What it is.
    pub kind: SessionKind,
    /// What its owner calls it.
    pub label: String,
    /// When it was made.
    pub created: Timestamp,
    /// From when it no longer counts.
    pub expires: Timestamp,
}

/// 镇 (a town).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TownRow {
    /// The town's id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Its administrative division code.
    pub region: String,
    /// When it was entered.
    pub created: Timestamp,
}

/// 村（社区） (a community).
#[derive(Debug, Clone, PartialEq)]
pub struct CommunityRow {
    /// The community's id.
    pub id: String,
    /// Counts changes, from 1.
    pub version: u64,
    /// The town it belongs to.
    pub town: String,
    /// Its name.
    pub name: String,
    /// `village` or `urban`.
    pub kind: String,
    /// Its administrative division code.
    pub region: String,
    /// Settings, as the application writes them.
    pub settings: Value,
    /// When it was entered.
    pub created: Timestamp,
}

/// 书架 (one component on a community's shelf).
#[derive(Debug, Clone, PartialEq)]
pub struct ShelfRow {
    /// The component.
    pub digest: Digest,
    /// The plugin's name.
    pub name: String,
    /// Its version.
    pub version: String,
    /// Its kind: `charter`, `implementation-rule`, ….
    pub kind: String,
    /// Who put it there.
    pub actor: String,
    /// When.
    pub added: Timestamp,
    /// What the checks found.
    pub report: Value,
}

/// 评论 (a comment).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CommentRow {
    /// The comment's id. Listings are in the order of ids.
    pub id: String,
    /// What it is about, by id.
    pub subject: String,
    /// The person or account that wrote it.
    pub author: String,
    /// What it says; empty once hidden.
    pub text: String,
    /// The salt of the commitment by which the log names the text; destroyed with it when the comment is hidden.
    pub salt: Option<[u8; SALT_BYTES]>,
    /// Whether it was hidden.
    pub hidden: bool,
    /// When it was written.
    pub created: Timestamp,
}

/// 规则台账 (a record made by a rule).
#[derive(Debug, Clone, PartialEq)]
pub struct PluginRecordRow {
    /// The record's id.
    pub id: String,
    /// The adopted rule that made it.
    pub rule: String,
    /// The record kind its manifest declares.
    pub kind: String,
    /// The person or household it is about, by id.
    pub subject: String,
    /// The case it follows from, by id.
    pub basis: Option<String>,
    /// When it was made.
    pub created: Timestamp,
    /// The record.
    pub body: Value,
}

/// 积分 (points given or taken by a rule).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PointRow {
    /// The booking's id. Listings are in the order of ids.
    pub id: String,
    /// The adopted rule.
    pub rule: String,
    /// The person or household, by id.
    pub subject: String,
    /// How many; negative when taken.
    pub amount: i64,
    /// The article that says so.
    pub article: String,
    /// The case or record it follows from, by id.
    pub basis: Option<String>,
    /// When it was booked.
    pub created: Timestamp,
}

/// 已签检查点 (a signed checkpoint).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredCheckpoint {
    /// How many entries it covers.
    pub size: u64,
    /// The root over them.
    pub root: Digest,
    /// The signed note.
    pub note: String,
    /// When it was signed.
    pub at: Timestamp,
}

/// 待办 (work left for the jobs).
#[derive(Debug, Clone, PartialEq)]
pub struct OutboxItem {
    /// Its place in the outbox.
    pub id: i64,
    /// The community it came from, if any.
    pub community: Option<String>,
    /// What kind of work.
    pub topic: String,
    /// Items of one topic and key are delivered in order.
    pub key: String,
    /// The work.
    pub body: Value,
    /// Not before this time.
    pub due: Timestamp,
    /// How often it failed.
    pub attempts: u32,
}

/// 任务 (a job of the installation: how it stands with it).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JobRow {
    /// The job.
    pub job: String,
    /// Who has it, and until when.
    pub lease: Option<(String, Timestamp)>,
    /// When it is due.
    pub due: Timestamp,
    /// How often it failed since it was last done.
    pub attempts: u32,
    /// Why it failed last.
    pub error: Option<String>,
}

/// 幂等记录 (the answer kept for a repeated request).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IdempotencyRecord {
    /// Whose key it is: a community or account id. Keys of different owners never meet.
    pub owner: String,
    /// The key the client sent.
    pub key: String,
    /// The digest of method, path and body.
    pub request: Digest,
    /// The answer's HTTP status.
    pub status: u16,
    /// The answer's body.
    pub response: Vec<u8>,
    /// From when it may be forgotten.
    pub expires: Timestamp,
}
