//! Line icons, drawn here: 24 × 24, stroke of the text's colour.

/// The inside of an icon by name; an unknown name draws nothing (a test renders them all).
fn shape(name: &str) -> &'static str {
    match name {
        "check" => r#"<path d="M5 12.5l4.5 4.5L19 7.5"/>"#,
        "cross" => r#"<path d="M6.5 6.5l11 11M17.5 6.5l-11 11"/>"#,
        "dash" => r#"<path d="M6 12h12"/>"#,
        "dot" => r#"<circle cx="12" cy="12" r="4.5" fill="currentColor" stroke="none"/>"#,
        "clock" => r#"<circle cx="12" cy="12" r="8.5"/><path d="M12 7v5.2l3.4 2"/>"#,
        "back" => r#"<path d="M9.5 6L4.5 11l5 5M5 11h9a5 5 0 0 1 5 5v2"/>"#,
        "warn" => r#"<path d="M12 4.2L21 19.5H3z"/><path d="M12 10v4.2M12 17v.2"/>"#,
        "info" => r#"<circle cx="12" cy="12" r="8.5"/><path d="M12 11v5M12 7.8v.2"/>"#,
        "gate" => r#"<path d="M4 20V8.5L12 4l8 4.5V20M8 20v-6a4 4 0 0 1 8 0v6M2.5 20h19"/>"#,
        "next" => r#"<path d="M9 5.5l6.5 6.5L9 18.5"/>"#,
        "down" => r#"<path d="M5.5 9l6.5 6.5L18.5 9"/>"#,
        "doc" => r#"<path d="M6.5 3.5h7.5l4 4v13H6.5zM14 3.5v4h4M9.5 12h5.5M9.5 15.5h5.5"/>"#,
        "book" => {
            r#"<path d="M12 6.5C10 5 7 4.5 3.5 4.5v14c3.5 0 6.5.5 8.5 2 2-1.5 5-2 8.5-2v-14C17 4.5 14 5 12 6.500zM12 6.500v14"/>"#
        }
        "people" => {
            r#"<circle cx="8.5" cy="8.5" r="3.2"/><path d="M2.5 19.500c0-3.5 2.7-5.5 6-5.500s6 2 6 5.500M15.5 5.600a3.2 3.2 0 0 1 0 5.900M17.5 14.400c2.4.7 4 2.5 4 5.1"/>"#
        }
        "home" => r#"<path d="M3.5 11.500L12 4l8.5 7.500M6 10v10h12V10M10 20v-5.500h4V20"/>"#,
        "talk" => r#"<path d="M4 5h16v11h-8.500L7 20v-4H4zM8 9h8M8 12h5"/>"#,
        "shield" => {
            r#"<path d="M12 3.500l7.5 2.500v6c0 4.5-3.2 7.3-7.5 8.8-4.3-1.5-7.5-4.3-7.5-8.800V6z"/><path d="M8.5 12l2.5 2.5 4.5-5"/>"#
        }
        "desk" => {
            r#"<path d="M8.5 6.500h11.500M8.5 12h11.500M8.5 17.500h11.500M4 6.500h.2M4 12h.2M4 17.500h.2"/>"#
        }
        "board" => r#"<path d="M4 5h16v11.500H4zM12 3v2M8 20.500l2-4M16 20.500l-2-4M8 9h8M8 12h5"/>"#,
        "download" => r#"<path d="M12 4v10.500M7.5 10.500L12 15l4.5-4.500M4.5 19.500h15"/>"#,
        "print" => r#"<path d="M7 9V4h10v5M7 17H4V9h16v8h-3M7 14h10v6.500H7z"/>"#,
        "person" => {
            r#"<circle cx="12" cy="8" r="3.8"/><path d="M4.5 20c0-4 3.3-6.3 7.5-6.300s7.5 2.3 7.5 6.3"/>"#
        }
        "pen" => r#"<path d="M4.5 19.500l1-4.500L16 4.500l3.5 3.500L9 18.500zM13.5 7l3.5 3.5"/>"#,
        "lock" => r#"<path d="M6 11h12v9H6zM8.5 11V8a3.5 3.5 0 0 1 7 0v3"/>"#,
        "calendar" => r#"<path d="M4.5 6h15v14h-15zM4.5 10.500h15M8.5 3.500V8M15.5 3.500V8"/>"#,
        "plus" => r#"<path d="M12 5v14M5 12h14"/>"#,
        _ => "",
    }
}

/// An icon as inline SVG, hidden from screen readers: a word always stands beside it.
pub(crate) fn svg(name: &str) -> String {
    format!(
        "<svg class=\"icon\" viewBox=\"0 0 24 24\" width=\"24\" height=\"24\" fill=\"none\" \
         stroke=\"currentColor\" stroke-width=\"2\" stroke-linecap=\"round\" stroke-linejoin=\"round\" \
         aria-hidden=\"true\" focusable=\"false\">{}</svg>",
        shape(name)
    )
}
