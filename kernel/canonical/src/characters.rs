//! 文字 (which characters may stand in a text that others read, and what to say of one that may not).
//!
//! One policy for everything that is shown, printed or put on record: titles, names, comments, settings, and what rules
//! say. A character is refused when it is not there to be read: it hides, turns the direction of what stands beside it,
//! or shows as one thing here and as another or as an empty box elsewhere.

/// Whether a character may not stand in a text. `previous` is the one before it.
///
/// Line feed and tab are text. Other control characters, direction overrides, invisible characters, code points that are
/// no characters, and characters of private use (造字区), which look different on every machine, are not; a joiner is
/// allowed inside an emoji only.
#[must_use]
pub fn forbidden(character: char, previous: Option<char>) -> bool {
    match character {
        '\n' | '\t' => false,
        '\u{200d}' => {
            !previous.is_some_and(|p| p >= '\u{1f000}' || matches!(p, '\u{2600}'..='\u{27bf}' | '\u{fe0f}'))
        }
        '\u{00ad}' | '\u{034f}' | '\u{061c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}'
        | '\u{180e}' | '\u{2800}' | '\u{3164}' | '\u{feff}' | '\u{ffa0}' => true,
        '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' => true,
        '\u{fdd0}'..='\u{fdef}' | '\u{fff0}'..='\u{fffc}' | '\u{1d173}'..='\u{1d17a}' => true,
        // From U+E0100 on stand the selectors that tell variants of a Han character apart, which names have.
        '\u{e0000}'..='\u{e00ff}' => true,
        other => other.is_control() || is_private(other) || (other as u32) & 0xfffe == 0xfffe,
    }
}

/// 造字区 (a code point of private use, which means nothing away from the machine it was typed on).
#[must_use]
pub const fn is_private(character: char) -> bool {
    matches!(character, '\u{e000}'..='\u{f8ff}' | '\u{f0000}'..='\u{10ffff}')
}

/// Where GBK put characters that Unicode did not have yet: U+E815 to U+E864, in this order. Old input methods and rosters
/// still write them so; U+E863 in particular, for a character that stands in many names.
const MOVED: &str = "\
⺁𠂇𠂉𠃌⺄㑳㑇⺈⺋龴㖞㘚㘎⺌⺗㥮㤘龵㧏㧟㩳㧐龶龷㭎㱮㳠⺧𡗗龸⺪䁖䅟⺮䌷⺳⺶⺷𢦏䎱\
䎬⺻䏝䓖䙡䙌龹䜣䜩䝼䞍⻊䥇䥺䥽䦂䦃䦅䦆䦟䦛䦷䦶龺𤇾䲣䲟䲠䲡䱷䲢䴓䴔䴕䴖䴗䴘䴙䶮龻";

/// The character that a code point of private use stands for in old Chinese encodings (GB 18030, its two-byte part from
/// FE50 on), where it is known.
#[must_use]
pub fn meant(character: char) -> Option<char> {
    let place = u32::from(character).checked_sub(0xe815)?;
    MOVED.chars().nth(usize::try_from(place).ok()?)
}

/// The first character of a text that may not stand in it, with its place counted from 1.
#[must_use]
pub fn first_forbidden(text: &str) -> Option<(usize, char)> {
    let mut previous = None;
    for (at, character) in text.chars().enumerate() {
        if forbidden(character, previous) {
            return Some((at + 1, character));
        }
        previous = Some(character);
    }
    None
}

/// What is wrong with a character that may not stand in a text, and what to do: in Chinese and in English.
#[must_use]
pub fn advice(place: usize, character: char) -> (String, String) {
    let code = u32::from(character);
    match (is_private(character), meant(character)) {
        (true, Some(meant)) => (
            format!(
                "第 {place} 个字是旧输入法造的字（U+{code:04X}），别人的电脑和手机显示不出来；请改成“{meant}”（U+{:04X}）",
                u32::from(meant)
            ),
            format!(
                "character {place} is one of an old input method (U+{code:04X}) that other machines cannot show; write {meant} (U+{:04X}) instead",
                u32::from(meant)
            ),
        ),
        (true, None) => (
            format!(
                "第 {place} 个字是造字区里的字（U+{code:04X}），别人的电脑和手机显示不出来；请换一种输入法重新输入这个字，打不出时写常用的代替字并说明"
            ),
            format!(
                "character {place} is one of private use (U+{code:04X}) that other machines cannot show; type it again with another input method, or write a common one in its place and say so"
            ),
        ),
        _ => (
            format!(
                "第 {place} 个字符看不见或不能显示（U+{code:04X}），常随复制粘贴带进来；请删去后重新输入这一处"
            ),
            format!(
                "character {place} cannot be seen or shown (U+{code:04X}), and often comes along when text is pasted; delete it and type that place again"
            ),
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Characters of private use were taken in titles and on record, where no other machine can show them.
    #[test]
    fn what_other_machines_cannot_show_is_no_text() {
        for bad in
            ['\u{e000}', '\u{e863}', '\u{f8ff}', '\u{f0000}', '\u{10fffd}', '\u{202e}', '\0', '\u{200b}']
        {
            assert!(forbidden(bad, None), "{bad:?}");
        }
        for good in ['龑', '䶮', '\u{2070e}', '㐂', '\n', '，', 'a', '👨'] {
            assert!(!forbidden(good, None), "{good:?}");
        }
    }

    #[test]
    fn a_clerk_is_told_which_character_and_which_one_to_write() {
        assert_eq!(MOVED.chars().count(), 0xe864 - 0xe815 + 1);
        assert_eq!(meant('\u{e863}'), Some('䶮'));
        assert_eq!(meant('\u{e815}'), Some('⺁'));
        assert_eq!(meant('\u{e864}'), Some('\u{9fbb}'));
        assert_eq!((meant('\u{e814}'), meant('\u{e865}')), (None, None));
        assert!(!MOVED.chars().any(|moved| forbidden(moved, None)));
        let (place, bad) = first_forbidden("贾\u{e863}").expect("it is private");
        let (zh, en) = advice(place, bad);
        assert!(zh.contains("第 2 个字") && zh.contains("“䶮”"), "{zh}");
        assert!(en.contains("U+E863") && en.contains("U+4DAE"), "{en}");
    }
}
