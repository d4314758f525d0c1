//! A theme's file: TOML, of which every key and value is understood or told with its place.
//!
//! ```toml
//! inherits = "dark"           # what is not said here; without it "dark", or what suits the ground
//! ground = "#101018"          # what the terminal's is taken for: dark, light, any, or a colour
//!
//! sent = "bold #ffb86c"       # a role: text, on what ground, and bold dim italic underline reverse strike
//! bar = "white on 237"
//! nicks = [208, "#8be9fd"]    # colours of nicknames
//!
//! [sixteen]                   # the same for terminals of sixteen colours
//! sent = "bright-yellow"
//! ```

use super::color::{Color, safe_text};
use super::definition::{Background, LowContrast, Role, RoleStyles, Theme};
use super::style::{StyleParseError, StyleSpec};
use super::{MIN_CONTRAST, ThemeName};
use crate::config::toml::{Diagnostic, SourcePosition, SpannedTable, TomlEntry, TomlValue, merge_sorted};
use crate::text::suggest::suggest;

/// What became of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct ParsedTheme {
    /// The theme, as far as it could be understood.
    pub(super) scheme: Theme,
    /// What is wrong with it. With any of these it is not used.
    pub(super) mistakes: Vec<Diagnostic>,
    /// What is hard to read in it.
    pub(super) warnings: Vec<Diagnostic>,
}

/// What begins the file of a theme.
const INHERITS: &str = "inherits";
const GROUND: &str = "ground";
const NICKS: &str = "nicks";
const SIXTEEN: &str = "sixteen";

/// Reads a theme. `parent` makes the theme that this one begins with, or has a sentence that says why it cannot.
pub(super) fn read(text: &str, parent: impl FnOnce(Parent<'_>) -> Result<Theme, String>) -> ParsedTheme {
    let (table, unread) = SpannedTable::parse_lenient(text);
    let mut mistakes = Vec::new();
    let ground = table.get(GROUND).and_then(|entry| or_report(ground(entry), &mut mistakes));
    let mut scheme = or_report(inherited(&table, ground, parent), &mut mistakes).unwrap_or_default();
    scheme.ground = ground.unwrap_or(scheme.ground);
    for entry in table.entries() {
        match entry.name() {
            INHERITS | GROUND => {}
            SIXTEEN => match entry.table() {
                Ok(sixteen) => paint_all(&mut scheme.ansi16, sixteen, ColorSet::Sixteen, &mut mistakes),
                Err(mistake) => mistakes.push(mistake),
            },
            _ => paint(&mut scheme.full, entry, ColorSet::No, &mut mistakes),
        }
    }
    if scheme.ground == Background::Any {
        mistakes.extend(colours_on_any(&table, &scheme));
        mistakes.extend(table.get(SIXTEEN).map(|sixteen| {
            sixteen.key_error(
                "A theme for any ground has no colours, and looks the same on every terminal: take [sixteen] away.",
            )
        }));
        scheme.ansi16 = scheme.full.clone();
    }
    let warnings = scheme.faint().iter().map(|faint| faint_at(&table, faint)).collect();
    ParsedTheme { scheme, mistakes: merge_sorted(unread, mistakes), warnings }
}

/// What a theme begins with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Parent<'a> {
    /// The one it names.
    Named(&'a str),
    /// None was named: the one of ours that suits its ground.
    BuiltIn(ThemeName),
}

/// Which colours there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum ColorSet {
    No,
    Sixteen,
}

fn or_report<T>(result: Result<T, Diagnostic>, mistakes: &mut Vec<Diagnostic>) -> Option<T> {
    result.map_err(|mistake| mistakes.push(mistake)).ok()
}

fn inherited(
    table: &SpannedTable,
    ground: Option<Background>,
    parent: impl FnOnce(Parent<'_>) -> Result<Theme, String>,
) -> Result<Theme, Diagnostic> {
    match table.get(INHERITS) {
        Some(entry) => parent(Parent::Named(entry.text()?)).map_err(|says| entry.value_error(says)),
        None => Ok(parent(Parent::BuiltIn(ground.unwrap_or_default().fallback_theme())).unwrap_or_default()),
    }
}

fn ground(entry: &TomlEntry) -> Result<Background, Diagnostic> {
    let word = entry.text()?;
    let known = [("dark", Background::Dark), ("light", Background::Light), ("any", Background::Any)];
    if let Some((_, ground)) = known.iter().find(|(name, _)| name.eq_ignore_ascii_case(word)) {
        return Ok(*ground);
    }
    if word.starts_with('#') {
        return Color::parse(word)
            .map(|colour| Background::Color(colour.rgb()))
            .map_err(|says| entry.value_error(says));
    }
    let near = suggest(word, known.map(|(name, _)| name)).map(|near| format!("Did you mean {near}?"));
    let next = near.unwrap_or_else(|| "It is dark, light, any, or a colour as #282828.".to_owned());
    Err(entry.value_error(format!("There is no ground {}. {next}", safe_text(word))))
}

fn paint_all(paints: &mut RoleStyles, table: &SpannedTable, few: ColorSet, mistakes: &mut Vec<Diagnostic>) {
    table.entries().for_each(|entry| paint(paints, entry, few, mistakes));
}

/// Takes over one entry that is a role, or the colours of nicknames.
fn paint(paints: &mut RoleStyles, entry: &TomlEntry, few: ColorSet, mistakes: &mut Vec<Diagnostic>) {
    let done = match (entry.name(), Role::by_name(entry.name())) {
        (_, Some(role)) => parse_style(entry, few).map(|paint| paints.set(role, paint)),
        (NICKS, None) => nicks(entry, few).map(|nicks| paints.nicks = nicks),
        _ => Err(unknown(entry, few)),
    };
    or_report(done, mistakes);
}

fn unknown(entry: &TomlEntry, few: ColorSet) -> Diagnostic {
    let others: &[&str] = if few == ColorSet::No { &[NICKS, INHERITS, GROUND, SIXTEEN] } else { &[NICKS] };
    entry.unknown(Role::ALL.iter().map(|(_, name)| *name).chain(others.iter().copied()))
}

fn parse_style(entry: &TomlEntry, few: ColorSet) -> Result<StyleSpec, Diagnostic> {
    let paint = match entry.value() {
        TomlValue::Text(words) => StyleSpec::parse(words).map_err(|stray| at_word(entry, stray))?,
        _ => StyleSpec::of(colour(entry)?),
    };
    let beyond = [paint.text, paint.background].into_iter().flatten().any(|colour| !colour.is_one_of_sixteen());
    if few == ColorSet::Sixteen && beyond { Err(not_of_sixteen(entry)) } else { Ok(paint) }
}

/// The mistake at the word in the value that it is about.
fn at_word(entry: &TomlEntry, stray: StyleParseError) -> Diagnostic {
    let mistake = entry.value_error(stray.says);
    let column = mistake.place.column + '"'.len_utf8() + stray.at;
    Diagnostic { place: SourcePosition { column, ..mistake.place }, ..mistake }
}

fn colour(entry: &TomlEntry) -> Result<Color, Diagnostic> {
    match entry.value() {
        TomlValue::Text(word) => Color::parse(word).map_err(|says| entry.value_error(says)),
        TomlValue::Integer(number) => Color::parse(&number.to_string()).map_err(|says| entry.value_error(says)),
        _ => Err(entry.type_error("a colour: \"#ff8700\", 208 or \"red\"")),
    }
}

fn nicks(entry: &TomlEntry, few: ColorSet) -> Result<Vec<Color>, Diagnostic> {
    let one = |entry: &TomlEntry| match colour(entry)? {
        beyond if few == ColorSet::Sixteen && !beyond.is_one_of_sixteen() => Err(not_of_sixteen(entry)),
        colour => Ok(colour),
    };
    entry.list()?.iter().map(one).collect()
}

fn not_of_sixteen(entry: &TomlEntry) -> Diagnostic {
    entry.value_error("A terminal of sixteen colours has only 0 to 15: red, bright-blue ...")
}

/// Colours of a theme that may have none.
fn colours_on_any(table: &SpannedTable, scheme: &Theme) -> Option<Diagnostic> {
    let (what, _) = scheme.full.coloured().next()?;
    let says = "A theme for any ground has no colours. Say what it is for: ground = \"dark\", or \"light\".";
    let entry = table.get(what).or_else(|| table.get(GROUND)).or_else(|| table.get(INHERITS))?;
    Some(entry.key_error(says))
}

/// Where something is told that this file may have inherited.
fn faint_at(table: &SpannedTable, faint: &LowContrast) -> Diagnostic {
    let LowContrast { what, text, ground, contrast } = faint;
    let hex = |(r, g, b): &(u8, u8, u8)| format!("#{r:02x}{g:02x}{b:02x}");
    // Rounded down, as 4.46 is not 4.5.
    let ratio = (contrast * 10.0).floor() / 10.0;
    let says = format!(
        "{what}: {} on {} has a contrast of {ratio:.1}; few read less than {MIN_CONTRAST}.",
        hex(text),
        hex(ground)
    );
    let entry = [what, GROUND, INHERITS].into_iter().find_map(|name| table.get(name));
    Diagnostic { place: entry.map_or(SourcePosition::START, TomlEntry::place), key: (*what).to_owned(), message: says }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> ParsedTheme {
        super::read(text, |parent| match parent {
            Parent::Named("dark") | Parent::BuiltIn(_) => Ok(Theme::default()),
            Parent::Named(_) => Err("No such theme.".to_owned()),
        })
    }

    fn told(text: &str) -> Vec<String> {
        read(text).mistakes.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn five_lines_are_a_theme() {
        let ParsedTheme { scheme, mistakes, warnings } = read(
            "inherits = \"dark\"\nground = \"#101018\"\nsent = \"bold #ffb86c\"\ntime = 250\nnicks = [208, \"#8be9fd\"]\n[sixteen]\nsent = \"bright-yellow\"\n",
        );
        assert_eq!((mistakes, warnings), (vec![], vec![]));
        assert_eq!(scheme.ground, Background::Color((0x10, 0x10, 0x18)));
        assert_eq!(scheme.full.of(Role::Sent), StyleSpec::parse("bold #ffb86c").unwrap());
        assert_eq!(scheme.full.of(Role::Time), StyleSpec::of(Color::Indexed(250)));
        assert_eq!(scheme.full.nicks, [Color::Indexed(208), Color::Rgb(0x8b, 0xe9, 0xfd)]);
        assert_eq!(scheme.ansi16.of(Role::Sent), StyleSpec::of(Color::Indexed(11)));
    }

    #[test]
    fn every_mistake_has_its_place_and_the_next_step() {
        for (text, expected) in [
            ("snet = \"red\"", "line 1, column 1: There is no snet. Did you mean sent?"),
            ("bar-bad = \"red\"", "line 1, column 1: There is no bar-bad. Did you mean bar_bad?"),
            ("\nsent = \"bold rde\"", "line 2, column 14: There is no colour rde. Did you mean red?"),
            ("sent = \"blod\"", "line 1, column 9: Nothing looks blod. Did you mean bold?"),
            ("sent = 256", "line 1, column 8: 256 is no colour: the palette goes from 0 to 255."),
            (
                "sent = -1",
                "line 1, column 8: There is no colour -1. Colours are #ff8700, 0 to 255, or red, bright-blue ...",
            ),
            ("sent = true", "line 1, column 8: sent is a colour: \"#ff8700\", 208 or \"red\", not true or false."),
            ("ground = \"drak\"", "line 1, column 10: There is no ground drak. Did you mean dark?"),
            (
                "ground = \"sky\"",
                "line 1, column 10: There is no ground sky. It is dark, light, any, or a colour as #282828.",
            ),
            ("ground = \"#12\"", "line 1, column 10: #12 is no colour: #ff8700 has six digits."),
            ("inherits = \"mine\"", "line 1, column 12: No such theme."),
            ("nicks = \"red\"", "line 1, column 9: nicks is a list: [\"one\", \"two\"], not text."),
            ("nicks = [1, 300]", "line 1, column 13: 300 is no colour: the palette goes from 0 to 255."),
            (
                "[sixteen]\nsent = 208",
                "line 2, column 8: A terminal of sixteen colours has only 0 to 15: red, bright-blue ...",
            ),
            (
                "[sixteen]\nnicks = [1, \"#ffffff\"]",
                "line 2, column 13: A terminal of sixteen colours has only 0 to 15: red, bright-blue ...",
            ),
            ("[sixteen]\nground = \"dark\"", "line 2, column 1: There is no sixteen.ground."),
            ("[sixten]\n", "line 1, column 2: There is no sixten. Did you mean sixteen?"),
            ("sixteen = 16", "line 1, column 11: sixteen is a section: write [sixteen]."),
            (
                "ground = \"any\"\nsent = \"red\"",
                "line 2, column 1: A theme for any ground has no colours. Say what it is for: ground = \"dark\", or \"light\".",
            ),
            (
                "ground = \"any\"\n[sixteen]\nsent = \"bold\"",
                "line 2, column 2: A theme for any ground has no colours, and looks the same on every terminal: take [sixteen] away.",
            ),
        ] {
            assert_eq!(told(text), [expected], "{text}");
        }
    }

    #[test]
    fn all_mistakes_are_told_in_the_order_of_the_file() {
        let places: Vec<_> = read("snet = 1\nsent = \"rde\"\n[sixteen]\ntime = 300\n")
            .mistakes
            .into_iter()
            .map(|m| m.place.line)
            .collect();
        assert_eq!(places, [1, 2, 4]);
    }

    #[test]
    fn what_can_hardly_be_read_is_a_warning() {
        let ParsedTheme { mistakes, warnings, .. } =
            read("time = 250\nerror = \"#aa0000\"\nbar = \"grey on white\"\ntrack = 235\n");
        assert_eq!(mistakes, []);
        let told: Vec<_> = warnings.iter().map(ToString::to_string).collect();
        assert_eq!(
            told,
            [
                "line 2, column 1: error: #aa0000 on #282c34 has a contrast of 1.8; few read less than 4.5.",
                "line 3, column 1: bar: #7f7f7f on #e5e5e5 has a contrast of 3.1; few read less than 4.5.",
            ]
        );
    }
}
