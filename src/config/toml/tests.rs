//! Tests of positions and error messages.

use super::*;
use proptest::prelude::*;

fn errors(text: &str) -> Vec<String> {
    SpannedTable::parse_lenient(text).1.iter().map(ToString::to_string).collect()
}

#[test]
fn keys_and_values_have_positions() {
    let table =
        SpannedTable::parse("nick = 'bob' # me\r\n\n[servers.pi]\r\naddress = \"pi:4000\"\n[keys]\n[servers.b]\n")
            .unwrap();
    let names: Vec<_> = table.entries().map(|entry| (entry.name(), entry.position().line)).collect();
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
fn type_errors_name_the_kind_of_value() {
    let table = SpannedTable::parse("a = 1\nb = 'x'\nc = [1, 'y']\nd = 1.5\ne = 2020-01-01\n[f]\n").unwrap();
    let entry = |name| table.get(name).unwrap();
    for (error, message) in [
        (entry("a").text().unwrap_err(), "line 1, column 5: a must be text in quotes, not a number."),
        (entry("b").boolean().unwrap_err(), "line 2, column 5: b must be true or false, without quotes, not text."),
        (entry("b").table().unwrap_err(), "line 2, column 5: b must be a section: write [b]."),
        (entry("c").texts().unwrap_err(), "line 3, column 6: c[1] must be text in quotes, not a number."),
        (entry("d").integer().unwrap_err(), "line 4, column 5: d must be a whole number, not a number."),
        (entry("e").list().unwrap_err(), "line 5, column 5: e must be a list: [\"one\", \"two\"], not a date."),
        (entry("f").text().unwrap_err(), "line 6, column 1: f must be text in quotes, not a section."),
    ] {
        assert_eq!(error.to_string(), message);
    }
    assert_eq!(entry("b").texts().unwrap(), ["x"], "one text need not be in a list");
    assert_eq!(entry("a").integer().unwrap(), 1);
}

#[test]
fn syntax_errors_say_what_to_write() {
    for (text, message) in [
        ("nick = bob", "line 1, column 8: Text needs quotes: \"bob\"."),
        ("wait = 50ms", "line 1, column 8: Text needs quotes: \"50ms\"."),
        ("mouse = on", "line 1, column 9: Text needs quotes: \"on\". To turn a setting on, write mouse = true."),
        ("mouse = True", "line 1, column 9: Write true and false in lower case."),
        ("nick = “bob”", "line 1, column 8: These are typographic quotes. Use straight ones: \"...\"."),
        ("eol =", "line 1, column 6: Missing value. Write eol = \"...\", or put a # before the line."),
        ("nick: \"bob\"", "line 1, column 5: Use = between name and value, not :."),
        (
            "\nnick",
            "line 2, column 5: Missing =. Write a setting as NAME = VALUE, a section as [NAME], a comment as # TEXT.",
        ),
        ("[servers.pi", "line 1, column 12: Missing ] at the end. Write a section as [NAME]."),
        ("nick = \"bob", "line 1, column 12: The text is not closed. Add \" at its end."),
        ("nick = 'bob", "line 1, column 12: The text is not closed. Add ' at its end."),
        ("a = [\"a\" \"b\"]", "line 1, column 10: Missing comma before this. Write a list as [\"one\", \"two\"]."),
        ("a = [\"a\",", "line 1, column 10: The list is not closed. Add a ] at its end."),
        ("nick = 1\nnick = 2", "line 2, column 1: nick is defined twice. Remove one of the two."),
        ("a = 1\n[a]", "line 2, column 2: a is defined twice. Remove one of the two."),
        ("a == 1", "line 1, column 4: Extra =."),
        (
            "a = 'it's'",
            "line 1, column 9: Only a comment (# TEXT) can follow the value. Put each setting on its own line.",
        ),
        (
            "a = \"x\u{1}\"",
            "line 1, column 7: The text contains a control character (\\u{1}). Remove it, or write it as \\u00NN.",
        ),
        ("é = 1", "line 1, column 1: A name cannot contain é. Use letters a to z, digits, - and _."),
        ("= 1", "line 1, column 1: Missing name. Write a setting as NAME = VALUE, a section as [NAME]."),
        ("a = .5", "line 1, column 5: Syntax error: invalid mantissa, expected digits. The line is a = .5"),
    ] {
        assert_eq!(errors(text), [message], "{text:?}");
    }
    assert!(errors("a = \"^(\\S+)\"")[0].contains("In single quotes"));
}

#[test]
fn all_syntax_errors_are_reported_and_the_rest_is_read() {
    let (table, syntax_errors) = SpannedTable::parse_lenient("a = 1\nb = x\nc =\nd = 2\n");
    assert_eq!(
        syntax_errors.iter().map(|error| (error.position.line, error.key.as_str())).collect::<Vec<_>>(),
        [(2, "b"), (3, "c")]
    );
    assert_eq!(table.get("d").unwrap().integer(), Ok(2));
    assert_eq!(table.get("b").unwrap().text(), Ok("x"), "the intended value");
    let entry_errors = vec![table.get("b").unwrap().value_error("No."), table.get("a").unwrap().value_error("No.")];
    let lines: Vec<usize> = merge_sorted(syntax_errors, entry_errors).iter().map(|error| error.position.line).collect();
    assert_eq!(lines, [1, 2, 3]);
}

#[test]
fn a_byte_order_mark_is_accepted() {
    assert_eq!(SpannedTable::parse("\u{feff}a = 1\n").unwrap().get("a").unwrap().position(), SourcePosition::START);
    assert_eq!(SpannedTable::parse(""), Ok(SpannedTable { entries: Vec::new() }));
}

#[test]
fn deep_nesting_is_an_error() {
    let deep = 100_000;
    for text in ["a.".repeat(deep) + "a = 1", format!("[{}a]", "a.".repeat(deep)), format!("a = {}", "[".repeat(deep))]
    {
        assert!(errors(&text)[0].contains("Nested too deeply"));
    }
}

/// Generates random text, and sequences of tokens that often form a settings file.
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
    fn every_error_position_is_inside_the_text(text in files()) {
        let (table, errors) = SpannedTable::parse_lenient(&text);
        let mut positions: Vec<SourcePosition> = errors.iter().map(|error| error.position).collect();
        positions.extend(table.entries().map(|entry| entry.value_error("").position));
        for position in positions {
            let line = text.split('\n').nth(position.line - 1);
            prop_assert!(line.is_some_and(|line| (1..=line.chars().count() + 1).contains(&position.column)), "{position}");
        }
        prop_assert_eq!(SpannedTable::parse(&text).is_ok(), errors.is_empty());
    }
}
