//! Tests which bindings users can change, and the errors for those they cannot.

use super::*;
use crate::app::view::viewport::Motion;
use proptest::prelude::*;

fn chord(name: &str) -> Chord {
    Chord::parse(name).unwrap()
}

fn errors_of(requests: &[BindingRequest<'_>]) -> Vec<(usize, BindingPart, String)> {
    let errors = Keymap::with(requests).unwrap_err();
    errors.into_iter().map(|BindingError { request, part, message }| (request, part, message)).collect()
}

#[test]
fn every_default_key_is_valid_and_bound_once() {
    let names: Vec<_> = BINDINGS.iter().flat_map(|binding| binding.chords.split(' ')).collect();
    for name in &names {
        let displayed = Sequence::parse(name).map(|sequence| sequence.to_string());
        assert_eq!(displayed, Ok(name.replace(',', " ")), "the table has keys as displayed");
    }
    let keymap = Keymap::default();
    assert_eq!(keymap.bindings.len(), names.len(), "a key is bound twice");
    assert_eq!(find_violation(&keymap), None);
    let action_names: HashSet<_> = BINDINGS.iter().map(|binding| binding.name).collect();
    assert_eq!(action_names.len(), BINDINGS.len(), "two actions have the same name");
}

#[test]
fn modifiers_are_distinguished() {
    let keymap = Keymap::default();
    let action = |name| keymap.action(chord(name));
    assert_eq!(action("End"), Some(Action::LineEndOrScrollBottom));
    assert_eq!(action("Ctrl-End"), Some(Action::Scroll(Motion::Bottom)));
    assert_eq!(action("Shift-Up"), Some(Action::Scroll(Motion::Up(3))));
    assert_eq!(action("Ctrl-Alt-End"), None);
}

#[test]
fn requests_replace_default_bindings() {
    let keymap = Keymap::with(&[("ctrl-o", "history-back"), ("F1", "none"), ("M-q,e", "editor"), ("c-x c-e", "none")]);
    let keymap = keymap.unwrap();
    assert_eq!(keymap.action(chord("Ctrl-O")), Some(Action::HistoryPrevMatching));
    assert_eq!(keymap.action(chord("Up")), Some(Action::HistoryPrevMatching), "other keys keep their action");
    assert_eq!(keymap.action(chord("F1")), None);
    assert_eq!(keymap.action_after(chord("Alt-Q"), chord("E")), Some(Action::OpenEditor));
    assert!(keymap.begins(chord("Alt-Q")));
    assert_eq!(keymap.action_after(chord("Ctrl-X"), chord("Ctrl-E")), None);
    assert_eq!(keymap.keys_of(Action::HistoryPrevMatching), ["Up", "Ctrl-O"]);
    assert_eq!(keymap.keys_of(Action::OpenEditor), ["Alt-Q E"]);
    assert_eq!(keymap.keys_of(Action::Help), [""; 0]);
}

#[test]
fn the_order_of_requests_does_not_matter() {
    assert_eq!(Keymap::with(&[]), Ok(Keymap::default()));
    let one = Keymap::with(&[("Ctrl-F", "none"), ("Ctrl-F,f", "search")]).unwrap();
    let other = Keymap::with(&[("Ctrl-F,f", "search"), ("Ctrl-F", "none")]).unwrap();
    let action = |keymap: &Keymap| keymap.action_after(chord("Ctrl-F"), chord("f"));
    assert_eq!((&one.prefixes, action(&one)), (&other.prefixes, Some(Action::Search)));
    assert_eq!(action(&other), Some(Action::Search));
}

#[test]
fn a_prefix_can_be_bound_once_its_sequences_are_unbound() {
    let mut requests: Vec<BindingRequest<'_>> = vec![("Ctrl-X", "help")];
    requests.extend(
        BINDINGS
            .iter()
            .flat_map(|binding| binding.chords.split(' '))
            .filter(|name| name.starts_with("Ctrl-X,"))
            .map(|name| (name, "none")),
    );
    assert_eq!(Keymap::with(&requests).unwrap().action(chord("Ctrl-X")), Some(Action::Help));
}

/// Requests, and the expected error: index of the request, part, message.
type Case = (&'static [BindingRequest<'static>], (usize, BindingPart, &'static str));

const REJECTED: &[Case] = &[
    (
        &[("Ctrl-O", "histroy-back")],
        (0, BindingPart::Name, "There is no action histroy-back. Did you mean history-back?"),
    ),
    (
        &[("Ctrl-O", "fly")],
        (0, BindingPart::Name, "There is no action fly. Run netchat-tui config example to list all actions."),
    ),
    (&[("Ctrl-O", "")], (0, BindingPart::Name, "The action is missing. Use \"none\" to unbind the key.")),
    (
        &[("F99", "help")],
        (
            0,
            BindingPart::Keys,
            "There is no key F99. Keys are written Ctrl-A, Alt-PgUp, F1 to F12, or Ctrl-X,E for two.",
        ),
    ),
    (&[("Ctrl-I", "help")], (0, BindingPart::Keys, "Terminals cannot distinguish Ctrl-I from Tab: write Tab.")),
    (
        &[("x", "help")],
        (
            0,
            BindingPart::Keys,
            "x types text and cannot be bound alone: add Ctrl or Alt, or a key before it, as in Ctrl-X,E.",
        ),
    ),
    (
        &[("Space", "help")],
        (
            0,
            BindingPart::Keys,
            "Space types text and cannot be bound alone: add Ctrl or Alt, or a key before it, as in Ctrl-X,E.",
        ),
    ),
    (
        &[("x,y", "help")],
        (
            0,
            BindingPart::Keys,
            "x types text and cannot be bound alone: add Ctrl or Alt, or a key before it, as in Ctrl-X,E.",
        ),
    ),
    (&[("Enter", "none")], (0, BindingPart::Keys, "Enter cannot be bound: it answers every question.")),
    (&[("Escape", "help")], (0, BindingPart::Keys, "Esc cannot be bound: it answers every question.")),
    (&[("Enter,x", "help")], (0, BindingPart::Keys, "Enter cannot be bound: it answers every question.")),
    (&[("Esc,x", "help")], (0, BindingPart::Keys, "Terminals send Alt with a key as Esc and the key: write Alt-X.")),
    (&[("Ctrl-X,a,b", "help")], (0, BindingPart::Keys, "A sequence has at most two keys, as in Ctrl-X,E.")),
    (
        &[("Ctrl-X,F99", "help")],
        (
            0,
            BindingPart::Keys,
            "There is no key F99. Keys are written Ctrl-A, Alt-PgUp, F1 to F12, or Ctrl-X,E for two.",
        ),
    ),
    (&[("F5", "help"), ("f5", "redraw")], (1, BindingPart::Keys, "F5 is already bound, as \"F5\".")),
    (
        &[("C-o", "help"), ("F5", "help"), ("Ctrl-O", "none")],
        (2, BindingPart::Keys, "Ctrl-O is already bound, as \"C-o\"."),
    ),
    (&[("Ctrl-/", "help"), ("Ctrl-_", "none")], (1, BindingPart::Keys, "Ctrl-_ is already bound, as \"Ctrl-/\".")),
    (
        &[("Ctrl-X", "help")],
        (
            0,
            BindingPart::Keys,
            "Ctrl-X begins Ctrl-X Ctrl-E, Ctrl-X Ctrl-K, Ctrl-X Ctrl-R, Ctrl-X Ctrl-U, Ctrl-X L, Ctrl-X U. Use another key, or set \
             each of these to \"none\".",
        ),
    ),
    (
        &[("Ctrl-F,x", "help")],
        (
            0,
            BindingPart::Keys,
            "Ctrl-F X cannot be typed: Ctrl-F alone is bound to search. Use another key, or set \"Ctrl-F\" = \"none\" as well.",
        ),
    ),
    (
        &[("F5,x", "help"), ("F5", "redraw")],
        (
            0,
            BindingPart::Keys,
            "F5 X cannot be typed: F5 alone is bound to redraw. Use another key, or bind only one of the two.",
        ),
    ),
    (
        &[("Ctrl-C", "none")],
        (0, BindingPart::Keys, "No key would be left for interrupt, which quits. Bind it to another key as well."),
    ),
    (
        &[("Ctrl-C", "help")],
        (0, BindingPart::Keys, "No key would be left for interrupt, which quits. Bind it to another key as well."),
    ),
];

#[test]
fn rejected_requests_report_part_and_next_step() {
    for (requests, (request, part, message)) in REJECTED {
        assert_eq!(errors_of(requests), [(*request, *part, (*message).to_owned())], "{requests:?}");
    }
    Keymap::with(&[("Ctrl-C", "none"), ("F10", "interrupt")]).unwrap();
}

#[test]
fn all_errors_are_reported_at_once() {
    let errors = errors_of(&[("F99", "fly"), ("F5", "help"), ("x", "help"), ("Ctrl-C", "none")]);
    let places: Vec<_> = errors.iter().map(|(request, part, _)| (*request, *part)).collect();
    assert_eq!(
        places,
        [(0, BindingPart::Keys), (0, BindingPart::Name), (2, BindingPart::Keys), (3, BindingPart::Keys)]
    );
}

#[test]
fn key_hints_expand_to_the_bound_keys() {
    let keymap = Keymap::with(&[("F1", "none"), ("Ctrl-O", "redraw")]).unwrap();
    for (text, expected) in [
        ("", ""),
        ("plain", "plain"),
        ("{help|/help} shows", "/help shows"),
        ("{help}  x", "  x"),
        ("{redraw}, {redraw=Ctrl-O}, {redraw=F1}", "Ctrl-L, Ctrl-O, Ctrl-L"),
        ("{uppercase} {open", "Ctrl-X U {open"),
    ] {
        assert_eq!(keymap.expand_key_hints(text), expected, "{text}");
    }
}

#[test]
fn commas_and_spaces_separate_keys_or_are_keys() {
    for (name, displayed) in [
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
        assert_eq!(Sequence::parse(name).map(|sequence| sequence.to_string()).as_deref(), Ok(displayed), "{name}");
    }
}

/// Describes a violated invariant of [`Keymap`].
fn find_violation(keymap: &Keymap) -> Option<String> {
    let both = keymap.prefixes.iter().find(|prefix| keymap.action(**prefix).is_some());
    let unreached =
        keymap.bindings.keys().find(|sequence| sequence.prefix.is_some_and(|prefix| !keymap.begins(prefix)));
    let kept = [("Enter", Action::Submit), ("Esc", Action::Cancel)];
    let lost = kept.into_iter().find(|(key, action)| keymap.action(chord(key)) != Some(*action));
    let text = keymap.bindings.keys().find(|sequence| {
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
    fn any_requests_give_a_valid_keymap_or_errors(requests in proptest::collection::vec((keys(), name()), 0..6)) {
        let requests: Vec<_> = requests.iter().map(|(keys, name)| (keys.as_str(), *name)).collect();
        match Keymap::with(&requests) {
            Ok(keymap) => {
                prop_assert_eq!(find_violation(&keymap), None);
                for (keys, name) in requests {
                    let binding = keymap.binding(Sequence::parse(keys).unwrap()).map_or("none", |binding| binding.name);
                    prop_assert_eq!(binding, name, "{} has the requested action", keys);
                }
            }
            Err(errors) => {
                prop_assert!(!errors.is_empty());
                prop_assert!(errors.iter().all(|error| error.request < requests.len() && error.message.ends_with(['.', '?'])));
            }
        }
    }

    #[test]
    fn displayed_sequences_parse_back(keys in keys()) {
        if let Ok(sequence) = Sequence::parse(&keys) {
            prop_assert_eq!(Sequence::parse(&sequence.to_string()), Ok(sequence));
        }
    }
}
