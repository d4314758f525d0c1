//! What users may make of the keys, and what they may not.

use super::*;
use crate::app::view::viewport::Motion;
use proptest::prelude::*;

fn chord(name: &str) -> Chord {
    Chord::parse(name).unwrap()
}

fn told(wishes: &[BindingRequest<'_>]) -> Vec<(usize, BindingPart, String)> {
    let refused = Keymap::with(wishes).unwrap_err();
    refused.into_iter().map(|BindingError { wish, part, says }| (wish, part, says)).collect()
}

#[test]
fn every_name_in_the_table_is_a_key_and_bound_once() {
    let names: Vec<_> = BINDINGS.iter().flat_map(|binding| binding.chords.split(' ')).collect();
    for name in &names {
        let shown = Sequence::parse(name).map(|sequence| sequence.to_string());
        assert_eq!(shown, Ok(name.replace(',', " ")), "the table writes keys as they are shown");
    }
    let keymap = Keymap::default();
    assert_eq!(keymap.meanings.len(), names.len(), "a key is bound twice");
    assert_eq!(conflict(&keymap), None);
    let words: HashSet<_> = BINDINGS.iter().map(|binding| binding.name).collect();
    assert_eq!(words.len(), BINDINGS.len(), "a name stands for two things");
}

#[test]
fn modifiers_are_told_apart() {
    let keymap = Keymap::default();
    let action = |name| keymap.action(chord(name));
    assert_eq!(action("End"), Some(Action::LineEndOrScrollBottom));
    assert_eq!(action("Ctrl-End"), Some(Action::Scroll(Motion::Bottom)));
    assert_eq!(action("Shift-Up"), Some(Action::Scroll(Motion::Up(3))));
    assert_eq!(action("Ctrl-Alt-End"), None);
}

#[test]
fn a_wish_takes_the_place_of_what_was() {
    let keymap = Keymap::with(&[("ctrl-o", "history-back"), ("F1", "none"), ("M-q,e", "editor"), ("c-x c-e", "none")]);
    let keymap = keymap.unwrap();
    assert_eq!(keymap.action(chord("Ctrl-O")), Some(Action::HistoryPrevMatching));
    assert_eq!(keymap.action(chord("Up")), Some(Action::HistoryPrevMatching), "another key keeps its meaning");
    assert_eq!(keymap.action(chord("F1")), None);
    assert_eq!(keymap.action_after(chord("Alt-Q"), chord("E")), Some(Action::OpenEditor));
    assert!(keymap.begins(chord("Alt-Q")));
    assert_eq!(keymap.action_after(chord("Ctrl-X"), chord("Ctrl-E")), None);
    assert_eq!(keymap.keys_of(Action::HistoryPrevMatching), ["Up", "Ctrl-O"]);
    assert_eq!(keymap.keys_of(Action::OpenEditor), ["Alt-Q E"]);
    assert_eq!(keymap.keys_of(Action::Help), [""; 0]);
}

#[test]
fn no_wishes_are_the_table_and_the_order_of_wishes_is_of_no_account() {
    assert_eq!(Keymap::with(&[]), Ok(Keymap::default()));
    let one = Keymap::with(&[("Ctrl-F", "none"), ("Ctrl-F,f", "search")]).unwrap();
    let other = Keymap::with(&[("Ctrl-F,f", "search"), ("Ctrl-F", "none")]).unwrap();
    let means = |keymap: &Keymap| keymap.action_after(chord("Ctrl-F"), chord("f"));
    assert_eq!((&one.prefixes, means(&one)), (&other.prefixes, Some(Action::Search)));
    assert_eq!(means(&other), Some(Action::Search));
}

#[test]
fn a_key_that_begins_sequences_is_free_once_they_are_gone() {
    let mut wishes: Vec<BindingRequest<'_>> = vec![("Ctrl-X", "help")];
    wishes.extend(
        BINDINGS
            .iter()
            .flat_map(|b| b.chords.split(' '))
            .filter(|name| name.starts_with("Ctrl-X,"))
            .map(|name| (name, "none")),
    );
    assert_eq!(Keymap::with(&wishes).unwrap().action(chord("Ctrl-X")), Some(Action::Help));
}

/// Wishes, and what is wrong with which of them.
type Case = (&'static [BindingRequest<'static>], (usize, BindingPart, &'static str));

const REFUSED: &[Case] = &[
    (
        &[("Ctrl-O", "histroy-back")],
        (0, BindingPart::Name, "There is no action histroy-back. Did you mean history-back?"),
    ),
    (
        &[("Ctrl-O", "fly")],
        (0, BindingPart::Name, "There is no action fly. netchat-tui config example lists them all."),
    ),
    (&[("Ctrl-O", "")], (0, BindingPart::Name, "Nothing is said that the key should do; \"none\" is for nothing.")),
    (
        &[("F99", "help")],
        (
            0,
            BindingPart::Keys,
            "There is no key F99. Keys are written Ctrl-A, Alt-PgUp, F1 to F12, or Ctrl-X,E for two.",
        ),
    ),
    (&[("Ctrl-I", "help")], (0, BindingPart::Keys, "To a terminal Ctrl-I is Tab: write Tab.")),
    (
        &[("x", "help")],
        (
            0,
            BindingPart::Keys,
            "x types text and cannot be bound by itself: add Ctrl or Alt, or another key in front, as in Ctrl-X,E.",
        ),
    ),
    (
        &[("Space", "help")],
        (
            0,
            BindingPart::Keys,
            "Space types text and cannot be bound by itself: add Ctrl or Alt, or another key in front, as in Ctrl-X,E.",
        ),
    ),
    (
        &[("x,y", "help")],
        (
            0,
            BindingPart::Keys,
            "x types text and cannot be bound by itself: add Ctrl or Alt, or another key in front, as in Ctrl-X,E.",
        ),
    ),
    (&[("Enter", "none")], (0, BindingPart::Keys, "Enter answers every question here and cannot be bound.")),
    (&[("Escape", "help")], (0, BindingPart::Keys, "Esc answers every question here and cannot be bound.")),
    (&[("Enter,x", "help")], (0, BindingPart::Keys, "Enter answers every question here and cannot be bound.")),
    (
        &[("Esc,x", "help")],
        (0, BindingPart::Keys, "Esc and then a key is what terminals send for Alt and that key: write Alt-X."),
    ),
    (&[("Ctrl-X,a,b", "help")], (0, BindingPart::Keys, "A sequence has two keys: Ctrl-X,E.")),
    (
        &[("Ctrl-X,F99", "help")],
        (
            0,
            BindingPart::Keys,
            "There is no key F99. Keys are written Ctrl-A, Alt-PgUp, F1 to F12, or Ctrl-X,E for two.",
        ),
    ),
    (&[("F5", "help"), ("f5", "redraw")], (1, BindingPart::Keys, "F5 is bound already, as \"F5\".")),
    (
        &[("C-o", "help"), ("F5", "help"), ("Ctrl-O", "none")],
        (2, BindingPart::Keys, "Ctrl-O is bound already, as \"C-o\"."),
    ),
    (&[("Ctrl-/", "help"), ("Ctrl-_", "none")], (1, BindingPart::Keys, "Ctrl-_ is bound already, as \"Ctrl-/\".")),
    (
        &[("Ctrl-X", "help")],
        (
            0,
            BindingPart::Keys,
            "Ctrl-X begins Ctrl-X Ctrl-E, Ctrl-X Ctrl-K, Ctrl-X Ctrl-R, Ctrl-X Ctrl-U, Ctrl-X L, Ctrl-X U. Take another key, or set \
             each of these to \"none\".",
        ),
    ),
    (
        &[("Ctrl-F,x", "help")],
        (
            0,
            BindingPart::Keys,
            "Ctrl-F X cannot be reached: Ctrl-F means search by itself. Take another key, or set \"Ctrl-F\" = \"none\" as well.",
        ),
    ),
    (
        &[("F5,x", "help"), ("F5", "redraw")],
        (
            0,
            BindingPart::Keys,
            "F5 X cannot be reached: F5 means redraw by itself. Take another key, or bind one of the two.",
        ),
    ),
    (
        &[("Ctrl-C", "none")],
        (0, BindingPart::Keys, "Nothing would be left for interrupt, the way out. Bind it to another key as well."),
    ),
    (
        &[("Ctrl-C", "help")],
        (0, BindingPart::Keys, "Nothing would be left for interrupt, the way out. Bind it to another key as well."),
    ),
];

#[test]
fn what_cannot_be_is_told_with_the_next_step() {
    for (wishes, (wish, part, says)) in REFUSED {
        assert_eq!(told(wishes), [(*wish, *part, (*says).to_owned())], "{wishes:?}");
    }
    Keymap::with(&[("Ctrl-C", "none"), ("F10", "interrupt")]).unwrap();
}

#[test]
fn everything_that_is_wrong_is_told_at_once() {
    let all = told(&[("F99", "fly"), ("F5", "help"), ("x", "help"), ("Ctrl-C", "none")]);
    let places: Vec<_> = all.iter().map(|(wish, part, _)| (*wish, *part)).collect();
    assert_eq!(
        places,
        [(0, BindingPart::Keys), (0, BindingPart::Name), (2, BindingPart::Keys), (3, BindingPart::Keys)]
    );
}

#[test]
fn words_have_the_keys_that_are_bound_in_them() {
    let keymap = Keymap::with(&[("F1", "none"), ("Ctrl-O", "redraw")]).unwrap();
    for (words, expected) in [
        ("", ""),
        ("plain", "plain"),
        ("{help|/help} shows", "/help shows"),
        ("{help}  x", "  x"),
        ("{redraw}, {redraw=Ctrl-O}, {redraw=F1}", "Ctrl-L, Ctrl-O, Ctrl-L"),
        ("{uppercase} {open", "Ctrl-X U {open"),
    ] {
        assert_eq!(keymap.expand_key_hints(words), expected, "{words}");
    }
}

#[test]
fn a_comma_and_a_blank_stand_between_two_keys_or_are_one() {
    for (name, shown) in [
        ("Ctrl-X,E", "Ctrl-X E"),
        (" c-x  c-e ", "Ctrl-X Ctrl-E"),
        ("Ctrl-X , E", "Ctrl-X E"),
        ("Ctrl-X, E", "Ctrl-X E"),
        ("Ctrl-X,,", "Ctrl-X ,"),
        ("Ctrl-X ,", "Ctrl-X ,"),
        ("Alt-,", "Alt-,"),
        ("Alt-,,x", "Alt-, X"),
        ("Alt-, Alt-,", "Alt-, Alt-,"),
        ("Ctrl-X,Space", "Ctrl-X Space"),
    ] {
        assert_eq!(Sequence::parse(name).map(|sequence| sequence.to_string()).as_deref(), Ok(shown), "{name}");
    }
}

/// What must never be.
fn conflict(keymap: &Keymap) -> Option<String> {
    let both = keymap.prefixes.iter().find(|prefix| keymap.action(**prefix).is_some());
    let unreached =
        keymap.meanings.keys().find(|sequence| sequence.prefix.is_some_and(|prefix| !keymap.begins(prefix)));
    let kept = [("Enter", Action::Submit), ("Esc", Action::Cancel)];
    let lost = kept.into_iter().find(|(key, action)| keymap.action(chord(key)) != Some(*action));
    let text = keymap.meanings.keys().find(|sequence| {
        let first = sequence.prefix.unwrap_or(sequence.last);
        matches!(first.key, Key::Char(_)) && !first.ctrl && !first.alt
    });
    let stuck = keymap.keys_of(Action::QuitOrClear).is_empty().then(|| "nothing interrupts".to_owned());
    both.map(ToString::to_string)
        .or(unreached.or(text).map(ToString::to_string))
        .or(lost.map(|(key, _)| key.to_owned()))
        .or(stuck)
}

fn keys() -> impl Strategy<Value = String> {
    let one = prop_oneof![
        "(Ctrl-|C-|Alt-|M-|Shift-){0,2}[a-z,;/ _@0-9-]",
        "(Ctrl-|Shift-)?(F[0-9]{1,2}|Up|Tab|Enter|Esc|Del)",
        "Ctrl-[xfoc]"
    ];
    prop_oneof![3 => one.clone(), 1 => (one.clone(), one).prop_map(|(a, b)| format!("{a},{b}")), 1 => ".{0,6}"]
}

fn name() -> impl Strategy<Value = &'static str> {
    let names: Vec<_> = BINDINGS.iter().map(|binding| binding.name).chain(["none", "none", "fly"]).collect();
    proptest::sample::select(names)
}

proptest! {
    #[test]
    fn whatever_is_wished_gives_keys_without_conflict_or_says_what_is_wrong(wishes in proptest::collection::vec((keys(), name()), 0..6)) {
        let wishes: Vec<_> = wishes.iter().map(|(keys, name)| (keys.as_str(), *name)).collect();
        match Keymap::with(&wishes) {
            Ok(keymap) => {
                prop_assert_eq!(conflict(&keymap), None);
                for (keys, name) in wishes {
                    let binding = keymap.binding(Sequence::parse(keys).unwrap()).map_or("none", |binding| binding.name);
                    prop_assert_eq!(binding, name, "{} means what was wished", keys);
                }
            }
            Err(refused) => {
                prop_assert!(!refused.is_empty());
                prop_assert!(refused.iter().all(|refused| refused.wish < wishes.len() && refused.says.ends_with(['.', '?'])));
            }
        }
    }

    #[test]
    fn a_key_is_read_as_it_is_shown(keys in keys()) {
        if let Ok(sequence) = Sequence::parse(&keys) {
            prop_assert_eq!(Sequence::parse(&sequence.to_string()), Ok(sequence));
        }
    }
}
