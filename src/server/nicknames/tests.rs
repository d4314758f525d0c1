use super::word_lists::{ADJECTIVES, ANIMALS};
use super::*;
use crate::server::room::PeerId;
use crate::text::{GlyphKind, Row, decode_plain};
use fastrand::Rng;
use proptest::prelude::*;

fn empty_registry() -> NicknameRegistry {
    NicknameRegistry::new(Rng::with_seed(7))
}

fn name(text: &str) -> Nickname {
    Nickname::parse(text).unwrap_or_else(|rule| panic!("{text:?}: {rule}"))
}

/// A registry with these names for peers 1, 2, ...
fn registry_with(names: &[&str]) -> NicknameRegistry {
    let mut registry = empty_registry();
    for (peer, name) in (1..).zip(names) {
        registry.claim(PeerId(peer), name).unwrap();
    }
    registry
}

/// The error message for another peer that claims `typed`.
fn claim_error(registry: &mut NicknameRegistry, typed: &str) -> String {
    registry.claim(PeerId(99), typed).unwrap_err().to_string()
}

/// Whether the text contains nothing that would be escaped on a terminal.
fn is_printable(text: &str) -> bool {
    let mut row = Row::default();
    decode_plain(text.as_bytes(), &mut row);
    row.glyphs().iter().all(|glyph| glyph.kind != GlyphKind::Mark) && !text.contains(char::is_control)
}

#[test]
fn names_of_every_script_are_valid() {
    let good = "a 7 Ada bob_2 --x-- Ali ALI Mel Ian Amy Tom Io Hostess Meg you2 éric Łukasz Straße İpek \
        Ümit Αλέξης Оля Ирина-2 דוד محمد علی٣ प्रिया ปิยะ မြို့ လွှို့ဝှက် 日本カナ さくらー 々 한국 金한국 ዳዊት \
        ქეთი ㄒㄧㄤ福 ᏣᎳᎩ 𠮷田 Maţa ŵyn ẑofi ߒߞߏ ௧";
    let bad: Vec<_> = good.split_whitespace().filter_map(|text| Some((text, Nickname::parse(text).err()?))).collect();
    assert_eq!(bad, []);
    assert_eq!(name("e\u{301}ric").as_str(), "éric");
    assert_eq!(name(&"é".repeat(20)), name(&"e\u{301}".repeat(20)));
}

/// Requested names and the error messages. `*` stands for a random name.
const REFUSALS: &[(&str, &str)] = &[
    ("bob!", r#"You cannot be "bob!": use only letters, digits, - and _, not "!". Try bob2."#),
    ("eve!", r#"You cannot be "eve!": use only letters, digits, - and _, not "!". Try eve."#),
    (" Ann  Lee", r#"You cannot be " Ann  Lee": use only letters, digits, - and _, not a space. Try Ann-Lee."#),
    ("ev\u{202e}e", r#"You cannot be "ev<U+202E>e": use only letters, digits, - and _, not U+202E. Try eve."#),
    ("\x1b[2Jeve", r#"You cannot be "^[[2Jeve": use only letters, digits, - and _, not U+001B. Try 2Jeve."#),
    ("eve😀", r#"You cannot be "eve😀": use only letters, digits, - and _, not "😀" (U+1F600). Try eve."#),
    (
        "eve\u{2013}x",
        "You cannot be \"eve\u{2013}x\": use only letters, digits, - and _, not \"\u{2013}\" (U+2013). Try evex.",
    ),
    ("ｅｖｅ", r#"You cannot be "ｅｖｅ": "ｅ" (U+FF45) is not a commonly used letter or digit. Try eve."#),
    ("x²", r#"You cannot be "x²": "²" (U+00B2) is not a commonly used letter or digit. Try x2."#),
    (
        "-\u{301}eve",
        "You cannot be \"-\u{301}eve\": \"\u{25cc}\u{301}\" (U+0301) is a mark and needs a letter before it. Try eve.",
    ),
    (
        "x\u{302}\u{302}",
        "You cannot be \"x\u{302}\u{302}\": a letter can have 5 different marks, so \"\u{25cc}\u{302}\" (U+0302) is one too many. Try x\u{302}.",
    ),
    ("-_-", r#"You cannot be "-_-": a nickname needs at least one letter or digit. Try *."#),
    ("", "No nickname given: a nickname needs at least one letter or digit. Try *."),
    (
        "аdа",
        r#"You cannot be "аdа": a nickname uses one script, but "а" (U+0430) is Cyrillic and "d" is Latin. Try аа."#,
    ),
    (
        "金の한",
        r#"You cannot be "金の한": a nickname uses one script, but "の" (U+306E) is Hiragana and "한" (U+D55C) is Hangul. Try 金の."#,
    ),
    (
        "田中Taro",
        r#"You cannot be "田中Taro": a nickname uses one script, but "田" (U+7530) is Han and "T" is Latin. Try 田中."#,
    ),
    (
        "क\u{301}",
        "You cannot be \"क\u{301}\": a nickname uses one script, but \"\u{25cc}\u{301}\" (U+0301) does not combine with \"क\" (U+0915). Try क.",
    ),
    ("Server", r#"You cannot be "Server": that is a reserved word or looks like one. Try *."#),
    ("_R00T_", r#"You cannot be "_R00T_": that is a reserved word or looks like one. Try *."#),
    ("B0B", r#"You cannot be "B0B": "B0B" is already taken. Try B0B2."#),
    ("b0b", r#"You cannot be "b0b": "B0B" is already taken. Try b0b2."#),
    ("bob", r#"You cannot be "bob": it looks too much like "B0B", which is taken. Try bob2."#),
    ("lain", r#"You cannot be "lain": it looks too much like "Iain", which is taken. Try lain2."#),
    ("ОЛЯ", r#"You cannot be "ОЛЯ": "Оля" is already taken. Try ОЛЯ2."#),
    ("MU\u{308}LLER", r#"You cannot be "MÜLLER": "müller" is already taken. Try MÜLLER2."#),
];

#[test]
fn a_refusal_has_a_reason_and_a_suggestion() {
    let mut registry = registry_with(&["B0B", "Iain", "Оля", "müller"]);
    for &(typed, sentence) in REFUSALS {
        let message = claim_error(&mut registry, typed);
        match sentence.strip_suffix("*.") {
            None => assert_eq!(message.nfc().collect::<String>(), sentence.nfc().collect::<String>()),
            Some(start) => {
                let suggestion = message.strip_prefix(start).unwrap_or_else(|| panic!("{message}"));
                assert!(suggestion.contains('-'), "two words: {message}");
            }
        }
    }
    assert_eq!(
        claim_error(&mut registry, &"x".repeat(8192)),
        r#"You cannot be "xxxxxxxxxxxxxxxxxxxxxxxx…": a nickname has at most 20 characters, and this has 8192. Try xxxxxxxxxxxxxxxxxxxx."#
    );
}

/// Like [`Nickname::clashes_with`], but also for invalid names.
fn clash(one: &str, other: &str) -> bool {
    let skeletons = Skeletons::of(one);
    Skeletons::of(other).iter().any(|skeleton| skeletons.iter().any(|mine| mine == skeleton))
}

#[test]
fn confusable_names_clash_and_others_do_not() {
    let clashing = "bob=BOB b0b=bob b0b=B0B BOB=b0b B0B=b0B Iain=lain Iain=1ain Iain=LAIN Iain=iAIN rnax=max rnax=Max \
        Alice=ALlCE Alice=A1ice bill=BiIl biil=BiIl billm=BiIlM bill-bill=bill-BiIl all=AIl adrninistrat0r=administrator \
        e\u{301}a=éa æon=aeon groß=GROSS größe=GRO\u{308}SSE İpek=ipek İpek=IPEK ılgaz=ilgaz mi\u{307}a=mia mi\u{323}\u{307}a=mi\u{323}a \
        σοφος=σοφοσ ΣΟΦΟΣ=σοφος асе=ace асе=ACE ната=HATA ΡΑΧ=PAX ρορ=pop 工=エ a-b=a_b vvillow=Willow ٥=o ଠ=o Ꭺ=A";
    for (one, other) in clashing.split_whitespace().map(|pair| pair.split_once('=').unwrap()) {
        assert!(clash(one, other) && clash(other, one), "{one} {other}");
    }
    let distinct = "bill=biil Ali=all ALI=all NEIL=Nell ian=lan bob=bob_ bob=bobb é=e ö=o ñ=n mí=mi mí=mi\u{301}\u{307} \
        mi\u{307}\u{301}a=mia Оля=Ола 5am=sam Борис=boris";
    for (one, other) in distinct.split_whitespace().map(|pair| pair.split_once('=').unwrap()) {
        assert!(!clash(one, other) && !clash(other, one), "{one} {other}");
    }
}

#[test]
fn variants_of_reserved_words_are_refused() {
    for word in RESERVED {
        let lookalike = word.replace('m', "rn").replace('o', "0").replace('l', "I");
        for variant in [word.to_owned(), word.to_uppercase(), format!("-{word}_"), lookalike] {
            assert_eq!(Nickname::parse(&variant), Err(NicknameRule::Reserved), "{variant}");
        }
    }
    assert_eq!(Nickname::parse("тe"), Err(NicknameRule::MixedScripts('т', 'e')));
    assert_eq!(Nickname::parse("уоо"), Ok(name("уоо")));
}

#[test]
fn every_allowed_character_is_visible() {
    let letters = ('\0'..=char::MAX).filter(|&c| NicknameBuilder::default().push(c).is_ok());
    let is_mark = |c: char| is_combining_mark(c) && is_allowed_letter(c);
    let marks = ('\0'..=char::MAX).filter(|&c| is_mark(c)).map(|c| format!("a{c}"));
    let mut count = 0;
    for text in letters.map(String::from).chain(marks) {
        assert!(is_printable(&text), "{}", text.escape_unicode());
        let columns: usize = text.chars().filter_map(UnicodeWidthChar::width).sum();
        assert!(columns > 0, "{}", text.escape_unicode());
        count += 1;
    }
    assert!(count > 30_000, "{count}");
}

#[test]
fn only_the_owner_can_claim_variants_of_a_name() {
    let mut registry = registry_with(&["ada", "bob"]);
    assert_eq!(registry.claim(PeerId(1), "ada"), Ok(ClaimResult::Unchanged));
    assert_eq!(registry.claim(PeerId(1), "Ada"), Ok(ClaimResult::Renamed { before: name("ada") }));
    assert_eq!(registry.claim(PeerId(1), "АДА"), Ok(ClaimResult::Renamed { before: name("Ada") }));
    assert_eq!(registry.claim(PeerId(1), "AdA"), Ok(ClaimResult::Renamed { before: name("АДА") }));
    assert!(registry.claim(PeerId(2), "ada").is_err());
    assert_eq!((registry.name(PeerId(1)), registry.name(PeerId(2))), (Some("AdA"), Some("bob")));
    assert_eq!(registry.claim(PeerId(1), "eve"), Ok(ClaimResult::Renamed { before: name("AdA") }));
    assert_eq!(registry.claim(PeerId(2), "ada"), Ok(ClaimResult::Renamed { before: name("bob") }));
    assert_eq!(registry.claim(PeerId(3), "BOB"), Ok(ClaimResult::First));
    assert_eq!(registry.release(PeerId(3)), Some(name("BOB")));
    assert_eq!((registry.release(PeerId(3)), registry.name(PeerId(3)), registry.len()), (None, None, 2));
}

#[test]
fn peers_are_found_by_confusable_names() {
    let mut registry = registry_with(&["brave-otter", "Iain", "Größe", "bill", "biil"]);
    for (typed, peer) in [
        ("BRAVE-otter", Some(1)),
        ("brave_otter", Some(1)),
        ("lain", Some(2)),
        ("iain", Some(2)),
        ("GRÖSSE", Some(3)),
        ("gro\u{308}ße", Some(3)),
        ("BILL", Some(4)),
        ("Biil", Some(5)),
        ("BiIl", Some(5)),
        ("BiI1", None),
        ("", None),
        ("\x1b", None),
        ("server", None),
    ] {
        assert_eq!(registry.find(typed), peer.map(PeerId), "{typed}");
    }
    registry.release(PeerId(4));
    assert_eq!(registry.find("BiI1"), Some(PeerId(5)));
}

#[test]
fn names_are_listed_in_alphabetical_order() {
    let registry = registry_with(&["mary", "Eve", "bob", "Ada", "zoe", "Оля", "Éric"]);
    let names: Vec<_> = registry.iter().map(|(_, name)| name).collect();
    assert_eq!(names, ["Ada", "bob", "Eve", "mary", "zoe", "Éric", "Оля"]);
    assert!(registry.iter().all(|(peer, name)| registry.name(peer) == Some(name)));
}

#[test]
fn no_two_pairs_of_words_clash() {
    for words in [ADJECTIVES, ANIMALS] {
        assert!(words.len() >= 128);
        assert!(words.is_sorted());
        assert!(words.iter().all(|word| word.bytes().all(|byte| byte.is_ascii_lowercase())));
        // The skeletons of a pair are those of its words joined by a dash, and no word contains a dash.
        let skeletons: Vec<Skeletons> = words.iter().map(|word| Skeletons::of(word)).collect();
        let mut seen = HashSet::new();
        assert!(skeletons.into_iter().flatten().all(|skeleton| seen.insert(skeleton)));
    }
    assert_eq!(Skeletons::of("x").iter().count(), 2, "a lower-case pair has as many skeletons as a word");
    let longest = |words: &[&str]| words.iter().map(|word| word.len()).max().unwrap();
    assert!(longest(ADJECTIVES) + 1 + longest(ANIMALS) + 4 <= MAX_CHARS);
    for adjective in ADJECTIVES {
        for animal in ANIMALS.iter().step_by(29) {
            name(&format!("{adjective}-{animal}"));
        }
    }
}

#[test]
fn the_same_seed_gives_the_same_names() {
    let names = |seed| {
        let mut registry = NicknameRegistry::new(Rng::with_seed(seed));
        (0..50).map(|peer| registry.assign_random(PeerId(peer)).to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(names(1), names(1));
    assert_ne!(names(1), names(2));
    let mut registry = empty_registry();
    let first = registry.assign_random(PeerId(1)).to_owned();
    assert_eq!(registry.assign_random(PeerId(1)), first, "a peer with a name keeps it");
}

#[test]
fn a_new_peer_gets_a_name_in_a_full_room() {
    let kinds: [(&[&str], &[&str]); 3] = [
        (ADJECTIVES, ANIMALS),
        // Only one pair, so numbers are needed.
        (&["lone"], &["wolf"]),
        // No valid pair.
        (&["?"], &["!"]),
    ];
    for (adjectives, animals) in kinds {
        let mut registry = NicknameRegistry::with_words(Rng::with_seed(3), adjectives, animals);
        for peer in 0..500 {
            assert!(!registry.assign_random(PeerId(peer)).is_empty());
        }
        assert_eq!((registry.len(), registry.iter().count()), (500, 500), "all names are distinct");
    }
}

#[test]
fn many_peers_can_ask_for_the_same_name() {
    let mut registry = registry_with(&["bob"]);
    for peer in 2..500 {
        let refusal = registry.claim(PeerId(peer), "bob").unwrap_err();
        registry.claim(PeerId(peer), refusal.suggestion.as_str()).unwrap();
    }
    assert_eq!(registry.len(), 499);
    assert!(registry.iter().filter(|(_, name)| name.starts_with("bob")).count() > 450);
}

/// Generates valid, almost valid and invalid names.
fn typed() -> impl Strategy<Value = String> {
    let hostile = prop_oneof![
        Just("\x1b[31m"),
        Just("\u{202e}"),
        Just("\u{200b}"),
        Just("\u{301}"),
        Just("\u{307}"),
        Just("\r"),
        Just("\u{2029}"),
        Just("\u{e0041}"),
        Just("\u{ad}"),
        Just("\""),
        Just("ﷺ"),
        Just("\u{1100}"),
        Just("क"),
        Just("カ"),
        Just("\u{9b}"),
    ];
    let piece = prop_oneof![
        3 => "[bB][oO0][bB]?|[iIlL1]{1,3}|m|rn|[аa][dсc][аeе]|[-_ ]{1,2}|server|[0-9]{1,5}",
        1 => "\\w{1,12}",
        1 => any::<String>(),
        1 => hostile.prop_map(str::to_owned),
    ];
    proptest::collection::vec(piece, 0..4).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn a_valid_name_is_short_visible_and_stable(typed in prop_oneof![typed(), any::<String>()]) {
        if let Ok(name) = Nickname::parse(&typed) {
            prop_assert!((1..=MAX_CHARS).contains(&name.as_str().chars().count()));
            prop_assert!(is_printable(name.as_str()), "{name:?}");
            prop_assert_eq!(Nickname::parse(name.as_str()), Ok(name.clone()));
            prop_assert!(name.as_str().is_single_script());
            for variant in [name.as_str().to_lowercase(), name.as_str().to_uppercase(), name.as_str().nfd().collect()] {
                if let Ok(variant) = Nickname::parse(&variant) {
                    prop_assert!(variant.clashes_with(&name), "{variant:?} {name:?}");
                }
            }
        }
    }

    #[test]
    fn names_in_use_never_clash(
        steps in proptest::collection::vec((0_u64..8, proptest::option::weighted(0.9, typed())), 0..60),
    ) {
        let mut registry = empty_registry();
        for (peer, typed) in steps {
            let peer = PeerId(peer);
            let before = registry.name(peer).map(str::to_owned);
            match typed.map(|typed| (registry.claim(peer, &typed), typed)) {
                None => drop(registry.release(peer)),
                Some((Ok(_), typed)) => prop_assert_eq!(registry.find(&typed), Some(peer)),
                Some((Err(refusal), _)) => {
                    let sentence = refusal.to_string();
                    prop_assert!(is_printable(&sentence), "{sentence:?}");
                    prop_assert!(sentence.len() < 500, "{sentence}");
                    prop_assert_eq!(registry.name(peer), before.as_deref());
                    prop_assert!(registry.iter().all(|(_, held)| !refusal.suggestion.clashes_with(&name(held))), "{sentence}");
                    prop_assert_eq!(Nickname::parse(refusal.suggestion.as_str()), Ok(refusal.suggestion));
                }
            }
            let names: Vec<Nickname> = registry.iter().map(|(_, text)| name(text)).collect();
            for (n, one) in names.iter().enumerate() {
                prop_assert!(names.iter().skip(n + 1).all(|other| !one.clashes_with(other)), "{names:?}");
            }
            prop_assert_eq!(names.len(), registry.len());
        }
        let released: Vec<_> = (0..8).filter_map(|peer| registry.release(PeerId(peer))).collect();
        prop_assert_eq!(registry.len(), 0);
        for name in released {
            prop_assert!(registry.claim(PeerId(9), name.as_str()).is_ok(), "a released name is free: {name}");
        }
    }
}
