//! The theme parser: reads TOML and reports every unknown key and invalid value with its position.
//!
//! ```toml
//! inherits = "dark"           # the theme to start from; by default the built-in one for this ground
//! ground = "#101018"          # the terminal's background: dark, light, any, or a colour
//!
//! sent = "bold #ffb86c"       # a role: text colour, "on" background, bold dim italic underline reverse strike
//! bar = "white on 237"
//! nicks = [208, "#8be9fd"]    # colours of nicknames
//!
//! [sixteen]                   # roles and nicks for terminals of sixteen colours
//! sent = "bright-yellow"
//! ```

use super::color::{Color, safe_text};
use super::definition::{Background, LowContrast, Role, RoleStyles, Theme};
use super::style::{StyleParseError, StyleSpec};
use super::{MIN_CONTRAST, ThemeName};
use crate::config::toml::{Diagnostic, SourcePosition, SpannedTable, TomlEntry, TomlValue, merge_sorted};
use crate::text::suggest::suggest;

/// A parsed theme file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct ParsedTheme {
    /// The theme, without the entries that are invalid.
    pub(super) theme: Theme,
    /// Errors; a theme with any of them is not used.
    pub(super) mistakes: Vec<Diagnostic>,
    /// Styles with low contrast.
    pub(super) warnings: Vec<Diagnostic>,
}

const INHERITS: &str = "inherits";
const GROUND: &str = "ground";
const NICKS: &str = "nicks";
const SIXTEEN: &str = "sixteen";

/// Parses a theme file. `parent` returns the theme to start from, or a sentence with the reason why it cannot.
pub(super) fn parse(text: &str, parent: impl FnOnce(Parent<'_>) -> Result<Theme, String>) -> ParsedTheme {
    let (table, unread) = SpannedTable::parse_lenient(text);
    let mut mistakes = Vec::new();
    let background = table.get(GROUND).and_then(|entry| or_report(parse_background(entry), &mut mistakes));
    let mut theme = or_report(inherited(&table, background, parent), &mut mistakes).unwrap_or_default();
    theme.background = background.unwrap_or(theme.background);
    for entry in table.entries() {
        match entry.name() {
            INHERITS | GROUND => {}
            SIXTEEN => match entry.table() {
                Ok(sixteen) => set_styles(&mut theme.ansi16, sixteen, Palette::Sixteen, &mut mistakes),
                Err(mistake) => mistakes.push(mistake),
            },
            _ => set_style(&mut theme.full, entry, Palette::Full, &mut mistakes),
        }
    }
    if theme.background == Background::Any {
        mistakes.extend(colours_on_any(&table, &theme));
        mistakes.extend(
            table
                .get(SIXTEEN)
                .map(|sixteen| sixteen.key_error("A theme for any ground uses no colours: remove [sixteen].")),
        );
        theme.ansi16 = theme.full.clone();
    }
    let warnings = theme.low_contrast().iter().map(|style| contrast_warning(&table, style)).collect();
    ParsedTheme { theme, mistakes: merge_sorted(unread, mistakes), warnings }
}

/// The theme that another one inherits from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Parent<'a> {
    /// The theme that `inherits` names.
    Named(&'a str),
    /// The built-in theme for its background, as it names none.
    BuiltIn(ThemeName),
}

/// The colours that an entry may use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Palette {
    Full,
    Sixteen,
}

fn or_report<T>(result: Result<T, Diagnostic>, mistakes: &mut Vec<Diagnostic>) -> Option<T> {
    result.map_err(|mistake| mistakes.push(mistake)).ok()
}

fn inherited(
    table: &SpannedTable,
    background: Option<Background>,
    parent: impl FnOnce(Parent<'_>) -> Result<Theme, String>,
) -> Result<Theme, Diagnostic> {
    match table.get(INHERITS) {
        Some(entry) => parent(Parent::Named(entry.text()?)).map_err(|message| entry.value_error(message)),
        None => Ok(parent(Parent::BuiltIn(background.unwrap_or_default().fallback_theme())).unwrap_or_default()),
    }
}

fn parse_background(entry: &TomlEntry) -> Result<Background, Diagnostic> {
    let word = entry.text()?;
    let known = [("dark", Background::Dark), ("light", Background::Light), ("any", Background::Any)];
    if let Some((_, background)) = known.iter().find(|(name, _)| name.eq_ignore_ascii_case(word)) {
        return Ok(*background);
    }
    if word.starts_with('#') {
        return Color::parse(word)
            .map(|colour| Background::Color(colour.rgb()))
            .map_err(|message| entry.value_error(message));
    }
    let suggestion = suggest(word, known.map(|(name, _)| name)).map(|near| format!("Did you mean {near}?"));
    let next = suggestion.unwrap_or_else(|| "Use dark, light, any, or a colour such as #282828.".to_owned());
    Err(entry.value_error(format!("There is no ground {}. {next}", safe_text(word))))
}

fn set_styles(styles: &mut RoleStyles, table: &SpannedTable, palette: Palette, mistakes: &mut Vec<Diagnostic>) {
    table.entries().for_each(|entry| set_style(styles, entry, palette, mistakes));
}

/// Sets the style of a role or the colours of nicknames from one entry.
fn set_style(styles: &mut RoleStyles, entry: &TomlEntry, palette: Palette, mistakes: &mut Vec<Diagnostic>) {
    let result = match (entry.name(), Role::by_name(entry.name())) {
        (_, Some(role)) => parse_style(entry, palette).map(|style| styles.set(role, style)),
        (NICKS, None) => parse_nicks(entry, palette).map(|nicks| styles.nicks = nicks),
        _ => Err(unknown(entry, palette)),
    };
    or_report(result, mistakes);
}

fn unknown(entry: &TomlEntry, palette: Palette) -> Diagnostic {
    let others: &[&str] = if palette == Palette::Full { &[NICKS, INHERITS, GROUND, SIXTEEN] } else { &[NICKS] };
    entry.unknown(Role::ALL.iter().map(|(_, name)| *name).chain(others.iter().copied()))
}

fn parse_style(entry: &TomlEntry, palette: Palette) -> Result<StyleSpec, Diagnostic> {
    let style = match entry.value() {
        TomlValue::Text(words) => StyleSpec::parse(words).map_err(|error| at_word(entry, error))?,
        _ => StyleSpec::of(parse_color(entry)?),
    };
    let has_others = [style.text, style.background].into_iter().flatten().any(|colour| !colour.is_ansi16());
    if palette == Palette::Sixteen && has_others { Err(not_ansi16(entry)) } else { Ok(style) }
}

/// Places the error at the word of the value that it is about.
fn at_word(entry: &TomlEntry, error: StyleParseError) -> Diagnostic {
    let mistake = entry.value_error(error.message);
    let column = mistake.position.column + '"'.len_utf8() + error.offset;
    Diagnostic { position: SourcePosition { column, ..mistake.position }, ..mistake }
}

fn parse_color(entry: &TomlEntry) -> Result<Color, Diagnostic> {
    match entry.value() {
        TomlValue::Text(word) => Color::parse(word).map_err(|message| entry.value_error(message)),
        TomlValue::Integer(number) => Color::parse(&number.to_string()).map_err(|message| entry.value_error(message)),
        _ => Err(entry.type_error("a colour: \"#ff8700\", 208 or \"red\"")),
    }
}

fn parse_nicks(entry: &TomlEntry, palette: Palette) -> Result<Vec<Color>, Diagnostic> {
    let parse_one = |entry: &TomlEntry| match parse_color(entry)? {
        color if palette == Palette::Sixteen && !color.is_ansi16() => Err(not_ansi16(entry)),
        color => Ok(color),
    };
    entry.list()?.iter().map(parse_one).collect()
}

fn not_ansi16(entry: &TomlEntry) -> Diagnostic {
    entry.value_error("[sixteen] allows only the colours 0 to 15: red, bright-blue ...")
}

/// The error for colours in a theme for [`Background::Any`].
fn colours_on_any(table: &SpannedTable, theme: &Theme) -> Option<Diagnostic> {
    let (key, _) = theme.full.coloured().next()?;
    let message = "A theme for any ground has no colours. Set the background: ground = \"dark\", or \"light\".";
    let entry = table.get(key).or_else(|| table.get(GROUND)).or_else(|| table.get(INHERITS))?;
    Some(entry.key_error(message))
}

/// The warning about low contrast. An inherited style is reported at `ground` or `inherits`.
fn contrast_warning(table: &SpannedTable, style: &LowContrast) -> Diagnostic {
    let LowContrast { key, text, background, contrast } = style;
    let hex = |(r, g, b): &(u8, u8, u8)| format!("#{r:02x}{g:02x}{b:02x}");
    // Rounded down: 4.46 must not be reported as 4.5.
    let ratio = (contrast * 10.0).floor() / 10.0;
    let message = format!(
        "{key}: {} on {} has a contrast of {ratio:.1}; text needs at least {MIN_CONTRAST}.",
        hex(text),
        hex(background)
    );
    let entry = [key, GROUND, INHERITS].into_iter().find_map(|name| table.get(name));
    Diagnostic { position: entry.map_or(SourcePosition::START, TomlEntry::position), key: (*key).to_owned(), message }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> ParsedTheme {
        super::parse(text, |parent| match parent {
            Parent::Named("dark") | Parent::BuiltIn(_) => Ok(Theme::default()),
            Parent::Named(_) => Err("No such theme.".to_owned()),
        })
    }

    fn mistakes(text: &str) -> Vec<String> {
        parse(text).mistakes.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn a_theme_has_roles_nicks_and_a_ground() {
        let ParsedTheme { theme, mistakes, warnings } = parse(
            "inherits = \"dark\"\nground = \"#101018\"\nsent = \"bold #ffb86c\"\ntime = 250\nnicks = [208, \"#8be9fd\"]\n[sixteen]\nsent = \"bright-yellow\"\n",
        );
        assert_eq!((mistakes, warnings), (vec![], vec![]));
        assert_eq!(theme.background, Background::Color((0x10, 0x10, 0x18)));
        assert_eq!(theme.full.of(Role::Sent), StyleSpec::parse("bold #ffb86c").unwrap());
        assert_eq!(theme.full.of(Role::Time), StyleSpec::of(Color::Indexed(250)));
        assert_eq!(theme.full.nicks, [Color::Indexed(208), Color::Rgb(0x8b, 0xe9, 0xfd)]);
        assert_eq!(theme.ansi16.of(Role::Sent), StyleSpec::of(Color::Indexed(11)));
    }

    #[test]
    fn a_mistake_has_its_position_and_the_next_step() {
        for (text, expected) in [
            ("snet = \"red\"", "line 1, column 1: Unknown name snet. Did you mean sent?"),
            ("bar-bad = \"red\"", "line 1, column 1: Unknown name bar-bad. Did you mean bar_bad?"),
            ("\nsent = \"bold rde\"", "line 2, column 14: There is no colour rde. Did you mean red?"),
            ("sent = \"blod\"", "line 1, column 9: There is no style blod. Did you mean bold?"),
            ("sent = 256", "line 1, column 8: 256 is not a colour: palette numbers go from 0 to 255."),
            (
                "sent = -1",
                "line 1, column 8: There is no colour -1. Colours are #ff8700, 0 to 255, or red, bright-blue ...",
            ),
            ("sent = true", "line 1, column 8: sent must be a colour: \"#ff8700\", 208 or \"red\", not true or false."),
            ("ground = \"drak\"", "line 1, column 10: There is no ground drak. Did you mean dark?"),
            (
                "ground = \"sky\"",
                "line 1, column 10: There is no ground sky. Use dark, light, any, or a colour such as #282828.",
            ),
            ("ground = \"#12\"", "line 1, column 10: #12 is not a colour: use six digits, as in #ff8700."),
            ("inherits = \"mine\"", "line 1, column 12: No such theme."),
            ("nicks = \"red\"", "line 1, column 9: nicks must be a list: [\"one\", \"two\"], not text."),
            ("nicks = [1, 300]", "line 1, column 13: 300 is not a colour: palette numbers go from 0 to 255."),
            (
                "[sixteen]\nsent = 208",
                "line 2, column 8: [sixteen] allows only the colours 0 to 15: red, bright-blue ...",
            ),
            (
                "[sixteen]\nnicks = [1, \"#ffffff\"]",
                "line 2, column 13: [sixteen] allows only the colours 0 to 15: red, bright-blue ...",
            ),
            ("[sixteen]\nground = \"dark\"", "line 2, column 1: Unknown name sixteen.ground."),
            ("[sixten]\n", "line 1, column 2: Unknown name sixten. Did you mean sixteen?"),
            ("sixteen = 16", "line 1, column 11: sixteen must be a section: write [sixteen]."),
            (
                "ground = \"any\"\nsent = \"red\"",
                "line 2, column 1: A theme for any ground has no colours. Set the background: ground = \"dark\", or \"light\".",
            ),
            (
                "ground = \"any\"\n[sixteen]\nsent = \"bold\"",
                "line 2, column 2: A theme for any ground uses no colours: remove [sixteen].",
            ),
        ] {
            assert_eq!(mistakes(text), [expected], "{text}");
        }
    }

    #[test]
    fn mistakes_are_in_the_order_of_the_file() {
        let lines: Vec<_> = parse("snet = 1\nsent = \"rde\"\n[sixteen]\ntime = 300\n")
            .mistakes
            .into_iter()
            .map(|mistake| mistake.position.line)
            .collect();
        assert_eq!(lines, [1, 2, 4]);
    }

    #[test]
    fn low_contrast_is_a_warning() {
        let ParsedTheme { mistakes, warnings, .. } =
            parse("time = 250\nerror = \"#aa0000\"\nbar = \"grey on white\"\ntrack = 235\n");
        assert_eq!(mistakes, []);
        let warnings: Vec<_> = warnings.iter().map(ToString::to_string).collect();
        assert_eq!(
            warnings,
            [
                "line 2, column 1: error: #aa0000 on #282c34 has a contrast of 1.8; text needs at least 4.5.",
                "line 3, column 1: bar: #7f7f7f on #e5e5e5 has a contrast of 3.1; text needs at least 4.5.",
            ]
        );
    }
}
