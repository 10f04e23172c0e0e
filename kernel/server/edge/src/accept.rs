//! 内容协商 (content negotiation): which language, which media type.

use axum::http::{HeaderMap, header};
pub use yishi_words::Lang;

/// What `Accept-Language` asks for; Chinese when it asks for neither.
#[must_use]
pub fn language_of(headers: &HeaderMap) -> Lang {
    let Some(value) = headers.get(header::ACCEPT_LANGUAGE).and_then(|v| v.to_str().ok()) else {
        return Lang::Zh;
    };
    let best = |wanted: &str| {
        items(value)
            .filter(|(tag, _)| {
                let primary = tag.split('-').next().unwrap_or(tag);
                primary.eq_ignore_ascii_case(wanted)
            })
            .map(|(_, quality)| quality)
            .max()
            .unwrap_or(0)
    };
    if best("en") > best("zh") { Lang::En } else { Lang::Zh }
}

/// Whether the client prefers a page: a browser's navigation, not a program.
#[must_use]
pub fn wants_page(headers: &HeaderMap) -> bool {
    let Some(value) = headers.get(header::ACCEPT).and_then(|v| v.to_str().ok()) else { return false };
    let best =
        |wanted: &str| items(value).filter(|(t, _)| t.eq_ignore_ascii_case(wanted)).map(|(_, q)| q).max();
    best("text/html").is_some_and(|page| page > 0 && page >= best("application/json").unwrap_or(0))
}

/// Whether an API answer can be given: JSON, or a media type that some API route serves.
#[must_use]
pub fn takes_api_answer(headers: &HeaderMap) -> bool {
    const SERVED: [&str; 8] = [
        "*/*",
        "application/*",
        "application/json",
        "application/problem+json",
        "application/x-ndjson",
        "application/wasm",
        "text/*",
        "text/plain",
    ];
    let mut values = headers.get_all(header::ACCEPT).iter().peekable();
    if values.peek().is_none() {
        return true;
    }
    values.any(|value| {
        value.to_str().is_ok_and(|value| {
            value.trim().is_empty()
                || items(value).any(|(kind, quality)| {
                    quality > 0 && SERVED.iter().any(|served| served.eq_ignore_ascii_case(kind))
                })
        })
    })
}

/// The items of a list header with their quality in thousandths.
fn items(value: &str) -> impl Iterator<Item = (&str, u16)> {
    value.split(',').filter_map(|item| {
        let mut parts = item.split(';').map(str::trim);
        let name = parts.next().filter(|name| !name.is_empty())?;
        let quality = parts
            .find_map(|part| part.strip_prefix("q=").or_else(|| part.strip_prefix("Q=")))
            .map_or(1000, thousandths);
        Some((name, quality))
    })
}

/// `0.85` as 850; anything unreadable is 0, so that nonsense never wins.
fn thousandths(text: &str) -> u16 {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let Ok(whole) = whole.parse::<u16>() else { return 0 };
    if whole > 1 || fraction.len() > 3 || !fraction.bytes().all(|b| b.is_ascii_digit()) {
        return 0;
    }
    let mut value = 0;
    let mut unit = 100;
    for digit in fraction.bytes() {
        value += u16::from(digit - b'0') * unit;
        unit /= 10;
    }
    (whole * 1000 + value).min(1000)
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;

    fn headers(name: header::HeaderName, value: &'static str) -> HeaderMap {
        let mut headers = HeaderMap::new();
        headers.insert(name, HeaderValue::from_static(value));
        headers
    }

    #[test]
    fn chinese_unless_english_is_preferred() {
        for (asked, lang) in [
            ("en", Lang::En),
            ("zh-CN,zh;q=0.9,en;q=0.8", Lang::Zh),
            ("en-GB,en;q=0.9,zh;q=0.5", Lang::En),
            ("fr", Lang::Zh),
            ("en;q=0.1,zh;q=0.2", Lang::Zh),
            ("en;q=rubbish", Lang::Zh),
        ] {
            assert_eq!(language_of(&headers(header::ACCEPT_LANGUAGE, asked)), lang, "{asked}");
        }
        assert_eq!(language_of(&HeaderMap::new()), Lang::Zh);
    }

    #[test]
    fn media_types() {
        for (asked, api, page) in [
            ("*/*", true, false),
            ("application/json", true, false),
            ("application/xml", false, false),
            ("application/json;q=0", false, false),
            ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", true, true),
            ("application/json,text/html;q=0.2", true, false),
        ] {
            let headers = headers(header::ACCEPT, asked);
            assert_eq!(takes_api_answer(&headers), api, "{asked}");
            assert_eq!(wants_page(&headers), page, "{asked}");
        }
    }
}
