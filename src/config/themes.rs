//! The user's themes: a file `NAME.toml` each, in the folder `themes` beside the settings file.
//!
//! A theme is read when it is used, so that a file nobody uses stops nobody; `config check` reads them all.

use super::{Assignment, ConfigError, Environment, file};
use crate::app::settings::{Origin, SettingValue};
use crate::config::toml::{Diagnostic, TomlEntry, utf8};
use crate::text;
use crate::theme::ThemeRegistry;
use std::fs::{self, File};
use std::io::Read as _;
use std::path::Path;

/// The folder.
const FOLDER: &str = "themes";

/// What a theme's file ends with.
const EXTENSION: &str = "toml";

/// Bytes of the longest theme. Ours have two thousand.
const LIMIT: u64 = 1 << 16;

/// Files that are looked at. Who has more of them has something else in there.
const MAX_FILES: usize = 256;

/// All themes there are, and a sentence for each file that is none.
pub(super) fn load(choice: &file::ConfigFile, environment: &Environment) -> (ThemeRegistry, Vec<String>) {
    let (mut themes, mut warnings) = (ThemeRegistry::default(), Vec::new());
    let beside = file::path(choice, environment).ok().and_then(|path| Some(path.parent()?.join(FOLDER)));
    let folder = beside.or_else(|| Some(environment.folder.as_ref()?.join(FOLDER)));
    let entries = folder.and_then(|folder| fs::read_dir(folder).ok()).into_iter().flatten().flatten();
    let mut paths: Vec<_> = entries.map(|entry| entry.path()).filter(|path| is_theme(path)).take(MAX_FILES).collect();
    // Folders have no order of their own, and a cycle through themes has to have one.
    paths.sort();
    for path in paths {
        let told = text::sanitize_line(&path.to_string_lossy());
        let name = path.file_stem().map(|stem| stem.to_string_lossy()).unwrap_or_default();
        let added = read(&path).and_then(|text| themes.add(&name, &told, text));
        warnings.extend(added.err().map(|says| format!("{told}: {says}")));
    }
    (themes, warnings)
}

/// Files that editors leave behind begin with a dot or have another ending.
fn is_theme(path: &Path) -> bool {
    let is_hidden = path.file_name().is_some_and(|name| name.to_string_lossy().starts_with('.'));
    !is_hidden && path.extension().is_some_and(|extension| extension == EXTENSION)
}

/// The text of a theme, or the sentence that says why it cannot be had.
fn read(path: &Path) -> Result<String, String> {
    let unread = |error: std::io::Error| format!("This theme cannot be read: {error}.");
    // Asked before it is opened, since opening a pipe waits for the one who writes.
    if !fs::metadata(path).map_err(unread)?.is_file() {
        return Err("This is no file, and so no theme.".to_owned());
    }
    let mut bytes = Vec::new();
    File::open(path).map_err(unread)?.take(LIMIT + 1).read_to_end(&mut bytes).map_err(unread)?;
    if bytes.len() as u64 > LIMIT {
        return Err(format!("This has more than the {LIMIT} bytes that a theme can have: is it another file?"));
    }
    utf8(&bytes).map(ToOwned::to_owned).map_err(|mistake| mistake.to_string())
}

/// Whether there is a theme of this name that can be used.
///
/// # Errors
/// If there is none: the nearest. If something is wrong with it: what.
pub(super) fn check(themes: &ThemeRegistry, entry: &TomlEntry, theme: &SettingValue) -> Result<(), Diagnostic> {
    themes.check_word(&theme.to_string()).map(|_| ()).map_err(|says| entry.value_error(says))
}

/// Reads all themes of the user's, used or not, and gives what is hard to read in them.
///
/// # Errors
/// All that is wrong with them.
pub fn check_themes(themes: &ThemeRegistry) -> Result<Vec<String>, ConfigError> {
    let checked: Vec<_> = themes.user_themes().map(|(name, file)| (file, themes.check(name))).collect();
    let told =
        |file: &str, mistakes: &[Diagnostic]| mistakes.iter().map(|it| format!("{file}, {it}")).collect::<Vec<_>>();
    let others: Vec<String> = checked.iter().flat_map(|(file, checked)| told(file, &checked.mistakes)).collect();
    if others.is_empty() {
        return Ok(checked.iter().flat_map(|(file, checked)| told(file, &checked.warnings)).collect());
    }
    Err(ConfigError { file: None, mistakes: Vec::new(), others, hint: None })
}

/// What is wrong with a theme that was named outside the file.
pub(super) fn theme_error(themes: &ThemeRegistry, said: &Assignment) -> Option<String> {
    let says = (said.setting.name == THEME).then(|| themes.check_word(&said.value.to_string()).err())??;
    Some(match &said.origin {
        Origin::Variable(name) => format!("In the variable {name}: {says}"),
        Origin::Flag(flag) => format!("{flag}: {says}"),
        Origin::Default | Origin::File { .. } | Origin::Session => says,
    })
}

/// The setting that names a theme.
pub(super) const THEME: &str = "theme";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::settings::find;
    use crate::config::Sources;
    use crate::theme::ThemeName;
    use tempfile::TempDir;

    fn home(config: &str, files: &[(&str, &[u8])]) -> (TempDir, Environment) {
        let home = tempfile::tempdir().unwrap();
        fs::write(home.path().join("config.toml"), config).unwrap();
        fs::create_dir(home.path().join(FOLDER)).unwrap();
        for (name, bytes) in files {
            fs::write(home.path().join(FOLDER).join(name), bytes).unwrap();
        }
        let folder = Some(home.path().to_owned());
        (home, Environment { folder, ..Environment::default() })
    }

    #[test]
    fn a_file_beside_the_settings_is_a_theme() {
        let (_home, environment) =
            home("theme = 'mine'", &[("mine.toml", b"inherits = 'light'"), ("note.txt", b""), (".mine.toml", b"x")]);
        let loaded = Sources::default().load(&environment).unwrap();
        let names: Vec<_> = loaded.configured.themes.user_themes().map(|(name, _)| name.word().to_owned()).collect();
        assert_eq!((names, loaded.configured.warnings), (vec!["mine".to_owned()], vec![]));
        assert_eq!(loaded.configured.options.appearance.theme, Some(ThemeName::new("mine")));
    }

    #[test]
    fn a_theme_that_is_used_has_to_be_right() {
        let (home, environment) = home("[servers.pi]\naddress = 'pi'\ntheme = 'mine'", &[("mine.toml", b"\nsnet = 1")]);
        let error = Sources::default().load(&environment).unwrap_err();
        let file = home.path().join("themes/mine.toml");
        let says =
            format!("line 3, column 9: {}, line 2, column 1: There is no snet. Did you mean sent?", file.display());
        assert_eq!(error.mistakes, [says]);
        fs::write(home.path().join("config.toml"), "").unwrap();
        let loaded = Sources::default().load(&environment).unwrap();
        assert_eq!(loaded.configured.warnings, [""; 0], "nobody uses it");
        let error = check_themes(&loaded.configured.themes).unwrap_err();
        assert_eq!(
            error.others,
            [format!("{}, line 2, column 1: There is no snet. Did you mean sent?", file.display())]
        );
    }

    #[test]
    fn a_theme_that_there_is_not_is_told_wherever_it_was_named() {
        let (_home, mut environment) = home("", &[]);
        let theme = find(THEME).unwrap();
        let said = Assignment::new(theme, theme.read("drak"), Origin::Flag("--theme")).unwrap();
        let error = Sources { flags: vec![said], ..Sources::default() }.load(&environment).unwrap_err();
        assert_eq!(error.others, ["--theme: There is no theme drak. Did you mean dark?"]);
        environment.variables.push(("NETCHAT_TUI_THEME".to_owned(), "solarized-drak".to_owned()));
        let error = Sources::default().load(&environment).unwrap_err();
        assert_eq!(
            error.others,
            ["In the variable NETCHAT_TUI_THEME: There is no theme solarized-drak. Did you mean solarized-dark?"]
        );
    }

    #[test]
    fn what_is_no_theme_is_told_and_stops_nobody() {
        let long = vec![b'#'; usize::try_from(LIMIT).unwrap() + 1];
        let (home, environment) =
            home("", &[("auto.toml", b""), ("bytes.toml", b"x = '\xff'"), ("long.toml", &long), ("my own.toml", b"")]);
        fs::create_dir(home.path().join("themes/folder.toml")).unwrap();
        let loaded = Sources::default().load(&environment).unwrap();
        assert_eq!(loaded.configured.themes, ThemeRegistry::default());
        let ends: Vec<_> =
            loaded.configured.warnings.iter().map(|says| says.split_once(".toml: ").unwrap().1).collect();
        assert_eq!(ends.len(), 5, "{ends:?}");
        assert!(ends[0].starts_with("A theme cannot be called auto"), "{ends:?}");
        assert!(ends[1].starts_with("line 1, column 6"), "{ends:?}");
        assert_eq!(ends[2], "This is no file, and so no theme.");
        assert_eq!(ends[3], "This has more than the 65536 bytes that a theme can have: is it another file?");
        assert!(ends[4].starts_with("A theme cannot be called my own"), "{ends:?}");
    }

    #[test]
    fn what_can_hardly_be_read_is_told_by_a_check() {
        let (home, environment) = home("", &[("mine.toml", b"error = '#aa0000'")]);
        let loaded = Sources::default().load(&environment).unwrap();
        let file = home.path().join("themes/mine.toml");
        let says = "line 1, column 1: error: #aa0000 on #282c34 has a contrast of 1.8; text needs at least 4.5.";
        assert_eq!(check_themes(&loaded.configured.themes), Ok(vec![format!("{}, {says}", file.display())]));
    }
}
