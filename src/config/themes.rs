//! Loads the user's themes, files `NAME.toml` in the folder `themes` beside the settings file.
//!
//! A theme is parsed when it is first used, so that an error in an unused one does not stop the program. `config check`
//! parses them all.

use super::{Assignment, ConfigError, Environment, file};
use crate::app::settings::{Origin, SettingValue};
use crate::config::toml::{Diagnostic, TomlEntry, utf8};
use crate::text;
use crate::theme::ThemeRegistry;
use std::fs::{self, File};
use std::io::Read as _;
use std::path::Path;

/// Folder with the theme files.
const FOLDER: &str = "themes";

/// File name extension of a theme.
const EXTENSION: &str = "toml";

/// Largest theme file in bytes. The built-in themes have about 2,000.
const MAX_BYTES: u64 = 1 << 16;

/// Most theme files that are read; the others are ignored.
const MAX_FILES: usize = 256;

/// Returns the built-in and the user's themes, and a warning for each file that is not a theme.
pub(super) fn load(choice: &file::ConfigFile, environment: &Environment) -> (ThemeRegistry, Vec<String>) {
    let (mut themes, mut warnings) = (ThemeRegistry::default(), Vec::new());
    let beside = file::path(choice, environment).ok().and_then(|path| Some(path.parent()?.join(FOLDER)));
    let folder = beside.or_else(|| Some(environment.folder.as_ref()?.join(FOLDER)));
    let entries = folder.and_then(|folder| fs::read_dir(folder).ok()).into_iter().flatten().flatten();
    let mut paths: Vec<_> = entries.map(|entry| entry.path()).filter(|path| is_theme(path)).take(MAX_FILES).collect();
    // `read_dir` has no defined order, and completion lists the themes in the order of this list.
    paths.sort();
    for path in paths {
        let shown = text::sanitize_line(&path.to_string_lossy());
        let name = path.file_stem().map(|stem| stem.to_string_lossy()).unwrap_or_default();
        let added = read(&path).and_then(|text| themes.add(&name, &shown, text));
        warnings.extend(added.err().map(|message| format!("{shown}: {message}")));
    }
    (themes, warnings)
}

/// Whether a path has a theme's extension and is not hidden, as the temporary files of editors are.
fn is_theme(path: &Path) -> bool {
    let is_hidden = path.file_name().is_some_and(|name| name.to_string_lossy().starts_with('.'));
    !is_hidden && path.extension().is_some_and(|extension| extension == EXTENSION)
}

/// Reads the text of a theme.
///
/// # Errors
/// Returns a sentence if it is not a regular file, too large or not UTF-8.
fn read(path: &Path) -> Result<String, String> {
    let describe = |error: std::io::Error| format!("Cannot read this theme: {error}.");
    // Checked before opening, because opening a named pipe blocks until someone writes to it.
    if !fs::metadata(path).map_err(describe)?.is_file() {
        return Err("This is not a regular file.".to_owned());
    }
    let mut bytes = Vec::new();
    File::open(path).map_err(describe)?.take(MAX_BYTES + 1).read_to_end(&mut bytes).map_err(describe)?;
    if bytes.len() as u64 > MAX_BYTES {
        return Err(format!("This file has more than {MAX_BYTES} bytes, too many for a theme."));
    }
    utf8(&bytes).map(ToOwned::to_owned).map_err(|error| error.to_string())
}

/// Checks that the theme in a settings file exists and has no errors.
///
/// # Errors
/// Returns the most similar name for an unknown theme, or the first error in the theme.
pub(super) fn check(themes: &ThemeRegistry, entry: &TomlEntry, theme: &SettingValue) -> Result<(), Diagnostic> {
    themes.check_word(&theme.to_string()).map(|_| ()).map_err(|message| entry.value_error(message))
}

/// Parses all of the user's themes and returns warnings about colours that are hard to read.
///
/// # Errors
/// Returns all errors in the themes.
pub fn check_themes(themes: &ThemeRegistry) -> Result<Vec<String>, ConfigError> {
    let checked: Vec<_> = themes.user_themes().map(|(name, file)| (file, themes.check(name))).collect();
    let messages =
        |file: &str, found: &[Diagnostic]| found.iter().map(|it| format!("{file}, {it}")).collect::<Vec<_>>();
    let other_errors: Vec<String> =
        checked.iter().flat_map(|(file, checked)| messages(file, &checked.mistakes)).collect();
    if other_errors.is_empty() {
        return Ok(checked.iter().flat_map(|(file, checked)| messages(file, &checked.warnings)).collect());
    }
    Err(ConfigError { file: None, file_errors: Vec::new(), other_errors, startup_hint: None })
}

/// Returns the error of a theme that a variable or a flag names.
pub(super) fn theme_error(themes: &ThemeRegistry, assignment: &Assignment) -> Option<String> {
    let message =
        (assignment.setting.name == THEME).then(|| themes.check_word(&assignment.value.to_string()).err())??;
    Some(match &assignment.origin {
        Origin::Variable(name) => format!("Environment variable {name}: {message}"),
        Origin::Flag(flag) => format!("{flag}: {message}"),
        Origin::Default | Origin::File { .. } | Origin::Session => message,
    })
}

/// Setting with the name of a theme.
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
        let names: Vec<_> = loaded.config.themes.user_themes().map(|(name, _)| name.word().to_owned()).collect();
        assert_eq!((names, loaded.config.warnings), (vec!["mine".to_owned()], vec![]));
        assert_eq!(loaded.config.options.appearance.theme, Some(ThemeName::new("mine")));
    }

    #[test]
    fn only_errors_in_a_used_theme_stop_the_program() {
        let (home, environment) = home("[servers.pi]\naddress = 'pi'\ntheme = 'mine'", &[("mine.toml", b"\nsnet = 1")]);
        let error = Sources::default().load(&environment).unwrap_err();
        let file = home.path().join("themes/mine.toml");
        let message =
            format!("line 3, column 9: {}, line 2, column 1: Unknown name snet. Did you mean sent?", file.display());
        assert_eq!(error.file_errors, [message]);
        fs::write(home.path().join("config.toml"), "").unwrap();
        let loaded = Sources::default().load(&environment).unwrap();
        assert_eq!(loaded.config.warnings, [""; 0], "the theme is not used");
        let error = check_themes(&loaded.config.themes).unwrap_err();
        assert_eq!(
            error.other_errors,
            [format!("{}, line 2, column 1: Unknown name snet. Did you mean sent?", file.display())]
        );
    }

    #[test]
    fn an_unknown_theme_in_a_flag_or_variable_is_an_error() {
        let (_home, mut environment) = home("", &[]);
        let theme = find(THEME).unwrap();
        let flag = Assignment::new(theme, theme.read("drak"), Origin::Flag("--theme")).unwrap();
        let error = Sources { flags: vec![flag], ..Sources::default() }.load(&environment).unwrap_err();
        assert_eq!(error.other_errors, ["--theme: There is no theme drak. Did you mean dark?"]);
        environment.variables.push(("NETCHAT_TUI_THEME".to_owned(), "solarized-drak".to_owned()));
        let error = Sources::default().load(&environment).unwrap_err();
        assert_eq!(
            error.other_errors,
            ["Environment variable NETCHAT_TUI_THEME: There is no theme solarized-drak. Did you mean solarized-dark?"]
        );
    }

    #[test]
    fn an_invalid_theme_file_is_a_warning() {
        let long = vec![b'#'; usize::try_from(MAX_BYTES).unwrap() + 1];
        let (home, environment) =
            home("", &[("auto.toml", b""), ("bytes.toml", b"x = '\xff'"), ("long.toml", &long), ("my own.toml", b"")]);
        fs::create_dir(home.path().join("themes/folder.toml")).unwrap();
        let loaded = Sources::default().load(&environment).unwrap();
        assert_eq!(loaded.config.themes, ThemeRegistry::default());
        let ends: Vec<_> = loaded.config.warnings.iter().map(|it| it.split_once(".toml: ").unwrap().1).collect();
        assert_eq!(ends.len(), 5, "{ends:?}");
        assert!(ends[0].starts_with("A theme cannot be called auto"), "{ends:?}");
        assert!(ends[1].starts_with("line 1, column 6"), "{ends:?}");
        assert_eq!(ends[2], "This is not a regular file.");
        assert_eq!(ends[3], "This file has more than 65536 bytes, too many for a theme.");
        assert!(ends[4].starts_with("A theme cannot be called my own"), "{ends:?}");
    }

    #[test]
    fn check_warns_of_colours_with_low_contrast() {
        let (home, environment) = home("", &[("mine.toml", b"error = '#aa0000'")]);
        let loaded = Sources::default().load(&environment).unwrap();
        let file = home.path().join("themes/mine.toml");
        let message = "line 1, column 1: error: #aa0000 on #282c34 has a contrast of 1.8; text needs at least 4.5.";
        assert_eq!(check_themes(&loaded.config.themes), Ok(vec![format!("{}, {message}", file.display())]));
    }
}
