//! Tests of the parts of `benches/client.rs`; a benchmark target cannot hold its own tests.

#[path = "../benches/client/marks.rs"]
mod marks;
#[path = "../benches/client/table.rs"]
mod table;

use marks::{MARK, Mark, Painting, flood, key, talk, token};
use proptest::prelude::*;
use std::collections::HashSet;
use table::{Column, Goal, Line, table};

/// The bytes in reads that end at these places.
fn reads<'a>(bytes: &'a [u8], cuts: &[prop::sample::Index]) -> Vec<&'a [u8]> {
    let mut places: Vec<usize> = cuts.iter().map(|cut| cut.index(bytes.len() + 1)).collect();
    places.extend([0, bytes.len()]);
    places.sort_unstable();
    places.windows(2).map(|pair| &bytes[pair[0]..pair[1]]).collect()
}

proptest! {
    #[test]
    fn a_mark_is_found_in_the_read_that_completes_it(
        before in "[ZQ\\n]{0,40}", after in "[a-z]{0,9}", cuts in prop::collection::vec(any::<prop::sample::Index>(), 0..9)
    ) {
        let text = before + MARK + &after;
        let end = text.find(MARK).unwrap() + MARK.len();
        let mut mark = Mark::new(MARK);
        let mut read = 0;
        for bytes in reads(text.as_bytes(), &cuts) {
            let was = read;
            read += bytes.len();
            let found = mark.is_in(bytes);
            if read < end || was < end {
                prop_assert_eq!(found, read >= end, "{} bytes of {:?}", read, text);
            }
        }
    }

    #[test]
    fn a_letter_is_painted_however_the_reads_are_cut(
        cuts in prop::collection::vec(any::<prop::sample::Index>(), 0..9), is_there in any::<bool>()
    ) {
        let letter = if is_there { "H" } else { "" };
        let text = format!("\x1b[H\x1b[1;31mab\x1b]0;H\x07\x1b(H\x1b]2;HH\x1b\\\x1bH{letter}\x1b[2;5H\x1b[?25h");
        let mut painting = Painting::default();
        let found = reads(text.as_bytes(), &cuts).into_iter().filter(|bytes| painting.has(b'H', bytes)).count();
        prop_assert_eq!(found, usize::from(is_there));
    }
}

#[test]
fn a_mark_without_one_letter_is_none() {
    let mut mark = Mark::new(MARK);
    let without = &MARK.as_bytes()[1..];
    assert!(!mark.is_in(without));
    // Nor do two such make one.
    assert!(!mark.is_in(without));
    assert!(mark.is_in(MARK.as_bytes()));
}

#[test]
fn a_flood_is_lines_and_ends_with_the_only_mark() {
    let text = String::from_utf8(flood(200_000)).unwrap();
    let (lines, end) = text.split_at(text.find('Z').unwrap());
    assert!((200_000..200_100).contains(&(lines.len() - 1)));
    assert_eq!(end, format!("{MARK}\n"));
    assert_eq!(lines.lines().next(), Some("user000: the quick brown fox jumps over the lazy dog, message 0"));
    assert!(lines.ends_with("\n\n"));
}

#[test]
fn no_key_is_in_what_the_server_says() {
    let said = talk(79, 2);
    assert_eq!(said, "flood line 79 of the quiet kind\nflood line 80 of the quiet kind\n");
    let keys: Vec<u8> = (0..24).map(key).collect();
    assert_eq!(keys.iter().collect::<HashSet<_>>().len(), 24);
    assert!(keys.iter().all(|key| key.is_ascii_uppercase() && !said.as_bytes().contains(key)));
    assert_eq!(key(24), key(0));
}

#[test]
fn lines_that_follow_each_other_differ_in_every_column() {
    for number in 0..200 {
        let (one, next) = (token(number), token(number + 1));
        assert_eq!((one.len(), next.len()), (12, 12));
        assert!(one.bytes().all(|letter| letter.is_ascii_lowercase()));
        assert!(one.bytes().zip(next.bytes()).all(|(one, next)| one != next), "{one} {next}");
    }
}

#[test]
fn goals_stand_beside_what_was_measured() {
    let lines = [
        Line { what: "s", goal: Goal::TimesNc(0.5) },
        Line { what: "ms", goal: Goal::AtMost(3.0) },
        Line { what: "wakeups", goal: Goal::AtMost(0.0) },
        Line { what: "CPU s", goal: Goal::None },
    ];
    let column = |name: &str, medians| Column { name: name.to_owned(), medians };
    let measured = [
        column("ours", Some(vec![1.0, 3.5, 0.0, 0.25])),
        column("nc", Some(vec![2.0, 0.1, 0.0, 123.4])),
        column("gone", None),
    ];
    let expected = "\
| what    | to reach    |               ours |    nc |   gone |
| ------- | ----------- | -----------------: | ----: | -----: |
| s       | <= 0.5 x nc | **1.00** (0.500 x) |  2.00 | failed |
| ms      | <= 3        |        3.50 MISSED | 0.100 | failed |
| wakeups | <= 0        |              **0** |     0 | failed |
| CPU s   |             |              0.250 |   123 | failed |
";
    assert_eq!(table(&lines, &measured, "ours", "nc"), expected);
}

#[test]
fn what_is_to_be_compared_with_nc_is_not_judged_without_it() {
    let lines = [Line { what: "s", goal: Goal::TimesNc(0.5) }];
    let ours = [Column { name: "ours".to_owned(), medians: Some(vec![1.0]) }];
    assert!(table(&lines, &ours, "ours", "nc").ends_with("| s    | <= 0.5 x nc | 1.00 |\n"));
}
