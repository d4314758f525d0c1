//! Writes the example settings file: every setting with its description and default, commented out.

use super::show::format_value;
use crate::app::keys::{BINDINGS, Keymap};
use crate::app::settings::{SETTINGS, Scope, Setting};

/// Longest line of a comment, in columns.
const WIDTH: usize = 78;

const HEAD: &str = "\
# Settings of netchat-tui. `netchat-tui config path` prints the path of this file.
#
# Lines that begin with # are comments. Every setting is listed with its default
# value: remove the # to change it. Flags override environment variables
# (NETCHAT_TUI_NICK, NETCHAT_TUI_EOL ...), and these override this file. `/reload`
# reads it again, `netchat-tui config check` reports its errors.
";

const SERVER: &str = "\
#[servers.pi]
#address = \"pi.local:12345\"
#nick = \"bob\"
#on_connect = [\"/join lab\"]
";

const KEYS: &str = "
# Key bindings: KEY = ACTION. Write keys as below, or as C-o, M-v, ^O; a sequence of
# two keys is \"Ctrl-X,E\". The action \"none\" unbinds a key. Enter and Esc cannot be
# bound. Keys without an entry keep their default action, which is listed here:
#[keys]
";

/// Returns the example file. It changes nothing, and neither does it with the `#` of all its settings removed.
pub fn example() -> String {
    let mut text = HEAD.to_owned();
    for setting in SETTINGS.iter().filter(|setting| setting.scope != Scope::OneServer) {
        text.push('\n');
        explain(&mut text, setting);
    }
    text.push('\n');
    let common = SETTINGS.iter().filter(|setting| setting.scope == Scope::Global).map(|setting| setting.name);
    let common = common.collect::<Vec<_>>().join(", ");
    comment(
        &mut text,
        &format!(
            "Named servers: `netchat-tui pi`, or `/connect pi`. The name takes precedence over a host of the same name; \
             `pi:12345` is the host. Each can have its own settings, except those that apply to all: {common}."
        ),
    );
    text.push_str(SERVER);
    SETTINGS.iter().filter(|setting| setting.scope == Scope::OneServer).for_each(|it| explain(&mut text, it));
    text + KEYS + &keys()
}

fn explain(text: &mut String, setting: &Setting) {
    comment(text, &format!("{} Value: {}.", setting.help, setting.syntax));
    text.extend(["#", setting.name, " = ", &format_value(setting, &setting.default()), "\n"]);
}

/// Lists the default key bindings with the help of each action.
fn keys() -> String {
    let keymap = Keymap::default();
    let mut text = String::new();
    for binding in BINDINGS {
        if !binding.help.is_empty() {
            comment(&mut text, &keymap.expand_key_hints(binding.help));
        }
        let can_be_bound = |keys: &&str| Keymap::with(&[(keys, binding.name)]).is_ok();
        let mut keys = binding.chords.split(' ').filter(can_be_bound).peekable();
        if keys.peek().is_none() {
            // None of its default keys can be bound.
            text.extend(["# KEY = \"", binding.name, "\"\n"]);
        }
        for keys in keys {
            text.extend(["#\"", &keys.replace('\\', "\\\\"), "\" = \"", binding.name, "\"\n"]);
        }
    }
    text
}

fn comment(text: &mut String, comment: &str) {
    for line in wrap(comment) {
        text.extend(["# ", &line, "\n"]);
    }
}

/// Wraps text at spaces to lines of at most [`WIDTH`] bytes; a longer word gets its own line.
fn wrap(text: &str) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in text.split(' ') {
        match lines.last_mut() {
            Some(line) if line.is_empty() => line.push_str(word),
            Some(line) if line.len() + 1 + word.len() <= WIDTH => line.extend([" ", word]),
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}
