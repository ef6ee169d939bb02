//! Text from elsewhere, made inert: it can neither steer a terminal nor change the order in which it is read.

/// On one line: line breaks and tabs become spaces; control characters, escape sequences, bidirectional controls and
/// invisible characters are shown by their number, such as `\u{202e}`.
pub fn inert(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '\n' | '\r' | '\t' => out.push(' '),
            hostile if is_hostile(hostile) => out.extend(hostile.escape_unicode()),
            plain => out.push(plain),
        }
    }
    out
}

/// JSON that says the same, with every such character as an escape of JSON.
pub fn inert_json(json: &str) -> String {
    let mut out = String::with_capacity(json.len());
    for letter in json.chars() {
        if letter == '\n' || !is_hostile(letter) {
            out.push(letter);
            continue;
        }
        for unit in letter.encode_utf16(&mut [0; 2]) {
            out.push_str(&format!("\\u{unit:04x}"));
        }
    }
    out
}

/// What the product lets nowhere be obeyed, but for joiners of letters and what selects a shape: a line is not looked at
/// here as a whole.
fn is_hostile(letter: char) -> bool {
    !client::is_inert(letter) && !matches!(letter, '\u{200c}' | '\u{200d}' | '\u{e0100}'..='\u{e01ef}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_steers_a_terminal_is_shown_and_not_obeyed() {
        assert_eq!(inert("a\u{1b}[31mb\u{7}\u{9b}2J"), r"a\u{1b}[31mb\u{7}\u{9b}2J");
        assert_eq!(inert("one\r\ntwo\tthree"), "one  two three");
    }

    #[test]
    fn what_changes_the_order_of_reading_is_shown_and_not_obeyed() {
        assert_eq!(
            inert("\u{202e}gm 5\u{202c} \u{2066}x\u{2069}"),
            r"\u{202e}gm 5\u{202c} \u{2066}x\u{2069}"
        );
    }

    #[test]
    fn what_is_not_seen_is_shown() {
        assert_eq!(
            inert("posi\u{ad}tive \u{3164}\u{2800}\u{fdd0}"),
            r"posi\u{ad}tive \u{3164}\u{2800}\u{fdd0}"
        );
    }

    #[test]
    fn people_s_own_letters_stay() {
        let text = "Grüße, 東京, שלום, می\u{200c}خواهم, 37 °C, ½";
        assert_eq!(inert(text), text);
    }

    #[test]
    fn json_keeps_what_it_says() {
        let said = serde_json::json!({"a": "x\u{202e}y\u{9b}\u{e0041}\u{7f}\n", "b": [1.50]});
        let shown = inert_json(&serde_json::to_string_pretty(&said).unwrap());
        assert!(shown.contains(r"x\u202ey\u009b\udb40\udc41\u007f\n"), "{shown}");
        assert_eq!(serde_json::from_str::<serde_json::Value>(&shown).unwrap(), said);
    }
}
