//! Shapes that received rows can have, for comparing what each costs with plain rows of as many bytes.

/// A name, and how row number `n` of it is written, its line end included.
pub(crate) type Shape = (&'static str, fn(n: usize, out: &mut Vec<u8>));

/// All shapes. The first is what the others are compared with.
pub(crate) const SHAPES: &[Shape] = &[
    ("plain", |n, out| {
        push(out, &format!("user{:03}: the quick brown fox jumps over the lazy dog, message {n}\n", n % 300));
    }),
    // Names that a server grants.
    ("You are", |n, out| push(out, &format!("* You are n{n}\n"))),
    ("You are, long", |n, out| push(out, &format!("* You are {}{n}\n", "n".repeat(10_000)))),
    ("You are already", |n, out| push(out, &format!("* You are n{n} already.\n"))),
    ("names here", |n, out| push(out, &format!("* 2 here: ann, bob. You are n{n}.\n"))),
    ("known as", known_as),
    ("known as, long", |n, out| {
        let name = |n: usize| format!("{}{n}", "é".repeat(4000));
        push(out, &format!("* You are {}\n* {} is now known as {}\n", name(n), name(n), name(n + 1)));
    }),
    ("joins and leaves", |n, out| push(out, &format!("* u{n} has joined\n* u{n} has left\n"))),
    ("You are, no name", |_, out| push(out, "* You are not\u{2603}\n")),
    ("You are, one row", |n, out| push(out, &format!("{}* You are n{n}\r", "x".repeat(80)))),
    // Names and mentions.
    ("all speakers differ", |n, out| push(out, &format!("<u{n:x}> hi\n"))),
    ("own name", |n, out| push(out, &format!("bob: ada, {n} ada ada\n"))),
    ("own name by the thousand", |_, out| push(out, &format!("bob: {}\n", "ada ".repeat(16_000)))),
    ("nearly own name", |_, out| push(out, &format!("bob: {}\n", "adaada-ada".repeat(6_000)))),
    ("whispers", |n, out| push(out, &format!("bob -> you: {n}\n"))),
    ("deeds", |n, out| push(out, &format!("bob *waves {n}*\n"))),
    ("accented speakers", |n, out| push(out, &format!("e\u{301}{n}o\u{308}: hi\n"))),
    // Short, long and odd rows.
    ("blank rows", |_, out| push(out, "\n")),
    ("blank and one letter", |_, out| push(out, "\n\n\nx\n")),
    ("one letter", |_, out| push(out, "x\n")),
    ("CR alone", |n, out| push(out, &format!("progress {n} %\r"))),
    ("CR, nothing else", |_, out| push(out, "\r")),
    ("CR LF", |n, out| push(out, &format!("user: message {n}\r\n"))),
    ("LF CR", |n, out| push(out, &format!("user: message {n}\n\r"))),
    ("rows of 64 KiB", |_, out| push(out, &format!("{}\n", "the quick brown fox ".repeat(3276)))),
    ("rows of 64 KiB of one word", |_, out| push(out, &format!("{}\n", "x".repeat(65_000)))),
    ("no newline at all", |_, out| push(out, "the quick brown fox ")),
    ("no newline and no blank", |_, out| push(out, "thequickbrownfox")),
    ("the same row", |_, out| push(out, "the same again\n")),
    ("two in turn", |n, out| push(out, if n.is_multiple_of(2) { "one\n" } else { "two\n" })),
    ("tabs", |n, out| push(out, &format!("a\tb\t{n}\t\t\tc\n"))),
    ("tabs only", |_, out| push(out, &format!("{}\n", "\t".repeat(60_000)))),
    ("blanks only", |_, out| push(out, &format!("{}\n", " ".repeat(60_000)))),
    // Colours and other escapes.
    ("a colour for each letter", |n, out| {
        (0..40).for_each(|at| push(out, &format!("\u{1b}[38;5;{}mx", (n + at) % 256)));
        push(out, "\n");
    }),
    ("colours, 64 KiB rows", |n, out| {
        (0..3600).for_each(|at| push(out, &format!("\u{1b}[38;2;{};{};{at}mx", n % 256, at % 256)));
        push(out, "\n");
    }),
    ("colours without text", |_, out| push(out, &format!("{}\n", "\u{1b}[1m\u{1b}[0m".repeat(8000)))),
    ("long parameter lists", |_, out| push(out, &format!("\u{1b}[{}mx\n", "1;".repeat(30_000)))),
    ("CSI never ended", |_, out| push(out, &format!("{}\n", "\u{1b}[".repeat(30_000)))),
    ("OSC never ended", |_, out| push(out, &format!("{}\n", "\u{1b}]0;".repeat(15_000)))),
    ("DCS never ended", |_, out| push(out, &format!("{}\n", "\u{1b}P".repeat(30_000)))),
    ("OSC 8 links", |n, out| push(out, &format!("\u{1b}]8;;http://x/{n}\u{7}link\u{1b}]8;;\u{7}\n"))),
    ("ESC only", |_, out| push(out, &format!("{}\n", "\u{1b}".repeat(60_000)))),
    ("BEL", |_, out| push(out, "\u{7}\u{7}\u{7}\u{7}\u{7}\u{7}ding\n")),
    ("BEL only", |_, out| push(out, &format!("{}\n", "\u{7}".repeat(60_000)))),
    ("backspaces", |_, out| push(out, "a\u{8}b\u{8}c\u{8}\n")),
    ("controls", |_, out| push(out, &format!("{}\n", "\u{1}\u{2}\u{7f}".repeat(20_000)))),
    // Scripts and marks.
    ("wide characters", |n, out| push(out, &format!("漢字かな交じり文、漢字かな交じり文 {n}\n"))),
    ("wide characters, 64 KiB rows", |_, out| push(out, &format!("{}\n", "漢字かな".repeat(5400)))),
    ("right to left", |n, out| push(out, &format!("שלום עולם مرحبا بالعالم {n}\n"))),
    ("right to left, 64 KiB rows", |_, out| push(out, &format!("{}\n", "שלום abc مرحبا ".repeat(2600)))),
    ("overrides", |_, out| push(out, &format!("{}\n", "\u{202e}a\u{202c}".repeat(9000)))),
    ("isolates", |_, out| push(out, &format!("{}\n", "\u{2067}a".repeat(16_000)))),
    ("right-to-left brackets", |_, out| push(out, &format!("ש{}{}\n", "(".repeat(30_000), ")".repeat(30_000)))),
    ("marks on one letter", |_, out| push(out, &format!("e{}\n", "\u{301}".repeat(30_000)))),
    ("marks on each letter", |_, out| push(out, &format!("{}\n", "e\u{301}\u{302}\u{303}".repeat(9000)))),
    ("zero width", |_, out| push(out, &format!("{}\n", "\u{200b}".repeat(20_000)))),
    ("joiners", |_, out| push(out, &format!("{}\n", "\u{200d}".repeat(20_000)))),
    ("emoji families", |_, out| push(out, &format!("{}\n", "👩‍👩‍👧‍👦".repeat(2500)))),
    ("emoji joined for ever", |_, out| push(out, &format!("{}\n", "👩‍".repeat(9000)))),
    ("flags", |_, out| push(out, &format!("{}\n", "🇩🇪".repeat(8000)))),
    ("Devanagari conjuncts", |_, out| push(out, &format!("{}\n", "क्".repeat(10_000)))),
    ("Hangul jamo", |_, out| push(out, &format!("{}\n", "\u{1100}\u{1161}\u{11a8}".repeat(7000)))),
    ("tag characters", |_, out| push(out, &format!("🏴{}\n", "\u{e0067}".repeat(15_000)))),
    // Bytes that are no text.
    ("no UTF-8", |_, out| out.extend([&[0xff, 0xfe, 0x80].repeat(20)[..], b"\n"].concat())),
    ("no UTF-8, 64 KiB rows", |_, out| out.extend([&[0xff, 0xfe, 0x80].repeat(20_000)[..], b"\n"].concat())),
    ("cut characters", |_, out| out.extend([&[0xf0, 0x9f, 0x91].repeat(20_000)[..], b"\n"].concat())),
    ("NUL", |_, out| out.extend([&[0].repeat(60_000)[..], b"\n"].concat())),
    ("all bytes", |_, out| out.extend(0..=255)),
    ("telnet requests", |n, out| out.extend([255, 253, low(n), b'x', b'\n'])),
    ("telnet requests only", |n, out| out.extend([255, 251 + low(n % 4), low(n / 4)])),
    ("telnet IAC IAC", |_, out| out.extend([255, 255])),
    ("telnet subnegotiation for ever", |_, out| out.extend([255, 250, 24, 1, b'x'])),
    // Links.
    ("a link", |n, out| push(out, &format!("see https://example.org/{n}?a=b\n"))),
    ("links by the thousand", |n, out| {
        (0..2500).for_each(|at| push(out, &format!("http://h{n}.example/{at} ")));
        push(out, "\n");
    }),
    ("starts of links", |_, out| push(out, &format!("{}\n", "http://".repeat(9000)))),
    ("one long link", |_, out| push(out, &format!("http://{}\n", "a(".repeat(30_000)))),
    ("mail addresses", |_, out| push(out, &format!("{}\n", "a@".repeat(30_000)))),
    ("dots", |_, out| push(out, &format!("{}\n", "www.".repeat(15_000)))),
];

fn known_as(n: usize, out: &mut Vec<u8>) {
    if n == 0 {
        push(out, "* You are n0\n");
    }
    push(out, &format!("* n{n} is now known as n{}\n", n + 1));
}

fn push(out: &mut Vec<u8>, text: &str) {
    out.extend_from_slice(text.as_bytes());
}

fn low(n: usize) -> u8 {
    u8::try_from(n % 256).unwrap_or_default()
}

/// Returns at least this many bytes of rows of a shape.
pub(crate) fn rows(name: &str, bytes: usize) -> Vec<u8> {
    let mut out = Vec::with_capacity(bytes + 64 * 1024);
    if let Some((_, row)) = SHAPES.iter().find(|(known, _)| *known == name) {
        let mut n = 0;
        while out.len() < bytes {
            row(n, &mut out);
            n += 1;
        }
    }
    out
}
