//! Files as people write them, and worse.

use super::*;
use proptest::prelude::*;

fn told(text: &str) -> Vec<String> {
    SpannedTable::parse_lenient(text).1.iter().map(ToString::to_string).collect()
}

#[test]
fn keys_and_values_know_their_places() {
    let table =
        SpannedTable::parse("nick = 'bob' # me\r\n\n[servers.pi]\r\naddress = \"pi:4000\"\n[keys]\n[servers.b]\n")
            .unwrap();
    let names: Vec<_> = table.entries().map(|entry| (entry.name(), entry.place().line)).collect();
    assert_eq!(names, [("nick", 1), ("servers", 3), ("keys", 5)], "in the order of the file");
    let servers = table.get("servers").unwrap().table().unwrap();
    let names: Vec<_> = servers.entries().map(TomlEntry::path).collect();
    assert_eq!(names, ["servers.pi", "servers.b"]);
    let address = servers.get("pi").unwrap().table().unwrap().get("address").unwrap();
    assert_eq!((address.text().unwrap(), address.path()), ("pi:4000", "servers.pi.address"));
    assert_eq!(address.value_error("No.").to_string(), "line 4, column 11: No.");
    assert_eq!(address.key_error("No.").to_string(), "line 4, column 1: No.");
}

#[test]
fn a_value_of_another_kind_is_named() {
    let table = SpannedTable::parse("a = 1\nb = 'x'\nc = [1, 'y']\nd = 1.5\ne = 2020-01-01\n[f]\n").unwrap();
    let entry = |name| table.get(name).unwrap();
    for (mistake, says) in [
        (entry("a").text().unwrap_err(), "line 1, column 5: a is text in quotes, not a number."),
        (entry("b").boolean().unwrap_err(), "line 2, column 5: b is true or false, without quotes, not text."),
        (entry("b").table().unwrap_err(), "line 2, column 5: b is a section: write [b]."),
        (entry("c").texts().unwrap_err(), "line 3, column 6: c[1] is text in quotes, not a number."),
        (entry("d").integer().unwrap_err(), "line 4, column 5: d is a whole number, not a number."),
        (entry("e").list().unwrap_err(), "line 5, column 5: e is a list: [\"one\", \"two\"], not a date."),
        (entry("f").text().unwrap_err(), "line 6, column 1: f is text in quotes, not a section."),
    ] {
        assert_eq!(mistake.to_string(), says);
    }
    assert_eq!(entry("b").texts().unwrap(), ["x"], "one need not be in a list");
    assert_eq!(entry("a").integer().unwrap(), 1);
}

#[test]
fn what_is_no_toml_is_told_in_plain_words() {
    for (text, says) in [
        ("nick = bob", "line 1, column 8: Text goes between quotes: \"bob\"."),
        ("wait = 50ms", "line 1, column 8: Text goes between quotes: \"50ms\"."),
        (
            "mouse = on",
            "line 1, column 9: Text goes between quotes: \"on\". For a setting that is on or off: mouse = true.",
        ),
        ("mouse = True", "line 1, column 9: true and false are written in small letters."),
        ("nick = “bob”", "line 1, column 8: These are quotes for print. Text goes between straight ones: \"...\"."),
        ("eol =", "line 1, column 6: There is no value behind the =. Write eol = \"...\", or put a # before the line."),
        ("nick: \"bob\"", "line 1, column 5: Between name and value stands =, not :."),
        (
            "\nnick",
            "line 2, column 5: There is no = here. A setting is written NAME = VALUE, a section [NAME], a remark # WORDS.",
        ),
        ("[servers.pi", "line 1, column 12: There is no ] at the end: a section is written [NAME]."),
        ("nick = \"bob", "line 1, column 12: The text has no end: put \" behind it."),
        ("nick = 'bob", "line 1, column 12: The text has no end: put ' behind it."),
        (
            "a = [\"a\" \"b\"]",
            "line 1, column 10: A comma is missing before this: a list is written [\"one\", \"two\"].",
        ),
        ("a = [\"a\",", "line 1, column 10: The list has no end: put a ] behind it."),
        ("nick = 1\nnick = 2", "line 2, column 1: nick is here for the second time: take one of the two away."),
        ("a = 1\n[a]", "line 2, column 2: a is here for the second time: take one of the two away."),
        ("a == 1", "line 1, column 4: There is a = too many here."),
        (
            "a = 'it's'",
            "line 1, column 9: Nothing can stand behind the value but a remark: # WORDS. Each setting has a line of its own.",
        ),
        (
            "a = \"x\u{1}\"",
            "line 1, column 7: The text has a character in it that cannot be seen (\\u{1}): take it out, or write it \\u00NN.",
        ),
        ("é = 1", "line 1, column 1: é cannot be in a name: it has letters a to z, digits, - and _."),
        ("= 1", "line 1, column 1: There is no name here. A setting is written NAME = VALUE, a section [NAME]."),
        ("a = .5", "line 1, column 5: This cannot be read: invalid mantissa, expected digits. The line is a = .5"),
    ] {
        assert_eq!(told(text), [says], "{text:?}");
    }
    assert!(told("a = \"^(\\S+)\"")[0].contains("Between single quotes"));
}

#[test]
fn all_that_is_no_toml_is_told_at_once_and_the_rest_is_read() {
    let (table, mistakes) = SpannedTable::parse_lenient("a = 1\nb = x\nc =\nd = 2\n");
    assert_eq!(
        mistakes.iter().map(|mistake| (mistake.place.line, mistake.key.as_str())).collect::<Vec<_>>(),
        [(2, "b"), (3, "c")]
    );
    assert_eq!(table.get("d").unwrap().integer(), Ok(2));
    assert_eq!(table.get("b").unwrap().text(), Ok("x"), "what was meant");
    let again = vec![table.get("b").unwrap().value_error("No."), table.get("a").unwrap().value_error("No.")];
    let lines: Vec<usize> = merge_sorted(mistakes, again).iter().map(|mistake| mistake.place.line).collect();
    assert_eq!(lines, [1, 2, 3]);
}

#[test]
fn a_byte_order_mark_is_no_mistake() {
    assert_eq!(SpannedTable::parse("\u{feff}a = 1\n").unwrap().get("a").unwrap().place(), SourcePosition::START);
    assert_eq!(SpannedTable::parse(""), Ok(SpannedTable { entries: Vec::new() }));
}

#[test]
fn depth_is_refused_and_not_gone_into() {
    let deep = 100_000;
    for text in ["a.".repeat(deep) + "a = 1", format!("[{}a]", "a.".repeat(deep)), format!("a = {}", "[".repeat(deep))]
    {
        assert!(told(&text)[0].contains("nested too deeply"));
    }
}

/// Anything, and what looks like a settings file more often than chance would have it.
fn files() -> impl Strategy<Value = String> {
    let pieces = [
        "a", "b", "=", " ", "\n", "\r\n", "\"", "'", "[", "]", "{", "}", ",", ".", "#", "\\", "1", "é", "\u{feff}",
        "true", "\"\"\"",
    ];
    prop_oneof![
        "(?s).{0,80}",
        proptest::collection::vec(proptest::sample::select(pieces.as_slice().to_vec()), 0..60)
            .prop_map(|all| all.concat()),
    ]
}

proptest! {
    #[test]
    fn whatever_is_read_is_read_or_told_where_it_stands(text in files()) {
        let (table, mistakes) = SpannedTable::parse_lenient(&text);
        let mut places: Vec<SourcePosition> = mistakes.iter().map(|mistake| mistake.place).collect();
        places.extend(table.entries().map(|entry| entry.value_error("").place));
        for place in places {
            let line = text.split('\n').nth(place.line - 1);
            prop_assert!(line.is_some_and(|line| (1..=line.chars().count() + 1).contains(&place.column)), "{place}");
        }
        prop_assert_eq!(SpannedTable::parse(&text).is_ok(), mistakes.is_empty());
    }
}
