//! 内容协商 (content negotiation): which language, which media type.

use axum::http::{HeaderMap, header};
pub use yishi_words::Lang;

/// What `Accept-Language` asks for; Chinese when it asks for neither.
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
pub fn wants_page(headers: &HeaderMap) -> bool {
    let Some(value) = headers.get(header::ACCEPT).and_then(|v| v.to_str().ok()) else { return false };
    let best =
        |wanted: &str| items(value).filter(|(t, _)| t.eq_ignore_ascii_case(wanted)).map(|(_, q)| q).max();
    best("text/html").is_some_and(|page| page > 0 && page >= best("application/json").unwrap_or(0))
}

/// Whether an API answer can be given: JSON, or a media type that some API route serves.
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

/// The items of a list header with their quality, as something that orders like it.
fn items(value: &str) -> impl Iterator<Item = (&str, u32)> {
    value.split(',').filter_map(|item| {
        let mut parts = item.split(';').map(str::trim);
        let name = parts.next().filter(|name| !name.is_empty())?;
        let quality = parts.find_map(|part| part.strip_prefix("q=").or_else(|| part.strip_prefix("Q=")));
        Some((name, quality.map_or(1_f32.to_bits(), order)))
    })
}

/// Among numbers that are not negative the bits order as the numbers do. Anything unreadable is 0, so that nonsense never
/// wins.
fn order(quality: &str) -> u32 {
    let quality = quality.parse().ok().filter(|read: &f32| read.is_sign_positive() && *read <= 1.0);
    quality.map_or(0, f32::to_bits)
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
