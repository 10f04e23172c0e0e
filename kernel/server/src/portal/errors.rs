//! 出错页 (error pages).
use yishi_portal::{Lang, Page as _, Speak as _};

use yishi_edge::Problem;
use yishi_edge::cookies::sent;
use yishi_edge::edge::Reader;
use yishi_portal::context::{Frame, Link, NavItem};

use super::answer::error;
use super::visit::{Wishes, query_of};

/// The page a browser gets instead of a problem document, in the language and mode its reader chose. It knows nobody
/// and no community: it must work when nothing else does.
pub(crate) fn error_page(problem: &Problem, reader: &Reader<'_>) -> (Lang, String) {
    let Wishes { lang, elder } =
        Wishes::of(&query_of(reader.uri), |name| sent(reader.cookies, name).next(), reader.lang);
    let words = lang.words();
    let back = Link::new(words.footer_home, "/".to_owned());
    let page = error(problem, lang, back, &reader.trace);
    let frame = Frame {
        lang,
        elder,
        path: "/".to_owned(),
        csrf: String::new(),
        viewer: None,
        community: None,
        nav: NavItem::None,
        flash: None,
        simulated_today: None,
        host_name: words.product.to_owned(),
    };
    // Templates are checked when compiled; should one fail all the same, the title is what matters.
    let text = page.render(&frame).unwrap_or_else(|error| {
        tracing::error!(%error, "the error page could not be rendered");
        format!("<!doctype html><meta charset=\"utf-8\"><title>{}</title>", problem.status())
    });
    (lang, text)
}
