//! 错误代码 (stable error codes) of the HTTP edge. A code, once published, keeps its meaning.

#[derive(Debug)]
pub struct Code {
    pub status: u16,
    pub code: &'static str,
    pub zh: &'static str,
    pub en: &'static str,
}

macro_rules! codes {
    (@of $status:literal $code:literal $zh:literal $en:literal) => {
        Code { status: $status, code: $code, zh: $zh, en: $en }
    };
    (@of $status:literal ($field:path)) => {
        Code { status: $status, code: $field.code, zh: $field.zh, en: $field.en }
    };
    ($($name:ident = $status:literal $said:tt $($zh:literal $en:literal)?;)*) => {
        $(#[doc = concat!("Answered with ", stringify!($status), "; what it says is in the table.")]
        pub static $name: Code = codes!(@of $status $said $($zh $en)?);)*
        /// Every code of the edge, in order of status.
        pub static ALL: &[&Code] = &[$(&$name),*];
    };
}

codes! {
    BAD_REQUEST = 400 "bad-request" "请求有误" "the request is malformed";
    JSON_SYNTAX = 400 "json-syntax" "JSON 格式错误" "the body is not well-formed JSON";
    TRAILING_DATA = 400 "trailing-data" "JSON 之后还有多余内容" "there is data after the JSON value";
    DUPLICATE_KEY = 400 "duplicate-key" "JSON 中有重复的键" "a JSON object has the same key twice";
    TOO_DEEP = 400 "too-deep" "JSON 嵌套层数过多" "the JSON is nested too deeply";
    ENCODING = 400 "encoding" "文字编码错误，须为不带 BOM 的 UTF-8" "the text is not UTF-8 without a byte order mark";
    EMPTY_BODY = 400 "empty-body" "请求正文为空" "a body is required";
    BAD_PARAMETER = 400 "bad-parameter" "查询参数有误" "a query parameter is not valid";
    UNKNOWN_PARAMETER = 400 "unknown-field" "有不认识的字段或参数" "a field or parameter is unknown";
    BAD_CURSOR = 400 "bad-cursor" "分页标记无效或已过期" "the page cursor is not valid here or has expired";
    BAD_HOST = 400 "bad-host" "Host 请求头缺失或重复" "exactly one Host header is required";
    BAD_COOKIE = 400 "duplicate-cookie" "会话 Cookie 出现了不止一次" "the session cookie was sent more than once";
    MISSING_KEY = 400 "idempotency-key-required" "此操作须带 Idempotency-Key 请求头" "this operation needs an Idempotency-Key header";
    BAD_KEY = 400 "bad-idempotency-key" "Idempotency-Key 格式错误" "the Idempotency-Key is not valid";
    UNAUTHENTICATED = 401 "not-signed-in" "请先登录" "sign in first";
    BAD_SESSION = 401 "session-ended" "登录已失效，请重新登录" "the session has ended; sign in again";
    NOT_PERMITTED = 403 "not-permitted" "没有这项权限" "you are not permitted to do this";
    PASSWORD_CHANGE = 403 "password-change-required" "请先换成自己的密码，再办理其他事情" "choose a password of your own first";
    CROSS_SITE = 403 "cross-site" "拒绝来自其他网站的操作" "writes from other sites are refused";
    NOT_FOUND = 404 "not-found" "没有找到" "nothing is here";
    METHOD_NOT_ALLOWED = 405 "method-not-allowed" "此地址不支持这种请求方法" "this address does not take that method";
    NOT_ACCEPTABLE = 406 "not-acceptable" "无法以所要求的格式回答" "the answer cannot be given in an accepted media type";
    TIMEOUT = 408 "request-timeout" "请求发送过慢" "the request was sent too slowly";
    CONFLICT = 409 "conflict" "数据已被他人修改，请重试" "somebody else changed this at the same moment; try again";
    IDEMPOTENCY_RUNNING = 409 "idempotency-running" "相同 Idempotency-Key 的请求正在处理" "a request with this Idempotency-Key is still running";
    LENGTH_REQUIRED = 411 "length-required" "须给出 Content-Length" "a Content-Length is required";
    STALE = 412 "stale" "内容已有新版本" "this is no longer the current version";
    TOO_LARGE = 413 "too-large" "请求正文过大" "the body is too large";
    URI_TOO_LONG = 414 "uri-too-long" "地址过长" "the address is too long";
    UNSUPPORTED_TYPE = 415 "unsupported-media-type" "不支持这种内容类型" "this content type is not taken here";
    BAD_CONTENT = 415 "wrong-content" "文件内容与声明的类型不符；表格请在表格软件中另存为“CSV UTF-8”再上传" "the content is not what its type says; save a sheet as “CSV UTF-8” and send that";
    RANGE = 416 "range-not-satisfiable" "无法满足所请求的范围" "the range cannot be satisfied";
    MISDIRECTED = 421 "misdirected" "此服务器不为该主机名提供服务" "this server does not answer for that host";
    INVALID_FIELDS = 422 "invalid-fields" "有字段填写错误" "some fields are not valid";
    UNKNOWN_FIELD = 422 (yishi_schema::UNKNOWN_FIELD);
    MISSING_FIELD = 422 (yishi_schema::MISSING_FIELD);
    WRONG_TYPE = 422 (yishi_schema::WRONG_TYPE);
    OUT_OF_RANGE = 422 (yishi_schema::OUT_OF_RANGE);
    FORBIDDEN_CHARACTER = 422 (yishi_schema::FORBIDDEN_CHARACTER);
    NOT_ONE_OF = 422 (yishi_schema::NOT_ONE_OF);
    TOO_LONG = 422 (yishi_schema::TOO_LONG);
    TOO_SHORT = 422 (yishi_schema::TOO_SHORT);
    INVALID_VALUE = 422 (yishi_schema::INVALID_VALUE);
    IDEMPOTENCY_MISMATCH = 422 "idempotency-mismatch" "同一 Idempotency-Key 用于不同的请求" "this Idempotency-Key was used for another request";
    PRECONDITION_REQUIRED = 428 "precondition-required" "须带 If-Match 请求头" "this operation needs an If-Match header";
    RATE_LIMITED = 429 "rate-limited" "请求过于频繁" "too many requests";
    HEADERS_TOO_LARGE = 431 "headers-too-large" "请求头过多或过大" "the request headers are too many or too large";
    INTERNAL = 500 "internal" "服务器内部错误" "something went wrong on the server";
    UNAVAILABLE = 503 "overloaded" "服务器繁忙，请稍后再试" "the server is busy; try again shortly";
    CLOCK_BEHIND = 503 "clock-behind" "服务器时钟比记录已经写到的时间还早，暂停办理" "the server's clock shows a time that has passed here; nothing is entered for now";
    STORAGE_DAMAGED = 503 "storage-damaged" "数据库有损坏，已停止写入；请联系系统管理员从备份恢复" "the database is damaged and nothing more is written; whoever runs the server must put a backup back";
    STORAGE_FULL = 507 "storage-full" "存储空间不足" "the store is full";
}

impl Code {
    /// The error of a field, in the words of its code.
    pub fn at(&self, pointer: impl Into<String>) -> yishi_schema::FieldError {
        yishi_schema::FieldError::new(pointer, self.code, self.zh, self.en)
    }
}

/// The line with a code. Where two share one (`unknown-field`), the one for bodies (422).
pub fn find(code: &str) -> Option<&'static Code> {
    ALL.iter().copied().filter(|line| line.code == code).max_by_key(|line| line.status)
}

/// The line that stands for a bare status, for answers a library made without a body: the first one with it.
pub fn for_status(status: u16) -> &'static Code {
    let otherwise = if status < 500 { &BAD_REQUEST } else { &INTERNAL };
    ALL.iter().copied().find(|line| line.status == status).unwrap_or(otherwise)
}
