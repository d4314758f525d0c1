use super::word_lists::{ADJECTIVES, ANIMALS};
use super::*;
use crate::server::room::PeerId;
use crate::text::{GlyphKind, Row, decode_plain};
use fastrand::Rng;
use proptest::prelude::*;

fn register() -> NicknameRegistry {
    NicknameRegistry::new(Rng::with_seed(7))
}

fn name(text: &str) -> Nickname {
    Nickname::parse(text).unwrap_or_else(|fault| panic!("{text:?}: {fault}"))
}

/// Puts each name into a register of its own order, as peers 1, 2 ...
fn room(names: &[&str]) -> NicknameRegistry {
    let mut register = register();
    for (peer, name) in (1..).zip(names) {
        register.claim(PeerId(peer), name).unwrap();
    }
    register
}

/// What somebody else reads who asks for `typed`.
fn refused(register: &mut NicknameRegistry, typed: &str) -> String {
    register.claim(PeerId(99), typed).unwrap_err().to_string()
}

/// Whether the text is fit for any terminal: nothing in it would have to become a mark.
fn is_inert(text: &str) -> bool {
    let mut row = Row::default();
    decode_plain(text.as_bytes(), &mut row);
    row.glyphs().iter().all(|glyph| glyph.kind != GlyphKind::Mark) && !text.contains(char::is_control)
}

#[test]
fn names_of_every_script_are_good() {
    let good = "a 7 Ada bob_2 --x-- Ali ALI Mel Ian Amy Tom Io Hostess Meg you2 éric Łukasz Straße İpek \
        Ümit Αλέξης Оля Ирина-2 דוד محمد علی٣ प्रिया ปิยะ မြို့ လွှို့ဝှက် 日本カナ さくらー 々 한국 金한국 ዳዊት \
        ქეთი ㄒㄧㄤ福 ᏣᎳᎩ 𠮷田 Maţa ŵyn ẑofi ߒߞߏ ௧";
    let bad: Vec<_> = good.split_whitespace().filter_map(|text| Some((text, Nickname::parse(text).err()?))).collect();
    assert_eq!(bad, []);
    assert_eq!(name("e\u{301}ric").as_str(), "éric");
    assert_eq!(name(&"é".repeat(20)), name(&"e\u{301}".repeat(20)));
}

/// What is asked for, and what is said. A `*` is a name made up.
const REFUSALS: &[(&str, &str)] = &[
    (
        "bob!",
        r#"You cannot be "bob!": a name is made of letters, digits, - and _, and "!" is none of these. Try bob2."#,
    ),
    ("eve!", r#"You cannot be "eve!": a name is made of letters, digits, - and _, and "!" is none of these. Try eve."#),
    (
        " Ann  Lee",
        r#"You cannot be " Ann  Lee": a name is made of letters, digits, - and _, and a blank is none of these. Try Ann-Lee."#,
    ),
    (
        "ev\u{202e}e",
        r#"You cannot be "ev<U+202E>e": a name is made of letters, digits, - and _, and U+202E is none of these. Try eve."#,
    ),
    (
        "\x1b[2Jeve",
        r#"You cannot be "^[[2Jeve": a name is made of letters, digits, - and _, and U+001B is none of these. Try 2Jeve."#,
    ),
    (
        "eve😀",
        r#"You cannot be "eve😀": a name is made of letters, digits, - and _, and "😀" (U+1F600) is none of these. Try eve."#,
    ),
    (
        "eve\u{2013}x",
        "You cannot be \"eve\u{2013}x\": a name is made of letters, digits, - and _, and \"\u{2013}\" (U+2013) is none of these. Try evex.",
    ),
    (
        "ｅｖｅ",
        r#"You cannot be "ｅｖｅ": "ｅ" (U+FF45) is not among the letters and digits in everyday use. Try eve."#,
    ),
    ("x²", r#"You cannot be "x²": "²" (U+00B2) is not among the letters and digits in everyday use. Try x2."#),
    (
        "-\u{301}eve",
        "You cannot be \"-\u{301}eve\": \"\u{25cc}\u{301}\" (U+0301) is a mark that needs a letter before it. Try eve.",
    ),
    (
        "x\u{302}\u{302}",
        "You cannot be \"x\u{302}\u{302}\": a letter bears at most 5 marks and none twice, so \"\u{25cc}\u{302}\" (U+0302) is too much. Try x\u{302}.",
    ),
    ("-_-", r#"You cannot be "-_-": a name has at least one letter or digit. Try *."#),
    ("", "You need a name: a name has at least one letter or digit. Try *."),
    (
        "аdа",
        r#"You cannot be "аdа": a name keeps to one script, and "а" (U+0430) is Cyrillic but "d" is Latin. Try аа."#,
    ),
    (
        "金の한",
        r#"You cannot be "金の한": a name keeps to one script, and "の" (U+306E) is Hiragana but "한" (U+D55C) is Hangul. Try 金の."#,
    ),
    (
        "田中Taro",
        r#"You cannot be "田中Taro": a name keeps to one script, and "田" (U+7530) is Han but "T" is Latin. Try 田中."#,
    ),
    (
        "क\u{301}",
        "You cannot be \"क\u{301}\": a name keeps to one script, and \"\u{25cc}\u{301}\" (U+0301) does not go with \"क\" (U+0915). Try क.",
    ),
    ("Server", r#"You cannot be "Server": that is one of the server's own words, or looks like one. Try *."#),
    ("_R00T_", r#"You cannot be "_R00T_": that is one of the server's own words, or looks like one. Try *."#),
    ("B0B", r#"You cannot be "B0B": "B0B" is here already. Try B0B2."#),
    ("b0b", r#"You cannot be "b0b": "B0B" is here already. Try b0b2."#),
    ("bob", r#"You cannot be "bob": it looks too much like "B0B", who is here already. Try bob2."#),
    ("lain", r#"You cannot be "lain": it looks too much like "Iain", who is here already. Try lain2."#),
    ("ОЛЯ", r#"You cannot be "ОЛЯ": "Оля" is here already. Try ОЛЯ2."#),
    ("MU\u{308}LLER", r#"You cannot be "MÜLLER": "müller" is here already. Try MÜLLER2."#),
];

#[test]
fn a_refusal_says_why_and_what_to_take() {
    let mut register = room(&["B0B", "Iain", "Оля", "müller"]);
    for &(typed, sentence) in REFUSALS {
        let said = refused(&mut register, typed);
        match sentence.strip_suffix("*.") {
            None => assert_eq!(said.nfc().collect::<String>(), sentence.nfc().collect::<String>()),
            Some(start) => {
                let suggestion = said.strip_prefix(start).unwrap_or_else(|| panic!("{said}"));
                assert!(suggestion.contains('-'), "two words: {said}");
            }
        }
    }
    assert_eq!(
        refused(&mut register, &"x".repeat(8192)),
        r#"You cannot be "xxxxxxxxxxxxxxxxxxxxxxxx…": a name has at most 20 characters, and this has 8192. Try xxxxxxxxxxxxxxxxxxxx."#
    );
}

/// Like [`Name::clashes_with`], also for what cannot be a name.
fn are_alike(one: &str, other: &str) -> bool {
    let keys = Skeletons::of(one);
    Skeletons::of(other).iter().any(|key| keys.iter().any(|mine| mine == key))
}

#[test]
fn names_too_alike() {
    let alike = "bob=BOB b0b=bob b0b=B0B BOB=b0b B0B=b0B Iain=lain Iain=1ain Iain=LAIN Iain=iAIN rnax=max rnax=Max \
        Alice=ALlCE Alice=A1ice bill=BiIl biil=BiIl billm=BiIlM bill-bill=bill-BiIl all=AIl adrninistrat0r=administrator \
        e\u{301}a=éa æon=aeon groß=GROSS größe=GRO\u{308}SSE İpek=ipek İpek=IPEK ılgaz=ilgaz mi\u{307}a=mia mi\u{323}\u{307}a=mi\u{323}a \
        σοφος=σοφοσ ΣΟΦΟΣ=σοφος асе=ace асе=ACE ната=HATA ΡΑΧ=PAX ρορ=pop 工=エ a-b=a_b vvillow=Willow ٥=o ଠ=o Ꭺ=A";
    for (one, other) in alike.split_whitespace().map(|pair| pair.split_once('=').unwrap()) {
        assert!(are_alike(one, other) && are_alike(other, one), "{one} {other}");
    }
    let apart = "bill=biil Ali=all ALI=all NEIL=Nell ian=lan bob=bob_ bob=bobb é=e ö=o ñ=n mí=mi mí=mi\u{301}\u{307} \
        mi\u{307}\u{301}a=mia Оля=Ола 5am=sam Борис=boris";
    for (one, other) in apart.split_whitespace().map(|pair| pair.split_once('=').unwrap()) {
        assert!(!are_alike(one, other) && !are_alike(other, one), "{one} {other}");
    }
}

#[test]
fn the_servers_words_are_refused_however_they_are_dressed() {
    for word in RESERVED {
        let twisted = word.replace('m', "rn").replace('o', "0").replace('l', "I");
        for dressed in [word.to_owned(), word.to_uppercase(), format!("-{word}_"), twisted] {
            assert_eq!(Nickname::parse(&dressed), Err(NicknameRule::Reserved), "{dressed}");
        }
    }
    assert_eq!(Nickname::parse("тe"), Err(NicknameRule::MixedScripts('т', 'e')));
    assert_eq!(Nickname::parse("уоо"), Ok(name("уоо")));
}

#[test]
fn no_character_of_a_name_can_be_unseen() {
    let letters = ('\0'..=char::MAX).filter(|&c| NicknameBuilder::default().push(c).is_ok());
    let after_a = |c: char| is_combining_mark(c) && is_for_names(c);
    let marks = ('\0'..=char::MAX).filter(|&c| after_a(c)).map(|c| format!("a{c}"));
    let mut count = 0;
    for text in letters.map(String::from).chain(marks) {
        assert!(is_inert(&text), "{}", text.escape_unicode());
        let columns: usize = text.chars().filter_map(UnicodeWidthChar::width).sum();
        assert!(columns > 0, "{}", text.escape_unicode());
        count += 1;
    }
    assert!(count > 30_000, "{count}");
}

#[test]
fn a_name_can_be_changed_in_looks_by_its_owner_only() {
    let mut register = room(&["ada", "bob"]);
    assert_eq!(register.claim(PeerId(1), "ada"), Ok(ClaimResult::Unchanged));
    assert_eq!(register.claim(PeerId(1), "Ada"), Ok(ClaimResult::Renamed { before: name("ada") }));
    assert_eq!(register.claim(PeerId(1), "АДА"), Ok(ClaimResult::Renamed { before: name("Ada") }));
    assert_eq!(register.claim(PeerId(1), "AdA"), Ok(ClaimResult::Renamed { before: name("АДА") }));
    assert!(register.claim(PeerId(2), "ada").is_err());
    assert_eq!((register.name(PeerId(1)), register.name(PeerId(2))), (Some("AdA"), Some("bob")));
    assert_eq!(register.claim(PeerId(1), "eve"), Ok(ClaimResult::Renamed { before: name("AdA") }));
    assert_eq!(register.claim(PeerId(2), "ada"), Ok(ClaimResult::Renamed { before: name("bob") }));
    assert_eq!(register.claim(PeerId(3), "BOB"), Ok(ClaimResult::First));
    assert_eq!(register.release(PeerId(3)), Some(name("BOB")));
    assert_eq!((register.release(PeerId(3)), register.name(PeerId(3)), register.len()), (None, None, 2));
}

#[test]
fn somebody_is_found_by_what_their_name_looks_like() {
    let mut register = room(&["brave-otter", "Iain", "Größe", "bill", "biil"]);
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
        assert_eq!(register.find(typed), peer.map(PeerId), "{typed}");
    }
    register.release(PeerId(4));
    assert_eq!(register.find("BiI1"), Some(PeerId(5)));
}

#[test]
fn the_list_is_in_the_order_of_letters() {
    let register = room(&["mary", "Eve", "bob", "Ada", "zoe", "Оля", "Éric"]);
    let names: Vec<_> = register.iter().map(|(_, name)| name).collect();
    assert_eq!(names, ["Ada", "bob", "Eve", "mary", "zoe", "Éric", "Оля"]);
    assert!(register.iter().all(|(peer, name)| register.name(peer) == Some(name)));
}

#[test]
fn no_two_pairs_of_words_clash() {
    for words in [ADJECTIVES, ANIMALS] {
        assert!(words.len() >= 128);
        assert!(words.is_sorted());
        assert!(words.iter().all(|word| word.bytes().all(|byte| byte.is_ascii_lowercase())));
        // Keys of a pair are the keys of its words with a dash between, and no word holds a dash.
        let keys: Vec<Skeletons> = words.iter().map(|word| Skeletons::of(word)).collect();
        let mut seen = HashSet::new();
        assert!(keys.into_iter().flatten().all(|key| seen.insert(key)));
    }
    assert_eq!(Skeletons::of("x").iter().count(), 2, "a pair in small letters has as many keys as a word");
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
        let mut register = NicknameRegistry::new(Rng::with_seed(seed));
        (0..50).map(|peer| register.assign_random(PeerId(peer)).to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(names(1), names(1));
    assert_ne!(names(1), names(2));
    let mut register = register();
    let first = register.assign_random(PeerId(1)).to_owned();
    assert_eq!(register.assign_random(PeerId(1)), first, "who has a name keeps it");
}

#[test]
fn a_newcomer_gets_a_name_however_full_the_room() {
    let kinds: [(&[&str], &[&str]); 3] = [
        (ADJECTIVES, ANIMALS),
        // One pair, and then its numbers.
        (&["lone"], &["wolf"]),
        // Nothing that chance could make a name of.
        (&["?"], &["!"]),
    ];
    for (adjectives, animals) in kinds {
        let mut register = NicknameRegistry::with_words(Rng::with_seed(3), adjectives, animals);
        for peer in 0..500 {
            assert!(!register.assign_random(PeerId(peer)).is_empty());
        }
        assert_eq!((register.len(), register.iter().count()), (500, 500), "everybody has a name of their own");
    }
}

#[test]
fn everybody_can_ask_for_the_same_name() {
    let mut register = room(&["bob"]);
    for peer in 2..500 {
        let refusal = register.claim(PeerId(peer), "bob").unwrap_err();
        register.claim(PeerId(peer), refusal.suggestion.as_str()).unwrap();
    }
    assert_eq!(register.len(), 499);
    assert!(register.iter().filter(|(_, name)| name.starts_with("bob")).count() > 450);
}

/// Texts near the edge of what is a name, and far from it.
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
    fn a_name_is_short_visible_and_the_same_when_read_again(typed in prop_oneof![typed(), any::<String>()]) {
        if let Ok(name) = Nickname::parse(&typed) {
            prop_assert!((1..=MAX_CHARS).contains(&name.as_str().chars().count()));
            prop_assert!(is_inert(name.as_str()), "{name:?}");
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
    fn nobody_ever_has_a_name_like_anothers(
        steps in proptest::collection::vec((0_u64..8, proptest::option::weighted(0.9, typed())), 0..60),
    ) {
        let mut register = register();
        for (peer, typed) in steps {
            let peer = PeerId(peer);
            let before = register.name(peer).map(str::to_owned);
            match typed.map(|typed| (register.claim(peer, &typed), typed)) {
                None => drop(register.release(peer)),
                Some((Ok(_), typed)) => prop_assert_eq!(register.find(&typed), Some(peer)),
                Some((Err(refusal), _)) => {
                    let sentence = refusal.to_string();
                    prop_assert!(is_inert(&sentence), "{sentence:?}");
                    prop_assert!(sentence.len() < 500, "{sentence}");
                    prop_assert_eq!(register.name(peer), before.as_deref());
                    prop_assert!(register.iter().all(|(_, held)| !refusal.suggestion.clashes_with(&name(held))), "{sentence}");
                    prop_assert_eq!(Nickname::parse(refusal.suggestion.as_str()), Ok(refusal.suggestion));
                }
            }
            let names: Vec<Nickname> = register.iter().map(|(_, text)| name(text)).collect();
            for (n, one) in names.iter().enumerate() {
                prop_assert!(names.iter().skip(n + 1).all(|other| !one.clashes_with(other)), "{names:?}");
            }
            prop_assert_eq!(names.len(), register.len());
        }
        let left: Vec<_> = (0..8).filter_map(|peer| register.release(PeerId(peer))).collect();
        prop_assert!(register.is_empty());
        for name in left {
            prop_assert!(register.claim(PeerId(9), name.as_str()).is_ok(), "what is given back is free: {name}");
        }
    }
}
