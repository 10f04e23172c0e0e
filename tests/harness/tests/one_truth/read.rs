//! What a page says of a thing's state, read from the page as it is sent.

use std::collections::BTreeMap;

/// Where a matter stands, as a card of a list says it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Card {
    /// The word in the coloured tag.
    pub(crate) status: String,
    /// The step of the six.
    pub(crate) step: usize,
    /// What the step is called.
    pub(crate) stage: String,
    /// What is waited for.
    pub(crate) waiting: Option<String>,
    /// What should have been done.
    pub(crate) late: Option<String>,
}

/// The same on the matter's own page.
#[derive(Debug, Default)]
pub(crate) struct Own {
    /// The word in the coloured tag.
    pub(crate) status: String,
    /// The step of the six that is marked as the one being taken, or the last one where all are done.
    pub(crate) step: usize,
    /// What is waited for, after the heading.
    pub(crate) waiting: Option<String>,
    /// What should have been done, after the heading.
    pub(crate) late: Option<String>,
    /// The line of the timeline that is marked as the current one.
    pub(crate) current: Option<String>,
}

/// A line of the desk.
#[derive(Debug, Clone)]
pub(crate) struct Todo {
    /// The heading it stands under.
    pub(crate) group: String,
    /// Where it leads.
    pub(crate) href: String,
    /// What is to be done.
    pub(crate) next: String,
    /// The number, and who does it.
    pub(crate) who: String,
    /// Its last day, where that is not over.
    pub(crate) due: Option<String>,
    /// How late it is.
    pub(crate) late: Option<String>,
}

/// A community's line on the town's board.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Progress {
    /// Open matters at each of the six steps.
    pub(crate) at_step: Vec<u64>,
    /// What is overdue.
    pub(crate) overdue: u64,
    /// How many are being voted on.
    pub(crate) voting: u64,
}

/// A community's card on the portal's first page.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Front {
    /// Matters under way.
    pub(crate) deciding: u64,
    /// Rules in force.
    pub(crate) rules: u64,
    /// Being voted on.
    pub(crate) voting: u64,
    /// Open for comments.
    pub(crate) consulting: u64,
}

/// The part of a page between two marks; none when the first is missing.
pub(crate) fn between<'a>(html: &'a str, start: &str, end: &str) -> Option<&'a str> {
    let rest = html.split_once(start)?.1;
    Some(rest.split_once(end).map_or(rest, |(inner, _)| inner))
}

/// The words of a piece of a page, as a reader sees them.
pub(crate) fn words(html: &str) -> String {
    let mut out = String::new();
    let mut inside = false;
    for letter in html.chars() {
        match letter {
            '<' => inside = true,
            '>' => inside = false,
            letter if !inside => out.push(letter),
            _ => {}
        }
    }
    let marks = [("&#38;", "&"), ("&#60;", "<"), ("&#62;", ">"), ("&#34;", "\""), ("&#39;", "'")];
    for (mark, letter) in marks {
        out = out.replace(mark, letter);
    }
    out.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The first coloured tag of a piece.
pub(crate) fn tag(html: &str) -> Option<String> {
    let rest = html.split_once("class=\"tag tone-")?.1.split_once('>')?.1;
    Some(words(rest.split_once("</span>")?.0))
}

fn figure(text: &str) -> u64 {
    let digits: String =
        text.chars().skip_while(|c| !c.is_ascii_digit()).take_while(char::is_ascii_digit).collect();
    digits.parse().unwrap_or(0)
}

/// The matters that have a card on a page, by address.
pub(crate) fn cards(html: &str) -> BTreeMap<String, Card> {
    let card = |piece: &str| {
        let piece = piece.split("</li>").next()?;
        let line = between(piece, "<p class=\"meta\">", "</p>")?;
        let steps = between(piece, "<div class=\"mini\"", "</div>")?;
        // Its picture marks the step that its words name.
        let marked = steps.split("<i class=\"").skip(1).position(|one| !one.starts_with("done"));
        let step = marked.map_or(6, |before| before + 1);
        let card = Card {
            status: tag(piece)?,
            step,
            stage: words(between(line, "<b>", "</b>")?),
            waiting: between(piece, "<p class=\"waiting\">", "</p>").map(words),
            late: between(piece, "<p class=\"waiting late-text\">", "</p>").map(words),
        };
        let named = line.split("<b>").next().unwrap_or_default();
        assert_eq!(figure(named.trim_start_matches(|c: char| !c.is_ascii_digit())), step as u64, "{line}");
        Some((between(piece, "class=\"cover\" href=\"", "\"")?.to_owned(), card))
    };
    html.split("<li class=\"card matter-card\">").skip(1).filter_map(card).collect()
}

/// What a matter's own page says.
pub(crate) fn own(html: &str) -> Own {
    let head = between(html, "<header class=\"matter-head\">", "</header>").unwrap_or_default();
    let six = between(head, "<ol class=\"six\"", "</ol>").unwrap_or_default();
    let taken = six.split("<li class=\"").skip(1).position(|one| !one.starts_with("done"));
    let next = between(head, "<div class=\"next-box\">", "</div>");
    let late = between(head, "<p class=\"clause tone-warn\">", "</p>").filter(|piece| piece.contains("<b>"));
    let after = |piece: &str| words(piece.split_once("</b>").map_or(piece, |(_, rest)| rest));
    let current = between(html, "aria-current=\"step\">", "</li>");
    Own {
        status: tag(head).unwrap_or_default(),
        step: taken.map_or(6, |before| before + 1),
        waiting: next.and_then(|piece| between(piece, "<p>", "</p>")).map(after),
        late: late.map(after),
        current: current.and_then(|piece| between(piece, "<p class=\"stage-head\"><b>", "</b>")).map(words),
    }
}

/// The lines of a desk.
pub(crate) fn todo(html: &str) -> Vec<Todo> {
    let mut all = Vec::new();
    for group in html.split("<section class=\"block\"><h2>").skip(1) {
        let heading = words(group.split(" <small").next().unwrap_or_default());
        let Some(list) = between(group, "<ul class=\"rows todo\">", "</ul>") else { continue };
        for line in list.split("<li class=\"tone-edge-").skip(1) {
            let part = |start: &str, end: &str| between(line, start, end).map(words);
            let next = line.split_once("<p class=\"todo-next\">").map_or("", |(_, rest)| rest);
            all.push(Todo {
                group: heading.clone(),
                href: between(line, "class=\"cover\" href=\"", "\"")
                    .unwrap_or_default()
                    .replace("&#38;", "&"),
                next: tag(next).unwrap_or_default(),
                who: part("<p class=\"meta\">", "</p>").unwrap_or_default(),
                due: part("<small>", "</small>"),
                late: part("<small class=\"late-text\">", "</small>"),
            });
        }
    }
    all
}

/// A community's line on the town's board.
pub(crate) fn progress(html: &str, home: &str) -> Option<Progress> {
    let row = between(html, &format!("<th scope=\"row\"><a href=\"{home}\">"), "</tr>")?;
    let (head, cells) = row.split_once("</th>")?;
    let cells: Vec<u64> = cells
        .split("<td class=\"num")
        .skip(1)
        .map(|cell| figure(&words(cell.split_once('>').map_or("", |(_, rest)| rest))))
        .collect();
    Some(Progress {
        at_step: cells.get(..6)?.to_vec(),
        overdue: *cells.get(8)?,
        voting: tag(head).map_or(0, |tag| figure(&tag)),
    })
}

/// What the town's board lists as overdue: where each leads, and what it says.
pub(crate) fn overdue(html: &str) -> Vec<(String, String)> {
    let mut rows = Vec::new();
    for row in html.split("<li class=\"tone-edge-bad\">").skip(1) {
        let row = row.split("</li>").next().unwrap_or_default();
        let href = between(row, "class=\"cover\" href=\"", "\"").unwrap_or_default();
        rows.push((href.to_owned(), words(row)));
    }
    rows
}

/// A community's card on the portal's first page.
pub(crate) fn front(html: &str, home: &str) -> Option<Front> {
    let card = between(html, &format!("class=\"cover\" href=\"{home}\""), "</li>")?;
    let counts = between(card, "<p class=\"place-counts\">", "</p>")?;
    let counts: Vec<u64> = counts.split("<b>").skip(1).map(figure).collect();
    let tags: Vec<String> = card
        .split("class=\"tag tone-active\">")
        .skip(1)
        .map(|tag| words(tag.split("</span>").next().unwrap_or_default()))
        .collect();
    let of = |said: [&str; 2]| {
        tags.iter().find(|tag| said.iter().any(|one| tag.contains(one))).map_or(0, |tag| figure(tag))
    };
    let voting = of(["正在表决", "being voted on"]);
    let consulting = of(["征求意见", "open for comments"]);
    Some(Front { deciding: *counts.first()?, rules: *counts.get(1)?, voting, consulting })
}

/// The status of each rule that is listed on a page, by address.
pub(crate) fn rules(html: &str) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    for row in html.split("<li>").skip(1) {
        let Some(href) =
            between(row.split("</li>").next().unwrap_or_default(), "class=\"cover\" href=\"", "\"")
        else {
            continue;
        };
        if href.contains("/rules/")
            && let Some(status) = tag(row)
        {
            found.insert(href.to_owned(), status);
        }
    }
    found
}
