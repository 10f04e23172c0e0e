//! Every page, with every sample, in both languages and both modes: renders, is sound markup, works without
//! script, leaks nothing to another host, and fits the first-view budget.

mod markup;

use std::collections::{BTreeMap, BTreeSet};

use markup::{Tag, tags};
use yishi_portal::Speak as _;
use yishi_portal::context::{Field, FieldChoice, FieldKind, Form, FormStyle};
use yishi_portal::samples::{self, Sample};
use yishi_portal::{Lang, Page, asset, asset_href};

/// Runs a check on every rendered page; the name says which one failed.
fn every_page(check: impl Fn(&str, &Sample, &str)) {
    let mut seen = 0;
    for lang in Lang::ALL {
        for elder in [false, true] {
            for sample in samples::gallery(lang, elder) {
                let html = sample.page.render(&sample.frame).expect("templates render");
                let name = format!("{} {}{}", sample.name, lang.code(), if elder { " elder" } else { "" });
                check(&name, &sample, &html);
                seen += 1;
            }
        }
    }
    assert!(seen >= 4 * 41, "the gallery lost pages: {seen}");
}

#[test]
fn every_page_says_its_language_mode_and_title() {
    every_page(|name, sample, html| {
        assert!(html.starts_with("<!doctype html>"), "{name}");
        let all = tags(name, html);
        let root = all.iter().find(|tag| tag.name == "html").expect("root");
        assert_eq!(root.get("lang"), Some(sample.frame.lang.tag()), "{name}");
        let body = all.iter().find(|tag| tag.name == "body").expect("body");
        let classes: Vec<&str> = body.get("class").unwrap_or_default().split_whitespace().collect();
        assert_eq!(classes.contains(&"elder"), sample.frame.elder, "{name}");
        assert!(!sample.page.title(&sample.frame).is_empty(), "{name}");
        let switch = format!("lang={}", sample.frame.lang.other().code());
        assert!(
            all.iter().any(|t| t.get("href").is_some_and(|h| h.ends_with(&switch))),
            "{name}: no language switch"
        );
    });
}

#[test]
fn ids_are_unique_and_references_hold() {
    every_page(|name, _, html| {
        let all = tags(name, html);
        let mut ids = BTreeSet::new();
        for id in all.iter().filter_map(|tag| tag.get("id")) {
            assert!(ids.insert(id.to_owned()), "{name}: id `{id}` twice");
        }
        for tag in &all {
            for attribute in ["for", "aria-describedby", "aria-labelledby", "data-copy"] {
                for id in tag.get(attribute).unwrap_or_default().split_whitespace() {
                    assert!(ids.contains(id), "{name}: {attribute} names `{id}`, which is not there");
                }
            }
            if let Some(anchor) = tag.get("href").and_then(|href| href.strip_prefix('#')) {
                assert!(ids.contains(anchor), "{name}: link to `#{anchor}` leads nowhere");
            }
        }
    });
}

#[test]
fn headings_begin_with_one_h1_and_skip_no_level() {
    every_page(|name, _, html| {
        let levels: Vec<u8> = tags(name, html)
            .iter()
            .filter_map(|tag| match tag.name.as_str() {
                "h1" => Some(1),
                "h2" => Some(2),
                "h3" => Some(3),
                _ => None,
            })
            .collect();
        assert_eq!(levels.iter().filter(|level| **level == 1).count(), 1, "{name}: one h1");
        for pair in levels.windows(2) {
            assert!(pair[1] <= pair[0] + 1, "{name}: h{} after h{}", pair[1], pair[0]);
        }
    });
}

#[test]
fn every_form_posts_with_a_token_and_labels_its_fields() {
    every_page(|name, sample, html| {
        let all = tags(name, html);
        let labelled: BTreeSet<&str> = all.iter().filter_map(|tag| tag.get("for")).collect();
        for (at, form) in all.iter().enumerate().filter(|(_, tag)| tag.name == "form") {
            assert_eq!(form.get("method"), Some("post"), "{name}");
            assert!(form.get("action").is_some_and(|action| action.starts_with('/')), "{name}");
            let inside: Vec<&Tag> =
                all[at..].iter().skip(1).take_while(|tag| tag.depth > form.depth).collect();
            let token = inside.iter().find(|tag| tag.get("name") == Some("csrf")).expect("csrf field");
            assert_eq!(token.get("value"), Some(sample.frame.csrf.as_str()), "{name}");
            assert!(
                inside.iter().any(|tag| tag.name == "button" && tag.get("type") == Some("submit")),
                "{name}"
            );
            for control in
                inside.iter().filter(|t| matches!(t.name.as_str(), "input" | "select" | "textarea"))
            {
                let kind = control.get("type").unwrap_or_default();
                let own_label = matches!(kind, "hidden" | "radio" | "checkbox");
                let id = control.get("id").unwrap_or_default();
                assert!(own_label || labelled.contains(id), "{name}: no label for {:?}", control.get("name"));
            }
            let files = inside.iter().any(|tag| tag.get("type") == Some("file"));
            assert_eq!(form.get("enctype") == Some("multipart/form-data"), files, "{name}");
        }
    });
}

#[test]
fn nothing_inline_and_nothing_from_another_host() {
    every_page(|name, _, html| {
        for tag in tags(name, html) {
            for (attribute, value) in &tag.attributes {
                assert!(attribute != "style" && !attribute.starts_with("on"), "{name}: inline {attribute}");
                if matches!(
                    attribute.as_str(),
                    "href" | "src" | "action" | "formaction" | "poster" | "srcset"
                ) {
                    let own = value.starts_with('#') || (value.starts_with('/') && !value.starts_with("//"));
                    assert!(own, "{name}: {attribute} goes to `{value}`");
                }
            }
            assert!(tag.name != "style", "{name}: inline style sheet");
            assert!(tag.name != "script" || tag.get("src").is_some(), "{name}: inline script");
            assert!(tag.name != "img" || tag.get("alt").is_some(), "{name}: image without alt");
        }
    });
    for file in ["portal.css", "portal.js", "mark.svg"] {
        let (_, bytes, _) = asset(file).expect("embedded");
        let text = String::from_utf8(bytes.to_vec()).expect("text").replace("http://www.w3.org/2000/svg", "");
        for needle in ["http:", "https:", "@import", "url(", "eval("] {
            assert!(!text.contains(needle), "{file} holds `{needle}`");
        }
    }
}

#[test]
fn first_view_is_at_most_a_hundred_kilobytes() {
    let files: usize = ["portal.css", "portal.js", "mark.svg"]
        .iter()
        .map(|name| asset(name).map_or(0, |(_, bytes, _)| bytes.len()))
        .sum();
    every_page(|name, _, html| {
        assert!(html.len() + files <= 100_000, "{name}: {} bytes", html.len() + files);
        assert!(html.contains(asset_href("portal.css")), "{name}");
    });
}

#[test]
fn every_status_has_a_word_and_an_icon_and_every_icon_is_drawn() {
    every_page(|name, _, html| {
        for piece in html.split("class=\"tag ").skip(1) {
            let inner = piece.split("</").next().unwrap_or_default();
            assert!(inner.contains("<svg"), "{name}: a status without an icon");
        }
        assert!(!html.contains("focusable=\"false\"></svg>"), "{name}: an icon that draws nothing");
    });
}

#[test]
fn what_people_write_is_never_markup() {
    let hostile = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>&amp;";
    let mut frame = samples::village_frame();
    frame.path = format!("/c/{hostile}");
    frame.csrf = hostile.to_owned();
    frame.host_name = hostile.to_owned();
    let mut page = samples::coal_stoves();
    page.matter.title = hostile.to_owned();
    page.matter.text = hostile.to_owned();
    page.matter.steps[0].note = Some(hostile.to_owned());
    page.matter.class_by[0].text = Some(hostile.to_owned());
    page.matter.class_by[0].name = hostile.to_owned();
    page.comments[0].view.text = hostile.to_owned();
    let field = Field::new(hostile, hostile, FieldKind::Text).hint(hostile).value(hostile);
    page.actions = vec![Form::new(hostile, hostile, "/x", hostile).with(field)];
    let mut notice = samples::notice_a4();
    notice.origin = hostile.to_owned();
    for html in [page.render(&frame), notice.render(&frame)] {
        let html = html.expect("renders");
        assert!(!html.contains("<script>") && !html.contains("<img src=x"));
        for tag in tags("hostile", &html) {
            assert!(tag.attributes.keys().all(|name| !name.starts_with("on")), "{:?}", tag.attributes);
        }
    }
}

#[test]
fn the_catalogue_is_complete_in_both_languages() {
    let han = |c: char| ('\u{4e00}'..='\u{9fff}').contains(&c);
    let marks = |text: &str| -> BTreeMap<String, usize> {
        let mut found = BTreeMap::new();
        for piece in text.split('{').skip(1) {
            *found.entry(piece.split('}').next().unwrap_or_default().to_owned()).or_default() += 1;
        }
        found
    };
    for (key, zh, en) in yishi_portal::ALL_WORDS {
        assert!(!zh.trim().is_empty() && !en.trim().is_empty(), "{key} is empty");
        assert_eq!(marks(zh), marks(en), "{key}: not the same values");
        if *key != "other_lang" {
            assert!(zh.chars().any(han), "{key} is not Chinese: {zh}");
            assert!(!en.chars().any(han), "{key} is not English: {en}");
        }
    }
}

/// Words stand in the catalogue alone: a template with a Chinese character in it would not be translated.
#[test]
fn templates_hold_no_words_and_no_word_is_unused() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut sources = String::new();
    // What the server says of what it maps counts as said.
    for folder in ["templates", "templates/part", "src", "src/context", "src/samples", "../src/portal"] {
        for entry in std::fs::read_dir(root.join(folder)).expect("folder") {
            let path = entry.expect("entry").path();
            if !path.is_file() || path.ends_with("words.rs") {
                continue;
            }
            let text = std::fs::read_to_string(&path).expect("text");
            if folder.starts_with("templates") {
                let words = text.chars().find(|c| ('\u{4e00}'..='\u{9fff}').contains(c));
                assert_eq!(words, None, "{} holds a word", path.display());
            }
            sources.push_str(&text);
        }
    }
    for (key, _, _) in yishi_portal::ALL_WORDS {
        let used = sources.match_indices(&format!("t.{key}")).any(|(at, found)| {
            let next = sources[at + found.len()..].chars().next();
            !next.is_some_and(|c| c.is_ascii_alphanumeric() || c == '_')
        }) || sources.contains(&format!("words().{key}"));
        assert!(used, "nothing says `{key}`");
    }
}

/// Groups of radio buttons and boxes say their hint and their error too, and a form that was refused as a whole, with no
/// field at fault, stands open.
#[test]
fn groups_name_their_errors_and_a_tried_form_is_open() {
    let choices = || vec![FieldChoice::new("a", "A"), FieldChoice::new("b", "B"), FieldChoice::new("c", "C")];
    let form = Form::new("tried", "标题", "/x", "提交")
        .style(FormStyle::Folded)
        .with(Field::new("one", "一", FieldKind::OneOf(choices())).hint("提示"))
        .with(Field::new("any", "多", FieldKind::Many(choices())))
        .with(Field::new("yes", "是", FieldKind::Check).value("true"));
    let draw = |form: Form| {
        let mut page = samples::coal_stoves();
        page.actions = vec![form];
        page.render(&samples::village_frame()).expect("renders")
    };
    let folded = draw(form.clone());
    assert!(!folded.contains("<details class=\"fold\" open>"));
    let mut tried = form.clone();
    tried.tried = true;
    assert!(draw(tried).contains("<details class=\"fold\" open>"));

    let sent = [("any", "a"), ("any", "c")];
    let html = draw(form.answered(&sent, &[("one", "选一个"), ("any", "太多"), ("yes", "须勾选")]));
    assert!(html.contains("<details class=\"fold\" open>"));
    let all = tags("groups", &html);
    let group =
        |id: &str| all.iter().find(|tag| tag.get("aria-describedby").is_some_and(|ids| ids.contains(id)));
    for (id, name) in
        [("tried-one-error", "fieldset"), ("tried-any-error", "fieldset"), ("tried-yes-error", "input")]
    {
        let tag = group(id).unwrap_or_else(|| panic!("nothing is described by {id}"));
        assert_eq!((tag.name.as_str(), tag.get("aria-invalid")), (name, Some("true")), "{id}");
    }
    let ticked: Vec<_> = all
        .iter()
        .filter(|tag| tag.get("name") == Some("any") && tag.attributes.contains_key("checked"))
        .filter_map(|tag| tag.get("value"))
        .collect();
    assert_eq!(ticked, ["a", "c"], "what was ticked still is");
    let box_of_yes = all.iter().find(|tag| tag.get("name") == Some("yes")).expect("the box");
    assert!(!box_of_yes.attributes.contains_key("checked"), "a box that was sent empty stays empty");
}

/// What went wrong: four of five in the room were "80.0 %" under a demand for more than half of all seven in office.
#[test]
fn votes_are_shares_of_what_the_demand_counts() {
    for lang in Lang::ALL {
        let sample = samples::gallery(lang, false)
            .into_iter()
            .find(|sample| sample.name == "vote-closed")
            .expect("the sample");
        let html = sample.page.render(&sample.frame).expect("templates render");
        // Nine of the eleven in office, not of the ten who came.
        assert!(html.contains("81.8%") && !html.contains("90.0%</td>"), "{html}");
        assert!(html.contains(lang.words().share_of_in_office));
    }
}

/// A password manager is offered what it may fill in: the reader's own login and password, never a name or password
/// that is typed for somebody else.
#[test]
fn only_the_readers_own_password_is_filled_in() {
    every_page(|name, _, html| {
        let all = tags(name, html);
        for (at, form) in all.iter().enumerate().filter(|(_, tag)| tag.name == "form") {
            let signs_in = form.get("id") == Some("sign-in");
            for input in all[at..].iter().skip(1).take_while(|tag| tag.depth > form.depth) {
                let wanted = match (input.get("type"), input.get("name")) {
                    (Some("text"), Some("name")) if signs_in => Some("username"),
                    (Some("password"), Some("old_password")) => Some("current-password"),
                    (Some("password"), _) if signs_in => Some("current-password"),
                    (Some("password"), _) => Some("new-password"),
                    _ => None,
                };
                assert_eq!(input.get("autocomplete"), wanted, "{name}: {:?}", input.get("name"));
            }
        }
    });
}

/// WCAG 2.2, 1.4.11: the ring of focus has three to one against whatever it lies on.
#[test]
fn the_ring_of_focus_is_seen_on_every_ground() {
    let (_, css, _) = asset("portal.css").expect("embedded");
    let css = String::from_utf8(css.to_vec()).expect("text");
    let colour = |name: &str| -> f64 {
        let text =
            css.split(&format!("{name}: #")).nth(1).expect("a colour").split(';').next().expect("a value");
        let digits: Vec<u32> = text.chars().map(|c| c.to_digit(16).expect("hexadecimal")).collect();
        let channel = |n: usize| match digits.len() {
            3 => f64::from(digits[n] * 17) / 255.0,
            _ => f64::from(digits[2 * n] * 16 + digits[2 * n + 1]) / 255.0,
        };
        let linear = |c: f64| if c <= 0.04045 { c / 12.92 } else { ((c + 0.055) / 1.055).powf(2.4) };
        0.2126 * linear(channel(0)) + 0.7152 * linear(channel(1)) + 0.0722 * linear(channel(2))
    };
    let contrast = |a: f64, b: f64| (a.max(b) + 0.05) / (a.min(b) + 0.05);
    for ground in ["--sheet", "--paper", "--blue-deep", "--blue-wash"] {
        let best =
            contrast(colour("--ring"), colour(ground)).max(contrast(colour("--ring-in"), colour(ground)));
        assert!(best >= 3.0, "{ground}: {best}");
    }
    assert!(contrast(colour("--ring"), colour("--ring-in")) >= 3.0);
    let rings = css.matches("outline: 3px solid var(--ring)").count();
    assert_eq!(rings, css.matches("box-shadow: 0 0 0 2px var(--ring-in)").count(), "every ring is double");
}

#[test]
fn elder_mode_keeps_the_national_figures() {
    let (_, css, _) = asset("portal.css").expect("embedded");
    let css = String::from_utf8(css.to_vec()).expect("text");
    let block =
        css.split("body.elder {").nth(1).and_then(|rest| rest.split('}').next()).expect("elder block");
    let value = |name: &str| -> &str {
        let rest = block.split(&format!("{name}:")).nth(1).expect("variable");
        rest.split(';').next().unwrap_or_default().trim()
    };
    // 1.125rem is 18px; the smallest size every other text is set in.
    assert_eq!(value("--t-s"), "1.125rem");
    assert_eq!(value("--tap"), "60px");
    assert_eq!(value("--leading"), "1.7");
}
