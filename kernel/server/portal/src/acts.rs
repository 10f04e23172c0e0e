//! 办理的表单 (the form of an act of the catalogue), drawn from the act's own schema.

use serde_json::Value;
use yishi_acts::{Aggregate, Entry, Room, Say};
use yishi_words::Coded as _;

use crate::asked::Asked;
use crate::context::{Form, FormStyle};
use crate::lang::Lang;

/// The form of an act, with what is asked and with what each field begins.
pub fn form<A: Aggregate>(lang: Lang, entry: &Entry<A>, action: &str, asked: &Asked, begins: &Value) -> Form {
    let said = |say: Say| match lang {
        Lang::Zh => say.zh,
        Lang::En => say.en,
    };
    let heading = entry.heading(lang);
    let button = entry.style.button.map_or(heading.as_str(), said);
    let mut form = Form::new(entry.act.code(), &heading, action, button).style(match entry.style.room {
        Room::Open => FormStyle::Main,
        Room::Folded => FormStyle::Folded,
        Room::Danger => FormStyle::Danger,
    });
    if let Some(note) = entry.style.note {
        form = form.note(said(note));
    }
    form.fields = asked.fields(lang, "", begins);
    form
}
