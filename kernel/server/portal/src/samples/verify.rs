//! Verify, sign-in, errors, notice board.
use crate::phrase::Speak as _;

use super::matter::{coal_stoves, council_finding};
use super::{at, digest, law_30};
use crate::context::{
    CheckpointCard, ErrorPage, Fact, Link, NoticePage, Paper, ReceiptCheck, SignInPage, VerifyPage,
};
use crate::forms;
use crate::lang::Lang;

/// The verify page.
#[must_use]
pub fn verify_new(lang: Lang) -> VerifyPage {
    let root = "tTq3v0mJ0m5r9Yb8k2Wd1cXo4nZf6hLs7uPaEgRiQyA=";
    VerifyPage {
        checkpoint: Some(CheckpointCard {
            size: 131,
            root: root.into(),
            signed: Some(at("2026-04-22T06:32:00Z")),
            public_key: "yishi/com_qx+8d2f61aa+AQb1c9…".into(),
            note: format!("yishi/com_qx\n131\n{root}\n\n— yishi/com_qx jS9hqk0Vw2…"),
        }),
        export_file: "qingxi-record.jsonl".into(),
        receipt_form: forms::check_receipt(lang, "/c/com_qx/verify"),
        result: None,
        latest: vec![
            (131, "投票".into(), at("2026-04-22T06:32:00Z")),
            (130, "开始表决".into(), at("2026-04-22T06:20:00Z")),
            (129, "代表签到".into(), at("2026-04-22T05:47:00Z")),
        ],
    }
}

/// A receipt that holds.
#[must_use]
pub fn verify_good(lang: Lang) -> VerifyPage {
    VerifyPage {
        result: Some(ReceiptCheck {
            valid: true,
            text: "这条记录确实在公开记录中，存入后没有被改动。".into(),
            facts: vec![
                Fact { label: "记录编号".into(), value: "131".into() },
                Fact { label: "内容".into(), value: "投票（编号 per_…，赞成）".into() },
                Fact { label: "时间".into(), value: "2026年4月22日 14:32:07".into() },
            ],
        }),
        ..verify_new(lang)
    }
}

/// A receipt that was tampered with.
#[must_use]
pub fn verify_bad(lang: Lang) -> VerifyPage {
    VerifyPage {
        result: Some(ReceiptCheck {
            valid: false,
            text: "凭证中的记录与公开记录的总指纹对不上：第131条的内容被改动过。".into(),
            facts: Vec::new(),
        }),
        receipt_form: forms::check_receipt(lang, "/c/com_qx/verify")
            .answered(&[("receipt", "{\"index\":131,…}")], &[]),
        ..verify_new(lang)
    }
}

/// Sign-in.
#[must_use]
pub fn sign_in(lang: Lang) -> SignInPage {
    SignInPage { form: forms::sign_in(lang, "/sign-in", Some("/c/com_qx")), error: None, note: None }
}

/// Sign-in that failed.
#[must_use]
pub fn sign_in_failed(lang: Lang) -> SignInPage {
    SignInPage {
        form: forms::sign_in(lang, "/sign-in", None).answered(&[("name", "shenyuehua")], &[]),
        error: Some("账号或密码不对。".into()),
        note: Some(lang.words().sign_in_kept.into()),
    }
}

fn error(status: u16, code: &str) -> ErrorPage {
    ErrorPage {
        status,
        code: code.into(),
        message: None,
        by: Vec::new(),
        what_to_do: Vec::new(),
        back: None,
        request_id: "req-01J9".into(),
    }
}

/// 404.
#[must_use]
pub fn error_missing() -> ErrorPage {
    error(404, "not-found")
}

/// 403.
#[must_use]
pub fn error_forbidden() -> ErrorPage {
    error(403, "forbidden")
}

/// 409 with the article of law.
#[must_use]
pub fn error_conflict() -> ErrorPage {
    ErrorPage {
        message: Some("到会29人，不足法定人数30人，不能表决。".into()),
        by: vec![law_30()],
        what_to_do: vec![
            "请再通知代表到会，人数够了以后重新开始表决。".into(),
            "也可以闭会，另行召集。".into(),
        ],
        back: Some(Link { text: "返回会议".into(), href: "/c/com_qx/meetings/mtg_1".into() }),
        ..error(409, "not-quorate")
    }
}

/// A decision for the notice board.
#[must_use]
pub fn notice_a4() -> NoticePage {
    let matter = coal_stoves().matter;
    NoticePage {
        title: "关于取缔小煤炉的决议".into(),
        number: "2026-003".into(),
        text: matter.text,
        finding: Some(council_finding()),
        posted: matter.disclosures[0].clone(),
        issuer: "清溪村村民委员会".into(),
        origin: "https://yishi.yunhu.example".into(),
        leaf: Some(digest('c')),
        paper: Paper::A4,
    }
}

/// The same on A3.
#[must_use]
pub fn notice_a3() -> NoticePage {
    NoticePage { paper: Paper::A3, ..notice_a4() }
}
