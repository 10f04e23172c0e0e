//! QR codes as inline SVG, for paper.

use qrcodegen::{QrCode, QrCodeEcc};

/// The code of a text as SVG with a quiet zone of four modules; empty when the text is too long for any code.
pub(crate) fn svg(text: &str, label: &str) -> String {
    let Ok(code) = QrCode::encode_text(text, QrCodeEcc::Medium) else { return String::new() };
    let size = code.size();
    let mut path = String::new();
    for y in 0..size {
        for x in 0..size {
            if code.get_module(x, y) {
                path.push_str(&format!("M{},{}h1v1h-1z", x.saturating_add(4), y.saturating_add(4)));
            }
        }
    }
    let edge = size.saturating_add(8);
    format!(
        "<svg class=\"qr\" viewBox=\"0 0 {edge} {edge}\" role=\"img\" aria-label=\"{label}\" \
         shape-rendering=\"crispEdges\"><path fill=\"#fff\" d=\"M0,0h{edge}v{edge}h-{edge}z\"/>\
         <path fill=\"#000\" d=\"{path}\"/></svg>"
    )
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_code_has_its_finder_patterns_and_refuses_what_cannot_fit() {
        let svg = super::svg("https://yishi.example/c/com_1", "x");
        assert!(svg.contains("M4,4h1v1h-1z") && svg.contains("M10,10h1v1h-1z"));
        assert_eq!(super::svg(&"长".repeat(4000), "x"), "");
    }
}
