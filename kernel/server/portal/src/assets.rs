//! Static files, embedded: one style sheet, one small optional script, the mark.

use std::sync::LazyLock;

struct File {
    name: &'static str,
    content_type: &'static str,
    bytes: &'static [u8],
}

const FILES: [File; 3] = [
    File {
        name: "portal.css",
        content_type: "text/css; charset=utf-8",
        bytes: include_bytes!("../assets/portal.css"),
    },
    File {
        name: "portal.js",
        content_type: "text/javascript; charset=utf-8",
        bytes: include_bytes!("../assets/portal.js"),
    },
    File { name: "mark.svg", content_type: "image/svg+xml", bytes: include_bytes!("../assets/mark.svg") },
];

/// Entity tags (quoted) and addresses with the tag in them, in the order of [`FILES`].
static TAGS: LazyLock<Vec<(String, String)>> = LazyLock::new(|| {
    FILES
        .iter()
        .map(|file| {
            let hash = fnv1a(file.bytes);
            (format!("\"{hash:016x}\""), format!("/assets/{}?v={hash:016x}", file.name))
        })
        .collect()
});

/// A static file by the part of its path after `/assets/`: content type, bytes, entity tag (quoted).
///
/// Pages ask for it with the tag in the query, so a response may be cached for ever.
pub fn asset(path: &str) -> Option<(&'static str, &'static [u8], &'static str)> {
    let index = FILES.iter().position(|file| file.name == path)?;
    let (file, (tag, _)) = (FILES.get(index)?, TAGS.get(index)?);
    Some((file.content_type, file.bytes, tag))
}

/// The address pages use for a static file; empty for a file that does not exist.
pub fn asset_href(path: &str) -> &'static str {
    FILES
        .iter()
        .position(|file| file.name == path)
        .and_then(|index| TAGS.get(index))
        .map_or("", |(_, href)| href.as_str())
}

/// A tag for caches, not for security: it only has to change when the bytes do.
fn fnv1a(bytes: &[u8]) -> u64 {
    bytes
        .iter()
        .fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3))
}

#[cfg(test)]
mod tests {
    use super::{asset, asset_href};

    #[test]
    fn files_are_found_and_tagged() {
        for name in ["portal.css", "portal.js", "mark.svg"] {
            let (content_type, bytes, tag) = asset(name).expect("embedded");
            assert!(!content_type.is_empty() && !bytes.is_empty());
            assert!(asset_href(name).contains(tag.trim_matches('"')));
        }
        assert_eq!(asset("../Cargo.toml"), None);
    }
}
